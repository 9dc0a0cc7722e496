"""Pipelines of the SageMaker Python SDK v2: upsert, start, wait, and what their steps have done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import WaiterError
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.model import Model
from sagemaker.processing import ProcessingOutput, ScriptProcessor
from sagemaker.transformer import Transformer
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.workflow.fail_step import FailStep
from sagemaker.workflow.functions import Join, JsonGet
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.selective_execution_config import SelectiveExecutionConfig
from sagemaker.workflow.steps import (
    CacheConfig,
    ProcessingStep,
    TrainingStep,
    TransformStep,
    TuningStep,
)

from sagestub import World
from tests.clients.names import IMAGE, REGION, ROLE


@pytest.fixture
def pipeline_session(session: Any) -> Any:
    """The session in which steps are written down instead of run."""
    return PipelineSession(boto3.Session(region_name=REGION), default_bucket="training-data")


@pytest.fixture
def trainer(pipeline_session: Any) -> Any:
    """An estimator for training steps."""
    return Estimator(
        IMAGE,
        ROLE,
        1,
        "ml.m5.large",
        sagemaker_session=pipeline_session,
        output_path="s3://trained-models/out",
    )


@pytest.fixture
def pipeline(pipeline_session: Any, trainer: Any, tmp_path: Path) -> Any:
    """Prepare, train, evaluate; register if it is good enough, else fail."""
    (tmp_path / "step.py").write_text("print('working')\n")
    source = ParameterString("Source", "s3://training-data/raw")
    threshold = ParameterFloat("Threshold", 0.8)
    processor = ScriptProcessor(
        role=ROLE,
        image_uri=IMAGE.replace("mine", "scripts"),
        command=["python3"],
        instance_count=1,
        instance_type="ml.m5.large",
        sagemaker_session=pipeline_session,
    )
    prepare = ProcessingStep(
        "Prepare",
        step_args=processor.run(
            code=str(tmp_path / "step.py"),
            arguments=["--source", source],
            outputs=[ProcessingOutput(output_name="train", source="/opt/ml/processing/train")],
        ),
    )
    prepared = prepare.properties.ProcessingOutputConfig.Outputs["train"].S3Output.S3Uri
    train = TrainingStep("Train", step_args=trainer.fit({"train": TrainingInput(prepared)}))
    report = PropertyFile("Report", output_name="report", path="report.json")
    evaluate = ProcessingStep(
        "Evaluate",
        step_args=processor.run(
            code=str(tmp_path / "step.py"),
            arguments=["--model", train.properties.ModelArtifacts.S3ModelArtifacts],
            outputs=[ProcessingOutput(output_name="report", source="/opt/ml/processing/report")],
        ),
        property_files=[report],
    )
    model = Model(
        IMAGE,
        train.properties.ModelArtifacts.S3ModelArtifacts,
        ROLE,
        sagemaker_session=pipeline_session,
    )
    register = ModelStep(
        "Register",
        step_args=model.register(
            content_types=["text/csv"],
            response_types=["text/csv"],
            inference_instances=["ml.m5.large"],
            model_package_group_name="digits",
            approval_status="Approved",
        ),
    )
    decide = ConditionStep(
        "Decide",
        conditions=[
            ConditionGreaterThanOrEqualTo(
                JsonGet(step_name="Evaluate", property_file=report, json_path="accuracy"),
                threshold,
            )
        ],
        if_steps=[register],
        else_steps=[FailStep("TooBad", Join(" ", ["accuracy is below", threshold]))],
    )
    return Pipeline(
        "digits",
        parameters=[source, threshold],
        steps=[prepare, train, evaluate, decide],
        sagemaker_session=pipeline_session,
    )


@pytest.fixture
def accuracy(sm: World) -> dict[str, float]:
    """What the evaluation will find."""
    found = {"accuracy": 0.9}

    @sm.container(image="*scripts*")
    def evaluate(container: Any) -> None:
        if "report" in container.outputs:
            container.write("report.json", json.dumps(found), output="report")

    return found


def statuses(execution: Any) -> dict[str, str]:
    """Return the status of each step, by its name."""
    return {step["StepName"]: step["StepStatus"] for step in execution.list_steps()}


@pytest.mark.usefixtures("accuracy")
def test_a_pipeline_is_put_started_and_waited_for(sm: World, pipeline: Any, session: Any) -> None:
    pipeline.upsert(ROLE)
    execution = pipeline.start({"Source": "s3://training-data/other"})
    execution.wait()
    assert execution.describe()["PipelineExecutionStatus"] == "Succeeded"
    assert statuses(execution) == dict.fromkeys(
        ["Prepare", "Train", "Evaluate", "Decide", "Register-RegisterModel"], "Succeeded"
    )
    (package,) = session.sagemaker_client.list_model_packages(ModelPackageGroupName="digits")[
        "ModelPackageSummaryList"
    ]
    assert package["ModelApprovalStatus"] == "Approved"
    prepared = sm.resources("ProcessingJob")[0].members
    assert prepared["AppSpecification"]["ContainerArguments"] == [
        "--source",
        "s3://training-data/other",
    ]


def test_a_condition_leads_the_other_way(pipeline: Any, accuracy: dict[str, float]) -> None:
    accuracy["accuracy"] = 0.5
    pipeline.upsert(ROLE)
    execution = pipeline.start()
    with pytest.raises(WaiterError):
        execution.wait()
    assert execution.describe()["PipelineExecutionStatus"] == "Failed"
    (failed,) = [step for step in execution.list_steps() if step["StepStatus"] == "Failed"]
    assert failed["StepName"] == "TooBad"
    assert failed["FailureReason"] == "accuracy is below 0.8"


def test_a_step_that_fails_fails_the_execution(sm: World, pipeline: Any) -> None:
    sm.fail("TrainingJob", reason="AlgorithmError: no data")
    pipeline.upsert(ROLE)
    execution = pipeline.start()
    with pytest.raises(WaiterError):
        execution.wait()
    (failed,) = [step for step in execution.list_steps() if step["StepStatus"] == "Failed"]
    assert failed["StepName"] == "Train"
    assert "AlgorithmError: no data" in failed["FailureReason"]


@pytest.mark.usefixtures("accuracy")
def test_an_upsert_updates_what_is_there(pipeline: Any) -> None:
    pipeline.upsert(ROLE, description="the first")
    pipeline.upsert(ROLE, description="the second")
    described = pipeline.describe()
    assert described["PipelineDescription"] == "the second"
    assert [s["Name"] for s in json.loads(described["PipelineDefinition"])["Steps"]] == [
        "Prepare",
        "Train",
        "Evaluate",
        "Decide",
    ]


@pytest.mark.usefixtures("accuracy")
def test_executions_are_listed_with_their_parameters(pipeline: Any) -> None:
    pipeline.upsert(ROLE)
    execution = pipeline.start({"Threshold": 0.7}, execution_display_name="lenient")
    (listed,) = pipeline.list_executions()["PipelineExecutionSummaries"]
    assert listed["PipelineExecutionDisplayName"] == "lenient"
    assert execution.list_parameters()["PipelineParameters"] == [
        {"Name": "Source", "Value": "s3://training-data/raw"},
        {"Name": "Threshold", "Value": "0.7"},
    ]
    again = pipeline.build_parameters_from_execution(execution.arn, {"Threshold": 0.6})
    assert again == {"Source": "s3://training-data/raw", "Threshold": 0.6}


def test_an_execution_is_stopped(pipeline: Any) -> None:
    """The SDK's own waiter does not know that state, and gives up."""
    pipeline.upsert(ROLE)
    execution = pipeline.start()
    execution.stop()
    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        execution.wait()
    assert execution.describe()["PipelineExecutionStatus"] == "Stopped"


