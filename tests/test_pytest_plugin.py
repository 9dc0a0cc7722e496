"""The pytest plugin, from outside: each test here runs pytest on a small suite."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import boto3
import pytest

from sagestub import mock_sagemaker
from sagestub.report import report_of

pytest_plugins = ["pytester"]

Run = Callable[..., pytest.RunResult]

HEAD = """
import functools

import boto3
import pytest

@functools.cache
def client():
    return boto3.client("sagemaker", region_name="eu-west-1")

def create(name):
    return client().create_compilation_job(
        CompilationJobName=name,
        RoleArn="arn:aws:iam::123456789012:role/compile",
        InputConfig={
            "S3Uri": "s3://models/resnet.tar.gz",
            "DataInputConfig": '{"input": [1, 3, 224, 224]}',
            "Framework": "PYTORCH",
        },
        OutputConfig={"S3OutputLocation": "s3://models/compiled", "TargetDevice": "ml_c5"},
        StoppingCondition={"MaxRuntimeInSeconds": 900},
    )["CompilationJobArn"]

def describe(name):
    return client().describe_compilation_job(CompilationJobName=name)["CompilationJobStatus"]

def names():
    summaries = client().list_compilation_jobs()["CompilationJobSummaries"]
    return [summary["CompilationJobName"] for summary in summaries]
"""

ASYNCIO = ("-p", "pytest_asyncio.plugin", "-o", "asyncio_default_fixture_loop_scope=function")
"""Arguments that load pytest-asyncio."""

HEAVY = (
    "boto3",
    "botocore",
    "regex",
    "requests",
    "responses",
    "sagestub.engine.motion",
    "sagestub.hooks",
    "sagestub.report",
    "sagestub.world",
)


@pytest.fixture(scope="module", autouse=True)
def _everything_loaded() -> None:
    """Load what a mock loads: pytester unloads whatever a run inside has imported first."""
    with mock_sagemaker() as sm:
        boto3.client("sagemaker", region_name="eu-west-1").list_compilation_jobs()
        report_of(sm)


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest on the text of a test module, which can use what stands in `HEAD`.

    Of all plugins that are installed only ours is loaded, pytest-asyncio where the text has its mark,
    and those that the arguments name.
    """
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(text: str, *arguments: str) -> pytest.RunResult:
        pytester.makepyfile(test_it=f"{HEAD}\n{text}")
        plugins = ("-p", "sagestub", *(ASYNCIO if "mark.asyncio" in text else ()))
        return pytester.runpytest(*plugins, *arguments)

    return run


# The fixture ------------------------------------------------------------------------------------


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


# The mark ---------------------------------------------------------------------------------------


def test_the_mark_is_registered(run: Run) -> None:
    result = run("", "--markers")
    result.stdout.fnmatch_lines(["@pytest.mark.sagestub(transitions=*, account_id=*, sleep=*, *"])


@pytest.mark.parametrize(
    ("option", "check"),
    [
        ('transitions="immediate"', 'create("resnet"); assert describe("resnet") == "COMPLETED"'),
        ('account_id="210987654321"', 'assert ":210987654321:" in create("resnet")'),
        ('account_id={"AKIA1": "210987654321"}', 'assert sagestub.account_of("AKIA1")[0] == "2"'),
        ('sleep=("waiting",)', "assert passed_in(sagestub, 'waiting') >= 3600"),
        ('sleep="waiting"', "assert passed_in(sagestub, 'waiting') >= 3600"),
    ],
)
def test_an_option_of_the_mark_holds(run: Run, option: str, check: str) -> None:
    result = run(f"""
import types

def passed_in(world, module):
    before = world.clock.now()
    exec("import time; time.sleep(3600)", vars(types.ModuleType(module)))
    return (world.clock.now() - before).total_seconds()

@pytest.mark.sagestub({option})
def test_it(sagestub):
    {check}
""")
    result.assert_outcomes(passed=1)


def test_the_seed_of_the_mark_decides_the_ids(run: Run) -> None:
    result = run("""
def request_id():
    return client().list_compilation_jobs()["ResponseMetadata"]["RequestId"]

ids = []

@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.sagestub(seed=seed)) for seed in (7, 7, 8)]
)
def test_it(sagestub, seed):
    ids.append(request_id())

def test_ids():
    assert ids[0] == ids[1] != ids[2]
""")
    result.assert_outcomes(passed=4)


