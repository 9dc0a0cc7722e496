"""Monitoring schedules; facts: jobs.yaml."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.kinds.monitoring.schedules import ARN, HOURLY, NAME, config, long_run, status


def refusal(caught: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    """Code and text of a refusal."""
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.fact(
    "jobs.MonitoringSchedule.filled_in.EndpointName",
    "jobs.MonitoringSchedule.filled_in.MonitoringType-also-at-the-top-level",
    "jobs.MonitoringSchedule.filled_in.inline-EndpointInput",
    "metadata.MonitoringSchedule.filled_in.EndpointName",
    "metadata.MonitoringSchedule.filled_in.MonitoringType",
    "jobs.MonitoringExecution.notes.LastMonitoringExecutionSummary-is-absent-until-the-first",
)
def test_a_schedule_is_described_with_what_the_service_fills_in(client: Any, schedule: str) -> None:
    """Facts: jobs.yaml, MonitoringSchedule.arn and filled_in."""
    answer = client.describe_monitoring_schedule(**NAME)
    assert answer["MonitoringScheduleArn"] == schedule == f"{ARN}monitoring-schedule/hourly"
    assert (answer["MonitoringType"], answer["EndpointName"]) == ("DataQuality", "churn")
    filled = answer["MonitoringScheduleConfig"]
    assert filled["MonitoringType"] == "DataQuality"
    source = filled["MonitoringJobDefinition"]["MonitoringInputs"][0]["EndpointInput"]
    assert source["S3InputMode"] == "File"
    assert source["S3DataDistributionType"] == "FullyReplicated"
    output = filled["MonitoringJobDefinition"]["MonitoringOutputConfig"]["MonitoringOutputs"][0]
    assert output["S3Output"]["S3UploadMode"] == "Continuous"
    assert "LastMonitoringExecutionSummary" not in answer
    assert answer["LastModifiedTime"] > answer["CreationTime"]


@pytest.mark.parametrize(
    ("verb", "end"),
    [("stop", "Stopped"), ("update", "Scheduled")],
)
def test_every_change_goes_by_way_of_pending(
    client: Any, schedule: str, verb: str, end: str
) -> None:
    """Facts: jobs.yaml, MonitoringSchedule.lifecycle (stop, update)."""
    more = {"MonitoringScheduleConfig": config("cron(0 3 ? * * *)")} if verb == "update" else {}
    getattr(client, f"{verb}_monitoring_schedule")(**NAME, **more)
    assert [status(client) for _ in range(3)] == ["Pending", end, end]


@pytest.mark.fact("jobs.MonitoringSchedule.lifecycle.terminal_note")
@pytest.mark.parametrize("state", ["Scheduled", "Stopped", "Failed"])
def test_a_schedule_goes_on_from_where_it_rests(
    sm: World, client: Any, schedule: str, state: str
) -> None:
    """Facts: jobs.yaml, MonitoringSchedule.lifecycle.terminal_note."""
    sm.get("MonitoringSchedule", "hourly").move_to(state)
    assert [status(client) for _ in range(2)] == [state, state]
    client.update_monitoring_schedule(**NAME, MonitoringScheduleConfig=config("cron(0 3 ? * * *)"))
    assert [status(client) for _ in range(2)] == ["Pending", "Scheduled"]


@pytest.mark.fact(
    "jobs.MonitoringSchedule.preconditions.start",
)
def test_a_stopped_schedule_starts_again(client: Any, schedule: str) -> None:
    """Facts: jobs.yaml, MonitoringSchedule.lifecycle.start and preconditions.start."""
    client.stop_monitoring_schedule(**NAME)
    assert [status(client) for _ in range(2)] == ["Pending", "Stopped"]
    client.start_monitoring_schedule(**NAME)
    assert [status(client) for _ in range(2)] == ["Pending", "Scheduled"]


@pytest.mark.fact(
    "jobs.MonitoringSchedule.lifecycle.delete_note",
)
def test_a_deleted_schedule_is_pending_and_then_gone(client: Any, schedule: str) -> None:
    """Facts: metadata.yaml, MonitoringSchedule.lifecycle.delete; errors, describe a missing one."""
    client.delete_monitoring_schedule(**NAME)
    assert status(client) == "Pending"
    with pytest.raises(client.exceptions.ResourceNotFound) as caught:
        status(client)
    assert refusal(caught)[1] == f"Monitoring Schedule {schedule} not found"


@pytest.mark.fact(
    "metadata.MonitoringSchedule.errors.delete-update-start-stop-while-Pending",
    "jobs.MonitoringSchedule.errors.delete-while-Pending",
    "cross-cutting.12.Changing-a-monitoring-schedule-in-Pending",
)
@pytest.mark.parametrize("verb", ["stop", "start", "update", "delete"])
def test_a_pending_schedule_cannot_be_changed(client: Any, endpoint: None, verb: str) -> None:
    """Facts: metadata.yaml, MonitoringSchedule.errors; aws/amazon-sagemaker-examples#2342."""
    client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=config())
    more = {"MonitoringScheduleConfig": config()} if verb == "update" else {}
    with pytest.raises(ClientError) as caught:
        getattr(client, f"{verb}_monitoring_schedule")(**NAME, **more)
    assert refusal(caught) == ("ValidationException", "Monitoring schedule in status Pending")


