"""Lambda and Callback: registered functions, Moto's services, and neither."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from moto import mock_aws

from sagestub import World
from sagestub.errors import InvalidArgumentError, UnknownNameError
from tests.pipelines.steps.running import ROLE, Run, Step

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:score"
QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/approvals"


def output(name: str, kind: str = "String") -> dict[str, str]:
    """An output that a step declares."""
    return {"OutputName": name, "OutputType": kind}


def score(step: Step, *outputs: dict[str, str], **arguments: Any) -> dict[str, Any]:
    """A Lambda step."""
    return step("Score", "Lambda", arguments, FunctionArn=ARN, OutputParameters=list(outputs))


def say(step: Step, output: str) -> dict[str, Any]:
    """A step whose failure says an output of the step Score."""
    value = {"Get": f"Steps.Score.OutputParameters['{output}']"}
    return step("Say", "Fail", {"ErrorMessage": {"Std:Join": {"On": "", "Values": [value]}}})


# Lambda -----------------------------------------------------------------------------------------


@pytest.mark.fact("pipelines.Expressions.Get-Parameters-name")
def test_a_registered_function_gets_the_inputs(sm: World, run: Run, step: Step) -> None:
    seen: list[Any] = []
    sm.pipelines.on("Lambda", seen.append)
    parameters = [{"Name": "Rows", "Type": "Integer", "DefaultValue": 3}]
    run(score(step, rows={"Get": "Parameters.Rows"}), Parameters=parameters)
    assert seen == [{"rows": 3}]


@pytest.mark.fact(
    "pipelines.Definitions.a-step-has-Name-Type-Arguments",
    "pipelines.Step-types.Lambda",
)
def test_its_result_has_the_outputs(sm: World, run: Run, step: Step) -> None:
    sm.pipelines.on("Lambda", lambda _: {"statusCode": 200, "mean": 0.5, "rows": 3})
    outputs = (output("mean", "Float"), output("rows", "Integer"))
    report = run(score(step, *outputs), say(step, "mean"))
    assert report["Score"]["Metadata"] == {
        "Lambda": {
            "Arn": ARN,
            "OutputParameters": [{"Name": "mean", "Value": "0.5"}, {"Name": "rows", "Value": "3"}],
        }
    }
    assert report["Say"]["FailureReason"] == "0.5"


@pytest.mark.fact("pipelines.Step-types.Lambda")
def test_an_output_is_compared_as_its_type(sm: World, run: Run, step: Step) -> None:
    sm.pipelines.on("Lambda", lambda _: {"rows": "12"})
    value = {"Get": "Steps.Score.OutputParameters['rows']"}
    condition = {"Type": "GreaterThan", "LeftValue": value, "RightValue": 9}
    gate = {"Conditions": [condition], "IfSteps": [], "ElseSteps": []}
    report = run(score(step, output("rows", "Integer")), step("Gate", "Condition", gate))
    assert report["Gate"]["Metadata"] == {"Condition": {"Outcome": "True"}}


def test_a_handler_gets_a_context_too(sm: World, run: Run, step: Step) -> None:
    seen: list[Any] = []

    def handler(event: Any, context: Any) -> None:
        seen.append(context)

    sm.pipelines.on("Lambda", handler)
    run(score(step))
    assert seen[0].function_name == "score"
    assert (seen[0].step, seen[0].pipeline) == ("Score", "demo")


def test_a_function_is_chosen_by_the_name_of_the_step_or_of_what_it_calls(
    sm: World, run: Run, step: Step
) -> None:
    seen: list[str] = []
    sm.pipelines.on("Lambda", lambda _: seen.append("any"))
    sm.pipelines.on("Lambda", lambda _: seen.append("score"), name="score")
    other = step("Other", "Lambda", {}, FunctionArn=ARN + "-2", OutputParameters=[])
    run(score(step), other)
    assert seen == ["score", "any"]


def test_a_function_may_call_the_mock(sm: World, client: Any, run: Run, step: Step) -> None:
    sm.pipelines.on("Lambda", lambda _: client.create_experiment(ExperimentName="made"))
    run(score(step))
    assert client.describe_experiment(ExperimentName="made")["ExperimentName"] == "made"


def test_a_function_that_raises_fails_the_step(sm: World, run: Run, step: Step) -> None:
    def broken(event: Any) -> None:
        raise RuntimeError("no rows")

    sm.pipelines.on("Lambda", broken)
    report = run(score(step))["Score"]
    assert report["StepStatus"] == "Failed"
    assert "no rows" in report["FailureReason"]


def test_a_functions_own_check_reaches_the_test(sm: World, run: Run, step: Step) -> None:
    def checking(event: Any) -> None:
        assert event == {"rows": 4}

    sm.pipelines.on("Lambda", checking)
    with pytest.raises(AssertionError, match="rows"):
        run(score(step, rows=3))


@pytest.mark.parametrize("result", [{}, None, "rows", {"rows": "many"}, {"rows": 1.5}])
def test_a_result_without_a_declared_output_fails_the_step(
    sm: World, run: Run, step: Step, result: Any
) -> None:
    sm.pipelines.on("Lambda", lambda _: result)
    report = run(score(step, output("rows", "Integer")))["Score"]
    assert report["StepStatus"] == "Failed"
    assert "rows" in report["FailureReason"]


def test_without_anything_that_plays_it_the_step_succeeds(run: Run, step: Step) -> None:
    report = run(score(step, output("rows")))["Score"]
    assert report["StepStatus"] == "Succeeded"
    assert report["Metadata"] == {"Lambda": {"Arn": ARN}}


def test_who_reads_an_output_then_is_told_what_is_missing(run: Run, step: Step) -> None:
    report = run(score(step, output("rows")), say(step, "rows"))["Say"]
    assert report["StepStatus"] == "Failed"
    assert "sm.pipelines.on('Lambda', ..., name='Score')" in report["FailureReason"]


def test_only_types_that_leave_sagemaker_take_functions(sm: World) -> None:
    with pytest.raises(UnknownNameError, match=r"'Lamda'.\nDid you mean 'Lambda'"):
        sm.pipelines.on("Lamda", print)
    with pytest.raises(InvalidArgumentError, match="takes a function"):
        sm.pipelines.on("Lambda", "score")  # type: ignore[call-overload]


@pytest.mark.fact("pipelines.Step-types.Lambda")
@mock_aws(config={"lambda": {"use_docker": False}})
def test_motos_function_is_called(run: Run, step: Step) -> None:
    """Moto's plain functions return the event."""
    boto3.client("iam").create_role(RoleName="pipelines", AssumeRolePolicyDocument="{}")
    boto3.client("lambda", region_name="eu-west-1").create_function(
        FunctionName="score",
        Role=ROLE,
        Runtime="python3.13",
        Handler="score.handler",
        Code={"ZipFile": b"code"},
    )
    report = run(score(step, output("rows", "Integer"), rows=3), say(step, "rows"))
    assert report["Say"]["FailureReason"] == "3"


