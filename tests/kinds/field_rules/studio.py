"""Studio: domains, user profiles, spaces, apps, image versions, notebook instances."""

from __future__ import annotations

from typing import Any

from tests.kinds.field_rules.rows import ABSENT, ROLE, Row

SPEC = {"InstanceType": "system"}
SCRIPT = "arn:aws:sagemaker:eu-west-1:123456789012:studio-lifecycle-config/start"
JUPYTER = {"DefaultResourceSpec": SPEC, "LifecycleConfigArns": [SCRIPT]}
HIDDEN = {"SageMakerImageName": "sagemaker_distribution", "VersionAliases": ["1.0"]}
USER = {
    "ExecutionRole": ROLE,
    "JupyterServerAppSettings": JUPYTER,
    "DefaultLandingUri": "studio::",
    "StudioWebPortal": "ENABLED",
    "StudioWebPortalSettings": {"HiddenSageMakerImageVersionAliases": [HIDDEN]},
}
SPACES = {"ExecutionRole": ROLE, "JupyterServerAppSettings": JUPYTER}
CODE = [{"RepositoryUrl": "https://github.com/x/y"}]
DOMAIN = {"DomainId": "d-abcdefghijkl"}
APP = {**DOMAIN, "UserProfileName": "ada", "AppType": "JupyterServer", "AppName": "default"}

REQUESTS: dict[str, dict[str, Any]] = {
    "CreateDomain": {
        "DomainName": "lab",
        "AuthMode": "SSO",
        "AppNetworkAccessType": "VpcOnly",
        "VpcId": "vpc-1",
        "SubnetIds": ["subnet-1"],
        "AppSecurityGroupManagement": "Service",
        "DefaultUserSettings": {**USER, "AutoMountHomeEFS": "Enabled"},
        "DefaultSpaceSettings": SPACES,
        "DomainSettings": {
            "RStudioServerProDomainSettings": {"DomainExecutionRoleArn": ROLE},
            "AmazonQSettings": {"Status": "ENABLED"},
        },
    },
    "UpdateDomain": {
        **DOMAIN,
        "AppNetworkAccessType": "VpcOnly",
        "VpcId": "vpc-1",
        "SubnetIds": ["subnet-1"],
        "DefaultUserSettings": USER,
        "DefaultSpaceSettings": SPACES,
    },
    "CreateUserProfile": {**DOMAIN, "UserProfileName": "ada", "UserSettings": USER},
    "UpdateUserProfile": {**DOMAIN, "UserProfileName": "ada", "UserSettings": USER},
    "CreateSpace": {
        **DOMAIN,
        "SpaceName": "desk",
        "OwnershipSettings": {"OwnerUserProfileName": "ada"},
        "SpaceSharingSettings": {"SharingType": "Private"},
        "SpaceSettings": {"AppType": "JupyterServer", "JupyterServerAppSettings": JUPYTER},
    },
    "UpdateSpace": {
        **DOMAIN,
        "SpaceName": "desk",
        "SpaceSettings": {"JupyterServerAppSettings": JUPYTER},
    },
    "CreateApp": {**APP, "ResourceSpec": SPEC},
    "DescribeApp": APP,
    "DeleteApp": APP,
    "DescribeImageVersion": {"ImageName": "own", "Version": 1},
    "UpdateImageVersion": {"ImageName": "own", "Version": 1, "ReleaseNotes": "none"},
    "DeleteImageVersion": {"ImageName": "own", "Alias": "latest"},
    "ListAliases": {"ImageName": "own", "Version": 1},
    "CreateNotebookInstance": {
        "NotebookInstanceName": "book",
        "InstanceType": "ml.t3.medium",
        "RoleArn": ROLE,
        "SubnetId": "subnet-1",
        "DirectInternetAccess": "Disabled",
    },
    "CreateStudioLifecycleConfig": {
        "StudioLifecycleConfigName": "setup",
        "StudioLifecycleConfigContent": "ZWNobyAxCg==",
        "StudioLifecycleConfigAppType": "JupyterLab",
    },
    "CreateNotebookInstanceLifecycleConfig": {
        "NotebookInstanceLifecycleConfigName": "setup",
        "OnCreate": [{"Content": "ZWNo\nbyAxCg==\n"}],
        "OnStart": [{}],
    },
    "UpdateNotebookInstanceLifecycleConfig": {
        "NotebookInstanceLifecycleConfigName": "setup",
        "OnStart": [{"Content": "ZWNobyAxCg=="}],
    },
}

