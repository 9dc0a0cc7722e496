"""Device fleets and devices, and what an edge agent reports. Source of the facts: hosting.yaml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import mock_sagemaker
from tests.conftest import shared_session

ROLE = "arn:aws:iam::123456789012:role/edge"
OUTPUT = {"S3OutputLocation": "s3://edge/out"}


@pytest.fixture
def sm() -> Iterator[Any]:
    with mock_sagemaker() as world:
        yield world


@pytest.fixture
def client(sm: Any) -> Any:
    """A client of a fleet `cars` with the devices `a` and `b`."""
    client = shared_session().client("sagemaker", region_name="eu-west-1")
    client.create_device_fleet(
        DeviceFleetName="cars", RoleArn=ROLE, OutputConfig=OUTPUT, EnableIotRoleAlias=True
    )
    client.register_devices(
        DeviceFleetName="cars", Devices=[{"DeviceName": "a"}, {"DeviceName": "b"}]
    )
    return client


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    error = refusal.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.fact(
    "hosting.DeviceFleet.filled_in.IotRoleAlias",
)
def test_a_fleet_has_its_role_alias(client: Any) -> None:
    fleet = client.describe_device_fleet(DeviceFleetName="cars")
    assert fleet["IotRoleAlias"] == "SageMakerEdge-cars"
    assert fleet["OutputConfig"] == OUTPUT


@pytest.mark.fact(
    "hosting.Device.create",
    "hosting.Device.update",
    "hosting.Device.delete",
    "hosting.Device.list",
    "hosting.Device.lifecycle.initial",
    "hosting.Device.lifecycle.delete",
    "hosting.Device.timestamps.RegistrationTime",
    "hosting.Device.arn",
    "hosting.Device.filled_in.DeviceArn",
    "hosting.Device.filled_in.MaxModels",
    "hosting.Device.filled_in.Models-empty",
)
def test_devices_are_described_listed_changed_and_deregistered(client: Any) -> None:
    device = {"DeviceFleetName": "cars", "DeviceName": "a"}
    described = client.describe_device(**device)
    here = "arn:aws:sagemaker:eu-west-1:123456789012"
    assert described["DeviceArn"] == f"{here}:device-fleet/cars/device/a"
    assert (described["MaxModels"], described["Models"]) == (1, [])
    client.update_devices(
        DeviceFleetName="cars", Devices=[{"DeviceName": "a", "Description": "red"}]
    )
    assert client.describe_device(**device)["Description"] == "red"
    listed = client.list_devices(DeviceFleetName="cars")["DeviceSummaries"]
    assert {summary["DeviceName"] for summary in listed} == {"a", "b"}
    client.deregister_devices(DeviceFleetName="cars", DeviceNames=["a"])
    code, message = refused(client.describe_device, **device)
    assert (code, message) == ("ValidationException", "No device with name a")


@pytest.mark.fact(
    "hosting.DeviceFleet.errors.delete-while-devices-are-registered",
    "hosting.DeviceFleet.preconditions.DeleteDeviceFleet",
)
def test_a_fleet_with_devices_is_kept(client: Any) -> None:
    """Fact: delete while devices are registered, ResourceInUse."""
    assert refused(client.delete_device_fleet, DeviceFleetName="cars")[0] == "ResourceInUse"
    client.deregister_devices(DeviceFleetName="cars", DeviceNames=["a", "b"])
    client.delete_device_fleet(DeviceFleetName="cars")
    code, message = refused(client.describe_device_fleet, DeviceFleetName="cars")
    assert (code, message) == ("ValidationException", "No devicefleet with name cars")


@pytest.mark.fact(
    "hosting.Device.errors.describe-register-in-a-missing-fleet",
    "hosting.Device.references.DeviceFleet-must-exist",
)
def test_an_unknown_fleet_has_no_devices(client: Any) -> None:
    """Fact: describe / register in a missing fleet contains "No device fleet with name"."""
    for call, more in (
        (client.describe_device, {"DeviceName": "a"}),
        (client.register_devices, {"Devices": [{"DeviceName": "a"}]}),
    ):
        code, message = refused(call, DeviceFleetName="boats", **more)
        assert (code, message) == ("ValidationException", "No device fleet with name boats")


@pytest.mark.fact(
    "hosting.DeviceFleet.notes.create-and-update-answer-an-empty",
    "hosting.Device.notes.register-update-and-deregister-answer-an",
)
def test_changes_of_fleets_and_devices_are_answered_with_nothing(client: Any) -> None:
    """Facts: DeviceFleet.notes and Device.notes."""
    fleet, devices = {"DeviceFleetName": "boats"}, [{"DeviceName": "a"}]
    answers = [
        client.create_device_fleet(**fleet, RoleArn=ROLE, OutputConfig=OUTPUT),
        client.update_device_fleet(**fleet, OutputConfig=OUTPUT),
        client.register_devices(**fleet, Devices=devices),
        client.update_devices(**fleet, Devices=devices),
        client.deregister_devices(**fleet, DeviceNames=["a"]),
    ]
    assert [set(answer) for answer in answers] == [{"ResponseMetadata"}] * len(answers)
    assert {a["ResponseMetadata"]["HTTPHeaders"]["content-length"] for a in answers} == {"0"}


@pytest.mark.fact("hosting.DeviceFleet.notes.service-model-pattern-of-the-ARN")
def test_the_arn_of_a_fleet_is_not_of_the_form_that_the_model_says(client: Any) -> None:
    """Facts: DeviceFleet.notes."""
    shape = client.meta.service_model.shape_for("DeviceFleetArn")
    assert ":iam::" in shape.metadata["pattern"]
    arn = client.describe_device_fleet(DeviceFleetName="cars")["DeviceFleetArn"]
    assert arn == "arn:aws:sagemaker:eu-west-1:123456789012:device-fleet/cars"


@pytest.mark.fact(
    "hosting.Device.timestamps.LatestHeartbeat",
)
def test_a_heartbeat_shows_up_in_the_device_and_the_report(sm: Any, client: Any) -> None:
    edge = shared_session().client("sagemaker-edge", region_name="eu-west-1")
    device = {"DeviceFleetName": "cars", "DeviceName": "a"}
    assert edge.get_device_registration(**device)["DeviceRegistration"].endswith("/device/a")
    edge.send_heartbeat(
        **device, AgentVersion="1.2", Models=[{"ModelName": "lane", "ModelVersion": "3"}]
    )
    described = client.describe_device(**device)
    assert described["AgentVersion"] == "1.2"
    assert described["Models"] == [{"ModelName": "lane", "ModelVersion": "3"}]
    report = client.get_device_fleet_report(DeviceFleetName="cars")
    assert report["DeviceStats"] == {"ConnectedDeviceCount": 1, "RegisteredDeviceCount": 2}
    assert report["AgentVersions"] == [{"Version": "1.2", "AgentCount": 1}]
    sm.clock.advance(3600)
    report = client.get_device_fleet_report(DeviceFleetName="cars")
    assert report["DeviceStats"]["ConnectedDeviceCount"] == 0
    listed = client.list_devices(ModelName="lane")["DeviceSummaries"]
    assert [summary["DeviceName"] for summary in listed] == ["a"]
