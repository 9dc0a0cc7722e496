"""What a resource of each kind shows on its ways, walked once a run for all facts about them."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from docs.ledger import Fact
from tests.model.creations import Created, create, populated
from tests.model.test_round_trips import FIXED_AT_UPDATE, TAKING_AWAY, Place

LONGEST_WAY = 30
DAYS = 2 * 24 * 3600
REASON = "the test says so"
END = "(gone)"

Answers = list[tuple[str, dict[str, Any]]]
"""What Describe answered, with the status; each status once in a row."""

STOPPED_BEFORE = {
    ("NotebookInstance", "delete"): "only a stopped one is deleted",
    ("NotebookInstance", "update"): "only a stopped one is updated",
    ("TrainingSession", "delete"): "only one that has ended is deleted",
}
"""Verbs before which the resource is stopped, each with the reason."""


class Path(NamedTuple):
    """The way from creation to rest."""

    created: Created
    born: datetime
    """The virtual time before the call that created it."""
    made: datetime
    """The virtual time after it."""
    answers: Answers


def kind_of(fact: Fact) -> str:
    """Return the kind that a fact is about."""
    return fact.name.split(".")[1]


def ids(facts: list[Fact]) -> list[Any]:
    """Return facts as parameters that bear their names."""
    return [pytest.param(fact, id=fact.name) for fact in facts]


@cache
def path(kind_name: str) -> Path:
    """Return what a new resource shows until it rests."""
    with populated(without=kind_name) as (sm, client):
        before = sm.clock.now()
        created = create(sm, client, kind_name)
        made = sm.clock.now()
        return Path(created, before, made, shown(Place(sm, client, created)))


@cache
def failed(kind_name: str) -> Answers:
    """Return what a resource that fails shows until it rests."""
    with populated(without=kind_name) as (sm, client):
        # A reason of its own: after an error of the service's some kinds try again.
        sm.fail(kind_name, reason=REASON, times=None)
        return shown(Place(sm, client, create(sm, client, kind_name)))


def after(kind_name: str, verb: str) -> Answers:
    """Return what a resource shows from a verb on, in the first state that accepts it."""
    return _around(kind_name, verb)[1]


def before(kind_name: str, verb: str) -> dict[str, Any]:
    """Return what the same resource showed last before the verb."""
    return _around(kind_name, verb)[0]


@cache
def _around(kind_name: str, verb: str) -> tuple[dict[str, Any], Answers]:
    with populated(without=kind_name) as (sm, client):
        place = Place(sm, client, create(sm, client, kind_name))
        operation = getattr(place.kind, verb)
        last: dict[str, Any] = {}
        if verb != "stop":
            last = shown(place)[-1][1]
        if verb == "start" or (kind_name, verb) in STOPPED_BEFORE:
            place.call_when_accepted(place.kind.stop, {})
            last = shown(place)[-1][1]
        fixed: dict[str, Any] = {}
        if verb == "update":
            taking = {m: None for m in operation.input_members if m.endswith(TAKING_AWAY)}
            fixed = {**taking, **FIXED_AT_UPDATE.get(kind_name, {})}
        sm.clock.advance(1)  # So that a time that the verb moves is another one.
        place.call_when_accepted(operation, fixed)
        seen = shown(place)
        if verb == "delete" and seen[-1][0] != END:
            sm.clock.advance(DAYS)
            seen += shown(place)
        return last, seen


@cache
def after_failing(kind_name: str, verb: str) -> Answers:
    """Return what a resource shows whose change fails, from the verb on."""
    with populated(without=kind_name) as (sm, client):
        place = Place(sm, client, create(sm, client, kind_name))
        operation = getattr(place.kind, verb)
        shown(place)
        if (kind_name, verb) in STOPPED_BEFORE:
            place.call_when_accepted(place.kind.stop, {})
            shown(place)
        fixed: dict[str, Any] = {}
        if verb == "update":
            taking = {m: None for m in operation.input_members if m.endswith(TAKING_AWAY)}
            fixed = {**taking, **FIXED_AT_UPDATE.get(kind_name, {})}
        way = getattr(place.kind.lifecycle, verb)
        sm.fail(kind_name, at=way[0], times=None)
        place.call_when_accepted(operation, fixed)
        return shown(place)


def shown(place: Place) -> Answers:
    """Describe the resource until it rests or is gone."""
    seen: Answers = []
    resource = place.created.resource
    for _ in range(LONGEST_WAY):
        before = resource.state
        try:
            answer = place.describe()
        except ClientError:
            return [*seen, (END, {})]
        status = answer.get(place.kind.status_member, "")
        if not seen or seen[-1][0] != status:
            seen.append((status, answer))
        if resource.state == before and not resource.way:
            break
    return seen


def statuses(answers: Answers) -> list[str]:
    """Return the statuses only."""
    return [status for status, _ in answers]