@pytest.mark.usefixtures("accuracy")
def test_some_steps_are_run_again(pipeline: Any) -> None:
    pipeline.upsert(ROLE)
    first = pipeline.start()
    first.wait()
    config = SelectiveExecutionConfig(
        selected_steps=["Evaluate"], source_pipeline_execution_arn=first.arn
    )
    second = pipeline.start(selective_execution_config=config)
    second.wait()
    assert statuses(second)["Evaluate"] == "Succeeded"
    assert second.describe()["SelectiveExecutionConfig"]["SelectedSteps"] == [
        {"StepName": "Evaluate"}
    ]


def test_a_cached_step_is_not_run_again(sm: World, trainer: Any, pipeline_session: Any) -> None:
    step = TrainingStep(
        "Train",
        step_args=trainer.fit("s3://training-data/train"),
        cache_config=CacheConfig(enable_caching=True, expire_after="P30d"),
    )
    pipeline = Pipeline("cached", steps=[step], sagemaker_session=pipeline_session)
    pipeline.upsert(ROLE)
    first = pipeline.start()
    first.wait()
    second = pipeline.start()
    second.wait()
    (listed,) = second.list_steps()
    assert listed["CacheHitResult"]["SourcePipelineExecutionArn"] == first.arn
    assert len(sm.resources("TrainingJob")) == 1


def test_the_best_of_a_tuning_step_transforms(
    sm: World, trainer: Any, pipeline_session: Any
) -> None:
    tuner = HyperparameterTuner(
        trainer,
        "loss",
        {"rate": ContinuousParameter(0.1, 0.5)},
        metric_definitions=[{"Name": "loss", "Regex": "loss=([0-9.]+)"}],
        max_jobs=2,
    )
    tune = TuningStep("Tune", step_args=tuner.fit("s3://training-data/train"))
    model = Model(
        IMAGE,
        tune.get_top_model_s3_uri(top_k=0, s3_bucket="trained-models", prefix="out"),
        ROLE,
        sagemaker_session=pipeline_session,
    )
    create = ModelStep("Best", step_args=model.create(instance_type="ml.m5.large"))
    transformer = Transformer(
        create.properties.ModelName, 1, "ml.m5.large", sagemaker_session=pipeline_session
    )
    transform = TransformStep("Score", step_args=transformer.transform("s3://training-data/in"))
    pipeline = Pipeline(
        "tuned", steps=[tune, create, transform], sagemaker_session=pipeline_session
    )
    pipeline.upsert(ROLE)
    execution = pipeline.start()
    execution.wait()
    assert set(statuses(execution).values()) == {"Succeeded"}
    best = sm.resources("HyperParameterTuningJob")[0].members["BestTrainingJob"]
    container = sm.resources("Model")[0].members["PrimaryContainer"]
    assert container["ModelDataUrl"] == (
        f"s3://trained-models/out/{best['TrainingJobName']}/output/model.tar.gz"
    )


def test_a_pipeline_is_deleted(sm: World, pipeline: Any) -> None:
    pipeline.create(ROLE)
    pipeline.delete()
    assert sm.resources("Pipeline") == []
