"""NotebookInstance and NotebookInstanceLifecycleConfig.

Source: facts, hosting.yaml, NotebookInstance and NotebookInstanceLifecycleConfig.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import invalid
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

UNSUPPORTED_PLATFORMS = frozenset({"notebook-al1-v1", "notebook-al2-v1", "notebook-al2-v2"})
"""Platforms that the model still names and on which nothing is created or started any more.

Source: orcasecurity-research/AIGoat#10 (notebook-al2-v1); Developer Guide, "JupyterLab versioning"
(JupyterLab 1 and 3, since June 30, 2025).
"""

DISASSOCIATED = {
    "DisassociateLifecycleConfig": "NotebookInstanceLifecycleConfigName",
    "DisassociateAcceleratorTypes": "AcceleratorTypes",
    "DisassociateDefaultCodeRepository": "DefaultCodeRepository",
    "DisassociateAdditionalCodeRepositories": "AdditionalCodeRepositories",
}
"""Flags of UpdateNotebookInstance, and the member that each takes away."""


# NotebookInstance ---------------------------------------------------------------------------------


def check_platform(context: Context, resource: Resource) -> None:
    """Refuse to create an instance on a platform that is gone, or to change one to be on it.

    What runs on one may still be changed otherwise.

    Source: facts, hosting.yaml, NotebookInstance.errors.
    """
    if context.call is not None:
        refuse_gone(context.call.parameters.get("PlatformIdentifier"))


def check_own_platform(context: Context, resource: Resource) -> None:
    """Refuse to start an instance on a platform that is gone (text assumed)."""
    refuse_gone(resource.document.get("PlatformIdentifier"))


def refuse_gone(platform: str | None) -> None:
    """Refuse a platform that is gone."""
    if platform in UNSUPPORTED_PLATFORMS:
        raise invalid(f"Platform identifier ({platform}) is not supported for this service.")


def check_volume(context: Context, resource: Resource) -> None:
    """Refuse to make the volume smaller (text assumed).

    Source: model, UpdateNotebookInstanceInput.VolumeSizeInGB.
    """
    asked = context.call.parameters.get("VolumeSizeInGB") if context.call is not None else None
    has = resource.document.get("VolumeSizeInGB", 0)
    if asked is not None and asked < has:
        raise invalid(f"VolumeSizeInGB can't be decreased from {has} to {asked}.")


def address(context: Context, resource: Resource) -> None:
    """Give a notebook instance its address, and a network interface in the subnet that it names.

    Source: facts, hosting.yaml, NotebookInstance.filled_in.
    """
    document = resource.document
    name = str(document.get("NotebookInstanceName", "")).lower()
    document["Url"] = f"{name}.notebook.{resource.region}.sagemaker.aws"
    if "SubnetId" in document:
        document["NetworkInterfaceId"] = "eni-0" + context.new_uuid().replace("-", "")[:16]


def disassociate(context: Context, resource: Resource) -> None:
    """Take away what an update's flags name; the flags are no members of the notebook instance."""
    document = resource.document
    for flag, member in DISASSOCIATED.items():
        if document.pop(flag, False):
            document.pop(member, None)


def forget_failure(context: Context, resource: Resource) -> None:
    """Take FailureReason away from a notebook instance that is started again."""
    resource.document.pop("FailureReason", None)


