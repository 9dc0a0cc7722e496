"""Virtual sleep: waiting loops of clients move the virtual clock instead of the wall clock.

`time.sleep` and `asyncio.sleep` are replaced while a mock is active. The replacement looks at the
module that calls it: a module of a named package (botocore's waiters and retry handler, the SageMaker
SDK, Airflow) moves the clock, every other module sleeps as ever.

Such loops also look at the time, to give up after a while or to ask less often than they sleep, and
names of jobs are made of it. So `time.time` and its siblings follow the same clock, for the same
modules.
"""

from __future__ import annotations

import datetime as dt
import functools
import inspect
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sagestub.hooks import stack
from sagestub.hooks.datetimes import PREFIX, VirtualDatetime
from sagestub.hooks.imports import AfterImport
from sagestub.hooks.replacements import Replacements

if TYPE_CHECKING:
    from sagestub.hooks.doors import Door

DEFAULT_PREFIXES = (
    "botocore",
    "boto3",
    "aiobotocore",
    "sagemaker",
    "sagemaker_core",
    "airflow",
    "awscli",
    "mlflow",
)
"""Packages whose sleep is virtual by default."""

_replacements = Replacements()
_ours: dict[int, tuple[Any, Any]] = {}
"""The original and our replacement, by the id of the original."""
_imported: list[tuple[dict[str, Any], str, Any]] = []
_modules_at_start: tuple[int, str, Any] = (0, "", None)
_known_places: dict[Any, tuple[tuple[int, str, Any], list[tuple[dict[str, Any], str]]]] = {}


@functools.lru_cache(maxsize=4096)
def is_virtual(module: str, prefixes: tuple[str, ...]) -> bool:
    """Return whether a module belongs to one of the packages."""
    return any(module == prefix or module.startswith(prefix + ".") for prefix in prefixes)


def install() -> None:
    """Replace the functions of `time` now, and `asyncio.sleep` once somebody has imported asyncio."""
    global _modules_at_start
    _modules_at_start = _modules_now()
    for name, (read, most) in READINGS.items():
        _replace_reading(name, read, most)
    real_sleep = _original_of(time, "sleep")

    def sleep(seconds: Any, /) -> None:
        door = stack.active()
        module = sys._getframe(1).f_globals.get("__name__", "")
        if door is not None and is_virtual(module, door.sleep_prefixes):
            door.sleep(seconds)
        else:
            real_sleep(seconds)

    _put(time, "sleep", real_sleep, sleep)
    _ours[id(dt.datetime)] = (dt.datetime, VirtualDatetime)
    _asyncio.start()


def _replace_reading(name: str, read: Callable[..., Any], most: int) -> None:
    """Replace a function of `time` that tells the time."""
    real = _original_of(time, name)
    _put(time, name, real, Reading(real, read, most))


class Reading:
    """What stands for a function of `time` that tells the time.

    Like the builtin it is no method where a class keeps it: formatters of `logging` do, as their
    `converter`.

    Args:
        real: The builtin.
        read: What is said instead in a virtual module; gets the door, the builtin and the arguments.
        most: With how many arguments it tells the time; with more it is told one.
    """

    def __init__(self, real: Any, read: Callable[..., Any], most: int) -> None:
        self._real = real
        self._read = read
        self._most = most
        self.__name__ = real.__name__
        self.__doc__ = real.__doc__

    def __call__(self, *arguments: Any) -> Any:
        """Return the virtual time to a virtual module, the real one to all others."""
        if len(arguments) > self._most:  # The most frequent case by far: times are parsed.
            return self._real(*arguments)
        door = stack.active()
        if door is not None:
            module = sys._getframe(1).f_globals.get("__name__", "")
            if is_virtual(module, door.sleep_prefixes):
                return self._read(door, self._real, *arguments)
        return self._real(*arguments)


def _read_text(door: Door, real: Any, form: str) -> Any:
    return real(form, _original_of(time, "localtime")(door.time()))


