"""What members of one request must be to each other: the field rules of each kind, by family.

Read from the documentation strings of the service model, member by member, and from what others have
reported of the service. A rule stands here only where the documentation says it plainly, or where the
refusal was seen: nothing that the service accepts may be refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from sagestub.engine.cross_fields import FieldRule


class FieldRules(Sequence["FieldRule"]):
    """The rules that stand in a module beside this one; it is imported when they are looked at.

    Args:
        place: Where they stand, as `module.ATTRIBUTE`.
    """

    def __init__(self, place: str) -> None:
        self._place = place

    @cached_property
    def _rules(self) -> tuple[FieldRule, ...]:
        module, _, attribute = self._place.partition(".")
        rules: tuple[FieldRule, ...] = getattr(import_module(f"{__name__}.{module}"), attribute)
        return rules

    @overload
    def __getitem__(self, index: int) -> FieldRule: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[FieldRule]: ...

    def __getitem__(self, index: int | slice) -> FieldRule | Sequence[FieldRule]:
        return self._rules[index]

    def __len__(self) -> int:
        return len(self._rules)
