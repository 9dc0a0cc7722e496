"""Test classes under `@mock_sagemaker`: each test, with its set-up and tear-down, in one empty world."""

from __future__ import annotations

import functools
import inspect
import unittest
from typing import Any

from sagestub.mock import Mock, decorated_function

_OPEN = "_sagestub_open"
_LEAVING = "_sagestub_leaving"


def decorated_class(mock: Mock, cls: type) -> type:
    """Return a test class whose every test runs in a world of its own; so do those of subclasses.

    A `unittest.TestCase` runs inside the mock from before `setUp` to after `tearDown` and the
    clean-ups. Any other class enters before pytest's `setup_method` and leaves after
    `teardown_method`; its tests also work when they are called by hand.
    """
    if issubclass(cls, unittest.TestCase):
        return _decorated_test_case(mock, cls)
    return _decorated_plain_class(mock, cls)


def _decorated_test_case(mock: Mock, cls: type) -> type:
    for name in ("run", "debug"):
        setattr(cls, name, _running_inside(mock, getattr(cls, name)))
    return cls


def _running_inside(mock: Mock, run: Any) -> Any:
    @functools.wraps(run)
    def run_inside(self: Any, *args: Any, **kwargs: Any) -> Any:
        if _OPEN in self.__dict__:  # A decorated subclass has entered, with options of its own.
            return run(self, *args, **kwargs)
        with mock._copy() as self.__dict__[_OPEN]:
            try:
                return run(self, *args, **kwargs)
            finally:
                del self.__dict__[_OPEN]

    return run_inside


def _decorated_plain_class(mock: Mock, cls: Any) -> type:
    _decorate_methods(mock, cls)
    inherited = cls.__dict__.get("__init_subclass__")

    def __init_subclass__(subclass: type, /, **kwargs: Any) -> None:  # noqa: N807
        if inherited is not None:
            inherited.__get__(None, subclass)(**kwargs)
        else:
            super(cls, subclass).__init_subclass__(**kwargs)
        # Whatever a subclass adds or overrides runs in the mock as well.
        _decorate_methods(mock, subclass)

    cls.__init_subclass__ = classmethod(__init_subclass__)
    return cls  # type: ignore[no-any-return]


def _decorate_methods(mock: Mock, cls: Any) -> None:
    """Let a plain test class enter before its set-up and leave after its tear-down."""
    setup = getattr(cls, "setup_method", None)
    teardown = getattr(cls, "teardown_method", None)

    def setup_method(self: Any, method: Any = None) -> None:
        if _OPEN in self.__dict__:  # A subclass has entered, and calls its base's set-up.
            _call_with_method(setup, self, method)
            return
        entered = mock._copy()
        entered.start()
        self.__dict__[_OPEN] = entered
        try:
            _call_with_method(setup, self, method)
        except BaseException:
            # pytest calls no teardown_method after a setup_method that has failed.
            self.__dict__.pop(_OPEN).stop()
            raise

    def teardown_method(self: Any, method: Any = None) -> None:
        entered = self.__dict__.get(_OPEN)
        if entered is None or self.__dict__.get(_LEAVING):
            _call_with_method(teardown, self, method)
            return
        self.__dict__[_LEAVING] = True
        try:
            _call_with_method(teardown, self, method)
        finally:
            del self.__dict__[_OPEN], self.__dict__[_LEAVING]
            entered.stop()

    cls.setup_method, cls.teardown_method = setup_method, teardown_method
    for name in dir(cls):
        attribute = inspect.getattr_static(cls, name)
        if name.startswith("test") and inspect.isfunction(attribute):
            setattr(cls, name, _inside(mock, attribute))


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
    if function is None:
        return
    wants_method = len(inspect.signature(function).parameters) > 1
    function(self, method) if wants_method else function(self)
