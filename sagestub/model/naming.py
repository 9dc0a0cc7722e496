"""Conventions over the model's names: verbs, nouns, plurals, words.

The catalogue says what differs from these; `tests/model` counts how far they reach.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")


def words_of(name: str) -> str:
    """Return a kind's name in words: `CompilationJob` is `compilation job`."""
    return " ".join(_WORD.findall(name)).lower()


def plural_of(name: str) -> str:
    """Return the noun of a List operation: `CompilationJobs`, `CodeRepositories`, `Aliases`."""
    if name.endswith("y") and name[-2] not in "aeiou":
        return name[:-1] + "ies"
    if name.endswith(("s", "x", "ch", "sh")):
        return name + "es"
    return name + "s"


def first_of(wanted: Iterable[str], names: Collection[str]) -> str:
    """Return the first wanted name that is among `names`; empty when none is."""
    return next((name for name in wanted if name in names), "")
