"""The command line: `python -m sagestub demo`, `python -m sagestub pipeline run`.

Knows the arguments and the exit codes; what a command does stands in `sagestub.cli`. Nothing of boto3
is imported before a command is run.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import sagestub
from sagestub.errors import SagestubError, nearest_first

DONE = 0
FAILED = 1
WRONG_USE = 2
INTERRUPTED = 130

COMMANDS = ("demo", "pipeline")
LONGEST_PAUSE = 60


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors say what exists."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and where help is, and leave with exit code 2."""
        self.exit(WRONG_USE, f"{self.prog}: {message}\nSee {self.prog} --help.\n")


def parser() -> Parser:
    """Return the parser of the whole command line."""
    main_parser = Parser(
        prog="python -m sagestub",
        description="A fake Amazon SageMaker for tests.",
        epilog="Exit codes: 0 done, 1 failed, 2 wrong arguments, 130 interrupted.",
        allow_abbrev=False,
    )
    main_parser.add_argument(
        "--version", action="version", version=f"sagestub {sagestub.__version__}"
    )
    commands = main_parser.add_subparsers(dest="command", metavar="command", parser_class=Parser)
    demo = commands.add_parser(
        "demo",
        help="run a boto3 session against the mock and show the states as they pass",
        description=(
            "Run a boto3 session against the mock: two compilation jobs and a pipeline execution, "
            "each described until it rests. Nothing is sent anywhere."
        ),
        allow_abbrev=False,
    )
    add_display(demo, "real seconds between two states (a terminal: 0.4, plain text: 0)")
    add_pipeline(commands)
    return main_parser


def add_display(command: argparse.ArgumentParser, pause: str) -> None:
    """Add the options about the output and the session that all commands have."""
    command.add_argument(
        "--plain", action="store_true", help="plain text, also when the output is a terminal"
    )
    command.add_argument("--pause", type=seconds, metavar="SECONDS", help=pause)
    command.add_argument(
        "--region", default="eu-west-1", help="the region of the session (%(default)s)"
    )


