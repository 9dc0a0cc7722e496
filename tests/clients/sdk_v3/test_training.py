"""ModelTrainer and HyperparameterTuner of the SageMaker Python SDK v3."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import boto3
import pytest
from sagemaker.core.helper.iam_role_resolver import RoleValidationError
from sagemaker.core.parameter import ContinuousParameter
from sagemaker.core.training.configs import InputData, SourceCode
from sagemaker.core.utils.exceptions import FailedStatusError
from sagemaker.train import ModelTrainer
from sagemaker.train.tuner import HyperparameterTuner

from sagestub import World
from tests.clients.names import IMAGE, ROLE

DATA = [InputData(channel_name="train", data_source="s3://training-data/train")]


def test_train_waits_and_shows_the_logs(
    sm: World, trainer: Any, caplog: pytest.LogCaptureFixture
) -> None:
    @sm.container(image="*mine*")
    def train(container: Any) -> None:
        print("epoch 1 of", container.hyperparameters["epochs"])  # noqa: T201

    with caplog.at_level(logging.INFO, "sagemaker"):
        logging.getLogger("sagemaker.core.utils.utils").addHandler(caplog.handler)
        trainer.train(input_data_config=DATA)
    job = trainer._latest_training_job
    assert job.training_job_status == "Completed"
    assert job.model_artifacts.s3_model_artifacts.endswith("/output/model.tar.gz")
    assert "epoch 1 of 3" in caplog.text


def test_the_source_is_put_into_s3(session: Any, s3: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print('training')\n")
    trainer = ModelTrainer(
        training_image=IMAGE,
        role=ROLE,
        sagemaker_session=session,
        base_job_name="mine",
        source_code=SourceCode(source_dir=str(tmp_path), entry_script="train.py"),
    )
    trainer.train(input_data_config=DATA, logs=False)
    channels = {c.channel_name: c for c in trainer._latest_training_job.input_data_config}
    place = channels["code"].data_source.s3_data_source.s3_uri
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]
    assert any(entry["Key"].endswith("train.py") for entry in found)


def test_two_trainings_have_names_of_their_own(sm: World, trainer: Any) -> None:
    """A name is made of the time, which passes while the SDK waits."""
    trainer.train(logs=False)
    trainer.train(logs=False)
    assert len(sm.resources("TrainingJob")) == 2


def test_a_job_that_fails_raises_with_its_reason(sm: World, trainer: Any) -> None:
    sm.fail("TrainingJob", reason="AlgorithmError: no data")
    with pytest.raises(FailedStatusError, match="AlgorithmError: no data"):
        trainer.train(logs=False)


def test_a_role_that_does_not_trust_the_service_is_refused_by_the_sdk(session: Any) -> None:
    """The SDK asks IAM, Moto's, before it trains; permissions are all there."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    boto3.client("iam").create_role(RoleName="other", AssumeRolePolicyDocument=policy)
    with pytest.raises(RoleValidationError, match="trust policy"):
        ModelTrainer(
            training_image=IMAGE,
            role="arn:aws:iam::123456789012:role/other",
            sagemaker_session=session,
        )


def test_a_tuner_finds_the_best(sm: World, trainer: Any) -> None:
    sm.objective("mine-*", lambda parameters: float(parameters["rate"]))
    tuner = HyperparameterTuner(
        model_trainer=trainer,
        objective_metric_name="loss",
        objective_type="Minimize",
        hyperparameter_ranges={"rate": ContinuousParameter(0.1, 0.5)},
        metric_definitions=[{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
        max_jobs=4,
        max_parallel_jobs=2,
    )
    tuner.tune(inputs=DATA, wait=True)
    table = tuner.analytics().dataframe()
    best = table.sort_values("FinalObjectiveValue").iloc[0]
    assert len(table) == 4
    assert best["FinalObjectiveValue"] == pytest.approx(best["rate"])
    assert tuner.best_training_job() == best["TrainingJobName"]
    assert tuner.describe().hyper_parameter_tuning_job_status == "Completed"
