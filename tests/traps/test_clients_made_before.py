"""Clients, sessions and imports that were there before the mock was entered."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from typing import Any

import boto3
import botocore.session
import pytest

from sagestub import mock_sagemaker

REGION = "eu-west-1"


def listed(client: Any) -> list[Any]:
    jobs: list[Any] = client.list_compilation_jobs()["CompilationJobSummaries"]
    return jobs


def test_a_client_made_before_the_mock_is_caught(compilation_job: Any) -> None:
    client = boto3.client("sagemaker", region_name=REGION)
    with mock_sagemaker() as sm:
        client.create_compilation_job(**compilation_job())
        assert [job.name for job in sm.resources("CompilationJob")] == ["resnet"]


def test_a_client_of_a_session_made_before_is_caught() -> None:
    session = boto3.Session(region_name=REGION)
    with mock_sagemaker() as sm:
        listed(session.client("sagemaker"))
        assert sm.calls.operations == ["ListCompilationJobs"]


def test_a_client_of_a_botocore_session_is_caught() -> None:
    session = botocore.session.get_session()
    before = session.create_client("sagemaker", region_name=REGION)
    with mock_sagemaker() as sm:
        listed(before)
        listed(session.create_client("sagemaker", region_name=REGION))
        listed(botocore.session.get_session().create_client("sagemaker", region_name=REGION))
        assert len(sm.calls) == 3


def test_the_default_session_made_before_is_used_and_caught() -> None:
    boto3.setup_default_session(region_name="ap-south-1")
    with mock_sagemaker() as sm:
        listed(boto3.client("sagemaker"))
        assert [call.region for call in sm.calls] == ["ap-south-1"]


def test_the_default_session_of_the_mock_does_not_outlive_it() -> None:
    with mock_sagemaker():
        boto3.client("sagemaker", region_name=REGION)
        assert boto3.DEFAULT_SESSION is not None
    assert boto3.DEFAULT_SESSION is None


def test_the_default_session_made_before_is_back_afterwards() -> None:
    boto3.setup_default_session(region_name=REGION)
    before = boto3.DEFAULT_SESSION
    with mock_sagemaker():
        boto3.setup_default_session(region_name="us-west-2")
    assert boto3.DEFAULT_SESSION is before


def test_one_client_serves_one_mock_after_another(compilation_job: Any) -> None:
    client = boto3.client("sagemaker", region_name=REGION)
    for _ in range(3):
        with mock_sagemaker():
            client.create_compilation_job(**compilation_job())
            assert len(listed(client)) == 1


@pytest.mark.parametrize("used_before", [True, False])
def test_a_client_made_in_one_mock_serves_the_next(used_before: bool) -> None:
    with mock_sagemaker():
        client = boto3.client("sagemaker", region_name=REGION)
        if used_before:
            listed(client)
    with mock_sagemaker() as sm:
        listed(client)
        assert len(sm.calls) == 1


def test_clients_and_sessions_made_before_sagestub_was_imported_are_caught() -> None:
    program = """
        import boto3, botocore.session, sys
        clients = [
            boto3.client("sagemaker", region_name="eu-west-1"),
            boto3.Session(region_name="eu-west-1").client("sagemaker"),
            botocore.session.get_session().create_client("sagemaker", region_name="eu-west-1"),
        ]
        session = boto3.Session(region_name="eu-west-1")
        assert not [name for name in sys.modules if name.startswith("sagestub")]
        from sagestub import mock_sagemaker
        with mock_sagemaker() as sm:
            for client in (*clients, session.client("sagemaker")):
                client.list_compilation_jobs()
            print(len(sm.calls))
    """
    assert output_of(program) == "4"


def test_importing_names_from_botocore_before_changes_nothing() -> None:
    """Some modules keep `Endpoint` or `sleep` by their own name."""
    program = """
        from botocore.endpoint import Endpoint, EndpointCreator
        from botocore.client import BaseClient
        from time import sleep
        import boto3
        from sagestub import mock_sagemaker
        with mock_sagemaker() as sm:
            boto3.client("sagemaker", region_name="eu-west-1").list_pipelines()
            print(sm.calls.operations)
    """
    assert output_of(program) == "['ListPipelines']"


def output_of(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()
