"""ModelCard: a document about a model, its versions, and its deletion in steps.

Source: facts, metadata.yaml, ModelCard.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError, invalid
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

KEPT = "Kept"
"""The state of a card that is not being deleted; it has no processing status then."""

DELETION = "DeletePending > DeleteInProgress > ContentDeleted > ExportJobsDeleted > DeleteCompleted"

CHAPTERS = frozenset(
    {
        "model_overview",
        "model_package_details",
        "intended_uses",
        "business_details",
        "training_details",
        "evaluation_details",
        "additional_information",
    }
)
"""What the model card schema has at its top. Source: Developer Guide, model card JSON schema."""

METADATA = (
    ("model_overview", "model_id"),
    ("model_overview", "model_name"),
    ("intended_uses", "risk_rating"),
    ("model_package_details", "model_package_group_name"),
    ("model_package_details", "model_package_arn"),
)
"""What of the content IncludedData=MetadataOnly keeps. Source: model, DescribeModelCardResponse."""

VERSIONED = (
    "ModelCardVersion",
    "Content",
    "ModelCardStatus",
    "LastModifiedTime",
    "LastModifiedBy",
)
"""The members in which one version of a card differs from another."""


def parsed_content(text: str) -> dict[str, Any]:
    """Return the content of a card.

    Raises:
        ServiceError: It is no JSON object, or has a chapter that the schema lacks (texts assumed).
    """
    try:
        content = json.loads(text)
    except ValueError as error:
        raise invalid(f"Model card content is not valid JSON: {error}") from None
    if not isinstance(content, dict):
        raise invalid("Model card content must be a JSON object.")
    unknown = sorted(set(content) - CHAPTERS)
    if unknown:
        raise invalid(f"Model card content has unknown properties: {', '.join(unknown)}.")
    return content


def check_content(context: Context, resource: Resource) -> None:
    """Refuse content that is no model card. Source: facts, ModelCard.notes."""
    if "Content" in resource.document:
        parsed_content(resource.document["Content"])


def check_change(context: Context, resource: Resource) -> None:
    """Refuse an update of both content and status, or of an archived card.

    Source: model, UpdateModelCard and ModelCardStatus; texts assumed.
    """
    assert context.call is not None
    if resource.document.get("ModelCardStatus") == "Archived":
        raise ServiceError(
            "ConflictException", f"Model card {resource.arn} is archived and can't be updated."
        )


def first_version(context: Context, resource: Resource) -> None:
    """Begin with version 1; its creation is its last change.

    Source: SageMaker Python SDK v2, `ModelCard.create`, which reads LastModifiedTime at once.
    """
    document = resource.document
    document.setdefault("ModelCardVersion", 1)
    keep_version(resource, document["CreationTime"])


def next_version(context: Context, resource: Resource) -> None:
    """Make the next version of the card, of the time of the change."""
    now = context.clock.time()
    resource.document["ModelCardVersion"] += 1
    resource.document["LastModifiedTime"] = now
    keep_version(resource, now)


def keep_version(resource: Resource, created: float) -> None:
    """Keep the present members as a version."""
    document = resource.document
    version = {member: document[member] for member in VERSIONED if member in document}
    document["Versions"] = (*document.get("Versions", ()), {**version, "CreationTime": created})


def describe_card(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return what DescribeModelCard says about the version that is asked for: by default the latest.

    Raises:
        ServiceError: There is no such version, or the card is gone but for its name.
    """
    document = resource.document
    if resource.state == "DeleteCompleted":
        context.motion.polled(resource)
        raise being_deleted()
    shown: dict[str, Any] = {}
    number = parameters.get("ModelCardVersion")
    if number is not None:
        version = next((v for v in versions_of(resource) if v["ModelCardVersion"] == number), None)
        if version is None:
            raise ServiceError(
                "ResourceNotFound", f"Version {number} of model card {resource.arn} does not exist."
            )
        shown = {member: version[member] for member in VERSIONED if member in version}
    if parameters.get("IncludedData") == "MetadataOnly":
        content = str(shown.get("Content", document.get("Content", "")))
        shown["Content"] = json.dumps(metadata_of(content))
    return shown


