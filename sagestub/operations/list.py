"""List: filters, sort order and pages, read from the operation's input members.

The members' names say what they filter: `NameContains`, `StatusEquals`, `CreationTimeAfter`,
`LastModifiedTimeBefore`, or a member of the resource by its own name. A list of `{Name, Value}` names the
members that it filters by itself. What a call filters by is worked out once for each operation.

Source: facts, cross-cutting, section 7.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.engine.binding import BoundKind
from sagestub.engine.documents import member_at
from sagestub.engine.kind import Kind, ListOf
from sagestub.engine.query import Entry
from sagestub.errors import ServiceError
from sagestub.model.naming import first_of
from sagestub.operations.parents import keys_of_parents

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.model.service import Operation
    from sagestub.operations.plan import Plan
    from sagestub.types import Call, Document

PAGE_SIZES = {
    "DescribeFeatureGroup": 2500,
    "ListClusterExtensionVersions": 100,
    "ListClusterExtensions": 100,
    "ListEdgeDeploymentPlans": 50,
    "ListJobSchemaVersions": 5,
    "ListJobs": 50,
    "ListMonitoringAlertHistory": 100,
    "ListMonitoringAlerts": 100,
    "ListOptimizationJobs": 50,
}
"""Documented page sizes of a call without MaxResults, where they are not the usual one."""

DEFAULT_PAGE = 10
"""Documented for several lists, assumed for the rest."""

PAGING = frozenset({"MaxResults", "NextToken", "SortBy", "SortOrder"})

Test = Callable[[Any, Any], bool]
"""Tells whether a resource's value passes, given the value that the call asks for."""


class Listing:
    """What is known of one List operation before it is called."""

    def __init__(self, operation: Operation, kind: BoundKind) -> None:
        self.kind = kind
        self.operation = operation
        further = kind.kind.lists.get(operation.name)
        self.declared: Kind | ListOf = kind.kind if further is None else further
        self.where = further.where if further is not None else None
        self.present = further.present if further is not None else frozenset[str]()
        self.result_member = (further.result if further is not None else "") or next(
            name
            for name, shape in (
                operation.output_shape.members if operation.output_shape else {}
            ).items()
            if shape.type_name == "list"
        )
        self.late = kind.kind.late_filters if further is None else frozenset[str]()
        self.summary = self._summary_sources()
        filtering = [
            member
            for member in operation.input_members
            if member not in PAGING and self.declared.filters.get(member) != "-"
        ]
        self.named_filters = frozenset(filter(self._is_list_of_names, filtering))
        """The input members that are lists of filters, each with the name of a member."""
        self.filters = {member: self._filter_for(member) for member in filtering}

    def conditions(self, asked: Mapping[str, Any]) -> Iterator[tuple[str, Test, Any]]:
        """Yield what input members filter by: the resource's member, the test, what is wanted."""
        for member, wanted in asked.items():
            if member in self.named_filters:
                yield from ((self._member_called(p["Name"]), _equal, p["Value"]) for p in wanted)
            else:
                yield (*self.filters[member], wanted)

    def _summary_sources(self) -> list[tuple[str, str]]:
        """Return `(summary member, where it stands in the document)`."""
        assert self.operation.output_shape is not None
        result: Any = self.operation.output_shape.members[self.result_member]
        element = result.member
        declared = self.declared.summary
        renamed = {
            "CreationTime": self.kind.created_member,
            "LastModifiedTime": self.kind.modified_member,
        }
        return [
            (
                name,
                declared.get(name)
                or (name if name in self.kind.members else renamed.get(name, name)),
            )
            for name in getattr(element, "members", {})
        ]

    def _filter_for(self, member: str) -> tuple[str, Test]:
        """Return the member that an input member filters by, and its test."""
        named = self.declared.filters.get(member)
        for ending, test in _ENDINGS.items():
            if member.endswith(ending):
                path = named or self._member_called(member.removesuffix(ending))
                return path, _contains if test is _equal and self._is_list(path) else test
        path = named or self._member_called(member)
        if path.endswith("[]"):
            return path.removesuffix("[]"), _contains
        return path, _contains if self._is_list(path) else _equal

    def _is_list_of_names(self, member: str) -> bool:
        """Return whether an input member is a list of filters, each a name and a value."""
        shape: Any = self.operation.input_shape
        element = getattr(shape.members[member], "member", None) if shape is not None else None
        return set(getattr(element, "members", ())) == {"Name", "Value"}

    def _is_list(self, path: str) -> bool:
        """Return whether a member holds a list, of which a filter names one element."""
        shape = self.kind.member_shapes.get(path)
        return shape is not None and shape.type_name == "list"

    def _member_called(self, stem: str) -> str:
        """Return the resource's member that a filter or a SortBy value means."""
        kind = self.kind
        special = {
            "Name": kind.name_member,
            "Status": kind.status_member,
            "CreationTime": kind.created_member,
            "Created": kind.created_member,
            "LastModifiedTime": kind.modified_member,
            "ModifiedTime": kind.modified_member,
            "LastModified": kind.modified_member,
        }
        # Some values of SortBy are in capitals: IMAGE_NAME, CREATION_TIME.
        by_word = {
            **{name.lower(): name for name in kind.members},
            **{name.replace("_", "").lower(): value for name, value in special.items()},
        }
        declared = self.declared.sort.get(stem)
        return (
            declared
            or (stem if stem in kind.members else "")
            or by_word.get(stem.replace("_", "").lower(), "")
            or first_of((f"{kind.name}{stem}", f"{stem}Name"), kind.members)
            or stem
        )

    def sort_member(self, sort_by: str | None) -> str:
        """Return the member to sort by for a SortBy value."""
        return self._member_called(sort_by or self.declared.sort_by)

    def summary_of(self, resource: Resource) -> dict[str, Any]:
        """Return a resource's entry in the list."""
        document = resource.document
        entry = {}
        for name, source in self.summary:
            value = document.get(source) if "." not in source else member_at(document, source)
            if value is not None:
                entry[name] = value
        return entry


