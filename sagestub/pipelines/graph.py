"""An execution as a graph: its steps, what waits for what, how far they are; as text and as a picture.

Read from the definition and the records of the steps; it stays as it was when it was made. `timeline`
draws it along time.

Source: none of AWS's. Mermaid's and Graphviz' own documentation for their texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sagestub.errors import InvalidArgumentError, ServiceError
from sagestub.pipelines.definition import Definition, Step, body_of, parsed
from sagestub.pipelines.expressions import FOR_EACH
from sagestub.pipelines.records import records_of

if TYPE_CHECKING:
    from sagestub.engine.resource import Resource

WAITING, NOT_RUN = "Waiting", "NotRun"
"""What a step is that has not started: it may yet, or the execution has ended without it."""

COLOURS: Mapping[str, tuple[str, str]] = {
    "Succeeded": ("#d4edda", "#2e7d32"),
    "Failed": ("#f8d7da", "#c62828"),
    "Stopped": ("#ffe0b2", "#ef6c00"),
    "Stopping": ("#ffe0b2", "#ef6c00"),
    "Executing": ("#d0e4f7", "#1565c0"),
    "Starting": ("#d0e4f7", "#1565c0"),
    WAITING: ("#ffffff", "#757575"),
    NOT_RUN: ("#f5f5f5", "#bdbdbd"),
}
"""Area and line of a step in a state."""


@dataclass(frozen=True, slots=True)
class Node:
    """A step in a graph.

    Args:
        name: Its name.
        type: `Training`, …; empty where the definition does not say it.
        status: The status in reports, else `Waiting` or `NotRun`.
        start: When it started, in epoch seconds; None if it has not.
        end: When it ended, in epoch seconds; None if it has not.
        note: What else is to be told: `If` or `Else` of a condition, `cached`, `3 attempts`.
        reason: Its FailureReason; empty for none.
    """

    name: str
    type: str
    status: str = ""
    start: float | None = None
    end: float | None = None
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """That a step waits for another one.

    Args:
        before: The step that is waited for.
        after: The step that waits.
        label: The outcome of a condition, or how the other step must have ended; empty for the usual.
    """

    before: str
    after: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Graph:
    """The graph of a pipeline, or of one execution with states and times.

    In a notebook it shows itself: an execution along time.

    Args:
        title: What it is of.
        status: The execution's status; empty for a pipeline.
        nodes: The steps, in the definition's order.
        edges: What waits for what.
        now: The virtual time at which it was drawn, in epoch seconds.
    """

    title: str
    status: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    now: float

    def mermaid(self) -> str:
        """Return the graph as a Mermaid flowchart, which GitHub and many editors draw."""
        ids = {node.name: f"s{number}" for number, node in enumerate(self.nodes)}
        lines = ["flowchart TD"]
        for node in self.nodes:
            left, right = ('{"', '"}') if node.type == "Condition" else ('["', '"]')
            text = "<br/>".join(_mermaid_text(line) for line in self._lines_of(node))
            lines.append(f"    {ids[node.name]}{left}{text}{right}")
        for edge in self.edges:
            label = f"|{_mermaid_text(edge.label)}|" if edge.label else ""
            lines.append(f"    {ids[edge.before]} -->{label} {ids[edge.after]}")
        for status, (area, line) in COLOURS.items():
            members = [ids[node.name] for node in self.nodes if node.status == status]
            if members:
                lines.append(f"    classDef {status} fill:{area},stroke:{line},color:#212121")
                lines.append(f"    class {','.join(members)} {status}")
        return "\n".join(lines) + "\n"

    def graphviz(self) -> str:
        """Return the graph in Graphviz' language; `dot -Tsvg` draws it."""
        lines = [
            f"digraph {_quoted(self.title)} {{",
            '    node [shape=box, style="rounded,filled", fontname="sans-serif"]',
            '    edge [fontname="sans-serif"]',
        ]
        for node in self.nodes:
            area, line = COLOURS.get(node.status, COLOURS[WAITING])
            members = {
                "label": "\n".join(self._lines_of(node)),
                "fillcolor": area,
                "color": line,
                **({"shape": "diamond"} if node.type == "Condition" else {}),
            }
            given = ", ".join(f"{name}={_quoted(value)}" for name, value in members.items())
            lines.append(f"    {_quoted(node.name)} [{given}]")
        for edge in self.edges:
            label = f" [label={_quoted(edge.label)}]" if edge.label else ""
            lines.append(f"    {_quoted(edge.before)} -> {_quoted(edge.after)}{label}")
        return "\n".join([*lines, "}"]) + "\n"

    def svg(self) -> str:
        """Return the execution along time as an SVG picture, a bar for each step that has started."""
        from sagestub.pipelines.timeline import timeline

        return timeline(self)

    def _lines_of(self, node: Node) -> list[str]:
        """Return what is written on a step: its name, its type, its state and how long it took."""
        state = " ".join(filter(None, [node.status, self.duration_of(node), node.note]))
        return [node.name, *filter(None, [node.type, state])]

    def duration_of(self, node: Node) -> str:
        """Return how long a step has taken, `0:04:30`; empty for one that has not started."""
        if node.start is None:
            return ""
        end = self.now if node.end is None else node.end
        return str(timedelta(seconds=round(max(0.0, end - node.start))))

    def _repr_svg_(self) -> str:
        return self.svg()

    def _repr_html_(self) -> str:
        return f'<div style="overflow-x: auto">{self.svg()}</div>'

    def __str__(self) -> str:
        return self.mermaid()

    def __repr__(self) -> str:
        status = f" {self.status}" if self.status else ""
        return f"<graph of {self.title}{status}: {len(self.nodes)} steps>"


