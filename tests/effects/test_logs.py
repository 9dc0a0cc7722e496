"""What containers say, in Moto's CloudWatch Logs."""

from __future__ import annotations

import gc
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from sagestub import World

REGION = "eu-west-1"

Request = Callable[..., dict[str, Any]]


@pytest.fixture
def logs() -> Any:
    return boto3.client("logs", region_name=REGION)


def streams(logs: Any, group: str) -> list[str]:
    """Return the names of a group's streams."""
    found = logs.describe_log_streams(logGroupName=group)["logStreams"]
    return [stream["logStreamName"] for stream in found]


def messages(logs: Any, group: str, stream: str) -> list[str]:
    """Return what a stream says."""
    found = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True)
    return [event["message"] for event in found["events"]]


def test_what_a_function_prints_is_logged_and_printed(
    both: World,
    sagemaker: Any,
    logs: Any,
    training_job: Request,
    capsys: pytest.CaptureFixture[str],
) -> None:
    @both.container
    def train(job: Any) -> None:
        print("epoch 1")  # noqa: T201 - containers print
        print("careful", file=sys.stderr)  # noqa: T201

    sagemaker.create_training_job(**training_job())
    (stream,) = streams(logs, "/aws/sagemaker/TrainingJobs")
    job, _, instance = stream.partition("/")
    started = both.get("TrainingJob", "churn").members["TrainingStartTime"]
    assert job == "churn"
    assert instance.startswith("algo-1-")
    assert abs(int(instance.removeprefix("algo-1-")) - started.timestamp()) < 300
    assert messages(logs, "/aws/sagemaker/TrainingJobs", stream) == ["epoch 1", "careful"]
    assert capsys.readouterr() == ("epoch 1\n", "careful\n")


def test_an_error_leaves_a_traceback(
    both: World, sagemaker: Any, logs: Any, training_job: Request
) -> None:
    @both.container
    def train(job: Any) -> None:
        raise ValueError("no such column")

    sagemaker.create_training_job(**training_job())
    (stream,) = streams(logs, "/aws/sagemaker/TrainingJobs")
    said = messages(logs, "/aws/sagemaker/TrainingJobs", stream)
    assert said[0] == "Traceback (most recent call last):"
    assert "in train" in said[1]
    assert said[-1] == "ValueError: no such column"


@pytest.mark.usefixtures("both")
def test_each_instance_has_a_stream(sagemaker: Any, logs: Any, training_job: Request) -> None:
    job = training_job()
    job["ResourceConfig"]["InstanceCount"] = 2
    sagemaker.create_training_job(**job)
    names = streams(logs, "/aws/sagemaker/TrainingJobs")
    assert [name.rpartition("-")[0] for name in names] == ["churn/algo-1", "churn/algo-2"]
    assert all(messages(logs, "/aws/sagemaker/TrainingJobs", name) for name in names)


@pytest.mark.usefixtures("both")
def test_each_kind_of_job_has_a_group(
    sagemaker: Any,
    logs: Any,
    processing_job: Request,
    transform_job: Request,
    compilation_job: Request,
) -> None:
    sagemaker.create_processing_job(**processing_job())
    sagemaker.create_transform_job(**transform_job())
    sagemaker.create_compilation_job(**compilation_job())
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    assert groups == [
        "/aws/sagemaker/CompilationJobs",
        "/aws/sagemaker/ProcessingJobs",
        "/aws/sagemaker/TransformJobs",
    ]
    assert streams(logs, "/aws/sagemaker/CompilationJobs") == ["resnet"]


def test_what_happens_days_ahead_is_logged_too(
    both: World, sagemaker: Any, logs: Any, training_job: Request
) -> None:
    both.clock.advance(10 * 86400)
    sagemaker.create_training_job(**training_job())
    (stream,) = streams(logs, "/aws/sagemaker/TrainingJobs")
    assert messages(logs, "/aws/sagemaker/TrainingJobs", stream)


def test_functions_side_by_side_are_heard_apart(
    both: World, sagemaker: Any, logs: Any, training_job: Request
) -> None:
    streams_before = (sys.stdout, sys.stderr)
    meet = threading.Barrier(2, timeout=30)

    @both.container
    def train(job: Any) -> None:
        meet.wait()
        print(f"I am {job.name}")  # noqa: T201 - containers print
        meet.wait()

    threads = [
        threading.Thread(target=sagemaker.create_training_job, kwargs=training_job(name))
        for name in ("first", "second")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = {
        stream.partition("/")[0]: messages(logs, "/aws/sagemaker/TrainingJobs", stream)
        for stream in streams(logs, "/aws/sagemaker/TrainingJobs")
    }
    assert said == {"first": ["I am first"], "second": ["I am second"]}
    assert (sys.stdout, sys.stderr) == streams_before


def test_a_recommendations_job_has_a_stream_before_anybody_describes_it(
    both: World, sagemaker: Any, logs: Any
) -> None:
    """The SageMaker SDK waits for it, and looks at the job only then."""
    package = both.add("ModelPackage", REGION, ModelPackageGroupName="trees", ModelPackageVersion=1)
    sagemaker.create_inference_recommendations_job(
        JobName="sizes",
        JobType="Default",
        RoleArn="arn:aws:iam::123456789012:role/sizes",
        InputConfig={"ModelPackageVersionArn": package.arn},
    )
    group = "/aws/sagemaker/InferenceRecommendationsJobs"
    assert streams(logs, group) == ["sizes/execution"]
    assert messages(logs, group, "sizes/execution") != []


def test_a_stream_does_not_go_away_under_another_threads_print(
    both: World, sagemaker: Any, training_job: Request
) -> None:
    """`print` holds no reference to it: a process whose threads print would crash."""
    seen: list[weakref.ref[Any]] = []

    @both.container
    def train(job: Any) -> None:
        seen.append(weakref.ref(sys.stdout))

    sagemaker.create_training_job(**training_job())
    both.get("TrainingJob", "churn").move_to("Completed")
    gc.collect()
    (stream,) = seen
    assert stream() is not None
    assert sys.stdout is not stream()
