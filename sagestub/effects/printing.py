"""Hearing what a function prints, while it still goes where it would have gone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _Heard:
    """A stream that hears what one thread writes, and passes everything on."""

    def __init__(self, stream: Any, pieces: list[str]) -> None:
        self._stream = stream
        self._pieces = pieces
        self._thread = threading.get_ident()

    def write(self, text: str) -> int:
        """Write a text, and note it."""
        if threading.get_ident() == self._thread:
            self._pieces.append(text)
        return int(self._stream.write(text) or 0)

    def writelines(self, lines: Any) -> None:
        """Write texts, and note them."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def heard() -> Iterator[list[str]]:
    """Note what this thread prints to both standard streams; the pieces, in order."""
    pieces: list[str] = []
    before = {name: getattr(sys, name) for name in ("stdout", "stderr")}
    ours = {name: _Heard(stream, pieces) for name, stream in before.items() if stream is not None}
    for name, stream in ours.items():
        setattr(sys, name, stream)
    try:
        yield pieces
    finally:
        for name, stream in ours.items():
            # Whoever has put another stream there meanwhile sees to it himself.
            if getattr(sys, name) is stream:
                setattr(sys, name, before[name])
