"""Model Monitor and Clarify with the SageMaker Python SDK v2."""

from __future__ import annotations

from typing import Any

import pytest
from sagemaker.clarify import (
    BiasConfig,
    DataConfig,
    ModelConfig,
    ModelPredictedLabelConfig,
    SageMakerClarifyProcessor,
    SHAPConfig,
)
from sagemaker.model_monitor import (
    CronExpressionGenerator,
    DataCaptureConfig,
    DefaultModelMonitor,
    EndpointInput,
    ModelBiasMonitor,
    ModelExplainabilityMonitor,
    ModelQualityMonitor,
)
from sagemaker.model_monitor.dataset_format import DatasetFormat

from sagestub import World
from tests.clients.names import ROLE

HOURLY = CronExpressionGenerator.hourly()
LIVE = "/opt/ml/processing/input/endpoint"
DATA = DataConfig(
    "s3://training-data/table.csv",
    "s3://training-data/clarify",
    label="label",
    headers=["label", "age"],
    dataset_type="text/csv",
)
BIAS = BiasConfig([1], "age")
SHAP = SHAPConfig(baseline=[[1]], num_samples=1, agg_method="mean_abs")


@pytest.fixture
def endpoint(model: Any, session: Any) -> str:
    """The name of an endpoint that captures its data."""
    capture = DataCaptureConfig(enable_capture=True, sagemaker_session=session)
    model.name = "mine"
    model.deploy(1, "ml.m5.large", endpoint_name="live", data_capture_config=capture)
    return "live"


@pytest.fixture
def model_config() -> Any:
    """What Clarify is to know of the model."""
    return ModelConfig(
        model_name="mine", instance_count=1, instance_type="ml.m5.large", accept_type="text/csv"
    )


def test_data_are_watched_by_the_hour(sm: World, session: Any, endpoint: str) -> None:
    monitor = DefaultModelMonitor(ROLE, instance_type="ml.m5.xlarge", sagemaker_session=session)
    monitor.suggest_baseline(
        "s3://training-data/table.csv",
        DatasetFormat.csv(header=True),
        output_s3_uri="s3://training-data/baseline",
        logs=False,
    )
    assert monitor.baseline_statistics().body_dict["features"] == []
    monitor.create_monitoring_schedule(
        endpoint_input=endpoint,
        output_s3_uri="s3://training-data/monitoring",
        statistics=monitor.baseline_statistics(),
        constraints=monitor.suggested_constraints(),
        schedule_cron_expression=HOURLY,
        monitor_schedule_name="watch",
    )
    assert monitor.list_executions() == []
    assert monitor.describe_schedule()["MonitoringScheduleStatus"] == "Pending"
    sm.clock.advance(3 * 3600)
    executions = monitor.list_executions()
    assert len(executions) >= 2
    assert executions[0].describe()["ProcessingJobStatus"] == "Completed"
    monitor.stop_monitoring_schedule()
    assert monitor.describe_schedule()["MonitoringScheduleStatus"] == "Stopped"
    monitor.start_monitoring_schedule()
    monitor.update_monitoring_schedule(schedule_cron_expression=CronExpressionGenerator.daily())
    attached = DefaultModelMonitor.attach("watch", session)
    assert attached.monitoring_schedule_name == "watch"
    monitor.delete_monitoring_schedule()
    assert sm.resources("MonitoringSchedule") == []


def test_quality_is_watched(sm: World, session: Any, endpoint: str) -> None:
    monitor = ModelQualityMonitor(ROLE, sagemaker_session=session)
    monitor.suggest_baseline(
        "s3://training-data/table.csv",
        DatasetFormat.csv(header=True),
        problem_type="Regression",
        output_s3_uri="s3://training-data/baseline",
        inference_attribute="guess",
        ground_truth_attribute="truth",
        wait=True,
    )
    monitor.create_monitoring_schedule(
        endpoint_input=EndpointInput(endpoint, LIVE, inference_attribute="guess"),
        ground_truth_input="s3://training-data/truth",
        problem_type="Regression",
        output_s3_uri="s3://training-data/monitoring",
        constraints=monitor.suggested_constraints(),
        schedule_cron_expression=HOURLY,
    )
    schedule = monitor.describe_schedule()
    assert schedule["MonitoringType"] == "ModelQuality"
    assert schedule["EndpointName"] == endpoint


@pytest.mark.parametrize("monitor_class", [ModelBiasMonitor, ModelExplainabilityMonitor])
def test_bias_and_explanations_are_watched(
    sm: World, session: Any, endpoint: str, model_config: Any, monitor_class: Any
) -> None:
    monitor = monitor_class(ROLE, sagemaker_session=session)
    watched: dict[str, Any] = {"endpoint_input": endpoint}
    if monitor_class is ModelBiasMonitor:
        monitor.suggest_baseline(DATA, BIAS, model_config, wait=True)
        watched = {
            "endpoint_input": EndpointInput(
                endpoint,
                LIVE,
                start_time_offset="-PT1H",
                end_time_offset="-PT0H",
                probability_threshold_attribute=0.5,
            ),
            "ground_truth_input": "s3://training-data/truth",
        }
    else:
        monitor.suggest_baseline(DATA, SHAP, model_config, wait=True)
    monitor.create_monitoring_schedule(
        output_s3_uri="s3://training-data/monitoring", schedule_cron_expression=HOURLY, **watched
    )
    assert monitor.describe_schedule()["MonitoringScheduleStatus"] == "Pending"
    sm.clock.advance(2 * 3600)
    assert monitor.list_executions()
    assert monitor.describe_schedule()["MonitoringScheduleStatus"] == "Scheduled"


def test_clarify_looks_at_data_and_model(
    sm: World, session: Any, model: Any, model_config: Any
) -> None:
    model.name = "mine"
    model.create()
    clarify = SageMakerClarifyProcessor(ROLE, 1, "ml.m5.large", sagemaker_session=session)
    clarify.run_pre_training_bias(DATA, BIAS, logs=False)
    labels = ModelPredictedLabelConfig(probability_threshold=0.8)
    clarify.run_bias(DATA, BIAS, model_config, labels, logs=False)
    clarify.run_explainability(DATA, model_config, SHAP, logs=False)
    assert [job.status for job in sm.resources("ProcessingJob")] == ["Completed"] * 3
