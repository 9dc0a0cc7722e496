"""What has happened in a world, as text for a person: its calls and its resources' routes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sagestub.engine.calls import RecordedCall
    from sagestub.engine.resource import Resource
    from sagestub.world import World

LONGEST_LIST = 20
"""How many calls and how many resources a shortened report shows."""
LONGEST_ROUTE = 8
"""How many states of one resource a shortened report shows."""
LONGEST_TEXT = 200
"""How many characters of a message or a value are shown."""


def report_of(world: World, *, whole: bool = False) -> str:
    """Return the calls of a world with their outcomes, and the route of each of its resources.

    Args:
        world: The world; it may have been left.
        whole: Whether long lists are given in full.

    Returns:
        Lines of text, the last one without a line break.

    Example:
        >>> from sagestub import mock_sagemaker
        >>> with mock_sagemaker() as sm:
        ...     print(report_of(sm))
        No calls were made.
        There are no resources.
    """
    calls, resources = list(world.calls), world.resources()
    several = len({call.account for call in calls} | {r.account for r in resources}) > 1
    return "\n".join(
        (*_calls_part(calls, several, whole), *_resources_part(resources, calls, several, whole))
    )


def _calls_part(calls: list[RecordedCall], several: bool, whole: bool) -> list[str]:
    if not calls:
        return ["No calls were made."]
    lines: list[str] = []
    repeated = earlier = 0
    # From the end, since the last calls tell most about a failure; equal neighbours are one line.
    for index in range(len(calls) - 1, -1, -1):
        line = _call_line(calls[index], several)
        if lines and lines[-1] == line and not whole:
            repeated += 1
            continue
        _note_repeats(lines, repeated)
        repeated = 0
        if len(lines) == LONGEST_LIST and not whole:
            earlier = index + 1
            break
        lines.append(line)
    _note_repeats(lines, repeated)
    if earlier:
        lines.append(f"… {_count(earlier, 'earlier call')}")
    return [f"{_count(len(calls), 'call')}, oldest first:", *(f"  {x}" for x in reversed(lines))]


def _note_repeats(lines: list[str], repeated: int) -> None:
    if repeated:
        lines[-1] += f" ({repeated + 1} times)"


def _call_line(call: RecordedCall, several: bool) -> str:
    operation = call.operation
    if call.service != "sagemaker":
        operation = f"{call.service}.{operation}"
    subject = " ".join(f"{k}={_shortened(repr(v))}" for k, v in _subjects(call.parameters))
    asked = f"{operation} {subject}" if subject else operation
    return f"{_place(call, several)}  {asked} → {_outcome(call)}"


def _subjects(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the parameters that say what a call is about: the first two names, ARNs or ids."""
    return [
        (name, value)
        for name, value in parameters.items()
        if isinstance(value, str) and name.endswith(("Name", "Arn", "Id")) and name != "RoleArn"
    ][:2]


def _outcome(call: RecordedCall) -> str:
    """Return the error, the status that a Describe reported, how much a List found, or `answered`."""
    if call.error is not None:
        return _shortened(f"{call.error.code}: {call.error.message}".removesuffix(": "))
    response = call.response or {}
    if call.operation.startswith("Describe"):
        noun = call.operation.removeprefix("Describe")
        status = response.get(f"{noun}Status") or response.get("Status")
        if isinstance(status, str):
            return status
    if call.operation.startswith(("List", "Search")):
        for name, value in response.items():
            if isinstance(value, list):
                return f"{len(value)} {name}"
    return "answered"


def _resources_part(
    resources: list[Resource], calls: list[RecordedCall], several: bool, whole: bool
) -> list[str]:
    if not resources:
        return ["There are no resources."]
    shown = resources
    if len(resources) > LONGEST_LIST and not whole:
        shown = _foremost(resources, calls[-LONGEST_LIST:])
    lines = [f"  {_resource_line(resource, several, whole)}" for resource in shown]
    if len(shown) < len(resources):
        lines.append(f"  … {_count(len(resources) - len(shown), 'other resource')}")
    heading = f"{_count(len(resources), 'resource')}, with virtual time since creation:"
    return [heading, *lines]


def _foremost(resources: list[Resource], calls: Iterable[RecordedCall]) -> list[Resource]:
    """Return the resources that the last calls named, filled up with the newest, oldest first."""
    named = {value for call in calls for _, value in _subjects(call.parameters)}
    ranked = sorted(
        range(len(resources)),
        key=lambda i: (resources[i].name in named or resources[i].arn in named, i),
    )
    return [resources[i] for i in sorted(ranked[-LONGEST_LIST:])]


def _resource_line(resource: Resource, several: bool, whole: bool) -> str:
    line = f"{_place(resource, several)}  {resource.kind.name} {resource.name}"
    history = resource.history
    if not history:
        return line
    born = history[0][1]
    steps = [f"{state} +{_elapsed(time - born)}" for state, time in history]
    if len(steps) > LONGEST_ROUTE and not whole:
        left_out = len(steps) - LONGEST_ROUTE
        steps = [steps[0], f"… {left_out} more …", *steps[1 - LONGEST_ROUTE :]]
    line += f": {' → '.join(steps)}"
    if resource.way:
        line += f"; ahead: {' → '.join(resource.way)}, by {resource.rule}"
    reason = resource.members.get("FailureReason")
    if reason:
        line += f"; FailureReason: {_shortened(str(reason))}"
    return line


def _elapsed(duration: timedelta) -> timedelta:
    return timedelta(seconds=round(duration.total_seconds()))


def _place(of: RecordedCall | Resource, several: bool) -> str:
    return f"{of.account}/{of.region}" if several else of.region


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TEXT else f"{line[:LONGEST_TEXT]}…"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
