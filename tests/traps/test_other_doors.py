"""Other ways into botocore at the same time: Stubbers, event handlers, retries, what we cannot answer."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from sagestub import NotAnsweredError, SagestubError, World, mock_sagemaker
from sagestub.hooks.botocore_clients import RawBody

REGION = "eu-west-1"


def test_a_stubber_on_another_client_works_beside_us(client: Any, sm: World) -> None:
    stubbed = boto3.client("sagemaker", region_name=REGION)
    with Stubber(stubbed) as stubber:
        stubber.add_response(
            "describe_pipeline", {"PipelineName": "stubbed"}, {"PipelineName": "p"}
        )
        assert stubbed.describe_pipeline(PipelineName="p")["PipelineName"] == "stubbed"
        assert client.list_pipelines()["PipelineSummaries"] == []
    assert sm.calls.operations == ["ListPipelines"]


def test_a_stubber_on_our_client_wins_while_it_is_active(client: Any, sm: World) -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error("list_pipelines", "ThrottlingException")
        with pytest.raises(ClientError, match="ThrottlingException"):
            client.list_pipelines()
    assert client.list_pipelines()["PipelineSummaries"] == []


def test_the_users_event_handlers_run_as_ever(client: Any) -> None:
    order: list[str] = []
    for event in (
        "provide-client-params",
        "before-parameter-build",
        "before-call",
        "request-created",
        "before-sign",
        "before-send",
        "response-received",
        "needs-retry",
        "after-call",
    ):

        def note(event_name: str, **kwargs: Any) -> None:
            order.append(event_name.partition(".")[0])

        client.meta.events.register(f"{event}.sagemaker.ListPipelines", note)
    client.list_pipelines()
    assert order == [
        "provide-client-params",
        "before-parameter-build",
        "before-call",
        "request-created",
        "before-sign",
        "before-send",
        "response-received",
        "needs-retry",
        "after-call",
    ]


def test_a_handler_sees_the_request_as_it_would_be_sent(client: Any, compilation_job: Any) -> None:
    seen: list[Any] = []
    client.meta.events.register("before-send.sagemaker", lambda request, **_: seen.append(request))
    client.create_compilation_job(**compilation_job())
    (request,) = seen
    assert request.url == "https://api.sagemaker.eu-west-1.amazonaws.com/"
    assert request.headers["X-Amz-Target"] == b"SageMaker.CreateCompilationJob"
    assert not [name for name in request.headers if "sagestub" in name.lower()]


@pytest.mark.usefixtures("sm")
@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_every_retry_mode_works(mode: Any, compilation_job: Any) -> None:
    config = Config(retries={"mode": mode, "max_attempts": 4})
    client = boto3.client("sagemaker", region_name=REGION, config=config)
    answer = client.create_compilation_job(**compilation_job())
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0
    with pytest.raises(client.exceptions.ResourceNotFound) as caught:
        client.describe_compilation_job(CompilationJobName="none")
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 0


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_retries_that_a_handler_asks_for_cost_virtual_time_only(mode: Any, sm: World) -> None:
    config = Config(retries={"mode": mode, "total_max_attempts": 3})
    client = boto3.client("sagemaker", region_name=REGION, config=config)
    attempts: list[int] = []

    def throttle(request: Any, **kwargs: Any) -> Any:
        attempts.append(1)
        if len(attempts) > 2:
            return None
        body = b'{"__type": "ThrottlingException", "message": "Rate exceeded"}'
        return AWSResponse(request.url, 400, HTTPHeaders(), RawBody(body))

    client.meta.events.register_first("before-send.sagemaker.ListPipelines", throttle)
    answer = client.list_pipelines()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(attempts) == 3


@pytest.mark.usefixtures("nothing_declared", "sm")
def test_what_cannot_be_answered_says_so_by_name() -> None:
    client = boto3.client("sagemaker-geospatial", region_name="us-west-2")
    with pytest.raises(NotAnsweredError) as caught:
        client.list_earth_observation_jobs()
    assert "sagemaker-geospatial.ListEarthObservationJobs" in str(caught.value)
    assert "nothing was sent" in str(caught.value)


@pytest.mark.usefixtures("nothing_declared", "sm")
def test_our_errors_are_not_mistaken_for_network_errors() -> None:
    """Retry handlers must not swallow them, nor `except ClientError` in the code under test."""
    config = Config(retries={"mode": "standard", "total_max_attempts": 5})
    client = boto3.client("sagemaker-geospatial", region_name="us-west-2", config=config)
    with pytest.raises(SagestubError):
        client.list_earth_observation_jobs()
    assert not issubclass(SagestubError, (ClientError, OSError))


def test_an_http_session_of_the_users_own_is_never_asked() -> None:
    class NoSession:
        def send(self, request: Any) -> None:
            raise AssertionError("sent")

    client = boto3.client("sagemaker", region_name=REGION)
    client._endpoint.http_session = NoSession()
    with mock_sagemaker():
        assert client.list_pipelines()["PipelineSummaries"] == []


def test_paginators_and_waiters_are_botocores_own(client: Any, compilation_job: Any) -> None:
    for number in range(5):
        client.create_compilation_job(**compilation_job(f"job-{number}"))
    pages = client.get_paginator("list_compilation_jobs").paginate(PaginationConfig={"PageSize": 2})
    assert [len(page["CompilationJobSummaries"]) for page in pages] == [2, 2, 1]


def test_a_closed_client_still_works_as_botocores_do(client: Any) -> None:
    client.close()
    assert client.list_pipelines()["PipelineSummaries"] == []
