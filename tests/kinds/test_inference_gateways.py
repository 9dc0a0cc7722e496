"""Global inference gateways and their members. Source: model, the operations' documentation."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World, mock_sagemaker
from tests.conftest import shared_session

ROLE = "arn:aws:iam::123456789012:role/serve"
LLM = {"Identifier": "llm"}


def in_cluster(name: str = "first", region: str = "eu-west-1", **members: str) -> dict[str, str]:
    """An in-cluster gateway."""
    arn = f"arn:aws:sagemaker:{region}:123456789012:cluster/abcdefghijkl"
    return {"ClusterArn": arn, "Namespace": "serving", "Name": name, **members}


def request(*gateways: dict[str, str], **members: Any) -> dict[str, Any]:
    """A CreateGlobalInferenceGateway request, with one member unless others are given."""
    return {
        "Name": "llm",
        "ExecutionRoleArn": ROLE,
        "Gateways": list(gateways or [in_cluster()]),
        **members,
    }


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    error = refusal.value.response["Error"]
    return error["Code"], error["Message"]


def described(client: Any, times: int = 1) -> Any:
    """What Describe says, the last time of several."""
    return [client.describe_global_inference_gateway(**LLM) for _ in range(times)][-1]


def members(client: Any, *filters: tuple[str, str]) -> list[tuple[str, str]]:
    """The names and statuses of a gateway's members."""
    asked = [{"Name": name, "Value": value} for name, value in filters]
    listed = client.list_inference_gateways(**LLM, Filters=asked)["InferenceGatewaySummaries"]
    return [(summary["Name"], summary["Status"]) for summary in listed]


@pytest.fixture
def gateway(client: Any) -> dict[str, Any]:
    """A gateway that is active, as Describe shows it."""
    client.create_global_inference_gateway(**request())
    found: dict[str, Any] = described(client, 2)
    assert found["Status"] == "ACTIVE"
    return found


# The gateway --------------------------------------------------------------------------------------


def test_create_answers_with_the_request_but_its_tags(client: Any) -> None:
    weights = {"KVHeadroom": 0.4, "QueueDepth": 0.3, "RegionProximity": 0.2, "ErrorRate": 0.1}
    asked = request(Routing={"Weights": weights})
    answer = client.create_global_inference_gateway(**asked, Tags=[{"Key": "a", "Value": "b"}])
    place = "aws:sagemaker:eu-west-1:123456789012"
    assert re.fullmatch(f"arn:{place}:global-inference-gateway/[a-z0-9]{{12}}", answer["Arn"])
    assert answer["Id"] == answer["Arn"][-12:]
    assert answer["Status"] == "CREATING"
    assert {name: answer[name] for name in asked} == asked
    assert "Tags" not in answer
    assert client.list_tags(ResourceArn=answer["Arn"])["Tags"] == [{"Key": "a", "Value": "b"}]


def test_a_gateway_has_its_addresses_once_it_is_active(client: Any) -> None:
    client.create_global_inference_gateway(**request())
    creating, active = described(client), described(client)
    assert creating["Status"] == "CREATING"
    assert {"EndpointUrl", "VpcEndpointServiceName"} & set(creating) == set()
    host = f"{active['Id']}.001.sm-gateway.eu-west-1.on.aws"
    assert active["EndpointUrl"] == f"https://{host}"
    service = r"com\.amazonaws\.vpce\.eu-west-1\.vpce-svc-[0-9a-f]{17}"
    assert re.fullmatch(service, active["VpcEndpointServiceName"])
    assert {"Gateways", "FailureReason", "Routing"} & set(active) == set()


@pytest.mark.parametrize("by", ["Name", "Arn", "Id"])
def test_a_gateway_is_identified_by_name_arn_or_id(
    client: Any, gateway: dict[str, Any], by: str
) -> None:
    named = {"Identifier": gateway[by]}
    assert client.describe_global_inference_gateway(**named)["Arn"] == gateway["Arn"]
    assert len(client.list_inference_gateways(**named)["InferenceGatewaySummaries"]) == 1
    deleted = client.delete_global_inference_gateway(**named)
    assert deleted["Name"] == "llm"


