"""Endpoints, and what they refuse with models and configs; facts: hosting.yaml, Endpoint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, WaiterError

from sagestub import World

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/resnet:2"
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"


def variant(**members: Any) -> dict[str, Any]:
    """Return a production variant with two instances of the model `resnet`."""
    return {
        "VariantName": "blue",
        "ModelName": "resnet",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 2,
        **members,
    }


@pytest.fixture
def model(client: Any) -> str:
    """A model."""
    client.create_model(
        ModelName="resnet", ExecutionRoleArn=ROLE, PrimaryContainer={"Image": IMAGE}
    )
    return "resnet"


@pytest.fixture
def config(client: Any, model: str) -> str:
    """An endpoint config with one variant."""
    client.create_endpoint_config(EndpointConfigName="first", ProductionVariants=[variant()])
    return "first"


@pytest.fixture
def other(client: Any, model: str) -> str:
    """Another endpoint config, with the same variant in other figures."""
    client.create_endpoint_config(
        EndpointConfigName="second",
        ProductionVariants=[variant(InitialInstanceCount=5, InitialVariantWeight=3)],
        DataCaptureConfig={
            "InitialSamplingPercentage": 50,
            "DestinationS3Uri": "s3://bucket/capture",
            "CaptureOptions": [{"CaptureMode": "Input"}],
            "EnableCapture": True,
        },
    )
    return "second"


@pytest.fixture
def endpoint(client: Any, config: str) -> str:
    """An endpoint that is InService."""
    client.create_endpoint(EndpointName="Live", EndpointConfigName=config)
    client.get_waiter("endpoint_in_service").wait(EndpointName="Live")
    return "Live"


@pytest.fixture
def described(client: Any) -> Callable[[], dict[str, Any]]:
    """Return what DescribeEndpoint says about the endpoint now."""
    return lambda: dict(client.describe_endpoint(EndpointName="Live"))


# Endpoint: its life -------------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.EndpointConfig.preconditions.DeleteEndpointConfig-is-not-refused-when-an",
)
def test_a_config_in_use_can_be_deleted(client: Any, endpoint: str, config: str) -> None:
    """Facts: EndpointConfig.preconditions."""
    client.delete_endpoint_config(EndpointConfigName=config)
    assert client.describe_endpoint(EndpointName=endpoint)["EndpointConfigName"] == config
    with pytest.raises(ClientError, match="Could not find endpoint configuration"):
        client.update_endpoint(EndpointName=endpoint, EndpointConfigName=config)


@pytest.mark.fact(
    "hosting.Endpoint.filled_in.PendingDeploymentSummary-EndpointConfigName-ProductionVariants-StartTime",
    "hosting.Endpoint.filled_in.VariantStatus-Status-StartTime-only-while-a",
)
def test_an_endpoint_shows_its_deployment_until_it_is_in_service(
    client: Any, config: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.filled_in, PendingDeploymentSummary."""
    client.create_endpoint(EndpointName="Live", EndpointConfigName=config)
    creating, in_service = described(), described()
    assert creating["EndpointStatus"] == "Creating"
    pending = creating["PendingDeploymentSummary"]["ProductionVariants"][0]
    assert (pending["CurrentInstanceCount"], pending["DesiredInstanceCount"]) == (0, 2)
    assert pending["VariantStatus"][0]["Status"] == "Creating"
    assert in_service["EndpointStatus"] == "InService"
    assert "PendingDeploymentSummary" not in in_service


@pytest.mark.fact(
    "hosting.Endpoint.filled_in.ProductionVariants",
)
def test_an_endpoint_takes_its_variants_from_its_config(
    endpoint: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.filled_in, ProductionVariants."""
    (summary,) = described()["ProductionVariants"]
    (image,) = summary.pop("DeployedImages")
    assert image["SpecifiedImage"] == IMAGE
    assert image["ResolvedImage"].startswith(IMAGE.removesuffix(":2") + "@sha256:")
    assert summary == {
        "VariantName": "blue",
        "CurrentWeight": 1.0,
        "DesiredWeight": 1.0,
        "CurrentInstanceCount": 2,
        "DesiredInstanceCount": 2,
    }


@pytest.mark.fact(
    "hosting.Endpoint.filled_in.CurrentWeight-DesiredWeight-from-InitialVariantWeight-instance-counts",
)
def test_a_serverless_variant_has_a_serverless_config_and_no_instances(
    client: Any, model: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.filled_in."""
    serverless = {"MemorySizeInMB": 1024, "MaxConcurrency": 3}
    variants = [{"VariantName": "blue", "ModelName": "resnet", "ServerlessConfig": serverless}]
    client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=variants)
    client.create_endpoint(EndpointName="Live", EndpointConfigName="c")
    client.get_waiter("endpoint_in_service").wait(EndpointName="Live")
    (summary,) = described()["ProductionVariants"]
    assert summary["CurrentServerlessConfig"] == summary["DesiredServerlessConfig"] == serverless
    assert "CurrentInstanceCount" not in summary


