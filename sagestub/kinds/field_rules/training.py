"""The field rules of training jobs, transform jobs and algorithms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagestub.engine.conditions import (
    BROKEN,
    at_least_one_of,
    exactly_one_of,
    forbids,
    holds,
    in_all_or_none,
    never,
    one_of,
    only_when,
    product_at_most,
    requires,
    unique,
    when,
)
from sagestub.engine.cross_fields import FieldRule, checked_by, within
from sagestub.engine.documents import values_at
from sagestub.engine.member_facts import (
    Structure,
    above_zero,
    absent,
    equals,
    given,
    is_given,
    true,
    value_at,
)
from sagestub.kinds.field_rules.built_in import (
    algorithm_of,
    is_built_in,
    keeps_checkpoints,
    needs_gpu,
)
from sagestub.kinds.field_rules.container_images import is_elsewhere
from sagestub.kinds.field_rules.local_storage import VOLUME_KEY

LONGEST_RUN_BY_DEFAULT = 86400
"""Seconds that a job may run without MaxRuntimeInSeconds. Source: model, StoppingCondition."""

LONGEST_WAIT = 3600
"""Seconds that spot training may wait without checkpoints. Source: Developer Guide, Managed Spot Training."""

UNAVAILABLE_INSTANCES = ("ml.t3.medium",)
"""Instance types of the enumeration that no training job can have.

Source: failed steps of a public pipeline (eu-west-1), public notes on script mode: the same refusal.
"""

PROFILING_INTERVALS = (100, 200, 500, 1000, 5000, 60000)

# Parts that several requests have -----------------------------------------------------------------

IMAGE_OR_ALGORITHM = FieldRule(
    exactly_one_of("TrainingImage", "AlgorithmName"),
    at="AlgorithmSpecification",
    text=(
        "Exactly one of TrainingImage or AlgorithmName must be specified in AlgorithmSpecification."
    ),
    source="model, AlgorithmSpecification.AlgorithmName; HyperParameterAlgorithmSpecification",
)


def _measured_already(job: Structure) -> Mapping[str, Any] | None:
    algorithm = job["AlgorithmSpecification"]
    own = is_given(algorithm, "MetricDefinitions")
    return BROKEN if own and is_built_in(algorithm.get("TrainingImage", "")) else None


METRICS = FieldRule(
    when(
        "AlgorithmSpecification",
        holds(
            "no MetricDefinitions with the TrainingImage of a built-in algorithm",
            ("AlgorithmSpecification.TrainingImage", "AlgorithmSpecification.MetricDefinitions"),
            _measured_already,
        ),
    ),
    text=(
        "You can't override the metric definitions for Amazon SageMaker algorithms. Please retry the "
        "request without specifying metric definitions."
    ),
    text_source="awslabs/mlspace, backend/src/ml_space_lambda/training_job",
    source="awslabs/mlspace, backend/src/ml_space_lambda/training_job",
)


def _waits_too_short(job: Structure) -> Mapping[str, Any] | None:
    wait = value_at(job, "StoppingCondition.MaxWaitTimeInSeconds")
    longest = value_at(job, "StoppingCondition.MaxRuntimeInSeconds") or LONGEST_RUN_BY_DEFAULT
    return BROKEN if wait is None or wait < longest else None


def _waits_too_long(job: Structure) -> Mapping[str, Any] | None:
    wait = value_at(job, "StoppingCondition.MaxWaitTimeInSeconds")
    image = value_at(job, "AlgorithmSpecification.TrainingImage") or ""
    without = is_built_in(image) and not keeps_checkpoints(image)
    return BROKEN if without and wait is not None and wait > LONGEST_WAIT else None


SPOT = (
    FieldRule(
        when(
            true("EnableManagedSpotTraining"),
            holds(
                "StoppingCondition.MaxWaitTimeInSeconds at least MaxRuntimeInSeconds",
                (
                    "StoppingCondition.MaxWaitTimeInSeconds",
                    "StoppingCondition.MaxRuntimeInSeconds",
                ),
                _waits_too_short,
            ),
        ),
        text=(
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
            "MaxRuntimeInSeconds"
        ),
        text_source="reports of aws/sagemaker-python-sdk",
        source="model, StoppingCondition.MaxWaitTimeInSeconds",
    ),
    FieldRule(
        only_when(true("EnableManagedSpotTraining"), "StoppingCondition.MaxWaitTimeInSeconds"),
        text=(
            "Invalid MaxWaitTimeInSeconds. It is only supported when EnableManagedSpotTraining is "
            "set to true"
        ),
        text_source="Kenza-AI/sagify#111; aws/amazon-sagemaker-examples#869",
        source="Kenza-AI/sagify#111; aws/amazon-sagemaker-examples#869",
    ),
    FieldRule(
        when(
            true("EnableManagedSpotTraining"),
            holds(
                f"StoppingCondition.MaxWaitTimeInSeconds at most {LONGEST_WAIT} for a built-in "
                "algorithm without checkpoints",
                ("StoppingCondition.MaxWaitTimeInSeconds", "AlgorithmSpecification.TrainingImage"),
                _waits_too_long,
            ),
        ),
        text=f"MaxWaitTimeInSeconds above {LONGEST_WAIT} is not supported for the given algorithm",
        text_source="a public tutorial of DeepAR that quotes it",
        source="Developer Guide, Managed Spot Training; Use Checkpoints",
    ),
)
"""Managed spot training: the wait time belongs to it."""


def _mode_of(channel: Structure, job: Structure, general: str) -> str | None:
    """Return the input mode of a channel: its own, or the job's."""
    mode: str | None = channel.get("InputMode") or value_at(job, general)
    return mode


