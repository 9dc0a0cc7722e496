"""How other clients' rules are written down: what they look for in an error, in a status, in an answer."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

VALIDATION = "ValidationException"
NOT_FOUND = "ResourceNotFound"
IN_USE = "ResourceInUse"


class Rule(NamedTuple):
    """What a client looks for in an error: the code, and a part of the message."""

    source: str
    kind: str
    verb: str
    code: str
    begins: str = ""
    contains: str = ""
    ends: str = ""

    def hits(self, code: str, message: str) -> bool:
        """Return whether the client would recognise the error."""
        return (
            code == self.code
            and message.startswith(self.begins)
            and self.contains in message
            and message.endswith(self.ends)
        )


class Refused(NamedTuple):
    """A rule for a call in a certain situation: the resources that the world has, and the call."""

    rule: Rule
    operation: str
    parameters: dict[str, Any]
    resources: tuple[tuple[str, dict[str, Any]], ...] = ()


class Way(NamedTuple):
    """What a client that waits takes for unfinished, and for done.

    An empty `done` stands for a resource that is no longer described.
    """

    source: str
    kind: str
    verb: str
    pending: frozenset[str]
    done: frozenset[str]


class Members(NamedTuple):
    """Members that a client reads of a Describe response, without asking whether they are there."""

    source: str
    kind: str
    members: tuple[str, ...]


def states(names: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(names.split())


def named(rules: list[Any]) -> list[Any]:
    """Return rules as parameters, with source, kind and verb as their names."""
    return [pytest.param(rule, id=name_of(rule)) for rule in rules]


def name_of(rule: Any) -> str:
    """Return a name for a rule: who has it, and of what it is."""
    rule = getattr(rule, "rule", rule)
    words = [rule.source, rule.kind, getattr(rule, "verb", "")]
    return "-".join(filter(None, words)).replace(" ", "-")
