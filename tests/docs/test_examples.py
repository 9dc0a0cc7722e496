"""All code in README, docs and docstrings runs.

A page runs from top to bottom in one namespace: ```python blocks are executed (with `>>>` also
compared), and of ```console blocks the commands of this project are run, their output compared.
"""

from __future__ import annotations

import contextlib
import doctest
import importlib
import importlib.util
import io
import pkgutil
import re
import shlex
import warnings
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

import sagestub
from sagestub.__main__ import main

ROOT = Path(__file__).parents[2]
NEEDS = {
    "docs/how-to/aiobotocore.md": "aiobotocore",
    "docs/how-to/airflow.md": "apache-airflow-providers-amazon",
    "docs/how-to/aws-cli.md": "awscli",
    "docs/how-to/sagemaker-sdk.md": "sagemaker<3",
    "docs/how-to/sagemaker-sdk-v3.md": "sagemaker>=3",
}
"""Pages about a library that is not everywhere; they run where it is, and it may warn there."""


def pages() -> list[str]:
    """Return every page of the project that can run here, by its path."""
    found = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
    names = sorted(page.relative_to(ROOT).as_posix() for page in found)
    return [name for name in names if name not in NEEDS or is_installed(NEEDS[name])]


def is_installed(requirement: str) -> bool:
    """Return whether a distribution is here, in a version that will do."""
    wanted = Requirement(requirement)
    try:
        return wanted.specifier.contains(version(wanted.name), prereleases=True)
    except PackageNotFoundError:
        return False


def modules() -> list[str]:
    """Return every module of the package that can be imported here."""
    found = pkgutil.walk_packages(sagestub.__path__, "sagestub.")
    return [module.name for module in found if "aiobotocore" not in module.name]


class ConsoleBlockParser(CodeBlockParser):
    """Runs the commands of ```console blocks."""

    language = "console"

    def evaluate(self, example: Example) -> None:
        """Run each command and compare what it prints with what the block says."""
        for command, printed in commands_in(str(example.parsed)):
            if command.startswith("python -m sagestub"):
                assert masked(output_of(command)) == masked(printed), command
            else:
                assert is_run_elsewhere(command), f"no test and no check runs {command!r}"


def commands_in(block: str) -> list[tuple[str, str]]:
    """Return the commands of a console block, each with its output."""
    parts = re.split(r"^\$ (.*)\n", block, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def output_of(command: str) -> str:
    """Return what a command of sagestub prints, on both streams."""
    output = io.StringIO()
    with (
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        contextlib.suppress(SystemExit),
    ):
        main(shlex.split(command)[3:])
    return output.getvalue()


def masked(text: str) -> str:
    """Return output without what differs from run to run: versions and seconds."""
    return re.sub(r"\d+\.\d+\.\d+|(?<=:)\d\d", "#", text).strip()


def is_run_elsewhere(command: str) -> bool:
    """Return whether `.ci/run` or a nox session runs a command."""
    if command.startswith("python -m tests.benchmarks"):
        return importlib.util.find_spec("tests.benchmarks.__main__") is not None
    session = re.fullmatch(r"nox -s ([\w ]+)", command)
    if session is not None:
        noxfile = (ROOT / "noxfile.py").read_text()
        return all(f"def {name}(" in noxfile for name in session[1].split())
    return command in (ROOT / ".ci/run").read_text()


@pytest.mark.parametrize("page", pages())
def test_page_runs(page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    python = PythonCodeBlockParser(doctest_optionflags=doctest.ELLIPSIS)
    document = Sybil([python, ConsoleBlockParser()]).parse(ROOT / page)
    document.namespace["__name__"] = "page"  # Code of the page sleeps in a module of its own.
    with warnings.catch_warnings():
        if page in NEEDS:
            warnings.simplefilter("ignore")
        for example in document.examples():
            example.evaluate()


@pytest.mark.parametrize("module", modules())
def test_docstrings_run(module: str) -> None:
    failures, _ = doctest.testmod(importlib.import_module(module), optionflags=doctest.ELLIPSIS)
    assert failures == 0
