"""Why a step has failed, and whether it is tried again.

Source: Developer Guide, "Retry policy for pipeline steps"; sagemaker-python-sdk, workflow/retry.py; the
texts: docs/facts/pipelines.md, failure reasons.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.pipelines.step import Failed

if TYPE_CHECKING:
    from sagestub.engine.resource import Resource
    from sagestub.errors import ServiceError
    from sagestub.pipelines.step import StepRun

SERVICE_FAULT, THROTTLING = "Step.SERVICE_FAULT", "Step.THROTTLING"
INTERNAL_ERROR = "SageMaker.JOB_INTERNAL_ERROR"
CAPACITY_ERROR = "SageMaker.CAPACITY_ERROR"
RESOURCE_LIMIT = "SageMaker.RESOURCE_LIMIT"

ERROR_OF_CODE: Mapping[str, str] = {
    "InternalFailure": SERVICE_FAULT,
    "InternalServerError": SERVICE_FAULT,
    "ServiceUnavailable": SERVICE_FAULT,
    "ThrottlingException": THROTTLING,
    "ResourceLimitExceeded": RESOURCE_LIMIT,
}
"""The exception type of an error code of a Create call."""

ERROR_OF_REASON: Mapping[str, str] = {
    "InternalServerError": INTERNAL_ERROR,
    "CapacityError": CAPACITY_ERROR,
    "InsufficientInstanceCapacity": CAPACITY_ERROR,
    "InsufficientCapacityError": CAPACITY_ERROR,
    "ResourceLimitExceeded": RESOURCE_LIMIT,
}
"""The exception type of a job that has failed, by what its FailureReason begins with."""

RETRIED_INSIDE = frozenset({"Tuning", "AutoML"})
"""Types of steps whose jobs retry internal errors by themselves, whatever the policies say."""

RETRIED_ANYWAY: Mapping[str, Any] = {"ExceptionType": [SERVICE_FAULT, THROTTLING]}
"""What is retried without a policy; how often is assumed to be as in a policy that does not say."""

DEFAULT_ATTEMPTS = 5
DEFAULT_INTERVAL = 1
DEFAULT_BACKOFF = 2.0

NO_RETRY = (
    "\nRetry not appropriate on execution of step with PipelineExecutionArn {arn} and StepId {step}. "
    "{why}"
)
NO_POLICY = "No retry policy configured for the exception type {error}."
EXHAUSTED = "Retries are exhausted for the exception type {error}."


def refused(run: StepRun, error: ServiceError) -> Failed:
    """Return the failure of a step whose call the service has refused."""
    operation = run.operation or "sagemaker"
    return Failed(
        f"ClientError: Failed to invoke sagemaker:{operation}. "
        f"Error Details: {error.message or error.code}",
        ERROR_OF_CODE.get(error.code, ""),
    )


def failed_job(resource: Resource) -> Failed:
    """Return the failure of a step whose job has failed or was stopped by somebody else.

    Source: the SDK's integration tests ("ClientError: AlgorithmError: …"); of an internal error, and of
    a job that was stopped, assumed.
    """
    reason = str(resource.document.get(resource.kind.reason_member or "FailureReason") or "")
    error = next((e for start, e in ERROR_OF_REASON.items() if reason.startswith(start)), "")
    if not reason:
        words = resource.kind.words.capitalize()
        reason = f"{words} {resource.name} is in status {resource.status}."
    return Failed(reason if error else f"ClientError: {reason}", error)


def policy_for(run: StepRun, error: str) -> Mapping[str, Any] | None:
    """Return the policy that covers an exception type in a step; None for none."""
    if not error or (error == INTERNAL_ERROR and run.step.type in RETRIED_INSIDE):
        return None
    for policy in (*run.step.retry_policies, RETRIED_ANYWAY):
        types = policy.get("ExceptionType") or ()
        if error in ([types] if isinstance(types, str) else types):
            return policy
    return None


def delay_of(policy: Mapping[str, Any], retries: int, waited: float) -> float | None:
    """Return how many seconds pass before the next attempt; None when there is to be no other.

    Args:
        policy: A retry policy of the definition.
        retries: How often it has been the reason of a retry in this step.
        waited: Seconds since the step started.
    """
    interval = float(policy.get("IntervalSeconds", DEFAULT_INTERVAL))
    delay = interval * float(policy.get("BackoffRate", DEFAULT_BACKOFF)) ** retries
    expires = policy.get("ExpireAfterMin")
    if expires is not None:
        return delay if waited + delay <= float(expires) * 60 else None
    return delay if retries < int(policy.get("MaxAttempts", DEFAULT_ATTEMPTS)) else None


def final_reason(run: StepRun, failure: Failed, tried_again: bool) -> str:
    """Return the FailureReason of a step that is not tried again.

    Args:
        run: The last attempt.
        failure: Its failure.
        tried_again: Whether a policy covers the failure and has come to its end.
    """
    if not failure.error:
        return failure.reason
    why = EXHAUSTED if tried_again else NO_POLICY
    before, _, name = run.execution.arn.partition(":pipeline/")
    arn = f"{before}:pipeline/{name.lower()}"
    error = failure.error.upper().replace(".", "_")
    return failure.reason + NO_RETRY.format(
        arn=arn, step=run.step.name, why=why.format(error=error)
    )
