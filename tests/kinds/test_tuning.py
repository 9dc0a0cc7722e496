"""HyperParameterTuningJob: facts of jobs.yaml, held through a real client."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from docs.ledger import facts
from sagestub import World, mock_sagemaker
from tests.conftest import shared_session

ROLE = "arn:aws:iam::123456789012:role/tuner"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/own:1"
RATE = {"Name": "rate", "MinValue": "0.001", "MaxValue": "0.1", "ScalingType": "Logarithmic"}
RANGES = {
    "ContinuousParameterRanges": [RATE],
    "IntegerParameterRanges": [{"Name": "depth", "MinValue": "2", "MaxValue": "9"}],
    "CategoricalParameterRanges": [{"Name": "optimizer", "Values": ["adam", "sgd"]}],
}


def config(jobs: int = 5, parallel: int = 2, **members: Any) -> dict[str, Any]:
    """A HyperParameterTuningJobConfig."""
    return {
        "Strategy": "Bayesian",
        "HyperParameterTuningJobObjective": {"Type": "Maximize", "MetricName": "accuracy"},
        "ResourceLimits": {
            "MaxNumberOfTrainingJobs": jobs,
            "MaxParallelTrainingJobs": parallel,
        },
        "ParameterRanges": RANGES,
        **members,
    }


def definition(**members: Any) -> dict[str, Any]:
    """A TrainingJobDefinition."""
    return {
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "accuracy", "Regex": "accuracy=(.*)"}],
        },
        "RoleArn": ROLE,
        "StaticHyperParameters": {"epochs": "3"},
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        **members,
    }


def request(name: str = "tune", **members: Any) -> dict[str, Any]:
    """A CreateHyperParameterTuningJob request."""
    return {
        "HyperParameterTuningJobName": name,
        "HyperParameterTuningJobConfig": config(),
        "TrainingJobDefinition": definition(),
        **members,
    }


def described(client: Any, name: str = "tune") -> dict[str, Any]:
    """What Describe says now."""
    answer: dict[str, Any] = client.describe_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name
    )
    return answer


def ended(client: Any, name: str = "tune") -> dict[str, Any]:
    """Describe a tuning job until it has ended."""
    job = described(client, name)
    while job["HyperParameterTuningJobStatus"] in ("InProgress", "Stopping"):
        job = described(client, name)
    return job


def children(client: Any, name: str = "tune", **asked: Any) -> list[dict[str, Any]]:
    """The summaries of a tuning job's training jobs."""
    answer = client.list_training_jobs_for_hyper_parameter_tuning_job(
        HyperParameterTuningJobName=name, MaxResults=100, **asked
    )
    found: list[dict[str, Any]] = answer["TrainingJobSummaries"]
    return found


def test_no_more_training_jobs_run_at_once_than_allowed(client: Any) -> None:
    """ResourceLimits."""
    client.create_hyper_parameter_tuning_job(**request())
    seen = [described(client)["TrainingJobStatusCounters"] for _ in range(4)]
    assert [counters["InProgress"] for counters in seen] == [2, 2, 1, 0]
    assert [counters["Completed"] for counters in seen] == [0, 2, 4, 5]


@pytest.mark.fact(
    "jobs.HyperParameterTuningJob.filled_in.TrainingJobStatusCounters-Completed-InProgress-RetryableError-NonRetryableError-Stopped",
    "jobs.HyperParameterTuningJob.filled_in.ObjectiveStatusCounters-Succeeded-Pending-Failed",
)
def test_counters_are_there_from_the_start(sm: World, client: Any) -> None:
    """Fact: filled_in TrainingJobStatusCounters, ObjectiveStatusCounters."""
    client.create_hyper_parameter_tuning_job(**request())
    first = described(client)
    assert first["ObjectiveStatusCounters"] == {"Succeeded": 0, "Pending": 2, "Failed": 0}
    assert first["TrainingJobStatusCounters"]["NonRetryableError"] == 0
    assert "BestTrainingJob" not in first


