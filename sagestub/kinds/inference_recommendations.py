"""InferenceRecommendationsJob: tries a model on several instances and says how each did.

What a benchmark measures cannot be known; the figures are made from the job's name and the instance,
so that the same job has the same ones.

Source: facts, jobs.yaml, InferenceRecommendationsJob.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import END, Kind
from sagestub.engine.lifecycle import Lifecycle
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

INSTANCES = ("ml.c5.xlarge", "ml.m5.xlarge", "ml.g4dn.xlarge")
"""What a default job tries when the request names no instances (assumed)."""


def show_in_list(context: Context, resource: Resource) -> None:
    """Note the description as the list requires it: empty when there is none."""
    document = resource.document
    document["ListedDescription"] = document.get("JobDescription", "")


def start_benchmarks(context: Context, resource: Resource) -> None:
    """Start a benchmark step for each endpoint configuration that is tried."""
    config = resource.document.get("InputConfig", {})
    if config.get("Endpoints"):
        resource.document["Steps"] = []
        return
    supported = config.get("ContainerConfig", {}).get("SupportedInstanceTypes")
    given = config.get("EndpointConfigurations") or [
        {"InstanceType": instance} for instance in supported or INSTANCES
    ]
    resource.document["Steps"] = [
        step_for(resource, configuration, number) for number, configuration in enumerate(given)
    ]


def step_for(resource: Resource, configuration: Mapping[str, Any], number: int) -> dict[str, Any]:
    """Return one benchmark step."""
    tail = blake2b(f"{resource.name}:{number}".encode(), digest_size=4).hexdigest()
    endpoint: dict[str, Any] = {
        "EndpointName": f"sm-epc-{tail}",
        "VariantName": f"sm-epv-{tail}",
    }
    if "ServerlessConfig" in configuration:
        endpoint["ServerlessConfig"] = configuration["ServerlessConfig"]
    if "InstanceType" in configuration:
        endpoint["InstanceType"] = configuration["InstanceType"]
        endpoint["InitialInstanceCount"] = 1
    model: dict[str, Any] = {}
    if "InferenceSpecificationName" in configuration:
        model["InferenceSpecificationName"] = configuration["InferenceSpecificationName"]
    ranges = configuration.get("EnvironmentParameterRanges", {}).get("CategoricalParameterRanges")
    if ranges:
        model["EnvironmentParameters"] = [
            {"Key": parameter["Name"], "ValueType": "string", "Value": parameter["Value"][0]}
            for parameter in ranges
        ]
    return {"EndpointConfiguration": endpoint, "ModelConfiguration": model}


def figures_of(resource: Resource, what: str) -> dict[str, int]:
    """Return made-up but steady figures of a benchmark."""
    digest = blake2b(f"{resource.name}:{what}".encode(), digest_size=4).digest()
    return {
        "MaxInvocations": 100 + digest[0] * 8 + digest[1],
        "ModelLatency": 2000 + digest[2] * 64 + digest[3],
    }


def metrics_of(resource: Resource, step: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of a step, with what they cost."""
    endpoint = step["EndpointConfiguration"]
    figures = figures_of(resource, endpoint["EndpointName"])
    cost = round(0.05 + figures["ModelLatency"] / 50000, 3)
    return {
        "CostPerHour": cost,
        "CostPerInference": cost / (60 * figures["MaxInvocations"]),
        **figures,
    }


def recommend(context: Context, resource: Resource) -> None:
    """Set the recommendations, or how the given endpoints did.

    Source: facts, jobs.yaml, InferenceRecommendationsJob.filled_in.
    """
    document = resource.document
    endpoints = document.get("InputConfig", {}).get("Endpoints")
    if endpoints:
        document["EndpointPerformances"] = [
            {"Metrics": figures_of(resource, str(info.get("EndpointName"))), "EndpointInfo": info}
            for info in endpoints
        ]
        return
    document["InferenceRecommendations"] = [
        {
            "RecommendationId": f"{resource.name}/{context.new_id(8)}",
            "Metrics": metrics_of(resource, step),
            **step,
        }
        for step in document.get("Steps", ())
    ]


def list_steps(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the benchmark steps, which stand where the job stands."""
    if parameters.get("Status") not in (None, resource.status):
        return {"Steps": []}
    ended = resource.status == "COMPLETED"
    steps = []
    for step in resource.document.get("Steps", ()):
        metrics = {"Metrics": metrics_of(resource, step)} if ended else {}
        reason = resource.document.get("FailureReason")
        failure = {"FailureReason": reason} if reason else {}
        steps.append(
            {
                "StepType": "BENCHMARK",
                "JobName": resource.name,
                "Status": resource.status,
                "InferenceBenchmark": {**metrics, **step, **failure},
            }
        )
    return {"Steps": steps}


INFERENCE_RECOMMENDATIONS_JOB = Kind(
    name="InferenceRecommendationsJob",
    field_rules=FieldRules("hosting.INFERENCE_RECOMMENDATIONS_JOB"),
    arn="inference-recommendations-job/{JobName}",
    references={
        "InputConfig.ModelName": "Model",
        "InputConfig.Endpoints[].EndpointName": "Endpoint",
    },
    lifecycle=Lifecycle(
        path="PENDING > IN_PROGRESS > COMPLETED",
        fail="FAILED",
        stop="STOPPING > STOPPED",
        other="DELETING > DELETED",
        seconds={"IN_PROGRESS": 2700},
    ),
    defaults={"StoppingConditions.FlatInvocations": "Stop"},
    on_create=(show_in_list,),
    stamps={END: ("CompletionTime",)},
    on_enter={"IN_PROGRESS": (start_benchmarks,), "COMPLETED": (recommend,)},
    operations={"ListInferenceRecommendationsJobSteps": list_steps},
    filters={
        "ModelNameEquals": "InputConfig.ModelName",
        "ModelPackageVersionArnEquals": "InputConfig.ModelPackageVersionArn",
    },
    summary={
        "JobDescription": "ListedDescription",
        "ModelName": "InputConfig.ModelName",
        "ModelPackageVersionArn": "InputConfig.ModelPackageVersionArn",
        "SamplePayloadUrl": "InputConfig.ContainerConfig.PayloadConfig.SamplePayloadUrl",
    },
    source="facts, jobs.yaml, InferenceRecommendationsJob",
)
