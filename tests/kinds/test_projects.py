"""Projects and the portfolio; facts: metadata.yaml, Project, SagemakerServicecatalogPortfolio."""

from __future__ import annotations

import re
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagestub import World

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
NAME = {"ProjectName": "Churn"}
PRODUCT = {"ServiceCatalogProvisioningDetails": {"ProductId": "prod-1"}}


def status(client: Any) -> str:
    """The status of the project as Describe reports it."""
    return str(client.describe_project(**NAME)["ProjectStatus"])


@pytest.fixture
def project(sm: World, client: Any) -> str:
    """A project that is CreateCompleted; its ARN."""
    answer = client.create_project(**NAME, **PRODUCT)
    sm.get("Project", "Churn").move_to("CreateCompleted")
    return str(answer["ProjectArn"])


@pytest.mark.fact(
    "metadata.Project.filled_in.ServiceCatalogProvisionedProductDetails-ProvisionedProductId",
    "metadata.Project.filled_in.ProjectId-p-12-lower-alphanumerics",
    "metadata.Project.filled_in.ServiceCatalogProvisioningDetails-ProvisioningArtifactId-when-absent",
    "metadata.Project.notes.project-id-seen-as-p-0daofgwohsds",
)
def test_a_project_is_created_by_steps(client: Any) -> None:
    """Facts: Project.lifecycle.happy, arn, filled_in and timestamps."""
    made = client.create_project(**NAME, **PRODUCT)
    assert made["ProjectArn"] == f"{ARN}project/Churn"
    assert re.fullmatch("p-[a-z0-9]{12}", made["ProjectId"])
    seen = [client.describe_project(**NAME) for _ in range(3)]
    states = [one["ProjectStatus"] for one in seen]
    assert states == ["Pending", "CreateInProgress", "CreateCompleted"]
    assert "ServiceCatalogProvisionedProductDetails" not in seen[0]
    product = seen[2]["ServiceCatalogProvisionedProductDetails"]["ProvisionedProductId"]
    assert re.fullmatch("pp-[a-z0-9]{13}", product)
    details = seen[0]["ServiceCatalogProvisioningDetails"]
    assert re.fullmatch("pa-[a-z0-9]{13}", details["ProvisioningArtifactId"])
    given = {"ProductId": "prod-1", "ProvisioningArtifactId": "pa-mine"}
    client.create_project(ProjectName="Own", ServiceCatalogProvisioningDetails=given)
    own = client.describe_project(ProjectName="Own")
    assert own["ServiceCatalogProvisioningDetails"] == given
    assert all("LastModifiedTime" not in one for one in seen)
    assert seen[0]["ProjectId"] == seen[2]["ProjectId"] == made["ProjectId"]


def test_an_update_goes_its_own_way(client: Any, project: str) -> None:
    """Facts: Project.lifecycle.update."""
    changed = {"ProvisioningArtifactId": "pa-2"}
    client.update_project(
        **NAME,
        ProjectDescription="who goes",
        ServiceCatalogProvisioningUpdateDetails=changed,
        Tags=[{"Key": "team", "Value": "a"}],
    )
    assert [status(client) for _ in range(3)] == ["Pending", "UpdateInProgress", "UpdateCompleted"]
    answer = client.describe_project(**NAME)
    assert answer["ProjectDescription"] == "who goes"
    details = answer["ServiceCatalogProvisioningDetails"]
    assert details == {"ProductId": "prod-1", "ProvisioningArtifactId": "pa-2"}
    assert answer["LastModifiedTime"] > answer["CreationTime"]
    assert client.list_tags(ResourceArn=project)["Tags"] == [{"Key": "team", "Value": "a"}]


def test_templates_are_shown_and_updated(sm: World, client: Any) -> None:
    """Model, TemplateProviderDetails."""
    template = {"TemplateName": "t", "TemplateURL": "https://b.s3.amazonaws.com/1.yaml"}
    client.create_project(**NAME, TemplateProviders=[{"CfnTemplateProvider": template}])
    sm.get("Project", "Churn").move_to("CreateCompleted")
    shown = client.describe_project(**NAME)
    assert shown["TemplateProviderDetails"] == [{"CfnTemplateProviderDetail": template}]
    assert "ServiceCatalogProvisionedProductDetails" not in shown
    newer = {**template, "TemplateURL": "https://b.s3.amazonaws.com/2.yaml"}
    client.update_project(**NAME, TemplateProvidersToUpdate=[{"CfnTemplateProvider": newer}])
    shown = client.describe_project(**NAME)
    assert shown["TemplateProviderDetails"] == [{"CfnTemplateProviderDetail": newer}]


