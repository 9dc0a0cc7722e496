"""The SageMaker runtime: a function of the test is the model behind an endpoint.

Source: API reference, Amazon SageMaker Runtime; facts, hosting.yaml, common.notes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError, EventStreamError
from moto import mock_aws

from sagestub import mock_sagemaker
from tests.conftest import shared_session

REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/serve"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/xgboost:1"


@pytest.fixture
def sm() -> Iterator[Any]:
    with mock_sagemaker(transitions="immediate") as world:
        yield world


@pytest.fixture
def runtime(sm: Any) -> Any:
    return shared_session().client("sagemaker-runtime", region_name=REGION)


def deploy(name: str = "scores", weights: tuple[float, ...] = (1.0,), **config: Any) -> Any:
    """Make a model, a configuration and an endpoint of one name; return the control client."""
    client = shared_session().client("sagemaker", region_name=REGION)
    client.create_model(ModelName=name, PrimaryContainer={"Image": IMAGE}, ExecutionRoleArn=ROLE)
    client.create_endpoint_config(
        EndpointConfigName=name,
        ProductionVariants=[
            {
                "VariantName": f"v{number}",
                "ModelName": name,
                "InitialInstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "InitialVariantWeight": weight,
            }
            for number, weight in enumerate(weights)
        ],
        **config,
    )
    client.create_endpoint(EndpointName=name, EndpointConfigName=name)
    return client


def test_a_function_is_the_model(sm: Any, runtime: Any) -> None:
    deploy()
    sm.on_invoke(lambda call: {"sum": sum(call.json())}, endpoint="scores")
    answer = runtime.invoke_endpoint(
        EndpointName="scores", Body=json.dumps([1, 2, 3]), ContentType="application/json"
    )
    assert json.loads(answer["Body"].read()) == {"sum": 6}
    assert answer["ContentType"] == "application/json"
    assert answer["InvokedProductionVariant"] == "v0"


def test_without_a_function_an_endpoint_echoes(sm: Any, runtime: Any) -> None:
    deploy()
    answer = runtime.invoke_endpoint(EndpointName="scores", Body=b"\x00\x01", ContentType="a/b")
    assert (answer["Body"].read(), answer["ContentType"]) == (b"\x00\x01", "a/b")


@pytest.mark.parametrize(
    "selection", [{"endpoint": "sc*"}, {"model": "scores"}, {"image": "*xgboost*"}, {}]
)
def test_a_function_stands_for_endpoints_models_or_images(
    sm: Any, runtime: Any, selection: dict[str, str]
) -> None:
    deploy()
    sm.on_invoke(lambda call: call.image.rsplit("/", 1)[-1], **selection)
    sm.on_invoke(lambda _: "never", endpoint="another")
    answer = runtime.invoke_endpoint(EndpointName="scores", Body=b"")
    assert answer["Body"].read() == b"xgboost:1"


def test_traffic_follows_the_weights_and_a_target_variant_gets_its_own(
    sm: Any, runtime: Any
) -> None:
    deploy(weights=(3.0, 1.0, 0.0))
    seen = [
        runtime.invoke_endpoint(EndpointName="scores", Body=b"")["InvokedProductionVariant"]
        for _ in range(200)
    ]
    assert 120 < seen.count("v0") < 180
    assert seen.count("v2") == 0
    answer = runtime.invoke_endpoint(EndpointName="scores", Body=b"", TargetVariant="v2")
    assert answer["InvokedProductionVariant"] == "v2"


def test_a_model_that_raises_is_a_model_error(sm: Any, runtime: Any) -> None:
    deploy()

    def broken(_: Any) -> Any:
        raise ValueError("no such feature")

    sm.on_invoke(broken)
    with pytest.raises(runtime.exceptions.ModelError) as refusal:
        runtime.invoke_endpoint(EndpointName="scores", Body=b"")
    response = refusal.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert response["OriginalStatusCode"] == 500
    assert response["OriginalMessage"] == "no such feature"
    assert '(500) from primary with message "no such feature"' in response["Error"]["Message"]


@pytest.mark.fact(
    "hosting.common.notes.Runtime-plane-for-completeness",
)
def test_an_unknown_endpoint_and_one_that_is_not_in_service(runtime: Any) -> None:
    """Fact: code ValidationError, "Endpoint {name} of account {account} not found."."""
    with pytest.raises(ClientError) as refusal:
        runtime.invoke_endpoint(EndpointName="nobody", Body=b"")
    error = refusal.value.response["Error"]
    assert error["Code"] == "ValidationError"
    assert error["Message"] == "Endpoint nobody of account 123456789012 not found."
    with mock_sagemaker() as world:
        deploy()
        world.get("Endpoint", "scores")
        with pytest.raises(ClientError, match="its status is Creating"):
            runtime.invoke_endpoint(EndpointName="scores", Body=b"")


def test_a_response_stream_is_a_true_event_stream(sm: Any, runtime: Any) -> None:
    deploy()
    sm.on_invoke(lambda _: iter([b"one ", "two ", {"three": 3}]))
    answer = runtime.invoke_endpoint_with_response_stream(EndpointName="scores", Body=b"")
    pieces = [event["PayloadPart"]["Bytes"] for event in answer["Body"]]
    assert pieces == [b"one ", b"two ", b'{"three": 3}']


def test_a_stream_that_breaks_raises_after_what_was_sent(sm: Any, runtime: Any) -> None:
    deploy()

    def tokens() -> Iterator[bytes]:
        yield b"first"
        raise RuntimeError("out of memory")

    sm.on_invoke(lambda _: tokens())
    stream = runtime.invoke_endpoint_with_response_stream(EndpointName="scores", Body=b"")["Body"]
    events = iter(stream)
    assert next(events)["PayloadPart"]["Bytes"] == b"first"
    with pytest.raises(EventStreamError, match="out of memory"):
        next(events)


ASYNC: dict[str, Any] = {
    "AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://results/out"}}
}


def test_an_asynchronous_answer_is_written_to_its_location(sm: Any, runtime: Any) -> None:
    with mock_aws():
        s3 = shared_session().client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="results")
        s3.put_object(Bucket="results", Key="in.json", Body=b"[1, 2]")
        deploy(**ASYNC)
        sm.on_invoke(lambda call: sum(call.json()))
        answer = runtime.invoke_endpoint_async(
            EndpointName="scores", InputLocation="s3://results/in.json"
        )
        place = answer["OutputLocation"].removeprefix("s3://results/")
        assert place.startswith("out/")
        assert s3.get_object(Bucket="results", Key=place)["Body"].read() == b"3"


def test_the_two_forms_of_inference_refuse_each_other(sm: Any, runtime: Any) -> None:
    deploy()
    with pytest.raises(ClientError, match="does not support asynchronous"):
        runtime.invoke_endpoint_async(EndpointName="scores", InputLocation="s3://b/k")
    deploy("later", **ASYNC)
    with pytest.raises(ClientError, match="does not support synchronous"):
        runtime.invoke_endpoint(EndpointName="later", Body=b"")