def _quoted(text: str) -> str:
    """Return a text as Graphviz reads it, in quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _mermaid_text(text: str) -> str:
    """Return a text as Mermaid reads it between quotes."""
    for character, code in (
        ("#", "#35;"),
        ('"', "#quot;"),
        ("<", "#lt;"),
        (">", "#gt;"),
        ("|", "#124;"),
    ):
        text = text.replace(character, code)
    return text.replace("\n", " ")


# Made from --------------------------------------------------------------------------------------


def graph_of_execution(execution: Resource) -> Graph:
    """Return the graph of an execution as it is now."""
    definition = definition_of(execution)
    records = records_of(execution)
    has_ended = not execution.way
    children = [record for record in records.values() if "IterationContext" in record]
    types = types_of(definition)
    missing = NOT_RUN if has_ended else WAITING
    nodes = [
        node_of(step.name, step.type, records.get(step.name), missing)
        for step in definition.steps.values()
    ]
    nodes += [
        node_of(record["StepName"], type_of(record["StepName"], types), record, missing)
        for record in children
    ]
    edges = [*edges_of(definition)]
    edges += [
        Edge(record["IterationContext"]["ParentStepName"], record["StepName"])
        for record in children
    ]
    return Graph(
        title=f"{execution.document.get('PipelineName', '')} {execution.arn.rsplit('/', 1)[-1]}",
        status=execution.status or "",
        nodes=tuple(nodes),
        edges=tuple(edge for edge in edges if edge.before in definition.steps),
        now=execution.motion.clock.time(),
    )


def graph_of_pipeline(pipeline: Resource) -> Graph:
    """Return the graph of a pipeline's latest definition, without states."""
    definition = definition_of(pipeline)
    return Graph(
        title=pipeline.name,
        status="",
        nodes=tuple(Node(step.name, step.type) for step in definition.steps.values()),
        edges=tuple(edges_of(definition)),
        now=pipeline.motion.clock.time(),
    )


def definition_of(resource: Resource) -> Definition:
    """Return the definition of a pipeline or an execution.

    Raises:
        InvalidArgumentError: It is none; a test has added the resource with it.
    """
    try:
        return parsed(resource.document.get("PipelineDefinition") or "")
    except ServiceError as error:
        raise InvalidArgumentError(
            f"{resource.kind.name} {resource.name!r} has a definition that is none: {error.message}\n"
            "Give sm.add a PipelineDefinition that CreatePipeline accepts, or none."
        ) from None


def edges_of(definition: Definition) -> Iterator[Edge]:
    """Return what waits for what, in the order of the steps."""
    order = {name: number for number, name in enumerate(definition.steps)}
    for name, before in definition.predecessors.items():
        step = definition.steps[name]
        for other in sorted(before, key=order.__getitem__):
            yield Edge(other, name, label_of(step, other))


def label_of(step: Step, before: str) -> str:
    """Return what leads from one step to another, where it is not the other's success."""
    if step.branch is not None and step.branch[0] == before:
        return step.branch[1]
    return step.triggers.get(before, "")


def node_of(name: str, kind: str, record: Mapping[str, Any] | None, missing: str) -> Node:
    """Return a step with what its record tells.

    Args:
        name: Its name.
        kind: Its type.
        record: Its record; None if it has not started.
        missing: Its status then.
    """
    if record is None:
        return Node(name, kind, missing)
    return Node(
        name,
        kind,
        record["StepStatus"],
        record.get("StartTime"),
        record.get("EndTime"),
        note_of(record),
        record.get("FailureReason", ""),
    )


def note_of(record: Mapping[str, Any]) -> str:
    """Return what else is to be told of a step."""
    outcome = record.get("Metadata", {}).get("Condition", {}).get("Outcome")
    notes = [
        {"True": "If", "False": "Else"}.get(outcome, ""),
        "cached" if "CacheHitResult" in record else "",
        "reused" if "SelectiveExecutionResult" in record else "",
        f"{record['AttemptCount']} attempts" if record.get("AttemptCount", 0) > 1 else "",
    ]
    return " ".join(filter(None, notes))


def types_of(definition: Definition) -> Mapping[str, str]:
    """Return the type of each step, and of those in the bodies of ForEach steps."""
    types = {step.name: step.type for step in definition.steps.values()}
    for step in definition.steps.values():
        if step.type == FOR_EACH:
            types.update({inner.name: inner.type for inner in body_of(step)})
    return types


def type_of(name: str, types: Mapping[str, str]) -> str:
    """Return the type of a step that has started; a ForEach step's names end with an index."""
    return types.get(name) or types.get(name.rpartition("-")[0], "")
