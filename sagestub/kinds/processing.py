"""ProcessingJob: a container that reads, computes and writes, and is gone.

Source: facts, jobs.yaml, ProcessingJob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.engine.kind import END, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.field_rules.container_images import region_of_image
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


def check_region_of_image(context: Context, resource: Resource) -> None:
    """Refuse an image that lies in another region.

    Source: aws/amazon-sagemaker-examples#2422.
    """
    image = resource.document["AppSpecification"]["ImageUri"]
    region = region_of_image(image)
    if region is not None and region != resource.region:
        raise ServiceError(
            "ValidationException",
            f"Invalid region {region} in image URI {image}. Please provide an image URI in region "
            f"{resource.region}.",
        )


PROCESSING_JOB = Kind(
    name="ProcessingJob",
    field_rules=FieldRules("batch.PROCESSING_JOB"),
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
    references={
        **REFERENCES,
        "ProcessingOutputConfig.Outputs[].FeatureStoreOutput.FeatureGroupName": "FeatureGroup",
    },
    checks=(check_region_of_image,),
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
