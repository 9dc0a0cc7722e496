"""Training jobs, tuning jobs, transform jobs and algorithms."""

from __future__ import annotations

from typing import Any

from tests.kinds.field_rules.rows import ABSENT, IMAGE, KEY, ROLE, Row


def channel(name: str, **members: Any) -> dict[str, Any]:
    source = {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/data"}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}, **members}


def in_groups(name: str, *groups: str, kind: str = "S3Prefix") -> dict[str, Any]:
    source = {"S3DataType": kind, "S3Uri": "s3://bucket/data", "InstanceGroupNames": [*groups]}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def augmented(name: str) -> dict[str, Any]:
    source = {"S3DataType": "AugmentedManifestFile", "S3Uri": "s3://bucket/m", "AttributeNames": []}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


def group(name: str) -> dict[str, Any]:
    return {"InstanceType": "ml.m5.large", "InstanceCount": 1, "InstanceGroupName": name}


def rule(name: str) -> dict[str, Any]:
    return {"RuleConfigurationName": name, "RuleEvaluatorImage": IMAGE}


RESOURCES = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 10}
SMALL = {"InstanceType": "ml.m5.large"}
LARGE = {"InstanceType": "ml.m5.xlarge"}
PLAN = "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/large-plan"

DEFINITION = {
    "AlgorithmSpecification": {
        "TrainingImage": IMAGE,
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "loss", "Regex": "loss=(.*)"}],
    },
    "InputDataConfig": [channel("train"), channel("test", CompressionType="None")],
    "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
    "ResourceConfig": RESOURCES,
    "RoleArn": ROLE,
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}
RATE = {"Name": "rate", "MinValue": "0.1", "MaxValue": "0.9"}
DEPTH = {"Name": "depth", "MinValue": "1", "MaxValue": "9"}
CATEGORIES = {"Name": "booster", "Values": ["tree", "linear"]}
TRANSFORM = {
    "TransformInput": {
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/in"}}
    },
    "TransformOutput": {"S3OutputPath": "s3://bucket/out"},
    "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    "MaxConcurrentTransforms": 2,
    "MaxPayloadInMB": 50,
}
MANIFEST = {"S3DataType": "AugmentedManifestFile", "S3Uri": "s3://bucket/in"}

REQUESTS: dict[str, dict[str, Any]] = {
    "CreateTrainingJob": {
        **DEFINITION,
        "TrainingJobName": "churn",
        "DebugRuleConfigurations": [rule("loss")],
        "ProfilerRuleConfigurations": [rule("idle")],
        "ProfilerConfig": {"S3OutputPath": "s3://b/p", "ProfilingIntervalInMilliseconds": 500},
    },
    "UpdateTrainingJob": {
        "TrainingJobName": "churn",
        "ProfilerConfig": {"ProfilingIntervalInMilliseconds": 1000},
        "ProfilerRuleConfigurations": [rule("idle"), rule("cpu")],
    },
    "CreateHyperParameterTuningJob": {
        "HyperParameterTuningJobName": "tune",
        "HyperParameterTuningJobConfig": {
            "Strategy": "Bayesian",
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 2, "MaxParallelTrainingJobs": 1},
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ParameterRanges": {
                "ContinuousParameterRanges": [{**RATE, "ScalingType": "Logarithmic"}],
                "IntegerParameterRanges": [DEPTH],
                "CategoricalParameterRanges": [CATEGORIES],
            },
        },
        "TrainingJobDefinition": {**DEFINITION, "Environment": {"A": "1"}},
    },
    "CreateTransformJob": {**TRANSFORM, "TransformJobName": "score", "ModelName": "churn"},
    "CreateAlgorithm": {
        "AlgorithmName": "churn",
        "TrainingSpecification": {
            "TrainingImage": IMAGE,
            "SupportedTrainingInstanceTypes": ["ml.m5.large"],
            "SupportedHyperParameters": [
                {"Name": "rate", "Type": "Continuous", "IsRequired": True},
                {"Name": "depth", "Type": "Integer", "DefaultValue": "3", "IsRequired": False},
            ],
            "TrainingChannels": [
                {
                    "Name": "train",
                    "SupportedContentTypes": ["text/csv"],
                    "SupportedInputModes": ["File"],
                }
            ],
        },
        "ValidationSpecification": {
            "ValidationRole": ROLE,
            "ValidationProfiles": [
                {
                    "ProfileName": "one",
                    "TrainingJobDefinition": {
                        "TrainingInputMode": "File",
                        "InputDataConfig": [channel("train"), channel("test")],
                        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
                        "ResourceConfig": RESOURCES,
                        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
                    },
                    "TransformJobDefinition": TRANSFORM,
                }
            ],
        },
    },
}

