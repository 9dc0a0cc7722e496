"""MinInstanceCount: how many nodes a group of a HyperPod cluster needs to become InService.

A group that a request gives a minimum waits for it in Creating, or in Updating where it was there
before. After three hours without it goes back: a new group to no nodes, another to what it was.

Source: model, ClusterInstanceGroupSpecification.MinInstanceCount; facts, hosting.yaml, Cluster.notes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.kinds.cluster_groups import show_groups
from sagestub.kinds.cluster_node_calls import scale
from sagestub.kinds.cluster_nodes import WAITING, change_group, group_of, stop_waiting
from sagestub.kinds.cluster_operations import note_event

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

PATIENCE = 3 * 3600.0

COUNTED = ("CurrentCount", "TargetCount")
"""Members of a group that follow its nodes."""


def await_minimum(
    context: Context, cluster: Resource, name: str, before: Mapping[str, Any] | None
) -> None:
    """Let a group wait for its minimum of nodes, unless it has them.

    Args:
        context: The world's context.
        cluster: The cluster; the group is in it already.
        name: The group's name.
        before: The group before the request; None for a new one.
    """
    group = group_of(cluster, name) or {}
    if group.get("CurrentCount", 0) >= group.get("MinCount", 0):
        return
    number = context.next_number()
    entry = {"Status": "Creating" if before is None else "Updating", "Number": number}
    cluster.document[WAITING] = {**cluster.document.get(WAITING, {}), name: entry}

    def give_up() -> None:
        still = cluster.document.get(WAITING, {}).get(name, {}).get("Number") == number
        if still and context.registry.holds(cluster):
            roll_group_back(context, cluster, name, before)

    context.motion.at(context.clock.exact() + PATIENCE, give_up)


def roll_group_back(
    context: Context, cluster: Resource, name: str, before: Mapping[str, Any] | None
) -> None:
    """Bring a group back to what it was before it was given a minimum."""
    stop_waiting(cluster, name)
    group = group_of(cluster, name)
    if group is None:
        return
    if before is not None:
        added = dict.fromkeys(group.keys() - before.keys())
        kept = {m: v for m, v in {**added, **before}.items() if m not in COUNTED}
        change_group(cluster, name, **kept)
    scale(context, cluster, {name: before["TargetCount"] if before is not None else 0})
    note_event(
        context,
        cluster,
        f"InstanceGroup {name} in Cluster {cluster.name} has not reached its minimum of "
        f"{group['MinCount']} instances and was rolled back",
        "Error",
        InstanceGroupName=name,
    )
    show_groups(context, cluster)
    context.motion.changed(cluster)
