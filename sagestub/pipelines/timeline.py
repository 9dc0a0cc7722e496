"""An execution along time: an SVG picture with a bar for each step that has started.

Knows the graph only. The picture needs nothing beside itself: no script, no style sheet, no font.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING

from sagestub.pipelines.graph import COLOURS, WAITING

if TYPE_CHECKING:
    from sagestub.pipelines.graph import Graph, Node

WIDTH = 720
"""Pixels of the span from the first start to the last end."""

ROW, BAR, HEAD, FOOT = 26, 18, 34, 12
LETTER = 7.2
"""Pixels that a letter of a step's name takes, about."""

MARGIN = 12
NARROWEST = 3
TICKS = 6
ROUND = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
"""Seconds between two marks on the time line; above, whole days."""


def timeline(graph: Graph) -> str:
    """Return the picture of a graph along time."""
    rows = [node for node in graph.nodes if node.start is not None]
    rows.sort(key=lambda node: (node.start, node.end if node.end is not None else graph.now))
    first = min((node.start for node in rows if node.start is not None), default=graph.now)
    last = max((end_of(node, graph) for node in rows), default=graph.now)
    span = max(last - first, 1.0)
    left = MARGIN * 2 + round(LETTER * max((len(node.name) for node in rows), default=8))
    width, height = left + WIDTH + MARGIN, HEAD + ROW * len(rows) + FOOT
    size = f'width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {width} {height}">',
        '<g font-family="sans-serif" font-size="12">',
        f"<title>{escape(f'{graph.title} {graph.status}')}</title>",
        f'<rect {size} fill="#ffffff"/>',
        *marks(span, left, height),
    ]
    for number, node in enumerate(rows):
        parts.extend(row_of(node, graph, HEAD + ROW * number, left, first, span))
    return "\n".join([*parts, "</g>", "</svg>"])


def end_of(node: Node, graph: Graph) -> float:
    """Return when a step ended, or the time of the picture for one that runs."""
    return graph.now if node.end is None else node.end


def marks(span: float, left: int, height: int) -> Iterator[str]:
    """Return the lines of the time line, with the time since the first start above them.

    Args:
        span: Seconds of the whole.
        left: Where it begins.
        height: How high the picture is.
    """
    distance = next((step for step in ROUND if span / step <= TICKS), 86400 * (1 + span // 518400))
    for number in range(int(span // distance) + 1):
        x = left + WIDTH * number * distance / span
        yield f'<line x1="{x:.1f}" y1="{HEAD - 8}" x2="{x:.1f}" y2="{height}" stroke="#e0e0e0"/>'
        text = timedelta(seconds=int(number * distance))
        yield f'<text x="{x:.1f}" y="{HEAD - 14}" fill="#616161" text-anchor="middle">{text}</text>'


def row_of(
    node: Node, graph: Graph, top: int, left: int, first: float, span: float
) -> Iterator[str]:
    """Return the name and the bar of a step.

    Args:
        node: The step.
        graph: The graph, for how long the step took.
        top: Where its row begins.
        left: Where the bars begin.
        first: The time there, in epoch seconds.
        span: Seconds of the whole.
    """
    assert node.start is not None, "only steps that have started have a row"
    area, line = COLOURS.get(node.status, COLOURS[WAITING])
    x = left + WIDTH * (node.start - first) / span
    wide = max(WIDTH * (end_of(node, graph) - node.start) / span, NARROWEST)
    words = " ".join(filter(None, [node.status, graph.duration_of(node), node.note]))
    told = "\n".join(filter(None, [f"{node.name} ({node.type})", words, node.reason]))
    middle = top + ROW - 9
    yield "<g>"
    yield f"<title>{escape(told)}</title>"
    yield f'<text x="{left - MARGIN}" y="{middle}" text-anchor="end">{escape(node.name)}</text>'
    yield (
        f'<rect x="{x:.1f}" y="{top + 4}" width="{wide:.1f}" height="{BAR}" rx="3" '
        f'fill="{area}" stroke="{line}"/>'
    )
    inside = len(words) * LETTER < wide
    before = x + wide + len(words) * LETTER > left + WIDTH and not inside
    place = x - 6 if before else x + 6 if inside else x + wide + 6
    anchor = "end" if before else "start"
    yield (
        f'<text x="{place:.1f}" y="{middle}" fill="#424242" text-anchor="{anchor}">'
        f"{escape(words)}</text>"
    )
    yield "</g>"
