"""Results of steps that are used again: the key, how long it holds, and what was made last by it.

Source: Developer Guide, "Caching pipeline steps", "Turn on step caching", "Default cache key attributes by
pipeline step type".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.pipelines.records import KEPT, Record, records_of, reused

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.pipelines.step import StepRun

ROOM = "pipeline cache"

_CHECK = ("CheckJobConfig", "SkipCheck", "RegisterNewBaseline", "ModelPackageGroupName")

KEY_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "Processing": ("AppSpecification", "Environment", "ProcessingInputs"),
    "Training": (
        "AlgorithmSpecification",
        "CheckpointConfig",
        "DebugHookConfig",
        "DebugRuleConfigurations",
        "Environment",
        "HyperParameters",
        "InputDataConfig",
    ),
    "Tuning": (
        "HyperParameterTuningJobConfig",
        *(
            f"TrainingJobDefinition.{member}"
            for member in (
                "AlgorithmSpecification",
                "HyperParameterRanges",
                "InputDataConfig",
                "StaticHyperParameters",
                "TuningObjective",
            )
        ),
        "TrainingJobDefinitions",
    ),
    "AutoML": (
        *(
            f"AutoMLJobConfig.{member}"
            for member in (
                "CompletionCriteria",
                "CandidateGenerationConfig",
                "DataSplitConfig",
                "Mode",
            )
        ),
        "AutoMLJobObjective",
        "InputDataConfig",
        "ProblemType",
    ),
    "Transform": ("DataProcessing", "Environment", "ModelName", "TransformInput"),
    "ClarifyCheck": ("ClarifyCheckConfig", *_CHECK, "SuppliedBaselineConstraints"),
    "QualityCheck": (
        "QualityCheckConfig",
        *_CHECK,
        "SuppliedBaselineConstraints",
        "SuppliedBaselineStatistics",
    ),
    "EMR": ("ClusterId", "StepConfig"),
}
"""The arguments that make the key, by type of step. Of other types all arguments do (assumed)."""

UNITS: Mapping[str, float] = {
    "Y": 365 * 86400.0,
    "M": 30 * 86400.0,
    "W": 7 * 86400.0,
    "D": 86400.0,
    "TH": 3600.0,
    "TM": 60.0,
    "TS": 1.0,
}
"""Seconds of a unit in ExpireAfter; `T` before those that stand in the part of the time."""

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)([A-Z])")


class Hit(NamedTuple):
    """Where the result of a step lies.

    Args:
        execution: The ARN of the execution that made it.
        ended: When it was made, in epoch seconds.
    """

    execution: str
    ended: float


def is_on(run: StepRun) -> bool:
    """Return whether caching is turned on for a step."""
    return run.step.cache is not None and run.step.cache.get("Enabled") in (True, "true", "True")


def key_of(run: StepRun) -> str:
    """Return the key of a step: the same for the same values of what decides the result."""
    members = KEY_MEMBERS.get(run.step.type)
    chosen: Any = run.arguments
    if members is not None:
        chosen = {member: _at(run.arguments, member) for member in members}
    text = json.dumps(chosen, sort_keys=True, default=str)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _at(arguments: Mapping[str, Any], member: str) -> Any:
    first, _, rest = member.partition(".")
    value = arguments.get(first)
    if not rest:
        return value
    return value.get(rest) if isinstance(value, Mapping) else None


def seconds_in(duration: object) -> float:
    """Return the seconds of a duration in ISO 8601; without the `P` and in small letters too.

    A duration that is absent or cannot be read never passes (assumed).

    Example:
        >>> seconds_in("PT1H"), seconds_in("30dT5h"), seconds_in("T16m")
        (3600.0, 2610000.0, 960.0)
    """
    text = str(duration or "").upper().removeprefix("P")
    days, _, time = text.partition("T")
    found = [(number, unit) for number, unit in _NUMBER.findall(days)]
    found += [(number, f"T{unit}") for number, unit in _NUMBER.findall(time)]
    if not found or any(unit not in UNITS for _, unit in found):
        return float("inf")
    return sum(float(number) * UNITS[unit] for number, unit in found)


def hit_for(run: StepRun, key: str) -> Record | None:
    """Return the record of a step whose result is used again; None when it must run.

    The latest run of the same pipeline counts, if it is not older than the step allows.
    """
    hit = _room(run.context).get(_place(run.execution, run.step.name, key))
    now = run.context.clock.time()
    if hit is None or run.step.cache is None:
        return None
    if now - hit.ended > seconds_in(run.step.cache.get("ExpireAfter")):
        return None
    source = run.context.registry.by_arn(hit.execution)
    record = records_of(source).get(run.step.name) if source is not None else None
    if record is None or record[KEPT].get("Key") != key:
        return None
    return reused(record, now, "CacheHitResult", hit.execution)


def keep(run: StepRun, key: str) -> None:
    """Note that a step has succeeded, for executions to come."""
    place = _place(run.execution, run.step.name, key)
    _room(run.context)[place] = Hit(run.execution.arn, run.context.clock.time())


def _place(execution: Resource, step: str, key: str) -> tuple[str, str, str]:
    return execution.arn.partition("/execution/")[0], step, key


def _room(context: Context) -> dict[Any, Hit]:
    return context.room(ROOM)
