"""What all tests share: a mock and a client of it, and the guard that no test reaches a network."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from hypothesis import settings

from sagestub import World, mock_sagemaker

REGION = "eu-west-1"

# A run finds what the last one found; to look for more: HYPOTHESIS_PROFILE=looking.
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.register_profile("looking", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


@pytest.fixture(autouse=True)
def connections(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """Forbid every network connection; the addresses that were tried.

    A test that expects an attempt looks at the list and clears it.
    """
    tried: list[object] = []

    def refuse(self: object, address: object, *args: object) -> None:
        tried.append(address)
        raise ConnectionRefusedError(f"a test tried to reach {address!r}")

    def resolve(host: object, *args: object, **kwargs: object) -> None:
        tried.append(host)
        raise socket.gaierror(f"a test tried to resolve {host!r}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    yield tried
    assert not tried, f"network connections were tried: {tried}"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Give each test an environment without AWS settings, and no default session."""
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    nowhere = tmp_path_factory.getbasetemp() / "nowhere"
    monkeypatch.setenv("AWS_CONFIG_FILE", str(nowhere))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(nowhere))
    # A client made before a mock, with no keys anywhere, would look for an instance's.
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


@pytest.fixture
def nothing_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """No plane is declared, as for a SageMaker service that is newer than sagestub."""
    monkeypatch.setattr("sagestub.services.plane_of", lambda _: None)


@pytest.fixture
def sm() -> Iterator[World]:
    """A mock's handle."""
    with mock_sagemaker() as world:
        yield world


@cache
def shared_session() -> boto3.Session:
    """Return the session of the tests' usual clients: made once, as it reads the service's model."""
    return boto3.Session()


@pytest.fixture
def client(sm: World) -> Any:
    """A SageMaker client inside the mock."""
    return shared_session().client("sagemaker", region_name=REGION)


@pytest.fixture(scope="session")
def compilation_job() -> Callable[..., dict[str, Any]]:
    """Return a factory of CreateCompilationJob requests: a name, and members that differ."""

    def request(name: str = "resnet", **members: Any) -> dict[str, Any]:
        return {
            "CompilationJobName": name,
            "RoleArn": "arn:aws:iam::123456789012:role/sagemaker",
            "InputConfig": {
                "S3Uri": "s3://bucket/model.tar.gz",
                "DataInputConfig": '{"data": [1, 3, 224, 224]}',
                "Framework": "MXNET",
            },
            "OutputConfig": {"S3OutputLocation": "s3://bucket/out/", "TargetDevice": "ml_c5"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 900},
            **members,
        }

    return request
