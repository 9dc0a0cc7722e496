"""A type of step, and what passes between it and the walk of an execution.

The walk (`execution`) decides when a step starts, and calls `StepType.start` with a `StepRun`. What
comes back is an outcome, a value. The walk keeps it, tells it in reports, and calls on: `finish` when
the resource of a `Running` rests, `resume` when the time of a `Waiting` has come. A step type knows
nothing of other steps, of rules or of retries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.pipelines.definition import Definition, Step
    from sagestub.pipelines.expressions import Scope
    from sagestub.pipelines.failures import StepFailure

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""No members."""

LONGEST_JOB_NAME = 63
"""Characters of the names of most jobs."""

MADE_CHARACTERS = 10
"""Characters that the service makes for the end of a job's name."""

LONGEST_STEP_NAME = 20
"""Characters of a step's name that a job's name has at the most."""

# Outcomes ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Running:
    """The step lasts until a resource rests.

    Args:
        resource: What the step has made, a job as a rule.
        metadata: The step's Metadata in reports; empty for `{metadata_member: {"Arn": its ARN}}`.
    """

    resource: Resource
    metadata: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True)
class Waiting:
    """The step waits for a call (a callback) or for virtual time.

    Args:
        metadata: The step's Metadata in reports. A callback's token in it is what the calls name.
        until: When its time is up, in epoch seconds; None with `seconds`, or to wait for ever.
        seconds: How long it waits, in seconds of virtual time; read when `until` is None.
    """

    metadata: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    until: float | None = None
    seconds: float | None = None


@dataclass(frozen=True)
class Succeeded:
    """The step has done its work.

    Args:
        outputs: Members that `Steps.<name>.…` has beside those of the step's resource, such as
            `{"OutputParameters": {"count": "3"}}`.
        metadata: The step's Metadata in reports; empty to keep what there is.
        seconds: How long that took, in seconds of virtual time; counts where nothing was waited for.
        resource: What the step made at once (a model, a package); its Describe is what `Steps.<name>.…`
            refers to.
    """

    outputs: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    metadata: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    seconds: float = 0
    resource: Resource | None = None


@dataclass(frozen=True)
class Failed:
    """The step has failed.

    Args:
        reason: The step's FailureReason.
        error: The exception type that retry policies name, `SageMaker.JOB_INTERNAL_ERROR`; empty for an
            error that no policy covers.
        metadata: The step's Metadata in reports; empty to keep what there is.
    """

    reason: str
    error: str = ""
    metadata: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True)
class Branch:
    """A condition has been evaluated; the walk goes on in one of its branches.

    Args:
        outcome: Whether the conditions hold: the branch `If`, else the branch `Else`.
        metadata: The step's Metadata in reports; empty for `{"Condition": {"Outcome": …}}`.
    """

    outcome: bool
    metadata: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True)
class Stopped:
    """The step has been stopped, before it was done.

    Args:
        metadata: The step's Metadata in reports; empty to keep what there is.
    """

    metadata: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True)
class Iterating:
    """The step runs other steps, made for the items that it iterates over, until all of them have ended.

    Args:
        steps: The steps, from `definition.children_of`. They may depend on one another.
        contexts: Their IterationContext in reports, by step name.
        at_most: How many of them run at a time.
        metadata: The step's Metadata in reports.
    """

    steps: tuple[Step, ...]
    contexts: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: NOTHING)
    at_most: int = 1
    metadata: Mapping[str, Any] = field(default_factory=lambda: NOTHING)


Outcome: TypeAlias = Running | Waiting | Succeeded | Failed | Branch | Stopped | Iterating


