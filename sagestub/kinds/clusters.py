"""Cluster: a HyperPod cluster, its instance groups, and how it is scaled and updated.

A request specifies groups; a Describe details them, with current and target numbers of nodes. The nodes
are resources of their own (cluster_nodes), and so are operations and events (cluster_operations).

Source: facts, hosting.yaml, Cluster.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message, Token
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.children import follows, stay_with
from sagestub.kinds.cluster_attachments import (
    attach_network_interface,
    attach_volume,
    detach_volume,
)
from sagestub.kinds.cluster_groups import (
    change_groups,
    detail_members,
    detail_rest,
    details_of,
    show_groups,
    targets,
)
from sagestub.kinds.cluster_minimums import await_minimum
from sagestub.kinds.cluster_moves import move_nodes
from sagestub.kinds.cluster_node_calls import (
    add_node,
    add_nodes,
    check_health,
    delete_nodes,
    invalid,
    reboot_nodes,
    replace_nodes,
    scale,
    with_latest_statuses,
)
from sagestub.kinds.cluster_nodes import (
    GROUP_LISTS,
    LIFECYCLE,
    WAITING,
    counting_for,
    list_nodes,
    nodes_of,
    settle,
    shut_down,
    walk_by_polls,
)
from sagestub.kinds.cluster_operations import (
    CHECKING,
    cluster_named,
    is_continuous,
    note_event,
)
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.plan_uses import check_target
from sagestub.types import GONE

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

BEFORE = "GroupsBefore"
"""Where a cluster keeps its groups while they change, for a rollback; no response has it."""

CHILDREN = ("ClusterNode", "ClusterEvent", "ClusterOperation")


def find(context: Context, kind: BoundKind, parameters: Mapping[str, Any]) -> Resource | None:
    """Return the cluster that a call is about, by name or ARN; a move is about its source."""
    members = ("ClusterName", "ClusterArn", "SourceClusterArn")
    return cluster_named(context, str(next(parameters[m] for m in members if m in parameters)))


# The life of a cluster ---------------------------------------------------------------------------


def begin(context: Context, cluster: Resource) -> None:
    """Make the nodes of a new cluster."""
    note_event(context, cluster, f"Creating Cluster {cluster.name}")
    for name, number in targets(cluster).items():
        make_nodes(context, cluster, name, number)
        await_minimum(context, cluster, name, None)


def make_nodes(context: Context, cluster: Resource, group: str, number: int) -> None:
    """Bring a group of a new cluster to its number of nodes."""
    if is_continuous(cluster):
        scale(context, cluster, {group: number})
        return
    for _ in range(number):
        add_node(context, cluster, group)


def serve(context: Context, cluster: Resource) -> None:
    """Let the nodes run, and end what was being changed."""
    if not is_continuous(cluster) or cluster.document.pop("IsSoftwareUpdated", False):
        settle(context, cluster)
    for member in GROUP_LISTS:
        if member in cluster.document:
            cluster.document[member] = [updated(g) for g in cluster.document[member]]
    rolled_back = len(cluster.past) > 1 and cluster.past[-2][0] == "RollingBack"
    if rolled_back:
        note_event(context, cluster, f"Cluster {cluster.name} was rolled back", "Error")
    else:
        cluster.document.pop("FailureMessage", None)
        note_event(context, cluster, f"Cluster {cluster.name} is InService")
    cluster.document.pop(BEFORE, None)
    show_groups(context, cluster)


def updated(group: Mapping[str, Any]) -> dict[str, Any]:
    """Return a group after its software update: it runs what was desired."""
    if group.get("SoftwareUpdateStatus") not in ("InProgress", "RollbackInProgress"):
        return dict(group)
    done = {**group, "TargetStateCount": group.get("CurrentCount", 0)}
    done.pop("ActiveSoftwareUpdateConfig", None)
    if group["SoftwareUpdateStatus"] == "RollbackInProgress":
        return {**done, "SoftwareUpdateStatus": "RollbackComplete"}
    for member in ("ImageId", "ImageReleaseVersion"):
        if f"Desired{member}" in group:
            done[f"Current{member}"] = group[f"Desired{member}"]
    return {**done, "SoftwareUpdateStatus": "Succeeded"}


def roll_back(context: Context, cluster: Resource) -> None:
    """Undo what has failed: a creation loses its nodes, a change goes back to what was before."""
    document = cluster.document
    document["RollbackReason"] = document.get("FailureMessage")
    before = document.pop(BEFORE, None)
    document.pop(WAITING, None)
    if before is None:
        for node in nodes_of(context, cluster):
            shut_down(context, node)
        show_groups(context, cluster)
        return
    change_groups(context, cluster, before)
    show_groups(context, cluster)


def say_why(context: Context, cluster: Resource) -> None:
    """Keep the reason of the rollback as that of the failure."""
    reason = cluster.document.pop("RollbackReason", None)
    if reason is not None:
        cluster.document["FailureMessage"] = reason
    show_groups(context, cluster)


def dissolve(context: Context, cluster: Resource) -> None:
    """Scale the groups of a cluster that is being deleted to nothing; none waits for nodes any more."""
    cluster.document.pop(WAITING, None)
    for node in counting_for(context, cluster):
        shut_down(context, node)
    show_groups(context, cluster)


def wait_or_leave(context: Context, cluster: Resource, planned: str) -> str:
    """Let an update wait for running deep health checks, and what belongs to a cluster go with it.

    Source: facts, hosting.yaml, Cluster.preconditions (deep health checks).
    """
    if cluster.state == "Updating" and planned == "InService" and checks_run(context, cluster):
        return stay_with(cluster)
    if planned == GONE:
        for kind in CHILDREN:
            for child in context.resources(kind, cluster, ClusterName=cluster.key):
                context.registry.remove(child)
        for child in context.resources("ClusterExtension", cluster, ClusterArn=cluster.arn):
            context.registry.remove(child)
    return planned


def checks_run(context: Context, cluster: Resource) -> bool:
    """Let nodes in a deep health check take a step; return whether there were any to wait for.

    Outside continuous provisioning nodes have no pace of their own; there the update takes them along.
    """
    nodes = [node for node in nodes_of(context, cluster) if node.status == CHECKING and node.way]
    context.motion.step_together([n for n in nodes if follows(n, cluster)])
    return bool(nodes)


def look(context: Context, cluster: Resource, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the groups as they are; nodes that go their own way then take a step."""
    if cluster.status == "InService":
        show_groups(context, cluster)
    shown = {m: cluster.document[m] for m in GROUP_LISTS if m in cluster.document}
    if is_continuous(cluster) and cluster.status == "InService":
        walk_by_polls(context, cluster)
    return shown


