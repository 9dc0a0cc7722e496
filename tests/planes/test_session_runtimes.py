"""The runtimes of jobs, training sessions and inference routers. Source: their API references."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from sagestub import mock_sagemaker

REGION = "eu-west-1"


@pytest.fixture
def sm() -> Iterator[Any]:
    with mock_sagemaker() as world:
        yield world


def test_an_operation_of_a_running_session_moves_and_has_a_result(sm: Any) -> None:
    runtime = boto3.client("sagemakertrainingsessionruntime", region_name=REGION)
    sm.add(
        "TrainingSession",
        region=REGION,
        TrainingSessionName="s",
        TrainingSessionStatus="Running",
    )
    session = {"trainingSessionName": "s"}
    made = runtime.execute_training_operation(
        **session, sequenceNumber=1, operationConfig={"saveWeights": {}}
    )
    seen = [
        runtime.get_training_operation_result(**session, operationId=made["operationId"])
        for _ in range(3)
    ]
    assert [answer["status"] for answer in seen] == ["Pending", "InProgress", "Completed"]
    assert "operationResult" not in seen[0]
    assert ":model-package/" in seen[2]["operationResult"]["saveWeights"]["modelPackageArn"]
    body = runtime.sample_training_session(**session, body=b"hello")["body"].read()
    assert body == b"hello"


@pytest.mark.fact("jobs.TrainingSession.filled_in.LastReceivedSequenceNumber")
def test_a_session_says_which_operation_it_received_last(sm: Any) -> None:
    client = boto3.client("sagemaker", region_name=REGION)
    runtime = boto3.client("sagemakertrainingsessionruntime", region_name=REGION)
    sm.add("TrainingSession", REGION, TrainingSessionName="s", TrainingSessionStatus="Running")
    session = {"TrainingSessionName": "s"}
    before = client.describe_training_session(**session)["TrainingSessionDetail"]
    for number in (1, 2):
        runtime.execute_training_operation(
            trainingSessionName="s", sequenceNumber=number, operationConfig={"saveWeights": {}}
        )
    after = client.describe_training_session(**session)["TrainingSessionDetail"]
    assert "LastReceivedSequenceNumber" not in before
    assert after["LastReceivedSequenceNumber"] == 2


def test_a_session_that_is_not_there_or_does_not_run_takes_no_operations(sm: Any) -> None:
    runtime = boto3.client("sagemakertrainingsessionruntime", region_name=REGION)
    with pytest.raises(runtime.exceptions.ResourceNotFoundException):
        runtime.sample_training_session(trainingSessionName="nobody", body=b"")
    sm.add("TrainingSession", region=REGION, TrainingSessionName="s")
    with pytest.raises(runtime.exceptions.ConflictException):
        runtime.sample_training_session(trainingSessionName="s", body=b"")


def test_a_rollout_is_rewarded_until_it_is_completed(sm: Any) -> None:
    runtime = boto3.client("sagemakerjobruntime", region_name=REGION)
    job = sm.add("Job", region=REGION, JobName="tune")
    rollout = {"JobArn": job.arn, "TrajectoryId": "t"}
    assert runtime.sample(**rollout, Body=b"x")["Body"].read() == b"x"
    runtime.update_reward(**rollout, Rewards=[1.0])
    runtime.complete_rollout(**rollout, Status="ready")
    runtime.complete_rollout(**rollout, Status="ready")
    with pytest.raises(runtime.exceptions.ConflictException):
        runtime.update_reward(**rollout, Rewards=[2.0])
    with pytest.raises(runtime.exceptions.ResourceNotFoundException):
        runtime.sample(JobArn=job.arn[:-1], TrajectoryId="t", Body=b"x")


def test_a_router_leads_to_the_destination_of_its_target(sm: Any) -> None:
    make: Any = boto3.client  # The stubs do not know this service yet.
    runtime = make("sagemaker-inference-router-runtime", region_name=REGION)
    endpoint = sm.add("Endpoint", region=REGION, EndpointName="serve", EndpointStatus="InService")
    sm.add(
        "InferenceRouter",
        region=REGION,
        InferenceRouterName="r",
        Status="InService",
        RoutingTargets=[
            {
                "Name": "t",
                "Destinations": [{"ResourceArn": endpoint.arn}],
            }
        ],
    )
    sm.on_invoke(lambda call: call.endpoint.upper(), endpoint="serve")
    request = {"InferenceRouterName": "r", "RoutingTargetName": "t", "Body": b""}
    answer = runtime.invoke_inference_router(**request)
    assert answer["Body"].read() == b"SERVE"
    assert answer["InvokedRoutedResourceArn"] == endpoint.arn
    for change in ({"InferenceRouterName": "nobody"}, {"RoutingTargetName": "x"}):
        with pytest.raises(runtime.exceptions.ValidationException):
            runtime.invoke_inference_router(**{**request, **change})
    endpoint.move_to("Failed")
    with pytest.raises(runtime.exceptions.ServiceUnavailableException):
        runtime.invoke_inference_router(**request)
