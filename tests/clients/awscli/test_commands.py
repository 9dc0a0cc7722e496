"""The AWS CLI v1 in process: `aws sagemaker …`, as scripts call it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from awscli.clidriver import create_clidriver

from sagestub import World
from tests.clients.requests import compilation, training

REGION = "eu-west-1"

Aws = Callable[..., Any]


@pytest.fixture
def aws(sm: World, capsys: pytest.CaptureFixture[str]) -> Aws:
    """The command `aws`: returns what it prints, parsed; fails when it does not end with 0."""

    def command(*words: str, ends_with: int = 0) -> Any:
        driver = create_clidriver()
        code = driver.main([*words, "--region", REGION, "--output", "json"])
        printed = capsys.readouterr()
        assert code == ends_with, printed.err
        if ends_with:
            return printed.err
        return json.loads(printed.out) if printed.out.strip() else None

    return command


def test_a_job_is_created_and_described(aws: Aws) -> None:
    made = aws(
        "sagemaker", "create-compilation-job", "--cli-input-json", json.dumps(compilation("resnet"))
    )
    assert made["CompilationJobArn"].endswith(":compilation-job/resnet")
    seen = [
        aws("sagemaker", "describe-compilation-job", "--compilation-job-name", "resnet")[
            "CompilationJobStatus"
        ]
        for _ in range(4)
    ]
    assert seen == ["STARTING", "INPROGRESS", "COMPLETED", "COMPLETED"]


def test_shorthand_arguments(aws: Aws) -> None:
    aws(
        *("sagemaker", "create-training-job", "--training-job-name", "train"),
        *("--role-arn", training()["RoleArn"]),
        "--algorithm-specification",
        f"TrainingImage={training()['AlgorithmSpecification']['TrainingImage']},TrainingInputMode=File",
        *("--output-data-config", "S3OutputPath=s3://models/out"),
        "--resource-config",
        "InstanceType=ml.m5.large,InstanceCount=1,VolumeSizeInGB=10",
        *("--stopping-condition", "MaxRuntimeInSeconds=3600"),
        *("--hyper-parameters", "rate=0.1,depth=3"),
        *("--tags", "Key=team,Value=vision"),
    )
    job = aws("sagemaker", "describe-training-job", "--training-job-name", "train")
    assert job["HyperParameters"] == {"rate": "0.1", "depth": "3"}
    tags = aws("sagemaker", "list-tags", "--resource-arn", job["TrainingJobArn"])
    assert tags["Tags"] == [{"Key": "team", "Value": "vision"}]


def test_wait_ends_at_once(aws: Aws, sm: World) -> None:
    sm.add("TrainingJob", region=REGION, TrainingJobName="train")
    aws("sagemaker", "wait", "training-job-completed-or-stopped", "--training-job-name", "train")
    assert sm.get("TrainingJob", "train").status == "Completed"


def test_wait_fails_when_the_job_does(aws: Aws, sm: World) -> None:
    sm.fail("TrainingJob")
    sm.add("TrainingJob", region=REGION, TrainingJobName="train")
    said = aws(
        *("sagemaker", "wait", "training-job-completed-or-stopped"),
        *("--training-job-name", "train"),
        ends_with=255,
    )
    assert "Waiter TrainingJobCompletedOrStopped failed" in said


def test_queries_and_pages(aws: Aws, sm: World) -> None:
    for number in range(25):
        sm.add("Model", region=REGION, ModelName=f"model-{number:02}")
    names = aws("sagemaker", "list-models", "--query", "sort(Models[].ModelName)")
    assert names == [f"model-{number:02}" for number in range(25)]
    pages = aws("sagemaker", "list-models", "--page-size", "10", "--query", "length(Models)")
    assert pages == 25
    first = aws("sagemaker", "list-models", "--max-items", "10")
    rest = aws("sagemaker", "list-models", "--starting-token", first["NextToken"])
    assert len(first["Models"]) == 10
    assert len(rest["Models"]) == 15


def test_filters_with_times(aws: Aws, sm: World) -> None:
    sm.add("Model", region=REGION, ModelName="early")
    between = sm.clock.now().isoformat()
    sm.clock.advance(60)
    sm.add("Model", region=REGION, ModelName="late")
    listed = aws("sagemaker", "list-models", "--creation-time-after", between)
    assert "late" in [model["ModelName"] for model in listed["Models"]]
    before = aws("sagemaker", "list-models", "--creation-time-before", between)
    assert [model["ModelName"] for model in before["Models"]] == ["early"]


def test_a_refusal_is_printed(aws: Aws) -> None:
    said = aws("sagemaker", "describe-model", "--model-name", "none", ends_with=255)
    assert "An error occurred (ValidationException) when calling the DescribeModel" in said
    assert "Could not find model" in said


def test_an_endpoint_is_invoked_into_a_file(aws: Aws, sm: World, tmp_path: Path) -> None:
    sm.add("Endpoint", region=REGION, EndpointName="echo", EndpointStatus="InService")
    sm.on_invoke(lambda call: call.body[::-1], endpoint="echo")
    answer = tmp_path / "answer"
    (tmp_path / "question").write_bytes(b"abc")
    aws(
        *("sagemaker-runtime", "invoke-endpoint", "--endpoint-name", "echo"),
        *("--body", f"fileb://{tmp_path / 'question'}", str(answer)),
    )
    assert answer.read_bytes() == b"cba"
