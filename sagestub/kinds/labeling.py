"""LabelingJob: people label a data set.

Source: facts, jobs.yaml, LabelingJob.
"""

from __future__ import annotations

import string
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, ListOf, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.processing import NAME_TAKEN

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

OBJECTS = 10
"""How many objects a data set is taken to have that the request does not limit (assumed: the manifest
is not read)."""

IDLE = 10 * 86400.0
"""Seconds after which a streaming job that nobody sends anything is stopped.

Source: facts, jobs.yaml, LabelingJob.preconditions.limits.
"""

LONGEST = 30 * 86400.0
"""Seconds after which a job fails. Source: model, LabelingJobStoppingConditions."""

ALPHABET = string.ascii_letters + string.digits


def check_workteam(context: Context, resource: Resource) -> None:
    """Refuse a private work team that does not exist (text assumed).

    Source: facts, jobs.yaml, LabelingJob.references and errors.
    """
    arn = resource.document["HumanTaskConfig"]["WorkteamArn"]
    private = "/private-crowd/" in arn
    if private and context.lacks("Workteam", resource, arn):
        raise ServiceError("ValidationException", f"The work team {arn} does not exist.")


def check_ui(context: Context, resource: Resource) -> None:
    """Refuse a worker task template of the own account that does not exist; the service's are there.

    Source: facts, jobs.yaml, LabelingJob.references and errors (text assumed).
    """
    arn = resource.document["HumanTaskConfig"].get("UiConfig", {}).get("HumanTaskUiArn", "")
    own = arn.split(":")[4:5] == [resource.account]
    if own and context.lacks("HumanTaskUi", resource, arn):
        raise ServiceError("ValidationException", f"The human task UI {arn} does not exist.")


def fill_in_task(context: Context, resource: Resource) -> None:
    """Set what the service fills in: the reference code, limits of the task, counters.

    Source: facts, jobs.yaml, LabelingJob.filled_in.
    """
    document = resource.document
    digest = blake2b(context.new_uuid().encode(), digest_size=16).digest()
    code = "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest)
    document.setdefault("JobReferenceCode", resource.account + code)
    document["WorkRequesterAccountId"] = resource.account
    task = document.get("HumanTaskConfig")
    if task is not None:
        public = "/public-crowd/" in task.get("WorkteamArn", "")
        document["HumanTaskConfig"] = {
            "MaxConcurrentTaskCount": 1000,
            "TaskAvailabilityLifetimeInSeconds": 21600 if public else 2592000,
            **task,
        }
    count(resource, 0, 0)


def objects_of(resource: Resource) -> int:
    """Return how many objects are labeled."""
    conditions = resource.document.get("StoppingConditions", {})
    return int(conditions.get("MaxHumanLabeledObjectCount", OBJECTS))


def count(resource: Resource, labeled: int, unlabeled: int) -> None:
    """Set the counters, for the job and for its work team."""
    resource.document["LabelCounters"] = {
        "TotalLabeled": labeled,
        "HumanLabeled": labeled,
        "MachineLabeled": 0,
        "FailedNonRetryableError": 0,
        "Unlabeled": unlabeled,
    }
    resource.document["WorkteamCounters"] = {
        "HumanLabeled": labeled,
        "PendingHuman": unlabeled,
        "Total": labeled + unlabeled,
    }


def hand_out(context: Context, resource: Resource) -> None:
    """Show the objects that wait for a label."""
    count(resource, 0, objects_of(resource))


def collect(context: Context, resource: Resource) -> None:
    """Count every object as labeled by a person."""
    count(resource, objects_of(resource), 0)


def write_manifest(context: Context, resource: Resource) -> None:
    """Set where the labels lie; a stopped job leaves partial results there.

    Source: facts, jobs.yaml, LabelingJob.filled_in (path assumed) and preconditions.
    """
    path = resource.document.get("OutputConfig", {}).get("S3OutputPath")
    if path is not None:
        manifest = f"{path.rstrip('/')}/{resource.name}/manifests/output/output.manifest"
        resource.document["LabelingJobOutput"] = {"OutputDatasetS3Uri": manifest}


