"""HyperPod clusters: nodes, operations, events, extensions and policies; facts: hosting.yaml."""

from __future__ import annotations

import json
import re
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagestub import World, mock_sagemaker

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
EKS = "arn:aws:eks:eu-west-1:123456789012:cluster/pod"
CLUSTER: dict[str, Any] = {"ClusterName": "pod"}
GROUP: dict[str, Any] = {
    "InstanceGroupName": "workers",
    "InstanceType": "ml.g5.xlarge",
    "InstanceCount": 2,
    "ExecutionRole": ROLE,
    "LifeCycleConfig": {"SourceS3Uri": "s3://sagemaker-scripts/", "OnCreate": "on_create.sh"},
    "SlurmConfig": {"NodeType": "Compute"},
}
CONTINUOUS = {"NodeProvisioningMode": "Continuous"}


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    error = refusal.value.response["Error"]
    return error["Code"], error["Message"]


def group_of(client: Any, name: str = "workers") -> dict[str, Any]:
    groups = client.describe_cluster(**CLUSTER)["InstanceGroups"]
    return next(group for group in groups if group["InstanceGroupName"] == name)


def nodes_of(client: Any, **more: Any) -> list[dict[str, Any]]:
    return list(client.list_cluster_nodes(**CLUSTER, **more)["ClusterNodeSummaries"])


def statuses(client: Any, times: int) -> list[str]:
    return [client.describe_cluster(**CLUSTER)["ClusterStatus"] for _ in range(times)]


@pytest.fixture
def cluster(client: Any) -> str:
    """The ARN of a cluster of two nodes that is InService."""
    arn = client.create_cluster(**CLUSTER, InstanceGroups=[GROUP])["ClusterArn"]
    assert statuses(client, 2) == ["Creating", "InService"]
    return str(arn)


@pytest.fixture
def eks(client: Any) -> str:
    """The ARN of an EKS cluster of two nodes that provisions continuously and is InService."""
    arn = client.create_cluster(
        **CLUSTER,
        **CONTINUOUS,
        InstanceGroups=[GROUP],
        Orchestrator={"Eks": {"ClusterArn": EKS}},
    )["ClusterArn"]
    assert statuses(client, 4)[1:] == ["InService"] * 3
    return str(arn)


@pytest.fixture
def slurm(client: Any) -> str:
    """The ARN of a Slurm cluster that provisions continuously."""
    arn = client.create_cluster(**CLUSTER, **CONTINUOUS, InstanceGroups=[GROUP])["ClusterArn"]
    assert statuses(client, 3)[-1] == "InService"
    return str(arn)


# Cluster ------------------------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.Cluster.filled_in.InstanceGroups-in-detail-form",
    "hosting.Cluster.filled_in.NodeRecovery",
)
def test_a_cluster_details_the_groups_of_the_request(client: Any) -> None:
    """Facts: Cluster.filled_in and arn."""
    arn = client.create_cluster(**CLUSTER, InstanceGroups=[GROUP])["ClusterArn"]
    creating, in_service = (client.describe_cluster(**CLUSTER) for _ in range(2))
    assert len(arn.rpartition(":cluster/")[2]) == 12
    (group,) = creating["InstanceGroups"]
    assert (group["CurrentCount"], group["TargetCount"], group["Status"]) == (0, 2, "Creating")
    (group,) = in_service["InstanceGroups"]
    assert (group["CurrentCount"], group["TargetCount"], group["Status"]) == (2, 2, "InService")
    assert group["ThreadsPerCore"] == 2
    assert group["LifeCycleConfig"] == GROUP["LifeCycleConfig"]
    assert "InstanceCount" not in group
    assert in_service["NodeRecovery"] == "Automatic"
    assert "Orchestrator" not in in_service


@pytest.mark.fact(
    "hosting.Cluster.identifier",
)
def test_a_cluster_is_known_by_its_arn_too(client: Any, cluster: str) -> None:
    """Facts: Cluster.identifier."""
    assert client.describe_cluster(ClusterName=cluster)["ClusterName"] == "pod"
    assert len(client.list_cluster_nodes(ClusterName=cluster)["ClusterNodeSummaries"]) == 2
    assert client.list_clusters()["ClusterSummaries"][0]["ClusterArn"] == cluster


@pytest.mark.fact(
    "hosting.Cluster.filled_in.FailureMessage-when-Failed-e-g-We",
)
def test_a_failed_creation_rolls_back_and_says_why(sm: World, client: Any) -> None:
    """Facts: Cluster.lifecycle.failed."""
    sm.fail("Cluster", reason="no capacity")
    client.create_cluster(**CLUSTER, InstanceGroups=[GROUP])
    assert statuses(client, 3) == ["Creating", "RollingBack", "Failed"]
    assert client.describe_cluster(**CLUSTER)["FailureMessage"] == "no capacity"
    assert group_of(client)["CurrentCount"] == 0


@pytest.mark.fact(
    "hosting.Cluster.notes.UpdateCluster-merges-groups-by-InstanceGroupName-InstanceGroupsToDelete",
    "hosting.Cluster.lifecycle.update",
)
def test_an_update_scales_a_group_adds_one_and_keeps_the_others(client: Any, cluster: str) -> None:
    """Facts: Cluster.notes, UpdateCluster merges groups by name."""
    other = {**GROUP, "InstanceGroupName": "login", "InstanceCount": 1}
    client.update_cluster(**CLUSTER, InstanceGroups=[other])
    assert statuses(client, 2) == ["Updating", "InService"]
    client.update_cluster(**CLUSTER, InstanceGroups=[{**GROUP, "InstanceCount": 3}])
    group = group_of(client)
    assert (group["CurrentCount"], group["TargetCount"], group["Status"]) == (2, 3, "Updating")
    assert group_of(client)["CurrentCount"] == 3
    assert group_of(client, "login")["CurrentCount"] == 1
    assert len(nodes_of(client)) == 4


def test_an_update_removes_groups(client: Any, cluster: str) -> None:
    """Facts: Cluster.notes, InstanceGroupsToDelete."""
    client.update_cluster(**CLUSTER, InstanceGroupsToDelete=["workers"])
    assert statuses(client, 2) == ["Updating", "InService"]
    assert client.describe_cluster(**CLUSTER)["InstanceGroups"] == []
    assert nodes_of(client) == []


