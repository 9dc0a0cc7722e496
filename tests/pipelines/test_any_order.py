"""What holds for every pipeline, whatever its steps wait for: random graphs, failures and limits."""

from __future__ import annotations

from typing import Any, NamedTuple

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sagestub import mock_sagemaker
from sagestub.pipelines.scheduling import SUCCESS, Schedule
from tests.pipelines.running import REGION, Pipeline, processing, training

Report = dict[str, dict[str, Any]]

few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Case(NamedTuple):
    """A pipeline and what happens to it.

    Args:
        needs: For each step those before it, which come earlier in the list.
        failing: Steps that fail.
        most: MaxParallelExecutionSteps; None for no limit.
    """

    needs: list[list[int]]
    failing: set[int]
    most: int | None


@st.composite
def cases(draw: st.DrawFn) -> Case:
    count = draw(st.integers(1, 8))
    needs = [
        draw(st.lists(st.integers(0, step - 1), unique=True, max_size=3)) if step else []
        for step in range(count)
    ]
    failing = draw(st.sets(st.integers(0, count - 1), max_size=2))
    return Case(needs, failing, draw(st.none() | st.integers(1, 3)))


def steps_of(case: Case) -> list[dict[str, Any]]:
    """Return the steps, jobs of two lengths in turn."""
    made = [training if step % 2 else processing for step in range(len(case.needs))]
    return [
        make(f"S{step}", *(f"S{need}" for need in needs))
        for step, (make, needs) in enumerate(zip(made, case.needs, strict=True))
    ]


def run(case: Case, rule: str) -> tuple[str, Report]:
    """Run a pipeline in a world of its own; return its last status and its steps."""
    with mock_sagemaker(transitions=rule) as sm:
        client = boto3.client("sagemaker", region_name=REGION)
        pipeline = Pipeline(client, *steps_of(case))
        for step in sorted(case.failing):
            sm.pipelines.fail(f"S{step}", reason="AlgorithmError: no")
        limit = {"ParallelismConfiguration": {"MaxParallelExecutionSteps": case.most}}
        arn = pipeline.start(**(limit if case.most is not None else {}))
        if rule == "clock":
            sm.clock.advance(100_000)
        for _ in range(len(case.needs) * 5 + 1):
            if rule == "manual":
                sm.get("PipelineExecution", arn).advance()
            pipeline.status(arn)
        return pipeline.status(arn), pipeline.steps(arn)


def at_a_time(steps: Report) -> int:
    """Return how many steps ran at the same time at the most; one that ends makes room at once."""
    moments = [(step["StartTime"], 1) for step in steps.values()]
    moments += [(step["EndTime"], -1) for step in steps.values()]
    running = most = 0
    for _, change in sorted(moments):
        running += change
        most = max(most, running)
    return most


@pytest.mark.parametrize("rule", ["poll", "clock", "immediate", "manual"])
@few
@given(case=cases())
def test_every_execution_ends_and_keeps_the_order(rule: str, case: Case) -> None:
    status, steps = run(case, rule)
    for name, step in steps.items():
        assert step["StepStatus"] in ("Succeeded", "Failed")
        assert step["StartTime"] <= step["EndTime"]
        for need in case.needs[int(name[1:])]:
            before = steps[f"S{need}"]
            assert before["StepStatus"] == "Succeeded"
            assert before["EndTime"] <= step["StartTime"]
    failed = {name for name, step in steps.items() if step["StepStatus"] == "Failed"}
    assert failed <= {f"S{step}" for step in case.failing}
    assert status == ("Failed" if failed else "Succeeded")
    if not failed:
        assert len(steps) == len(case.needs)
    if case.most is not None:
        assert at_a_time(steps) <= case.most


@few
@given(case=cases())
def test_without_a_limit_the_critical_path_is_the_run_time(case: Case) -> None:
    _, steps = run(Case(case.needs, set(), None), "clock")
    lasts = [
        (steps[f"S{n}"]["EndTime"] - steps[f"S{n}"]["StartTime"]) for n in range(len(case.needs))
    ]
    ends: list[Any] = []
    start = min(step["StartTime"] for step in steps.values())
    for number, needs in enumerate(case.needs):
        ends.append(max((ends[need] for need in needs), default=start) + lasts[number])
    assert max(step["EndTime"] for step in steps.values()) == max(ends)


@few
@given(case=cases())
def test_the_same_case_runs_the_same(case: Case) -> None:
    def told() -> list[Any]:
        status, steps = run(case, "immediate")
        return [status, *((n, s["StepStatus"], s["Metadata"]) for n, s in steps.items())]

    assert told() == told()


@given(case=cases())
def test_a_schedule_gives_each_step_once_and_after_those_before_it(case: Case) -> None:
    edges = {
        str(step): {str(need): SUCCESS for need in needs} for step, needs in enumerate(case.needs)
    }
    schedule = Schedule(edges)
    taken: list[str] = []
    while (name := schedule.take()) is not None:
        assert set(edges[name]) <= set(taken)
        taken.append(name)
        schedule.end(name, "Succeeded")
    assert sorted(taken) == sorted(edges)
