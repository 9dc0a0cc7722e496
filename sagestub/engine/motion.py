"""Motion: what makes resources move along their ways.

Owns the rules, the paths that a test has set, the failures that it has ordered, and the queue of
moves that are due on the virtual clock. Every move of every resource goes through `_enter`.
"""

from __future__ import annotations

import heapq
import itertools
import math
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sagestub.engine.routes import is_in, on_path, rest_of, route_to, takes
from sagestub.engine.rules import Rule, after
from sagestub.engine.settings import Failure, Selection, Setting
from sagestub.types import GONE

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.lock import WorldLock
    from sagestub.engine.resource import Resource


Listener = Callable[["Resource", str, str], None]
"""Hears of a move: the resource, the state that it left (empty at its birth), the one it entered.

`(gone)` is entered by what is removed at the end of its way. A resource that a test puts straight into a
state is not heard of.
"""

Announcer = Callable[["Resource", str], None]
"""Hears of a change that is no move: the resource, and whether it was `Created`, `Updated`, `Deleted`.

It hears of the birth of what has no status, of every Update, and of what a Delete takes away at once.
"""


class Motion:
    """Moves the resources of one world.

    Args:
        context: What behaviours get: clock, registry, ids.
        rule: The rule for everything that no setting covers.
        lock: The world's one lock.
    """

    def __init__(self, context: Context, rule: Rule, lock: WorldLock) -> None:
        self.context = context
        self.clock = context.clock
        self.lock = lock
        self.default_rule = rule
        self.settings: list[Setting] = []
        self.failures: list[Failure] = []
        self.listeners: list[Listener] = []
        """What hears of every move, in order: after the kind's own behaviours, before the next move."""
        self.announcers: list[Announcer] = []
        self.doomed: dict[Resource, Failure] = {}
        """Resources that fail instead of taking their next step, because what they run has failed."""
        self.raised: list[tuple[int, Exception]] = []
        """What functions of a test have raised that were told of a move, by the thread it was in."""
        self._due: list[tuple[float, int, Resource | Callable[[], None]]] = []
        self._turns = itertools.count()
        """What is due at the same time happens in the order in which it was put there."""
        self._passing = 0

    @property
    def is_passing(self) -> bool:
        """Whether time is passing just now, so that what happens is due and not done by hand."""
        return self._passing > 0

    # Rules --------------------------------------------------------------------------------------

    def rule_of(self, resource: Resource) -> Rule:
        """Return the rule for the state that a resource is in: the last setting that covers it."""
        for setting in reversed(self.settings):
            if (
                setting.rule is not None
                and setting.state in (None, resource.state, resource.status)
                and setting.selection.covers(resource)
            ):
                return setting.rule
        return self.default_rule

    def add_setting(self, setting: Setting) -> None:
        """Put a setting in force for resources that exist and for those to come."""
        self.settings.append(setting)
        for resource in self.context.registry.all():
            if not setting.selection.covers(resource):
                continue
            redirected = setting.path is not None and takes(setting.path, resource)
            if redirected:
                assert setting.path is not None
                resource.way = rest_of(setting.path, resource)
            if resource.way and (redirected or resource.rule != self.rule_of(resource)):
                self._schedule(resource)

    # Births and moves ---------------------------------------------------------------------------

    def born(self, resource: Resource) -> None:
        """Set a new resource on its way: the path of its lifecycle, or the one that a test set."""
        lifecycle = resource.kind.lifecycle
        if lifecycle is None:
            self.announce(resource, "Created")
            return
        path = lifecycle.path
        for setting in self.settings:
            if setting.path is not None and setting.selection.covers(resource):
                path = setting.path
        resource.way = path[1:]
        self._enter(resource, path[0])

    def polled(self, resource: Resource) -> None:
        """Count a Describe that has just reported the resource; under `poll` it may move on."""
        if not resource.way or resource.rule is None or resource.rule.name != "poll":
            return
        resource.polls_left -= 1
        if resource.polls_left <= 0:
            entered = len(resource.past)
            self.run(self._seconds_in(resource))
            if (
                len(resource.past) == entered
            ):  # What became due meanwhile may have moved it already.
                self.step(resource)

    def step(self, resource: Resource, may_fail: bool = True) -> bool:
        """Take one step; return whether there was one to take.

        Args:
            resource: What is to move.
            may_fail: Whether a failure that a test has ordered may happen instead.
        """
        if not resource.way:
            return False
        ordered = may_fail and (self.failures or self.doomed)
        failure = self._failure_for(resource) if ordered else None
        lifecycle = resource.kind.lifecycle
        reason = None
        computed = resource.kind.kind.next_state
        if failure is not None and lifecycle is not None:
            reason = failure.reason
            if reason is None:
                reason = resource.kind.reason_in(resource.state, resource.document)
            if self._tries_again(resource, reason):
                return True
            own = lifecycle.ways_after_failure.get(resource.state)
            resource.way = own or (lifecycle.fail,)
            computed = computed if own else None
        planned = resource.way[0]
        state = planned if computed is None else computed(self.context, resource, planned)
        if state == GONE:
            self.context.registry.remove(resource)
            self._tell(resource, resource.state, GONE)
            return True
        if state == planned:
            resource.way = resource.way[1:]
        elif state != resource.state and lifecycle is not None:
            resource.way = lifecycle.way_after(state)
        if state == resource.state:
            # Under `immediate` it would only be asked again: it waits for what it waits for.
            if resource.rule is None or resource.rule.name != "immediate":
                self._schedule(resource, since=self.clock.time())
        else:
            self._enter(resource, state, reason)
        return True

    def _tries_again(self, resource: Resource, reason: str) -> bool:
        """Send a resource that would fail into a new attempt, where its kind has that."""
        retry, lifecycle = resource.kind.kind.retry, resource.kind.lifecycle
        state = None if retry is None else retry(self.context, resource, reason)
        if state is None or lifecycle is None:
            return False
        resource.way = lifecycle.way_after(state)
        self._enter(resource, state)
        return True

    def step_together(self, resources: Iterable[Resource]) -> None:
        """Let resources that run side by side take a step each, after the longest of their stays."""
        moving = [resource for resource in resources if resource.way]
        self.run(max((self._seconds_in(resource) for resource in moving), default=0.0))
        for resource in moving:
            self.step(resource)

    def go(self, resource: Resource, way: tuple[str, ...]) -> None:
        """Send a resource off its path: Stop, Update, Start or Delete."""
        resource.way = way
        self.step(resource, may_fail=False)

    def linger(self, resource: Resource) -> None:
        """Let time pass before a move by hand, so that the state has lasted as long as is plausible.

        Nothing passes that has passed already. By the rule `clock` time is the test's: there it is a
        millisecond, the least that there is, which keeps times in order.
        """
        if not resource.past:
            return
        by_clock = self.rule_of(resource).name == "clock"
        seconds = 0.001 if by_clock else max(0.001, self._seconds_in(resource))
        until = resource.past[-1][1] + seconds
        if until > self.clock.exact():
            self.run_until(until)

    def move_to(self, resource: Resource, state: str, reason: str | None = None) -> None:
        """Bring a resource into a state: along its way if the state lies ahead, else directly.

        Entered directly, a state does not keep what states that do not lead to it have brought: a
        job moved from COMPLETED to INPROGRESS has no end time.
        """
        if state in resource.way:
            while state in resource.way:
                self.linger(resource)
                if state not in resource.way:
                    break  # It was due meanwhile.
                resource.way, now = resource.way[1:], resource.way[0]
                self._enter(resource, now, reason if now == state else None)
            return
        self.linger(resource)
        lifecycle = resource.kind.lifecycle
        if lifecycle is not None:
            self._forget(resource, set(resource.appeared) - set(route_to(state, lifecycle)[:-1]))
            resource.way = lifecycle.way_after(state)
        self._enter(resource, state, reason)

    def placed(
        self, resource: Resource, state: str, given: Mapping[str, Any] = MappingProxyType({})
    ) -> None:
        """Put a new resource straight into a state, as if it had come there by its path.

        The states before lie in the past by their plausible durations, so that what they stamp is
        there and in order; times that are given pull the others with them. From here on the resource
        follows its rule; `immediate` leaves it alone.

        Args:
            resource: What is new.
            state: Where it is to be.
            given: The members that a test has given, in wire form.
        """
        lifecycle = resource.kind.lifecycle
        if lifecycle is None:
            return
        route = route_to(state, lifecycle)
        now = self.clock.exact()
        times = self._times_on(route, resource, given)
        if resource.kind.created_member:
            self.clock.set(times[0])
            resource.document[resource.kind.created_member] = self.clock.time()
        for passed, entered in zip(route, times, strict=True):
            self.clock.set(entered)
            self._enter(resource, passed, scheduled=False)
        self.clock.set(now)
        resource.way = lifecycle.way_after(state)
        if self.rule_of(resource).name != "immediate":
            self._schedule(resource, since=now)

    def _times_on(
        self, route: tuple[str, ...], resource: Resource, given: Mapping[str, Any]
    ) -> list[float]:
        """Return when a new resource entered each state of its route, in order.

        Without given times the last state is entered now. Otherwise the route is laid so that its
        first given time is met, and what lies between two given times stays between them.
        """
        kind = resource.kind
        assert kind.lifecycle is not None
        durations = [kind.lifecycle.durations.get(passed, 60.0) for passed in route]
        offsets = [sum(durations[:position]) for position in range(len(route))]
        fixed: dict[int, float] = {}
        for position, passed in enumerate(route):
            named = (kind.created_member if position == 0 else "", *kind.entering(passed)[0])
            known = [given[member] for member in named if member in given]
            if known:
                fixed[position] = min(known)
        if not fixed and kind.modified_member in given:
            fixed[len(route) - 1] = given[kind.modified_member]
        now = self.clock.exact()
        first = min(fixed, default=len(route) - 1)
        start = fixed.get(first, now) - offsets[first]
        times = [min(start + offset, max(now, start)) for offset in offsets]
        for position, time in fixed.items():
            times[position] = time
            times[:position] = [min(earlier, time) for earlier in times[:position]]
            times[position + 1 :] = [max(later, time) for later in times[position + 1 :]]
        return times

    def _forget(self, resource: Resource, passed: Iterable[str]) -> None:
        """Take away what entering these states has brought; a declared default comes back."""
        document = resource.document
        for state in passed:
            for member in resource.appeared.pop(state, ()):
                document.pop(member, None)
                if member in resource.kind.kind.defaults:
                    document[member] = resource.kind.kind.defaults[member]

    def changed(self, resource: Resource) -> None:
        """Note a change of a resource: its time of last change, and its place in lists."""
        if resource.kind.modified_member:
            resource.document[resource.kind.modified_member] = self.clock.time()
        self.context.registry.touch(resource)

    # Time ---------------------------------------------------------------------------------------

    @property
    def next_due(self) -> float | None:
        """When the next thing is due, in epoch seconds, if nothing changes before; None for never."""
        return self._due[0][0] if self._due else None

    def run(self, seconds: float) -> None:
        """Move the clock by seconds of virtual time; what becomes due on the way happens in order."""
        self.run_until(self.clock.exact() + seconds)

    def reschedule(self, resource: Resource) -> None:
        """Read the rule again, after a change of what says how long a resource stays from now on."""
        self._schedule(resource, since=self.clock.time())

    def at(self, epoch_seconds: float, action: Callable[[], None]) -> None:
        """Let something happen when virtual time reaches a point, whatever the rules say."""
        heapq.heappush(self._due, (epoch_seconds, next(self._turns), action))

    def run_until(self, epoch_seconds: float) -> None:
        """Move the clock to a point; what becomes due on the way happens in order."""
        self._passing += 1
        try:
            while self._due and self._due[0][0] <= epoch_seconds:
                due, _, resource = heapq.heappop(self._due)
                if callable(resource):
                    self.clock.set(max(due, self.clock.exact()))
                    resource()
                    continue
                if resource.due != due:
                    continue  # It has moved, or its rule has changed, since this was queued.
                self.clock.set(max(due, self.clock.exact()))
                resource.due = None
                self.step(resource)
        finally:
            self._passing -= 1
        self.clock.set(max(self.clock.exact(), epoch_seconds))

    def catch_up(self) -> None:
        """Let the clock follow the real time; what is due by now happens. Called before a verb."""
        before = self.clock.exact()
        self.clock.catch_up()
        if self._due:
            after = self.clock.exact()
            if self._due[0][0] <= after:
                self.clock.set(min(before, after))
                self.run_until(after)

    # ------------------------------------------------------------------------------------------

    def _enter(
        self, resource: Resource, state: str, reason: str | None = None, scheduled: bool = True
    ) -> None:
        kind = resource.kind
        now = self.clock.time()
        document = resource.document
        left, resource.state = resource.state, state
        primary, _, secondary = state.partition("/")
        document[kind.status_member] = primary
        resource.past.append((state, now))
        stamps, behaviours = kind.entering(state)
        known = document.keys() - stamps if stamps or behaviours else None
        for member in stamps:
            document[member] = now
        if kind.kind.secondary:
            self._note_secondary(resource, secondary or primary, now)
        lifecycle = kind.lifecycle
        if (lifecycle is not None and state == lifecycle.fail) or reason is not None:
            self._explain(resource, reason)
        if kind.kind.first_changed_by_update and kind.modified_member not in document:
            self.context.registry.touch(resource)
        else:
            self.changed(resource)
        for behaviour in behaviours:
            behaviour(self.context, resource)
        if known is not None:
            resource.appeared[state] = resource.appeared.get(state, set()) | (
                resource.document.keys() - known
            )
        if scheduled:
            self._tell(resource, left, state)
            if resource.state == state:  # A listener may have sent it on already.
                self._schedule(resource)

    def _tell(self, resource: Resource, left: str, entered: str) -> None:
        """Tell the listeners of a move, until one of them has moved the resource itself."""
        # A Describe by one of them reports the state; it counts as none that lets the resource move on.
        resource.polls_left = sys.maxsize
        for listener in self.listeners:
            listener(resource, left, entered)
            if resource.state not in (left, entered):
                return

    def announce(self, resource: Resource, change: str) -> None:
        """Tell of a change that is no move: `Created`, `Updated` or `Deleted`."""
        for announcer in self.announcers:
            announcer(resource, change)

    def doom(self, resource: Resource, reason: str) -> None:
        """Let a resource fail instead of taking its next step."""
        selection = Selection(resource.kind.name, resource.name)
        self.doomed[resource] = Failure(selection, reason, resource.state, 1)

    def deliver(self) -> None:
        """Raise what functions of the test have raised in this thread, now that all has moved."""
        here = threading.get_ident()
        mine = [entry for entry in self.raised if entry[0] == here]
        if mine:
            self.raised = [entry for entry in self.raised if entry[0] != here]
            raise mine[0][1]

    def _note_secondary(self, resource: Resource, status: str, now: float) -> None:
        """Set the secondary status, and open its entry in the list of transitions.

        Source: facts, jobs.yaml, TrainingJob.secondary.rules: an entry ends when the next one starts;
        the last one starts and ends at once.
        """
        kind = resource.kind.kind
        document = resource.document
        shape = resource.kind.member_shapes.get(kind.secondary)
        if shape is not None and status not in shape.metadata.get("enum", (status,)):
            return  # A state such as Deleting, which has no secondary status of its own.
        if shape is not None:
            document[kind.secondary] = status
        if kind.secondary_transitions not in resource.kind.members:
            return
        entries = [*document.get(kind.secondary_transitions, ())]
        if entries and "EndTime" not in entries[-1]:
            entries[-1] = {**entries[-1], "EndTime": now}
        entry = {"Status": status, "StartTime": now}
        if status in kind.secondary_messages:
            entry["StatusMessage"] = kind.secondary_messages[status]
        lifecycle = resource.kind.lifecycle
        if lifecycle is not None and lifecycle.is_end(resource.state):
            entry["EndTime"] = now
        document[kind.secondary_transitions] = [*entries, entry]

    def _explain(self, resource: Resource, reason: str | None) -> None:
        kind = resource.kind
        # A kind that says it otherwise finds the reason under this name, which no response has then.
        member = kind.reason_member or "FailureReason"
        text = reason if reason is not None else kind.kind.failure_reason
        resource.document[member] = text[: kind.longest_reason]
        resource.appeared.setdefault(resource.state, set()).add(member)

    def _schedule(self, resource: Resource, since: float | None = None) -> None:
        """Read the rule for the state that a resource is in.

        Args:
            resource: What is to move some time.
            since: From when a rule counts seconds; None for the time at which it entered the state.
        """
        resource.due = None
        if not resource.way:
            return
        rule = self.rule_of(resource)
        lifecycle = resource.kind.lifecycle
        if lifecycle is not None and resource.state in lifecycle.waiting:
            rule = after(lifecycle.waiting[resource.state])
        resource.rule = rule
        if rule.name == "poll":
            resource.polls_left = rule.polls
        elif rule.name == "immediate":
            self.run(self._seconds_in(resource))
            self.step(resource)
        elif rule.name == "clock":
            if since is None:
                since = resource.past[-1][1] if resource.past else self.clock.time()
            seconds = rule.seconds if rule.seconds is not None else self._seconds_in(resource)
            if seconds == math.inf:
                return  # Something else sends it on.
            resource.due = since + seconds
            heapq.heappush(self._due, (resource.due, next(self._turns), resource))

    def _seconds_in(self, resource: Resource) -> float:
        lifecycle = resource.kind.lifecycle
        duration = resource.kind.kind.duration
        seconds = duration(self.context, resource) if duration is not None else None
        if seconds is not None:
            return max(0.0, seconds)
        return 0.0 if lifecycle is None else lifecycle.durations.get(resource.state, 60.0)

    def _failure_for(self, resource: Resource) -> Failure | None:
        """Return the failure ordered for a resource that is about to leave its state, and count it."""
        lifecycle = resource.kind.lifecycle
        if lifecycle is None:
            return None
        underway = on_path(resource)
        own = resource.state in lifecycle.ways_after_failure
        if not own and not (underway and lifecycle.fail):
            return None
        for failure in self.failures:
            if not failure.selection.covers(resource):
                continue
            # A path may lead through the states of a stop, in which nothing fails any more.
            last = underway and set(resource.way[:-1]) <= set(lifecycle.stop)
            if last if failure.at is None else is_in(resource, failure.at):
                failure.times -= 1
                if failure.times <= 0:
                    self.failures.remove(failure)
                return failure
        return self.doomed.pop(resource, None)
