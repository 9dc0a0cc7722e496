"""TrainingJob: its secondary statuses, its times, what it waits for and what it leaves.

Source: facts, jobs.yaml, TrainingJob.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sagestub.effects.containers import final_metrics
from sagestub.engine.kind import END, Kind, ListOf, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError, invalid
from sagestub.kinds.debugger_rules import check_rule_names, end_rules, start_rules
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.job_components import REFERENCES, close_component, open_component
from sagestub.kinds.job_lists import LATE_FILTERS
from sagestub.kinds.plan_uses import check_target, check_type
from sagestub.kinds.training_checks import check_algorithm, check_hub_content, check_package_group
from sagestub.kinds.training_failures import REASONS, retry
from sagestub.kinds.tuning_objectives import report_to_tuning_job
from sagestub.kinds.warm_pools import (
    leave_warm_pool,
    plan_pool_end,
    pool_status,
    refuse_with_warm_pool,
    take_warm_pool,
)

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

MESSAGES = {
    "Starting": "Starting the training job",
    "Pending": "Waiting for capacity",
    "Downloading": "Downloading input data",
    "Training": "Training image download completed. Training in progress.",
    "Interrupted": "Training job interrupted",
    "Updating": "Updating the training job",
    "Restarting": "Restarting the training job",
    "Uploading": "Uploading generated training model",
    "Completed": "Training job completed",
    "Stopping": "Stopping the training job",
    "Stopped": "Training job stopped",
    "MaxRuntimeExceeded": "Training job runtime exceeded MaxRuntimeInSeconds",
    "MaxWaitTimeExceeded": "Training job wait time exceeded MaxWaitTimeInSeconds",
    "Failed": "Training job failed",
}
"""StatusMessage of each secondary status.

Source: facts, jobs.yaml, TrainingJob.secondary.messages; those of Pending, Interrupted, Updating,
Restarting, MaxRuntimeExceeded and MaxWaitTimeExceeded are assumed.
"""

LATER_MESSAGES = {
    "Starting": (
        (10, "Launching requested ML instances"),
        (60, "Preparing the instances for training"),
    ),
    "Downloading": ((45, "Downloading the training image"),),
}
"""What an entry's StatusMessage becomes while the status stays, after so many seconds (assumed).

A status that has passed keeps the last one.

Source: facts, jobs.yaml, TrainingJob.secondary.rules.
"""

SPOT_SHARE = 0.3
"""The part of the training time that managed spot training is billed for (assumed)."""


# The training plan --------------------------------------------------------------------------------


def check_plan(context: Context, resource: Resource) -> None:
    """Refuse training plans that do not exist, or that are for something else (texts assumed).

    Source: facts, jobs.yaml, TrainingJob.references; model, InstancePreference.TrainingPlanArns.
    """
    config = resource.document.get("ResourceConfig", {})
    preferred = [
        (arn, preference["InstanceType"])
        for preference in config.get("InstancePreferences", ())
        for arn in preference.get("TrainingPlanArns", ())
    ]
    general = [config["TrainingPlanArn"]] if "TrainingPlanArn" in config else []
    for arn in [*general, *(arn for arn, _ in preferred)]:
        if context.lacks("TrainingPlan", resource, arn):
            raise ServiceError("ResourceNotFound", f"The training plan {arn} does not exist.")
        check_target(context, resource, arn, "training-job")
    for arn, instance_type in preferred:
        check_type(context, resource, arn, instance_type)


def queue_on_plan(context: Context, resource: Resource) -> None:
    """Let a job wait for the start of the training plan whose capacity it uses.

    Source: facts, jobs.yaml, TrainingPlan.notes (such jobs sit in SecondaryStatus Pending).
    """
    lifecycle = resource.kind.lifecycle
    plan = plan_of(context, resource)
    if lifecycle is None or plan is None or resource.way != lifecycle.path[1:]:
        return
    if plan.status in ("Pending", "Scheduled"):
        resource.way = ("InProgress/Pending", *resource.way)


def plan_of(context: Context, resource: Resource) -> Resource | None:
    """Return the training plan of a job; None without one."""
    arn = resource.document.get("ResourceConfig", {}).get("TrainingPlanArn", "")
    return context.resource("TrainingPlan", resource, arn)


# Creation -----------------------------------------------------------------------------------------


def fill_in_resources(context: Context, resource: Resource) -> None:
    """Set what the service fills in beside the plain defaults.

    Source: facts, jobs.yaml, TrainingJob.filled_in.
    """
    document = resource.document
    config = document.get("ResourceConfig")
    if config is not None and "InstanceType" in config:
        document["ResourceConfig"] = config = {"InstanceCount": 1, **config}
    if config is not None and config.get("KeepAlivePeriodInSeconds"):
        document["WarmPoolStatus"] = {"Status": "InUse"}
        take_warm_pool(context, resource)
    show_profiling(resource)


def show_profiling(resource: Resource) -> None:
    """Set ProfilingStatus from the profiler's configuration, and its default interval."""
    document = resource.document
    config = document.get("ProfilerConfig")
    if config is not None:
        document["ProfilerConfig"] = config = {"ProfilingIntervalInMilliseconds": 500, **config}
    enabled = config is not None and not config.get("DisableProfiler")
    document["ProfilingStatus"] = "Enabled" if enabled else "Disabled"


