"""Domain, UserProfile and Space: who works in Studio, and where.

Source: facts, hosting.yaml, Domain, UserProfile and Space.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError, invalid
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

USABLE = ("InService", "Update_Failed")
"""States in which a domain, user profile or space takes new children: an update that failed leaves
it usable. Source: facts, hosting.yaml, Domain.lifecycle."""

FIRST_UID = 200001
"""Source: facts, hosting.yaml, UserProfile.filled_in (samples 200001, 200010)."""


def studio_lifecycle(seconds: int, delete_from: str | None = None) -> Lifecycle:
    """Return the life that domains, user profiles and spaces share.

    Args:
        seconds: Virtual seconds until a new one is InService.
        delete_from: States that accept Delete; None for all.
    """
    return Lifecycle(
        path="Pending > InService",
        fail="Failed",
        update="Updating > InService",
        delete="Deleting",
        failing={"Updating": "Update_Failed", "Deleting": "Delete_Failed"},
        update_from="InService > Update_Failed > Delete_Failed",
        delete_from=delete_from,
        seconds={"Pending": seconds, "Updating": 10, "Deleting": 20},
    )


def in_use(text: str) -> ServiceError:
    """Return the refusal of a change to something that others hang on."""
    return ServiceError("ResourceInUse", text)


def domain_of(context: Context, resource: Resource) -> Resource | None:
    """Return the domain of a user profile, space or app."""
    return context.resource("Domain", resource, resource.document.get("DomainId", ""))


def live_apps(context: Context, of: Resource, **members: str) -> list[Resource]:
    """Return the apps with these members that are neither deleted nor failed."""
    apps = context.resources("App", of, **members)
    return [app for app in apps if app.status not in ("Deleted", "Failed")]


def check_usable(context: Context, parent: Resource | None) -> None:
    """Refuse a child of something that is not there to be used yet, or no longer (text assumed)."""
    if parent is not None and parent.status not in USABLE and context.checks_references:
        raise invalid(
            f"{parent.kind.name} [{parent.arn}] is in status {parent.status}. "
            "It must be InService for this operation."
        )


def check_domain(context: Context, resource: Resource) -> None:
    """Refuse a user profile or a space in a domain that is not InService.

    Source: facts, hosting.yaml, Domain.errors and UserProfile.references.
    """
    if context.call is not None and context.call.operation.startswith("Create"):
        check_usable(context, domain_of(context, resource))


def forget_failure(context: Context, resource: Resource) -> None:
    """Take FailureReason away when another change begins."""
    resource.document.pop("FailureReason", None)


def next_uid(context: Context, resource: Resource) -> None:
    """Give a user profile or a space its number in the domain's file system."""
    document = resource.document
    domain = domain_of(context, resource)
    if "HomeEfsFileSystemUid" in document or domain is None:
        return
    uid = domain.document.get("LastUid", FIRST_UID - 1) + 1
    domain.document["LastUid"] = uid
    document["HomeEfsFileSystemUid"] = str(uid)


def hex_of(context: Context, length: int) -> str:
    """Return made-up hexadecimal digits, as the ids of EC2 and EFS have them."""
    return (context.new_uuid() + context.new_uuid()).replace("-", "")[:length]


# Domain -------------------------------------------------------------------------------------------


def check_new_domain(context: Context, resource: Resource) -> None:
    """Refuse a name that is taken (text assumed). Source: facts, hosting.yaml, Domain.errors."""
    document = resource.document
    others = context.resources("Domain", resource, DomainName=document.get("DomainName"))
    if any(other.key != resource.key for other in others):
        raise in_use(f"Domain with name [{document['DomainName']}] already exists.")


