"""Model packages, model cards and compilation with the SageMaker Python SDK v2."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sagemaker.drift_check_baselines import DriftCheckBaselines
from sagemaker.model import Model, ModelPackage
from sagemaker.model_card import (
    IntendedUses,
    ModelCard,
    ModelCardStatusEnum,
    ModelOverview,
    RiskRatingEnum,
    TrainingDetails,
)
from sagemaker.model_metrics import MetricsSource, ModelMetrics
from sagemaker.pytorch import PyTorch

from sagestub import World
from tests.clients.names import IMAGE, ROLE

TYPES = {
    "content_types": ["text/csv"],
    "response_types": ["text/csv"],
    "inference_instances": ["ml.m5.large"],
    "transform_instances": ["ml.m5.large"],
}


def test_a_model_is_registered_approved_and_deployed(model: Any, session: Any, capsys: Any) -> None:
    statistics = MetricsSource("application/json", "s3://trained-models/statistics.json")
    package = model.register(
        **TYPES,
        model_package_group_name="mine",
        approval_status="PendingManualApproval",
        model_metrics=ModelMetrics(model_statistics=statistics),
        drift_check_baselines=DriftCheckBaselines(model_statistics=statistics),
        customer_metadata_properties={"team": "vision"},
    )
    client = session.sagemaker_client
    assert package.model_package_arn.endswith(":model-package/mine/1")
    package.update_approval_status("Approved")
    package.update_customer_metadata({"team": "speech"})
    described = client.describe_model_package(ModelPackageName=package.model_package_arn)
    assert described["ModelApprovalStatus"] == "Approved"
    assert described["CustomerMetadataProperties"] == {"team": "speech"}
    assert described["DriftCheckBaselines"]["ModelQuality"]["Statistics"]["S3Uri"] == (
        "s3://trained-models/statistics.json"
    )
    capsys.readouterr()
    approved = ModelPackage(
        role=ROLE, model_package_arn=package.model_package_arn, sagemaker_session=session
    )
    approved.deploy(1, "ml.m5.large", endpoint_name="mine")
    assert capsys.readouterr().out == "-!"


def test_versions_of_a_group_are_counted(model: Any) -> None:
    first = model.register(**TYPES, model_package_group_name="mine")
    second = model.register(**TYPES, model_package_group_name="mine")
    assert [first.model_package_arn[-2:], second.model_package_arn[-2:]] == ["/1", "/2"]


def test_an_estimator_registers_what_it_trained(estimator: Any, session: Any) -> None:
    estimator.fit("s3://training-data/train", logs=False)
    package = estimator.register(**TYPES, model_package_group_name="mine")
    described = session.sagemaker_client.describe_model_package(
        ModelPackageName=package.model_package_arn
    )
    (container,) = described["InferenceSpecification"]["Containers"]
    assert container["ModelDataUrl"] == estimator.model_data


def test_a_model_card_is_written_read_and_exported(estimator: Any, session: Any) -> None:
    estimator.fit("s3://training-data/train", logs=False)
    estimator.create_model(name="mine").create()
    overview = ModelOverview.from_model_name("mine", sagemaker_session=session)
    card = ModelCard(
        "card",
        status=ModelCardStatusEnum.DRAFT,
        model_overview=overview,
        training_details=TrainingDetails.from_model_overview(overview, sagemaker_session=session),
        intended_uses=IntendedUses(purpose_of_model="tests", risk_rating=RiskRatingEnum.LOW),
        sagemaker_session=session,
    )
    card.create()
    card.model_overview.model_description = "knows digits"
    card.update()
    loaded = ModelCard.load("card", sagemaker_session=session)
    assert loaded.model_overview.model_description == "knows digits"
    assert loaded.training_details.training_job_details.training_environment.container_image == [
        IMAGE
    ]
    assert len(card.get_version_history()) == 2
    assert card.export_pdf("s3://trained-models/cards").startswith("s3://trained-models/cards/")
    card.delete()


def test_a_model_is_compiled_deployed_and_packed_for_devices(
    session: Any, s3: Any, capsys: Any
) -> None:
    model = Model(IMAGE, "s3://trained-models/model.tar.gz", ROLE, sagemaker_session=session)
    compiled = model.compile(
        "ml_c5",
        {"data": [1, 3, 224, 224]},
        "s3://trained-models/neo",
        ROLE,
        framework="pytorch",
        framework_version="1.6",
        job_name="neo",
    )
    assert capsys.readouterr().out == "?.!"
    assert compiled.model_data == "s3://trained-models/neo/model-ml_c5.tar.gz"
    assert s3.head_object(Bucket="trained-models", Key="neo/model-ml_c5.tar.gz")
    model.package_for_edge("s3://trained-models/edge", "resnet", "1", ROLE)
    model.deploy(1, "ml.c5.large")
    assert session.sagemaker_client.list_edge_packaging_jobs()["EdgePackagingJobSummaries"]


def test_an_estimator_compiles_what_it_trained(sm: World, session: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("print('training')\n")
    estimator = PyTorch(
        "train.py",
        framework_version="1.13",
        py_version="py39",
        source_dir=str(tmp_path),
        role=ROLE,
        instance_count=1,
        instance_type="ml.m5.large",
        sagemaker_session=session,
    )
    estimator.fit("s3://training-data/train", logs=False)
    compiled = estimator.compile_model(
        "ml_c5",
        {"data": [1, 3, 224, 224]},
        "s3://trained-models/neo",
        framework="pytorch",
        framework_version="1.13",
    )
    (job,) = sm.resources("CompilationJob")
    assert job.members["InputConfig"]["S3Uri"] == estimator.model_data
    assert compiled.model_data == job.members["ModelArtifacts"]["S3ModelArtifacts"]
    compiled.deploy(1, "ml.c5.xlarge")
