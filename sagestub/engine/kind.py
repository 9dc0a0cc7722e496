"""A kind: the declaration of one sort of resource, and its tie to a service model.

`Kind` says only what the model does not say. `BoundKind` is a kind together with one service model:
what the declaration leaves out is filled in by convention, once, and then only looked up. A kind that
nobody declared is bound from the model alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.engine.lifecycle import Lifecycle, conventional_lifecycle
from sagestub.errors import UnknownNameError, unknown_name
from sagestub.model.naming import first_of, plural_of, words_of

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.cross_fields import FieldRule
    from sagestub.engine.resource import Resource
    from sagestub.model.service import Operation, Service
    from sagestub.pipelines.graph import Graph

END = "(end)"
"""Stands for every final state in `stamps` and `on_enter`."""

Behaviour = Callable[["Context", "Resource"], None]
"""A small function hung on a kind: it may change the resource's document, and spawn others."""

Handler = Callable[["Context", "Resource", Mapping[str, Any]], Mapping[str, Any]]
"""Answers one operation on an existing resource; gets the parameters, returns output members."""

Finder = Callable[["Context", "BoundKind", Mapping[str, Any]], "Resource | None"]
"""Finds the resource that a call's parameters name, in the call's account and region."""

Seconds = Callable[["Context", "Resource"], "float | None"]
"""Says how many virtual seconds a resource spends in its state; None for the lifecycle's own."""

Maker = Callable[["Context", Mapping[str, Any]], Any]
"""Makes a member of a new resource; gets its members, and its `account`, `region`, `partition`."""

Retry = Callable[["Context", "Resource", str], "str | None"]
"""Says into which state a new attempt leads a resource that would fail, given why; None: it fails."""

Reason = Callable[[Mapping[str, Any]], str]
"""Says why a resource with these members has failed."""

NextState = Callable[["Context", "Resource", str], str]
"""Says which state a step leads to, given the planned one; the present state means: stay."""

NOTHING: Mapping[str, Any] = MappingProxyType({})


class Message(NamedTuple):
    """An error that the service answers with, as a template.

    Args:
        code: The error code.
        text: The sentence; `{name}`, `{arn}`, `{status}`, `{kind}` (in words) and members stand for
            their values.
        source: Where the text was seen, or `assumed`.
    """

    code: str
    text: str = ""
    source: str = "assumed"


class ListOf(NamedTuple):
    """A further list of a kind: what differs from the kind's own List.

    Args:
        parents: Input members that name a resource of another kind, which must exist, to that kind.
        filters: Input members to the members (dotted) that they filter by.
        summary: Members of the summary to members of the resource (dotted).
        result: The output member that holds the list, where there are several.
        sort_by: The documented default of SortBy.
        sort_order: The documented default of SortOrder.
        where: Only resources for which this holds.
        present: Members (dotted) that a resource needs to be in the list when it is sorted by them.
    """

    parents: Mapping[str, str] = NOTHING
    filters: Mapping[str, str] = NOTHING
    summary: Mapping[str, str] = NOTHING
    sort: Mapping[str, str] = NOTHING
    result: str = ""
    sort_by: str = "CreationTime"
    sort_order: str = "Descending"
    where: Callable[[Mapping[str, Any]], bool] | None = None
    present: frozenset[str] = frozenset()


