"""EventBridge events: `sm.events`, and what Moto's rules get."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from sagestub import World, mock_sagemaker
from sagestub.effects.jobs import JOBS
from sagestub.effects.jobs import LOGGING as LOGGING_JOBS
from sagestub.effects.listening import LOGGING, RUNNING

REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/jobs"

Request = Callable[..., dict[str, Any]]


def of_type(sm: World, words: str) -> list[dict[str, Any]]:
    """Return the events of a type, named without `SageMaker`."""
    return [event for event in sm.events if event["detail-type"] == f"SageMaker {words}"]


@pytest.fixture
def at_once() -> Any:
    with mock_sagemaker(transitions="immediate") as sm:
        yield sm


def test_a_training_job_tells_of_each_status(
    at_once: World, sagemaker: Any, training_job: Request
) -> None:
    sagemaker.create_training_job(**training_job(Tags=[{"Key": "team", "Value": "vision"}]))
    answer = sagemaker.describe_training_job(TrainingJobName="churn")
    events = of_type(at_once, "Training Job State Change")
    assert [event["detail"]["SecondaryStatus"] for event in events] == [
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]
    last = events[-1]
    assert last["source"] == "aws.sagemaker"
    assert last["version"] == "0"
    assert (last["account"], last["region"]) == ("123456789012", REGION)
    assert last["resources"] == [answer["TrainingJobArn"]]
    ended = answer["TrainingEndTime"]
    assert last["time"] == f"{ended:%Y-%m-%dT%H:%M:%SZ}"
    detail = last["detail"]
    assert detail["TrainingEndTime"] == round(ended.timestamp() * 1000)
    assert detail["HyperParameters"] == {"eta": "0.1"}
    assert detail["Tags"] == {"team": "vision"}
    assert "TrainingEndTime" not in events[0]["detail"]
    assert len({event["id"] for event in at_once.events}) == len(at_once.events)
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", last["id"])


def test_a_failure_is_told_with_its_reason(
    at_once: World, sagemaker: Any, processing_job: Request
) -> None:
    at_once.fail("ProcessingJob", reason="AlgorithmError: , exit code: 2")
    sagemaker.create_processing_job(**processing_job())
    event = of_type(at_once, "Processing Job State Change")[-1]
    assert event["detail"]["ProcessingJobStatus"] == "Failed"
    assert event["detail"]["FailureReason"] == "AlgorithmError: , exit code: 2"


def test_an_endpoints_status_is_written_in_capitals(at_once: World, sagemaker: Any) -> None:
    sagemaker.create_model(ModelName="m", PrimaryContainer={"Image": "i:1"}, ExecutionRoleArn=ROLE)
    variant = {
        "VariantName": "all",
        "ModelName": "m",
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    sagemaker.delete_endpoint(EndpointName="e")
    sagemaker.delete_endpoint_config(EndpointConfigName="c")
    sagemaker.delete_model(ModelName="m")
    statuses = [e["detail"]["EndpointStatus"] for e in of_type(at_once, "Endpoint State Change")]
    assert statuses == ["CREATING", "IN_SERVICE", "DELETING"]
    assert len(of_type(at_once, "Model State Change")) == 2
    assert len(of_type(at_once, "Endpoint Config State Change")) == 2


def test_an_approval_is_told(at_once: World, sagemaker: Any) -> None:
    sagemaker.create_model_package_group(ModelPackageGroupName="churn")
    arn = sagemaker.create_model_package(
        ModelPackageGroupName="churn", ModelApprovalStatus="PendingManualApproval"
    )["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    event = of_type(at_once, "Model Package State Change")[-1]
    assert event["resources"] == [arn]
    assert event["detail"]["ModelApprovalStatus"] == "Approved"
    assert event["detail"]["UpdatedModelPackageFields"] == ["ModelApprovalStatus"]
    assert event["detail"]["ModelPackageGroupName"] == "churn"
    assert event["detail"]["CreationTime"].endswith("Z")


def test_a_pipeline_execution_and_its_steps_are_told(at_once: World, sagemaker: Any) -> None:
    step = {"Name": "stop", "Type": "Fail", "Arguments": {"ErrorMessage": "no data"}}
    sagemaker.create_pipeline(
        PipelineName="train",
        PipelineDefinition=json.dumps({"Version": "2020-12-01", "Steps": [step]}),
        RoleArn=ROLE,
        ClientRequestToken="a" * 32,
    )
    arn = sagemaker.start_pipeline_execution(
        PipelineName="train",
        PipelineExecutionDisplayName="first",
        ClientRequestToken="b" * 32,
    )["PipelineExecutionArn"]
    ended = of_type(at_once, "Model Building Pipeline Execution Status Change")[-1]
    pipeline = arn.partition("/execution/")[0]
    assert ended["resources"] == [pipeline, arn]
    detail = ended["detail"]
    assert detail["currentPipelineExecutionStatus"] == "Failed"
    assert detail["previousPipelineExecutionStatus"] == "Executing"
    assert detail["pipelineExecutionDisplayName"] == "first"
    assert (detail["pipelineArn"], detail["pipelineExecutionArn"]) == (pipeline, arn)
    assert detail["executionStartTime"] <= detail["executionEndTime"]
    step_ended = of_type(at_once, "Model Building Pipeline Execution Step Status Change")[-1]
    assert step_ended["resources"] == [pipeline, arn]
    assert step_ended["detail"]["stepName"] == "stop"
    assert step_ended["detail"]["stepType"] == "Fail"
    assert step_ended["detail"]["currentStepStatus"] == "Failed"
    assert "no data" in step_ended["detail"]["failureReason"]


def test_a_tracking_server_names_its_status_in_the_type(at_once: World, sagemaker: Any) -> None:
    sagemaker.create_mlflow_tracking_server(
        TrackingServerName="runs", ArtifactStoreUri="s3://data/runs", RoleArn=ROLE
    )
    sagemaker.delete_mlflow_tracking_server(TrackingServerName="runs")
    types = [event["detail-type"].removeprefix("SageMaker ") for event in at_once.events]
    assert types == [
        "Tracking Server Creating",
        "Tracking Server Created",
        "Tracking Server Deleting",
        "Tracking Server Deleted",
    ]


def test_events_are_as_things_were_then(sm: World, client: Any, compilation_job: Request) -> None:
    client.create_compilation_job(**compilation_job())
    assert sm.events == []  # SageMaker tells nothing of compilations.
    sm.add("TrainingJob", region=REGION, TrainingJobName="t", TrainingJobStatus="InProgress")
    sm.get("TrainingJob", "t").move_to("Stopped")
    sm.get("TrainingJob", "t").move_to("Failed", reason="later")
    assert [event["detail"]["TrainingJobStatus"] for event in sm.events] == ["Stopped", "Failed"]
    assert "FailureReason" not in sm.events[0]["detail"]


def queue_for(pattern: dict[str, Any], region: str = REGION) -> Callable[[], list[dict[str, Any]]]:
    """Let a rule send what fits a pattern to a queue; return what reads the queue."""
    events = boto3.client("events", region_name=region)
    sqs = boto3.client("sqs", region_name=region)
    url = sqs.create_queue(QueueName="moves")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(Name="moves", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="moves", Targets=[{"Id": "1", "Arn": arn["QueueArn"]}])

    def received() -> list[dict[str, Any]]:
        got = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in got]

    return received


@pytest.mark.usefixtures("both")
def test_motos_rules_get_them(sagemaker: Any, training_job: Request) -> None:
    received = queue_for(
        {
            "source": ["aws.sagemaker"],
            "detail-type": ["SageMaker Training Job State Change"],
            "detail": {"TrainingJobStatus": ["Completed", "Failed"]},
        }
    )
    sagemaker.create_training_job(**training_job())
    (event,) = received()
    assert event["detail"]["TrainingJobName"] == "churn"
    assert event["detail-type"] == "SageMaker Training Job State Change"
    assert event["region"] == REGION


@pytest.mark.usefixtures("both")
def test_the_model_is_there_when_its_event_comes(
    both: World, sagemaker: Any, s3: Any, training_job: Request
) -> None:
    there = []

    @both.on_transition(kind="TrainingJob", state="Completed")
    def look(job: Any, left: str, entered: str) -> None:
        there.extend(s3.list_objects_v2(Bucket="data")["Contents"])

    sagemaker.create_training_job(**training_job())
    assert [entry["Key"] for entry in there] == ["models/churn/output/model.tar.gz"]


@pytest.mark.usefixtures("both")
def test_rules_of_other_regions_hear_nothing(sagemaker: Any, training_job: Request) -> None:
    received = queue_for({"source": ["aws.sagemaker"]}, region="us-east-1")
    sagemaker.create_training_job(**training_job())
    assert received() == []


@pytest.mark.usefixtures("both")
def test_an_approval_reaches_a_rule(sagemaker: Any) -> None:
    received = queue_for(
        {
            "detail-type": ["SageMaker Model Package State Change"],
            "detail": {"ModelPackageGroupName": ["churn"], "ModelApprovalStatus": ["Approved"]},
        }
    )
    sagemaker.create_model_package_group(ModelPackageGroupName="churn")
    arn = sagemaker.create_model_package(ModelPackageGroupName="churn")["ModelPackageArn"]
    sagemaker.update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    assert [event["resources"] for event in received()] == [[arn]]


def test_the_names_that_are_written_down_are_those_of_the_tables() -> None:
    assert set(JOBS) == RUNNING
    assert set(LOGGING_JOBS) == LOGGING
