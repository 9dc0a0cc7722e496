"""Studio, notebooks, MLflow and work teams: reports of what the state of a resource stands against."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import World
from tests.facts.reports.refusals import REGION, ROLE, Refusal, check, rows

ID = "d-abcdefghijkl"
ARN = f"arn:aws:sagemaker:{REGION}:123456789012:domain/{ID}"
BOOK = f"arn:aws:sagemaker:{REGION}:123456789012:notebook-instance/book"
RSTUDIO = {"RStudioServerProDomainSettings": {"DomainExecutionRoleArn": ROLE}}
LANDING = {"ExecutionRole": ROLE, "DefaultLandingUri": "studio::", "StudioWebPortal": "ENABLED"}
CLOSED = {"StudioWebPortal": "DISABLED"}


def domain(**members: Any) -> tuple[str, dict[str, Any]]:
    return "Domain", {"DomainId": ID, "DomainName": "lab", "Status": "InService", **members}


PROFILE = ("UserProfile", {"DomainId": ID, "UserProfileName": "ada", "Status": "InService",
                           "UserSettings": LANDING})  # fmt: skip
APP = ("App", {"DomainId": ID, "UserProfileName": "ada", "AppType": "JupyterLab",
               "AppName": "default", "Status": "InService"})  # fmt: skip


def stopped_on(platform: str) -> tuple[str, dict[str, Any]]:
    return "NotebookInstance", {"NotebookInstanceName": "book", "NotebookInstanceStatus": "Stopped",
                                "PlatformIdentifier": platform}  # fmt: skip


BUSY = [domain(DefaultUserSettings=LANDING, AppNetworkAccessType="PublicInternetOnly"), APP]
WORKING = "reports.Domain.errors.update-with-apps-InService"

REFUSALS = [
    Refusal(WORKING, "UpdateDomain",
            {"DomainId": ID, "DefaultUserSettings": {"ExecutionRole": f"{ROLE}-2"}},
            BUSY, {"arn": ARN}),
    Refusal(WORKING, "UpdateDomain",
            {"DomainId": ID, "AppNetworkAccessType": "VpcOnly", "VpcId": "vpc-1",
             "SubnetIds": ["subnet-1"]},
            BUSY, {"arn": ARN}),
    Refusal(WORKING, "UpdateDomain",
            {"DomainId": ID, "AppSecurityGroupManagement": "Service",
             "DomainSettingsForUpdate": {"RStudioServerProDomainSettingsForUpdate":
                                         {"DomainExecutionRoleArn": ROLE}}},
            BUSY, {"arn": ARN}),
    Refusal("reports.Domain.errors.ExecutionRoleIdentityConfig-changed-while-apps-run",
            "UpdateDomain",
            {"DomainId": ID,
             "DomainSettingsForUpdate": {"ExecutionRoleIdentityConfig": "USER_PROFILE_NAME"}},
            BUSY),
    Refusal("reports.Domain.errors.StudioWebPortal-DISABLED-while-DefaultLandingUri-is-that-of-Studio",
            "UpdateDomain", {"DomainId": ID, "DefaultUserSettings": CLOSED},
            [domain(DefaultUserSettings=LANDING)]),
    Refusal("reports.UserProfile.errors."
            "StudioWebPortal-DISABLED-while-DefaultLandingUri-is-that-of-Studio",
            "UpdateUserProfile",
            {"DomainId": ID, "UserProfileName": "ada", "UserSettings": CLOSED},
            [domain(), PROFILE]),
    Refusal("reports.Domain.errors.AppSecurityGroupManagement-of-a-domain-without-RStudio",
            "UpdateDomain", {"DomainId": ID, "AppSecurityGroupManagement": "Service"}, [domain()]),
    Refusal("reports.Domain.errors.new-AppNetworkAccessType-of-a-domain-with-RStudio",
            "UpdateDomain", {"DomainId": ID, "AppNetworkAccessType": "PublicInternetOnly"},
            [domain(DomainSettings=RSTUDIO, AppNetworkAccessType="VpcOnly")]),
    Refusal("reports.App.errors.KernelGateway-without-an-instance-type-anywhere", "CreateApp",
            {"DomainId": ID, "UserProfileName": "ada", "AppType": "KernelGateway",
             "AppName": "kernel"},
            [domain(), PROFILE]),
    Refusal("reports.NotebookInstance.errors.create-again-while-the-old-one-is-there",
            "CreateNotebookInstance",
            {"NotebookInstanceName": "book", "InstanceType": "ml.t3.medium", "RoleArn": ROLE},
            [("NotebookInstance", {"NotebookInstanceName": "book",
                                   "NotebookInstanceStatus": "Deleting"})],
            {"arn": BOOK}),
    *(
        Refusal("reports.NotebookInstance.errors.create-on-a-platform-of-JupyterLab-1-or-3",
                "CreateNotebookInstance",
                {"NotebookInstanceName": "book", "InstanceType": "ml.t3.medium", "RoleArn": ROLE,
                 "PlatformIdentifier": platform},
                values={"platform": platform})
        for platform in ("notebook-al2-v1", "notebook-al2-v2")
    ),
    Refusal("reports.NotebookInstance.errors.create-on-a-platform-of-JupyterLab-1-or-3",
            "UpdateNotebookInstance",
            {"NotebookInstanceName": "book", "PlatformIdentifier": "notebook-al2-v2"},
            [stopped_on("notebook-al2-v3")], {"platform": "notebook-al2-v2"}),
    Refusal("reports.NotebookInstance.errors.start-on-a-platform-of-JupyterLab-1-or-3",
            "StartNotebookInstance", {"NotebookInstanceName": "book"},
            [stopped_on("notebook-al2-v2")]),
    *(
        Refusal("reports.MlflowTrackingServer.errors.version-that-is-not-offered",
                "CreateMlflowTrackingServer",
                {"TrackingServerName": "runs", "ArtifactStoreUri": "s3://bucket/runs",
                 "RoleArn": ROLE, "MlflowVersion": version})
        for version in ("2.16.2", "1.30.0", "2.14.3", "2.18")
    ),
]  # fmt: skip


@pytest.mark.parametrize("row", rows(REFUSALS))
def test_a_report_of_a_refusal_holds(row: Refusal, sm: World) -> None:
    check(row, sm)


@pytest.mark.fact("reports.MlflowTrackingServer.notes.Describe-answers-the-version-with-its")
def test_mlflow_is_told_with_its_patch(client: Any) -> None:
    client.create_mlflow_tracking_server(
        TrackingServerName="runs",
        ArtifactStoreUri="s3://bucket/runs",
        RoleArn=ROLE,
        MlflowVersion="2.16",
    )
    server = client.describe_mlflow_tracking_server(TrackingServerName="runs")
    assert server["MlflowVersion"] == "2.16.2"


@pytest.mark.parametrize("version", ["2.13", "2.13.2", "2.16", "3.0"])
def test_mlflow_is_offered_in_some_versions(client: Any, version: str) -> None:
    server = {"TrackingServerName": "runs", "ArtifactStoreUri": "s3://bucket/runs"}
    client.create_mlflow_tracking_server(**server, RoleArn=ROLE, MlflowVersion=version)


def test_what_runs_on_an_old_platform_runs_on(sm: World, client: Any) -> None:
    sm.add(
        "NotebookInstance",
        REGION,
        NotebookInstanceName="book",
        NotebookInstanceStatus="InService",
        PlatformIdentifier="notebook-al2-v1",
    )
    client.stop_notebook_instance(NotebookInstanceName="book")
    sm.get("NotebookInstance", "book").move_to("Stopped")
    client.update_notebook_instance(NotebookInstanceName="book", VolumeSizeInGB=20)
    book = client.describe_notebook_instance(NotebookInstanceName="book")
    assert (book["PlatformIdentifier"], book["VolumeSizeInGB"]) == ("notebook-al2-v1", 20)


@pytest.mark.fact("reports.UserProfile.notes.Describe-finds-a-user-profile-by")
def test_a_user_profile_has_its_name_in_any_case(sm: World, client: Any) -> None:
    members: dict[str, Any] = dict(PROFILE[1])
    sm.add("UserProfile", REGION, **members)
    found = client.describe_user_profile(DomainId=ID, UserProfileName="Ada")
    assert found["UserProfileName"] == "ada"


# Quotas -------------------------------------------------------------------------------------------

SPACE = ("Space", {"DomainId": ID, "SpaceName": "team", "Status": "InService"})


def app(app_type: str, instance_type: str, **owner: str) -> dict[str, Any]:
    return {"DomainId": ID, "AppType": app_type, "AppName": "default", **owner,
            "ResourceSpec": {"InstanceType": instance_type}}  # fmt: skip


@pytest.mark.parametrize(
    "row",
    rows(
        [
            Refusal(
                "reports.App.errors.more-JupyterLab-apps-on-an-instance-type-than-the",
                "CreateApp",
                app("JupyterLab", "ml.p3.2xlarge", SpaceName="team"),
                [domain(), SPACE],
            ),
            Refusal(
                "reports.App.errors.more-KernelGateway-apps-on-an-instance-type-than-the",
                "CreateApp",
                app("KernelGateway", "ml.g5.48xlarge", UserProfileName="ada"),
                [domain(), PROFILE],
            ),
        ]
    ),
)
def test_an_account_begins_without_apps_on_accelerated_instances(row: Refusal, sm: World) -> None:
    sm.quotas.on()
    check(row, sm)


@pytest.mark.parametrize(
    ("fact", "operation", "parameters", "quota"),
    [
        (
            "reports.App.errors.more-running-apps-than-the-account-may-have",
            "CreateApp",
            app("JupyterLab", "ml.t3.medium", SpaceName="team"),
            "Maximum number of running Studio apps allowed per account",
        ),
        (
            "reports.UserProfile.errors.more-user-profiles-than-the-account-may-have",
            "CreateUserProfile",
            {"DomainId": ID, "UserProfileName": "bob"},
            "Maximum number of Studio user profiles allowed per account",
        ),
    ],
)
def test_studio_has_so_many_as_a_quota_of_its_own_says(
    sm: World, fact: str, operation: str, parameters: dict[str, Any], quota: str
) -> None:
    sm.quotas[quota] = 1
    check(Refusal(fact, operation, parameters, [domain(), PROFILE, SPACE, APP]), sm)


def test_model_package_groups_have_a_quota_of_their_own(sm: World) -> None:
    sm.quotas["Maximum number of SageMaker Model Package Groups allowed per account"] = 0
    fact = "reports.ModelPackageGroup.errors.more-model-package-groups-than-the-account-may-have"
    check(Refusal(fact, "CreateModelPackageGroup", {"ModelPackageGroupName": "churn"}), sm)


@pytest.mark.parametrize(
    ("app_type", "name"),
    [
        ("CodeEditor", "Studio CodeEditor Apps running on ml.t3.large instances"),
        ("RSessionGateway", "RSessionGateway Apps running on ml.t3.large instance"),
        ("Canvas", "Canvas Apps running on system instances"),
    ],
)
def test_apps_are_counted_by_type_and_instance(
    sm: World, client: Any, app_type: str, name: str
) -> None:
    for kind, members in (domain(), PROFILE):
        sm.add(kind, REGION, **members)
    client.create_app(**app(app_type, "ml.t3.large", UserProfileName="ada"))
    assert sm.quotas.used(name, region=REGION, account_id="123456789012") == 1
    assert sm.quotas[name].unit == "Apps"


def test_an_app_that_has_gone_is_counted_no_more(sm: World, client: Any) -> None:
    for kind, members in (domain(), PROFILE, APP):
        sm.add(kind, REGION, **members)
    names = {"DomainId": ID, "UserProfileName": "ada", "AppType": "JupyterLab"}
    sm.quotas["App"] = 1
    client.delete_app(**names, AppName="default")
    sm.resources("App")[0].move_to("Deleted")
    client.create_app(**names, AppName="default")
    assert sm.quotas.used("App", region=REGION, account_id="123456789012") == 1


def test_a_quota_without_a_known_number_is_in_force_only_when_set(sm: World, client: Any) -> None:
    for kind, members in (domain(), PROFILE):
        sm.add(kind, REGION, **members)
    sm.quotas.on()
    client.create_app(**app("JupyterLab", "ml.t3.medium", UserProfileName="ada"))
    client.create_user_profile(DomainId=ID, UserProfileName="bob")


def test_an_identity_provider_stays_while_teams_work(sm: World) -> None:
    workforce = sm.add("Workforce", REGION, WorkforceName="own", Status="Active", OidcConfig=OIDC)
    sm.add("Workteam", REGION, WorkteamName="team", WorkforceArn=workforce.arn)
    fact = "reports.Workforce.errors.new-OidcConfig-while-work-teams-exist"
    secret = {**OIDC, "ClientSecret": "s3cret"}
    check(Refusal(fact, "UpdateWorkforce", {"WorkforceName": "own", "OidcConfig": secret}), sm)


OIDC = {
    "ClientId": "client",
    **{
        member: f"https://login.example/{member}"
        for member in (
            "Issuer",
            "AuthorizationEndpoint",
            "TokenEndpoint",
            "UserInfoEndpoint",
            "LogoutEndpoint",
            "JwksUri",
        )
    },
}


def test_settings_that_no_app_feels_are_changed_while_apps_run(sm: World, client: Any) -> None:
    for kind, members in BUSY:
        sm.add(kind, REGION, **members)
    same = {"ExecutionRole": ROLE, "SecurityGroups": ["sg-1"]}
    client.update_domain(DomainId=ID, DefaultUserSettings=same)
    described = client.describe_domain(DomainId=ID)
    assert described["DefaultUserSettings"]["SecurityGroups"] == ["sg-1"]
