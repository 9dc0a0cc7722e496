"""The same test gives the same bytes: ids, order and all, apart from real time."""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from freezegun import freeze_time

from sagestub import mock_sagemaker

ROLE = "arn:aws:iam::123456789012:role/sagemaker"


def transcript(seed: object = 0) -> list[str]:
    """Return every answer of a scenario, headers and body, as it came over the wire."""
    lines: list[str] = []

    def note(http_response: Any, **_: Any) -> None:
        lines.append(f"{http_response.status_code} {dict(http_response.headers)}")

    def note_body(parsed: Any, **_: Any) -> None:
        lines.append(repr(parsed))

    with freeze_time("2030-01-01"), mock_sagemaker(seed=seed) as sm:
        client = boto3.client(
            "sagemaker",
            region_name="eu-west-1",
            aws_access_key_id="AKIAEXAMPLE",
            aws_secret_access_key="secret",
        )
        client.meta.events.register("after-call", note)
        client.meta.events.register("after-call", note_body)
        sm.fail("CompilationJob", name="job-1")
        sm.transitions("CompilationJob", rule="clock", name="job-2")
        for number in range(4):
            client.create_compilation_job(
                CompilationJobName=f"job-{number}",
                RoleArn=ROLE,
                InputConfig={"S3Uri": "s3://bucket/model.tar.gz", "Framework": "PYTORCH"},
                OutputConfig={"S3OutputLocation": "s3://bucket/out", "TargetDevice": "ml_c5"},
                StoppingCondition={"MaxRuntimeInSeconds": 900},
                Tags=[{"Key": key, "Value": ""} for key in "cab"],
            )
        for number in (0, 1, 0, 1, 0, 1, 2, 9):
            with suppress(ClientError):
                client.describe_compilation_job(CompilationJobName=f"job-{number}")
        page = client.list_compilation_jobs(SortBy="Status", MaxResults=2)
        client.list_compilation_jobs(SortBy="Status", NextToken=page["NextToken"])
        client.create_pipeline(PipelineName="Train", PipelineDefinition="{}", RoleArn=ROLE)
        runs = [client.start_pipeline_execution(PipelineName="Train") for _ in range(3)]
        for run in runs:
            client.describe_pipeline_execution(PipelineExecutionArn=run["PipelineExecutionArn"])
        client.list_pipeline_executions(PipelineName="Train")
        lines += [repr((resource, resource.history)) for resource in sm.resources()]
    return lines


def test_two_runs_are_the_same() -> None:
    first, second = transcript(), transcript()
    assert first == second
    assert len(first) > 50


def test_another_seed_makes_other_ids() -> None:
    assert transcript("a") == transcript("a") != transcript("b")


@pytest.mark.parametrize("seed", [None, 7, "text", (1, 2), 1.5])
def test_a_seed_may_be_anything(seed: object) -> None:
    assert transcript(seed) == transcript(seed)


def test_two_processes_are_the_same() -> None:
    """Python's hashes differ between processes; nothing may follow their order."""
    program = "from tests.test_determinism import transcript; print('\\n'.join(transcript()))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ".", "TZ": "UTC"},
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
