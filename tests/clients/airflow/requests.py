"""What the operators are configured with."""

from __future__ import annotations

from typing import Any

import boto3

from tests.clients.airflow.conftest import BUCKET, IMAGE, REGION, ROLE


def put(key: str, body: bytes) -> None:
    """Put an object into the bucket."""
    boto3.client("s3", region_name=REGION).put_object(Bucket=BUCKET, Key=key, Body=body)


def training(name: str = "train", **others: Any) -> dict[str, Any]:
    """Return the request of a training job."""
    return {
        "TrainingJobName": name,
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": f"s3://{BUCKET}/models"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 10,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        **others,
    }


def channel(prefix: str) -> dict[str, Any]:
    """Return a channel of input data from the bucket."""
    return {
        "ChannelName": "train",
        "DataSource": {
            "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/{prefix}"}
        },
    }


def model(name: str = "model") -> dict[str, Any]:
    """Return the request of a model."""
    return {
        "ModelName": name,
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"Image": IMAGE, "ModelDataUrl": f"s3://{BUCKET}/model.tar.gz"},
    }


def transform(name: str = "transform", model_name: str = "model") -> dict[str, Any]:
    """Return the request of a transform job."""
    return {
        "TransformJobName": name,
        "ModelName": model_name,
        "TransformInput": {
            "DataSource": {
                "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/input"}
            }
        },
        "TransformOutput": {"S3OutputPath": f"s3://{BUCKET}/output"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    }


def processing(name: str = "process") -> dict[str, Any]:
    """Return the request of a processing job."""
    return {
        "ProcessingJobName": name,
        "RoleArn": ROLE,
        "AppSpecification": {"ImageUri": IMAGE},
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 10,
            }
        },
    }


def tuning(name: str = "tune") -> dict[str, Any]:
    """Return the request of a tuning job."""
    definition = training(InputDataConfig=[channel("train")])
    del definition["TrainingJobName"]
    definition["AlgorithmSpecification"]["MetricDefinitions"] = [
        {"Name": "accuracy", "Regex": "accuracy=(.*)"}
    ]
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "accuracy"},
            "ResourceLimits": {
                "MaxNumberOfTrainingJobs": 4,
                "MaxParallelTrainingJobs": 2,
            },
            "ParameterRanges": {
                "ContinuousParameterRanges": [
                    {"Name": "rate", "MinValue": "0.1", "MaxValue": "0.9"}
                ]
            },
        },
        "TrainingJobDefinition": definition,
    }


def endpoint(name: str = "endpoint") -> dict[str, Any]:
    """Return the requests of a model, an endpoint configuration and an endpoint."""
    return {
        "Model": model(),
        "EndpointConfig": {
            "EndpointConfigName": f"{name}-config",
            "ProductionVariants": [
                {
                    "VariantName": "all",
                    "ModelName": "model",
                    "InitialInstanceCount": 1,
                    "InstanceType": "ml.m5.large",
                }
            ],
        },
        "Endpoint": {"EndpointName": name, "EndpointConfigName": f"{name}-config"},
    }