# Checks ------------------------------------------------------------------------------------------


def check_orchestrator(context: Context, cluster: Resource) -> None:
    """Refuse an EKS cluster that another cluster uses. Source: facts, hosting.yaml, Cluster."""
    eks = cluster.document.get("Orchestrator", {}).get("Eks", {}).get("ClusterArn")
    for other in context.resources("Cluster", cluster) if eks else ():
        if other.document.get("Orchestrator", {}).get("Eks", {}).get("ClusterArn") == eks:
            raise invalid(f"Specified cluster external resource id {eks} already in use")


def check_training_plans(context: Context, cluster: Resource) -> None:
    """Refuse a group in a training plan that does not exist, or is not for clusters (texts assumed).

    Source: facts, hosting.yaml, Cluster.references; model, DescribeTrainingPlanResponse.TargetResources.
    """
    asked = context.call.parameters if context.call is not None else {}
    for member in GROUP_LISTS:
        for group in asked.get(member, ()):
            arn = group.get("TrainingPlanArn")
            if arn is not None and context.lacks("TrainingPlan", cluster, arn):
                raise invalid(f"The training plan {arn} does not exist.")
            if arn is not None:
                check_target(context, cluster, arn, "hyperpod-cluster")


def keep_still(cluster: Resource) -> None:
    """Refuse a change of a cluster that is changing. Source: facts, Cluster.errors."""
    if cluster.status not in ("InService", "Failed"):
        raise ServiceError("ConflictException", f"{IN_CHANGE} {cluster.status}.")


IN_CHANGE = "The cluster cannot be changed while it is in status"


# Updates -----------------------------------------------------------------------------------------


