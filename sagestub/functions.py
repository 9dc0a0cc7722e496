"""The part of the handle by which a test gives functions, and hears what happened outside.

`World` inherits from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, overload

from sagestub.engine.settings import Selection
from sagestub.errors import InvalidArgumentError, unknown_name
from sagestub.spelling import explained

if TYPE_CHECKING:
    from sagestub.effects.listening import Effects
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.context import Context
    from sagestub.engine.lock import WorldLock

F = TypeVar("F", bound=Callable[..., Any])


@explained
class Functions:
    """What a test hands to a world to be called, and the events that the world has sent."""

    _context: Context
    _effects: Effects
    _lock: WorldLock

    if TYPE_CHECKING:

        def _kind(self, name: str, *others: object) -> BoundKind: ...
        def _moving_kind(self, name: str, *others: object) -> BoundKind: ...
        @property
        def kinds(self) -> tuple[str, ...]:  # noqa: D102 (it is documented where it is made)
            ...

    @property
    def events(self) -> list[dict[str, Any]]:
        """The EventBridge events of all that has happened, oldest first, as a rule's target gets them.

        They are here whether or not Moto is active; with Moto its rules get them too.
        """
        with self._lock:
            return self._effects.events()

    @overload
    def container(self, function: F, /) -> F: ...
    @overload
    def container(
        self,
        function: None = None,
        /,
        *,
        image: str | None = None,
        kind: str | None = None,
        name: str | None = None,
    ) -> Callable[[F], F]: ...
    def container(
        self,
        function: Any = None,
        /,
        *,
        image: str | None = None,
        kind: str | None = None,
        name: str | None = None,
    ) -> Any:
        """Let a function be the container of jobs; a decorator, with or without arguments.

        It runs when a job enters its running state, and gets a `Container`. It returns None, or a dict:
        numbers are metrics; text, bytes and dicts of files are outputs by name. What it raises fails the
        job. The function given last that covers a job is its container; without any, nothing runs.

        Args:
            function: The function, when used as a bare decorator.
            image: A pattern of container images, `*xgboost*`; None for any, also for jobs without one.
            kind: A kind of job; None for every kind in which something runs.
            name: A name or a pattern of jobs, `churn-*`.

        Returns:
            The function itself, or the decorator.

        Raises:
            UnknownNameError: There is no such kind, or nothing runs in it.
            InvalidArgumentError: The function cannot be called, or a pattern is no text.

        Example:
            >>> from sagestub import mock_sagemaker
            >>> with mock_sagemaker() as sm:
            ...
            ...     @sm.container(image="*xgboost*")
            ...     def train(job):
            ...         return {"validation:auc": 0.9 - float(job.hyperparameters["eta"])}
        """
        from sagestub import arguments
        from sagestub.effects.containers import Registered
        from sagestub.effects.jobs import JOBS

        if kind is not None:
            self._kind(kind)
            if kind not in JOBS:
                raise unknown_name("kind of job in which a container runs", kind, JOBS)
        selection = Selection(kind, arguments.pattern_of(name))
        arguments.pattern_of(image, "image", "*xgboost*")

        def register(given: F) -> F:
            arguments.function_of(given, "container()", "a Container")
            with self._lock:
                self._effects.containers.append(Registered(given, image, selection))
            return given

        return register if function is None else register(function)

    @overload
    def on_transition(
        self,
        function: F,
        /,
        kind: str | None = None,
        name: str | None = None,
        state: str | None = None,
    ) -> F: ...
    @overload
    def on_transition(
        self,
        function: None = None,
        /,
        kind: str | None = None,
        name: str | None = None,
        state: str | None = None,
    ) -> Callable[[F], F]: ...
    def on_transition(
        self,
        function: Any = None,
        /,
        kind: str | None = None,
        name: str | None = None,
        state: str | None = None,
    ) -> Any:
        """Let a function hear of every move of resources; also usable as a decorator.

        It is called with the resource, the state that it left (empty at its birth) and the state that it
        entered, `(gone)` for what is removed. It may call SageMaker, and move resources. What it raises
        reaches the test from the call, or the method of this handle, during which the resource moved,
        when everything else has happened.

        Args:
            function: Gets the resource and two states.
            kind: A kind's name; None for all kinds.
            name: A name or a pattern, `resnet-*`; None for every resource.
            state: Only of moves into this state.

        Returns:
            The function itself, or the decorator.

        Raises:
            UnknownNameError: There is no such kind, or it has no such state.
            InvalidArgumentError: The function cannot be called, or the kind never moves.

        Example:
            >>> from sagestub import mock_sagemaker
            >>> with mock_sagemaker() as sm:
            ...     done = []
            ...
            ...     @sm.on_transition(kind="TrainingJob", state="Completed")
            ...     def note(job, left, entered):
            ...         done.append(job.name)
        """
        from sagestub import arguments
        from sagestub.effects.transitions import Hearer
        from sagestub.types import GONE

        if state is not None and not isinstance(state, str):
            raise InvalidArgumentError(f"state= is {state!r}.\nGive a status, or None for all.")
        if kind is not None:
            if callable(kind):
                raise InvalidArgumentError(
                    f"kind= is the function {kind!r}.\n"
                    "Give the function first: sm.on_transition(function, kind='TrainingJob')."
                )
            bound = self._moving_kind(kind, name)
            if state is not None and state != GONE and state not in _statuses(bound):
                state = bound.state_named(state)
        elif state is not None and state != GONE:
            self._check_any_state(state)
        selection = Selection(kind, arguments.pattern_of(name))

        def register(given: F) -> F:
            arguments.function_of(given, "on_transition()", "the resource and two states", 3)
            with self._lock:
                self._effects.hearers.append(Hearer(given, selection, state))
            return given

        return register if function is None else register(function)

    def _check_any_state(self, state: str) -> None:
        """Refuse a state that no kind has.

        Raises:
            UnknownNameError: None has it.
        """
        bound = [self._kind(kind) for kind in self.kinds]
        known = {s for kind in bound if kind.lifecycle is not None for s in kind.states}
        known |= {s for kind in bound if kind.lifecycle is not None for s in _statuses(kind)}
        if state not in known:
            raise unknown_name("state of any kind", state, known)

    def objective(self, name: str, function: Callable[[Mapping[str, str]], float | None]) -> None:
        """Say what the training jobs of a tuning job reach, instead of a made-up value.

        Args:
            name: A name or a pattern of tuning jobs, `tuning-*`.
            function: Gets the hyperparameters of a training job (strings, as the training job has
                them) and returns its objective metric; None for a job that reports none.

        Raises:
            InvalidArgumentError: The function cannot be called so, or the name is no text.

        Example:
            >>> from sagestub import mock_sagemaker
            >>> with mock_sagemaker() as sm:
            ...     sm.objective(
            ...         "tuning-*", lambda parameters: -abs(float(parameters["rate"]) - 0.1)
            ...     )
        """
        from sagestub import arguments

        if callable(name) or name is None:
            raise InvalidArgumentError(
                f"name= is {name!r}.\nGive a name or a pattern first: sm.objective('tuning-*', function)."
            )
        arguments.pattern_of(name, example="tuning-*")
        arguments.function_of(function, "objective()", "the hyperparameters")
        with self._lock:
            self._context.objectives.append((name, function))

    @overload
    def on_invoke(
        self,
        function: F,
        *,
        endpoint: str | None = None,
        model: str | None = None,
        image: str | None = None,
        gateway: str | None = None,
    ) -> F: ...
    @overload
    def on_invoke(
        self,
        function: None = None,
        *,
        endpoint: str | None = None,
        model: str | None = None,
        image: str | None = None,
        gateway: str | None = None,
    ) -> Callable[[F], F]: ...
    def on_invoke(
        self,
        function: Any = None,
        *,
        endpoint: str | None = None,
        model: str | None = None,
        image: str | None = None,
        gateway: str | None = None,
    ) -> Any:
        """Let a function be the model behind endpoints and gateways; also usable as a decorator.

        The function gets an `Invocation` and returns the body: bytes, text, or anything that is then
        sent as JSON; an iterator streams; a pair gives body and content type. What it raises reaches
        the caller as `ModelError`, with the status that the exception has as `status_code`, else 500 (a
        `TimeoutError` as a container that did not answer in time); of a gateway as `BadGatewayException`.
        Without a function, an endpoint or a gateway echoes its input.

        Args:
            function: Gets an `Invocation`, returns the answer.
            endpoint: A name or pattern of endpoints; None for every one.
            model: A name or pattern of models.
            image: A pattern of container images, `*xgboost*`.
            gateway: A name or pattern of global inference gateways.

        Returns:
            The function itself, or the decorator.

        Example:
            >>> from sagestub import mock_sagemaker
            >>> with mock_sagemaker() as sm:
            ...     double = sm.on_invoke(lambda call: call.json() * 2, endpoint="doubler")
        """
        from sagestub import arguments
        from sagestub.effects.invocations import Registered, register

        patterns = {"endpoint": endpoint, "model": model, "image": image, "gateway": gateway}
        for argument, pattern in patterns.items():
            arguments.pattern_of(pattern, argument, "*xgboost*")

        def keep(given: F) -> F:
            arguments.function_of(given, "on_invoke()", "an Invocation")
            with self._lock:
                register(self._context, Registered(given, **patterns))
            return given

        return keep if function is None else keep(function)


def _statuses(kind: BoundKind) -> set[str]:
    """Return the statuses of a kind, without secondary ones."""
    return {state.partition("/")[0] for state in kind.states}
