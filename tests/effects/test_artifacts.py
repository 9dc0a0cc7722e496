"""What ended jobs leave in Moto's S3."""

from __future__ import annotations

import io
import json
import logging
import tarfile
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.s3.models import s3_backends

from sagestub import World, mock_sagemaker

REGION = "eu-west-1"
MODEL = "models/churn/output/model.tar.gz"

Request = Callable[..., dict[str, Any]]


def content(s3: Any, key: str) -> bytes:
    """Return an object of the bucket `data`."""
    found: bytes = s3.get_object(Bucket="data", Key=key)["Body"].read()
    return found


def keys(s3: Any) -> list[str]:
    """Return the keys of the bucket `data`."""
    return [e["Key"] for e in s3.list_objects_v2(Bucket="data").get("Contents", ())]


def unpacked(packed: bytes) -> dict[str, bytes]:
    """Return the files of an archive."""
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar.getmembers()}  # type: ignore[union-attr]


@pytest.mark.usefixtures("both")
def test_a_training_job_leaves_an_archive(sagemaker: Any, s3: Any, training_job: Request) -> None:
    sagemaker.create_training_job(**training_job())
    assert list(unpacked(content(s3, MODEL))) == ["sagestub-placeholder.txt"]


def test_a_model_that_is_written_is_packed(
    both: World, sagemaker: Any, s3: Any, training_job: Request
) -> None:
    @both.container
    def train(job: Any) -> None:
        job.write("model.json", {"eta": job.hyperparameters["eta"]})
        job.write("code/inference.py", "pass")
        job.write("curve.csv", b"1,2", output="output")

    sagemaker.create_training_job(**training_job())
    assert unpacked(content(s3, MODEL)) == {
        "model.json": b'{"eta": "0.1"}',
        "code/inference.py": b"pass",
    }
    output = content(s3, "models/churn/output/output.tar.gz")
    assert unpacked(output) == {"curve.csv": b"1,2"}


def test_a_model_that_is_returned_packed_stays_as_it_is(
    both: World, sagemaker: Any, s3: Any, training_job: Request
) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz"):
        pass
    both.container(lambda _: {"model": packed.getvalue()})
    sagemaker.create_training_job(**training_job())
    assert content(s3, MODEL) == packed.getvalue()


def test_a_model_that_is_not_compressed_lies_file_by_file(
    both: World, sagemaker: Any, s3: Any, training_job: Request
) -> None:
    both.container(lambda _: {"model": {"weights/0.bin": b"0"}})
    output = {"S3OutputPath": "s3://data/models", "CompressionType": "NONE"}
    sagemaker.create_training_job(**training_job(OutputDataConfig=output))
    assert keys(s3) == ["models/churn/output/model/weights/0.bin"]


def test_what_a_container_puts_there_by_itself_stays(
    both: World, sagemaker: Any, s3: Any, training_job: Request
) -> None:
    both.container(lambda _: s3.put_object(Bucket="data", Key=MODEL, Body=b"mine") and None)
    sagemaker.create_training_job(**training_job())
    assert content(s3, MODEL) == b"mine"


def test_a_failed_job_leaves_no_model(
    both: World, sagemaker: Any, s3: Any, training_job: Request
) -> None:
    @both.container
    def train(job: Any) -> None:
        job.write("model.bin", b"half")
        raise RuntimeError("out of memory")

    sagemaker.create_training_job(**training_job())
    assert keys(s3) == []


@pytest.mark.usefixtures("both")
def test_each_output_of_a_processing_job_is_there(
    sagemaker: Any, s3: Any, processing_job: Request
) -> None:
    sagemaker.create_processing_job(**processing_job())
    assert keys(s3) == [
        "split/test/sagestub-placeholder.txt",
        "split/train/sagestub-placeholder.txt",
    ]


def test_outputs_are_what_the_function_makes(
    both: World, sagemaker: Any, s3: Any, processing_job: Request
) -> None:
    @both.container(kind="ProcessingJob")
    def split(job: Any) -> dict[str, Any]:
        job.write("part-0.csv", b"1,2", output="train")
        return {"outputs": {"test": {"part-0.csv": "3,4"}}}

    sagemaker.create_processing_job(**processing_job())
    assert {key: content(s3, key) for key in keys(s3)} == {
        "split/train/part-0.csv": b"1,2",
        "split/test/part-0.csv": b"3,4",
    }


@pytest.mark.usefixtures("both")
def test_a_monitor_leaves_reports_that_parse(
    sagemaker: Any, s3: Any, processing_job: Request
) -> None:
    image = "468650794304.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-model-monitor-analyzer"
    sagemaker.create_processing_job(**processing_job(AppSpecification={"ImageUri": image}))
    assert json.loads(content(s3, "split/train/statistics.json"))["features"] == []
    assert json.loads(content(s3, "split/train/constraint_violations.json"))["violations"] == []


