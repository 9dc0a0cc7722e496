"""The page about the plugin: its examples, its report, its errors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.pytest_plugin.runs import Run

pytest_plugins = ["pytester"]


PAGE = (Path(__file__).parents[2] / "docs/how-to/pytest.md").read_text(encoding="utf-8")


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
