"""Which worlds are active, the innermost last.

A world is found through a context variable first, so that tasks that run side by side each see their
own mock; a thread that a test starts has no context of its own and sees the innermost of all.
"""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagestub.hooks.doors import Door

_lock = threading.RLock()
_stack: list[Door] = []
_here: ContextVar[tuple[Door, ...]] = ContextVar("sagestub_doors", default=())


def push(door: Door) -> int:
    """Make a world the innermost; return how many there are now."""
    with _lock:
        _stack.append(door)
        # Doors that were closed in another context (a fixture's, a task's) are still noted here.
        _here.set((*(other for other in _here.get() if other.active), door))
        return len(_stack)


def remove(door: Door) -> int:
    """Take a world out, wherever it stands; return how many are left."""
    with _lock:
        _stack.remove(door)
        _here.set(tuple(other for other in _here.get() if other is not door))
        return len(_stack)


def all_active() -> list[Door]:
    """Return all worlds that are active now, the outermost first."""
    with _lock:
        return [door for door in _stack if door.active]


def active() -> Door | None:
    """Return the world that answers here, or None when no mock is active."""
    if not _stack:
        return None
    for door in reversed(_here.get()):
        if door.active:
            return door
    return _stack[-1]
