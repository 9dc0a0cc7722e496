"""The pytest plugin: the fixture and the mark `sagestub`, ini options, and a section in failure reports.

Every test run of everybody who has sagestub installed loads this module, so it imports nothing but
pytest and leaves; the mock, and botocore with it, wait until the first test that uses the fixture.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from sagestub.watchers import watchers

if TYPE_CHECKING:
    from sagestub.engine.rules import Rule
    from sagestub.world import World

NAME = "sagestub"
"""The name of the fixture, of the mark and of the report's section."""

WHOLE_FROM = 2
"""The verbosity from which on long lists are given in full: `-vv`, as for pytest's own."""

MARK_HELP = (
    "sagestub(transitions='poll', account_id=None, sleep=True, seed=0, references='check'): run the "
    "test inside a fake SageMaker of its own, with these options of mock_sagemaker; without the mark "
    "the ini options hold."
)

_defaults = pytest.StashKey[dict[str, Any]]()
_reporter = pytest.StashKey["Reporter"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the ini options; each is the default of the option of the same name."""
    for option, kind, text in (
        ("transitions", "string", "poll, immediate, manual, clock, poll(N) or after(SECONDS)"),
        ("account_id", "string", "the account, 12 digits"),
        ("sleep", "args", "packages whose sleeps are virtual too, or true, or false for none"),
        ("seed", "string", "what generated ids grow from"),
        ("references", "string", "check, or ignore for resources that nothing needs to have made"),
    ):
        parser.addini(
            f"sagestub_{option}",
            f"Default of the sagestub fixture's {option}: {text}.",
            type=kind,  # type: ignore[arg-type]
            default=[] if kind == "args" else "",
        )


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark, check the ini options, and start to watch for worlds.

    Raises:
        pytest.UsageError: An ini option has a value that `mock_sagemaker` would not take.
    """
    config.addinivalue_line("markers", MARK_HELP)
    config.stash[_defaults] = ini_options(config)
    reporter = config.stash[_reporter] = Reporter()
    config.pluginmanager.register(reporter, "sagestub-reporter")
    watchers.append(reporter)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop to watch."""
    reporter = config.stash.get(_reporter, None)
    if reporter in watchers:
        watchers.remove(reporter)


@pytest.fixture(name=NAME)
def sagestub_fixture(request: pytest.FixtureRequest) -> Iterator[World]:
    """Run the test inside a fake SageMaker with an empty world; the value is the world's handle.

    Options come from `@pytest.mark.sagestub(...)`, then from the ini options `sagestub_...`.
    """
    from sagestub.errors import SagestubError
    from sagestub.mock import Mock

    try:
        defaults = request.config.stash[_defaults]
        mock = Mock(**{**defaults, **mark_options(request.node)})
    except SagestubError as error:
        # The traceback would show this module only; the text says all.
        pytest.fail(f"@pytest.mark.sagestub: {type(error).__name__}: {error}", pytrace=False)
    with mock as world:
        yield world


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let a marked test use the fixture, also if it does not ask for it."""
    if isinstance(item, pytest.Function) and item.get_closest_marker(NAME) is not None:
        use_fixture_early(item)


def use_fixture_early(item: pytest.Function) -> None:
    """Put the fixture before all others of function scope, `setup_method` among them.

    Fixtures of wider scope stay before it: what they set up outlives the test's world.
    """
    names = item.fixturenames
    definitions = item._fixtureinfo.name2fixturedefs  # noqa: SLF001 - scopes stand nowhere else
    place = next(
        (
            index
            for index, name in enumerate(names)
            if name in definitions and definitions[name][-1].scope == "function"
        ),
        len(names),
    )
    if NAME not in names[:place]:
        # A new list: the old one belongs to all variants of a parametrized test, marked or not.
        item.fixturenames = [*names[:place], NAME, *(n for n in names[place:] if n != NAME)]


# Options ----------------------------------------------------------------------------------------


def mark_options(item: pytest.Item) -> dict[str, Any]:
    """Return the options that the marks of a test give, the closest mark's for each option.

    The order is: mark of one `pytest.param`, mark of the function, of the class, of the module.

    Raises:
        InvalidArgumentError: A mark has an option without a name.
    """
    from sagestub.errors import InvalidArgumentError

    callspec = getattr(item, "callspec", None)
    of_parameter = [id(mark) for mark in callspec.marks] if callspec is not None else []
    # pytest gives the function's own marks first; a parameter's are closer still.
    closest_first = sorted(item.iter_markers(NAME), key=lambda mark: id(mark) not in of_parameter)
    options: dict[str, Any] = {}
    for mark in reversed(closest_first):
        if mark.args:
            raise InvalidArgumentError(
                f"The mark got {mark.args[0]!r} without a name.\n"
                "Options are given by name: @pytest.mark.sagestub(transitions='immediate')."
            )
        options.update(mark.kwargs)
    return options


def ini_options(config: pytest.Config) -> dict[str, Any]:
    """Return the options that the ini-file (or `-o`) sets, checked; nothing is loaded for none.

    Raises:
        pytest.UsageError: A value is not accepted.
    """
    readers: dict[str, Callable[[Any], Any]] = {
        "transitions": _rule,
        "account_id": str,
        "sleep": _sleep,
        "seed": _seed,
        "references": str,
    }
    options = {option: _ini_option(config, option, read) for option, read in readers.items()}
    return {option: value for option, value in options.items() if value is not None}


def _ini_option(config: pytest.Config, option: str, read: Callable[[Any], Any]) -> Any:
    """Return the value of one ini option as `mock_sagemaker` takes it; None where it is not set."""
    try:
        written = config.getini(f"sagestub_{option}")
        if not written:
            return None
        from sagestub.mock import checked_options

        value = read(written)
        checked_options(**{option: value})
    except (TypeError, ValueError) as error:  # A wrong type is pytest's error, all else is ours.
        raise pytest.UsageError(f"ini option sagestub_{option}: {error}") from error
    return value


def _rule(text: str) -> Rule | str:
    """Return the rule that is written like a call, or the text, which is then a rule's name."""
    from sagestub.engine.rules import after, poll

    written = re.fullmatch(r"(poll|after)\((\d+(?:\.\d+)?)\)", text)
    if written is None:
        return text
    number = float(written[2])
    if written[1] == "after":
        return after(number)
    return poll(int(number) if number.is_integer() else number)  # type: ignore[arg-type]


def _sleep(words: list[str]) -> bool | tuple[str, ...]:
    from sagestub.errors import InvalidArgumentError

    switches = {"true": True, "false": False}
    if len(words) == 1 and words[0].lower() in switches:
        return switches[words[0].lower()]
    for word in words:
        if word.lower() in switches or not all(part.isidentifier() for part in word.split(".")):
            raise InvalidArgumentError(
                f"{word!r} is not a package's import name.\n"
                "Give true, or false, or the packages, with spaces between: mypackage other.part"
            )
    return tuple(words)


def _seed(text: str) -> int | str:
    """Return a number where one is written, so that it is the same seed as the mark's."""
    return int(text) if re.fullmatch(r"-?\d+", text) else text


# Reports ----------------------------------------------------------------------------------------


class Reporter:
    """Adds to the report of a failed test what has happened in the worlds that it has seen.

    These are the worlds that were entered during the test, by the fixture or otherwise, and those
    that a fixture of wider scope holds open. They are let go when the next test begins.
    """

    def __init__(self) -> None:
        self._open: list[World] = []
        self._seen: list[World] = []

    def entered(self, world: World) -> None:
        """Note a world that has been entered."""
        self._open.append(world)
        self._seen.append(world)

    def left(self, world: World) -> None:
        """Note that a world is left."""
        if world in self._open:
            self._open.remove(world)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Begin a test with the worlds that are open already."""
        self._seen = list(self._open)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add a section to the report of a phase that has failed."""
        report = yield
        if report.failed and self._seen:
            from sagestub.report import report_of

            whole = item.config.getoption("verbose") >= WHOLE_FROM
            count = len(self._seen)
            for number, world in enumerate(self._seen, 1):
                title = NAME if count == 1 else f"{NAME} (world {number} of {count})"
                report.sections.append((title, report_of(world, whole=whole)))
        return report
