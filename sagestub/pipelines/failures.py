"""Failures of steps that a test has ordered: by the name of the step, not of the job that it makes.

A failure happens where it would happen in the service. What a call refuses (throttling, a limit) the
Create call refuses; else the job fails, so that its own Describe tells of it too. A step that makes
nothing that can fail just fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from sagestub.engine.settings import Failure, Selection
from sagestub.errors import ServiceError, UnknownNameError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.pipelines.step import StepRun

ROOM = "step failures"

REFUSALS: Mapping[str, str] = {
    "Step.SERVICE_FAULT": "InternalFailure",
    "Step.THROTTLING": "ThrottlingException",
    "SageMaker.RESOURCE_LIMIT": "ResourceLimitExceeded",
}
"""The exception types that a Create call brings, and the code that it answers.

Source: Developer Guide, "Retry policy for pipeline steps"; sagemaker-python-sdk, workflow/retry.py.
"""

JOB_ERRORS = ("SageMaker.JOB_INTERNAL_ERROR", "SageMaker.CAPACITY_ERROR")
"""The exception types of a job that has failed."""

DEFAULT_REASONS: Mapping[str, str] = {
    "Step.SERVICE_FAULT": "We encountered an internal error. Please try again.",
    "Step.THROTTLING": "Rate exceeded",
    "SageMaker.RESOURCE_LIMIT": (
        "The account-level service limit is 0 Instances, with current utilization of 0 Instances and a "
        "request delta of 1 Instances. Please contact AWS support to request an increase for this limit."
    ),
    "SageMaker.JOB_INTERNAL_ERROR": (
        "InternalServerError: We encountered an internal error. Please try again."
    ),
    "SageMaker.CAPACITY_ERROR": (
        "CapacityError: Unable to provision requested ML compute capacity. Please retry using a "
        "different ML instance type."
    ),
}
"""The reason of a failure for which a test gives none, by exception type.

Source: facts, cross-cutting (throttling), jobs.yaml (internal and capacity errors); a recorded output for
the limit (docs/facts/pipelines.md), shortened.
"""


@dataclass(slots=True, eq=False)
class StepFailure:
    """A failure that a test has ordered.

    Args:
        step: A name or a pattern of steps.
        pipeline: A name or a pattern of pipelines.
        reason: The reason of the failure.
        error: The exception type that retry policies name; empty to read it from the reason.
        times: How many attempts are still to fail; infinity for all.
        placed: Whether it has been handed on to the job that the step made.
    """

    step: str
    pipeline: str
    reason: str
    error: str
    times: float
    placed: bool = False

    def befall(self, run: StepRun, operation: str, parameters: Mapping[str, Any]) -> None:
        """Let the call of a step fail, or the job that it is about to make.

        Raises:
            ServiceError: The call is what fails.
        """
        noun = operation.removeprefix("Create")
        if noun == operation or self.placed:
            return
        if self.error in REFUSALS:
            raise ServiceError(REFUSALS[self.error], self.reason)
        try:
            kind = run.context.kind_named(noun)
        except UnknownNameError:
            return
        if kind.lifecycle is None or not kind.lifecycle.fail or kind.name_member not in parameters:
            raise ServiceError("ValidationException", self.reason)
        self.place(run, kind.name, str(parameters[kind.name_member]))

    def place(self, run: StepRun, kind: str, name: str) -> None:
        """Order the failure of what a step makes."""
        self.placed = True
        failure = Failure(Selection(kind, name), self.reason, None, 1)
        run.context.motion.failures.insert(0, failure)


def failures_of(context: Context) -> list[StepFailure]:
    """Return the failures of steps that are still to come."""
    failures: list[StepFailure] = context.room(ROOM).setdefault("ordered", [])
    return failures


def failure_for(context: Context, execution: Resource, step: str) -> StepFailure | None:
    """Return the failure ordered for an attempt of a step that is about to start, and count it."""
    failures = failures_of(context)
    pipeline = str(execution.document.get("PipelineName", ""))
    for failure in failures:
        if fnmatchcase(step, failure.step) and fnmatchcase(pipeline, failure.pipeline):
            failure.times -= 1
            if failure.times <= 0:
                failures.remove(failure)
            return StepFailure(failure.step, failure.pipeline, failure.reason, failure.error, 1)
    return None
