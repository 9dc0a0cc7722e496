"""Job, whose category says what it does, and the schemas of its configuration.

Source: facts, jobs.yaml, Job.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import END, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.versions import version_numbers

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

MIDDLES = {
    "AgentRFT": ("Downloading", "Training", "Uploading"),
    "AgentRFTEvaluation": ("Downloading", "Evaluating", "Uploading"),
    "DataQualityEvaluation": ("Validating", "Evaluating", "Publishing"),
    "DataTransformation": ("Preparing", "Transforming", "Publishing"),
    "SyntheticDataGeneration": ("Preparing", "Generating", "Publishing"),
}
"""The secondary statuses between Starting and Completed, by category (assumed; the values are
documented)."""

MESSAGES = {
    "Starting": "Starting the job",
    "Completed": "Job completed",
    "Failed": "Job failed",
    "Stopping": "Stopping the job",
    "Stopped": "Job stopped",
    "Deleting": "Deleting the job",
}

FIRST_VERSION = "1.0.0"
"""The schema version that every category has (assumed: the service's own cannot be known)."""

SCHEMA = json.dumps({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object"})
"""A schema that every configuration document fits that is a JSON object (the service's own say more,
and cannot be known)."""


def check_document(context: Context, resource: Resource) -> None:
    """Refuse a configuration document that does not fit the schema (text assumed).

    Source: model, CreateJob.JobConfigDocument.
    """
    try:
        config = json.loads(resource.document["JobConfigDocument"])
    except ValueError:
        config = None
    if not isinstance(config, dict):
        category = resource.document["JobCategory"]
        version = resource.document["JobConfigSchemaVersion"]
        raise ServiceError(
            "ValidationException",
            f"JobConfigDocument does not conform to schema version {version} of {category}.",
        )


def choose_way(context: Context, resource: Resource) -> None:
    """Lay out the secondary statuses that a job of its category passes."""
    lifecycle = resource.kind.lifecycle
    if lifecycle is None or resource.way != lifecycle.path[1:]:
        return  # A test has set another path, or puts the resource straight into a state.
    middle = MIDDLES.get(resource.document.get("JobCategory", ""))
    if middle is not None:
        resource.way = (*(f"InProgress/{status}" for status in middle), "Completed")


def versions_of(context: Context, category: str) -> list[str]:
    """Return the schema versions of a category, the latest first: those that jobs use are known."""
    call = context.call
    assert call is not None
    used = {
        str(job.document.get("JobConfigSchemaVersion", FIRST_VERSION))
        for job in context.resources("Job", call, JobCategory=category)
    }
    return sorted({FIRST_VERSION, *used}, key=version_numbers, reverse=True)


def list_schema_versions(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema versions of a job category."""
    versions = versions_of(context, parameters["JobCategory"])
    return {"JobConfigSchemas": [{"JobConfigSchemaVersion": version} for version in versions]}


def describe_schema_version(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema; the latest when no version is given.

    Source: API reference, DescribeJobSchemaVersion (ResourceNotFound); text assumed.
    """
    category = parameters["JobCategory"]
    versions = versions_of(context, category)
    version = parameters.get("JobConfigSchemaVersion", versions[0])
    if version not in versions:
        raise ServiceError(
            "ResourceNotFound", f"Schema version {version} of {category} does not exist."
        )
    return {
        "JobCategory": category,
        "JobConfigSchemaVersion": version,
        "JobConfigSchema": SCHEMA,
    }


JOB = Kind(
    name="Job",
    arn="job/{JobCategory}/{JobName}",
    identifier=("JobCategory", "JobName"),
    secondary="SecondaryStatus",
    secondary_transitions="SecondaryStatusTransitions",
    secondary_messages=MESSAGES,
    lifecycle=Lifecycle(
        path="InProgress/Starting > InProgress/Executing > Completed",
        fail="Failed",
        stop="Stopping > Stopped",
        delete="Deleting",
        delete_from="Completed > Failed > Stopped > DeleteFailed",
        failing={"Deleting": "DeleteFailed"},
        detours=(
            "InProgress/Starting > InProgress/Pending > InProgress/Executing",
            "InProgress/Executing > InProgress/Interrupted > InProgress/Starting",
            "InProgress/Executing > InProgress/Restarting > InProgress/Starting",
        ),
        other=(
            *(f"InProgress/{status}" for middle in MIDDLES.values() for status in middle),
            "InProgress/PartialGeneration",
            "InProgress/Finalizing",
            "Stopped/MaxRuntimeExceeded",
        ),
    ),
    checks=(check_document,),
    stamps={END: ("EndTime",)},
    on_enter={"InProgress/Starting": (choose_way,)},
    summary={"JobSecondaryStatus": "SecondaryStatus"},
    not_found=Message(
        code="ResourceNotFound",
        text="The job {JobName} of category {JobCategory} does not exist.",
        source="API reference, DescribeJob (code); text assumed",
    ),
    cannot_stop=Message(
        code="ValidationException",
        text="The request was rejected because the job is in status {status}.",
    ),
    cannot_delete=Message(
        code="ResourceInUse",
        text="The job is in status {status}. Stop it before deleting it.",
        source="API reference, DeleteJob (code); text assumed",
    ),
    source="facts, jobs.yaml, Job",
)
