"""What tests of the types of steps share: a pipeline that runs at once, and steps to build it from."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sagestub import World
from tests.pipelines.steps.running import IMAGE, ROLE, Report, Run


@pytest.fixture
def run(sm: World, client: Any) -> Run:
    """Runs a pipeline of the steps that are given; what is said of each step, by its name."""
    sm.transitions(rule="immediate")

    def start(*steps: dict[str, Any], start: Any = None, **members: Any) -> Report:
        definition = {"Version": "2020-12-01", "Steps": list(steps), **members}
        client.create_pipeline(
            PipelineName="demo",
            PipelineDefinition=json.dumps(definition),
            ClientRequestToken="t" * 32,
            RoleArn=ROLE,
        )
        started = client.start_pipeline_execution(PipelineName="demo", **(start or {}))
        pages = client.get_paginator("list_pipeline_execution_steps").paginate(
            PipelineExecutionArn=started["PipelineExecutionArn"]
        )
        return {step["StepName"]: step for page in pages for step in page["PipelineExecutionSteps"]}

    return start


@pytest.fixture
def step() -> Callable[..., dict[str, Any]]:
    """Makes a step of a definition: name, type, arguments, and members beside them."""

    def made(name: str, kind: str, arguments: Any = None, **members: Any) -> dict[str, Any]:
        given = {} if arguments is None else {"Arguments": arguments}
        return {"Name": name, "Type": kind, **given, **members}

    return made


@pytest.fixture
def training() -> dict[str, Any]:
    """Arguments of a training step."""
    return {
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 10,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        "InputDataConfig": [
            {
                "ChannelName": "train",
                "DataSource": {
                    "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train"}
                },
            }
        ],
    }


@pytest.fixture
def processing() -> dict[str, Any]:
    """Arguments of a processing step with one output, `report`."""
    return {
        "RoleArn": ROLE,
        "AppSpecification": {"ImageUri": IMAGE},
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            }
        },
        "ProcessingOutputConfig": {
            "Outputs": [
                {
                    "OutputName": "report",
                    "S3Output": {
                        "S3Uri": "s3://bucket/report",
                        "LocalPath": "/opt/ml/processing/report",
                        "S3UploadMode": "EndOfJob",
                    },
                }
            ]
        },
    }
