"""Domains, user profiles and spaces; facts: hosting.yaml."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.kinds.conftest import ARN, NEW_DOMAIN, ROLE, new_domain, settle

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


@pytest.mark.fact("hosting.Domain.filled_in.SecurityGroupIdForDomainBoundary-with-RStudio")
def test_a_domain_with_rstudio_has_a_boundary(client: Any, domain: str) -> None:
    """Facts: Domain.filled_in."""
    rstudio = {"RStudioServerProDomainSettings": {"DomainExecutionRoleArn": ROLE}}
    made = new_domain(client, **{**NEW_DOMAIN, "DomainName": "r"}, DomainSettings=rstudio)
    settle(client, "domain", DomainId=made)
    boundary = client.describe_domain(DomainId=made)["SecurityGroupIdForDomainBoundary"]
    assert boundary.startswith("sg-")
    assert "SecurityGroupIdForDomainBoundary" not in client.describe_domain(DomainId=domain)


@pytest.mark.fact(
    "hosting.Domain.errors.create-while-another-change-runs-name-in-use",
    "hosting.Domain.notes.several-domains-per-region-allowed",
)
@pytest.mark.parametrize("status", ["Pending", "InService", "Updating", "Deleting"])
def test_a_region_has_several_domains_of_different_names(
    sm: World, client: Any, status: str
) -> None:
    """Facts: Domain.errors and notes: in use, too, while the other one changes."""
    sm.transitions(rule="manual")
    sm.add("Domain", region="eu-west-1", DomainName="team", Status=status)
    with pytest.raises(client.exceptions.ResourceInUse):
        client.create_domain(**NEW_DOMAIN)
    client.create_domain(**{**NEW_DOMAIN, "DomainName": "other"})
    names = {d["DomainName"] for d in client.list_domains()["Domains"]}
    assert names == {"team", "other"}


@pytest.mark.fact("hosting.Domain.preconditions.AppNetworkAccessType-can-change-only-with-no")
@pytest.mark.parametrize("status", ["Pending", "InService", "Deleting", "Deleted", "Failed"])
def test_network_access_changes_when_no_app_needs_it(
    sm: World, client: Any, app: dict[str, str], status: str
) -> None:
    """Facts: Domain.preconditions."""
    sm.transitions(rule="manual")
    sm.resources("App")[0].move_to(status)
    network = {"VpcId": "vpc-1", "SubnetIds": ["subnet-1"]}
    change = {"DomainId": app["DomainId"], "AppNetworkAccessType": "VpcOnly", **network}
    if status in ("Deleted", "Failed"):
        client.update_domain(**change)
    else:
        with pytest.raises(client.exceptions.ResourceInUse):
            client.update_domain(**change)
    shown = client.describe_domain(DomainId=app["DomainId"])["AppNetworkAccessType"]
    assert (shown == "VpcOnly") == (status in ("Deleted", "Failed"))


@pytest.mark.fact(
    "hosting.Domain.preconditions.a-running-MLflow-tracking-server-does",
    "hosting.MlflowTrackingServer.preconditions.not-tied-to-a-Domain",
)
def test_a_tracking_server_outlives_a_domain(sm: World, client: Any, domain: str) -> None:
    """Facts: Domain.preconditions, MlflowTrackingServer.preconditions."""
    name = {"TrackingServerName": "runs"}
    members: dict[str, Any] = {**name, "TrackingServerStatus": "Started"}
    sm.add("MlflowTrackingServer", "eu-west-1", **members)
    client.delete_domain(DomainId=domain)
    client.describe_domain(DomainId=domain)
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_domain(DomainId=domain)
    server = client.describe_mlflow_tracking_server(**name)
    assert server["TrackingServerStatus"] == "Started"


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
    "hosting.UserProfile.arn",
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


@pytest.mark.fact(
    "hosting.Space.errors.delete-while-apps-are-in-it",
    "hosting.Space.preconditions.DeleteSpace",
)
@pytest.mark.parametrize("status", ["Pending", "InService", "Deleting", "Deleted", "Failed"])
def test_a_space_with_apps_cannot_be_deleted(
    sm: World, client: Any, desk: dict[str, str], status: str
) -> None:
    """Facts: Space.errors and preconditions."""
    sm.transitions("App", rule="manual")
    client.create_app(**desk, AppType="JupyterLab", AppName="default")
    sm.resources("App")[0].move_to(status)
    if status in ("Deleted", "Failed"):
        client.delete_space(**desk)
        return
    with pytest.raises(client.exceptions.ResourceInUse) as refusal:
        client.delete_space(**desk)
    assert refusal.value.response["Error"]["Message"] == (
        f"Unable to delete Space [{ARN}space/{desk['DomainId']}/Desk] because App(s) are "
        "associated with it."
    )


@pytest.mark.fact("hosting.Space.preconditions.UpdateSpace-leaves-InService-for-a-moment")
def test_a_space_takes_no_apps_while_it_is_updated(client: Any, desk: dict[str, str]) -> None:
    """Facts: Space.preconditions."""
    app = {**desk, "AppType": "JupyterLab", "AppName": "default"}
    client.update_space(**desk, SpaceDisplayName="My desk")
    with pytest.raises(ClientError, match="is in status Updating"):
        client.create_app(**app)
    settle(client, "space", **desk)
    client.create_app(**app)


@pytest.mark.fact(
    "hosting.App.errors.create-right-after-UpdateSpace-changed-the-instance-type",
)
def test_a_space_that_moves_to_another_instance_type_takes_no_apps(
    client: Any, desk: dict[str, str]
) -> None:
    """Facts: App.errors."""
    app = {**desk, "AppType": "JupyterLab", "AppName": "default"}
    spec = {"DefaultResourceSpec": {"InstanceType": "ml.t3.large"}}
    client.update_space(**desk, SpaceSettings={"JupyterLabAppSettings": spec})
    with pytest.raises(client.exceptions.ResourceInUse) as refusal:
        client.create_app(**app)
    assert refusal.value.response["Error"]["Message"] == (
        f"Unable to create app [{ARN}app/{desk['DomainId']}/Desk/jupyterlab/default] because "
        "storage is not in Available status."
    )
    settle(client, "space", **desk)
    client.create_app(**app)


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