@pytest.mark.fact(
    "hosting.Cluster.lifecycle.update_failed",
)
def test_a_failed_update_goes_back_to_what_was(sm: World, client: Any, cluster: str) -> None:
    """Facts: Cluster.lifecycle.update_failed."""
    sm.fail("Cluster", reason="no capacity")
    client.update_cluster(**CLUSTER, InstanceGroups=[{**GROUP, "InstanceCount": 9}])
    assert statuses(client, 3) == ["Updating", "RollingBack", "InService"]
    assert client.describe_cluster(**CLUSTER)["FailureMessage"] == "no capacity"
    assert (group_of(client)["CurrentCount"], group_of(client)["TargetCount"]) == (2, 2)
    assert len(nodes_of(client)) == 2


@pytest.mark.fact(
    "hosting.Cluster.lifecycle.software_update",
    "hosting.ClusterNode.timestamps.LastSoftwareUpdateTime",
    "hosting.ClusterNode.lifecycle.software_update",
)
def test_a_software_update_reaches_every_node(client: Any, cluster: str) -> None:
    """Facts: Cluster.lifecycle.software_update, ClusterNode.timestamps."""
    image = "ami-0123456789abcdef0"
    client.update_cluster_software(**CLUSTER, ImageId=image)
    updating, updated = (client.describe_cluster(**CLUSTER) for _ in range(2))
    assert (updating["ClusterStatus"], updated["ClusterStatus"]) == ("SystemUpdating", "InService")
    assert updating["InstanceGroups"][0]["SoftwareUpdateStatus"] == "InProgress"
    (group,) = updated["InstanceGroups"]
    assert (group["SoftwareUpdateStatus"], group["CurrentImageId"]) == ("Succeeded", image)
    assert all("LastSoftwareUpdateTime" in node for node in nodes_of(client))


@pytest.mark.fact(
    "hosting.ClusterNode.lifecycle.delete",
)
def test_a_deleted_cluster_takes_its_nodes_along(client: Any, cluster: str) -> None:
    """Facts: Cluster.lifecycle.delete."""
    client.delete_cluster(**CLUSTER)
    assert statuses(client, 1) == ["Deleting"]
    assert refused(client.describe_cluster, **CLUSTER)[0] == "ResourceNotFound"
    client.create_cluster(**CLUSTER, InstanceGroups=[{**GROUP, "InstanceCount": 1}])
    assert len(nodes_of(client)) == 1


REFUSALS: list[tuple[str, dict[str, Any], str, str]] = [
    ("create_cluster", {**CLUSTER, "InstanceGroups": [GROUP]}, "ResourceInUse", "already exists"),
    ("create_cluster", {"ClusterName": "b", "Orchestrator": {}}, "ValidationException", "one of"),
    ("create_cluster", {"ClusterName": "b", "Orchestrator": {"Eks": {"ClusterArn": EKS}, "Slurm": {}}},
     "ValidationException", "Exactly one of Eks and Slurm"),
    ("create_cluster", {"ClusterName": "b", "InstanceGroups": [GROUP, GROUP]},
     "ValidationException", "more than once"),
    ("describe_cluster", {"ClusterName": "no"}, "ResourceNotFound", "no"),
    ("delete_cluster", {"ClusterName": "no"}, "ResourceNotFound", "no"),
    ("update_cluster", {"ClusterName": "no"}, "ResourceNotFound", "no"),
    ("update_cluster_software", {"ClusterName": "no"}, "ResourceNotFound", "no"),
    ("list_cluster_nodes", {"ClusterName": "no"}, "ResourceNotFound", "no"),
    ("list_cluster_events", {"ClusterName": "no"}, "ResourceNotFound", "no"),
    ("list_cluster_operations", {"ClusterName": "no"}, "ResourceNotFound", "no"),
    ("list_cluster_events", CLUSTER, "ValidationException", "Continuous"),
    ("describe_cluster_event", {**CLUSTER, "EventId": "0" * 8 + "-0000" * 3 + "-" + "0" * 12},
     "ValidationException", "Continuous"),
    ("batch_add_cluster_nodes",
     {**CLUSTER, "NodesToAdd": [{"InstanceGroupName": "workers", "IncrementTargetCountBy": 1}]},
     "ValidationException", "Continuous"),
    ("describe_cluster_node", {**CLUSTER, "NodeId": "i-00000000"}, "ResourceNotFound", "node"),
    ("describe_cluster_node", CLUSTER, "ValidationException", "Exactly one of"),
    ("update_cluster",
     {**CLUSTER, "InstanceGroups": [{**GROUP, "OverrideVpcConfig":
      {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}}]},
     "ValidationException", "Updating fields OverrideVpcConfig on an InstanceGroup not supported"),
    ("update_cluster", {**CLUSTER, "InstanceGroupsToDelete": ["no"]}, "ValidationException", "no"),
    ("batch_delete_cluster_nodes", CLUSTER, "ValidationException", "At least one of"),
]  # fmt: skip


@pytest.mark.fact(
    "hosting.Cluster.errors.UpdateCluster-changes-OverrideVpcConfig-of-a-group",
    "hosting.Cluster.errors.both-or-neither-of-Eks-and-Slurm-inside-Orchestrator",
    "hosting.Cluster.errors.create-with-a-name-that-exists",
)
@pytest.mark.fact(
    "hosting.Cluster.errors.BatchAddClusterNodes-on-a-cluster-that-is-not-Continuous",
    "hosting.ClusterEvent.errors.cluster-not-in-Continuous-mode",
    "hosting.ClusterEvent.preconditions.only-for-NodeProvisioningMode-Continuous",
)
@pytest.mark.parametrize(("operation", "parameters", "code", "words"), REFUSALS)
def test_refusals_have_the_services_code(
    client: Any, cluster: str, operation: str, parameters: dict[str, Any], code: str, words: str
) -> None:
    """Facts: Cluster.errors, ClusterNode.errors, ClusterEvent.errors."""
    found, message = refused(getattr(client, operation), **parameters)
    assert found == code
    assert words in message


@pytest.mark.fact(
    "hosting.Cluster.errors.delete-or-update-while-Creating-Updating-Deleting",
)
def test_a_cluster_in_change_is_in_conflict(client: Any) -> None:
    """Facts: Cluster.errors, delete or update while Creating."""
    client.create_cluster(**CLUSTER, InstanceGroups=[GROUP])
    for call in (client.delete_cluster, client.update_cluster, client.update_cluster_software):
        assert refused(call, **CLUSTER)[0] == "ConflictException"


@pytest.mark.fact(
    "hosting.Cluster.errors.the-EKS-cluster-is-already-used-by-another-HyperPod",
)
def test_an_eks_cluster_orchestrates_one_cluster_alone(client: Any, eks: str) -> None:
    """Facts: Cluster.errors (seen in a client)."""
    text = f"Specified cluster external resource id {EKS} already in use"
    found = refused(
        client.create_cluster, ClusterName="b", Orchestrator={"Eks": {"ClusterArn": EKS}}
    )
    assert found == ("ValidationException", text)


