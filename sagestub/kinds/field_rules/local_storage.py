"""Keys for storage volumes: instances with storage of their own take none.

Source: model, ResourceConfig.VolumeKmsKeyId and its like; which families have such storage:
aws/sagemaker-python-sdk, fw_utils.py and utils.py (volume_size_supported, instance_supports_kms).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagestub.engine.conditions import holds
from sagestub.engine.cross_fields import FieldRule
from sagestub.engine.documents import values_at
from sagestub.engine.member_facts import Structure, is_given


def has_local_storage(instance_type: str) -> bool:
    """Return whether instances of a type have disks of their own, so that no volume is attached.

    Source: aws/sagemaker-python-sdk, utils.py, volume_size_supported, with pull 4828; its
    instance_supports_kms says the same of keys.

    Example:
        >>> has_local_storage("ml.g5.xlarge"), has_local_storage("ml.m5.large")
        (True, False)
    """
    family = instance_type.removeprefix("ml.").partition(".")[0]
    return "d" in family or family.startswith(("g5", "g6", "trn1"))


def _key_for_own_storage(resources: Structure) -> Mapping[str, Any] | None:
    if not is_given(resources, "VolumeKmsKeyId"):
        return None
    types = [
        *values_at(resources, "InstanceType"),
        *values_at(resources, "InstanceGroups[].InstanceType"),
        *values_at(resources, "InstanceConfigs[].InstanceType"),
    ]
    # With several types the key is for those that take one.
    if not types or not all(has_local_storage(kind) for kind in types):
        return None
    return {"value": types[0]}


VOLUME_KEY = FieldRule(
    holds(
        "no VolumeKmsKeyId for instances with local storage",
        ("VolumeKmsKeyId", "InstanceType"),
        _key_for_own_storage,
    ),
    text="VolumeKmsKeyId can't be specified for the instance type {value}, which has local storage.",
    source="model, ResourceConfig.VolumeKmsKeyId",
)
"""The rule of the structures that say which instances a job has."""
