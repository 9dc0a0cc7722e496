"""freezegun and time-machine: times follow them; without them, times follow the real clock."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import boto3
import freezegun
import pytest
import time_machine

from sagestub import World, mock_sagemaker

if TYPE_CHECKING:
    from typing_extensions import Self

NOON = datetime(2024, 2, 29, 12, 0, 0, 123000, tzinfo=timezone.utc)


class Freezegun:
    """freezegun in the form of the tests below."""

    def __init__(self, at: datetime, tick: bool = False) -> None:
        self._freezer = freezegun.freeze_time(at, tick=tick)

    def __enter__(self) -> Self:
        self._frozen: Any = self._freezer.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._freezer.stop()

    def move_to(self, when: datetime) -> None:
        self._frozen.move_to(when)


class TimeMachine:
    """time-machine in the form of the tests below."""

    def __init__(self, at: datetime, tick: bool = False) -> None:
        self._travel = time_machine.travel(at, tick=tick)

    def __enter__(self) -> Self:
        self._traveller = self._travel.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._travel.stop()

    def move_to(self, when: datetime) -> None:
        self._traveller.move_to(when)


freezers = pytest.mark.parametrize("freeze", [Freezegun, TimeMachine])


def created(client: Any, name: str, compilation_job: Any) -> datetime:
    client.create_compilation_job(**compilation_job(name))
    answer = client.describe_compilation_job(CompilationJobName=name)
    when: datetime = answer["CreationTime"]
    return when


@freezers
def test_frozen_before_the_mock(freeze: Any, compilation_job: Any) -> None:
    with freeze(NOON), mock_sagemaker() as sm:
        client = boto3.client("sagemaker", region_name="eu-west-1")
        assert created(client, "resnet", compilation_job) == NOON
        assert sm.get("CompilationJob", "resnet").history[0][1] == NOON


@freezers
def test_frozen_inside_the_mock(freeze: Any, client: Any, sm: World, compilation_job: Any) -> None:
    with freeze(NOON):
        assert created(client, "resnet", compilation_job) == NOON
    assert sm.clock.now().year > NOON.year
    assert created(client, "later", compilation_job).year > NOON.year


@freezers
def test_frozen_within_frozen(freeze: Any, client: Any, compilation_job: Any) -> None:
    past = NOON - timedelta(days=400)
    with freeze(NOON):
        assert created(client, "one", compilation_job) == NOON
        with freeze(past):
            assert created(client, "two", compilation_job) == past
        assert created(client, "three", compilation_job) == NOON


@freezers
@pytest.mark.parametrize("seconds", [0.5, 1, 30, 59, 3600, -1, -0.5, -86400, 10**9])
def test_moved_back_and_forth_after_jobs_have_moved(
    freeze: Any, seconds: float, client: Any, compilation_job: Any
) -> None:
    """Describes move the virtual clock on; the next move of the frozen time counts all the same."""
    with freeze(NOON) as frozen:
        created(client, "one", compilation_job)
        for _ in range(3):
            client.describe_compilation_job(CompilationJobName="one")
        there = NOON + timedelta(seconds=seconds)
        frozen.move_to(there)
        assert created(client, "two", compilation_job) == there


@freezers
def test_times_of_a_frozen_job_are_in_order(freeze: Any, client: Any, compilation_job: Any) -> None:
    with freeze(NOON):
        created(client, "one", compilation_job)
        for _ in range(3):
            job = client.describe_compilation_job(CompilationJobName="one")
    assert NOON == job["CreationTime"] < job["CompilationStartTime"] < job["CompilationEndTime"]


@freezers
def test_moving_frozen_time_moves_what_is_due(freeze: Any, compilation_job: Any) -> None:
    with freeze(NOON) as frozen, mock_sagemaker(transitions="clock") as sm:
        client = boto3.client("sagemaker", region_name="eu-west-1")
        client.create_compilation_job(**compilation_job())
        frozen.move_to(NOON + timedelta(days=1))
        answer = client.describe_compilation_job(CompilationJobName="resnet")
        assert answer["CompilationJobStatus"] == "COMPLETED"
        assert sm.clock.now() == NOON + timedelta(days=1)


@freezers
@pytest.mark.parametrize("tick", [True, False])
def test_waiting_in_frozen_time_ends(freeze: Any, tick: bool, compilation_job: Any) -> None:
    with freeze(NOON, tick=tick), mock_sagemaker(transitions="clock") as sm:
        client = boto3.client("sagemaker", region_name="eu-west-1")
        client.create_compilation_job(**compilation_job())
        for _ in range(100):
            sm.clock.advance(30)
            answer = client.describe_compilation_job(CompilationJobName="resnet")
        assert answer["CompilationJobStatus"] == "COMPLETED"


@freezers
def test_a_ticking_clock_is_followed(freeze: Any, client: Any, compilation_job: Any) -> None:
    with freeze(NOON, tick=True) as frozen:
        before = datetime.now(timezone.utc)
        when = created(client, "one", compilation_job)
        assert before - timedelta(milliseconds=1) <= when <= datetime.now(timezone.utc)
        frozen.move_to(NOON + timedelta(days=2))
        assert (
            timedelta(0)
            <= created(client, "two", compilation_job) - NOON - timedelta(days=2)
            < timedelta(seconds=10)
        )


def test_freezegun_that_ignores_botocore_is_followed(client: Any, compilation_job: Any) -> None:
    with freezegun.freeze_time(NOON, ignore=["botocore", "boto3"]):
        assert created(client, "resnet", compilation_job) == NOON


def test_freezegun_that_ticks_by_itself_is_followed(client: Any, compilation_job: Any) -> None:
    with freezegun.freeze_time(NOON, auto_tick_seconds=15):
        first = created(client, "one", compilation_job)
        assert first >= NOON
        assert created(client, "two", compilation_job) > first


@freezegun.freeze_time("2024-02-29")
@mock_sagemaker
def test_decorators_of_freezegun_and_ours_may_be_stacked(compilation_job: Any) -> None:
    client = boto3.client("sagemaker", region_name="eu-west-1")
    assert created(client, "x", compilation_job) == datetime(2024, 2, 29, tzinfo=timezone.utc)


@mock_sagemaker
@time_machine.travel("2024-02-29T00:00Z", tick=False)
def test_decorators_of_time_machine_and_ours_may_be_stacked(compilation_job: Any) -> None:
    client = boto3.client("sagemaker", region_name="eu-west-1")
    assert created(client, "x", compilation_job) == datetime(2024, 2, 29, tzinfo=timezone.utc)


@pytest.mark.parametrize("zone", [timezone.utc, timezone(timedelta(hours=9))])
def test_a_job_is_between_the_times_read_before_and_after(
    zone: timezone, client: Any, compilation_job: Any
) -> None:
    before = datetime.now(zone)
    client.create_compilation_job(**compilation_job())
    after = datetime.now(zone)
    listed = client.list_compilation_jobs(CreationTimeAfter=before, CreationTimeBefore=after)
    names = [job["CompilationJobName"] for job in listed["CompilationJobSummaries"]]
    assert names == ["resnet"]


def test_a_naive_local_time_read_before_finds_the_job(client: Any, compilation_job: Any) -> None:
    before = datetime.now()  # noqa: DTZ005 (As in many a script.)
    client.create_compilation_job(**compilation_job())
    assert client.list_compilation_jobs(CreationTimeAfter=before)["CompilationJobSummaries"]


@freezers
def test_a_frozen_job_is_found_by_its_own_time(
    freeze: Any, client: Any, compilation_job: Any
) -> None:
    with freeze(NOON.replace(microsecond=123456)):
        client.create_compilation_job(**compilation_job())
        now = datetime.now(timezone.utc)
        listed = client.list_compilation_jobs(CreationTimeAfter=now, CreationTimeBefore=now)
    assert len(listed["CompilationJobSummaries"]) == 1
