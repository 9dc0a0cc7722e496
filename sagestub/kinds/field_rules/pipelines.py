"""The field rules of pipelines and their executions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagestub.engine.conditions import at_least_one_of, at_most_one_of, holds, unique
from sagestub.engine.cross_fields import FieldRule, checked_by
from sagestub.engine.documents import values_at
from sagestub.engine.member_facts import Structure

DEFINITIONS = ("PipelineDefinition", "PipelineDefinitionS3Location")
VERSION = ("PipelineVersionId", "PipelineVersionAlias")


def no_number_in(aliases: str) -> FieldRule:
    """Return the rule that no alias at a path is a number."""

    def broken(request: Structure) -> Mapping[str, Any] | None:
        numbers = [alias for alias in values_at(request, aliases) if alias.isdigit()]
        return {"value": numbers[0]} if numbers else None

    return FieldRule(
        holds(f"no {aliases[:-2]} consists of numbers only", (aliases,), broken),
        text="Pipeline version alias '{value}' can't consist of numbers only.",
        source="model, CreatePipelineRequest.PipelineVersionAliases",
    )


PIPELINE = (
    *checked_by(
        "CreatePipeline UpdatePipeline",
        FieldRule(
            at_most_one_of(*DEFINITIONS),
            text="Both Pipeline Definition and Pipeline Definition S3 Location shouldn't be present",
            source="facts, metadata.yaml, Pipeline.errors",
            text_source="facts, metadata.yaml, Pipeline.errors",
        ),
        no_number_in("PipelineVersionAliases[]"),
        FieldRule(
            unique("PipelineVersionAliases[]"),
            text="Pipeline version aliases must be unique.",
            source="model, CreatePipelineRequest.PipelineVersionAliases",
        ),
    ),
    FieldRule(
        at_least_one_of(*DEFINITIONS),
        text="Either Pipeline Definition or Pipeline Definition S3 location should be provided",
        source="facts, metadata.yaml, Pipeline.errors",
        text_source="facts, metadata.yaml, Pipeline.errors",
    ),
    *checked_by(
        "UpdatePipelineVersion",
        no_number_in("PipelineVersionAliasOperations.Add[]"),
    ),
    *checked_by(
        "DescribePipeline",
        FieldRule(at_most_one_of(*VERSION), source="model, DescribePipelineRequest"),
    ),
)

PIPELINE_EXECUTION = (
    FieldRule(at_most_one_of(*VERSION), source="model, StartPipelineExecutionRequest"),
)
