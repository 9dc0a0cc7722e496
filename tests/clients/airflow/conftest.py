"""Airflow's Amazon provider, unmodified: no scheduler and no database, the operators themselves.

Airflow reads its settings when it is imported, so they stand at the top of this file.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

_home = Path(tempfile.mkdtemp(prefix="airflow-"))
os.environ["AIRFLOW_HOME"] = str(_home)
os.environ["AIRFLOW__CORE__UNIT_TEST_MODE"] = "True"
os.environ["AIRFLOW__LOGGING__BASE_LOG_FOLDER"] = str(_home / "logs")

from moto import mock_aws  # noqa: E402

from sagestub import World, mock_sagemaker  # noqa: E402

REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/airflow"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/trainer:1"
BUCKET = "airflow-sagemaker"


@pytest.fixture
def sm(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """SageMaker by sagestub; S3, IAM, STS and CloudWatch Logs by Moto."""
    # Airflow's hook for logs is not told the operator's region.
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws(), mock_sagemaker() as world:
        boto3.client("s3", region_name=REGION).create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        yield world


@pytest.fixture
def client(sm: World) -> Any:
    """A SageMaker client beside Airflow's own."""
    return boto3.client("sagemaker", region_name=REGION)
