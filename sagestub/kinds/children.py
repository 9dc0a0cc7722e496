"""Jobs that a job has launched: letting them run when the job takes its own steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

RUNNING = ("InProgress", "Stopping")
"""The statuses of a job that has not ended."""


def let_run(context: Context, resource: Resource, jobs: Iterable[Resource]) -> None:
    """Let a job's jobs run to their ends, side by side: those that move by the job's own steps."""
    mine = [job for job in jobs if follows(job, resource)]
    while moving := [job for job in mine if job.status in RUNNING and job.way]:
        context.motion.step_together(moving)


def follows(job: Resource, resource: Resource) -> bool:
    """Return whether a job moves with the steps of the one that launched it.

    A job under the clock moves in its own time; one that a test holds back waits for the test, unless
    everything waits and the test has moved the one above.
    """
    own = resource.rule.name if resource.rule is not None else "manual"
    its = job.rule.name if job.rule is not None else own
    return own == "immediate" or its not in ("clock", "manual") or its == own == "manual"


def any_runs(jobs: Iterable[Resource]) -> bool:
    """Return whether a job among these has not ended."""
    return any(job.status in RUNNING for job in jobs)


def stay_with(resource: Resource) -> str:
    """Return the present state, for a job that waits for the jobs that it has launched.

    Under `immediate` nothing would ever change, as they are held back: it rests until a test moves
    it.
    """
    if resource.rule is not None and resource.rule.name == "immediate":
        resource.way = ()
    return resource.state


def stop_all(context: Context, jobs: Iterable[Resource]) -> None:
    """Stop the jobs that run."""
    for job in jobs:
        lifecycle = job.kind.lifecycle
        if job.status == "InProgress" and lifecycle is not None:
            context.motion.go(job, lifecycle.stop)
