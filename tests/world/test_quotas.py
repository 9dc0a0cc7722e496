"""Quotas: off, then on with the default numbers, or one by one.

Source of the texts: facts, cross-cutting, section 3; numbers and names: `sagestub/kinds/quotas.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from sagestub import InvalidArgumentError, World, mock_sagemaker
from tests.kinds.test_compilation import refusal
from tests.world.handle import message

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
P3 = "ml.p3.2xlarge"
INCREASE = (
    " Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not "
    "available, contact AWS support to request an increase for this quota."
)


def exceeded(name: str, limit: int, used: int, delta: int, unit: str) -> tuple[str, str]:
    return (
        "ResourceLimitExceeded",
        (
            f"The account-level service limit '{name}' is {limit} {unit}, with current utilization of "
            f"{used} {unit} and a request delta of {delta} {unit}.{INCREASE}"
        ),
    )


def train(client: Any, name: str = "a", instance: str = P3, count: int = 1, **more: Any) -> None:
    client.create_training_job(
        TrainingJobName=name,
        AlgorithmSpecification={"TrainingInputMode": "File", "TrainingImage": "xgboost:1"},
        RoleArn=ROLE,
        OutputDataConfig={"S3OutputPath": "s3://bucket/out"},
        ResourceConfig={"InstanceType": instance, "InstanceCount": count, "VolumeSizeInGB": 1},
        **{"StoppingCondition": {"MaxRuntimeInSeconds": 60}, **more},
    )


def pipeline(client: Any, name: str) -> None:
    definition = '{"Version": "2020-12-01", "Steps": []}'
    client.create_pipeline(PipelineName=name, RoleArn=ROLE, PipelineDefinition=definition)


def config(client: Any, name: str, instance: str, count: int) -> None:
    client.create_model(ModelName=name, PrimaryContainer={"Image": "a:1"}, ExecutionRoleArn=ROLE)
    variant = {"VariantName": "v", "ModelName": name, "InstanceType": instance}
    client.create_endpoint_config(
        EndpointConfigName=name, ProductionVariants=[{**variant, "InitialInstanceCount": count}]
    )


def test_there_are_none_at_first(client: Any) -> None:
    train(client, instance="ml.p5.48xlarge", count=100)
    for number in range(3):
        pipeline(client, f"p{number}")


def test_default_numbers_are_put_in_force_and_taken_back(client: Any, sm: World) -> None:
    sm.quotas.on()
    assert refusal(lambda: train(client)) == exceeded(
        f"{P3} for training job usage", 0, 0, 1, "Instances"
    )
    assert sm.resources() == []
    sm.quotas.off()
    train(client)


def test_looking_at_the_quotas_puts_none_in_force(client: Any, sm: World) -> None:
    assert sm.quotas[f"{P3} for training job usage"].limit == 0
    assert "Total domains" in [quota.name for quota in sm.quotas]
    train(client)


def test_one_quota_counts_what_runs(client: Any, sm: World) -> None:
    name = f"{P3} for training job usage"
    sm.quotas[name] = 3
    train(client, "a", count=2)
    assert refusal(lambda: train(client, "b", count=2)) == exceeded(name, 3, 2, 2, "Instances")
    assert sm.quotas.used(name, region="eu-west-1", account_id="123456789012") == 2
    train(client, "c", count=1)
    sm.get("TrainingJob", "a").move_to("Completed")
    train(client, "d", count=2)
    train(client, "e", instance="ml.m5.large", count=9)


def test_spot_training_has_quotas_of_its_own(client: Any, sm: World) -> None:
    sm.quotas[f"{P3} for spot training job usage"] = 0
    spot: dict[str, Any] = {
        "EnableManagedSpotTraining": True,
        "StoppingCondition": {"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 60},
    }
    assert refusal(lambda: train(client, **spot))[0] == "ResourceLimitExceeded"
    train(client)


def test_the_instances_of_all_types_together_have_a_quota(client: Any, sm: World) -> None:
    sm.quotas["Number of instances across all training jobs"] = 3
    train(client, "a", "ml.m5.large", 2)
    said = refusal(lambda: train(client, "b", "ml.c5.xlarge", 2))
    assert said == exceeded("Number of instances across all training jobs", 3, 2, 2, "Instances")


def test_a_request_can_be_too_large_by_itself(client: Any, sm: World) -> None:
    sm.quotas.on()
    stopping = {"StoppingCondition": {"MaxRuntimeInSeconds": 432001}}
    said = refusal(lambda: train(client, "a", "ml.m5.large", 1, **stopping))
    assert said == (
        "ResourceLimitExceeded",
        (
            "The request delta of 432001 Seconds for 'Longest run time for a training job' is greater than "
            f"the account-level service-limit of 432000 Seconds.{INCREASE}"
        ),
    )


@pytest.mark.parametrize(
    ("kind", "name", "unit"),
    [
        ("Pipeline", "Maximum number of pipelines allowed per account", "Pipelines"),
        ("Model", "Total number of models", "Models"),
        ("EndpointConfig", "Total number of endpoint configs", "EndpointConfigs"),
    ],
)
def test_a_kind_stands_for_the_quota_on_its_number(
    client: Any, sm: World, kind: str, name: str, unit: str
) -> None:
    sm.quotas[kind] = 1

    def make(number: int) -> None:
        pipeline(client, f"p{number}") if kind == "Pipeline" else config(
            client, f"c{number}", "ml.m5.large", 1
        )

    make(1)
    assert refusal(lambda: make(2)) == exceeded(name, 1, 1, 1, unit)
    assert len(sm.resources(kind)) == 1
    assert (sm.quotas[kind].limit, sm.quotas[name].limit) == (1, 1)


def test_endpoints_use_the_instances_of_their_configs(client: Any, sm: World) -> None:
    name = "ml.m5.large for endpoint usage"
    sm.quotas[name] = 3
    config(client, "two", "ml.m5.large", 2)
    config(client, "four", "ml.m5.large", 4)
    client.create_endpoint(EndpointName="e", EndpointConfigName="two")
    client.get_waiter("endpoint_in_service").wait(EndpointName="e")
    other = refusal(lambda: client.create_endpoint(EndpointName="f", EndpointConfigName="two"))
    assert other == exceeded(name, 3, 2, 2, "Instances")
    grown = refusal(lambda: client.update_endpoint(EndpointName="e", EndpointConfigName="four"))
    assert grown == exceeded(name, 3, 2, 2, "Instances")
    assert client.describe_endpoint(EndpointName="e")["EndpointConfigName"] == "two"
    client.delete_endpoint(EndpointName="e")
    sm.get("Endpoint", "e").advance()
    client.create_endpoint(EndpointName="f", EndpointConfigName="two")


def test_an_endpoint_is_not_scaled_beyond_a_quota(client: Any, sm: World) -> None:
    name = "ml.m5.large for endpoint usage"
    sm.quotas[name] = 3
    config(client, "two", "ml.m5.large", 2)
    client.create_endpoint(EndpointName="e", EndpointConfigName="two")
    client.get_waiter("endpoint_in_service").wait(EndpointName="e")

    def scale(count: int) -> None:
        wanted = [{"VariantName": "v", "DesiredInstanceCount": count}]
        client.update_endpoint_weights_and_capacities(
            EndpointName="e", DesiredWeightsAndCapacities=wanted
        )

    assert refusal(lambda: scale(4)) == exceeded(name, 3, 2, 2, "Instances")
    assert sm.get("Endpoint", "e").status == "InService"
    scale(3)
    client.get_waiter("endpoint_in_service").wait(EndpointName="e")
    assert sm.quotas.used(name, region="eu-west-1", account_id="123456789012") == 3


def test_a_stopped_notebook_instance_uses_none_until_it_is_started(client: Any, sm: World) -> None:
    name = "ml.t3.medium for notebook instance usage"
    sm.quotas[name] = 1
    notebook = {"InstanceType": "ml.t3.medium", "RoleArn": ROLE}
    client.create_notebook_instance(NotebookInstanceName="a", **notebook)
    sm.get("NotebookInstance", "a").move_to("Stopped")
    client.create_notebook_instance(NotebookInstanceName="b", **notebook)
    again = refusal(lambda: client.start_notebook_instance(NotebookInstanceName="a"))
    assert again == exceeded(name, 1, 1, 1, "Instances")
    assert sm.get("NotebookInstance", "a").status == "Stopped"


def test_trials_are_counted_by_experiment(client: Any, sm: World) -> None:
    sm.quotas["Trial"] = 1
    for name in ("a", "b"):
        client.create_experiment(ExperimentName=name)
        client.create_trial(TrialName=f"{name}1", ExperimentName=name)
    name = (
        "Total number of trials allowed in a single experiment, excluding those automatically created by "
        "SageMaker"
    )
    said = refusal(lambda: client.create_trial(TrialName="a2", ExperimentName="a"))
    assert said == exceeded(name, 1, 0, 2, "Trials")


def test_regions_and_accounts_do_not_count_for_one_another(client: Any, sm: World) -> None:
    sm.quotas["Pipeline"] = 1
    pipeline(client, "p")
    pipeline(boto3.client("sagemaker", region_name="us-east-1"), "p")
    make: Any = boto3.client
    other = {"aws_access_key_id": "210987654321", "aws_secret_access_key": "x"}
    pipeline(make("sagemaker", region_name="eu-west-1", **other), "p")
    assert refusal(lambda: pipeline(client, "q"))[0] == "ResourceLimitExceeded"


def test_a_number_of_ones_own_wins_over_the_default(client: Any, sm: World) -> None:
    name = f"{P3} for training job usage"
    sm.quotas.on()[name] = 1
    train(client)
    del sm.quotas[name]
    assert refusal(lambda: train(client, "b"))[1].startswith(
        f"The account-level service limit '{name}' is 0 Instances"
    )


def test_every_default_says_where_it_comes_from(sm: World) -> None:
    assert [quota for quota in sm.quotas if not quota.source or quota.limit <= 0] == []
    assert {quota.confidence for quota in sm.quotas} == {"documented", "seen", "assumed"}
    sm.quotas["Model"] = 7
    assert [q.confidence for q in sm.quotas if q.limit == 7] == ["test"]


def test_the_page_of_limits_has_every_default(sm: World) -> None:
    page = Path(__file__).parents[2] / "docs" / "explanation" / "limits.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ")[:3] for line in lines if line.startswith("| ")][1:]
    said = [
        (name.removeprefix("| "), int(number.split()[0]), known) for name, number, known in rows
    ]
    assert said == [(quota.name, quota.limit, quota.confidence) for quota in sm.quotas]


@pytest.mark.parametrize(
    ("set_", "kind", "hint"),
    [
        (lambda sm: sm.quotas.__setitem__("Pipelines", 1), ValueError, "of pipelines allowed"),
        (lambda sm: sm.quotas["ml.m5.large for lunch usage"], ValueError, "no quota or kind"),
        (lambda sm: sm.quotas.__setitem__("Pipeline", -1), InvalidArgumentError, "0 or more"),
        (lambda sm: sm.quotas.__setitem__("Pipeline", True), InvalidArgumentError, "0 or more"),
        (lambda sm: sm.quotas.__delitem__("Pipeline"), ValueError, "no quota that was set"),
    ],
)
def test_wrong_use_is_told(
    sm: World, set_: Callable[[World], object], kind: type[Exception], hint: str
) -> None:
    assert hint in message(lambda: set_(sm), kind)


def test_worlds_have_their_own() -> None:
    with mock_sagemaker() as first:
        first.quotas["Model"] = 0
    with mock_sagemaker() as second:
        config(boto3.client("sagemaker", region_name="eu-west-1"), "c", "ml.m5.large", 1)
        assert len(second.resources("Model")) == 1
