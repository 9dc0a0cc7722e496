"""Apps of Studio, and the configurations that they start with; facts: hosting.yaml."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.kinds.conftest import ARN, NEW_DOMAIN, new_domain, settle

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


@pytest.mark.fact(
    "hosting.App.arn",
    "hosting.App.timestamps.LastHealthCheckTimestamp-LastUserActivityTimestamp",
    "hosting.App.notes.Studio-itself-uses-AppName-default-for",
)
@pytest.mark.parametrize("name", ["default", "Mine"])
def test_an_app_is_named_as_its_owner_likes_and_watched_while_it_runs(
    client: Any, ada: dict[str, str], desk: dict[str, str], name: str
) -> None:
    """Facts: App.arn, timestamps and notes."""
    for owner, shown, app_type in ((ada, "ada", "JupyterServer"), (desk, "Desk", "JupyterLab")):
        names = {**owner, "AppType": app_type, "AppName": name}
        client.create_app(**names)
        pending, running = client.describe_app(**names), client.describe_app(**names)
        place = f"{owner['DomainId']}/{shown}/{app_type.lower()}"
        assert running["AppArn"] == f"{ARN}app/{place}/{name}"
        assert not {"LastHealthCheckTimestamp", "LastUserActivityTimestamp"} & pending.keys()
        assert running["LastHealthCheckTimestamp"] == running["LastUserActivityTimestamp"]


@pytest.mark.fact("hosting.App.references.Domain-UserProfile-or-Space-must-exist")
@pytest.mark.parametrize(
    "owner",
    [
        {"DomainId": "d-no", "UserProfileName": "Ada"},
        {"UserProfileName": "nobody"},
        {"SpaceName": "nowhere"},
    ],
)
def test_an_app_needs_an_owner_that_exists(
    client: Any, ada: dict[str, str], owner: dict[str, str]
) -> None:
    """Facts: App.references."""
    app = {"AppType": "JupyterLab", "AppName": "default"}
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.create_app(**{"DomainId": ada["DomainId"], **owner, **app})
    for owners in ({}, {"UserProfileName": "Ada", "SpaceName": "Desk"}):
        with pytest.raises(ClientError, match="Exactly one of UserProfileName or SpaceName"):
            client.create_app(DomainId=ada["DomainId"], **owners, **app)
    assert client.list_apps()["Apps"] == []


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
    ("Deleting", "ResourceInUse", "Deleting"),
]


@pytest.mark.fact(
    "hosting.App.errors.delete-of-a-Deleted-app",
    "hosting.App.errors.delete-of-a-Failed-app",
    "hosting.App.errors.delete-while-Pending",
    "hosting.App.preconditions.DeleteApp",
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
    sm.resources("App")[0].move_to("InService")
    client.delete_app(**app)
    assert client.describe_app(**app)["Status"] == "Deleting"


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


@pytest.mark.fact("hosting.AppImageConfig.preconditions.delete-while-a-Domain-or-UserProfile")
def test_an_app_image_config_is_deleted_though_a_domain_names_it(client: Any, domain: str) -> None:
    """Facts: AppImageConfig.preconditions."""
    client.create_app_image_config(AppImageConfigName="lab")
    image = {"ImageName": "kernels", "AppImageConfigName": "lab"}
    settings = {"JupyterLabAppSettings": {"CustomImages": [image]}}
    client.update_domain(DomainId=domain, DefaultUserSettings=settings)
    settle(client, "domain", DomainId=domain)
    client.create_user_profile(DomainId=domain, UserProfileName="Ada", UserSettings=settings)
    client.delete_app_image_config(AppImageConfigName="lab")
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_app_image_config(AppImageConfigName="lab")


@pytest.mark.fact(
    "hosting.StudioLifecycleConfig.timestamps.LastModifiedTime",
    "hosting.StudioLifecycleConfig.notes.content-base64",
)
def test_a_studio_lifecycle_config_is_a_script_in_base64_that_never_changes(client: Any) -> None:
    """Facts: StudioLifecycleConfig.timestamps and notes."""
    with pytest.raises(ClientError, match="must be base64 encoded"):
        client.create_studio_lifecycle_config(
            **{**SCRIPT, "StudioLifecycleConfigContent": "echo 1"}
        )
    client.create_studio_lifecycle_config(**SCRIPT)
    answer = client.describe_studio_lifecycle_config(StudioLifecycleConfigName="setup")
    assert answer["StudioLifecycleConfigContent"] == "ZWNobw=="
    assert answer["LastModifiedTime"] == answer["CreationTime"]


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