def test_a_gateway_is_known_in_its_region_only(client: Any, gateway: dict[str, Any]) -> None:
    elsewhere: Any = shared_session().client("sagemaker", region_name="us-east-1")
    for by in ("Name", "Arn", "Id"):
        found = refused(elsewhere.describe_global_inference_gateway, Identifier=gateway[by])
        assert found == (
            "ResourceNotFound", f"Global inference gateway {gateway[by]} does not exist."
        )  # fmt: skip


def test_names_are_unique_and_letter_case_counts(client: Any, gateway: dict[str, Any]) -> None:
    create = client.create_global_inference_gateway
    assert refused(create, **request(in_cluster("other")))[0] == "ResourceInUse"
    create(**request(in_cluster("other"), Name="LLM"))
    assert client.describe_global_inference_gateway(Identifier="LLM")["Status"] == "CREATING"


def test_an_update_changes_the_routing(client: Any, gateway: dict[str, Any]) -> None:
    routing = {"Weights": dict.fromkeys(("KVHeadroom", "QueueDepth", "ErrorRate"), 0.25)}
    routing["Weights"]["RegionProximity"] = 0.25
    answer = client.update_global_inference_gateway(**LLM, Routing=routing)
    assert (answer["Id"], answer["Status"], answer["Routing"]) == (
        gateway["Id"], "UPDATING", routing
    )  # fmt: skip
    updating, active = described(client), described(client)
    assert [updating["Status"], active["Status"]] == ["UPDATING", "ACTIVE"]
    assert active["Routing"] == routing
    assert active["EndpointUrl"] == gateway["EndpointUrl"]


def test_a_failure_says_why_until_something_else_happens(sm: World, client: Any) -> None:
    sm.fail("GlobalInferenceGateway", reason="no such role")
    client.create_global_inference_gateway(**request())
    failed = described(client, 2)
    assert (failed["Status"], failed["FailureReason"]) == ("FAILED", "no such role")
    assert "EndpointUrl" not in failed
    client.delete_global_inference_gateway(**LLM)
    assert "FailureReason" not in described(client)


def test_gateways_are_listed_by_status(sm: World, client: Any, gateway: dict[str, Any]) -> None:
    client.create_global_inference_gateway(**request(in_cluster("other"), Name="second"))

    def listed(*statuses: str) -> list[str]:
        filters = [{"Name": "Status", "Value": status} for status in statuses]
        answer = client.list_global_inference_gateways(Filters=filters)
        return [summary["Name"] for summary in answer["GlobalInferenceGatewaySummaries"]]

    assert (listed("ACTIVE"), listed("CREATING")) == (["llm"], ["second"])
    assert listed("ACTIVE", "CREATING") == []
    assert listed() == ["second", "llm"]
    (summary,) = client.list_global_inference_gateways(MaxResults=1)[
        "GlobalInferenceGatewaySummaries"
    ]
    assert set(summary) == {"Arn", "Id", "Name", "Status", "CreationTime"}


# Delete -------------------------------------------------------------------------------------------


def test_a_gateway_goes_by_way_of_deleting_and_its_members_are_free(
    client: Any, gateway: dict[str, Any]
) -> None:
    deleted = client.delete_global_inference_gateway(**LLM)
    assert {name: deleted[name] for name in ("Arn", "Id", "Name")} == {
        name: gateway[name] for name in ("Arn", "Id", "Name")
    }
    another = request(Name="another")
    assert refused(client.create_global_inference_gateway, **another)[0] == "ResourceInUse"
    client.delete_global_inference_gateway(**LLM)
    assert described(client)["Status"] == "DELETING"
    assert refused(described, client=client)[0] == "ResourceNotFound"
    assert refused(members, client=client)[0] == "ResourceNotFound"
    assert client.create_global_inference_gateway(**another)["Status"] == "CREATING"


ARN = "arn:aws:sagemaker:eu-west-1:123456789012:global-inference-gateway/abcdefghijk1"


