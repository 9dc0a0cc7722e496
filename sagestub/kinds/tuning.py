"""HyperParameterTuningJob: runs ordinary training jobs and keeps the best.

    create ─ launch ─┬─ training jobs, MaxParallelTrainingJobs at a time
                     └─ each step of the tuning job: let them run, report, launch the next

Source: facts, jobs.yaml, HyperParameterTuningJob.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import END, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.children import RUNNING, any_runs, let_run, stay_with, stop_all
from sagestub.kinds.ranges import chosen_point, combinations_of, grid_point

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

MAY_CHANGE = frozenset(
    {
        "AlgorithmSpecification",
        "InputDataConfig",
        "OutputDataConfig",
        "StaticHyperParameters",
        "RoleArn",
        "ResourceConfig",
        "StoppingCondition",
        "VpcConfig",
        "EnableManagedSpotTraining",
        "CheckpointConfig",
    }
)
"""What a warm start's definition may have otherwise than its parent's.

Source: github.com/aws/sagemaker-python-sdk/issues/3693.
"""

BUILT_IN = frozenset(
    {
        "autogluon-training",
        "blazingtext",
        "catboost",
        "deepar",
        "factorization-machines",
        "forecasting-deepar",
        "image-classification",
        "ipinsights",
        "kmeans",
        "knn",
        "lda",
        "lightgbm",
        "linear-learner",
        "ntm",
        "object-detection",
        "object2vec",
        "pca",
        "randomcutforest",
        "sagemaker-xgboost",
        "semantic-segmentation",
        "seq2seq",
        "xgboost",
    }
)
"""Repositories of built-in algorithms, for which the service knows the metrics.

Source: Developer Guide, "Docker Registry Paths and Example Code".
"""

NO_SUCH_JOB = Message(
    code="ResourceNotFound",
    text="Amazon SageMaker can't find a tuning job called {name}. Type another name.",
    source="github.com/aws/amazon-sagemaker-examples/issues/1540",
)


def definitions_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the training job definitions of a tuning job: one, several or none."""
    single = document.get("TrainingJobDefinition")
    return [single] if single is not None else list(document.get("TrainingJobDefinitions", ()))


def objective_of(
    document: Mapping[str, Any], definition: Mapping[str, Any]
) -> dict[str, str] | None:
    """Return type and metric of the objective that a definition's jobs have."""
    whole = document.get("HyperParameterTuningJobConfig", {})
    found = definition.get("TuningObjective") or whole.get("HyperParameterTuningJobObjective")
    return dict(found) if found is not None else None