# On the way ---------------------------------------------------------------------------------------


def select_instances(context: Context, resource: Resource) -> None:
    """Set what was selected from the preferences: the first one has capacity.

    Source: API reference, ResourceConfig.SelectedInstanceType and SelectedInstanceCount.
    """
    config = resource.document.get("ResourceConfig", {})
    preferences = config.get("InstancePreferences")
    if preferences:
        first = preferences[0]
        resource.document["ResourceConfig"] = {
            **config,
            "SelectedInstanceType": first["InstanceType"],
            "SelectedInstanceCount": first.get("InstanceCount", config.get("InstanceCount", 1)),
        }


def rewrite_message(context: Context, resource: Resource) -> None:
    """Give the entry that has just ended the last message of its status."""
    entries = [*resource.document.get("SecondaryStatusTransitions", ())]
    if len(entries) > 1 and entries[-2]["Status"] in LATER_MESSAGES:
        _, message = LATER_MESSAGES[entries[-2]["Status"]][-1]
        entries[-2] = {**entries[-2], "StatusMessage": message}
        resource.document["SecondaryStatusTransitions"] = entries


def note_training_start(context: Context, resource: Resource) -> None:
    """Set the start of a job that trains without having downloaded anything."""
    resource.document.setdefault("TrainingStartTime", context.clock.time())


def stay(context: Context, resource: Resource) -> float | None:
    """Return the seconds in a state, so that a job is done well before its longest run time."""
    lifecycle = resource.kind.lifecycle
    assert lifecycle is not None
    longest = resource.document.get("StoppingCondition", {}).get("MaxRuntimeInSeconds", 86400)
    if resource.state == "InProgress/Pending":
        plan = plan_of(context, resource)
        start = plan.document.get("StartTime") if plan is not None else None
        return None if start is None else float(start - context.clock.time())
    if resource.state not in ("InProgress/Downloading", "InProgress/Training"):
        return None
    return float(min(lifecycle.durations[resource.state], longest / 3))


def next_status(context: Context, resource: Resource, planned: str) -> str:
    """Return where a step leads: a job under the clock that has run too long is stopped.

    Source: facts, jobs.yaml, TrainingJob.lifecycle.other.
    """
    document = resource.document
    by_clock = resource.rule is not None and resource.rule.name == "clock"
    if not by_clock or resource.status != "InProgress" or "TrainingStartTime" not in document:
        return planned
    longest = document.get("StoppingCondition", {}).get("MaxRuntimeInSeconds")
    ran = context.clock.time() - document["TrainingStartTime"]
    return "Stopped/MaxRuntimeExceeded" if longest is not None and ran > longest else planned


