"""InferenceExperiment: facts of jobs.yaml, held through a real client."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World

ROLE = "arn:aws:iam::123456789012:role/tester"
NAME = {"Name": "shadow"}


def variant(name: str) -> dict[str, Any]:
    """A model variant."""
    return {
        "ModelName": "resnet",
        "VariantName": name,
        "InfrastructureConfig": {
            "InfrastructureType": "RealTimeInference",
            "RealTimeInferenceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        },
    }


def request(**members: Any) -> dict[str, Any]:
    """A CreateInferenceExperiment request."""
    shadow = {"ShadowModelVariantName": "two", "SamplingPercentage": 50}
    return {
        **NAME,
        "Type": "ShadowMode",
        "RoleArn": ROLE,
        "EndpointName": "live",
        "ModelVariants": [variant("one"), variant("two")],
        "ShadowModeConfig": {"SourceModelVariantName": "one", "ShadowModelVariants": [shadow]},
        **members,
    }


@pytest.fixture
def client(sm: World, client: Any) -> Any:
    """A client of an account with an endpoint and a model."""
    sm.add("Endpoint", "eu-west-1", EndpointName="live", EndpointStatus="InService")
    sm.add("Model", "eu-west-1", ModelName="resnet")
    return client


def described(client: Any) -> dict[str, Any]:
    """What Describe says now."""
    answer: dict[str, Any] = client.describe_inference_experiment(**NAME)
    return answer


def at(sm: World, state: str) -> None:
    """Bring the experiment into a state, and hold it there."""
    sm.transitions("InferenceExperiment", rule="manual")
    sm.get("InferenceExperiment", "shadow").move_to(state)


@pytest.mark.fact(
    "jobs.InferenceExperiment.filled_in.Schedule-StartTime-EndTime",
)
def test_an_experiment_runs_by_its_schedule(sm: World, client: Any) -> None:
    """Fact: lifecycle.path, filled_in Schedule."""
    client.create_inference_experiment(**request())
    seen = [described(client) for _ in range(6)]
    assert [d["Status"] for d in seen] == [
        "Creating",
        "Created",
        "Starting",
        "Running",
        "Stopping",
        "Completed",
    ]
    schedule = seen[0]["Schedule"]
    assert schedule["EndTime"] - schedule["StartTime"] == timedelta(days=7)
    assert seen[5]["CompletionTime"] >= schedule["EndTime"]
    assert "CompletionTime" not in seen[3]


@pytest.mark.fact(
    "jobs.InferenceExperiment.filled_in.EndpointMetadata-EndpointName-EndpointConfigName-EndpointStatus",
    "jobs.InferenceExperiment.filled_in.ModelVariants-Status",
)
def test_variants_and_endpoint_are_shown_as_they_are(sm: World, client: Any) -> None:
    """Fact: filled_in EndpointMetadata, ModelVariants[].Status."""
    arn = client.create_inference_experiment(**request())["InferenceExperimentArn"]
    early = described(client)
    at(sm, "Running")
    running = described(client)
    assert early["Arn"] == arn
    assert running["EndpointMetadata"] == {"EndpointName": "live", "EndpointStatus": "InService"}
    assert [v["Status"] for v in early["ModelVariants"]] == ["Creating", "Creating"]
    assert [v["Status"] for v in running["ModelVariants"]] == ["InService", "InService"]


@pytest.mark.fact(
    "jobs.InferenceExperiment.lifecycle.update_note",
    "jobs.InferenceExperiment.lifecycle.update",
    "jobs.InferenceExperiment.preconditions.update",
)
@pytest.mark.parametrize("state", ["Created", "Running"])
def test_an_update_goes_back_to_the_status_before(sm: World, client: Any, state: str) -> None:
    """Fact: lifecycle.update_note."""
    client.create_inference_experiment(**request())
    at(sm, state)
    client.update_inference_experiment(**NAME, Description="longer")
    updating = described(client)
    sm.get("InferenceExperiment", "shadow").advance()
    assert (updating["Status"], updating["Description"]) == ("Updating", "longer")
    assert described(client)["Status"] == state


@pytest.mark.fact(
    "jobs.InferenceExperiment.lifecycle.start_note",
    "jobs.InferenceExperiment.lifecycle.start",
)
def test_a_start_comes_before_the_schedule(sm: World, client: Any) -> None:
    """Fact: lifecycle.start_note."""
    later = sm.clock.now() + timedelta(days=2)
    client.create_inference_experiment(**request(Schedule={"StartTime": later}))
    at(sm, "Created")
    client.start_inference_experiment(**NAME)
    assert described(client)["Status"] == "Starting"
    sm.get("InferenceExperiment", "shadow").advance()
    assert described(client)["Status"] == "Running"
    assert sm.clock.now() < later


@pytest.mark.fact(
    "jobs.InferenceExperiment.preconditions.stop",
    "jobs.InferenceExperiment.lifecycle.stop",
    "jobs.InferenceExperiment.lifecycle.stop_note",
    "jobs.InferenceExperiment.filled_in.StatusReason",
)
@pytest.mark.parametrize("desired", ["Completed", "Cancelled"])
def test_a_stop_ends_in_the_desired_state(sm: World, client: Any, desired: str) -> None:
    """Fact: lifecycle.stop_note, filled_in StatusReason."""
    client.create_inference_experiment(**request())
    at(sm, "Running")
    sm.transitions("InferenceExperiment", rule="poll")
    actions = {"one": "Retain", "two": "Remove"}
    client.stop_inference_experiment(
        **NAME, ModelVariantActions=actions, DesiredState=desired, Reason="enough"
    )
    seen = [described(client) for _ in range(2)]
    assert [d["Status"] for d in seen] == ["Stopping", desired]
    assert [v["Status"] for v in seen[1]["ModelVariants"]] == ["InService", "Deleted"]
    assert seen[1]["StatusReason"] == "enough"
    assert seen[1]["CompletionTime"] == seen[1]["LastModifiedTime"]


@pytest.mark.fact("jobs.InferenceExperiment.lifecycle.failed_note")
@pytest.mark.parametrize("state", ["Creating", "Created", "Starting", "Running"])
def test_any_failure_cancels_an_experiment(sm: World, client: Any, state: str) -> None:
    sm.fail("InferenceExperiment", at=state)
    client.create_inference_experiment(**request())
    seen = [described(client)["Status"] for _ in range(6)]
    assert seen[-1] == "Cancelled"
    assert seen[seen.index("Cancelled") - 1] == state


WRONG = [
    ("start_inference_experiment", {}, "Running"),
    ("update_inference_experiment", {"Description": "x"}, "Starting"),
    ("stop_inference_experiment", {"ModelVariantActions": {"one": "Retain"}}, "Completed"),
    ("delete_inference_experiment", {}, "Running"),
]


@pytest.mark.fact(
    "jobs.InferenceExperiment.errors.start-stop-update-delete-in-a-wrong-state",
)
@pytest.mark.parametrize(("operation", "members", "state"), WRONG)
def test_a_wrong_state_is_a_conflict(
    sm: World, client: Any, operation: str, members: dict[str, Any], state: str
) -> None:
    """Fact: errors (ConflictException)."""
    client.create_inference_experiment(**request())
    at(sm, state)
    with pytest.raises(client.exceptions.ConflictException, match=f"in status {state}"):
        getattr(client, operation)(**NAME, **members)


@pytest.mark.fact(
    "jobs.InferenceExperiment.lifecycle.delete_note",
    "jobs.InferenceExperiment.preconditions.delete",
)
def test_a_completed_experiment_is_deleted_at_once(sm: World, client: Any) -> None:
    """Fact: lifecycle.delete_note."""
    client.create_inference_experiment(**request())
    at(sm, "Completed")
    client.delete_inference_experiment(**NAME)
    with pytest.raises(client.exceptions.ResourceNotFound):
        described(client)
    client.describe_endpoint(EndpointName="live")


REFUSED = [
    ({"EndpointName": "none"}, 'Could not find endpoint "'),
    (
        {"ModelVariants": [{**variant("one"), "ModelName": "none"}, variant("two")]},
        'Could not find model "',
    ),
]


@pytest.mark.fact(
    "jobs.InferenceExperiment.references.EndpointName",
    "jobs.InferenceExperiment.references.models-in-ModelVariants",
)
@pytest.mark.parametrize(("members", "text"), REFUSED)
def test_references_are_checked(client: Any, members: dict[str, Any], text: str) -> None:
    """Fact: references."""
    with pytest.raises(ClientError, match=text):
        client.create_inference_experiment(**request(**members))


def test_a_schedule_lasts_at_most_thirty_days(sm: World, client: Any) -> None:
    """Fact: filled_in Schedule."""
    start = sm.clock.now()
    long = {"StartTime": start, "EndTime": start + timedelta(days=31)}
    with pytest.raises(ClientError, match="at most 30 days"):
        client.create_inference_experiment(**request(Schedule=long))
