"""Steps that run jobs: names, tags, experiment, Metadata, and what later steps read of them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest

from sagestub import World
from tests.pipelines.steps.running import IMAGE, ROLE, Run, Step


def told(run: Run, *steps: dict[str, Any], value: Any) -> str:
    """What a value of a definition is after the steps, as a last step says it."""
    last = {"Name": "Say", "Type": "Fail", "Arguments": {"ErrorMessage": value}}
    reason: str = run(*steps, last)["Say"]["FailureReason"]
    return reason


@pytest.fixture
def tuning(training: dict[str, Any]) -> dict[str, Any]:
    """Arguments of a tuning step."""
    definition = {**training, "AlgorithmSpecification": {**training["AlgorithmSpecification"]}}
    definition["AlgorithmSpecification"]["MetricDefinitions"] = [{"Name": "loss", "Regex": "(.*)"}]
    return {
        "HyperParameterTuningJobConfig": {
            "Strategy": "Random",
            "HyperParameterTuningJobObjective": {"Type": "Minimize", "MetricName": "loss"},
            "ResourceLimits": {"MaxNumberOfTrainingJobs": 3, "MaxParallelTrainingJobs": 3},
            "ParameterRanges": {
                "ContinuousParameterRanges": [{"Name": "rate", "MinValue": "0", "MaxValue": "1"}]
            },
        },
        "TrainingJobDefinition": definition,
    }


TRANSFORM = {
    "ModelName": "model",
    "TransformInput": {
        "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/in"}}
    },
    "TransformOutput": {"S3OutputPath": "s3://bucket/out"},
    "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
}

AUTO_ML = {
    "RoleArn": ROLE,
    "InputDataConfig": [
        {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/in"}},
            "TargetAttributeName": "label",
        }
    ],
    "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
    "AutoMLJobConfig": {"Mode": "ENSEMBLING"},
}


@pytest.mark.fact(
    "pipelines.Names-tags-and-experiments-of-jobs.pipelines-execution-id-step-name-10",
    "pipelines.Names-tags-and-experiments-of-jobs.the-step-s-name-is-cut",
    "jobs.PipelineExecution.secondary.metadata",
)
def test_a_job_is_named_for_its_execution_and_step(
    client: Any, run: Run, step: Step, training: dict[str, Any]
) -> None:
    """Fact: names of jobs; a step's name is cut to 20 characters."""
    report = run(step("Train_the_model_for_the_shop", "Training", training))
    (job,) = client.list_training_jobs()["TrainingJobSummaries"]
    assert re.fullmatch(
        r"pipelines-[a-z0-9]{12}-Train-the-model-for-[A-Za-z0-9]{10}", job["TrainingJobName"]
    )
    told = report["Train_the_model_for_the_shop"]
    assert told["Metadata"] == {"TrainingJob": {"Arn": job["TrainingJobArn"]}}
    assert told["StepStatus"] == "Succeeded"


@pytest.mark.fact("pipelines.Names-tags-and-experiments-of-jobs.a-name-in-the-definition-is")
def test_a_name_in_the_definition_is_a_prefix(
    client: Any, run: Run, step: Step, training: dict[str, Any]
) -> None:
    """Fact: names of jobs: `<prefix>-<execution id>-<made>-<failures>`."""
    run(step("Train", "Training", {**training, "TrainingJobName": "nightly"}))
    (job,) = client.list_training_jobs()["TrainingJobSummaries"]
    assert re.fullmatch(r"nightly-[a-z0-9]{12}-\w{10}-0", job["TrainingJobName"])