@pytest.mark.fact(
    "jobs.HyperParameterTuningJob.filled_in.child-training-job-names",
    "jobs.TrainingJob.filled_in.TuningJobArn-LabelingJobArn-AutoMLJobArn",
)
def test_training_jobs_are_ordinary_ones(client: Any) -> None:
    """Fact: filled_in, names {job}-{NNN}-{8 hex}, TuningJobArn, _tuning_objective_metric."""
    client.create_hyper_parameter_tuning_job(**request())
    arn = ended(client)["HyperParameterTuningJobArn"]
    for number, child in enumerate(children(client), 1):
        job = client.describe_training_job(TrainingJobName=child["TrainingJobName"])
        assert child["TrainingJobName"].startswith(f"tune-{number:03d}-")
        assert (job["TuningJobArn"], job["TrainingJobStatus"]) == (arn, "Completed")
        assert job["HyperParameters"]["_tuning_objective_metric"] == "accuracy"
        assert job["HyperParameters"]["epochs"] == "3"
        metric = job["FinalMetricDataList"][0]
        final = child["FinalHyperParameterTuningJobObjectiveMetric"]
        assert metric["Value"] == pytest.approx(final["Value"])


def test_hyperparameters_lie_within_their_ranges(client: Any) -> None:
    client.create_hyper_parameter_tuning_job(
        **request(HyperParameterTuningJobConfig=config(jobs=20, parallel=10))
    )
    ended(client)
    tuned = [child["TunedHyperParameters"] for child in children(client)]
    assert len(tuned) == 20
    assert all(0.001 <= float(point["rate"]) <= 0.1 for point in tuned)
    assert all(2 <= int(point["depth"]) <= 9 for point in tuned)
    assert {point["optimizer"] for point in tuned} == {"adam", "sgd"}


def test_the_same_job_tries_and_reaches_the_same_in_every_world() -> None:
    results = []
    for _ in range(2):
        with mock_sagemaker():
            client = shared_session().client("sagemaker", region_name="eu-west-1")
            client.create_hyper_parameter_tuning_job(**request())
            best = ended(client)["BestTrainingJob"]
            results.append((best["TrainingJobName"], best["TunedHyperParameters"]))
    assert results[0] == results[1]


@pytest.mark.fact(
    "jobs.HyperParameterTuningJob.filled_in.BestTrainingJob",
)
@pytest.mark.parametrize(("kind", "choose"), [("Maximize", max), ("Minimize", min)])
def test_the_best_is_the_one_that_the_tests_function_says(
    sm: World, client: Any, kind: str, choose: Any
) -> None:
    sm.objective("tune*", lambda parameters: float(parameters["rate"]))
    objective = {"Type": kind, "MetricName": "accuracy"}
    client.create_hyper_parameter_tuning_job(
        **request(HyperParameterTuningJobConfig=config(HyperParameterTuningJobObjective=objective))
    )
    best = ended(client)["BestTrainingJob"]
    rates = [float(child["TunedHyperParameters"]["rate"]) for child in children(client)]
    assert float(best["TunedHyperParameters"]["rate"]) == choose(rates)
    assert set(best["FinalHyperParameterTuningJobObjectiveMetric"]) == {"MetricName", "Value"}


def test_a_job_without_a_metric_has_no_objective(sm: World, client: Any) -> None:
    """ListTrainingJobsForHyperParameterTuningJob leaves it out when sorted by the metric."""
    sm.objective("tune", lambda parameters: None if parameters["optimizer"] == "sgd" else 1.0)
    client.create_hyper_parameter_tuning_job(**request())
    counters = ended(client)["ObjectiveStatusCounters"]
    assert counters["Failed"] + counters["Succeeded"] == 5
    listed = children(client, SortBy="FinalObjectiveMetricValue")
    assert len(listed) == counters["Succeeded"] < 5