# The way ------------------------------------------------------------------------------------------


def is_streaming(resource: Resource) -> bool:
    """Return whether a job is sent its objects one by one, so that it never has them all."""
    source = resource.document.get("InputConfig", {}).get("DataSource", {})
    return "SnsDataSource" in source


def stay(context: Context, resource: Resource) -> float | None:
    """Return how long a streaming job waits for objects."""
    return IDLE if resource.state == "InProgress" and is_streaming(resource) else None


def next_status(context: Context, resource: Resource, planned: str) -> str:
    """Return where a step leads: a job has thirty days, and a streaming one is never done.

    Source: facts, jobs.yaml, LabelingJob.preconditions.limits.
    """
    if resource.state != "InProgress" or planned != "Completed":
        return planned
    if context.clock.time() - resource.document["CreationTime"] > LONGEST:
        resource.document["Overdue"] = True
        return "Failed"
    return "Stopping" if is_streaming(resource) else planned


def explain_overdue(context: Context, resource: Resource) -> None:
    """Say why a job has failed that has taken too long (text assumed)."""
    if resource.document.pop("Overdue", False):
        resource.document["FailureReason"] = (
            "ClientError: The labeling job did not complete within 30 days."
        )


COUNTERS: dict[str, Any] = dict.fromkeys(
    ("TotalLabeled", "HumanLabeled", "MachineLabeled", "FailedNonRetryableError", "Unlabeled"), 0
)

LABELING_JOB = Kind(
    name="LabelingJob",
    field_rules=FieldRules("people.LABELING_JOB"),
    any_case=True,
    arn="labeling-job/{LabelingJobName}",
    lifecycle=Lifecycle(
        path="Initializing > InProgress > Completed",
        fail="Failed",
        stop="Stopping > Stopped",
        seconds={"Initializing": 1, "InProgress": 3600},
    ),
    defaults={
        "LabelCounters": COUNTERS,
        "OutputConfig.KmsKeyId": "",
        "StoppingConditions": {"MaxPercentageOfInputDatasetLabeled": 100},
        "LabelingJobAlgorithmsConfig.LabelingJobResourceConfig": {},
    },
    checks=(check_workteam, check_ui),
    next_state=next_status,
    duration=stay,
    on_create=(fill_in_task,),
    on_enter={
        "InProgress": (hand_out,),
        "Completed": (collect, write_manifest),
        "Stopped": (write_manifest,),
        "Failed": (explain_overdue,),
    },
    sort_order="Ascending",
    summary={
        "WorkteamArn": "HumanTaskConfig.WorkteamArn",
        "PreHumanTaskLambdaArn": "HumanTaskConfig.PreHumanTaskLambdaArn",
        "AnnotationConsolidationLambdaArn": (
            "HumanTaskConfig.AnnotationConsolidationConfig.AnnotationConsolidationLambdaArn"
        ),
    },
    lists={
        "ListLabelingJobsForWorkteam": ListOf(
            filters={"WorkteamArn": "HumanTaskConfig.WorkteamArn"},
            summary={
                "LabelCounters": "WorkteamCounters",
                "NumberOfHumanWorkersPerDataObject": (
                    "HumanTaskConfig.NumberOfHumanWorkersPerDataObject"
                ),
            },
            sort_order="Ascending",
        )
    },
    not_found=Message(
        code="ValidationException",
        text="Could not find requested job with name: {name}",
        source="aws-controllers-k8s/sagemaker-controller, generator.yaml (code); text assumed",
    ),
    exists=NAME_TAKEN,
    cannot_stop=Message(
        code="ValidationException",
        text="The request was rejected because the labeling job is in status {status}.",
        source="assumed, by analogy with training jobs",
    ),
    source="facts, jobs.yaml, LabelingJob",
)
