"""Test classes under `@mock_sagemaker`: each test, with its set-up and tear-down, in one empty world."""

from __future__ import annotations

import functools
import inspect
import unittest
from typing import Any

from sagestub.mock import Mock, decorated_function


def decorated_class(mock: Mock, cls: type) -> type:
    """Return a test class whose every test runs in a world of its own.

    A `unittest.TestCase` runs inside the mock from before `setUp` to after `tearDown` and the
    clean-ups. Any other class enters before pytest's `setup_method` and leaves after
    `teardown_method`; its tests also work when they are called by hand.
    """
    if issubclass(cls, unittest.TestCase):
        return _decorated_test_case(mock, cls)
    return _decorated_plain_class(mock, cls)


def _decorated_test_case(mock: Mock, cls: type) -> type:
    run = cls.run  # type: ignore[attr-defined]

    @functools.wraps(run)
    def run_inside(self: Any, *args: Any, **kwargs: Any) -> Any:
        with mock._copy():
            return run(self, *args, **kwargs)

    cls.run = run_inside  # type: ignore[attr-defined]
    return cls


_OPEN = "_sagestub_open"


def _decorated_plain_class(mock: Mock, cls: Any) -> type:
    setup = getattr(cls, "setup_method", None)
    teardown = getattr(cls, "teardown_method", None)

    def setup_method(self: Any, method: Any = None) -> None:
        entered = mock._copy()
        entered.start()
        self.__dict__[_OPEN] = entered
        try:
            if setup is not None:
                _call_with_method(setup, self, method)
        except BaseException:
            # pytest calls no teardown_method after a setup_method that has failed.
            self.__dict__.pop(_OPEN).stop()
            raise

    def teardown_method(self: Any, method: Any = None) -> None:
        try:
            if teardown is not None:
                _call_with_method(teardown, self, method)
        finally:
            entered = self.__dict__.pop(_OPEN, None)
            if entered is not None:
                entered.stop()

    cls.setup_method, cls.teardown_method = setup_method, teardown_method
    for name, attribute in _members(cls):
        if name.startswith("test") and inspect.isfunction(attribute):
            setattr(cls, name, _inside(mock, attribute))
    return cls  # type: ignore[no-any-return]


def _members(cls: type) -> list[tuple[str, Any]]:
    """Return the members of a class as they stand in it: descriptors are not called."""
    return [(name, inspect.getattr_static(cls, name)) for name in dir(cls)]


def _inside(mock: Mock, test: Any) -> Any:
    """Return a test method that enters a world unless `setup_method` has entered one."""
    alone = decorated_function(mock._copy, test)

    @functools.wraps(test)
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        chosen = test if _OPEN in self.__dict__ else alone
        return chosen(self, *args, **kwargs)

    if inspect.iscoroutinefunction(test):

        @functools.wraps(test)
        async def run_async(self: Any, *args: Any, **kwargs: Any) -> Any:
            chosen = test if _OPEN in self.__dict__ else alone
            return await chosen(self, *args, **kwargs)

        return run_async
    return run


def _call_with_method(function: Any, self: Any, method: Any) -> None:
    """Call a set-up with or without the test method, as it is written."""
    wants_method = len(inspect.signature(function).parameters) > 1
    function(self, method) if wants_method else function(self)
