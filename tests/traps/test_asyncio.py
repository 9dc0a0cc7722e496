"""asyncio: tasks side by side, each with a world of its own."""

from __future__ import annotations

import asyncio
from typing import Any

import boto3
import pytest

from sagestub import World, mock_sagemaker

REGION = "eu-west-1"


@pytest.fixture(scope="module")
def outside() -> Any:
    """A client that was made before any mock."""
    return boto3.client("sagemaker", region_name=REGION)


async def test_decorated_tasks_under_gather_have_worlds_of_their_own(
    outside: Any, compilation_job: Any
) -> None:
    @mock_sagemaker
    async def work(number: int) -> list[str]:
        for step in range(number + 1):
            outside.create_compilation_job(**compilation_job(f"job-{step}"))
            await asyncio.sleep(0)
        jobs = outside.list_compilation_jobs()["CompilationJobSummaries"]
        return [job["CompilationJobName"] for job in jobs]

    worlds = await asyncio.gather(*(work(number) for number in range(5)))
    assert [len(names) for names in worlds] == [1, 2, 3, 4, 5]


async def test_tasks_see_the_world_in_which_they_were_started(outside: Any) -> None:
    async def call() -> None:
        await asyncio.sleep(0)
        outside.list_pipelines()

    with mock_sagemaker() as first:
        early = asyncio.create_task(call())
        with mock_sagemaker() as second:
            await asyncio.gather(asyncio.create_task(call()), early)
    assert (len(first.calls), len(second.calls)) == (1, 1)


async def test_async_with_and_threads_of_the_loop(outside: Any) -> None:
    async with mock_sagemaker() as sm:
        await asyncio.to_thread(outside.list_pipelines)
        await asyncio.get_running_loop().run_in_executor(None, outside.list_pipelines)
        assert isinstance(sm, World)
        assert len(sm.calls) == 2


async def test_a_cancelled_task_leaves_its_world(outside: Any) -> None:
    entered = asyncio.Event()

    @mock_sagemaker
    async def work() -> None:
        entered.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await entered.wait()
    with mock_sagemaker() as sm:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        outside.list_pipelines()
        assert len(sm.calls) == 1


async def test_an_async_generator_stays_inside_to_its_end(outside: Any) -> None:
    @mock_sagemaker
    async def worlds() -> Any:
        outside.list_pipelines()
        try:
            received = yield 1
            outside.list_pipelines()
            yield received
        except KeyError:
            outside.list_pipelines()
            yield "caught"

    generator = worlds()
    assert await anext(generator) == 1
    assert await generator.asend("sent") == "sent"
    assert await generator.athrow(KeyError) == "caught"
    await generator.aclose()


async def test_an_async_generator_that_is_closed_cleans_up_inside(outside: Any) -> None:
    cleaned: list[Any] = []

    @mock_sagemaker
    async def world() -> Any:
        try:
            yield
        finally:
            cleaned.append(outside.list_pipelines()["PipelineSummaries"])

    generator = world()
    await anext(generator)
    await generator.aclose()
    assert cleaned == [[]]


@pytest.fixture
@mock_sagemaker
async def job(compilation_job: Any) -> Any:
    """A fixture whose world lasts as long as the test."""
    client = boto3.client("sagemaker", region_name=REGION)
    client.create_compilation_job(**compilation_job())
    yield client
    assert len(client.list_compilation_jobs()["CompilationJobSummaries"]) == 1


async def test_an_async_fixture_may_be_decorated(job: Any) -> None:
    answer = job.describe_compilation_job(CompilationJobName="resnet")
    assert answer["CompilationJobStatus"] == "STARTING"
