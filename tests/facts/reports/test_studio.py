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
        Refusal("reports.MlflowTrackingServer.errors.version-that-is-not-offered",
                "CreateMlflowTrackingServer",
                {"TrackingServerName": "runs", "ArtifactStoreUri": "s3://bucket/runs",
                 "RoleArn": ROLE, "MlflowVersion": version})
        for version in ("2.16.2", "1.30.0")
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