@pytest.mark.fact("jobs.TransformJob.notes.output-object-key")
@pytest.mark.usefixtures("both")
def test_a_transform_job_echoes_without_a_function(
    sagemaker: Any, s3: Any, transform_job: Request
) -> None:
    s3.put_object(Bucket="data", Key="in/2024/a.csv", Body=b"1\n2")
    sagemaker.create_transform_job(**transform_job())
    assert content(s3, "out/2024/a.csv.out") == b"1\n2"


def test_a_transform_job_asks_the_function_of_its_model(
    both: World, sagemaker: Any, s3: Any, transform_job: Request
) -> None:
    s3.put_object(Bucket="data", Key="in/a.csv", Body=b"1\n2\n")

    @both.on_invoke(model="score")
    def double(call: Any) -> str:
        return str(int(call.body) * 2)

    job = transform_job(BatchStrategy="SingleRecord")
    job["TransformInput"]["SplitType"] = job["TransformOutput"]["AssembleWith"] = "Line"
    sagemaker.create_transform_job(**job)
    assert content(s3, "out/a.csv.out") == b"2\n4"


def test_a_model_that_fails_fails_the_transform_job(
    both: World, sagemaker: Any, s3: Any, transform_job: Request
) -> None:
    s3.put_object(Bucket="data", Key="in/a.csv", Body=b"x")
    both.on_invoke(lambda call: str(int(call.body)), image="*xgboost*")
    sagemaker.create_transform_job(**transform_job())
    answer = sagemaker.describe_transform_job(TransformJobName="score")
    assert answer["TransformJobStatus"] == "Failed"
    assert "invalid literal for int()" in answer["FailureReason"]


def test_a_manifest_names_what_is_transformed(
    both: World, sagemaker: Any, s3: Any, transform_job: Request
) -> None:
    s3.put_object(Bucket="data", Key="raw/a.csv", Body=b"1")
    s3.put_object(Bucket="data", Key="raw/b.csv", Body=b"2")
    s3.put_object(Bucket="data", Key="list", Body=b'[{"prefix": "s3://data/raw/"}, "b.csv"]')
    job = transform_job()
    source = {"S3DataType": "ManifestFile", "S3Uri": "s3://data/list"}
    job["TransformInput"]["DataSource"] = {"S3DataSource": source}
    sagemaker.create_transform_job(**job)
    assert [key for key in keys(s3) if key.startswith("out/")] == ["out/b.csv.out"]


@pytest.mark.usefixtures("both")
def test_a_compilation_leaves_its_artifact(
    sagemaker: Any, s3: Any, compilation_job: Request
) -> None:
    output = {"S3OutputLocation": "s3://data/compiled", "TargetDevice": "ml_c5"}
    sagemaker.create_compilation_job(**compilation_job(OutputConfig=output))
    assert keys(s3) == ["compiled/model-ml_c5.tar.gz"]


@pytest.mark.usefixtures("both")
def test_an_auto_ml_job_leaves_its_notebooks(sagemaker: Any, s3: Any) -> None:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/in/"}}
    sagemaker.create_auto_ml_job(
        AutoMLJobName="auto",
        InputDataConfig=[{"DataSource": source, "TargetAttributeName": "y"}],
        OutputDataConfig={"S3OutputPath": "s3://data/auto"},
        AutoMLJobConfig={"CompletionCriteria": {"MaxCandidates": 1}},
        RoleArn="arn:aws:iam::123456789012:role/jobs",
    )
    artifacts = sagemaker.describe_auto_ml_job(AutoMLJobName="auto")["AutoMLJobArtifacts"]
    for uri in artifacts.values():
        assert json.loads(content(s3, uri.removeprefix("s3://data/")))["cells"] == []


def test_a_missing_bucket_reaches_the_log_and_nobody_else(
    training_job: Request, caplog: pytest.LogCaptureFixture
) -> None:
    with mock_aws(), mock_sagemaker(transitions="immediate") as sm:
        boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="another")
        with caplog.at_level(logging.WARNING, "sagestub"):
            boto3.client("sagemaker", region_name=REGION).create_training_job(**training_job())
        assert sm.get("TrainingJob", "churn").status == "Completed"
    assert any("NoSuchBucket" in record.getMessage() for record in caplog.records)


def test_jobs_of_another_account_write_there(training_job: Request) -> None:
    with mock_aws(), mock_sagemaker(transitions="immediate"):
        sts = boto3.client("sts", region_name=REGION)
        role = "arn:aws:iam::999988887777:role/other"
        keys_there = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
        session = boto3.Session(
            keys_there["AccessKeyId"],
            keys_there["SecretAccessKey"],
            keys_there["SessionToken"],
            region_name="us-east-1",
        )
        session.client("s3").create_bucket(Bucket="data")
        session.client("sagemaker").create_training_job(**training_job())
        assert MODEL in s3_backends["999988887777"]["aws"].buckets["data"].keys
        groups = session.client("logs").describe_log_groups()["logGroups"]
        assert [group["logGroupName"] for group in groups] == ["/aws/sagemaker/TrainingJobs"]
