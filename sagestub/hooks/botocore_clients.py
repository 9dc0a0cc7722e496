"""The door for botocore clients, aiobotocore's included: a `before-send` handler on each.

While a mock is active, `Endpoint.make_request`, which every client calls for every operation, first
sees to it that the client's event emitter has our handler; so clients are caught whenever and wherever
they were made, and those that never call cost nothing. Leaving the last mock takes the handlers off
again. aiobotocore's endpoint inherits `make_request`, so that it needs no import of ours.
"""

from __future__ import annotations

import copy
import functools
import inspect
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar
from io import BytesIO
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse

from sagestub import moto
from sagestub.errors import NotAnsweredError
from sagestub.hooks import credentials, stack
from sagestub.hooks.imports import AfterImport
from sagestub.hooks.plain_http import answer_to, host_of
from sagestub.hooks.replacements import Replacements
from sagestub.hooks.signatures import region_of, signature_of
from sagestub.model.service import Service, service_of
from sagestub.types import Request

if TYPE_CHECKING:
    from sagestub.types import Answer

HANDLER_ID = "sagestub"

PERMISSION_QUESTIONS = frozenset({"SimulatePrincipalPolicy", "SimulateCustomPolicy"})
"""The operations of IAM that `permissions` answers, which is loaded when one is called."""

KEYS_POSITION = 3
"""Where `RequestSigner.get_auth_instance` takes keys: after service, region and version."""

_lock = threading.RLock()
_caught: dict[int, Caught] = {}
_replacements = Replacements()
_calling: ContextVar[Caught | None] = ContextVar("sagestub_calling", default=None)
"""The client whose call is under way here."""


def is_ours(service_name: str) -> bool:
    """Return whether a service is SageMaker or one of its siblings."""
    return service_name.startswith("sagemaker")


def install() -> None:
    """Catch every client's calls from now on."""
    from botocore.endpoint import Endpoint
    from botocore.httpsession import URLLib3Session
    from botocore.signers import RequestSigner

    make_request = Endpoint.make_request
    send = URLLib3Session.send

    def catching_make_request(self: Any, operation_model: Any, request_dict: Any) -> Any:
        caught = _caught.get(id(self))
        if caught is None:
            if not is_ours(operation_model.service_model.service_name):
                if operation_model.name in PERMISSION_QUESTIONS:
                    return _ask_permission(make_request, self, operation_model, request_dict)
                return make_request(self, operation_model, request_dict)
            caught = _catch(self, operation_model.service_model, request_dict)
            if caught is None:  # The mock is being left.
                return make_request(self, operation_model, request_dict)
        return caught.call(make_request, operation_model, request_dict)

    def answering_send(self: Any, request: Any) -> Any:
        host = host_of(request.url)
        if host is None or stack.active() is None:
            return send(self, request)
        answer = answer_to(request.method, request.url, request.headers, request.body, host)
        return _response_for(request, answer)

    _replacements.replace(Endpoint, "make_request", catching_make_request)
    _replacements.replace(URLLib3Session, "send", answering_send)
    signing = _safe_signing(RequestSigner.get_auth_instance, credentials.fake_credentials)
    _replacements.replace(RequestSigner, "get_auth_instance", signing)
    _async_signers.start()


def uninstall() -> None:
    """Take our handlers off every client that has them, and put botocore's methods back."""
    _async_signers.stop()
    with _lock:
        _replacements.put_back()
        for caught in _caught.values():
            caught.leave()
        _caught.clear()
    moto.unhush()


def _safe_signing(get_auth_instance: Any, fake_credentials: Callable[[], Any]) -> Any:
    """Return `get_auth_instance` with fake keys in place of keys that must not sign now.

    What it returns is what the original returns: aiobotocore's is awaitable.
    """
    takes_keys = _takes_keys(get_auth_instance)

    @functools.wraps(get_auth_instance)
    def safe_get_auth_instance(self: Any, *args: Any, **kwargs: Any) -> Any:
        door = stack.active()
        given = kwargs.get("request_credentials") or len(args) > KEYS_POSITION
        if door is not None and not given and not credentials.may_sign(self._credentials, door):
            if takes_keys:
                kwargs["request_credentials"] = fake_credentials()
            else:
                self = copy.copy(self)
                self._credentials = fake_credentials()
        return get_auth_instance(self, *args, **kwargs)

    return safe_get_auth_instance


@functools.cache
def _takes_keys(get_auth_instance: Any) -> bool:
    """Return whether a signer accepts keys; older ones of botocore take their own only."""
    return "request_credentials" in inspect.signature(get_auth_instance).parameters


def _patch_async_signers(signers: Any) -> None:
    from sagestub.hooks.aiobotocore_responses import fake_credentials

    signing = _safe_signing(signers.AioRequestSigner.get_auth_instance, fake_credentials)
    _replacements.replace(signers.AioRequestSigner, "get_auth_instance", signing)