JOB = "CreateTrainingJob"
TUNING = "CreateHyperParameterTuningJob"
CONFIG = "HyperParameterTuningJobConfig"
RANGES = f"{CONFIG}.ParameterRanges"
PROFILE = "ValidationSpecification.ValidationProfiles.0"
PREFERENCES = {"ResourceConfig": {"InstancePreferences": [SMALL, LARGE], "InstanceCount": 1}}
NO_WAIT = (
    "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
    "MaxRuntimeInSeconds"
)
NO_SPOT = "Invalid MaxWaitTimeInSeconds. It is only supported when EnableManagedSpotTraining is set to true"
TWO_WAYS = "InstanceType or InstanceCount cannot be specified with InstanceGroups"
ONE_ALGORITHM = (
    "Exactly one of TrainingImage or AlgorithmName must be specified in AlgorithmSpecification."
)
FILE_MODE = (
    "Invalid compression type for channel {}: File mode only supports NONE, got Gzip instead"
)
PIPE_MODE = (
    "S3DataType AugmentedManifestFile of channel {} can only be used with the input mode Pipe, got "
    "File instead."
)
NOT_A_RANGE = "The range [{}] of the hyperparameter {} is not valid."
INTERVALS = "ProfilerConfig.ProfilingIntervalInMilliseconds must be one of: 100, 200, 500, 1000, 5000, 60000."
TOO_LARGE = "MaxConcurrentTransforms * MaxPayloadInMB must not exceed 100 MB."
NO_MANIFEST = "S3DataType AugmentedManifestFile is not compatible with batch transform."

NO_METRICS = (
    "You can't override the metric definitions for Amazon SageMaker algorithms. Please retry the "
    "request without specifying metric definitions."
)
XGBOOST = "685385470294.dkr.ecr.eu-west-1.amazonaws.com/xgboost:1"

DEEPAR = "224300973850.dkr.ecr.eu-west-1.amazonaws.com/forecasting-deepar:1"
NO_CHECKPOINTS = "MaxWaitTimeInSeconds above 3600 is not supported for the given algorithm"
IMAGES = "685385470294.dkr.ecr.eu-west-1.amazonaws.com/image-classification:1"
NO_GPU = (
    "Instance type ml.m5.large is not supported by algorithm image-classification; only GPU instances "
    "are supported."
)
PRIVATE = (
    "TrainingImageConfig with TrainingRepositoryAccessMode set to VPC must be provided when using a "
    "training image from a private Docker registry. Please provideTrainingImageConfig and "
    "TrainingRepositoryAccessMode set to VPC when using a training image from a private Docker registry."
)
NO_END = (
    "MaxResource parameter is not provided and could not be inferred from provided static "
    "hyperparameters of TrainingJobDefinition."
)
NO_KEY = "VolumeKmsKeyId can't be specified for the instance type {}, which has local storage."
G5 = {"InstanceType": "ml.g5.xlarge", "InstanceCount": 1, "VolumeKmsKeyId": KEY}
TWO_MODES = "Cannot use both 'Pipe' and 'FastFile' TrainingInputMode on the same Training Job."

