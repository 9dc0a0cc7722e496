"""The field rules of models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagestub.engine.conditions import (
    BROKEN,
    at_least_one_of,
    at_most_one_of,
    ends_with,
    forbids,
    holds,
    in_all_or_none,
    length_at_most,
    only_when,
    unique,
    when,
)
from sagestub.engine.cross_fields import FieldRule, within
from sagestub.engine.documents import values_at
from sagestub.engine.member_facts import Structure, equals
from sagestub.kinds.field_rules.container_images import is_elsewhere

CONTAINERS = "PrimaryContainer | Containers[]"
LONGEST_ENVIRONMENT = 32 * 1024
"""Characters that all environment maps of a model may have. Source: model, ContainerDefinition."""

FOLDER = FieldRule(
    when(equals("S3DataType", "S3Prefix"), ends_with("S3Uri", "/")),
    text="S3Uri {value} must end with a forward slash, since S3DataType is S3Prefix.",
    source="model, S3ModelDataSource.S3DataType",
)


def _elsewhere(container: Structure) -> Mapping[str, Any] | None:
    image = str(container.get("Image", ""))
    mode = container.get("ImageConfig", {}).get("RepositoryAccessMode")
    return {"value": image} if mode != "Vpc" and is_elsewhere(image) else None


def _several_with_many_models(model: Structure) -> Mapping[str, Any] | None:
    modes = list(values_at(model, "Containers[].Mode"))
    return BROKEN if modes.count("MultiModel") > 1 else None


MODEL = (
    FieldRule(
        at_most_one_of("PrimaryContainer", "Containers"),
        source="model, CreateModelInput.Containers",
    ),
    *within(
        CONTAINERS,
        FieldRule(
            at_most_one_of("ModelDataUrl", "ModelDataSource"),
            text="ModelDataUrl and ModelDataSource can't both be specified for a container.",
            source="facts, hosting.yaml, Model.notes",
        ),
        FieldRule(
            at_least_one_of("Image", "ModelPackageName"),
            text="Either Image or ModelPackageName must be specified for a container.",
            source="facts, hosting.yaml, Model.notes",
        ),
        FieldRule(
            forbids("ModelPackageName", "Image", "ModelDataUrl", "ModelDataSource"),
            text=(
                "Specify one of either Image and Model Data URL or ModelPackageName in container "
                "definition."
            ),
            text_source="a comment in a public deployment script",
            source="facts, reports.yaml, Model.errors",
        ),
        FieldRule(
            holds(
                "RepositoryAccessMode Vpc for an image of another registry",
                ("Image", "ImageConfig.RepositoryAccessMode"),
                _elsewhere,
            ),
            text=(
                'Using non-ECR image "{value}" without Vpc repository access mode is not supported.'
            ),
            text_source="aws/sagemaker-python-sdk#4700",
            source="aws/sagemaker-python-sdk#4700",
        ),
        FieldRule(
            only_when(
                equals("ImageConfig.RepositoryAccessMode", "Vpc"),
                "ImageConfig.RepositoryAuthConfig",
            ),
            source="model, ImageConfig.RepositoryAuthConfig",
        ),
        FieldRule(
            forbids(equals("Mode", "MultiModel"), "ModelDataSource"),
            text="ModelDataSource can't be used with multi-model endpoints.",
            source="model, ContainerDefinition.ModelDataSource",
        ),
        *within("ModelDataSource.S3DataSource | AdditionalModelDataSources[].S3DataSource", FOLDER),
    ),
    FieldRule(
        holds(
            "at most one container in the mode MultiModel",
            ("Containers[].Mode",),
            _several_with_many_models,
        ),
        text=(
            "More than one container in MultiModel mode is not supported with inference pipeline."
        ),
        text_source="OElesin/sagemaker-autopilot-step-functions#10",
        source="OElesin/sagemaker-autopilot-step-functions#10",
    ),
    FieldRule(
        in_all_or_none("Containers[]", "ContainerHostname"),
        text="ContainerHostname must be specified for every container or for none of them.",
        source="model, ContainerDefinition.ContainerHostname",
    ),
    FieldRule(
        unique("Containers[].ContainerHostname"),
        text="ContainerHostname must be unique in a model.",
        source="model, ContainerDefinition.ContainerHostname",
    ),
    FieldRule(
        length_at_most(
            LONGEST_ENVIRONMENT, "PrimaryContainer.Environment", "Containers[].Environment"
        ),
        text="The combined length of all Environment maps exceeds 32 KB.",
        source="model, ContainerDefinition.Environment",
    ),
)
