r"""The model's regular expressions, which are written for Java, made to run in Python.

A pattern is read token by token and written again in Python's dialect, so that the two mean the same:

- predefined classes (`\d`, `\w`, `\s`) and POSIX classes (`\p{Alnum}`) are ASCII in Java;
- `.` stops at five line terminators, `$` stands before the last of them too;
- UTF-16 surrogate pairs are one character here;
- Unicode categories (`\p{L}`), nested classes, `&&` and possessive quantifiers need the `regex`
  library, which is imported when such a pattern first meets a value that the standard library's `re`
  cannot judge: text beyond ASCII, for categories.

A backtracking matcher can take for ever over a value that almost matches. Patterns that invite it,
and all patterns with several repetitions when the value is long, run under a time limit; a value
that is not decided by then does not match.

Source: `java.util.regex.Pattern` (Java 17); the service matches the whole value (facts:
cross-cutting, section 2).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sagestub.protocol.character_sets import (
    AS_CLASS,
    CATEGORIES_IN_ASCII,
    LINE_ENDS,
    POSIX,
    PREDEFINED,
    CharacterSet,
    complement,
)

Matcher = Callable[[str], Any]
"""Returns something true when the whole value matches."""

SHORT = 256
"""Values up to this length need no time limit, unless the pattern is ambiguous."""

MOST_SECONDS = 0.25
"""Processor time after which a value counts as not matching."""


class UnsupportedPatternError(ValueError):
    """A construct of Java's that is not translated; no pattern of the model has one today."""


@dataclass(slots=True)
class Translation:
    """A pattern in Python's dialect."""

    text: str
    """For the `regex` library."""
    ascii_text: str
    """For `re`: the same for ASCII values. Equal to `text` where no Unicode category occurs."""
    needs_library: bool
    """Whether `re` cannot run it, whatever the value."""
    ambiguous: bool
    """Whether a value may be divided in exponentially many ways: `(a+)*`."""
    repetitions: int
    """How many quantifiers have no small upper bound."""


@cache
def matcher_of(pattern: str) -> Matcher | None:
    """Return the function that tells whether a whole value matches `pattern`.

    Returns:
        None when the pattern cannot be read; such a constraint cannot be checked and refuses nothing.
        (`tests/protocol` tries all patterns of the model: there are none today.)
    """
    try:
        translation = translate(pattern)
    except UnsupportedPatternError:
        return None
    guarded = _guarded(translation.text)
    if translation.needs_library:
        return guarded
    try:
        plain = re.compile(translation.ascii_text, re.ASCII).fullmatch
    except re.error:
        return guarded
    ascii_only = translation.ascii_text != translation.text
    if translation.ambiguous:
        return guarded
    if translation.repetitions <= 1 and not ascii_only:
        return plain

    def matches(value: str) -> Any:
        if len(value) <= SHORT and (not ascii_only or value.isascii()):
            return plain(value)
        return guarded(value)

    return matches


def _guarded(text: str) -> Matcher:
    """Return a matcher by the `regex` library, under the time limit."""
    compiled: Any = None

    def matches(value: str) -> Any:
        nonlocal compiled
        if compiled is None:
            import regex

            try:
                compiled = regex.compile(text, regex.VERSION1 | regex.UNICODE)
            except regex.error:
                compiled = regex.compile("(?s).*")
        try:
            return compiled.fullmatch(value, timeout=MOST_SECONDS)
        except TimeoutError:
            return None

    return matches


def translate(pattern: str) -> Translation:
    """Return a pattern of Java's in Python's dialect.

    Raises:
        UnsupportedPatternError: It has a construct that is not translated.
    """
    pattern = _QUOTED.sub(lambda quoted: "".join(f"\\x{{{ord(c):x}}}" for c in quoted[1]), pattern)
    return _Reader(_OPEN_TEXT.sub(r"[^\\u0085\\u2028\\u2029]*", pattern)).read()


_QUOTED = re.compile(r"\\Q(.*?)(?:\\E|\Z)", re.DOTALL)


_OPEN_TEXT = re.compile(r"\.\*\(\?:\[ \\r\\n\\t\]\.\*\)\*(?:\.\*)?")
"""The model's spelling of "any text": `.*(?:[ \\r\\n\\t].*)*`. What it leaves out are three line
terminators; said so, it takes one pass and no time limit."""


_CHARACTERS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}

