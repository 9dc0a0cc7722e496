"""Condition and Fail: which branch runs, what is compared with what, and what a failure says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pipelines.steps.running import Run, Step


def comparison(kind: str, left: Any, right: Any) -> dict[str, Any]:
    """A comparison, as the SDK writes it."""
    return {"Type": kind, "LeftValue": left, "RightValue": right}


TRUE, FALSE = comparison("Equals", 1, 1), comparison("Equals", 1, 2)

HOLD = [
    comparison("Equals", "a", "a"),
    comparison("Equals", 1, 1.0),
    comparison("Equals", True, True),
    comparison("Equals", "True", True),
    comparison("NotEquals", "a", "b"),
    comparison("GreaterThan", 2, 1),
    comparison("GreaterThanOrEqualTo", 2, 2),
    comparison("LessThan", 1.5, 2),
    comparison("LessThanOrEqualTo", 2, 2.0),
    comparison("LessThan", "a", "b"),
    comparison("GreaterThan", "0.9", 0.5),
    {"Type": "In", "QueryValue": "b", "Values": ["a", "b"]},
    {"Type": "In", "Value": 2, "In": [1, 2]},
    {"Type": "NotIn", "QueryValue": "c", "Values": ["a", "b"]},
    {"Type": "And", "Conditions": [TRUE, TRUE]},
    {"Type": "Not", "Condition": FALSE},
    {"Type": "Or", "Conditions": [FALSE, TRUE]},
    {"Type": "Not", "Condition": {"Type": "Or", "Conditions": [FALSE, FALSE]}},
    {"Type": "Or", "Conditions": [FALSE, {"Type": "Not", "Condition": FALSE}]},
]

DO_NOT_HOLD = [
    comparison("Equals", "1", "1.0"),
    comparison("Equals", 1, True),
    comparison("Equals", "False", True),
    comparison("NotEquals", "a", "a"),
    comparison("GreaterThan", 1, 1),
    comparison("GreaterThanOrEqualTo", 1, 2),
    comparison("LessThan", 2, 2),
    comparison("LessThanOrEqualTo", 3, 2),
    {"Type": "In", "QueryValue": "c", "Values": ["a", "b"]},
    {"Type": "In", "QueryValue": "c", "Values": []},
    {"Type": "NotIn", "QueryValue": "a", "Values": ["a", "b"]},
    {"Type": "And", "Conditions": [TRUE, FALSE]},
    {"Type": "Not", "Condition": TRUE},
    {"Type": "Or", "Conditions": [FALSE, FALSE]},
]


def outcome(run: Run, step: Step, *conditions: Any, **members: Any) -> str:
    """The outcome of a condition step, and of the branches that it leads to."""
    good, bad = step("Good", "Fail", {}), step("Bad", "Fail", {})
    gate = {"Conditions": list(conditions), "IfSteps": [good], "ElseSteps": [bad]}
    report = run(step("Gate", "Condition", gate), **members)
    told: str = report["Gate"]["Metadata"]["Condition"]["Outcome"]
    assert set(report) == {"Gate", "Good" if told == "True" else "Bad"}
    return told


@pytest.mark.fact(
    "pipelines.Definitions.Condition-Conditions-IfSteps-ElseSteps-In-has",
    "pipelines.Definitions.condition-types-Equals-GreaterThan-GreaterThanOrEqualTo-LessThan",
    "pipelines.Definitions.condition-types-NotEquals-NotIn",
    "pipelines.Definitions.condition-type-And",
    "pipelines.Values-and-texts-that-are-assumed.a-condition-compares-text-that-spells",
)
@pytest.mark.parametrize("condition", HOLD, ids=str)
def test_a_condition_that_holds_leads_to_the_if_branch(
    run: Run, step: Step, condition: Any
) -> None:
    assert outcome(run, step, condition) == "True"


@pytest.mark.fact(
    "pipelines.Definitions.Condition-Conditions-IfSteps-ElseSteps-In-has",
    "pipelines.Definitions.condition-types-Equals-GreaterThan-GreaterThanOrEqualTo-LessThan",
    "pipelines.Definitions.condition-types-NotEquals-NotIn",
    "pipelines.Definitions.condition-type-And",
    "pipelines.Values-and-texts-that-are-assumed.values-of-different-types-are-unequal",
)
@pytest.mark.parametrize("condition", DO_NOT_HOLD, ids=str)
def test_a_condition_that_does_not_hold_leads_to_the_else_branch(
    run: Run, step: Step, condition: Any
) -> None:
    assert outcome(run, step, condition) == "False"


@pytest.mark.fact("pipelines.Step-types.Condition")
def test_all_conditions_of_a_step_must_hold(run: Run, step: Step) -> None:
    assert outcome(run, step, TRUE, FALSE) == "False"


@pytest.mark.fact("pipelines.Values-and-texts-that-are-assumed.a-step-of-a-condition-s")
def test_a_step_may_depend_on_the_condition_whose_branch_it_is_in(run: Run, step: Step) -> None:
    inner = step("Inner", "Condition", {"Conditions": [TRUE], "IfSteps": []}, DependsOn=["Outer"])
    report = run(step("Outer", "Condition", {"Conditions": [TRUE], "IfSteps": [inner]}))

    assert report["Inner"]["StepStatus"] == "Succeeded"


@pytest.mark.fact("pipelines.Expressions.Get-Parameters-name")
def test_a_parameter_is_compared_as_its_type(run: Run, step: Step) -> None:
    parameters = [{"Name": "Limit", "Type": "Float"}]
    condition = comparison("LessThan", {"Get": "Parameters.Limit"}, 10)
    given = {"PipelineParameters": [{"Name": "Limit", "Value": "9.5"}]}
    assert outcome(run, step, condition, Parameters=parameters, start=given) == "True"


@pytest.mark.fact(
    "pipelines.Values-and-texts-that-are-assumed.values-of-different-types-are-unequal",
)
def test_what_has_no_order_fails_the_step(run: Run, step: Step) -> None:
    gate = {"Conditions": [comparison("LessThan", "a", True)], "IfSteps": [], "ElseSteps": []}
    report = run(step("Gate", "Condition", gate))["Gate"]
    assert report["StepStatus"] == "Failed"
    assert "Unable to compare" in report["FailureReason"]


@pytest.mark.fact(
    "pipelines.Failure-reasons.a-Fail-step-its-message-no",
    "pipelines.Step-types.Fail",
    "pipelines.Step-types.Condition",
)
def test_a_fail_step_says_its_message(run: Run, step: Step) -> None:
    """Source: aws/sagemaker-python-sdk, test_fail_steps.py: the outcome as a property is a boolean."""
    gate = step("Gate", "Condition", {"Conditions": [FALSE], "IfSteps": [], "ElseSteps": []})
    message = {"Std:Join": {"On": ": ", "Values": ["the gate is", {"Get": "Steps.Gate.Outcome"}]}}
    report = run(gate, step("Stop", "Fail", {"ErrorMessage": message}))["Stop"]
    assert report["StepStatus"] == "Failed"
    assert report["FailureReason"] == "the gate is: false"
    assert report["Metadata"] == {"Fail": {"ErrorMessage": "the gate is: false"}}


@pytest.mark.fact(
    "pipelines.Failure-reasons.a-Fail-step-its-message-no",
    "pipelines.Step-types.Fail",
)
def test_a_fail_step_without_a_message_has_no_reason(run: Run, step: Step) -> None:
    """Source: aws/sagemaker-python-sdk, test_fail_steps.py."""
    report = run(step("Stop", "Fail", {"ErrorMessage": ""}))["Stop"]
    assert "FailureReason" not in report
    assert report["Metadata"] == {"Fail": {"ErrorMessage": ""}}
