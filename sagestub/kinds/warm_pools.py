"""Warm pools: the instances that a training job leaves, kept for a while for the next one.

    InUse ─ job completed ─ Available ─┬─ Reused by a job that fits
                                       └─ Terminated when its time is over

Source: Developer Guide, "Train Using SageMaker Managed Warm Pools".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

SAME_FOR_REUSE = ("RoleArn", "VpcConfig", "EnableInterContainerTrafficEncryption")
SAME_RESOURCES_FOR_REUSE = ("InstanceType", "InstanceCount", "VolumeSizeInGB", "VolumeKmsKeyId")
"""What a job must have as the pool's job had it.

Source: Developer Guide, "Train Using SageMaker Managed Warm Pools", matching training jobs.
"""


def take_warm_pool(context: Context, resource: Resource) -> None:
    """Let a new job run on the oldest warm pool that fits it."""
    for job in context.resources("TrainingJob", resource):
        if pool_status(job) == "Available" and fits(job.document, resource.document):
            end_pool(context, job, "Reused", {"ReusedByJob": resource.arn})
            return


def fits(pool: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Return whether a job may run on the pool that another job has left."""
    mine, theirs = wanted.get("ResourceConfig", {}), pool.get("ResourceConfig", {})
    return all(pool.get(m) == wanted.get(m) for m in SAME_FOR_REUSE) and all(
        mine.get(m) == theirs.get(m) for m in SAME_RESOURCES_FOR_REUSE
    )


def pool_status(resource: Resource) -> str | None:
    """Return the status of a job's warm pool; None without one."""
    pool = resource.document.get("WarmPoolStatus")
    return str(pool["Status"]) if pool is not None else None


def leave_warm_pool(context: Context, resource: Resource) -> None:
    """Keep the instances of a completed job for a while; those of others go at once (assumed)."""
    if pool_status(resource) != "InUse":
        return
    if resource.status != "Completed" or not has_room(context, resource):
        end_pool(context, resource, "Terminated", {})
        return
    resource.document["WarmPoolStatus"] = {"Status": "Available"}
    plan_pool_end(context, resource)


def has_room(context: Context, resource: Resource) -> bool:
    """Return whether the account may keep a job's instances; where there is no quota, it may.

    Source: Developer Guide, "Request a warm pool quota increase"; that the pool is then Terminated is
    assumed.
    """
    if context.quotas is None:
        return True
    try:
        context.quotas.check_left(resource, instances_kept(resource))
    except ServiceError:
        return False
    return True


def instances_kept(resource: Resource) -> dict[str, int]:
    """Return how much of which quota a job's warm pool uses."""
    config = resource.document.get("ResourceConfig", {})
    name = f"{config.get('InstanceType')} for training warm pool usage"
    return {name: int(config.get("InstanceCount", 1))}


def plan_pool_end(context: Context, resource: Resource) -> None:
    """Let the pool end when its time is over."""
    document = resource.document
    kept = document.get("ResourceConfig", {}).get("KeepAlivePeriodInSeconds", 0)
    since = document.get("TrainingEndTime", context.clock.time())
    context.motion.at(since + kept, partial(terminate_pool, context, resource, since + kept))


def terminate_pool(context: Context, resource: Resource, planned: float) -> None:
    """End a pool at its planned time, unless it was reused or its time was changed meanwhile."""
    document = resource.document
    kept = document.get("ResourceConfig", {}).get("KeepAlivePeriodInSeconds", 0)
    if pool_status(resource) == "Available" and planned == document["TrainingEndTime"] + kept:
        end_pool(context, resource, "Terminated", {})


def end_pool(context: Context, resource: Resource, status: str, members: Mapping[str, Any]) -> None:
    """Note that a pool is gone, and for how long it was kept."""
    now = context.clock.time()
    kept = int(now - resource.document.get("TrainingEndTime", now))
    pool = {"Status": status, "ResourceRetainedBillableTimeInSeconds": kept, **members}
    resource.replace({"WarmPoolStatus": pool})


def refuse_with_warm_pool(context: Context, resource: Resource) -> None:
    """Refuse to delete a job whose warm pool is available.

    Source: API reference, DeleteTrainingJob; text assumed.
    """
    if pool_status(resource) == "Available":
        raise ServiceError(
            "ResourceInUse",
            "The request was rejected because the training job retains a warm pool in status "
            "Available.",
        )
