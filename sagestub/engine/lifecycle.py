"""The life of a resource as data: the path of its states and the ways off it.

A lifecycle is frozen and checked when it is declared: no state stands twice on a way, every end is
an end. It is printed as a diagram by the reference; it decides nothing by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from sagestub.errors import InvalidArgumentError
from sagestub.types import GONE


def states(path: str | Iterable[str]) -> tuple[str, ...]:
    """Return the states of a path that is written as `A > B > C` or given as a sequence."""
    parts = path.split(">") if isinstance(path, str) else list(path)
    return tuple(part.strip() for part in parts if part.strip())


@dataclass(frozen=True, init=False)
class Lifecycle:
    """The states of a kind and the ways between them.

    A state is a status, or `status/secondary status` where a kind has both. States are given as a
    sequence or as one string, `A > B > C`.

    Args:
        path: The way from creation to the last state of a success, `STARTING > INPROGRESS > COMPLETED`.
        fail: The state that a failure ends in; empty when the kind cannot fail.
        stop: The way after Stop, `STOPPING > STOPPED`.
        start: The way after Start on an existing resource.
        update: The way after Update, `Updating > InService`; empty when an update is done at once.
        delete: The way after Delete, `Deleting`; after its last state the resource is gone.
        stop_from: States that accept Stop; by default those that are not final.
        delete_from: States that accept Delete; None for every state.
        update_from: States that accept Update; None for every state.
        start_from: States that accept Start; by default the end of the way after Stop.
        other: States of the enumeration that no way reaches by itself.
        service: A way that the service takes by itself, `SystemUpdating > InService`: nothing but a test's
            `move_to` leads there.
        detours: Ways off the path and back onto it, `Training > Interrupted > Starting`, each from and to
            a state of the path: what lies between is entered by a test, or by the kind's own behaviours.
        failing: Ways after a failure in a state, where that is not `fail`: a failed update goes
            `RollingBack > InService`, a failed delete `DeleteFailed`.
        waits: Virtual seconds after which a resource leaves a state, whatever the rule says: a deleted
            app stays to be seen for a day.
        seconds: Virtual seconds spent in a state when a rule asks for a plausible duration.
    """

    path: tuple[str, ...]
    fail: str
    stop: tuple[str, ...]
    start: tuple[str, ...]
    update: tuple[str, ...]
    delete: tuple[str, ...]
    stop_from: frozenset[str] | None
    delete_from: frozenset[str] | None
    update_from: frozenset[str] | None
    start_from: frozenset[str] | None
    other: tuple[str, ...]
    service: tuple[str, ...]
    detours: tuple[tuple[str, ...], ...]
    failing: tuple[tuple[str, tuple[str, ...]], ...]
    waits: tuple[tuple[str, float], ...]
    seconds: tuple[tuple[str, float], ...]

    def __init__(  # noqa: PLR0913 - one argument for each way, all but one by name
        self,
        path: str | Iterable[str],
        *,
        fail: str = "",
        stop: str | Iterable[str] = (),
        start: str | Iterable[str] = (),
        update: str | Iterable[str] = (),
        delete: str | Iterable[str] = (),
        stop_from: str | Iterable[str] | None = None,
        delete_from: str | Iterable[str] | None = None,
        update_from: str | Iterable[str] | None = None,
        start_from: str | Iterable[str] | None = None,
        other: str | Iterable[str] = (),
        service: str | Iterable[str] = (),
        detours: Iterable[str | Iterable[str]] = (),
        failing: Mapping[str, str] | None = None,
        waits: Mapping[str, float] | None = None,
        seconds: Mapping[str, float] | None = None,
    ) -> None:
        ways = {"path": path, "stop": stop, "start": start, "update": update, "delete": delete}
        accepting = {
            "stop_from": stop_from,
            "delete_from": delete_from,
            "update_from": update_from,
            "start_from": start_from,
        }
        for name, way in {**ways, "other": other, "service": service}.items():
            object.__setattr__(self, name, states(way))
        for name, accepted in accepting.items():
            value = None if accepted is None else frozenset(states(accepted))
            object.__setattr__(self, name, value)
        object.__setattr__(self, "fail", fail)
        object.__setattr__(self, "detours", tuple(states(detour) for detour in detours))
        after = tuple((state, states(way)) for state, way in (failing or {}).items())
        object.__setattr__(self, "failing", after)
        object.__setattr__(self, "waits", tuple((waits or {}).items()))
        object.__setattr__(self, "seconds", tuple((seconds or {}).items()))
        self._check()

    def _check(self) -> None:
        """Refuse a lifecycle without a path, or one whose ways enter a state twice."""
        if not self.path:
            raise InvalidArgumentError("A lifecycle has no path.\nName at least one state.")
        for name in ("path", "stop", "start", "update", "delete"):
            way = getattr(self, name)
            if len(set(way)) != len(way):
                raise InvalidArgumentError(
                    f"The {name} {' > '.join(way)} enters a state twice.\nName each state once."
                )
        for detour in self.detours:
            if len(detour) < 3 or not {detour[0], detour[-1]} <= {*self.path}:  # noqa: PLR2004
                raise InvalidArgumentError(
                    f"The detour {' > '.join(detour)} does not leave the path and come back to it.\n"
                    f"Let it begin and end with one of: {', '.join(self.path)}."
                )

    def within(self, statuses: Collection[str]) -> Lifecycle:
        """Return this lifecycle without the ways that need a status which an older model lacks.

        The path stays as it is: a kind whose path has a hole cannot live, and that is a mistake.

        Args:
            statuses: The values of the model's status enumeration.
        """

        def is_known(state: str) -> bool:
            return state.partition("/")[0] in statuses

        if all(map(is_known, self.all_states)):
            return self
        ways = {
            name: way if all(map(is_known, way)) else ()
            for name in ("stop", "start", "update", "delete")
            for way in (getattr(self, name),)
        }
        return Lifecycle(
            self.path,
            fail=self.fail if is_known(self.fail) else "",
            stop_from=self.stop_from,
            delete_from=self.delete_from,
            update_from=self.update_from,
            start_from=self.start_from,
            other=filter(is_known, self.other),
            service=self.service if all(map(is_known, self.service)) else (),
            detours=[detour for detour in self.detours if all(map(is_known, detour))],
            failing={s: " > ".join(way) for s, way in self.failing if all(map(is_known, way))},
            waits={s: seconds for s, seconds in self.waits if is_known(s)},
            seconds=dict(self.seconds),
            **ways,
        )

    @cached_property
    def all_states(self) -> tuple[str, ...]:
        """Every state that the lifecycle names, in the order of the ways."""
        fail = (self.fail,) if self.fail else ()
        failing = tuple(way for _, way in self.failing)
        aside = tuple(detour[1:-1] for detour in self.detours)
        ways = (
            self.path,
            self.stop,
            self.start,
            self.update,
            self.delete,
            fail,
            *failing,
            self.service,
            *aside,
            self.other,
        )
        return tuple(dict.fromkeys(state for way in ways for state in way))

    @cached_property
    def final_states(self) -> frozenset[str]:
        """The states in which a resource rests: the ends of the ways and the failure."""
        ways = (
            self.path,
            self.stop,
            self.start,
            self.update,
            self.service,
            *self.ways_after_failure.values(),
        )
        ends = {way[-1] for way in ways if way}
        return frozenset(ends | ({self.fail} if self.fail else set()))

    @cached_property
    def ways_after_failure(self) -> dict[str, tuple[str, ...]]:
        """The ways after a failure in a state, for the states that have their own."""
        return dict(self.failing)

    @cached_property
    def waiting(self) -> dict[str, float]:
        """Virtual seconds after which a resource leaves a state, whatever the rule says."""
        return dict(self.waits)

    def is_end(self, state: str) -> bool:
        """Return whether a resource rests in a state: a final one, or another secondary of one."""
        if state in self.final_states:
            return True
        status, _, secondary = state.partition("/")
        return bool(secondary) and status in self._final_statuses

    @cached_property
    def _final_statuses(self) -> frozenset[str]:
        return frozenset(end.partition("/")[0] for end in self.final_states)

    @cached_property
    def may_stop(self) -> frozenset[str]:
        """The states that accept Stop."""
        if self.stop_from is not None:
            return self.stop_from
        running = {state.partition("/")[0] for state in self.path[:-1]}
        return frozenset(running) - frozenset(self.stop)

    @cached_property
    def durations(self) -> dict[str, float]:
        """Virtual seconds spent in each state; 60 where nothing else is declared."""
        given = dict(self.seconds)
        return {state: float(given.get(state, 60.0)) for state in self.all_states}

    def way_after(self, state: str) -> tuple[str, ...]:
        """Return the states that follow `state` on the first way that has it."""
        for way in (
            self.path,
            self.stop,
            self.update,
            self.start,
            self.service,
            *self.ways_after_failure.values(),
        ):
            if state in way:
                return way[way.index(state) + 1 :]
        for detour in self.detours:
            if state in detour:
                return (*detour[detour.index(state) + 1 :], *self.way_after(detour[-1]))
        if state in self.delete:
            return (*self.delete[self.delete.index(state) + 1 :], GONE)
        return ()


# Words that status enumerations use, by what they mean; compared without case and underscores.
_BEGIN = ("pending", "starting", "creating", "initializing", "creationpending", "createinprogress")
_RUN = ("inprogress", "running", "executing", "importing")
_GOOD_END = [
    "completed",
    "succeeded",
    "inservice",
    "active",
    "ready",
    "created",
    "available",
    "createcompleted",
    "published",
    "scheduled",
    "started",
    "success",
    "deployed",
]
_BAD_END = ("failed", "createfailed", "creationfailed", "createcompletewithfailures")
_STOPPING, _STOPPED = ("stopping",), ("stopped",)
_UPDATING = ("updating", "updateinprogress")
_DELETING = ("deleting", "deleteinprogress", "terminating")


def conventional_lifecycle(statuses: Iterable[str]) -> Lifecycle:
    """Return the lifecycle that the words of a status enumeration suggest.

    Args:
        statuses: The values of the enumeration; at least one.
    """
    plain = {status.lower().replace("_", ""): status for status in statuses}

    def found(words: Iterable[str]) -> tuple[str, ...]:
        return tuple(plain[word] for word in words if word in plain)[:1]

    path = found(_BEGIN) + found(_RUN) + found(_GOOD_END)
    end = found(_GOOD_END)
    stopped = found(_STOPPED)
    return Lifecycle(
        path=path or (next(iter(plain.values())),),
        fail="".join(found(_BAD_END)),
        stop=found(_STOPPING) + stopped if stopped else (),
        update=found(_UPDATING) + end if found(_UPDATING) and end else (),
        delete=found(_DELETING),
    )