READINGS: dict[str, tuple[Callable[..., Any], int]] = {
    "time": (lambda door, _: door.time(), 0),
    "time_ns": (lambda door, _: int(door.time() * 1e9), 0),
    "monotonic": (lambda door, _: door.monotonic(), 0),
    "monotonic_ns": (lambda door, _: int(door.monotonic() * 1e9), 0),
    "gmtime": (lambda door, real: real(door.time()), 0),
    "localtime": (lambda door, real: real(door.time()), 0),
    "strftime": (_read_text, 1),
}
"""What the functions of `time` that tell the time say in a virtual module, and with how many arguments."""


def _replace_async_sleep(asyncio: Any) -> None:
    real_async_sleep = _original_of(asyncio, "sleep")

    def async_sleep(delay: float, result: Any = None) -> Any:
        door = stack.active()
        module = sys._getframe(1).f_globals.get("__name__", "")
        if door is not None and is_virtual(module, door.sleep_prefixes):
            return _sleep_virtually(door, delay, real_async_sleep, result)
        return real_async_sleep(delay, result)

    # It is a plain function, to see who calls it; others ask whether it is a coroutine function
    # (`mock.patch("asyncio.sleep")` puts an AsyncMock in place of one).
    if sys.version_info >= (3, 12):
        inspect.markcoroutinefunction(async_sleep)
    else:
        async_sleep._is_coroutine = asyncio.coroutines._is_coroutine  # type: ignore[attr-defined]
    _put(asyncio, "sleep", real_async_sleep, async_sleep)


_asyncio = AfterImport("asyncio", _replace_async_sleep)


def _original_of(module: Any, name: str) -> Any:
    """Return a module's own function, also where someone has put one of ours back too late."""
    found = getattr(module, name)
    return getattr(found, "__dict__", {}).get("sagestub_original", found)


def _put(module: Any, name: str, original: Any, ours: Any) -> None:
    ours.sagestub_original = original
    setattr(module, name, original)
    _ours[id(original)] = (original, ours)
    _replacements.replace(module, name, ours)


def uninstall() -> None:
    """Put all back, also where a module has imported ours by name."""
    _asyncio.stop()
    _replacements.put_back()
    for namespace, name, original in reversed(_imported):
        namespace[name] = original
    _imported.clear()
    if not _same_modules(_modules_at_start, _modules_now()):
        _hand_back()
    _ours.clear()


async def _sleep_virtually(door: Door, delay: float, yield_once: Any, result: Any) -> Any:
    door.sleep(max(delay, 0))
    return await yield_once(0, result)


def replace_imported(prefixes: tuple[str, ...]) -> None:
    """Replace the functions also in modules that have done `from time import sleep`."""
    for namespace, name in _places(prefixes):
        value = namespace.get(name)
        known = _ours.get(id(value))
        if known is not None:
            _imported.append((namespace, name, value))
            namespace[name] = known[1]


def _places(prefixes: tuple[str, ...]) -> list[tuple[dict[str, Any], str]]:
    """Return where modules of these packages keep a function of ours; looked up again after imports."""
    key = (prefixes, *_ours)
    modules = _modules_now()
    known = _known_places.get(key)
    if known is not None and _same_modules(known[0], modules):
        return known[1]
    found = [
        (vars(module), name)
        for module_name, module in list(sys.modules.items())
        if module_name.startswith(prefixes) and is_virtual(module_name, prefixes)
        for name, value in list(getattr(module, "__dict__", {}).items())
        if id(value) in _ours and (value is not dt.datetime or module_name.startswith(PREFIX))
    ]
    _known_places.clear()
    _known_places[key] = (modules, found)
    return found


def _modules_now() -> tuple[int, str, Any]:
    """Return what tells whether modules have come or gone: how many, and the newest of them."""
    newest = next(reversed(sys.modules))
    return len(sys.modules), newest, sys.modules[newest]


def _same_modules(before: tuple[int, str, Any], now: tuple[int, str, Any]) -> bool:
    return before[:2] == now[:2] and before[2] is now[2]


def _hand_back() -> None:
    """Give modules that were imported meanwhile the real function for ours."""
    # Nobody imports the class from another module of the SDK's; ours hold it for good.
    real = {id(ours): o for o, ours in _ours.values() if ours is not VirtualDatetime}
    for module in list(sys.modules.values()):
        namespace = getattr(module, "__dict__", {})
        for name, value in list(namespace.items()):
            if id(value) in real:
                namespace[name] = real[id(value)]
