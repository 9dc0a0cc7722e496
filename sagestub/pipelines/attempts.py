"""An attempt of a step that is under way, and what becomes of it by what it has made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sagestub.pipelines import retries
from sagestub.pipelines.step import Outcome, StepRun, Stopped, Succeeded

if TYPE_CHECKING:
    from sagestub.engine.resource import Resource


@dataclass(slots=True, eq=False)
class Attempt:
    """A step that is under way.

    Args:
        run: What its type knows of it.
        started: When its first attempt started, in epoch seconds.
        retries: How often each retry policy has been the reason of a further attempt.
        due: When its time is up, in epoch seconds; None while it waits for no time.
        then: What happens at that time.
        for_a_call: Whether it waits for a call, so that no tick lets its time pass.
        between: Whether it waits for its next attempt.
        waited: Whether it has waited for anything yet.
    """

    run: StepRun
    started: float
    retries: dict[int, int] = field(default_factory=dict)
    due: float | None = None
    then: Callable[[], None] | None = None
    for_a_call: bool = False
    between: bool = False
    waited: bool = False

    @property
    def name(self) -> str:
        """The step's name."""
        return self.run.step.name


def rests(resource: Resource) -> bool:
    """Return whether a resource stands where nothing more happens to it."""
    lifecycle = resource.kind.lifecycle
    return lifecycle is None or lifecycle.is_end(resource.state)


def may_stop(resource: Resource) -> bool:
    """Return whether a resource accepts Stop in its state."""
    lifecycle = resource.kind.lifecycle
    if lifecycle is None or not lifecycle.stop:
        return False
    return resource.status in lifecycle.may_stop or resource.state in lifecycle.may_stop


def finished(run: StepRun, resource: Resource) -> Outcome:
    """Return what became of a step by the state in which its resource rests."""
    lifecycle = resource.kind.lifecycle
    if lifecycle is None or resource.status == lifecycle.path[-1].partition("/")[0]:
        return Succeeded()
    if resource.state in lifecycle.stop:
        return Stopped()
    return retries.failed_job(resource)
