"""How an execution runs: its order, its rules, its branches, its end."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import World, after, poll
from tests.pipelines.running import (
    PROCESSING_SECONDS,
    TRAINING_SECONDS,
    Pipeline,
    condition,
    equals,
    fail,
    processing,
    seconds_between,
    training,
)

# Rules ------------------------------------------------------------------------------------------


@pytest.mark.fact(
    "pipelines.Reports.Starting-lasts-while-the-job-is",
    "jobs.PipelineExecution.secondary.member",
    "jobs.PipelineExecution.secondary.order",
)
def test_poll_takes_one_step_of_the_jobs_with_each_look(client: Any) -> None:
    pipeline = Pipeline(client, processing("Prepare"), training("Train", "Prepare"))
    arn = pipeline.start()
    looks = [pipeline.statuses(arn) for _ in range(6)]
    done = {"Prepare": "Succeeded"}
    assert looks == [
        {"Prepare": "Executing"},
        {**done, "Train": "Starting"},
        {**done, "Train": "Executing"},
        {**done, "Train": "Executing"},
        {**done, "Train": "Executing"},
        {**done, "Train": "Succeeded"},
    ]
    assert pipeline.status(arn) == "Succeeded"


def test_poll_counts_describes_of_the_execution_too(client: Any) -> None:
    pipeline = Pipeline(client, processing("One"), processing("Two", "One"))
    arn = pipeline.start()
    assert [pipeline.status(arn) for _ in range(3)] == ["Executing", "Executing", "Succeeded"]


def test_a_slower_job_takes_more_looks(client: Any, sm: World) -> None:
    sm.transitions("ProcessingJob", rule=poll(3))
    pipeline = Pipeline(client, processing("Prepare"))
    arn = pipeline.start()
    looks = [pipeline.status(arn) for _ in range(4)]
    assert looks == ["Executing", "Executing", "Executing", "Succeeded"]


def test_clock_lets_parallel_branches_overlap(client: Any, sm: World) -> None:
    sm.transitions(rule="clock")
    pipeline = Pipeline(
        client,
        training("Long"),
        processing("Short"),
        processing("After", "Short"),
        processing("Join", "Long", "After"),
    )
    arn = pipeline.start()
    sm.clock.advance(3600)
    answer, steps = pipeline.describe(arn), pipeline.steps(arn)
    assert answer["PipelineExecutionStatus"] == "Succeeded"
    whole = seconds_between(answer["CreationTime"], answer["LastModifiedTime"])
    critical_path = ("Short", "After", "Join")
    assert whole == pytest.approx(len(critical_path) * PROCESSING_SECONDS, abs=0.01)
    assert steps["Long"]["StartTime"] == steps["Short"]["StartTime"]
    assert steps["Join"]["StartTime"] == max(s["EndTime"] for n, s in steps.items() if n != "Join")


def test_clock_moves_however_often_one_looks(client: Any, sm: World) -> None:
    sm.transitions(rule="clock")
    pipeline = Pipeline(client, training("Train"))
    arn = pipeline.start()
    assert {pipeline.status(arn) for _ in range(5)} == {"Executing"}
    sm.clock.advance(TRAINING_SECONDS + 1)
    assert pipeline.status(arn) == "Succeeded"


def test_immediate_ends_within_the_start(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    pipeline = Pipeline(
        client, training("Train"), processing("Check", "Train"), fail("No", "Check")
    )
    arn = pipeline.start()
    (summary,) = client.list_pipeline_executions(PipelineName="demo")["PipelineExecutionSummaries"]
    assert summary["PipelineExecutionStatus"] == "Failed"
    assert pipeline.statuses(arn) == {"Train": "Succeeded", "Check": "Succeeded", "No": "Failed"}


def test_manual_waits_for_the_test(client: Any, sm: World) -> None:
    sm.transitions(rule="manual")
    pipeline = Pipeline(client, processing("Prepare"), processing("Check", "Prepare"))
    arn = pipeline.start()
    assert [pipeline.statuses(arn) for _ in range(2)] == [{"Prepare": "Executing"}] * 2
    execution = sm.get("PipelineExecution", arn)
    execution.advance()
    assert pipeline.statuses(arn) == {"Prepare": "Succeeded", "Check": "Executing"}
    execution.advance()
    assert execution.status == "Succeeded"


def test_manual_moves_one_step_by_its_job(client: Any, sm: World) -> None:
    sm.transitions(rule="manual")
    pipeline = Pipeline(client, training("Left"), training("Right"))
    arn = pipeline.start()
    left, right = sm.resources("TrainingJob")
    left.move_to("Completed")
    right.move_to("Failed", reason="AlgorithmError: out of memory")
    assert pipeline.statuses(arn) == {"Left": "Succeeded", "Right": "Failed"}
    assert pipeline.status(arn) == "Executing"
    assert sm.get("PipelineExecution", arn).advance().status == "Failed"


def test_a_job_that_is_held_back_holds_the_execution(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    sm.transitions("TrainingJob", rule="manual")
    pipeline = Pipeline(client, training("Train"), processing("Check", "Train"))
    arn = pipeline.start()
    assert pipeline.status(arn) == "Executing"
    sm.resources("TrainingJob")[0].move_to("Completed")
    assert pipeline.status(arn) == "Succeeded"


# Order ------------------------------------------------------------------------------------------


def test_a_reference_makes_a_step_wait(client: Any) -> None:
    model = {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}
    reads = {"Environment": {"model": model}}
    pipeline = Pipeline(client, processing("Check", arguments=reads), training("Train"))
    arn = pipeline.start()
    for _ in range(6):
        pipeline.status(arn)
    steps = pipeline.steps(arn)
    assert list(steps) == ["Train", "Check"]
    job = client.describe_processing_job(
        ProcessingJobName=steps["Check"]["Metadata"]["ProcessingJob"]["Arn"].rsplit("/", 1)[1]
    )
    trained = client.describe_training_job(
        TrainingJobName=steps["Train"]["Metadata"]["TrainingJob"]["Arn"].rsplit("/", 1)[1]
    )
    assert job["Environment"]["model"] == trained["ModelArtifacts"]["S3ModelArtifacts"]


@pytest.mark.parametrize("most", [1, 2, 5])
def test_no_more_steps_run_at_a_time_than_are_allowed(client: Any, sm: World, most: int) -> None:
    sm.transitions(rule="clock")
    pipeline = Pipeline(client, *(processing(f"P{number}") for number in range(5)))
    arn = pipeline.start(ParallelismConfiguration={"MaxParallelExecutionSteps": most})
    counts = []
    while pipeline.status(arn) == "Executing":
        running = [s for s in pipeline.statuses(arn).values() if s == "Executing"]
        counts.append(len(running))
        sm.clock.advance(PROCESSING_SECONDS)
    assert max(counts) == most
    assert len(counts) == -(-5 // most)


def test_the_parallelism_of_the_pipeline_holds_unless_a_start_says_otherwise(
    client: Any, sm: World
) -> None:
    pipeline = Pipeline(client, processing("A"), processing("B"))
    client.update_pipeline(
        PipelineName="demo", ParallelismConfiguration={"MaxParallelExecutionSteps": 1}
    )
    assert len(pipeline.steps(pipeline.start())) == 1
    other = pipeline.start(ParallelismConfiguration={"MaxParallelExecutionSteps": 2})
    assert len(pipeline.steps(other)) == 2


def test_an_update_lets_more_steps_run(client: Any, sm: World) -> None:
    sm.transitions(rule="manual")
    pipeline = Pipeline(client, processing("A"), processing("B"), processing("C"))
    arn = pipeline.start(ParallelismConfiguration={"MaxParallelExecutionSteps": 1})
    assert list(pipeline.steps(arn)) == ["A"]
    client.update_pipeline_execution(
        PipelineExecutionArn=arn, ParallelismConfiguration={"MaxParallelExecutionSteps": 2}
    )
    assert list(pipeline.steps(arn)) == ["A", "B"]


def test_an_execution_may_take_longer_than_its_steps(client: Any, sm: World) -> None:
    sm.transitions(rule="clock")
    sm.transitions("PipelineExecution", rule=after(1000))
    pipeline = Pipeline(client, processing("A"))
    arn = pipeline.start()
    sm.clock.advance(PROCESSING_SECONDS + 1)
    assert (pipeline.status(arn), pipeline.statuses(arn)) == ("Executing", {"A": "Succeeded"})
    sm.clock.advance(1000)
    assert pipeline.status(arn) == "Succeeded"


def test_a_failure_of_the_execution_itself_stops_its_steps(client: Any, sm: World) -> None:
    sm.fail("PipelineExecution", reason="the service is down")
    pipeline = Pipeline(client, training("Train"), processing("Check", "Train"))
    arn = pipeline.start()
    assert [pipeline.status(arn) for _ in range(2)] == ["Executing", "Failed"]
    assert pipeline.describe(arn)["FailureReason"] == "the service is down"
    assert pipeline.statuses(arn) == {"Train": "Stopped"}


# Branches ---------------------------------------------------------------------------------------


@pytest.mark.fact("pipelines.Step-types.Condition")
@pytest.mark.parametrize(
    ("value", "taken", "outcome"), [("yes", "Register", "True"), ("no", "Stop", "False")]
)
def test_a_condition_leads_into_one_branch(
    client: Any, sm: World, value: str, taken: str, outcome: str
) -> None:
    sm.transitions(rule="immediate")
    gate = condition(
        "Gate",
        "Prepare",
        test=equals({"Get": "Parameters.Good"}, "yes"),
        yes=[training("Register")],
        no=[training("Stop")],
    )
    parameters = [{"Name": "Good", "Type": "String", "DefaultValue": "yes"}]
    pipeline = Pipeline(client, processing("Prepare"), gate, Parameters=parameters)
    arn = pipeline.start(PipelineParameters=[{"Name": "Good", "Value": value}])
    steps = pipeline.steps(arn)
    assert list(steps) == ["Prepare", "Gate", taken]
    assert steps["Gate"]["Metadata"] == {"Condition": {"Outcome": outcome}}
    assert pipeline.status(arn) == "Succeeded"


@pytest.mark.fact("pipelines.Reports.steps-that-have-not-started-are")
def test_what_waits_for_a_branch_that_is_not_taken_never_starts(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    inner = condition("Inner", test=equals(1, 1), yes=[training("Deep")])
    gate = condition("Gate", test=equals(1, 2), yes=[inner], no=[processing("Else")])
    pipeline = Pipeline(client, gate, processing("After", "Deep"), processing("Free"))
    arn = pipeline.start()
    assert list(pipeline.steps(arn)) == ["Gate", "Else", "Free"]
    assert pipeline.status(arn) == "Succeeded"


def test_nested_conditions_are_evaluated_in_turn(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    inner = condition("Inner", test=equals(1, 2), no=[fail("No", message="inner")])
    gate = condition("Gate", test=equals(1, 1), yes=[inner])
    pipeline = Pipeline(client, gate)
    arn = pipeline.start()
    steps = pipeline.steps(arn)
    assert list(steps) == ["Gate", "Inner", "No"]
    assert steps["No"]["FailureReason"] == "inner"


# Failures ---------------------------------------------------------------------------------------


@pytest.mark.fact(
    "pipelines.Reports.steps-that-have-not-started-are",
    "pipelines.Reports.FailureReason-of-the-execution-Step-failure",
    "pipelines.Failure-reasons.a-job-that-failed-ClientError-FailureReason",
    "jobs.PipelineExecution.secondary.other.Failed",
    "jobs.PipelineExecution.lifecycle.failed_note",
)
def test_a_failing_step_fails_the_execution_after_its_siblings_have_ended(
    client: Any, sm: World
) -> None:
    sm.transitions(rule="clock")
    pipeline = Pipeline(
        client,
        processing("Short"),
        training("Long"),
        processing("AfterShort", "Short"),
        processing("AfterLong", "Long"),
    )
    sm.fail("ProcessingJob", name="pipelines-*-Short-*", reason="AlgorithmError: no rows")
    arn = pipeline.start()
    sm.clock.advance(PROCESSING_SECONDS + 1)
    assert pipeline.statuses(arn) == {"Short": "Failed", "Long": "Executing"}
    assert pipeline.status(arn) == "Executing"
    sm.clock.advance(TRAINING_SECONDS)
    answer = pipeline.describe(arn)
    assert answer["PipelineExecutionStatus"] == "Failed"
    assert answer["FailureReason"] == "Step failure: One or multiple steps failed."
    steps = pipeline.steps(arn)
    assert {name: s["StepStatus"] for name, s in steps.items()} == {
        "Short": "Failed",
        "Long": "Succeeded",
    }
    assert steps["Short"]["FailureReason"] == "ClientError: AlgorithmError: no rows"
    assert answer["LastModifiedTime"] == steps["Long"]["EndTime"]


@pytest.mark.fact(
    "pipelines.Reports.a-step-whose-call-is-refused",
    "pipelines.Failure-reasons.ClientError-Failed-to-invoke-sagemaker-CreateTrainingJob",
)
def test_a_call_that_the_service_refuses_fails_its_step(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    pipeline = Pipeline(client, training("Train"))
    sm.pipelines.fail("Train", error="SageMaker.RESOURCE_LIMIT", reason="No instances are left.")
    arn = pipeline.start()
    step = pipeline.steps(arn)["Train"]
    assert step["Metadata"] == {}
    assert step["AttemptCount"] == 1
    assert step["FailureReason"] == (
        "ClientError: Failed to invoke sagemaker:CreateTrainingJob. "
        "Error Details: No instances are left.\n"
        f"Retry not appropriate on execution of step with PipelineExecutionArn {arn} and StepId "
        "Train. No retry policy configured for the exception type SAGEMAKER_RESOURCE_LIMIT."
    )
    assert sm.resources("TrainingJob") == []


def test_an_expression_without_a_value_fails_its_step(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    reads = {"Environment": {"x": {"Get": "Steps.Train.Environment['absent']"}}}
    pipeline = Pipeline(client, training("Train"), processing("Check", arguments=reads))
    arn = pipeline.start()
    step = pipeline.steps(arn)["Check"]
    assert step["StepStatus"] == "Failed"
    assert "Steps.Train.Environment.absent" in step["FailureReason"]


@pytest.mark.fact(
    "pipelines.Definitions.an-entry-of-DependsOn-is-a",
    "pipelines.Retries-stop-callbacks.steps-with-the-trigger-Failed-or",
)
def test_steps_that_mind_a_failure_make_it_one_that_is_dealt_with(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    told = processing("Tell", DependsOn=[{"Step": "Train", "Trigger": "Failed"}])
    calm = processing("Calm", DependsOn=[{"Step": "Other", "Trigger": "Failed"}])
    always = processing("Always", DependsOn=[{"Step": "Train", "Trigger": "Any"}])
    pipeline = Pipeline(
        client,
        training("Train"),
        processing("Other"),
        told,
        calm,
        always,
        processing("Use", "Train"),
    )
    sm.pipelines.fail("Train", reason="AlgorithmError: no")
    arn = pipeline.start()
    assert pipeline.statuses(arn) == {
        "Train": "Failed",
        "Other": "Succeeded",
        "Tell": "Succeeded",
        "Always": "Succeeded",
    }
    assert pipeline.status(arn) == "CompletedWithFailures"


def test_a_job_that_is_gone_fails_its_step(client: Any, sm: World) -> None:
    sm.transitions(rule="manual")
    pipeline = Pipeline(client, training("Train"))
    arn = pipeline.start()
    sm.resources("TrainingJob")[0].move_to("Deleting").advance()
    step = pipeline.steps(arn)["Train"]
    assert step["StepStatus"] == "Failed"
    assert "has been deleted" in step["FailureReason"]


def test_an_execution_that_a_test_ends_takes_its_steps_along(client: Any, sm: World) -> None:
    pipeline = Pipeline(client, training("Train"), processing("Check", "Train"))
    arn = pipeline.start()
    sm.get("PipelineExecution", arn).move_to("Failed", reason="the region is gone")
    assert pipeline.statuses(arn) == {"Train": "Stopped"}
    assert sm.resources("TrainingJob")[0].status == "Stopping"
    assert pipeline.describe(arn)["FailureReason"] == "the region is gone"


def test_the_same_pipeline_runs_the_same_in_every_world(client: Any, sm: World) -> None:
    from sagestub import mock_sagemaker

    steps = [training("A"), training("B"), processing("C", "A", "B"), training("D")]

    def told() -> list[Any]:
        with mock_sagemaker(transitions="immediate"):
            pipeline = Pipeline(client, *steps)
            found = pipeline.steps(pipeline.start())
            return [(name, s["StepStatus"], s["Metadata"]) for name, s in found.items()]

    assert told() == told()


@pytest.mark.parametrize("rule", ["immediate", "clock", "poll"])
def test_a_long_chain_is_no_deeper_than_a_short_one(client: Any, sm: World, rule: str) -> None:
    """More steps, one after the other, than Python would call functions within one another."""
    sm.transitions(rule=rule)
    steps = [condition("C0", test=equals(1, 1))]
    steps += [condition(f"C{n}", f"C{n - 1}", test=equals(1, 1)) for n in range(1, 1200)]
    pipeline = Pipeline(client, *steps)
    arn = pipeline.start()
    pipeline.status(arn)
    assert pipeline.status(arn) == "Succeeded"
    assert len(pipeline.steps(arn)) == 1200
