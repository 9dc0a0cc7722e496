"""Monitoring schedules, executions, alerts and job definitions; facts: jobs.yaml, metadata.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import pytest
import time_machine
from botocore.exceptions import ClientError

from sagestub import World, mock_sagemaker

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/monitor:1"
PATH = "/opt/ml/processing"
CLUSTER = {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 20}
INPUT = {"EndpointInput": {"EndpointName": "churn", "LocalPath": f"{PATH}/input"}}
OUTPUT = {"S3Output": {"S3Uri": "s3://bucket/reports", "LocalPath": f"{PATH}/output"}}
DEFINITION = {
    "BaselineConfig": {"ConstraintsResource": {"S3Uri": "s3://bucket/constraints.json"}},
    "MonitoringInputs": [INPUT],
    "MonitoringOutputConfig": {"MonitoringOutputs": [OUTPUT]},
    "MonitoringResources": {"ClusterConfig": CLUSTER},
    "MonitoringAppSpecification": {"ImageUri": IMAGE},
    "RoleArn": ROLE,
}
NAME = {"MonitoringScheduleName": "hourly"}
HOURLY = "cron(0 * ? * * *)"
BUSY = ("Pending", "InProgress", "Stopping")


def config(expression: str = HOURLY, **timing: str) -> dict[str, Any]:
    """A MonitoringScheduleConfig with the definition in it."""
    timing = {"ScheduleExpression": expression, **timing}
    return {"ScheduleConfig": timing, "MonitoringJobDefinition": DEFINITION}


def long_run(expression: str, seconds: int) -> dict[str, Any]:
    """A MonitoringScheduleConfig whose job may run so long."""
    definition = {**DEFINITION, "StoppingCondition": {"MaxRuntimeInSeconds": seconds}}
    return {**config(expression), "MonitoringJobDefinition": definition}


def status(client: Any) -> str:
    """The status of the schedule as Describe reports it."""
    return str(client.describe_monitoring_schedule(**NAME)["MonitoringScheduleStatus"])


def executions(client: Any, **asked: Any) -> list[dict[str, Any]]:
    """The executions as they are listed, the latest first."""
    answer = client.list_monitoring_executions(**asked)
    return list(answer["MonitoringExecutionSummaries"])


@pytest.fixture(autouse=True)
def half_past_eleven() -> Iterator[None]:
    """Let each test begin at the same minute: schedules run on the hour."""
    with time_machine.travel(datetime(2030, 5, 6, 11, 30, tzinfo=timezone.utc), tick=False):
        yield


@pytest.fixture
def endpoint(client: Any) -> None:
    """An endpoint that captures what it is asked."""
    container = {"Image": IMAGE}
    client.create_model(ModelName="m", ExecutionRoleArn=ROLE, PrimaryContainer=container)
    variant = {
        "VariantName": "all",
        "ModelName": "m",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": "s3://bucket/captured",
        "CaptureOptions": [{"CaptureMode": "Input"}],
    }
    client.create_endpoint_config(
        EndpointConfigName="c", ProductionVariants=[variant], DataCaptureConfig=capture
    )
    client.create_endpoint(EndpointName="churn", EndpointConfigName="c")


@pytest.fixture
def schedule(client: Any, endpoint: None) -> str:
    """A schedule that is Scheduled."""
    arn = client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=config())
    assert [status(client) for _ in range(2)] == ["Pending", "Scheduled"]
    return str(arn["MonitoringScheduleArn"])


def refusal(caught: pytest.ExceptionInfo[ClientError]) -> tuple[str, str]:
    """Code and text of a refusal."""
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


# The schedule -----------------------------------------------------------------------------------


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


def test_a_stopped_schedule_starts_again(client: Any, schedule: str) -> None:
    """Facts: jobs.yaml, MonitoringSchedule.lifecycle.start and preconditions.start."""
    client.stop_monitoring_schedule(**NAME)
    assert [status(client) for _ in range(2)] == ["Pending", "Stopped"]
    client.start_monitoring_schedule(**NAME)
    assert [status(client) for _ in range(2)] == ["Pending", "Scheduled"]


def test_a_deleted_schedule_is_pending_and_then_gone(client: Any, schedule: str) -> None:
    """Facts: metadata.yaml, MonitoringSchedule.lifecycle.delete; errors, describe a missing one."""
    client.delete_monitoring_schedule(**NAME)
    assert status(client) == "Pending"
    with pytest.raises(client.exceptions.ResourceNotFound) as caught:
        status(client)
    assert refusal(caught)[1] == f"Monitoring Schedule {schedule} not found"


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


def test_a_schedule_of_an_unknown_endpoint_is_refused(client: Any) -> None:
    """Facts: metadata.yaml, MonitoringSchedule.errors; aws/sagemaker-python-sdk#4873."""
    with pytest.raises(ClientError) as caught:
        client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=config())
    assert refusal(caught)[0] == "ValidationException"
    assert client.list_monitoring_schedules()["MonitoringScheduleSummaries"] == []


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


