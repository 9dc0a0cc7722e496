"""What invocations leave in Moto's S3: results of asynchronous requests, and captured data.

Without Moto nothing is written, and what S3 or SNS refuse stands in the log `sagestub`.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from sagestub.effects.clients import quietly
from sagestub.effects.listening import effects_of
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.effects.invocations import Invocation
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

ROOM = "data capture"

TEXT_TYPES = {"CSV": ("text/csv",), "JSON": ("application/json", "application/jsonlines")}
"""What is captured as text by default, by encoding; the rest is base64.

Source: Developer Guide, "Capture data from real-time endpoint".
"""


# Asynchronous results -----------------------------------------------------------------------------


def write_result(
    context: Context,
    endpoint: Resource,
    parameters: Mapping[str, Any],
    answer: Mapping[str, str],
    ask: Callable[[bytes], tuple[bytes, str]],
) -> None:
    """Ask the model for an asynchronous request, write its answer, and notify the topics.

    Args:
        context: The world's context.
        endpoint: The endpoint that is asked.
        parameters: The request.
        answer: What the request is answered with: where the result goes.
        ask: Asks the model.
    """
    storage = effects_of(context).storage(endpoint)
    if storage is None:
        return
    received = context.clock.time()
    failure, content, content_type = "", b"", ""
    body = parameters.get("Body")
    if body is None:
        body = storage.read(parameters["InputLocation"])
    if body is None:
        # The text is assumed; the prefix is that of the service's notifications.
        failure = f"ClientError: Failed to download {parameters['InputLocation']}."
    else:
        try:
            content, content_type = ask(body)
        except ServiceError as error:
            if error.code != "ModelError":
                raise
            failure = f"ClientError: {error.message}"
    if not failure:
        storage.write(answer["OutputLocation"], content)
    elif "FailureLocation" in answer:
        storage.write(answer["FailureLocation"], failure.encode("utf-8"))
    document = endpoint.document.get("AsyncInferenceConfig", {})
    topics = document.get("OutputConfig", {}).get("NotificationConfig", {})
    topic = topics.get("ErrorTopic" if failure else "SuccessTopic")
    if topic is not None:
        message = _notification(context, endpoint, parameters, answer, received)
        if failure:
            message |= {"invocationStatus": "Failed", "failureReason": failure}
            message.pop("responseParameters")
        else:
            message["responseParameters"]["contentType"] = content_type
        with quietly(f"Endpoint {endpoint.name}: {topic}"):
            client = effects_of(context).clients.client("sns", endpoint)
            client.publish(TopicArn=topic, Message=json.dumps(message))


def _notification(
    context: Context,
    endpoint: Resource,
    parameters: Mapping[str, Any],
    answer: Mapping[str, str],
    received: float,
) -> dict[str, Any]:
    """Return the message of a success.

    Source: Developer Guide, "Check prediction results" (asynchronous inference, Amazon SNS topics).
    """
    given = {
        "accept": parameters.get("Accept"),
        "contentType": parameters.get("ContentType"),
        "endpointName": endpoint.name,
        "inputLocation": parameters.get("InputLocation"),
    }
    return {
        "awsRegion": endpoint.region,
        "eventTime": _moment(context.clock.time()),
        "receivedTime": _moment(received),
        "invocationStatus": "Completed",
        "requestParameters": {name: value for name, value in given.items() if value is not None},
        "responseParameters": {"contentType": "", "outputLocation": answer["OutputLocation"]},
        "inferenceId": answer["InferenceId"],
        "eventVersion": "1.0",
        "eventSource": "aws:sagemaker",
        "eventName": "InferenceResult",
    }


def _moment(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, timezone.utc)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


# Captured data ------------------------------------------------------------------------------------


def capture(
    context: Context,
    endpoint: Resource,
    invocation: Invocation,
    body: bytes,
    content_type: str,
) -> None:
    """Write what was asked and answered, where the endpoint captures data: a file a request.

    Source: Developer Guide, "Capture data from real-time endpoint" (form, and the path of the files).
    """
    config = _capture_config(context, endpoint)
    if not config.get("EnableCapture") or not _is_sampled(context, endpoint, config):
        return
    storage = effects_of(context).storage(endpoint)
    if storage is None:
        return
    modes = {option["CaptureMode"] for option in config.get("CaptureOptions", ())}
    captured: dict[str, Any] = {}
    if modes & {"Input", "InputAndOutput"}:
        entry = _entry(config, "INPUT", invocation.body, invocation.content_type)
        captured["endpointInput"] = entry
    if modes & {"Output", "InputAndOutput"}:
        captured["endpointOutput"] = _entry(config, "OUTPUT", body, content_type)
    now, event_id = context.clock.time(), context.new_uuid()
    moment = datetime.fromtimestamp(now, timezone.utc)
    metadata: dict[str, Any] = {
        "eventId": event_id,
        "inferenceTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
    }
    if invocation.inference_id:
        metadata["inferenceId"] = invocation.inference_id
    if invocation.custom_attributes:
        metadata["customAttributes"] = [invocation.custom_attributes]
    line = {"captureData": captured, "eventMetadata": metadata, "eventVersion": "0"}
    base = str(config["DestinationS3Uri"]).rstrip("/")
    file = f"{moment:%M-%S}-{moment.microsecond // 1000:03d}-{event_id}.jsonl"
    path = f"{base}/{endpoint.name}/{invocation.variant}/{moment:%Y/%m/%d/%H}/{file}"
    storage.write(path, json.dumps(line).encode() + b"\n")


def _capture_config(context: Context, endpoint: Resource) -> Mapping[str, Any]:
    name = endpoint.document.get("EndpointConfigName", "")
    config = context.resource("EndpointConfig", endpoint, name)
    found: Mapping[str, Any] = config.document.get("DataCaptureConfig", {}) if config else {}
    return found


def _is_sampled(context: Context, endpoint: Resource, config: Mapping[str, Any]) -> bool:
    """Return whether this request is one of the share that is captured, the same at every run."""
    counts = context.room(ROOM)
    number = counts[endpoint] = counts.get(endpoint, 0) + 1
    percent = config.get("InitialSamplingPercentage", 100)
    return int(number * percent / 100) > int((number - 1) * percent / 100)


def _entry(
    config: Mapping[str, Any], mode: str, content: bytes, content_type: str
) -> dict[str, str]:
    header = config.get("CaptureContentTypeHeader", {})
    kind = content_type.partition(";")[0].strip()
    named = {
        "CSV": header.get("CsvContentTypes", ()) or TEXT_TYPES["CSV"],
        "JSON": header.get("JsonContentTypes", ()) or TEXT_TYPES["JSON"],
    }
    matching = (e for e, patterns in named.items() if any(fnmatchcase(kind, p) for p in patterns))
    encoding = next(matching, "BASE64")
    if encoding == "BASE64":
        text = base64.b64encode(content).decode()
    else:
        text = content.decode("utf-8", "replace")
    return {"observedContentType": content_type, "mode": mode, "data": text, "encoding": encoding}
