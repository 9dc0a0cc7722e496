"""A resource: its members, where it stands on its way, its tags and its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from sagestub.errors import InvalidArgumentError, NoSuchResourceError
from sagestub.model.values import to_python
from sagestub.spelling import attribute_error, explained_method

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.motion import Motion
    from sagestub.engine.rules import Rule
    from sagestub.pipelines.graph import Graph
    from sagestub.types import Document


def refuse_long_reason(kind: BoundKind, reason: str | None) -> None:
    """Refuse a reason of a failure that is longer than the service's are.

    Raises:
        InvalidArgumentError: It is.
    """
    longest = kind.longest_reason
    if reason is not None and longest is not None and len(reason) > longest:
        raise InvalidArgumentError(
            f"{kind.name}.{kind.reason_member} has {len(reason)} characters.\n"
            f"Give {longest} at the most, as the service does."
        )


class Resource:
    """One resource of the world, as `sm.get` and `sm.add` return it.

    Its members are read-only here: a test changes a resource by calls, by `advance`, `move_to` or
    `sm.add`. Everything is safe to use from any thread.
    """

    __slots__ = (
        "account",
        "appeared",
        "arn",
        "by_service",
        "document",
        "due",
        "key",
        "kind",
        "motion",
        "number",
        "past",
        "polls_left",
        "region",
        "rule",
        "state",
        "tags",
        "way",
    )

    def __init__(
        self,
        kind: BoundKind,
        document: Document,
        *,
        account: str,
        region: str,
        motion: Motion,
    ) -> None:
        self.kind = kind
        self.document = document
        """Members in wire form. Nested values are replaced, never changed in place."""
        self.account = account
        self.region = region
        self.motion = motion
        self.key = ""
        self.arn = ""
        self.by_service = False
        """Whether the service has made it of itself; such a one is not refused, and few quotas count it."""
        self.number = 0
        self.way: tuple[str, ...] = ()
        """The states still ahead; empty for a resource that rests."""
        self.past: list[tuple[str, float]] = []
        self.tags: dict[str, str] = {}
        self.appeared: dict[str, set[str]] = {}
        """Members that entering a state has brought, by state."""
        self.state = ""
        """Where it stands in its lifecycle: the status, or `status/secondary status`."""
        self.rule: Rule | None = None
        self.polls_left = 0
        self.due: float | None = None

    if not TYPE_CHECKING:  # To a type checker, every attribute could then be set.

        def __setattr__(self, name: str, value: object) -> None:
            try:
                object.__setattr__(self, name, value)
            except AttributeError:
                raise AttributeError(
                    f"{name!r} of a {self.kind.name} cannot be set.\n"
                    "Bring it into a state with move_to(...); members are changed by calls, or given to "
                    "sm.add(...)."
                ) from None

        def __getattr__(self, name: str) -> object:
            hint = "Members of Describe are in .members, by their API names."
            raise attribute_error(self, name, hint)

    def __repr__(self) -> str:
        status = f" {self.status}" if self.status else ""
        return f"<{self.kind.name} {self.name!r}{status} in {self.account}/{self.region}>"

    @property
    def name(self) -> str:
        """What the resource is called: the value of its naming member, else its key."""
        return str(self.document.get(self.kind.name_member) or self.key)

    @property
    def names(self) -> tuple[str, ...]:
        """All that it may be called by: name, key and ARN.

        One that has no name but its ARN also by its display name and its parents' names.
        """
        if not self.kind.name_member.endswith("Arn"):
            return (self.name, self.key, self.arn)
        members = (f"{self.kind.name}DisplayName", *self.kind.kind.parents)
        shown = (str(self.document[m]) for m in members if m in self.document)
        return (self.name, self.key, self.arn, *shown)

    @property
    def status(self) -> str | None:
        """The state it is in; None for a kind without a status."""
        return self.document.get(self.kind.status_member)

    @property
    def members(self) -> dict[str, Any]:
        """The members that Describe would return now, as Python values; a copy."""
        with self.motion.lock:
            shapes = self.kind.member_shapes
            return {
                name: to_python(shapes[name], value)
                for name, value in self.kind.described(self.document).items()
            }

    @property
    def history(self) -> list[tuple[str, datetime]]:
        """Each state it has been in, with the virtual time at which it entered it."""
        with self.motion.lock:
            return [(s, datetime.fromtimestamp(t, tz=timezone.utc)) for s, t in self.past]

    @explained_method
    def advance(self, n: int = 1) -> Resource:
        """Take the next steps now, whatever the rule says; a resource that rests stays as it is.

        Virtual time passes with each step, unless it has already: as much as the state plausibly lasts.

        Args:
            n: How many steps, 0 or more.

        Returns:
            The resource itself.

        Raises:
            InvalidArgumentError: `n` is not a whole number of 0 or more.
        """
        if not isinstance(n, int) or isinstance(n, bool) or n < 0:
            raise InvalidArgumentError(
                f"advance() takes a number of steps, not {n!r}.\nGive a whole number of 0 or more."
            )
        with self.motion.lock:
            for _ in range(n):
                if self.way:
                    self.motion.linger(self)
                if not self.motion.step(self):
                    break
        self.motion.deliver()
        return self

    @explained_method
    def move_to(self, state: str, reason: str | None = None) -> Resource:
        """Bring the resource into a state now.

        A state that lies ahead is walked to, so that what the states between stamp is there. Any
        other state is entered directly; the resource then goes on from it.

        Args:
            state: A state of the kind.
            reason: FailureReason, for kinds that have it.

        Returns:
            The resource itself.

        Raises:
            UnknownNameError: The kind has no such state.
            InvalidArgumentError: A reason is given and the kind has no FailureReason, or it is no text,
                or it is too long.
            NoSuchResourceError: The resource has been deleted.
        """
        state = self.kind.state_named(state)
        if reason is not None and not self.kind.reason_member:
            raise InvalidArgumentError(
                f"reason= is given, and {self.kind.name} has no FailureReason.\nLeave it out."
            )
        if reason is not None and not isinstance(reason, str):
            raise InvalidArgumentError(
                f"reason= is {reason!r}.\nGive the text of FailureReason, or None."
            )
        refuse_long_reason(self.kind, reason)
        with self.motion.lock:
            if not self.motion.context.registry.holds(self):
                raise NoSuchResourceError(
                    f"{self.kind.name} {self.name!r} has been deleted.\n"
                    "Move it before that, or put another there with sm.add(...)."
                )
            self.motion.move_to(self, state, reason)
        self.motion.deliver()
        return self

    def graph(self) -> Graph:
        """Return the steps of a pipeline execution with states and times, or those of a pipeline.

        It is text for Mermaid (`.mermaid()`) and Graphviz (`.graphviz()`), and draws itself along time
        in a notebook. It stays as the execution is now.

        Raises:
            InvalidArgumentError: The resource is of another kind, and has no steps.
        """
        draw = self.kind.kind.graph
        if draw is None:
            raise InvalidArgumentError(
                f"{self.kind.name} {self.name!r} has no steps, so there is no graph of it.\n"
                "Ask a pipeline execution: sm.get('PipelineExecution', ...).graph()."
            )
        with self.motion.lock:
            return draw(self)

    def replace(self, changes: Mapping[str, Any]) -> None:
        """Replace members, in wire form; for behaviours and verbs, under the world's lock."""
        self.document.update(changes)
        self.motion.changed(self)
