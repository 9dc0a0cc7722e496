"""What the graph of an execution tells, as text and as a picture."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from sagestub import InvalidArgumentError, World
from sagestub.pipelines.graph import Edge, Graph, Node

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
SVG = "{http://www.w3.org/2000/svg}"

Run = Callable[[str], Graph]


@pytest.fixture
def run(client: Any, sm: World) -> Run:
    """Run a definition to its end, and return the graph."""

    def to_its_end(text: str) -> Graph:
        client.create_pipeline(PipelineName="Train", PipelineDefinition=text, RoleArn=ROLE)
        arn = client.start_pipeline_execution(PipelineName="Train")["PipelineExecutionArn"]
        execution = sm.get("PipelineExecution", arn)
        while execution.way:
            client.list_pipeline_execution_steps(PipelineExecutionArn=arn)
        return execution.graph()

    return to_its_end


@pytest.fixture
def good(sm: World, run: Run, train_and_gate: dict[str, Any]) -> Graph:
    """The graph of a run in which the model is good enough."""
    sm.pipelines.property_file({"regression_metrics": {"mse": {"value": 2}}}, step="Evaluate")
    return run(json.dumps(train_and_gate))


def statuses(graph: Graph) -> dict[str, str]:
    return {node.name: node.status for node in graph.nodes}


def test_each_step_has_its_status_and_its_times(good: Graph) -> None:
    assert statuses(good) == {
        **dict.fromkeys(["Prepare", "Train", "Evaluate", "GoodEnough", "Register"], "Succeeded"),
        "TooBad": "NotRun",
    }
    prepare, train, *_, never = good.nodes
    assert prepare.start is not None
    assert prepare.end is not None
    assert train.start is not None
    assert prepare.start < prepare.end <= train.start
    assert (never.start, never.end) == (None, None)


def test_edges_say_which_branch_they_lead_to(good: Graph) -> None:
    assert Edge("Prepare", "Train") in good.edges
    assert Edge("GoodEnough", "Register", "If") in good.edges
    assert Edge("GoodEnough", "TooBad", "Else") in good.edges
    assert good.nodes[3].note == "If"


def test_a_graph_stays_as_it_was(client: Any, sm: World, train_and_gate: dict[str, Any]) -> None:
    text = json.dumps(train_and_gate)
    client.create_pipeline(PipelineName="Train", PipelineDefinition=text, RoleArn=ROLE)
    arn = client.start_pipeline_execution(PipelineName="Train")["PipelineExecutionArn"]
    execution = sm.get("PipelineExecution", arn)
    before = execution.graph()
    while statuses(execution.graph())["Prepare"] != "Succeeded":
        client.list_pipeline_execution_steps(PipelineExecutionArn=arn)
    assert statuses(before) == {
        "Prepare": "Executing",
        **dict.fromkeys(["Train", "Evaluate", "GoodEnough", "Register", "TooBad"], "Waiting"),
    }


def test_a_failure_brings_its_reason(sm: World, run: Run, train_and_gate: dict[str, Any]) -> None:
    sm.pipelines.fail("Train", reason="no space left")
    graph = run(json.dumps(train_and_gate))
    train = graph.nodes[1]
    assert (graph.status, train.status) == ("Failed", "Failed")
    assert "no space left" in train.reason
    assert "no space left" in graph.svg()


def test_mermaid_text(good: Graph) -> None:
    lines = good.mermaid().splitlines()
    assert lines[0] == "flowchart TD"
    assert lines[1].startswith('    s0["Prepare<br/>Processing<br/>Succeeded 0:')
    assert '    s3{"GoodEnough<br/>Condition<br/>Succeeded 0:00:00 If"}' in lines
    assert "    s0 --> s1" in lines
    assert "    s3 -->|Else| s5" in lines
    assert "    class s5 NotRun" in lines
    assert str(good) == good.mermaid()


def test_graphviz_text(good: Graph) -> None:
    text = good.graphviz()
    assert text.startswith('digraph "Train ')
    assert '    "GoodEnough" -> "Register" [label="If"]' in text
    assert r'"Prepare" [label="Prepare\nProcessing\nSucceeded 0:' in text
    assert text.endswith("}\n")


ODD = Graph(
    title='a "title" <b>',
    status="Executing",
    nodes=(
        Node('quote " and \\', "Training", "Executing", 10.0, None, reason="1 < 2 & 3"),
        Node("end", "Fail", "Failed", 10.0, 10.0),
    ),
    edges=(Edge('quote " and \\', "end", "Any|#"),),
    now=40.0,
)


def test_odd_names_cannot_break_the_texts() -> None:
    assert 's0["quote #quot; and \\<br/>Training<br/>Executing 0:00:30"]' in ODD.mermaid()
    assert "s0 -->|Any#124;#35;| s1" in ODD.mermaid()
    assert r'"quote \" and \\" -> "end" [label="Any|#"]' in ODD.graphviz()
    picture = ET.fromstring(ODD.svg())
    assert "1 < 2 & 3" in "".join(picture.itertext())


def bars(graph: Graph) -> dict[str, tuple[float, float]]:
    """Return where the bar of each step begins and how wide it is."""
    found = {}
    for row in ET.fromstring(graph.svg()).iter(f"{SVG}g"):
        title = row.find(f"{SVG}title")
        bar = row.find(f"{SVG}rect[@rx]")
        if title is not None and bar is not None:
            name = (title.text or "").partition(" (")[0]
            found[name] = (float(bar.attrib["x"]), float(bar.attrib["width"]))
    return found


def test_the_picture_has_a_bar_for_each_step_that_has_started(good: Graph) -> None:
    found = bars(good)
    assert set(found) == {"Prepare", "Train", "Evaluate", "GoodEnough", "Register"}
    (begin, wide), (next_begin, _) = found["Prepare"], found["Train"]
    assert begin + wide == pytest.approx(next_begin, abs=0.2)


def test_a_step_that_runs_reaches_to_the_end_of_the_picture() -> None:
    begin, wide = bars(ODD)['quote " and \\']
    assert wide == 720
    assert bars(ODD)["end"] == (begin, 3)


def test_pictures_of_any_length_have_few_marks() -> None:
    for seconds in (0.0, 0.5, 7, 3_599, 86_400 * 400):
        graph = Graph("t", "Executing", (Node("a", "Fail", "Executing", 0.0),), (), seconds)
        lines = list(ET.fromstring(graph.svg()).iter(f"{SVG}line"))
        assert 1 <= len(lines) <= 8


def test_an_execution_without_steps_has_an_empty_picture(run: Run) -> None:
    graph = run('{"Steps": []}')
    assert graph.nodes == ()
    assert graph.mermaid() == "flowchart TD\n"
    assert bars(graph) == {}


def test_a_notebook_shows_the_picture(good: Graph) -> None:
    assert good._repr_svg_() == good.svg()
    assert good.svg() in good._repr_html_()
    assert "6 steps" in repr(good)


def test_the_graph_of_a_pipeline_has_no_states(
    client: Any, sm: World, train_and_gate: dict[str, Any]
) -> None:
    text = json.dumps(train_and_gate)
    client.create_pipeline(PipelineName="Train", PipelineDefinition=text, RoleArn=ROLE)
    graph = sm.get("Pipeline", "Train").graph()
    assert set(statuses(graph).values()) == {""}
    assert '    s0["Prepare<br/>Processing"]' in graph.mermaid()


def test_steps_of_a_foreach_step_hang_on_it(client: Any, sm: World, run: Run) -> None:
    body = {"Name": "Load", "Type": "Lambda", "FunctionArn": "arn", "Arguments": {}}
    arguments = {"IterableItems": ["a", "b"], "MaxConcurrency": 1, "ForEachBody": [body]}
    each = {"Name": "Each", "Type": "ForEach", "Arguments": arguments}
    graph = run(json.dumps({"Steps": [each]}))
    assert [(node.name, node.type) for node in graph.nodes] == [
        ("Each", "ForEach"),
        ("Load-0", "Lambda"),
        ("Load-1", "Lambda"),
    ]
    assert graph.edges == (Edge("Each", "Load-0"), Edge("Each", "Load-1"))


def test_what_has_no_steps_has_no_graph(sm: World) -> None:
    job = sm.add("CompilationJob", CompilationJobName="resnet")
    with pytest.raises(InvalidArgumentError, match="CompilationJob 'resnet' has no steps"):
        job.graph()


def test_a_definition_that_is_none_has_no_graph(sm: World) -> None:
    pipeline = sm.add("Pipeline", PipelineName="Odd", PipelineDefinition="no JSON")
    with pytest.raises(InvalidArgumentError, match="Pipeline 'Odd' has a definition that is none"):
        pipeline.graph()


def test_executions_that_a_test_has_added_have_a_graph(sm: World) -> None:
    sm.add("Pipeline", PipelineName="Bare")
    assert sm.add("PipelineExecution").graph().nodes == ()
    assert sm.get("Pipeline", "Bare").graph().nodes == ()
