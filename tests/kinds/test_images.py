"""Images, their versions and aliases; facts: hosting.yaml, Image and ImageVersion."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from sagestub import World

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
BASE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/kernels:1"
NAME = {"ImageName": "Kernels"}


@pytest.fixture
def image(client: Any) -> str:
    """An image that is CREATED."""
    client.create_image(**NAME, RoleArn=ROLE, Description="for R")
    client.get_waiter("image_created").wait(**NAME)
    return "Kernels"


def add_version(client: Any, **members: Any) -> str:
    """Make a version of the image and wait until it is CREATED; return its ARN."""
    arn = client.create_image_version(**NAME, BaseImage=BASE, **members)["ImageVersionArn"]
    client.get_waiter("image_version_created").wait(**NAME)
    return str(arn)


@pytest.mark.fact("hosting.Image.arn")
def test_an_image_has_a_name_to_show_if_it_was_given_one(client: Any, image: str) -> None:
    """Facts: Image.arn."""
    answer = client.describe_image(**NAME)
    assert "DisplayName" not in answer
    assert answer["ImageArn"] == f"{ARN}image/kernels"


def test_an_update_goes_by_way_of_updating(client: Any, image: str) -> None:
    """Facts: Image.lifecycle.update."""
    client.update_image(**NAME, DisplayName="R", DeleteProperties=["Description"])
    assert client.describe_image(**NAME)["ImageStatus"] == "UPDATING"
    client.get_waiter("image_updated").wait(**NAME)
    answer = client.describe_image(**NAME)
    assert answer["DisplayName"] == "R"
    assert "Description" not in answer


@pytest.mark.fact(
    "hosting.Image.errors.update-while-a-change-runs",
)
def test_an_image_in_change_cannot_be_updated(client: Any) -> None:
    """Facts: Image.errors."""
    client.create_image(**NAME, RoleArn=ROLE)
    with pytest.raises(client.exceptions.ResourceInUse):
        client.update_image(**NAME, DisplayName="R")


@pytest.mark.fact(
    "hosting.Image.lifecycle.update_failed",
    "hosting.Image.filled_in.FailureReason-for-any-of-the-failed",
)
def test_a_failed_update_is_seen_by_the_waiter(sm: World, client: Any, image: str) -> None:
    """Facts: Image.lifecycle.update_failed."""
    sm.fail("Image", reason="no such role")
    client.update_image(**NAME, RoleArn=ROLE)
    with pytest.raises(WaiterError, match="failure"):
        client.get_waiter("image_updated").wait(**NAME)
    answer = client.describe_image(**NAME)
    assert (answer["ImageStatus"], answer["FailureReason"]) == ("UPDATE_FAILED", "no such role")


@pytest.mark.fact(
    "hosting.ImageVersion.arn",
    "hosting.ImageVersion.filled_in.Version",
)
def test_versions_count_up_and_are_never_used_again(client: Any, image: str) -> None:
    """Facts: ImageVersion.filled_in and arn."""
    assert add_version(client) == f"{ARN}image-version/kernels/1"
    assert add_version(client) == f"{ARN}image-version/kernels/2"
    client.delete_image_version(**NAME, Version=2)
    client.get_waiter("image_version_deleted").wait(**NAME, Version=2)
    assert add_version(client) == f"{ARN}image-version/kernels/3"


@pytest.mark.fact(
    "hosting.ImageVersion.identifier",
    "hosting.ImageVersion.notes.CreateImageVersion-answers-only-ImageVersionArn-clients-then",
)
def test_the_latest_version_is_described_unless_another_is_named(client: Any, image: str) -> None:
    """Facts: ImageVersion.identifier."""
    add_version(client, Aliases=["1.0"])
    add_version(client)
    numbers = [
        client.describe_image_version(**NAME, **asked)["Version"]
        for asked in ({}, {"Version": 1}, {"Alias": "1.0"})
    ]
    assert numbers == [2, 1, 1]


@pytest.mark.fact(
    "hosting.ImageVersion.filled_in.ContainerImage",
    "hosting.ImageVersion.filled_in.Horovod",
    "hosting.ImageVersion.filled_in.ImageArn",
)
def test_what_the_service_fills_in_for_a_version(client: Any, image: str) -> None:
    """Facts: ImageVersion.filled_in."""
    add_version(client)
    answer = client.describe_image_version(**NAME)
    assert answer["ImageArn"] == f"{ARN}image/kernels"
    assert answer["ContainerImage"].startswith(BASE.removesuffix(":1") + "@sha256:")
    assert answer["Horovod"] is False


@pytest.mark.fact(
    "hosting.ImageVersion.lifecycle.update",
    "hosting.ImageVersion.timestamps.LastModifiedTime",
)
def test_a_version_is_created_at_once_and_updated_in_place(client: Any, image: str) -> None:
    """Facts: ImageVersion.lifecycle and timestamps."""
    add_version(client)
    created = client.describe_image_version(**NAME)
    took = created["LastModifiedTime"] - created["CreationTime"]
    assert took.total_seconds() == pytest.approx(0.4, abs=0.002)
    client.update_image_version(**NAME, Version=1, ReleaseNotes="old")
    updated = client.describe_image_version(**NAME)
    assert (updated["ImageVersionStatus"], updated["ReleaseNotes"]) == ("CREATED", "old")


@pytest.mark.fact("hosting.ImageVersion.notes.ClientToken-idempotent")
def test_a_repeated_token_makes_no_second_version(client: Any, image: str) -> None:
    """Facts: ImageVersion.notes; the client makes up a token where none is given."""
    request = {**NAME, "BaseImage": BASE}
    first, again = (client.create_image_version(**request, ClientToken="t") for _ in range(2))
    assert first["ImageVersionArn"] == again["ImageVersionArn"]
    other = client.create_image_version(**request)
    assert other["ImageVersionArn"] == f"{ARN}image-version/kernels/2"


@pytest.mark.fact(
    "hosting.ImageVersion.errors.create-delete-while-another-change-runs-on-the-image",
)
def test_versions_wait_for_the_deletion_of_another(client: Any, image: str) -> None:
    """Facts: ImageVersion.errors."""
    for _ in range(2):
        add_version(client)
    client.delete_image_version(**NAME, Version=1)
    with pytest.raises(client.exceptions.ResourceInUse, match="is being deleted"):
        client.delete_image_version(**NAME, Version=2)
    with pytest.raises(client.exceptions.ResourceInUse, match="modified concurrently"):
        client.create_image_version(**NAME, BaseImage=BASE)
    client.get_waiter("image_version_deleted").wait(**NAME, Version=1)
    assert add_version(client).endswith("/3")
    client.delete_image_version(**NAME, Version=2)


def test_a_version_is_deleted_when_none_is_being_created(client: Any, image: str) -> None:
    """Facts: ImageVersion.errors; two may be created side by side (terraform issue 44959)."""
    add_version(client)
    for _ in range(2):
        client.create_image_version(**NAME, BaseImage=BASE)
    with pytest.raises(client.exceptions.ResourceInUse, match="is being created"):
        client.delete_image_version(**NAME, Version=1)


def test_aliases_are_listed_and_moved(client: Any, image: str) -> None:
    add_version(client, Aliases=["1.0", "stable"])
    add_version(client)
    client.update_image_version(**NAME, Version=2, AliasesToAdd=["stable"])
    client.update_image_version(**NAME, Version=1, AliasesToDelete=["1.0"], ReleaseNotes="old")
    every = client.list_aliases(**NAME)["SageMakerImageVersionAliases"]
    of_first = client.list_aliases(**NAME, Version=1)["SageMakerImageVersionAliases"]
    assert (every, of_first) == (["stable"], [])
    assert client.describe_image_version(**NAME, Alias="stable")["Version"] == 2
    assert client.describe_image_version(**NAME, Version=1)["ReleaseNotes"] == "old"


def test_versions_are_listed_newest_first_unless_asked_otherwise(client: Any, image: str) -> None:
    """Facts: cross-cutting, section 7."""
    for _ in range(3):
        add_version(client)
    newest = client.list_image_versions(**NAME)["ImageVersions"]
    first = client.list_image_versions(**NAME, SortBy="VERSION", SortOrder="ASCENDING")
    assert [version["Version"] for version in newest] == [3, 2, 1]
    assert [version["Version"] for version in first["ImageVersions"]] == [1, 2, 3]


def test_images_are_listed_by_name(client: Any) -> None:
    for name in ("b", "a"):
        client.create_image(ImageName=name, RoleArn=ROLE)
    listed = client.list_images(SortBy="IMAGE_NAME", SortOrder="ASCENDING")["Images"]
    assert [image["ImageName"] for image in listed] == ["a", "b"]


@pytest.mark.fact(
    "hosting.Image.preconditions.DeleteImage-also-deletes-every-version",
    "hosting.Image.preconditions.an-image-in-CREATE_FAILED-stays-and",
)
def test_a_deleted_image_takes_its_versions_along(client: Any, image: str) -> None:
    """Facts: Image.preconditions; botocore's waiter."""
    add_version(client)
    client.delete_image(**NAME)
    client.get_waiter("image_deleted").wait(**NAME)
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_image_version(**NAME)
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.list_image_versions(**NAME)


