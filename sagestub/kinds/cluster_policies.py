"""ClusterSchedulerConfig and ComputeQuota: who gets how much of a HyperPod cluster, and when.

Both are policies of a cluster with versions: an update names the version that it changes.

Source: facts, hosting.yaml, ClusterSchedulerConfig and ComputeQuota.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError, invalid
from sagestub.kinds.instance_capacity import capacity_of

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

POLICY = Lifecycle(
    "Creating > Created",
    fail="CreateFailed",
    update="Updating > Updated",
    delete="Deleting",
    update_from="Created > Updated > CreateFailed > UpdateFailed > DeleteFailed",
    failing={"Updating": "UpdateFailed", "Deleting": "DeleteFailed"},
    other="CreateRollbackFailed > UpdateRollbackFailed > DeleteRollbackFailed > Deleted",
)

IN_CHANGE = Message(
    code="ConflictException", text="The {kind} {name} is in status {status}; try again later."
)

EARLIER = "EarlierVersions"
"""Where a policy keeps the members of its earlier versions, by number; no response has it."""


def keep_names_apart(context: Context, resource: Resource) -> None:
    """Refuse a name that another policy of the cluster has. Source: model, Create…Request.Name."""
    document = resource.document
    for other in context.resources(
        resource.kind.name, resource, ClusterArn=document.get("ClusterArn")
    ):
        if other is not resource and other.document.get("Name") == document.get("Name"):
            raise ServiceError(
                "ConflictException",
                f"The {resource.kind.words} {document.get('Name')} already exists ({other.arn}).",
            )


def keep_one_a_cluster(context: Context, resource: Resource) -> None:
    """Refuse a second cluster policy, whatever its name.

    Source: facts, hosting.yaml, ClusterSchedulerConfig.errors (what follows "already exists": assumed).
    """
    cluster = resource.document.get("ClusterArn")
    for other in context.resources(resource.kind.name, resource, ClusterArn=cluster):
        if other is not resource:
            raise invalid(f"ClusterSchedulerConfig record already exists ({other.arn})")


def version_member(resource: Resource) -> str:
    """Return the member that numbers the versions of a policy."""
    return f"{resource.kind.name}Version"


def change_the_current_version(context: Context, resource: Resource) -> None:
    """Refuse an update of another version than the current one (code and text assumed)."""
    assert context.call is not None
    current = resource.document[version_member(resource)]
    if context.call.parameters["TargetVersion"] != current:
        raise ServiceError(
            "ConflictException",
            f"The target version {context.call.parameters['TargetVersion']} is not the current "
            f"version {current} of {resource.arn}.",
        )
    kept = resource.document.get(EARLIER, {})
    before = resource.kind.described(resource.document)
    resource.document[EARLIER] = {**kept, current: before}


def count_version(context: Context, resource: Resource) -> None:
    """Give a changed policy its next version."""
    member = version_member(resource)
    resource.document[member] = resource.document.get(member, 0) + 1


def version_asked_for(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the members of the version that a Describe asks for.

    Raises:
        ServiceError: The policy never had that version.
    """
    member = version_member(resource)
    asked = parameters.get(member)
    if asked is None or asked == resource.document[member]:
        return {}
    earlier: Mapping[int, Mapping[str, Any]] = resource.document.get(EARLIER, {})
    if asked not in earlier:
        raise ServiceError("ResourceNotFound", f"There is no version {asked} of {resource.arn}.")
    return earlier[asked]


def fill_in_shares(context: Context, resource: Resource) -> None:
    """Fill in what a quota leaves to the service. Source: model, ComputeQuotaConfig and inside."""
    given = resource.document.get("ComputeQuotaConfig")
    if given is None:
        return
    sharing = {"Strategy": "LendAndBorrow", **given.get("ResourceSharingConfig", {})}
    if sharing["Strategy"] == "LendAndBorrow":
        sharing.setdefault("BorrowLimit", 50)
    config = {"PreemptTeamTasks": "LowerPriority", **given, "ResourceSharingConfig": sharing}
    if "ComputeQuotaResources" in given:
        config["ComputeQuotaResources"] = [shares_of(r) for r in given["ComputeQuotaResources"]]
    resource.document["ComputeQuotaConfig"] = config


def shares_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a quota allocates of an instance type, with the shares that follow from the given.

    Source: model, ComputeQuotaResourceConfig: the others are in the proportion of the one given; of
    accelerators only as many as are asked for.
    """
    whole = capacity_of(given["InstanceType"])
    if whole is None or "AcceleratorPartition" in given:
        return dict(given)
    accelerators = 0.0
    if "Count" in given:
        part = float(given["Count"])
        accelerators = part * whole.accelerators
    elif given.get("Accelerators") and whole.accelerators:
        part = given["Accelerators"] / whole.accelerators
    elif "VCpu" in given:
        part = given["VCpu"] / whole.vcpus
    elif "MemoryInGiB" in given:
        part = given["MemoryInGiB"] / whole.memory_gib
    else:
        return dict(given)
    return {
        "Accelerators": int(accelerators),
        "VCpu": part * whole.vcpus,
        "MemoryInGiB": part * whole.memory_gib,
        **given,
    }


def target(context: Context, members: Mapping[str, Any]) -> dict[str, Any]:
    """Return a target for a compute quota that a test adds without one: a team of its name."""
    return {"TeamName": str(members["Name"]).lower(), "FairShareWeight": 0}


CLUSTER_SCHEDULER_CONFIG = Kind(
    name="ClusterSchedulerConfig",
    arn="cluster-scheduler-config/{ClusterSchedulerConfigId}",
    lifecycle=POLICY,
    defaults={"ClusterSchedulerConfigVersion": 1, "SchedulerConfig.FairShare": "Enabled"},
    made={
        "ClusterSchedulerConfigId": "{id}",
        "Name": "cluster-scheduler-config-{ClusterSchedulerConfigId}",
    },
    references={"ClusterArn": "Cluster"},
    checks=(keep_one_a_cluster,),
    update_checks=(change_the_current_version,),
    on_update=(count_version,),
    on_describe=version_asked_for,
    filters={"CreatedAfter": "CreationTime", "CreatedBefore": "CreationTime"},
    absent={"StatusDetails": "which of the cluster's parts a policy has reached is not modelled"},
    cannot_update=IN_CHANGE,
    source="facts, hosting.yaml, ClusterSchedulerConfig",
)

COMPUTE_QUOTA = Kind(
    name="ComputeQuota",
    arn="compute-quota/{ComputeQuotaId}",
    lifecycle=POLICY,
    defaults={
        "ComputeQuotaVersion": 1,
        "ActivationState": "Enabled",
        "ComputeQuotaTarget.FairShareWeight": 0,
    },
    made={
        "ComputeQuotaId": "{id}",
        "Name": "compute-quota-{ComputeQuotaId}",
        "ComputeQuotaTarget": target,
    },
    references={"ClusterArn": "Cluster"},
    checks=(keep_names_apart,),
    update_checks=(change_the_current_version,),
    on_create=(fill_in_shares,),
    on_update=(count_version, fill_in_shares),
    on_describe=version_asked_for,
    filters={"CreatedAfter": "CreationTime", "CreatedBefore": "CreationTime"},
    cannot_update=IN_CHANGE,
    source="facts, hosting.yaml, ComputeQuota",
)