@pytest.mark.parametrize(
    ("identifier", "echoed"),
    [
        (ARN, {"Arn": ARN, "Id": "abcdefghijk1"}),
        ("abcdefghijk1", {"Arn": ARN, "Id": "abcdefghijk1"}),
        ("gone", {"Name": "gone"}),
    ],
)
def test_deleting_what_is_gone_echoes_the_identifier(
    client: Any, identifier: str, echoed: dict[str, str]
) -> None:
    answer = client.delete_global_inference_gateway(Identifier=identifier)
    del answer["ResponseMetadata"]
    assert answer == echoed


def test_deleting_what_is_no_gateway_is_refused(client: Any) -> None:
    model = "arn:aws:sagemaker:eu-west-1:123456789012:model/abcdefghijk1"
    found = refused(client.delete_global_inference_gateway, Identifier=model)
    assert found == (
        "ValidationException", f"{model} is not the ARN of a global inference gateway."
    )  # fmt: skip


# Its members --------------------------------------------------------------------------------------


def test_members_are_active_with_their_gateway_and_listed_in_order(client: Any) -> None:
    names = ["zeta", "alpha", "mu"]
    client.create_global_inference_gateway(**request(*map(in_cluster, names)))
    assert members(client) == [(name, "ADDING") for name in names]
    described(client, 2)
    assert members(client) == [(name, "ACTIVE") for name in names]
    page = client.list_inference_gateways(**LLM, MaxResults=2)
    assert [one["Name"] for one in page["InferenceGatewaySummaries"]] == names[:2]
    rest = client.list_inference_gateways(**LLM, NextToken=page["NextToken"])
    assert rest["InferenceGatewaySummaries"] == [{**in_cluster("mu"), "Status": "ACTIVE"}]


def test_a_member_is_added_once(client: Any, gateway: dict[str, Any]) -> None:
    added = client.add_inference_gateway(**LLM, **in_cluster("second"))
    assert added["Gateway"] == in_cluster("second")
    assert (added["Arn"], added["Status"]) == (gateway["Arn"], "ADDING")
    assert client.add_inference_gateway(**LLM, **in_cluster("second"))["Status"] == "ADDING"
    assert client.add_inference_gateway(**LLM, **in_cluster())["Status"] == "ACTIVE"
    assert members(client) == [("first", "ACTIVE"), ("second", "ADDING")]
    assert members(client) == [("first", "ACTIVE"), ("second", "ACTIVE")]


def test_a_member_is_removed_and_then_no_longer_listed(
    client: Any, gateway: dict[str, Any]
) -> None:
    client.add_inference_gateway(**LLM, **in_cluster("second"))
    for _ in range(2):
        members(client)
    assert client.remove_inference_gateway(**LLM, **in_cluster())["Status"] == "REMOVING"
    assert client.remove_inference_gateway(**LLM, **in_cluster())["Status"] == "REMOVING"
    assert members(client) == [("first", "REMOVING"), ("second", "ACTIVE")]
    assert members(client) == [("second", "ACTIVE")]
    again = client.remove_inference_gateway(**LLM, **in_cluster())
    assert again["Gateway"] == in_cluster()
    assert "Status" not in again


def test_the_last_member_stays(client: Any, gateway: dict[str, Any]) -> None:
    code, text = refused(client.remove_inference_gateway, **LLM, **in_cluster())
    assert code == "ValidationException"
    assert text.endswith(f"the last one of global inference gateway {gateway['Arn']}, which must "
                         "have at least one.")  # fmt: skip
    assert members(client) == [("first", "ACTIVE")]


@pytest.mark.parametrize("other", [{"Name": "b"}, {"Namespace": "b"}])
def test_members_differ_by_cluster_namespace_and_name(
    client: Any, gateway: dict[str, Any], other: dict[str, str]
) -> None:
    client.add_inference_gateway(**LLM, **in_cluster(**other))
    assert len(members(client)) == 2