def ranges_of(document: Mapping[str, Any], definition: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parameter ranges that a definition's jobs are chosen from."""
    whole = document.get("HyperParameterTuningJobConfig", {})
    found: Mapping[str, Any] = definition.get("HyperParameterRanges") or whole.get(
        "ParameterRanges", {}
    )
    return found


def limits_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the ResourceLimits."""
    limits: Mapping[str, Any] = document.get("HyperParameterTuningJobConfig", {}).get(
        "ResourceLimits", {}
    )
    return limits


# Checks -------------------------------------------------------------------------------------------


def check_definitions(context: Context, resource: Resource) -> None:
    """Refuse a request with both one and several definitions, or with neither (texts assumed).

    Source: API reference, CreateHyperParameterTuningJob.TrainingJobDefinitions.
    """
    document = resource.document
    single, several = "TrainingJobDefinition" in document, "TrainingJobDefinitions" in document
    if single and several:
        raise ServiceError(
            "ValidationException",
            "TrainingJobDefinition and TrainingJobDefinitions can't both be specified.",
        )
    if not single and not several and "WarmStartConfig" not in document:
        raise ServiceError(
            "ValidationException",
            "Either TrainingJobDefinition or TrainingJobDefinitions must be specified.",
        )


def check_combinations(context: Context, resource: Resource) -> None:
    """Refuse ranges that have fewer points than there are to be jobs.

    Source: github.com/aws/amazon-sagemaker-operator-for-k8s/issues/123.
    """
    document = resource.document
    wanted = limits_of(document).get("MaxNumberOfTrainingJobs")
    definitions = definitions_of(document)
    if wanted is None or not definitions:
        return
    ranges = [ranges_of(document, definition) for definition in definitions]
    if any(r.get("AutoParameters") or not any(r.values()) for r in ranges):
        return
    count = sum(combinations_of(r) for r in ranges)
    if count < wanted:
        raise ServiceError(
            "ValidationException",
            "You don't have enough combinations of hyperparameter ranges. The total number of "
            f"hyperparameter combinations for the provided ranges [{int(count)}] must be equal or "
            f"greater than the value of MaxNumberOfJobs, [{wanted}]. Provide additional ranges.",
        )


def check_strategy(context: Context, resource: Resource) -> None:
    """Refuse a grid over anything but categories, and settings of another strategy (texts assumed).

    Source: API reference, HyperParameterTuningJobConfig.Strategy, StrategyConfig and
    TrainingJobEarlyStoppingType; Developer Guide, "Grid search".
    """
    document = resource.document
    config = document.get("HyperParameterTuningJobConfig", {})
    strategy = config.get("Strategy")
    if "StrategyConfig" in config and strategy != "Hyperband":
        raise ServiceError(
            "ValidationException", "StrategyConfig is supported only for the Hyperband strategy."
        )
    if strategy == "Hyperband" and config.get("TrainingJobEarlyStoppingType") == "Auto":
        raise ServiceError(
            "ValidationException",
            "TrainingJobEarlyStoppingType must be Off when the strategy is Hyperband.",
        )
    if strategy != "Grid":
        return
    for definition in definitions_of(document):
        ranges = ranges_of(document, definition)
        if ranges.get("IntegerParameterRanges") or ranges.get("ContinuousParameterRanges"):
            raise ServiceError(
                "ValidationException",
                "Only categorical parameters are supported when using the grid search strategy.",
            )


def check_bounds(context: Context, resource: Resource) -> None:
    """Refuse a range whose ends are no numbers or the wrong way round, or a name twice.

    Source: API reference, IntegerParameterRange and ContinuousParameterRange; texts assumed.
    """
    for definition in definitions_of(resource.document):
        ranges = ranges_of(resource.document, definition)
        names = [entry["Name"] for entries in ranges.values() for entry in entries]
        if len(set(names)) != len(names):
            raise ServiceError("ValidationException", "Hyperparameter names must be unique.")
        for member in ("IntegerParameterRanges", "ContinuousParameterRanges"):
            for entry in ranges.get(member, ()):
                if not is_range(entry, whole=member.startswith("Integer")):
                    raise ServiceError(
                        "ValidationException",
                        f"The range [{entry['MinValue']}, {entry['MaxValue']}] of the hyperparameter "
                        f"{entry['Name']} is not valid.",
                    )


def is_range(entry: Mapping[str, str], whole: bool) -> bool:
    """Return whether the ends of a range are numbers in their order."""
    number = int if whole else float
    try:
        return number(entry["MinValue"]) <= number(entry["MaxValue"])
    except ValueError:
        return False


def check_objective(context: Context, resource: Resource) -> None:
    """Refuse a custom image whose metric definitions lack the objective.

    Source: github.com/aws/amazon-sagemaker-examples/issues/1207.
    """
    for definition in definitions_of(resource.document):
        objective = objective_of(resource.document, definition)
        algorithm = definition["AlgorithmSpecification"]
        image = algorithm.get("TrainingImage")
        if objective is None or image is None:
            continue
        repository = image.rsplit("/", 1)[-1].partition(":")[0].partition("@")[0]
        metrics = {metric["Name"] for metric in algorithm.get("MetricDefinitions", ())}
        if repository not in BUILT_IN and objective["MetricName"] not in metrics:
            raise ServiceError(
                "ValidationException",
                "A metric is required for this hyperparameter tuning job objective. Provide a metric "
                "in the metric definitions.",
            )


def parents_of(context: Context, resource: Resource) -> list[Resource]:
    """Return the tuning jobs that a warm start builds on; without those that are gone."""
    start = resource.document.get("WarmStartConfig", {})
    names = [p.get("HyperParameterTuningJobName", "") for p in start.get(PARENTS, ())]
    found = (context.resource("HyperParameterTuningJob", resource, name) for name in names)
    return [parent for parent in found if parent is not None]


PARENTS = "ParentHyperParameterTuningJobs"


def check_warm_start(context: Context, resource: Resource) -> None:
    """Refuse a warm start from jobs that do not exist, or whose fixed fields are others.

    Source: facts, jobs.yaml, HyperParameterTuningJob.references; aws/sagemaker-python-sdk#3693.
    """
    document = resource.document
    for parent in document.get("WarmStartConfig", {}).get(PARENTS, ()):
        name = parent.get("HyperParameterTuningJobName", "")
        if context.resource("HyperParameterTuningJob", resource, name) is None:
            raise ServiceError(NO_SUCH_JOB.code, NO_SUCH_JOB.text.replace("{name}", name))
    mine = document.get("TrainingJobDefinition")
    for earlier in parents_of(context, resource):
        theirs = earlier.document.get("TrainingJobDefinition")
        if mine is None or theirs is None:
            continue
        fixed = (set(mine) | set(theirs)) - MAY_CHANGE
        defaults = dict.fromkeys(fixed & set(SWITCHES), False)
        if any({**defaults, **mine}.get(m) != {**defaults, **theirs}.get(m) for m in fixed):
            allowed = (
                "algorithmSpecification, inputDataConfig, outputDataConfig, staticHyperParameters, "
                "roleArn, resourceConfig, stoppingCondition, vpcConfig, enableManagedSpotTraining, "
                "checkpointConfig"
            )
            raise ServiceError(
                "ValidationException",
                "Only the following fields in TrainingJobDefinition are allowed to change: "
                f"[{allowed}].",
            )


SWITCHES = (
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
)


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
    """Return a definition as Describe shows it."""
    whole = {**dict.fromkeys(SWITCHES, False), **definition}
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
    if algorithm is not None:
        specification = {**whole["AlgorithmSpecification"], "AlgorithmName": algorithm.arn}
        whole["AlgorithmSpecification"] = specification
    return whole


# The training jobs --------------------------------------------------------------------------------


def training_jobs_of(context: Context, resource: Resource) -> list[Resource]:
    """Return the training jobs that a tuning job has launched, oldest first."""
    names = resource.document.get("Children", ())
    found = (context.resource("TrainingJob", resource, name) for name in names)
    return [job for job in found if job is not None]


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


METRIC = "FinalHyperParameterTuningJobObjectiveMetric"


def is_maximized(document: Mapping[str, Any]) -> bool:
    """Return whether larger values of the objective are better."""
    for definition in definitions_of(document):
        objective = objective_of(document, definition)
        if objective is not None:
            return objective["Type"] == "Maximize"
    return True


# The objective ------------------------------------------------------------------------------------


def value_of_objective(context: Context, job: Resource) -> float | None:
    """Return what a training job reaches: by the test's function, else a value made from its name.

    The same tuning job with the same hyperparameters reaches the same value.
    """
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
        document["FinalMetricDataList"] = [
            {"MetricName": metric, "Value": value, "Timestamp": context.clock.time()}
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


def not_improving(context: Context, resource: Resource) -> int:
    """Return how many jobs have ended since the best one without being better."""
    best = resource.document.get("BestTrainingJob")
    ended = [j for j in training_jobs_of(context, resource) if j.status not in RUNNING]
    names = [job.name for job in ended]
    if best is None or best["TrainingJobName"] not in names:
        return 0
    return len(names) - names.index(best["TrainingJobName"]) - 1


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
    any_case=True,
    arn="hyper-parameter-tuning-job/{HyperParameterTuningJobName}",
    lifecycle=Lifecycle(
        path="InProgress > Completed",
        fail="Failed",
        stop="Stopping > Stopped",
        delete="Deleting",
        delete_from="Completed > Failed > Stopped > DeleteFailed",
        other="DeleteFailed",
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
    checks=(
        check_definitions,
        check_strategy,
        check_bounds,
        check_combinations,
        check_objective,
        check_warm_start,
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
