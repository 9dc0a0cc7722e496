"""Domains, user profiles, spaces, apps and their configurations; facts: hosting.yaml."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
NEW_DOMAIN = {
    "DomainName": "team",
    "AuthMode": "IAM",
    "DefaultUserSettings": {"ExecutionRole": ROLE},
    "VpcId": "vpc-1",
    "SubnetIds": ["subnet-1"],
}


def new_domain(client: Any, **members: Any) -> str:
    """Make a domain and return its id."""
    arn: str = client.create_domain(**members)["DomainArn"]
    return arn.rsplit("/", 1)[-1]


def settle(client: Any, noun: str, **names: str) -> None:
    """Describe a resource until it rests."""
    for _ in range(2):
        getattr(client, f"describe_{noun}")(**names)


@pytest.fixture
def domain(client: Any) -> str:
    """The id of a domain that is InService."""
    made = new_domain(client, **NEW_DOMAIN)
    settle(client, "domain", DomainId=made)
    return made


@pytest.fixture
def ada(client: Any, domain: str) -> dict[str, str]:
    """A user profile that is InService."""
    names = {"DomainId": domain, "UserProfileName": "Ada"}
    client.create_user_profile(**names)
    settle(client, "user_profile", **names)
    return names


@pytest.fixture
def desk(client: Any, domain: str, ada: dict[str, str]) -> dict[str, str]:
    """A space that is InService, owned by the user profile."""
    names = {"DomainId": domain, "SpaceName": "Desk"}
    client.create_space(
        **names,
        OwnershipSettings={"OwnerUserProfileName": "Ada"},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    settle(client, "space", **names)
    return names


@pytest.fixture
def app(client: Any, ada: dict[str, str]) -> dict[str, str]:
    """An app that is InService."""
    names = {**ada, "AppType": "JupyterServer", "AppName": "default"}
    client.create_app(**names)
    settle(client, "app", **names)
    return names


# Domain -------------------------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.Domain.id_form",
    "hosting.Domain.identifier",
    "hosting.Domain.filled_in.DomainId",
    "hosting.Domain.filled_in.HomeEfsFileSystemId",
    "hosting.Domain.filled_in.Url",
    "hosting.Domain.filled_in.AppNetworkAccessType",
    "hosting.Domain.filled_in.TagPropagation",
    "hosting.Domain.filled_in.HomeEfsFileSystemCreation",
)
def test_what_the_service_fills_in_for_a_domain(client: Any, domain: str) -> None:
    """Facts: Domain.id_form, Domain.filled_in."""
    answer = client.describe_domain(DomainId=domain)
    assert domain.startswith("d-")
    assert answer["DomainArn"] == f"{ARN}domain/{domain}"
    assert answer["Url"] == f"https://{domain}.studio.eu-west-1.sagemaker.aws"
    assert answer["HomeEfsFileSystemId"].startswith("fs-")
    assert answer["AppNetworkAccessType"] == "PublicInternetOnly"
    assert (answer["TagPropagation"], answer["HomeEfsFileSystemCreation"]) == (
        "DISABLED",
        "Enabled",
    )
    assert "DomainSettings" not in answer
    assert "SingleSignOnApplicationArn" not in answer


@pytest.mark.fact(
    "hosting.Domain.filled_in.SingleSignOnManagedApplicationInstanceId-SingleSignOnApplicationArn-for-AuthMode-SSO",
)
def test_a_domain_with_single_sign_on_has_an_application(client: Any) -> None:
    """Facts: Domain.filled_in."""
    made = new_domain(client, **{**NEW_DOMAIN, "AuthMode": "SSO"})
    settle(client, "domain", DomainId=made)
    answer = client.describe_domain(DomainId=made)
    assert answer["SingleSignOnApplicationArn"].startswith("arn:aws:sso::123456789012:application/")


@pytest.mark.fact(
    "hosting.Domain.filled_in.HomeEfsFileSystemKmsKeyId-mirrors-KmsKeyId",
)
def test_a_key_is_shown_under_both_its_names(client: Any) -> None:
    """Facts: Domain.filled_in."""
    made = new_domain(client, **NEW_DOMAIN, KmsKeyId="key-1")
    answer = client.describe_domain(DomainId=made)
    assert answer["HomeEfsFileSystemKmsKeyId"] == answer["KmsKeyId"] == "key-1"


def test_settings_once_given_survive_an_update_that_leaves_them_out(
    client: Any, domain: str
) -> None:
    """Facts: Domain.preconditions."""
    client.update_domain(DomainId=domain, DefaultUserSettings={"SecurityGroups": ["sg-1"]})
    settings = client.describe_domain(DomainId=domain)["DefaultUserSettings"]
    assert (settings["ExecutionRole"], settings["SecurityGroups"]) == (ROLE, ["sg-1"])
    assert settings["StudioWebPortal"] == "ENABLED"


def test_domain_settings_for_update_become_domain_settings(client: Any, domain: str) -> None:
    client.update_domain(DomainId=domain, DomainSettingsForUpdate={"SecurityGroupIds": ["sg-1"]})
    assert client.describe_domain(DomainId=domain)["DomainSettings"] == {
        "SecurityGroupIds": ["sg-1"]
    }


@pytest.mark.fact(
    "hosting.Domain.preconditions.HomeEfsFileSystemCreation-cannot-go-Enabled-Disabled",
)
def test_a_home_file_system_cannot_be_taken_away(client: Any, domain: str) -> None:
    """Facts: Domain.preconditions."""
    with pytest.raises(ClientError, match="from Enabled to Disabled"):
        client.update_domain(DomainId=domain, HomeEfsFileSystemCreation="Disabled")


@pytest.mark.fact(
    "hosting.Domain.preconditions.DefaultUserSettings-ExecutionRole-changes-only-with-no",
)
def test_the_execution_role_stays_while_apps_run(
    client: Any, domain: str, app: dict[str, str]
) -> None:
    """Facts: Domain.preconditions."""
    with pytest.raises(ClientError, match="with InService App"):
        client.update_domain(DomainId=domain, DefaultUserSettings={"ExecutionRole": ROLE + "2"})


@pytest.mark.fact(
    "hosting.Domain.errors.delete-while-user-profiles-or-spaces-exist",
    "hosting.Domain.preconditions.DeleteDomain",
)
def test_a_domain_with_children_cannot_be_deleted(client: Any, ada: dict[str, str]) -> None:
    """Facts: Domain.errors."""
    with pytest.raises(client.exceptions.ResourceInUse, match=r"because UserProfile\(s\) are"):
        client.delete_domain(DomainId=ada["DomainId"])


@pytest.mark.fact(
    "hosting.Domain.lifecycle.delete_failed",
)
def test_a_domain_that_could_not_be_deleted_stays(sm: World, client: Any, domain: str) -> None:
    """Facts: Domain.lifecycle.delete_failed."""
    sm.fail("Domain", at="Deleting", reason="a network interface is in use")
    client.delete_domain(DomainId=domain)
    settle(client, "domain", DomainId=domain)
    answer = client.describe_domain(DomainId=domain)
    assert answer["Status"] == "Delete_Failed"
    assert answer["FailureReason"] == "a network interface is in use"


# User profiles and spaces -------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.Domain.errors.update-or-create-a-child-while-not-InService",
    "hosting.UserProfile.references.Domain-must-exist-and-be-InService",
    "hosting.UserProfile.errors.create-in-a-missing-domain",
    "hosting.Space.references.Domain",
)
def test_children_need_a_domain_in_service(client: Any) -> None:
    """Facts: Domain.errors, UserProfile.references."""
    made = new_domain(client, **NEW_DOMAIN)
    with pytest.raises(ClientError, match="status Pending"):
        client.create_user_profile(DomainId=made, UserProfileName="Ada")


@pytest.mark.fact(
    "hosting.UserProfile.filled_in.HomeEfsFileSystemUid",
)
def test_uids_count_up_in_a_domain(client: Any, ada: dict[str, str], desk: dict[str, str]) -> None:
    """Facts: UserProfile.filled_in."""
    assert client.describe_user_profile(**ada)["HomeEfsFileSystemUid"] == "200001"
    assert client.describe_space(**desk)["HomeEfsFileSystemUid"] == "200002"


@pytest.mark.fact(
    "hosting.UserProfile.identifier",
)
def test_names_of_user_profiles_differ_by_more_than_letter_case(
    client: Any, ada: dict[str, str]
) -> None:
    """Facts: UserProfile.identifier and arn."""
    arn = client.describe_user_profile(**ada)["UserProfileArn"]
    assert arn == f"{ARN}user-profile/{ada['DomainId']}/ada"
    with pytest.raises(client.exceptions.ResourceInUse):
        client.create_user_profile(**{**ada, "UserProfileName": "ADA"})


@pytest.mark.fact(
    "hosting.UserProfile.notes.SingleSignOnUserIdentifier-Value-required-with-AuthMode-SSO",
)
def test_single_sign_on_members_go_with_single_sign_on(client: Any, domain: str) -> None:
    """Facts: UserProfile.notes."""
    with pytest.raises(ClientError, match="when AuthMode is SSO"):
        client.create_user_profile(
            DomainId=domain, UserProfileName="Ada", SingleSignOnUserValue="ada"
        )


@pytest.mark.fact(
    "hosting.UserProfile.errors.delete-while-apps-are-on-it",
    "hosting.UserProfile.preconditions.DeleteUserProfile",
)
def test_a_user_profile_with_apps_cannot_be_deleted(client: Any, app: dict[str, str]) -> None:
    """Facts: UserProfile.errors."""
    profile = f"{ARN}user-profile/{app['DomainId']}/ada"
    with pytest.raises(client.exceptions.ResourceInUse) as refusal:
        client.delete_user_profile(DomainId=app["DomainId"], UserProfileName="Ada")
    assert refusal.value.response["Error"]["Message"] == (
        f"Unable to delete UserProfile [{profile}] because App(s) are associated with it."
    )


@pytest.mark.fact(
    "hosting.UserProfile.errors.delete-while-it-owns-spaces",
)
def test_a_user_profile_that_owns_spaces_cannot_be_deleted(
    client: Any, ada: dict[str, str], desk: dict[str, str]
) -> None:
    """Facts: UserProfile.errors: also while the space is still Deleting."""
    client.delete_space(**desk)
    with pytest.raises(client.exceptions.ResourceInUse, match=r"because Space\(s\) are"):
        client.delete_user_profile(**ada)


def test_everything_can_be_deleted_from_the_inside_out(
    client: Any, app: dict[str, str], ada: dict[str, str], desk: dict[str, str]
) -> None:
    client.delete_app(**app)
    settle(client, "app", **app)
    client.delete_space(**desk)
    client.describe_space(**desk)
    client.delete_user_profile(**ada)
    client.describe_user_profile(**ada)
    client.delete_domain(DomainId=ada["DomainId"])
    client.describe_domain(DomainId=ada["DomainId"])
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_domain(DomainId=ada["DomainId"])


@pytest.mark.fact(
    "hosting.Space.references.OwnershipSettings-OwnerUserProfileName-must-exist",
)
def test_a_space_needs_an_owner_that_exists(client: Any, domain: str) -> None:
    """Facts: Space.references."""
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.create_space(
            DomainId=domain,
            SpaceName="desk",
            OwnershipSettings={"OwnerUserProfileName": "nobody"},
            SpaceSharingSettings={"SharingType": "Private"},
        )


@pytest.mark.fact(
    "hosting.Space.preconditions.the-AppType-in-SpaceSettings-cannot-be",
)
def test_a_space_keeps_its_app_type(client: Any, desk: dict[str, str]) -> None:
    """Facts: Space.preconditions."""
    with pytest.raises(ClientError, match="Updating AppType for Space"):
        client.update_space(**desk, SpaceSettings={"AppType": "CodeEditor"})


@pytest.mark.fact(
    "hosting.Space.errors.delete-while-Pending",
)
def test_a_pending_space_cannot_be_deleted(client: Any, domain: str) -> None:
    """Facts: Space.errors."""
    client.create_space(DomainId=domain, SpaceName="desk")
    with pytest.raises(ClientError, match="ValidationException"):
        client.delete_space(DomainId=domain, SpaceName="desk")


def test_spaces_are_listed_with_summaries(client: Any, desk: dict[str, str]) -> None:
    (space,) = client.list_spaces(DomainIdEquals=desk["DomainId"], SpaceNameContains="De")["Spaces"]
    assert space["SpaceSettingsSummary"] == {"AppType": "JupyterLab"}
    assert space["OwnershipSettingsSummary"] == {"OwnerUserProfileName": "Ada"}
    assert space["SpaceSharingSettingsSummary"] == {"SharingType": "Private"}


UPDATES = [
    (
        "domain",
        "Domain",
        {"AppNetworkAccessType": "VpcOnly", "VpcId": "vpc-1", "SubnetIds": ["subnet-1"]},
    ),
    ("user_profile", "UserProfile", {"UserSettings": {"ExecutionRole": ROLE}}),
    ("space", "Space", {"SpaceDisplayName": "My desk"}),
]


@pytest.mark.fact(
    "hosting.Domain.lifecycle.update_failed",
    "hosting.UserProfile.lifecycle.update_failed",
    "hosting.Space.lifecycle.update_failed",
)
@pytest.mark.parametrize("fails", [False, True])
@pytest.mark.parametrize(("noun", "kind", "change"), UPDATES)
def test_an_update_goes_by_way_of_updating(
    sm: World, client: Any, ada: dict[str, str], desk: dict[str, str],
    noun: str, kind: str, change: dict[str, Any], fails: bool,
) -> None:  # fmt: skip
    """Facts: Domain, UserProfile and Space, lifecycle.update and update_failed."""
    every = {"domain": {"DomainId": ada["DomainId"]}, "user_profile": ada, "space": desk}
    names = every[noun]
    if fails:
        sm.fail(kind)
    getattr(client, f"update_{noun}")(**names, **change)
    answers = [getattr(client, f"describe_{noun}")(**names) for _ in range(2)]
    end = "Update_Failed" if fails else "InService"
    assert [answer["Status"] for answer in answers] == ["Updating", end]
    assert {member: answers[-1][member] for member in change} == change


# Apps ---------------------------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.App.filled_in.ResourceSpec",
)
def test_a_jupyter_server_runs_on_the_system(client: Any, app: dict[str, str]) -> None:
    """Facts: App.filled_in and arn."""
    answer = client.describe_app(**app)
    assert answer["ResourceSpec"]["InstanceType"] == "system"
    assert answer["ResourceSpec"]["SageMakerImageArn"].endswith(":image/jupyter-server-3")
    assert answer["AppArn"] == f"{ARN}app/{app['DomainId']}/ada/jupyterserver/default"
    assert answer["LastHealthCheckTimestamp"] == answer["LastUserActivityTimestamp"]


def test_a_kernel_gateway_on_the_system_runs_on_an_instance(
    client: Any, ada: dict[str, str]
) -> None:
    """Facts: App.filled_in."""
    names = {**ada, "AppType": "KernelGateway", "AppName": "k"}
    with pytest.raises(ClientError, match="InstanceType must be specified"):
        client.create_app(**names)
    client.create_app(**names, ResourceSpec={"InstanceType": "system"})
    assert client.describe_app(**names)["ResourceSpec"]["InstanceType"] == "ml.t3.medium"


def test_an_app_takes_its_resources_from_its_space(client: Any, desk: dict[str, str]) -> None:
    spec = {"InstanceType": "ml.t3.large"}
    client.update_space(
        **desk, SpaceSettings={"JupyterLabAppSettings": {"DefaultResourceSpec": spec}}
    )
    settle(client, "space", **desk)
    names = {**desk, "AppType": "JupyterLab", "AppName": "default"}
    client.create_app(**names)
    assert client.describe_app(**names)["ResourceSpec"] == spec


@pytest.mark.fact(
    "hosting.App.lifecycle.after_delete",
    "hosting.App.notes.ListApps-keeps-Deleted-apps",
)
def test_a_deleted_app_is_to_be_seen_for_a_day(sm: World, client: Any, app: dict[str, str]) -> None:
    """Facts: App.lifecycle.after_delete."""
    client.delete_app(**app)
    seen = [client.describe_app(**app)["Status"] for _ in range(4)]
    assert seen == ["Deleting", "Deleted", "Deleted", "Deleted"]
    assert len(client.list_apps()["Apps"]) == 1
    sm.clock.advance(86400)
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_app(**app)


@pytest.mark.fact(
    "hosting.App.timestamps.CreationTime",
)
def test_an_app_made_again_within_a_day_keeps_its_creation_time(
    client: Any, app: dict[str, str]
) -> None:
    """Facts: App.timestamps."""
    created = client.describe_app(**app)["CreationTime"]
    client.delete_app(**app)
    settle(client, "app", **app)
    client.create_app(**app)
    again = client.describe_app(**app)
    assert (again["Status"], again["CreationTime"]) == ("Pending", created)


APP_STATES = [
    ("Deleted", "ValidationException", "has already been deleted"),
    ("Failed", "ValidationException", "previously failed and was automatically deleted"),
    ("Pending", "ResourceInUse", "Pending"),
]


@pytest.mark.fact(
    "hosting.App.errors.delete-of-a-Deleted-app",
    "hosting.App.errors.delete-of-a-Failed-app",
    "hosting.App.errors.delete-while-Pending",
)
@pytest.mark.parametrize(("status", "code", "words"), APP_STATES)
def test_only_a_running_app_can_be_deleted(
    sm: World, client: Any, app: dict[str, str], status: str, code: str, words: str
) -> None:
    """Facts: App.errors."""
    sm.resources("App")[0].move_to(status)
    with pytest.raises(ClientError, match=words) as refusal:
        client.delete_app(**app)
    assert refusal.value.response["Error"]["Code"] == code


@pytest.mark.fact(
    "hosting.App.identifier",
)
def test_an_app_has_exactly_one_owner(client: Any, app: dict[str, str]) -> None:
    """Facts: App.references."""
    with pytest.raises(ClientError, match="Exactly one of UserProfileName or SpaceName"):
        client.create_app(**app, SpaceName="Desk")


def test_an_app_that_runs_cannot_be_made_again(client: Any, app: dict[str, str]) -> None:
    """Facts: App.errors."""
    with pytest.raises(client.exceptions.ResourceInUse):
        client.create_app(**app)


def test_apps_are_listed_by_their_owner(
    client: Any, app: dict[str, str], desk: dict[str, str]
) -> None:
    client.create_app(**desk, AppType="JupyterLab", AppName="default")
    (of_ada,) = client.list_apps(UserProfileNameEquals="Ada")["Apps"]
    (of_desk,) = client.list_apps(SpaceNameEquals="Desk")["Apps"]
    assert (of_ada["AppType"], of_desk["AppType"]) == ("JupyterServer", "JupyterLab")


# Presigned URLs -----------------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.Domain.notes.CreatePresignedDomainUrl",
)
def test_a_presigned_url_signs_a_user_profile_in(client: Any, ada: dict[str, str]) -> None:
    """Facts: Domain.notes."""
    url = client.create_presigned_domain_url(**ada)["AuthorizedUrl"]
    address = f"https://{ada['DomainId']}.studio.eu-west-1.sagemaker.aws/auth?token="
    assert url.startswith(address)


@pytest.mark.fact(
    "hosting.App.errors.use-of-an-app-that-is-not-InService",
)
def test_a_presigned_url_needs_the_app_that_it_lands_in(
    client: Any, ada: dict[str, str], desk: dict[str, str]
) -> None:
    """Facts: App.errors, use of an app that is not InService."""
    with pytest.raises(ClientError, match=r"App \[default\] associated with space \[Desk\]"):
        client.create_presigned_domain_url(**ada, SpaceName="Desk", LandingUri="app:JupyterLab:")


MISSING: list[tuple[str, dict[str, str]]] = [
    ("describe_domain", {"DomainId": "d-no"}),
    ("update_domain", {"DomainId": "d-no"}),
    ("delete_domain", {"DomainId": "d-no"}),
    ("create_user_profile", {"DomainId": "d-no", "UserProfileName": "Ada"}),
    ("create_presigned_domain_url", {"DomainId": "d-no", "UserProfileName": "Ada"}),
    ("describe_user_profile", {"DomainId": "d-no", "UserProfileName": "Ada"}),
    ("update_user_profile", {"DomainId": "d-no", "UserProfileName": "Ada"}),
    ("delete_user_profile", {"DomainId": "d-no", "UserProfileName": "Ada"}),
    ("describe_space", {"DomainId": "d-no", "SpaceName": "Desk"}),
    ("update_space", {"DomainId": "d-no", "SpaceName": "Desk"}),
    ("delete_space", {"DomainId": "d-no", "SpaceName": "Desk"}),
    ("describe_app", {"DomainId": "d-no", "SpaceName": "s", "AppType": "Canvas", "AppName": "a"}),
    ("delete_app", {"DomainId": "d-no", "SpaceName": "s", "AppType": "Canvas", "AppName": "a"}),
    ("describe_app_image_config", {"AppImageConfigName": "no"}),
    ("update_app_image_config", {"AppImageConfigName": "no"}),
    ("delete_app_image_config", {"AppImageConfigName": "no"}),
    ("describe_studio_lifecycle_config", {"StudioLifecycleConfigName": "no"}),
    ("delete_studio_lifecycle_config", {"StudioLifecycleConfigName": "no"}),
]


@pytest.mark.fact(
    "hosting.App.errors.describe-of-a-missing-one",
    "hosting.App.errors.delete-of-a-missing-one",
)
@pytest.mark.parametrize(("operation", "names"), MISSING)
def test_what_is_not_there_is_not_found(client: Any, operation: str, names: dict[str, str]) -> None:
    """Facts: Domain, UserProfile, Space, App, AppImageConfig, StudioLifecycleConfig, errors."""
    with pytest.raises(client.exceptions.ResourceNotFound):
        getattr(client, operation)(**names)


# Configurations -----------------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.AppImageConfig.filled_in.FileSystemConfig-defaults",
)
def test_an_app_image_config_fills_in_its_file_system(client: Any) -> None:
    """Facts: AppImageConfig.filled_in."""
    client.create_app_image_config(
        AppImageConfigName="lab",
        JupyterLabAppImageConfig={"FileSystemConfig": {"DefaultUid": 0, "DefaultGid": 0}},
    )
    answer = client.describe_app_image_config(AppImageConfigName="lab")
    assert answer["JupyterLabAppImageConfig"]["FileSystemConfig"] == {
        "MountPath": "/home/sagemaker-user",
        "DefaultUid": 0,
        "DefaultGid": 0,
    }
    with pytest.raises(ClientError, match="The ID or Name specified is already in use"):
        client.create_app_image_config(AppImageConfigName="lab")
    client.delete_app_image_config(AppImageConfigName="lab")
    assert client.list_app_image_configs()["AppImageConfigs"] == []


SCRIPT = {
    "StudioLifecycleConfigName": "setup",
    "StudioLifecycleConfigContent": "ZWNobw==",
    "StudioLifecycleConfigAppType": "JupyterLab",
}


def test_a_studio_lifecycle_config_is_listed_by_its_app_type(client: Any) -> None:
    client.create_studio_lifecycle_config(**SCRIPT)
    found = client.list_studio_lifecycle_configs(AppTypeEquals="JupyterLab")
    others = client.list_studio_lifecycle_configs(AppTypeEquals="CodeEditor")
    assert [c["StudioLifecycleConfigName"] for c in found["StudioLifecycleConfigs"]] == ["setup"]
    assert others["StudioLifecycleConfigs"] == []


@pytest.mark.fact(
    "hosting.StudioLifecycleConfig.errors.delete-while-attached-to-a-Domain-or-UserProfile-or",
    "hosting.StudioLifecycleConfig.preconditions.delete",
)
def test_a_studio_lifecycle_config_in_use_cannot_be_deleted(client: Any, domain: str) -> None:
    """Facts: StudioLifecycleConfig.preconditions."""
    arn = client.create_studio_lifecycle_config(**SCRIPT)["StudioLifecycleConfigArn"]
    client.update_domain(
        DomainId=domain,
        DefaultUserSettings={"JupyterLabAppSettings": {"LifecycleConfigArns": [arn]}},
    )
    with pytest.raises(client.exceptions.ResourceInUse):
        client.delete_studio_lifecycle_config(StudioLifecycleConfigName="setup")


def test_an_app_inherits_tags_where_they_are_propagated(client: Any) -> None:
    """Model, CreateDomainRequest.Tags and TagPropagation."""
    tags = [{"Key": "team", "Value": "blue"}]
    made = new_domain(client, **NEW_DOMAIN, TagPropagation="ENABLED", Tags=tags)
    settle(client, "domain", DomainId=made)
    client.create_user_profile(DomainId=made, UserProfileName="Ada")
    settle(client, "user_profile", DomainId=made, UserProfileName="Ada")
    arn = client.create_app(
        DomainId=made, UserProfileName="Ada", AppType="JupyterServer", AppName="default"
    )["AppArn"]
    assert client.list_tags(ResourceArn=arn)["Tags"] == tags


@pytest.mark.fact("cross-cutting.8.tuning-job-tags-added-later-reach")
def test_tags_that_are_added_later_go_to_later_apps_only(client: Any) -> None:
    """Facts: cross-cutting, 8: of a domain and of a user profile."""
    made = new_domain(client, **NEW_DOMAIN, TagPropagation="ENABLED")
    settle(client, "domain", DomainId=made)
    owner = {"DomainId": made, "UserProfileName": "Ada"}
    profile = client.create_user_profile(**owner)["UserProfileArn"]
    settle(client, "user_profile", **owner)

    def new_app(kind: str) -> str:
        return str(client.create_app(**owner, AppType=kind, AppName="default")["AppArn"])

    before = new_app("JupyterServer")
    of_domain, of_profile = ({"Key": key, "Value": "v"} for key in ("domain", "profile"))
    arn = client.describe_domain(DomainId=made)["DomainArn"]
    client.add_tags(ResourceArn=arn, Tags=[of_domain])
    client.add_tags(ResourceArn=profile, Tags=[of_profile])
    after = new_app("TensorBoard")
    assert client.list_tags(ResourceArn=before)["Tags"] == []
    assert client.list_tags(ResourceArn=after)["Tags"] == [of_domain, of_profile]
