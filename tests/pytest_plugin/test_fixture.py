"""The fixture, in all sorts of tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.pytest_plugin.runs import Run

if TYPE_CHECKING:
    import pytest

pytest_plugins = ["pytester"]


def test_each_test_has_an_empty_world_and_its_handle(run: Run) -> None:
    result = run("""
@pytest.mark.parametrize("time", [1, 2])
def test_a_job(sagestub, time):
    create("resnet")
    assert [job.name for job in sagestub.resources("CompilationJob")] == ["resnet"]
""")
    result.assert_outcomes(passed=2)


def test_the_environment_is_restored_after_each_test(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAMYOWN")
    result = run("""
import os

def test_inside(sagestub):
    assert os.environ["AWS_ACCESS_KEY_ID"] != "AKIAMYOWN"

def test_outside():
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAMYOWN"
""")
    result.assert_outcomes(passed=2)


def test_the_mock_is_left_when_the_test_fails(run: Run) -> None:
    result = run("""
import os

def test_inside(sagestub):
    os.environ["SEEN"] = os.environ["AWS_ACCESS_KEY_ID"]
    assert False

def test_outside():
    assert os.environ.get("AWS_ACCESS_KEY_ID") != os.environ.pop("SEEN")
""")
    result.assert_outcomes(failed=1, passed=1)


def test_async_tests_use_the_fixture(run: Run) -> None:
    result = run("""
import asyncio

@pytest.mark.asyncio
@pytest.mark.sagestub(transitions="immediate")
async def test_a_job(sagestub):
    await asyncio.sleep(0)
    create("resnet")
    statuses = await asyncio.gather(*(asyncio.to_thread(describe, "resnet") for _ in range(3)))
    assert statuses == ["COMPLETED"] * 3
    assert len(sagestub.calls("DescribeCompilationJob")) == 3
""")
    result.assert_outcomes(passed=1)


def test_async_fixtures_use_the_fixture(run: Run) -> None:
    result = run("""
import pytest_asyncio

@pytest_asyncio.fixture
async def job(sagestub):
    create("resnet")
    return sagestub.get("CompilationJob", "resnet")

@pytest.mark.asyncio
async def test_a_job(job):
    assert describe(job.name) == "STARTING"
""")
    result.assert_outcomes(passed=1)


def test_unittest_classes_use_the_fixture_in_set_up_too(run: Run) -> None:
    result = run("""
import unittest

@pytest.mark.usefixtures("sagestub")
class TestJobs(unittest.TestCase):
    def setUp(self):
        create("resnet")

    def test_one(self):
        self.assertEqual(names(), ["resnet"])

    def test_another(self):
        self.assertEqual(names(), ["resnet"])
""")
    result.assert_outcomes(passed=2)


def test_a_unittest_class_can_keep_the_handle(run: Run) -> None:
    result = run("""
import unittest

class TestJobs(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def _world(self, sagestub):
        self.sagestub = sagestub

    def test_a_job(self):
        self.sagestub.add("CompilationJob", region="eu-west-1", CompilationJobName="resnet")
        self.assertEqual(names(), ["resnet"])
""")
    result.assert_outcomes(passed=1)


def test_an_autouse_fixture_brings_every_test_inside(run: Run) -> None:
    result = run("""
@pytest.fixture(autouse=True)
def _aws(sagestub):
    sagestub.fail("CompilationJob", reason="no such operator", at="STARTING")

def test_a_job():
    create("resnet")
    assert [describe("resnet"), describe("resnet")] == ["STARTING", "FAILED"]
""")
    result.assert_outcomes(passed=1)


def test_the_fixture_can_be_overridden_by_one_that_uses_it(run: Run) -> None:
    result = run("""
@pytest.fixture
def sagestub(sagestub):
    sagestub.add("CompilationJob", region="eu-west-1", CompilationJobName="before")
    return sagestub

@pytest.mark.sagestub(account_id="210987654321")
def test_a_job(sagestub):
    assert names() == ["before"]
    assert sagestub.get("CompilationJob", "before").account == "210987654321"
""")
    result.assert_outcomes(passed=1)


def test_the_fixture_can_be_asked_for_while_the_test_runs(run: Run) -> None:
    result = run("""
def test_a_job(request):
    assert request.getfixturevalue("sagestub") is request.getfixturevalue("sagestub")
    assert names() == []
""")
    result.assert_outcomes(passed=1)
