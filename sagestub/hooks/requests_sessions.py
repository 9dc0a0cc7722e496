"""The door for `requests`: calls to a SageMaker endpoint that are signed by hand or presigned.

Installed when `requests` is in use, also if it is imported while the mock is active. Only requests to
a SageMaker host are answered; all others go on to whatever was there before (Moto, `responses`, the
network). The `responses` library, which makes the response, is imported at the first such request.
"""

from __future__ import annotations

import json
import re
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from sagestub.hooks import stack
from sagestub.hooks.botocore_clients import signature_of
from sagestub.hooks.imports import AfterImport

if TYPE_CHECKING:
    from sagestub.types import Answer

HOST = (
    r"^(?P<prefix>api|runtime|metrics|edge|featurestore-runtime\.|a2i-runtime)?[.-]?"
    r"sagemaker(?:-fips)?\.(?P<region>[a-z0-9-]+)\.(?:amazonaws\.com|api\.aws)(?:\.cn)?$"
)
"""The hosts of the control plane, `api.sagemaker.{region}.amazonaws.com` above all."""

_original: dict[str, Any] = {}


def install() -> None:
    """Answer SageMaker calls made through `requests` from now on."""
    _waiting.start()


def uninstall() -> None:
    """Put `requests` back as it was."""
    _waiting.stop()
    adapters = sys.modules.get("requests.adapters")
    original = _original.pop("send", None)
    if adapters is not None and original is not None:
        ours = _original.pop("ours")
        if adapters.HTTPAdapter.send is ours:
            adapters.HTTPAdapter.send = original


def _patch(adapters: ModuleType) -> None:
    original = adapters.HTTPAdapter.send

    def send(self: Any, request: Any, *args: Any, **kwargs: Any) -> Any:
        host = re.match(HOST, urlsplit(request.url).hostname or "")
        if host is None or stack.active() is None:
            return original(self, request, *args, **kwargs)
        return _answered(self, request, host)

    _original["send"], _original["ours"] = original, send
    adapters.HTTPAdapter.send = send


def _answered(adapter: Any, request: Any, host: re.Match[str]) -> Any:
    """Return the `requests.Response` for a request to a SageMaker host."""
    import responses

    answer = _answer(request, host)

    def callback(_: Any) -> tuple[int, dict[str, str], bytes]:
        headers = {k: v for k, v in answer.headers.items() if k != "Content-Type"}
        return answer.status, headers, answer.body

    made = responses.CallbackResponse(
        request.method,
        request.url,
        callback,
        content_type=answer.headers.get("Content-Type"),
    )
    return adapter.build_response(request, made.get_response(request))


def _answer(request: Any, host: re.Match[str]) -> Answer:
    from sagestub.model.service import load_service
    from sagestub.types import Answer, Request

    door = stack.active()
    assert door is not None
    query = parse_qs(urlsplit(request.url).query)
    target = request.headers.get("X-Amz-Target") or "".join(query.get("X-Amz-Target", ()))
    if isinstance(target, bytes):
        target = target.decode("latin-1")
    operation = target.rpartition(".")[2] or "".join(query.get("Action", ()))
    access_key, region = signature_of(request.headers.get("Authorization"))
    if not access_key:
        scope = "".join(query.get("X-Amz-Credential", ()))
        access_key, region = signature_of(f"Credential={scope}")
    if request.method == "GET" and not operation:
        page = json.dumps({"message": "Missing operation"}).encode()
        return Answer(404, {"Content-Type": "application/json"}, page)
    service = load_service("sagemaker")
    body = request.body
    if body is not None and not isinstance(body, (bytes, bytearray, str)):
        body = body.read()
    return door.answer(Request(service, operation, access_key, region or host["region"], body))


_waiting = AfterImport("requests.adapters", _patch)
