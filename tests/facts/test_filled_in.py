"""What the service fills in: members that no request gives, and values for what was left out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from docs.ledger import facts
from tests.facts import walks
from tests.model.creations import GIVEN, inputs_of, populated
from tests.model.test_every_operation import names_in, placed

PRESENT = [
    "jobs.EdgeDeploymentPlan.filled_in.CreationTime-LastModifiedTime",
    "jobs.PipelineExecution.filled_in.CreatedBy-LastModifiedBy",
    "hosting.Model.filled_in.ModelArn",
    "hosting.EndpointConfig.filled_in.EndpointConfigArn",
    "hosting.Endpoint.filled_in.EndpointArn",
    "hosting.InferenceComponent.filled_in.InferenceComponentArn",
    "hosting.InferenceComponent.filled_in.EndpointArn",
    "hosting.InferenceRouter.filled_in.InferenceRouterArn",
    "hosting.NotebookInstance.filled_in.NotebookInstanceArn",
    "hosting.NotebookInstanceLifecycleConfig.filled_in.NotebookInstanceLifecycleConfigArn",
    "hosting.Domain.filled_in.DomainArn",
    "hosting.UserProfile.filled_in.UserProfileArn",
    "hosting.Space.filled_in.SpaceArn",
    "hosting.Space.filled_in.HomeEfsFileSystemUid",
    "hosting.Space.filled_in.Url",
    "hosting.App.filled_in.AppArn",
    "hosting.App.filled_in.RecoveryMode",
    "hosting.AppImageConfig.filled_in.AppImageConfigArn",
    "hosting.StudioLifecycleConfig.filled_in.StudioLifecycleConfigArn",
    "hosting.Image.filled_in.ImageArn",
    "hosting.ImageVersion.filled_in.ImageVersionArn",
    "hosting.Cluster.filled_in.ClusterArn",
    "hosting.ClusterSchedulerConfig.filled_in.CreatedBy-LastModifiedBy",
    "hosting.ComputeQuota.filled_in.CreatedBy-LastModifiedBy",
    "hosting.MlflowTrackingServer.filled_in.TrackingServerArn",
    "hosting.MlflowTrackingServer.filled_in.CreatedBy-LastModifiedBy",
    "hosting.MlflowApp.filled_in.Arn",
    "hosting.MlflowApp.filled_in.CreatedBy-LastModifiedBy",
    "hosting.PartnerApp.filled_in.Arn",
    "hosting.Hub.filled_in.HubArn",
    "hosting.Hub.filled_in.CreatedBy-LastModifiedBy",
    "hosting.AIWorkloadConfig.filled_in.AIWorkloadConfigArn",
    "hosting.DeviceFleet.filled_in.DeviceFleetArn",
    "metadata.Experiment.filled_in.ExperimentArn",
    "metadata.Experiment.filled_in.CreationTime",
    "metadata.Experiment.filled_in.LastModifiedTime",
    "metadata.Experiment.filled_in.LastModifiedBy",
    "metadata.Trial.filled_in.TrialArn",
    "metadata.Trial.filled_in.DisplayName",
    "metadata.Trial.filled_in.CreationTime",
    "metadata.Trial.filled_in.CreatedBy",
    "metadata.Trial.filled_in.LastModifiedTime",
    "metadata.Trial.filled_in.LastModifiedBy",
    "metadata.TrialComponent.filled_in.TrialComponentArn",
    "metadata.TrialComponent.filled_in.DisplayName",
    "metadata.TrialComponent.filled_in.CreationTime",
    "metadata.TrialComponent.filled_in.CreatedBy",
    "metadata.TrialComponent.filled_in.LastModifiedTime",
    "metadata.TrialComponent.filled_in.LastModifiedBy",
    "metadata.TrialComponent.filled_in.LineageGroupArn",
    "metadata.Action.filled_in.ActionArn",
    "metadata.Action.filled_in.CreationTime",
    "metadata.Action.filled_in.CreatedBy",
    "metadata.Action.filled_in.LastModifiedTime",
    "metadata.Action.filled_in.LastModifiedBy",
    "metadata.Action.filled_in.LineageGroupArn",
    "metadata.Artifact.filled_in.ArtifactArn",
    "metadata.Artifact.filled_in.CreationTime",
    "metadata.Artifact.filled_in.CreatedBy",
    "metadata.Artifact.filled_in.LastModifiedTime",
    "metadata.Artifact.filled_in.LastModifiedBy",
    "metadata.Artifact.filled_in.LineageGroupArn",
    "metadata.Context.filled_in.ContextArn",
    "metadata.Context.filled_in.CreationTime",
    "metadata.Context.filled_in.CreatedBy",
    "metadata.Context.filled_in.LastModifiedTime",
    "metadata.Context.filled_in.LastModifiedBy",
    "metadata.Context.filled_in.LineageGroupArn",
    "metadata.ModelPackageGroup.filled_in.ModelPackageGroupArn",
    "metadata.ModelPackageGroup.filled_in.CreationTime",
    "metadata.ModelPackageGroup.filled_in.CreatedBy",
    "metadata.ModelPackageGroup.filled_in.ModelPackageGroupStatus",
    "metadata.ModelPackage.filled_in.ModelPackageArn",
    "metadata.ModelPackage.filled_in.ModelPackageStatus",
    "metadata.ModelPackage.filled_in.CreationTime",
    "metadata.ModelPackage.filled_in.CreatedBy",
    "metadata.Algorithm.filled_in.AlgorithmArn",
    "metadata.Algorithm.filled_in.CreationTime",
    "metadata.Algorithm.filled_in.AlgorithmStatus",
    "metadata.Algorithm.filled_in.AlgorithmStatusDetails",
    "metadata.ModelCard.filled_in.ModelCardArn",
    "metadata.ModelCard.filled_in.CreationTime",
    "metadata.ModelCard.filled_in.CreatedBy",
    "metadata.ModelCard.filled_in.LastModifiedTime",
    "metadata.ModelCard.filled_in.LastModifiedBy",
    "metadata.FeatureGroup.filled_in.FeatureGroupArn",
    "metadata.FeatureGroup.filled_in.FeatureGroupStatus",
    "metadata.FeatureGroup.filled_in.CreationTime",
    "metadata.MonitoringSchedule.filled_in.MonitoringScheduleArn",
    "metadata.MonitoringSchedule.filled_in.MonitoringScheduleStatus",
    "metadata.MonitoringSchedule.filled_in.CreationTime",
    "metadata.DataQualityJobDefinition.filled_in.JobDefinitionArn",
    "metadata.DataQualityJobDefinition.filled_in.CreationTime",
    "metadata.ModelQualityJobDefinition.filled_in.JobDefinitionArn",
    "metadata.ModelQualityJobDefinition.filled_in.CreationTime",
    "metadata.ModelBiasJobDefinition.filled_in.JobDefinitionArn",
    "metadata.ModelBiasJobDefinition.filled_in.CreationTime",
    "metadata.ModelExplainabilityJobDefinition.filled_in.JobDefinitionArn",
    "metadata.ModelExplainabilityJobDefinition.filled_in.CreationTime",
    "metadata.Pipeline.filled_in.PipelineArn",
    "metadata.Pipeline.filled_in.PipelineStatus",
    "metadata.Pipeline.filled_in.CreationTime",
    "metadata.Pipeline.filled_in.LastModifiedTime",
    "metadata.Pipeline.filled_in.CreatedBy",
    "metadata.Pipeline.filled_in.LastModifiedBy",
    "metadata.Pipeline.filled_in.PipelineDisplayName",
    "metadata.Project.filled_in.ProjectArn",
    "metadata.Project.filled_in.ProjectStatus",
    "metadata.Project.filled_in.CreationTime",
    "metadata.Project.filled_in.CreatedBy",
    "metadata.CodeRepository.filled_in.CodeRepositoryArn",
    "metadata.CodeRepository.filled_in.CreationTime",
    "metadata.CodeRepository.filled_in.LastModifiedTime",
    "metadata.FlowDefinition.filled_in.FlowDefinitionArn",
    "metadata.FlowDefinition.filled_in.FlowDefinitionStatus",
    "metadata.FlowDefinition.filled_in.CreationTime",
    "metadata.HumanTaskUi.filled_in.HumanTaskUiArn",
    "metadata.HumanTaskUi.filled_in.HumanTaskUiStatus",
    "metadata.HumanTaskUi.filled_in.CreationTime",
    "metadata.Workforce.filled_in.WorkforceArn",
    "metadata.Workforce.filled_in.SubDomain",
    "metadata.Workforce.filled_in.CreateDate",
    "metadata.Workforce.filled_in.LastUpdatedDate",
    "metadata.Workforce.filled_in.Status",
    "metadata.Workteam.filled_in.WorkteamArn",
    "metadata.Workteam.filled_in.SubDomain",
    "metadata.Workteam.filled_in.CreateDate",
    "metadata.Workteam.filled_in.LastUpdatedDate",
]
"""Facts that name members which Describe shows at some time of a resource's life."""


