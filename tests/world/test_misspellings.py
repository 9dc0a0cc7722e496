"""Misspelt arguments and attributes, arguments in another order, and functions that cannot be called."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from sagestub import InvalidArgumentError, Resource, UnknownNameError, World, poll
from tests.world.handle import message


async def a_coroutine(given: object) -> None:
    """Is awaited by nobody."""


async def an_async_generator(given: object) -> AsyncIterator[object]:
    """Likewise."""
    yield given


def nothing() -> None:
    """Takes no argument."""


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (lambda sm: sm.transitions("CompilationJob", rules=poll(2)), "rule"),
        (lambda sm: sm.fail("CompilationJob", time=2), "times"),
        (lambda sm: sm.refuse("ListModels", status=503), "http_status"),
        (lambda sm: sm.refuse(operations="ListModels"), "operation"),
        (lambda sm: sm.get("CompilationJob", "resnet", account="123456789012"), "account_id"),
        (lambda sm: sm.resources("CompilationJob", regions="eu-west-1"), "region"),
        (lambda sm: sm.clock.advance(second=3), "seconds"),
        (lambda sm: sm.container(images="*xgboost*"), "image"),
        (lambda sm: sm.on_transition(print, kinds="TrainingJob"), "kind"),
        (lambda sm: sm.on_invoke(print, endpoints="churn"), "endpoint"),
        (lambda sm: sm.pipelines.property_file({}, steps="Evaluate"), "step"),
        (lambda sm: sm.pipelines.fail("Train", pipelines="churn"), "pipeline"),
        (lambda sm: sm.calls("ListModels", account_id="123456789012"), "account"),
        (
            lambda sm: sm.add("CompilationJob").move_to("FAILED", reasons="no such operator"),
            "reason",
        ),
    ],
)
def test_a_misspelt_argument_lists_those_that_exist(
    sm: World, call: Callable[[Any], object], meant: str
) -> None:
    first, second = message(lambda: call(sm), UnknownNameError).splitlines()
    assert first.startswith("There is no argument of ")
    assert f"What exists: {meant}" in second


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda sm: sm.get("CompilationJob"), "get(): missing a required argument: 'name'."),
        (lambda sm: sm.fail(), "fail(): missing a required argument: 'kind'."),
        (lambda sm: sm.clock.advance(1, 2), "advance(): too many positional arguments."),
        (
            lambda sm: sm.container(print, "*xgboost*"),
            "container(): too many positional arguments.",
        ),
        (lambda sm: sm.calls("ListModels", operation="x"), "calls(): multiple values for"),
    ],
)
def test_a_call_that_does_not_fit_is_told_how_to_call(
    sm: World, call: Callable[[Any], object], line: str
) -> None:
    first, second = message(lambda: call(sm), InvalidArgumentError).splitlines()
    assert first.startswith(line)
    assert second.startswith("It is called as ")


def test_a_type_error_from_inside_is_left_alone(sm: World) -> None:
    def heard(resource: Resource, left: str, entered: str) -> None:
        raise TypeError("unexpected keyword argument 'of the test'")

    sm.on_transition(heard)
    with pytest.raises(TypeError, match="of the test"):
        sm.add("CompilationJob").advance()


@pytest.mark.parametrize(
    ("ask", "meant"),
    [
        (lambda sm: sm.refus, "refuse"),
        (lambda sm: sm.pipeline, "pipelines"),
        (lambda sm: sm.event, "events"),
        (lambda sm: sm.clock.advanced, "advance"),
        (lambda sm: sm.pipelines.property_files, "property_file"),
        (lambda sm: sm.quotas.use, "used"),
        (lambda sm: sm.calls.operation, "operations"),
    ],
)
def test_a_misspelt_attribute_lists_those_that_exist(
    sm: World, ask: Callable[[Any], object], meant: str
) -> None:
    assert f"nearest first: {meant}" in message(lambda: ask(sm), AttributeError)


def test_a_member_that_is_asked_of_the_resource_itself(sm: World) -> None:
    job: Any = sm.add("CompilationJob")
    said = message(lambda: job.CompilationJobStatus, AttributeError)
    assert "Members of Describe are in .members" in said
    assert "nearest first: status, " in said


@pytest.mark.parametrize("function", [a_coroutine, an_async_generator, nothing])
@pytest.mark.parametrize(
    "hand",
    [
        lambda sm, function: sm.container(function),
        lambda sm, function: sm.on_transition(function),
        lambda sm, function: sm.on_invoke(function),
        lambda sm, function: sm.objective("tuning-*", function),
        lambda sm, function: sm.pipelines.on("Lambda", function),
        lambda sm, function: sm.pipelines.property_file(function),
    ],
)
def test_a_function_that_could_not_be_called_is_refused_at_once(
    sm: World, hand: Callable[[World, object], object], function: object
) -> None:
    assert repr(function) in message(lambda: hand(sm, function), InvalidArgumentError)


@pytest.mark.parametrize("function", [print, [].append, dict, lambda *given: given])
def test_a_function_of_any_sort_that_could_be_called_is_taken(
    sm: World, function: Callable[..., object]
) -> None:
    sm.container(function)
    sm.pipelines.on("Lambda", function)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda sm: sm.add("eu-west-1", "CompilationJob"), "the kind first"),
        (lambda sm: sm.refuse("ThrottlingException", "ListModels"), "the operation first"),
        (lambda sm: sm.on_transition("TrainingJob", print), "the function first"),
        (lambda sm: sm.objective(print, "tuning-*"), "a name or a pattern first"),
        (lambda sm: sm.pipelines.on(print, "Lambda"), "the type of the steps first"),
        (lambda sm: sm.transitions(["STARTING", "FAILED"]), "neither path= nor rule="),
    ],
)
def test_arguments_in_another_order(sm: World, call: Callable[[Any], object], text: str) -> None:
    assert text in message(lambda: call(sm), InvalidArgumentError)


@pytest.mark.parametrize(
    ("call", "line"),
    [
        (lambda sm: sm.refuse("ListModels", message=5), "message= is 5."),
        (lambda sm: sm.fail("CompilationJob", name=""), "name= is ''."),
        (lambda sm: sm.container(image=""), "image= is ''."),
        (lambda sm: sm.objective(5, print), "name= is 5."),
        (lambda sm: sm.clock.advance(1e300), "seconds is 1e+300."),
        (lambda sm: sm.calls("ListModels", region="resnet"), "region= is 'resnet'."),
        (lambda sm: sm.calls("ListModels", account="1"), "account= is '1'."),
        (lambda sm: sm.calls(service="s3"), "service= is 's3'."),
        (
            lambda sm: sm.quotas.used("Endpoint", region="us-east-1", account_id="12"),
            "account_id= is '12'.",
        ),
        (
            lambda sm: sm.transitions("CompilationJob", path="STARTING > FAILED", state="STARTING"),
            "transitions() got state= without rule=.",
        ),
    ],
)
def test_a_value_that_would_never_have_an_effect(
    sm: World, call: Callable[[Any], object], line: str
) -> None:
    assert message(lambda: call(sm), InvalidArgumentError).splitlines()[0] == line


def test_steps_that_no_function_stands_for_are_refused_before_the_decorator(sm: World) -> None:
    assert "Did you mean 'Lambda'?" in message(lambda: sm.pipelines.on("lambda"), UnknownNameError)


def test_a_state_that_no_kind_has(sm: World) -> None:
    said = message(lambda: sm.on_transition(print, state="Complete"), UnknownNameError)
    assert "Did you mean 'Completed'?" in said
    sm.on_transition(print, state="COMPLETED")


def test_an_argument_of_add_that_is_misspelt_is_no_member(sm: World) -> None:
    said = message(lambda: sm.add("CompilationJob", account="123456789012"), UnknownNameError)
    assert "Did you mean 'account_id'?" in said


@pytest.mark.parametrize("code", ["ThrottlingExcepton", "throttlingException", "ResourceNotFoud"])
def test_an_error_code_that_is_misspelt(sm: World, code: str) -> None:
    said = message(lambda: sm.refuse("ListModels", code), UnknownNameError)
    assert said.startswith(f"There is no error code {code!r}.\nDid you mean '")


@pytest.mark.parametrize("code", ["Throttling", "ModelError", "SomethingNewException"])
def test_an_error_code_that_nobody_knows_is_taken(sm: World, code: str) -> None:
    sm.refuse("ListModels", code)


@pytest.mark.parametrize("name", ["ml.m5.large", "ml.m5.large for trainin job usage"])
def test_a_quota_of_an_instance_type_needs_its_usage(sm: World, name: str) -> None:
    said = message(lambda: sm.quotas[name], UnknownNameError)
    assert "Did you mean 'ml.m5.large for " in said


def test_quotas_say_whether_they_know_a_name(sm: World) -> None:
    assert "Endpoint" in sm.quotas
    assert sm.quotas["Endpoint"] in {*sm.quotas, sm.quotas["Endpoint"]}
    assert "Endpont" not in sm.quotas
