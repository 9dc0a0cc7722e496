"""ProcessingJob: a container that reads, computes and writes, and is gone.

Source: facts, jobs.yaml, ProcessingJob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.engine.kind import END, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.job_components import REFERENCES, close_component, open_component
from sagestub.kinds.job_starts import start_noted_as, start_shown_as
from sagestub.kinds.monitoring_executions import report_to_execution

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

NAME_TAKEN = Message(
    code="ResourceInUse",
    text=(
        "Job name must be unique within an AWS account and region, "
        "and a job with this name already exists ({arn})"
    ),
    source="assumed, by analogy with the training job's",
)

NO_SUCH_JOB = Message(
    code="ValidationException",
    text="Could not find requested job with name: {name}",
    source="aws-controllers-k8s/sagemaker-controller, generator.yaml (prefix)",
)

NO_JOB_TO_UPDATE = Message(
    code="ValidationException",
    text="Could not find job to update with name: {name}",
    source="comic/grand-challenge.org, amazon_sagemaker_base.py (prefix, of transform jobs)",
)


def check_names_of_channels(context: Context, resource: Resource) -> None:
    """Refuse inputs or outputs of the same name.

    Source: API reference, ProcessingInput.InputName ("must be unique within the processing job");
    text assumed.
    """
    document = resource.document
    outputs = document.get("ProcessingOutputConfig", {}).get("Outputs", ())
    for noun, names in (
        ("InputName", [i["InputName"] for i in document.get("ProcessingInputs", ())]),
        ("OutputName", [o["OutputName"] for o in outputs]),
    ):
        if len(set(names)) != len(names):
            raise ServiceError(
                "ValidationException", f"{noun} must be unique within the processing job."
            )


def check_instances(context: Context, resource: Resource) -> None:
    """Refuse instances that are described in two ways (texts assumed).

    Source: API reference, ProcessingClusterConfig.InstancePreferences and its InstanceCount.
    """
    config = resource.document.get("ProcessingResources", {}).get("ClusterConfig", {})
    preferences = config.get("InstancePreferences", ())
    if preferences and "InstanceType" in config:
        raise ServiceError(
            "ValidationException",
            "InstancePreferences can't be specified together with InstanceType.",
        )
    if len({"InstanceCount" in preference for preference in preferences}) > 1:
        raise ServiceError(
            "ValidationException",
            "Either all InstancePreferences specify InstanceCount or none of them.",
        )


PROCESSING_JOB = Kind(
    name="ProcessingJob",
    absent={
        "ExitMessage": "what a container says at its end, only a function for the container can tell",
    },
    arn="processing-job/{ProcessingJobName}",
    lifecycle=Lifecycle(
        path="InProgress > Completed",
        fail="Failed",
        stop="Stopping > Stopped",
        delete_from="Completed > Failed > Stopped",
        seconds={"InProgress": 300, "Stopping": 30},
    ),
    defaults={
        "StoppingCondition": {"MaxRuntimeInSeconds": 86400},
        "ProcessingInputs[].AppManaged": False,
        "ProcessingInputs[].S3Input.S3DataDistributionType": "FullyReplicated",
        "ProcessingInputs[].S3Input.S3CompressionType": "None",
        "ProcessingOutputConfig.Outputs[].AppManaged": False,
    },
    checks=(check_names_of_channels, check_instances),
    references=REFERENCES,
    on_create=(open_component,),
    stamps={END: ("ProcessingEndTime",)},
    on_enter={
        END: (start_noted_as("ProcessingStartTime"), report_to_execution, close_component),
        "Stopping": (report_to_execution,),
    },
    on_describe=start_shown_as("ProcessingStartTime"),
    sort_order="Ascending",
    not_found=NO_SUCH_JOB,
    not_found_by={"StopProcessingJob": NO_JOB_TO_UPDATE, "DeleteProcessingJob": NO_JOB_TO_UPDATE},
    exists=NAME_TAKEN,
    cannot_stop=Message(
        code="ValidationException",
        text="The request was rejected because the processing job is in status {status}.",
        source="assumed, by analogy with training and transform jobs",
    ),
    cannot_delete=Message(
        code="ResourceInUse",
        text=(
            "The request was rejected because the processing job is in status {status}. "
            "Only a job in status Completed, Failed or Stopped can be deleted."
        ),
        source="API reference, DeleteProcessingJob (states); text assumed",
    ),
    source="facts, jobs.yaml, ProcessingJob",
)
