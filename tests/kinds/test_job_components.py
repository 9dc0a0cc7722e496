"""Jobs with an ExperimentConfig have a trial component. Facts of metadata.yaml, TrialComponent."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.kinds.test_processing_and_transform import processing
from tests.kinds.test_training import request

CONFIG = {"TrialName": "trial", "TrialComponentDisplayName": "first"}


@pytest.fixture
def client(client: Any) -> Any:
    """A client of an account with an experiment and a trial."""
    client.create_experiment(ExperimentName="experiment")
    client.create_trial(TrialName="trial", ExperimentName="experiment")
    return client


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
    assert component["Parameters"] == {"epochs": {"StringValue": "3"}}
    artifact = component["OutputArtifacts"]["SageMaker.ModelArtifact"]
    assert artifact == {"Value": "s3://bucket/models/resnet/output/model.tar.gz"}


def test_the_component_of_a_failed_job_says_why(sm: World, client: Any) -> None:
    client.create_processing_job(**processing(ExperimentConfig=CONFIG))
    sm.get("ProcessingJob", "clean").move_to("Failed", reason="no data")
    component = client.describe_trial_component(TrialComponentName="clean-aws-processing-job")
    assert component["Status"] == {"PrimaryStatus": "Failed", "Message": "no data"}


def test_a_job_without_experiment_has_none(client: Any) -> None:
    client.create_training_job(**request())
    assert client.list_trial_components()["TrialComponentSummaries"] == []


def test_the_trial_must_exist(client: Any) -> None:
    """Fact: ProcessingJob.references, ExperimentConfig names."""
    with pytest.raises(ClientError, match="does not exist"):
        client.create_training_job(**request(ExperimentConfig={"TrialName": "none"}))
