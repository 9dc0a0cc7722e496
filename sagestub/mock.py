"""`mock_sagemaker`: the context manager and decorator that makes SageMaker fake."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from sagestub.errors import InvalidArgumentError
from sagestub.types import DEFAULT_ACCOUNT, account_id_of
from sagestub.watchers import watchers

if TYPE_CHECKING:
    from sagestub.engine.rules import Rule
    from sagestub.hooks.doors import Door
    from sagestub.world import World

T = TypeVar("T")


class Mock:
    """A fake SageMaker that can be entered, again and again; each time with an empty world.

    Made by `mock_sagemaker(...)`. Use it in `with` or `async with`, as a decorator, or by `start()`
    and `stop()`.
    """

    def __init__(self, **options: Any) -> None:
        self._options = checked_options(**options)
        self._entered: list[tuple[World, Door]] = []

    def __enter__(self) -> World:
        """Enter a new, empty world and return its handle."""
        from sagestub.hooks.doors import Door, open_door
        from sagestub.hooks.sleep import DEFAULT_PREFIXES
        from sagestub.world import World

        options = self._options
        world = World(
            transitions=options["transitions"],
            account_id=options["account_id"],
            accounts=options["accounts"],
            seed=options["seed"],
            references=options["references"],
        )
        sleep = options["sleep"]
        prefixes = () if sleep is None else (*DEFAULT_PREFIXES, *sleep)
        door = Door(
            world.answer,
            world._sleep,
            prefixes,
            options["accounts"],
            world._has_given,
            world._time,
            world._monotonic,
            lambda: world._forks,
        )
        open_door(door)
        self._entered.append((world, door))
        for watcher in tuple(watchers):
            watcher.entered(world)
        return world

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        """Leave the innermost world; everything outside is as it was before."""
        from sagestub.hooks.doors import close_door

        if not self._entered:
            from sagestub.errors import MockNotActiveError

            raise MockNotActiveError(
                "stop() was called on a mock that is not active.\nCall start() first."
            )
        world, door = self._entered.pop()
        for watcher in tuple(watchers):
            watcher.left(world)
        close_door(door)
        world._leave_forks()

    async def __aenter__(self) -> World:
        """Enter, as `with` does."""
        return self.__enter__()

    async def __aexit__(self, *exc_info: object) -> None:
        """Leave, as `with` does."""
        self.__exit__()

    if not TYPE_CHECKING:  # To a type checker, every attribute would then be there.

        def __getattr__(self, name: str) -> Any:
            from sagestub.world import World

            if hasattr(World, name) or name in World.__annotations__:
                raise AttributeError(
                    f"A mock has no {name!r}; the handle that it yields has.\n"
                    f"Use that: with mock_sagemaker() as sm: sm.{name} (start() returns it too)."
                )
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def start(self) -> World:
        """Enter without a `with` block; `stop` leaves."""
        return self.__enter__()

    def stop(self) -> None:
        """Leave what `start` entered."""
        self.__exit__()

    def __call__(self, target: T) -> T:
        """Decorate a function (plain, async or generator) or a test class."""
        if isinstance(target, type):
            from sagestub.decorate import decorated_class

            return decorated_class(self, target)  # type: ignore[return-value]
        if isinstance(target, (staticmethod, classmethod)):
            return type(target)(self(target.__func__))
        if _is_fixture(target):
            raise InvalidArgumentError(
                f"mock_sagemaker decorates {target!r}, which pytest calls itself.\n"
                "Put @mock_sagemaker under @pytest.fixture, next to the function."
            )
        if not callable(target):
            raise InvalidArgumentError(
                f"mock_sagemaker decorates functions and classes, not {target!r}.\n"
                "Options are given by name: mock_sagemaker(transitions='poll')."
            )
        return decorated_function(self._copy, target)  # type: ignore[no-any-return]

    def _copy(self) -> Mock:
        """Return a mock with the same options; each call of a decorated function gets its own."""
        copy = Mock.__new__(Mock)
        copy._options = self._options
        copy._entered = []
        return copy


def _is_fixture(target: object) -> bool:
    """Return whether a decorator's target is a pytest fixture already."""
    return type(target).__name__ == "FixtureFunctionDefinition" or hasattr(
        target, "_pytestfixturefunction"
    )


def decorated_function(new_mock: Callable[[], Mock], function: Any) -> Any:
    """Return a function that runs inside a world of its own; generators stay inside to their end."""
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def run_async(*args: Any, **kwargs: Any) -> Any:
            with new_mock():
                return await function(*args, **kwargs)

        return run_async
    if inspect.isasyncgenfunction(function):
        return _decorated_async_generator(new_mock, function)
    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def run_generator(*args: Any, **kwargs: Any) -> Any:
            with new_mock():
                return (yield from function(*args, **kwargs))

        return run_generator

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with new_mock():
            return function(*args, **kwargs)

    return run


