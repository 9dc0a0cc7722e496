"""What a tuning job with a warm start must share with its parents.

Source: facts, jobs.yaml and reports.yaml, HyperParameterTuningJob; Developer Guide, "Run a Warm Start
Hyperparameter Tuning Job" (restrictions; the texts are assumed but those on fixed fields and on names).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.member_facts import number
from sagestub.errors import ServiceError, invalid
from sagestub.kinds.tuning_checks import NO_SUCH_JOB
from sagestub.kinds.tuning_definitions import (
    PARENTS,
    SWITCHES,
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

ENDED = ("Completed", "Stopped", "Failed")
MOST_CHANGES = 10
"""Hyperparameters that may be static where they were tuned, or have another static value."""

TYPES_OF_RANGES = {
    "Integer": "IntegerParameterRanges",
    "Continuous": "ContinuousParameterRanges",
    "Categorical": "CategoricalParameterRanges",
}


def check_warm_start(context: Context, resource: Resource) -> None:
    """Refuse a warm start from jobs that do not exist, still run, or tune something else."""
    document = resource.document
    for parent in document.get("WarmStartConfig", {}).get(PARENTS, ()):
        name = parent.get("HyperParameterTuningJobName", "")
        if context.lacks("HyperParameterTuningJob", resource, name):
            raise ServiceError(NO_SUCH_JOB.code, NO_SUCH_JOB.text.replace("{name}", name))
    mine = document.get("TrainingJobDefinition")
    for earlier in parents_of(context, resource):
        theirs = earlier.document.get("TrainingJobDefinition")
        if mine is not None and theirs is not None:
            check_fixed_fields(mine, theirs)
        if earlier.status not in ENDED:
            raise invalid(
                f"The parent tuning job {earlier.name} is in status {earlier.status}. All parent jobs "
                "must be in a terminal state: Completed, Stopped or Failed."
            )
        if mine is not None and theirs is not None:
            check_objective_of_parent(document, mine, earlier.document, theirs)
            check_hyperparameters(document, mine, earlier.document, theirs)
            if document["WarmStartConfig"].get("WarmStartType") == "IdenticalDataAndAlgorithm":
                check_identity(mine, theirs)


def check_fixed_fields(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    """Refuse a definition that differs in another member than those that may change."""
    fixed = (set(mine) | set(theirs)) - MAY_CHANGE
    defaults = dict.fromkeys(fixed & set(SWITCHES), False)
    if any({**defaults, **mine}.get(m) != {**defaults, **theirs}.get(m) for m in fixed):
        allowed = (
            "algorithmSpecification, inputDataConfig, outputDataConfig, staticHyperParameters, "
            "roleArn, resourceConfig, stoppingCondition, vpcConfig, enableManagedSpotTraining, "
            "checkpointConfig"
        )
        raise invalid(
            "Only the following fields in TrainingJobDefinition are allowed to change: "
            f"[{allowed}]."
        )


def check_objective_of_parent(
    document: Mapping[str, Any],
    mine: Mapping[str, Any],
    of_parent: Mapping[str, Any],
    theirs: Mapping[str, Any],
) -> None:
    """Refuse another objective metric than the parent's."""
    objective, earlier = objective_of(document, mine), objective_of(of_parent, theirs)
    if objective is not None and earlier is not None and objective != earlier:
        raise invalid(
            f"The objective metric {objective['MetricName']} must be the same as the objective metric "
            f"of the parent tuning job, {earlier['MetricName']}."
        )


def check_hyperparameters(
    document: Mapping[str, Any],
    mine: Mapping[str, Any],
    of_parent: Mapping[str, Any],
    theirs: Mapping[str, Any],
) -> None:
    """Refuse hyperparameters of other names or types than the parent's, and many changes."""
    tuned, tuned_before = dict(_tuned(document, mine)), dict(_tuned(of_parent, theirs))
    static, static_before = _static(mine), _static(theirs)
    if {*static, *tuned} != {*static_before, *tuned_before}:
        raise invalid(
            "The set of tunable plus static HyperParameter names is not the same across current and "
            "parent tuning jobs. Please ensure this set is constant when warm starting. Note that "
            "previously static HyperParameters can be tuned in warm start jobs and vice versa."
        )
    for name in filter(tuned_before.__contains__, tuned):
        if tuned[name][0] != tuned_before[name][0]:
            raise invalid(
                f"The type of the hyperparameter {name} must be the same as in the parent tuning job, "
                f"{tuned_before[name][0]}, got {tuned[name][0]}."
            )
    changes = sum(tuned_before[name][1] for name in static.keys() & tuned_before.keys())
    changes += sum(
        1 if number(static[name]) is not None else 2
        for name in static.keys() & static_before.keys()
        if static[name] != static_before[name]
    )
    if changes > MOST_CHANGES:
        raise invalid(
            "The number of changes of static hyperparameters must not be more than "
            f"{MOST_CHANGES}, got {changes}."
        )


def check_identity(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> None:
    """Refuse other data or another algorithm than the parent's; its version may be another."""
    if _algorithm_of(mine) != _algorithm_of(theirs):
        raise invalid(
            "IdenticalDataAndAlgorithm needs the training image of the parent tuning job."
        )
    if _data_of(mine) != _data_of(theirs):
        raise invalid("IdenticalDataAndAlgorithm needs the input data of the parent tuning job.")


def _tuned(
    document: Mapping[str, Any], definition: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[str, int]]]:
    """Yield the names of tuned hyperparameters, each with its type and how many values count."""
    ranges = ranges_of(document, definition)
    for type_, member in TYPES_OF_RANGES.items():
        for entry in ranges.get(member, ()):
            yield entry["Name"], (type_, len(entry.get("Values", (1,))))


def _static(definition: Mapping[str, Any]) -> dict[str, str]:
    """Return the static hyperparameters, without those that the service adds."""
    static = definition.get("StaticHyperParameters", {})
    return {name: value for name, value in static.items() if not name.startswith("_")}


def _algorithm_of(definition: Mapping[str, Any]) -> str:
    algorithm = definition["AlgorithmSpecification"]
    image = str(algorithm.get("TrainingImage", ""))
    return str(algorithm.get("AlgorithmName", "")) or image.partition("@")[0].partition(":")[0]


def _data_of(definition: Mapping[str, Any]) -> dict[str, Any]:
    channels = definition.get("InputDataConfig", ())
    return {channel["ChannelName"]: channel["DataSource"] for channel in channels}
