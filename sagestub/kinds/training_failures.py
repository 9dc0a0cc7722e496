"""How a training job fails, by where it stands; and how it is tried again.

Source: facts, jobs.yaml, TrainingJob.failure_reasons and secondary.optional.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.effects.jobs import container_reason

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

NO_CAPACITY = (
    "CapacityError: Unable to provision requested ML compute capacity. "
    "Please retry using a different ML instance type."
)
UPLOAD_FAILED = (
    "ClientError: Artifact upload failed:ClientError: Out of Memory. Please use a larger instance"
)

INTERNAL = "InternalServerError"
"""What the reason of a failure begins with after which a job is tried again.

Source: API reference, CreateTrainingJob.RetryStrategy.
"""


def no_capacity(document: Mapping[str, Any]) -> str:
    """Return why a job fails before it has its instances."""
    return NO_CAPACITY


def exit_of_container(document: Mapping[str, Any]) -> str:
    """Return why a job fails while it trains: its container has ended, and said nothing."""
    return container_reason("TrainingJob", document, "", 1)


def upload_failed(document: Mapping[str, Any]) -> str:
    """Return why a job fails when it has trained."""
    return UPLOAD_FAILED


REASONS = {
    "InProgress/Starting": no_capacity,
    "InProgress/Pending": no_capacity,
    "InProgress/Training": exit_of_container,
    "InProgress/Uploading": upload_failed,
}
"""Why a job fails in each state (the texts are the service's; which state each belongs to is assumed)."""


def retry(context: Context, resource: Resource, reason: str) -> str | None:
    """Return where a job goes that has attempts left after an error of the service's own.

    Source: API reference, CreateTrainingJob.RetryStrategy, RetryStrategy.MaximumRetryAttempts.
    """
    document = resource.document
    attempts = document.get("RetryStrategy", {}).get("MaximumRetryAttempts", 0)
    passed = document.get("SecondaryStatusTransitions", ())
    tried = sum(1 for entry in passed if entry["Status"] == "Restarting")
    again = resource.status == "InProgress" and reason.startswith(INTERNAL) and tried < attempts
    return "InProgress/Restarting" if again else None
