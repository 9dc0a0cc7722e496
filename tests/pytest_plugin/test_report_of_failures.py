"""What a failed test shows of its world."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.runs import RULE, Run

pytest_plugins = ["pytester"]


def test_a_failed_test_shows_calls_and_routes(run: Run) -> None:
    result = run("""
def test_it(sagestub):
    create("resnet")
    describe("resnet")
    with pytest.raises(client().exceptions.ResourceNotFound):
        describe("alexnet")
    assert False
""")
    result.stdout.fnmatch_lines(
        [
            RULE,
            "3 calls, oldest first:",
            "  eu-west-1  CreateCompilationJob CompilationJobName='resnet' → answered",
            "  eu-west-1  DescribeCompilationJob CompilationJobName='resnet' → STARTING",
            "  eu-west-1  DescribeCompilationJob * → ResourceNotFound: *alexnet*",
            "1 resource, with virtual time since creation:",
            "  eu-west-1  CompilationJob resnet: STARTING +0:00:00 → INPROGRESS +0:0*; ahead: COMPLETED*",
        ]
    )


def test_a_failure_in_set_up_shows_them(run: Run) -> None:
    result = run("""
@pytest.fixture
def job(sagestub):
    create("resnet")
    assert False

def test_it(job):
    pass
""")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([RULE, "  eu-west-1  CreateCompilationJob *resnet* → answered"])


def test_a_failure_in_tear_down_shows_them(run: Run) -> None:
    result = run("""
@pytest.fixture
def job(sagestub):
    yield create("resnet")
    assert describe("resnet") == "COMPLETED"

def test_it(job):
    pass
""")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([RULE, "  eu-west-1  Describe* → STARTING"])


def test_a_failure_in_a_unittest_class_shows_them(run: Run) -> None:
    result = run("""
import unittest

@pytest.mark.sagestub
class TestJobs(unittest.TestCase):
    def test_it(self):
        create("resnet")
        self.fail()
""")
    result.stdout.fnmatch_lines([RULE, "  eu-west-1  CreateCompilationJob *resnet* → answered"])


def test_a_failure_in_an_async_test_shows_them(run: Run) -> None:
    result = run("""
@pytest.mark.asyncio
async def test_it(sagestub):
    create("resnet")
    assert False
""")
    result.stdout.fnmatch_lines([RULE, "  eu-west-1  CreateCompilationJob *resnet* → answered"])


def test_a_failed_test_without_calls_says_so(run: Run) -> None:
    result = run("def test_it(sagestub): assert False")
    result.stdout.fnmatch_lines([RULE, "No calls were made.", "There are no resources."])


@pytest.mark.parametrize(
    "text",
    [
        'def test_it(sagestub): create("resnet")',
        "def test_it(): assert False",
        "@pytest.mark.xfail\ndef test_it(sagestub): assert False",
        "def test_it(sagestub): pytest.skip('not today')",
        "def test_before(sagestub): create('resnet')\n\ndef test_it(): assert False",
    ],
    ids=["passed", "without the fixture", "expected to fail", "skipped", "used by another test"],
)
def test_other_reports_have_no_section(run: Run, text: str) -> None:
    result = run(text, "-rA", "--xfail-tb")
    result.stdout.no_fnmatch_line("*- sagestub*")


def test_a_test_that_passes_against_strict_expectation_shows_them(run: Run) -> None:
    result = run("""
@pytest.mark.xfail(strict=True)
def test_it(sagestub):
    create("resnet")
""")
    result.stdout.fnmatch_lines([RULE, "  eu-west-1  CreateCompilationJob *resnet* → answered"])


def test_a_plain_mock_inside_the_test_is_shown(run: Run) -> None:
    result = run("""
from sagestub import mock_sagemaker

@mock_sagemaker
def test_it():
    create("resnet")
    assert False
""")
    result.stdout.fnmatch_lines([RULE, "  eu-west-1  CreateCompilationJob *resnet* → answered"])


def test_nested_worlds_are_shown_one_by_one(run: Run) -> None:
    result = run("""
from sagestub import mock_sagemaker

def test_it(sagestub):
    create("outer")
    with mock_sagemaker():
        create("inner")
        assert False
""")
    result.stdout.fnmatch_lines(
        ["*- sagestub (world 1 of 2) -*", "*'outer'*", "*- sagestub (world 2 of 2) -*", "*'inner'*"]
    )


def test_a_world_of_a_module_is_shown_for_each_test_that_fails_in_it(run: Run) -> None:
    result = run("""
from sagestub import mock_sagemaker

@pytest.fixture(scope="module", autouse=True)
def world():
    with mock_sagemaker() as sm:
        yield sm

def test_before():
    create("resnet")

def test_it():
    assert False
""")
    result.stdout.fnmatch_lines([RULE, "  eu-west-1  CreateCompilationJob *resnet* → answered"])


LONG = """
def test_it(sagestub):
    for number in range(30):
        sagestub.add("CompilationJob", region="eu-west-1", CompilationJobName=f"job-{number}")
    for number in range(30):
        describe(f"job-{number}")
    assert False
"""


def test_long_lists_are_shortened(run: Run) -> None:
    result = run(LONG)
    result.stdout.fnmatch_lines(
        [
            "30 calls, oldest first:",
            "  … 10 earlier calls",
            "  *Describe*job-10'*",
            "30 resources, *",
            "  *CompilationJob job-10:*",
            "  … 10 other resources",
        ]
    )


def test_long_lists_are_whole_with_vv(run: Run) -> None:
    result = run(LONG, "-vv")
    result.stdout.fnmatch_lines(["  *Describe*job-0'*", "30 resources, *", "  *Job job-0:*"])
    result.stdout.no_fnmatch_line("  … *")


def test_worlds_are_let_go_with_their_tests(run: Run) -> None:
    result = run("""
import gc
import weakref
worlds = []

def test_it(sagestub):
    worlds.append(weakref.ref(sagestub))

def test_gone():
    gc.collect()
    assert worlds[0]() is None
""")
    result.assert_outcomes(passed=2)
