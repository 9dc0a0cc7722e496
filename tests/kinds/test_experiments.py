"""Experiments, trials and trial components. Source of the facts: metadata.yaml."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import mock_sagemaker
from tests.conftest import shared_session


@pytest.fixture
def client() -> Iterator[Any]:
    """An experiment with two trials; the component `fit` is in the first one."""
    with mock_sagemaker():
        client = shared_session().client("sagemaker", region_name="eu-west-1")
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


@pytest.mark.fact("metadata.TrialComponent.notes.max-300-parameters-60-input-and")
@pytest.mark.parametrize(
    ("member", "most", "value"),
    [
        ("Parameters", 300, {"NumberValue": 1.0}),
        ("InputArtifacts", 60, {"Value": "s3://in"}),
        ("OutputArtifacts", 60, {"Value": "s3://out"}),
    ],
)
def test_a_component_holds_so_much(
    client: Any, member: str, most: int, value: dict[str, Any]
) -> None:
    filled = {f"key-{number}": value for number in range(most)}
    client.create_trial_component(TrialComponentName="full", **{member: filled})
    for call in (client.create_trial_component, client.update_trial_component):
        one_more = {**filled, "one-more": value}
        code, message = refused(call, TrialComponentName="full", **{member: one_more})
        assert code == "ValidationException"
        assert f"Member must have length less than or equal to {most}" in message
    code, _ = refused(
        client.update_trial_component, TrialComponentName="full", **{member: {"one-more": value}}
    )
    assert code == "ValidationException"
    described = client.describe_trial_component(TrialComponentName="full")
    assert described[member] == filled


@pytest.mark.fact("metadata.TrialComponent.notes.ListTrialComponents")
@pytest.mark.parametrize(
    "pair",
    [("ExperimentName", "TrialName"), ("ExperimentName", "SourceArn"), ("TrialName", "SourceArn")],
)
def test_filters_of_components_exclude_one_another(client: Any, pair: tuple[str, str]) -> None:
    values = {"ExperimentName": "Churn", "TrialName": "first", "SourceArn": "arn"}
    filters = {member: values[member] for member in pair}
    assert refused(client.list_trial_components, **filters) == (
        "ValidationException",
        "Only one of ExperimentName, TrialName, SourceArn can be specified.",
    )


@pytest.mark.fact("metadata.TrialComponent.status")
def test_the_status_of_a_component_is_what_the_client_says(client: Any) -> None:
    def shown(**status: str) -> Any:
        client.update_trial_component(TrialComponentName="fit", Status=status)
        return [client.describe_trial_component(TrialComponentName="fit") for _ in range(2)][-1]

    for primary in ("InProgress", "Stopping", "Stopped", "Failed", "Completed", "InProgress"):
        status = {"PrimaryStatus": primary, "Message": "as I say"}
        assert shown(**status)["Status"] == status
    assert "enum value set" in refused(shown, PrimaryStatus="Deleted")[1]


@pytest.mark.fact("metadata.TrialComponent.filled_in.Metrics")
def test_metrics_of_a_component_are_those_that_were_put(client: Any) -> None:
    metrics = shared_session().client("sagemaker-metrics", region_name="eu-west-1")
    put = [{"MetricName": "loss", "Timestamp": t, "Value": v} for t, v in ((10, 3.0), (20, 1.0))]
    metrics.batch_put_metrics(TrialComponentName="fit", MetricData=put)
    described = client.describe_trial_component(TrialComponentName="fit")
    (loss,) = described["Metrics"]
    assert (loss["MetricName"], loss["Count"]) == ("loss", 2)
    assert (loss["Last"], loss["Min"], loss["Max"], loss["Avg"]) == (1.0, 1.0, 3.0, 2.0)


@pytest.mark.fact("metadata.TrialComponent.references.MetadataProperties")
def test_what_metadata_properties_name_need_not_be_there(client: Any) -> None:
    properties = {
        "CommitId": "0a1b2c",
        "Repository": "https://git.example.com/churn",
        "GeneratedBy": "arn:aws:sagemaker:eu-west-1:123456789012:training-job/nobody",
        "ProjectId": "p-none",
    }
    client.create_trial_component(TrialComponentName="x", MetadataProperties=properties)
    described = client.describe_trial_component(TrialComponentName="x")
    assert described["MetadataProperties"] == properties


@pytest.mark.fact("metadata.Experiment.notes.UpdateExperiment-with-Description-empty-removes-it")
def test_an_empty_description_removes_an_experiments(client: Any) -> None:
    client.update_experiment(ExperimentName="Churn", Description="who goes")
    described = client.describe_experiment(ExperimentName="Churn")
    assert described["Description"] == "who goes"
    client.update_experiment(ExperimentName="Churn", Description="")
    assert "Description" not in client.describe_experiment(ExperimentName="Churn")


@pytest.mark.fact("metadata.Experiment.filled_in.Source")
def test_only_an_experiment_that_the_service_has_made_has_a_source(client: Any) -> None:
    steps = [{"Name": "end", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}]
    pipeline = client.create_pipeline(
        PipelineName="Nightly",
        PipelineDefinition=json.dumps({"Version": "2020-12-01", "Steps": steps}),
        RoleArn="arn:aws:iam::123456789012:role/pipelines",
    )
    client.start_pipeline_execution(PipelineName="Nightly")
    made = client.describe_experiment(ExperimentName="nightly")
    assert made["Source"]["SourceArn"] == pipeline["PipelineArn"]
    assert "Source" not in client.describe_experiment(ExperimentName="Churn")


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
