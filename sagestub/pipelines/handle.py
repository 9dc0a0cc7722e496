"""What a test says about pipelines: `sm.pipelines`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from sagestub.errors import InvalidArgumentError, unknown_name
from sagestub.pipelines import outside, property_files
from sagestub.pipelines.failures import (
    DEFAULT_REASONS,
    JOB_ERRORS,
    REFUSALS,
    StepFailure,
    failures_of,
)
from sagestub.spelling import explained

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.lock import WorldLock

F = TypeVar("F", bound=Callable[..., Any])


@explained
class Pipelines:
    """The part of the handle that is about the steps of pipelines.

    Args:
        context: The world's context.
        lock: The world's one lock.
    """

    def __init__(self, context: Context, lock: WorldLock) -> None:
        self._context = context
        self._lock = lock

    def __repr__(self) -> str:
        return f"<pipelines: {len(failures_of(self._context))} ordered failures of steps>"

    @overload
    def on(self, step_type: str, function: F, *, name: str | None = None) -> F: ...

    @overload
    def on(
        self, step_type: str, function: None = None, *, name: str | None = None
    ) -> Callable[[F], F]: ...

    def on(
        self, step_type: str, function: F | None = None, *, name: str | None = None
    ) -> F | Callable[[F], F]:
        """Let a function do what steps of a type do outside SageMaker; also usable as a decorator.

        Args:
            step_type: `Lambda`, `Callback`, `EMR`, …
            function: Gets what the step hands over (a Lambda function its event), and a `StepContext` as
                well if it takes two arguments; returns the step's outputs as a dict. What it raises
                fails the step.
            name: A pattern of step names, or of what the steps name: a function, a queue, a cluster. None
                for every step of the type.

        Returns:
            The function itself.

        Raises:
            UnknownNameError: No such type of step takes a function.
            InvalidArgumentError: It is no function, or the name is no text.

        Example:
            >>> from sagestub import mock_sagemaker
            >>> with mock_sagemaker() as sm:
            ...     count = sm.pipelines.on("Lambda", lambda event: {"rows": len(event["ids"])})
        """
        if function is None:
            outside.check_steps(step_type, name)
            return lambda given: self._registered(step_type, given, name)
        return self._registered(step_type, function, name)

    def _registered(self, step_type: str, function: F, name: str | None) -> F:
        with self._lock:
            outside.register(self._context, step_type, function, name)
        return function

    def property_file(
        self,
        content: property_files.Content,
        *,
        step: str | None = None,
        file: str | None = None,
        pipeline: str | None = None,
    ) -> None:
        """Say what processing steps write into their property files, so that conditions can read it.

        Args:
            content: JSON as Python values or as text; or a function that gets the members of the
                step's job and returns such.
            step: A name or a pattern of steps; None for all.
            file: A name or a pattern of property files; None for all.
            pipeline: A name or a pattern of pipelines; None for all.

        Raises:
            InvalidArgumentError: The content is no JSON, or a pattern is no text.

        Example:
            >>> from sagestub import mock_sagemaker
            >>> with mock_sagemaker() as sm:
            ...     sm.pipelines.property_file({"mse": 4.2}, step="Evaluate")
        """
        with self._lock:
            property_files.give(self._context, content, step, file, pipeline)

    def fail(
        self,
        step: str,
        *,
        reason: str | None = None,
        error: str | None = None,
        times: int | None = 1,
        pipeline: str | None = None,
    ) -> None:
        """Let the next attempts of steps fail.

        A step that makes a job lets the job fail, one whose Create call is refused makes none. A retry
        policy that covers `error` starts the next attempt.

        Args:
            step: A name or a pattern of steps, `Train*`.
            reason: FailureReason of the job, or what the call says; None for what the service would say.
            error: The exception type that retry policies name, `SageMaker.CAPACITY_ERROR`; None to read it
                from the reason.
            times: How many attempts fail; None for all.
            pipeline: A name or a pattern of pipelines; None for all.

        Raises:
            UnknownNameError: There is no such exception type.
            InvalidArgumentError: A pattern or the reason is no text, or `times` is not 1 or more.

        Example:
            >>> from sagestub import mock_sagemaker
            >>> with mock_sagemaker() as sm:
            ...     sm.pipelines.fail("Train", error="SageMaker.CAPACITY_ERROR", times=2)
        """
        for argument, value in (("step", step), ("reason", reason), ("pipeline", pipeline)):
            needed = argument == "step"
            if (needed or value is not None) and (not isinstance(value, str) or not value):
                raise InvalidArgumentError(
                    f"{argument}= is {value!r}.\nGive a text{'' if needed else ', or None'}."
                )
        known = (*REFUSALS, *JOB_ERRORS)
        if error is not None and error not in known:
            raise unknown_name("exception type of a step", error, known)
        whole = isinstance(times, int) and not isinstance(times, bool)
        if times is not None and (not whole or times < 1):
            raise InvalidArgumentError(
                f"times= is {times!r}.\nGive a whole number of 1 or more, or None for all."
            )
        failure = StepFailure(
            step,
            pipeline or "*",
            reason or DEFAULT_REASONS[error or JOB_ERRORS[0]],
            error or "",
            float("inf") if times is None else times,
        )
        with self._lock:
            failures_of(self._context).append(failure)
