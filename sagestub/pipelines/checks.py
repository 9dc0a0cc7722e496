"""What CreatePipeline and UpdatePipeline refuse in a definition.

`definition` has refused what has not the form of one. Here: names, types, references, cycles. What the
service is not known to refuse passes.

Source: docs/facts/pipelines.md, Texts of refused definitions: which have been seen, and which are assumed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from sagestub.errors import ServiceError, invalid
from sagestub.pipelines.arguments import check_arguments
from sagestub.pipelines.definition import (
    BODY,
    BRANCHES,
    CONDITION,
    SELECTOR,
    TOO_DEEP,
    Definition,
    Step,
    body_of,
    items_of,
    needs_of,
    own_part,
    parsed,
    unparsable,
)
from sagestub.pipelines.expressions import (
    EXECUTION,
    EXPERIMENT,
    FOR_EACH,
    ITERATION_OUTPUT,
    PARAMETERS,
    STEPS,
    Reference,
    is_expression,
    references_in,
)
from sagestub.pipelines.parameters import TYPES, as_text, not_enumerated

if TYPE_CHECKING:
    from sagestub.model.service import Service

VERSION = "2020-12-01"
STEP_NAME = re.compile(r"[A-Za-z0-9\-_]{1,64}")

STEP_TYPES = (
    "Training",
    "Processing",
    "Transform",
    "Tuning",
    "AutoML",
    "Model",
    "CreateModel",
    "RegisterModel",
    "Compilation",
    "Condition",
    "Fail",
    "Callback",
    "Lambda",
    "EMR",
    "EMRServerless",
    "QualityCheck",
    "ClarifyCheck",
    "NotebookJob",
    "Endpoint",
    "EndpointConfig",
    "InferenceComponent",
    "Lineage",
    "Job",
    "Athena",
    "Cleanup",
    "ForEach",
    "HubContent",
    "BedrockCustomModel",
    "BedrockCustomModelDeployment",
    "BedrockProvisionedModelThroughput",
    "BedrockModelImport",
)
"""Every type that a step may have.

They are those of `steps.STEP_TYPES`, named here so that a definition is checked before all that runs it
is loaded.

Source: model, PipelineExecutionStepMetadata; aws/sagemaker-python-sdk, workflow/steps.py, 2 and 3.
"""

REQUIRED = {
    "Callback": ("SqsQueueUrl",),
    "Lambda": ("FunctionArn",),
    "QualityCheck": ("CheckType",),
    "ClarifyCheck": ("CheckType",),
}
"""Members of a step that its type needs. Source: JSON schema of pipeline definitions."""

REQUIRED_ARGUMENTS = {
    "Athena": ("QueryString",),
    "Cleanup": ("Resources",),
    "Condition": ("Conditions",),
    "EMR": ("StepConfig",),
    "EMRServerless": ("JobConfig",),
    "ForEach": ("IterableItems", "MaxConcurrency", BODY),
    "Job": ("RoleArn", "JobCategory", "JobConfigSchemaVersion", "JobConfigDocument"),
    "NotebookJob": ("RoleArn", "OutputDataConfig"),
}
"""Arguments that a type needs, where no operation's request says it."""

COMPARISONS = (
    "Equals",
    "NotEquals",
    "GreaterThan",
    "GreaterThanOrEqualTo",
    "LessThan",
    "LessThanOrEqualTo",
)
MEMBERSHIPS = ("In", "NotIn")
NEGATION, GROUPS = "Not", ("Or", "And")
CONDITION_TYPES = (*COMPARISONS, *MEMBERSHIPS, NEGATION, *GROUPS)

NOT_IN_BODY = frozenset({"Condition", "Fail", "ForEach"})
"""Types that the body of a ForEach step cannot have."""

MOST_CONCURRENT = 50
TRIGGERS = ("Completed", "Failed", "Stopped", "Any")

# Definitions ------------------------------------------------------------------------------------


def checked(text: str, service: Service | None = None) -> Definition:
    """Return a definition that CreatePipeline and UpdatePipeline accept.

    Args:
        text: The definition.
        service: The service's model, for the steps' arguments; None to leave them unchecked.

    Raises:
        ServiceError: They do not accept it.
    """
    definition = parsed(text)
    try:
        check(definition, service)
    except RecursionError:
        raise unparsable(TOO_DEEP) from None
    return definition


def check(definition: Definition, service: Service | None) -> None:
    """Refuse a definition that CreatePipeline and UpdatePipeline do not accept."""
    check_version(definition)
    check_parameters(definition)
    check_steps(definition)
    check_references(definition)
    check_order(definition)
    if service is not None:
        for step in every_step(definition):
            check_arguments(step, definition, service)


