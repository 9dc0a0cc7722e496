"""The operators: each makes what it is for, and waits until it is done."""

from __future__ import annotations

from typing import Any

import pytest
from airflow.providers.amazon.aws.operators.sagemaker import (
    SageMakerAutoMLOperator,
    SageMakerCreateExperimentOperator,
    SageMakerCreateNotebookOperator,
    SageMakerDeleteModelOperator,
    SageMakerDeleteNotebookOperator,
    SageMakerEndpointConfigOperator,
    SageMakerEndpointOperator,
    SageMakerModelOperator,
    SageMakerProcessingOperator,
    SageMakerRegisterModelVersionOperator,
    SageMakerStartNoteBookOperator,
    SageMakerStartPipelineOperator,
    SageMakerStopNotebookOperator,
    SageMakerStopPipelineOperator,
    SageMakerTrainingOperator,
    SageMakerTransformOperator,
    SageMakerTuningOperator,
)
from airflow.providers.common.compat.sdk import AirflowException

from sagestub import World
from tests.clients.airflow.conftest import BUCKET, IMAGE, REGION, ROLE
from tests.clients.airflow.requests import (
    channel,
    endpoint,
    model,
    processing,
    put,
    training,
    transform,
    tuning,
)

DEFINITION = '{"Version": "2020-12-01", "Parameters": [], "Steps": []}'


def executed(operator: type[Any], **arguments: Any) -> Any:
    """Return what an operator's execution returns."""
    made = operator(task_id="task", region_name=REGION, **arguments)
    return made.execute({})


def test_training_waits_for_the_end(sm: World) -> None:
    done = executed(SageMakerTrainingOperator, config=training(), print_log=False)
    assert done["Training"]["TrainingJobStatus"] == "Completed"


def test_training_prints_the_log(sm: World, capsys: pytest.CaptureFixture[str]) -> None:
    done = executed(SageMakerTrainingOperator, config=training(), print_log=True)
    assert done["Training"]["TrainingJobStatus"] == "Completed"
    assert "Billable seconds" in "".join(capsys.readouterr())


def test_training_that_fails_says_why(sm: World) -> None:
    sm.fail("TrainingJob", reason="AlgorithmError: no such column")
    with pytest.raises(AirflowException, match="no such column"):
        executed(SageMakerTrainingOperator, config=training(), print_log=False)


def test_a_name_that_is_taken_gets_a_time_stamp(sm: World) -> None:
    executed(SageMakerTrainingOperator, config=training(), print_log=False)
    executed(
        SageMakerTrainingOperator,
        config=training(),
        print_log=False,
        action_if_job_exists="timestamp",
    )
    names = [job.name for job in sm.resources("TrainingJob")]
    assert names[0] == "train"
    assert names[1].startswith("train-")


def test_a_name_that_is_taken_may_be_an_error(sm: World) -> None:
    executed(SageMakerTrainingOperator, config=training(), print_log=False)
    with pytest.raises(AirflowException, match="already exists"):
        executed(
            SageMakerTrainingOperator,
            config=training(),
            print_log=False,
            action_if_job_exists="fail",
        )


def test_training_checks_its_input_in_s3(sm: World) -> None:
    config = training(InputDataConfig=[channel("nothing-here")])
    with pytest.raises(AirflowException, match="nothing-here"):
        executed(SageMakerTrainingOperator, config=config)
    assert not sm.calls("CreateTrainingJob")


def test_processing_waits_for_the_end(sm: World) -> None:
    done = executed(SageMakerProcessingOperator, config=processing(), print_log=False)
    assert done["Processing"]["ProcessingJobStatus"] == "Completed"


def test_transform_makes_its_model_first(sm: World, client: Any) -> None:
    config = {"Model": model(), "Transform": transform()}
    put("input/a.csv", b"1")
    done = executed(SageMakerTransformOperator, config=config)
    assert done["Transform"]["TransformJobStatus"] == "Completed"
    assert done["Model"]["ModelName"] == "model"


def test_tuning_waits_for_the_end(sm: World) -> None:
    put("train/a.csv", b"1")
    done = executed(SageMakerTuningOperator, config=tuning())
    assert done["Tuning"]["HyperParameterTuningJobStatus"] == "Completed"
    assert done["Tuning"]["TrainingJobStatusCounters"]["Completed"] == 4