def check_domain_change(context: Context, resource: Resource) -> None:
    """Refuse changes that running apps or what was chosen before stand against.

    Source: facts, hosting.yaml, Domain.preconditions; model, UpdateDomainRequest; the text about apps
    hashicorp/terraform-provider-aws#31912.
    """
    asked = context.call.parameters if context.call is not None else {}
    document = resource.document
    new = asked.get("DomainSettingsForUpdate", {})
    has_rstudio = "RStudioServerProDomainSettings" in document.get("DomainSettings", {})
    changes = changes_that_apps_feel(document, asked)
    if changes and live_apps(context, resource, DomainId=resource.key):
        raise invalid(
            f"Unable to update Domain [{resource.arn}] with InService App. Delete all InService apps "
            "in the domain including shared Apps for [domain-shared] User Profile, and try again."
        )
    check_landing_page(document.get("DefaultUserSettings"), asked.get("DefaultUserSettings"))
    if has_rstudio and "AppNetworkAccessType" in changes:
        raise invalid("AppNetworkAccessType can't be updated for a domain with RStudio.")
    changes_rstudio = "RStudioServerProDomainSettingsForUpdate" in new
    if "AppSecurityGroupManagement" in asked and not (has_rstudio or changes_rstudio):
        # Source: hashicorp/terraform-provider-aws#39923.
        raise invalid("AppSecurityGroupManagement can only be set for Rstudio enabled domains.")
    creation = asked.get("HomeEfsFileSystemCreation")
    if creation == "Disabled" and document.get("HomeEfsFileSystemCreation") == "Enabled":
        raise invalid("HomeEfsFileSystemCreation can't be changed from Enabled to Disabled.")


def changes_that_apps_feel(document: Mapping[str, Any], asked: Mapping[str, Any]) -> set[str]:
    """Return the members that an update changes and that running apps depend on."""
    settings = document.get("DomainSettings", {})
    new = asked.get("DomainSettingsForUpdate", {})
    pairs = {
        "AppNetworkAccessType": (asked, document),
        "ExecutionRole": (
            asked.get("DefaultUserSettings", {}),
            document.get("DefaultUserSettings", {}),
        ),
        "ExecutionRoleIdentityConfig": (new, settings),
    }
    changed = {m for m, (to, of) in pairs.items() if m in to and to[m] != of.get(m)}
    return changed | ({"RStudioServerProDomainSettingsForUpdate"} & set(new))


def check_landing_page(old: Any, changes: Any) -> None:
    """Refuse settings that, with those from before, land in a Studio that is closed.

    Source: hashicorp/terraform-provider-aws#35504; model, UserSettings.DefaultLandingUri.
    """
    settings = {**(old or {}), **(changes or {})}
    lands = str(settings.get("DefaultLandingUri", "")).startswith("studio::")
    if changes and lands and settings.get("StudioWebPortal") == "DISABLED":
        raise invalid("StudioWebPortal is disabled for this domain/user.")


def merge_domain_settings(context: Context, resource: Resource) -> None:
    """Merge DomainSettingsForUpdate into DomainSettings, whose members it calls otherwise."""
    document = resource.document
    changes = dict(document.pop("DomainSettingsForUpdate", {}))
    studio = changes.pop("RStudioServerProDomainSettingsForUpdate", None)
    settings = {**document.get("DomainSettings", {}), **changes}
    if studio is not None:
        old = settings.get("RStudioServerProDomainSettings", {})
        settings["RStudioServerProDomainSettings"] = {**old, **studio}
    if settings:
        document["DomainSettings"] = settings


def mirror_key(context: Context, resource: Resource) -> None:
    """Show the key under its old name, too. Source: facts, hosting.yaml, Domain.filled_in."""
    document = resource.document
    key = document.get("KmsKeyId") or document.get("HomeEfsFileSystemKmsKeyId")
    if key is not None:
        document["KmsKeyId"] = document["HomeEfsFileSystemKmsKeyId"] = key


def furnish(context: Context, resource: Resource) -> None:
    """Give a domain what the service makes for it: a file system, an application, a boundary.

    Source: facts, hosting.yaml, Domain.filled_in.
    """
    document = resource.document
    if document.get("HomeEfsFileSystemCreation") == "Enabled":
        document.setdefault("HomeEfsFileSystemId", f"fs-0{hex_of(context, 16)}")
    if document.get("AuthMode") == "SSO" and "SingleSignOnApplicationArn" not in document:
        instance, application = hex_of(context, 16), hex_of(context, 16)
        partition = resource.arn.split(":")[1]
        document["SingleSignOnManagedApplicationInstanceId"] = f"ins-{application}"
        document["SingleSignOnApplicationArn"] = (
            f"arn:{partition}:sso::{resource.account}:application/ssoins-{instance}/apl-{application}"
        )
    if "RStudioServerProDomainSettings" in document.get("DomainSettings", {}):
        document.setdefault("SecurityGroupIdForDomainBoundary", f"sg-0{hex_of(context, 16)}")