def presigned_url(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a URL that opens Jupyter; only of an instance that is InService (text by analogy)."""
    if resource.status != "InService":
        raise invalid(
            f"Status ({resource.status}) not in ([InService]). Unable to create a presigned URL "
            f"for Notebook Instance ({resource.arn})."
        )
    token = context.new_uuid()
    return {"AuthorizedUrl": f"https://{resource.document['Url']}?authToken={token}"}


def _wrong_state(accepted: str, to: str, end: str = ".") -> Message:
    return Message(
        code="ValidationException",
        text=(
            "Status ({status}) not in ([" + accepted + "]). "
            "Unable to transition to (" + to + ") for Notebook Instance ({arn})" + end
        ),
        source="aws/amazon-sagemaker-examples issues 1094 and 1798; getmoto/moto",
    )


NOTEBOOK_INSTANCE = Kind(
    name="NotebookInstance",
    field_rules=FieldRules("studio.NOTEBOOK_INSTANCE"),
    arn="notebook-instance/{NotebookInstanceName}",
    lifecycle=Lifecycle(
        path="Pending > InService",
        fail="Failed",
        stop="Stopping > Stopped",
        start="Pending > InService",
        update="Updating > Stopped",
        delete="Deleting",
        stop_from="InService",
        start_from="Stopped > Failed",
        update_from="Stopped > Failed",
        delete_from="Stopped > Failed",
        other="PendingMaintenance > InMaintenance",
        seconds={"Pending": 180, "Stopping": 60, "Updating": 30, "Deleting": 30},
    ),
    renamed={
        "LifecycleConfigName": "NotebookInstanceLifecycleConfigName",
        "SecurityGroupIds": "SecurityGroups",
    },
    defaults={
        "DirectInternetAccess": "Enabled",
        "RootAccess": "Enabled",
        "VolumeSizeInGB": 5,
        "PlatformIdentifier": "notebook-al2023-v1",
        "IpAddressType": "ipv4",
        # Source: model, InstanceMetadataServiceConfiguration: without a value, IMDSv1.
        "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "1"},
    },
    references={"LifecycleConfigName": "NotebookInstanceLifecycleConfig"},
    checks=(check_platform,),
    update_checks=(check_volume,),
    start_checks=(check_own_platform,),
    on_create=(address,),
    on_update=(disassociate,),
    on_enter={"Pending": (forget_failure,)},
    operations={"CreatePresignedNotebookInstanceUrl": presigned_url},
    failure_reason=(
        "Insufficient notebook instance capacity. Retry later or with a different instance type."
    ),
    filters={"AdditionalCodeRepositoryEquals": "AdditionalCodeRepositories"},
    sort_by="Name",
    sort_order="Ascending",
    not_found=Message(
        code="ValidationException",
        text="RecordNotFound",
        source="hashicorp/terraform-provider-aws, find.go",
    ),
    exists=Message(
        code="ValidationException",
        text="Cannot create a duplicate Notebook Instance ({arn})",
        source="getmoto/moto",
    ),
    cannot_stop=_wrong_state("InService", "Stopping"),
    cannot_start=_wrong_state("Stopped, Failed", "Pending"),
    cannot_update=_wrong_state("Stopped, Failed", "Updating"),
    cannot_delete=_wrong_state("Stopped, Failed", "Deleting", end=""),
    source="facts, hosting.yaml, NotebookInstance",
)


# NotebookInstanceLifecycleConfig ------------------------------------------------------------------


def refuse_while_used(context: Context, resource: Resource) -> None:
    """Refuse to delete a configuration that a notebook instance uses (text assumed).

    Source: facts, hosting.yaml, NotebookInstanceLifecycleConfig.preconditions.
    """
    users = context.resources(
        "NotebookInstance", resource, NotebookInstanceLifecycleConfigName=resource.key
    )
    if users:
        raise invalid(
            f"Unable to delete Notebook Instance Lifecycle Config '{resource.arn}'. (Details: "
            f"Notebook Instance Lifecycle Config is in use by {users[0].arn}.)"
        )


def _missing(verb: str) -> Message:
    return Message(
        code="ValidationException",
        text=(
            f"Unable to {verb} Notebook Instance Lifecycle Config "
            "'{arn}'. (Details: Notebook Instance Lifecycle Config does not exist.)"
        ),
        source="aws-controllers-k8s, generator.yaml (prefix); getmoto/moto",
    )


NOTEBOOK_INSTANCE_LIFECYCLE_CONFIG = Kind(
    name="NotebookInstanceLifecycleConfig",
    field_rules=FieldRules("studio.NOTEBOOK_INSTANCE_LIFECYCLE_CONFIG"),
    arn="notebook-instance-lifecycle-config/{NotebookInstanceLifecycleConfigName}",
    delete_checks=(refuse_while_used,),
    not_found=_missing("describe"),
    not_found_by={
        "DeleteNotebookInstanceLifecycleConfig": _missing("delete"),
        "UpdateNotebookInstanceLifecycleConfig": _missing("update"),
    },
    exists=Message(
        code="ValidationException",
        text=(
            "Unable to create Notebook Instance Lifecycle Config {arn}. "
            "(Details: Notebook Instance Lifecycle Config already exists.)"
        ),
        source="getmoto/moto",
    ),
    source="facts, hosting.yaml, NotebookInstanceLifecycleConfig",
)
