"""The gateway runtime: a request goes to an in-cluster gateway that serves the model which it names.

The model is a Python function of the test's (`sm.on_invoke`), which may be given for the gateway or for the
model. Without one the request is echoed: which models a cluster serves cannot be known here, so none is
found missing.

Source: model of the service, its operations and members; what has another source, or none, says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from sagestub.effects.invocations import Invocation, body_of, function_for
from sagestub.effects.outside import called, outside
from sagestub.engine.plane import Plane
from sagestub.errors import SagestubError, ServiceError
from sagestub.planes.runtime import events_of

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.planes.runtime import Event

T = TypeVar("T")

SERVING = frozenset({"ACTIVE", "UPDATING"})
"""The states in which a gateway answers (assumed: it has its address from the first ACTIVE on)."""

BY_THE_GATEWAY = "Global Inference Gateway:"
BY_THE_CLUSTER = "inference gateway:"
"""What the text of an error begins with, by what has refused the request."""

MOST_BYTES = 10 * 1024 * 1024
"""How long the body of a buffered answer may be."""

MOST_QUOTED = 256
"""How many bytes of an in-cluster gateway's message are quoted."""


def invoke(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer InvokeGlobalInferenceGateway: one document, whatever `stream` in the body says."""
    invocation = invocation_of(context, parameters, stream=False)
    value = answered(context, lambda: ask(context, invocation))
    with outside(context):
        body = answered(context, lambda: body_of(value, invocation)[0])
    if len(body) > MOST_BYTES:
        raise refusal(
            "BadGatewayException", f"the response exceeds the limit of {MOST_BYTES} bytes", 502
        )
    return {"Body": body}


def invoke_with_stream(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer InvokeGlobalInferenceGatewayWithResponseStream: each piece of the answer is one event."""
    invocation = invocation_of(context, parameters, stream=True)
    value = answered(context, lambda: ask(context, invocation))
    return {"Body": events_of(context, value, invocation, _broken)}


def _broken(error: Exception) -> Event:
    return {"InternalStreamFailure": {"Message": f"{BY_THE_CLUSTER} response ended unexpectedly"}}


# ------------------------------------------------------------------------------------------------


def invocation_of(context: Context, parameters: Mapping[str, Any], *, stream: bool) -> Invocation:
    """Return what the model is asked, once it is known that the gateway can ask it.

    Raises:
        ServiceError: The request is none that a gateway takes, or nothing serves it.
    """
    content_type = parameters["ContentType"]
    if content_type.partition(";")[0].strip().lower() != "application/json":
        # The status is documented, the code is assumed.
        raise refusal(
            "UnsupportedMediaTypeException",
            f"the content type {content_type} is not supported",
            415,
        )
    document, model = read(parameters["Body"])
    gateway = serving_gateway(context, parameters["GatewayId"])
    body = parameters["Body"]
    if document.get("stream") is not stream:
        body = json.dumps({**document, "stream": stream}).encode("utf-8")
    return Invocation(
        body=body,
        content_type=content_type,
        accept=parameters.get("Accept", ""),
        model=model,
        gateway=gateway.name,
        identity_token=parameters.get("CustomerIdentityToken", ""),
    )


def read(body: bytes) -> tuple[dict[str, Any], str]:
    """Return the JSON object that a body is, and the model that it names.

    Raises:
        ServiceError: It is no object, it names several models, or none (the last one assumed).
    """
    try:
        # Objects become tuples of pairs, so that what is repeated is seen.
        pairs = json.loads(body, object_pairs_hook=tuple)
    except ValueError:
        pairs = None
    if not isinstance(pairs, tuple):
        raise refusal("ValidationException", "the body must be one JSON object")
    models = [value for name, value in pairs if name == "model"]
    if any(model != models[0] for model in models):
        raise refusal("ValidationException", "the body repeats the key model with different values")
    if not models or not isinstance(models[0], str):
        raise refusal("ValidationException", "the body must name a model")
    return json.loads(body), models[0]


def serving_gateway(context: Context, gateway_id: str) -> Resource:
    """Return the gateway of an id.

    Raises:
        ServiceError: There is none, or it or all of its members do not serve now (the codes of the latter
            assumed).
    """
    call = context.call
    assert call is not None
    arn = context.arn(f"global-inference-gateway/{gateway_id}", call)
    gateway = context.resource("GlobalInferenceGateway", call, arn)
    if gateway is None or gateway.account != call.account:
        raise refusal(
            "ResourceNotFoundException",
            f"gateway {gateway_id} does not exist",
            404,
            {"ResourceId": gateway_id, "ResourceType": "gateway"},
        )
    members = context.resources("InferenceGateway", gateway, GlobalInferenceGatewayArn=gateway.arn)
    # One that a test has put there may have none, and serves all the same.
    serves = not members or any(member.status == "ACTIVE" for member in members)
    if gateway.status not in SERVING or not serves:
        raise refusal("ServiceUnavailableException", "no capacity is available", 503)
    return gateway


def ask(context: Context, invocation: Invocation) -> Any:
    """Return what the function for this invocation returns; without one, what it was sent."""
    function = function_for(context, invocation)
    return invocation.body if function is None else called(context, function, invocation)


def answered(context: Context, answer: Callable[[], T]) -> T:
    """Return an answer of the model.

    Raises:
        ServiceError: `BadGatewayException`; the model has failed, which is a status 500 of its gateway.
    """
    try:
        return answer()
    except SagestubError:
        raise
    except Exception as error:
        said = (str(error) or repr(error)).encode("utf-8")[:MOST_QUOTED].decode("utf-8", "ignore")
        raise ServiceError("BadGatewayException", f"{BY_THE_CLUSTER} 500 {said}", 502) from error


def refusal(
    code: str, text: str, status: int = 400, members: Mapping[str, Any] | None = None
) -> ServiceError:
    """Return the refusal of a request by the gateway itself (texts assumed)."""
    return ServiceError(code, f"{BY_THE_GATEWAY} {text}", status, members)


PLANE = Plane(
    functions={
        "InvokeGlobalInferenceGateway": invoke,
        "InvokeGlobalInferenceGatewayWithResponseStream": invoke_with_stream,
    },
    refusals_begin=BY_THE_GATEWAY,
)
