"""Virtual sleep: waiting loops of clients cost no time; every other module sleeps as ever."""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import ModuleType
from typing import Any

import boto3
import pytest
from botocore.exceptions import WaiterError
from botocore.waiter import WaiterModel, create_waiter_with_client
from freezegun import freeze_time

from sagestub import World, mock_sagemaker

SLEEPER = """
import calendar
import time
import asyncio
from time import monotonic, sleep, time as now
from asyncio import sleep as async_sleep

def times():
    return time.time(), now()

def written_times():
    nanoseconds = [time.time_ns() / 1e9]
    structs = [calendar.timegm(time.gmtime()), time.mktime(time.localtime())]
    text = time.mktime(time.strptime(time.strftime("%Y %j %H %M %S"), "%Y %j %H %M %S"))
    return [*nanoseconds, *structs, text]

def steady_times():
    return time.monotonic(), monotonic()

def wait(seconds):
    time.sleep(seconds)

def wait_by_name(seconds):
    sleep(seconds)

async def async_wait(seconds):
    return await asyncio.sleep(seconds, "result")

async def async_wait_by_name(seconds):
    return await async_sleep(seconds, "result")

async def in_parallel(seconds):
    return await asyncio.gather(asyncio.sleep(seconds), asyncio.sleep(seconds))

async def with_timeout(seconds):
    return await asyncio.wait_for(asyncio.sleep(seconds, "result"), timeout=1)

async def in_a_task(seconds):
    return await asyncio.create_task(asyncio.sleep(seconds, "result"))
"""


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The real sleeps, which are noted instead of waited for."""
    real: list[float] = []
    monkeypatch.setattr(time, "sleep", real.append)

    async def async_sleep(delay: float, result: object = None) -> object:
        if delay:
            real.append(delay)
        return result

    monkeypatch.setattr(asyncio, "sleep", async_sleep)
    return real


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that makes a module of a name, whose functions sleep."""

    def make(name: str) -> Any:
        made = ModuleType(name)
        monkeypatch.setitem(sys.modules, name, made)
        exec(SLEEPER, vars(made))
        return made

    return make


def stopwatch(sm: World) -> Callable[[], int]:
    """Return what tells how many seconds of virtual time have passed since now."""
    start = sm.clock.now()
    return lambda: round((sm.clock.now() - start).total_seconds())


VIRTUAL = (
    "botocore.waiter_of_mine",
    "sagemaker",
    "sagemaker.session",
    "sagemaker_core.main.resources",
    "airflow.models.base",
)
REAL = ("mypackage", "sagemaker_tools", "botocorex.waiter", "my.botocore", "__main__x", "tests.x")


@pytest.mark.parametrize("name", VIRTUAL)
def test_sleep_of_client_packages_moves_the_virtual_clock(
    name: str, slept: list[float], sm: World, module: Any
) -> None:
    elapsed = stopwatch(sm)
    module(name).wait(3600)
    module(name).wait_by_name(60)
    assert elapsed() == 3660
    assert slept == []


@pytest.mark.parametrize("name", REAL)
def test_sleep_of_other_modules_is_real(
    name: str, slept: list[float], sm: World, module: Any
) -> None:
    elapsed = stopwatch(sm)
    module(name).wait(3600)
    module(name).wait_by_name(60)
    assert elapsed() == 0
    assert slept == [3600, 60]


def test_a_name_imported_before_the_mock(slept: list[float], module: Any) -> None:
    before, other = module("sagemaker.local"), module("mypackage")
    names = dict(vars(before))
    with mock_sagemaker() as sm:
        elapsed = stopwatch(sm)
        before.wait_by_name(30)
        other.wait_by_name(7)
        assert elapsed() == 30
    assert slept == [7]
    before.wait_by_name(8)
    assert slept == [7, 8]
    assert vars(before) == names


def test_a_name_imported_during_the_mock_is_the_real_one_afterwards(
    slept: list[float], module: Any
) -> None:
    with mock_sagemaker() as sm:
        during = module("sagemaker.local")
        elapsed = stopwatch(sm)
        during.wait_by_name(30)
        assert elapsed() == 30
    assert during.sleep is time.sleep
    assert during.async_sleep is asyncio.sleep
    during.wait_by_name(8)
    assert slept == [8]


def test_another_module_of_the_same_name_is_found(slept: list[float], module: Any) -> None:
    for _ in range(2):
        made = module("sagemaker.local")
        with mock_sagemaker() as sm:
            elapsed = stopwatch(sm)
            made.wait_by_name(30)
            assert elapsed() == 30
        del sys.modules["sagemaker.local"]
    assert slept == []


