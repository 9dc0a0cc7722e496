"""One resource, moved by the test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sagestub import (
    InvalidArgumentError,
    NoSuchResourceError,
    World,
    after,
    immediate,
    manual,
    poll,
)
from tests.world.handle import STATES, message, statuses

Request = Callable[..., dict[str, Any]]

REGION = "eu-west-1"


@pytest.mark.parametrize("start", STATES)
@pytest.mark.parametrize("end", STATES)
def test_every_state_can_be_reached_from_every_other(sm: World, start: str, end: str) -> None:
    job = sm.add("CompilationJob", CompilationJobStatus=start)
    assert job.move_to(end) is job
    assert job.status == end
    members = job.members
    ended = end in {"COMPLETED", "FAILED", "STOPPED"}
    assert ("CompilationEndTime" in members) == ended
    assert bool(members["FailureReason"]) == (end == "FAILED")
    assert ("ModelDigests" in members) == (end == "COMPLETED")
    times = [time for _, time in job.history]
    assert times == sorted(times)
    assert members["CreationTime"] <= members.get("CompilationStartTime", times[-1]) <= times[-1]


def test_moving_ahead_passes_through_the_states_between(sm: World) -> None:
    job = sm.add("CompilationJob").move_to("COMPLETED")
    assert [state for state, _ in job.history] == ["STARTING", "INPROGRESS", "COMPLETED"]
    members = job.members
    assert members["CreationTime"] < members["CompilationStartTime"]
    assert members["CompilationStartTime"] < members["CompilationEndTime"]


def test_a_job_moved_back_goes_on_from_there(client: Any, sm: World) -> None:
    job = sm.add("CompilationJob", region=REGION, CompilationJobName="resnet")
    job.move_to("COMPLETED").move_to("INPROGRESS")
    assert statuses(client, 3) == ["INPROGRESS", "COMPLETED", "COMPLETED"]


def test_advance_takes_steps_and_rests_at_the_end(sm: World) -> None:
    job = sm.add("CompilationJob")
    assert job.advance(0).status == "STARTING"
    assert job.advance().status == "INPROGRESS"
    assert job.advance(n=5).status == "COMPLETED"
    assert job.advance().status == "COMPLETED"
    assert [state for state, _ in job.history] == ["STARTING", "INPROGRESS", "COMPLETED"]


@pytest.mark.parametrize("n", [-1, 1.0, "2", True, None])
def test_advance_by_no_number(sm: World, n: Any) -> None:
    job = sm.add("CompilationJob")
    text = message(lambda: job.advance(n), InvalidArgumentError)
    assert "whole number of 0 or more" in text
    assert job.status == "STARTING"


@pytest.mark.parametrize(
    ("state", "nearest"),
    [("completed", "COMPLETED"), ("Failed", "FAILED"), ("IN_PROGRESS", "INPROGRESS")],
)
def test_a_state_that_does_not_exist(sm: World, state: str, nearest: str) -> None:
    job = sm.add("CompilationJob")
    text = message(lambda: job.move_to(state))
    assert text.startswith(
        f"There is no state of CompilationJob {state!r}.\nDid you mean {nearest!r}? "
        f"What exists: {nearest}, "
    )


def test_a_reason_is_text_and_for_kinds_that_have_one(sm: World) -> None:
    job = sm.add("CompilationJob")
    wrong: Any = 7
    text = message(lambda: job.move_to("FAILED", reason=wrong), InvalidArgumentError)
    assert "reason= is 7." in text
    pipeline = sm.add("Pipeline")
    text = message(lambda: pipeline.move_to("Deleting", reason="no"), InvalidArgumentError)
    assert "Pipeline has no FailureReason" in text


def test_a_deleted_resource_does_not_come_back(client: Any, sm: World) -> None:
    job = sm.add("CompilationJob", region=REGION, CompilationJobStatus="COMPLETED")
    client.list_compilation_jobs()
    client.delete_compilation_job(CompilationJobName=job.name)
    text = message(lambda: job.move_to("FAILED"), NoSuchResourceError)
    assert text.startswith("CompilationJob 'compilation-job-1' has been deleted.")
    assert job.advance().status == "COMPLETED"
    assert client.list_compilation_jobs()["CompilationJobSummaries"] == []


def test_how_things_are_shown(client: Any, sm: World, compilation_job: Request) -> None:
    client.create_compilation_job(**compilation_job())
    job = sm.get("CompilationJob", "resnet")
    assert repr(job) == "<CompilationJob 'resnet' STARTING in 123456789012/eu-west-1>"
    assert repr(sm) == "<sagestub world: 1 resources, 1 calls>"
    assert repr(sm.calls) == "<1 calls: CreateCompilationJob>"
    assert repr(sm.calls[0]) == "<CreateCompilationJob in 123456789012/eu-west-1: answered>"
    assert repr(sm.clock).startswith("<virtual clock at 20")
    assert [str(rule) for rule in (poll(2), after(30), manual(), immediate())] == [
        "poll(2)",
        "after(30)",
        "manual()",
        "immediate()",
    ]
