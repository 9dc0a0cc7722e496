"""What a behaviour gets to work with: clock, registry, ids; never the operations."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.engine.clock import Clock
from sagestub.engine.registry import Registry

if TYPE_CHECKING:
    from sagestub.engine.motion import Motion
    from sagestub.types import Call

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Context:
    """The narrow room in which behaviours and verbs work, under the world's lock.

    Args:
        seed: What the world's made-up ids grow from; the same seed gives the same ids.
    """

    motion: Motion

    def __init__(self, seed: object = 0) -> None:
        self.clock = Clock()
        self.registry = Registry()
        self.random = random.Random(repr(seed))
        self.call: Call | None = None
        """The call that is being answered; None while time alone moves things."""
        self.idempotent: dict[Any, tuple[Any, Any]] = {}
        """Answers by idempotency token: the parameters they were for, and the result."""
        self._seed = repr(seed).encode()
        self._numbers: Iterator[int] = itertools.count(1)

    def next_number(self) -> int:
        """Return the next of the world's running numbers."""
        return next(self._numbers)

    def _digest(self, purpose: str, size: int) -> bytes:
        number = self.next_number()
        return blake2b(
            f"{purpose}:{number}".encode(), key=self._seed[:64], digest_size=size
        ).digest()

    def new_id(self, length: int = 12) -> str:
        """Return a made id of lower-case letters and digits, as in pipeline execution ARNs."""
        return "".join(_LETTERS[byte % 36] for byte in self._digest("id", min(length, 64)))

    def new_uuid(self) -> str:
        """Return a made id in the form of a UUID, as request ids have it."""
        text = self._digest("uuid", 16).hex()
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
