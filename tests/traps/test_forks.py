"""Processes that are forked inside a mock: what they do arrives in the world that they come from."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from sagestub import MockNotActiveError, World, mock_sagemaker

# Python warns of a fork beside threads; those of a parallel test run are not the test's.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")

REGION = "eu-west-1"


def in_a_fork(work: Callable[[], Any]) -> Any:
    """Return what a function returns, or what its exception says, in a forked process."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            said = repr(work())
        except BaseException as error:  # noqa: BLE001 - the child must not run the tests that follow
            said = f"{type(error).__name__}: {error}"
        os.write(write, said.encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read().decode()
    os.waitpid(child, 0)
    return said


def test_what_a_fork_makes_is_there_afterwards(
    sm: World, client: Any, compilation_job: Any
) -> None:
    said = in_a_fork(lambda: client.create_compilation_job(**compilation_job("forked")))
    assert "compilation-job/forked" in said
    assert sm.get("CompilationJob", "forked").status == "STARTING"
    assert sm.calls.operations == ["CreateCompilationJob"]


def test_a_client_made_in_the_fork_works_too(sm: World, compilation_job: Any) -> None:
    def make() -> None:
        boto3.client("sagemaker", region_name=REGION).create_compilation_job(
            **compilation_job("forked")
        )

    assert in_a_fork(make) == "None"
    assert [job.name for job in sm.resources("CompilationJob")] == ["forked"]


def test_a_fork_sees_what_was_there_and_what_comes_later(
    sm: World, client: Any, compilation_job: Any
) -> None:
    client.create_compilation_job(**compilation_job("before"))
    in_a_fork(lambda: client.create_compilation_job(**compilation_job("first")))

    def names() -> list[str]:
        jobs = client.list_compilation_jobs(SortBy="CreationTime")["CompilationJobSummaries"]
        return [job["CompilationJobName"] for job in jobs]

    client.create_compilation_job(**compilation_job("after"))
    assert in_a_fork(names) == "['before', 'first', 'after']"
    assert names() == ["before", "first", "after"]


def test_processes_side_by_side_agree(sm: World, client: Any, compilation_job: Any) -> None:
    def work(number: int) -> None:
        for count in range(5):
            client.create_compilation_job(**compilation_job(f"job-{number}-{count}"))
        # One of them makes it, the others are refused.
        try:
            client.create_compilation_job(**compilation_job("one"))
        except client.exceptions.ResourceInUse:
            os._exit(3)

    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=work, args=(number,)) for number in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert sorted(process.exitcode or 0 for process in processes) == [0, 3, 3]
    names = {job.name for job in sm.resources("CompilationJob")}
    assert names == {"one", *(f"job-{n}-{c}" for n in range(3) for c in range(5))}


def test_ids_and_times_are_the_same_in_both(sm: World, client: Any) -> None:
    sm.add("Endpoint", region=REGION, EndpointName="scores", EndpointStatus="InService")
    told = in_a_fork(
        lambda: client.create_pipeline(
            PipelineName="p",
            PipelineDefinition='{"Version": "2020-12-01", "Steps": []}',
            ClientRequestToken="a" * 32,
            RoleArn="arn:aws:iam::123456789012:role/pipelines",
        )["PipelineArn"]
    )
    assert repr(client.describe_pipeline(PipelineName="p")["PipelineArn"]) == told
    started = in_a_fork(
        lambda: client.start_pipeline_execution(PipelineName="p", ClientRequestToken="b" * 32)[
            "PipelineExecutionArn"
        ]
    )
    (listed,) = client.list_pipeline_executions(PipelineName="p")["PipelineExecutionSummaries"]
    assert repr(listed["PipelineExecutionArn"]) == started


def test_a_refusal_in_a_fork_is_a_refusal_there(sm: World, client: Any) -> None:
    said = in_a_fork(lambda: client.describe_compilation_job(CompilationJobName="none"))
    assert said.startswith("ResourceNotFound")
    assert sm.calls[0].error is not None


def test_a_fork_that_outlives_the_mock_is_told_so(compilation_job: Any) -> None:
    go, ready = os.pipe()
    read, write = os.pipe()
    with mock_sagemaker():
        client = boto3.client("sagemaker", region_name=REGION)
        child = os.fork()
        if child == 0:
            os.read(go, 1)
            try:
                client.create_compilation_job(**compilation_job())
            except MockNotActiveError as error:
                os.write(write, str(error).encode())
            os._exit(0)
    os.write(ready, b"!")
    os.waitpid(child, 0)
    assert b"forked inside a mock that has been left" in os.read(read, 1000)
    for descriptor in (go, ready, read, write):
        os.close(descriptor)


def test_records_of_a_pool_arrive(sm: World) -> None:
    sm.transitions(rule="immediate")
    features = [("id", "String"), ("time", "String")]
    boto3.client("sagemaker", region_name=REGION).create_feature_group(
        FeatureGroupName="customers",
        RecordIdentifierFeatureName="id",
        EventTimeFeatureName="time",
        FeatureDefinitions=[{"FeatureName": n, "FeatureType": t} for n, t in features],
        OnlineStoreConfig={"EnableOnlineStore": True},
    )
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(_put, ["1", "2", "3", "4"])
    store = boto3.client("sagemaker-featurestore-runtime", region_name=REGION)
    for key in ("1", "2", "3", "4"):
        record = store.get_record(FeatureGroupName="customers", RecordIdentifierValueAsString=key)
        assert record["Record"][0]["ValueAsString"] == key


def _put(key: str) -> None:
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    values = {"id": key, "time": moment}
    boto3.client("sagemaker-featurestore-runtime", region_name=REGION).put_record(
        FeatureGroupName="customers",
        Record=[{"FeatureName": name, "ValueAsString": value} for name, value in values.items()],
    )


def test_a_container_may_fork(sm: World, client: Any, compilation_job: Any) -> None:
    @sm.container(kind="CompilationJob", name="outer")
    def compile_model(job: Any) -> None:
        in_a_fork(lambda: client.create_compilation_job(**compilation_job("inner")))

    sm.transitions(rule="immediate")
    client.create_compilation_job(**compilation_job("outer"))
    assert {job.name for job in sm.resources("CompilationJob")} == {"outer", "inner"}
