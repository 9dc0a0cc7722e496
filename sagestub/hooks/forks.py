"""The door of forked processes: a world is told when its process is forked inside the mock.

The interpreter knows no way to take such a wish back, so it is made once a process, at the first mock;
while no mock is active a fork meets nothing here.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sagestub.hooks import stack

if TYPE_CHECKING:
    from sagestub.hooks.doors import Forking

_registered = False
_forking: list[Forking] = []


def install() -> None:
    """See forks from now on."""
    global _registered
    if not _registered and hasattr(os, "register_at_fork"):
        os.register_at_fork(before=_before, after_in_parent=_after, after_in_child=_after)
        _registered = True


def _before() -> None:
    """Hold the worlds still, the outermost first."""
    for door in stack.all_active():
        if door.forks is not None:
            world = door.forks()
            world.before()
            _forking.append(world)


def _after() -> None:
    """Let the worlds go on, in the parent and in the child."""
    while _forking:
        _forking.pop().after()
