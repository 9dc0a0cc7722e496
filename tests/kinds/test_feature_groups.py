"""FeatureGroup and FeatureMetadata. Source of the facts: metadata.yaml."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.planes.test_feature_store import ROLE, request

OFFLINE: dict[str, Any] = {
    "OfflineStoreConfig": {"S3StorageConfig": {"S3Uri": "s3://store/x"}},
    "RoleArn": ROLE,
}


def status(client: Any) -> str:
    return str(client.describe_feature_group(FeatureGroupName="customers")["FeatureGroupStatus"])


def test_a_group_is_created_and_deleted_in_steps(client: Any) -> None:
    client.create_feature_group(**request())
    assert [status(client), status(client)] == ["Creating", "Created"]
    client.delete_feature_group(FeatureGroupName="customers")
    assert status(client) == "Deleting"
    with pytest.raises(client.exceptions.ResourceNotFound, match="can't find a FeatureGroup with"):
        status(client)


@pytest.mark.fact("cross-cutting.3.Feature-Store-sentences-begin-Validation-Error")
def test_sentences_of_feature_store_begin_with_what_they_are(client: Any) -> None:
    client.create_feature_group(**request())
    own = {"FeatureGroupName": "other"}
    nowhere = request(**own, OnlineStoreConfig={"EnableOnlineStore": False})
    twice = request(**own, FeatureDefinitions=[{"FeatureName": "id", "FeatureType": "String"}] * 2)
    for call, asked, begin in (
        (client.create_feature_group, nowhere, "Validation Error: "),
        (client.create_feature_group, twice, "Validation Error: "),
        (client.describe_feature_group, own, "Resource Not Found: "),
        (client.create_feature_group, request(), "Resource Already Exists: "),
    ):
        with pytest.raises(ClientError) as refused:
            call(**asked)
        assert refused.value.response["Error"]["Message"].startswith(begin)


@pytest.mark.fact(
    "metadata.FeatureGroup.filled_in.OfflineStoreConfig-DataCatalogConfig-unless-DisableGlueTableCreation",
    "metadata.FeatureGroup.filled_in.OfflineStoreConfig-S3StorageConfig-ResolvedOutputS3Uri",
    "metadata.FeatureGroup.filled_in.OfflineStoreConfig-TableFormat-Glue",
    "metadata.FeatureGroup.filled_in.OfflineStoreStatus-Active",
)
def test_the_offline_store_is_resolved(client: Any) -> None:
    """Fact: filled_in ResolvedOutputS3Uri, DataCatalogConfig, TableFormat, OfflineStoreStatus."""
    client.create_feature_group(**request(**OFFLINE))
    described = client.describe_feature_group(FeatureGroupName="customers")
    offline = described["OfflineStoreConfig"]
    assert offline["S3StorageConfig"]["ResolvedOutputS3Uri"].startswith(
        "s3://store/x/123456789012/sagemaker/eu-west-1/offline-store/customers-"
    )
    assert offline["DataCatalogConfig"]["Database"] == "sagemaker_featurestore"
    assert offline["TableFormat"] == "Glue"
    assert described["OfflineStoreStatus"] == {"Status": "Active"}


@pytest.mark.fact("metadata.FeatureGroup.status", "metadata.FeatureGroup.enum")
def test_a_group_shows_three_statuses(sm: World, client: Any) -> None:
    """Facts: its own, that of the last update, that of the offline store."""
    told = {
        "FeatureGroupStatus": "Creating Created CreateFailed Deleting DeleteFailed",
        "LastUpdateStatus": "Successful Failed InProgress",
        "OfflineStoreStatus": "Active Blocked Disabled",
    }
    for member, values in told.items():
        inner = member != "FeatureGroupStatus"
        shape = client.meta.service_model.shape_for(f"{member}Value" if inner else member)
        assert set(shape.enum) == set(values.split())
        for value in values.split():
            name = f"{member}-{value}"
            shown: Any = {"Status": value} if inner else value
            sm.add("FeatureGroup", "eu-west-1", FeatureGroupName=name, **{member: shown})
            assert client.describe_feature_group(FeatureGroupName=name)[member] == shown
    blocked = client.list_feature_groups(OfflineStoreStatusEquals="Blocked")
    (summary,) = blocked["FeatureGroupSummaries"]
    assert summary["FeatureGroupName"] == "OfflineStoreStatus-Blocked"


def feature(number: int) -> dict[str, str]:
    return {"FeatureName": f"feature-{number}", "FeatureType": "String"}


@pytest.mark.fact("metadata.FeatureGroup.notes.max-2500-features-UpdateFeatureGroup-adds-at")
def test_a_group_has_2500_features_and_gets_100_at_a_time(sm: World, client: Any) -> None:
    def refused(call: Any, **members: Any) -> str:
        with pytest.raises(ClientError, match="ValidationException") as refusal:
            call(**members)
        return str(refusal.value.response["Error"]["Message"])

    group = request()
    many = [*group["FeatureDefinitions"], *map(feature, range(2400))]
    client.create_feature_group(**{**group, "FeatureDefinitions": many})
    sm.get("FeatureGroup", "customers").move_to("Created")
    named = {"FeatureGroupName": "customers"}
    over = {"FeatureDefinitions": [*many, *map(feature, range(5000, 5097))]}
    assert "less than or equal to 2500" in refused(client.create_feature_group, **{**group, **over})
    hundred = [feature(3000 + number) for number in range(101)]
    assert "less than or equal to 100" in refused(
        client.update_feature_group, **named, FeatureAdditions=hundred
    )
    assert refused(client.update_feature_group, **named, FeatureAdditions=hundred[:97]) == (
        "Validation Error: A FeatureGroup can have at most 2500 features."
    )
    client.update_feature_group(**named, FeatureAdditions=hundred[:96])
    assert len(client.describe_feature_group(**named)["FeatureDefinitions"]) == 2500


@pytest.mark.fact(
    "metadata.FeatureGroup.notes.describe-paginates-FeatureDefinitions-with-NextToken"
)
def test_features_beyond_2500_are_on_another_page(sm: World, client: Any) -> None:
    """No request makes so many; a test can put them there."""
    group: dict[str, Any] = {"FeatureGroupName": "wide"}
    features = [feature(number) for number in range(2501)]
    sm.add("FeatureGroup", "eu-west-1", **group, FeatureDefinitions=features)
    first = client.describe_feature_group(**group)
    second = client.describe_feature_group(**group, NextToken=first["NextToken"])
    assert first["FeatureDefinitions"] == features[:2500]
    assert second["FeatureDefinitions"] == features[2500:]
    assert second["NextToken"] == ""
    with pytest.raises(ClientError, match="Invalid pagination token"):
        client.describe_feature_group(**group, NextToken="x")


@pytest.mark.fact(
    "metadata.FeatureGroup.lifecycle.update",
    "metadata.FeatureGroup.notes.features-can-be-added-never-removed",
)
def test_features_are_added_and_the_update_is_reported_once_in_progress(client: Any) -> None:
    client.create_feature_group(**request())
    status(client)
    client.update_feature_group(
        FeatureGroupName="customers",
        FeatureAdditions=[{"FeatureName": "city", "FeatureType": "String"}],
    )
    seen = [client.describe_feature_group(FeatureGroupName="customers") for _ in range(2)]
    assert [s["LastUpdateStatus"]["Status"] for s in seen] == ["InProgress", "Successful"]
    names = [feature["FeatureName"] for feature in seen[0]["FeatureDefinitions"]]
    assert names == ["id", "time", "age", "tags", "city"]
    update = client.meta.service_model.operation_model("UpdateFeatureGroup").input_shape
    assert [member for member in update.members if "Feature" in member] == [
        "FeatureGroupName",
        "FeatureAdditions",
    ]
    assert (
        client.describe_feature_metadata(FeatureGroupName="customers", FeatureName="city")[
            "FeatureType"
        ]
        == "String"
    )


@pytest.mark.fact(
    "metadata.FeatureMetadata.arn",
    "metadata.FeatureMetadata.filled_in.FeatureType",
    "metadata.FeatureMetadata.filled_in.Parameters",
    "metadata.FeatureMetadata.filled_in.FeatureGroupArn",
    "metadata.FeatureMetadata.errors.group-or-feature-missing",
)
def test_metadata_of_a_feature_is_described_changed_and_gone_with_the_group(client: Any) -> None:
    arn = client.create_feature_group(**request())["FeatureGroupArn"]
    feature = {"FeatureGroupName": arn, "FeatureName": "age"}
    client.update_feature_metadata(
        **feature, Description="in years", ParameterAdditions=[{"Key": "unit", "Value": "year"}]
    )
    described = client.describe_feature_metadata(**feature)
    assert described["Description"] == "in years"
    assert described["Parameters"] == [{"Key": "unit", "Value": "year"}]
    client.update_feature_metadata(**feature, ParameterRemovals=["unit"])
    assert client.describe_feature_metadata(**feature)["Parameters"] == []
    status(client)
    client.delete_feature_group(FeatureGroupName="customers")
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_feature_metadata(FeatureGroupName="customers", FeatureName="age")


@pytest.mark.fact("metadata.FeatureMetadata.filled_in.CreationTime")
@pytest.mark.fact("metadata.FeatureMetadata.filled_in.LastModifiedTime")
def test_metadata_of_a_feature_has_its_times(sm: World, client: Any) -> None:
    client.create_feature_group(**request())
    feature = {"FeatureGroupName": "customers", "FeatureName": "age"}
    before = client.describe_feature_metadata(**feature)
    assert before["LastModifiedTime"] == before["CreationTime"]
    sm.clock.advance(60)
    client.update_feature_metadata(**feature, Description="in years")
    after = client.describe_feature_metadata(**feature)
    assert after["CreationTime"] == before["CreationTime"]
    assert after["LastModifiedTime"] - before["LastModifiedTime"] >= timedelta(seconds=60)


@pytest.mark.fact(
    "metadata.FeatureMetadata.notes.25-parameter-additions-and-removals-per",
    "metadata.FeatureMetadata.notes.Description-max-255",
)
@pytest.mark.parametrize(
    ("member", "most", "over"),
    [
        (
            "ParameterAdditions",
            [{"Key": str(number), "Value": "v"} for number in range(25)],
            [{"Key": "one-more", "Value": "v"}],
        ),
        ("ParameterRemovals", [str(number) for number in range(25)], ["one-more"]),
        ("Description", "d" * 255, "d"),
    ],
)
def test_metadata_of_a_feature_has_its_limits(
    client: Any, member: str, most: Any, over: Any
) -> None:
    client.create_feature_group(**request())
    feature = {"FeatureGroupName": "customers", "FeatureName": "age"}
    client.update_feature_metadata(**feature, **{member: most})
    with pytest.raises(ClientError, match=f"less than or equal to {len(most)}"):
        client.update_feature_metadata(**feature, **{member: most + over})


@pytest.mark.fact(
    "metadata.FeatureGroup.errors.neither-store-enabled",
    "metadata.FeatureGroup.errors.reserved-feature-names-is_deleted-write_time-api_invocation_time",
    "metadata.FeatureGroup.preconditions.RecordIdentifierFeatureName-and-EventTimeFeatureName-must-be-among",
    "metadata.FeatureGroup.preconditions.RoleArn-needed-with-OfflineStoreConfig",
)
@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"OnlineStoreConfig": {"EnableOnlineStore": False}},
            (
                "OnlineStore and OfflineStore cannot be both disabled. Please enable at least one of "
                "them and retry the request."
            ),
        ),
        (
            {"RecordIdentifierFeatureName": "nobody"},
            "RecordIdentifierFeatureName nobody is not in FeatureDefinitions.",
        ),
        (
            {"EventTimeFeatureName": "never"},
            "EventTimeFeatureName never is not in FeatureDefinitions.",
        ),
        (
            {"OfflineStoreConfig": OFFLINE["OfflineStoreConfig"]},
            "RoleArn is required when OfflineStoreConfig is provided.",
        ),
        *(
            (
                {
                    "FeatureDefinitions": [
                        *request()["FeatureDefinitions"],
                        {"FeatureName": name, "FeatureType": "String"},
                    ]
                },
                f"Feature names ['{name}'] are reserved.",
            )
            for name in ("is_deleted", "write_time", "api_invocation_time")
        ),
    ],
)
def test_a_group_that_does_not_fit_together_is_refused(
    client: Any, changes: dict[str, Any], text: str
) -> None:
    with pytest.raises(ClientError) as refusal:
        client.create_feature_group(**request(**changes))
    error = refusal.value.response["Error"]
    assert error == {"Code": "ValidationException", "Message": f"Validation Error: {text}"}
    assert client.list_feature_groups()["FeatureGroupSummaries"] == []


@pytest.mark.fact("metadata.FeatureGroup.notes.Feature-Store-error-texts-start-with")
@pytest.mark.parametrize(
    ("operation", "members", "start"),
    [
        (
            "create_feature_group",
            request("other", OnlineStoreConfig={"EnableOnlineStore": False}),
            "Validation Error: ",
        ),
        ("describe_feature_group", {"FeatureGroupName": "nobody"}, "Resource Not Found: "),
        ("create_feature_group", request(), "Resource Already Exists: "),
    ],
)
def test_error_texts_begin_with_their_sort(
    client: Any, operation: str, members: dict[str, Any], start: str
) -> None:
    client.create_feature_group(**request())
    with pytest.raises(ClientError) as refusal:
        getattr(client, operation)(**members)
    assert refusal.value.response["Error"]["Message"].startswith(start)


def test_a_taken_name_is_in_use(client: Any) -> None:
    """Fact: create existing, ResourceInUse with its two lines."""
    client.create_feature_group(**request())
    with pytest.raises(client.exceptions.ResourceInUse) as refusal:
        client.create_feature_group(**request())
    assert refusal.value.response["Error"]["Message"] == (
        "Resource Already Exists: FeatureGroup with name customers already exists. "
        "Choose a different name.\nInfo: Feature Group 'customers' already exists."
    )
