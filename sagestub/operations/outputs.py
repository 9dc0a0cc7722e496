"""The answer of a verb: the output members that a resource has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagestub.engine.resource import Resource
    from sagestub.operations.plan import Plan
    from sagestub.types import Document


def output_of(plan: Plan, resource: Resource) -> Document | None:
    """Return the output members that the resource has; None where the operation has no output."""
    if plan.operation.output_shape is None:
        return None
    members = plan.operation.output_members
    kind = resource.kind
    if kind.wrapper and kind.wrapper in members:
        return {kind.wrapper: kind.described(resource.document)}
    document = resource.document
    return {member: document[member] for member in members if member in document}
