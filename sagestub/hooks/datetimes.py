"""A `datetime` whose present is the virtual one, for modules that have imported the class by name.

Such a module calls `datetime.now()` on whatever its name `datetime` stands for; a look at the caller,
as for `time.time`, is not possible there. So the name is given another meaning while a mock is
active. No instance of the other class ever exists: what it makes is a plain `datetime`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sagestub.hooks import stack

PREFIX = "sagemaker."
"""The modules for which it is done: the SageMaker SDK names jobs after `datetime.now()`."""


class _LikeReal(type):
    """Says of plain `datetime` objects that they are of this class."""

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, dt.datetime)

    def __subclasscheck__(cls, subclass: type) -> bool:
        return issubclass(subclass, dt.datetime)


# A mock may first be entered where freezegun has put a class of its own there, with its own metaclass.
_Real: Any = next(base for base in dt.datetime.__mro__ if type(base) is type)


class VirtualDatetime(_Real, metaclass=_LikeReal):  # type: ignore[misc]
    """The class `datetime`, but for its present."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Return a plain `datetime`."""
        return dt.datetime(*args, **kwargs)  # noqa: DTZ001 (As it is called.)

    @classmethod
    def now(cls, tz: dt.tzinfo | None = None) -> Any:
        """Return the virtual time."""
        door = stack.active()
        if door is None or not door.sleep_prefixes:
            return dt.datetime.now(tz)
        return dt.datetime.fromtimestamp(door.time(), tz)

    @classmethod
    def today(cls) -> Any:
        """Return the virtual local time."""
        return cls.now()

    @classmethod
    def utcnow(cls) -> Any:
        """Return the virtual time in UTC, naive."""
        return cls.now(dt.timezone.utc).replace(tzinfo=None)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Let pydantic take it for the plain class, in annotations that it reads late."""
        return handler(dt.datetime)