_QUANTIFIER = re.compile(r"(?:[*+?]|\{(\d+)(,?)(\d*)\})([?+]?)")
_HEX_ESCAPE = re.compile(r"u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]+)\}")
_SURROGATES = re.compile(r"u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_GROUP = re.compile(r"\?(?::|=|!|>|<=|<!|<[a-zA-Z][a-zA-Z0-9]*>)")

_DOLLAR = r"(?=(?:\r\n|(?<!\r)\n|[\r\x85\u2028\u2029])?\Z)"


@dataclass(slots=True)
class _Group:
    """What is known of the group that is being read."""

    atoms: list[tuple[str, str]] = field(default_factory=list)
    """Each atom with its quantifier; an empty text for what is more than one character."""
    varies: bool = False
    """Whether something in it may repeat or be left out."""
    alternates: bool = False

    def is_delimited(self) -> bool:
        """Return whether a run of repeats can be divided in one way only.

        So it is when no two atoms share a character and one of them stands exactly once: `-*[a-z]`.
        """
        if self.alternates or any(not text for text, _ in self.atoms):
            return False
        seen: set[str] = set()
        for text, _ in self.atoms:
            matches = re.compile(text, re.ASCII).fullmatch
            members = {character for character in _SAMPLE if matches(character)}
            if members & seen:
                return False
            seen |= members
        return any(not quantifier for _, quantifier in self.atoms)


_SAMPLE = [*map(chr, range(128)), "\x85", "é", "中", "\u2028", "\U0001f600"]


class _Reader:
    """Reads one pattern of Java's."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0
        self.text: list[str] = []
        self.ascii_text: list[str] = []
        self.needs_library = False
        self.ambiguous = False
        self.repetitions = 0
        self.groups = [_Group()]
        self.readers: dict[str, Callable[[], None]] = {
            "(": self._open,
            ")": self._close,
            "|": self._alternative,
            "[": self._class,
            ".": self._any,
            "^": lambda: self._anchor(r"\A"),
            "$": lambda: self._anchor(_DOLLAR),
            "\\": self._escape,
        }

    def read(self) -> Translation:
        while self.position < len(self.pattern):
            self._token(self.pattern[self.position])
        if len(self.groups) != 1:
            raise UnsupportedPatternError(self.pattern)
        return Translation(
            "".join(self.text),
            "".join(self.ascii_text),
            self.needs_library,
            self.ambiguous,
            self.repetitions,
        )

    def _token(self, character: str) -> None:
        self.position += 1
        reader = self.readers.get(character)
        if reader is not None:
            reader()
        elif character in "*+?{":
            raise UnsupportedPatternError(self.pattern)
        else:
            self._literal(ord(character))

    def _alternative(self) -> None:
        self.groups[-1].alternates = True
        self._put("|")

    def _any(self) -> None:
        self._set(CharacterSet(complement(LINE_ENDS)))

    def _put(self, text: str, ascii_text: str | None = None) -> None:
        self.text.append(text)
        self.ascii_text.append(text if ascii_text is None else ascii_text)

    def _open(self) -> None:
        self.groups.append(_Group())
        if self._next() != "?":
            self._put("(")
            return
        found = _GROUP.match(self.pattern, self.position)
        if found is None:
            raise UnsupportedPatternError(self.pattern)  # flags such as (?i): none in the model
        self.position = found.end()
        opening = found[0]
        self.needs_library = self.needs_library or opening == "?>"
        named = opening.endswith(">") and opening != "?>"
        self._put("(" + (opening.replace("?<", "?P<") if named else opening))

    def _close(self) -> None:
        if len(self.groups) == 1:
            raise UnsupportedPatternError(self.pattern)
        closed = self.groups.pop()
        self._atom(")", group=closed)

    def _next(self) -> str:
        return self.pattern[self.position : self.position + 1]

    def _anchor(self, text: str) -> None:
        # Java lets an anchor repeat, as in `(...)${1,128}`. To stand once is to stand often.
        quantifier, least, _ = self._quantifier()
        self.groups[-1].atoms.append(("", ""))
        self._put(text if not quantifier or least else "")

    def _literal(self, code: int) -> None:
        self._set(CharacterSet([(code, code)]))

    def _set(self, characters: CharacterSet, negated: bool = False) -> None:
        text, ascii_text = characters.written(negated, False), characters.written(negated, True)
        self._atom(text, ascii_text, single=True)

    def _atom(
        self,
        text: str,
        ascii_text: str | None = None,
        *,
        single: bool = False,
        group: _Group | None = None,
    ) -> None:
        """Write an atom and its quantifier, and note what they mean for the time it takes."""
        quantifier, least, most = self._quantifier()
        ascii_text = text if ascii_text is None else ascii_text
        self._put(text + quantifier, ascii_text + quantifier)
        around = self.groups[-1]
        around.atoms.append((ascii_text if single else "", quantifier))
        if most is None or most > SHORT:
            self.repetitions += 1
        if most != least or (group is not None and group.varies):
            around.varies = True
        repeats = most is None or most > 1
        if group is not None and repeats and (group.varies or group.alternates):
            # A group that repeats counts itself, as its quantifier multiplies what is inside.
            self.repetitions += 1
            self.ambiguous = self.ambiguous or not group.is_delimited()

    def _quantifier(self) -> tuple[str, int, int | None]:
        """Return the quantifier at this place and its bounds; None for no upper bound."""
        found = _QUANTIFIER.match(self.pattern, self.position)
        if found is None:
            return "", 1, 1
        self.position = found.end()
        self.needs_library = self.needs_library or found[4] == "+"
        sign = found[0][0]
        if sign != "{":
            return found[0], int(sign == "+"), 1 if sign == "?" else None
        least = int(found[1])
        if not found[2]:
            return found[0], least, least
        return found[0], least, int(found[3]) if found[3] else None

    def _escape(self) -> None:
        """Read what follows a backslash, outside brackets."""
        character = self._next()
        if character in ("b", "B"):
            self.position += 1
            self._anchor("\\" + character)
        elif character in ("A", "z", "Z"):
            self.position += 1
            self._anchor({"A": r"\A", "z": r"\Z", "Z": _DOLLAR}[character])
        else:
            item = self._escaped()
            if isinstance(item, int):
                self._literal(item)
            else:
                self._set(item)

    def _escaped(self) -> CharacterSet | int:
        """Read an escape that is a character or a set, and return which."""
        character = self._next()
        if found := _SURROGATES.match(self.pattern, self.position):
            self.position = found.end()
            pair = bytes.fromhex(found[1] + found[2])
            return ord(pair.decode("utf-16-be"))
        if found := _HEX_ESCAPE.match(self.pattern, self.position):
            self.position = found.end()
            return int(found[1] or found[2] or found[3], 16)
        self.position += 1
        if character in ("p", "P"):
            return self._property(character == "P")
        if character in _CHARACTERS:
            return ord(_CHARACTERS[character])
        if character.lower() in PREDEFINED:
            ranges = PREDEFINED[character.lower()]
            return CharacterSet(list(ranges) if character.islower() else complement(ranges))
        if not character or character.isalnum():
            raise UnsupportedPatternError(self.pattern)
        return ord(character)

    def _property(self, negated: bool) -> CharacterSet:
        """Read `{Alnum}` or `{L}` or `L`: an ASCII class of POSIX, or a Unicode category."""
        found = re.compile(r"\{(\w+)\}|(\w)").match(self.pattern, self.position)
        if found is None:
            raise UnsupportedPatternError(self.pattern)
        self.position = found.end()
        name = found[1] or found[2]
        if name in POSIX:
            return CharacterSet(complement(POSIX[name]) if negated else list(POSIX[name]))
        if name not in CATEGORIES_IN_ASCII:
            self.needs_library = True
        in_ascii = CATEGORIES_IN_ASCII.get(name, [])
        word = name.removeprefix("Is") if name.startswith("Is") else name
        return CharacterSet(
            unicode=[f"\\{'P' if negated else 'p'}{{{word}}}"],
            ascii=complement(in_ascii) if negated else list(in_ascii),
        )

    def _class(self) -> None:
        """Read a class in brackets, at the place after the opening one."""
        negated, characters, sides = self._members()
        if not sides:
            self._set(characters, negated)
            return
        self.needs_library = True
        self._atom(self._intersection(negated, [*sides, characters]))

    @staticmethod
    def _intersection(negated: bool, sides: list[CharacterSet]) -> str:
        written = (side.written(False, False) for side in sides)
        classes = (AS_CLASS.get(side, side) for side in written)
        return f"[{'^' * negated}{'&&'.join(classes)}]"

    def _members(self) -> tuple[bool, CharacterSet, list[CharacterSet]]:
        """Read the members of a class, up to its closing bracket.

        Returns:
            Whether it is negated, the last side of `&&` (or the only one), and the sides before it.
        """
        negated = self._next() == "^"
        self.position += negated
        sides: list[CharacterSet] = []
        current = CharacterSet()
        first = True
        while (character := self._next()) != "]" or first:
            if not character:
                raise UnsupportedPatternError(self.pattern)
            if character == "[":
                self.position += 1
                inner_negated, inner, inner_sides = self._members()
                if inner_sides:
                    self.needs_library = True
                    current.unicode.append(self._intersection(inner_negated, [*inner_sides, inner]))
                elif inner.unicode:
                    self.needs_library = True
                    current.unicode.append(inner.written(inner_negated, False))
                else:
                    current.ranges += complement(inner.ranges) if inner_negated else inner.ranges
            elif self.pattern.startswith("&&", self.position):
                self.position += 2
                sides.append(current)
                current = CharacterSet()
            else:
                current.add(self._member())
            first = False
        self.position += 1
        return negated, current, sides

    def _member(self) -> CharacterSet:
        """Read one member of a class: a set, a character, or a range of characters."""
        start = self._member_start()
        if isinstance(start, CharacterSet):
            return start
        follows = self.pattern[self.position + 1 : self.position + 2]
        if self._next() != "-" or follows in ("", "]", "["):
            return CharacterSet([(start, start)])
        self.position += 1
        end = self._member_start()
        if isinstance(end, CharacterSet) or end < start:
            raise UnsupportedPatternError(self.pattern)
        return CharacterSet([(start, end)])

    def _member_start(self) -> CharacterSet | int:
        character = self._next()
        self.position += 1
        return self._escaped() if character == "\\" else ord(character)
