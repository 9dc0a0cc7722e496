"""aioboto3: sessions and clients, concurrent calls, paginators, waiters, streams."""

from __future__ import annotations

import asyncio
from typing import Any

import aioboto3
import boto3
import pytest

from sagestub import World, mock_sagemaker
from tests.clients.requests import compilation, training

REGION = "eu-west-1"


def sagemaker(service: str = "sagemaker") -> Any:
    """Return a client of a session of its own, to be entered."""
    return aioboto3.Session(region_name=REGION).client(service)


async def test_a_job_goes_its_way(sm: World) -> None:
    async with sagemaker() as client:
        await client.create_compilation_job(**compilation("resnet"))
        seen = [
            (await client.describe_compilation_job(CompilationJobName="resnet"))[
                "CompilationJobStatus"
            ]
            for _ in range(3)
        ]
    assert seen == ["STARTING", "INPROGRESS", "COMPLETED"]
    assert sm.get("CompilationJob", "resnet").status == "COMPLETED"


async def test_calls_side_by_side(sm: World) -> None:
    names = [f"job-{number:02}" for number in range(40)]
    async with sagemaker() as client:
        await asyncio.gather(*(client.create_compilation_job(**compilation(n)) for n in names))
        described = await asyncio.gather(
            *(client.describe_compilation_job(CompilationJobName=name) for name in names)
        )
    assert [job["CompilationJobName"] for job in described] == names
    assert sorted(job.name for job in sm.resources("CompilationJob")) == names


async def test_one_of_two_that_take_the_same_name_is_refused(sm: World) -> None:
    async with sagemaker() as client:
        answers = await asyncio.gather(
            client.create_compilation_job(**compilation("resnet")),
            client.create_compilation_job(**compilation("resnet")),
            return_exceptions=True,
        )
        refused = [answer for answer in answers if isinstance(answer, BaseException)]
        assert [type(error) for error in refused] == [client.exceptions.ResourceInUse]
    assert len(sm.resources("CompilationJob")) == 1


async def test_paginators_page(sm: World) -> None:
    for number in range(25):
        sm.add("CompilationJob", region=REGION, CompilationJobName=f"job-{number:02}")
    async with sagemaker() as client:
        pages = client.get_paginator("list_compilation_jobs").paginate(
            PaginationConfig={"PageSize": 10}
        )
        assert [len(page["CompilationJobSummaries"]) async for page in pages] == [10, 10, 5]


async def test_waiters_wait_no_real_time(sm: World) -> None:
    before = sm.clock.now()
    async with sagemaker() as client:
        await client.create_training_job(**training("train"))
        await client.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName="train")
    assert sm.get("TrainingJob", "train").status == "Completed"
    assert (sm.clock.now() - before).total_seconds() > 120


async def test_streams_are_streamed(sm: World) -> None:
    sm.add("Endpoint", region=REGION, EndpointName="chat", EndpointStatus="InService")
    sm.on_invoke(lambda _: iter([b"one ", b"two ", b"three"]), endpoint="chat")
    async with sagemaker("sagemaker-runtime") as client:
        answer = await client.invoke_endpoint_with_response_stream(
            EndpointName="chat", Body=b"count"
        )
        parts = [event["PayloadPart"]["Bytes"] async for event in answer["Body"]]
    assert parts == [b"one ", b"two ", b"three"]


async def test_a_client_made_before_the_mock_is_answered_in_it() -> None:
    async with sagemaker() as client, mock_sagemaker() as sm:
        sm.add("Model", region=REGION, ModelName="mine")
        assert [m["ModelName"] for m in (await client.list_models())["Models"]] == ["mine"]


async def test_blocking_clients_see_the_same_world(sm: World) -> None:
    async with sagemaker() as client:
        await client.create_compilation_job(**compilation("resnet"))
    blocking = boto3.client("sagemaker", region_name=REGION)
    listed = blocking.list_compilation_jobs()["CompilationJobSummaries"]
    assert [job["CompilationJobName"] for job in listed] == ["resnet"]
    assert len(sm.calls) == 2


async def test_a_throttled_call_is_retried(sm: World) -> None:
    sm.refuse("ListModels", "ThrottlingException", times=2)
    async with sagemaker() as client:
        answer = await client.list_models()
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2


@mock_sagemaker
async def test_the_decorator_takes_coroutines() -> None:
    async with sagemaker() as client:
        with pytest.raises(client.exceptions.ResourceNotFound):
            await client.describe_compilation_job(CompilationJobName="none")
