"""The field rules of Studio: domains, user profiles, spaces, apps, images, notebook instances."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sagestub.engine.conditions import (
    BROKEN,
    Condition,
    at_least_one_of,
    at_most_one_of,
    exactly_one_of,
    forbids,
    holds,
    never,
    one_of,
    only_when,
    requires,
    together,
    when,
)
from sagestub.engine.cross_fields import FieldRule, checked_by, within
from sagestub.engine.member_facts import Structure, differs, equals, every, given

# Settings that several requests have --------------------------------------------------------------


SYSTEM_ONLY = FieldRule(
    one_of("InstanceType", "system"),
    at="JupyterServerAppSettings.DefaultResourceSpec",
    text=(
        "Invalid instance type '{value}' for JupyterServer App. Only 'system' instance type is "
        "supported"
    ),
    text_source="hashicorp/terraform-provider-aws#20470",
    source="model, ResourceSpec.InstanceType",
)


def _user_settings(at: str) -> tuple[FieldRule, ...]:
    """Return the rules of UserSettings, which stand at a path."""
    return within(
        at,
        FieldRule(
            requires("LifecycleConfigArns", "DefaultResourceSpec"),
            at="JupyterServerAppSettings",
            source="model, JupyterServerAppSettings.LifecycleConfigArns",
        ),
        FieldRule(
            holds(
                "StudioWebPortal ENABLED when DefaultLandingUri is studio::",
                ("DefaultLandingUri", "StudioWebPortal"),
                _lands_in_closed_studio,
            ),
            text="StudioWebPortal is disabled for this domain/user.",
            text_source="hashicorp/terraform-provider-aws#35504",
            source="model, UserSettings.DefaultLandingUri",
        ),
        SYSTEM_ONLY,
        FieldRule(
            together("SageMakerImageName", "VersionAliases"),
            at="StudioWebPortalSettings.HiddenSageMakerImageVersionAliases[]",
            source="model, HiddenSageMakerImage",
        ),
    )


def _lands_in_closed_studio(settings: Structure) -> Mapping[str, Any] | None:
    lands = str(settings.get("DefaultLandingUri", "")).startswith("studio::")
    return BROKEN if lands and settings.get("StudioWebPortal") == "DISABLED" else None


def _jupyter_of_spaces(at: str) -> tuple[FieldRule, ...]:
    """Return the rules of the Jupyter server's settings where they are those of spaces."""
    return within(
        f"{at}.JupyterServerAppSettings",
        replace(SYSTEM_ONLY, at="DefaultResourceSpec"),
        FieldRule(
            requires("LifecycleConfigArns", "DefaultResourceSpec"),
            source="model, JupyterServerAppSettings.LifecycleConfigArns",
        ),
        FieldRule(
            never(given("CodeRepositories")),
            text=f"Unknown parameter CodeRepositories in JupyterServerAppSettings for {at}.",
            text_source="hashicorp/terraform-provider-aws#36089",
            source="hashicorp/terraform-provider-aws#36089",
        ),
    )


DOMAIN_SETTINGS = (
    *_user_settings("DefaultUserSettings"),
    *_jupyter_of_spaces("DefaultSpaceSettings"),
    FieldRule(
        never(equals("DefaultUserSettings.AutoMountHomeEFS", "DefaultAsDomain")),
        text="AutoMountHomeEFS can't be DefaultAsDomain for a domain.",
        source="model, UserSettings.AutoMountHomeEFS",
    ),
)

# Domain -------------------------------------------------------------------------------------------

RSTUDIO = "DomainSettings.RStudioServerProDomainSettings"
RSTUDIO_CHANGE = (
    "DomainSettingsForUpdate.RStudioServerProDomainSettingsForUpdate.DomainExecutionRoleArn"
)

DOMAIN = (
    *checked_by("CreateDomain UpdateDomain", *DOMAIN_SETTINGS),
    FieldRule(
        requires(equals("AppNetworkAccessType", "VpcOnly"), "VpcId", "SubnetIds"),
        text="{missing} must be specified when AppNetworkAccessType is VpcOnly.",
        source="model, CreateDomainRequest.VpcId",
    ),
    FieldRule(
        requires(
            every(equals("AppNetworkAccessType", "VpcOnly"), given(RSTUDIO)),
            "AppSecurityGroupManagement",
        ),
        text=(
            "AppSecurityGroupManagement must be specified for a VpcOnly domain with "
            "RStudioServerProDomainSettings."
        ),
        source="model, CreateDomainRequest.AppSecurityGroupManagement",
    ),
    FieldRule(
        when(RSTUDIO, one_of("AppSecurityGroupManagement", "Service")),
        text="AppSecurityGroupManagement must be Service for a domain with RStudio.",
        source="model, CreateDomainRequest.AppSecurityGroupManagement",
    ),
    FieldRule(
        forbids(differs("AuthMode", "SSO"), "DomainSettings.AmazonQSettings"),
        text="AmazonQSettings can be specified only when AuthMode is SSO.",
        source="model, DomainSettings.AmazonQSettings",
    ),
    *checked_by(
        "UpdateDomain",
        FieldRule(
            requires(equals("AppNetworkAccessType", "VpcOnly"), "VpcId", "SubnetIds"),
            text="VpcId and Subnet IDs are required for updating domains to VpcOnly mode.",
            text_source="hashicorp/terraform-provider-aws#45530",
            source="hashicorp/terraform-provider-aws#45528",
        ),
        FieldRule(
            forbids(RSTUDIO_CHANGE, "AppNetworkAccessType"),
            text=(
                "AppNetworkAccessType can't be updated together with the DomainExecutionRoleArn of "
                "RStudio."
            ),
            source="model, UpdateDomainRequest.AppNetworkAccessType",
        ),
    ),
)

