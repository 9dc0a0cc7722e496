"""Image and ImageVersion: container images of Studio, their versions and the versions' aliases.

Source: facts, hosting.yaml, Image and ImageVersion.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, ListOf, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.models import deployed_image

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

CHANGING = ("CREATING", "UPDATING", "DELETING")


# Image --------------------------------------------------------------------------------------------


def delete_properties(context: Context, resource: Resource) -> None:
    """Take away the properties that an update names. Source: model, UpdateImageRequest."""
    document = resource.document
    for member in document.pop("DeleteProperties", ()):
        document.pop(member, None)


def delete_versions(context: Context, resource: Resource) -> None:
    """Delete an image's versions with it. Source: model, DeleteImage."""
    for version in versions_of(context, resource):
        context.registry.remove(version)


def refuse_while_changing(context: Context, resource: Resource) -> None:
    """Refuse to delete an image while one of its versions changes (text assumed).

    Source: facts, hosting.yaml, Image.errors (delete while in use).
    """
    for version in versions_of(context, resource):
        if version.status in CHANGING:
            raise ServiceError(
                "ResourceInUse",
                f"Image with ImageName {resource.name} is in use: {version.arn} is {version.status}.",
            )


def forget_failure(context: Context, resource: Resource) -> None:
    """Take FailureReason away when another change begins."""
    resource.document.pop("FailureReason", None)


IMAGE = Kind(
    name="Image",
    # The model's pattern of image version ARNs has lower case only.
    arn="image/{ImageName:lower}",
    lifecycle=Lifecycle(
        path="CREATING > CREATED",
        fail="CREATE_FAILED",
        update="UPDATING > CREATED",
        delete="DELETING",
        failing={"UPDATING": "UPDATE_FAILED", "DELETING": "DELETE_FAILED"},
        update_from="CREATED > UPDATE_FAILED > DELETE_FAILED",
        delete_from="CREATED > CREATE_FAILED > UPDATE_FAILED > DELETE_FAILED > DELETING",
        seconds={"CREATING": 5, "UPDATING": 5, "DELETING": 5},
    ),
    on_update=(delete_properties,),
    on_enter={"UPDATING": (forget_failure,)},
    delete_checks=(refuse_while_changing,),
    on_delete=(delete_versions,),
    failure_reason="The image could not be created.",
    not_found=Message(
        code="ResourceNotFound",
        text="Image with ImageName {name} does not exist. Please provide a valid ImageName.",
        source="hashicorp/terraform-provider-aws, image.go (does not exist)",
    ),
    not_found_by={
        "DeleteImage": Message(
            code="ResourceNotFound",
            text="No Image with the name {name} found: it does not exist.",
            source=(
                "hashicorp/terraform-provider-aws, image.go (No Image with the name; in newer "
                "releases: does not exist)"
            ),
        )
    },
    exists=Message(
        code="ResourceInUse",
        text=(
            "The Image with ImageName {ImageName} already exists. Please use a different ImageName."
        ),
        source="aws-samples/sagemaker-studio-custom-image-samples issue 17",
    ),
    cannot_update=Message(
        code="ResourceInUse", text="Image with ImageName {ImageName} is in status {status}."
    ),
    cannot_delete=Message(
        code="ResourceInUse", text="Image with ImageName {ImageName} is in status {status}."
    ),
    source="facts, hosting.yaml, Image",
)


# ImageVersion -------------------------------------------------------------------------------------


def versions_of(context: Context, image: Resource) -> list[Resource]:
    """Return an image's versions, the first one first."""
    return context.resources("ImageVersion", image, ImageName=image.key)


def next_version(context: Context, members: Mapping[str, Any]) -> int:
    """Return the number of an image's next version; numbers are never used again."""
    for image in context.registry.all("Image"):
        place = (image.account, image.region, image.key)
        if place == (members["account"], members["region"], members.get("ImageName")):
            return int(image.document.get("LastVersion", 0)) + 1
    # A version of an image that is not there; who does not check references may have several.
    wanted = (members["account"], members["region"], members.get("ImageName"))
    known = (
        version.document["Version"]
        for version in context.registry.all("ImageVersion")
        if (version.account, version.region, version.document.get("ImageName")) == wanted
    )
    return max(known, default=0) + 1


def find_version(
    context: Context, kind: BoundKind, parameters: Mapping[str, Any]
) -> Resource | None:
    """Find a version by number or alias; the latest without either.

    Raises:
        ServiceError: There is none. Source: facts, hosting.yaml, ImageVersion.errors.
    """
    assert context.call is not None
    name = parameters["ImageName"]
    number, alias = parameters.get("Version"), parameters.get("Alias")
    versions = context.resources("ImageVersion", context.call, ImageName=name)
    for version in reversed(versions):
        document = version.document
        if number is None and alias is None:
            return version
        if document["Version"] == number or (
            alias is not None and alias in document.get("Aliases", ())
        ):
            return version
    if number is None and alias is None:
        raise ServiceError(
            "ResourceNotFound",
            f"Latest ImageVersion with ImageName {name} does not exist. "
            "Please provide a valid ImageName.",
        )
    asked = f"Version {number}" if number is not None else f"Alias {alias}"
    raise ServiceError(
        "ResourceNotFound",
        f"ImageVersion with ImageName {name} and {asked} does not exist. "
        "Please provide a valid ImageName and Version.",
    )


