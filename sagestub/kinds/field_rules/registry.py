"""The field rules of feature groups, the model registry, hubs, experiments and searches."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from sagestub.engine.conditions import (
    BROKEN,
    at_least_one_of,
    at_most_one_of,
    begins_with,
    forbids,
    holds,
    never,
    one_of,
    requires,
    unique,
    when,
)
from sagestub.engine.cross_fields import FieldRule, checked_by
from sagestub.engine.documents import values_at
from sagestub.engine.member_facts import Structure, absent, equals, given, true

# FeatureGroup -------------------------------------------------------------------------------------

RESERVED_FEATURES = frozenset({"is_deleted", "write_time", "api_invocation_time"})
"""Feature names that the offline store uses itself. Source: model, FeatureDefinition.FeatureName."""

NAMES = "FeatureDefinitions[].FeatureName"
INVALID = "Validation Error: "


def _no_store(group: Structure) -> Mapping[str, Any] | None:
    online = any(values_at(group, "OnlineStoreConfig.EnableOnlineStore"))
    on = online and group["OnlineStoreConfig"]["EnableOnlineStore"]
    return None if on or "OfflineStoreConfig" in group else BROKEN


def reserved_in(features: str) -> FieldRule:
    """Return the rule that the names of features at a path are not the store's own."""

    def broken(request: Structure) -> Mapping[str, Any] | None:
        names = values_at(request, f"{features}[].FeatureName")
        reserved = [name for name in names if name.lower() in RESERVED_FEATURES]
        return {"value": reserved} if reserved else None

    return FieldRule(
        holds("no reserved FeatureName", (f"{features}[].FeatureName",), broken),
        text=f"{INVALID}Feature names {{value}} are reserved.",
        source="model, FeatureDefinition.FeatureName",
    )


def differing_in(features: str) -> FieldRule:
    """Return the rule that the names of features at a path differ."""
    return FieldRule(
        unique(f"{features}[].FeatureName"),
        text=f"{INVALID}{features} contains duplicate feature names.",
        source="facts, metadata.yaml, FeatureGroup.errors",
    )


def defined(member: str) -> FieldRule:
    """Return the rule that a feature is among the definitions."""

    def broken(group: Structure) -> Mapping[str, Any] | None:
        return None if group[member] in values_at(group, NAMES) else {"value": group[member]}

    return FieldRule(
        holds(f"{member} one of {NAMES}", (member, NAMES), broken),
        text=f"{INVALID}{member} {{value}} is not in FeatureDefinitions.",
        source=f"model, CreateFeatureGroupRequest.{member}",
    )


def _event_time_is_no_time(group: Structure) -> Mapping[str, Any] | None:
    for feature in values_at(group, "FeatureDefinitions[]"):
        whole = feature["FeatureType"] == "Integral"
        if feature["FeatureName"] == group["EventTimeFeatureName"] and whole:
            return {"value": feature["FeatureName"]}
    return None


