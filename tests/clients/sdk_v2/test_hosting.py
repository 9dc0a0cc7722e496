"""Deploying with the SageMaker Python SDK v2: models, endpoints of every sort, predictors."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from sagemaker.async_inference import AsyncInferenceConfig, WaiterConfig
from sagemaker.deserializers import CSVDeserializer, JSONDeserializer
from sagemaker.exceptions import UnexpectedStatusException
from sagemaker.model_monitor import DataCaptureConfig
from sagemaker.multidatamodel import MultiDataModel
from sagemaker.pipeline import PipelineModel
from sagemaker.pytorch import PyTorchModel
from sagemaker.serializers import CSVSerializer, JSONSerializer
from sagemaker.serverless import ServerlessInferenceConfig

from sagestub import World
from tests.clients.names import ROLE

JSON = {"serializer": JSONSerializer(), "deserializer": JSONDeserializer()}


def test_deploy_predict_delete(sm: World, session: Any, model: Any, capsys: Any) -> None:
    predictor = model.deploy(1, "ml.m5.large", endpoint_name="live", **JSON)
    assert capsys.readouterr().out == "-!"
    sm.on_invoke(lambda invocation: {"sum": sum(invocation.json())}, endpoint="live")
    assert predictor.predict([1, 2, 3]) == {"sum": 6}
    predictor.delete_model()
    predictor.delete_endpoint()
    waiter = session.sagemaker_client.get_waiter("endpoint_deleted")
    waiter.wait(EndpointName="live")
    assert sm.resources() == []


def test_an_estimator_is_deployed(estimator: Any) -> None:
    estimator.fit("s3://training-data/train", logs=False)
    predictor = estimator.deploy(
        1, "ml.m5.large", serializer=CSVSerializer(), deserializer=CSVDeserializer()
    )
    assert predictor.predict([[1, 2], [3, 4]]) == [["1", "2"], ["3", "4"]]


def test_an_endpoint_that_fails_raises_what_the_sdk_raises(sm: World, model: Any) -> None:
    sm.fail("Endpoint", reason="The primary container did not pass the ping health check.")
    with pytest.raises(UnexpectedStatusException, match="ping health check"):
        model.deploy(1, "ml.m5.large")


def test_an_endpoint_is_updated(sm: World, model: Any, session: Any) -> None:
    capture = DataCaptureConfig(enable_capture=True, sagemaker_session=session)
    predictor = model.deploy(1, "ml.m5.large", endpoint_name="live", data_capture_config=capture)
    client = session.sagemaker_client
    predictor.disable_data_capture()
    description = client.describe_endpoint(EndpointName="live")
    assert description["DataCaptureConfig"]["EnableCapture"] is False
    predictor.update_endpoint(initial_instance_count=2, instance_type="ml.m5.xlarge")
    (variant,) = client.describe_endpoint(EndpointName="live")["ProductionVariants"]
    assert variant["CurrentInstanceCount"] == 2


def test_a_serverless_endpoint(model: Any, session: Any) -> None:
    config = ServerlessInferenceConfig(memory_size_in_mb=2048, max_concurrency=5)
    predictor = model.deploy(serverless_inference_config=config, endpoint_name="live", **JSON)
    assert predictor.predict({"a": 1}) == {"a": 1}
    (variant,) = session.sagemaker_client.describe_endpoint(EndpointName="live")[
        "ProductionVariants"
    ]
    assert variant["CurrentServerlessConfig"]["MemorySizeInMB"] == 2048
    assert "CurrentInstanceCount" not in variant


def test_an_asynchronous_endpoint(sm: World, model: Any) -> None:
    predictor = model.deploy(
        1, "ml.m5.large", async_inference_config=AsyncInferenceConfig(), **JSON
    )
    sm.on_invoke(lambda invocation: {"seen": invocation.json()})
    response = predictor.predict_async({"a": 1})
    assert response.get_result(WaiterConfig()) == {"seen": {"a": 1}}
    assert predictor.predict({"a": 2}) == {"seen": {"a": 2}}


def test_an_endpoint_of_many_models(sm: World, model: Any, session: Any, tmp_path: Path) -> None:
    (tmp_path / "new.tar.gz").write_bytes(b"a model")
    many = MultiDataModel(
        "many", "s3://trained-models/all/", model=model, sagemaker_session=session
    )
    predictor = many.deploy(1, "ml.m5.large", **JSON)
    many.add_model(str(tmp_path / "new.tar.gz"), "eu/new.tar.gz")
    sm.on_invoke(lambda invocation: {"model": invocation.target_model})
    assert list(many.list_models()) == ["eu/new.tar.gz"]
    assert predictor.predict({}, target_model="eu/new.tar.gz") == {"model": "eu/new.tar.gz"}


def test_a_pipeline_of_models(model: Any, session: Any) -> None:
    chain = PipelineModel([model, model], ROLE, name="chain", sagemaker_session=session)
    chain.deploy(1, "ml.m5.large", endpoint_name="chain")
    described = session.sagemaker_client.describe_model(ModelName="chain")
    assert len(described["Containers"]) == 2
    chain.delete_model()
    with pytest.raises(ClientError, match="Could not find model"):
        session.sagemaker_client.describe_model(ModelName="chain")


def test_a_framework_model_is_packed_with_its_code(
    model: Any, session: Any, s3: Any, tmp_path: Path
) -> None:
    (tmp_path / "inference.py").write_text("def model_fn(path): ...\n")
    (tmp_path / "model.pth").write_bytes(b"weights")
    with tarfile.open(tmp_path / "model.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "model.pth", "model.pth")
    uri = session.upload_data(str(tmp_path / "model.tar.gz"))
    framework_model = PyTorchModel(
        uri,
        ROLE,
        entry_point="inference.py",
        source_dir=str(tmp_path),
        framework_version="2.0",
        py_version="py310",
        sagemaker_session=session,
    )
    predictor = framework_model.deploy(1, "ml.m5.large", **JSON)
    assert predictor.predict([1, 2]) == [1, 2]
    bucket, _, key = framework_model.repacked_model_data.removeprefix("s3://").partition("/")
    s3.download_file(bucket, key, str(tmp_path / "repacked.tar.gz"))
    with tarfile.open(tmp_path / "repacked.tar.gz") as archive:
        assert {"model.pth", "code/inference.py"} <= {
            name.removeprefix("./") for name in archive.getnames()
        }
