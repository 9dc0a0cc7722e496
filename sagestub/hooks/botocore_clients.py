"""The door for botocore clients, aiobotocore's included: a `before-send` handler on each.

While a mock is active, `Endpoint.make_request`, which every client calls for every operation, first
sees to it that the client's event emitter has our handler; so clients are caught whenever and wherever
they were made, and those that never call cost nothing. Leaving the last mock takes the handlers off
again. aiobotocore's endpoint inherits `make_request`, so that it needs no import of ours.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from botocore.awsrequest import AWSResponse

from sagestub import moto
from sagestub.errors import NotAnsweredError
from sagestub.hooks import credentials, stack
from sagestub.model.service import Service, service_of
from sagestub.types import Request

if TYPE_CHECKING:
    from sagestub.types import Answer

HANDLER_ID = "sagestub"

_lock = threading.RLock()
_caught: dict[int, Caught] = {}
_originals: dict[str, Any] = {}


def is_ours(service_name: str) -> bool:
    """Return whether a service is SageMaker or one of its siblings."""
    return service_name.startswith("sagemaker")


def install() -> None:
    """Catch every client's calls from now on."""
    from botocore.endpoint import Endpoint
    from botocore.signers import RequestSigner

    make_request = _originals["make_request"] = Endpoint.make_request
    get_auth_instance = _originals["get_auth_instance"] = RequestSigner.get_auth_instance

    def catching_make_request(self: Any, operation_model: Any, request_dict: Any) -> Any:
        if id(self) not in _caught and is_ours(operation_model.service_model.service_name):
            _catch(self, operation_model.service_model)
        if "async_auth" not in _originals and type(self) is not Endpoint:
            _install_async_signing()
        return make_request(self, operation_model, request_dict)

    _set(Endpoint, "make_request", catching_make_request)
    safe = _safe_signing(get_auth_instance, credentials.fake_credentials)
    _set(RequestSigner, "get_auth_instance", safe)


def uninstall() -> None:
    """Take our handlers off every client that has them, and put botocore's methods back."""
    from botocore.endpoint import Endpoint
    from botocore.signers import RequestSigner

    _set(Endpoint, "make_request", _originals.pop("make_request"))
    _set(RequestSigner, "get_auth_instance", _originals.pop("get_auth_instance"))
    if "async_auth" in _originals:
        from aiobotocore.signers import AioRequestSigner

        AioRequestSigner.get_auth_instance = _originals.pop("async_auth")
    with _lock:
        for caught in _caught.values():
            caught.release()
        _caught.clear()


def _set(cls: Any, name: str, method: Any) -> None:
    setattr(cls, name, method)


def _safe_signing(get_auth_instance: Any, fake_credentials: Callable[[], Any]) -> Any:
    """Return `get_auth_instance` with fake keys in place of keys that must not sign now.

    What it returns is what the original returns: aiobotocore's is awaitable.
    """

    @functools.wraps(get_auth_instance)
    def safe_get_auth_instance(self: Any, *args: Any, **kwargs: Any) -> Any:
        door = stack.active()
        given = kwargs.get("request_credentials") or len(args) > 3
        if door is not None and not given and not credentials.may_sign(self._credentials, door):
            kwargs["request_credentials"] = fake_credentials()
        return get_auth_instance(self, *args, **kwargs)

    return safe_get_auth_instance


def _install_async_signing() -> None:
    """Do the same for aiobotocore's signer, once one of its clients has called."""
    signers = sys.modules.get("aiobotocore.signers")
    if signers is None:
        return
    from sagestub.hooks.aiobotocore_responses import fake_credentials

    with _lock:
        if "make_request" in _originals and "async_auth" not in _originals:
            original = _originals["async_auth"] = signers.AioRequestSigner.get_auth_instance
            safe = _safe_signing(original, fake_credentials)
            signers.AioRequestSigner.get_auth_instance = safe


