"""Every paginator and every waiter that botocore has for the service `sagemaker`, unmodified."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import WaiterError

from sagestub import World
from tests import covered

REGION = "eu-west-1"
ARN = f"arn:aws:sagemaker:{REGION}:123456789012"
ROLE = "arn:aws:iam::123456789012:role/sagemaker"
COUNT = 25
PAGE = 7


BOTOCORE = botocore.session.Session()
PAGINATORS: dict[str, dict[str, Any]] = BOTOCORE.get_component("data_loader").load_service_model(
    "sagemaker", "paginators-1"
)["pagination"]

ADDED: dict[str, Callable[[int], dict[str, Any]]] = {
    "Association": lambda n: {
        "SourceArn": f"{ARN}:artifact/{n}",
        "DestinationArn": f"{ARN}:context/{n}",
    },
    "ImageVersion": lambda n: {"ImageName": "base", "Version": n + 1},
    "ModelPackage": lambda n: {"ModelPackageName": f"package-{n}"},
    "SubscribedWorkteam": lambda n: {
        "WorkteamArn": f"arn:aws:sagemaker:{REGION}:394669845002:workteam/vendor-crowd/team-{n}"
    },
    "MonitoringExecution": lambda n: {"ScheduledTime": 3600 * n},
    "MonitoringAlertHistory": lambda n: {"CreationTime": 3600 * n},
    "ModelCardExportJob": lambda _: {"ModelCardName": "card"},
    "Job": lambda _: {"JobCategory": "AgentRFT"},
}
"""Members that make one entry differ from another, or that name its parent, by kind."""

ASKED: dict[str, dict[str, Any]] = {
    "ListImageVersions": {"ImageName": "base"},
    "ListModelCardExportJobs": {"ModelCardName": "card"},
    "ListJobs": {"JobCategory": "AgentRFT"},
}
"""Required parameters, by operation."""

PARENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "ListImageVersions": ("Image", {"ImageName": "base"}),
    "ListModelCardExportJobs": ("ModelCard", {"ModelCardName": "card"}),
}
"""What the parameters name, by operation."""


def members_of_a_gateway(sm: World, client: Any) -> dict[str, Any]:
    gateway = sm.add("GlobalInferenceGateway", REGION, Name="llm")
    for _ in range(COUNT):
        sm.add("InferenceGateway", REGION)
    return {"Identifier": gateway.arn}


def tags(sm: World, client: Any) -> dict[str, Any]:
    endpoint = sm.add("Endpoint", REGION, tags={f"key-{n}": "value" for n in range(COUNT)})
    return {"ResourceArn": endpoint.arn}


def labeling_jobs_of_a_team(sm: World, client: Any) -> dict[str, Any]:
    team = f"{ARN}:workteam/private-crowd/readers"
    sm.add("Workteam", REGION, WorkteamName="readers", WorkteamArn=team)
    for _ in range(COUNT):
        sm.add("LabelingJob", REGION, HumanTaskConfig={"WorkteamArn": team})
    return {"WorkteamArn": team}


def jobs_of_a_tuning_job(sm: World, client: Any) -> dict[str, Any]:
    tuning = sm.add(
        "HyperParameterTuningJob",
        REGION,
        HyperParameterTuningJobName="tuning",
        HyperParameterTuningJobStatus="Completed",
    )
    for _ in range(COUNT):
        sm.add("TrainingJob", REGION, TuningJobArn=tuning.arn)
    return {"HyperParameterTuningJobName": "tuning"}


def found_jobs(sm: World, client: Any) -> dict[str, Any]:
    for _ in range(COUNT):
        sm.add("TrainingJob", REGION)
    return {"Resource": "TrainingJob"}


def executions(sm: World, client: Any) -> dict[str, Any]:
    sm.add("Pipeline", REGION, PipelineName="nightly")
    for _ in range(COUNT):
        sm.add("PipelineExecution", REGION, PipelineName="nightly")
    return {"PipelineName": "nightly"}


def definition(*parameters: str) -> str:
    named = [{"Name": name, "Type": "String"} for name in parameters]
    return json.dumps({"Version": "2020-12-01", "Parameters": named, "Steps": []})


def pipeline(client: Any, text: str) -> None:
    client.create_pipeline(
        PipelineName="nightly", ClientRequestToken="t" * 32, RoleArn=ROLE, PipelineDefinition=text
    )


def parameters_of_an_execution(sm: World, client: Any) -> dict[str, Any]:
    wanted = [f"p{n}" for n in range(COUNT)]
    pipeline(client, definition(*wanted))
    started = client.start_pipeline_execution(
        PipelineName="nightly",
        PipelineParameters=[{"Name": name, "Value": "v"} for name in wanted],
    )
    return {"PipelineExecutionArn": started["PipelineExecutionArn"]}


def versions_of_a_pipeline(sm: World, client: Any) -> dict[str, Any]:
    pipeline(client, definition("p0"))
    for n in range(1, COUNT):
        client.update_pipeline(PipelineName="nightly", PipelineDefinition=definition(f"p{n}"))
    return {"PipelineName": "nightly"}


def versions_of_a_card(sm: World, client: Any) -> dict[str, Any]:
    client.create_model_card(ModelCardName="card", Content="{}", ModelCardStatus="Draft")
    for n in range(1, COUNT):
        content = json.dumps({"model_overview": {"model_name": f"m{n}"}})
        client.update_model_card(ModelCardName="card", Content=content)
    return {"ModelCardName": "card"}


def aliases(sm: World, client: Any) -> dict[str, Any]:
    sm.add("Image", REGION, ImageName="base", ImageStatus="CREATED")
    client.create_image_version(
        ImageName="base", BaseImage="image", ClientToken="t", Aliases=[f"a{n}" for n in range(20)]
    )
    client.create_image_version(
        ImageName="base", BaseImage="image", ClientToken="u", Aliases=[f"b{n}" for n in range(5)]
    )
    return {"ImageName": "base"}


def candidates(sm: World, client: Any) -> dict[str, Any]:
    client.create_auto_ml_job(
        AutoMLJobName="churn",
        InputDataConfig=[
            {
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b/d"}},
                "TargetAttributeName": "churned",
            }
        ],
        OutputDataConfig={"S3OutputPath": "s3://bucket/out"},
        AutoMLJobConfig={"CompletionCriteria": {"MaxCandidates": COUNT}},
        RoleArn=ROLE,
    )
    sm.get("AutoMLJob", "churn").advance(99)
    return {"AutoMLJobName": "churn"}


def devices_of_a_stage(sm: World, client: Any) -> dict[str, Any]:
    sm.add("DeviceFleet", REGION, DeviceFleetName="fleet")
    sm.add("EdgePackagingJob", REGION, EdgePackagingJobName="pack")
    names = [f"device-{n}" for n in range(COUNT)]
    client.register_devices(
        DeviceFleetName="fleet", Devices=[{"DeviceName": name} for name in names]
    )
    selected = {"DeviceSubsetType": "SELECTION", "DeviceNames": names}
    client.create_edge_deployment_plan(
        EdgeDeploymentPlanName="rollout",
        DeviceFleetName="fleet",
        ModelConfigs=[{"ModelHandle": "resnet", "EdgePackagingJobName": "pack"}],
        Stages=[{"StageName": "first", "DeviceSelectionConfig": selected}],
    )
    return {"EdgeDeploymentPlanName": "rollout", "StageName": "first"}


def nodes(sm: World, client: Any) -> dict[str, Any]:
    group = {
        "InstanceGroupName": "workers",
        "InstanceType": "ml.g5.xlarge",
        "InstanceCount": COUNT,
        "ExecutionRole": ROLE,
        "LifeCycleConfig": {"SourceS3Uri": "s3://sagemaker-scripts/", "OnCreate": "on_create.sh"},
    }
    client.create_cluster(ClusterName="pod", InstanceGroups=[group])
    return {"ClusterName": "pod"}


def events(sm: World, client: Any) -> dict[str, Any]:
    sm.add("Cluster", REGION, ClusterName="pod", NodeProvisioningMode="Continuous")
    for _ in range(COUNT - 1):  # The first one tells of the cluster's creation.
        sm.add("ClusterEvent", REGION, ClusterName="pod")
    return {"ClusterName": "pod"}


def operations(sm: World, client: Any) -> dict[str, Any]:
    cluster = sm.add("Cluster", REGION, ClusterName="pod", NodeProvisioningMode="Continuous")
    for _ in range(COUNT):
        sm.add("ClusterOperation", REGION, ClusterArn=cluster.arn)
    return {"ClusterName": "pod"}


def lineage_groups(sm: World, client: Any) -> dict[str, Any]:
    for _ in range(COUNT - 1):  # The default one is there by itself.
        sm.add("LineageGroup", REGION)
        sm.clock.advance(1)
    return {}


def added(kind: str) -> Callable[[World, Any], dict[str, Any]]:
    def make(sm: World, client: Any) -> dict[str, Any]:
        for _ in range(COUNT):
            sm.add(kind, REGION)
        return {}

    return make


MADE: dict[str, Callable[[World, Any], dict[str, Any]]] = {
    "ListLabelingJobsForWorkteam": labeling_jobs_of_a_team,
    "ListTrainingJobsForHyperParameterTuningJob": jobs_of_a_tuning_job,
    "Search": found_jobs,
    "ListPipelineExecutions": executions,
    "ListPipelineParametersForExecution": parameters_of_an_execution,
    "ListClusterNodes": nodes,
    "ListInferenceGateways": members_of_a_gateway,
    "ListClusterEvents": events,
    "ListClusterOperations": operations,
    "ListLineageGroups": lineage_groups,
    "ListPipelineVersions": versions_of_a_pipeline,
    "ListModelCardVersions": versions_of_a_card,
    "ListAliases": aliases,
    "ListTrainingPlans": added("TrainingPlan"),
    "ListModelMetadata": added("ModelMetadata"),
    "ListCandidatesForAutoMLJob": candidates,
    "ListStageDevices": devices_of_a_stage,
}
"""What makes 25 entries of a list that is not a kind's own; they return the parameters."""