def _decorated_async_generator(new_mock: Callable[[], Mock], function: Any) -> Any:
    """Return an async generator function inside a world; what is sent or thrown in reaches it."""

    @functools.wraps(function)
    async def run_async_generator(*args: Any, **kwargs: Any) -> Any:
        with new_mock():
            inner = function(*args, **kwargs)
            step = inner.__anext__()
            try:
                while True:
                    try:
                        item = await step
                    except StopAsyncIteration:
                        return
                    try:
                        step = inner.asend((yield item))
                    except GeneratorExit:
                        raise
                    except BaseException as thrown:  # noqa: BLE001 (The generator's to handle.)
                        step = inner.athrow(thrown)
            finally:
                await inner.aclose()

    return run_async_generator


OPTIONS = ("transitions", "account_id", "sleep", "seed", "references")

REFERENCES = ("check", "ignore")
"""Whether what a request refers to must exist."""


def checked_options(
    transitions: Rule | str = "poll",
    account_id: str | Mapping[str, str] | None = None,
    sleep: bool | str | Iterable[str] = True,
    seed: object = 0,
    references: str = "check",
    **unknown: Any,
) -> dict[str, Any]:
    """Return the options of a mock, checked.

    Raises:
        UnknownNameError: There is no such option or rule.
        InvalidArgumentError: A value is not accepted.
    """
    from sagestub.engine.rules import rule_of
    from sagestub.errors import unknown_name

    for name in unknown:
        raise unknown_name("option of mock_sagemaker", name, OPTIONS)
    accounts: dict[str, str] = {}
    default_account = DEFAULT_ACCOUNT
    if isinstance(account_id, Mapping):
        accounts = {str(key): _account(value) for key, value in account_id.items()}
        default_account = accounts.pop("default", DEFAULT_ACCOUNT)
    elif account_id is not None:
        default_account = _account(account_id)
    prefixes: tuple[str, ...] | None
    if isinstance(sleep, bool):
        prefixes = () if sleep else None
    else:
        try:
            prefixes = (sleep,) if isinstance(sleep, str) else tuple(sleep)
        except TypeError:
            prefixes = ("",)
        if not all(isinstance(prefix, str) and prefix for prefix in prefixes):
            raise InvalidArgumentError(
                f"sleep= is {sleep!r}.\n"
                "Give True, False, or the packages whose sleep is virtual: sleep=('mypackage',)."
            )
    if not isinstance(references, str):
        raise InvalidArgumentError(
            f"references= is {references!r}.\nGive 'check' or 'ignore', as a string."
        )
    if references not in REFERENCES:
        raise unknown_name("value of references=", references, REFERENCES)
    return {
        "transitions": rule_of(transitions, "transitions"),
        "account_id": default_account,
        "accounts": accounts,
        "sleep": prefixes,
        "seed": seed,
        "references": references,
    }


def _account(value: object) -> str:
    text = account_id_of(value)
    if text is None:
        raise InvalidArgumentError(
            f"account_id= is {value!r}.\n"
            "Give 12 digits as a string, or a dict from access key to account."
        )
    return text


@overload
def mock_sagemaker(target: T, /) -> T: ...
@overload
def mock_sagemaker(
    *,
    transitions: Rule | str = "poll",
    account_id: str | Mapping[str, str] | None = None,
    sleep: bool | str | Iterable[str] = True,
    seed: object = 0,
    references: Literal["check", "ignore"] = "check",
) -> Mock: ...
def mock_sagemaker(target: Any = None, /, **options: Any) -> Any:  # noqa: D417 (See overloads.)
    """Make Amazon SageMaker fake: as a context manager, or as a decorator with or without options.

    Args:
        target: The function or test class, when used as a bare decorator.
        transitions: When resources move: `"poll"` (each Describe sees one state), `"immediate"`,
            `"manual"`, `"clock"`, or a rule such as `poll(2)` or `after(300)`.
        account_id: The account, 12 digits; or a dict from access key to account (`"default"` for all
            other keys). 123456789012 without it.
        sleep: Packages whose sleeps are virtual besides the defaults; False for none at all.
        seed: What generated ids grow from; the same seed gives the same ids.
        references: `"check"`: what a request refers to must exist where the service looks for it, an
            endpoint's config say; `"ignore"`: nothing that a request refers to is looked for.

    Returns:
        A `Mock`, whose `with` yields a `World`; or the decorated target.

    Raises:
        UnknownNameError: There is no such option.
        InvalidArgumentError: A value is not accepted.

    Example:
        >>> import boto3
        >>> from sagestub import mock_sagemaker
        >>> with mock_sagemaker() as sm:
        ...     client = boto3.client("sagemaker", region_name="eu-west-1")
        ...     client.list_compilation_jobs()["CompilationJobSummaries"]
        []
    """
    mock = Mock(**options)
    return mock if target is None else mock(target)
