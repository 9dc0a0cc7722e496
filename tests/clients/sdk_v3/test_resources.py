"""Resources of sagemaker-core: created, waited for, refreshed, listed, and read strictly."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from sagemaker.core import resources
from sagemaker.core.resources import Endpoint, EndpointConfig, Model, TrainingJob
from sagemaker.core.shapes import (
    AlgorithmSpecification,
    ClusterInstanceGroupSpecification,
    ClusterLifeCycleConfig,
    ContainerDefinition,
    OutputDataConfig,
    ProductionVariant,
    RecommendationJobInputConfig,
    ResourceConfig,
    StoppingCondition,
)
from sagemaker.core.utils.exceptions import FailedStatusError, TimeoutExceededError
from sagemaker.core.utils.utils import Unassigned

from sagestub import World
from tests.clients.names import IMAGE, REGION, ROLE


@pytest.fixture
def job(session: Any) -> Any:
    """A training job that has just been created."""
    return TrainingJob.create(
        training_job_name="digits",
        algorithm_specification=AlgorithmSpecification(
            training_image=IMAGE, training_input_mode="File"
        ),
        role_arn=ROLE,
        output_data_config=OutputDataConfig(s3_output_path="s3://trained-models/out"),
        resource_config=ResourceConfig(
            instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=10
        ),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=3600),
        session=session.boto_session,
    )


def test_a_job_is_created_waited_for_and_refreshed(job: Any) -> None:
    assert job.training_job_status == "InProgress"
    assert isinstance(job.training_end_time, Unassigned)
    job.wait(logs=True)
    assert job.refresh().training_job_status == "Completed"
    assert job.model_artifacts.s3_model_artifacts == (
        "s3://trained-models/out/digits/output/model.tar.gz"
    )
    assert [t.status for t in job.secondary_status_transitions] == [
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]


def test_what_is_absent_is_unassigned(job: Any) -> None:
    job.refresh()
    for member in ("vpc_config", "hyper_parameters", "input_data_config", "checkpoint_config"):
        assert isinstance(getattr(job, member), Unassigned), member
    assert isinstance(job.resource_config.instance_groups, Unassigned)


def test_a_job_that_fails_raises_with_its_reason(sm: World, job: Any) -> None:
    sm.get("TrainingJob", "digits").move_to("Failed", reason="AlgorithmError: no data")
    with pytest.raises(FailedStatusError, match="AlgorithmError: no data"):
        job.wait()


def test_a_wait_gives_up_at_its_timeout(sm: World, job: Any) -> None:
    sm.transitions("TrainingJob", rule="manual")
    start = sm.clock.now()
    with pytest.raises(TimeoutExceededError):
        job.wait(timeout=3600)
    assert (sm.clock.now() - start).total_seconds() >= 3600


def test_a_job_is_stopped_and_deleted(job: Any) -> None:
    job.stop()
    job.wait()
    assert job.training_job_status == "Stopped"
    job.delete()
    job.wait_for_delete()
    with pytest.raises(ClientError, match="Requested resource not found"):
        TrainingJob.get("digits")


def test_jobs_are_listed(sm: World) -> None:
    for number in range(3):
        sm.add("TrainingJob", REGION, TrainingJobName=f"job-{number}")
    listed = TrainingJob.get_all(sort_by="Name", sort_order="Ascending")
    assert [job.training_job_name for job in listed] == ["job-0", "job-1", "job-2"]


def test_an_endpoint_is_deployed_invoked_and_deleted(sm: World) -> None:
    model = Model.create(
        model_name="mine",
        primary_container=ContainerDefinition(image=IMAGE),
        execution_role_arn=ROLE,
    )
    config = EndpointConfig.create(
        endpoint_config_name="mine",
        production_variants=[
            ProductionVariant(
                variant_name="all",
                model_name=model,
                initial_instance_count=1,
                instance_type="ml.m5.large",
            )
        ],
    )
    endpoint = Endpoint.create(endpoint_name="mine", endpoint_config_name=config)
    endpoint.wait_for_status("InService")
    answer = endpoint.invoke(body=b'{"a": 1}', content_type="application/json")
    assert answer.body.read() == b'{"a": 1}'
    endpoint.delete()
    endpoint.wait_for_delete()
    config.delete()
    model.delete()
    assert sm.resources() == []


WITHOUT_LIST = {
    "AutoMLJobV2",
    "FeatureMetadata",
    "HubContent",
    "ImageVersion",
    "TrainingPlanExtensionOffering",
    "TrainingPlanOffering",
    "TrainingSession",
}
"""Kinds that sagemaker-core cannot list."""

LISTED_OF_ANOTHER = {
    "Device",
    "Job",
    "LineageGroup",
    "ModelCardExportJob",
    "MonitoringAlert",
    "MonitoringExecution",
    "PipelineExecution",
}
"""Kinds that are listed of a parent, have a key of several parts, or are the service's own."""

