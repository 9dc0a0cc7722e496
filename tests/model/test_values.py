"""Python values to wire form and back: what the handle takes and gives."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from botocore.model import DenormalizedStructureBuilder

from sagestub.errors import InvalidArgumentError, UnknownNameError
from sagestub.model.service import load_service
from sagestub.model.values import epoch_seconds, to_python, to_wire

JOB = load_service("sagemaker").shape("DescribeCompilationJobResponse")
ALL_TYPES = (
    DenormalizedStructureBuilder()
    .with_members(
        {
            "Text": {"type": "string"},
            "Word": {"type": "string", "enum": ["Ascending", "Descending"]},
            "Count": {"type": "integer"},
            "Share": {"type": "double"},
            "Flag": {"type": "boolean"},
            "Time": {"type": "timestamp"},
            "Bytes": {"type": "blob"},
            "Times": {"type": "list", "member": {"type": "timestamp"}},
            "Named": {"type": "map", "key": {"type": "string"}, "value": {"type": "blob"}},
            "Inner": {"type": "structure", "members": {"Time": {"type": "timestamp"}}},
        }
    )
    .build_model()
)
NOON = datetime(2024, 5, 1, 12, 0, 0, 125000, tzinfo=timezone.utc)


def test_python_values_become_wire_values_and_back() -> None:
    value = {
        "Text": "t",
        "Word": "Ascending",
        "Count": 3,
        "Share": 0.5,
        "Flag": True,
        "Time": NOON,
        "Bytes": b"\x00\xff",
        "Times": [NOON],
        "Named": {"a": b"b"},
        "Inner": {"Time": NOON},
    }
    wire = to_wire(ALL_TYPES, value, "Thing")
    assert wire == {
        **value,
        "Time": 1714564800.125,
        "Bytes": "AP8=",
        "Times": [1714564800.125],
        "Named": {"a": "Yg=="},
        "Inner": {"Time": 1714564800.125},
    }
    assert to_python(ALL_TYPES, wire) == value


@pytest.mark.parametrize(
    ("given", "wire"),
    [
        ({"Time": 5}, {"Time": 5.0}),
        ({"Time": datetime(1970, 1, 1, 0, 0, 5)}, {"Time": 5.0}),  # noqa: DTZ001
        ({"Time": datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))}, {"Time": 0.0}),
        ({"Share": 1}, {"Share": 1}),
        ({"Bytes": "é"}, {"Bytes": "w6k="}),
        ({"Bytes": bytearray(b"b")}, {"Bytes": "Yg=="}),
        ({"Times": (1,)}, {"Times": [1.0]}),
        ({"Text": None}, {}),
    ],
)
def test_other_spellings_of_a_value_are_taken(given: Any, wire: Any) -> None:
    assert to_wire(ALL_TYPES, given, "Thing") == wire


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"Text": 3}, "Thing.Text takes str, not int (3)."),
        ({"Count": "3"}, "Thing.Count takes int, not str ('3')."),
        ({"Count": True}, "Thing.Count takes int, not bool (True)."),
        ({"Share": "much"}, "Thing.Share takes float or int, not str ('much')."),
        ({"Flag": 1}, "Thing.Flag takes bool, not int (1)."),
        ({"Time": "today"}, "Thing.Time takes a datetime or epoch seconds, not str ('today')."),
        ({"Time": True}, "Thing.Time takes a datetime or epoch seconds, not bool (True)."),
        (
            {"Time": 1e15},
            "Thing.Time takes a datetime or epoch seconds from the year 1 to 9999, not",
        ),
        ({"Time": float("nan")}, "Thing.Time takes a datetime or epoch seconds from the year 1 to"),
        ({"Bytes": 3}, "Thing.Bytes takes bytes, not int (3)."),
        ({"Times": NOON}, "Thing.Times takes a list, not datetime"),
        ({"Times": "ab"}, "Thing.Times takes a list, not str ('ab')."),
        (
            {"Times": [NOON, "x"]},
            "Thing.Times[1] takes a datetime or epoch seconds, not str ('x').",
        ),
        ({"Named": ["a"]}, "Thing.Named takes a dict, not list (['a'])."),
        ({"Named": {"a": 1}}, "Thing.Named.a takes bytes, not int (1)."),
        ({"Inner": "x"}, "Thing.Inner takes a dict of members, not str ('x')."),
        ({"Inner": {"Time": "x"}}, "Thing.Inner.Time takes a datetime or epoch seconds, not str"),
    ],
)
def test_value_of_another_type_is_refused_by_path_and_type(given: Any, message: str) -> None:
    with pytest.raises(InvalidArgumentError) as error:
        to_wire(ALL_TYPES, given, "Thing")
    assert str(error.value).startswith(message)


def test_unknown_member_is_answered_with_the_nearest_names() -> None:
    with pytest.raises(UnknownNameError) as error:
        to_wire(JOB, {"CompilationJobStats": "COMPLETED"}, "CompilationJob")
    lines = str(error.value).splitlines()
    assert lines[0] == "There is no member of CompilationJob 'CompilationJobStats'."
    assert lines[1].startswith(
        "Did you mean 'CompilationJobStatus'? What exists: CompilationJobStatus,"
    )


def test_unknown_member_of_a_structure_is_named_by_its_path() -> None:
    with pytest.raises(UnknownNameError, match=r"no member of CompilationJob\.InputConfig 'S3Url'"):
        to_wire(JOB, {"InputConfig": {"S3Url": "s3://b/k"}}, "CompilationJob")


def test_unknown_value_of_an_enumeration_is_answered_with_the_nearest_values() -> None:
    with pytest.raises(UnknownNameError, match=r"value of CompilationJob\.CompilationJobStatus"):
        to_wire(JOB, {"CompilationJobStatus": "COMPLETE"}, "CompilationJob")
    with pytest.raises(UnknownNameError, match="Did you mean 'COMPLETED'"):
        to_wire(JOB, {"CompilationJobStatus": "COMPLETE"}, "CompilationJob")


@pytest.mark.parametrize(
    "wire",
    [
        {"Time": "yesterday"},
        {"Time": 1e300},
        {"Bytes": "?"},
        {"Times": "x"},
        {"Named": [1]},
        {"Inner": 3},
        {"Nope": {"a": [1]}},
        {"Text": ["x"]},
        {"Text": None},
    ],
)
def test_wire_value_of_another_type_stays_as_it_is(wire: Any) -> None:
    """A call that the service refused may hold anything, and is shown as it was."""
    assert to_python(ALL_TYPES, wire) == wire


@pytest.mark.parametrize(
    "wire",
    [{"Times": [1]}, {"Named": {"a": "Yg=="}}, {"Inner": {}}, {"Text": ["x"]}, {"Nope": [1]}],
)
def test_python_value_shares_nothing_with_the_wire_value(wire: dict[str, Any]) -> None:
    (name,) = wire
    assert to_python(ALL_TYPES, wire)[name] is not wire[name]


def test_time_is_kept_to_the_millisecond() -> None:
    assert epoch_seconds(NOON + timedelta(microseconds=499)) == 1714564800.125
    assert epoch_seconds(1.00049) == 1.0
