"""A pipeline definition: parameters, steps, and which step needs which.

Reads the JSON text and refuses what has not the form of one. Whether what it says makes sense is
`checks`' business; what it does, that of the walk.

Source: JSON schema of pipeline definitions, version 2020-12-01; facts, metadata.yaml, Pipeline.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from sagestub.errors import ServiceError
from sagestub.pipelines.expressions import references

UNPARSABLE = "Unable to parse pipeline definition. {detail}"

CONDITION = "Condition"
BRANCHES: Mapping[str, Outcome] = MappingProxyType({"IfSteps": "If", "ElseSteps": "Else"})
"""The arguments of a condition step that hold steps, and the outcome that leads to them."""

Outcome: TypeAlias = Literal["If", "Else"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a pipeline.

    Args:
        name: Its name.
        type: `String`, `Integer`, `Float` or `Boolean`; whatever the definition says.
        default: Its value when a start gives none; None for a parameter that needs one.
        enum: The values that it may have; empty for any.
    """

    name: str
    type: str = "String"
    default: Any = None
    enum: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a pipeline, as the definition has it: expressions are unresolved.

    Args:
        name: Its name, once in a definition.
        type: `Training`, `Condition`, …
        arguments: Its `Arguments`.
        depends_on: The names in `DependsOn`.
        display_name: Its `DisplayName`; empty without one.
        description: Its `Description`; empty without one.
        retry_policies: Its `RetryPolicies`.
        cache: Its `CacheConfig`; None without one.
        property_files: `OutputName` and `FilePath` by `PropertyFileName`.
        branch: The condition step that it lies directly in, and the outcome that leads to it; None for
            a step of the pipeline itself.
        raw: The whole step, for members that only some types have.
    """

    name: str
    type: str
    arguments: Mapping[str, Any]
    depends_on: tuple[str, ...]
    display_name: str
    description: str
    retry_policies: tuple[Mapping[str, Any], ...]
    cache: Mapping[str, Any] | None
    property_files: Mapping[str, Mapping[str, str]]
    branch: tuple[str, Outcome] | None
    raw: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole definition.

    Args:
        parameters: The parameters by name, in the document's order.
        steps: All steps by name, those in the branches of conditions too, in the document's order.
        predecessors: For each step the steps that must have ended before it starts: those in its
            DependsOn, those that it refers to, the condition in whose branch it lies. Names that no
            step has are left out.
        raw: The whole document.
    """

    parameters: Mapping[str, Parameter]
    steps: Mapping[str, Step]
    predecessors: Mapping[str, frozenset[str]]
    raw: Mapping[str, Any]


def unparsable(detail: str) -> ServiceError:
    """Return the service's refusal of a definition."""
    return ServiceError("ValidationException", UNPARSABLE.format(detail=detail))


@functools.lru_cache(maxsize=128)
def parsed(text: str) -> Definition:
    """Return a definition from its text; nobody may change what it holds.

    Args:
        text: JSON; empty text is an empty definition, of a pipeline that was made without one.

    Raises:
        ServiceError: It is no JSON object, or its parameters or steps have not the form of such.
    """
    raw = document_of(text)
    parameters = [parameter_of(item) for item in items_of(raw, "Parameters")]
    steps = [step for item in items_of(raw, "Steps") for step in steps_of(item, None)]
    by_name = {step.name: step for step in steps}
    return Definition(
        parameters={parameter.name: parameter for parameter in parameters},
        steps=by_name,
        predecessors={
            step.name: frozenset(needs_of(step) & by_name.keys()) for step in by_name.values()
        },
        raw=raw,
    )


def document_of(text: str) -> Mapping[str, Any]:
    """Return the document that a text holds."""
    try:
        raw = json.loads(text or "{}")
    except ValueError as error:
        raise unparsable(str(error)) from None
    except RecursionError:
        raise unparsable("The definition is nested too deeply.") from None
    if not isinstance(raw, Mapping):
        raise unparsable("Expecting start of Json Object.")
    return raw


def items_of(holder: Mapping[str, Any], member: str) -> list[Mapping[str, Any]]:
    """Return the named objects in a list of a definition; none where it has no such list."""
    items = holder.get(member)
    if items is None:
        return []
    if not isinstance(items, list):
        raise unparsable("Expecting start of Json Array.")
    for item in items:
        if not isinstance(item, Mapping):
            raise unparsable("Expecting start of Json Object.")
        if not isinstance(item.get("Name"), str):
            raise unparsable("Missing required field 'Name'")
    return items


def parameter_of(item: Mapping[str, Any]) -> Parameter:
    """Return a parameter from its object; one without a type is a String."""
    enum = item.get("EnumValues") or []
    if not isinstance(enum, list):
        raise unparsable("Expecting start of Json Array.")
    return Parameter(
        item["Name"], str(item.get("Type") or "String"), item.get("DefaultValue"), tuple(enum)
    )


def steps_of(item: Mapping[str, Any], branch: tuple[str, Outcome] | None) -> Iterator[Step]:
    """Return a step from its object, and after it those that lie in it."""
    arguments = member_of(item, "Arguments", {})
    step = Step(
        name=item["Name"],
        type=str(item.get("Type") or ""),
        arguments=arguments,
        depends_on=tuple(str(name) for name in member_of(item, "DependsOn", [])),
        display_name=str(item.get("DisplayName") or ""),
        description=str(item.get("Description") or ""),
        retry_policies=tuple(
            policy for policy in member_of(item, "RetryPolicies", []) if isinstance(policy, Mapping)
        ),
        cache=item.get("CacheConfig") and member_of(item, "CacheConfig", {}),
        property_files={
            str(file.get("PropertyFileName")): file
            for file in member_of(item, "PropertyFiles", [])
            if isinstance(file, Mapping)
        },
        branch=branch,
        raw=item,
    )
    yield step
    if step.type == CONDITION:
        for member, outcome in BRANCHES.items():
            for inner in items_of(arguments, member):
                yield from steps_of(inner, (step.name, outcome))


def member_of(item: Mapping[str, Any], member: str, without: Any) -> Any:
    """Return an object or a list that a step has, or `without`, of the same type, if it has none."""
    value = item.get(member)
    if value is None:
        return without
    if not isinstance(value, type(without)):
        kind = "Array" if isinstance(without, list) else "Object"
        raise unparsable(f"Expecting start of Json {kind}.")
    return value


def needs_of(step: Step) -> set[str]:
    """Return the names of what must have ended before a step starts, known or not."""
    condition = () if step.branch is None else (step.branch[0],)
    return {*step.depends_on, *condition, *references(own_part(step))}


def own_part(step: Step) -> Mapping[str, Any]:
    """Return what a step says of itself: the whole step without the steps that lie in it."""
    if step.type != CONDITION:
        return step.raw
    arguments = {k: v for k, v in step.arguments.items() if k not in BRANCHES}
    return {**step.raw, "Arguments": arguments}
