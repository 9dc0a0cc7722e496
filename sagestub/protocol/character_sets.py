"""Sets of characters as Java has them, written as Python's classes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

Ranges = list[tuple[int, int]]

LAST = 0x10FFFF

ANYTHING, NOTHING = "(?s:.)", "(?!)"
AS_CLASS = {ANYTHING: r"[\s\S]", NOTHING: r"[^\s\S]"}


def complement(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return the characters that are in none of the ranges."""
    found: Ranges = []
    start = 0
    for first, last in sorted(ranges):
        if first > start:
            found.append((start, first - 1))
        start = max(start, last + 1)
    if start <= LAST:
        found.append((start, LAST))
    return found


def ranges_of(text: str) -> Ranges:
    """Return ranges from pairs of characters: `azAZ` is a-z and A-Z."""
    return [(ord(a), ord(b)) for a, b in zip(text[::2], text[1::2], strict=True)]


LINE_ENDS = ranges_of("\n\n\r\r\x85\x85\u2028\u2029")

PREDEFINED = {
    "d": ranges_of("09"),
    "w": ranges_of("azAZ09__"),
    "s": ranges_of("\t\r  "),
    "h": ranges_of("\t\t  \xa0\xa0\u1680\u1680\u180e\u180e\u2000\u200a\u202f\u202f\u205f\u205f\u3000\u3000"),
    "v": ranges_of("\n\r\x85\x85\u2028\u2029"),
}  # fmt: skip

POSIX = {
    "Lower": ranges_of("az"),
    "Upper": ranges_of("AZ"),
    "ASCII": ranges_of("\x00\x7f"),
    "Alpha": ranges_of("azAZ"),
    "Digit": ranges_of("09"),
    "Alnum": ranges_of("azAZ09"),
    "Punct": ranges_of("!/:@[`{~"),
    "Graph": ranges_of("!~"),
    "Print": ranges_of(" ~"),
    "Blank": ranges_of("\t\t  "),
    "Cntrl": ranges_of("\x00\x1f\x7f\x7f"),
    "XDigit": ranges_of("09afAF"),
    "Space": ranges_of("\t\r  "),
}

CATEGORIES_IN_ASCII = {
    "L": ranges_of("azAZ"),
    "Lu": ranges_of("AZ"),
    "Ll": ranges_of("az"),
    "M": [],
    "N": ranges_of("09"),
    "Nd": ranges_of("09"),
    "Z": ranges_of("  "),
    "Zs": ranges_of("  "),
    "P": ranges_of("!#%*,/:;?@[]__{{}}"),
    "S": ranges_of("$$++<>^^``||~~"),
}


def written(ranges: Ranges) -> str:
    """Return ranges as they stand inside brackets."""
    return "".join(
        character_of(first) if first == last else f"{character_of(first)}-{character_of(last)}"
        for first, last in ranges
    )


def character_of(code: int) -> str:
    """Return a character so that no dialect reads anything else into it."""
    if chr(code).isascii() and chr(code).isalnum():
        return chr(code)
    return f"\\U{code:08x}"


@dataclass(slots=True)
class CharacterSet:
    """A set of characters: ranges, and what only the library can say."""

    ranges: Ranges = field(default_factory=list)
    unicode: list[str] = field(default_factory=list)
    ascii: Ranges = field(default_factory=list)

    def add(self, other: CharacterSet) -> None:
        """Take in the characters of another set."""
        self.ranges += other.ranges
        self.unicode += other.unicode
        self.ascii += other.ascii

    def written(self, negated: bool, in_ascii: bool) -> str:
        """Return the set in brackets, for the library or for ASCII values."""
        ranges = self.ranges + self.ascii if in_ascii else self.ranges
        unicode = "" if in_ascii else "".join(self.unicode)
        if not unicode and any(last == LAST for _, last in ranges):
            # Python's compiler goes through a range character by character: say what is left out.
            ranges, negated = complement(ranges), not negated
        if ranges or unicode:
            return f"[{'^' * negated}{written(ranges)}{unicode}]"
        return ANYTHING if negated else NOTHING