# One attempt ------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class StepRun:
    """One attempt of one step in one execution, as a step type sees it.

    Args:
        context: Clock, registry, ids.
        execution: The resource of the execution.
        definition: The definition that it runs.
        step: The step.
        arguments: The step's arguments with every expression resolved.
        scope: What expressions refer to, for what a step type resolves by itself.
        attempt: Which attempt this is, from 1.
        record: Room for data of the step type's own, kept as long as the step runs. JSON-like.
        resource: What the step has made, from the outcome `Running` or `Succeeded` on.
        outputs: What the step has succeeded with.
        operation: The operation performed last, for the reason of a failure.
        failure: The failure that a test has ordered for this attempt; `perform` brings it about.
    """

    context: Context
    execution: Resource
    definition: Definition
    step: Step
    arguments: dict[str, Any]
    scope: Scope
    attempt: int = 1
    record: dict[str, Any] = field(default_factory=dict)
    resource: Resource | None = None
    outputs: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    operation: str = ""
    failure: StepFailure | None = None

    @property
    def execution_id(self) -> str:
        """The id at the end of the execution's ARN."""
        return self.execution.arn.rsplit("/", 1)[-1]

    def name_for(self, prefix: str = "pipelines-", longest: int = LONGEST_JOB_NAME) -> str:
        """Return a name for what the step makes: `pipelines-<execution id>-<step name>-<made>`.

        Args:
            prefix: What the name begins with; empty for kinds whose names are short.
            longest: How many characters it may have; the step's name is cut to that.

        Source: docs/facts/pipelines.md, names of jobs.
        """
        made = self.context.new_id(MADE_CHARACTERS, mixed=True)
        start = f"{prefix}{self.execution_id}-"
        room = min(LONGEST_STEP_NAME, longest - len(start) - len(made) - 1)
        middle = "".join(c if c.isalnum() else "-" for c in self.step.name)[: max(0, room)]
        return f"{start}{middle.strip('-')}-{made}"

    def perform(self, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Perform an operation in the execution's account and region, as an ordinary call would.

        Raises:
            ServiceError: The service refuses it. A step type lets it go on: the walk makes a failure
                of the step from it, which names the operation.
        """
        self.operation = operation
        if self.failure is not None:
            self.failure.befall(self, operation, parameters)
        answer = self.context.perform(
            operation, dict(parameters), self.execution.account, self.execution.region
        )
        return dict(answer or {})

    def made(self, kind: str, name: str) -> Resource:
        """Return a resource that the step has just made, by its kind and its name or ARN."""
        found = self.context.resource(kind, self.execution, name)
        assert found is not None, f"{kind} {name} was made just now"
        return found


# Types ------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class StepType:
    """What a type of step does. All but `start` has a default that fits jobs.

    Args:
        name: The step's `Type` in a definition.
        start: Begins an attempt. A ServiceError from it is a failure of the step.
        finish: Says what became of the step when the resource of its `Running` rests. By default it has
            succeeded if the resource rests where its lifecycle's path ends, else it has failed with
            the resource's FailureReason.
        resume: Says what becomes of a step when the time of its `Waiting` has come; a callback that was
            not called fails here. By default the step succeeds.
        gather: Says what became of the step when all steps of its `Iterating` have ended; gets their
            records by name, of those that have started (`StepStatus` of each is one of Succeeded, Failed,
            Stopped). By default it has succeeded if all of them have.
        properties: Returns what `Steps.<name>.…` refers to, in wire form. By default the Describe
            response of the step's resource as it is now, and the step's outputs.
        stop: What StopPipelineExecution does to a running step: returns how it has ended, `Stopped()`, or
            None for a step that goes on until its resource rests, its time is up or a call comes. By default
            the Stop of the resource's kind; a step that has no such resource goes on.
        cacheable: Whether the service keeps results of such steps.
        metadata_member: The member of Metadata in reports, `TrainingJob`.
        requires: Arguments that a definition must give.
    """

    name: str
    start: Callable[[StepRun], Outcome]
    finish: Callable[[StepRun, Resource], Outcome] | None = None
    resume: Callable[[StepRun], Outcome] | None = None
    gather: Callable[[StepRun, Mapping[str, Mapping[str, Any]]], Outcome] | None = None
    properties: Callable[[StepRun], Mapping[str, Any]] | None = None
    stop: Callable[[StepRun], Outcome | None] | None = None
    cacheable: bool = False
    metadata_member: str = ""
    requires: tuple[str, ...] = ()
