"""Experiments, trials and trial components. Source of the facts: metadata.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagestub import mock_sagemaker


@pytest.fixture
def client() -> Iterator[Any]:
    """An experiment with two trials; the component `fit` is in the first one."""
    with mock_sagemaker():
        client = boto3.client("sagemaker", region_name="eu-west-1")
        client.create_experiment(ExperimentName="Churn")
        for name in ("first", "second"):
            client.create_trial(TrialName=name, ExperimentName="Churn")
        client.create_trial_component(
            TrialComponentName="fit",
            Parameters={"lr": {"NumberValue": 0.1}, "loss": {"StringValue": "l2"}},
        )
        client.associate_trial_component(TrialComponentName="fit", TrialName="first")
        yield client


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    error = refusal.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.fact(
    "metadata.Experiment.filled_in.DisplayName",
    "metadata.Experiment.filled_in.CreatedBy",
)
def test_display_name_and_authors_are_filled_in(client: Any) -> None:
    for described in (
        client.describe_experiment(ExperimentName="Churn"),
        client.describe_trial(TrialName="first"),
        client.describe_trial_component(TrialComponentName="fit"),
    ):
        assert described["DisplayName"] in ("Churn", "first", "fit")
        assert described["CreatedBy"]["IamIdentity"]["Arn"].startswith("arn:aws:iam::123456789012:")
    assert described["LineageGroupArn"].endswith(":lineage-group/sagemaker-default-lineage-group")


@pytest.mark.fact(
    "metadata.Experiment.identifier",
    "metadata.Trial.identifier",
    "metadata.TrialComponent.identifier",
    "metadata.Experiment.notes.name-stored-and-returned-as-given",
)
def test_names_are_taken_in_any_letter_case(client: Any) -> None:
    """Fact: Experiment, unique per account and region, not case-sensitive."""
    code, message = refused(client.create_experiment, ExperimentName="churn")
    assert code == "ValidationException"
    assert "already exists" in message


def test_components_are_listed_by_trial_and_experiment(client: Any) -> None:
    def names(**filters: str) -> list[str]:
        answer = client.list_trial_components(**filters)
        return [s["TrialComponentName"] for s in answer["TrialComponentSummaries"]]

    assert names(TrialName="first") == ["fit"]
    assert names(TrialName="second") == []
    assert names(ExperimentName="Churn") == ["fit"]
    trials = client.list_trials(TrialComponentName="fit")["TrialSummaries"]
    assert [trial["TrialName"] for trial in trials] == ["first"]


@pytest.mark.fact(
    "metadata.TrialComponent.errors.delete-while-associated",
    "metadata.TrialComponent.preconditions.disassociate-from-every-trial-before-delete",
)
def test_a_disassociated_component_is_listed_no_more_and_can_be_deleted(client: Any) -> None:
    """Fact: delete while associated, text of aws/sagemaker-python-sdk pull 1515."""
    code, message = refused(client.delete_trial_component, TrialComponentName="fit")
    assert code == "ValidationException"
    assert message.endswith("is linked to 1 or more trials and cannot be deleted.")
    client.disassociate_trial_component(TrialComponentName="fit", TrialName="first")
    assert client.list_trial_components(TrialName="first")["TrialComponentSummaries"] == []
    client.delete_trial_component(TrialComponentName="fit")
    assert refused(client.describe_trial_component, TrialComponentName="fit")[0] == (
        "ResourceNotFound"
    )


@pytest.mark.fact(
    "metadata.Experiment.errors.delete-while-trials-remain",
    "metadata.Experiment.preconditions.DeleteExperiment-needs-every-trial-deleted-first",
    "metadata.Trial.errors.delete-while-components-are-associated",
    "metadata.Trial.preconditions.DeleteTrial",
)
def test_parents_are_deleted_after_their_children(client: Any) -> None:
    assert refused(client.delete_experiment, ExperimentName="Churn")[0] == "ValidationException"
    assert refused(client.delete_trial, TrialName="first")[0] == "ValidationException"
    client.disassociate_trial_component(TrialComponentName="fit", TrialName="first")
    for name in ("first", "second"):
        client.delete_trial(TrialName=name)
    client.delete_experiment(ExperimentName="Churn")
    assert client.list_experiments()["ExperimentSummaries"] == []


@pytest.mark.fact(
    "metadata.TrialComponent.notes.UpdateTrialComponent-merges-maps-key-by-key",
)
def test_an_update_merges_the_maps_of_a_component(client: Any) -> None:
    """Fact: UpdateTrialComponent merges maps key by key; *ToRemove lists delete keys."""
    client.update_trial_component(
        TrialComponentName="fit",
        Parameters={"lr": {"NumberValue": 0.2}},
        ParametersToRemove=["loss"],
        OutputArtifacts={"model": {"Value": "s3://m"}},
    )
    described = client.describe_trial_component(TrialComponentName="fit")
    assert described["Parameters"] == {"lr": {"NumberValue": 0.2}}
    assert described["OutputArtifacts"] == {"model": {"Value": "s3://m"}}


@pytest.mark.fact(
    "metadata.Trial.errors.create-under-a-missing-experiment",
    "metadata.Trial.preconditions.ExperimentName-must-exist",
    "metadata.Trial.references.ExperimentName-Experiment",
    "metadata.Trial.references.TrialComponent-through-AssociateTrialComponent",
)
def test_a_missing_parent_is_not_found(client: Any) -> None:
    code, message = refused(client.create_trial, TrialName="x", ExperimentName="nobody")
    assert (code, message) == (
        "ResourceNotFound",
        "Experiment 'arn:aws:sagemaker:eu-west-1:123456789012:experiment/nobody' does not exist.",
    )
    code, message = refused(
        client.associate_trial_component, TrialComponentName="fit", TrialName="nobody"
    )
    assert (code, message) == (
        "ResourceNotFound",
        "Trial 'arn:aws:sagemaker:eu-west-1:123456789012:experiment-trial/nobody' does not exist.",
    )


@pytest.mark.fact(
    "cross-cutting.10.result-key-equals-Resource-except-ExperimentTrial",
)
@pytest.mark.fact(
    "metadata.TrialComponent.search",
    "metadata.TrialComponent.references.trials-by-association",
)
def test_search_finds_components_by_parent(client: Any) -> None:
    """Fact: Search, Parents.TrialName and Parents.ExperimentName."""
    expression = {"Filters": [{"Name": "Parents.ExperimentName", "Value": "Churn"}]}
    answer = client.search(Resource="ExperimentTrialComponent", SearchExpression=expression)
    record = answer["Results"][0]["TrialComponent"]
    assert record["Parents"] == [{"TrialName": "first", "ExperimentName": "Churn"}]