def update(context: Context, cluster: Resource, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Change groups and settings of a cluster; groups that are not named stay.

    In continuous provisioning the cluster stays InService meanwhile.
    """
    keep_still(cluster)
    document = cluster.document
    leaving = set(parameters.get("InstanceGroupsToDelete", ()))
    unknown = leaving - set(targets(cluster))
    if unknown:
        raise invalid(f"The cluster {cluster.name} has no instance groups {sorted(unknown)}.")
    after: dict[str, list[dict[str, Any]]] = {}
    for member in GROUP_LISTS:
        before = {g.get("InstanceGroupName"): g for g in document.get(member, ())}
        asked = parameters.get(member, [])
        for group in asked:
            check_change(before.get(group["InstanceGroupName"], {}), group)
        changed = {
            group["InstanceGroupName"]: details_of(
                group, before.get(group["InstanceGroupName"], {})
            )
            for group in asked
        }
        groups = {**before, **changed}
        if groups:
            after[member] = [g for name, g in groups.items() if name not in leaving]
    check_settings(cluster, parameters)
    check_training_plans(context, cluster)
    document.pop("FailureMessage", None)
    settings = {
        m: v
        for m, v in parameters.items()
        if m not in (*GROUP_LISTS, "ClusterName", "InstanceGroupsToDelete")
    }
    document[BEFORE] = {m: document[m] for m in GROUP_LISTS if m in document}
    document.update(settings)
    if not is_continuous(cluster):
        context.motion.go(cluster, CLUSTER_LIFECYCLE.update[:1])
        cluster.way = CLUSTER_LIFECYCLE.update[1:]
    change_groups(context, cluster, after)
    for member in GROUP_LISTS:
        known = {g.get("InstanceGroupName"): g for g in document.get(BEFORE, {}).get(member, ())}
        for group in parameters.get(member, ()):
            if "MinInstanceCount" in group:
                name = group["InstanceGroupName"]
                await_minimum(context, cluster, name, known.get(name))
    detail_rest(cluster)
    show_groups(context, cluster)
    if is_continuous(cluster):
        document.pop(BEFORE, None)
        context.motion.changed(cluster)
    else:
        context.motion.reschedule(cluster)
    return {"ClusterArn": cluster.arn}


def check_change(before: Mapping[str, Any], group: Mapping[str, Any]) -> None:
    """Refuse another VPC or capacity for a group. Source: facts, Cluster.errors."""
    for member, unset in (("OverrideVpcConfig", None), ("CapacityRequirements", {"OnDemand": {}})):
        new = group.get(member)
        if before and new is not None and new != before.get(member, unset):
            raise invalid(f"Updating fields {member} on an InstanceGroup not supported")


def check_settings(cluster: Resource, parameters: Mapping[str, Any]) -> None:
    """Refuse changes of what is fixed. Source: facts, Cluster.preconditions."""
    document = cluster.document
    scales = document.get("AutoScaling", {}).get("Mode") == "Enable"
    if scales and parameters.get("ClusterRole", document.get("ClusterRole")) != document.get(
        "ClusterRole"
    ):
        raise invalid("ClusterRole cannot be updated while autoscaling is enabled.")
    given = parameters.get("Orchestrator")
    if given is None:
        return
    if ("Eks" in given) == ("Slurm" in given):
        raise invalid("Exactly one of Eks and Slurm must be specified in Orchestrator.")
    if given.get("Eks") != document.get("Orchestrator", {}).get("Eks"):
        raise invalid("The EKS cluster of a HyperPod cluster cannot be changed.")


def update_software(
    context: Context, cluster: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Update the software of groups of a cluster, or of all."""
    keep_still(cluster)
    asked = {g["InstanceGroupName"]: g for g in parameters.get("InstanceGroups", ())}
    unknown = set(asked) - set(targets(cluster))
    if unknown:
        raise invalid(f"The cluster {cluster.name} has no instance groups {sorted(unknown)}.")
    names = set(asked or targets(cluster))
    document = cluster.document
    document[BEFORE] = {m: document[m] for m in GROUP_LISTS if m in document}
    for member in GROUP_LISTS:
        if member in document:
            document[member] = [
                to_update(g, asked.get(g.get("InstanceGroupName"), {}), parameters)
                if g.get("InstanceGroupName") in names
                else g
                for g in document[member]
            ]
    document["IsSoftwareUpdated"] = True
    context.motion.go(cluster, CLUSTER_LIFECYCLE.service[:1])
    cluster.way = CLUSTER_LIFECYCLE.service[1:]
    for node in nodes_of(context, cluster):
        if node.document.get("InstanceGroupName") in names and node.status == "Running":
            context.motion.go(node, LIFECYCLE.update)
    context.motion.reschedule(cluster)
    return {"ClusterArn": cluster.arn}


def to_update(
    group: Mapping[str, Any], asked: Mapping[str, Any], parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a group whose software is being updated."""
    changed = {**group, "SoftwareUpdateStatus": "InProgress", "TargetStateCount": 0}
    if "ImageId" in parameters:
        changed["DesiredImageId"] = parameters["ImageId"]
    if "ImageReleaseVersion" in asked:
        changed["DesiredImageReleaseVersion"] = asked["ImageReleaseVersion"]
    if "DeploymentConfig" in parameters:
        changed["ActiveSoftwareUpdateConfig"] = parameters["DeploymentConfig"]
    return changed


def show(context: Context, cluster: Resource) -> None:
    """Show the cluster's status in its groups, while it changes."""
    show_groups(context, cluster)


CLUSTER_LIFECYCLE = Lifecycle(
    "Creating > InService",
    fail="Failed",
    update="Updating > InService",
    service="SystemUpdating > InService",
    delete="Deleting",
    delete_from="InService > Failed",
    failing={
        "Creating": "RollingBack > Failed",
        "Updating": "RollingBack > InService",
        "SystemUpdating": "RollingBack > InService",
    },
    seconds={"Creating": 900, "Updating": 600, "SystemUpdating": 1200},
)

CLUSTER = Kind(
    name="Cluster",
    field_rules=FieldRules("clusters.CLUSTER"),
    arn="cluster/{id}",
    identifier=("ClusterName",),
    find=find,
    lifecycle=CLUSTER_LIFECYCLE,
    defaults={"InstanceGroups": [], "NodeRecovery": "Automatic"},
    checks=(check_orchestrator, check_training_plans),
    on_create=(detail_members,),
    on_enter={
        "Creating": (begin, show),
        "InService": (serve,),
        "Updating": (show,),
        "SystemUpdating": (show,),
        "RollingBack": (roll_back,),
        "Failed": (say_why,),
        "Deleting": (dissolve,),
    },
    next_state=wait_or_leave,
    on_describe=look,
    operations={
        "UpdateCluster": update,
        "UpdateClusterSoftware": update_software,
        "StartClusterHealthCheck": check_health,
        "ListClusterNodes": list_nodes,
        "BatchAddClusterNodes": add_nodes,
        "BatchDeleteClusterNodes": delete_nodes,
        "BatchRebootClusterNodes": reboot_nodes,
        "BatchReplaceClusterNodes": replace_nodes,
        "AttachClusterNodeVolume": attach_volume,
        "DetachClusterNodeVolume": detach_volume,
        "AttachClusterNodeNetworkInterface": attach_network_interface,
        "MoveClusterNodes": move_nodes,
    },
    # Source: model, ClientToken of BatchAddClusterNodesRequest and MoveClusterNodesRequest.
    tokens={
        "BatchAddClusterNodes": Token(hours=8, again=with_latest_statuses),
        "MoveClusterNodes": Token(hours=8),
    },
    filters={"TrainingPlanArn": "TrainingPlanArns[]"},
    sort_order="Ascending",
    failure_reason="We currently do not have sufficient capacity for the requested instance "
    "type(s). Please try again.",
    not_found_by={
        operation: Message(
            code="ValidationException", text="The cluster {name} does not exist.", source="assumed"
        )
        for operation in ("CreateClusterSchedulerConfig", "CreateComputeQuota")
    },
    exists=Message(
        code="ResourceInUse",
        text="Resource Already Exists: Cluster with name {name} already exists. "
        "Choose a different name.",
        source="facts, hosting.yaml, Cluster.errors",
    ),
    cannot_delete=Message(code="ConflictException", text=IN_CHANGE + " {status}."),
    source="facts, hosting.yaml, Cluster",
)