@pytest.mark.fact("hosting.Endpoint.filled_in.DataCaptureConfig-summary")
@pytest.mark.parametrize("captures", [True, False])
def test_an_endpoint_shows_what_its_config_says_beside_the_variants(
    client: Any, model: str, described: Callable[[], dict[str, Any]], captures: bool
) -> None:
    """Facts: Endpoint.filled_in."""
    shown: dict[str, Any] = {
        "ExplainerConfig": {
            "ClarifyExplainerConfig": {
                "ShapConfig": {"ShapBaselineConfig": {"ShapBaseline": "1,2"}}
            }
        },
        "MetricsConfig": {"EnableEnhancedMetrics": True},
    }
    client.create_endpoint_config(
        EndpointConfigName="c",
        ProductionVariants=[variant()],
        ShadowProductionVariants=[variant(VariantName="shadow")],
        DataCaptureConfig={
            "EnableCapture": captures,
            "InitialSamplingPercentage": 50,
            "DestinationS3Uri": "s3://bucket/capture",
            "KmsKeyId": "key-1",
            "CaptureOptions": [{"CaptureMode": "Input"}],
        },
        **shown,
    )
    client.create_endpoint(EndpointName="Live", EndpointConfigName="c")
    client.get_waiter("endpoint_in_service").wait(EndpointName="Live")
    answer = described()
    assert {member: answer[member] for member in shown} == shown
    assert [v["VariantName"] for v in answer["ShadowProductionVariants"]] == ["shadow"]
    assert answer["DataCaptureConfig"] == {
        "EnableCapture": captures,
        "CaptureStatus": "Started" if captures else "Stopped",
        "CurrentSamplingPercentage": 50,
        "DestinationS3Uri": "s3://bucket/capture",
        "KmsKeyId": "key-1",
    }


