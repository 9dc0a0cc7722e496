"""The sensors: each pokes until what it looks at has ended, and says how it failed."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.providers.amazon.aws.sensors.sagemaker import (
    SageMakerAutoMLSensor,
    SageMakerEndpointSensor,
    SageMakerPipelineSensor,
    SageMakerProcessingSensor,
    SageMakerTrainingSensor,
    SageMakerTransformSensor,
    SageMakerTuningSensor,
)
from airflow.providers.common.compat.sdk import AirflowException

from sagestub import World
from tests.clients.airflow.conftest import REGION
from tests.clients.airflow.requests import training

SENSORS: dict[str, tuple[type[Any], str]] = {
    "AutoMLJob": (SageMakerAutoMLSensor, "job_name"),
    "Endpoint": (SageMakerEndpointSensor, "endpoint_name"),
    "ProcessingJob": (SageMakerProcessingSensor, "job_name"),
    "TransformJob": (SageMakerTransformSensor, "job_name"),
    "HyperParameterTuningJob": (SageMakerTuningSensor, "job_name"),
}
SAY_WHY = {"Endpoint", "TransformJob", "HyperParameterTuningJob"}
"""Of what the sensor repeats the reason of a failure."""


def sensor(kind: str, name: str) -> Any:
    """Return a sensor of what has that name."""
    made, argument = SENSORS[kind]
    return made(task_id="sense", region_name=REGION, poke_interval=60, **{argument: name})


def named(kind: str) -> dict[str, Any]:
    """Return the member that names a resource of a kind."""
    return {f"{kind}Name": "nightly"}


@pytest.mark.parametrize("kind", SENSORS)
def test_a_sensor_ends_when_the_resource_does(sm: World, kind: str) -> None:
    resource = sm.add(kind, region=REGION, **named(kind))
    sensor(kind, "nightly").execute({})
    assert resource.status in {"Completed", "InService"}


@pytest.mark.parametrize("kind", SENSORS)
def test_a_sensor_pokes_and_sees_that_it_runs(sm: World, kind: str) -> None:
    sm.add(kind, region=REGION, **named(kind))
    assert sensor(kind, "nightly").poke({}) is False


@pytest.mark.parametrize("kind", SENSORS)
def test_a_sensor_fails_when_the_resource_does(sm: World, kind: str) -> None:
    sm.fail(kind, reason="ClientError: no data")
    sm.add(kind, region=REGION, **named(kind))
    with pytest.raises(AirflowException, match="no data" if kind in SAY_WHY else "Unknown"):
        sensor(kind, "nightly").execute({})


def test_the_training_sensor_reads_the_log(sm: World) -> None:
    sm.add(
        "TrainingJob",
        region=REGION,
        TrainingJobName="nightly",
        ResourceConfig=training()["ResourceConfig"],
    )
    SageMakerTrainingSensor(task_id="sense", region_name=REGION, job_name="nightly").execute({})
    assert sm.get("TrainingJob", "nightly").status == "Completed"


def test_the_pipeline_sensor_waits_for_an_execution(sm: World) -> None:
    execution = sm.add("PipelineExecution", region=REGION, PipelineName="nightly")
    SageMakerPipelineSensor(
        task_id="sense", region_name=REGION, pipeline_exec_arn=execution.arn
    ).execute({})
    assert execution.status == "Succeeded"
