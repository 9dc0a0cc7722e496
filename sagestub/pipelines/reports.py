"""What is told of an execution's steps.

Source: model, ListPipelineExecutionSteps; recorded outputs: the newest step comes first unless asked
otherwise (docs/facts/pipelines.md, reports).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.pipelines.records import records_of, wire_of

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

LISTED = "pages of pipeline steps"


def list_steps(
    context: Context, execution: Resource, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the steps that have started, the last one first unless asked otherwise.

    Under `poll` the execution then moves on. What starts between two pages is in neither: the pages
    after the first one are those of the same list.
    """
    records = list(records_of(execution).values())
    counts = context.room(LISTED)
    if "NextToken" in parameters:
        records = records[: counts.get(execution.arn, len(records))]
    else:
        counts[execution.arn] = len(records)
    if parameters.get("SortOrder") != "Ascending":
        records.reverse()
    answer = {"PipelineExecutionSteps": [wire_of(record) for record in records]}
    if execution.way and "NextToken" not in parameters:
        context.motion.polled(execution)
    return answer
