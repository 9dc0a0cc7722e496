"""Processors and transformers of the SageMaker Python SDK v3."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sagemaker.core.processing import FrameworkProcessor, Processor, ScriptProcessor
from sagemaker.core.resources import Model
from sagemaker.core.shapes import (
    ContainerDefinition,
    ProcessingInput,
    ProcessingOutput,
    ProcessingS3Input,
    ProcessingS3Output,
)
from sagemaker.core.transformer import Transformer

from sagestub import World
from tests.clients.names import IMAGE, ROLE


@pytest.fixture
def arguments(session: Any) -> dict[str, Any]:
    """What every processor is given."""
    return {
        "role": ROLE,
        "image_uri": IMAGE,
        "instance_count": 1,
        "instance_type": "ml.m5.large",
        "sagemaker_session": session,
    }


def test_a_processor_reads_and_writes(sm: World, s3: Any, arguments: dict[str, Any]) -> None:
    @sm.container(kind="ProcessingJob")
    def prepare(container: Any) -> None:
        container.write("train.csv", "1,2\n", output="train")

    processor = Processor(**arguments)
    processor.run(
        inputs=[
            ProcessingInput(
                input_name="raw",
                s3_input=ProcessingS3Input(
                    s3_uri="s3://training-data/raw",
                    local_path="/opt/ml/processing/input",
                    s3_data_type="S3Prefix",
                    s3_input_mode="File",
                ),
            )
        ],
        outputs=[
            ProcessingOutput(
                output_name="train",
                s3_output=ProcessingS3Output(
                    s3_uri="s3://training-data/clean",
                    local_path="/opt/ml/processing/out",
                    s3_upload_mode="EndOfJob",
                ),
            )
        ],
    )
    assert processor.latest_job.refresh().processing_job_status == "Completed"
    written = s3.get_object(Bucket="training-data", Key="clean/train.csv")["Body"].read()
    assert written == b"1,2\n"


@pytest.mark.parametrize("logs", [True, False])
def test_scripts_are_put_into_s3(arguments: dict[str, Any], tmp_path: Path, logs: bool) -> None:
    (tmp_path / "prepare.py").write_text("print('preparing')\n")
    script = ScriptProcessor(command=["python3"], **arguments)
    script.run(code=str(tmp_path / "prepare.py"), logs=logs)
    framework = FrameworkProcessor(**arguments)
    framework.run(code="prepare.py", source_dir=str(tmp_path), logs=logs)
    for job in (script.latest_job, framework.latest_job):
        assert job.refresh().processing_job_status == "Completed"


def test_a_transformer_waits(session: Any) -> None:
    Model.create(
        model_name="mine",
        primary_container=ContainerDefinition(image=IMAGE),
        execution_role_arn=ROLE,
    )
    transformer = Transformer(
        "mine", 1, "ml.m5.large", output_path="s3://training-data/out", sagemaker_session=session
    )
    transformer.transform("s3://training-data/in", content_type="text/csv")
    job = transformer.latest_transform_job
    assert job.refresh().transform_job_status == "Completed"
