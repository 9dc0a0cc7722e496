"""Callback: sends a token to a queue, and waits until a call with it says how the step has ended.

Source: Developer Guide, "Callback step" (the message, and the one sent when the execution is stopped);
model, SendPipelineExecutionStepSuccess.CallbackToken (10 letters and digits).
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from typing import Any

from sagestub.pipelines import outside
from sagestub.pipelines.expressions import resolved
from sagestub.pipelines.step import Failed, Outcome, StepRun, StepType, Succeeded, Waiting
from sagestub.pipelines.steps.functions import declared_outputs, outputs_of, shown_outputs

TOKEN_CHARACTERS = 10

TIMEOUT = 7 * 86400.0
"""Seconds after which a callback that nobody answers has failed; assumed."""

SECONDS = 1.0
"""Virtual seconds that an answer takes which a registered function gives at once; assumed."""


def start(run: StepRun) -> Outcome:
    """Send the message, and wait; a registered function that returns outputs answers at once."""
    queue = str(resolved(run.step.raw.get("SqsQueueUrl"), run.scope))
    token = run.context.new_id(TOKEN_CHARACTERS, mixed=True)
    run.record.update({"Queue": queue, "Token": token, "Arguments": run.arguments})
    metadata = {"Callback": {"CallbackToken": token, "SqsQueueUrl": queue}}
    try:
        answer = sent(run, "Executing")
    except outside.FunctionFailedError as error:
        return Failed(
            f"ClientError: Failed to invoke sqs:SendMessage. Error Details: {error}",
            metadata=metadata,
        )
    if answer is None:
        return Waiting(metadata, seconds=TIMEOUT)
    try:
        outputs = outputs_of(declared_outputs(run), answer)
    except ValueError as error:
        return Failed(f"ClientError: {error}", metadata=metadata)
    if outputs:
        metadata["Callback"]["OutputParameters"] = shown_outputs(outputs)  # type: ignore[assignment]
    return Succeeded({"OutputParameters": outputs}, metadata, SECONDS)


def sent(run: StepRun, status: str) -> Mapping[str, Any] | None:
    """Send a message about the step to its queue.

    Args:
        run: The attempt.
        status: `Executing`, or `Stopping` when the execution is being stopped.

    Returns:
        The outputs that a registered function returns; None for no answer yet.

    Raises:
        FunctionFailedError: The function has raised, or Moto's queue does not take the message.
    """
    message = {
        "token": run.record["Token"],
        "pipelineExecutionArn": run.execution.arn,
        "arguments": run.record["Arguments"],
        "status": status,
    }
    queue = run.record["Queue"]
    function = outside.function_for(run, queue)
    if function is not None:
        answer = outside.called(run, function, message, queue)
        return answer if isinstance(answer, Mapping) else None
    queues = outside.client(run, "sqs")
    if queues is not None:
        try:
            queues.send_message(QueueUrl=queue, MessageBody=json.dumps(message))
        except Exception as error:
            raise outside.FunctionFailedError(f"{error} ({queue})") from error
    return None


def time_out(run: StepRun) -> Outcome:
    """Fail a callback that nobody has answered in time."""
    return Failed("ClientError: Callback step timed out: no answer was received for its token.")


def announce_stop(run: StepRun) -> None:
    """Tell the queue that the execution is being stopped; it stops only when an answer comes."""
    # Who does not hear of it does not answer either: the execution waits for that all the same.
    with contextlib.suppress(outside.FunctionFailedError):
        sent(run, "Stopping")


TYPES = (
    StepType(
        name="Callback",
        start=start,
        resume=time_out,
        stop=announce_stop,
        cacheable=True,
        metadata_member="Callback",
    ),
)
