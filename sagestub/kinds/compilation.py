"""CompilationJob: SageMaker Neo compiles a model for a target."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import END, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.versions import version_numbers

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

EXAMPLE_INPUTS = {
    "TENSORFLOW": {"input": [1, 224, 224, 3]},
    "TFLITE": {"input": [1, 224, 224, 3]},
    "KERAS": {"input_1": [1, 3, 224, 224]},
    "PYTORCH": {"input0": [1, 3, 224, 224]},
    "MXNET": {"data": [1, 3, 224, 224]},
    "ONNX": {"data": [1, 3, 224, 224]},
    "DARKNET": {"data": [1, 3, 416, 416]},
    "SKLEARN": {"input": [1, 4]},
}
"""The input that a job without DataInputConfig is taken to have, in each framework's own form.

XGBOOST has none: its input name and shape are not needed.

Source: API reference, InputConfig.DataInputConfig (forms and names); the shapes are assumed.
"""

NEO_IMAGES = {
    "MXNET": ("sagemaker-inference-mxnet", ("1.8",)),
    "PYTORCH": ("sagemaker-inference-pytorch", ("1.4", "1.5", "1.6", "1.7", "1.8", "1.12")),
    "TENSORFLOW": ("sagemaker-inference-tensorflow", ("1.15.3", "2.9.2")),
    "KERAS": ("sagemaker-neo-keras", ("2.2.4",)),
    "ONNX": ("sagemaker-neo-onnx", ("1.5.0",)),
    "XGBOOST": ("xgboost-neo", ("latest",)),
}
"""Repository and image versions, oldest first, for each framework with an image for CPU and GPU.

Source: aws/sagemaker-python-sdk, image_uri_config/neo-mxnet.json, neo-pytorch.json,
neo-tensorflow.json, xgboost-neo.json; for KERAS and ONNX the SageMaker Developer Guide, "Inference
Container Images".
"""

INFERENTIA_IMAGES = {
    "MXNET": ("sagemaker-neo-mxnet", ("1.5.1",)),
    "PYTORCH": ("sagemaker-neo-pytorch", ("1.5.1",)),
    "TENSORFLOW": ("sagemaker-neo-tensorflow", ("1.15.0",)),
}
"""The same for `ml_inf1`.

Source: aws/sagemaker-python-sdk, image_uri_config/inferentia-{mxnet,pytorch,tensorflow}.json.
"""

NEO_PROCESSORS = {
    "ml_m4": "cpu",
    "ml_m5": "cpu",
    "ml_m6g": "cpu",
    "ml_c4": "cpu",
    "ml_c5": "cpu",
    "ml_c6g": "cpu",
    "ml_p2": "gpu",
    "ml_p3": "gpu",
    "ml_g4dn": "gpu",
    "ml_inf1": "inf",
}
"""The processor in an image's tag by target. The other targets run in no Neo image.

Source: SageMaker Developer Guide, "Inference Container Images"; the elastic inference accelerator and
the later Neuron targets are in none of the SDK's tables.
"""

NEO_ACCOUNTS = {
    "af-south-1": "774647643957",
    "ap-east-1": "110948597952",
    "ap-northeast-1": "941853720454",
    "ap-northeast-2": "151534178276",
    "ap-northeast-3": "925152966179",
    "ap-south-1": "763008648453",
    "ap-southeast-1": "324986816169",
    "ap-southeast-2": "355873309152",
    "ca-central-1": "464438896020",
    "cn-north-1": "472730292857",
    "cn-northwest-1": "474822919863",
    "eu-central-1": "746233611703",
    "eu-central-2": "010526262399",
    "eu-north-1": "601324751636",
    "eu-south-1": "966458181534",
    "eu-west-1": "802834080501",
    "eu-west-2": "205493899709",
    "eu-west-3": "254080097072",
    "il-central-1": "275950707576",
    "me-south-1": "836785723513",
    "sa-east-1": "756306329178",
    "us-east-1": "785573368785",
    "us-east-2": "007439368137",
    "us-gov-west-1": "263933020539",
    "us-iso-east-1": "167761179201",
    "us-isob-east-1": "406031935815",
    "us-west-1": "710691900526",
    "us-west-2": "301217895009",
}
"""The accounts that own the Neo images.

