"""The metrics service; API reference, Amazon SageMaker Metrics Service."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.conftest import shared_session

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
NAME = {"TrialComponentName": "run-1"}
COMPONENT = f"{ARN}experiment-trial-component/run-1"
NOON = int(datetime(2030, 1, 1, 12, tzinfo=timezone.utc).timestamp())


@pytest.fixture
def metrics(sm: World, client: Any) -> Any:
    """A client of the metrics service, beside a trial component."""
    client.create_trial_component(**NAME)
    return shared_session().client("sagemaker-metrics", region_name="eu-west-1")


def put(metrics: Any, *values: float, name: str = "loss") -> Any:
    """Put values of a metric, a minute and a step apart."""
    data = [
        {"MetricName": name, "Timestamp": NOON + 60 * step, "Step": step, "Value": value}
        for step, value in enumerate(values)
    ]
    return metrics.batch_put_metrics(**NAME, MetricData=data)


def ask(metrics: Any, **asked: Any) -> Any:
    """Return the result of one query; by default the averages of the loss by step."""
    query = {
        "MetricName": "loss",
        "ResourceArn": COMPONENT,
        "MetricStat": "Avg",
        "Period": "IterationNumber",
        "XAxisType": "IterationNumber",
        **asked,
    }
    (result,) = metrics.batch_get_metrics(MetricQueries=[query])["MetricQueryResults"]
    return result


def test_metrics_show_up_in_the_trial_component(metrics: Any, client: Any) -> None:
    """Model, TrialComponentMetricSummary."""
    put(metrics, 3.0, 1.0)
    put(metrics, 0.5, name="accuracy")
    loss, accuracy = client.describe_trial_component(**NAME)["Metrics"]
    assert (loss["MetricName"], accuracy["MetricName"]) == ("loss", "accuracy")
    assert (loss["Min"], loss["Max"], loss["Avg"], loss["Last"]) == (1.0, 3.0, 2.0, 1.0)
    assert (loss["Count"], loss["StdDev"], loss["SourceArn"]) == (2, 1.0, COMPONENT)
    assert loss["TimeStamp"].timestamp() == NOON + 60


def test_metrics_show_up_in_the_training_job(sm: World, metrics: Any, client: Any) -> None:
    """Model, FinalMetricDataList: the last value of each metric."""
    sm.add("TrainingJob", "eu-west-1", TrainingJobName="job")
    job = f"{ARN}training-job/job"
    sm.add("TrialComponent", "eu-west-1", TrialComponentName="of-job", Source={"SourceArn": job})
    data = [{"MetricName": "loss", "Timestamp": NOON, "Value": 0.25}]
    metrics.batch_put_metrics(TrialComponentName="of-job", MetricData=data)
    (final,) = client.describe_training_job(TrainingJobName="job")["FinalMetricDataList"]
    assert (final["MetricName"], final["Value"]) == ("loss", 0.25)
    assert ask(metrics, ResourceArn=job, Period="OneMinute", XAxisType="Timestamp")[
        "MetricValues"
    ] == [0.25]


def test_metrics_are_queried_by_step(metrics: Any) -> None:
    put(metrics, 3.0, 2.0, 1.0)
    assert ask(metrics)["XAxisValues"] == [0, 1, 2]
    assert ask(metrics)["MetricValues"] == [3.0, 2.0, 1.0]
    assert ask(metrics, Start=1, End=1)["MetricValues"] == [2.0]
    assert ask(metrics, MetricName="other")["MetricValues"] == []


@pytest.mark.parametrize(
    ("statistic", "value"),
    [("Min", 1.0), ("Max", 3.0), ("Avg", 2.0), ("Count", 3.0), ("Last", 1.0)],
)
def test_metrics_are_queried_by_time(metrics: Any, statistic: str, value: float) -> None:
    put(metrics, 3.0, 2.0, 1.0)
    result = ask(metrics, MetricStat=statistic, Period="FiveMinute", XAxisType="Timestamp")
    assert (result["Status"], result["XAxisValues"]) == ("Complete", [NOON])
    assert result["MetricValues"] == [value]


@pytest.mark.parametrize(
    "asked",
    [{"ResourceArn": f"{ARN}experiment-trial-component/none"}, {"Period": "OneHour"}],
)
def test_a_query_that_makes_no_sense_is_told(metrics: Any, asked: dict[str, str]) -> None:
    """Model, MetricQueryResult.Status."""
    result = ask(metrics, **asked)
    assert result["Status"] == "ValidationError"
    assert result["Message"]


def test_an_unknown_component_takes_no_metrics(sm: World) -> None:
    metrics = shared_session().client("sagemaker-metrics", region_name="eu-west-1")
    with pytest.raises(ClientError, match="ValidationException"):
        put(metrics, 1.0)


def test_a_value_that_is_no_number_is_reported(metrics: Any, client: Any) -> None:
    """Model, BatchPutMetricsError."""
    (error,) = put(metrics, 1.0, float("nan"))["Errors"]
    assert error == {"Code": "VALIDATION_ERROR", "MetricIndex": 1}
    assert client.describe_trial_component(**NAME)["Metrics"][0]["Count"] == 1
