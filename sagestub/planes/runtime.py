"""The SageMaker runtime: InvokeEndpoint, its asynchronous form, and the response stream.

The model behind an endpoint is a Python function of the test's (`sm.on_invoke`). Without one, an
endpoint echoes what it is sent.

Source: API reference, Amazon SageMaker Runtime; facts, hosting.yaml, common.notes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sagestub.effects.invocations import Invocation, body_of, function_for, piece_of
from sagestub.effects.outside import called, outside
from sagestub.engine.plane import Plane
from sagestub.errors import SagestubError, ServiceError
from sagestub.planes.runtime_results import capture, write_result

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

Event = Mapping[str, Mapping[str, Any]]
"""One event of a response stream: its name, and its members."""

NOTHING: Mapping[str, str] = MappingProxyType({})

SERVING = frozenset({"InService", "Updating", "RollingBack", "SystemUpdating"})
"""The states in which an endpoint answers. Source: API reference, DescribeEndpoint.EndpointStatus."""


CLIENT_ERROR, SERVER_ERROR = 400, 500

MOST_SERVERLESS = 4 * 1024 * 1024
"""Bytes that a serverless endpoint is sent at most."""

NO_CAPACITY = (
    "Inference Component has no capacity to process this request. ApplicationAutoScaling may be "
    "in-progress (if configured) or try to increase the capacity by invoking "
    "UpdateInferenceComponentRuntimeConfig API."
)
"""Source: AWS Machine Learning Blog, "Unlock cost savings with the new scale down to zero feature"."""

TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container {container}. Review the "
    "latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again."
)
"""Source: aws/amazon-sagemaker-examples issue 799; RamVegiraju/SageMaker-Deployment issue 3."""


def invoke(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer InvokeEndpoint."""
    endpoint = serving_endpoint(context, parameters)
    _check_synchronous(context, endpoint, parameters)
    opened = _session(context, parameters)
    invocation = _invocation(context, endpoint, parameters, opened=opened)
    value, attributes = _without_attributes(_answered(context, endpoint, invocation))
    with outside(context):
        body, content_type = body_of(value, invocation)
    answer: dict[str, Any] = {"Body": body, "ContentType": content_type}
    if invocation.variant:
        answer["InvokedProductionVariant"] = invocation.variant
    if attributes:
        answer["CustomAttributes"] = attributes
    capture(context, endpoint, invocation, body, content_type)
    return {**answer, **opened}


