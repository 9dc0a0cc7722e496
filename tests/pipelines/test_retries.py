"""Attempts of a step by retry policies, and executions that are retried as a whole."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.pipelines.running import (
    TRAINING_SECONDS,
    Pipeline,
    callback,
    condition,
    equals,
    processing,
    seconds_between,
    training,
)

INTERNAL = "SageMaker.JOB_INTERNAL_ERROR"


def policy(*errors: str, **members: Any) -> dict[str, Any]:
    return {"ExceptionType": list(errors), **members}


@pytest.mark.fact("pipelines.Definitions.a-step-has-Name-Type-Arguments")
def test_the_next_attempt_waits_longer_each_time(client: Any, sm: World) -> None:
    sm.transitions(rule="clock")
    retrying = [policy(INTERNAL, IntervalSeconds=10, BackoffRate=3.0, MaxAttempts=3)]
    pipeline = Pipeline(client, training("Train", RetryPolicies=retrying))
    sm.pipelines.fail("Train", error=INTERNAL, times=3)
    arn = pipeline.start()
    sm.clock.advance(3600)
    assert pipeline.status(arn) == "Succeeded"
    step = pipeline.steps(arn)["Train"]
    assert step["AttemptCount"] == 4
    jobs = sm.resources("TrainingJob")
    assert [job.status for job in jobs] == ["Failed", "Failed", "Failed", "Completed"]
    assert step["Metadata"] == {"TrainingJob": {"Arn": jobs[-1].arn}}
    made = [job.members["CreationTime"] for job in jobs]
    ended = [job.members["TrainingEndTime"] for job in jobs]
    pauses = [seconds_between(end, start) for end, start in zip(ended, made[1:], strict=False)]
    assert pauses == pytest.approx([10, 30, 90], abs=0.01)
    assert seconds_between(step["StartTime"], ended[-1]) == pytest.approx(
        4 * TRAINING_SECONDS + 130, abs=0.1
    )


@pytest.mark.parametrize("rule", ["poll", "immediate", "manual"])
def test_attempts_are_made_under_every_rule(client: Any, sm: World, rule: str) -> None:
    sm.transitions(rule=rule)
    pipeline = Pipeline(
        client, processing("Prepare", RetryPolicies=[policy(INTERNAL, MaxAttempts=2)])
    )
    sm.pipelines.fail("Prepare", error=INTERNAL)
    arn = pipeline.start()
    execution = sm.get("PipelineExecution", arn)
    for _ in range(6):
        if rule == "manual":
            execution.advance()
        pipeline.status(arn)
    assert pipeline.steps(arn)["Prepare"]["AttemptCount"] == 2
    assert execution.status == "Succeeded"


@pytest.mark.fact(
    "pipelines.Failure-reasons.the-same-line-for-other-exception",
    "pipelines.Retries-stop-callbacks.IntervalSeconds-1-BackoffRate-2-0-MaxAttempts",
)
def test_attempts_end_with_their_number(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    retrying = [policy(INTERNAL, MaxAttempts=2, IntervalSeconds=1)]
    pipeline = Pipeline(client, training("Train", RetryPolicies=retrying))
    sm.pipelines.fail("Train", error=INTERNAL, times=None)
    arn = pipeline.start()
    step = pipeline.steps(arn)["Train"]
    assert (step["StepStatus"], step["AttemptCount"]) == ("Failed", 3)
    assert step["FailureReason"] == (
        "InternalServerError: We encountered an internal error. Please try again.\n"
        f"Retry not appropriate on execution of step with PipelineExecutionArn {arn} and StepId "
        "Train. Retries are exhausted for the exception type SAGEMAKER_JOB_INTERNAL_ERROR."
    )


@pytest.mark.fact(
    "pipelines.Retries-stop-callbacks.IntervalSeconds-1-BackoffRate-2-0-MaxAttempts",
)
def test_attempts_end_with_their_time(client: Any, sm: World) -> None:
    sm.transitions(rule="clock")
    retrying = [policy(INTERNAL, ExpireAfterMin=20, IntervalSeconds=1, BackoffRate=1.0)]
    pipeline = Pipeline(client, training("Train", RetryPolicies=retrying))
    sm.pipelines.fail("Train", error=INTERNAL, times=None)
    arn = pipeline.start()
    sm.clock.advance(7200)
    assert pipeline.steps(arn)["Train"]["AttemptCount"] == 3


def test_a_policy_for_another_error_does_not_help(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    retrying = [policy("SageMaker.CAPACITY_ERROR", MaxAttempts=5)]
    pipeline = Pipeline(client, training("Train", RetryPolicies=retrying))
    sm.pipelines.fail("Train", error=INTERNAL)
    arn = pipeline.start()
    step = pipeline.steps(arn)["Train"]
    assert (step["StepStatus"], step["AttemptCount"]) == ("Failed", 1)


def test_an_error_of_the_algorithm_is_not_tried_again(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    retrying = [policy(INTERNAL, "SageMaker.CAPACITY_ERROR", MaxAttempts=5)]
    pipeline = Pipeline(client, training("Train", RetryPolicies=retrying))
    sm.fail("PipelineExecutionStep", name="Train", reason="AlgorithmError: no")
    step = pipeline.steps(pipeline.start())["Train"]
    assert step["FailureReason"] == "ClientError: AlgorithmError: no"


def test_throttling_is_tried_again_without_a_policy(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    pipeline = Pipeline(client, training("Train"))
    sm.pipelines.fail("Train", error="Step.THROTTLING", times=2)
    arn = pipeline.start()
    assert pipeline.steps(arn)["Train"]["AttemptCount"] == 3
    assert pipeline.status(arn) == "Succeeded"
    assert len(sm.resources("TrainingJob")) == 1


@pytest.mark.fact("pipelines.Retries-stop-callbacks.IntervalSeconds-1-BackoffRate-2-0-MaxAttempts")
def test_a_policy_that_says_nothing_more_means_five_retries(client: Any, sm: World) -> None:
    sm.transitions(rule="clock")
    pipeline = Pipeline(client, training("Train", RetryPolicies=[policy(INTERNAL)]))
    sm.pipelines.fail("Train", error=INTERNAL, times=None)
    arn = pipeline.start()
    sm.clock.advance(7200)
    assert pipeline.steps(arn)["Train"]["AttemptCount"] == 6
    jobs = [job.members for job in sm.resources("TrainingJob")]
    pauses = [
        seconds_between(before["TrainingEndTime"], after["CreationTime"])
        for before, after in pairwise(jobs)
    ]
    assert pauses == pytest.approx([1, 2, 4, 8, 16], abs=0.01)


@pytest.mark.fact("pipelines.Retries-stop-callbacks.Step-SERVICE_FAULT-and-Step-THROTTLING-are")
@pytest.mark.parametrize("error", ["Step.SERVICE_FAULT", "Step.THROTTLING"])
@pytest.mark.parametrize(("times", "status"), [(5, "Succeeded"), (6, "Failed")])
def test_faults_of_the_service_are_met_by_five_retries(
    client: Any, sm: World, error: str, times: int, status: str
) -> None:
    sm.transitions(rule="immediate")
    pipeline = Pipeline(client, training("Train"))
    sm.pipelines.fail("Train", error=error, times=times)
    step = pipeline.steps(pipeline.start())["Train"]
    assert (step["StepStatus"], step["AttemptCount"]) == (status, 6)


@pytest.mark.fact("pipelines.Failure-reasons.followed-for-an-exception-type-that")
def test_a_pipeline_is_told_in_small_letters(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    role = "arn:aws:iam::123456789012:role/pipelines"
    text = Pipeline.text(training("Train"))
    client.create_pipeline(PipelineName="Nightly", PipelineDefinition=text, RoleArn=role)
    sm.pipelines.fail("Train", error="SageMaker.RESOURCE_LIMIT", reason="No instances are left.")
    arn = client.start_pipeline_execution(PipelineName="Nightly")["PipelineExecutionArn"]
    (step,) = client.list_pipeline_execution_steps(PipelineExecutionArn=arn)[
        "PipelineExecutionSteps"
    ]
    assert step["FailureReason"].partition("\n")[2] == (
        "Retry not appropriate on execution of step with PipelineExecutionArn "
        f"{arn.replace('Nightly', 'nightly')} and StepId Train. No retry policy configured for the "
        "exception type SAGEMAKER_RESOURCE_LIMIT."
    )


@pytest.mark.fact("pipelines.Failure-reasons.a-job-that-failed-ClientError-FailureReason")
@pytest.mark.parametrize("begin", ["InternalServerError", "CapacityError"])
def test_an_error_of_the_service_is_told_without_a_prefix(
    client: Any, sm: World, begin: str
) -> None:
    sm.transitions(rule="immediate")
    sm.fail("TrainingJob", reason=f"{begin}: not now")
    pipeline = Pipeline(client, training("Train"))
    reason = pipeline.steps(pipeline.start())["Train"]["FailureReason"]
    assert reason.startswith(f"{begin}: not now\nRetry not appropriate on execution of step ")


def test_a_reason_of_a_job_tells_the_error(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    capacity = [policy("SageMaker.CAPACITY_ERROR", MaxAttempts=1)]
    pipeline = Pipeline(client, training("Train", RetryPolicies=capacity))
    sm.fail(
        "TrainingJob", reason="CapacityError: Unable to provision requested ML compute capacity."
    )
    assert pipeline.steps(pipeline.start())["Train"]["AttemptCount"] == 2


# Executions -------------------------------------------------------------------------------------


@pytest.mark.fact(
    "pipelines.Retries-stop-callbacks.RetryPipelineExecution-keeps-what-has-succeeded-under",
)
def test_a_retry_starts_from_the_failed_step(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    gate = condition("Gate", "Prepare", test=equals(1, 1), yes=[training("Train")])
    pipeline = Pipeline(client, processing("Prepare"), gate, processing("Check", "Train"))
    sm.pipelines.fail("Train", reason="AlgorithmError: no")
    arn = pipeline.start()
    before = pipeline.steps(arn)
    assert before["Train"]["StepStatus"] == "Failed"
    pipeline.retry(arn)
    assert pipeline.status(arn) == "Succeeded"
    after = pipeline.steps(arn)
    assert list(after) == ["Prepare", "Gate", "Train", "Check"]
    assert after["Prepare"] == before["Prepare"]
    assert after["Gate"] == before["Gate"]
    assert after["Train"]["StartTime"] > before["Train"]["StartTime"]
    assert "FailureReason" not in after["Train"]
    assert len(sm.resources("ProcessingJob")) == 2


def test_a_retry_may_change_the_parallelism(client: Any, sm: World) -> None:
    sm.transitions("PipelineExecution", rule="manual")
    pipeline = Pipeline(client, processing("A"), processing("B"))
    arn = pipeline.start()
    sm.get("PipelineExecution", arn).move_to("Stopped")
    pipeline.retry(arn, ParallelismConfiguration={"MaxParallelExecutionSteps": 1})
    assert pipeline.statuses(arn) == {"A": "Executing"}


def test_a_retry_of_what_a_test_has_stopped(client: Any) -> None:
    pipeline = Pipeline(client, processing("A"), callback("Ask", "A"))
    arn = pipeline.start()
    pipeline.stop(arn)
    assert [pipeline.status(arn) for _ in range(2)] == ["Stopping", "Stopped"]
    pipeline.retry(arn)
    looks = [pipeline.statuses(arn) for _ in range(2)]
    assert looks == [{"A": "Executing"}, {"A": "Succeeded", "Ask": "Executing"}]


def test_only_what_has_failed_or_was_stopped_is_retried(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    pipeline = Pipeline(client, processing("A"))
    arn = pipeline.start()
    with pytest.raises(ClientError, match="is in status Succeeded"):
        pipeline.retry(arn)
