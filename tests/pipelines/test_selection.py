"""Selective execution: which steps run, what they take from a source, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.pipelines.running import Pipeline, condition, equals, fail, processing, training


@pytest.fixture(autouse=True)
def at_once(sm: World) -> None:
    """Executions end within the call that starts them."""
    sm.transitions(rule="immediate")


@pytest.fixture
def chain(client: Any) -> Pipeline:
    """Prepare, then Train, then Check, which reads the model; Other waits for nothing."""
    model = {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}
    return Pipeline(
        client,
        processing("Prepare"),
        training("Train", "Prepare"),
        processing("Check", arguments={"Environment": {"model": model}}),
        processing("Other"),
    )


def only(*steps: str, source: str | None = None) -> dict[str, Any]:
    """Return the members of a start that runs only some steps."""
    config: dict[str, Any] = {"SelectedSteps": [{"StepName": step} for step in steps]}
    if source is not None:
        config["SourcePipelineExecutionArn"] = source
    return {"SelectiveExecutionConfig": config}


@pytest.mark.fact(
    "pipelines.Caching-and-selective-execution.the-steps-that-the-selected-ones",
    "pipelines.Reports.a-cached-or-reused-step-starts",
)
def test_selected_steps_take_results_from_the_source(chain: Pipeline, sm: World) -> None:
    source = chain.start()
    arn = chain.start(**only("Check", source=source))
    steps = chain.steps(arn)
    assert list(steps) == ["Train", "Check"]
    reused = steps["Train"]
    assert reused["SelectiveExecutionResult"] == {"SourcePipelineExecutionArn": source}
    assert (reused["AttemptCount"], reused["EndTime"]) == (0, reused["StartTime"])
    assert steps["Train"]["Metadata"] == chain.steps(source)["Train"]["Metadata"]
    assert "SelectiveExecutionResult" not in steps["Check"]
    (job,) = sm.resources("TrainingJob")
    check = sm.resources("ProcessingJob")[-1]
    assert (
        check.members["Environment"]["model"] == job.members["ModelArtifacts"]["S3ModelArtifacts"]
    )
    assert chain.describe(arn)["SelectiveExecutionConfig"]["SourcePipelineExecutionArn"] == source


@pytest.mark.fact(
    "pipelines.Caching-and-selective-execution.selected-steps-must-be-connected-what",
)
def test_what_comes_after_the_selection_does_not_run(chain: Pipeline) -> None:
    arn = chain.start(**only("Prepare"))
    assert chain.statuses(arn) == {"Prepare": "Succeeded"}
    assert chain.status(arn) == "Succeeded"


@pytest.mark.fact(
    "pipelines.Caching-and-selective-execution.the-source-has-status-Succeeded-or",
)
def test_a_source_may_have_failed_later_on(chain: Pipeline, sm: World) -> None:
    sm.pipelines.fail("Check", reason="AlgorithmError: no")
    source = chain.start()
    assert chain.status(source) == "Failed"
    arn = chain.start(**only("Check", source=source))
    assert chain.status(arn) == "Succeeded"


def test_a_branch_that_the_source_did_not_take_does_not_run(client: Any) -> None:
    gate = condition("Gate", test=equals(1, 1), yes=[training("Yes")], no=[fail("No")])
    pipeline = Pipeline(client, gate)
    source = pipeline.start()
    assert list(pipeline.steps(pipeline.start(**only("Yes", source=source)))) == ["Gate", "Yes"]
    assert list(pipeline.steps(pipeline.start(**only("No", source=source)))) == ["Gate"]


def refusal(chain: Pipeline, **members: Any) -> str:
    with pytest.raises(ClientError) as refused:
        chain.start(**members)
    return str(refused.value.response["Error"]["Message"])


@pytest.mark.fact(
    "pipelines.Caching-and-selective-execution.Invalid-SourcePipelineExecutionArn-null-The-selected-steps",
    "jobs.PipelineExecution.errors.selective-execution-without-source-execution",
)
def test_needed_results_need_a_source(chain: Pipeline) -> None:
    """Source: aws/sagemaker-python-sdk issue 4444."""
    assert refusal(chain, **only("Check")) == (
        "Invalid SourcePipelineExecutionArn: null. The selected steps [Check] have dependencies on "
        "[Train]"
    )


@pytest.mark.fact(
    "pipelines.Caching-and-selective-execution.selected-steps-must-be-connected-what",
)
def test_selected_steps_are_connected(chain: Pipeline) -> None:
    source = chain.start()
    text = refusal(chain, **only("Prepare", "Check", source=source))
    assert "[Train]" in text
    listed = chain.client.list_pipeline_executions(PipelineName="demo")
    assert len(listed["PipelineExecutionSummaries"]) == 1


def test_unknown_steps_are_refused(chain: Pipeline) -> None:
    assert "[Nothing]" in refusal(chain, **only("Prepare", "Nothing"))


def test_a_source_needs_what_the_selection_needs(chain: Pipeline, sm: World) -> None:
    sm.pipelines.fail("Train", reason="AlgorithmError: no")
    source = chain.start()
    assert "did not succeed" in refusal(chain, **only("Check", source=source))


@pytest.mark.fact(
    "pipelines.Caching-and-selective-execution.the-source-has-status-Succeeded-or",
)
def test_a_source_has_ended(chain: Pipeline, sm: World) -> None:
    sm.transitions(rule="manual")
    source = chain.start()
    assert "status Executing" in refusal(chain, **only("Check", source=source))


def test_a_source_is_an_execution_of_the_pipeline(chain: Pipeline, client: Any) -> None:
    client.create_pipeline(
        PipelineName="other",
        PipelineDefinition=chain.text(training("Train")),
        RoleArn="arn:aws:iam::123456789012:role/pipelines",
    )
    other = client.start_pipeline_execution(PipelineName="other")["PipelineExecutionArn"]
    assert "another pipeline" in refusal(chain, **only("Check", source=other))
    missing = other[:-12] + "abcdefghijkl"
    assert "does not exist" in refusal(chain, **only("Check", source=missing))