class Caught:
    """A client that has made a SageMaker call while a mock was active.

    Holds the client's endpoint, so that the endpoint's identity stays its own until the mock is left.
    """

    __slots__ = ("emitter", "endpoint", "respond", "service")

    def __init__(self, endpoint: Any, service: Service) -> None:
        self.endpoint = endpoint
        self.service = service
        self.emitter = endpoint._event_emitter
        self.respond: Callable[[Any, Answer], Any] = _response_maker(endpoint)
        event = f"before-send.{service.model.service_id.hyphenize()}"
        self.emitter.register_first(event, self.before_send, f"{HANDLER_ID}-answer-{id(self)}")
        self.emitter.register_last("before-send", self.restore_url, f"{HANDLER_ID}-url-{id(self)}")

    def release(self) -> None:
        """Take the handlers off."""
        event = f"before-send.{self.service.model.service_id.hyphenize()}"
        self.emitter.unregister(event, self.before_send, f"{HANDLER_ID}-answer-{id(self)}")
        self.emitter.unregister("before-send", self.restore_url, f"{HANDLER_ID}-url-{id(self)}")

    def before_send(self, request: Any, event_name: str, **kwargs: Any) -> Any:
        """Answer a request; botocore sends nothing when a handler returns a response."""
        door = stack.active()
        if door is None:
            raise NotAnsweredError(
                f"{event_name} was called while the mock was being left; nothing was sent.\n"
                "Wait for threads and tasks that use the client before leaving the mock."
            )
        access_key, region = signature_of(request.headers.get("Authorization"))
        answer = door.answer(
            Request(
                self.service,
                event_name.rpartition(".")[2],
                access_key,
                region or region_of(request.url),
                request.body,
            )
        )
        response = self.respond(request, answer)
        if moto.is_active():
            # botocore calls the handlers after us too, and Moto's would answer once more, with
            # effects of its own. It lets pass what has no AWS address.
            request.headers[URL_HEADER] = request.url
            request.url = ""
        return response

    def restore_url(self, request: Any, **kwargs: Any) -> None:
        """Put the address back that was hidden from Moto; the last handler of all."""
        if not request.url and URL_HEADER in request.headers:
            request.url = request.headers[URL_HEADER]
            del request.headers[URL_HEADER]


URL_HEADER = "x-sagestub-url"


def _catch(endpoint: Any, service_model: Any) -> None:
    with _lock:
        if id(endpoint) not in _caught and "make_request" in _originals:
            _caught[id(endpoint)] = Caught(endpoint, service_of(service_model))


def signature_of(authorization: str | bytes | None) -> tuple[str, str]:
    """Return the access key and the region of a version-4 signature; empty strings without one."""
    if not authorization:
        return "", ""
    text = authorization.decode("latin-1") if isinstance(authorization, bytes) else authorization
    _, found, scope = text.partition("Credential=")
    parts = scope.split(",", 1)[0].split("/")
    if not found or len(parts) < 5:
        return "", ""
    # The key itself may contain slashes; date, region, service and the terminator do not.
    return "/".join(parts[:-4]), parts[-3]


def region_of(url: str) -> str:
    """Return the region in the host name of an endpoint; `us-east-1` when there is none."""
    host = url.split("//", 1)[-1].split("/", 1)[0]
    for label in host.split("."):
        if label.count("-") >= 2 and label[-1].isdigit():
            return label
    return "us-east-1"


def _response_maker(endpoint: Any) -> Callable[[Any, Answer], Any]:
    """Return what makes a response of the client's own sort."""
    async_endpoint = sys.modules.get("aiobotocore.endpoint")
    if async_endpoint is not None and isinstance(endpoint, async_endpoint.AioEndpoint):
        from sagestub.hooks.aiobotocore_responses import response_for

        return response_for
    return _response_for


def _response_for(request: Any, answer: Answer) -> Any:
    headers: Any = answer.headers
    return AWSResponse(request.url, answer.status, headers, RawBody(answer.body))


class RawBody(BytesIO):
    """A response body as urllib3 would hand it over: read at once or as a stream."""

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Any:
        """Yield the body in pieces of `amt` bytes."""
        while chunk := self.read(amt):
            yield chunk
