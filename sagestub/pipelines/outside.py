"""What steps do outside SageMaker: a function of the test's, Moto's service, or nothing.

The rule for every such step: a function that `sm.pipelines.on` has registered for it is called; else,
while Moto is active, the call goes to Moto through an ordinary boto3 client; else the step succeeds, and
has none of the outputs that it declares. A step that refers to one of those fails, and says so.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.effects import outside as beyond
from sagestub.effects.listening import effects_of
from sagestub.errors import InvalidArgumentError, unknown_name
from sagestub.pipelines.expressions import UnresolvedError
from sagestub.spelling import misfit_of

if TYPE_CHECKING:
    from sagestub.effects.clients import Clients
    from sagestub.engine.context import Context
    from sagestub.pipelines.step import StepRun

ROOM = "functions of pipeline steps"

STAND_INS = (
    "Lambda",
    "Callback",
    "EMR",
    "EMRServerless",
    "Athena",
    "QualityCheck",
    "ClarifyCheck",
    "BedrockCustomModel",
    "BedrockCustomModelDeployment",
    "BedrockModelImport",
    "BedrockProvisionedModelThroughput",
)
"""The types of steps for which a test may register a function."""

StepFunction = Callable[..., Any]
"""Gets what the step hands over, and a `StepContext` if it takes two arguments; returns the outputs."""


class StepContext(NamedTuple):
    """What a function may want to know beside the step's inputs; the `context` of a Lambda handler.

    Args:
        step: The step's name.
        type: Its type, `Lambda`.
        pipeline: The pipeline's name.
        execution_arn: The ARN of the execution.
        invoked_function_arn: The ARN of the Lambda function; for other types what the step names: a
            queue, a cluster, an application; empty for nothing.
        aws_request_id: A made id.
    """

    step: str
    type: str
    pipeline: str
    execution_arn: str
    invoked_function_arn: str
    aws_request_id: str

    @property
    def function_name(self) -> str:
        """The name of the Lambda function."""
        return self.invoked_function_arn.rpartition(":")[2]


@dataclass(frozen=True, slots=True)
class Registered:
    """A function and the steps that it stands for.

    Args:
        type: The type of the steps.
        function: What is called.
        name: A pattern of step names, or of what the steps name; None for all of the type.
    """

    type: str
    function: StepFunction
    name: str | None = None

    def covers(self, run: StepRun, target: str) -> bool:
        """Return whether the function stands for a step."""
        if run.step.type != self.type:
            return False
        names = (run.step.name, target, target.rpartition(":")[2], target.rpartition("/")[2])
        return self.name is None or any(fnmatchcase(name, self.name) for name in names)


class FunctionFailedError(Exception):
    """A registered function has raised; the text is what it raised with."""


def register(context: Context, step_type: str, function: object, name: str | None = None) -> None:
    """Let a function stand for what steps of a type do outside SageMaker.

    The one that was registered last and covers a step is called.

    Raises:
        UnknownNameError: No such type has functions.
        InvalidArgumentError: It is no function that takes one or two arguments, or the name is no
            pattern.
    """
    check_steps(step_type, name)
    if not callable(function):
        raise InvalidArgumentError(
            f"on() takes a function of the step's inputs, not {function!r}.\n"
            "Give one that returns the step's outputs as a dict."
        )
    misfit = misfit_of(function, 1, 2)
    if misfit is not None:
        raise InvalidArgumentError(
            f"on() got the function {function!r}, which does not take what it would get: {misfit}.\n"
            "Give one that gets the step's inputs, and a StepContext if it takes two arguments."
        )
    context.room(ROOM).setdefault("all", []).append(Registered(step_type, function, name))


def check_steps(step_type: object, name: object) -> None:
    """Refuse steps that no function can stand for.

    Raises:
        UnknownNameError: No such type has functions.
        InvalidArgumentError: The function stands in the type's place, or the name is no pattern.
    """
    if callable(step_type):
        raise InvalidArgumentError(
            f"step_type= is the function {step_type!r}.\n"
            "Give the type of the steps first: sm.pipelines.on('Lambda', function)."
        )
    if step_type not in STAND_INS:
        raise unknown_name("type of steps that take a function", step_type, STAND_INS)
    if name is not None and (not isinstance(name, str) or not name):
        raise InvalidArgumentError(
            f"on() got name={name!r}.\nGive the name of a step or a pattern, or None for all."
        )


def function_for(run: StepRun, target: str = "") -> StepFunction | None:
    """Return the function that stands for a step; None without one.

    Args:
        run: The attempt.
        target: What the step names outside SageMaker: the ARN of a function, a queue's URL.
    """
    for registered in reversed(run.context.room(ROOM).get("all", ())):
        if registered.covers(run, target):
            function: StepFunction = registered.function
            return function
    return None


def called(run: StepRun, function: StepFunction, event: Any, target: str = "") -> Any:
    """Return what a registered function returns.

    The function may make SageMaker calls of its own: it is called without the world's lock.

    Raises:
        FunctionFailedError: It has raised.
    """
    context = run.context
    told = StepContext(
        run.step.name,
        run.step.type,
        str(run.execution.document.get("PipelineName", "")),
        run.execution.arn,
        target,
        context.new_uuid(),
    )
    given = (event, told) if _takes_two(function) else (event,)
    try:
        return beyond.called(context, function, *given)
    except AssertionError:
        raise  # A test's own check of what the step hands over.
    except Exception as error:
        raise FunctionFailedError(f"{type(error).__name__}: {error}") from error


def _takes_two(function: StepFunction) -> bool:
    """Return whether a function takes a second argument by position, as Lambda handlers do."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    by_position = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    kinds = [p.kind for p in parameters if p.default is p.empty or p.name == "context"]
    return (
        sum(kind in by_position for kind in kinds) > 1 or inspect.Parameter.VAR_POSITIONAL in kinds
    )


def clients_of(context: Context) -> Clients:
    """Return the clients of Moto's services that the world has."""
    clients: Clients = effects_of(context).clients
    return clients


def client(run: StepRun, service: str) -> Any:
    """Return a client of Moto's service for the execution; None while Moto is not active."""
    clients = clients_of(run.context)
    return clients.client(service, run.execution) if clients.there else None


# Outputs ----------------------------------------------------------------------------------------


class NoOutputs(Mapping[str, Any]):
    """The outputs of a step that nothing has played: asking for one says what is missing.

    Args:
        step: The step's name.
        step_type: Its type.
    """

    def __init__(self, step: str, step_type: str) -> None:
        self.step = step
        self.type = step_type

    def __getitem__(self, name: str) -> Any:
        raise UnresolvedError(
            f"Step '{self.step}' has no output '{name}': nothing plays its {self.type}. Register a "
            f"function with sm.pipelines.on({self.type!r}, ..., name={self.step!r})."
        )

    def __contains__(self, name: object) -> bool:
        return bool(self[str(name)])

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
