"""TransformJob: inference over the objects below an S3 prefix.

Source: facts, jobs.yaml, TransformJob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.engine.documents import values_at
from sagestub.engine.kind import END, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import invalid
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.job_components import REFERENCES, close_component, open_component
from sagestub.kinds.job_lists import LATE_FILTERS
from sagestub.kinds.job_starts import start_noted_as, start_shown_as
from sagestub.kinds.processing import NAME_TAKEN, NO_JOB_TO_UPDATE, NO_SUCH_JOB

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

LARGEST_PAYLOADS_IN_MB = 100

SOURCES = ("PrimaryContainer.ModelDataSource", "Containers[].ModelDataSource")


def check_model_data(context: Context, resource: Resource) -> None:
    """Refuse a model whose data comes from a ModelDataSource.

    Source: facts, reports.yaml, TransformJob.errors.
    """
    model = context.resource("Model", resource, resource.document["ModelName"])
    if model is not None and any(values_at(model.document, path) for path in SOURCES):
        raise invalid(
            "SageMaker Batch currently doesn't support Model entity with container definitions which "
            "use ModelDataSource attribute"
        )


TRANSFORM_JOB = Kind(
    name="TransformJob",
    field_rules=FieldRules("training.TRANSFORM_JOB"),
    absent={
        "LabelingJobArn": "automated labeling, which runs transform jobs of its own, is not modelled",
    },
    arn="transform-job/{TransformJobName}",
    parents={"ModelName": "Model"},
    late_filters=LATE_FILTERS,
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
    references=REFERENCES,
    checks=(check_model_data,),
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
