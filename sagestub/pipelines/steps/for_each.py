"""ForEach: runs the steps of its body once for each item, and gathers what became of them.

Source: aws/sagemaker-python-sdk 3, mlops/workflow/for_each_step.py; model, ForEachStepMetadata and
IterationContext. What the step says when an iteration fails is assumed.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sagestub.pipelines.definition import ITEMS, SELECTOR, body_of, children_of, iterated
from sagestub.pipelines.expressions import GET, UnresolvedError, reference_of, text_of
from sagestub.pipelines.step import Failed, Iterating, Outcome, StepRun, StepType, Succeeded

MOST_AT_A_TIME = 50

PICKS: Mapping[str, Callable[[Iterable[Any]], Any]] = {"MaxBy": max, "MinBy": min}

SELECTED_STEP = "SelectedStep"
"""The output that tells which step of which iteration has been selected."""

COUNTS = {
    "SucceededStepCount": "Succeeded",
    "FailedStepCount": "Failed",
    "StoppedStepCount": "Stopped",
}


def start(run: StepRun) -> Outcome:
    """Run the body for each item."""
    items = iterated(run.arguments.get(ITEMS))
    bodies = [body.name for body in body_of(run.step)]
    steps = children_of(run.step, items)
    run.record["Items"] = len(items)
    if not steps:
        return gather(run, {})
    contexts = {
        f"{body}-{index}": {
            "ParentStepName": run.step.name,
            "Index": index,
            "Item": text_of(item),
        }
        for index, item in enumerate(items)
        for body in bodies
    }
    at_most = int(run.arguments.get("MaxConcurrency") or MOST_AT_A_TIME)
    counted = summary_of(run, {})
    return Iterating(steps, contexts, at_most, {"ForEach": counted})


def summary_of(run: StepRun, records: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return how many steps there are, and how many have ended how."""
    ended = Counter(str(record.get("StepStatus")) for record in records.values())
    items = run.record["Items"]
    return {
        "InputItemCount": items,
        "TotalStepCount": items * len(body_of(run.step)),
        **{member: ended[status] for member, status in COUNTS.items()},
    }


def gather(run: StepRun, records: Mapping[str, Mapping[str, Any]]) -> Outcome:
    """Say what became of the step once all iterations have ended."""
    summary = summary_of(run, records)
    failed = [name for name, r in records.items() if r.get("StepStatus") == "Failed"]
    if failed:
        metadata = {"ForEach": {**summary, "Status": "Failed"}}
        return Failed(
            f"ClientError: Iteration steps failed: {', '.join(failed)}", metadata=metadata
        )
    if summary["StoppedStepCount"]:
        metadata = {"ForEach": {**summary, "Status": "Stopped"}}
        return Failed("ClientError: Iteration steps were stopped.", metadata=metadata)
    summary["Status"] = "Succeeded"
    outputs: dict[str, Any] = dict(summary)
    if run.step.arguments.get(SELECTOR):
        try:
            body, index = selected(run, run.step.arguments[SELECTOR])
        except UnresolvedError as error:
            failure = {"ForEach": {**summary, "Status": "Failed"}}
            return Failed(f"ClientError: {error}", metadata=failure)
        outputs[SELECTED_STEP] = f"{body}-{index}"
        summary["Selector"] = {"StepName": body, "Index": index}
    return Succeeded(outputs, {"ForEach": summary})


def selected(run: StepRun, selector: Mapping[str, Any]) -> tuple[str, int]:
    """Return the body step and the iteration that a selector picks; the first one of equal ones.

    Raises:
        UnresolvedError: Its field is none, or no iteration has a number there.
    """
    field = selector.get("Field")
    text = field.get(GET) if isinstance(field, Mapping) else None
    pick = PICKS.get(str(selector.get("Pick")))
    if not isinstance(text, str) or pick is None:
        raise UnresolvedError(f"Invalid selector {json.dumps(selector)}.")
    reference = reference_of(text)
    values = dict(numbers_at(run, reference.name, reference.parts))
    if not values:
        raise UnresolvedError(f"No iteration has a number at '{text}'.")
    best = pick(values.values())
    return reference.name, next(index for index, value in values.items() if value == best)


def numbers_at(run: StepRun, body: str, parts: Any) -> Iterator[tuple[int, float]]:
    """Return the number that each iteration has at a place, by index."""
    for index in range(run.record["Items"]):
        try:
            yield index, float(run.scope.property(f"{body}-{index}", parts))
        except (TypeError, ValueError):
            continue


def properties(run: StepRun) -> Mapping[str, Any]:
    """Return the counts, the outputs of each iteration, and those of the selected one."""
    outputs = dict(run.outputs)
    bodies = [body.name for body in body_of(run.step)]
    outputs["IterationOutputs"] = [
        {body: everything(run, f"{body}-{index}") for body in bodies}
        for index in range(int(outputs.get("InputItemCount", 0)))
    ]
    if SELECTED_STEP in outputs:
        outputs["Selected"] = everything(run, outputs[SELECTED_STEP])
    return outputs


def everything(run: StepRun, step: str) -> Any:
    """Return all properties of a step of an iteration; none of one that has not run."""
    try:
        return run.scope.property(step, ())
    except UnresolvedError:
        return {}


TYPES = (
    StepType(
        name="ForEach",
        start=start,
        gather=gather,
        properties=properties,
        metadata_member="ForEach",
        requires=("IterableItems", "MaxConcurrency", "ForEachBody"),
    ),
)
