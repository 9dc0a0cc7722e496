"""Model cards; facts: metadata.yaml, ModelCard."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
NAME = {"ModelCardName": "churn"}
CONTENT = json.dumps(
    {
        "model_overview": {"model_id": "m-1", "model_description": "says who goes"},
        "intended_uses": {"risk_rating": "Low"},
    }
)


@pytest.fixture
def card(client: Any) -> str:
    """A model card; its ARN."""
    answer = client.create_model_card(**NAME, Content=CONTENT, ModelCardStatus="Draft")
    return str(answer["ModelCardArn"])


@pytest.mark.fact(
    "metadata.ModelCard.lifecycle.initial",
    "metadata.ModelCard.filled_in.ModelCardVersion",
    "metadata.ModelCard.arn",
)
def test_a_card_begins_with_version_1(client: Any, card: str) -> None:
    """Facts: ModelCard.filled_in, arn and timestamps."""
    answer = client.describe_model_card(**NAME)
    assert card == answer["ModelCardArn"] == f"{ARN}model-card/churn"
    assert (answer["ModelCardVersion"], answer["ModelCardStatus"]) == (1, "Draft")
    assert answer["Content"] == CONTENT
    assert "IamIdentity" in answer["CreatedBy"]
    assert answer["LastModifiedTime"] == answer["CreationTime"]
    assert "ModelCardProcessingStatus" not in answer


@pytest.mark.fact(
    "metadata.ModelCard.lifecycle.happy",
    "metadata.ModelCard.notes.describe-without-a-version-returns-the",
    "metadata.ModelCard.describe",
)
def test_every_update_makes_a_version(client: Any, card: str) -> None:
    """Facts: ModelCard.lifecycle.happy and timestamps; notes: the latest one is described."""
    client.update_model_card(**NAME, ModelCardStatus="PendingReview")
    client.update_model_card(ModelCardName=card, Content="{}")
    answer = client.describe_model_card(**NAME)
    assert (answer["ModelCardVersion"], answer["Content"]) == (3, "{}")
    assert answer["LastModifiedTime"] >= answer["CreationTime"]
    first = client.describe_model_card(**NAME, ModelCardVersion=1)
    assert (first["Content"], first["ModelCardStatus"]) == (CONTENT, "Draft")


def test_versions_are_listed_by_status_and_order(client: Any, card: str) -> None:
    """Facts: cross-cutting, section 7, ListModelCardVersions."""
    client.update_model_card(**NAME, ModelCardStatus="Approved")
    client.update_model_card(**NAME, Content="{}")

    def listed(**asked: Any) -> list[int]:
        pages = client.get_paginator("list_model_card_versions").paginate(**NAME, **asked)
        return [one["ModelCardVersion"] for one in pages.search("ModelCardVersionSummaryList")]

    assert listed() == [3, 2, 1]
    assert listed(SortOrder="Ascending", PaginationConfig={"PageSize": 2}) == [1, 2, 3]
    assert listed(ModelCardStatus="Draft") == [1]


def test_cards_are_listed_by_status(client: Any, card: str) -> None:
    client.create_model_card(ModelCardName="other", Content="{}", ModelCardStatus="Approved")
    found = client.list_model_cards(ModelCardStatus="Approved")["ModelCardSummaries"]
    assert [one["ModelCardName"] for one in found] == ["other"]


def test_metadata_only_leaves_out_what_is_encrypted(client: Any, card: str) -> None:
    """Model, DescribeModelCardResponse.Content."""
    answer = client.describe_model_card(**NAME, IncludedData="MetadataOnly")
    assert json.loads(answer["Content"]) == {
        "model_overview": {"model_id": "m-1"},
        "intended_uses": {"risk_rating": "Low"},
    }


@pytest.mark.fact(
    "metadata.ModelCard.lifecycle.delete",
    "metadata.ModelCard.errors.describe-while-deleting",
)
def test_a_deletion_shows_its_steps(client: Any, card: str) -> None:
    """Facts: ModelCard.lifecycle.delete and errors (describe while deleting)."""
    client.delete_model_card(**NAME)
    seen = [client.describe_model_card(**NAME)["ModelCardProcessingStatus"] for _ in range(4)]
    assert seen == ["DeletePending", "DeleteInProgress", "ContentDeleted", "ExportJobsDeleted"]
    with pytest.raises(ClientError, match=r"ValidationException.*Model card is being deleted"):
        client.describe_model_card(**NAME)
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_model_card(**NAME)


def test_a_card_being_deleted_is_not_changed(client: Any, card: str) -> None:
    client.delete_model_card(**NAME)
    with pytest.raises(ClientError, match="Model card is being deleted"):
        client.update_model_card(**NAME, ModelCardStatus="Approved")
    with pytest.raises(ClientError, match="Model card is being deleted"):
        client.delete_model_card(**NAME)


@pytest.mark.fact("jobs.ModelCardExportJob.lifecycle.delete_note")
def test_a_deletion_takes_the_export_jobs_along(sm: World, client: Any, card: str) -> None:
    """Model, ModelCardProcessingStatus: ExportJobsDeleted."""
    arn = export(client, "pdf", **NAME)
    client.delete_model_card(**NAME)
    sm.get("ModelCard", "churn").move_to("ExportJobsDeleted")
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_model_card_export_job(ModelCardExportJobArn=arn)


@pytest.mark.fact("metadata.ModelCard.status", "metadata.ModelCard.enum")
def test_statuses_of_a_card_its_deletion_and_its_exports(sm: World, client: Any, card: str) -> None:
    """The first is what the client says, and stays; the second tells how far a deletion is."""

    def values(shape: str) -> set[str]:
        return set(client.meta.service_model.shape_for(shape).enum)

    said = {"Draft", "PendingReview", "Approved", "Archived"}
    assert said == values("ModelCardStatus")
    for status in said:
        client.create_model_card(ModelCardName=status, Content="{}", ModelCardStatus=status)
        for _ in range(2):
            answer = client.describe_model_card(ModelCardName=status)
            assert answer["ModelCardStatus"] == status
            assert "ModelCardProcessingStatus" not in answer
    sm.fail("ModelCard", at="DeleteInProgress")
    passed = set()
    for name in ("Draft", "churn"):
        client.delete_model_card(ModelCardName=name)
        passed |= {state for state, _ in sm.get("ModelCard", name).advance(4).history}
    assert passed - {"Kept"} == values("ModelCardProcessingStatus")
    assert client.describe_model_card(ModelCardName="Draft")["ModelCardStatus"] == "Draft"
    sm.fail("ModelCardExportJob", times=1)
    jobs = [export(client, f"job-{number}", ModelCardName="Approved") for number in range(2)]
    shown = {
        client.describe_model_card_export_job(ModelCardExportJobArn=arn)["Status"]
        for arn in jobs * 2
    }
    assert shown == values("ModelCardExportJobStatus") == {"InProgress", "Completed", "Failed"}


def export(client: Any, name: str, **members: Any) -> str:
    """Export a card; the ARN of the job."""
    output = {"S3OutputPath": "s3://bucket/cards"}
    job = {"ModelCardExportJobName": name, "OutputConfig": output}
    answer = client.create_model_card_export_job(**job, **members)
    return str(answer["ModelCardExportJobArn"])


@pytest.mark.fact("metadata.ModelCard.notes.export-job-uses-the-latest-version")
def test_an_export_is_of_the_latest_version_unless_it_names_one(client: Any, card: str) -> None:
    client.update_model_card(**NAME, Content="{}")
    client.update_model_card(**NAME, ModelCardStatus="Approved")

    def version(arn: str) -> int:
        answer = client.describe_model_card_export_job(ModelCardExportJobArn=arn)
        return int(answer["ModelCardVersion"])

    assert version(export(client, "latest", **NAME)) == 3
    assert version(export(client, "second", **NAME, ModelCardVersion=2)) == 2


def test_a_deletion_may_fail(sm: World, client: Any, card: str) -> None:
    sm.fail("ModelCard", reason="held", at="DeleteInProgress")
    client.delete_model_card(**NAME)
    seen = [client.describe_model_card(**NAME)["ModelCardProcessingStatus"] for _ in range(3)]
    assert seen == ["DeletePending", "DeleteInProgress", "DeleteFailed"]


@pytest.mark.fact(
    "metadata.ModelCard.errors.update-both-Content-and-ModelCardStatus",
    "metadata.ModelCard.notes.Content-is-a-JSON-string-checked",
)
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Content": "{}", "ModelCardStatus": "Approved"}, "ValidationException"),
        ({"Content": "[]"}, "ValidationException"),
        ({"Content": "{"}, "ValidationException"),
        ({"Content": '{"weather": {}}'}, "ValidationException"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    client: Any, card: str, changes: dict[str, str], code: str
) -> None:
    """Facts: ModelCard.errors (both) and notes (checked against the schema)."""
    with pytest.raises(ClientError, match=code):
        client.update_model_card(**NAME, **changes)
    assert client.describe_model_card(**NAME)["ModelCardVersion"] == 1


@pytest.mark.fact(
    "metadata.ModelCard.errors.update-an-Archived-card",
)
def test_an_archived_card_stays_as_it_is(client: Any, card: str) -> None:
    """Facts: ModelCard.errors (update an Archived card)."""
    client.update_model_card(**NAME, ModelCardStatus="Archived")
    with pytest.raises(client.exceptions.ConflictException):
        client.update_model_card(**NAME, Content="{}")


def test_an_unknown_card_or_version_is_not_found(client: Any, card: str) -> None:
    """Facts: ModelCard.errors (missing)."""
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_model_card(ModelCardName="other")
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.list_model_card_versions(ModelCardName="other")
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_model_card(**NAME, ModelCardVersion=2)


def test_a_name_in_use_is_a_conflict(client: Any, card: str) -> None:
    """Facts: ModelCard.errors (create existing)."""
    with pytest.raises(client.exceptions.ConflictException, match="Modelcard churn already exists"):
        client.create_model_card(**NAME, Content="{}", ModelCardStatus="Draft")


def test_search_finds_a_card_by_what_its_content_says(client: Any, card: str) -> None:
    """Model, ModelCard (the Search record): ModelId and RiskRating."""
    wanted = {"Name": "RiskRating", "Operator": "Equals", "Value": "Low"}
    (found,) = client.search(Resource="ModelCard", SearchExpression={"Filters": [wanted]})[
        "Results"
    ]
    assert found["ModelCard"]["ModelId"] == "m-1"


def test_a_card_can_be_put_there(sm: World, client: Any) -> None:
    sm.add(
        "ModelCard", "eu-west-1", ModelCardName="churn", ModelCardStatus="Approved", Content="{}"
    )
    assert client.describe_model_card(**NAME)["ModelCardStatus"] == "Approved"
