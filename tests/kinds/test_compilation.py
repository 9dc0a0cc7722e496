"""CompilationJob: each member at the right moment, each refusal with the service's code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from docs.ledger import facts
from sagestub import Container, InvalidArgumentError, World, mock_sagemaker
from sagestub.kinds.compilation import INFERENTIA_IMAGES, NEO_IMAGES, image_version

Request = Callable[..., dict[str, Any]]

ALWAYS = {
    "CompilationJobName",
    "CompilationJobArn",
    "CompilationJobStatus",
    "StoppingCondition",
    "CreationTime",
    "LastModifiedTime",
    "FailureReason",
    "ModelArtifacts",
    "RoleArn",
    "InputConfig",
    "OutputConfig",
}
"""Members that every Describe has: those that the output shape requires."""

RESULTS = {"ModelDigests", "DerivedInformation", "InferenceImage"}

FULL = {
    "VpcConfig": {"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
}


def described(client: Any, name: str = "resnet") -> dict[str, Any]:
    answer: dict[str, Any] = client.describe_compilation_job(CompilationJobName=name)
    del answer["ResponseMetadata"]
    return answer


def refusal(call: Callable[[], object]) -> tuple[str, str]:
    """Return the code and the text with which the service refuses a call."""
    with pytest.raises(ClientError) as refused:
        call()
    error = refused.value.response["Error"]
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return error["Code"], error["Message"]


# Members and moments ----------------------------------------------------------------------------


@pytest.mark.fact(
    "jobs.CompilationJob.timestamps.CompilationStartTime",
    "jobs.CompilationJob.filled_in.ModelDigests-ArtifactDigest",
    "jobs.CompilationJob.lifecycle.initial_note",
)
def test_members_appear_when_the_job_reaches_their_state(
    client: Any, compilation_job: Request
) -> None:
    client.create_compilation_job(**compilation_job())
    starting, running, completed, after = (described(client) for _ in range(4))
    assert set(starting) == ALWAYS
    assert set(running) == ALWAYS | {"CompilationStartTime"}
    assert set(completed) == ALWAYS | {"CompilationStartTime", "CompilationEndTime"} | RESULTS
    assert after == completed


def test_all_18_members_of_the_response(client: Any, sm: World, compilation_job: Request) -> None:
    """ModelPackageVersionArn excludes InputConfig, so it takes two jobs to see all."""
    package = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/resnet/1"
    client.create_compilation_job(**compilation_job(**FULL))
    request = compilation_job("packaged", ModelPackageVersionArn=package)
    del request["InputConfig"]
    client.create_compilation_job(**request)
    for job in sm.resources("CompilationJob"):
        job.move_to("COMPLETED")
    shape = client.meta.service_model.operation_model("DescribeCompilationJob").output_shape
    seen = set(described(client)) | set(described(client, "packaged"))
    assert seen == set(shape.members)
    assert len(seen) == 18


@pytest.mark.fact(
    "jobs.CompilationJob.filled_in.StoppingCondition-echoed",
)
def test_the_request_comes_back_as_it_was_given(client: Any, compilation_job: Request) -> None:
    request = compilation_job(**FULL)
    client.create_compilation_job(**request)
    answer = described(client)
    assert {member: answer[member] for member in request} == request


@pytest.mark.parametrize("rule", ["poll", "immediate", "manual", "clock"])
def test_times_are_ordered_under_every_rule(rule: str, compilation_job: Request) -> None:
    with mock_sagemaker(transitions=rule) as sm:
        client = boto3.client("sagemaker", region_name="eu-west-1")
        client.create_compilation_job(**compilation_job())
        job = sm.get("CompilationJob", "resnet")
        while job.status != "COMPLETED":
            job.advance() if rule == "manual" else sm.clock.advance(100)
            described(client)
        answer = described(client)
    assert answer["CreationTime"] < answer["CompilationStartTime"] < answer["CompilationEndTime"]
    assert answer["LastModifiedTime"] == answer["CompilationEndTime"]


def test_under_immediate_the_first_describe_sees_everything(compilation_job: Request) -> None:
    with mock_sagemaker(transitions="immediate"):
        client = boto3.client("sagemaker", region_name="eu-west-1")
        client.create_compilation_job(**compilation_job())
        assert set(described(client)) >= RESULTS | {"CompilationEndTime"}


def test_under_manual_nothing_moves_by_itself(compilation_job: Request) -> None:
    with mock_sagemaker(transitions="manual") as sm:
        client = boto3.client("sagemaker", region_name="eu-west-1")
        client.create_compilation_job(**compilation_job())
        sm.clock.advance(timedelta(days=9))
        assert [described(client)["CompilationJobStatus"] for _ in range(5)] == ["STARTING"] * 5


def test_last_modified_time_follows_each_change_of_status(
    client: Any, compilation_job: Request
) -> None:
    client.create_compilation_job(**compilation_job())
    starting, running, completed = (described(client) for _ in range(3))
    assert starting["LastModifiedTime"] == starting["CreationTime"]
    assert running["LastModifiedTime"] == running["CompilationStartTime"]
    assert completed["LastModifiedTime"] == completed["CompilationEndTime"]


@pytest.mark.fact(
    "jobs.CompilationJob.filled_in.FailureReason",
)
def test_failure_reason_is_empty_without_a_failure(client: Any, compilation_job: Request) -> None:
    client.create_compilation_job(**compilation_job())
    assert [described(client)["FailureReason"] for _ in range(3)] == ["", "", ""]


def test_a_failed_job_says_why_and_has_no_results(
    client: Any, sm: World, compilation_job: Request
) -> None:
    sm.fail("CompilationJob", reason="ClientError: no such operator")
    client.create_compilation_job(**compilation_job())
    failed = [described(client) for _ in range(3)][-1]
    assert failed["CompilationJobStatus"] == "FAILED"
    assert failed["FailureReason"] == "ClientError: no such operator"
    assert set(failed) == ALWAYS | {"CompilationStartTime", "CompilationEndTime"}


def test_failure_reason_has_1024_characters_at_the_most(
    client: Any, sm: World, compilation_job: Request
) -> None:
    @sm.container
    def fail(job: Container) -> None:
        raise RuntimeError("x" * 3000)

    client.create_compilation_job(**compilation_job())
    reason = [described(client)["FailureReason"] for _ in range(3)][-1]
    assert "x" * 900 in reason
    assert len(reason) == 1024


def test_a_longer_reason_of_a_tests_own_is_refused(sm: World) -> None:
    job = sm.add("CompilationJob")
    with pytest.raises(InvalidArgumentError, match="has 3000 characters"):
        job.move_to("FAILED", reason="x" * 3000)


def test_a_failure_without_a_reason_gets_the_services(
    client: Any, sm: World, compilation_job: Request
) -> None:
    client.create_compilation_job(**compilation_job())
    sm.get("CompilationJob", "resnet").move_to("FAILED")
    assert described(client)["FailureReason"].startswith("ServerError: There was an internal")


def test_the_digest_is_64_hex_digits_of_what_defines_the_job(
    client: Any, sm: World, compilation_job: Request
) -> None:
    other = {"S3OutputLocation": "s3://bucket/out/", "TargetDevice": "ml_c4"}
    for name, members in {"a": {}, "b": {}, "c": {"OutputConfig": other}}.items():
        client.create_compilation_job(**compilation_job(name, **members))
        sm.get("CompilationJob", name).move_to("COMPLETED")
    a, b, c = (described(client, n)["ModelDigests"]["ArtifactDigest"] for n in "abc")
    assert re.fullmatch("[0-9a-f]{64}", a)
    assert a == b != c


@pytest.mark.fact(
    "jobs.CompilationJob.filled_in.DerivedInformation-DerivedDataInputConfig-when-DataInputConfig-was-left",
)
def test_derived_input_is_the_given_one_in_normal_form(
    client: Any, sm: World, compilation_job: Request
) -> None:
    client.create_compilation_job(**compilation_job())
    sm.get("CompilationJob", "resnet").move_to("COMPLETED")
    derived = described(client)["DerivedInformation"]
    assert derived == {"DerivedDataInputConfig": '{"data":[1,3,224,224]}'}


@pytest.mark.parametrize(
    ("framework", "name"),
    [
        ("TENSORFLOW", "input"),
        ("KERAS", "input_1"),
        ("PYTORCH", "input0"),
        ("MXNET", "data"),
        ("ONNX", "data"),
        ("DARKNET", "data"),
        ("TFLITE", "input"),
        ("SKLEARN", "input"),
    ],
)
def test_input_is_derived_by_framework_when_none_is_given(
    client: Any, sm: World, compilation_job: Request, framework: str, name: str
) -> None:
    source = {"S3Uri": "s3://bucket/model.tar.gz", "Framework": framework}
    client.create_compilation_job(**compilation_job(InputConfig=source))
    sm.get("CompilationJob", "resnet").move_to("COMPLETED")
    derived = json.loads(described(client)["DerivedInformation"]["DerivedDataInputConfig"])
    assert list(derived) == [name]


@pytest.mark.fact(
    "jobs.CompilationJob.filled_in.InferenceImage",
)
@pytest.mark.parametrize(
    ("region", "framework", "version", "device", "image"),
    [
        (
            "eu-west-1",
            "PYTORCH",
            "1.7.1",
            "ml_c5",
            "802834080501.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-inference-pytorch:1.7-cpu-py3",
        ),
        (
            "us-west-2",
            "TENSORFLOW",
            "2.4.1",
            "ml_g4dn",
            "301217895009.dkr.ecr.us-west-2.amazonaws.com/sagemaker-inference-tensorflow:2.9.2-gpu-py3",
        ),
        (
            "cn-north-1",
            "MXNET",
            None,
            "ml_p3",
            "472730292857.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-inference-mxnet:1.8-gpu-py3",
        ),
        (
            "us-east-1",
            "PYTORCH",
            None,
            "ml_inf1",
            "785573368785.dkr.ecr.us-east-1.amazonaws.com/sagemaker-neo-pytorch:1.5.1-inf-py3",
        ),
        (
            "us-gov-west-1",
            "XGBOOST",
            None,
            "ml_m5",
            "263933020539.dkr.ecr.us-gov-west-1.amazonaws.com/xgboost-neo:latest",
        ),
    ],
)
def test_the_image_is_the_one_of_the_sdks_tables(
    sm: World,
    compilation_job: Request,
    region: str,
    framework: str,
    version: str | None,
    device: str,
    image: str,
) -> None:
    client = boto3.client("sagemaker", region_name=region)
    source = {"S3Uri": "s3://bucket/model.tar.gz", "Framework": framework}
    if version is not None:
        source["FrameworkVersion"] = version
    output = {"S3OutputLocation": "s3://bucket/out", "TargetDevice": device}
    client.create_compilation_job(**compilation_job(InputConfig=source, OutputConfig=output))
    sm.get("CompilationJob", "resnet").move_to("COMPLETED")
    assert described(client)["InferenceImage"] == image


FAILURES = [
    ("STARTING", "jobs.CompilationJob.failure_reasons.texts.ClientError"),
    ("INPROGRESS", "jobs.CompilationJob.failure_reasons.texts.ClientError-2"),
    (None, "jobs.CompilationJob.failure_reasons.texts.ServerError"),
]


@pytest.mark.parametrize(("state", "fact"), FAILURES)
def test_where_a_job_fails_says_why(
    client: Any, sm: World, compilation_job: Request, state: str | None, fact: str
) -> None:
    sm.fail("CompilationJob", at=state)
    client.create_compilation_job(**compilation_job())
    reason = [described(client) for _ in range(3)][-1]["FailureReason"]
    text = facts()[fact].text.removesuffix("...").rstrip()
    for name, value in (("bucket", "bucket"), ("key", "model.tar.gz"), ("target", "ml_c5")):
        text = text.replace(f"{{{name}}}", value)
    assert reason.startswith(text)


@pytest.mark.fact("jobs.CompilationJob.errors.FrameworkVersion-with-an-unsupported-target")
def test_a_framework_version_is_not_for_every_target(client: Any, compilation_job: Request) -> None:
    source = {"S3Uri": "s3://b/model.tar.gz", "Framework": "PYTORCH", "FrameworkVersion": "1.8"}
    output = {"S3OutputLocation": "s3://bucket/out", "TargetDevice": "coreml"}
    with pytest.raises(ClientError, match="Unsupported framework version field for target"):
        client.create_compilation_job(**compilation_job(InputConfig=source, OutputConfig=output))
    elsewhere = {**output, "TargetDevice": "jetson_nano"}
    client.create_compilation_job(**compilation_job(InputConfig=source, OutputConfig=elsewhere))


@pytest.mark.parametrize(
    "target",
    [
        {"TargetDevice": "jetson_nano"},
        {"TargetDevice": "lambda"},
        {
            "TargetPlatform": {"Os": "LINUX", "Arch": "ARM64", "Accelerator": "NVIDIA"},
            "CompilerOptions": '{"gpu-code": "sm_72"}',
        },
    ],
)
def test_no_image_for_what_is_no_cloud_instance(
    client: Any, sm: World, compilation_job: Request, target: dict[str, Any]
) -> None:
    output = {"S3OutputLocation": "s3://bucket/out", **target}
    client.create_compilation_job(**compilation_job(OutputConfig=output))
    sm.get("CompilationJob", "resnet").move_to("COMPLETED")
    assert "InferenceImage" not in described(client)


@pytest.mark.parametrize(
    ("framework", "aliases"),
    [
        ("MXNET", {"0.12.1": "1.8", "1.2": "1.8", "1.4.1": "1.8", "1.7": "1.8"}),
        (
            "PYTORCH",
            {"0.4.0": "1.4", "1.3.0": "1.4", "1.7.0": "1.7", "1.8.1": "1.8", "1.12.1": "1.12"},
        ),
        (
            "TENSORFLOW",
            {"1.4.1": "1.15.3", "1.14.0": "1.15.3", "2.4": "2.9.2", "2.9.0": "2.9.2"},
        ),
    ],
)
def test_framework_versions_map_to_images_as_the_sdks_aliases_do(
    framework: str, aliases: dict[str, str]
) -> None:
    versions = NEO_IMAGES[framework][1]
    assert {given: image_version(given, versions) for given in aliases} == aliases
    assert image_version(None, INFERENTIA_IMAGES[framework][1]) in {"1.5.1", "1.15.0"}


@pytest.mark.fact(
    "jobs.CompilationJob.filled_in.ModelArtifacts-S3ModelArtifacts",
)
def test_artifacts_lie_under_the_output_location(client: Any, compilation_job: Request) -> None:
    client.create_compilation_job(**compilation_job())
    artifacts = described(client)["ModelArtifacts"]
    assert artifacts == {"S3ModelArtifacts": "s3://bucket/out/model-ml_c5.tar.gz"}


def test_creation_time_is_now(client: Any, compilation_job: Request) -> None:
    before = datetime.now(timezone.utc) - timedelta(milliseconds=1)
    client.create_compilation_job(**compilation_job())
    created = described(client)["CreationTime"]
    assert before <= created <= datetime.now(timezone.utc) + timedelta(milliseconds=1)


# Stop and delete --------------------------------------------------------------------------------


@pytest.mark.fact(
    "jobs.CompilationJob.preconditions.stop",
    "jobs.CompilationJob.notes.doc-strings-write-Stopping-Stopped-the",
)
@pytest.mark.parametrize("state", ["STARTING", "INPROGRESS"])
def test_stop_leads_over_stopping_to_stopped(
    client: Any, sm: World, compilation_job: Request, state: str
) -> None:
    client.create_compilation_job(**compilation_job())
    sm.get("CompilationJob", "resnet").move_to(state)
    client.stop_compilation_job(CompilationJobName="resnet")
    seen = [described(client) for _ in range(3)]
    assert [a["CompilationJobStatus"] for a in seen] == ["STOPPING", "STOPPED", "STOPPED"]
    assert "CompilationEndTime" not in seen[0]
    assert "CompilationEndTime" in seen[1]
    assert not RESULTS & set(seen[1])


@pytest.mark.parametrize("state", ["COMPLETED", "FAILED", "STOPPING", "STOPPED"])
def test_stop_of_a_job_that_does_not_run_is_refused(
    client: Any, sm: World, compilation_job: Request, state: str
) -> None:
    client.create_compilation_job(**compilation_job())
    sm.get("CompilationJob", "resnet").move_to(state)
    code, text = refusal(lambda: client.stop_compilation_job(CompilationJobName="resnet"))
    assert code == "ValidationException"
    assert state in text
    assert sm.get("CompilationJob", "resnet").status == state


@pytest.mark.fact(
    "jobs.CompilationJob.lifecycle.delete_note",
)
@pytest.mark.parametrize("state", ["COMPLETED", "FAILED", "STOPPED"])
def test_an_ended_job_can_be_deleted_and_its_name_used_again(
    client: Any, sm: World, compilation_job: Request, state: str
) -> None:
    client.create_compilation_job(**compilation_job())
    sm.get("CompilationJob", "resnet").move_to(state)
    client.delete_compilation_job(CompilationJobName="resnet")
    assert client.list_compilation_jobs()["CompilationJobSummaries"] == []
    client.create_compilation_job(**compilation_job())
    assert described(client)["CompilationJobStatus"] == "STARTING"


@pytest.mark.fact(
    "jobs.CompilationJob.preconditions.delete",
    "jobs.CompilationJob.errors.delete-in-a-wrong-state",
)
@pytest.mark.parametrize("state", ["STARTING", "INPROGRESS", "STOPPING"])
def test_a_running_job_cannot_be_deleted(
    client: Any, sm: World, compilation_job: Request, state: str
) -> None:
    client.create_compilation_job(**compilation_job())
    sm.get("CompilationJob", "resnet").move_to(state)
    code, text = refusal(lambda: client.delete_compilation_job(CompilationJobName="resnet"))
    assert code == "ValidationException"
    assert state in text
    assert described(client)["CompilationJobStatus"] == state


@pytest.mark.parametrize("operation", ["describe", "stop", "delete"])
def test_an_unknown_name_is_not_found(client: Any, operation: str) -> None:
    call = getattr(client, f"{operation}_compilation_job")
    with pytest.raises(client.exceptions.ResourceNotFound, match="resnet"):
        call(CompilationJobName="resnet")


@pytest.mark.fact(
    "jobs._common.naming",
)
def test_a_name_is_taken_as_long_as_the_job_exists(client: Any, compilation_job: Request) -> None:
    client.create_compilation_job(**compilation_job())
    with pytest.raises(client.exceptions.ResourceInUse, match="compilation-job/resnet"):
        client.create_compilation_job(**compilation_job())


def test_regions_and_their_names_are_apart(
    client: Any, sm: World, compilation_job: Request
) -> None:
    elsewhere = boto3.client("sagemaker", region_name="us-east-2")
    client.create_compilation_job(**compilation_job())
    elsewhere.create_compilation_job(**compilation_job())
    assert [job.region for job in sm.resources("CompilationJob")] == ["eu-west-1", "us-east-2"]
    assert len(elsewhere.list_compilation_jobs()["CompilationJobSummaries"]) == 1


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-west-1", "aws"), ("cn-northwest-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov")],
)
def test_the_arn_has_the_regions_partition(
    sm: World, compilation_job: Request, region: str, partition: str
) -> None:
    client = boto3.client("sagemaker", region_name=region)
    arn = client.create_compilation_job(**compilation_job("ResNet-50"))["CompilationJobArn"]
    assert arn == f"arn:{partition}:sagemaker:{region}:123456789012:compilation-job/ResNet-50"


@pytest.mark.fact(
    "jobs.CompilationJob.errors.neither-InputConfig-nor-ModelPackageVersionArn",
)
@pytest.mark.parametrize(
    ("members", "text"),
    [
        ({"InputConfig": None}, "Either InputConfig or ModelPackageVersionArn"),
        (
            {
                "ModelPackageVersionArn": "arn:aws:sagemaker:eu-west-1:123456789012:model-package/a/1"
            },
            "cannot be specified at the same time",
        ),
        ({"OutputConfig": {"S3OutputLocation": "s3://bucket/out"}}, "Exactly one of TargetDevice"),
        (
            {
                "OutputConfig": {
                    "S3OutputLocation": "s3://bucket/out",
                    "TargetDevice": "ml_c5",
                    "TargetPlatform": {"Os": "LINUX", "Arch": "X86_64"},
                }
            },
            "Exactly one of TargetDevice",
        ),
    ],
)
def test_a_job_says_once_what_to_compile_and_for_what(
    client: Any, compilation_job: Request, members: dict[str, Any], text: str
) -> None:
    request = {k: v for k, v in compilation_job(**members).items() if v is not None}
    code, message = refusal(lambda: client.create_compilation_job(**request))
    assert code == "ValidationException"
    assert text in message
    assert client.list_compilation_jobs()["CompilationJobSummaries"] == []


@pytest.mark.fact(
    "jobs.CompilationJob.references.ModelPackageVersionArn-when-given",
)
def test_a_job_of_a_model_package_version_has_its_input_from_there(
    client: Any, compilation_job: Any
) -> None:
    """The model requires InputConfig in Describe; the package says where its model lies."""
    client.create_model_package_group(ModelPackageGroupName="nets")
    container = {
        "Image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/net:1",
        "ModelDataUrl": "s3://nets/model.tar.gz",
        "Framework": "PYTORCH",
        "ModelInput": {"DataInputConfig": '{"input0":[1,3,8,8]}'},
    }
    package = client.create_model_package(
        ModelPackageGroupName="nets", InferenceSpecification={"Containers": [container]}
    )["ModelPackageArn"]
    request = compilation_job("of-a-package", ModelPackageVersionArn=package)
    del request["InputConfig"]
    client.create_compilation_job(**request)
    job = client.describe_compilation_job(CompilationJobName="of-a-package")
    assert job["ModelPackageVersionArn"] == package
    assert job["InputConfig"] == {
        "S3Uri": "s3://nets/model.tar.gz",
        "Framework": "PYTORCH",
        "DataInputConfig": '{"input0":[1,3,8,8]}',
    }
