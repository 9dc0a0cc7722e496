"""Workforce, Workteam and SubscribedWorkteam: the people who do human tasks.

Source: facts, metadata.yaml, Workforce, Workteam and SubscribedWorkteam.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


# Workforce --------------------------------------------------------------------------------------


def check_workforce(context: Context, resource: Resource) -> None:
    """Refuse a second workforce, and another identity provider.

    Source: facts, metadata.yaml, Workforce.errors (text captured).
    """
    assert context.call is not None
    if context.call.operation == "UpdateWorkforce":
        check_provider(resource, context.call.parameters)
        if "OidcConfig" in context.call.parameters and teams_of(context, resource):
            # Source: model, UpdateWorkforce; text assumed.
            raise ServiceError(
                "ValidationException",
                "OidcConfig cannot be updated while work teams are associated with the workforce.",
            )
        return
    if context.resources("Workforce", resource):
        raise ServiceError(
            "ValidationException",
            f"Cannot create more than one workforce for account {resource.account}. If you are "
            "trying to update existing workforce, please use UpdateWorkforce API",
        )


def check_provider(resource: Resource, changes: Mapping[str, Any]) -> None:
    """Refuse an OIDC configuration for a workforce of Cognito.

    Source: model, UpdateWorkforceRequest.OidcConfig; text assumed.
    """
    if "OidcConfig" in changes and "CognitoConfig" in resource.document:
        raise ServiceError(
            "ValidationException", "OidcConfig cannot be updated for a workforce that uses Cognito."
        )


def hide_secret(context: Context, resource: Resource) -> None:
    """Keep the OIDC configuration without its secret, and show the VPC's endpoint.

    Source: model, OidcConfigForResponse and WorkforceVpcConfigResponse.
    """
    document = resource.document
    oidc = document.get("OidcConfig")
    if oidc is not None:
        document["OidcConfig"] = {k: v for k, v in oidc.items() if k != "ClientSecret"}
    vpc = document.get("WorkforceVpcConfig")
    if vpc is not None and vpc.get("VpcId"):
        endpoint = {"VpcEndpointId": f"vpce-{context.new_id(17)}"}
        document["WorkforceVpcConfig"] = {**endpoint, **vpc}
    elif vpc is not None:
        # Source: model, WorkforceVpcConfigRequest; an update without a VPC takes it away (assumed).
        del document["WorkforceVpcConfig"]


def teams_of(context: Context, workforce: Resource) -> list[Resource]:
    """Return the work teams of a workforce."""
    return context.resources("Workteam", workforce, WorkforceArn=workforce.arn)


def keep_workforce_of_teams(context: Context, resource: Resource) -> None:
    """Refuse to delete a workforce with work teams. Source: model, DeleteWorkforce (text assumed)."""
    teams = teams_of(context, resource)
    if teams:
        raise ServiceError(
            "ResourceInUse",
            f"Workforce {resource.arn} contains {len(teams)} work teams and cannot be deleted.",
        )


WORKFORCE = Kind(
    name="Workforce",
    field_rules=FieldRules("people.WORKFORCE"),
    arn="workforce/{WorkforceName}",
    lifecycle=Lifecycle(
        path="Initializing > Active",
        fail="Failed",
        update="Updating > Active",
        delete="Deleting",
        update_from="Active > Failed",
        delete_from="Active > Failed > Deleting",
        seconds={"Initializing": 60, "Updating": 60, "Deleting": 60},
    ),
    defaults={"SourceIpConfig": {"Cidrs": []}},
    made={"SubDomain": "{id}.labeling.{region}.sagemaker.aws"},
    checks=(check_workforce,),
    on_create=(hide_secret,),
    on_update=(hide_secret,),
    delete_checks=(keep_workforce_of_teams,),
    not_found=Message(
        code="ValidationException",
        text="No workforce found with name {name}.",
        source="hashicorp/terraform-provider-aws, workforce.go (prefix); the rest assumed",
    ),
    cannot_update=Message(
        code="ConflictException",
        text="Workforce {name} is in status {status} and cannot be updated.",
        source="model, UpdateWorkforce (code); text assumed",
    ),
    cannot_delete=Message(
        code="ValidationException",
        text="Workforce {name} is in status {status} and cannot be deleted.",
    ),
    taggable=False,
    source="facts, metadata.yaml, Workforce; hashicorp/terraform-provider-aws pull 20065 (tags)",
)


# Workteam ---------------------------------------------------------------------------------------


def check_workforce_of_team(context: Context, resource: Resource) -> None:
    """Refuse a team of a workforce that does not exist.

    A team of Cognito users makes the private workforce when there is none; an own identity provider
    needs it beforehand (assumed).

    Source: model, DescribeWorkforceResponse.Workforce.
    """
    document = resource.document
    name = document.get("WorkforceName")
    members = document.get("MemberDefinitions", ())
    if workforce_of(context, resource) is not None or not context.checks_references:
        return
    if name is not None or any("OidcMemberDefinition" in member for member in members):
        called = f" with name {name}" if name is not None else ""
        raise ServiceError("ValidationException", f"No workforce found{called}.")


def workforce_of(context: Context, team: Resource) -> Resource | None:
    """Return the workforce that a team belongs to: the named one, else the account's."""
    name = team.document.get("WorkforceName")
    if name is not None:
        return context.resource("Workforce", team, name)
    return next(iter(context.resources("Workforce", team)), None)


