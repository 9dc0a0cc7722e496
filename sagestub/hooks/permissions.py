"""Answering the two IAM operations that Moto lacks and the SageMaker SDK asks: may this role do that?

Every action is allowed: Moto, too, lets everything pass. Only while Moto is active, and only as long as
Moto does not answer them itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from sagestub import moto
from sagestub.types import Answer

OPERATIONS = {
    "SimulatePrincipalPolicy": "simulate_principal_policy",
    "SimulateCustomPolicy": "simulate_custom_policy",
}
"""The operations, and the methods by which Moto would answer them."""

EVENTS = tuple(f"before-send.iam.{operation}" for operation in OPERATIONS)

_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"


def is_asked(operation_model: Any) -> bool:
    """Return whether a call is one of these, and nobody else answers it."""
    return (
        operation_model.name in OPERATIONS
        and operation_model.service_model.service_name == "iam"
        and moto.is_active()
        and not _moto_answers(operation_model.name)
    )


def _moto_answers(operation: str) -> bool:
    import importlib

    module = sys.modules.get("moto.iam.responses")
    if module is None:
        module = importlib.import_module("moto.iam.responses")
    return hasattr(module.IamResponse, OPERATIONS[operation])


def ask(
    make_request: Any,
    endpoint: Any,
    operation_model: Any,
    request_dict: Any,
    respond: Callable[[Any, Answer], Any],
    *,
    is_async: bool,
) -> Any:
    """Let botocore make the call, and answer what it is about to send."""
    event = f"before-send.iam.{operation_model.name}"
    emitter = endpoint._event_emitter

    def before_send(request: Any, **kwargs: Any) -> Any:
        return respond(request, answer_to(operation_model.name, request.body))

    moto.hush(*EVENTS)
    handler_id = f"sagestub-{id(before_send)}"
    emitter.register_first(event, before_send, handler_id)

    def unregister() -> None:
        emitter.unregister(event, before_send, handler_id)

    if is_async:
        return _awaited(make_request, endpoint, operation_model, request_dict, unregister)
    try:
        return make_request(endpoint, operation_model, request_dict)
    finally:
        unregister()


async def _awaited(
    make_request: Any,
    endpoint: Any,
    operation_model: Any,
    request_dict: Any,
    unregister: Callable[[], None],
) -> Any:
    try:
        return await make_request(endpoint, operation_model, request_dict)
    finally:
        unregister()


def answer_to(operation: str, body: Any) -> Answer:
    """Return the answer that allows each action on each resource.

    Source: API reference, IAM, SimulatePrincipalPolicy: a result for each action and resource; `*`
    without resources.
    """
    from xml.sax.saxutils import escape

    text = body.decode("utf-8") if isinstance(body, (bytes, bytearray)) else str(body or "")
    given = parse_qs(text)
    actions, resources = (_members(given, name) for name in ("ActionNames", "ResourceArns"))
    results = "".join(
        f"<member><EvalActionName>{escape(action)}</EvalActionName>"
        f"<EvalResourceName>{escape(resource)}</EvalResourceName>"
        "<EvalDecision>allowed</EvalDecision><MatchedStatements/><MissingContextValues/></member>"
        for action in actions
        for resource in resources or ["*"]
    )
    content = (
        f'<{operation}Response xmlns="{_NAMESPACE}"><{operation}Result>'
        f"<IsTruncated>false</IsTruncated><EvaluationResults>{results}</EvaluationResults>"
        f"</{operation}Result><ResponseMetadata><RequestId>sagestub</RequestId>"
        f"</ResponseMetadata></{operation}Response>"
    ).encode()
    headers = {"Content-Type": "text/xml", "Content-Length": str(len(content))}
    return Answer(200, headers, content)


def _members(given: dict[str, list[str]], name: str) -> list[str]:
    """Return the members of a list in the form of the query protocol, in order."""
    start = f"{name}.member."
    keys = sorted(
        (key for key in given if key.startswith(start)),
        key=lambda key: int(key.removeprefix(start)),
    )
    return [given[key][0] for key in keys]
