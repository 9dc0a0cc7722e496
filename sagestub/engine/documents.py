"""Reading a document by a dotted path."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def member_at(document: Mapping[str, Any], path: str) -> Any:
    """Return the value at a dotted path of a document; None where it is absent."""
    value: Any = document
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value