def test_children_are_sorted_by_their_metric(client: Any) -> None:
    client.create_hyper_parameter_tuning_job(**request())
    ended(client)
    listed = children(client, SortBy="FinalObjectiveMetricValue", SortOrder="Descending")
    values = [c["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] for c in listed]
    assert values == sorted(values, reverse=True)
    assert [c["TrainingJobName"] for c in children(client)] == sorted(
        c["TrainingJobName"] for c in listed
    )


@pytest.mark.fact(
    "jobs.HyperParameterTuningJob.preconditions.stop",
)
def test_stop_stops_the_training_jobs_that_run(client: Any) -> None:
    """Fact: preconditions.stop."""
    client.create_hyper_parameter_tuning_job(**request())
    described(client)
    client.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="tune")
    assert described(client)["HyperParameterTuningJobStatus"] == "Stopping"
    job = ended(client)
    assert job["HyperParameterTuningJobStatus"] == "Stopped"
    assert job["TrainingJobStatusCounters"] == {
        "Completed": 2,
        "InProgress": 0,
        "RetryableError": 0,
        "NonRetryableError": 0,
        "Stopped": 2,
    }


def test_failed_training_jobs_are_counted(sm: World, client: Any) -> None:
    sm.fail("TrainingJob", name="tune-*", reason="AlgorithmError: Exit Code: 1", times=2)
    client.create_hyper_parameter_tuning_job(**request())
    job = ended(client)
    assert job["HyperParameterTuningJobStatus"] == "Completed"
    assert job["TrainingJobStatusCounters"]["NonRetryableError"] == 2
    failed = children(client, StatusEquals="Failed")
    assert [c["FailureReason"] for c in failed] == ["AlgorithmError: Exit Code: 1"] * 2


def test_a_tuning_job_whose_training_jobs_all_fail_fails(sm: World, client: Any) -> None:
    sm.fail("TrainingJob", times=None)
    client.create_hyper_parameter_tuning_job(**request())
    job = ended(client)
    assert job["HyperParameterTuningJobStatus"] == "Failed"
    assert job["FailureReason"].startswith("All training jobs failed")


@pytest.mark.parametrize("rule", ["immediate", "clock"])
def test_a_tuning_job_completes_under_every_rule(rule: Any) -> None:
    with mock_sagemaker(transitions=rule) as sm:
        client = shared_session().client("sagemaker", region_name="eu-west-1")
        client.create_hyper_parameter_tuning_job(**request())
        sm.clock.advance(7200)
        assert described(client)["HyperParameterTuningJobStatus"] == "Completed"
        assert described(client)["TrainingJobStatusCounters"]["Completed"] == 5


def test_training_jobs_that_a_test_holds_back_hold_the_tuning_job(sm: World, client: Any) -> None:
    sm.transitions("TrainingJob", rule="manual")
    client.create_hyper_parameter_tuning_job(**request())
    seen = {described(client)["HyperParameterTuningJobStatus"] for _ in range(5)}
    assert seen == {"InProgress"}
    sm.get("TrainingJob", children(client)[0]["TrainingJobName"]).move_to("Completed")
    assert described(client)["ObjectiveStatusCounters"]["Succeeded"] == 1


def test_a_target_ends_the_search(sm: World, client: Any) -> None:
    """TuningJobCompletionCriteria."""
    sm.objective("tune", lambda _: 0.9)
    criteria = {"TargetObjectiveMetricValue": 0.8}
    client.create_hyper_parameter_tuning_job(
        **request(HyperParameterTuningJobConfig=config(TuningJobCompletionCriteria=criteria))
    )
    assert ended(client)["TrainingJobStatusCounters"]["Completed"] == 2


def test_grid_search_tries_every_combination(client: Any) -> None:
    """HyperParameterTuningJobConfig.Strategy: Grid."""
    grid = {
        "CategoricalParameterRanges": [
            {"Name": "optimizer", "Values": ["adam", "sgd"]},
            {"Name": "layers", "Values": ["1", "2", "3"]},
        ]
    }
    limits = {"MaxParallelTrainingJobs": 6}
    whole = config(Strategy="Grid", ParameterRanges=grid, ResourceLimits=limits)
    client.create_hyper_parameter_tuning_job(**request(HyperParameterTuningJobConfig=whole))
    ended(client)
    points = {tuple(sorted(c["TunedHyperParameters"].items())) for c in children(client)}
    assert len(points) == 6


def test_several_definitions_take_turns(client: Any) -> None:
    """TrainingJobDefinitions."""
    own = {
        "TuningObjective": {"Type": "Maximize", "MetricName": "accuracy"},
        "HyperParameterRanges": RANGES,
    }
    asked = request(
        TrainingJobDefinitions=[definition(DefinitionName=name, **own) for name in ("one", "two")]
    )
    del asked["TrainingJobDefinition"]
    client.create_hyper_parameter_tuning_job(**asked)
    ended(client)
    names = [c["TrainingJobDefinitionName"] for c in children(client)]
    assert names == ["one", "two", "one", "two", "one"]


def test_tags_go_to_the_training_jobs(client: Any) -> None:
    """API reference, CreateHyperParameterTuningJob.Tags."""
    client.create_hyper_parameter_tuning_job(**request(Tags=[{"Key": "team", "Value": "a"}]))
    arn = children(client)[0]["TrainingJobArn"]
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "a"}]


