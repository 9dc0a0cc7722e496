"""What the training jobs of a tuning job reach: their objectives, the best of them, the counters.

Source: facts, jobs.yaml, HyperParameterTuningJob.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from fnmatch import fnmatchcase
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.effects.containers import metrics_of
from sagestub.kinds.children import RUNNING
from sagestub.kinds.tuning_definitions import is_maximized, parents_of

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

METRIC = "FinalHyperParameterTuningJobObjectiveMetric"


def training_jobs_of(context: Context, resource: Resource) -> list[Resource]:
    """Return the training jobs that a tuning job has launched, oldest first."""
    names = resource.document.get("Children", ())
    found = (context.resource("TrainingJob", resource, name) for name in names)
    return [job for job in found if job is not None]


def value_of_objective(context: Context, job: Resource) -> float | None:
    """Return what a training job reaches.

    That is what its container has left, or what the test's function says, else a value made from its
    name. The same tuning job with the same hyperparameters reaches the same value.
    """
    metric = job.document.get("Objective", {}).get("MetricName")
    reached = metrics_of(context, job).get(metric)
    if reached is not None:
        return reached
    tuning_job = job.document.get("TuningJobName", "")
    parameters = job.document.get("HyperParameters", {})
    for pattern, function in reversed(context.objectives):
        if fnmatchcase(tuning_job, pattern):
            value = function(dict(parameters))
            return None if value is None else float(value)
    content = json.dumps([tuning_job, parameters], sort_keys=True).encode()
    made = int.from_bytes(blake2b(content, digest_size=4).digest(), "big")
    return round(made / 2**32, 6)


def report_to_tuning_job(context: Context, resource: Resource) -> None:
    """Note the objective that an ended training job has reached, and tell its tuning job."""
    document = resource.document
    if "TuningJobName" not in document:
        return
    objective = document.get("Objective")
    value = None
    if objective is not None and resource.status == "Completed":
        value = value_of_objective(context, resource)
    if objective is None or value is None:
        document["ObjectiveStatus"] = "Failed"
    else:
        metric = objective["MetricName"]
        document[METRIC] = {"Type": objective["Type"], "MetricName": metric, "Value": value}
        document["ObjectiveStatus"] = "Succeeded"
        final = {"MetricName": metric, "Value": value, "Timestamp": context.clock.time()}
        others = document.get("FinalMetricDataList", ())
        document["FinalMetricDataList"] = [
            final,
            *(other for other in others if other["MetricName"] != metric),
        ]
    tuning_job = context.resource("HyperParameterTuningJob", resource, document["TuningJobName"])
    if tuning_job is not None:
        count(context, tuning_job)


def count(context: Context, resource: Resource) -> None:
    """Set the counters, the best training job and the resources used so far."""
    jobs = training_jobs_of(context, resource)
    statuses = [job.status for job in jobs]
    objectives = [job.document.get("ObjectiveStatus") for job in jobs]
    changes: dict[str, Any] = {
        "TrainingJobStatusCounters": {
            "Completed": statuses.count("Completed"),
            "InProgress": sum(statuses.count(status) for status in RUNNING),
            "RetryableError": 0,
            "NonRetryableError": statuses.count("Failed"),
            "Stopped": statuses.count("Stopped"),
        },
        "ObjectiveStatusCounters": {
            status: objectives.count(status) for status in ("Succeeded", "Pending", "Failed")
        },
    }
    best = best_of(jobs, is_maximized(resource.document))
    if best is not None:
        changes["BestTrainingJob"] = summary_of(best)
        start = resource.document.get("WarmStartConfig", {})
        if start.get("WarmStartType") == "IdenticalDataAndAlgorithm":
            earlier = (training_jobs_of(context, p) for p in parents_of(context, resource))
            whole = [*jobs, *(job for family in earlier for job in family)]
            overall = best_of(whole, is_maximized(resource.document))
            assert overall is not None
            changes["OverallBestTrainingJob"] = summary_of(overall)
    used = sum(job.document.get("TrainingTimeInSeconds", 0) for job in jobs)
    if used:
        changes["ConsumedResources"] = {"RuntimeInSeconds": used}
    resource.replace(changes)


def best_of(jobs: Iterable[Resource], maximized: bool) -> Resource | None:
    """Return the job with the best value; the earliest of equals; None without any value."""
    sign = 1 if maximized else -1
    with_value = [job for job in jobs if METRIC in job.document]
    return max(with_value, key=lambda job: sign * job.document[METRIC]["Value"], default=None)


def summary_of(job: Resource) -> dict[str, Any]:
    """Return a training job as BestTrainingJob shows it: its metric without a Type."""
    members = (
        "TrainingJobDefinitionName",
        "TrainingJobName",
        "TrainingJobArn",
        "CreationTime",
        "TrainingStartTime",
        "TrainingEndTime",
        "TrainingJobStatus",
        "TunedHyperParameters",
        "ObjectiveStatus",
    )
    summary = {member: job.document[member] for member in members if member in job.document}
    metric = {m: v for m, v in job.document[METRIC].items() if m != "Type"}
    return {**summary, METRIC: metric}


def goal_is_reached(context: Context, resource: Resource) -> bool:
    """Return whether the completion criteria say that no further job is needed.

    Source: API reference, TuningJobCompletionCriteria.
    """
    document = resource.document
    config = document.get("HyperParameterTuningJobConfig", {})
    criteria = config.get("TuningJobCompletionCriteria", {})
    best = document.get("BestTrainingJob")
    if best is None:
        return False
    target = criteria.get("TargetObjectiveMetricValue")
    value = best[METRIC]["Value"]
    if target is not None and (value >= target if is_maximized(document) else value <= target):
        return True
    most = criteria.get("BestObjectiveNotImproving", {}).get("MaxNumberOfTrainingJobsNotImproving")
    return most is not None and not_improving(context, resource) >= most


def not_improving(context: Context, resource: Resource) -> int:
    """Return how many jobs have ended since the best one without being better."""
    best = resource.document.get("BestTrainingJob")
    ended = [j for j in training_jobs_of(context, resource) if j.status not in RUNNING]
    names = [job.name for job in ended]
    if best is None or best["TrainingJobName"] not in names:
        return 0
    return len(names) - names.index(best["TrainingJobName"]) - 1