@pytest.mark.fact(
    "metadata.Project.lifecycle.delete",
    "metadata.Project.errors.delete-one-in-DeleteCompleted",
    "cross-cutting.12.A-second-delete-of-a-deleted",
)
def test_a_deleted_project_goes_on_to_be_described(client: Any, project: str) -> None:
    """Facts: Project.lifecycle.delete and errors (delete one in DeleteCompleted)."""
    client.delete_project(**NAME)
    seen = [status(client) for _ in range(3)]
    assert seen == ["DeleteInProgress", "DeleteCompleted", "DeleteCompleted"]
    with pytest.raises(ClientError) as caught:
        client.delete_project(**NAME)
    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"] == "Cannot delete Project in DeleteCompleted status"


def test_the_name_of_a_deleted_project_is_free(client: Any, project: str) -> None:
    before = client.describe_project(**NAME)
    client.delete_project(**NAME)
    assert [status(client) for _ in range(2)] == ["DeleteInProgress", "DeleteCompleted"]
    client.create_project(**NAME, **PRODUCT)
    after = client.describe_project(**NAME)
    assert after["ProjectStatus"] == "Pending"
    assert after["CreationTime"] > before["CreationTime"]
    assert after["ProjectId"] != before["ProjectId"]


@pytest.mark.parametrize(
    ("at", "end"),
    [("CreateInProgress", "CreateFailed"), ("UpdateInProgress", "UpdateFailed")],
)
def test_a_failure_says_why(sm: World, client: Any, at: str, end: str) -> None:
    """Facts: Project.lifecycle.failed."""
    sm.fail("Project", reason="no role", at=at)
    client.create_project(**NAME, **PRODUCT)
    sm.get("Project", "Churn").advance(2)
    if at == "UpdateInProgress":
        client.update_project(**NAME)
        sm.get("Project", "Churn").advance(2)
    answer = client.describe_project(**NAME)
    assert answer["ProjectStatus"] == end
    details = answer["ServiceCatalogProvisionedProductDetails"]
    assert details["ProvisionedProductStatusMessage"] == "no role"


@pytest.mark.fact(
    "metadata.Project.errors.wrong-state",
)
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_a_project_on_its_way_cannot_be_changed(client: Any, verb: str) -> None:
    """Facts: Project.errors (wrong state)."""
    client.create_project(**NAME, **PRODUCT)
    with pytest.raises(client.exceptions.ConflictException):
        getattr(client, f"{verb}_project")(**NAME)


@pytest.mark.fact(
    "metadata.Project.errors.update-tag-path-missing",
)
@pytest.mark.parametrize(
    ("verb", "text"),
    [
        ("describe", f"Project {ARN}project/Churn does not exist."),
        ("update", f"Cannot find Project: {ARN}project/Churn"),
        ("delete", f"Project {ARN}project/Churn does not exist."),
    ],
)
def test_a_missing_project_is_not_found(client: Any, verb: str, text: str) -> None:
    """Facts: Project.errors (missing)."""
    with pytest.raises(ClientError) as caught:
        getattr(client, f"{verb}_project")(**NAME)
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("ValidationException", text)


def test_a_name_in_use_is_refused(client: Any, project: str) -> None:
    """Facts: Project.errors (create existing)."""
    with pytest.raises(ClientError, match=f"Project already exists: {project}"):
        client.create_project(**NAME, **PRODUCT)


@pytest.mark.fact(
    "metadata.SagemakerServicecatalogPortfolio.identifier",
    "metadata.SagemakerServicecatalogPortfolio.notes.Enable-Disable-take-and-answer-empty",
)
def test_there_is_one_portfolio_for_each_account_and_region(client: Any) -> None:
    elsewhere = boto3.client("sagemaker", region_name="us-east-1")
    another = boto3.client(
        "sagemaker",
        region_name="eu-west-1",
        aws_access_key_id="210987654321",
        aws_secret_access_key="secret",
    )

    def statuses() -> list[str]:
        clients = (client, elsewhere, another)
        return [c.get_sagemaker_servicecatalog_portfolio_status()["Status"] for c in clients]

    for verb, status in (("enable", "Enabled"), ("disable", "Disabled")):
        for _ in range(2):
            answer = getattr(client, f"{verb}_sagemaker_servicecatalog_portfolio")()
            assert list(answer) == ["ResponseMetadata"]
            assert statuses() == [status, "Disabled", "Disabled"]


@pytest.mark.fact(
    "metadata.SagemakerServicecatalogPortfolio.lifecycle.initial",
    "metadata.SagemakerServicecatalogPortfolio.lifecycle.happy",
    "metadata.SagemakerServicecatalogPortfolio.status",
    "metadata.SagemakerServicecatalogPortfolio.enum",
)
def test_the_portfolio_is_enabled_and_disabled(client: Any) -> None:
    """Facts: SagemakerServicecatalogPortfolio.lifecycle."""

    def shown() -> str:
        return str(client.get_sagemaker_servicecatalog_portfolio_status()["Status"])

    assert shown() == "Disabled"
    client.enable_sagemaker_servicecatalog_portfolio()
    client.enable_sagemaker_servicecatalog_portfolio()
    assert shown() == "Enabled"
    client.disable_sagemaker_servicecatalog_portfolio()
    assert shown() == "Disabled"
