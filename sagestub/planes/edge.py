"""The Edge Manager plane: what the agent on a device calls.

Source: API reference, Amazon SageMaker Edge Manager.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.plane import Plane
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

CACHE_SECONDS = "86400"
"""How long an agent may keep its registration (assumed)."""


def device_of(context: Context, parameters: Mapping[str, Any]) -> Resource:
    """Return the device that calls.

    Raises:
        ServiceError: It is not registered (the plane declares no other error; text assumed).
    """
    assert context.call is not None
    key = f"{parameters['DeviceFleetName']}/{parameters['DeviceName']}"
    device = context.resource("Device", context.call, key)
    if device is None:
        raise ServiceError(
            "ValidationException",
            f"No device with name {parameters['DeviceName']} in fleet "
            f"{parameters['DeviceFleetName']}",
        )
    return device


def send_heartbeat(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Note a device's heartbeat: DescribeDevice and the fleet's report know it from then on."""
    device = device_of(context, parameters)
    members = ("ModelName", "ModelVersion", "LatestSampleTime", "LatestInference")
    models = [
        {member: model[member] for member in members if member in model}
        for model in parameters.get("Models", ())
    ]
    device.replace(
        {
            "LatestHeartbeat": context.clock.time(),
            "AgentVersion": parameters["AgentVersion"],
            "Models": models,
            "ModelNames": tuple(model.get("ModelName", "") for model in models),
        }
    )
    return {}


def get_device_registration(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the ARN under which a device is registered; an empty answer for an unknown one."""
    assert context.call is not None
    key = f"{parameters['DeviceFleetName']}/{parameters['DeviceName']}"
    device = context.resource("Device", context.call, key)
    if device is None:
        return {}
    return {"DeviceRegistration": device.arn, "CacheTTL": CACHE_SECONDS}


def get_deployments(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the deployments that wait for a device: those of the plans of its fleet."""
    device = device_of(context, parameters)
    plans = context.resources(
        "EdgeDeploymentPlan", device, DeviceFleetName=device.document["DeviceFleetName"]
    )
    return {
        "Deployments": [
            {
                "DeploymentName": plan.name,
                "Type": "Model",
                "FailureHandlingPolicy": "DO_NOTHING",
                "Definitions": [
                    {"ModelHandle": config["ModelHandle"], "State": "DEPLOY"}
                    for config in plan.document.get("ModelConfigs", ())
                ],
            }
            for plan in plans
        ]
    }


PLANE = Plane(
    functions={
        "SendHeartbeat": send_heartbeat,
        "GetDeviceRegistration": get_device_registration,
        "GetDeployments": get_deployments,
    }
)
