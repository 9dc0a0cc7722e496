"""Who made and who last changed a resource: CreatedBy and LastModifiedBy, for every kind that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.types import Call

NOBODY = "sagestub"
"""Who acts when no call does: a test through the handle, or time."""


def caller(context: Context, resource: Resource) -> dict[str, Any]:
    """Return the UserContext of whoever makes the present call.

    The identity is a user named after the access key: signatures say no more.
    """
    key = context.call.access_key if context.call is not None else NOBODY
    partition = resource.arn.split(":")[1] if resource.arn else "aws"
    return {
        "IamIdentity": {
            "Arn": user_arn(context.call, resource.account, partition),
            "PrincipalId": f"AIDA{key.upper().removeprefix('AKIA')[:16]:0<16}",
        }
    }


def user_arn(call: Call | None, account: str, partition: str) -> str:
    """Return the ARN of the user who makes a call, or of nobody."""
    key = call.access_key if call is not None else NOBODY
    return f"arn:{partition}:iam::{account}:user/{key or NOBODY}"


def sign(context: Context, resource: Resource, *members: str) -> None:
    """Set those of CreatedBy and LastModifiedBy that the kind has."""
    shapes = resource.kind.member_shapes
    for member in members:
        if member in shapes and shapes[member].type_name == "structure":
            resource.document[member] = caller(context, resource)
