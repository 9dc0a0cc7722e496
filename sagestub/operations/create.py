"""Create, and Start where starting makes a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.engine.making import insert, new_resource
from sagestub.errors import ServiceError
from sagestub.operations.outputs import output_of
from sagestub.operations.parents import check_references, keys_of_parents
from sagestub.operations.refusals import already_exists
from sagestub.operations.tags import check_tags, tag_list

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
    token = plan.operation.token_member
    if token is not None and (answer := _answer_before(context, plan, call, token)) is not None:
        return answer
    parents = keys_of_parents(context, plan, call)
    parameters = {**call.parameters, **parents}
    resource = new_resource(context, kind, parameters, call.account, call.region)
    tags = call.parameters.get("Tags", ())
    check_tags(tag_list(tags) if isinstance(tags, dict) else tags, resource.tags)
    check_references(context, plan, call)
    for check in kind.kind.checks:
        check(context, resource)
    existing = _existing(context, resource)
    if existing is not None and existing.status not in kind.kind.gives_way:
        raise already_exists(existing)
    if existing is not None:
        context.registry.remove(existing)
        resource.document[kind.created_member] = existing.document[kind.created_member]
    insert(context, resource)
    result = output_of(plan, resource)
    if token is not None and token in call.parameters:
        context.idempotent[_token_key(plan, call, token)] = (call.parameters, result)
    return result


def _existing(context: Context, resource: Resource) -> Resource | None:
    """Return the resource that has the name of a new one already."""
    kind = resource.kind
    existing = context.registry.get(resource.account, resource.region, kind.table, resource.key)
    if existing is None and kind.kind.any_case:
        existing = context.registry.by_arn(resource.arn)
    return existing


def _token_key(plan: Plan, call: Call, token: str) -> tuple[str, ...]:
    return (call.account, call.region, plan.operation.name, str(call.parameters[token]))


def _answer_before(context: Context, plan: Plan, call: Call, token: str) -> Document | None:
    """Return the answer to an earlier call with the same token, if what it made still exists.

    Raises:
        ServiceError: The earlier call had other parameters.
    """
    if token not in call.parameters:
        return None
    earlier = context.idempotent.get(_token_key(plan, call, token))
    if earlier is None:
        return None
    parameters, result = earlier
    made = plan.kind.arn_member if plan.kind is not None else ""
    if result is None or (made in result and context.registry.by_arn(result[made]) is None):
        return None
    if parameters != call.parameters:
        declares = "ConflictException" in plan.operation.error_codes
        raise ServiceError(
            "ConflictException" if declares else "ValidationException",
            f"The {token} {call.parameters[token]} was used before with other parameters.",
        )
    return dict(result)
