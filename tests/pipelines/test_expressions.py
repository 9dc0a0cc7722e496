"""The values of expressions, and what they refer to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagestub.pipelines.expressions import (
    MISSING,
    Part,
    Reference,
    UnresolvedError,
    at_parts,
    parameters_in,
    parts_of,
    property_at,
    reference_of,
    references,
    resolved,
)

REPORT = {"metrics": [{"value": 0.5}], "a-b": {"c d": 1}, "list": [{"k": 1, "v": "x"}], "no": None}


class Everything:
    """A scope in which a few things are there."""

    def parameter(self, name: str) -> Any:
        return {"Text": "t", "Count": 3, "Rate": 0.1, "Big": 1e20, "Yes": True}[name]

    def execution(self, name: str) -> Any:
        return f"<{name}>"

    def property(self, step: str, parts: Sequence[Part]) -> Any:
        return [step, *parts]

    def property_file(self, step: str, name: str) -> Any:
        assert (step, name) == ("Eval", "Report")
        return REPORT

    def s3_json(self, uri: str) -> Any:
        return {"Result": [1, {"where": uri}]}


def get(text: str) -> dict[str, str]:
    return {"Get": text}


def join(on: str, *values: Any) -> dict[str, Any]:
    return {"Std:Join": {"On": on, "Values": list(values)}}


def report(path: str) -> dict[str, Any]:
    return {"Std:JsonGet": {"PropertyFile": get("Steps.Eval.PropertyFiles.Report"), "Path": path}}


@pytest.mark.fact("pipelines.Expressions.Std-Join-On-Values")
@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (get("Parameters.Count"), 3),
        (get("Parameters.Yes"), True),
        (get("Execution.PipelineExecutionId"), "<PipelineExecutionId>"),
        (get("PipelineExperimentConfig.TrialName"), "<PipelineExperimentConfig.TrialName>"),
        (
            get("Steps.Train.ModelArtifacts.S3ModelArtifacts"),
            ["Train", "ModelArtifacts", "S3ModelArtifacts"],
        ),
        (get("Steps.A.Outputs['my.key'].Items[0]"), ["A", "Outputs", "my.key", "Items", 0]),
        (get('Steps.A.OutputParameters["x"]'), ["A", "OutputParameters", "x"]),
        (get("Steps.A-b_c.X"), ["A-b_c", "X"]),
        (join("/", "s3:/", get("Parameters.Text"), get("Parameters.Count")), "s3://t/3"),
        ({"Std:Join": {"Values": ["a", "b"]}}, "ab"),
        (join(",", 1, "a", False, 1.1, None), "1,a,false,1.1,null"),
        (join("-", join("+", "a", get("Parameters.Rate")), "b"), "a+0.1-b"),
        (report("metrics[0].value"), 0.5),
        (report("$.metrics[0].value"), 0.5),
        (report("metrics[-1].value"), 0.5),
        (report("['a-b']['c d']"), 1),
        (report("a-b['c d']"), 1),
        (report("no"), None),
        (report("list[?(@.k==1)].v"), "x"),
        (
            {
                "Std:JsonGet": {
                    "S3Uri": join("/", "s3://b", "r.json"),
                    "Path": "Result[1]['where']",
                }
            },
            "s3://b/r.json",
        ),
    ],
)
def test_the_value_of_an_expression(expression: Any, value: Any) -> None:
    assert resolved(expression, Everything()) == value


def test_expressions_are_resolved_at_any_depth() -> None:
    value = {"a": [{"b": get("Parameters.Count")}, "c"], "Get": "me", "n": None}
    assert resolved(value, Everything()) == {"a": [{"b": 3}, "c"], "Get": "me", "n": None}


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (report("metrics[3].value"), r"metrics\[3\]\.value"),
        (report("nothing"), "nothing"),
        (report("a[["), r"a\[\["),
        (
            {"Std:JsonGet": {"PropertyFile": get("Steps.Eval.Other"), "Path": "x"}},
            r"Steps\.Eval\.Other",
        ),
        ({"Std:JsonGet": {"Path": "x"}}, "Invalid property file reference"),
        ({"Std:Nothing": {}}, "Std:Nothing"),
        ({"Std:Join": "x"}, "Std:Join"),
        (get("Nothing.x"), r"Nothing\.x"),
        (get("Steps."), r"Steps\."),
    ],
)
def test_an_expression_without_a_value_says_why(expression: Any, words: str) -> None:
    with pytest.raises(UnresolvedError, match=words):
        resolved(expression, Everything())


def test_what_a_value_refers_to() -> None:
    value = {
        "a": get("Parameters.One"),
        "b": [join("/", get("Steps.A.X"), report("x")), {"c": get("Execution.PipelineArn")}],
    }
    assert references(value) == {"A", "Eval"}
    assert parameters_in(value) == {"One"}


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("Parameters.A.b", Reference("Parameters.A.b", "Parameters", "A.b")),
        ("Steps.A", Reference("Steps.A", "Steps", "A")),
        ("Steps.A.B[", Reference("Steps.A.B[", "Steps", "A", (".B[",))),
        ("IterationOutput.S.O['x']", Reference("IterationOutput.S.O['x']", "IterationOutput", "S", ("O", "x"))),
    ],
)  # fmt: skip
def test_what_a_get_names(text: str, reference: Reference) -> None:
    assert reference_of(text) == reference


@pytest.mark.parametrize("text", ["a..b", ".a", "a.", "a[b]", "a['b]", "a[1", "a]b"])
def test_what_is_no_path(text: str) -> None:
    assert parts_of(text) is None


OUTPUTS = [{"OutputName": "train", "S3Output": {"S3Uri": "s3://t"}}, {"OutputName": "test"}]


@pytest.mark.fact("pipelines.Expressions.Get-Steps-name-path")
@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Outputs['train'].S3Output.S3Uri", "s3://t"),
        ("Outputs[1].OutputName", "test"),
        ("Metrics['val:acc'].Value", 0.9),
        ("Tags['team'].Value", "vision"),
    ],
)
def test_items_of_lists_are_found_by_name(path: str, value: Any) -> None:
    properties = {
        "Outputs": OUTPUTS,
        "Metrics": [{"MetricName": "val:acc", "Value": 0.9}],
        "Tags": [{"Key": "team", "Value": "vision"}],
    }
    assert property_at(properties, parts_of(path) or ()) == value


@pytest.mark.parametrize("path", ["Outputs['x']", "Outputs[5]", "Nothing", "Outputs['train'].A.B"])
def test_a_property_that_is_not_there(path: str) -> None:
    assert property_at({"Outputs": OUTPUTS}, parts_of(path) or ()) is MISSING


# Properties -------------------------------------------------------------------------------------

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=15,
)


@given(PLAIN)
def test_a_value_without_expressions_stays_what_it_is(value: Any) -> None:
    before = json.dumps(value)
    if "Get" not in before and "Std:" not in before:
        assert resolved(value, Everything()) == value
    assert json.dumps(value) == before


WORDS = st.text("abcxyz ", max_size=4)
LEAVES = (
    WORDS.map(lambda word: (word, word))
    | st.integers().map(lambda number: (number, number))
    | st.just((get("Parameters.Count"), 3))
    | st.just((get("Parameters.Text"), "t"))
    | WORDS.map(lambda name: (get(f"Execution.{name}"), f"<{name}>"))
    | WORDS.map(lambda name: (get(f"Steps.A['{name}']"), ["A", name]))
)
"""Expressions, each with its value."""

TEXTS = LEAVES.filter(lambda pair: isinstance(pair[1], (str, int)))
JOINS = st.tuples(WORDS, st.lists(TEXTS, max_size=3)).map(
    lambda made: (
        join(made[0], *(expression for expression, _ in made[1])),
        made[0].join(str(value) for _, value in made[1]),
    )
)
NESTED = st.recursive(
    LEAVES | JOINS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda made: ([e for e, _ in made], [v for _, v in made]))
        | st.dictionaries(WORDS, inner, max_size=3).map(
            lambda made: (
                {key: e for key, (e, _) in made.items()},
                {key: v for key, (_, v) in made.items()},
            )
        )
    ),
    max_leaves=10,
)


@given(NESTED)
def test_expressions_have_their_values_wherever_they_stand(pair: tuple[Any, Any]) -> None:
    expression, value = pair
    before = json.dumps(expression)
    assert resolved(expression, Everything()) == value
    assert json.dumps(expression) == before


KEYS = st.text(st.characters(exclude_characters="'", exclude_categories=["Cs"]), min_size=1)


@given(st.lists(KEYS | st.integers(0, 3), min_size=1, max_size=4))
def test_every_place_in_a_document_can_be_named(parts: list[str | int]) -> None:
    content: Any = "here"
    for part in reversed(parts):
        content = {part: content} if isinstance(part, str) else [None] * part + [content]
    path = "".join(f"['{part}']" if isinstance(part, str) else f"[{part}]" for part in parts)
    assert parts_of(path) == tuple(parts)
    assert at_parts(content, tuple(parts)) == "here"
