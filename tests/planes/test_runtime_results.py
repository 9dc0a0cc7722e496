"""What invocations leave elsewhere, and which model of an endpoint they reach."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from sagestub import Invocation, World, mock_sagemaker

REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/serve"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/xgboost:1"


@pytest.fixture
def both() -> Iterator[World]:
    """Moto and a mock, with a bucket `data`."""
    with mock_aws(), mock_sagemaker(transitions="immediate") as sm:
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="data")
        yield sm


@pytest.fixture
def runtime() -> Any:
    return boto3.client("sagemaker-runtime", region_name=REGION)


@pytest.fixture
def s3() -> Any:
    return boto3.client("s3", region_name="us-east-1")


def deploy(model: dict[str, Any], **config: Any) -> None:
    """Make the endpoint `scores` with one model."""
    client = boto3.client("sagemaker", region_name=REGION)
    client.create_model(ModelName="scores", ExecutionRoleArn=ROLE, **model)
    variant = {
        "VariantName": "all",
        "ModelName": "scores",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    client.create_endpoint_config(
        EndpointConfigName="scores", ProductionVariants=[variant], **config
    )
    client.create_endpoint(EndpointName="scores", EndpointConfigName="scores")


SINGLE = {"PrimaryContainer": {"Image": IMAGE, "ModelDataUrl": "s3://data/model.tar.gz"}}
MANY = {"PrimaryContainer": {"Image": IMAGE, "ModelDataUrl": "s3://data/m/", "Mode": "MultiModel"}}
DIRECT = {
    "Containers": [
        {"Image": IMAGE, "ContainerHostname": "trees"},
        {"Image": IMAGE.replace("xgboost", "pytorch"), "ContainerHostname": "nets"},
    ],
    "InferenceExecutionConfig": {"Mode": "Direct"},
}


# Which model --------------------------------------------------------------------------------------


def test_many_models_are_told_apart(both: World, runtime: Any) -> None:
    deploy(MANY)

    @both.on_invoke(endpoint="scores")
    def answer(call: Invocation) -> str:
        return call.target_model

    found = runtime.invoke_endpoint(EndpointName="scores", TargetModel="a.tar.gz", Body=b"")
    assert found["Body"].read() == b"a.tar.gz"
    with pytest.raises(ClientError, match="is missing a target model header"):
        runtime.invoke_endpoint(EndpointName="scores", Body=b"")


@pytest.mark.usefixtures("both")
def test_one_model_has_no_target_model(runtime: Any) -> None:
    deploy(SINGLE)
    with pytest.raises(ClientError, match="scores is not a multi-model endpoint"):
        runtime.invoke_endpoint(EndpointName="scores", TargetModel="a.tar.gz", Body=b"")


def test_a_container_is_reached_by_its_hostname(both: World, runtime: Any) -> None:
    deploy(DIRECT)
    both.on_invoke(lambda call: call.target_container, image="*pytorch*")
    nets = runtime.invoke_endpoint(EndpointName="scores", TargetContainerHostname="nets", Body=b"x")
    trees = runtime.invoke_endpoint(
        EndpointName="scores", TargetContainerHostname="trees", Body=b"x"
    )
    assert (nets["Body"].read(), trees["Body"].read()) == (b"nets", b"x")
    with pytest.raises(ClientError, match="hostname forest not found"):
        runtime.invoke_endpoint(EndpointName="scores", TargetContainerHostname="forest", Body=b"x")


def test_a_function_may_call_sagemaker_and_set_attributes(both: World, runtime: Any) -> None:
    deploy(SINGLE)

    @both.on_invoke
    def answer(call: Invocation) -> tuple[str, str, str]:
        client = boto3.client("sagemaker", region_name=REGION)
        status = client.describe_endpoint(EndpointName=call.endpoint)["EndpointStatus"]
        return status, "text/plain", "trace=1"

    found = runtime.invoke_endpoint(EndpointName="scores", Body=b"")
    assert found["Body"].read() == b"InService"
    assert (found["ContentType"], found["CustomAttributes"]) == ("text/plain", "trace=1")


def test_a_new_session_has_one_id(both: World, runtime: Any) -> None:
    deploy(SINGLE)
    both.on_invoke(lambda call: call.session_id)
    found = runtime.invoke_endpoint(EndpointName="scores", SessionId="NEW_SESSION", Body=b"")
    assert found["Body"].read().decode() == found["NewSessionId"]


# Asynchronous results -----------------------------------------------------------------------------


def topic_and_queue(name: str) -> tuple[str, Callable[[], list[dict[str, Any]]]]:
    """Return a topic of SNS, and what reads the messages that it has got."""
    sns, sqs = (boto3.client(service, region_name=REGION) for service in ("sns", "sqs"))
    topic = sns.create_topic(Name=name)["TopicArn"]
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue["QueueArn"])

    def received() -> list[dict[str, Any]]:
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(json.loads(message["Body"])["Message"]) for message in got]

    return topic, received


def deploy_async(**output: Any) -> None:
    deploy(
        SINGLE, AsyncInferenceConfig={"OutputConfig": {"S3OutputPath": "s3://data/out", **output}}
    )


def test_a_success_is_notified(both: World, runtime: Any, s3: Any) -> None:
    topic, received = topic_and_queue("done")
    deploy_async(NotificationConfig={"SuccessTopic": topic})
    both.on_invoke(lambda call: {"got": call.body.decode()})
    s3.put_object(Bucket="data", Key="in.csv", Body=b"1,2")
    answer = runtime.invoke_endpoint_async(
        EndpointName="scores", InputLocation="s3://data/in.csv", ContentType="text/csv"
    )
    key = answer["OutputLocation"].removeprefix("s3://data/")
    assert json.loads(s3.get_object(Bucket="data", Key=key)["Body"].read()) == {"got": "1,2"}
    (message,) = received()
    assert message["invocationStatus"] == "Completed"
    assert message["inferenceId"] == answer["InferenceId"]
    assert message["requestParameters"] == {
        "contentType": "text/csv",
        "endpointName": "scores",
        "inputLocation": "s3://data/in.csv",
    }
    assert message["responseParameters"] == {
        "contentType": "application/json",
        "outputLocation": answer["OutputLocation"],
    }


@pytest.mark.parametrize("what", ["the model", "the input"])
def test_a_failure_is_notified(what: str, both: World, runtime: Any, s3: Any) -> None:
    topic, received = topic_and_queue("failed")
    deploy_async(S3FailurePath="s3://data/bad", NotificationConfig={"ErrorTopic": topic})
    both.on_invoke(lambda call: json.loads(call.body))
    if what == "the model":
        s3.put_object(Bucket="data", Key="in.csv", Body=b"{")
    answer = runtime.invoke_endpoint_async(EndpointName="scores", InputLocation="s3://data/in.csv")
    key = answer["FailureLocation"].removeprefix("s3://data/")
    (message,) = received()
    assert message["invocationStatus"] == "Failed"
    assert message["failureReason"].startswith("ClientError: ")
    assert s3.get_object(Bucket="data", Key=key)["Body"].read().decode() == message["failureReason"]


@pytest.mark.usefixtures("both")
def test_a_bucket_that_is_not_there_is_no_error_of_the_call(runtime: Any) -> None:
    output = {"OutputConfig": {"S3OutputPath": "s3://nowhere/out"}}
    deploy(SINGLE, AsyncInferenceConfig=output)
    answer = runtime.invoke_endpoint_async(EndpointName="scores", InputLocation="s3://nowhere/in")
    assert answer["OutputLocation"].startswith("s3://nowhere/out/")


# Captured data ------------------------------------------------------------------------------------


def capture(percent: int = 100, modes: tuple[str, ...] = ("Input", "Output")) -> dict[str, Any]:
    return {
        "DataCaptureConfig": {
            "EnableCapture": True,
            "InitialSamplingPercentage": percent,
            "DestinationS3Uri": "s3://data/captured",
            "CaptureOptions": [{"CaptureMode": mode} for mode in modes],
        }
    }


def captured(s3: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the captured files: their keys, and the one line of each."""
    entries = s3.list_objects_v2(Bucket="data", Prefix="captured/").get("Contents", ())
    keys = [entry["Key"] for entry in entries]
    return [(key, json.loads(s3.get_object(Bucket="data", Key=key)["Body"].read())) for key in keys]


