"""Making resources: document, ARN, key and tags from members, by the kind's declaration."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sagestub.engine.authors import sign
from sagestub.engine.binding import BoundKind
from sagestub.engine.documents import filled_in, with_member
from sagestub.engine.resource import Resource

if TYPE_CHECKING:
    from sagestub.engine.context import Context

NOT_KEPT = frozenset({"Tags", "ClientRequestToken", "ClientToken"})
"""Members of a request that are not part of the resource's document."""

PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-isof-", "aws-iso-f"),
    ("us-iso-", "aws-iso"),
    ("eu-isoe-", "aws-iso-e"),
    ("eusc-", "aws-eusc"),
)
"""Partitions by the prefix of their regions. Source: botocore's `partitions.json`."""


@lru_cache(maxsize=64)
def partition_of(region: str) -> str:
    """Return the partition of a region: `aws`, `aws-cn`, `aws-us-gov` and their like."""
    return next((name for prefix, name in PARTITIONS if region.startswith(prefix)), "aws")


def arn_of(
    kind: BoundKind, members: Mapping[str, Any], account: str, region: str, made_id: str = ""
) -> str:
    """Return the ARN of a resource with these members."""
    path = filled_in(kind.arn_template, {**members, "id": made_id})
    return f"arn:{partition_of(region)}:{kind.kind.arn_service}:{region}:{account}:{path}"


def new_resource(
    context: Context,
    kind: BoundKind,
    parameters: Mapping[str, Any],
    account: str,
    region: str,
) -> Resource:
    """Return the resource that a request asks for, complete but not yet in the registry.

    Args:
        context: The world's context.
        kind: What it will be.
        parameters: Members in wire form, as the request has them.
        account: Its account.
        region: Its region.
    """
    renamed = kind.kind.renamed
    document: dict[str, Any] = {
        renamed.get(member, member): value
        for member, value in parameters.items()
        if member not in NOT_KEPT
    }
    for path, value in kind.kind.defaults.items():
        with_member(document, path, value if type(value) is str else deepcopy(value))
    places = {"account": account, "region": region, "partition": partition_of(region)}
    for member, template in kind.kind.made.items():
        if member not in document:
            values = {**document, **places}
            value = (
                template(context, values)
                if callable(template)
                else _made(context, template, values)
            )
            if value is not None:
                document[member] = value
    resource = Resource(kind, document, account=account, region=region, motion=context.motion)
    made_id = context.new_id() if "{id" in kind.arn_template else ""
    given = document.get(kind.arn_member) if kind.arn_member else None
    if kind.kind.arn != "-":
        resource.arn = given or arn_of(kind, document, account, region, made_id)
    if kind.arn_member:
        document[kind.arn_member] = resource.arn
    now = context.clock.time()
    stamped, signed = [kind.created_member], ["CreatedBy"]
    if not kind.kind.first_changed_by_update:
        stamped.append(kind.modified_member)
        signed.append("LastModifiedBy")
    for member in stamped:
        if member:
            document[member] = now
    sign(context, resource, *signed)
    resource.key = kind.key_of(document)
    tags = parameters.get("Tags", ())
    # The control plane lists tags; its siblings have them as a map.
    resource.tags = (
        dict(tags) if isinstance(tags, Mapping) else {tag["Key"]: tag["Value"] for tag in tags}
    )
    return resource


def insert(context: Context, resource: Resource) -> Resource:
    """Run the kind's behaviours at creation, put the resource in, and set it on its way."""
    for behaviour in resource.kind.kind.on_create:
        behaviour(context, resource)
    context.registry.add(resource)
    context.motion.born(resource)
    return resource


def _made(context: Context, template: str, values: Mapping[str, Any]) -> str:
    """Return a member that is made from a template."""
    made = dict(values)
    if "{id}" in template:
        made["id"] = context.new_id()
    if "{uuid}" in template:
        made["uuid"] = context.new_uuid()
    return filled_in(template, made)
