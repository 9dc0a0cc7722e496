"""Versions and aliases of pipelines, and what else newer models have of pipelines."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ParamValidationError

from sagestub import World

ROLE = "arn:aws:iam::123456789012:role/sagemaker"


def definition(**members: Any) -> str:
    return json.dumps({"Version": "2020-12-01", "Parameters": [], "Steps": [], **members})


@pytest.fixture
def pipeline(client: Any) -> str:
    """The ARN of a pipeline `Train` without parameters."""
    answer = client.create_pipeline(
        PipelineName="Train", PipelineDefinition=definition(), RoleArn=ROLE
    )
    return str(answer["PipelineArn"])


def plain(answer: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without what belongs to the transport."""
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


def refusal(call: Callable[[], object]) -> tuple[str, str]:
    """Return the code and the text with which the service refuses a call."""
    with pytest.raises(ClientError) as refused:
        call()
    error = refused.value.response["Error"]
    return error["Code"], error["Message"]


def test_every_member_of_a_pipeline(client: Any) -> None:
    arn = client.create_pipeline(
        PipelineName="Train",
        PipelineDisplayName="Training",
        PipelineDescription="Trains.",
        PipelineDefinition=definition(),
        RoleArn=ROLE,
        ParallelismConfiguration={"MaxParallelExecutionSteps": 4},
        PipelineVersionAliases=["live"],
    )["PipelineArn"]
    client.start_pipeline_execution(PipelineName="Train")
    client.update_pipeline_version(
        PipelineArn=arn,
        PipelineVersionId=1,
        PipelineVersionDisplayName="first",
        PipelineVersionDescription="The first.",
    )
    answer = plain(client.describe_pipeline(PipelineName="Train"))
    shape = client.meta.service_model.operation_model("DescribePipeline").output_shape
    assert set(answer) == set(shape.members)
    assert answer["PipelineVersionDisplayName"] == "first"
    assert answer["PipelineVersionAliases"] == ["live"]


@pytest.mark.fact(
    "metadata.PipelineVersion.lifecycle.initial",
)
def test_a_new_definition_makes_a_new_version(client: Any, sm: World, pipeline: str) -> None:
    second = definition(Metadata={"n": 2})
    sm.clock.advance(60)
    answer = plain(client.update_pipeline(PipelineName="Train", PipelineDefinition=second))
    assert answer == {"PipelineArn": pipeline, "PipelineVersionId": 2}
    versions = client.list_pipeline_versions(PipelineName=pipeline)["PipelineVersionSummaries"]
    assert [v["PipelineVersionId"] for v in versions] == [2, 1]
    assert versions[1]["CreationTime"] < versions[0]["CreationTime"]
    old = client.describe_pipeline(PipelineName="Train", PipelineVersionId=1)
    assert old["PipelineDefinition"] == definition()
    new = client.describe_pipeline(PipelineName="Train")
    assert new["PipelineDefinition"] == second
    assert new["CreationTime"] < new["LastModifiedTime"]


@pytest.mark.fact("metadata.PipelineVersion.identifier", "metadata.PipelineVersion.arn")
def test_a_version_is_known_by_its_pipelines_arn_and_its_number(client: Any, pipeline: str) -> None:
    client.update_pipeline(PipelineName="Train", PipelineDefinition=definition(n=2))
    versions = client.list_pipeline_versions(PipelineName="Train")["PipelineVersionSummaries"]
    assert [(v["PipelineArn"], v["PipelineVersionId"]) for v in versions] == [
        (pipeline, 2),
        (pipeline, 1),
    ]
    assert {m for version in versions for m in version if m.endswith("Arn")} == {"PipelineArn"}
    for wrong in (0, 1.5):
        with pytest.raises(ParamValidationError, match="PipelineVersionId"):
            client.update_pipeline_version(PipelineArn=pipeline, PipelineVersionId=wrong)


def test_the_same_definition_makes_none(client: Any, pipeline: str) -> None:
    answer = client.update_pipeline(
        PipelineName="Train", PipelineDefinition=definition(), PipelineDescription="better"
    )
    assert answer["PipelineVersionId"] == 1
    assert client.describe_pipeline(PipelineName="Train")["PipelineDescription"] == "better"


