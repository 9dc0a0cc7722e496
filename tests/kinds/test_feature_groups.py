"""FeatureGroup and FeatureMetadata. Source of the facts: metadata.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagestub import mock_sagemaker
from tests.planes.test_feature_store import ROLE, request

OFFLINE: dict[str, Any] = {
    "OfflineStoreConfig": {"S3StorageConfig": {"S3Uri": "s3://store/x"}},
    "RoleArn": ROLE,
}


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_sagemaker():
        yield boto3.client("sagemaker", region_name="eu-west-1")


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


@pytest.mark.fact(
    "metadata.FeatureGroup.lifecycle.update",
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
    assert seen[0]["FeatureDefinitions"][-1]["FeatureName"] == "city"
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


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        (
            {"OnlineStoreConfig": {"EnableOnlineStore": False}},
            "OnlineStore and OfflineStore cannot be both disabled",
        ),
        ({"RecordIdentifierFeatureName": "nobody"}, "nobody is not in FeatureDefinitions"),
        (
            {"OfflineStoreConfig": OFFLINE["OfflineStoreConfig"]},
            "RoleArn is required",
        ),
    ],
)
def test_a_group_that_does_not_fit_together_is_refused(
    client: Any, changes: dict[str, Any], text: str
) -> None:
    with pytest.raises(ClientError, match="Validation Error: ") as refusal:
        client.create_feature_group(**request(**changes))
    assert text in refusal.value.response["Error"]["Message"]
    assert client.list_feature_groups()["FeatureGroupSummaries"] == []


def test_a_taken_name_is_in_use(client: Any) -> None:
    """Fact: create existing, ResourceInUse with its two lines."""
    client.create_feature_group(**request())
    with pytest.raises(client.exceptions.ResourceInUse) as refusal:
        client.create_feature_group(**request())
    assert refusal.value.response["Error"]["Message"] == (
        "Resource Already Exists: FeatureGroup with name customers already exists. "
        "Choose a different name.\nInfo: Feature Group 'customers' already exists."
    )
