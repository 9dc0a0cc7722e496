"""What must hold of a structure of a request: which members are given together, what values they have.

A condition knows how it is said in the documentation and what an error says when no text of the
service is known. `engine/cross_fields.py` makes rules of conditions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from sagestub.engine.documents import values_at
from sagestub.engine.member_facts import (
    Fact,
    Structure,
    as_fact,
    both,
    either,
    is_given,
    members_of,
    number,
    said,
    value_at,
)

BROKEN: Mapping[str, Any] = MappingProxyType({})
"""A condition that does not hold, and of which the error text names no values."""


class Condition(NamedTuple):
    """What must hold of a structure.

    Args:
        words: The condition in words, for the documentation.
        members: The paths that it looks at.
        text: What the error says when a rule has no text of its own (confidence: assumed).
        broken: Returns None when it holds; else the values that the text may name.
    """

    words: str
    members: tuple[str, ...]
    text: str
    broken: Callable[[Structure], Mapping[str, Any] | None]


# Conditions on which members are given -----------------------------------------------------------


def exactly_one_of(*members: str) -> Condition:
    """One member is given and no other."""
    return Condition(
        f"exactly one of {both(members)}",
        members,
        f"Exactly one of {either(members)} must be specified.",
        lambda s: None if sum(is_given(s, m) for m in members) == 1 else BROKEN,
    )


def at_most_one_of(*members: str) -> Condition:
    """No two of the members are given."""
    several = f"At most one of {either(members)} can be specified."
    return Condition(
        f"at most one of {both(members)}",
        members,
        several if members[2:] else f"{both(members)} can't both be specified.",
        lambda s: None if sum(is_given(s, m) for m in members) <= 1 else BROKEN,
    )


def at_least_one_of(*members: str) -> Condition:
    """One of the members is given, or several."""
    return Condition(
        f"at least one of {both(members)}",
        members,
        f"At least one of {both(members)} must be specified.",
        lambda s: None if any(is_given(s, m) for m in members) else BROKEN,
    )


def together(*members: str) -> Condition:
    """All of the members are given, or none."""
    return Condition(
        f"{both(members)} together or not at all",
        members,
        f"{both(members)} must be specified together.",
        lambda s: None if len({is_given(s, m) for m in members}) == 1 else BROKEN,
    )


def requires(fact: str | Fact, *members: str) -> Condition:
    """Members are given when a fact is so; `{missing}` names those that are not."""
    trigger = as_fact(fact)

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        missing = [m for m in members if not _is_present(structure, m)]
        return {"missing": both(missing)} if missing and trigger.holds(structure) else None

    return Condition(
        f"{both(members)} when {trigger.words}",
        _joined(trigger.members, members),
        f"{{missing}} must be specified when {trigger.words}.",
        broken,
    )


def forbids(fact: str | Fact, *members: str | Fact) -> Condition:
    """Members are not given, and other facts not so, when a fact is so."""
    trigger, unwanted = as_fact(fact), [as_fact(member) for member in members]
    names = either([m if isinstance(m, str) else m.members[0] for m in members])
    return Condition(
        f"no {names} when {trigger.words}",
        _joined(trigger.members, members_of(unwanted)),
        f"{names} can't be specified when {trigger.words}.",
        lambda s: BROKEN if trigger.holds(s) and any(fact.holds(s) for fact in unwanted) else None,
    )


def only_when(fact: Fact, *members: str) -> Condition:
    """Members are given only when a fact is so."""
    return Condition(
        f"{either(members)} only when {fact.words}",
        _joined(members, fact.members),
        f"{either(members)} can be specified only when {fact.words}.",
        lambda s: BROKEN if any(is_given(s, m) for m in members) and not fact.holds(s) else None,
    )


def never(fact: Fact) -> Condition:
    """A fact is never so."""
    return Condition(
        f"never: {fact.words}",
        fact.members,
        f"{fact.words[:1].upper()}{fact.words[1:]}, which is not supported.",
        lambda s: BROKEN if fact.holds(s) else None,
    )


def when(fact: str | Fact, condition: Condition) -> Condition:
    """A condition holds when a fact is so."""
    trigger = as_fact(fact)
    return Condition(
        f"{condition.words}, when {trigger.words}",
        _joined(trigger.members, condition.members),
        condition.text,
        lambda s: condition.broken(s) if trigger.holds(s) else None,
    )


def _is_present(structure: Structure, path: str) -> bool:
    """Return whether a member is there at all: false is a value of a switch that must be given."""
    return any(value != [] for value in values_at(structure, path))


def _joined(first: Iterable[str], second: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *second)))


# Conditions on values ----------------------------------------------------------------------------


def unique(*paths: str) -> Condition:
    """The values at these paths, taken together, differ; `{value}` is the one that does not."""
    names = either([path.rpartition(".")[2].removesuffix("[]") for path in paths])

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        seen: list[Any] = []
        for path in paths:
            for value in values_at(structure, path):
                if value in seen:
                    return {"value": value}
                seen.append(value)
        return None

    return Condition(f"every {both(paths)} different", paths, f"{names} must be unique.", broken)


def alike(path: str, member: str) -> Condition:
    """All elements of a list that have a member have the same value of it."""

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        return BROKEN if len(set(values_at(structure, f"{path}.{member}"))) > 1 else None

    return Condition(
        f"the same {member} in all of {said(path)}",
        (f"{path}.{member}",),
        f"All {said(path)} must have the same {member}.",
        broken,
    )


def in_all_or_none(path: str, member: str) -> Condition:
    """All elements of a list have a member, or none has."""

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        given_ = {is_given(item, member) for item in values_at(structure, path)}
        return BROKEN if len(given_) > 1 else None

    return Condition(
        f"{member} in all of {said(path)} or in none",
        (f"{path}.{member}",),
        f"Either all {said(path)} specify {member} or none of them.",
        broken,
    )


def not_more(path: str, limit: str | float, default: float | None = None) -> Condition:
    """A number is at most another one, or at most what another member has.

    Args:
        path: The member.
        limit: A number, or the path of the other member.
        default: What the other member has when it is absent; None for no limit then.
    """

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        most = _limit(structure, limit, default)
        for value in values_at(structure, path):
            if most is not None and value > most:
                return {"value": value, "limit": most}
        return None

    shown = said(limit) if isinstance(limit, str) else limit
    return Condition(
        f"{said(path)} at most {shown}",
        (path, limit) if isinstance(limit, str) else (path,),
        f"{said(path)} must be less than or equal to {shown}.",
        broken,
    )


def _limit(structure: Structure, limit: str | float, default: float | None) -> float | None:
    if not isinstance(limit, str):
        return limit
    found: float | None = value_at(structure, limit)
    return default if found is None else found


def between(path: str, least: float, most: float, *, ends: bool = True) -> Condition:
    """A number lies between two others; `ends` says whether it may be one of them."""

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        for value in values_at(structure, path):
            if not (least <= value <= most if ends else least < value < most):
                return {"value": value}
        return None

    outside = "" if ends else ", which it can't be itself"
    return Condition(
        f"{said(path)} between {least} and {most}{outside}",
        (path,),
        f"{said(path)} must be between {least} and {most}."
        if ends
        else f"{said(path)} must be greater than {least} and less than {most}.",
        broken,
    )


def rising(lower: str, upper: str) -> Condition:
    """Two texts are numbers, the first one less than the second."""

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        least, most = number(value_at(structure, lower)), number(value_at(structure, upper))
        return None if least is not None and most is not None and least < most else BROKEN

    return Condition(
        f"{said(lower)} a number that is less than {said(upper)}",
        (lower, upper),
        f"{said(lower)} must be less than {said(upper)}.",
        broken,
    )


def count_at_most(most: int, *paths: str) -> Condition:
    """There are at most so many values at these paths, taken together."""

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        count = sum(1 for path in paths for _ in values_at(structure, path))
        return {"value": count} if count > most else None

    return Condition(
        f"at most {most} of {both(paths)}",
        paths,
        f"There can be at most {most} of {both([said(path) for path in paths])} in all.",
        broken,
    )


def sum_at_most(most: float, path: str) -> Condition:
    """The numbers at a path add up to so much at most; `{value}` is their sum."""

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        total = sum(values_at(structure, path))
        return {"value": total} if total > most else None

    return Condition(
        f"the sum of {said(path)} at most {most}",
        (path,),
        f"The sum of {said(path)} must be less than or equal to {most}.",
        broken,
    )


def product_at_most(most: float, first: str, second: str) -> Condition:
    """Two numbers multiplied are so much at most; the second counts as 1 when absent or zero."""

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        product = (value_at(structure, first) or 0) * max(1, value_at(structure, second) or 1)
        return BROKEN if product > most else None

    return Condition(
        f"{second} * {first} at most {most}",
        (first, second),
        f"{second} * {first} must not exceed {most}.",
        broken,
    )


def length_at_most(most: int, *maps: str) -> Condition:
    """The names and values of maps at these paths have so many characters together at most."""

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        found = [pair for path in maps for m in values_at(structure, path) for pair in m.items()]
        return BROKEN if sum(len(name) + len(value) for name, value in found) > most else None

    return Condition(
        f"at most {most} characters in {both(maps)} together",
        maps,
        f"The combined length of {both(maps)} exceeds {most}.",
        broken,
    )


def one_of(path: str, *values: Any) -> Condition:
    """A member has one of certain values."""
    allowed = frozenset(values)

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        wrong = next((v for v in values_at(structure, path) if v not in allowed), None)
        return None if wrong is None else {"value": wrong}

    return Condition(
        f"{said(path)} one of {', '.join(map(str, values))}",
        (path,),
        f"{said(path)} must be one of: {', '.join(map(str, values))}.",
        broken,
    )


def among(path: str, others: str) -> Condition:
    """Every value at a path is one of those at another path."""

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        known = list(values_at(structure, others))
        wrong = [value for value in values_at(structure, path) if value not in known]
        return {"value": wrong[0]} if wrong else None

    return Condition(
        f"{said(path)} one of {others}",
        (path, others),
        f"{said(path)} {{value}} is not in {others.partition('[')[0]}.",
        broken,
    )


def begins_with(path: str, start: str) -> Condition:
    """A text begins with another one; without its last slash it may be all of it."""
    whole = start.rstrip("/")
    return _text(
        path,
        lambda value: value.startswith(start) or value == whole,
        f"begins with {start}",
        f"{said(path)} must begin with {start}.",
    )


def ends_with(path: str, *ends: str) -> Condition:
    """A text ends with one of these."""
    return _text(
        path,
        lambda value: value.endswith(ends),
        f"ends with {either(ends)}",
        f"{said(path)} must end with {either(ends)}.",
    )


def ends_otherwise(path: str, *ends: str) -> Condition:
    """A text ends with none of these."""
    return _text(
        path,
        lambda value: not value.endswith(ends),
        f"does not end with {either(ends)}",
        f"{said(path)} can't end with {either(ends)}.",
    )


def _text(path: str, holds: Callable[[str], bool], words: str, text: str) -> Condition:
    def broken(structure: Structure) -> Mapping[str, Any] | None:
        wrong = next((value for value in values_at(structure, path) if not holds(value)), None)
        return None if wrong is None else {"value": wrong}

    return Condition(f"{said(path)} {words}", (path,), text, broken)


def holds(
    words: str, members: Iterable[str], broken: Callable[[Structure], Mapping[str, Any] | None]
) -> Condition:
    """Return a condition that no other one says; its rule needs a text.

    Args:
        words: The condition in words.
        members: The paths that it looks at.
        broken: Returns None when it holds; else the values that the text may name.
    """
    return Condition(words, tuple(members), "", broken)
