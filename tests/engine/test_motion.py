"""Motion on the virtual clock: what is due happens in order, at its exact time, however time passes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import pytest
from botocore.waiter import WaiterModel, create_waiter_with_client
from freezegun import freeze_time
from hypothesis import given
from hypothesis import strategies as st

from sagestub import Resource, World, after, immediate, manual, mock_sagemaker, poll

Request = Callable[..., dict[str, Any]]

REGION = "eu-west-1"
START = datetime(2030, 1, 1, tzinfo=timezone.utc)


def seconds_of(job: Resource) -> list[tuple[str, float]]:
    """Return a resource's route in seconds since `START`."""
    return [(state, (time - START).total_seconds()) for state, time in job.history]


@pytest.fixture
def clock_world() -> Any:
    """A world by the rule `clock`, at `START` until it is moved."""
    with freeze_time(START), mock_sagemaker(transitions="clock") as sm:
        yield sm


def test_moves_happen_at_their_exact_times(clock_world: World) -> None:
    job = clock_world.add("CompilationJob")
    clock_world.clock.advance(100_000)
    assert seconds_of(job) == [("STARTING", 0), ("INPROGRESS", 30), ("COMPLETED", 270)]
    members = job.members
    assert members["CompilationStartTime"] == START + timedelta(seconds=30)
    assert members["CompilationEndTime"] == START + timedelta(seconds=270)
    assert members["LastModifiedTime"] == START + timedelta(seconds=270)


def test_nothing_moves_a_moment_too_early(clock_world: World) -> None:
    job = clock_world.add("CompilationJob")
    clock_world.clock.advance(29.999)
    assert job.status == "STARTING"
    clock_world.clock.advance(0.001)
    assert job.status == "INPROGRESS"


def test_after_is_the_time_in_each_state(clock_world: World) -> None:
    clock_world.transitions("CompilationJob", rule=after(timedelta(minutes=1)))
    job = clock_world.add("CompilationJob")
    clock_world.clock.advance(150)
    assert seconds_of(job) == [("STARTING", 0), ("INPROGRESS", 60), ("COMPLETED", 120)]


def test_another_time_for_one_state(clock_world: World) -> None:
    clock_world.transitions("CompilationJob", rule=after(5), state="INPROGRESS")
    job = clock_world.add("CompilationJob")
    clock_world.clock.advance(35)
    assert seconds_of(job)[1:] == [("INPROGRESS", 30), ("COMPLETED", 35)]


def test_after_nothing_is_in_the_same_moment(clock_world: World) -> None:
    clock_world.transitions("CompilationJob", rule=after(0))
    job = clock_world.add("CompilationJob")
    clock_world.clock.advance(0)
    assert seconds_of(job) == [("STARTING", 0), ("INPROGRESS", 0), ("COMPLETED", 0)]


def test_many_resources_move_in_the_order_of_time(clock_world: World) -> None:
    for number, seconds in enumerate((50, 20, 35), start=1):
        clock_world.transitions("CompilationJob", rule=after(seconds), name=f"job-{number}")
        clock_world.add("CompilationJob", region=REGION, CompilationJobName=f"job-{number}")
    clock_world.clock.advance(1000)
    moves = sorted(
        (time, job.name, state)
        for job in clock_world.resources()
        for state, time in seconds_of(job)[1:]
    )
    assert moves == [
        (20, "job-2", "INPROGRESS"),
        (35, "job-3", "INPROGRESS"),
        (40, "job-2", "COMPLETED"),
        (50, "job-1", "INPROGRESS"),
        (70, "job-3", "COMPLETED"),
        (100, "job-1", "COMPLETED"),
    ]


@given(
    pace=st.lists(st.integers(1, 400), min_size=1, max_size=4),
    steps=st.lists(st.integers(0, 3000).map(lambda tenths: tenths / 10), max_size=12),
)
def test_small_steps_are_one_large_step(pace: list[int], steps: list[float]) -> None:
    def routes(advances: list[float]) -> list[list[tuple[str, float]]]:
        with freeze_time(START), mock_sagemaker(transitions="clock") as sm:
            for number, seconds in enumerate(pace):
                sm.transitions("CompilationJob", rule=after(seconds), name=f"job-{number}")
                sm.add("CompilationJob", CompilationJobName=f"job-{number}")
            sm.add("CompilationJob", CompilationJobName="own-pace")
            for step in advances:
                sm.clock.advance(step)
            return [seconds_of(job) for job in sm.resources()]

    assert routes(steps) == routes([round(sum(steps), 1)])


def test_list_and_describe_see_what_is_due(clock_world: World, compilation_job: Request) -> None:
    client = boto3.client("sagemaker", region_name=REGION)
    client.create_compilation_job(**compilation_job())
    assert client.list_compilation_jobs(StatusEquals="STARTING")["CompilationJobSummaries"]
    clock_world.clock.advance(300)
    (summary,) = client.list_compilation_jobs(StatusEquals="COMPLETED")["CompilationJobSummaries"]
    assert summary["CompilationEndTime"] == START + timedelta(seconds=270)
    assert client.list_compilation_jobs(StatusEquals="STARTING")["CompilationJobSummaries"] == []
    described = client.describe_compilation_job(CompilationJobName="resnet")
    assert described["CompilationJobStatus"] == "COMPLETED"


