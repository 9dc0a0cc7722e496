"""EndpointConfig and Endpoint: variants as they are asked for, and as they are deployed.

An endpoint keeps what it is about to deploy in `Deployment`, which no response has, until it is
InService; a failed update leaves it as it was.

Source: facts, hosting.yaml, EndpointConfig and Endpoint.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.engine.making import arn_of
from sagestub.errors import ServiceError
from sagestub.kinds.models import containers_of, deployed_image

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

VARIANTS = ("ProductionVariants", "ShadowProductionVariants")

MEMORY_SIZES = (1024, 2048, 3072, 4096, 5120, 6144)
"""Megabytes that a serverless variant may have. Source: model, ProductionVariantServerlessConfig."""


def variants_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the production variants and the shadow variants of a document."""
    return [variant for member in VARIANTS for variant in document.get(member, ())]


# EndpointConfig -----------------------------------------------------------------------------------


def check_variants(context: Context, resource: Resource) -> None:
    """Refuse variants that cannot stand together (texts assumed).

    Source: facts, hosting.yaml, EndpointConfig.notes; model, CreateEndpointConfigInput,
    ProductionVariant and ProductionVariantServerlessConfig.
    """
    document = resource.document
    variants = variants_of(document)
    names = [variant["VariantName"] for variant in variants]
    if len(set(names)) < len(names):
        raise _invalid("Variant names must be unique within an endpoint configuration.")
    shadows = document.get("ShadowProductionVariants", ())
    if shadows and (len(shadows) > 1 or len(document["ProductionVariants"]) > 1):
        raise _invalid(
            "With ShadowProductionVariants, exactly one production variant and one shadow variant "
            "must be specified."
        )
    serverless = [variant for variant in variants if "ServerlessConfig" in variant]
    for variant in serverless:
        _check_serverless(variant)
    if "CrossRegionTrafficConfig" in document and (
        serverless or "AsyncInferenceConfig" in document
    ):
        raise _invalid(
            "CrossRegionTrafficConfig can't be specified with serverless variants or with "
            "AsyncInferenceConfig."
        )
    without_model = [v for v in variants if "ModelName" not in v and "InstancePools" not in v]
    if without_model and "ExecutionRoleArn" not in document:
        raise _invalid("ExecutionRoleArn must be specified for a variant without a ModelName.")


def _check_serverless(variant: Mapping[str, Any]) -> None:
    config = variant["ServerlessConfig"]
    if "InstanceType" in variant or "InitialInstanceCount" in variant:
        raise _invalid(
            "InstanceType and InitialInstanceCount can't be specified with ServerlessConfig."
        )
    if config["MemorySizeInMB"] not in MEMORY_SIZES:
        sizes = ", ".join(str(size) for size in MEMORY_SIZES)
        raise _invalid(f"MemorySizeInMB of a serverless variant must be one of: {sizes}.")
    if config.get("ProvisionedConcurrency", 0) > config["MaxConcurrency"]:
        raise _invalid("ProvisionedConcurrency must be less than or equal to MaxConcurrency.")


def _invalid(text: str) -> ServiceError:
    return ServiceError("ValidationException", text)


ENDPOINT_CONFIG = Kind(
    name="EndpointConfig",
    arn="endpoint-config/{EndpointConfigName}",
    defaults={
        "EnableNetworkIsolation": False,
        "ProductionVariants[].InitialVariantWeight": 1.0,
        "ShadowProductionVariants[].InitialVariantWeight": 1.0,
    },
    references={
        "ProductionVariants[].ModelName": "Model",
        "ProductionVariants[].InstancePools[].ModelNameOverride": "Model",
        "ShadowProductionVariants[].ModelName": "Model",
    },
    checks=(check_variants,),
    not_found=Message(
        code="ValidationException",
        text='Could not find endpoint configuration "{arn}".',
        source="aws/amazon-sagemaker-examples issue 2339",
    ),
    exists=Message(
        code="ValidationException",
        text='Cannot create already existing endpoint configuration "{arn}".',
        source="awslabs/spot-tagging-bot-for-digital-assets issue 2",
    ),
    source="facts, hosting.yaml, EndpointConfig",
)


# Endpoint: what is deployed -----------------------------------------------------------------------

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