# Executions -------------------------------------------------------------------------------------


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
    assert seen[3]["ScheduledTime"] <= seen[3]["CreationTime"] < seen[3]["LastModifiedTime"]


def test_listing_executions_lets_them_go_on(sm: World, client: Any, schedule: str) -> None:
    """An execution has no Describe of its own: its list is what is polled."""
    sm.clock.advance(3600)
    seen = [executions(client)[0]["MonitoringExecutionStatus"] for _ in range(3)]
    assert seen == ["Pending", "InProgress", "Completed"]


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


def test_an_execution_is_a_processing_job(sm: World, client: Any, schedule: str) -> None:
    """Facts: jobs.yaml, MonitoringExecution.notes."""
    job = client.describe_processing_job(ProcessingJobName=running_job(sm, client))
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


def test_an_execution_is_stopped_by_its_job(sm: World, client: Any, schedule: str) -> None:
    """Facts: jobs.yaml, MonitoringExecution.notes: stop it with StopProcessingJob."""
    job = running_job(sm, client)
    client.stop_processing_job(ProcessingJobName=job)
    seen = [executions(client)[0]["MonitoringExecutionStatus"] for _ in range(2)]
    assert seen == ["Stopping", "Stopped"]
    stopped = client.describe_processing_job(ProcessingJobName=job)
    assert stopped["ProcessingJobStatus"] == "Stopped"


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


def test_executions_outlive_their_schedule(sm: World, client: Any, schedule: str) -> None:
    """Facts: jobs.yaml, MonitoringExecution.notes; model, DeleteMonitoringSchedule."""
    job = running_job(sm, client)
    client.get_waiter("processing_job_completed_or_stopped").wait(ProcessingJobName=job)
    client.delete_monitoring_schedule(**NAME)
    status(client)
    assert len(executions(client, MonitoringScheduleName="hourly")) == 1


# Alerts -----------------------------------------------------------------------------------------


def alerts(client: Any) -> list[dict[str, Any]]:
    """The alerts of the schedule."""
    return list(client.list_monitoring_alerts(**NAME)["MonitoringAlertSummaries"])


def history(client: Any) -> list[str]:
    """The changes of the alert, the latest first."""
    answer = client.list_monitoring_alert_history(**NAME)["MonitoringAlertHistory"]
    return [one["AlertStatus"] for one in answer]


def test_a_schedule_has_an_alert(client: Any, schedule: str) -> None:
    """Facts: metadata.yaml, MonitoringAlert.lifecycle and filled_in."""
    (alert,) = alerts(client)
    assert (alert["AlertStatus"], alert["DatapointsToAlert"]) == ("OK", 1)
    assert alert["Actions"] == {"ModelDashboardIndicator": {"Enabled": True}}


def test_failures_raise_the_alert_and_successes_end_it(
    sm: World, client: Any, schedule: str
) -> None:
    """Developer Guide, model-dashboard-alerts: a window of 3 executions, 2 failures raise it."""
    (alert,) = alerts(client)
    answer = client.update_monitoring_alert(
        **NAME,
        MonitoringAlertName=alert["MonitoringAlertName"],
        DatapointsToAlert=2,
        EvaluationPeriod=3,
    )
    assert answer["MonitoringScheduleArn"] == schedule
    sm.fail("MonitoringExecution", reason="drift", times=2)
    seen = []
    for _ in range(5):
        sm.clock.advance(3600)
        sm.resources("MonitoringExecution")[-1].advance(2)
        seen.append(alerts(client)[0]["AlertStatus"])
    assert seen == ["OK", "InAlert", "InAlert", "OK", "OK"]
    assert history(client) == ["OK", "InAlert"]


