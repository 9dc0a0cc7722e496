"""`sm.calls`: every call, as the user's code made it and as it was answered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagestub import UnknownNameError, World, mock_sagemaker

Request = Callable[..., dict[str, Any]]


def test_calls_are_kept_in_order(client: Any, sm: World, compilation_job: Request) -> None:
    client.create_compilation_job(**compilation_job())
    client.describe_compilation_job(CompilationJobName="resnet")
    client.list_compilation_jobs()
    assert sm.calls.operations == [
        "CreateCompilationJob",
        "DescribeCompilationJob",
        "ListCompilationJobs",
    ]
    assert [call.operation for call in sm.calls] == sm.calls.operations
    assert len(sm.calls) == 3


def test_a_call_has_parameters_and_response_as_the_client_sees_them(
    client: Any, sm: World, compilation_job: Request
) -> None:
    request = compilation_job()
    answer = client.create_compilation_job(**request)
    call = sm.calls[-1]
    assert call.parameters == request
    assert call.response == {"CompilationJobArn": answer["CompilationJobArn"]}
    assert call.error is None
    assert (call.service, call.account, call.region) == ("sagemaker", "123456789012", "eu-west-1")


def test_times_are_datetimes_both_ways(client: Any, sm: World, compilation_job: Request) -> None:
    client.create_compilation_job(**compilation_job())
    described = client.describe_compilation_job(CompilationJobName="resnet")
    since = datetime(2020, 1, 1, tzinfo=timezone.utc)
    client.list_compilation_jobs(CreationTimeAfter=since)
    response = sm.calls("DescribeCompilationJob")[0].response
    assert response is not None
    assert response["CreationTime"] == described["CreationTime"]
    assert sm.calls("ListCompilationJobs")[0].parameters == {"CreationTimeAfter": since}


def test_an_operation_without_output_answers_with_nothing(
    client: Any, sm: World, compilation_job: Request
) -> None:
    client.create_compilation_job(**compilation_job())
    client.stop_compilation_job(CompilationJobName="resnet")
    assert sm.calls("StopCompilationJob")[0].response == {}


def test_a_refused_call_has_its_error(client: Any, sm: World) -> None:
    with pytest.raises(ClientError):
        client.describe_compilation_job(CompilationJobName="resnet")
    (call,) = sm.calls
    assert call.response is None
    assert call.error is not None
    assert (call.error.code, call.error.http_status) == ("ResourceNotFound", 400)
    assert "resnet" in call.error.message
    assert repr(call) == (
        "<DescribeCompilationJob in 123456789012/eu-west-1: error ResourceNotFound>"
    )


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        (b'{"MaxResults": "many"}', {"MaxResults": "many"}),
        (b'{"CreationTimeAfter": "yesterday"}', {"CreationTimeAfter": "yesterday"}),
        (b'{"NameContains": ["a"], "Unknown": {}}', {"NameContains": ["a"], "Unknown": {}}),
        (b"[1, 2]", {}),
        (b"{", {}),
    ],
)
def test_calls_that_break_the_model_are_kept_too(
    client: Any, sm: World, body: bytes, parameters: dict[str, Any]
) -> None:
    client.meta.events.register("before-call", lambda params, **_: params.update(body=body))
    with pytest.raises(ClientError, match="SerializationException"):
        client.list_compilation_jobs()
    (call,) = sm.calls
    assert call.parameters == parameters
    assert call.response is None


def test_filters(client: Any, sm: World, compilation_job: Request) -> None:
    elsewhere = boto3.client(
        "sagemaker",
        region_name="us-east-1",
        aws_access_key_id="000000000009",
        aws_secret_access_key="secret",
    )
    client.list_compilation_jobs()
    elsewhere.list_compilation_jobs()
    elsewhere.list_pipelines()
    assert len(sm.calls("ListCompilationJobs")) == 2
    assert sm.calls("ListCompilationJobs", region="us-east-1").operations == ["ListCompilationJobs"]
    assert len(sm.calls(region="us-east-1")) == 2
    assert len(sm.calls(account="000000000009")) == 2
    assert len(sm.calls(service="sagemaker")) == 3
    assert len(sm.calls(service="sagemaker-runtime")) == 0
    assert list(sm.calls("DescribeCompilationJob")) == []
    assert len(sm.calls(region="us-east-1")("ListPipelines")) == 1


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("create_compilation_job", "CreateCompilationJob"),
        ("CreateCompilationjob", "CreateCompilationJob"),
        ("DescribePipelineExecutions", "DescribePipelineExecution"),
    ],
)
def test_an_operation_that_does_not_exist(sm: World, name: str, nearest: str) -> None:
    with pytest.raises(UnknownNameError) as raised:
        sm.calls(name)
    assert str(raised.value).startswith(
        f"There is no operation {name!r}.\nDid you mean {nearest!r}? What exists: {nearest}, "
    )


def test_the_record_can_be_cleared(client: Any, sm: World) -> None:
    client.list_pipelines()
    sm.calls.clear()
    assert len(sm.calls) == 0
    client.list_pipelines()
    assert sm.calls.operations == ["ListPipelines"]


def test_a_record_does_not_change_with_the_resource(
    client: Any, sm: World, compilation_job: Request
) -> None:
    client.create_compilation_job(**compilation_job())
    client.describe_compilation_job(CompilationJobName="resnet")
    sm.get("CompilationJob", "resnet").move_to("FAILED")
    response = sm.calls("DescribeCompilationJob")[0].response
    assert response is not None
    assert response["CompilationJobStatus"] == "STARTING"


def test_slices_are_lists(client: Any, sm: World) -> None:
    for _ in range(3):
        client.list_pipelines()
    assert [call.operation for call in sm.calls[1:]] == ["ListPipelines"] * 2


def test_each_world_has_its_own_record() -> None:
    with mock_sagemaker() as outer:
        client = boto3.client("sagemaker", region_name="eu-west-1")
        client.list_pipelines()
        with mock_sagemaker() as inner:
            client.list_compilation_jobs()
            assert inner.calls.operations == ["ListCompilationJobs"]
        assert outer.calls.operations == ["ListPipelines"]


def test_calls_that_say_the_same_are_recorded_each_with_its_own_parameters(
    sm: World, client: Any
) -> None:
    sm.add("CompilationJob", region=client.meta.region_name, CompilationJobName="resnet")
    for _ in range(2):
        client.describe_compilation_job(CompilationJobName="resnet")
    first, second = sm.calls("DescribeCompilationJob")
    first.parameters["CompilationJobName"] = "changed by the test"
    assert second.parameters == {"CompilationJobName": "resnet"}


def test_many_names_are_asked_for_and_each_is_answered(sm: World, client: Any) -> None:
    names = [f"job-{number}" for number in range(200)]
    for name in names:
        sm.add("CompilationJob", region=client.meta.region_name, CompilationJobName=name)
    seen = [client.describe_compilation_job(CompilationJobName=n) for n in [*names, *names]]
    assert [answer["CompilationJobName"] for answer in seen] == [*names, *names]
