"""What is declared for each service: the catalogue of the control plane, and the planes beside it."""

from __future__ import annotations

from sagestub import planes
from sagestub.engine.plane import Plane
from sagestub.kinds import FUNCTIONS, KINDS

CONTROL_PLANE = Plane(KINDS, FUNCTIONS)


def plane_of(service_name: str) -> Plane | None:
    """Return what is declared for a service, by its name; None for nothing."""
    return CONTROL_PLANE if service_name == "sagemaker" else planes.plane_of(service_name)