def image_of(context: Context, resource: Resource) -> Resource | None:
    """Return the image of a version."""
    return context.resource("Image", resource, resource.document.get("ImageName", ""))


def check_image(context: Context, resource: Resource) -> None:
    """Refuse a version of an image that is not CREATED.

    Source: aws-samples/sagemaker-studio-custom-image-samples issue 17.
    """
    image = image_of(context, resource)
    looks = creates(context) and context.checks_references
    if looks and image is not None and image.status != "CREATED":
        raise ServiceError("ValidationException", f"Image {image.name} is in an invalid state.")


def refuse_meanwhile(context: Context, resource: Resource) -> None:
    """Refuse a change of an image's versions while another of them is being changed.

    A new version beside one that is still CREATING is taken, as the service takes it.

    Source: hashicorp/terraform-provider-aws issues 44693 (code, texts) and 44959 (what is taken).
    """
    deletes = context.call is not None and context.call.operation == "DeleteImageVersion"
    if not deletes and not creates(context):
        return
    image = image_of(context, resource)
    for other in versions_of(context, image) if image is not None else ():
        if other.status == "DELETING":
            text = f"ImageVersion ({other.arn}) is being deleted"
        elif other.status == "CREATING" and deletes:
            text = f"ImageVersion ({other.arn}) is being created"
        else:
            continue
        raise ServiceError(
            "ResourceInUse", text if deletes else "Resource was modified concurrently"
        )


def creates(context: Context) -> bool:
    """Return whether the present call makes a version."""
    return context.call is not None and context.call.operation == "CreateImageVersion"


def enter_version(context: Context, resource: Resource) -> None:
    """Tie a new version to its image, and move the aliases that it asks for to it.

    Source: facts, hosting.yaml, ImageVersion.filled_in.
    """
    document = resource.document
    image = image_of(context, resource)
    if image is None:
        name = str(document.get("ImageName", "")).lower()
        document["ImageArn"] = context.arn(f"image/{name}", resource)
        return
    image.document["LastVersion"] = document["Version"]
    document["ImageArn"] = image.arn
    take_aliases(context, resource, document.get("Aliases", ()))


def copy_image(context: Context, resource: Resource) -> None:
    """Set ContainerImage, the copy that the service has made of the base image: in digest form.

    Source: facts, hosting.yaml, ImageVersion.filled_in.
    """
    document = resource.document
    if "BaseImage" in document:
        copy = deployed_image(document["BaseImage"], 0)["ResolvedImage"]
        document.setdefault("ContainerImage", copy)


def take_aliases(context: Context, resource: Resource, aliases: Any) -> None:
    """Take aliases away from an image's other versions: an alias names one version (assumed)."""
    image = image_of(context, resource)
    for version in versions_of(context, image) if image is not None else ():
        held = version.document.get("Aliases", ())
        if version is not resource and set(held) & set(aliases):
            version.document["Aliases"] = [alias for alias in held if alias not in aliases]


def change_aliases(context: Context, resource: Resource) -> None:
    """Add and take away the aliases that an update names."""
    document = resource.document
    document.pop("Alias", None)
    added, gone = document.pop("AliasesToAdd", []), document.pop("AliasesToDelete", [])
    take_aliases(context, resource, added)
    aliases = [alias for alias in document.get("Aliases", ()) if alias not in gone]
    document["Aliases"] = list(dict.fromkeys([*aliases, *added]))


def list_aliases(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the aliases of an image's versions, or of the one that is asked for.

    Raises:
        ServiceError: There is no such image. Source: model, ListAliases.
    """
    call = context.call
    assert call is not None
    name = parameters["ImageName"]
    if context.resource("Image", call, name) is None:
        raise ServiceError(
            "ResourceNotFound",
            f"Image with ImageName {name} does not exist. Please provide a valid ImageName.",
        )
    number, alias = parameters.get("Version"), parameters.get("Alias")
    return {
        "SageMakerImageVersionAliases": [
            held
            for version in context.resources("ImageVersion", call, ImageName=name)
            for held in version.document.get("Aliases", ())
            if number in (None, version.document["Version"]) and alias in (None, held)
        ]
    }


IMAGE_VERSION = Kind(
    name="ImageVersion",
    field_rules=FieldRules("studio.IMAGE_VERSION"),
    arn="image-version/{ImageName:lower}/{Version}",
    identifier=("ImageName", "Version"),
    lifecycle=Lifecycle(
        path="CREATING > CREATED",
        fail="CREATE_FAILED",
        delete="DELETING",
        failing={"DELETING": "DELETE_FAILED"},
        delete_from="CREATED > CREATE_FAILED > DELETE_FAILED",
        # Real versions are CREATED so soon. Source: facts, hosting.yaml, ImageVersion.timestamps.
        seconds={"CREATING": 0.4, "DELETING": 5},
    ),
    find=find_version,
    parents={"ImageName": "Image"},
    made={"Version": next_version},
    defaults={"Horovod": False},
    checks=(check_image, refuse_meanwhile),
    on_create=(enter_version,),
    on_update=(change_aliases,),
    on_enter={"CREATED": (copy_image,)},
    lists={"ListImageVersions": ListOf(parents={"ImageName": "Image"}, sort_order="DESCENDING")},
    delete_checks=(refuse_meanwhile,),
    failure_reason="The base image could not be copied.",
    cannot_delete=Message(
        code="ResourceInUse", text="ImageVersion {arn} is in status {ImageVersionStatus}."
    ),
    source="facts, hosting.yaml, ImageVersion",
)