def check_deployable(context: Context, resource: Resource) -> None:
    """Refuse an endpoint in a state that cannot be updated, or whose config names a lost model.

    Source: facts, hosting.yaml, Endpoint.errors; the text for a Failed endpoint is assumed.
    """
    if resource.status in ("Failed", "OutOfService"):
        raise _invalid(f'Cannot update endpoint "{resource.arn}" in status {resource.status}.')
    config = config_of(context, resource, resource.document["EndpointConfigName"])
    model = context.kind_named("Model")
    for variant in variants_of(config.document) if config is not None else ():
        name = variant.get("ModelName")
        if name is not None and context.resource("Model", resource, name) is None:
            arn = arn_of(model, {"ModelName": name}, resource.account, resource.region)
            raise _invalid(f'Could not find model "{arn}".')


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
    if config is None:
        return
    asked = config.document
    deployment: dict[str, Any] = {"EndpointConfigName": asked["EndpointConfigName"]}
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
    """Begin to deploy the new config beside the old one, which is shown until it is done."""
    document = resource.document
    document.pop("FailureReason", None)
    begin_deployment(context, resource)
    new = config_of(context, resource, document["EndpointConfigName"])
    document["EndpointConfigName"] = document["DeployedConfigName"]
    asked = context.call.parameters if context.call is not None else {}
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
    config = resource.document.get("LastDeploymentConfig", {})
    if planned == "RollingBack" and "AutoRollbackConfiguration" not in config:
        return "InService"
    return planned


# Endpoint: weights and capacities, policies -------------------------------------------------------


