"""HyperParameterTuningJob: runs ordinary training jobs and keeps the best.

    create ─ launch ─┬─ training jobs, MaxParallelTrainingJobs at a time
                     └─ each step of the tuning job: let them run, report, launch the next

Source: facts, jobs.yaml, HyperParameterTuningJob.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import END, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.kinds.children import RUNNING, any_runs, let_run, stay_with, stop_all
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.ranges import chosen_point, combinations_of, grid_point
from sagestub.kinds.tuning_checks import (
    NO_SUCH_JOB,
    check_combinations,
    check_instances,
    check_objective,
    is_built_in,
)
from sagestub.kinds.tuning_definitions import (
    SWITCHES,
    definitions_of,
    limits_of,
    objective_of,
    ranges_of,
)
from sagestub.kinds.tuning_objectives import (
    count,
    goal_is_reached,
    not_improving,
    training_jobs_of,
)
from sagestub.kinds.warm_starts import check_warm_start

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

JOBS_BY_DEFAULT = 20
"""How many training jobs a tuning job without MaxNumberOfTrainingJobs runs (assumed)."""

COPIED = (
    "RoleArn",
    "InputDataConfig",
    "VpcConfig",
    "OutputDataConfig",
    "ResourceConfig",
    "StoppingCondition",
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
    "CheckpointConfig",
    "RetryStrategy",
    "Environment",
)
"""What a training job has as its definition says."""


# Creation -----------------------------------------------------------------------------------------


def fill_in_configuration(context: Context, resource: Resource) -> None:
    """Set what the service fills in: counters, limits, the service's own static hyperparameter.

    Source: facts, jobs.yaml, HyperParameterTuningJob.filled_in.
    """
    document = resource.document
    for member in ("TrainingJobDefinition", "TrainingJobDefinitions"):
        if member == "TrainingJobDefinition" and member in document:
            document[member] = completed(context, resource, document[member])
        elif member in document:
            document[member] = [completed(context, resource, d) for d in document[member]]
    config = document.get("HyperParameterTuningJobConfig")
    if config is not None:
        limits = {
            "MaxNumberOfTrainingJobs": jobs_by_default(document),
            "MaxRuntimeInSeconds": 2592000,
            **config.get("ResourceLimits", {}),
        }
        document["HyperParameterTuningJobConfig"] = {**config, "ResourceLimits": limits}
    document["Children"] = ()


def jobs_by_default(document: Mapping[str, Any]) -> int:
    """Return how many jobs there are to be when the request does not say: a grid has its points."""
    ranges = [ranges_of(document, definition) for definition in definitions_of(document)]
    count = sum(combinations_of(r) for r in ranges)
    grid = document["HyperParameterTuningJobConfig"].get("Strategy") == "Grid"
    return int(count if grid else min(count, JOBS_BY_DEFAULT)) or 1


def completed(
    context: Context, resource: Resource, definition: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a definition as Describe shows it.

    Source: SageMaker Python SDK v2, `HyperparameterTuner`: it sends HyperParameterTuningResourceConfig,
    and its `attach` reads a definition's ResourceConfig.
    """
    whole = {**dict.fromkeys(SWITCHES, False), **definition}
    flexible = whole.get("HyperParameterTuningResourceConfig", {})
    if "InstanceType" in flexible:
        whole.setdefault("ResourceConfig", resources_of(flexible))
    objective = objective_of(resource.document, definition)
    if objective is not None:
        static = whole.get("StaticHyperParameters", {})
        metric = objective["MetricName"]
        whole["StaticHyperParameters"] = {**static, "_tuning_objective_metric": metric}
    config = whole.get("ResourceConfig")
    if config is not None:
        config = {m: v for m, v in config.items() if m != "KeepAlivePeriodInSeconds"}
        alone = "InstanceType" in config
        whole["ResourceConfig"] = {"InstanceCount": 1, **config} if alone else config
    name = whole.get("AlgorithmSpecification", {}).get("AlgorithmName")
    algorithm = context.resource("Algorithm", resource, name) if name else None
    if objective is not None and name is None:
        add_own_metric(whole, objective["MetricName"])
    if algorithm is not None:
        specification = {**whole["AlgorithmSpecification"], "AlgorithmName": algorithm.arn}
        whole["AlgorithmSpecification"] = specification
    return whole


