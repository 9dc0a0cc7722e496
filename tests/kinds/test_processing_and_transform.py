"""ProcessingJob and TransformJob: facts of jobs.yaml, held through a real client."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World

ROLE = "arn:aws:iam::123456789012:role/worker"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/own:1"
CLUSTER = {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 10}


def processing(name: str = "clean", **members: Any) -> dict[str, Any]:
    """A CreateProcessingJob request."""
    return {
        "ProcessingJobName": name,
        "ProcessingResources": {"ClusterConfig": CLUSTER},
        "AppSpecification": {"ImageUri": IMAGE},
        "RoleArn": ROLE,
        **members,
    }


def transform(name: str = "score", **members: Any) -> dict[str, Any]:
    """A CreateTransformJob request."""
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/in"}}
    return {
        "TransformJobName": name,
        "ModelName": "resnet",
        "TransformInput": {"DataSource": source},
        "TransformOutput": {"S3OutputPath": "s3://bucket/out"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        **members,
    }


@pytest.fixture
def with_model(client: Any) -> Any:
    """A client of an account that has the model `resnet`."""
    container = {"Image": IMAGE}
    client.create_model(ModelName="resnet", PrimaryContainer=container, ExecutionRoleArn=ROLE)
    return client


@pytest.mark.fact(
    "jobs.ProcessingJob.timestamps.ProcessingStartTime",
)
def test_a_processing_job_runs_and_completes(client: Any) -> None:
    """Fact: ProcessingJob.lifecycle, timestamps (the start is not the creation)."""
    client.create_processing_job(**processing())
    first, last = (client.describe_processing_job(ProcessingJobName="clean") for _ in range(2))
    assert first["ProcessingJobStatus"] == "InProgress"
    assert "ProcessingStartTime" not in first
    assert last["ProcessingJobStatus"] == "Completed"
    assert last["CreationTime"] < last["ProcessingStartTime"] < last["ProcessingEndTime"]


def test_defaults_of_a_processing_job(client: Any) -> None:
    """Fact: ProcessingJob.filled_in."""
    s3 = {"S3Uri": "s3://bucket/in", "LocalPath": "/opt/ml/processing/in", "S3DataType": "S3Prefix"}
    entry = {"InputName": "data", "S3Input": s3}
    client.create_processing_job(**processing(ProcessingInputs=[entry]))
    job = client.describe_processing_job(ProcessingJobName="clean")
    assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 86400}
    (given,) = job["ProcessingInputs"]
    assert given["AppManaged"] is False
    assert given["S3Input"]["S3DataDistributionType"] == "FullyReplicated"
    assert given["S3Input"]["S3CompressionType"] == "None"
    assert not {"ProcessingOutputConfig", "ExitMessage", "FailureReason"} & set(job)


@pytest.mark.fact("cross-cutting.3.Some-ValidationExceptions-carry-an-EMPTY-message")
def test_two_inputs_for_one_place_are_refused_without_a_word(sm: World, client: Any) -> None:
    """Source: aws/sagemaker-python-sdk issue 4939."""
    s3 = {"S3Uri": "s3://bucket/in", "LocalPath": "/opt/ml/processing/in", "S3DataType": "S3Prefix"}
    inputs = [{"InputName": name, "S3Input": s3} for name in ("a", "b")]
    with pytest.raises(ClientError) as refused:
        client.create_processing_job(**processing(ProcessingInputs=inputs))
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": ""}
    assert sm.resources("ProcessingJob") == []


def test_a_processing_job_shows_its_start_while_it_runs(sm: World, client: Any) -> None:
    """Fact: ProcessingJob.timestamps."""
    sm.transitions(rule="clock")
    client.create_processing_job(**processing())
    sm.clock.advance(200)
    running = client.describe_processing_job(ProcessingJobName="clean")
    sm.clock.advance(200)
    ended = client.describe_processing_job(ProcessingJobName="clean")
    assert running["ProcessingStartTime"] == ended["ProcessingStartTime"]


@pytest.mark.fact(
    "jobs.ProcessingJob.lifecycle.delete_note",
    "jobs.ProcessingJob.preconditions.delete",
    "jobs.ProcessingJob.errors.delete-a-job-in-InProgress-or-Stopping",
)
def test_delete_of_a_processing_job(sm: World, client: Any) -> None:
    """Fact: ProcessingJob.preconditions.delete; delete_note (gone at once)."""
    client.create_processing_job(**processing())
    with pytest.raises(client.exceptions.ResourceInUse):
        client.delete_processing_job(ProcessingJobName="clean")
    sm.get("ProcessingJob", "clean").move_to("Completed")
    client.delete_processing_job(ProcessingJobName="clean")
    client.create_processing_job(**processing())


@pytest.mark.fact("jobs.ProcessingJob.errors.stop-a-job-that-is-not-InProgress")
@pytest.mark.parametrize("status", ["Stopping", "Stopped", "Completed", "Failed"])
def test_only_a_processing_job_in_progress_is_stopped(sm: World, client: Any, status: str) -> None:
    sm.transitions(rule="manual")
    client.create_processing_job(**processing())
    sm.get("ProcessingJob", "clean").move_to(status)
    with pytest.raises(ClientError) as refused:
        client.stop_processing_job(ProcessingJobName="clean")
    error = refused.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"] == (
        f"The request was rejected because the processing job is in status {status}."
    )


MISSING = [
    ("describe_processing_job", "ProcessingJobName", "Could not find requested job with name: no"),
    ("stop_processing_job", "ProcessingJobName", "Could not find job to update with name: no"),
    ("delete_processing_job", "ProcessingJobName", "Could not find job to update with name: no"),
    ("describe_transform_job", "TransformJobName", "Could not find requested job with name: no"),
    ("stop_transform_job", "TransformJobName", "Could not find job to update with name: no"),
]


@pytest.mark.parametrize(("operation", "member", "text"), MISSING)
def test_a_missing_job_is_a_validation_exception(
    client: Any, operation: str, member: str, text: str
) -> None:
    """Fact: errors of both kinds."""
    with pytest.raises(ClientError, match=text) as refused:
        getattr(client, operation)(**{member: "no"})
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_taken_name_is_refused(with_model: Any) -> None:
    """Fact: errors, create with a name in use."""
    with_model.create_processing_job(**processing())
    with_model.create_transform_job(**transform())
    with pytest.raises(with_model.exceptions.ResourceInUse, match="Job name must be unique"):
        with_model.create_processing_job(**processing())
    with pytest.raises(with_model.exceptions.ResourceInUse, match="Job name must be unique"):
        with_model.create_transform_job(**transform())


@pytest.mark.fact(
    "jobs.TransformJob.errors.ModelName-does-not-exist",
    "jobs.TransformJob.references.Model-with-ModelName-in-the-account",
)
def test_a_transform_job_needs_its_model(client: Any) -> None:
    """Fact: TransformJob.errors, ModelName does not exist."""
    with pytest.raises(ClientError, match=r'not find model "arn:aws:sagemaker:.*:model/resnet"'):
        client.create_transform_job(**transform())


@pytest.mark.fact(
    "jobs.TransformJob.timestamps.TransformStartTime",
)
def test_a_transform_job_runs_and_completes(with_model: Any) -> None:
    """Fact: TransformJob.lifecycle, timestamps, filled_in."""
    with_model.create_transform_job(**transform())
    first, last = (with_model.describe_transform_job(TransformJobName="score") for _ in range(2))
    assert first["TransformJobStatus"] == "InProgress"
    assert first["DataProcessing"] == {
        "InputFilter": "$",
        "OutputFilter": "$",
        "JoinSource": "None",
    }
    assert first["TransformInput"]["SplitType"] == "None"
    assert first["TransformOutput"]["AssembleWith"] == "None"
    assert "MaxPayloadInMB" not in first
    assert last["CreationTime"] < last["TransformStartTime"] < last["TransformEndTime"]


@pytest.mark.fact(
    "jobs.TransformJob.filled_in.no-LastModifiedTime-in-Describe-but-one",
)
def test_a_transform_summary_has_a_time_of_change(with_model: Any) -> None:
    """Fact: no LastModifiedTime in Describe, but one in List summaries."""
    with_model.create_transform_job(**transform())
    assert "LastModifiedTime" not in with_model.describe_transform_job(TransformJobName="score")
    (summary,) = with_model.list_transform_jobs()["TransformJobSummaries"]
    assert summary["LastModifiedTime"] == summary["TransformEndTime"] > summary["CreationTime"]


@pytest.mark.fact(
    "jobs.TransformJob.preconditions.stop",
    "jobs.TransformJob.notes.directly-after-StopTransformJob-Describe-answers-Stopping",
    "jobs.TransformJob.errors.stop-a-job-that-is-not-InProgress",
)
def test_stop_of_a_transform_job(with_model: Any) -> None:
    """Fact: directly after StopTransformJob Describe answers Stopping; stop only from InProgress."""
    with_model.create_transform_job(**transform())
    with_model.stop_transform_job(TransformJobName="score")
    seen = [with_model.describe_transform_job(TransformJobName="score") for _ in range(2)]
    assert [job["TransformJobStatus"] for job in seen] == ["Stopping", "Stopped"]
    with pytest.raises(ClientError, match="because the transform job is in status Stopped"):
        with_model.stop_transform_job(TransformJobName="score")


@pytest.mark.fact(
    "jobs.TransformJob.preconditions.limits",
)
def test_payloads_that_are_too_large_together_are_refused(with_model: Any) -> None:
    """Fact: TransformJob.preconditions.limits."""
    with pytest.raises(ClientError, match="must not exceed 100 MB"):
        with_model.create_transform_job(**transform(MaxConcurrentTransforms=20, MaxPayloadInMB=6))
