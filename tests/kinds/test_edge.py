"""EdgePackagingJob and EdgeDeploymentPlan: facts of jobs.yaml, held through a real client."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World

ROLE = "arn:aws:iam::123456789012:role/edge"
REGION = "eu-west-1"
PLAN = {"EdgeDeploymentPlanName": "rollout"}


def package(name: str = "pack", **members: Any) -> dict[str, Any]:
    """A CreateEdgePackagingJob request."""
    return {
        "EdgePackagingJobName": name,
        "CompilationJobName": "compiled",
        "ModelName": "resnet",
        "ModelVersion": "2.0",
        "RoleArn": ROLE,
        "OutputConfig": {"S3OutputLocation": "s3://bucket/edge"},
        **members,
    }


def stage(name: str, **selection: Any) -> dict[str, Any]:
    """A stage of a plan."""
    return {
        "StageName": name,
        "DeviceSelectionConfig": {"DeviceSubsetType": "PERCENTAGE", "Percentage": 50, **selection},
    }


@pytest.fixture
def compiled(sm: World, client: Any) -> Any:
    """A client of an account with a completed compilation job."""
    sm.add(
        "CompilationJob", REGION, CompilationJobName="compiled", CompilationJobStatus="COMPLETED"
    )
    return client


@pytest.fixture
def plan(sm: World, compiled: Any) -> Any:
    """A client of an account with a plan of one stage, ready to deploy, for a fleet of four."""
    compiled.create_edge_packaging_job(**package())
    compiled.create_device_fleet(
        DeviceFleetName="fleet", RoleArn=ROLE, OutputConfig={"S3OutputLocation": "s3://bucket/f"}
    )
    devices = [{"DeviceName": f"device-{number}"} for number in range(4)]
    compiled.register_devices(DeviceFleetName="fleet", Devices=devices)
    compiled.create_edge_deployment_plan(
        **PLAN,
        DeviceFleetName="fleet",
        ModelConfigs=[{"ModelHandle": "resnet", "EdgePackagingJobName": "pack"}],
        Stages=[stage("first")],
    )
    sm.get("EdgeDeploymentStage", "rollout/first").move_to("READYTODEPLOY")
    return compiled


def statuses(client: Any) -> list[str]:
    """The statuses of the plan's stages, as Describe shows them now."""
    stages = client.describe_edge_deployment_plan(**PLAN)["Stages"]
    return [shown["DeploymentStatus"]["StageStatus"] for shown in stages]


@pytest.mark.fact(
    "jobs.EdgePackagingJob.filled_in.ModelSignature",
    "jobs.EdgePackagingJob.filled_in.ModelArtifact",
    "jobs.EdgePackagingJob.filled_in.PresetDeploymentOutput-Type-GreengrassV2Component-Artifact",
)
def test_a_package_lies_below_the_output_location(compiled: Any) -> None:
    """Fact: EdgePackagingJob.lifecycle, filled_in."""
    output = {
        "S3OutputLocation": "s3://bucket/edge",
        "PresetDeploymentType": "GreengrassV2Component",
    }
    compiled.create_edge_packaging_job(**package(OutputConfig=output))
    seen = [compiled.describe_edge_packaging_job(EdgePackagingJobName="pack") for _ in range(3)]
    assert [job["EdgePackagingJobStatus"] for job in seen] == [
        "STARTING",
        "INPROGRESS",
        "COMPLETED",
    ]
    assert not {"ModelArtifact", "ModelSignature", "PresetDeploymentOutput"} & set(seen[1])
    assert seen[2]["ModelArtifact"] == "s3://bucket/edge/resnet-2.0.tar.gz"
    assert seen[2]["ModelSignature"]
    component = seen[2]["PresetDeploymentOutput"]
    assert component["Status"] == "COMPLETED"
    assert ":components:SagemakerEdgeManagerpack:versions:" in component["Artifact"]


@pytest.mark.fact(
    "jobs.EdgePackagingJob.references.CompilationJobName",
)
def test_only_a_completed_compilation_job_is_packaged(sm: World, client: Any) -> None:
    """Fact: EdgePackagingJob.references."""
    with pytest.raises(ClientError, match="Could not find compilation job compiled"):
        client.create_edge_packaging_job(**package())
    sm.add("CompilationJob", REGION, CompilationJobName="compiled", CompilationJobStatus="FAILED")
    with pytest.raises(ClientError, match="in status FAILED"):
        client.create_edge_packaging_job(**package())


@pytest.mark.fact(
    "jobs.EdgePackagingJob.filled_in.EdgePackagingJobStatusMessage",
)
def test_a_failed_packaging_says_why(sm: World, compiled: Any) -> None:
    """Fact: EdgePackagingJob.filled_in EdgePackagingJobStatusMessage."""
    sm.fail("EdgePackagingJob", reason="ClientError: no such model")
    compiled.create_edge_packaging_job(**package())
    sm.get("EdgePackagingJob", "pack").advance(2)
    job = compiled.describe_edge_packaging_job(EdgePackagingJobName="pack")
    assert job["EdgePackagingJobStatus"] == "FAILED"
    assert job["EdgePackagingJobStatusMessage"] == "ClientError: no such model"