def test_members_are_listed_by_status_and_cluster(client: Any, gateway: dict[str, Any]) -> None:
    there = in_cluster("second", region="us-east-1")
    client.add_inference_gateway(**LLM, **there)
    assert members(client, ("Status", "ADDING")) == [("second", "ADDING")]
    assert members(client, ("ClusterArn", in_cluster()["ClusterArn"])) == [("first", "ACTIVE")]
    both = (("ClusterArn", there["ClusterArn"]), ("Status", "FAILED"))
    assert members(client, *both) == []


def test_a_member_belongs_to_one_gateway_only_in_all_regions(
    client: Any, gateway: dict[str, Any]
) -> None:
    elsewhere: Any = shared_session().client("sagemaker", region_name="us-east-1")
    code, text = refused(elsewhere.create_global_inference_gateway, **request())
    assert code == "ResourceInUse"
    assert text.endswith(f"already belongs to global inference gateway {gateway['Arn']}.")
    elsewhere.create_global_inference_gateway(**request(in_cluster("other")))
    for _ in range(2):
        elsewhere.describe_global_inference_gateway(**LLM)
    code, _ = refused(elsewhere.add_inference_gateway, **LLM, **in_cluster())
    assert code == "ResourceInUse"
    assert members(elsewhere) == [("other", "ACTIVE")]


def test_a_member_that_fails_says_why_and_can_be_removed(
    sm: World, client: Any, gateway: dict[str, Any]
) -> None:
    sm.fail("InferenceGateway", name="second", reason="no access")
    client.add_inference_gateway(**LLM, **in_cluster("second"))
    members(client)
    (failed,) = client.list_inference_gateways(
        **LLM, Filters=[{"Name": "Status", "Value": "FAILED"}]
    )["InferenceGatewaySummaries"]
    assert failed["FailureReason"] == "no access"
    assert client.add_inference_gateway(**LLM, **in_cluster("second"))["Status"] == "FAILED"
    client.remove_inference_gateway(**LLM, **in_cluster("second"))
    listed = client.list_inference_gateways(**LLM)["InferenceGatewaySummaries"]
    assert listed[1] == {**in_cluster("second"), "Status": "REMOVING"}


def test_members_of_a_gateway_that_fails_fail_with_it(sm: World, client: Any) -> None:
    sm.fail("GlobalInferenceGateway", reason="no such role")
    client.create_global_inference_gateway(**request())
    described(client, 2)
    (member,) = client.list_inference_gateways(**LLM)["InferenceGatewaySummaries"]
    assert (member["Status"], member["FailureReason"]) == ("FAILED", "no such role")
    code, text = refused(client.add_inference_gateway, **LLM, **in_cluster("second"))
    assert (code, text[-17:]) == ("ConflictException", "failed to create.")


# What is refused ------------------------------------------------------------------------------------

ROUTING: dict[str, Any] = {"Routing": {"Weights": {}}}
CHANGES: list[tuple[str, dict[str, Any]]] = [
    ("update_global_inference_gateway", ROUTING),
    ("add_inference_gateway", in_cluster("third")),
    ("remove_inference_gateway", in_cluster()),
    ("delete_global_inference_gateway", {}),
]


@pytest.mark.parametrize(("change", "parameters"), CHANGES)
def test_one_operation_at_a_time(
    sm: World, client: Any, change: str, parameters: dict[str, Any]
) -> None:
    sm.transitions(rule="manual")
    client.create_global_inference_gateway(**request(in_cluster(), in_cluster("second")))
    gateway = sm.get("GlobalInferenceGateway", "llm")
    call = getattr(client, change)
    assert refused(call, **LLM, **parameters)[0] == "ConflictException"
    gateway.advance()
    assert gateway.status == "ACTIVE"
    client.add_inference_gateway(**LLM, **in_cluster("fourth"))
    assert refused(call, **LLM, **parameters)[0] == "ConflictException"
    sm.get("InferenceGateway", "fourth").advance()
    client.update_global_inference_gateway(**LLM, **ROUTING)
    assert refused(call, **LLM, **parameters)[0] == "ConflictException"
    gateway.advance()
    call(**LLM, **parameters)


