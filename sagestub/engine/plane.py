"""What is declared for one service: the control plane, or one of the runtimes beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.kind import Kind

Function = Callable[["Context", Mapping[str, Any]], Mapping[str, Any]]
"""Answers an operation about no single resource: parameters in, output members out."""


class Plane(NamedTuple):
    """What is declared for one service.

    Args:
        kinds: Its kinds of resource.
        functions: What answers operations about no single resource, by operation name.
    """

    kinds: tuple[Kind, ...] = ()
    functions: Mapping[str, Function] = MappingProxyType({})
