"""Estimators of the SageMaker Python SDK v2: what fit sends, waits for and prints."""

from __future__ import annotations

import json
import re
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sagemaker.analytics import TrainingJobAnalytics
from sagemaker.debugger import DebuggerHookConfig, Rule, rule_configs
from sagemaker.estimator import Estimator
from sagemaker.exceptions import UnexpectedStatusException
from sagemaker.inputs import TrainingInput
from sagemaker.pytorch import PyTorch
from sagemaker.sklearn import SKLearn
from sagemaker.xgboost import XGBoost

from sagestub import World
from tests.clients.names import IMAGE, ROLE

TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ")


def printed(capsys: Any) -> list[str]:
    """Return the lines that were printed, without their times and dots of waiting."""
    text = TIME.sub("", capsys.readouterr().out)
    return [line for line in (line.strip(".") for line in text.splitlines()) if line]


def test_fit_waits_and_prints_statuses_and_logs(sm: World, estimator: Any, capsys: Any) -> None:
    @sm.container(image="*mine*")
    def train(container: Any) -> None:
        sys.stdout.write(f"epoch 1 of {container.hyperparameters['epochs']}\n")

    estimator.fit({"train": "s3://training-data/train"})
    text = TIME.sub("", capsys.readouterr().out)
    seconds = estimator.latest_training_job.describe()["TrainingTimeInSeconds"]
    expected = (
        "Starting - Starting the training job",
        "Downloading - Downloading input data",
        "epoch 1 of 3",
        "Training - Training image download completed. Training in progress.",
        "Uploading - Uploading generated training model",
        "Completed - Training job completed",
        f"Training seconds: {seconds}\nBillable seconds: {seconds}\n",
    )
    places = [text.rfind(line) for line in expected]
    assert -1 not in places
    assert places == sorted(places)


def test_fit_without_logs_prints_statuses_only(estimator: Any, capsys: Any) -> None:
    estimator.fit("s3://training-data/train", logs=False)
    assert printed(capsys) == [
        "Starting - Starting the training job",
        "Downloading - Downloading input data",
        "Training - Training image download completed. Training in progress",
        "Uploading - Uploading generated training model",
        "Completed - Training job completed",
    ]


def test_every_instance_has_a_stream_of_its_own(session: Any, capsys: Any) -> None:
    estimator = Estimator(
        IMAGE, ROLE, 2, "ml.m5.large", sagemaker_session=session, base_job_name="mine"
    )
    estimator.fit()
    logs = session.boto_session.client("logs")
    streams = logs.describe_log_streams(logGroupName="/aws/sagemaker/TrainingJobs")["logStreams"]
    name = estimator.latest_training_job.name
    assert [stream["logStreamName"].split("/")[:1] for stream in streams] == [[name], [name]]
    seconds = estimator.latest_training_job.describe()["TrainingTimeInSeconds"]
    assert f"Training seconds: {2 * seconds}" in printed(capsys)


def test_fit_without_waiting_returns_at_once(sm: World, estimator: Any) -> None:
    estimator.fit("s3://training-data/train", wait=False)
    job = sm.get("TrainingJob", estimator.latest_training_job.name)
    assert job.status == "InProgress"
    estimator.latest_training_job.wait(logs="All")
    assert job.status == "Completed"


def test_the_model_is_where_the_estimator_says(estimator: Any, s3: Any) -> None:
    estimator.fit("s3://training-data/train", logs=False)
    bucket, _, key = estimator.model_data.removeprefix("s3://").partition("/")
    with tarfile.open(fileobj=BytesIO(s3.get_object(Bucket=bucket, Key=key)["Body"].read())):
        assert estimator.model_data.startswith("s3://trained-models/out/mine-")


def test_a_job_that_fails_raises_what_the_sdk_raises(sm: World, estimator: Any) -> None:
    sm.fail("TrainingJob", name="mine-*", reason="AlgorithmError: out of memory")
    with pytest.raises(UnexpectedStatusException, match="AlgorithmError: out of memory"):
        estimator.fit("s3://training-data/train")


def test_a_container_that_raises_fails_the_job(sm: World, estimator: Any) -> None:
    @sm.container(image="*mine*")
    def train(container: Any) -> None:
        raise RuntimeError("the loss is not a number")

    with pytest.raises(UnexpectedStatusException, match="the loss is not a number"):
        estimator.fit("s3://training-data/train")


