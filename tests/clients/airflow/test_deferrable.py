"""Deferrable operators: they hand over to a trigger, which waits through aiobotocore."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.providers.amazon.aws.operators.sagemaker import (
    SageMakerEndpointOperator,
    SageMakerProcessingOperator,
    SageMakerStartPipelineOperator,
    SageMakerTrainingOperator,
    SageMakerTransformOperator,
    SageMakerTuningOperator,
)
from airflow.providers.common.compat.sdk import AirflowException, TaskDeferred

from sagestub import World
from tests.clients.airflow.conftest import REGION, ROLE
from tests.clients.airflow.requests import endpoint, processing, put, training, transform, tuning

DEFINITION = '{"Version": "2020-12-01", "Parameters": [], "Steps": []}'

OPERATORS: dict[str, tuple[type[Any], dict[str, Any], str]] = {
    "training": (
        SageMakerTrainingOperator,
        {"config": training("nightly"), "print_log": False},
        "TrainingJob",
    ),
    "processing": (
        SageMakerProcessingOperator,
        {"config": processing("nightly"), "print_log": False},
        "ProcessingJob",
    ),
    "transform": (SageMakerTransformOperator, {"config": transform("nightly")}, "TransformJob"),
    "tuning": (SageMakerTuningOperator, {"config": tuning("nightly")}, "HyperParameterTuningJob"),
}


def deferred(operator: Any) -> TaskDeferred:
    """Return what an operator hands over when it is executed."""
    with pytest.raises(TaskDeferred) as caught:
        operator.execute({})
    return caught.value


async def event_of(handed_over: TaskDeferred) -> dict[str, Any]:
    """Return what the trigger says when it has run, in the triggerer's stead."""
    async for event in handed_over.trigger.run():
        payload: dict[str, Any] = event.payload
        return payload
    raise AssertionError("the trigger said nothing")


def deferrable(which: str) -> Any:
    """Return a deferrable operator, with what its job reads in S3."""
    made, arguments, _ = OPERATORS[which]
    put("train/a.csv", b"1")
    put("input/a.csv", b"1")
    return made(
        task_id="task", region_name=REGION, wait_for_completion=True, deferrable=True, **arguments
    )


@pytest.mark.parametrize("which", OPERATORS)
async def test_the_trigger_waits_for_the_job(sm: World, which: str) -> None:
    sm.add("Model", region=REGION, ModelName="model")
    operator = deferrable(which)
    handed_over = deferred(operator)
    event = await event_of(handed_over)
    assert event["status"] == "success"
    assert sm.get(OPERATORS[which][2], "nightly").status == "Completed"
    assert operator.execute_complete({}, event)


@pytest.mark.parametrize("which", ["training", "processing", "transform"])
async def test_a_failure_reaches_the_operator(sm: World, which: str) -> None:
    sm.add("Model", region=REGION, ModelName="model")
    sm.fail(OPERATORS[which][2], reason="ClientError: no data")
    operator = deferrable(which)
    event = await event_of(deferred(operator))
    assert event["status"] == "failed"
    # The transform operator raises a plain RuntimeError, the others Airflow's own.
    with pytest.raises((AirflowException, RuntimeError), match="no data"):
        operator.execute_complete({}, event)


async def test_an_endpoint_is_waited_for(sm: World) -> None:
    task = SageMakerEndpointOperator(
        task_id="task", region_name=REGION, config=endpoint(), deferrable=True
    )
    event = await event_of(deferred(task))
    assert event["status"] == "success"
    assert sm.get("Endpoint", "endpoint").status == "InService"


async def test_a_pipeline_is_waited_for(sm: World, client: Any) -> None:
    client.create_pipeline(
        PipelineName="nightly",
        PipelineDefinition=DEFINITION,
        RoleArn=ROLE,
        ClientRequestToken="0" * 32,
    )
    task = SageMakerStartPipelineOperator(
        task_id="task", region_name=REGION, pipeline_name="nightly", deferrable=True
    )
    event = await event_of(deferred(task))
    assert event["status"] == "success"
    assert sm.get("PipelineExecution", event["value"]).status == "Succeeded"