def invoke_with_stream(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Answer InvokeEndpointWithResponseStream: each piece of the answer is one event."""
    endpoint = serving_endpoint(context, parameters)
    _check_synchronous(context, endpoint, parameters)
    invocation = _invocation(context, endpoint, parameters)
    value = _answered(context, endpoint, invocation)
    events = events_of(context, value, invocation, _broken)
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
    if ("Body" in parameters) == ("InputLocation" in parameters):
        # Source: model, InvokeEndpointAsyncInput.Body; text assumed.
        raise _invalid("Exactly one of Body and InputLocation must be specified.")
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

    def ask(body: bytes) -> tuple[bytes, str]:
        invocation = _invocation(context, endpoint, parameters, body)
        value, _ = _without_attributes(_answered(context, endpoint, invocation))
        with outside(context):
            return body_of(value, invocation)

    write_result(context, endpoint, parameters, answer, ask)
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


def _invalid(text: str, error_code: str = "") -> ServiceError:
    """Return the runtime's refusal; few bodies are known to give an ErrorCode beside the message."""
    members = {"ErrorCode": error_code} if error_code else None
    return ServiceError("ValidationError", text, members=members)


def _check_synchronous(context: Context, endpoint: Resource, parameters: Mapping[str, Any]) -> None:
    """Refuse an asynchronous endpoint, and a body too large for one of serverless variants.

    Source: strands-agents/harness-sdk issue 1969 (code; text assumed); aws/sagemaker-python-sdk issue
    4271 (text); Developer Guide, serverless quotas (4 MB).
    """
    if _async_config(endpoint) is not None:
        raise _invalid(f"Endpoint {endpoint.name} does not support synchronous inference.")
    variants = endpoint.document.get("ProductionVariants", ())
    is_serverless = any("CurrentServerlessConfig" in variant for variant in variants)
    if is_serverless and len(parameters.get("Body", b"")) > MOST_SERVERLESS:
        raise _invalid(f"Request {context.new_uuid()} has oversize body.")


def _config(endpoint: Resource, context: Context) -> Mapping[str, Any]:
    name = endpoint.document.get("EndpointConfigName", "")
    config = context.resource("EndpointConfig", endpoint, name)
    return config.document if config is not None else {}


def _async_config(endpoint: Resource) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = endpoint.document.get("AsyncInferenceConfig")
    return found


def _invocation(
    context: Context,
    endpoint: Resource,
    parameters: Mapping[str, Any],
    body: bytes | None = None,
    opened: Mapping[str, str] = NOTHING,
) -> Invocation:
    """Return what the model is asked, once it is known which variant answers."""
    component = parameters.get("InferenceComponentName", "")
    variant, model = _target(context, endpoint, parameters, component)
    hostname = parameters.get("TargetContainerHostname", "")
    containers = _containers(context, endpoint, model)
    _check_target_model(context, endpoint, containers, parameters)
    _check_direct(context, endpoint, model, parameters)
    return Invocation(
        body=parameters.get("Body", b"") if body is None else body,
        content_type=parameters.get("ContentType", "application/octet-stream"),
        accept=parameters.get("Accept", ""),
        endpoint=endpoint.name,
        variant=variant,
        model=model,
        image=_image(containers, hostname),
        custom_attributes=parameters.get("CustomAttributes", ""),
        target_model=parameters.get("TargetModel", ""),
        inference_component=component,
        session_id=opened.get("NewSessionId") or parameters.get("SessionId", ""),
        inference_id=parameters.get("InferenceId", ""),
        target_container=hostname,
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
        if found.document.get("RuntimeConfig", {}).get("CurrentCopyCount") == 0:
            raise _invalid(NO_CAPACITY)
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
            "using SageMaker models.",
            "INFERENCE_COMPONENT_NAME_MISSING",
        )
    return wanted or "", models.get(wanted or "", "")


def _containers(context: Context, endpoint: Resource, model_name: str) -> list[Mapping[str, Any]]:
    """Return the containers of a model, in order; none where it is not known."""
    model = context.resource("Model", endpoint, model_name) if model_name else None
    if model is None:
        return []
    primary = model.document.get("PrimaryContainer")
    return [*([primary] if primary else ()), *model.document.get("Containers", ())]


def _image(containers: Sequence[Mapping[str, Any]], hostname: str) -> str:
    """Return the image that answers: the first one, or that of the container which is named.

    Raises:
        ServiceError: No container has this hostname (text assumed).
    """
    if hostname and containers:
        containers = [c for c in containers if c.get("ContainerHostname") == hostname]
        if not containers:
            raise _invalid(f"Target container hostname {hostname} not found for Request")
    return next((str(c["Image"]) for c in containers if "Image" in c), "")


def _check_target_model(
    context: Context,
    endpoint: Resource,
    containers: Sequence[Mapping[str, Any]],
    parameters: Mapping[str, Any],
) -> None:
    """Refuse a TargetModel where there is one model only, and its absence where there are many.

    Source: github.com/aws/amazon-sagemaker-examples/issues/1026 and
    aws/sagemaker-tensorflow-serving-container/issues/166 (texts).
    """
    if not containers or "InferenceComponentName" in parameters:
        return
    many = any(container.get("Mode") == "MultiModel" for container in containers)
    if "TargetModel" in parameters and not many:
        raise _invalid(
            f"Endpoint {endpoint.name} is not a multi-model endpoint and does not support target "
            "model header.",
            "TARGET_MODEL_HEADER_NOT_SUPPORTED",
        )
    if many and "TargetModel" not in parameters:
        raise _invalid(f"Request {context.new_uuid()} is missing a target model header.")


def _check_direct(
    context: Context, endpoint: Resource, model_name: str, parameters: Mapping[str, Any]
) -> None:
    """Refuse a container's name where none can be called by itself, and its absence where one must be.

    Source: Developer Guide, "Use a multi-container endpoint with direct invocation" (texts assumed).
    """
    model = context.resource("Model", endpoint, model_name) if model_name else None
    if model is None:
        return
    is_direct = model.document.get("InferenceExecutionConfig", {}).get("Mode") == "Direct"
    if is_direct and "TargetContainerHostname" not in parameters:
        raise _invalid(
            f"Endpoint {endpoint.name} is configured for direct invocation. Request "
            f"{context.new_uuid()} is missing a target container hostname header."
        )
    if not is_direct and "TargetContainerHostname" in parameters:
        raise _invalid(
            f"Endpoint {endpoint.name} is not configured for direct invocation and does not support "
            "target container hostname header."
        )


def _without_attributes(value: Any) -> tuple[Any, str]:
    """Return what a function returned without its third part, CustomAttributes, and that."""
    match value:
        case (inner, str(content_type), str(attributes)):
            return (inner, content_type), attributes
    return value, ""


def _answered(context: Context, endpoint: Resource, invocation: Invocation) -> Any:
    """Return what the function for this invocation returns; without one, what it was sent.

    Raises:
        ServiceError: `ModelError`; the function has raised.
    """
    function = function_for(context, invocation)
    if function is None:
        return invocation.body
    try:
        return called(context, function, invocation)
    except SagestubError:
        raise
    except Exception as error:
        raise model_error(endpoint, invocation, error) from error


def model_error(endpoint: Resource, invocation: Invocation, error: Exception) -> ServiceError:
    """Return the service's answer to a model that has failed.

    The container's answer has the exception's `status_code`, as errors of web frameworks and of the
    SageMaker inference toolkit have one; a TimeoutError is a container that has not answered in time.

    Source: public reports of ModelError (text), API reference (members, status 424).
    """
    region, group = endpoint.region, f"/aws/sagemaker/Endpoints/{endpoint.name}"
    container = invocation.target_model or "primary"
    text, status = str(error) or repr(error), getattr(error, "status_code", None)
    is_client = status in range(CLIENT_ERROR, SERVER_ERROR)
    if isinstance(error, TimeoutError):
        text, status = TIMED_OUT.replace("{container}", container), 0
    elif not is_client and status not in range(SERVER_ERROR, 600):
        status = SERVER_ERROR
    # Only this ErrorCode has been seen. Source: facts, reports.yaml, Runtime.errors.
    members = {"ErrorCode": "CLIENT_ERROR_FROM_MODEL"} if is_client else {}
    return ServiceError(
        "ModelError",
        f"Received {'client' if is_client else 'server'} error ({status}) from {container} with "
        f'message "{text}". See '
        f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
        f"#logEventViewer:group={group} in account {endpoint.account} for more information.",
        424,
        {
            **members,
            "OriginalStatusCode": status,
            "OriginalMessage": text,
            "LogStreamArn": (
                f"arn:{endpoint.arn.split(':')[1]}:logs:{region}:{endpoint.account}:log-group:{group}"
            ),
        },
    )


def events_of(
    context: Context, value: Any, invocation: Invocation, broken: Callable[[Exception], Event]
) -> list[Event]:
    """Return the events of a stream, a part for each piece of what a function has returned.

    Args:
        context: The world's context.
        value: What the function has returned.
        invocation: What it was asked.
        broken: Returns the event that ends the stream when the function fails on the way.
    """
    events: list[Event] = []
    with outside(context):
        if not isinstance(value, (Iterator, list, tuple)):
            value = [body_of(value, invocation)[0]]
        try:
            events.extend({"PayloadPart": {"Bytes": piece_of(piece)}} for piece in value)
        except SagestubError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a test's function raises breaks the stream
            events.append(broken(error))
    return events


def _broken(error: Exception) -> Event:
    return {"ModelStreamError": {"Message": str(error), "ErrorCode": "StreamBroken"}}


def _session(context: Context, parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return the header of a stateful session that this request opens.

    Source: API reference, InvokeEndpoint.SessionId ("NEW_SESSION"), NewSessionId.
    """
    if parameters.get("SessionId") == "NEW_SESSION":
        return {"NewSessionId": context.new_uuid()}
    return {}


PLANE = Plane(
    functions={
        "InvokeEndpoint": invoke,
        "InvokeEndpointAsync": invoke_async,
        "InvokeEndpointWithResponseStream": invoke_with_stream,
    }
)