def test_time_that_a_freezing_library_lets_pass_counts(compilation_job: Request) -> None:
    with freeze_time(START) as frozen, mock_sagemaker(transitions="clock") as sm:
        client = boto3.client("sagemaker", region_name=REGION)
        client.create_compilation_job(**compilation_job())
        frozen.tick(300)
        assert sm.get("CompilationJob", "resnet").status == "COMPLETED"
        assert seconds_of(sm.get("CompilationJob", "resnet"))[-1] == ("COMPLETED", 270)


def test_stopping_takes_its_time(clock_world: World, compilation_job: Request) -> None:
    client = boto3.client("sagemaker", region_name=REGION)
    client.create_compilation_job(**compilation_job())
    clock_world.clock.advance(100)
    client.stop_compilation_job(CompilationJobName="resnet")
    clock_world.clock.advance(1000)
    assert seconds_of(clock_world.get("CompilationJob", "resnet"))[1:] == [
        ("INPROGRESS", 30),
        ("STOPPING", 100),
        ("STOPPED", 130),
    ]


def test_a_deleted_job_moves_no_more(clock_world: World) -> None:
    client = boto3.client("sagemaker", region_name=REGION)
    jobs = [
        clock_world.add("CompilationJob", region=REGION, CompilationJobStatus="COMPLETED"),
        clock_world.add("CompilationJob", region=REGION, CompilationJobStatus="STARTING"),
    ]
    jobs[1].move_to("STOPPED")
    for job in jobs:
        client.delete_compilation_job(CompilationJobName=job.name)
    clock_world.clock.advance(9999)
    assert [job.status for job in jobs] == ["COMPLETED", "STOPPED"]


def test_a_move_by_hand_replaces_the_one_that_was_due(clock_world: World) -> None:
    job = clock_world.add("CompilationJob")
    clock_world.clock.advance(10)
    job.advance()
    clock_world.clock.advance(239)
    assert job.status == "INPROGRESS"
    clock_world.clock.advance(1)
    assert seconds_of(job) == [("STARTING", 0), ("INPROGRESS", 10), ("COMPLETED", 250)]


def test_a_waiter_ends_under_the_rule_clock(clock_world: World, compilation_job: Request) -> None:
    """Ten polls, 30 virtual seconds apart, and no real ones."""
    client = boto3.client("sagemaker", region_name=REGION)
    model = WaiterModel(
        {
            "version": 2,
            "waiters": {
                "CompilationJobDone": {
                    "operation": "DescribeCompilationJob",
                    "delay": 30,
                    "maxAttempts": 60,
                    "acceptors": [
                        {
                            "state": "success",
                            "matcher": "path",
                            "argument": "CompilationJobStatus",
                            "expected": "COMPLETED",
                        }
                    ],
                }
            },
        }
    )
    client.create_compilation_job(**compilation_job())
    waiter = create_waiter_with_client("CompilationJobDone", model, client)
    waiter.wait(CompilationJobName="resnet")
    assert len(clock_world.calls("DescribeCompilationJob")) == 10
    assert (clock_world.clock.now() - START).total_seconds() == 270


def test_a_poll_lets_plausible_time_pass_for_all(compilation_job: Request) -> None:
    with freeze_time(START), mock_sagemaker() as sm:
        client = boto3.client("sagemaker", region_name=REGION)
        sm.transitions("CompilationJob", rule="clock", name="other")
        for name in ("resnet", "other"):
            client.create_compilation_job(**compilation_job(name))
        for _ in range(2):
            client.describe_compilation_job(CompilationJobName="resnet")
        assert seconds_of(sm.get("CompilationJob", "resnet")) == [
            ("STARTING", 0),
            ("INPROGRESS", 30),
            ("COMPLETED", 270),
        ]
        assert seconds_of(sm.get("CompilationJob", "other")) == [
            ("STARTING", 0),
            ("INPROGRESS", 30),
            ("COMPLETED", 270),
        ]


def test_each_of_many_polls_counts_for_its_own_resource(compilation_job: Request) -> None:
    with mock_sagemaker(transitions=poll(2)) as sm:
        client = boto3.client("sagemaker", region_name=REGION)
        for name in ("a", "b"):
            client.create_compilation_job(**compilation_job(name))
        for name in ("a", "b", "a"):
            client.describe_compilation_job(CompilationJobName=name)
        assert [job.status for job in sm.resources()] == ["INPROGRESS", "STARTING"]


@pytest.mark.parametrize("rule", [poll(), immediate(), manual(), after(1)])
def test_a_rule_can_be_the_mocks_own(rule: Any, compilation_job: Request) -> None:
    seen = {"poll": "STARTING", "immediate": "COMPLETED", "manual": "STARTING", "clock": "STARTING"}
    with mock_sagemaker(transitions=rule):
        client = boto3.client("sagemaker", region_name=REGION)
        client.create_compilation_job(**compilation_job())
        answer = client.describe_compilation_job(CompilationJobName="resnet")
        assert answer["CompilationJobStatus"] == seen[rule.name]


def test_time_never_runs_backwards(compilation_job: Request) -> None:
    """A rule that is set late finds moves that are overdue; they happen now, not in the past."""
    with freeze_time(START), mock_sagemaker(transitions="manual") as sm:
        job = sm.add("CompilationJob")
        sm.clock.advance(1000)
        sm.transitions("CompilationJob", rule=after(10))
        sm.clock.advance(0)
        assert seconds_of(job) == [("STARTING", 0), ("INPROGRESS", 1000)]
        assert (sm.clock.now() - START).total_seconds() == 1000
