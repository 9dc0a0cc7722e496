"""Names for the values that travel through every layer; a leaf that anyone may import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
"""Members by API name, in wire form: timestamps are epoch seconds, blobs base64 text."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one operation, as it travels from the door to the verb.

    `parameters` are in wire form and belong to the call: nobody changes them.
    """

    service: str
    operation: str
    account: str
    region: str
    access_key: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door sends back: HTTP status, headers and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
