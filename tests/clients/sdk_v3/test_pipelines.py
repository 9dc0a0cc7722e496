"""Pipelines of the SageMaker Python SDK v3 (sagemaker-mlops): upsert, start, wait, steps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import WaiterError
from sagemaker.core.processing import ScriptProcessor
from sagemaker.core.shapes import ProcessingOutput, ProcessingS3Output
from sagemaker.core.training.configs import Compute, InputData
from sagemaker.core.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.core.workflow.functions import JsonGet
from sagemaker.core.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow.condition_step import ConditionStep
from sagemaker.mlops.workflow.fail_step import FailStep
from sagemaker.mlops.workflow.model_step import ModelStep
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.steps import ProcessingStep, TrainingStep
from sagemaker.serve.model_builder import ModelBuilder
from sagemaker.train import ModelTrainer

from sagestub import World
from tests.clients.names import IMAGE, REGION, ROLE


@pytest.fixture
def pipeline_session(session: Any) -> Any:
    """The session in which steps are written down instead of run."""
    return PipelineSession(boto3.Session(region_name=REGION), default_bucket="training-data")


@pytest.fixture
def pipeline(pipeline_session: Any, tmp_path: Path) -> Any:
    """Train, evaluate; register if it is good enough, else fail."""
    (tmp_path / "step.py").write_text("print('working')\n")
    source = ParameterString("Source", default_value="s3://training-data/raw")
    threshold = ParameterFloat("Threshold", default_value=0.8)
    trainer = ModelTrainer(
        training_image=IMAGE,
        role=ROLE,
        sagemaker_session=pipeline_session,
        base_job_name="mine",
        compute=Compute(instance_type="ml.m5.large", instance_count=1),
    )
    train = TrainingStep(
        name="Train",
        step_args=trainer.train(
            input_data_config=[InputData(channel_name="train", data_source=source)]
        ),
    )
    processor = ScriptProcessor(
        role=ROLE,
        image_uri=IMAGE.replace("mine", "scripts"),
        command=["python3"],
        instance_count=1,
        instance_type="ml.m5.large",
        sagemaker_session=pipeline_session,
    )
    report = PropertyFile(name="Report", output_name="report", path="report.json")
    evaluate = ProcessingStep(
        name="Evaluate",
        step_args=processor.run(
            code=str(tmp_path / "step.py"),
            arguments=["--model", train.properties.ModelArtifacts.S3ModelArtifacts],
            outputs=[
                ProcessingOutput(
                    output_name="report",
                    s3_output=ProcessingS3Output(
                        s3_uri="s3://training-data/report",
                        local_path="/opt/ml/processing/report",
                        s3_upload_mode="EndOfJob",
                    ),
                )
            ],
        ),
        property_files=[report],
    )
    builder = ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url=train.properties.ModelArtifacts.S3ModelArtifacts,
        role_arn=ROLE,
        sagemaker_session=pipeline_session,
        instance_type="ml.m5.large",
    )
    register = ModelStep(
        name="Register",
        step_args=builder.register(
            model_package_group_name="digits",
            content_types=["text/csv"],
            response_types=["text/csv"],
            inference_instances=["ml.m5.large"],
            approval_status="Approved",
        ),
    )
    decide = ConditionStep(
        name="Decide",
        conditions=[
            ConditionGreaterThanOrEqualTo(
                left=JsonGet(step_name="Evaluate", property_file=report, json_path="accuracy"),
                right=threshold,
            )
        ],
        if_steps=[register],
        else_steps=[FailStep(name="TooBad", error_message="not accurate enough")],
    )
    return Pipeline(
        name="digits",
        parameters=[source, threshold],
        steps=[train, evaluate, decide],
        sagemaker_session=pipeline_session,
    )


@pytest.fixture
def accuracy(sm: World) -> dict[str, float]:
    """What the evaluation will find."""
    found = {"accuracy": 0.9}

    @sm.container(image="*scripts*")
    def evaluate(container: Any) -> None:
        container.write("report.json", json.dumps(found), output="report")

    return found


@pytest.mark.usefixtures("accuracy")
def test_a_pipeline_is_put_started_and_waited_for(sm: World, pipeline: Any) -> None:
    pipeline.upsert(role_arn=ROLE)
    execution = pipeline.start(parameters={"Source": "s3://training-data/other"})
    execution.wait()
    assert execution.describe()["PipelineExecutionStatus"] == "Succeeded"
    statuses = {step["StepName"]: step["StepStatus"] for step in execution.list_steps()}
    assert statuses == dict.fromkeys(["Train", "Evaluate", "Decide", "Register"], "Succeeded")
    (job,) = sm.resources("TrainingJob")
    (channel,) = job.members["InputDataConfig"]
    assert channel["DataSource"]["S3DataSource"]["S3Uri"] == "s3://training-data/other"
    (package,) = sm.resources("ModelPackage")
    (container,) = package.members["InferenceSpecification"]["Containers"]
    assert container["ModelDataUrl"] == job.members["ModelArtifacts"]["S3ModelArtifacts"]


def test_a_condition_leads_the_other_way(pipeline: Any, accuracy: dict[str, float]) -> None:
    accuracy["accuracy"] = 0.5
    pipeline.upsert(role_arn=ROLE)
    execution = pipeline.start()
    with pytest.raises(WaiterError):
        execution.wait()
    (failed,) = [step for step in execution.list_steps() if step["StepStatus"] == "Failed"]
    assert (failed["StepName"], failed["FailureReason"]) == ("TooBad", "not accurate enough")


@pytest.mark.usefixtures("accuracy")
def test_executions_and_versions_are_listed(pipeline: Any) -> None:
    pipeline.upsert(role_arn=ROLE)
    pipeline.upsert(role_arn=ROLE)
    execution = pipeline.start(parameters={"Threshold": 0.7}, execution_display_name="lenient")
    execution.wait()
    (listed,) = pipeline.list_executions()["PipelineExecutionSummaries"]
    assert listed["PipelineExecutionDisplayName"] == "lenient"
    assert pipeline.list_pipeline_versions()["PipelineVersionSummaries"]
    pipeline.delete()
