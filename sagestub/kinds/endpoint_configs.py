"""EndpointConfig: the variants that an endpoint is to have.

Source: facts, hosting.yaml, EndpointConfig.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagestub.engine.kind import Kind, Message
from sagestub.kinds.field_rules import FieldRules

VARIANTS = ("ProductionVariants", "ShadowProductionVariants")

MEMORY_SIZES = (1024, 2048, 3072, 4096, 5120, 6144)
"""Megabytes that a serverless variant may have. Source: model, ProductionVariantServerlessConfig."""


def variants_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the production variants and the shadow variants of a document."""
    return [variant for member in VARIANTS for variant in document.get(member, ())]


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
