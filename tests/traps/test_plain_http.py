"""Calls without a client: signed by hand, presigned, or sent through botocore's own HTTP session."""

from __future__ import annotations

import asyncio
import http.client
import json
import subprocess
import sys
import textwrap
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
import requests
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session

from sagestub import NotAnsweredError, World, mock_sagemaker

URL = "https://api.sagemaker.eu-west-1.amazonaws.com/"


def signed(
    operation: str, parameters: object, url: str = URL, key: str = "AKIA", region: str = "eu-west-1"
) -> AWSRequest:
    body = parameters if isinstance(parameters, str) else json.dumps(parameters)
    headers = {"X-Amz-Target": operation, "Content-Type": "application/x-amz-json-1.1"}
    request = AWSRequest("POST", url, headers=headers, data=body)
    SigV4Auth(Credentials(key, "secret"), "sagemaker", region).add_auth(request)
    return request


def post(operation: str, parameters: object, **options: Any) -> requests.Response:
    request = signed(operation, parameters, **options)
    return requests.post(
        str(request.url), data=request.body, headers=dict(request.headers), timeout=1
    )


def test_a_request_signed_by_hand_is_answered(sm: World, compilation_job: Any) -> None:
    created = post("SageMaker.CreateCompilationJob", compilation_job())
    assert created.status_code == 200
    arn = created.json()["CompilationJobArn"]
    assert arn == "arn:aws:sagemaker:eu-west-1:123456789012:compilation-job/resnet"
    assert created.headers["Content-Type"] == "application/x-amz-json-1.1"
    assert sm.get("CompilationJob", "resnet").status == "STARTING"


@pytest.mark.usefixtures("sm")
def test_region_and_account_come_from_the_signature(compilation_job: Any) -> None:
    options = {"url": URL.replace("eu-west-1", "us-west-2"), "region": "us-west-2"}
    created = post(
        "SageMaker.CreateCompilationJob", compilation_job(), key="444455556666", **options
    )
    assert ":us-west-2:444455556666:" in created.json()["CompilationJobArn"]


@pytest.mark.usefixtures("sm")
@pytest.mark.parametrize(
    "host",
    [
        "api.sagemaker.eu-west-1.api.aws",
        "api-fips.sagemaker.eu-west-1.amazonaws.com",
        "api.sagemaker-fips.eu-west-1.api.aws",
        "api.sagemaker.cn-north-1.amazonaws.com.cn",
        "api.sagemaker.cn-north-1.api.amazonwebservices.com.cn",
        "vpce-1-2.api.sagemaker.eu-west-1.vpce.amazonaws.com",
        "API.SageMaker.eu-west-1.amazonaws.com",
        "api.sagemaker.us-gov-west-1.amazonaws.com:443",
    ],
)
def test_every_host_of_sagemaker_is_answered(host: str) -> None:
    answer = post("SageMaker.ListCompilationJobs", {}, url=f"https://{host}/")
    assert answer.json() == {"CompilationJobSummaries": []}


@pytest.mark.usefixtures("sm")
@pytest.mark.parametrize("target", ["SageMaker.NoSuchThing", "NoSuchThing", "", "a.b.c", "…"])
def test_an_unknown_target_is_the_services_error(target: str) -> None:
    headers = {"X-Amz-Target": target.encode()}
    answer = requests.post(URL, data=b"{}", headers=headers, timeout=1)
    assert answer.status_code == 400
    assert "UnknownOperationException" in answer.json()["__type"]


@pytest.mark.usefixtures("sm")
@pytest.mark.parametrize("body", ["{", "[]", '"x"', "\xff", '{"MaxResults": "ten"}'])
def test_a_malformed_body_is_the_services_error(body: str) -> None:
    answer = post("SageMaker.ListCompilationJobs", body)
    assert answer.status_code == 400
    assert "SerializationException" in answer.json()["__type"]


@pytest.mark.usefixtures("sm")
def test_a_request_without_signature_or_target_never_leaves() -> None:
    assert requests.get(URL, timeout=1).status_code == 404
    assert requests.post(URL, timeout=1).status_code == 400


def test_a_presigned_url_is_answered(client: Any, sm: World, compilation_job: Any) -> None:
    client.create_compilation_job(**compilation_job())
    url = client.generate_presigned_url(
        "describe_compilation_job", Params={"CompilationJobName": "resnet"}, HttpMethod="POST"
    )
    headers = {"X-Amz-Target": "SageMaker.DescribeCompilationJob"}
    body = {"CompilationJobName": "resnet"}
    answer = requests.post(url, json=body, headers=headers, timeout=1)
    assert answer.json()["CompilationJobStatus"] == "STARTING"
    assert sm.calls[-1].region == "eu-west-1"


