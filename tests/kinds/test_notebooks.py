"""Notebook instances and their lifecycle configurations; facts: hosting.yaml."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from sagestub import World

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
NAME = {"NotebookInstanceName": "Lab"}


@pytest.fixture
def notebook(client: Any) -> str:
    """A notebook instance that is InService."""
    client.create_notebook_instance(**NAME, InstanceType="ml.t3.medium", RoleArn=ROLE)
    client.get_waiter("notebook_instance_in_service").wait(**NAME)
    return "Lab"


@pytest.fixture
def stopped(client: Any, notebook: str) -> str:
    """A notebook instance that is Stopped."""
    client.stop_notebook_instance(**NAME)
    client.get_waiter("notebook_instance_stopped").wait(**NAME)
    return notebook


def status(client: Any) -> str:
    """Return the status that a Describe sees."""
    return str(client.describe_notebook_instance(**NAME)["NotebookInstanceStatus"])


@pytest.mark.fact(
    "hosting.NotebookInstance.filled_in.Url",
    "hosting.NotebookInstance.filled_in.DirectInternetAccess",
    "hosting.NotebookInstance.filled_in.RootAccess",
    "hosting.NotebookInstance.filled_in.VolumeSizeInGB",
    "hosting.NotebookInstance.filled_in.PlatformIdentifier",
    "hosting.NotebookInstance.filled_in.IpAddressType",
)
def test_what_the_service_fills_in(client: Any, notebook: str) -> None:
    """Facts: NotebookInstance.filled_in."""
    answer = client.describe_notebook_instance(**NAME)
    filled_in = {
        "Url": "lab.notebook.eu-west-1.sagemaker.aws",
        "DirectInternetAccess": "Enabled",
        "RootAccess": "Enabled",
        "VolumeSizeInGB": 5,
        "PlatformIdentifier": "notebook-al2023-v1",
        "IpAddressType": "ipv4",
        "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "1"},
    }
    assert {member: answer[member] for member in filled_in} == filled_in
    assert "NetworkInterfaceId" not in answer


@pytest.mark.fact(
    "hosting.NotebookInstance.filled_in.SecurityGroups",
    "hosting.NotebookInstance.filled_in.NotebookInstanceLifecycleConfigName",
    "hosting.NotebookInstance.filled_in.NetworkInterfaceId",
)
def test_members_that_describe_calls_otherwise(client: Any) -> None:
    """Facts: NotebookInstance.filled_in: SecurityGroups, NotebookInstanceLifecycleConfigName."""
    client.create_notebook_instance_lifecycle_config(NotebookInstanceLifecycleConfigName="setup")
    client.create_notebook_instance(
        **NAME,
        InstanceType="ml.t3.medium",
        RoleArn=ROLE,
        SubnetId="subnet-1",
        SecurityGroupIds=["sg-1"],
        LifecycleConfigName="setup",
    )
    answer = client.describe_notebook_instance(**NAME)
    assert answer["SecurityGroups"] == ["sg-1"]
    assert answer["NotebookInstanceLifecycleConfigName"] == "setup"
    assert answer["NetworkInterfaceId"].startswith("eni-")


@pytest.mark.fact(
    "hosting.NotebookInstance.references.DefaultCodeRepository-AdditionalCodeRepositories-may-name-CodeRepository-resources",
)
def test_repositories_are_code_repositories_or_addresses(client: Any) -> None:
    """Facts: NotebookInstance.references."""
    for name in ("own", "shared"):
        client.create_code_repository(
            CodeRepositoryName=name, GitConfig={"RepositoryUrl": f"https://example.com/{name}"}
        )
    address = "https://example.com/other"
    client.create_notebook_instance(
        **NAME,
        **NEW,
        DefaultCodeRepository="own",
        AdditionalCodeRepositories=["shared", address],
    )
    answer = client.describe_notebook_instance(**NAME)
    assert answer["DefaultCodeRepository"] == "own"
    assert answer["AdditionalCodeRepositories"] == ["shared", address]
    found = client.list_notebook_instances(AdditionalCodeRepositoryEquals="shared")
    assert len(found["NotebookInstances"]) == 1


@pytest.mark.fact("hosting.NotebookInstance.notes.MinimumInstanceMetadataServiceVersion-1-or-2")
def test_the_instance_metadata_service_has_two_versions(client: Any) -> None:
    """Facts: NotebookInstance.notes."""
    with pytest.raises(ClientError, match="failed to satisfy constraint"):
        client.create_notebook_instance(**NAME, **NEW, **metadata_service("3"))
    for version in ("1", "2"):
        name = {"NotebookInstanceName": f"v{version}"}
        client.create_notebook_instance(**name, **NEW, **metadata_service(version))
        answer = client.describe_notebook_instance(**name)
        assert answer.items() >= metadata_service(version).items()


def metadata_service(version: str) -> dict[str, Any]:
    """Return the member that asks for a version of the instance metadata service."""
    config = {"MinimumInstanceMetadataServiceVersion": version}
    return {"InstanceMetadataServiceConfiguration": config}


def test_the_life_of_a_notebook_instance(client: Any) -> None:
    """Facts: NotebookInstance.lifecycle."""
    client.create_notebook_instance(**NAME, InstanceType="ml.t3.medium", RoleArn=ROLE)
    seen = [status(client) for _ in range(2)]
    client.stop_notebook_instance(**NAME)
    seen += [status(client) for _ in range(2)]
    client.update_notebook_instance(**NAME, InstanceType="ml.t3.large")
    seen += [status(client) for _ in range(2)]
    client.start_notebook_instance(**NAME)
    seen += [status(client) for _ in range(2)]
    assert seen == [
        "Pending", "InService", "Stopping", "Stopped", "Updating", "Stopped", "Pending", "InService",
    ]  # fmt: skip
    assert client.describe_notebook_instance(**NAME)["InstanceType"] == "ml.t3.large"


def test_a_deleted_notebook_instance_goes_by_way_of_deleting(client: Any, stopped: str) -> None:
    client.delete_notebook_instance(**NAME)
    assert status(client) == "Deleting"
    client.get_waiter("notebook_instance_deleted").wait(**NAME)
    assert client.list_notebook_instances()["NotebookInstances"] == []


@pytest.mark.fact(
    "hosting.NotebookInstance.preconditions.Start",
    "hosting.NotebookInstance.notes.capacity-failure-FailureReason",
)
def test_a_failed_notebook_instance_can_be_started_again(sm: World, client: Any) -> None:
    """Facts: NotebookInstance.notes (FailureReason) and preconditions (Start)."""
    sm.fail("NotebookInstance")
    client.create_notebook_instance(**NAME, InstanceType="ml.t3.medium", RoleArn=ROLE)
    with pytest.raises(WaiterError, match="Failed"):
        client.get_waiter("notebook_instance_in_service").wait(**NAME)
    assert "capacity" in client.describe_notebook_instance(**NAME)["FailureReason"]
    client.start_notebook_instance(**NAME)
    assert "FailureReason" not in client.describe_notebook_instance(**NAME)


def test_an_update_disassociates_what_its_flags_name(client: Any, stopped: str) -> None:
    client.create_notebook_instance_lifecycle_config(NotebookInstanceLifecycleConfigName="setup")
    client.update_notebook_instance(
        **NAME, LifecycleConfigName="setup", DefaultCodeRepository="https://example.com/r"
    )
    client.get_waiter("notebook_instance_stopped").wait(**NAME)
    client.update_notebook_instance(
        **NAME, DisassociateLifecycleConfig=True, DisassociateDefaultCodeRepository=True
    )
    answer = client.describe_notebook_instance(**NAME)
    assert "NotebookInstanceLifecycleConfigName" not in answer
    assert "DefaultCodeRepository" not in answer


def test_a_presigned_url_opens_the_notebook_instance(client: Any, notebook: str) -> None:
    url = client.create_presigned_notebook_instance_url(**NAME)["AuthorizedUrl"]
    assert url.startswith("https://lab.notebook.eu-west-1.sagemaker.aws?authToken=")


@pytest.mark.fact(
    "hosting.NotebookInstance.preconditions.CreatePresignedNotebookInstanceUrl",
)
def test_a_presigned_url_needs_an_instance_in_service(client: Any, stopped: str) -> None:
    """Facts: NotebookInstance.preconditions."""
    with pytest.raises(ClientError, match=r"\(Stopped\) not in \(\[InService\]\)"):
        client.create_presigned_notebook_instance_url(**NAME)


def test_lists_filter_by_repository_and_sort_by_name(client: Any) -> None:
    """Facts: cross-cutting, section 7."""
    for name, repositories in (("b", ["https://example.com/r"]), ("a", []), ("c", [])):
        client.create_notebook_instance(
            NotebookInstanceName=name,
            InstanceType="ml.t3.medium",
            RoleArn=ROLE,
            AdditionalCodeRepositories=repositories,
        )
    every = client.list_notebook_instances()["NotebookInstances"]
    with_repository = client.list_notebook_instances(
        AdditionalCodeRepositoryEquals="https://example.com/r"
    )["NotebookInstances"]
    assert [n["NotebookInstanceName"] for n in every] == ["a", "b", "c"]
    assert [n["NotebookInstanceName"] for n in with_repository] == ["b"]


STATES = [
    ("stop_notebook_instance", "Stopped", "InService", "Stopping", "."),
    ("start_notebook_instance", "InService", "Stopped, Failed", "Pending", "."),
    ("update_notebook_instance", "InService", "Stopped, Failed", "Updating", "."),
    ("delete_notebook_instance", "InService", "Stopped, Failed", "Deleting", ""),
]


@pytest.mark.fact(
    "hosting.NotebookInstance.errors.delete-in-a-wrong-state",
    "hosting.NotebookInstance.errors.stop-in-a-wrong-state",
    "hosting.NotebookInstance.errors.start-in-a-wrong-state",
    "hosting.NotebookInstance.errors.update-in-a-wrong-state",
    "hosting.NotebookInstance.preconditions.Stop",
    "hosting.NotebookInstance.preconditions.Delete",
    "hosting.NotebookInstance.preconditions.Update",
)
@pytest.mark.parametrize(("operation", "now", "accepted", "to", "end"), STATES)
def test_a_wrong_state_is_refused_in_the_services_words(
    sm: World, client: Any, operation: str, now: str, accepted: str, to: str, end: str
) -> None:
    """Facts: NotebookInstance.errors."""
    sm.add(
        "NotebookInstance",
        region="eu-west-1",
        NotebookInstanceName="Lab",
        NotebookInstanceStatus=now,
    )
    with pytest.raises(ClientError) as refusal:
        getattr(client, operation)(**NAME)
    assert refusal.value.response["Error"]["Message"] == (
        f"Status ({now}) not in ([{accepted}]). Unable to transition to ({to}) "
        f"for Notebook Instance ({ARN}notebook-instance/Lab){end}"
    )


CONFIG = f"{ARN}notebook-instance-lifecycle-config/no"
MISSING_CONFIG = "(Details: Notebook Instance Lifecycle Config does not exist.)"
NEW = {"InstanceType": "ml.t3.medium", "RoleArn": ROLE}
REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("create_notebook_instance", {**NAME, **NEW},
     f"Cannot create a duplicate Notebook Instance ({ARN}notebook-instance/Lab)"),
    ("describe_notebook_instance", {"NotebookInstanceName": "no"}, "RecordNotFound"),
    ("start_notebook_instance", {"NotebookInstanceName": "no"}, "RecordNotFound"),
    ("stop_notebook_instance", {"NotebookInstanceName": "no"}, "RecordNotFound"),
    ("update_notebook_instance", {"NotebookInstanceName": "no"}, "RecordNotFound"),
    ("delete_notebook_instance", {"NotebookInstanceName": "no"}, "RecordNotFound"),
    ("create_presigned_notebook_instance_url", {"NotebookInstanceName": "no"}, "RecordNotFound"),
    ("create_notebook_instance",
     {"NotebookInstanceName": "n", **NEW, "PlatformIdentifier": "notebook-al1-v1"},
     "Platform identifier (notebook-al1-v1) is not supported for this service."),
    ("create_notebook_instance",
     {"NotebookInstanceName": "n", **NEW, "LifecycleConfigName": "no"},
     f"Unable to describe Notebook Instance Lifecycle Config '{CONFIG}'. {MISSING_CONFIG}"),
    ("create_notebook_instance",
     {"NotebookInstanceName": "n", **NEW, "DirectInternetAccess": "Disabled"},
     "DirectInternetAccess can be Disabled only if SubnetId is specified."),
    ("describe_notebook_instance_lifecycle_config", {"NotebookInstanceLifecycleConfigName": "no"},
     f"Unable to describe Notebook Instance Lifecycle Config '{CONFIG}'. {MISSING_CONFIG}"),
    ("delete_notebook_instance_lifecycle_config", {"NotebookInstanceLifecycleConfigName": "no"},
     f"Unable to delete Notebook Instance Lifecycle Config '{CONFIG}'. {MISSING_CONFIG}"),
    ("update_notebook_instance_lifecycle_config", {"NotebookInstanceLifecycleConfigName": "no"},
     f"Unable to update Notebook Instance Lifecycle Config '{CONFIG}'. {MISSING_CONFIG}"),
]  # fmt: skip


@pytest.mark.fact(
    "hosting.NotebookInstance.errors.missing-lifecycle-config-at-create",
    "hosting.NotebookInstance.errors.unsupported-PlatformIdentifier",
    "hosting.NotebookInstance.references.LifecycleConfigName-must-exist",
    "hosting.NotebookInstance.preconditions.DirectInternetAccess-Disabled-needs-SubnetId",
)
@pytest.mark.parametrize(("operation", "parameters", "text"), REFUSALS)
def test_refusals_have_the_services_code_and_text(
    client: Any, notebook: str, operation: str, parameters: dict[str, Any], text: str
) -> None:
    """Facts: NotebookInstance.errors, NotebookInstanceLifecycleConfig.errors."""
    with pytest.raises(ClientError) as refusal:
        getattr(client, operation)(**parameters)
    expected = {"Code": "ValidationException", "Message": text}
    assert refusal.value.response["Error"] == expected


@pytest.mark.fact(
    "hosting.NotebookInstance.preconditions.VolumeSizeInGB-can-grow-not-shrink",
)
def test_a_volume_cannot_shrink(client: Any, stopped: str) -> None:
    """Facts: NotebookInstance.preconditions."""
    client.update_notebook_instance(**NAME, VolumeSizeInGB=20)
    client.get_waiter("notebook_instance_stopped").wait(**NAME)
    with pytest.raises(ClientError, match="from 20 to 10"):
        client.update_notebook_instance(**NAME, VolumeSizeInGB=10)
    assert client.describe_notebook_instance(**NAME)["VolumeSizeInGB"] == 20


def test_the_round_trip_of_a_lifecycle_config(client: Any) -> None:
    name = {"NotebookInstanceLifecycleConfigName": "setup"}
    client.create_notebook_instance_lifecycle_config(**name, OnStart=[{"Content": "ZQ=="}])
    client.update_notebook_instance_lifecycle_config(**name, OnStart=[{"Content": "Zg=="}])
    answer = client.describe_notebook_instance_lifecycle_config(**name)
    assert answer["OnStart"] == [{"Content": "Zg=="}]
    with pytest.raises(ClientError, match="already exists"):
        client.create_notebook_instance_lifecycle_config(**name)
    client.delete_notebook_instance_lifecycle_config(**name)
    listed = client.list_notebook_instance_lifecycle_configs()
    assert listed["NotebookInstanceLifecycleConfigs"] == []


HOOKS: list[tuple[list[dict[str, str]], str]] = [
    ([{"Content": "QUFB" * 4097}], "length less than or equal to 16384"),
    ([{"Content": "ZQ=="}, {"Content": "Zg=="}], "length less than or equal to 1"),
    ([{"Content": "echo 1"}], "must be base64 encoded"),
]


@pytest.mark.fact(
    "hosting.NotebookInstanceLifecycleConfig.notes.script-content-base64-limit-16384-characters",
)
@pytest.mark.parametrize("moment", ["OnCreate", "OnStart"])
@pytest.mark.parametrize(("hooks", "words"), HOOKS)
def test_a_script_is_one_in_base64_and_not_too_long(
    client: Any, moment: str, hooks: list[dict[str, str]], words: str
) -> None:
    """Facts: NotebookInstanceLifecycleConfig.notes."""
    name = {"NotebookInstanceLifecycleConfigName": "setup"}
    with pytest.raises(ClientError, match=words):
        client.create_notebook_instance_lifecycle_config(**name, **{moment: hooks})
    whole = [{"Content": "QUFB" * 4096}]
    client.create_notebook_instance_lifecycle_config(**name, **{moment: whole})
    assert client.describe_notebook_instance_lifecycle_config(**name)[moment] == whole


@pytest.mark.fact(
    "hosting.NotebookInstanceLifecycleConfig.preconditions.delete-while-a-notebook-instance-uses",
)
def test_a_lifecycle_config_in_use_cannot_be_deleted(client: Any) -> None:
    """Facts: NotebookInstanceLifecycleConfig.preconditions."""
    client.create_notebook_instance_lifecycle_config(NotebookInstanceLifecycleConfigName="setup")
    client.create_notebook_instance(**NAME, **NEW, LifecycleConfigName="setup")
    with pytest.raises(ClientError, match="in use"):
        client.delete_notebook_instance_lifecycle_config(
            NotebookInstanceLifecycleConfigName="setup"
        )
