"""The executions of a schedule; facts: jobs.yaml."""

from __future__ import annotations

import re
from datetime import timedelta, timezone
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagestub import World, mock_sagemaker
from tests.kinds.monitoring.schedules import (
    ARN,
    CLUSTER,
    HOURLY,
    IMAGE,
    NAME,
    ROLE,
    config,
    executions,
    status,
)


@pytest.mark.fact(
    "jobs.MonitoringSchedule.notes.ScheduleExpression",
    "metadata.MonitoringSchedule.notes.ScheduleExpression",
    "jobs.MonitoringExecution.timestamps.ScheduledTime",
)
@pytest.mark.parametrize(
    ("expression", "hours"),
    [
        (HOURLY, [*range(12, 24), *range(12)]),
        ("cron(0 12 ? * * *)", [12]),
        ("cron(0 00 ? * * *)", [0]),
        ("cron(0 17/12 ? * * *)", [17, 5]),
        ("cron(0 0/6 ? * * *)", [12, 18, 0, 6]),
        ("cron(0 0/2 ? * * *)", [12, 14, 16, 18, 20, 22, 0, 2, 4, 6, 8, 10]),
    ],
)
def test_a_schedule_executes_by_its_expression(
    sm: World, client: Any, endpoint: None, expression: str, hours: list[int]
) -> None:
    """Model, ScheduleConfig.ScheduleExpression: the examples of its documentation."""
    client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=config(expression))
    sm.get("MonitoringSchedule", "hourly").move_to("Scheduled")
    sm.clock.advance(24 * 3600)
    listed = executions(client, SortBy="ScheduledTime", SortOrder="Ascending", MaxResults=100)
    assert [one["ScheduledTime"].astimezone(timezone.utc).hour for one in listed] == hours


@pytest.mark.fact(
    "jobs.MonitoringExecution.timestamps.LastModifiedTime",
    "jobs.MonitoringExecution.filled_in.MonitoringType",
    "jobs.MonitoringExecution.filled_in.EndpointName",
    "jobs.MonitoringExecution.lifecycle.initial",
    "jobs.MonitoringExecution.lifecycle.path",
    "jobs.MonitoringExecution.describe",
    "metadata.MonitoringSchedule.filled_in.LastModifiedTime",
    "metadata.MonitoringSchedule.filled_in.LastMonitoringExecutionSummary",
    "jobs.MonitoringExecution.filled_in.ProcessingJobArn",
)
def test_describing_a_schedule_lets_its_execution_go_on(
    sm: World, client: Any, schedule: str
) -> None:
    """Facts: jobs.yaml, MonitoringExecution.lifecycle and filled_in."""
    sm.clock.advance(3600)
    seen = [
        client.describe_monitoring_schedule(**NAME)["LastMonitoringExecutionSummary"]
        for _ in range(4)
    ]
    states = [one["MonitoringExecutionStatus"] for one in seen]
    assert states == ["Pending", "InProgress", "Completed", "Completed"]
    assert "ProcessingJobArn" not in seen[0]
    assert f"{ARN}processing-job/model-monitoring-" in seen[1]["ProcessingJobArn"]
    assert (seen[3]["EndpointName"], seen[3]["MonitoringType"]) == ("churn", "DataQuality")
    assert seen[3]["ScheduledTime"].minute == 0
    assert seen[3]["ScheduledTime"] <= seen[3]["CreationTime"]
    changes = [one["LastModifiedTime"] for one in seen[:3]]
    assert changes == sorted({seen[3]["CreationTime"], *changes[1:]})


def test_listing_executions_lets_them_go_on(sm: World, client: Any, schedule: str) -> None:
    """An execution has no Describe of its own: its list is what is polled."""
    sm.clock.advance(3600)
    seen = [executions(client)[0]["MonitoringExecutionStatus"] for _ in range(3)]
    assert seen == ["Pending", "InProgress", "Completed"]


