"""The clock of the handle."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from sagestub import InvalidArgumentError, World
from tests.world.handle import message

Request = Callable[..., dict[str, Any]]


@pytest.mark.parametrize("step", [90, 90.0, timedelta(seconds=90), timedelta(minutes=1.5)])
def test_the_clock_advances_by_seconds_or_a_timedelta(sm: World, step: Any) -> None:
    before = sm.clock.now()
    sm.clock.advance(step)
    assert (sm.clock.now() - before).total_seconds() == pytest.approx(90)
    assert sm.clock.now().tzinfo == timezone.utc


@pytest.mark.parametrize(
    "step",
    [-1, timedelta(seconds=-1), "60", None, float("nan"), float("inf"), True, [1]],
)
def test_the_clock_does_not_advance_by_anything_else(sm: World, step: Any) -> None:
    before = sm.clock.now()
    text = message(lambda: sm.clock.advance(step), InvalidArgumentError)
    assert "number of seconds or a timedelta, zero or more" in text
    assert sm.clock.now() == before


def test_times_of_new_resources_follow_the_clock(
    client: Any, sm: World, compilation_job: Request
) -> None:
    sm.clock.advance(timedelta(days=365))
    client.create_compilation_job(**compilation_job())
    job = client.describe_compilation_job(CompilationJobName="resnet")
    assert job["CreationTime"] > datetime.now(timezone.utc) + timedelta(days=364)
