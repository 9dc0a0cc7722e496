"""The handle: what it does, and what it says to those who use it wrongly."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from enum import Enum
from typing import Any

import boto3
import pytest

from sagestub import (
    InvalidArgumentError,
    NoSuchResourceError,
    Resource,
    UnknownNameError,
    World,
    after,
    immediate,
    manual,
    mock_sagemaker,
    poll,
)

Request = Callable[..., dict[str, Any]]

STATES = ("STARTING", "INPROGRESS", "COMPLETED", "FAILED", "STOPPING", "STOPPED")
RULES = ("poll", "immediate", "manual", "clock")
REGION = "eu-west-1"


def message(call: Callable[[], object], kind: type[Exception] = UnknownNameError) -> str:
    """Return what the handle says to a wrong call."""
    with pytest.raises(kind) as raised:
        call()
    return str(raised.value)


def statuses(client: Any, times: int, name: str = "resnet") -> list[str]:
    """Return what so many Describes see."""
    return [
        client.describe_compilation_job(CompilationJobName=name)["CompilationJobStatus"]
        for _ in range(times)
    ]


# The clock --------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [90, 90.0, timedelta(seconds=90), timedelta(minutes=1.5)])
def test_the_clock_advances_by_seconds_or_a_timedelta(sm: World, step: Any) -> None:
    before = sm.clock.now()
    sm.clock.advance(step)
    assert (sm.clock.now() - before).total_seconds() == pytest.approx(90)
    assert sm.clock.now().tzinfo == timezone.utc


@pytest.mark.parametrize(
    "step",
    [-1, timedelta(seconds=-1), "60", None, float("nan"), float("inf"), True, [1]],
)
def test_the_clock_does_not_advance_by_anything_else(sm: World, step: Any) -> None:
    before = sm.clock.now()
    text = message(lambda: sm.clock.advance(step), InvalidArgumentError)
    assert "number of seconds or a timedelta, zero or more" in text
    assert sm.clock.now() == before


def test_times_of_new_resources_follow_the_clock(
    client: Any, sm: World, compilation_job: Request
) -> None:
    sm.clock.advance(timedelta(days=365))
    client.create_compilation_job(**compilation_job())
    job = client.describe_compilation_job(CompilationJobName="resnet")
    assert job["CreationTime"] > datetime.now(timezone.utc) + timedelta(days=364)


# add --------------------------------------------------------------------------------------------


def test_an_added_resource_is_described_as_it_was_added(client: Any, sm: World) -> None:
    times = {
        "CreationTime": datetime(2024, 1, 1, tzinfo=timezone.utc),
        "CompilationStartTime": datetime(2024, 1, 1, 1, tzinfo=timezone.utc),
        "CompilationEndTime": datetime(2024, 1, 1, 2, tzinfo=timezone.utc),
        "LastModifiedTime": datetime(2024, 1, 1, 2, tzinfo=timezone.utc),
    }
    members: dict[str, Any] = {
        "CompilationJobName": "resnet",
        "CompilationJobStatus": "FAILED",
        "FailureReason": "ClientError: no operator",
        "RoleArn": "arn:aws:iam::123456789012:role/neo",
        "ModelDigests": {"ArtifactDigest": "abc"},
        **times,
    }
    job = sm.add("CompilationJob", region=REGION, **members)
    answer = client.describe_compilation_job(CompilationJobName="resnet")
    assert {name: answer[name] for name in members} == members
    assert answer["CompilationJobArn"] == job.arn


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("rule", RULES)
def test_an_added_job_has_plausible_times_in_every_state(state: str, rule: str) -> None:
    with mock_sagemaker(transitions=rule) as sm:
        before = sm.clock.now()
        job = sm.add("CompilationJob", CompilationJobName="resnet", CompilationJobStatus=state)
        entered = [time for _, time in job.history]
    assert job.status == state
    assert job.history[-1][0] == state
    assert entered == sorted(set(entered))
    assert abs(entered[-1] - before) < timedelta(seconds=1)
    members = job.members
    assert members["CreationTime"] == entered[0]
    assert members["LastModifiedTime"] == entered[-1]
    assert ("CompilationStartTime" in members) == (state != "STARTING")
    assert ("CompilationEndTime" in members) == (state in {"COMPLETED", "FAILED", "STOPPED"})
    assert bool(members["FailureReason"]) == (state == "FAILED")


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("PipelineExecution", "Executing"),
        ("PipelineExecution", "Succeeded"),
        ("PipelineExecution", "Failed"),
        ("PipelineExecution", "Stopping"),
        ("PipelineExecution", "Stopped"),
        ("Pipeline", "Active"),
        ("Pipeline", "Deleting"),
    ],
)
def test_each_state_of_a_pipeline_and_its_executions(sm: World, kind: str, state: str) -> None:
    status: dict[str, Any] = {f"{kind}Status": state}
    resource = sm.add(kind, **status)
    assert (resource.status, resource.members[f"{kind}Status"]) == (state, state)
    assert resource.members["CreationTime"] <= resource.members["LastModifiedTime"]


@pytest.mark.parametrize(
    "given",
    [
        {"CreationTime": datetime(2020, 1, 1, tzinfo=timezone.utc)},
        {"CompilationStartTime": datetime(2020, 1, 1, tzinfo=timezone.utc)},
        {"CompilationEndTime": datetime(2020, 1, 1, tzinfo=timezone.utc)},
        {"LastModifiedTime": datetime(2020, 1, 1, tzinfo=timezone.utc)},
        {
            "CreationTime": datetime(2020, 1, 1, tzinfo=timezone.utc),
            "CompilationEndTime": datetime(2020, 1, 1, 0, 0, 5, tzinfo=timezone.utc),
        },
        {
            "CompilationStartTime": datetime(2020, 1, 1, tzinfo=timezone.utc),
            "CompilationEndTime": datetime(2021, 1, 1, tzinfo=timezone.utc),
        },
    ],
)
def test_given_times_pull_the_others_with_them(sm: World, given: dict[str, Any]) -> None:
    members = sm.add("CompilationJob", CompilationJobStatus="COMPLETED", **given).members
    assert {name: members[name] for name in given} == given
    assert members["CreationTime"] <= members["CompilationStartTime"]
    assert members["CompilationStartTime"] <= members["CompilationEndTime"]
    assert members["CompilationEndTime"] <= members["LastModifiedTime"]


def test_a_time_without_a_zone_is_utc(sm: World) -> None:
    job = sm.add("CompilationJob", CreationTime=datetime(2024, 5, 6, 7))  # noqa: DTZ001
    assert job.members["CreationTime"] == datetime(2024, 5, 6, 7, tzinfo=timezone.utc)


def test_a_time_may_be_epoch_seconds(sm: World) -> None:
    job = sm.add("CompilationJob", CreationTime=1_700_000_000.5)
    assert job.members["CreationTime"].timestamp() == 1_700_000_000.5


def test_an_added_resource_moves_on_by_its_rule(client: Any, sm: World) -> None:
    sm.add(
        "CompilationJob",
        region=REGION,
        CompilationJobName="resnet",
        CompilationJobStatus="INPROGRESS",
    )
    assert statuses(client, 3) == ["INPROGRESS", "COMPLETED", "COMPLETED"]


def test_under_immediate_an_added_resource_stays_where_it_was_put() -> None:
    with mock_sagemaker(transitions="immediate") as sm:
        sm.add("CompilationJob", region=REGION, CompilationJobName="resnet")
        assert statuses(boto3.client("sagemaker", region_name=REGION), 2) == ["STARTING"] * 2


def test_under_clock_an_added_resource_stays_its_time_from_now_on() -> None:
    with mock_sagemaker(transitions="clock") as sm:
        long_ago = datetime(2020, 1, 1, tzinfo=timezone.utc)
        job = sm.add("CompilationJob", CompilationJobStatus="INPROGRESS", CreationTime=long_ago)
        sm.clock.advance(239)
        assert job.status == "INPROGRESS"
        sm.clock.advance(2)
        assert job.status == "COMPLETED"


def test_names_are_made_when_none_is_given(sm: World) -> None:
    names = [sm.add("CompilationJob").name for _ in range(2)]
    assert names == ["compilation-job-1", "compilation-job-2"]


def test_region_and_account(sm: World) -> None:
    job = sm.add("CompilationJob", region="cn-north-1", account_id="000000000007")
    assert job.arn.startswith("arn:aws-cn:sagemaker:cn-north-1:000000000007:compilation-job/")
    assert sm.add("CompilationJob", account_id=7).account == "000000000007"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("environment", "region"),
    [
        ({}, "us-east-1"),
        ({"AWS_DEFAULT_REGION": "eu-west-3"}, "eu-west-3"),
        ({"AWS_REGION": "sa-east-1", "AWS_DEFAULT_REGION": "eu-west-3"}, "sa-east-1"),
    ],
)
def test_without_a_region_it_is_the_environments(
    sm: World, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], region: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert sm.add("CompilationJob").region == region


@pytest.mark.parametrize("tags", [{"team": "vision"}, [{"Key": "team", "Value": "vision"}]])
def test_tags_in_either_form(client: Any, sm: World, tags: Any) -> None:
    job = sm.add("CompilationJob", region=REGION, tags=tags)
    answer = client.list_tags(ResourceArn=job.arn)["Tags"]
    assert answer == [{"Key": "team", "Value": "vision"}]


@pytest.mark.parametrize("tags", ["team", {"team": 1}, [{"Key": "team"}], 7])
def test_tags_in_no_form(sm: World, tags: Any) -> None:
    text = message(lambda: sm.add("CompilationJob", tags=tags), InvalidArgumentError)
    assert "tags={'team': 'vision'}" in text


def test_blobs_and_nested_values_come_back_as_given(sm: World) -> None:
    vpc = {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1", "subnet-2"]}
    job = sm.add("CompilationJob", VpcConfig=vpc)
    assert job.members["VpcConfig"] == vpc
    job.members["VpcConfig"]["Subnets"].clear()
    assert job.members["VpcConfig"] == vpc


def test_none_leaves_a_member_out(sm: World) -> None:
    assert "RoleArn" not in sm.add("CompilationJob", RoleArn=None).members


@pytest.mark.parametrize(
    ("members", "first_line"),
    [
        ({"CompilationJobNam": "a"}, "There is no member of CompilationJob 'CompilationJobNam'."),
        ({"status": "FAILED"}, "There is no member of CompilationJob 'status'."),
        (
            {"CompilationJobStatus": "completed"},
            "There is no value of CompilationJob.CompilationJobStatus 'completed'.",
        ),
        (
            {"OutputConfig": {"S3OutputLocatio": "s3://b/k"}},
            "There is no member of CompilationJob.OutputConfig 'S3OutputLocatio'.",
        ),
        (
            {"InputConfig": {"Framework": "PyTorch"}},
            "There is no value of CompilationJob.InputConfig.Framework 'PyTorch'.",
        ),
    ],
)
def test_names_that_do_not_exist(sm: World, members: dict[str, Any], first_line: str) -> None:
    text = message(lambda: sm.add("CompilationJob", **members))
    assert text.splitlines()[0] == first_line
    assert sm.resources() == []


@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"CompilationJobName": 7}, "CompilationJob.CompilationJobName takes str, not int (7)."),
        ({"CreationTime": "yesterday"}, "CreationTime takes a datetime or epoch seconds, not str"),
        ({"CreationTime": date(2024, 1, 1)}, "CreationTime takes a datetime or epoch seconds"),
        ({"OutputConfig": "s3://b/k"}, "OutputConfig takes a dict of members, not str"),
        (
            {"StoppingCondition": {"MaxRuntimeInSeconds": "900"}},
            "StoppingCondition.MaxRuntimeInSeconds takes int, not str ('900').",
        ),
        (
            {"VpcConfig": {"Subnets": "subnet-1"}},
            "VpcConfig.Subnets takes a list, not str ('subnet-1').",
        ),
        ({"VpcConfig": {"Subnets": [1]}}, "VpcConfig.Subnets[0] takes str, not int (1)."),
        ({"CompilationJobName": "res net"}, "which the service would refuse"),
        ({"CompilationJobName": ""}, "which the service would refuse"),
        ({"FailureReason": "x" * 1025}, "Give 1024 at the most"),
        ({"Tags": []}, "tags={'team': 'vision'}"),
    ],
)
def test_values_of_the_wrong_type(sm: World, members: dict[str, Any], text: str) -> None:
    assert text in message(lambda: sm.add("CompilationJob", **members), InvalidArgumentError)
    assert sm.resources() == []


def test_a_name_that_is_there_already(sm: World) -> None:
    sm.add("CompilationJob", CompilationJobName="resnet")

    def again() -> Any:
        return sm.add("CompilationJob", CompilationJobName="resnet")

    text = message(again, InvalidArgumentError)
    assert text.startswith("CompilationJob 'resnet' is there already in 123456789012/us-east-1.")
    assert "move_to" in text


def test_what_has_no_status_can_be_added_too(sm: World) -> None:
    group = sm.add("EndpointConfig", EndpointConfigName="config")
    assert group.status is None
    assert group.history == []
    assert group.advance().members["EndpointConfigName"] == "config"


# get and resources ------------------------------------------------------------------------------


def test_get_by_name_and_by_arn(sm: World) -> None:
    job = sm.add("CompilationJob", CompilationJobName="resnet")
    assert sm.get("CompilationJob", "resnet") is job
    assert sm.get("CompilationJob", job.arn) is job


def test_a_missing_name_lists_what_exists_nearest_first(sm: World) -> None:
    for name in ("vgg-16", "resnet-50", "resnet-101"):
        sm.add("CompilationJob", CompilationJobName=name)
    text = message(lambda: sm.get("CompilationJob", "resnet-5"), NoSuchResourceError)
    assert text == (
        "There is no CompilationJob 'resnet-5'.\nWhat exists: resnet-50, resnet-101, vgg-16."
    )


def test_an_empty_world_says_so(sm: World) -> None:
    text = message(lambda: sm.get("CompilationJob", "resnet"), NoSuchResourceError)
    assert text == "There is no CompilationJob 'resnet'.\nWhat exists: none."


def test_a_name_in_two_regions_needs_the_region(sm: World) -> None:
    for region in ("eu-west-1", "us-east-1"):
        sm.add("CompilationJob", region=region, CompilationJobName="resnet")
    text = message(lambda: sm.get("CompilationJob", "resnet"), NoSuchResourceError)
    assert "in 123456789012/eu-west-1, 123456789012/us-east-1" in text
    assert "region=" in text
    assert sm.get("CompilationJob", "resnet", region="us-east-1").region == "us-east-1"


def test_a_name_of_another_region_is_pointed_out(sm: World) -> None:
    sm.add("CompilationJob", region="eu-west-1", CompilationJobName="resnet")

    def get() -> Any:
        return sm.get("CompilationJob", "resnet", region="us-east-1")

    assert "It is in 123456789012/eu-west-1." in message(get, NoSuchResourceError)


def test_an_execution_is_found_by_display_name_and_by_its_pipeline(sm: World) -> None:
    sm.add("Pipeline", PipelineName="Train")
    run = sm.add("PipelineExecution", PipelineExecutionDisplayName="nightly")
    assert sm.get("PipelineExecution", "nightly") is run
    assert sm.get("PipelineExecution", "Train") is run
    sm.add("PipelineExecution", PipelineName="Train")
    text = message(lambda: sm.get("PipelineExecution", "Train"), NoSuchResourceError)
    assert "by its ARN" in text
    assert run.arn in text


def test_resources_oldest_first_with_filters(sm: World) -> None:
    first = sm.add("CompilationJob", region="us-east-1")
    second = sm.add("Pipeline", region="eu-west-1")
    third = sm.add("CompilationJob", region="eu-west-1", account_id="000000000001")
    assert sm.resources() == [first, second, third]
    assert sm.resources("CompilationJob") == [first, third]
    assert sm.resources(region="eu-west-1") == [second, third]
    assert sm.resources("CompilationJob", account_id="000000000001") == [third]


# One resource -----------------------------------------------------------------------------------


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


# transitions ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["STARTING > FAILED", "STARTING>FAILED", ["STARTING", "FAILED"], ("STARTING", "FAILED")]
)
@pytest.mark.parametrize("before", [True, False])
def test_another_path(
    client: Any, sm: World, compilation_job: Request, path: Any, before: bool
) -> None:
    if before:
        sm.transitions("CompilationJob", path=path)
    client.create_compilation_job(**compilation_job())
    if not before:
        sm.transitions("CompilationJob", path=path)
    assert statuses(client, 3) == ["STARTING", "FAILED", "FAILED"]
    answer = client.describe_compilation_job(CompilationJobName="resnet")
    assert answer["FailureReason"].startswith("ServerError")


def test_a_path_may_stay_in_a_state_and_come_back(
    client: Any, sm: World, compilation_job: Request
) -> None:
    sm.transitions(
        "CompilationJob", path="INPROGRESS > INPROGRESS > STARTING > INPROGRESS > COMPLETED"
    )
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 6) == [
        "INPROGRESS",
        "INPROGRESS",
        "STARTING",
        "INPROGRESS",
        "COMPLETED",
        "COMPLETED",
    ]


def test_a_path_that_never_ends(client: Any, sm: World, compilation_job: Request) -> None:
    sm.transitions("CompilationJob", path=["STARTING"])
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 3) == ["STARTING"] * 3


def test_a_new_path_spares_jobs_that_stop_or_have_ended(sm: World) -> None:
    jobs = {
        state: sm.add("CompilationJob", CompilationJobStatus=state)
        for state in ("STOPPING", "COMPLETED", "FAILED", "STOPPED")
    }
    sm.transitions("CompilationJob", path="STARTING > INPROGRESS > COMPLETED")
    for job in jobs.values():
        job.advance(5)
    assert {state: job.status for state, job in jobs.items()} == {
        "STOPPING": "STOPPED",
        "COMPLETED": "COMPLETED",
        "FAILED": "FAILED",
        "STOPPED": "STOPPED",
    }


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("rule", "seen"),
    [
        (poll(2), ["STARTING", "STARTING", "INPROGRESS", "INPROGRESS", "COMPLETED"]),
        ("poll", ["STARTING", "INPROGRESS", "COMPLETED", "COMPLETED", "COMPLETED"]),
        (immediate(), ["COMPLETED"] * 5),
        ("immediate", ["COMPLETED"] * 5),
        (manual(), ["STARTING"] * 5),
        ("manual", ["STARTING"] * 5),
        (after(60), ["STARTING"] * 5),
        ("clock", ["STARTING"] * 5),
    ],
)
def test_another_rule(
    client: Any, sm: World, compilation_job: Request, rule: Any, seen: list[str], before: bool
) -> None:
    if before:
        sm.transitions("CompilationJob", rule=rule)
    client.create_compilation_job(**compilation_job())
    if not before:
        sm.transitions("CompilationJob", rule=rule)
    assert statuses(client, 5) == seen


def test_a_rule_for_a_name_pattern(client: Any, sm: World, compilation_job: Request) -> None:
    sm.transitions("CompilationJob", rule=immediate(), name="resnet-*")
    for name in ("resnet-50", "vgg"):
        client.create_compilation_job(**compilation_job(name))
    assert statuses(client, 1, "resnet-50") == ["COMPLETED"]
    assert statuses(client, 2, "vgg") == ["STARTING", "INPROGRESS"]


def test_a_pattern_is_about_names_not_about_arns(
    client: Any, sm: World, compilation_job: Request
) -> None:
    """Every ARN has `compilation-job` in it."""
    sm.transitions("CompilationJob", rule=immediate(), name="*job*")
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 1) == ["STARTING"]


def test_a_rule_for_one_state(client: Any, sm: World, compilation_job: Request) -> None:
    sm.transitions("CompilationJob", rule=poll(3), state="INPROGRESS")
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 5) == ["STARTING"] + ["INPROGRESS"] * 3 + ["COMPLETED"]


def test_a_rule_for_all_kinds(client: Any, sm: World) -> None:
    sm.transitions(rule="manual")
    sm.add("CompilationJob", region=REGION, CompilationJobName="resnet")
    run = sm.add("PipelineExecution", region=REGION)
    client.describe_pipeline_execution(PipelineExecutionArn=run.arn)
    assert (statuses(client, 2), run.status) == (["STARTING"] * 2, "Executing")


def test_the_last_setting_wins(client: Any, sm: World, compilation_job: Request) -> None:
    sm.transitions("CompilationJob", rule=immediate(), name="resnet")
    sm.transitions("CompilationJob", rule=manual())
    sm.transitions("CompilationJob", path="STARTING > FAILED")
    sm.transitions("CompilationJob", path="STARTING > COMPLETED")
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 2) == ["STARTING"] * 2
    assert sm.get("CompilationJob", "resnet").advance(5).status == "COMPLETED"


def test_a_setting_for_others_does_not_restart_the_count(
    client: Any, sm: World, compilation_job: Request
) -> None:
    sm.transitions("CompilationJob", rule=poll(2))
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 1) == ["STARTING"]
    sm.transitions("CompilationJob", rule=poll(5), state="COMPLETED")
    assert statuses(client, 2) == ["STARTING", "INPROGRESS"]


class Status(Enum):
    FAILED = "FAILED"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({}, "got neither path= nor rule="),
        ({"kind": "CompilationJob"}, "got neither path= nor rule="),
        ({"path": "STARTING"}, "without a kind"),
        ({"rule": "manual", "state": "STARTING"}, "without a kind"),
        ({"kind": "CompilationJob", "path": []}, "path= is empty."),
        ({"kind": "CompilationJob", "path": ""}, "path= is empty."),
        ({"kind": "CompilationJob", "path": poll(2)}, "path= is the rule poll(2)."),
        ({"kind": "CompilationJob", "path": "immediate"}, "path= is the rule immediate."),
        ({"kind": "CompilationJob", "path": [Status.FAILED]}, "a list of strings"),
        ({"kind": "CompilationJob", "path": 3}, "'STARTING > INPROGRESS'"),
        ({"kind": "CompilationJob", "rule": 3}, "rule= is 3."),
        ({"kind": "CompilationJob", "rule": poll}, "Give one of 'poll', 'immediate'"),
        ({"kind": "CompilationJob", "rule": "manual", "name": 3}, "name= is 3."),
        ({"kind": "EndpointConfig", "rule": "manual"}, "EndpointConfig has no status"),
        ({"kind": None, "rule": None}, "got neither"),
        ({"kind": Status.FAILED, "rule": "manual"}, "A kind is named by a string"),
        ({"kind": "manual", "name": "CompilationJob", "rule": "poll"}, "Give the kind first"),
    ],
)
def test_transitions_that_make_no_sense(sm: World, arguments: dict[str, Any], text: str) -> None:
    assert text in message(lambda: sm.transitions(**arguments), InvalidArgumentError)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"kind": "compilation_job", "rule": "poll"}, "Did you mean 'CompilationJob'?"),
        ({"kind": "CompilationJobs", "rule": "poll"}, "Did you mean 'CompilationJob'?"),
        ({"kind": "CompilationJob", "rule": "pol"}, "Did you mean 'poll'?"),
        ({"kind": "CompilationJob", "rule": "Immediate"}, "Did you mean 'immediate'?"),
        ({"kind": "CompilationJob", "path": "starting > FAILED"}, "Did you mean 'STARTING'?"),
        ({"kind": "CompilationJob", "path": ["STARTED"]}, "Did you mean 'STARTING'?"),
        (
            {"kind": "CompilationJob", "rule": "poll", "state": "Stopped"},
            "Did you mean 'STOPPED'?",
        ),
    ],
)
def test_names_in_transitions_that_do_not_exist(
    sm: World, arguments: dict[str, Any], text: str
) -> None:
    assert text in message(lambda: sm.transitions(**arguments))


@pytest.mark.parametrize(
    ("make", "value"), [(poll, 0), (poll, 1.5), (poll, "2"), (after, -1), (after, "9")]
)
def test_rules_that_make_no_sense(make: Callable[[Any], object], value: object) -> None:
    assert repr(value) in message(lambda: make(value), InvalidArgumentError)


# fail -------------------------------------------------------------------------------------------


def route(sm: World, client: Any) -> list[str]:
    """Return the states of `resnet` once it rests, however it gets there."""
    job = sm.get("CompilationJob", "resnet")
    statuses(client, 4)
    sm.clock.advance(3600)
    job.advance(9)
    return [state for state, _ in job.history]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("at", "states"),
    [
        (None, ["STARTING", "INPROGRESS", "FAILED"]),
        ("STARTING", ["STARTING", "FAILED"]),
        ("INPROGRESS", ["STARTING", "INPROGRESS", "FAILED"]),
    ],
)
def test_a_failure_under_every_rule(
    compilation_job: Request, rule: str, at: str | None, states: list[str]
) -> None:
    with mock_sagemaker(transitions=rule) as sm:
        client = boto3.client("sagemaker", region_name=REGION)
        sm.fail("CompilationJob", reason="boom", at=at)
        client.create_compilation_job(**compilation_job())
        assert route(sm, client) == states
        assert sm.get("CompilationJob", "resnet").members["FailureReason"] == "boom"


@pytest.mark.parametrize("rule", ["poll", "manual", "clock"])
def test_a_failure_ordered_after_the_creation(compilation_job: Request, rule: str) -> None:
    with mock_sagemaker(transitions=rule) as sm:
        client = boto3.client("sagemaker", region_name=REGION)
        client.create_compilation_job(**compilation_job())
        sm.fail("CompilationJob", "resnet", "boom")
        assert route(sm, client)[-1] == "FAILED"


def test_only_so_many_fail_and_only_those_that_match(
    client: Any, sm: World, compilation_job: Request
) -> None:
    sm.fail("CompilationJob", name="resnet-*", times=2)
    names = ["vgg", "resnet-1", "resnet-2", "resnet-3"]
    for name in names:
        client.create_compilation_job(**compilation_job(name))
    ends = {name: statuses(client, 3, name)[-1] for name in names}
    assert ends == {
        "vgg": "COMPLETED",
        "resnet-1": "FAILED",
        "resnet-2": "FAILED",
        "resnet-3": "COMPLETED",
    }


def test_all_fail_when_times_is_none(client: Any, sm: World, compilation_job: Request) -> None:
    sm.fail("CompilationJob", times=None)
    for name in "abcde":
        client.create_compilation_job(**compilation_job(name))
        assert statuses(client, 3, name)[-1] == "FAILED"


def test_a_failure_on_a_path_of_ones_own(client: Any, sm: World, compilation_job: Request) -> None:
    sm.transitions("CompilationJob", path="STARTING > COMPLETED")
    sm.fail("CompilationJob", reason="boom")
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 2) == ["STARTING", "FAILED"]


def test_a_state_that_the_path_does_not_visit_fails_nobody(
    client: Any, sm: World, compilation_job: Request
) -> None:
    sm.transitions("CompilationJob", path="STARTING > COMPLETED", name="short")
    sm.fail("CompilationJob", at="INPROGRESS")
    for name in ("short", "long"):
        client.create_compilation_job(**compilation_job(name))
    assert statuses(client, 3, "short")[-1] == "COMPLETED"
    assert statuses(client, 3, "long")[-1] == "FAILED"


def test_a_stop_comes_before_an_ordered_failure(
    client: Any, sm: World, compilation_job: Request
) -> None:
    sm.fail("CompilationJob", at="STARTING")
    client.create_compilation_job(**compilation_job())
    client.stop_compilation_job(CompilationJobName="resnet")
    assert statuses(client, 2) == ["STOPPING", "STOPPED"]


def test_a_failed_job_stays_failed(client: Any, sm: World, compilation_job: Request) -> None:
    sm.fail("CompilationJob", times=None)
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 6)[2:] == ["FAILED"] * 4
    assert len(sm.get("CompilationJob", "resnet").history) == 3


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"kind": "CompilationJob", "times": 0}, "times= is 0."),
        ({"kind": "CompilationJob", "times": "2"}, "times= is '2'."),
        ({"kind": "CompilationJob", "times": True}, "times= is True."),
        ({"kind": "CompilationJob", "times": 1.0}, "times= is 1.0."),
        ({"kind": "CompilationJob", "name": 7}, "name= is 7."),
        ({"kind": "CompilationJob", "reason": 7}, "reason= is 7."),
        ({"kind": "Pipeline"}, "Pipeline has no state of failure."),
        ({"kind": "EndpointConfig"}, "EndpointConfig has no status"),
        ({"kind": "resnet", "name": "CompilationJob"}, "Give the kind first: 'CompilationJob'"),
        ({"kind": None}, "A kind is named by a string"),
    ],
)
def test_failures_that_make_no_sense(sm: World, arguments: dict[str, Any], text: str) -> None:
    assert text in message(lambda: sm.fail(**arguments), InvalidArgumentError)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"kind": "compilationjob"}, "Did you mean 'CompilationJob'?"),
        ({"kind": "CompilationJob", "at": "inprogress"}, "Did you mean 'INPROGRESS'?"),
        ({"kind": "CompilationJob", "at": "COMPLETED"}, "state in which CompilationJob can fail"),
        ({"kind": "CompilationJob", "at": "STOPPING"}, "state in which CompilationJob can fail"),
    ],
)
def test_names_in_failures_that_do_not_exist(
    sm: World, arguments: dict[str, Any], text: str
) -> None:
    assert text in message(lambda: sm.fail(**arguments))


# Newcomers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind",
    ["compilation_job", "compilation-job", "compilationjob", "CompilationJobs", "compilation job"],
)
@pytest.mark.parametrize(
    "ask",
    [
        lambda sm, kind: sm.add(kind),
        lambda sm, kind: sm.get(kind, "resnet"),
        lambda sm, kind: sm.resources(kind),
        lambda sm, kind: sm.fail(kind),
        lambda sm, kind: sm.transitions(kind, rule="manual"),
    ],
)
def test_a_kind_that_is_spelled_otherwise(
    sm: World, ask: Callable[[World, str], object], kind: str
) -> None:
    text = message(lambda: ask(sm, kind))
    assert text.startswith(
        f"There is no kind {kind!r}.\nDid you mean 'CompilationJob'? What exists: "
    )
    assert "in all)" in text


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda sm: sm.get("resnet", "CompilationJob"), InvalidArgumentError, "the kind first"),
        (
            lambda sm: sm.add("CompilationJob", "resnet"),
            InvalidArgumentError,
            "region= is 'resnet'",
        ),
        (
            lambda sm: sm.add("CompilationJob", REGION, "resnet"),
            InvalidArgumentError,
            "account_id=",
        ),
        (lambda sm: sm.add("CompilationJob", region=7), InvalidArgumentError, "region= is 7."),
        (
            lambda sm: sm.add("CompilationJob", name="resnet"),
            UnknownNameError,
            "CompilationJobName",
        ),
        (
            lambda sm: sm.add("CompilationJob", Name="resnet"),
            UnknownNameError,
            "CompilationJobName",
        ),
        (lambda sm: sm.add(Resource), InvalidArgumentError, "A kind is named by a string"),
        (lambda sm: sm.get(None, "resnet"), InvalidArgumentError, "A kind is named by a string"),
        (lambda sm: sm.get("CompilationJob", None), NoSuchResourceError, "no CompilationJob None"),
        (lambda sm: sm.calls("create_compilation_job"), UnknownNameError, "CreateCompilationJob"),
        (lambda sm: sm.calls("CreateCompilationJobs"), UnknownNameError, "'CreateCompilationJob'?"),
        (lambda sm: sm.fail("CompilationJob", "a", "b", "c"), UnknownNameError, "'c'"),
        (lambda sm: sm.add("CompilationJob").move_to(Status.FAILED), UnknownNameError, "FAILED"),
        (lambda sm: sm.add("CompilationJob").move_to(None), UnknownNameError, "None"),
        (lambda sm: sm.calls(["ListPipelines"]), InvalidArgumentError, "one operation"),
        (lambda sm: sm.transitions("manual"), InvalidArgumentError, "not the rule manual."),
        (lambda sm: sm.transitions(poll(2)), InvalidArgumentError, "not the rule poll(2)."),
    ],
)
def test_mistakes_of_the_first_half_hour(
    sm: World, call: Callable[[World], object], error: type[Exception], text: str
) -> None:
    assert text in message(lambda: call(sm), error)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"transition": "poll"}, "Did you mean 'transitions'?"),
        ({"region": "eu-west-1"}, "There is no option of mock_sagemaker 'region'."),
        ({"transitions": "polling"}, "Did you mean 'poll'?"),
        ({"transitions": "POLL"}, "Did you mean 'poll'?"),
    ],
)
def test_options_that_do_not_exist(option: dict[str, Any], text: str) -> None:
    assert text in message(lambda: mock_sagemaker(**option))


@pytest.mark.parametrize(
    "option", [{"sleep": ""}, {"sleep": ("mypackage", "")}, {"account_id": "12345678901²"}]
)
def test_options_with_values_that_are_not_accepted(option: dict[str, Any]) -> None:
    ((name, value),) = option.items()
    refused = message(lambda: mock_sagemaker(**option), InvalidArgumentError)
    assert refused.startswith(f"{name}= is {value!r}.\nGive ")


def test_only_a_likely_name_is_suggested(sm: World) -> None:
    options: Any = {"region": "eu-west-1"}
    assert "Did you mean" not in message(lambda: mock_sagemaker(**options))
    meant = message(lambda: sm.add("CompilationJob", Name="resnet"))
    assert "Did you mean 'CompilationJobName'?" in meant


def test_a_mock_that_is_taken_for_its_handle() -> None:
    started: Any = mock_sagemaker()
    with pytest.raises(AttributeError, match=r"with mock_sagemaker\(\) as sm: sm\.clock"):
        started.clock.advance(60)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = started.nonsense


def test_errors_are_of_the_families_that_python_knows(sm: World) -> None:
    with pytest.raises(ValueError, match="no kind"):
        sm.resources("nonsense")
    with pytest.raises(LookupError, match="no CompilationJob"):
        sm.get("CompilationJob", "nonsense")


def test_the_kinds_can_be_listed(sm: World) -> None:
    assert {"CompilationJob", "Pipeline", "PipelineExecution"} <= set(sm.kinds)


def test_every_kind_can_be_added_in_each_of_its_states(sm: World) -> None:
    """Whatever a kind derives on the way, it copes with members that were left out."""
    for kind in sm.kinds:
        bound = sm._kind(kind)
        for state in bound.statuses if bound.lifecycle is not None else ("",):
            members: dict[str, Any] = {bound.status_member: state} if state else {}
            resource = sm.add(
                kind, region=REGION, account_id=f"{len(sm.resources()):012d}", **members
            )
            assert (resource.status or "") == state
            json.dumps(resource.members, default=str)