def alerts(sm: World, client: Any) -> dict[str, Any]:
    sm.add("MonitoringSchedule", REGION, MonitoringScheduleName="hourly")
    return {"MonitoringScheduleName": "hourly"}


def recommendation(sm: World, client: Any) -> dict[str, Any]:
    sm.add("InferenceRecommendationsJob", REGION, JobName="sizes", Status="COMPLETED")
    return {"JobName": "sizes"}


def content(sm: World, client: Any) -> dict[str, Any]:
    client.create_hub(HubName="hub", HubDescription="models")
    sm.get("Hub", "hub").advance()
    named = {"HubName": "hub", "HubContentType": "Model", "HubContentName": "bert"}
    file = {"DependencyOriginPath": "a", "DependencyCopyPath": "s3://bucket/bert.tgz"}
    client.import_hub_content(
        **named,
        DocumentSchemaVersion="2.0.0",
        HubContentDocument=json.dumps({"Dependencies": [file]}),
    )
    return named


def ultra_servers(sm: World, client: Any) -> dict[str, Any]:
    return {"ReservedCapacityArn": sm.add("ReservedCapacity", REGION).arn}


def schemas(sm: World, client: Any) -> dict[str, Any]:
    return {"JobCategory": "AgentRFT"}


def extension(sm: World, client: Any) -> dict[str, Any]:
    cluster = sm.add(
        "Cluster",
        REGION,
        ClusterName="pod",
        ClusterStatus="InService",
        ClusterArn=f"{ARN}:cluster/abcdefghijkl",
        Orchestrator={"Slurm": {}},
        NodeProvisioningMode="Continuous",
    )
    named = {"ClusterArn": cluster.arn}
    client.create_cluster_extension(**named, ExtensionName="sagemaker-observability")
    return named


