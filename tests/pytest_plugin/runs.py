"""Running pytest on a small suite: what the suites use, and what starts them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Run = Callable[..., pytest.RunResult]

HEAD = """
import functools

import boto3
import pytest

@functools.cache
def client():
    return boto3.client("sagemaker", region_name="eu-west-1")

def create(name):
    return client().create_compilation_job(
        CompilationJobName=name,
        RoleArn="arn:aws:iam::123456789012:role/compile",
        InputConfig={
            "S3Uri": "s3://models/resnet.tar.gz",
            "DataInputConfig": '{"input": [1, 3, 224, 224]}',
            "Framework": "PYTORCH",
        },
        OutputConfig={"S3OutputLocation": "s3://models/compiled", "TargetDevice": "ml_c5"},
        StoppingCondition={"MaxRuntimeInSeconds": 900},
    )["CompilationJobArn"]

def describe(name):
    return client().describe_compilation_job(CompilationJobName=name)["CompilationJobStatus"]

def names():
    summaries = client().list_compilation_jobs()["CompilationJobSummaries"]
    return [summary["CompilationJobName"] for summary in summaries]
"""

ASYNCIO = ("-p", "pytest_asyncio.plugin", "-o", "asyncio_default_fixture_loop_scope=function")
"""Arguments that load pytest-asyncio."""

RULE = "*--- sagestub ---*"
"""The heading of the report, in a run's output."""
