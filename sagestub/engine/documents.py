"""Reading a document by a dotted path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any


def member_at(document: Mapping[str, Any], path: str) -> Any:
    """Return the value at a dotted path of a document; None where it is absent."""
    value: Any = document
    for part in path.split("."):
        if not isinstance(value, Mapping):
            return None
        value = value.get(part)
    return value


@cache
def _steps(path: str) -> tuple[tuple[str, str], ...]:
    """Return the parts of a path: each a member, and `[]`, `{}` or nothing."""
    return tuple(
        (part[:-2], part[-2:]) if part.endswith(("[]", "{}")) else (part, "")
        for part in path.split(".")
    )


def values_at(document: Mapping[str, Any], path: str) -> Sequence[Any]:
    """Return every value at a dotted path; absent ones are left out.

    A part with `[]` goes into each item of a list, one with `{}` into each value of a map. The document
    is of its shape's types, and a path that no shape has is a mistake that a test finds; so nothing is
    asked here but what is there.
    """
    value: Any = document
    for name, many in _steps(path):
        value = value.get(name)
        if value is None:
            return ()
        if many:
            items = value if many == "[]" else value.values()
            _, _, rest = path.partition(many)
            if not rest:
                return list(items)
            return [found for item in items for found in values_at(item, rest[1:])]
    return (value,)
