"""How the tables of this folder are written: a request that is right, and what breaks one rule."""

from __future__ import annotations

from typing import Any, NamedTuple

ROLE = "arn:aws:iam::123456789012:role/ml"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/k"

ABSENT = object()
"""The value of a change that takes a member away."""


class Row(NamedTuple):
    """A request that breaks one rule.

    Args:
        operation: The operation, whose right request the changes are made to.
        changes: Members by dotted path, with numbers for elements of lists, and their values.
        text: The error text.
        code: The error code.
    """

    operation: str
    changes: dict[str, Any]
    text: str
    code: str = "ValidationException"


def copied(value: Any) -> Any:
    """Return a copy in which no two parts are the same object, as parts of the tables are."""
    if isinstance(value, dict):
        return {name: copied(item) for name, item in value.items()}
    return [copied(item) for item in value] if isinstance(value, list) else value


def changed(request: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return a request with changes; structures on the way are made."""
    result: dict[str, Any] = copied(request)
    for path, value in changes.items():
        *way, last = path.split(".")
        place: Any = result
        for part in way:
            place = place[int(part)] if part.isdigit() else place.setdefault(part, {})
        if value is ABSENT:
            del place[last]
        else:
            place[int(last) if last.isdigit() else last] = copied(value)
    return result
