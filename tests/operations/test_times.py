"""Times: milliseconds on the wire; the time of the last change moves with every change; stable lists."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from sagestub import World, mock_sagemaker
from tests.conftest import shared_session
from tests.model.creations import create, kinds_created, populated
from tests.model.test_round_trips import FIXED_AT_UPDATE, TAKING_AWAY, Place

REGION = "eu-west-1"
MINUTE = 60
UPDATED_IN = {
    "NotebookInstance": "Stopped",
    "InferenceExperiment": "Running",
    "TrainingJob": "InProgress/Training",
}
"""The state that an update needs, where it is not the one of rest."""


def changed_kinds(verb: str = "describe") -> tuple[str, ...]:
    """Return the kinds that a call creates, that tell their last change, and that have a verb."""
    with mock_sagemaker() as sm:
        bound = {kind: sm._kind(kind) for kind in kinds_created()}
        return tuple(k for k, b in bound.items() if b.modified_member and getattr(b, verb))


def last_change(place: Place) -> float:
    """Return when the resource was changed last; its creation where nothing else is told."""
    kind, document = place.kind, place.created.resource.document
    return float(document.get(kind.modified_member) or document[kind.created_member])


@pytest.mark.parametrize("kind", changed_kinds("update"))
def test_an_update_moves_the_time_of_the_last_change(kind: str) -> None:
    with populated(without=kind) as (sm, client):
        place = Place(sm, client, create(sm, client, kind))
        place.created.resource.advance(30)
        sm.clock.advance(MINUTE)
        before = last_change(place)
        sm.clock.advance(MINUTE)
        operation = place.kind.update
        taking = {m: None for m in operation.input_members if m.endswith(TAKING_AWAY)}
        if kind in UPDATED_IN:
            place.created.resource.move_to(UPDATED_IN[kind])
        place.call_when_accepted(operation, {**taking, **FIXED_AT_UPDATE.get(kind, {})})
        assert last_change(place) >= before + MINUTE


@pytest.mark.parametrize("kind", changed_kinds())
def test_every_move_moves_the_time_of_the_last_change(kind: str) -> None:
    with populated(without=kind, transitions="manual") as (sm, client):
        resource = create(sm, client, kind).resource
        member = resource.kind.modified_member
        for _ in range(10):
            sm.clock.advance(MINUTE)
            entered = len(resource.past)
            resource.advance()
            if len(resource.past) == entered:
                break
            told = resource.document.get(member)
            assert told is None or told >= resource.past[-1][1]


@pytest.mark.parametrize("kind", changed_kinds())
def test_looking_moves_no_time(kind: str) -> None:
    with populated(without=kind, transitions="manual") as (sm, client):
        place = Place(sm, client, create(sm, client, kind))
        before = last_change(place)
        sm.clock.advance(MINUTE)
        place.describe()
        assert last_change(place) == before


def numbers_in(value: Any) -> Iterator[Decimal]:
    """Return the numbers with a fraction in a parsed answer, however deep."""
    if isinstance(value, Decimal):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from numbers_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from numbers_in(item)


@pytest.mark.parametrize("kind", changed_kinds())
def test_times_have_milliseconds_on_the_wire(kind: str) -> None:
    """Whole numbers of milliseconds, as epoch seconds: the service's timestamps are no finer."""
    with populated(without=kind) as (sm, client):
        place = Place(sm, client, create(sm, client, kind))
        sm.clock.advance(1.23456789)
        place.created.resource.advance(30)
        bodies: list[bytes] = []
        client.meta.events.register(
            "before-parse.sagemaker",
            lambda response_dict, **_: bodies.append(response_dict["body"]),
        )
        place.describe()
        told = json.loads(bodies[-1], parse_float=Decimal)
        now = sm.clock.now().timestamp()
        times = [n for n in numbers_in(told) if abs(float(n) - now) < 10**7]
        assert all(number == round(number, 3) for number in times)


def test_a_list_of_equal_times_keeps_its_order(client: Any, sm: World) -> None:
    """Made at the same moment: both orders are the reverse of each other, page by page the same."""
    now = sm.clock.now()
    for number in (3, 1, 2, 5, 4):
        sm.add("CompilationJob", REGION, CompilationJobName=f"a{number}", CreationTime=now)

    def names(order: str, size: int) -> list[str]:
        pages = client.get_paginator("list_compilation_jobs").paginate(
            SortOrder=order, SortBy="CreationTime", PaginationConfig={"PageSize": size}
        )
        return [
            job["CompilationJobName"] for page in pages for job in page["CompilationJobSummaries"]
        ]

    assert names("Ascending", 100) == ["a3", "a1", "a2", "a5", "a4"]
    for size in (1, 2, 3):
        assert names("Ascending", size) == ["a3", "a1", "a2", "a5", "a4"]
        assert names("Descending", size) == ["a4", "a5", "a2", "a1", "a3"]


def test_times_of_one_call_are_the_same_moment() -> None:
    with mock_sagemaker(transitions="immediate"):
        client = shared_session().client("sagemaker", region_name=REGION)
        client.create_experiment(ExperimentName="a")
        told = client.describe_experiment(ExperimentName="a")
        assert told["CreationTime"] == told["LastModifiedTime"]
