"""Steps that make, register and deploy models."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sagestub import World
from tests.pipelines.steps.running import IMAGE, ROLE, Run, Step

CONTAINER = {"Image": IMAGE, "ModelDataUrl": "s3://bucket/model.tar.gz"}
MODEL = {"ExecutionRoleArn": ROLE, "PrimaryContainer": CONTAINER}
PACKAGE = {
    "ModelPackageGroupName": "Shop",
    "ModelApprovalStatus": "PendingManualApproval",
    "InferenceSpecification": {
        "Containers": [CONTAINER],
        "SupportedContentTypes": ["text/csv"],
        "SupportedResponseMIMETypes": ["text/csv"],
    },
}
CONFIG = {
    "EndpointConfigName": "shop",
    "ProductionVariants": [
        {
            "VariantName": "all",
            "ModelName": {"Get": "Steps.Make.ModelName"},
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1,
        }
    ],
}
DEPLOY = {
    "EndpointName": "shop",
    "EndpointConfigName": {"Get": "Steps.Configure.EndpointConfigName"},
}


@pytest.mark.fact(
    "pipelines.Step-types.Model",
    "pipelines.Step-types.NotebookJob-CreateModel-Compilation-as-types",
)
@pytest.mark.parametrize("kind", ["Model", "CreateModel"])
def test_a_model_step_makes_a_model(client: Any, run: Run, step: Step, kind: str) -> None:
    report = run(step("Make", kind, MODEL))["Make"]
    (model,) = client.list_models()["Models"]
    assert report["Metadata"] == {"Model": {"Arn": model["ModelArn"]}}
    assert re.fullmatch(r"pipelines-[a-z0-9]{12}-Make-\w{10}", model["ModelName"])


@pytest.mark.fact("pipelines.Step-types.RegisterModel")
def test_a_registered_model_is_a_version_of_its_group(client: Any, run: Run, step: Step) -> None:
    """Fact: RegisterModel: the group is made, and tells by its tags what has made it."""
    tags = [{"Key": "team", "Value": "search"}]
    report = run(step("Register", "RegisterModel", {**PACKAGE, "Tags": tags}))["Register"]
    arn = report["Metadata"]["RegisterModel"]["Arn"]
    package = client.describe_model_package(ModelPackageName=arn)
    assert package["ModelPackageVersion"] == 1
    assert package["ModelPackageStatus"] == "Completed"
    (execution,) = client.list_pipeline_executions(PipelineName="demo")[
        "PipelineExecutionSummaries"
    ]
    assert package["MetadataProperties"] == {"GeneratedBy": execution["PipelineExecutionArn"]}
    assert client.list_tags(ResourceArn=arn)["Tags"] == []
    group = client.describe_model_package_group(ModelPackageGroupName="Shop")
    kept = client.list_tags(ResourceArn=group["ModelPackageGroupArn"])["Tags"]
    assert {tag["Key"] for tag in kept} >= {"team", "sagemaker:pipeline-execution-arn"}


def test_a_group_that_exists_gets_another_version(client: Any, run: Run, step: Step) -> None:
    client.create_model_package_group(ModelPackageGroupName="Shop")
    client.create_model_package(**PACKAGE)
    report = run(step("Register", "RegisterModel", PACKAGE))["Register"]
    assert report["Metadata"]["RegisterModel"]["Arn"].endswith(":model-package/Shop/2")


@pytest.mark.fact(
    "pipelines.Step-types.EndpointConfig-Endpoint-InferenceComponent",
    "pipelines.Names-tags-and-experiments-of-jobs.a-name-in-the-definition-is",
)
def test_an_endpoint_is_deployed_under_a_name_of_the_execution(
    client: Any, run: Run, step: Step
) -> None:
    """Source: aws/sagemaker-python-sdk, test_deployment_steps.py: names are suffixed."""
    report = run(
        step("Make", "Model", MODEL),
        step("Configure", "EndpointConfig", CONFIG),
        step("Deploy", "Endpoint", DEPLOY),
    )
    (config,) = client.list_endpoint_configs()["EndpointConfigs"]
    (endpoint,) = client.list_endpoints()["Endpoints"]
    assert re.fullmatch(r"shop-[a-z0-9]{12}-\w{10}-0", endpoint["EndpointName"])
    assert endpoint["EndpointStatus"] == "InService"
    assert report["Configure"]["Metadata"] == {
        "EndpointConfig": {"Arn": config["EndpointConfigArn"]}
    }
    assert report["Deploy"]["Metadata"] == {"Endpoint": {"Arn": endpoint["EndpointArn"]}}


@pytest.mark.fact("pipelines.Step-types.EndpointConfig-Endpoint-InferenceComponent")
def test_an_endpoint_that_exists_is_updated(client: Any, run: Run, step: Step) -> None:
    client.create_model(ModelName="old", **MODEL)
    variant = {**CONFIG["ProductionVariants"][0], "ModelName": "old"}  # type: ignore[dict-item]
    client.create_endpoint_config(EndpointConfigName="old", ProductionVariants=[variant])
    client.create_endpoint(EndpointName="shop", EndpointConfigName="old")
    run(
        step("Make", "Model", MODEL),
        step("Configure", "EndpointConfig", CONFIG),
        step("Deploy", "Endpoint", DEPLOY),
    )
    (endpoint,) = client.list_endpoints()["Endpoints"]
    described = client.describe_endpoint(EndpointName=endpoint["EndpointName"])
    assert described["EndpointName"] == "shop"
    assert described["EndpointConfigName"].startswith("shop-")


@pytest.mark.fact("pipelines.Step-types.EndpointConfig-Endpoint-InferenceComponent")
def test_an_inference_component_joins_its_endpoint(client: Any, run: Run, step: Step) -> None:
    config = {
        "EndpointConfigName": "shop",
        "ExecutionRoleArn": ROLE,
        "ProductionVariants": [
            {"VariantName": "all", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
        ],
    }
    component = {
        "InferenceComponentName": "shop",
        "EndpointName": {"Get": "Steps.Deploy.EndpointName"},
        "VariantName": "all",
        "Specification": {
            "ModelName": {"Get": "Steps.Make.ModelName"},
            "ComputeResourceRequirements": {
                "NumberOfCpuCoresRequired": 1,
                "MinMemoryRequiredInMb": 1024,
            },
        },
        "RuntimeConfig": {"CopyCount": 1},
    }
    report = run(
        step("Make", "Model", MODEL),
        step("Configure", "EndpointConfig", config),
        step("Deploy", "Endpoint", DEPLOY),
        step("Join", "InferenceComponent", component),
    )["Join"]
    (listed,) = client.list_inference_components()["InferenceComponents"]
    assert report["Metadata"] == {"InferenceComponent": {"Arn": listed["InferenceComponentArn"]}}
    assert listed["InferenceComponentStatus"] == "InService"


@pytest.mark.fact("pipelines.Step-types.HubContent")
def test_hub_content_is_imported(client: Any, run: Run, step: Step) -> None:
    hub = client.create_hub(HubName="hub", HubDescription="of models")["HubArn"]
    arguments = {
        "HubName": "hub",
        "HubContentName": "resnet",
        "HubContentType": "Model",
        "DocumentSchemaVersion": "2.0.0",
        "HubContentDocument": "{}",
    }
    report = run(step("Import", "HubContent", arguments))["Import"]
    assert report["StepStatus"] == "Succeeded", report
    told = report["Metadata"]["HubContent"]
    assert told["HubArn"] == hub
    assert ":hub-content/" in told["HubContentArn"]


@pytest.mark.fact("pipelines.Step-types.EndpointConfig-Endpoint-InferenceComponent")
def test_an_inference_component_that_exists_is_updated(
    sm: World, client: Any, run: Run, step: Step
) -> None:
    client.create_model(ModelName="old", **MODEL)
    variant = {"VariantName": "all", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    client.create_endpoint_config(
        EndpointConfigName="shop", ExecutionRoleArn=ROLE, ProductionVariants=[variant]
    )
    client.create_endpoint(EndpointName="shop", EndpointConfigName="shop")
    needs = {"ComputeResourceRequirements": {"MinMemoryRequiredInMb": 1024}}
    component = {"InferenceComponentName": "shop", "EndpointName": "shop", "VariantName": "all"}
    client.create_inference_component(
        **component, Specification={"ModelName": "old", **needs}, RuntimeConfig={"CopyCount": 1}
    )
    new = {"ModelName": {"Get": "Steps.Make.ModelName"}, **needs}
    run(
        step("Make", "Model", MODEL),
        step("Join", "InferenceComponent", {**component, "Specification": new}),
    )
    (own,) = sm.resources("InferenceComponent")
    assert own.name == "shop"
    assert own.members["Specification"]["ModelName"].startswith("pipelines-")
