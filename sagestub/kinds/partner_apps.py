"""PartnerApp: an application of a partner, run beside Studio.

Source: facts, hosting.yaml, PartnerApp.
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

ONE_DAY = 86400.0


def check_change(context: Context, resource: Resource) -> None:
    """Refuse a version that is not on offer, and IAM after IDC (texts assumed).

    Source: facts, hosting.yaml, PartnerApp.notes.
    """
    asked = context.call.parameters if context.call is not None else {}
    document = resource.document
    if asked.get("AuthType") == "IDC" and "IdcConfig" not in {**document, **asked}:
        raise ServiceError(
            "ValidationException", "IdcConfig must be specified when AuthType is IDC."
        )
    if asked.get("AuthType") == "IAM" and document.get("AuthType") == "IDC":
        raise ServiceError("ValidationException", "AuthType can't be changed from IDC to IAM.")
    version = asked.get("AppVersion")
    if version is not None and version != document.get("AvailableUpgrade", {}).get("Version"):
        raise ServiceError("ValidationException", f"Version {version} is not available.")


def refuse_twice(context: Context, resource: Resource) -> None:
    """Refuse an app of the same name and type (text assumed).

    Source: facts, hosting.yaml, PartnerApp.errors.
    """
    document = resource.document
    if context.call is None or context.call.operation != "CreatePartnerApp":
        return
    for app in context.resources(
        "PartnerApp", resource, Name=document["Name"], Type=document["Type"]
    ):
        if app.status not in ("Deleted", "Failed"):
            raise ServiceError("ConflictException", f"Partner App {app.arn} already exists.")


def upgrade(context: Context, resource: Resource) -> None:
    """Bring an app to the version that an update names."""
    document = resource.document
    document.pop("Error", None)
    version = document.pop("AppVersion", None)
    if version is not None:
        document["Version"] = version
        document.pop("AvailableUpgrade", None)


def app_id(resource: Resource) -> str:
    """Return the made id at the end of an app's ARN, in lower case."""
    return resource.arn.rsplit("/", 1)[-1].lower()


def open_app(context: Context, resource: Resource) -> None:
    """Give an app its address (form assumed), and its application in the Identity Center."""
    document = resource.document
    host = f"{app_id(resource)}.partner-app.{resource.region}.sagemaker.aws"
    document.setdefault("BaseUrl", f"https://{host}")
    config = document.get("IdcConfig")
    if config is not None and "ApplicationArn" not in config:
        instance = config["InstanceArn"].rsplit("/", 1)[-1]
        partition, application = resource.arn.split(":")[1], context.new_uuid().replace("-", "")
        arn = (
            f"arn:{partition}:sso::{resource.account}:application/{instance}/apl-{application[:16]}"
        )
        document["IdcConfig"] = {**config, "ApplicationArn": arn}


def explain(context: Context, resource: Resource) -> None:
    """Say in Error why an app failed; its Code cannot be known."""
    reason = resource.document.pop("FailureReason", None)
    if reason:
        resource.document["Error"] = {"Reason": reason}


def presigned_url(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a URL that signs in to an app that is available (text assumed)."""
    if resource.status not in ("Available", "UpdateFailed"):
        raise ServiceError(
            "ValidationException", f"Partner App {resource.arn} is in status {resource.status}."
        )
    return {"Url": f"{resource.document['BaseUrl']}/auth?token={context.new_uuid()}"}


_CHANGING = Message(
    code="ConflictException",
    text="Partner App {arn} is in status {status} and can't be changed now.",
)

PARTNER_APP = Kind(
    name="PartnerApp",
    field_rules=FieldRules("registry.PARTNER_APP"),
    absent={
        "Version": "the partner's versions cannot be known",
        "AvailableUpgrade": "the partner's versions cannot be known",
        "CurrentVersionEolDate": "the partner's versions cannot be known",
    },
    arn="partner-app/app-{id:upper}",
    lifecycle=Lifecycle(
        path="Creating > Available",
        fail="Failed",
        update="Updating > Available",
        delete="Deleting > Deleted",
        failing={"Updating": "UpdateFailed"},
        update_from="Available > UpdateFailed",
        delete_from="Available > Failed > UpdateFailed",
        # How long a deleted app is to be seen is assumed: as long as an app of Studio.
        waits={"Deleted": ONE_DAY},
        seconds={"Creating": 900, "Updating": 300, "Deleting": 300},
    ),
    defaults={"EnableAutoMinorVersionUpgrade": False},
    checks=(refuse_twice,),
    update_checks=(check_change,),
    on_update=(upgrade,),
    on_enter={"Available": (open_app,), "Failed": (explain,), "UpdateFailed": (explain,)},
    operations={"CreatePartnerAppPresignedUrl": presigned_url},
    failure_reason="The Partner App could not be created.",
    not_found=Message(code="ResourceNotFound", text="Partner App {arn} does not exist."),
    cannot_update=_CHANGING,
    cannot_delete=_CHANGING,
    source="facts, hosting.yaml, PartnerApp",
)