def check_version(definition: Definition) -> None:
    """Refuse another version than the only one; a definition without one passes."""
    version = definition.raw.get("Version", VERSION)
    if version != VERSION:
        raise wrong_value(version, "PipelineDefinitionVersion", (VERSION,))


def wrong_value(value: object, what: str, values: Iterable[str]) -> ServiceError:
    """Return the refusal of a value that an enumeration does not have."""
    shown = value if isinstance(value, str) else json.dumps(value)
    return unparsable(
        f"Model Validation failed: Value '{shown}' for '{what}' failed to satisfy enum value set: "
        f"[{', '.join(values)}]"
    )


def check_parameters(definition: Definition) -> None:
    """Refuse parameters that share a name, are of no type, or have a default of another type."""
    declared = items_of(definition.raw, "Parameters")
    refuse_repeated("parameter", [item["Name"] for item in declared])
    for parameter in definition.parameters.values():
        if parameter.type not in TYPES:
            raise wrong_value(parameter.type, "ParameterType", TYPES)
        for value in (parameter.default, *parameter.enum):
            if value is not None and not TYPES[parameter.type].holds(value):
                raise unparsable(
                    f"Default value [{as_text(value)}] of parameter [{parameter.name}] is not of "
                    f"type [{parameter.type}]."
                )
        if parameter.enum and parameter.default not in (None, *parameter.enum):
            raise not_enumerated(parameter, parameter.default)


def refuse_repeated(what: str, names: Sequence[str]) -> None:
    """Refuse names that are there twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise invalid(f"Pipeline definition has duplicate {what} names: [{name}].")
        seen.add(name)


def every_step(definition: Definition) -> Iterator[Step]:
    """Return all steps of a definition, those in the bodies of ForEach steps too."""
    for step in definition.steps.values():
        yield step
        if step.type == FOR_EACH:
            yield from body_of(step)


def written_steps(items: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Return the steps of a definition as they are written, with those that lie in them."""
    for item in items:
        yield item
        arguments = item.get("Arguments")
        if isinstance(arguments, dict):
            inner = {CONDITION: tuple(BRANCHES), FOR_EACH: (BODY,)}.get(str(item.get("Type")), ())
            for member in inner:
                yield from written_steps(items_of(arguments, member))


def check_steps(definition: Definition) -> None:
    """Refuse steps that share a name, are of no known type, or lack what their type needs."""
    refuse_repeated(
        "step", [item["Name"] for item in written_steps(items_of(definition.raw, "Steps"))]
    )
    for step in every_step(definition):
        check_identity(step)
        refuse_missing(step.raw, REQUIRED.get(step.type, ()))
        refuse_missing(step.arguments, REQUIRED_ARGUMENTS.get(step.type, ()))
        if step.type == CONDITION:
            check_conditions(step.arguments["Conditions"])
        if step.type == FOR_EACH:
            check_body(step, definition)


def check_identity(step: Step) -> None:
    """Refuse a step whose name or type is none."""
    if not STEP_NAME.fullmatch(step.name):
        raise unparsable(
            f"Model Validation failed: Value '{step.name}' at 'stepName' failed to satisfy "
            f"constraint: Member must satisfy regular expression pattern: {STEP_NAME.pattern}"
        )
    if not step.type:
        raise missing("Type")
    if step.type not in STEP_TYPES:
        raise wrong_value(step.type, "StepType", STEP_TYPES)


def refuse_missing(holder: Mapping[str, Any], members: Iterable[str]) -> None:
    """Refuse what lacks one of these members."""
    for member in members:
        if holder.get(member) is None:
            raise missing(member)


def missing(member: str) -> ServiceError:
    """Return the refusal of something that lacks a member."""
    return unparsable(f"Missing required field '{member}'")


def check_conditions(conditions: Any) -> None:
    """Refuse conditions of no known type, and such as lack what they compare."""
    if not isinstance(conditions, list):
        raise unparsable("Expecting start of Json Array.")
    for condition in conditions:
        if not isinstance(condition, dict):
            raise unparsable("Expecting start of Json Object.")
        word = condition.get("Type")
        if word is None:
            raise missing("Type")
        if word not in CONDITION_TYPES:
            raise wrong_value(word, "ConditionType", CONDITION_TYPES)
        for names in condition_members(word):
            if not any(name in condition for name in names):
                raise missing(names[0])
        if word == NEGATION:
            check_conditions([condition["Condition"]])
        elif word in GROUPS:
            check_conditions(condition["Conditions"])


def condition_members(word: str) -> tuple[tuple[str, ...], ...]:
    """Return the members that a condition of a type has; either name of each will do.

    Source: aws/sagemaker-python-sdk, workflow/conditions.py (QueryValue, Values); JSON schema of pipeline
    definitions (Value, In).
    """
    if word in COMPARISONS:
        return (("LeftValue",), ("RightValue",))
    if word in MEMBERSHIPS:
        return (("QueryValue", "Value"), ("Values", "In"))
    return (("Condition",),) if word == NEGATION else (("Conditions",),)


