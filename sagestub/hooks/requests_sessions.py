"""The door for `requests`: calls to a SageMaker endpoint that are signed by hand or presigned.

Installed when `requests` is in use, also if it is imported while the mock is active. A session asks
for the adapter of an address; for a SageMaker host it gets ours, for all others whatever was there
before (Moto, `responses`, the network), whoever was entered first. The `responses` library, which makes
the response, is imported at the first such request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagestub.hooks import stack
from sagestub.hooks.imports import AfterImport
from sagestub.hooks.plain_http import answer_to, host_of
from sagestub.hooks.replacements import Replacements

if TYPE_CHECKING:
    import re

_replacements = Replacements()


def install() -> None:
    """Answer SageMaker calls made through `requests` from now on."""
    _waiting.start()


def uninstall() -> None:
    """Put `requests` back as it was."""
    _waiting.stop()
    _replacements.put_back()


def _patch(sessions: Any) -> None:
    get_adapter = sessions.Session.get_adapter

    def get_our_adapter(self: Any, url: str) -> Any:
        host = host_of(url)
        if host is None or stack.active() is None:
            return get_adapter(self, url)
        return _adapter(host)

    _replacements.replace(sessions.Session, "get_adapter", get_our_adapter)


_waiting = AfterImport("requests.sessions", _patch)


def _adapter(host: re.Match[str]) -> Any:
    """Return a transport adapter that answers a request to a SageMaker host."""
    import responses
    from requests.adapters import HTTPAdapter

    class Adapter(HTTPAdapter):
        def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            answer = answer_to(request.method, request.url, request.headers, request.body, host)

            def callback(_: Any) -> tuple[int, dict[str, str], bytes]:
                headers = {k: v for k, v in answer.headers.items() if k != "Content-Type"}
                return answer.status, headers, answer.body

            made = responses.CallbackResponse(
                request.method,
                request.url,
                callback,
                content_type=answer.headers.get("Content-Type"),
            )
            return self.build_response(request, made.get_response(request))

    return Adapter()
