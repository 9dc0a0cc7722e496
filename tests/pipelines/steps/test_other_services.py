"""EMR, EMRServerless, Athena, Bedrock and Cleanup: registered functions, Moto, and neither."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from moto import mock_aws

from sagestub import World
from tests.pipelines.steps.running import ROLE, Run, Step

JAR = {"HadoopJarStep": {"Jar": "s3://bucket/job.jar", "Args": ["--day", "1"]}}
JOB = {
    "executionRoleArn": ROLE,
    "jobDriver": {"sparkSubmit": {"entryPoint": "s3://bucket/job.py"}},
    "name": "nightly",
}
QUERY = {
    "QueryString": "SELECT 1",
    "ResultConfiguration": {"OutputLocation": "s3://bucket/queries"},
}


def cluster(**settings: Any) -> dict[str, Any]:
    """What RunJobFlow needs to know of a cluster."""
    group = {"InstanceRole": "MASTER", "InstanceType": "m5.xlarge", "InstanceCount": 1}
    return {
        "ReleaseLabel": "emr-6.15.0",
        "Instances": {"InstanceGroups": [group], **settings},
        "JobFlowRole": "EMR_EC2_DefaultRole",
        "ServiceRole": "EMR_DefaultRole",
    }


def said(report: dict[str, Any]) -> str:
    """What the last step says."""
    reason: str = report["Say"]["FailureReason"]
    return reason


def say(step: Step, path: str) -> dict[str, Any]:
    """A step whose failure says a property."""
    return step("Say", "Fail", {"ErrorMessage": {"Get": f"Steps.{path}"}})


# EMR --------------------------------------------------------------------------------------------


def test_an_emr_step_succeeds_without_anything_that_plays_it(run: Run, step: Step) -> None:
    report = run(
        step("Crunch", "EMR", {"ClusterId": "j-1", "StepConfig": JAR}),
        say(step, "Crunch.ClusterId"),
    )
    told = report["Crunch"]["Metadata"]["EMR"]
    assert told["ClusterId"] == said(report) == "j-1"
    assert told["StepId"].startswith("s-")
    assert report["Crunch"]["StepStatus"] == "Succeeded"


def test_a_function_for_a_cluster_gets_the_arguments_and_may_fail_the_step(
    sm: World, run: Run, step: Step
) -> None:
    def refuse(arguments: Any, context: Any) -> None:
        raise ValueError(f"{context.step} on {arguments['ClusterId']}")

    sm.pipelines.on("EMR", refuse, name="j-*")
    report = run(step("Crunch", "EMR", {"ClusterId": "j-1", "StepConfig": JAR}))["Crunch"]
    assert report["StepStatus"] == "Failed"
    assert "ValueError: Crunch on j-1" in report["FailureReason"]


@pytest.mark.fact("pipelines.Step-types.EMR")
@mock_aws
def test_an_emr_step_is_added_to_motos_cluster(run: Run, step: Step) -> None:
    clusters = boto3.client("emr", region_name="eu-west-1")
    made = clusters.run_job_flow(Name="own", **cluster(KeepJobFlowAliveWhenNoSteps=True))
    report = run(step("Crunch", "EMR", {"ClusterId": made["JobFlowId"], "StepConfig": JAR}))
    (listed,) = clusters.list_steps(ClusterId=made["JobFlowId"])["Steps"]
    assert listed["Config"]["Jar"] == "s3://bucket/job.jar"
    assert report["Crunch"]["Metadata"]["EMR"] == {
        "ClusterId": made["JobFlowId"],
        "StepId": listed["Id"],
        "StepName": listed["Name"],
    }


@pytest.mark.fact("pipelines.Step-types.EMR")
@mock_aws
def test_a_cluster_of_the_steps_own_is_started_and_ended(run: Run, step: Step) -> None:
    run(step("Crunch", "EMR", {"ClusterConfig": cluster(), "StepConfig": JAR}))
    clusters = boto3.client("emr", region_name="eu-west-1")
    (listed,) = clusters.list_clusters()["Clusters"]
    assert listed["Status"]["State"] == "TERMINATED"


def test_a_step_of_a_cluster_is_stopped_with_its_execution(
    sm: World, client: Any, run: Run, step: Step
) -> None:
    sm.transitions("PipelineExecution", rule="clock")
    report = run(step("Crunch", "EMR", {"ClusterId": "j-1", "StepConfig": JAR}))
    assert report["Crunch"]["StepStatus"] == "Executing"
    execution = sm.get("PipelineExecution", "demo")
    client.stop_pipeline_execution(PipelineExecutionArn=execution.arn, ClientRequestToken="s" * 32)
    (stopped,) = client.list_pipeline_execution_steps(PipelineExecutionArn=execution.arn)[
        "PipelineExecutionSteps"
    ]
    assert stopped["StepStatus"] == "Stopped"


@mock_aws
def test_a_cluster_that_moto_does_not_have_fails_the_step(run: Run, step: Step) -> None:
    report = run(step("Crunch", "EMR", {"ClusterId": "j-1", "StepConfig": JAR}))["Crunch"]
    assert report["StepStatus"] == "Failed"


# EMRServerless ----------------------------------------------------------------------------------


@pytest.mark.fact("pipelines.Step-types.EMRServerless")
@mock_aws
def test_a_job_run_is_started_in_motos_application(run: Run, step: Step) -> None:
    arguments = {
        "ExecutionRoleArn": ROLE,
        "ApplicationConfig": {"releaseLabel": "emr-6.15.0", "type": "SPARK"},
        "JobConfig": JOB,
    }
    report = run(step("Crunch", "EMRServerless", arguments))["Crunch"]
    serverless = boto3.client("emr-serverless", region_name="eu-west-1")
    (application,) = serverless.list_applications()["applications"]
    (listed,) = serverless.list_job_runs(applicationId=application["id"])["jobRuns"]
    assert report["StepStatus"] == "Succeeded", report
    assert report["Metadata"]["EMRServerless"] == {
        "ApplicationId": application["id"],
        "JobRunId": listed["id"],
        "JobRunName": "nightly",
    }


def test_a_function_says_what_a_job_run_returns(sm: World, run: Run, step: Step) -> None:
    sm.pipelines.on("EMRServerless", lambda arguments: {"outputs": arguments["ApplicationId"]})
    arguments = {"ApplicationId": "00abc", "JobConfig": JOB}
    report = run(step("Crunch", "EMRServerless", arguments), say(step, "Crunch.outputs"))
    assert said(report) == "00abc"


# Athena and Bedrock -----------------------------------------------------------------------------


@pytest.mark.fact(
    "pipelines.Step-types.Athena-BedrockCustomModel-BedrockCustomModelDeployment-BedrockModelImport-BedrockProvisionedModelThroughput",
)
@mock_aws
def test_a_query_runs_in_motos_athena(run: Run, step: Step) -> None:
    report = run(step("Ask", "Athena", QUERY))["Ask"]
    athena = boto3.client("athena", region_name="eu-west-1")
    (query,) = athena.list_query_executions()["QueryExecutionIds"]
    assert report["Metadata"]["Athena"] == {
        "QueryExecutionId": query,
        "S3OutputLocation": f"s3://bucket/queries/{query}.csv",
    }


@pytest.mark.fact(
    "pipelines.Step-types.Athena-BedrockCustomModel-BedrockCustomModelDeployment-BedrockModelImport-BedrockProvisionedModelThroughput",
)
@pytest.mark.parametrize(
    ("kind", "arn"),
    [
        ("BedrockCustomModel", ":custom-model/"),
        ("BedrockCustomModelDeployment", ":custom-model-deployment/"),
        ("BedrockModelImport", ":model-import-job/"),
        ("BedrockProvisionedModelThroughput", ":provisioned-model/"),
    ],
)
def test_a_step_of_bedrock_has_an_arn(run: Run, step: Step, kind: str, arn: str) -> None:
    report = run(step("Tune", kind, {"modelName": "own"}))["Tune"]
    assert report["StepStatus"] == "Succeeded"
    assert report["Metadata"][kind]["Arn"].startswith("arn:aws:bedrock:eu-west-1:123456789012:")
    assert arn in report["Metadata"][kind]["Arn"]


def test_a_function_that_raises_fails_a_step_of_bedrock(sm: World, run: Run, step: Step) -> None:
    def refuse(arguments: Any) -> None:
        raise ValueError(arguments["modelName"])

    sm.pipelines.on("BedrockCustomModel", refuse)
    report = run(step("Tune", "BedrockCustomModel", {"modelName": "own"}))["Tune"]
    assert report["StepStatus"] == "Failed"
    assert "own" in report["FailureReason"]


# Cleanup ----------------------------------------------------------------------------------------


@pytest.mark.fact("pipelines.Step-types.Cleanup")
@mock_aws
def test_cleanup_deletes_what_steps_have_written(
    run: Run, step: Step, processing: dict[str, Any]
) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="report/a.csv", Body=b"1")
    s3.put_object(Bucket="bucket", Key="report/b.csv", Body=b"2")
    sources = [{"StepName": "Clean", "S3Uris": ["s3://bucket/report/a.csv"]}]
    report = run(
        step("Clean", "Processing", processing),
        step("Sweep", "Cleanup", {"Resources": {"S3": sources}}, DependsOn=["Clean"]),
    )["Sweep"]
    assert report["Metadata"]["Cleanup"]["CleanedSteps"] == ["Clean"]
    left = s3.list_objects_v2(Bucket="bucket")["Contents"]
    assert [thing["Key"] for thing in left] == ["report/b.csv"]


@pytest.mark.fact("pipelines.Step-types.Cleanup")
def test_cleanup_skips_steps_whose_outputs_it_does_not_know(
    run: Run, step: Step, processing: dict[str, Any]
) -> None:
    report = run(
        step("Clean", "Processing", processing),
        step("Sweep", "Cleanup", {"Resources": {"S3": [{"StepName": "Clean"}]}}),
    )["Sweep"]
    assert report["Metadata"]["Cleanup"]["SkippedSteps"] == ["Clean"]


@pytest.mark.fact("pipelines.Step-types.Cleanup")
@mock_aws
def test_cleanup_tells_of_steps_whose_outputs_it_cannot_delete(
    run: Run, step: Step, processing: dict[str, Any]
) -> None:
    sources = [{"StepName": "Clean", "S3Uris": ["s3://no-such-bucket/report/a.csv"]}]
    report = run(
        step("Clean", "Processing", processing),
        step("Sweep", "Cleanup", {"Resources": {"S3": sources}}),
    )["Sweep"]
    (failed,) = report["Metadata"]["Cleanup"]["FailedSteps"]
    assert failed["StepName"] == "Clean"
