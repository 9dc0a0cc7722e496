"""The last door: nothing connects to a SageMaker host while a mock is active, whatever library asks.

Calls through botocore, aiobotocore and `requests` are answered before they get here. What is left
(urllib, urllib3, httpx, aiohttp) asks for the host's address first, and is refused.
"""

from __future__ import annotations

import socket
from typing import Any

from sagestub.errors import NotAnsweredError
from sagestub.hooks import stack
from sagestub.hooks.plain_http import host_of
from sagestub.hooks.replacements import Replacements

_replacements = Replacements()


def install() -> None:
    """Refuse to resolve SageMaker hosts from now on."""
    getaddrinfo = socket.getaddrinfo

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode("latin-1") if isinstance(host, bytes) else host
        if stack.active() is not None and name and host_of(f"https://{name}/") is not None:
            raise NotAnsweredError(
                f"sagestub cannot answer a connection to {name}; nothing was sent.\n"
                "Use a boto3 or aiobotocore client, or requests."
            )
        return getaddrinfo(host, *args, **kwargs)

    _replacements.replace(socket, "getaddrinfo", guarded_getaddrinfo)


def uninstall() -> None:
    """Let every host be resolved again."""
    _replacements.put_back()
