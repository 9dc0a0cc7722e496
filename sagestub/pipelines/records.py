"""What is kept of the steps of an execution: one record for each step that has started.

A record is a dict in wire form. It is replaced, never changed, and lies under `Steps` in the execution's
document, by the step's name, in the order in which the steps started. Its `WIRE` members are those that
ListPipelineExecutionSteps returns; what else a run needs of a step that has ended stands under `KEPT`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sagestub.engine.resource import Resource
    from sagestub.pipelines.definition import Step

Record = dict[str, Any]
Records = dict[str, Record]

STEPS = "Steps"
"""The member of an execution's document that holds the records. No response has it."""

KEPT = "Kept"
"""The member of a record that holds what no response has."""

STARTING, EXECUTING, STOPPING = "Starting", "Executing", "Stopping"
SUCCEEDED, FAILED, STOPPED = "Succeeded", "Failed", "Stopped"

ENDS = frozenset({SUCCEEDED, FAILED, STOPPED})
"""The statuses in which a step has ended."""

WIRE = (
    "StepName",
    "StepDisplayName",
    "StepDescription",
    "StartTime",
    "EndTime",
    "StepStatus",
    "CacheHitResult",
    "FailureReason",
    "Metadata",
    "AttemptCount",
    "SelectiveExecutionResult",
    "IterationContext",
)
"""The members of a PipelineExecutionStep."""

LONGEST_REASON = 1024
"""Characters of a step's FailureReason. Source: model."""


def records_of(execution: Resource) -> Records:
    """Return the records of an execution's steps, the first one that started first."""
    records: Records = execution.document.get(STEPS, {})
    return records


def wire_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what ListPipelineExecutionSteps returns about a step."""
    return {member: record[member] for member in WIRE if member in record}


def opened(step: Step, now: float, attempts: int = 1) -> Record:
    """Return the record of a step that starts now."""
    shown = {"StepDisplayName": step.display_name, "StepDescription": step.description}
    return {
        "StepName": step.name,
        **{member: text for member, text in shown.items() if text},
        "StartTime": now,
        "StepStatus": STARTING,
        "Metadata": {},
        "AttemptCount": attempts,
        KEPT: {},
    }


def closed(
    record: Record, now: float, status: str, metadata: Mapping[str, Any], reason: str = ""
) -> Record:
    """Return the record of a step that ends now.

    Args:
        record: The record so far.
        now: Epoch seconds.
        status: How it ends.
        metadata: Its Metadata; empty to keep what there is.
        reason: Its FailureReason; empty for none.
    """
    ended = {**record, "StepStatus": status, "EndTime": now}
    if metadata:
        ended["Metadata"] = dict(metadata)
    if reason:
        ended["FailureReason"] = reason[:LONGEST_REASON]
    return ended


def reused(source: Record, now: float, member: str, arn: str) -> Record:
    """Return the record of a step that takes over what an earlier execution's step has made.

    Source: SDK's integration tests of selective execution, and the model (CacheHitResult,
    SelectiveExecutionResult); that it counts no attempt, and is done at once, is assumed.
    """
    taken = {
        k: v for k, v in source.items() if k not in ("CacheHitResult", "SelectiveExecutionResult")
    }
    return {
        **taken,
        "StartTime": now,
        "EndTime": now,
        "StepStatus": SUCCEEDED,
        "AttemptCount": 0,
        member: {"SourcePipelineExecutionArn": arn},
    }
