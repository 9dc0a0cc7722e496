"""CompilationJob: SageMaker Neo compiles a model for a target."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import END, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError

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

NEO_REPOSITORIES = {
    "MXNET": ("inference-mxnet", "1.8"),
    "PYTORCH": ("inference-pytorch", "1.8"),
    "TENSORFLOW": ("inference-tensorflow", "1.15.3"),
    "KERAS": ("inference-tensorflow", "1.15.3"),
    "XGBOOST": ("xgboost-neo", "latest"),
    "ONNX": ("inference-mxnet", "1.8"),
}
"""Repository and version of the Neo inference image for each framework that has one.

Source: SageMaker Developer Guide, "Neo Inference Container Images".
"""

NEO_ACCOUNTS = {
    "us-east-1": "785573368785",
    "us-east-2": "007439368137",
    "us-west-1": "710691900526",
    "us-west-2": "301217895009",
    "eu-west-1": "802834080501",
    "eu-west-2": "205493899709",
    "eu-west-3": "254080097072",
    "eu-central-1": "746233611703",
    "eu-north-1": "601324751636",
    "ap-northeast-1": "941853720454",
    "ap-northeast-2": "151534178276",
    "ap-south-1": "763008648453",
    "ap-southeast-1": "324986816169",
    "ap-southeast-2": "355873309152",
    "ca-central-1": "464438896020",
    "sa-east-1": "756306329178",
}
"""The accounts that own the Neo images.

Source: SageMaker Developer Guide, "Neo Inference Container Images".
"""


def check_model_source(context: Context, resource: Resource) -> None:
    """Refuse a job that says neither or both of what to compile.

    Source: facts, jobs.yaml, CompilationJob.errors (text assumed there).
    """
    document = resource.document
    given = [m for m in ("InputConfig", "ModelPackageVersionArn") if m in document]
    if not given:
        raise ServiceError(
            "ValidationException",
            "Either InputConfig or ModelPackageVersionArn must be specified.",
        )
    if len(given) == 2:
        raise ServiceError(
            "ValidationException",
            "InputConfig and ModelPackageVersionArn can't both be specified.",
        )


def check_target(context: Context, resource: Resource) -> None:
    """Refuse a job that names neither or both of a device and a platform (text assumed).

    Source: API reference, OutputConfig: TargetPlatform "is an alternative of TargetDevice".
    """
    output = resource.document["OutputConfig"]
    if ("TargetDevice" in output) == ("TargetPlatform" in output):
        raise ServiceError(
            "ValidationException",
            "Exactly one of TargetDevice or TargetPlatform must be specified in OutputConfig.",
        )


def name_artifacts(context: Context, resource: Resource) -> None:
    """Set the location that the compiled model is written to.

    The model requires ModelArtifacts in every Describe, so it is there from the beginning.

    Source: API reference, DescribeCompilationJob.ModelArtifacts: the location "that has been
    configured for storing"; file name: facts, jobs.yaml (assumed).
    """
    output = resource.document["OutputConfig"]
    source = resource.document.get("InputConfig", {}).get("S3Uri", "model.tar.gz")
    base = source.rstrip("/").rsplit("/", 1)[-1].removesuffix(".gz").removesuffix(".tar")
    location = output["S3OutputLocation"].rstrip("/")
    artifact = f"{location}/{base}-{target_name(output)}.tar.gz"
    resource.document["ModelArtifacts"] = {"S3ModelArtifacts": artifact}


def target_name(output: dict[str, Any]) -> str:
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
    source = resource.document.get("InputConfig")
    if source is None:
        return
    given = source.get("DataInputConfig")
    derived = normal_form(given) if given is not None else None
    if derived is None and source["Framework"] in EXAMPLE_INPUTS:
        derived = json.dumps(EXAMPLE_INPUTS[source["Framework"]], separators=(",", ":"))
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

    Source: API reference, InferenceImage; SageMaker Developer Guide, "Neo Inference Container
    Images" (registry accounts, repositories, processor).
    """
    device = resource.document["OutputConfig"].get("TargetDevice", "")
    source = resource.document.get("InputConfig", {})
    repository = NEO_REPOSITORIES.get(source.get("Framework", ""))
    account = NEO_ACCOUNTS.get(resource.region)
    if not device.startswith("ml_") or repository is None or account is None:
        return
    name, version = repository
    version = source.get("FrameworkVersion", version)
    processor = "gpu" if device.startswith(("ml_p", "ml_g")) else "cpu"
    if device.startswith("ml_inf"):
        processor, name = "inf", name.replace("inference-", "neuron-")
    tag = version if version == "latest" else f"{version}-{processor}-py3"
    registry = f"{account}.dkr.ecr.{resource.region}.amazonaws.com"
    resource.document["InferenceImage"] = f"{registry}/sagemaker-{name}:{tag}"


COMPILATION_JOB = Kind(
    name="CompilationJob",
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
    checks=(check_model_source, check_target),
    on_create=(name_artifacts,),
    stamps={"INPROGRESS": ("CompilationStartTime",), END: ("CompilationEndTime",)},
    on_enter={"COMPLETED": (digest_artifacts, derive_input, name_image)},
    failure_reason=(
        "ServerError: There was an internal server error during the compilation job, "
        "please try again in a few minutes"
    ),
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
