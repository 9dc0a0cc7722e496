"""Results of steps that are used again: the key, the expiry, and what is told of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sagestub import World
from sagestub.pipelines.caching import seconds_in
from tests.pipelines.running import Pipeline, condition, equals, processing, training

FOR_A_DAY = {"Enabled": True, "ExpireAfter": "P1D"}


def cached(name: str, *needs: str, **members: Any) -> dict[str, Any]:
    return training(name, *needs, CacheConfig=FOR_A_DAY, **members)


@pytest.fixture(autouse=True)
def at_once(sm: World) -> None:
    """Executions end within the call that starts them."""
    sm.transitions(rule="immediate")


@pytest.mark.fact(
    "pipelines.Definitions.a-step-has-Name-Type-Arguments",
    "pipelines.Reports.a-cached-or-reused-step-starts",
)
def test_a_result_is_used_again(client: Any, sm: World) -> None:
    reads = {"Environment": {"model": {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}}}
    pipeline = Pipeline(client, cached("Train"), processing("Check", arguments=reads))
    first, second = pipeline.start(), pipeline.start()
    before, after = pipeline.steps(first)["Train"], pipeline.steps(second)["Train"]
    assert "CacheHitResult" not in before
    assert after["CacheHitResult"] == {"SourcePipelineExecutionArn": first}
    assert after["StepStatus"] == "Succeeded"
    assert (after["AttemptCount"], after["EndTime"]) == (0, after["StartTime"])
    assert after["Metadata"] == before["Metadata"]
    (job,) = sm.resources("TrainingJob")
    model = job.members["ModelArtifacts"]["S3ModelArtifacts"]
    checks = sm.resources("ProcessingJob")
    assert [check.members["Environment"]["model"] for check in checks] == [model, model]


def test_a_hit_names_the_execution_that_ran_the_step(client: Any) -> None:
    pipeline = Pipeline(client, cached("Train"))
    arns = [pipeline.start() for _ in range(3)]
    hits = [pipeline.steps(arn)["Train"]["CacheHitResult"] for arn in arns[1:]]
    assert hits == [{"SourcePipelineExecutionArn": arns[0]}] * 2


@pytest.mark.fact("pipelines.Caching-and-selective-execution.key-the-arguments-of-the-list")
def test_what_is_not_part_of_the_key_may_change(client: Any, sm: World) -> None:
    pipeline = Pipeline(client, cached("Train"))
    pipeline.start()
    pipeline.update(cached("Train", arguments={"StoppingCondition": {"MaxRuntimeInSeconds": 60}}))
    assert "CacheHitResult" in pipeline.steps(pipeline.start())["Train"]


@pytest.mark.fact("pipelines.Caching-and-selective-execution.key-the-arguments-of-the-list")
def test_what_is_part_of_the_key_may_not(client: Any, sm: World) -> None:
    pipeline = Pipeline(client, cached("Train"))
    pipeline.start()
    pipeline.update(cached("Train", arguments={"HyperParameters": {"depth": "3"}}))
    assert "CacheHitResult" not in pipeline.steps(pipeline.start())["Train"]


@pytest.mark.fact("pipelines.Caching-and-selective-execution.key-the-arguments-of-the-list")
def test_of_a_type_without_a_list_every_argument_is_part_of_the_key(client: Any) -> None:
    def call(**arguments: str) -> dict[str, Any]:
        arn = "arn:aws:lambda:eu-west-1:123456789012:function:f"
        members = {"FunctionArn": arn, "Arguments": arguments, "CacheConfig": FOR_A_DAY}
        return {"Name": "Call", "Type": "Lambda", **members}

    pipeline = Pipeline(client, call(a="1", b="1"))
    pipeline.start()
    assert "CacheHitResult" in pipeline.steps(pipeline.start())["Call"]
    pipeline.update(call(a="1", b="2"))
    assert "CacheHitResult" not in pipeline.steps(pipeline.start())["Call"]


@pytest.mark.fact("pipelines.Caching-and-selective-execution.key-the-arguments-of-the-list")
def test_values_of_parameters_are_part_of_the_key(client: Any) -> None:
    deep = {"HyperParameters": {"depth": {"Get": "Parameters.Depth"}}}
    parameters = [{"Name": "Depth", "Type": "String", "DefaultValue": "3"}]
    pipeline = Pipeline(client, cached("Train", arguments=deep), Parameters=parameters)

    def is_hit(depth: str) -> bool:
        arn = pipeline.start(PipelineParameters=[{"Name": "Depth", "Value": depth}])
        return "CacheHitResult" in pipeline.steps(arn)["Train"]

    assert [is_hit("3"), is_hit("4"), is_hit("3"), is_hit("4")] == [False, False, True, True]


@pytest.mark.fact("pipelines.Caching-and-selective-execution.the-latest-successful-run-of-the")
def test_a_result_expires(client: Any, sm: World) -> None:
    pipeline = Pipeline(client, cached("Train"))
    pipeline.start()
    sm.clock.advance(timedelta(hours=23))
    assert "CacheHitResult" in pipeline.steps(pipeline.start())["Train"]
    sm.clock.advance(timedelta(hours=2))
    latest = pipeline.start()
    assert "CacheHitResult" not in pipeline.steps(latest)["Train"]
    hit = pipeline.steps(pipeline.start())["Train"]["CacheHitResult"]
    assert hit == {"SourcePipelineExecutionArn": latest}


@pytest.mark.fact("pipelines.Caching-and-selective-execution.the-latest-successful-run-of-the")
def test_failures_are_not_used_again(client: Any, sm: World) -> None:
    pipeline = Pipeline(client, cached("Train"))
    sm.pipelines.fail("Train", reason="AlgorithmError: no")
    pipeline.start()
    step = pipeline.steps(pipeline.start())["Train"]
    assert step["StepStatus"] == "Succeeded"
    assert "CacheHitResult" not in step


@pytest.mark.parametrize("config", [None, {"Enabled": False, "ExpireAfter": "P1D"}])
def test_caching_is_off_unless_it_is_on(client: Any, config: Any) -> None:
    members = {} if config is None else {"CacheConfig": config}
    pipeline = Pipeline(client, training("Train", **members))
    pipeline.start()
    assert "CacheHitResult" not in pipeline.steps(pipeline.start())["Train"]


@pytest.mark.fact("pipelines.Caching-and-selective-execution.the-latest-successful-run-of-the")
def test_another_pipeline_has_other_results(client: Any) -> None:
    pipeline = Pipeline(client, cached("Train"))
    pipeline.start()
    client.create_pipeline(
        PipelineName="other",
        PipelineDefinition=pipeline.text(cached("Train")),
        RoleArn="arn:aws:iam::123456789012:role/pipelines",
    )
    arn = client.start_pipeline_execution(PipelineName="other")["PipelineExecutionArn"]
    assert "CacheHitResult" not in pipeline.steps(arn)["Train"]


def test_a_step_of_a_type_without_caching_runs_again(client: Any) -> None:
    gate = condition("Gate", test=equals(1, 1), CacheConfig=FOR_A_DAY)
    pipeline = Pipeline(client, gate)
    pipeline.start()
    assert "CacheHitResult" not in pipeline.steps(pipeline.start())["Gate"]


@pytest.mark.fact(
    "pipelines.Caching-and-selective-execution.ExpireAfter-ISO-8601-also-30d-T16m",
)
@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ("PT1H", 3600),
        ("P30D", 30 * 86400),
        ("30d", 30 * 86400),
        ("5y", 5 * 365 * 86400),
        ("T16m", 16 * 60),
        ("30dT5h", 30 * 86400 + 5 * 3600),
        ("P1W", 7 * 86400),
        ("P2M", 60 * 86400),
        ("PT90S", 90),
        ("", float("inf")),
        ("soon", float("inf")),
    ],
)
def test_durations(duration: str, seconds: float) -> None:
    """Source: Developer Guide, "Turn on step caching" (the forms without a P)."""
    assert seconds_in(duration) == seconds
