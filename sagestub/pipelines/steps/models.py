"""Steps that make a model or register one: Model, RegisterModel.

Source: docs/facts/pipelines.md, step types; aws/sagemaker-python-sdk, workflow/model_step.py.
"""

from __future__ import annotations

from typing import Any

from sagestub.pipelines.step import Outcome, Running, StepRun, StepType
from sagestub.pipelines.steps.creation import (
    Creation,
    arn_metadata,
    created,
    done_at_once,
    request_of,
    tags_of,
)

MODEL = Creation(kind="Model", metadata="Model", name="ModelName")
PACKAGE = Creation(kind="ModelPackage", metadata="RegisterModel", taggable=False)


def register(run: StepRun) -> Outcome:
    """Register a model package; the group is made when there is none.

    Source: docs/facts/pipelines.md, RegisterModel: tags go to the group, since versions have none; the
    execution is what has generated the package.
    """
    request = request_of(run, PACKAGE)
    tags = request.pop("Tags", None)
    group = request.get("ModelPackageGroupName")
    if group is None:
        request["Tags"] = tags_of(run, tags)
    elif run.context.resource("ModelPackageGroup", run.execution, str(group)) is None:
        run.perform(
            "CreateModelPackageGroup",
            {"ModelPackageGroupName": group, "Tags": tags_of(run, tags)},
        )
    metadata: dict[str, Any] = dict(request.get("MetadataProperties") or {})
    request["MetadataProperties"] = {"GeneratedBy": run.execution.arn, **metadata}
    package = created(run, PACKAGE, request)
    return Running(package, arn_metadata(PACKAGE, package))


TYPES = (
    StepType(
        name="Model",
        start=done_at_once(MODEL),
        metadata_member="Model",
    ),
    # The name that definitions written by hand use for the same.
    StepType(
        name="CreateModel",
        start=done_at_once(MODEL),
        metadata_member="Model",
    ),
    StepType(name="RegisterModel", start=register, metadata_member="RegisterModel"),
)