@pytest.mark.fact(
    "hosting.Cluster.preconditions.ClusterRole-cannot-change-while-autoscaling-is",
)
def test_the_role_is_fixed_while_autoscaling_is_enabled(client: Any) -> None:
    """Facts: Cluster.preconditions."""
    client.create_cluster(**CLUSTER, ClusterRole=ROLE, AutoScaling={"Mode": "Enable"})
    scaling = client.describe_cluster(**CLUSTER)["AutoScaling"]
    assert scaling == {"Mode": "Enable", "AutoScalerType": "Karpenter", "Status": "InService"}
    assert "ClusterRole" in refused(client.update_cluster, **CLUSTER, ClusterRole=ROLE + "2")[1]


@pytest.mark.fact("hosting.Cluster.preconditions.Orchestrator-Eks-and-VpcConfig-are-fixed")
def test_an_eks_cluster_and_a_network_are_chosen_once(client: Any, eks: str) -> None:
    """Facts: Cluster.preconditions: an update has no member for the network."""
    code, text = refused(
        client.update_cluster, **CLUSTER, Orchestrator={"Eks": {"ClusterArn": EKS + "2"}}
    )
    assert (code, text) == (
        "ValidationException",
        "The EKS cluster of a HyperPod cluster cannot be changed.",
    )
    client.update_cluster(**CLUSTER, Orchestrator={"Eks": {"ClusterArn": EKS}})
    update = client.meta.service_model.operation_model("UpdateCluster")
    assert "VpcConfig" not in update.input_shape.members


@pytest.mark.fact("hosting.Cluster.references.Orchestrator-Eks-ClusterArn-names-an-EKS")
def test_an_orchestrator_is_an_eks_cluster_which_is_not_looked_for(client: Any) -> None:
    """Facts: Cluster.references."""
    other = "arn:aws:ecs:eu-west-1:123456789012:cluster/pod"
    code, text = refused(
        client.create_cluster, **CLUSTER, Orchestrator={"Eks": {"ClusterArn": other}}
    )
    assert code == "ValidationException"
    assert "failed to satisfy constraint" in text
    client.create_cluster(**CLUSTER, Orchestrator={"Eks": {"ClusterArn": EKS}})
    assert client.describe_cluster(**CLUSTER)["Orchestrator"] == {"Eks": {"ClusterArn": EKS}}


@pytest.mark.fact("hosting.Cluster.references.TrainingPlanArn-in-a-group-names-a")
def test_a_group_takes_its_nodes_from_a_training_plan(sm: World, client: Any) -> None:
    """Facts: Cluster.references."""
    plan = sm.add("TrainingPlan", "eu-west-1", TrainingPlanName="gpus", Status="Active").arn
    planned = {**GROUP, "TrainingPlanArn": plan}
    lost = {**GROUP, "TrainingPlanArn": plan.replace("gpus", "no")}
    assert refused(client.create_cluster, **CLUSTER, InstanceGroups=[lost])[0] == (
        "ValidationException"
    )
    client.create_cluster(**CLUSTER, InstanceGroups=[planned])
    assert statuses(client, 2)[-1] == "InService"
    text = f"The training plan {lost['TrainingPlanArn']} does not exist."
    assert refused(client.update_cluster, **CLUSTER, InstanceGroups=[lost])[1] == text
    found = client.list_clusters(TrainingPlanArn=plan)["ClusterSummaries"]
    assert [summary["ClusterName"] for summary in found] == ["pod"]


@pytest.mark.fact("hosting.Cluster.preconditions.DeleteCluster-accepts-InService-and-Failed-groups")
@pytest.mark.parametrize("status", ["InService", "Failed"])
def test_a_cluster_scales_to_nothing_before_it_goes(sm: World, client: Any, status: str) -> None:
    """Facts: Cluster.preconditions: nodes may still be Pending."""
    client.create_cluster(**CLUSTER, **CONTINUOUS, InstanceGroups=[GROUP])
    sm.transitions(rule="manual")
    sm.resources("Cluster")[0].move_to(status)
    assert {node.status for node in sm.resources("ClusterNode")} == {"Pending"}
    client.delete_cluster(**CLUSTER)
    assert statuses(client, 1) == ["Deleting"]
    assert {node.status for node in sm.resources("ClusterNode")} == {"ShuttingDown"}
    assert group_of(client)["CurrentCount"] == 0


@pytest.mark.fact("hosting.Cluster.preconditions.UpdateCluster-waits-for-running-deep-health")
def test_an_update_waits_for_deep_health_checks(client: Any, cluster: str) -> None:
    """Facts: Cluster.preconditions."""
    check = {"InstanceGroupName": "workers", "DeepHealthChecks": ["InstanceStress"]}
    client.start_cluster_health_check(**CLUSTER, DeepHealthCheckConfigurations=[check])
    client.update_cluster(**CLUSTER, NodeRecovery="None")
    assert statuses(client, 3) == ["Updating", "Updating", "InService"]
    assert {node["InstanceStatus"]["Status"] for node in nodes_of(client)} == {"Running"}
    client.update_cluster(**CLUSTER, NodeRecovery="Automatic")
    assert statuses(client, 2) == ["Updating", "InService"]


@pytest.mark.fact("hosting.Cluster.notes.creation-takes-10-to-25-minutes")
def test_a_cluster_takes_its_time(sm: World, client: Any) -> None:
    """Facts: Cluster.notes, by the clock."""
    sm.transitions(rule="clock")
    client.create_cluster(**CLUSTER, InstanceGroups=[GROUP])
    sm.clock.advance(10 * 60)
    assert statuses(client, 1) == ["Creating"]
    sm.clock.advance(15 * 60)
    assert statuses(client, 1) == ["InService"]


HOURS = 3600


@pytest.mark.fact("hosting.Cluster.notes.MinInstanceCount")
def test_a_new_group_without_its_minimum_goes_back_to_nothing(sm: World, client: Any) -> None:
    """Facts: Cluster.notes."""
    sm.transitions("ClusterNode", rule="manual")
    group = {**GROUP, "InstanceCount": 3, "MinInstanceCount": 2}
    client.create_cluster(**CLUSTER, **CONTINUOUS, InstanceGroups=[group])
    assert statuses(client, 3)[-1] == "InService"
    sm.resources("ClusterNode")[0].move_to("Running")
    sm.clock.advance(2 * HOURS)
    assert (group_of(client)["Status"], group_of(client)["TargetCount"]) == ("Creating", 3)
    sm.clock.advance(1 * HOURS)
    assert (group_of(client)["Status"], group_of(client)["TargetCount"]) == ("InService", 0)
    assert {node.status for node in sm.resources("ClusterNode")} == {"ShuttingDown"}
    said = [event["Description"] for event in client.list_cluster_events(**CLUSTER)["Events"]]
    assert any("has not reached its minimum of 2 instances" in text for text in said)


