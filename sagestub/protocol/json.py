"""The JSON protocol: request bodies to parameters, results and errors to bodies.

Inside sagestub every document is in wire form already (timestamps are epoch seconds, blobs base64
text), so that writing an answer is one call of the standard library's encoder.

Source: AWS JSON 1.1; facts, cross-cutting, section 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sagestub.errors import ServiceError
from sagestub.protocol.checks import serialization_error, wrong_type

if TYPE_CHECKING:
    from sagestub.model.service import Operation, Service
    from sagestub.types import Request

MODELLED_MESSAGE = "Message"
"""The five exceptions that the model declares spell their member with a capital."""

UNMODELLED_MESSAGE = "message"


MOST_LEVELS = 200
"""How deep lists and objects may be nested in a request; no shape of the model needs a tenth."""


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


_decoder = json.JSONDecoder(parse_constant=_refuse_constant)
_encoder = json.JSONEncoder(separators=(",", ":"), check_circular=False)
_write_in_c: Callable[..., Callable[[Any, int], Iterable[str]]] | None
_write_in_c = getattr(json.encoder, "c_make_encoder", None)
# `JSONEncoder.encode` makes this object anew at each call. (Not every Python has it.)
_written = _write_in_c and _write_in_c(
    None, _encoder.default, json.encoder.encode_basestring_ascii, None, ":", ",", False, False, True
)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def decode(body: bytes | bytearray | str | None) -> dict[str, Any]:
    """Return the parameters of a request body; an empty body and `null` have none.

    Of a key that comes twice, the last counts, as in Java's readers.

    Raises:
        ServiceError: `SerializationException`; the body is not a JSON object in UTF-8.
    """
    if not body:
        return {}
    try:
        text = body if isinstance(body, str) else bytes(body).decode("utf-8")
        # What botocore writes has no space around it; only other bodies need the decoder's search.
        parameters, end = _decoder.raw_decode(text) if text[:1] == "{" else (None, 0)
        if end != len(text):
            parameters = _decoder.decode(text)
        if _SURROGATE.search(text):
            # Half of a character cannot be hashed, stored or sent: refuse it where it comes in.
            json.dumps(parameters, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise serialization_error() from None
    if parameters is None:
        return {}
    if type(parameters) is not dict:
        raise wrong_type(parameters, "structure")
    if text.count("{") + text.count("[") > MOST_LEVELS and _levels(parameters) > MOST_LEVELS:
        raise serialization_error()
    return parameters


def _levels(document: Any) -> int:
    """Return how deep a document is nested."""
    count = 0
    level = [document]
    while level:
        count += 1
        containers = [item for item in level if type(item) in (dict, list)]
        level = [
            item
            for container in containers
            for item in (container.values() if type(container) is dict else container)
        ]
    return count


def encode(result: Mapping[str, Any] | None) -> bytes:
    """Return the body of a success; an operation without an output shape answers an empty body."""
    if result is None:
        return b""
    if _written is None:
        return _encoder.encode(result).encode("ascii")
    return "".join(_written(result, 0)).encode("ascii")


def encode_error(error: ServiceError, modelled: bool) -> bytes:
    """Return the body of an error; none for a code that is but an HTTP status.

    Args:
        error: What the service answers.
        modelled: Whether the service's model declares a shape for the code.
    """
    if error.code.isdecimal():
        return b""
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