@pytest.mark.fact("cross-cutting.8.tuning-job-tags-added-later-reach")
def test_tags_that_are_added_later_go_to_later_training_jobs_only(client: Any, sm: World) -> None:
    limits = config(jobs=2, parallel=1)
    client.create_hyper_parameter_tuning_job(**request(HyperParameterTuningJobConfig=limits))
    later = [{"Key": "team", "Value": "a"}]
    client.add_tags(ResourceArn=sm.get("HyperParameterTuningJob", "tune").arn, Tags=later)
    ended(client)
    arns = [child["TrainingJobArn"] for child in children(client)]
    assert [client.list_tags(ResourceArn=arn)["Tags"] for arn in arns] == [[], later]


@pytest.mark.fact(
    "jobs.HyperParameterTuningJob.filled_in.OverallBestTrainingJob",
)
def test_a_warm_start_has_an_overall_best(sm: World, client: Any) -> None:
    """Fact: filled_in OverallBestTrainingJob."""
    sm.objective("tune", lambda _: 0.9)
    sm.objective("again", lambda _: 0.5)
    client.create_hyper_parameter_tuning_job(**request())
    best = ended(client)["BestTrainingJob"]["TrainingJobName"]
    start = {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "tune"}],
        "WarmStartType": "IdenticalDataAndAlgorithm",
    }
    client.create_hyper_parameter_tuning_job(**request("again", WarmStartConfig=start))
    assert ended(client, "again")["OverallBestTrainingJob"]["TrainingJobName"] == best


def test_describe_fills_in_what_the_service_fills_in(client: Any) -> None:
    """Fact: filled_in."""
    client.create_hyper_parameter_tuning_job(**request())
    job = described(client)
    assert job["HyperParameterTuningJobConfig"]["TrainingJobEarlyStoppingType"] == "Off"
    given = job["TrainingJobDefinition"]
    assert given["StaticHyperParameters"]["_tuning_objective_metric"] == "accuracy"
    assert given["EnableNetworkIsolation"] is False
    assert given["ResourceConfig"]["InstanceCount"] == 1
    ranges = job["HyperParameterTuningJobConfig"]["ParameterRanges"]
    assert ranges["IntegerParameterRanges"][0]["ScalingType"] == "Auto"


