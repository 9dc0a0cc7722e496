"""EdgeDeploymentPlan and its stages: rolling a model out to the devices of a fleet.

A stage is a resource of its own, named `plan/stage`: it moves, is started, stopped and deleted. A
plan has no status; it shows its stages and adds up their devices.

Source: facts, jobs.yaml, EdgeDeploymentPlan and EdgeDeploymentStage.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

MOST_STAGES = 10
STAGES_ON_A_PAGE = 50
ACTIVE = ("STARTING", "INPROGRESS", "STOPPING")
COUNTERS = ("EdgeDeploymentSuccess", "EdgeDeploymentPending", "EdgeDeploymentFailed")


def plan_of(context: Context, stage: Resource) -> Resource | None:
    """Return the plan of a stage."""
    name = stage.document.get("EdgeDeploymentPlanName", "")
    return context.resource("EdgeDeploymentPlan", stage, name)


def stages_of(context: Context, plan: Resource) -> list[Resource]:
    """Return the stages of a plan, in their order."""
    return context.resources("EdgeDeploymentStage", plan, EdgeDeploymentPlanName=plan.name)


# The plan -----------------------------------------------------------------------------------------


def refuse_stages(stages: Any, known: Any) -> None:
    """Refuse stages that a plan cannot take beside those that it has."""
    names = [*known, *(stage["StageName"] for stage in stages)]
    if len(stages) > MOST_STAGES:
        raise ServiceError("ValidationException", f"A plan can have at most {MOST_STAGES} stages.")
    if len(set(names)) != len(names):
        raise ServiceError("ValidationException", "Stage names must be unique within a plan.")


def open_plan(context: Context, resource: Resource) -> None:
    """Make the plan's stages, and its counters."""
    stages = resource.document.pop("Stages", ())
    for counter in COUNTERS:
        resource.document.setdefault(counter, 0)
    add_stages_to(context, resource, stages)


def add_stages_to(context: Context, plan: Resource, stages: Any) -> None:
    """Make stages of a plan.

    Source: facts, jobs.yaml, EdgeDeploymentPlan.notes (the default of FailureHandlingPolicy).
    """
    for stage in stages:
        members = {
            "EdgeDeploymentPlanName": plan.name,
            "DeviceFleetName": plan.document.get("DeviceFleetName"),
            "DeploymentConfig": {"FailureHandlingPolicy": "ROLLBACK_ON_FAILURE"},
            **{name: stage[name] for name in stage if name != "DeploymentStatus"},
        }
        context.add("EdgeDeploymentStage", members, plan)


