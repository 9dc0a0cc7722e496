"""Processors and transformers of the SageMaker Python SDK v2."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from sagemaker.exceptions import UnexpectedStatusException
from sagemaker.processing import (
    FrameworkProcessor,
    ProcessingInput,
    ProcessingOutput,
    Processor,
    ScriptProcessor,
)
from sagemaker.sklearn import SKLearn, SKLearnProcessor
from sagemaker.spark.processing import PySparkProcessor
from sagemaker.transformer import Transformer

from sagestub import World
from tests.clients.names import IMAGE, ROLE


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A program to run, alone in its directory."""
    path = tmp_path / "prepare.py"
    path.write_text("print('preparing')\n")
    return path


@pytest.fixture
def resources(session: Any) -> dict[str, Any]:
    """What every processor is given."""
    return {
        "role": ROLE,
        "instance_count": 1,
        "instance_type": "ml.m5.large",
        "sagemaker_session": session,
    }


def test_a_processor_runs_and_shows_its_logs(
    sm: World, s3: Any, resources: dict[str, Any], capsys: Any
) -> None:
    @sm.container(kind="ProcessingJob")
    def prepare(container: Any) -> None:
        container.write("train.csv", "1,2\n3,4\n", output="train")
        sys.stdout.write("2 rows\n")

    processor = Processor(image_uri=IMAGE, **resources)
    processor.run(
        inputs=[ProcessingInput("s3://training-data/raw", "/opt/ml/processing/input")],
        outputs=[
            ProcessingOutput(
                source="/opt/ml/processing/out",
                destination="s3://training-data/clean",
                output_name="train",
            )
        ],
        arguments=["--rows", "2"],
    )
    job = processor.latest_job.describe()
    assert job["ProcessingJobStatus"] == "Completed"
    assert job["AppSpecification"]["ContainerArguments"] == ["--rows", "2"]
    assert "2 rows" in capsys.readouterr().out
    written = s3.get_object(Bucket="training-data", Key="clean/train.csv")["Body"].read()
    assert written == b"1,2\n3,4\n"


def test_a_script_is_put_into_s3(
    s3: Any, session: Any, resources: dict[str, Any], script: Path
) -> None:
    processor = ScriptProcessor(image_uri=IMAGE, command=["python3"], **resources)
    processor.run(code=str(script), logs=False)
    job = processor.latest_job.describe()
    assert job["AppSpecification"]["ContainerEntrypoint"] == [
        "python3",
        "/opt/ml/processing/input/code/prepare.py",
    ]
    place = job["ProcessingInputs"][0]["S3Input"]["S3Uri"]
    bucket, _, key = place.removeprefix("s3://").partition("/")
    assert bucket == session.default_bucket()
    assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == script.read_bytes()


def test_waiting_prints_dots(resources: dict[str, Any], script: Path, capsys: Any) -> None:
    processor = ScriptProcessor(image_uri=IMAGE, command=["python3"], **resources)
    processor.run(code=str(script), logs=False)
    assert capsys.readouterr().out.lstrip(".") == "!"


def test_a_processing_job_is_stopped(sm: World, resources: dict[str, Any], script: Path) -> None:
    processor = ScriptProcessor(image_uri=IMAGE, command=["python3"], **resources)
    processor.run(code=str(script), wait=False)
    processor.latest_job.stop()
    processor.latest_job.wait(logs=False)
    assert sm.get("ProcessingJob", processor.latest_job.job_name).status == "Stopped"


def test_a_job_that_fails_raises_what_the_sdk_raises(
    sm: World, resources: dict[str, Any], script: Path
) -> None:
    sm.fail("ProcessingJob", reason="AlgorithmError: no rows")
    processor = ScriptProcessor(image_uri=IMAGE, command=["python3"], **resources)
    with pytest.raises(UnexpectedStatusException, match="AlgorithmError: no rows"):
        processor.run(code=str(script))


def test_processors_of_frameworks(resources: dict[str, Any], script: Path) -> None:
    sklearn = SKLearnProcessor(framework_version="1.2-1", **resources)
    sklearn.run(code=str(script))
    framework = FrameworkProcessor(SKLearn, framework_version="1.2-1", **resources)
    framework.run(code=script.name, source_dir=str(script.parent))
    spark = PySparkProcessor(
        framework_version="3.3", **{**resources, "instance_type": "ml.m5.xlarge"}
    )
    spark.run(submit_app=str(script), spark_event_logs_s3_uri="s3://training-data/events")
    ended = [job.describe()["ProcessingJobStatus"] for job in (*sklearn.jobs, *framework.jobs)]
    assert ended == ["Completed", "Completed"]
    assert spark.latest_job.describe()["ProcessingJobStatus"] == "Completed"


@pytest.mark.parametrize("logs", [True, False])
def test_a_transformer_transforms_and_waits(
    session: Any, model: Any, logs: bool, capsys: Any
) -> None:
    model.create()
    transformer = Transformer(
        model.name,
        1,
        "ml.m5.large",
        output_path="s3://training-data/out",
        sagemaker_session=session,
    )
    transformer.transform("s3://training-data/in", content_type="text/csv", logs=logs)
    assert capsys.readouterr().out.strip(".\n") != ""
    attached = Transformer.attach(transformer.latest_transform_job.name, session)
    assert attached.output_path == "s3://training-data/out"
    name = transformer.latest_transform_job.name
    job = session.sagemaker_client.describe_transform_job(TransformJobName=name)
    assert job["TransformJobStatus"] == "Completed"


def test_a_transform_job_is_stopped(sm: World, session: Any, model: Any) -> None:
    model.create()
    transformer = Transformer(model.name, 1, "ml.m5.large", sagemaker_session=session)
    transformer.transform("s3://training-data/in", wait=False)
    transformer.stop_transform_job()
    name = transformer.latest_transform_job.name
    assert sm.get("TransformJob", name).status == "Stopped"


def test_an_estimator_makes_a_transformer(sm: World, estimator: Any) -> None:
    estimator.fit("s3://training-data/train", logs=False)
    transformer = estimator.transformer(1, "ml.m5.large")
    transformer.transform("s3://training-data/in", logs=False)
    job = sm.get("TransformJob", transformer.latest_transform_job.name)
    assert job.status == "Completed"
    assert job.members["ModelName"] == transformer.model_name