@pytest.mark.fact("hosting.Cluster.notes.MinInstanceCount")
@pytest.mark.parametrize("reached", [True, False])
def test_a_group_with_its_minimum_is_in_service_though_nodes_are_missing(
    sm: World, client: Any, slurm: str, reached: bool
) -> None:
    """Facts: Cluster.notes: a group that was there before goes back to what it was."""
    sm.transitions("ClusterNode", rule="manual")
    bigger = {**GROUP, "InstanceCount": 5, "MinInstanceCount": 3, "ThreadsPerCore": 1}
    client.update_cluster(**CLUSTER, InstanceGroups=[bigger])
    assert (group_of(client)["CurrentCount"], group_of(client)["Status"]) == (2, "Updating")
    if reached:
        sm.resources("ClusterNode")[-1].move_to("Running")
        assert (group_of(client)["CurrentCount"], group_of(client)["Status"]) == (3, "InService")
    sm.clock.advance(4 * HOURS)
    group = group_of(client)
    expected = (5, 3, 1) if reached else (2, None, 2)
    assert (group["TargetCount"], group.get("MinCount"), group["ThreadsPerCore"]) == expected
    assert group["Status"] == "InService"


def test_a_group_of_a_cluster_that_goes_waits_for_nothing(sm: World, client: Any) -> None:
    sm.transitions("ClusterNode", rule="manual")
    group = {**GROUP, "InstanceCount": 3, "MinInstanceCount": 2}
    client.create_cluster(**CLUSTER, InstanceGroups=[group])
    assert statuses(client, 2)[-1] == "InService"
    assert group_of(client)["Status"] == "Creating"
    sm.resources("Cluster")[0].move_to("Deleting")
    sm.clock.advance(4 * HOURS)
    group = group_of(client)
    assert (group["Status"], group["TargetCount"]) == ("Deleting", 3)


def test_a_cluster_that_a_test_adds_has_its_nodes(sm: World, client: Any) -> None:
    group = {"InstanceGroupName": "workers", "TargetCount": 2, "InstanceType": "ml.c5.xlarge"}
    sm.add("Cluster", "eu-west-1", **CLUSTER, ClusterStatus="InService", InstanceGroups=[group])
    assert (group_of(client)["CurrentCount"], group_of(client)["Status"]) == (2, "InService")
    assert {node["InstanceType"] for node in nodes_of(client)} == {"ml.c5.xlarge"}


@pytest.mark.parametrize("rule", ["immediate", "clock"])
def test_a_cluster_serves_by_every_rule(rule: str) -> None:
    with mock_sagemaker(transitions=rule) as sm:
        client = boto3.client("sagemaker", region_name="eu-west-1")
        client.create_cluster(**CLUSTER, **CONTINUOUS, InstanceGroups=[GROUP])
        sm.clock.advance(3600)
        assert (group_of(client)["CurrentCount"], statuses(client, 1)) == (2, ["InService"])
        client.delete_cluster(**CLUSTER)
        sm.clock.advance(3600)
        assert sm.resources() == []


# Nodes --------------------------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.ClusterNode.filled_in.InstanceGroupName-InstanceType-LifeCycleConfig-ThreadsPerCore-from-the",
    "hosting.ClusterNode.filled_in.PrivatePrimaryIp-PrivateDnsHostname-Placement-AvailabilityZone-AvailabilityZoneId",
    "hosting.ClusterNode.identifier",
    "hosting.ClusterNode.status",
)
def test_a_node_is_described_by_its_instance_id(client: Any, cluster: str) -> None:
    """Facts: ClusterNode.filled_in and id_form."""
    summary = nodes_of(client)[0]
    assert "NodeLogicalId" not in summary
    node = client.describe_cluster_node(**CLUSTER, NodeId=summary["InstanceId"])["NodeDetails"]
    assert node["InstanceStatus"] == {"Status": "Running"}
    assert (node["InstanceGroupName"], node["InstanceType"]) == ("workers", "ml.g5.xlarge")
    assert node["LifeCycleConfig"] == GROUP["LifeCycleConfig"]
    assert node["PrivateDnsHostname"].startswith("ip-10-")
    assert node["Placement"] == {
        "AvailabilityZone": "eu-west-1a",
        "AvailabilityZoneId": "euw1-az1",
    }


@pytest.mark.fact(
    "hosting.ClusterNode.lifecycle.initial",
    "hosting.ClusterNode.lifecycle.path",
)
def test_a_node_goes_by_way_of_pending(client: Any) -> None:
    """Facts: ClusterNode.lifecycle."""
    client.create_cluster(**CLUSTER, InstanceGroups=[GROUP])
    node_id = nodes_of(client, IncludeNodeLogicalIds=True)[0]["NodeLogicalId"]
    described = client.describe_cluster_node(**CLUSTER, NodeLogicalId=node_id)["NodeDetails"]
    assert described["InstanceStatus"]["Status"] in ("Pending", "Running")
    assert statuses(client, 2)[-1] == "InService"
    described = client.describe_cluster_node(**CLUSTER, NodeLogicalId=node_id)["NodeDetails"]
    assert described["InstanceStatus"]["Status"] == "Running"


@pytest.mark.fact(
    "hosting.ClusterNode.lifecycle.failed",
)
def test_a_group_without_its_nodes_is_degraded(sm: World, client: Any) -> None:
    """Facts: ClusterNode.lifecycle.failed."""
    sm.fail("ClusterNode", reason="lost")
    client.create_cluster(**CLUSTER, InstanceGroups=[GROUP])
    assert statuses(client, 2)[-1] == "InService"
    assert (group_of(client)["CurrentCount"], group_of(client)["Status"]) == (1, "Degraded")
    shown = [node["InstanceStatus"] for node in nodes_of(client)]
    assert {"Status": "Failure", "Message": "lost"} in shown