@pytest.mark.fact("jobs.MonitoringExecution.timestamps.CreationTime")
def test_an_execution_that_nobody_looks_at_ends_in_its_hour(
    sm: World, client: Any, schedule: str
) -> None:
    sm.clock.advance(3 * 3600)
    latest, *earlier = executions(client)
    assert latest["MonitoringExecutionStatus"] == "Pending"
    assert {one["MonitoringExecutionStatus"] for one in earlier} == {"Completed"}
    assert all(one["CreationTime"] == one["ScheduledTime"] for one in (latest, *earlier))
    assert all(
        one["LastModifiedTime"] - one["CreationTime"] < timedelta(hours=1) for one in earlier
    )


def test_an_execution_can_be_put_there(sm: World, client: Any, schedule: str) -> None:
    sm.add(
        "MonitoringExecution",
        "eu-west-1",
        MonitoringScheduleName="hourly",
        MonitoringExecutionStatus="Completed",
    )
    (found,) = executions(client)
    assert found["ScheduledTime"].minute == 0
    job = client.describe_processing_job(
        ProcessingJobName=found["ProcessingJobArn"].rpartition("/")[2]
    )
    assert (job["ProcessingJobStatus"], job["MonitoringScheduleArn"]) == ("Completed", schedule)


def running_job(sm: World, client: Any) -> str:
    """The name of the processing job of an execution that is in progress."""
    sm.clock.advance(3600)
    executions(client)
    return sm.resources("ProcessingJob")[-1].name


@pytest.mark.fact(
    "metadata.MonitoringSchedule.notes.executions-are-processing-jobs-named-model",
)
@pytest.mark.fact(
    "jobs.MonitoringExecution.notes.each-execution-is-a-ProcessingJob-that",
    "jobs.MonitoringExecution.identifier",
)
def test_an_execution_is_a_processing_job(sm: World, client: Any, schedule: str) -> None:
    """Facts: jobs.yaml, MonitoringExecution.notes."""
    job = client.describe_processing_job(ProcessingJobName=running_job(sm, client))
    assert re.fullmatch("model-monitoring-203005061200-[a-z0-9]{24}", job["ProcessingJobName"])
    assert job["MonitoringScheduleArn"] == schedule
    assert job["AppSpecification"] == {"ImageUri": IMAGE}
    assert job["ProcessingResources"]["ClusterConfig"] == CLUSTER
    assert job["RoleArn"] == ROLE
    places = {one["InputName"]: one["S3Input"]["S3Uri"] for one in job["ProcessingInputs"]}
    assert places == {
        "constraints": "s3://bucket/constraints.json",
        "endpoint_input_1": "s3://bucket/captured/churn",
    }
    (output,) = job["ProcessingOutputConfig"]["Outputs"]
    assert output["S3Output"]["S3Uri"].startswith("s3://bucket/reports/churn/hourly/20")


def test_describing_the_job_ends_the_execution(sm: World, client: Any, schedule: str) -> None:
    job = running_job(sm, client)
    client.get_waiter("processing_job_completed_or_stopped").wait(ProcessingJobName=job)
    assert executions(client)[0]["MonitoringExecutionStatus"] == "Completed"


@pytest.mark.fact(
    "jobs.MonitoringExecution.lifecycle.stop",
)
def test_an_execution_is_stopped_by_its_job(sm: World, client: Any, schedule: str) -> None:
    """Facts: jobs.yaml, MonitoringExecution.notes: stop it with StopProcessingJob."""
    job = running_job(sm, client)
    client.stop_processing_job(ProcessingJobName=job)
    seen = [executions(client)[0]["MonitoringExecutionStatus"] for _ in range(2)]
    assert seen == ["Stopping", "Stopped"]
    stopped = client.describe_processing_job(ProcessingJobName=job)
    assert stopped["ProcessingJobStatus"] == "Stopped"


@pytest.mark.fact("reports.MonitoringExecution.notes.FailureReason-without-captured-data")
def test_an_execution_that_fails_for_no_other_reason_had_no_data(
    sm: World, client: Any, schedule: str
) -> None:
    """Fact: reports.yaml, MonitoringExecution.notes."""
    sm.fail("MonitoringExecution")
    running_job(sm, client)
    executions(client)
    (failed,) = executions(client, StatusEquals="Failed")
    assert failed["FailureReason"] == "Job inputs had no data"


