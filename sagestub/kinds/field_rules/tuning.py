"""The field rules of hyperparameter tuning jobs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sagestub.engine.conditions import (
    BROKEN,
    at_least_one_of,
    at_most_one_of,
    count_at_most,
    forbids,
    holds,
    only_when,
    rising,
    unique,
    when,
)
from sagestub.engine.cross_fields import FieldRule, within
from sagestub.engine.documents import values_at
from sagestub.engine.member_facts import Structure, absent, equals, is_given, number, value_at
from sagestub.kinds.field_rules.local_storage import VOLUME_KEY
from sagestub.kinds.field_rules.training import IMAGE_OR_ALGORITHM, METRICS, SPOT, channels

DEFINITIONS = "TrainingJobDefinition | TrainingJobDefinitions[]"
RANGES = (
    "HyperParameterTuningJobConfig.ParameterRanges | TrainingJobDefinition.HyperParameterRanges | "
    "TrainingJobDefinitions[].HyperParameterRanges"
)
MOST_HYPERPARAMETERS = 30
MOST_VARIABLES = 48
NUMERIC = ("IntegerParameterRanges[]", "ContinuousParameterRanges[]")
KINDS_OF_RANGES = (
    "IntegerParameterRanges[]",
    "ContinuousParameterRanges[]",
    "CategoricalParameterRanges[]",
)


def _range_of(entry: Structure) -> tuple[float, float] | None:
    """Return the ends of a range as numbers; None where one is none."""
    least, most = number(entry["MinValue"]), number(entry["MaxValue"])
    return (least, most) if least is not None and most is not None else None


def _not_whole(entry: Structure) -> Mapping[str, Any] | None:
    try:
        return None if int(entry["MinValue"]) < int(entry["MaxValue"]) else BROKEN
    except ValueError:
        return BROKEN


def _not_above_zero(entry: Structure) -> Mapping[str, Any] | None:
    ends = _range_of(entry)
    logarithmic = entry.get("ScalingType") == "Logarithmic"
    return BROKEN if logarithmic and ends is not None and ends[0] <= 0 else None


def _not_below_one(entry: Structure) -> Mapping[str, Any] | None:
    ends = _range_of(entry)
    reverse = entry.get("ScalingType") == "ReverseLogarithmic"
    return BROKEN if reverse and ends is not None and not 0 <= ends[0] <= ends[1] < 1 else None


def _definitions(job: Structure) -> Iterator[Structure]:
    yield from values_at(job, "TrainingJobDefinition")
    yield from values_at(job, "TrainingJobDefinitions[]")


def _grid_over_numbers(job: Structure) -> Mapping[str, Any] | None:
    general = value_at(job, "HyperParameterTuningJobConfig.ParameterRanges") or {}
    for definition in _definitions(job):
        ranges = definition.get("HyperParameterRanges") or general
        if any(is_given(ranges, kind.removesuffix("[]")) for kind in NUMERIC):
            return BROKEN
    return None


def _has_no_end(job: Structure) -> Mapping[str, Any] | None:
    config = job["HyperParameterTuningJobConfig"]
    if config.get("Strategy") != "Hyperband":
        return None
    if is_given(config, "StrategyConfig.HyperbandStrategyConfig.MaxResource"):
        return None
    static = [definition.get("StaticHyperParameters", {}) for definition in _definitions(job)]
    return None if all(NAMES_OF_EPOCHS & set(values) for values in static) else BROKEN


def _variables_in_all(job: Structure) -> Mapping[str, Any] | None:
    count = sum(len(definition.get("Environment", ())) for definition in _definitions(job))
    return {"value": count} if count > MOST_VARIABLES else None


NAMES_OF_EPOCHS = frozenset(["epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs"])
"""Static hyperparameters that MaxResource is inferred from. Source: model, HyperbandStrategyConfig."""

INVALID_RANGE = "The range [{MinValue}, {MaxValue}] of the hyperparameter {Name} is not valid."

HYPER_PARAMETER_TUNING_JOB = (
    FieldRule(
        at_most_one_of("TrainingJobDefinition", "TrainingJobDefinitions"),
        source="model, CreateHyperParameterTuningJobRequest.TrainingJobDefinitions",
    ),
    FieldRule(
        when(
            absent("WarmStartConfig"),
            at_least_one_of("TrainingJobDefinition", "TrainingJobDefinitions"),
        ),
        text="Either TrainingJobDefinition or TrainingJobDefinitions must be specified.",
        source="model, CreateHyperParameterTuningJobRequest.TrainingJobDefinitions",
    ),
    *within(DEFINITIONS, IMAGE_OR_ALGORITHM, METRICS),
    *within(
        DEFINITIONS, *within("ResourceConfig | HyperParameterTuningResourceConfig", VOLUME_KEY)
    ),
    *within(DEFINITIONS, *SPOT),
    *within(DEFINITIONS, *channels("AlgorithmSpecification.TrainingInputMode")),
    FieldRule(
        forbids("InstanceConfigs", "InstanceType", "InstanceCount", "VolumeSizeInGB"),
        at=(
            "TrainingJobDefinition.HyperParameterTuningResourceConfig | "
            "TrainingJobDefinitions[].HyperParameterTuningResourceConfig"
        ),
        source="model, HyperParameterTuningResourceConfig.InstanceConfigs",
    ),
    FieldRule(
        only_when(equals("Strategy", "Hyperband"), "StrategyConfig"),
        at="HyperParameterTuningJobConfig",
        text="StrategyConfig is supported only for the Hyperband strategy.",
        source="model, HyperParameterTuningJobConfig.StrategyConfig",
    ),
    FieldRule(
        forbids(equals("Strategy", "Hyperband"), equals("TrainingJobEarlyStoppingType", "Auto")),
        at="HyperParameterTuningJobConfig",
        text="TrainingJobEarlyStoppingType must be Off when the strategy is Hyperband.",
        source="model, HyperParameterTuningJobConfig.TrainingJobEarlyStoppingType",
    ),
    FieldRule(
        holds(
            "HyperbandStrategyConfig.MaxResource or epochs among StaticHyperParameters with Hyperband",
            (
                "HyperParameterTuningJobConfig.Strategy",
                "HyperParameterTuningJobConfig.StrategyConfig.HyperbandStrategyConfig.MaxResource",
                "TrainingJobDefinition.StaticHyperParameters",
                "TrainingJobDefinitions[].StaticHyperParameters",
            ),
            _has_no_end,
        ),
        text=(
            "MaxResource parameter is not provided and could not be inferred from provided static "
            "hyperparameters of TrainingJobDefinition."
        ),
        text_source="awslabs/graphstorm#1243",
        source="awslabs/graphstorm#1243; model, HyperbandStrategyConfig.MaxResource",
    ),
    FieldRule(
        when(
            equals("HyperParameterTuningJobConfig.Strategy", "Grid"),
            holds(
                "categorical ranges only",
                (
                    "HyperParameterTuningJobConfig.ParameterRanges",
                    "TrainingJobDefinition.HyperParameterRanges",
                    "TrainingJobDefinitions[].HyperParameterRanges",
                ),
                _grid_over_numbers,
            ),
        ),
        text="Only categorical parameters are supported when using the grid search strategy.",
        source="Developer Guide, Grid search",
    ),
    FieldRule(
        unique(*(f"{kind}.Name" for kind in (*KINDS_OF_RANGES, "AutoParameters[]"))),
        at=RANGES,
        text="Hyperparameter names must be unique.",
        source="model, IntegerParameterRange.Name",
    ),
    FieldRule(
        count_at_most(MOST_HYPERPARAMETERS, *KINDS_OF_RANGES),
        at=RANGES,
        text=(
            f"The ranges can't have more than {MOST_HYPERPARAMETERS} hyperparameters in all, got "
            "{value}."
        ),
        source="model, ParameterRanges",
    ),
    *within(
        RANGES,
        FieldRule(
            holds("whole numbers, MinValue below MaxValue", ("MinValue", "MaxValue"), _not_whole),
            at="IntegerParameterRanges[]",
            text=INVALID_RANGE,
            source="model, IntegerParameterRange; aws/amazon-sagemaker-feedback#195",
        ),
        FieldRule(
            rising("MinValue", "MaxValue"),
            at="ContinuousParameterRanges[]",
            text=INVALID_RANGE,
            source="model, ContinuousParameterRange; aws/amazon-sagemaker-feedback#195",
        ),
        FieldRule(
            unique("Values[]"),
            at="CategoricalParameterRanges[]",
            text="The value {value} of the hyperparameter {Name} is given more than once.",
            source="aws/amazon-sagemaker-feedback#195",
        ),
        FieldRule(
            holds(
                "only values above 0 with Logarithmic",
                ("ScalingType", "MinValue", "MaxValue"),
                _not_above_zero,
            ),
            at=" | ".join(NUMERIC),
            text="Logarithmic scaling of the hyperparameter {Name} needs values greater than 0.",
            source="model, IntegerParameterRange.ScalingType; ContinuousParameterRange.ScalingType",
        ),
        FieldRule(
            holds(
                "only values from 0 to less than 1 with ReverseLogarithmic",
                ("ScalingType", "MinValue", "MaxValue"),
                _not_below_one,
            ),
            at="ContinuousParameterRanges[]",
            text=(
                "ReverseLogarithmic scaling of the hyperparameter {Name} needs a range within "
                "0 <= x < 1.0."
            ),
            source="model, ContinuousParameterRange.ScalingType",
        ),
    ),
    FieldRule(
        holds(
            f"at most {MOST_VARIABLES} variables in the Environment of all definitions",
            ("TrainingJobDefinition.Environment", "TrainingJobDefinitions[].Environment"),
            _variables_in_all,
        ),
        text=(
            f"The training job definitions can't have more than {MOST_VARIABLES} environment "
            "variables in all, got {value}."
        ),
        source="model, HyperParameterTrainingJobDefinition.Environment",
    ),
)
