"""aiobotocore: its clients are caught by the same mock. Runs where aiobotocore is installed."""

from __future__ import annotations

import asyncio
import os
import time
from typing import Any

import pytest

aiobotocore_session = pytest.importorskip("aiobotocore.session")

import aiobotocore.signers  # noqa: E402
from aiobotocore.config import AioConfig  # noqa: E402
from botocore.exceptions import EndpointConnectionError, WaiterError  # noqa: E402
from botocore.waiter import WaiterModel  # noqa: E402

from sagestub import NotAnsweredError, World, mock_sagemaker  # noqa: E402

REGION = "eu-west-1"
ONCE = AioConfig(retries={"total_max_attempts": 1})


def new_client(service: str = "sagemaker", **options: Any) -> Any:
    options = {"region_name": REGION, "config": ONCE, **options}
    return aiobotocore_session.get_session().create_client(service, **options)


async def names(client: Any) -> list[str]:
    listed = await client.list_compilation_jobs()
    return [job["CompilationJobName"] for job in listed["CompilationJobSummaries"]]


async def test_a_job_goes_its_way(sm: World, compilation_job: Any) -> None:
    async with new_client() as client:
        await client.create_compilation_job(**compilation_job())
        states = [
            (await client.describe_compilation_job(CompilationJobName="resnet"))[
                "CompilationJobStatus"
            ]
            for _ in range(4)
        ]
    assert states == ["STARTING", "INPROGRESS", "COMPLETED", "COMPLETED"]
    assert len(sm.calls) == 5


@pytest.mark.usefixtures("sm")
async def test_errors_are_the_modelled_ones() -> None:
    async with new_client() as client:
        with pytest.raises(client.exceptions.ResourceNotFound) as caught:
            await client.describe_compilation_job(CompilationJobName="none")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


async def test_streamed_bodies_are_read(sm: World) -> None:
    sm.add("Endpoint", region=REGION, EndpointName="scores", EndpointStatus="InService")
    async with new_client("sagemaker-runtime") as client:
        answer = await client.invoke_endpoint(EndpointName="scores", Body=b"hello")
        assert await answer["Body"].read(2) == b"he"
        assert await answer["Body"].read() == b"llo"
        stream = await client.invoke_endpoint_with_response_stream(
            EndpointName="scores", Body=b"hello"
        )
        parts = [event["PayloadPart"]["Bytes"] async for event in stream["Body"]]
    assert b"".join(parts) == b"hello"


