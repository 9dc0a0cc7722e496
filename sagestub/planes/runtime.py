"""The SageMaker runtime: InvokeEndpoint, its asynchronous form, and the response stream.

The model behind an endpoint is a Python function of the test's (`sm.on_invoke`). Without one, an
endpoint echoes what it is sent.

Source: API reference, Amazon SageMaker Runtime; facts, hosting.yaml, common.notes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub import moto
from sagestub.engine.plane import Plane
from sagestub.errors import InvalidArgumentError, SagestubError, ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

ROOM = "invocation functions"

SERVING = frozenset({"InService", "Updating", "RollingBack", "SystemUpdating"})
"""The states in which an endpoint answers. Source: API reference, DescribeEndpoint.EndpointStatus."""


class Invocation(NamedTuple):
    """What a model is asked, as the function of a test gets it.

    Args:
        body: The request's body.
        content_type: Its MIME type.
        accept: The MIME type that the caller wants.
        endpoint: The endpoint's name.
        variant: The production variant that answers; empty for an inference component.
        model: The name of the variant's model; empty where there is none.
        image: The model's container image; empty where it is not known.
        custom_attributes: CustomAttributes of the request.
        target_model: TargetModel, for an endpoint with many models.
        inference_component: The inference component that is asked.
        session_id: SessionId of the request.
        inference_id: InferenceId of the request.
    """

    body: bytes
    content_type: str
    accept: str
    endpoint: str
    variant: str
    model: str
    image: str
    custom_attributes: str
    target_model: str
    inference_component: str
    session_id: str
    inference_id: str

    def json(self) -> Any:
        """Return the body, parsed as JSON."""
        return json.loads(self.body)


InvocationFunction = Callable[[Invocation], Any]
"""Returns bytes or text; anything else is sent as JSON; an iterator is sent piece by piece."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A function and the endpoints, models or images that it stands for; None stands for all."""

    function: InvocationFunction
    endpoint: str | None = None
    model: str | None = None
    image: str | None = None

    def covers(self, invocation: Invocation) -> bool:
        """Return whether the function stands for what is invoked."""
        pairs = (
            (self.endpoint, invocation.endpoint),
            (self.model, invocation.model),
            (self.image, invocation.image),
        )
        return all(wanted is None or fnmatchcase(name, wanted) for wanted, name in pairs)


def register(context: Context, registered: Registered) -> None:
    """Let a function answer; the one that was registered last and covers a call answers it."""
    if not callable(registered.function):
        raise InvalidArgumentError(
            f"on_invoke() takes a function of one argument, not {registered.function!r}.\n"
            "Give a function that gets an Invocation and returns the body."
        )
    context.room(ROOM).setdefault("functions", []).append(registered)


