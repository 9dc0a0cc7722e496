"""Which step of an execution may start next: the order alone, without time, jobs or outcomes.

Linear in steps and edges: each edge is looked at twice, once when the schedule is made and once when
the step before it has ended.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping

SUCCESS = "Completed"
"""The trigger of an edge that names none: the step before it has succeeded."""

TRIGGERS: Mapping[str, frozenset[str]] = {
    SUCCESS: frozenset({"Succeeded"}),
    "Failed": frozenset({"Failed"}),
    "Stopped": frozenset({"Stopped"}),
    "Any": frozenset({"Succeeded", "Failed", "Stopped"}),
}
"""The statuses in which a step must have ended for the one after it to start, by the edge's trigger.

Source: aws/sagemaker-python-sdk 3, mlops/workflow/step_dependency.py.
"""

Edges = Mapping[str, Mapping[str, str]]
"""For each step those before it, and the trigger of each edge."""


class Schedule:
    """The steps that are still to start, by what they wait for.

    Args:
        edges: The steps in the order in which those that could start together do start, each with those
            before it. Steps before it that are not in the schedule are ignored.

    Example:
        >>> schedule = Schedule({"a": {}, "b": {"a": "Completed"}, "c": {"a": "Completed"}})
        >>> schedule.take(), schedule.take()
        ('a', None)
        >>> schedule.end("a", "Succeeded")
        >>> schedule.take(), schedule.take()
        ('b', 'c')
    """

    def __init__(self, edges: Edges) -> None:
        self._names: list[str] = []
        self._positions: dict[str, int] = {}
        self._waiting: dict[str, int] = {}
        self._after: dict[str, list[tuple[str, str]]] = {}
        self._ready: list[int] = []
        self._settled: set[str] = set()
        self.add(edges)

    def add(self, edges: Edges) -> None:
        """Put further steps in, behind those that are there; edges lead to one another only."""
        for name in edges:
            self._positions[name] = len(self._names)
            self._names.append(name)
            self._after[name] = []
        for name, before in edges.items():
            known = {need: trigger for need, trigger in before.items() if need in edges}
            self._waiting[name] = len(known)
            for need, trigger in known.items():
                self._after[need].append((name, trigger))
            if not known:
                heapq.heappush(self._ready, self._positions[name])

    def take(self) -> str | None:
        """Return the first step that can start, and take it out; None while there is none."""
        while self._ready:
            name = self._names[heapq.heappop(self._ready)]
            if name not in self._settled:
                self._settled.add(name)
                return name
        return None

    def end(self, name: str, status: str) -> None:
        """Note how a step has ended, whether it has been taken or not.

        Steps after it whose trigger that does not fit will not start, nor what waits for them.
        """
        self._settled.add(name)
        for after, trigger in self._after[name]:
            if status not in TRIGGERS.get(trigger, TRIGGERS[SUCCESS]):
                self.skip([after])
                continue
            self._waiting[after] -= 1
            if not self._waiting[after]:
                heapq.heappush(self._ready, self._positions[after])

    def is_settled(self, name: str) -> bool:
        """Return whether a step has been taken, has ended, or will not start."""
        return name in self._settled

    def minds(self, name: str, status: str) -> bool:
        """Return whether a step that is still to start waits for another to end in just this way."""
        return any(
            trigger != SUCCESS
            and status in TRIGGERS.get(trigger, ())
            and after not in self._settled
            for after, trigger in self._after[name]
        )

    def skip(self, names: Iterable[str]) -> None:
        """Take steps out that will not start, and all that wait for them."""
        left = list(names)
        while left:
            name = left.pop()
            if name in self._positions and name not in self._settled:
                self._settled.add(name)
                left.extend(after for after, _ in self._after[name])
