"""sagemaker-core 1, which the SageMaker Python SDK v2 brings: a package of its own."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import World
from tests.clients.names import IMAGE, REGION, ROLE


@pytest.fixture
def core(sm: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Its resources; it takes the region from the environment."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    from sagemaker_core.main import resources

    return resources


def test_a_job_is_created_waited_for_and_listed(sm: World, core: Any) -> None:
    from sagemaker_core.main import shapes

    start = sm.clock.now()
    job = core.TrainingJob.create(
        training_job_name="digits",
        algorithm_specification=shapes.AlgorithmSpecification(
            training_image=IMAGE, training_input_mode="File"
        ),
        role_arn=ROLE,
        output_data_config=shapes.OutputDataConfig(s3_output_path="s3://trained-models/out"),
        resource_config=shapes.ResourceConfig(
            instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=10
        ),
        stopping_condition=shapes.StoppingCondition(max_runtime_in_seconds=3600),
    )
    job.wait(poll=600)
    assert job.training_job_status == "Completed"
    assert (sm.clock.now() - start).total_seconds() > 600
    (listed,) = core.TrainingJob.get_all()
    assert listed.model_artifacts.s3_model_artifacts == job.model_artifacts.s3_model_artifacts
