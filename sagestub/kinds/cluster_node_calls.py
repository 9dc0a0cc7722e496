"""What calls do with nodes of a HyperPod cluster: add, delete, reboot, replace, check.

Calls about many nodes answer with those that it worked for and those that it did not.

Source: facts, hosting.yaml, ClusterNode; model, the operations' own documentation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from sagestub.errors import ServiceError
from sagestub.kinds.cluster_nodes import (
    LIFECYCLE,
    MOVING,
    OF_THE_INSTANCE,
    change_group,
    counting_for,
    group_of,
    launch,
    node_called,
    nodes_of,
    place_of,
    shut_down,
)
from sagestub.kinds.cluster_operations import (
    begin_scaling,
    is_continuous,
    note_event,
)

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


def invalid(text: str) -> ServiceError:
    """Return the refusal of a request that contradicts itself or the cluster."""
    return ServiceError("ValidationException", text)


def counts(group: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scaling configuration of a group."""
    named = ("CurrentCount", "TargetCount", "MinCount")
    return {member: group[member] for member in named if member in group}


def scale(context: Context, cluster: Resource, wanted: Mapping[str, int]) -> list[Resource]:
    """Bring groups to numbers of nodes; return the nodes that are new.

    Nodes that do not run yet go first, then the newest (assumed).

    Args:
        context: The world's context.
        cluster: The cluster; its groups are there already.
        wanted: The number of nodes by group.
    """
    nodes = [n for n in counting_for(context, cluster) if n.status != "ShuttingDown"]
    details: list[dict[str, Any]] = []
    additions: list[str] = []
    leaving: list[Resource] = []
    for name, number in wanted.items():
        own = [node for node in nodes if place_of(node)[1] == name]
        before = group_of(cluster, name) or {}
        if number == len(own) and before.get("TargetCount") == number:
            continue
        change_group(cluster, name, TargetCount=number)
        after = group_of(cluster, name) or {}
        desired = {m: v for m, v in counts(after).items() if m != "CurrentCount"}
        details.append(
            {
                "InstanceGroupName": name,
                "Status": "InProgress",
                "Original": {**counts(before), "TargetCount": len(own)},
                "Desired": desired,
            }
        )
        additions += [name] * (number - len(own))
        own.sort(key=lambda node: (node.status != "Pending", -node.number))
        leaving += own[: max(0, len(own) - number)]
    if details:
        announce(context, cluster, details)
    made = [add_node(context, cluster, name) for name in additions]
    for node in leaving:
        shut_down(context, node)
    return made


def announce(context: Context, cluster: Resource, details: list[dict[str, Any]]) -> None:
    """Keep the operation of a scaling, and its events."""
    operation = begin_scaling(context, cluster, details)
    for detail in details:
        name, number = detail["InstanceGroupName"], detail["Desired"]["TargetCount"]
        if is_continuous(cluster) and detail["Original"].get("CurrentCount") != number:
            change_group(cluster, name, ActiveOperations={"Scaling": 1})
        note_event(
            context,
            cluster,
            f"Scaling InstanceGroup {name} in Cluster {cluster.name} to {number} instances",
            InstanceGroupName=name,
            OperationId=operation.document["OperationId"],
        )


def add_node(context: Context, cluster: Resource, group: str) -> Resource:
    """Make a node in a group."""
    members = {"ClusterName": cluster.key, "InstanceGroupName": group}
    return context.add("ClusterNode", members, cluster)