Source: aws/sagemaker-python-sdk, image_uri_config/neo-tensorflow.json.
"""

REGISTRY_DOMAINS = {
    "aws-cn": "amazonaws.com.cn",
    "aws-iso": "c2s.ic.gov",
    "aws-iso-b": "sc2s.sgov.gov",
}
"""Where a registry is not under amazonaws.com. Source: botocore's `endpoints.json`, dnsSuffix."""


def take_input_from_package(context: Context, resource: Resource) -> None:
    """Set InputConfig, which Describe requires, from the model package version that is compiled.

    Source: API reference, ModelPackageContainerDefinition (ModelDataUrl, Framework, ModelInput).
    """
    document = resource.document
    package = context.resource("ModelPackage", resource, document.get("ModelPackageVersionArn", ""))
    if package is None or "InputConfig" in document:
        return
    containers = package.document.get("InferenceSpecification", {}).get("Containers", ())
    framework_shape = resource.kind.member_shapes["InputConfig"].members["Framework"]
    for container in containers:
        framework = container.get("Framework", "").upper()
        if "ModelDataUrl" in container and framework in framework_shape.enum:
            source = {"S3Uri": container["ModelDataUrl"], "Framework": framework}
            inputs = container.get("ModelInput", {}).get("DataInputConfig")
            document["InputConfig"] = source | ({"DataInputConfig": inputs} if inputs else {})
            return


def name_artifacts(context: Context, resource: Resource) -> None:
    """Set the location that the compiled model is written to.

    The model requires ModelArtifacts in every Describe, so it is there from the beginning.

    Source: API reference, DescribeCompilationJob.ModelArtifacts: the location "that has been
    configured for storing"; file name: facts, jobs.yaml (assumed).
    """
    document = resource.document
    output = document.get("OutputConfig")
    if output is None or "ModelArtifacts" in document:
        return
    source = document.get("InputConfig", {}).get("S3Uri", "model.tar.gz")
    base = source.rstrip("/").rsplit("/", 1)[-1].removesuffix(".gz").removesuffix(".tar")
    location = output.get("S3OutputLocation", "").rstrip("/")
    artifact = f"{location}/{base}-{target_name(output)}.tar.gz"
    document["ModelArtifacts"] = {"S3ModelArtifacts": artifact}


def target_name(output: Mapping[str, Any]) -> str:
    """Return how an artifact's file name calls the target."""
    if "TargetDevice" in output:
        return str(output["TargetDevice"])
    platform = output.get("TargetPlatform", {})
    return "_".join(str(part) for part in platform.values())


def digest_artifacts(context: Context, resource: Resource) -> None:
    """Set ModelDigests: a BLAKE2 hash over what defines the job.

    The same input, output and options give the same digest, whatever the job is called.

    Source: API reference, ModelDigests.ArtifactDigest ("a BLAKE2 hash value", 64 hex digits).
    """
    document = resource.document
    defining = {
        member: document[member]
        for member in ("InputConfig", "ModelPackageVersionArn", "OutputConfig")
        if member in document
    }
    content = json.dumps(defining, sort_keys=True).encode()
    document["ModelDigests"] = {"ArtifactDigest": blake2b(content, digest_size=32).hexdigest()}


def derive_input(context: Context, resource: Resource) -> None:
    """Set DerivedInformation from the framework and the data input configuration.

    Source: API reference, DerivedInformation.DerivedDataInputConfig.
    """
    source = resource.document.get("InputConfig", {})
    given = source.get("DataInputConfig")
    derived = normal_form(given) if given is not None else None
    framework = source.get("Framework")
    if derived is None and framework in EXAMPLE_INPUTS:
        derived = json.dumps(EXAMPLE_INPUTS[framework], separators=(",", ":"))
    if derived is not None:
        resource.document["DerivedInformation"] = {"DerivedDataInputConfig": derived}


def normal_form(config: str) -> str | None:
    """Return a DataInputConfig as compact JSON; None when it is no JSON at all."""
    try:
        return json.dumps(json.loads(config), separators=(",", ":"))
    except ValueError:
        return None