INTERNAL_ERROR = "InternalServerError: We encountered an internal error. Please try again."
"""What most kinds say when they fail without a reason of their own.

Source: facts, jobs.yaml, TrainingJob; for the other kinds assumed.
"""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False, repr=False)
class Kind:
    """The declaration of one sort of resource; silence means convention.

    Args:
        name: The kind's name as operations spell it: `CompilationJob`.
        arn: What follows `arn:{partition}:sagemaker:{region}:{account}:`; members and `{id}` (a made
            id of 12 characters) stand for their values; `-` for a kind that has no ARN of its own.
        arn_service: The service in the ARN.
        lifecycle: How it lives; None for the convention over the status enumeration.
        status: The member that holds its status; `-` for a status that only clients set. One that no
            response has is for a status inside a structure, which `on_enter` shows there.
        identifier: The members that make its key, in order.
        create, describe, list, update, delete, stop, start: Operations that are not spelled
            `Create{name}`, `Describe{name}`, …; `-` for an operation of that name which is not this
            kind's.
        shares: A kind with which this one shares names, lists and all else that looks resources up.
        defaults: Members that the service fills in when the request leaves them out, in wire form;
            dotted names reach into structures, `Channels[].Name` into each element of a list.
        shape: The structure that holds the members, for a kind without a Describe, or with one that
            says more about the resource beside it.
        made: Members that are made at creation, as templates: `{id}` (12 letters and digits), `{uuid}`,
            `{region}`, `{account}`, `{partition}` and other members stand for their values. An absent
            member only; in order, so that one may use the one before. A function gets those values
            instead, and returns the member.
        taggable: Whether AddTags, ListTags and DeleteTags take its ARN.
        any_case: Whether two names that differ in letter case only are the same name to Create.
        gives_way: Statuses in which a resource gives way to a new one of its name, which keeps the
            time of creation.
        renamed: Members of a request that the Describe response calls otherwise.
        first_changed_by_update: Whether the members that say when and by whom it was last changed are absent
            until the first update.
        merges: Maps that an update merges key by key; others are overwritten. `…ToRemove` members of an
            update take keys out of either.
        secondary: The member of the secondary status; the lifecycle then has states such as
            `InProgress/Training`.
        secondary_transitions: The member that lists the secondary statuses passed through.
        secondary_messages: StatusMessage of each secondary status in that list.
        stamps: Time members by the state whose entry stamps them; `END` for any final state.
        on_create: Behaviours at creation, before the resource is visible.
        on_update: Behaviours after an update's members are in place.
        on_enter: Behaviours by state; `END` for any final state.
        field_rules: What members of one request must be to each other, checked before anything else
            of the kind's; those that name no operations hold for Create.
        checks: Behaviours that look at a request before anything changes, and refuse it by raising
            `ServiceError`; they get the resource that would be made.
        absent: Describe members that are never sent, each with the reason: they cannot be known here.
        failure_reason: FailureReason of a failure for which a test gives none.
        failure_reasons: The same for a failure of which a test says only in which state it is to happen.
        retry: For a kind that tries again what would fail: whether it does, and where that leads.
        summary: Members of the list summary that stand elsewhere in the document (dotted).
        sort: Documented values of SortBy that are not the member's own name, to members.
        sort_by, sort_order: The list's documented defaults.
        filters: Input members of List that filter by another member than their name says, to that
            member (dotted; `Members[]` for a list of which the filter names one; `-` for a member
            that filters nothing).
        asked: Returns the parameters of a List with what the service assumes where they are silent.
        lists: Further operations that list resources of this kind.
        find: Finds the resource that a call is about, where identifier and ARN do not suffice; None
            when there is none.
        parents: Input members of Create and List that name a resource of another kind, which must
            exist, to that kind; a name or an ARN is accepted.
        references: Members, as paths such as `Variants[].ModelName`, that name a resource of another
            kind, which must exist at Create and Update, to that kind.
        operations: Operations on an existing resource that are no conventional verb; None answers
            with the output members that the resource has.
        on_describe: Looks at the parameters of a Describe and may change what it returns.
        on_search: Members that only the Search record has.
        update_checks: Behaviours that may refuse an Update by raising `ServiceError`; they see the
            resource as it is, and what is to change in the call.
        delete_checks: Behaviours that may refuse a Delete by raising `ServiceError`.
        on_delete: Behaviours before the resource goes.
        next_state: For a lifecycle that is computed: where a step leads.
        duration: For a stay in a state that is as long as the resource's members say.
        graph: Returns what `Resource.graph` returns, for a kind whose resources have steps.
        not_found_by: Error texts of a missing resource by operation, where they differ from
            `not_found`.
        not_found, exists, cannot_stop, cannot_delete, cannot_update, cannot_start: Error texts.
        source: Where the declaration's facts come from.
    """

    name: str
    arn: str = ""
    arn_service: str = "sagemaker"
    lifecycle: Lifecycle | None = None
    status: str = ""
    identifier: tuple[str, ...] = ()
    create: str = ""
    describe: str = ""
    list: str = ""
    update: str = ""
    delete: str = ""
    stop: str = ""
    start: str = ""
    shape: str = ""
    shares: str = ""
    defaults: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    made: Mapping[str, str | Maker] = field(default_factory=lambda: NOTHING)
    taggable: bool = True
    any_case: bool = False
    gives_way: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    first_changed_by_update: bool = False
    merges: tuple[str, ...] = ()
    secondary: str = ""
    secondary_transitions: str = ""
    secondary_messages: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    stamps: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    on_create: tuple[Behaviour, ...] = ()
    on_update: tuple[Behaviour, ...] = ()
    on_enter: Mapping[str, tuple[Behaviour, ...]] = field(default_factory=lambda: NOTHING)
    field_rules: Sequence[FieldRule] = ()
    checks: tuple[Behaviour, ...] = ()
    absent: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    failure_reason: str = INTERNAL_ERROR
    failure_reasons: Mapping[str, Reason] = field(default_factory=lambda: NOTHING)
    retry: Retry | None = None
    summary: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    sort: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    sort_by: str = "CreationTime"
    sort_order: str = "Descending"
    filters: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    asked: Callable[[Context, Mapping[str, Any]], Mapping[str, Any]] | None = None
    lists: Mapping[str, ListOf] = field(default_factory=lambda: NOTHING)
    find: Finder | None = None
    parents: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    references: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    operations: Mapping[str, Handler | None] = field(default_factory=lambda: NOTHING)
    on_describe: Handler | None = None
    on_search: Handler | None = None
    update_checks: tuple[Behaviour, ...] = ()
    delete_checks: tuple[Behaviour, ...] = ()
    on_delete: tuple[Behaviour, ...] = ()
    next_state: NextState | None = None
    duration: Seconds | None = None
    graph: Callable[[Resource], Graph] | None = None
    not_found_by: Mapping[str, Message] = field(default_factory=lambda: NOTHING)
    not_found: Message | None = None
    exists: Message | None = None
    cannot_stop: Message | None = None
    cannot_delete: Message | None = None
    cannot_update: Message | None = None
    cannot_start: Message | None = None
    source: str = ""

    def __repr__(self) -> str:
        return f"<Kind {self.name}>"


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


def with_member(document: dict[str, Any], path: str, value: Any) -> None:
    """Set a dotted path of a document where it is absent; structures on the way are copied.

    A structure that is itself absent stays absent: a default inside it needs it. `Channels[].Name`
    sets it in each element of a list.
    """
    first, _, rest = path.partition(".")
    if not rest:
        document.setdefault(first, value)
    elif first.endswith("[]"):
        first = first.removesuffix("[]")
        if isinstance(document.get(first), list):
            elements = [dict(element) for element in document[first]]
            for element in elements:
                with_member(element, rest, value)
            document[first] = elements
    elif isinstance(document.get(first), dict):
        inner = dict(document[first])
        with_member(inner, rest, value)
        document[first] = inner


_FIELD = re.compile(r"\{(\w+)(?::(lower|upper))?\}")


def filled_in(template: str, values: Mapping[str, Any]) -> str:
    """Return a template with `{name}` replaced; `{name:lower}` and `{name:upper}` change its case.

    An absent value leaves nothing.
    """

    def value_of(found: re.Match[str]) -> str:
        text = str(values.get(found[1], ""))
        if found[2] is None:
            return text
        return text.lower() if found[2] == "lower" else text.upper()

    return _FIELD.sub(value_of, template)