def test_the_closest_mark_wins_option_by_option(run: Run) -> None:
    result = run("""
pytestmark = pytest.mark.sagestub(transitions="manual", account_id="111111111111")

def seen(world):
    arn = create("resnet")
    return arn.split(":")[4][0], [describe("resnet"), describe("resnet")][-1]

def test_of_the_module(sagestub):
    assert seen(sagestub) == ("1", "STARTING")

@pytest.mark.sagestub(account_id="222222222222")
class TestClass:
    def test_of_the_class(self, sagestub):
        assert seen(sagestub) == ("2", "STARTING")

    @pytest.mark.sagestub(transitions="immediate")
    def test_of_the_function(self, sagestub):
        assert seen(sagestub) == ("2", "COMPLETED")

    @pytest.mark.sagestub(transitions="manual", account_id="333333333333")
    @pytest.mark.parametrize(
        "x", [pytest.param(1, marks=pytest.mark.sagestub(transitions="poll"))]
    )
    def test_of_the_parameter(self, sagestub, x):
        assert seen(sagestub) == ("3", "INPROGRESS")
""")
    result.assert_outcomes(passed=4)


def test_a_marked_test_need_not_ask_for_the_fixture(run: Run) -> None:
    result = run("""
import unittest

@pytest.mark.sagestub
def test_a_function():
    assert names() == []

@pytest.mark.sagestub(transitions="immediate")
class TestCase(unittest.TestCase):
    def test_a_method(self):
        create("resnet")
        self.assertEqual(describe("resnet"), "COMPLETED")

@pytest.mark.sagestub
@pytest.mark.asyncio
async def test_a_coroutine():
    assert names() == []
""")
    result.assert_outcomes(passed=3)


def test_a_mark_that_a_conftest_adds_counts(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeconftest("""
import pytest

def pytest_collection_modifyitems(items):
    for item in items:
        item.add_marker(pytest.mark.sagestub(transitions="immediate"))
""")
    result = run("""
def test_a_job():
    create("resnet")
    assert describe("resnet") == "COMPLETED"
""")
    result.assert_outcomes(passed=1)


def test_a_marked_test_is_inside_before_its_own_fixtures_run(run: Run) -> None:
    result = run("""
@pytest.fixture(autouse=True)
def first():
    create("by-fixture")

@pytest.mark.sagestub
class TestClass:
    def setup_method(self):
        create("by-set-up")

    def test_jobs(self, sagestub):
        assert {job.name for job in sagestub.resources()} == {"by-fixture", "by-set-up"}
""")
    result.assert_outcomes(passed=1)


def test_fixtures_of_wider_scope_stay_outside_of_a_marked_test(run: Run) -> None:
    result = run("""
import os

@pytest.fixture(scope="session")
def key_of_session():
    return os.environ.get("AWS_ACCESS_KEY_ID")

@pytest.mark.sagestub
def test_outside(key_of_session):
    assert key_of_session != os.environ["AWS_ACCESS_KEY_ID"]
""")
    result.assert_outcomes(passed=1)


def test_a_mark_on_one_parameter_leaves_the_others_alone(run: Run) -> None:
    result = run("""
import os
before = os.environ.get("AWS_ACCESS_KEY_ID")

@pytest.mark.parametrize("inside", [False, pytest.param(True, marks=pytest.mark.sagestub), False])
def test_inside(inside):
    assert (os.environ.get("AWS_ACCESS_KEY_ID") != before) == inside
""")
    result.assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("options", "lines"),
    [
        (
            "transition='immediate'",
            [
                "*UnknownNameError: There is no option of mock_sagemaker 'transition'.",
                "*transitions*",
            ],
        ),
        (
            "transitions='imediate'",
            ["*UnknownNameError: There is no value of transitions= 'imediate'.", "*'immediate'*"],
        ),
        ("transitions=3", ["*InvalidArgumentError: transitions= is 3.", "*'poll'*"]),
        ("account_id='12'", ["*InvalidArgumentError: account_id= is '12'.", "*12 digits*"]),
        ("sleep=3", ["*InvalidArgumentError: sleep= is 3.", "*sleep=('mypackage',)*"]),
        (
            "'immediate'",
            ["*InvalidArgumentError: The mark got 'immediate' without a name.", "*by name*"],
        ),
    ],
)
def test_a_wrong_mark_is_a_plain_error_of_the_test(
    run: Run, options: str, lines: list[str]
) -> None:
    result = run(f"""
@pytest.mark.sagestub({options})
def test_it():
    raise AssertionError("was run")
""")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(lines)
    result.stdout.no_fnmatch_line("*pytest_plugin.py*")