@pytest.mark.fact(
    "pipelines.Names-tags-and-experiments-of-jobs.tags-sagemaker-pipeline-execution-arn-and",
)
def test_a_job_is_tagged_with_its_execution_and_step(
    client: Any, run: Run, step: Step, training: dict[str, Any]
) -> None:
    """Fact: tags of jobs."""
    own = [{"Key": "team", "Value": "search"}]
    run(step("Train", "Training", {**training, "Tags": own}))
    (job,) = client.list_training_jobs()["TrainingJobSummaries"]
    (execution,) = client.list_pipeline_executions(PipelineName="demo")[
        "PipelineExecutionSummaries"
    ]
    assert client.list_tags(ResourceArn=job["TrainingJobArn"])["Tags"] == [
        *own,
        {"Key": "sagemaker:pipeline-execution-arn", "Value": execution["PipelineExecutionArn"]},
        {"Key": "sagemaker:pipeline-step-name", "Value": "Train"},
    ]


@pytest.mark.fact("pipelines.Expressions.Get-Execution-name")
@pytest.mark.parametrize("prefix", [{}, {"TrainingJobName": "nightly"}])
def test_the_execution_variable_of_a_jobs_name_is_the_name(
    client: Any, run: Run, step: Step, training: dict[str, Any], prefix: dict[str, str]
) -> None:
    environment = {"JOB": {"Get": "Execution.TrainingJobName"}}
    run(step("Train", "Training", {**training, **prefix, "Environment": environment}))
    (job,) = client.list_training_jobs()["TrainingJobSummaries"]
    described = client.describe_training_job(TrainingJobName=job["TrainingJobName"])
    assert described["Environment"] == {"JOB": job["TrainingJobName"]}


def test_members_without_a_value_are_left_out(
    client: Any, run: Run, step: Step, training: dict[str, Any]
) -> None:
    run(step("Train", "Training", {**training, "VpcConfig": None}))
    (job,) = client.list_training_jobs()["TrainingJobSummaries"]
    assert "VpcConfig" not in client.describe_training_job(TrainingJobName=job["TrainingJobName"])


@pytest.mark.fact("pipelines.Expressions.Get-Steps-name-path")
def test_a_later_step_reads_what_describe_returns(
    run: Run, step: Step, training: dict[str, Any]
) -> None:
    value = {"Get": "Steps.Train.ModelArtifacts.S3ModelArtifacts"}
    said = told(run, step("Train", "Training", training), value=value)
    assert re.fullmatch(r"s3://bucket/models/pipelines-\w+-Train-\w+/output/model.tar.gz", said)


@pytest.mark.fact("pipelines.Expressions.Get-Steps-name-path")
def test_an_output_of_a_processing_job_is_read_by_its_name(
    run: Run, step: Step, processing: dict[str, Any]
) -> None:
    path = "Steps.Clean.ProcessingOutputConfig.Outputs['report'].S3Output.S3Uri"
    said = told(run, step("Clean", "Processing", processing), value={"Get": path})
    assert said == "s3://bucket/report"


def test_a_tuning_step_lists_its_best_training_jobs_first(
    sm: World, client: Any, run: Run, step: Step, tuning: dict[str, Any]
) -> None:
    values = iter([0.5, 0.1, 0.9])
    sm.objective("*", lambda _: next(values))
    path = "Steps.Tune.TrainingJobSummaries[0].TrainingJobName"
    said = told(run, step("Tune", "Tuning", tuning), value={"Get": path})
    (job,) = client.list_hyper_parameter_tuning_jobs()["HyperParameterTuningJobSummaries"]
    name = job["HyperParameterTuningJobName"]
    assert re.fullmatch(r"[a-z0-9]{12}-Tune-\w{10}", name)
    best = client.describe_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)[
        "BestTrainingJob"
    ]
    assert best["FinalHyperParameterTuningJobObjectiveMetric"]["Value"] == pytest.approx(0.1)
    assert said == best["TrainingJobName"]


