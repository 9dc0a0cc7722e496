"""Volumes and network interfaces of a HyperPod cluster's nodes.

What is attached exists outside SageMaker; only the attachments are kept, and none is described again.

Source: model, AttachClusterNodeVolume, DetachClusterNodeVolume, AttachClusterNodeNetworkInterface.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.errors import ServiceError
from sagestub.kinds.cluster_node_calls import invalid
from sagestub.kinds.cluster_nodes import hexadecimal, node_called, nodes_of

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

DEVICES = "fghijklmnopqrstuvwxyz"
"""Last letters of the device names that volumes get, in order."""


def instance_called(context: Context, cluster: Resource, name: str) -> Resource:
    """Return the node with an instance id, outside restricted groups.

    Raises:
        ServiceError: There is none, or it is in a restricted instance group.
    """
    node = node_called(context, cluster, InstanceId=name)
    if node is None:
        raise ServiceError(
            "ResourceNotFound", f"Amazon SageMaker can't find the node {name} in {cluster.arn}."
        )
    restricted = cluster.document.get("RestrictedInstanceGroups", ())
    if node.document["InstanceGroupName"] in {g.get("InstanceGroupName") for g in restricted}:
        raise invalid(f"The node {name} is part of a restricted instance group.")
    return node


def keep_to_eks(cluster: Resource) -> None:
    """Refuse volumes for a cluster without EKS, or one in change. Source: model (code assumed)."""
    if "Eks" not in cluster.document.get("Orchestrator", {}) or cluster.status != "InService":
        raise invalid(
            "The cluster must use EKS as the orchestration and be in the InService state."
        )


def attach_volume(
    context: Context, cluster: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Attach a volume to a node."""
    keep_to_eks(cluster)
    node = instance_called(context, cluster, parameters["NodeId"])
    volume = parameters["VolumeId"]
    for other in nodes_of(context, cluster):
        if volume in other.document.get("Volumes", {}):
            raise invalid(f"The volume {volume} is not in the available state.")
    volumes = node.document.get("Volumes", {})
    used = {held["DeviceName"] for held in volumes.values()}
    free = next((f"/dev/xvd{x}" for x in DEVICES if f"/dev/xvd{x}" not in used), None)
    if free is None:
        raise invalid(f"No device name is left on the node {parameters['NodeId']}.")
    held = {"AttachTime": context.clock.time(), "DeviceName": free}
    node.replace({"Volumes": {**volumes, volume: held}})
    return {**parameters, **held, "Status": "attaching"}


def detach_volume(
    context: Context, cluster: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Detach a volume from the node that has it."""
    keep_to_eks(cluster)
    node = instance_called(context, cluster, parameters["NodeId"])
    volumes = dict(node.document.get("Volumes", {}))
    if parameters["VolumeId"] not in volumes:
        raise invalid(f"The volume {parameters['VolumeId']} is not attached to the node.")
    held = volumes.pop(parameters["VolumeId"])
    node.replace({"Volumes": volumes})
    return {**parameters, **held, "Status": "detaching"}


def attach_network_interface(
    context: Context, cluster: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Attach a network interface to a node."""
    node = instance_called(context, cluster, parameters["NodeId"])
    interface = parameters["NetworkInterfaceId"]
    for other in nodes_of(context, cluster):
        if interface in other.document.get("NetworkInterfaces", {}):
            raise invalid(f"The network interface {interface} is attached already.")
    made = f"eni-attach-{hexadecimal(context)}"
    interfaces = {**node.document.get("NetworkInterfaces", {}), interface: made}
    node.replace({"NetworkInterfaces": interfaces})
    return {
        "ClusterArn": cluster.arn,
        "NodeId": parameters["NodeId"],
        "NetworkInterfaceId": interface,
        "AttachmentId": made,
    }