def test_an_unknown_schedule_or_alert_is_not_found(client: Any, schedule: str) -> None:
    """Facts: metadata.yaml, MonitoringAlert.errors."""
    limits = {"DatapointsToAlert": 1, "EvaluationPeriod": 1}
    for names in (
        {**NAME, "MonitoringAlertName": "other"},
        {"MonitoringScheduleName": "other", "MonitoringAlertName": "hourly"},
    ):
        with pytest.raises(client.exceptions.ResourceNotFound):
            client.update_monitoring_alert(**names, **limits)
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.list_monitoring_alerts(MonitoringScheduleName="other")


# Job definitions --------------------------------------------------------------------------------

TRUTH = {"GroundTruthS3Input": {"S3Uri": "s3://bucket/truth"}}
ANALYSIS = {"ConfigUri": "s3://bucket/analysis.json"}
TYPES = {
    "DataQuality": ("data_quality", {}, {}),
    "ModelQuality": ("model_quality", {}, TRUTH),
    "ModelBias": ("model_bias", ANALYSIS, TRUTH),
    "ModelExplainability": ("model_explainability", ANALYSIS, {}),
}


def define(client: Any, kind: str, name: str = "d") -> str:
    """Create a job definition of a monitoring type; return its ARN."""
    spelled, application, source = TYPES[kind]
    members = {
        "JobDefinitionName": name,
        f"{kind}AppSpecification": {"ImageUri": IMAGE, **application},
        f"{kind}JobInput": {**INPUT, **source},
        f"{kind}JobOutputConfig": {"MonitoringOutputs": [OUTPUT]},
        "JobResources": {"ClusterConfig": CLUSTER},
        "RoleArn": ROLE,
    }
    answer = getattr(client, f"create_{spelled}_job_definition")(**members)
    return str(answer["JobDefinitionArn"])


@pytest.mark.parametrize("kind", TYPES)
def test_a_job_definition_is_kept_listed_and_deleted(client: Any, kind: str) -> None:
    """Facts: metadata.yaml, the four job definitions."""
    spelled = TYPES[kind][0]
    arn = define(client, kind)
    assert arn == f"{ARN}{spelled.replace('_', '-')}-job-definition/d"
    answer = getattr(client, f"describe_{spelled}_job_definition")(JobDefinitionName="d")
    assert answer["JobResources"] == {"ClusterConfig": CLUSTER}
    assert answer[f"{kind}JobInput"]["EndpointInput"]["S3InputMode"] == "File"
    assert answer["StoppingCondition"]["MaxRuntimeInSeconds"] in (1800, 3600)
    listed = getattr(client, f"list_{spelled}_job_definitions")
    (summary,) = listed(EndpointName="churn")["JobDefinitionSummaries"]
    assert summary["MonitoringJobDefinitionArn"] == arn
    assert (summary["MonitoringJobDefinitionName"], summary["EndpointName"]) == ("d", "churn")
    assert listed(EndpointName="other")["JobDefinitionSummaries"] == []
    with pytest.raises(client.exceptions.ResourceInUse):
        define(client, kind)
    getattr(client, f"delete_{spelled}_job_definition")(JobDefinitionName="d")
    for verb in ("describe", "delete"):
        with pytest.raises(client.exceptions.ResourceNotFound):
            getattr(client, f"{verb}_{spelled}_job_definition")(JobDefinitionName="d")


@pytest.mark.parametrize("kind", TYPES)
def test_a_schedule_runs_a_named_definition(
    sm: World, client: Any, endpoint: None, kind: str
) -> None:
    """Facts: jobs.yaml, MonitoringSchedule.references."""
    define(client, kind)
    given = {"MonitoringJobDefinitionName": "d", "MonitoringType": kind}
    client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=given)
    sm.get("MonitoringSchedule", "hourly").move_to("Scheduled")
    sm.clock.advance(24 * 3600)
    executions(client)
    (summary,) = executions(client, MonitoringJobDefinitionName="d", MonitoringTypeEquals=kind)
    assert summary["EndpointName"] == "churn"
    job = client.describe_processing_job(
        ProcessingJobName=summary["ProcessingJobArn"].rpartition("/")[2]
    )
    assert job["AppSpecification"]["ImageUri"] == IMAGE
    assert job["StoppingCondition"]["MaxRuntimeInSeconds"] in (1800, 3600)
    (listed,) = client.list_monitoring_schedules()["MonitoringScheduleSummaries"]
    assert listed["MonitoringJobDefinitionName"] == "d"
