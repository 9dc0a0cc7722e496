"""ModelBuilder of the SageMaker Python SDK v3: build, deploy, register."""

from __future__ import annotations

from typing import Any

import pytest
from sagemaker.core.exceptions import UnexpectedStatusException
from sagemaker.core.resources import ModelPackage
from sagemaker.serve.model_builder import ModelBuilder

from sagestub import World
from tests.clients.names import IMAGE, ROLE


@pytest.fixture
def builder(session: Any) -> Any:
    """A builder of a model whose data is in S3."""
    return ModelBuilder(
        image_uri=IMAGE,
        s3_model_data_url="s3://trained-models/model.tar.gz",
        role_arn=ROLE,
        sagemaker_session=session,
        instance_type="ml.m5.large",
    )


def test_build_deploy_invoke_delete(sm: World, builder: Any) -> None:
    model = builder.build(model_name="mine")
    assert model.primary_container.image == IMAGE
    endpoint = builder.deploy(endpoint_name="live")
    sm.on_invoke(lambda invocation: {"sum": sum(invocation.json())}, endpoint="live")
    answer = endpoint.invoke(body=b"[1, 2, 3]", content_type="application/json")
    assert answer.body.read() == b'{"sum": 6}'
    endpoint.delete()
    endpoint.wait_for_delete()
    assert sm.resources("Endpoint") == []


def test_an_endpoint_that_fails_raises_with_its_reason(sm: World, builder: Any) -> None:
    sm.fail("Endpoint", reason="The primary container did not pass the ping health check.")
    builder.build(model_name="mine")
    with pytest.raises(UnexpectedStatusException, match="ping health check"):
        builder.deploy(endpoint_name="live")


def test_what_was_trained_is_deployed_and_registered(sm: World, session: Any, trainer: Any) -> None:
    trainer.train(logs=False)
    builder = ModelBuilder(
        model=trainer,
        image_uri=IMAGE,
        role_arn=ROLE,
        sagemaker_session=session,
        instance_type="ml.m5.large",
    )
    builder.build(model_name="mine")
    builder.deploy(endpoint_name="live")
    builder.register(
        model_package_group_name="mine",
        content_types=["text/csv"],
        response_types=["text/csv"],
        inference_instances=["ml.m5.large"],
        transform_instances=["ml.m5.large"],
        approval_status="PendingManualApproval",
    )
    (package,) = ModelPackage.get_all(model_package_group_name="mine")
    package.update(model_approval_status="Approved")
    assert package.refresh().model_approval_status == "Approved"
    assert sm.get("Endpoint", "live").status == "InService"
