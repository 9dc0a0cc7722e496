"""What is refused when a training job is made: settings that do not fit together.

Source: facts, jobs.yaml, TrainingJob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.errors import ServiceError

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
