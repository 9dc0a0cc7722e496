"""Nested mocks: the inner world is empty and separate; the outer one is intact afterwards."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from sagestub import MockNotActiveError, NoSuchResourceError, World, mock_sagemaker


def names(client: Any) -> list[str]:
    jobs = client.list_compilation_jobs()["CompilationJobSummaries"]
    return [job["CompilationJobName"] for job in jobs]


def test_worlds_are_separate(client: Any, sm: World, compilation_job: Any) -> None:
    client.create_compilation_job(**compilation_job("outer"))
    with mock_sagemaker(account_id="111122223333") as inner:
        assert names(client) == []
        arn = client.create_compilation_job(**compilation_job("inner"))["CompilationJobArn"]
        assert ":111122223333:" in arn
        assert [job.name for job in inner.resources()] == ["inner"]
    assert names(client) == ["outer"]
    assert [job.name for job in sm.resources()] == ["outer"]


def test_clocks_rules_and_calls_are_separate(client: Any, sm: World, compilation_job: Any) -> None:
    sm.transitions("CompilationJob", rule="manual")
    client.create_compilation_job(**compilation_job())
    before = sm.clock.now()
    with mock_sagemaker(transitions="immediate") as inner:
        inner.clock.advance(10**6)
        client.create_compilation_job(**compilation_job())
        assert inner.get("CompilationJob", "resnet").status == "COMPLETED"
    assert (sm.clock.now() - before).total_seconds() < 1000
    client.describe_compilation_job(CompilationJobName="resnet")
    assert sm.get("CompilationJob", "resnet").status == "STARTING"
    assert sm.calls.operations == ["CreateCompilationJob", "DescribeCompilationJob"]


def test_the_same_mock_nests_in_itself(compilation_job: Any) -> None:
    mock = mock_sagemaker(account_id="111122223333")
    client = boto3.client("sagemaker", region_name="eu-west-1")
    with mock as first:
        client.create_compilation_job(**compilation_job("first"))
        with mock as second:
            assert second is not first
            assert names(client) == []
        assert names(client) == ["first"]
    with mock:
        assert names(client) == []


def test_an_inner_exception_leaves_the_outer_world_active(
    client: Any, compilation_job: Any
) -> None:
    client.create_compilation_job(**compilation_job("outer"))
    with pytest.raises(NoSuchResourceError), mock_sagemaker() as inner:
        inner.get("CompilationJob", "outer")
    assert names(client) == ["outer"]


def test_mocks_left_out_of_order(compilation_job: Any) -> None:
    client = boto3.client("sagemaker", region_name="eu-west-1")
    first, second, third = mock_sagemaker(), mock_sagemaker(), mock_sagemaker()
    for number, mock in enumerate((first, second, third)):
        mock.start()
        client.create_compilation_job(**compilation_job(f"job-{number}"))
    second.stop()
    assert names(client) == ["job-2"]
    third.stop()
    assert names(client) == ["job-0"]
    first.stop()


def test_stopping_what_was_never_started_is_explained() -> None:
    with pytest.raises(MockNotActiveError, match=r"Call start\(\) first"):
        mock_sagemaker().stop()


def test_a_world_may_be_read_after_its_mock_was_left(compilation_job: Any) -> None:
    with mock_sagemaker() as sm:
        client = boto3.client("sagemaker", region_name="eu-west-1")
        client.create_compilation_job(**compilation_job())
    assert sm.get("CompilationJob", "resnet").members["CompilationJobName"] == "resnet"
    assert sm.calls.operations == ["CreateCompilationJob"]


def test_many_mocks_one_after_another_leave_nothing_behind(client: Any) -> None:
    from sagestub.hooks import stack

    depth = len(stack._here.get())
    for _ in range(50):
        with mock_sagemaker():
            client.list_pipelines()
    assert len(stack._here.get()) == depth
