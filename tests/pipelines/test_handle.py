"""`sm.pipelines`: what a test says about steps, and what it may not say."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import InvalidArgumentError, UnknownNameError, World
from tests.pipelines.running import Pipeline, callback, condition, equals, processing, training


@pytest.fixture(autouse=True)
def at_once(sm: World) -> None:
    """Executions end within the call that starts them."""
    sm.transitions(rule="immediate")


@pytest.mark.parametrize(("accuracy", "taken"), [(0.95, "Register"), (0.5, "Again")])
def test_a_property_file_decides_the_branch(
    client: Any, sm: World, accuracy: float, taken: str
) -> None:
    files = [{"PropertyFileName": "Report", "OutputName": "out", "FilePath": "report.json"}]
    read = {
        "Std:JsonGet": {
            "PropertyFile": {"Get": "Steps.Evaluate.PropertyFiles.Report"},
            "Path": "metrics.accuracy",
        }
    }
    test = {"Type": "GreaterThanOrEqualTo", "LeftValue": read, "RightValue": 0.9}
    gate = condition("Gate", test=test, yes=[training("Register")], no=[training("Again")])
    pipeline = Pipeline(client, processing("Evaluate", PropertyFiles=files), gate)
    sm.pipelines.property_file({"metrics": {"accuracy": accuracy}}, step="Evaluate", file="Report")
    assert list(pipeline.steps(pipeline.start())) == ["Evaluate", "Gate", taken]


def test_a_function_answers_a_callback(client: Any, sm: World) -> None:
    @sm.pipelines.on("Callback", name="Ask")
    def answer(message: dict[str, Any]) -> dict[str, Any]:
        return {"rows": message["arguments"]["job"]}

    outputs = [{"OutputName": "rows", "OutputType": "String"}]
    pipeline = Pipeline(client, callback("Ask", OutputParameters=outputs))
    step = pipeline.steps(pipeline.start())["Ask"]
    assert step["StepStatus"] == "Succeeded"
    assert step["Metadata"]["Callback"]["OutputParameters"] == [{"Name": "rows", "Value": "1"}]


def test_a_check_in_a_function_reaches_the_test_and_fails_the_step(client: Any, sm: World) -> None:
    def check(message: dict[str, Any]) -> None:
        assert message["arguments"] == {"job": "2"}, "another job is asked for"

    sm.pipelines.on("Callback", check)
    pipeline = Pipeline(client, callback("Ask"), processing("After", "Ask"))
    with pytest.raises(AssertionError, match="another job"):
        pipeline.start()
    (execution,) = sm.resources("PipelineExecution")
    assert pipeline.statuses(execution.arn) == {"Ask": "Failed"}
    assert execution.advance().status == "Failed"


def test_the_job_of_a_failing_step_fails_too(client: Any, sm: World) -> None:
    pipeline = Pipeline(client, training("Train"), training("Other"))
    sm.pipelines.fail("Train", reason="AlgorithmError: no")
    arn = pipeline.start()
    assert pipeline.statuses(arn)["Train"] == "Failed"
    failed = [job for job in sm.resources("TrainingJob") if job.status == "Failed"]
    assert [job.members["FailureReason"] for job in failed] == ["AlgorithmError: no"]
    assert "-Train-" in failed[0].name


def test_a_step_without_a_job_fails_as_well(client: Any, sm: World) -> None:
    pipeline = Pipeline(client, condition("Gate", test=equals(1, 1), yes=[training("Train")]))
    sm.fail("PipelineExecutionStep", name="G*", reason="not today")
    arn = pipeline.start()
    step = pipeline.steps(arn)["Gate"]
    assert (step["StepStatus"], step["FailureReason"]) == ("Failed", "not today")
    assert list(pipeline.steps(arn)) == ["Gate"]


def test_only_steps_of_the_named_pipeline_fail(client: Any, sm: World) -> None:
    pipeline = Pipeline(client, training("Train"))
    sm.pipelines.fail("Train", pipeline="other-*", times=None)
    assert pipeline.status(pipeline.start()) == "Succeeded"


def test_as_many_attempts_fail_as_are_ordered(client: Any, sm: World) -> None:
    pipeline = Pipeline(client, training("Train"))
    sm.pipelines.fail("*", reason="AlgorithmError: no", times=2)
    found = [pipeline.status(pipeline.start()) for _ in range(3)]
    assert found == ["Failed", "Failed", "Succeeded"]


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ({"step": ""}, InvalidArgumentError, "step="),
        ({"step": 3}, InvalidArgumentError, "step="),
        ({"step": "A", "reason": 3}, InvalidArgumentError, "reason="),
        ({"step": "A", "pipeline": b"x"}, InvalidArgumentError, "pipeline="),
        ({"step": "A", "times": 0}, InvalidArgumentError, "times="),
        ({"step": "A", "times": True}, InvalidArgumentError, "times="),
        ({"step": "A", "error": "Step.THROTLING"}, UnknownNameError, "Step.THROTTLING"),
    ],
)
def test_what_cannot_be_ordered(
    sm: World, arguments: dict[str, Any], error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=text):
        sm.pipelines.fail(**arguments)


def test_a_step_has_no_state_to_fail_in(sm: World) -> None:
    with pytest.raises(InvalidArgumentError, match="at="):
        sm.fail("PipelineExecutionStep", name="Train", at="Executing")
