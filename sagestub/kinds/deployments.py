"""What an endpoint deploys: variants from its config, while they come up and once they serve.

An endpoint keeps what it is about to deploy in `Deployment`, which no response has, until it is
InService; a failed update leaves it as it was.

Source: facts, hosting.yaml, Endpoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.kinds.endpoint_configs import VARIANTS, variants_of
from sagestub.kinds.models import containers_of, deployed_image

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

FROM_CONFIG = (
    "AsyncInferenceConfig",
    "ExplainerConfig",
    "MetricsConfig",
    "CrossRegionTrafficConfig",
)
"""Members of a config that its endpoint shows unchanged."""

OF_VARIANT = ("ManagedInstanceScaling", "RoutingConfig", "AcceleratorPartitionLayouts")
"""Members of a variant that its summary shows unchanged."""

PING_FAILED = (
    "The primary container for production variant {variant} did not pass the ping health check. "
    "Please check CloudWatch logs for this endpoint."
)
REQUEST_FAILED = (
    "Request to service failed. If failure persists after retry, contact customer support."
)


def config_of(context: Context, resource: Resource, name: str) -> Resource | None:
    """Return the endpoint config of that name; None when it is gone or never was."""
    return context.resource("EndpointConfig", resource, name)


def summary_of(context: Context, endpoint: Resource, variant: Mapping[str, Any]) -> dict[str, Any]:
    """Return a variant as an endpoint shows it once it is deployed."""
    weight = float(variant.get("InitialVariantWeight", 1.0))
    summary: dict[str, Any] = {"VariantName": variant["VariantName"]}
    name = variant.get("ModelName")
    model = context.resource("Model", endpoint, name) if name is not None else None
    images = [
        deployed_image(container["Image"], context.clock.time())
        for container in containers_of(model.document if model is not None else {})
        if "Image" in container
    ]
    if images:
        summary["DeployedImages"] = images
    summary["CurrentWeight"] = summary["DesiredWeight"] = weight
    if "ServerlessConfig" in variant:
        summary["CurrentServerlessConfig"] = variant["ServerlessConfig"]
        summary["DesiredServerlessConfig"] = variant["ServerlessConfig"]
    elif "InitialInstanceCount" in variant:
        count = variant["InitialInstanceCount"]
        summary["CurrentInstanceCount"] = summary["DesiredInstanceCount"] = count
    if "InstancePools" in variant:
        # Instances are taken from the pool of the first priority. Source: model, InstancePool.
        first = min(variant["InstancePools"], key=lambda pool: int(pool["Priority"]))
        summary["InstancePools"] = [
            {
                "InstanceType": pool["InstanceType"],
                "CurrentInstanceCount": variant.get("InitialInstanceCount", 0)
                if pool is first
                else 0,
            }
            for pool in variant["InstancePools"]
        ]
    if "CapacityReservationConfig" in variant:
        summary["CapacityReservationConfig"] = variant["CapacityReservationConfig"]
    summary.update({member: variant[member] for member in OF_VARIANT if member in variant})
    return summary


def pending_of(
    variant: Mapping[str, Any], config: Mapping[str, Any], time: float
) -> dict[str, Any]:
    """Return a variant's summary while its deployment runs: nothing of it serves yet."""
    pending = {m: v for m, v in variant.items() if m != "CapacityReservationConfig"}
    pending.pop("CurrentServerlessConfig", None)
    pending["CurrentWeight"] = 0.0
    if "CurrentInstanceCount" in pending:
        pending["CurrentInstanceCount"] = 0
    if "InstancePools" in pending:
        pools = pending["InstancePools"]
        pending["InstancePools"] = [{**pool, "CurrentInstanceCount": 0} for pool in pools]
    for asked in variants_of(config):
        if asked["VariantName"] == variant["VariantName"]:
            pending.update({m: asked[m] for m in ("InstanceType",) if m in asked})
    pending["VariantStatus"] = [{"Status": "Creating", "StartTime": time}]
    return pending


