"""What the expressions of one execution refer to: parameters, variables, what earlier steps have made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from sagestub.pipelines import property_files
from sagestub.pipelines.expressions import EXPERIMENT, MISSING, Part, UnresolvedError, property_at
from sagestub.pipelines.parameters import values_of
from sagestub.pipelines.records import KEPT, records_of
from sagestub.pipelines.step import NOTHING, StepRun
from sagestub.pipelines.steps.creation import ANY_JOB, name_of

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.pipelines.definition import Definition
    from sagestub.pipelines.walk import Walk

JOB_NAMES = frozenset({"TrainingJobName", "ProcessingJobName"})
"""Execution variables that stand for the name of the job that a step is about to make."""


def iso(epoch_seconds: float) -> str:
    """Return a time as execution variables have it, `2026-11-23T17:00:00.250Z` (form assumed)."""
    moment = datetime.fromtimestamp(epoch_seconds, tz=timezone.utc)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def described(run: StepRun) -> Mapping[str, Any]:
    """Return the properties that a step has by default: its resource's Describe, and its outputs."""
    resource = run.resource
    if resource is None:
        return run.outputs
    kind = resource.kind.kind
    members = resource.kind.described(resource.document)
    if kind.on_describe is not None:
        members.update(kind.on_describe(run.context, resource, NOTHING))
    return {**members, **run.outputs} if run.outputs else members


class ExecutionScope:
    """The scope of one execution.

    Args:
        walk: The execution on its way.
    """

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    @cached_property
    def _parameters(self) -> Mapping[str, Any]:
        given = self._walk.execution.document.get("PipelineParameters", ())
        return values_of(self._walk.definition, given)

    def parameter(self, name: str) -> Any:
        """Return the value of a pipeline parameter, of the parameter's type."""
        if name not in self._parameters:
            raise UnresolvedError(f"Unable to resolve 'Parameters.{name}': it has no value.")
        return self._parameters[name]

    def execution(self, name: str) -> Any:
        """Return an execution variable.

        Source: aws/sagemaker-python-sdk, workflow/execution_variables.py.
        """
        execution = self._walk.execution
        document = execution.document
        mlflow = document.get("MLflowConfig", NOTHING)
        variables = {
            "PipelineName": document.get("PipelineName"),
            "PipelineArn": document.get("PipelineArn"),
            "PipelineExecutionArn": execution.arn,
            "PipelineExecutionId": execution.arn.rsplit("/", 1)[-1],
            "StartDateTime": iso(document["CreationTime"]),
            "CurrentDateTime": iso(self._walk.context.clock.time()),
            "MLflowExperimentName": mlflow.get("MlflowExperimentName"),
            "MlflowExperimentName": mlflow.get("MlflowExperimentName"),
            "MlflowResourceArn": mlflow.get("MlflowResourceArn"),
        }
        experiment = document.get(EXPERIMENT) or NOTHING
        variables.update({f"{EXPERIMENT}.{member}": value for member, value in experiment.items()})
        value = variables.get(name)
        if value is None:
            whole = name if name.startswith(f"{EXPERIMENT}.") else f"Execution.{name}"
            raise UnresolvedError(f"Unable to resolve '{whole}': it has no value.")
        return value

    def property(self, step: str, parts: Sequence[Part]) -> Any:
        """Return a property of a step that has ended; all of them without parts."""
        walk = self._walk
        record = records_of(walk.execution).get(step)
        if record is None or KEPT not in record or "EndTime" not in record:
            raise UnresolvedError(f"Unable to resolve 'Steps.{step}': the step has not run.")
        run = walk.run_of(step)
        properties = walk.type_of(run.step).properties or described
        value = property_at(properties(run), parts)
        if value is MISSING:
            path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
            raise UnresolvedError(
                f"Unable to resolve 'Steps.{step}{path}': there is no such property."
            )
        return value

    def property_file(self, step: str, name: str) -> Any:
        """Return the parsed content of a step's property file."""
        walk = self._walk
        if step not in records_of(walk.execution):
            raise UnresolvedError(f"Unable to resolve 'Steps.{step}': the step has not run.")
        run = walk.run_of(step)
        if run.resource is None:
            raise UnresolvedError(f"Step '{step}' has made no job that writes property files.")
        return property_files.content_of(walk.context, walk.execution, run.step, name, run.resource)

    def s3_json(self, uri: str) -> Any:
        """Return the parsed content of a JSON file in S3."""
        return property_files.s3_json(uri, self._walk.execution)


class Opening(NamedTuple):
    """What a scope needs to know of an execution whose walk has not begun."""

    context: Context
    execution: Resource
    definition: Definition


def opening_scope(execution: Resource, definition: Definition) -> ExecutionScope:
    """Return the scope of an execution that is about to start: no step has run yet."""
    opening = Opening(execution.motion.context, execution, definition)
    return ExecutionScope(cast("Walk", opening))


class StepScope(ExecutionScope):
    """The scope of a step that is about to start: it knows the name of the job that it will make.

    Args:
        walk: The execution on its way.
        shared: The scope of the execution, which has read the parameters.
        run: The attempt; its name for a job is made when an expression first asks for it.
    """

    def __init__(self, walk: Walk, shared: ExecutionScope, run: StepRun) -> None:
        super().__init__(walk)
        self._run = run
        self._shared = shared

    def parameter(self, name: str) -> Any:
        """Return the value of a pipeline parameter, of the parameter's type."""
        return self._shared.parameter(name)

    def execution(self, name: str) -> Any:
        """Return an execution variable."""
        if name in JOB_NAMES:
            given = self._run.step.arguments.get(name)
            return self._run.record.setdefault("Name", name_of(self._run, ANY_JOB, given))
        return super().execution(name)


def resource_at(walk: Walk, arn: str | None) -> Resource | None:
    """Return what a step has made, by its ARN; None for nothing, or when it has been deleted."""
    return walk.context.registry.by_arn(arn) if arn is not None else None
