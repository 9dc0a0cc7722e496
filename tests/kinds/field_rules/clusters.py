"""HyperPod clusters."""

from __future__ import annotations

from typing import Any

from tests.kinds.field_rules.rows import ABSENT, KEY, ROLE, Row

EKS = {"Eks": {"ClusterArn": "arn:aws:eks:eu-west-1:123456789012:cluster/eks"}}
SCRIPTS = {"SourceS3Uri": "s3://sagemaker-scripts", "OnCreate": "on_create.sh"}


def group(name: str, **members: Any) -> dict[str, Any]:
    return {
        "InstanceGroupName": name,
        "InstanceType": "ml.m5.large",
        "InstanceCount": 1,
        "LifeCycleConfig": SCRIPTS,
        "ExecutionRole": ROLE,
        **members,
    }


def stored_on(**volume: Any) -> list[dict[str, Any]]:
    return [{"EbsVolumeConfig": volume}]


def addition(name: str, number: int) -> dict[str, Any]:
    return {"InstanceGroupName": name, "IncrementTargetCountBy": number}


VOLUMES = [
    *stored_on(RootVolume=True, VolumeKmsKeyId=KEY),
    *stored_on(VolumeSizeInGB=100),
]
BATCHES = {"RollingUpdatePolicy": {"MaximumBatchSize": {"Type": "INSTANCE_COUNT", "Value": 1}}}
PATCHES = {"PatchingStrategy": "DrainFirst", "DeploymentConfig": BATCHES}
CLUSTER_ARN = "arn:aws:sagemaker:{}:123456789012:cluster/{}"
NODES = {"ClusterName": "pod", "NodeIds": ["i-0123456789abcdef0"]}

REQUESTS: dict[str, dict[str, Any]] = {
    "CreateCluster": {
        "ClusterName": "pod",
        "InstanceGroups": [group("workers", InstanceStorageConfigs=VOLUMES), group("more")],
        "Orchestrator": EKS,
        "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
        "AutoScaling": {"Mode": "Enable", "AutoScalerType": "Karpenter"},
        "ClusterRole": ROLE,
    },
    "UpdateCluster": {"ClusterName": "pod", "InstanceGroups": [group("workers")]},
    "BatchAddClusterNodes": {
        "ClusterName": "pod",
        "NodesToAdd": [addition("workers", 25), addition("more", 25)],
    },
    "BatchDeleteClusterNodes": NODES,
    "BatchRebootClusterNodes": NODES,
    "BatchReplaceClusterNodes": NODES,
    "MoveClusterNodes": {
        "SourceClusterArn": CLUSTER_ARN.format("eu-west-1", "abcdefghijkl"),
        "SourceInstanceGroupName": "workers",
        "TargetClusterArn": CLUSTER_ARN.format("eu-west-1", "lkjihgfedcba"),
        "TargetInstanceGroupName": "workers",
        "NodeIds": ["i-0123456789abcdef0"],
    },
}

CREATE, UPDATE, ADD = "CreateCluster", "UpdateCluster", "BatchAddClusterNodes"
MOVE = "MoveClusterNodes"
STORAGE = "InstanceGroups.0.InstanceStorageConfigs"
ONE_ORCHESTRATOR = "Exactly one of Eks and Slurm must be specified in Orchestrator."
ONE_CHOICE = "Exactly one of NodeIds, NodeLogicalIds or InstanceCount must be specified."
ONE_WAY = (
    "Exactly one of InstanceType and InstanceRequirements must be specified for the instance group "
    "workers."
)

