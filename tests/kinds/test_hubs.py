"""Hubs, their content and references to public content; facts: hosting.yaml."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
MODEL = {"HubName": "Team", "HubContentType": "Model", "HubContentName": "Bert"}
DOCUMENT = json.dumps(
    {"Dependencies": [{"DependencyOriginPath": "a", "DependencyCopyPath": "s3://bucket/bert.tgz"}]}
)
PUBLIC = "arn:aws:sagemaker:eu-west-1:aws:hub-content/SageMakerPublicHub/Model/llama"
REFERENCE = {"HubName": "Team", "HubContentType": "ModelReference", "HubContentName": "llama"}


@pytest.fixture
def hub(client: Any) -> str:
    """A hub that is InService."""
    client.create_hub(HubName="Team", HubDescription="ours")
    for _ in range(2):
        client.describe_hub(HubName="Team")
    return "Team"


def bring_in(client: Any, **members: Any) -> None:
    """Import a version of the model, and wait until it is Available."""
    client.import_hub_content(
        **{
            **MODEL,
            "DocumentSchemaVersion": "2.0.0",
            "HubContentDocument": DOCUMENT,
            **members,
        }
    )
    for _ in range(2):
        client.describe_hub_content(**MODEL)


# Hubs ---------------------------------------------------------------------------------------------


def test_the_life_of_a_hub(client: Any) -> None:
    """Facts: Hub.lifecycle."""
    client.create_hub(HubName="Team", HubDescription="ours")
    seen = [client.describe_hub(HubName="Team")["HubStatus"] for _ in range(2)]
    client.update_hub(HubName="Team", HubDescription="everyone's")
    answers = [client.describe_hub(HubName="Team") for _ in range(2)]
    client.delete_hub(HubName="Team")
    seen += [answer["HubStatus"] for answer in answers]
    seen.append(client.describe_hub(HubName="Team")["HubStatus"])
    assert seen == ["Creating", "InService", "Updating", "InService", "Deleting"]
    assert answers[-1]["HubDescription"] == "everyone's"
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_hub(HubName="Team")


@pytest.mark.fact(
    "hosting.Hub.identifier",
)
def test_a_hub_is_known_by_its_arn_too(client: Any, hub: str) -> None:
    """Facts: Hub.identifier."""
    assert client.describe_hub(HubName=f"{ARN}hub/Team")["HubName"] == "Team"


@pytest.mark.fact(
    "hosting.Hub.notes.SageMakerPublicHub-account-part-aws",
)
def test_the_public_hub_is_always_there_and_nobody_changes_it(client: Any) -> None:
    """Facts: Hub.notes."""
    answer = client.describe_hub(HubName="SageMakerPublicHub")
    assert answer["HubArn"] == "arn:aws:sagemaker:eu-west-1:aws:hub/SageMakerPublicHub"
    assert answer["HubStatus"] == "InService"
    with pytest.raises(ClientError, match="read only"):
        client.delete_hub(HubName="SageMakerPublicHub")


@pytest.mark.fact(
    "hosting.Hub.preconditions.DeleteHub-wants-the-hub-empty",
    "hosting.Hub.errors.delete-while-it-holds-content",
)
def test_a_hub_with_content_cannot_be_deleted(client: Any, hub: str) -> None:
    """Facts: Hub.preconditions."""
    bring_in(client)
    with pytest.raises(client.exceptions.ResourceInUse):
        client.delete_hub(HubName=hub)


def test_a_failed_hub_says_why(sm: World, client: Any) -> None:
    """Facts: Hub.lifecycle.failed."""
    sm.fail("Hub", reason="no bucket")
    client.create_hub(HubName="Team", HubDescription="ours")
    client.describe_hub(HubName="Team")
    answer = client.describe_hub(HubName="Team")
    assert (answer["HubStatus"], answer["FailureReason"]) == ("CreateFailed", "no bucket")


# Content ------------------------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.HubContent.filled_in.HubContentVersion",
    "hosting.HubContent.filled_in.SupportStatus",
    "hosting.HubContent.filled_in.HubArn-HubContentArn",
    "hosting.HubContent.timestamps.CreationTime",
    "hosting.HubContent.filled_in.HubContentDependencies-parsed-from-the-document",
)
def test_content_is_imported_and_then_available(client: Any, hub: str) -> None:
    """Facts: HubContent.lifecycle, filled_in and arn."""
    client.import_hub_content(**MODEL, DocumentSchemaVersion="2.0.0", HubContentDocument=DOCUMENT)
    importing, available = (client.describe_hub_content(**MODEL) for _ in range(2))
    assert (importing["HubContentStatus"], available["HubContentStatus"]) == (
        "Importing",
        "Available",
    )
    assert available["HubContentArn"] == f"{ARN}hub-content/Team/Model/Bert/1.0.0"
    assert available["HubArn"] == f"{ARN}hub/Team"
    assert available["SupportStatus"] == "Supported"
    (dependency,) = available["HubContentDependencies"]
    assert dependency["DependencyCopyPath"] == "s3://bucket/bert.tgz"


@pytest.mark.fact(
    "hosting.HubContent.identifier",
)
def test_the_latest_version_is_described_unless_another_is_named(client: Any, hub: str) -> None:
    """Facts: HubContent.identifier; versions are ordered as numbers."""
    for version in ("1.2.0", "1.10.0", "1.9.0"):
        bring_in(client, HubContentVersion=version)
    latest = client.describe_hub_content(**MODEL)["HubContentVersion"]
    named = client.describe_hub_content(**MODEL, HubContentVersion="1.2.0")["HubContentVersion"]
    assert (latest, named) == ("1.10.0", "1.2.0")


@pytest.mark.fact(
    "hosting.HubContent.timestamps.OriginalCreationTime",
)
def test_contents_are_listed_once_and_versions_each(client: Any, hub: str) -> None:
    for version in ("1.0.0", "2.0.0", "3.0.0"):
        bring_in(client, HubContentVersion=version)
    of_type = {"HubName": hub, "HubContentType": "Model"}
    (content,) = client.list_hub_contents(**of_type)["HubContentSummaries"]
    versions = client.list_hub_content_versions(**MODEL, MinVersion="2.0.0")["HubContentSummaries"]
    first = client.describe_hub_content(**MODEL, HubContentVersion="1.0.0")["CreationTime"]
    assert content["HubContentVersion"] == "3.0.0"
    assert content["OriginalCreationTime"] == first
    assert [version["HubContentVersion"] for version in versions] == ["3.0.0", "2.0.0"]


def test_lists_are_paged(client: Any, hub: str) -> None:
    for version in ("1.0.0", "2.0.0", "3.0.0"):
        bring_in(client, HubContentVersion=version)
    page = client.list_hub_content_versions(**MODEL, MaxResults=2)
    rest = client.list_hub_content_versions(**MODEL, MaxResults=2, NextToken=page["NextToken"])
    sizes = [len(answer["HubContentSummaries"]) for answer in (page, rest)]
    assert (sizes, "NextToken" in rest) == ([2, 1], False)


def test_a_schema_may_be_too_new(client: Any, hub: str) -> None:
    bring_in(client)
    of_type = {"HubName": hub, "HubContentType": "Model"}
    listed = client.list_hub_contents(**of_type, MaxSchemaVersion="1.9.0")
    assert listed["HubContentSummaries"] == []


@pytest.mark.fact(
    "hosting.HubContent.notes.UpdateHubContent",
)
def test_content_is_updated_in_place(client: Any, hub: str) -> None:
    """Facts: HubContent.notes."""
    bring_in(client)
    version = {**MODEL, "HubContentVersion": "1.0.0"}
    with pytest.raises(ClientError, match="At least one of"):
        client.update_hub_content(**version)
    client.update_hub_content(**version, SupportStatus="Deprecated")
    answer = client.describe_hub_content(**MODEL)
    assert (answer["HubContentStatus"], answer["SupportStatus"]) == ("Available", "Deprecated")


def test_a_version_goes_by_way_of_deleting(client: Any, hub: str) -> None:
    bring_in(client)
    client.delete_hub_content(**MODEL, HubContentVersion="1.0.0")
    assert client.describe_hub_content(**MODEL)["HubContentStatus"] == "Deleting"
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_hub_content(**MODEL)


@pytest.mark.fact(
    "hosting.HubContent.errors.import-of-a-version-that-exists",
)
def test_a_version_that_is_there_is_in_use(client: Any, hub: str) -> None:
    """Facts: HubContent.errors."""
    bring_in(client)
    with pytest.raises(client.exceptions.ResourceInUse):
        bring_in(client)


@pytest.mark.fact(
    "hosting.HubContent.references.Hub-must-exist-and-be-InService",
)
def test_content_needs_a_hub_in_service(client: Any) -> None:
    """Facts: HubContent.references."""
    client.create_hub(HubName="Team", HubDescription="ours")
    with pytest.raises(ClientError, match="status Creating"):
        bring_in(client)


def test_presigned_urls_lead_to_the_artifacts(client: Any, hub: str) -> None:
    bring_in(client)
    (config,) = client.create_hub_content_presigned_urls(**MODEL)["AuthorizedUrlConfigs"]
    assert config["Url"].startswith("https://bucket.s3.eu-west-1.amazonaws.com/bert.tgz?X-Amz-")
    assert config["LocalPath"] == "/bert.tgz"


# References ---------------------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.HubContentReference.update",
    "hosting.HubContentReference.delete",
    "hosting.HubContentReference.describe",
    "hosting.HubContentReference.status",
    "hosting.HubContentReference.arn",
    "hosting.HubContentReference.filled_in.ReferenceMinVersion-from-MinVersion",
    "hosting.HubContentReference.filled_in.SageMakerPublicHubContentArn-with-a-version-appended-to",
    "hosting.HubContentReference.errors.create-with-a-name-that-exists-in-the-hub",
    "hosting.HubContentReference.notes.UpdateHubContentReference-changes-MinVersion-only-it-cannot",
)
def test_the_round_trip_of_a_reference(client: Any, hub: str) -> None:
    """Facts: HubContentReference."""
    made = client.create_hub_content_reference(HubName=hub, SageMakerPublicHubContentArn=PUBLIC)
    before = client.describe_hub_content(**REFERENCE)
    assert made["HubContentArn"] == before["HubContentArn"]
    assert made["HubContentArn"] == f"{ARN}hub-content/Team/ModelReference/llama/1.0.0"
    assert before["SageMakerPublicHubContentArn"] == f"{PUBLIC}/1.0.0"
    client.update_hub_content_reference(**REFERENCE, MinVersion="2.0.0")
    client.update_hub_content_reference(**REFERENCE)
    answer = client.describe_hub_content(**REFERENCE)
    changed = {member for member in answer if answer[member] != before.get(member)}
    assert changed - {"HubContentStatus", "LastModifiedTime", "ResponseMetadata"} == {
        "ReferenceMinVersion",
        "SageMakerPublicHubContentArn",
    }
    assert (answer["SageMakerPublicHubContentArn"], answer["ReferenceMinVersion"]) == (
        f"{PUBLIC}/2.0.0",
        "2.0.0",
    )
    with pytest.raises(client.exceptions.ResourceInUse):
        client.create_hub_content_reference(HubName=hub, SageMakerPublicHubContentArn=PUBLIC)
    client.delete_hub_content_reference(**REFERENCE)
    client.describe_hub_content(**REFERENCE)
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_hub_content(**REFERENCE)


@pytest.mark.fact(
    "hosting.HubContentReference.identifier",
)
def test_a_reference_may_have_a_name_of_its_own(client: Any, hub: str) -> None:
    """Facts: HubContentReference.identifier."""
    client.create_hub_content_reference(
        HubName=hub, SageMakerPublicHubContentArn=PUBLIC, HubContentName="alias", MinVersion="1.5.0"
    )
    (summary,) = client.list_hub_contents(HubName=hub, HubContentType="ModelReference")[
        "HubContentSummaries"
    ]
    assert (summary["HubContentName"], summary["HubContentVersion"]) == ("alias", "1.5.0")


@pytest.mark.fact(
    "hosting.HubContentReference.lifecycle.initial",
    "hosting.HubContentReference.lifecycle.path",
    "hosting.HubContentReference.lifecycle.failed",
    "hosting.HubContentReference.lifecycle.delete",
)
@pytest.mark.parametrize("fails", [False, True])
def test_a_reference_is_imported_and_deleted(sm: World, client: Any, hub: str, fails: bool) -> None:
    """Facts: HubContentReference.lifecycle."""
    if fails:
        sm.fail("HubContent")
    client.create_hub_content_reference(HubName=hub, SageMakerPublicHubContentArn=PUBLIC)
    seen = [client.describe_hub_content(**REFERENCE)["HubContentStatus"] for _ in range(2)]
    client.delete_hub_content_reference(**REFERENCE)
    seen.append(client.describe_hub_content(**REFERENCE)["HubContentStatus"])
    assert seen == ["Importing", "ImportFailed" if fails else "Available", "Deleting"]
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_hub_content(**REFERENCE)


@pytest.mark.fact(
    "hosting.HubContentReference.filled_in.HubContentDocument-and-schema-version-from-the",
)
def test_a_reference_shows_the_document_of_the_public_model(
    sm: World, client: Any, hub: str
) -> None:
    """Facts: HubContentReference.filled_in."""
    for version, schema in (("1.9.0", "2.1.0"), ("1.10.0", "2.2.0")):
        sm.add(
            "HubContent",
            region="eu-west-1",
            HubName="SageMakerPublicHub",
            HubContentType="Model",
            HubContentName="llama",
            HubContentArn=f"{PUBLIC}/{version}",
            HubContentVersion=version,
            DocumentSchemaVersion=schema,
            HubContentDocument=DOCUMENT,
        )
    client.create_hub_content_reference(HubName=hub, SageMakerPublicHubContentArn=PUBLIC)
    answer = client.describe_hub_content(**REFERENCE)
    assert (answer["HubContentDocument"], answer["DocumentSchemaVersion"]) == (DOCUMENT, "2.2.0")


@pytest.mark.fact("hosting.HubContentReference.notes.ListTags-wants-the-ARN-without-the")
def test_tags_of_a_reference_are_found_without_its_version(client: Any, hub: str) -> None:
    """Facts: HubContentReference.notes."""
    tags = [{"Key": "team", "Value": "vision"}]
    arn = client.create_hub_content_reference(
        HubName=hub, SageMakerPublicHubContentArn=PUBLIC, MinVersion="1.5.0", Tags=tags
    )["HubContentArn"]
    with pytest.raises(ClientError, match="Resource does not exist"):
        client.list_tags(ResourceArn=arn)
    assert client.list_tags(ResourceArn=arn.removesuffix("/1.5.0"))["Tags"] == tags


@pytest.mark.fact("hosting.HubContent.notes.a-job-that-names-missing-hub")
def test_a_training_job_needs_the_hub_content_that_it_reads(client: Any, hub: str) -> None:
    """Facts: HubContent.notes; what other accounts' hubs have cannot be seen."""
    dataset = {**MODEL, "HubContentType": "DataSet", "HubContentName": "news"}
    client.import_hub_content(**dataset, DocumentSchemaVersion="2.0.0", HubContentDocument="{}")
    known = f"{ARN}hub-content/Team/DataSet/news"
    public = "arn:aws:sagemaker:eu-west-1:aws:hub-content/SageMakerPublicHub/DataSet/squad"
    for number, arn in enumerate((known, f"{known}/1.0.0", public)):
        client.create_training_job(**training_on(f"job-{number}", arn))
    for missing in (f"{known}/2.0.0", f"{ARN}hub-content/Team/DataSet/no"):
        with pytest.raises(ClientError, match=f"Hub content {missing} does not exist"):
            client.create_training_job(**training_on("other", missing))
    assert len(client.list_training_jobs()["TrainingJobSummaries"]) == 3


