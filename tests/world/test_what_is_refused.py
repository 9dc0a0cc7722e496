"""What the handle refuses, so that no test goes on with what the service would never show."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import InvalidArgumentError, World
from tests.world.handle import message

TOO_LONG = "x" * 1025
SAID = (
    "CompilationJob.FailureReason has 1025 characters.\nGive 1024 at the most, as the service does."
)


def test_a_reason_that_is_too_long_is_refused_alike_everywhere(sm: World) -> None:
    job = sm.add("CompilationJob")
    for call in (
        lambda: sm.add("CompilationJob", FailureReason=TOO_LONG),
        lambda: sm.fail("CompilationJob", reason=TOO_LONG),
        lambda: job.move_to("FAILED", reason=TOO_LONG),
    ):
        assert message(call, InvalidArgumentError) == SAID
    assert job.status == "STARTING"
    job.move_to("FAILED", reason=TOO_LONG[1:])
    assert job.members["FailureReason"] == TOO_LONG[1:]


def test_a_reason_is_called_as_the_kind_calls_it(sm: World) -> None:
    said = message(lambda: sm.fail("InferenceExperiment", reason=TOO_LONG), InvalidArgumentError)
    assert said.startswith("InferenceExperiment.StatusReason has 1025 characters.")


@pytest.mark.parametrize("name", ["status", "name", "members", "history", "CompilationJobStatus"])
def test_a_resource_is_not_changed_by_setting_its_attributes(sm: World, name: str) -> None:
    job: Any = sm.add("CompilationJob", CompilationJobName="resnet")
    before = job.members
    said = message(lambda: setattr(job, name, "FAILED"), AttributeError)
    assert said.startswith(f"'{name}' of a CompilationJob cannot be set.")
    assert "move_to(...)" in said
    assert job.members == before


@pytest.mark.parametrize(
    "arn",
    [
        "resnet",
        "arn:aws:s3:::bucket",
        "arn:aws:sagemaker:eu-west-1:12345:compilation-job/resnet",
        "arn:aws:sagemaker:eu-west-1:123456789012:",
        "arn:nonsense",
    ],
)
def test_an_arn_that_is_none_is_not_added(sm: World, arn: str) -> None:
    said = message(lambda: sm.add("CompilationJob", CompilationJobArn=arn), InvalidArgumentError)
    assert repr(arn) in said
    assert "arn:aws:sagemaker:eu-west-1:123456789012:compilation-job/CompilationJobName" in said
    assert sm.resources() == []


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_an_arn_of_another_partition_region_and_account_is_added(sm: World, partition: str) -> None:
    arn = f"arn:{partition}:sagemaker:cn-north-1:210987654321:compilation-job/resnet"
    assert sm.add("CompilationJob", CompilationJobArn=arn).arn == arn


@pytest.mark.parametrize(
    ("parent", "kind", "member"),
    [
        ("MonitoringSchedule", "MonitoringAlert", "MonitoringScheduleName"),
        ("Cluster", "ClusterOperation", "ClusterName"),
        ("Cluster", "ClusterEvent", "ClusterName"),
        ("Cluster", "ClusterNode", "ClusterName"),
        ("DeviceFleet", "Device", "DeviceFleetName"),
        ("Pipeline", "PipelineExecution", "PipelineName"),
        ("ModelCard", "ModelCardExportJob", "ModelCardName"),
        ("Image", "ImageVersion", "ImageName"),
        ("FeatureGroup", "FeatureMetadata", "FeatureGroupName"),
        ("EdgeDeploymentPlan", "EdgeDeploymentStage", "EdgeDeploymentPlanName"),
    ],
)
def test_what_belongs_to_a_parent_is_added_by_the_parents_name(
    sm: World, parent: str, kind: str, member: str
) -> None:
    for name in ("first", "second"):
        members: dict[str, Any] = {member: name}
        sm.add(parent, **members)
    members = {member: "first"}
    assert "first" in sm.add(kind, **members).key.split("/")
