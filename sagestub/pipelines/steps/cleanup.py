"""Cleanup: deletes what earlier steps have written to S3.

Source: aws/sagemaker-python-sdk 3, mlops/workflow/cleanup_step.py; model, CleanupStepMetadata. The objects
are deleted in Moto's S3; without Moto there are none, and the step says that it has deleted them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sagestub.pipelines import outside
from sagestub.pipelines.expressions import UnresolvedError
from sagestub.pipelines.step import Outcome, StepRun, StepType, Succeeded

SECONDS = 2.0

OUTPUTS: Mapping[str, tuple[str, ...]] = {
    "Training": ("ModelArtifacts", "S3ModelArtifacts"),
    "Athena": ("S3OutputLocation",),
}
"""Where the outputs of a step lie that the service finds by itself, by type of step."""


def clean(run: StepRun) -> Outcome:
    """Delete the objects, step by step; what cannot be deleted is told, and fails nothing."""
    done: dict[str, list[Any]] = {"CleanedSteps": [], "FailedSteps": [], "SkippedSteps": []}
    for source in (run.arguments.get("Resources") or {}).get("S3") or ():
        name = str(source.get("StepName"))
        uris = source.get("S3Uris")
        if uris is None:
            uris = found(run, name)
        if not uris:
            done["SkippedSteps"].append(name)
            continue
        error = deleted(run, uris)
        if error is None:
            done["CleanedSteps"].append(name)
        else:
            failure = {"StepName": name, "ErrorCode": "ClientError", "ErrorMessage": error}
            done["FailedSteps"].append(failure)
    return Succeeded(metadata={"Cleanup": done}, seconds=SECONDS)


def found(run: StepRun, name: str) -> list[str]:
    """Return where the outputs of a step lie; none when it has not got that far."""
    step = run.definition.steps.get(name)
    parts = OUTPUTS.get(step.type) if step is not None else None
    if parts is None:
        return []
    try:
        uri = run.scope.property(name, parts)
    except UnresolvedError:
        return []
    return [str(uri)] if uri else []


def deleted(run: StepRun, uris: list[str]) -> str | None:
    """Delete objects of Moto's S3; return what went wrong, or None."""
    s3 = outside.client(run, "s3")
    remove: Callable[..., Any] | None = s3.delete_object if s3 is not None else None
    for uri in uris:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        if remove is None:
            continue
        try:
            remove(Bucket=bucket, Key=key)
        except Exception as error:  # noqa: BLE001 - whatever Moto says is told in the report.
            return str(error)
    return None


TYPES = (StepType(name="Cleanup", start=clean, metadata_member="Cleanup", requires=("Resources",)),)
