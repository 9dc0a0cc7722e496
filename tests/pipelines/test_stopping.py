"""StopPipelineExecution: what becomes of running steps, and when the execution is stopped."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import World
from tests.pipelines.running import Pipeline, callback, processing, training

INTERNAL = "SageMaker.JOB_INTERNAL_ERROR"


@pytest.mark.fact("pipelines.Retries-stop-callbacks.while-stopping-nothing-is-retried-and")
def test_running_jobs_are_stopped_and_nothing_else_starts(client: Any, sm: World) -> None:
    pipeline = Pipeline(client, training("Train"), processing("Check", "Train"))
    arn = pipeline.start()
    pipeline.stop(arn)
    (job,) = sm.resources("TrainingJob")
    assert job.status == "Stopping"
    looks = [(pipeline.status(arn), pipeline.statuses(arn)["Train"]) for _ in range(2)]
    assert looks == [("Stopping", "Stopped"), ("Stopped", "Stopped")]
    assert list(pipeline.steps(arn)) == ["Train"]
    assert job.status == "Stopped"


@pytest.mark.fact(
    "jobs.PipelineExecution.secondary.other.Stopping",
    "jobs.PipelineExecution.secondary.other.Stopped",
)
def test_steps_are_seen_stopping(client: Any, sm: World) -> None:
    sm.transitions(rule="clock")
    pipeline = Pipeline(client, training("Train"))
    arn = pipeline.start()
    pipeline.stop(arn)
    assert (pipeline.status(arn), pipeline.statuses(arn)) == ("Stopping", {"Train": "Stopping"})
    sm.clock.advance(600)
    assert (pipeline.status(arn), pipeline.statuses(arn)) == ("Stopped", {"Train": "Stopped"})
    step = pipeline.steps(arn)["Train"]
    assert step["EndTime"] == pipeline.describe(arn)["LastModifiedTime"]
    assert "FailureReason" not in step


def test_a_stop_under_immediate_is_over_at_once(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    sm.transitions("TrainingJob", rule="clock")
    pipeline = Pipeline(client, training("Train"))
    arn = pipeline.start()
    pipeline.stop(arn)
    assert pipeline.status(arn) == "Stopping"
    sm.clock.advance(600)
    assert pipeline.status(arn) == "Stopped"


@pytest.mark.fact("pipelines.Retries-stop-callbacks.while-stopping-nothing-is-retried-and")
def test_a_step_between_two_attempts_is_stopped_at_once(client: Any, sm: World) -> None:
    sm.transitions(rule="clock")
    retrying = [{"ExceptionType": [INTERNAL], "IntervalSeconds": 5000, "MaxAttempts": 2}]
    pipeline = Pipeline(client, processing("Prepare", RetryPolicies=retrying))
    sm.pipelines.fail("Prepare", error=INTERNAL)
    arn = pipeline.start()
    sm.clock.advance(1000)
    pipeline.stop(arn)
    assert pipeline.statuses(arn) == {"Prepare": "Stopped"}
    sm.clock.advance(10000)
    assert len(sm.resources("ProcessingJob")) == 1


@pytest.mark.fact(
    "pipelines.Retries-stop-callbacks.a-stop-waits-for-a-running",
    "pipelines.Retries-stop-callbacks.while-stopping-nothing-is-retried-and",
    "jobs.PipelineExecution.preconditions.stop",
)
@pytest.mark.parametrize("answer", ["success", "failure"])
def test_a_callback_holds_the_stop_until_it_is_answered(
    client: Any, sm: World, answer: str
) -> None:
    pipeline = Pipeline(client, callback("Ask"), processing("After", "Ask"))
    arn = pipeline.start()
    token = pipeline.steps(arn)["Ask"]["Metadata"]["Callback"]["CallbackToken"]
    pipeline.stop(arn)
    assert {pipeline.status(arn) for _ in range(5)} == {"Stopping"}
    call = getattr(client, f"send_pipeline_execution_step_{answer}")
    assert call(CallbackToken=token)["PipelineExecutionArn"] == arn
    assert [pipeline.status(arn) for _ in range(2)] == ["Stopping", "Stopped"]
    ended = {"success": "Succeeded", "failure": "Failed"}[answer]
    assert pipeline.statuses(arn) == {"Ask": ended}


@pytest.mark.fact(
    "pipelines.Retries-stop-callbacks.a-stop-waits-for-a-running",
    "jobs.PipelineExecution.preconditions.stop",
)
def test_a_function_runs_to_its_end_before_the_execution_is_stopped(client: Any, sm: World) -> None:
    sm.transitions(rule="clock")
    function = {
        "Name": "Call",
        "Type": "Lambda",
        "FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:f",
        "Arguments": {},
    }
    pipeline = Pipeline(client, function, processing("After", "Call"))
    arn = pipeline.start()
    pipeline.stop(arn)
    assert pipeline.status(arn) == "Stopping"
    sm.clock.advance(60)
    assert pipeline.status(arn) == "Stopped"
    assert pipeline.statuses(arn) == {"Call": "Succeeded"}


@pytest.mark.fact("pipelines.Definitions.an-entry-of-DependsOn-is-a")
def test_a_step_may_wait_for_another_to_be_stopped(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    sm.transitions("TrainingJob", rule="manual")
    tell = processing("Tell", DependsOn=[{"Step": "Train", "Trigger": "Stopped"}])
    pipeline = Pipeline(client, training("Train"), tell)
    arn = pipeline.start()
    sm.resources("TrainingJob")[0].move_to("Stopped")
    assert pipeline.statuses(arn) == {"Train": "Stopped", "Tell": "Succeeded"}


@pytest.mark.fact("jobs.PipelineExecution.preconditions.stop")
def test_a_function_that_times_out_fails_an_execution_that_is_stopping(
    client: Any, sm: World
) -> None:
    def call(event: Any) -> None:
        raise TimeoutError("no answer")

    sm.pipelines.on("Lambda", call)
    sm.transitions(rule="clock")
    arn_of_function = "arn:aws:lambda:eu-west-1:123456789012:function:f"
    function = {"Name": "Call", "Type": "Lambda", "FunctionArn": arn_of_function, "Arguments": {}}
    pipeline = Pipeline(client, function)
    arn = pipeline.start()
    assert pipeline.statuses(arn) == {"Call": "Executing"}
    pipeline.stop(arn)
    assert pipeline.status(arn) == "Stopping"
    sm.clock.advance(601)
    assert (pipeline.status(arn), pipeline.statuses(arn)) == ("Failed", {"Call": "Failed"})
    assert "no answer" in pipeline.steps(arn)["Call"]["FailureReason"]


@pytest.mark.fact("pipelines.Retries-stop-callbacks.a-job-that-somebody-stops-makes")
def test_a_job_that_somebody_stops_stops_its_step(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    sm.transitions("TrainingJob", rule="manual")
    pipeline = Pipeline(client, training("Train"), processing("Check", "Train"))
    arn = pipeline.start()
    (job,) = sm.resources("TrainingJob")
    job.move_to("Stopped")
    assert pipeline.statuses(arn) == {"Train": "Stopped"}
    assert pipeline.status(arn) == "Stopped"
