"""Processing jobs, compilation jobs and AutoML jobs."""

from __future__ import annotations

from typing import Any

from tests.kinds.field_rules.rows import ABSENT, IMAGE, KEY, ROLE, Row


def s3_input(name: str, **members: Any) -> dict[str, Any]:
    """An input that is read from S3 into a folder of its name."""
    path = f"/opt/ml/processing/{name}"
    s3 = {"S3Uri": "s3://bucket/in", "S3DataType": "S3Prefix", "LocalPath": path, **members}
    return {"InputName": name, "S3Input": s3}


ATHENA = {
    "Catalog": "c",
    "Database": "d",
    "QueryString": "select 1",
    "OutputS3Uri": "s3://b/o",
    "OutputFormat": "PARQUET",
}
REDSHIFT = {
    "ClusterId": "c",
    "Database": "d",
    "DbUser": "u",
    "QueryString": "select 1",
    "ClusterRoleArn": ROLE,
    "OutputS3Uri": "s3://b/o",
    "OutputFormat": "CSV",
}
DATASET = {
    "AthenaDatasetDefinition": ATHENA,
    "LocalPath": "/opt/ml/processing/set",
}
TO_S3 = {
    "S3Uri": "s3://bucket/out",
    "LocalPath": "/opt/ml/processing/out",
    "S3UploadMode": "EndOfJob",
}
SMALL = {"InstanceType": "ml.m5.large"}
LARGE = {"InstanceType": "ml.m5.xlarge"}
TABULAR = {"TabularJobConfig": {"TargetAttributeName": "y", "Mode": "ENSEMBLING"}}
FORECAST = {
    "TimeSeriesForecastingJobConfig": {
        "ForecastFrequency": "1D",
        "ForecastHorizon": 7,
        "TimeSeriesConfig": {
            "TargetAttributeName": "y",
            "TimestampAttributeName": "t",
            "ItemIdentifierAttributeName": "i",
        },
    }
}
TEXT = {"TextClassificationJobConfig": {"ContentColumn": "c", "TargetLabelColumn": "y"}}
IMAGES: dict[str, Any] = {"ImageClassificationJobConfig": {}}
GENERATION = {"TextGenerationJobConfig": {"BaseModelName": "Falcon7B"}}


def auto_channel(kind: str = "training", s3: str = "S3Prefix", **members: Any) -> dict[str, Any]:
    source = {"S3DataType": s3, "S3Uri": "s3://bucket/in"}
    return {"ChannelType": kind, "DataSource": {"S3DataSource": source}, **members}


def choosing(*algorithms: str) -> dict[str, Any]:
    return {"AlgorithmsConfig": [{"AutoMLAlgorithms": [*algorithms]}]}


REQUESTS: dict[str, dict[str, Any]] = {
    "CreateProcessingJob": {
        "ProcessingJobName": "clean",
        "RoleArn": ROLE,
        "AppSpecification": {"ImageUri": IMAGE},
        "ProcessingInputs": [
            s3_input("raw", S3InputMode="Pipe", S3CompressionType="Gzip"),
            {"InputName": "set", "DatasetDefinition": DATASET},
        ],
        "ProcessingOutputConfig": {
            "Outputs": [
                {"OutputName": "clean", "S3Output": TO_S3},
                {
                    "OutputName": "store",
                    "FeatureStoreOutput": {"FeatureGroupName": "f"},
                    "AppManaged": True,
                },
            ]
        },
        "ProcessingResources": {
            "ClusterConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceCount": 1,
                "VolumeSizeInGB": 9,
            }
        },
    },
    "CreateCompilationJob": {
        "CompilationJobName": "neo",
        "RoleArn": ROLE,
        "InputConfig": {
            "S3Uri": "s3://bucket/model.tar.gz",
            "Framework": "PYTORCH",
            "FrameworkVersion": "1.8",
            "DataInputConfig": '{"input": [1, 3, 224, 224]}',
        },
        "OutputConfig": {
            "S3OutputLocation": "s3://bucket/out",
            "TargetPlatform": {"Os": "LINUX", "Arch": "ARM64", "Accelerator": "NVIDIA"},
            "CompilerOptions": '{"gpu-code": "sm_72"}',
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 900},
    },
    "CreateAutoMLJob": {
        "AutoMLJobName": "auto",
        "RoleArn": ROLE,
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
        "InputDataConfig": [
            auto_channel(TargetAttributeName="y", ContentType="text/csv;header=present"),
            auto_channel("validation", TargetAttributeName="y"),
        ],
        "ProblemType": "Regression",
        "AutoMLJobObjective": {"MetricName": "MSE"},
        "AutoMLJobConfig": {
            "Mode": "ENSEMBLING",
            "CandidateGenerationConfig": choosing("xgboost", "catboost"),
            "DataSplitConfig": {"ValidationFraction": 0.2},
        },
        "ModelDeployConfig": {"AutoGenerateEndpointName": True},
    },
    "CreateAutoMLJobV2": {
        "AutoMLJobName": "auto2",
        "RoleArn": ROLE,
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
        "AutoMLJobInputDataConfig": [
            auto_channel(ContentType="text/csv;header=present", CompressionType="Gzip"),
        ],
        "AutoMLProblemTypeConfig": TABULAR,
        "DataSplitConfig": {"ValidationFraction": 0.2},
        "ModelDeployConfig": {"EndpointName": "live"},
    },
}

