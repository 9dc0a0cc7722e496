"""MonitoringAlert and its history: what the failures of a schedule's executions raise.

The service makes one alert with each schedule. It is in alert while at least DatapointsToAlert of the
latest EvaluationPeriod executions have failed.

Source: facts, metadata.yaml, MonitoringAlert; Developer Guide, model-dashboard-alerts.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from sagestub.engine.binding import BoundKind
from sagestub.engine.kind import Kind, Message
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

ENDED = ("Completed", "CompletedWithViolations", "Failed")
"""The statuses of an execution that an alert evaluates."""

FAILED = ("CompletedWithViolations", "Failed")
"""Those that count as a failure (assumed: a job that found violations is one, too)."""


def executions_named(context: Context, of: Resource, schedule: str) -> list[Resource]:
    """Return the executions of a schedule, oldest first; those of an earlier one of its name, too.

    They are kept beside the registry: an hourly schedule has thousands a year, and looks at the last.

    Args:
        context: The world's context.
        of: A resource of the schedule's account and region.
        schedule: The name of the schedule.
    """
    place = (of.account, of.region, schedule)
    executions: list[Resource] = context.room("monitoring executions").setdefault(place, [])
    return executions


def add_alert(context: Context, schedule: Resource) -> None:
    """Make the alert of a schedule.

    The name is the schedule's and one failure of one execution raises it (both assumed).
    """
    members = {
        "MonitoringScheduleName": schedule.key,
        "MonitoringScheduleArn": schedule.arn,
        "MonitoringAlertName": schedule.key,
        "AlertStatus": "OK",
        "DatapointsToAlert": 1,
        "EvaluationPeriod": 1,
        "Actions": {"ModelDashboardIndicator": {"Enabled": True}},
    }
    context.add("MonitoringAlert", members, schedule)


def remove_alerts(context: Context, schedule: Resource) -> None:
    """Take away the alerts of a schedule, and their history."""
    for kind in ("MonitoringAlert", "MonitoringAlertHistory"):
        for resource in context.resources(kind, schedule, MonitoringScheduleName=schedule.key):
            context.registry.remove(resource)


def evaluate_alerts(context: Context, execution: Resource) -> None:
    """Look at the alerts of the schedule that an execution belongs to."""
    name = execution.document.get("MonitoringScheduleName")
    for alert in context.resources("MonitoringAlert", execution, MonitoringScheduleName=name):
        evaluate(context, alert)


def evaluate(context: Context, alert: Resource) -> None:
    """Set the status of an alert by the latest executions; a change of it goes into the history."""
    document = alert.document
    name = document["MonitoringScheduleName"]
    period, most = document.get("EvaluationPeriod", 1), document.get("DatapointsToAlert", 1)
    executions = reversed(executions_named(context, alert, name))
    latest = islice((one for one in executions if one.status in ENDED), period)
    failed = sum(execution.status in FAILED for execution in latest)
    status = "InAlert" if failed >= most else "OK"
    if status == document.get("AlertStatus"):
        return
    document["AlertStatus"] = status
    members = {
        "MonitoringScheduleName": name,
        "MonitoringAlertName": alert.document["MonitoringAlertName"],
        "AlertStatus": status,
    }
    context.add("MonitoringAlertHistory", members, alert)
    context.registry.touch(alert)


def find_alert(context: Context, kind: BoundKind, parameters: Mapping[str, Any]) -> Resource | None:
    """Return an alert by the names of its schedule and its own.

    Raises:
        ServiceError: There is no such schedule (text as DescribeMonitoringSchedule's).
    """
    call = context.call
    assert call is not None
    name = str(parameters["MonitoringScheduleName"])
    if context.resource("MonitoringSchedule", call, name) is None:
        arn = context.arn(f"monitoring-schedule/{name}", call)
        raise ServiceError("ResourceNotFound", f"Monitoring Schedule {arn} not found")
    return context.resource(kind.name, call, kind.key_of(parameters))


def complete_transition(context: Context, transition: Resource) -> None:
    """Fill in what an entry of the history lacks that a test has put there: of the newest alert."""
    transition.document.setdefault("AlertStatus", "InAlert")
    for alert in context.resources("MonitoringAlert", transition)[-1:]:
        for member in ("MonitoringScheduleName", "MonitoringAlertName"):
            transition.document.setdefault(member, alert.document[member])


MONITORING_ALERT = Kind(
    name="MonitoringAlert",
    arn="-",
    shape="MonitoringAlertSummary",
    identifier=("MonitoringScheduleName", "MonitoringAlertName"),
    status="-",
    parents={"MonitoringScheduleName": "MonitoringSchedule"},
    find=find_alert,
    on_update=(evaluate,),
    not_found=Message(
        code="ResourceNotFound",
        text="Monitoring Alert {MonitoringAlertName} not found",
        source="model, UpdateMonitoringAlert (code); text assumed",
    ),
    source="facts, metadata.yaml, MonitoringAlert",
)

MONITORING_ALERT_HISTORY = Kind(
    name="MonitoringAlertHistory",
    arn="-",
    shape="MonitoringAlertHistorySummary",
    identifier=("TransitionId",),
    made={"TransitionId": "{uuid}"},
    status="-",
    list="ListMonitoringAlertHistory",
    on_create=(complete_transition,),
    parents={"MonitoringScheduleName": "MonitoringSchedule"},
    filters={"StatusEquals": "AlertStatus"},
    sort={"Status": "AlertStatus"},
    source="facts, metadata.yaml, MonitoringAlert",
)
