"""Hub and HubContent: models and notebooks in a hub, their versions, and references to public ones.

Source: facts, hosting.yaml, Hub, HubContent and HubContentReference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.engine.making import new_resource
from sagestub.errors import ServiceError, invalid
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.versions import version_numbers
from sagestub.types import GONE

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.types import Call

PUBLIC_HUB = "SageMakerPublicHub"
"""The hub that everyone sees and nobody changes; its owner's account is `aws`."""

FIRST_VERSION = "1.0.0"
"""The version of content that names none (assumed)."""

REFERENCE = "ModelReference"


# Hub ----------------------------------------------------------------------------------------------


def find_hub(context: Context, kind: BoundKind, parameters: Mapping[str, Any]) -> Resource | None:
    """Find a hub by name or ARN; the public hub is always there.

    Source: facts, hosting.yaml, Hub.notes.
    """
    call = context.call
    assert call is not None
    name = str(parameters["HubName"])
    found = context.resource("Hub", call, name)
    if found is None and name.rsplit("/", 1)[-1] == PUBLIC_HUB:
        return public_hub(context, kind, call)
    return found


def public_hub(context: Context, kind: BoundKind, call: Call) -> Resource:
    """Return the public hub of a region, which stands in no account's registry."""
    members = {
        "HubName": PUBLIC_HUB,
        "HubDescription": "Hub of the models and notebooks of SageMaker JumpStart.",
        "HubStatus": "InService",
    }
    return new_resource(context, kind, members, "aws", call.region)


def refuse_public(context: Context, resource: Resource) -> None:
    """Refuse to change the public hub (text assumed)."""
    if resource.account == "aws":
        raise invalid(f"Hub {resource.arn} is read only.")


def refuse_with_contents(context: Context, resource: Resource) -> None:
    """Refuse to delete a hub that is not empty (text assumed).

    Source: facts, hosting.yaml, Hub.preconditions.
    """
    if context.resources("HubContent", resource, HubName=resource.key):
        raise ServiceError("ResourceInUse", f"Hub {resource.arn} is not empty.")


HUB = Kind(
    name="Hub",
    arn="hub/{HubName}",
    lifecycle=Lifecycle(
        path="Creating > InService",
        fail="CreateFailed",
        update="Updating > InService",
        delete="Deleting",
        failing={"Updating": "UpdateFailed", "Deleting": "DeleteFailed"},
        seconds={"Creating": 10, "Updating": 10, "Deleting": 10},
    ),
    find=find_hub,
    update_checks=(refuse_public,),
    delete_checks=(refuse_public, refuse_with_contents),
    failure_reason="The hub could not be created.",
    not_found=Message(code="ResourceNotFound", text="Hub {arn} does not exist."),
    exists=Message(code="ResourceInUse", text="Hub {arn} already exists."),
    source="facts, hosting.yaml, Hub",
)


# HubContent ---------------------------------------------------------------------------------------

SUMMARY = (
    "HubContentName",
    "HubContentArn",
    "SageMakerPublicHubContentArn",
    "HubContentVersion",
    "HubContentType",
    "DocumentSchemaVersion",
    "HubContentDisplayName",
    "HubContentDescription",
    "SupportStatus",
    "HubContentSearchKeywords",
    "HubContentStatus",
    "CreationTime",
)


def hub_called(context: Context, name: str) -> Resource:
    """Return the hub that a call names; one that stands nowhere where references are not checked.

    Raises:
        ServiceError: There is none.
    """
    call = context.call
    assert call is not None
    kind = context.kind_named("Hub")
    found = find_hub(context, kind, {"HubName": name})
    if found is None and not context.checks_references:
        members = {"HubName": name.rpartition("/")[2], "HubStatus": "InService"}
        return new_resource(context, kind, members, call.account, call.region)
    if found is None:
        arn = f"arn:aws:sagemaker:{call.region}:{call.account}:hub/{name}"
        raise ServiceError(
            "ResourceNotFound", f"Hub {name if ':' in name else arn} does not exist."
        )
    return found


