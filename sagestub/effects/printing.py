"""Hearing what a function prints, while it still goes where it would have gone."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

NAMES = ("stdout", "stderr")

_lock = threading.Lock()
_hearing: dict[int, list[list[str]]] = {}
"""Who hears what a thread prints, the innermost last."""
_replaced: dict[str, tuple[Any, Any]] = {}
"""The standard streams as they were, and what stands in their place while anybody hears."""


class _Heard:
    """A stream that lets be heard what is written, and passes everything on."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text, and let it be heard."""
        hearing = _hearing.get(threading.get_ident())
        if hearing:
            hearing[-1].append(text)
        return int(self._stream.write(text) or 0)

    def writelines(self, lines: Any) -> None:
        """Write texts, and let them be heard."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@contextmanager
def heard(kept: list[object]) -> Iterator[list[str]]:
    """Note what this thread prints to both standard streams; the pieces, in order.

    Args:
        kept: Gets our streams, and is to outlive all threads that may print. CPython's `print` holds no
            reference to the stream that it writes to (until 3.13.3, gh-130163), so that one which
            goes away while another thread prints would take the process with it.
    """
    pieces: list[str] = []
    thread = threading.get_ident()
    with _lock:
        if not _hearing:
            _replace()
        kept.extend(ours for _, ours in _replaced.values())
        _hearing.setdefault(thread, []).append(pieces)
    try:
        yield pieces
    finally:
        with _lock:
            _hearing[thread].pop()
            if not _hearing[thread]:
                del _hearing[thread]
            if not _hearing:
                _put_back()


def _replace() -> None:
    for name in NAMES:
        stream = getattr(sys, name)
        if stream is not None:
            _replaced[name] = (stream, _Heard(stream))
            setattr(sys, name, _replaced[name][1])


def _put_back() -> None:
    """Put the streams back; whoever has put another one there meanwhile sees to it himself."""
    for name, (stream, ours) in _replaced.items():
        if getattr(sys, name) is ours:
            setattr(sys, name, stream)
    _replaced.clear()
