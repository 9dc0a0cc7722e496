"""What reports say that the service refuses of jobs: a row a fact, the call and the answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from sagestub import World, mock_sagemaker
from tests.facts.reports.answers import ARN, REGION, Prepare, Report, check, name_of
from tests.kinds.field_rules import batch, clusters, hosting, people, training
from tests.kinds.field_rules.rows import ABSENT, IMAGE, KEY, ROLE, changed
from tests.kinds.test_tuning import config, definition
from tests.kinds.test_tuning import request as tuning

REQUESTS = {**training.REQUESTS, **batch.REQUESTS, **hosting.REQUESTS}
SPOT = {"EnableManagedSpotTraining": True, "StoppingCondition.MaxWaitTimeInSeconds": 3600}


def request(operation: str, changes: dict[str, Any]) -> dict[str, Any]:
    return changed(REQUESTS[operation], changes)


def train(changes: dict[str, Any]) -> dict[str, Any]:
    return request("CreateTrainingJob", changes)


def tune(changes: dict[str, Any]) -> dict[str, Any]:
    return request("CreateHyperParameterTuningJob", changes)


def process(changes: dict[str, Any]) -> dict[str, Any]:
    return request("CreateProcessingJob", changes)


def quota(name: str, limit: int) -> Prepare:
    def prepare(sm: World, client: Any) -> None:
        sm.quotas[name] = limit

    return prepare


@pytest.fixture
def sm() -> Iterator[World]:
    with mock_sagemaker(references="ignore") as world:
        yield world


# TrainingJob ------------------------------------------------------------------------------------


def after_a_spot_job(sm: World, client: Any) -> None:
    sm.quotas["ml.g5.2xlarge for spot training job usage"] = 1
    client.create_training_job(
        **train(
            {**SPOT, "TrainingJobName": "first", "ResourceConfig.InstanceType": "ml.g5.2xlarge"}
        )
    )


def with_a_completed_job(sm: World, client: Any) -> None:
    sm.add("TrainingJob", region=REGION, TrainingJobName="churn", TrainingJobStatus="Completed")


def with_a_plan(target: str) -> Prepare:
    def prepare(sm: World, client: Any) -> None:
        offer = client.search_training_plan_offerings(
            InstanceType="ml.p5.48xlarge",
            InstanceCount=1,
            DurationHours=24,
            TargetResources=[target],
        )["TrainingPlanOfferings"][0]
        client.create_training_plan(
            TrainingPlanName=training.PLAN.rpartition("/")[2],
            TrainingPlanOfferingId=offer["TrainingPlanOfferingId"],
        )

    return prepare


CHANNELS = [training.channel("a", InputMode="Pipe"), training.channel("b", InputMode="FastFile")]
SOME = [{**training.SMALL, "InstanceCount": 1}, training.LARGE]
EACH = [{**training.SMALL, "InstanceCount": 1}, {**training.LARGE, "InstanceCount": 1}]
PLANNED = [{**training.SMALL, "TrainingPlanArns": [training.PLAN]}]
TRAINING = [
    Report(
        "reports.TrainingJob.errors.channels-of-which-one-is-in-Pipe-and-one",
        "CreateTrainingJob",
        train({"InputDataConfig": CHANNELS}),
    ),
    Report(
        "reports.TrainingJob.errors.an-instance-type-that-no-training-job-can-have",
        "CreateTrainingJob",
        train({"ResourceConfig.InstanceType": "ml.t3.medium"}),
    ),
    Report(
        "reports.TrainingJob.errors.an-instance-type-that-the-enumeration-does-not-have",
        "CreateTrainingJob",
        train({"ResourceConfig.InstanceType": "ml.t2.medium"}),
    ),
    Report(
        "reports.TrainingJob.errors.spot-training-of-an-algorithm-without-checkpoints-that-waits",
        "CreateTrainingJob",
        train(
            {
                **SPOT,
                "StoppingCondition.MaxWaitTimeInSeconds": 3601,
                "AlgorithmSpecification.TrainingImage": training.DEEPAR,
                "AlgorithmSpecification.MetricDefinitions": ABSENT,
            }
        ),
    ),
    Report(
        "reports.TrainingJob.errors.spot-training-with-a-MaxWaitTimeInSeconds-below-MaxRuntimeInSeconds",
        "CreateTrainingJob",
        train({**SPOT, "StoppingCondition.MaxWaitTimeInSeconds": 59}),
    ),
    Report(
        "reports.TrainingJob.errors.spot-training-without-MaxWaitTimeInSeconds",
        "CreateTrainingJob",
        train({"EnableManagedSpotTraining": True}),
    ),
    Report(
        "reports.TrainingJob.errors.MaxWaitTimeInSeconds-without-spot-training",
        "CreateTrainingJob",
        train({"StoppingCondition.MaxWaitTimeInSeconds": 3600}),
    ),
    Report(
        "reports.TrainingJob.errors.metric-definitions-with-the-image-of-a-built-in",
        "CreateTrainingJob",
        train({"AlgorithmSpecification.TrainingImage": training.DEEPAR}),
    ),
    Report(
        "reports.TrainingJob.errors.a-compressed-channel-in-File-mode",
        "CreateTrainingJob",
        train({"InputDataConfig": [training.channel("packed", CompressionType="Gzip")]}),
        {"channel": "packed"},
    ),
    Report(
        "reports.TrainingJob.errors.InstanceGroups-together-with-an-InstanceType",
        "CreateTrainingJob",
        train(
            {
                "ResourceConfig": {
                    "InstanceGroups": [training.group("a")],
                    "InstanceType": "ml.m5.large",
                }
            }
        ),
    ),
    Report(
        "reports.TrainingJob.errors.InstanceGroups-together-with-an-InstanceCount",
        "CreateTrainingJob",
        train({"ResourceConfig": {"InstanceGroups": [training.group("a")], "InstanceCount": 1}}),
    ),
    Report(
        "reports.TrainingJob.errors.instance-groups-assigned-to-some-channels-only",
        "CreateTrainingJob",
        train(
            {
                "ResourceConfig": {"InstanceGroups": [training.group("a"), training.group("b")]},
                "InputDataConfig": [training.in_groups("x", "a", "b"), training.channel("y")],
            }
        ),
        {"groups": "a, b", "others": "y"},
    ),
    Report(
        "reports.TrainingJob.errors.InstancePreferences-together-with-an-InstanceType",
        "CreateTrainingJob",
        train({"ResourceConfig.InstancePreferences": EACH}),
        says="InstancePreferences can't be specified together with InstanceType",
    ),
    Report(
        "reports.TrainingJob.errors.InstancePreferences-together-with-spot-training",
        "CreateTrainingJob",
        train({**SPOT, "ResourceConfig": {"InstancePreferences": EACH}}),
        says="InstancePreferences can't be specified together with",
    ),
    Report(
        "reports.TrainingJob.errors.an-InstanceCount-of-a-preference-and-one-of-the",
        "CreateTrainingJob",
        train({"ResourceConfig": {"InstancePreferences": EACH, "InstanceCount": 1}}),
        says="InstanceCount can't be specified both per instance preference and for the job.",
    ),
    Report(
        "reports.TrainingJob.errors.an-InstanceCount-of-some-preferences-only",
        "CreateTrainingJob",
        train({"ResourceConfig": {"InstancePreferences": SOME}}),
        says="Either all InstancePreferences specify InstanceCount or none of them.",
    ),
    Report(
        "reports.TrainingJob.errors.a-TrainingPlanArn-of-the-job-and-one-of-a",
        "CreateTrainingJob",
        train(
            {
                "ResourceConfig": {
                    "InstancePreferences": PLANNED,
                    "InstanceCount": 1,
                    "TrainingPlanArn": training.PLAN,
                }
            }
        ),
        says="TrainingPlanArns of InstancePreferences can't be specified together with",
    ),
    Report(
        "reports.TrainingJob.errors.more-than-100-hyperparameters",
        "CreateTrainingJob",
        train({"HyperParameters": {f"p{number}": "1" for number in range(101)}}),
    ),
    Report(
        "reports.TrainingJob.errors.a-hyperparameter-of-more-than-2500-characters",
        "CreateTrainingJob",
        train({"HyperParameters": {"classes": "c" * 2501}}),
    ),
    Report(
        "reports.TrainingJob.errors.a-value-of-the-environment-of-more-than-512",
        "CreateTrainingJob",
        train({"Environment": {"URL": "u" * 513}}),
        says="[Member must have length less than or equal to 512,",
    ),
    Report(
        "reports.TrainingJob.errors.an-underscore-in-the-name",
        "CreateTrainingJob",
        train({"TrainingJobName": "my_job"}),
    ),
    Report(
        "reports.TrainingJob.errors.stop-a-job-that-is-Completed",
        "StopTrainingJob",
        {"TrainingJobName": "churn"},
        prepare=with_a_completed_job,
    ),
    Report(
        "reports.TrainingJob.errors.an-image-from-another-registry-without-access-through-a",
        "CreateTrainingJob",
        train({"AlgorithmSpecification.TrainingImage": "registry.example.com/churn:1"}),
    ),
    Report(
        "reports.TrainingJob.errors.a-built-in-algorithm-that-needs-GPUs-on-instances",
        "CreateTrainingJob",
        train(
            {
                "AlgorithmSpecification.TrainingImage": training.IMAGES,
                "AlgorithmSpecification.MetricDefinitions": ABSENT,
            }
        ),
        {"type": "ml.m5.large", "algorithm": "image-classification"},
    ),
    Report(
        "reports.TrainingJob.errors.VolumeKmsKeyId-with-instances-that-have-local-storage",
        "CreateTrainingJob",
        train({"ResourceConfig": {**training.G5, "VolumeSizeInGB": 10}}),
        says="which has local storage.",
    ),
    Report(
        "reports.TrainingJob.errors.a-training-plan-that-is-for-clusters",
        "CreateTrainingJob",
        train({"ResourceConfig.TrainingPlanArn": training.PLAN}),
        says="can't be used for the target resource training-job. It is for: hyperpod-cluster.",
        prepare=with_a_plan("hyperpod-cluster"),
    ),
    Report(
        "reports.TrainingJob.errors.a-preference-with-a-training-plan-of-another-instance",
        "CreateTrainingJob",
        train({"ResourceConfig": {"InstancePreferences": PLANNED, "InstanceCount": 1}}),
        says="The instance type ml.m5.large must match that of the training plan",
        prepare=with_a_plan("training-job"),
    ),
    Report(
        "reports.TrainingJob.errors.an-update-that-changes-nothing",
        "UpdateTrainingJob",
        {"TrainingJobName": "churn"},
        prepare=with_a_completed_job,
    ),
    Report(
        "reports.TrainingJob.errors.more-spot-instances-of-a-type-than-the-account",
        "CreateTrainingJob",
        train({**SPOT, "ResourceConfig.InstanceType": "ml.g5.2xlarge"}),
        prepare=after_a_spot_job,
    ),
]

# ProcessingJob and TransformJob -----------------------------------------------------------------

ELSEWHERE = "415577184552.dkr.ecr.us-east-2.amazonaws.com/sagemaker-data-wrangler-container:1.1.1"


def with_a_job_of_the_name(sm: World, client: Any) -> None:
    client.create_processing_job(**process({}))


def cluster(**members: Any) -> dict[str, Any]:
    return {"ProcessingResources.ClusterConfig": {"VolumeSizeInGB": 9, **members}}


def inputs(count: int) -> list[dict[str, Any]]:
    return [batch.s3_input(f"in{n}", LocalPath=f"/opt/ml/processing/{n}") for n in range(count)]


HERE = {"LocalPath": "/opt/ml/processing/here"}
PROCESSING = [
    Report(
        "reports.ProcessingJob.errors.VolumeKmsKeyId-with-instances-that-have-local-storage",
        "CreateProcessingJob",
        process(cluster(InstanceType="ml.r5d.large", InstanceCount=1, VolumeKmsKeyId=KEY)),
        says="which has local storage.",
    ),
    Report(
        "reports.ProcessingJob.errors.an-image-that-lies-in-another-region",
        "CreateProcessingJob",
        process({"AppSpecification.ImageUri": ELSEWHERE}),
        {"region": "us-east-2", "image": ELSEWHERE, "own": "eu-west-1"},
    ),
    Report(
        "reports.ProcessingJob.errors.an-image-that-is-no-path-of-a-registry",
        "CreateProcessingJob",
        process({"AppSpecification.ImageUri": "YOUR_SAGEMAKER_CLARIFY_IMAGE_URI"}),
        {"image": "YOUR_SAGEMAKER_CLARIFY_IMAGE_URI"},
    ),
    Report(
        "reports.ProcessingJob.errors.a-name-that-another-processing-job-has",
        "CreateProcessingJob",
        process({}),
        {"arn": f"{ARN}processing-job/clean"},
        prepare=with_a_job_of_the_name,
    ),
    Report(
        "reports.ProcessingJob.errors.two-inputs-with-one-local-path",
        "CreateProcessingJob",
        process({"ProcessingInputs": [batch.s3_input("a", **HERE), batch.s3_input("b", **HERE)]}),
    ),
    Report(
        "reports.ProcessingJob.errors.more-than-10-inputs",
        "CreateProcessingJob",
        process({"ProcessingInputs": inputs(11)}),
    ),
    Report(
        "reports.ProcessingJob.errors.a-value-of-the-environment-of-more-than-256",
        "CreateProcessingJob",
        process({"Environment": {"URL": "u" * 257}}),
        says="[Member must have length less than or equal to 256,",
    ),
    Report(
        "reports.ProcessingJob.errors.more-instances-of-a-type-than-the-account-may",
        "CreateProcessingJob",
        process(cluster(InstanceType="ml.m5.4xlarge", InstanceCount=2)),
        prepare=quota("ml.m5.4xlarge for processing job usage", 0),
    ),
    Report(
        "reports.ProcessingJob.errors.InstancePreferences-together-with-an-InstanceType",
        "CreateProcessingJob",
        process(cluster(InstanceType="ml.m5.large", InstancePreferences=EACH)),
        says="InstancePreferences can't be specified together with InstanceType.",
    ),
    Report(
        "reports.ProcessingJob.errors.an-InstanceCount-of-a-preference-and-one-of-the",
        "CreateProcessingJob",
        process(cluster(InstanceCount=1, InstancePreferences=EACH)),
        says="InstanceCount can't be specified both per instance preference and for the job.",
    ),
    Report(
        "reports.ProcessingJob.errors.an-InstanceCount-of-some-preferences-only",
        "CreateProcessingJob",
        process(cluster(InstancePreferences=SOME)),
        says="Either all InstancePreferences specify InstanceCount or none of them.",
    ),
    Report(
        "reports.TransformJob.errors.more-instances-of-a-type-than-the-account-may",
        "CreateTransformJob",
        request("CreateTransformJob", {"TransformResources.InstanceType": "ml.m4.xlarge"}),
        prepare=quota("ml.m4.xlarge for transform job usage", 0),
    ),
]

# HyperParameterTuningJob ------------------------------------------------------------------------


def with_a_parent(sm: World, client: Any) -> None:
    client.create_hyper_parameter_tuning_job(**tuning(TrainingJobDefinition=PARENT))
    sm.get("HyperParameterTuningJob", "tune").move_to("Completed")


def with_a_running_parent(sm: World, client: Any) -> None:
    client.create_hyper_parameter_tuning_job(**tuning(TrainingJobDefinition=PARENT))


def with_a_parent_and_room_for_6(sm: World, client: Any) -> None:
    """Let there be a parent that has launched two jobs, and a quota of 6 for both."""
    client.create_hyper_parameter_tuning_job(
        **tuning(
            TrainingJobDefinition=PARENT,
            HyperParameterTuningJobConfig=config(jobs=2, parallel=2),
        )
    )
    sm.get("HyperParameterTuningJob", "tune").move_to("Completed")
    sm.quotas["Number of training jobs per hyperparameter tuning job"] = 6


PARENT = definition(
    InputDataConfig=[training.channel("train")],
    StaticHyperParameters={"epochs": "3", "layers": "2", "optimizer": "adam"},
)
FLOATS = {"ContinuousParameterRanges": [{"Name": "rate", "MinValue": "0.1", "MaxValue": "0.9"}]}


def warm(kind: str = "TransferLearning", of: Any = PARENT, **members: Any) -> dict[str, Any]:
    """Return a request for a job with a warm start from `tune`."""
    start = {
        "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "tune"}],
        "WarmStartType": kind,
    }
    return tuning("again", WarmStartConfig=start, TrainingJobDefinition=of, **members)


def turned_round(ranges: Any) -> dict[str, Any]:
    """Return ranges in which the first continuous or whole one has become categorical."""
    name = next(entry["Name"] for entries in ranges.values() for entry in entries)
    kept = {
        member: [entry for entry in entries if entry["Name"] != name]
        for member, entries in ranges.items()
    }
    categories = [*kept.get("CategoricalParameterRanges", ()), {"Name": name, "Values": ["1", "2"]}]
    return {**kept, "CategoricalParameterRanges": categories}


RANGES = config()["ParameterRanges"]
OTHER_METRIC = {
    **PARENT["AlgorithmSpecification"],
    "MetricDefinitions": [{"Name": "f1", "Regex": "f1=(.*)"}],
}
OTHER_IMAGE = {
    **PARENT["AlgorithmSpecification"],
    "TrainingImage": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/other:1",
}
TUNING = [
    Report(
        "reports.HyperParameterTuningJob.errors.a-definition-with-MaxWaitTimeInSeconds-and-without-spot-training",
        "CreateHyperParameterTuningJob",
        request(
            "CreateHyperParameterTuningJob",
            {"TrainingJobDefinition.StoppingCondition.MaxWaitTimeInSeconds": 7200},
        ),
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.MaxParallelTrainingJobs-need-more-instances-than-the-account-has",
        "CreateHyperParameterTuningJob",
        tuning(
            TrainingJobDefinition=definition(
                ResourceConfig={
                    "InstanceType": "ml.m4.xlarge",
                    "InstanceCount": 1,
                    "VolumeSizeInGB": 10,
                }
            )
        ),
        prepare=quota("ml.m4.xlarge for training job usage", 0),
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.an-objective-whose-metric-a-framework-image-has-no",
        "CreateHyperParameterTuningJob",
        tuning(
            TrainingJobDefinition=definition(
                AlgorithmSpecification={
                    "TrainingImage": (
                        "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-scikit-learn:1.2-1"
                    ),
                    "TrainingInputMode": "File",
                }
            )
        ),
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.a-categorical-range-of-more-than-30-values",
        "CreateHyperParameterTuningJob",
        tuning(
            HyperParameterTuningJobConfig=config(
                ParameterRanges={
                    "CategoricalParameterRanges": [
                        {"Name": "size", "Values": [str(number) for number in range(31)]}
                    ]
                }
            )
        ),
        says="Member must have length less than or equal to 30",
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.a-warm-start-from-a-parent-that-still-runs",
        "CreateHyperParameterTuningJob",
        warm(),
        says="All parent jobs must be in a terminal state",
        prepare=with_a_running_parent,
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.a-warm-start-with-another-objective-metric-than-its",
        "CreateHyperParameterTuningJob",
        warm(
            of={**PARENT, "AlgorithmSpecification": OTHER_METRIC},
            HyperParameterTuningJobConfig=config(
                HyperParameterTuningJobObjective={"Type": "Maximize", "MetricName": "f1"}
            ),
        ),
        says="The objective metric f1 must be the same",
        prepare=with_a_parent,
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.a-warm-start-with-more-hyperparameters-in-all-than",
        "CreateHyperParameterTuningJob",
        warm(
            of={
                **PARENT,
                "StaticHyperParameters": {**PARENT["StaticHyperParameters"], "seed": "1"},
            }
        ),
        prepare=with_a_parent,
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.a-warm-start-with-hyperparameters-of-other-names",
        "CreateHyperParameterTuningJob",
        warm(of={**PARENT, "StaticHyperParameters": {"epochs": "3", "layers": "2", "seed": "1"}}),
        prepare=with_a_parent,
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.Hyperband-without-MaxResource-or-epochs",
        "CreateHyperParameterTuningJob",
        tune({f"{training.CONFIG}.Strategy": "Hyperband"}),
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.a-range-of-integers-that-begins-where-it-ends",
        "CreateHyperParameterTuningJob",
        tune({f"{training.RANGES}.IntegerParameterRanges.0.MinValue": "9"}),
        says="The range [9, 9] of the hyperparameter depth is not valid.",
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.a-continuous-range-that-begins-where-it-ends",
        "CreateHyperParameterTuningJob",
        tune({f"{training.RANGES}.ContinuousParameterRanges.0.MinValue": "0.9"}),
        says="The range [0.9, 0.9] of the hyperparameter rate is not valid.",
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.a-categorical-range-with-a-value-twice",
        "CreateHyperParameterTuningJob",
        tune({f"{training.RANGES}.CategoricalParameterRanges.0.Values": ["tree", "tree"]}),
        says="The value tree of the hyperparameter booster is given more than once.",
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.VolumeKmsKeyId-with-instances-that-have-local-storage",
        "CreateHyperParameterTuningJob",
        tune({"TrainingJobDefinition.ResourceConfig": {**training.G5, "VolumeSizeInGB": 10}}),
        says="which has local storage.",
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.a-warm-start-in-which-a-hyperparameter-has-another",
        "CreateHyperParameterTuningJob",
        warm(HyperParameterTuningJobConfig=config(ParameterRanges=turned_round(RANGES))),
        says="must be the same as in the parent tuning job",
        prepare=with_a_parent,
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.a-warm-start-of-identical-data-with-another-training",
        "CreateHyperParameterTuningJob",
        warm("IdenticalDataAndAlgorithm", {**PARENT, "AlgorithmSpecification": OTHER_IMAGE}),
        says="IdenticalDataAndAlgorithm needs the training image",
        prepare=with_a_parent,
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.a-warm-start-of-identical-data-with-other-input",
        "CreateHyperParameterTuningJob",
        warm(
            "IdenticalDataAndAlgorithm",
            {**PARENT, "InputDataConfig": [training.channel("another")]},
        ),
        says="IdenticalDataAndAlgorithm needs the input data",
        prepare=with_a_parent,
    ),
    Report(
        "reports.HyperParameterTuningJob.errors.a-warm-start-whose-training-jobs-and-its-parents",
        "CreateHyperParameterTuningJob",
        warm(),
        says="The request delta of 7 TrainingJobs",
        prepare=with_a_parent_and_room_for_6,
    ),
]


def with_a_parent_of_many_values(sm: World, client: Any) -> None:
    client.create_hyper_parameter_tuning_job(**tuning(TrainingJobDefinition=MANY))
    sm.get("HyperParameterTuningJob", "tune").move_to("Completed")


MANY = definition(StaticHyperParameters={f"p{number}": "1" for number in range(11)})
CHANGES = Report(
    "reports.HyperParameterTuningJob.errors.a-warm-start-with-more-than-10-changes-to",
    "CreateHyperParameterTuningJob",
    warm(of=definition(StaticHyperParameters={f"p{number}": "2" for number in range(11)})),
    says="must not be more than 10, got 11.",
    prepare=with_a_parent_of_many_values,
)


@pytest.mark.parametrize("kind", ["TransferLearning", "IdenticalDataAndAlgorithm"])
def test_a_warm_start_that_keeps_all_is_accepted(sm: World, kind: str) -> None:
    """The rows' own right request: each breaks one restriction of it."""
    client = boto3.client("sagemaker", region_name=REGION)
    with_a_parent(sm, client)
    client.create_hyper_parameter_tuning_job(**warm(kind))
    assert len(client.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"]) == 2


# Others -----------------------------------------------------------------------------------------


def with_a_session(status: str) -> Prepare:
    def prepare(sm: World, client: Any) -> None:
        sm.add(
            "TrainingSession",
            region=REGION,
            TrainingSessionName="rl",
            TrainingSessionStatus=status,
        )

    return prepare


def with_a_policy(sm: World, client: Any) -> None:
    arn = f"{ARN}cluster/abcdefghijkl"
    client.create_cluster_scheduler_config(Name="one", ClusterArn=arn, SchedulerConfig={})


def with_a_cluster(sm: World, client: Any) -> None:
    client.create_cluster(**clusters.REQUESTS["CreateCluster"])
    for _ in range(2):
        client.describe_cluster(ClusterName="pod")


def with_an_algorithm_for_one_instance(sm: World, client: Any) -> None:
    asked = training.REQUESTS["CreateAlgorithm"]
    specification = {**asked["TrainingSpecification"], "SupportsDistributedTraining": False}
    client.create_algorithm(AlgorithmName="churn", TrainingSpecification=specification)


def with_a_model_of_objects(sm: World, client: Any) -> None:
    source = {"S3Uri": "s3://b/churn/", "S3DataType": "S3Prefix", "CompressionType": "None"}
    container = {"Image": IMAGE, "ModelDataSource": {"S3DataSource": source}}
    client.create_model(ModelName="churn", ExecutionRoleArn=ROLE, PrimaryContainer=container)


PACKAGE = f"{ARN}model-package/churn/1"
LABEL = "CreateLabelingJob"
RECOMMEND = "CreateInferenceRecommendationsJob"
OTHERS = [
    Report(
        "reports.LabelingJob.errors.more-than-eight-hours-for-a-task-that-is",
        LABEL,
        changed(people.REQUESTS[LABEL], {"HumanTaskConfig.TaskTimeLimitInSeconds": 28801}),
        says="TaskTimeLimitInSeconds must not be greater than 28800",
    ),
    Report(
        "reports.LabelingJob.errors.a-point-cloud-for-the-public-workforce",
        LABEL,
        changed(
            people.REQUESTS[LABEL],
            {people.FUNCTION: f"{people.LAMBDA}PRE-3DPointCloudObjectDetection"},
        ),
        says="can't use the Amazon Mechanical Turk workforce.",
    ),
    Report(
        "reports.LabelingJob.errors.automated-labeling-with-an-algorithm-that-there-is-not",
        LABEL,
        changed(
            people.REQUESTS[LABEL],
            {
                "LabelingJobAlgorithmsConfig.LabelingJobAlgorithmSpecificationArn": (
                    f"{people.AUTOMATIC}/entities"
                )
            },
        ),
        says="does not exist.",
    ),
    Report(
        "reports.ClusterSchedulerConfig.errors.a-second-policy-of-a-cluster",
        "CreateClusterSchedulerConfig",
        {"Name": "other", "ClusterArn": f"{ARN}cluster/abcdefghijkl", "SchedulerConfig": {}},
        prepare=with_a_policy,
    ),
    Report(
        "reports.Cluster.errors.a-training-plan-that-is-for-training-jobs",
        "CreateCluster",
        changed(
            clusters.REQUESTS["CreateCluster"],
            {"InstanceGroups.0.TrainingPlanArn": training.PLAN},
        ),
        says="can't be used for the target resource hyperpod-cluster. It is for: training-job.",
        prepare=with_a_plan("training-job"),
    ),
    Report(
        "reports.Cluster.errors.DrainFirst-without-a-MaximumBatchSize",
        "CreateCluster",
        changed(
            clusters.REQUESTS["CreateCluster"],
            {"InstanceGroups.0.AutoPatchConfig": {"PatchingStrategy": "DrainFirst"}},
        ),
        says="MaximumBatchSize must be specified when PatchingStrategy is DrainFirst.",
    ),
    Report(
        "reports.TrainingJob.errors.several-instances-for-an-algorithm-that-is-not-distributed",
        "CreateTrainingJob",
        request(
            "CreateTrainingJob",
            {
                "AlgorithmSpecification": {"AlgorithmName": "churn", "TrainingInputMode": "File"},
                "ResourceConfig.InstanceCount": 2,
            },
        ),
        says="does not support distributed training: InstanceCount must be 1, and is 2.",
        prepare=with_an_algorithm_for_one_instance,
    ),
    Report(
        "reports.Cluster.errors.describe-a-cluster-that-does-not-exist",
        "DescribeCluster",
        {"ClusterName": "nobody"},
        {"arn": f"{ARN}cluster/nobody"},
    ),
    Report(
        "reports.Cluster.errors.UpdateCluster-changes-CapacityRequirements-of-a-group",
        "UpdateCluster",
        changed(
            clusters.REQUESTS["UpdateCluster"],
            {"InstanceGroups.0.CapacityRequirements": {"Spot": {}}},
        ),
        says="Updating fields CapacityRequirements on an InstanceGroup not supported",
        prepare=with_a_cluster,
    ),
    Report(
        "reports.TransformJob.errors.a-model-whose-data-comes-from-a-ModelDataSource",
        "CreateTransformJob",
        request("CreateTransformJob", {}),
        prepare=with_a_model_of_objects,
    ),
    Report(
        "reports.TransformJob.errors.VolumeKmsKeyId-with-instances-that-have-local-storage",
        "CreateTransformJob",
        request("CreateTransformJob", {"TransformResources": training.G5}),
        says="which has local storage.",
    ),
    Report(
        "reports.AutoMLJob.errors.an-EndpointName-while-AutoGenerateEndpointName-is-true",
        "CreateAutoMLJob",
        request("CreateAutoMLJob", {"ModelDeployConfig.EndpointName": "live"}),
        says="EndpointName must be specified if and only if AutoGenerateEndpointName is false.",
    ),
    Report(
        "reports.CompilationJob.errors.both-InputConfig-and-ModelPackageVersionArn",
        "CreateCompilationJob",
        request("CreateCompilationJob", {"ModelPackageVersionArn": PACKAGE}),
    ),
    Report(
        "reports.InferenceRecommendationsJob.errors.neither-ModelName-nor-ModelPackageVersionArn",
        RECOMMEND,
        request(RECOMMEND, {"InputConfig.ModelName": ABSENT}),
        says="Exactly one of ModelName or ModelPackageVersionArn",
    ),
    Report(
        "reports.InferenceRecommendationsJob.errors.both-ModelName-and-ModelPackageVersionArn",
        RECOMMEND,
        request(RECOMMEND, {"InputConfig.ModelPackageVersionArn": PACKAGE}),
        says="Exactly one of ModelName or ModelPackageVersionArn",
    ),
    Report(
        "reports.TrainingSession.errors.stop-a-session-in-Stopping",
        "StopTrainingSession",
        {"TrainingSessionName": "rl"},
        prepare=with_a_session("Stopping"),
    ),
    Report(
        "reports.TrainingSession.errors.stop-a-session-in-Stopped",
        "StopTrainingSession",
        {"TrainingSessionName": "rl"},
        prepare=with_a_session("Stopped"),
    ),
]


@pytest.mark.parametrize("report", [*TRAINING, *PROCESSING, *TUNING, CHANGES, *OTHERS], ids=name_of)
def test_what_is_reported_of_a_job_is_answered(sm: World, report: Report) -> None:
    check(sm, report)


@pytest.mark.fact("reports.TransformJob.errors.a-model-that-does-not-exist")
def test_a_transform_job_needs_its_model() -> None:
    with mock_sagemaker() as sm:
        check(
            sm,
            Report(
                "reports.TransformJob.errors.a-model-that-does-not-exist",
                "CreateTransformJob",
                request("CreateTransformJob", {"ModelName": "test-model"}),
                {"arn": f"{ARN}model/test-model"},
            ),
        )