def test_versions_are_filtered_ordered_and_paged(client: Any, sm: World, pipeline: str) -> None:
    for number in range(2, 6):
        sm.clock.advance(timedelta(days=1))
        client.update_pipeline(PipelineName="Train", PipelineDefinition=definition(n=number))
    pages = client.get_paginator("list_pipeline_versions").paginate(
        PipelineName="Train", SortOrder="Ascending", PaginationConfig={"PageSize": 2}
    )
    versions = [v for page in pages for v in page["PipelineVersionSummaries"]]
    assert [v["PipelineVersionId"] for v in versions] == [1, 2, 3, 4, 5]
    between = {
        "CreatedAfter": versions[1]["CreationTime"] - timedelta(hours=1),
        "CreatedBefore": versions[2]["CreationTime"] + timedelta(hours=1),
    }
    answer = client.list_pipeline_versions(PipelineName="Train", **between)
    assert [v["PipelineVersionId"] for v in answer["PipelineVersionSummaries"]] == [3, 2]


def test_aliases_name_versions(client: Any) -> None:
    client.create_pipeline(
        PipelineName="Train",
        PipelineDefinition=definition(n=1),
        RoleArn=ROLE,
        PipelineVersionAliases=["stable"],
    )
    client.update_pipeline(
        PipelineName="Train",
        PipelineDefinition=definition(n=2),
        PipelineVersionAliases=["new", "canary"],
    )
    stable = client.describe_pipeline(PipelineName="Train", PipelineVersionAlias="stable")
    assert stable["PipelineDefinition"] == definition(n=1)
    assert stable["PipelineVersionAliases"] == ["stable"]
    latest = client.describe_pipeline(PipelineName="Train")
    assert latest["PipelineVersionAliases"] == ["new", "canary"]


@pytest.mark.fact(
    "metadata.PipelineVersion.notes.aliases-moved-with-PipelineVersionAliasOperations",
    "metadata.PipelineVersion.update",
)
def test_an_alias_moves_by_update_pipeline_version(client: Any, pipeline: str) -> None:
    client.update_pipeline(PipelineName="Train", PipelineDefinition=definition(n=2))

    def change(number: int, **aliases: Any) -> Any:
        return client.update_pipeline_version(
            PipelineArn=pipeline,
            PipelineVersionId=number,
            PipelineVersionAliasOperations=aliases,
        )

    assert plain(change(1, Add=["live"])) == {"PipelineArn": pipeline, "PipelineVersionId": 1}
    assert refusal(lambda: change(2, Add=["live"]))[0] == "ConflictException"
    change(1, Remove=["live"])
    change(2, Add=["live"])
    versions = client.list_pipeline_versions(PipelineName="Train")["PipelineVersionSummaries"]
    assert [v.get("PipelineVersionAliases") for v in versions] == [["live"], None]


@pytest.mark.fact(
    "metadata.PipelineVersion.errors.version-missing",
)
@pytest.mark.parametrize("number", [2, 99])
def test_a_version_that_is_not_there(client: Any, pipeline: str, number: int) -> None:
    with pytest.raises(client.exceptions.ResourceNotFound, match=f"version {number}"):
        client.describe_pipeline(PipelineName="Train", PipelineVersionId=number)
    with pytest.raises(client.exceptions.ResourceNotFound, match=f"version {number}"):
        client.update_pipeline_version(PipelineArn=pipeline, PipelineVersionId=number)


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("describe_pipeline", {}),
        ("start_pipeline_execution", {}),
        ("list_pipeline_executions", {}),
    ],
)
def test_an_alias_that_no_version_has(
    client: Any, pipeline: str, operation: str, parameters: dict[str, Any]
) -> None:
    with pytest.raises(client.exceptions.ResourceNotFound, match="alias 'live'"):
        getattr(client, operation)(PipelineName="Train", PipelineVersionAlias="live", **parameters)


@pytest.mark.fact(
    "metadata.PipelineVersion.describe",
    "jobs.PipelineExecution.preconditions.start",
)
@pytest.mark.parametrize("operation", ["describe_pipeline", "start_pipeline_execution"])
def test_version_and_alias_exclude_each_other(client: Any, pipeline: str, operation: str) -> None:
    both = {"PipelineVersionId": 1, "PipelineVersionAlias": "live"}
    code, text = refusal(lambda: getattr(client, operation)(PipelineName="Train", **both))
    assert code == "ValidationException"
    assert "can't both be specified" in text


