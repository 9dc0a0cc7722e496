"""The field rules of endpoints and what is hosted on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagestub.engine.conditions import (
    BROKEN,
    Condition,
    among,
    at_least_one_of,
    at_most_one_of,
    between,
    count_at_most,
    exactly_one_of,
    forbids,
    holds,
    never,
    not_more,
    one_of,
    only_when,
    requires,
    unique,
    when,
)
from sagestub.engine.cross_fields import FieldRule, checked_by, within
from sagestub.engine.documents import values_at
from sagestub.engine.member_facts import Fact, Structure, absent, equals, given, true
from sagestub.kinds.field_rules.variants import VARIANT_RULES, VARIANTS

# EndpointConfig -----------------------------------------------------------------------------------

MEMORY_SIZES = (1024, 2048, 3072, 4096, 5120, 6144)
"""Megabytes that a serverless variant may have. Source: model, ProductionVariantServerlessConfig."""

CLARIFY = "ExplainerConfig.ClarifyExplainerConfig"


def _not_one_of_each(config: Structure) -> Mapping[str, Any] | None:
    shadows = config.get("ShadowProductionVariants", ())
    return BROKEN if shadows and len(shadows) + len(config["ProductionVariants"]) > 2 else None  # noqa: PLR2004


def _needs_role(config: Structure) -> Mapping[str, Any] | None:
    variants = [
        *values_at(config, "ProductionVariants[]"),
        *values_at(config, "ShadowProductionVariants[]"),
    ]
    bare = [v for v in variants if "ModelName" not in v and "InstancePools" not in v]
    return BROKEN if bare and "ExecutionRoleArn" not in config else None


def _scales_a_model(config: Structure) -> bool:
    variants = [
        *values_at(config, "ProductionVariants[]"),
        *values_at(config, "ShadowProductionVariants[]"),
    ]
    return any("ManagedInstanceScaling" in v and "ModelName" in v for v in variants)


SCALED_MODELS = Fact(
    "a variant has ManagedInstanceScaling and ModelName",
    ("ProductionVariants[].ManagedInstanceScaling", "ShadowProductionVariants[].ModelName"),
    _scales_a_model,
)

CONCURRENCY = FieldRule(
    not_more("ProvisionedConcurrency", "MaxConcurrency"),
    source="model, ProductionVariantServerlessConfig.ProvisionedConcurrency",
)

ENDPOINT_CONFIG = (
    FieldRule(
        unique("ProductionVariants[].VariantName", "ShadowProductionVariants[].VariantName"),
        text="Variant names must be unique within an endpoint configuration.",
        source="facts, hosting.yaml, EndpointConfig.notes",
    ),
    FieldRule(
        holds(
            "one production variant with one shadow variant",
            ("ProductionVariants", "ShadowProductionVariants"),
            _not_one_of_each,
        ),
        text=(
            "With ShadowProductionVariants, exactly one production variant and one shadow variant "
            "must be specified."
        ),
        source="model, CreateEndpointConfigInput.ShadowProductionVariants",
    ),
    FieldRule(
        forbids("AsyncInferenceConfig", SCALED_MODELS),
        text="ManagedInstanceScaling is not supported with the given EndpointConfig setup.",
        text_source="DIAGNijmegen/rse-grand-challenge#4659",
        source="DIAGNijmegen/rse-grand-challenge#4659",
    ),
    FieldRule(
        forbids(absent("AsyncInferenceConfig"), SCALED_MODELS),
        text="ManagedInstanceScaling is only supported for inference component endpoints.",
        text_source="hashicorp/terraform-provider-aws#45926",
        source="hashicorp/terraform-provider-aws#45926 and #48767",
    ),
    FieldRule(
        forbids(
            true("EnableNetworkIsolation"),
            "ProductionVariants[].ModelName",
            "ShadowProductionVariants[].ModelName",
        ),
        text="EnableNetworkIsolation is only supported for inference component endpoints.",
        source="hashicorp/terraform-provider-aws#48738",
    ),
    *(
        FieldRule(
            forbids("ShadowProductionVariants", member),
            text=f"Shadow variants can't be used with {sort} endpoints.",
            source="Developer Guide, shadow tests, exclusions",
        )
        for member, sort in (
            ("AsyncInferenceConfig", "asynchronous"),
            ("ProductionVariants[].ServerlessConfig", "serverless"),
            ("ShadowProductionVariants[].ServerlessConfig", "serverless"),
        )
    ),
    *within(
        VARIANTS,
        FieldRule(
            forbids("ServerlessConfig", "InstanceType", "InitialInstanceCount"),
            text="InstanceType and InitialInstanceCount can't be specified with ServerlessConfig.",
            source="model, ProductionVariant.ServerlessConfig",
        ),
        FieldRule(
            one_of("ServerlessConfig.MemorySizeInMB", *MEMORY_SIZES),
            text=(
                "MemorySizeInMB of a serverless variant must be one of: "
                f"{', '.join(map(str, MEMORY_SIZES))}."
            ),
            source="model, ProductionVariantServerlessConfig.MemorySizeInMB",
        ),
        *within("ServerlessConfig", CONCURRENCY),
        FieldRule(
            only_when(equals("RoutingStrategy", "PREFIX_AWARE"), "PrefixAwareRoutingConfig"),
            at="RoutingConfig",
            source="model, ProductionVariantRoutingConfig.PrefixAwareRoutingConfig",
        ),
        FieldRule(
            requires(
                equals("RoutingStrategy", "PREFIX_AWARE"),
                "PrefixAwareRoutingConfig.PrefixLength",
                "PrefixAwareRoutingConfig.ConcurrencyThreshold",
            ),
            at="RoutingConfig",
            source="model, PrefixAwareRoutingConfig",
        ),
    ),
    *VARIANT_RULES,
    *(
        FieldRule(
            forbids("CrossRegionTrafficConfig", member),
            text=(
                "CrossRegionTrafficConfig can't be specified with serverless variants or with "
                "AsyncInferenceConfig."
            ),
            source="model, CreateEndpointConfigInput.CrossRegionTrafficConfig",
        )
        for member in (
            "ProductionVariants[].ServerlessConfig",
            "AsyncInferenceConfig",
        )
    ),
    FieldRule(
        holds(
            "ExecutionRoleArn for variants without a model",
            ("ExecutionRoleArn", "ProductionVariants[].ModelName"),
            _needs_role,
        ),
        text="ExecutionRoleArn must be specified for a variant without a ModelName.",
        source="facts, hosting.yaml, EndpointConfig.notes",
    ),
    FieldRule(
        exactly_one_of("ShapBaseline", "ShapBaselineUri"),
        at=f"{CLARIFY}.ShapConfig.ShapBaselineConfig",
        source="model, ClarifyShapBaselineConfig",
    ),
    FieldRule(
        when(
            "FeatureTypes",
            holds(
                "a text among FeatureTypes",
                ("FeatureTypes",),
                lambda config: None if "text" in config["FeatureTypes"] else BROKEN,
            ),
        ),
        at=f"{CLARIFY}.InferenceConfig",
        text="FeatureTypes must have at least one 'text' string.",
        source="model, ClarifyInferenceConfig.FeatureTypes",
    ),
)

# Endpoint -----------------------------------------------------------------------------------------


def _percent(size: str, least: int, most: int) -> Condition:
    """Return the condition on a capacity size that is given as a percentage."""
    return when(equals(f"{size}.Type", "CAPACITY_PERCENT"), between(f"{size}.Value", least, most))


BLUE_GREEN = "DeploymentConfig.BlueGreenUpdatePolicy.TrafficRoutingConfiguration"
DEPLOYMENTS = (
    FieldRule(
        at_most_one_of("BlueGreenUpdatePolicy", "RollingUpdatePolicy"),
        at="DeploymentConfig",
        text="Only one update policy can be used in DeploymentConfig.",
        source="model, DeploymentConfig.BlueGreenUpdatePolicy",
    ),
    FieldRule(
        _percent("CanarySize", 1, 50),
        at=BLUE_GREEN,
        text="CanarySize must be less than or equal to 50% of the variant's total instance count.",
        source="model, TrafficRoutingConfig.CanarySize",
    ),
    FieldRule(
        _percent("LinearStepSize", 10, 50),
        at=BLUE_GREEN,
        text="LinearStepSize must be 10-50% of the variant's total instance count.",
        source="model, TrafficRoutingConfig.LinearStepSize",
    ),
    FieldRule(
        _percent("MaximumBatchSize", 5, 50),
        at="DeploymentConfig.RollingUpdatePolicy",
        text="MaximumBatchSize must be between 5% and 50% of the variant's total instance count.",
        source="model, RollingUpdatePolicy.MaximumBatchSize",
    ),
)
ENDPOINT = (
    *checked_by("CreateEndpoint UpdateEndpoint", *DEPLOYMENTS),
    *checked_by(
        "UpdateEndpointWeightsAndCapacities",
        *within("DesiredWeightsAndCapacities[].ServerlessUpdateConfig", CONCURRENCY),
    ),
)

# InferenceComponent -------------------------------------------------------------------------------

SPECIFICATIONS = "Specification | Specifications[]"


def _has_no_source(specification: Structure) -> Mapping[str, Any] | None:
    sources = ("BaseInferenceComponentName", "ModelName", "Container")
    return None if any(source in specification for source in sources) else BROKEN


def _untyped_among_several(request: Structure) -> Mapping[str, Any] | None:
    several = list(values_at(request, "Specifications[]"))
    untyped = any("InstanceType" not in specification for specification in several)
    return BROKEN if len(several) > 1 and untyped else None


BOTH_OPERATIONS = "CreateInferenceComponent UpdateInferenceComponent"
INFERENCE_COMPONENT = (
    *checked_by(
        BOTH_OPERATIONS,
        FieldRule(
            at_most_one_of("Specification", "Specifications"),
            source="model, CreateInferenceComponentInput.Specifications",
        ),
        FieldRule(
            holds(
                "ModelName, Container or BaseInferenceComponentName",
                ("BaseInferenceComponentName", "ModelName", "Container"),
                _has_no_source,
            ),
            at=SPECIFICATIONS,
            text="Either ModelName or Container must be specified in a specification.",
            source="facts, hosting.yaml, InferenceComponent.errors",
        ),
        FieldRule(
            holds(
                "InstanceType in each of several Specifications",
                ("Specifications[].InstanceType",),
                _untyped_among_several,
            ),
            text="InstanceType must be specified in each of several Specifications.",
            source="model, InferenceComponentSpecification.InstanceType",
        ),
        FieldRule(
            unique("Specifications[].InstanceType"),
            text="There can be one specification for the instance type {value} only.",
            source="model, CreateInferenceComponentInput.Specifications (one per instance type)",
        ),
        FieldRule(
            when(
                "AcceleratorPartitionType",
                one_of("NumberOfAcceleratorDevicesRequired", 1),
            ),
            at=(
                "Specification.ComputeResourceRequirements | "
                "Specifications[].ComputeResourceRequirements"
            ),
            text="NumberOfAcceleratorDevicesRequired must be 1 with AcceleratorPartitionType.",
            source="model, InferenceComponentComputeResourceRequirements.AcceleratorPartitionType",
        ),
    ),
    FieldRule(
        never(equals("RuntimeConfig.CopyCount", 0)),
        text="Inference components copy count an integer larger than 0",
        text_source="stdapi-ai/stdapi.ai#43",
        source="stdapi-ai/stdapi.ai#43",
    ),
    FieldRule(
        at_least_one_of("Specification", "Specifications"),
        text="Either Specification or Specifications must be specified.",
        source="facts, hosting.yaml, InferenceComponent.errors",
    ),
    *checked_by(
        "UpdateInferenceComponent",
        FieldRule(
            _percent("MaximumBatchSize", 5, 50),
            at="DeploymentConfig.RollingUpdatePolicy",
            text=(
                "MaximumBatchSize must be between 5% and 50% of the copy count of the inference "
                "component."
            ),
            source="model, InferenceComponentRollingUpdatePolicy.MaximumBatchSize",
        ),
    ),
)

# InferenceRouter ----------------------------------------------------------------------------------

INFERENCE_ROUTER = checked_by(
    "CreateInferenceRouter UpdateInferenceRouter",
    FieldRule(
        unique("RoutingTargets[].Name"),
        text="Names of routing targets must be unique within an inference router.",
        source="model, RoutingTarget.Name",
    ),
    FieldRule(
        unique("Destinations[].ResourceArn"),
        at="RoutingTargets[]",
        text="A destination can appear only once in a routing target.",
        source="model, RoutingTarget.Destinations",
    ),
    FieldRule(
        requires(equals("RoutingPreference", "InstancePoolOrder"), "AsyncInferenceConfig"),
        at="RoutingTargets[]",
        text=(
            "RoutingPreference InstancePoolOrder is supported only for asynchronous routing targets, "
            "which {Name} is not."
        ),
        source="model, RoutingTarget.RoutingPreference",
    ),
)

# InferenceExperiment ------------------------------------------------------------------------------

MODEL_VARIANTS = "ModelVariants[].VariantName"
SHADOW_MODE = "model, CreateInferenceExperimentRequest.ShadowModeConfig"
INFERENCE_EXPERIMENT = (
    FieldRule(
        among("ShadowModeConfig.SourceModelVariantName", MODEL_VARIANTS),
        source=SHADOW_MODE,
    ),
    FieldRule(
        among("ShadowModeConfig.ShadowModelVariants[].ShadowModelVariantName", MODEL_VARIANTS),
        source=SHADOW_MODE,
    ),
    FieldRule(
        unique(
            "ShadowModeConfig.SourceModelVariantName",
            "ShadowModeConfig.ShadowModelVariants[].ShadowModelVariantName",
        ),
        text="The model variant {value} can't be both the production and the shadow variant.",
        source=SHADOW_MODE,
    ),
)

# InferenceRecommendationsJob ----------------------------------------------------------------------

LONGEST_RECOMMENDATION = 18000
INPUT = "InputConfig"

INFERENCE_RECOMMENDATIONS_JOB = (
    FieldRule(
        exactly_one_of("ModelName", "ModelPackageVersionArn"),
        at=INPUT,
        text="Exactly one of ModelName or ModelPackageVersionArn must be specified in InputConfig.",
        source="aws/sagemaker-python-sdk 2, session.py, create_inference_recommendations_job",
    ),
    FieldRule(
        at_most_one_of("Phases", "Stairs"),
        at=f"{INPUT}.TrafficPattern",
        text="Specify either the stairs or the phases traffic pattern.",
        source="model, Stairs",
    ),
    FieldRule(
        requires(equals("TrafficType", "PHASES"), "Phases"),
        at=f"{INPUT}.TrafficPattern",
        source="model, TrafficPattern.TrafficType",
    ),
    FieldRule(
        requires(equals("TrafficType", "STAIRS"), "Stairs"),
        at=f"{INPUT}.TrafficPattern",
        source="model, TrafficPattern.TrafficType",
    ),
    FieldRule(
        not_more("TrafficPattern.Phases[].DurationInSeconds", "JobDurationInSeconds"),
        at=INPUT,
        text="DurationInSeconds of a phase should not exceed JobDurationInSeconds ({limit}).",
        source="model, Phase.DurationInSeconds",
    ),
    FieldRule(
        not_more("JobDurationInSeconds", LONGEST_RECOMMENDATION),
        at=INPUT,
        source="model, RecommendationJobInputConfig.JobDurationInSeconds",
    ),
    FieldRule(
        never(given("ServerlessConfig.ProvisionedConcurrency")),
        at=f"{INPUT}.EndpointConfigurations[]",
        text="ProvisionedConcurrency is not supported for Inference Recommender jobs.",
        source="model, ProductionVariantServerlessConfig.ProvisionedConcurrency",
    ),
    FieldRule(
        one_of("ServerlessConfig.MemorySizeInMB", *MEMORY_SIZES),
        at=f"{INPUT}.EndpointConfigurations[]",
        source="model, ProductionVariantServerlessConfig.MemorySizeInMB",
    ),
)

SCALING_RECOMMENDATION = (
    FieldRule(
        exactly_one_of("RecommendationId", "EndpointName"),
        text="Specify either RecommendationId or EndpointName.",
        source="model, GetScalingConfigurationRecommendationRequest.RecommendationId",
    ),
)

# Edge deployment ----------------------------------------------------------------------------------

MOST_STAGES = 10
EDGE_DEPLOYMENT_PLAN = (
    FieldRule(
        count_at_most(MOST_STAGES, "Stages[]"),
        text=f"A plan can have at most {MOST_STAGES} stages.",
        source="model, CreateEdgeDeploymentPlanRequest.Stages",
    ),
    FieldRule(
        unique("Stages[].StageName"),
        text="Stage names must be unique within a plan.",
        source="model, DeploymentStage.StageName",
    ),
)

# MonitoringSchedule -------------------------------------------------------------------------------

MONITORING_SCHEDULE = checked_by(
    "CreateMonitoringSchedule UpdateMonitoringSchedule",
    *within(
        "MonitoringScheduleConfig",
        FieldRule(
            exactly_one_of("MonitoringJobDefinition", "MonitoringJobDefinitionName"),
            text=(
                "Exactly one of MonitoringJobDefinition and MonitoringJobDefinitionName must be "
                "specified."
            ),
            source="facts, metadata.yaml, MonitoringSchedule.preconditions",
        ),
        FieldRule(
            requires("MonitoringJobDefinitionName", "MonitoringType"),
            text="MonitoringType must be specified with MonitoringJobDefinitionName.",
            source="facts, metadata.yaml, MonitoringSchedule.preconditions",
        ),
        FieldRule(
            requires(
                equals("ScheduleExpression", "NOW"), "DataAnalysisStartTime", "DataAnalysisEndTime"
            ),
            at="ScheduleConfig",
            text=(
                "DataAnalysisStartTime and DataAnalysisEndTime must be specified when "
                "ScheduleExpression is NOW."
            ),
            source="model, ScheduleConfig.DataAnalysisStartTime",
        ),
    ),
)
