"""GetScalingConfigurationRecommendation, over a job that a test has put there."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import World


@pytest.fixture
def job(sm: World) -> str:
    """An Inference Recommender job that has measured one endpoint."""
    sm.add(
        "InferenceRecommendationsJob",
        region="eu-west-1",
        JobName="measure",
        Status="COMPLETED",
        InferenceRecommendations=[
            {
                "RecommendationId": "measure/1",
                "Metrics": {"MaxInvocations": 200, "ModelLatency": 30},
                "EndpointConfiguration": {"EndpointName": "e", "VariantName": "v"},
                "ModelConfiguration": {},
            }
        ],
    )
    return "measure"


@pytest.mark.parametrize("asked", [{"RecommendationId": "measure/1"}, {"EndpointName": "e"}])
def test_capacity_follows_from_what_was_measured(
    client: Any, job: str, asked: dict[str, str]
) -> None:
    answer = client.get_scaling_configuration_recommendation(
        InferenceRecommendationsJobName=job,
        ScalingPolicyObjective={"MinInvocationsPerMinute": 50, "MaxInvocationsPerMinute": 950},
        **asked,
    )
    assert answer["TargetCpuUtilizationPerCore"] == 50
    assert answer["Metric"] == {"InvocationsPerInstance": 200, "ModelLatency": 30}
    scaling = answer["DynamicScalingConfiguration"]
    assert (scaling["MinCapacity"], scaling["MaxCapacity"]) == (1, 10)


@pytest.mark.parametrize(("name", "asked"), [("no", "measure/1"), ("measure", "measure/2")])
def test_what_was_not_measured_is_not_found(client: Any, job: str, name: str, asked: str) -> None:
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.get_scaling_configuration_recommendation(
            InferenceRecommendationsJobName=name, RecommendationId=asked
        )
