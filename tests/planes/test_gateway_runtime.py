"""The gateway runtime: requests to models behind global inference gateways. Source: its model."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError

from sagestub import Invocation, World

REGION = "eu-west-1"
MOST = 10 * 1024 * 1024
JSON = {"ContentType": "application/json"}


@pytest.fixture
def runtime(sm: World) -> Any:
    make: Any = boto3.client  # The stubs do not know this service yet.
    once = Config(retries={"total_max_attempts": 1})
    return make("sagemaker-gateway-runtime", region_name=REGION, config=once)


@pytest.fixture
def gateway(sm: World) -> dict[str, str]:
    """What names a gateway that is active, and says what a body is."""
    added = sm.add("GlobalInferenceGateway", REGION, Name="llm", Status="ACTIVE")
    return {"GatewayId": added.members["Id"], **JSON}


def body(model: str = "llama", **more: Any) -> bytes:
    return json.dumps({"model": model, **more}).encode()


def error_of(call: Any, **parameters: Any) -> tuple[str, int, str]:
    """The code, the status and the text of a refusal."""
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    response = refusal.value.response
    error = response["Error"]
    return error["Code"], response["ResponseMetadata"]["HTTPStatusCode"], error["Message"]


def test_a_function_is_the_model_that_the_body_names(
    sm: World, runtime: Any, gateway: dict[str, str]
) -> None:
    asked: list[Invocation] = []

    @sm.on_invoke(model="lla*")
    def complete(call: Invocation) -> dict[str, Any]:
        asked.append(call)
        return {"choices": []}

    sm.on_invoke(lambda _: "never", model="other")
    sm.on_invoke(lambda _: "never", endpoint="llm")
    answer = runtime.invoke_global_inference_gateway(
        **gateway, Body=body(), Accept="application/json", CustomerIdentityToken="who"
    )
    assert json.loads(answer["Body"].read()) == {"choices": []}
    (call,) = asked
    assert (call.gateway, call.model, call.endpoint) == ("llm", "llama", "")
    assert (call.accept, call.identity_token) == ("application/json", "who")


@pytest.mark.parametrize(("pattern", "text"), [("ll*", b"here"), ("other", b"echo")])
def test_a_function_may_be_given_for_a_gateway(
    sm: World, runtime: Any, gateway: dict[str, str], pattern: str, text: bytes
) -> None:
    sm.on_invoke(lambda _: "echo")
    sm.on_invoke(lambda _: "here", gateway=pattern)
    answer = runtime.invoke_global_inference_gateway(**gateway, Body=body())
    assert answer["Body"].read() == text


@pytest.mark.parametrize("given", [{}, {"stream": True}, {"stream": False}])
def test_each_operation_sets_the_stream_flag(
    sm: World, runtime: Any, gateway: dict[str, str], given: dict[str, Any]
) -> None:
    """Without a function the request is echoed, so that what a model would get is seen."""
    asked = {**gateway, "Body": body(**given)}
    whole = runtime.invoke_global_inference_gateway(**asked)["Body"].read()
    assert json.loads(whole) == {"model": "llama", "stream": False}
    streamed = runtime.invoke_global_inference_gateway_with_response_stream(**asked)["Body"]
    parts = b"".join(event["PayloadPart"]["Bytes"] for event in streamed)
    assert json.loads(parts) == {"model": "llama", "stream": True}


def test_a_body_whose_flag_is_right_is_passed_on_unchanged(
    runtime: Any, gateway: dict[str, str]
) -> None:
    sent = b' {"stream":false,  "model":"llama"} '
    answer = runtime.invoke_global_inference_gateway(**gateway, Body=sent)
    assert answer["Body"].read() == sent


def test_each_piece_of_an_answer_is_an_event(
    sm: World, runtime: Any, gateway: dict[str, str]
) -> None:
    sm.on_invoke(lambda _: iter(["data: 1\n\n", "data: [DONE]\n\n"]))
    stream = runtime.invoke_global_inference_gateway_with_response_stream(**gateway, Body=body())
    parts = [event["PayloadPart"]["Bytes"] for event in stream["Body"]]
    assert parts == [b"data: 1\n\n", b"data: [DONE]\n\n"]


# What is refused ------------------------------------------------------------------------------------

OPERATIONS = [
    "invoke_global_inference_gateway",
    "invoke_global_inference_gateway_with_response_stream",
]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_model_that_raises_is_a_bad_gateway(
    sm: World, runtime: Any, gateway: dict[str, str], operation: str
) -> None:
    def broken(_: Invocation) -> Any:
        raise ValueError("é" * 200)

    sm.on_invoke(broken)
    code, status, text = error_of(getattr(runtime, operation), **gateway, Body=body())
    assert (code, status) == ("BadGatewayException", 502)
    # 256 bytes of the message are quoted.
    assert text == f"inference gateway: 500 {'é' * 128}"


def test_a_stream_that_breaks_ends_with_an_internal_stream_failure(
    sm: World, runtime: Any, gateway: dict[str, str]
) -> None:
    def breaking(_: Invocation) -> Iterator[str]:
        yield "data: 1\n\n"
        raise ValueError("lost")

    sm.on_invoke(breaking)
    stream = runtime.invoke_global_inference_gateway_with_response_stream(**gateway, Body=body())
    seen = []
    with pytest.raises(EventStreamError, match="inference gateway: response ended unexpectedly"):
        seen.extend(stream["Body"])
    code, _, _ = error_of(runtime.invoke_global_inference_gateway, **gateway, Body=body())
    assert code == "BadGatewayException"


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("sent", "text"),
    [
        (b"", "the body must be one JSON object"),
        (b"{} {}", "the body must be one JSON object"),
        (b'[{"model": "a"}]', "the body must be one JSON object"),
        (b"\xff", "the body must be one JSON object"),
        (b'{"model": "a", "model": "b"}', "the body repeats the key model with different values"),
        (b'{"inner": {"model": "a"}}', "the body must name a model"),
    ],
)
def test_a_body_must_be_one_object_that_names_a_model(
    runtime: Any, gateway: dict[str, str], operation: str, sent: bytes, text: str
) -> None:
    found = error_of(getattr(runtime, operation), **gateway, Body=sent)
    assert found == ("ValidationException", 400, f"Global Inference Gateway: {text}")


def test_a_model_may_be_named_twice_in_the_same_way(runtime: Any, gateway: dict[str, str]) -> None:
    sent = b'{"model": "a", "model": "a", "messages": [{"model": "b"}]}'
    assert runtime.invoke_global_inference_gateway(**gateway, Body=sent)["Body"].read()


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("application/json; charset=utf-8", 200), ("text/csv", 415), ("application/jsonlines", 415)],
)
def test_only_json_is_taken(
    runtime: Any, gateway: dict[str, str], content_type: str, status: int
) -> None:
    asked = {**gateway, "ContentType": content_type, "Body": body()}
    if status == 200:
        answer = runtime.invoke_global_inference_gateway(**asked)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    else:
        found = error_of(runtime.invoke_global_inference_gateway, **asked)
        assert found[1:] == (
            415, f"Global Inference Gateway: the content type {content_type} is not supported"
        )  # fmt: skip


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_body_has_ten_mebibytes_at_most(
    sm: World, runtime: Any, gateway: dict[str, str], operation: str
) -> None:
    sm.on_invoke(lambda _: "done")
    longest = body(text="x" * (MOST - len(body(text=""))))
    assert getattr(runtime, operation)(**gateway, Body=longest)["Body"]
    code, status, text = error_of(getattr(runtime, operation), **gateway, Body=longest + b" ")
    assert (code, status) == ("PayloadTooLargeException", 413)
    assert text.startswith("Global Inference Gateway: ")


def test_a_buffered_answer_has_ten_mebibytes_at_most(
    sm: World, runtime: Any, gateway: dict[str, str]
) -> None:
    sm.on_invoke(lambda _: b"x" * (MOST + 1))
    code, status, text = error_of(runtime.invoke_global_inference_gateway, **gateway, Body=body())
    assert (code, status) == ("BadGatewayException", 502)
    assert text.startswith("Global Inference Gateway: ")
    streamed = runtime.invoke_global_inference_gateway_with_response_stream(**gateway, Body=body())
    assert sum(len(event["PayloadPart"]["Bytes"]) for event in streamed["Body"]) == MOST + 1


def test_an_unknown_gateway_is_told(sm: World, runtime: Any) -> None:
    with pytest.raises(runtime.exceptions.ResourceNotFoundException) as refusal:
        runtime.invoke_global_inference_gateway(GatewayId="nobody", **JSON, Body=body())
    response = refusal.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert (response["ResourceId"], response["ResourceType"]) == ("nobody", "gateway")
    assert response["Error"]["Message"].startswith("Global Inference Gateway: ")


def test_a_wrong_id_is_told_in_the_gateways_words(runtime: Any) -> None:
    wrong = {"GatewayId": "No", **JSON, "Body": body()}
    code, status, text = error_of(runtime.invoke_global_inference_gateway, **wrong)
    assert (code, status) == ("ValidationException", 400)
    assert text.startswith("Global Inference Gateway: 1 validation error detected: Value 'No' at ")


@pytest.mark.parametrize("state", ["CREATING", "FAILED", "DELETING"])
def test_a_gateway_serves_when_it_is_active(
    sm: World, runtime: Any, gateway: dict[str, str], state: str
) -> None:
    sm.get("GlobalInferenceGateway", "llm").move_to(state)
    code, status, _ = error_of(runtime.invoke_global_inference_gateway, **gateway, Body=body())
    assert (code, status) == ("ServiceUnavailableException", 503)


def test_a_gateway_serves_while_it_is_updated(
    sm: World, runtime: Any, gateway: dict[str, str]
) -> None:
    sm.get("GlobalInferenceGateway", "llm").move_to("UPDATING")
    assert runtime.invoke_global_inference_gateway(**gateway, Body=body())["Body"].read()


def test_a_gateway_without_an_active_member_has_no_capacity(
    sm: World, runtime: Any, gateway: dict[str, str]
) -> None:
    member = sm.add("InferenceGateway", REGION, Name="only", Status="ACTIVE")
    assert runtime.invoke_global_inference_gateway(**gateway, Body=body())["Body"].read()
    member.move_to("FAILED")
    code, status, _ = error_of(runtime.invoke_global_inference_gateway, **gateway, Body=body())
    assert (code, status) == ("ServiceUnavailableException", 503)
