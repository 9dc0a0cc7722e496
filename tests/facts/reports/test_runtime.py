"""Invocations: what reports say of refusals, and of models that fail."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagestub import Invocation, World
from tests.facts.reports.refusals import ACCOUNT, REGION, Refusal, check, check_answer, rows

BODY = {"ContentType": "text/csv", "Body": b"1,2"}
SCORES = {"EndpointName": "scores"}


def endpoint(**variant: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the endpoint `scores`, its config and its model."""
    container = {"Image": "scores:1", "Mode": variant.pop("Mode", "SingleModel")}
    asynchronous = variant.pop("AsyncInferenceConfig", None)
    more = {"AsyncInferenceConfig": asynchronous} if asynchronous else {}
    one = {"VariantName": "all", "ModelName": "scores", **variant}
    return [
        ("Model", {"ModelName": "scores", "PrimaryContainer": container}),
        ("EndpointConfig", {"EndpointConfigName": "scores", "ProductionVariants": [one], **more}),
        ("Endpoint", {"EndpointConfigName": "scores", "EndpointStatus": "InService", **SCORES,
                      **more}),
    ]  # fmt: skip


def several(mode: str) -> list[tuple[str, dict[str, Any]]]:
    """Return the endpoint `scores` of a model with two containers."""
    containers = [{"Image": "scores:1", "ContainerHostname": name} for name in ("trees", "nets")]
    model = {"ModelName": "scores", "Containers": containers}
    execution = {"InferenceExecutionConfig": {"Mode": mode}}
    return [("Model", {**model, **execution}), *ON_INSTANCES[1:]]


ON_INSTANCES = endpoint(InstanceType="ml.m5.large", InitialInstanceCount=1)
ASYNC = endpoint(
    InstanceType="ml.m5.large",
    InitialInstanceCount=1,
    AsyncInferenceConfig={"OutputConfig": {"S3OutputPath": "s3://bucket/out"}},
)
SERVERLESS = endpoint(ServerlessConfig={"MemorySizeInMB": 2048, "MaxConcurrency": 5})
SLEEPING = [
    *endpoint(InstanceType="ml.m5.large", InitialInstanceCount=1),
    ("InferenceComponent",
     {"InferenceComponentName": "part", "InferenceComponentStatus": "InService", **SCORES,
      "VariantName": "all", "RuntimeConfig": {"DesiredCopyCount": 0, "CurrentCopyCount": 0}}),
]  # fmt: skip
NAMES = {"endpoint": "scores", "account": ACCOUNT, "region": REGION}
INVOKE, STREAM, QUEUE = "InvokeEndpoint", "InvokeEndpointWithResponseStream", "InvokeEndpointAsync"

REFUSALS = [
    Refusal("reports.Runtime.errors.inference-component-without-a-running-copy",
            INVOKE, {**SCORES, **BODY, "InferenceComponentName": "part"}, SLEEPING),
    Refusal("reports.Runtime.errors.body-of-more-than-4-MB-for-a-serverless",
            INVOKE, {**SCORES, "Body": b"1" * (4 * 1024 * 1024 + 1)}, SERVERLESS),
    Refusal("reports.Runtime.errors.TargetModel-for-an-endpoint-with-one-model",
            INVOKE, {**SCORES, **BODY, "TargetModel": "a.tar.gz"}, ON_INSTANCES, NAMES),
    Refusal("reports.Runtime.errors.no-TargetModel-for-an-endpoint-with-many-models",
            INVOKE, {**SCORES, **BODY}, endpoint(Mode="MultiModel")),
    Refusal("reports.Runtime.errors.no-TargetContainerHostname-for-an-endpoint-with-direct-invocation",
            INVOKE, {**SCORES, **BODY}, several("Direct")),
    Refusal("reports.Runtime.errors.no-TargetContainerHostname-for-an-endpoint-with-direct-invocation",
            STREAM, {**SCORES, **BODY}, several("Direct")),
    Refusal("reports.Runtime.errors.TargetContainerHostname-for-an-endpoint-without-direct-invocation",
            INVOKE, {**SCORES, **BODY, "TargetContainerHostname": "trees"}, several("Serial")),
    Refusal("reports.Runtime.errors.TargetContainerHostname-for-an-endpoint-without-direct-invocation",
            INVOKE, {**SCORES, **BODY, "TargetContainerHostname": "trees"}, ON_INSTANCES),
    Refusal("reports.Runtime.errors.TargetContainerHostname-that-no-container-has",
            INVOKE, {**SCORES, **BODY, "TargetContainerHostname": "woods"}, several("Direct")),
    Refusal("reports.Runtime.errors.InvokeEndpoint-of-an-asynchronous-endpoint",
            INVOKE, {**SCORES, **BODY}, ASYNC),
    Refusal("reports.Runtime.errors.stream-from-an-asynchronous-endpoint",
            STREAM, {**SCORES, **BODY}, ASYNC),
    Refusal("reports.Runtime.errors.InvokeEndpointAsync-with-both-Body-and-InputLocation",
            QUEUE, {**SCORES, "Body": b"1", "InputLocation": "s3://bucket/in"}, ASYNC),
    Refusal("reports.Runtime.errors.stream-from-an-endpoint-that-does-not-exist",
            STREAM, {**SCORES, **BODY}, values=NAMES),
]  # fmt: skip


