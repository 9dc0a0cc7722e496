"""The command line: `python -m sagestub demo`.

Knows the arguments and the exit codes; what a command does stands in `sagestub.cli`. Nothing of boto3
is imported before a command is run.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import sagestub
from sagestub.errors import nearest_first

DONE = 0
WRONG_USE = 2
INTERRUPTED = 130

COMMANDS = ("demo",)
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
        epilog="Exit codes: 0 done, 2 wrong arguments, 130 interrupted.",
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
    demo.add_argument(
        "--plain", action="store_true", help="plain text, also when the output is a terminal"
    )
    demo.add_argument(
        "--pause",
        type=seconds,
        metavar="SECONDS",
        help="real seconds between two states (a terminal: 0.4, plain text: 0)",
    )
    demo.add_argument(
        "--region", default="eu-west-1", help="the region of the session (%(default)s)"
    )
    return main_parser


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
    from sagestub.cli.demo import demo
    from sagestub.cli.screens import screen_for

    demo(screen_for(sys.stdout, plain=options.plain, pause=options.pause), options.region)
    return DONE


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
