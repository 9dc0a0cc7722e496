"""MoveClusterNodes: from group to group, from cluster to cluster. Source: model, the operation."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import World
from tests.kinds.test_clusters import CONTINUOUS, EKS, GROUP, refused

ORCHESTRATOR = {"Orchestrator": {"Eks": {"ClusterArn": EKS}}}
INVALID = "ValidationException"


def group(name: str, **members: Any) -> dict[str, Any]:
    return {**GROUP, "InstanceGroupName": name, **members}


def made(client: Any, name: str, *groups: dict[str, Any], **members: Any) -> str:
    """The ARN of a cluster that is InService, whose nodes run."""
    settings = {**CONTINUOUS, "Orchestrator": {"Eks": {"ClusterArn": f"{EKS}-{name}"}}, **members}
    arn = client.create_cluster(ClusterName=name, InstanceGroups=list(groups), **settings)
    for _ in range(4):
        client.describe_cluster(ClusterName=name)
    return str(arn["ClusterArn"])


def nodes_of(client: Any, cluster: str) -> list[dict[str, Any]]:
    listed = client.list_cluster_nodes(ClusterName=cluster, IncludeNodeLogicalIds=True)
    return list(listed["ClusterNodeSummaries"])


def counts(client: Any, cluster: str) -> dict[str, tuple[int, int]]:
    """The current and the target number of nodes of each group."""
    groups = client.describe_cluster(ClusterName=cluster)["InstanceGroups"]
    return {g["InstanceGroupName"]: (g["CurrentCount"], g["TargetCount"]) for g in groups}


def status(client: Any, cluster: str, node: str) -> str:
    described = client.describe_cluster_node(ClusterName=cluster, NodeId=node)
    return str(described["NodeDetails"]["InstanceStatus"]["Status"])


@pytest.fixture
def clusters(client: Any) -> dict[str, Any]:
    """A request to move nodes from one cluster of two nodes to another one of two."""
    source = made(client, "one", group("workers"), group("small", InstanceType="ml.m5.large"))
    target = made(client, "two", group("workers", LifeCycleConfig=SCRIPTS))
    return {
        "SourceClusterArn": source,
        "SourceInstanceGroupName": "workers",
        "TargetClusterArn": target,
        "TargetInstanceGroupName": "workers",
    }


SCRIPTS = {"SourceS3Uri": "s3://sagemaker-others/", "OnCreate": "other.sh"}


def test_a_node_moves_with_its_instance_and_takes_on_the_targets_configuration(
    client: Any, clusters: dict[str, Any]
) -> None:
    node = client.describe_cluster_node(
        ClusterName="one", NodeId=nodes_of(client, "one")[0]["InstanceId"]
    )["NodeDetails"]
    moved = client.move_cluster_nodes(**clusters, NodeIds=[node["InstanceId"]])
    assert moved["Successful"] == [node["InstanceId"]]
    assert "Failed" not in moved
    assert status(client, "one", node["InstanceId"]) == "DetachInProgress"
    assert refused(status, client=client, cluster="one", node=node["InstanceId"])[0] == (
        "ResourceNotFound"
    )
    assert status(client, "two", node["InstanceId"]) == "AttachInProgress"
    after = client.describe_cluster_node(ClusterName="two", NodeId=node["InstanceId"])[
        "NodeDetails"
    ]
    assert after["InstanceStatus"] == {"Status": "Running"}
    assert {m for m in after if after[m] != node.get(m)} == {"LifeCycleConfig"}
    assert after["LifeCycleConfig"] == SCRIPTS


def test_the_groups_want_and_have_one_node_less_and_one_more(
    client: Any, clusters: dict[str, Any]
) -> None:
    node = nodes_of(client, "one")[0]["InstanceId"]
    client.move_cluster_nodes(**clusters, NodeIds=[node])
    assert counts(client, "one")["workers"] == (2, 1)
    assert counts(client, "two")["workers"] == (2, 3)
    assert counts(client, "two")["workers"] == (3, 3)
    assert counts(client, "one")["workers"] == (1, 1)
    assert len(nodes_of(client, "two")) == 3


def test_a_node_moves_within_its_cluster(client: Any) -> None:
    arn = made(client, "one", group("workers"), group("more", InstanceCount=1))
    request = {
        "SourceClusterArn": arn,
        "TargetClusterArn": arn,
        "SourceInstanceGroupName": "workers",
        "TargetInstanceGroupName": "more",
    }
    logical = nodes_of(client, "one")[0]["NodeLogicalId"]
    moved = client.move_cluster_nodes(**request, NodeLogicalIds=[logical])
    assert moved["SuccessfulNodeLogicalIds"] == [logical]
    assert {"Successful", "Failed", "FailedNodeLogicalIds"} & set(moved) == set()
    for _ in range(3):
        nodes_of(client, "one")
    assert counts(client, "one") == {"workers": (1, 1), "more": (2, 2)}


def test_as_many_nodes_move_as_are_asked_for_or_none(client: Any, clusters: dict[str, Any]) -> None:
    own = [n["InstanceId"] for n in nodes_of(client, "one") if n["InstanceGroupName"] == "workers"]
    code, text = refused(client.move_cluster_nodes, **clusters, InstanceCount=3)
    assert (code, text) == (INVALID, "3 nodes are to be moved, and 2 are eligible.")
    assert counts(client, "one")["workers"] == (2, 2)
    moved = client.move_cluster_nodes(**clusters, InstanceCount=2)
    assert moved["Successful"] == own
    assert counts(client, "one")["workers"] == (2, 0)


# Nodes that cannot be moved ---------------------------------------------------------------------------


def failed(answer: dict[str, Any]) -> dict[str, str]:
    return {
        error.get("NodeId", error.get("NodeLogicalId")): error["Code"]
        for error in (*answer.get("Failed", ()), *answer.get("FailedNodeLogicalIds", ()))
    }


def test_each_node_is_evaluated_by_itself(client: Any, clusters: dict[str, Any]) -> None:
    first, second, small, _ = (node["InstanceId"] for node in nodes_of(client, "one"))
    client.move_cluster_nodes(**clusters, NodeIds=[first])
    moved = client.move_cluster_nodes(**clusters, NodeIds=[first, second, small, "i-00000000"])
    assert moved["Successful"] == [second]
    assert failed(moved) == {
        first: "NodeIdInUse",
        small: "NodeIdNotFound",
        "i-00000000": "NodeIdNotFound",
    }


def test_logical_ids_that_fail_are_told_by_their_name(
    client: Any, clusters: dict[str, Any]
) -> None:
    logical = nodes_of(client, "one")[0]["NodeLogicalId"]
    unknown = "i-0000000000"
    moved = client.move_cluster_nodes(**clusters, NodeLogicalIds=[logical, unknown])
    assert moved["SuccessfulNodeLogicalIds"] == [logical]
    (error,) = moved["FailedNodeLogicalIds"]
    assert (error["NodeLogicalId"], error["Code"]) == (unknown, "NodeIdNotFound")


def test_a_group_of_another_instance_type_takes_no_node(
    client: Any, clusters: dict[str, Any]
) -> None:
    small = next(n for n in nodes_of(client, "one") if n["InstanceGroupName"] == "small")
    request = {**clusters, "SourceInstanceGroupName": "small"}
    code, text = refused(client.move_cluster_nodes, **request, NodeIds=[small["InstanceId"]])
    assert (code, text) == (
        INVALID,
        "None of the nodes can be moved: The target instance group does not support ml.m5.large.",
    )


def test_a_group_of_several_instance_types_takes_them_all(
    client: Any, clusters: dict[str, Any]
) -> None:
    types = {"InstanceTypes": ["ml.m5.large", "ml.g5.xlarge"]}
    flexible = {**group("flexible", InstanceRequirements=types, InstanceCount=0)}
    del flexible["InstanceType"]
    made(client, "three", flexible)
    target = client.describe_cluster(ClusterName="three")["ClusterArn"]
    request = {**clusters, "TargetClusterArn": target, "TargetInstanceGroupName": "flexible"}
    assert len(client.move_cluster_nodes(**request, InstanceCount=2)["Successful"]) == 2


def test_a_volume_must_be_detached_first(client: Any, clusters: dict[str, Any]) -> None:
    node = nodes_of(client, "one")[0]["InstanceId"]
    volume = {"ClusterArn": clusters["SourceClusterArn"], "NodeId": node}
    volume["VolumeId"] = "vol-0123456789abcdef0"
    client.attach_cluster_node_volume(**volume)
    other = nodes_of(client, "one")[1]["InstanceId"]
    moved = client.move_cluster_nodes(**clusters, NodeIds=[node, other])
    assert failed(moved) == {node: "InvalidNodeStatus"}
    client.detach_cluster_node_volume(**volume)
    assert client.move_cluster_nodes(**clusters, NodeIds=[node])["Successful"] == [node]


@pytest.mark.parametrize(("subnet", "moves"), [("subnet-1", True), ("subnet-2", False)])
def test_a_node_stays_in_its_subnet(client: Any, subnet: str, moves: bool) -> None:
    network = {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}
    there = {**network, "Subnets": [subnet]}
    request = {
        "SourceClusterArn": made(client, "one", group("workers"), VpcConfig=network),
        "SourceInstanceGroupName": "workers",
        "TargetClusterArn": made(
            client, "two", group("workers", OverrideVpcConfig=there), VpcConfig=network
        ),
        "TargetInstanceGroupName": "workers",
    }
    if moves:
        assert client.move_cluster_nodes(**request, InstanceCount=1)["Successful"]
    else:
        node = nodes_of(client, "one")[0]["InstanceId"]
        code, text = refused(client.move_cluster_nodes, **request, NodeIds=[node])
        assert code == INVALID
        assert text.endswith(" The node is not in a subnet of the target instance group.")


@pytest.mark.parametrize("state", ["Pending", "Failure", "ShuttingDown"])
def test_only_a_running_node_moves(
    sm: World, client: Any, clusters: dict[str, Any], state: str
) -> None:
    node, other = (n["NodeLogicalId"] for n in nodes_of(client, "one")[:2])
    sm.transitions("ClusterNode", rule="manual")
    sm.get("ClusterNode", node).move_to(state)
    moved = client.move_cluster_nodes(**clusters, NodeLogicalIds=[node, other])
    assert failed(moved) == {node: "InvalidNodeStatus"}


def test_a_node_on_its_way_is_left_alone_by_other_calls(
    client: Any, clusters: dict[str, Any]
) -> None:
    node = nodes_of(client, "one")[0]["InstanceId"]
    client.move_cluster_nodes(**clusters, NodeIds=[node])
    named = {"ClusterName": "one", "NodeIds": [node]}
    assert failed(client.batch_delete_cluster_nodes(**named)) == {node: "NodeIdInUse"}
    replaced = client.batch_replace_cluster_nodes(**named)["Failed"]
    assert [error["ErrorCode"] for error in replaced] == ["InstanceIdInUse"]


# Requests that are refused ------------------------------------------------------------------------------


def test_a_group_keeps_its_minimum(client: Any, clusters: dict[str, Any]) -> None:
    smallest = {**group("workers"), "MinInstanceCount": 1}
    client.update_cluster(ClusterName="one", InstanceGroups=[smallest])
    code, text = refused(client.move_cluster_nodes, **clusters, InstanceCount=2)
    assert (code, text) == (
        INVALID,
        "Moving 2 nodes would reduce the instance group workers below its minimum instance count of 1.",
    )
    assert counts(client, "one")["workers"] == (2, 2)
    assert client.move_cluster_nodes(**clusters, InstanceCount=1)["Successful"]


@pytest.mark.parametrize("end", ["Source", "Target"])
def test_both_clusters_must_be_in_service(
    sm: World, client: Any, clusters: dict[str, Any], end: str
) -> None:
    arn = clusters[f"{end}ClusterArn"]
    sm.transitions("Cluster", rule="manual")
    next(r for r in sm.resources("Cluster") if r.arn == arn).move_to("Updating")
    code, text = refused(client.move_cluster_nodes, **clusters, InstanceCount=1)
    assert (code, text) == (INVALID, f"The cluster {arn} must be InService; it is Updating.")


@pytest.mark.parametrize("end", ["Source", "Target"])
@pytest.mark.parametrize(
    "settings", [{"NodeProvisioningMode": "Continuous"}, ORCHESTRATOR], ids=["slurm", "at once"]
)
def test_both_clusters_must_be_continuous_ones_of_eks(
    client: Any, clusters: dict[str, Any], end: str, settings: dict[str, Any]
) -> None:
    arn = client.create_cluster(ClusterName="three", InstanceGroups=[group("workers")], **settings)[
        "ClusterArn"
    ]
    for _ in range(3):
        client.describe_cluster(ClusterName="three")
    request = {**clusters, f"{end}ClusterArn": arn}
    code, text = refused(client.move_cluster_nodes, **request, InstanceCount=1)
    assert code == INVALID
    assert text.partition(" must use ")[::2] == (
        f"The cluster {arn}", "Amazon EKS orchestration and Continuous as the NodeProvisioningMode."
    )  # fmt: skip


@pytest.mark.parametrize("end", ["Source", "Target"])
def test_what_does_not_exist_is_told(client: Any, clusters: dict[str, Any], end: str) -> None:
    unknown = clusters[f"{end}ClusterArn"][:-4] + "zzzz"
    request = {**clusters, f"{end}ClusterArn": unknown}
    found = refused(client.move_cluster_nodes, **request, InstanceCount=1)
    assert found == ("ResourceNotFound", f"Could not find cluster '{unknown}'")
    request = {**clusters, f"{end}InstanceGroupName": "nobody"}
    code, text = refused(client.move_cluster_nodes, **request, InstanceCount=1)
    assert (code, text.partition(" has ")[2]) == (INVALID, "no instance group called nobody.")


# What happens meanwhile ---------------------------------------------------------------------------------


def test_a_token_is_good_for_eight_hours(sm: World, client: Any, clusters: dict[str, Any]) -> None:
    first = client.move_cluster_nodes(**clusters, InstanceCount=1, ClientToken="t")["Successful"]
    again = client.move_cluster_nodes(**clusters, InstanceCount=1, ClientToken="t")["Successful"]
    assert first == again
    code, text = refused(client.move_cluster_nodes, **clusters, InstanceCount=2, ClientToken="t")
    assert (code, text) == (INVALID, "The ClientToken t was used before with other parameters.")
    sm.clock.advance(8 * 3600 + 1)
    later = client.move_cluster_nodes(**clusters, InstanceCount=1, ClientToken="t")["Successful"]
    assert later != first


@pytest.mark.parametrize("gone", ["group", "cluster"])
def test_a_node_whose_target_goes_is_shut_down(
    client: Any, clusters: dict[str, Any], gone: str
) -> None:
    client.update_cluster(ClusterName="two", InstanceGroups=[group("other", InstanceCount=0)])
    node = nodes_of(client, "one")[0]["InstanceId"]
    client.move_cluster_nodes(**clusters, NodeIds=[node])
    if gone == "group":
        client.update_cluster(ClusterName="two", InstanceGroupsToDelete=["workers"])
    else:
        client.delete_cluster(ClusterName="two")
    assert status(client, "one", node) == "ShuttingDown"
    assert counts(client, "one")["workers"] == (1, 1)


def test_a_scaling_counts_the_nodes_on_their_way(client: Any, clusters: dict[str, Any]) -> None:
    node = nodes_of(client, "one")[0]["InstanceId"]
    client.move_cluster_nodes(**clusters, NodeIds=[node])
    three = group("workers", InstanceCount=3, LifeCycleConfig=SCRIPTS)
    client.update_cluster(ClusterName="two", InstanceGroups=[three])
    client.update_cluster(ClusterName="one", InstanceGroups=[group("workers", InstanceCount=1)])
    for name in ("one", "two", "one", "two", "two"):
        nodes_of(client, name)
    assert counts(client, "one")["workers"] == (1, 1)
    assert counts(client, "two")["workers"] == (3, 3)


def test_events_tell_of_the_move(client: Any, clusters: dict[str, Any]) -> None:
    node = nodes_of(client, "one")[0]["InstanceId"]
    client.move_cluster_nodes(**clusters, NodeIds=[node])
    newest = client.list_cluster_events(ClusterName="one", NodeId=node)["Events"][0]
    assert newest["Description"] == (
        f"Moving Instance {node} from InstanceGroup workers to InstanceGroup workers in Cluster two"
    )
