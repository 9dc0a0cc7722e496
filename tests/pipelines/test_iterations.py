"""ForEach steps: their children, how many run at a time, how they end."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import World
from tests.pipelines.running import (
    PROCESSING_SECONDS,
    Pipeline,
    processing,
    seconds_between,
    training,
)


def for_each(name: str, items: Any, *body: dict[str, Any], at_most: int = 2) -> dict[str, Any]:
    """Return a ForEach step."""
    arguments = {"IterableItems": items, "MaxConcurrency": at_most, "ForEachBody": list(body)}
    return {"Name": name, "Type": "ForEach", "Arguments": arguments}


ITEM = {"Environment": {"item": {"Get": "ForEach.CurrentItem"}}}


@pytest.mark.fact("pipelines.Expressions.Get-ForEach-CurrentItem-path")
def test_a_step_runs_for_each_item(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    each = for_each("Each", ["a", "b", "c"], processing("Prepare", arguments=ITEM))
    pipeline = Pipeline(client, each, training("After", "Each"))
    arn = pipeline.start()
    steps = pipeline.steps(arn)
    assert list(steps) == ["Each", "Prepare-0", "Prepare-1", "Prepare-2", "After"]
    assert steps["Prepare-1"]["IterationContext"] == {
        "ParentStepName": "Each",
        "Index": 1,
        "Item": "b",
    }
    assert steps["Each"]["Metadata"]["ForEach"]["SucceededStepCount"] == 3
    made = [job.members["Environment"]["item"] for job in sm.resources("ProcessingJob")]
    assert made == ["a", "b", "c"]
    assert steps["After"]["StartTime"] >= steps["Each"]["EndTime"]


def test_so_many_run_at_a_time(client: Any, sm: World) -> None:
    sm.transitions(rule="clock")
    body = processing("Prepare", arguments=ITEM)
    pipeline = Pipeline(client, for_each("Each", [1, 2, 3, 4, 5], body))
    arn = pipeline.start()
    assert list(pipeline.steps(arn)) == ["Each", "Prepare-0", "Prepare-1"]
    sm.clock.advance(3600)
    step = pipeline.steps(arn)["Each"]
    lasted = seconds_between(step["StartTime"], step["EndTime"])
    assert lasted == pytest.approx(3 * PROCESSING_SECONDS, abs=0.01)


def test_the_parallelism_of_the_execution_counts_too(client: Any, sm: World) -> None:
    sm.transitions(rule="clock")
    body = processing("Prepare", arguments=ITEM)
    pipeline = Pipeline(client, for_each("Each", [1, 2, 3], body, at_most=3))
    arn = pipeline.start(ParallelismConfiguration={"MaxParallelExecutionSteps": 1})
    sm.clock.advance(3600)
    assert pipeline.status(arn) == "Succeeded"
    step = pipeline.steps(arn)["Each"]
    lasted = seconds_between(step["StartTime"], step["EndTime"])
    assert lasted == pytest.approx(3 * PROCESSING_SECONDS, abs=0.01)


def test_steps_of_a_body_wait_for_one_another(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    body = [processing("Prepare"), training("Train", "Prepare")]
    pipeline = Pipeline(client, for_each("Each", ["a", "b"], *body, at_most=4))
    steps = pipeline.steps(pipeline.start())
    for index in range(2):
        assert steps[f"Train-{index}"]["StartTime"] >= steps[f"Prepare-{index}"]["EndTime"]
    assert steps["Each"]["StepStatus"] == "Succeeded"


def test_a_failing_item_fails_the_step_after_its_siblings_have_ended(
    client: Any, sm: World
) -> None:
    sm.transitions(rule="clock")
    body = processing("Prepare", arguments=ITEM)
    pipeline = Pipeline(client, for_each("Each", [1, 2, 3, 4], body), training("After", "Each"))
    sm.pipelines.fail("Prepare-0", reason="AlgorithmError: no")
    arn = pipeline.start()
    sm.clock.advance(3600)
    assert pipeline.statuses(arn) == {
        "Each": "Failed",
        "Prepare-0": "Failed",
        "Prepare-1": "Succeeded",
    }
    assert pipeline.status(arn) == "Failed"


def test_no_items_no_children(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    parameters = [{"Name": "Items", "Type": "String", "DefaultValue": "[]"}]
    each = for_each("Each", {"Get": "Parameters.Items"}, processing("Prepare"))
    pipeline = Pipeline(client, each, training("After", "Each"), Parameters=parameters)
    assert list(pipeline.steps(pipeline.start())) == ["Each", "After"]


def test_a_stop_stops_the_children(client: Any, sm: World) -> None:
    sm.transitions(rule="clock")
    body = processing("Prepare", arguments=ITEM)
    pipeline = Pipeline(client, for_each("Each", [1, 2, 3], body, at_most=1))
    arn = pipeline.start()
    pipeline.stop(arn)
    sm.clock.advance(600)
    assert pipeline.status(arn) == "Stopped"
    assert pipeline.statuses(arn) == {"Each": "Stopped", "Prepare-0": "Stopped"}


def test_a_retry_runs_all_items_again(client: Any, sm: World) -> None:
    sm.transitions(rule="immediate")
    body = processing("Prepare", arguments=ITEM)
    pipeline = Pipeline(client, for_each("Each", [1, 2], body, at_most=1))
    sm.pipelines.fail("Prepare-1", reason="AlgorithmError: no")
    arn = pipeline.start()
    assert pipeline.status(arn) == "Failed"
    pipeline.retry(arn)
    assert pipeline.status(arn) == "Succeeded"
    assert list(pipeline.steps(arn)) == ["Each", "Prepare-0", "Prepare-1"]
