"""The demo: a boto3 session against the mock, told to a screen state by state.

Everything but `sm.fail` is what a program under test would do: real clients, real calls.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sagestub import __version__
from sagestub.mock import mock_sagemaker

if TYPE_CHECKING:
    from sagestub.cli.screens import Screen

ROLE = "arn:aws:iam::123456789012:role/demo"
DEFINITION = {
    "Version": "2020-12-01",
    "Parameters": [{"Name": "Epochs", "Type": "Integer", "DefaultValue": 3}],
    "Steps": [],
}
AT_REST = frozenset({"COMPLETED", "FAILED", "STOPPED", "Succeeded", "Failed", "Stopped"})
NOT_NEWS = frozenset({"ResponseMetadata", "LastModifiedTime"})


@dataclass(frozen=True, slots=True)
class Chapter:
    """One resource of the demo.

    Args:
        kind: Its kind.
        name: What it is called.
        note: What the test has ordered about it; may be empty.
        states: Its states, as Describe reports them one after the other.
    """

    kind: str
    name: str
    note: str
    states: Iterator[State]


@dataclass(frozen=True, slots=True)
class State:
    """One answer of Describe.

    Args:
        seconds: Virtual seconds since the resource was created.
        status: The status.
        news: The members that are new or have another value than in the answer before; nothing in
            the first answer.
    """

    seconds: float
    status: str
    news: Mapping[str, Any]


def demo(screen: Screen, region: str) -> None:
    """Run the session in a world of its own and show it."""
    import boto3
    import botocore

    with mock_sagemaker() as sm:
        client = boto3.client("sagemaker", region_name=region)
        screen.open(f"sagestub {__version__} with botocore {botocore.__version__}, {region}")
        sm.fail("CompilationJob", name="*-int8", reason="ClientError: no kernel for int8 on ml_c5")
        for chapter in chapters(client):
            screen.show(chapter)
        screen.close(f"{len(sm.calls)} calls were answered here; none was sent.")


def chapters(client: Any) -> Iterator[Chapter]:
    """Create the demo's resources, one after the other, and return how each of them goes."""
    for name, note in (("resnet", ""), ("resnet-int8", "told to fail")):
        client.create_compilation_job(
            CompilationJobName=name,
            RoleArn=ROLE,
            InputConfig={
                "S3Uri": "s3://models/resnet.tar.gz",
                "DataInputConfig": '{"input0": [1, 3, 224, 224]}',
                "Framework": "PYTORCH",
            },
            OutputConfig={"S3OutputLocation": "s3://models/compiled", "TargetDevice": "ml_c5"},
            StoppingCondition={"MaxRuntimeInSeconds": 900},
        )
        states = described(
            partial(client.describe_compilation_job, CompilationJobName=name),
            "CompilationJobStatus",
        )
        yield Chapter("CompilationJob", name, note, states)
    client.create_pipeline(
        PipelineName="train",
        RoleArn=ROLE,
        PipelineDefinition=json.dumps(DEFINITION),
        ClientRequestToken="demo-pipeline-of-thirty-two-letters",
    )
    execution = client.start_pipeline_execution(
        PipelineName="train", PipelineParameters=[{"Name": "Epochs", "Value": "5"}]
    )["PipelineExecutionArn"]
    states = described(
        partial(client.describe_pipeline_execution, PipelineExecutionArn=execution),
        "PipelineExecutionStatus",
    )
    yield Chapter("PipelineExecution", "train", "", states)


def described(describe: Callable[[], dict[str, Any]], status: str) -> Iterator[State]:
    """Describe a resource until it rests, and return what each answer brought."""
    before: dict[str, Any] = {}
    while before.get(status) not in AT_REST:
        answer = describe()
        news = {
            member: value
            for member, value in answer.items()
            if before and member not in {*NOT_NEWS, status} and before.get(member) != value
        }
        age = (answer["LastModifiedTime"] - answer["CreationTime"]).total_seconds()
        yield State(age, answer[status], news)
        before = answer
