"""Real keys never sign while a mock is active, and nobody is asked for any."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.credentials import (
    CredentialProvider,
    Credentials,
    DeferredRefreshableCredentials,
    RefreshableCredentials,
)

from sagestub import mock_sagemaker
from sagestub.hooks.botocore_clients import RawBody

REGION = "eu-west-1"
FAKE = "AKIASAGESTUB00000000"


def real_environment(monkeypatch: pytest.MonkeyPatch, key: str = "AKIAREAL") -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real token")


def signature_of_s3_call(client: Any) -> str:
    """Return the Authorization header of an S3 call, which is answered here."""
    seen: list[str] = []

    def answer(request: Any, **kwargs: Any) -> AWSResponse:
        header = request.headers.get("Authorization", b"")
        seen.append(header.decode() if isinstance(header, bytes) else header)
        body = b"<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>"
        return AWSResponse(request.url, 200, HTTPHeaders(), RawBody(body))

    client.meta.events.register("before-send.s3", answer)
    client.list_buckets()
    return seen[0]


def test_real_keys_of_the_environment_do_not_sign_in_the_mock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real_environment(monkeypatch)
    before = boto3.client("s3", region_name=REGION)
    assert "Credential=AKIAREAL/" in signature_of_s3_call(before)
    with mock_sagemaker():
        assert f"Credential={FAKE}/" in signature_of_s3_call(before)
        inside = boto3.client("s3", region_name=REGION)
        assert f"Credential={FAKE}/" in signature_of_s3_call(inside)
    assert "Credential=AKIAREAL/" in signature_of_s3_call(before)


def test_real_keys_given_explicitly_do_not_sign_either(monkeypatch: pytest.MonkeyPatch) -> None:
    real_environment(monkeypatch)
    given: Any = {
        "aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
    }
    with mock_sagemaker():
        client = boto3.client("s3", region_name=REGION, **given)
        assert f"Credential={FAKE}/" in signature_of_s3_call(client)


@pytest.mark.usefixtures("sm")
def test_keys_that_a_test_gives_do_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    explicit = boto3.client(
        "s3", region_name=REGION, aws_access_key_id="testing", aws_secret_access_key="x"
    )
    assert "Credential=testing/" in signature_of_s3_call(explicit)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "inside")
    assert "Credential=inside/" in signature_of_s3_call(boto3.client("s3", region_name=REGION))


def test_the_environment_is_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    real_environment(monkeypatch)
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::1:role/x")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", "token")
    before = dict(os.environ)
    with mock_sagemaker():
        assert os.environ["AWS_ACCESS_KEY_ID"] == FAKE
        assert "AWS_ROLE_ARN" not in os.environ
        assert "AWS_WEB_IDENTITY_TOKEN_FILE" not in os.environ
    assert dict(os.environ) == before


def test_what_a_test_sets_inside_is_its_own_unless_it_is_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real_environment(monkeypatch)
    monkeypatch.delenv("MY_SETTING", raising=False)
    with mock_sagemaker():
        os.environ["AWS_ACCESS_KEY_ID"] = "testing"
        del os.environ["AWS_SECRET_ACCESS_KEY"]
        os.environ["AWS_DEFAULT_REGION"] = "eu-north-1"
        monkeypatch.setenv("MY_SETTING", "kept")
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAREAL"
    assert os.environ["AWS_SECRET_ACCESS_KEY"] == "real secret"
    assert os.environ.pop("AWS_DEFAULT_REGION") == "eu-north-1"
    assert os.environ["MY_SETTING"] == "kept"


def test_a_fixture_undone_after_the_mock_is_healed_by_the_next_mock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`monkeypatch` puts back what it saw, which was our key."""
    real_environment(monkeypatch)
    with pytest.MonkeyPatch.context() as late, mock_sagemaker():
        late.setenv("AWS_ACCESS_KEY_ID", "testing")
    assert os.environ["AWS_ACCESS_KEY_ID"] == FAKE
    with mock_sagemaker():
        pass
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAREAL"


def test_nested_mocks_put_the_environment_back_step_by_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real_environment(monkeypatch)
    with mock_sagemaker():
        with mock_sagemaker():
            assert os.environ["AWS_ACCESS_KEY_ID"] == FAKE
        assert os.environ["AWS_ACCESS_KEY_ID"] == FAKE
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAREAL"


def test_mocks_left_in_another_order_put_the_environment_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real_environment(monkeypatch)
    first, second = mock_sagemaker(), mock_sagemaker()
    first.start()
    second.start()
    first.stop()
    assert os.environ["AWS_ACCESS_KEY_ID"] == FAKE
    second.stop()
    assert os.environ["AWS_ACCESS_KEY_ID"] == "AKIAREAL"


def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, config: str = "") -> None:
    credentials = tmp_path / "credentials"
    credentials.write_text(
        "[work]\naws_access_key_id = AKIAPROFILE\naws_secret_access_key = real\n"
    )
    (tmp_path / "config").write_text(f"[profile work]\nregion = eu-north-1\n{config}")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(credentials))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


def test_keys_of_a_profile_do_not_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile(tmp_path, monkeypatch)
    before = boto3.Session(profile_name="work").client("s3")
    assert "Credential=AKIAPROFILE/" in signature_of_s3_call(before)
    with mock_sagemaker():
        inside = boto3.Session(profile_name="work").client("s3")
        assert f"Credential={FAKE}/" in signature_of_s3_call(before)
        assert f"Credential={FAKE}/" in signature_of_s3_call(inside)


