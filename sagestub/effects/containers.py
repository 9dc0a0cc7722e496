"""Functions of a test that stand for the containers of jobs: `sm.container`.

a job enters its running state ─ the function that covers it runs, outside the world's lock
    it returns          metrics and outputs are kept until the job ends
    it raises, exits    the job fails instead of taking its next step
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.effects.container import Container, Files
from sagestub.effects.jobs import JOBS, OUT_OF_MEMORY, container_reason
from sagestub.effects.outside import outside
from sagestub.effects.printing import heard
from sagestub.effects.results import metrics_printed, take_result
from sagestub.engine.documents import member_at
from sagestub.errors import SagestubError

if TYPE_CHECKING:
    from sagestub.effects.storage import Storage
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.engine.settings import Selection

ContainerFunction = Callable[[Container], Any]
"""Gets a `Container`; returns metrics and outputs, or None."""

ROOM = "containers"

LONGEST_EXIT_MESSAGE = 1024
"""Source: API reference, DescribeProcessingJob.ExitMessage."""


class Registered(NamedTuple):
    """A function, and the jobs whose containers it stands for; None stands for all."""

    function: ContainerFunction
    image: str | None
    selection: Selection

    def covers(self, resource: Resource, images: Sequence[str]) -> bool:
        """Return whether the function stands for a container of this job."""
        if self.image is not None and not any(fnmatchcase(i, self.image) for i in images):
            return False
        return self.selection.covers(resource)


STREAMS = "streams of containers"


@dataclass
class Run:
    """What the container of one job has left."""

    metrics: dict[str, float] = field(default_factory=dict)
    files: Mapping[str, Files] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    exit_message: str = ""


def function_for(
    context: Context, registered: Sequence[Registered], resource: Resource
) -> ContainerFunction | None:
    """Return the function that stands for a job's container: the last one that covers it."""
    if not registered:
        return None
    images = JOBS[resource.kind.name].images(context, resource)
    for candidate in reversed(registered):
        if candidate.covers(resource, images):
            return candidate.function
    return None


def run_of(context: Context, resource: Resource) -> Run | None:
    """Return what the container of a job has left; None where no function has run."""
    found: Run | None = context.room(ROOM).get(resource)
    return found


def run(
    context: Context, function: ContainerFunction, resource: Resource, storage: Storage | None
) -> Run:
    """Let a function be the container of a job that has just entered its running state.

    The job rests meanwhile: whoever describes it, or what has launched it, does not move it. A Stop
    does. Where the function returned what no container leaves, or misused what it was given, the job
    fails, and that error reaches the test too.
    """
    job = JOBS[resource.kind.name]
    container = Container(resource, job, job.images(context, resource), storage)
    state, (way, resource.way) = resource.state, (resource.way, ())
    outcome = Run(files=container.files)
    context.room(ROOM)[resource] = outcome
    failure: tuple[str, int] | None = None
    try:
        kept = context.room(STREAMS).setdefault(STREAMS, [])
        with heard(kept) as pieces, outside(context):
            result = function(container)
        outcome.metrics = take_result(container, result)
    except SystemExit as end:
        failure = _words_of_exit(end.code)
    except SagestubError as misuse:
        failure = (str(misuse), 1)
        context.motion.raised.append((threading.get_ident(), misuse))
    except Exception as error:  # noqa: BLE001 - it is the container that has failed
        failure = (_words_of(resource, error), 1)
        pieces.append(_traceback_of(error))
    finally:
        outcome.lines = "".join(pieces).splitlines()
        outcome.exit_message = container.exit_message or (failure[0] if failure else "")
        if resource.state == state and not resource.way and context.registry.holds(resource):
            resource.way = way
            if failure is not None:
                reason = container_reason(resource.kind.name, resource.document, *failure)
                context.motion.doom(resource, reason)
    return outcome


def _words_of(resource: Resource, error: Exception) -> str:
    """Return the last words of a container that has raised an error."""
    if isinstance(error, MemoryError) and resource.kind.name == "TrainingJob":
        return OUT_OF_MEMORY
    return str(error) or repr(error)


def _traceback_of(error: Exception) -> str:
    """Return the traceback that a container would print: it begins in the function."""
    begun = error.__traceback__.tb_next if error.__traceback__ is not None else None
    return "".join(traceback.format_exception(type(error), error, begun))


def _words_of_exit(code: object) -> tuple[str, int] | None:
    """Return the last words and the exit code of a call of `sys.exit`; None for a success."""
    if code is None or code == 0:
        return None
    return ("", code) if isinstance(code, int) else (str(code), 1)


def metrics_of(context: Context, resource: Resource) -> dict[str, float]:
    """Return the metrics that the container of a training job has left.

    Those that it returned win over those that it printed. Where the job defines metrics, only these
    are known to the service.

    Source: API reference, AlgorithmSpecification.MetricDefinitions.
    """
    outcome = run_of(context, resource)
    if outcome is None:
        return {}
    definitions = member_at(resource.document, "AlgorithmSpecification.MetricDefinitions") or ()
    returned = outcome.metrics
    if definitions:
        names = {definition["Name"] for definition in definitions}
        returned = {name: value for name, value in returned.items() if name in names}
    return {**metrics_printed(outcome.lines, definitions), **returned}


def final_metrics(context: Context, resource: Resource) -> list[dict[str, Any]]:
    """Return FinalMetricDataList of a training job whose container has left metrics."""
    now = context.clock.time()
    return [
        {"MetricName": name, "Value": value, "Timestamp": now}
        for name, value in metrics_of(context, resource).items()
    ]


def note_exit(context: Context, resource: Resource) -> None:
    """Set the ExitMessage of a processing job that has ended."""
    outcome = run_of(context, resource)
    if outcome is None or not outcome.exit_message:
        return
    if "ExitMessage" in resource.kind.members:
        resource.document["ExitMessage"] = outcome.exit_message[:LONGEST_EXIT_MESSAGE]
        resource.appeared.setdefault(resource.state, set()).add("ExitMessage")
