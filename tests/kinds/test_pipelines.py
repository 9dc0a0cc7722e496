"""Pipelines and their executions, as the service answers them on every botocore."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from sagestub import NotAnsweredError, World, mock_sagemaker

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
TOKEN = "0123456789abcdef0123456789abcdef"


def definition(**members: Any) -> str:
    return json.dumps({"Version": "2020-12-01", "Parameters": [], "Steps": [], **members})


PARAMETERS = [
    {"Name": "Epochs", "Type": "Integer", "DefaultValue": 3},
    {"Name": "Data", "Type": "String"},
]


@pytest.fixture
def pipeline(client: Any) -> str:
    """The ARN of a pipeline `Train` without parameters."""
    answer = client.create_pipeline(
        PipelineName="Train", PipelineDefinition=definition(), RoleArn=ROLE
    )
    return str(answer["PipelineArn"])


@pytest.fixture
def execution(client: Any, pipeline: str) -> str:
    """The ARN of an execution of `Train`."""
    return str(client.start_pipeline_execution(PipelineName="Train")["PipelineExecutionArn"])


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what belongs to the transport."""
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


def refusal(call: Callable[[], object]) -> tuple[str, str]:
    """Return the code and the text with which the service refuses a call."""
    with pytest.raises(ClientError) as refused:
        call()
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


# Pipelines --------------------------------------------------------------------------------------


def test_a_new_pipeline_is_described(client: Any, pipeline: str) -> None:
    answer = plain(client.describe_pipeline(PipelineName="Train"))
    assert answer.pop("CreationTime") == answer.pop("LastModifiedTime")
    user = answer.pop("CreatedBy")
    assert answer.pop("LastModifiedBy") == user
    assert user["IamIdentity"]["Arn"].startswith("arn:aws:iam::123456789012:user/")
    assert user["IamIdentity"]["PrincipalId"].startswith("AIDA")
    assert answer == {
        "PipelineArn": "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/Train",
        "PipelineName": "Train",
        "PipelineDisplayName": "Train",
        "PipelineDefinition": definition(),
        "RoleArn": ROLE,
        "PipelineStatus": "Active",
    }


def test_pipelines_are_described_by_name_and_by_arn(client: Any, pipeline: str) -> None:
    by_name = plain(client.describe_pipeline(PipelineName="Train"))
    assert plain(client.describe_pipeline(PipelineName=pipeline)) == by_name


def test_a_name_is_taken(client: Any, pipeline: str) -> None:
    def call() -> Any:
        return client.create_pipeline(
            PipelineName="Train", PipelineDefinition=definition(), RoleArn=ROLE
        )

    code, text = refusal(call)
    assert code == "ValidationException"
    assert "Pipeline with name (Train) already exists." in text


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("describe_pipeline", {}),
        ("update_pipeline", {}),
        ("delete_pipeline", {}),
        ("list_pipeline_executions", {}),
        ("start_pipeline_execution", {}),
    ],
)
def test_a_missing_pipeline_is_not_found(
    client: Any, operation: str, parameters: dict[str, Any]
) -> None:
    call = getattr(client, operation)
    with pytest.raises(client.exceptions.ResourceNotFound, match="pipeline/Train' does not exist"):
        call(PipelineName="Train", **parameters)


@pytest.mark.fact(
    "metadata.Pipeline.errors.definition-not-valid-JSON-schema",
)
@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("{", "Expecting property name"),
        ("[]", "Expecting start of Json Object."),
        ('{"Steps": {}}', "Expecting start of Json Array."),
        ('{"Parameters": ["a"]}', "Expecting start of Json Object."),
        ('{"Parameters": [{"Type": "String"}]}', "Missing required field 'Name'"),
    ],
)
def test_a_definition_that_is_none_is_refused(client: Any, text: str, detail: str) -> None:
    def call() -> Any:
        return client.create_pipeline(PipelineName="Train", PipelineDefinition=text, RoleArn=ROLE)

    code, message = refusal(call)
    assert code == "ValidationException"
    assert message.startswith(f"Unable to parse pipeline definition. {detail}")
    assert client.list_pipelines()["PipelineSummaries"] == []


