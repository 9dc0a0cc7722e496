"""What a request for a job refers to: facts of jobs.yaml, each kind's `references`."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import mock_sagemaker
from tests.conftest import shared_session

REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/sagemaker"
ARN = f"arn:aws:sagemaker:{REGION}:123456789012"
CLUSTER = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
S3 = "s3://bucket/prefix"
LIMITS = {"MaxRuntimeInSeconds": 60}
DEFINITION: dict[str, Any] = {
    "AlgorithmSpecification": {"TrainingInputMode": "File", "TrainingImage": "own:1"},
    "RoleArn": ROLE,
    "OutputDataConfig": {"S3OutputPath": S3},
    "ResourceConfig": CLUSTER,
    "StoppingCondition": LIMITS,
}
OWN_ALGORITHM: dict[str, Any] = {
    **DEFINITION,
    "AlgorithmSpecification": {"TrainingInputMode": "File", "AlgorithmName": "nil"},
}
TUNING = {
    "HyperParameterTuningJobName": "a",
    "HyperParameterTuningJobConfig": {
        "Strategy": "Random",
        "ResourceLimits": {"MaxParallelTrainingJobs": 1, "MaxNumberOfTrainingJobs": 1},
    },
}
OPTIMIZATION = {
    "OptimizationJobName": "a",
    "RoleArn": ROLE,
    "ModelSource": {"S3": {"S3Uri": S3}},
    "DeploymentInstanceType": "ml.g5.xlarge",
    "OptimizationConfigs": [{"ModelCompilationConfig": {"Image": "own:1"}}],
    "OutputConfig": {"S3OutputLocation": S3},
    "StoppingCondition": LIMITS,
}
BENCHMARK = {
    "AIBenchmarkJobName": "a",
    "BenchmarkTarget": {"Endpoint": {"Identifier": "there"}},
    "OutputConfig": {"S3OutputLocation": S3},
    "AIWorkloadConfigIdentifier": "there",
    "RoleArn": ROLE,
}
ADVICE = {
    "AIRecommendationJobName": "a",
    "ModelSource": {"S3": {"S3Uri": S3}},
    "OutputConfig": {"S3OutputLocation": S3},
    "AIWorkloadConfigIdentifier": f"{ARN}:ai-workload-config/nil",
    "PerformanceTarget": {"Constraints": [{"Metric": "cost"}]},
    "RoleArn": ROLE,
}

NO_PLAN = f"The training plan {ARN}:training-plan/nil does not exist."
NO_ALGORITHM = f"Algorithm {ARN}:algorithm/nil does not exist."
NO_ENDPOINT = f'Could not find endpoint "{ARN}:endpoint/nil".'
INVALID, NOT_FOUND = "ValidationException", "ResourceNotFound"

ROWS: list[tuple[str, str, dict[str, Any], str, str]] = [
    (
        "jobs.TrainingJob.references.TrainingImage-or-AlgorithmName",
        "CreateTrainingJob",
        {**OWN_ALGORITHM, "TrainingJobName": "a"},
        INVALID,
        NO_ALGORITHM,
    ),
    (
        "jobs.TrainingJob.references.TrainingPlanArn-ModelPackageConfig-group-when-given",
        "CreateTrainingJob",
        {
            **DEFINITION,
            "TrainingJobName": "a",
            "ResourceConfig": {**CLUSTER, "TrainingPlanArn": f"{ARN}:training-plan/nil"},
        },
        NOT_FOUND,
        NO_PLAN,
    ),
    (
        "jobs.TrainingJob.references.TrainingPlanArn-ModelPackageConfig-group-when-given",
        "CreateTrainingJob",
        {
            **DEFINITION,
            "TrainingJobName": "a",
            "ModelPackageConfig": {"ModelPackageGroupArn": f"{ARN}:model-package-group/nil"},
        },
        INVALID,
        f"ModelPackageGroup {ARN}:model-package-group/nil does not exist.",
    ),
    (
        "jobs.ProcessingJob.references.FeatureGroup-for-FeatureStoreOutput",
        "CreateProcessingJob",
        {
            "ProcessingJobName": "a",
            "ProcessingResources": {"ClusterConfig": CLUSTER},
            "AppSpecification": {"ImageUri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/own:1"},
            "RoleArn": ROLE,
            "ProcessingOutputConfig": {
                "Outputs": [
                    {
                        "OutputName": "rows",
                        "AppManaged": True,
                        "FeatureStoreOutput": {"FeatureGroupName": "nil"},
                    }
                ]
            },
        },
        NOT_FOUND,
        "Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name nil",
    ),
    (
        "jobs.HyperParameterTuningJob.references.AlgorithmName",
        "CreateHyperParameterTuningJob",
        {**TUNING, "TrainingJobDefinition": OWN_ALGORITHM},
        INVALID,
        NO_ALGORITHM,
    ),
    (
        "jobs.HyperParameterTuningJob.references.AlgorithmName",
        "CreateHyperParameterTuningJob",
        {**TUNING, "TrainingJobDefinitions": [{**OWN_ALGORITHM, "DefinitionName": "one"}]},
        INVALID,
        NO_ALGORITHM,
    ),
    (
        "jobs.HyperParameterTuningJob.references.parent-tuning-jobs-in-WarmStartConfig",
        "CreateHyperParameterTuningJob",
        {
            **TUNING,
            "TrainingJobDefinition": DEFINITION,
            "WarmStartConfig": {
                "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "nil"}],
                "WarmStartType": "TransferLearning",
            },
        },
        NOT_FOUND,
        "Amazon SageMaker can't find a tuning job called nil. Type another name.",
    ),
    (
        "jobs.EdgeDeploymentPlan.references.DeviceFleetName",
        "CreateEdgeDeploymentPlan",
        {
            "EdgeDeploymentPlanName": "a",
            "DeviceFleetName": "nil",
            "ModelConfigs": [{"ModelHandle": "a", "EdgePackagingJobName": "there"}],
        },
        INVALID,
        "No devicefleet with name nil",
    ),
    (
        "jobs.InferenceRecommendationsJob.references.Endpoints",
        "CreateInferenceRecommendationsJob",
        {
            "JobName": "a",
            "JobType": "Default",
            "RoleArn": ROLE,
            "InputConfig": {"ModelName": "there", "Endpoints": [{"EndpointName": "nil"}]},
        },
        INVALID,
        NO_ENDPOINT,
    ),
    (
        "jobs.OptimizationJob.references.ModelSource-S3-or-model",
        "CreateOptimizationJob",
        {**OPTIMIZATION, "ModelSource": {"SageMakerModel": {"ModelName": "nil"}}},
        INVALID,
        f'Could not find model "{ARN}:model/nil".',
    ),
    (
        "jobs.OptimizationJob.references.TrainingPlanArns",
        "CreateOptimizationJob",
        {**OPTIMIZATION, "TrainingPlanArns": [f"{ARN}:training-plan/nil"]},
        NOT_FOUND,
        NO_PLAN,
    ),
    (
        "jobs.AIBenchmarkJob.references.AIWorkloadConfigIdentifier",
        "CreateAIBenchmarkJob",
        {**BENCHMARK, "AIWorkloadConfigIdentifier": "nil"},
        NOT_FOUND,
        "Amazon SageMaker can't find an ai workload config called nil.",
    ),
    (
        "jobs.AIBenchmarkJob.references.BenchmarkTarget-endpoint",
        "CreateAIBenchmarkJob",
        {**BENCHMARK, "BenchmarkTarget": {"Endpoint": {"Identifier": "nil"}}},
        INVALID,
        NO_ENDPOINT,
    ),
    (
        "jobs.AIRecommendationJob.references.AIWorkloadConfigIdentifier",
        "CreateAIRecommendationJob",
        ADVICE,
        NOT_FOUND,
        f"Amazon SageMaker can't find an ai workload config called {ARN}:ai-workload-config/nil.",
    ),
    (
        "jobs.TrainingSession.references.ModelConfig-base-model",
        "CreateTrainingSession",
        {
            "TrainingSessionName": "a",
            "LoraConfig": {"Rank": 8, "Alpha": 16},
            "RoleArn": ROLE,
            "ModelConfig": {"BaseModelArn": f"{ARN}:hub-content/there/Model/nil/1.0.0"},
            "OutputConfig": {"S3Location": {"Path": S3}},
        },
        NOT_FOUND,
        f"Hub content {ARN}:hub-content/there/Model/nil/1.0.0 does not exist.",
    ),
]
"""The fact, a request that names what is not there, and the refusal; all else that it names is there."""

IDS = [f"{row[0]}-{number}" for number, row in enumerate(ROWS)]

THERE = ("Endpoint", "Model", "AIWorkloadConfig", "EdgePackagingJob", "Hub")


@pytest.mark.parametrize(("fact", "operation", "request_", "code", "text"), ROWS, ids=IDS)
def test_what_a_job_refers_to_must_exist(
    fact: str, operation: str, request_: dict[str, Any], code: str, text: str
) -> None:
    with mock_sagemaker() as sm:
        client = shared_session().client("sagemaker", region_name=REGION)
        for kind in THERE:
            sm.add(kind, REGION, **{f"{kind}Name": "there"})  # type: ignore[arg-type]
        before = len(sm.resources())
        with pytest.raises(ClientError) as refused:
            client._make_api_call(operation, request_)
        assert refused.value.response["Error"]["Code"] == code
        assert refused.value.response["Error"]["Message"] == text
        assert len(sm.resources()) == before


@pytest.mark.parametrize(("fact", "operation", "request_", "code", "text"), ROWS, ids=IDS)
def test_it_need_not_when_references_are_ignored(
    fact: str, operation: str, request_: dict[str, Any], code: str, text: str
) -> None:
    with mock_sagemaker(references="ignore") as sm:
        shared_session().client("sagemaker", region_name=REGION)._make_api_call(operation, request_)
        assert operation.removeprefix("Create") in {r.kind.name for r in sm.resources()}


def test_an_algorithm_of_another_account_cannot_be_seen(client: Any) -> None:
    arn = f"arn:aws:sagemaker:{REGION}:865070037744:algorithm/of-the-marketplace"
    bought = {"TrainingInputMode": "File", "AlgorithmName": arn}
    client.create_training_job(
        **{**DEFINITION, "TrainingJobName": "a", "AlgorithmSpecification": bought}
    )
    shown = client.describe_training_job(TrainingJobName="a")
    assert shown["AlgorithmSpecification"]["AlgorithmName"] == arn


@pytest.mark.parametrize("version", ["", "/1.0.0"])
def test_a_base_model_of_an_own_hub_is_found(sm: Any, client: Any, version: str) -> None:
    content = {"HubContentType": "Model", "HubContentName": "m", "HubContentVersion": "1.0.0"}
    sm.add("HubContent", REGION, HubName="own", **content)
    client.create_training_session(
        TrainingSessionName="a",
        LoraConfig={"Rank": 8, "Alpha": 16},
        RoleArn=ROLE,
        ModelConfig={"BaseModelArn": f"{ARN}:hub-content/own/Model/m{version}"},
        OutputConfig={"S3Location": {"Path": S3}},
    )
    assert sm.get("TrainingSession", "a").status == "Created"


def test_a_workload_is_named_by_its_arn_too(sm: Any, client: Any) -> None:
    sm.add("Endpoint", REGION, EndpointName="there")
    workload = sm.add("AIWorkloadConfig", REGION, AIWorkloadConfigName="load")
    client.create_ai_benchmark_job(**{**BENCHMARK, "AIWorkloadConfigIdentifier": workload.arn})
    (listed,) = client.list_ai_benchmark_jobs()["AIBenchmarkJobs"]
    assert listed["AIWorkloadConfigName"] == "load"
