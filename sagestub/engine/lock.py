"""The world's one lock: calls are short, and seen whole or not at all.

It knows two things that a plain lock does not: how to let go of the world altogether for a while, and
that other processes may have forked from this one inside the mock, with which the world is then shared.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Protocol


class Shared(Protocol):
    """What goes with the lock once a process has been forked."""

    def enter(self) -> None:
        """The lock has been taken."""

    def leave(self) -> None:
        """The lock is about to be given back."""


class WorldLock:
    """A lock that one thread may take several times."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._owner = 0
        self._depth = 0
        self.shared: Shared | None = None
        self.breaks = 0
        """How often the world was left to others in the middle of something."""

    def __enter__(self) -> None:
        self._lock.acquire()
        self._depth += 1
        if self._depth == 1:
            self._owner = threading.get_ident()
            if self.shared is not None:
                self._enter_shared(self.shared)

    def _enter_shared(self, shared: Shared) -> None:
        try:
            shared.enter()
        except BaseException:
            self._give_back()
            raise

    def __exit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        if self._depth == 1 and self.shared is not None:
            try:
                self.shared.leave()
            finally:
                self._give_back()
        else:
            self._give_back()

    def _give_back(self) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._owner = 0
        self._lock.release()

    def let_go(self) -> int:
        """Give the lock back, however often this thread has taken it; return how often that was."""
        depth = self._depth if self._owner == threading.get_ident() else 0
        self.breaks += 1
        for _ in range(depth):
            self.__exit__()
        return depth

    def take_again(self, depth: int) -> None:
        """Take the lock as often as it was taken before."""
        for _ in range(depth):
            self.__enter__()

    def hold(self) -> None:
        """Take the lock of this process only, around a fork."""
        self._lock.acquire()

    def unhold(self) -> None:
        """Give back what `hold` has taken."""
        self._lock.release()
