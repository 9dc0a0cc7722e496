"""Feature store, experiments and lineage of the SageMaker Python SDK v3."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from sagemaker.core.experiments.run import Run
from sagemaker.core.lineage.artifact import Artifact
from sagemaker.core.lineage.association import Association
from sagemaker.core.lineage.context import Context
from sagemaker.core.shapes import OfflineStoreConfig, OnlineStoreConfig, S3StorageConfig
from sagemaker.mlops.feature_store import (
    FeatureGroup,
    FeatureGroupManager,
    ingest_dataframe,
    load_feature_definitions_from_dataframe,
)

from sagestub import World
from tests.clients.names import REGION, ROLE


@pytest.mark.parametrize(
    "arguments",
    [{}, {"max_workers": 2}, {"max_processes": 2}, {"use_batch_write_record": True}],
)
def test_a_table_is_ingested(sm: World, arguments: dict[str, Any]) -> None:
    table = pd.DataFrame(
        {
            "customer": pd.Series(["ann", "bob"], dtype="string"),
            "moment": [1_700_000_000.0] * 2,
            "orders": [1, 2],
        }
    )
    group = FeatureGroupManager.create(
        feature_group_name="customers",
        record_identifier_feature_name="customer",
        event_time_feature_name="moment",
        feature_definitions=load_feature_definitions_from_dataframe(table),
        online_store_config=OnlineStoreConfig(enable_online_store=True),
        offline_store_config=OfflineStoreConfig(
            s3_storage_config=S3StorageConfig(s3_uri="s3://training-data/offline")
        ),
        role_arn=ROLE,
        region=REGION,
    )
    group.wait_for_status("Created")
    ingest_dataframe("customers", table, region=REGION, **arguments)
    answer = FeatureGroup(feature_group_name="customers").get_record(
        record_identifier_value_as_string="bob"
    )
    values = {value.feature_name: value.value_as_string for value in answer.record}
    assert values == {"customer": "bob", "moment": "1700000000.0", "orders": "2"}


def test_a_run_logs_parameters_and_metrics(sm: World, session: Any) -> None:
    with Run("digits", run_name="first", sagemaker_session=session) as run:
        run.log_parameter("rate", 0.1)
        run.log_metric("loss", 0.5, step=0)
        run.log_metric("loss", 0.25, step=1)
    component = session.sagemaker_client.describe_trial_component(TrialComponentName="digits-first")
    assert component["Parameters"] == {"rate": {"NumberValue": 0.1}}
    assert component["Metrics"][0]["Last"] == 0.25


def test_lineage_is_drawn(sm: World, session: Any) -> None:
    data = Artifact.create(
        source_uri="s3://training-data/table", artifact_type="DataSet", sagemaker_session=session
    )
    project = Context.create(
        context_name="project",
        source_uri="mine",
        context_type="Project",
        sagemaker_session=session,
    )
    Association.create(
        data.artifact_arn, project.context_arn, "ContributedTo", sagemaker_session=session
    )
    (found,) = Association.list(source_arn=data.artifact_arn, sagemaker_session=session)
    assert found.destination_arn == project.context_arn
    data.delete(disassociate=True)
    project.delete(disassociate=True)
    assert sm.resources() == []