@pytest.mark.fact("pipelines.Step-types.Training-Processing-Transform-Tuning-AutoML")
@pytest.mark.parametrize(
    ("kind", "of"),
    [
        ("Training", "TrainingJob"),
        ("Processing", "ProcessingJob"),
        ("Transform", "TransformJob"),
        ("Tuning", "HyperParameterTuningJob"),
        ("AutoML", "AutoMLJob"),
    ],
)
def test_a_step_lasts_as_long_as_its_job(
    sm: World,
    client: Any,
    run: Run,
    step: Step,
    request: pytest.FixtureRequest,
    kind: str,
    of: str,
) -> None:
    constant = {"Transform": TRANSFORM, "AutoML": AUTO_ML}
    arguments = constant.get(kind) or request.getfixturevalue(kind.lower())
    client.create_model(ModelName="model", PrimaryContainer={"Image": IMAGE})
    sm.transitions(of, rule="manual")
    report = run(step("Work", kind, arguments))["Work"]
    (job,) = sm.resources(of)
    member = "TuningJob" if kind == "Tuning" else of
    assert report["Metadata"] == {member: {"Arn": job.arn}}
    assert report["StepStatus"] in ("Starting", "Executing")
    job.move_to("Completed")
    (ended,) = client.list_pipeline_execution_steps(
        PipelineExecutionArn=sm.resources("PipelineExecution")[0].arn
    )["PipelineExecutionSteps"]
    assert ended["StepStatus"] == "Succeeded"


@pytest.mark.fact("pipelines.Names-tags-and-experiments-of-jobs.tuning-jobs-have-no-prefix-and")
@pytest.mark.parametrize(
    ("kind", "of"), [("Tuning", "HyperParameterTuningJob"), ("AutoML", "AutoMLJob")]
)
def test_names_of_tuning_jobs_have_32_characters(
    sm: World, run: Run, step: Step, tuning: dict[str, Any], kind: str, of: str
) -> None:
    """A recorded one: `7s1cdjmwshwl-hp-tuni-gtlulL7vhj`."""
    run(step("hp_tuning", kind, tuning if kind == "Tuning" else AUTO_ML))
    (job,) = sm.resources(of)
    assert re.fullmatch(r"[a-z0-9]{12}-hp-tuni-[A-Za-z0-9]{10}", job.name)


@pytest.mark.fact(
    "pipelines.Names-tags-and-experiments-of-jobs.the-made-characters-have-capital-letters"
)
def test_made_characters_have_capital_letters(
    sm: World, run: Run, step: Step, processing: dict[str, Any]
) -> None:
    run(*(step(f"Clean{number}", "Processing", processing) for number in range(5)))
    made = "".join(job.name[-10:] for job in sm.resources("ProcessingJob"))
    assert re.fullmatch("[A-Za-z0-9]{50}", made)
    assert made != made.lower()


