"""Steps that run other steps: which of their children may start, and when all of them have ended.

Source: aws/sagemaker-python-sdk 3, mlops/workflow/for_each_step.py (MaxConcurrency). That no further child
starts after one has failed is assumed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from sagestub.pipelines.records import EXECUTING, FAILED, STOPPED, SUCCEEDED
from sagestub.pipelines.scheduling import SUCCESS
from sagestub.pipelines.step import Failed, Iterating, Outcome, Stopped, Succeeded

if TYPE_CHECKING:
    from sagestub.pipelines.attempts import Attempt
    from sagestub.pipelines.scheduling import Schedule
    from sagestub.pipelines.walk import Walk


@dataclass(slots=True, eq=False)
class Iteration:
    """A step that runs other steps.

    Args:
        attempt: The step.
        outcome: What it runs.
        running: How many of its children are under way.
        held: Children that could start if fewer of them ran.
        is_broken: Whether a child has not succeeded, so that no other starts.
    """

    attempt: Attempt
    outcome: Iterating
    running: int = 0
    held: deque[str] = field(default_factory=deque)
    is_broken: bool = False


class Iterations:
    """The steps of one execution that run other steps.

    Args:
        walk: The execution on its way.
    """

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._open: dict[str, Iteration] = {}
        self._of_child: dict[str, Iteration] = {}
        self._free: deque[str] = deque()

    @property
    def count(self) -> int:
        """How many are under way. They run nothing by themselves, and count as no running step."""
        return len(self._open)

    def is_open(self, name: str) -> bool:
        """Return whether a step is one that runs others."""
        return name in self._open

    def is_child(self, name: str) -> bool:
        """Return whether a step is run by another."""
        return name in self._of_child

    def context_of(self, name: str) -> Mapping[str, Any] | None:
        """Return the IterationContext of a step; None for a step of the pipeline itself."""
        iteration = self._of_child.get(name)
        return None if iteration is None else iteration.outcome.contexts.get(name)

    def open(self, attempt: Attempt, outcome: Iterating) -> None:
        """Put the children of a step into the walk."""
        iteration = Iteration(attempt, outcome)
        names = {step.name for step in outcome.steps}
        self._open[attempt.name] = iteration
        self._of_child.update(dict.fromkeys(names, iteration))
        walk = self._walk
        walk.steps.update({step.name: step for step in outcome.steps})
        walk.note(attempt, Metadata=dict(outcome.metadata), StepStatus=EXECUTING)
        walk.schedule.add(
            {
                step.name: {
                    need: step.triggers.get(need, SUCCESS)
                    for need in sorted(needs_among(step, names))
                }
                for step in outcome.steps
            }
        )

    def next(self, schedule: Schedule) -> str | None:
        """Return the next step that may start; children as many at a time as their parent lets."""
        while self._free:
            name = self._free.popleft()
            if self._admits(name):
                return name
        while (name_or_none := schedule.take()) is not None:
            if self._admits(name_or_none):
                return name_or_none
        return None

    def _admits(self, name: str) -> bool:
        iteration = self._of_child.get(name)
        if iteration is None:
            return True
        if iteration.is_broken:
            return False
        if iteration.running >= iteration.outcome.at_most:
            iteration.held.append(name)
            return False
        iteration.running += 1
        return True

    def child_ended(self, name: str, status: str) -> None:
        """Note that a step has ended; let the next of its siblings start."""
        iteration = self._of_child.get(name)
        if iteration is None:
            return
        iteration.running -= 1
        iteration.is_broken |= status != SUCCEEDED
        if iteration.held and not iteration.is_broken:
            self._free.append(iteration.held.popleft())

    def close(self) -> bool:
        """End one step whose children have ended; return whether there was one.

        Asked when nothing can start: what of its children has not started then never will.
        """
        walk = self._walk
        for name, iteration in self._open.items():
            if iteration.running or (self._has_time(iteration) and not self._ends(iteration)):
                continue
            del self._open[name]
            walk.take(iteration.attempt, self._outcome(iteration))
            return True
        return False

    def _has_time(self, iteration: Iteration) -> bool:
        walk = self._walk
        return not (iteration.is_broken or walk.halted or walk.stopping)

    def _ends(self, iteration: Iteration) -> bool:
        if iteration.held or any(self._of_child[name] is iteration for name in self._free):
            return False
        settled = self._walk.schedule.is_settled
        return all(settled(step.name) for step in iteration.outcome.steps)

    def _outcome(self, iteration: Iteration) -> Outcome:
        walk, run = self._walk, iteration.attempt.run
        records = walk.records
        started = {s.name: records[s.name] for s in iteration.outcome.steps if s.name in records}
        gather = walk.type_of(run.step).gather or gathered
        outcome = walk.guarded(run, partial(gather, run, started))
        statuses = {record["StepStatus"] for record in started.values()}
        whole = len(started) == len(iteration.outcome.steps) and STOPPED not in statuses
        if walk.stopping and not whole and FAILED not in statuses:
            return Stopped(getattr(outcome, "metadata", {}))
        return outcome


def needs_among(step: Any, names: set[str]) -> set[str]:
    """Return which of some steps a step waits for."""
    from sagestub.pipelines.definition import needs_of

    return needs_of(step) & names


def gathered(run: Any, records: Mapping[str, Mapping[str, Any]]) -> Outcome:
    """Return what became of a step that runs others, if its type does not say."""
    for name, record in records.items():
        if record["StepStatus"] != SUCCEEDED:
            return Failed(f"ClientError: Step {name} is in status {record['StepStatus']}.")
    return Succeeded()