def refuse_with_children(context: Context, resource: Resource) -> None:
    """Refuse to delete a domain with user profiles or spaces.

    Source: facts, hosting.yaml, Domain.errors (aws-cloudformation, aws-sagemaker-domain).
    """
    for kind in ("UserProfile", "Space"):
        if context.resources(kind, resource, DomainId=resource.key):
            raise in_use(
                f"Unable to delete Domain [{resource.arn}] because {kind}(s) are associated with it."
            )


def presigned_url(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a URL that signs a user profile in.

    Raises:
        ServiceError: The domain's AuthMode is not IAM, or user profile, space or app is not there.
            Source: facts, hosting.yaml, Domain.notes and App.errors (texts of the first two assumed).
    """
    if resource.document.get("AuthMode", "IAM") != "IAM":
        raise invalid("CreatePresignedDomainUrl can only be called when AuthMode is IAM.")
    for member, kind in (("UserProfileName", "UserProfile"), ("SpaceName", "Space")):
        name = parameters.get(member)
        if name is not None and context.lacks(kind, resource, f"{resource.key}/{name}"):
            raise ServiceError(
                "ResourceNotFound", f"{kind} [{resource.key}/{name}] does not exist."
            )
    check_landing(context, resource, parameters)
    token = context.new_uuid()
    return {"AuthorizedUrl": f"{address_of(resource)}/auth?token={token}"}


def check_landing(context: Context, resource: Resource, parameters: Mapping[str, Any]) -> None:
    """Refuse a landing page in an app of a space that does not run.

    Source: aws-samples/sagemaker-studio-apps-lifecycle-config-examples issue 10 (code assumed).
    """
    landing, space = parameters.get("LandingUri", ""), parameters.get("SpaceName")
    if space is None or not landing.startswith("app:"):
        return
    app_type = landing.split(":")[1]
    apps = context.resources(
        "App", resource, DomainId=resource.key, SpaceName=space, AppType=app_type
    )
    if not any(app.status == "InService" for app in apps):
        raise invalid(
            f"App [default] associated with space [{space}] and userprofile [null] is not found or "
            "in unusable state. Please try again after making sure that the app is created and "
            "InService"
        )


def address_of(domain: Resource) -> str:
    """Return a domain's URL. Source: facts, hosting.yaml, Domain.filled_in."""
    return f"https://{domain.key}.studio.{domain.region}.sagemaker.aws"


STORAGE = {
    "DefaultEbsStorageSettings": {"DefaultEbsVolumeSizeInGb": 5, "MaximumEbsVolumeSizeInGb": 100}
}
"""SpaceStorageSettings of who gives none."""

DOMAIN = Kind(
    name="Domain",
    field_rules=FieldRules("studio.DOMAIN"),
    arn="domain/{DomainId}",
    lifecycle=studio_lifecycle(300),
    made={"DomainId": "d-{id}", "Url": "https://{DomainId}.studio.{region}.sagemaker.aws"},
    defaults={
        "AppNetworkAccessType": "PublicInternetOnly",
        "TagPropagation": "DISABLED",
        "HomeEfsFileSystemCreation": "Enabled",
        # Source: hashicorp/terraform-provider-aws, domain.go (computed), domain_test.go (Enabled);
        # aws-controllers-k8s, generator.yaml (late_initialize); sizes assumed.
        "DefaultUserSettings.AutoMountHomeEFS": "Enabled",
        "DefaultUserSettings.DefaultLandingUri": "studio::",
        "DefaultUserSettings.StudioWebPortal": "ENABLED",
        "DefaultUserSettings.SpaceStorageSettings": STORAGE,
    },
    checks=(check_new_domain,),
    update_checks=(check_domain_change,),
    # Settings, once set, cannot be unset. Source: facts, hosting.yaml, Domain.preconditions.
    merges=("DefaultUserSettings", "DefaultSpaceSettings"),
    on_create=(mirror_key,),
    on_update=(merge_domain_settings,),
    on_enter={"Updating": (forget_failure,), "InService": (furnish,)},
    delete_checks=(refuse_with_children,),
    operations={"CreatePresignedDomainUrl": presigned_url},
    sort_order="Ascending",
    failure_reason="The domain could not be created.",
    # Of the domain itself the service says that it can't find it. Source: facts, cross-cutting, section 3.
    not_found_by={
        operation: Message(
            code="ResourceNotFound",
            text="Domain [{name}] does not exist.",
            source="facts, hosting.yaml, UserProfile.errors (assumed)",
        )
        for operation in ("CreateUserProfile", "CreateSpace", "CreateApp")
    },
    cannot_update=Message(
        code="ValidationException",
        text="Domain [{arn}] is in status {status}. It must be InService for this operation.",
    ),
    source="facts, hosting.yaml, Domain",
)


# UserProfile --------------------------------------------------------------------------------------


def find_profile(
    context: Context, kind: BoundKind, parameters: Mapping[str, Any]
) -> Resource | None:
    """Find a user profile by its name in whatever case.

    Source: model, DescribeUserProfileRequest.UserProfileName; of Update and Delete assumed.
    """
    assert context.call is not None
    profile = context.resource(kind.name, context.call, kind.key_of(parameters))
    if profile is not None:
        return profile
    # Its ARN has the name in lower case.
    name = parameters["UserProfileName"].lower()
    arn = context.arn(f"user-profile/{parameters['DomainId']}/{name}", context.call)
    return context.resource(kind.name, context.call, arn)


def check_sign_on(context: Context, resource: Resource) -> None:
    """Refuse single sign-on members that the domain's AuthMode does not go with (texts assumed).

    Source: model, CreateUserProfileRequest.SingleSignOnUserIdentifier.
    """
    domain = domain_of(context, resource)
    if domain is None or context.call is None or context.call.operation != "CreateUserProfile":
        return
    members = ("SingleSignOnUserIdentifier", "SingleSignOnUserValue")
    given = [member for member in members if member in resource.document]
    signs_on = domain.document.get("AuthMode") == "SSO"
    if signs_on and len(given) < len(members):
        raise invalid(f"{' and '.join(members)} must be specified when AuthMode is SSO.")
    if given and not signs_on:
        raise invalid(f"{' and '.join(given)} can only be specified when AuthMode is SSO.")


def check_profile_change(context: Context, resource: Resource) -> None:
    """Refuse settings of a user profile that cannot stand with those it has."""
    asked = context.call.parameters if context.call is not None else {}
    check_landing_page(resource.document.get("UserSettings"), asked.get("UserSettings"))


def refuse_with_belongings(context: Context, resource: Resource) -> None:
    """Refuse to delete a user profile with apps, or one that owns spaces.

    Source: aws/amazon-sagemaker-feedback issue 113; rebuy-de/aws-nuke issue 1184.
    """
    document = resource.document
    domain, name = document.get("DomainId", ""), document.get("UserProfileName", "")
    if live_apps(context, resource, DomainId=domain, UserProfileName=name):
        raise _associated(resource, "App")
    for space in context.resources("Space", resource, DomainId=domain):
        if space.document.get("OwnershipSettings", {}).get("OwnerUserProfileName") == name:
            raise _associated(resource, "Space")


def _associated(resource: Resource, kind: str) -> ServiceError:
    return in_use(
        f"Unable to delete {resource.kind.name} [{resource.arn}] because {kind}(s) are associated "
        "with it."
    )


USER_PROFILE = Kind(
    name="UserProfile",
    field_rules=FieldRules("studio.USER_PROFILE"),
    # The name is in lower case. Source: facts, hosting.yaml, UserProfile.arn (seen in July 2024).
    arn="user-profile/{DomainId}/{UserProfileName:lower}",
    any_case=True,
    find=find_profile,
    lifecycle=studio_lifecycle(10),
    # Source: as those of Domain; user_profile.go.
    defaults={
        "UserSettings.AutoMountHomeEFS": "DefaultAsDomain",
        "UserSettings.StudioWebPortal": "ENABLED",
        "UserSettings.SpaceStorageSettings": STORAGE,
    },
    parents={"DomainId": "Domain"},
    checks=(check_domain, check_sign_on),
    update_checks=(check_profile_change,),
    merges=("UserSettings",),
    on_enter={"Updating": (forget_failure,), "InService": (next_uid,)},
    delete_checks=(refuse_with_belongings,),
    sort_order="Ascending",
    failure_reason="The user profile could not be created.",
    not_found=Message(code="ResourceNotFound", text="UserProfile [{arn}] does not exist."),
    exists=Message(code="ResourceInUse", text="UserProfile [{arn}] already exists."),
    cannot_update=Message(
        code="ValidationException",
        text="UserProfile [{arn}] is in status {status}. It must be InService for this operation.",
    ),
    source="facts, hosting.yaml, UserProfile",
)


# Space --------------------------------------------------------------------------------------------


def check_owner(context: Context, resource: Resource) -> None:
    """Refuse a space whose owner is no user profile of the domain (text assumed).

    Source: facts, hosting.yaml, Space.references.
    """
    document = resource.document
    owner = document.get("OwnershipSettings", {}).get("OwnerUserProfileName")
    if owner is None:
        return
    key = f"{document['DomainId']}/{owner}"
    if context.lacks("UserProfile", resource, key):
        raise ServiceError("ResourceNotFound", f"UserProfile [{key}] does not exist.")


def summarize(context: Context, resource: Resource) -> None:
    """Keep what ListSpaces shows of the settings."""
    settings = resource.document.get("SpaceSettings", {})
    shown = ("AppType", "RemoteAccess", "SpaceStorageSettings")
    summary = {member: settings[member] for member in shown if member in settings}
    if summary:
        resource.document["SpaceSettingsSummary"] = summary


def locate(context: Context, resource: Resource) -> None:
    """Give a space its address; its form is assumed: that of the domain, and the space's name."""
    document = resource.document
    domain = domain_of(context, resource)
    if domain is not None:
        document.setdefault("Url", f"{address_of(domain)}?spaceName={document['SpaceName']}")


def instance_types(space: Resource) -> dict[str, str]:
    """Return the instance type that a space gives apps, by the settings of each type of app."""
    settings = space.document.get("SpaceSettings", {})
    return {
        member: value["DefaultResourceSpec"]["InstanceType"]
        for member, value in settings.items()
        if isinstance(value, dict) and "InstanceType" in value.get("DefaultResourceSpec", {})
    }


def remember_instance_types(context: Context, resource: Resource) -> None:
    """Keep what a space runs apps on, under a name that no response has, for the next update."""
    resource.document["RunsOn"] = instance_types(resource)


def refuse_with_apps(context: Context, resource: Resource) -> None:
    """Refuse to delete a space with apps. Source: facts, hosting.yaml, Space.errors."""
    document = resource.document
    domain, name = document.get("DomainId", ""), document.get("SpaceName", "")
    if live_apps(context, resource, DomainId=domain, SpaceName=name):
        raise _associated(resource, "App")


SPACE = Kind(
    name="Space",
    field_rules=FieldRules("studio.SPACE"),
    arn="space/{DomainId}/{SpaceName}",
    lifecycle=studio_lifecycle(
        10, delete_from="InService > Failed > Update_Failed > Delete_Failed > Deleting"
    ),
    parents={"DomainId": "Domain"},
    checks=(check_domain, check_owner),
    merges=("SpaceSettings",),
    on_create=(summarize,),
    on_update=(summarize,),
    on_enter={
        "Updating": (forget_failure,),
        "InService": (next_uid, locate, remember_instance_types),
    },
    delete_checks=(refuse_with_apps,),
    summary={
        "SpaceSharingSettingsSummary": "SpaceSharingSettings",
        "OwnershipSettingsSummary": "OwnershipSettings",
    },
    sort_order="Ascending",
    failure_reason="The space could not be created.",
    not_found=Message(
        code="ResourceNotFound",
        text="RecordNotFound",
        source="model, DescribeSpace (code); hashicorp/terraform-provider-aws, find.go (text)",
    ),
    exists=Message(code="ResourceInUse", text="Space [{arn}] already exists."),
    cannot_update=Message(
        code="ValidationException",
        text="Space [{arn}] is in status {status}. It must be InService for this operation.",
    ),
    cannot_delete=Message(
        code="ValidationException", text="Unable to delete Space [{arn}] in status {status}."
    ),
    source="facts, hosting.yaml, Space",
)
