"""LabelingJob: facts of jobs.yaml, held through a real client."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World, after

ROLE = "arn:aws:iam::123456789012:role/labeler"
OWN_UI = "arn:aws:sagemaker:eu-west-1:123456789012:human-task-ui/PointCloud"
PUBLIC = "arn:aws:sagemaker:eu-west-1:394669845002:workteam/public-crowd/default"


def request(name: str = "cats", **members: Any) -> dict[str, Any]:
    """A CreateLabelingJob request."""
    return {
        "LabelingJobName": name,
        "LabelAttributeName": "cat",
        "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://bucket/in"}}},
        "OutputConfig": {"S3OutputPath": "s3://bucket/out/"},
        "RoleArn": ROLE,
        "HumanTaskConfig": task(PUBLIC),
        **members,
    }


def task(workteam: str) -> dict[str, Any]:
    """A HumanTaskConfig."""
    return {
        "WorkteamArn": workteam,
        "UiConfig": {"UiTemplateS3Uri": "s3://bucket/template"},
        "TaskTitle": "Cats",
        "TaskDescription": "Is it a cat?",
        "NumberOfHumanWorkersPerDataObject": 3,
        "TaskTimeLimitInSeconds": 60,
    }


def described(client: Any) -> dict[str, Any]:
    """What Describe says now."""
    answer: dict[str, Any] = client.describe_labeling_job(LabelingJobName="cats")
    return answer


@pytest.mark.fact(
    "jobs.LabelingJob.filled_in.LabelCounters-TotalLabeled-HumanLabeled-MachineLabeled-FailedNonRetryableError-Unlabeled",
    "jobs.LabelingJob.lifecycle.initial_note",
)
def test_objects_are_counted_on_the_way(client: Any) -> None:
    """Fact: lifecycle, filled_in LabelCounters."""
    conditions = {"MaxHumanLabeledObjectCount": 25}
    client.create_labeling_job(**request(StoppingConditions=conditions))
    seen = [described(client) for _ in range(3)]
    counters = [job["LabelCounters"] for job in seen]
    assert [job["LabelingJobStatus"] for job in seen] == [
        "Initializing",
        "InProgress",
        "Completed",
    ]
    assert [c["Unlabeled"] for c in counters] == [0, 25, 0]
    assert [c["TotalLabeled"] for c in counters] == [0, 0, 25]


@pytest.mark.fact(
    "jobs.LabelingJob.filled_in.HumanTaskConfig-MaxConcurrentTaskCount-1000-and-TaskAvailabilityLifetimeInSeconds-2592000"
)
@pytest.mark.parametrize(
    ("crowd", "seconds"),
    [("public-crowd", 21600), ("private-crowd", 2592000), ("vendor-crowd", 2592000)],
)
def test_a_task_has_its_time_by_who_works_on_it(
    sm: World, client: Any, crowd: str, seconds: int
) -> None:
    team = sm.add("Workteam", "eu-west-1", WorkteamName="team").arn
    arn = team if crowd == "private-crowd" else PUBLIC.replace("public-crowd", crowd)
    client.create_labeling_job(**request(HumanTaskConfig=task(arn)))
    config = described(client)["HumanTaskConfig"]
    assert config["TaskAvailabilityLifetimeInSeconds"] == seconds
    assert config["MaxConcurrentTaskCount"] == 1000


@pytest.mark.fact("jobs.LabelingJob.references.HumanTaskUiArn-or-UiTemplateS3Uri")
@pytest.mark.parametrize(
    ("ui", "text"),
    [
        ({"HumanTaskUiArn": OWN_UI}, f"The human task UI {OWN_UI} does not exist"),
        ({}, "UiTemplateS3Uri or HumanTaskUiArn|HumanTaskUiArn or UiTemplateS3Uri"),
    ],
)
def test_workers_need_a_template(client: Any, ui: dict[str, str], text: str) -> None:
    with pytest.raises(ClientError, match=text):
        client.create_labeling_job(**request(HumanTaskConfig={**task(PUBLIC), "UiConfig": ui}))


def test_a_template_of_the_service_is_there(client: Any) -> None:
    ui = {"HumanTaskUiArn": OWN_UI.replace("123456789012", "394669845002")}
    client.create_labeling_job(**request(HumanTaskConfig={**task(PUBLIC), "UiConfig": ui}))
    assert described(client)["HumanTaskConfig"]["UiConfig"] == ui


@pytest.mark.fact("jobs.LabelingJob.preconditions.stop")
def test_a_stopped_job_leaves_its_part_and_stays_stopped(sm: World, client: Any) -> None:
    client.create_labeling_job(**request())
    sm.get("LabelingJob", "cats").move_to("InProgress")
    client.stop_labeling_job(LabelingJobName="cats")
    jobs = [described(client) for _ in range(2)]
    assert [job["LabelingJobStatus"] for job in jobs] == ["Stopping", "Stopped"]
    assert jobs[1]["LabelingJobOutput"]["OutputDatasetS3Uri"].startswith("s3://bucket/out/cats/")
    assert not hasattr(client, "start_labeling_job")
    with pytest.raises(ClientError, match="in status Stopped"):
        client.stop_labeling_job(LabelingJobName="cats")


STREAM = {"DataSource": {"SnsDataSource": {"SnsTopicArn": "arn:aws:sns:eu-west-1:123456789012:in"}}}


@pytest.mark.fact("jobs.LabelingJob.preconditions.limits")
@pytest.mark.parametrize(
    ("source", "days", "status"),
    [
        ({}, 1, "Completed"),
        ({"InputConfig": STREAM}, 9, "InProgress"),
        ({"InputConfig": STREAM}, 11, "Stopped"),
    ],
)
def test_a_stream_is_never_done_but_stops_when_it_is_idle(
    sm: World, client: Any, source: dict[str, Any], days: int, status: str
) -> None:
    sm.transitions(rule="clock")
    client.create_labeling_job(**request(**source))
    sm.clock.advance(days * 86400)
    assert described(client)["LabelingJobStatus"] == status


@pytest.mark.fact("jobs.LabelingJob.preconditions.limits")
def test_a_job_fails_after_thirty_days(sm: World, client: Any) -> None:
    sm.transitions("LabelingJob", rule=after(31 * 86400), state="InProgress")
    client.create_labeling_job(**request())
    assert [described(client)["LabelingJobStatus"] for _ in range(2)][-1] == "InProgress"
    sm.clock.advance(32 * 86400)
    job = described(client)
    assert (job["LabelingJobStatus"], "30 days" in job["FailureReason"]) == ("Failed", True)


@pytest.mark.fact(
    "jobs.LabelingJob.filled_in.JobReferenceCode",
    "jobs.LabelingJob.filled_in.OutputConfig-KmsKeyId",
)
def test_what_the_service_fills_in(client: Any) -> None:
    """Fact: filled_in."""
    client.create_labeling_job(**request())
    job = described(client)
    assert re.fullmatch("123456789012[a-zA-Z0-9]{16}", job["JobReferenceCode"])
    assert job["OutputConfig"]["KmsKeyId"] == ""
    assert job["HumanTaskConfig"]["MaxConcurrentTaskCount"] == 1000
    assert job["HumanTaskConfig"]["TaskAvailabilityLifetimeInSeconds"] == 21600
    assert "LabelingJobOutput" not in job


@pytest.mark.fact(
    "jobs.LabelingJob.filled_in.LabelingJobOutput-OutputDatasetS3Uri",
)
def test_labels_lie_below_the_output_path(client: Any) -> None:
    """Fact: filled_in LabelingJobOutput; a stopped job leaves partial results."""
    client.create_labeling_job(**request())
    client.stop_labeling_job(LabelingJobName="cats")
    job = [described(client) for _ in range(2)][-1]
    manifest = "s3://bucket/out/cats/manifests/output/output.manifest"
    assert job["LabelingJobStatus"] == "Stopped"
    assert job["LabelingJobOutput"] == {"OutputDatasetS3Uri": manifest}


def test_a_work_team_sees_its_jobs(sm: World, client: Any) -> None:
    """ListLabelingJobsForWorkteam."""
    client.create_labeling_job(**request())
    sm.get("LabelingJob", "cats").move_to("Completed")
    code = described(client)["JobReferenceCode"]
    (job,) = client.list_labeling_jobs_for_workteam(WorkteamArn=PUBLIC)["LabelingJobSummaryList"]
    assert (job["JobReferenceCode"], job["WorkRequesterAccountId"]) == (code, "123456789012")
    assert job["LabelCounters"] == {"HumanLabeled": 10, "PendingHuman": 0, "Total": 10}
    assert job["NumberOfHumanWorkersPerDataObject"] == 3
    other = PUBLIC.replace("default", "other")
    found = client.list_labeling_jobs_for_workteam(WorkteamArn=other)["LabelingJobSummaryList"]
    assert found == []


def test_the_list_shows_the_task(client: Any) -> None:
    client.create_labeling_job(**request())
    (job,) = client.list_labeling_jobs()["LabelingJobSummaryList"]
    assert job["WorkteamArn"] == PUBLIC
    assert job["LabelCounters"]["TotalLabeled"] == 0


@pytest.mark.fact(
    "jobs.LabelingJob.references.Workteam",
)
def test_a_private_work_team_must_exist(client: Any) -> None:
    """Fact: references Workteam."""
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:workteam/private-crowd/none"
    with pytest.raises(ClientError, match=r"work team .*private-crowd/none does not exist"):
        client.create_labeling_job(**request(HumanTaskConfig=task(arn)))


def test_errors_of_state_and_name(sm: World, client: Any) -> None:
    """Facts: errors."""
    with pytest.raises(ClientError, match="Could not find requested job") as missing:
        described(client)
    assert missing.value.response["Error"]["Code"] == "ValidationException"
    client.create_labeling_job(**request())
    with pytest.raises(client.exceptions.ResourceInUse):
        client.create_labeling_job(**request())
    sm.get("LabelingJob", "cats").move_to("Completed")
    with pytest.raises(ClientError, match="in status Completed"):
        client.stop_labeling_job(LabelingJobName="cats")


REFUSED = [
    ({"LabelAttributeName": "cat-metadata"}, "can't end with '-metadata'"),
    ({"InputConfig": {"DataSource": {}}}, "Either S3DataSource or SnsDataSource"),
    (
        {"HumanTaskConfig": {**task(PUBLIC), "TaskAvailabilityLifetimeInSeconds": 43201}},
        "must not be greater than 43200 for the public workforce",
    ),
]
"""Requests that the API reference says are refused."""


@pytest.mark.parametrize(("members", "text"), REFUSED)
def test_contradictions_are_refused(client: Any, members: dict[str, Any], text: str) -> None:
    with pytest.raises(ClientError, match=text):
        client.create_labeling_job(**request(**members))