def channels(general_mode: str) -> tuple[FieldRule, ...]:
    """Return the rules of InputDataConfig.

    Args:
        general_mode: The path of the input mode that channels without one have.
    """
    members = ("InputDataConfig[].InputMode", general_mode)

    def compressed_file(job: Structure) -> Mapping[str, Any] | None:
        for channel in values_at(job, "InputDataConfig[]"):
            gzip = channel.get("CompressionType") == "Gzip"
            if gzip and _mode_of(channel, job, general_mode) == "File":
                return {"ChannelName": channel["ChannelName"]}
        return None

    def augmented_but_not_piped(job: Structure) -> Mapping[str, Any] | None:
        for channel in values_at(job, "InputDataConfig[]"):
            kind = value_at(channel, "DataSource.S3DataSource.S3DataType")
            mode = _mode_of(channel, job, general_mode)
            if kind == "AugmentedManifestFile" and mode not in (None, "Pipe"):
                return {"ChannelName": channel["ChannelName"], "value": mode}
        return None

    def mixed(job: Structure) -> Mapping[str, Any] | None:
        channels_ = values_at(job, "InputDataConfig[]")
        modes = {_mode_of(channel, job, general_mode) for channel in channels_}
        return BROKEN if {"Pipe", "FastFile"} <= modes else None

    return (
        FieldRule(
            unique("InputDataConfig[].ChannelName"),
            text="Channel names must be unique.",
            source="model, CreateTrainingJobRequest.InputDataConfig (each a named input source)",
        ),
        FieldRule(
            holds(
                "CompressionType None in File mode",
                ("InputDataConfig[].CompressionType", *members),
                compressed_file,
            ),
            text=(
                "Invalid compression type for channel {ChannelName}: File mode only supports NONE, "
                "got Gzip instead"
            ),
            text_source="aws/sagemaker-python-sdk#716",
            source="model, Channel.CompressionType",
        ),
        FieldRule(
            holds("not both Pipe and FastFile", members, mixed),
            text=(
                "Cannot use both 'Pipe' and 'FastFile' TrainingInputMode on the same Training Job."
            ),
            text_source="a public pipeline's source, quoting a failed step",
            source="a public pipeline's source, quoting a failed step",
        ),
        FieldRule(
            holds(
                "AugmentedManifestFile only in Pipe mode",
                ("InputDataConfig[].DataSource.S3DataSource.S3DataType", *members),
                augmented_but_not_piped,
            ),
            text=(
                "S3DataType AugmentedManifestFile of channel {ChannelName} can only be used with the "
                "input mode Pipe, got {value} instead."
            ),
            source="model, S3DataSource.S3DataType",
        ),
    )