JOB = "CreateProcessingJob"
CLUSTER = "ProcessingResources.ClusterConfig"
COMPILE = "CreateCompilationJob"
AUTO = "CreateAutoMLJob"
V2 = "CreateAutoMLJobV2"
PROBLEM = "AutoMLProblemTypeConfig"
SOURCE = "AutoMLJobInputDataConfig.0.DataSource.S3DataSource.S3DataType"
PLAIN = {"AutoMLJobInputDataConfig": [auto_channel()], "DataSplitConfig": ABSENT}
ONE_TARGET = "Exactly one of TargetDevice or TargetPlatform must be specified in OutputConfig."
BOTH = "ProblemType and AutoMLJobObjective must both be specified, or neither of them."
DEPLOY = "EndpointName must be specified if and only if AutoGenerateEndpointName is false."
FRACTION = "ValidationFraction must be greater than 0 and less than 1."
NOT_IN_AUTO = "AlgorithmsConfig should not be set if the training mode is AUTO."
ENSEMBLING = "The algorithm {} is not supported in the training mode ENSEMBLING."
TUNING = "The algorithm {} is not supported in the training mode HYPERPARAMETER_TUNING."
WEIGHTS = "SampleWeightAttributeName is available in the training mode ENSEMBLING only."
GZIP = "CompressionType Gzip is allowed for S3Prefix inputs on tabular data only."