def create_stages(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Add stages to a plan."""
    known = [stage.document["StageName"] for stage in stages_of(context, resource)]
    refuse_stages(parameters["Stages"], known)
    add_stages_to(context, resource, parameters["Stages"])
    resource.replace({})
    return {}


def show_stages(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a page of the plan's stages; each that is shown has been looked at, and may move on."""
    stages = stages_of(context, resource)
    first = page_start(parameters.get("NextToken"), resource)
    size = parameters.get("MaxResults") or STAGES_ON_A_PAGE
    page = stages[first : first + size]
    result: dict[str, Any] = {"Stages": [shown(stage) for stage in page]}
    if first + size < len(stages):
        result["NextToken"] = f"{resource.name}:{first + size}"
    for stage in page:
        context.motion.polled(stage)
    return result


def page_start(token: str | None, plan: Resource) -> int:
    """Return the place that a NextToken stands for.

    Source of the text: facts, cross-cutting, section 7.
    """
    if token is None:
        return 0
    name, _, place = token.rpartition(":")
    if name != plan.name or not place.isdecimal():
        raise ServiceError("ValidationException", 'Invalid pagination token because "{0}".')
    return int(place)


def shown(stage: Resource) -> dict[str, Any]:
    """Return a stage as its plan shows it."""
    document = stage.document
    status = {member: document[member] for member in stage.kind.members if member in document}
    return {
        **{
            member: document[member]
            for member in ("StageName", "DeviceSelectionConfig", "DeploymentConfig")
            if member in document
        },
        "DeploymentStatus": status,
    }


def refuse_active_stages(context: Context, resource: Resource) -> None:
    """Refuse to delete a plan with an active stage.

    Source: API reference, DeleteEdgeDeploymentPlan; text assumed.
    """
    active = [s.document["StageName"] for s in stages_of(context, resource) if s.status in ACTIVE]
    if active:
        raise ServiceError(
            "ResourceInUse",
            f"The edge deployment plan {resource.name} has active stages: {', '.join(active)}.",
        )


def delete_stages(context: Context, resource: Resource) -> None:
    """Take the stages away with their plan."""
    for stage in stages_of(context, resource):
        context.registry.remove(stage)


# The stage ----------------------------------------------------------------------------------------


def devices_of(context: Context, stage: Resource) -> list[Resource]:
    """Return the devices that a stage selects from its fleet.

    Source: API reference, DeviceSelectionConfig.
    """
    config = stage.document.get("DeviceSelectionConfig", {})
    fleet = stage.document.get("DeviceFleetName")
    devices = context.resources("Device", stage, DeviceFleetName=fleet)
    subset = config.get("DeviceSubsetType")
    if subset == "SELECTION":
        return [d for d in devices if d.document.get("DeviceName") in config.get("DeviceNames", ())]
    if subset == "NAMECONTAINS":
        pattern = f"*{config.get('DeviceNameContains', '')}*"
        return [d for d in devices if fnmatchcase(str(d.document.get("DeviceName")), pattern)]
    share = config.get("Percentage", 100)
    return devices[: -(-len(devices) * share // 100)]


def count_pending(context: Context, stage: Resource) -> None:
    """Count the stage's devices as waiting."""
    count(context, stage, "EdgeDeploymentPending")


def count_deployed(context: Context, stage: Resource) -> None:
    """Count the stage's devices as deployed."""
    count(context, stage, "EdgeDeploymentSuccess")


def count_failed(context: Context, stage: Resource) -> None:
    """Count the stage's devices as failed."""
    count(context, stage, "EdgeDeploymentFailed")


def count(context: Context, stage: Resource, where: str) -> None:
    """Put the stage's devices into one of its counters, and add up those of its plan."""
    number = len(devices_of(context, stage))
    for counter in COUNTERS:
        stage.document[f"{counter}InStage"] = number if counter == where else 0
    plan = plan_of(context, stage)
    if plan is not None:
        stages = stages_of(context, plan)
        plan.replace(
            {
                counter: sum(s.document.get(f"{counter}InStage", 0) for s in stages)
                for counter in COUNTERS
            }
        )


DEVICE_STATUSES = {"CREATING": "READYTODEPLOY", "STARTING": "READYTODEPLOY"}
"""The status of a device, where it is not that of its stage."""


def list_devices(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the devices of a stage and how far they are.

    Source: facts, jobs.yaml, EdgeDeploymentStage.notes.
    """
    document = resource.document
    plan = plan_of(context, resource)
    if plan is None:  # A stage that a test has added without its plan deploys nothing.
        return {"DeviceDeploymentSummaries": []}
    others = [s for s in stages_of(context, plan) if s is not resource and s.status == "DEPLOYED"]
    elsewhere = {
        device.arn: stage.document["StageName"]
        for stage in others
        for device in devices_of(context, stage)
    }
    status = str(resource.status)
    summaries = []
    for device in devices_of(context, resource):
        if parameters.get("ExcludeDevicesDeployedInOtherStage") and device.arn in elsewhere:
            continue
        deployed = document["StageName"] if status == "DEPLOYED" else elsewhere.get(device.arn)
        members = {
            "EdgeDeploymentPlanArn": plan.arn,
            "EdgeDeploymentPlanName": plan.name,
            "StageName": document["StageName"],
            "DeployedStageName": deployed,
            "DeviceFleetName": document.get("DeviceFleetName"),
            "DeviceName": device.document.get("DeviceName"),
            "DeviceArn": device.arn,
            "DeviceDeploymentStatus": DEVICE_STATUSES.get(status, status),
            "Description": device.document.get("Description"),
            "DeploymentStartTime": document.get("EdgeDeploymentStageStartTime"),
        }
        summaries.append({name: value for name, value in members.items() if value is not None})
    return {"DeviceDeploymentSummaries": summaries}


EDGE_DEPLOYMENT_PLAN = Kind(
    name="EdgeDeploymentPlan",
    field_rules=FieldRules("hosting.EDGE_DEPLOYMENT_PLAN"),
    arn="edge-deployment/{EdgeDeploymentPlanName}",
    parents={"DeviceFleetName": "DeviceFleet"},
    references={"ModelConfigs[].EdgePackagingJobName": "EdgePackagingJob"},
    on_create=(open_plan,),
    on_describe=show_stages,
    operations={"CreateEdgeDeploymentStage": create_stages},
    delete_checks=(refuse_active_stages,),
    on_delete=(delete_stages,),
    sort={"DEVICE_FLEET_NAME": "DeviceFleetName"},
    exists=Message(
        code="ValidationException",
        text="An edge deployment plan with the name {name} already exists ({arn}).",
    ),
    source="facts, jobs.yaml, EdgeDeploymentPlan",
)

EDGE_DEPLOYMENT_STAGE = Kind(
    name="EdgeDeploymentStage",
    shape="EdgeDeploymentStatus",
    status="StageStatus",
    create="-",
    identifier=("EdgeDeploymentPlanName", "StageName"),
    arn="edge-deployment/{EdgeDeploymentPlanName}/stage/{StageName}",
    lifecycle=Lifecycle(
        path="CREATING > READYTODEPLOY",
        fail="FAILED",
        start="STARTING > INPROGRESS > DEPLOYED",
        start_from="READYTODEPLOY",
        stop="STOPPING > STOPPED",
        stop_from="STARTING > INPROGRESS",
        delete_from="CREATING > READYTODEPLOY > DEPLOYED > FAILED > STOPPED",
    ),
    defaults={f"{counter}InStage": 0 for counter in COUNTERS},
    stamps={"STARTING": ("EdgeDeploymentStageStartTime",)},
    on_enter={
        "READYTODEPLOY": (count_pending,),
        "STARTING": (count_pending,),
        "DEPLOYED": (count_deployed,),
        "FAILED": (count_failed,),
    },
    operations={"ListStageDevices": list_devices},
    not_found=Message(
        code="ValidationException",
        text="The edge deployment plan has no stage {name}.",
    ),
    cannot_start=Message(
        code="ValidationException",
        text="The stage {StageName} is in status {status} and can't be started.",
    ),
    cannot_stop=Message(
        code="ValidationException",
        text="The stage {StageName} is in status {status} and can't be stopped.",
    ),
    cannot_delete=Message(
        code="ResourceInUse",
        text="The stage {StageName} is active: it is in status {status}.",
        source="API reference, DeleteEdgeDeploymentStage (code); text assumed",
    ),
    source="facts, jobs.yaml, EdgeDeploymentStage",
)
