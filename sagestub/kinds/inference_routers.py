"""InferenceRouter: routing targets, and whether their destinations can be reached.

Source: facts, hosting.yaml, InferenceRouter.
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

DESTINATIONS = ("Endpoint", "InferenceComponent")


def check_targets(context: Context, resource: Resource) -> None:
    """Refuse a destination of the wrong type.

    A destination that does not exist, or is somewhere else, is accepted. Texts assumed.

    Source: model, CreateInferenceRouter, RoutingTarget and Destination.
    """
    for target in resource.document["RoutingTargets"]:
        for destination in target["Destinations"]:
            found = destination_at(context, resource, destination["ResourceArn"])
            looks = context.checks_references and found is not None
            if looks and found is not None and found.kind.name == "Endpoint":
                _check_type(found, "AsyncInferenceConfig" in target, target["Name"])


def _check_type(endpoint: Resource, asynchronous: bool, target: str) -> None:
    if ("AsyncInferenceConfig" in endpoint.document) != asynchronous:
        wanted = "an asynchronous" if asynchronous else "a real-time"
        raise invalid(
            f"Destination {endpoint.arn} of routing target {target} is not {wanted} endpoint."
        )


def destination_at(context: Context, resource: Resource, arn: str) -> Resource | None:
    """Return the endpoint or inference component at an ARN, if the router's account has it."""
    for kind in DESTINATIONS:
        found = context.resource(kind, resource, arn)
        if found is not None and found.account == resource.account:
            return found
    return None


def with_statuses(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the routing targets with each destination's routing status now.

    Source: model, Destination.RoutingStatus: computed at each Describe; Unknown where it cannot be
    seen.
    """
    return {
        "RoutingTargets": [
            {
                **target,
                "Destinations": [
                    {**destination, "RoutingStatus": status_of(context, resource, destination)}
                    for destination in target["Destinations"]
                ],
            }
            for target in resource.document.get("RoutingTargets", ())
        ]
    }


def status_of(context: Context, resource: Resource, destination: Mapping[str, Any]) -> str:
    """Return whether a destination can be routed to."""
    found = destination_at(context, resource, destination["ResourceArn"])
    if found is None:
        return "Unknown"
    return "Routable" if found.status == "InService" else "Unroutable"


_CHANGING = Message(
    code="ConflictException",
    text="Inference router {arn} is in status {status} and can't be changed now.",
)

INFERENCE_ROUTER = Kind(
    name="InferenceRouter",
    field_rules=FieldRules("hosting.INFERENCE_ROUTER"),
    arn="inference-router/{InferenceRouterName}",
    lifecycle=Lifecycle(
        path="Creating > InService",
        fail="Failed",
        update="Updating > InService",
        delete="Deleting",
        update_from="InService > Failed",
        delete_from="InService > Failed",
        seconds={"Creating": 60, "Updating": 120, "Deleting": 30},
    ),
    checks=(check_targets,),
    on_describe=with_statuses,
    failure_reason="The inference router could not be set up.",
    not_found=Message(code="ResourceNotFound", text="Inference router {arn} does not exist."),
    exists=Message(code="ResourceAlreadyExists", text="Inference router {arn} already exists."),
    cannot_update=_CHANGING,
    cannot_delete=_CHANGING,
    source="facts, hosting.yaml, InferenceRouter",
)
