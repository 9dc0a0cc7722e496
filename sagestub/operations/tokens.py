"""Idempotency tokens: a call that is repeated with its token is answered as before, and does nothing.

The token is kept with the call's parameters and the answer, by account, region and operation, for as
long as the answer is true: what a Create has made is still there, what a Delete has taken away has not
come back. Where the documentation says for how long a token is valid, it is forgotten after that time.

Source: model, the `idempotencyToken` members and their documentation.
"""

from __future__ import annotations

from functools import wraps
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.errors import ServiceError
from sagestub.operations.parents import resource_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sagestub.engine.context import Context
    from sagestub.engine.kind import Token
    from sagestub.engine.resource import Resource
    from sagestub.operations.plan import Plan, Verb
    from sagestub.types import Call, Document


class Answered(NamedTuple):
    """A call with a token that was answered.

    Args:
        parameters: Its parameters.
        result: The answer.
        resource: What it was about, or has made; None for a call about no resource.
        until: The virtual time at which the token is no longer valid.
    """

    parameters: Mapping[str, Any]
    result: Document | None
    resource: Resource | None
    until: float


def once_per_token(verb: Verb, member: str, documented: Token | None = None) -> Verb:
    """Return a verb that a call with the same token does once.

    Args:
        verb: What answers the operation.
        member: The input member that holds the token.
        documented: What the documentation says of it; None for a token that is kept for good.
    """
    seconds = documented.hours * 3600 if documented is not None else inf
    again = documented.again if documented is not None else None

    @wraps(verb)
    def answer(context: Context, plan: Plan, call: Call) -> Document | None:
        token = call.parameters.get(member)
        if not token:
            return verb(context, plan, call)
        operation = plan.operation
        key = (operation.service.name, call.account, call.region, operation.name, token)
        earlier: Answered | None = context.idempotent.get(key)
        about = _about(context, plan, call)
        if earlier is not None and _still_true(context, plan, earlier, about):
            _refuse_others(plan, call, member, earlier)
            if again is not None and earlier.resource is not None:
                return dict(again(context, earlier.resource, earlier.result or {}))
            return None if earlier.result is None else dict(earlier.result)
        result = verb(context, plan, call)
        resource = about if about is not None else _made(context, plan, result)
        until = context.clock.exact() + seconds
        context.idempotent[key] = Answered(call.parameters, result, resource, until)
        return result

    return answer


def _about(context: Context, plan: Plan, call: Call) -> Resource | None:
    """Return the resource that a call is about, if it exists; a call that makes one is about none."""
    kind = plan.kind
    if kind is None or (kind.create is not None and kind.create.name == plan.operation.name):
        return None
    try:
        return resource_of(context, kind, call)
    except ServiceError:
        return None


def _made(context: Context, plan: Plan, result: Document | None) -> Resource | None:
    """Return the resource that a call has made, by the ARN in its answer."""
    arn = (result or {}).get(plan.kind.arn_member) if plan.kind is not None else None
    return context.registry.by_arn(arn) if isinstance(arn, str) else None


def _still_true(context: Context, plan: Plan, earlier: Answered, about: Resource | None) -> bool:
    """Return whether an earlier answer holds for the present call."""
    kind, resource = plan.kind, earlier.resource
    if context.clock.exact() >= earlier.until:
        return False
    if kind is None or resource is None:
        return True
    if kind.delete is not None and kind.delete.name == plan.operation.name:
        return about is None or about is resource
    return context.registry.holds(resource)


def _refuse_others(plan: Plan, call: Call, member: str, earlier: Answered) -> None:
    """Refuse a token that was used with other parameters (text assumed; code by the model).

    Raises:
        ServiceError: The parameters differ.
    """
    if call.parameters != earlier.parameters:
        declares = "ConflictException" in plan.operation.error_codes
        raise ServiceError(
            "ConflictException" if declares else "ValidationException",
            f"The {member} {call.parameters[member]} was used before with other parameters.",
        )
