"""Clients that let a test send what botocore would not: no checks before, any body."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sagestub import World

Refused = Callable[..., tuple[str, str]]


@pytest.fixture
def lenient(sm: World) -> Any:
    """A client that checks nothing before it sends."""
    config = Config(parameter_validation=False, retries={"max_attempts": 1, "mode": "standard"})
    return boto3.client("sagemaker", region_name="eu-west-1", config=config)


@pytest.fixture
def send(lenient: Any) -> Callable[..., dict[str, Any]]:
    """Return a function that sends a body, bytes or a document, to an operation."""

    def send_body(body: Any, operation: str = "describe_compilation_job") -> dict[str, Any]:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()

        def replace(request: Any, **kwargs: Any) -> None:
            request.data = content

        lenient.meta.events.register("before-sign.sagemaker", replace, "replace")
        try:
            result: dict[str, Any] = getattr(lenient, operation)()
        finally:
            lenient.meta.events.unregister("before-sign.sagemaker", replace, "replace")
        return result

    return send_body


@pytest.fixture
def refused(send: Callable[..., dict[str, Any]]) -> Refused:
    """Return a function that sends a body and tells the code and message of the refusal."""

    def send_refused(body: Any, operation: str = "describe_compilation_job") -> tuple[str, str]:
        with pytest.raises(ClientError) as error:
            send(body, operation)
        assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
        found = error.value.response["Error"]
        return found["Code"], found["Message"]

    return send_refused
