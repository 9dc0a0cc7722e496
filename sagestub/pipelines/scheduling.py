"""Which step of an execution may start next: the order alone, without time, jobs or outcomes.

Linear in steps and edges: each edge is looked at twice, once when the schedule is made and once when
the step before it has ended.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Mapping


class Schedule:
    """The steps that are still to start, by what they wait for.

    Args:
        predecessors: For each step those that must have succeeded before it starts, in the order in
            which steps that could start together do start. Names that are no step of it are ignored.

    Example:
        >>> schedule = Schedule({"a": (), "b": ("a",), "c": ("a",)})
        >>> schedule.take(), schedule.take()
        ('a', None)
        >>> schedule.succeed("a")
        >>> schedule.take(), schedule.take()
        ('b', 'c')
    """

    def __init__(self, predecessors: Mapping[str, Collection[str]]) -> None:
        self._names = tuple(predecessors)
        self._positions = {name: position for position, name in enumerate(self._names)}
        self._waiting: dict[str, int] = {}
        self._after: dict[str, list[str]] = {name: [] for name in self._names}
        for name, needs in predecessors.items():
            known = {need for need in needs if need in self._positions}
            self._waiting[name] = len(known)
            for need in known:
                self._after[need].append(name)
        self._ready = [p for name, p in self._positions.items() if not self._waiting[name]]
        self._settled: set[str] = set()

    def take(self) -> str | None:
        """Return the first step that can start, and take it out; None while there is none."""
        while self._ready:
            name = self._names[heapq.heappop(self._ready)]
            if name not in self._settled:
                self._settled.add(name)
                return name
        return None

    def succeed(self, name: str) -> None:
        """Note that a step has succeeded; it need not have been taken."""
        self._settled.add(name)
        for after in self._after[name]:
            self._waiting[after] -= 1
            if not self._waiting[after]:
                heapq.heappush(self._ready, self._positions[after])

    def skip(self, names: Iterable[str]) -> None:
        """Take steps out that will not start, and all that wait for them."""
        left = list(names)
        while left:
            name = left.pop()
            if name in self._positions and name not in self._settled:
                self._settled.add(name)
                left.extend(self._after[name])
