"""Virtual time by itself."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from sagestub import InvalidArgumentError
from sagestub.engine.clock import Clock, seconds_of


def test_the_clock_starts_now() -> None:
    before = datetime.now(timezone.utc)
    assert before <= Clock().now() <= datetime.now(timezone.utc)


def test_a_clock_ahead_waits_for_real_time() -> None:
    clock = Clock()
    clock.set(clock.exact() + 3600)
    ahead = clock.exact()
    clock.catch_up()
    assert clock.exact() == ahead


def test_a_clock_behind_catches_up() -> None:
    clock = Clock()
    now = clock.exact()
    clock.set(now - 3600)
    clock.catch_up()
    assert clock.exact() >= now


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [(0, 0.0), (1.5, 1.5), (timedelta(minutes=2), 120.0), (timedelta(milliseconds=1), 0.001)],
)
def test_durations(duration: Any, seconds: float) -> None:
    assert seconds_of(duration) == seconds


@pytest.mark.parametrize("duration", ["1", None, -1, timedelta(days=-1), float("nan"), True, {}])
def test_what_is_no_duration(duration: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="Give a number of seconds or a timedelta"):
        seconds_of(duration)