FEATURE_GROUP = (
    FieldRule(
        holds(
            "EnableOnlineStore or OfflineStoreConfig",
            ("OnlineStoreConfig.EnableOnlineStore", "OfflineStoreConfig"),
            _no_store,
        ),
        text=(
            f"{INVALID}OnlineStore and OfflineStore cannot be both disabled. Please enable at least "
            "one of them and retry the request."
        ),
        text_source="aws/sagemaker-core#175",
        source="model, CreateFeatureGroup",
    ),
    FieldRule(
        requires("OfflineStoreConfig", "RoleArn"),
        text=f"{INVALID}RoleArn is required when OfflineStoreConfig is provided.",
        source="model, CreateFeatureGroupRequest.RoleArn",
    ),
    defined("RecordIdentifierFeatureName"),
    defined("EventTimeFeatureName"),
    reserved_in("FeatureDefinitions"),
    differing_in("FeatureDefinitions"),
    FieldRule(
        holds(
            "the type of the event time String or Fractional",
            ("EventTimeFeatureName", "FeatureDefinitions[].FeatureType"),
            _event_time_is_no_time,
        ),
        text=f"{INVALID}The event time feature {{value}} must be of type String or Fractional.",
        source="model, CreateFeatureGroupRequest.EventTimeFeatureName",
    ),
    FieldRule(
        when(equals("CollectionType", "Vector"), one_of("FeatureType", "Fractional")),
        at="FeatureDefinitions[]",
        text=f"{INVALID}The vector {{FeatureName}} must have elements of type Fractional.",
        source="model, FeatureDefinition.CollectionType",
    ),
    FieldRule(
        forbids(
            equals("ThroughputConfig.ThroughputMode", "Provisioned"),
            equals("OnlineStoreConfig.StorageType", "InMemory"),
        ),
        text=(
            f"{INVALID}Provisioned throughput is supported only for feature groups that are "
            "offline-only, or use the Standard tier online store."
        ),
        source="model, CreateFeatureGroupRequest.ThroughputConfig",
    ),
    FieldRule(
        forbids(equals("TableFormat", "Iceberg"), true("DisableGlueTableCreation")),
        at="OfflineStoreConfig",
        text=f"{INVALID}The table format Iceberg needs DisableGlueTableCreation to be false.",
        source="model, OfflineStoreConfig.DisableGlueTableCreation",
    ),
    *checked_by(
        "UpdateFeatureGroup",
        FieldRule(
            at_most_one_of("FeatureAdditions", "OnlineStoreConfig"),
            text=(
                f"{INVALID}FeatureAdditions and OnlineStoreConfig can't be used at a time in "
                "UpdateFeatureGroup."
            ),
            source="model, UpdateFeatureGroup",
        ),
        reserved_in("FeatureAdditions"),
        differing_in("FeatureAdditions"),
    ),
)

# ModelPackage -------------------------------------------------------------------------------------

MODEL_PACKAGE = (
    FieldRule(
        at_most_one_of("ModelPackageName", "ModelPackageGroupName"),
        text=(
            "Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot "
            "determine which one to use."
        ),
        text_source="facts, metadata.yaml, ModelPackage.errors",
        source="facts, metadata.yaml, ModelPackage.errors",
    ),
    FieldRule(
        at_least_one_of("ModelPackageName", "ModelPackageGroupName"),
        text="Missing ARN.",
        text_source="facts, metadata.yaml, ModelPackage.errors",
        source="facts, metadata.yaml, ModelPackage.errors",
    ),
    FieldRule(
        forbids("ModelPackageGroupName", "Tags"),
        text="Tags are not supported for versioned model packages.",
        source="model, CreateModelPackageInput.Tags; aws-controllers-k8s/sagemaker-controller#54",
    ),
    FieldRule(
        forbids(absent("ModelPackageGroupName"), "InferenceSpecification.Containers[].Environment"),
        text=(
            "1 validation errors detected:Environment variable map cannot be specified when using "
            "non-versioned ModelPackages"
        ),
        text_source="facts, metadata.yaml, ModelPackage.errors",
        source="facts, metadata.yaml, ModelPackage.errors",
    ),
    FieldRule(
        never(given("InferenceSpecification.Containers[].AdditionalS3DataSource")),
        text="AdditionalS3DataSource is not allowed in InferenceSpecification",
        text_source="boto/boto3#4510",
        source="boto/boto3#4510",
    ),
    FieldRule(
        unique("AdditionalInferenceSpecifications[].Name"),
        text="Names of AdditionalInferenceSpecifications must be unique within a model package.",
        source="model, AdditionalInferenceSpecificationDefinition.Name",
    ),
    FieldRule(
        when(
            "ModelPackageName",
            requires(
                "InferenceSpecification",
                "InferenceSpecification.SupportedTransformInstanceTypes",
                "InferenceSpecification.SupportedRealtimeInferenceInstanceTypes",
            ),
        ),
        text="{missing} must be specified for an unversioned model package.",
        source="model, InferenceSpecification.SupportedTransformInstanceTypes",
    ),
    *checked_by(
        "UpdateModelPackage",
        FieldRule(
            unique("AdditionalInferenceSpecificationsToAdd[].Name"),
            text="Names of AdditionalInferenceSpecifications must be unique within a model package.",
            source="model, AdditionalInferenceSpecificationDefinition.Name",
        ),
    ),
)

