"""GetScalingConfigurationRecommendation: how to scale an endpoint that a job has measured."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import TYPE_CHECKING, Any

from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

TARGET = 50
"""Percent of an instance to use. Source: model, GetScalingConfigurationRecommendationRequest."""

COOLDOWN = 300
"""Seconds; the default of Application Auto Scaling for target tracking of endpoint variants."""


def recommend_scaling(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a scaling policy for what an Inference Recommender job has measured.

    An instance is to take the share of its measured maximum that TargetCpuUtilizationPerCore says;
    the capacities are what the expected traffic then needs.

    Raises:
        ServiceError: There is no such job or recommendation, or the job has not completed. Source:
            model, GetScalingConfigurationRecommendation (codes); texts assumed.
    """
    call = context.call
    assert call is not None
    name = parameters["InferenceRecommendationsJobName"]
    job = context.resource("InferenceRecommendationsJob", call, name)
    if job is None:
        raise ServiceError("ResourceNotFound", f"Inference recommendations job {name} not found.")
    if job.status != "COMPLETED":
        raise ServiceError(
            "ValidationException",
            f"Inference recommendations job {name} is in status {job.status}.",
        )
    measured = metrics_of(job, parameters)
    percent = parameters.get("TargetCpuUtilizationPerCore", TARGET)
    answer: dict[str, Any] = {**parameters, "TargetCpuUtilizationPerCore": percent}
    invocations = measured.get("MaxInvocations")
    if invocations is None:
        return answer
    answer["Metric"] = {"InvocationsPerInstance": invocations}
    if "ModelLatency" in measured:
        answer["Metric"]["ModelLatency"] = measured["ModelLatency"]
    share = max(1, invocations * percent // 100)
    answer["DynamicScalingConfiguration"] = {
        **capacities(parameters.get("ScalingPolicyObjective", {}), share),
        "ScaleInCooldown": COOLDOWN,
        "ScaleOutCooldown": COOLDOWN,
        "ScalingPolicies": [
            {
                "TargetTracking": {
                    "MetricSpecification": {
                        "Predefined": {
                            "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
                        }
                    },
                    "TargetValue": float(share),
                }
            }
        ],
    }
    return answer


def metrics_of(job: Resource, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the job has measured for the recommendation or endpoint that is asked for."""
    document = job.document
    for found in document.get("InferenceRecommendations", ()):
        endpoint = found.get("EndpointConfiguration", {}).get("EndpointName")
        asked = (parameters.get("RecommendationId"), parameters.get("EndpointName"))
        if found.get("RecommendationId") == asked[0] or (asked[1] and endpoint == asked[1]):
            metrics: Mapping[str, Any] = found.get("Metrics", {})
            return metrics
    for found in document.get("EndpointPerformances", ()):
        if found["EndpointInfo"].get("EndpointName") == parameters.get("EndpointName"):
            measured: Mapping[str, Any] = found["Metrics"]
            return measured
    raise ServiceError(
        "ResourceNotFound", f"Inference recommendations job {job.name} has no such recommendation."
    )


def capacities(objective: Mapping[str, Any], share: int) -> dict[str, int]:
    """Return the least and the most instances that the expected traffic needs."""
    wanted = {
        "MinCapacity": objective.get("MinInvocationsPerMinute"),
        "MaxCapacity": objective.get("MaxInvocationsPerMinute"),
    }
    return {
        member: max(1, ceil(invocations / share))
        for member, invocations in wanted.items()
        if invocations is not None
    }
