"""What is told of an execution and its steps."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.pipelines.running import Pipeline, condition, equals, fail, processing, training


@pytest.mark.fact("pipelines.Reports.ListPipelineExecutionSteps-lists-the-newest-step-first")
def test_the_newest_step_comes_first(client: Any, sm: World) -> None:
    """Source: recorded outputs; docs/facts/pipelines.md, reports."""
    sm.transitions(rule="immediate")
    pipeline = Pipeline(client, processing("A"), processing("B", "A"))
    arn = pipeline.start()

    def listed(**parameters: Any) -> list[str]:
        answer = client.list_pipeline_execution_steps(PipelineExecutionArn=arn, **parameters)
        return [step["StepName"] for step in answer["PipelineExecutionSteps"]]

    assert listed() == listed(SortOrder="Descending") == ["B", "A"]
    assert listed(SortOrder="Ascending") == ["A", "B"]


@pytest.mark.fact("pipelines.Definitions.a-step-has-Name-Type-Arguments")
def test_a_whole_report_of_a_step(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    shown = {"DisplayName": "The preparation", "Description": "Prepares."}
    pipeline = Pipeline(client, processing("Prepare", **shown))
    arn = pipeline.start()
    step = pipeline.steps(arn)["Prepare"]
    assert step.pop("EndTime") > step.pop("StartTime")
    (job,) = sm.resources("ProcessingJob")
    assert step == {
        "StepName": "Prepare",
        "StepDisplayName": "The preparation",
        "StepDescription": "Prepares.",
        "StepStatus": "Succeeded",
        "Metadata": {"ProcessingJob": {"Arn": job.arn}},
        "AttemptCount": 1,
    }


def test_a_failing_step_tells_its_message(client: Any, sm: World) -> None:
    """Source: aws/sagemaker-python-sdk, tests/integ/sagemaker/workflow/test_fail_steps.py."""
    outcome = {"Get": "Steps.Gate.Outcome"}
    said = {"Std:Join": {"On": ": ", "Values": ["Failed due to xxx == yyy returns", outcome]}}
    stop = fail("Stop")
    stop["Arguments"] = {"ErrorMessage": said}
    pipeline = Pipeline(client, condition("Gate", test=equals(1, 2)), stop)
    arn = pipeline.start()
    pipeline.status(arn)
    newest, oldest = client.list_pipeline_execution_steps(PipelineExecutionArn=arn)[
        "PipelineExecutionSteps"
    ]
    assert (oldest["StepName"], oldest["StepStatus"]) == ("Gate", "Succeeded")
    assert newest["StepStatus"] == "Failed"
    assert newest["FailureReason"] == "Failed due to xxx == yyy returns: false"
    assert newest["Metadata"] == {
        "Fail": {"ErrorMessage": "Failed due to xxx == yyy returns: false"}
    }
    (summary,) = client.list_pipeline_executions(PipelineName="demo")["PipelineExecutionSummaries"]
    assert summary["PipelineExecutionStatus"] == "Failed"
    reason = summary["PipelineExecutionFailureReason"]
    assert reason == "Step failure: One or multiple steps failed."


def test_pages_are_those_of_one_list(client: Any, sm: World) -> None:
    sm.transitions(rule="clock")
    pipeline = Pipeline(client, *(processing(f"P{n}") for n in range(5)), training("Late", "P0"))
    arn = pipeline.start()
    call = client.list_pipeline_execution_steps
    first = call(PipelineExecutionArn=arn, MaxResults=3)
    sm.clock.advance(301)
    second = call(PipelineExecutionArn=arn, MaxResults=3, NextToken=first["NextToken"])
    names = [
        step["StepName"] for page in (first, second) for step in page["PipelineExecutionSteps"]
    ]
    assert names == ["P4", "P3", "P2", "P1", "P0"]
    assert "NextToken" not in second
    assert list(pipeline.steps(arn))[-1] == "Late"


def test_a_page_is_one_look(client: Any) -> None:
    pipeline = Pipeline(client, *(processing(f"P{n}") for n in range(5)))
    arn = pipeline.start()
    call = client.list_pipeline_execution_steps
    first = call(PipelineExecutionArn=arn, MaxResults=4)
    call(PipelineExecutionArn=arn, MaxResults=4, NextToken=first["NextToken"])
    assert pipeline.status(arn) == "Succeeded"


def test_no_execution_no_steps(client: Any) -> None:
    pipeline = Pipeline(client)
    arn = pipeline.start()
    assert pipeline.steps(arn) == {}
    with pytest.raises(client.exceptions.ResourceNotFound, match="does not exist"):
        pipeline.steps(arn[:-12] + "abcdefghijkl")
    with pytest.raises(ClientError):
        client.list_pipeline_execution_steps()


def test_steps_of_an_execution_that_a_test_has_added(client: Any, sm: World) -> None:
    Pipeline(client, processing("Prepare"))
    execution = sm.add("PipelineExecution", region="eu-west-1", PipelineName="demo")
    answer = client.list_pipeline_execution_steps(PipelineExecutionArn=execution.arn)
    assert answer["PipelineExecutionSteps"] == []


def test_an_execution_runs_the_definition_that_it_started_with(client: Any, sm: World) -> None:
    pipeline = Pipeline(client, processing("Old"))
    arn = pipeline.start()
    pipeline.update(processing("New"))
    for _ in range(2):
        pipeline.status(arn)
    assert list(pipeline.steps(arn)) == ["Old"]
    assert list(pipeline.steps(pipeline.start())) == ["New"]
    described = client.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
    assert described["PipelineDefinition"] == pipeline.text(processing("Old"))


def test_a_version_runs_by_its_number(client: Any) -> None:
    pipeline = Pipeline(client, processing("Old"))
    pipeline.update(processing("New"))
    assert list(pipeline.steps(pipeline.start(PipelineVersionId=1))) == ["Old"]


def test_parameters_are_listed_with_their_values(client: Any) -> None:
    parameters = [
        {"Name": "Epochs", "Type": "Integer", "DefaultValue": 3},
        {"Name": "Data", "Type": "String", "DefaultValue": "s3://a"},
    ]
    pipeline = Pipeline(client, processing("Prepare"), Parameters=parameters)
    arn = pipeline.start(PipelineParameters=[{"Name": "Data", "Value": "s3://b"}])
    answer = client.list_pipeline_parameters_for_execution(PipelineExecutionArn=arn)
    assert answer["PipelineParameters"] == [
        {"Name": "Epochs", "Value": "3"},
        {"Name": "Data", "Value": "s3://b"},
    ]


# Experiment, trial, lineage ---------------------------------------------------------------------


@pytest.mark.fact(
    "pipelines.Names-tags-and-experiments-of-jobs.by-default-the-experiment-has-the",
)
def test_an_execution_has_an_experiment_and_a_trial(client: Any, sm: World) -> None:
    """Source: aws/sagemaker-python-sdk, tests/integ/sagemaker/workflow/test_experiment.py."""
    sm.transitions(rule="immediate")
    pipeline = Pipeline(client, training("Train"))
    arn = pipeline.start()
    config = pipeline.describe(arn)["PipelineExperimentConfig"]
    assert config == {"ExperimentName": "demo", "TrialName": arn.rsplit("/", 1)[1]}
    trial = client.describe_trial(TrialName=config["TrialName"])
    assert trial["ExperimentName"] == "demo"
    (component,) = client.list_trial_components(TrialName=config["TrialName"])[
        "TrialComponentSummaries"
    ]
    (job,) = sm.resources("TrainingJob")
    assert component["TrialComponentSource"]["SourceArn"] == job.arn
    pipeline.start()
    assert len(client.list_experiments()["ExperimentSummaries"]) == 1
    assert len(client.list_trials(ExperimentName="demo")["TrialSummaries"]) == 2


def test_a_definition_may_want_no_experiment(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    pipeline = Pipeline(client, training("Train"), PipelineExperimentConfig=None)
    arn = pipeline.start()
    assert "PipelineExperimentConfig" not in pipeline.describe(arn)
    assert client.list_experiments()["ExperimentSummaries"] == []


def test_a_run_leaves_associations(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    pipeline = Pipeline(client, training("Train"))
    pipeline.start()
    (job,) = sm.resources("TrainingJob")
    model = job.members["ModelArtifacts"]["S3ModelArtifacts"]
    (artifact,) = client.list_artifacts(SourceUri=model)["ArtifactSummaries"]
    sources = client.list_associations(DestinationArn=artifact["ArtifactArn"])
    (association,) = sources["AssociationSummaries"]
    assert association["AssociationType"] == "Produced"
    assert association["SourceArn"].endswith("-aws-training-job")