def test_a_presigned_url_that_the_api_returned_is_answered(client: Any, sm: World) -> None:
    sm.add(
        "NotebookInstance",
        region="eu-west-1",
        NotebookInstanceName="lab",
        NotebookInstanceStatus="InService",
    )
    signed_in = client.create_presigned_notebook_instance_url(NotebookInstanceName="lab")
    page = requests.get(signed_in["AuthorizedUrl"], timeout=1)
    assert (page.status_code, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    made_up = signed_in["AuthorizedUrl"][:-1]
    assert requests.get(made_up, timeout=1).status_code == 403


@pytest.mark.usefixtures("sm")
def test_botocores_own_http_session_is_answered() -> None:
    answer = URLLib3Session().send(signed("SageMaker.ListPipelines", {}).prepare())
    assert json.loads(answer.content) == {"PipelineSummaries": []}


@pytest.mark.usefixtures("sm")
@pytest.mark.parametrize(
    ("host", "service"),
    [
        ("runtime.sagemaker.eu-west-1.amazonaws.com", "sagemaker-runtime"),
        ("runtime-fips.sagemaker.us-east-1.amazonaws.com", "sagemaker-runtime"),
        ("featurestore-runtime.sagemaker.eu-west-1.amazonaws.com", "sagemaker-featurestore"),
        ("sagemaker-geospatial.eu-west-1.amazonaws.com", "sagemaker-geospatial"),
    ],
)
def test_another_sagemaker_service_is_refused_by_name(host: str, service: str) -> None:
    with pytest.raises(NotAnsweredError, match=f"{service}.*nothing was sent"):
        requests.post(f"https://{host}/endpoints/x/invocations", data=b"", timeout=1)


def through_http_client() -> object:
    connection = http.client.HTTPSConnection("api.sagemaker.eu-west-1.amazonaws.com", timeout=1)
    connection.request("POST", "/")
    return connection.getresponse()


async def through_asyncio() -> object:
    return await asyncio.open_connection("runtime.sagemaker.eu-west-1.amazonaws.com", 443)


@pytest.mark.usefixtures("sm")
@pytest.mark.parametrize(
    "send",
    [
        through_http_client,
        lambda: urllib.request.urlopen(URL, data=b"{}", timeout=1),
        lambda: urllib3.PoolManager().request("POST", URL, body=b"{}", retries=False),
        lambda: asyncio.run(through_asyncio()),
    ],
    ids=["http.client", "urllib", "urllib3", "asyncio"],
)
def test_other_libraries_do_not_connect(send: Callable[[], object]) -> None:
    with pytest.raises(NotAnsweredError, match=r"sagemaker\.eu-west-1.*nothing was sent"):
        send()


@pytest.mark.usefixtures("sm")
@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:9/",
        "https://sagemaker.example.com/",
        "https://s3.eu-west-1.amazonaws.com/sagemaker-bucket",
        "https://my-sagemaker.s3.eu-west-1.amazonaws.com/",
        "https://docs.aws.amazon.com/sagemaker/latest/dg/",
    ],
)
def test_other_addresses_go_where_they_would(url: str, connections: list[object]) -> None:
    with pytest.raises(requests.ConnectionError):
        requests.get(url, timeout=1)
    assert connections
    connections.clear()


@pytest.mark.usefixtures("sm")
def test_a_session_with_an_adapter_of_its_own_is_answered() -> None:
    class Forwarding(requests.adapters.HTTPAdapter):
        def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
            raise AssertionError("sent")

    with requests.Session() as session:
        session.mount("https://", Forwarding())
        assert session.post(URL, data=b"{}", timeout=1).status_code == 400


def test_requests_are_not_answered_after_the_mock(connections: list[object]) -> None:
    session = requests.Session()
    with mock_sagemaker():
        assert session.get(URL, timeout=1).status_code == 404
    with pytest.raises(requests.ConnectionError):
        session.get(URL, timeout=1)
    connections.clear()


def test_a_clients_call_through_requests_signs_with_fake_keys(
    client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = client.generate_presigned_url("list_pipelines")
    assert "AKIASAGESTUB00000000" in url


def output_of(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_requests_imported_inside_the_mock_is_answered() -> None:
    program = """
        import sys
        from sagestub import mock_sagemaker
        with mock_sagemaker():
            assert "requests" not in sys.modules
            import requests
            print(requests.get("https://api.sagemaker.eu-west-1.amazonaws.com/").status_code)
            finder = requests.sessions.__loader__.exec_module.__module__
        print(requests.Session.get_adapter.__module__, "sagestub" in finder)
    """
    assert output_of(program).split() == ["404", "requests.sessions", "False"]


def test_responses_and_requests_and_aiobotocore_wait_until_they_are_used() -> None:
    program = """
        import sys
        import boto3
        from sagestub import mock_sagemaker
        with mock_sagemaker():
            boto3.client("sagemaker", region_name="eu-west-1").list_pipelines()
            names = ("requests", "responses", "aiobotocore", "moto", "freezegun", "pytest")
            print([name for name in names if name in sys.modules])
            import requests
            print("responses" in sys.modules)
            requests.get("https://api.sagemaker.eu-west-1.amazonaws.com/")
            print("responses" in sys.modules)
    """
    assert output_of(program).split() == ["[]", "False", "True"]
