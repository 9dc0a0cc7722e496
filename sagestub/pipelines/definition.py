"""A pipeline definition: parameters, steps, and which step needs which.

Reads the JSON text and refuses what has not the form of one. Whether what it says makes sense is
`checks`' business; what it does, that of the walk.

Source: JSON schema of pipeline definitions, version 2020-12-01; facts, metadata.yaml, Pipeline.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from sagestub.errors import ServiceError
from sagestub.pipelines.expressions import (
    CURRENT_ITEM,
    FOR_EACH,
    GET,
    MISSING,
    STEPS,
    Reference,
    UnresolvedError,
    at_parts,
    references,
    replaced,
)

UNPARSABLE = "Unable to parse pipeline definition. {detail}"
TOO_DEEP = "The definition is nested too deeply."

CONDITION = "Condition"
BRANCHES: Mapping[str, Outcome] = MappingProxyType({"IfSteps": "If", "ElseSteps": "Else"})
"""The arguments of a condition step that hold steps, and the outcome that leads to them."""

BODY, SELECTOR, ITEMS = "ForEachBody", "Selector", "IterableItems"
COMPLETED = "Completed"
"""The trigger of a dependency that names none: the other step has succeeded."""

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
        triggers: `Failed`, `Stopped` or `Any` for those of them that must have ended so; the others
            must have succeeded.
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
    triggers: Mapping[str, str]
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
        steps: All steps by name, those in the branches of conditions too, in the document's order. What
            lies in the body of a ForEach step is none before it runs: see `children_of`.
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


@functools.lru_cache(maxsize=32)
def parsed(text: str) -> Definition:
    """Return a definition from its text; nobody may change what it holds.

    Args:
        text: JSON; empty text is an empty definition, of a pipeline that was made without one.

    Raises:
        ServiceError: It is no JSON object, or its parameters or steps have not the form of such.
    """
    try:
        return definition_of(document_of(text))
    except RecursionError:
        raise unparsable(TOO_DEEP) from None


def definition_of(raw: Mapping[str, Any]) -> Definition:
    """Return a definition from its document."""
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
    triggers = dict(trigger_of(entry) for entry in member_of(item, "DependsOn", []))
    step = Step(
        name=item["Name"],
        type=str(item.get("Type") or ""),
        arguments=arguments,
        depends_on=tuple(triggers),
        triggers={name: trigger for name, trigger in triggers.items() if trigger != COMPLETED},
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


def trigger_of(entry: Any) -> tuple[str, str]:
    """Return the name in an entry of DependsOn, and how that step must have ended.

    Source: aws/sagemaker-python-sdk 3, mlops/workflow/step_dependency.py.
    """
    if isinstance(entry, Mapping):
        if not isinstance(entry.get("Step"), str):
            raise unparsable("Missing required field 'Step'")
        return entry["Step"], str(entry.get("Trigger") or COMPLETED)
    return str(entry), COMPLETED


def needs_of(step: Step) -> set[str]:
    """Return the names of what must have ended before a step starts, known or not.

    What the body of a ForEach step needs, the step needs.
    """
    condition = () if step.branch is None else (step.branch[0],)
    inner = own_part(step) if step.type == CONDITION else step.raw
    return {*step.depends_on, *condition, *references(inner)}


def own_part(step: Step) -> Mapping[str, Any]:
    """Return what a step says of itself: the whole step without the steps that lie in it."""
    return {**step.raw, "Arguments": own_arguments(step)}


def own_arguments(step: Step) -> Mapping[str, Any]:
    """Return the arguments whose expressions are resolved when the step starts."""
    inner = {CONDITION: tuple(BRANCHES), FOR_EACH: (BODY, SELECTOR)}.get(step.type, ())
    return {name: value for name, value in step.arguments.items() if name not in inner}


# ForEach ----------------------------------------------------------------------------------------


def body_of(step: Step) -> tuple[Step, ...]:
    """Return the steps in the body of a ForEach step as they stand there, for no item yet."""
    return tuple(inner for item in items_of(step.arguments, BODY) for inner in steps_of(item, None))


def iterated(value: Any) -> list[Any]:
    """Return the items that a ForEach step iterates over.

    Args:
        value: Its `IterableItems`, resolved: a list, or the JSON text of one.

    Raises:
        UnresolvedError: It is neither.

    Source: aws/sagemaker-python-sdk 3, mlops/workflow/for_each_step.py.
    """
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = None
    if not isinstance(value, list):
        raise UnresolvedError("IterableItems must resolve to a JSON list.")
    return value


def children_of(step: Step, items: Sequence[Any]) -> tuple[Step, ...]:
    """Return the steps that a ForEach step runs: `<name>-<index>` for each item and step of its body.

    `ForEach.CurrentItem` is replaced by the item, a reference to another step of the body by one to
    the step of the same item.

    Args:
        step: The ForEach step.
        items: What it iterates over.

    Raises:
        UnresolvedError: A body refers to a field that an item does not have.
    """
    names = {inner.name for inner in body_of(step)}
    bodies = items_of(step.arguments, BODY)
    return tuple(
        child
        for index, item in enumerate(items)
        for body in bodies
        for child in steps_of(iteration_of(body, names, index, item), None)
    )


def iteration_of(
    body: Mapping[str, Any], names: set[str], index: int, item: Any
) -> Mapping[str, Any]:
    """Return a step of a body for one item."""

    def replacement(reference: Reference) -> Any:
        if reference.room == FOR_EACH and reference.name == CURRENT_ITEM:
            return part_of_item(item, reference)
        if reference.room == STEPS and reference.name in names:
            rest = reference.text.removeprefix(f"{STEPS}.{reference.name}")
            return {GET: f"{STEPS}.{reference.name}-{index}{rest}"}
        return MISSING

    child = dict(replaced(body, replacement))
    child["Name"] = f"{body['Name']}-{index}"
    if "DependsOn" in body:
        child["DependsOn"] = [
            {"Step": f"{name}-{index}" if name in names else name, "Trigger": trigger}
            for name, trigger in map(trigger_of, member_of(body, "DependsOn", []))
        ]
    return child


def part_of_item(item: Any, reference: Reference) -> Any:
    """Return what a reference to the current item stands for; items may be JSON text of objects."""
    if not reference.parts:
        return item
    content = item
    if isinstance(item, str):
        try:
            content = json.loads(item)
        except ValueError:
            content = MISSING
    value = at_parts(content, reference.parts)
    if value is MISSING:
        raise UnresolvedError(f"Unable to resolve '{reference.text}' in item {json.dumps(item)}.")
    return value
