"""The mark and its options."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.runs import Run

pytest_plugins = ["pytester"]


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
