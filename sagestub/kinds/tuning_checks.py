"""What is refused when a tuning job is made.

Source: facts, jobs.yaml, HyperParameterTuningJob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.engine.kind import Message
from sagestub.errors import ServiceError
from sagestub.kinds.field_rules.built_in import REPOSITORIES
from sagestub.kinds.ranges import combinations_of
from sagestub.kinds.tuning_definitions import (
    definitions_of,
    limits_of,
    objective_of,
    ranges_of,
)

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

BUILT_IN = REPOSITORIES | {"autogluon-training", "catboost", "deepar", "lightgbm"}
"""Repositories of built-in algorithms, for which the service knows the metrics.

Source: Developer Guide, "Docker Registry Paths and Example Code".
"""

NO_SUCH_JOB = Message(
    code="ResourceNotFound",
    text="Amazon SageMaker can't find a tuning job called {name}. Type another name.",
    source="github.com/aws/amazon-sagemaker-examples/issues/1540",
)


def check_combinations(context: Context, resource: Resource) -> None:
    """Refuse ranges that have fewer points than there are to be jobs.

    Source: github.com/aws/amazon-sagemaker-operator-for-k8s/issues/123.
    """
    document = resource.document
    wanted = limits_of(document).get("MaxNumberOfTrainingJobs")
    definitions = definitions_of(document)
    if wanted is None or not definitions:
        return
    ranges = [ranges_of(document, definition) for definition in definitions]
    if any(r.get("AutoParameters") or not any(r.values()) for r in ranges):
        return
    count = sum(combinations_of(r) for r in ranges)
    if count < wanted:
        raise ServiceError(
            "ValidationException",
            "You don't have enough combinations of hyperparameter ranges. The total number of "
            f"hyperparameter combinations for the provided ranges [{int(count)}] must be equal or "
            f"greater than the value of MaxNumberOfJobs, [{wanted}]. Provide additional ranges.",
        )


def is_built_in(image: str) -> bool:
    """Return whether a training image is an algorithm of the service's own."""
    return image.rsplit("/", 1)[-1].partition(":")[0].partition("@")[0] in BUILT_IN


def check_objective(context: Context, resource: Resource) -> None:
    """Refuse a custom image whose metric definitions lack the objective.

    Source: github.com/aws/amazon-sagemaker-examples/issues/1207.
    """
    for definition in definitions_of(resource.document):
        objective = objective_of(resource.document, definition)
        algorithm = definition["AlgorithmSpecification"]
        image = algorithm.get("TrainingImage")
        if objective is None or image is None:
            continue
        metrics = {metric["Name"] for metric in algorithm.get("MetricDefinitions", ())}
        if not is_built_in(image) and objective["MetricName"] not in metrics:
            raise ServiceError(
                "ValidationException",
                "A metric is required for this hyperparameter tuning job objective. Provide a metric "
                "in the metric definitions.",
            )


def check_instances(context: Context, resource: Resource) -> None:
    """Refuse a job whose training jobs would need more instances than the account has left.

    Source: public reports of refused calls, where the delta is MaxParallelTrainingJobs (2 and 4).
    """
    if context.quotas is None:
        return
    parallel = limits_of(resource.document).get("MaxParallelTrainingJobs", 1)
    asked: dict[str, int] = {}
    for definition in definitions_of(resource.document):
        config = definition.get("ResourceConfig", {})
        usage = (
            "spot training job" if definition.get("EnableManagedSpotTraining") else "training job"
        )
        name = f"{config.get('InstanceType')} for {usage} usage"
        asked[name] = max(asked.get(name, 0), parallel * config.get("InstanceCount", 1))
    context.quotas.check_left(resource, asked)