@pytest.mark.fact(
    "hosting.Endpoint.filled_in.ManagedInstanceScaling-RoutingConfig-copied-from-the-variant",
)
def test_scaling_and_routing_are_copied_from_the_variant(
    client: Any, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.filled_in."""
    copied = {
        "ManagedInstanceScaling": {"Status": "ENABLED", "MinInstanceCount": 1},
        "RoutingConfig": {"RoutingStrategy": "RANDOM"},
    }
    bare = {m: v for m, v in variant(**copied).items() if m != "ModelName"}
    client.create_endpoint_config(
        EndpointConfigName="c", ExecutionRoleArn=ROLE, ProductionVariants=[bare]
    )
    client.create_endpoint(EndpointName="Live", EndpointConfigName="c")
    client.get_waiter("endpoint_in_service").wait(EndpointName="Live")
    (summary,) = described()["ProductionVariants"]
    assert {member: summary[member] for member in copied} == copied


def test_an_update_shows_the_old_config_until_it_is_done(
    client: Any, endpoint: str, other: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.lifecycle.update."""
    client.update_endpoint(EndpointName=endpoint, EndpointConfigName=other)
    updating, updated = described(), described()
    assert (updating["EndpointStatus"], updating["EndpointConfigName"]) == ("Updating", "first")
    assert updating["PendingDeploymentSummary"]["EndpointConfigName"] == other
    assert (updated["EndpointStatus"], updated["EndpointConfigName"]) == ("InService", other)
    assert updated["ProductionVariants"][0]["CurrentInstanceCount"] == 5
    assert updated["DataCaptureConfig"] == {
        "EnableCapture": True,
        "CaptureStatus": "Started",
        "CurrentSamplingPercentage": 50,
        "DestinationS3Uri": "s3://bucket/capture",
        "KmsKeyId": "",
    }


@pytest.mark.fact(
    "hosting.Endpoint.notes.RetainAllVariantProperties-true-keeps-current-instance-counts",
)
def test_retained_properties_survive_an_update_except_the_excluded(
    client: Any, endpoint: str, other: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.notes, RetainAllVariantProperties."""
    client.update_endpoint(
        EndpointName=endpoint,
        EndpointConfigName=other,
        RetainAllVariantProperties=True,
        ExcludeRetainedVariantProperties=[{"VariantPropertyType": "DesiredWeight"}],
    )
    client.get_waiter("endpoint_in_service").wait(EndpointName=endpoint)
    (summary,) = described()["ProductionVariants"]
    assert (summary["CurrentInstanceCount"], summary["CurrentWeight"]) == (2, 3.0)


@pytest.mark.fact(
    "hosting.Endpoint.lifecycle.weights_and_capacities",
)
def test_weights_and_capacities_are_desired_before_they_are_current(
    client: Any, endpoint: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.lifecycle.weights_and_capacities."""
    client.update_endpoint_weights_and_capacities(
        EndpointName=endpoint,
        DesiredWeightsAndCapacities=[{"VariantName": "blue", "DesiredInstanceCount": 7}],
    )
    (updating,), (updated,) = (described()["ProductionVariants"] for _ in range(2))
    assert (updating["CurrentInstanceCount"], updating["DesiredInstanceCount"]) == (2, 7)
    assert updating["VariantStatus"][0]["Status"] == "Updating"
    assert (updated["CurrentInstanceCount"], updated["DesiredInstanceCount"]) == (7, 7)
    assert "VariantStatus" not in updated


@pytest.mark.fact(
    "hosting.Endpoint.lifecycle.update_failed",
    "hosting.Endpoint.filled_in.FailureReason-when-Failed-or-after-a",
)
def test_a_failed_update_leaves_the_old_config_in_service(
    sm: World, client: Any, endpoint: str, other: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.lifecycle.update_failed."""
    sm.fail("Endpoint", reason="no capacity")
    client.update_endpoint(EndpointName=endpoint, EndpointConfigName=other)
    assert described()["EndpointStatus"] == "Updating"
    after = described()
    assert (after["EndpointStatus"], after["EndpointConfigName"]) == ("InService", "first")
    assert after["FailureReason"] == "no capacity"
    assert after["ProductionVariants"][0]["CurrentInstanceCount"] == 2


def test_a_failed_update_with_automatic_rollback_rolls_back(
    sm: World, client: Any, endpoint: str, other: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.lifecycle.update_failed."""
    sm.fail("Endpoint")
    deployment = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]}}
    client.update_endpoint(
        EndpointName=endpoint, EndpointConfigName=other, DeploymentConfig=deployment
    )
    statuses = [described()["EndpointStatus"] for _ in range(3)]
    assert statuses == ["Updating", "RollingBack", "InService"]
    assert described()["EndpointConfigName"] == "first"
    assert described()["LastDeploymentConfig"] == deployment


