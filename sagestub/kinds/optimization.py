"""OptimizationJob: makes a model cheaper or faster to serve.

Source: facts, jobs.yaml, OptimizationJob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.engine.kind import END, Kind, Message
from sagestub.engine.lifecycle import Lifecycle

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

TECHNIQUES = {
    "ModelQuantizationConfig": "Quantization",
    "ModelCompilationConfig": "Compilation",
    "ModelShardingConfig": "Sharding",
    "ModelSpeculativeDecodingConfig": "SpeculativeDecoding",
}
"""What the list calls the members of OptimizationConfig.

Source: API reference, ListOptimizationJobs.OptimizationContains, OptimizationJobSummary.
"""

SERVING_IMAGE = "763104351884.dkr.ecr.{region}.amazonaws.com/djl-inference:0.31.0-lmi13.0.0-cu124"
"""The large model inference container.

Source: aws/deep-learning-containers, available images (account, repository); version assumed.
"""


def name_techniques(context: Context, resource: Resource) -> None:
    """Note the techniques, which the list shows and filters by."""
    configs = resource.document.get("OptimizationConfigs", ())
    resource.document["OptimizationTypes"] = [
        TECHNIQUES[member] for config in configs for member in config if member in TECHNIQUES
    ]


def recommend_image(context: Context, resource: Resource) -> None:
    """Set the image that serves the optimized model: the one that was given, else the service's.

    Source: facts, jobs.yaml, OptimizationJob.filled_in.
    """
    configs = resource.document.get("OptimizationConfigs", ())
    given = [c["Image"] for config in configs for c in config.values() if "Image" in c]
    image = given[0] if given else SERVING_IMAGE.replace("{region}", resource.region)
    resource.document["OptimizationOutput"] = {"RecommendedInferenceImage": image}


OPTIMIZATION_JOB = Kind(
    name="OptimizationJob",
    arn="optimization-job/{OptimizationJobName}",
    references={
        "ModelSource.SageMakerModel.ModelName": "Model",
        "TrainingPlanArns[]": "TrainingPlan",
    },
    lifecycle=Lifecycle(
        path="STARTING > INPROGRESS > COMPLETED",
        fail="FAILED",
        stop="STOPPING > STOPPED",
        delete_from="COMPLETED > FAILED > STOPPED",
        seconds={"INPROGRESS": 1800},
    ),
    on_create=(name_techniques,),
    stamps={"INPROGRESS": ("OptimizationStartTime",), END: ("OptimizationEndTime",)},
    on_enter={"COMPLETED": (recommend_image,)},
    sort_order="Ascending",
    filters={"OptimizationContains": "OptimizationTypes"},
    cannot_delete=Message(
        code="ValidationException",
        text=(
            "The request was rejected because the optimization job is in status {status}. "
            "Only a job in status COMPLETED, FAILED or STOPPED can be deleted."
        ),
    ),
    source="facts, jobs.yaml, OptimizationJob",
)
