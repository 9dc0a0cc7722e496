"""The hook reads errors: what it takes for an answer, what it tries again, and what it raises."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.providers.amazon.aws.hooks.sagemaker import SageMakerHook
from botocore.exceptions import ClientError

from sagestub import World
from tests.clients.airflow.conftest import REGION

EXECUTION = f"arn:aws:sagemaker:{REGION}:123456789012:pipeline/nightly/execution/abcdefghijkl"


@pytest.fixture
def hook(sm: World) -> Any:
    return SageMakerHook(aws_conn_id=None, region_name=REGION)


@pytest.fixture
def ended(sm: World) -> str:
    """An execution that has ended."""
    members: dict[str, Any] = {
        "PipelineExecutionArn": EXECUTION,
        "PipelineExecutionStatus": "Succeeded",
    }
    return str(sm.add("PipelineExecution", region=REGION, **members).arn)


def test_a_group_that_exists_is_no_error(hook: Any) -> None:
    assert hook.create_model_package_group("models") is True
    assert hook.create_model_package_group("models") is False


def test_an_execution_that_has_ended_is_not_stopped(hook: Any, ended: str) -> None:
    assert hook.stop_pipeline(ended) == "Succeeded"
    with pytest.raises(ClientError, match="Only pipelines with 'Executing' status"):
        hook.stop_pipeline(ended, fail_if_not_running=True)


def test_a_conflict_on_stopping_is_tried_again(sm: World, hook: Any) -> None:
    members: dict[str, Any] = {
        "PipelineExecutionArn": EXECUTION,
        "PipelineExecutionStatus": "Executing",
    }
    sm.add("PipelineExecution", region=REGION, **members)
    sm.refuse("StopPipelineExecution", "ConflictException", times=2)
    assert hook.stop_pipeline(EXECUTION) in {"Stopping", "Stopped"}


def test_throttled_counting_is_tried_again(sm: World, hook: Any) -> None:
    sm.add("ProcessingJob", region=REGION, ProcessingJobName="clean")
    sm.refuse("ListProcessingJobs", "ThrottlingException", times=6)
    assert hook.count_processing_jobs_by_name("clean") == 1