@pytest.mark.fact(
    "hosting.ClusterNode.notes.BatchDeleteClusterNodes-lowers-the-counts",
    "hosting.ClusterNode.errors.BatchDelete-Reboot-Replace-of-one-bad-node",
    "hosting.ClusterNode.delete",
)
def test_deleted_nodes_lower_the_counts(client: Any, cluster: str) -> None:
    """Facts: ClusterNode.notes and errors."""
    node = nodes_of(client)[0]["InstanceId"]
    answer = client.batch_delete_cluster_nodes(**CLUSTER, NodeIds=[node, "i-00000000"])
    assert answer["Successful"] == [node]
    assert [(f["NodeId"], f["Code"]) for f in answer["Failed"]] == [
        ("i-00000000", "NodeIdNotFound")
    ]
    assert (group_of(client)["CurrentCount"], group_of(client)["TargetCount"]) == (1, 1)


@pytest.mark.fact(
    "hosting.ClusterNode.id_form",
)
def test_a_replaced_node_has_another_instance(client: Any, eks: str) -> None:
    """Facts: ClusterNode.id_form."""
    node = nodes_of(client, IncludeNodeLogicalIds=True)[0]
    answer = client.batch_replace_cluster_nodes(**CLUSTER, NodeIds=[node["InstanceId"]])
    assert answer["Successful"] == [node["InstanceId"]]
    logical = {**CLUSTER, "NodeLogicalId": node["NodeLogicalId"]}
    pending, running = (client.describe_cluster_node(**logical)["NodeDetails"] for _ in range(2))
    assert pending["InstanceStatus"]["Status"] == "Pending"
    assert running["InstanceStatus"]["Status"] == "Running"
    assert running["InstanceId"] != node["InstanceId"]


@pytest.mark.fact("hosting.ClusterNode.preconditions.reboot-replace-at-most-25-nodes")
@pytest.mark.parametrize("verb", ["reboot", "replace"])
def test_twenty_five_nodes_are_restarted_at_once(client: Any, cluster: str, verb: str) -> None:
    """Facts: ClusterNode.preconditions."""
    call = getattr(client, f"batch_{verb}_cluster_nodes")
    ids = [f"i-{number:017x}" for number in range(26)]
    code, text = refused(call, **CLUSTER, NodeIds=ids)
    assert code == "ValidationException"
    assert "Member must have length less than or equal to 25" in text
    assert len(call(**CLUSTER, NodeIds=ids[:25])["Failed"]) == 25


@pytest.mark.fact("hosting.ClusterNode.timestamps.LaunchTime")
def test_a_node_is_launched_with_its_instance(sm: World, client: Any) -> None:
    """Facts: ClusterNode.timestamps."""
    sm.transitions("ClusterNode", rule="manual")
    client.create_cluster(**CLUSTER, **CONTINUOUS, InstanceGroups=[GROUP])
    node = sm.resources("ClusterNode")[0]
    named = {**CLUSTER, "NodeLogicalId": node.name}
    assert "LaunchTime" not in client.describe_cluster_node(**named)["NodeDetails"]
    sm.clock.advance(HOURS)
    asked = sm.clock.now()
    node.move_to("Running")
    launched = client.describe_cluster_node(**named)["NodeDetails"]["LaunchTime"]
    assert abs((launched - asked).total_seconds()) < 1


def test_a_rebooted_node_keeps_its_instance(client: Any, cluster: str) -> None:
    node = nodes_of(client)[0]["InstanceId"]
    client.batch_reboot_cluster_nodes(**CLUSTER, NodeIds=[node])
    seen = [
        client.describe_cluster_node(**CLUSTER, NodeId=node)["NodeDetails"]["InstanceStatus"]
        for _ in range(2)
    ]
    assert [status["Status"] for status in seen] == ["Pending", "Running"]
    answer = client.batch_reboot_cluster_nodes(**CLUSTER, NodeIds=["i-00000000"])
    assert answer["Failed"][0]["ErrorCode"] == "InstanceIdNotFound"


@pytest.mark.fact(
    "hosting.ClusterNode.notes.BatchAddClusterNodes-raises-TargetCount-and-answers-Successful",
    "hosting.ClusterNode.errors.BatchAdd-to-a-bad-group",
    "hosting.ClusterNode.create",
)
def test_nodes_are_added_to_groups_of_a_continuous_cluster(client: Any, eks: str) -> None:
    """Facts: ClusterNode.notes and errors."""
    answer = client.batch_add_cluster_nodes(
        **CLUSTER,
        NodesToAdd=[
            {"InstanceGroupName": "workers", "IncrementTargetCountBy": 1},
            {"InstanceGroupName": "no", "IncrementTargetCountBy": 2},
        ],
    )
    (added,) = answer["Successful"]
    assert (added["InstanceGroupName"], added["Status"]) == ("workers", "Pending")
    assert answer["Failed"][0]["ErrorCode"] == "InstanceGroupNotFound"
    before, after = (group_of(client) for _ in range(2))
    assert (before["CurrentCount"], before["TargetCount"]) == (2, 3)
    assert before["ActiveOperations"] == {"Scaling": 1}
    assert after["CurrentCount"] == 3
    assert "ActiveOperations" not in after


def grown(client: Any) -> list[dict[str, Any]]:
    """Add a node under one and the same token; return the nodes that the call says it has added."""
    answer: dict[str, Any] = client.batch_add_cluster_nodes(
        **CLUSTER,
        ClientToken="once",
        NodesToAdd=[{"InstanceGroupName": "workers", "IncrementTargetCountBy": 1}],
    )
    return list(answer["Successful"])


def test_a_repeated_token_adds_no_nodes_again(client: Any, eks: str) -> None:
    assert grown(client) == grown(client)
    assert group_of(client)["TargetCount"] == 3


def test_a_repeated_token_tells_the_latest_status_of_its_nodes(
    client: Any, sm: World, eks: str
) -> None:
    (first,) = grown(client)
    sm.resources("ClusterNode")[-1].move_to("Running")
    assert grown(client) == [{**first, "Status": "Running"}]


def test_a_token_is_valid_for_eight_hours(client: Any, sm: World, eks: str) -> None:
    (first,) = grown(client)
    sm.clock.advance(7.9 * 3600)
    assert [node["NodeLogicalId"] for node in grown(client)] == [first["NodeLogicalId"]]
    sm.clock.advance(0.2 * 3600)
    assert [node["NodeLogicalId"] for node in grown(client)] != [first["NodeLogicalId"]]


@pytest.mark.fact(
    "hosting.ClusterNode.preconditions.ListClusterNodes-leaves-nodes-without-an-instance",
    "hosting.ClusterNode.list",
    "hosting.Cluster.lifecycle.continuous_mode",
)
def test_nodes_are_listed_without_an_instance_on_request_only(client: Any) -> None:
    """Facts: ClusterNode.preconditions, Cluster.lifecycle.continuous_mode."""
    client.create_cluster(**CLUSTER, **CONTINUOUS, InstanceGroups=[GROUP])
    assert nodes_of(client) == []
    # The first look has let the nodes take a step.
    assert len(nodes_of(client, IncludeNodeLogicalIds=True)) == 2