@pytest.mark.fact("metadata.Pipeline.errors.enum-value-wrong-inside-the-definition")
@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"Version": "1999"}, "Value '1999' for 'PipelineDefinitionVersion'"),
        ({"Parameters": [{"Name": "a", "Type": "Text"}]}, "Value 'Text' for 'ParameterType'"),
        ({"Steps": [{"Name": "a", "Type": "Dance"}]}, "Value 'Dance' for 'StepType'"),
    ],
)
def test_a_value_that_is_none_of_the_known_ones_is_refused(
    client: Any, members: dict[str, Any], said: str
) -> None:
    def call() -> Any:
        text = definition(**members)
        return client.create_pipeline(PipelineName="Train", PipelineDefinition=text, RoleArn=ROLE)

    code, message = refusal(call)
    assert code == "ValidationException"
    begin = re.escape(f"Unable to parse pipeline definition. Model Validation failed: {said}")
    assert re.fullmatch(rf"{begin} failed to satisfy enum value set: \[[\w-]+(, \w+)*\]", message)


@pytest.mark.fact("metadata.Pipeline.timestamps.LastRunTime")
def test_a_pipeline_knows_when_it_last_ran(client: Any, sm: World, pipeline: str) -> None:
    assert "LastRunTime" not in client.describe_pipeline(PipelineName="Train")
    for _ in range(2):
        sm.clock.advance(timedelta(days=1))
        arn = client.start_pipeline_execution(PipelineName="Train")["PipelineExecutionArn"]
        started = client.describe_pipeline_execution(PipelineExecutionArn=arn)["CreationTime"]
        assert client.describe_pipeline(PipelineName="Train")["LastRunTime"] == started


def test_a_bad_definition_does_not_update(client: Any, pipeline: str) -> None:
    def call() -> Any:
        return client.update_pipeline(
            PipelineName="Train", PipelineDefinition="{", PipelineDescription="new"
        )

    assert refusal(call)[0] == "ValidationException"
    answer = client.describe_pipeline(PipelineName="Train")
    assert answer["PipelineDefinition"] == definition()
    assert "PipelineDescription" not in answer


@pytest.mark.fact(
    "metadata.Pipeline.errors.neither-definition-nor-S3-location",
    "metadata.Pipeline.errors.both-given",
)
def test_a_pipeline_needs_one_definition(client: Any) -> None:
    place = {"Bucket": "bucket", "ObjectKey": "pipeline.json"}

    def create(**members: Any) -> Any:
        return client.create_pipeline(PipelineName="Train", RoleArn=ROLE, **members)

    assert refusal(create) == (
        "ValidationException",
        "Either Pipeline Definition or Pipeline Definition S3 location should be provided",
    )
    both = {"PipelineDefinition": definition(), "PipelineDefinitionS3Location": place}
    assert refusal(lambda: create(**both)) == (
        "ValidationException",
        "Both Pipeline Definition and Pipeline Definition S3 Location shouldn't be present",
    )


@pytest.mark.fact(
    "metadata.Pipeline.filled_in.PipelineDefinition",
)
@pytest.mark.parametrize("moto_first", [True, False])
def test_a_definition_in_s3_is_read_through_moto(moto_first: bool) -> None:
    mocks: list[Any] = [mock_aws(), mock_sagemaker()]
    with mocks[not moto_first], mocks[moto_first]:
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="bucket")
        first, second = definition(), definition(Metadata={})
        s3.put_object(Bucket="bucket", Key="1.json", Body=first)
        s3.put_object(Bucket="bucket", Key="2.json", Body=second)
        s3.put_object(Bucket="bucket", Key="bad.json", Body=b"\xff")
        client = boto3.client("sagemaker", region_name="us-east-1")
        place = {"Bucket": "bucket", "ObjectKey": "1.json"}
        client.create_pipeline(
            PipelineName="Train", PipelineDefinitionS3Location=place, RoleArn=ROLE
        )
        assert client.describe_pipeline(PipelineName="Train")["PipelineDefinition"] == first

        def update(key: str) -> Any:
            return client.update_pipeline(
                PipelineName="Train",
                PipelineDefinitionS3Location={"Bucket": "bucket", "ObjectKey": key},
            )

        update("2.json")
        assert client.describe_pipeline(PipelineName="Train")["PipelineDefinition"] == second
        for key in ("none.json", "bad.json"):
            assert refusal(partial(update, key))[0] == "ValidationException"


