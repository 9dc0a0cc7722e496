"""MonitoringSchedule: runs a monitoring job by the clock.

A schedule that is Scheduled has its next execution queued on the virtual clock; when that time comes
the execution starts, and the next one is queued.

Source: facts, jobs.yaml and metadata.yaml, MonitoringSchedule.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sagestub.engine.documents import with_member
from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import invalid
from sagestub.kinds.children import RUNNING
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.job_definitions import ENDPOINT_INPUT_DEFAULTS, HOURLY_RUN, UPLOAD_MODE
from sagestub.kinds.monitoring_alerts import add_alert, executions_named, remove_alerts
from sagestub.kinds.monitoring_executions import (
    config_of,
    definition_named,
    definition_of,
    start_execution,
)
from sagestub.kinds.schedule_expressions import (
    DAILY,
    DAY,
    HOUR,
    NOW,
    is_supported,
    next_time,
    seconds_of_offset,
    shortest_gap,
)

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

INLINE = "MonitoringScheduleConfig.MonitoringJobDefinition"
DEFAULTS = {
    **{
        f"{INLINE}.MonitoringInputs[].{source}.{member}": value
        for source in ("EndpointInput", "BatchTransformInput")
        for member, value in ENDPOINT_INPUT_DEFAULTS.items()
    },
    f"{INLINE}.MonitoringOutputConfig.MonitoringOutputs[].S3Output.S3UploadMode": UPLOAD_MODE,
}
"""What the service fills in where an inline definition is silent.

Source: facts, jobs.yaml, MonitoringSchedule.filled_in.
"""


WINDOW = ("DataAnalysisStartTime", "DataAnalysisEndTime")
"""The members that say which data an execution looks at."""


def check_config(context: Context, resource: Resource) -> None:
    """Refuse a MonitoringScheduleConfig that the service refuses.

    Source: facts, metadata.yaml, MonitoringSchedule.preconditions; model, ScheduleConfig; texts
    assumed.
    """
    config = resource.document["MonitoringScheduleConfig"]
    named = "MonitoringJobDefinitionName" in config
    timing = config.get("ScheduleConfig", {})
    expression = timing.get("ScheduleExpression", DAILY)
    if not is_supported(expression):
        raise invalid(f"Schedule expression {expression} is not supported.")
    looks = named and context.checks_references
    if looks and definition_named(context, resource, config) is None:
        name = config["MonitoringJobDefinitionName"]
        raise invalid(f"Could not find {config['MonitoringType']} job definition {name}.")
    check_window(timing)
    check_longest_run(context, resource, expression)
    check_endpoint(context, resource)


def check_window(timing: Mapping[str, Any]) -> None:
    """Refuse a window of data that cannot be read, or is longer than a day.

    Source: model, ScheduleConfig.DataAnalysisStartTime; texts assumed.
    """
    offsets = []
    for member in WINDOW:
        offset = seconds_of_offset(timing[member]) if member in timing else 0.0
        if offset is None:
            raise invalid(f"{member} {timing[member]} is not an ISO 8601 duration.")
        offsets.append(offset)
    given = all(member in timing for member in WINDOW)
    if given and offsets[1] - offsets[0] > DAY:
        raise invalid(
            "DataAnalysisStartTime must not precede DataAnalysisEndTime by more than 24 hours."
        )


def check_longest_run(context: Context, resource: Resource, expression: str) -> None:
    """Refuse a job that may run longer than the schedule's next run is away.

    Source: model, MonitoringStoppingCondition; text assumed.
    """
    if expression == NOW:
        return
    condition = definition_of(context, resource).get("StoppingCondition", {})
    kind = resource.document["MonitoringScheduleConfig"].get("MonitoringType", "DataQuality")
    gap = shortest_gap(expression)
    longest = HOURLY_RUN[kind] if gap == HOUR else gap
    if condition.get("MaxRuntimeInSeconds", 0) > longest:
        raise invalid(
            f"MaxRuntimeInSeconds cannot exceed {longest} seconds for a {kind} schedule with "
            f"expression {expression}."
        )


def check_endpoint(context: Context, resource: Resource) -> None:
    """Refuse a schedule of an endpoint that does not exist, or whose configuration captures no data.

    Of an endpoint whose configuration is gone nobody can tell.

    Source: aws/sagemaker-python-sdk#4873 (code, and that a configuration for capture is needed); the
    first text is DescribeEndpoint's, the second is assumed.
    """
    name = endpoint_of(context, resource)
    if name is None or not context.checks_references:
        return
    arn = context.arn(f"endpoint/{name}", resource)
    endpoint = context.resource("Endpoint", resource, name)
    if endpoint is None:
        raise invalid(f'Could not find endpoint "{arn}".')
    config = config_of(context, endpoint)
    if config is not None and "DataCaptureConfig" not in config.document:
        raise invalid(f'Data capture is not enabled for endpoint "{arn}".')


def endpoint_of(context: Context, schedule: Resource) -> str | None:
    """Return the name of the endpoint that a schedule watches; None for batch transform."""
    inputs = definition_of(context, schedule).get("MonitoringInputs", ())
    names = [given["EndpointInput"]["EndpointName"] for given in inputs if "EndpointInput" in given]
    return names[0] if names else None


def complete_config(context: Context, resource: Resource) -> None:
    """Fill in what the config leaves out, and what Describe says beside it."""
    document = resource.document
    for path, value in DEFAULTS.items():
        with_member(document, path, value)
    with_member(document, "MonitoringScheduleConfig.MonitoringType", "DataQuality")
    config = document.get("MonitoringScheduleConfig", {})
    longest = {"MaxRuntimeInSeconds": HOURLY_RUN[config.get("MonitoringType", "DataQuality")]}
    with_member(document, f"{INLINE}.StoppingCondition", longest)
    endpoint = endpoint_of(context, resource)
    shown = {
        "MonitoringType": config.get("MonitoringType"),
        "EndpointName": endpoint if endpoint is not None else document.get("EndpointName"),
        "MonitoringJobDefinitionName": config.get("MonitoringJobDefinitionName"),
    }
    for member, value in shown.items():
        if value is None:
            document.pop(member, None)
        else:
            document[member] = value


def set_alarm(context: Context, schedule: Resource) -> None:
    """Queue the next execution of a schedule; one for NOW starts."""
    config = schedule.document.get("MonitoringScheduleConfig", {})
    expression = config.get("ScheduleConfig", {}).get("ScheduleExpression", DAILY)
    now = context.clock.exact()
    if expression == NOW:
        start_execution(context, schedule, context.clock.time())
        return
    due = next_time(expression, now)
    if due is not None:
        context.motion.at(due, partial(execute, context, schedule, due, len(schedule.past)))


def execute(context: Context, schedule: Resource, due: float, entered: int) -> None:
    """Start the execution that is due, unless the schedule has been stopped or changed since.

    Args:
        context: The world's context.
        schedule: The schedule.
        due: The time of the execution, epoch seconds.
        entered: How many states the schedule had entered when the execution was queued.
    """
    if len(schedule.past) != entered or not context.registry.holds(schedule):
        return
    set_alarm(context, schedule)
    for earlier in reversed(executions_named(context, schedule, schedule.key)):
        if not earlier.way:
            break
        let_end(context, earlier)
    start_execution(context, schedule, due)


def let_end(context: Context, execution: Resource) -> None:
    """Let an execution that nobody has looked at end in its time, which has passed by now."""
    now = context.clock.exact()
    lifecycle = execution.kind.lifecycle
    assert lifecycle is not None
    while execution.way and execution.rule is not None and execution.rule.name == "poll":
        before, entered = execution.past[-1]
        context.clock.set(min(now, entered + lifecycle.durations[before]))
        context.motion.step(execution)
        if execution.state == before:
            break  # Its job is held back by a test.
    context.clock.set(now)


def show_last_execution(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the summary of the last execution, which has then been seen: under `poll` it moves on."""
    executions = executions_named(context, resource, resource.key)
    if not executions:
        return {}
    last = executions[-1]
    summary = last.kind.described(last.document)
    context.motion.polled(last)
    return {"LastMonitoringExecutionSummary": summary}


