"""Virtual time.

The clock starts at the real time, or at what a time-freezing library says, and moves when it is
told: by a test, by a transition, by a sleep inside a waiter. At every call it catches up with the
real time if that is ahead, so that a resource is never older than the test that made it.
"""

from __future__ import annotations

import calendar
import math
import sys
import time
from datetime import datetime, timedelta, timezone

from sagestub.errors import InvalidArgumentError

LONGEST = 1e10
"""The longest duration in seconds, three centuries: times beyond the year 9999 are none."""

JUMP_SECONDS = 1.0
"""From which step on a clock that ticks inside a freezing library has been moved by the test."""


def _frozen() -> tuple[object, float, bool] | None:
    """Return the active time-freezing library's identity, time and whether it ticks; None without.

    freezegun is asked directly: its `time.time` gives the real time to modules that a user has told it
    to ignore, and looks for them up the stack.
    """
    modules = sys.modules
    freezegun = modules.get("freezegun.api")
    if freezegun is not None and freezegun.freeze_factories:
        factory = freezegun.freeze_factories[-1]
        now = factory()
        seconds = calendar.timegm(now.timetuple()) + now.microsecond / 1e6
        return factory, seconds, not isinstance(factory, freezegun.FrozenDateTimeFactory)
    time_machine = modules.get("time_machine")
    if time_machine is not None:
        # The second name is that of releases before 3.
        stack = getattr(time_machine, "traveller_stack", None) or getattr(
            time_machine, "coordinates_stack", None
        )
        if stack:
            return stack[-1], time.time(), bool(getattr(stack[-1], "_tick", True))
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
        frozen = _frozen()
        self._freezer = frozen and frozen[0]
        self._reading = self._now = time.time() if frozen is None else frozen[1]
        self._steady = time.monotonic()
        self._steady_at = self._now

    def catch_up(self) -> None:
        """Follow the real time where it is ahead, and a time-freezing library wherever it goes."""
        frozen = _frozen()
        if frozen is None:
            reading = time.time()
            if self._freezer is not None or reading > self._now:
                self._now = reading
            self._freezer = None
        else:
            freezer, reading, ticks = frozen
            moved = reading - self._reading
            jumped = not 0 <= moved < JUMP_SECONDS if ticks else moved != 0
            if freezer is not self._freezer or jumped or reading > self._now:
                self._now = reading
            self._freezer = freezer
        self._reading = reading

    def time(self) -> float:
        """Return the virtual time in epoch seconds, to the millisecond, as the service sends it.

        Rounded down: nothing is stamped with a time that is yet to come.
        """
        # A float of today's seconds is exact to a quarter of a microsecond.
        return math.floor(self._now * 1000 + 0.001) / 1000

    def now(self) -> datetime:
        """Return the virtual time as a `datetime` in UTC."""
        if self._freezer is not None or _frozen() is not None:
            self.catch_up()
        return datetime.fromtimestamp(self._now, tz=timezone.utc)

    def exact(self) -> float:
        """Return the virtual time in epoch seconds, not rounded."""
        return self._now

    def monotonic(self) -> float:
        """Return virtual seconds from an arbitrary start; they stand still where time goes back."""
        self._steady += max(0.0, self._now - self._steady_at)
        self._steady_at = self._now
        return self._steady

    def set(self, epoch_seconds: float) -> None:
        """Set the time; nothing happens on the way (`Motion.run_until` sees to what is due)."""
        self._now = epoch_seconds


def seconds_of(duration: float | timedelta, argument: str = "seconds") -> float:
    """Return a duration in seconds.

    Raises:
        InvalidArgumentError: It is negative, longer than three centuries, or neither a number nor a
            timedelta.
    """
    if isinstance(duration, timedelta):
        duration = duration.total_seconds()
    valid = isinstance(duration, (int, float)) and not isinstance(duration, bool)
    if not valid or not 0 <= duration <= LONGEST:
        raise InvalidArgumentError(
            f"{argument} is {duration!r}.\nGive a number of seconds or a timedelta, zero or more"
            f"{' and three centuries at most' if valid and duration > 0 else ''}."
        )
    return float(duration)