@pytest.mark.fact("pipelines.Names-tags-and-experiments-of-jobs.a-name-in-the-definition-is")
def test_a_name_ends_in_the_number_of_failures(
    sm: World, run: Run, step: Step, training: dict[str, Any]
) -> None:
    again = [{"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "MaxAttempts": 1}]
    sm.pipelines.fail("Train", error="SageMaker.JOB_INTERNAL_ERROR")
    named = {**training, "TrainingJobName": "nightly"}
    run(step("Train", "Training", named, RetryPolicies=again))
    assert [job.name[-2:] for job in sm.resources("TrainingJob")] == ["-0", "-1"]


@pytest.mark.fact("pipelines.Names-tags-and-experiments-of-jobs.a-job-has-the-execution-s")
def test_a_job_has_the_experiment_of_its_execution(
    sm: World, run: Run, step: Step, training: dict[str, Any]
) -> None:
    shown = {"ExperimentConfig": {"TrialComponentDisplayName": "The-fit"}}
    run(step("Train", "Training", {**training, **shown}))
    trial = sm.resources("PipelineExecution")[0].arn.rpartition("/")[2]
    assert sm.resources("TrainingJob")[0].members["ExperimentConfig"] == {
        "ExperimentName": "demo",
        "TrialName": trial,
        "TrialComponentDisplayName": "The-fit",
    }


@pytest.mark.fact(
    "pipelines.Expressions.Get-Execution-name",
    "pipelines.Expressions.Get-PipelineExperimentConfig-name",
)
def test_an_execution_tells_what_it_is(sm: World, run: Run, step: Step) -> None:
    names = ["PipelineName", "PipelineArn", "PipelineExecutionId", "PipelineExecutionArn"]
    values = [f"Execution.{name}" for name in names]
    values += [f"PipelineExperimentConfig.{name}" for name in ("ExperimentName", "TrialName")]
    said = told(run, value={"Std:Join": {"On": " ", "Values": [{"Get": v} for v in values]}})
    arn = sm.resources("PipelineExecution")[0].arn
    own, of_pipeline = arn.rpartition("/")[2], arn.partition("/execution/")[0]
    assert said.split(" ") == ["demo", of_pipeline, own, arn, "demo", own]


@pytest.mark.fact("pipelines.Expressions.Get-Execution-name")
@pytest.mark.parametrize("name", ["StartDateTime", "CurrentDateTime"])
def test_an_execution_tells_its_time(sm: World, run: Run, step: Step, name: str) -> None:
    before = sm.clock.now()
    said = datetime.fromisoformat(
        told(run, value={"Get": f"Execution.{name}"}).replace("Z", "+00:00")
    )
    assert abs((said - before).total_seconds()) < 60


@pytest.mark.fact("pipelines.Expressions.Get-Execution-name")
def test_the_execution_variable_of_a_processing_jobs_name(
    sm: World, run: Run, step: Step, processing: dict[str, Any]
) -> None:
    environment = {"JOB": {"Get": "Execution.ProcessingJobName"}}
    run(step("Clean", "Processing", {**processing, "Environment": environment}))
    (job,) = sm.resources("ProcessingJob")
    assert job.members["Environment"] == {"JOB": job.name}


def test_a_transform_step_has_its_job(client: Any, run: Run, step: Step) -> None:
    client.create_model(ModelName="model", PrimaryContainer={"Image": IMAGE})
    report = run(step("Score", "Transform", TRANSFORM))["Score"]
    (job,) = client.list_transform_jobs()["TransformJobSummaries"]
    assert report["Metadata"] == {"TransformJob": {"Arn": job["TransformJobArn"]}}


def test_an_automl_step_tells_where_its_reports_lie(client: Any, run: Run, step: Step) -> None:
    path = "Steps.Search.BestCandidateProperties.ModelInsightsJsonReportPath"
    said = told(run, step("Search", "AutoML", AUTO_ML), value={"Get": path})
    assert said.startswith("s3://bucket/out/")
    assert said.endswith("statistics.json")


def test_an_automl_step_may_be_of_the_second_version(client: Any, run: Run, step: Step) -> None:
    arguments = {
        "RoleArn": ROLE,
        "AutoMLJobInputDataConfig": [
            {
                "ChannelType": "training",
                "DataSource": {
                    "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/in"}
                },
            }
        ],
        "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
        "AutoMLProblemTypeConfig": {"TabularJobConfig": {"TargetAttributeName": "label"}},
    }
    report = run(step("Search", "AutoML", arguments))["Search"]
    (job,) = client.list_auto_ml_jobs()["AutoMLJobSummaries"]
    assert report["Metadata"] == {"AutoMLJob": {"Arn": job["AutoMLJobArn"]}}
    described = client.describe_auto_ml_job_v2(AutoMLJobName=job["AutoMLJobName"])
    assert described["AutoMLJobStatus"] == "Completed"


@pytest.mark.fact("pipelines.Step-types.NotebookJob-CreateModel-Compilation-as-types")
def test_a_notebook_job_is_a_training_job(
    client: Any, run: Run, step: Step, training: dict[str, Any]
) -> None:
    report = run(step("Explore", "NotebookJob", training))["Explore"]
    (job,) = client.list_training_jobs()["TrainingJobSummaries"]
    assert report["Metadata"] == {"TrainingJob": {"Arn": job["TrainingJobArn"]}}


@pytest.mark.fact("pipelines.Step-types.NotebookJob-CreateModel-Compilation-as-types")
def test_a_compilation_step_compiles(client: Any, run: Run, step: Step) -> None:
    arguments = {
        "RoleArn": ROLE,
        "InputConfig": {
            "S3Uri": "s3://bucket/model.tar.gz",
            "DataInputConfig": '{"data": [1, 3, 224, 224]}',
            "Framework": "MXNET",
        },
        "OutputConfig": {"S3OutputLocation": "s3://bucket/compiled", "TargetDevice": "ml_c5"},
        "StoppingCondition": {"MaxRuntimeInSeconds": 900},
    }
    path = "Steps.Compile.ModelArtifacts.S3ModelArtifacts"
    said = told(run, step("Compile", "Compilation", arguments), value={"Get": path})
    (job,) = client.list_compilation_jobs()["CompilationJobSummaries"]
    described = client.describe_compilation_job(CompilationJobName=job["CompilationJobName"])
    assert said == described["ModelArtifacts"]["S3ModelArtifacts"]


@pytest.mark.fact("pipelines.Retries-stop-callbacks.Tuning-and-AutoML-steps-do-not")
@pytest.mark.parametrize(
    ("kind", "of", "attempts"),
    [
        ("Training", "TrainingJob", 2),
        ("Tuning", "HyperParameterTuningJob", 1),
        ("AutoML", "AutoMLJob", 1),
    ],
)
def test_jobs_that_retry_by_themselves_are_not_tried_again(
    sm: World,
    run: Run,
    step: Step,
    request: pytest.FixtureRequest,
    kind: str,
    of: str,
    attempts: int,
) -> None:
    again = [{"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "MaxAttempts": 1}]
    sm.pipelines.fail("Work", error="SageMaker.JOB_INTERNAL_ERROR", times=None)
    arguments = AUTO_ML if kind == "AutoML" else request.getfixturevalue(kind.lower())
    report = run(step("Work", kind, arguments, RetryPolicies=again))["Work"]
    assert (report["StepStatus"], report["AttemptCount"]) == ("Failed", attempts)
    assert len(sm.resources(of)) == attempts


def test_a_job_that_cannot_be_made_fails_the_step(run: Run, step: Step) -> None:
    report = run(step("Score", "Transform", TRANSFORM))["Score"]
    assert report["StepStatus"] == "Failed"
    assert "CreateTransformJob" in report["FailureReason"]
    assert "model" in report["FailureReason"]


def test_a_job_that_fails_gives_the_step_its_reason(
    sm: World, run: Run, step: Step, training: dict[str, Any]
) -> None:
    sm.fail("TrainingJob", name="pipelines-*-Train-*", reason="AlgorithmError: no data")
    report = run(step("Train", "Training", training))["Train"]
    assert report["StepStatus"] == "Failed"
    assert "AlgorithmError: no data" in report["FailureReason"]


@pytest.mark.fact("pipelines.Step-types.Job")
def test_a_jobs_document_can_be_read_into(sm: World, run: Run, step: Step) -> None:
    """Source: aws/sagemaker-python-sdk 3, mlops/workflow/steps.py, JobStep."""
    arguments = {
        "RoleArn": ROLE,
        "JobCategory": "AgentRFT",
        "JobConfigSchemaVersion": "1.0.0",
        "JobConfigDocument": '{"OutputDataConfig": {"S3OutputPath": "s3://bucket/job"}}',
    }
    path = "Steps.Work.JobConfigDocument.OutputDataConfig.S3OutputPath"
    say = step("Say", "Fail", {"ErrorMessage": {"Get": path}})
    report = run(step("Work", "Job", arguments), say)
    assert report["Say"]["FailureReason"] == "s3://bucket/job"
    assert report["Work"]["Metadata"] == {"Job": {"Arn": sm.resources("Job")[0].arn}}
