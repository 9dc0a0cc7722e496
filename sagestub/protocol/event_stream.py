"""Event streams on the wire: what botocore decodes, encoded.

botocore has the decoder only. A message is a prelude (lengths and their checksum), headers, a payload
and a checksum over all.

Source: "Amazon event stream encoding" (vnd.amazon.eventstream); botocore/eventstream.py reads it.
"""

from __future__ import annotations

import struct
from binascii import crc32
from collections.abc import Iterable, Mapping
from typing import Any

from sagestub.protocol.json import encode

STRING = 7
"""The type of a header whose value is text."""

Event = Mapping[str, Mapping[str, Any]]
"""One event: its name in the stream's shape, and its members."""


def encoded_events(shape: Any, events: Iterable[Event]) -> bytes:
    """Return events as the bytes of a stream.

    Args:
        shape: The stream's shape: a structure with a member for each sort of event.
        events: Each as `{name: members}`; a payload member is bytes.
    """
    return b"".join(
        _event(shape.members[name], name, members)
        for event in events
        for name, members in event.items()
    )


def _event(shape: Any, name: str, members: Mapping[str, Any]) -> bytes:
    headers = {":event-type": name, ":message-type": "event"}
    if shape.metadata.get("exception"):
        headers = {":exception-type": name, ":message-type": "exception"}
    payload: bytes | None = None
    for member, inner in shape.members.items():
        if inner.serialization.get("eventpayload") and member in members:
            payload = bytes(members[member])
            headers[":content-type"] = "application/octet-stream"
    if payload is None:
        payload = encode(members)
        headers[":content-type"] = "application/json"
    return message(headers, payload)


def message(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return one message of an event stream."""
    encoded = b"".join(_header(name, value) for name, value in headers.items())
    lengths = struct.pack("!II", 16 + len(encoded) + len(payload), len(encoded))
    prelude = lengths + struct.pack("!I", crc32(lengths))
    body = prelude + encoded + payload
    return body + struct.pack("!I", crc32(body))


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return struct.pack("!B", len(key)) + key + struct.pack("!BH", STRING, len(text)) + text
