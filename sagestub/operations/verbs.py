"""The conventional verbs: Describe, Update, Delete, Stop and Start, and the table of all.

Each is generic over kinds. What a kind does differently is declared on the kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.authors import sign
from sagestub.engine.making import NOT_KEPT
from sagestub.errors import ServiceError
from sagestub.operations.create import create
from sagestub.operations.list import list_, paged
from sagestub.operations.outputs import output_of
from sagestub.operations.parents import check_references, keys_of_parents, resource_of
from sagestub.operations.refusals import wrong_state
from sagestub.operations.tags import tag_list, with_more_tags
from sagestub.types import GONE

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.kind import Kind
    from sagestub.engine.resource import Resource
    from sagestub.operations.plan import Plan, Verb
    from sagestub.types import Call, Document


def describe(context: Context, plan: Plan, call: Call) -> Document | None:
    """Return the resource's members; under `poll` the resource then moves on."""
    kind = plan.kind
    assert kind is not None
    resource: Resource = resource_of(context, kind, call)
    document = resource.document
    result: Document = {member: document[member] for member in kind.members if member in document}
    if resource.tags and "Tags" in kind.members:
        result["Tags"] = tag_list(resource.tags)
    if kind.kind.on_describe is not None:
        result = {**result, **kind.kind.on_describe(context, resource, call.parameters)}
    if kind.kind.pages:
        result = paged(plan.operation, result, call, kind.kind.pages)
    if resource.way:
        context.motion.polled(resource)
    return {kind.wrapper: result} if kind.wrapper else result


def update(context: Context, plan: Plan, call: Call) -> Document | None:
    """Replace the members that the call gives, and send the resource on its way of an update."""
    kind = plan.kind
    assert kind is not None
    resource: Resource = resource_of(context, kind, call)
    lifecycle = kind.lifecycle
    if lifecycle is not None and not _accepts(lifecycle.update_from, resource):
        raise wrong_state(resource, kind.kind.cannot_update)
    for check in kind.kind.update_checks:
        check(context, resource)
    fixed = {*kind.identifier, kind.arn_member, *NOT_KEPT}
    renamed = kind.kind.renamed
    given = {**call.parameters, **keys_of_parents(context, plan, call)}
    check_references(context, plan, call)
    tags = with_more_tags(resource, call.parameters.get("Tags", ()))
    changes = {
        renamed.get(member, member): value for member, value in given.items() if member not in fixed
    }
    before = resource.document
    used = context.quotas.amounts(resource) if context.quotas is not None else {}
    resource.document = {**before, **_without_removed(kind.kind, before, changes)}
    try:
        for check in kind.kind.checks:
            check(context, resource)
        if context.quotas is not None:
            context.quotas.check(resource, used, context.quotas.amounts(resource))
    except Exception:
        resource.document = before
        raise
    resource.tags = tags
    sign(context, resource, "LastModifiedBy")
    for behaviour in kind.kind.on_update:
        behaviour(context, resource)
    context.motion.changed(resource)
    context.motion.announce(resource, "Updated")
    if lifecycle is not None and lifecycle.update:
        context.motion.go(resource, lifecycle.update)
    return output_of(plan, resource)


def _without_removed(
    kind: Kind, before: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    """Return an update's members, with what its `…ToRemove` members name taken out of the maps.

    A map that the kind declares in `merges` keeps the keys that the update does not give.
    """
    result = dict(changes)
    for member in kind.merges:
        if member in result:
            result[member] = {**before.get(member, {}), **result[member]}
    for given in [name for name in changes if name.endswith("ToRemove")]:
        member, removed = given.removesuffix("ToRemove"), set(result.pop(given))
        kept = result.get(member, before.get(member, {}))
        result[member] = {key: value for key, value in kept.items() if key not in removed}
    return result


def delete(context: Context, plan: Plan, call: Call) -> Document | None:
    """Take the resource away: at once, or by way of its `Deleting` state."""
    kind = plan.kind
    assert kind is not None
    try:
        resource: Resource = resource_of(context, kind, call)
    except ServiceError:
        if kind.kind.already_gone is None:
            raise
        return {**kind.kind.already_gone(context, call.parameters)}
    lifecycle = kind.lifecycle
    if lifecycle is not None and not _accepts(lifecycle.delete_from, resource):
        raise wrong_state(resource, kind.kind.cannot_delete)
    for check in kind.kind.delete_checks:
        check(context, resource)
    result = output_of(plan, resource)
    for behaviour in kind.kind.on_delete:
        behaviour(context, resource)
    if lifecycle is not None and lifecycle.delete:
        if resource.status not in lifecycle.delete:
            context.motion.go(resource, (*lifecycle.delete, GONE))
    else:
        context.registry.remove(resource)
        context.motion.announce(resource, "Deleted")
    return result


def stop(context: Context, plan: Plan, call: Call) -> Document | None:
    """Send the resource on its way of a stop."""
    kind = plan.kind
    assert kind is not None
    resource: Resource = resource_of(context, kind, call)
    lifecycle = kind.lifecycle
    if lifecycle is None or not lifecycle.stop or not _accepts(lifecycle.may_stop, resource):
        raise wrong_state(resource, kind.kind.cannot_stop)
    context.motion.go(resource, lifecycle.stop)
    return output_of(plan, resource)


def start(context: Context, plan: Plan, call: Call) -> Document | None:
    """Send a stopped resource on its way again."""
    kind = plan.kind
    assert kind is not None
    resource: Resource = resource_of(context, kind, call)
    lifecycle = kind.lifecycle
    from_states = frozenset[Any]()
    if lifecycle is not None:
        from_states = lifecycle.start_from or frozenset(lifecycle.stop[-1:])
    if lifecycle is None or not _accepts(from_states, resource):
        raise wrong_state(resource, kind.kind.cannot_start)
    for check in kind.kind.start_checks:
        check(context, resource)
    if context.quotas is not None:
        context.quotas.check_start(resource)
    context.motion.go(resource, lifecycle.start or lifecycle.path)
    return output_of(plan, resource)


def on_resource(context: Context, plan: Plan, call: Call) -> Document | None:
    """Answer an operation that a kind declares in `operations`; lists in the answer are paged."""
    kind = plan.kind
    assert kind is not None
    resource: Resource = resource_of(context, kind, call)
    handler = kind.kind.operations[plan.operation.name]
    if handler is None:
        return output_of(plan, resource)
    result = handler(context, resource, call.parameters)
    if plan.operation.output_shape is None:
        return None
    members = plan.operation.output_members
    answer = {member: result[member] for member in members if member in result}
    return paged(plan.operation, answer, call) if "NextToken" in members else answer


def _accepts(states: frozenset[str] | None, resource: Resource) -> bool:
    """Return whether a verb's states include the resource's; None are all states."""
    return states is None or resource.status in states or resource.state in states


VERBS: dict[str, Verb] = {
    "Describe": describe,
    "Create": create,
    "List": list_,
    "Update": update,
    "Delete": delete,
    "Stop": stop,
    "Start": start,
}
