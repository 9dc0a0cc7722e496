"""Checks of what a test hands to the world's handle: each refuses with what would have been right.

Knows kinds and their members; knows nothing of worlds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from sagestub.engine.faults import CODES, HTTP_STATUSES
from sagestub.engine.lifecycle import states
from sagestub.engine.resource import refuse_long_reason
from sagestub.engine.rules import NAMED, Rule
from sagestub.errors import InvalidArgumentError, unknown_name
from sagestub.model.service import load_service
from sagestub.model.values import to_wire
from sagestub.protocol.checks import CheckerFactory
from sagestub.types import account_id_of

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.model.service import Service

MISSPELT = 0.92
"""From which likeness on an error code is another one misspelt; `Throttling` is one of its own."""

_ARN = r"arn:aws[a-z-]*:{}:[a-z0-9-]*:(\d{{12}}|aws)?:[^\s:].*"
_REGION = re.compile(r"[a-z]{2,5}(-[a-z]+)+-\d+")


def region_of(region: object) -> str:
    """Return a region's name.

    Raises:
        InvalidArgumentError: It does not look like one; a resource's name in its place, above all.
    """
    if not isinstance(region, str) or not _REGION.fullmatch(region):
        raise InvalidArgumentError(
            f"region= is {region!r}.\n"
            "Give a region such as 'eu-west-1'. Members are given by their API names: "
            "sm.add('CompilationJob', CompilationJobName='resnet')."
        )
    return region


def account_of(account: object) -> str:
    """Return an account id, twelve digits.

    Raises:
        InvalidArgumentError: It is none.
    """
    text = account_id_of(account)
    if text is None:
        raise InvalidArgumentError(f"account_id= is {account!r}.\nGive 12 digits as a string.")
    return text


def tags_of(tags: object) -> dict[str, str]:
    """Return tags as a dict; given as one, or as the API's list of `{Key, Value}`.

    Raises:
        InvalidArgumentError: They are neither, or a key or a value is no text.
    """
    if tags is None:
        return {}
    pairs: Any = tags
    if isinstance(tags, (list, tuple)) and all(
        isinstance(tag, Mapping) and set(tag) == {"Key", "Value"} for tag in tags
    ):
        pairs = {tag["Key"]: tag["Value"] for tag in tags}
    if not isinstance(pairs, Mapping) or not all(
        isinstance(text, str) for pair in pairs.items() for text in pair
    ):
        raise InvalidArgumentError(
            f"tags= is {tags!r}.\nGive a dict from key to value, both text: tags={{'team': 'vision'}}."
        )
    return dict(pairs)


def members_of(kind: BoundKind, members: Mapping[str, Any]) -> dict[str, Any]:
    """Return members in wire form, checked against the Describe response; None leaves one out.

    The members by which a Create names the resource's parents are accepted too.

    Raises:
        UnknownNameError: There is no such member, or no such value of an enumeration.
        InvalidArgumentError: A value is of another type, or is no name that the service would take.
    """
    shapes = {**_shapes_of_names(kind), **kind.member_shapes}
    for name in members:
        if name not in shapes:
            if name in ("Tags", "Tag"):
                raise InvalidArgumentError(
                    f"Tags are no member of {kind.name}.\nGive them by tags={{'team': 'vision'}}."
                )
            others = ("region", "account_id", "tags")
            raise unknown_name(f"member of {kind.name}", name, (*shapes, *others))
    wire = {
        name: to_wire(shapes[name], value, f"{kind.name}.{name}")
        for name, value in members.items()
        if value is not None
    }
    for name in kind.identifier:
        if name in wire:
            _check_constraints(shapes[name], wire[name], f"{kind.name}.{name}")
    _check_arn(kind, wire)
    reason = wire.get(kind.reason_member)
    refuse_long_reason(kind, reason if isinstance(reason, str) else None)
    return wire


def _shapes_of_names(kind: BoundKind) -> dict[str, Any]:
    """Return the shapes of members that only calls have, which name the resource or its parents."""
    shapes: dict[str, Any] = {}
    calls = (kind.list, kind.delete, kind.stop, kind.start, kind.update, kind.describe, kind.create)
    for operation in calls:
        if operation is not None and operation.input_shape is not None:
            inputs = operation.input_shape.members
            named = (*kind.identifier, *kind.kind.parents)
            shapes.update({member: inputs[member] for member in named if member in inputs})
    return shapes


def _check_arn(kind: BoundKind, wire: Mapping[str, Any]) -> None:
    """Refuse an ARN that is none, or of another service.

    Raises:
        InvalidArgumentError: It is.
    """
    arn = wire.get(kind.arn_member, "")
    if arn and not re.fullmatch(_ARN.format(kind.kind.arn_service), arn):
        path = kind.arn_template.replace("{", "").replace("}", "")
        raise InvalidArgumentError(
            f"{kind.name}.{kind.arn_member} is {arn!r}, which is no ARN of a resource.\n"
            f"Give one such as arn:aws:{kind.kind.arn_service}:eu-west-1:123456789012:{path}, or "
            "leave it out."
        )


def service_with(operation: object, control_plane: Service, code: object = None) -> Service:
    """Return the service that has an operation, named in full or by a pattern: the control plane first.

    Args:
        operation: What was given for the operation.
        control_plane: Where it is looked for first.
        code: What was given for the error code, which may have been meant.

    Raises:
        UnknownNameError: None has.
        InvalidArgumentError: It is no text, or the error code stands in its place.
    """
    from sagestub.services import service_names

    if not isinstance(operation, str):
        raise InvalidArgumentError(
            f"An operation is named by a string such as 'DescribeTrainingJob', not {operation!r}.\n"
            "Give its name as the API spells it, or a pattern: 'Describe*'."
        )
    known = list(control_plane.operation_names)
    if any(fnmatchcase(name, operation) for name in known):
        return control_plane
    for service_name in service_names():
        service = load_service(service_name)
        if any(fnmatchcase(name, operation) for name in service.operation_names):
            return service
        known += service.operation_names
    if code in known:
        raise InvalidArgumentError(
            f"The first argument is {operation!r}, and the second one the operation {code!r}.\n"
            f"Give the operation first: {code!r}, then {operation!r}."
        )
    raise unknown_name("operation", operation, known)


def error_code_of(code: object, service: Service) -> str:
    """Return an error code: any, for a service may get new ones, but none that is misspelt.

    Raises:
        InvalidArgumentError: It is none: no text, or one with spaces.
        UnknownNameError: It differs by a letter or two from one that exists.
    """
    from difflib import get_close_matches

    if not isinstance(code, str) or not re.fullmatch(r"[\w.:-]+", code):
        raise InvalidArgumentError(
            f"code= is {code!r}.\nGive an error code in one word, such as 'ThrottlingException'."
        )
    known = {*CODES, *HTTP_STATUSES, *(shape.name for shape in service.model.error_shapes)}
    lowered = [name.lower() for name in known]
    if code not in known and get_close_matches(code.lower(), lowered, 1, MISSPELT):
        raise unknown_name("error code", code, known)
    return code


def message_of(message: object) -> str | None:
    """Return the message of an error; None for what the service says.

    Raises:
        InvalidArgumentError: It is no text.
    """
    if message is not None and not isinstance(message, str):
        raise InvalidArgumentError(
            f"message= is {message!r}.\nGive the error's text, or None for what the service says."
        )
    return message


def http_status_of(http_status: object) -> int | None:
    """Return the HTTP status of an error; None for none given.

    Raises:
        InvalidArgumentError: It is no status of an error, 400 to 599.
    """
    if http_status is None:
        return None
    errors = range(400, 600)
    if not isinstance(http_status, int) or http_status not in errors:
        raise InvalidArgumentError(
            f"http_status= is {http_status!r}.\nGive a status of an error, 400 to 599."
        )
    return http_status


def _check_constraints(shape: Any, value: Any, path: str) -> None:
    """Refuse a name that no call could use."""
    violations: list[str] = []
    CheckerFactory().checker_of(shape)(value, path, violations)
    if violations:
        raise InvalidArgumentError(
            f"{path} is {value!r}, which the service would refuse: {violations[0]}.\n"
            "Give a name that it takes."
        )


def path_of(kind: BoundKind, path: object) -> tuple[str, ...]:
    """Return the states of a path that a test gives for a kind.

    Raises:
        UnknownNameError: The kind has no such state.
        InvalidArgumentError: It is neither a list of states nor written as `A > B`, or it is empty.
    """
    if isinstance(path, Rule) or (isinstance(path, str) and path in NAMED):
        raise InvalidArgumentError(
            f"path= is the rule {path}.\nGive rules by name: sm.transitions({kind.name!r}, rule=...)."
        )
    steps = list(path) if isinstance(path, Iterable) and not isinstance(path, str) else path
    given = steps if isinstance(steps, list) else [steps]
    if not all(isinstance(step, str) for step in given):
        raise InvalidArgumentError(
            f"path= is {path!r}.\nGive the states from the first to the last, "
            f"a list of strings or text such as '{' > '.join(kind.states[:2])}'."
        )
    way = tuple(kind.state_named(step) for step in states(steps))  # type: ignore[arg-type]
    if not way:
        raise InvalidArgumentError("path= is empty.\nName at least one state.")
    return way


def pattern_of(name: object, argument: str = "name", example: str = "resnet-*") -> str | None:
    """Return a name or a pattern of names, or None for every resource.

    Raises:
        InvalidArgumentError: It is no text, or an empty one, which would match nothing.
    """
    if name is not None and (not isinstance(name, str) or not name):
        raise InvalidArgumentError(
            f"{argument}= is {name!r}.\nGive a name or a pattern such as {example!r}, or None for all."
        )
    return name


def function_of(function: object, method: str, gets: str, count: int = 1) -> None:
    """Refuse what cannot be called, or what would return before it has run.

    Args:
        function: What a test has given.
        method: What it was given to, `on_invoke()`.
        gets: What the function would be called with, in words.
        count: How many arguments that is.

    Raises:
        InvalidArgumentError: It is no function, or a coroutine function, or takes other arguments.
    """
    from inspect import isasyncgenfunction, iscoroutinefunction

    from sagestub.spelling import misfit_of

    if not callable(function):
        raise InvalidArgumentError(
            f"{method} takes a function, not {function!r}.\n"
            f"Give one that gets {gets}; kinds, names and patterns by name."
        )
    if iscoroutinefunction(function) or isasyncgenfunction(function):
        raise InvalidArgumentError(
            f"{method} got the coroutine function {function!r}, which nobody would await.\n"
            f"Give a plain function that gets {gets}."
        )
    misfit = misfit_of(function, count)
    if misfit is not None:
        raise InvalidArgumentError(
            f"{method} got the function {function!r}, which does not take what it would get: {misfit}.\n"
            f"Give one that gets {gets}: {count} argument{'s' * (count > 1)} by position."
        )


def reason_of(reason: object, kind: BoundKind) -> str | None:
    """Return the text of a kind's FailureReason, or None.

    Raises:
        InvalidArgumentError: It is no text, or longer than the service's are.
    """
    if reason is not None and not isinstance(reason, str):
        raise InvalidArgumentError(f"reason= is {reason!r}.\nGive the text of FailureReason.")
    refuse_long_reason(kind, reason)
    return reason


def times_of(times: object) -> float:
    """Return how many resources are to fail; infinity for None.

    Raises:
        InvalidArgumentError: It is no whole number of 1 or more.
    """
    if times is None:
        return float("inf")
    if not isinstance(times, int) or isinstance(times, bool) or times < 1:
        raise InvalidArgumentError(
            f"times= is {times!r}.\nGive a whole number of 1 or more, or None for all."
        )
    return times
