"""Functions that stand for the containers of jobs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from sagestub import InvalidArgumentError, NotAnsweredError, UnknownNameError, World, mock_sagemaker

REGION = "eu-west-1"
RULES = ("poll", "immediate", "manual", "clock")

Request = Callable[..., dict[str, Any]]


def run_to_its_end(sm: World, client: Any, rule: str) -> dict[str, Any]:
    """Describe the training job until it rests, moving it by what its rule waits for."""
    for _ in range(10):
        answer: dict[str, Any] = client.describe_training_job(TrainingJobName="churn")
        if answer["TrainingJobStatus"] in ("Completed", "Failed", "Stopped"):
            break
        if rule == "manual":
            sm.get("TrainingJob", "churn").advance()
        elif rule == "clock":
            sm.clock.advance(1000)
    return answer


@pytest.mark.parametrize("rule", RULES)
def test_it_runs_once_while_the_job_trains(rule: str, training_job: Request) -> None:
    seen = []
    with mock_sagemaker(transitions=rule) as sm:
        client = boto3.client("sagemaker", region_name=REGION)

        @sm.container(image="*xgboost*")
        def train(job: Any) -> None:
            answer = client.describe_training_job(TrainingJobName=job.name)
            again = client.describe_training_job(TrainingJobName=job.name)
            seen.append((answer["SecondaryStatus"], again["SecondaryStatus"]))

        client.create_training_job(**training_job())
        answer = run_to_its_end(sm, client, rule)
    assert seen == [("Training", "Training")]
    assert answer["TrainingJobStatus"] == "Completed"


@pytest.mark.parametrize("rule", RULES)
def test_what_it_raises_fails_the_job(rule: str, training_job: Request) -> None:
    with mock_sagemaker(transitions=rule) as sm:
        client = boto3.client("sagemaker", region_name=REGION)

        @sm.container
        def train(job: Any) -> None:
            raise ValueError("no such column")

        client.create_training_job(**training_job())
        answer = run_to_its_end(sm, client, rule)
    assert answer["FailureReason"] == "AlgorithmError: no such column, exit code: 1"
    states = [entry["Status"] for entry in answer["SecondaryStatusTransitions"]]
    assert states == ["Starting", "Downloading", "Training", "Failed"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (3, "AlgorithmError: , exit code: 3"),
        ("out of memory", "AlgorithmError: out of memory, exit code: 1"),
        (0, None),
        (None, None),
    ],
)
def test_it_may_exit(
    both: World, sagemaker: Any, training_job: Request, code: Any, reason: Any
) -> None:
    both.container(lambda _: sys.exit(code))
    sagemaker.create_training_job(**training_job())
    answer = sagemaker.describe_training_job(TrainingJobName="churn")
    assert answer.get("FailureReason") == reason


def test_a_reason_that_says_its_sort_stays_as_it_is(
    both: World, sagemaker: Any, training_job: Request
) -> None:
    @both.container
    def train(job: Any) -> None:
        raise RuntimeError("ClientError: the channel train is empty")

    sagemaker.create_training_job(**training_job())
    answer = sagemaker.describe_training_job(TrainingJobName="churn")
    assert answer["FailureReason"] == "ClientError: the channel train is empty"


def test_it_sees_the_job(both: World, sagemaker: Any, s3: Any, training_job: Request) -> None:
    s3.put_object(Bucket="data", Key="raw/a.csv", Body=b"1,2")
    s3.put_object(Bucket="data", Key="raw/sub/b.csv", Body=b"3,4")
    s3.put_object(Bucket="data", Key="rawer/c.csv", Body=b"5,6")
    seen: list[Any] = []
    both.container(seen.append)
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/raw/"}}
    sagemaker.create_training_job(
        **training_job(
            Environment={"STAGE": "test"},
            InputDataConfig=[{"ChannelName": "train", "DataSource": source}],
        )
    )
    (job,) = seen
    assert (job.kind, job.name, job.region) == ("TrainingJob", "churn", REGION)
    assert job.image.endswith("xgboost:1")
    assert job.hyperparameters == {"eta": "0.1"}
    assert job.environment == {"STAGE": "test"}
    assert job.inputs == {"train": "s3://data/raw/"}
    assert job.outputs["model"] == "s3://data/models/churn/output/model.tar.gz"
    assert job["TrainingJobArn"] == job.arn
    assert job["CreationTime"].tzinfo is not None
    assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 3600}
    assert job.read("train") == {"a.csv": b"1,2", "sub/b.csv": b"3,4"}


def test_the_last_one_that_covers_a_job_is_its_container(
    both: World, sagemaker: Any, training_job: Request, processing_job: Request
) -> None:
    ran = []
    both.container(lambda job: ran.append(("any", job.name)))
    both.container(name="churn-*")(lambda job: ran.append(("name", job.name)))
    both.container(kind="ProcessingJob")(lambda job: ran.append(("kind", job.name)))
    both.container(image="*pytorch*")(lambda job: ran.append(("image", job.name)))
    sagemaker.create_training_job(**training_job("churn-1"))
    sagemaker.create_training_job(**training_job("other"))
    sagemaker.create_processing_job(**processing_job())
    assert ran == [("name", "churn-1"), ("any", "other"), ("kind", "split")]


def test_metrics_are_those_that_the_job_defines(
    both: World, sagemaker: Any, training_job: Request
) -> None:
    @both.container
    def train(job: Any) -> dict[str, float]:
        for value in (0.5, 0.75):
            print(f"validation auc={value}; loss=nothing")  # noqa: T201 - containers print
        return {"f1": 0.9, "undefined": 1}

    definitions = [
        {"Name": "auc", "Regex": "auc=([0-9.]+)"},
        {"Name": "loss", "Regex": "loss=([0-9.]+)"},
        {"Name": "f1", "Regex": "f1=([0-9.]+)"},
    ]
    job = training_job()
    job["AlgorithmSpecification"]["MetricDefinitions"] = definitions
    sagemaker.create_training_job(**job)
    answer = sagemaker.describe_training_job(TrainingJobName="churn")
    metrics = {m["MetricName"]: m["Value"] for m in answer["FinalMetricDataList"]}
    assert metrics == {"auc": 0.75, "f1": pytest.approx(0.9)}


@pytest.mark.fact("jobs.TrainingJob.filled_in.FinalMetricDataList-MetricName-Value-Timestamp")
def test_final_metrics_are_there_when_the_job_has_ended(
    sm: World, client: Any, training_job: Request
) -> None:
    sm.container(lambda _: {"auc": 0.75, "undefined": 1})
    job = training_job()
    job["AlgorithmSpecification"]["MetricDefinitions"] = [{"Name": "auc", "Regex": "auc=(.*)"}]
    client.create_training_job(**job)
    seen = [client.describe_training_job(TrainingJobName="churn") for _ in range(5)]
    assert not any("FinalMetricDataList" in answer for answer in seen[:-1])
    (metric,) = seen[-1]["FinalMetricDataList"]
    ended = seen[-1]["TrainingEndTime"]
    assert metric == {"MetricName": "auc", "Value": 0.75, "Timestamp": metric["Timestamp"]}
    assert abs(metric["Timestamp"] - ended).total_seconds() < 1


def test_without_definitions_all_that_is_returned_are_metrics(
    both: World, sagemaker: Any, training_job: Request
) -> None:
    both.container(lambda _: {"metrics": {"auc": 0.5}, "loss": 2})
    sagemaker.create_training_job(**training_job())
    answer = sagemaker.describe_training_job(TrainingJobName="churn")
    metrics = {m["MetricName"]: m["Value"] for m in answer["FinalMetricDataList"]}
    assert metrics == {"auc": 0.5, "loss": 2.0}


@pytest.mark.parametrize("rule", ["poll", "immediate", "clock"])
def test_the_objective_of_a_tuning_job_is_what_its_jobs_reach(
    rule: str, tuning_job: Request
) -> None:
    reached = []
    with mock_sagemaker(transitions=rule) as sm:
        client = boto3.client("sagemaker", region_name=REGION)

        @sm.container(name="tuning-*")
        def train(job: Any) -> None:
            client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="tuning")
            rate = round(float(job.hyperparameters["eta"]), 4)
            reached.append(rate)
            print(f"epoch 1 loss={rate}")  # noqa: T201 - containers print

        client.create_hyper_parameter_tuning_job(**tuning_job())
        for _ in range(20):
            answer = client.describe_hyper_parameter_tuning_job(
                HyperParameterTuningJobName="tuning"
            )
            sm.clock.advance(1000 if rule == "clock" else 0)
    assert answer["HyperParameterTuningJobStatus"] == "Completed"
    best = answer["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]
    assert len(reached) == 2
    assert best["Value"] == pytest.approx(min(reached))


def test_a_failed_training_job_counts_in_its_tuning_job(
    both: World, sagemaker: Any, tuning_job: Request
) -> None:
    @both.container
    def train(job: Any) -> dict[str, float]:
        if job.name.startswith("tuning-001"):
            raise RuntimeError("diverged")
        return {"loss": 0.25}

    sagemaker.create_hyper_parameter_tuning_job(**tuning_job())
    answer = sagemaker.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName="tuning")
    assert answer["TrainingJobStatusCounters"]["NonRetryableError"] == 1
    assert answer["BestTrainingJob"]["TrainingJobName"].startswith("tuning-002")


@pytest.mark.fact("jobs.ProcessingJob.filled_in.ExitMessage")
def test_a_processing_job_says_why_it_ended(
    both: World, sagemaker: Any, processing_job: Request
) -> None:
    @both.container(kind="ProcessingJob")
    def split(job: Any) -> dict[str, str]:
        if job.name == "bad":
            raise RuntimeError("nothing to split")
        return {"exit_message": "split 10 rows"}

    sagemaker.create_processing_job(**processing_job("good"))
    sagemaker.create_processing_job(**processing_job("bad"))
    good = sagemaker.describe_processing_job(ProcessingJobName="good")
    bad = sagemaker.describe_processing_job(ProcessingJobName="bad")
    assert (good["ProcessingJobStatus"], good["ExitMessage"]) == ("Completed", "split 10 rows")
    assert (bad["ProcessingJobStatus"], bad["ExitMessage"]) == ("Failed", "nothing to split")
    assert bad["FailureReason"] == "AlgorithmError: nothing to split, exit code: 1"


def test_a_compilation_that_fails_is_the_clients_error(
    both: World, sagemaker: Any, compilation_job: Request
) -> None:
    @both.container(kind="CompilationJob")
    def compile_model(job: Any) -> None:
        raise RuntimeError("operator Gelu is not supported")

    sagemaker.create_compilation_job(**compilation_job())
    answer = sagemaker.describe_compilation_job(CompilationJobName="resnet")
    assert answer["FailureReason"] == "ClientError: operator Gelu is not supported"


def test_threads_of_its_own_may_call_sagemaker(
    both: World, sagemaker: Any, training_job: Request
) -> None:
    found = []

    @both.container
    def train(job: Any) -> None:
        def look() -> None:
            found.extend(sagemaker.list_training_jobs()["TrainingJobSummaries"])

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        thread.join(30)

    sagemaker.create_training_job(**training_job())
    assert [job["TrainingJobStatus"] for job in found] == ["InProgress"]


def test_it_may_make_and_stop_jobs(both: World, sagemaker: Any, training_job: Request) -> None:
    @both.container(name="outer")
    def train(job: Any) -> None:
        sagemaker.create_training_job(**training_job("inner"))
        both.transitions("TrainingJob", rule="manual", name="outer")
        sagemaker.stop_training_job(TrainingJobName=job.name)

    sagemaker.create_training_job(**training_job("outer"))
    assert both.get("TrainingJob", "inner").status == "Completed"
    assert both.get("TrainingJob", "outer").status == "Stopping"
    assert both.get("TrainingJob", "outer").advance().status == "Stopped"


def test_a_failure_that_is_ordered_comes_first(
    both: World, sagemaker: Any, training_job: Request
) -> None:
    ran: list[str] = []
    both.container(lambda job: ran.append(job.name))
    both.fail("TrainingJob", at="InProgress/Starting", reason="CapacityError: none left")
    sagemaker.create_training_job(**training_job())
    answer = sagemaker.describe_training_job(TrainingJobName="churn")
    assert answer["FailureReason"] == "CapacityError: none left"
    assert ran == []


def test_what_no_container_leaves_reaches_the_test_and_fails_the_job(
    both: World, sagemaker: Any, training_job: Request
) -> None:
    both.container(lambda _: 3)
    with pytest.raises(InvalidArgumentError, match="returned 3") as refusal:
        sagemaker.create_training_job(**training_job())
    assert "numbers are metrics" in str(refusal.value)
    assert both.get("TrainingJob", "churn").status == "Failed"


def test_an_output_that_the_job_does_not_have_is_named(
    both: World, sagemaker: Any, training_job: Request
) -> None:
    both.container(lambda _: {"models": b"..."})
    with pytest.raises(UnknownNameError, match="Did you mean 'model'"):
        sagemaker.create_training_job(**training_job())


def test_reading_a_channel_needs_moto(sm: World, client: Any, training_job: Request) -> None:
    sm.transitions(rule="immediate")
    sm.container(lambda job: job.read("train"))
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://data/raw/"}}
    with pytest.raises(NotAnsweredError, match="Moto is not active"):
        client.create_training_job(
            **training_job(InputDataConfig=[{"ChannelName": "train", "DataSource": source}])
        )


def test_misuse_says_what_is_accepted(sm: World) -> None:
    with pytest.raises(UnknownNameError, match="TrainingJob"):
        sm.container(kind="Endpoint")
    with pytest.raises(UnknownNameError, match="Did you mean 'TrainingJob'"):
        sm.container(kind="TraningJob")
    with pytest.raises(InvalidArgumentError, match=r"container\(\) takes a function"):
        sm.container("*xgboost*")  # type: ignore[call-overload]
    with pytest.raises(InvalidArgumentError, match="image= is 3"):
        sm.container(image=3)  # type: ignore[call-overload]

    async def train(job: Any) -> None: ...

    with pytest.raises(InvalidArgumentError, match="coroutine"):
        sm.container(train)


def test_two_worlds_do_not_share_functions(training_job: Request) -> None:
    ran: list[str] = []
    with mock_sagemaker(transitions="immediate") as outer:
        outer.container(lambda job: ran.append(job.name))
        with mock_sagemaker(transitions="immediate"):
            boto3.client("sagemaker", region_name=REGION).create_training_job(**training_job())
    assert ran == []
