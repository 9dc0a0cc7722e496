"""Pipelines and their executions."""

from __future__ import annotations

from typing import Any

from tests.kinds.field_rules.rows import ABSENT, ROLE, Row

PIPELINE_ARN = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/train"
DEFINITION = '{"Version": "2020-12-01", "Parameters": [], "Steps": []}'
IN_S3 = {"Bucket": "bucket", "ObjectKey": "pipeline.json"}

REQUESTS: dict[str, dict[str, Any]] = {
    "CreatePipeline": {
        "PipelineName": "train",
        "PipelineDefinition": DEFINITION,
        "PipelineVersionAliases": ["stable", "v1"],
        "ClientRequestToken": "a" * 32,
        "RoleArn": ROLE,
    },
    "UpdatePipeline": {
        "PipelineName": "train",
        "PipelineDefinition": DEFINITION,
        "PipelineVersionAliases": ["next", "v2"],
    },
    "UpdatePipelineVersion": {
        "PipelineArn": PIPELINE_ARN,
        "PipelineVersionId": 1,
        "PipelineVersionAliasOperations": {"Add": ["live"], "Remove": ["stable"]},
    },
    "DescribePipeline": {"PipelineName": "train", "PipelineVersionAlias": "stable"},
    "StartPipelineExecution": {
        "PipelineName": "train",
        "PipelineVersionId": 1,
        "ClientRequestToken": "b" * 32,
    },
}

BOTH_DEFINITIONS = (
    "Both Pipeline Definition and Pipeline Definition S3 Location shouldn't be present"
)
NUMBER = "Pipeline version alias '2024' can't consist of numbers only."
TWICE = "Pipeline version aliases must be unique."
BOTH_VERSIONS = "PipelineVersionId and PipelineVersionAlias can't both be specified."

ROWS: list[Row] = [
    *(
        row
        for operation in ("CreatePipeline", "UpdatePipeline")
        for row in (
            Row(operation, {"PipelineDefinitionS3Location": IN_S3}, BOTH_DEFINITIONS),
            Row(operation, {"PipelineVersionAliases.1": "2024"}, NUMBER),
            Row(operation, {"PipelineVersionAliases": ["live", "live"]}, TWICE),
        )
    ),
    Row(
        "CreatePipeline",
        {"PipelineDefinition": ABSENT},
        "Either Pipeline Definition or Pipeline Definition S3 location should be provided",
    ),
    Row("UpdatePipelineVersion", {"PipelineVersionAliasOperations.Add.0": "2024"}, NUMBER),
    Row("DescribePipeline", {"PipelineVersionId": 1}, BOTH_VERSIONS),
    Row("StartPipelineExecution", {"PipelineVersionAlias": "stable"}, BOTH_VERSIONS),
]

KEPT: list[tuple[str, dict[str, Any]]] = [
    ("CreatePipeline", {"PipelineVersionAliases": ["2024.1", "v2024"]}),
    ("UpdatePipeline", {"PipelineDefinition": ABSENT, "PipelineVersionAliases": ABSENT}),
    ("UpdatePipelineVersion", {"PipelineVersionAliasOperations": {"Remove": ["2024"]}}),
    ("DescribePipeline", {"PipelineVersionAlias": ABSENT}),
    ("StartPipelineExecution", {"PipelineVersionId": ABSENT}),
]