def test_a_stopped_packaging_is_not_stopped_again(compiled: Any) -> None:
    """Fact: EdgePackagingJob.lifecycle.stop and errors."""
    name = {"EdgePackagingJobName": "pack"}
    compiled.create_edge_packaging_job(**package())
    compiled.stop_edge_packaging_job(**name)
    seen = [compiled.describe_edge_packaging_job(**name) for _ in range(2)]
    assert [job["EdgePackagingJobStatus"] for job in seen] == ["STOPPING", "STOPPED"]
    with pytest.raises(ClientError, match="in status STOPPED"):
        compiled.stop_edge_packaging_job(**name)
    with pytest.raises(compiled.exceptions.ResourceNotFound):
        compiled.describe_edge_packaging_job(EdgePackagingJobName="none")


@pytest.mark.fact(
    "jobs.EdgeDeploymentPlan.notes.DeploymentConfig-FailureHandlingPolicy-default-ROLLBACK_ON_FAILURE-DescribeEdgeDeploymentPlan-returns"
)
def test_fifty_stages_are_on_a_page_and_are_rolled_back(sm: World, plan: Any) -> None:
    for number in range(50):
        sm.add("EdgeDeploymentStage", REGION, **PLAN, StageName=f"more-{number}")  # type: ignore[arg-type]
    page = plan.describe_edge_deployment_plan(**PLAN)
    rest = plan.describe_edge_deployment_plan(**PLAN, NextToken=page["NextToken"])
    assert (len(page["Stages"]), len(rest["Stages"])) == (50, 1)
    policy = page["Stages"][0]["DeploymentConfig"]["FailureHandlingPolicy"]
    assert policy == "ROLLBACK_ON_FAILURE"


@pytest.mark.fact("jobs.EdgeDeploymentStage.lifecycle.failed")
def test_a_stage_that_fails_counts_its_devices(sm: World, plan: Any) -> None:
    sm.fail("EdgeDeploymentStage", at="INPROGRESS")
    plan.start_edge_deployment_stage(**PLAN, StageName="first")
    assert [statuses(plan)[0] for _ in range(3)] == ["STARTING", "INPROGRESS", "FAILED"]
    assert plan.describe_edge_deployment_plan(**PLAN)["EdgeDeploymentFailed"] == 2


@pytest.mark.fact(
    "jobs.EdgeDeploymentStage.lifecycle.initial",
    "jobs.EdgeDeploymentStage.lifecycle.path",
    "jobs.EdgeDeploymentStage.lifecycle.note",
    "jobs.EdgeDeploymentStage.timestamps.EdgeDeploymentStageStartTime",
    "jobs.EdgeDeploymentStage.describe",
    "jobs.EdgeDeploymentPlan.status",
)
def test_a_stage_waits_until_it_is_started(plan: Any) -> None:
    """Fact: EdgeDeploymentStage.lifecycle."""
    assert [statuses(plan) for _ in range(3)] == [["READYTODEPLOY"]] * 3
    plan.start_edge_deployment_stage(**PLAN, StageName="first")
    assert [statuses(plan)[0] for _ in range(4)] == [
        "STARTING",
        "INPROGRESS",
        "DEPLOYED",
        "DEPLOYED",
    ]


@pytest.mark.fact(
    "jobs.EdgeDeploymentPlan.filled_in.EdgeDeploymentSuccess-EdgeDeploymentPending-EdgeDeploymentFailed",
    "jobs.EdgeDeploymentPlan.filled_in.Stages-DeploymentStatus-StageStatus-EdgeDeploymentSuccessInStage-EdgeDeploymentPendingInStage-EdgeDeploymentFailedInStage",
)
def test_devices_are_counted_in_stage_and_plan(plan: Any) -> None:
    """Fact: EdgeDeploymentPlan.filled_in."""
    before = plan.describe_edge_deployment_plan(**PLAN)
    plan.start_edge_deployment_stage(**PLAN, StageName="first")
    for _ in range(3):
        after = plan.describe_edge_deployment_plan(**PLAN)
    deployed = after["Stages"][0]["DeploymentStatus"]
    assert (before["EdgeDeploymentPending"], before["EdgeDeploymentSuccess"]) == (2, 0)
    assert (after["EdgeDeploymentPending"], after["EdgeDeploymentSuccess"]) == (0, 2)
    assert deployed["EdgeDeploymentSuccessInStage"] == 2
    assert "EdgeDeploymentStageStartTime" in deployed
    (summary,) = plan.list_edge_deployment_plans()["EdgeDeploymentPlanSummaries"]
    assert summary["EdgeDeploymentSuccess"] == 2