# Cards, hubs, partner apps ------------------------------------------------------------------------

MODEL_CARD = checked_by(
    "UpdateModelCard",
    FieldRule(
        at_most_one_of("Content", "ModelCardStatus"),
        text="You cannot update both model card content and model card status.",
        source="model, UpdateModelCard",
    ),
)

DESCRIBED = (
    "HubContentDisplayName",
    "HubContentDescription",
    "HubContentMarkdown",
    "HubContentSearchKeywords",
    "SupportStatus",
)
HUB_CONTENT = (
    *checked_by(
        "UpdateHubContent",
        FieldRule(
            one_of("HubContentType", "Model", "Notebook"),
            text="UpdateHubContent is for content of the type Model or Notebook only, not {value}.",
            source="model, UpdateHubContentRequest.HubContentType",
        ),
        FieldRule(at_least_one_of(*DESCRIBED), source="model, UpdateHubContent"),
    ),
    *checked_by(
        "UpdateHubContentReference DeleteHubContentReference",
        FieldRule(
            one_of("HubContentType", "ModelReference"),
            text="References to hub content are of the type ModelReference, not {value}.",
            source="model, UpdateHubContentReferenceRequest.HubContentType",
        ),
    ),
)


def _unassigned_group(config: Structure) -> Mapping[str, Any] | None:
    assigned = config.get("AssignedGroupPatterns", ())
    for group in values_at(config, "RoleGroupAssignments[].GroupPatterns[]"):
        if assigned and not any(fnmatchcase(group, pattern) for pattern in assigned):
            return {"value": group}
    return None


PARTNER_APP = (
    *checked_by(
        "CreatePartnerApp UpdatePartnerApp",
        FieldRule(
            holds(
                "every group of RoleGroupAssignments matches a pattern of AssignedGroupPatterns",
                ("AssignedGroupPatterns", "RoleGroupAssignments[].GroupPatterns[]"),
                _unassigned_group,
            ),
            at="ApplicationConfig",
            text=(
                "The group {value} in RoleGroupAssignments does not match any pattern in "
                "AssignedGroupPatterns."
            ),
            source="model, PartnerAppConfig.AssignedGroupPatterns",
        ),
    ),
    FieldRule(
        requires(equals("AuthType", "IDC"), "IdcConfig"),
        text="IdcConfig must be specified when AuthType is IDC.",
        source="model, CreatePartnerAppRequest.IdcConfig",
    ),
)

# Experiments and lineage --------------------------------------------------------------------------

TRIAL_COMPONENT = checked_by(
    "CreateTrialComponent UpdateTrialComponent",
    FieldRule(
        at_most_one_of("NumberValue", "StringValue"),
        at="Parameters{}",
        text="Only one of NumberValue or StringValue can be specified.",
        source="model, TrialComponentParameterValue",
    ),
)

ARTIFACT = checked_by(
    "DeleteArtifact",
    FieldRule(
        at_least_one_of("ArtifactArn", "Source"),
        text="Either ArtifactArn or Source must be specified.",
        source="model, DeleteArtifact",
    ),
)

SEARCH = (
    FieldRule(
        begins_with("Key", "Tags."),
        at="VisibilityConditions[]",
        text="The key of a visibility condition must be in the format Tags.<key>, not {value}.",
        source="model, VisibilityConditions.Key",
    ),
    FieldRule(
        at_least_one_of("Filters", "NestedFilters", "SubExpressions"),
        at="SearchExpression",
        text=(
            "SearchExpression must contain at least one of Filters, NestedFilters or SubExpressions."
        ),
        source="model, SearchExpression",
    ),
)
