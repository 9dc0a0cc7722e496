"""AIWorkloadConfig, AIBenchmarkJob and AIRecommendationJob.

Source: facts, jobs.yaml, AIBenchmarkJob and AIRecommendationJob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import END, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.engine.making import partition_of
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

JOB = Lifecycle(
    path="InProgress > Completed",
    fail="Failed",
    stop="Stopping > Stopped",
    delete_from="Completed > Failed > Stopped",
    seconds={"InProgress": 1800},
)

INSTANCE = "ml.g5.2xlarge"
"""What is recommended when the request considers no instance types (assumed)."""


def workload_of(context: Context, resource: Resource) -> Resource | None:
    """Return the workload configuration that a job names."""
    name = resource.document.get("AIWorkloadConfigIdentifier", "")
    return context.resource("AIWorkloadConfig", resource, name)


def note_workload(context: Context, resource: Resource) -> None:
    """Note the name of the workload configuration, which the list shows."""
    workload = workload_of(context, resource)
    if workload is not None:
        resource.document["AIWorkloadConfigName"] = workload.name


def open_logs(context: Context, resource: Resource) -> None:
    """Set the log stream that the benchmark writes to (names assumed).

    Source: API reference, AIBenchmarkOutputResult.CloudWatchLogs.
    """
    output = resource.document.get("OutputConfig")
    if output is None:
        return
    place = f"{partition_of(resource.region)}:logs:{resource.region}:{resource.account}"
    log = {
        "LogGroupArn": f"arn:{place}:log-group:/aws/sagemaker/AIBenchmarkJobs",
        "LogStreamName": f"{resource.name}/benchmark",
    }
    resource.document["OutputConfig"] = {**output, "CloudWatchLogs": [log]}


def recommend(context: Context, resource: Resource) -> None:
    """Set a recommendation for each instance type that is considered.

    How fast each would be cannot be known, so ExpectedPerformance is left out.

    Source: facts, jobs.yaml, AIRecommendationJob.filled_in.
    """
    document = resource.document
    source = document.get("ModelSource", {}).get("S3", {}).get("S3Uri")
    instances = document.get("ComputeSpec", {}).get("InstanceTypes") or [INSTANCE]
    recommendations = []
    for instance in instances:
        deployment: dict[str, Any] = {
            "InstanceType": instance,
            "InstanceCount": 1,
            "CopyCountPerInstance": 1,
        }
        if source is not None:
            deployment["S3"] = [{"ChannelName": "model", "Uri": source}]
        recommendation: dict[str, Any] = {
            "RecommendationDescription": f"Deploy one copy of the model on {instance}.",
            "DeploymentConfiguration": deployment,
        }
        if document.get("OptimizeModel", True):
            recommendation["OptimizationDetails"] = [{"OptimizationType": "KernelTuning"}]
        recommendations.append(recommendation)
    document["Recommendations"] = recommendations


def refuse_in_use(context: Context, resource: Resource) -> None:
    """Refuse to delete a configuration that an active benchmark job uses.

    Source: API reference, DeleteAIWorkloadConfig; text assumed.
    """
    for job in context.resources("AIBenchmarkJob", resource):
        if job.way and workload_of(context, job) is resource:
            raise ServiceError(
                "ResourceInUse",
                f"The AI workload config {resource.name} is in use by the benchmark job {job.arn}.",
            )


def cannot_delete(noun: str) -> Message:
    """Return the refusal of a Delete of a job that runs."""
    return Message(
        code="ValidationException",
        text=(
            f"The request was rejected because the AI {noun} job is in status {{status}}. "
            "Stop the job before deleting it."
        ),
    )


AI_WORKLOAD_CONFIG = Kind(
    name="AIWorkloadConfig",
    arn="ai-workload-config/{AIWorkloadConfigName}",
    delete_checks=(refuse_in_use,),
    source="model, CreateAIWorkloadConfig and DeleteAIWorkloadConfig",
)

AI_BENCHMARK_JOB = Kind(
    name="AIBenchmarkJob",
    arn="ai-benchmark-job/{AIBenchmarkJobName}",
    references={
        "AIWorkloadConfigIdentifier": "AIWorkloadConfig",
        "BenchmarkTarget.Endpoint.Identifier": "Endpoint",
    },
    lifecycle=JOB,
    on_create=(note_workload, open_logs),
    stamps={"InProgress": ("StartTime",), END: ("EndTime",)},
    failure_reason="InternalServerError: We encountered an internal error. Please try again.",
    cannot_delete=cannot_delete("benchmark"),
    source="facts, jobs.yaml, AIBenchmarkJob",
)

AI_RECOMMENDATION_JOB = Kind(
    name="AIRecommendationJob",
    arn="ai-recommendation-job/{AIRecommendationJobName}",
    references={"AIWorkloadConfigIdentifier": "AIWorkloadConfig"},
    lifecycle=JOB,
    defaults={"OptimizeModel": True},
    stamps={"InProgress": ("StartTime",), END: ("EndTime",)},
    on_enter={"Completed": (recommend,)},
    failure_reason="InternalServerError: We encountered an internal error. Please try again.",
    cannot_delete=cannot_delete("recommendation"),
    source="facts, jobs.yaml, AIRecommendationJob",
)
