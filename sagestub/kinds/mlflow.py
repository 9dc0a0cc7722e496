"""MlflowTrackingServer and MlflowApp.

Source: facts, hosting.yaml, MlflowTrackingServer and MlflowApp.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Behaviour, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import invalid

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def maintenance_window(context: Context, members: Mapping[str, Any]) -> str:
    """Return the day and time that the service chooses for maintenance: a half hour of the week."""
    half_hour = context.next_number() * 97 % (7 * 48)
    day, half = divmod(half_hour, 48)
    return f"{DAYS[day]}:{half // 2:02}:{half % 2 * 30:02}"


def own_account(context: Context, members: Mapping[str, Any]) -> str:
    """Return the account of the caller, which owns the bucket unless another is named."""
    return str(members["account"])


# MlflowTrackingServer -----------------------------------------------------------------------------


FIRST_OFFERED = (2, 13)
"""Source: AWS News Blog, managed MLflow on Amazon SageMaker (June 2024); that it was never less, assumed."""

SKIPPED = frozenset({(2, 14), (2, 15), (2, 17), (2, 18)})
"""Source: a public project's notes of what us-west-2 refused in May 2026; others offer 2.13, 2.16 and 3.0."""

PATCHED = {"2.16": "2.16.2"}
"""Versions that Describe tells with the patch that the service has chosen, and nobody else may.

Source: hashicorp/terraform-provider-aws#42276.
"""


def check_version(context: Context, resource: Resource) -> None:
    """Refuse a version of MLflow that is not offered.

    Source: hashicorp/terraform-provider-aws#42276; of the versions in between a public project's notes.
    """
    asked = context.call.parameters if context.call is not None else {}
    version = str(asked.get("MlflowVersion", ""))
    parts = tuple(int(part) for part in version.split(".") if part.isdigit())
    unknown = parts[:2] < FIRST_OFFERED or parts[:2] in SKIPPED
    if version in PATCHED.values() or (parts and unknown):
        raise invalid("The provided MLflow version is not supported")


def tell_patch(context: Context, resource: Resource) -> None:
    """Show the version with its patch."""
    document = resource.document
    version = document["MlflowVersion"]
    document["MlflowVersion"] = PATCHED.get(version, version)


def activity(value: str) -> Behaviour:
    """Return a behaviour that sets IsActive."""

    def set_activity(context: Context, resource: Resource) -> None:
        resource.document["IsActive"] = value

    return set_activity


def open_server(context: Context, resource: Resource) -> None:
    """Give a tracking server its address once it is created.

    Source: facts, hosting.yaml, MlflowTrackingServer.filled_in.
    """
    if "TrackingServerUrl" not in resource.document:
        url = f"https://t-{context.new_id()}.{resource.region}.experiments.sagemaker.aws"
        resource.document["TrackingServerUrl"] = url


