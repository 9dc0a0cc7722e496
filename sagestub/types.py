"""Names for the values that travel through every layer; a leaf that anyone may import.

They are named tuples: frozen like dataclasses, and made in a third of the time, which every call pays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sagestub.model.service import Service

DEFAULT_ACCOUNT = "123456789012"
"""The account of a mock that names none."""

ACCOUNT_DIGITS = 12

Document = dict[str, Any]
"""Members by API name, in wire form: timestamps are epoch seconds, blobs base64 text."""


GONE = "(gone)"
"""The step of a resource's way after which it no longer exists."""


def is_account_id(text: str) -> bool:
    """Return whether a text is an account's number: twelve digits, and ASCII ones."""
    return len(text) == ACCOUNT_DIGITS and text.isascii() and text.isdigit()


def account_id_of(value: object) -> str | None:
    """Return an account's number as text, a whole number filled up with zeros; None for all else."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    text = f"{value:0{ACCOUNT_DIGITS}d}" if whole else value
    return text if isinstance(text, str) and is_account_id(text) else None


class Request(NamedTuple):
    """A request as a door hands it in.

    Args:
        service: The service model that the client has loaded, compiled.
        operation: The operation's name, as the event or the target header says.
        access_key: The access key that signed the request.
        region: The region of the signature.
        body: The body as sent.
        url: The address, for protocols whose parameters travel in it.
        headers: The headers, likewise.
    """

    service: Service
    operation: str
    access_key: str
    region: str
    body: bytes | bytearray | str | None
    url: str = ""
    headers: Mapping[str, Any] = {}  # Never changed; a default of None would cost each call a test.


class Call(NamedTuple):
    """One call of one operation, as it travels from the door to the verb.

    `parameters` are in wire form and belong to the call: nobody changes them.
    """

    service: str
    operation: str
    account: str
    region: str
    access_key: str
    parameters: Mapping[str, Any]


class Answer(NamedTuple):
    """What a door sends back: HTTP status, headers and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
