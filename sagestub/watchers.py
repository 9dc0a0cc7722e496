"""Who is told when a world is entered and when it is left.

A leaf without imports of its own, so that somebody who waits for worlds (the pytest plugin, for its
report) need not load the mock to do so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sagestub.world import World


class Watcher(Protocol):
    """Is told of every world; called in the thread that enters or leaves it."""

    def entered(self, world: World) -> None:
        """A world has been entered and answers now."""

    def left(self, world: World) -> None:
        """A world is about to be left; what it holds stays readable."""


watchers: list[Watcher] = []
"""Everyone who is told, in the order in which they are."""
