"""Feature groups, the model registry, hubs, experiments and searches."""

from __future__ import annotations

from typing import Any

from tests.kinds.field_rules.rows import ABSENT, IMAGE, ROLE, Row


def feature(name: str, kind: str = "String", **members: Any) -> dict[str, Any]:
    return {"FeatureName": name, "FeatureType": kind, **members}


VECTOR = {
    "CollectionType": "Vector",
    "CollectionConfig": {"VectorConfig": {"Dimension": 3}},
}
OFFLINE = {
    "S3StorageConfig": {"S3Uri": "s3://bucket/store"},
    "TableFormat": "Iceberg",
    "DisableGlueTableCreation": False,
}
SPECIFICATION = {
    "Containers": [{"Image": IMAGE}],
    "SupportedContentTypes": ["text/csv"],
    "SupportedResponseMIMETypes": ["text/csv"],
    "SupportedTransformInstanceTypes": ["ml.m5.large"],
    "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.large"],
}
NEO = {"Name": "neo", "Containers": [{"Image": IMAGE}]}
CONTENT = {
    "HubName": "own",
    "HubContentName": "churn",
    "HubContentType": "Model",
}
REFERENCE = {**CONTENT, "HubContentType": "ModelReference"}
PARAMETERS = {"rate": {"NumberValue": 0.1}, "booster": {"StringValue": "tree"}}
INSTANCE = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
GROUPS = {
    "AssignedGroupPatterns": ["ml-*", "admins"],
    "RoleGroupAssignments": [{"RoleName": "ORG_ADMIN", "GroupPatterns": ["ml-leads"]}],
}
FOREIGN_GROUP = {"ApplicationConfig.RoleGroupAssignments.0.GroupPatterns.0": "sales"}
UNASSIGNED = (
    "The group sales in RoleGroupAssignments does not match any pattern in AssignedGroupPatterns."
)

REQUESTS: dict[str, dict[str, Any]] = {
    "CreateFeatureGroup": {
        "FeatureGroupName": "customers",
        "RecordIdentifierFeatureName": "id",
        "EventTimeFeatureName": "at",
        "FeatureDefinitions": [
            feature("id", "Integral"),
            feature("at", "Fractional"),
            feature("vector", "Fractional", **VECTOR),
        ],
        "OnlineStoreConfig": {"EnableOnlineStore": True, "StorageType": "Standard"},
        "OfflineStoreConfig": OFFLINE,
        "RoleArn": ROLE,
        "ThroughputConfig": {
            "ThroughputMode": "Provisioned",
            "ProvisionedReadCapacityUnits": 1,
            "ProvisionedWriteCapacityUnits": 1,
        },
    },
    "UpdateFeatureGroup": {
        "FeatureGroupName": "customers",
        "FeatureAdditions": [feature("age", "Integral"), feature("city")],
    },
    "CreateModelPackage": {
        "ModelPackageName": "churn",
        "InferenceSpecification": SPECIFICATION,
        "AdditionalInferenceSpecifications": [NEO],
        "Tags": [{"Key": "team", "Value": "vision"}],
    },
    "UpdateModelPackage": {
        "ModelPackageArn": "arn:aws:sagemaker:eu-west-1:123456789012:model-package/churn/1",
        "AdditionalInferenceSpecificationsToAdd": [NEO],
    },
    "UpdateModelCard": {"ModelCardName": "card", "ModelCardStatus": "Approved"},
    "UpdateHubContent": {**CONTENT, "HubContentVersion": "1.0.0", "HubContentDescription": "good"},
    "UpdateHubContentReference": {**REFERENCE, "MinVersion": "1.0.0"},
    "DeleteHubContentReference": REFERENCE,
    "CreatePartnerApp": {
        "Name": "comet",
        "Type": "comet",
        "ExecutionRoleArn": ROLE,
        "Tier": "small",
        "AuthType": "IDC",
        "IdcConfig": {"InstanceArn": INSTANCE},
        "ApplicationConfig": GROUPS,
    },
    "UpdatePartnerApp": {
        "Arn": "arn:aws:sagemaker:eu-west-1:123456789012:partner-app/app-ABCDEFGHIJKL",
        "ApplicationConfig": GROUPS,
    },
    "CreateTrialComponent": {"TrialComponentName": "part", "Parameters": PARAMETERS},
    "UpdateTrialComponent": {"TrialComponentName": "part", "Parameters": PARAMETERS},
    "DeleteArtifact": {"Source": {"SourceUri": "s3://bucket/in"}},
    "Search": {
        "Resource": "Model",
        "SearchExpression": {"Filters": [{"Name": "ModelName", "Value": "churn"}]},
    },
}

