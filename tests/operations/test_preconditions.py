"""Which statuses accept Stop, Start, Update and Delete, and what else stands against a Delete.

Source: facts, the kinds' `preconditions`, `lifecycle` and `errors`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World, mock_sagemaker
from tests.conftest import shared_session
from tests.kinds.test_compilation import refusal

REGION = "eu-west-1"
INVALID, IN_USE, CONFLICT = "ValidationException", "ResourceInUse", "ConflictException"
STUDIO = "InService Update_Failed Delete_Failed"

ACCEPTED: list[tuple[str, str, str, str]] = [
    ("CompilationJob", "Stop", "STARTING INPROGRESS", INVALID),
    ("CompilationJob", "Delete", "COMPLETED STOPPED FAILED", INVALID),
    ("PipelineExecution", "Stop", "Executing", INVALID),
    ("Endpoint", "Delete", "InService Failed UpdateRollbackFailed OutOfService", INVALID),
    ("Endpoint", "Update", "InService UpdateRollbackFailed", INVALID),
    ("FeatureGroup", "Update", "Created", INVALID),
    ("FeatureGroup", "Delete", "Created CreateFailed DeleteFailed", INVALID),
    ("NotebookInstance", "Stop", "InService", INVALID),
    ("NotebookInstance", "Start", "Stopped Failed", INVALID),
    ("NotebookInstance", "Update", "Stopped Failed", INVALID),
    ("NotebookInstance", "Delete", "Stopped Failed", INVALID),
    ("ProcessingJob", "Stop", "InProgress", INVALID),
    ("ProcessingJob", "Delete", "Completed Stopped Failed", IN_USE),
    ("TransformJob", "Stop", "InProgress", INVALID),
    ("TrainingJob", "Stop", "InProgress", INVALID),
    ("TrainingJob", "Delete", "Completed Stopped Failed", IN_USE),
    ("HyperParameterTuningJob", "Stop", "InProgress", INVALID),
    ("HyperParameterTuningJob", "Delete", "Completed Stopped Failed DeleteFailed", INVALID),
    ("Domain", "Update", STUDIO, INVALID),
    ("UserProfile", "Update", STUDIO, INVALID),
    ("Space", "Update", STUDIO, INVALID),
    ("Space", "Delete", f"{STUDIO} Failed Deleting", INVALID),
    ("AutoMLJob", "Stop", "InProgress", INVALID),
    ("Image", "Update", "CREATED UPDATE_FAILED DELETE_FAILED", IN_USE),
    ("Image", "Delete", "CREATED CREATE_FAILED UPDATE_FAILED DELETE_FAILED DELETING", IN_USE),
    ("ImageVersion", "Delete", "CREATED CREATE_FAILED DELETE_FAILED", IN_USE),
    ("InferenceComponent", "Update", "InService Failed", INVALID),
    ("InferenceComponent", "Delete", "InService Failed", INVALID),
    ("InferenceRouter", "Update", "InService Failed", CONFLICT),
    ("InferenceRouter", "Delete", "InService Failed", CONFLICT),
    ("LabelingJob", "Stop", "Initializing InProgress", INVALID),
    ("EdgePackagingJob", "Stop", "STARTING INPROGRESS", INVALID),
    ("MlflowApp", "Update", "Created Updated UpdateFailed DeleteFailed", CONFLICT),
    ("MlflowApp", "Delete", "Created Updated CreateFailed UpdateFailed DeleteFailed", INVALID),
    ("MlflowTrackingServer", "Start", "Stopped StartFailed", INVALID),
    (
        "MlflowTrackingServer",
        "Stop",
        "Created Started Updated StopFailed UpdateFailed MaintenanceComplete MaintenanceFailed",
        INVALID,
    ),
    (
        "MlflowTrackingServer",
        "Delete",
        (
            "Created Stopped Started Updated CreateFailed StopFailed StartFailed UpdateFailed DeleteFailed "
            "MaintenanceComplete MaintenanceFailed"
        ),
        INVALID,
    ),
    ("PartnerApp", "Update", "Available UpdateFailed", CONFLICT),
    ("PartnerApp", "Delete", "Available Failed UpdateFailed", CONFLICT),
    ("HubContent", "Delete", "Available ImportFailed DeleteFailed Deleting", IN_USE),
    ("OptimizationJob", "Stop", "STARTING INPROGRESS", INVALID),
    ("OptimizationJob", "Delete", "COMPLETED STOPPED FAILED", INVALID),
    ("InferenceRecommendationsJob", "Stop", "PENDING IN_PROGRESS", INVALID),
    ("AIBenchmarkJob", "Stop", "InProgress", INVALID),
    ("AIBenchmarkJob", "Delete", "Completed Stopped Failed", INVALID),
    ("AIRecommendationJob", "Stop", "InProgress", INVALID),
    ("AIRecommendationJob", "Delete", "Completed Stopped Failed", INVALID),
    ("TrainingSession", "Stop", "Created Scheduled Running Blocked", INVALID),
    ("TrainingSession", "Delete", "Stopped Failed Expired DeletionFailed", INVALID),
    ("InferenceExperiment", "Start", "Created", CONFLICT),
    ("InferenceExperiment", "Stop", "Created Starting Running Updating", CONFLICT),
    ("InferenceExperiment", "Update", "Created Running", CONFLICT),
    ("InferenceExperiment", "Delete", "Completed Cancelled", CONFLICT),
    ("Job", "Stop", "InProgress", INVALID),
    ("Job", "Delete", "Completed Stopped Failed DeleteFailed", IN_USE),
    ("MonitoringSchedule", "Stop", "Scheduled", INVALID),
    ("MonitoringSchedule", "Start", "Stopped", INVALID),
    ("Algorithm", "Delete", "Completed Failed Deleting", INVALID),
    ("FlowDefinition", "Delete", "Active Failed Deleting", IN_USE),
    ("Workforce", "Update", "Active Failed", CONFLICT),
    ("Workforce", "Delete", "Active Failed Deleting", INVALID),
    ("Cluster", "Update", "InService Failed", CONFLICT),
    ("Cluster", "Delete", "InService Failed", CONFLICT),
    (
        "ComputeQuota",
        "Delete",
        (
            "Creating Created Updating Updated Deleting Deleted CreateFailed UpdateFailed DeleteFailed "
            "CreateRollbackFailed UpdateRollbackFailed DeleteRollbackFailed"
        ),
        CONFLICT,
    ),
]
"""Kind, verb, the statuses that accept it, and the code with which all others refuse it."""

GIVEN: dict[tuple[str, str], dict[str, Any]] = {
    ("Endpoint", "Update"): {"EndpointConfigName": "next"},
    ("InferenceComponent", "Update"): {"RuntimeConfig": {"CopyCount": 1}},
    ("InferenceExperiment", "Stop"): {"ModelVariantActions": {"v": "Remove"}},
    ("InferenceRouter", "Update"): {
        "RoutingTargets": [
            {
                "Name": "a",
                "Destinations": [
                    {"ResourceArn": f"arn:aws:sagemaker:{REGION}:123456789012:endpoint/a"}
                ],
            }
        ]
    },
}
"""What a request needs beside the name."""

ADDED: dict[str, dict[str, Any]] = {
    "UserProfile": {"DomainId": "d-abcdefghijkl"},
    "Space": {"DomainId": "d-abcdefghijkl"},
    "HubContent": {"HubContentType": "Model"},
    "InferenceExperiment": {"Name": "a"},
}


def call(client: Any, resource: Any, verb: str) -> None:
    """Call the verb's operation on a resource, by its name."""
    operation = getattr(resource.kind, verb.lower())
    document = {"Arn": resource.arn, **resource.document}
    wanted = {*operation.required_input, *resource.kind.identifier}
    named = {m: document[m] for m in operation.input_members if m in wanted and m in document}
    client._make_api_call(operation.name, {**named, **GIVEN.get((resource.kind.name, verb), {})})