@pytest.mark.parametrize("given", ["mypackage", ("mypackage",), ["mypackage", "other"]])
def test_packages_may_be_added(given: Any, slept: list[float], module: Any) -> None:
    by_name = module("mypackage.polling")
    with mock_sagemaker(sleep=given) as sm:
        elapsed = stopwatch(sm)
        by_name.wait(10)
        by_name.wait_by_name(10)
        module("sagemaker.session").wait(10)
        module("mypackages").wait(5)
        assert elapsed() == 30
    assert slept == [5]


def test_virtual_sleep_may_be_turned_off(slept: list[float], module: Any) -> None:
    before = module("botocore.mine")
    with mock_sagemaker(sleep=False) as sm:
        elapsed = stopwatch(sm)
        before.wait(10)
        before.wait_by_name(20)
        assert elapsed() == 0
    assert slept == [10, 20]


def test_the_inner_mock_says_whose_sleep_is_virtual(slept: list[float], module: Any) -> None:
    made = module("mypackage")
    with mock_sagemaker(sleep=("mypackage",)) as outer, mock_sagemaker() as inner:
        outside, inside = stopwatch(outer), stopwatch(inner)
        made.wait(10)
        made.wait_by_name(10)
        assert (outside(), inside()) == (0, 0)
    assert slept == [10, 10]


@pytest.mark.parametrize("name", VIRTUAL)
def test_client_packages_read_the_virtual_time(name: str, sm: World, module: Any) -> None:
    """A loop that gives up after an hour, or looks every minute, sees the time that it slept."""
    made = module(name)
    steady = made.steady_times()
    made.wait(3600)
    assert min(made.times()) >= sm.clock.now().timestamp() - 1
    assert min(*made.times(), *made.written_times()) >= time.time() + 3500
    assert all(
        later - before > 3599 for later, before in zip(made.steady_times(), steady, strict=True)
    )


@pytest.mark.parametrize("name", REAL)
def test_other_modules_read_the_real_time(name: str, sm: World, module: Any) -> None:
    before = time.time(), time.monotonic()
    sm.clock.advance(24 * 3600)
    made = module(name)
    assert max(*made.times(), *made.written_times()) < before[0] + 3600
    assert max(made.steady_times()) < before[1] + 3600


def test_times_imported_before_the_mock_are_virtual_in_it(module: Any) -> None:
    made = module("sagemaker.local")
    names = dict(vars(made))
    with mock_sagemaker() as sm:
        sm.clock.advance(24 * 3600)
        assert min(made.times()) >= time.time() + 23 * 3600
    assert max(made.times()) < time.time() + 3600
    assert vars(made) == names


def test_reading_the_time_lets_nothing_pass_backwards(module: Any) -> None:
    """A test may freeze time and move it back; what never runs backwards stands still then."""
    made = module("sagemaker.local")
    with freeze_time("2024-05-06") as frozen, mock_sagemaker():
        made.wait(60)
        steady = made.steady_times()
        frozen.move_to("2024-05-05")
        assert made.steady_times() == steady
        made.wait(60)
        assert made.steady_times() == tuple(reading + 60 for reading in steady)


def test_the_sdk_names_jobs_after_the_virtual_present(module: Any) -> None:
    """What it imported by name tells the virtual time, and still makes plain datetimes."""
    made, other = module("sagemaker.naming"), module("mypackage")
    for each in (made, other):
        exec("from datetime import datetime, timezone", vars(each))
    before = made.datetime
    with mock_sagemaker() as sm:
        sm.clock.advance(24 * 3600)
        for now in (made.datetime.now(), made.datetime.today()):
            assert now - other.datetime.now() > timedelta(hours=23)
        assert made.datetime.now(made.timezone.utc) - sm.clock.now() < timedelta(hours=1)
        assert made.datetime.utcnow() - sm.clock.now().replace(tzinfo=None) < timedelta(hours=1)
        made_by_it = made.datetime(2024, 5, 6), made.datetime.fromisoformat("2024-05-06")
        assert [type(moment) for moment in made_by_it] == [before, before]
        assert all(isinstance(moment, made.datetime) for moment in made_by_it)
        assert issubclass(before, made.datetime)
    assert made.datetime is before


def test_a_moment_that_is_given_is_told_as_it_is(sm: World, module: Any) -> None:
    sm.clock.advance(24 * 3600)
    made = module("sagemaker.local")
    made.wait(3600)
    exec("told = time.strftime('%Y', time.gmtime(0))", vars(made))
    assert made.told == "1970"


