"""The ini options, and who wins over whom."""

from __future__ import annotations

import pytest

from tests.pytest_plugin.runs import Run

pytest_plugins = ["pytester"]


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
        ("sagestub_references = ignore", 'refer("nil")'),
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

    def refer(config):
        client().create_endpoint(EndpointName="a", EndpointConfigName=config)

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
