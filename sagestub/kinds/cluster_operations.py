"""ClusterOperation and ClusterEvent: what a HyperPod cluster is doing, and what has happened in it.

The service makes both: nothing creates them by a request. Events are kept only by clusters that
provision their nodes continuously.

Source: facts, hosting.yaml, ClusterOperation and ClusterEvent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.children import stay_with

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

CHECKING = "DeepHealthCheckInProgress"


def is_continuous(cluster: Resource) -> bool:
    """Return whether a cluster provisions its nodes one by one, and is InService meanwhile."""
    return cluster.document.get("NodeProvisioningMode") == "Continuous"


def cluster_named(context: Context, name: str) -> Resource:
    """Return the cluster that the present call names, by name or ARN, in its account and region.

    Raises:
        ServiceError: There is none. Source: facts, reports.yaml, Cluster.errors.
    """
    call = context.call
    assert call is not None
    cluster = context.resource("Cluster", call, name)
    if cluster is None or (cluster.account, cluster.region) != (call.account, call.region):
        arn = name if name.startswith("arn:") else context.arn(f"cluster/{name}", call)
        raise ServiceError("ResourceNotFound", f"Could not find cluster '{arn}'")
    return cluster


def newest_cluster(context: Context, members: Mapping[str, Any]) -> str:
    """Return the name of the newest cluster, for what a test adds without naming one."""
    table = context.registry.table(members["account"], members["region"], "Cluster")
    return next(reversed(table.by_key), "cluster-1")


def newest_cluster_arn(context: Context, members: Mapping[str, Any]) -> str:
    """Return the ARN of the newest cluster, for what a test adds without naming one."""
    table = context.registry.table(members["account"], members["region"], "Cluster")
    if table.by_key:
        return str(table.by_key[next(reversed(table.by_key))].arn)
    place = f"{members['partition']}:sagemaker:{members['region']}:{members['account']}"
    return f"arn:{place}:cluster/{context.new_id()}"


def arn_of_cluster(context: Context, members: Mapping[str, Any]) -> str:
    """Return the ARN of the cluster that members name; a made one where there is none."""
    key = str(members["ClusterName"])
    cluster = context.registry.get(members["account"], members["region"], "Cluster", key)
    if cluster is not None:
        return cluster.arn
    place = f"{members['partition']}:sagemaker:{members['region']}:{members['account']}"
    return f"arn:{place}:cluster/{context.new_id()}"


def now(context: Context, members: Mapping[str, Any]) -> float:
    """Return the present time."""
    return context.clock.time()


# Events ------------------------------------------------------------------------------------------


def note_event(
    context: Context, cluster: Resource, description: str, level: str = "Info", **members: Any
) -> None:
    """Keep an event of a cluster.

    Args:
        context: The world's context.
        cluster: Where it happened.
        description: What happened, in a sentence.
        level: Info, Warn or Error.
        **members: Further members; `InstanceGroupName` and `InstanceId` say what it is about.
    """
    if not is_continuous(cluster):
        return
    about = "Instance" if "NodeLogicalId" in members else "InstanceGroup"
    logical_id = members.pop("NodeLogicalId", None)
    details = {"EventDetails": {"EventMetadata": {"Instance": {"NodeLogicalId": logical_id}}}}
    context.add(
        "ClusterEvent",
        {
            "ClusterName": cluster.key,
            "ClusterArn": cluster.arn,
            "ResourceType": about if "InstanceGroupName" in members else "Cluster",
            "EventTime": context.clock.time(),
            "Description": description,
            "EventLevel": level,
            **(details if logical_id is not None else {}),
            **{name: value for name, value in members.items() if value is not None},
        },
        cluster,
    )


def keep_to_continuous(cluster: Resource) -> None:
    """Refuse to look at events of a cluster that has none. Source: model (code assumed)."""
    if not is_continuous(cluster):
        raise ServiceError(
            "ValidationException",
            "This operation is only supported for clusters whose NodeProvisioningMode is "
            f"Continuous, which {cluster.name} is not.",
        )


def find_event(context: Context, kind: BoundKind, parameters: Mapping[str, Any]) -> Resource | None:
    """Return an event of a cluster."""
    cluster = cluster_named(context, str(parameters["ClusterName"]))
    found = context.resource(kind.name, cluster, f"{cluster.key}/{parameters['EventId']}")
    if found is None:
        keep_to_continuous(cluster)
    return found


def events_asked_for(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parameters of ListClusterEvents, if the cluster keeps events."""
    cluster = cluster_named(context, str(parameters["ClusterName"]))
    if not context.resources("ClusterEvent", cluster, ClusterName=cluster.key):
        keep_to_continuous(cluster)
    return parameters