def _equal(value: Any, wanted: Any) -> bool:
    return bool(value == wanted)


def _is_there(value: Any, wanted: Any) -> bool:
    return value is not None


def _contains(value: Any, wanted: Any) -> bool:
    return value is not None and wanted in value


def _prefix(value: Any, wanted: Any) -> bool:
    return value is not None and str(value).startswith(wanted)


STAMP_SECONDS = 0.001
"""How exact the stamped times are."""


def _from(value: Any, wanted: Any) -> bool:
    # Times are stamped to the millisecond, rounded down; what a caller read just before is not.
    return value is not None and bool(value + STAMP_SECONDS > wanted)


def _until(value: Any, wanted: Any) -> bool:
    return value is not None and bool(value <= wanted)


_ENDINGS: dict[str, Test] = {
    "Contains": _contains,
    "Equals": _equal,
    "After": _from,
    "Before": _until,
    "NamePrefix": _prefix,
}


def list_(context: Context, plan: Plan, call: Call) -> Document | None:
    """Return one page of summaries."""
    kind = plan.kind
    assert kind is not None
    listing = listing_of(plan.operation, kind)
    table = context.registry.table(call.account, call.region, kind.table)
    parents = keys_of_parents(context, plan, call)
    if kind.kind.asked is not None and listing.declared is kind.kind:
        call = call._replace(parameters=kind.kind.asked(context, call.parameters))
    # A resource without a Describe is looked at by its List: what a page shows has been polled.
    seen = context.motion.polled if kind.describe is None and kind.lifecycle is not None else None
    return page_of(listing, table, call, parents, seen)


def listing_of(operation: Operation, kind: BoundKind) -> Listing:
    """Return what is known of a List operation, compiled once for each service model."""
    key = ("listing", operation.name)
    listing: Listing | None = kind.service.compiled.get(key)
    if listing is None:
        listing = kind.service.compiled.setdefault(key, Listing(operation, kind))
    return listing


def page_of(
    listing: Listing,
    table: Any,
    call: Call,
    parents: Mapping[str, str] | None = None,
    seen: Callable[[Resource], None] | None = None,
) -> dict[str, Any]:
    """Return the List response for a call over a table.

    Args:
        listing: What is known of the operation.
        table: The resources.
        call: The call, with filters, order and page.
        parents: Keys of parents, by the input member that named them by name or ARN.
        seen: What is done with each resource of the page once its summary is made.

    Raises:
        ServiceError: The NextToken is not one of this list's, or was given for other filters.
    """
    parameters = call.parameters
    asked = {m: parameters[m] for m in listing.filters if m in parameters}
    asked.update(parents or {})
    sort_by = listing.sort_member(parameters.get("SortBy"))
    order = parameters.get("SortOrder") or listing.declared.sort_order
    descending = order.lower() == "descending"
    signature = json.dumps([asked, sort_by, descending], sort_keys=True)
    equal, tests = _split(listing, {m: v for m, v in asked.items() if m not in listing.late})
    if sort_by in listing.present:
        tests.append((sort_by, _is_there, True))
    resources, last = table.page(
        sort_by=sort_by,
        descending=descending,
        limit=parameters.get("MaxResults") or PAGE_SIZES.get(call.operation, DEFAULT_PAGE),
        start=_start_of(parameters.get("NextToken"), call, signature),
        equal=equal,
        matches=_all_of(tests, listing.where) if tests or listing.where else None,
        signature=signature,
    )
    late = [(*listing.filters[m], v) for m, v in asked.items() if m in listing.late]
    if late:
        resources = list(filter(_all_of(late, None), resources))
    result: dict[str, Any] = {
        listing.result_member: [listing.summary_of(resource) for resource in resources]
    }
    if last is not None:
        result["NextToken"] = _token_for(last, call, signature)
    if seen is not None:
        for resource in resources:
            seen(resource)
    return result


