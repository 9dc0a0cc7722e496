"""Responses for aiobotocore's clients: their content is awaited. Imported only for such a client."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from aiobotocore.awsrequest import AioAWSResponse
from aiobotocore.credentials import AioCredentials

from sagestub.hooks.credentials import FAKE_KEYS

if TYPE_CHECKING:
    from sagestub.types import Answer


class AsyncRawBody:
    """A response body as aiohttp would hand it over: a response, and the stream that is its content."""

    def __init__(self, body: bytes, url: str) -> None:
        self._body = body
        self._position = 0
        self.url = url
        self.raw_headers: tuple[Any, ...] = ()

    @property
    def content(self) -> AsyncRawBody:
        """Return the stream, which streaming bodies and event streams read."""
        return self

    async def read(self, amt: int = -1) -> bytes:
        """Return up to `amt` bytes; all that is left without it."""
        end = len(self._body) if amt is None or amt < 0 else self._position + amt
        chunk = self._body[self._position : end]
        self._position += len(chunk)
        return chunk

    def at_eof(self) -> bool:
        """Return whether all has been read."""
        return self._position >= len(self._body)

    async def iter_chunks(self) -> AsyncIterator[tuple[bytes, bool]]:
        """Yield what is left, and that a chunk of HTTP ends there."""
        if not self.at_eof():
            yield await self.read(), True

    def close(self) -> None:
        """Nothing to close."""


def fake_credentials() -> Any:
    """Return credentials that are worth nothing, in the form that an async signer awaits."""
    return AioCredentials(*FAKE_KEYS)


def response_for(request: Any, answer: Answer) -> Any:
    """Return an answer as aiobotocore's response type."""
    raw = AsyncRawBody(answer.body, request.url)
    return AioAWSResponse(request.url, answer.status, answer.headers, raw)
