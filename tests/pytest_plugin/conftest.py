"""The pytest plugin, from outside: each test here runs pytest on a small suite."""

from __future__ import annotations

import boto3
import pytest

from sagestub import mock_sagemaker
from sagestub.report import report_of
from tests.pytest_plugin.runs import ASYNCIO, HEAD, Run


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