@pytest.mark.fact("pipelines.Values-and-texts-that-are-assumed.a-call-of-Lambda-or-SQS")
@mock_aws(config={"lambda": {"use_docker": False}})
def test_a_function_that_moto_does_not_have_fails_the_step(run: Run, step: Step) -> None:
    report = run(score(step))["Score"]
    assert report["StepStatus"] == "Failed"
    begin = "ClientError: Failed to invoke lambda:InvokeFunction. Error Details: "
    assert report["FailureReason"].startswith(begin)
    assert "Function not found" in report["FailureReason"]


# Callback ---------------------------------------------------------------------------------------


def approve(step: Step, *outputs: dict[str, str]) -> dict[str, Any]:
    """A callback step."""
    members = {"SqsQueueUrl": QUEUE, "OutputParameters": list(outputs)}
    return step("Score", "Callback", {"rows": 3}, **members)


def test_a_callback_waits_for_a_call_with_its_token(client: Any, run: Run, step: Step) -> None:
    report = run(approve(step, output("by")), say(step, "by"))["Score"]
    assert report["StepStatus"] == "Executing"
    told = report["Metadata"]["Callback"]
    assert told["SqsQueueUrl"] == QUEUE
    answer = client.send_pipeline_execution_step_success(
        CallbackToken=told["CallbackToken"], OutputParameters=[{"Name": "by", "Value": "me"}]
    )
    steps = client.list_pipeline_execution_steps(
        PipelineExecutionArn=answer["PipelineExecutionArn"]
    )["PipelineExecutionSteps"]
    ended = {step["StepName"]: step for step in steps}
    assert ended["Score"]["StepStatus"] == "Succeeded"
    assert ended["Score"]["Metadata"]["Callback"]["OutputParameters"] == [
        {"Name": "by", "Value": "me"}
    ]
    assert ended["Say"]["FailureReason"] == "me"


def test_a_registered_function_gets_the_message_and_may_answer(
    sm: World, run: Run, step: Step
) -> None:
    seen: list[Any] = []

    def consumer(message: Any) -> dict[str, str]:
        seen.append(message)
        return {"by": "me"}

    sm.pipelines.on("Callback", consumer, name="approvals")
    report = run(approve(step, output("by")), say(step, "by"))
    assert report["Say"]["FailureReason"] == "me"
    (message,) = seen
    assert message["arguments"] == {"rows": 3}
    assert message["status"] == "Executing"
    assert message["token"] == report["Score"]["Metadata"]["Callback"]["CallbackToken"]


@pytest.mark.fact(
    "pipelines.Step-types.Callback",
    "jobs.PipelineExecution.preconditions.stop",
)
@mock_aws
def test_motos_queue_gets_the_message(sm: World, client: Any, run: Run, step: Step) -> None:
    """Source: Developer Guide, "Callback step"; the message when the execution is stopped, too."""
    queues = boto3.client("sqs", region_name="eu-west-1")
    url = queues.create_queue(QueueName="approvals")["QueueUrl"]
    told = run({**approve(step), "SqsQueueUrl": url})["Score"]["Metadata"]["Callback"]
    (execution,) = client.list_pipeline_executions(PipelineName="demo")[
        "PipelineExecutionSummaries"
    ]
    arn = execution["PipelineExecutionArn"]
    client.stop_pipeline_execution(PipelineExecutionArn=arn, ClientRequestToken="s" * 32)
    received = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    bodies = [json.loads(message["Body"]) for message in received]
    assert sorted(body["status"] for body in bodies) == ["Executing", "Stopping"]
    assert {body["token"] for body in bodies} == {told["CallbackToken"]}
    assert bodies[0]["pipelineExecutionArn"] == arn
    assert bodies[0]["arguments"] == {"rows": 3}


@pytest.mark.fact("pipelines.Values-and-texts-that-are-assumed.a-call-of-Lambda-or-SQS")
@mock_aws
def test_a_queue_that_moto_does_not_have_fails_the_step(run: Run, step: Step) -> None:
    report = run(approve(step))["Score"]
    assert report["StepStatus"] == "Failed"
    begin = "ClientError: Failed to invoke sqs:SendMessage. Error Details: "
    assert report["FailureReason"].startswith(begin)
    assert QUEUE in report["FailureReason"]
