"""ForEach: a step for each item, what it tells of them, and what later steps read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sagestub import World
from tests.pipelines.steps.running import Run, Step

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:square"
SELECTOR = {
    "Pick": "MaxBy",
    "Field": {"Get": "IterationOutput.Square.OutputParameters['result']"},
}


@pytest.fixture
def squares(sm: World, step: Step) -> Callable[..., dict[str, Any]]:
    """Makes a step that squares its items."""
    sm.pipelines.on("Lambda", lambda event: {"result": int(event["number"]) ** 2})
    body = step(
        "Square",
        "Lambda",
        {"number": {"Get": "ForEach.CurrentItem"}},
        FunctionArn=ARN,
        OutputParameters=[{"OutputName": "result", "OutputType": "Integer"}],
    )

    def made(items: Any, **arguments: Any) -> dict[str, Any]:
        given = {"IterableItems": items, "MaxConcurrency": 2, "ForEachBody": [body], **arguments}
        return step("Each", "ForEach", given)

    return made


def say(step: Step, path: str) -> dict[str, Any]:
    """A step whose failure says a property."""
    value = {"Std:Join": {"On": "", "Values": [{"Get": f"Steps.Each.{path}"}]}}
    return step("Say", "Fail", {"ErrorMessage": value})


@pytest.mark.fact(
    "pipelines.Definitions.ForEach-IterableItems-MaxConcurrency-ForEachBody-Selector-steps",
    "pipelines.Step-types.ForEach",
)
def test_the_body_runs_once_for_each_item(run: Run, squares: Callable[..., dict[str, Any]]) -> None:
    report = run(squares([3, 5, 4]))
    assert set(report) == {"Each", "Square-0", "Square-1", "Square-2"}
    assert report["Square-1"]["IterationContext"] == {
        "ParentStepName": "Each",
        "Index": 1,
        "Item": "5",
    }
    assert report["Each"]["Metadata"]["ForEach"] == {
        "Status": "Succeeded",
        "InputItemCount": 3,
        "TotalStepCount": 3,
        "SucceededStepCount": 3,
        "FailedStepCount": 0,
        "StoppedStepCount": 0,
    }


@pytest.mark.fact(
    "pipelines.Definitions.ForEach-IterableItems-MaxConcurrency-ForEachBody-Selector-steps",
)
def test_items_may_be_json_text(run: Run, squares: Callable[..., dict[str, Any]]) -> None:
    parameters = [{"Name": "Items", "Type": "String", "DefaultValue": "[1, 2]"}]
    report = run(squares({"Get": "Parameters.Items"}), Parameters=parameters)
    assert report["Each"]["Metadata"]["ForEach"]["InputItemCount"] == 2


def test_no_items_are_no_steps(run: Run, squares: Callable[..., dict[str, Any]]) -> None:
    parameters = [{"Name": "Items", "Type": "String", "DefaultValue": "[]"}]
    report = run(squares({"Get": "Parameters.Items"}), Parameters=parameters)
    assert report["Each"]["StepStatus"] == "Succeeded"
    assert set(report) == {"Each"}


def test_outputs_of_an_iteration_can_be_read(
    run: Run, step: Step, squares: Callable[..., dict[str, Any]]
) -> None:
    path = "IterationOutputs[1].Square.OutputParameters['result']"
    report = run(squares([3, 5]), say(step, path))
    assert report["Say"]["FailureReason"] == "25"


@pytest.mark.fact(
    "pipelines.Definitions.ForEach-IterableItems-MaxConcurrency-ForEachBody-Selector-steps",
    "pipelines.Step-types.ForEach",
    "pipelines.Expressions.Get-IterationOutput-step-path",
)
@pytest.mark.parametrize(("pick", "result", "index"), [("MaxBy", "25", 1), ("MinBy", "4", 2)])
def test_a_selector_picks_an_iteration(
    run: Run,
    step: Step,
    squares: Callable[..., dict[str, Any]],
    pick: str,
    result: str,
    index: int,
) -> None:
    each = squares([3, 5, 2], Selector={**SELECTOR, "Pick": pick})
    report = run(each, say(step, "Selected.OutputParameters['result']"))
    assert report["Say"]["FailureReason"] == result
    told = report["Each"]["Metadata"]["ForEach"]["Selector"]
    assert told == {"StepName": "Square", "Index": index}


def test_an_iteration_that_fails_fails_the_step(
    run: Run, squares: Callable[..., dict[str, Any]]
) -> None:
    report = run(squares(["1", "one"]))
    assert report["Square-1"]["StepStatus"] == "Failed"
    assert report["Each"]["StepStatus"] == "Failed"
    assert report["Each"]["Metadata"]["ForEach"]["Status"] == "Failed"
    assert "Square-1" in report["Each"]["FailureReason"]


def test_items_that_are_no_list_fail_the_step(
    run: Run, squares: Callable[..., dict[str, Any]]
) -> None:
    parameters = [{"Name": "Items", "Type": "String", "DefaultValue": "3"}]
    report = run(squares({"Get": "Parameters.Items"}), Parameters=parameters)
    assert report["Each"]["StepStatus"] == "Failed"
