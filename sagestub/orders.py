"""The part of the handle by which a test orders what is to happen: paths, pace, failures, refusals.

`World` inherits from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sagestub.engine.motion import Motion
from sagestub.engine.rules import NAMED, Rule, rule_of
from sagestub.engine.settings import Failure, Selection, Setting
from sagestub.errors import InvalidArgumentError, unknown_name
from sagestub.spelling import explained

if TYPE_CHECKING:
    from sagestub.dispatch import Dispatcher
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.lock import WorldLock
    from sagestub.operations.plan import Catalogue
    from sagestub.pipelines.handle import Pipelines

PIPELINE_STEP = "PipelineExecutionStep"
"""What `fail` calls a step of a pipeline, which is no resource."""


@explained
class Orders:
    """What a test orders, for resources that exist and for those to come."""

    _lock: WorldLock
    _motion: Motion

    if TYPE_CHECKING:

        @property
        def pipelines(self) -> Pipelines:  # noqa: D102 (it is documented where it is made)
            ...
        @property
        def _dispatcher(self) -> Dispatcher: ...
        def _catalogue(self) -> Catalogue: ...
        def _moving_kind(self, name: str, *others: object) -> BoundKind: ...

    def transitions(
        self,
        kind: str | None = None,
        path: Sequence[str] | str | None = None,
        rule: Rule | str | None = None,
        name: str | None = None,
        state: str | None = None,
    ) -> None:
        """Set another path or another pace, for resources that exist and for those to come.

        Args:
            kind: A kind's name; None for all kinds (then only `rule`).
            path: The states from the first to the last, a list or `"STARTING > FAILED"`.
            rule: `poll(2)`, `after(seconds)`, `manual()`, `immediate()`, or a rule's name.
            name: A name or a pattern, `resnet-*`; None for every resource.
            state: Only while a resource is in this state (for `rule`).

        Raises:
            UnknownNameError: There is no such kind, state or rule.
            InvalidArgumentError: Neither path nor rule is given, or a path without a kind.
        """
        from sagestub import arguments

        if isinstance(kind, Rule) or (
            path is None and rule is None and isinstance(kind, str) and kind in NAMED
        ):
            raise InvalidArgumentError(
                f"The first argument of transitions() is a kind, not the rule {kind}.\n"
                "Give rules by name: sm.transitions(rule='manual') for all kinds."
            )
        if path is None and rule is None:
            raise InvalidArgumentError(
                "transitions() got neither path= nor rule=.\n"
                "Give at least one of them: sm.transitions('CompilationJob', rule=poll(2))."
            )
        if kind is None and (path is not None or state is not None):
            raise InvalidArgumentError(
                "transitions() got path= or state= without a kind.\nSay whose states these are."
            )
        if state is not None and rule is None:
            raise InvalidArgumentError(
                "transitions() got state= without rule=.\n"
                "Give the pace in that state by rule=; path= is for all states."
            )
        way: tuple[str, ...] | None = None
        if kind is not None:
            bound = self._moving_kind(kind, path, name)
            if path is not None:
                way = arguments.path_of(bound, path)
            if state is not None:
                state = bound.state_named(state)
        setting = Setting(
            Selection(kind, arguments.pattern_of(name)),
            rule=None if rule is None else rule_of(rule),
            state=state,
            path=way,
        )
        with self._lock:
            self._motion.add_setting(setting)

    def fail(
        self,
        kind: str,
        name: str | None = None,
        reason: str | None = None,
        at: str | None = None,
        times: int | None = 1,
    ) -> None:
        """Let the next matching resources fail.

        Args:
            kind: A kind's name that can fail; `PipelineExecutionStep` for steps of pipelines by their
                names (`sm.pipelines.fail` says more).
            name: A name or a pattern, `resnet-*`; None for every resource.
            reason: FailureReason; None for one that the service gives: what it says of the state in `at`,
                or, without `at`, of an error of its own.
            at: The state in which they fail, instead of leaving it; None for the last one before
                success. What never is in that state does not fail, and does not count.
            times: How many of them fail; None for all.

        Raises:
            UnknownNameError: There is no such kind, or no such state to fail in.
            InvalidArgumentError: The kind cannot fail, or `times` is not 1 or more.
        """
        from sagestub import arguments

        if kind == PIPELINE_STEP:
            if at is not None:
                raise InvalidArgumentError(
                    f"fail() got at= for {PIPELINE_STEP}.\nLeave it out, or let the step's job fail."
                )
            self.pipelines.fail("*" if name is None else name, reason=reason, times=times)
            return
        bound = self._moving_kind(kind, name)
        lifecycle = bound.lifecycle
        assert lifecycle is not None
        if not lifecycle.fail:
            raise InvalidArgumentError(
                f"{kind} has no state of failure.\nIts states: {', '.join(bound.states)}."
            )
        if at is not None:
            bound.state_named(at)
            ended = at in lifecycle.final_states or at in lifecycle.stop
            if ended and at not in lifecycle.ways_after_failure:
                raise unknown_name(f"state in which {kind} can fail", at, lifecycle.path[:-1])
        text = arguments.reason_of(reason, bound)
        failure = Failure(
            Selection(kind, arguments.pattern_of(name)),
            bound.kind.failure_reason if text is None and at is None else text,
            at,
            arguments.times_of(times),
        )
        with self._lock:
            self._motion.failures.append(failure)

    def refuse(
        self,
        operation: str,
        code: str = "ThrottlingException",
        message: str | None = None,
        times: int | None = 1,
        http_status: int | None = None,
    ) -> None:
        """Let the next calls of an operation be refused, so that retries and error paths are tested.

        Args:
            operation: An operation's name, or a pattern of names: `DescribeTrainingJob`, `Create*`.
            code: The error code, one of the operation's own or one that any call may meet:
                `ThrottlingException`, `ServiceUnavailable`, `InternalFailure`, `AccessDeniedException`.
                `500` for an answer of that HTTP status without a body.
            message: The error's message; None for what the service says with that code.
            times: How many calls are refused; None for all. Each attempt of a retry is a call.
            http_status: The HTTP status; None for the code's own.

        Raises:
            UnknownNameError: No operation has that name, or the code is a misspelt one.
            InvalidArgumentError: `code` is no text, or `times` or `http_status` no such number.

        Example:
            >>> import boto3
            >>> from sagestub import mock_sagemaker
            >>> with mock_sagemaker() as sm:
            ...     sm.refuse("ListModels", "ThrottlingException", times=2)
            ...     client = boto3.client("sagemaker", region_name="eu-west-1")
            ...     answer = client.list_models()  # botocore retries until the service answers
            ...     len(sm.calls("ListModels"))
            3
        """
        from sagestub import arguments
        from sagestub.engine.faults import Fault, error_of

        service = arguments.service_with(operation, self._catalogue().service, code)
        error = error_of(
            arguments.error_code_of(code, service),
            arguments.message_of(message),
            arguments.http_status_of(http_status) or service.http_status_of(code),
        )
        with self._lock:
            self._dispatcher.faults.order(Fault(operation, error, arguments.times_of(times)))
