"""FeatureGroup and FeatureMetadata: what a feature store holds, and what is said about each feature.

The records themselves are the feature store runtime's (`planes/feature_store.py`).

Source: facts, metadata.yaml, FeatureGroup and FeatureMetadata.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.binding import BoundKind
from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import invalid
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

MOST_FEATURES = 2500
"""How many features a group has at most. Source: model, CreateFeatureGroupRequest.FeatureDefinitions."""


def check_additions(context: Context, resource: Resource) -> None:
    """Refuse features that the group has already, or has no room for (texts assumed).

    Source: facts, metadata.yaml, FeatureGroup.errors and notes.
    """
    asked = context.call.parameters if context.call is not None else {}
    added = asked.get("FeatureAdditions", ())
    known = {feature["FeatureName"] for feature in resource.document.get("FeatureDefinitions", ())}
    if any(feature["FeatureName"] in known for feature in added):
        raise invalid("Validation Error: FeatureDefinitions contains duplicate feature names.")
    if len(known) + len(added) > MOST_FEATURES:
        raise invalid(
            f"Validation Error: A FeatureGroup can have at most {MOST_FEATURES} features."
        )


def resolve_offline_store(context: Context, resource: Resource) -> None:
    """Fill in where the offline store lies, and its table in the data catalogue.

    Source: facts, metadata.yaml, FeatureGroup.filled_in.
    """
    offline = resource.document.get("OfflineStoreConfig")
    if offline is None:
        return
    name = resource.key
    made = int(context.clock.time())
    storage = offline.get("S3StorageConfig", {})
    resolved = "/".join(
        (
            storage.get("S3Uri", "").rstrip("/"),
            resource.account,
            "sagemaker",
            resource.region,
            "offline-store",
            f"{name}-{made}",
            "data",
        )
    )
    config = {
        "TableFormat": "Glue",
        **offline,
        "S3StorageConfig": {**storage, "ResolvedOutputS3Uri": resolved},
    }
    if not offline.get("DisableGlueTableCreation", False):
        config.setdefault(
            "DataCatalogConfig",
            {
                "Catalog": "AwsDataCatalog",
                "Database": "sagemaker_featurestore",
                "TableName": f"{name.lower().replace('-', '_')}_{made}",
            },
        )
    config.setdefault("DisableGlueTableCreation", False)
    resource.document["OfflineStoreConfig"] = config
    resource.document["OfflineStoreStatus"] = {"Status": "Active"}


def describe_features(context: Context, resource: Resource) -> None:
    """Make the metadata of each feature that has none yet."""
    for feature in resource.document.get("FeatureDefinitions", ()):
        key = f"{resource.key}/{feature['FeatureName']}"
        if context.resource("FeatureMetadata", resource, key) is None:
            context.add(
                "FeatureMetadata",
                {
                    "FeatureGroupArn": resource.arn,
                    "FeatureGroupName": resource.key,
                    "FeatureName": feature["FeatureName"],
                    "FeatureType": feature["FeatureType"],
                },
                resource,
            )


def forget_features(context: Context, resource: Resource) -> None:
    """Take the metadata of a group's features away."""
    for metadata in context.resources("FeatureMetadata", resource, FeatureGroupName=resource.key):
        context.registry.remove(metadata)


def add_features(context: Context, resource: Resource) -> None:
    """Add the features of an update; they can be added and never removed.

    Source: facts, metadata.yaml, FeatureGroup.notes.
    """
    document = resource.document
    added = document.pop("FeatureAdditions", [])
    document["FeatureDefinitions"] = [*document.get("FeatureDefinitions", ()), *added]
    document["LastUpdateStatus"] = {"Status": "InProgress"}
    describe_features(context, resource)


def report_update(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return what Describe says of the last update; one Describe sees it in progress."""
    reported = resource.document.get("LastUpdateStatus")
    if reported is None:
        return {"NextToken": ""}
    if reported["Status"] == "InProgress":
        resource.document["LastUpdateStatus"] = {"Status": "Successful"}
        if context.motion.rule_of(resource).name != "poll":
            reported = resource.document["LastUpdateStatus"]
    # The output shape requires NextToken, also of an answer that is complete.
    return {"LastUpdateStatus": reported, "NextToken": ""}


FEATURE_GROUP = Kind(
    name="FeatureGroup",
    field_rules=FieldRules("registry.FEATURE_GROUP"),
    absent={
        "OnlineStoreTotalSizeBytes": "how many bytes a store takes for its records cannot be known",
    },
    arn="feature-group/{FeatureGroupName}",
    status="FeatureGroupStatus",
    lifecycle=Lifecycle(
        path="Creating > Created",
        fail="CreateFailed",
        delete="Deleting",
        delete_from="Created > CreateFailed > DeleteFailed",
        update_from="Created",
        other="DeleteFailed",
        seconds={"Creating": 20, "Deleting": 10},
    ),
    update_checks=(check_additions,),
    on_create=(resolve_offline_store, describe_features),
    on_update=(add_features,),
    on_describe=report_update,
    pages="FeatureDefinitions",
    on_delete=(forget_features,),
    summary={"OfflineStoreStatus": "OfflineStoreStatus"},
    filters={"OfflineStoreStatusEquals": "OfflineStoreStatus.Status"},
    failure_reason="Internal failure while creating the feature group.",
    not_found=Message(
        code="ResourceNotFound",
        text="Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name {name}",
        source="aws/sagemaker-python-sdk#2606",
    ),
    exists=Message(
        code="ResourceInUse",
        text=(
            "Resource Already Exists: FeatureGroup with name {name} already exists. "
            "Choose a different name.\nInfo: Feature Group '{name}' already exists."
        ),
        source="getmoto/moto",
    ),
    source="facts, metadata.yaml, FeatureGroup",
)


def find_feature(
    context: Context, kind: BoundKind, parameters: Mapping[str, Any]
) -> Resource | None:
    """Return the metadata of a feature whose group is given by name or ARN."""
    assert context.call is not None
    group = context.resource("FeatureGroup", context.call, str(parameters["FeatureGroupName"]))
    if group is None:
        return None
    return context.resource(kind.name, group, f"{group.key}/{parameters['FeatureName']}")


def change_parameters(context: Context, resource: Resource) -> None:
    """Add and remove the parameters that an update names."""
    document = resource.document
    removed = set(document.pop("ParameterRemovals", ()))
    given = (*document.get("Parameters", ()), *document.pop("ParameterAdditions", ()))
    by_key = {parameter.get("Key"): parameter for parameter in given}
    document["Parameters"] = [p for key, p in by_key.items() if key not in removed]


FEATURE_METADATA = Kind(
    name="FeatureMetadata",
    arn="-",
    identifier=("FeatureGroupName", "FeatureName"),
    find=find_feature,
    on_update=(change_parameters,),
    not_found=Message(
        code="ResourceNotFound",
        text=(
            "Resource Not Found: Amazon SageMaker can't find feature {FeatureName} "
            "in FeatureGroup with name {FeatureGroupName}"
        ),
    ),
    source="facts, metadata.yaml, FeatureMetadata",
)
