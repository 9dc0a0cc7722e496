"""Endpoint: its life, its weights and capacities, its policy.

Source: facts, hosting.yaml, Endpoint.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.engine.making import arn_of
from sagestub.errors import ServiceError, invalid
from sagestub.kinds.deployments import (
    PING_FAILED,
    begin_deployment,
    begin_update,
    config_of,
    fail_creation,
    finish_deployment,
    forget_pending,
    rolls_back,
)
from sagestub.kinds.endpoint_configs import variants_of
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


def check_deployable(context: Context, resource: Resource) -> None:
    """Refuse an endpoint in a state that cannot be updated, or whose config names a lost model.

    Source: facts, hosting.yaml, Endpoint.errors; the text for a Failed endpoint is assumed.
    """
    if resource.status in ("Failed", "OutOfService"):
        raise invalid(f'Cannot update endpoint "{resource.arn}" in status {resource.status}.')
    config = config_of(context, resource, resource.document["EndpointConfigName"])
    call = context.call
    if config is not None and call is not None and call.operation == "UpdateEndpoint":
        check_conversion(resource.document, config.document, call.parameters)
    model = context.kind_named("Model")
    for variant in variants_of(config.document) if config is not None else ():
        name = variant.get("ModelName")
        if name is not None and context.lacks("Model", resource, name):
            arn = arn_of(model, {"ModelName": name}, resource.account, resource.region)
            raise invalid(f'Could not find model "{arn}".')


def check_conversion(
    running: Mapping[str, Any], config: Mapping[str, Any], asked: Mapping[str, Any]
) -> None:
    """Refuse a config that would make another sort of endpoint of one that runs.

    Source: aws/sagemaker-python-sdk pull 3124 (the sentence about AsyncInferenceConfig, of which more is
    cut off there); Developer Guide, Serverless Inference and deployment guardrails; model,
    AcceleratorPartitionLayout (texts of these assumed).
    """
    if "AsyncInferenceConfig" in running and "AsyncInferenceConfig" not in config:
        name = running["EndpointName"]
        raise invalid(
            f"The AsyncInferenceConfig parameter cannot be removed from this endpoint {name}."
        )
    old = {variant["VariantName"]: variant for variant in variants_of(running)}
    new = {variant["VariantName"]: variant for variant in variants_of(config)}
    on_instances = any("CurrentInstanceCount" in variant for variant in old.values())
    if on_instances and any("ServerlessConfig" in variant for variant in new.values()):
        raise invalid("An instance-based endpoint can't be converted to a serverless endpoint.")
    for name in filter(new.__contains__, old):
        if old[name].get(LAYOUTS) != new[name].get(LAYOUTS):
            raise invalid(
                f"AcceleratorPartitionLayouts of the variant {name} can't be changed. Create a new "
                "endpoint to use a different layout."
            )
    if old and "DeploymentConfig" in asked and old.keys() != new.keys():
        raise invalid(
            "The new endpoint configuration must have the same variant names as the old one in a "
            "blue/green or rolling deployment."
        )


LAYOUTS = "AcceleratorPartitionLayouts"


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
            raise invalid(f'The variant name "{name}" was non-unique within the request.')
    document = resource.document
    variants = document.get("ProductionVariants", [])
    known = {variant["VariantName"] for variant in variants}
    unknown = [name for name in names if name not in known]
    if unknown:
        config = document.get("EndpointConfigName", "")
        raise invalid(
            f'The variant name(s) "{", ".join(unknown)}" is/are not present within endpoint '
            f'configuration "{config}".'
        )
    changes = {change["VariantName"]: change for change in asked}
    for variant in variants:
        _check_capacity(variant, changes.get(variant["VariantName"], {}))
    now = context.clock.time()
    wanted = [
        _desired(variant, changes[variant["VariantName"]], now)
        if variant["VariantName"] in changes
        else variant
        for variant in variants
    ]
    if context.quotas is not None:
        context.quotas.check_document(resource, {**document, "ProductionVariants": wanted})
    document.pop("FailureReason", None)
    document["ProductionVariants"] = wanted
    lifecycle = resource.kind.lifecycle
    assert lifecycle is not None
    context.motion.go(resource, lifecycle.update)
    return {"EndpointArn": resource.arn}


def _check_capacity(variant: Mapping[str, Any], change: Mapping[str, Any]) -> None:
    """Refuse instances for a serverless variant, and concurrency for any other (texts assumed)."""
    serverless, name = "DesiredServerlessConfig" in variant, variant["VariantName"]
    if serverless and "DesiredInstanceCount" in change:
        raise invalid(f'DesiredInstanceCount can\'t be specified for serverless variant "{name}".')
    if not serverless and "ServerlessUpdateConfig" in change:
        raise invalid(
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
    return invalid(f'Cannot update in-progress endpoint "{resource.arn}".')


def put_policy(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Attach a policy to an endpoint, in place of the one that it has (texts assumed).

    Source: model, PutEndpointPolicy: ASCII JSON; not on an endpoint that is Deleting or Failed.
    """
    policy = parameters["ResourcePolicy"]
    if resource.status in ("Deleting", "Failed"):
        raise invalid(
            f'Cannot attach a policy to endpoint "{resource.arn}" in status {resource.status}.'
        )
    try:
        parsed = json.loads(policy)
    except ValueError:
        parsed = None
    if not policy.isascii() or not isinstance(parsed, dict) or "Statement" not in parsed:
        raise invalid("ResourcePolicy is not a valid JSON policy document.")
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
        raise invalid(f"Cannot find resource policy for: {resource.arn}")
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
        raise invalid(
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
    field_rules=FieldRules("hosting.ENDPOINT"),
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