ROWS = [
    Row(JOB, {"AlgorithmSpecification.TrainingImage": "registry.example.com/churn:1"}, PRIVATE),
    Row(
        JOB,
        {
            "AlgorithmSpecification.TrainingImage": "docker.io/team/churn",
            "AlgorithmSpecification.TrainingImageConfig": {
                "TrainingRepositoryAccessMode": "Platform"
            },
        },
        PRIVATE,
    ),
    Row(
        JOB,
        {
            "AlgorithmSpecification.TrainingImage": IMAGES,
            "AlgorithmSpecification.MetricDefinitions": ABSENT,
        },
        NO_GPU,
    ),
    Row(
        JOB,
        {
            "ResourceConfig.InstanceType": "ml.g4dn.xlarge",
            "ResourceConfig.VolumeKmsKeyId": KEY,
        },
        NO_KEY.format("ml.g4dn.xlarge"),
    ),
    Row(
        TUNING,
        {"TrainingJobDefinition.ResourceConfig": {**G5, "VolumeSizeInGB": 10}},
        NO_KEY.format("ml.g5.xlarge"),
    ),
    Row(
        "CreateTransformJob",
        {"TransformResources": G5},
        NO_KEY.format("ml.g5.xlarge"),
    ),
    Row(TUNING, {f"{CONFIG}.Strategy": "Hyperband"}, NO_END),
    Row(
        JOB,
        {
            "AlgorithmSpecification.TrainingImage": DEEPAR,
            "AlgorithmSpecification.MetricDefinitions": ABSENT,
            "EnableManagedSpotTraining": True,
            "StoppingCondition.MaxWaitTimeInSeconds": 3601,
        },
        NO_CHECKPOINTS,
    ),
    Row(
        TUNING,
        {
            "TrainingJobDefinition.AlgorithmSpecification.TrainingImage": DEEPAR,
            "TrainingJobDefinition.AlgorithmSpecification.MetricDefinitions": ABSENT,
            "TrainingJobDefinition.EnableManagedSpotTraining": True,
            "TrainingJobDefinition.StoppingCondition.MaxWaitTimeInSeconds": 3601,
        },
        NO_CHECKPOINTS,
    ),
    Row(
        JOB,
        {"InputDataConfig": [channel("a", InputMode="Pipe"), channel("b", InputMode="FastFile")]},
        TWO_MODES,
    ),
    Row(
        TUNING,
        {
            "TrainingJobDefinition.AlgorithmSpecification.TrainingInputMode": "FastFile",
            "TrainingJobDefinition.InputDataConfig": [
                channel("a", InputMode="Pipe"),
                channel("b"),
            ],
        },
        TWO_MODES,
    ),
    Row(
        JOB,
        {"ResourceConfig.InstanceType": "ml.t3.medium"},
        "The requested resource training-job/ml.t3.medium is not available in this region",
        "ResourceLimitExceeded",
    ),
    Row(JOB, {"AlgorithmSpecification.TrainingImage": XGBOOST}, NO_METRICS),
    Row(
        TUNING, {"TrainingJobDefinition.AlgorithmSpecification.TrainingImage": XGBOOST}, NO_METRICS
    ),
    Row(JOB, {"AlgorithmSpecification.AlgorithmName": "own"}, ONE_ALGORITHM),
    Row(JOB, {"AlgorithmSpecification.TrainingImage": ABSENT}, ONE_ALGORITHM),
    Row(
        JOB,
        {"AlgorithmSpecification": ABSENT},
        "AlgorithmSpecification must be specified for a job that is not serverless.",
    ),
    Row(
        JOB,
        {"ResourceConfig": ABSENT},
        "ResourceConfig must be specified for a job that is not serverless.",
    ),
    Row(JOB, {"EnableManagedSpotTraining": True}, NO_WAIT),
    Row(
        JOB,
        {"EnableManagedSpotTraining": True, "StoppingCondition.MaxWaitTimeInSeconds": 59},
        NO_WAIT,
    ),
    Row(
        JOB,
        {"EnableManagedSpotTraining": True, "StoppingCondition": {"MaxWaitTimeInSeconds": 3600}},
        NO_WAIT,
    ),
    Row(JOB, {"StoppingCondition.MaxWaitTimeInSeconds": 60}, NO_SPOT),
    Row(
        JOB,
        {"ResourceConfig": {"InstanceGroups": [group("a")], "InstanceType": "ml.m5.large"}},
        TWO_WAYS,
    ),
    Row(JOB, {"ResourceConfig": {"InstanceGroups": [group("a")], "InstanceCount": 1}}, TWO_WAYS),
    Row(
        JOB,
        {"ResourceConfig": {"VolumeSizeInGB": 10}},
        "At least one of InstanceType, InstanceGroups and InstancePreferences must be specified.",
    ),
    Row(
        JOB,
        {"ResourceConfig": {"InstanceGroups": [group("a"), group("a")]}},
        "InstanceGroupName must be unique.",
    ),
    Row(
        JOB,
        {**PREFERENCES, "ResourceConfig.InstanceType": "ml.m5.large"},
        "InstancePreferences can't be specified together with InstanceType, InstanceGroups, "
        "InstancePlacementConfig or EnableManagedSpotTraining.",
    ),
    Row(
        JOB,
        {"ResourceConfig": {"InstancePreferences": [SMALL, SMALL], "InstanceCount": 1}},
        "InstanceType ml.m5.large can appear only once in InstancePreferences.",
    ),
    Row(
        JOB,
        {"ResourceConfig": {"InstancePreferences": [{**SMALL, "InstanceCount": 1}, LARGE]}},
        "Either all InstancePreferences specify InstanceCount or none of them.",
    ),
    Row(
        JOB,
        {
            "ResourceConfig": {
                "InstancePreferences": [{**SMALL, "InstanceCount": 1}],
                "InstanceCount": 1,
            }
        },
        "InstanceCount can't be specified both per instance preference and for the job.",
    ),
    Row(
        JOB,
        {"ResourceConfig": {"InstancePreferences": [SMALL]}},
        "InstanceCount must be specified for every instance preference or for the job.",
    ),
    Row(
        JOB,
        {"ResourceConfig.SelectedInstanceType": "ml.m5.large"},
        "SelectedInstanceType is read-only and isn't accepted in CreateTrainingJob.",
    ),
    Row(
        JOB,
        {"ResourceConfig.SelectedInstanceCount": 1},
        "SelectedInstanceCount is read-only and isn't accepted in CreateTrainingJob.",
    ),
    Row(
        JOB,
        {
            "ResourceConfig": {
                "InstancePreferences": [{**SMALL, "TrainingPlanArns": [PLAN]}],
                "InstanceCount": 1,
                "TrainingPlanArn": PLAN,
            }
        },
        "TrainingPlanArns of InstancePreferences can't be specified together with TrainingPlanArn.",
    ),
    Row(
        JOB,
        {
            "ResourceConfig.KeepAlivePeriodInSeconds": 60,
            "EnableManagedSpotTraining": True,
            "StoppingCondition.MaxWaitTimeInSeconds": 60,
        },
        "KeepAlivePeriodInSeconds is not supported with managed spot training.",
    ),
    Row(
        JOB,
        {"ResourceConfig": {"InstanceGroups": [group("a")], "KeepAlivePeriodInSeconds": 60}},
        "KeepAlivePeriodInSeconds is not supported with heterogeneous clusters.",
    ),
    Row(
        JOB,
        {"InputDataConfig": [channel("train"), channel("train")]},
        "Channel names must be unique.",
    ),
    Row(JOB, {"InputDataConfig.1.CompressionType": "Gzip"}, FILE_MODE.format("test")),
    Row(
        JOB,
        {
            "AlgorithmSpecification.TrainingInputMode": "Pipe",
            "InputDataConfig": [channel("train", CompressionType="Gzip", InputMode="File")],
        },
        FILE_MODE.format("train"),
    ),
    Row(JOB, {"InputDataConfig.0": augmented("train")}, PIPE_MODE.format("train")),
    Row(
        JOB,
        {
            "InputDataConfig": [in_groups("data", "a"), channel("code")],
            "ResourceConfig": {"InstanceGroups": [group("a")]},
        },
        "Some channels have assigned instance groups: [a] while others not: [code]",
    ),
    Row(
        JOB,
        {"ProfilerRuleConfigurations.0.RuleConfigurationName": "loss"},
        "RuleConfigurationName must be unique.",
    ),
    Row(
        JOB,
        {
            "DebugHookConfig": {
                "S3OutputPath": "s3://b/d",
                "CollectionConfigurations": [{"CollectionName": "w"}, {"CollectionName": "w"}],
            }
        },
        "CollectionName must be unique.",
    ),
    Row(JOB, {"ProfilerConfig.ProfilingIntervalInMilliseconds": 300}, INTERVALS),
    Row(
        JOB,
        {
            "ServerlessJobConfig": {
                "BaseModelArn": "arn:aws:sagemaker:eu-west-1:aws:hub-content/SageMakerPublicHub/"
                "Model/llama/1.0.0",
                "JobType": "Evaluation",
            }
        },
        "EvaluationType must be specified when JobType is Evaluation.",
    ),
    Row("UpdateTrainingJob", {"ProfilerConfig.ProfilingIntervalInMilliseconds": 1}, INTERVALS),
    Row(
        "UpdateTrainingJob",
        {"ProfilerRuleConfigurations.1.RuleConfigurationName": "idle"},
        "RuleConfigurationName must be unique.",
    ),
    Row(
        TUNING,
        {"TrainingJobDefinitions": [DEFINITION]},
        "TrainingJobDefinition and TrainingJobDefinitions can't both be specified.",
    ),
    Row(
        TUNING,
        {"TrainingJobDefinition": ABSENT},
        "Either TrainingJobDefinition or TrainingJobDefinitions must be specified.",
    ),
    Row(TUNING, {"TrainingJobDefinition.AlgorithmSpecification.AlgorithmName": "o"}, ONE_ALGORITHM),
    Row(
        TUNING,
        {
            "TrainingJobDefinition": ABSENT,
            "TrainingJobDefinitions": [{**DEFINITION, "EnableManagedSpotTraining": True}],
        },
        NO_WAIT,
    ),
    Row(TUNING, {"TrainingJobDefinition.StoppingCondition.MaxWaitTimeInSeconds": 60}, NO_SPOT),
    Row(
        TUNING,
        {"TrainingJobDefinition.InputDataConfig": [channel("a"), channel("a")]},
        "Channel names must be unique.",
    ),
    Row(
        TUNING,
        {"TrainingJobDefinition.InputDataConfig.0.CompressionType": "Gzip"},
        FILE_MODE.format("train"),
    ),
    Row(
        TUNING,
        {"TrainingJobDefinition.InputDataConfig": [augmented("train")]},
        PIPE_MODE.format("train"),
    ),
    Row(
        TUNING,
        {
            "TrainingJobDefinition.HyperParameterTuningResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstanceConfigs": [RESOURCES],
            }
        },
        "InstanceType, InstanceCount or VolumeSizeInGB can't be specified when InstanceConfigs is "
        "specified.",
    ),
    Row(
        TUNING,
        {f"{CONFIG}.StrategyConfig": {"HyperbandStrategyConfig": {"MinResource": 1}}},
        "StrategyConfig is supported only for the Hyperband strategy.",
    ),
    Row(
        TUNING,
        {
            f"{CONFIG}.Strategy": "Hyperband",
            f"{CONFIG}.StrategyConfig": {"HyperbandStrategyConfig": {"MaxResource": 9}},
            f"{CONFIG}.TrainingJobEarlyStoppingType": "Auto",
        },
        "TrainingJobEarlyStoppingType must be Off when the strategy is Hyperband.",
    ),
    Row(
        TUNING,
        {f"{CONFIG}.Strategy": "Grid"},
        "Only categorical parameters are supported when using the grid search strategy.",
    ),
    Row(
        TUNING,
        {f"{RANGES}.IntegerParameterRanges": [{**DEPTH, "Name": "rate"}]},
        "Hyperparameter names must be unique.",
    ),
    Row(
        TUNING,
        {f"{RANGES}.IntegerParameterRanges": [{**DEPTH, "Name": f"d{n}"} for n in range(29)]},
        "The ranges can't have more than 30 hyperparameters in all, got 31.",
    ),
    Row(
        TUNING,
        {f"{RANGES}.IntegerParameterRanges": [{**DEPTH, "MinValue": "10"}]},
        NOT_A_RANGE.format("10, 9", "depth"),
    ),
    Row(
        TUNING,
        {f"{RANGES}.IntegerParameterRanges": [{**DEPTH, "MaxValue": "1"}]},
        NOT_A_RANGE.format("1, 1", "depth"),
    ),
    Row(
        TUNING,
        {f"{RANGES}.CategoricalParameterRanges": [{**CATEGORIES, "Values": ["tree", "tree"]}]},
        "The value tree of the hyperparameter booster is given more than once.",
    ),
    Row(
        TUNING,
        {f"{RANGES}.ContinuousParameterRanges": [{**RATE, "MaxValue": "much"}]},
        NOT_A_RANGE.format("0.1, much", "rate"),
    ),
    Row(
        TUNING,
        {
            f"{RANGES}.ContinuousParameterRanges": [
                {**RATE, "MinValue": "0", "ScalingType": "Logarithmic"}
            ]
        },
        "Logarithmic scaling of the hyperparameter rate needs values greater than 0.",
    ),
    Row(
        TUNING,
        {
            f"{RANGES}.ContinuousParameterRanges": [
                {**RATE, "MaxValue": "1.0", "ScalingType": "ReverseLogarithmic"}
            ]
        },
        "ReverseLogarithmic scaling of the hyperparameter rate needs a range within 0 <= x < 1.0.",
    ),
    Row(
        TUNING,
        {
            "TrainingJobDefinition": ABSENT,
            "TrainingJobDefinitions": [
                {**DEFINITION, "Environment": {f"A{n}": "1" for n in range(25)}} for _ in range(2)
            ],
        },
        "The training job definitions can't have more than 48 environment variables in all, got 50.",
    ),
    Row("CreateTransformJob", {"MaxConcurrentTransforms": 3}, TOO_LARGE),
    Row("CreateTransformJob", {"MaxPayloadInMB": 101, "MaxConcurrentTransforms": 0}, TOO_LARGE),
    Row("CreateTransformJob", {"TransformInput.DataSource.S3DataSource": MANIFEST}, NO_MANIFEST),
    Row(
        "CreateAlgorithm",
        {"TrainingSpecification.SupportedHyperParameters.1.Name": "rate"},
        "Hyperparameter names must be unique.",
    ),
    Row(
        "CreateAlgorithm",
        {"TrainingSpecification.SupportedHyperParameters.1.IsRequired": True},
        "The hyperparameter depth can't be required, since it has a default value.",
    ),
    Row(
        "CreateAlgorithm",
        {f"{PROFILE}.TrainingJobDefinition.InputDataConfig.1.ChannelName": "train"},
        "Channel names must be unique.",
    ),
    Row(
        "CreateAlgorithm",
        {f"{PROFILE}.TrainingJobDefinition.InputDataConfig.1.CompressionType": "Gzip"},
        FILE_MODE.format("test"),
    ),
    Row(
        "CreateAlgorithm",
        {f"{PROFILE}.TrainingJobDefinition.InputDataConfig.0": augmented("train")},
        PIPE_MODE.format("train"),
    ),
    Row(
        "CreateAlgorithm",
        {
            f"{PROFILE}.TrainingJobDefinition.TrainingInputMode": "Pipe",
            f"{PROFILE}.TrainingJobDefinition.InputDataConfig.1.InputMode": "FastFile",
        },
        TWO_MODES,
    ),
    Row("CreateAlgorithm", {f"{PROFILE}.TransformJobDefinition.MaxPayloadInMB": 51}, TOO_LARGE),
    Row(
        "CreateAlgorithm",
        {
            f"{PROFILE}.TransformJobDefinition.TransformInput.DataSource.S3DataSource": MANIFEST,
        },
        NO_MANIFEST,
    ),
]

