"""Selective execution: which steps run, and which are taken from an earlier execution.

Source: Developer Guide, "Selective execution of pipeline steps"; model, SelectiveExecutionConfig;
sagemaker-python-sdk issue 4444 (the refusal without a source) and tests/integ/…/test_selective_execution.py
(both the selected steps and those that they take results from are listed).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.errors import ServiceError, invalid
from sagestub.pipelines.records import FAILED, SUCCEEDED, Records, records_of, reused

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.pipelines.definition import Definition


class Selected(NamedTuple):
    """The steps that a selective execution has.

    Args:
        names: Those that run, in the definition's order.
        reused: Those that they take results from.
    """

    names: tuple[str, ...]
    reused: tuple[str, ...]


def selected(definition: Definition, config: Mapping[str, Any]) -> Selected:
    """Return what a SelectiveExecutionConfig selects."""
    chosen = {entry["StepName"] for entry in config["SelectedSteps"]}
    names = tuple(name for name in definition.steps if name in chosen)
    needed = {need for name in names for need in definition.predecessors[name]}
    return Selected(
        names, tuple(name for name in definition.steps if name in needed and name not in chosen)
    )


def check(context: Context, execution: Resource, definition: Definition) -> None:
    """Refuse a selection that cannot run.

    Raises:
        ServiceError: It names unknown steps, leaves out a step between two others, or has no execution
            to take results from. (Texts without a source are assumed.)
    """
    config = execution.document.get("SelectiveExecutionConfig")
    if config is None:
        return
    given = [entry["StepName"] for entry in config["SelectedSteps"]]
    unknown = [name for name in given if name not in definition.steps]
    if unknown:
        raise invalid(
            f"Invalid SelectedSteps: [{', '.join(unknown)}]. "
            "The steps are not defined in the pipeline definition."
        )
    if len(set(given)) != len(given):
        raise invalid("Invalid SelectedSteps: step names must be unique.")
    between = left_out(definition, frozenset(given))
    if between:
        raise invalid(
            f"Invalid SelectedSteps: the selected steps are not connected. Steps [{', '.join(between)}]"
            " lie between selected steps and must be selected too."
        )
    _check_source(context, execution, definition, config)


def left_out(definition: Definition, chosen: frozenset[str]) -> list[str]:
    """Return the steps that are not chosen and lie on a path between two that are."""
    after: dict[str, list[str]] = {name: [] for name in definition.steps}
    for name, needs in definition.predecessors.items():
        for need in needs:
            after[need].append(name)
    downstream = _reached(chosen, after)
    upstream = _reached(chosen, definition.predecessors)
    return [name for name in definition.steps if name in downstream & upstream - chosen]


def _reached(start: frozenset[str], edges: Mapping[str, Any]) -> set[str]:
    """Return what can be reached from some steps along edges, without those that start it."""
    seen: set[str] = set()
    left = list(start)
    while left:
        for name in edges[left.pop()]:
            if name not in seen:
                seen.add(name)
                left.append(name)
    return seen


def _check_source(
    context: Context, execution: Resource, definition: Definition, config: Mapping[str, Any]
) -> None:
    names, needed = selected(definition, config)
    arn = config.get("SourcePipelineExecutionArn")
    if arn is None:
        if needed:
            raise invalid(
                f"Invalid SourcePipelineExecutionArn: null. The selected steps [{', '.join(names)}] "
                f"have dependencies on [{', '.join(needed)}]"
            )
        return
    source = context.resource("PipelineExecution", execution, arn)
    if source is None:
        raise ServiceError("ResourceNotFound", f"Pipeline execution with ARN {arn} does not exist")
    if source.document.get("PipelineName") != execution.document.get("PipelineName"):
        raise invalid(
            f"Invalid SourcePipelineExecutionArn: {arn}. It is an execution of another pipeline."
        )
    if source.status not in (SUCCEEDED, FAILED):
        raise invalid(
            f"Invalid SourcePipelineExecutionArn: {arn}. It must be in status Succeeded or Failed, "
            f"and is in status {source.status}."
        )
    done = records_of(source)
    missing = [name for name in needed if done.get(name, {}).get("StepStatus") != SUCCEEDED]
    if missing:
        raise invalid(
            f"Invalid SourcePipelineExecutionArn: {arn}. The selected steps [{', '.join(names)}] have "
            f"dependencies on [{', '.join(missing)}], which did not succeed there."
        )


def taken_over(context: Context, execution: Resource, chosen: Selected) -> Records:
    """Return the records of the steps that an execution takes from its source."""
    arn = execution.document["SelectiveExecutionConfig"].get("SourcePipelineExecutionArn")
    source = context.registry.by_arn(arn) if arn is not None else None
    if source is None:
        return {}
    now, done = context.clock.time(), records_of(source)
    return {
        name: reused(done[name], now, "SelectiveExecutionResult", arn)
        for name in chosen.reused
        if name in done
    }
