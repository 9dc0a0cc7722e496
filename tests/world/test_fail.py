"""Failures that a test has ordered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from sagestub import InvalidArgumentError, World, mock_sagemaker
from tests.world.handle import RULES, message, statuses

Request = Callable[..., dict[str, Any]]

REGION = "eu-west-1"


def route(sm: World, client: Any) -> list[str]:
    """Return the states of `resnet` once it rests, however it gets there."""
    job = sm.get("CompilationJob", "resnet")
    statuses(client, 4)
    sm.clock.advance(3600)
    job.advance(9)
    return [state for state, _ in job.history]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("at", "states"),
    [
        (None, ["STARTING", "INPROGRESS", "FAILED"]),
        ("STARTING", ["STARTING", "FAILED"]),
        ("INPROGRESS", ["STARTING", "INPROGRESS", "FAILED"]),
    ],
)
def test_a_failure_under_every_rule(
    compilation_job: Request, rule: str, at: str | None, states: list[str]
) -> None:
    with mock_sagemaker(transitions=rule) as sm:
        client = boto3.client("sagemaker", region_name=REGION)
        sm.fail("CompilationJob", reason="boom", at=at)
        client.create_compilation_job(**compilation_job())
        assert route(sm, client) == states
        assert sm.get("CompilationJob", "resnet").members["FailureReason"] == "boom"


@pytest.mark.parametrize("rule", ["poll", "manual", "clock"])
def test_a_failure_ordered_after_the_creation(compilation_job: Request, rule: str) -> None:
    with mock_sagemaker(transitions=rule) as sm:
        client = boto3.client("sagemaker", region_name=REGION)
        client.create_compilation_job(**compilation_job())
        sm.fail("CompilationJob", "resnet", "boom")
        assert route(sm, client)[-1] == "FAILED"


def test_only_so_many_fail_and_only_those_that_match(
    client: Any, sm: World, compilation_job: Request
) -> None:
    sm.fail("CompilationJob", name="resnet-*", times=2)
    names = ["vgg", "resnet-1", "resnet-2", "resnet-3"]
    for name in names:
        client.create_compilation_job(**compilation_job(name))
    ends = {name: statuses(client, 3, name)[-1] for name in names}
    assert ends == {
        "vgg": "COMPLETED",
        "resnet-1": "FAILED",
        "resnet-2": "FAILED",
        "resnet-3": "COMPLETED",
    }


def test_all_fail_when_times_is_none(client: Any, sm: World, compilation_job: Request) -> None:
    sm.fail("CompilationJob", times=None)
    for name in "abcde":
        client.create_compilation_job(**compilation_job(name))
        assert statuses(client, 3, name)[-1] == "FAILED"


def test_a_failure_on_a_path_of_ones_own(client: Any, sm: World, compilation_job: Request) -> None:
    sm.transitions("CompilationJob", path="STARTING > COMPLETED")
    sm.fail("CompilationJob", reason="boom")
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 2) == ["STARTING", "FAILED"]


def test_a_state_that_the_path_does_not_visit_fails_nobody(
    client: Any, sm: World, compilation_job: Request
) -> None:
    sm.transitions("CompilationJob", path="STARTING > COMPLETED", name="short")
    sm.fail("CompilationJob", at="INPROGRESS")
    for name in ("short", "long"):
        client.create_compilation_job(**compilation_job(name))
    assert statuses(client, 3, "short")[-1] == "COMPLETED"
    assert statuses(client, 3, "long")[-1] == "FAILED"


def test_a_stop_comes_before_an_ordered_failure(
    client: Any, sm: World, compilation_job: Request
) -> None:
    sm.fail("CompilationJob", at="STARTING")
    client.create_compilation_job(**compilation_job())
    client.stop_compilation_job(CompilationJobName="resnet")
    assert statuses(client, 2) == ["STOPPING", "STOPPED"]


def test_a_failed_job_stays_failed(client: Any, sm: World, compilation_job: Request) -> None:
    sm.fail("CompilationJob", times=None)
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 6)[2:] == ["FAILED"] * 4
    assert len(sm.get("CompilationJob", "resnet").history) == 3


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"kind": "CompilationJob", "times": 0}, "times= is 0."),
        ({"kind": "CompilationJob", "times": "2"}, "times= is '2'."),
        ({"kind": "CompilationJob", "times": True}, "times= is True."),
        ({"kind": "CompilationJob", "times": 1.0}, "times= is 1.0."),
        ({"kind": "CompilationJob", "name": 7}, "name= is 7."),
        ({"kind": "CompilationJob", "reason": 7}, "reason= is 7."),
        ({"kind": "Pipeline"}, "Pipeline has no state of failure."),
        ({"kind": "EndpointConfig"}, "EndpointConfig has no status"),
        ({"kind": "resnet", "name": "CompilationJob"}, "Give the kind first: 'CompilationJob'"),
        ({"kind": None}, "A kind is named by a string"),
    ],
)
def test_failures_that_make_no_sense(sm: World, arguments: dict[str, Any], text: str) -> None:
    assert text in message(lambda: sm.fail(**arguments), InvalidArgumentError)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"kind": "compilationjob"}, "Did you mean 'CompilationJob'?"),
        ({"kind": "CompilationJob", "at": "inprogress"}, "Did you mean 'INPROGRESS'?"),
        ({"kind": "CompilationJob", "at": "COMPLETED"}, "state in which CompilationJob can fail"),
        ({"kind": "CompilationJob", "at": "STOPPING"}, "state in which CompilationJob can fail"),
    ],
)
def test_names_in_failures_that_do_not_exist(
    sm: World, arguments: dict[str, Any], text: str
) -> None:
    assert text in message(lambda: sm.fail(**arguments))