def test_a_definition_in_s3_needs_somebody_who_plays_s3(client: Any) -> None:
    place = {"Bucket": "bucket", "ObjectKey": "pipeline.json"}
    with pytest.raises(NotAnsweredError, match="mock_aws"):
        client.create_pipeline(
            PipelineName="Train", PipelineDefinitionS3Location=place, RoleArn=ROLE
        )


# Delete and list --------------------------------------------------------------------------------


@pytest.mark.fact(
    "metadata.Pipeline.errors.delete-with-running-executions",
)
def test_a_pipeline_with_running_executions_stays(client: Any, sm: World, execution: str) -> None:
    with pytest.raises(client.exceptions.ConflictException, match="running executions"):
        client.delete_pipeline(PipelineName="Train")
    client.stop_pipeline_execution(PipelineExecutionArn=execution)
    with pytest.raises(client.exceptions.ConflictException, match="running executions"):
        client.delete_pipeline(PipelineName="Train")
    assert sm.get("Pipeline", "Train").status == "Active"


def test_executions_go_with_their_pipeline(
    client: Any, sm: World, pipeline: str, execution: str
) -> None:
    sm.get("PipelineExecution", execution).move_to("Succeeded")
    assert client.delete_pipeline(PipelineName="Train")["PipelineArn"] == pipeline
    assert sm.resources() == []
    with pytest.raises(client.exceptions.ResourceNotFound, match="does not exist"):
        client.describe_pipeline_execution(PipelineExecutionArn=execution)


@pytest.fixture
def three_pipelines(client: Any, sm: World) -> Any:
    """Pipelines `train-b`, `train-a`, `test-c`, made a day apart."""
    for name in ("train-b", "train-a", "test-c"):
        client.create_pipeline(PipelineName=name, PipelineDefinition=definition(), RoleArn=ROLE)
        sm.clock.advance(timedelta(days=1))
    return client


@pytest.mark.fact(
    "metadata.Pipeline.notes.ListPipelines-filters-by-PipelineNamePrefix-not-NameContains",
)
@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({}, ["test-c", "train-a", "train-b"]),
        ({"SortOrder": "Ascending"}, ["train-b", "train-a", "test-c"]),
        ({"SortBy": "Name", "SortOrder": "Ascending"}, ["test-c", "train-a", "train-b"]),
        ({"SortBy": "Name"}, ["train-b", "train-a", "test-c"]),
        ({"PipelineNamePrefix": "train"}, ["train-a", "train-b"]),
        ({"PipelineNamePrefix": "rain"}, []),
        ({"MaxResults": 1}, ["test-c"]),
    ],
)
def test_pipelines_are_filtered_and_ordered(
    three_pipelines: Any, parameters: dict[str, Any], names: list[str]
) -> None:
    summaries = three_pipelines.list_pipelines(**parameters)["PipelineSummaries"]
    assert [s["PipelineName"] for s in summaries] == names


def test_pipelines_are_filtered_by_time(three_pipelines: Any) -> None:
    newest = three_pipelines.list_pipelines()["PipelineSummaries"][0]["CreationTime"]
    yesterday = newest - timedelta(hours=30)
    after = three_pipelines.list_pipelines(CreatedAfter=yesterday)["PipelineSummaries"]
    before = three_pipelines.list_pipelines(CreatedBefore=yesterday)["PipelineSummaries"]
    assert [s["PipelineName"] for s in after] == ["test-c", "train-a"]
    assert [s["PipelineName"] for s in before] == ["train-b"]


def test_a_pipeline_summary(client: Any, pipeline: str, execution: str) -> None:
    (summary,) = client.list_pipelines()["PipelineSummaries"]
    started = client.describe_pipeline_execution(PipelineExecutionArn=execution)["CreationTime"]
    assert summary["LastExecutionTime"] == started
    assert set(summary) == {
        "PipelineArn",
        "PipelineName",
        "PipelineDisplayName",
        "RoleArn",
        "CreationTime",
        "LastModifiedTime",
        "LastExecutionTime",
    }


# Executions -------------------------------------------------------------------------------------


def test_an_execution_goes_from_executing_to_succeeded(client: Any, execution: str) -> None:
    seen = [client.describe_pipeline_execution(PipelineExecutionArn=execution) for _ in range(3)]
    statuses = [answer["PipelineExecutionStatus"] for answer in seen]
    assert statuses == ["Executing", "Succeeded", "Succeeded"]
    assert seen[0]["CreationTime"] == seen[0]["LastModifiedTime"] < seen[1]["LastModifiedTime"]


