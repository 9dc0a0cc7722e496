"""The job runtime: rollouts of a job, their rewards and samples.

Source: API reference, Amazon SageMaker Job Runtime.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.plane import Plane
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

ROOM = "rollouts"


def job_of(context: Context, parameters: Mapping[str, Any]) -> Resource:
    """Return the job that a call is about, which must be in progress.

    Raises:
        ServiceError: There is none, or it has ended.
    """
    assert context.call is not None
    job = context.resource("Job", context.call, parameters["JobArn"])
    if job is None:
        raise ServiceError(
            "ResourceNotFoundException", f"Job {parameters['JobArn']} does not exist.", 404
        )
    if job.status != "InProgress":
        raise ServiceError("ValidationException", f"Job {job.arn} is in status {job.status}.")
    return job


def rollout_of(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is known of a trajectory of a job; it begins with the first call about it."""
    job = job_of(context, parameters)
    rollouts: dict[Any, dict[str, Any]] = context.room(ROOM)
    return rollouts.setdefault((job.number, parameters["TrajectoryId"]), {"Rewards": []})


def sample(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was sent: no model is behind a job here."""
    rollout = rollout_of(context, parameters)
    _check_open(rollout, parameters)
    return {"Body": parameters["Body"], "ContentType": "application/json"}


def update_reward(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep the rewards of a trajectory."""
    rollout = rollout_of(context, parameters)
    _check_open(rollout, parameters)
    rollout["Rewards"] = list(parameters["Rewards"])
    return {}


def complete(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Close a trajectory; closing it again as it was closed changes nothing.

    Raises:
        ServiceError: It was closed with another status.
    """
    rollout = rollout_of(context, parameters)
    status = parameters.get("Status", "ready")
    if rollout.setdefault("Status", status) != status:
        raise _closed(rollout, parameters)
    return {}


def _check_open(rollout: Mapping[str, Any], parameters: Mapping[str, Any]) -> None:
    if "Status" in rollout:
        raise _closed(rollout, parameters)


def _closed(rollout: Mapping[str, Any], parameters: Mapping[str, Any]) -> ServiceError:
    return ServiceError(
        "ConflictException",
        f"Trajectory {parameters['TrajectoryId']} is completed with status {rollout['Status']}.",
        409,
    )


PLANE = Plane(
    functions={
        "Sample": sample,
        "SampleWithResponseStream": sample,
        "UpdateReward": update_reward,
        "CompleteRollout": complete,
    }
)