def test_volumes_are_attached_and_detached(client: Any, eks: str) -> None:
    node = nodes_of(client)[0]["InstanceId"]
    volume = {"ClusterArn": eks, "NodeId": node, "VolumeId": "vol-0123456789abcdef0"}
    attached = client.attach_cluster_node_volume(**volume)
    assert (attached["Status"], attached["DeviceName"]) == ("attaching", "/dev/xvdf")
    assert refused(client.attach_cluster_node_volume, **volume)[0] == "ValidationException"
    detached = client.detach_cluster_node_volume(**volume)
    assert (detached["Status"], detached["AttachTime"]) == ("detaching", attached["AttachTime"])
    assert refused(client.detach_cluster_node_volume, **volume)[0] == "ValidationException"


def test_a_network_interface_is_attached_to_one_node(client: Any, cluster: str) -> None:
    first, second = (node["InstanceId"] for node in nodes_of(client))
    interface = {**CLUSTER, "NetworkInterfaceId": "eni-01234567"}
    attach = client.attach_cluster_node_network_interface
    assert attach(**interface, NodeId=first)["AttachmentId"].startswith("eni-attach-")
    assert refused(attach, **interface, NodeId=second)[0] == "ValidationException"


# Operations and events ----------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.ClusterOperation.lifecycle.initial",
    "hosting.ClusterOperation.lifecycle.path",
    "hosting.ClusterOperation.filled_in.Type-Scaling-ScalingDetails-Type-DeepHealthCheck-DeepHealthCheckDetails",
    "hosting.ClusterOperation.timestamps.CreationTime",
    "hosting.ClusterOperation.identifier",
)
def test_a_scaling_is_an_operation_that_ends_with_its_nodes(client: Any, eks: str) -> None:
    """Facts: ClusterOperation.lifecycle and filled_in."""
    client.update_cluster(**CLUSTER, InstanceGroups=[{**GROUP, "InstanceCount": 3}])
    newest = client.list_cluster_operations(**CLUSTER)["ClusterOperationSummaries"][0]
    named = {**CLUSTER, "OperationId": newest["OperationId"]}
    under_way, done = (client.describe_cluster_operation(**named) for _ in range(2))
    assert (under_way["Type"], under_way["Status"]) == ("Scaling", "InProgress")
    (detail,) = under_way["ScalingDetails"]
    assert (detail["Original"]["TargetCount"], detail["Desired"]["TargetCount"]) == (2, 3)
    assert (done["Status"], done["ScalingDetails"][0]["Status"]) == ("Done", "Done")


@pytest.mark.fact(
    "hosting.ClusterOperation.lifecycle.other",
)
def test_a_newer_scaling_supersedes_one_under_way(client: Any, eks: str) -> None:
    """Facts: ClusterOperation.lifecycle.other."""
    for number in (3, 4):
        client.update_cluster(**CLUSTER, InstanceGroups=[{**GROUP, "InstanceCount": number}])
    listed = client.list_cluster_operations(**CLUSTER)["ClusterOperationSummaries"]
    assert [o["Status"] for o in listed][:2] == ["InProgress", "Superseded"]


@pytest.mark.fact(
    "hosting.ClusterNode.lifecycle.deep_health_check",
    "hosting.ClusterOperation.notes.made-by-the-service",
)
def test_a_health_check_goes_over_the_nodes(client: Any, cluster: str) -> None:
    """Facts: ClusterNode.lifecycle.deep_health_check, ClusterOperation.notes."""
    node = nodes_of(client)[0]["InstanceId"]
    check = {"InstanceGroupName": "workers", "DeepHealthChecks": ["InstanceStress"]}
    client.start_cluster_health_check(
        **CLUSTER, DeepHealthCheckConfigurations=[{**check, "InstanceIds": [node]}]
    )
    seen = [
        client.describe_cluster_node(**CLUSTER, NodeId=node)["NodeDetails"]["InstanceStatus"]
        for _ in range(2)
    ]
    assert [status["Status"] for status in seen] == ["DeepHealthCheckInProgress", "Running"]
    (listed,) = client.list_cluster_operations(**CLUSTER, Type="DeepHealthCheck")[
        "ClusterOperationSummaries"
    ]
    named = {**CLUSTER, "OperationId": listed["OperationId"]}
    described = client.describe_cluster_operation(**named)
    assert described["DeepHealthCheckDetails"][0]["InstanceIds"] == [node]
    assert client.describe_cluster_operation(**named)["Status"] == "Done"


@pytest.mark.fact(
    "hosting.ClusterEvent.filled_in.EventId-ClusterArn-ClusterName-ResourceType-EventTime-EventLevel",
    "hosting.ClusterEvent.identifier",
)
def test_events_tell_what_happened_to_whom(client: Any, eks: str) -> None:
    """Facts: ClusterEvent.filled_in."""
    events = client.list_cluster_events(**CLUSTER)["Events"]
    assert {event["ResourceType"] for event in events} == {"Cluster", "InstanceGroup", "Instance"}
    node = nodes_of(client)[0]["InstanceId"]
    (event,) = client.list_cluster_events(**CLUSTER, NodeId=node)["Events"]
    described = client.describe_cluster_event(**CLUSTER, EventId=event["EventId"])["EventDetails"]
    assert {name: described[name] for name in event} == event
    scaling = next(e for e in events if e["ResourceType"] == "InstanceGroup")
    operations = client.list_cluster_operations(**CLUSTER)["ClusterOperationSummaries"]
    assert scaling["OperationId"] in {o["OperationId"] for o in operations}


# Extensions ---------------------------------------------------------------------------------------

EXTENSION = {"ExtensionName": "sagemaker-observability"}


