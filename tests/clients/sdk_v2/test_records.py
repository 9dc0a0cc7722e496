"""Feature store, experiments and lineage with the SageMaker Python SDK v2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from sagemaker.analytics import ExperimentAnalytics
from sagemaker.experiments.experiment import Experiment
from sagemaker.experiments.run import Run, list_runs, load_run
from sagemaker.feature_store.feature_definition import StringFeatureDefinition
from sagemaker.feature_store.feature_group import FeatureGroup
from sagemaker.feature_store.feature_store import FeatureStore
from sagemaker.feature_store.inputs import FeatureValue, Identifier
from sagemaker.lineage.action import Action
from sagemaker.lineage.artifact import Artifact
from sagemaker.lineage.association import Association
from sagemaker.lineage.context import Context
from sagemaker.lineage.query import LineageQuery, LineageQueryDirectionEnum

from sagestub import World
from tests.clients.names import ROLE

# Feature store ------------------------------------------------------------------------------------


@pytest.fixture
def table() -> Any:
    """Three records."""
    return pd.DataFrame(
        {
            "customer": pd.Series(["ann", "bob", "cat"], dtype="string"),
            "moment": [1_700_000_000.0] * 3,
            "balance": [1.5, 2.5, 3.5],
            "orders": [1, 2, 3],
        }
    )


@pytest.fixture
def group(sm: World, session: Any, table: Any) -> Any:
    """A feature group for those records, with both stores."""
    made = FeatureGroup("customers", sagemaker_session=session)
    made.load_feature_definitions(table)
    made.create("s3://training-data/offline", "customer", "moment", ROLE, enable_online_store=True)
    while made.describe()["FeatureGroupStatus"] == "Creating":
        sm.clock.advance(5)
    return made


def test_a_group_is_created_from_a_table(group: Any) -> None:
    described = group.describe()
    assert described["FeatureGroupStatus"] == "Created"
    types = {f["FeatureName"]: f["FeatureType"] for f in described["FeatureDefinitions"]}
    assert types == {
        "customer": "String",
        "moment": "Fractional",
        "balance": "Fractional",
        "orders": "Integral",
    }
    assert "CREATE EXTERNAL TABLE" in group.as_hive_ddl()


@pytest.mark.parametrize("arguments", [{}, {"max_workers": 3}, {"max_processes": 2}])
def test_a_table_is_ingested(group: Any, table: Any, arguments: dict[str, int]) -> None:
    group.ingest(table, wait=True, **arguments)
    record = {value["FeatureName"]: value["ValueAsString"] for value in group.get_record("bob")}
    assert record == {
        "customer": "bob",
        "moment": "1700000000.0",
        "balance": "2.5",
        "orders": "2",
    }
    assert group.get_record("ann") is not None
    assert group.get_record("nobody") is None


def test_records_are_put_read_together_and_deleted(group: Any, session: Any) -> None:
    for name in ("ann", "bob"):
        group.put_record([FeatureValue("customer", name), FeatureValue("moment", "1700000000.0")])
    group.delete_record("ann", "1700000001.0")
    answer = FeatureStore(session).batch_get_record([Identifier("customers", ["ann", "bob"])])
    assert [r["RecordIdentifierValueAsString"] for r in answer["Records"]] == ["bob"]


def test_a_group_grows_and_is_described(group: Any, session: Any) -> None:
    group.update([StringFeatureDefinition("city")])
    group.update_feature_metadata("balance", description="in euro")
    assert group.describe_feature_metadata("balance")["Description"] == "in euro"
    found = FeatureStore(session).list_feature_groups()["FeatureGroupSummaries"]
    assert [summary["FeatureGroupName"] for summary in found] == ["customers"]
    group.delete()


def test_the_offline_store_is_queried_through_athena(group: Any) -> None:
    query = group.athena_query()
    query.run(f'SELECT * FROM "{query.table_name}"', "s3://training-data/queries")
    query.wait()
    state = query.get_query_execution()["QueryExecution"]["Status"]["State"]
    assert state == "SUCCEEDED"
    assert query.database == "sagemaker_featurestore"


# Experiments --------------------------------------------------------------------------------------


def test_a_run_logs_parameters_metrics_and_files(sm: World, session: Any, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("the first run")
    with Run("digits", run_name="first", sagemaker_session=session) as run:
        run.log_parameters({"rate": 0.1, "optimizer": "adam"})
        for step in range(4):
            run.log_metric("loss", 1.0 / (step + 1), step=step)
        run.log_file(str(tmp_path / "notes.txt"), name="notes", is_output=False)
        run.log_artifact("table", "s3://training-data/table")
    component = sm.get("TrialComponent", "digits-first").members
    assert component["Status"]["PrimaryStatus"] == "Completed"
    assert component["Parameters"] == {
        "rate": {"NumberValue": 0.1},
        "optimizer": {"StringValue": "adam"},
    }
    (metric,) = session.sagemaker_client.describe_trial_component(
        TrialComponentName="digits-first"
    )["Metrics"]
    assert (metric["MetricName"], metric["Count"], metric["Last"]) == ("loss", 4, 0.25)
    assert "notes" in component["InputArtifacts"]
    assert component["OutputArtifacts"]["table"]["Value"] == "s3://training-data/table"


def test_a_run_is_loaded_and_listed(session: Any) -> None:
    for name in ("first", "second"):
        with Run("digits", run_name=name, sagemaker_session=session) as run:
            run.log_parameter("rate", 0.1)
    with load_run("digits", "first", sagemaker_session=session) as run:
        run.log_parameter("rate", 0.2)
    runs = list_runs("digits", sagemaker_session=session)
    assert sorted(run.run_name for run in runs) == ["first", "second"]


def test_a_job_within_a_run_belongs_to_it(session: Any, estimator: Any) -> None:
    with Run("digits", run_name="first", sagemaker_session=session) as run:
        run.log_parameter("rate", 0.1)
        estimator.fit("s3://training-data/train", logs=False)
    table = ExperimentAnalytics(experiment_name="digits", sagemaker_session=session).dataframe()
    assert len(table) == 2
    assert table["rate"].dropna().tolist() == [0.1]
    assert table["epochs"].dropna().tolist() == [3.0]
    assert table["SageMaker.InstanceType"].dropna().tolist() == ["ml.m5.large"]


def test_an_experiment_is_deleted_with_all_that_is_in_it(sm: World, session: Any) -> None:
    with Run("digits", run_name="first", sagemaker_session=session) as run:
        run.log_parameter("rate", 0.1)
    Experiment.load("digits", sagemaker_session=session)._delete_all(action="--force")
    assert sm.resources() == []


# Lineage ------------------------------------------------------------------------------------------


def test_lineage_is_drawn_walked_and_taken_down(sm: World, session: Any) -> None:
    data = Artifact.create(
        artifact_name="data",
        source_uri="s3://training-data/table",
        artifact_type="DataSet",
        properties={"rows": "3"},
        sagemaker_session=session,
    )
    trained = Artifact.create(
        artifact_name="model",
        source_uri="s3://trained-models/model.tar.gz",
        artifact_type="Model",
        sagemaker_session=session,
    )
    action = Action.create(
        action_name="train",
        source_uri="arn:aws:sagemaker:eu-west-1:123456789012:training-job/mine",
        action_type="ModelTraining",
        status="InProgress",
        sagemaker_session=session,
    )
    context = Context.create(
        context_name="project", source_uri="mine", context_type="Project", sagemaker_session=session
    )
    for source, destination, kind in (
        (data.artifact_arn, action.action_arn, "ContributedTo"),
        (action.action_arn, trained.artifact_arn, "Produced"),
        (context.context_arn, action.action_arn, "AssociatedWith"),
    ):
        Association.create(source, destination, kind, sagemaker_session=session)
    action.status = "Completed"
    action.save()
    assert Action.load("train", sagemaker_session=session).status == "Completed"
    found = LineageQuery(session).query(
        start_arns=[data.artifact_arn],
        direction=LineageQueryDirectionEnum.DESCENDANTS,
        include_edges=True,
    )
    assert {vertex.arn for vertex in found.vertices} >= {action.action_arn, trained.artifact_arn}
    assert {edge.association_type for edge in found.edges} == {"ContributedTo", "Produced"}
    (incoming,) = Association.list(source_arn=data.artifact_arn, sagemaker_session=session)
    assert incoming.destination_arn == action.action_arn
    for entity in (context, action, trained, data):
        entity.delete(disassociate=True)
    assert sm.resources() == []


def test_an_artifact_keeps_properties_and_tags(session: Any) -> None:
    data = Artifact.create(
        source_uri="s3://training-data/table",
        artifact_type="DataSet",
        properties={"rows": "3", "columns": "4"},
        sagemaker_session=session,
    )
    data.properties["rows"] = "5"
    data.properties_to_remove = ["columns"]
    data.save()
    data.set_tag({"Key": "team", "Value": "vision"})
    loaded = Artifact.load(data.artifact_arn, sagemaker_session=session)
    assert loaded.properties == {"rows": "5"}
    listed = list(Artifact.list(artifact_type="DataSet", sagemaker_session=session))
    assert [summary.artifact_arn for summary in listed] == [data.artifact_arn]
