"""Documents: members at dotted paths, and texts that are made of members."""

from __future__ import annotations

import re
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


def with_member(document: dict[str, Any], path: str, value: Any) -> None:
    """Set a dotted path of a document where it is absent; structures on the way are copied.

    A structure that is itself absent stays absent: a default inside it needs it. `Channels[].Name`
    sets it in each element of a list.
    """
    first, _, rest = path.partition(".")
    if not rest:
        document.setdefault(first, value)
    elif first.endswith("[]"):
        first = first.removesuffix("[]")
        if isinstance(document.get(first), list):
            elements = [dict(element) for element in document[first]]
            for element in elements:
                with_member(element, rest, value)
            document[first] = elements
    elif isinstance(document.get(first), dict):
        inner = dict(document[first])
        with_member(inner, rest, value)
        document[first] = inner


_FIELD = re.compile(r"\{(\w+)(?::(lower|upper))?\}")


def filled_in(template: str, values: Mapping[str, Any]) -> str:
    """Return a template with `{name}` replaced; `{name:lower}` and `{name:upper}` change its case.

    An absent value leaves nothing.
    """

    def value_of(found: re.Match[str]) -> str:
        text = str(values.get(found[1], ""))
        if found[2] is None:
            return text
        return text.lower() if found[2] == "lower" else text.upper()

    return _FIELD.sub(value_of, template)
