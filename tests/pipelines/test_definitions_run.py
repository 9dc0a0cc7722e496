"""Definitions as SDKs and people write them, run to their end under each pace."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from sagestub import World, mock_sagemaker
from sagestub.pipelines.definition import parsed
from tests.pipelines.conftest import DEFINITIONS

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
REPORT = {"regression_metrics": {"mse": {"value": 2.0}}, "m": [{"value": 0.1}], "a": {"b": 0.1}}
OUTPUTS = {
    "rows": 3,
    "place": "s3://x/y",
    "answer": "yes",
    "out": "z",
    "o2": 7,
    "score": 0.9,
    "items": '[{"name": "a"}, {"name": "b"}]',
}


def run(sm: World, client: Any, text: str) -> Any:
    """Run a definition to its end, and return the execution."""
    sm.pipelines.property_file(REPORT)
    for kind in ("Lambda", "Callback"):
        sm.pipelines.on(kind, lambda _: dict(OUTPUTS))
    client.create_pipeline(PipelineName="Train", PipelineDefinition=text, RoleArn=ROLE)
    needed = [p.name for p in parsed(text).parameters.values() if p.default is None]
    arn = client.start_pipeline_execution(
        PipelineName="Train",
        PipelineParameters=[{"Name": name, "Value": "given"} for name in needed],
    )["PipelineExecutionArn"]
    execution = sm.get("PipelineExecution", arn)
    while execution.way:
        client.list_pipeline_execution_steps(PipelineExecutionArn=arn)
        sm.clock.advance(600)
    return execution


@pytest.mark.parametrize("pace", ["immediate", "poll", "clock"])
def test_every_definition_ends_and_keeps_its_order(written: str, pace: str) -> None:
    with mock_sagemaker(transitions=pace) as sm:
        client = boto3.client("sagemaker", region_name="eu-west-1")
        execution = run(sm, client, written)
        graph = execution.graph()
        pages = client.get_paginator("list_pipeline_execution_steps").paginate(
            PipelineExecutionArn=execution.arn
        )
        listed = [step for page in pages for step in page["PipelineExecutionSteps"]]
    nodes = {node.name: node for node in graph.nodes}
    started = {name for name, node in nodes.items() if node.start is not None}
    assert started == {step["StepName"] for step in listed}
    assert started
    for name, before in parsed(written).predecessors.items():
        for other in before:
            end, start = nodes[other].end, nodes[name].start
            assert start is None or (end is not None and end <= start)
    assert parsed(written).raw == json.loads(written), "what is shared has been changed"
    failed = [step["StepName"] for step in listed if step["StepStatus"] == "Failed"]
    assert execution.status == ("Failed" if failed else "Succeeded")


@pytest.mark.fact("pipelines.Step-types.a-notebook-job-a-step-function")
@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("sdk-2-notebook", "Explore"),
        ("sdk-2-functions", "f-00000000-0000-4000-a000-000000000000"),
    ],
)
def test_a_notebook_job_and_a_function_are_training_steps(
    client: Any, sm: World, file: str, name: str
) -> None:
    """Definitions that SageMaker SDK 2 wrote for a NotebookJobStep and an `@step` function."""
    sm.transitions(rule="immediate")
    execution = run(sm, client, (DEFINITIONS / f"{file}.json").read_text("utf-8"))
    steps = client.list_pipeline_execution_steps(
        PipelineExecutionArn=execution.arn, SortOrder="Ascending"
    )["PipelineExecutionSteps"]
    (step,) = [step for step in steps if step["StepName"] == name]
    assert step["StepStatus"] == "Succeeded"
    assert step["Metadata"] == {"TrainingJob": {"Arn": sm.resources("TrainingJob")[0].arn}}
