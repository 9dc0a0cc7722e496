"""Who made and who last changed a resource: CreatedBy and LastModifiedBy, for every kind that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

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
            "Arn": f"arn:{partition}:iam::{resource.account}:user/{key or NOBODY}",
            "PrincipalId": f"AIDA{key.upper().removeprefix('AKIA')[:16]:0<16}",
        }
    }


def sign(context: Context, resource: Resource, *members: str) -> None:
    """Set those of CreatedBy and LastModifiedBy that the kind has."""
    shapes = resource.kind.member_shapes
    for member in members:
        if member in shapes and shapes[member].type_name == "structure":
            resource.document[member] = caller(context, resource)
