"""The field rules of HyperPod clusters."""

from __future__ import annotations

from sagestub.engine.cross_fields import (
    FieldRule,
    at_least_one_of,
    checked_by,
    equals,
    exactly_one_of,
    forbids,
    lacks,
    only_when,
    requires,
    sum_at_most,
    true,
    unique,
)

MOST_ADDED = 50
"""How many nodes one BatchAddClusterNodes may add."""

GROUPS = "InstanceGroups[]"
EBS = (
    "InstanceGroups[].InstanceStorageConfigs[].EbsVolumeConfig | "
    "RestrictedInstanceGroups[].InstanceStorageConfigs[].EbsVolumeConfig"
)
EBS_SOURCE = "model, ClusterEbsVolumeConfig.RootVolume"

CLUSTER = (
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
)