def versions_of_an_extension(sm: World, client: Any) -> dict[str, Any]:
    return {"ExtensionName": "sagemaker-observability"}


def plan(sm: World, client: Any) -> dict[str, Any]:
    return {"TrainingPlanArn": sm.add("TrainingPlan", REGION).arn}


SHORT: dict[str, tuple[Callable[[World, Any], dict[str, Any]], int, list[int]]] = {
    # A resource has at most 50 tags, and a page of them at least so many.
    "ListTags": (tags, 50, [COUNT]),
    # The service has few extensions, in few versions.
    "ListClusterExtensions": (extension, PAGE, [1]),
    "ListClusterExtensionVersions": (versions_of_an_extension, PAGE, [1]),
    # A schedule has the alerts that the service gives it.
    "ListMonitoringAlerts": (alerts, PAGE, [1]),
    # A job has as many steps as it benchmarks types.
    "ListInferenceRecommendationsJobSteps": (recommendation, PAGE, [3]),
    # A content has the files that its document names.
    "CreateHubContentPresignedUrls": (content, PAGE, [1]),
    # A capacity has few servers, and what is added has none.
    "ListUltraServersByReservedCapacity": (ultra_servers, PAGE, [0]),
    # A plan that was not extended has no history.
    "DescribeTrainingPlanExtensionHistory": (plan, PAGE, [0]),
    # A category has one schema here.
    "ListJobSchemaVersions": (schemas, 5, [1]),
}
"""Lists that cannot grow to 25, each with the reason: what makes them, the page, what pages hold."""