def update_weights(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Set the desired figures of variants, and send the endpoint on its way of an update.

    Source: facts, hosting.yaml, Endpoint.errors (getmoto/moto for the two texts about variants).
    """
    if resource.status != "InService":
        raise _in_progress(resource)
    asked = parameters["DesiredWeightsAndCapacities"]
    names = [change["VariantName"] for change in asked]
    for name in names:
        if names.count(name) > 1:
            raise _invalid(f'The variant name "{name}" was non-unique within the request.')
    document = resource.document
    variants = document.get("ProductionVariants", [])
    known = {variant["VariantName"] for variant in variants}
    unknown = [name for name in names if name not in known]
    if unknown:
        config = document.get("EndpointConfigName", "")
        raise _invalid(
            f'The variant name(s) "{", ".join(unknown)}" is/are not present within endpoint '
            f'configuration "{config}".'
        )
    changes = {change["VariantName"]: change for change in asked}
    for variant in variants:
        _check_capacity(variant, changes.get(variant["VariantName"], {}))
    now = context.clock.time()
    document.pop("FailureReason", None)
    document["ProductionVariants"] = [
        _desired(variant, changes[variant["VariantName"]], now)
        if variant["VariantName"] in changes
        else variant
        for variant in variants
    ]
    lifecycle = resource.kind.lifecycle
    assert lifecycle is not None
    context.motion.go(resource, lifecycle.update)
    return {"EndpointArn": resource.arn}


def _check_capacity(variant: Mapping[str, Any], change: Mapping[str, Any]) -> None:
    """Refuse instances for a serverless variant, and concurrency for any other (texts assumed)."""
    serverless, name = "DesiredServerlessConfig" in variant, variant["VariantName"]
    if serverless and "DesiredInstanceCount" in change:
        raise _invalid(f'DesiredInstanceCount can\'t be specified for serverless variant "{name}".')
    if not serverless and "ServerlessUpdateConfig" in change:
        raise _invalid(
            f'ServerlessUpdateConfig can only be specified for a serverless variant, not "{name}".'
        )


def _desired(variant: dict[str, Any], change: Mapping[str, Any], time: float) -> dict[str, Any]:
    changed = {**variant, "VariantStatus": [{"Status": "Updating", "StartTime": time}]}
    for member in ("DesiredWeight", "DesiredInstanceCount"):
        if member in change:
            changed[member] = change[member]
    if "ServerlessUpdateConfig" in change:
        old = variant.get("DesiredServerlessConfig", {})
        changed["DesiredServerlessConfig"] = {**old, **change["ServerlessUpdateConfig"]}
    return changed


def _in_progress(resource: Resource) -> ServiceError:
    return _invalid(f'Cannot update in-progress endpoint "{resource.arn}".')


def put_policy(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Attach a policy to an endpoint, in place of the one that it has (texts assumed).

    Source: model, PutEndpointPolicy: ASCII JSON; not on an endpoint that is Deleting or Failed.
    """
    policy = parameters["ResourcePolicy"]
    if resource.status in ("Deleting", "Failed"):
        raise _invalid(
            f'Cannot attach a policy to endpoint "{resource.arn}" in status {resource.status}.'
        )
    try:
        parsed = json.loads(policy)
    except ValueError:
        parsed = None
    if not policy.isascii() or not isinstance(parsed, dict) or "Statement" not in parsed:
        raise _invalid("ResourcePolicy is not a valid JSON policy document.")
    resource.document["ResourcePolicy"] = policy
    return {"EndpointArn": resource.arn}


def get_policy(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return an endpoint's policy.

    Raises:
        ServiceError: It has none. Source: model, GetEndpointPolicy (code); the text is that of model
            package groups (assumed).
    """
    document = resource.document
    if "ResourcePolicy" not in document:
        raise _invalid(f"Cannot find resource policy for: {resource.arn}")
    return {m: document[m] for m in ("EndpointName", "EndpointArn", "ResourcePolicy")}


def delete_policy(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Take an endpoint's policy away; without one the call succeeds too."""
    resource.document.pop("ResourcePolicy", None)
    return {}


def refuse_with_components(context: Context, resource: Resource) -> None:
    """Refuse to delete an endpoint with inference components on it (text assumed).

    Source: aws/amazon-sagemaker-examples issue 3432.
    """
    name = resource.document["EndpointName"]
    components = context.resources("InferenceComponent", resource, EndpointName=name)
    if components:
        raise _invalid(
            f'Cannot delete endpoint "{resource.arn}" with inference components: '
            + _listed(component.arn for component in components)
        )


def _listed(arns: Iterable[str]) -> str:
    return ", ".join(f'"{arn}"' for arn in arns)


_MISSING_WITH_POLICY = Message(
    code="ResourceNotFound",
    text='Could not find endpoint "{arn}".',
    source="model, PutEndpointPolicy errors (code); text assumed",
)

ENDPOINT = Kind(
    name="Endpoint",
    arn="endpoint/{EndpointName}",
    any_case=True,
    lifecycle=Lifecycle(
        path="Creating > InService",
        fail="Failed",
        update="Updating > InService",
        delete="Deleting",
        failing={"Updating": "RollingBack > InService", "RollingBack": "UpdateRollbackFailed"},
        update_from="InService > UpdateRollbackFailed > Failed > OutOfService",
        delete_from="InService > Failed > OutOfService > UpdateRollbackFailed",
        service="SystemUpdating > InService",
        other="OutOfService",
        seconds={"Creating": 300, "Updating": 300, "RollingBack": 300, "Deleting": 30},
    ),
    renamed={"DeploymentConfig": "LastDeploymentConfig"},
    parents={"EndpointConfigName": "EndpointConfig"},
    checks=(check_deployable,),
    on_create=(begin_deployment,),
    on_update=(begin_update,),
    on_enter={
        "InService": (finish_deployment,),
        "Failed": (fail_creation,),
        "UpdateRollbackFailed": (finish_deployment,),
        "Deleting": (forget_pending,),
    },
    next_state=rolls_back,
    delete_checks=(refuse_with_components,),
    operations={
        "UpdateEndpointWeightsAndCapacities": update_weights,
        "PutEndpointPolicy": put_policy,
        "GetEndpointPolicy": get_policy,
        "DeleteEndpointPolicy": delete_policy,
    },
    failure_reason=PING_FAILED,
    not_found=Message(
        code="ValidationException",
        text='Could not find endpoint "{arn}".',
        source="aws/amazon-sagemaker-examples issue 2402",
    ),
    not_found_by={
        "PutEndpointPolicy": _MISSING_WITH_POLICY,
        "GetEndpointPolicy": _MISSING_WITH_POLICY,
        "DeleteEndpointPolicy": _MISSING_WITH_POLICY,
    },
    exists=Message(
        code="ValidationException",
        text='Cannot create already existing endpoint "{arn}".',
        source="aws/sagemaker-python-sdk issue 101",
    ),
    cannot_update=Message(
        code="ValidationException",
        text='Cannot update in-progress endpoint "{arn}".',
        source="aws/amazon-sagemaker-operator-for-k8s, sagemaker_client.go",
    ),
    # The service says "update" to a delete, too.
    cannot_delete=Message(
        code="ValidationException",
        text='Cannot update in-progress endpoint "{arn}".',
        source="aws/amazon-sagemaker-operator-for-k8s, sagemaker_client.go",
    ),
    source="facts, hosting.yaml, Endpoint",
)
