"""Answers on the wire: status, headers, bodies, errors as botocore raises them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError
from botocore.parsers import create_parser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sagestub import World
from sagestub.errors import ServiceError
from sagestub.model.service import load_service
from sagestub.model.values import to_python, to_wire
from sagestub.protocol import json as protocol
from tests.model.shapes import valid_output

SERVICE = load_service("sagemaker")
MODELLED = sorted(shape.name for shape in SERVICE.model.error_shapes)
ANSWERING = sorted(operation.name for operation in SERVICE if operation.output_shape is not None)

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def raw(client: Any) -> list[bytes]:
    """The answers as they came, before botocore has read them; the newest last."""
    answers: list[bytes] = []

    def keep(response_dict: dict[str, Any], **kwargs: Any) -> None:
        answers.append(response_dict["body"])

    client.meta.events.register("before-parse.sagemaker", keep)
    return answers


@pytest.mark.fact(
    "cross-cutting.1.success-200-content-type-application-x",
)
def test_success_has_the_service_s_headers(client: Any, sm: World) -> None:
    """Facts, section 1: 200 with content type, request id, length and date."""
    metadata = client.list_compilation_jobs()["ResponseMetadata"]
    headers = metadata["HTTPHeaders"]
    assert metadata["HTTPStatusCode"] == 200
    assert headers["content-type"] == "application/x-amz-json-1.1"
    assert UUID.fullmatch(headers["x-amzn-requestid"])
    assert metadata["RequestId"] == headers["x-amzn-requestid"]
    assert headers["content-length"] == str(len('{"CompilationJobSummaries":[]}'))
    assert abs((parsedate_to_datetime(headers["date"]) - sm.clock.now()).total_seconds()) <= 1


@pytest.mark.fact(
    "cross-cutting.1.error-400-with-the-same-headers",
    "cross-cutting.1.every-modelled-exception-is-HTTP-400",
    "cross-cutting.1.no-x-amzn-errortype-header-seen",
)
def test_error_has_the_same_headers_and_status_400(client: Any) -> None:
    """Facts, section 1: every modelled exception is HTTP 400, with the same headers."""
    with pytest.raises(ClientError) as error:
        client.describe_compilation_job(CompilationJobName="none")
    metadata = error.value.response["ResponseMetadata"]
    assert metadata["HTTPStatusCode"] == 400
    assert metadata["RetryAttempts"] == 0
    assert UUID.fullmatch(metadata["RequestId"])
    assert metadata["HTTPHeaders"].keys() == {
        "content-type", "x-amzn-requestid", "content-length", "date"
    }  # fmt: skip


def test_each_call_has_a_request_id_of_its_own(client: Any) -> None:
    ids = {client.list_compilation_jobs()["ResponseMetadata"]["RequestId"] for _ in range(3)}
    assert len(ids) == 3


@pytest.mark.fact(
    "cross-cutting.1.operations-without-an-output-shape-answer",
)
def test_operation_without_output_answers_an_empty_body(
    client: Any, raw: list[bytes], compilation_job: Callable[..., dict[str, Any]]
) -> None:
    """Facts, section 1: operations without an output shape answer 200 with an empty body."""
    client.create_compilation_job(**compilation_job("a"))
    client.stop_compilation_job(CompilationJobName="a")
    assert raw[-1] == b""


def test_empty_structure_is_answered_as_an_empty_object(
    client: Any, raw: list[bytes], compilation_job: Callable[..., dict[str, Any]]
) -> None:
    """Facts, section 1: those with an empty structure answer `{}`."""
    arn = client.create_compilation_job(**compilation_job("a"))["CompilationJobArn"]
    client.delete_tags(ResourceArn=arn, TagKeys=["none"])
    assert raw[-1] == b"{}"


@pytest.mark.fact(
    "cross-cutting.1.timestamps-are-epoch-seconds-as-JSON",
)
def test_times_are_epoch_seconds_with_milliseconds(
    client: Any, raw: list[bytes], compilation_job: Callable[..., dict[str, Any]]
) -> None:
    """Facts, section 1: JSON numbers, with milliseconds as a fraction."""
    client.create_compilation_job(**compilation_job("a"))
    client.describe_compilation_job(CompilationJobName="a")
    created = json.loads(raw[-1])["CreationTime"]
    assert isinstance(created, float)
    assert created == round(created, 3)


@pytest.mark.fact(
    "cross-cutting.1.absent-optional-members-are-left-out",
)
def test_absent_members_are_left_out(
    client: Any, raw: list[bytes], compilation_job: Callable[..., dict[str, Any]]
) -> None:
    """Facts, section 1: left out, not null."""
    client.create_compilation_job(**compilation_job("a"))
    client.describe_compilation_job(CompilationJobName="a")
    document = json.loads(raw[-1])
    assert "VpcConfig" not in document
    assert None not in document.values()


@pytest.mark.fact(
    "cross-cutting.1.the-5-modelled-exceptions-declare-one",
    "jobs._common.protocol",
)
def test_modelled_error_s_body_has_a_bare_type_and_a_capital_message(
    client: Any, raw: list[bytes]
) -> None:
    """Facts, section 1: `{"__type":"ResourceNotFound","Message":"..."}`."""
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.describe_compilation_job(CompilationJobName="none")
    document = json.loads(raw[-1])
    assert document["__type"] == "ResourceNotFound"
    assert document.keys() == {"__type", "Message"}


def test_unmodelled_error_s_body_has_a_small_message(client: Any, raw: list[bytes]) -> None:
    """Facts, section 1: unmodelled ones use `message`."""
    with pytest.raises(ClientError):
        client.describe_compilation_job(CompilationJobName="_")
    assert json.loads(raw[-1]).keys() == {"__type", "message"}


@pytest.mark.fact(
    "cross-cutting.1.throttling-reply-status-400-Content-Length",
)
def test_throttling_s_body_is_as_long_as_the_one_that_was_seen() -> None:
    """Facts, section 1: Content-Length 58."""
    error = ServiceError("ThrottlingException", "Rate exceeded")
    _, _, body = protocol.write_error(SERVICE, error)
    assert body == b'{"__type":"ThrottlingException","message":"Rate exceeded"}'
    assert len(body) == 58


def parsed(operation: Any, status: int, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """Return an answer as botocore's own parser reads it."""
    lowered = HTTPHeaders.from_dict(headers)
    document = {"status_code": status, "headers": lowered, "body": body}
    result: dict[str, Any] = create_parser("json").parse(document, operation.output_shape)
    return result


