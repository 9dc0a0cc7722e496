"""The field rules of HyperPod clusters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagestub.engine.conditions import (
    BROKEN,
    at_least_one_of,
    exactly_one_of,
    forbids,
    holds,
    never,
    only_when,
    requires,
    sum_at_most,
    unique,
)
from sagestub.engine.cross_fields import FieldRule, checked_by
from sagestub.engine.documents import values_at
from sagestub.engine.member_facts import Fact, Structure, equals, every, lacks, true

MOST_ADDED = 50
"""How many nodes one BatchAddClusterNodes may add."""

GROUPS = "InstanceGroups[]"
EBS = (
    "InstanceGroups[].InstanceStorageConfigs[].EbsVolumeConfig | "
    "RestrictedInstanceGroups[].InstanceStorageConfigs[].EbsVolumeConfig"
)
EBS_SOURCE = "model, ClusterEbsVolumeConfig.RootVolume"


def _has_no_slurm(cluster: Structure) -> bool:
    return "Eks" not in cluster.get("Orchestrator", {}) and not values_at(
        cluster, f"{GROUPS}.SlurmConfig"
    )


WITHOUT_SLURM = Fact(
    "a Slurm cluster has no group with SlurmConfig",
    (f"{GROUPS}.SlurmConfig", "Orchestrator.Eks"),
    _has_no_slurm,
)


def _to_itself(request: Structure) -> Mapping[str, Any] | None:
    same = (
        request["SourceClusterArn"] == request["TargetClusterArn"]
        and request["SourceInstanceGroupName"] == request["TargetInstanceGroupName"]
    )
    return BROKEN if same else None


def _elsewhere(request: Structure) -> Mapping[str, Any] | None:
    places = {request[f"{end}ClusterArn"].rpartition(":")[0] for end in ("Source", "Target")}
    return BROKEN if len(places) > 1 else None


CLUSTER = (
    FieldRule(
        never(every(equals("NodeProvisioningMode", "Continuous"), WITHOUT_SLURM)),
        text=(
            "Cluster {ClusterName} has no InstanceGroup with SlurmConfig which is required for "
            "Continuous Node Provisioning Mode clusters"
        ),
        text_source="alchemy-run/alchemy, Cluster.test.ts (from `has no` on)",
        source="alchemy-run/alchemy, Cluster.test.ts",
    ),
    *checked_by(
        "CreateCluster UpdateCluster",
        FieldRule(
            exactly_one_of("Eks", "Slurm"),
            at="Orchestrator",
            text="Exactly one of Eks and Slurm must be specified in Orchestrator.",
            source="model, CreateClusterRequest.Orchestrator",
        ),
        FieldRule(
            unique(
                "InstanceGroups[].InstanceGroupName", "RestrictedInstanceGroups[].InstanceGroupName"
            ),
            text="The instance group name {value} is given more than once.",
            source="facts, hosting.yaml, Cluster",
        ),
        FieldRule(
            exactly_one_of("InstanceType", "InstanceRequirements"),
            at=GROUPS,
            text=(
                "Exactly one of InstanceType and InstanceRequirements must be specified for the "
                "instance group {InstanceGroupName}."
            ),
            source="model, ClusterInstanceGroupSpecification.InstanceRequirements",
        ),
        FieldRule(
            forbids(true("RootVolume"), "VolumeSizeInGB"),
            at=EBS,
            source=EBS_SOURCE,
        ),
        FieldRule(
            requires(true("RootVolume"), "VolumeKmsKeyId"),
            at=EBS,
            source=EBS_SOURCE,
        ),
        FieldRule(
            requires(lacks("RootVolume", True), "VolumeSizeInGB"),
            at=EBS,
            text="VolumeSizeInGB must be specified for a secondary volume.",
            source=EBS_SOURCE,
        ),
        FieldRule(
            only_when(equals("PatchingStrategy", "DrainFirst"), "DrainPolicy"),
            at=f"{GROUPS}.AutoPatchConfig",
            source="model, ClusterAutoPatchConfig.DrainPolicy",
        ),
        FieldRule(
            requires(
                equals("PatchingStrategy", "DrainFirst"),
                "DeploymentConfig.RollingUpdatePolicy.MaximumBatchSize",
            ),
            at=f"{GROUPS}.AutoPatchConfig",
            source="model, ClusterAutoPatchConfig.PatchingStrategy",
        ),
    ),
    FieldRule(
        forbids("Orchestrator.Slurm", f"{GROUPS}.AutoPatchConfig.PatchingStrategy"),
        text="PatchingStrategy is available only for clusters that use Amazon EKS.",
        source="model, ClusterAutoPatchConfig.PatchingStrategy",
    ),
    FieldRule(
        only_when(
            equals("NodeProvisioningMode", "Continuous"), "Orchestrator.Slurm.AccountingDatabase"
        ),
        source="model, ClusterOrchestratorSlurmConfig.AccountingDatabase",
    ),
    FieldRule(
        requires(equals("AutoScaling.Mode", "Enable"), "ClusterRole"),
        text="ClusterRole must be specified when autoscaling is enabled.",
        source="model, CreateClusterRequest.ClusterRole",
    ),
    *checked_by(
        "BatchAddClusterNodes",
        FieldRule(
            sum_at_most(MOST_ADDED, "NodesToAdd[].IncrementTargetCountBy"),
            text=(f"At most {MOST_ADDED} nodes can be added in a request; {{value}} were asked."),
            source="model, AddClusterNodeSpecification.IncrementTargetCountBy",
        ),
    ),
    *checked_by(
        "BatchDeleteClusterNodes BatchRebootClusterNodes BatchReplaceClusterNodes",
        FieldRule(
            at_least_one_of("NodeIds", "NodeLogicalIds"),
            source="model, BatchRebootClusterNodesRequest.NodeIds",
        ),
    ),
    *checked_by(
        "MoveClusterNodes",
        FieldRule(
            exactly_one_of("NodeIds", "NodeLogicalIds", "InstanceCount"),
            source="model, MoveClusterNodesRequest.NodeIds",
        ),
        FieldRule(
            holds(
                "another instance group when the target is the same cluster",
                ("TargetClusterArn", "TargetInstanceGroupName"),
                _to_itself,
            ),
            text=(
                "The target instance group must be different from the source instance group, since the "
                "clusters are the same."
            ),
            source="model, MoveClusterNodesRequest.TargetInstanceGroupName",
        ),
        FieldRule(
            holds(
                "both clusters in the same account and Region",
                ("SourceClusterArn", "TargetClusterArn"),
                _elsewhere,
            ),
            text="The target cluster must be in the same account and Region as the source cluster.",
            source="model, MoveClusterNodesRequest.TargetClusterArn",
        ),
    ),
)
