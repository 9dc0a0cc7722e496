"""The four monitoring job definitions: what a monitoring schedule runs, kept under a name.

They differ in their members only, so one function makes all four declarations.

Source: facts, metadata.yaml, DataQualityJobDefinition and its three siblings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message

if TYPE_CHECKING:
    from sagestub.engine.context import Context

JOB_DEFINITION_OF_TYPE = {
    "DataQuality": "DataQualityJobDefinition",
    "ModelQuality": "ModelQualityJobDefinition",
    "ModelBias": "ModelBiasJobDefinition",
    "ModelExplainability": "ModelExplainabilityJobDefinition",
}
"""The kind that defines monitoring of a MonitoringType."""

ENDPOINT_INPUT_DEFAULTS = {
    "S3InputMode": "File",
    "S3DataDistributionType": "FullyReplicated",
}
"""Source: model, EndpointInput and BatchTransformInput ("Defaults to …")."""

UPLOAD_MODE = "Continuous"
"""The default of MonitoringS3Output.S3UploadMode. Source: facts, jobs.yaml, MonitoringSchedule."""


def job_definition(monitoring_type: str, longest_run: int) -> Kind:
    """Return the declaration of the job definition of a monitoring type.

    Args:
        monitoring_type: `DataQuality`, `ModelQuality`, `ModelBias` or `ModelExplainability`.
        longest_run: The default of MaxRuntimeInSeconds: the longest that an hourly schedule allows
            (assumed; the limits are from the model, MonitoringStoppingCondition).
    """
    given = f"{monitoring_type}JobInput"
    defaults = {
        f"{given}.{source}.{member}": value
        for source in ("EndpointInput", "BatchTransformInput")
        for member, value in ENDPOINT_INPUT_DEFAULTS.items()
    }
    output = f"{monitoring_type}JobOutputConfig.MonitoringOutputs[].S3Output.S3UploadMode"

    def endpoint_of(context: Context, members: Mapping[str, Any]) -> str:
        """Return the endpoint that is watched; the summary requires it, so nothing is an empty text."""
        source = members.get(given, {}).get("EndpointInput", {})
        return str(source.get("EndpointName", ""))

    return Kind(
        name=JOB_DEFINITION_OF_TYPE[monitoring_type],
        defaults={
            **defaults,
            output: UPLOAD_MODE,
            "StoppingCondition": {"MaxRuntimeInSeconds": longest_run},
        },
        made={"EndpointName": endpoint_of},
        summary={
            "MonitoringJobDefinitionName": "JobDefinitionName",
            "MonitoringJobDefinitionArn": "JobDefinitionArn",
        },
        not_found=Message(
            code="ResourceNotFound",
            text="Job Definition {arn} not found",
            source="ACK (code); text assumed, by analogy with MonitoringSchedule",
        ),
        exists=Message(
            code="ResourceInUse",
            text="Job Definition {arn} already exists",
            source="model (code); text assumed",
        ),
        source=f"facts, metadata.yaml, {JOB_DEFINITION_OF_TYPE[monitoring_type]}",
    )


DATA_QUALITY_JOB_DEFINITION = job_definition("DataQuality", 3600)
MODEL_QUALITY_JOB_DEFINITION = job_definition("ModelQuality", 1800)
MODEL_BIAS_JOB_DEFINITION = job_definition("ModelBias", 1800)
MODEL_EXPLAINABILITY_JOB_DEFINITION = job_definition("ModelExplainability", 3600)