def test_a_job_without_capacity_raises_what_the_sdk_raises(sm: World, estimator: Any) -> None:
    sm.fail("TrainingJob", reason="CapacityError: Unable to provision requested ML compute")
    with pytest.raises(UnexpectedStatusException, match="CapacityError"):
        estimator.fit()


def test_spot_training_tells_what_it_saves(session: Any, capsys: Any) -> None:
    estimator = Estimator(
        IMAGE,
        ROLE,
        1,
        "ml.m5.large",
        sagemaker_session=session,
        use_spot_instances=True,
        max_run=3600,
        max_wait=7200,
    )
    estimator.fit()
    assert re.fullmatch(r"Managed Spot Training savings: \d+\.\d%", printed(capsys)[-1])


def test_rules_of_the_debugger_are_evaluated(session: Any, capsys: Any) -> None:
    estimator = Estimator(
        IMAGE,
        ROLE,
        1,
        "ml.m5.large",
        sagemaker_session=session,
        rules=[Rule.sagemaker(rule_configs.loss_not_decreasing())],
        debugger_hook_config=DebuggerHookConfig(
            s3_output_path="s3://trained-models/tensors",
        ),
    )
    estimator.fit()
    (summary,) = estimator.latest_training_job.rule_job_summary()
    assert summary["RuleConfigurationName"] == "LossNotDecreasing"
    assert any(line.startswith("LossNotDecreasing: ") for line in printed(capsys))


@pytest.mark.parametrize(
    ("framework", "versions"),
    [
        (PyTorch, {"framework_version": "2.0", "py_version": "py310"}),
        (SKLearn, {"framework_version": "1.2-1"}),
        (XGBoost, {"framework_version": "1.7-1"}),
    ],
)
def test_frameworks_pack_their_code_into_s3(
    framework: Any, versions: dict[str, str], session: Any, s3: Any, tmp_path: Path
) -> None:
    (tmp_path / "train.py").write_text("print('training')\n")
    (tmp_path / "layers.py").write_text("LAYERS = 3\n")
    estimator = framework(
        entry_point="train.py",
        source_dir=str(tmp_path),
        role=ROLE,
        instance_type="ml.m5.xlarge",
        instance_count=1,
        sagemaker_session=session,
        **versions,
    )
    estimator.fit({"train": TrainingInput("s3://training-data/train", content_type="text/csv")})
    hyperparameters = estimator.latest_training_job.describe()["HyperParameters"]
    place = json.loads(hyperparameters["sagemaker_submit_directory"])
    bucket, _, key = place.removeprefix("s3://").partition("/")
    packed = BytesIO(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    with tarfile.open(fileobj=packed) as archive:
        assert sorted(archive.getnames()) == ["layers.py", "train.py"]
    attached = framework.attach(estimator.latest_training_job.name, session)
    assert attached.model_data == estimator.model_data


def test_an_estimator_attaches_to_a_job(estimator: Any, session: Any) -> None:
    estimator.fit("s3://training-data/train", logs=False)
    attached = Estimator.attach(estimator.latest_training_job.name, session)
    assert attached.hyperparameters() == {"epochs": "3"}
    assert attached.model_data == estimator.model_data


def test_metrics_of_a_job_become_a_table(sm: World, estimator: Any, session: Any) -> None:
    estimator.metric_definitions = [{"Name": "loss", "Regex": "loss=([0-9.]+)"}]
    estimator.fit()
    description = estimator.latest_training_job.describe()
    session.boto_session.client("cloudwatch").put_metric_data(
        Namespace="/aws/sagemaker/TrainingJobs",
        MetricData=[
            {
                "MetricName": "loss",
                "Dimensions": [
                    {"Name": "TrainingJobName", "Value": description["TrainingJobName"]}
                ],
                "Timestamp": description["TrainingEndTime"],
                "Value": 0.25,
            }
        ],
    )
    table = TrainingJobAnalytics(description["TrainingJobName"], ["loss"], session).dataframe()
    assert table[["metric_name", "value"]].to_numpy().tolist() == [["loss", 0.25]]