@pytest.mark.fact(
    "hosting.ClusterExtension.status",
    "hosting.ClusterExtension.filled_in.ExtensionVersion",
    "hosting.ClusterExtension.filled_in.NodeSummary-TotalCount-ActiveCount",
    "hosting.ClusterExtension.errors.update-while-Deleting",
    "hosting.ClusterExtension.notes.null-removes-a-setting",
)
def test_an_extension_is_installed_changed_and_removed(client: Any, slurm: str) -> None:
    """Facts: ClusterExtension.lifecycle and filled_in."""
    here = {"ClusterArn": slurm}
    settings = json.dumps({"metricsProvider": {"level": "BASIC", "gpu": True}})
    arn = client.create_cluster_extension(**here, **EXTENSION, ConfigurationValues=settings)
    named = {**here, "ExtensionArn": arn["ExtensionArn"]}
    creating, active = (client.describe_cluster_extension(**named) for _ in range(2))
    assert creating["ExtensionDetails"]["Status"] == "Creating"
    assert active["ExtensionDetails"]["Status"] == "Active"
    assert active["NodeSummary"] == {"TotalCount": 2, "ActiveCount": 2}
    changes = json.dumps({"metricsProvider": {"level": "ADVANCED", "gpu": None}})
    client.update_cluster_extension(**named, ConfigurationValues=changes)
    details = client.describe_cluster_extension(**named)["ExtensionDetails"]
    assert (details["Status"], details["ExtensionVersion"]) == ("Updating", "1.0.0")
    assert json.loads(details["ConfigurationValues"]) == {"metricsProvider": {"level": "ADVANCED"}}
    client.delete_cluster_extension(**named)
    assert client.list_cluster_extensions(**here)["Extensions"][0]["Status"] == "Deleting"
    assert refused(client.update_cluster_extension, **named)[0] == "ConflictException"
    client.describe_cluster_extension(**named)
    assert refused(client.describe_cluster_extension, **named)[0] == "ResourceNotFound"


@pytest.mark.fact(
    "hosting.ClusterExtension.errors.second-extension-of-the-same-name-on-the-cluster",
    "hosting.ClusterExtension.errors.update-to-an-earlier-version",
)
def test_extensions_are_refused_where_they_cannot_be(client: Any, slurm: str) -> None:
    """Facts: ClusterExtension.errors."""
    request = {"ClusterArn": slurm, **EXTENSION, "ExtensionVersion": "1.2.0"}
    arn = client.create_cluster_extension(**request)["ExtensionArn"]
    assert refused(client.create_cluster_extension, **request)[0] == "ResourceInUse"
    earlier = {"ClusterArn": slurm, "ExtensionArn": arn, "ExtensionVersion": "1.1.9"}
    assert refused(client.update_cluster_extension, **earlier)[0] == "ValidationException"


@pytest.mark.fact(
    "hosting.ClusterExtension.lifecycle.partial",
    "hosting.ClusterExtension.filled_in.Health-only-when-there-are-problems",
    "hosting.ClusterExtension.notes.an-update-that-changes-nothing-retries",
)
@pytest.mark.parametrize(
    ("status", "sick", "code", "words"),
    [
        ("Degraded", 1, "ExtensionUnhealthy", "unhealthy"),
        ("CreateFailed", 2, "InternalFailure", "internal error"),
    ],
)
def test_an_extension_says_which_problems_it_has(
    sm: World, client: Any, slurm: str, status: str, sick: int, code: str, words: str
) -> None:
    """Facts: ClusterExtension.lifecycle, filled_in and notes."""
    made = client.create_cluster_extension(ClusterArn=slurm, **EXTENSION)["ExtensionArn"]
    named = {"ClusterArn": slurm, "ExtensionArn": made}
    assert "Health" not in client.describe_cluster_extension(**named)
    sm.resources("ClusterExtension")[0].move_to(status)
    answer = client.describe_cluster_extension(**named)
    assert answer["ExtensionDetails"]["Status"] == status
    assert answer["NodeSummary"] == {"TotalCount": 2, "ActiveCount": 2 - sick}
    (issue,) = answer["Health"]["Issues"]
    assert (issue["Code"], issue["NodeCount"]) == (code, sick)
    assert words in issue["Message"]
    client.update_cluster_extension(**named)
    answers = [client.describe_cluster_extension(**named) for _ in range(2)]
    assert [a["ExtensionDetails"]["Status"] for a in answers] == ["Updating", "Active"]
    assert answers[-1]["NodeSummary"] == {"TotalCount": 2, "ActiveCount": 2}
    assert not any("Health" in a for a in answers)


@pytest.mark.fact("hosting.ClusterExtension.identifier", "hosting.ClusterExtension.arn")
def test_an_extension_is_one_of_its_cluster(client: Any, slurm: str) -> None:
    """Facts: ClusterExtension.identifier and arn."""
    request = {"ClusterArn": slurm, **EXTENSION}
    first = client.create_cluster_extension(**request)["ExtensionArn"]
    part = slurm.rpartition("/")[2]
    form = "arn:aws:sagemaker:eu-west-1:123456789012:extension/sagemaker-observability/" + part
    assert re.fullmatch(re.escape(form) + "/[a-z0-9]+", first)
    other = client.create_cluster(ClusterName="other", InstanceGroups=[GROUP])["ClusterArn"]
    elsewhere = {"ClusterArn": other, "ExtensionArn": first}
    assert refused(client.describe_cluster_extension, **elsewhere)[0] == "ResourceNotFound"
    named = {"ClusterArn": slurm, "ExtensionArn": first}
    client.delete_cluster_extension(**named)
    client.describe_cluster_extension(**named)
    assert refused(client.describe_cluster_extension, **named)[0] == "ResourceNotFound"
    assert client.create_cluster_extension(**request)["ExtensionArn"] != first


@pytest.mark.fact(
    "hosting.ClusterExtension.preconditions.cluster",
    "hosting.ClusterExtension.references.Cluster",
)
def test_an_extension_needs_slurm(client: Any, eks: str) -> None:
    """Facts: ClusterExtension.preconditions."""
    found = refused(client.create_cluster_extension, ClusterArn=eks, **EXTENSION)
    assert found[0] == "ValidationException"


@pytest.mark.fact(
    "hosting.ClusterExtension.notes.ListClusterExtensionVersions-of-an-unknown-name-answers",
)
def test_the_versions_of_an_unknown_extension_are_none(client: Any) -> None:
    """Facts: ClusterExtension.notes."""
    versions = client.list_cluster_extension_versions
    assert versions(ExtensionName="no")["ExtensionVersions"] == []
    assert versions(**EXTENSION)["ExtensionVersions"] == [{"ExtensionVersion": "1.0.0"}]


# Policies -----------------------------------------------------------------------------------------

POLICIES = [
    ("cluster_scheduler_config", "ClusterSchedulerConfig",
     {"Name": "policy", "SchedulerConfig": {"FairShare": "Enabled"}}),
    ("compute_quota", "ComputeQuota",
     {"Name": "quota", "ComputeQuotaConfig": {}, "ComputeQuotaTarget": {"TeamName": "red"}}),
]  # fmt: skip


