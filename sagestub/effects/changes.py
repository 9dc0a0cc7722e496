"""What has happened in a world, noted so that events can be made of it when somebody asks for them.

How it is told stands in `events`, which most tests never need.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sagestub.effects.clients import Clients
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


class Change(NamedTuple):
    """What happened to a resource, with its document as it was then.

    Args:
        resource: What it happened to.
        document: Its members then, in wire form. Nested values are never changed in place.
        tags: Its tags then.
        time: When, in epoch seconds.
        left: The state before; empty at its birth.
        entered: The state after.
        updated: The members that an Update has given.
        what: `moved`, or what else has happened: `Created`, `Updated`, `Deleted`.
    """

    resource: Resource
    document: Mapping[str, Any]
    tags: Mapping[str, str]
    time: float
    left: str = ""
    entered: str = ""
    updated: tuple[str, ...] = ()
    what: str = "moved"


class Events:
    """The events of one world, oldest first; made when a test looks at them, or for Moto."""

    def __init__(self, context: Context, clients: Clients) -> None:
        self._context = context
        self._clients = clients
        self._noted: list[Change | dict[str, Any]] = []

    def moved(self, resource: Resource, left: str, entered: str) -> None:
        """Note a move, and send its event."""
        self._note(resource, left=left, entered=entered)

    def changed(self, resource: Resource, change: str) -> None:
        """Note a change that is no move, and send its event, if the kind tells of such."""
        updated: tuple[str, ...] = ()
        call = self._context.call
        if change == "Updated" and call is not None:
            fixed = (*resource.kind.identifier, resource.kind.arn_member)
            updated = tuple(name for name in call.parameters if name not in fixed)
        self._note(resource, updated=updated, what=change)

    def step_moved(self, execution: Resource, step: Mapping[str, Any], left: str | None) -> None:
        """Note that a step of a pipeline execution has another status, and send the event.

        Args:
            execution: The execution.
            step: The step as ListPipelineExecutionSteps has it, in wire form.
            left: Its status before; None at its start.
        """
        from sagestub.effects.events import send, step_event

        now = self._context.clock.time()
        event = step_event(execution, step, left, now)
        self._noted.append(event)
        if self._are_heard:
            send(self._clients, execution, event, now)

    def __call__(self) -> list[dict[str, Any]]:
        """Return the events so far, in the form in which rules and targets get them."""
        from sagestub.effects.events import event_of, id_of, is_told

        self._noted = [
            event_of(entry) if isinstance(entry, Change) else entry
            for entry in self._noted
            if not isinstance(entry, Change) or is_told(entry)
        ]
        made = [entry for entry in self._noted if isinstance(entry, dict)]
        return [{**event, "id": id_of(number)} for number, event in enumerate(made)]

    @property
    def _are_heard(self) -> bool:
        """Whether somebody may have a rule: Moto imports its EventBridge when it is first called."""
        return "moto.events.models" in sys.modules and self._clients.there

    def _note(self, resource: Resource, **how: Any) -> None:
        now = self._context.clock.time()
        change = Change(resource, dict(resource.document), dict(resource.tags), now, **how)
        self._noted.append(change)
        if self._are_heard:
            from sagestub.effects.events import event_of, is_told, send

            if is_told(change):
                send(self._clients, resource, event_of(change), now)