_async_signers = AfterImport("aiobotocore.signers", _patch_async_signers)


class Caught:
    """A client that has made a SageMaker call while a mock was active.

    Holds the client's endpoint, so that the endpoint's identity stays its own until the mock is left.
    """

    def __init__(self, endpoint: Any, service: Service, region: str) -> None:
        self.endpoint = endpoint
        self.service = service
        self.region = region
        self.emitter = endpoint._event_emitter
        self.event = f"before-send.{service.model.service_id.hyphenize()}"
        self.handler_id = f"{HANDLER_ID}-{id(self)}"
        self.under_way: list[None] = []
        """One entry a call; appending and popping need no lock."""
        self.left = False
        self.is_async = _is_async(endpoint)
        self.respond: Callable[[Any, Answer], Any] = _response_for
        if self.is_async:
            from sagestub.hooks.aiobotocore_responses import response_for

            self.respond = response_for
        self.emitter.register_first(self.event, self.before_send, self.handler_id)

    def call(self, make_request: Any, operation_model: Any, request_dict: Any) -> Any:
        """Let botocore make a call, and note that it is under way."""
        if self.is_async:
            return self._call_async(make_request, operation_model, request_dict)
        token = _calling.set(self)
        self.under_way.append(None)
        try:
            return make_request(self.endpoint, operation_model, request_dict)
        finally:
            _calling.reset(token)
            self._done()

    async def _call_async(self, make_request: Any, operation_model: Any, request_dict: Any) -> Any:
        token = _calling.set(self)
        self.under_way.append(None)
        try:
            return await make_request(self.endpoint, operation_model, request_dict)
        finally:
            _calling.reset(token)
            self._done()

    def _done(self) -> None:
        self.under_way.pop()
        if self.left and not self.under_way:
            self._unregister()

    def leave(self) -> None:
        """Take the handler off; while calls are under way it stays, so that none is sent."""
        self.left = True
        if not self.under_way:
            self._unregister()

    def _unregister(self) -> None:
        self.emitter.unregister(self.event, self.before_send, self.handler_id)

    def before_send(self, request: Any, event_name: str, **kwargs: Any) -> Any:
        """Answer a request; botocore sends nothing when a handler returns a response."""
        if _calling.get() is not self:
            return None  # A call of another time: made after leaving, or before entering again.
        door = stack.active()
        if door is None or self.left:
            raise NotAnsweredError(
                f"{event_name} was called while the mock was being left; nothing was sent.\n"
                "Wait for threads and tasks that use the client before leaving the mock."
            )
        if moto.is_active():
            moto.hush()
        access_key, region = signature_of(request.headers.get("Authorization"))
        answer = door.answer(
            Request(
                self.service,
                event_name.rpartition(".")[2],
                access_key,
                region or self.region or region_of(request.url),
                request.body,
                request.url,
                request.headers,
            )
        )
        return self.respond(request, answer)


def _catch(endpoint: Any, service_model: Any, request_dict: Any) -> Caught | None:
    """Return the caught client of an endpoint; None when no mock is active any more."""
    with _lock:
        caught = _caught.get(id(endpoint))
        if caught is None and _replacements:
            region = request_dict.get("context", {}).get("client_region") or ""
            caught = _caught[id(endpoint)] = Caught(endpoint, service_of(service_model), region)
        return caught


def _ask_permission(
    make_request: Any, endpoint: Any, operation_model: Any, request_dict: Any
) -> Any:
    """Answer for IAM what Moto does not answer."""
    from sagestub.hooks import permissions

    if not permissions.is_asked(operation_model):
        return make_request(endpoint, operation_model, request_dict)
    respond: Callable[[Any, Answer], Any] = _response_for
    is_async = _is_async(endpoint)
    if is_async:
        from sagestub.hooks.aiobotocore_responses import response_for

        respond = response_for
    return permissions.ask(
        make_request, endpoint, operation_model, request_dict, respond, is_async=is_async
    )


def _is_async(endpoint: Any) -> bool:
    """Return whether an endpoint is aiobotocore's."""
    async_endpoint = sys.modules.get("aiobotocore.endpoint")
    return async_endpoint is not None and isinstance(endpoint, async_endpoint.AioEndpoint)


def _response_for(request: Any, answer: Answer) -> Any:
    headers: Any = answer.headers
    return AWSResponse(request.url, answer.status, headers, RawBody(answer.body))


class RawBody(BytesIO):
    """A response body as urllib3 would hand it over: read at once or as a stream."""

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Any:
        """Yield the body in pieces of `amt` bytes."""
        while chunk := self.read(amt):
            yield chunk
