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


HOURLY_RUN = {
    "DataQuality": 3600,
    "ModelQuality": 1800,
    "ModelBias": 1800,
    "ModelExplainability": 3600,
}
"""How many seconds a job of an hourly schedule may run; also the default (assumed).

Source: model, MonitoringStoppingCondition.
"""


def job_definition(monitoring_type: str) -> Kind:
    """Return the declaration of the job definition of a monitoring type.

    Args:
        monitoring_type: `DataQuality`, `ModelQuality`, `ModelBias` or `ModelExplainability`.
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
            "StoppingCondition": {"MaxRuntimeInSeconds": HOURLY_RUN[monitoring_type]},
        },
        made={"EndpointName": endpoint_of},
        references={f"{given}.EndpointInput.EndpointName": "Endpoint"},
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


DATA_QUALITY_JOB_DEFINITION = job_definition("DataQuality")
MODEL_QUALITY_JOB_DEFINITION = job_definition("ModelQuality")
MODEL_BIAS_JOB_DEFINITION = job_definition("ModelBias")
MODEL_EXPLAINABILITY_JOB_DEFINITION = job_definition("ModelExplainability")
