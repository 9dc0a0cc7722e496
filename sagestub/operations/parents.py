"""Finding the resource that a call is about, and those that it refers to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.binding import BoundKind
from sagestub.engine.documents import values_at
from sagestub.engine.resource import Resource
from sagestub.errors import ServiceError
from sagestub.operations.refusals import not_found

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.operations.plan import Plan
    from sagestub.types import Call


def resource_of(context: Context, kind: BoundKind, call: Call) -> Resource:
    """Return the resource that a call names by its identifier: a name or an ARN.

    Raises:
        ServiceError: There is none; the service's own code and text for the kind.
    """
    parameters = call.parameters
    identifier = kind.identifier
    if kind.kind.find is not None:
        found = kind.kind.find(context, kind, parameters)
        if found is None:
            raise not_found(kind, call, _asked_for(kind, parameters))
        return found
    if len(identifier) == 1:
        name = parameters.get(identifier[0]) or parameters.get(kind.arn_member, "")
        return resource_called(context, kind, call, str(name))
    return resource_called(context, kind, call, kind.key_of(parameters))


def _asked_for(kind: BoundKind, parameters: Mapping[str, Any]) -> str:
    """Return what a call calls a resource that a finder has not found."""
    required = kind.describe.required_input if kind.describe is not None else ()
    named = next((str(parameters[member]) for member in required if member in parameters), "")
    return kind.key_of(parameters) or named


def resource_called(context: Context, kind: BoundKind, call: Call, name: str) -> Resource:
    """Return the resource of a kind by its key or its ARN, in the call's account and region.

    Raises:
        ServiceError: There is none.
    """
    resource = context.registry.get(call.account, call.region, kind.table, name)
    if resource is None and name.startswith("arn:"):
        found = context.registry.by_arn(name)
        if found is not None and found.kind.table == kind.table:
            resource = found if found.account == call.account else None
    if resource is None:
        raise not_found(kind, call, name)
    return resource


def keys_of_parents(context: Context, plan: Plan, call: Call) -> dict[str, str]:
    """Return the keys of the resources that a call refers to, by input member.

    Where references are not checked, what does not exist has the name that the call gives it.

    Raises:
        ServiceError: One of them does not exist.
    """
    if plan.kind is None:
        return {}
    further = plan.kind.kind.lists.get(plan.operation.name)
    parents = further.parents if further is not None else plan.kind.kind.parents
    if not parents:
        return {}
    return {
        member: _key_named(context, plan.catalogue.kind(parent), call, str(call.parameters[member]))
        for member, parent in parents.items()
        if member in call.parameters
    }


def _key_named(context: Context, kind: BoundKind, call: Call, name: str) -> str:
    try:
        return resource_called(context, kind, call, name).key
    except ServiceError:
        if context.checks_references:
            raise
    return name_in(name)


def name_in(name: str) -> str:
    """Return the name at the end of an ARN; a name as it is."""
    return name.rpartition("/")[2] if name.startswith("arn:") else name


SHARED = frozenset({"Algorithm"})
"""Kinds of which accounts use those of others, which cannot be seen here: the Marketplace's."""


def check_references(context: Context, plan: Plan, call: Call) -> None:
    """Refuse a request that names a resource which does not exist.

    Raises:
        ServiceError: One of the kind's declared references leads nowhere.
    """
    if plan.kind is None or not context.checks_references:
        return
    for path, kind in plan.kind.kind.references.items():
        for name in map(str, values_at(call.parameters, path)):
            if kind in SHARED and name.startswith("arn:") and name.split(":")[4] != call.account:
                continue
            resource_called(context, plan.catalogue.kind(kind), call, name)
