"""Model: what an endpoint or a transform job loads.

Source: facts, hosting.yaml, Model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.errors import ServiceError
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

LONGEST_ENVIRONMENT = 32 * 1024
"""Characters that all environment maps of a model may have. Source: model, ContainerDefinition."""


def containers_of(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Return the containers of a model's document, in order."""
    primary = document.get("PrimaryContainer")
    if primary is not None:
        yield primary
    yield from document.get("Containers", ())


def check_packages(context: Context, resource: Resource) -> None:
    """Refuse a model package of the own account that does not exist; others cannot be seen.

    Source: facts, hosting.yaml, Model.references (text assumed there).
    """
    for container in containers_of(resource.document):
        name = container.get("ModelPackageName")
        if name is None or not context.lacks("ModelPackage", resource, name):
            continue
        arn = name
        if not name.startswith("arn:"):
            arn = f"{resource.arn.rsplit(':', 1)[0]}:model-package/{name}"
        if arn.split(":")[4] == resource.account:
            raise ServiceError("ValidationException", f"ModelPackage {arn} does not exist.")


def deployed_image(image: str, time: float) -> dict[str, Any]:
    """Return a DeployedImage: the path as given, and with the digest that its tag stood for.

    The digest is made up from the path; the same path has the same digest.

    Source: API reference, DeployedImage.
    """
    repository = image.partition("@")[0]
    head, slash, last = repository.rpartition("/")
    resolved = f"{head}{slash}{last.partition(':')[0]}@sha256:{sha256(image.encode()).hexdigest()}"
    return {
        "SpecifiedImage": image,
        "ResolvedImage": image if "@" in image else resolved,
        "ResolutionTime": time,
    }


MODEL = Kind(
    name="Model",
    field_rules=FieldRules("hosting.MODEL"),
    absent={
        "DeploymentRecommendation": "what the service would recommend cannot be known",
    },
    arn="model/{ModelName}",
    defaults={
        "EnableNetworkIsolation": False,
        "PrimaryContainer.Mode": "SingleModel",
        "Containers[].Mode": "SingleModel",
    },
    checks=(check_packages,),
    not_found=Message(
        code="ValidationException",
        text='Could not find model "{arn}".',
        source="aws/sagemaker-python-sdk issue 2112",
    ),
    exists=Message(
        code="ValidationException",
        text='Cannot create already existing model "{arn}".',
        source="aws/sagemaker-python-sdk, session_helper.py (prefix)",
    ),
    source="facts, hosting.yaml, Model",
)
