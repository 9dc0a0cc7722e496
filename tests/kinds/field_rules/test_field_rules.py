"""What members of one request must be to each other: a row a rule, the call and the answer.

Each row changes a right request so that it breaks one rule and no other. Where a rule comes from, and
its text, stands with its declaration, and in docs/reference/cross-fields.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World, mock_sagemaker
from sagestub.engine.cross_fields import FieldRule
from sagestub.errors import ServiceError
from sagestub.kinds import FIELD_RULES, KINDS
from sagestub.model.service import load_service
from sagestub.services import catalogue_of
from tests import covered
from tests.conftest import shared_session
from tests.kinds.field_rules import (
    batch,
    clusters,
    gateways,
    hosting,
    people,
    pipelines,
    registry,
    studio,
    training,
)
from tests.kinds.field_rules.rows import Row, changed

FAMILIES = (training, batch, hosting, gateways, studio, people, clusters, registry, pipelines)
ROWS = [row for family in FAMILIES for row in family.ROWS]
REQUESTS = {name: request for family in FAMILIES for name, request in family.REQUESTS.items()}
KEPT = [
    *((operation, {}) for operation in REQUESTS),
    *(kept for family in FAMILIES for kept in family.KEPT),
]


@pytest.fixture(scope="module")
def world() -> Iterator[tuple[World, Any]]:
    with mock_sagemaker(references="ignore") as sm:
        yield sm, shared_session().client("sagemaker", region_name="eu-west-1")


def rules_of(operation: str) -> tuple[FieldRule, ...]:
    plan = catalogue_of(load_service("sagemaker")).plan(operation)
    assert plan is not None
    return plan.rules


def broken_by(operation: str, request: dict[str, Any]) -> list[FieldRule]:
    found = []
    for rule in rules_of(operation):
        try:
            rule.check(request)
        except ServiceError:
            found.append(rule)
    return found


def name_of(row: Any) -> str:
    return f"{row[0]}: {', '.join(row[1]) or 'as it is'}"


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_request_that_breaks_one_rule_is_refused(row: Row, world: tuple[World, Any]) -> None:
    sm, client = world
    request = changed(REQUESTS[row.operation], row.changes)
    before = len(sm.resources())
    with pytest.raises(ClientError) as refusal:
        client._make_api_call(row.operation, request)
    assert refusal.value.response["Error"] == {"Code": row.code, "Message": row.text}
    assert len(broken_by(row.operation, request)) == 1
    assert len(sm.resources()) == before


@pytest.mark.parametrize("kept", KEPT, ids=name_of)
def test_a_request_that_keeps_the_rules_is_accepted(kept: tuple[str, dict[str, Any]]) -> None:
    operation, changes = kept
    request = changed(REQUESTS[operation], changes)
    assert broken_by(operation, request) == []
    if operation.startswith("Create"):
        with mock_sagemaker(references="ignore"):
            client = shared_session().client("sagemaker", region_name="eu-west-1")
            answer: dict[str, Any] = client._make_api_call(operation, request)
            assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def declared() -> list[FieldRule]:
    of_kinds = [rule for kind in KINDS.values() for rule in kind.field_rules]
    return [*of_kinds, *(rule for rules in FIELD_RULES.values() for rule in rules)]


def test_every_rule_has_a_row_that_breaks_it() -> None:
    broken = {
        id(rule)
        for row in ROWS
        for rule in broken_by(row.operation, changed(REQUESTS[row.operation], row.changes))
    }
    assert [rule for rule in declared() if id(rule) not in broken] == []
    assert len(declared()) >= 100


def test_every_operation_with_rules_has_a_right_request() -> None:
    """A rule that several operations check is kept by a request of each of them."""
    names = covered.operations("sagemaker")
    assert {name for name in names if rules_of(name)} == set(REQUESTS)