ROWS = [
    Row(CREATE, {"Orchestrator": {**EKS, "Slurm": {}}}, ONE_ORCHESTRATOR),
    Row(CREATE, {"Orchestrator": {}}, ONE_ORCHESTRATOR),
    Row(
        CREATE,
        {"InstanceGroups.1.InstanceGroupName": "workers"},
        "The instance group name workers is given more than once.",
    ),
    Row(UPDATE, {"InstanceGroups.0.InstanceType": ABSENT}, ONE_WAY),
    Row(
        CREATE,
        {"InstanceGroups.0.InstanceRequirements": {"InstanceTypes": ["ml.m5.large"]}},
        ONE_WAY,
    ),
    Row(
        CREATE,
        {STORAGE: stored_on(RootVolume=True, VolumeKmsKeyId=KEY, VolumeSizeInGB=9)},
        "VolumeSizeInGB can't be specified when RootVolume is true.",
    ),
    Row(
        UPDATE,
        {STORAGE: stored_on(RootVolume=True)},
        "VolumeKmsKeyId must be specified when RootVolume is true.",
    ),
    Row(
        CREATE,
        {STORAGE: stored_on(RootVolume=False)},
        "VolumeSizeInGB must be specified for a secondary volume.",
    ),
    Row(
        CREATE,
        {
            "InstanceGroups.0.AutoPatchConfig": {
                **PATCHES,
                "PatchingStrategy": "WhenIdle",
                "DrainPolicy": {},
            }
        },
        "DrainPolicy can be specified only when PatchingStrategy is DrainFirst.",
    ),
    Row(
        CREATE,
        {"InstanceGroups.0.AutoPatchConfig": {"PatchingStrategy": "DrainFirst"}},
        "DeploymentConfig.RollingUpdatePolicy.MaximumBatchSize must be specified when "
        "PatchingStrategy is DrainFirst.",
    ),
    Row(
        CREATE,
        {"InstanceGroups.0.AutoPatchConfig": PATCHES, "Orchestrator": {"Slurm": {}}},
        "PatchingStrategy is available only for clusters that use Amazon EKS.",
    ),
    Row(
        CREATE,
        {
            "Orchestrator": {
                "Slurm": {
                    "AccountingDatabase": {
                        "Endpoint": "db.example.com",
                        "SecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf",
                    }
                }
            }
        },
        "Orchestrator.Slurm.AccountingDatabase can be specified only when NodeProvisioningMode is "
        "Continuous.",
    ),
    Row(
        CREATE,
        {"NodeProvisioningMode": "Continuous", "Orchestrator": ABSENT},
        "Cluster pod has no InstanceGroup with SlurmConfig which is required for Continuous Node "
        "Provisioning Mode clusters",
    ),
    Row(
        CREATE,
        {"ClusterRole": ABSENT},
        "ClusterRole must be specified when autoscaling is enabled.",
    ),
    Row(
        ADD,
        {"NodesToAdd.1.IncrementTargetCountBy": 26},
        "At most 50 nodes can be added in a request; 51 were asked.",
    ),
    *(
        Row(
            operation,
            {"NodeIds": ABSENT},
            "At least one of NodeIds and NodeLogicalIds must be specified.",
        )
        for operation in (
            "BatchDeleteClusterNodes",
            "BatchRebootClusterNodes",
            "BatchReplaceClusterNodes",
        )
    ),
    Row(MOVE, {"NodeIds": ABSENT}, ONE_CHOICE),
    *(
        Row(MOVE, more, ONE_CHOICE)
        for more in ({"InstanceCount": 1}, {"NodeLogicalIds": ["node-1234567890"]})
    ),
    Row(
        MOVE,
        {"TargetClusterArn": CLUSTER_ARN.format("eu-west-1", "abcdefghijkl")},
        "The target instance group must be different from the source instance group, since the clusters "
        "are the same.",
    ),
    Row(
        MOVE,
        {"TargetClusterArn": CLUSTER_ARN.format("us-east-1", "lkjihgfedcba")},
        "The target cluster must be in the same account and Region as the source cluster.",
    ),
]

KEPT: list[tuple[str, dict[str, Any]]] = [
    (CREATE, {"Orchestrator": {"Slurm": {}}}),
    (CREATE, {"AutoScaling": {"Mode": "Disable"}, "ClusterRole": ABSENT}),
    (CREATE, {"InstanceGroups.0.AutoPatchConfig": PATCHES}),
    (MOVE, {"NodeIds": ABSENT, "InstanceCount": 50}),
    (MOVE, {"NodeIds": ABSENT, "NodeLogicalIds": ["node-1234567890"]}),
    (
        MOVE,
        {
            "TargetClusterArn": CLUSTER_ARN.format("eu-west-1", "abcdefghijkl"),
            "TargetInstanceGroupName": "more",
        },
    ),
]
