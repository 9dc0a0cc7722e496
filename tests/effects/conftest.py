"""Requests for jobs, and Moto beside the mock."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from sagestub import World, mock_sagemaker

REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/jobs"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/xgboost:1"

Request = Callable[..., dict[str, Any]]


@pytest.fixture
def both() -> Iterator[World]:
    """Moto and a mock whose jobs run at once; with a bucket `data`."""
    with mock_aws(), mock_sagemaker(transitions="immediate") as sm:
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="data")
        yield sm


@pytest.fixture
def sagemaker() -> Any:
    """A client of SageMaker."""
    return boto3.client("sagemaker", region_name=REGION)


@pytest.fixture
def s3() -> Any:
    """A client of S3."""
    return boto3.client("s3", region_name="us-east-1")


@pytest.fixture(scope="session")
def training_job() -> Request:
    """Return a factory of CreateTrainingJob requests."""

    def request(name: str = "churn", **members: Any) -> dict[str, Any]:
        return {
            "TrainingJobName": name,
            "RoleArn": ROLE,
            "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
            "HyperParameters": {"eta": "0.1"},
            "OutputDataConfig": {"S3OutputPath": "s3://data/models"},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 5,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            **members,
        }

    return request


@pytest.fixture(scope="session")
def processing_job() -> Request:
    """Return a factory of CreateProcessingJob requests with outputs `train` and `test`."""

    def output(name: str) -> dict[str, Any]:
        place = {
            "S3Uri": f"s3://data/split/{name}",
            "LocalPath": f"/opt/ml/processing/{name}",
            "S3UploadMode": "EndOfJob",
        }
        return {"OutputName": name, "S3Output": place}

    def request(name: str = "split", **members: Any) -> dict[str, Any]:
        cluster = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5}
        return {
            "ProcessingJobName": name,
            "RoleArn": ROLE,
            "AppSpecification": {"ImageUri": IMAGE.replace("xgboost", "sklearn")},
            "ProcessingResources": {"ClusterConfig": cluster},
            "ProcessingOutputConfig": {"Outputs": [output("train"), output("test")]},
            **members,
        }

    return request


@pytest.fixture
def transform_job(sagemaker: Any) -> Request:
    """Return a factory of CreateTransformJob requests, for a model that is made first."""

    def request(name: str = "score", **members: Any) -> dict[str, Any]:
        sagemaker.create_model(
            ModelName=name, PrimaryContainer={"Image": IMAGE}, ExecutionRoleArn=ROLE
        )
        source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/in"}}
        return {
            "TransformJobName": name,
            "ModelName": name,
            "TransformInput": {"DataSource": source, "ContentType": "text/csv"},
            "TransformOutput": {"S3OutputPath": "s3://data/out"},
            "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
            **members,
        }

    return request


@pytest.fixture(scope="session")
def tuning_job() -> Request:
    """Return a factory of CreateHyperParameterTuningJob requests: two jobs, `loss` to minimize."""

    def request(name: str = "tuning", **members: Any) -> dict[str, Any]:
        rates = [{"Name": "eta", "MinValue": "0", "MaxValue": "1"}]
        return {
            "HyperParameterTuningJobName": name,
            "HyperParameterTuningJobConfig": {
                "Strategy": "Random",
                "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
                "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1},
                "ParameterRanges": {"ContinuousParameterRanges": rates},
            },
            "TrainingJobDefinition": {
                "AlgorithmSpecification": {
                    "TrainingImage": IMAGE,
                    "TrainingInputMode": "File",
                    "MetricDefinitions": [{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
                },
                "RoleArn": ROLE,
                "OutputDataConfig": {"S3OutputPath": "s3://data/models"},
                "ResourceConfig": {
                    "InstanceType": "ml.m5.large",
                    "InstanceCount": 1,
                    "VolumeSizeInGB": 5,
                },
                "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
            },
            **members,
        }

    return request