def test_an_endpoint_is_deployed_and_updated(sm: World) -> None:
    done = executed(SageMakerEndpointOperator, config=endpoint())
    assert done["Endpoint"]["EndpointStatus"] == "InService"
    again = endpoint()
    again["EndpointConfig"]["EndpointConfigName"] = "another-config"
    again["Endpoint"]["EndpointConfigName"] = "another-config"
    del again["Model"]
    updated = executed(SageMakerEndpointOperator, config=again, operation="update")
    assert updated["Endpoint"]["EndpointStatus"] == "InService"
    assert updated["Endpoint"]["EndpointConfigName"] == "another-config"


def test_an_endpoint_that_exists_is_updated_by_create(sm: World) -> None:
    executed(SageMakerEndpointOperator, config=endpoint())
    again = endpoint()
    again["EndpointConfig"]["EndpointConfigName"] = "another-config"
    again["Endpoint"]["EndpointConfigName"] = "another-config"
    del again["Model"]
    done = executed(SageMakerEndpointOperator, config=again, operation="create")
    assert done["Endpoint"]["EndpointConfigName"] == "another-config"
    assert len(sm.calls("UpdateEndpoint")) == 1


def test_models_and_configurations(sm: World, client: Any) -> None:
    executed(SageMakerModelOperator, config=model())
    executed(SageMakerEndpointConfigOperator, config=endpoint()["EndpointConfig"])
    executed(SageMakerDeleteModelOperator, config={"ModelName": "model"})
    assert client.list_models()["Models"] == []
    assert len(client.list_endpoint_configs()["EndpointConfigs"]) == 1


def test_a_pipeline_is_started_and_waited_for(sm: World, client: Any) -> None:
    client.create_pipeline(
        PipelineName="nightly",
        PipelineDefinition=DEFINITION,
        RoleArn=ROLE,
        ClientRequestToken="0" * 32,
    )
    arn = executed(
        SageMakerStartPipelineOperator, pipeline_name="nightly", wait_for_completion=True
    )
    assert sm.get("PipelineExecution", arn).status == "Succeeded"


def test_a_pipeline_is_stopped(sm: World, client: Any) -> None:
    client.create_pipeline(
        PipelineName="nightly",
        PipelineDefinition=DEFINITION,
        RoleArn=ROLE,
        ClientRequestToken="0" * 32,
    )
    sm.transitions("PipelineExecution", rule="manual", state="Executing")
    arn = executed(SageMakerStartPipelineOperator, pipeline_name="nightly")
    status = executed(
        SageMakerStopPipelineOperator, pipeline_exec_arn=arn, wait_for_completion=True
    )
    assert status in {"Stopping", "Stopped"}
    assert sm.get("PipelineExecution", arn).status == "Stopped"


def test_automl_returns_the_best_candidate(sm: World) -> None:
    put("input.csv", b"a,b\n1,2\n")
    best = executed(
        SageMakerAutoMLOperator,
        job_name="auto",
        s3_input=f"s3://{BUCKET}/input.csv",
        target_attribute="b",
        s3_output=f"s3://{BUCKET}/auto",
        role_arn=ROLE,
        time_limit=3600,
    )
    assert best["CandidateStatus"] == "Completed"
    assert best["InferenceContainers"]


def test_a_model_version_is_registered_in_a_new_group(sm: World) -> None:
    arn = executed(
        SageMakerRegisterModelVersionOperator,
        image_uri=IMAGE,
        model_url=f"s3://{BUCKET}/model.tar.gz",
        package_group_name="models",
    )
    assert arn.endswith(":model-package/models/1")


def test_an_experiment_is_made(sm: World) -> None:
    arn = executed(SageMakerCreateExperimentOperator, name="quality", description="of models")
    assert arn == sm.get("Experiment", "quality").arn


def test_a_notebook_lives_through_its_operators(sm: World) -> None:
    executed(
        SageMakerCreateNotebookOperator,
        instance_name="notebook",
        instance_type="ml.t3.medium",
        role_arn=ROLE,
    )
    assert sm.get("NotebookInstance", "notebook").status == "InService"
    executed(SageMakerStopNotebookOperator, instance_name="notebook")
    assert sm.get("NotebookInstance", "notebook").status == "Stopped"
    executed(SageMakerStartNoteBookOperator, instance_name="notebook")
    assert sm.get("NotebookInstance", "notebook").status == "InService"
    executed(SageMakerStopNotebookOperator, instance_name="notebook")
    executed(SageMakerDeleteNotebookOperator, instance_name="notebook")
    assert sm.resources("NotebookInstance") == []
