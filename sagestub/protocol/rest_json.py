"""The REST protocol with JSON bodies, which SageMaker's runtimes speak.

Where a member travels (path, query, header, body, or as the whole payload) is read from the model. A
payload that is a blob stays `bytes`; everything else is in wire form.

Source: botocore's models (`http`, `location`, `locationName`, `payload`); Smithy, "AWS restJson1".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote, urlsplit

from sagestub.errors import ServiceError
from sagestub.protocol import json
from sagestub.protocol.checks import serialization_error
from sagestub.protocol.event_stream import encoded_events

if TYPE_CHECKING:
    from sagestub.model.service import Operation, Service
    from sagestub.types import Request

CONTENT_TYPE = "application/json"


def read(operation: Operation, request: Request) -> dict[str, Any]:
    """Return the parameters of a request.

    Raises:
        ServiceError: `SerializationException`; the body or a value cannot be read.
    """
    shape: Any = operation.input_shape
    if shape is None:
        return {}
    address = urlsplit(request.url)
    in_path = _path_values(operation, address.path)
    in_query = parse_qs(address.query, keep_blank_values=True)
    headers = {str(k).lower(): _text(v) for k, v in request.headers.items()}
    payload = shape.serialization.get("payload")
    in_body: dict[str, Any] = {}
    if payload is None and any(not m.serialization.get("location") for m in shape.members.values()):
        in_body = json.decode(request.body)
    parameters: dict[str, Any] = {}
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        wire_name = member.serialization.get("name", name)
        value: Any = None
        if location == "uri":
            found_text = in_path.get(wire_name)
            value = _read_text(member, [found_text]) if found_text is not None else None
        elif location == "querystring":
            found = in_query.get(wire_name)
            value = _read_text(member, found) if found is not None else None
        elif location == "header":
            found_header = headers.get(wire_name.lower())
            value = _read_text(member, [found_header]) if found_header is not None else None
        elif name == payload:
            value = _payload(member, request.body, required=name in shape.required_members)
            _refuse_large(operation, member, value)
        elif location is None:
            value = in_body.get(wire_name)
        if value is not None:
            parameters[name] = value
    return parameters


def write(
    operation: Operation, result: Mapping[str, Any] | None
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of a success."""
    status = int(operation.model.http.get("responseCode", 200))
    shape: Any = operation.output_shape
    headers = {"Content-Type": CONTENT_TYPE}
    if shape is None or result is None:
        return status, headers, b""
    payload = shape.serialization.get("payload")
    in_body: dict[str, Any] = {}
    body: bytes | None = None
    for name, value in result.items():
        member = shape.members[name]
        location = member.serialization.get("location")
        wire_name = member.serialization.get("name", name)
        if location == "header":
            headers[wire_name] = str(value)
        elif name == payload:
            body = _written_payload(member, value, headers)
        elif location is None:
            in_body[wire_name] = value
    return status, headers, json.encode(in_body) if body is None else body


def write_error(service: Service, error: ServiceError) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of an error: the code travels in a header."""
    shapes: dict[str, Any] = {shape.name: shape for shape in service.model.error_shapes}
    code = error.code
    if code not in shapes and code.removesuffix("Exception") + "Error" in shapes:
        code = code.removesuffix("Exception") + "Error"
    shape = shapes.get(code)
    status = error.http_status
    member = "message"
    if shape is not None:
        status = int((shape.metadata.get("error") or {}).get("httpStatusCode", status))
        member = next((m for m in shape.members if m.lower() == "message"), member)
    document = {member: error.message, **error.members}
    headers = {"Content-Type": CONTENT_TYPE, "x-amzn-errortype": code}
    return status, headers, json.encode(document)


def _path_values(operation: Operation, path: str) -> dict[str, str]:
    """Return the values of a path's placeholders."""
    template = operation.model.http["requestUri"].split("?", 1)[0]
    compiled = operation.service.compiled
    key = ("route", operation.name)
    if key not in compiled:
        names = re.findall(r"\{([^}+]+)\+?\}", template)
        parts = re.split(r"\{[^}]+\}", template)
        greedy = re.findall(r"\{[^}]+?(\+?)\}", template)
        pattern = re.escape(parts[0])
        for sign, part in zip(greedy, parts[1:], strict=True):
            pattern += ("(.+)" if sign else "([^/]+)") + re.escape(part)
        compiled[key] = (re.compile(pattern + "/?$"), names)
    route, names = compiled[key]
    found = route.search(path)
    if found is None:
        return {}
    return {name: unquote(value) for name, value in zip(names, found.groups(), strict=True)}


def _read_text(shape: Any, texts: list[str]) -> Any:
    """Return the value of a member that travelled as text."""
    if shape.type_name == "list":
        return [_read_text(shape.member, [text]) for text in texts]
    text = texts[0]
    try:
        if shape.type_name in ("integer", "long"):
            return int(text)
        if shape.type_name in ("float", "double"):
            return float(text)
        if shape.type_name == "timestamp":
            return _epoch_seconds(text)
    except ValueError:
        raise serialization_error(f"{text} can not be converted to {shape.type_name}") from None
    if shape.type_name == "boolean":
        return text.lower() == "true"
    return text


def _epoch_seconds(text: str) -> float:
    if "," in text:
        return parsedate_to_datetime(text).timestamp()
    parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
    aware = parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=timezone.utc)
    return aware.timestamp()


def _payload(shape: Any, body: Any, *, required: bool) -> Any:
    """Return the whole body as a member; an empty one is absent unless the member is required."""
    if hasattr(body, "read"):
        body = body.read()
    if shape.type_name == "structure":
        return json.decode(body)
    if isinstance(body, str):
        body = body.encode("utf-8")
    return bytes(body or b"") if body or required else None


def _refuse_large(operation: Operation, shape: Any, value: Any) -> None:
    """Refuse a body that is too long, where the model has an error of its own for that.

    Raises:
        ServiceError: `PayloadTooLargeException` (text assumed).
    """
    most = shape.metadata.get("max")
    if most is None or "PayloadTooLargeException" not in operation.error_codes:
        return
    if isinstance(value, bytes) and len(value) > most:
        raise ServiceError(
            "PayloadTooLargeException", f"The request body exceeds the limit of {most} bytes.", 413
        )


def _written_payload(shape: Any, value: Any, headers: dict[str, str]) -> bytes:
    if getattr(shape, "is_eventstream", False) or shape.serialization.get("eventstream"):
        headers["Content-Type"] = "application/vnd.amazon.eventstream"
        return encoded_events(shape, value)
    if shape.type_name == "structure":
        return json.encode(value)
    return value.encode("utf-8") if isinstance(value, str) else bytes(value)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