def capture_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a config's data capture as an endpoint shows it.

    The output shape requires KmsKeyId; it is empty when no key was given.
    """
    enabled = bool(config.get("EnableCapture", False))
    return {
        "EnableCapture": enabled,
        "CaptureStatus": "Started" if enabled else "Stopped",
        "CurrentSamplingPercentage": config["InitialSamplingPercentage"],
        "DestinationS3Uri": config["DestinationS3Uri"],
        "KmsKeyId": config.get("KmsKeyId", ""),
    }


def begin_deployment(context: Context, resource: Resource) -> None:
    """Work out what the endpoint is to deploy, and show it as pending.

    Source: API reference, DescribeEndpoint.PendingDeploymentSummary: "only returned when the endpoint
    is creating or updating with a new endpoint configuration".
    """
    document = resource.document
    config = config_of(context, resource, document.get("EndpointConfigName", ""))
    document.setdefault("DeployedConfigName", document.get("EndpointConfigName"))
    if config is None and (context.checks_references or context.call is None):
        return
    # A config that is missing, where references are not checked, says no more than its name.
    asked = config.document if config is not None else {}
    deployment: dict[str, Any] = {"EndpointConfigName": document["EndpointConfigName"]}
    for member in VARIANTS:
        if asked.get(member):
            deployment[member] = [summary_of(context, resource, v) for v in asked[member]]
    deployment.update({member: asked[member] for member in FROM_CONFIG if member in asked})
    if "DataCaptureConfig" in asked:
        deployment["DataCaptureConfig"] = capture_of(asked["DataCaptureConfig"])
    document["Deployment"] = deployment
    show_pending(context, resource, asked)


def show_pending(context: Context, resource: Resource, config: Mapping[str, Any]) -> None:
    """Set PendingDeploymentSummary from the deployment that is about to begin."""
    now = context.clock.time()
    deployment = resource.document["Deployment"]
    resource.document["PendingDeploymentSummary"] = {
        "EndpointConfigName": deployment["EndpointConfigName"],
        **{
            member: [pending_of(variant, config, now) for variant in deployment[member]]
            for member in VARIANTS
            if member in deployment
        },
        "StartTime": now,
    }


def begin_update(context: Context, resource: Resource) -> None:
    """Begin to deploy the new config beside the old one, which is shown until it is done.

    The last deployment configuration is used again only where the call says so.
    Source: model, UpdateEndpointInput.RetainDeploymentConfig.
    """
    document = resource.document
    document.pop("FailureReason", None)
    begin_deployment(context, resource)
    new = config_of(context, resource, document["EndpointConfigName"])
    document["EndpointConfigName"] = document["DeployedConfigName"]
    asked = context.call.parameters if context.call is not None else {}
    if "DeploymentConfig" in asked or asked.get("RetainDeploymentConfig"):
        document["Deployment"]["DeploymentConfig"] = document.get("LastDeploymentConfig", {})
    if new is not None and asked.get("RetainAllVariantProperties"):
        excluded = asked.get("ExcludeRetainedVariantProperties", ())
        retain_properties(document, {entry["VariantPropertyType"] for entry in excluded})
        show_pending(context, resource, new.document)


def retain_properties(document: dict[str, Any], excluded: set[str]) -> None:
    """Take counts, weights and data capture of the running variants over into the deployment.

    Source: model, UpdateEndpointInput.RetainAllVariantProperties and
    ExcludeRetainedVariantProperties.
    """
    deployment = dict(document["Deployment"])
    running = {v["VariantName"]: v for v in variants_of(document)}
    taken = {
        "DesiredWeight": ("CurrentWeight", "DesiredWeight"),
        "DesiredInstanceCount": ("CurrentInstanceCount", "DesiredInstanceCount"),
    }
    for member in VARIANTS:
        variants = []
        for variant in deployment.get(member, ()):
            old = running.get(variant["VariantName"], {})
            kept = {
                name: old[name]
                for reason, names in taken.items()
                for name in names
                if reason not in excluded and name in old and name in variant
            }
            variants.append({**variant, **kept})
        if variants:
            deployment[member] = variants
    if "DataCaptureConfig" not in excluded and "DataCaptureConfig" in document:
        deployment["DataCaptureConfig"] = document["DataCaptureConfig"]
    document["Deployment"] = deployment


def finish_deployment(context: Context, resource: Resource) -> None:
    """Put the deployment in place; after a failure leave what was there."""
    document = resource.document
    deployment = document.pop("Deployment", None)
    document.pop("PendingDeploymentSummary", None)
    if "FailureReason" in document:
        explain_update(document)
        settle(document, "Desired", "Current")
        return
    if deployment is not None:
        deployment.pop("DeploymentConfig", None)
        for member in (*VARIANTS, *FROM_CONFIG, "DataCaptureConfig"):
            document.pop(member, None)
        document.update(deployment)
        document["DeployedConfigName"] = deployment["EndpointConfigName"]
    settle(document, "Current", "Desired")


def explain_update(document: dict[str, Any]) -> None:
    """Give a failed update the sentence that the service gives where a test gave none."""
    if document.get("FailureReason") in ("", PING_FAILED):
        document["FailureReason"] = REQUEST_FAILED


def settle(document: dict[str, Any], ends: str, follows: str) -> None:
    """Let the `ends` figures of every variant take the `follows` figures; nothing is under way."""
    for member in VARIANTS:
        if member not in document:
            continue
        variants = []
        for variant in document[member]:
            settled = {name: value for name, value in variant.items() if name != "VariantStatus"}
            for figure in ("Weight", "InstanceCount", "ServerlessConfig"):
                if follows + figure in settled:
                    settled[ends + figure] = settled[follows + figure]
            variants.append(settled)
        document[member] = variants


def fail_creation(context: Context, resource: Resource) -> None:
    """Show the variants of an endpoint that never came up: none of their instances runs."""
    document = resource.document
    if "Deployment" not in document:
        begin_deployment(context, resource)  # A test has moved it here from another state.
    deployment = document.pop("Deployment", None)
    document.pop("PendingDeploymentSummary", None)
    first = next(iter(variants_of(deployment or {})), {"VariantName": "AllTraffic"})
    if document.get("FailureReason") == PING_FAILED:
        document["FailureReason"] = PING_FAILED.replace("{variant}", first["VariantName"])
    if deployment is not None:
        document.update(deployment)
        for member in VARIANTS:
            if member in document:
                document[member] = [
                    {**variant, "CurrentInstanceCount": 0}
                    if "CurrentInstanceCount" in variant
                    else variant
                    for variant in document[member]
                ]


def forget_pending(context: Context, resource: Resource) -> None:
    """Show no deployment on an endpoint that is being deleted."""
    resource.document.pop("PendingDeploymentSummary", None)
    resource.document.pop("Deployment", None)


def rolls_back(context: Context, resource: Resource, planned: str) -> str:
    """Return where a failed update leads: to RollingBack only with automatic rollback.

    Source: facts, hosting.yaml, Endpoint.lifecycle.update_failed.
    """
    config = resource.document.get("Deployment", {}).get("DeploymentConfig", {})
    if planned == "RollingBack" and "AutoRollbackConfiguration" not in config:
        return "InService"
    return planned