@pytest.mark.fact(
    "jobs.EdgeDeploymentStage.notes.device-status",
)
def test_the_devices_of_a_stage_are_listed(plan: Any) -> None:
    """ListStageDevices; DeviceSelectionConfig."""
    named = stage("second", DeviceSubsetType="SELECTION", DeviceNames=["device-1", "device-3"])
    plan.create_edge_deployment_stage(**PLAN, Stages=[named])
    plan.start_edge_deployment_stage(**PLAN, StageName="first")
    while statuses(plan)[0] != "DEPLOYED":
        pass
    listed = plan.list_stage_devices(**PLAN, StageName="second")["DeviceDeploymentSummaries"]
    rest = plan.list_stage_devices(
        **PLAN, StageName="second", ExcludeDevicesDeployedInOtherStage=True
    )["DeviceDeploymentSummaries"]
    assert [device["DeviceName"] for device in listed] == ["device-1", "device-3"]
    assert [device.get("DeployedStageName") for device in listed] == ["first", None]
    assert [device["DeviceName"] for device in rest] == ["device-3"]


@pytest.mark.fact(
    "jobs.EdgeDeploymentPlan.describe",
)
def test_stages_come_in_pages(plan: Any) -> None:
    """Fact: EdgeDeploymentPlan.describe (paginated over Stages)."""
    plan.create_edge_deployment_stage(**PLAN, Stages=[stage("second"), stage("third")])
    page = plan.describe_edge_deployment_plan(**PLAN, MaxResults=2)
    rest = plan.describe_edge_deployment_plan(**PLAN, MaxResults=2, NextToken=page["NextToken"])
    names = [[shown["StageName"] for shown in part["Stages"]] for part in (page, rest)]
    assert names == [["first", "second"], ["third"]]
    assert "NextToken" not in rest
    with pytest.raises(ClientError, match="Invalid pagination token"):
        plan.describe_edge_deployment_plan(**PLAN, NextToken="foreign")


@pytest.mark.fact(
    "jobs.EdgeDeploymentStage.lifecycle.delete_note",
    "jobs.EdgeDeploymentStage.lifecycle.stop",
    "jobs.EdgeDeploymentPlan.errors.delete-with-an-active-stage",
    "jobs.EdgeDeploymentStage.errors.delete-an-active-stage",
    "jobs.EdgeDeploymentPlan.preconditions.delete",
    "jobs.EdgeDeploymentStage.preconditions.delete",
)
def test_an_active_stage_keeps_itself_and_its_plan(plan: Any) -> None:
    """Fact: preconditions.delete of plan and stage."""
    first = {**PLAN, "StageName": "first"}
    plan.start_edge_deployment_stage(**first)
    with pytest.raises(plan.exceptions.ResourceInUse):
        plan.delete_edge_deployment_stage(**first)
    with pytest.raises(plan.exceptions.ResourceInUse):
        plan.delete_edge_deployment_plan(**PLAN)
    plan.stop_edge_deployment_stage(**first)
    assert [statuses(plan)[0] for _ in range(2)] == ["STOPPING", "STOPPED"]
    plan.delete_edge_deployment_stage(**first)
    assert statuses(plan) == []


def test_a_deleted_plan_is_gone_with_its_stages(sm: World, plan: Any) -> None:
    plan.delete_edge_deployment_plan(**PLAN)
    with pytest.raises(plan.exceptions.ResourceNotFound):
        plan.describe_edge_deployment_plan(**PLAN)
    assert sm.resources("EdgeDeploymentStage") == []


@pytest.mark.fact(
    "jobs.EdgeDeploymentStage.preconditions.start",
    "jobs.EdgeDeploymentStage.preconditions.stop",
)
@pytest.mark.parametrize("verb", ["start", "stop"])
def test_a_stage_in_the_wrong_state_is_refused(sm: World, plan: Any, verb: str) -> None:
    """Fact: EdgeDeploymentStage.preconditions."""
    sm.get("EdgeDeploymentStage", "rollout/first").move_to("DEPLOYED")
    with pytest.raises(ClientError, match="in status DEPLOYED"):
        getattr(plan, f"{verb}_edge_deployment_stage")(**PLAN, StageName="first")


@pytest.mark.fact(
    "jobs.EdgeDeploymentPlan.preconditions.create",
)
def test_a_plan_has_at_most_ten_stages_at_creation(plan: Any) -> None:
    """Fact: EdgeDeploymentPlan.preconditions.create."""
    with pytest.raises(ClientError, match="at most 10 stages"):
        plan.create_edge_deployment_plan(
            EdgeDeploymentPlanName="large",
            DeviceFleetName="fleet",
            ModelConfigs=[{"ModelHandle": "resnet", "EdgePackagingJobName": "pack"}],
            Stages=[stage(f"stage-{number}") for number in range(11)],
        )


@pytest.mark.fact(
    "jobs.EdgeDeploymentPlan.references.ModelConfigs-EdgePackagingJobName",
)
def test_a_plan_needs_its_packaging_job(plan: Any) -> None:
    """Fact: EdgeDeploymentPlan.references."""
    with pytest.raises(plan.exceptions.ResourceNotFound):
        plan.create_edge_deployment_plan(
            EdgeDeploymentPlanName="other",
            DeviceFleetName="fleet",
            ModelConfigs=[{"ModelHandle": "resnet", "EdgePackagingJobName": "none"}],
        )
