"""MoveClusterNodes: nodes of a HyperPod cluster go to another group, of it or of another cluster.

A node keeps its instance. It is in the source cluster while it is detached, and in the target cluster from
its hand-over on (`cluster_nodes.change_hands`).

Source: model, MoveClusterNodes and its members; texts assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sagestub.errors import invalid
from sagestub.kinds.cluster_node_calls import each_node
from sagestub.kinds.cluster_nodes import (
    GOES_TO,
    LIFECYCLE,
    MOVING,
    change_group,
    group_of,
    nodes_of,
)
from sagestub.kinds.cluster_operations import (
    CHECKING,
    cluster_named,
    is_continuous,
    note_event,
)

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

Refusal = Callable[["Resource | None"], "tuple[str, str] | None"]
"""Returns why a node cannot be moved, a code and a text; None when it can."""


def move_nodes(
    context: Context, source: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Move nodes that are named, or as many as are asked for."""
    target = cluster_named(context, str(parameters["TargetClusterArn"]))
    for cluster in (source, target):
        check_cluster(cluster)
    group = group_in(source, parameters["SourceInstanceGroupName"])
    goal = group_in(target, parameters["TargetInstanceGroupName"])
    refusal = refusal_for(source, group, target, goal)
    if "InstanceCount" in parameters:
        nodes, answer = chosen(context, source, parameters["InstanceCount"], refusal)
    else:
        nodes, answer = each_node(context, source, parameters, refusal, "Code")
        if not nodes:
            reasons = (e["Message"] for name in answer for e in answer[name])
            raise invalid(f"None of the nodes can be moved: {' '.join(dict.fromkeys(reasons))}")
    name, left = group["InstanceGroupName"], group.get("TargetCount", 0) - len(nodes)
    if left < group.get("MinCount", 0):
        raise invalid(
            f"Moving {len(nodes)} nodes would reduce the instance group {name} below its minimum "
            f"instance count of {group['MinCount']}."
        )
    change_group(source, name, TargetCount=left)
    change_group(
        target,
        goal["InstanceGroupName"],
        TargetCount=goal.get("TargetCount", 0) + len(nodes),
    )
    for cluster in (source, target):
        context.motion.changed(cluster)
    for node in nodes:
        send(context, node, source, target, goal["InstanceGroupName"])
    return answer


def send(context: Context, node: Resource, source: Resource, target: Resource, group: str) -> None:
    """Send a node on its way to a group."""
    document = node.document
    note_event(
        context,
        source,
        f"Moving Instance {document['InstanceId']} from InstanceGroup "
        f"{document['InstanceGroupName']} to InstanceGroup {group} in Cluster {target.name}",
        InstanceGroupName=document["InstanceGroupName"],
        InstanceId=document["InstanceId"],
        NodeLogicalId=document["NodeLogicalId"],
    )
    document[GOES_TO] = (target.key, group)
    context.motion.go(node, LIFECYCLE.service)


def check_cluster(cluster: Resource) -> None:
    """Refuse a cluster from which or to which no nodes can be moved now."""
    if cluster.status != "InService":
        raise invalid(f"The cluster {cluster.arn} must be InService; it is {cluster.status}.")
    if "Eks" not in cluster.document.get("Orchestrator", {}) or not is_continuous(cluster):
        raise invalid(
            f"The cluster {cluster.arn} must use Amazon EKS orchestration and Continuous as the "
            "NodeProvisioningMode."
        )


def group_in(cluster: Resource, name: str) -> Mapping[str, Any]:
    """Return a group of a cluster.

    Raises:
        ServiceError: There is none (code assumed).
    """
    group = group_of(cluster, name)
    if group is None:
        raise invalid(f"The cluster {cluster.name} has no instance group called {name}.")
    return group


def chosen(
    context: Context, cluster: Resource, number: int, refusal: Refusal
) -> tuple[list[Resource], dict[str, Any]]:
    """Return as many nodes as are to be moved, the oldest first (assumed), and the answer.

    Raises:
        ServiceError: There are fewer that can be moved.
    """
    nodes = [node for node in nodes_of(context, cluster) if refusal(node) is None]
    if len(nodes) < number:
        raise invalid(f"{number} nodes are to be moved, and {len(nodes)} are eligible.")
    return nodes[:number], {"Successful": [n.document["InstanceId"] for n in nodes[:number]]}


def refusal_for(
    source: Resource, group: Mapping[str, Any], target: Resource, goal: Mapping[str, Any]
) -> Refusal:
    """Return what says why a node cannot be moved from a group to another one.

    In which of its subnets a node is cannot be known: it is refused when the groups have none in common.
    """
    near = not subnets_of(source, group) or not subnets_of(target, goal)
    near = near or bool(subnets_of(source, group) & subnets_of(target, goal))

    def refusal(node: Resource | None) -> tuple[str, str] | None:
        if node is None or node.document["InstanceGroupName"] != group["InstanceGroupName"]:
            return "NodeIdNotFound", "The node does not exist in the source instance group."
        if node.status in (*MOVING, "SystemUpdating", CHECKING):
            return "NodeIdInUse", "Another operation is in progress for the node."
        if node.status != "Running":
            return "InvalidNodeStatus", f"The node is in status {node.status}."
        if not near:
            return "InvalidNodeStatus", "The node is not in a subnet of the target instance group."
        if node.document.get("Volumes"):
            return "InvalidNodeStatus", "The node has an attached Amazon EBS volume."
        if node.document["InstanceType"] not in types_of(goal):
            return (
                "NodeInstanceTypeMismatch",
                f"The target instance group does not support {node.document['InstanceType']}.",
            )
        return None

    return refusal


def subnets_of(cluster: Resource, group: Mapping[str, Any]) -> set[str]:
    """Return the subnets of a group: its own, else those of its cluster."""
    own = group.get("OverrideVpcConfig") or cluster.document.get("VpcConfig", {})
    return set(own.get("Subnets", ()))


def types_of(group: Mapping[str, Any]) -> set[str]:
    """Return the instance types that a group supports."""
    flexible = group.get("InstanceRequirements", {}).get("DesiredInstanceTypes", ())
    return {group.get("InstanceType", ""), *flexible}
