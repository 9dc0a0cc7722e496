"""What the handle says to a call with the wrong arguments, and to an attribute that is not there.

Knows the classes that it is put on by their signatures and names only.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from sagestub.errors import InvalidArgumentError, nearest_first, unknown_name

C = TypeVar("C", bound=type)
F = TypeVar("F", bound=Callable[..., Any])

ATTRIBUTES_SHOWN = 12

INTERNAL = {
    "account_of",
    "amounts",
    "answer",
    "append",
    "appeared",
    "check",
    "check_start",
    "document",
}
INTERNAL |= {
    "due",
    "key",
    "kind",
    "motion",
    "names",
    "number",
    "past",
    "polls_left",
    "replace",
    "rule",
}
INTERNAL |= {"state", "way"}
"""What classes of the handle have for the rooms below, and a test has no business with."""


def explained(cls: C) -> C:
    """Let a class say what is right when a method or an attribute of it is misspelt; a decorator."""
    for name, value in tuple(vars(cls).items()):
        is_method = callable(value) and not isinstance(value, (type, staticmethod, classmethod))
        if is_method and (not name.startswith("_") or name == "__call__"):
            setattr(cls, name, explained_method(value))
    cls.__getattr__ = _no_attribute  # type: ignore[attr-defined]
    return cls


def explained_method(method: F) -> F:
    """Let a method say which arguments it takes when it is called with others.

    Nothing is looked at before Python itself has refused the call.
    """

    @functools.wraps(method)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except TypeError as error:
            here = error.__traceback__
            if here is not None and here.tb_next is None:  # Not from inside the method.
                raise _refusal(method, args, kwargs, error) from None
            raise

    return called  # type: ignore[return-value]


def _refusal(
    method: Callable[..., Any], args: Any, kwargs: dict[str, Any], error: TypeError
) -> ValueError:
    """Return what to say to a call that does not fit a method's signature."""
    import inspect

    signature = inspect.signature(method)
    parameters = list(signature.parameters.values())[1:]
    name = f"{method.__name__}()".replace("__call__", "calls")
    for given in kwargs:
        if given not in signature.parameters:
            return unknown_name(f"argument of {name}", given, [p.name for p in parameters])
    try:
        signature.bind(*args, **kwargs)
    except TypeError as misfit:
        shown = signature.replace(
            parameters=[p.replace(annotation=p.empty) for p in parameters],
            return_annotation=signature.empty,
        )
        method_name = name.removesuffix("()")
        return InvalidArgumentError(f"{name}: {misfit}.\nIt is called as {method_name}{shown}.")
    return InvalidArgumentError(f"{name}: {error}.\nGive the arguments that it takes.")


def _no_attribute(self: object, name: str) -> Any:
    raise attribute_error(self, name)


def attribute_error(instance: object, name: str, hint: str = "") -> AttributeError:
    """Return the error for an attribute that is not there; it lists what is, nearest first.

    Args:
        instance: What was asked.
        name: The attribute's name.
        hint: A sentence on where else it may be.
    """
    cls = type(instance)
    what = f"{cls.__name__!r} object has no attribute {name!r}"
    if name.startswith("_") or hasattr(cls, name):  # Of interest to Python only; or not set yet.
        return AttributeError(what, name=name, obj=instance)
    # The annotations are of attributes that instances have.
    public = {*dir(cls), *getattr(cls, "__annotations__", ())} - INTERNAL
    nearest = nearest_first(name, (other for other in public if not other.startswith("_")))
    listed = ", ".join(nearest[:ATTRIBUTES_SHOWN])
    text = f"{what}.\n{hint}{' ' * bool(hint)}What it has, nearest first: {listed}."
    return AttributeError(text, name=name, obj=instance)


def misfit_of(function: Callable[..., Any], *counts: int) -> str | None:
    """Return why a function cannot be called with any of these numbers of arguments; None if it can.

    One that would only return a coroutine, which nobody awaits, cannot be called either.
    """
    import inspect

    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return "it is a coroutine function, which nobody would await"
    try:
        signature = inspect.signature(function)
    except ValueError:  # One of Python's own, which does not say what it takes.
        return None
    reason = None
    for count in counts:
        try:
            signature.bind(*range(count))
        except TypeError as error:
            reason = reason or str(error)
        else:
            return None
    return reason
