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


def serverless(*names: str, **members: Any) -> dict[str, Any]:
    variants = [{"VariantName": name, "ModelName": "trees", **SERVERLESS} for name in names]
    return {"EndpointConfigName": "live", "ProductionVariants": variants, **members}


def guarded(**members: Any) -> list[tuple[str, dict[str, Any]]]:
    return [("Model", {"ModelName": "trees", "PrimaryContainer": {"Image": IMAGE}, **members})]


def stored(instance_type: str, **members: Any) -> dict[str, Any]:
    asked = config(instance_type)
    asked["ProductionVariants"][0].update(members)
    return asked


CAPTURE = {
    "InitialSamplingPercentage": 50,
    "DestinationS3Uri": "s3://bucket/captured",
    "CaptureOptions": [{"CaptureMode": "Input"}],
}
PLAIN = guarded()
ELSEWHERE = "ghcr.io/trees/serve:1"
PRIVATE = {"Image": ELSEWHERE, "ImageConfig": {"RepositoryAccessMode": "Vpc"}}
INSIDE = {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]}
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
    Refusal("reports.Model.errors.image-of-another-registry-than-ECR", "CreateModel",
            {"ModelName": "trees", "PrimaryContainer": {"Image": ELSEWHERE}},
            values={"image": ELSEWHERE}),
    Refusal("reports.EndpointConfig.errors"
            ".VolumeSizeInGB-with-instances-that-have-storage-of-their-own",
            CONFIG, stored("ml.g4dn.xlarge", VolumeSizeInGB=50), PLAIN, {"type": "ml.g4dn.xlarge"}),
    Refusal("reports.EndpointConfig.errors.KmsKeyId-with-instances-that-have-storage-of-their-own",
            CONFIG, config("ml.c5d.xlarge", KmsKeyId="alias/trees"), PLAIN),
    Refusal("reports.EndpointConfig.errors.serverless-variant-of-a-model-with-network-isolation",
            CONFIG, serverless("one"), guarded(EnableNetworkIsolation=True)),
    Refusal("reports.EndpointConfig.errors.serverless-variant-of-a-model-with-VpcConfig",
            CONFIG, serverless("one"), guarded(VpcConfig=INSIDE)),
    Refusal("reports.EndpointConfig.errors.serverless-variant-of-a-multi-model-endpoint",
            CONFIG, serverless("one"), MANY),
    Refusal("reports.EndpointConfig.errors.serverless-variant-of-an-inference-pipeline",
            CONFIG, serverless("one"), model({"Image": IMAGE}, {"Image": IMAGE})),
    Refusal("reports.EndpointConfig.errors.serverless-variant-with-a-model-of-the-Marketplace",
            CONFIG, serverless("one"), model({"ModelPackageName": VENDOR})),
    Refusal("reports.EndpointConfig.errors.serverless-variant-with-an-image-of-a-private-registry",
            CONFIG, serverless("one"), model(PRIVATE)),
    Refusal("reports.EndpointConfig.errors.serverless-variant-with-data-capture",
            CONFIG, serverless("one", DataCaptureConfig=CAPTURE), PLAIN),
    Refusal("reports.EndpointConfig.errors.several-production-variants-of-which-one-is-serverless",
            CONFIG, serverless("one", "two"), PLAIN),
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
        (stored("ml.m5.large", VolumeSizeInGB=50), PLAIN),
        (config(KmsKeyId="alias/trees"), PLAIN),
        (config("ml.g5.xlarge"), PLAIN),
        (serverless("one", KmsKeyId="alias/trees"), PLAIN),
        (serverless("one", DataCaptureConfig={**CAPTURE, "EnableCapture": False}), PLAIN),
        (config(DataCaptureConfig=CAPTURE), guarded(EnableNetworkIsolation=True)),
    ],
)
def test_what_no_report_speaks_of_is_accepted(
    sm: World, client: Any, parameters: dict[str, Any], given: Any
) -> None:
    for kind, members in given:
        sm.add(kind, REGION, **members)
    client.create_endpoint_config(**parameters)
    assert [one.name for one in sm.resources("EndpointConfig")] == ["live"]


@pytest.mark.parametrize(
    "container",
    [{"Image": IMAGE}, {"Image": "trees:1"}, {"Image": "id.dkr.ecr.here.amazonaws.com/t"}, PRIVATE],
)
def test_an_image_is_taken_from_where_it_may_lie(client: Any, container: dict[str, Any]) -> None:
    client.create_model(ModelName="trees", PrimaryContainer=container)
    assert client.describe_model(ModelName="trees")["PrimaryContainer"]["Image"]
