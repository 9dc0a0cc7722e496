"""Threads: shared clients, clients of their own, mocks of their own, and threads that stay too long."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

from sagestub import World, mock_sagemaker

if TYPE_CHECKING:
    import pytest

REGION = "eu-west-1"
THREADS = 8


def client_of(session: boto3.Session) -> Any:
    return session.client("sagemaker", region_name=REGION)


def in_threads(work: Callable[[int], Any], count: int = THREADS) -> list[Any]:
    """Start the work in threads at the same moment and return what each gave."""
    barrier = threading.Barrier(count)

    def start(number: int) -> Any:
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(start, range(count)))


def test_eight_threads_share_a_client_that_was_never_used(
    client: Any, sm: World, compilation_job: Any
) -> None:
    def work(thread: int) -> None:
        for number in range(5):
            name = f"job-{thread}-{number}"
            client.create_compilation_job(**compilation_job(name))
            client.describe_compilation_job(CompilationJobName=name)

    in_threads(work)
    assert len({job.name for job in sm.resources("CompilationJob")}) == THREADS * 5
    assert {job.status for job in sm.resources("CompilationJob")} == {"INPROGRESS"}
    assert len(sm.calls) == THREADS * 10


def test_eight_threads_have_a_client_each(sm: World, compilation_job: Any) -> None:
    clients = [client_of(boto3.Session()) for _ in range(THREADS)]
    in_threads(lambda n: clients[n].create_compilation_job(**compilation_job(f"job-{n}")))
    assert len(sm.resources("CompilationJob")) == THREADS


def test_one_of_eight_threads_makes_the_job(client: Any, compilation_job: Any) -> None:
    def work(_: int) -> str:
        try:
            client.create_compilation_job(**compilation_job())
        except client.exceptions.ResourceInUse:
            return "in use"
        return "made"

    assert sorted(in_threads(work)) == ["in use"] * (THREADS - 1) + ["made"]


def test_threads_enter_mocks_of_their_own_at_the_same_time(
    compilation_job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    client = boto3.client(
        "sagemaker", region_name=REGION, config=Config(retries={"total_max_attempts": 1})
    )
    inside = threading.Barrier(4)

    def work(thread: int) -> list[str]:
        with mock_sagemaker(account_id=f"{thread:012d}") as sm:
            inside.wait()
            for number in range(3):
                client.create_compilation_job(**compilation_job(f"job-{number}"))
            listed = client.list_compilation_jobs()["CompilationJobSummaries"]
            assert len(listed) == len(sm.resources()) == 3
            assert {job.account for job in sm.resources()} == {f"{thread:012d}"}
            return sm.calls.operations

    assert all(len(operations) == 4 for operations in in_threads(work, 4))
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAREAL"


def test_a_thread_that_outlives_the_mock_takes_botocores_way(connections: list[object]) -> None:
    called, left, outcome = threading.Event(), threading.Event(), []

    def work(client: Any) -> None:
        client.list_pipelines()
        called.set()
        left.wait(10)
        try:
            client.list_pipelines()
        except EndpointConnectionError as error:
            outcome.append(error)

    with mock_sagemaker():
        client = boto3.client(
            "sagemaker", region_name=REGION, config=Config(retries={"total_max_attempts": 1})
        )
        thread = threading.Thread(target=work, args=(client,))
        thread.start()
        assert called.wait(10)
    left.set()
    thread.join()
    assert len(outcome) == 1
    assert connections == ["api.sagemaker.eu-west-1.amazonaws.com"]
    connections.clear()


def test_a_waiter_in_a_thread_sees_what_another_thread_moves(
    client: Any, sm: World, compilation_job: Any
) -> None:
    client.create_compilation_job(**compilation_job())
    thread = threading.Thread(
        target=sm.get("CompilationJob", "resnet").move_to, args=("COMPLETED",)
    )
    thread.start()
    thread.join()
    answer = client.describe_compilation_job(CompilationJobName="resnet")
    assert answer["CompilationJobStatus"] == "COMPLETED"
