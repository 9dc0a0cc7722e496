"""EndpointConfig: the variants that an endpoint is to have.

Source: facts, hosting.yaml, EndpointConfig.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.errors import invalid
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.models import containers_of, is_of_marketplace

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

VARIANTS = ("ProductionVariants", "ShadowProductionVariants")

MEMORY_SIZES = (1024, 2048, 3072, 4096, 5120, 6144)
"""Megabytes that a serverless variant may have. Source: model, ProductionVariantServerlessConfig."""


def variants_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the production variants and the shadow variants of a document."""
    return [variant for member in VARIANTS for variant in document.get(member, ())]


WITHOUT_MANY_MODELS = ("inf1", "inf2", "trn1", "trn1n", "trn2")
"""Families of instances that do not host many models behind one endpoint.

Source: Developer Guide, "Supported algorithms, frameworks, and instances for multi-model endpoints".
"""


def check_models(context: Context, resource: Resource) -> None:
    """Refuse variants whose models cannot be hosted in the way that is asked.

    Source: facts, reports.yaml, EndpointConfig.errors (texts about shadow variants assumed).
    """
    document = resource.document
    for variant, model in _hosted(context, resource):
        containers = list(containers_of(model))
        family = str(variant.get("InstanceType", "")).removeprefix("ml.").partition(".")[0]
        has_many = any(container.get("Mode") == "MultiModel" for container in containers)
        if has_many and family in WITHOUT_MANY_MODELS:
            raise invalid(
                f"MultiModel mode is not supported for instance type {variant['InstanceType']}."
            )
        if "ServerlessConfig" in variant and any("ModelDataSource" in c for c in containers):
            raise invalid(
                "Model with containers that use ModelDataSource is not supported for serverless "
                "endpoints."
            )
        if "ServerlessConfig" in variant:
            _check_serverless(model, containers, resource.account)
        if "AsyncInferenceConfig" in document and any(
            is_of_marketplace(c, resource.account) for c in containers
        ):
            raise invalid(
                "Marketplace images are not supported when specifying an AsyncInferenceConfig."
            )
        if document.get("ShadowProductionVariants"):
            _check_shadowed(containers, family, resource.account)


def _hosted(
    context: Context, resource: Resource
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Yield each variant of a configuration, and its model's document; an empty one for no model."""
    for variant in variants_of(resource.document):
        model = context.resource("Model", resource, variant.get("ModelName", ""))
        yield variant, model.document if model is not None else {}


def _check_serverless(
    model: Mapping[str, Any], containers: list[Mapping[str, Any]], account: str
) -> None:
    """Refuse a model that cannot be served without instances.

    Source: Developer Guide, "Feature exclusions" of Serverless Inference; the sentence about network
    isolation was seen (facts, reports.yaml), the others are made like it.
    """
    access = [c.get("ImageConfig", {}).get("RepositoryAccessMode") for c in containers]
    excluded = {
        "Network isolation": bool(model.get("EnableNetworkIsolation")),
        "VPC configuration": "VpcConfig" in model,
        "Multi-model": any(container.get("Mode") == "MultiModel" for container in containers),
        "Inference pipeline": len(containers) > 1,
        "AWS Marketplace model package": any(is_of_marketplace(c, account) for c in containers),
        "Private Docker registry": "Vpc" in access,
    }
    for sort, is_used in excluded.items():
        if is_used:
            raise invalid(f"{sort} is not supported for Serverless Inference")


def _check_shadowed(containers: list[Mapping[str, Any]], family: str, account: str) -> None:
    """Refuse what cannot be tested with shadow variants.

    Source: Developer Guide, "Exclusions" of shadow tests.
    """
    excluded = {
        "multi-model": any(container.get("Mode") == "MultiModel" for container in containers),
        "multi-container": len(containers) > 1,
        "Inf1": family == "inf1",
        "AWS Marketplace": any(is_of_marketplace(c, account) for c in containers),
    }
    for sort, is_used in excluded.items():
        if is_used:
            raise invalid(f"Shadow variants can't be used with {sort} endpoints.")


ENDPOINT_CONFIG = Kind(
    name="EndpointConfig",
    field_rules=FieldRules("hosting.ENDPOINT_CONFIG"),
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
    checks=(check_models,),
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