def add_own_metric(definition: dict[str, Any], metric: str) -> None:
    """Add the metric that an algorithm of the service defines itself: of its list, the objective.

    Source: SageMaker Python SDK v2, `HyperparameterTuner.attach`, which reads MetricDefinitions of a
    built-in algorithm's job too; Developer Guide, "Define Metrics" (the expression's form: assumed).
    """
    specification = definition.get("AlgorithmSpecification", {})
    image = specification.get("TrainingImage", "")
    if not is_built_in(image) or specification.get("MetricDefinitions"):
        return
    words = metric.replace(":", " ", 1)
    own = {"Name": metric, "Regex": rf"#quality_metric: host=\S+, {words} <.*>=(\S+)"}
    definition["AlgorithmSpecification"] = {**specification, "MetricDefinitions": [own]}


# The training jobs --------------------------------------------------------------------------------


def launch_at_creation(context: Context, resource: Resource) -> None:
    """Launch the first training jobs of a job that a request has made."""
    if context.call is not None:
        launch(context, resource)


def launch(context: Context, resource: Resource) -> bool:
    """Launch as many training jobs as the limits allow; return whether there were any."""
    document = resource.document
    limits = limits_of(document)
    running = sum(1 for job in training_jobs_of(context, resource) if job.status in RUNNING)
    launched = False
    while (
        definitions_of(document)
        and running < limits.get("MaxParallelTrainingJobs", 1)
        and len(document["Children"]) < limits["MaxNumberOfTrainingJobs"]
        and not goal_is_reached(context, resource)
    ):
        job = launch_one(context, resource)
        running += job.status in RUNNING
        launched = True
    if launched:
        count(context, resource)
    return launched


def launch_one(context: Context, resource: Resource) -> Resource:
    """Launch the next training job."""
    document = resource.document
    number = len(document["Children"])
    definitions = definitions_of(document)
    definition = definitions[number % len(definitions)]
    tuned = next_point(resource, definition, number)
    parameters = {**definition.get("StaticHyperParameters", {}), **tuned}
    tail = blake2b(f"{resource.name}:{number}".encode(), digest_size=4).hexdigest()
    name = f"{resource.name}-{number + 1:03d}-{tail}"
    members = {member: definition[member] for member in COPIED if member in definition}
    if "HyperParameterTuningResourceConfig" in definition and "ResourceConfig" not in members:
        members["ResourceConfig"] = resources_of(definition["HyperParameterTuningResourceConfig"])
    objective = objective_of(document, definition)
    hidden = {
        "TuningJobName": resource.name,
        "TrainingJobDefinitionName": definition.get("DefinitionName"),
        "TunedHyperParameters": tuned,
        "ObjectiveStatus": "Pending",
        "Objective": objective,
    }
    document["Children"] = (*document["Children"], name)
    return context.add(
        "TrainingJob",
        {
            "TrainingJobName": name,
            "TuningJobArn": resource.arn,
            "HyperParameters": parameters,
            "AlgorithmSpecification": definition["AlgorithmSpecification"],
            **members,
            **{member: value for member, value in hidden.items() if value is not None},
            "Tags": [{"Key": key, "Value": value} for key, value in resource.tags.items()],
        },
        resource,
    )


