"""The inference router runtime: a request goes to the endpoint behind one of a router's targets.

Source: API reference, Amazon SageMaker Inference Router Runtime.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.plane import Plane
from sagestub.errors import ServiceError, invalid
from sagestub.planes import runtime

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


def destination_of(context: Context, parameters: Mapping[str, Any]) -> Resource:
    """Return the endpoint or inference component that answers a request.

    Raises:
        ServiceError: There is no such router or target, or nothing behind it serves now.
    """
    assert context.call is not None
    name, wanted = parameters["InferenceRouterName"], parameters["RoutingTargetName"]
    router = context.resource("InferenceRouter", context.call, name)
    if router is None:
        raise invalid(f"Inference router {name} not found.")
    if router.status not in runtime.SERVING:
        raise invalid(f"Inference router {name} is in status {router.status}.")
    targets = {t["Name"]: t for t in router.document.get("RoutingTargets", ())}
    if wanted not in targets:
        raise invalid(f"Routing target {wanted} of inference router {name} not found.")
    for destination in targets[wanted]["Destinations"]:
        for kind in ("Endpoint", "InferenceComponent"):
            found = context.resource(kind, router, destination["ResourceArn"])
            if found is not None and found.status in runtime.SERVING:
                return found
    raise ServiceError(
        "ServiceUnavailableException",
        f"No destination of routing target {wanted} is routable.",
        503,
    )


def _request(destination: Resource, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the request as the destination's endpoint gets it."""
    request = {**parameters, "EndpointName": destination.document["EndpointName"]}
    if destination.kind.name == "InferenceComponent":
        request["InferenceComponentName"] = destination.name
    return request


def invoke(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer InvokeInferenceRouter as the destination answers."""
    destination = destination_of(context, parameters)
    answer = dict(runtime.invoke(context, _request(destination, parameters)))
    return {**answer, "InvokedRoutedResourceArn": destination.arn}


def invoke_async(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer InvokeInferenceRouterAsync as the destination answers."""
    return runtime.invoke_async(context, _request(destination_of(context, parameters), parameters))


PLANE = Plane(
    functions={"InvokeInferenceRouter": invoke, "InvokeInferenceRouterAsync": invoke_async}
)
