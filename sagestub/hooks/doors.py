"""What the doors share: the door of one world, and the opening and closing of all doors."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Protocol

from sagestub.hooks import stack

if TYPE_CHECKING:
    from sagestub.types import Answer, Request

Sleep = Callable[[float], None]
Reading = Callable[[], float]

_lock = threading.RLock()


class Forking(Protocol):
    """What a world does when its process is forked."""

    def before(self) -> None:
        """Hold the world still."""

    def after(self) -> None:
        """Go on, in either process."""


class Door:
    """One active world, as the doors see it.

    Args:
        answer: Answers a request.
        sleep: Moves the world's clock by seconds of virtual time.
        sleep_prefixes: Modules whose sleep is virtual; empty for none.
        access_keys: Access keys that the user has named; they are never replaced.
        has_given: Says whether a call has returned a presigned URL.
        time: Tells the world's time to those whose sleep is virtual, in epoch seconds.
        monotonic: The same, from an arbitrary start, and never backwards.
        forks: Returns what is told when the process is forked; None for a world that does not mind.
    """

    def __init__(
        self,
        answer: Callable[[Request], Answer],
        sleep: Sleep,
        sleep_prefixes: Iterable[str],
        access_keys: Iterable[str] = (),
        has_given: Callable[[str], bool] = lambda _: False,
        time: Reading = time.time,
        monotonic: Reading = time.monotonic,
        forks: Callable[[], Forking] | None = None,
    ) -> None:
        self.answer = answer
        self.sleep = sleep
        self.time = time
        self.monotonic = monotonic
        self.sleep_prefixes = tuple(sleep_prefixes)
        self.access_keys = frozenset(access_keys)
        self.has_given = has_given
        self.forks = forks
        self.active = False


def open_door(door: Door) -> None:
    """Let a world answer; the first one opens the doors. All of it happens, or nothing."""
    from sagestub.hooks import (
        botocore_clients,
        credentials,
        forks,
        network,
        requests_sessions,
        sleep,
    )
    from sagestub.model import files

    with _lock:
        count = stack.push(door)
        door.active = True
        with ExitStack() as undo:
            undo.callback(stack.remove, door)
            undo.callback(setattr, door, "active", False)
            undo.callback(credentials.restore, door)
            credentials.fake(door)
            if count == 1:
                forks.install()
                files.start_remembering()
                undo.callback(files.stop_remembering)
                for install, uninstall in (
                    (credentials.install, credentials.uninstall),
                    (botocore_clients.install, botocore_clients.uninstall),
                    (requests_sessions.install, requests_sessions.uninstall),
                    (network.install, network.uninstall),
                    (sleep.install, sleep.uninstall),
                ):
                    undo.callback(uninstall)
                    install()
            if door.sleep_prefixes:
                sleep.replace_imported(door.sleep_prefixes)
            undo.pop_all()


def close_door(door: Door) -> None:
    """Take a world away; with the last one everything outside is as it was before the first."""
    from sagestub.hooks import botocore_clients, credentials, network, requests_sessions, sleep
    from sagestub.model import files

    with _lock:
        if not door.active:
            return
        door.active = False
        left = stack.remove(door)
        with ExitStack() as steps:
            steps.callback(credentials.restore, door)
            if left == 0:
                steps.callback(files.stop_remembering)
                steps.callback(credentials.uninstall)
                steps.callback(botocore_clients.uninstall)
                steps.callback(requests_sessions.uninstall)
                steps.callback(network.uninstall)
                steps.callback(sleep.uninstall)