def test_a_failed_execution_has_all_that_does_not_need_versions(
    client: Any, sm: World, pipeline: str
) -> None:
    fit = {"Name": "fit", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}
    client.update_pipeline(PipelineName="Train", PipelineDefinition=definition(Steps=[fit]))
    arn = client.start_pipeline_execution(
        PipelineName="Train",
        PipelineExecutionDescription="Each night.",
        ParallelismConfiguration={"MaxParallelExecutionSteps": 2},
        SelectiveExecutionConfig={"SelectedSteps": [{"StepName": "fit"}]},
    )["PipelineExecutionArn"]
    sm.get("PipelineExecution", arn).move_to("Failed")
    answer = plain(client.describe_pipeline_execution(PipelineExecutionArn=arn))
    shape = client.meta.service_model.operation_model("DescribePipelineExecution").output_shape
    newer = {"RoleArn", "MLflowConfig", "PipelineVersionAliases"}
    assert set(answer) == set(shape.members) - newer
    assert answer["FailureReason"] == "Step failure: One or multiple steps failed."


@pytest.mark.fact(
    "jobs.PipelineExecution.arn",
    "jobs.PipelineExecution.filled_in.PipelineExecutionDisplayName",
    "metadata.Pipeline.notes.execution-ARN-pipeline-name-execution-12",
    "cross-cutting.6.pipeline-execution-pipeline-name-execution-12",
)
def test_an_execution_arn_and_its_display_name(client: Any, execution: str) -> None:
    arn = r"arn:aws:sagemaker:eu-west-1:123456789012:pipeline/Train/execution/[a-z0-9]{12}"
    assert re.fullmatch(arn, execution)
    answer = client.describe_pipeline_execution(PipelineExecutionArn=execution)
    assert re.fullmatch(r"execution-\d{13}", answer["PipelineExecutionDisplayName"])


@pytest.mark.fact("cross-cutting.4.Pipeline-PipelineExecution")
def test_a_missing_pipeline_and_a_missing_execution_do_not_exist(client: Any) -> None:
    """Fact: in one client the execution's sentence has no final period."""
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/none"
    with pytest.raises(client.exceptions.ResourceNotFound) as refused:
        client.describe_pipeline(PipelineName="none")
    assert refused.value.response["Error"]["Message"] == f"Pipeline '{arn}' does not exist."
    with pytest.raises(client.exceptions.ResourceNotFound) as refused:
        client.describe_pipeline_execution(PipelineExecutionArn=f"{arn}/execution/abcdefghijkl")
    assert refused.value.response["Error"]["Message"].endswith("/abcdefghijkl does not exist")


def test_an_execution_starts_by_the_pipelines_arn(client: Any, pipeline: str) -> None:
    arn = client.start_pipeline_execution(PipelineName=pipeline)["PipelineExecutionArn"]
    assert client.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineArn"] == pipeline