def keep_while_executing(context: Context, resource: Resource) -> None:
    """Refuse a change of a schedule with an execution under way.

    Source: aws-controllers-k8s/sagemaker-controller, monitoring_schedule/hooks.go (text assumed).
    """
    running = [
        e
        for e in executions_named(context, resource, resource.key)
        if e.status in ("Pending", *RUNNING)
    ]
    if running:
        raise invalid(
            f"Monitoring schedule {resource.arn} has an execution in status {running[-1].status}"
        )


IN_STATUS = Message(
    code="ValidationException",
    text="Monitoring schedule in status {status}",
    source="aws/amazon-sagemaker-examples#2342",
)

STEADY = "Scheduled > Stopped > Failed"

MONITORING_SCHEDULE = Kind(
    name="MonitoringSchedule",
    field_rules=FieldRules("hosting.MONITORING_SCHEDULE"),
    arn="monitoring-schedule/{MonitoringScheduleName}",
    # Every way begins with Pending; what comes after the slash tells them apart and is not shown.
    lifecycle=Lifecycle(
        path="Pending/Creating > Scheduled",
        fail="Failed",
        stop="Pending/Stopping > Stopped",
        start="Pending/Starting > Scheduled",
        update="Pending/Updating > Scheduled",
        delete="Pending/Deleting",
        stop_from="Scheduled",
        start_from="Stopped",
        update_from=STEADY,
        delete_from=STEADY,
        seconds={
            "Pending/Creating": 240,
            "Pending/Stopping": 10,
            "Pending/Starting": 10,
            "Pending/Updating": 10,
            "Pending/Deleting": 10,
        },
    ),
    checks=(check_config,),
    on_create=(complete_config, add_alert),
    on_update=(complete_config,),
    update_checks=(keep_while_executing,),
    delete_checks=(keep_while_executing,),
    on_delete=(remove_alerts,),
    on_enter={"Scheduled": (set_alarm,)},
    on_describe=show_last_execution,
    not_found=Message(
        code="ResourceNotFound",
        text="Monitoring Schedule {arn} not found",
        source="aws/sagemaker-python-sdk pull 2708",
    ),
    exists=Message(
        code="ResourceInUse",
        text="Monitoring Schedule {arn} already exists",
        source="model (code); text assumed",
    ),
    cannot_stop=IN_STATUS,
    cannot_start=IN_STATUS,
    cannot_update=IN_STATUS,
    cannot_delete=IN_STATUS,
    source="facts, jobs.yaml and metadata.yaml, MonitoringSchedule",
)
