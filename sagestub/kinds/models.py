"""Model: what an endpoint or a transform job loads.

Source: facts, hosting.yaml, Model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.errors import ServiceError, invalid
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


def is_of_marketplace(container: Mapping[str, Any], account: str) -> bool:
    """Return whether a container comes from a model package of the AWS Marketplace.

    Such a package has no version and is of another account; a package that another account shares from
    its registry has a version.

    Source: facts, metadata.yaml, ModelPackage (ARNs); that nothing else tells them apart is assumed.
    """
    parts = str(container.get("ModelPackageName", "")).split(":")
    is_arn = len(parts) > 5  # noqa: PLR2004 - the fields of an ARN
    return is_arn and parts[4] != account and parts[5].count("/") == 1


def check_environments(context: Context, resource: Resource) -> None:
    """Refuse environment variables that the model package does not let a model have.

    Source: facts, reports.yaml, Model.errors.
    """
    for container in containers_of(resource.document):
        own, name = container.get("Environment"), container.get("ModelPackageName")
        if not own or name is None:
            continue
        if is_of_marketplace(container, resource.account):
            raise invalid(
                "Environment variable map cannot be specified when using a ModelPackage subscribed "
                "from AWS Marketplace."
            )
        package = context.resource("ModelPackage", resource, name)
        for packed in package_containers(package):
            if packed.get("Environment"):
                theirs = echo(packed["Environment"])
                raise invalid(
                    "Environment variable map cannot be specified both at Model Package "
                    f"{theirs} and Model {echo(own)}."
                )


def package_containers(package: Resource | None) -> Sequence[Mapping[str, Any]]:
    """Return the containers of a model package; none where there is no package."""
    document = package.document if package is not None else {}
    found: Sequence[Mapping[str, Any]] = document.get("InferenceSpecification", {}).get(
        "Containers", ()
    )
    return found


def echo(variables: Mapping[str, str]) -> str:
    """Return variables as the service's messages have them."""
    return "{" + ", ".join(f"{name}={value}" for name, value in variables.items()) + "}"


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
    field_rules=FieldRules("models.MODEL"),
    absent={
        "DeploymentRecommendation": "what the service would recommend cannot be known",
    },
    arn="model/{ModelName}",
    defaults={
        "EnableNetworkIsolation": False,
        "PrimaryContainer.Mode": "SingleModel",
        "Containers[].Mode": "SingleModel",
    },
    checks=(check_packages, check_environments),
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
