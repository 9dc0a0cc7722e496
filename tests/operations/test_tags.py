"""Tags: kept, changed, refused; shown with compilation jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
import pytest

from sagestub import World
from tests.kinds.test_compilation import described, refusal

Request = Callable[..., dict[str, Any]]


def tags_of(client: Any, arn: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in client.list_tags(ResourceArn=arn)["Tags"]}


def test_tags_are_kept_added_overwritten_and_deleted(client: Any, compilation_job: Request) -> None:
    given = [{"Key": "team", "Value": "vision"}, {"Key": "stage", "Value": "test"}]
    arn = client.create_compilation_job(**compilation_job(Tags=given))["CompilationJobArn"]
    more = [{"Key": "stage", "Value": "live"}, {"Key": "cost", "Value": "7"}]
    answer = client.add_tags(ResourceArn=arn, Tags=more)["Tags"]
    assert answer == [
        {"Key": "team", "Value": "vision"},
        {"Key": "stage", "Value": "live"},
        {"Key": "cost", "Value": "7"},
    ]
    client.delete_tags(ResourceArn=arn, TagKeys=["team", "unknown"])
    assert tags_of(client, arn) == {"stage": "live", "cost": "7"}


def test_tags_go_with_the_job(client: Any, sm: World, compilation_job: Request) -> None:
    tags = [{"Key": "team", "Value": "vision"}]
    arn = client.create_compilation_job(**compilation_job(Tags=tags))["CompilationJobArn"]
    sm.get("CompilationJob", "resnet").move_to("COMPLETED")
    client.delete_compilation_job(CompilationJobName="resnet")
    assert refusal(lambda: client.list_tags(ResourceArn=arn)) == (
        "ValidationException",
        "Resource does not exist.",
    )
    client.create_compilation_job(**compilation_job())
    assert tags_of(client, arn) == {}


def test_tags_are_no_member_of_the_description(client: Any, compilation_job: Request) -> None:
    client.create_compilation_job(**compilation_job(Tags=[{"Key": "team", "Value": "vision"}]))
    assert "Tags" not in described(client)


@pytest.mark.parametrize(
    "tags",
    [
        [{"Key": "aws:team", "Value": "v"}],
        [{"Key": "team", "Value": "a"}, {"Key": "team", "Value": "b"}],
    ],
)
def test_refused_tags_leave_no_job(
    client: Any, compilation_job: Request, tags: list[dict[str, str]]
) -> None:
    def call() -> Any:
        return client.create_compilation_job(**compilation_job(Tags=tags))

    assert refusal(call)[0] == "ValidationException"
    assert client.list_compilation_jobs()["CompilationJobSummaries"] == []


def test_at_most_50_tags(client: Any, compilation_job: Request) -> None:
    tags = [{"Key": f"key-{n}", "Value": ""} for n in range(50)]
    arn = client.create_compilation_job(**compilation_job(Tags=tags))["CompilationJobArn"]
    one_more = [{"Key": "key-50", "Value": ""}]
    code, _ = refusal(lambda: client.add_tags(ResourceArn=arn, Tags=one_more))
    assert code == "ValidationException"
    assert len(tags_of(client, arn)) == 50


@pytest.mark.parametrize("arn", ["arn:nonsense", "arn:aws:s3:::bucket", "arn:a:b:c:d:e"])
def test_an_arn_of_nothing_has_no_tags(client: Any, arn: str) -> None:
    assert refusal(lambda: client.list_tags(ResourceArn=arn))[0] == "ValidationException"


def test_tags_of_another_region_are_refused(
    client: Any, sm: World, compilation_job: Request
) -> None:
    arn = client.create_compilation_job(**compilation_job())["CompilationJobArn"]
    elsewhere = boto3.client("sagemaker", region_name="us-east-1")
    assert refusal(lambda: elsewhere.list_tags(ResourceArn=arn)) == (
        "ValidationException",
        "ARN should be scoped to correct region: us-east-1",
    )
