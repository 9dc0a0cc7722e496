"""The model's regular expressions, which are written for Java, made to run in Python.

The standard library's `re` runs most of them. Unicode properties (`\\p{L}`) and UTF-16 surrogates in
character classes need the `regex` library, which is imported for those only.

Source: `java.util.regex.Pattern`: predefined classes (`\\d`, `\\w`, `\\s`) and `\\b` are ASCII by
default; the service matches the whole value (facts: cross-cutting, section 2).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from functools import lru_cache
from typing import Any

Matcher = Callable[[str], Any]
"""Returns something true when the whole value matches."""

_SURROGATE_RANGES = re.compile(r"\\uD800\\uDC00-\\uDBFF\\uDFFF", re.IGNORECASE)
_NEEDS_LIBRARY = re.compile(r"\\[pPX]|&&|[*+?}]\+|\(\?>")


@lru_cache(maxsize=None)
def matcher_of(pattern: str) -> Matcher | None:
    """Return the function that tells whether a whole value matches `pattern`.

    Returns:
        None when the pattern is not a regular expression in any dialect; such a constraint cannot be
        checked and refuses nothing. (`tests/model` lists these: there are none today.)
    """
    # A range over surrogate pairs, as UTF-16 languages spell it, is one range of code points here.
    translated = _SURROGATE_RANGES.sub(r"\\U00010000-\\U0010FFFF", pattern)
    if _NEEDS_LIBRARY.search(translated):
        return _compiled_by_library(translated)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            return re.compile(translated, re.ASCII).fullmatch
    except (re.error, FutureWarning):
        return _compiled_by_library(translated)


def _compiled_by_library(pattern: str) -> Matcher | None:
    import regex

    # Java reads `$` before a quantifier as an anchor that may repeat; Python's libraries refuse that.
    pattern = re.sub(r"(?<!\\)\$\{\d+,\d+\}", "$", pattern)
    try:
        compiled = regex.compile(pattern, regex.VERSION1 | regex.UNICODE)
    except regex.error:
        return None
    return compiled.fullmatch
