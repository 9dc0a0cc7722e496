"""A world and the processes that are forked inside its mock, `FeatureGroup.ingest` for one.

A forked process has a copy of the world. The copies are kept alike: each call that one of them answers is
written to a journal, and whoever takes the world's lock next, in any of the processes, first performs what
the others have answered meanwhile. A world is deterministic, so that all of them come to the same state.
No thread is needed for it, and nothing happens before a process is forked.

What a process does by the handle (`sm.add`, `sm.clock.advance`) is not written down, and what Moto plays
is Moto's: each process has its own copy of that.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagestub.errors import MockNotActiveError, SagestubError
from sagestub.model.service import load_service
from sagestub.types import Request

if TYPE_CHECKING:
    from sagestub.engine.lock import WorldLock
    from sagestub.engine.motion import Motion
    from sagestub.types import Answer

_LENGTH = struct.Struct("!Q")
_CLOSED = b""


class Forks:
    """What a world does when its process is forked; the door's `os.register_at_fork` calls it.

    Args:
        lock: The world's lock.
        motion: Knows the clock.
        answer: Answers a request, in this process alone.
    """

    def __init__(
        self, lock: WorldLock, motion: Motion, answer: Callable[[Request], Answer]
    ) -> None:
        self._lock = lock
        self._motion = motion
        self._answer = answer
        self.journal: Journal | None = None

    def before(self) -> None:
        """Let no call be under way in another thread, and open the journal."""
        self._lock.hold()
        if self.journal is None:
            self.journal = Journal(self._motion, self._answer)

    def after(self) -> None:
        """Go on, in either process; from now on they share the journal."""
        self._lock.shared = self.journal
        self._lock.unhold()

    def answer(self, request: Request) -> Answer:
        """Answer a request, and let the other processes know of it."""
        assert self.journal is not None
        body: Any = request.body
        if hasattr(body, "read"):
            request = request._replace(body=body.read())
        with self._lock:
            answer = self._answer(request)
            self.journal.note(request)
        return answer

    def close(self) -> None:
        """Let forked processes know that the mock has been left, if this is where it was entered."""
        journal, self.journal = self.journal, None
        if journal is not None:
            # A forked process that leaves the mock may find it left.
            with suppress(MockNotActiveError), self._lock:
                journal.close()
            self._lock.shared = None
            journal.forget()


class Journal:
    """The calls that have been answered since the first fork, in the order of all processes.

    A file without a name, one process at a time: its lock goes with the lock of the world.
    """

    def __init__(self, motion: Motion, answer: Callable[[Request], Answer]) -> None:
        self._motion = motion
        self._answer = answer
        import tempfile

        self._file, path = tempfile.mkstemp(prefix="sagestub-")
        Path(path).unlink()
        self._process = os.getpid()
        self._read = 0
        """How much of the journal this process knows."""

    def enter(self) -> None:
        """Wait for the other processes, and catch up with them."""
        import fcntl

        fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            self._catch_up()
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Let the other processes go on."""
        import fcntl

        fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _catch_up(self) -> None:
        descriptor = self._file
        end = os.fstat(descriptor).st_size
        while self._read < end:
            (length,) = _LENGTH.unpack(os.pread(descriptor, _LENGTH.size, self._read))
            entry = os.pread(descriptor, length, self._read + _LENGTH.size)
            self._read += _LENGTH.size + length
            if entry == _CLOSED:
                self._read -= _LENGTH.size
                raise MockNotActiveError(
                    "This process was forked inside a mock that has been left since; nothing was "
                    "sent.\nLet forked processes end before the mock is left."
                )
            self._perform(entry)

    def _perform(self, entry: bytes) -> None:
        """Perform a call that another process has answered; it has had the answer."""
        import pickle

        service, operation, access_key, region, body, url, headers, at = pickle.loads(entry)  # noqa: S301 - our own writing, in a file without a name
        motion = self._motion
        if at > motion.clock.exact():
            motion.run_until(at)
        request = Request(load_service(service), operation, access_key, region, body, url, headers)
        with suppress(SagestubError):  # It has reached the process that made the call.
            self._answer(request)

    def note(self, request: Request) -> None:
        """Write down a call that this process has answered."""
        import pickle

        headers = {str(name): _text(value) for name, value in request.headers.items()}
        values = (
            request.service.name,
            request.operation,
            request.access_key,
            request.region,
            request.body,
            request.url,
            headers,
            self._motion.clock.exact(),
        )
        self._write(pickle.dumps(values))

    def _write(self, entry: bytes) -> None:
        end = os.fstat(self._file).st_size
        os.pwrite(self._file, _LENGTH.pack(len(entry)) + entry, end)
        self._read = end + _LENGTH.size + len(entry)

    def close(self) -> None:
        """Note that the mock has been left, in the process that has entered it."""
        if os.getpid() == self._process:
            self._write(_CLOSED)

    def forget(self) -> None:
        """Read and write no more."""
        os.close(self._file)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
