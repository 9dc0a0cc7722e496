"""The measures of the table, each with its target."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from tempfile import TemporaryDirectory
from typing import Any

import boto3
from moto import mock_aws

from sagestub import mock_sagemaker
from tests.benchmarks.sides import (
    JOB,
    Ratio,
    client,
    floor_client,
    in_turns,
    job,
    seconds_a_call,
)
from tests.pipelines.running import Pipeline, processing


@dataclass(frozen=True)
class Measure:
    """One group of rows of the table.

    Args:
        name: What `--only` calls it.
        title: What is measured.
        target: The ratio that is to be reached at the most.
        rounds: How many rounds give a steady figure on a small machine.
        run: Measures; yields `(what exactly, ratio)`.
    """

    name: str
    title: str
    target: float
    rounds: int
    run: Callable[[int], Iterator[tuple[str, Ratio]]] = field(repr=False)


def captured(operation: str, **parameters: Any) -> tuple[dict[str, str], bytes]:
    """Return the headers and the body with which sagestub answers an operation on a finished job."""
    answers: list[Any] = []
    with mock_sagemaker(transitions="immediate"):
        asked = client()
        if operation != "create_compilation_job":
            asked.create_compilation_job(**JOB)
        asked.meta.events.register("before-parse.sagemaker", lambda **got: answers.append(got))
        getattr(asked, operation)(**parameters)
    answer = answers[0]["response_dict"]
    return dict(answer["headers"]), answer["body"]


def describe(rounds: int) -> Iterator[tuple[str, Ratio]]:
    """Measure DescribeCompilationJob on a finished job against the floor."""
    name = JOB["CompilationJobName"]
    bare = floor_client(*captured("describe_compilation_job", CompilationJobName=name))
    ours = client()

    def sagestub() -> float:
        with mock_sagemaker(transitions="immediate"):
            ours.create_compilation_job(**JOB)
            ours.describe_compilation_job(CompilationJobName=name)
            return seconds_a_call(
                lambda: ours.describe_compilation_job(CompilationJobName=name), 100
            )

    def floor() -> float:
        bare.describe_compilation_job(CompilationJobName=name)
        return seconds_a_call(lambda: bare.describe_compilation_job(CompilationJobName=name), 100)

    yield "", in_turns(sagestub, floor, rounds)


def create(rounds: int) -> Iterator[tuple[str, Ratio]]:
    """Measure CreateCompilationJob, every constraint checked, against the floor."""
    bare = floor_client(*captured("create_compilation_job", **JOB))
    ours = client()
    numbers = itertools.count()

    def sagestub() -> float:
        with mock_sagemaker():
            ours.create_compilation_job(**job("the-first"))
            return seconds_a_call(
                lambda: ours.create_compilation_job(**job(f"resnet-50-{next(numbers):08}")), 100
            )

    def floor() -> float:
        bare.create_compilation_job(**job("the-first"))
        return seconds_a_call(
            lambda: bare.create_compilation_job(**job(f"resnet-50-{next(numbers):08}")), 100
        )

    yield "", in_turns(sagestub, floor, rounds)


def entering(rounds: int) -> Iterator[tuple[str, Ratio]]:
    """Measure entering and leaving the mock, nothing done inside, against Moto's `mock_aws`."""

    def enter_ours() -> None:
        with mock_sagemaker():
            pass

    def enter_theirs() -> None:
        with mock_aws():
            pass

    yield (
        "",
        in_turns(
            lambda: seconds_a_call(enter_ours, 20), lambda: seconds_a_call(enter_theirs, 20), rounds
        ),
    )


NEW_PROCESS = """
import sys, time
{before}
started = time.perf_counter()
{timed}
sys.stdout.write(repr(time.perf_counter() - started))
"""

CLIENT = """
client = boto3.client(
    "sagemaker", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b"
)
"""

BOTO3 = "import boto3"

IMPORT_OURS = """
from sagestub import mock_sagemaker
with mock_sagemaker():
    pass
"""
IMPORT_THEIRS = """
from moto import mock_aws
with mock_aws():
    pass
"""
FIRST_CALLS = {
    "a List": "client.list_pipelines()",
    "a Create, its constraints compiled": f"client.create_compilation_job(**{JOB!r})",
}


def in_new_processes(ours: tuple[str, str], theirs: tuple[str, str], rounds: int) -> Ratio:
    """Measure two pieces of code, each after its preparation, each time in a process of its own.

    Both sides find their modules compiled, as in every run but the first: the round that does not
    count has put them into a folder made for the purpose.
    """
    with TemporaryDirectory() as compiled:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)

        def seconds(before: str, timed: str) -> float:
            code = NEW_PROCESS.format(before=before, timed=timed)
            done = subprocess.run(
                [sys.executable, "-c", code],
                check=True,
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
            )
            return float(done.stdout)

        return in_turns(lambda: seconds(*ours), lambda: seconds(*theirs), rounds)


def importing(rounds: int) -> Iterator[tuple[str, Ratio]]:
    """Measure the import, and what a first entering imports besides, where boto3 is loaded already."""
    yield "", in_new_processes((BOTO3, IMPORT_OURS), (BOTO3, IMPORT_THEIRS), rounds)


def first_call(rounds: int) -> Iterator[tuple[str, Ratio]]:
    """Measure the first call in a process, with a client that was made in the mock."""
    before_ours = f"{BOTO3}\nfrom sagestub import mock_sagemaker\nmock_sagemaker().start(){CLIENT}"
    before_theirs = f"{BOTO3}\nfrom moto import mock_aws\nmock_aws().start(){CLIENT}"
    for name, call in FIRST_CALLS.items():
        yield name, in_new_processes((before_ours, call), (before_theirs, call), rounds)


