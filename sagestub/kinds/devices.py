"""DeviceFleet and Device: what Edge Manager registers, and what its agents report.

Source: facts, hosting.yaml, DeviceFleet and Device.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

CONNECTED_SECONDS = 300
"""A device counts as connected for so long after its last heartbeat (assumed)."""


def alias_role(context: Context, resource: Resource) -> None:
    """Name the IoT role alias, where one is wanted."""
    if resource.document.get("EnableIotRoleAlias"):
        resource.document["IotRoleAlias"] = f"SageMakerEdge-{resource.name}"


def devices_of(context: Context, fleet: Resource) -> list[Resource]:
    """Return the devices of a fleet."""
    return context.resources("Device", fleet, DeviceFleetName=fleet.key)


def keep_fleet_of_devices(context: Context, resource: Resource) -> None:
    """Refuse to delete a fleet with devices. Source: model, DeleteDeviceFleet (text assumed)."""
    if devices_of(context, resource):
        raise ServiceError(
            "ResourceInUse", f"Device fleet with name {resource.name} has registered devices."
        )


def register(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Register devices in a fleet; one that is there already is registered anew."""
    names = {device["DeviceName"] for device in parameters["Devices"]}
    known = {device.document["DeviceName"] for device in devices_of(context, resource)}
    context.refuse_more("Device", len(names - known), resource)
    for device in parameters["Devices"]:
        key = f"{resource.key}/{device['DeviceName']}"
        before = context.resource("Device", resource, key)
        if before is not None:
            context.registry.remove(before)
        made = context.add(
            "Device",
            {**device, "DeviceFleetName": resource.key, "Tags": parameters.get("Tags", ())},
            resource,
            asked=True,
        )
        made.document["RegistrationTime"] = context.clock.time()
    return {}


def change_devices(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Change devices of a fleet; all of them exist, or none is changed."""
    names = [device["DeviceName"] for device in parameters["Devices"]]
    for found, device in zip(_called(context, resource, names), parameters["Devices"], strict=True):
        found.replace(device)
    return {}


def deregister(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Take devices out of a fleet; all of them are there, or none is taken out.

    Source: hashicorp/terraform-provider-aws, device.go (contained; the rest by analogy with fleets).
    """
    unknown = "Device with name ({name}) does not exist."
    names = list(dict.fromkeys(parameters["DeviceNames"]))
    for device in _called(context, resource, names, unknown):
        context.registry.remove(device)
    return {}


def _called(
    context: Context, fleet: Resource, names: list[str], unknown: str = "No device with name {name}"
) -> list[Resource]:
    found = []
    for name in names:
        device = context.resource("Device", fleet, f"{fleet.key}/{name}")
        if device is None:
            raise ServiceError("ValidationException", unknown.format(name=name))
        found.append(device)
    return found


def report(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the numbers of a fleet: devices, agents and models, by their last heartbeats.

    Source: API reference, GetDeviceFleetReport.
    """
    now = context.clock.time()
    devices = devices_of(context, resource)
    connected = {
        device.key
        for device in devices
        if now - device.document.get("LatestHeartbeat", 0) <= CONNECTED_SECONDS
    }
    agents = Counter(d.document["AgentVersion"] for d in devices if "AgentVersion" in d.document)
    models: dict[tuple[str, str], Counter[str]] = {}
    for device in devices:
        for model in device.document.get("Models", ()):
            counts = models.setdefault((model["ModelName"], model["ModelVersion"]), Counter())
            counts["Connected" if device.key in connected else "Offline"] += 1
            counts["Active"] += "LatestInference" in model
            counts["Sampling"] += "LatestSampleTime" in model
    return {
        **{m: resource.document[m] for m in ("DeviceFleetArn", "DeviceFleetName")},
        **{m: v for m, v in resource.document.items() if m in ("OutputConfig", "Description")},
        "ReportGenerated": now,
        "DeviceStats": {
            "ConnectedDeviceCount": len(connected),
            "RegisteredDeviceCount": len(devices),
        },
        "AgentVersions": [{"Version": v, "AgentCount": n} for v, n in sorted(agents.items())],
        "ModelStats": [
            {
                "ModelName": name,
                "ModelVersion": version,
                **{f"{word}DeviceCount": counts[word] for word in MODEL_COUNTS},
            }
            for (name, version), counts in sorted(models.items())
        ],
    }


MODEL_COUNTS = ("Offline", "Connected", "Active", "Sampling")

DEVICE_FLEET = Kind(
    name="DeviceFleet",
    arn="device-fleet/{DeviceFleetName}",
    on_create=(alias_role,),
    on_update=(alias_role,),
    delete_checks=(keep_fleet_of_devices,),
    operations={
        "RegisterDevices": register,
        "UpdateDevices": change_devices,
        "DeregisterDevices": deregister,
        "GetDeviceFleetReport": report,
    },
    not_found_by={
        operation: Message(
            code="ValidationException",
            text="No device fleet with name {name}",
            source="terraform-provider-aws, find.go (contained)",
        )
        for operation in ("RegisterDevices", "UpdateDevices", "DeregisterDevices")
    }
    | {
        "DeleteDeviceFleet": Message(
            code="ValidationException",
            text="DeviceFleet with name ({name}) does not exist.",
            source="terraform-provider-aws, device_fleet.go (contained)",
        )
    },
    not_found=Message(
        code="ValidationException",
        text="No devicefleet with name {name}",
        source="terraform-provider-aws, find.go (contained)",
    ),
    exists=Message(code="ResourceInUse", text="Device fleet with name {name} already exists."),
    source="facts, hosting.yaml, DeviceFleet",
)


def find_device(context: Context, kind: Any, parameters: Mapping[str, Any]) -> Resource | None:
    """Return a device of a fleet.

    Raises:
        ServiceError: There is no such fleet.
    """
    assert context.call is not None
    fleet = str(parameters["DeviceFleetName"])
    if context.resource("DeviceFleet", context.call, fleet) is None:
        raise ServiceError("ValidationException", f"No device fleet with name {fleet}")
    return context.resource(kind.name, context.call, f"{fleet}/{parameters['DeviceName']}")


DEVICE = Kind(
    name="Device",
    arn="device-fleet/{DeviceFleetName}/device/{DeviceName}",
    identifier=("DeviceFleetName", "DeviceName"),
    find=find_device,
    defaults={"MaxModels": 1, "Models": []},
    filters={"ModelName": "ModelNames[]", "LatestHeartbeatAfter": "LatestHeartbeat"},
    sort_by="RegistrationTime",
    absent={"NextToken": "the models of a device never fill a page"},
    not_found=Message(
        code="ValidationException",
        text="No device with name {DeviceName}",
        source="terraform-provider-aws, find.go (contained)",
    ),
    source="facts, hosting.yaml, Device",
)