def _partly_assigned(job: Structure) -> Mapping[str, Any] | None:
    """Return the groups that channels are assigned to, and the channels that are to none."""
    all_channels = list(values_at(job, "InputDataConfig[]"))
    path = "DataSource.S3DataSource.InstanceGroupNames[]"
    groups = dict.fromkeys(name for c in all_channels for name in values_at(c, path))
    others = [c["ChannelName"] for c in all_channels if not any(values_at(c, path))]
    if not groups or not others:
        return None
    return {"groups": ", ".join(groups), "others": ", ".join(others)}


def preferences(selected: str) -> tuple[FieldRule, ...]:
    """Return the rules of InstancePreferences, which training and processing jobs have.

    Args:
        selected: The operation, whose request has no `Selected…` members.
    """
    source = "model, InstancePreference.InstanceCount; ProcessingInstancePreference.InstanceCount"
    return (
        FieldRule(
            unique("InstancePreferences[].InstanceType"),
            text="InstanceType {value} can appear only once in InstancePreferences.",
            source="model, InstancePreference.InstanceType",
        ),
        FieldRule(
            in_all_or_none("InstancePreferences[]", "InstanceCount"),
            text="Either all InstancePreferences specify InstanceCount or none of them.",
            source=source,
        ),
        FieldRule(
            forbids("InstancePreferences[].InstanceCount", "InstanceCount"),
            text="InstanceCount can't be specified both per instance preference and for the job.",
            source=source,
        ),
        FieldRule(
            never(given("SelectedInstanceType")),
            text=f"SelectedInstanceType is read-only and isn't accepted in {selected}.",
            source="model, ResourceConfig.SelectedInstanceType",
        ),
        FieldRule(
            never(given("SelectedInstanceCount")),
            text=f"SelectedInstanceCount is read-only and isn't accepted in {selected}.",
            source="model, ResourceConfig.SelectedInstanceCount",
        ),
    )


RULE_NAMES = FieldRule(
    unique(
        "DebugRuleConfigurations[].RuleConfigurationName",
        "ProfilerRuleConfigurations[].RuleConfigurationName",
    ),
    text="RuleConfigurationName must be unique.",
    source="model, DebugRuleConfiguration.RuleConfigurationName",
)
INTERVAL = FieldRule(
    one_of("ProfilerConfig.ProfilingIntervalInMilliseconds", *PROFILING_INTERVALS),
    source="model, ProfilerConfig.ProfilingIntervalInMilliseconds",
)

# TrainingJob --------------------------------------------------------------------------------------

WARM_POOLS = "Developer Guide, Train Using SageMaker Managed Warm Pools"


def _no_way_to_the_image(algorithm: Structure) -> Mapping[str, Any] | None:
    mode = value_at(algorithm, "TrainingImageConfig.TrainingRepositoryAccessMode")
    return BROKEN if is_elsewhere(algorithm.get("TrainingImage", "")) and mode != "Vpc" else None


def _trains_without_gpu(job: Structure) -> Mapping[str, Any] | None:
    image = value_at(job, "AlgorithmSpecification.TrainingImage") or ""
    kind = value_at(job, "ResourceConfig.InstanceType")
    if kind is None or not needs_gpu(image) or has_gpu(kind):
        return None
    return {"value": kind, "algorithm": algorithm_of(image)}


def has_gpu(instance_type: str) -> bool:
    """Return whether instances of a type have GPUs: those of the families p and g."""
    return instance_type.startswith(("ml.p", "ml.g"))


