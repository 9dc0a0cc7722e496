"""ClusterNode: the instances of a HyperPod cluster's groups.

A node follows its cluster: it is made with its group, runs when the cluster is InService, and goes with
it. In a cluster that provisions continuously each node goes its own way. It is known by its logical id,
which survives a replacement of the instance.

What is on the node cannot be known: the id of the system image unless it was given, whether a newer one
exists (ImageVersionStatus), its UltraServer, its IPv6 address. Such members are absent.

Source: facts, hosting.yaml, ClusterNode.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.children import follows
from sagestub.kinds.cluster_operations import (
    CHECKING,
    cluster_named,
    group_has_its_nodes,
    is_continuous,
    newest_cluster,
    note_event,
)
from sagestub.types import GONE

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.context import Context
    from sagestub.engine.kind import Behaviour
    from sagestub.engine.resource import Resource

GROUP_LISTS = ("InstanceGroups", "RestrictedInstanceGroups")
"""The members of a cluster that hold its groups."""

OF_THE_GROUP = (
    "InstanceType",
    "LifeCycleConfig",
    "OverrideVpcConfig",
    "InstanceStorageConfigs",
    "ThreadsPerCore",
    "CurrentImageId",
    "DesiredImageId",
    "CurrentImageReleaseVersion",
    "DesiredImageReleaseVersion",
    "KubernetesConfig",
    "NetworkInterface",
)
"""Members that a node has from its group."""

OF_THE_INSTANCE = (
    "InstanceId",
    "LaunchTime",
    "PrivatePrimaryIp",
    "PrivateDnsHostname",
    "Placement",
)
"""Members that come with an instance, and go with it when it is replaced."""

WAITING = "GroupsWaiting"
"""Where a cluster keeps the groups that wait for their minimum of nodes; no response has it."""

LIFECYCLE = Lifecycle(
    "Pending > Running",
    fail="Failure",
    update="SystemUpdating > Running",
    start=f"{CHECKING} > Running",
    service="DetachInProgress > AttachInProgress > Running",
    delete="ShuttingDown",
    other="NotFound",
)

MOVING = ("DetachInProgress", "AttachInProgress")
"""The states of a node that is being moved to another group."""

GOES_TO = "GoesTo"
"""Where a node that is being detached keeps the cluster and the group that it goes to."""

DIRECTIONS = ("north", "south", "east", "west", "central")


def threads_per_core(instance_type: str) -> int:
    """Return the threads per core of an instance type that nobody has chosen: 1 without multithreading.

    Source: EC2 user guide, CPU options: Arm processors and the AMD ones of the seventh generation on have
    one thread a core.
    """
    family = instance_type.removeprefix("ml.").partition(".")[0]
    arm = re.fullmatch(r"[cmr]\d+g|p6e-gb200", family)
    return 1 if arm or re.fullmatch(r"[cmr][78]a", family) else 2


def zone_of(region: str) -> dict[str, str]:
    """Return the placement of a node: the first zone of its region.

    Zone ids shorten the region: `euw1-az1` in eu-west-1.
    """
    first, *middle, number = region.split("-")
    words = re.findall("|".join((*DIRECTIONS, "gov", "iso")), "-".join(middle))
    short = first + "".join(word[0] for word in words) + number
    return {"AvailabilityZone": f"{region}a", "AvailabilityZoneId": f"{short}-az1"}


def hexadecimal(context: Context, length: int = 17) -> str:
    """Return made hexadecimal digits, as the ids of EC2 have them."""
    return context.new_uuid().replace("-", "")[-length:]


def group_of(cluster: Resource, name: Any) -> dict[str, Any] | None:
    """Return a group of a cluster by name; None when there is none."""
    groups = (g for m in GROUP_LISTS for g in cluster.document.get(m, ()))
    return next((g for g in groups if g.get("InstanceGroupName") == name), None)


def change_group(cluster: Resource, name: Any, **members: Any) -> None:
    """Change members of a group of a cluster; None takes a member away."""
    for member in GROUP_LISTS:
        if member in cluster.document:
            cluster.document[member] = [
                {k: v for k, v in {**g, **members}.items() if v is not None}
                if g.get("InstanceGroupName") == name
                else g
                for g in cluster.document[member]
            ]


def stop_waiting(cluster: Resource, name: Any) -> None:
    """Let a group of a cluster wait for its minimum of nodes no longer."""
    waiting = cluster.document.get(WAITING)
    if waiting:
        cluster.document[WAITING] = {n: entry for n, entry in waiting.items() if n != name}


def cluster_of(context: Context, node: Resource) -> Resource | None:
    """Return the cluster of a node; None for one that stands alone."""
    return context.resource("Cluster", node, str(node.document.get("ClusterName", "")))


def nodes_of(context: Context, cluster: Resource) -> list[Resource]:
    """Return the nodes of a cluster, oldest first."""
    return context.resources("ClusterNode", cluster, ClusterName=cluster.key)


def place_of(node: Resource) -> tuple[str, str]:
    """Return the names of the cluster and the group that a node counts for: where it is or goes to."""
    document = node.document
    place: tuple[str, str] | None = document.get(GOES_TO)
    return place or (str(document["ClusterName"]), str(document.get("InstanceGroupName")))


def counting_for(context: Context, cluster: Resource) -> list[Resource]:
    """Return the nodes that are in a cluster, or on their way to it, oldest first."""
    nodes = context.resources("ClusterNode", cluster)
    return [node for node in nodes if place_of(node)[0] == cluster.key]


# The life of a node ------------------------------------------------------------------------------


def take_from_group(context: Context, node: Resource) -> None:
    """Give a new node what its group says, and outside continuous provisioning its instance."""
    document, cluster = node.document, cluster_of(context, node)
    groups = [g for m in GROUP_LISTS for g in cluster.document.get(m, ())] if cluster else []
    named = document.get("InstanceGroupName")
    group: Mapping[str, Any] = next(
        (g for g in groups if named in (None, g.get("InstanceGroupName"))), {}
    )
    document.setdefault("InstanceGroupName", group.get("InstanceGroupName", "group-1"))
    for member in OF_THE_GROUP:
        if member in group:
            document.setdefault(member, group[member])
    desired = group.get("InstanceRequirements", {}).get("DesiredInstanceTypes", ("ml.c5.xlarge",))
    document.setdefault("InstanceType", desired[0])
    document.setdefault("ThreadsPerCore", threads_per_core(document["InstanceType"]))
    spot = "Spot" in group.get("CapacityRequirements", {})
    document.setdefault("CapacityType", "Spot" if spot else "OnDemand")
    document.setdefault("CreationTime", context.clock.time())
    if cluster is None or not is_continuous(cluster):
        launch(context, node)


def launch(context: Context, node: Resource) -> None:
    """Give a node an instance, unless it has one."""
    document = node.document
    if "InstanceId" in document:
        return
    digits = hexadecimal(context)
    address = [10, *(int(digits[place : place + 2], 16) for place in (0, 2, 4))]
    domain = "ec2.internal" if node.region == "us-east-1" else f"{node.region}.compute.internal"
    document["InstanceId"] = f"i-{digits}"
    document["LaunchTime"] = context.clock.time()
    document["PrivatePrimaryIp"] = ".".join(map(str, address))
    document["PrivateDnsHostname"] = f"ip-{'-'.join(map(str, address))}.{domain}"
    document["Placement"] = zone_of(node.region)


def check_first(context: Context, node: Resource, planned: str) -> str:
    """Send a new node through the deep health checks that its group asks for."""
    if node.state != "Pending" or planned != "Running":
        return planned
    cluster = cluster_of(context, node)
    group = group_of(cluster, node.document["InstanceGroupName"]) if cluster is not None else None
    return CHECKING if group and group.get("OnStartDeepHealthChecks") else planned


def shows(state: str) -> Behaviour:
    """Return what puts a state into the member in which Describe has it."""

    def show(context: Context, node: Resource) -> None:
        message = node.document.get("FailureReason") if state == "Failure" else None
        said = {"Message": message} if message else {}
        node.document["InstanceStatus"] = {"Status": state, **said}

    return show


def join(context: Context, node: Resource) -> None:
    """Count a node that runs."""
    launch(context, node)
    if len(node.past) > 1 and node.past[-2][0] == "SystemUpdating":
        node.document["LastSoftwareUpdateTime"] = context.clock.time()
    count(context, node, 1)


def leave(context: Context, node: Resource) -> None:
    """Count a node no longer, as it has failed or is shutting down."""
    count(context, node, -1)
    cluster = cluster_of(context, node)
    if cluster is not None and node.status == "Failure":
        group = node.document["InstanceGroupName"]
        note_event(
            context,
            cluster,
            f"Instance creation in Cluster {cluster.name} and InstanceGroup {group} failed",
            "Error",
            InstanceGroupName=group,
            InstanceId=node.document.get("InstanceId"),
            NodeLogicalId=node.document["NodeLogicalId"],
        )


def count(context: Context, node: Resource, step: int) -> None:
    """Change CurrentCount of a node's group; operations that waited for the number end."""
    cluster = cluster_of(context, node)
    counted = bool(node.document.get("IsCounted"))
    if cluster is None or counted == (step > 0):
        return
    node.document["IsCounted"] = step > 0
    name = node.document["InstanceGroupName"]
    group = group_of(cluster, name)
    if group is None:
        return
    now = max(0, group.get("CurrentCount", 0) + step)
    change_group(cluster, name, CurrentCount=now)
    if step > 0:
        note_event(
            context,
            cluster,
            f"Instance {node.document['InstanceId']} in InstanceGroup {name} is running",
            InstanceGroupName=name,
            InstanceId=node.document["InstanceId"],
            NodeLogicalId=node.document["NodeLogicalId"],
        )
    if now >= group.get("MinCount", 0):
        stop_waiting(cluster, name)
    if now == group.get("TargetCount"):
        change_group(cluster, name, ActiveOperations=None)
        group_has_its_nodes(context, cluster, name)
    context.motion.changed(cluster)


