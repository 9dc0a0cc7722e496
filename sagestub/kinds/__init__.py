"""The catalogue: what each sort of resource does that the service model does not say.

One declaration a kind, and small functions hung on it. Kinds know the engine; never the operations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind
from sagestub.kinds.compilation import COMPILATION_JOB
from sagestub.kinds.endpoints import ENDPOINT, ENDPOINT_CONFIG
from sagestub.kinds.feature_groups import FEATURE_GROUP, FEATURE_METADATA
from sagestub.kinds.models import MODEL
from sagestub.kinds.notebooks import NOTEBOOK_INSTANCE, NOTEBOOK_INSTANCE_LIFECYCLE_CONFIG
from sagestub.kinds.pipelines import PIPELINE, PIPELINE_EXECUTION
from sagestub.kinds.processing import PROCESSING_JOB
from sagestub.kinds.training import TRAINING_JOB
from sagestub.kinds.transform import TRANSFORM_JOB
from sagestub.kinds.tuning import HYPER_PARAMETER_TUNING_JOB

if TYPE_CHECKING:
    from sagestub.engine.context import Context

KINDS: tuple[Kind, ...] = (
    COMPILATION_JOB,
    PIPELINE,
    PIPELINE_EXECUTION,
    MODEL,
    ENDPOINT,
    ENDPOINT_CONFIG,
    FEATURE_GROUP,
    FEATURE_METADATA,
    NOTEBOOK_INSTANCE,
    NOTEBOOK_INSTANCE_LIFECYCLE_CONFIG,
    PROCESSING_JOB,
    TRANSFORM_JOB,
    TRAINING_JOB,
    HYPER_PARAMETER_TUNING_JOB,
)
"""Every declared kind of the service `sagemaker`."""

FUNCTIONS: Mapping[str, Callable[[Context, Mapping[str, Any]], Mapping[str, Any]]] = {}
"""What answers operations about no single resource, by operation name."""