def training_on(name: str, dataset: str) -> dict[str, Any]:
    """Return the request of a training job that reads a dataset of a hub."""
    return {
        "TrainingJobName": name,
        "AlgorithmSpecification": {"TrainingImage": "image:1", "TrainingInputMode": "File"},
        "RoleArn": "arn:aws:iam::123456789012:role/trainer",
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
        "ResourceConfig": {
            "InstanceType": "ml.m5.large",
            "InstanceCount": 1,
            "VolumeSizeInGB": 10,
        },
        "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        "InputDataConfig": [
            {"ChannelName": "train", "DataSource": {"DatasetSource": {"DatasetArn": dataset}}}
        ],
    }


VERSION = {**MODEL, "HubName": "no", "HubContentVersion": "1.0.0"}
OF_NO_HUB = {**MODEL, "HubName": "no"}
MISSING = [
    ("describe_hub", {"HubName": "no"}),
    ("update_hub", {"HubName": "no"}),
    ("delete_hub", {"HubName": "no"}),
    ("describe_hub_content", OF_NO_HUB),
    ("delete_hub_content", VERSION),
    ("update_hub_content", {**VERSION, "SupportStatus": "Deprecated"}),
    ("list_hub_contents", {"HubName": "no", "HubContentType": "Model"}),
    ("list_hub_content_versions", OF_NO_HUB),
    (
        "import_hub_content",
        {**VERSION, "DocumentSchemaVersion": "2.0.0", "HubContentDocument": "{}"},
    ),
    (
        "create_hub_content_reference",
        {"HubName": "no", "SageMakerPublicHubContentArn": PUBLIC},
    ),
    ("update_hub_content_reference", {**REFERENCE, "HubName": "no"}),
    ("delete_hub_content_reference", {**REFERENCE, "HubName": "no"}),
]


@pytest.mark.fact(
    "hosting.HubContent.errors.describe-update-delete-hub-missing-at-import-of-a",
    "hosting.HubContentReference.errors.update-delete-hub-or-public-content-missing-at-create",
)
@pytest.mark.parametrize(("operation", "names"), MISSING)
def test_what_is_not_there_is_not_found(client: Any, operation: str, names: dict[str, str]) -> None:
    """Facts: Hub.errors, HubContent.errors, HubContentReference.errors."""
    with pytest.raises(client.exceptions.ResourceNotFound):
        getattr(client, operation)(**names)
