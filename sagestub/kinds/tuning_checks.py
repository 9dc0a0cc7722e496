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
    PARENTS,
    SWITCHES,
    definitions_of,
    limits_of,
    objective_of,
    parents_of,
    ranges_of,
)

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

MAY_CHANGE = frozenset(
    {
        "AlgorithmSpecification",
        "InputDataConfig",
        "OutputDataConfig",
        "StaticHyperParameters",
        "RoleArn",
        "ResourceConfig",
        "StoppingCondition",
        "VpcConfig",
        "EnableManagedSpotTraining",
        "CheckpointConfig",
    }
)
"""What a warm start's definition may have otherwise than its parent's.

Source: github.com/aws/sagemaker-python-sdk/issues/3693.
"""

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


def check_warm_start(context: Context, resource: Resource) -> None:
    """Refuse a warm start from jobs that do not exist, or whose fixed fields are others.

    Source: facts, jobs.yaml, HyperParameterTuningJob.references; aws/sagemaker-python-sdk#3693.
    """
    document = resource.document
    for parent in document.get("WarmStartConfig", {}).get(PARENTS, ()):
        name = parent.get("HyperParameterTuningJobName", "")
        if context.lacks("HyperParameterTuningJob", resource, name):
            raise ServiceError(NO_SUCH_JOB.code, NO_SUCH_JOB.text.replace("{name}", name))
    mine = document.get("TrainingJobDefinition")
    for earlier in parents_of(context, resource):
        theirs = earlier.document.get("TrainingJobDefinition")
        if mine is None or theirs is None:
            continue
        fixed = (set(mine) | set(theirs)) - MAY_CHANGE
        defaults = dict.fromkeys(fixed & set(SWITCHES), False)
        if any({**defaults, **mine}.get(m) != {**defaults, **theirs}.get(m) for m in fixed):
            allowed = (
                "algorithmSpecification, inputDataConfig, outputDataConfig, staticHyperParameters, "
                "roleArn, resourceConfig, stoppingCondition, vpcConfig, enableManagedSpotTraining, "
                "checkpointConfig"
            )
            raise ServiceError(
                "ValidationException",
                "Only the following fields in TrainingJobDefinition are allowed to change: "
                f"[{allowed}].",
            )