def join_workforce(context: Context, resource: Resource) -> None:
    """Put a team into its workforce; the first team of Cognito users makes the workforce `default`."""
    document = resource.document
    workforce = workforce_of(context, resource)
    pools = [
        member["CognitoMemberDefinition"]
        for member in document.get("MemberDefinitions", ())
        if "CognitoMemberDefinition" in member
    ]
    if workforce is None and pools:
        cognito = {member: pools[0][member] for member in ("UserPool", "ClientId")}
        members = {"WorkforceName": "default", "CognitoConfig": cognito}
        workforce = context.add("Workforce", members, resource)
    if workforce is not None:
        document.setdefault("WorkforceArn", workforce.arn)
        document.setdefault("SubDomain", workforce.document["SubDomain"])


def confirm(context: Context, resource: Resource) -> None:
    """Say that the team is deleted: DeleteWorkteam answers Success."""
    resource.document["Success"] = True


WORKTEAM = Kind(
    name="Workteam",
    field_rules=FieldRules("people.WORKTEAM"),
    absent={
        "ProductListingIds": "only vendors' teams of the AWS Marketplace have some",
    },
    arn="workteam/private-crowd/{WorkteamName}",
    defaults={
        "NotificationConfiguration": {},
        "WorkerAccessConfiguration": {
            "S3Presign": {
                "IamPolicyConstraints": {"SourceIp": "Disabled", "VpcSourceIp": "Disabled"}
            }
        },
    },
    checks=(check_workforce_of_team,),
    on_create=(join_workforce,),
    delete_checks=(confirm,),
    sort_order="Ascending",
    not_found=Message(
        code="ValidationException",
        text="The work team {name} does not exist.",
        source="hashicorp/terraform-provider-aws, workteam.go (prefix); the rest assumed",
    ),
    exists=Message(
        code="ResourceInUse",
        text="Work team {arn} already exists",
        source="model (code); text assumed",
    ),
    source="facts, metadata.yaml, Workteam",
)


def listing_called(context: Context, kind: Any, parameters: Mapping[str, Any]) -> Resource | None:
    """Return a vendor's team by its ARN, which is of the vendor's account."""
    assert context.call is not None
    return context.registry.get(
        context.call.account, context.call.region, kind.table, str(parameters["WorkteamArn"])
    )


SUBSCRIBED_WORKTEAM = Kind(
    name="SubscribedWorkteam",
    arn="workteam/vendor-crowd/{id}",
    identifier=("WorkteamArn",),
    find=listing_called,
    filters={"NameContains": "WorkteamArn"},
    not_found=Message(
        code="ValidationException",
        text="The work team {WorkteamArn} does not exist.",
        source="assumed, by analogy with Workteam",
    ),
    source="facts, metadata.yaml, SubscribedWorkteam: made by a subscription in the marketplace",
)
