"""What reports say that the service refuses of pipelines, packages and executions: a row a fact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from sagestub import World, mock_sagemaker
from tests.facts.reports.answers import ARN, REGION, Report, check, name_of
from tests.kinds.field_rules import batch
from tests.kinds.field_rules.training import REQUESTS
from tests.pipelines.running import ROLE, Pipeline, condition, equals, training

PROCESSING = {
    member: value
    for member, value in batch.REQUESTS["CreateProcessingJob"].items()
    if member != "ProcessingJobName"
}
DEFINITION = {m: v for m, v in REQUESTS["CreateTrainingJob"].items() if m != "TrainingJobName"}


@pytest.fixture
def sm() -> Iterator[World]:
    with mock_sagemaker(references="ignore") as world:
        yield world


def create(*steps: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {
        "PipelineName": "demo",
        "RoleArn": ROLE,
        "PipelineDefinition": Pipeline.text(*steps, **members),
    }


def step(name: str, type_: str, **arguments: Any) -> dict[str, Any]:
    return {"Name": name, "Type": type_, "Arguments": arguments}


def with_a_parameter(sm: World, client: Any) -> None:
    Pipeline(client, training("train"), Parameters=[{"Name": "data", "Type": "String"}])


FAST = batch.s3_input("in", S3InputMode="FastFile")
ELEVEN = [batch.s3_input(f"in{n}", LocalPath=f"/opt/ml/processing/{n}") for n in range(11)]
GATE = condition("gate", test=equals(1, 1), yes=[training("train")])
REPORTS = [
    Report(
        "reports.Pipeline.errors.a-text-where-an-argument-is-a-list",
        "CreatePipeline",
        create(
            step(
                "train",
                "Training",
                **DEFINITION,
                VpcConfig={"Subnets": "subnet-1", "SecurityGroupIds": ["sg-1"]},
            )
        ),
    ),
    Report(
        "reports.Pipeline.errors.a-text-where-an-argument-is-a-structure",
        "CreatePipeline",
        create(step("train", "Training", **{**DEFINITION, "ResourceConfig": "ml.m5.large"})),
    ),
    Report(
        "reports.Pipeline.errors.ModelPackageName-as-an-argument-of-a-RegisterModel-step",
        "CreatePipeline",
        create(step("register", "RegisterModel", ModelPackageName="churn")),
    ),
    Report(
        "reports.Pipeline.errors.FastFile-as-the-S3InputMode-of-a-processing-step",
        "CreatePipeline",
        create(step("clean", "Processing", **{**PROCESSING, "ProcessingInputs": [FAST]})),
    ),
    Report(
        "reports.Pipeline.errors.a-processing-step-with-more-than-10-inputs",
        "CreatePipeline",
        create(step("clean", "Processing", **{**PROCESSING, "ProcessingInputs": ELEVEN})),
        says="Member must have length less than or equal to 10",
    ),
    Report(
        "reports.Pipeline.errors.a-step-both-in-Steps-and-in-a-branch",
        "CreatePipeline",
        create(training("train"), GATE),
        says="duplicate step names: [train]",
    ),
    Report(
        "reports.Pipeline.errors.a-start-with-an-empty-value-of-a-parameter",
        "StartPipelineExecution",
        {"PipelineName": "demo", "PipelineParameters": [{"Name": "data", "Value": ""}]},
        prepare=with_a_parameter,
    ),
    Report(
        "reports.ModelPackage.errors.describe-one-that-does-not-exist-by-its-ARN",
        "DescribeModelPackage",
        {"ModelPackageName": f"{ARN}model-package/jina-embeddings-v2-base-en"},
        {"arn": f"{ARN}model-package/jina-embeddings-v2-base-en"},
    ),
]


@pytest.mark.parametrize("report", REPORTS, ids=name_of)
def test_what_is_reported_of_pipelines_is_answered(sm: World, report: Report) -> None:
    check(sm, report)


def test_the_same_definitions_put_right_are_accepted(sm: World) -> None:
    """Each of the rows above breaks one of these."""
    client = boto3.client("sagemaker", region_name=REGION)
    for number, definition in enumerate(
        [
            create(step("train", "Training", **DEFINITION)),
            create(step("clean", "Processing", **{**PROCESSING, "ProcessingInputs": ELEVEN[:10]})),
            create(GATE),
        ]
    ):
        client.create_pipeline(**{**definition, "PipelineName": f"right-{number}"})
    assert len(client.list_pipelines()["PipelineSummaries"]) == 3
    described = client.describe_pipeline(PipelineName="right-2")["PipelineDefinition"]
    assert json.loads(described)["Steps"][0]["Name"] == "gate"