@pytest.mark.parametrize("row", rows(REFUSALS))
def test_a_report_of_a_refusal_holds(row: Refusal, sm: World) -> None:
    check(row._replace(service="sagemaker-runtime"), sm)


@pytest.fixture
def runtime(sm: World) -> Any:
    for kind, members in ON_INSTANCES:
        sm.add(kind, REGION, **members)
    return boto3.client("sagemaker-runtime", region_name=REGION)


class AnsweredError(Exception):
    """What a web framework in a container raises."""

    def __init__(self, status_code: int, text: str) -> None:
        super().__init__(text)
        self.status_code = status_code


@pytest.mark.parametrize(
    ("fact", "error", "status"),
    [
        ("reports.Runtime.errors.model-answers-with-a-client-error",
         AnsweredError(415, "no CSV"), 415),
        ("reports.Runtime.errors.model-answers-with-a-server-error",
         AnsweredError(503, "no CSV"), 503),
        ("reports.Runtime.errors.model-answers-with-a-server-error", ValueError("no CSV"), 500),
        ("reports.Runtime.errors.model-does-not-answer-in-time", TimeoutError("no CSV"), 0),
    ],
)  # fmt: skip
@pytest.mark.fact("reports.Runtime.notes.OriginalStatusCode")
def test_a_model_that_fails_is_told_as_reported(
    sm: World, runtime: Any, fact: str, error: Exception, status: int
) -> None:
    sm.on_invoke(raising(error))
    with pytest.raises(ClientError) as refusal:
        runtime.invoke_endpoint(**SCORES, **BODY)
    check_answer(fact, refusal.value, {**NAMES, "status": str(status), "text": "no CSV"})
    response: Any = refusal.value.response
    assert response["OriginalStatusCode"] == status
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 424


@pytest.mark.parametrize(
    ("error_code", "parameters"),
    [
        ("TARGET_MODEL_HEADER_NOT_SUPPORTED", {"TargetModel": "a.tar.gz"}),
        ("CLIENT_ERROR_FROM_MODEL", {}),
    ],
)
@pytest.mark.fact(
    "reports.Runtime.notes.ErrorCode-TARGET_MODEL_HEADER_NOT_SUPPORTED",
    "reports.Runtime.notes.ErrorCode-CLIENT_ERROR_FROM_MODEL",
)
def test_the_raw_body_has_an_error_code(
    sm: World, runtime: Any, error_code: str, parameters: dict[str, Any]
) -> None:
    sm.on_invoke(raising(AnsweredError(400, "no CSV")))
    assert raw(runtime, **parameters)["ErrorCode"] == error_code


@pytest.mark.fact("reports.Runtime.notes.ErrorCode-INFERENCE_COMPONENT_NAME_MISSING")
def test_the_raw_body_says_that_the_header_is_missing(sm: World, runtime: Any) -> None:
    variant = {"VariantName": "all", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    sm.add("EndpointConfig", REGION, EndpointConfigName="bare", ProductionVariants=[variant])
    bare: dict[str, Any] = {
        "EndpointName": "bare",
        "EndpointConfigName": "bare",
        "EndpointStatus": "InService",
    }
    sm.add("Endpoint", REGION, **bare)
    assert raw(runtime, EndpointName="bare")["ErrorCode"] == "INFERENCE_COMPONENT_NAME_MISSING"


def raising(error: Exception) -> Callable[[Invocation], None]:
    def model(call: Invocation) -> None:
        raise error

    return model


def raw(runtime: Any, **parameters: Any) -> dict[str, Any]:
    """Return the body of a refusal as it is on the wire."""
    bodies: list[bytes] = []

    def keep(response_dict: dict[str, Any], **more: Any) -> None:
        bodies.append(response_dict["body"])

    runtime.meta.events.register("before-parse.sagemaker-runtime", keep)
    with pytest.raises(ClientError):
        runtime.invoke_endpoint(**{**SCORES, **BODY, **parameters})
    body: dict[str, Any] = json.loads(bodies[-1])
    assert body["Message"]
    return body
