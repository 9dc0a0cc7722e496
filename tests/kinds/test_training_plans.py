"""TrainingPlan and ReservedCapacity: facts of jobs.yaml, held through a real client."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from sagestub import World

SEARCH: dict[str, Any] = {
    "InstanceType": "ml.p5.48xlarge",
    "InstanceCount": 4,
    "DurationHours": 72,
    "TargetResources": ["training-job"],
}


def bought(client: Any, name: str = "gpus", **search: Any) -> dict[str, Any]:
    """Search an offering, buy it, and describe the plan."""
    (offering,) = client.search_training_plan_offerings(**(search or SEARCH))[
        "TrainingPlanOfferings"
    ]
    client.create_training_plan(
        TrainingPlanName=name, TrainingPlanOfferingId=offering["TrainingPlanOfferingId"]
    )
    return described(client, name)


def described(client: Any, name: str = "gpus") -> dict[str, Any]:
    """What Describe says now."""
    answer: dict[str, Any] = client.describe_training_plan(TrainingPlanName=name)
    return answer


@pytest.mark.fact(
    "hosting.ReservedCapacity.arn",
    "hosting.ReservedCapacity.lifecycle.initial",
    "hosting.ReservedCapacity.lifecycle.path",
)
def test_capacity_lives_with_its_plan(sm: World, client: Any) -> None:
    """Facts: hosting.yaml, ReservedCapacity."""
    (part,) = bought(client)["ReservedCapacitySummaries"]
    arn = part["ReservedCapacityArn"]
    here = "arn:aws:sagemaker:eu-west-1:123456789012:reserved-capacity/"
    assert re.fullmatch(here + "[a-z0-9]{12}", arn)
    seen = [part["Status"], capacity_status(client, arn)]
    for _ in range(2):
        described(client)
        seen.append(capacity_status(client, arn))
    assert seen == ["Pending", "Scheduled", "Active", "Expired"]


@pytest.mark.fact("hosting.ReservedCapacity.lifecycle.failed")
def test_capacity_of_a_failed_plan_has_failed(sm: World, client: Any) -> None:
    """Facts: hosting.yaml, ReservedCapacity."""
    sm.fail("TrainingPlan", at="Pending")
    (part,) = bought(client)["ReservedCapacitySummaries"]
    assert described(client)["Status"] == "Failed"
    assert capacity_status(client, part["ReservedCapacityArn"]) == "Failed"


def capacity_status(client: Any, arn: str) -> str:
    """What Describe says of reserved capacity."""
    return str(client.describe_reserved_capacity(ReservedCapacityArn=arn)["Status"])


def test_the_same_search_finds_the_same_offering(client: Any) -> None:
    first, second = (client.search_training_plan_offerings(**SEARCH) for _ in range(2))
    assert first["TrainingPlanOfferings"] == second["TrainingPlanOfferings"]
    (offering,) = first["TrainingPlanOfferings"]
    (part,) = offering["ReservedCapacityOfferings"]
    assert (part["InstanceType"], part["InstanceCount"]) == ("ml.p5.48xlarge", 4)
    assert (part["EndTime"] - part["StartTime"]).total_seconds() == 72 * 3600


def test_nothing_is_offered_that_ends_too_late(sm: World, client: Any) -> None:
    before = sm.clock.now()
    found = client.search_training_plan_offerings(**SEARCH, EndTimeBefore=before)
    assert found["TrainingPlanOfferings"] == []


@pytest.mark.fact(
    "jobs.TrainingPlan.filled_in.from-the-offering",
    "jobs.TrainingPlan.timestamps.StartTime",
    "jobs.TrainingPlan.references.TrainingPlanOfferingId-from-SearchTrainingPlanOfferings",
)
def test_a_plan_is_what_was_offered(client: Any) -> None:
    """Fact: filled_in (from the offering)."""
    plan = bought(client)
    (offering,) = client.search_training_plan_offerings(**SEARCH)["TrainingPlanOfferings"]
    for member in ("DurationHours", "UpfrontFee", "CurrencyCode", "TargetResources"):
        assert plan[member] == offering[member]
    (part,) = plan["ReservedCapacitySummaries"]
    assert (plan["TotalInstanceCount"], part["TotalInstanceCount"]) == (4, 4)
    assert (plan["StartTime"], plan["EndTime"]) == (part["StartTime"], part["EndTime"])


@pytest.mark.fact(
    "jobs.TrainingPlan.lifecycle.moves.Active",
    "jobs.TrainingPlan.lifecycle.moves.Expired",
    "jobs.TrainingPlan.lifecycle.moves.Scheduled",
)
def test_a_plan_starts_and_ends_in_time(sm: World, client: Any) -> None:
    """Fact: lifecycle.moves."""
    plan = bought(client)
    seen = [described(client) for _ in range(3)]
    assert plan["Status"] == "Pending"
    assert [d["Status"] for d in seen] == ["Scheduled", "Active", "Expired"]
    assert [d["AvailableInstanceCount"] for d in seen] == [0, 4, 0]
    assert sm.clock.now() >= plan["EndTime"]
    history = dict(sm.get("TrainingPlan", "gpus").history)
    assert (history["Active"], history["Expired"]) == (plan["StartTime"], plan["EndTime"])


@pytest.mark.fact(
    "hosting.ReservedCapacity.lifecycle.driven_by",
    "hosting.ReservedCapacity.timestamps.StartTime-EndTime",
    "hosting.ReservedCapacity.filled_in.TotalInstanceCount-AvailableInstanceCount-InUseInstanceCount-DurationHours-DurationMinutes-AvailabilityZone",
)
def test_capacity_follows_its_plan(client: Any) -> None:
    """DescribeReservedCapacity."""
    (part,) = bought(client)["ReservedCapacitySummaries"]
    for status in ("Scheduled", "Active"):
        capacity = client.describe_reserved_capacity(
            ReservedCapacityArn=part["ReservedCapacityArn"]
        )
        assert capacity["Status"] == status
        (summary,) = described(client)["ReservedCapacitySummaries"]
        assert summary["Status"] == status


@pytest.mark.fact(
    "hosting.ReservedCapacity.list",
)
def test_ultra_servers_are_listed(client: Any) -> None:
    """ListUltraServersByReservedCapacity."""
    plan = bought(client, UltraServerType="ml.u-p6e-gb200x36", UltraServerCount=2)
    (part,) = plan["ReservedCapacitySummaries"]
    servers = client.list_ultra_servers_by_reserved_capacity(
        ReservedCapacityArn=part["ReservedCapacityArn"]
    )["UltraServers"]
    assert [server["TotalInstanceCount"] for server in servers] == [9, 9]
    assert plan["TotalUltraServerCount"] == 2
    assert plan["AvailableSpareInstanceCount"] == 2


@pytest.mark.fact(
    "jobs.TrainingPlan.filled_in.AvailableInstanceCount-InUseInstanceCount-UnhealthyInstanceCount-AvailableSpareInstanceCount"
)
def test_a_plan_counts_the_instances_that_jobs_use(sm: World, client: Any) -> None:
    plan = bought(client, UltraServerType="ml.u-p6e-gb200x36", UltraServerCount=2)
    sm.get("TrainingPlan", "gpus").move_to("Active")
    sm.transitions(rule="manual")
    config = {"InstanceCount": 3, "TrainingPlanArn": plan["TrainingPlanArn"]}
    sm.add("TrainingJob", "eu-west-1", ResourceConfig=config)
    after = described(client)
    assert after["TotalInstanceCount"] == 18
    assert (after["InUseInstanceCount"], after["AvailableInstanceCount"]) == (3, 15)
    assert (after["UnhealthyInstanceCount"], after["AvailableSpareInstanceCount"]) == (0, 2)
    (listed,) = client.list_training_plans()["TrainingPlanSummaries"]
    assert listed["InUseInstanceCount"] == 3


@pytest.mark.fact("jobs.TrainingPlan.filled_in.StatusMessage")
def test_a_plan_that_fails_says_why(sm: World, client: Any) -> None:
    sm.fail("TrainingPlan", reason="The payment was declined.", at="Pending")
    plan = bought(client)
    after = described(client)
    assert "StatusMessage" not in plan
    assert (after["Status"], after["StatusMessage"]) == ("Failed", "The payment was declined.")


@pytest.mark.fact("jobs.TrainingPlan.notes.extension-status-words")
def test_an_extension_is_as_far_as_its_plan(sm: World, client: Any) -> None:
    plan = bought(client)
    arn = plan["TrainingPlanArn"]
    (offer,) = client.search_training_plan_offerings(TrainingPlanArn=arn, DurationHours=24)[
        "TrainingPlanExtensionOfferings"
    ]
    name = offer["TrainingPlanExtensionOfferingId"]
    client.extend_training_plan(TrainingPlanExtensionOfferingId=name)
    sm.transitions(rule="manual")

    def status() -> str:
        history = client.describe_training_plan_extension_history(TrainingPlanArn=arn)
        return str(history["TrainingPlanExtensions"][0]["Status"])

    seen = []
    for state, time in (("Pending", None), ("Active", None), ("Active", offer["StartDate"]),
                        ("Expired", offer["EndDate"]), ("Failed", None)):  # fmt: skip
        if sm.get("TrainingPlan", "gpus").state != state:
            sm.get("TrainingPlan", "gpus").move_to(state)
        if time is not None and time > sm.clock.now():
            sm.clock.advance((time - sm.clock.now()).total_seconds())
        seen.append(status())
    assert seen == ["Pending", "Scheduled", "Active", "Expired", "Failed"]


@pytest.mark.fact(
    "jobs.TrainingPlan.timestamps.EndTime",
)
def test_an_extension_moves_the_end(client: Any) -> None:
    """Fact: timestamps.EndTime; ExtendTrainingPlan, DescribeTrainingPlanExtensionHistory."""
    plan = bought(client)
    arn = plan["TrainingPlanArn"]
    (offer,) = client.search_training_plan_offerings(TrainingPlanArn=arn, DurationHours=24)[
        "TrainingPlanExtensionOfferings"
    ]
    name = {"TrainingPlanExtensionOfferingId": offer["TrainingPlanExtensionOfferingId"]}
    (extension,) = client.extend_training_plan(**name)["TrainingPlanExtensions"]
    later = described(client)
    assert extension["StartDate"] == plan["EndTime"]
    assert later["EndTime"] == extension["EndDate"]
    assert later["DurationHours"] == plan["DurationHours"] + 24
    history = client.describe_training_plan_extension_history(TrainingPlanArn=arn)
    assert history["TrainingPlanExtensions"] == [extension]
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.extend_training_plan(**name)


def test_an_active_plan_that_is_extended_ends_later(sm: World, client: Any) -> None:
    sm.transitions(rule="clock")
    plan = bought(client)
    sm.clock.advance(plan["StartTime"] - sm.clock.now() + timedelta(hours=1))
    (offer,) = client.search_training_plan_offerings(
        TrainingPlanArn=plan["TrainingPlanArn"], DurationHours=24
    )["TrainingPlanExtensionOfferings"]
    client.extend_training_plan(
        TrainingPlanExtensionOfferingId=offer["TrainingPlanExtensionOfferingId"]
    )
    sm.clock.advance(plan["EndTime"] - sm.clock.now() + timedelta(hours=1))
    assert described(client)["Status"] == "Active"
    sm.clock.advance(timedelta(hours=24))
    assert described(client)["Status"] == "Expired"


def test_plans_are_listed_by_status(sm: World, client: Any) -> None:
    """ListTrainingPlans.Filters."""
    bought(client, "one")
    bought(client, "two", **{**SEARCH, "DurationHours": 24})
    sm.get("TrainingPlan", "two").move_to("Active")
    active = {"Filters": [{"Name": "Status", "Value": "Active"}]}
    listed = client.list_training_plans(**active)["TrainingPlanSummaries"]
    assert [plan["TrainingPlanName"] for plan in listed] == ["two"]
    by_name = client.list_training_plans(SortBy="TrainingPlanName", SortOrder="Descending")
    names = [plan["TrainingPlanName"] for plan in by_name["TrainingPlanSummaries"]]
    assert names == ["two", "one"]


def test_a_test_may_offer_its_own(sm: World, client: Any) -> None:
    part = {"InstanceType": "ml.p5.48xlarge", "InstanceCount": 64}
    sm.add(
        "TrainingPlanOffering",
        "eu-west-1",
        TrainingPlanOfferingId="mine",
        ReservedCapacityOfferings=[part],
    )
    found = client.search_training_plan_offerings(**SEARCH)["TrainingPlanOfferings"]
    client.create_training_plan(TrainingPlanName="gpus", TrainingPlanOfferingId="mine")
    assert found[0]["TrainingPlanOfferingId"] == "mine"
    assert described(client)["TotalInstanceCount"] == 64


@pytest.mark.fact(
    "jobs.TrainingPlan.errors.unknown-offering-or-plan",
)
def test_errors_of_name_and_reference(client: Any) -> None:
    """Facts: errors."""
    bought(client)
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.create_training_plan(TrainingPlanName="other", TrainingPlanOfferingId="none")
    with pytest.raises(client.exceptions.ResourceInUse):
        bought(client)
    with pytest.raises(client.exceptions.ResourceNotFound):
        described(client, "none")
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:reserved-capacity/none"
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_reserved_capacity(ReservedCapacityArn=arn)
