"""TrainingPlan: reserved capacity, from an offering to its end; and the offerings themselves.

Offerings are made when they are searched for, and the same search finds the same ones. A test may put
its own there: `sm.add("TrainingPlanOffering", TrainingPlanOfferingId="mine", ...)`.

Source: facts, jobs.yaml, TrainingPlan.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

DAY, HOUR = 86400.0, 3600.0
HOURS_BY_DEFAULT = 24
FIRST_START = 11.5 * HOUR
"""Plans start at 11:30 UTC.

Source: Developer Guide, "Training plans" (a plan's days begin at 11:30 AM UTC).
"""

DOLLARS_AN_HOUR = 10
"""What an instance costs an hour (assumed: prices differ by type, region and day)."""

ULTRA_SERVERS = {
    "ml.u-p6e-gb200x36": ("ml.p6e-gb200.36xlarge", 9),
    "ml.u-p6e-gb200x72": ("ml.p6e-gb200.36xlarge", 18),
}
"""Instance type and count of an UltraServer.

Source: Developer Guide, "UltraServers in SageMaker" (9 and 18 instances of four GPUs each).
"""


# Offerings ----------------------------------------------------------------------------------------


def search_offerings(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an offering that meets the search, or extensions of a plan.

    Raises:
        ServiceError: The plan to extend does not exist.
    """
    if "TrainingPlanArn" in parameters:
        plan = plan_called(context, parameters["TrainingPlanArn"])
        return {
            "TrainingPlanOfferings": [],
            "TrainingPlanExtensionOfferings": [extension_offering(context, plan, parameters)],
        }
    call = context.call
    assert call is not None
    own = [
        offering.kind.described(offering.document)
        for offering in context.resources("TrainingPlanOffering", call)
        if "Search" not in offering.document and meets(offering, parameters)
    ]
    found = offering_for(context, parameters)
    return {"TrainingPlanOfferings": [*own, *([found] if found is not None else [])]}


def meets(offering: Resource, parameters: Mapping[str, Any]) -> bool:
    """Return whether an offering that a test has added is of the type that is searched for."""
    wanted = parameters.get("InstanceType")
    parts = offering.document.get("ReservedCapacityOfferings", ())
    return wanted is None or any(part.get("InstanceType") == wanted for part in parts)


def offering_for(context: Context, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the offering for a search; None when nothing fits between its times."""
    call = context.call
    assert call is not None
    hours = int(parameters.get("DurationHours", HOURS_BY_DEFAULT))
    earliest = max(parameters.get("StartTimeAfter", 0.0), context.clock.time())
    start = math.ceil((earliest - FIRST_START) / DAY) * DAY + FIRST_START
    end = start + hours * HOUR
    if end > parameters.get("EndTimeBefore", math.inf):
        return None
    part = capacity_for(parameters)
    instances = part["InstanceCount"]
    part = {
        **part,
        "AvailabilityZone": f"{call.region}a",
        "DurationHours": hours,
        "DurationMinutes": 0,
        "StartTime": start,
        "EndTime": end,
    }
    search = json.dumps([parameters, start], sort_keys=True)
    name = f"tpo-{blake2b(search.encode(), digest_size=8).hexdigest()}"
    members = {
        "TrainingPlanOfferingId": name,
        "TargetResources": parameters.get("TargetResources") or ["training-job"],
        "DurationHours": hours,
        "DurationMinutes": 0,
        "UpfrontFee": f"{DOLLARS_AN_HOUR * instances * hours:.2f}",
        "CurrencyCode": "USD",
        "ReservedCapacityOfferings": [part],
        "Search": search,
    }
    for member, asked in (
        ("RequestedStartTimeAfter", "StartTimeAfter"),
        ("RequestedEndTimeBefore", "EndTimeBefore"),
    ):
        if asked in parameters:
            members[member] = parameters[asked]
    known = context.resource("TrainingPlanOffering", call, name)
    offering = known or context.add_in_call("TrainingPlanOffering", members)
    return offering.kind.described(offering.document)


def capacity_for(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return type and count of what a search asks for."""
    server = parameters.get("UltraServerType")
    if server is not None:
        instance, each = ULTRA_SERVERS.get(server, ("ml.p6e-gb200.36xlarge", 18))
        servers = int(parameters.get("UltraServerCount", 1))
        return {
            "ReservedCapacityType": "UltraServer",
            "UltraServerType": server,
            "UltraServerCount": servers,
            "InstanceType": instance,
            "InstanceCount": servers * each,
        }
    return {
        "ReservedCapacityType": "Instance",
        "InstanceType": parameters.get("InstanceType", "ml.p5.48xlarge"),
        "InstanceCount": int(parameters.get("InstanceCount", 1)),
    }


def extension_offering(
    context: Context, plan: Resource, parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a plan can be extended by: the time that follows its end."""
    hours = int(parameters.get("DurationHours", HOURS_BY_DEFAULT))
    start = plan.document.get("EndTime", context.clock.time())
    zone = zone_of(plan)
    name = f"tpeo-{blake2b(f'{plan.arn}:{start}:{hours}'.encode(), digest_size=8).hexdigest()}"
    members = {
        "TrainingPlanExtensionOfferingId": name,
        **({"AvailabilityZone": zone} if zone else {}),
        "StartDate": start,
        "EndDate": start + hours * HOUR,
        "DurationHours": hours,
        "UpfrontFee": f"{DOLLARS_AN_HOUR * plan.document.get('TotalInstanceCount', 1) * hours:.2f}",
        "CurrencyCode": "USD",
        "TrainingPlanArn": plan.arn,
    }
    known = context.resource("TrainingPlanExtensionOffering", plan, name)
    offering = known or context.add("TrainingPlanExtensionOffering", members, plan)
    return offering.kind.described(offering.document)


def zone_of(plan: Resource) -> str | None:
    """Return the availability zone of a plan's capacity."""
    parts = plan.document.get("ReservedCapacitySummaries", ())
    return next((part["AvailabilityZone"] for part in parts if "AvailabilityZone" in part), None)


# Plans --------------------------------------------------------------------------------------------


def plan_called(context: Context, arn: str) -> Resource:
    """Return a plan by its ARN.

    Raises:
        ServiceError: There is none.
    """
    call = context.call
    assert call is not None
    plan = context.resource("TrainingPlan", call, arn)
    if plan is None:
        raise ServiceError(NO_SUCH_PLAN.code, NO_SUCH_PLAN.text.replace("{arn}", arn))
    return plan


NO_SUCH_PLAN = Message(
    code="ResourceNotFound",
    text="The training plan {arn} does not exist.",
    source="API reference, DescribeTrainingPlan (code); text assumed",
)


def buy_offering(context: Context, resource: Resource) -> None:
    """Give a plan the times, the price and the capacity of its offering.

    Source: facts, jobs.yaml, TrainingPlan.filled_in.
    """
    document = resource.document
    name = document.get("TrainingPlanOfferingId", "")
    offering = context.resource("TrainingPlanOffering", resource, name)
    if offering is None:
        return
    bought = offering.document
    parts = bought.get("ReservedCapacityOfferings", ())
    for member in (
        "DurationHours",
        "DurationMinutes",
        "UpfrontFee",
        "CurrencyCode",
        "TargetResources",
    ):
        if member in bought:
            document.setdefault(member, bought[member])
    times = [part for part in parts if "StartTime" in part and "EndTime" in part]
    if times:
        document["StartTime"] = min(part["StartTime"] for part in times)
        document["EndTime"] = max(part["EndTime"] for part in times)
    document["TotalInstanceCount"] = sum(part["InstanceCount"] for part in parts)
    servers = sum(part.get("UltraServerCount", 0) for part in parts)
    if servers:
        document["TotalUltraServerCount"] = servers
    spare = int(document.get("SpareInstanceCountPerUltraServer", 1)) * servers
    document["Spare"] = spare
    document["Capacities"] = [reserve(context, resource, part).arn for part in parts]
    count_instances(resource, 0)
    summarize(context, resource)


def count_instances(resource: Resource, available: int) -> None:
    """Set how many instances of a plan can be used; none is in use or unhealthy."""
    resource.document["AvailableInstanceCount"] = available
    resource.document["InUseInstanceCount"] = 0
    resource.document["UnhealthyInstanceCount"] = 0
    if resource.document.get("Spare"):
        resource.document["AvailableSpareInstanceCount"] = resource.document["Spare"]


def describe_plan(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return how many of a plan's instances jobs have in use just now, and how many are left.

    Source: model, DescribeTrainingPlanResponse.InUseInstanceCount, AvailableInstanceCount.
    """
    jobs = [
        job.document["ResourceConfig"]
        for job in context.resources("TrainingJob", resource)
        if job.document.get("ResourceConfig", {}).get("TrainingPlanArn") == resource.arn
        and job.status in ("InProgress", "Stopping")
        and job.document.get("SecondaryStatus") != "Pending"
    ]
    used = sum(int(config.get("InstanceCount", 1)) for config in jobs)
    if not used:
        return {}
    left = int(resource.document.get("AvailableInstanceCount", 0)) - used
    return {"InUseInstanceCount": used, "AvailableInstanceCount": max(0, left)}


def check_offering(context: Context, resource: Resource) -> None:
    """Refuse an offering that no search has found.

    Source: facts, jobs.yaml, TrainingPlan.errors (code documented, text assumed).
    """
    name = resource.document["TrainingPlanOfferingId"]
    if context.lacks("TrainingPlanOffering", resource, name):
        raise ServiceError("ResourceNotFound", f"The training plan offering {name} does not exist.")


def reserve(context: Context, plan: Resource, part: Mapping[str, Any]) -> Resource:
    """Make the reserved capacity that a part of an offering stands for."""
    members = {name: value for name, value in part.items() if name != "InstanceCount"}
    members["TotalInstanceCount"] = part["InstanceCount"]
    members["AvailableInstanceCount"] = 0
    members["InUseInstanceCount"] = 0
    if part.get("ReservedCapacityType") == "UltraServer":
        members["UltraServerSummary"] = {
            "UltraServerType": part["UltraServerType"],
            "InstanceType": part["InstanceType"],
            "UltraServerCount": part["UltraServerCount"],
            "AvailableSpareInstanceCount": plan.document["Spare"],
            "UnhealthyInstanceCount": 0,
        }
    return context.add("ReservedCapacity", members, plan)


def move_capacities(context: Context, resource: Resource) -> None:
    """Bring a plan's capacity into the plan's status, and show it in the plan."""
    active = resource.status == "Active"
    if "TotalInstanceCount" in resource.document:
        count_instances(resource, resource.document["TotalInstanceCount"] if active else 0)
    for capacity in capacities_of(context, resource):
        total = capacity.document["TotalInstanceCount"]
        capacity.replace({"AvailableInstanceCount": total if active else 0})
        if capacity.status != resource.status:
            context.motion.move_to(capacity, str(resource.status))
    summarize(context, resource)


def capacities_of(context: Context, resource: Resource) -> list[Resource]:
    """Return the reserved capacity of a plan."""
    arns = resource.document.get("Capacities", ())
    found = (context.resource("ReservedCapacity", resource, arn) for arn in arns)
    return [capacity for capacity in found if capacity is not None]


SUMMARY = (
    "ReservedCapacityArn",
    "ReservedCapacityType",
    "UltraServerType",
    "UltraServerCount",
    "InstanceType",
    "TotalInstanceCount",
    "Status",
    "AvailabilityZone",
    "DurationHours",
    "DurationMinutes",
    "StartTime",
    "EndTime",
)


def summarize(context: Context, resource: Resource) -> None:
    """Set ReservedCapacitySummaries."""
    capacities = capacities_of(context, resource)
    if capacities:
        resource.document["ReservedCapacitySummaries"] = [
            {member: c.document[member] for member in SUMMARY if member in c.document}
            for c in capacities
        ]


def stay(context: Context, resource: Resource) -> float | None:
    """Return how long a plan is scheduled or active: until it starts or ends."""
    member = {"Scheduled": "StartTime", "Active": "EndTime"}.get(resource.state, "")
    time = resource.document.get(member)
    return None if time is None else max(0.0, float(time - context.clock.time()))


def list_plans(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the plans, filtered by start and status, sorted as asked."""
    call = context.call
    assert call is not None
    wanted = [part["Value"] for part in parameters.get("Filters", ()) if part["Name"] == "Status"]
    after = parameters.get("StartTimeAfter", -math.inf)
    before = parameters.get("StartTimeBefore", math.inf)
    plans = [
        plan
        for plan in context.resources("TrainingPlan", call)
        if all(plan.status == status for status in wanted)
        and after <= plan.document.get("StartTime", context.clock.time()) <= before
    ]
    member = parameters.get("SortBy")
    if member is not None:
        plans.sort(key=lambda plan: plan.document.get(member, 0 if member == "StartTime" else ""))
    if parameters.get("SortOrder") == "Descending":
        plans.reverse()
    return {
        "TrainingPlanSummaries": [
            {name: shown[name] for name in IN_LIST if name in shown}
            for plan in plans
            for shown in ({**plan.document, **describe_plan(context, plan, {})},)
        ]
    }


IN_LIST = (
    "TrainingPlanArn",
    "TrainingPlanName",
    "Status",
    "StatusMessage",
    "DurationHours",
    "DurationMinutes",
    "StartTime",
    "EndTime",
    "UpfrontFee",
    "CurrencyCode",
    "TotalInstanceCount",
    "AvailableInstanceCount",
    "InUseInstanceCount",
    "TotalUltraServerCount",
    "TargetResources",
    "ReservedCapacitySummaries",
)


# Extensions ---------------------------------------------------------------------------------------


def extend(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Extend a plan by an extension offering: it ends later.

    Raises:
        ServiceError: No search has found the offering, or it was bought before.
    """
    call = context.call
    assert call is not None
    name = parameters["TrainingPlanExtensionOfferingId"]
    offering = context.resource("TrainingPlanExtensionOffering", call, name)
    plan = None
    if offering is not None:
        plan = context.resource("TrainingPlan", call, offering.document.get("TrainingPlanArn", ""))
    if offering is None or plan is None:
        raise ServiceError(
            "ResourceNotFound", f"The training plan extension offering {name} does not exist."
        )
    bought = offering.kind.described(offering.document)
    extension = {
        **bought,
        "ExtendedAt": context.clock.time(),
        "PaymentStatus": "Succeeded",
    }
    extensions = [*plan.document.get("Extensions", ()), extension]
    shown = [{**one, "Status": status_of(context, plan, one)} for one in extensions]
    hours = plan.document.get("DurationHours", 0) + bought["DurationHours"]
    plan.replace({"Extensions": extensions, "EndTime": bought["EndDate"], "DurationHours": hours})
    for capacity in capacities_of(context, plan):
        capacity.replace({"EndTime": bought["EndDate"], "DurationHours": hours})
    summarize(context, plan)
    context.registry.remove(offering)
    if plan.status == "Active" and plan.way:
        context.motion.reschedule(plan)
    return {"TrainingPlanExtensions": shown}


def status_of(context: Context, plan: Resource, extension: Mapping[str, Any]) -> str:
    """Return how far an extension is: it waits for its plan, then for its time.

    Source: facts, jobs.yaml, TrainingPlan.notes (the words; when each holds is assumed).
    """
    now = context.clock.time()
    if plan.status in ("Pending", "Failed"):
        return str(plan.status)
    if now < extension["StartDate"]:
        return "Scheduled"
    return "Active" if now < extension["EndDate"] else "Expired"


def extension_history(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the extensions that a plan has had, oldest first."""
    plan = plan_called(context, parameters["TrainingPlanArn"])
    extensions = plan.document.get("Extensions", ())
    return {
        "TrainingPlanExtensions": [
            {**extension, "Status": status_of(context, plan, extension)} for extension in extensions
        ]
    }


# Capacity -----------------------------------------------------------------------------------------


def list_ultra_servers(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the UltraServers of a reserved capacity, all well."""
    document = resource.document
    servers = int(document.get("UltraServerCount", 0))
    if not servers:
        return {"UltraServers": []}
    each = document["TotalInstanceCount"] // servers
    summary = document.get("UltraServerSummary", {})
    spare = summary.get("AvailableSpareInstanceCount", 0) // servers
    active = resource.status == "Active"
    names = (
        blake2b(f"{resource.arn}:{number}".encode(), digest_size=8).hexdigest()
        for number in range(servers)
    )
    return {
        "UltraServers": [
            {
                "UltraServerId": f"us-{name}",
                "UltraServerType": document["UltraServerType"],
                "AvailabilityZone": document["AvailabilityZone"],
                "InstanceType": document["InstanceType"],
                "TotalInstanceCount": each,
                "ConfiguredSpareInstanceCount": spare,
                "AvailableInstanceCount": each if active else 0,
                "InUseInstanceCount": 0,
                "AvailableSpareInstanceCount": spare,
                "UnhealthyInstanceCount": 0,
                "HealthStatus": "OK",
            }
            for name in names
        ]
    }


TRAINING_PLAN = Kind(
    name="TrainingPlan",
    arn="training-plan/{TrainingPlanName}",
    lifecycle=Lifecycle(
        path="Pending > Scheduled > Active > Expired",
        fail="Failed",
        seconds={"Pending": 60},
    ),
    checks=(check_offering,),
    on_create=(buy_offering,),
    on_enter=dict.fromkeys(("Scheduled", "Active", "Expired", "Failed"), (move_capacities,)),
    duration=stay,
    on_describe=describe_plan,
    not_found=NO_SUCH_PLAN,
    source="facts, jobs.yaml, TrainingPlan",
)

RESERVED_CAPACITY = Kind(
    name="ReservedCapacity",
    arn="reserved-capacity/{id}",
    lifecycle=Lifecycle(path="Pending", other="Scheduled > Active > Expired > Failed"),
    operations={"ListUltraServersByReservedCapacity": list_ultra_servers},
    not_found=Message(code="ResourceNotFound", text="The reserved capacity {arn} does not exist."),
    source="model, DescribeReservedCapacity",
)

TRAINING_PLAN_OFFERING = Kind(
    name="TrainingPlanOffering",
    defaults={"TargetResources": ["training-job"]},
    shape="TrainingPlanOffering",
    identifier=("TrainingPlanOfferingId",),
    arn="training-plan-offering/{TrainingPlanOfferingId}",
    source="model, SearchTrainingPlanOfferings",
)

TRAINING_PLAN_EXTENSION_OFFERING = Kind(
    name="TrainingPlanExtensionOffering",
    shape="TrainingPlanExtensionOffering",
    identifier=("TrainingPlanExtensionOfferingId",),
    arn="training-plan-extension-offering/{TrainingPlanExtensionOfferingId}",
    source="model, SearchTrainingPlanOfferings",
)
