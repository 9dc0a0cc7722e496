"""Moto beside us: SageMaker is ours, everything else Moto's, in whichever order they are entered."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import boto3
import moto
import pytest
import requests
from moto.core.models import MockAWS, botocore_stubber
from moto.moto_api import recorder
from moto.sagemaker.models import sagemaker_backends

from sagestub import World, mock_sagemaker
from sagestub.hooks.credentials import FAKE_ACCESS_KEY

REGION = "eu-west-1"


@pytest.fixture(params=["Moto first", "Moto last"])
def both(request: pytest.FixtureRequest) -> Iterator[World]:
    """Both mocks active."""
    if request.param == "Moto first":
        with moto.mock_aws(), mock_sagemaker() as sm:
            yield sm
    else:
        with mock_sagemaker() as sm, moto.mock_aws():
            yield sm


def use_both(compilation_job: Any, **clients: Any) -> None:
    sagemaker = clients.get("sagemaker") or boto3.client("sagemaker", region_name=REGION)
    s3 = clients.get("s3") or boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="models")
    sagemaker.create_compilation_job(**compilation_job())
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["models"]
    assert len(sagemaker.list_compilation_jobs()["CompilationJobSummaries"]) == 1


def test_sagemaker_is_ours_and_the_rest_is_motos(both: World, compilation_job: Any) -> None:
    use_both(compilation_job)
    assert boto3.client("sts", region_name=REGION).get_caller_identity()["Account"] == (
        "123456789012"
    )
    assert both.calls.operations == ["CreateCompilationJob", "ListCompilationJobs"]


def test_clients_made_before_both_work(compilation_job: Any) -> None:
    clients = {
        "sagemaker": boto3.client("sagemaker", region_name=REGION),
        "s3": boto3.client("s3", region_name="us-east-1"),
    }
    with moto.mock_aws(), mock_sagemaker():
        use_both(compilation_job, **clients)
    with mock_sagemaker(), moto.mock_aws():
        use_both(compilation_job, **clients)


@pytest.mark.usefixtures("both")
def test_moto_sees_nothing_of_ours(compilation_job: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    processed: list[str] = []
    process = botocore_stubber.process_request

    def note(request: Any) -> Any:
        processed.append(request.url)
        return process(request)

    monkeypatch.setattr(botocore_stubber, "process_request", note)
    monkeypatch.setattr(recorder, "_record_request", lambda request: processed.append(request.url))
    client = boto3.client("sagemaker", region_name=REGION)
    client.create_compilation_job(**compilation_job())
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_compilation_job(CompilationJobName="none")
    assert processed == []
    backend = sagemaker_backends["123456789012"][REGION]
    assert backend.compilation_jobs == {}


@pytest.mark.usefixtures("both")
def test_the_users_handlers_see_the_true_address(compilation_job: Any) -> None:
    seen: list[tuple[str, str]] = []
    client = boto3.client("sagemaker", region_name=REGION)
    for event in ("before-send", "before-send.sagemaker", "before-send.sagemaker.ListPipelines"):

        def note(request: Any, event: str = event, **kwargs: Any) -> None:
            seen.append((event, request.url))

        client.meta.events.register(event, note)
    client.list_pipelines()
    url = "https://api.sagemaker.eu-west-1.amazonaws.com/"
    assert {address for _, address in seen} == {url}
    assert len(seen) == 3


@pytest.mark.usefixtures("both")
def test_requests_to_sagemaker_are_ours() -> None:
    headers = {"X-Amz-Target": "SageMaker.ListPipelines"}
    url = "https://api.sagemaker.eu-west-1.amazonaws.com/"
    answer = requests.post(url, data=b"{}", headers=headers, timeout=1)
    assert answer.json() == {"PipelineSummaries": []}
    assert requests.get("https://s3.amazonaws.com/", timeout=1).status_code == 200


def test_a_role_assumed_through_moto_is_another_account(both: World, compilation_job: Any) -> None:
    role = "arn:aws:iam::999988887777:role/deploy"
    sts = boto3.client("sts", region_name=REGION)
    keys = sts.assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    client = boto3.client(
        "sagemaker",
        region_name=REGION,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
    )
    client.create_compilation_job(**compilation_job())
    assert both.get("CompilationJob", "resnet").account == "999988887777"


def test_after_leaving_ours_moto_answers_sagemaker() -> None:
    with moto.mock_aws():
        client = boto3.client("sagemaker", region_name=REGION)
        with mock_sagemaker() as sm:
            client.list_pipelines()
        client.list_pipelines()
        assert len(sm.calls) == 1
        assert type(botocore_stubber).__call__.__module__ == "moto.core.botocore_stubber"


KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real secret",
    "AWS_SESSION_TOKEN": "real token",
}


@pytest.mark.parametrize("own", [KEYS, {}], ids=["own keys", "no keys"])
@pytest.mark.parametrize("leaving", ["last in, first out", "first in, first out"])
@pytest.mark.parametrize("first", ["Moto", "sagestub"])
def test_everything_is_back_in_every_order(
    own: dict[str, str],
    leaving: str,
    first: str,
    compilation_job: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    boto3.setup_default_session(region_name=REGION)
    session = boto3.DEFAULT_SESSION
    get_adapter = requests.Session.get_adapter
    send = requests.adapters.HTTPAdapter.send
    before = dict(os.environ)

    mocks: list[Any] = [moto.mock_aws(), mock_sagemaker()]
    mocks = mocks if first == "Moto" else mocks[::-1]
    for mock in mocks:
        mock.start()
    use_both(compilation_job)
    assert os.environ["AWS_ACCESS_KEY_ID"] != "AKIAREAL"
    for mock in mocks if leaving == "first in, first out" else mocks[::-1]:
        mock.stop()

    assert dict(os.environ) == before
    assert boto3.DEFAULT_SESSION is session
    assert requests.Session.get_adapter is get_adapter
    assert requests.adapters.HTTPAdapter.send is send
    assert MockAWS.stop.__module__ == "moto.core.models"


@pytest.mark.parametrize("real", ["AKIAREALREALREALREAL", None])
def test_motos_keys_stay_when_ours_is_left_first(
    monkeypatch: pytest.MonkeyPatch, real: str | None
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
        if real is not None:
            monkeypatch.setenv(name, real)
    ours, motos = mock_sagemaker(), moto.mock_aws()
    ours.start()
    motos.start()
    ours.stop()
    try:
        assert os.environ["AWS_ACCESS_KEY_ID"] not in {real, FAKE_ACCESS_KEY}
        assert boto3.client("s3", region_name="us-east-1").list_buckets()["Buckets"] == []
    finally:
        motos.stop()
    assert os.environ.get("AWS_ACCESS_KEY_ID") == real


def test_real_keys_do_not_sign_when_moto_has_left_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    other, ours = moto.mock_aws(), mock_sagemaker()
    other.start()
    ours.start()
    other.stop()
    client = boto3.client("sagemaker", region_name=REGION)
    url = boto3.client("s3", region_name=REGION).generate_presigned_url("list_buckets")
    client.list_pipelines()
    ours.stop()
    assert "AKIAREAL" not in url


def test_decorators_of_both_may_be_stacked(compilation_job: Any) -> None:
    @moto.mock_aws
    @mock_sagemaker
    def motos_outside() -> None:
        use_both(compilation_job)

    @mock_sagemaker
    @moto.mock_aws
    def ours_outside() -> None:
        use_both(compilation_job)

    motos_outside()
    ours_outside()
