"""Callback steps: tokens, answers, and the time after which nobody waits any more."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.pipelines.running import Pipeline, callback, processing

OUTPUTS = [
    {"OutputName": "rows", "OutputType": "Integer"},
    {"OutputName": "uri", "OutputType": "String"},
]


@pytest.fixture
def asked(client: Any) -> Pipeline:
    """A pipeline that waits for an answer, and then hands its outputs on."""
    reads = {
        "Environment": {
            "uri": {"Get": "Steps.Ask.OutputParameters['uri']"},
            "rows": {"Std:Join": {"Values": [{"Get": "Steps.Ask.OutputParameters['rows']"}]}},
        }
    }
    ask = callback("Ask", OutputParameters=OUTPUTS)
    return Pipeline(client, ask, processing("Use", arguments=reads))


def token_of(pipeline: Pipeline, arn: str) -> str:
    return str(pipeline.steps(arn)["Ask"]["Metadata"]["Callback"]["CallbackToken"])


@pytest.mark.fact("pipelines.Step-types.Callback")
def test_a_callback_waits_and_shows_its_token(asked: Pipeline) -> None:
    arn = asked.start()
    assert {asked.status(arn) for _ in range(5)} == {"Executing"}
    step = asked.steps(arn)["Ask"]
    assert step["StepStatus"] == "Executing"
    shown = step["Metadata"]["Callback"]
    assert re.fullmatch(r"[a-zA-Z0-9]{10}", shown["CallbackToken"])
    assert shown["SqsQueueUrl"].endswith("/queue")


@pytest.mark.fact("pipelines.Step-types.Callback")
def test_an_answer_hands_outputs_on(asked: Pipeline, client: Any, sm: World) -> None:
    arn = asked.start()
    given = [{"Name": "rows", "Value": "3"}, {"Name": "uri", "Value": "s3://b/k"}]
    answer = client.send_pipeline_execution_step_success(
        CallbackToken=token_of(asked, arn), OutputParameters=given
    )
    assert answer["PipelineExecutionArn"] == arn
    step = asked.steps(arn)["Ask"]
    assert step["StepStatus"] == "Succeeded"
    assert step["Metadata"]["Callback"]["OutputParameters"] == given
    (job,) = sm.resources("ProcessingJob")
    assert job.members["Environment"] == {"uri": "s3://b/k", "rows": "3"}
    assert asked.status(arn) == "Succeeded"


def test_a_refused_callback_fails_its_step(asked: Pipeline, client: Any) -> None:
    arn = asked.start()
    client.send_pipeline_execution_step_failure(
        CallbackToken=token_of(asked, arn), FailureReason="nobody is there"
    )
    step = asked.steps(arn)["Ask"]
    assert (step["StepStatus"], step["FailureReason"]) == ("Failed", "nobody is there")
    assert asked.status(arn) == "Failed"


def test_an_output_of_another_type_is_refused(asked: Pipeline, client: Any) -> None:
    arn = asked.start()
    with pytest.raises(ClientError, match="rows"):
        client.send_pipeline_execution_step_success(
            CallbackToken=token_of(asked, arn), OutputParameters=[{"Name": "rows", "Value": "many"}]
        )
    assert asked.statuses(arn) == {"Ask": "Executing"}


def test_nobody_waits_for_ever(asked: Pipeline, sm: World) -> None:
    arn = asked.start()
    sm.clock.advance(timedelta(days=7, minutes=1))
    step = asked.steps(arn)["Ask"]
    assert step["StepStatus"] == "Failed"
    assert step["EndTime"] - step["StartTime"] == timedelta(days=7)
    assert asked.status(arn) == "Failed"


@pytest.mark.fact(
    "pipelines.Retries-stop-callbacks.an-unknown-token-ResourceNotFound-one-that",
)
def test_a_token_that_nobody_gave_is_not_found(asked: Pipeline, client: Any) -> None:
    asked.start()
    with pytest.raises(client.exceptions.ResourceNotFound, match="abcdefghij"):
        client.send_pipeline_execution_step_success(CallbackToken="abcdefghij")


def test_a_token_belongs_to_a_region(asked: Pipeline) -> None:
    token = token_of(asked, asked.start())
    elsewhere = boto3.client("sagemaker", region_name="us-east-1")
    with pytest.raises(elsewhere.exceptions.ResourceNotFound):
        elsewhere.send_pipeline_execution_step_success(CallbackToken=token)


@pytest.mark.fact(
    "pipelines.Retries-stop-callbacks.an-unknown-token-ResourceNotFound-one-that",
)
def test_a_second_answer_is_a_conflict(asked: Pipeline, client: Any) -> None:
    arn = asked.start()
    token = token_of(asked, arn)
    client.send_pipeline_execution_step_failure(CallbackToken=token)
    with pytest.raises(client.exceptions.ConflictException):
        client.send_pipeline_execution_step_success(CallbackToken=token)


def test_under_immediate_an_answer_ends_the_execution(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    pipeline = Pipeline(client, callback("Ask"), processing("After", "Ask"))
    arn = pipeline.start()
    assert pipeline.status(arn) == "Executing"
    client.send_pipeline_execution_step_success(CallbackToken=token_of(pipeline, arn))
    assert pipeline.status(arn) == "Succeeded"