def change_hands(context: Context, node: Resource) -> None:
    """Hand a node that was detached over to the group that it goes to; its instance stays.

    Source: model, MoveClusterNodes.
    """
    document = node.document
    if GOES_TO not in document:
        return
    count(context, node, -1)
    cluster_name, group_name = document.pop(GOES_TO)
    way = node.way
    context.registry.remove(node)
    for member in OF_THE_GROUP:
        if member not in ("InstanceType", "NetworkInterface"):
            document.pop(member, None)
    document.update({"ClusterName": cluster_name, "InstanceGroupName": group_name})
    take_from_group(context, node)
    node.key = node.kind.key_of(document)
    context.registry.add(node)
    node.way = way


def shut_down(context: Context, node: Resource) -> None:
    """Send a node away."""
    if node.status != "ShuttingDown":
        context.motion.go(node, (*LIFECYCLE.delete, GONE))


def settle(context: Context, cluster: Resource) -> None:
    """Let the nodes of a cluster take the steps that lie ahead; the cluster's own took their time.

    A node that moves by the clock, or that a test holds back, goes on by itself.
    """
    for node in nodes_of(context, cluster):
        while node.way and follows(node, cluster) and context.motion.step(node):
            pass


def walk_by_polls(context: Context, cluster: Resource) -> None:
    """Let nodes that go their own way take a step, after the cluster was looked at."""
    nodes = nodes_of(context, cluster)
    moving = [n for n in nodes if n.way and n.rule is not None and n.rule.name == "poll"]
    if moving:
        context.motion.step_together(moving)