@pytest.mark.fact(
    "jobs.MonitoringExecution.lifecycle.failed",
    "jobs.MonitoringExecution.filled_in.FailureReason",
    "jobs.MonitoringExecution.lifecycle.failed_note",
)
@pytest.mark.parametrize("kind", ["MonitoringExecution", "ProcessingJob"])
def test_an_execution_and_its_job_fail_together(
    sm: World, client: Any, schedule: str, kind: str
) -> None:
    sm.fail(kind, reason="no data")
    job = running_job(sm, client)
    assert executions(client)[0]["MonitoringExecutionStatus"] == "InProgress"
    (failed,) = executions(client, StatusEquals="Failed")
    assert failed["FailureReason"] == "no data"
    assert client.describe_processing_job(ProcessingJobName=job)["FailureReason"] == "no data"


@pytest.mark.fact(
    "jobs.MonitoringExecution.lifecycle.other",
)
def test_an_execution_may_find_violations(sm: World, client: Any, schedule: str) -> None:
    """Facts: jobs.yaml, MonitoringExecution.lifecycle.other."""
    route = ["Pending", "InProgress", "CompletedWithViolations"]
    sm.transitions("MonitoringExecution", path=route)
    job = running_job(sm, client)
    assert [executions(client)[0]["MonitoringExecutionStatus"] for _ in range(2)] == route[1:]
    ended = client.describe_processing_job(ProcessingJobName=job)
    assert ended["ProcessingJobStatus"] == "Completed"


@pytest.mark.parametrize(
    ("transitions", "end"),
    [("immediate", "Completed"), ("clock", "Completed"), ("manual", "Pending")],
)
def test_executions_keep_to_the_rule_of_the_world(transitions: str, end: str) -> None:
    with mock_sagemaker(transitions=transitions) as sm:
        client = boto3.client("sagemaker", region_name="eu-west-1")
        sm.add("Endpoint", "eu-west-1", EndpointName="churn")
        client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=config())
        sm.get("MonitoringSchedule", "hourly").move_to("Scheduled")
        sm.clock.advance(3600)
        sm.clock.advance(1200)
        first = executions(client, SortOrder="Ascending")[0]
    assert first["MonitoringExecutionStatus"] == end


@pytest.mark.fact(
    "jobs.MonitoringSchedule.preconditions.modify",
    "jobs.MonitoringSchedule.errors.update-delete-with-an-execution-Pending-InProgress-or-Stopping",
)
def test_an_execution_that_runs_blocks_changes(sm: World, client: Any, schedule: str) -> None:
    """Facts: jobs.yaml, MonitoringSchedule.preconditions.modify."""
    sm.clock.advance(3600)
    with pytest.raises(ClientError, match="execution in status Pending"):
        client.update_monitoring_schedule(**NAME, MonitoringScheduleConfig=config())
    with pytest.raises(ClientError, match="execution in status Pending"):
        client.delete_monitoring_schedule(**NAME)


def test_now_executes_once(sm: World, client: Any, endpoint: None) -> None:
    """Model, ScheduleExpression: NOW runs the job one time, immediately."""
    window = {"DataAnalysisStartTime": "-PT1H", "DataAnalysisEndTime": "-PT0H"}
    client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=config("NOW", **window))
    assert executions(client) == []
    status(client)
    sm.clock.advance(48 * 3600)
    assert len(executions(client)) == 1


def test_a_stopped_schedule_executes_no_more(sm: World, client: Any, schedule: str) -> None:
    client.stop_monitoring_schedule(**NAME)
    status(client)
    sm.clock.advance(48 * 3600)
    assert executions(client) == []


@pytest.mark.fact(
    "jobs.MonitoringExecution.notes.history-survives-DeleteMonitoringSchedule",
)
def test_executions_outlive_their_schedule(sm: World, client: Any, schedule: str) -> None:
    """Facts: jobs.yaml, MonitoringExecution.notes; model, DeleteMonitoringSchedule."""
    job = running_job(sm, client)
    client.get_waiter("processing_job_completed_or_stopped").wait(ProcessingJobName=job)
    client.delete_monitoring_schedule(**NAME)
    status(client)
    assert len(executions(client, MonitoringScheduleName="hourly")) == 1
