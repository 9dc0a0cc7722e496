"""A kind: the declaration of one sort of resource.

`Kind` says only what the service model does not say; `engine/binding.py` ties it to a model and fills in
the rest by convention. A kind that nobody declared is bound from the model alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.engine.lifecycle import Lifecycle

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.context import Context
    from sagestub.engine.cross_fields import FieldRule
    from sagestub.engine.plane import Function
    from sagestub.engine.resource import Resource
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


class Token(NamedTuple):
    """What the documentation says of one operation's idempotency token.

    Args:
        hours: How long it is valid, in virtual time.
        again: Brings the first answer up to date when the call is repeated; None for the first
            answer as it was.
    """

    hours: float
    again: Callable[[Context, Resource, Mapping[str, Any]], Mapping[str, Any]] | None = None


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
        tag_checks: Behaviours that may refuse an AddTags by raising `ServiceError`.
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
        late_filters: Input members of List by which a page is filtered once it was fetched, so that it may
            be short, or empty, and have a NextToken.
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
        tokens: What is documented of the idempotency tokens of operations; those of others are kept
            for good.
        on_describe: Looks at the parameters of a Describe and may change what it returns.
        pages: The list that a Describe returns in pages; empty for none.
        on_search: Members that only the Search record has.
        update_checks: Behaviours that may refuse an Update by raising `ServiceError`; they see the
            resource as it is, and what is to change in the call.
        start_checks: Behaviours that may refuse a Start by raising `ServiceError`.
        delete_checks: Behaviours that may refuse a Delete by raising `ServiceError`.
        already_gone: What a Delete of a resource that does not exist answers; None for a refusal.
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
    tag_checks: tuple[Behaviour, ...] = ()
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
    late_filters: frozenset[str] = frozenset()
    asked: Callable[[Context, Mapping[str, Any]], Mapping[str, Any]] | None = None
    lists: Mapping[str, ListOf] = field(default_factory=lambda: NOTHING)
    find: Finder | None = None
    parents: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    references: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    operations: Mapping[str, Handler | None] = field(default_factory=lambda: NOTHING)
    tokens: Mapping[str, Token] = field(default_factory=lambda: NOTHING)
    on_describe: Handler | None = None
    pages: str = ""
    on_search: Handler | None = None
    update_checks: tuple[Behaviour, ...] = ()
    start_checks: tuple[Behaviour, ...] = ()
    delete_checks: tuple[Behaviour, ...] = ()
    already_gone: Function | None = None
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