ROWS = [
    Row(
        JOB,
        {
            "ProcessingResources.ClusterConfig.InstanceType": "ml.r5d.large",
            "ProcessingResources.ClusterConfig.VolumeKmsKeyId": KEY,
        },
        "VolumeKmsKeyId can't be specified for the instance type ml.r5d.large, which has local storage.",
    ),
    Row(
        JOB,
        {"AppSpecification.ImageUri": "churn:1"},
        "Invalid image URI churn:1. Please provide a valid Amazon Elastic Container Registry path of "
        "the Docker image to run.",
    ),
    Row(
        JOB,
        {"ProcessingInputs.1.InputName": "raw"},
        "InputName must be unique within the processing job.",
    ),
    Row(
        JOB,
        {"ProcessingOutputConfig.Outputs.1.OutputName": "clean"},
        "OutputName must be unique within the processing job.",
    ),
    Row(
        JOB,
        {"ProcessingInputs.0": {"InputName": "raw"}},
        "Exactly one of S3Input or DatasetDefinition must be specified for the input raw.",
    ),
    Row(
        JOB,
        {"ProcessingInputs.0.DatasetDefinition": DATASET},
        "Exactly one of S3Input or DatasetDefinition must be specified for the input raw.",
    ),
    Row(
        JOB,
        {"ProcessingOutputConfig.Outputs.0": {"OutputName": "clean"}},
        "Exactly one of S3Output or FeatureStoreOutput must be specified for the output clean.",
    ),
    Row(
        JOB,
        {"ProcessingInputs.1.DatasetDefinition.RedshiftDatasetDefinition": REDSHIFT},
        "Exactly one of AthenaDatasetDefinition or RedshiftDatasetDefinition must be specified.",
    ),
    Row(
        JOB,
        {"ProcessingInputs.0.S3Input.LocalPath": ABSENT},
        "LocalPath must be specified for the input raw, which is not AppManaged.",
    ),
    Row(
        JOB,
        {"ProcessingInputs.1.DatasetDefinition.LocalPath": ABSENT},
        "LocalPath must be specified for the input set, which is not AppManaged.",
    ),
    Row(
        JOB,
        {"ProcessingInputs.0.S3Input.LocalPath": "/opt/ml/in"},
        "LocalPath /opt/ml/in of the input raw must begin with /opt/ml/processing/.",
    ),
    Row(JOB, {"ProcessingInputs": [s3_input("a"), {**s3_input("a"), "InputName": "b"}]}, ""),
    Row(
        JOB,
        {"ProcessingInputs.0.S3Input.S3InputMode": "File"},
        "S3CompressionType Gzip can only be used when S3InputMode is Pipe.",
    ),
    Row(
        JOB,
        {"ProcessingOutputConfig.Outputs.1.AppManaged": False},
        "FeatureStoreOutput is only supported when AppManaged is specified.",
    ),
    Row(
        JOB,
        {f"{CLUSTER}.InstancePreferences": [LARGE]},
        "InstancePreferences can't be specified together with InstanceType.",
    ),
    Row(
        JOB,
        {f"{CLUSTER}.InstanceType": ABSENT},
        "At least one of InstancePreferences and InstanceType must be specified.",
    ),
    Row(
        JOB,
        {f"{CLUSTER}.InstanceType": ABSENT, f"{CLUSTER}.InstancePreferences": [SMALL, SMALL]},
        "InstanceType ml.m5.large can appear only once in InstancePreferences.",
    ),
    Row(
        JOB,
        {
            CLUSTER: {
                "VolumeSizeInGB": 9,
                "InstancePreferences": [{**SMALL, "InstanceCount": 1}, LARGE],
            }
        },
        "Either all InstancePreferences specify InstanceCount or none of them.",
    ),
    Row(
        JOB,
        {
            f"{CLUSTER}.InstanceType": ABSENT,
            f"{CLUSTER}.InstancePreferences": [{**SMALL, "InstanceCount": 1}],
        },
        "InstanceCount can't be specified both per instance preference and for the job.",
    ),
    Row(
        JOB,
        {CLUSTER: {"VolumeSizeInGB": 9, "InstancePreferences": [SMALL]}},
        "InstanceCount must be specified for every instance preference or for the job.",
    ),
    Row(
        JOB,
        {f"{CLUSTER}.SelectedInstanceType": "ml.m5.large"},
        "SelectedInstanceType is read-only and isn't accepted in CreateProcessingJob.",
    ),
    Row(
        JOB,
        {f"{CLUSTER}.SelectedInstanceCount": 1},
        "SelectedInstanceCount is read-only and isn't accepted in CreateProcessingJob.",
    ),
    Row(
        COMPILE,
        {"InputConfig": ABSENT},
        "Either InputConfig or ModelPackageVersionArn must be specified.",
    ),
    Row(
        COMPILE,
        {
            "ModelPackageVersionArn": "arn:aws:sagemaker:eu-west-1:123456789012:model-package/churn/1"
        },
        "InputConfig and ModelPackageVersionArn cannot be specified at the same time.",
    ),
    Row(COMPILE, {"OutputConfig.TargetDevice": "ml_c5"}, ONE_TARGET),
    Row(COMPILE, {"OutputConfig.TargetPlatform": ABSENT}, ONE_TARGET),
    Row(
        COMPILE,
        {"InputConfig.Framework": "XGBOOST"},
        "FrameworkVersion is not supported for the framework XGBOOST.",
    ),
    Row(
        COMPILE,
        {
            "OutputConfig.TargetPlatform": ABSENT,
            "OutputConfig.CompilerOptions": ABSENT,
            "OutputConfig.TargetDevice": "coreml",
        },
        (
            "Unsupported framework version field for target. Framework version is supported for "
            "Target Platform configuration and only part of target devices."
        ),
    ),
    Row(
        COMPILE,
        {"OutputConfig.CompilerOptions": ABSENT},
        "CompilerOptions must be specified for NVIDIA accelerators.",
    ),
    Row(AUTO, {"ProblemType": ABSENT}, BOTH),
    Row(AUTO, {"AutoMLJobObjective": ABSENT}, BOTH),
    Row(AUTO, {"ModelDeployConfig.EndpointName": "live"}, DEPLOY),
    Row(AUTO, {"ModelDeployConfig.AutoGenerateEndpointName": False}, DEPLOY),
    Row(
        AUTO,
        {"InputDataConfig.1.ContentType": "x-application/vnd.amazon+parquet"},
        "Channels for training and validation must share the same ContentType.",
    ),
    Row(
        AUTO,
        {"InputDataConfig.1.TargetAttributeName": "z"},
        "Channels for training and validation must share the same TargetAttributeName.",
    ),
    Row(AUTO, {"AutoMLJobConfig.DataSplitConfig.ValidationFraction": 1.0}, FRACTION),
    Row(AUTO, {"AutoMLJobConfig.Mode": "AUTO"}, NOT_IN_AUTO),
    Row(
        AUTO,
        {"AutoMLJobConfig.CandidateGenerationConfig": choosing("mlp")},
        ENSEMBLING.format("mlp"),
    ),
    Row(AUTO, {"AutoMLJobConfig.Mode": "HYPERPARAMETER_TUNING"}, TUNING.format("catboost")),
    Row(
        AUTO,
        {
            "AutoMLJobConfig": {"Mode": "HYPERPARAMETER_TUNING"},
            "InputDataConfig.0.SampleWeightAttributeName": "w",
        },
        WEIGHTS,
    ),
    Row(
        AUTO,
        {"InputDataConfig.0.DataSource.S3DataSource.S3DataType": "AugmentedManifestFile"},
        "S3DataType AugmentedManifestFile is available for AutoML jobs V2 only.",
    ),
    Row(V2, {"AutoMLJobObjective": {"MetricName": "MSE"}}, BOTH),
    Row(V2, {f"{PROBLEM}.TabularJobConfig.ProblemType": "Regression"}, BOTH),
    Row(V2, {"ModelDeployConfig": {}}, DEPLOY),
    Row(
        V2,
        {
            "AutoMLJobInputDataConfig": [
                auto_channel(ContentType="text/csv;header=present"),
                auto_channel("validation", ContentType="x-application/vnd.amazon+parquet"),
            ]
        },
        "Channels for training and validation must share the same ContentType.",
    ),
    Row(
        V2,
        {
            PROBLEM: FORECAST,
            "AutoMLJobInputDataConfig": [auto_channel()],
            "DataSplitConfig": {},
        },
        "DataSplitConfig must not be set for the time-series forecasting problem type.",
    ),
    Row(V2, {"DataSplitConfig.ValidationFraction": 0.0}, FRACTION),
    Row(
        V2,
        {
            f"{PROBLEM}.TabularJobConfig.Mode": "AUTO",
            f"{PROBLEM}.TabularJobConfig.CandidateGenerationConfig": choosing("xgboost"),
        },
        NOT_IN_AUTO,
    ),
    Row(
        V2,
        {f"{PROBLEM}.TabularJobConfig.CandidateGenerationConfig": choosing("deepar")},
        ENSEMBLING.format("deepar"),
    ),
    Row(
        V2,
        {
            f"{PROBLEM}.TabularJobConfig.Mode": "HYPERPARAMETER_TUNING",
            f"{PROBLEM}.TabularJobConfig.CandidateGenerationConfig": choosing("fastai"),
        },
        TUNING.format("fastai"),
    ),
    Row(
        V2,
        {
            **PLAIN,
            PROBLEM: {
                "TimeSeriesForecastingJobConfig": {
                    **FORECAST["TimeSeriesForecastingJobConfig"],
                    "CandidateGenerationConfig": choosing("xgboost"),
                }
            },
        },
        "The algorithm xgboost is not supported for time-series forecasting.",
    ),
    Row(
        V2,
        {
            f"{PROBLEM}.TabularJobConfig.Mode": "HYPERPARAMETER_TUNING",
            f"{PROBLEM}.TabularJobConfig.SampleWeightAttributeName": "w",
        },
        WEIGHTS,
    ),
    Row(
        V2,
        {
            **PLAIN,
            PROBLEM: {"ImageClassificationJobConfig": {"CompletionCriteria": {"MaxCandidates": 2}}},
        },
        "MaxCandidates must be 1 for this problem type.",
    ),
    Row(
        V2,
        {"AutoMLJobInputDataConfig": [auto_channel(s3="AugmentedManifestFile")]},
        "S3DataType AugmentedManifestFile is not supported for TabularJobConfig.",
    ),
    *(
        Row(
            V2,
            {**PLAIN, PROBLEM: problem, SOURCE: "ManifestFile"},
            f"S3DataType ManifestFile is not supported for {next(iter(problem))}.",
        )
        for problem in (TEXT, FORECAST, GENERATION)
    ),
    Row(V2, {SOURCE: "ManifestFile"}, GZIP),
    Row(V2, {PROBLEM: IMAGES}, GZIP),
]

KEPT: list[tuple[str, dict[str, Any]]] = [
    (JOB, {"ProcessingInputs.0.S3Input.LocalPath": "/opt/ml/processing"}),
    (
        JOB,
        {
            "ProcessingInputs.0": {
                "InputName": "raw",
                "AppManaged": True,
                "S3Input": {"S3Uri": "s3://bucket/in", "S3DataType": "S3Prefix"},
            }
        },
    ),
    (JOB, {CLUSTER: {"VolumeSizeInGB": 9, "InstanceCount": 1, "InstancePreferences": [SMALL]}}),
    (AUTO, {"ProblemType": ABSENT, "AutoMLJobObjective": ABSENT}),
    (AUTO, {"AutoMLJobConfig": {"Mode": "AUTO"}}),
    (V2, {**PLAIN, PROBLEM: FORECAST}),
    (V2, {**PLAIN, PROBLEM: IMAGES, SOURCE: "AugmentedManifestFile"}),
    (
        V2,
        {
            f"{PROBLEM}.TabularJobConfig.ProblemType": "Regression",
            "AutoMLJobObjective": {"MetricName": "MSE"},
        },
    ),
]