KEPT: list[tuple[str, dict[str, Any]]] = [
    (
        JOB,
        {"EnableManagedSpotTraining": True, "StoppingCondition.MaxWaitTimeInSeconds": 60},
    ),
    (
        JOB,
        {
            "AlgorithmSpecification.TrainingImage": DEEPAR.replace(
                "forecasting-deepar", "image-classification"
            ),
            "AlgorithmSpecification.MetricDefinitions": ABSENT,
            "ResourceConfig.InstanceType": "ml.p3.2xlarge",
            "EnableManagedSpotTraining": True,
            "StoppingCondition.MaxWaitTimeInSeconds": 7200,
        },
    ),
    (JOB, {"ResourceConfig.KeepAlivePeriodInSeconds": 60, "EnableManagedSpotTraining": False}),
    (JOB, {"ResourceConfig.KeepAlivePeriodInSeconds": 0, "ResourceConfig.InstanceGroups": []}),
    (
        JOB,
        {
            "InputDataConfig": [in_groups("data", "a"), in_groups("code", "b")],
            "ResourceConfig": {"InstanceGroups": [group("a"), group("b")]},
        },
    ),
    (JOB, PREFERENCES),
    (
        JOB,
        {
            "AlgorithmSpecification.TrainingInputMode": "Pipe",
            "InputDataConfig": [augmented("train"), channel("test", CompressionType="Gzip")],
        },
    ),
    (JOB, {"InputDataConfig": [{**augmented("train"), "InputMode": "Pipe"}]}),
    (
        TUNING,
        {
            f"{CONFIG}.Strategy": "Hyperband",
            f"{CONFIG}.StrategyConfig": {"HyperbandStrategyConfig": {"MaxResource": 9}},
        },
    ),
    (TUNING, {f"{CONFIG}.Strategy": "Grid", RANGES: {"CategoricalParameterRanges": [CATEGORIES]}}),
    (
        TUNING,
        {
            f"{CONFIG}.Strategy": "Hyperband",
            "TrainingJobDefinition.StaticHyperParameters": {"n_epochs": "9"},
        },
    ),
    (
        JOB,
        {
            "AlgorithmSpecification.TrainingImage": "registry.example.com/churn:1",
            "AlgorithmSpecification.TrainingImageConfig": {"TrainingRepositoryAccessMode": "Vpc"},
            "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
        },
    ),
    (JOB, {"AlgorithmSpecification.TrainingImage": "churn:1"}),
    (JOB, {"ResourceConfig.VolumeKmsKeyId": KEY}),
]
"""Requests that are near to breaking a rule and do not."""