def name_artifacts(context: Context, resource: Resource) -> None:
    """Set where the model is written to, from the beginning.

    The output shape requires ModelArtifacts, and the model wins over the fact that the service leaves
    it out while a job runs (facts, jobs.yaml, TrainingJob.filled_in).
    """
    output = resource.document.get("OutputDataConfig", {})
    if "S3OutputPath" in output:
        whole = output.get("CompressionType") != "NONE"
        path = f"{output['S3OutputPath'].rstrip('/')}/{resource.name}/output/"
        artifacts = path + ("model.tar.gz" if whole else "model/")
        resource.document["ModelArtifacts"] = {"S3ModelArtifacts": artifacts}


def tuning_job_of(context: Context, members: Mapping[str, Any]) -> str | None:
    """Return the name of the tuning job to which a job belongs, also one that a test adds."""
    arn = str(members.get("TuningJobArn", ""))
    return arn.rpartition("/")[2] or None


def end_training(context: Context, resource: Resource) -> None:
    """Set what an ended job has: artifacts, times, the end of its rules and of its pool's use.

    Source: facts, jobs.yaml, TrainingJob.filled_in and timestamps.
    """
    document = resource.document
    name_artifacts(context, resource)
    if "TrainingStartTime" in document:
        seconds = int(context.clock.time() - document["TrainingStartTime"])
        spot = document.get("EnableManagedSpotTraining")
        document["TrainingTimeInSeconds"] = max(1, seconds)
        document["BillableTimeInSeconds"] = max(1, int(seconds * (SPOT_SHARE if spot else 1)))
    metrics = final_metrics(context, resource)
    if metrics:
        document["FinalMetricDataList"] = metrics
    end_rules(context, resource)
    leave_warm_pool(context, resource)
    report_to_tuning_job(context, resource)


def register_package(context: Context, resource: Resource) -> None:
    """Put the model of a completed job into the package group that it names.

    Source: API reference, DescribeTrainingJob.OutputModelPackageArn.
    """
    document = resource.document
    config = document.get("ModelPackageConfig")
    if config is None or "OutputModelPackageArn" in document:
        return
    group = context.resource("ModelPackageGroup", resource, config["ModelPackageGroupArn"])
    if group is None:
        return
    artifacts = document.get("ModelArtifacts")
    # A SourceUri takes no `=` or `+`, which a path in S3 may have: then the package goes without.
    sources = [{}] if artifacts is None else [{"SourceUri": artifacts["S3ModelArtifacts"]}, {}]
    for source in sources:
        request = {"ModelPackageGroupName": group.key, **source}
        with suppress(ServiceError):
            made = context.perform("CreateModelPackage", request, resource.account, resource.region)
            document["OutputModelPackageArn"] = made["ModelPackageArn"]
            return


def name_mlflow_run(context: Context, resource: Resource) -> None:
    """Set the experiment and the run that a job with an MlflowConfig logs to."""
    if "MlflowConfig" in resource.document:
        resource.document["MlflowDetails"] = {
            "MlflowExperimentId": str(context.next_number()),
            "MlflowRunId": context.new_uuid().replace("-", ""),
        }


# Operations ---------------------------------------------------------------------------------------


