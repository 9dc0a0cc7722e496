"""MLflow tracking servers and apps, and apps of partners; facts: hosting.yaml."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
NAME = {"TrackingServerName": "Runs"}
NEW_SERVER = {**NAME, "ArtifactStoreUri": "s3://bucket/mlflow", "RoleArn": ROLE}
NEW_APP = {"Name": "runs", "ArtifactStoreUri": "s3://bucket/mlflow", "RoleArn": ROLE}
NEW_PARTNER_APP = {
    "Name": "guard",
    "Type": "lakera-guard",
    "ExecutionRoleArn": ROLE,
    "Tier": "small",
    "AuthType": "IAM",
}


@pytest.fixture
def server(client: Any) -> dict[str, str]:
    """A tracking server that is Created."""
    client.create_mlflow_tracking_server(**NEW_SERVER)
    for _ in range(2):
        client.describe_mlflow_tracking_server(**NAME)
    return NAME


# Tracking servers ---------------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.MlflowTrackingServer.filled_in.IsActive",
)
def test_the_life_of_a_tracking_server(client: Any) -> None:
    """Facts: MlflowTrackingServer.lifecycle and filled_in (IsActive)."""
    seen: list[tuple[str, str]] = []
    for verb, members in (
        ("create", NEW_SERVER),
        ("stop", NAME),
        ("start", NAME),
        ("update", {**NAME, "TrackingServerSize": "Large"}),
    ):
        getattr(client, f"{verb}_mlflow_tracking_server")(**members)
        for _ in range(2):
            answer = client.describe_mlflow_tracking_server(**NAME)
            seen.append((answer["TrackingServerStatus"], answer["IsActive"]))
    assert seen == [
        ("Creating", "Inactive"), ("Created", "Active"),
        ("Stopping", "Active"), ("Stopped", "Inactive"),
        ("Starting", "Inactive"), ("Started", "Active"),
        ("Updating", "Active"), ("Updated", "Active"),
    ]  # fmt: skip


@pytest.mark.fact(
    "hosting.MlflowTrackingServer.filled_in.TrackingServerUrl-once-created",
    "hosting.MlflowTrackingServer.filled_in.TrackingServerSize",
    "hosting.MlflowTrackingServer.filled_in.AutomaticModelRegistration",
    "hosting.MlflowTrackingServer.filled_in.WeeklyMaintenanceWindowStart",
    "hosting.MlflowTrackingServer.filled_in.S3BucketOwnerAccountId",
    "hosting.MlflowTrackingServer.filled_in.MlflowVersion",
)
def test_what_the_service_fills_in(client: Any, server: dict[str, str]) -> None:
    """Facts: MlflowTrackingServer.filled_in and arn."""
    answer = client.describe_mlflow_tracking_server(**server)
    assert answer["TrackingServerArn"] == f"{ARN}mlflow-tracking-server/Runs"
    assert (answer["TrackingServerSize"], answer["AutomaticModelRegistration"]) == ("Small", False)
    assert (answer["S3BucketOwnerAccountId"], answer["S3BucketOwnerVerification"]) == (
        "123456789012",
        True,
    )
    offered = ("2.13.2", "2.16.2", "3.0.0")  # Developer guide, "Tracking server versions".
    assert answer["MlflowVersion"] == offered[-1]
    url = r"https://t-[a-z0-9]{12}\.eu-west-1\.experiments\.sagemaker\.aws"
    assert re.fullmatch(url, answer["TrackingServerUrl"])
    window = r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d"
    assert re.fullmatch(window, answer["WeeklyMaintenanceWindowStart"])


FAILURES = [
    ("stop", "Stopping", "StopFailed", NAME),
    ("update", "Updating", "UpdateFailed", {**NAME, "TrackingServerSize": "Large"}),
    ("delete", "Deleting", "DeleteFailed", NAME),
]


@pytest.mark.fact(
    "hosting.MlflowTrackingServer.lifecycle.stop_failed",
    "hosting.MlflowTrackingServer.lifecycle.start_failed",
    "hosting.MlflowTrackingServer.lifecycle.update_failed",
    "hosting.MlflowTrackingServer.lifecycle.delete_failed",
)
@pytest.mark.parametrize(("verb", "at", "end", "members"), FAILURES)
def test_each_change_has_a_failure_of_its_own(
    sm: World, client: Any, server: Any, verb: str, at: str, end: str, members: dict[str, str]
) -> None:
    """Facts: MlflowTrackingServer.lifecycle."""
    sm.fail("MlflowTrackingServer", at=at)
    getattr(client, f"{verb}_mlflow_tracking_server")(**members)
    statuses = [
        client.describe_mlflow_tracking_server(**NAME)["TrackingServerStatus"] for _ in range(2)
    ]
    assert statuses == [at, end]


@pytest.mark.fact(
    "hosting.MlflowTrackingServer.lifecycle.service_driven.MaintenanceInProgress-MaintenanceComplete-MaintenanceFailed",
)
@pytest.mark.parametrize("fails", [False, True])
def test_maintenance_is_complete_or_has_failed(
    sm: World, client: Any, server: dict[str, str], fails: bool
) -> None:
    """Facts: MlflowTrackingServer.lifecycle.service_driven."""
    if fails:
        sm.fail("MlflowTrackingServer", at="MaintenanceInProgress")
    sm.get("MlflowTrackingServer", "Runs").move_to("MaintenanceInProgress")
    seen = [
        client.describe_mlflow_tracking_server(**server)["TrackingServerStatus"] for _ in range(3)
    ]
    end = "MaintenanceFailed" if fails else "MaintenanceComplete"
    assert seen == ["MaintenanceInProgress", end, end]


@pytest.mark.fact("hosting.MlflowTrackingServer.notes.real-create-takes-about-25-minutes")
def test_a_tracking_server_takes_its_time(sm: World, client: Any) -> None:
    """Facts: MlflowTrackingServer.notes, by the clock."""
    sm.transitions(rule="clock")
    client.create_mlflow_tracking_server(**NEW_SERVER)
    server, minute = sm.get("MlflowTrackingServer", "Runs"), 60
    sm.clock.advance(20 * minute)
    assert server.status == "Creating"
    sm.clock.advance(10 * minute)
    assert server.status == "Created"
    client.stop_mlflow_tracking_server(**NAME)
    sm.clock.advance(30 * minute)
    client.start_mlflow_tracking_server(**NAME)
    sm.clock.advance(5 * minute)
    assert server.status == "Starting"
    sm.clock.advance(25 * minute)
    assert server.status == "Started"


STATES = [
    ("stop", "ValidationException",
     "Tracking Server with ARN {arn} is currently in status UPDATING, can't be stopped."),
    ("start", "ValidationException",
     "Tracking Server with ARN {arn} is currently in status UPDATING, can't be started."),
    ("update", "ConflictException",
     "Tracking Server with ARN {arn} is currently in status UPDATING, can't be updated."),
    ("delete", "ValidationException",
     "Tracking Server is in un-deletable state (UPDATING), so it cannot be deleted."),
]  # fmt: skip


@pytest.mark.fact(
    "hosting.MlflowTrackingServer.errors.stop-in-a-wrong-state",
    "hosting.MlflowTrackingServer.errors.start-in-a-wrong-state",
    "hosting.MlflowTrackingServer.errors.delete-in-a-wrong-state",
    "hosting.MlflowTrackingServer.errors.update-in-a-wrong-state",
    "hosting.MlflowTrackingServer.preconditions.delete-refused-while-Updating",
)
@pytest.mark.parametrize(("verb", "code", "text"), STATES)
def test_a_tracking_server_in_change_is_refused_in_the_services_words(
    client: Any, server: dict[str, str], verb: str, code: str, text: str
) -> None:
    """Facts: MlflowTrackingServer.errors."""
    client.update_mlflow_tracking_server(**server, TrackingServerSize="Large")
    with pytest.raises(ClientError) as refusal:
        getattr(client, f"{verb}_mlflow_tracking_server")(**server)
    message = text.format(arn=f"{ARN}mlflow-tracking-server/Runs")
    assert refusal.value.response["Error"] == {"Code": code, "Message": message}


def test_a_name_that_is_taken_is_refused(client: Any, server: dict[str, str]) -> None:
    """Facts: MlflowTrackingServer.errors (code: the model declares none)."""
    with pytest.raises(ClientError, match=r"ValidationException.*already exists"):
        client.create_mlflow_tracking_server(**NEW_SERVER)


@pytest.mark.fact(
    "hosting.MlflowTrackingServer.notes.CreatePresignedMlflowTrackingServerUrl-answers-AuthorizedUrl-https",
)
def test_a_presigned_url_opens_a_tracking_server(client: Any, server: dict[str, str]) -> None:
    """Facts: MlflowTrackingServer.notes."""
    url = client.create_presigned_mlflow_tracking_server_url(**server)["AuthorizedUrl"]
    form = r"https://[a-z0-9]+\.eu-west-1\.experiments\.sagemaker\.aws/auth\?authToken=.+"
    assert re.fullmatch(form, url)


def test_tracking_servers_are_listed_by_status(client: Any, server: dict[str, str]) -> None:
    created = client.list_mlflow_tracking_servers(TrackingServerStatus="Created")
    stopped = client.list_mlflow_tracking_servers(TrackingServerStatus="Stopped")
    (summary,) = created["TrackingServerSummaries"]
    assert (summary["TrackingServerName"], summary["IsActive"]) == ("Runs", "Active")
    assert stopped["TrackingServerSummaries"] == []


# MLflow apps --------------------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.MlflowApp.identifier",
)
def test_the_life_of_an_mlflow_app(client: Any) -> None:
    """Facts: MlflowApp.lifecycle and arn."""
    app = {"Arn": client.create_mlflow_app(**NEW_APP)["Arn"]}
    assert re.fullmatch(re.escape(ARN) + r"mlflow-app/app-[A-Z0-9]{12}", app["Arn"])
    seen = [client.describe_mlflow_app(**app)["Status"] for _ in range(2)]
    client.update_mlflow_app(**app, Name="other")
    answers = [client.describe_mlflow_app(**app) for _ in range(2)]
    client.delete_mlflow_app(**app)
    seen += [answer["Status"] for answer in answers]
    seen.append(client.describe_mlflow_app(**app)["Status"])
    assert seen == ["Creating", "Created", "Updating", "Updated", "Deleting"]
    assert answers[-1]["Name"] == "other"
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_mlflow_app(**app)


@pytest.mark.fact(
    "hosting.MlflowApp.filled_in.MlflowVersion",
    "hosting.MlflowApp.filled_in.ModelRegistrationMode",
    "hosting.MlflowApp.filled_in.WeeklyMaintenanceWindowStart-chosen-by-the-service",
    "hosting.MlflowApp.filled_in.AccountDefaultStatus",
)
def test_what_the_service_fills_in_for_an_mlflow_app(client: Any) -> None:
    """Facts: MlflowApp.filled_in."""
    arn = client.create_mlflow_app(**NEW_APP)["Arn"]
    answer = client.describe_mlflow_app(Arn=arn)
    assert answer["ModelRegistrationMode"] == "AutoModelRegistrationDisabled"
    assert answer["AccountDefaultStatus"] == "DISABLED"
    assert "KmsKeyId" not in answer


@pytest.mark.fact(
    "hosting.MlflowApp.errors.update-delete-while-a-change-runs",
)
def test_an_mlflow_app_in_change_is_in_conflict(client: Any) -> None:
    """Facts: MlflowApp.errors."""
    arn = client.create_mlflow_app(**NEW_APP)["Arn"]
    with pytest.raises(client.exceptions.ConflictException):
        client.update_mlflow_app(Arn=arn, Name="other")


@pytest.mark.fact("hosting.MlflowApp.notes.DefaultDomainIdList-names-Domains")
def test_mlflow_apps_are_listed_by_the_domain_whose_default_they_are(
    client: Any, domain: str
) -> None:
    """Facts: MlflowApp.notes."""
    app = client.create_mlflow_app(**NEW_APP, DefaultDomainIdList=["d-1", domain])["Arn"]
    client.create_mlflow_app(**NEW_APP)
    found = client.list_mlflow_apps(DefaultForDomainId=domain)["Summaries"]
    assert [summary["Arn"] for summary in found] == [app]


@pytest.mark.fact("hosting.MlflowApp.notes.status-Created-is-also-possible-after")
def test_an_mlflow_app_with_other_tags_is_still_created(client: Any) -> None:
    """Facts: MlflowApp.notes."""
    arn = client.create_mlflow_app(**NEW_APP)["Arn"]
    client.describe_mlflow_app(Arn=arn)
    client.add_tags(ResourceArn=arn, Tags=[{"Key": "team", "Value": "vision"}])
    assert client.describe_mlflow_app(Arn=arn)["Status"] == "Created"


def test_a_presigned_url_opens_an_mlflow_app(client: Any) -> None:
    arn = client.create_mlflow_app(**NEW_APP)["Arn"]
    assert client.create_presigned_mlflow_app_url(Arn=arn)["AuthorizedUrl"].startswith("https://")


# Apps of partners ---------------------------------------------------------------------------------


@pytest.fixture
def partner_app(client: Any) -> str:
    """The ARN of an app of a partner that is Available."""
    arn = client.create_partner_app(**NEW_PARTNER_APP)["Arn"]
    for _ in range(2):
        client.describe_partner_app(Arn=arn)
    return str(arn)


def test_the_life_of_a_partner_app(sm: World, client: Any) -> None:
    """Facts: PartnerApp.lifecycle."""
    arn = client.create_partner_app(**NEW_PARTNER_APP)["Arn"]
    seen = [client.describe_partner_app(Arn=arn)["Status"] for _ in range(2)]
    client.update_partner_app(Arn=arn, Tier="large")
    seen += [client.describe_partner_app(Arn=arn)["Status"] for _ in range(2)]
    client.delete_partner_app(Arn=arn)
    seen += [client.describe_partner_app(Arn=arn)["Status"] for _ in range(2)]
    assert seen == ["Creating", "Available", "Updating", "Available", "Deleting", "Deleted"]


@pytest.mark.fact(
    "hosting.PartnerApp.filled_in.BaseUrl-once-Available",
)
def test_a_partner_app_has_an_address_once_it_is_available(client: Any) -> None:
    """Facts: PartnerApp.filled_in and arn."""
    arn = client.create_partner_app(**NEW_PARTNER_APP)["Arn"]
    creating, available = (client.describe_partner_app(Arn=arn) for _ in range(2))
    assert re.fullmatch(re.escape(ARN) + r"partner-app/app-[A-Z0-9]{12}", arn)
    assert "BaseUrl" not in creating
    assert available["BaseUrl"].startswith("https://")
    assert available["EnableAutoMinorVersionUpgrade"] is False


def test_a_failed_partner_app_has_an_error(sm: World, client: Any) -> None:
    """Facts: PartnerApp.lifecycle.failed."""
    sm.fail("PartnerApp", reason="no subscription")
    arn = client.create_partner_app(**NEW_PARTNER_APP)["Arn"]
    client.describe_partner_app(Arn=arn)
    answer = client.describe_partner_app(Arn=arn)
    assert (answer["Status"], answer["Error"]) == ("Failed", {"Reason": "no subscription"})


@pytest.mark.fact(
    "hosting.PartnerApp.notes.AppVersion-of-an-update-must-be",
    "hosting.PartnerApp.filled_in.AvailableUpgrade",
    "hosting.PartnerApp.filled_in.Version",
)
def test_an_app_is_brought_to_the_version_on_offer_only(sm: World, client: Any) -> None:
    """Facts: PartnerApp.notes."""
    upgrade = {"Version": "2.0", "ReleaseNotes": []}
    app = sm.add("PartnerApp", region="eu-west-1", Status="Available", AvailableUpgrade=upgrade)
    with pytest.raises(ClientError, match=r"Version 3\.0 is not available"):
        client.update_partner_app(Arn=app.arn, AppVersion="3.0")
    client.update_partner_app(Arn=app.arn, AppVersion="2.0")
    answer = client.describe_partner_app(Arn=app.arn)
    assert answer["Version"] == "2.0"
    assert "AvailableUpgrade" not in answer


@pytest.mark.fact(
    "hosting.PartnerApp.errors.create-twice-update-or-delete-while-a-change-runs",
    "hosting.PartnerApp.notes.ClientToken-idempotent",
)
def test_the_same_partner_app_twice_is_in_conflict(client: Any, partner_app: str) -> None:
    """Facts: PartnerApp.errors."""
    with pytest.raises(client.exceptions.ConflictException):
        client.create_partner_app(**NEW_PARTNER_APP)


@pytest.mark.fact("hosting.PartnerApp.notes.Name-is-not-the-identifier")
def test_partner_apps_of_one_name_are_told_apart_by_their_arns(
    client: Any, partner_app: str
) -> None:
    """Facts: PartnerApp.notes."""
    other = client.create_partner_app(**{**NEW_PARTNER_APP, "Type": "comet"})["Arn"]
    shown = [client.describe_partner_app(Arn=arn) for arn in (partner_app, other)]
    assert [(app["Name"], app["Type"]) for app in shown] == [
        ("guard", "lakera-guard"),
        ("guard", "comet"),
    ]


@pytest.mark.fact("hosting.PartnerApp.notes.AuthType-may-go-IAM-IDC")
def test_a_partner_app_moves_to_the_identity_center_and_not_back(
    client: Any, partner_app: str
) -> None:
    """Facts: PartnerApp.notes."""
    config = {"InstanceArn": "arn:aws:sso:::instance/ssoins-1234567890abcdef"}
    client.update_partner_app(Arn=partner_app, AuthType="IDC", IdcConfig=config)
    for _ in range(2):
        answer = client.describe_partner_app(Arn=partner_app)
    assert (answer["Status"], answer["AuthType"]) == ("Available", "IDC")
    with pytest.raises(ClientError, match="from IDC to IAM"):
        client.update_partner_app(Arn=partner_app, AuthType="IAM")


@pytest.mark.fact(
    "hosting.PartnerApp.filled_in.IdcConfig-for-AuthType-IDC",
)
def test_the_identity_center_gets_an_application(client: Any) -> None:
    """Facts: PartnerApp.filled_in."""
    request = {**NEW_PARTNER_APP, "AuthType": "IDC"}
    with pytest.raises(ClientError, match="IdcConfig must be specified"):
        client.create_partner_app(**request)
    instance = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
    arn = client.create_partner_app(**request, IdcConfig={"InstanceArn": instance})["Arn"]
    client.describe_partner_app(Arn=arn)
    config = client.describe_partner_app(Arn=arn)["IdcConfig"]
    start = "arn:aws:sso::123456789012:application/ssoins-1234567890abcdef/apl-"
    assert config["ApplicationArn"].startswith(start)


def test_a_presigned_url_opens_a_partner_app(client: Any, partner_app: str) -> None:
    base = client.describe_partner_app(Arn=partner_app)["BaseUrl"]
    assert client.create_partner_app_presigned_url(Arn=partner_app)["Url"].startswith(base)


MISSING = [
    ("describe_mlflow_tracking_server", {"TrackingServerName": "no"}),
    ("start_mlflow_tracking_server", {"TrackingServerName": "no"}),
    ("create_presigned_mlflow_tracking_server_url", {"TrackingServerName": "no"}),
    ("describe_mlflow_app", {"Arn": f"{ARN}mlflow-app/app-NO"}),
    ("create_presigned_mlflow_app_url", {"Arn": f"{ARN}mlflow-app/app-NO"}),
    ("describe_partner_app", {"Arn": f"{ARN}partner-app/app-ABCDEFGHIJKL"}),
    ("create_partner_app_presigned_url", {"Arn": f"{ARN}partner-app/app-ABCDEFGHIJKL"}),
]


@pytest.mark.parametrize(("operation", "names"), MISSING)
def test_what_is_not_there_is_not_found(client: Any, operation: str, names: dict[str, str]) -> None:
    """Facts: MlflowTrackingServer.errors, MlflowApp.errors, PartnerApp.errors."""
    with pytest.raises(client.exceptions.ResourceNotFound):
        getattr(client, operation)(**names)
