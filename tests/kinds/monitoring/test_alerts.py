"""The alerts of a schedule; facts: metadata.yaml."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import World
from tests.kinds.monitoring.schedules import NAME


def alerts(client: Any) -> list[dict[str, Any]]:
    """The alerts of the schedule."""
    return list(client.list_monitoring_alerts(**NAME)["MonitoringAlertSummaries"])


def history(client: Any) -> list[str]:
    """The changes of the alert, the latest first."""
    answer = client.list_monitoring_alert_history(**NAME)["MonitoringAlertHistory"]
    return [one["AlertStatus"] for one in answer]


@pytest.mark.fact(
    "metadata.MonitoringAlert.lifecycle.initial",
    "metadata.MonitoringAlert.filled_in.Actions",
    "metadata.MonitoringAlert.filled_in.CreationTime",
    "metadata.MonitoringAlert.filled_in.DatapointsToAlert",
    "metadata.MonitoringAlert.filled_in.EvaluationPeriod",
    "metadata.MonitoringAlert.filled_in.LastModifiedTime",
    "metadata.MonitoringAlert.identifier",
)
def test_a_schedule_has_an_alert(client: Any, schedule: str) -> None:
    """Facts: metadata.yaml, MonitoringAlert.lifecycle and filled_in."""
    (alert,) = alerts(client)
    assert (alert["AlertStatus"], alert["DatapointsToAlert"]) == ("OK", 1)
    assert alert["Actions"] == {"ModelDashboardIndicator": {"Enabled": True}}


@pytest.mark.fact(
    "metadata.MonitoringAlert.status",
    "metadata.MonitoringAlert.enum",
    "metadata.MonitoringAlert.list",
)
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


@pytest.mark.fact(
    "metadata.MonitoringAlert.errors.schedule-or-alert-missing",
)
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
