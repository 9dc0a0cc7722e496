"""The field rules of an endpoint's variants: what instances and serverless variants cannot have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagestub.engine.conditions import count_at_most, forbids, holds, when
from sagestub.engine.cross_fields import FieldRule, within
from sagestub.engine.documents import values_at
from sagestub.engine.member_facts import Structure, every, given, lacks
from sagestub.kinds.field_rules.local_storage import has_local_storage

VARIANTS = "ProductionVariants[] | ShadowProductionVariants[]"


def _sized_without_volume(variant: Structure) -> Mapping[str, Any] | None:
    instance_type = str(variant.get("InstanceType", ""))
    is_broken = "VolumeSizeInGB" in variant and has_local_storage(instance_type)
    return {"value": instance_type} if is_broken else None


def _types(config: Structure) -> Iterator[str]:
    for member in ("ProductionVariants", "ShadowProductionVariants"):
        yield from values_at(config, f"{member}[].InstanceType")
        yield from values_at(config, f"{member}[].InstancePools[].InstanceType")


def _encrypted_without_volume(config: Structure) -> Mapping[str, Any] | None:
    if not config.get("KmsKeyId"):
        return None
    local = next(filter(has_local_storage, _types(config)), None)
    return None if local is None else {"value": local}


SERVERLESS = given("ProductionVariants[].ServerlessConfig")
CAPTURED = every(given("DataCaptureConfig"), lacks("DataCaptureConfig.EnableCapture", False))
EXCLUSIONS = "Developer Guide, Serverless Inference, feature exclusions"

VARIANT_RULES = (
    *within(
        VARIANTS,
        FieldRule(
            holds(
                "VolumeSizeInGB only for instances without storage of their own",
                ("VolumeSizeInGB", "InstanceType"),
                _sized_without_volume,
            ),
            text="VolumeSize parameter is not allowed for the selected Instance type {value}",
            text_source="autogluon/autogluon-cloud#50",
            source="autogluon/autogluon-cloud#50; aws/sagemaker-python-sdk#4828",
        ),
    ),
    FieldRule(
        holds(
            "KmsKeyId only without instances that have storage of their own",
            ("KmsKeyId", "ProductionVariants[].InstanceType"),
            _encrypted_without_volume,
        ),
        text="KmsKeyId can't be specified for the instance type {value}, which has local storage.",
        source="model, CreateEndpointConfigInput.KmsKeyId",
    ),
    FieldRule(
        forbids(SERVERLESS, CAPTURED),
        text="Data capture is not supported for Serverless Inference",
        source=EXCLUSIONS,
    ),
    FieldRule(
        when(SERVERLESS, count_at_most(1, "ProductionVariants[]")),
        text="Multiple production variants are not supported for Serverless Inference",
        source=EXCLUSIONS,
    ),
)
