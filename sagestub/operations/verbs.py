"""The conventional verbs: Describe, Update, Delete, Stop and Start, and the table of all.

Each is generic over kinds. What a kind does differently is declared on the kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagestub.engine.lifecycle import GONE
from sagestub.operations.create import create
from sagestub.operations.list import list_, paged
from sagestub.operations.parents import resource_of
from sagestub.operations.refusals import wrong_state

if TYPE_CHECKING:
    from sagestub.engine.context import Context
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
    if kind.kind.on_describe is not None:
        result = {**result, **kind.kind.on_describe(context, resource, call.parameters)}
    if resource.way:
        context.motion.polled(resource)
    return result


def update(context: Context, plan: Plan, call: Call) -> Document | None:
    """Replace the members that the call gives, and send the resource on its way of an update."""
    kind = plan.kind
    assert kind is not None
    resource: Resource = resource_of(context, kind, call)
    lifecycle = kind.lifecycle
    if lifecycle is not None and lifecycle.update_from is not None:
        if resource.status not in lifecycle.update_from:
            raise wrong_state(resource, kind.kind.cannot_update)
    identifier = frozenset(kind.identifier)
    changes = {
        member: value
        for member, value in call.parameters.items()
        if member in kind.member_shapes and member not in identifier
    }
    before = resource.document
    resource.document = {**before, **changes}
    try:
        for check in kind.kind.checks:
            check(context, resource)
    except Exception:
        resource.document = before
        raise
    for behaviour in kind.kind.on_update:
        behaviour(context, resource)
    context.motion.changed(resource)
    if lifecycle is not None and lifecycle.update:
        context.motion.go(resource, lifecycle.update)
    return _output(plan, resource)


def delete(context: Context, plan: Plan, call: Call) -> Document | None:
    """Take the resource away: at once, or by way of its `Deleting` state."""
    kind = plan.kind
    assert kind is not None
    resource: Resource = resource_of(context, kind, call)
    lifecycle = kind.lifecycle
    if lifecycle is not None and lifecycle.delete_from is not None:
        if resource.status not in lifecycle.delete_from:
            raise wrong_state(resource, kind.kind.cannot_delete)
    for check in kind.kind.delete_checks:
        check(context, resource)
    result = _output(plan, resource)
    for behaviour in kind.kind.on_delete:
        behaviour(context, resource)
    if lifecycle is not None and lifecycle.delete:
        if resource.status not in lifecycle.delete:
            context.motion.go(resource, (*lifecycle.delete, GONE))
    else:
        context.registry.remove(resource)
    return result


def stop(context: Context, plan: Plan, call: Call) -> Document | None:
    """Send the resource on its way of a stop."""
    kind = plan.kind
    assert kind is not None
    resource: Resource = resource_of(context, kind, call)
    lifecycle = kind.lifecycle
    if lifecycle is None or not lifecycle.stop or resource.status not in lifecycle.may_stop:
        raise wrong_state(resource, kind.kind.cannot_stop)
    context.motion.go(resource, lifecycle.stop)
    return _output(plan, resource)


def start(context: Context, plan: Plan, call: Call) -> Document | None:
    """Send a stopped resource on its way again."""
    kind = plan.kind
    assert kind is not None
    resource: Resource = resource_of(context, kind, call)
    lifecycle = kind.lifecycle
    from_states = frozenset[Any]()
    if lifecycle is not None:
        from_states = lifecycle.start_from or frozenset(lifecycle.stop[-1:])
    if lifecycle is None or resource.status not in from_states:
        raise wrong_state(resource, kind.kind.cannot_start)
    context.motion.go(resource, lifecycle.start or lifecycle.path)
    return _output(plan, resource)


def on_resource(context: Context, plan: Plan, call: Call) -> Document | None:
    """Answer an operation that a kind declares in `operations`; lists in the answer are paged."""
    kind = plan.kind
    assert kind is not None
    resource: Resource = resource_of(context, kind, call)
    handler = kind.kind.operations[plan.operation.name]
    if handler is None:
        return _output(plan, resource)
    result = handler(context, resource, call.parameters)
    if plan.operation.output_shape is None:
        return None
    members = plan.operation.output_members
    answer = {member: result[member] for member in members if member in result}
    return paged(plan.operation, answer, call) if "NextToken" in members else answer


def _output(plan: Plan, resource: Resource) -> Document | None:
    """Return the output members that the resource has; None where the operation has no output."""
    if plan.operation.output_shape is None:
        return None
    document = resource.document
    return {
        member: document[member] for member in plan.operation.output_members if member in document
    }


VERBS: dict[str, Verb] = {
    "Describe": describe,
    "Create": create,
    "List": list_,
    "Update": update,
    "Delete": delete,
    "Stop": stop,
    "Start": start,
}