@pytest.mark.parametrize("code", [*MODELLED, "ValidationException", "AccessDeniedException"])
@pytest.mark.parametrize("message", ['Something\'s wrong: "é" \u2028 \n', ""])
def test_botocore_reads_code_and_message_of_every_error(code: str, message: str) -> None:
    answer = protocol.write_error(SERVICE, ServiceError(code, message))
    error = parsed(SERVICE.operation("ListTags"), *answer)["Error"]
    assert (error["Code"], error["Message"]) == (code, message)


@pytest.mark.fact(
    "cross-cutting.1.codes-carry-no-Exception-suffix-except",
)
@pytest.mark.parametrize("code", MODELLED)
def test_every_modelled_error_is_raised_as_its_exception(
    client: Any, sm: World, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts, section 1: codes carry no Exception suffix but ConflictException's."""

    def refuse(*args: Any) -> None:
        raise ServiceError(code, "because")

    monkeypatch.setattr("sagestub.dispatch.check_input", refuse)
    with pytest.raises(getattr(client.exceptions, code)) as error:
        client.list_compilation_jobs()
    assert error.value.response["Error"] == {"Code": code, "Message": "because"}
    assert error.value.operation_name == "ListCompilationJobs"


@pytest.mark.parametrize("name", ANSWERING)
@settings(
    max_examples=4,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_botocore_reads_what_we_write(name: str, data: st.DataObject) -> None:
    """Python values to wire form to bytes, read by botocore's parser: the same values."""
    operation = SERVICE.operation(name)
    assert operation.output_shape is not None
    result = data.draw(valid_output(operation.model))
    document = to_wire(operation.output_shape, result, name)
    read = parsed(operation, *protocol.write(operation, document))
    del read["ResponseMetadata"]
    assert read == result
    assert to_python(operation.output_shape, document) == result