# The ini options --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ini", "check"),
    [
        ("sagestub_transitions = immediate", 'assert states == ["COMPLETED"] * 3'),
        ("sagestub_transitions = poll(2)", 'assert states == ["STARTING"] * 2 + ["INPROGRESS"]'),
        ("sagestub_transitions = after(5)", 'after(5); assert describe("a") == "INPROGRESS"'),
        ("sagestub_account_id = 210987654321", 'assert ":210987654321:" in arn'),
        (
            "sagestub_sleep = pack other.part",
            "assert slept_in('pack') and slept_in('other.part.x')",
        ),
        ("sagestub_sleep = True", "assert slept_in('botocore')"),
        (
            "",
            'assert states == ["STARTING", "INPROGRESS", "COMPLETED"] and ":123456789012:" in arn',
        ),
    ],
)
def test_an_ini_option_is_the_default(
    pytester: pytest.Pytester, run: Run, ini: str, check: str
) -> None:
    pytester.makeini(f"[pytest]\n{ini}\n")
    result = run(f"""
import types

def test_it(sagestub):
    after = sagestub.clock.advance

    def slept_in(module):
        before = sagestub.clock.now()
        exec("import time; time.sleep(3600)", vars(types.ModuleType(module)))
        return (sagestub.clock.now() - before).total_seconds() >= 3600

    arn = create("a")
    states = [describe("a") for _ in range(3)]
    {check}
""")
    result.assert_outcomes(passed=1)


