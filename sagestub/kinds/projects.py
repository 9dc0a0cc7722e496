"""Project: what Service Catalog or CloudFormation provisions from a template; and the portfolio.

Source: facts, metadata.yaml, Project and SagemakerServicecatalogPortfolio.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.plane import Function
    from sagestub.engine.resource import Resource

STEADY = ("CreateCompleted", "CreateFailed", "UpdateCompleted", "UpdateFailed", "DeleteFailed")
"""The statuses in which a project can be changed."""


def provide(context: Context, resource: Resource) -> None:
    """Fill in the latest artifact of the product, and show the template providers as Describe does.

    Source: facts, metadata.yaml, Project.filled_in; model, ServiceCatalogProvisioningDetails.
    """
    document = resource.document
    details = document.get("ServiceCatalogProvisioningDetails")
    if details is not None and "ProvisioningArtifactId" not in details:
        artifact = {"ProvisioningArtifactId": f"pa-{context.new_id(13)}"}
        document["ServiceCatalogProvisioningDetails"] = {**details, **artifact}
    if "TemplateProviders" in document:
        document["TemplateProviderDetails"] = [
            {"CfnTemplateProviderDetail": given["CfnTemplateProvider"]}
            for given in document.pop("TemplateProviders")
            if "CfnTemplateProvider" in given
        ]


def begin(context: Context, resource: Resource) -> None:
    """Name the provisioned product, which Service Catalog has begun to make."""
    document = resource.document
    if "ServiceCatalogProvisioningDetails" in document:
        product = {"ProvisionedProductId": f"pp-{context.new_id(13)}"}
        document.setdefault("ServiceCatalogProvisionedProductDetails", product)


def explain(context: Context, resource: Resource) -> None:
    """Tell why provisioning failed, where the service tells it.

    Source: facts, metadata.yaml, Project.lifecycle.failed.
    """
    document = resource.document
    reason = document.get("FailureReason", "")
    product = document.get("ServiceCatalogProvisionedProductDetails", {})
    document["ServiceCatalogProvisionedProductDetails"] = {
        **product,
        "ProvisionedProductStatusMessage": reason,
    }


def check_steady(context: Context, resource: Resource) -> None:
    """Refuse a change of a project on its way, or of one that is deleted.

    Source: facts, metadata.yaml, Project.errors (text of the delete captured; the code of the others
    is the model's).
    """
    assert context.call is not None
    if resource.status in STEADY:
        return
    verb = "delete" if context.call.operation == "DeleteProject" else "update"
    deleted = resource.status == "DeleteCompleted"
    code = "ValidationException" if deleted else "ConflictException"
    raise ServiceError(code, f"Cannot {verb} Project in {resource.status} status")


def change_provisioning(context: Context, resource: Resource) -> None:
    """Put an update's provisioning details, templates and tags in place."""
    document = resource.document
    changes = document.pop("ServiceCatalogProvisioningUpdateDetails", None)
    if changes is not None:
        before = document.get("ServiceCatalogProvisioningDetails", {})
        document["ServiceCatalogProvisioningDetails"] = {**before, **changes}
    updates = {
        given["CfnTemplateProvider"]["TemplateName"]: given["CfnTemplateProvider"]
        for given in document.pop("TemplateProvidersToUpdate", ())
        if "CfnTemplateProvider" in given
    }
    if updates:
        document["TemplateProviderDetails"] = [
            {"CfnTemplateProviderDetail": {**detail, **updates.get(detail["TemplateName"], {})}}
            for detail in templates_of(resource)
        ]
    if context.call is not None:
        for tag in context.call.parameters.get("Tags", ()):
            resource.tags[tag["Key"]] = tag["Value"]


def templates_of(resource: Resource) -> list[Mapping[str, Any]]:
    """Return the CloudFormation templates of a project."""
    details = resource.document.get("TemplateProviderDetails", ())
    return [detail["CfnTemplateProviderDetail"] for detail in details]


def rest(context: Context, resource: Resource) -> None:
    """Keep a deleted project: Describe goes on to answer DeleteCompleted.

    Source: facts, metadata.yaml, Project.lifecycle.delete.
    """
    resource.way = ()


def begin_anew(context: Context, resource: Resource) -> None:
    """Let a project that takes a deleted one's name be as old as it is."""
    resource.document["CreationTime"] = context.clock.time()


NO_PROJECT = Message(
    code="ValidationException",
    text="Cannot find Project: {arn}",
    source="aws-cloudformation, aws-sagemaker-project, ExceptionMapper.java",
)

PROJECT = Kind(
    name="Project",
    first_changed_by_update=True,
    arn="project/{ProjectName}",
    # Two ways begin with Pending; what comes after the slash tells them apart and is not shown.
    lifecycle=Lifecycle(
        path="Pending/Creating > CreateInProgress > CreateCompleted",
        fail="CreateFailed",
        update="Pending/Updating > UpdateInProgress > UpdateCompleted",
        delete="DeleteInProgress > DeleteCompleted",
        failing={"UpdateInProgress": "UpdateFailed", "DeleteInProgress": "DeleteFailed"},
        seconds={"Pending/Creating": 5, "Pending/Updating": 5},
    ),
    made={"ProjectId": "p-{id}"},
    on_create=(begin_anew, provide),
    on_update=(change_provisioning,),
    update_checks=(check_steady,),
    delete_checks=(check_steady,),
    on_enter={
        "CreateInProgress": (begin,),
        "CreateFailed": (explain,),
        "UpdateFailed": (explain,),
        "DeleteFailed": (explain,),
        "DeleteCompleted": (rest,),
    },
    gives_way=("DeleteCompleted",),
    sort_order="Ascending",
    not_found=Message(
        code="ValidationException",
        text="Project {arn} does not exist.",
        source="aws-cloudformation, aws-sagemaker-project, ExceptionMapper.java",
    ),
    # A delete says that it does not exist: hashicorp/terraform-provider-aws, project.go.
    not_found_by={"UpdateProject": NO_PROJECT},
    exists=Message(
        code="ValidationException",
        text="Project already exists: {arn}",
        source="aws-cloudformation, aws-sagemaker-project, ExceptionMapper.java",
    ),
    source="facts, metadata.yaml, Project",
)


# The portfolio ------------------------------------------------------------------------------------


def portfolio_setter(status: str) -> Function:
    """Return what sets the status of the portfolio in the call's account and region."""

    def set_status(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        assert context.call is not None
        place = (context.call.account, context.call.region)
        context.room("service catalog portfolios")[place] = status
        return {}

    return set_status


enable_portfolio = portfolio_setter("Enabled")
disable_portfolio = portfolio_setter("Disabled")


def portfolio_status(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return whether projects can be made; a fresh account has it disabled (assumed)."""
    assert context.call is not None
    place = (context.call.account, context.call.region)
    return {"Status": context.room("service catalog portfolios").get(place, "Disabled")}