def test_a_profile_of_the_environment_gives_its_region_and_no_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compilation_job: Any
) -> None:
    profile(tmp_path, monkeypatch)
    monkeypatch.setenv("AWS_PROFILE", "work")
    with mock_sagemaker() as sm:
        boto3.client("sagemaker").create_compilation_job(**compilation_job())
        assert sm.get("CompilationJob", "resnet").region == "eu-north-1"
        assert f"Credential={FAKE}/" in signature_of_s3_call(boto3.client("s3"))
    assert os.environ["AWS_PROFILE"] == "work"


def test_keys_of_a_profile_that_the_mock_names_say_the_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile(tmp_path, monkeypatch)
    with mock_sagemaker(account_id={"AKIAPROFILE": "111122223333"}) as sm:
        boto3.Session(profile_name="work").client("sagemaker").list_pipelines()
        assert sm.calls[0].account == "111122223333"


@pytest.mark.parametrize(
    "config",
    [
        "[profile other]\ncredential_process = /nonexistent/command\n",
        "[profile other]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = work\n",
        "[profile other]\nrole_arn = arn:aws:iam::1:role/x\ncredential_source = Ec2InstanceMetadata\n",
        (
            "[profile other]\nsso_start_url = https://x.awsapps.com\nsso_region = us-east-1\n"
            "sso_account_id = 111122223333\nsso_role_name = admin\n"
        ),
        "[profile other]\nrole_arn = arn:aws:iam::1:role/x\nweb_identity_token_file = /nowhere\n",
    ],
    ids=["process", "role", "metadata", "sso", "web identity"],
)
def test_nobody_is_asked_for_the_keys_of_a_profile(
    config: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile(tmp_path, monkeypatch, config)
    with mock_sagemaker() as sm:
        session = boto3.Session(profile_name="other", region_name=REGION)
        session.client("sagemaker").list_pipelines()
        assert f"Credential={FAKE}/" in signature_of_s3_call(session.client("s3"))
        assert len(sm.calls) == 1


def test_no_container_and_no_instance_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_EC2_METADATA_DISABLED")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost:9/keys")
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/keys")
    session = boto3.Session(region_name=REGION)
    with mock_sagemaker() as sm:
        session.client("sagemaker").list_pipelines()
        boto3.Session(region_name=REGION).client("sagemaker").list_pipelines()
        assert len(sm.calls) == 2
    assert os.environ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] == "/keys"


def test_a_client_made_without_keys_works_in_the_mock() -> None:
    client = boto3.client("sagemaker", region_name=REGION)
    assert boto3.DEFAULT_SESSION is not None
    assert boto3.DEFAULT_SESSION.get_credentials() is None
    with mock_sagemaker() as sm:
        client.list_pipelines()
        assert sm.calls[0].account == "123456789012"


class AskingProvider(CredentialProvider):
    """Where an organisation gets its keys from; nobody may ask it."""

    METHOD = "our-vault"

    def load(self) -> None:
        raise AssertionError("asked")


@pytest.mark.usefixtures("sm")
def test_a_provider_of_the_users_own_is_not_asked() -> None:
    session: Any = botocore.session.get_session()
    resolver = session.get_component("credential_provider")
    resolver.insert_before("env", AskingProvider())
    assert FAKE in signature_of_s3_call(session.create_client("s3", region_name=REGION))


def refuse_refresh() -> Any:
    raise AssertionError("refreshed")


@pytest.mark.parametrize("method", ["sts-assume-role", "iam-role", "env", "explicit"])
def test_keys_that_have_expired_are_not_refreshed(method: str) -> None:
    long_ago = datetime.now(timezone.utc) - timedelta(days=1)
    expired = RefreshableCredentials("AKIAOLD", "x", "y", long_ago, refuse_refresh, method)
    session: Any = botocore.session.get_session()
    session._credentials = expired
    clients = [session.create_client(name, region_name=REGION) for name in ("sagemaker", "s3")]
    with mock_sagemaker() as sm:
        clients[0].list_pipelines()
        assert f"Credential={FAKE}/" in signature_of_s3_call(clients[1])
        assert len(sm.calls) == 1


def test_keys_not_fetched_yet_stay_unfetched() -> None:
    session: Any = botocore.session.get_session()
    session._credentials = DeferredRefreshableCredentials(refuse_refresh, "assume-role")
    client = session.create_client("sagemaker", region_name=REGION)
    with mock_sagemaker() as sm:
        client.list_pipelines()
        assert len(sm.calls) == 1


def test_explicit_session_credentials_of_a_test_are_kept() -> None:
    session: Any = botocore.session.get_session()
    with mock_sagemaker() as sm:
        session.set_credentials("444455556666", "secret")
        session.create_client("sagemaker", region_name=REGION).list_pipelines()
        assert sm.calls[0].account == "444455556666"
    assert isinstance(session.get_credentials(), Credentials)


def test_a_child_process_inherits_no_real_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    real_environment(monkeypatch)
    program = "import boto3; print(boto3.Session().get_credentials().access_key)"
    with mock_sagemaker():
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
    assert done.stdout.strip() == FAKE
