"""Where `pipeline run` shows how it goes: a line for each event, or a table that changes.

Source of colours and the choice between both: `screens`.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from sagestub.cli.screens import RUNNING, STYLES, clock_face

if TYPE_CHECKING:
    from sagestub.pipelines.graph import Graph, Node

PAUSE_ON_TERMINAL = 0.15
LONGEST_SHOW = 4.0
"""Real seconds that all pauses take together, where nobody has asked for one."""

QUIET = frozenset({"Waiting", "NotRun"})
"""Statuses of steps that have not started."""

MOST_ROWS = 40
"""Rows of a table; of longer pipelines only the steps that run are shown."""


class PipelineScreen(Protocol):
    """What `pipeline run` is told to."""

    def open(self, title: str, draw: Callable[[], Graph]) -> None:
        """Show what is about to run.

        Args:
            title: What it is.
            draw: Returns the execution as it is when called.
        """

    def show(self, steps: Sequence[Node], seconds: float) -> None:
        """Show what has happened.

        Args:
            steps: The steps that are not as they were.
            seconds: Virtual seconds since the execution started.
        """

    def close(self, graph: Graph, seconds: float, words: str) -> None:
        """Show how it has ended.

        Args:
            graph: The execution as it is now.
            seconds: Virtual seconds since it started.
            words: Why it has not succeeded; empty if it has.
        """

    def leave(self) -> None:
        """Give the output back, also after an interruption."""


def screen_for(
    output: TextIO, *, plain: bool = False, pause: float | None = None
) -> PipelineScreen:
    """Return the screen for an output.

    Args:
        output: Where to write.
        plain: Plain text, whatever the output is.
        pause: Real seconds between two events; None for what suits the screen.

    Returns:
        A table when the output is a terminal and `rich` is installed, else plain lines.
    """
    if not plain and output.isatty() and os.environ.get("TERM") != "dumb":
        try:
            import rich  # noqa: F401 - only to see whether it is there
        except ImportError:
            pass
        else:
            return TableScreen(output, pause)
    return LineScreen(output, pause or 0.0)


def ending(graph: Graph, seconds: float, words: str) -> str:
    """Return in one line how an execution has ended."""
    ran = sum(node.start is not None for node in graph.nodes)
    text = f"{graph.status} after {clock_face(seconds)}: {ran} of {len(graph.nodes)} steps ran."
    return f"{text} {words}".rstrip()


def moment(node: Node) -> tuple[bool, bool]:
    """Return what orders events of one moment: ends before starts, and what lies in others first."""
    has_run = node.start is not None and node.end is not None and node.end > node.start
    return node.end is None, has_run and node.type == "ForEach"


def told_of(node: Node) -> str:
    """Return what is told of a step beside its status, in one line."""
    return " ".join(filter(None, [node.note, *node.reason.split()]))


class LineScreen:
    """A line for each step that has changed."""

    def __init__(self, output: TextIO, pause: float) -> None:
        self._output = output
        self._pause = pause
        self._known: dict[str, tuple[str, str]] = {}
        self._widths = (0, 0)

    def _line(self, text: str) -> None:
        self._output.write(text.rstrip() + "\n")
        self._output.flush()

    def open(self, title: str, draw: Callable[[], Graph]) -> None:
        """Write the title."""
        self._line(title)
        self._widen(draw().nodes)

    def _widen(self, nodes: Sequence[Node]) -> None:
        """Make room for names and types."""
        names, types = self._widths
        self._widths = (
            max([names, *(len(node.name) for node in nodes)]),
            max([types, *(len(node.type) for node in nodes)]),
        )

    def show(self, steps: Sequence[Node], seconds: float) -> None:
        """Write a line for each step whose status is not as it was."""
        self._widen(steps)
        names, types = self._widths
        for node in sorted(steps, key=moment):
            now = (node.status, node.note)
            if self._known.get(node.name) != now:
                self._known[node.name] = now
                told = f"{node.status:<9}  {told_of(node)}"
                named = f"{node.name:<{names}}  {node.type:<{types}}"
                self._line(f"  {clock_face(seconds)}  {named}  {told}")
        if self._pause:
            time.sleep(self._pause)

    def close(self, graph: Graph, seconds: float, words: str) -> None:
        """Write how it has ended."""
        self._line(ending(graph, seconds, words))

    def leave(self) -> None:
        """Do nothing: each line has been written at once."""


class TableScreen:
    """A table with a row for each step, which changes in place."""

    def __init__(self, output: TextIO, pause: float | None) -> None:
        from rich.console import Console
        from rich.live import Live

        self._console = Console(file=output, highlight=False)
        self._live = Live(console=self._console, auto_refresh=False)
        self._pause = pause
        self._drawn = 0.0

    def open(self, title: str, draw: Callable[[], Graph]) -> None:
        """Draw the title, and begin."""
        from rich.rule import Rule

        self._draw = draw
        if self._pause is None:
            # Each step starts and ends, and some of them are seen in between.
            events = 3 * max(1, len(draw().nodes))
            self._pause = min(PAUSE_ON_TERMINAL, LONGEST_SHOW / events)
        self._console.print(Rule(title, align="left"))
        self._live.start()

    def show(self, steps: Sequence[Node], seconds: float) -> None:
        """Draw the table anew, unless it was drawn a moment ago."""
        now = time.monotonic()
        if now - self._drawn >= PAUSE_ON_TERMINAL / 3:
            self._live.update(self._table(self._draw(), seconds), refresh=True)
            self._drawn = now
        if self._pause:
            time.sleep(self._pause)

    def close(self, graph: Graph, seconds: float, words: str) -> None:
        """Draw the table for the last time, and how it has ended below."""
        from rich.text import Text

        self._live.update(self._table(graph, seconds), refresh=True)
        self._live.stop()
        style = STYLES.get(graph.status, RUNNING)
        self._console.print(Text(ending(graph, seconds, words), style=style))

    def leave(self) -> None:
        """Stop drawing."""
        self._live.stop()

    def _table(self, graph: Graph, seconds: float) -> Any:
        from rich.table import Table
        from rich.text import Text

        ended = sum(node.end is not None for node in graph.nodes)
        caption = f"{clock_face(seconds)}, {ended} of {len(graph.nodes)} steps have ended"
        table = Table(expand=True, caption=caption, caption_justify="left")
        for title in ("step", "type", "status", "took"):
            table.add_column(title, no_wrap=True)
        table.add_column("", ratio=1)
        for node in shown(graph.nodes):
            style = "dim" if node.status in QUIET else STYLES.get(node.status, RUNNING)
            table.add_row(
                Text(node.name),
                Text(node.type, style="dim"),
                Text(node.status, style=style),
                Text(graph.duration_of(node)),
                Text(told_of(node)),
            )
        return table


def shown(nodes: Sequence[Node]) -> Sequence[Node]:
    """Return the steps that have a row: all, or of many those that run or have not succeeded."""
    if len(nodes) <= MOST_ROWS:
        return nodes
    telling = [node for node in nodes if node.status not in (*QUIET, "Succeeded")]
    return telling[:MOST_ROWS]