@pytest.mark.fact("hosting.Image.errors.delete-while-in-use")
def test_an_image_with_a_version_in_change_is_in_use(client: Any, image: str) -> None:
    """Facts: Image.errors."""
    client.create_image_version(**NAME, BaseImage=BASE)
    with pytest.raises(client.exceptions.ResourceInUse):
        client.delete_image(**NAME)
    client.get_waiter("image_version_created").wait(**NAME)
    client.delete_image(**NAME)


@pytest.mark.fact(
    "hosting.ImageVersion.errors.create-when-the-image-is-not-CREATED",
    "hosting.ImageVersion.references.Image-must-exist-and-be-CREATED",
)
def test_an_image_that_is_not_created_takes_no_versions(client: Any) -> None:
    """Facts: ImageVersion.errors."""
    client.create_image(**NAME, RoleArn=ROLE)
    with pytest.raises(ClientError) as refusal:
        client.create_image_version(**NAME, BaseImage=BASE)
    assert refusal.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "Image Kernels is in an invalid state.",
    }


MISSING = "does not exist. Please provide a valid ImageName"
REFUSALS: list[tuple[str, dict[str, Any], str, str]] = [
    ("create_image", {**NAME, "RoleArn": ROLE}, "ResourceInUse",
     "The Image with ImageName Kernels already exists. Please use a different ImageName."),
    ("describe_image", {"ImageName": "no"}, "ResourceNotFound",
     f"Image with ImageName no {MISSING}."),
    ("update_image", {"ImageName": "no"}, "ResourceNotFound", f"Image with ImageName no {MISSING}."),
    ("delete_image", {"ImageName": "no"}, "ResourceNotFound", "No Image with the name no found: it does not exist."),
    ("create_image_version", {"ImageName": "no", "BaseImage": BASE}, "ResourceNotFound",
     f"Image with ImageName no {MISSING}."),
    ("list_aliases", {"ImageName": "no"}, "ResourceNotFound", f"Image with ImageName no {MISSING}."),
    ("describe_image_version", NAME, "ResourceNotFound",
     f"Latest ImageVersion with ImageName Kernels {MISSING}."),
    ("delete_image_version", {**NAME, "Version": 7}, "ResourceNotFound",
     f"ImageVersion with ImageName Kernels and Version 7 {MISSING} and Version."),
]  # fmt: skip


@pytest.mark.fact(
    "hosting.ImageVersion.errors.describe-without-Version-when-there-is-none",
    "hosting.ImageVersion.errors.describe-delete-of-a-missing-version",
    "hosting.ImageVersion.errors.create-for-a-missing-image",
)
@pytest.mark.parametrize(("operation", "parameters", "code", "text"), REFUSALS)
def test_refusals_have_the_services_code_and_text(
    client: Any, image: str, operation: str, parameters: dict[str, Any], code: str, text: str
) -> None:
    """Facts: Image.errors, ImageVersion.errors."""
    with pytest.raises(ClientError) as refusal:
        getattr(client, operation)(**parameters)
    assert refusal.value.response["Error"] == {"Code": code, "Message": text}
