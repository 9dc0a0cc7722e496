"""EndpointConfig: the variants that an endpoint is to have.

Source: facts, hosting.yaml, EndpointConfig.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.errors import invalid

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

VARIANTS = ("ProductionVariants", "ShadowProductionVariants")

MEMORY_SIZES = (1024, 2048, 3072, 4096, 5120, 6144)
"""Megabytes that a serverless variant may have. Source: model, ProductionVariantServerlessConfig."""


def variants_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the production variants and the shadow variants of a document."""
    return [variant for member in VARIANTS for variant in document.get(member, ())]


def check_variants(context: Context, resource: Resource) -> None:
    """Refuse variants that cannot stand together (texts assumed).

    Source: facts, hosting.yaml, EndpointConfig.notes; model, CreateEndpointConfigInput,
    ProductionVariant and ProductionVariantServerlessConfig.
    """
    document = resource.document
    variants = variants_of(document)
    names = [variant["VariantName"] for variant in variants]
    if len(set(names)) < len(names):
        raise invalid("Variant names must be unique within an endpoint configuration.")
    shadows = document.get("ShadowProductionVariants", ())
    if shadows and (len(shadows) > 1 or len(document["ProductionVariants"]) > 1):
        raise invalid(
            "With ShadowProductionVariants, exactly one production variant and one shadow variant "
            "must be specified."
        )
    serverless = [variant for variant in variants if "ServerlessConfig" in variant]
    for variant in serverless:
        _check_serverless(variant)
    if "CrossRegionTrafficConfig" in document and (
        serverless or "AsyncInferenceConfig" in document
    ):
        raise invalid(
            "CrossRegionTrafficConfig can't be specified with serverless variants or with "
            "AsyncInferenceConfig."
        )
    without_model = [v for v in variants if "ModelName" not in v and "InstancePools" not in v]
    if without_model and "ExecutionRoleArn" not in document:
        raise invalid("ExecutionRoleArn must be specified for a variant without a ModelName.")


def _check_serverless(variant: Mapping[str, Any]) -> None:
    config = variant["ServerlessConfig"]
    if "InstanceType" in variant or "InitialInstanceCount" in variant:
        raise invalid(
            "InstanceType and InitialInstanceCount can't be specified with ServerlessConfig."
        )
    if config["MemorySizeInMB"] not in MEMORY_SIZES:
        sizes = ", ".join(str(size) for size in MEMORY_SIZES)
        raise invalid(f"MemorySizeInMB of a serverless variant must be one of: {sizes}.")
    if config.get("ProvisionedConcurrency", 0) > config["MaxConcurrency"]:
        raise invalid("ProvisionedConcurrency must be less than or equal to MaxConcurrency.")


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