def resources_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ResourceConfig that a tuning job takes from a flexible configuration."""
    first: Mapping[str, Any] = next(iter(config.get("InstanceConfigs", ())), {})
    plain = {m: v for m, v in config.items() if m not in ("InstanceConfigs", "AllocationStrategy")}
    return {**plain, **first}


def next_point(resource: Resource, definition: Mapping[str, Any], number: int) -> dict[str, str]:
    """Return the hyperparameters of the next job, by the strategy."""
    document = resource.document
    config = document["HyperParameterTuningJobConfig"]
    ranges = ranges_of(document, definition)
    if config.get("Strategy") == "Grid":
        return grid_point(ranges, number)
    seed = f"{config.get('RandomSeed', resource.name)}:{number}"
    best = document.get("BestTrainingJob") if config.get("Strategy") == "Bayesian" else None
    near = best["TunedHyperParameters"] if best is not None and number % 2 else None
    return chosen_point(ranges, seed, near)


# On the way ---------------------------------------------------------------------------------------


def next_status(context: Context, resource: Resource, planned: str) -> str:
    """Return where a step leads: the training jobs run first, and the next ones are launched."""
    if planned not in ("Completed", "Stopped") or "Children" not in resource.document:
        return planned
    let_run(context, resource, training_jobs_of(context, resource))
    if planned == "Completed":
        while launch(context, resource) and is_immediate(resource):
            let_run(context, resource, training_jobs_of(context, resource))
    jobs = training_jobs_of(context, resource)
    count(context, resource)
    if any_runs(jobs):
        return stay_with(resource)
    return "Failed" if planned == "Completed" and all_failed(jobs) else planned


def is_immediate(resource: Resource) -> bool:
    """Return whether a resource goes through its states at once."""
    return resource.rule is not None and resource.rule.name == "immediate"


def all_failed(jobs: Iterable[Resource]) -> bool:
    """Return whether every training job has failed (assumed: then the tuning job fails)."""
    statuses = {job.status for job in jobs}
    return statuses == {"Failed"}


def stop_training_jobs(context: Context, resource: Resource) -> None:
    """Stop the training jobs that run.

    Source: API reference, StopHyperParameterTuningJob.
    """
    stop_all(context, training_jobs_of(context, resource))
    count(context, resource)


def note_completion(context: Context, resource: Resource) -> None:
    """Set how many of the last training jobs did not improve on the best one."""
    if resource.document.get("BestTrainingJob") is not None:
        resource.document["TuningJobCompletionDetails"] = {
            "NumberOfTrainingJobsObjectiveNotImproving": not_improving(context, resource)
        }


HYPER_PARAMETER_TUNING_JOB = Kind(
    name="HyperParameterTuningJob",
    field_rules=FieldRules("tuning.HYPER_PARAMETER_TUNING_JOB"),
    any_case=True,
    arn="hyper-parameter-tuning-job/{HyperParameterTuningJobName}",
    lifecycle=Lifecycle(
        path="InProgress > Completed",
        fail="Failed",
        stop="Stopping > Stopped",
        delete="Deleting",
        delete_from="Completed > Failed > Stopped > DeleteFailed",
        failing={"Deleting": "DeleteFailed"},
        stop_from="InProgress",
    ),
    defaults={
        "TrainingJobStatusCounters": {
            "Completed": 0,
            "InProgress": 0,
            "RetryableError": 0,
            "NonRetryableError": 0,
            "Stopped": 0,
        },
        "ObjectiveStatusCounters": {"Succeeded": 0, "Pending": 0, "Failed": 0},
        "HyperParameterTuningJobConfig.TrainingJobEarlyStoppingType": "Off",
        **{
            f"HyperParameterTuningJobConfig.ParameterRanges.{kind}[].ScalingType": "Auto"
            for kind in ("IntegerParameterRanges", "ContinuousParameterRanges")
        },
    },
    references={
        "TrainingJobDefinition.AlgorithmSpecification.AlgorithmName": "Algorithm",
        "TrainingJobDefinitions[].AlgorithmSpecification.AlgorithmName": "Algorithm",
    },
    checks=(
        check_combinations,
        check_objective,
        check_warm_start,
        check_instances,
    ),
    on_create=(fill_in_configuration,),
    stamps={END: ("HyperParameterTuningEndTime",)},
    on_enter={
        "InProgress": (launch_at_creation,),
        "Stopping": (stop_training_jobs,),
        "Failed": (stop_training_jobs,),
        END: (note_completion,),
    },
    next_state=next_status,
    failure_reason="All training jobs failed. Check the training jobs' failure reasons.",
    summary={
        "Strategy": "HyperParameterTuningJobConfig.Strategy",
        "ResourceLimits": "HyperParameterTuningJobConfig.ResourceLimits",
    },
    sort_by="Name",
    sort_order="Ascending",
    not_found=NO_SUCH_JOB,
    exists=Message(
        code="ResourceInUse",
        text=(
            "A hyperparameter tuning job with the name, {name}, already exists. "
            "Choose a different name."
        ),
        source="github.com/aws/sagemaker-python-sdk/pull/2708",
    ),
    cannot_stop=Message(
        code="ValidationException",
        text="The hyperparameter tuning job {name} is already in status {status}.",
        source="hashicorp/terraform-provider-aws (contains `already`); rest assumed",
    ),
    cannot_delete=Message(
        code="ValidationException",
        text="The hyperparameter tuning job {name} is not in a terminal state: {status}.",
        source="hashicorp/terraform-provider-aws (`not in a terminal state`); rest assumed",
    ),
    source="facts, jobs.yaml, HyperParameterTuningJob",
)
