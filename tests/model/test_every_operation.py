"""Every operation of every SageMaker service, called through a real client with generated input.

The world holds one resource of each kind, and the input names them where it names anything. An answer
must be of the operation's output shape, required members and all; a refusal must be one of the service's
errors. Nothing else may come back.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sagestub import World, mock_sagemaker
from sagestub.kinds import KINDS
from tests import covered
from tests.model.shapes import valid_input, valid_structure

REGION = "eu-west-1"
EXAMPLES = 3

ERROR_CODES = frozenset(
    {
        "ValidationException",
        "ValidationError",
        # Documented by its status 415 only, for what is no JSON.
        "UnsupportedMediaTypeException",
    }
)
"""Codes that operations answer with though the model does not declare them."""

LEFT_OUT = {
    "PipelineDefinitionS3Location": "read from S3, which nothing plays here",
    "InputLocation": "likewise",
}
"""Members that the calls do not give, each with the reason."""


@cache
def model(service: str) -> Any:
    return botocore.session.Session().get_service_model(service)


OPERATIONS = [
    pytest.param(service, name, id=f"{service}.{name}")
    for service in covered.services()
    for name in covered.operations(service)
]


@pytest.fixture(scope="module")
def clients() -> dict[str, Any]:
    make: Any = boto3.client
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    return {name: make(name, region_name=REGION, **keys) for name in covered.services()}


def one_of(strategy: st.SearchStrategy[Any]) -> Any:
    """Return one value of a strategy, always the same."""
    found: list[Any] = []

    @settings(max_examples=1, deadline=None, database=None, derandomize=True)
    @given(value=strategy)
    def keep(value: Any) -> None:
        found.append(value)

    keep()
    return found[0]


@cache
def required_members(kind_name: str) -> dict[str, Any]:
    """Return values for the required members of a kind, as the shape that holds them has them."""
    service = model("sagemaker")
    declared = KINDS.get(kind_name)
    if declared is not None and declared.shape:
        shape = service.shape_for(declared.shape)
    elif f"Describe{kind_name}" in service.operation_names:
        shape = service.operation_model(f"Describe{kind_name}").output_shape
        members = list(shape.members.values())
        if len(members) == 1 and members[0].type_name == "structure":
            shape = members[0]
    else:
        return {}
    values = one_of(valid_structure(shape))
    return {name: values[name] for name in shape.required_members}


def add_each(sm: World, kinds: Iterable[str]) -> None:
    """Add a resource of each of these kinds, with the members that the model requires."""
    for kind in kinds:
        bound = sm._kind(kind)
        made = {*bound.identifier, bound.arn_member, bound.status_member, "CreationTime"}
        members = required_members(kind)
        sm.add(kind, region=REGION, **{m: v for m, v in members.items() if m not in made})


@pytest.fixture
def world() -> Iterator[World]:
    """A world with one resource of each kind."""
    with mock_sagemaker() as sm:
        add_each(sm, covered.kinds(sm.kinds))
        yield sm


def names_in(sm: World) -> dict[str, Any]:
    """Return the values of identifying members, by member name."""
    known: dict[str, Any] = {}
    for resource in sm.resources():
        kind = resource.kind
        known.setdefault(f"{kind.name}Arn", resource.arn)
        known.setdefault(f"{kind.name}Name", resource.name)
        for member in (*kind.identifier, kind.arn_member):
            if member in resource.document:
                known.setdefault(member, resource.document[member])
    return known


def placed(parameters: Any, known: dict[str, Any], kept: frozenset[str]) -> Any:
    """Return parameters that name what is in the world, but for the members in `kept`."""
    if isinstance(parameters, dict):
        return {
            name: known[name]
            if name in known and name not in kept and isinstance(value, str)
            else placed(value, known, kept)
            for name, value in parameters.items()
        }
    if isinstance(parameters, list):
        return [placed(value, known, kept) for value in parameters]
    return parameters


def check_answer(answer: dict[str, Any], operation: Any) -> None:
    """Fail unless an answer is of its operation's output shape."""
    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] < 300
    shape = operation.output_shape
    if shape is None:
        assert answer == {}
        return
    payload = shape.serialization.get("payload")
    if payload is not None:
        streamed = answer.pop(payload)
        answer[payload] = (
            b"".join(event["PayloadPart"]["Bytes"] for event in streamed)
            if getattr(shape.members[payload], "is_eventstream", False)
            or shape.members[payload].serialization.get("eventstream")
            else streamed.read()
        )
        if shape.members[payload].type_name == "structure":
            del answer[payload]
    required = [m for m in shape.required_members if m not in answer and m != payload]
    report = ParamValidator().validate(answer, shape)
    assert not required, required
    assert not report.has_errors(), report.generate_report()


def check_refusal(refusal: ClientError, codes: frozenset[str]) -> None:
    """Fail unless a refusal has one of the service's codes, and says something."""
    error = refusal.response["Error"]
    assert error["Code"] in codes
    assert error["Message"]


def client_method(client: Any, operation_name: str) -> Any:
    names = {v: k for k, v in client.meta.method_to_api_mapping.items()}
    return getattr(client, names[operation_name])


@pytest.mark.parametrize(("service", "name"), OPERATIONS)
def test_an_answer_is_of_its_shape_and_a_refusal_is_the_services(
    clients: dict[str, Any], world: World, service: str, name: str
) -> None:
    operation = model(service).operation_model(name)
    declared = frozenset(shape.name for shape in model(service).error_shapes)
    call = client_method(clients[service], name)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def try_it(data: st.DataObject) -> None:
        known = names_in(world)
        made = name.startswith(("Create", "Register", "Import", "Start", "Put"))
        own = {f"{name.removeprefix('Create')}Name"} if made else set()
        parameters = data.draw(valid_input(operation)) if operation.input_shape else {}
        for member in LEFT_OUT:
            if member not in getattr(operation.input_shape, "required_members", ()):
                parameters.pop(member, None)
        try:
            answer = call(**placed(parameters, known, frozenset(own)))
        except ClientError as refusal:
            check_refusal(refusal, declared | ERROR_CODES)
        else:
            check_answer(answer, operation)

    try_it()