def name_image(context: Context, resource: Resource) -> None:
    """Set InferenceImage, which only a job for a cloud instance (`ml_*`) has.

    Source: API reference, InferenceImage; SageMaker Developer Guide, "Inference Container Images".
    """
    document = resource.document
    processor = NEO_PROCESSORS.get(document.get("OutputConfig", {}).get("TargetDevice", ""))
    source = document.get("InputConfig", {})
    images = INFERENTIA_IMAGES if processor == "inf" else NEO_IMAGES
    image = images.get(source.get("Framework", ""))
    account = NEO_ACCOUNTS.get(resource.region)
    if processor is None or image is None or account is None:
        return
    repository, versions = image
    version = image_version(source.get("FrameworkVersion"), versions)
    tag = version if version == "latest" else f"{version}-{processor}-py3"
    domain = REGISTRY_DOMAINS.get(resource.arn.split(":")[1], "amazonaws.com")
    document["InferenceImage"] = f"{account}.dkr.ecr.{resource.region}.{domain}/{repository}:{tag}"


def image_version(framework_version: str | None, versions: tuple[str, ...]) -> str:
    """Return the version of the image that serves a framework version.

    The oldest image that is not older than the framework, within its major version where there is
    one; the newest image for a framework newer than all, or for none.

    Source: aws/sagemaker-python-sdk, image_uri_config/neo-*.json, version_aliases.

    Example:
        >>> image_version("1.3.0", ("1.4", "1.12")), image_version("2.4", ("1.15.3", "2.9.2"))
        ('1.4', '2.9.2')
    """
    if framework_version is None:
        return versions[-1]
    wanted = version_numbers(framework_version)
    for version in versions:
        parts = version_numbers(version)
        if parts >= wanted[: len(parts)]:
            return version
    return versions[-1]


# Failures -----------------------------------------------------------------------------------------


def no_such_object(document: Mapping[str, Any]) -> str:
    """Return why a job fails whose model is not there; the job looks for it when it starts."""
    location = document.get("InputConfig", {}).get("S3Uri", "")
    bucket, _, key = location.removeprefix("s3://").partition("/")
    return (
        f"ClientError: InputConfiguration: S3 object does not exist. Bucket: {bucket}, Key: {key}"
    )


def cannot_compile(document: Mapping[str, Any]) -> str:
    """Return why a job fails whose model is not for its target (what follows the target: assumed)."""
    target = target_name(document.get("OutputConfig", {}))
    return (
        f"ClientError: CompilationError: Unable to compile model for {target}: "
        "an operator of the model is not supported."
    )


COMPILATION_JOB = Kind(
    name="CompilationJob",
    field_rules=FieldRules("batch.COMPILATION_JOB"),
    arn="compilation-job/{CompilationJobName}",
    lifecycle=Lifecycle(
        path="STARTING > INPROGRESS > COMPLETED",
        fail="FAILED",
        stop="STOPPING > STOPPED",
        delete_from="COMPLETED > FAILED > STOPPED",
        seconds={"STARTING": 30, "INPROGRESS": 240, "STOPPING": 30},
    ),
    # The output shape requires FailureReason; it is empty when there is none.
    defaults={"FailureReason": ""},
    on_create=(
        take_input_from_package,
        name_artifacts,
    ),
    stamps={"INPROGRESS": ("CompilationStartTime",), END: ("CompilationEndTime",)},
    on_enter={"COMPLETED": (digest_artifacts, derive_input, name_image)},
    failure_reason=(
        "ServerError: There was an internal server error during the compilation job, "
        "please try again in a few minutes"
    ),
    # Source: facts, jobs.yaml, CompilationJob.failure_reasons.
    failure_reasons={"STARTING": no_such_object, "INPROGRESS": cannot_compile},
    summary={
        "CompilationTargetDevice": "OutputConfig.TargetDevice",
        "CompilationTargetPlatformOs": "OutputConfig.TargetPlatform.Os",
        "CompilationTargetPlatformArch": "OutputConfig.TargetPlatform.Arch",
        "CompilationTargetPlatformAccelerator": "OutputConfig.TargetPlatform.Accelerator",
    },
    sort_by="CreationTime",
    sort_order="Ascending",
    cannot_delete=Message(
        code="ValidationException",
        text=(
            "The request was rejected because the compilation job is in status "
            "{CompilationJobStatus}. Only a job in status COMPLETED, FAILED or STOPPED can be deleted."
        ),
    ),
    source="facts, jobs.yaml, CompilationJob; API reference, DescribeCompilationJob",
)