# UserProfile, Space, App --------------------------------------------------------------------------

USER_PROFILE = checked_by("CreateUserProfile UpdateUserProfile", *_user_settings("UserSettings"))

SPACE = (
    *checked_by("CreateSpace UpdateSpace", *_jupyter_of_spaces("SpaceSettings")),
    *checked_by(
        "UpdateSpace",
        FieldRule(
            never(given("SpaceSettings.AppType")),
            text="Updating AppType for Space is not supported.",
            text_source="boto/boto3#4375",
            source="boto/boto3#4375 (the AppType that the space has is refused, too)",
        ),
    ),
    FieldRule(
        requires("SpaceSharingSettings", "OwnershipSettings"),
        source="hashicorp/terraform-provider-aws, documentation of aws_sagemaker_space",
    ),
    FieldRule(
        requires("OwnershipSettings", "SpaceSharingSettings"),
        source="hashicorp/terraform-provider-aws, documentation of aws_sagemaker_space",
    ),
)

ONE_OWNER = FieldRule(
    exactly_one_of("UserProfileName", "SpaceName"),
    text="Exactly one of UserProfileName or SpaceName must be specified.",
    source="model, CreateAppRequest.UserProfileName",
)
APP = (
    ONE_OWNER,
    *checked_by(
        "DescribeApp DeleteApp",
        FieldRule(
            at_least_one_of("UserProfileName", "SpaceName"),
            text="Either UserProfileName or SpaceName must be specified.",
            source="model, DescribeAppRequest.UserProfileName",
        ),
    ),
    FieldRule(
        when(equals("AppType", "JupyterServer"), one_of("ResourceSpec.InstanceType", "system")),
        text=SYSTEM_ONLY.text,
        text_source="hashicorp/terraform-provider-aws#20470 (of the settings of a domain)",
        source="model, ResourceSpec.InstanceType",
    ),
    FieldRule(
        only_when(equals("AppType", "JupyterLab", "CodeEditor"), "ResourceSpec.TrainingPlanArn"),
        source="model, ResourceSpec.TrainingPlanArn",
    ),
)

# Image versions and notebook instances ------------------------------------------------------------

NUMBER_OR_ALIAS = FieldRule(
    at_most_one_of("Version", "Alias"),
    source="facts, hosting.yaml, ImageVersion.errors",
)
IMAGE_VERSION = checked_by(
    "DescribeImageVersion UpdateImageVersion DeleteImageVersion", NUMBER_OR_ALIAS
)
LIST_ALIASES = (NUMBER_OR_ALIAS,)


def _in_base64(member: str) -> Condition:
    """Return the condition that a script is encoded; lines may be broken, as `base64` breaks them."""

    def broken(structure: Structure) -> Mapping[str, Any] | None:
        try:
            b64decode("".join(structure[member].split()), validate=True)
        except ValueError:
            return BROKEN
        return None

    return holds(f"{member} in base64", (member,), broken)


STUDIO_LIFECYCLE_CONFIG = (
    FieldRule(
        _in_base64("StudioLifecycleConfigContent"),
        text="StudioLifecycleConfigContent must be base64 encoded.",
        source="model, CreateStudioLifecycleConfigRequest.StudioLifecycleConfigContent",
    ),
)

NOTEBOOK_INSTANCE_LIFECYCLE_CONFIG = checked_by(
    "CreateNotebookInstanceLifecycleConfig UpdateNotebookInstanceLifecycleConfig",
    FieldRule(
        when("Content", _in_base64("Content")),
        at="OnCreate[] | OnStart[]",
        text="Content must be base64 encoded.",
        source="model, NotebookInstanceLifecycleHook.Content",
    ),
)

NOTEBOOK_INSTANCE = (
    FieldRule(
        requires(equals("DirectInternetAccess", "Disabled"), "SubnetId"),
        text="DirectInternetAccess can be Disabled only if SubnetId is specified.",
        source="model, CreateNotebookInstanceInput.DirectInternetAccess",
    ),
)