@pytest.mark.fact(
    "hosting.Endpoint.preconditions.UpdateEndpoint-accepts-InService-documented-wording",
    "hosting.InferenceComponent.preconditions.update-and-delete-while-Creating-Updating",
    "hosting.ComputeQuota.preconditions.delete-is-possible-from-the-failed",
)
@pytest.mark.parametrize(("kind", "verb", "accepted", "code"), ACCEPTED)
def test_these_statuses_accept_it_and_all_others_refuse_it(
    kind: str, verb: str, accepted: str, code: str
) -> None:
    with mock_sagemaker() as sm:
        bound = sm._kind(kind)
        statuses = dict.fromkeys(state.partition("/")[0] for state in bound.states)
        member = bound.status_member
    assert set(accepted.split()) <= set(statuses)
    said = {}
    for status in statuses:
        with mock_sagemaker(transitions="manual", references="ignore") as sm:
            client = shared_session().client("sagemaker", region_name=REGION)
            members: dict[str, Any] = {**ADDED.get(kind, {}), member: status}
            resource = sm.add(kind, region=REGION, **members)
            before = (resource.members, resource.history)
            try:
                call(client, resource, verb)
            except ClientError as refused:
                said[status] = refused.response["Error"]["Code"]
                assert (resource.members, resource.history) == before
    assert said == {status: code for status in statuses if status not in accepted.split()}