@pytest.mark.usefixtures("sm")
async def test_the_paginator_works(compilation_job: Any) -> None:
    async with new_client() as client:
        for number in range(5):
            await client.create_compilation_job(**compilation_job(f"job-{number}"))
        paginator = client.get_paginator("list_compilation_jobs")
        pages = [
            len(page["CompilationJobSummaries"])
            async for page in paginator.paginate(PaginationConfig={"PageSize": 2})
        ]
    assert pages == [2, 2, 1]


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The real sleeps, which are noted instead of waited for."""
    real: list[float] = []
    monkeypatch.setattr(time, "sleep", real.append)

    async def sleep(delay: float, result: object = None) -> object:
        if delay:
            real.append(delay)
        return result

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return real


async def test_waiters_wait_virtually(slept: list[float], sm: World, compilation_job: Any) -> None:
    from aiobotocore.waiter import create_waiter_with_client

    acceptor = {
        "matcher": "path",
        "argument": "CompilationJobStatus",
        "expected": "COMPLETED",
        "state": "success",
    }
    waiter = {
        "operation": "DescribeCompilationJob",
        "delay": 60,
        "maxAttempts": 10,
        "acceptors": [acceptor],
    }
    model = WaiterModel({"version": 2, "waiters": {"Done": waiter}})
    async with new_client() as client:
        await client.create_compilation_job(**compilation_job())
        await create_waiter_with_client("Done", model, client).wait(CompilationJobName="resnet")
    assert sm.get("CompilationJob", "resnet").status == "COMPLETED"
    assert slept == []


async def test_every_waiter_waits_virtually(slept: list[float], sm: World) -> None:
    async def nothing(**_: Any) -> dict[str, Any]:
        return {"ResponseMetadata": {}}

    async with new_client() as client:
        for name in client.waiter_names:
            waiter = client.get_waiter(name)
            waiter._operation_method = nothing
            before = sm.clock.now()
            with pytest.raises(WaiterError, match="Max attempts exceeded"):
                await waiter.wait()
            passed = round((sm.clock.now() - before).total_seconds())
            assert passed == waiter.config.delay * (waiter.config.max_attempts - 1)
    assert slept == []


async def test_twenty_calls_under_gather(sm: World, compilation_job: Any) -> None:
    async with new_client() as client:
        await asyncio.gather(
            *(client.create_compilation_job(**compilation_job(f"job-{n}")) for n in range(20))
        )
        assert len(await names(client)) == 10
    assert len(sm.resources("CompilationJob")) == 20


async def test_tasks_with_decorators_of_their_own(compilation_job: Any) -> None:
    async with new_client() as client:

        @mock_sagemaker
        async def work(count: int) -> list[str]:
            for number in range(count):
                await client.create_compilation_job(**compilation_job(f"job-{number}"))
            return await names(client)

        worlds = await asyncio.gather(*(work(count) for count in range(4)))
    assert [len(world) for world in worlds] == [0, 1, 2, 3]


async def test_a_client_made_before_outlives_the_mock(connections: list[object]) -> None:
    async with new_client(aws_access_key_id="a", aws_secret_access_key="b") as client:
        for _ in range(2):
            with mock_sagemaker() as sm:
                assert await names(client) == []
                assert len(sm.calls) == 1
            events = client.meta.events._emitter._handlers
            handlers = events.prefix_search("before-send.sagemaker.ListCompilationJobs")
            assert not [one for one in handlers if "sagestub" in one.__module__]
        with pytest.raises(EndpointConnectionError):
            await client.list_compilation_jobs()
    assert connections
    connections.clear()


async def test_a_call_under_way_when_the_mock_is_left_is_refused() -> None:
    mock = mock_sagemaker()
    mock.start()
    async with new_client() as client:

        async def leave(**kwargs: Any) -> None:
            client.meta.events.unregister("request-created.sagemaker", leave)
            mock.stop()

        client.meta.events.register("request-created.sagemaker", leave)
        with pytest.raises(NotAnsweredError, match="nothing was sent"):
            await client.list_compilation_jobs()


async def test_no_keys_are_needed_or_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async with new_client() as before:
        monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
        with mock_sagemaker() as sm:
            await before.list_pipelines()
            async with new_client() as inside:
                await inside.list_pipelines()
            assert len(sm.calls) == 2


async def test_real_keys_do_not_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real secret")
    session = aiobotocore_session.get_session()
    async with session.create_client("s3", region_name=REGION) as before:
        with mock_sagemaker():
            url = await before.generate_presigned_url("list_buckets")
            assert "AKIASAGESTUB00000000" in url
        url = await before.generate_presigned_url("list_buckets")
    assert "AKIAREAL" in url
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAREAL"
    signing = aiobotocore.signers.AioRequestSigner.get_auth_instance
    assert signing.__module__ == "aiobotocore.signers"
    assert not hasattr(signing, "__wrapped__")


async def test_nobody_is_asked_for_the_keys_of_a_profile(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config"
    config.write_text("[profile other]\ncredential_process = /nonexistent/command\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    with mock_sagemaker() as sm:
        session = aiobotocore_session.AioSession(profile="other")
        async with session.create_client("sagemaker", region_name=REGION) as client:
            await client.list_pipelines()
        assert len(sm.calls) == 1


async def test_a_session_made_before_forgets_the_fake_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    session = aiobotocore_session.get_session()
    with mock_sagemaker():
        async with session.create_client("sagemaker", region_name=REGION) as client:
            await client.list_pipelines()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAUSER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    assert (await session.get_credentials()).access_key == "AKIAUSER"


@pytest.mark.usefixtures("sm")
async def test_regions_accounts_and_partitions(compilation_job: Any) -> None:
    options = {"aws_access_key_id": "444455556666", "aws_secret_access_key": "x"}
    async with new_client(**{**options, "region_name": "cn-north-1"}) as client:
        made = await client.create_compilation_job(**compilation_job())
    assert made["CompilationJobArn"].startswith("arn:aws-cn:sagemaker:cn-north-1:444455556666:")


@pytest.mark.usefixtures("nothing_declared", "sm")
async def test_what_cannot_be_answered_says_so_by_name() -> None:
    async with new_client("sagemaker-geospatial", region_name="us-west-2") as client:
        with pytest.raises(NotAnsweredError, match="ListEarthObservationJobs"):
            await client.list_earth_observation_jobs()