def versions_of(context: Context, hub: Resource, content_type: str, name: str) -> list[Resource]:
    """Return every version of a content, the oldest version first."""
    found = context.resources(
        "HubContent", hub, HubName=hub.key, HubContentType=content_type, HubContentName=name
    )
    return sorted(found, key=lambda content: version_numbers(content.document["HubContentVersion"]))


def find_content(
    context: Context, kind: BoundKind, parameters: Mapping[str, Any]
) -> Resource | None:
    """Find content by its version; the latest one without it."""
    hub = hub_called(context, parameters["HubName"])
    versions = versions_of(context, hub, parameters["HubContentType"], parameters["HubContentName"])
    asked = parameters.get("HubContentVersion")
    for content in reversed(versions):
        if asked in (None, content.document["HubContentVersion"]):
            return content
    return None


def check_content(context: Context, resource: Resource) -> None:
    """Refuse content of a hub that is not InService (text assumed).

    Source: facts, hosting.yaml, HubContent.references and notes.
    """
    document = resource.document
    operation = context.call.operation if context.call is not None else ""
    hub = context.resource("Hub", resource, document["HubName"])
    looks = operation == "ImportHubContent" and context.checks_references
    if looks and hub is not None and hub.status != "InService":
        raise invalid(f"Hub {hub.arn} is in status {hub.status}.")


def enter_content(context: Context, resource: Resource) -> None:
    """Tie content to its hub, and list the dependencies that its document names.

    Source: facts, hosting.yaml, HubContent.filled_in.
    """
    document = resource.document
    name = document.get("HubName", "")
    hub = context.resource("Hub", resource, name)
    document["HubArn"] = hub.arn if hub is not None else context.arn(f"hub/{name}", resource)
    if document.get("HubContentType") == REFERENCE:
        # Tags know a reference without the version that its ARN is shown with.
        resource.arn = unversioned(resource.arn)
    found = dependencies_in(document.get("HubContentDocument", ""))
    if found:
        document.setdefault("HubContentDependencies", found)


def unversioned(arn: str) -> str:
    """Return the ARN of hub content without a version.

    Source: hashicorp/terraform-provider-aws, hub_content_reference.go (what ListTags expects).
    """
    return "/".join(arn.split("/")[:4])


def dependencies_in(text: str) -> list[dict[str, str]]:
    """Return the dependencies that a hub content document lists; none where it is no such JSON."""
    try:
        parsed = json.loads(text)
    except ValueError:
        return []
    listed = parsed.get("Dependencies") if isinstance(parsed, dict) else None
    members = ("DependencyOriginPath", "DependencyCopyPath")
    return [
        {member: entry[member] for member in members if isinstance(entry.get(member), str)}
        for entry in (listed if isinstance(listed, list) else ())
        if isinstance(entry, dict)
    ]


