"""Jobs with an ExperimentConfig have a trial component. Facts of metadata.yaml, TrialComponent."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.kinds.test_processing_and_transform import processing, transform
from tests.kinds.test_training import request

CONFIG = {"TrialName": "trial", "TrialComponentDisplayName": "first"}


@pytest.fixture
def client(client: Any) -> Any:
    """A client of an account with an experiment and a trial."""
    client.create_experiment(ExperimentName="experiment")
    client.create_trial(TrialName="trial", ExperimentName="experiment")
    return client


@pytest.mark.fact(
    "metadata.TrialComponent.filled_in.Source-Sources",
    "metadata.TrialComponent.notes.service-makes-one-component-per-training",
    "metadata.TrialComponent.references.Source-SourceArn-job-ARN",
)
def test_a_training_job_has_a_component_in_its_trial(sm: World, client: Any) -> None:
    """Fact: named {job-name}-aws-training-job; Source.SourceArn is the job's."""
    arn = client.create_training_job(
        **request(ExperimentConfig=CONFIG, HyperParameters={"epochs": "3"})
    )["TrainingJobArn"]
    sm.get("TrainingJob", "resnet").move_to("Completed")
    (listed,) = client.list_trial_components(TrialName="trial")["TrialComponentSummaries"]
    name = listed["TrialComponentName"]
    component = client.describe_trial_component(TrialComponentName=name)
    assert name == "resnet-aws-training-job"
    assert component["DisplayName"] == "first"
    assert component["Source"] == {"SourceArn": arn, "SourceType": "SageMakerTrainingJob"}
    assert component["Status"]["PrimaryStatus"] == "Completed"
    assert component["Parameters"] == {
        "epochs": {"NumberValue": 3.0},
        "SageMaker.ImageUri": {"StringValue": request()["AlgorithmSpecification"]["TrainingImage"]},
        "SageMaker.InstanceCount": {"NumberValue": 1.0},
        "SageMaker.InstanceType": {"StringValue": "ml.m5.large"},
        "SageMaker.VolumeSizeInGB": {"NumberValue": 10.0},
    }
    artifact = component["OutputArtifacts"]["SageMaker.ModelArtifact"]
    assert artifact == {"Value": "s3://bucket/models/resnet/output/model.tar.gz"}


def test_the_component_of_a_failed_job_says_why(sm: World, client: Any) -> None:
    client.create_processing_job(**processing(ExperimentConfig=CONFIG))
    sm.get("ProcessingJob", "clean").move_to("Failed", reason="no data")
    component = client.describe_trial_component(TrialComponentName="clean-aws-processing-job")
    assert component["Status"] == {
        "PrimaryStatus": "Failed",
        "Message": "Status: Failed, exit message: null, failure reason: no data",
    }


def test_a_processing_jobs_inputs_and_outputs_are_the_components(sm: World, client: Any) -> None:
    source = {
        "S3Uri": "s3://bucket/raw",
        "S3DataType": "S3Prefix",
        "LocalPath": "/opt/ml/processing/in",
    }
    target = {"S3Uri": "s3://bucket/clean", "LocalPath": "/opt/ml/out", "S3UploadMode": "EndOfJob"}
    asked = processing(
        ExperimentConfig=CONFIG,
        ProcessingInputs=[{"InputName": "raw", "S3Input": source}],
        ProcessingOutputConfig={"Outputs": [{"OutputName": "clean", "S3Output": target}]},
    )
    client.create_processing_job(**asked)
    sm.get("ProcessingJob", "clean").move_to("Completed")
    component = client.describe_trial_component(TrialComponentName="clean-aws-processing-job")
    assert component["InputArtifacts"] == {
        "raw": {"Value": "s3://bucket/raw"},
        "SageMaker.ImageUri": {"Value": asked["AppSpecification"]["ImageUri"]},
    }
    assert component["OutputArtifacts"] == {"clean": {"Value": "s3://bucket/clean"}}
    assert component["Parameters"]["SageMaker.InstanceCount"] == {"NumberValue": 1.0}


def test_a_transform_jobs_model_is_the_components(sm: World, client: Any) -> None:
    image = request()["AlgorithmSpecification"]["TrainingImage"]
    container = {"Image": image, "ModelDataUrl": "s3://bucket/model.tar.gz"}
    role = request()["RoleArn"]
    client.create_model(ModelName="resnet", ExecutionRoleArn=role, PrimaryContainer=container)
    client.create_transform_job(**transform(ExperimentConfig=CONFIG))
    sm.get("TransformJob", "score").move_to("Completed")
    component = client.describe_trial_component(TrialComponentName="score-aws-transform-job")
    parameters = component["Parameters"]
    assert parameters["SageMaker.ModelName"] == {"StringValue": "resnet"}
    assert parameters["SageMaker.ModelPrimary.Image"] == {"StringValue": image}
    assert component["Status"]["Message"] == "Status: Completed, failure reason: null"
    assert [*component["InputArtifacts"], *component["OutputArtifacts"]] == [
        "SageMaker.TransformInput",
        "SageMaker.TransformOutput",
    ]


def test_a_job_without_experiment_has_none(client: Any) -> None:
    client.create_training_job(**request())
    assert client.list_trial_components()["TrialComponentSummaries"] == []


@pytest.mark.fact(
    "jobs.ProcessingJob.references.ExperimentConfig-names",
)
def test_the_trial_must_exist(client: Any) -> None:
    """Fact: ProcessingJob.references, ExperimentConfig names."""
    with pytest.raises(ClientError, match="does not exist"):
        client.create_training_job(**request(ExperimentConfig={"TrialName": "none"}))
