"""An endpoint that is monitored, and its schedule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
import time_machine

from tests.kinds.monitoring.schedules import IMAGE, NAME, ROLE, config, status


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