@pytest.mark.parametrize(
    ("aliases", "changed", "code"),
    [
        (["live"], False, "ValidationException"),
        (["2024"], True, "ValidationException"),
        (["new", "new"], True, "ValidationException"),
        (["stable"], True, "ConflictException"),
    ],
)
def test_aliases_that_an_update_cannot_give(
    client: Any, aliases: list[str], changed: bool, code: str
) -> None:
    client.create_pipeline(
        PipelineName="Train",
        PipelineDefinition=definition(),
        RoleArn=ROLE,
        PipelineVersionAliases=["stable"],
    )

    def call() -> Any:
        return client.update_pipeline(
            PipelineName="Train",
            PipelineDefinition=definition(n=2) if changed else definition(),
            PipelineVersionAliases=aliases,
        )

    assert refusal(call)[0] == code
    versions = client.list_pipeline_versions(PipelineName="Train")["PipelineVersionSummaries"]
    assert [v["PipelineVersionAliases"] for v in versions] == [["stable"]]


def test_a_deleted_name_can_be_used_again_with_fresh_versions(client: Any, pipeline: str) -> None:
    client.update_pipeline(PipelineName="Train", PipelineDefinition=definition(n=2))
    client.delete_pipeline(PipelineName="Train")
    client.create_pipeline(PipelineName="Train", PipelineDefinition=definition(), RoleArn=ROLE)
    versions = client.list_pipeline_versions(PipelineName="Train")["PipelineVersionSummaries"]
    assert [v["PipelineVersionId"] for v in versions] == [1]


def test_every_member_of_an_execution(client: Any, sm: World) -> None:
    """RoleArn is only there for pipelines that AWS manages, which nobody can make here."""
    fit = {"Name": "fit", "Type": "Fail", "Arguments": {"ErrorMessage": "no"}}
    mlflow = {"MlflowResourceArn": "arn:mlflow"}
    client.create_pipeline(
        PipelineName="Train",
        PipelineDefinition=definition(Steps=[fit], MlflowConfig=mlflow),
        RoleArn=ROLE,
        PipelineVersionAliases=["live"],
    )
    arn = client.start_pipeline_execution(
        PipelineName="Train",
        PipelineExecutionDisplayName="nightly",
        PipelineExecutionDescription="Each night.",
        ParallelismConfiguration={"MaxParallelExecutionSteps": 2},
        SelectiveExecutionConfig={"SelectedSteps": [{"StepName": "fit"}]},
        MlflowExperimentName="night",
    )["PipelineExecutionArn"]
    sm.get("PipelineExecution", arn).move_to("Failed")
    answer = plain(client.describe_pipeline_execution(PipelineExecutionArn=arn))
    shape = client.meta.service_model.operation_model("DescribePipelineExecution").output_shape
    assert set(answer) == set(shape.members) - {"RoleArn"}
    user = answer.pop("CreatedBy")
    assert set(user["IamIdentity"]) == {"Arn", "PrincipalId"}
    assert answer.pop("LastModifiedBy") == user
    assert answer.pop("CreationTime") < answer.pop("LastModifiedTime")
    assert answer == {
        "PipelineArn": "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/Train",
        "PipelineExecutionArn": arn,
        "PipelineExecutionDisplayName": "nightly",
        "PipelineExecutionStatus": "Failed",
        "PipelineExecutionDescription": "Each night.",
        "PipelineExperimentConfig": {
            "ExperimentName": "train",
            "TrialName": arn.rsplit("/", 1)[1],
        },
        "FailureReason": "Step failure: One or multiple steps failed.",
        "ParallelismConfiguration": {"MaxParallelExecutionSteps": 2},
        "SelectiveExecutionConfig": {"SelectedSteps": [{"StepName": "fit"}]},
        "PipelineVersionId": 1,
        "MLflowConfig": {"MlflowResourceArn": "arn:mlflow", "MlflowExperimentName": "night"},
        "PipelineVersionAliases": ["live"],
    }


def test_a_role_is_for_pipelines_that_aws_manages(client: Any, pipeline: str) -> None:
    def call() -> Any:
        return client.start_pipeline_execution(PipelineName="Train", RoleArn=ROLE)

    assert refusal(call)[0] == "ValidationException"