def check_body(step: Step, definition: Definition) -> None:
    """Refuse a ForEach step that cannot run its body.

    Source: aws/sagemaker-python-sdk 3, mlops/workflow/for_each_step.py, which names what the service
    rejects; texts assumed.
    """
    body = body_of(step)
    if not body:
        raise missing(BODY)
    most = step.arguments["MaxConcurrency"]
    is_number = TYPES["Integer"].holds(most) and 1 <= most <= MOST_CONCURRENT
    if not is_number and not is_expression(most):
        raise invalid(
            f"MaxConcurrency of step [{step.name}] must be an integer from 1 to {MOST_CONCURRENT}."
        )
    for inner in body:
        if inner.type in NOT_IN_BODY:
            raise invalid(
                f"Step type [{inner.type}] is not allowed in {BODY} of step [{step.name}]."
            )
        for name in definition.steps:
            if re.fullmatch(rf"{re.escape(inner.name)}-[0-9]+", name):
                raise invalid(
                    f"Step [{name}] has a name of the steps that step [{step.name}] makes of "
                    f"[{inner.name}]."
                )


# References -------------------------------------------------------------------------------------


def check_references(definition: Definition) -> None:
    """Refuse references and dependencies that lead nowhere."""
    for step in definition.steps.values():
        check_step(step, own_part(step), definition, {})
        if step.type == FOR_EACH:
            siblings = {inner.name: inner for inner in body_of(step)}
            check_values_in(step.arguments.get(SELECTOR), definition, siblings, selects=True)
            for inner in siblings.values():
                check_step(inner, inner.raw, definition, siblings)
    check_values_in(definition.raw.get("PipelineExperimentConfig"), definition, {})


def check_step(
    step: Step, part: Mapping[str, Any], definition: Definition, siblings: Mapping[str, Step]
) -> None:
    """Refuse what leads nowhere in one step.

    Args:
        step: The step.
        part: What it says of itself.
        definition: The definition.
        siblings: The steps of the body in which it lies, by name.
    """
    for name in step.depends_on:
        if name not in definition.steps and name not in siblings:
            raise invalid(f"Step [{step.name}] depends on undefined step [{name}].")
        if step.triggers.get(name, TRIGGERS[0]) not in TRIGGERS:
            raise wrong_value(step.triggers[name], "Trigger", TRIGGERS)
    check_values_in(part, definition, siblings)


def check_values_in(
    value: Any, definition: Definition, siblings: Mapping[str, Step], *, selects: bool = False
) -> None:
    """Refuse references in a value that lead nowhere; only in a selector to an iteration's output."""
    for reference in references_in(value):
        wrong = what_is_wrong(reference, definition, siblings)
        if not wrong and reference.room == ITERATION_OUTPUT and not selects:
            wrong = "it stands in no Selector"
        if wrong:
            raise invalid(f"Cannot resolve property reference [{reference.text}]: {wrong}.")


def what_is_wrong(
    reference: Reference, definition: Definition, siblings: Mapping[str, Step]
) -> str:
    """Return what is wrong with a reference; nothing if it leads somewhere."""
    name = reference.name
    if reference.room == PARAMETERS:
        return "" if name in definition.parameters else f"parameter [{name}] is not defined"
    if reference.room in (STEPS, ITERATION_OUTPUT):
        step = siblings.get(name) or definition.steps.get(name)
        if step is None:
            return f"step [{name}] is not defined"
        file = reference.property_file
        known = file is None or file in step.property_files
        return "" if known else f"property file [{file}] is not defined"
    if reference.room == FOR_EACH:
        return "" if siblings else "it stands in no ForEachBody"
    if reference.room in (EXECUTION, EXPERIMENT):
        return ""
    return "it is none of a parameter, a step or the execution"


def check_order(definition: Definition) -> None:
    """Refuse steps that wait for one another."""
    refuse_cycle(definition.predecessors)
    for step in definition.steps.values():
        if step.type == FOR_EACH:
            body = {inner.name: needs_of(inner) for inner in body_of(step)}
            refuse_cycle({name: needs & body.keys() for name, needs in body.items()})


def refuse_cycle(predecessors: Mapping[str, Collection[str]]) -> None:
    """Refuse a graph in which something precedes itself."""
    try:
        TopologicalSorter(predecessors).prepare()
    except CycleError as error:
        # graphlib gives the way along the edges from a step to those that wait for it.
        raise invalid(f"Pipeline definition has a cycle: [{' -> '.join(error.args[1])}].") from None