def test_a_flexible_configuration_of_one_type_is_shown_as_resource_config_too(client: Any) -> None:
    flexible = {"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 10}
    asked = definition(HyperParameterTuningResourceConfig=flexible)
    del asked["ResourceConfig"]
    client.create_hyper_parameter_tuning_job(**request(TrainingJobDefinition=asked))
    shown = described(client)["TrainingJobDefinition"]
    assert shown["ResourceConfig"] == flexible == shown["HyperParameterTuningResourceConfig"]


@pytest.mark.fact(
    "jobs.HyperParameterTuningJob.filled_in.ConsumedResources-RuntimeInSeconds-TuningJobCompletionDetails",
)
def test_an_algorithm_of_the_service_has_a_metric_of_its_own(client: Any) -> None:
    image = "438346466558.dkr.ecr.eu-west-1.amazonaws.com/kmeans:1"
    algorithm = {"TrainingImage": image, "TrainingInputMode": "File"}
    objective = {"Type": "Minimize", "MetricName": "test:msd"}
    asked = request(
        HyperParameterTuningJobConfig=config(HyperParameterTuningJobObjective=objective),
        TrainingJobDefinition=definition(AlgorithmSpecification=algorithm),
    )
    client.create_hyper_parameter_tuning_job(**asked)
    shown = described(client)["TrainingJobDefinition"]["AlgorithmSpecification"]
    (metric,) = shown["MetricDefinitions"]
    assert metric["Name"] == "test:msd"
    assert re.search(metric["Regex"], "#quality_metric: host=algo-1, test msd <loss>=0.5")


def test_the_end_is_stamped(client: Any) -> None:
    """Fact: timestamps; filled_in ConsumedResources, TuningJobCompletionDetails."""
    client.create_hyper_parameter_tuning_job(**request())
    job = ended(client)
    assert job["HyperParameterTuningEndTime"] == job["LastModifiedTime"] > job["CreationTime"]
    jobs = [
        client.describe_training_job(TrainingJobName=c["TrainingJobName"]) for c in children(client)
    ]
    used = sum(j["TrainingTimeInSeconds"] for j in jobs)
    assert job["ConsumedResources"] == {"RuntimeInSeconds": used}


@pytest.mark.fact(
    "jobs.HyperParameterTuningJob.errors.delete-a-job-not-in-a-terminal-state",
    "jobs.HyperParameterTuningJob.preconditions.delete",
    "jobs.HyperParameterTuningJob.lifecycle.after_delete",
)
def test_delete_takes_the_tuning_job_but_not_its_training_jobs(client: Any) -> None:
    """Fact: preconditions.delete; lifecycle.delete."""
    client.create_hyper_parameter_tuning_job(**request())
    with pytest.raises(ClientError, match="not in a terminal state"):
        client.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="tune")
    ended(client)
    client.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="tune")
    assert described(client)["HyperParameterTuningJobStatus"] == "Deleting"
    with pytest.raises(client.exceptions.ResourceNotFound, match="Type another name"):
        described(client)
    assert len(client.list_training_jobs()["TrainingJobSummaries"]) == 5


@pytest.mark.fact("jobs.HyperParameterTuningJob.search")
def test_tuning_jobs_are_searched_for(client: Any) -> None:
    client.create_hyper_parameter_tuning_job(**request())
    client.create_hyper_parameter_tuning_job(**request("other"))
    ended(client)
    completed = {
        "Name": "HyperParameterTuningJobStatus",
        "Operator": "Equals",
        "Value": "Completed",
    }
    found = client.search(
        Resource="HyperParameterTuningJob", SearchExpression={"Filters": [completed]}
    )
    (record,) = found["Results"]
    assert record["HyperParameterTuningJob"]["HyperParameterTuningJobName"] == "tune"


