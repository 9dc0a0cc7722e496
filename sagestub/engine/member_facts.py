"""What may be so of a structure of a request: a member is given, or has one of certain values.

Conditions (`engine/conditions.py`) are made of such facts. Members are named by dotted paths.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from sagestub.engine.documents import values_at

Structure: TypeAlias = "Mapping[str, Any]"


class Fact(NamedTuple):
    """Something that is so or is not: a member is given, or has one of certain values.

    Args:
        words: What is so, as it stands after `when` in a sentence.
        members: The paths that it looks at.
        holds: Whether it is so of a structure.
    """

    words: str
    members: tuple[str, ...]
    holds: Callable[[Structure], bool]


# Paths ------------------------------------------------------------------------------------------


def value_at(structure: Structure, path: str) -> Any:
    """Return the first value at a path; None where there is none."""
    found = values_at(structure, path)
    return found[0] if found else None


def is_given(structure: Structure, path: str) -> bool:
    """Return whether a member is given; one that is false or an empty list is not."""
    for value in values_at(structure, path):  # noqa: SIM110 (A generator costs as much again.)
        if value is not False and value != []:
            return True
    return False


# Facts ------------------------------------------------------------------------------------------


def given(path: str) -> Fact:
    """A member is given."""
    return Fact(f"{said(path)} is specified", (path,), lambda s: is_given(s, path))


def absent(path: str) -> Fact:
    """A member is not given."""
    return Fact(f"{said(path)} is not specified", (path,), lambda s: not is_given(s, path))


def equals(path: str, *values: Any, default: Any = None) -> Fact:
    """A member has one of these values; one that is absent has the default."""
    allowed = frozenset(values)

    def holds(structure: Structure) -> bool:
        found = list(values_at(structure, path)) or [default]
        return any(value in allowed for value in found)

    return Fact(f"{said(path)} is {either(values)}", (path,), holds)


def differs(path: str, *values: Any) -> Fact:
    """A member is given and has none of these values."""
    allowed = frozenset(values)
    return Fact(
        f"{said(path)} is not {either(values)}",
        (path,),
        lambda s: any(value not in allowed for value in values_at(s, path)),
    )


def lacks(path: str, *values: Any) -> Fact:
    """A member has none of these values, or is not given."""
    has = equals(path, *values)
    return Fact(f"{said(path)} is not {either(values)}", (path,), lambda s: not has.holds(s))


def true(path: str) -> Fact:
    """A switch is on."""
    return equals(path, True)._replace(words=f"{said(path)} is true")


def above_zero(path: str) -> Fact:
    """A number is given and more than zero."""
    return Fact(
        f"{said(path)} is above 0",
        (path,),
        lambda s: any(value > 0 for value in values_at(s, path)),
    )


def every(*facts: Fact) -> Fact:
    """All of these are so."""
    return Fact(
        " and ".join(fact.words for fact in facts),
        members_of(facts),
        lambda s: all(fact.holds(s) for fact in facts),
    )


def as_fact(fact: str | Fact) -> Fact:
    """Return a fact; a path alone says that its member is given."""
    return given(fact) if isinstance(fact, str) else fact


def members_of(facts: Iterable[Fact]) -> tuple[str, ...]:
    """Return the paths that facts look at, each once."""
    return tuple(dict.fromkeys(member for fact in facts for member in fact.members))


# Words ------------------------------------------------------------------------------------------


def number(text: Any) -> float | None:
    """Return the number that a text is; None for any other."""
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def both(words: Iterable[Any]) -> str:
    """Return words as `A, B and C`."""
    return _listed(words, "and")


def either(words: Iterable[Any]) -> str:
    """Return words as `A, B or C`."""
    return _listed(words, "or")


def _listed(words: Iterable[Any], last: str) -> str:
    texts = [str(word).replace("[]", "").replace("{}", "") for word in words]
    return f" {last} ".join([", ".join(texts[:-1]), texts[-1]] if len(texts) > 1 else texts)


def said(path: str) -> str:
    """Return a path as sentences say it."""
    return path.replace("[]", "").replace("{}", "")
