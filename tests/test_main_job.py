"""The main job from beginning to end, on every botocore: it asks for nothing that newer models have."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from sagestub import World

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
DEFINITION = {
    "Version": "2020-12-01",
    "Parameters": [{"Name": "Epochs", "Type": "String", "DefaultValue": "3"}],
    "Steps": [],
}

Request = Callable[..., dict[str, Any]]


def started(client: Any) -> str:
    """Create a pipeline, start it, and return the execution's ARN."""
    client.create_pipeline(
        PipelineName="train",
        RoleArn=ROLE,
        PipelineDefinition=json.dumps(DEFINITION),
        ClientRequestToken="t" * 32,
    )
    answer = client.start_pipeline_execution(
        PipelineName="train", PipelineParameters=[{"Name": "Epochs", "Value": "5"}]
    )
    return str(answer["PipelineExecutionArn"])


def test_a_compilation_job_runs_to_its_end(client: Any, compilation_job: Request) -> None:
    client.create_compilation_job(**compilation_job())
    answers = [client.describe_compilation_job(CompilationJobName="resnet") for _ in range(4)]
    states = [answer["CompilationJobStatus"] for answer in answers]
    assert states == ["STARTING", "INPROGRESS", "COMPLETED", "COMPLETED"]
    assert answers[-1]["DerivedInformation"]["DerivedDataInputConfig"]
    assert len(answers[-1]["ModelDigests"]["ArtifactDigest"]) == 64


def test_a_compilation_job_is_stopped_and_deleted(client: Any, compilation_job: Request) -> None:
    client.create_compilation_job(**compilation_job())
    client.stop_compilation_job(CompilationJobName="resnet")
    answers = [client.describe_compilation_job(CompilationJobName="resnet") for _ in range(2)]
    assert [answer["CompilationJobStatus"] for answer in answers] == ["STOPPING", "STOPPED"]
    client.delete_compilation_job(CompilationJobName="resnet")
    assert client.list_compilation_jobs()["CompilationJobSummaries"] == []


def test_an_execution_runs_to_its_end(client: Any) -> None:
    arn = started(client)
    answers = [client.describe_pipeline_execution(PipelineExecutionArn=arn) for _ in range(3)]
    states = [answer["PipelineExecutionStatus"] for answer in answers]
    assert states == ["Executing", "Succeeded", "Succeeded"]
    (listed,) = client.list_pipeline_executions(PipelineName="train")["PipelineExecutionSummaries"]
    assert listed["PipelineExecutionStatus"] == "Succeeded"


def test_an_execution_knows_its_parameters_and_definition(client: Any) -> None:
    arn = started(client)
    parameters = client.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
    assert parameters["PipelineParameters"] == [{"Name": "Epochs", "Value": "5"}]
    answer = client.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
    assert json.loads(answer["PipelineDefinition"]) == DEFINITION


def test_an_execution_is_stopped(client: Any) -> None:
    arn = started(client)
    client.stop_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken="s" * 32)
    answers = [client.describe_pipeline_execution(PipelineExecutionArn=arn) for _ in range(2)]
    states = [answer["PipelineExecutionStatus"] for answer in answers]
    assert states == ["Stopping", "Stopped"]


def test_both_can_fail(client: Any, sm: World, compilation_job: Request) -> None:
    sm.fail("CompilationJob", reason="no such operator", at="STARTING")
    sm.fail("PipelineExecution", reason="no such step")
    client.create_compilation_job(**compilation_job())
    arn = started(client)
    for _ in range(2):
        job = client.describe_compilation_job(CompilationJobName="resnet")
        execution = client.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert (job["CompilationJobStatus"], job["FailureReason"]) == ("FAILED", "no such operator")
    assert execution["PipelineExecutionStatus"] == "Failed"
    assert execution["FailureReason"] == "no such step"
