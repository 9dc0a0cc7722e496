"""Models and endpoint configs; facts: hosting.yaml, Model and EndpointConfig."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from sagestub import World
from tests.kinds.test_endpoints import IMAGE, ROLE, variant


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


# Model --------------------------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.Model.filled_in.EnableNetworkIsolation",
    "hosting.Model.filled_in.PrimaryContainer-Mode-Containers-Mode",
)
def test_a_model_has_network_access_and_one_model_unless_it_says_otherwise(
    client: Any, model: str
) -> None:
    """Facts: Model.filled_in."""
    answer = client.describe_model(ModelName=model)
    assert answer["EnableNetworkIsolation"] is False
    assert answer["PrimaryContainer"] == {"Image": IMAGE, "Mode": "SingleModel"}


def test_a_deleted_model_is_gone(client: Any, model: str) -> None:
    client.delete_model(ModelName=model)
    assert client.list_models()["Models"] == []


REFUSED_MODELS = [
    ({"PrimaryContainer": {"Image": IMAGE}, "Containers": [{"Image": IMAGE}]}, "both"),
    ({"Containers": [{"Image": IMAGE, "ContainerHostname": "a"}, {"Image": IMAGE}]}, "every"),
    ({"Containers": [{"Image": IMAGE, "ContainerHostname": "a"}] * 2}, "unique"),
    ({"PrimaryContainer": {"Mode": "SingleModel"}}, "Image or ModelPackageName"),
]


@pytest.mark.parametrize(("members", "word"), REFUSED_MODELS)
def test_containers_that_cannot_stand_together_are_refused(
    client: Any, members: dict[str, Any], word: str
) -> None:
    with pytest.raises(ClientError, match=word):
        client.create_model(ModelName="resnet", ExecutionRoleArn=ROLE, **members)


@pytest.mark.fact(
    "hosting.Model.references.CreateModel-checks-no-SageMaker-resource-except",
)
def test_a_model_package_of_the_account_must_exist(client: Any) -> None:
    """Facts: Model.references; packages of other accounts cannot be seen."""
    foreign = "arn:aws:sagemaker:eu-west-1:865070037744:model-package/llama/1"
    client.create_model(ModelName="m", PrimaryContainer={"ModelPackageName": foreign})
    with pytest.raises(ClientError, match="model-package/no does not exist"):
        client.create_model(ModelName="n", PrimaryContainer={"ModelPackageName": "no"})


@pytest.mark.fact("hosting.Model.filled_in.PrimaryContainer-from-ModelPackageName")
def test_a_package_is_not_expanded_into_image_and_data(sm: World, client: Any) -> None:
    """Facts: Model.filled_in."""
    package = sm.add("ModelPackage", region="eu-west-1", ModelPackageName="bert").arn
    client.create_model(ModelName="m", PrimaryContainer={"ModelPackageName": package})
    container = client.describe_model(ModelName="m")["PrimaryContainer"]
    assert container == {"ModelPackageName": package, "Mode": "SingleModel"}


@pytest.mark.fact("hosting.Model.filled_in.no-list-summary-member-other-than")
def test_a_list_of_models_has_names_arns_and_times(client: Any, model: str) -> None:
    """Facts: Model.filled_in."""
    (summary,) = client.list_models()["Models"]
    assert set(summary) == {"ModelName", "ModelArn", "CreationTime"}


@pytest.mark.fact("hosting.Model.notes.PrimaryContainer-or-Containers-not-both-the")
def test_a_model_needs_a_name_only_and_has_one_kind_of_containers(client: Any) -> None:
    """Facts: Model.notes."""
    client.create_model(ModelName="bare")
    assert client.describe_model(ModelName="bare")["ModelName"] == "bare"
    with pytest.raises(ClientError, match="can't both be specified"):
        client.create_model(
            ModelName="m", PrimaryContainer={"Image": IMAGE}, Containers=[{"Image": IMAGE}]
        )


# EndpointConfig -----------------------------------------------------------------------------------


@pytest.mark.fact(
    "hosting.EndpointConfig.filled_in.ProductionVariants-InitialVariantWeight",
)
def test_a_variant_without_a_weight_has_the_weight_one(client: Any, config: str) -> None:
    """Facts: EndpointConfig.filled_in."""
    answer = client.describe_endpoint_config(EndpointConfigName=config)
    assert answer["ProductionVariants"] == [variant(InitialVariantWeight=1.0)]


SERVERLESS = {"VariantName": "blue", "ModelName": "resnet"}
REFUSED_CONFIGS = [
    ({"ProductionVariants": [variant(), variant()]}, "unique"),
    (
        {
            "ProductionVariants": [variant()],
            "ShadowProductionVariants": [variant(VariantName=name) for name in ("a", "b")],
        },
        "exactly one",
    ),
    (
        {
            "ProductionVariants": [
                {**SERVERLESS, "ServerlessConfig": {"MemorySizeInMB": 1500, "MaxConcurrency": 1}}
            ]
        },
        "MemorySizeInMB",
    ),
    (
        {
            "ProductionVariants": [
                variant(ServerlessConfig={"MemorySizeInMB": 1024, "MaxConcurrency": 1})
            ]
        },
        "InstanceType",
    ),
]


@pytest.mark.parametrize(("members", "word"), REFUSED_CONFIGS)
def test_variants_that_cannot_stand_together_are_refused(
    client: Any, model: str, members: dict[str, Any], word: str
) -> None:
    with pytest.raises(ClientError, match=word):
        client.create_endpoint_config(EndpointConfigName="c", **members)


@pytest.mark.fact("hosting.EndpointConfig.notes.1-to-10-variants")
def test_a_config_has_one_to_ten_variants(sm: World, model: str) -> None:
    """Facts: EndpointConfig.notes; the client's own check of the least is turned off."""
    client = boto3.client("sagemaker", "eu-west-1", config=Config(parameter_validation=False))
    eleven = [variant(VariantName=f"v{number}") for number in range(11)]
    for few_or_many in ([], eleven):
        with pytest.raises(ClientError, match="'productionVariants' failed to satisfy constraint"):
            client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=few_or_many)
    client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=eleven[:10])
    answer = client.describe_endpoint_config(EndpointConfigName="c")
    assert len(answer["ProductionVariants"]) == 10


