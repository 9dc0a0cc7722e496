"""What the handle says to those who use it for the first time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sagestub import (
    InvalidArgumentError,
    NoSuchResourceError,
    Resource,
    UnknownNameError,
    World,
    mock_sagemaker,
    poll,
)
from tests.world.handle import Status, message

REGION = "eu-west-1"


@pytest.mark.parametrize(
    "kind",
    ["compilation_job", "compilation-job", "compilationjob", "CompilationJobs", "compilation job"],
)
@pytest.mark.parametrize(
    "ask",
    [
        lambda sm, kind: sm.add(kind),
        lambda sm, kind: sm.get(kind, "resnet"),
        lambda sm, kind: sm.resources(kind),
        lambda sm, kind: sm.fail(kind),
        lambda sm, kind: sm.transitions(kind, rule="manual"),
    ],
)
def test_a_kind_that_is_spelled_otherwise(
    sm: World, ask: Callable[[World, str], object], kind: str
) -> None:
    text = message(lambda: ask(sm, kind))
    assert text.startswith(
        f"There is no kind {kind!r}.\nDid you mean 'CompilationJob'? What exists: "
    )
    assert "in all)" in text


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda sm: sm.get("resnet", "CompilationJob"), InvalidArgumentError, "the kind first"),
        (
            lambda sm: sm.add("CompilationJob", "resnet"),
            InvalidArgumentError,
            "region= is 'resnet'",
        ),
        (
            lambda sm: sm.add("CompilationJob", REGION, "resnet"),
            InvalidArgumentError,
            "account_id=",
        ),
        (lambda sm: sm.add("CompilationJob", region=7), InvalidArgumentError, "region= is 7."),
        (
            lambda sm: sm.add("CompilationJob", name="resnet"),
            UnknownNameError,
            "CompilationJobName",
        ),
        (
            lambda sm: sm.add("CompilationJob", Name="resnet"),
            UnknownNameError,
            "CompilationJobName",
        ),
        (lambda sm: sm.add(Resource), InvalidArgumentError, "A kind is named by a string"),
        (lambda sm: sm.get(None, "resnet"), InvalidArgumentError, "A kind is named by a string"),
        (lambda sm: sm.get("CompilationJob", None), NoSuchResourceError, "no CompilationJob None"),
        (lambda sm: sm.calls("create_compilation_job"), UnknownNameError, "CreateCompilationJob"),
        (lambda sm: sm.calls("CreateCompilationJobs"), UnknownNameError, "'CreateCompilationJob'?"),
        (lambda sm: sm.fail("CompilationJob", "a", "b", "c"), UnknownNameError, "'c'"),
        (lambda sm: sm.add("CompilationJob").move_to(Status.FAILED), UnknownNameError, "FAILED"),
        (lambda sm: sm.add("CompilationJob").move_to(None), UnknownNameError, "None"),
        (lambda sm: sm.calls(["ListPipelines"]), InvalidArgumentError, "one operation"),
        (lambda sm: sm.resources(region="narnia"), InvalidArgumentError, "region= is 'narnia'."),
        (lambda sm: sm.get("Model", "m", account_id="me"), InvalidArgumentError, "12 digits"),
        (lambda sm: sm.transitions("manual"), InvalidArgumentError, "not the rule manual."),
        (lambda sm: sm.transitions(poll(2)), InvalidArgumentError, "not the rule poll(2)."),
    ],
)
def test_mistakes_of_the_first_half_hour(
    sm: World, call: Callable[[World], object], error: type[Exception], text: str
) -> None:
    assert text in message(lambda: call(sm), error)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ({"transition": "poll"}, "Did you mean 'transitions'?"),
        ({"region": "eu-west-1"}, "There is no option of mock_sagemaker 'region'."),
        ({"transitions": "polling"}, "Did you mean 'poll'?"),
        ({"transitions": "POLL"}, "Did you mean 'poll'?"),
    ],
)
def test_options_that_do_not_exist(option: dict[str, Any], text: str) -> None:
    assert text in message(lambda: mock_sagemaker(**option))


@pytest.mark.parametrize(
    "option", [{"sleep": ""}, {"sleep": ("mypackage", "")}, {"account_id": "12345678901²"}]
)
def test_options_with_values_that_are_not_accepted(option: dict[str, Any]) -> None:
    ((name, value),) = option.items()
    refused = message(lambda: mock_sagemaker(**option), InvalidArgumentError)
    assert refused.startswith(f"{name}= is {value!r}.\nGive ")


def test_only_a_likely_name_is_suggested(sm: World) -> None:
    options: Any = {"region": "eu-west-1"}
    assert "Did you mean" not in message(lambda: mock_sagemaker(**options))
    meant = message(lambda: sm.add("CompilationJob", Name="resnet"))
    assert "Did you mean 'CompilationJobName'?" in meant


def test_a_mock_that_is_taken_for_its_handle() -> None:
    started: Any = mock_sagemaker()
    with pytest.raises(AttributeError, match=r"with mock_sagemaker\(\) as sm: sm\.clock"):
        started.clock.advance(60)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = started.nonsense


def test_errors_are_of_the_families_that_python_knows(sm: World) -> None:
    with pytest.raises(ValueError, match="no kind"):
        sm.resources("nonsense")
    with pytest.raises(LookupError, match="no CompilationJob"):
        sm.get("CompilationJob", "nonsense")


def test_the_kinds_can_be_listed(sm: World) -> None:
    assert {"CompilationJob", "Pipeline", "PipelineExecution"} <= set(sm.kinds)


def test_every_kind_can_be_added_in_each_of_its_states(sm: World) -> None:
    """Whatever a kind derives on the way, it copes with members that were left out."""
    for kind in sm.kinds:
        bound = sm._kind(kind)
        for state in bound.statuses if bound.lifecycle is not None else ("",):
            members: dict[str, Any] = {bound.status_member: state} if state else {}
            resource = sm.add(
                kind, region=REGION, account_id=f"{len(sm.resources()):012d}", **members
            )
            assert (resource.status or "") == state
            json.dumps(resource.members, default=str)