def test_a_schedule_can_fail(sm: World, client: Any, endpoint: None) -> None:
    """Facts: jobs.yaml, MonitoringSchedule.lifecycle.failed."""
    sm.fail("MonitoringSchedule", reason="no role")
    client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=config())
    assert [status(client) for _ in range(2)] == ["Pending", "Failed"]
    assert client.describe_monitoring_schedule(**NAME)["FailureReason"] == "no role"


def test_a_name_in_use_is_refused(client: Any, schedule: str) -> None:
    """Facts: jobs.yaml, MonitoringSchedule.errors (create with a name in use)."""
    with pytest.raises(client.exceptions.ResourceInUse):
        client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=config())


@pytest.mark.fact(
    "metadata.MonitoringSchedule.errors.endpoint-named-in-the-inputs-missing",
    "metadata.MonitoringSchedule.references.EndpointName",
    "jobs.MonitoringSchedule.references.endpoint-of-the-input",
)
def test_a_schedule_of_an_unknown_endpoint_is_refused(client: Any) -> None:
    """Facts: metadata.yaml, MonitoringSchedule.errors; aws/sagemaker-python-sdk#4873."""
    with pytest.raises(ClientError) as caught:
        client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=config())
    assert refusal(caught)[0] == "ValidationException"
    assert client.list_monitoring_schedules()["MonitoringScheduleSummaries"] == []


@pytest.mark.fact("metadata.MonitoringSchedule.preconditions.endpoint-must-exist-and-have-data")
def test_an_endpoint_without_data_capture_is_not_monitored(client: Any, endpoint: None) -> None:
    variants = client.describe_endpoint_config(EndpointConfigName="c")["ProductionVariants"]
    client.create_endpoint_config(EndpointConfigName="blind", ProductionVariants=variants)
    client.create_endpoint(EndpointName="blind", EndpointConfigName="blind")
    given = config()
    source = {"EndpointName": "blind", "LocalPath": "/opt/ml/processing/input"}
    definition = {
        **given["MonitoringJobDefinition"],
        "MonitoringInputs": [{"EndpointInput": source}],
    }
    with pytest.raises(ClientError) as caught:
        client.create_monitoring_schedule(
            **NAME, MonitoringScheduleConfig={**given, "MonitoringJobDefinition": definition}
        )
    text = f'Data capture is not enabled for endpoint "{ARN}endpoint/blind".'
    assert refusal(caught) == ("ValidationException", text)
    client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=given)


@pytest.mark.fact(
    "metadata.MonitoringSchedule.preconditions.either-MonitoringJobDefinition-inline-or-MonitoringJobDefinitionName-MonitoringType",
)
@pytest.mark.parametrize(
    ("given", "said"),
    [
        (config("cron(0 25 ? * * *)"), "not supported"),
        (config("cron(5 * ? * * *)"), "not supported"),
        (config("rate(1 hour)"), "not supported"),
        (config("NOW"), "DataAnalysisStartTime"),
        ({"ScheduleConfig": {"ScheduleExpression": HOURLY}}, "Exactly one"),
        ({**config(), "MonitoringJobDefinitionName": "d"}, "Exactly one"),
        ({"MonitoringJobDefinitionName": "d"}, "MonitoringType"),
        ({"MonitoringJobDefinitionName": "d", "MonitoringType": "ModelBias"}, "ModelBias"),
        (config(DataAnalysisStartTime="five hours ago"), "ISO 8601"),
        (config(DataAnalysisStartTime="-P2D", DataAnalysisEndTime="-PT1H"), "24 hours"),
        (long_run(HOURLY, 3601), "3600 seconds"),
        (long_run("cron(0 17/12 ? * * *)", 12 * 3600 + 1), "43200 seconds"),
    ],
)
def test_a_config_that_makes_no_sense_is_refused(
    client: Any, endpoint: None, given: dict[str, Any], said: str
) -> None:
    """Facts: metadata.yaml, MonitoringSchedule.preconditions; model, ScheduleExpression."""
    with pytest.raises(ClientError) as caught:
        client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=given)
    code, text = refusal(caught)
    assert code == "ValidationException"
    assert said in text


@pytest.mark.parametrize(
    "given",
    [
        config(DataAnalysisStartTime="-PT24H", DataAnalysisEndTime="-PT0H"),
        config("NOW", DataAnalysisStartTime="-P1DT30M", DataAnalysisEndTime="-PT1H30M"),
        long_run(HOURLY, 3600),
        long_run("cron(0 3 ? * * *)", 86400),
    ],
)
def test_a_config_at_its_limits_is_taken(
    client: Any, endpoint: None, given: dict[str, Any]
) -> None:
    """Model, ScheduleConfig and MonitoringStoppingCondition."""
    client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=given)
    assert status(client) == "Pending"


def test_schedules_are_filtered_by_endpoint_type_and_status(client: Any, schedule: str) -> None:
    """Facts: cross-cutting, section 7, ListMonitoringSchedules."""

    def found(**asked: str) -> int:
        return len(client.list_monitoring_schedules(**asked)["MonitoringScheduleSummaries"])

    assert found(EndpointName="churn", MonitoringTypeEquals="DataQuality") == 1
    assert found(StatusEquals="Scheduled", NameContains="our") == 1
    assert found(EndpointName="other") == found(StatusEquals="Stopped") == 0
    assert found(MonitoringTypeEquals="ModelBias") == 0
