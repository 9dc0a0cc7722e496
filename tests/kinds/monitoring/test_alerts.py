"""The alerts of a schedule; facts: metadata.yaml."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

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
    assert alert["EvaluationPeriod"] == 1
    assert alert["CreationTime"] == alert["LastModifiedTime"]
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


@pytest.mark.fact("metadata.MonitoringAlert.notes.DatapointsToAlert-and-EvaluationPeriod-1-100")
@pytest.mark.parametrize("member", ["DatapointsToAlert", "EvaluationPeriod"])
def test_an_alert_has_its_limits(client: Any, schedule: str, member: str) -> None:
    alert = {**NAME, "MonitoringAlertName": alerts(client)[0]["MonitoringAlertName"]}

    def change(value: int) -> Any:
        limits = {"DatapointsToAlert": 1, "EvaluationPeriod": 100, member: value}
        client.update_monitoring_alert(**alert, **limits)
        return alerts(client)[0][member]

    assert [change(1), change(100)] == [1, 100]
    with pytest.raises(ParamValidationError, match=f"{member}, value: 0, valid min value: 1"):
        change(0)
    with pytest.raises(ClientError, match="value less than or equal to 100"):
        change(101)


@pytest.mark.fact("metadata.MonitoringAlert.notes.list-MaxResults-default-100")
def test_alerts_are_listed_by_the_hundred(sm: World, client: Any, schedule: str) -> None:
    for number in range(110):
        name = f"alert-{number}"
        sm.add("MonitoringAlert", "eu-west-1", **NAME, MonitoringAlertName=name)  # type: ignore[arg-type]
    assert len(alerts(client)) == 100


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
