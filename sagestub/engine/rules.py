"""Rules: when a resource takes its next step.

A rule is a value. `motion` reads it; a rule decides nothing by itself.
"""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from sagestub.engine.clock import seconds_of
from sagestub.errors import InvalidArgumentError, unknown_name


class Rule(NamedTuple):
    """When a resource leaves a state.

    Args:
        name: `poll`, `immediate`, `manual` or `clock`.
        polls: With `poll`, how many Describes report the state before the resource moves on.
        seconds: With `clock`, virtual seconds in the state; None for the kind's own duration.
    """

    name: str
    polls: int = 1
    seconds: float | None = None

    def __str__(self) -> str:
        if self.name == "poll":
            return f"poll({self.polls})"
        if self.name == "clock":
            return "clock" if self.seconds is None else f"after({self.seconds:g})"
        return f"{self.name}()"


def poll(describes: int = 1) -> Rule:
    """Return the rule by which each state is reported by a number of Describes.

    Args:
        describes: How many Describes see each state, 1 or more.

    Raises:
        InvalidArgumentError: `describes` is not a whole number of 1 or more.
    """
    if not isinstance(describes, int) or isinstance(describes, bool) or describes < 1:
        raise InvalidArgumentError(
            f"poll() takes the number of Describes that see each state, not {describes!r}.\n"
            "Give a whole number of 1 or more."
        )
    return Rule("poll", polls=describes)


def after(seconds: float | timedelta) -> Rule:
    """Return the rule by which each state lasts a time on the virtual clock.

    Args:
        seconds: Seconds of virtual time, or a timedelta.
    """
    return Rule("clock", seconds=seconds_of(seconds))


def manual() -> Rule:
    """Return the rule by which a resource moves only when the test says so."""
    return Rule("manual")


def immediate() -> Rule:
    """Return the rule by which a resource is in its final state at once."""
    return Rule("immediate")


NAMED = {
    "poll": Rule("poll"),
    "immediate": Rule("immediate"),
    "manual": Rule("manual"),
    "clock": Rule("clock"),
}


def rule_of(rule: Rule | str, argument: str = "rule") -> Rule:
    """Return a rule that is given by name or as a value.

    Raises:
        UnknownNameError: No rule has that name.
        InvalidArgumentError: It is neither a name nor a rule.
    """
    if isinstance(rule, Rule):
        return rule
    if isinstance(rule, str):
        if rule not in NAMED:
            raise unknown_name(f"value of {argument}=", rule, NAMED)
        return NAMED[rule]
    raise InvalidArgumentError(
        f"{argument}= is {rule!r}.\n"
        f"Give one of {', '.join(map(repr, NAMED))}, or poll(), after(), manual(), immediate()."
    )