def invoke(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer InvokeEndpoint."""
    endpoint = serving_endpoint(context, parameters)
    if _async_config(endpoint) is not None:
        raise _invalid(f"Endpoint {endpoint.name} does not support synchronous inference.")
    invocation = _invocation(context, endpoint, parameters)
    body, content_type = _body_of(_answered(context, endpoint, invocation), invocation)
    answer = {"Body": body, "ContentType": content_type}
    if invocation.variant:
        answer["InvokedProductionVariant"] = invocation.variant
    answer.update(_session(context, parameters))
    return answer


def invoke_with_stream(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer InvokeEndpointWithResponseStream: each piece of the answer is one event."""
    endpoint = serving_endpoint(context, parameters)
    invocation = _invocation(context, endpoint, parameters)
    events = list(_events(context, endpoint, invocation))
    answer = {"Body": events, "ContentType": invocation.accept or "application/octet-stream"}
    if invocation.variant:
        answer["InvokedProductionVariant"] = invocation.variant
    return answer


def invoke_async(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer InvokeEndpointAsync: where the result will be; it is written there through Moto's S3.

    Without Moto the location is answered and nothing is written.
    """
    endpoint = serving_endpoint(context, parameters)
    config = _async_config(endpoint)
    if config is None:
        raise _invalid(f"Endpoint {endpoint.name} does not support asynchronous inference.")
    inference_id = parameters.get("InferenceId") or context.new_uuid()
    output = config.get("OutputConfig", {})
    name = f"{inference_id}.out"
    if "Filename" in parameters:
        name = parameters["Filename"]
    extension = parameters.get("S3OutputPathExtension", "").strip("/")
    path = "/".join(
        part for part in (output.get("S3OutputPath", "").rstrip("/"), extension) if part
    )
    answer = {"InferenceId": inference_id, "OutputLocation": f"{path}/{name}"}
    failures = output.get("S3FailurePath")
    if failures:
        answer["FailureLocation"] = f"{failures.rstrip('/')}/{inference_id}-error.out"
    _write_result(context, endpoint, parameters, answer)
    return answer


# ------------------------------------------------------------------------------------------------


def serving_endpoint(context: Context, parameters: Mapping[str, Any]) -> Resource:
    """Return the endpoint that a request names.

    Raises:
        ServiceError: There is none, or it does not serve now.
    """
    assert context.call is not None
    name = parameters["EndpointName"]
    endpoint = context.resource("Endpoint", context.call, name)
    # CreateEndpoint compares names without letter case; an invocation must match it (hosting.yaml).
    if endpoint is None or endpoint.document.get("EndpointName") != name:
        raise _invalid(f"Endpoint {name} of account {context.call.account} not found.")
    if endpoint.status not in SERVING:
        raise _invalid(
            f"Endpoint {name} of account {context.call.account} is not in service: "
            f"its status is {endpoint.status}."
        )
    return endpoint


def _invalid(text: str) -> ServiceError:
    return ServiceError("ValidationError", text)


def _config(endpoint: Resource, context: Context) -> Mapping[str, Any]:
    name = endpoint.document.get("EndpointConfigName", "")
    config = context.resource("EndpointConfig", endpoint, name)
    return config.document if config is not None else {}


def _async_config(endpoint: Resource) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = endpoint.document.get("AsyncInferenceConfig")
    return found


def _invocation(
    context: Context, endpoint: Resource, parameters: Mapping[str, Any], body: bytes | None = None
) -> Invocation:
    """Return what the model is asked, once it is known which variant answers."""
    component = parameters.get("InferenceComponentName", "")
    variant, model = _target(context, endpoint, parameters, component)
    return Invocation(
        body=parameters.get("Body", b"") if body is None else body,
        content_type=parameters.get("ContentType", "application/octet-stream"),
        accept=parameters.get("Accept", ""),
        endpoint=endpoint.name,
        variant=variant,
        model=model,
        image=_image(context, endpoint, model),
        custom_attributes=parameters.get("CustomAttributes", ""),
        target_model=parameters.get("TargetModel", ""),
        inference_component=component,
        session_id=parameters.get("SessionId", ""),
        inference_id=parameters.get("InferenceId", ""),
    )


def _target(
    context: Context, endpoint: Resource, parameters: Mapping[str, Any], component: str
) -> tuple[str, str]:
    """Return the variant that answers, and its model's name.

    Raises:
        ServiceError: The variant or the inference component that is named does not exist.
    """
    if component:
        found = context.resource("InferenceComponent", endpoint, component)
        if found is None or found.document.get("EndpointName") != endpoint.key:
            raise _invalid(f"Inference Component Name {component} not found.")
        model = found.document.get("Specification", {}).get("ModelName", "")
        return str(found.document.get("VariantName", "")), str(model)
    models = {
        variant["VariantName"]: variant.get("ModelName", "")
        for variant in _config(endpoint, context).get("ProductionVariants", ())
    }
    variants = endpoint.document.get("ProductionVariants", ())
    weights = {v["VariantName"]: v.get("CurrentWeight", 1.0) for v in variants}
    weights = weights or dict.fromkeys(models, 1.0)
    wanted = parameters.get("TargetVariant")
    if wanted is not None and wanted not in weights:
        raise _invalid(f"Variant {wanted} not found for Request")
    if wanted is None and weights:
        total = sum(weights.values())
        shares = list(weights.values()) if total else [1.0] * len(weights)
        wanted = context.random.choices(list(weights), weights=shares)[0]
    if wanted is not None and not models.get(wanted, "") and models and wanted in models:
        raise _invalid(
            "Inference Component Name header is required for endpoints to which you plan to deploy "
            "inference components. Please include Inference Component Name header or consider "
            "using SageMaker models."
        )
    return wanted or "", models.get(wanted or "", "")


def _image(context: Context, endpoint: Resource, model_name: str) -> str:
    model = context.resource("Model", endpoint, model_name) if model_name else None
    if model is None:
        return ""
    containers = [model.document.get("PrimaryContainer", {}), *model.document.get("Containers", ())]
    return next((str(c["Image"]) for c in containers if "Image" in c), "")


def _answered(context: Context, endpoint: Resource, invocation: Invocation) -> Any:
    """Return what the function for this invocation returns.

    Raises:
        ServiceError: `ModelError`; the function has raised.
    """
    functions: list[Registered] = context.room(ROOM).get("functions", [])
    for registered in reversed(functions):
        if registered.covers(invocation):
            try:
                return registered.function(invocation)
            except SagestubError:
                raise
            except Exception as error:
                raise model_error(endpoint, invocation, str(error) or repr(error)) from error
    return invocation.body


def model_error(endpoint: Resource, invocation: Invocation, text: str) -> ServiceError:
    """Return the service's answer to a model that has failed.

    Source: public reports of ModelError (text), API reference (members, status 424).
    """
    region, group = endpoint.region, f"/aws/sagemaker/Endpoints/{endpoint.name}"
    container = invocation.target_model or "primary"
    return ServiceError(
        "ModelError",
        f'Received server error (500) from {container} with message "{text}". See '
        f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
        f"#logEventViewer:group={group} in account {endpoint.account} for more information.",
        424,
        {
            "OriginalStatusCode": 500,
            "OriginalMessage": text,
            "LogStreamArn": (
                f"arn:{endpoint.arn.split(':')[1]}:logs:{region}:{endpoint.account}:log-group:{group}"
            ),
        },
    )


def _body_of(value: Any, invocation: Invocation) -> tuple[bytes, str]:
    """Return what a function returned as body and content type."""
    content_type = invocation.accept if invocation.accept not in ("", "*/*") else ""
    match value:
        case (inner, str(given)):
            value, content_type = inner, given
    if isinstance(value, Iterator):
        value = b"".join(_piece(piece) for piece in value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value), content_type or invocation.content_type
    if isinstance(value, str):
        return value.encode("utf-8"), content_type or "text/plain; charset=utf-8"
    return json.dumps(value).encode("utf-8"), content_type or "application/json"


def _piece(value: Any) -> bytes:
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    return value.encode("utf-8") if isinstance(value, str) else json.dumps(value).encode("utf-8")


def _events(
    context: Context, endpoint: Resource, invocation: Invocation
) -> Iterator[Mapping[str, Mapping[str, Any]]]:
    """Return the events of a stream; a model that fails on the way ends it with ModelStreamError."""
    value = _answered(context, endpoint, invocation)
    if not isinstance(value, (Iterator, list, tuple)):
        value = [_body_of(value, invocation)[0]]
    pieces: Iterable[Any] = value
    try:
        for piece in pieces:
            yield {"PayloadPart": {"Bytes": _piece(piece)}}
    except SagestubError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a test's function raises breaks the stream
        yield {"ModelStreamError": {"Message": str(error), "ErrorCode": "StreamBroken"}}


def _session(context: Context, parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return the header of a stateful session that this request opens.

    Source: API reference, InvokeEndpoint.SessionId ("NEW_SESSION"), NewSessionId.
    """
    if parameters.get("SessionId") == "NEW_SESSION":
        return {"NewSessionId": context.new_uuid()}
    return {}


def _write_result(
    context: Context,
    endpoint: Resource,
    parameters: Mapping[str, Any],
    answer: Mapping[str, str],
) -> None:
    """Ask the model for an asynchronous request, and write its answer, when Moto plays S3."""
    if not moto.is_active():
        return
    import boto3

    s3 = boto3.client("s3", region_name=endpoint.region)
    body = parameters.get("Body")
    if body is None:
        bucket, _, key = parameters["InputLocation"].removeprefix("s3://").partition("/")
        body = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    invocation = _invocation(context, endpoint, parameters, body)
    place, content = answer["OutputLocation"], b""
    try:
        content, _ = _body_of(_answered(context, endpoint, invocation), invocation)
    except ServiceError as error:
        place, content = answer.get("FailureLocation", ""), error.message.encode("utf-8")
    if place:
        bucket, _, key = place.removeprefix("s3://").partition("/")
        s3.put_object(Bucket=bucket, Key=key, Body=content)


PLANE = Plane(
    functions={
        "InvokeEndpoint": invoke,
        "InvokeEndpointAsync": invoke_async,
        "InvokeEndpointWithResponseStream": invoke_with_stream,
    }
)
