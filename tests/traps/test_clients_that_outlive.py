"""Clients that outlive the mock: afterwards they do what botocore does without us."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from sagestub import NotAnsweredError, mock_sagemaker

REGION = "eu-west-1"
ONCE = Config(retries={"total_max_attempts": 1})


def handlers_of(client: Any) -> list[Any]:
    emitter = client.meta.events._emitter
    found = []
    for operation in ("ListCompilationJobs", "DescribeCompilationJob"):
        found += emitter._handlers.prefix_search(f"before-send.sagemaker.{operation}")
        found += emitter._handlers.prefix_search(f"before-call.sagemaker.{operation}")
    return [handler for handler in found if "sagestub" in getattr(handler, "__module__", "")]


def kept_client() -> Any:
    with mock_sagemaker():
        client = boto3.client("sagemaker", region_name=REGION, config=ONCE)
        client.list_compilation_jobs()
        assert handlers_of(client)
    return client


def test_no_handler_of_ours_stays() -> None:
    assert handlers_of(kept_client()) == []


def test_a_call_after_the_mock_goes_where_botocore_sends_it(connections: list[object]) -> None:
    client = kept_client()
    with pytest.raises(EndpointConnectionError):
        client.list_compilation_jobs()
    assert connections == ["api.sagemaker.eu-west-1.amazonaws.com"]
    connections.clear()


def test_a_call_after_the_mock_may_be_stubbed() -> None:
    client = kept_client()
    with Stubber(client) as stubber:
        stubber.add_response("list_compilation_jobs", {"CompilationJobSummaries": []})
        assert client.list_compilation_jobs()["CompilationJobSummaries"] == []


def test_a_client_made_after_the_mock_has_no_handler(connections: list[object]) -> None:
    kept_client()
    client = boto3.client(
        "sagemaker",
        region_name=REGION,
        aws_access_key_id="a",
        aws_secret_access_key="b",
        endpoint_url="http://localhost:9",
        config=ONCE,
    )
    with pytest.raises(EndpointConnectionError):
        client.list_compilation_jobs()
    assert connections
    connections.clear()


def test_a_session_made_in_the_mock_forgets_the_fake_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    session: Any = boto3.Session(region_name=REGION)
    with mock_sagemaker():
        session.client("sagemaker").list_compilation_jobs()
        assert session.get_credentials().access_key == "AKIASAGESTUB00000000"
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAUSER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert session.get_credentials().access_key == "AKIAUSER"


def test_a_call_under_way_when_the_mock_is_left_is_refused() -> None:
    """The handler of the client stays until its last call has ended."""
    mock = mock_sagemaker()
    mock.start()
    client = boto3.client("sagemaker", region_name=REGION, config=ONCE)

    def leave(**kwargs: Any) -> None:
        client.meta.events.unregister("request-created.sagemaker", leave)
        mock.stop()

    client.meta.events.register("request-created.sagemaker", leave)
    with pytest.raises(NotAnsweredError, match=r"ListCompilationJobs.*nothing was sent"):
        client.list_compilation_jobs()
    assert handlers_of(client) == []


def test_a_call_under_way_does_not_stray_into_the_next_mock() -> None:
    first, second = mock_sagemaker(), mock_sagemaker()
    first.start()
    client = boto3.client("sagemaker", region_name=REGION, config=ONCE)
    worlds = []

    def change(**kwargs: Any) -> None:
        client.meta.events.unregister("request-created.sagemaker", change)
        first.stop()
        worlds.append(second.start())

    client.meta.events.register("request-created.sagemaker", change)
    with pytest.raises(NotAnsweredError):
        client.list_compilation_jobs()
    client.list_pipelines()
    assert worlds[0].calls.operations == ["ListPipelines"]
    second.stop()
    assert handlers_of(client) == []
