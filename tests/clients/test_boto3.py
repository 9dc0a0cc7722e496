"""boto3 and botocore as people set them up: sessions, profiles, retries, hooks, URLs, stubs.

What each of them does alone is in `tests/traps`; here they are used as scripts use them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
import requests
from botocore.config import Config
from botocore.exceptions import ClientError, WaiterError
from botocore.stub import Stubber

from sagestub import World
from tests.clients.requests import IMAGE, ROLE, compilation, training

REGION = "eu-west-1"


def sagemaker(**options: Any) -> Any:
    """Return a client of a new session."""
    return boto3.Session().client("sagemaker", **{"region_name": REGION, **options})


CLIENTS: dict[str, Callable[[], Any]] = {
    "boto3.client": lambda: boto3.client("sagemaker", region_name=REGION),
    "boto3.Session": sagemaker,
    "botocore.session": lambda: botocore.session.get_session().create_client(
        "sagemaker", region_name=REGION
    ),
    "an endpoint of one's own": lambda: sagemaker(endpoint_url="http://localhost:4566"),
    "a private endpoint": lambda: sagemaker(
        endpoint_url="https://vpce-1.api.sagemaker.eu-west-1.vpce.amazonaws.com"
    ),
    "a proxy": lambda: sagemaker(config=Config(proxies={"https": "http://proxy.invalid:3128"})),
    "FIPS": lambda: sagemaker(region_name="us-east-1", use_ssl=True),
    "a certificate bundle": lambda: sagemaker(verify=False),
    "keys": lambda: sagemaker(aws_access_key_id="AKIA", aws_secret_access_key="secret"),
    "few connections": lambda: sagemaker(config=Config(max_pool_connections=1, read_timeout=1)),
}


@pytest.mark.parametrize("how", CLIENTS)
def test_however_a_client_is_made_it_is_answered(sm: World, how: str) -> None:
    client = CLIENTS[how]()
    client.create_compilation_job(**compilation())
    assert sm.get("CompilationJob", "resnet").region == client.meta.region_name


def test_a_profile_gives_region_and_keys(
    sm: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config"
    file.write_text(
        "[profile research]\nregion = ap-southeast-2\n"
        "aws_access_key_id = 210987654321\naws_secret_access_key = x\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
    client = boto3.Session(profile_name="research").client("sagemaker")
    client.create_compilation_job(**compilation())
    assert sm.get("CompilationJob", "resnet").region == "ap-southeast-2"


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_every_mode_of_retry_gets_through(sm: World, mode: Any) -> None:
    client = sagemaker(config=Config(retries={"mode": mode, "total_max_attempts": 3}))
    sm.refuse("CreateCompilationJob", "ThrottlingException", times=2)
    client.create_compilation_job(**compilation())
    assert [call.error is None for call in sm.calls] == [False, False, True]


def test_hooks_of_ones_own_see_the_call_and_may_change_it(sm: World) -> None:
    client = sagemaker()
    events: list[str] = []
    client.meta.events.register(
        "*.sagemaker.CreateCompilationJob", lambda event_name, **_: events.append(event_name)
    )

    def tag(params: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**params, "Tags": [{"Key": "team", "Value": "vision"}]}

    client.meta.events.register("provide-client-params.sagemaker.CreateCompilationJob", tag)
    arn = client.create_compilation_job(**compilation())["CompilationJobArn"]
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "vision"}]
    assert [event.partition(".")[0] for event in events] == [
        "provide-client-params",
        "before-parameter-build",
        "before-call",
        "request-created",
        "choose-signer",
        "before-sign",
        "before-send",
        "before-parse",
        "response-received",
        "needs-retry",
        "after-call",
    ]


def test_exceptions_are_those_of_the_client(client: Any) -> None:
    client.create_compilation_job(**compilation())
    with pytest.raises(client.exceptions.ResourceInUse) as caught:
        client.create_compilation_job(**compilation())
    assert isinstance(caught.value, client.exceptions.ClientError)
    assert caught.value.operation_name == "CreateCompilationJob"
    metadata = caught.value.response["ResponseMetadata"]
    assert metadata["HTTPStatusCode"] == 400
    assert metadata["RequestId"]


def test_a_stub_on_another_client_stays_its_own(sm: World) -> None:
    stubbed, free = sagemaker(), sagemaker()
    with Stubber(stubbed) as stubber:
        stubber.add_client_error("list_models", "ThrottlingException")
        with pytest.raises(ClientError, match="ThrottlingException"):
            stubbed.list_models()
        assert free.list_models()["Models"] == []
    assert len(sm.calls("ListModels")) == 1
    assert stubbed.list_models()["Models"] == []


def test_a_presigned_url_of_the_clients_own(sm: World, client: Any) -> None:
    sm.add("Model", region=client.meta.region_name, ModelName="mine")
    url = client.generate_presigned_url("list_models", HttpMethod="POST")
    answer = requests.post(
        url,
        data="{}",
        headers={
            "X-Amz-Target": "SageMaker.ListModels",
            "Content-Type": "application/x-amz-json-1.1",
        },
        timeout=10,
    )
    assert [model["ModelName"] for model in answer.json()["Models"]] == ["mine"]


def test_a_presigned_url_that_the_service_returns(sm: World, client: Any) -> None:
    region = client.meta.region_name
    sm.add(
        "NotebookInstance",
        region=region,
        NotebookInstanceName="mine",
        NotebookInstanceStatus="InService",
    )
    url = client.create_presigned_notebook_instance_url(NotebookInstanceName="mine")
    assert requests.get(url["AuthorizedUrl"], timeout=10).status_code == 200


WAITED: dict[str, tuple[str, str]] = {
    "endpoint_in_service": ("Endpoint", "EndpointName"),
    "image_created": ("Image", "ImageName"),
    "notebook_instance_in_service": ("NotebookInstance", "NotebookInstanceName"),
    "processing_job_completed_or_stopped": ("ProcessingJob", "ProcessingJobName"),
    "training_job_completed_or_stopped": ("TrainingJob", "TrainingJobName"),
    "transform_job_completed_or_stopped": ("TransformJob", "TransformJobName"),
}


@pytest.mark.parametrize("waiter", WAITED)
def test_a_waiter_waits_in_virtual_time(sm: World, client: Any, waiter: str) -> None:
    kind, member = WAITED[waiter]
    names: dict[str, Any] = {member: "it"}
    sm.add(kind, region=client.meta.region_name, **names)
    started = sm.clock.now()
    client.get_waiter(waiter).wait(**names)
    assert sm.clock.now() - started >= timedelta(seconds=30)


@pytest.mark.parametrize("waiter", WAITED)
def test_a_waiter_fails_with_what_it_waits_for(sm: World, client: Any, waiter: str) -> None:
    kind, member = WAITED[waiter]
    names: dict[str, Any] = {member: "it"}
    sm.fail(kind)
    sm.add(kind, region=client.meta.region_name, **names)
    with pytest.raises(WaiterError, match="terminal failure state"):
        client.get_waiter(waiter).wait(**names)


def test_a_client_is_shared_by_threads(sm: World) -> None:
    client = sagemaker()

    def work(number: int) -> None:
        client.create_training_job(**training(f"train-{number}"))
        client.get_waiter("training_job_completed_or_stopped").wait(
            TrainingJobName=f"train-{number}"
        )

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {job.status for job in sm.resources("TrainingJob")} == {"Completed"}


def test_a_model_from_training_to_prediction(sm: World, client: Any) -> None:
    client.create_training_job(**training())
    client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="train")
    trained = client.describe_training_job(TrainingJobName="train")
    client.create_model(
        ModelName="model",
        ExecutionRoleArn=ROLE,
        PrimaryContainer={
            "Image": IMAGE,
            "ModelDataUrl": trained["ModelArtifacts"]["S3ModelArtifacts"],
        },
    )
    client.create_endpoint_config(
        EndpointConfigName="config",
        ProductionVariants=[
            {
                "VariantName": "all",
                "ModelName": "model",
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 1,
            }
        ],
    )
    client.create_endpoint(EndpointName="endpoint", EndpointConfigName="config")
    client.get_waiter("endpoint_in_service").wait(EndpointName="endpoint")
    sm.on_invoke(lambda call: call.json() * 2, model="model")
    runtime = boto3.client("sagemaker-runtime", region_name=client.meta.region_name)
    answer = runtime.invoke_endpoint(EndpointName="endpoint", Body=b"21")
    assert answer["Body"].read() == b"42"
    client.delete_endpoint(EndpointName="endpoint")
    client.get_waiter("endpoint_deleted").wait(EndpointName="endpoint")
    assert client.list_endpoints()["Endpoints"] == []


def test_times_are_todays(client: Any) -> None:
    client.create_compilation_job(**compilation())
    made = client.describe_compilation_job(CompilationJobName="resnet")["CreationTime"]
    assert abs(made - datetime.now(timezone.utc)) < timedelta(minutes=5)
