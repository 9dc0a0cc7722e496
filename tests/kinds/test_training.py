"""TrainingJob: facts of jobs.yaml, TrainingJob, held through a real client."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from docs.ledger import facts
from sagestub import World, after

ROLE = "arn:aws:iam::123456789012:role/trainer"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/own:1"


def request(name: str = "resnet", **members: Any) -> dict[str, Any]:
    """A CreateTrainingJob request."""
    return {
        "TrainingJobName": name,
        "RoleArn": ROLE,
        "AlgorithmSpecification": {"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/models/"},
        "ResourceConfig": {"InstanceType": "ml.m5.large", "VolumeSizeInGB": 10},
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
        **members,
    }


def described(client: Any, name: str = "resnet") -> dict[str, Any]:
    """What Describe says now."""
    answer: dict[str, Any] = client.describe_training_job(TrainingJobName=name)
    return answer


def completed(sm: World, client: Any, **members: Any) -> dict[str, Any]:
    """Create a job, let it complete, describe it."""
    client.create_training_job(**request(**members))
    sm.get("TrainingJob", "resnet").move_to("Completed")
    return described(client)


@pytest.mark.fact(
    "jobs.TrainingJob.secondary.order",
    "jobs.TrainingJob.secondary.member",
    "jobs.TrainingJob.lifecycle.initial_secondary",
    "jobs.TrainingJob.secondary.optional.Downloading",
)
def test_describe_sees_the_secondary_statuses_in_order(client: Any) -> None:
    """Fact: secondary.order."""
    client.create_training_job(**request())
    seen = [described(client) for _ in range(5)]
    assert [d["SecondaryStatus"] for d in seen] == [
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]
    assert [d["TrainingJobStatus"] for d in seen] == ["InProgress"] * 4 + ["Completed"]


@pytest.mark.fact(
    "jobs.TrainingJob.secondary.history",
    "jobs.TrainingJob.secondary.messages.Starting.Preparing-the-instances-for-training",
    "jobs.TrainingJob.secondary.messages.Downloading.Downloading-the-training-image",
    "jobs.TrainingJob.secondary.messages.Training.Training-image-download-completed-Training-in",
    "jobs.TrainingJob.secondary.messages.Uploading.Uploading-generated-training-model",
    "jobs.TrainingJob.secondary.messages.Completed.Training-job-completed",
    "jobs.TrainingJob.secondary.rules.the-last-terminal-entry-has-StartTime",
    "jobs.TrainingJob.secondary.rules.first-entry-StartTime-equals-CreationTime",
    "jobs.TrainingJob.secondary.rules.SDK-and-operators-read-SecondaryStatusTransitions-1",
)
def test_transitions_have_messages_and_join_without_gaps(sm: World, client: Any) -> None:
    """Fact: secondary.rules and secondary.messages."""
    job = completed(sm, client)
    entries = job["SecondaryStatusTransitions"]
    assert [entry["StatusMessage"] for entry in entries] == [
        "Preparing the instances for training",
        "Downloading the training image",
        "Training image download completed. Training in progress.",
        "Uploading generated training model",
        "Training job completed",
    ]
    assert [e["EndTime"] for e in entries[:-1]] == [e["StartTime"] for e in entries[1:]]
    assert entries[0]["StartTime"] == job["CreationTime"]
    assert entries[-1]["StartTime"] == entries[-1]["EndTime"] == job["TrainingEndTime"]


@pytest.mark.fact(
    "jobs.TrainingJob.secondary.rules.one-entry-per-secondary-status-StatusMessage",
    "jobs.TrainingJob.secondary.messages.Starting.Launching-requested-ML-instances",
)
def test_a_message_is_rewritten_while_the_status_stays(sm: World, client: Any) -> None:
    sm.transitions("TrainingJob", rule="clock")
    client.create_training_job(**request())
    seen = []
    for seconds in (0, 20, 60, 20):
        sm.clock.advance(seconds)
        seen.append(described(client)["SecondaryStatusTransitions"])
    assert [[entry["Status"] for entry in entries] for entries in seen] == [
        *[["Starting"]] * 3,
        ["Starting", "Downloading"],
    ]
    assert [entries[0]["StatusMessage"] for entries in seen] == [
        "Starting the training job",
        "Launching requested ML instances",
        "Preparing the instances for training",
        "Preparing the instances for training",
    ]


@pytest.mark.fact(
    "jobs.TrainingJob.secondary.rules.EndTime-of-an-entry-equals-StartTime",
)
def test_the_current_transition_has_no_end(client: Any) -> None:
    """Fact: secondary.rules."""
    client.create_training_job(**request())
    assert "EndTime" not in described(client)["SecondaryStatusTransitions"][0]


@pytest.mark.fact(
    "jobs.TrainingJob.filled_in.TrainingTimeInSeconds",
    "jobs.TrainingJob.timestamps.TrainingStartTime",
)
def test_training_time_grows_and_is_billed_at_the_end(client: Any) -> None:
    """Fact: filled_in TrainingTimeInSeconds, BillableTimeInSeconds; timestamps."""
    client.create_training_job(**request())
    seen = [described(client) for _ in range(5)]
    assert "TrainingTimeInSeconds" not in seen[0]
    times = [d["TrainingTimeInSeconds"] for d in seen[1:]]
    assert times == sorted(set(times))
    last = seen[-1]
    whole = last["TrainingEndTime"] - last["TrainingStartTime"]
    assert last["TrainingTimeInSeconds"] == last["BillableTimeInSeconds"] == whole.seconds
    assert "BillableTimeInSeconds" not in seen[3]


@pytest.mark.fact(
    "jobs.TrainingJob.filled_in.BillableTimeInSeconds",
)
def test_spot_training_is_billed_less(sm: World, client: Any) -> None:
    """Fact: filled_in BillableTimeInSeconds."""
    client.create_training_job(
        **request(
            EnableManagedSpotTraining=True,
            StoppingCondition={"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 3600},
        )
    )
    job = [described(client) for _ in range(5)][-1]
    assert job["BillableTimeInSeconds"] < job["TrainingTimeInSeconds"]


def test_artifacts_have_their_place_from_the_beginning(client: Any) -> None:
    """The model requires ModelArtifacts, and wins over the fact that a running job lacks it."""
    client.create_training_job(**request())
    seen = [described(client) for _ in range(5)]
    path = "s3://bucket/models/resnet/output/model.tar.gz"
    assert [d["ModelArtifacts"] for d in seen] == [{"S3ModelArtifacts": path}] * 5


def test_defaults_are_filled_in(client: Any) -> None:
    """Fact: filled_in."""
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/data"}}
    asked = request(InputDataConfig=[{"ChannelName": "train", "DataSource": source}])
    del asked["StoppingCondition"]
    client.create_training_job(**asked)
    job = described(client)
    assert job["StoppingCondition"] == {"MaxRuntimeInSeconds": 86400}
    assert job["OutputDataConfig"]["KmsKeyId"] == ""
    assert job["OutputDataConfig"]["CompressionType"] == "GZIP"
    assert job["ResourceConfig"]["InstanceCount"] == 1
    assert job["InputDataConfig"][0]["RecordWrapperType"] == "None"
    s3 = job["InputDataConfig"][0]["DataSource"]["S3DataSource"]
    assert s3["S3DataDistributionType"] == "FullyReplicated"
    assert job["EnableNetworkIsolation"] is False
    assert job["ProfilingStatus"] == "Disabled"


@pytest.mark.fact(
    "jobs.TrainingJob.secondary.on_stop",
    "jobs._common.stop_is_async",
)
def test_stop_goes_by_stopping(client: Any) -> None:
    """Fact: lifecycle.stop."""
    client.create_training_job(**request())
    client.stop_training_job(TrainingJobName="resnet")
    seen = [described(client)["SecondaryStatus"] for _ in range(2)]
    assert seen == ["Stopping", "Stopped"]


@pytest.mark.fact(
    "jobs.TrainingJob.failure_reasons.texts.AlgorithmError-2",
    "jobs.TrainingJob.filled_in.FailureReason",
    "jobs.TrainingJob.secondary.on_failure",
)
def test_a_failure_says_why(sm: World, client: Any) -> None:
    """Fact: failure_reasons."""
    sm.fail("TrainingJob", reason="AlgorithmError: Exit Code: 1", at="InProgress/Training")
    client.create_training_job(**request())
    job = [described(client) for _ in range(4)][-1]
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Failed", "Failed")
    assert job["FailureReason"] == "AlgorithmError: Exit Code: 1"


REASONS = [
    ("InProgress/Starting", "jobs.TrainingJob.failure_reasons.texts.CapacityError"),
    ("InProgress/Uploading", "jobs.TrainingJob.failure_reasons.texts.ClientError-2"),
    (None, "jobs.TrainingJob.failure_reasons.texts.InternalServerError"),
]


@pytest.mark.parametrize(("state", "fact"), REASONS)
def test_where_a_job_fails_says_why(sm: World, client: Any, state: str | None, fact: str) -> None:
    sm.fail("TrainingJob", at=state)
    client.create_training_job(**request())
    assert [described(client) for _ in range(5)][-1]["FailureReason"] == facts()[fact].text


@pytest.mark.fact("jobs.TrainingJob.failure_reasons.texts.AlgorithmError")
def test_a_script_in_a_frameworks_container_fails_in_its_own_words(sm: World, client: Any) -> None:
    sm.fail("TrainingJob", at="InProgress/Training")
    client.create_training_job(**request(HyperParameters={"sagemaker_program": '"train.py"'}))
    reason = [described(client) for _ in range(4)][-1]["FailureReason"]
    assert reason.startswith("AlgorithmError: ExecuteUserScriptError:\nExitCode 1\n")
    assert "train.py" in reason


FALLEN: list[tuple[Exception, str]] = [
    (MemoryError(), "jobs.TrainingJob.failure_reasons.texts.ClientError"),
    (
        RuntimeError("AlgorithmError: framework error: ..."),
        "jobs.TrainingJob.failure_reasons.texts.AlgorithmError-3",
    ),
]


@pytest.mark.parametrize(("error", "fact"), FALLEN, ids=["memory", "framework"])
def test_a_fallen_container_says_why(sm: World, client: Any, error: Exception, fact: str) -> None:
    @sm.container()
    def train(job: Any) -> None:
        raise error

    client.create_training_job(**request())
    assert [described(client) for _ in range(4)][-1]["FailureReason"] == facts()[fact].text


@pytest.mark.fact("jobs.TrainingJob.secondary.optional.Restarting")
def test_a_job_is_tried_again_after_an_error_of_the_service(sm: World, client: Any) -> None:
    """Fact: secondary.optional; API reference, RetryStrategy."""
    sm.fail("TrainingJob", at="InProgress/Training", reason="InternalServerError: x", times=2)
    client.create_training_job(**request(RetryStrategy={"MaximumRetryAttempts": 1}))
    seen = [described(client) for _ in range(8)]
    assert [job["SecondaryStatus"] for job in seen] == [
        "Starting", "Downloading", "Training", "Restarting",
        "Starting", "Downloading", "Training", "Failed",
    ]  # fmt: skip
    assert not any("FailureReason" in job for job in seen[:-1])


def test_only_an_error_of_the_service_is_tried_again(sm: World, client: Any) -> None:
    """API reference, CreateTrainingJob.RetryStrategy."""
    sm.fail("TrainingJob", at="InProgress/Training")
    client.create_training_job(**request(RetryStrategy={"MaximumRetryAttempts": 1}))
    assert [described(client)["TrainingJobStatus"] for _ in range(4)][-1] == "Failed"


@pytest.mark.fact("jobs.TrainingJob.secondary.optional.Interrupted")
def test_an_interrupted_job_starts_again(sm: World, client: Any) -> None:
    """Fact: secondary.optional."""
    stopping = {"MaxRuntimeInSeconds": 3600, "MaxWaitTimeInSeconds": 7200}
    client.create_training_job(
        **request(EnableManagedSpotTraining=True, StoppingCondition=stopping)
    )
    job = sm.get("TrainingJob", "resnet").move_to("InProgress/Interrupted")
    seen = [described(client)["SecondaryStatus"] for _ in range(3)]
    assert seen == ["Interrupted", "Starting", "Downloading"]
    assert job.status == "InProgress"


@pytest.mark.fact("jobs.TrainingJob.secondary.optional.Updating")
def test_a_training_job_that_is_updated_trains_on(sm: World, client: Any) -> None:
    """Fact: secondary.optional."""
    started = []
    sm.container(kind="TrainingJob")(lambda job: started.append(job.name))
    client.create_training_job(**request())
    sm.get("TrainingJob", "resnet").move_to("InProgress/Training")
    client.update_training_job(
        TrainingJobName="resnet", RemoteDebugConfig={"EnableRemoteDebug": True}
    )
    seen = [described(client)["SecondaryStatus"] for _ in range(3)]
    assert seen == ["Updating", "Training", "Uploading"]
    assert started == ["resnet"]


@pytest.mark.fact(
    "jobs.TrainingJob.preconditions.delete",
    "jobs.TrainingJob.lifecycle.after_delete",
    "jobs.TrainingJob.notes.DescribeTrainingJob-after-delete",
)
def test_delete_frees_the_name(sm: World, client: Any) -> None:
    """Fact: preconditions.delete, lifecycle.delete."""
    completed(sm, client)
    client.delete_training_job(TrainingJobName="resnet")
    assert described(client)["TrainingJobStatus"] == "Deleting"
    with pytest.raises(ClientError, match="Requested resource not found"):
        described(client)
    client.create_training_job(**request())


@pytest.mark.fact("jobs.TrainingJob.notes.Stop-and-Update-answer-an-empty")
def test_what_stop_and_update_answer(client: Any) -> None:
    arn = client.create_training_job(**request())["TrainingJobArn"]
    profiler = {"DisableProfiler": True}
    updated = client.update_training_job(TrainingJobName="resnet", ProfilerConfig=profiler)
    stopped = client.stop_training_job(TrainingJobName="resnet")
    assert updated.pop("ResponseMetadata")
    assert stopped.pop("ResponseMetadata")
    assert (stopped, updated) == ({}, {"TrainingJobArn": arn})


ERRORS = [
    ("create", request(), "ResourceInUse", "Training job names must be unique within an AWS acc"),
    ("describe", {"TrainingJobName": "none"}, "ValidationException", "Requested resource not fou"),
    ("stop", {"TrainingJobName": "none"}, "ValidationException", "Requested resource not found."),
    ("delete", {"TrainingJobName": "none"}, "ValidationException", "Requested resource not found"),
    ("update", {"TrainingJobName": "none"}, "ValidationException", "Requested resource not found"),
    ("delete", {"TrainingJobName": "resnet"}, "ResourceInUse", "in status InProgress"),
]
"""Facts: errors, while `resnet` is InProgress."""


@pytest.mark.parametrize(("verb", "asked", "code", "text"), ERRORS)
def test_errors_are_the_services(
    client: Any, verb: str, asked: dict[str, Any], code: str, text: str
) -> None:
    client.create_training_job(**request())
    with pytest.raises(ClientError, match=text) as refused:
        getattr(client, f"{verb}_training_job")(**asked)
    assert refused.value.response["Error"]["Code"] == code


@pytest.mark.fact(
    "jobs.TrainingJob.errors.stop-a-job-that-is-not-InProgress",
    "jobs.TrainingJob.preconditions.stop",
)
def test_stop_of_an_ended_job_is_refused(sm: World, client: Any) -> None:
    """Fact: errors, stop a job that is not InProgress."""
    completed(sm, client)
    with pytest.raises(ClientError, match="rejected because the training job is in status Comple"):
        client.stop_training_job(TrainingJobName="resnet")


CHANNEL = {
    "ChannelName": "train",
    "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/data"}},
}
RULE = {"RuleConfigurationName": "loss", "RuleEvaluatorImage": IMAGE}
REFUSED = [
    (
        {"AlgorithmSpecification": {"TrainingInputMode": "File"}},
        "Exactly one of TrainingImage or AlgorithmName",
    ),
    ({"EnableManagedSpotTraining": True}, "Invalid MaxWaitTimeInSeconds"),
    (
        {"StoppingCondition": {"MaxRuntimeInSeconds": 9, "MaxWaitTimeInSeconds": 9}},
        "Invalid MaxWaitTimeInSeconds. It is only supported when",
    ),
    (
        {"InputDataConfig": [CHANNEL, CHANNEL]},
        "Channel names must be unique",
    ),
    (
        {
            "DebugRuleConfigurations": [RULE],
            "ProfilerRuleConfigurations": [RULE],
        },
        "RuleConfigurationName must be unique",
    ),
    (
        {
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "InstancePreferences": [{"InstanceType": "ml.m5.xlarge"}],
                "VolumeSizeInGB": 10,
            }
        },
        "InstancePreferences can't be specified together",
    ),
    (
        {
            "ResourceConfig": {
                "InstanceType": "ml.p5.48xlarge",
                "VolumeSizeInGB": 10,
                "TrainingPlanArn": "arn:aws:sagemaker:eu-west-1:123456789012:training-plan/none",
            }
        },
        "The training plan .* does not exist",
    ),
    (
        {
            "EnableManagedSpotTraining": True,
            "StoppingCondition": {"MaxRuntimeInSeconds": 9, "MaxWaitTimeInSeconds": 9},
            "ResourceConfig": {
                "InstanceType": "ml.m5.large",
                "VolumeSizeInGB": 10,
                "KeepAlivePeriodInSeconds": 60,
            },
        },
        "not supported with managed spot training",
    ),
]
"""Requests that AlgorithmSpecification and StoppingCondition are documented to refuse."""


@pytest.mark.parametrize(("members", "text"), REFUSED)
def test_contradictions_are_refused(client: Any, members: dict[str, Any], text: str) -> None:
    with pytest.raises(ClientError, match=text):
        client.create_training_job(**request(**members))
    assert client.list_training_jobs()["TrainingJobSummaries"] == []


def kept(seconds: int) -> dict[str, Any]:
    """A ResourceConfig with a warm pool."""
    return {
        "InstanceType": "ml.m5.large",
        "VolumeSizeInGB": 10,
        "KeepAlivePeriodInSeconds": seconds,
    }


def test_a_warm_pool_ends_after_its_time(sm: World, client: Any) -> None:
    """Fact: filled_in WarmPoolStatus."""
    job = completed(sm, client, ResourceConfig=kept(600))
    assert job["WarmPoolStatus"] == {"Status": "Available"}
    sm.clock.advance(600)
    listed = client.list_training_jobs(WarmPoolStatusEquals="Terminated")["TrainingJobSummaries"]
    pool = {"Status": "Terminated", "ResourceRetainedBillableTimeInSeconds": 600}
    assert [job["WarmPoolStatus"] for job in listed] == [pool]


@pytest.mark.fact(
    "jobs.TrainingJob.filled_in.WarmPoolStatus-Status",
)
def test_a_warm_pool_is_reused_by_a_matching_job(sm: World, client: Any) -> None:
    """Fact: filled_in WarmPoolStatus."""
    completed(sm, client, ResourceConfig=kept(600))
    arn = client.create_training_job(**request("second", ResourceConfig=kept(600)))
    pool = described(client)["WarmPoolStatus"]
    assert (pool["Status"], pool["ReusedByJob"]) == ("Reused", arn["TrainingJobArn"])
    assert described(client, "second")["WarmPoolStatus"] == {"Status": "InUse"}


@pytest.mark.fact(
    "reports.TrainingJob.notes.Without-quota-no-warm-pool-is",
    "reports.TrainingJob.notes.The-default-quota-of-warm-pools",
)
def test_a_warm_pool_without_quota_is_not_kept(sm: World, client: Any) -> None:
    sm.quotas.on()
    assert sm.quotas["ml.m5.large for training warm pool usage"].limit == 0
    job = completed(sm, client, ResourceConfig=kept(600))
    pool = {"Status": "Terminated", "ResourceRetainedBillableTimeInSeconds": 0}
    assert job["WarmPoolStatus"] == pool


def test_a_quota_of_one_keeps_one_warm_pool(sm: World, client: Any) -> None:
    sm.quotas["ml.m5.large for training warm pool usage"] = 1
    for name in ("first", "second"):
        client.create_training_job(**request(name, ResourceConfig=kept(600)))
    for name in ("first", "second"):
        sm.get("TrainingJob", name).move_to("Completed")
    assert described(client, "first")["WarmPoolStatus"] == {"Status": "Available"}
    assert described(client, "second")["WarmPoolStatus"]["Status"] == "Terminated"


@pytest.mark.fact(
    "jobs.TrainingJob.errors.delete-a-job-in-InProgress-or-Stopping-or-with",
)
def test_a_job_with_an_available_pool_is_not_deleted(sm: World, client: Any) -> None:
    """Fact: preconditions.delete."""
    completed(sm, client, ResourceConfig=kept(600))
    with pytest.raises(client.exceptions.ResourceInUse):
        client.delete_training_job(TrainingJobName="resnet")


@pytest.mark.fact(
    "jobs.TrainingJob.lifecycle.update",
)
def test_update_prolongs_a_warm_pool(sm: World, client: Any) -> None:
    """Fact: preconditions.update."""
    completed(sm, client, ResourceConfig=kept(600))
    client.update_training_job(
        TrainingJobName="resnet", ResourceConfig={"KeepAlivePeriodInSeconds": 900}
    )
    sm.clock.advance(700)
    assert described(client)["WarmPoolStatus"] == {"Status": "Available"}
    assert described(client)["ResourceConfig"]["InstanceType"] == "ml.m5.large"
    sm.clock.advance(200)
    assert described(client)["WarmPoolStatus"]["Status"] == "Terminated"


@pytest.mark.fact(
    "jobs.TrainingJob.preconditions.update",
)
def test_update_of_the_profiler_needs_a_running_job(sm: World, client: Any) -> None:
    """Fact: preconditions.update."""
    client.create_training_job(**request())
    change = {"TrainingJobName": "resnet", "ProfilerConfig": {"S3OutputPath": "s3://bucket/p"}}
    client.update_training_job(**change)
    assert described(client)["ProfilingStatus"] == "Enabled"
    sm.get("TrainingJob", "resnet").move_to("Completed")
    with pytest.raises(ClientError, match="profiler can't be updated"):
        client.update_training_job(**change)


@pytest.mark.fact(
    "jobs.TrainingJob.filled_in.DebugRuleEvaluationStatuses-ProfilerRuleEvaluationStatuses",
    "jobs.ProcessingJob.filled_in.MonitoringScheduleArn-AutoMLJobArn-TrainingJobArn",
)
def test_each_rule_has_a_processing_job(sm: World, client: Any) -> None:
    """Fact: filled_in DebugRuleEvaluationStatuses; ProcessingJob.filled_in TrainingJobArn."""
    rule = {"RuleConfigurationName": "LossNotDecreasing", "RuleEvaluatorImage": IMAGE}
    client.create_training_job(**request(DebugRuleConfigurations=[rule]))
    job = described(client)
    (status,) = job["DebugRuleEvaluationStatuses"]
    assert status["RuleEvaluationStatus"] == "InProgress"
    name = status["RuleEvaluationJobArn"].rsplit("/", 1)[-1]
    evaluation = client.describe_processing_job(ProcessingJobName=name)
    assert evaluation["TrainingJobArn"] == job["TrainingJobArn"]
    sm.get("TrainingJob", "resnet").move_to("Completed")
    (status,) = described(client)["DebugRuleEvaluationStatuses"]
    assert status["RuleEvaluationStatus"] == "NoIssuesFound"


@pytest.mark.fact(
    "jobs.TrainingJob.lifecycle.other",
)
def test_a_job_that_runs_too_long_under_the_clock_is_stopped(sm: World, client: Any) -> None:
    """Fact: lifecycle.other, MaxRuntimeExceeded."""
    sm.transitions("TrainingJob", rule="clock")
    sm.transitions("TrainingJob", rule=after(7200), state="InProgress/Training")
    client.create_training_job(**request())
    sm.clock.advance(8000)
    job = described(client)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Stopped", "MaxRuntimeExceeded")
    assert job["TrainingEndTime"] == job["SecondaryStatusTransitions"][-1]["EndTime"]


def test_a_model_of_a_completed_job_joins_its_package_group(sm: World, client: Any) -> None:
    """API reference, DescribeTrainingJob.OutputModelPackageArn."""
    group = client.create_model_package_group(ModelPackageGroupName="models")
    config = {"ModelPackageGroupArn": group["ModelPackageGroupArn"]}
    job = completed(sm, client, ModelPackageConfig=config)
    package = client.describe_model_package(ModelPackageName=job["OutputModelPackageArn"])
    assert package["ModelPackageGroupName"] == "models"
    assert package["SourceUri"] == job["ModelArtifacts"]["S3ModelArtifacts"]


def test_a_path_that_no_package_takes_leaves_the_package_without_it(sm: World, client: Any) -> None:
    """API reference, CreateModelPackage.SourceUri: its pattern has no `=`, which S3 keys may have."""
    group = client.create_model_package_group(ModelPackageGroupName="models")
    config = {"ModelPackageGroupArn": group["ModelPackageGroupArn"]}
    output = {"S3OutputPath": "s3://bucket/day=1"}
    job = completed(sm, client, ModelPackageConfig=config, OutputDataConfig=output)
    assert job["TrainingJobStatus"] == "Completed"
    package = client.describe_model_package(ModelPackageName=job["OutputModelPackageArn"])
    assert "SourceUri" not in package


def test_a_full_package_group_leaves_the_job_without_a_package(sm: World, client: Any) -> None:
    """The job is completed all the same: nothing of a job says why no package was made (assumed)."""
    group = client.create_model_package_group(ModelPackageGroupName="models")
    sm.quotas["ModelPackage"] = 0
    config = {"ModelPackageGroupArn": group["ModelPackageGroupArn"]}
    job = completed(sm, client, ModelPackageConfig=config)
    assert job["TrainingJobStatus"] == "Completed"
    assert "OutputModelPackageArn" not in job


@pytest.mark.fact(
    "jobs.TrainingPlan.notes.training-jobs-queued-on-a-Scheduled",
    "jobs.TrainingJob.secondary.optional.Pending",
)
def test_a_job_on_a_scheduled_plan_waits_for_its_start(sm: World, client: Any) -> None:
    """Fact: TrainingPlan.notes."""
    search = client.search_training_plan_offerings(InstanceType="ml.p5.48xlarge", InstanceCount=1)
    offering = search["TrainingPlanOfferings"][0]["TrainingPlanOfferingId"]
    plan = client.create_training_plan(TrainingPlanName="plan", TrainingPlanOfferingId=offering)
    config = {
        "InstanceType": "ml.p5.48xlarge",
        "VolumeSizeInGB": 10,
        "TrainingPlanArn": plan["TrainingPlanArn"],
    }
    client.create_training_job(**request(ResourceConfig=config))
    seen = [described(client) for _ in range(3)]
    start = client.describe_training_plan(TrainingPlanName="plan")["StartTime"]
    statuses = [job["SecondaryStatus"] for job in seen]
    assert statuses == ["Starting", "Pending", "Downloading"]
    assert seen[2]["TrainingStartTime"] >= start
    listed = client.list_training_jobs(TrainingPlanArnEquals=plan["TrainingPlanArn"])
    assert [job["TrainingJobName"] for job in listed["TrainingJobSummaries"]] == ["resnet"]


@pytest.mark.fact(
    "jobs.TrainingJob.filled_in.ResourceConfig-SelectedInstanceType-SelectedInstanceCount",
)
def test_the_first_preferred_instance_is_selected(client: Any) -> None:
    """Fact: filled_in ResourceConfig.SelectedInstanceType, after selection."""
    preferences = [{"InstanceType": "ml.m5.large", "InstanceCount": 2}]
    config = {"InstancePreferences": preferences, "VolumeSizeInGB": 10}
    client.create_training_job(**request(ResourceConfig=config))
    early, late = (described(client)["ResourceConfig"] for _ in range(2))
    assert "SelectedInstanceType" not in early
    assert (late["SelectedInstanceType"], late["SelectedInstanceCount"]) == ("ml.m5.large", 2)


def test_list_has_the_documented_order_and_filters(sm: World, client: Any) -> None:
    """Fact: list_defaults (CreationTime, Ascending)."""
    for name in ("b", "a", "c"):
        client.create_training_job(**request(name))
    sm.get("TrainingJob", "a").move_to("Failed")
    listed = client.list_training_jobs()["TrainingJobSummaries"]
    assert [job["TrainingJobName"] for job in listed] == ["b", "a", "c"]
    failed = client.list_training_jobs(StatusEquals="Failed")["TrainingJobSummaries"]
    assert [(j["TrainingJobName"], j["SecondaryStatus"]) for j in failed] == [("a", "Failed")]


@pytest.mark.fact(
    "jobs._common.waiters",
)
def test_the_waiter_ends(client: Any) -> None:
    """Fact: waiters."""
    client.create_training_job(**request())
    client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="resnet")
    assert described(client)["TrainingJobStatus"] == "Completed"