TRAINING_JOB = (
    IMAGE_OR_ALGORITHM,
    METRICS,
    FieldRule(
        holds(
            "TrainingImageConfig.TrainingRepositoryAccessMode Vpc for a TrainingImage in another registry "
            "than Amazon Elastic Container Registry",
            ("TrainingImage", "TrainingImageConfig.TrainingRepositoryAccessMode"),
            _no_way_to_the_image,
        ),
        at="AlgorithmSpecification",
        text=(
            "TrainingImageConfig with TrainingRepositoryAccessMode set to VPC must be provided when "
            "using a training image from a private Docker registry. Please provideTrainingImageConfig "
            "and TrainingRepositoryAccessMode set to VPC when using a training image from a private "
            "Docker registry."
        ),
        text_source="aws/aws-sdk#117; zenml-io/zenml#3749",
        source="aws/aws-sdk#117; zenml-io/zenml#3749",
    ),
    FieldRule(
        holds(
            "an InstanceType with GPUs for a built-in algorithm that needs them",
            ("ResourceConfig.InstanceType", "AlgorithmSpecification.TrainingImage"),
            _trains_without_gpu,
        ),
        text=(
            "Instance type {value} is not supported by algorithm {algorithm}; only GPU instances are "
            "supported."
        ),
        text_source="aws/amazon-sagemaker-examples#1951",
        source="aws/amazon-sagemaker-examples#1951",
    ),
    *within("ResourceConfig", VOLUME_KEY),
    FieldRule(
        requires(absent("ServerlessJobConfig"), "AlgorithmSpecification", "ResourceConfig"),
        text="{missing} must be specified for a job that is not serverless.",
        source="model, CreateTrainingJobRequest (required before there were serverless jobs)",
    ),
    *SPOT,
    FieldRule(
        forbids("ResourceConfig.InstanceGroups", "ResourceConfig.InstanceType"),
        text="InstanceType or InstanceCount cannot be specified with InstanceGroups",
        text_source="aws/sagemaker-python-sdk#5564",
        source="aws/sagemaker-python-sdk#5564",
    ),
    FieldRule(
        forbids("ResourceConfig.InstanceGroups", "ResourceConfig.InstanceCount"),
        text="InstanceType or InstanceCount cannot be specified with InstanceGroups",
        text_source="aws/sagemaker-python-sdk#5564",
        source="aws/sagemaker-python-sdk#5564",
    ),
    FieldRule(
        never(equals("InstanceType", *UNAVAILABLE_INSTANCES)),
        at="ResourceConfig",
        text="The requested resource training-job/{InstanceType} is not available in this region",
        text_source="failed steps of a public pipeline; public notes on script mode",
        source="failed steps of a public pipeline; public notes on script mode",
        code="ResourceLimitExceeded",
    ),
    FieldRule(
        at_least_one_of("InstanceType", "InstanceGroups", "InstancePreferences"),
        at="ResourceConfig",
        source="model, ResourceConfig (the instances, in one of three ways)",
    ),
    FieldRule(
        unique("ResourceConfig.InstanceGroups[].InstanceGroupName"),
        text="InstanceGroupName must be unique.",
        source="model, InstanceGroup.InstanceGroupName",
    ),
    FieldRule(
        forbids(
            "ResourceConfig.InstancePreferences",
            "ResourceConfig.InstanceType",
            "ResourceConfig.InstanceGroups",
            "ResourceConfig.InstancePlacementConfig",
            "EnableManagedSpotTraining",
        ),
        text=(
            "InstancePreferences can't be specified together with InstanceType, InstanceGroups, "
            "InstancePlacementConfig or EnableManagedSpotTraining."
        ),
        source="model, ResourceConfig.InstancePreferences",
    ),
    *within("ResourceConfig", *preferences("CreateTrainingJob")),
    FieldRule(
        when(
            "InstancePreferences",
            at_least_one_of("InstancePreferences[].InstanceCount", "InstanceCount"),
        ),
        at="ResourceConfig",
        text="InstanceCount must be specified for every instance preference or for the job.",
        source="model, InstancePreference.InstanceCount",
    ),
    FieldRule(
        forbids("InstancePreferences[].TrainingPlanArns", "TrainingPlanArn"),
        at="ResourceConfig",
        text="TrainingPlanArns of InstancePreferences can't be specified together with "
        "TrainingPlanArn.",
        source="model, InstancePreference.TrainingPlanArns",
    ),
    FieldRule(
        forbids(above_zero("ResourceConfig.KeepAlivePeriodInSeconds"), "EnableManagedSpotTraining"),
        text="KeepAlivePeriodInSeconds is not supported with managed spot training.",
        source=WARM_POOLS,
    ),
    FieldRule(
        forbids(
            above_zero("ResourceConfig.KeepAlivePeriodInSeconds"), "ResourceConfig.InstanceGroups"
        ),
        text="KeepAlivePeriodInSeconds is not supported with heterogeneous clusters.",
        source=WARM_POOLS,
    ),
    *channels("AlgorithmSpecification.TrainingInputMode"),
    FieldRule(
        holds(
            "InstanceGroupNames in every channel or in none",
            ("InputDataConfig[].DataSource.S3DataSource.InstanceGroupNames",),
            _partly_assigned,
        ),
        text="Some channels have assigned instance groups: [{groups}] while others not: [{others}]",
        text_source="aws/sagemaker-python-sdk#6089",
        source="aws/sagemaker-python-sdk#6089",
    ),
    RULE_NAMES,
    FieldRule(
        unique("DebugHookConfig.CollectionConfigurations[].CollectionName"),
        text="CollectionName must be unique.",
        source="model, CollectionConfiguration.CollectionName",
    ),
    INTERVAL,
    FieldRule(
        requires(equals("JobType", "Evaluation"), "EvaluationType"),
        at="ServerlessJobConfig",
        source="model, ServerlessJobConfig.EvaluationType",
    ),
    *checked_by(
        "UpdateTrainingJob",
        INTERVAL,
        FieldRule(
            unique("ProfilerRuleConfigurations[].RuleConfigurationName"),
            text="RuleConfigurationName must be unique.",
            source="model, ProfilerRuleConfiguration.RuleConfigurationName",
        ),
    ),
)

