"""A resource as a test holds it: what it shows is its own, and cannot be changed from outside."""

from __future__ import annotations

from datetime import timezone
from typing import Any

from sagestub import World


def test_members_are_a_copy(sm: World) -> None:
    job = sm.add("CompilationJob", StoppingCondition={"MaxRuntimeInSeconds": 900})
    members = job.members
    members["StoppingCondition"]["MaxRuntimeInSeconds"] = 1
    members["CompilationJobStatus"] = "FAILED"
    assert job.members["StoppingCondition"] == {"MaxRuntimeInSeconds": 900}
    assert job.status == "STARTING"


def test_history_is_a_copy_in_utc(sm: World) -> None:
    job = sm.add("CompilationJob")
    job.history.clear()
    ((state, time),) = job.history
    assert state == "STARTING"
    assert time.tzinfo == timezone.utc


def test_members_are_those_of_the_description(client: Any, sm: World) -> None:
    job = sm.add("CompilationJob", region="eu-west-1", CompilationJobStatus="COMPLETED")
    described = client.describe_compilation_job(CompilationJobName=job.name)
    del described["ResponseMetadata"]
    assert job.members == described


def test_looking_does_not_move(sm: World) -> None:
    job = sm.add("CompilationJob")
    for _ in range(3):
        assert (job.status, job.members["CompilationJobStatus"]) == ("STARTING", "STARTING")
        sm.get("CompilationJob", job.name)
        sm.resources()
    assert len(job.history) == 1


def test_names(sm: World) -> None:
    job = sm.add("CompilationJob", CompilationJobName="resnet")
    assert set(job.names) == {"resnet", job.arn}
    run = sm.add("PipelineExecution", PipelineName="Train", PipelineExecutionDisplayName="night")
    assert set(run.names) == {run.arn, "night", "Train"}
