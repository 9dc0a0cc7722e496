"""A kind tied to a service model: everything that a verb or the handle asks about a kind.

What the declaration leaves out is filled in by convention, once, and then only looked up.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import END, Behaviour, Kind
from sagestub.engine.lifecycle import Lifecycle, conventional_lifecycle
from sagestub.errors import UnknownNameError, unknown_name
from sagestub.model.naming import first_of, plural_of, words_of

if TYPE_CHECKING:
    from sagestub.engine.cross_fields import FieldRule
    from sagestub.model.service import Operation, Service


class BoundKind:
    """A kind and a service model: everything that a verb or the handle asks about a kind.

    Raises:
        UnknownNameError: The declaration names a member or a state that the model does not have.
    """

    def __init__(self, kind: Kind, service: Service) -> None:
        self.kind = kind
        self.name = kind.name
        self.table = kind.shares or kind.name
        """The kind under whose name the registry keeps the resources."""
        self.service = service
        self.words = words_of(kind.name)
        self._entering: dict[str, tuple[tuple[str, ...], tuple[Behaviour, ...]]] = {}
        self.describe = self._operation("Describe", kind.describe)
        self.create = self._operation("Create", kind.create)
        self.update = self._operation("Update", kind.update)
        self.delete = self._operation("Delete", kind.delete)
        self.stop = self._operation("Stop", kind.stop)
        self.start = self._operation("Start", kind.start)
        self.list = self._operation("List", kind.list, plural_of(kind.name))
        self._check_declaration()

    def __repr__(self) -> str:
        return f"<BoundKind {self.name}>"

    def rules_of(self, operation_name: str) -> tuple[FieldRule, ...]:
        """Return the field rules that an operation checks; none for a list, which loads nothing."""
        if operation_name.startswith("List"):
            return ()
        create = self.create.name if self.create is not None else ""
        return tuple(
            rule
            for rule in self.kind.field_rules
            if operation_name in (rule.operations or (create,))
        )

    def _operation(self, verb: str, declared: str, noun: str = "") -> Operation | None:
        name = declared or verb + (noun or self.kind.name)
        return self.service.operation(name) if name in self.service else None

    # What the model says about the resource -------------------------------------------------

    @cached_property
    def wrapper(self) -> str:
        """The member of a Describe response that holds all others (`Workteam`), or nothing.

        It is the only one, or the one of the shape that the kind declares.
        """
        shape = self.describe.output_shape if self.describe is not None else None
        if shape is None:
            return ""
        if len(shape.members) != 1:
            declared = self.kind.shape
            return next((str(m) for m, s in shape.members.items() if s.name == declared), "")
        name, member = next(iter(shape.members.items()))
        return str(name) if member.type_name == "structure" else ""

    @cached_property
    def members(self) -> tuple[str, ...]:
        """The members of the Describe response: what a resource may hold."""
        return tuple(self.member_shapes)

    @cached_property
    def member_shapes(self) -> Mapping[str, Any]:
        """The shapes of the Describe response's members."""
        if self.kind.shape:
            return self.service.shape(self.kind.shape).members  # type: ignore[attr-defined, no-any-return]
        if self.describe is None or self.describe.output_shape is None:
            return {}
        members: Mapping[str, Any] = self.describe.output_shape.members
        return members[self.wrapper].members if self.wrapper else members

    @cached_property
    def identifier(self) -> tuple[str, ...]:
        """The members that tell one resource from another."""
        if self.kind.identifier:
            return self.kind.identifier
        return self.describe.required_input if self.describe is not None else ()

    @cached_property
    def name_member(self) -> str:
        """The member that a user calls the resource by."""
        names = [m for m in self.identifier if not m.endswith("Arn")]
        return names[-1] if names else self.identifier[-1] if self.identifier else ""

    @cached_property
    def arn_member(self) -> str:
        """The member that holds the resource's ARN; empty for a kind without one."""
        if self.kind.arn == "-":
            return ""
        candidates = [m for m in self.members if m.endswith("Arn")]
        if self.create is not None:
            candidates = [m for m in self.create.output_members if m.endswith("Arn")] + candidates
        return first_of((f"{self.name}Arn",), candidates) or next(iter(candidates), "")

    @cached_property
    def status_member(self) -> str:
        """The member that holds the status; empty for a kind without one."""
        if self.kind.status:
            return self.kind.status.removeprefix("-")
        with_values = [m for m in self.members if self.member_shapes[m].metadata.get("enum")]
        named = first_of((f"{self.name}Status", "Status"), with_values)
        return named or next((m for m in with_values if m.endswith("Status")), "")

    @cached_property
    def statuses(self) -> tuple[str, ...]:
        """The values of the status enumeration."""
        if not self.status_member:
            return ()
        shape = self.member_shapes.get(self.status_member)
        return tuple(shape.metadata.get("enum") or ()) if shape is not None else ()

    @cached_property
    def created_member(self) -> str:
        """The member that holds the time of creation."""
        return first_of(("CreationTime", "CreatedAt", "CreateDate", "CreatedTime"), self.members)

    @cached_property
    def modified_member(self) -> str:
        """The member that holds the time of the last change."""
        wanted = (
            "LastModifiedTime",
            "LastModifiedAt",
            "LastUpdatedTime",
            "LastUpdatedAt",
            "LastUpdatedDate",
        )
        return first_of(wanted, self.members) or first_of(wanted, self._summary_members)

    @cached_property
    def _summary_members(self) -> tuple[str, ...]:
        """The members of the List response's elements; some kinds have a time only there."""
        shape: Any = self.list.output_shape if self.list is not None else None
        for member in shape.members.values() if shape is not None else ():
            if member.type_name == "list" and member.member.type_name == "structure":
                return tuple(member.member.members)
        return ()

    @cached_property
    def lifecycle(self) -> Lifecycle | None:
        """How the kind lives; None for a kind without a status."""
        if not self.statuses:
            return self.kind.lifecycle
        if self.kind.lifecycle is not None:
            return self.kind.lifecycle.within(self.statuses)
        return conventional_lifecycle(self.statuses)

    @cached_property
    def states(self) -> tuple[str, ...]:
        """Every state: those of the lifecycle first, then the rest of the enumeration."""
        own = self.lifecycle.all_states if self.lifecycle is not None else ()
        named = {state.partition("/")[0] for state in own}
        return (*own, *(status for status in self.statuses if status not in named))

    @cached_property
    def reason_member(self) -> str:
        """The member that says why a resource failed; empty for a kind without one."""
        own = f"{self.name}StatusMessage"
        wanted = (
            "FailureReason",
            "StatusReason",
            "ErrorDetails",
            "FailureMessage",
            own,
            "StatusMessage",
        )
        return first_of(wanted, self.members)

    def reason_in(self, state: str, document: Mapping[str, Any]) -> str:
        """Return why a resource fails in a state when nobody says why."""
        told = self.kind.failure_reasons.get(state)
        return self.kind.failure_reason if told is None else told(document)

    @cached_property
    def longest_reason(self) -> int | None:
        """How many characters the reason may have; None for a kind without it or a limit."""
        shape = self.member_shapes.get(self.reason_member)
        longest = shape.metadata.get("max") if shape is not None else None
        return int(longest) if longest is not None else None

    @cached_property
    def arn_template(self) -> str:
        """What follows the account in the ARN."""
        if self.kind.arn:
            return self.kind.arn
        slug = self.words.replace(" ", "-")
        return f"{slug}/" + "/".join("{" + m + "}" for m in self.identifier if m in self.members)

    # Declared behaviours by state -----------------------------------------------------------

    def entering(self, state: str) -> tuple[tuple[str, ...], tuple[Behaviour, ...]]:
        """Return the time members to stamp and the behaviours to run on entering a state.

        A declaration for the status holds for each of its secondary statuses too.
        """
        known = self._entering.get(state)
        if known is None:
            names = dict.fromkeys((state, state.partition("/")[0]))
            if self.lifecycle is not None and self.lifecycle.is_end(state):
                names[END] = None
            stamps = [m for name in names for m in self.kind.stamps.get(name, ())]
            behaviours = [b for name in names for b in self.kind.on_enter.get(name, ())]
            known = (tuple(m for m in stamps if m in self.member_shapes), tuple(behaviours))
            self._entering[state] = known
        return known

    # Helpers of the verbs -------------------------------------------------------------------

    def key_of(self, members: Mapping[str, Any]) -> str:
        """Return the key under which the registry keeps a resource with these members."""
        if len(self.identifier) == 1:
            return str(members.get(self.identifier[0], ""))
        return "/".join(str(members.get(member, "")) for member in self.identifier)

    def described(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return the Describe response for a document."""
        return {member: document[member] for member in self.members if member in document}

    def state_named(self, state: str) -> str:
        """Return the state of that name; a secondary status, or a status that has some, will do.

        Raises:
            UnknownNameError: It does not.
        """
        if state in self.states:
            return state
        found = [full for full in self.states if state in full.split("/")]
        if not found:
            raise unknown_name(f"state of {self.name}", state, self.states)
        return found[0]

    def _check_declaration(self) -> None:
        """Refuse a declaration whose names do not exist in the model.

        What an older botocore does not have yet is no mistake where it can be left out: a member
        (`entering` and `described` look the members up), a way off the path (`Lifecycle.within`). A
        state of the path is: a lifecycle with a hole cannot be walked.
        """
        if self.kind.lifecycle is None or not self.statuses:
            return
        for state in self.kind.lifecycle.path:
            if state.partition("/")[0] not in self.statuses:
                raise UnknownNameError(
                    f"{self.name}'s lifecycle has the state {state!r}, which the model lacks.\n"
                    f"The states of {self.status_member}: {', '.join(self.statuses)}."
                )
