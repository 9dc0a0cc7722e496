"""Virtual time.

The clock starts at the real time, or at what a time-freezing library says, and moves when it is
told: by a test, by a transition, by a sleep inside a waiter. At every call it catches up with the
real time if that is ahead, so that a resource is never older than the test that made it.
"""

from __future__ import annotations

import sys
import time
from datetime import datetime, timedelta, timezone

from sagestub.errors import InvalidArgumentError


def _freezer() -> object | None:
    """Return what identifies the active time-freezing library, or None in real time."""
    modules = sys.modules
    freezegun = modules.get("freezegun.api")
    if freezegun is not None and freezegun.freeze_factories:
        return freezegun.freeze_factories[-1]  # type: ignore[no-any-return]
    time_machine = modules.get("time_machine")
    if time_machine is not None:
        stack = getattr(time_machine, "coordinates_stack", None)
        if stack:
            return stack[-1]  # type: ignore[no-any-return]
    return None


class Clock:
    """The virtual clock of one world.

    Example:
        >>> from sagestub import mock_sagemaker
        >>> with mock_sagemaker() as sm:
        ...     before = sm.clock.now()
        ...     sm.clock.advance(90)
        ...     (sm.clock.now() - before).total_seconds()
        90.0
    """

    def __init__(self) -> None:
        self._freezer = _freezer()
        self._reading = self._now = time.time()

    def catch_up(self) -> None:
        """Follow the real time where it is ahead, and a time-freezing library wherever it goes."""
        reading = time.time()
        freezer = _freezer()
        if freezer is not self._freezer:
            self._freezer = freezer
            self._now = reading
        elif reading > self._now or (freezer is not None and reading < self._reading):
            self._now = reading
        self._reading = reading

    def time(self) -> float:
        """Return the virtual time in epoch seconds, to the millisecond, as the service sends it."""
        return round(self._now, 3)

    def now(self) -> datetime:
        """Return the virtual time as a `datetime` in UTC."""
        if self._freezer is not None or _freezer() is not None:
            self.catch_up()
        return datetime.fromtimestamp(self._now, tz=timezone.utc)

    def exact(self) -> float:
        """Return the virtual time in epoch seconds, not rounded."""
        return self._now

    def set(self, epoch_seconds: float) -> None:
        """Set the time; nothing happens on the way (`Motion.run_until` sees to what is due)."""
        self._now = epoch_seconds


def seconds_of(duration: float | timedelta, argument: str = "seconds") -> float:
    """Return a duration in seconds.

    Raises:
        InvalidArgumentError: It is negative, not finite, or neither a number nor a timedelta.
    """
    if isinstance(duration, timedelta):
        duration = duration.total_seconds()
    valid = isinstance(duration, (int, float)) and not isinstance(duration, bool)
    if not valid or not 0 <= duration < float("inf"):
        raise InvalidArgumentError(
            f"{argument} is {duration!r}.\nGive a number of seconds or a timedelta, zero or more."
        )
    return float(duration)
