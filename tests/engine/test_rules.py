"""Rules: values that say when a resource moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from sagestub import InvalidArgumentError, UnknownNameError, after, immediate, manual, poll
from sagestub.engine.rules import rule_of


def test_rules_are_values() -> None:
    assert poll(2) == poll(2) != poll(3)
    assert after(60) == after(timedelta(minutes=1))
    assert len({poll(), poll(1), manual(), immediate(), after(1)}) == 4


@pytest.mark.parametrize(
    ("name", "text"),
    [("poll", "poll(1)"), ("immediate", "immediate()"), ("manual", "manual()"), ("clock", "clock")],
)
def test_rules_by_name(name: str, text: str) -> None:
    assert str(rule_of(name)) == text


def test_a_rule_is_its_own_name() -> None:
    assert rule_of(poll(4)) == poll(4)


@pytest.mark.parametrize("count", [0, -1, 1.0, "1", None, True])
def test_poll_counts_describes(count: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="whole number of 1 or more"):
        poll(count)


@pytest.mark.parametrize("seconds", [-0.1, "1", None, True, float("inf"), float("nan")])
def test_after_takes_seconds(seconds: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="number of seconds or a timedelta"):
        after(seconds)


@pytest.mark.parametrize("name", ["polls", "Poll", "", "after"])
def test_no_rule_of_that_name(name: str) -> None:
    with pytest.raises(UnknownNameError, match="There is no value of rule="):
        rule_of(name)


@pytest.mark.parametrize("rule", [None, 2, poll, ["poll"]])
def test_what_is_no_rule(rule: Any) -> None:
    with pytest.raises(InvalidArgumentError, match=r"Give one of 'poll', .* or poll\(\)"):
        rule_of(rule)