@pytest.mark.fact(
    "hosting.ClusterSchedulerConfig.filled_in.ClusterSchedulerConfigVersion",
    "hosting.ClusterSchedulerConfig.filled_in.ClusterSchedulerConfigArn-ClusterSchedulerConfigId",
    "hosting.ComputeQuota.filled_in.ComputeQuotaArn-ComputeQuotaId",
    "hosting.ComputeQuota.filled_in.ComputeQuotaVersion",
    "hosting.ClusterSchedulerConfig.identifier",
    "hosting.ClusterSchedulerConfig.errors.update-with-a-TargetVersion-that-is-not-the-current",
    "hosting.ComputeQuota.identifier",
    "hosting.ComputeQuota.errors.update-with-a-TargetVersion-that-is-not-the-current",
    "hosting.ComputeQuota.notes.after-an-update-Status-may-read",
)
@pytest.mark.parametrize(("noun", "kind", "request_"), POLICIES)
def test_a_policy_lives_and_counts_its_versions(
    client: Any, cluster: str, noun: str, kind: str, request_: dict[str, Any]
) -> None:
    """Facts: lifecycle and filled_in of ClusterSchedulerConfig and ComputeQuota."""
    create, describe, update, delete, list_ = (
        getattr(client, f"{verb}_{noun}{'s' if verb == 'list' else ''}")
        for verb in ("create", "describe", "update", "delete", "list")
    )
    made = create(ClusterArn=cluster, Description="one", **request_)
    named = {f"{kind}Id": made[f"{kind}Id"]}
    assert made[f"{kind}Arn"].endswith(f"/{made[f'{kind}Id']}")
    creating, created = (describe(**named) for _ in range(2))
    assert (creating["Status"], created["Status"]) == ("Creating", "Created")
    assert update(**named, TargetVersion=1, Description="two")[f"{kind}Version"] == 2
    updating, updated = (describe(**named) for _ in range(2))
    assert (updating["Status"], updated["Status"]) == ("Updating", "Updated")
    assert (updated["Description"], updated[f"{kind}Version"]) == ("two", 2)
    assert describe(**named, **{f"{kind}Version": 1})["Description"] == "one"
    assert refused(update, **named, TargetVersion=1)[0] == "ConflictException"
    (summary,) = list_(ClusterArn=cluster, NameContains=request_["Name"])[f"{kind}Summaries"]
    assert summary[f"{kind}Id"] == named[f"{kind}Id"]
    again = refused(create, ClusterArn=cluster, **request_)
    taken = {"ClusterSchedulerConfig": "ValidationException", "ComputeQuota": "ConflictException"}
    assert again[0] == taken[kind]
    delete(**named)
    assert describe(**named)["Status"] == "Deleting"
    assert refused(describe, **named)[0] == "ResourceNotFound"


@pytest.mark.fact(
    "hosting.ComputeQuota.filled_in.ActivationState",
    "hosting.ComputeQuota.filled_in.ComputeQuotaTarget-FairShareWeight",
)
def test_a_quota_has_its_defaults(client: Any, cluster: str) -> None:
    """Facts: ComputeQuota.filled_in."""
    made = client.create_compute_quota(ClusterArn=cluster, **POLICIES[1][2])
    quota = client.describe_compute_quota(ComputeQuotaId=made["ComputeQuotaId"])
    assert quota["ActivationState"] == "Enabled"
    assert quota["ComputeQuotaTarget"] == {"TeamName": "red", "FairShareWeight": 0}


SHARES = [
    ({"InstanceType": "ml.g5.12xlarge", "Count": 2}, (8, 96.0, 384.0)),
    ({"InstanceType": "ml.p5.48xlarge", "Accelerators": 4}, (4, 96.0, 1024.0)),
    ({"InstanceType": "ml.m5.4xlarge", "VCpu": 8.0}, (0, 8.0, 32.0)),
    ({"InstanceType": "ml.c5.xlarge", "MemoryInGiB": 4.0}, (0, 2.0, 4.0)),
]


@pytest.mark.fact(
    "hosting.ComputeQuota.filled_in.ComputeQuotaResources",
)
@pytest.mark.parametrize(("given", "shares"), SHARES)
def test_a_quota_derives_the_shares_that_are_not_given(
    client: Any, cluster: str, given: dict[str, Any], shares: tuple[float, ...]
) -> None:
    """Facts: ComputeQuota.filled_in."""
    request = {**POLICIES[1][2], "ComputeQuotaConfig": {"ComputeQuotaResources": [given]}}
    made = client.create_compute_quota(ClusterArn=cluster, **request)
    quota = client.describe_compute_quota(ComputeQuotaId=made["ComputeQuotaId"])
    (derived,) = quota["ComputeQuotaConfig"]["ComputeQuotaResources"]
    assert (derived["Accelerators"], derived["VCpu"], derived["MemoryInGiB"]) == shares
    sharing = quota["ComputeQuotaConfig"]["ResourceSharingConfig"]
    assert sharing == {"Strategy": "LendAndBorrow", "BorrowLimit": 50}


@pytest.mark.fact(
    "hosting.ComputeQuota.references.Cluster-by-ClusterArn",
    "hosting.ClusterSchedulerConfig.references.Cluster-by-ClusterArn-EKS-orchestrated",
)
@pytest.mark.parametrize(("noun", "kind", "request_"), POLICIES)
def test_a_policy_needs_its_cluster(
    client: Any, noun: str, kind: str, request_: dict[str, Any]
) -> None:
    """Facts: references of ClusterSchedulerConfig and ComputeQuota."""
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:cluster/abcdefghijkl"
    found = refused(getattr(client, f"create_{noun}"), ClusterArn=arn, **request_)
    assert found[0] == "ValidationException"


@pytest.mark.fact("reports.ClusterNode.notes.Slurm-controllers")
@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("batch_delete_cluster_nodes", {"Code": "NodeIdInUse"}),
        ("batch_replace_cluster_nodes", {"ErrorCode": "InstanceIdInUse"}),
    ],
)
def test_a_slurm_controller_stays(client: Any, operation: str, code: dict[str, str]) -> None:
    head = {
        **GROUP,
        "InstanceGroupName": "head",
        "InstanceCount": 1,
        "SlurmConfig": {"NodeType": "Controller"},
    }
    client.create_cluster(**CLUSTER, InstanceGroups=[GROUP, head])
    assert statuses(client, 2) == ["Creating", "InService"]
    by_group = {node["InstanceGroupName"]: node["InstanceId"] for node in nodes_of(client)}
    answer = getattr(client, operation)(**CLUSTER, NodeIds=list(by_group.values()))
    (failed,) = answer["Failed"]
    assert failed["NodeId"] == by_group["head"]
    assert code.items() <= failed.items()
    assert answer["Successful"] == [by_group["workers"]]
