"""Condition: evaluates comparisons, and leads into one of its branches. Fail: ends the execution.

Source: aws/sagemaker-python-sdk, workflow/conditions.py (the forms) and
tests/integ/sagemaker/workflow/test_fail_steps.py (Outcome as a property is a boolean; a Fail step
without a message has no FailureReason); JSON schema of pipeline definitions (NotEquals, NotIn).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from sagestub.pipelines.step import Branch, Failed, Outcome, StepRun, StepType

Condition = Mapping[str, Any]


class UncomparableError(Exception):
    """Two values have no order, or a condition is none; the text says so."""


# Values -----------------------------------------------------------------------------------------


def kind_of(value: Any) -> str:
    """Return what a value is to the service: `Boolean`, `Number`, `String` or `Other`."""
    if isinstance(value, bool):
        return "Boolean"
    if isinstance(value, (int, float)):
        return "Number"
    return "String" if isinstance(value, str) else "Other"


def comparable(left: Any, right: Any) -> tuple[Any, Any]:
    """Return two values as they are compared: text that spells a number is one beside a number.

    Source: parameters of type String beside a number in a condition; assumed.
    """
    kinds = (kind_of(left), kind_of(right))
    if kinds == ("String", "Number"):
        return number_in(left), right
    if kinds == ("Number", "String"):
        return left, number_in(right)
    if kinds == ("String", "Boolean"):
        return truth_in(left), right
    if kinds == ("Boolean", "String"):
        return left, truth_in(right)
    return left, right


def number_in(text: str) -> Any:
    """Return the number that a text spells; the text itself if it spells none."""
    try:
        return float(text)
    except ValueError:
        return text


def truth_in(text: str) -> Any:
    """Return the truth value that a text spells; the text itself if it spells none."""
    return {"true": True, "false": False}.get(text.lower(), text)


def equal(left: Any, right: Any) -> bool:
    """Return whether two values are equal; values of different kinds are not."""
    left, right = comparable(left, right)
    return kind_of(left) == kind_of(right) and bool(left == right)


def ordered(left: Any, right: Any, compare: Callable[[Any, Any], bool]) -> bool:
    """Return how two values compare by order.

    Raises:
        UncomparableError: They have no order.
    """
    left, right = comparable(left, right)
    if kind_of(left) != kind_of(right) or kind_of(left) not in ("Number", "String"):
        raise UncomparableError(
            f"Unable to compare {left!r} of type {kind_of(left)} "
            f"with {right!r} of type {kind_of(right)}."
        )
    return compare(left, right)


# Conditions -------------------------------------------------------------------------------------


def _comparison(test: Callable[[Any, Any], bool]) -> Callable[[Condition], bool]:
    return lambda condition: test(condition.get("LeftValue"), condition.get("RightValue"))


def _by_order(compare: Callable[[Any, Any], bool]) -> Callable[[Condition], bool]:
    return _comparison(lambda left, right: ordered(left, right, compare))


def is_in(condition: Condition) -> bool:
    """Return whether a value is among others; the schema names them otherwise than the SDK does."""
    value = condition.get("QueryValue", condition.get("Value"))
    values = condition.get("Values", condition.get("In")) or []
    return any(equal(value, other) for other in values)


CONDITIONS: Mapping[str, Callable[[Condition], bool]] = {
    "Equals": _comparison(equal),
    "NotEquals": _comparison(lambda left, right: not equal(left, right)),
    "GreaterThan": _by_order(operator.gt),
    "GreaterThanOrEqualTo": _by_order(operator.ge),
    "LessThan": _by_order(operator.lt),
    "LessThanOrEqualTo": _by_order(operator.le),
    "In": is_in,
    "NotIn": lambda condition: not is_in(condition),
    "Not": lambda condition: not holds(condition.get("Condition", condition.get("Expression"))),
    "Or": lambda condition: any(map(holds, condition.get("Conditions") or [])),
    "And": lambda condition: all(map(holds, condition.get("Conditions") or [])),
}
"""The types of conditions, and what makes one hold."""


def holds(condition: Any) -> bool:
    """Return whether a condition with resolved values holds.

    Raises:
        UncomparableError: It is none, or compares what has no order.
    """
    kind = condition.get("Type") if isinstance(condition, Mapping) else None
    test = CONDITIONS.get(str(kind))
    if test is None:
        raise UncomparableError(f"Condition type '{kind}' is not supported.")
    return test(condition)


# Steps ------------------------------------------------------------------------------------------


def evaluate(run: StepRun) -> Outcome:
    """Return the branch that all conditions together lead to."""
    try:
        outcomes = [holds(condition) for condition in run.arguments.get("Conditions") or []]
    except UncomparableError as error:
        return Failed(f"ClientError: {error}")
    return Branch(all(outcomes), {"Condition": {"Outcome": str(all(outcomes))}})


def fail(run: StepRun) -> Outcome:
    """Fail with the message that the definition gives."""
    message = run.arguments.get("ErrorMessage")
    text = "" if message is None else str(message)
    return Failed(text, metadata={"Fail": {"ErrorMessage": text}})


TYPES = (
    StepType(
        name="Condition",
        start=evaluate,
        metadata_member="Condition",
        requires=("Conditions",),
    ),
    StepType(name="Fail", start=fail, metadata_member="Fail"),
)
