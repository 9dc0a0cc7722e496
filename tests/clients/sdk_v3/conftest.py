"""What the tests of the SageMaker Python SDK v3 share: both mocks, a role, a session, a trainer."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from sagestub import World, mock_sagemaker
from tests.clients.names import IMAGE, REGION, ROLE, make_buckets

with warnings.catch_warnings(), pytest.MonkeyPatch.context() as environment:
    # The SDK makes a client while it is imported, and it warns.
    environment.setenv("AWS_DEFAULT_REGION", REGION)
    warnings.simplefilter("ignore")
    from sagemaker.core.helper.session_helper import Session
    from sagemaker.core.training.configs import Compute
    from sagemaker.mlops.workflow.pipeline import Pipeline  # noqa: F401 (It warns, too.)
    from sagemaker.serve.model_builder import ModelBuilder  # noqa: F401 (It warns, too.)
    from sagemaker.train import ModelTrainer

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
"""By this SageMaker may assume a role; the SDK looks before it trains."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the SDK warn: it is taken as it is."""
    for item in items:
        if "sdk_v3" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings("ignore"))


@pytest.fixture
def sm(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A mock's handle; Moto plays all that is not SageMaker."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws(), mock_sagemaker() as world:
        make_buckets()
        boto3.client("iam").create_role(
            RoleName=ROLE.rpartition("/")[2], AssumeRolePolicyDocument=json.dumps(TRUST)
        )
        yield world
        # The SDK sends telemetry from threads of its own; Moto answers as long as it is there.
        for thread in threading.enumerate():
            if thread.name == "sagemaker-telemetry":
                thread.join()


@pytest.fixture
def session(sm: World) -> Any:
    """A session of the SDK, inside both mocks."""
    return Session(boto3.Session(region_name=REGION))


@pytest.fixture
def s3(sm: World) -> Any:
    """A client of Moto's S3."""
    return boto3.client("s3", region_name=REGION)


@pytest.fixture
def trainer(session: Any) -> Any:
    """A trainer of the simplest form."""
    return ModelTrainer(
        training_image=IMAGE,
        role=ROLE,
        sagemaker_session=session,
        base_job_name="mine",
        compute=Compute(instance_type="ml.m5.large", instance_count=1),
        hyperparameters={"epochs": 3},
    )
