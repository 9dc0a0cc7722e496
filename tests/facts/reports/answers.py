"""A call and the refusal that a fact of `docs/facts/reports.yaml` tells of.

Code and message are read from the fact, so that a fact and its test cannot say different things.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from docs.ledger import facts
from sagestub import World
from tests.conftest import shared_session

REGION = "eu-west-1"
ARN = f"arn:aws:sagemaker:{REGION}:123456789012:"

Prepare = Callable[[World, Any], object]


class Report(NamedTuple):
    """A call that is refused.

    Args:
        fact: The fact's name.
        operation: The operation.
        request: Its request.
        values: What stands for each {…} of the fact's message.
        says: A part of the answer, where the fact has no message.
        prepare: What comes first, given the world and a client.
        service: The service of the operation.
    """

    fact: str
    operation: str
    request: dict[str, Any]
    values: dict[str, str] | None = None
    says: str = ""
    prepare: Prepare | None = None
    service: str = "sagemaker"


def name_of(report: Any) -> str:
    return str(report.fact).removeprefix("reports.")


def state_of(sm: World) -> list[tuple[str, str, dict[str, Any]]]:
    """Return a copy of all that a world holds."""
    return [(r.kind.name, r.key, deepcopy(r.document)) for r in sm.resources()]


def check(sm: World, report: Report) -> None:
    """Make the call; its answer is the fact's, and nothing has changed by it."""
    if report.prepare is not None:
        report.prepare(sm, shared_session().client("sagemaker", region_name=REGION))
    session: Any = shared_session()  # The overloads of its client know literal names only.
    client = session.client(report.service, region_name=REGION)
    before = state_of(sm)
    with pytest.raises(ClientError) as refusal:
        client._make_api_call(report.operation, report.request)
    fact = facts()[report.fact].value
    answer = refusal.value.response
    assert answer["Error"]["Code"] == fact["code"], answer
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == fact.get("http", 400)
    said = answer["Error"]["Message"]
    if "message" not in fact:
        assert report.says
        assert report.says in said
    elif fact.get("partial"):
        assert filled(fact["message"], report.values) in said
    else:
        assert said == filled(fact["message"], report.values)
    assert state_of(sm) == before


def filled(message: str, values: dict[str, str] | None) -> str:
    """Return a message with the values in place of its {…}."""
    return re.sub(r"\{(\w+)\}", lambda found: (values or {})[found[1]], message)
