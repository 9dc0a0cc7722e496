"""TrainingSession: an open session that trains step by step.

Source: facts, jobs.yaml, TrainingSession.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


def check_package_group(context: Context, resource: Resource) -> None:
    """Refuse a model package group that does not exist.

    Source: facts, jobs.yaml, TrainingSession.errors (code documented, text assumed).
    """
    arn = resource.document.get("ModelPackageGroupArn")
    if arn is not None and context.lacks("ModelPackageGroup", resource, arn):
        raise ServiceError("ResourceNotFound", f"ModelPackageGroup {arn} does not exist.")


def check_base_model(context: Context, resource: Resource) -> None:
    """Refuse a base model that a hub of the own account does not have; other hubs cannot be seen.

    Source: facts, jobs.yaml, TrainingSession.references (text assumed).
    """
    arn = resource.document["ModelConfig"]["BaseModelArn"]
    account, path = arn.split(":", 5)[4:]
    if account != resource.account or not context.checks_references:
        return
    _, hub, kind, name, *version = path.split("/")
    wanted = {"HubName": hub, "HubContentType": kind, "HubContentName": name}
    if version:
        wanted["HubContentVersion"] = version[0]
    if not context.resources("HubContent", resource, **wanted):
        raise ServiceError("ResourceNotFound", f"Hub content {arn} does not exist.")


TRAINING_SESSION = Kind(
    name="TrainingSession",
    absent={
        "BillableTokenUsage": "the tokens of a session cannot be known",
    },
    arn="training-session/{TrainingSessionName}",
    lifecycle=Lifecycle(
        path="Created > Scheduled > Running",
        fail="Failed",
        stop="Stopping > Stopped",
        stop_from="Created > Scheduled > Blocked > Running",
        delete="Deleting",
        delete_from="Stopped > Failed > Expired > DeletionFailed",
        other="Blocked > Expired",
        failing={"Deleting": "DeletionFailed"},
    ),
    checks=(check_package_group, check_base_model),
    stamps=dict.fromkeys(("Stopped", "Failed", "Expired"), ("EndTime",)),
    cannot_stop=Message(
        code="ValidationException",
        text="invalid session state transition from {status} to Stopping",
        source="aws/sagemaker-python-sdk 3, train/training_session/service_client.py",
    ),
    cannot_delete=Message(
        code="ValidationException",
        text="invalid session state transition from {status} to Deleting",
        source="facts, jobs.yaml, TrainingSession.errors (assumed); text by analogy with stop",
    ),
    source="facts, jobs.yaml, TrainingSession",
)
