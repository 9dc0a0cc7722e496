"""Field rules: what members of one request must be to each other.

The model's constraints are about one member each. What the documentation says about several (one of
two, one needs another, names that differ, one not more than another) is declared here, as data: a
condition, the error text, and where the rule comes from.

    FieldRule(
        at_most_one_of("PrimaryContainer", "Containers"),
        source="model, CreateModelInput",
    )

A condition looks at one structure of the request, in wire form. `at` says which: the request itself
when empty, `ProductionVariants[]` for each element of a list, `Parameters{}` for each value of a map,
`A | B[]` for those at either path. Members are named by dotted paths within that structure.

Rules see the request only, never the world: what depends on other resources is a `check` of the kind.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from sagestub.engine.documents import values_at
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.conditions import Condition
    from sagestub.engine.member_facts import Structure


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A condition on the members of a request.

    Args:
        condition: What must hold.
        source: Where the rule is documented or was seen.
        at: The structures of which it must hold; see the module.
        text: The error text; `{value}` and members of the structure stand for their values. None for
            the condition's own.
        text_source: Where the text was seen, or `assumed`.
        code: The error code.
        operations: The operations that check it; empty for the kind's Create.
    """

    condition: Condition
    source: str
    at: str = ""
    text: str | None = None
    text_source: str = "assumed"
    code: str = "ValidationException"
    operations: tuple[str, ...] = ()

    def check(self, parameters: Structure) -> None:
        """Refuse a request of which the rule does not hold.

        Raises:
            ServiceError: It does not.
        """
        broken = self.condition.broken
        for structure in structures_at(parameters, self.at) if self.at else (parameters,):
            found = broken(structure)
            if found is not None:
                raise ServiceError(self.code, self._sentence(structure, found))

    def _sentence(self, structure: Structure, found: Structure) -> str:
        from sagestub.engine.documents import filled_in

        text = self.condition.text if self.text is None else self.text
        return filled_in(text, {**structure, **found})


def check_rules(rules: Iterable[FieldRule], parameters: Structure) -> None:
    """Refuse a request that breaks a rule; the first one is told.

    Raises:
        ServiceError: A rule does not hold.
    """
    for rule in rules:
        if rule.at or rule.condition.broken(parameters) is not None:
            rule.check(parameters)


def within(path: str, *rules: FieldRule) -> tuple[FieldRule, ...]:
    """Return rules for a structure that stands at a path; `A | B[]` for one that stands at several."""
    places = path.split(" | ")
    return tuple(
        replace(
            rule,
            at=" | ".join(
                f"{place}.{inner}" if inner else place
                for place in places
                for inner in rule.at.split(" | ")
            ),
        )
        for rule in rules
    )


def checked_by(operations: str, *rules: FieldRule) -> tuple[FieldRule, ...]:
    """Return rules that these operations check: their names, separated by spaces."""
    return tuple(replace(rule, operations=tuple(operations.split())) for rule in rules)


@cache
def _places(at: str) -> tuple[str, ...]:
    return tuple(at.split(" | "))


def structures_at(parameters: Structure, at: str) -> list[Structure]:
    """Return the structures at one or several paths, separated by `|`."""
    return [found for place in _places(at) for found in values_at(parameters, place)]
