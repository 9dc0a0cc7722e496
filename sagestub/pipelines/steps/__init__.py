"""The types of steps: what each does, declared.

`STEP_TYPES` has all that the schema of definitions, the SageMaker SDK (2 and 3) and the service model
(PipelineExecutionStepMetadata) know.
"""

from __future__ import annotations

from collections.abc import Mapping

from sagestub.pipelines.step import StepType
from sagestub.pipelines.steps import (
    callbacks,
    checks,
    cleanup,
    clusters,
    conditions,
    deployments,
    for_each,
    functions,
    jobs,
    lineage_entities,
    models,
    services,
)

STEP_TYPES: Mapping[str, StepType] = {
    step_type.name: step_type
    for module in (
        jobs,
        models,
        deployments,
        conditions,
        for_each,
        functions,
        callbacks,
        clusters,
        services,
        checks,
        lineage_entities,
        cleanup,
    )
    for step_type in module.TYPES
}
"""Every type of step by its name in definitions."""
