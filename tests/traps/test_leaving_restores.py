"""Leaving the last mock puts everything back, after an exception too."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
import time
from typing import Any
from unittest import mock

import boto3
import botocore.credentials
import botocore.endpoint
import botocore.httpsession
import botocore.loaders
import botocore.session
import botocore.signers
import pytest
import requests

from sagestub import MockNotActiveError, NotAnsweredError, UnknownNameError, mock_sagemaker

PLACES: tuple[tuple[Any, str], ...] = (
    (botocore.endpoint.Endpoint, "make_request"),
    (botocore.signers.RequestSigner, "get_auth_instance"),
    (botocore.credentials.CredentialResolver, "load_credentials"),
    (botocore.session.Session, "get_credentials"),
    (botocore.httpsession.URLLib3Session, "send"),
    (botocore.loaders.JSONFileLoader, "load_file"),
    (socket, "getaddrinfo"),
    (time, "sleep"),
    (asyncio, "sleep"),
    (requests.Session, "get_adapter"),
    (requests.adapters.HTTPAdapter, "send"),
    (boto3, "DEFAULT_SESSION"),
)


def outside() -> list[Any]:
    attributes = [getattr(owner, name) for owner, name in PLACES]
    environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
    return [*attributes, list(sys.meta_path), environment]


def use() -> None:
    boto3.client("sagemaker", region_name="eu-west-1").list_compilation_jobs()


@pytest.fixture(autouse=True)
def as_before() -> Any:
    before = outside()
    yield
    assert outside() == before


class TestEverythingIsBack:
    def test_after_a_plain_block(self) -> None:
        with mock_sagemaker():
            inside = outside()
            use()
        assert inside != outside()

    def test_after_an_exception_inside(self) -> None:
        def fail() -> None:
            use()
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError), mock_sagemaker():
            fail()

    def test_after_a_system_exit(self) -> None:
        with pytest.raises(SystemExit), mock_sagemaker():
            sys.exit(3)

    def test_after_an_error_of_ours(self) -> None:
        with pytest.raises(UnknownNameError), mock_sagemaker() as sm:
            sm.add("CompilatonJob")

    def test_after_a_wrong_option(self) -> None:
        with pytest.raises(UnknownNameError), mock_sagemaker(transition="poll"):  # type: ignore[call-overload]
            use()

    @pytest.mark.parametrize(
        "step",
        [
            "sagestub.model.files.start_remembering",
            "sagestub.hooks.credentials.fake",
            "sagestub.hooks.credentials.install",
            "sagestub.hooks.botocore_clients.install",
            "sagestub.hooks.requests_sessions.install",
            "sagestub.hooks.sleep.install",
            "sagestub.hooks.sleep.replace_imported",
        ],
    )
    def test_after_an_exception_while_entering(self, step: str) -> None:
        with (
            mock.patch(step, side_effect=KeyboardInterrupt),
            pytest.raises(KeyboardInterrupt),
            mock_sagemaker(),
        ):
            use()
        with mock_sagemaker():
            use()

    def test_after_an_exception_halfway_through_a_step(self) -> None:
        with (
            mock.patch("sagestub.hooks.botocore_clients._safe_signing", side_effect=MemoryError),
            pytest.raises(MemoryError),
            mock_sagemaker(),
        ):
            use()

    def test_after_nesting_in_any_order(self) -> None:
        first, second = mock_sagemaker(), mock_sagemaker()
        first.start()
        second.start()
        first.stop()
        use()
        second.stop()

    def test_after_stopping_twice(self) -> None:
        mock = mock_sagemaker()
        mock.start()
        mock.stop()
        with pytest.raises(MockNotActiveError, match="start"):
            mock.stop()

    @pytest.mark.usefixtures("nothing_declared")
    def test_after_a_call_that_cannot_be_answered(self) -> None:
        with mock_sagemaker():
            client = boto3.client("sagemaker-geospatial", region_name="us-west-2")
            with pytest.raises(NotAnsweredError):
                client.list_earth_observation_jobs()

    def test_what_a_test_has_patched_inside_and_unpatched_inside(self) -> None:
        with mock_sagemaker(), mock.patch("time.sleep"), mock.patch("asyncio.sleep"):
            use()


def test_a_patch_around_the_mock_is_kept() -> None:
    with mock.patch("time.sleep") as sleep:
        with mock_sagemaker():
            time.sleep(7)
        assert time.sleep is sleep
        sleep.assert_called_once_with(7)


def test_a_patch_that_outlives_the_mock_loses_nothing() -> None:
    """A fixture that is undone after the mock was left puts our function back; it then passes on."""
    slept: list[float] = []
    with mock.patch("time.sleep", slept.append):
        with mock_sagemaker():
            late = mock.patch("time.sleep")
            late.start()
        late.stop()
        time.sleep(1)
        with mock_sagemaker():
            time.sleep(2)
        time.sleep(3)
        assert slept == [1, 2, 3]
        assert time.sleep == slept.append


def test_others_may_ask_whether_asyncio_sleep_is_a_coroutine_function() -> None:
    with mock_sagemaker(), mock.patch("asyncio.sleep") as sleep:
        assert isinstance(sleep, mock.AsyncMock)
