"""Leaving the world's lock for what a test has given to be called.

A function of a test may do anything: call SageMaker, start threads that do, take its time. It runs
without the lock, so that its threads do not wait for a lock that waits for them; the call during which
it runs is put aside meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from sagestub.engine.context import Context

T = TypeVar("T")


@contextmanager
def outside(context: Context) -> Iterator[None]:
    """Let go of the world for as long as the block lasts."""
    lock = context.motion.lock
    call, context.call = context.call, None
    depth = lock.let_go()
    try:
        yield
    finally:
        lock.take_again(depth)
        context.call = call


def called(context: Context, function: Callable[..., T], *args: Any) -> T:
    """Return what a function of the test returns, called outside the world."""
    with outside(context):
        return function(*args)


def told(context: Context, function: Callable[..., object], *args: Any) -> None:
    """Call a function of the test that nobody waits for; what it raises is delivered afterwards.

    It reaches the test from the call, or the method of the handle, that moved the resource: when
    everything that this set off has happened.
    """
    try:
        called(context, function, *args)
    except Exception as error:  # noqa: BLE001 - whatever a test's function raises is the test's
        context.motion.raised.append((threading.get_ident(), error))