def paged(operation: Operation, answer: Document, call: Call, member: str = "") -> Document:
    """Return the page of a plain list that a call asks for, in the list's own order.

    Args:
        operation: The operation.
        answer: All members of the answer.
        call: The call.
        member: The list; empty for the answer's only one.
    """
    shapes = operation.output_shape.members if operation.output_shape is not None else {}
    member = member or next((m for m in answer if shapes[m].type_name == "list"), "")
    if member not in answer:
        return answer
    items = answer[member]
    asked = {m: v for m, v in call.parameters.items() if m not in PAGING}
    signature = json.dumps(asked, sort_keys=True)
    start = _start_of(call.parameters.get("NextToken"), call, signature)
    first = start[1] if start is not None else 0
    size = call.parameters.get("MaxResults") or PAGE_SIZES.get(call.operation, DEFAULT_PAGE)
    page: Document = {**answer, member: items[first : first + size]}
    if first + size < len(items):
        page["NextToken"] = _token_for(((0, 0), first + size), call, signature)
    return page


def _split(
    listing: Listing, asked: dict[str, Any]
) -> tuple[tuple[str, Any] | None, list[tuple[str, Test, Any]]]:
    """Return the one equality that an index answers, and the conditions that are left."""
    equal: tuple[str, Any] | None = None
    tests: list[tuple[str, Test, Any]] = []
    for path, test, wanted in listing.conditions(asked):
        if test is _equal and equal is None:
            equal = (path, wanted)
        else:
            tests.append((path, test, wanted))
    return equal, tests


def _all_of(
    tests: list[tuple[str, Test, Any]], where: Callable[[Mapping[str, Any]], bool] | None
) -> Callable[[Resource], bool]:
    def matches(resource: Resource) -> bool:
        document = resource.document
        if where is not None and not where(document):
            return False
        for path, test, wanted in tests:
            value = document.get(path) if "." not in path else member_at(document, path)
            if not test(value, wanted):
                return False
        return True

    return matches


def _seal(call: Call, signature: str) -> str:
    text = f"{call.account}/{call.region}/{call.operation}/{signature}"
    return blake2b(text.encode(), digest_size=12).hexdigest()


def _token_for(last: Entry, call: Call, signature: str) -> str:
    (rank, value), number = last
    content = json.dumps([_seal(call, signature), rank, value, number]).ljust(TOKEN_BYTES)
    return base64.b64encode(_veiled(content.encode())).decode("ascii")


TOKEN_BYTES = 250
"""So many bytes a token has at least: several hundred characters. Source: boto/boto3 issue 3347."""

_VEIL = b"".join(blake2b(bytes([n])).digest() for n in range(8))


def _veiled(content: bytes) -> bytes:
    """Return bytes in which nobody reads anything, or what they were: opaque, with `+` and `/` in base64."""
    veil = (_VEIL * (len(content) // len(_VEIL) + 1))[: len(content)]
    mixed = int.from_bytes(content, "big") ^ int.from_bytes(veil, "big")
    return mixed.to_bytes(len(content), "big")


def _start_of(token: str | None, call: Call, signature: str) -> Entry | None:
    """Return the place that a NextToken stands for.

    Source of the text: facts, cross-cutting, section 7 (seen in a client; the braces are literal).
    """
    if token is None:
        return None
    try:
        content = _veiled(base64.b64decode(token, validate=True))
        seal, rank, value, number = json.loads(content)
    except (binascii.Error, ValueError, TypeError):
        seal = None
    if seal != _seal(call, signature):
        raise ServiceError("ValidationException", 'Invalid pagination token because "{0}".')
    return ((rank, value), number)