# TransformJob and Algorithm -----------------------------------------------------------------------

LARGEST_PAYLOADS_IN_MB = 100

PAYLOADS = FieldRule(
    product_at_most(LARGEST_PAYLOADS_IN_MB, "MaxPayloadInMB", "MaxConcurrentTransforms"),
    text=f"MaxConcurrentTransforms * MaxPayloadInMB must not exceed {LARGEST_PAYLOADS_IN_MB} MB.",
    source="model, CreateTransformJobRequest.MaxPayloadInMB",
)
MANIFEST = FieldRule(
    never(equals("TransformInput.DataSource.S3DataSource.S3DataType", "AugmentedManifestFile")),
    text="S3DataType AugmentedManifestFile is not compatible with batch transform.",
    source="model, TransformS3DataSource.S3DataType",
)
TRANSFORM_JOB = (PAYLOADS, MANIFEST, *within("TransformResources", VOLUME_KEY))

PROFILES = "ValidationSpecification.ValidationProfiles[]"

ALGORITHM = (
    FieldRule(
        unique("TrainingSpecification.SupportedHyperParameters[].Name"),
        text="Hyperparameter names must be unique.",
        source="model, HyperParameterSpecification.Name",
    ),
    FieldRule(
        forbids(true("IsRequired"), "DefaultValue"),
        at="TrainingSpecification.SupportedHyperParameters[]",
        text="The hyperparameter {Name} can't be required, since it has a default value.",
        source="model, HyperParameterSpecification.DefaultValue",
    ),
    *within(
        f"{PROFILES}.TrainingJobDefinition",
        *channels("TrainingInputMode"),
    ),
    *within(f"{PROFILES}.TransformJobDefinition", PAYLOADS, MANIFEST),
)