def being_deleted() -> ServiceError:
    """Return the refusal for a card on its way out.

    Source: hashicorp/terraform-provider-aws, model_card.go (contained).
    """
    return invalid("Model card is being deleted")


def metadata_of(text: str) -> dict[str, Any]:
    """Return the part of a card's content that is kept unencrypted; nothing of what is no JSON."""
    found: dict[str, Any] = {}
    try:
        content = parsed_content(text)
    except ServiceError:
        return found  # Only a test can have put such a card there.
    for chapter, member in METADATA:
        inner = content.get(chapter)
        if isinstance(inner, dict) and member in inner:
            found.setdefault(chapter, {})[member] = inner[member]
    return found


def search_members(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the members of the Search record that come from the content."""
    content = metadata_of(resource.document.get("Content", ""))
    sources = {
        "ModelId": content.get("model_overview", {}).get("model_id"),
        "RiskRating": content.get("intended_uses", {}).get("risk_rating"),
        "ModelPackageGroupName": content.get("model_package_details", {}).get(
            "model_package_group_name"
        ),
    }
    return {member: value for member, value in sources.items() if value is not None}


def versions_of(resource: Resource) -> tuple[dict[str, Any], ...]:
    """Return the versions of a card, the first one first."""
    versions: tuple[dict[str, Any], ...] = resource.document.get("Versions", ())
    return versions


def list_versions(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the summaries of a card's versions, the latest first unless asked otherwise (assumed)."""
    earliest = float(parameters.get("CreationTimeAfter", 0))
    latest = float(parameters.get("CreationTimeBefore", float("inf")))
    names = {"ModelCardName": resource.key, "ModelCardArn": resource.arn}
    members = ("ModelCardVersion", "ModelCardStatus", "CreationTime", "LastModifiedTime")
    found = [
        {**names, **{member: version[member] for member in members if member in version}}
        for version in versions_of(resource)
        if earliest <= version["CreationTime"] <= latest
        and parameters.get("ModelCardStatus") in (None, version.get("ModelCardStatus"))
    ]
    if parameters.get("SortOrder") != "Ascending":
        found.reverse()
    return {"ModelCardVersionSummaryList": found}


def show_deletion(context: Context, resource: Resource) -> None:
    """Show how far the deletion is; at its step the export jobs go."""
    resource.document["ModelCardProcessingStatus"] = resource.state
    if resource.state == "ExportJobsDeleted":
        jobs = context.resources("ModelCardExportJob", resource, ModelCardName=resource.key)
        for job in jobs:
            context.registry.remove(job)


BEING_DELETED = Message(
    code="ValidationException",
    text="Model card is being deleted",
    source="hashicorp/terraform-provider-aws, model_card.go (contained)",
)

MODEL_CARD = Kind(
    name="ModelCard",
    field_rules=FieldRules("registry.MODEL_CARD"),
    arn="model-card/{ModelCardName}",
    # ModelCardStatus is what a client says of the card; the processing status tells its deletion.
    status="-",
    lifecycle=Lifecycle(
        path=KEPT,
        fail="DeleteFailed",
        delete=DELETION,
        update_from=KEPT,
        delete_from=KEPT,
        failing={"DeleteInProgress": "DeleteFailed"},
        seconds=dict.fromkeys(DELETION.split(" > "), 2),
    ),
    checks=(check_content,),
    update_checks=(check_change,),
    on_update=(next_version,),
    on_enter={
        KEPT: (first_version,),
        "DeleteFailed": (show_deletion,),
        **dict.fromkeys(DELETION.split(" > "), (show_deletion,)),
    },
    on_describe=describe_card,
    on_search=search_members,
    operations={"ListModelCardVersions": list_versions},
    not_found=Message(
        code="ResourceNotFound",
        text="Model card {arn} does not exist.",
        source="model; hashicorp/terraform-provider-aws, model_card.go (code); text assumed",
    ),
    exists=Message(
        code="ConflictException",
        text="Modelcard {name} already exists",
        source="getmoto/moto, sagemaker/models.py (wording not captured)",
    ),
    cannot_update=BEING_DELETED,
    cannot_delete=BEING_DELETED,
    source="facts, metadata.yaml, ModelCard",
)