def presigned_urls(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a URL for each artifact of the content: its dependencies in S3.

    Source: model, CreateHubContentPresignedUrls (URLs expire within 15 minutes).
    """
    expected = parameters.get("AccessConfig", {}).get("ExpectedS3Url", "")
    configs = []
    for dependency in resource.document.get("HubContentDependencies", ()):
        path = dependency.get("DependencyCopyPath") or dependency.get("DependencyOriginPath", "")
        if not path.startswith("s3://") or not path.startswith(expected):
            continue
        bucket, _, key = path.removeprefix("s3://").partition("/")
        host = f"{bucket}.s3.{resource.region}.amazonaws.com"
        signature = context.new_uuid().replace("-", "") * 2
        query = f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=900&X-Amz-Signature={signature}"
        configs.append({"Url": f"https://{host}/{key}?{query}", "LocalPath": f"/{key}"})
    return {"AuthorizedUrlConfigs": configs}


def change_reference(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Set the least version that a reference may stand for; nothing else changes.

    Source: facts, hosting.yaml, HubContentReference.notes.
    """
    _check_reference(parameters)
    if "MinVersion" in parameters:
        version = parameters["MinVersion"]
        public = unversioned(resource.document["SageMakerPublicHubContentArn"])
        resource.replace(
            {
                "ReferenceMinVersion": version,
                "SageMakerPublicHubContentArn": f"{public}/{version}",
            }
        )
    return {member: resource.document[member] for member in ("HubArn", "HubContentArn")}


def delete_reference(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Send a reference on its way of a delete."""
    _check_reference(parameters)
    lifecycle = resource.kind.lifecycle
    assert lifecycle is not None
    context.motion.go(resource, (*lifecycle.delete, GONE))
    return {}


def _check_reference(parameters: Mapping[str, Any]) -> None:
    if parameters["HubContentType"] != REFERENCE:
        raise invalid(f"The only supported type of hub content reference is {REFERENCE}.")


def create_reference(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put a reference to a public model into a hub.

    The public model's document and schema version are those of a model that a test has added to the
    public hub; of another they cannot be known: an empty JSON object stands for the document.

    Raises:
        ServiceError: There is no such hub, or the name is taken. Source: facts, hosting.yaml,
            HubContentReference.errors (texts assumed).
    """
    hub = hub_called(context, parameters["HubName"])
    public = unversioned(parameters["SageMakerPublicHubContentArn"])
    model = public_model(context, public)
    name = parameters.get("HubContentName") or public.split("/")[3]
    version = parameters.get("MinVersion", FIRST_VERSION)
    existing = versions_of(context, hub, REFERENCE, name)
    if existing:
        raise ServiceError("ResourceInUse", f"Hub content {existing[0].arn} already exists.")
    members = {
        "HubName": hub.key,
        "HubContentType": REFERENCE,
        "HubContentName": name,
        "HubContentVersion": version,
        "DocumentSchemaVersion": model.get("DocumentSchemaVersion", FIRST_VERSION),
        "HubContentDocument": model.get("HubContentDocument", "{}"),
        # Source: hashicorp/terraform-provider-aws, hub_content_reference.go (the version in it).
        "SageMakerPublicHubContentArn": f"{public}/{version}",
        "Tags": parameters.get("Tags", ()),
    }
    if "MinVersion" in parameters:
        members["ReferenceMinVersion"] = version
    context.refuse_more("HubContent", 1, hub)
    content = context.add("HubContent", members, hub, asked=True)
    return {"HubArn": hub.arn, "HubContentArn": content.document["HubContentArn"]}


def public_model(context: Context, arn: str) -> Mapping[str, Any]:
    """Return the latest version of a model that a test has added to the public hub, or nothing."""
    known = [
        content.document
        for content in context.registry.all("HubContent")
        if unversioned(content.arn) == arn
    ]
    return max(known, key=lambda d: version_numbers(d["HubContentVersion"]), default={})


def list_contents(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the contents of a hub of one type, each in its latest version."""
    hub = hub_called(context, parameters["HubName"])
    latest: dict[str, Resource] = {}
    for content in context.resources(
        "HubContent", hub, HubName=hub.key, HubContentType=parameters["HubContentType"]
    ):
        name, version = content.document["HubContentName"], content.document["HubContentVersion"]
        known = latest.get(name)
        if known is None or version_numbers(version) > version_numbers(
            known.document["HubContentVersion"]
        ):
            latest[name] = content
    return {"HubContentSummaries": summaries_of(context, hub, list(latest.values()), parameters)}


def list_versions(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return every version of a content.

    Raises:
        ServiceError: The hub has no such content.
    """
    hub = hub_called(context, parameters["HubName"])
    content_type, name = parameters["HubContentType"], parameters["HubContentName"]
    versions = versions_of(context, hub, content_type, name)
    if not versions:
        raise ServiceError(
            "ResourceNotFound", f"Hub content {content_type} {name} of {hub.arn} does not exist."
        )
    return {"HubContentSummaries": summaries_of(context, hub, versions, parameters)}


def summaries_of(
    context: Context, hub: Resource, contents: list[Resource], parameters: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the summaries of those contents that a list's filters let pass, in its order."""
    tests = [test(parameters[m]) for m, test in FILTERS.items() if m in parameters]
    found = [content for content in contents if all(test(content.document) for test in tests)]
    by = parameters.get("SortBy", "CreationTime")
    found.sort(key=lambda content: (content.document[by], content.number))
    if parameters.get("SortOrder", "Descending") == "Descending":
        found.reverse()
    summaries = []
    for content in found:
        document = content.document
        summary = {member: document[member] for member in SUMMARY if member in document}
        first = min(
            version.document["CreationTime"]
            for version in versions_of(
                context, hub, document["HubContentType"], document["HubContentName"]
            )
        )
        summaries.append({**summary, "OriginalCreationTime": first})
    return summaries


Document = Mapping[str, Any]

FILTERS: Mapping[str, Callable[[Any], Callable[[Document], bool]]] = {
    "NameContains": lambda part: lambda d: part in d["HubContentName"],
    "CreationTimeBefore": lambda time: lambda d: bool(d["CreationTime"] <= time),
    "CreationTimeAfter": lambda time: lambda d: bool(d["CreationTime"] >= time),
    "MinVersion": lambda version: (
        lambda d: version_numbers(d["HubContentVersion"]) >= version_numbers(version)
    ),
    "MaxSchemaVersion": lambda version: (
        lambda d: version_numbers(d.get("DocumentSchemaVersion", "0")) <= version_numbers(version)
    ),
}
"""Input members of the two lists to tests of a document."""

HUB_CONTENT = Kind(
    name="HubContent",
    field_rules=FieldRules("registry.HUB_CONTENT"),
    arn="hub-content/{HubName}/{HubContentType}/{HubContentName}/{HubContentVersion}",
    identifier=("HubName", "HubContentType", "HubContentName", "HubContentVersion"),
    create="ImportHubContent",
    list="-",
    lifecycle=Lifecycle(
        path="Importing > Available",
        fail="ImportFailed",
        delete="Deleting",
        failing={"Deleting": "DeleteFailed"},
        delete_from="Available > ImportFailed > DeleteFailed > Deleting",
        other="PendingImport > PendingDelete",
        seconds={"Importing": 30, "Deleting": 10},
    ),
    find=find_content,
    parents={"HubName": "Hub"},
    defaults={
        "HubContentVersion": FIRST_VERSION,
        "SupportStatus": "Supported",
        # An import gives these two; content that a test has added may not.
        "DocumentSchemaVersion": FIRST_VERSION,
        "HubContentDocument": "{}",
    },
    checks=(check_content,),
    on_create=(enter_content,),
    operations={
        "CreateHubContentPresignedUrls": presigned_urls,
        "UpdateHubContentReference": change_reference,
        "DeleteHubContentReference": delete_reference,
    },
    failure_reason="The hub content could not be imported.",
    not_found=Message(
        code="ResourceNotFound",
        text="Hub content {HubContentType} {HubContentName} of hub {HubName} does not exist.",
    ),
    not_found_by={
        "CreateHubContentPresignedUrls": Message(
            code="ValidationException",
            text="Hub content {HubContentType} {HubContentName} of hub {HubName} does not exist.",
        )
    },
    exists=Message(code="ResourceInUse", text="Hub content {arn} already exists."),
    cannot_delete=Message(
        code="ResourceInUse", text="Hub content {arn} is in status {HubContentStatus}."
    ),
    source="facts, hosting.yaml, HubContent and HubContentReference",
)
