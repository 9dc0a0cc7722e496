"""When the container of a job starts, for jobs whose status does not tell.

A processing or transform job is InProgress from its creation; its start time appears when the
instances have started, some minutes later.

Source: facts, jobs.yaml, ProcessingJob.timestamps and TransformJob.timestamps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Behaviour, Handler

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

LAUNCH_SECONDS = 150.0
"""Virtual seconds between creation and the start of the container (assumed; seen: about three
minutes)."""


def start_noted_as(member: str) -> Behaviour:
    """Return the behaviour that sets a job's start time when the job ends.

    A job that completes has started, if need be just now. One that fails or is stopped before its
    instances are there has no start time.
    """

    def note_start(context: Context, resource: Resource) -> None:
        now = context.clock.time()
        started = resource.document["CreationTime"] + LAUNCH_SECONDS
        if started <= now or resource.status == "Completed":
            resource.document.setdefault(member, min(started, now))

    return note_start


def start_shown_as(member: str) -> Handler:
    """Return what Describe adds while a job runs: its start time, once its instances are there."""

    def show_start(
        context: Context, resource: Resource, parameters: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        started = resource.document["CreationTime"] + LAUNCH_SECONDS
        if member in resource.document or not resource.way or context.clock.time() < started:
            return {}
        return {member: started}

    return show_start
