"""Tuning and AutoML with the SageMaker Python SDK v2."""

from __future__ import annotations

from typing import Any

import pytest
from sagemaker.automl.automl import AutoML
from sagemaker.automl.automlv2 import AutoMLDataChannel, AutoMLTabularConfig, AutoMLV2
from sagemaker.tuner import (
    CategoricalParameter,
    ContinuousParameter,
    HyperparameterTuner,
    IntegerParameter,
)

from sagestub import World
from tests.clients.names import ROLE

METRICS = [{"Name": "loss", "Regex": "loss=([0-9.]+)"}]


@pytest.fixture
def tuner(estimator: Any) -> Any:
    """A tuner of four training jobs."""
    return HyperparameterTuner(
        estimator,
        "loss",
        {
            "rate": ContinuousParameter(0.1, 0.5),
            "depth": IntegerParameter(2, 9),
            "optimizer": CategoricalParameter(["adam", "sgd"]),
        },
        metric_definitions=METRICS,
        objective_type="Minimize",
        max_jobs=4,
        max_parallel_jobs=2,
    )


def test_fit_waits_and_finds_the_best(sm: World, tuner: Any, capsys: Any) -> None:
    sm.objective("mine-*", lambda parameters: float(parameters["rate"]))
    tuner.fit("s3://training-data/train")
    assert capsys.readouterr().out.lstrip(".") == "!\n"
    table = tuner.analytics().dataframe()
    best = table.sort_values("FinalObjectiveValue").iloc[0]
    assert len(table) == 4
    assert best["FinalObjectiveValue"] == pytest.approx(best["rate"])
    assert tuner.best_training_job() == best["TrainingJobName"]
    assert tuner.best_estimator().model_data.endswith("/output/model.tar.gz")


def test_analytics_know_ranges_and_times(tuner: Any) -> None:
    tuner.fit("s3://training-data/train")
    analytics = tuner.analytics()
    assert sorted(analytics.tuning_ranges) == ["depth", "optimizer", "rate"]
    table = analytics.dataframe()
    assert set(table["TrainingJobStatus"]) == {"Completed"}
    assert (table["TrainingElapsedTimeSeconds"] > 0).all()
    assert table["depth"].between(2, 9).all()


def test_a_tuner_attaches_and_hands_on_what_it_learned(
    tuner: Any, session: Any, estimator: Any
) -> None:
    tuner.fit("s3://training-data/train")
    attached = HyperparameterTuner.attach(tuner.latest_tuning_job.name, session)
    assert attached.best_training_job() == tuner.best_training_job()
    warm = attached.transfer_learning_tuner(estimator=estimator)
    warm.metric_definitions = attached.metric_definitions
    warm.fit("s3://training-data/train", wait=False)
    assert warm.describe()["WarmStartConfig"]["WarmStartType"] == "TransferLearning"
    warm.stop_tuning_job()
    assert warm.describe()["HyperParameterTuningJobStatus"] in ("Stopping", "Stopped")


def test_several_estimators_are_tuned_together(estimator: Any) -> None:
    ranges = {"rate": ContinuousParameter(0.1, 0.5)}
    tuner = HyperparameterTuner.create(
        {"one": estimator, "two": estimator},
        {"one": "loss", "two": "loss"},
        {"one": ranges, "two": ranges},
        metric_definitions_dict={"one": METRICS, "two": METRICS},
        max_jobs=4,
        max_parallel_jobs=2,
    )
    data = "s3://training-data/train"
    tuner.fit({"one": data, "two": data}, include_cls_metadata={})
    names = tuner.analytics().dataframe()["TrainingJobDefinitionName"]
    assert sorted(names) == ["one", "one", "two", "two"]


def test_automl_finds_deploys_and_lists_candidates(session: Any, capsys: Any) -> None:
    job = AutoML(
        ROLE,
        "label",
        max_candidates=3,
        sagemaker_session=session,
        problem_type="BinaryClassification",
        job_objective={"MetricName": "F1"},
    )
    job.fit("s3://training-data/train.csv", logs=True)
    assert job.describe_auto_ml_job()["AutoMLJobStatus"] == "Completed"
    candidates = job.list_candidates()
    best = max(candidates, key=lambda c: c["FinalAutoMLJobObjectiveMetric"]["Value"])
    assert len(candidates) == 3
    assert job.best_candidate()["CandidateName"] == best["CandidateName"]
    capsys.readouterr()
    job.deploy(1, "ml.m5.large", endpoint_name="automl")
    assert capsys.readouterr().out == "-!"
    attached = AutoML.attach(job.current_job_name, session)
    assert attached.best_candidate()["CandidateName"] == best["CandidateName"]


def test_automl_v2_of_a_table(session: Any) -> None:
    job = AutoMLV2(
        problem_config=AutoMLTabularConfig(target_attribute_name="label", max_candidates=3),
        role=ROLE,
        sagemaker_session=session,
    )
    channel = AutoMLDataChannel("S3Prefix", "s3://training-data/table", channel_type="training")
    job.fit([channel])
    assert job.best_candidate()["ObjectiveStatus"] == "Succeeded"
    assert len(job.list_candidates()) == 3
    job.deploy(1, "ml.m5.large", endpoint_name="automl")
    attached = AutoMLV2.attach(job.current_job_name, session)
    assert attached.current_job_name == job.current_job_name