LEFT = {"ListPipelineExecutionSteps": "the steps of a pipeline are not run yet"}
"""Paginators that are left out, each with the reason."""


def each_once(client: Any, name: str, asked: dict[str, Any], size: int) -> list[int]:
    """Return how many entries each page has that a paginator yields; no entry comes twice."""
    paginator = client.get_paginator(xform_name(name))
    pages = list(paginator.paginate(**asked, PaginationConfig={"PageSize": size}))
    result = PAGINATORS[name]["result_key"]
    entries = [json.dumps(entry, default=str, sort_keys=True) for p in pages for entry in p[result]]
    assert len(set(entries)) == len(entries)
    return [len(page[result]) for page in pages]


COVERED = [name for name in PAGINATORS if name in covered.operations("sagemaker")]


@pytest.mark.parametrize("name", [n for n in COVERED if n not in {*LEFT, *SHORT}])
def test_paginator_yields_each_entry_once(sm: World, client: Any, name: str) -> None:
    if name in MADE:
        asked = MADE[name](sm, client)
    else:
        kind = next(k for k in sm.kinds if getattr(sm._kind(k).list, "name", "") == name)
        if name in PARENTS:
            parent, members = PARENTS[name]
            sm.add(parent, REGION, **members)
        for n in range(COUNT):
            sm.add(kind, REGION, **(ADDED[kind](n) if kind in ADDED else {}))
        asked = ASKED.get(name, {})
    assert each_once(client, name, asked, PAGE) == [7, 7, 7, 4]


@pytest.mark.parametrize("name", SHORT)
def test_paginator_of_a_short_list_yields_each_entry_once(
    sm: World, client: Any, name: str
) -> None:
    make, size, sizes = SHORT[name]
    assert each_once(client, name, make(sm, client), size) == sizes


WAITER_MODEL = BOTOCORE.get_waiter_model("sagemaker")