GROUP, ADDITIONS, PACKAGE = "CreateFeatureGroup", "UpdateFeatureGroup", "CreateModelPackage"
CONTENT_UPDATE = "UpdateHubContent"
INVALID = "Validation Error: "
IN_GROUP = {"ModelPackageName": ABSENT, "ModelPackageGroupName": "Churn", "Tags": ABSENT}
NAMES = "Names of AdditionalInferenceSpecifications must be unique within a model package."
ONE_VALUE = "Only one of NumberValue or StringValue can be specified."
TWO_VALUES = {"Parameters.rate.StringValue": "0.1"}

ROWS = [
    Row(
        GROUP,
        {"OnlineStoreConfig.EnableOnlineStore": False, "OfflineStoreConfig": ABSENT},
        f"{INVALID}OnlineStore and OfflineStore cannot be both disabled. Please enable at least one "
        "of them and retry the request.",
    ),
    Row(
        GROUP,
        {"RoleArn": ABSENT},
        f"{INVALID}RoleArn is required when OfflineStoreConfig is provided.",
    ),
    Row(
        GROUP,
        {"RecordIdentifierFeatureName": "no"},
        f"{INVALID}RecordIdentifierFeatureName no is not in FeatureDefinitions.",
    ),
    Row(
        GROUP,
        {"EventTimeFeatureName": "no"},
        f"{INVALID}EventTimeFeatureName no is not in FeatureDefinitions.",
    ),
    Row(
        GROUP,
        {"FeatureDefinitions.2.FeatureName": "Write_Time"},
        f"{INVALID}Feature names ['Write_Time'] are reserved.",
    ),
    Row(
        GROUP,
        {"FeatureDefinitions.2.FeatureName": "id"},
        f"{INVALID}FeatureDefinitions contains duplicate feature names.",
    ),
    Row(
        GROUP,
        {"FeatureDefinitions.1.FeatureType": "Integral"},
        f"{INVALID}The event time feature at must be of type String or Fractional.",
    ),
    Row(
        GROUP,
        {"FeatureDefinitions.2.FeatureType": "Integral"},
        f"{INVALID}The vector vector must have elements of type Fractional.",
    ),
    Row(
        GROUP,
        {"OnlineStoreConfig.StorageType": "InMemory"},
        f"{INVALID}Provisioned throughput is supported only for feature groups that are "
        "offline-only, or use the Standard tier online store.",
    ),
    Row(
        GROUP,
        {"OfflineStoreConfig.DisableGlueTableCreation": True},
        f"{INVALID}The table format Iceberg needs DisableGlueTableCreation to be false.",
    ),
    Row(
        ADDITIONS,
        {"OnlineStoreConfig": {"TtlDuration": {"Unit": "Days", "Value": 1}}},
        f"{INVALID}FeatureAdditions and OnlineStoreConfig can't be used at a time in "
        "UpdateFeatureGroup.",
    ),
    Row(
        ADDITIONS,
        {"FeatureAdditions.0.FeatureName": "is_deleted"},
        f"{INVALID}Feature names ['is_deleted'] are reserved.",
    ),
    Row(
        ADDITIONS,
        {"FeatureAdditions.0.FeatureName": "city"},
        f"{INVALID}FeatureAdditions contains duplicate feature names.",
    ),
    Row(
        PACKAGE,
        {"ModelPackageGroupName": "Churn", "Tags": ABSENT},
        "Both ModelPackageName and ModelPackageGroupName are provided in the input. Cannot "
        "determine which one to use.",
    ),
    Row(PACKAGE, {"ModelPackageName": ABSENT}, "Missing ARN."),
    Row(
        PACKAGE,
        {"ModelPackageName": ABSENT, "ModelPackageGroupName": "Churn"},
        "Tags are not supported for versioned model packages.",
    ),
    Row(
        PACKAGE,
        {"InferenceSpecification.Containers.0.Environment": {"A": "1"}},
        "1 validation errors detected:Environment variable map cannot be specified when using "
        "non-versioned ModelPackages",
    ),
    Row(
        PACKAGE,
        {
            "InferenceSpecification.Containers.0.AdditionalS3DataSource": {
                "S3DataType": "S3Prefix",
                "S3Uri": "s3://bucket/more",
            }
        },
        "AdditionalS3DataSource is not allowed in InferenceSpecification",
    ),
    Row(PACKAGE, {"AdditionalInferenceSpecifications": [NEO, NEO]}, NAMES),
    Row(
        PACKAGE,
        {"InferenceSpecification.SupportedTransformInstanceTypes": ABSENT},
        "InferenceSpecification.SupportedTransformInstanceTypes must be specified for an "
        "unversioned model package.",
    ),
    Row("UpdateModelPackage", {"AdditionalInferenceSpecificationsToAdd": [NEO, NEO]}, NAMES),
    Row(
        "UpdateModelCard",
        {"Content": "{}"},
        "You cannot update both model card content and model card status.",
    ),
    Row(
        CONTENT_UPDATE,
        {"HubContentType": "ModelReference"},
        "UpdateHubContent is for content of the type Model or Notebook only, not ModelReference.",
    ),
    Row(
        CONTENT_UPDATE,
        {"HubContentDescription": ABSENT},
        "At least one of HubContentDisplayName, HubContentDescription, HubContentMarkdown, "
        "HubContentSearchKeywords and SupportStatus must be specified.",
    ),
    *(
        Row(
            operation,
            {"HubContentType": "Model"},
            "References to hub content are of the type ModelReference, not Model.",
        )
        for operation in ("UpdateHubContentReference", "DeleteHubContentReference")
    ),
    Row(
        "CreatePartnerApp",
        {"IdcConfig": ABSENT},
        "IdcConfig must be specified when AuthType is IDC.",
    ),
    Row("CreatePartnerApp", FOREIGN_GROUP, UNASSIGNED),
    Row("UpdatePartnerApp", FOREIGN_GROUP, UNASSIGNED),
    Row("CreateTrialComponent", TWO_VALUES, ONE_VALUE),
    Row("UpdateTrialComponent", TWO_VALUES, ONE_VALUE),
    Row("DeleteArtifact", {"Source": ABSENT}, "Either ArtifactArn or Source must be specified."),
    Row(
        "Search",
        {"SearchExpression": {"Operator": "And"}},
        "SearchExpression must contain at least one of Filters, NestedFilters or SubExpressions.",
    ),
    Row(
        "Search",
        {"VisibilityConditions": [{"Key": "team", "Value": "ml"}]},
        "The key of a visibility condition must be in the format Tags.<key>, not team.",
    ),
]

KEPT: list[tuple[str, dict[str, Any]]] = [
    (GROUP, {"OnlineStoreConfig": ABSENT}),
    (GROUP, {"OfflineStoreConfig": ABSENT, "RoleArn": ABSENT}),
    (GROUP, {"FeatureDefinitions.1.FeatureType": "String"}),
    (
        PACKAGE,
        {
            **IN_GROUP,
            "InferenceSpecification": {"Containers": [{"Image": IMAGE, "Environment": {"A": "1"}}]},
        },
    ),
    ("CreatePartnerApp", {"AuthType": "IAM", "IdcConfig": ABSENT}),
    ("CreatePartnerApp", {"ApplicationConfig.AssignedGroupPatterns": []}),
    ("CreatePartnerApp", {"ApplicationConfig.RoleGroupAssignments": ABSENT}),
    ("UpdatePartnerApp", {"ApplicationConfig.AssignedGroupPatterns": ABSENT}),
    ("Search", {"SearchExpression": ABSENT}),
    ("Search", {"VisibilityConditions": [{"Key": "Tags.team", "Value": "ml"}]}),
]
