"""Bodies that the service cannot read: its answer, and never a traceback from our side."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from sagestub import World

Refused = Callable[..., tuple[str, str]]

CREATE = "create_compilation_job"
TRAIN = "create_training_job"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"{'CompilationJobName': 'a'}",
        b'{"CompilationJobName": "a"} more',
        b'{"CompilationJobName": "a",}',
        b'{"CompilationJobName": NaN}',
        b'{"CompilationJobName": Infinity}',
        b"\xff\xfe",
        b'{"CompilationJobName": "\xe9"}',
        b"\xef\xbb\xbf{}",
        b'{"CompilationJobName": ' + b"[" * 100_000,
        b'{"CompilationJobName": ' + b"[" * 300 + b"]" * 300 + b"}",
        b'{"CompilationJobName": ' + b"9" * 5000 + b"}",
        b'{"CompilationJobName": "\\ud800"}',
        b'{"CompilationJobName": "\x01"}',
        b"   ",
    ],
    ids=lambda body: repr(body[:30]),
)
def test_body_that_is_not_json_in_utf_8_is_a_serialization_exception(
    refused: Refused, body: bytes
) -> None:
    assert refused(body) == ("SerializationException", "")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"[]", "Start of list found where not expected"),
        (b'"text"', "Unexpected value type in payload"),
        (b"3", "Unexpected value type in payload"),
        (b"true", "Unexpected value type in payload"),
    ],
)
def test_body_that_is_not_an_object_is_a_serialization_exception(
    refused: Refused, body: bytes, message: str
) -> None:
    assert refused(body) == ("SerializationException", message)


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b'{"CompilationJobName": null}'])
def test_body_without_members_lacks_what_is_required(refused: Refused, body: bytes) -> None:
    text = (
        "Value null at 'compilationJobName' failed to satisfy constraint: Member must not be null"
    )
    assert refused(body) == ("ValidationException", f"1 validation error detected: {text}")


@pytest.mark.fact(
    "cross-cutting.2.a-wrong-JSON-type-gives-SerializationException",
)
@pytest.mark.parametrize(
    ("operation", "member", "wrong", "message"),
    [
        (CREATE, "CompilationJobName", 3, "NUMBER_VALUE can not be converted to a String"),
        (CREATE, "CompilationJobName", 3.5, "NUMBER_VALUE can not be converted to a String"),
        (CREATE, "CompilationJobName", True, "TRUE_VALUE can not be converted to a String"),
        (CREATE, "CompilationJobName", False, "FALSE_VALUE can not be converted to a String"),
        (CREATE, "CompilationJobName", {}, "Start of structure or map found where not expected."),
        (CREATE, "CompilationJobName", [], "Start of list found where not expected"),
        (CREATE, "InputConfig", "s3://b/k", "Unexpected value type in payload"),
        (CREATE, "InputConfig", [], "Start of list found where not expected"),
        (CREATE, "Tags", {"Key": "a"}, "Start of structure or map found where not expected."),
        (CREATE, "Tags", "a", "Unexpected value type in payload"),
        (CREATE, "Tags", [["a"]], "Start of list found where not expected"),
        (TRAIN, "HyperParameters", ["a"], "Start of list found where not expected"),
        (TRAIN, "HyperParameters", {"a": 1}, "NUMBER_VALUE can not be converted to a String"),
        (TRAIN, "EnableManagedSpotTraining", 1, "NUMBER_VALUE can not be converted to a Boolean"),
        (TRAIN, "EnableManagedSpotTraining", "true", "STRING_VALUE can not be converted to a Boolean"),
        ("list_compilation_jobs", "MaxResults", "3", "STRING_VALUE can not be converted to an Integer"),
        ("list_compilation_jobs", "MaxResults", 1.5, "NUMBER_VALUE can not be converted to an Integer"),
        ("list_compilation_jobs", "MaxResults", 2**31, "NUMBER_VALUE can not be converted to an Integer"),
        ("list_compilation_jobs", "MaxResults", True, "TRUE_VALUE can not be converted to an Integer"),
        ("list_compilation_jobs", "CreationTimeAfter", "2024-01-01T00:00:00Z",
         "STRING_VALUE can not be converted to a Timestamp"),
        ("list_compilation_jobs", "CreationTimeAfter", 1e300,
         "NUMBER_VALUE can not be converted to a Timestamp"),
    ],
)  # fmt: skip
def test_value_of_the_wrong_json_type_is_a_serialization_exception(
    refused: Refused, operation: str, member: str, wrong: object, message: str
) -> None:
    """Facts, section 2: a wrong JSON type gives SerializationException, HTTP 400."""
    assert refused({member: wrong}, operation) == ("SerializationException", message)


def test_wrong_type_comes_before_any_violation(refused: Refused) -> None:
    body = {"CompilationJobName": "_", "StoppingCondition": {"MaxRuntimeInSeconds": "soon"}}
    assert refused(body, CREATE)[0] == "SerializationException"


@pytest.mark.parametrize(
    "body",
    [
        {"Nope": 1},
        {"Nope": None},
        {"compilationJobName": "a"},
        {"InputConfig": {"Nope": 1}},
        {"Tags": [{"Key": "a", "Value": "b", "Nope": "c"}]},
        {"OutputConfig": {"TargetPlatform": {"Os": "LINUX", "Arch": "ARM64", "Nope": {}}}},
    ],
)
def test_unknown_member_is_refused_at_every_depth(refused: Refused, body: Any) -> None:
    name = "compilationJobName" if "compilationJobName" in body else "Nope"
    assert refused(body, CREATE) == ("SerializationException", f'Unexpected field "{name}"')


def test_number_beyond_a_double_is_a_serialization_exception(refused: Refused) -> None:
    body = b'{"EndpointName": "e", "DesiredWeightsAndCapacities": [{"VariantName": "v", "DesiredWeight": %s}]}'
    operation = "update_endpoint_weights_and_capacities"
    for number in (b"1e999", b"-1e999", b"9" * 400):
        found = refused(body % number, operation)
        assert found == ("SerializationException", "NUMBER_VALUE can not be converted to a Float")


def test_not_a_number_as_text_breaks_the_bound_of_a_decimal(refused: Refused) -> None:
    weights = [{"VariantName": "v", "DesiredWeight": "NaN"}]
    body = {"EndpointName": "e", "DesiredWeightsAndCapacities": weights}
    code, message = refused(body, "update_endpoint_weights_and_capacities")
    assert code == "ValidationException"
    assert "Value 'NaN' at 'desiredWeightsAndCapacities.1.member.desiredWeight'" in message


@pytest.mark.parametrize(
    "config", [{}, {"ImageClassificationJobConfig": {}, "TabularJobConfig": {}}]
)
def test_union_takes_exactly_one_member(refused: Refused, config: dict[str, Any]) -> None:
    code, message = refused({"AutoMLProblemTypeConfig": config}, "create_auto_ml_job_v2")
    assert code == "SerializationException"
    assert message.startswith("Exactly one member of the union AutoMLProblemTypeConfig must be set")


def test_of_a_key_that_comes_twice_the_last_counts(refused: Refused) -> None:
    body = b'{"CompilationJobName": "first", "CompilationJobName": "second"}'
    assert "second" in refused(body)[1]


def test_half_of_a_character_is_refused_where_it_comes_in(
    client: Any, compilation_job: Callable[..., dict[str, Any]]
) -> None:
    request = compilation_job(Tags=[{"Key": "a", "Value": "\ud800"}])
    with pytest.raises(client.exceptions.ClientError, match="SerializationException"):
        client.create_compilation_job(**request)


def test_whole_character_beyond_the_first_plane_is_read(
    client: Any, sm: World, compilation_job: Callable[..., dict[str, Any]]
) -> None:
    made = client.create_compilation_job(**compilation_job(Tags=[{"Key": "a", "Value": "𠀋"}]))
    tags = client.list_tags(ResourceArn=made["CompilationJobArn"])["Tags"]
    assert tags == [{"Key": "a", "Value": "𠀋"}]


def test_search_nested_too_deep_is_refused(refused: Refused, send: Callable[..., Any]) -> None:
    def nested(levels: int) -> dict[str, Any]:
        expression: dict[str, Any] = {}
        for _ in range(levels):
            expression = {"SubExpressions": [expression]}
        return {"Resource": "Endpoint", "SearchExpression": expression}

    assert refused(nested(400), "search") == ("SerializationException", "")


def test_refused_call_is_recorded_as_it_was_sent(refused: Refused, sm: World) -> None:
    refused({"CreationTimeAfter": "yesterday"}, "list_compilation_jobs")
    assert sm.calls[-1].parameters == {"CreationTimeAfter": "yesterday"}
    assert sm.calls[-1].error is not None
    assert sm.calls[-1].error.code == "SerializationException"


def test_refused_body_changes_nothing(refused: Refused, sm: World) -> None:
    refused(b"{", CREATE)
    assert list(sm.resources("CompilationJob")) == []


def signed_post(target: str | None, body: bytes = b"{}") -> requests.Response:
    headers = {"Content-Type": "application/x-amz-json-1.1"}
    if target is not None:
        headers["X-Amz-Target"] = target
    url = "https://api.sagemaker.eu-west-1.amazonaws.com/"
    request = AWSRequest("POST", url, headers=headers, data=body)
    SigV4Auth(Credentials("testing", "testing"), "sagemaker", "eu-west-1").add_auth(request)
    return requests.post(url, data=body, headers=dict(request.headers), timeout=5)


@pytest.mark.fact(
    "cross-cutting.2.an-unknown-target-gives-UnknownOperationException-HTTP",
)
@pytest.mark.usefixtures("sm")
@pytest.mark.parametrize(
    "target", ["SageMaker.Nope", "SageMaker.", "ListCompilationJobs", "", None]
)
def test_unknown_target_is_an_unknown_operation(target: str | None) -> None:
    """Facts, section 2: an unknown target gives UnknownOperationException, HTTP 400."""
    answer = signed_post(target)
    assert answer.status_code == 400
    assert answer.json() == {"__type": "UnknownOperationException"}


@pytest.mark.usefixtures("sm")
def test_unknown_operation_is_told_before_the_body_is_read() -> None:
    assert signed_post("SageMaker.Nope", b"{").json()["__type"] == "UnknownOperationException"


def test_unknown_operation_is_recorded(sm: World) -> None:
    signed_post("SageMaker.Nope")
    assert (sm.calls[-1].operation, sm.calls[-1].parameters) == ("Nope", {})


@pytest.mark.fact(
    "cross-cutting.1.POST-header-X-Amz-Target-SageMaker",
)
@pytest.mark.usefixtures("sm")
def test_signed_request_by_hand_is_read_like_any_other() -> None:
    answer = signed_post("SageMaker.ListCompilationJobs", json.dumps({"MaxResults": 3}).encode())
    assert answer.json() == {"CompilationJobSummaries": []}


@pytest.mark.usefixtures("sm")
def test_target_with_another_service_s_prefix_is_an_unknown_operation() -> None:
    answer = signed_post("DynamoDB_20120810.ListCompilationJobs")
    assert answer.json() == {"__type": "UnknownOperationException"}