REFUSED = [
    (
        {
            "HyperParameterTuningJobConfig": config(
                jobs=9,
                ParameterRanges={
                    "CategoricalParameterRanges": [{"Name": "a", "Values": ["1", "2"]}]
                },
            )
        },
        r"ranges \[2\] must be equal or greater than the value of MaxNumberOfJobs, \[9\]",
    ),
    (
        {
            "TrainingJobDefinition": definition(
                AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"}
            )
        },
        "A metric is required for this hyperparameter tuning job objective",
    ),
    (
        {"HyperParameterTuningJobConfig": config(Strategy="Grid")},
        "Only categorical parameters are supported",
    ),
    (
        {
            "WarmStartConfig": {
                "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "no"}],
                "WarmStartType": "TransferLearning",
            }
        },
        "Amazon SageMaker can't find a tuning job called no. Type another name.",
    ),
    ({"TrainingJobDefinitions": [definition()]}, "can't both be specified"),
    (
        {"HyperParameterTuningJobConfig": config(StrategyConfig={})},
        "StrategyConfig is supported only for the Hyperband strategy",
    ),
    (
        {
            "HyperParameterTuningJobConfig": config(
                Strategy="Hyperband", TrainingJobEarlyStoppingType="Auto"
            )
        },
        "TrainingJobEarlyStoppingType must be Off",
    ),
    (
        {
            "HyperParameterTuningJobConfig": config(
                ParameterRanges={"ContinuousParameterRanges": [{**RATE, "MinValue": "5"}]}
            )
        },
        r"The range \[5, 0.1\] of the hyperparameter rate is not valid",
    ),
    (
        {
            "HyperParameterTuningJobConfig": config(
                ParameterRanges={"ContinuousParameterRanges": [RATE, RATE]}
            )
        },
        "Hyperparameter names must be unique",
    ),
]
"""Facts: errors at create."""


@pytest.mark.parametrize(("members", "text"), REFUSED)
def test_a_request_that_the_service_refuses_changes_nothing(
    client: Any, members: dict[str, Any], text: str
) -> None:
    with pytest.raises(ClientError, match=text):
        client.create_hyper_parameter_tuning_job(**request(**members))
    assert client.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"] == []


REFUSED_IN_FULL = [
    ("jobs.HyperParameterTuningJob.errors.fewer-combinations-than-jobs", REFUSED[0][0]),
    (
        "jobs.HyperParameterTuningJob.errors.objective-without-metric-definition-for-a-custom-image",
        REFUSED[1][0],
    ),
]


@pytest.mark.parametrize(("fact", "members"), REFUSED_IN_FULL)
def test_a_refusal_is_in_the_services_words(
    client: Any, fact: str, members: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as refused:
        client.create_hyper_parameter_tuning_job(**request(**members))
    told = facts()[fact].value
    error = refused.value.response["Error"]
    assert error["Code"] == told["code"]
    assert error["Message"] == told["message"].replace("{n}", "2").replace("{max}", "9")


@pytest.mark.fact(
    "jobs.HyperParameterTuningJob.errors.warm-start-definition-differs-in-a-fixed-field",
)
def test_a_warm_start_keeps_the_fixed_fields(client: Any) -> None:
    """Fact: errors, warm start definition differs in a fixed field."""
    client.create_hyper_parameter_tuning_job(**request())
    start = {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "tune"}],
        "WarmStartType": "TransferLearning",
    }
    other = definition(Environment={"A": "1"})
    with pytest.raises(ClientError, match="Only the following fields in TrainingJobDefinition"):
        client.create_hyper_parameter_tuning_job(
            **request("again", WarmStartConfig=start, TrainingJobDefinition=other)
        )


@pytest.mark.fact(
    "jobs.HyperParameterTuningJob.errors.stop-a-job-already-Stopping-or-ended",
)
def test_errors_of_state_and_name(client: Any) -> None:
    """Facts: errors (stop of an ended job, name in use, missing job)."""
    client.create_hyper_parameter_tuning_job(**request())
    with pytest.raises(client.exceptions.ResourceInUse, match="with the name, tune, already exis"):
        client.create_hyper_parameter_tuning_job(**request())
    ended(client)
    with pytest.raises(ClientError, match="already"):
        client.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName="tune")
    for verb in ("describe", "stop", "delete"):
        with pytest.raises(client.exceptions.ResourceNotFound, match="can't find a tuning job cal"):
            getattr(client, f"{verb}_hyper_parameter_tuning_job")(HyperParameterTuningJobName="no")