# What calls ask of nodes -------------------------------------------------------------------------


def node_called(context: Context, cluster: Resource, **names: Any) -> Resource | None:
    """Return the node of a cluster with this InstanceId or NodeLogicalId."""
    return next(
        iter(context.resources("ClusterNode", cluster, ClusterName=cluster.key, **names)), None
    )


def find_node(context: Context, kind: BoundKind, parameters: Mapping[str, Any]) -> Resource | None:
    """Return the node that a call names by one of its two ids.

    Raises:
        ServiceError: Both or neither are given. Source: model, DescribeClusterNodeRequest.
    """
    cluster = cluster_named(context, str(parameters["ClusterName"]))
    instance_id, logical_id = parameters.get("NodeId"), parameters.get("NodeLogicalId")
    if (instance_id is None) == (logical_id is None):
        raise ServiceError(
            "ValidationException", "Exactly one of NodeId and NodeLogicalId must be specified."
        )
    if instance_id is not None:
        return node_called(context, cluster, InstanceId=instance_id)
    return node_called(context, cluster, NodeLogicalId=logical_id)


def list_nodes(
    context: Context, cluster: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the nodes of a cluster that a ListClusterNodes asks for.

    A node that has no instance yet is shown on request only; its InstanceId is empty then, as the
    member is required (assumed).
    """
    whole = bool(parameters.get("IncludeNodeLogicalIds"))
    by_name = parameters.get("SortBy") == "NAME"
    wanted = parameters.get("InstanceGroupNameContains", "")
    after = parameters.get("CreationTimeAfter", float("-inf"))
    before = parameters.get("CreationTimeBefore", float("inf"))
    found = [
        node
        for node in nodes_of(context, cluster)
        if wanted in node.document["InstanceGroupName"]
        and after <= node.document["CreationTime"] <= before
        and (whole or "InstanceId" in node.document)
    ]
    if by_name:
        found.sort(key=lambda node: str(node.document.get("InstanceId", "")))
    if parameters.get("SortOrder") == "Descending":
        found.reverse()
    summaries = []
    for node in found:
        summary = {"InstanceId": "", "LaunchTime": node.document["CreationTime"], **node.document}
        if not whole:
            del summary["NodeLogicalId"]
        summaries.append(summary)
    answer = {"ClusterNodeSummaries": summaries}
    walk_by_polls(context, cluster)
    return answer


CLUSTER_NODE = Kind(
    name="ClusterNode",
    arn="-",
    identifier=("ClusterName", "NodeLogicalId"),
    list="-",
    status="NodeStatus",
    lifecycle=LIFECYCLE,
    find=find_node,
    made={"ClusterName": newest_cluster, "NodeLogicalId": "node-{id}"},
    on_create=(take_from_group,),
    on_enter={
        **{state: (shows(state),) for state in LIFECYCLE.all_states},
        "Running": (shows("Running"), join),
        "Failure": (shows("Failure"), leave),
        "AttachInProgress": (change_hands, shows("AttachInProgress")),
        "ShuttingDown": (shows("ShuttingDown"), leave),
    },
    next_state=check_first,
    failure_reason="The instance could not be launched.",
    not_found=Message(
        code="ResourceNotFound",
        text="Amazon SageMaker can't find the node in the cluster {ClusterName}.",
    ),
    source="facts, hosting.yaml, ClusterNode",
)