def server_url(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a URL that opens a tracking server's pages."""
    host = f"{context.new_id()}.{resource.region}.experiments.sagemaker.aws"
    return {"AuthorizedUrl": f"https://{host}/auth?authToken={context.new_uuid()}"}


_ACTIVE, _INACTIVE = activity("Active"), activity("Inactive")
_SETTLED = "Created > Updated > Started > Stopped > CreateFailed > UpdateFailed > StartFailed"
_MAINTAINED = "MaintenanceComplete > MaintenanceFailed"
_SOURCE = "aws/amazon-sagemaker-feedback issue 104"

MLFLOW_TRACKING_SERVER = Kind(
    name="MlflowTrackingServer",
    absent={
        "TrackingServerMaintenanceStatus": "the service's maintenance is not modelled",
    },
    arn="mlflow-tracking-server/{TrackingServerName}",
    lifecycle=Lifecycle(
        path="Creating > Created",
        fail="CreateFailed",
        stop="Stopping > Stopped",
        start="Starting > Started",
        update="Updating > Updated",
        delete="Deleting",
        failing={
            "Stopping": "StopFailed",
            "Starting": "StartFailed",
            "Updating": "UpdateFailed",
            "Deleting": "DeleteFailed",
            "MaintenanceInProgress": "MaintenanceFailed",
        },
        stop_from=f"Created > Updated > Started > UpdateFailed > StopFailed > {_MAINTAINED}",
        start_from="Stopped > StartFailed",
        update_from=f"{_SETTLED} > StopFailed > {_MAINTAINED}",
        delete_from=f"{_SETTLED} > StopFailed > DeleteFailed > {_MAINTAINED}",
        service="MaintenanceInProgress > MaintenanceComplete",
        seconds={"Creating": 1500, "Starting": 900, "Stopping": 300, "Updating": 600},
    ),
    defaults={
        "TrackingServerSize": "Small",
        "AutomaticModelRegistration": False,
        "S3BucketOwnerVerification": True,
        # The newest offered (assumed).
        "MlflowVersion": "3.0.0",
    },
    made={
        "WeeklyMaintenanceWindowStart": maintenance_window,
        "S3BucketOwnerAccountId": own_account,
    },
    checks=(check_version,),
    on_create=(tell_patch,),
    on_enter={
        "Creating": (_INACTIVE,),
        "Created": (_ACTIVE, open_server),
        "Started": (_ACTIVE,),
        "Updated": (_ACTIVE,),
        "Stopped": (_INACTIVE,),
    },
    operations={"CreatePresignedMlflowTrackingServerUrl": server_url},
    not_found=Message(
        code="ResourceNotFound", text="Tracking Server with ARN {arn} does not exist."
    ),
    # The model declares no code of its own for this.
    exists=Message(
        code="ValidationException", text="Tracking Server with ARN {arn} already exists."
    ),
    cannot_stop=Message(
        code="ValidationException",
        text=(
            "Tracking Server with ARN {arn} is currently in status {status:upper}, "
            "can't be stopped."
        ),
        source=_SOURCE,
    ),
    cannot_start=Message(
        code="ValidationException",
        text=(
            "Tracking Server with ARN {arn} is currently in status {status:upper}, "
            "can't be started."
        ),
    ),
    cannot_update=Message(
        code="ConflictException",
        text=(
            "Tracking Server with ARN {arn} is currently in status {status:upper}, "
            "can't be updated."
        ),
    ),
    cannot_delete=Message(
        code="ValidationException",
        text=(
            "Tracking Server is in un-deletable state ({status:upper}), so it cannot be deleted."
        ),
        source=_SOURCE,
    ),
    source="facts, hosting.yaml, MlflowTrackingServer",
)


# MlflowApp ----------------------------------------------------------------------------------------


def app_url(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return a URL that opens an app's pages; its form is that of tracking servers (assumed)."""
    host = f"{context.new_id()}.{resource.region}.experiments.sagemaker.aws"
    return {"AuthorizedUrl": f"https://{host}/auth?authToken={context.new_uuid()}"}


_CHANGING = "MLflow App with ARN {arn} is currently in status {status:upper}, can't be changed."

MLFLOW_APP = Kind(
    name="MlflowApp",
    absent={
        "MaintenanceStatus": "the service's maintenance is not modelled",
    },
    arn="mlflow-app/app-{id:upper}",
    lifecycle=Lifecycle(
        path="Creating > Created",
        fail="CreateFailed",
        update="Updating > Updated",
        delete="Deleting",
        failing={"Updating": "UpdateFailed", "Deleting": "DeleteFailed"},
        update_from="Created > Updated > UpdateFailed > DeleteFailed",
        delete_from="Created > Updated > CreateFailed > UpdateFailed > DeleteFailed",
        other="Deleted",
        seconds={"Creating": 120, "Updating": 60, "Deleting": 60},
    ),
    defaults={
        "ModelRegistrationMode": "AutoModelRegistrationDisabled",
        "AccountDefaultStatus": "DISABLED",
        # The newest offered (assumed).
        "MlflowVersion": "3.4.0",
    },
    made={"WeeklyMaintenanceWindowStart": maintenance_window},
    filters={"DefaultForDomainId": "DefaultDomainIdList"},
    operations={"CreatePresignedMlflowAppUrl": app_url},
    not_found=Message(code="ResourceNotFound", text="MLflow App with ARN {arn} does not exist."),
    cannot_update=Message(code="ConflictException", text=_CHANGING),
    # The model declares no code of its own for this.
    cannot_delete=Message(code="ValidationException", text=_CHANGING),
    source="facts, hosting.yaml, MlflowApp",
)