# What hangs on what ------------------------------------------------------------------------------


def studio(sm: World, **app: Any) -> None:
    """Put a domain there with a user profile, and an app."""
    domain = {"DomainId": "d-abcdefghijkl"}
    sm.add("Domain", REGION, **domain, Status="InService")  # type: ignore[arg-type]
    sm.add("UserProfile", REGION, **domain, UserProfileName="u", Status="InService")  # type: ignore[arg-type]
    if app:
        sm.add("App", REGION, **domain, AppName="default", **app)  # type: ignore[arg-type]


def of_domain(sm: World) -> dict[str, Any]:
    studio(sm)
    return {"DomainId": "d-abcdefghijkl"}


def of_user_with_app(sm: World) -> dict[str, Any]:
    studio(sm, UserProfileName="u", Status="InService")
    return {"DomainId": "d-abcdefghijkl", "UserProfileName": "u"}


def of_user_with_space(sm: World) -> dict[str, Any]:
    studio(sm)
    owner = {"OwnerUserProfileName": "u"}
    sm.add("Space", REGION, DomainId="d-abcdefghijkl", OwnershipSettings=owner)
    return {"DomainId": "d-abcdefghijkl", "UserProfileName": "u"}


def of_package_group(sm: World) -> dict[str, Any]:
    sm.add("ModelPackageGroup", REGION, ModelPackageGroupName="a")
    sm.add("ModelPackage", REGION, ModelPackageGroupName="a")
    return {"ModelPackageGroupName": "a"}


def of_hub(sm: World) -> dict[str, Any]:
    sm.add("Hub", REGION, HubName="a", HubStatus="InService")
    sm.add("HubContent", REGION, HubName="a", HubContentType="Model")
    return {"HubName": "a"}


def of_device_fleet(sm: World) -> dict[str, Any]:
    sm.add("DeviceFleet", REGION, DeviceFleetName="a")
    sm.add("Device", REGION, DeviceFleetName="a", DeviceName="d")
    return {"DeviceFleetName": "a"}


def of_experiment(sm: World) -> dict[str, Any]:
    sm.add("Experiment", REGION, ExperimentName="a")
    sm.add("Trial", REGION, ExperimentName="a")
    return {"ExperimentName": "a"}


def of_trial(sm: World) -> dict[str, Any]:
    sm.add("Trial", REGION, TrialName="a")
    sm.add("TrialComponent", REGION, TrialComponentName="c")
    client = shared_session().client("sagemaker", region_name=REGION)
    client.associate_trial_component(TrialName="a", TrialComponentName="c")
    return {"TrialName": "a"}


def of_workforce(sm: World) -> dict[str, Any]:
    workforce = sm.add("Workforce", REGION, WorkforceName="a", Status="Active")
    sm.add("Workteam", REGION, WorkforceArn=workforce.arn)
    return {"WorkforceName": "a"}


def of_lifecycle_config(sm: World) -> dict[str, Any]:
    name = {"NotebookInstanceLifecycleConfigName": "a"}
    sm.add("NotebookInstanceLifecycleConfig", REGION, **name)  # type: ignore[arg-type]
    sm.add("NotebookInstance", REGION, **name)  # type: ignore[arg-type]
    return {**name}


