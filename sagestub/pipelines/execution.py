"""A pipeline execution as a resource: when its walk begins, goes on and ends.

The functions are hung on the kind `PipelineExecution`. An execution whose definition has no steps, and one
that a test has put into the world, have no walk: they live by their lifecycle alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sagestub.pipelines import lineage
from sagestub.pipelines.attempts import Attempt, rests
from sagestub.pipelines.definition import parsed
from sagestub.pipelines.records import EXECUTING, STARTING, STOPPED, SUCCEEDED
from sagestub.pipelines.walk import JOBS, ROOM, TOKENS, WALKS, Walk, walk_of
from sagestub.types import GONE

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

SECONDS_OF_WAITING = 60.0
"""Virtual seconds that pass with a tick in which an execution only waits, for a callback say."""

BEGINNINGS = frozenset({"StartPipelineExecution", "RetryPipelineExecution"})
"""The calls that set an execution going."""


def begin(context: Context, execution: Resource) -> None:
    """Start the steps that can start, of an execution that a call has set going."""
    call, text = context.call, execution.document.get("PipelineDefinition")
    if call is None or call.operation not in BEGINNINGS or not parsed(text or "").steps:
        return
    room = context.room(ROOM)
    if WALKS not in room:
        room.update({WALKS: {}, JOBS: {}, TOKENS: {}})
        context.motion.listeners.append(Listener(context))
    lineage.open_execution(context, execution)
    walk = room[WALKS][execution] = Walk(context, execution)
    walk.pump()
    walk.asleep = False


class Listener:
    """Hears when what a step has made moves, and tells the step's walk.

    Args:
        context: The world's context.
    """

    def __init__(self, context: Context) -> None:
        self._jobs: dict[Resource, tuple[Walk, Attempt]] = context.room(ROOM)[JOBS]

    def __call__(self, resource: Resource, left: str, entered: str) -> None:
        """Hear of a move."""
        found = self._jobs.get(resource)
        if found is None:
            return
        walk, attempt = found
        if entered == GONE or rests(resource):
            del self._jobs[resource]
            walk.arrive(lambda: walk.rested(attempt) if entered != GONE else walk.gone(attempt))
        elif walk.records[attempt.name]["StepStatus"] == STARTING:
            walk.note(attempt, StepStatus=EXECUTING)


def next_status(context: Context, execution: Resource, planned: str) -> str:
    """Return where a step of an execution leads: it stays while steps are under way."""
    walk = walk_of(context, execution)
    if walk is None or planned not in (SUCCEEDED, STOPPED):
        return planned
    tick(context, walk)
    return walk.result(planned) if walk.is_done else execution.state


def seconds_in(context: Context, execution: Resource) -> float | None:
    """Return how long an execution stays in its status: its steps decide."""
    walk = walk_of(context, execution)
    if walk is None or (walk.stopping and walk.is_done):
        return None
    by_clock = context.motion.rule_of(execution).name == "clock"
    return math.inf if by_clock and not walk.is_done else 0.0


def stop_steps(context: Context, execution: Resource) -> None:
    """Stop the steps that are under way."""
    walk = walk_of(context, execution)
    if walk is not None:
        walk.asleep = True
        walk.stop()
        walk.asleep = False


def go_on(context: Context, execution: Resource) -> None:
    """Start the steps that can start now."""
    walk = walk_of(context, execution)
    if walk is not None:
        walk.pump()


def close(context: Context, execution: Resource) -> None:
    """End the walk of an execution that has ended, its steps with it."""
    walk = walk_of(context, execution)
    if walk is not None:
        walk.abandon()
        del context.room(ROOM)[WALKS][execution]


# Ticks ------------------------------------------------------------------------------------------


def tick(context: Context, walk: Walk) -> None:
    """Let what the steps wait for come, by one step of each; under `immediate` until all have ended.

    What follows the clock alone moves by itself: then a tick by hand lets time pass until it does.
    """
    rule = walk.execution.rule
    name = rule.name if rule is not None else "manual"
    walk.asleep = True
    try:
        if name == "immediate":
            while not walk.is_done and moved(context, walk, name):
                pass
        elif name == "clock":
            if not context.motion.is_passing:
                pass_time(context, walk)
        elif not moved(context, walk, name) and name == "poll" and not walk.is_done:
            context.motion.run(SECONDS_OF_WAITING)
    finally:
        walk.asleep = False


def moved(context: Context, walk: Walk, rule: str) -> bool:
    """Let jobs and waits that follow the execution come on; return whether there were any."""
    attempts = list(walk.attempts.values())
    jobs = [job for job in jobs_of(attempts) if follows(job, rule)]
    if jobs:
        before = [len(job.past) for job in jobs]
        context.motion.step_together([job for job in jobs if rule == "immediate" or polled(job)])
        return rule != "immediate" or before != [len(job.past) for job in jobs]
    dues = [a.due for a in attempts if a.due is not None and not a.for_a_call]
    if dues:
        context.motion.run_until(min(dues))
    return bool(dues)


def jobs_of(attempts: Iterable[Attempt]) -> list[Resource]:
    """Return the resources that steps wait for."""
    resources = (attempt.run.resource for attempt in attempts if not attempt.between)
    return [job for job in resources if job is not None and job.way and not rests(job)]


def follows(job: Resource, rule: str) -> bool:
    """Return whether a job moves with the ticks of its execution.

    One that follows the clock or waits for the test does not, unless the execution does so too.
    """
    its = job.rule.name if job.rule is not None else rule
    return its not in ("clock", "manual") or its == rule


def polled(job: Resource) -> bool:
    """Count a tick as a Describe of a job; return whether it may move on."""
    if job.rule is None or job.rule.name != "poll":
        return True
    job.polls_left -= 1
    return job.polls_left <= 0


def pass_time(context: Context, walk: Walk) -> None:
    """Let time pass until the first of the things comes that steps wait for."""
    attempts = list(walk.attempts.values())
    dues: list[float | None] = [job.due for job in jobs_of(attempts)]
    dues += [attempt.due for attempt in attempts if not attempt.for_a_call]
    known = [due for due in dues if due is not None]
    if known:
        context.motion.run_until(min(known))
