"""What is refused when a training job is made: settings that do not fit together.

Source: facts, jobs.yaml, TrainingJob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.engine.documents import values_at
from sagestub.errors import ServiceError, invalid

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


def check_package_group(context: Context, resource: Resource) -> None:
    """Refuse a ModelPackageConfig whose group does not exist.

    Source: facts, jobs.yaml, TrainingJob.references; text: cross-cutting, section 4.
    """
    config = resource.document.get("ModelPackageConfig")
    if config is None:
        return
    arn = config["ModelPackageGroupArn"]
    if context.lacks("ModelPackageGroup", resource, arn):
        raise ServiceError("ValidationException", f"ModelPackageGroup {arn} does not exist.")


def check_algorithm(context: Context, resource: Resource) -> None:
    """Refuse several instances for an algorithm that trains on one.

    Source: facts, reports.yaml, TrainingJob.errors (text assumed).
    """
    name = resource.document.get("AlgorithmSpecification", {}).get("AlgorithmName")
    algorithm = context.resource("Algorithm", resource, name) if name else None
    if algorithm is None:
        return
    specification = algorithm.document.get("TrainingSpecification", {})
    config = resource.document.get("ResourceConfig", {})
    count = sum(
        g["InstanceCount"]
        for g in (config, *config.get("InstanceGroups", ()))
        if "InstanceCount" in g
    )
    if specification.get("SupportsDistributedTraining") is False and count > 1:
        raise invalid(
            f"The algorithm {algorithm.arn} does not support distributed training: "
            f"InstanceCount must be 1, and is {count}."
        )


HUB_CONTENT = (
    "InputDataConfig[].DataSource.DatasetSource.DatasetArn",
    "InputDataConfig[].DataSource.S3DataSource.HubAccessConfig.HubContentArn",
)


def check_hub_content(context: Context, resource: Resource) -> None:
    """Refuse input from content that no hub of the account has; others' hubs cannot be seen.

    Source: facts, hosting.yaml, HubContent.notes (code assumed).
    """
    place = f":sagemaker:{resource.region}:{resource.account}:hub-content/"
    for arn in (arn for path in HUB_CONTENT for arn in values_at(resource.document, path)):
        if place not in arn or not context.checks_references:
            continue
        known = (c.document["HubContentArn"] for c in context.resources("HubContent", resource))
        if not any(arn in (shown, shown.rpartition("/")[0]) for shown in known):
            raise invalid(f"Hub content {arn} does not exist.")