CREATE, UPDATE = "CreateDomain", "UpdateDomain"
HIDDEN_AT = "StudioWebPortalSettings.HiddenSageMakerImageVersionAliases"
NO_SPEC = "DefaultResourceSpec must be specified when LifecycleConfigArns is specified."
LANDING = "StudioWebPortal is disabled for this domain/user."
SYSTEM = (
    "Invalid instance type 'ml.t3.medium' for JupyterServer App. Only 'system' instance type is "
    "supported"
)
TYPE = "JupyterServerAppSettings.DefaultResourceSpec.InstanceType"
PAIR = "SageMakerImageName and VersionAliases must be specified together."
UNKNOWN = "Unknown parameter CodeRepositories in JupyterServerAppSettings for {}."
TWO = "Version and Alias can't both be specified."
ONE_OWNER = "Exactly one of UserProfileName or SpaceName must be specified."
NO_OWNER = "Either UserProfileName or SpaceName must be specified."

ROWS = [
    Row(
        CREATE,
        {"DefaultUserSettings.JupyterServerAppSettings.DefaultResourceSpec": ABSENT},
        NO_SPEC,
    ),
    Row(CREATE, {"DefaultUserSettings.StudioWebPortal": "DISABLED"}, LANDING),
    Row(UPDATE, {f"DefaultUserSettings.{HIDDEN_AT}.0.VersionAliases": ABSENT}, PAIR),
    Row(
        UPDATE,
        {"DefaultSpaceSettings.JupyterServerAppSettings.DefaultResourceSpec": ABSENT},
        NO_SPEC,
    ),
    Row(
        CREATE,
        {"DefaultSpaceSettings.JupyterServerAppSettings.CodeRepositories": CODE},
        UNKNOWN.format("DefaultSpaceSettings"),
    ),
    Row(
        CREATE,
        {"DefaultUserSettings.AutoMountHomeEFS": "DefaultAsDomain"},
        "AutoMountHomeEFS can't be DefaultAsDomain for a domain.",
    ),
    Row(CREATE, {"VpcId": ABSENT}, "VpcId must be specified when AppNetworkAccessType is VpcOnly."),
    Row(
        CREATE,
        {"VpcId": ABSENT, "SubnetIds": ABSENT},
        "VpcId and SubnetIds must be specified when AppNetworkAccessType is VpcOnly.",
    ),
    Row(
        CREATE,
        {"AppSecurityGroupManagement": ABSENT},
        "AppSecurityGroupManagement must be specified for a VpcOnly domain with "
        "RStudioServerProDomainSettings.",
    ),
    Row(
        CREATE,
        {"AppSecurityGroupManagement": "Customer"},
        "AppSecurityGroupManagement must be Service for a domain with RStudio.",
    ),
    Row(CREATE, {"AuthMode": "IAM"}, "AmazonQSettings can be specified only when AuthMode is SSO."),
    Row(
        UPDATE,
        {"VpcId": ABSENT},
        "VpcId and Subnet IDs are required for updating domains to VpcOnly mode.",
    ),
    Row(
        UPDATE,
        {
            "DomainSettingsForUpdate": {
                "RStudioServerProDomainSettingsForUpdate": {"DomainExecutionRoleArn": ROLE}
            }
        },
        "AppNetworkAccessType can't be updated together with the DomainExecutionRoleArn of RStudio.",
    ),
    Row(
        "CreateUserProfile",
        {"UserSettings.JupyterServerAppSettings.DefaultResourceSpec": ABSENT},
        NO_SPEC,
    ),
    Row("UpdateUserProfile", {"UserSettings.StudioWebPortal": "DISABLED"}, LANDING),
    Row("CreateUserProfile", {f"UserSettings.{HIDDEN_AT}.0.SageMakerImageName": ABSENT}, PAIR),
    Row(
        "CreateSpace",
        {"SpaceSettings.JupyterServerAppSettings.DefaultResourceSpec": ABSENT},
        NO_SPEC,
    ),
    Row(
        "UpdateSpace",
        {"SpaceSettings.JupyterServerAppSettings.CodeRepositories": CODE},
        UNKNOWN.format("SpaceSettings"),
    ),
    Row(
        "CreateSpace",
        {"OwnershipSettings": ABSENT},
        "OwnershipSettings must be specified when SpaceSharingSettings is specified.",
    ),
    Row(
        "CreateSpace",
        {"SpaceSharingSettings": ABSENT},
        "SpaceSharingSettings must be specified when OwnershipSettings is specified.",
    ),
    *(
        Row(operation, {f"{settings}.{TYPE}": "ml.t3.medium"}, SYSTEM)
        for operation, settings in (
            (CREATE, "DefaultUserSettings"),
            (UPDATE, "DefaultSpaceSettings"),
            ("CreateUserProfile", "UserSettings"),
            ("CreateSpace", "SpaceSettings"),
        )
    ),
    Row(
        "UpdateSpace",
        {"SpaceSettings.AppType": "JupyterServer"},
        "Updating AppType for Space is not supported.",
    ),
    Row("CreateApp", {"SpaceName": "desk"}, ONE_OWNER),
    Row("CreateApp", {"UserProfileName": ABSENT}, ONE_OWNER),
    Row("DescribeApp", {"UserProfileName": ABSENT}, NO_OWNER),
    Row("DeleteApp", {"UserProfileName": ABSENT}, NO_OWNER),
    Row(
        "CreateApp",
        {"ResourceSpec.InstanceType": "ml.t3.medium"},
        SYSTEM,
    ),
    Row(
        "CreateApp",
        {
            "ResourceSpec.TrainingPlanArn": "arn:aws:sagemaker:eu-west-1:123456789012:"
            "training-plan/large"
        },
        "ResourceSpec.TrainingPlanArn can be specified only when AppType is JupyterLab or "
        "CodeEditor.",
    ),
    Row("DescribeImageVersion", {"Alias": "latest"}, TWO),
    Row("UpdateImageVersion", {"Alias": "latest"}, TWO),
    Row("DeleteImageVersion", {"Version": 1}, TWO),
    Row("ListAliases", {"Alias": "latest"}, TWO),
    Row(
        "CreateNotebookInstance",
        {"SubnetId": ABSENT},
        "DirectInternetAccess can be Disabled only if SubnetId is specified.",
    ),
    Row(
        "CreateStudioLifecycleConfig",
        {"StudioLifecycleConfigContent": "echo 1"},
        "StudioLifecycleConfigContent must be base64 encoded.",
    ),
    Row(
        "CreateNotebookInstanceLifecycleConfig",
        {"OnCreate.0.Content": "echo 1"},
        "Content must be base64 encoded.",
    ),
    Row(
        "UpdateNotebookInstanceLifecycleConfig",
        {"OnStart.0.Content": "#!/bin/bash"},
        "Content must be base64 encoded.",
    ),
]

KEPT: list[tuple[str, dict[str, Any]]] = [
    (CREATE, {"DefaultUserSettings.JupyterServerAppSettings": {"LifecycleConfigArns": []}}),
    (
        CREATE,
        {
            "AppNetworkAccessType": "PublicInternetOnly",
            "VpcId": ABSENT,
            "SubnetIds": ABSENT,
            "DomainSettings": {},
            "AppSecurityGroupManagement": ABSENT,
            "AuthMode": "IAM",
        },
    ),
    ("CreateSpace", {"OwnershipSettings": ABSENT, "SpaceSharingSettings": ABSENT}),
    ("CreateApp", {"AppType": "KernelGateway", "ResourceSpec.InstanceType": "ml.t3.medium"}),
    ("CreateNotebookInstance", {"DirectInternetAccess": "Enabled", "SubnetId": ABSENT}),
]
