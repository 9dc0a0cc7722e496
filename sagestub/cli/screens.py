"""Where a command shows what happens: plain text, or a terminal through the library `rich`."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TextIO

if TYPE_CHECKING:
    from sagestub.cli.demo import Chapter, State

STYLES = {
    "COMPLETED": "bold green",
    "Succeeded": "bold green",
    "FAILED": "bold red",
    "Failed": "bold red",
    "STOPPED": "bold yellow",
    "Stopped": "bold yellow",
}
RUNNING = "cyan"
PAUSE_ON_TERMINAL = 0.4


class Screen(Protocol):
    """What a demo is told to."""

    def open(self, title: str) -> None:
        """Show what is about to happen."""

    def show(self, chapter: Chapter) -> None:
        """Show one resource and its states as they pass."""

    def close(self, summary: str) -> None:
        """Show what has happened."""


def screen_for(output: TextIO, *, plain: bool = False, pause: float | None = None) -> Screen:
    """Return the screen for an output.

    Args:
        output: Where to write.
        plain: Plain text, whatever the output is.
        pause: Real seconds between two states; None for what suits the screen.

    Returns:
        A screen for terminals when the output is one and `rich` is installed, else a plain one.
    """
    if plain or not output.isatty() or os.environ.get("TERM") == "dumb":
        return PlainScreen(output, pause or 0.0)
    try:
        import rich  # noqa: F401 - only to see whether it is there
    except ImportError:
        return PlainScreen(output, pause or 0.0)
    return TerminalScreen(output, PAUSE_ON_TERMINAL if pause is None else pause)


def clock_face(seconds: float) -> str:
    """Return a duration as minutes and seconds, `04:30`."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes:02}:{rest:02}"


def summary_of(news: Mapping[str, Any]) -> str:
    """Return in a few words which members an answer has brought."""
    if news.get("FailureReason"):
        others = [member for member in news if member != "FailureReason"]
        return ", ".join([*others, f"FailureReason: {news['FailureReason']}"])
    return ", ".join(news)


def paced(states: Iterator[State], pause: float) -> Iterator[State]:
    """Return states one by one with a pause of real time between two of them."""
    for number, state in enumerate(states):
        if number and pause:
            time.sleep(pause)
        yield state


class PlainScreen:
    """Plain text, a line for each state; the same bytes at every run but for times and versions."""

    def __init__(self, output: TextIO, pause: float) -> None:
        self._output = output
        self._pause = pause

    def _line(self, text: str) -> None:
        self._output.write(text.rstrip() + "\n")
        self._output.flush()

    def open(self, title: str) -> None:
        """Write the title."""
        self._line(title)

    def show(self, chapter: Chapter) -> None:
        """Write the resource's name, and a line for each state."""
        note = f" ({chapter.note})" if chapter.note else ""
        self._line("")
        self._line(f"{chapter.kind} {chapter.name}{note}")
        for state in paced(chapter.states, self._pause):
            news = summary_of(state.news)
            self._line(f"  {clock_face(state.seconds)}  {state.status:<11} {news and '+ ' + news}")

    def close(self, summary: str) -> None:
        """Write the summary."""
        self._line("")
        self._line(summary)


class TerminalScreen:
    """A table for each resource, which grows as its states pass."""

    def __init__(self, output: TextIO, pause: float) -> None:
        from rich.console import Console

        self._console = Console(file=output, highlight=False)
        self._pause = pause

    def open(self, title: str) -> None:
        """Draw the title."""
        from rich.rule import Rule

        self._console.print(Rule(title, align="left"))

    def show(self, chapter: Chapter) -> None:
        """Draw the resource's table, and a row for each state."""
        from rich.live import Live
        from rich.table import Table
        from rich.text import Text

        note = f" ({chapter.note})" if chapter.note else ""
        table = Table(
            title=Text(f"{chapter.kind} {chapter.name}{note}", style="bold"),
            title_justify="left",
            expand=True,
        )
        table.add_column("virtual time", no_wrap=True)
        table.add_column("status", no_wrap=True, min_width=11)
        table.add_column("new in Describe", ratio=1)
        with Live(table, console=self._console, auto_refresh=False) as live:
            for state in paced(chapter.states, self._pause):
                style = STYLES.get(state.status, RUNNING)
                table.add_row(
                    clock_face(state.seconds),
                    Text(state.status, style=style),
                    Text(summary_of(state.news)),
                )
                live.refresh()

    def close(self, summary: str) -> None:
        """Draw the summary."""
        from rich.text import Text

        self._console.print(Text(summary, style="bold"))
