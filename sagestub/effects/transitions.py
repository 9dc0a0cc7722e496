"""Functions of a test that hear of moves: `sm.on_transition`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from sagestub.effects.outside import told

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.engine.settings import Selection

TransitionFunction = Callable[["Resource", str, str], object]
"""Gets the resource, the state that it left (empty at its birth), and the one that it entered."""


class Hearer(NamedTuple):
    """A function, and the moves that it hears of; None stands for all."""

    function: TransitionFunction
    selection: Selection
    state: str | None = None

    def hears(self, resource: Resource, entered: str) -> bool:
        """Return whether the function hears of this resource entering this state."""
        if self.state is not None and self.state not in (entered, entered.partition("/")[0]):
            return False
        return self.selection.covers(resource)


def tell(
    context: Context, hearers: list[Hearer], resource: Resource, left: str, entered: str
) -> None:
    """Tell the functions of a move, in the order in which they were given.

    Those that come after one that has moved the resource on hear of that move only.
    """
    for hearer in tuple(hearers):
        if hearer.hears(resource, entered):
            told(context, hearer.function, resource, left, entered)
            if resource.state not in (left, entered):
                return