@pytest.mark.fact("hosting.Endpoint.filled_in.LastDeploymentConfig")
def test_the_last_deployment_config_is_shown_once_there_was_one(
    client: Any, endpoint: str, other: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.filled_in."""
    assert "LastDeploymentConfig" not in described()
    deployment = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]}}
    client.update_endpoint(
        EndpointName=endpoint, EndpointConfigName=other, DeploymentConfig=deployment
    )
    client.create_endpoint(
        EndpointName="next", EndpointConfigName=other, DeploymentConfig=deployment
    )
    of_next = client.describe_endpoint(EndpointName="next")
    assert described()["LastDeploymentConfig"] == of_next["LastDeploymentConfig"] == deployment


@pytest.mark.fact("hosting.Endpoint.notes.RetainDeploymentConfig-default-false")
@pytest.mark.parametrize(
    ("asked", "way"),
    [
        ({}, ["Updating", "InService"]),
        ({"RetainDeploymentConfig": False}, ["Updating", "InService"]),
        ({"RetainDeploymentConfig": True}, ["Updating", "RollingBack", "InService"]),
    ],
)
def test_a_deployment_config_is_used_again_on_request_only(
    sm: World, client: Any, endpoint: str, other: str, asked: dict[str, bool], way: list[str]
) -> None:
    """Facts: Endpoint.notes: the config says to roll back, and an update without it does not."""
    named = {"EndpointName": endpoint, "EndpointConfigName": other}
    deployment = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]}}
    client.update_endpoint(**named, DeploymentConfig=deployment)
    client.get_waiter("endpoint_in_service").wait(EndpointName=endpoint)
    sm.fail("Endpoint")
    client.update_endpoint(**named, **asked)
    seen = [client.describe_endpoint(EndpointName=endpoint)["EndpointStatus"] for _ in way]
    assert seen == way


@pytest.mark.fact("hosting.Endpoint.notes.update-failure-from-the-service-side")
def test_an_update_that_the_service_fails_says_so(
    sm: World, client: Any, endpoint: str, other: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.notes."""
    sm.fail("Endpoint")
    client.update_endpoint(EndpointName=endpoint, EndpointConfigName=other)
    client.get_waiter("endpoint_in_service").wait(EndpointName=endpoint)
    assert described()["FailureReason"].startswith("Request to service failed")


def test_a_rollback_that_fails_ends_as_update_rollback_failed(
    sm: World, client: Any, endpoint: str, other: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.lifecycle.update_failed."""
    sm.fail("Endpoint", at="Updating")
    sm.fail("Endpoint", at="RollingBack")
    deployment = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]}}
    client.update_endpoint(
        EndpointName=endpoint, EndpointConfigName=other, DeploymentConfig=deployment
    )
    statuses = [described()["EndpointStatus"] for _ in range(3)]
    assert statuses == ["Updating", "RollingBack", "UpdateRollbackFailed"]


def test_the_next_update_forgets_the_failure_of_the_last(
    sm: World, client: Any, endpoint: str, other: str, described: Callable[[], dict[str, Any]]
) -> None:
    sm.fail("Endpoint")
    for _ in range(2):
        client.update_endpoint(EndpointName=endpoint, EndpointConfigName=other)
        client.get_waiter("endpoint_in_service").wait(EndpointName=endpoint)
    assert "FailureReason" not in described()
    assert described()["EndpointConfigName"] == other


@pytest.mark.fact(
    "hosting.Endpoint.notes.Failed-health-check-FailureReason",
)
def test_an_endpoint_that_fails_to_come_up_says_why(
    sm: World, client: Any, config: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.notes, failed health check; botocore's waiter sees the failure."""
    sm.fail("Endpoint")
    client.create_endpoint(EndpointName="Live", EndpointConfigName=config)
    with pytest.raises(WaiterError, match="Failed"):
        client.get_waiter("endpoint_in_service").wait(EndpointName="Live")
    failed = described()
    assert failed["FailureReason"].startswith("The primary container for production variant blue")
    assert failed["ProductionVariants"][0]["CurrentInstanceCount"] == 0


def test_a_deleted_endpoint_goes_by_way_of_deleting(
    client: Any, endpoint: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.lifecycle.delete."""
    client.delete_endpoint(EndpointName=endpoint)
    assert described()["EndpointStatus"] == "Deleting"
    client.get_waiter("endpoint_deleted").wait(EndpointName=endpoint)
    with pytest.raises(ClientError, match="Could not find endpoint"):
        described()


def test_times_of_an_endpoint_are_in_order(
    endpoint: str, described: Callable[[], dict[str, Any]]
) -> None:
    """Facts: Endpoint.timestamps: LastModifiedTime moves with the status."""
    answer = described()
    image = answer["ProductionVariants"][0]["DeployedImages"][0]
    assert answer["CreationTime"] <= image["ResolutionTime"] < answer["LastModifiedTime"]


def test_an_endpoint_that_a_test_fails_names_its_variant(
    sm: World, endpoint: str, described: Callable[[], dict[str, Any]]
) -> None:
    sm.get("Endpoint", endpoint).move_to("Failed")
    assert "production variant blue " in described()["FailureReason"]


def test_an_endpoint_of_another_test_needs_no_config(sm: World, client: Any) -> None:
    sm.add("Endpoint", region="eu-west-1", EndpointName="e", EndpointStatus="InService")
    assert client.describe_endpoint(EndpointName="e")["EndpointStatus"] == "InService"


# What the service says no to ----------------------------------------------------------------------

VALIDATION = "ValidationException"
REFUSALS: list[tuple[str, dict[str, Any], str, str]] = [
    ("create_model", {"ModelName": "resnet", "ExecutionRoleArn": ROLE}, VALIDATION,
     f'Cannot create already existing model "{ARN}model/resnet".'),
    ("describe_model", {"ModelName": "no"}, VALIDATION, f'Could not find model "{ARN}model/no".'),
    ("delete_model", {"ModelName": "no"}, VALIDATION, f'Could not find model "{ARN}model/no".'),
    ("create_endpoint_config", {"EndpointConfigName": "first", "ProductionVariants": [variant()]},
     VALIDATION,
     f'Cannot create already existing endpoint configuration "{ARN}endpoint-config/first".'),
    ("create_endpoint_config",
     {"EndpointConfigName": "c", "ProductionVariants": [variant(ModelName="no")]},
     VALIDATION, f'Could not find model "{ARN}model/no".'),
    ("describe_endpoint_config", {"EndpointConfigName": "no"}, VALIDATION,
     f'Could not find endpoint configuration "{ARN}endpoint-config/no".'),
    ("delete_endpoint_config", {"EndpointConfigName": "no"}, VALIDATION,
     f'Could not find endpoint configuration "{ARN}endpoint-config/no".'),
    ("create_endpoint", {"EndpointName": "Live", "EndpointConfigName": "first"}, VALIDATION,
     f'Cannot create already existing endpoint "{ARN}endpoint/Live".'),
    ("create_endpoint", {"EndpointName": "LIVE", "EndpointConfigName": "first"}, VALIDATION,
     f'Cannot create already existing endpoint "{ARN}endpoint/Live".'),
    ("create_endpoint", {"EndpointName": "e", "EndpointConfigName": "no"}, VALIDATION,
     f'Could not find endpoint configuration "{ARN}endpoint-config/no".'),
    ("update_endpoint", {"EndpointName": "Live", "EndpointConfigName": "no"}, VALIDATION,
     f'Could not find endpoint configuration "{ARN}endpoint-config/no".'),
    ("update_endpoint", {"EndpointName": "no", "EndpointConfigName": "first"}, VALIDATION,
     f'Could not find endpoint "{ARN}endpoint/no".'),
    ("delete_endpoint", {"EndpointName": "no"}, VALIDATION,
     f'Could not find endpoint "{ARN}endpoint/no".'),
    ("update_endpoint_weights_and_capacities",
     {"EndpointName": "Live", "DesiredWeightsAndCapacities": [{"VariantName": "blue"}] * 2},
     VALIDATION, 'The variant name "blue" was non-unique within the request.'),
    ("update_endpoint_weights_and_capacities",
     {"EndpointName": "Live", "DesiredWeightsAndCapacities": [{"VariantName": "red"}]},
     VALIDATION,
     'The variant name(s) "red" is/are not present within endpoint configuration "first".'),
    ("get_endpoint_policy", {"EndpointName": "no"}, "ResourceNotFound",
     f'Could not find endpoint "{ARN}endpoint/no".'),
    ("delete_endpoint_policy", {"EndpointName": "no"}, "ResourceNotFound",
     f'Could not find endpoint "{ARN}endpoint/no".'),
]  # fmt: skip


@pytest.mark.fact(
    "hosting.EndpointConfig.errors.a-variant-names-a-missing-model",
    "hosting.EndpointConfig.references.each-ProductionVariants-ModelName-and-ShadowProductionVariants-ModelName",
    "hosting.Endpoint.errors.create-update-with-a-missing-endpoint-config",
    "hosting.Endpoint.errors.UpdateEndpointWeightsAndCapacities-same-variant-twice",
    "hosting.Endpoint.errors.UpdateEndpointWeightsAndCapacities-unknown-variant",
    "hosting.Endpoint.identifier",
)
@pytest.mark.parametrize(("operation", "parameters", "code", "text"), REFUSALS)
def test_refusals_have_the_services_code_and_text(
    client: Any,
    endpoint: str,
    operation: str,
    parameters: dict[str, Any],
    code: str,
    text: str,
) -> None:
    """Facts: Model.errors, EndpointConfig.errors, Endpoint.errors."""
    with pytest.raises(ClientError) as refusal:
        getattr(client, operation)(**parameters)
    assert refusal.value.response["Error"] == {"Code": code, "Message": text}


IN_PROGRESS = [
    ("Creating", "update_endpoint", {"EndpointConfigName": "first"}),
    ("Updating", "update_endpoint", {"EndpointConfigName": "first"}),
    ("SystemUpdating", "update_endpoint", {"EndpointConfigName": "first"}),
    ("RollingBack", "update_endpoint", {"EndpointConfigName": "first"}),
    ("Deleting", "update_endpoint", {"EndpointConfigName": "first"}),
    ("Creating", "delete_endpoint", {}),
    ("Updating", "delete_endpoint", {}),
    ("SystemUpdating", "delete_endpoint", {}),
    ("RollingBack", "delete_endpoint", {}),
    (
        "Updating",
        "update_endpoint_weights_and_capacities",
        {"DesiredWeightsAndCapacities": [{"VariantName": "blue"}]},
    ),
]


@pytest.mark.fact(
    "hosting.Endpoint.errors.update-while-Creating-Updating-RollingBack-SystemUpdating-Deleting",
    "hosting.Endpoint.errors.delete-while-Creating-Updating",
    "hosting.Endpoint.lifecycle.in_progress",
    "cross-cutting.12.Endpoint-in-progress-ValidationException-Cannot-update",
    "hosting.Endpoint.preconditions.UpdateEndpointWeightsAndCapacities-accepts-InService-only",
)
@pytest.mark.parametrize(("status", "operation", "parameters"), IN_PROGRESS)
def test_an_endpoint_in_progress_cannot_be_changed(
    sm: World, client: Any, config: str, status: str, operation: str, parameters: dict[str, Any]
) -> None:
    """Facts: Endpoint.errors: the service says "update" to a delete, too."""
    sm.add("Endpoint", region="eu-west-1", EndpointName="e", EndpointStatus=status)
    with pytest.raises(ClientError) as refusal:
        getattr(client, operation)(EndpointName="e", **parameters)
    text = f'Cannot update in-progress endpoint "{ARN}endpoint/e".'
    assert refusal.value.response["Error"] == {"Code": VALIDATION, "Message": text}


@pytest.mark.fact(
    "hosting.Endpoint.errors.update-of-a-Failed-endpoint",
    "hosting.Endpoint.preconditions.DeleteEndpoint-accepts-InService-Failed-OutOfService-UpdateRollbackFailed",
)
def test_a_failed_endpoint_can_only_be_deleted(sm: World, client: Any, config: str) -> None:
    """Facts: Endpoint.errors, update of a Failed endpoint."""
    sm.add("Endpoint", region="eu-west-1", EndpointName="e", EndpointStatus="Failed")
    with pytest.raises(ClientError, match="in status Failed"):
        client.update_endpoint(EndpointName="e", EndpointConfigName=config)
    client.delete_endpoint(EndpointName="e")


@pytest.mark.fact(
    "hosting.Endpoint.errors.create-update-the-config-exists-but-its-model-was",
    "hosting.Endpoint.references.EndpointConfig-must-exist-and-each-model",
)
def test_an_endpoint_needs_the_models_of_its_config(client: Any, config: str, model: str) -> None:
    """Facts: Endpoint.errors: the config exists but its model was deleted."""
    client.delete_model(ModelName=model)
    with pytest.raises(ClientError, match='Could not find model "'):
        client.create_endpoint(EndpointName="e", EndpointConfigName=config)
    assert client.list_endpoints()["Endpoints"] == []


@pytest.mark.fact(
    "hosting.Endpoint.errors.GetEndpointPolicy-on-an-endpoint-without-a-policy",
    "hosting.Endpoint.errors.Put-Get-DeleteEndpointPolicy-on-a-missing-endpoint",
    "hosting.Endpoint.preconditions.DeleteEndpointPolicy-succeeds-when-there-is-no",
    "metadata.EndpointPolicy.lifecycle.initial",
    "metadata.EndpointPolicy.lifecycle.delete",
    "metadata.EndpointPolicy.errors.get-when-there-is-none",
    "metadata.EndpointPolicy.errors.endpoint-missing",
    "metadata.EndpointPolicy.identifier",
    "metadata.EndpointPolicy.create",
    "metadata.EndpointPolicy.describe",
    "metadata.EndpointPolicy.delete",
    "cross-cutting.11.GetEndpointPolicy",
    "cross-cutting.11.DeleteEndpointPolicy",
)
def test_a_policy_is_kept_replaced_and_taken_away(client: Any, endpoint: str) -> None:
    """Facts: Endpoint.preconditions and errors, policies."""
    client.put_endpoint_policy(EndpointName=endpoint, ResourcePolicy='{"Statement": []}')
    answer = client.get_endpoint_policy(EndpointName=endpoint)
    assert answer["ResourcePolicy"] == '{"Statement": []}'
    for _ in range(2):
        client.delete_endpoint_policy(EndpointName=endpoint)
    with pytest.raises(ClientError, match="ValidationException"):
        client.get_endpoint_policy(EndpointName=endpoint)


@pytest.mark.fact(
    "metadata.EndpointPolicy.errors.endpoint-Deleting-or-Failed",
    "hosting.Endpoint.errors.PutEndpointPolicy-while-Deleting-or-Failed",
)
@pytest.mark.parametrize("status", ["Deleting", "Failed"])
def test_an_endpoint_that_goes_or_has_failed_gets_no_policy(
    sm: World, client: Any, status: str
) -> None:
    sm.transitions(rule="manual")
    sm.add("Endpoint", region="eu-west-1", EndpointName="e", EndpointStatus=status)
    with pytest.raises(ClientError, match=rf"\(ValidationException\).* in status {status}"):
        client.put_endpoint_policy(EndpointName="e", ResourcePolicy='{"Statement": []}')
    with pytest.raises(ClientError, match="Cannot find resource policy"):
        client.get_endpoint_policy(EndpointName="e")


@pytest.mark.fact("metadata.EndpointPolicy.notes.policy-up-to-20480-ASCII-characters")
@pytest.mark.parametrize(
    ("sid", "said"),
    [("a" * 20450, None), ("a" * 20451, "less than or equal to 20480"), ("ä", "not a valid JSON")],
)
def test_a_policy_is_of_so_many_ascii_characters(
    client: Any, endpoint: str, sid: str, said: str | None
) -> None:
    policy = f'{{"Statement": [{{"Sid": "{sid}"}}]}}  '
    named = {"EndpointName": endpoint}
    if said is None:
        assert len(policy) == 20480
        client.put_endpoint_policy(**named, ResourcePolicy=policy)
        assert client.get_endpoint_policy(**named)["ResourcePolicy"] == policy
        return
    with pytest.raises(ClientError, match=said):
        client.put_endpoint_policy(**named, ResourcePolicy=policy)


def test_endpoints_are_listed_newest_first_unless_asked_otherwise(client: Any, config: str) -> None:
    """Facts: cross-cutting, section 7."""
    for name in ("b", "c", "a"):
        client.create_endpoint(EndpointName=name, EndpointConfigName=config)
    newest = [e["EndpointName"] for e in client.list_endpoints()["Endpoints"]]
    by_name = client.list_endpoints(SortBy="Name", SortOrder="Ascending")["Endpoints"]
    assert newest == ["a", "c", "b"]
    assert [e["EndpointName"] for e in by_name] == ["a", "b", "c"]


@pytest.mark.fact(
    "hosting.Endpoint.lifecycle.service_driven.SystemUpdating-InService",
)
def test_the_service_updates_an_endpoint_by_itself(sm: World, client: Any, endpoint: str) -> None:
    """Facts: Endpoint.lifecycle.service_driven."""
    sm.get("Endpoint", endpoint).move_to("SystemUpdating")
    answer = client.describe_endpoint(EndpointName=endpoint)
    assert (answer["EndpointStatus"], len(answer["ProductionVariants"])) == ("SystemUpdating", 1)
    client.get_waiter("endpoint_in_service").wait(EndpointName=endpoint)


def test_instances_come_from_the_pool_of_the_first_priority(client: Any, model: str) -> None:
    """Model, ProductionVariantSummary.InstancePools."""
    pools = [
        {"InstanceType": "ml.g5.xlarge", "Priority": 2},
        {"InstanceType": "ml.g6.xlarge", "Priority": 1},
    ]
    variants = [
        {
            "VariantName": "blue",
            "ModelName": model,
            "InitialInstanceCount": 3,
            "InstancePools": pools,
        }
    ]
    client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=variants)
    client.create_endpoint(EndpointName="e", EndpointConfigName="c")
    client.get_waiter("endpoint_in_service").wait(EndpointName="e")
    (summary,) = client.describe_endpoint(EndpointName="e")["ProductionVariants"]
    counts = {p["InstanceType"]: p["CurrentInstanceCount"] for p in summary["InstancePools"]}
    assert counts == {"ml.g5.xlarge": 0, "ml.g6.xlarge": 3}
