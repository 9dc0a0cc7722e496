"""Create, and Start where starting makes a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.engine.making import insert, new_resource
from sagestub.operations.outputs import output_of
from sagestub.operations.parents import check_references, keys_of_parents
from sagestub.operations.refusals import already_exists

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.operations.plan import Plan
    from sagestub.types import Call, Document


def create(context: Context, plan: Plan, call: Call) -> Document | None:
    """Make a resource from the call's parameters and set it on its way.

    Returns:
        The output members that the resource has, its ARN above all.

    Raises:
        ServiceError: A check refuses the request, or the key is taken. Nothing has changed then.
    """
    kind = plan.kind
    assert kind is not None
    parents = keys_of_parents(context, plan, call)
    parameters = {**call.parameters, **parents}
    resource = new_resource(context, kind, parameters, call.account, call.region)
    check_references(context, plan, call)
    for check in kind.kind.checks:
        check(context, resource)
    existing = _existing(context, resource)
    if existing is not None and existing.status not in kind.kind.gives_way:
        raise already_exists(existing)
    if context.quotas is not None:
        context.quotas.check(resource, {}, context.quotas.amounts(resource))
    if existing is not None:
        context.registry.remove(existing)
        resource.document[kind.created_member] = existing.document[kind.created_member]
    insert(context, resource)
    return output_of(plan, resource)


def _existing(context: Context, resource: Resource) -> Resource | None:
    """Return the resource that has the name of a new one already."""
    kind = resource.kind
    existing = context.registry.get(resource.account, resource.region, kind.table, resource.key)
    if existing is None and kind.kind.any_case:
        existing = context.registry.by_arn(resource.arn)
    return existing