CLUSTER_EVENT = Kind(
    name="ClusterEvent",
    arn="-",
    identifier=("ClusterName", "EventId"),
    find=find_event,
    parents={"ClusterName": "Cluster"},
    made={
        "ClusterName": newest_cluster,
        "ClusterArn": arn_of_cluster,
        "EventId": "{uuid}",
        "ResourceType": "Cluster",
        "EventTime": now,
    },
    filters={"NodeId": "InstanceId"},
    asked=events_asked_for,
    sort_by="EventTime",
    not_found=Message(
        code="ResourceNotFound", text="There is no event {EventId} of the cluster {ClusterName}."
    ),
    source="facts, hosting.yaml, ClusterEvent",
)


# Operations --------------------------------------------------------------------------------------


def operations_under_way(context: Context, cluster: Resource) -> list[Resource]:
    """Return the operations of a cluster that have not ended."""
    return context.resources(
        "ClusterOperation", cluster, ClusterName=cluster.key, Status="InProgress"
    )


def scaled_groups(operation: Resource) -> set[str]:
    """Return the names of the groups that an operation scales and has not finished with."""
    details = operation.document.get("ScalingDetails", ())
    return {d["InstanceGroupName"] for d in details if d["Status"] == "InProgress"}


def begin_scaling(context: Context, cluster: Resource, details: list[dict[str, Any]]) -> Resource:
    """Keep the operation of a scaling; it takes the groups over from earlier ones.

    Args:
        context: The world's context.
        cluster: The cluster that is scaled.
        details: ScalingDetails of the groups that change.
    """
    groups = {detail["InstanceGroupName"] for detail in details}
    for earlier in operations_under_way(context, cluster):
        if groups & scaled_groups(earlier):
            end_scaling_of(earlier, groups, "Superseded")
            if not scaled_groups(earlier):
                earlier.move_to("Superseded")
    return context.add(
        "ClusterOperation",
        {
            "ClusterName": cluster.key,
            "ClusterArn": cluster.arn,
            "Type": "Scaling",
            "ScalingDetails": details,
        },
        cluster,
    )


def end_scaling_of(operation: Resource, groups: set[str], status: str) -> None:
    """Set the status of groups in an operation's details, where they are still in progress."""
    operation.replace(
        {
            "ScalingDetails": [
                {**d, "Status": status}
                if d["InstanceGroupName"] in groups and d["Status"] == "InProgress"
                else d
                for d in operation.document.get("ScalingDetails", ())
            ]
        }
    )


def group_has_its_nodes(context: Context, cluster: Resource, group: str) -> None:
    """End what of the cluster's operations scaled a group that now has as many nodes as wanted."""
    for operation in operations_under_way(context, cluster):
        if group in scaled_groups(operation):
            end_scaling_of(operation, {group}, "Done")
            if not scaled_groups(operation):
                operation.move_to("Done")


def end_when_done(context: Context, operation: Resource, planned: str) -> str:
    """Stay in progress while nodes are being scaled or checked; let them take a step meanwhile."""
    if planned != "Done":
        return planned
    nodes = nodes_under_way(context, operation)
    context.motion.step_together([n for n in nodes if n.rule and n.rule.name == "poll"])
    if scaled_groups(operation) or nodes_under_way(context, operation):
        return stay_with(operation)
    return planned


def nodes_under_way(context: Context, operation: Resource) -> list[Resource]:
    """Return the nodes that an operation still waits for."""
    document = operation.document
    nodes = context.resources("ClusterNode", operation, ClusterName=document.get("ClusterName"))
    if document.get("Type") == "DeepHealthCheck":
        return [n for n in nodes if n.status == CHECKING and n.way]
    groups = scaled_groups(operation)
    return [n for n in nodes if n.way and n.document.get("InstanceGroupName") in groups]


def find_operation(
    context: Context, kind: BoundKind, parameters: Mapping[str, Any]
) -> Resource | None:
    """Return an operation of a cluster."""
    cluster = cluster_named(context, str(parameters["ClusterName"]))
    return context.resource(kind.name, cluster, f"{cluster.key}/{parameters['OperationId']}")


CLUSTER_OPERATION = Kind(
    name="ClusterOperation",
    arn="-",
    identifier=("ClusterName", "OperationId"),
    lifecycle=Lifecycle("InProgress > Done", other="Superseded"),
    find=find_operation,
    parents={"ClusterName": "Cluster"},
    made={
        "ClusterName": newest_cluster,
        "ClusterArn": arn_of_cluster,
        "OperationId": "{uuid}",
        "Type": "Scaling",
    },
    next_state=end_when_done,
    not_found=Message(
        code="ResourceNotFound",
        text="There is no operation {OperationId} of the cluster {ClusterName}.",
    ),
    source="facts, hosting.yaml, ClusterOperation",
)
