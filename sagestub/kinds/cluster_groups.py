"""The instance groups of a HyperPod cluster: from what a request specifies to what a Describe details.

Source: facts, hosting.yaml, Cluster.filled_in; model, ClusterInstanceGroupDetails.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.kinds.cluster_node_calls import scale
from sagestub.kinds.cluster_nodes import (
    GROUP_LISTS,
    WAITING,
    counting_for,
    nodes_of,
    place_of,
    shut_down,
    threads_per_core,
)
from sagestub.kinds.cluster_operations import is_continuous

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

NAMED_OTHERWISE = {"InstanceCount": "TargetCount", "MinInstanceCount": "MinCount"}
"""Members of a group's specification that its details call otherwise."""


def details_of(group: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details of a group that a request specifies; details stay as they are.

    Args:
        group: The group as the request has it.
        before: Its details before the request, or nothing.
    """
    details = {NAMED_OTHERWISE.get(member, member): value for member, value in group.items()}
    image = details.pop("ImageId", None)
    for member, given in (
        ("ImageId", image),
        ("ImageReleaseVersion", details.pop("ImageReleaseVersion", None)),
    ):
        if given is not None:
            details[f"Desired{member}"] = given
            details.setdefault(f"Current{member}", before.get(f"Current{member}", given))
    if "InstanceTypes" in details.get("InstanceRequirements", {}):
        types = details["InstanceRequirements"]["InstanceTypes"]
        both = {"CurrentInstanceTypes": types, "DesiredInstanceTypes": types}
        details["InstanceRequirements"] = both
        details["InstanceTypeDetails"] = [
            {"InstanceType": name, "ThreadsPerCore": threads_per_core(name)} for name in types
        ]
    config = details.get("KubernetesConfig", {})
    if "Labels" in config or "Taints" in config:
        details["KubernetesConfig"] = {
            f"{word}{member}": config[member]
            for member in ("Labels", "Taints")
            if member in config
            for word in ("Current", "Desired")
        }
    if "PatchSchedule" in details.get("AutoPatchConfig", {}):
        patching = dict(details["AutoPatchConfig"])
        patching["CurrentPatchSchedule"] = patching.pop("PatchSchedule")
        details["AutoPatchConfig"] = patching
    if "InstanceType" in details:
        details.setdefault("ThreadsPerCore", threads_per_core(details["InstanceType"]))
    details.setdefault("TargetCount", 0)
    return {**before, "CurrentCount": before.get("CurrentCount", 0), **details}


def detail_members(context: Context, cluster: Resource) -> None:
    """Put the members of a new cluster into the form in which Describe has them."""
    document = cluster.document
    for member in GROUP_LISTS:
        if member in document:
            document[member] = [
                {**details_of(group, {}), "CurrentCount": 0} for group in document[member]
            ]
    detail_rest(cluster)


def detail_rest(cluster: Resource) -> None:
    """Put what a cluster has beside its groups into the form in which Describe has it."""
    document = cluster.document
    shared = document.get("RestrictedInstanceGroupsConfig", {}).get("SharedEnvironmentConfig", {})
    if "FSxLustreConfig" in shared:
        details = {f"{word}{m}": v for m, v in shared.items() for word in ("Current", "Desired")}
        document["RestrictedInstanceGroupsConfig"] = {"SharedEnvironmentConfig": details}
    scaling = document.get("AutoScaling")
    if scaling is not None:
        type_ = {"AutoScalerType": "Karpenter"} if scaling["Mode"] == "Enable" else {}
        document["AutoScaling"] = {**type_, "Status": "InService", **scaling}
    slurm = document.get("Orchestrator", {}).get("Slurm", {})
    if "AccountingDatabase" in slurm:
        made = f"slurm_acct_db_{cluster.arn.rpartition('/')[2]}"
        database = {"Port": 3306, "Name": made, **slurm["AccountingDatabase"]}
        document["Orchestrator"] = {"Slurm": {**slurm, "AccountingDatabase": database}}
    groups = [group for member in GROUP_LISTS for group in document.get(member, ())]
    plans = dict.fromkeys(g["TrainingPlanArn"] for g in groups if "TrainingPlanArn" in g)
    document["TrainingPlanArns"] = list(plans)


def targets(cluster: Resource) -> dict[str, int]:
    """Return the number of nodes that each group wants."""
    groups = [g for member in GROUP_LISTS for g in cluster.document.get(member, ())]
    return {
        g["InstanceGroupName"]: g.get("TargetCount", 0) for g in groups if "InstanceGroupName" in g
    }


def show_groups(context: Context, cluster: Resource) -> None:
    """Give each group the status that the cluster's and its own numbers say."""
    status = str(cluster.status)
    resting = status in ("InService", "RollingBack")
    for member in GROUP_LISTS:
        if member in cluster.document:
            cluster.document[member] = [
                {**group, "Status": group_status(cluster, group) if resting else status}
                for group in (counted(context, cluster, g) for g in cluster.document[member])
            ]


def counted(context: Context, cluster: Resource, group: dict[str, Any]) -> dict[str, Any]:
    """Return a group with the number of its nodes, which one that a test has added may lack."""
    if "CurrentCount" in group or "InstanceGroupName" not in group:
        return group
    own = [n for n in nodes_of(context, cluster) if n.document.get("IsCounted")]
    name = group["InstanceGroupName"]
    number = sum(node.document["InstanceGroupName"] == name for node in own)
    return {**group, "CurrentCount": number}


def group_status(cluster: Resource, group: Mapping[str, Any]) -> str:
    """Return the status of a group of a cluster that rests: Degraded when nodes are missing.

    A group with a minimum lacks none as long as it has so many.
    """
    waiting = cluster.document.get(WAITING, {}).get(group.get("InstanceGroupName"))
    if waiting is not None:
        return str(waiting["Status"])
    target = group.get("TargetCount", 0)
    missing = group.get("CurrentCount", 0) < min(group.get("MinCount") or target, target)
    return "Degraded" if missing and not is_continuous(cluster) else "InService"


def change_groups(
    context: Context, cluster: Resource, after: Mapping[str, list[dict[str, Any]]]
) -> None:
    """Replace the groups of a cluster by others; nodes come and go accordingly."""
    document = cluster.document
    current = {
        group["InstanceGroupName"]: {m: group[m] for m in ("CurrentCount",) if m in group}
        for member in GROUP_LISTS
        for group in document.get(member, ())
    }
    wanted = {g["InstanceGroupName"]: g.get("TargetCount", 0) for gs in after.values() for g in gs}
    for member, groups in after.items():
        document[member] = [
            {
                **group,
                "TargetCount": targets(cluster).get(group["InstanceGroupName"], 0),
                "CurrentCount": 0,
                **current.get(group["InstanceGroupName"], {}),
            }
            for group in groups
        ]
    for node in counting_for(context, cluster):
        if place_of(node)[1] not in wanted:
            shut_down(context, node)
    scale(context, cluster, wanted)