def of_pipeline(sm: World) -> dict[str, Any]:
    sm.add("Pipeline", REGION, PipelineName="a")
    sm.add("PipelineExecution", REGION, PipelineName="a", PipelineExecutionStatus="Executing")
    return {"PipelineName": "a"}


def of_endpoint(sm: World) -> dict[str, Any]:
    sm.add("Endpoint", REGION, EndpointName="a", EndpointStatus="InService")
    sm.add("InferenceComponent", REGION, EndpointName="a")
    return {"EndpointName": "a"}


def of_workload(sm: World) -> dict[str, Any]:
    sm.add("AIWorkloadConfig", REGION, AIWorkloadConfigName="a")
    sm.add("AIBenchmarkJob", REGION, AIWorkloadConfigIdentifier="a")
    return {"AIWorkloadConfigIdentifier": "a", "AIWorkloadConfigName": "a"}


def of_edge_plan(sm: World) -> dict[str, Any]:
    sm.add("EdgeDeploymentPlan", REGION, EdgeDeploymentPlanName="a")
    sm.add("EdgeDeploymentStage", REGION, EdgeDeploymentPlanName="a", StageStatus="INPROGRESS")
    return {"EdgeDeploymentPlanName": "a"}


BLOCKED: list[tuple[str, Callable[[World], dict[str, Any]], str]] = [
    ("DeleteDomain", of_domain, IN_USE),
    ("DeleteUserProfile", of_user_with_app, IN_USE),
    ("DeleteUserProfile", of_user_with_space, IN_USE),
    ("DeleteModelPackageGroup", of_package_group, CONFLICT),
    ("DeleteHub", of_hub, IN_USE),
    ("DeleteDeviceFleet", of_device_fleet, IN_USE),
    ("DeleteExperiment", of_experiment, INVALID),
    ("DeleteTrial", of_trial, INVALID),
    ("DeleteWorkforce", of_workforce, IN_USE),
    ("DeleteNotebookInstanceLifecycleConfig", of_lifecycle_config, INVALID),
    ("DeletePipeline", of_pipeline, CONFLICT),
    ("DeleteEndpoint", of_endpoint, INVALID),
    ("DeleteAIWorkloadConfig", of_workload, IN_USE),
    ("DeleteEdgeDeploymentPlan", of_edge_plan, IN_USE),
]


@pytest.mark.parametrize(("operation", "prepared", "code"), BLOCKED)
def test_what_others_hang_on_is_not_deleted(
    client: Any,
    sm: World,
    operation: str,
    prepared: Callable[[World], dict[str, Any]],
    code: str,
) -> None:
    sm.transitions(rule="manual")
    named = prepared(sm)
    members = client.meta.service_model.operation_model(operation).input_shape.members
    request = {member: value for member, value in named.items() if member in members}
    before = [(r.arn, r.key, r.members) for r in sm.resources()]
    assert refusal(lambda: client._make_api_call(operation, request))[0] == code
    assert [(r.arn, r.key, r.members) for r in sm.resources()] == before


@pytest.mark.fact("hosting.Model.preconditions.DeleteModel-does-not-look-at-endpoint")
def test_a_config_and_a_model_in_use_are_deleted(client: Any, sm: World) -> None:
    """Source: facts, hosting.yaml, Model.preconditions and EndpointConfig.preconditions."""
    model = {"ModelName": "m", "ExecutionRoleArn": "arn:aws:iam::123456789012:role/r"}
    client.create_model(**model, PrimaryContainer={"Image": "a:1"})
    variant = {"VariantName": "v", "ModelName": "m", "InstanceType": "ml.m5.large"}
    client.create_endpoint_config(
        EndpointConfigName="c", ProductionVariants=[{**variant, "InitialInstanceCount": 1}]
    )
    client.create_endpoint(EndpointName="e", EndpointConfigName="c")
    client.get_waiter("endpoint_in_service").wait(EndpointName="e")
    client.delete_model(ModelName="m")
    client.delete_endpoint_config(EndpointConfigName="c")
    assert client.describe_endpoint(EndpointName="e")["EndpointStatus"] == "InService"
