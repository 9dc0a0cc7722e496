"""Virtual sleep: waiting loops of clients move the virtual clock instead of the wall clock.

`time.sleep` and `asyncio.sleep` are replaced while a mock is active. The replacement looks at the
module that calls it: a module of a named package (botocore's waiters and retry handler, the SageMaker
SDK, Airflow) moves the clock, every other module sleeps as ever.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sagestub.hooks import stack
from sagestub.hooks.imports import AfterImport

if TYPE_CHECKING:
    from sagestub.hooks.doors import Door

DEFAULT_PREFIXES = (
    "botocore",
    "boto3",
    "aiobotocore",
    "sagemaker",
    "airflow",
    "awscli",
    "mlflow",
)
"""Packages whose sleep is virtual by default."""

_originals: dict[str, Any] = {}
_imported: list[tuple[dict[str, Any], str, Any]] = []
_known_places: dict[tuple[str, ...], tuple[int, list[tuple[dict[str, Any], str]]]] = {}


def is_virtual(module: str, prefixes: Iterable[str]) -> bool:
    """Return whether a module belongs to one of the packages."""
    return any(module == prefix or module.startswith(prefix + ".") for prefix in prefixes)


def install() -> None:
    """Replace `time.sleep` now, and `asyncio.sleep` once somebody has imported asyncio."""
    real_sleep = _originals["time"] = time.sleep

    def sleep(seconds: Any, /) -> None:
        door = stack.active()
        module = sys._getframe(1).f_globals.get("__name__", "")
        if door is not None and is_virtual(module, door.sleep_prefixes):
            door.sleep(seconds)
        else:
            real_sleep(seconds)

    _originals["our time"] = time.sleep = sleep
    _originals["modules"] = len(sys.modules)
    _asyncio.start()


def _replace_async_sleep(asyncio: Any) -> None:
    real_async_sleep = _originals["asyncio"] = asyncio.sleep

    def async_sleep(delay: float, result: Any = None) -> Any:
        door = stack.active()
        module = sys._getframe(1).f_globals.get("__name__", "")
        if door is not None and is_virtual(module, door.sleep_prefixes):
            return _sleep_virtually(door, delay, real_async_sleep, result)
        return real_async_sleep(delay, result)

    _originals["our asyncio"] = asyncio.sleep = async_sleep


_asyncio = AfterImport("asyncio", _replace_async_sleep)


def uninstall() -> None:
    """Put both back, also where a module has imported ours by name."""
    if time.sleep is _originals["our time"]:
        time.sleep = _originals["time"]
    _asyncio.stop()
    asyncio: Any = sys.modules.get("asyncio")
    if "asyncio" in _originals and asyncio.sleep is _originals["our asyncio"]:
        asyncio.sleep = _originals["asyncio"]
    for namespace, name, original in _imported:
        namespace[name] = original
    _imported.clear()
    if len(sys.modules) != _originals["modules"]:
        _hand_back()
    _originals.clear()


async def _sleep_virtually(door: Door, delay: float, yield_once: Any, result: Any) -> Any:
    door.sleep(max(delay, 0))
    return await yield_once(0, result)


def replace_imported(prefixes: tuple[str, ...]) -> None:
    """Replace the function also in modules that have done `from time import sleep`."""
    ours = {id(_originals[name]): _originals[f"our {name}"] for name in _replaced()}
    for namespace, name in _places(prefixes):
        value = namespace.get(name)
        if id(value) in ours:
            _imported.append((namespace, name, value))
            namespace[name] = ours[id(value)]


def _replaced() -> list[str]:
    """Return which of the two functions are replaced: asyncio's only where it is in use."""
    return [name for name in ("time", "asyncio") if name in _originals]


def _places(prefixes: tuple[str, ...]) -> list[tuple[dict[str, Any], str]]:
    """Return where modules of these packages keep a sleep function; looked up again after imports."""
    known = _known_places.get(prefixes)
    if known is not None and known[0] == len(sys.modules):
        return known[1]
    sleeps = {id(_originals[name]) for name in _replaced()}
    found = [
        (vars(module), name)
        for module_name, module in list(sys.modules.items())
        if module_name.startswith(prefixes) and is_virtual(module_name, prefixes)
        for name, value in list(getattr(module, "__dict__", {}).items())
        if id(value) in sleeps
    ]
    _known_places.clear()
    _known_places[prefixes] = (len(sys.modules), found)
    return found


def _hand_back() -> None:
    """Give modules that were imported meanwhile the real function for ours."""
    real = {id(_originals[f"our {name}"]): _originals[name] for name in _replaced()}
    for module in list(sys.modules.values()):
        namespace = getattr(module, "__dict__", {})
        for name, value in list(namespace.items()):
            if id(value) in real:
                namespace[name] = real[id(value)]