@pytest.mark.parametrize("name", PRESENT)
def test_member_is_there(name: str) -> None:
    told = re.sub(r" \([^)]*\)$", "", facts()[name].text)
    shown = {m for _, answer in walks.path(name.split(".")[1]).answers for m in answer}
    assert set(re.findall(r"\b[A-Z]\w+", told)) <= shown


FAILED = [
    "jobs.TransformJob.filled_in.FailureReason-on-Failed",
    "jobs.LabelingJob.filled_in.FailureReason",
    "jobs.ModelCardExportJob.filled_in.FailureReason",
]


@pytest.mark.parametrize("name", FAILED)
def test_failure_has_its_reason(name: str) -> None:
    """Describe shows it of what has failed, and of nothing else."""
    kind = name.split(".")[1]
    *before, (_, last) = walks.failed(kind)
    assert last["FailureReason"] == walks.REASON
    shown = [answer for _, answer in (*before, *walks.path(kind).answers)]
    assert not any("FailureReason" in answer for answer in shown)


ABSENT = object()
"""Stands for a member that is not sent."""

S3_CHANNEL = {
    "ChannelName": "train",
    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/data"}},
}
RULE = {"RuleConfigurationName": "rule", "RuleEvaluatorImage": "image"}
S3_INPUT = {
    "S3Uri": "s3://bucket/in",
    "LocalPath": "/opt/ml/processing/in",
    "S3DataType": "S3Prefix",
}
S3_OUTPUT = {
    "S3Uri": "s3://bucket/out",
    "LocalPath": "/opt/ml/processing/out",
    "S3UploadMode": "EndOfJob",
}
RANGES = {"ContinuousParameterRanges": [{"Name": "lr", "MinValue": "0", "MaxValue": "1"}]}
DEFINITION = {
    "AlgorithmSpecification": {
        "TrainingInputMode": "File",
        "TrainingImage": "image",
        "MetricDefinitions": [{"Name": "loss", "Regex": "loss=(.*)"}],
    },
    "RoleArn": "arn:aws:iam::123456789012:role/trainer",
    "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
    "ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1},
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}
TUNING = {
    "HyperParameterTuningJobConfig": {
        "Strategy": "Bayesian",
        "ResourceLimits": {"MaxParallelTrainingJobs": 1},
        "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
        "ParameterRanges": RANGES,
    },
    "TrainingJobDefinition": DEFINITION,
}
AUTO_LABELING = (
    "arn:aws:sagemaker:eu-west-1:568282634449:labeling-job-algorithm-specification/"
    "image-classification"
)
ADVICE = {"S3OutputLocation": "s3://bucket/out", "ModelPackageGroupIdentifier": "faster"}
NEEDED: dict[str, dict[str, Any]] = {
    # A job that is not serverless says on what it runs.
    "TrainingJob": {
        "AlgorithmSpecification": {"TrainingImage": "image", "TrainingInputMode": "File"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "VolumeSizeInGB": 1},
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
    },
    # A pattern of its own.
    "PartnerApp": {"Name": "app"},
}
"""Members without which no request of a kind is accepted, each with the reason."""

DEFAULTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "jobs.TrainingJob.filled_in.EnableNetworkIsolation-EnableInterContainerTrafficEncryption-EnableManagedSpotTraining": (
        {},
        {
            "EnableNetworkIsolation": False,
            "EnableInterContainerTrafficEncryption": False,
            "EnableManagedSpotTraining": False,
        },
    ),
    "jobs.TrainingJob.filled_in.AlgorithmSpecification-EnableSageMakerMetricsTimeSeries": (
        {},
        {"AlgorithmSpecification.EnableSageMakerMetricsTimeSeries": False},
    ),
    "jobs.TrainingJob.filled_in.OutputDataConfig-KmsKeyId": (
        {"OutputDataConfig": {"S3OutputPath": "s3://bucket/out"}},
        {"OutputDataConfig.KmsKeyId": "", "OutputDataConfig.CompressionType": "GZIP"},
    ),
    "jobs.TrainingJob.filled_in.ResourceConfig-InstanceCount": (
        {},
        {"ResourceConfig.InstanceCount": 1},
    ),
    "jobs.TrainingJob.filled_in.InputDataConfig-CompressionType-None-RecordWrapperType-None-S3DataDistributionType": (
        {"InputDataConfig": [S3_CHANNEL]},
        {
            "InputDataConfig.0.CompressionType": "None",
            "InputDataConfig.0.RecordWrapperType": "None",
            "InputDataConfig.0.DataSource.S3DataSource.S3DataDistributionType": "FullyReplicated",
        },
    ),
    "jobs.TrainingJob.filled_in.StoppingCondition-MaxRuntimeInSeconds": (
        {"StoppingCondition": None},
        {"StoppingCondition.MaxRuntimeInSeconds": 86400},
    ),
    "jobs.TrainingJob.filled_in.ProfilingStatus": ({}, {"ProfilingStatus": "Disabled"}),
    "jobs.TrainingJob.filled_in.DebugRuleConfigurations-VolumeSizeInGB-ProfilerRuleConfigurations-VolumeSizeInGB": (
        {
            "DebugRuleConfigurations": [RULE],
            "ProfilerRuleConfigurations": [{**RULE, "RuleConfigurationName": "other"}],
        },
        {
            "DebugRuleConfigurations.0.VolumeSizeInGB": 0,
            "ProfilerRuleConfigurations.0.VolumeSizeInGB": 0,
        },
    ),
    "jobs.ProcessingJob.filled_in.StoppingCondition-MaxRuntimeInSeconds": (
        {},
        {"StoppingCondition.MaxRuntimeInSeconds": 86400},
    ),
    "jobs.ProcessingJob.filled_in.ProcessingInputs-AppManaged-and-ProcessingOutputConfig-Outputs-AppManaged": (
        {
            "ProcessingInputs": [{"InputName": "in", "S3Input": S3_INPUT}],
            "ProcessingOutputConfig": {"Outputs": [{"OutputName": "out", "S3Output": S3_OUTPUT}]},
        },
        {
            "ProcessingInputs.0.AppManaged": False,
            "ProcessingOutputConfig.Outputs.0.AppManaged": False,
        },
    ),
    "jobs.ProcessingJob.filled_in.ProcessingInputs-S3Input-S3DataDistributionType-FullyReplicated-S3CompressionType-None": (
        {"ProcessingInputs": [{"InputName": "in", "S3Input": S3_INPUT}]},
        {
            "ProcessingInputs.0.S3Input.S3DataDistributionType": "FullyReplicated",
            "ProcessingInputs.0.S3Input.S3CompressionType": "None",
        },
    ),
    "jobs.ProcessingJob.filled_in.ProcessingOutputConfig-absent-when-none-was-given": (
        {},
        {"ProcessingOutputConfig": ABSENT},
    ),
    "jobs.TransformJob.filled_in.DataProcessing-InputFilter": (
        {},
        {"DataProcessing": {"InputFilter": "$", "OutputFilter": "$", "JoinSource": "None"}},
    ),
    "jobs.TransformJob.filled_in.TransformInput-CompressionType-None-and-SplitType-None": (
        {"TransformInput": {"DataSource": S3_CHANNEL["DataSource"]}},
        {"TransformInput.CompressionType": "None", "TransformInput.SplitType": "None"},
    ),
    "jobs.TransformJob.filled_in.TransformOutput-AssembleWith-None-and-KmsKeyId-when": (
        {"TransformOutput": {"S3OutputPath": "s3://bucket/out"}},
        {"TransformOutput.AssembleWith": "None", "TransformOutput.KmsKeyId": ""},
    ),
    "jobs.TransformJob.filled_in.MaxConcurrentTransforms-MaxPayloadInMB-BatchStrategy": (
        {},
        {"MaxConcurrentTransforms": ABSENT, "MaxPayloadInMB": ABSENT, "BatchStrategy": ABSENT},
    ),
    "jobs.HyperParameterTuningJob.filled_in.TrainingJobDefinition-StaticHyperParameters-gets-a-key-_tuning_objective_metric": (
        TUNING,
        {"TrainingJobDefinition.StaticHyperParameters": {"_tuning_objective_metric": "loss"}},
    ),
    "jobs.HyperParameterTuningJob.filled_in.ParameterRanges-ScalingType-Auto-when-not-given": (
        TUNING,
        {
            "HyperParameterTuningJobConfig.ParameterRanges.ContinuousParameterRanges.0"
            ".ScalingType": "Auto"
        },
    ),
    "jobs.HyperParameterTuningJob.filled_in.HyperParameterTuningJobConfig-TrainingJobEarlyStoppingType-Off-and-ResourceLimits-MaxNumberOfTrainingJobs": (
        TUNING,
        {"HyperParameterTuningJobConfig.TrainingJobEarlyStoppingType": "Off"},
    ),
    "jobs.HyperParameterTuningJob.filled_in.TrainingJobDefinition-EnableNetworkIsolation-EnableInterContainerTrafficEncryption-EnableManagedSpotTraining-false-and": (
        TUNING,
        {
            "TrainingJobDefinition.EnableNetworkIsolation": False,
            "TrainingJobDefinition.EnableInterContainerTrafficEncryption": False,
            "TrainingJobDefinition.EnableManagedSpotTraining": False,
        },
    ),
    "jobs.AutoMLJob.filled_in.GenerateCandidateDefinitionsOnly-false-when-not-given": (
        {},
        {"GenerateCandidateDefinitionsOnly": False},
    ),
    "jobs.LabelingJob.filled_in.StoppingConditions-computed-when-not-given": (
        {},
        {"StoppingConditions": {"MaxPercentageOfInputDatasetLabeled": 100}},
    ),
    "jobs.LabelingJob.filled_in.LabelingJobAlgorithmsConfig-LabelingJobResourceConfig": (
        {"LabelingJobAlgorithmsConfig": {"LabelingJobAlgorithmSpecificationArn": AUTO_LABELING}},
        {"LabelingJobAlgorithmsConfig.LabelingJobResourceConfig": {}},
    ),
    "jobs.InferenceRecommendationsJob.filled_in.StoppingConditions-FlatInvocations-default-Stop": (
        {"StoppingConditions": {"MaxInvocations": 10}},
        {"StoppingConditions.FlatInvocations": "Stop"},
    ),
    "jobs.AIRecommendationJob.filled_in.OutputConfig-becomes-AIRecommendationOutputResult": (
        {"OutputConfig": ADVICE},
        {"OutputConfig": ADVICE},
    ),
    "jobs.AIBenchmarkJob.notes.no-LastModifiedTime-member": ({}, {"LastModifiedTime": ABSENT}),
    "jobs.AIRecommendationJob.notes.no-LastModifiedTime-member": (
        {},
        {"LastModifiedTime": ABSENT},
    ),
    "hosting.EndpointConfig.filled_in.EnableNetworkIsolation": (
        {},
        {"EnableNetworkIsolation": False},
    ),
    "hosting.InferenceRouter.filled_in.tags-are-not-returned": (
        {"Tags": [{"Key": "team", "Value": "vision"}]},
        {"Tags": ABSENT},
    ),
    "hosting.NotebookInstance.filled_in.InstanceMetadataServiceConfiguration-MinimumInstanceMetadataServiceVersion": (
        {},
        {"InstanceMetadataServiceConfiguration.MinimumInstanceMetadataServiceVersion": "1"},
    ),
    "hosting.Domain.filled_in.DomainSettings-AppSecurityGroupManagement-only-when-relevant": (
        {},
        {"DomainSettings": ABSENT, "AppSecurityGroupManagement": ABSENT},
    ),
    "hosting.UserProfile.filled_in.UserSettings-absent-when-not-given": (
        {},
        {"UserSettings": ABSENT},
    ),
    "hosting.Space.filled_in.SpaceDisplayName-absent-when-not-given": (
        {},
        {"SpaceDisplayName": ABSENT},
    ),
    "hosting.Cluster.filled_in.Orchestrator-absent-for-a-Slurm-cluster": (
        {},
        {"Orchestrator": ABSENT},
    ),
    "hosting.MlflowApp.filled_in.KmsKeyId-absent-without-a-customer-key": (
        {},
        {"KmsKeyId": ABSENT},
    ),
    "hosting.PartnerApp.filled_in.EnableAutoMinorVersionUpgrade": (
        {},
        {"EnableAutoMinorVersionUpgrade": False},
    ),
    "metadata.DataQualityJobDefinition.filled_in.StoppingCondition-default-when-absent": (
        {},
        {"StoppingCondition.MaxRuntimeInSeconds": 3600},
    ),
    "metadata.ModelQualityJobDefinition.filled_in.StoppingCondition-default-when-absent": (
        {},
        {"StoppingCondition.MaxRuntimeInSeconds": 1800},
    ),
    "metadata.ModelBiasJobDefinition.filled_in.StoppingCondition-default-when-absent": (
        {},
        {"StoppingCondition.MaxRuntimeInSeconds": 1800},
    ),
    "metadata.ModelExplainabilityJobDefinition.filled_in.StoppingCondition-default-when-absent": (
        {},
        {"StoppingCondition.MaxRuntimeInSeconds": 3600},
    ),
    "metadata.ModelPackage.filled_in.CertifyForMarketplace-false": (
        {"ModelPackageName": "package"},
        {"CertifyForMarketplace": False},
    ),
    "metadata.ModelPackage.filled_in.ModelPackageStatusDetails": (
        {"ModelPackageName": "package"},
        {"ModelPackageStatusDetails.ValidationStatuses": []},
    ),
    "metadata.Workforce.filled_in.SourceIpConfig-Cidrs-when-absent": (
        {},
        {"Workforce.SourceIpConfig.Cidrs": []},
    ),
    "metadata.Workteam.filled_in.NotificationConfiguration": (
        {},
        {"Workteam.NotificationConfiguration": {}},
    ),
    "metadata.Workteam.filled_in.WorkerAccessConfiguration-default": (
        {},
        {
            "Workteam.WorkerAccessConfiguration.S3Presign.IamPolicyConstraints": {
                "SourceIp": "Disabled",
                "VpcSourceIp": "Disabled",
            }
        },
    ),
    "metadata.TrialComponent.lifecycle.initial": ({}, {"Status": ABSENT}),
    "metadata.TrialComponent.timestamps.StartTime": ({}, {"StartTime": ABSENT}),
    "metadata.TrialComponent.timestamps.EndTime": ({}, {"EndTime": ABSENT}),
}
"""By fact: members of the request beside the required ones (None: without), and what comes back."""