WAITED: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "EndpointDeleted": ("Endpoint", {"EndpointName": "a"}, "Deleting", "Failed"),
    "EndpointInService": ("Endpoint", {"EndpointName": "a"}, "Creating", "Failed"),
    "ImageCreated": ("Image", {"ImageName": "a"}, "CREATING", "CREATE_FAILED"),
    "ImageDeleted": ("Image", {"ImageName": "a"}, "DELETING", "DELETE_FAILED"),
    "ImageUpdated": ("Image", {"ImageName": "a"}, "UPDATING", "UPDATE_FAILED"),
    "ImageVersionCreated": ("ImageVersion", {"ImageName": "a"}, "CREATING", "CREATE_FAILED"),
    "ImageVersionDeleted": ("ImageVersion", {"ImageName": "a"}, "DELETING", "DELETE_FAILED"),
    "NotebookInstanceDeleted": (
        "NotebookInstance",
        {"NotebookInstanceName": "a"},
        "Deleting",
        "Failed",
    ),
    "NotebookInstanceInService": (
        "NotebookInstance",
        {"NotebookInstanceName": "a"},
        "Pending",
        "Failed",
    ),
    "NotebookInstanceStopped": (
        "NotebookInstance",
        {"NotebookInstanceName": "a"},
        "Stopping",
        "Failed",
    ),
    "ProcessingJobCompletedOrStopped": (
        "ProcessingJob",
        {"ProcessingJobName": "a"},
        "InProgress",
        "Failed",
    ),
    "TrainingJobCompletedOrStopped": (
        "TrainingJob",
        {"TrainingJobName": "a"},
        "InProgress",
        "Failed",
    ),
    "TransformJobCompletedOrStopped": (
        "TransformJob",
        {"TransformJobName": "a"},
        "InProgress",
        "Failed",
    ),
}
"""Of each waiter: the kind, how a resource is named, where the wait begins, and how it fails."""


WAITERS = [name for name in WAITER_MODEL.waiter_names if covered.IS_INSTALLED or name in WAITED]


def waiting(sm: World, name: str) -> tuple[Any, dict[str, Any]]:
    """Return a resource in the state in which a waiter begins, and its name."""
    kind, naming, begin, _ = WAITED[name]
    members = {**naming, sm._kind(kind).status_member: begin}
    if kind == "ImageVersion":
        sm.add("Image", REGION, ImageName="a")
        members["Version"] = 1
    return sm.add(kind, REGION, **members), naming


@pytest.mark.parametrize("name", WAITERS)
def test_waiter_ends_well_on_the_way_that_it_is_for(sm: World, client: Any, name: str) -> None:
    resource, naming = waiting(sm, name)
    client.get_waiter(xform_name(name)).wait(**naming)
    if name.endswith("Deleted"):
        assert resource not in sm.resources(resource.kind.name)
    else:
        acceptors = WAITER_MODEL.get_waiter(name).acceptors
        assert resource.status in {a.expected for a in acceptors if a.state == "success"}


@pytest.mark.parametrize("name", WAITERS)
def test_waiter_raises_after_a_failure(sm: World, client: Any, name: str) -> None:
    resource, naming = waiting(sm, name)
    failure = WAITED[name][3]
    sm.transitions(resource.kind.name, rule="manual")
    resource.move_to(failure)
    with pytest.raises(WaiterError, match=f'"{failure}"') as error:
        client.get_waiter(xform_name(name)).wait(**naming)
    shown: Any = error.value.last_response
    assert shown[resource.kind.status_member] == failure


@pytest.mark.parametrize("name", [n for n in WAITERS if n.endswith("OrStopped")])
def test_waiter_ends_well_after_a_stop(sm: World, client: Any, name: str) -> None:
    resource, naming = waiting(sm, name)
    resource.move_to("Stopping")
    client.get_waiter(xform_name(name)).wait(**naming)
    assert resource.status == "Stopped"
