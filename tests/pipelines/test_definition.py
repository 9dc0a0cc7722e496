"""What is read from a definition: parameters, steps, and which step needs which."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sagestub.errors import ServiceError
from sagestub.pipelines.definition import (
    Definition,
    body_of,
    children_of,
    iterated,
    needs_of,
    own_arguments,
    parsed,
)
from sagestub.pipelines.expressions import UnresolvedError


def definition(*steps: dict[str, Any], **members: Any) -> Definition:
    return parsed(json.dumps({"Version": "2020-12-01", "Steps": steps, **members}))


def step(name: str, *needs: str, **members: Any) -> dict[str, Any]:
    return {"Name": name, "Type": "Lambda", "Arguments": {}, "DependsOn": list(needs), **members}


def condition(name: str, **branches: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Name": name, "Type": "Condition", "Arguments": {"Conditions": [], **branches}}


def test_an_empty_definition_has_nothing() -> None:
    for text in ("", "{}", '{"Steps": null, "Parameters": null}'):
        empty = parsed(text)
        assert (empty.parameters, empty.steps, empty.predecessors) == ({}, {}, {})


@pytest.mark.fact(
    "pipelines.Definitions.Parameters-Name-Type-DefaultValue-EnumValues-Description",
)
def test_parameters_are_strings_unless_they_say_otherwise() -> None:
    found = definition(Parameters=[{"Name": "A"}, {"Name": "B", "Type": "Float"}]).parameters
    assert [(p.type, p.default) for p in found.values()] == [("String", None), ("Float", None)]


def test_steps_of_branches_stand_behind_their_condition(train_and_gate: dict[str, Any]) -> None:
    found = parsed(json.dumps(train_and_gate)).steps
    assert list(found) == ["Prepare", "Train", "Evaluate", "GoodEnough", "Register", "TooBad"]
    assert found["Register"].branch == ("GoodEnough", "If")
    assert found["TooBad"].branch == ("GoodEnough", "Else")
    assert found["Train"].branch is None


def test_what_a_step_needs(train_and_gate: dict[str, Any]) -> None:
    needs = parsed(json.dumps(train_and_gate)).predecessors
    assert needs == {
        "Prepare": set(),
        "Train": {"Prepare"},
        "Evaluate": {"Train"},
        "GoodEnough": {"Evaluate"},
        "Register": {"GoodEnough", "Train"},
        "TooBad": {"GoodEnough"},
    }


def test_a_condition_does_not_need_what_its_branches_need() -> None:
    inner = step("inner", "other")
    found = definition(step("other"), condition("gate", IfSteps=[inner]))
    assert found.predecessors["gate"] == set()
    assert found.predecessors["inner"] == {"gate", "other"}


def test_conditions_lie_in_conditions() -> None:
    found = definition(condition("a", ElseSteps=[condition("b", IfSteps=[step("c")])]))
    assert found.steps["b"].branch == ("a", "Else")
    assert found.steps["c"].branch == ("b", "If")
    assert found.predecessors["c"] == {"b"}


def test_references_outside_the_arguments_count() -> None:
    found = definition(step("make"), step("call", FunctionArn={"Get": "Steps.make.Arn"}))
    assert found.predecessors["call"] == {"make"}


def test_names_that_no_step_has_are_left_out() -> None:
    assert definition(step("a", "nobody")).predecessors == {"a": set()}


@pytest.mark.fact("pipelines.Definitions.an-entry-of-DependsOn-is-a")
def test_dependencies_may_say_how_the_other_step_must_have_ended() -> None:
    entries = ["b", {"Step": "c", "Trigger": "Failed"}, {"Step": "d", "Trigger": "Completed"}]
    found = definition(step("a", DependsOn=entries)).steps["a"]
    assert found.depends_on == ("b", "c", "d")
    assert found.triggers == {"c": "Failed"}


def test_own_arguments_are_without_the_steps_in_them(train_and_gate: dict[str, Any]) -> None:
    gate = parsed(json.dumps(train_and_gate)).steps["GoodEnough"]
    assert set(own_arguments(gate)) == {"Conditions"}


def test_property_files_are_found_by_name(train_and_gate: dict[str, Any]) -> None:
    file = parsed(json.dumps(train_and_gate)).steps["Evaluate"].property_files["Report"]
    assert (file["OutputName"], file["FilePath"]) == ("evaluation", "evaluation.json")


@pytest.mark.fact(
    "pipelines.Texts-of-refused-definitions-and-values.no-JSON-or-of-another-form",
)
@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("{", "Expecting property name"),
        ("[" * 100_000, "The definition is nested too deeply."),
        ("3", "Expecting start of Json Object."),
        ('{"Steps": {"a": 1}}', "Expecting start of Json Array."),
        ('{"Steps": [1]}', "Expecting start of Json Object."),
        ('{"Steps": [{"Type": "Fail"}]}', "Missing required field 'Name'"),
        ('{"Steps": [{"Name": "a", "Arguments": []}]}', "Expecting start of Json Object."),
        ('{"Steps": [{"Name": "a", "DependsOn": "b"}]}', "Expecting start of Json Array."),
        ('{"Steps": [{"Name": "a", "DependsOn": [{}]}]}', "Missing required field 'Step'"),
        (
            '{"Steps": [{"Name": "a", "Type": "Condition", "Arguments": {"IfSteps": {}}}]}',
            "Expecting start of Json Array.",
        ),
    ],
)
def test_what_has_not_the_form_of_a_definition(text: str, detail: str) -> None:
    with pytest.raises(ServiceError) as refused:
        parsed(text)
    assert refused.value.message.startswith(f"Unable to parse pipeline definition. {detail}")


# ForEach ----------------------------------------------------------------------------------------

CURRENT = "ForEach.CurrentItem"


def each(*body: dict[str, Any], **arguments: Any) -> Any:
    """Return a ForEach step."""
    members = {"IterableItems": ["a"], "MaxConcurrency": 1, "ForEachBody": body, **arguments}
    return definition({"Name": "each", "Type": "ForEach", "Arguments": members}).steps["each"]


def test_a_body_becomes_a_step_for_each_item() -> None:
    children = children_of(each(step("load"), step("score", "load")), ["x", "y"])
    assert [child.name for child in children] == ["load-0", "score-0", "load-1", "score-1"]
    assert children[3].depends_on == ("load-1",)


@pytest.mark.fact("pipelines.Expressions.Get-ForEach-CurrentItem-path")
@pytest.mark.parametrize(
    ("item", "path", "value"),
    [
        ("a", "", "a"),
        (3, "", 3),
        ('{"n": {"k": [1, 2]}}', ".n.k[1]", 2),
        ({"n": {"k.l": "v"}}, ".n['k.l']", "v"),
    ],
)
def test_the_current_item_takes_its_place(item: Any, path: str, value: Any) -> None:
    (child,) = children_of(each(step("s", Arguments={"x": {"Get": CURRENT + path}})), [item])
    assert child.arguments == {"x": value}


def test_a_field_that_an_item_does_not_have() -> None:
    for item in ("text", '{"b": 1}', 3):
        with pytest.raises(UnresolvedError, match=r"ForEach\.CurrentItem\.a"):
            children_of(each(step("s", Arguments={"x": {"Get": f"{CURRENT}.a"}})), [item])


def test_references_between_steps_of_a_body_stay_with_the_item() -> None:
    body = (step("load"), step("score", Arguments={"x": {"Get": "Steps.load.Out['a']"}}))
    children = children_of(each(*body), ["x", "y"])
    assert children[3].arguments == {"x": {"Get": "Steps.load-1.Out['a']"}}
    assert needs_of(children[3]) == {"load-1"}


def test_a_step_whose_name_begins_as_another_is_another() -> None:
    body = (step("load"), step("score", Arguments={"x": {"Get": "Steps.loader.A"}}))
    children = children_of(each(*body), ["x"])
    assert children[1].arguments == {"x": {"Get": "Steps.loader.A"}}


def test_a_body_is_none_of_the_definitions_steps() -> None:
    foreach = each(step("load"))
    assert [inner.name for inner in body_of(foreach)] == ["load"]
    assert set(own_arguments(foreach)) == {"IterableItems", "MaxConcurrency"}


def test_what_a_body_needs_the_step_needs() -> None:
    body = [step("load", Arguments={"x": {"Get": "Steps.first.A"}}), step("then", "load")]
    foreach = {"Name": "each", "Type": "ForEach", "Arguments": {"ForEachBody": body}}
    assert definition(step("first"), foreach).predecessors["each"] == {"first"}


def test_items_are_a_list_or_the_text_of_one() -> None:
    assert iterated(["a", 1]) == iterated('["a", 1]') == ["a", 1]
    for wrong in ('{"a": 1}', "a", 3, None):
        with pytest.raises(UnresolvedError, match="JSON list"):
            iterated(wrong)


# Properties -------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Name", "Type", "Steps", "Arguments", "DependsOn", "Get", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    """Nothing that a user may send is an error of ours."""
    try:
        found = parsed(json.dumps(value))
    except ServiceError:
        return
    assert set(found.predecessors) == set(found.steps)


NAMES = st.lists(st.sampled_from("abcdefgh"), max_size=4, unique=True)


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.tuples(NAMES, NAMES), max_size=8))
def test_predecessors_are_dependencies_and_references(
    graph: dict[str, tuple[list[str], list[str]]],
) -> None:
    steps = [
        step(name, *before, Arguments={"deep": [{"x": {"Get": f"Steps.{r}.P[0]"}} for r in used]})
        for name, (before, used) in graph.items()
    ]
    for name, needs in definition(*steps).predecessors.items():
        before, used = graph[name]
        assert needs == {*before, *used} & graph.keys()
