"""Property files: given by the test, or lying in Moto's S3."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from moto import mock_aws

from sagestub import World
from sagestub.errors import InvalidArgumentError
from tests.pipelines.steps.running import Run, Step

FILE = {"PropertyFileName": "Report", "OutputName": "report", "FilePath": "evaluation.json"}
READ = {
    "Std:JsonGet": {
        "PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Report"},
        "Path": "metrics.mse.value",
    }
}
CONDITION = {"Type": "LessThan", "LeftValue": READ, "RightValue": 6}
CONTENT = {"metrics": {"mse": {"value": 4.5}}}


@pytest.fixture
def outcome(run: Run, step: Step, processing: dict[str, Any]) -> Callable[[], dict[str, Any]]:
    """Runs an evaluation and a gate behind it; what is said of the gate."""

    def gate() -> dict[str, Any]:
        arguments = {"Conditions": [CONDITION], "IfSteps": [], "ElseSteps": []}
        return run(
            step("Evaluate", "Processing", processing, PropertyFiles=[FILE]),
            step("Gate", "Condition", arguments),
        )["Gate"]

    return gate


@pytest.mark.fact(
    "pipelines.Definitions.a-step-has-Name-Type-Arguments",
    "pipelines.Expressions.Std-JsonGet-PropertyFile-Get-Steps-name",
)
@pytest.mark.parametrize(("value", "told"), [(4.5, "True"), (6.5, "False")])
def test_content_that_a_test_gives_decides_the_branch(
    sm: World, outcome: Callable[[], dict[str, Any]], value: float, told: str
) -> None:
    content = {"metrics": {"mse": {"value": value}}}
    sm.pipelines.property_file(step="Evaluate", file="Report", content=content)
    assert outcome()["Metadata"] == {"Condition": {"Outcome": told}}


def test_content_may_be_text(sm: World, outcome: Callable[[], dict[str, Any]]) -> None:
    text = '{"metrics": {"mse": {"value": 4.5}}}'
    sm.pipelines.property_file(step="Eval*", content=text)
    assert outcome()["Metadata"] == {"Condition": {"Outcome": "True"}}


def test_content_may_depend_on_the_job(sm: World, outcome: Callable[[], dict[str, Any]]) -> None:
    names: list[str] = []

    def content(job: Any) -> Any:
        names.append(job["ProcessingJobName"])
        return CONTENT

    sm.pipelines.property_file(content=content)
    assert outcome()["Metadata"] == {"Condition": {"Outcome": "True"}}
    assert names[0].startswith("pipelines-")


def test_content_for_another_pipeline_is_not_used(
    sm: World, outcome: Callable[[], dict[str, Any]]
) -> None:
    sm.pipelines.property_file(step="Evaluate", content=CONTENT, pipeline="other-*")
    assert outcome()["StepStatus"] == "Failed"


@pytest.mark.parametrize(
    "output", [{"evaluation.json": CONTENT}, '{"metrics": {"mse": {"value": 4}}}']
)
def test_the_function_for_the_container_may_write_it(
    sm: World, outcome: Callable[[], dict[str, Any]], output: Any
) -> None:
    sm.container(kind="ProcessingJob")(lambda _: {"report": output})
    assert outcome()["Metadata"] == {"Condition": {"Outcome": "True"}}


@mock_aws
def test_a_file_in_motos_s3_is_read(outcome: Callable[[], dict[str, Any]]) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="bucket")
    text = b'{"metrics": {"mse": {"value": 4.5}}}'
    s3.put_object(Bucket="bucket", Key="report/evaluation.json", Body=text)
    assert outcome()["Metadata"] == {"Condition": {"Outcome": "True"}}


@pytest.mark.fact("pipelines.Expressions.Std-JsonGet-S3Uri-Path")
@mock_aws
@pytest.mark.parametrize(
    ("content", "path", "told"),
    [
        (b'{"metrics": {"mse": "low"}}', "metrics.mse", "low"),
        (b'{"Result": {"a": ["first"]}}', "Result['a'][0]", "first"),
    ],
)
def test_a_path_finds_what_lies_in_s3(
    run: Run, step: Step, content: bytes, path: str, told: str
) -> None:
    """What `@step` functions return lies under Result."""
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="out/results.json", Body=content)
    read = {"Std:JsonGet": {"S3Uri": "s3://bucket/out/results.json", "Path": path}}
    assert run(step("Say", "Fail", {"ErrorMessage": read}))["Say"]["FailureReason"] == told


def test_a_missing_file_fails_the_step_that_reads_it(
    outcome: Callable[[], dict[str, Any]],
) -> None:
    report = outcome()
    assert report["StepStatus"] == "Failed"
    assert "s3://bucket/report/evaluation.json" in report["FailureReason"]
    assert "sm.pipelines.property_file(step='Evaluate'" in report["FailureReason"]


def test_content_must_be_json(sm: World) -> None:
    with pytest.raises(InvalidArgumentError, match="no JSON"):
        sm.pipelines.property_file(step="Evaluate", content={"value": object()})
    with pytest.raises(InvalidArgumentError, match="step=3"):
        sm.pipelines.property_file(step=3, content={})  # type: ignore[arg-type]
