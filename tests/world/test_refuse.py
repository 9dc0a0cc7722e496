"""`sm.refuse`: calls that the service refuses, so that retries and error paths can be tested."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sagestub import InvalidArgumentError, UnknownNameError, World
from tests.conftest import REGION


def refused(call: Any, **parameters: Any) -> dict[str, Any]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return {**caught.value.response}


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_botocore_retries_until_the_service_answers(sm: World, mode: Any) -> None:
    sm.refuse("ListModels", "ThrottlingException", times=2)
    config = Config(retries={"mode": mode, "max_attempts": 4})
    client = boto3.client("sagemaker", region_name=REGION, config=config)
    answer = client.list_models()
    assert answer["Models"] == []
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(sm.calls("ListModels")) == 3


def test_retries_end_where_the_configuration_says(sm: World) -> None:
    sm.refuse("ListModels", "ThrottlingException", times=None)
    config = Config(retries={"mode": "standard", "max_attempts": 3})
    client = boto3.client("sagemaker", region_name=REGION, config=config)
    answer = refused(client.list_models)
    assert answer["Error"] == {"Code": "ThrottlingException", "Message": "Rate exceeded"}
    assert answer["ResponseMetadata"]["MaxAttemptsReached"] is True
    assert len(sm.calls("ListModels")) == 4  # The call itself, and three attempts more.


def test_a_refused_create_makes_nothing(sm: World, client: Any) -> None:
    sm.refuse("CreateModelPackageGroup", "AccessDeniedException", "not for you")
    answer = refused(client.create_model_package_group, ModelPackageGroupName="models")
    assert answer["Error"] == {"Code": "AccessDeniedException", "Message": "not for you"}
    assert sm.resources("ModelPackageGroup") == []
    client.create_model_package_group(ModelPackageGroupName="models")


def test_a_modelled_error_is_the_modelled_exception(sm: World, client: Any) -> None:
    sm.refuse("CreateModelPackageGroup", "ResourceLimitExceeded", "enough")
    with pytest.raises(client.exceptions.ResourceLimitExceeded, match="enough"):
        client.create_model_package_group(ModelPackageGroupName="models")


def test_a_pattern_covers_several_operations(sm: World, client: Any) -> None:
    sm.refuse("List*", "AccessDeniedException", times=2)
    assert refused(client.list_models)["Error"]["Code"] == "AccessDeniedException"
    assert refused(client.list_endpoints)["Error"]["Code"] == "AccessDeniedException"
    assert client.list_models()["Models"] == []


def test_other_operations_are_answered(sm: World, client: Any) -> None:
    sm.refuse("ListModels", "AccessDeniedException")
    assert client.list_endpoints()["Endpoints"] == []


@pytest.mark.parametrize(
    ("code", "status"),
    [("ServiceUnavailable", 503), ("InternalFailure", 500), ("ThrottlingException", 400)],
)
def test_errors_have_their_http_status(sm: World, code: str, status: int) -> None:
    sm.refuse("ListModels", code, times=None)
    client = boto3.client(
        "sagemaker", region_name=REGION, config=Config(retries={"max_attempts": 0})
    )
    assert refused(client.list_models)["ResponseMetadata"]["HTTPStatusCode"] == status


def test_the_runtime_refuses_with_its_own_statuses(sm: World) -> None:
    sm.refuse("InvokeEndpoint", "ModelNotReadyException", "loading", times=None)
    config = Config(retries={"max_attempts": 0})
    runtime = boto3.client("sagemaker-runtime", region_name=REGION, config=config)
    answer = refused(runtime.invoke_endpoint, EndpointName="e", Body=json.dumps(1))
    assert answer["Error"]["Code"] == "ModelNotReadyException"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 429


def test_an_operation_that_does_not_exist(sm: World) -> None:
    with pytest.raises(UnknownNameError, match=r"'ListModel'.*\n.*ListModels"):
        sm.refuse("ListModel")


@pytest.mark.parametrize(
    "arguments",
    [
        {"operation": None},
        {"operation": "ListModels", "code": "two words"},
        {"operation": "ListModels", "times": 0},
        {"operation": "ListModels", "http_status": 200},
    ],
)
def test_what_is_no_argument_is_named(sm: World, arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgumentError):
        sm.refuse(**arguments)
