"""Pipelines for tests of how executions run: steps, and what is said of them."""

from __future__ import annotations

import json
from typing import Any

ROLE = "arn:aws:iam::123456789012:role/pipelines"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/own:1"
REGION = "eu-west-1"

CLUSTER = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5}

TRAINING_SECONDS = 410
"""How long a training job takes by the rule `clock`: the sum of its states."""

PROCESSING_SECONDS = 300


def training(name: str, *needs: str, **members: Any) -> dict[str, Any]:
    """Return a training step that waits for others."""
    arguments = {
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": CLUSTER,
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        **members.pop("arguments", {}),
    }
    return _step(name, "Training", arguments, needs, members)


def processing(name: str, *needs: str, **members: Any) -> dict[str, Any]:
    """Return a processing step that waits for others."""
    arguments = {
        "RoleArn": ROLE,
        "AppSpecification": {"ImageUri": IMAGE},
        "ProcessingResources": {"ClusterConfig": CLUSTER},
        **members.pop("arguments", {}),
    }
    return _step(name, "Processing", arguments, needs, members)


def condition(
    name: str, *needs: str, test: Any, yes: Any = (), no: Any = (), **members: Any
) -> dict[str, Any]:
    """Return a condition step with the steps of its branches."""
    arguments = {"Conditions": [test], "IfSteps": list(yes), "ElseSteps": list(no)}
    return _step(name, "Condition", arguments, needs, members)


def equals(left: Any, right: Any) -> dict[str, Any]:
    """Return a condition that holds if two values are equal."""
    return {"Type": "Equals", "LeftValue": left, "RightValue": right}


def fail(name: str, *needs: str, message: str = "not good enough") -> dict[str, Any]:
    """Return a step that fails."""
    return _step(name, "Fail", {"ErrorMessage": message}, needs, {})


def callback(name: str, *needs: str, **members: Any) -> dict[str, Any]:
    """Return a step that waits for an answer."""
    queue = "https://sqs.eu-west-1.amazonaws.com/123456789012/queue"
    return {**_step(name, "Callback", {"job": "1"}, needs, members), "SqsQueueUrl": queue}


def _step(
    name: str, kind: str, arguments: Any, needs: tuple[str, ...], members: dict[str, Any]
) -> dict[str, Any]:
    depends = {"DependsOn": list(needs)} if needs else {}
    return {"Name": name, "Type": kind, "Arguments": arguments, **depends, **members}


class Pipeline:
    """A pipeline `demo`, as a client of the service sees it.

    Args:
        client: A client of SageMaker.
        steps: Its steps.
        definition: Other members of the definition.
    """

    def __init__(self, client: Any, *steps: dict[str, Any], **definition: Any) -> None:
        self.client = client
        self.client.create_pipeline(
            PipelineName="demo", PipelineDefinition=self.text(*steps, **definition), RoleArn=ROLE
        )

    @staticmethod
    def text(*steps: dict[str, Any], **definition: Any) -> str:
        """Return a definition of these steps."""
        return json.dumps({"Version": "2020-12-01", "Steps": list(steps), **definition})

    def update(self, *steps: dict[str, Any], **definition: Any) -> None:
        """Give the pipeline other steps."""
        self.client.update_pipeline(
            PipelineName="demo", PipelineDefinition=self.text(*steps, **definition)
        )

    def start(self, **members: Any) -> str:
        """Start an execution; return its ARN."""
        answer = self.client.start_pipeline_execution(PipelineName="demo", **members)
        return str(answer["PipelineExecutionArn"])

    def describe(self, arn: str) -> dict[str, Any]:
        """Return what is said of an execution."""
        answer: dict[str, Any] = self.client.describe_pipeline_execution(PipelineExecutionArn=arn)
        return answer

    def status(self, arn: str) -> str:
        """Return the status of an execution."""
        return str(self.describe(arn)["PipelineExecutionStatus"])

    def steps(self, arn: str) -> dict[str, dict[str, Any]]:
        """Return what is said of the steps, by name, the first one that started first."""
        pages = self.client.get_paginator("list_pipeline_execution_steps").paginate(
            PipelineExecutionArn=arn, SortOrder="Ascending"
        )
        return {s["StepName"]: s for page in pages for s in page["PipelineExecutionSteps"]}

    def statuses(self, arn: str) -> dict[str, str]:
        """Return the status of each step that has started."""
        return {name: step["StepStatus"] for name, step in self.steps(arn).items()}

    def stop(self, arn: str) -> None:
        """Stop an execution."""
        self.client.stop_pipeline_execution(PipelineExecutionArn=arn)

    def retry(self, arn: str, **members: Any) -> None:
        """Retry an execution."""
        self.client.retry_pipeline_execution(PipelineExecutionArn=arn, **members)


def seconds_between(earlier: Any, later: Any) -> float:
    """Return the seconds between two times."""
    return float((later - earlier).total_seconds())
