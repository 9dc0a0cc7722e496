"""TransformJob: inference over the objects below an S3 prefix.

Source: facts, jobs.yaml, TransformJob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.engine.kind import END, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.job_components import REFERENCES, close_component, open_component
from sagestub.kinds.job_starts import start_noted_as, start_shown_as
from sagestub.kinds.processing import NAME_TAKEN, NO_JOB_TO_UPDATE, NO_SUCH_JOB

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

LARGEST_PAYLOADS_IN_MB = 100


def check_payloads(context: Context, resource: Resource) -> None:
    """Refuse payloads that together are too large.

    Source: API reference, CreateTransformJob.MaxPayloadInMB ("The value of MaxPayloadInMB cannot be
    greater than 100 MB. If you specify the MaxConcurrentTransforms parameter, the value of
    (MaxConcurrentTransforms * MaxPayloadInMB) also cannot exceed 100 MB"); text assumed.
    """
    document = resource.document
    each = document.get("MaxPayloadInMB", 0)
    together = each * max(1, document.get("MaxConcurrentTransforms", 1))
    if together > LARGEST_PAYLOADS_IN_MB:
        raise ServiceError(
            "ValidationException",
            f"MaxConcurrentTransforms * MaxPayloadInMB must not exceed {LARGEST_PAYLOADS_IN_MB} MB.",
        )


TRANSFORM_JOB = Kind(
    name="TransformJob",
    arn="transform-job/{TransformJobName}",
    parents={"ModelName": "Model"},
    lifecycle=Lifecycle(
        path="InProgress > Completed",
        fail="Failed",
        stop="Stopping > Stopped",
        seconds={"InProgress": 360, "Stopping": 30},
    ),
    defaults={
        "DataProcessing": {},
        "DataProcessing.InputFilter": "$",
        "DataProcessing.OutputFilter": "$",
        "DataProcessing.JoinSource": "None",
        "TransformInput.CompressionType": "None",
        "TransformInput.SplitType": "None",
        "TransformOutput.AssembleWith": "None",
        "TransformOutput.KmsKeyId": "",
    },
    checks=(check_payloads,),
    references=REFERENCES,
    on_create=(open_component,),
    stamps={END: ("TransformEndTime",)},
    on_enter={END: (start_noted_as("TransformStartTime"), close_component)},
    on_describe=start_shown_as("TransformStartTime"),
    not_found=NO_SUCH_JOB,
    not_found_by={"StopTransformJob": NO_JOB_TO_UPDATE},
    exists=NAME_TAKEN,
    cannot_stop=Message(
        code="ValidationException",
        text="The request was rejected because the transform job is in status {status}.",
        source="comic/grand-challenge.org, amazon_sagemaker_base.py",
    ),
    source="facts, jobs.yaml, TransformJob",
)
