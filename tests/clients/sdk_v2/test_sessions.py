"""Sessions of the SageMaker Python SDK v2: roles, buckets, files; also local ones."""

from __future__ import annotations

from typing import Any

import boto3
import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.local import LocalSession
from sagemaker.s3 import S3Downloader, S3Uploader

from sagestub import World
from tests.clients.names import IMAGE, REGION


def test_a_role_is_found_by_its_name(session: Any) -> None:
    """The SDK asks IAM for the ARN."""
    boto3.client("iam").create_role(
        RoleName="Trainer", Path="/service-role/", AssumeRolePolicyDocument="{}"
    )
    estimator = Estimator(IMAGE, "Trainer", 1, "ml.m5.large", sagemaker_session=session)
    estimator.fit(logs=False)
    role = estimator.latest_training_job.describe()["RoleArn"]
    assert role == "arn:aws:iam::123456789012:role/service-role/Trainer"


def test_the_role_of_a_caller_who_has_assumed_one(sm: World) -> None:
    """The SDK asks STS who is calling, and IAM for the role."""
    role = boto3.client("iam").create_role(RoleName="Trainer", AssumeRolePolicyDocument="{}")
    keys = boto3.client("sts", region_name=REGION).assume_role(
        RoleArn=role["Role"]["Arn"], RoleSessionName="test"
    )["Credentials"]
    assumed = sagemaker.Session(
        boto3.Session(
            keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], region_name=REGION
        )
    )
    assert sagemaker.get_execution_role(assumed) == role["Role"]["Arn"]


def test_the_default_bucket_is_made_and_filled(session: Any) -> None:
    bucket = session.default_bucket()
    assert bucket == f"sagemaker-{REGION}-{session.account_id()}"
    place = f"s3://{bucket}/notes/one.txt"
    S3Uploader.upload_string_as_file_body("a note", place, sagemaker_session=session)
    assert S3Downloader.list(f"s3://{bucket}/notes", sagemaker_session=session) == [place]
    assert S3Downloader.read_file(place, sagemaker_session=session) == "a note"


def test_a_local_session_is_made_beside_the_mock(sm: World) -> None:
    """It keeps what it makes to itself; the mock sees none of it."""
    session = LocalSession(boto3.Session(region_name=REGION))
    session.sagemaker_client.create_model(
        ModelName="mine", PrimaryContainer={"Image": IMAGE}, ExecutionRoleArn="role"
    )
    assert session.default_bucket() == f"sagemaker-{REGION}-123456789012"
    assert session.sagemaker_client.describe_model("mine")["ModelName"] == "mine"
    assert sm.resources() == []
