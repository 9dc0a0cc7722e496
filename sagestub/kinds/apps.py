"""App, AppImageConfig and StudioLifecycleConfig: what runs in Studio, and what it starts with.

Source: facts, hosting.yaml, App, AppImageConfig and StudioLifecycleConfig.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError, invalid
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.studio import check_usable, domain_of, in_use, instance_types, live_apps

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

ONE_DAY = 86400.0

STUDIO_IMAGES = {
    "us-east-1": "081325390199",
    "us-east-2": "429704687514",
    "us-west-1": "742091327244",
    "us-west-2": "236514542706",
    "eu-west-1": "470317259841",
    "eu-west-2": "712779665605",
    "eu-west-3": "615547856133",
    "eu-central-1": "936697816551",
    "eu-north-1": "243637512696",
    "ap-northeast-1": "102112518831",
    "ap-northeast-2": "806072073708",
    "ap-south-1": "394103062818",
    "ap-southeast-1": "492261229750",
    "ap-southeast-2": "452832661640",
    "ca-central-1": "310906938811",
    "sa-east-1": "782484402741",
}
"""The accounts that own the images of Studio.

Source: SageMaker Developer Guide, "Available SageMaker Images".
"""


# App ----------------------------------------------------------------------------------------------


def check_app(context: Context, resource: Resource) -> None:
    """Refuse an app of an owner that cannot run apps now (texts assumed).

    Source: facts, hosting.yaml, App.references; Space.preconditions.
    """
    document = resource.document
    owners = [m for m in ("UserProfileName", "SpaceName") if m in document]
    check_usable(context, domain_of(context, resource))
    owner = owner_of(context, resource)
    if owner is None and context.checks_references:
        kind = owners[0].removesuffix("Name")
        raise ServiceError(
            "ResourceNotFound",
            f"{kind} [{document['DomainId']}/{document[owners[0]]}] does not exist.",
        )
    check_storage(context, resource, owner)
    check_usable(context, owner)
    if document["AppType"] == "KernelGateway" and "InstanceType" not in spec_of(context, resource):
        raise invalid("InstanceType must be specified in ResourceSpec for a KernelGateway app.")


def check_storage(context: Context, resource: Resource, owner: Resource | None) -> None:
    """Refuse an app of a space that is moving to another instance type, its volume with it.

    Source: facts, hosting.yaml, App.errors; how long it takes is assumed: while the space is Updating.
    """
    if owner is None or owner.kind.name != "Space" or not context.checks_references:
        return
    if owner.status == "Updating" and instance_types(owner) != owner.document["RunsOn"]:
        raise in_use(
            f"Unable to create app [{resource.arn}] because storage is not in Available status."
        )


def owner_of(context: Context, resource: Resource) -> Resource | None:
    """Return the user profile or the space that an app is in."""
    document = resource.document
    kind = "UserProfile" if "UserProfileName" in document else "Space"
    name = document.get(f"{kind}Name", "")
    return context.resource(kind, resource, f"{document.get('DomainId', '')}/{name}")


def spec_of(context: Context, resource: Resource) -> dict[str, Any]:
    """Return an app's ResourceSpec: its own members over its owner's over its domain's.

    Source: model, CreateAppRequest.ResourceSpec.
    """
    document = resource.document
    settings = f"{document.get('AppType', '')}AppSettings"
    domain, owner = domain_of(context, resource), owner_of(context, resource)
    in_space = "SpaceName" in document
    sources = (
        (domain, "DefaultSpaceSettings" if in_space else "DefaultUserSettings"),
        (owner, "SpaceSettings" if in_space else "UserSettings"),
    )
    spec: dict[str, Any] = {}
    for source, member in sources:
        if source is not None:
            chosen = source.document.get(member, {}).get(settings, {})
            spec.update(chosen.get("DefaultResourceSpec", {}))
    spec.update(document.get("ResourceSpec", {}))
    return spec


def equip(context: Context, resource: Resource) -> None:
    """Fill in what an app runs on, the tags that it inherits, and whether identities pass through it.

    Source: facts, hosting.yaml, App.filled_in; model, ResourceSpec.InstanceType; model,
    CreateDomainRequest.Tags and CreateUserProfileRequest.Tags.
    """
    document = resource.document
    spec = spec_of(context, resource)
    if document.get("AppType") == "JupyterServer":
        spec["InstanceType"] = "system"
        account = STUDIO_IMAGES.get(resource.region)
        if account is not None:
            spec.setdefault(
                "SageMakerImageArn",
                f"arn:aws:sagemaker:{resource.region}:{account}:image/jupyter-server-3",
            )
    elif document.get("AppType") == "KernelGateway" and spec.get("InstanceType") == "system":
        spec["InstanceType"] = "ml.t3.medium"
    if spec:
        document["ResourceSpec"] = spec
    domain = domain_of(context, resource)
    settings = domain.document.get("DomainSettings", {}) if domain is not None else {}
    if domain is not None and domain.document.get("TagPropagation") == "ENABLED":
        owner = owner_of(context, resource)
        inherited = {**domain.tags, **(owner.tags if owner is not None else {})}
        resource.tags = {**inherited, **resource.tags}
    propagation = settings.get("TrustedIdentityPropagationSettings")
    if propagation is not None:
        document["EffectiveTrustedIdentityPropagationStatus"] = propagation["Status"]


def refuse_unless_running(context: Context, resource: Resource) -> None:
    """Refuse to delete an app that does not run.

    Source: facts, hosting.yaml, App.errors (the words of terraform's provider; the rest assumed).
    """
    name = f"App [{resource.arn}]"
    if resource.status == "Deleted":
        raise invalid(f"{name} has already been deleted")
    if resource.status == "Failed":
        raise invalid(f"{name} previously failed and was automatically deleted")
    if resource.status in ("Pending", "Deleting"):
        raise in_use(f"Unable to delete {name} in status {resource.status}.")


APP = Kind(
    name="App",
    field_rules=FieldRules("studio.APP"),
    absent={
        "BuiltInLifecycleConfigArn": "which built-in script an image has cannot be known",
    },
    arn="app/{DomainId}/{UserProfileName:lower}{SpaceName}/{AppType:lower}/{AppName}",
    identifier=("DomainId", "UserProfileName", "SpaceName", "AppType", "AppName"),
    lifecycle=Lifecycle(
        path="Pending > InService",
        fail="Failed",
        delete="Deleting > Deleted",
        # A deleted app is to be seen for a day. Source: model, DescribeAppResponse.CreationTime.
        waits={"Deleted": ONE_DAY},
        seconds={"Pending": 60, "Deleting": 30},
    ),
    gives_way=("Deleted", "Failed"),
    parents={"DomainId": "Domain"},
    defaults={"RecoveryMode": False},
    checks=(check_app,),
    on_create=(equip,),
    stamps={"InService": ("LastHealthCheckTimestamp", "LastUserActivityTimestamp")},
    delete_checks=(refuse_unless_running,),
    sort_order="Ascending",
    failure_reason="The app could not be started.",
    not_found=Message(
        code="ResourceNotFound",
        text="RecordNotFound",
        source="model, DescribeApp (code); hashicorp/terraform-provider-aws, find.go (text)",
    ),
    exists=Message(code="ResourceInUse", text="App [{arn}] already exists."),
    source="facts, hosting.yaml, App",
)


# AppImageConfig -----------------------------------------------------------------------------------

FILE_SYSTEM = {"MountPath": "/home/sagemaker-user", "DefaultUid": 1000, "DefaultGid": 100}
"""Source: model, FileSystemConfig."""

IMAGE_CONFIGS = ("KernelGatewayImageConfig", "JupyterLabAppImageConfig", "CodeEditorAppImageConfig")


def fill_in_file_systems(context: Context, resource: Resource) -> None:
    """Fill in the defaults of each file system that a configuration gives."""
    document = resource.document
    for member in IMAGE_CONFIGS:
        config = document.get(member, {})
        if "FileSystemConfig" in config:
            file_system = {**FILE_SYSTEM, **config["FileSystemConfig"]}
            document[member] = {**config, "FileSystemConfig": file_system}


APP_IMAGE_CONFIG = Kind(
    name="AppImageConfig",
    arn="app-image-config/{AppImageConfigName}",
    on_create=(fill_in_file_systems,),
    on_update=(fill_in_file_systems,),
    not_found=Message(
        code="ResourceNotFound",
        text="AppImageConfig with AppImageConfigName {name} does not exist.",
        source="hashicorp/terraform-provider-aws, app_image_config.go (does not exist)",
    ),
    exists=Message(
        code="ResourceInUse",
        text="The ID or Name specified is already in use.",
        source="aws-samples/sagemaker-studio-custom-image-samples issue 17",
    ),
    source="facts, hosting.yaml, AppImageConfig",
)


# StudioLifecycleConfig ----------------------------------------------------------------------------


def refuse_while_attached(context: Context, resource: Resource) -> None:
    """Refuse to delete a configuration that settings list or a running app uses (text assumed).

    Source: model, DeleteStudioLifecycleConfig.
    """
    users = [
        user
        for kind in ("Domain", "UserProfile", "Space")
        for user in context.resources(kind, resource)
        if f'"{resource.arn}"' in json.dumps(user.document)
    ]
    users += [
        app
        for app in live_apps(context, resource)
        if app.document.get("ResourceSpec", {}).get("LifecycleConfigArn") == resource.arn
    ]
    if users:
        raise in_use(
            f"Unable to delete StudioLifecycleConfig [{resource.arn}] because it is in use by "
            f"{users[0].kind.name} [{users[0].arn}]."
        )


STUDIO_LIFECYCLE_CONFIG = Kind(
    name="StudioLifecycleConfig",
    field_rules=FieldRules("studio.STUDIO_LIFECYCLE_CONFIG"),
    arn="studio-lifecycle-config/{StudioLifecycleConfigName}",
    filters={"AppTypeEquals": "StudioLifecycleConfigAppType"},
    delete_checks=(refuse_while_attached,),
    not_found=Message(
        code="ResourceNotFound", text="StudioLifecycleConfig [{arn}] does not exist."
    ),
    exists=Message(code="ResourceInUse", text="StudioLifecycleConfig [{arn}] already exists."),
    source="facts, hosting.yaml, StudioLifecycleConfig",
)
