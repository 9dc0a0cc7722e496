"""Models, endpoints and what is hosted on them."""

from __future__ import annotations

from typing import Any

from tests.kinds.field_rules.rows import ABSENT, IMAGE, ROLE, Row

CONTAINER = {"Image": IMAGE, "ModelDataUrl": "s3://bucket/model.tar.gz"}
FOLDER = {
    "S3DataSource": {
        "S3Uri": "s3://bucket/model/",
        "S3DataType": "S3Prefix",
        "CompressionType": "None",
    }
}
ENDPOINT_ARN = "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/{}"


def variant(name: str, **members: Any) -> dict[str, Any]:
    return {"VariantName": name, "ModelName": "churn", **members}


def on_instances(name: str, **members: Any) -> dict[str, Any]:
    return variant(name, InstanceType="ml.m5.large", InitialInstanceCount=1, **members)


def serverless(name: str, **members: Any) -> dict[str, Any]:
    return variant(name, ServerlessConfig={"MemorySizeInMB": 2048, "MaxConcurrency": 5, **members})


def percent(value: int) -> dict[str, Any]:
    return {"Type": "CAPACITY_PERCENT", "Value": value}


def blue_green(**routing: Any) -> dict[str, Any]:
    traffic = {"Type": "LINEAR", "WaitIntervalInSeconds": 60, **routing}
    return {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": traffic}}


ROLLING = {"MaximumBatchSize": percent(20), "WaitIntervalInSeconds": 60}
COMPUTE = {"MinMemoryRequiredInMb": 1024}
SPECIFICATION = {"ModelName": "churn", "ComputeResourceRequirements": COMPUTE}
DESTINATION = {"ResourceArn": ENDPOINT_ARN.format("one")}
MODEL_VARIANT = {
    "ModelName": "churn",
    "InfrastructureConfig": {
        "InfrastructureType": "RealTimeInference",
        "RealTimeInferenceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    },
}
STAGE = {
    "StageName": "first",
    "DeviceSelectionConfig": {"DeviceSubsetType": "PERCENTAGE", "Percentage": 9},
}
MONITORING_JOB = {
    "MonitoringInputs": [
        {"EndpointInput": {"EndpointName": "live", "LocalPath": "/opt/ml/processing/in"}}
    ],
    "MonitoringOutputConfig": {
        "MonitoringOutputs": [
            {"S3Output": {"S3Uri": "s3://b/o", "LocalPath": "/opt/ml/processing/out"}}
        ]
    },
    "MonitoringResources": {
        "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 9}
    },
    "MonitoringAppSpecification": {"ImageUri": IMAGE},
    "RoleArn": ROLE,
}
SCHEDULE = {
    "MonitoringScheduleName": "watch",
    "MonitoringScheduleConfig": {
        "MonitoringJobDefinition": MONITORING_JOB,
        "ScheduleConfig": {"ScheduleExpression": "cron(0 * ? * * *)"},
    },
}
CLARIFY = {
    "ClarifyExplainerConfig": {
        "InferenceConfig": {"FeatureTypes": ["text", "numerical"]},
        "ShapConfig": {"ShapBaselineConfig": {"ShapBaseline": "1,2"}},
    }
}
ROUTER = {
    "RoutingTargets": [{"Name": "first", "Destinations": [DESTINATION]}],
}

REQUESTS: dict[str, dict[str, Any]] = {
    "CreateModel": {
        "ModelName": "churn",
        "ExecutionRoleArn": ROLE,
        "Containers": [
            {**CONTAINER, "ContainerHostname": "first", "Environment": {"A": "1"}},
            {"Image": IMAGE, "ModelDataSource": FOLDER, "ContainerHostname": "second"},
        ],
    },
    "CreateEndpointConfig": {
        "EndpointConfigName": "live",
        "ProductionVariants": [on_instances("one")],
        "ShadowProductionVariants": [on_instances("two")],
        "ExplainerConfig": CLARIFY,
    },
    "CreateEndpoint": {
        "EndpointName": "live",
        "EndpointConfigName": "live",
        "DeploymentConfig": blue_green(LinearStepSize=percent(10), CanarySize=percent(50)),
    },
    "UpdateEndpoint": {
        "EndpointName": "live",
        "EndpointConfigName": "live",
        "DeploymentConfig": {"RollingUpdatePolicy": ROLLING},
    },
    "UpdateEndpointWeightsAndCapacities": {
        "EndpointName": "live",
        "DesiredWeightsAndCapacities": [
            {
                "VariantName": "one",
                "ServerlessUpdateConfig": {"MaxConcurrency": 5, "ProvisionedConcurrency": 5},
            }
        ],
    },
    "CreateInferenceComponent": {
        "InferenceComponentName": "part",
        "EndpointName": "live",
        "VariantName": "one",
        "Specification": SPECIFICATION,
        "RuntimeConfig": {"CopyCount": 1},
    },
    "UpdateInferenceComponent": {
        "InferenceComponentName": "part",
        "Specification": SPECIFICATION,
        "DeploymentConfig": {"RollingUpdatePolicy": ROLLING},
    },
    "CreateInferenceRouter": {"InferenceRouterName": "router", **ROUTER},
    "UpdateInferenceRouter": {"InferenceRouterName": "router", **ROUTER},
    "CreateInferenceExperiment": {
        "Name": "compare",
        "Type": "ShadowMode",
        "RoleArn": ROLE,
        "EndpointName": "live",
        "ModelVariants": [
            {**MODEL_VARIANT, "VariantName": "one"},
            {**MODEL_VARIANT, "VariantName": "two"},
        ],
        "ShadowModeConfig": {
            "SourceModelVariantName": "one",
            "ShadowModelVariants": [{"ShadowModelVariantName": "two", "SamplingPercentage": 50}],
        },
    },
    "CreateInferenceRecommendationsJob": {
        "JobName": "recommend",
        "JobType": "Advanced",
        "RoleArn": ROLE,
        "InputConfig": {
            "ModelName": "churn",
            "JobDurationInSeconds": 7200,
            "TrafficPattern": {
                "TrafficType": "PHASES",
                "Phases": [
                    {"InitialNumberOfUsers": 1, "SpawnRate": 1, "DurationInSeconds": 120},
                ],
            },
            "EndpointConfigurations": [
                {"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5}}
            ],
        },
    },
    "GetScalingConfigurationRecommendation": {
        "InferenceRecommendationsJobName": "recommend",
        "EndpointName": "live",
    },
    "CreateEdgeDeploymentPlan": {
        "EdgeDeploymentPlanName": "roll-out",
        "DeviceFleetName": "fleet",
        "ModelConfigs": [{"ModelHandle": "m", "EdgePackagingJobName": "package"}],
        "Stages": [STAGE],
    },
    "CreateMonitoringSchedule": SCHEDULE,
    "UpdateMonitoringSchedule": SCHEDULE,
}

MODEL = "CreateModel"
CONFIG = "CreateEndpointConfig"
SHAP = "ExplainerConfig.ClarifyExplainerConfig.ShapConfig.ShapBaselineConfig"
INFERENCE = "ExplainerConfig.ClarifyExplainerConfig.InferenceConfig"
ROUTING = "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration"
BATCH = "DeploymentConfig.RollingUpdatePolicy.MaximumBatchSize"
COMPONENT = "CreateInferenceComponent"
EXPERIMENT = "CreateInferenceExperiment"
RECOMMEND = "CreateInferenceRecommendationsJob"
MONITOR = "CreateMonitoringSchedule"
WATCH = "MonitoringScheduleConfig"
REGIONS = (
    "CrossRegionTrafficConfig can't be specified with serverless variants or with "
    "AsyncInferenceConfig."
)
CAP = {
    "CrossRegionTrafficConfig": {
        "MaxInvocationsPerSecondPerInstance": 5,
        "MaxCrossRegionPercentPerEndpoint": 50,
    }
}
CAPTURE = {
    "InitialSamplingPercentage": 50,
    "DestinationS3Uri": "s3://bucket/captured",
    "CaptureOptions": [{"CaptureMode": "Input"}],
}
ALONE = {"ShadowProductionVariants": ABSENT}
ASYNC = {"OutputConfig": {"S3OutputPath": "s3://bucket/out"}}
NO_SHADOW = "Shadow variants can't be used with serverless endpoints."
PACKAGE = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/trees"
ONE_DEFINITION = (
    "Exactly one of MonitoringJobDefinition and MonitoringJobDefinitionName must be specified."
)
CONCURRENCY = "ProvisionedConcurrency must be less than or equal to MaxConcurrency."
MEMORY = "must be one of: 1024, 2048, 3072, 4096, 5120, 6144."

ONE_MODEL = "Exactly one of ModelName or ModelPackageVersionArn must be specified in InputConfig."

ROWS = [
    Row("CreateInferenceRecommendationsJob", {"InputConfig.ModelName": ABSENT}, ONE_MODEL),
    Row(
        "CreateInferenceRecommendationsJob",
        {
            "InputConfig.ModelPackageVersionArn": (
                "arn:aws:sagemaker:eu-west-1:123456789012:model-package/churn/1"
            )
        },
        ONE_MODEL,
    ),
    Row(
        MODEL,
        {"PrimaryContainer": CONTAINER},
        "PrimaryContainer and Containers can't both be specified.",
    ),
    Row(
        MODEL,
        {"Containers.0.ModelDataSource": FOLDER},
        "ModelDataUrl and ModelDataSource can't both be specified for a container.",
    ),
    Row(
        MODEL,
        {"Containers": ABSENT, "PrimaryContainer": {"ModelDataUrl": "s3://bucket/model.tar.gz"}},
        "Either Image or ModelPackageName must be specified for a container.",
    ),
    Row(
        MODEL,
        {
            "Containers.0.ImageConfig": {
                "RepositoryAccessMode": "Platform",
                "RepositoryAuthConfig": {
                    "RepositoryCredentialsProviderArn": "arn:aws:lambda:eu-west-1:123456789012:f"
                },
            }
        },
        "ImageConfig.RepositoryAuthConfig can be specified only when "
        "ImageConfig.RepositoryAccessMode is Vpc.",
    ),
    Row(
        MODEL,
        {"Containers.0.Image": "docker.io/library/python:3.12"},
        'Using non-ECR image "docker.io/library/python:3.12" without Vpc repository access mode is '
        "not supported.",
    ),
    Row(
        MODEL,
        {"Containers.1.Mode": "MultiModel"},
        "ModelDataSource can't be used with multi-model endpoints.",
    ),
    Row(
        MODEL,
        {"Containers.1.ModelDataSource.S3DataSource.S3Uri": "s3://bucket/model"},
        "S3Uri s3://bucket/model must end with a forward slash, since S3DataType is S3Prefix.",
    ),
    Row(
        MODEL,
        {"Containers": ABSENT, "PrimaryContainer": {"Image": IMAGE, "ModelPackageName": PACKAGE}},
        "Specify one of either Image and Model Data URL or ModelPackageName in container "
        "definition.",
    ),
    Row(
        MODEL,
        {
            "Containers": [
                {**CONTAINER, "ContainerHostname": name, "Mode": "MultiModel"}
                for name in ("first", "second")
            ]
        },
        "More than one container in MultiModel mode is not supported with inference pipeline.",
    ),
    Row(
        MODEL,
        {"Containers.1.ContainerHostname": ABSENT},
        "ContainerHostname must be specified for every container or for none of them.",
    ),
    Row(
        MODEL,
        {"Containers.1.ContainerHostname": "first"},
        "ContainerHostname must be unique in a model.",
    ),
    Row(
        MODEL,
        {"Containers.0.Environment": {f"A{n:02}": "x" * 1024 for n in range(32)}},
        "The combined length of all Environment maps exceeds 32 KB.",
    ),
    Row(
        CONFIG,
        {"ShadowProductionVariants.0.VariantName": "one"},
        "Variant names must be unique within an endpoint configuration.",
    ),
    Row(
        CONFIG,
        {"ProductionVariants": [on_instances("one"), on_instances("three")]},
        "With ShadowProductionVariants, exactly one production variant and one shadow variant must "
        "be specified.",
    ),
    Row(
        CONFIG,
        {**ALONE, "ProductionVariants.0": {**serverless("one"), "InstanceType": "ml.m5.large"}},
        "InstanceType and InitialInstanceCount can't be specified with ServerlessConfig.",
    ),
    Row(
        CONFIG,
        {**ALONE, "ProductionVariants.0": serverless("one", MemorySizeInMB=2000)},
        f"MemorySizeInMB of a serverless variant {MEMORY}",
    ),
    Row(
        CONFIG,
        {**ALONE, "ProductionVariants.0": serverless("one", ProvisionedConcurrency=6)},
        CONCURRENCY,
    ),
    Row(
        CONFIG,
        {
            "ProductionVariants.0.InstanceType": "ml.g5.xlarge",
            "ProductionVariants.0.VolumeSizeInGB": 50,
        },
        "VolumeSize parameter is not allowed for the selected Instance type ml.g5.xlarge",
    ),
    Row(
        CONFIG,
        {"ProductionVariants.0.InstanceType": "ml.m5d.large", "KmsKeyId": "alias/key"},
        "KmsKeyId can't be specified for the instance type ml.m5d.large, which has local storage.",
    ),
    Row(
        CONFIG,
        {**ALONE, "ProductionVariants.0": serverless("one"), "DataCaptureConfig": CAPTURE},
        "Data capture is not supported for Serverless Inference",
    ),
    Row(
        CONFIG,
        {**ALONE, "ProductionVariants": [serverless("one"), serverless("two")]},
        "Multiple production variants are not supported for Serverless Inference",
    ),
    Row(
        COMPONENT,
        {"RuntimeConfig.CopyCount": 0},
        "Inference components copy count an integer larger than 0",
    ),
    Row(
        CONFIG,
        {"ProductionVariants.0.ManagedInstanceScaling": {"Status": "ENABLED"}},
        "ManagedInstanceScaling is only supported for inference component endpoints.",
    ),
    Row(
        CONFIG,
        {
            "ProductionVariants.0.RoutingConfig": {
                "RoutingStrategy": "RANDOM",
                "PrefixAwareRoutingConfig": {"PrefixLength": 1024, "ConcurrencyThreshold": 2},
            }
        },
        "PrefixAwareRoutingConfig can be specified only when RoutingStrategy is PREFIX_AWARE.",
    ),
    Row(
        CONFIG,
        {
            "ProductionVariants.0.RoutingConfig": {
                "RoutingStrategy": "PREFIX_AWARE",
                "PrefixAwareRoutingConfig": {"PrefixLength": 1024},
            }
        },
        "PrefixAwareRoutingConfig.ConcurrencyThreshold must be specified when RoutingStrategy is "
        "PREFIX_AWARE.",
    ),
    Row(CONFIG, {**CAP, **ALONE, "ProductionVariants.0": serverless("one")}, REGIONS),
    Row(CONFIG, {**CAP, **ALONE, "AsyncInferenceConfig": ASYNC}, REGIONS),
    Row(
        CONFIG,
        {"AsyncInferenceConfig": ASYNC},
        "Shadow variants can't be used with asynchronous endpoints.",
    ),
    Row(CONFIG, {"ProductionVariants.0": serverless("one")}, NO_SHADOW),
    Row(CONFIG, {"ShadowProductionVariants.0": serverless("two")}, NO_SHADOW),
    Row(
        CONFIG,
        {**ALONE, "EnableNetworkIsolation": True},
        "EnableNetworkIsolation is only supported for inference component endpoints.",
    ),
    Row(
        CONFIG,
        {
            **ALONE,
            "AsyncInferenceConfig": ASYNC,
            "ProductionVariants.0.ManagedInstanceScaling": {"Status": "ENABLED"},
        },
        "ManagedInstanceScaling is not supported with the given EndpointConfig setup.",
    ),
    Row(
        CONFIG,
        {"ProductionVariants.0.ModelName": ABSENT},
        "ExecutionRoleArn must be specified for a variant without a ModelName.",
    ),
    Row(
        CONFIG,
        {f"{SHAP}.ShapBaselineUri": "s3://bucket/baseline"},
        "Exactly one of ShapBaseline or ShapBaselineUri must be specified.",
    ),
    Row(
        CONFIG,
        {f"{INFERENCE}.FeatureTypes": ["numerical"]},
        "FeatureTypes must have at least one 'text' string.",
    ),
    Row(
        "CreateEndpoint",
        {"DeploymentConfig.RollingUpdatePolicy": ROLLING},
        "Only one update policy can be used in DeploymentConfig.",
    ),
    Row(
        "CreateEndpoint",
        {f"{ROUTING}.CanarySize": percent(51)},
        "CanarySize must be less than or equal to 50% of the variant's total instance count.",
    ),
    Row(
        "CreateEndpoint",
        {f"{ROUTING}.LinearStepSize": percent(9)},
        "LinearStepSize must be 10-50% of the variant's total instance count.",
    ),
    Row(
        "UpdateEndpoint",
        {BATCH: percent(51)},
        "MaximumBatchSize must be between 5% and 50% of the variant's total instance count.",
    ),
    Row(
        "UpdateEndpointWeightsAndCapacities",
        {"DesiredWeightsAndCapacities.0.ServerlessUpdateConfig.ProvisionedConcurrency": 6},
        CONCURRENCY,
    ),
    Row(
        COMPONENT,
        {"Specifications": [SPECIFICATION]},
        "Specification and Specifications can't both be specified.",
    ),
    Row(
        COMPONENT,
        {"Specification": ABSENT},
        "Either Specification or Specifications must be specified.",
    ),
    Row(
        COMPONENT,
        {"Specification.ModelName": ABSENT},
        "Either ModelName or Container must be specified in a specification.",
    ),
    Row(
        COMPONENT,
        {
            "Specification": ABSENT,
            "Specifications": [{**SPECIFICATION, "InstanceType": "ml.m5.large"}, SPECIFICATION],
        },
        "InstanceType must be specified in each of several Specifications.",
    ),
    Row(
        COMPONENT,
        {
            "Specification": ABSENT,
            "Specifications": [{**SPECIFICATION, "InstanceType": "ml.m5.large"}] * 2,
        },
        "There can be one specification for the instance type ml.m5.large only.",
    ),
    Row(
        COMPONENT,
        {
            "Specification.ComputeResourceRequirements": {
                **COMPUTE,
                "AcceleratorPartitionType": "mig-3g.40gb",
                "NumberOfAcceleratorDevicesRequired": 2,
            }
        },
        "NumberOfAcceleratorDevicesRequired must be 1 with AcceleratorPartitionType.",
    ),
    Row(
        "UpdateInferenceComponent",
        {BATCH: percent(4)},
        "MaximumBatchSize must be between 5% and 50% of the copy count of the inference component.",
    ),
    Row(
        "CreateInferenceRouter",
        {"RoutingTargets": [{"Name": "first", "Destinations": [DESTINATION]}] * 2},
        "Names of routing targets must be unique within an inference router.",
    ),
    Row(
        "UpdateInferenceRouter",
        {"RoutingTargets.0.Destinations": [DESTINATION, DESTINATION]},
        "A destination can appear only once in a routing target.",
    ),
    Row(
        "CreateInferenceRouter",
        {"RoutingTargets.0.RoutingPreference": "InstancePoolOrder"},
        "RoutingPreference InstancePoolOrder is supported only for asynchronous routing targets, "
        "which first is not.",
    ),
    Row(
        EXPERIMENT,
        {"ShadowModeConfig.SourceModelVariantName": "none"},
        "ShadowModeConfig.SourceModelVariantName none is not in ModelVariants.",
    ),
    Row(
        EXPERIMENT,
        {"ShadowModeConfig.ShadowModelVariants.0.ShadowModelVariantName": "none"},
        "ShadowModeConfig.ShadowModelVariants.ShadowModelVariantName none is not in ModelVariants.",
    ),
    Row(
        EXPERIMENT,
        {"ShadowModeConfig.SourceModelVariantName": "two"},
        "The model variant two can't be both the production and the shadow variant.",
    ),
    Row(
        RECOMMEND,
        {"InputConfig.TrafficPattern.Stairs": {"NumberOfSteps": 2}},
        "Specify either the stairs or the phases traffic pattern.",
    ),
    Row(
        RECOMMEND,
        {"InputConfig.TrafficPattern": {"TrafficType": "PHASES"}},
        "Phases must be specified when TrafficType is PHASES.",
    ),
    Row(
        RECOMMEND,
        {"InputConfig.TrafficPattern.TrafficType": "STAIRS"},
        "Stairs must be specified when TrafficType is STAIRS.",
    ),
    Row(
        RECOMMEND,
        {"InputConfig.JobDurationInSeconds": 119},
        "DurationInSeconds of a phase should not exceed JobDurationInSeconds (119).",
    ),
    Row(
        RECOMMEND,
        {"InputConfig.JobDurationInSeconds": 18001},
        "JobDurationInSeconds must be less than or equal to 18000.",
    ),
    Row(
        RECOMMEND,
        {"InputConfig.EndpointConfigurations.0.ServerlessConfig.ProvisionedConcurrency": 1},
        "ProvisionedConcurrency is not supported for Inference Recommender jobs.",
    ),
    Row(
        RECOMMEND,
        {"InputConfig.EndpointConfigurations.0.ServerlessConfig.MemorySizeInMB": 1025},
        f"ServerlessConfig.MemorySizeInMB {MEMORY}",
    ),
    Row(
        "GetScalingConfigurationRecommendation",
        {"RecommendationId": "recommend/abc"},
        "Specify either RecommendationId or EndpointName.",
    ),
    Row(
        "CreateEdgeDeploymentPlan",
        {"Stages": [{**STAGE, "StageName": f"stage-{n}"} for n in range(11)]},
        "A plan can have at most 10 stages.",
    ),
    Row(
        "CreateEdgeDeploymentPlan",
        {"Stages": [STAGE, STAGE]},
        "Stage names must be unique within a plan.",
    ),
    Row(
        MONITOR,
        {
            f"{WATCH}.MonitoringJobDefinitionName": "own",
            f"{WATCH}.MonitoringType": "DataQuality",
        },
        ONE_DEFINITION,
    ),
    Row("UpdateMonitoringSchedule", {f"{WATCH}.MonitoringJobDefinition": ABSENT}, ONE_DEFINITION),
    Row(
        MONITOR,
        {
            f"{WATCH}.MonitoringJobDefinition": ABSENT,
            f"{WATCH}.MonitoringJobDefinitionName": "own",
        },
        "MonitoringType must be specified with MonitoringJobDefinitionName.",
    ),
    Row(
        MONITOR,
        {
            f"{WATCH}.ScheduleConfig": {
                "ScheduleExpression": "NOW",
                "DataAnalysisStartTime": "-PT1H",
            }
        },
        "DataAnalysisStartTime and DataAnalysisEndTime must be specified when ScheduleExpression is "
        "NOW.",
    ),
]

KEPT: list[tuple[str, dict[str, Any]]] = [
    (MODEL, {"Containers": [], "PrimaryContainer": CONTAINER}),
    (CONFIG, {**CAP}),
    (CONFIG, {**ALONE, "ProductionVariants.0": serverless("one", ProvisionedConcurrency=5)}),
    (
        CONFIG,
        {
            **ALONE,
            "ExecutionRoleArn": ROLE,
            "ProductionVariants": [
                {
                    "VariantName": "one",
                    "InstanceType": "ml.m5.large",
                    "InitialInstanceCount": 1,
                    "ManagedInstanceScaling": {"Status": "ENABLED", "MinInstanceCount": 0},
                }
            ],
        },
    ),
    (
        CONFIG,
        {
            "ProductionVariants.0.RoutingConfig": {
                "RoutingStrategy": "PREFIX_AWARE",
                "PrefixAwareRoutingConfig": {"PrefixLength": 1024, "ConcurrencyThreshold": 2},
            }
        },
    ),
    ("CreateEndpoint", {f"{ROUTING}.CanarySize": {"Type": "INSTANCE_COUNT", "Value": 90}}),
    (COMPONENT, {"Specification": {"BaseInferenceComponentName": "base"}}),
    (
        "CreateInferenceRouter",
        {
            "RoutingTargets.0.RoutingPreference": "InstancePoolOrder",
            "RoutingTargets.0.AsyncInferenceConfig": {
                "OutputConfig": {
                    "S3OutputPath": "s3://bucket/out",
                    "S3FailurePath": "s3://bucket/failed",
                }
            },
        },
    ),
    (
        MONITOR,
        {
            f"{WATCH}.ScheduleConfig": {
                "ScheduleExpression": "NOW",
                "DataAnalysisStartTime": "-PT1H",
                "DataAnalysisEndTime": "-PT0H",
            }
        },
    ),
]