@pytest.mark.fact("hosting.EndpointConfig.notes.with-ShadowProductionVariants")
@pytest.mark.parametrize(("production", "shadow"), [(2, 1), (1, 2), (2, 2)])
def test_a_shadow_variant_shadows_the_only_variant(
    client: Any, model: str, production: int, shadow: int
) -> None:
    """Facts: EndpointConfig.notes."""
    variants = [variant(VariantName=f"v{number}") for number in range(4)]
    with pytest.raises(ClientError, match="exactly one production variant and one shadow variant"):
        client.create_endpoint_config(
            EndpointConfigName="c",
            ProductionVariants=variants[:production],
            ShadowProductionVariants=variants[-shadow:],
        )
    client.create_endpoint_config(
        EndpointConfigName="c",
        ProductionVariants=variants[:1],
        ShadowProductionVariants=variants[1:2],
    )


NO_CROSSING: list[dict[str, Any]] = [
    {
        "ProductionVariants": [
            {**SERVERLESS, "ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1}}
        ]
    },
    {
        "ProductionVariants": [variant()],
        "AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://bucket/out"}},
    },
]


@pytest.mark.fact(
    "hosting.EndpointConfig.notes.CrossRegionTrafficConfig-not-with-serverless-variants-or",
)
@pytest.mark.parametrize("members", NO_CROSSING)
def test_traffic_crosses_regions_to_real_time_instances_only(
    client: Any, model: str, members: dict[str, Any]
) -> None:
    """Facts: EndpointConfig.notes."""
    traffic = {"MaxInvocationsPerSecondPerInstance": 1, "MaxCrossRegionPercentPerEndpoint": 1}
    with pytest.raises(ClientError, match="CrossRegionTrafficConfig can't be specified"):
        client.create_endpoint_config(
            EndpointConfigName="c", CrossRegionTrafficConfig=traffic, **members
        )
    client.create_endpoint_config(EndpointConfigName="c", **members)


@pytest.mark.fact("hosting.EndpointConfig.notes.SSM-access-off-by-default")
def test_nobody_gets_onto_the_instances_unless_it_is_allowed(client: Any, model: str) -> None:
    """Facts: EndpointConfig.notes."""
    variants = [variant(), variant(VariantName="open", EnableSSMAccess=True)]
    client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=variants)
    answer = client.describe_endpoint_config(EndpointConfigName="c")["ProductionVariants"]
    assert [v.get("EnableSSMAccess", False) for v in answer] == [False, True]
