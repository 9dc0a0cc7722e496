"""Replacing attributes of other people's modules and classes, and putting the originals back."""

from __future__ import annotations

from typing import Any


class Replacements:
    """What one door has replaced.

    Whoever wraps our replacement while it is in place keeps it when the originals are put back; it
    then finds no active mock and passes everything on.
    """

    def __init__(self) -> None:
        self._made: list[tuple[Any, str, Any, Any]] = []

    def __bool__(self) -> bool:
        return bool(self._made)

    def replace(self, owner: Any, name: str, ours: Any) -> None:
        """Put `ours` in place of an attribute."""
        self._made.append((owner, name, getattr(owner, name), ours))
        setattr(owner, name, ours)

    def put_back(self) -> None:
        """Put the originals back, the last replaced first."""
        while self._made:
            owner, name, original, ours = self._made.pop()
            if getattr(owner, name) is ours:
                setattr(owner, name, original)
