"""Resources that a test has added with hardly a member: every call about them is answered or refused."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import mock_sagemaker
from tests import covered
from tests.conftest import shared_session
from tests.model.creations import inputs_of
from tests.model.test_every_operation import LEFT_OUT

REGION = "eu-west-1"
FEW = 4
"""How many generated inputs of each operation are tried, the fullest first."""
VERBS = ("update", "delete", "stop", "start")


def calls() -> list[tuple[str, str]]:
    """Return every kind with the operations that change or delete it."""
    found = []
    with mock_sagemaker() as sm:
        for name in covered.kinds(sm.kinds):
            kind = sm._kind(name)
            verbs = [getattr(kind, verb) for verb in VERBS]
            found += [(name, operation.name) for operation in verbs if operation is not None]
            found += [(name, operation) for operation in kind.kind.operations]
    known = covered.operations("sagemaker")
    return [(name, operation) for name, operation in found if operation in known]


@pytest.mark.parametrize(("kind", "operation"), calls())
def test_a_call_about_a_bare_resource_is_answered_or_refused(kind: str, operation: str) -> None:
    with mock_sagemaker(transitions="manual") as sm:
        client = shared_session().client("sagemaker", region_name=REGION)
        resource = sm.add(kind, region=REGION)
        resource.advance(9)
        model = resource.kind.service.operation(operation)
        document = {"Arn": resource.arn, **resource.document}
        wanted = {*model.required_input, *resource.kind.identifier}
        named = {m: document[m] for m in model.input_members if m in wanted and m in document}
        outcomes = {
            answer(client, operation, {**without_files(given), **named})
            for given in inputs_of(operation)[:FEW]
        }
        refusals = {"ValidationException", "ResourceNotFound", *model.error_codes}
        assert outcomes <= {"answered", *refusals}


def without_files(parameters: dict[str, Any]) -> dict[str, Any]:
    """Return parameters without what is read from S3, which nothing plays here."""
    return {m: v for m, v in parameters.items() if m not in LEFT_OUT}


def answer(client: Any, operation: str, parameters: dict[str, Any]) -> str:
    """Return `answered`, or the code of the refusal."""
    try:
        client._make_api_call(operation, parameters)
    except ClientError as refused:
        return str(refused.response["Error"]["Code"])
    return "answered"