def test_an_endpoint_captures_what_it_is_asked_and_answers(
    both: World, runtime: Any, s3: Any
) -> None:
    deploy(SINGLE, **capture())
    both.on_invoke(lambda _: b"\x00\x01")
    before = both.clock.now()
    runtime.invoke_endpoint(
        EndpointName="scores",
        Body=b"1,2",
        ContentType="text/csv",
        Accept="image/png",
        InferenceId="7",
    )
    ((key, line),) = captured(s3)
    folder = r"captured/scores/all/\d{4}/\d{2}/\d{2}/\d{2}/[\w-]+\.jsonl"
    assert re.fullmatch(folder, key)
    assert line["captureData"]["endpointInput"] == {
        "observedContentType": "text/csv",
        "mode": "INPUT",
        "data": "1,2",
        "encoding": "CSV",
    }
    assert line["captureData"]["endpointOutput"]["encoding"] == "BASE64"
    assert line["captureData"]["endpointOutput"]["data"] == "AAE="
    assert line["eventMetadata"]["inferenceId"] == "7"
    moment = datetime.strptime(line["eventMetadata"]["inferenceTime"], "%Y-%m-%dT%H:%M:%S%z")
    assert moment >= before.replace(microsecond=0)
    assert line["eventVersion"] == "0"


@pytest.mark.usefixtures("both")
def test_a_share_of_the_requests_is_captured(runtime: Any, s3: Any) -> None:
    deploy(SINGLE, **capture(percent=50, modes=("Output",)))
    for _ in range(6):
        runtime.invoke_endpoint(EndpointName="scores", Body=b"{}", ContentType="application/json")
    lines = [line for _, line in captured(s3)]
    assert len(lines) == 3
    assert all(list(line["captureData"]) == ["endpointOutput"] for line in lines)