def test_sleep_can_be_real_by_ini_option(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeini("[pytest]\nsagestub_sleep = false\n")
    result = run("""
import types

def test_it(sagestub):
    before = sagestub.clock.now()
    exec("import time; time.sleep(0)", vars(types.ModuleType("botocore")))
    with pytest.raises(OverflowError):  # from the real function: virtual time takes any number
        exec("import time; time.sleep(1e20)", vars(types.ModuleType("botocore")))
""")
    result.assert_outcomes(passed=1)


def test_the_seed_of_the_ini_file_is_the_number_of_the_mark(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makeini("[pytest]\nsagestub_seed = 7\n")
    result = run("""
ids = []

@pytest.mark.parametrize("x", [1, pytest.param(2, marks=pytest.mark.sagestub(seed=7))])
def test_it(sagestub, x):
    ids.append(client().list_compilation_jobs()["ResponseMetadata"]["RequestId"])

def test_ids():
    assert ids[0] == ids[1]
""")
    result.assert_outcomes(passed=3)


def test_a_mark_wins_over_the_ini_option_and_leaves_the_others(
    pytester: pytest.Pytester, run: Run
) -> None:
    pytester.makeini(
        "[pytest]\nsagestub_transitions = manual\nsagestub_account_id = 210987654321\n"
    )
    result = run("""
@pytest.mark.sagestub(transitions="immediate")
def test_it(sagestub):
    assert ":210987654321:" in create("resnet")
    assert describe("resnet") == "COMPLETED"
""")
    result.assert_outcomes(passed=1)


def test_the_command_line_wins_over_the_ini_file(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makeini("[pytest]\nsagestub_transitions = manual\n")
    result = run(
        """
def test_it(sagestub):
    create("resnet")
    assert describe("resnet") == "COMPLETED"
""",
        "-o",
        "sagestub_transitions=immediate",
    )
    result.assert_outcomes(passed=1)


def test_pyproject_takes_lists_and_texts(pytester: pytest.Pytester, run: Run) -> None:
    pytester.makepyprojecttoml("""
[tool.pytest.ini_options]
sagestub_transitions = "immediate"
sagestub_account_id = "210987654321"
sagestub_sleep = ["mypackage"]
sagestub_seed = "nightly"
""")
    result = run("""
def test_it(sagestub):
    assert ":210987654321:" in create("resnet")
    assert describe("resnet") == "COMPLETED"
""")
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("ini", "line"),
    [
        ("transitions = imediate", "There is no value of transitions= 'imediate'."),
        ("transitions = poll(0)", "poll() takes the number of Describes that see each state*"),
        ("transitions = poll(1.5)", "poll() takes the number of Describes that see each state*"),
        ("transitions = after(-1)", "There is no value of transitions= 'after(-1)'."),
        ("account_id = 12345", "account_id= is '12345'."),
        ("sleep = my-package", "'my-package' is not a package's import name."),
        ("sleep = one,two", "'one,two' is not a package's import name."),
        ("sleep = true mypackage", "'true' is not a package's import name."),
    ],
)
def test_a_wrong_ini_value_is_a_usage_error_at_once(
    pytester: pytest.Pytester, run: Run, ini: str, line: str
) -> None:
    pytester.makeini(f"[pytest]\nsagestub_{ini}\n")
    result = run("def test_it(): pass")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    option = ini.split(maxsplit=1)[0]
    result.stderr.fnmatch_lines([f"ERROR: ini option sagestub_{option}: {line}"])


# The report -------------------------------------------------------------------------------------

RULE = "*--- sagestub ---*"


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


# In company, and unused -------------------------------------------------------------------------


def test_xdist_workers_have_worlds_of_their_own_and_report_them(run: Run) -> None:
    result = run(
        """
@pytest.mark.parametrize("number", range(6))
@pytest.mark.sagestub(transitions="immediate")
def test_it(sagestub, number):
    create("resnet")
    assert names() == ["resnet"]
    assert number != 3
""",
        "-p",
        "xdist",
        "-n2",
    )
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines([RULE, "  eu-west-1  CreateCompilationJob *resnet* → answered"])


@pytest.mark.parametrize(
    "ini", ["", "sagestub_transitions = poll(2)\nsagestub_account_id = 210987654321"]
)
def test_an_unused_plugin_loads_nothing_heavy(pytester: pytest.Pytester, ini: str) -> None:
    pytester.makeini(f"[pytest]\n{ini}\n")
    pytester.makepyfile(f"""
import sys

def test_it(pytestconfig):
    assert pytestconfig.pluginmanager.has_plugin("sagestub")
    assert [name for name in {HEAVY} if name in sys.modules] == []

def test_a_failure():
    assert False

def test_still():
    assert [name for name in {HEAVY} if name in sys.modules] == []
""")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=2, failed=1)


def test_without_options_not_even_the_mock_is_loaded(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
import sys

def test_it():
    loaded = {name for name in sys.modules if name.partition(".")[0] == "sagestub"}
    assert loaded == {"sagestub", "sagestub.pytest_plugin", "sagestub.watchers"}
""")
    result = pytester.runpytest_subprocess()
    result.assert_outcomes(passed=1)


# The page about it ------------------------------------------------------------------------------

PAGE = (Path(__file__).parents[1] / "docs/how-to/pytest.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the code blocks of the page that are in a language."""
    return re.findall(rf"(?ms)^```{language}\n(.*?)^```$", PAGE)


def is_about_a_failure(block: str) -> bool:
    """Return whether an example is there for the report of its failure."""
    return "test_the_job_is_found" in block


def first_test_of(block: str) -> str:
    """Return the name of an example's first test."""
    return str(re.findall(r"def (test_\w+)", block)[0])


@pytest.mark.parametrize(
    "example", [b for b in blocks("python") if not is_about_a_failure(b)], ids=first_test_of
)
def test_an_example_of_the_page_passes(run: Run, example: str) -> None:
    tests = len(re.findall(r"def test_", example))
    run(example).assert_outcomes(passed=tests)


def test_the_report_on_the_page_is_the_one_that_its_example_has(run: Run) -> None:
    (example,) = [block for block in blocks("python") if is_about_a_failure(block)]
    (report,) = [block for block in blocks("text") if "- sagestub -" in block]
    assert report in run(example).stdout.str()


def test_the_error_on_the_page_is_the_one_of_a_wrong_mark(run: Run) -> None:
    (error,) = [block for block in blocks("text") if "UnknownNameError" in block]
    assert error in run("@pytest.mark.sagestub(transition='poll')\ndef test_it(): ...").stdout.str()


def test_the_ini_options_on_the_page_are_taken(pytester: pytest.Pytester, run: Run) -> None:
    (settings,) = blocks("toml")
    pytester.makepyprojecttoml(settings)
    result = run(
        "def test_it(sagestub):\n"
        "    assert ':210987654321:' in create('resnet')\n"
        "    assert describe('resnet') == 'COMPLETED'",
        "--strict-config",
    )
    result.assert_outcomes(passed=1)
