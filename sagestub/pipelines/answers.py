"""Answers to callback steps: the calls that say how a step has ended which waits outside SageMaker.

Source: model, SendPipelineExecutionStepSuccess and SendPipelineExecutionStepFailure; texts assumed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from sagestub.errors import ServiceError, invalid
from sagestub.pipelines.attempts import Attempt
from sagestub.pipelines.step import Failed, Outcome, Succeeded
from sagestub.pipelines.steps.functions import declared_outputs, shown_outputs, typed_outputs
from sagestub.pipelines.walk import ROOM, TOKENS, Walk

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


def waiting_for(context: Context, token: str) -> tuple[Walk, Attempt] | None:
    """Return the step that waits, or has waited, for an answer with a token; None for none."""
    call = context.call
    assert call is not None, "an answer is a call"
    tokens: dict[Any, tuple[Walk, Attempt]] = context.room(ROOM).get(TOKENS, {})
    return tokens.get((call.account, call.region, token))


def succeed(context: Context, execution: Resource, parameters: Mapping[str, Any]) -> None:
    """End a callback step with its outputs.

    Raises:
        ServiceError: It does not wait any more, or an output is not of the type that it declares.
    """
    walk, attempt = _open(context, parameters)
    run = attempt.run
    try:
        outputs = typed_outputs(declared_outputs(run), parameters.get("OutputParameters") or ())
    except ValueError as error:
        raise invalid(str(error)) from None
    shown = {"OutputParameters": shown_outputs(outputs)} if outputs else {}
    metadata = {"Callback": {**_callback(walk, attempt), **shown}}
    _answer(walk, attempt, Succeeded({"OutputParameters": outputs}, metadata))


def fail(context: Context, execution: Resource, parameters: Mapping[str, Any]) -> None:
    """End a callback step as failed.

    Raises:
        ServiceError: It does not wait any more.
    """
    walk, attempt = _open(context, parameters)
    _answer(walk, attempt, Failed(str(parameters.get("FailureReason") or "")))


def _open(context: Context, parameters: Mapping[str, Any]) -> tuple[Walk, Attempt]:
    token = str(parameters["CallbackToken"])
    found = waiting_for(context, token)
    assert found is not None, "the execution was found by it"
    walk, attempt = found
    if walk.attempts.get(attempt.name) is not attempt:
        raise ServiceError(
            "ConflictException",
            f"Step {attempt.name} with callback token {token} is not waiting for a callback.",
        )
    return found


def _callback(walk: Walk, attempt: Attempt) -> Mapping[str, Any]:
    shown: Mapping[str, Any] = walk.records[attempt.name]["Metadata"].get("Callback", {})
    return shown


def _answer(walk: Walk, attempt: Attempt, outcome: Outcome) -> None:
    walk.arrive(partial(walk.take, attempt, outcome))
