"""The services beside the control plane: runtimes, feature store, metrics, and their kin.

One module each, imported when a client of that service first calls. They share the world's registry
with the control plane and know the engine only.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sagestub.engine.plane import Plane

MODULES: dict[str, str] = {
    "sagemaker-runtime": "runtime",
    "sagemaker-inference-router-runtime": "inference_router",
    "sagemaker-gateway-runtime": "gateway_runtime",
    "sagemaker-geospatial": "geospatial",
    "sagemakerjobruntime": "job_runtime",
    "sagemakertrainingsessionruntime": "training_session_runtime",
    "sagemaker-edge": "edge",
    "sagemaker-featurestore-runtime": "feature_store",
    "sagemaker-a2i-runtime": "a2i",
    "sagemaker-metrics": "metrics",
}
"""The module that declares each service's `PLANE`, by the service's name."""

KINDS: dict[str, str] = {
    "EarthObservationJob": "sagemaker-geospatial",
    "VectorEnrichmentJob": "sagemaker-geospatial",
    "TrainingOperation": "sagemakertrainingsessionruntime",
    "SamplingOperation": "sagemakertrainingsessionruntime",
    "HumanLoop": "sagemaker-a2i-runtime",
}
"""The service of each kind of resource that lives beside the control plane.

Written down, so that the handle knows a kind without importing every plane.
"""


def plane_of(service_name: str) -> Plane | None:
    """Return what is declared for a service; None for one that only convention answers."""
    module = MODULES.get(service_name)
    if module is None:
        return None
    plane: Plane = import_module(f"sagestub.planes.{module}").PLANE
    return plane
