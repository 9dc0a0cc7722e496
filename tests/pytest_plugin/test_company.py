"""The plugin beside xdist, and where nobody uses it."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.runs import RULE, Run

pytest_plugins = ["pytester"]

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