def add_nodes(
    context: Context, cluster: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Add nodes to groups of a cluster."""
    if not is_continuous(cluster):
        raise invalid(
            "BatchAddClusterNodes is only supported for clusters that use Continuous as the "
            "NodeProvisioningMode."
        )
    asked = parameters["NodesToAdd"]
    made, failed = _added(context, cluster, asked)
    return {"Successful": [_addition(node) for node in made], "Failed": failed}


def _added(
    context: Context, cluster: Resource, asked: list[Mapping[str, Any]]
) -> tuple[list[Resource], list[dict[str, Any]]]:
    wanted: dict[str, int] = {}
    failed: list[dict[str, Any]] = []
    for item in asked:
        name, number = item["InstanceGroupName"], item["IncrementTargetCountBy"]
        group = group_of(cluster, name)
        code = why_not(group, item)
        if group is None or code:
            failed.append(
                {
                    "InstanceGroupName": name,
                    "ErrorCode": code,
                    "FailedCount": number,
                    "Message": f"No nodes can be added to the instance group {name}.",
                    **{m: item[m] for m in ("AvailabilityZones", "InstanceTypes") if m in item},
                }
            )
        else:
            wanted[name] = wanted.get(name, group.get("TargetCount", 0)) + number
    return scale(context, cluster, wanted), failed


def with_latest_statuses(
    context: Context, cluster: Resource, answer: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the answer to a repeated BatchAddClusterNodes: the same nodes, as they are now."""
    nodes = {n["NodeLogicalId"]: n for n in answer["Successful"]}
    for name, shown in nodes.items():
        node = node_called(context, cluster, NodeLogicalId=name)
        nodes[name] = shown if node is None else _addition(node)
    return {**answer, "Successful": list(nodes.values())}


def why_not(group: Mapping[str, Any] | None, item: Mapping[str, Any]) -> str:
    """Return the error code of an addition that cannot be; empty for one that can."""
    if group is None:
        return "InstanceGroupNotFound"
    if group.get("Status") in ("Deleting", "Failed"):
        return "InvalidInstanceGroupStatus"
    flexible = group.get("InstanceRequirements", {}).get("DesiredInstanceTypes", ())
    types = {group.get("InstanceType"), *flexible}
    return "" if set(item.get("InstanceTypes", ())) <= types else "IncompatibleInstanceTypes"


def _addition(node: Resource) -> dict[str, Any]:
    document = node.document
    return {
        "NodeLogicalId": document["NodeLogicalId"],
        "InstanceGroupName": document["InstanceGroupName"],
        "Status": node.status,
    }


# Calls about nodes by id -------------------------------------------------------------------------


Refusal: TypeAlias = "Callable[[Resource | None], tuple[str, str] | None]"
"""Returns why nothing is done to a node: a code and a message; None when it is done."""


def each_node(
    context: Context,
    cluster: Resource,
    parameters: Mapping[str, Any],
    refusal: Refusal,
    code_member: str,
) -> tuple[list[Resource], dict[str, Any]]:
    """Return the nodes that a call may go on with, and the members of its answer.

    Raises:
        ServiceError: The call names logical ids where there are none.
    """
    instance_ids = parameters.get("NodeIds", ())
    logical_ids = parameters.get("NodeLogicalIds", ())
    if logical_ids and not is_continuous(cluster):
        raise invalid(
            "NodeLogicalIds is only supported for clusters that use Continuous as the "
            "NodeProvisioningMode."
        )
    nodes: dict[str, Resource] = {}
    answer: dict[str, Any] = {}
    for member, named, ids in (
        ("NodeId", "InstanceId", instance_ids),
        ("NodeLogicalId", "NodeLogicalId", logical_ids),
    ):
        ending = "NodeLogicalIds" if member == "NodeLogicalId" else ""
        good, bad = [], []
        for name in dict.fromkeys(ids):
            node = node_called(context, cluster, **{named: name})
            why = refusal(node)
            if node is None or why is not None:
                code, text = why or ("", "")
                bad.append({member: name, code_member: code, "Message": text})
            else:
                good.append(name)
                nodes[node.key] = node
        if good:
            answer[f"Successful{ending}"] = good
        if bad:
            answer[f"Failed{ending}"] = bad
    return list(nodes.values()), answer


def cannot_go(node: Resource | None) -> tuple[str, str] | None:
    """Return why a node cannot be deleted; None when it can."""
    if node is None:
        return "NodeIdNotFound", "The node is not in the cluster."
    if node.status == "SystemUpdating":
        return "NodeIdInUse", "The node's software is being updated."
    if node.status in MOVING:
        return "NodeIdInUse", "The node is being moved."
    if node.status == "ShuttingDown":
        return "InvalidNodeStatus", "The node is shutting down."
    return None


def cannot_restart(node: Resource | None) -> tuple[str, str] | None:
    """Return why a node cannot be rebooted or replaced; None when it can."""
    if node is None:
        return "InstanceIdNotFound", "The instance is not in the cluster."
    if node.status == "SystemUpdating":
        return "InstanceIdInUse", "The instance's software is being updated."
    if node.status in MOVING:
        return "InstanceIdInUse", "The instance is being moved."
    if node.status not in ("Running", "Failure"):
        return "InvalidInstanceStatus", f"The instance is in status {node.status}."
    return None


def unless_controller(cluster: Resource, refusal: Refusal, code: str, done: str) -> Refusal:
    """Return a refusal that holds for Slurm controllers too, which are neither deleted nor replaced.

    Source: model, BatchDeleteClusterNodesRequest.NodeIds, BatchReplaceClusterNodesRequest.NodeIds (the error
    codes are assumed).
    """

    def refuse(node: Resource | None) -> tuple[str, str] | None:
        group = group_of(cluster, node.document["InstanceGroupName"]) if node is not None else None
        if (group or {}).get("SlurmConfig", {}).get("NodeType") == "Controller":
            return code, f"A Slurm controller node cannot be {done}."
        return refusal(node)

    return refuse


def delete_nodes(
    context: Context, cluster: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Delete nodes of a cluster; their groups want so many fewer."""
    refusal = unless_controller(cluster, cannot_go, "NodeIdInUse", "deleted")
    nodes, answer = each_node(context, cluster, parameters, refusal, "Code")
    details = []
    for name in dict.fromkeys(node.document["InstanceGroupName"] for node in nodes):
        group = group_of(cluster, name)
        if group is None:
            continue
        own = sum(node.document["InstanceGroupName"] == name for node in nodes)
        target = max(0, group.get("TargetCount", 0) - own)
        change_group(cluster, name, TargetCount=target)
        details.append(
            {
                "InstanceGroupName": name,
                "Status": "InProgress",
                "Original": counts(group),
                "Desired": {"TargetCount": target},
            }
        )
    if details:
        announce(context, cluster, details)
    for node in nodes:
        shut_down(context, node)
    return answer


def reboot_nodes(
    context: Context, cluster: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Reboot nodes of a cluster: Pending for a while, on the same instance (states assumed)."""
    nodes, answer = each_node(context, cluster, parameters, cannot_restart, "ErrorCode")
    for node in nodes:
        context.motion.go(node, LIFECYCLE.path)
    return answer


def replace_nodes(
    context: Context, cluster: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Give nodes of a cluster new instances; their logical ids stay."""
    refusal = unless_controller(cluster, cannot_restart, "InstanceIdInUse", "replaced")
    nodes, answer = each_node(context, cluster, parameters, refusal, "ErrorCode")
    for node in nodes:
        for member in OF_THE_INSTANCE:
            node.document.pop(member, None)
        node.document.pop("Volumes", None)
        if not is_continuous(cluster):
            launch(context, node)
        context.motion.go(node, LIFECYCLE.path)
    return answer


def check_health(
    context: Context, cluster: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Start deep health checks of groups, or of instances in them."""
    asked = parameters["DeepHealthCheckConfigurations"]
    checked: list[Resource] = []
    for item in asked:
        name = item["InstanceGroupName"]
        if group_of(cluster, name) is None:
            raise invalid(f"The cluster {cluster.name} has no instance group called {name}.")
        own = [n for n in nodes_of(context, cluster) if n.document["InstanceGroupName"] == name]
        ids = item.get("InstanceIds")
        unknown = set(ids or ()) - {node.document.get("InstanceId") for node in own}
        if unknown:
            raise invalid(f"The instance group {name} has no instances {sorted(unknown)}.")
        checked += [n for n in own if ids is None or n.document["InstanceId"] in ids]
    for node in checked:
        if node.status == "Running":
            context.motion.go(node, LIFECYCLE.start)
    context.add(
        "ClusterOperation",
        {
            "ClusterName": cluster.key,
            "ClusterArn": cluster.arn,
            "Type": "DeepHealthCheck",
            "DeepHealthCheckDetails": asked,
        },
        cluster,
    )
    return {"ClusterArn": cluster.arn}