@pytest.mark.fact(
    "jobs.PipelineExecution.filled_in.ParallelismConfiguration-of-the-pipeline-when-not",
)
def test_parallelism_comes_from_the_pipeline(client: Any) -> None:
    client.create_pipeline(
        PipelineName="Train",
        PipelineDefinition=definition(),
        RoleArn=ROLE,
        ParallelismConfiguration={"MaxParallelExecutionSteps": 7},
    )
    arn = client.start_pipeline_execution(PipelineName="Train")["PipelineExecutionArn"]
    answer = client.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert answer["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 7}


@pytest.mark.fact(
    "jobs.PipelineExecution.filled_in.PipelineExperimentConfig-ExperimentName",
)
@pytest.mark.parametrize(
    ("config", "shown"),
    [
        (None, None),
        (
            {"ExperimentName": "mine", "TrialName": {"Get": "Execution.PipelineName"}},
            {"ExperimentName": "mine", "TrialName": "train"},
        ),
    ],
)
def test_the_definition_names_the_experiment(
    client: Any, config: dict[str, Any] | None, shown: dict[str, str] | None
) -> None:
    text = definition(PipelineExperimentConfig=config)
    client.create_pipeline(PipelineName="Train", PipelineDefinition=text, RoleArn=ROLE)
    arn = client.start_pipeline_execution(PipelineName="Train")["PipelineExecutionArn"]
    answer = client.describe_pipeline_execution(PipelineExecutionArn=arn)
    assert answer.get("PipelineExperimentConfig") == shown


# Parameters and tokens --------------------------------------------------------------------------


@pytest.fixture
def with_parameters(client: Any) -> Any:
    text = definition(Parameters=PARAMETERS)
    client.create_pipeline(PipelineName="Train", PipelineDefinition=text, RoleArn=ROLE)
    return client


def test_parameters_have_given_values_and_defaults(with_parameters: Any) -> None:
    given = [{"Name": "Data", "Value": "s3://bucket/data"}]
    arn = with_parameters.start_pipeline_execution(PipelineName="Train", PipelineParameters=given)[
        "PipelineExecutionArn"
    ]
    ask = with_parameters.list_pipeline_parameters_for_execution
    assert ask(PipelineExecutionArn=arn)["PipelineParameters"] == [
        {"Name": "Epochs", "Value": "3"},
        {"Name": "Data", "Value": "s3://bucket/data"},
    ]
    first = ask(PipelineExecutionArn=arn, MaxResults=1)
    rest = ask(PipelineExecutionArn=arn, NextToken=first["NextToken"])
    assert [p["Name"] for p in rest["PipelineParameters"]] == ["Data"]
    assert "NextToken" not in rest


@pytest.mark.fact("pipelines.Texts-of-refused-definitions-and-values.an-empty-value-at-a-start")
@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ([], "Parameters [Data] have no default value"),
        (
            [{"Name": "Data", "Value": "a"}, {"Name": "Rate", "Value": "1"}],
            "Parameters [Rate] are not defined",
        ),
        (
            [{"Name": "Data", "Value": ""}],
            '[string "" is too short (length: 0, required minimum: 1)]',
        ),
        ([{"Name": "Data", "Value": "a"}, {"Name": "Data", "Value": "b"}], "must be unique"),
    ],
)
def test_parameters_that_do_not_fit_the_definition(
    with_parameters: Any, parameters: list[dict[str, str]], text: str
) -> None:
    code, message = refusal(
        lambda: with_parameters.start_pipeline_execution(
            PipelineName="Train", PipelineParameters=parameters
        )
    )
    assert code == "ValidationException"
    assert text in message
    executions = with_parameters.list_pipeline_executions(PipelineName="Train")
    assert executions["PipelineExecutionSummaries"] == []


@pytest.mark.fact(
    "jobs.PipelineExecution.references.ClientRequestToken",
)
def test_a_token_starts_one_execution(client: Any, pipeline: str) -> None:
    def start(**members: Any) -> Any:
        return client.start_pipeline_execution(
            PipelineName="Train", ClientRequestToken=TOKEN, **members
        )

    assert plain(start()) == plain(start())

    def other() -> Any:
        return start(PipelineExecutionDisplayName="other")

    assert refusal(other)[0] == "ConflictException"
    executions = client.list_pipeline_executions(PipelineName="Train")
    assert len(executions["PipelineExecutionSummaries"]) == 1


@pytest.mark.fact("jobs.PipelineExecution.start")
def test_without_a_token_each_start_is_another_execution(client: Any, pipeline: str) -> None:
    arns = {
        client.start_pipeline_execution(PipelineName="Train")["PipelineExecutionArn"]
        for _ in range(3)
    }
    assert len(arns) == 3


@pytest.mark.fact(
    "metadata.Pipeline.notes.ClientRequestToken-required-in-Create-Delete-a",
)
def test_a_token_creates_one_pipeline(client: Any) -> None:
    def create(**members: Any) -> Any:
        return client.create_pipeline(
            PipelineName="Train",
            PipelineDefinition=definition(),
            RoleArn=ROLE,
            ClientRequestToken=TOKEN,
            **members,
        )

    assert plain(create()) == plain(create())
    assert refusal(lambda: create(PipelineDescription="x"))[0] == "ConflictException"


# Stop, update, list -----------------------------------------------------------------------------


def test_stop_leads_over_stopping_to_stopped(client: Any, execution: str) -> None:
    answer = client.stop_pipeline_execution(PipelineExecutionArn=execution)
    assert answer["PipelineExecutionArn"] == execution
    seen = [
        client.describe_pipeline_execution(PipelineExecutionArn=execution)[
            "PipelineExecutionStatus"
        ]
        for _ in range(3)
    ]
    assert seen == ["Stopping", "Stopped", "Stopped"]


