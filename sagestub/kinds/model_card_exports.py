"""ModelCardExportJob: writes a version of a model card as a PDF.

Source: facts, jobs.yaml, ModelCardExportJob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


def latest_version(context: Context, resource: Resource) -> int:
    """Return the latest version of the model card; 1 for a card that a test has left out."""
    name = resource.document.get("ModelCardName", "")
    card = context.resource("ModelCard", resource, name)
    return int(card.document.get("ModelCardVersion", 1)) if card is not None else 1


def check_version(context: Context, resource: Resource) -> None:
    """Refuse a version that the model card does not have.

    Source: facts, jobs.yaml, ModelCardExportJob.errors (code documented, text assumed).
    """
    version = resource.document.get("ModelCardVersion")
    if not context.checks_references:
        return
    if version is not None and not 1 <= version <= latest_version(context, resource):
        name = resource.document["ModelCardName"]
        raise ServiceError(
            "ResourceNotFound", f"Version {version} of the model card {name} does not exist."
        )


def choose_version(context: Context, resource: Resource) -> None:
    """Export the latest version when none is given."""
    resource.document.setdefault("ModelCardVersion", latest_version(context, resource))


def write_export(context: Context, resource: Resource) -> None:
    """Set where the export lies (file name assumed).

    Source: facts, jobs.yaml, ModelCardExportJob.filled_in.
    """
    document = resource.document
    path = document.get("OutputConfig", {}).get("S3OutputPath")
    if path is not None:
        file = f"{document.get('ModelCardName')}-{document['ModelCardVersion']}.pdf"
        document["ExportArtifacts"] = {"S3ExportArtifacts": f"{path.rstrip('/')}/{file}"}


MODEL_CARD_EXPORT_JOB = Kind(
    name="ModelCardExportJob",
    arn="model-card/{ModelCardName}/export-job/{ModelCardExportJobName}",
    # Only what a test adds without a name has a made one.
    made={"ModelCardExportJobName": "export-{id}"},
    parents={"ModelCardName": "ModelCard"},
    lifecycle=Lifecycle(path="InProgress > Completed", fail="Failed"),
    checks=(check_version,),
    on_create=(choose_version,),
    on_enter={"Completed": (write_export,)},
    sort={"Name": "ModelCardExportJobName"},
    not_found=Message(
        code="ResourceNotFound", text="The model card export job {arn} does not exist."
    ),
    exists=Message(
        code="ConflictException",
        text=(
            "A model card export job with the name {ModelCardExportJobName} already exists for this "
            "model card ({arn})."
        ),
        source="API reference, CreateModelCardExportJob (code); text assumed",
    ),
    source="facts, jobs.yaml, ModelCardExportJob",
)
