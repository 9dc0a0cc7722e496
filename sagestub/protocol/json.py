"""The JSON protocol: request bodies to parameters, results and errors to bodies.

Inside sagestub every document is in wire form already (timestamps are epoch seconds, blobs base64
text), so that writing an answer is one call of the standard library's encoder.

Source: AWS JSON 1.1; facts, cross-cutting, section 1.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.errors import ServiceError
from sagestub.protocol.checks import serialization_error

if TYPE_CHECKING:
    from sagestub.model.service import Operation, Service
    from sagestub.types import Request

MODELLED_MESSAGE = "Message"
"""The five exceptions that the model declares spell their member with a capital."""

UNMODELLED_MESSAGE = "message"


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)
_encoder = json.JSONEncoder(separators=(",", ":"), check_circular=False)


def decode(body: bytes | bytearray | str | None) -> dict[str, Any]:
    """Return the parameters of a request body; an empty body has none.

    Raises:
        ServiceError: `SerializationException`; the body is not a JSON object.
    """
    if not body:
        return {}
    try:
        text = body if isinstance(body, str) else bytes(body).decode("utf-8")
        parameters = _decoder.decode(text)
    except (ValueError, RecursionError):
        raise serialization_error() from None
    if type(parameters) is not dict:
        raise serialization_error("Unexpected value type in payload")
    return parameters


def encode(result: Mapping[str, Any] | None) -> bytes:
    """Return the body of a success; an operation without an output shape answers an empty body."""
    return b"" if result is None else _encoder.encode(result).encode("utf-8")


def encode_error(error: ServiceError, modelled: bool) -> bytes:
    """Return the body of an error.

    Args:
        error: What the service answers.
        modelled: Whether the service's model declares a shape for the code.
    """
    member = MODELLED_MESSAGE if modelled else UNMODELLED_MESSAGE
    document = {"__type": error.code}
    if error.message or modelled:
        document[member] = error.message
    return _encoder.encode(document).encode("utf-8")


def read(operation: Operation, request: Request) -> dict[str, Any]:
    """Return the parameters of a request; the operation says nothing that the body does not."""
    return decode(request.body)


def write(
    operation: Operation, result: Mapping[str, Any] | None
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of a success."""
    return 200, {"Content-Type": _content_type(operation.service)}, encode(result)


def write_error(service: Service, error: ServiceError) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of an error."""
    body = encode_error(error, error.code in modelled_codes(service))
    return error.http_status, {"Content-Type": _content_type(service)}, body


def modelled_codes(service: Service) -> frozenset[str]:
    """Return the error codes for which the model declares a shape."""
    codes: frozenset[str] | None = service.compiled.get(MODELLED)
    if codes is None:
        codes = frozenset(shape.name for shape in service.model.error_shapes)
        service.compiled[MODELLED] = codes
    return codes


MODELLED = "modelled error codes"


def _content_type(service: Service) -> str:
    return f"application/x-amz-json-{service.json_version}"
