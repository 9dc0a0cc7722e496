"""The schedule expressions of Model Monitor: when a schedule runs next.

Model Monitor takes four forms only, all on the hour and in UTC. Reading exactly these is a dozen
lines; a cron library would accept many more, which the service refuses.

Source: model, ScheduleConfig.ScheduleExpression.
"""

from __future__ import annotations

import re

NOW = "NOW"
"""Run once, at once."""

DAILY = "cron(0 0 ? * * *)"
"""What a schedule without an expression does: the service picks a time of day (assumed: midnight)."""

_FORM = re.compile(r"cron\(0 (?:\*|(\d{1,2})(?:/(\d{1,2}))?) \? \* \* \*\)")
HOUR = 3600
DAY = 24 * HOUR
HOURS = frozenset(range(24))


def hours_of(expression: str) -> frozenset[int] | None:
    """Return the hours of the day at which an expression runs; None for one that is not supported.

    `cron(0 17/12 ? * * *)` is every 12 hours starting at 5 pm: at 17 and at 5.

    Args:
        expression: `cron(0 * ? * * *)`, `cron(0 H ? * * *)` or `cron(0 H/N ? * * *)`.
    """
    found = _FORM.fullmatch(expression)
    if found is None:
        return None
    if found[1] is None:
        return HOURS
    first, every = int(found[1]), int(found[2] or len(HOURS))
    if first not in HOURS or not 1 <= every <= len(HOURS):
        return None
    return frozenset((first + passed) % len(HOURS) for passed in range(0, len(HOURS), every))


def is_supported(expression: str) -> bool:
    """Return whether Model Monitor takes an expression."""
    return expression == NOW or hours_of(expression) is not None


def next_time(expression: str, now: float) -> float | None:
    """Return when an expression runs next; None for one that does not run by the clock.

    Args:
        expression: A supported expression.
        now: Epoch seconds; the answer is later.
    """
    hours = hours_of(expression)
    if hours is None:
        return None
    hour = (int(now) // HOUR + 1) * HOUR
    while hour % DAY // HOUR not in hours:
        hour += HOUR
    return float(hour)


def shortest_gap(expression: str) -> int:
    """Return the seconds between the two runs of an expression that are nearest to each other."""
    hours = sorted(hours_of(expression) or HOURS)
    following = [*hours[1:], hours[0] + len(HOURS)]
    return HOUR * min(later - hour for hour, later in zip(hours, following, strict=True))


_OFFSET = re.compile(r"([+-]?)P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def seconds_of_offset(offset: str) -> float | None:
    """Return the seconds of an ISO 8601 duration with a sign, `-PT5H`; None for another text."""
    found = _OFFSET.fullmatch(offset)
    if found is None or not any(found.groups()[1:]):
        return None
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups()[1:])
    length = days * DAY + hours * HOUR + minutes * 60 + seconds
    return -length if found[1] == "-" else length