OWN = "must be in the account and partition of the global inference gateway."
FAR = in_cluster()["ClusterArn"]
OUT_OF_REACH = [
    (ROLE.replace("1234", "2345"), FAR, f"The role {ROLE.replace('1234', '2345')} {OWN}"),
    (ROLE.replace("aws", "aws-cn"), FAR, f"The role {ROLE.replace('aws', 'aws-cn')} {OWN}"),
    (ROLE, FAR.replace("1234", "2345"), f"The cluster {FAR.replace('1234', '2345')} {OWN}"),
    (ROLE, FAR.replace("aws", "aws-cn"), f"The cluster {FAR.replace('aws', 'aws-cn')} {OWN}"),
    (
        ROLE,
        FAR.replace("eu-west-1", "me-south-1"),
        f"The cluster {FAR.replace('eu-west-1', 'me-south-1')} is in the opt-in Region me-south-1.",
    ),
]


@pytest.mark.parametrize(("role", "cluster", "text"), OUT_OF_REACH)
def test_what_is_out_of_reach_is_refused(client: Any, role: str, cluster: str, text: str) -> None:
    asked = request(in_cluster(ClusterArn=cluster), ExecutionRoleArn=role)
    found = refused(client.create_global_inference_gateway, **asked)
    assert found == ("ValidationException", text)
    assert client.list_global_inference_gateways()["GlobalInferenceGatewaySummaries"] == []


def test_a_quota_on_members_holds_for_new_ones(
    sm: World, client: Any, gateway: dict[str, Any]
) -> None:
    sm.quotas["InferenceGateway"] = 2
    two = request(in_cluster("second"), in_cluster("third"), Name="more")
    assert refused(client.create_global_inference_gateway, **two)[0] == "ResourceLimitExceeded"
    client.add_inference_gateway(**LLM, **in_cluster("second"))
    members(client)
    third = {**LLM, **in_cluster("third")}
    assert refused(client.add_inference_gateway, **third)[0] == "ResourceLimitExceeded"
    assert len(members(client)) == 2


# How it moves ---------------------------------------------------------------------------------------


def test_at_once_everything_is_active() -> None:
    with mock_sagemaker(transitions="immediate"):
        client = shared_session().client("sagemaker", region_name="eu-west-1")
        client.create_global_inference_gateway(**request())
        client.add_inference_gateway(**LLM, **in_cluster("second"))
        assert members(client) == [("first", "ACTIVE"), ("second", "ACTIVE")]
        client.remove_inference_gateway(**LLM, **in_cluster())
        assert members(client) == [("second", "ACTIVE")]


def test_by_the_clock_a_new_gateway_takes_its_members_along() -> None:
    with mock_sagemaker(transitions="clock") as sm:
        client = shared_session().client("sagemaker", region_name="eu-west-1")
        client.create_global_inference_gateway(**request())
        sm.clock.advance(120)
        assert members(client) == [("first", "ADDING")]
        sm.clock.advance(480)
        assert (described(client)["Status"], members(client)) == ("ACTIVE", [("first", "ACTIVE")])


def test_a_member_may_be_held_back(sm: World, client: Any) -> None:
    sm.transitions("InferenceGateway", rule="manual")
    client.create_global_inference_gateway(**request())
    assert described(client, 2)["Status"] == "ACTIVE"
    assert members(client) == [("first", "ADDING")]
    sm.get("InferenceGateway", "first").advance()
    assert members(client) == [("first", "ACTIVE")]


@pytest.mark.parametrize("by", ["name", "arn"])
def test_a_member_may_be_put_into_a_gateway(sm: World, client: Any, by: str) -> None:
    gateway = sm.add("GlobalInferenceGateway", "eu-west-1", Name="llm", Status="ACTIVE")
    sm.add("GlobalInferenceGateway", "eu-west-1", Name="another")
    named = {"Identifier": getattr(gateway, by)}
    sm.add("InferenceGateway", "eu-west-1", **named, Name="first", Status="ACTIVE")
    sm.add("InferenceGateway", "eu-west-1", Name="second")  # Into the newest one.
    assert members(client) == [("first", "ACTIVE")]