@pytest.mark.fact(
    "jobs.PipelineExecution.filled_in.PipelineVersionId",
)
def test_an_execution_runs_the_version_that_it_was_started_with(client: Any, pipeline: str) -> None:
    second = definition(n=2)
    client.update_pipeline(PipelineName="Train", PipelineDefinition=second)
    old = client.start_pipeline_execution(PipelineName="Train", PipelineVersionId=1)
    new = client.start_pipeline_execution(PipelineName="Train")
    client.update_pipeline(PipelineName="Train", PipelineDefinition=definition(n=3))
    run = client.describe_pipeline_definition_for_execution
    texts = [run(PipelineExecutionArn=e["PipelineExecutionArn"]) for e in (old, new)]
    assert [t["PipelineDefinition"] for t in texts] == [definition(), second]
    created = client.describe_pipeline(PipelineName="Train")["CreationTime"]
    assert {t["CreationTime"] for t in texts} == {created}


def test_versions_know_their_last_execution(client: Any, pipeline: str) -> None:
    client.start_pipeline_execution(PipelineName="Train")
    arn = client.start_pipeline_execution(PipelineName="Train")["PipelineExecutionArn"]
    (version,) = client.list_pipeline_versions(PipelineName="Train")["PipelineVersionSummaries"]
    assert version["LastExecutionPipelineExecutionArn"] == arn


def test_executions_of_an_alias_are_those_of_its_version_now(client: Any, pipeline: str) -> None:
    client.update_pipeline(PipelineName="Train", PipelineDefinition=definition(n=2))
    arns = [
        client.start_pipeline_execution(PipelineName="Train", PipelineVersionId=number)[
            "PipelineExecutionArn"
        ]
        for number in (1, 2)
    ]
    for number, arn in enumerate(arns, start=1):
        client.update_pipeline_version(
            PipelineArn=pipeline,
            PipelineVersionId=number,
            PipelineVersionAliasOperations={"Add": [f"v{number}"]},
        )
        answer = client.list_pipeline_executions(
            PipelineName="Train", PipelineVersionAlias=f"v{number}"
        )
        (summary,) = answer["PipelineExecutionSummaries"]
        assert summary["PipelineExecutionArn"] == arn
        assert summary["PipelineVersionAliases"] == [f"v{number}"]
        described = client.describe_pipeline_execution(PipelineExecutionArn=arn)
        assert described["PipelineVersionAliases"] == [f"v{number}"]


def test_a_version_has_at_most_ten_aliases(client: Any, pipeline: str) -> None:
    version = {"PipelineArn": pipeline, "PipelineVersionId": 1}
    ten = [f"v{number}" for number in range(10)]
    client.update_pipeline_version(**version, PipelineVersionAliasOperations={"Add": ten})
    more = {"Add": ["live", "next"], "Remove": ["v0"]}
    code, text = refusal(
        lambda: client.update_pipeline_version(**version, PipelineVersionAliasOperations=more)
    )
    assert code == "ValidationException"
    assert text == "A pipeline version can have at most 10 aliases; this one would have 11."
    assert client.describe_pipeline(PipelineName="Train")["PipelineVersionAliases"] == ten


@pytest.mark.parametrize(
    ("asked", "names"),
    [({}, ["Train"]), ({"ManagedBy": "CUSTOMER"}, ["Train"]), ({"ManagedBy": "AWS"}, ["Theirs"])],
)
def test_what_aws_manages_is_listed_on_request_only(
    sm: World, client: Any, pipeline: str, asked: dict[str, str], names: list[str]
) -> None:
    theirs = sm.add("Pipeline", client.meta.region_name, PipelineName="Theirs")
    theirs.replace({"ManagedBy": "AWS"})  # Nothing that a test can do makes one.
    summaries = client.list_pipelines(**asked)["PipelineSummaries"]
    assert [summary["PipelineName"] for summary in summaries] == names


def test_a_missing_pipeline_has_no_versions(client: Any) -> None:
    with pytest.raises(client.exceptions.ResourceNotFound, match="pipeline/Train' does not exist"):
        client.list_pipeline_versions(PipelineName="Train")


def test_an_execution_may_be_added_as_completed_with_failures(sm: World) -> None:
    """The state of newer models that no way reaches by itself."""
    run = sm.add("PipelineExecution", PipelineExecutionStatus="CompletedWithFailures")
    assert run.members["CreationTime"] <= run.members["LastModifiedTime"]
    assert run.advance().status == "CompletedWithFailures"
