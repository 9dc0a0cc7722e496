"""What a tuning job was asked for: definitions of training jobs, objective, ranges, limits, parents.

Source: facts, jobs.yaml, HyperParameterTuningJob.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


def definitions_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the training job definitions of a tuning job: one, several or none."""
    single = document.get("TrainingJobDefinition")
    return [single] if single is not None else list(document.get("TrainingJobDefinitions", ()))


def objective_of(
    document: Mapping[str, Any], definition: Mapping[str, Any]
) -> dict[str, str] | None:
    """Return type and metric of the objective that a definition's jobs have."""
    whole = document.get("HyperParameterTuningJobConfig", {})
    found = definition.get("TuningObjective") or whole.get("HyperParameterTuningJobObjective")
    return dict(found) if found is not None else None


def is_maximized(document: Mapping[str, Any]) -> bool:
    """Return whether larger values of the objective are better."""
    for definition in definitions_of(document):
        objective = objective_of(document, definition)
        if objective is not None:
            return objective["Type"] == "Maximize"
    return True


def ranges_of(document: Mapping[str, Any], definition: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parameter ranges that a definition's jobs are chosen from."""
    whole = document.get("HyperParameterTuningJobConfig", {})
    found: Mapping[str, Any] = definition.get("HyperParameterRanges") or whole.get(
        "ParameterRanges", {}
    )
    return found


def limits_of(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the ResourceLimits."""
    limits: Mapping[str, Any] = document.get("HyperParameterTuningJobConfig", {}).get(
        "ResourceLimits", {}
    )
    return limits


PARENTS = "ParentHyperParameterTuningJobs"


def parents_of(context: Context, resource: Resource) -> list[Resource]:
    """Return the tuning jobs that a warm start builds on; without those that are gone."""
    start = resource.document.get("WarmStartConfig", {})
    names = [p.get("HyperParameterTuningJobName", "") for p in start.get(PARENTS, ())]
    found = (context.resource("HyperParameterTuningJob", resource, name) for name in names)
    return [parent for parent in found if parent is not None]


SWITCHES = (
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "EnableManagedSpotTraining",
)