@pytest.mark.fact(
    "jobs.PipelineExecution.preconditions.stop",
    "jobs.PipelineExecution.errors.stop-an-execution-that-is-not-Executing",
)
@pytest.mark.parametrize("state", ["Succeeded", "Failed", "Stopping", "Stopped"])
def test_only_executing_executions_can_be_stopped(
    client: Any, sm: World, execution: str, state: str
) -> None:
    sm.get("PipelineExecution", execution).move_to(state)
    code, text = refusal(lambda: client.stop_pipeline_execution(PipelineExecutionArn=execution))
    assert code == "ValidationException"
    assert text.startswith("Only pipelines with 'Executing' status can be stopped")


@pytest.mark.fact(
    "jobs.PipelineExecution.filled_in.FailureReason",
)
def test_an_ordered_failure(client: Any, sm: World, pipeline: str) -> None:
    sm.fail("PipelineExecution", name="Train", reason="Step 'fit' failed.")
    arn = client.start_pipeline_execution(PipelineName="Train")["PipelineExecutionArn"]
    answer = [client.describe_pipeline_execution(PipelineExecutionArn=arn) for _ in range(2)][-1]
    assert answer["PipelineExecutionStatus"] == "Failed"
    assert answer["FailureReason"] == "Step 'fit' failed."
    (summary,) = client.list_pipeline_executions(PipelineName="Train")["PipelineExecutionSummaries"]
    assert summary["PipelineExecutionFailureReason"] == "Step 'fit' failed."


@pytest.mark.fact(
    "jobs.PipelineExecution.lifecycle.update",
)
def test_update_changes_name_and_description(client: Any, sm: World, execution: str) -> None:
    sm.clock.advance(5)
    answer = client.update_pipeline_execution(
        PipelineExecutionArn=execution,
        PipelineExecutionDisplayName="renamed",
        PipelineExecutionDescription="described",
        ParallelismConfiguration={"MaxParallelExecutionSteps": 9},
    )
    assert plain(answer) == {"PipelineExecutionArn": execution}
    described = client.describe_pipeline_execution(PipelineExecutionArn=execution)
    assert described["PipelineExecutionDisplayName"] == "renamed"
    assert described["PipelineExecutionDescription"] == "described"
    assert described["ParallelismConfiguration"] == {"MaxParallelExecutionSteps": 9}
    assert described["CreationTime"] < described["LastModifiedTime"]


@pytest.mark.fact(
    "jobs.PipelineExecution.errors.start-on-a-missing-pipeline",
    "jobs.PipelineExecution.references.Pipeline",
)
@pytest.mark.parametrize(
    "operation",
    [
        "describe_pipeline_execution",
        "stop_pipeline_execution",
        "update_pipeline_execution",
        "describe_pipeline_definition_for_execution",
        "list_pipeline_parameters_for_execution",
    ],
)
def test_a_missing_execution_is_not_found(client: Any, pipeline: str, operation: str) -> None:
    with pytest.raises(client.exceptions.ResourceNotFound, match="does not exist"):
        getattr(client, operation)(PipelineExecutionArn=f"{pipeline}/execution/abcdefghijkl")


@pytest.mark.fact("jobs.PipelineExecution.errors.badly-formed-ARN")
@pytest.mark.parametrize("operation", ["describe_pipeline_execution", "stop_pipeline_execution"])
@pytest.mark.parametrize("part", [":pipeline/", ":sagemaker:", "arn:"])
def test_what_is_no_arn_of_an_execution_is_refused(
    client: Any, execution: str, operation: str, part: str
) -> None:
    arn = execution.replace(part, ":other:")
    code, _ = refusal(lambda: getattr(client, operation)(PipelineExecutionArn=arn))
    assert code == "ValidationException"


@pytest.fixture
def three_executions(client: Any, sm: World, pipeline: str) -> list[str]:
    """The ARNs of three executions a day apart, beside one of another pipeline."""
    client.create_pipeline(PipelineName="Other", PipelineDefinition=definition(), RoleArn=ROLE)
    client.start_pipeline_execution(PipelineName="Other")
    arns = []
    for _ in range(3):
        arns.append(client.start_pipeline_execution(PipelineName="Train")["PipelineExecutionArn"])
        sm.clock.advance(timedelta(days=1))
    return arns