REQUIRED: dict[str, dict[str, Any]] = {
    "App": {"UserProfileName": "ann"},
    "ResourceCatalog": {"Description": "features"},
    "Workteam": {
        "Description": "annotators",
        "MemberDefinitions": [
            {"CognitoMemberDefinition": {"UserPool": "p", "UserGroup": "g", "ClientId": "c"}}
        ],
    },
}
"""Members that sagemaker-core requires of a response."""


ASKED: dict[str, dict[str, str]] = {"ModelPackage": {"model_package_type": "Both"}}
"""What a list is asked for, so that it has what is there."""


def kinds() -> list[str]:
    """Return the kinds that sagemaker-core has, and can list on their own."""
    from sagestub import mock_sagemaker

    with mock_sagemaker() as sm:
        known = sm.kinds
    return sorted(
        kind
        for kind in known
        if hasattr(getattr(resources, kind, None), "get_all")
        and kind not in WITHOUT_LIST | LISTED_OF_ANOTHER
    )


@pytest.mark.parametrize("kind", kinds())
def test_each_kind_is_listed_and_described_strictly(sm: World, session: Any, kind: str) -> None:
    """Listing reads each summary, and then its Describe, into classes that take nothing else."""
    made = sm.add(kind, REGION, **REQUIRED.get(kind, {}))
    (found,) = getattr(resources, kind).get_all(**ASKED.get(kind, {}))
    texts = [value for value in vars(found).values() if isinstance(value, str)]
    assert made.arn in texts or made.name in texts


def test_a_notebook_stops_and_starts(sm: World) -> None:
    notebook = resources.NotebookInstance.create(
        notebook_instance_name="notes", instance_type="ml.t3.medium", role_arn=ROLE
    )
    notebook.wait_for_status("InService")
    notebook.stop()
    notebook.wait_for_status("Stopped")
    notebook.delete()
    notebook.wait_for_delete()
    assert sm.resources() == []


def test_a_cluster_has_nodes(sm: World) -> None:
    group = ClusterInstanceGroupSpecification(
        instance_count=2,
        instance_group_name="workers",
        instance_type="ml.m5.large",
        life_cycle_config=ClusterLifeCycleConfig(
            source_s3_uri="s3://sagemaker-scripts/setup", on_create="setup.sh"
        ),
        execution_role=ROLE,
    )
    cluster = resources.Cluster.create(cluster_name="training", instance_groups=[group])
    cluster.wait_for_status("InService")
    assert len(list(cluster.get_all_nodes())) == 2
    cluster.delete()
    cluster.wait_for_delete()


def test_an_execution_of_a_pipeline_lists_its_steps(sm: World) -> None:
    step = {"Name": "GiveUp", "Type": "Fail", "Arguments": {"ErrorMessage": "on purpose"}}
    resources.Pipeline.create(
        pipeline_name="digits",
        pipeline_definition=json.dumps({"Version": "2020-12-01", "Steps": [step]}),
        client_request_token="a-token-of-thirty-two-characters",
        role_arn=ROLE,
    )
    boto3.client("sagemaker").start_pipeline_execution(PipelineName="digits")
    (execution,) = resources.PipelineExecution.get_all(pipeline_name="digits")
    with pytest.raises(FailedStatusError):
        execution.wait_for_status("Succeeded")
    (listed,) = execution.get_all_steps()
    assert (listed.step_status, listed.failure_reason) == ("Failed", "on purpose")


def test_a_recommendations_job_recommends(sm: World) -> None:
    package = sm.add("ModelPackage", REGION, ModelPackageGroupName="digits", ModelPackageVersion=1)
    job = resources.InferenceRecommendationsJob.create(
        job_name="sizes",
        job_type="Default",
        role_arn=ROLE,
        input_config=RecommendationJobInputConfig(model_package_version_arn=package.arn),
    )
    job.wait()
    assert job.inference_recommendations[0].endpoint_configuration.instance_type.startswith("ml.")