def least_request(sm: Any, kind: Any, more: dict[str, Any]) -> list[dict[str, Any]]:
    """Return requests with the required members, those of a kind's own, and more."""
    known = names_in(sm)
    known.update({f"{m.removesuffix('Arn')}Identifier": v for m, v in known.items()})
    own = frozenset({f"{kind.name}Name", kind.name_member, "Name"})
    fixed = {**NEEDED.get(kind.name, GIVEN.get(kind.name, {})), **more}
    found = []
    for generated in inputs_of(kind.create.name):
        given = {m: v for m, v in generated.items() if m in kind.create.required_input}
        request = {**placed(given, known, own), **fixed}
        found.append({m: v for m, v in request.items() if v is not None})
    return found


def at(answer: Any, path: str) -> Any:
    for part in path.split("."):
        if isinstance(answer, list):
            answer = answer[int(part)]
        elif part not in answer:
            return ABSENT
        else:
            answer = answer[part]
    return answer


def filled_in(kind_name: str, more: dict[str, Any]) -> dict[str, Any]:
    """Create a resource with the least that a request needs, and more; return its description."""
    with populated(without=kind_name) as (sm, client):
        kind = sm._kind(kind_name)
        assert kind.create is not None
        assert kind.describe is not None
        before = {id(resource) for resource in sm.resources(kind_name)}
        refusals = []
        for request in least_request(sm, kind, more):
            try:
                client._make_api_call(kind.create.name, request)
                break
            except ClientError as refusal:
                refusals.append(str(refusal))
        made = [r for r in sm.resources(kind_name) if id(r) not in before]
        assert made, refusals
        document = {"Identifier": made[-1].arn, **made[-1].document}
        naming = {m: document[m] for m in kind.describe.required_input}
        answer: dict[str, Any] = client._make_api_call(kind.describe.name, naming)
        return answer


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in DEFAULTS])
def test_default(name: str) -> None:
    more, expected = DEFAULTS[name]
    answer = filled_in(name.split(".")[1], more)
    assert {path: at(answer, path) for path in expected} == expected
