"""What is declared for each service: the catalogue of the control plane, and the planes beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub import planes
from sagestub.engine.plane import Plane
from sagestub.kinds import FIELD_RULES, FUNCTIONS, KINDS

if TYPE_CHECKING:
    from sagestub.model.service import Service
    from sagestub.operations.plan import Catalogue

CONTROL_PLANE = Plane(KINDS, FUNCTIONS, FIELD_RULES)


def plane_of(service_name: str) -> Plane | None:
    """Return what is declared for a service, by its name; None for nothing."""
    return CONTROL_PLANE if service_name == "sagemaker" else planes.plane_of(service_name)


def catalogue_of(service: Service) -> Catalogue:
    """Return the catalogue tied to a service model, as a world would have it."""
    from sagestub import dispatch

    return dispatch.catalogue_of(service, plane_of)


def service_names() -> list[str]:
    """Return the SageMaker services of the installed botocore, the control plane first."""
    from botocore.loaders import Loader

    names = Loader().list_available_services("service-2")
    return sorted(name for name in names if name.startswith("sagemaker"))
