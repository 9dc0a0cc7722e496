"""Resources that a test puts there itself."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import boto3
import pytest

from sagestub import InvalidArgumentError, World, mock_sagemaker
from tests.world.handle import RULES, STATES, message, statuses

REGION = "eu-west-1"


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


@pytest.mark.parametrize("kind", ["UserProfile", "Space", "App"])
def test_what_is_in_no_domain_yet_names_one_as_the_service_would(
    sm: World, client: Any, kind: str
) -> None:
    """The id of a domain has a form, by which it can be asked for."""
    region = client.meta.region_name
    domain = sm.add(kind, region).members["DomainId"]
    listed = getattr(
        client, f"list_{'user_profiles' if kind == 'UserProfile' else kind.lower() + 's'}"
    )
    assert next(iter(listed(DomainIdEquals=domain).values()))[0]["DomainId"] == domain
