"""MonitoringExecution: one run of a monitoring schedule, and the processing job that does it.

An execution and its job are two views of one thing. The job is an ordinary one: a test may describe,
stop or fail it; whichever of the two moves first takes the other along.

Source: facts, jobs.yaml, MonitoringExecution.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import END, Kind
from sagestub.engine.lifecycle import Lifecycle
from sagestub.kinds.children import RUNNING, let_run, stay_with
from sagestub.kinds.job_definitions import JOB_DEFINITION_OF_TYPE
from sagestub.kinds.monitoring_alerts import evaluate_alerts, executions_named
from sagestub.kinds.schedule_expressions import HOUR

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

ENDS = ("Completed", "CompletedWithViolations", "Failed", "Stopped")
"""The statuses of an execution that is over."""

NO_VIOLATIONS = "Completed: Job completed successfully with no violations."
"""ExitMessage of the monitoring container (seen in AWS sample notebooks)."""

FOLDERS = "%Y/%m/%d/%H"
"""How captured data and reports are partitioned: by the hour, in UTC."""


def definition_of(context: Context, schedule: Resource) -> Mapping[str, Any]:
    """Return what a schedule runs, as an inline MonitoringJobDefinition; empty when it is not there.

    Members of a named definition are called after its type: `DataQualityJobInput`.
    """
    config = schedule.document.get("MonitoringScheduleConfig", {})
    if "MonitoringJobDefinition" in config:
        inline: Mapping[str, Any] = config["MonitoringJobDefinition"]
        return inline
    named = definition_named(context, schedule, config)
    if named is None:
        return {}
    kind, document = config["MonitoringType"], named.document
    application = document.get(f"{kind}AppSpecification", {})
    members = {
        "BaselineConfig": document.get(f"{kind}BaselineConfig"),
        "MonitoringInputs": [document[f"{kind}JobInput"]] if f"{kind}JobInput" in document else [],
        "MonitoringOutputConfig": document.get(f"{kind}JobOutputConfig"),
        "MonitoringResources": document.get("JobResources"),
        "MonitoringAppSpecification": application,
        "Environment": application.get("Environment"),
        "NetworkConfig": document.get("NetworkConfig"),
        "StoppingCondition": document.get("StoppingCondition"),
        "RoleArn": document.get("RoleArn"),
    }
    return {member: value for member, value in members.items() if value is not None}


def definition_named(
    context: Context, schedule: Resource, config: Mapping[str, Any]
) -> Resource | None:
    """Return the job definition that a MonitoringScheduleConfig names; None when there is none."""
    kind = JOB_DEFINITION_OF_TYPE.get(config.get("MonitoringType", ""))
    name = config.get("MonitoringJobDefinitionName")
    return context.resource(kind, schedule, name) if kind and name else None


def start_execution(context: Context, schedule: Resource, scheduled: float) -> None:
    """Make an execution of a schedule.

    Args:
        context: The world's context.
        schedule: The schedule.
        scheduled: The time for which it was due, epoch seconds.
    """
    config = schedule.document.get("MonitoringScheduleConfig", {})
    hour = datetime.fromtimestamp(scheduled, tz=timezone.utc)
    members = {
        "MonitoringScheduleName": schedule.key,
        "MonitoringScheduleArn": schedule.arn,
        "ScheduledTime": scheduled,
        # The form is assumed; seen: model-monitoring-202006301500-8ee9ac9d….
        "ProcessingJobName": f"model-monitoring-{hour:%Y%m%d%H%M}-{context.new_id(24)}",
        "MonitoringType": schedule.document.get("MonitoringType"),
        "EndpointName": schedule.document.get("EndpointName"),
        "MonitoringJobDefinitionName": config.get("MonitoringJobDefinitionName"),
    }
    known = {member: value for member, value in members.items() if value is not None}
    context.add("MonitoringExecution", known, schedule)


def keep_execution(context: Context, execution: Resource) -> None:
    """Keep an execution with its schedule, and fill in what one lacks that a test has put there.

    It was due at the full hour before, and is of the newest schedule.
    """
    document = execution.document
    document.setdefault("ScheduledTime", document["CreationTime"] // HOUR * HOUR)
    schedules = context.resources("MonitoringSchedule", execution)
    if schedules:
        document.setdefault("MonitoringScheduleName", schedules[-1].key)
    name = document.get("MonitoringScheduleName", "")
    executions_named(context, execution, name).append(execution)


def job_of(context: Context, execution: Resource) -> Resource | None:
    """Return the processing job of an execution; None before it is launched."""
    return context.resource("ProcessingJob", execution, execution.key)


def launch_job(context: Context, execution: Resource) -> None:
    """Start the processing job of an execution, from what the schedule defines."""
    schedule = context.resource(
        "MonitoringSchedule", execution, str(execution.document.get("MonitoringScheduleName", ""))
    )
    if schedule is None or "ProcessingJobArn" in execution.document:
        return
    job = context.add("ProcessingJob", job_request(context, schedule, execution), execution)
    execution.replace({"ProcessingJobArn": job.arn})


def job_request(context: Context, schedule: Resource, execution: Resource) -> dict[str, Any]:
    """Return the members of an execution's processing job.

    The names of inputs and outputs are as seen in AWS sample notebooks.
    """
    definition = definition_of(context, schedule)
    hour = datetime.fromtimestamp(execution.document["ScheduledTime"], tz=timezone.utc)
    application = definition.get("MonitoringAppSpecification", {})
    environment = {
        **definition.get("Environment", {}),
        "sagemaker_monitoring_schedule_name": schedule.key,
    }
    endpoint = execution.document.get("EndpointName")
    if endpoint is not None:
        environment["sagemaker_endpoint_name"] = endpoint
    members = {
        "ProcessingInputs": [
            *baseline_inputs(definition.get("BaselineConfig", {})),
            *captured_inputs(context, execution, definition),
        ],
        "ProcessingOutputConfig": outputs(definition, schedule, endpoint, hour),
        "ProcessingResources": definition.get("MonitoringResources"),
        "StoppingCondition": definition.get("StoppingCondition"),
        "AppSpecification": {
            member: application[member]
            for member in ("ImageUri", "ContainerEntrypoint", "ContainerArguments")
            if member in application
        },
        "NetworkConfig": definition.get("NetworkConfig"),
        "RoleArn": definition.get("RoleArn"),
        "Environment": environment,
    }
    return {
        "ProcessingJobName": execution.key,
        "MonitoringScheduleArn": schedule.arn,
        **{member: value for member, value in members.items() if value},
    }


def baseline_inputs(baseline: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the inputs that hold the baseline's statistics and constraints."""
    found = []
    for name, member, folder in (
        ("baseline", "StatisticsResource", "stats"),
        ("constraints", "ConstraintsResource", "constraints"),
    ):
        uri = baseline.get(member, {}).get("S3Uri")
        if uri is not None:
            found.append(_input(name, uri, f"/opt/ml/processing/baseline/{folder}"))
    return found


