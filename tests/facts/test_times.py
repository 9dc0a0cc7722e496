"""The times of the facts: when each kind's time members are stamped."""

from __future__ import annotations

from datetime import timedelta

import pytest

from docs.ledger import Fact, named
from tests.facts import walks
from tests.facts.walks import END, ids, kind_of

MILLISECOND = timedelta(milliseconds=1)
"""What an answer may lose of a time."""

CREATION = named(
    "*.*.timestamps.CreationTime", "*.*.timestamps.CreatedAt", "*.*.timestamps.CreateDate"
)
CHANGE = named(
    "*.*.timestamps.LastModifiedTime",
    "*.*.timestamps.LastModifiedAt",
    "*.*.timestamps.LastUpdatedDate",
)
END_TIMES = named("*.*.timestamps.*EndTime", "*.*.timestamps.CompletionTime")


def member_of(fact: Fact) -> str:
    return fact.name.rpartition(".")[2]


@pytest.mark.parametrize("fact", ids(CREATION))
def test_time_of_creation(fact: Fact) -> None:
    walk = walks.path(kind_of(fact))
    member = member_of(fact)
    times = {answer[member] for _, answer in walk.answers}
    assert len(times) == 1
    assert walk.born - MILLISECOND <= times.pop() <= walk.made
    if "no LastModifiedTime" in fact.text or fact.text.startswith("only"):
        assert not any("LastModifiedTime" in answer for _, answer in walk.answers)


@pytest.mark.parametrize("fact", ids(CHANGE))
def test_time_of_the_last_change(fact: Fact) -> None:
    """It moves with what the fact says it moves with: each status, or an update."""
    walk = walks.path(kind_of(fact))
    member = member_of(fact)
    created = walk.created.answer
    assert created
    states = [answer.get(member) for _, answer in walk.answers]
    if "change" in fact.text or "InService" in fact.text:
        known = [time for time in states if time is not None]
        assert known == states == sorted(known)
        assert len(known) == 1 or known[0] < known[-1]
    if "at create" in fact.text or "equals CreationTime" in fact.text:
        assert states[0] is not None
    if "absent until first update" in fact.text:
        assert states == [None] * len(states)
    if "update" in fact.text:
        updated = [a[member] for s, a in walks.after(kind_of(fact), "update") if s != END]
        last = walks.before(kind_of(fact), "update").get(member)
        assert last is None or updated[-1] > last
    else:
        assert "change" in fact.text


STARTS = {
    "jobs.OptimizationJob.timestamps.OptimizationStartTime": "INPROGRESS",
    "jobs.AIBenchmarkJob.timestamps.StartTime": "InProgress",
    "jobs.AIRecommendationJob.timestamps.StartTime": "InProgress",
}
"""Facts about times of a start, with the status that a resource enters then."""


@pytest.mark.parametrize("name", STARTS)
def test_time_of_the_start(name: str) -> None:
    """It is there from that status on, not before, and is the time of its entry."""
    walk, member = walks.path(name.split(".")[1]), name.rpartition(".")[2]
    begun = [status for status, _ in walk.answers].index(STARTS[name])
    assert not any(member in answer for _, answer in walk.answers[:begun])
    entered = dict(walk.created.resource.history)[STARTS[name]]
    for _, answer in walk.answers[begun:]:
        assert abs(answer[member] - entered) <= MILLISECOND


@pytest.mark.parametrize("fact", ids(END_TIMES))
def test_time_of_the_end(fact: Fact) -> None:
    """It is there in the final state, not before, and is the time of that state's entry."""
    walk = walks.path(kind_of(fact))
    *before, (status, last) = walk.answers
    assert fact.text.startswith("terminal")
    assert not any(member_of(fact) in answer for _, answer in before)
    entered = walk.created.resource.history[-1]
    assert entered[0].partition("/")[0] == status
    assert abs(last[member_of(fact)] - entered[1]) <= MILLISECOND
