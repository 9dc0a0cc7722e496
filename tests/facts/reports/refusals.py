"""How the tables of this folder are written: a call, and the fact that says how the service refuses it.

Code and message are those of the fact, so that fact and test cannot drift. A fact without a message
says that the call is refused, not in which words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from docs.ledger import facts
from sagestub import World
from tests.conftest import shared_session

REGION = "eu-west-1"
ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/ml"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/churn:1"


class Refusal(NamedTuple):
    """A call that the service refuses.

    Args:
        fact: The fact's name.
        operation: The operation.
        parameters: What it is called with.
        given: What is there before: kinds, and members of the Describe response.
        values: What braces in the message stand for; those that are not here stand for anything.
        service: The service of the operation.
    """

    fact: str
    operation: str
    parameters: dict[str, Any]
    given: Sequence[tuple[str, dict[str, Any]]] = ()
    values: Mapping[str, str] = MappingProxyType({})
    service: str = "sagemaker"


def rows(table: Sequence[Any]) -> list[Any]:
    """Return a table's rows as parameters that bear the names of their facts."""
    return [pytest.param(row, id=f"{row.fact} ({row.operation})") for row in table]


def check(row: Refusal, sm: World) -> None:
    """Make the call; it is refused as the fact says, and nothing has changed."""
    for kind, members in row.given:
        sm.add(kind, REGION, **members)
    session: Any = shared_session()  # The overloads of its client know literal names only.
    client = session.client(row.service, region_name=REGION)
    before = everything(sm)
    with pytest.raises(ClientError) as refusal:
        client._make_api_call(row.operation, deepcopy(row.parameters))
    check_answer(row.fact, refusal.value, row.values)
    assert everything(sm) == before


def check_answer(fact: str, refusal: ClientError, values: Mapping[str, str] | None = None) -> None:
    """Compare an error with what a fact says."""
    error, said = refusal.response["Error"], facts()[fact].value
    assert error["Code"] == said["code"], error["Message"]
    if "message" in said:
        assert pattern_of(said["message"], values or {}).search(error["Message"]), error["Message"]


def pattern_of(message: str, values: Mapping[str, str]) -> re.Pattern[str]:
    """Return the pattern of a fact's message: the whole one, or a part of it."""
    part = message.startswith("(contains) ")
    text = message.removeprefix("(contains) ")
    pieces = re.split(r"\{([^{}]+)\}", text)
    for at in range(1, len(pieces), 2):
        pieces[at] = re.escape(values[pieces[at]]) if pieces[at] in values else "(?s:.+)"
    pieces[::2] = map(re.escape, pieces[::2])
    return re.compile("".join(pieces) if part else f"^{''.join(pieces)}$")


def everything(sm: World) -> dict[tuple[str, str], Any]:
    """Return what there is: each resource with its state, its members and its tags."""
    return {
        (one.kind.name, one.arn or one.name): (one.status, deepcopy(one.document), dict(one.tags))
        for one in sm.resources()
    }