def captured_inputs(
    context: Context, execution: Resource, definition: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the inputs that hold the captured data; an endpoint that captures none has none."""
    found = []
    for number, given in enumerate(definition.get("MonitoringInputs", ()), start=1):
        endpoint_input, batch = given.get("EndpointInput"), given.get("BatchTransformInput")
        if batch is not None:
            uri, path = batch["DataCapturedDestinationS3Uri"], batch["LocalPath"]
            found.append(_input(f"batch_transform_input_{number}", uri, path))
        if endpoint_input is None:
            continue
        name = endpoint_input["EndpointName"]
        capture = capture_of(context, execution, name)
        if "DestinationS3Uri" in capture:
            uri = f"{capture['DestinationS3Uri'].rstrip('/')}/{name}"
            found.append(_input(f"endpoint_input_{number}", uri, endpoint_input["LocalPath"]))
    return found


def capture_of(context: Context, execution: Resource, name: str) -> Mapping[str, Any]:
    """Return the DataCaptureConfig of an endpoint; empty without one."""
    endpoint = context.resource("Endpoint", execution, name)
    config = config_of(context, endpoint) if endpoint is not None else None
    capture: Mapping[str, Any] = config.document.get("DataCaptureConfig", {}) if config else {}
    return capture


def config_of(context: Context, endpoint: Resource) -> Resource | None:
    """Return the configuration of an endpoint; None for one that is gone or was never there."""
    name = endpoint.document.get("EndpointConfigName")
    return context.resource("EndpointConfig", endpoint, name) if name else None


def _input(name: str, uri: str, path: str) -> dict[str, Any]:
    place = {"S3Uri": uri, "LocalPath": path, "S3DataType": "S3Prefix", "S3InputMode": "File"}
    return {"InputName": name, "S3Input": place}


def outputs(
    definition: Mapping[str, Any], schedule: Resource, endpoint: str | None, hour: datetime
) -> dict[str, Any]:
    """Return where a job puts its reports: below the schedule's output, by endpoint, name and hour."""
    config = definition.get("MonitoringOutputConfig", {})
    folders = "/".join(filter(None, (endpoint, schedule.key, hour.strftime(FOLDERS))))
    found = [
        {
            "OutputName": "result" if number == 1 else f"result-{number}",
            "S3Output": {
                **output["S3Output"],
                "S3Uri": f"{output['S3Output']['S3Uri'].rstrip('/')}/{folders}",
            },
        }
        for number, output in enumerate(config.get("MonitoringOutputs", ()), start=1)
    ]
    key = {"KmsKeyId": config["KmsKeyId"]} if "KmsKeyId" in config else {}
    return {"Outputs": found, **key}


# Moving together --------------------------------------------------------------------------------


def follow_job(context: Context, execution: Resource, planned: str) -> str:
    """Return where an execution goes: with its job, which a step of the execution lets run."""
    job = job_of(context, execution)
    if execution.status not in RUNNING or job is None or job.status not in RUNNING:
        return planned
    if planned == "Stopping":
        return planned
    let_run(context, execution, [job])
    # A job that has ended has taken the execution along by `report_to_execution`.
    return stay_with(execution) if job.status in RUNNING else execution.state


def report_to_execution(context: Context, job: Resource) -> None:
    """Take the execution along that a processing job belongs to, if it belongs to one."""
    if "MonitoringScheduleArn" not in job.document:
        return
    execution = context.resource("MonitoringExecution", job, job.key)
    if execution is None or execution.status in ENDS or execution.status == job.status:
        return
    if job.status == "Stopping":
        context.motion.go(execution, ("Stopping", "Stopped"))
        return
    state = str(job.status)
    if state == "Completed" and execution.way:
        state = execution.way[-1]  # A test may have set a path to CompletedWithViolations.
    context.motion.go(execution, (state,))
    if state == "Failed":
        execution.document["FailureReason"] = job.document.get("FailureReason", "")


def end_job(context: Context, execution: Resource) -> None:
    """Let the job end as its execution has ended, where the execution was moved first."""
    job = job_of(context, execution)
    if job is None:
        return
    if job.status in RUNNING:
        state = "Completed" if execution.status in ENDS[:2] else str(execution.status)
        context.motion.go(job, (state,))
        if state == "Failed":
            job.document["FailureReason"] = execution.document.get("FailureReason", "")
    if execution.status == "Completed":
        job.document.setdefault("ExitMessage", NO_VIOLATIONS)


def stop_job(context: Context, execution: Resource) -> None:
    """Stop the job of an execution that a test has sent to Stopping."""
    job = job_of(context, execution)
    if job is not None and job.status == "InProgress":
        context.motion.go(job, ("Stopping", "Stopped"))


MONITORING_EXECUTION = Kind(
    name="MonitoringExecution",
    arn="-",
    shape="MonitoringExecutionSummary",
    identifier=("ProcessingJobName",),
    made={"ProcessingJobName": "model-monitoring-{id}"},
    lifecycle=Lifecycle(
        path="Pending > InProgress > Completed",
        fail="Failed",
        stop="Stopping > Stopped",
        other="CompletedWithViolations",
        seconds={"Pending": 60, "InProgress": 300, "Stopping": 30},
    ),
    failure_reason="Job inputs had no data",  # aws/sagemaker-python-sdk#2634
    on_create=(keep_execution,),
    next_state=follow_job,
    on_enter={
        "InProgress": (launch_job,),
        "Stopping": (stop_job,),
        END: (end_job, evaluate_alerts),
        "CompletedWithViolations": (end_job, evaluate_alerts),
    },
    source="facts, jobs.yaml, MonitoringExecution",
)