def test_executions_are_listed_latest_first(client: Any, three_executions: list[str]) -> None:
    def listed(**parameters: Any) -> Any:
        return [
            s["PipelineExecutionArn"]
            for s in client.list_pipeline_executions(PipelineName="Train", **parameters)[
                "PipelineExecutionSummaries"
            ]
        ]

    first, second, third = three_executions
    assert listed() == [third, second, first]
    assert listed(SortOrder="Ascending") == [first, second, third]
    by_arn = sorted(three_executions)
    assert listed(SortBy="PipelineExecutionArn", SortOrder="Ascending") == by_arn
    assert listed(MaxResults=2) == [third, second]
    start = client.describe_pipeline_execution(PipelineExecutionArn=second)["CreationTime"]
    assert listed(CreatedAfter=start - timedelta(hours=1)) == [third, second]
    assert listed(CreatedBefore=start + timedelta(hours=1)) == [second, first]


def test_the_paginator_sees_each_execution_once(client: Any, three_executions: list[str]) -> None:
    pages = client.get_paginator("list_pipeline_executions").paginate(
        PipelineName="Train", SortOrder="Ascending", PaginationConfig={"PageSize": 2}
    )
    arns = [s["PipelineExecutionArn"] for p in pages for s in p["PipelineExecutionSummaries"]]
    assert arns == three_executions


@pytest.mark.fact(
    "jobs.PipelineExecution.timestamps.StartTime",
)
def test_an_execution_summary(client: Any, execution: str) -> None:
    (summary,) = client.list_pipeline_executions(PipelineName="Train")["PipelineExecutionSummaries"]
    described = client.describe_pipeline_execution(PipelineExecutionArn=execution)
    assert summary == {
        "PipelineExecutionArn": execution,
        "StartTime": described["CreationTime"],
        "PipelineExecutionStatus": "Executing",
        "PipelineExecutionDisplayName": described["PipelineExecutionDisplayName"],
    }


def test_tags_of_a_pipeline(client: Any) -> None:
    arn = client.create_pipeline(
        PipelineName="Train",
        PipelineDefinition=definition(),
        RoleArn=ROLE,
        Tags=[{"Key": "team", "Value": "vision"}],
    )["PipelineArn"]
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "vision"}]


def test_what_a_test_adds_is_complete_enough_to_be_used(client: Any, sm: World) -> None:
    """No Create has checked them: each operation must still cope with what is left out."""
    sm.add("Pipeline", region="eu-west-1", PipelineName="Bare")
    run = sm.add("PipelineExecution", region="eu-west-1", PipelineExecutionStatus="Stopped")
    assert ":pipeline/Bare/execution/" in run.arn
    lost = sm.add("PipelineExecution", region="eu-west-1", PipelineName="Lost")
    for arn in (run.arn, lost.arn):
        client.describe_pipeline_execution(PipelineExecutionArn=arn)
        client.describe_pipeline_definition_for_execution(PipelineExecutionArn=arn)
        ask = client.list_pipeline_parameters_for_execution
        assert ask(PipelineExecutionArn=arn)["PipelineParameters"] == []
    client.start_pipeline_execution(PipelineName="Bare")
    client.update_pipeline(PipelineName="Bare", PipelineDefinition=definition())
    assert (
        len(client.list_pipeline_executions(PipelineName="Bare")["PipelineExecutionSummaries"]) == 2
    )


@pytest.mark.fact(
    "jobs.PipelineExecution.lifecycle.retry",
    "jobs.PipelineExecution.preconditions.retry",
)
def test_a_failed_execution_is_retried_under_its_own_arn(
    sm: World, client: Any, execution: str
) -> None:
    """Fact: RetryPipelineExecution puts a Failed execution back to Executing."""
    sm.get("PipelineExecution", execution).move_to("Failed", reason="no space left")
    answer = client.retry_pipeline_execution(PipelineExecutionArn=execution)
    assert answer["PipelineExecutionArn"] == execution
    seen = [client.describe_pipeline_execution(PipelineExecutionArn=execution) for _ in range(2)]
    assert [one["PipelineExecutionStatus"] for one in seen] == ["Executing", "Succeeded"]
    assert "FailureReason" not in seen[0]


def test_a_running_execution_is_not_retried(client: Any, execution: str) -> None:
    code, text = refusal(lambda: client.retry_pipeline_execution(PipelineExecutionArn=execution))
    assert code == "ValidationException"
    assert "is in status Executing" in text
