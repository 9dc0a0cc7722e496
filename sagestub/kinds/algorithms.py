"""Algorithm: a training algorithm that is validated before it can be used.

Source: facts, metadata.yaml, Algorithm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

VALIDATION_STATUS = {
    "Pending": "NotStarted",
    "InProgress": "InProgress",
    "Completed": "Completed",
    "Failed": "Failed",
}
"""DetailedAlgorithmStatus of each profile by the status of the algorithm."""


def show_validation(context: Context, resource: Resource) -> None:
    """Set the status of each validation profile; without any there is nothing to tell."""
    document = resource.document
    profiles = document.get("ValidationSpecification", {}).get("ValidationProfiles", ())
    item: dict[str, Any] = {"Status": VALIDATION_STATUS[str(resource.status)]}
    if resource.status == "Failed":
        item["FailureReason"] = document.get("FailureReason", "")
    document["AlgorithmStatusDetails"] = {
        "ValidationStatuses": [{"Name": profile["ProfileName"], **item} for profile in profiles]
    }


ALGORITHM = Kind(
    name="Algorithm",
    field_rules=FieldRules("training.ALGORITHM"),
    absent={
        "ProductId": "only algorithms of the AWS Marketplace have one",
    },
    arn="algorithm/{AlgorithmName}",
    lifecycle=Lifecycle(
        path="Pending > InProgress > Completed",
        fail="Failed",
        delete="Deleting",
        delete_from="Completed > Failed > Deleting",
        seconds={"Pending": 5, "InProgress": 300, "Deleting": 5},
    ),
    defaults={"CertifyForMarketplace": False},
    on_enter=dict.fromkeys(VALIDATION_STATUS, (show_validation,)),
    sort_order="Ascending",
    not_found=Message(
        code="ValidationException",
        text="Algorithm {arn} does not exist.",
        source="assumed, by analogy with ModelPackage",
    ),
    exists=Message(
        code="ValidationException",
        text="Algorithm already exists: {arn}",
        source="assumed, by analogy with ModelPackageGroup",
    ),
    cannot_delete=Message(
        code="ValidationException",
        text="Cannot delete Algorithm in {status} status",
        source="hashicorp/terraform-provider-aws, algorithm.go (code and text contained)",
    ),
    source="facts, metadata.yaml, Algorithm",
)
