"""Where `pipeline run` shows how it goes: a line for each event, or a table that changes.

Source of colours and the choice between both: `screens`.
"""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from sagestub.cli.screens import RUNNING, STYLES, clock_face

if TYPE_CHECKING:
    from sagestub.pipelines.graph import Graph, Node

PAUSE_ON_TERMINAL = 0.15
QUIET = frozenset({"Waiting", "NotRun"})
"""Statuses that plain text does not tell of."""


class PipelineScreen(Protocol):
    """What `pipeline run` is told to."""

    def open(self, title: str) -> None:
        """Show what is about to run."""

    def show(self, graph: Graph, seconds: float) -> None:
        """Show how far it is.

        Args:
            graph: The execution as it is now.
            seconds: Virtual seconds since it started.
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
            return TableScreen(output, PAUSE_ON_TERMINAL if pause is None else pause)
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
    """Return what is told of a step beside its status."""
    return " ".join(filter(None, [node.note, node.reason]))


class LineScreen:
    """A line for each step that has changed."""

    def __init__(self, output: TextIO, pause: float) -> None:
        self._output = output
        self._pause = pause
        self._known: dict[str, tuple[str, str]] = {}

    def _line(self, text: str) -> None:
        self._output.write(text.rstrip() + "\n")
        self._output.flush()

    def open(self, title: str) -> None:
        """Write the title."""
        self._line(title)

    def show(self, graph: Graph, seconds: float) -> None:
        """Write a line for each step that is not as it was."""
        name_width = max((len(node.name) for node in graph.nodes), default=0)
        type_width = max((len(node.type) for node in graph.nodes), default=0)
        for node in sorted(graph.nodes, key=moment):
            now = (node.status, node.note)
            if node.status not in QUIET and self._known.get(node.name) != now:
                self._known[node.name] = now
                named = f"{node.name:<{name_width}}  {node.type:<{type_width}}"
                told = f"{node.status:<9}  {told_of(node)}"
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

    def __init__(self, output: TextIO, pause: float) -> None:
        from rich.console import Console
        from rich.live import Live

        self._console = Console(file=output, highlight=False)
        self._live = Live(console=self._console, auto_refresh=False)
        self._pause = pause

    def open(self, title: str) -> None:
        """Draw the title, and begin."""
        from rich.rule import Rule

        self._console.print(Rule(title, align="left"))
        self._live.start()

    def show(self, graph: Graph, seconds: float) -> None:
        """Draw the table anew."""
        self._live.update(self._table(graph, seconds), refresh=True)
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

        table = Table(expand=True, caption=clock_face(seconds), caption_justify="left")
        for title in ("step", "type", "status", "took"):
            table.add_column(title, no_wrap=True)
        table.add_column("", ratio=1)
        for node in graph.nodes:
            style = "dim" if node.status in QUIET else STYLES.get(node.status, RUNNING)
            table.add_row(
                Text(node.name),
                Text(node.type, style="dim"),
                Text(node.status, style=style),
                Text(graph.duration_of(node)),
                Text(told_of(node)),
            )
        return table