def whole_test(rounds: int) -> Iterator[tuple[str, Ratio]]:
    """Measure a test from entering to leaving: a new session, a client, a Create, a Describe."""
    yield (
        "",
        in_turns(
            lambda: seconds_a_call(lambda: a_test(mock_sagemaker()), 1),
            lambda: seconds_a_call(lambda: a_test(mock_aws()), 1),
            rounds,
        ),
    )


def a_test(mock: Any) -> None:
    """Do what a user's test does: a compilation job, created and described in a session of its own."""
    with mock:
        made = boto3.Session().client("sagemaker", region_name="eu-west-1")
        made.create_compilation_job(**JOB)
        made.describe_compilation_job(CompilationJobName=JOB["CompilationJobName"])


LISTS: dict[str, dict[str, Any]] = {
    "sorted by name alone": {},
    "StatusEquals": {"StatusEquals": "COMPLETED"},
    "NameContains: half of them": {"NameContains": "resnet"},
    "NameContains: one in ten": {"NameContains": "-7"},
    "NameContains: three of all": {"NameContains": "needle"},
    "CreationTimeAfter: half of them": {"CreationTimeAfter": "middle"},
    "all three filters": {
        "StatusEquals": "COMPLETED",
        "NameContains": "resnet",
        "CreationTimeAfter": "middle",
    },
}
"""What is listed, sorted by name; `middle` stands for a time in the middle of all."""

FEW, MANY = "us-east-1", "eu-west-1"


def fill(sm: Any, region: str, count: int) -> Any:
    """Add jobs of three states and two families, in no order of names; return the middle's time."""
    middle = None
    for number in range(count):
        # Multiplied by a prime, so that names come neither in the order of creation nor against it.
        mixed = number * 7919 % count
        needle = "-needle" if mixed in (1, count // 2, count - 1) else ""
        added = sm.add(
            "CompilationJob",
            region=region,
            CompilationJobName=f"{'bert' if mixed % 2 else 'resnet'}-{mixed:06}{needle}-{mixed % 10}",
            CompilationJobStatus=("COMPLETED", "FAILED", "STOPPED")[number % 3],
        )
        sm.clock.advance(1)
        if number == count // 2:
            middle = added.members["CreationTime"]
    return middle


def listing(rounds: int) -> Iterator[tuple[str, Ratio]]:
    """Measure a page of ten of 100,000 jobs against a page of ten of 100."""
    with mock_sagemaker(transitions="immediate") as sm:
        middles = {
            region: fill(sm, region, count) for region, count in ((FEW, 100), (MANY, 100_000))
        }
        clients = {region: client(region=region) for region in (FEW, MANY)}

        def page(region: str, filters: dict[str, Any]) -> None:
            asked = {k: middles[region] if v == "middle" else v for k, v in filters.items()}
            clients[region].list_compilation_jobs(SortBy="Name", MaxResults=10, **asked)

        def pages(region: str, filters: dict[str, Any]) -> float:
            return seconds_a_call(lambda: page(region, filters), 20)

        def first_page_after_a_create(region: str, filters: dict[str, Any]) -> float:
            clients[region].create_compilation_job(**job(f"resnet-{next(numbers):06}-new"))
            return seconds_a_call(lambda: page(region, filters), 1)

        numbers = itertools.count()
        for name, filters in LISTS.items():
            yield (
                name,
                in_turns(lambda: pages(MANY, filters), lambda: pages(FEW, filters), rounds),  # noqa: B023
            )
        for name in ("sorted by name alone", "NameContains: half of them", "all three filters"):
            filters = LISTS[name]
            yield (
                f"{name}, after a Create",
                in_turns(
                    lambda: first_page_after_a_create(MANY, filters),  # noqa: B023
                    lambda: first_page_after_a_create(FEW, filters),  # noqa: B023
                    rounds,
                ),
            )


def pipeline_run(count: int) -> float:
    """Return the seconds that a step takes of a pipeline with so many steps, 50 of them side by side."""
    wide = 50
    asked = client()
    with mock_sagemaker(transitions="immediate"):
        steps = []
        for number in range(count):
            level, place = divmod(number, wide)
            before = [(level - 1) * wide + (place + shift) % wide for shift in range(2)]
            needs = [f"S{need}" for need in before] if level else []
            steps.append(processing(f"S{number}", *needs))
        pipeline = Pipeline(asked, *steps)
        start = time.perf_counter()
        status = pipeline.status(pipeline.start())
        seconds = time.perf_counter() - start
    assert status == "Succeeded"
    return seconds / count


def pipeline_steps(rounds: int) -> Iterator[tuple[str, Ratio]]:
    """Measure a step of a pipeline of 1,000 steps against one of a pipeline of 100."""
    pipeline_run(50)
    yield "", in_turns(lambda: pipeline_run(1000), lambda: pipeline_run(100), rounds)


MEASURES = (
    Measure("describe", "Describe of a compilation job, over the floor", 1.15, 61, describe),
    Measure("create", "Create with full validation, over the floor", 1.4, 61, create),
    Measure("enter", "enter and leave, over Moto's", 0.1, 21, entering),
    Measure(
        "import", "import and first entering, beyond boto3's own, over Moto's", 1 / 15, 9, importing
    ),
    Measure("first", "first call in a process, over Moto's", 0.1, 9, first_call),
    Measure("test", "a whole test, over Moto's", 0.5, 21, whole_test),
    Measure("list", "a page of 10 of 100,000 jobs, over the same of 100", 2.0, 15, listing),
    Measure(
        "pipeline", "a step of a pipeline of 1,000 steps, over one of 100", 1.5, 5, pipeline_steps
    ),
)
