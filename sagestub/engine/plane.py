"""What is declared for one service: the control plane, or one of the runtimes beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.cross_fields import FieldRule
    from sagestub.engine.kind import Kind

Function = Callable[["Context", Mapping[str, Any]], Mapping[str, Any]]
"""Answers an operation about no single resource: parameters in, output members out."""


Declared = TypeVar("Declared")


class Declarations(Mapping[str, Declared]):
    """What the modules of a package declare, by name; a module is imported at its first look-up.

    A test that is about one kind does not pay for the others.

    Args:
        package: The package of the modules.
        places: Names to what stands for them, as `module.ATTRIBUTE`.
    """

    def __init__(self, package: str, places: Mapping[str, str]) -> None:
        self._package = package
        self._places = places

    def __getitem__(self, name: str) -> Declared:
        module, _, attribute = self._places[name].partition(".")
        declared: Declared = getattr(import_module(f"{self._package}.{module}"), attribute)
        return declared

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places


def by_name(*kinds: Kind) -> Mapping[str, Kind]:
    """Return kinds by their names."""
    return {kind.name: kind for kind in kinds}


class Plane(NamedTuple):
    """What is declared for one service.

    Args:
        kinds: Its kinds of resource, by name.
        functions: What answers operations about no single resource, by operation name.
        field_rules: What members of a request of such an operation must be to each other.
        refusals_begin: What the text of a refusal begins with that the service gives by itself; empty
            for nothing.
    """

    kinds: Mapping[str, Kind] = MappingProxyType({})
    functions: Mapping[str, Function] = MappingProxyType({})
    field_rules: Mapping[str, tuple[FieldRule, ...]] = MappingProxyType({})
    refusals_begin: str = ""
