"""Tags: kept, changed, refused; shown with compilation jobs."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import boto3
import pytest

from sagestub import World
from sagestub.model.service import load_service
from tests import covered
from tests.kinds.test_compilation import described, refusal
from tests.model.creations import GIVEN, inputs_of, populated

Request = Callable[..., dict[str, Any]]


def tags_of(client: Any, arn: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in client.list_tags(ResourceArn=arn)["Tags"]}


@pytest.mark.fact(
    "cross-cutting.8.AddTags-adds-or-overwrites-by-key",
    "cross-cutting.8.DeleteTags-takes-1-50-keys-unknown",
)
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


@pytest.mark.fact(
    "cross-cutting.8.tags-vanish-with-the-resource-a",
)
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


@pytest.mark.fact(
    "cross-cutting.8.keys-starting-with-aws-are-refused",
    "cross-cutting.8.duplicate-keys-in-one-request-ValidationException",
    "metadata.Tags.errors.key-with-the-aws-prefix",
)
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


@pytest.mark.fact(
    "cross-cutting.8.at-most-50-tags-in-one",
    "cross-cutting.8.more-than-50-after-merge-ValidationException",
)
def test_at_most_50_tags(client: Any, compilation_job: Request) -> None:
    tags = [{"Key": f"key-{n}", "Value": ""} for n in range(50)]
    arn = client.create_compilation_job(**compilation_job(Tags=tags))["CompilationJobArn"]
    one_more = [{"Key": "key-50", "Value": ""}]
    code, _ = refusal(lambda: client.add_tags(ResourceArn=arn, Tags=one_more))
    assert code == "ValidationException"
    assert len(tags_of(client, arn)) == 50


@pytest.mark.fact(
    "cross-cutting.8.ARN-of-no-known-resource-or",
    "cross-cutting.4.tags-of-an-unknown-ARN",
    "metadata.Tags.errors.ARN-of-a-resource-that-does-not-exist",
)
@pytest.mark.parametrize("arn", ["arn:nonsense", "arn:aws:s3:::bucket", "arn:a:b:c:d:e"])
def test_an_arn_of_nothing_has_no_tags(client: Any, arn: str) -> None:
    assert refusal(lambda: client.list_tags(ResourceArn=arn))[0] == "ValidationException"


@pytest.mark.fact("metadata.Tags.identifier")
def test_an_arn_has_at_most_256_characters(client: Any, sm: World) -> None:
    start = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/"
    longest = sm.add("Pipeline", region="eu-west-1", PipelineName="p" * (256 - len(start))).arn
    assert tags_of(client, longest) == {}
    code, text = refusal(lambda: client.list_tags(ResourceArn=f"{longest}p"))
    assert code == "ValidationException"
    assert "at 'resourceArn' failed to satisfy constraint" in text
    assert "length less than or equal to 256" in text


@pytest.mark.fact("cross-cutting.3.ARN-should-be-scoped-to-correct")
def test_tags_of_another_region_are_refused(
    client: Any, sm: World, compilation_job: Request
) -> None:
    arn = client.create_compilation_job(**compilation_job())["CompilationJobArn"]
    elsewhere = boto3.client("sagemaker", region_name="us-east-1")
    assert refusal(lambda: elsewhere.list_tags(ResourceArn=arn)) == (
        "ValidationException",
        "ARN should be scoped to correct region: us-east-1",
    )


# Every operation that takes tags ------------------------------------------------------------------

RESERVED = [{"Key": "aws:cloudformation:stack-name", "Value": "v"}]
TWICE = [{"Key": "team", "Value": "a"}, {"Key": "team", "Value": "b"}]
OTHERWISE = {
    "AddTags": "names a resource by its ARN: tested above",
    "UpdateProject": "likewise below",
}

TAKING_TAGS = [
    operation.name
    for operation in map(load_service("sagemaker").operation, covered.operations("sagemaker"))
    if "Tags" in operation.input_members and operation.name not in OTHERWISE
]


def said_to(client: Any, operation: str, tags: list[dict[str, str]]) -> set[tuple[str, str]]:
    """Return what is said to generated requests with these tags; some are wrong in other ways, too."""
    fixed = GIVEN.get(re.sub("^[A-Z][a-z]+", "", operation), {})
    said = set()
    for generated in inputs_of(operation):
        request = {**generated, **fixed, "Tags": tags}
        given = {member: value for member, value in request.items() if value is not None}
        said.add(refusal(partial(client._make_api_call, operation, given)))
    return said


@pytest.mark.parametrize("operation", TAKING_TAGS)
def test_wrong_tags_are_refused_by_every_operation_that_takes_tags(operation: str) -> None:
    with populated(transitions="manual") as (sm, client):
        before = [(resource.arn, resource.key, resource.tags) for resource in sm.resources()]
        reserved = (
            f"Tag keys starting with 'aws:' are reserved for system use: {RESERVED[0]['Key']}"
        )
        assert ("ValidationException", reserved) in said_to(client, operation, RESERVED)
        twice = ("ValidationException", "Tag keys must be unique per resource.")
        assert twice in said_to(client, operation, TWICE)
        assert [(r.arn, r.key, r.tags) for r in sm.resources()] == before


@pytest.mark.parametrize("kind", ["Project", "PartnerApp"])
def test_an_update_adds_tags(client: Any, sm: World, kind: str) -> None:
    members: dict[str, Any] = {"Project": {"ProjectStatus": "CreateCompleted"}}.get(kind, {})
    resource = sm.add(kind, region="eu-west-1", tags={"a": "1", "b": "1"}, **members)
    resource.advance(9)
    name = {"ProjectName": resource.name} if kind == "Project" else {"Arn": resource.arn}
    more = [{"Key": "b", "Value": "2"}, {"Key": "c", "Value": "2"}]
    client._make_api_call(f"Update{kind}", {**name, "Tags": more})
    assert tags_of(client, resource.arn) == {"a": "1", "b": "2", "c": "2"}
    too_many = [{"Key": f"key-{n}", "Value": ""} for n in range(48)]
    resource.advance(9)
    said = refusal(lambda: client._make_api_call(f"Update{kind}", {**name, "Tags": too_many}))
    assert said == ("ValidationException", "A resource can have at most 50 tags.")
    assert len(resource.tags) == 3


def test_letters_of_an_arn_count(client: Any, sm: World) -> None:
    """Source: boto/boto3 issue 4606."""
    arn = sm.add(
        "HyperParameterTuningJob", region="eu-west-1", HyperParameterTuningJobName="Upper"
    ).arn
    assert tags_of(client, arn) == {}
    assert refusal(lambda: client.list_tags(ResourceArn=arn.replace("Upper", "upper"))) == (
        "ValidationException",
        "Resource does not exist.",
    )


@pytest.mark.fact(
    "metadata.Tags.errors.app-in-Deleted-status",
    "cross-cutting.3.Some-ValidationExceptions-carry-an-EMPTY-message",
)
@pytest.mark.parametrize("operation", ["list_tags", "add_tags", "delete_tags"])
def test_a_deleted_app_that_is_still_to_be_seen_has_no_tags(
    client: Any, sm: World, operation: str
) -> None:
    """Source: aws/amazon-sagemaker-feedback issue 108: the message is empty."""
    app = sm.add(
        "App", region="eu-west-1", Status="Deleted", UserProfileName="a", AppName="default"
    )
    more: dict[str, Any] = {"add_tags": {"Tags": TWICE[:1]}, "delete_tags": {"TagKeys": ["team"]}}
    call = getattr(client, operation)
    said = refusal(lambda: call(ResourceArn=app.arn, **more.get(operation, {})))
    assert said == ("ValidationException", "")


@pytest.mark.parametrize(
    ("tag", "constraint"),
    [
        ({"Key": "k" * 129, "Value": ""}, "Member must have length less than or equal to 128"),
        ({"Key": "k", "Value": "v" * 257}, "Member must have length less than or equal to 256"),
        ({"Key": "k!", "Value": ""}, "Member must satisfy regular expression pattern"),
    ],
)
def test_keys_and_values_have_their_lengths_and_letters(
    client: Any, sm: World, tag: dict[str, str], constraint: str
) -> None:
    job = sm.add("CompilationJob", region="eu-west-1")
    code, text = refusal(lambda: client.add_tags(ResourceArn=job.arn, Tags=[tag]))
    assert code == "ValidationException"
    assert constraint in text
    assert job.tags == {}


def test_tags_change_no_time(client: Any, sm: World) -> None:
    job = sm.add("CompilationJob", region="eu-west-1")
    before = job.members
    sm.clock.advance(60)
    client.add_tags(ResourceArn=job.arn, Tags=TWICE[:1])
    client.delete_tags(ResourceArn=job.arn, TagKeys=["team"])
    assert job.members == before