def add_pipeline(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command `pipeline` with what it does."""
    pipeline = commands.add_parser("pipeline", help="run a pipeline definition", allow_abbrev=False)
    actions = pipeline.add_subparsers(
        dest="action", metavar="action", parser_class=Parser, required=True
    )
    run_it = actions.add_parser(
        "run",
        help="run a definition from a file and show its steps as they go",
        description=(
            "Run a pipeline definition against the mock, in virtual time, and show its steps as they "
            "go. Nothing is sent anywhere."
        ),
        epilog=(
            "Exit codes: 0 the execution has succeeded, 1 it has not, 2 wrong arguments or a "
            "definition that the service refuses, 130 interrupted."
        ),
        allow_abbrev=False,
    )
    run_it.add_argument("file", type=Path, metavar="DEFINITION", help="a JSON file")
    run_it.add_argument(
        "--param",
        type=parameter,
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a value for a pipeline parameter; may be given again",
    )
    run_it.add_argument(
        "--fail",
        type=failure,
        action="append",
        default=[],
        metavar="STEP[=REASON]",
        help="let a step fail at each attempt; a name or a pattern; may be given again",
    )
    run_it.add_argument(
        "--property-file",
        type=property_file,
        action="append",
        default=[],
        metavar="STEP.FILE=PATH",
        help="what a step writes into a property file, as JSON; may be given again",
    )
    run_it.add_argument(
        "--output",
        type=output,
        action="append",
        default=[],
        metavar="STEP.NAME=VALUE",
        help="an output of a step outside SageMaker (Lambda, Callback, …); may be given again",
    )
    run_it.add_argument(
        "--metric",
        type=metric,
        action="append",
        default=[],
        metavar="STEP.NAME=NUMBER",
        help="a metric that a training step ends with; may be given again",
    )
    run_it.add_argument(
        "--svg", type=Path, metavar="PATH", help="write the execution along time as a picture"
    )
    add_display(run_it, "real seconds between two events (a terminal: 0.15, plain text: 0)")


def parameter(text: str) -> tuple[str, str]:
    """Return the name and the value in `NAME=VALUE`.

    Raises:
        argparse.ArgumentTypeError: There is no `=`, or no name before it.
    """
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form NAME=VALUE")
    return name, value


def failure(text: str) -> tuple[str, str]:
    """Return the step and the reason in `STEP[=REASON]`.

    Raises:
        argparse.ArgumentTypeError: It names no step.
    """
    step, _, reason = text.partition("=")
    if not step:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form STEP or STEP=REASON")
    return step, reason


def property_file(text: str) -> tuple[str, str, Path]:
    """Return the step, the property file and the path in `STEP.FILE=PATH`.

    Raises:
        argparse.ArgumentTypeError: One of them is not there.
    """
    step, file, path = dotted(text, "STEP.FILE=PATH")
    if not path:
        raise argparse.ArgumentTypeError(f"{text!r} names no file")
    return step, file, Path(path)


def output(text: str) -> tuple[str, str, str]:
    """Return the step, the output's name and its value in `STEP.NAME=VALUE`.

    Raises:
        argparse.ArgumentTypeError: A name is not there, or the `=`.
    """
    return dotted(text, "STEP.NAME=VALUE")


def metric(text: str) -> tuple[str, str, float]:
    """Return the step, the metric's name and its value in `STEP.NAME=NUMBER`.

    Raises:
        argparse.ArgumentTypeError: A name is not there, or it is no number.
    """
    step, name, value = dotted(text, "STEP.NAME=NUMBER")
    try:
        return step, name, float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} in {text!r} is no number") from None


def dotted(text: str, form: str) -> tuple[str, str, str]:
    """Return the three parts of a text of the form `A.B=C`; the last may be empty."""
    names, equals, value = text.partition("=")
    step, _, name = names.partition(".")
    if not (step and name and equals):
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form {form}")
    return step, name, value


def seconds(text: str) -> float:
    """Return a duration given on the command line.

    Raises:
        argparse.ArgumentTypeError: It is no number of seconds from 0 to 60.
    """
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= LONGEST_PAUSE:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no number of seconds from 0 to {LONGEST_PAUSE}"
        )
    return value


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: The words after `python -m sagestub`; those of the process without it.

    Returns:
        The exit code.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    main_parser = parser()
    word = next((word for word in given if not word.startswith("-")), None)
    if word is not None and word not in COMMANDS:
        nearest = nearest_first(word, COMMANDS)[0]
        main_parser.error(f"there is no command {word!r}. Did you mean {nearest!r}?")
    options = main_parser.parse_args(given)
    if options.command is None:
        main_parser.print_help(sys.stderr)
        return WRONG_USE
    if options.command == "pipeline":
        return run_pipeline(options)
    from sagestub.cli.demo import demo
    from sagestub.cli.screens import screen_for

    demo(screen_for(sys.stdout, plain=options.plain, pause=options.pause), options.region)
    return DONE


def run_pipeline(options: argparse.Namespace) -> int:
    """Run a pipeline definition as the command line orders it, and return the exit code."""
    from sagestub.cli import pipeline, pipeline_screens

    order = pipeline.Order(
        file=options.file,
        parameters=options.param,
        failures=options.fail,
        property_files=options.property_file,
        outputs=options.output,
        metrics=options.metric,
        region=options.region,
        svg=options.svg,
    )
    screen = pipeline_screens.screen_for(sys.stdout, plain=options.plain, pause=options.pause)
    try:
        succeeded = pipeline.run(order, screen)
    except SagestubError as error:
        print(f"python -m sagestub pipeline run: {error}", file=sys.stderr)
        return WRONG_USE
    return DONE if succeeded else FAILED


def run() -> NoReturn:
    """Run the command of this process and leave with its exit code."""
    try:
        code = main()
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has seen enough. What is left in the buffer goes nowhere, so that
        # Python does not complain when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = DONE
    sys.exit(code)


if __name__ == "__main__":
    run()
