"""Human loops; API reference, Amazon Augmented AI Runtime."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.conftest import shared_session

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
FLOW = f"{ARN}flow-definition/review"
LOOP = {"HumanLoopName": "loop-1"}


@pytest.fixture
def people(sm: World) -> Any:
    """A client of the runtime, beside a flow definition that is Active."""
    output = {"S3OutputPath": "s3://bucket/reviews/"}
    sm.add(
        "FlowDefinition",
        "eu-west-1",
        FlowDefinitionName="review",
        FlowDefinitionStatus="Active",
        OutputConfig=output,
    )
    return shared_session().client("sagemaker-a2i-runtime", region_name="eu-west-1")


def start(people: Any, name: str = "loop-1", content: str = "{}", flow: str = FLOW) -> str:
    """Start a human loop; return its ARN."""
    answer = people.start_human_loop(
        HumanLoopName=name, FlowDefinitionArn=flow, HumanLoopInput={"InputContent": content}
    )
    return str(answer["HumanLoopArn"])


def status(people: Any) -> str:
    """The status of the loop as Describe reports it."""
    return str(people.describe_human_loop(**LOOP)["HumanLoopStatus"])


def test_a_loop_is_answered(people: Any) -> None:
    """Developer Guide, a2i-monitor-humanloop-results: the path of the output."""
    arn = start(people)
    assert arn == f"{ARN}human-loop/loop-1"
    seen = [people.describe_human_loop(**LOOP) for _ in range(2)]
    assert [one["HumanLoopStatus"] for one in seen] == ["InProgress", "Completed"]
    assert "HumanLoopOutput" not in seen[0]
    made = seen[1]["CreationTime"].strftime("%Y/%m/%d/%H/%M/%S")
    uri = seen[1]["HumanLoopOutput"]["OutputS3Uri"]
    assert uri == f"s3://bucket/reviews/review/{made}/loop-1/output.json"
    assert seen[1]["FlowDefinitionArn"] == FLOW


def test_a_loop_is_stopped_and_deleted(people: Any) -> None:
    """Developer Guide, a2i-delete-human-loop: a loop in progress is stopped first."""
    start(people)
    with pytest.raises(people.exceptions.ValidationException):
        people.delete_human_loop(**LOOP)
    people.stop_human_loop(**LOOP)
    assert [status(people) for _ in range(2)] == ["Stopping", "Stopped"]
    with pytest.raises(people.exceptions.ValidationException):
        people.stop_human_loop(**LOOP)
    people.delete_human_loop(**LOOP)
    with pytest.raises(people.exceptions.ResourceNotFoundException):
        status(people)
    assert people.list_human_loops(FlowDefinitionArn=FLOW)["HumanLoopSummaries"] == []


def test_loops_are_listed_by_flow(people: Any) -> None:
    for number in range(3):
        start(people, f"loop-{number}")
    pages = people.get_paginator("list_human_loops").paginate(
        FlowDefinitionArn=FLOW, SortOrder="Ascending", PaginationConfig={"PageSize": 2}
    )
    names = [one["HumanLoopName"] for one in pages.search("HumanLoopSummaries")]
    assert names == ["loop-0", "loop-1", "loop-2"]
    with pytest.raises(people.exceptions.ResourceNotFoundException):
        people.list_human_loops(FlowDefinitionArn=f"{ARN}flow-definition/none")


@pytest.mark.parametrize("given", [{"flow": f"{ARN}flow-definition/none"}, {"content": "{"}])
def test_a_loop_that_makes_no_sense_is_refused(people: Any, given: dict[str, str]) -> None:
    """Model, StartHumanLoop and HumanLoopInput."""
    with pytest.raises(people.exceptions.ValidationException):
        start(people, **given)
    assert people.list_human_loops(FlowDefinitionArn=FLOW)["HumanLoopSummaries"] == []


def test_the_flow_of_a_loop_is_active(sm: World, people: Any) -> None:
    sm.get("FlowDefinition", "review").move_to("Deleting")
    with pytest.raises(ClientError, match="Deleting"):
        start(people)


def test_the_handle_knows_human_loops(sm: World, people: Any) -> None:
    """Model, DescribeHumanLoop.FailureCode: ValidationError, Expired or InternalError."""
    sm.fail("HumanLoop", name="loop-*", reason="nobody came")
    start(people)
    assert [status(people) for _ in range(2)] == ["InProgress", "Failed"]
    failed = people.describe_human_loop(**LOOP)
    assert (failed["FailureReason"], failed["FailureCode"]) == ("nobody came", "InternalError")
    sm.add("HumanLoop", "eu-west-1", HumanLoopName="other", FlowDefinitionArn=FLOW)
    assert sm.get("HumanLoop", "other").advance().status == "Completed"
    assert len(people.list_human_loops(FlowDefinitionArn=FLOW)["HumanLoopSummaries"]) == 2


def test_the_name_of_a_loop_is_taken_once(people: Any) -> None:
    """Model, StartHumanLoop (ConflictException, HTTP 409)."""
    start(people)
    with pytest.raises(people.exceptions.ConflictException) as caught:
        start(people)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409
