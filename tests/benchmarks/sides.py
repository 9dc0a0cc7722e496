"""The sides of a ratio: the floor, Moto and sagestub, and how two of them are measured in turns."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

JOB: dict[str, Any] = {
    "CompilationJobName": "resnet-50-for-jetson",
    "RoleArn": "arn:aws:iam::123456789012:role/service-role/compiles",
    "InputConfig": {
        "S3Uri": "s3://models/resnet-50/model.tar.gz",
        "DataInputConfig": '{"input0": [1, 3, 224, 224]}',
        "Framework": "PYTORCH",
        "FrameworkVersion": "1.8",
    },
    "OutputConfig": {"S3OutputLocation": "s3://models/compiled/", "TargetDevice": "ml_c5"},
    "StoppingCondition": {"MaxRuntimeInSeconds": 900},
    "Tags": [{"Key": "team", "Value": "vision"}],
}
"""A CreateCompilationJob with most of what people give."""


@dataclass(frozen=True)
class Ratio:
    """One side over the other.

    Args:
        ours: Seconds a call on the side that is measured.
        theirs: Seconds a call on the side that it is measured against.
        ratio: The median of the rounds' ratios.
    """

    ours: float
    theirs: float
    ratio: float


def job(name: str) -> dict[str, Any]:
    """Return the parameters of a CreateCompilationJob with this name."""
    return {**JOB, "CompilationJobName": name}


def client(region: str = "eu-west-1") -> Any:
    """Return a SageMaker client that has a region and keys of its own and asks nobody for any."""
    return boto3.client(
        "sagemaker",
        region_name=region,
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
        aws_secret_access_key="not-a-secret",
    )


class RawBody(BytesIO):
    """The least that botocore reads a body from."""

    def stream(self, **kwargs: Any) -> Any:
        """Yield the whole body."""
        yield self.read()


def floor_client(headers: dict[str, str], body: bytes) -> Any:
    """Return a client with a bare `before-send` handler: fixed bytes, the headers of a real answer."""
    bare = client()
    given: Any = headers

    def answer(request: Any, **kwargs: Any) -> Any:
        return AWSResponse(request.url, 200, given, RawBody(body))

    bare.meta.events.register("before-send.sagemaker", answer)
    return bare


def seconds_a_call(call: Callable[[], Any], count: int) -> float:
    """Return how long one of `count` calls in a row takes."""
    started = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - started) / count


def in_turns(
    ours: Callable[[], float], theirs: Callable[[], float], rounds: int, warm: int = 1
) -> Ratio:
    """Measure two sides round by round, the second right after the first.

    Each round gives one ratio of two neighbouring measurements; the median over the rounds drops the
    rounds in which something else took the processor.

    Args:
        ours: Measures our side once and returns seconds.
        theirs: The same for the other side.
        rounds: How many rounds.
        warm: Rounds before those that count.
    """
    mine, others, ratios = [], [], []
    for number in range(warm + rounds):
        gc.collect()
        # Who goes first changes by the round, so that neither side always runs on a cooler machine.
        if number % 2:
            first, second = ours(), theirs()
        else:
            second, first = theirs(), ours()
        if number >= warm:
            mine.append(first)
            others.append(second)
            ratios.append(first / second)
    return Ratio(statistics.median(mine), statistics.median(others), statistics.median(ratios))
