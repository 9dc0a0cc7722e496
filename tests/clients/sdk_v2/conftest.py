"""What the tests of the SageMaker Python SDK v2 share: both mocks, a session and a model of the SDK."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from sagestub import World, mock_sagemaker
from tests.clients.names import IMAGE, REGION, ROLE, make_buckets

with warnings.catch_warnings():
    # The SDK warns of its own end, and of its dependencies', while it is imported.
    warnings.simplefilter("ignore")
    import sagemaker
    from sagemaker.estimator import Estimator
    from sagemaker.model import Model
    from sagemaker.predictor import Predictor


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the SDK warn: it is taken as it is."""
    for item in items:
        if "sdk_v2" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings("ignore"))


@pytest.fixture
def sm() -> Iterator[World]:
    """A mock's handle; Moto plays all that is not SageMaker."""
    with mock_aws(), mock_sagemaker() as world:
        make_buckets()
        yield world


@pytest.fixture
def session(sm: World) -> Any:
    """A session of the SDK, inside both mocks."""
    return sagemaker.Session(boto3.Session(region_name=REGION))


@pytest.fixture
def s3(sm: World) -> Any:
    """A client of Moto's S3."""
    return boto3.client("s3", region_name=REGION)


@pytest.fixture
def estimator(session: Any) -> Any:
    """An estimator of the simplest form."""
    return Estimator(
        IMAGE,
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.large",
        sagemaker_session=session,
        hyperparameters={"epochs": 3},
        base_job_name="mine",
        output_path="s3://trained-models/out",
    )


@pytest.fixture
def model(session: Any, s3: Any) -> Any:
    """A model whose data is in S3; not yet known to SageMaker."""
    s3.put_object(Bucket="trained-models", Key="model.tar.gz", Body=b"a model")
    return Model(
        IMAGE,
        "s3://trained-models/model.tar.gz",
        role=ROLE,
        predictor_cls=Predictor,
        sagemaker_session=session,
    )
