"""Create, and Start where starting makes a resource."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import BoundKind, with_member
from sagestub.engine.resource import Resource
from sagestub.errors import ServiceError
from sagestub.operations.parents import keys_of_parents
from sagestub.operations.refusals import already_exists, arn_of
from sagestub.operations.tags import check_tags, tags_of

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.operations.plan import Plan
    from sagestub.types import Call, Document


NOT_KEPT = frozenset({"Tags", "ClientRequestToken", "ClientToken"})
"""Members of a request that are not part of the resource's document."""


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
    resource = new_resource(context, kind, call, parents)
    check_tags(call.parameters.get("Tags", ()), resource.tags)
    for check in kind.kind.checks:
        check(context, resource)
    existing = context.registry.get(call.account, call.region, kind.name, resource.key)
    if existing is not None:
        raise already_exists(existing)
    insert(context, resource)
    result = {
        m: resource.document[m] for m in plan.operation.output_members if m in resource.document
    }
    if token is not None and token in call.parameters:
        context.idempotent[_token_key(plan, call, token)] = (call.parameters, result)
    return result if plan.operation.output_shape is not None else None


def new_resource(
    context: Context, kind: BoundKind, call: Call, parents: Mapping[str, str]
) -> Resource:
    """Return the resource that a request asks for, complete but not yet in the registry.

    Args:
        context: The world's context.
        kind: What it will be.
        call: The request.
        parents: Keys of the resources that the request refers to, by member.
    """
    parameters = {**call.parameters, **parents}
    document: dict[str, Any] = {m: v for m, v in parameters.items() if m not in NOT_KEPT}
    for path, value in kind.kind.defaults.items():
        with_member(document, path, deepcopy(value))
    resource = Resource(
        kind,
        document,
        account=call.account,
        region=call.region,
        motion=context.motion,
    )
    made_id = context.new_id() if "{id}" in kind.arn_template else ""
    resource.arn = arn_of(kind, {**parameters, **document}, call, made_id)
    if kind.arn_member:
        document[kind.arn_member] = resource.arn
    now = context.clock.time()
    for member in (kind.created_member, kind.modified_member):
        if member:
            document[member] = now
    resource.key = kind.key_of(document)
    resource.tags = tags_of(parameters.get("Tags", ()))
    return resource


def insert(context: Context, resource: Resource) -> None:
    """Run the kind's behaviours at creation, put the resource in, and set it on its way."""
    for behaviour in resource.kind.kind.on_create:
        behaviour(context, resource)
    context.registry.add(resource)
    context.motion.born(resource)


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
    if made in result and context.registry.by_arn(result[made]) is None:
        return None
    if parameters != call.parameters:
        declares = "ConflictException" in plan.operation.error_codes
        raise ServiceError(
            "ConflictException" if declares else "ValidationException",
            f"The {token} {call.parameters[token]} was used before with other parameters.",
        )
    return dict(result)
