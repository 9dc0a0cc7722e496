"""Models and endpoint configurations: what reports say about those that other resources stand against."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import World
from tests.facts.reports.refusals import IMAGE, REGION, ROLE, Refusal, check, rows

VENDOR = f"arn:aws:sagemaker:{REGION}:865070037744:model-package/llama2-7b"
OWN = f"arn:aws:sagemaker:{REGION}:123456789012:model-package/trees/1"
FOLDER = {
    "S3DataSource": {
        "S3Uri": "s3://bucket/model/",
        "S3DataType": "S3Prefix",
        "CompressionType": "None",
    }
}
SERVERLESS = {"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 5}}
ASYNC: dict[str, Any] = {
    "AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://bucket/out"}}
}
CONFIG = "CreateEndpointConfig"


def model(*containers: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [("Model", {"ModelName": "trees", "Containers": list(containers)})]


def config(instance_type: str = "ml.m5.large", **members: Any) -> dict[str, Any]:
    on = {"InstanceType": instance_type, "InitialInstanceCount": 1}
    variant = {"VariantName": "one", "ModelName": "trees"}
    return {"EndpointConfigName": "live", "ProductionVariants": [{**variant, **on}], **members}


def shadowed(instance_type: str = "ml.m5.large") -> dict[str, Any]:
    shadow = {
        "VariantName": "two",
        "ModelName": "trees",
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    return config(instance_type, ShadowProductionVariants=[shadow])


def packed(name: str) -> dict[str, Any]:
    return {
        "ModelName": "trees",
        "ExecutionRoleArn": ROLE,
        "PrimaryContainer": {"ModelPackageName": name, "Environment": {"LEVEL": "20"}},
    }


MANY = model({"Image": IMAGE, "Mode": "MultiModel"})
INFERENCE = {
    "Containers": [{"Image": IMAGE, "Environment": {"PROGRAM": "serve.py", "N": "1"}}],
    "SupportedContentTypes": ["text/csv"],
    "SupportedResponseMIMETypes": ["text/csv"],
}

REFUSALS = [
    Refusal("reports.Model.errors.Environment-with-a-package-from-the-Marketplace",
            "CreateModel", packed(VENDOR)),
    Refusal("reports.EndpointConfig.errors.model-was-not-created", CONFIG, config(),
            values={"model arn": f"arn:aws:sagemaker:{REGION}:123456789012:model/trees"}),
    Refusal("reports.EndpointConfig.errors.MultiModel-model-on-instances-that-cannot-host-many",
            CONFIG, config("ml.inf2.xlarge"), MANY, {"type": "ml.inf2.xlarge"}),
    Refusal("reports.EndpointConfig.errors.serverless-variant-of-a-model-with-ModelDataSource",
            CONFIG,
            {"EndpointConfigName": "live",
             "ProductionVariants": [{"VariantName": "one", "ModelName": "trees", **SERVERLESS}]},
            model({"Image": IMAGE, "ModelDataSource": FOLDER})),
    Refusal("reports.EndpointConfig.errors.AsyncInferenceConfig-with-a-model-of-the-Marketplace",
            CONFIG, config(**ASYNC), model({"ModelPackageName": VENDOR})),
    Refusal("reports.EndpointConfig.errors.shadow-variant-of-a-multi-model-endpoint",
            CONFIG, shadowed(), MANY),
    Refusal("reports.EndpointConfig.errors.shadow-variant-of-a-model-with-several-containers",
            CONFIG, shadowed(), model({"Image": IMAGE}, {"Image": IMAGE})),
    Refusal("reports.EndpointConfig.errors.shadow-variant-on-Inf1-instances",
            CONFIG, shadowed("ml.inf1.xlarge"), model({"Image": IMAGE})),
    Refusal("reports.EndpointConfig.errors.shadow-variant-with-a-model-of-the-Marketplace",
            CONFIG, shadowed(), model({"ModelPackageName": VENDOR})),
]  # fmt: skip


@pytest.mark.parametrize("row", rows(REFUSALS))
def test_a_report_of_a_refusal_holds(row: Refusal, sm: World) -> None:
    check(row, sm)


def test_a_model_has_its_own_environment_or_that_of_its_package(sm: World, client: Any) -> None:
    client.create_model_package_group(ModelPackageGroupName="trees")
    package = client.create_model_package(
        ModelPackageGroupName="trees", InferenceSpecification=INFERENCE
    )["ModelPackageArn"]
    fact = "reports.Model.errors.Environment-of-both-the-model-and-its-package"
    check(Refusal(fact, "CreateModel", packed(package)), sm)


@pytest.mark.parametrize(
    ("parameters", "given"),
    [
        (config("ml.g5.xlarge"), MANY),
        (config("ml.inf2.xlarge"), model({"Image": IMAGE})),
        (config(), model({"Image": IMAGE, "ModelDataSource": FOLDER})),
        (config(**ASYNC), model({"ModelPackageName": OWN})),
        (shadowed(), model({"Image": IMAGE})),
    ],
)
def test_what_no_report_speaks_of_is_accepted(
    sm: World, client: Any, parameters: dict[str, Any], given: Any
) -> None:
    for kind, members in given:
        sm.add(kind, REGION, **members)
    client.create_endpoint_config(**parameters)
    assert [one.name for one in sm.resources("EndpointConfig")] == ["live"]