def describe_training(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return what changes while the job runs: its training time, and the message of its status."""
    document = resource.document
    shown = message_now(context, resource)
    if "TrainingStartTime" not in document or "TrainingTimeInSeconds" in document:
        return shown
    seconds = int(context.clock.time() - document["TrainingStartTime"])
    return {**shown, "TrainingTimeInSeconds": max(1, seconds)}


def message_now(context: Context, resource: Resource) -> Mapping[str, Any]:
    """Return the transitions with the message that the present status has by now."""
    entries = resource.document.get("SecondaryStatusTransitions")
    if not entries or "EndTime" in entries[-1]:
        return {}
    last = entries[-1]
    passed = context.clock.time() - last["StartTime"]
    later = [text for after, text in LATER_MESSAGES.get(last["Status"], ()) if passed >= after]
    if not later:
        return {}
    return {"SecondaryStatusTransitions": [*entries[:-1], {**last, "StatusMessage": later[-1]}]}


def update_training(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Change the profiler, the warm pool or remote debugging of a job, each in its own states.

    Source: facts, jobs.yaml, TrainingJob.preconditions.update; texts assumed but that on empty requests.
    """
    if set(parameters) == {"TrainingJobName"}:
        raise invalid("Invalid UpdateTrainingJobRequest, the request cannot be empty")
    document = resource.document
    profiler = {m: parameters[m] for m in PROFILER_MEMBERS if m in parameters}
    if profiler and resource.status != "InProgress":
        raise _not_now(resource, "The profiler")
    if "RemoteDebugConfig" in parameters and document.get("SecondaryStatus") not in (
        "Downloading",
        "Training",
    ):
        raise _not_now(resource, "Remote debugging")
    if "ResourceConfig" in parameters and pool_status(resource) not in ("Available", "InUse"):
        raise ServiceError(
            "ValidationException",
            "KeepAlivePeriodInSeconds can be updated only for a training job with a warm pool in "
            "status Available or InUse.",
        )
    for member in ("ProfilerConfig", "ResourceConfig", "RemoteDebugConfig"):
        if member in parameters:
            document[member] = {**document.get(member, {}), **parameters[member]}
    rules = parameters.get("ProfilerRuleConfigurations")
    if rules:
        known = document.get("ProfilerRuleConfigurations", ())
        document["ProfilerRuleConfigurations"] = [*known, *rules]
    if profiler:
        show_profiling(resource)
        start_rules(context, resource)
    if "ResourceConfig" in parameters and pool_status(resource) == "Available":
        plan_pool_end(context, resource)
    resource.replace({})
    settle(context, resource)
    return {"TrainingJobArn": resource.arn}


def settle(context: Context, resource: Resource) -> None:
    """Let a job that trains be Updating before it trains on.

    Source: facts, jobs.yaml, TrainingJob.secondary.optional (assumed there).
    """
    if resource.state == "InProgress/Training":
        context.motion.go(resource, ("InProgress/Updating", resource.state, *resource.way))


PROFILER_MEMBERS = ("ProfilerConfig", "ProfilerRuleConfigurations")


def _not_now(resource: Resource, what: str) -> ServiceError:
    document = resource.document
    return ServiceError(
        "ValidationException",
        f"{what} can't be updated while the training job is in status "
        f"{document.get('TrainingJobStatus')} ({document.get('SecondaryStatus')}).",
    )


TRAINING_JOB = Kind(
    name="TrainingJob",
    field_rules=FieldRules("training.TRAINING_JOB"),
    absent={
        "LabelingJobArn": "automated labeling, which trains a model of its own, is not modelled",
        "ProgressInfo": "the progress of a serverless job cannot be known",
        "BillableTokenCount": "the tokens of a serverless job cannot be known",
    },
    arn="training-job/{TrainingJobName}",
    late_filters=LATE_FILTERS,
    secondary="SecondaryStatus",
    secondary_transitions="SecondaryStatusTransitions",
    secondary_messages=MESSAGES,
    lifecycle=Lifecycle(
        path=(
            "InProgress/Starting > InProgress/Downloading > InProgress/Training > "
            "InProgress/Uploading > Completed"
        ),
        fail="Failed",
        stop="Stopping > Stopped",
        delete="Deleting",
        delete_from="Completed > Failed > Stopped",
        other="Stopped/MaxRuntimeExceeded > Stopped/MaxWaitTimeExceeded",
        detours=(
            "InProgress/Starting > InProgress/Pending > InProgress/Downloading",
            "InProgress/Training > InProgress/Interrupted > InProgress/Starting",
            "InProgress/Training > InProgress/Updating > InProgress/Training",
            "InProgress/Training > InProgress/Restarting > InProgress/Starting",
        ),
        seconds={
            "InProgress/Starting": 90,
            "InProgress/Training": 240,
            "InProgress/Uploading": 20,
            "Stopping": 120,
        },
    ),
    defaults={
        "EnableNetworkIsolation": False,
        "EnableInterContainerTrafficEncryption": False,
        "EnableManagedSpotTraining": False,
        "AlgorithmSpecification.EnableSageMakerMetricsTimeSeries": False,
        "InputDataConfig[].CompressionType": "None",
        "InputDataConfig[].RecordWrapperType": "None",
        "InputDataConfig[].DataSource.S3DataSource.S3DataDistributionType": "FullyReplicated",
        "OutputDataConfig.KmsKeyId": "",
        "OutputDataConfig.CompressionType": "GZIP",
        "StoppingCondition": {},
        "StoppingCondition.MaxRuntimeInSeconds": 86400,
        "DebugRuleConfigurations[].VolumeSizeInGB": 0,
        "ProfilerRuleConfigurations[].VolumeSizeInGB": 0,
    },
    checks=(
        check_rule_names,
        check_plan,
        check_package_group,
        check_algorithm,
        check_hub_content,
    ),
    references={**REFERENCES, "AlgorithmSpecification.AlgorithmName": "Algorithm"},
    made={"TuningJob": tuning_job_of},
    on_create=(name_artifacts, fill_in_resources, start_rules, name_mlflow_run, open_component),
    stamps={"InProgress/Downloading": ("TrainingStartTime",), END: ("TrainingEndTime",)},
    on_enter={
        "InProgress/Starting": (queue_on_plan,),
        "InProgress/Pending": (rewrite_message,),
        "InProgress/Downloading": (rewrite_message, select_instances),
        "InProgress/Training": (rewrite_message, note_training_start),
        "Completed": (register_package,),
        END: (end_training, close_component),
    },
    next_state=next_status,
    duration=stay,
    failure_reasons=REASONS,
    retry=retry,
    on_describe=describe_training,
    operations={"UpdateTrainingJob": update_training},
    delete_checks=(refuse_with_warm_pool,),
    sort_order="Ascending",
    filters={
        "WarmPoolStatusEquals": "WarmPoolStatus.Status",
        "TrainingPlanArnEquals": "ResourceConfig.TrainingPlanArn",
    },
    summary={"TrainingPlanArn": "ResourceConfig.TrainingPlanArn"},
    lists={
        "ListTrainingJobsForHyperParameterTuningJob": ListOf(
            parents={"HyperParameterTuningJobName": "HyperParameterTuningJob"},
            filters={"HyperParameterTuningJobName": "TuningJob"},
            sort={"FinalObjectiveMetricValue": "FinalHyperParameterTuningJobObjectiveMetric.Value"},
            present=frozenset({"FinalHyperParameterTuningJobObjectiveMetric.Value"}),
            sort_by="Name",
            sort_order="Ascending",
        )
    },
    not_found=Message(
        code="ValidationException",
        text="Requested resource not found.",
        source="github.com/aws/aws-sdk/issues/165; aws-controllers-k8s/sagemaker-controller",
    ),
    exists=Message(
        code="ResourceInUse",
        text=(
            "Training job names must be unique within an AWS account and region, "
            "and a training job with this name already exists ({arn})"
        ),
        source="github.com/SuperCowPowers/workbench/issues/384",
    ),
    cannot_stop=Message(
        code="ValidationException",
        text="The request was rejected because the training job is in status {status}.",
        source="github.com/awslabs/benchmark-ai/issues/928",
    ),
    cannot_delete=Message(
        code="ResourceInUse",
        text=(
            "The request was rejected because the training job is in status {status}. "
            "Only a job in status Completed, Failed or Stopped can be deleted."
        ),
        source="API reference, DeleteTrainingJob (states); text assumed",
    ),
    source="facts, jobs.yaml, TrainingJob",
)