def test_a_class_may_keep_a_function_that_tells_the_time(module: Any) -> None:
    """Formatters of `logging` have one as their `converter`; no method may become of it."""
    made = module("sagemaker.logs")
    with mock_sagemaker():
        exec(
            "import logging\nclass Form(logging.Formatter):\n    converter = time.gmtime",
            vars(made),
        )
        inside = made.Form("%(asctime)s")
        record = logging.LogRecord("jobs", logging.INFO, "", 0, "started", None, None)
        record.created = 0.0
        assert inside.format(record).startswith("1970-01-01 00:00:00")
    assert inside.format(record).startswith("1970-01-01 00:00:00")


def test_real_sleep_goes_with_real_time(module: Any) -> None:
    made = module("sagemaker.local")
    with mock_sagemaker(sleep=False) as sm:
        sm.clock.advance(24 * 3600)
        assert max(made.times()) < time.time() + 3600


@pytest.mark.parametrize(
    "function", ["async_wait", "async_wait_by_name", "with_timeout", "in_a_task"]
)
async def test_asyncio_sleep_is_virtual_too(function: str, slept: list[float], module: Any) -> None:
    before = module("sagemaker.aio")
    with mock_sagemaker() as sm:
        elapsed = stopwatch(sm)
        assert await getattr(before, function)(3600) == "result"
        assert await getattr(module("airflow.triggers"), function)(400) == "result"
        assert elapsed() == 4000
    assert slept == []


async def test_asyncio_sleeps_side_by_side(slept: list[float], module: Any, sm: World) -> None:
    assert await module("sagemaker.aio").in_parallel(30) == [None, None]
    await asyncio.gather(module("mypackage").async_wait(5), module("sagemaker").async_wait(30))
    assert slept == [5]


async def test_a_virtual_sleep_lets_other_tasks_run(sm: World) -> None:
    order: list[str] = []
    made = ModuleType("sagemaker.aio")
    exec(SLEEPER, vars(made))

    async def work(name: str) -> None:
        for _ in range(2):
            order.append(name)
            await made.async_wait(30)

    await asyncio.gather(work("a"), work("b"))
    assert order == ["a", "b", "a", "b"]


async def test_asyncio_sleep_of_other_modules_is_real(
    slept: list[float], module: Any, sm: World
) -> None:
    elapsed = stopwatch(sm)
    assert await module("mypackage").async_wait(60) == "result"
    assert elapsed() == 0
    assert slept == [60]


def test_a_negative_or_missing_sleep_is_harmless(module: Any, sm: World) -> None:
    module("sagemaker.x").wait(0)
    with pytest.raises(TypeError):
        module("sagemaker.x").wait(None)


def test_sleeping_moves_what_is_due(client: Any, compilation_job: Any, module: Any) -> None:
    with mock_sagemaker(transitions="clock") as sm:
        client.create_compilation_job(**compilation_job())
        job = sm.get("CompilationJob", "resnet")
        module("sagemaker.session").wait(24 * 3600)
        assert job.status == "COMPLETED"


@pytest.fixture
def no_real_sleep(slept: list[float]) -> Iterator[None]:
    """See that nobody has slept."""
    yield
    assert slept == []


@pytest.mark.usefixtures("no_real_sleep")
def test_every_waiter_of_botocore_waits_virtually(sm: World) -> None:
    """A waiter sleeps by its own delay; here it meets a resource that never comes."""
    client: Any = boto3.client("sagemaker", region_name="eu-west-1")
    for name in client.waiter_names:
        waiter = client.get_waiter(name)
        waiter._operation_method = lambda **_: {"ResponseMetadata": {}}
        elapsed = stopwatch(sm)
        with pytest.raises(WaiterError, match="Max attempts exceeded"):
            waiter.wait()
        assert elapsed() == waiter.config.delay * (waiter.config.max_attempts - 1)


@pytest.mark.usefixtures("no_real_sleep")
def test_a_waiter_of_ones_own_model_waits_virtually(
    client: Any, sm: World, compilation_job: Any
) -> None:
    model = WaiterModel(
        {
            "version": 2,
            "waiters": {
                "CompilationJobDone": {
                    "operation": "DescribeCompilationJob",
                    "delay": 60,
                    "maxAttempts": 10,
                    "acceptors": [
                        {
                            "matcher": "path",
                            "argument": "CompilationJobStatus",
                            "expected": "COMPLETED",
                            "state": "success",
                        }
                    ],
                }
            },
        }
    )
    client.create_compilation_job(**compilation_job())
    create_waiter_with_client("CompilationJobDone", model, client).wait(CompilationJobName="resnet")
    assert sm.get("CompilationJob", "resnet").status == "COMPLETED"
