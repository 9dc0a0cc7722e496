"""Inference components and inference routers; facts: hosting.yaml."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/llm:1"
MEMORY = {"MinMemoryRequiredInMb": 1024}
NAME = {"InferenceComponentName": "Chat"}
VARIANT = {"VariantName": "blue", "InstanceType": "ml.g5.xlarge", "InitialInstanceCount": 1}
REQUEST: dict[str, Any] = {
    **NAME,
    "EndpointName": "live",
    "Specification": {"Container": {"Image": IMAGE}, "ComputeResourceRequirements": MEMORY},
    "RuntimeConfig": {"CopyCount": 2},
}


def deploy(client: Any, name: str, variant: dict[str, Any]) -> None:
    """Make an endpoint with one variant, and wait until it is InService."""
    client.create_endpoint_config(
        EndpointConfigName=name, ExecutionRoleArn=ROLE, ProductionVariants=[variant]
    )
    client.create_endpoint(EndpointName=name, EndpointConfigName=name)
    client.get_waiter("endpoint_in_service").wait(EndpointName=name)


@pytest.fixture
def endpoint(client: Any) -> str:
    """An endpoint that can host inference components."""
    deploy(client, "live", VARIANT)
    return "live"


@pytest.fixture
def component(client: Any, endpoint: str) -> dict[str, str]:
    """An inference component that is InService."""
    client.create_inference_component(**REQUEST)
    for _ in range(2):
        client.describe_inference_component(**NAME)
    return NAME


@pytest.mark.fact(
    "hosting.InferenceComponent.filled_in.RuntimeConfig-DesiredCopyCount-CurrentCopyCount",
)
def test_a_component_is_created_and_then_in_service(client: Any, endpoint: str) -> None:
    """Facts: InferenceComponent.lifecycle and filled_in."""
    client.create_inference_component(**REQUEST)
    creating, in_service = (client.describe_inference_component(**NAME) for _ in range(2))
    assert creating["InferenceComponentStatus"] == "Creating"
    assert creating["RuntimeConfig"] == {"DesiredCopyCount": 2, "CurrentCopyCount": 0}
    assert in_service["InferenceComponentStatus"] == "InService"
    assert in_service["RuntimeConfig"] == {"DesiredCopyCount": 2, "CurrentCopyCount": 2}


@pytest.mark.fact(
    "hosting.InferenceComponent.filled_in.VariantName-when-not-given",
    "hosting.InferenceComponent.filled_in.Specification-Container-DeployedImage-SpecifiedImage-ResolvedImage-ResolutionTime",
)
def test_what_the_service_fills_in(client: Any, component: dict[str, str]) -> None:
    """Facts: InferenceComponent.filled_in."""
    answer = client.describe_inference_component(**component)
    container = answer["Specification"]["Container"]
    assert (answer["EndpointArn"], answer["VariantName"]) == (f"{ARN}endpoint/live", "blue")
    assert container["DeployedImage"]["SpecifiedImage"] == IMAGE
    assert "Image" not in container


@pytest.mark.fact(
    "hosting.InferenceComponent.notes.RuntimeConfig-CopyCount-default-1-in-the",
)
def test_a_component_runs_one_copy_unless_it_says_otherwise(client: Any, endpoint: str) -> None:
    """Facts: InferenceComponent.notes."""
    client.create_inference_component(**{m: v for m, v in REQUEST.items() if m != "RuntimeConfig"})
    answer = client.describe_inference_component(**NAME)
    assert answer["RuntimeConfig"]["DesiredCopyCount"] == 1


def test_another_number_of_copies_is_wanted_before_it_runs(
    client: Any, component: dict[str, str]
) -> None:
    client.update_inference_component_runtime_config(
        **component, DesiredRuntimeConfig={"CopyCount": 5}
    )
    updating, updated = (client.describe_inference_component(**component) for _ in range(2))
    assert updating["InferenceComponentStatus"] == "Updating"
    assert updating["RuntimeConfig"] == {"DesiredCopyCount": 5, "CurrentCopyCount": 2}
    assert updated["RuntimeConfig"] == {"DesiredCopyCount": 5, "CurrentCopyCount": 5}


@pytest.mark.fact(
    "hosting.InferenceComponent.lifecycle.update_failed",
)
def test_a_failed_update_leaves_what_ran_before(
    sm: World, client: Any, component: dict[str, str]
) -> None:
    """Facts: InferenceComponent.lifecycle.update_failed."""
    before = client.describe_inference_component(**component)
    sm.fail("InferenceComponent", reason="out of memory")
    specification = {"Container": {"Image": IMAGE + "2"}, "ComputeResourceRequirements": MEMORY}
    client.update_inference_component(**component, Specification=specification)
    client.describe_inference_component(**component)
    after = client.describe_inference_component(**component)
    assert (after["InferenceComponentStatus"], after["FailureReason"]) == (
        "InService",
        "out of memory",
    )
    assert after["Specification"] == before["Specification"]


def test_a_deleted_component_goes_by_way_of_deleting(
    client: Any, component: dict[str, str]
) -> None:
    client.delete_inference_component(**component)
    answer = client.describe_inference_component(**component)
    assert answer["InferenceComponentStatus"] == "Deleting"
    assert client.list_inference_components()["InferenceComponents"] == []


@pytest.mark.fact(
    "hosting.Endpoint.errors.delete-while-inference-components-exist-on-it",
    "hosting.InferenceComponent.preconditions.DeleteEndpoint-wants-the-inference-components-gone",
)
def test_an_endpoint_with_components_cannot_be_deleted(
    client: Any, component: dict[str, str], endpoint: str
) -> None:
    """Facts: Endpoint.errors, InferenceComponent.preconditions."""
    with pytest.raises(ClientError, match="inference-component/Chat"):
        client.delete_endpoint(EndpointName=endpoint)


@pytest.mark.fact(
    "hosting.InferenceComponent.errors.delete-while-adapters-hang-on-it",
)
def test_a_base_component_with_adapters_cannot_be_deleted(
    client: Any, component: dict[str, str]
) -> None:
    """Facts: InferenceComponent.errors."""
    client.create_inference_component(
        InferenceComponentName="adapter",
        EndpointName="live",
        Specification={"BaseInferenceComponentName": "Chat"},
    )
    with pytest.raises(ClientError, match="is a base inference component for one or more"):
        client.delete_inference_component(**component)


@pytest.mark.fact(
    "hosting.InferenceComponent.errors.create-on-an-endpoint-whose-variant-has-a-ModelName",
)
def test_an_endpoint_with_models_hosts_no_components(client: Any, component: Any) -> None:
    """Facts: InferenceComponent.errors."""
    client.create_model(ModelName="m", PrimaryContainer={"Image": IMAGE}, ExecutionRoleArn=ROLE)
    deploy(client, "other", {**VARIANT, "ModelName": "m"})
    with pytest.raises(ClientError, match="Inference Components are not supported in this Endpoin"):
        client.create_inference_component(
            **{**REQUEST, "InferenceComponentName": "c", "EndpointName": "other"}
        )


@pytest.mark.fact(
    "hosting.InferenceComponent.filled_in.LastDeploymentConfig-after-an-update-with-DeploymentConfig"
)
def test_the_deployment_config_of_an_update_is_shown(client: Any, component: Any) -> None:
    """Facts: InferenceComponent.filled_in."""
    assert "LastDeploymentConfig" not in client.describe_inference_component(**NAME)
    size = {"Type": "COPY_COUNT", "Value": 1}
    deployment = {"RollingUpdatePolicy": {"MaximumBatchSize": size, "WaitIntervalInSeconds": 60}}
    client.update_inference_component(
        **NAME, RuntimeConfig={"CopyCount": 3}, DeploymentConfig=deployment
    )
    answer = client.describe_inference_component(**NAME)
    assert answer["LastDeploymentConfig"] == deployment


@pytest.mark.fact(
    "hosting.InferenceComponent.filled_in.Specifications-in-place-of-Specification-when"
)
def test_several_specifications_are_shown_as_several(client: Any, endpoint: str) -> None:
    """Facts: InferenceComponent.filled_in."""
    several = [
        {**REQUEST["Specification"], "InstanceType": name}
        for name in ("ml.g5.xlarge", "ml.g6.xlarge")
    ]
    client.create_inference_component(
        **NAME, EndpointName=endpoint, Specifications=several, RuntimeConfig={"CopyCount": 1}
    )
    answer = client.describe_inference_component(**NAME)
    assert "Specification" not in answer
    assert [one["InstanceType"] for one in answer["Specifications"]] == [
        "ml.g5.xlarge",
        "ml.g6.xlarge",
    ]


@pytest.mark.fact(
    "hosting.InferenceComponent.errors.delete-while-a-delete-runs",
    "hosting.InferenceComponent.errors.delete-while-Creating",
)
@pytest.mark.parametrize(
    ("status", "words"), [("Deleting", "DELETE_IN_PROGRESS"), ("Creating", "CREATE_IN_PROGRESS")]
)
def test_a_component_in_progress_is_not_deleted(
    sm: World, client: Any, status: str, words: str
) -> None:
    """Facts: InferenceComponent.errors."""
    sm.transitions(rule="manual")
    members: dict[str, Any] = {**NAME, "InferenceComponentStatus": status}
    sm.add("InferenceComponent", "eu-west-1", **members)
    with pytest.raises(ClientError, match=f"ValidationException.*{words}"):
        client.delete_inference_component(**NAME)
    shown = client.describe_inference_component(**NAME)["InferenceComponentStatus"]
    assert shown == status


@pytest.mark.fact(
    "hosting.InferenceComponent.references.EndpointName-must-exist-and-be-InService",
    "hosting.InferenceComponent.references.BaseInferenceComponentName-must-exist",
)
def test_what_a_component_hangs_on_is_there_and_serves(
    client: Any, component: dict[str, str]
) -> None:
    """Facts: InferenceComponent.references."""
    client.create_model(ModelName="m", PrimaryContainer={"Image": IMAGE}, ExecutionRoleArn=ROLE)
    deploy(client, "taken", {**VARIANT, "ModelName": "m"})
    client.create_endpoint(EndpointName="soon", EndpointConfigName="live")
    adapter = {"Specification": {"BaseInferenceComponentName": "no"}}
    refused: list[tuple[dict[str, Any], str]] = [
        ({"EndpointName": "no"}, "Could not find endpoint"),
        ({"EndpointName": "soon"}, "is in status Creating"),
        ({"EndpointName": "taken"}, "not supported in this Endpoint"),
        ({"EndpointName": "live", **adapter}, "Could not find inference component"),
    ]
    for members, words in refused:
        with pytest.raises(ClientError, match=f"ValidationException.*{words}"):
            client.create_inference_component(
                **{**REQUEST, "InferenceComponentName": "c", **members}
            )
    assert len(client.list_inference_components()["InferenceComponents"]) == 1


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("create_inference_component", REQUEST,
     f'Cannot create already existing inference component "{ARN}inference-component/Chat".'),
    ("create_inference_component", {**REQUEST, "EndpointName": "no"},
     f'Could not find endpoint "{ARN}endpoint/no".'),
    ("create_inference_component",
     {**REQUEST, "InferenceComponentName": "c", "Specification": {"ModelName": "no"}},
     f'Could not find model "{ARN}model/no".'),
    ("describe_inference_component", {"InferenceComponentName": "no"},
     f'Could not find inference component "{ARN}inference-component/no".'),
    ("update_inference_component", {"InferenceComponentName": "no"},
     f'Could not find inference component "{ARN}inference-component/no".'),
    ("delete_inference_component", {"InferenceComponentName": "no"},
     f'Could not find inference component "{ARN}inference-component/no".'),
    ("update_inference_component", NAME,
     "Either Specification or RuntimeConfig must be specified."),
]  # fmt: skip


@pytest.mark.fact(
    "hosting.InferenceComponent.errors.create-on-a-missing-endpoint",
    "hosting.InferenceComponent.errors.update-with-neither-Specification-nor-RuntimeConfig",
    "hosting.InferenceComponent.references.Specification-ModelName-must-name-a-Model",
)
@pytest.mark.parametrize(("operation", "parameters", "text"), REFUSALS)
def test_refusals_have_the_services_code_and_text(
    client: Any, component: Any, operation: str, parameters: dict[str, Any], text: str
) -> None:
    """Facts: InferenceComponent.errors."""
    with pytest.raises(ClientError) as refusal:
        getattr(client, operation)(**parameters)
    expected = {"Code": "ValidationException", "Message": text}
    assert refusal.value.response["Error"] == expected


def test_components_are_listed_by_endpoint_and_variant(client: Any, component: Any) -> None:
    found = client.list_inference_components(EndpointNameEquals="live", VariantNameEquals="blue")
    others = client.list_inference_components(EndpointNameEquals="other")
    assert [c["InferenceComponentName"] for c in found["InferenceComponents"]] == ["Chat"]
    assert others["InferenceComponents"] == []


# Routers ------------------------------------------------------------------------------------------

ROUTER = {"InferenceRouterName": "front"}


def targets(*arns: str) -> list[dict[str, Any]]:
    """Return one routing target with these destinations."""
    return [{"Name": "chat", "Destinations": [{"ResourceArn": arn} for arn in arns]}]


@pytest.mark.fact(
    "hosting.InferenceRouter.filled_in.RoutingTargets-destinations-RoutingStatus-computed-with-the",
    "hosting.InferenceRouter.references.destination-endpoints-or-inference-components-are",
)
def test_a_router_says_which_destinations_it_can_reach(
    client: Any, component: dict[str, str]
) -> None:
    """Facts: InferenceRouter.filled_in and references."""
    here, lost = f"{ARN}inference-component/Chat", f"{ARN}endpoint/no"
    client.create_inference_router(**ROUTER, RoutingTargets=targets(here, lost))
    (target,) = client.describe_inference_router(**ROUTER)["RoutingTargets"]
    statuses = [destination["RoutingStatus"] for destination in target["Destinations"]]
    assert statuses == ["Routable", "Unknown"]


@pytest.mark.fact(
    "hosting.InferenceRouter.notes.UpdateInferenceRouter-replaces-all-routing-targets",
)
def test_an_update_replaces_every_target(client: Any, endpoint: str) -> None:
    """Facts: InferenceRouter.lifecycle and notes."""
    client.create_inference_router(**ROUTER, RoutingTargets=targets(f"{ARN}endpoint/no"))
    seen = [client.describe_inference_router(**ROUTER)["Status"] for _ in range(2)]
    client.update_inference_router(**ROUTER, RoutingTargets=targets(f"{ARN}endpoint/live"))
    answers = [client.describe_inference_router(**ROUTER) for _ in range(2)]
    seen += [answer["Status"] for answer in answers]
    assert seen == ["Creating", "InService", "Updating", "InService"]
    (destination,) = answers[-1]["RoutingTargets"][0]["Destinations"]
    assert destination["ResourceArn"] == f"{ARN}endpoint/live"


@pytest.mark.fact("hosting.InferenceRouter.notes.delete-leaves-endpoints-alone")
def test_a_deleted_router_leaves_its_endpoints(client: Any, endpoint: str) -> None:
    """Facts: InferenceRouter.notes."""
    client.create_inference_router(**ROUTER, RoutingTargets=targets(f"{ARN}endpoint/live"))
    for _ in range(2):
        client.describe_inference_router(**ROUTER)
    client.delete_inference_router(**ROUTER)
    client.describe_inference_router(**ROUTER)
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_inference_router(**ROUTER)
    assert client.describe_endpoint(EndpointName=endpoint)["EndpointStatus"] == "InService"


def test_a_router_that_failed_says_why(sm: World, client: Any) -> None:
    """Facts: InferenceRouter.lifecycle.failed."""
    sm.fail("InferenceRouter", reason="no capacity")
    client.create_inference_router(**ROUTER, RoutingTargets=targets(f"{ARN}endpoint/no"))
    client.describe_inference_router(**ROUTER)
    answer = client.describe_inference_router(**ROUTER)
    assert (answer["Status"], answer["StatusReason"]) == ("Failed", "no capacity")


@pytest.mark.fact(
    "hosting.InferenceRouter.errors.update-delete-while-Creating-Updating-or-Deleting",
    "hosting.InferenceRouter.preconditions.update-and-delete-need-InService-or",
)
def test_a_router_in_change_is_in_conflict(client: Any) -> None:
    """Facts: InferenceRouter.errors."""
    client.create_inference_router(**ROUTER, RoutingTargets=targets(f"{ARN}endpoint/no"))
    with pytest.raises(client.exceptions.ConflictException):
        client.delete_inference_router(**ROUTER)
    with pytest.raises(client.exceptions.ResourceAlreadyExists):
        client.create_inference_router(**ROUTER, RoutingTargets=targets(f"{ARN}endpoint/no"))
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.delete_inference_router(InferenceRouterName="no")


TWICE = f"{ARN}endpoint/no"
REFUSED_TARGETS = [
    (targets(TWICE, TWICE), "only once"),
    ([*targets(TWICE), *targets(TWICE)], "unique"),
    (
        [
            {
                **targets(f"{ARN}endpoint/live")[0],
                "AsyncInferenceConfig": {
                    "OutputConfig": {"S3OutputPath": "s3://b/o", "S3FailurePath": "s3://b/f"}
                },
            }
        ],
        "not an asynchronous endpoint",
    ),
]


@pytest.mark.parametrize(("given", "words"), REFUSED_TARGETS)
def test_targets_that_cannot_be_routed_are_refused(
    client: Any, endpoint: str, given: list[dict[str, Any]], words: str
) -> None:
    with pytest.raises(ClientError, match=words):
        client.create_inference_router(**ROUTER, RoutingTargets=given)


@pytest.mark.fact(
    "hosting.InferenceRouter.errors.client-token-reused-with-other-parameters",
)
def test_a_token_makes_one_router_and_is_not_for_another(client: Any) -> None:
    """Facts: InferenceRouter.errors, client token reused with other parameters."""
    token = "t" * 36
    request = {**ROUTER, "RoutingTargets": targets(f"{ARN}endpoint/no"), "ClientToken": token}
    first = client.create_inference_router(**request)["InferenceRouterArn"]
    assert client.create_inference_router(**request)["InferenceRouterArn"] == first
    with pytest.raises(client.exceptions.ConflictException):
        client.create_inference_router(**{**request, "InferenceRouterName": "other"})
