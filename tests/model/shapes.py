"""Values of the model's shapes, generated: valid ones, and ones that break one constraint.

`valid_input(operation)` is a Hypothesis strategy of parameters as a botocore user writes them (times
are `datetime`, blobs `bytes`). `broken_input(operation)` yields such parameters with one value made
wrong, and what the service says about it. `input_from(operation, source)` makes them from a
`random.Random` instead: the same ones in every run, whatever else has been imported.

Texts come from small pools, made once for each pattern and length: drawing from a pool is what makes
it possible to try all operations in a few seconds.
"""

from __future__ import annotations

import random
import re
import warnings
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime, timezone
from functools import cache
from typing import Any, NamedTuple

from hypothesis import strategies as st

from sagestub.protocol.patterns import matcher_of, translate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sre_constants as tokens
    import sre_parse as parser

DEEPEST = 3
"""From this level of nesting on, only what is required is given."""

WIDEST = 2
"""How many elements a list or a map has beyond its minimum."""

POOL = 6
LONGEST = 300
ATTEMPTS = 300

TIMES = (
    datetime(2017, 11, 29, tzinfo=timezone.utc),
    datetime(2024, 2, 29, 23, 59, 59, 125000, tzinfo=timezone.utc),
)

BY_HAND = {
    "ip-((25[0-5]|(2[0-4]|1\\d|[1-9]|)\\d)-?\\b){4}\\..*": ("ip-10-0-0-1.ec2.internal",),
}
"""Texts for patterns that the sampler does not hit."""

NUMBERS = frozenset({"integer", "long", "float", "double"})

Draw = Callable[[st.SearchStrategy[Any]], Any]

RANDOMS = st.randoms(use_true_random=False)
"""Sources whose choices are Hypothesis's."""


class Breach(NamedTuple):
    """One broken constraint: where it stands, and the service's words about it."""

    path: str
    sentence: str
    echo: str | None
    """The value as the service prints it; None where the test does not say (lists, structures)."""


def valid_input(operation: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of parameters that the operation accepts."""
    return _values(operation.input_shape)


class Steady(random.Random):
    """Chooses for each member by itself: what a newer model adds changes no choice for another member.

    Args:
        seed: What the choices grow from.
        share: The share of the members that are given though they need not be.
    """

    def __init__(self, seed: str, share: float) -> None:
        super().__init__(seed)
        self._seed = seed
        self.share = share

    def for_(self, name: str) -> Steady:
        """Return the source for a part."""
        return Steady(f"{self._seed}/{name}", self.share)

    def choice(self, seq: Any) -> Any:
        """Choose one; of more to choose from it is the same one, unless the new one wins."""
        if len(seq) == 1:
            return seq[0]
        return max(seq, key=lambda value: self.for_(f"={value!r}").random())


def _for(source: random.Random, name: str) -> random.Random:
    return source.for_(name) if isinstance(source, Steady) else source


def input_from(operation: Any, source: random.Random) -> dict[str, Any]:
    """Return parameters that the operation accepts, as the source chooses them."""
    shape = operation.input_shape
    value: dict[str, Any] = {} if shape is None else _value(source, shape, 0)
    return value


def valid_output(operation: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of results that the operation may have; it must have an output shape."""
    return _values(operation.output_shape)


def valid_structure(shape: Any) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of values that a structure may have."""
    return _values(shape)


def broken_input(operation: Any) -> st.SearchStrategy[tuple[dict[str, Any], Breach] | None]:
    """Return a strategy of parameters with one broken constraint; None where nothing can break."""

    @st.composite
    def broken(draw: Draw) -> tuple[dict[str, Any], Breach] | None:
        source = draw(RANDOMS)
        parameters = _value(source, operation.input_shape, 0)
        wounds = list(_wounds(operation.input_shape, parameters, ""))
        if not wounds:
            return None
        wound = source.choice(wounds)
        wound.apply()
        return parameters, wound.breach

    return broken()


@st.composite
def _values(draw: Draw, shape: Any) -> dict[str, Any]:
    value: dict[str, Any] = _value(draw(RANDOMS), shape, 0)
    return value


def _value(source: random.Random, shape: Any, level: int) -> Any:
    kind = shape.type_name
    if kind == "structure":
        return _structure(source, shape, level)
    if kind == "list":
        size = _size(source, shape, level)
        places = [_for(source, f"{place}") for place in range(size)]
        return [_value(place, shape.member, level + 1) for place in places]
    if kind == "map":
        keys = texts(shape.key)[: _size(source, shape, level)]
        return {key: _value(_for(source, key), shape.value, level + 1) for key in keys}
    return _scalar(source, shape)


def _structure(source: random.Random, shape: Any, level: int) -> dict[str, Any]:
    members = shape.members
    if shape.metadata.get("document"):
        return {"any": ["thing", 1, True, None]}
    if getattr(shape, "is_tagged_union", False):
        name = source.choice(list(members))
        return {name: _value(source, members[name], level + 1)}
    chosen = _chosen(source, list(members), level) if level < DEEPEST else set()
    wanted = chosen | set(shape.required_members)
    return {
        name: _value(_for(source, name), member, level + 1)
        for name, member in members.items()
        if name in wanted
    }


def _chosen(source: random.Random, names: list[str], level: int) -> set[str]:
    """Return about half of the members, a quarter within a structure; of a steady source its share."""
    if isinstance(source, Steady):
        share = source.share / 2 if level else source.share
        return {name for name in names if source.for_(f"{name}?").random() < share}
    bits = source.randint(0, 2 ** len(names) - 1)
    if level:
        bits &= source.randint(0, 2 ** len(names) - 1)
    return {name for place, name in enumerate(names) if bits >> place & 1}


def _size(source: random.Random, shape: Any, level: int) -> int:
    least = shape.metadata.get("min", 0)
    most = min(shape.metadata.get("max", least + WIDEST), least + WIDEST)
    return source.randint(least, most) if level < DEEPEST else int(least)


def _scalar(source: random.Random, shape: Any) -> Any:
    kind = shape.type_name
    if kind in NUMBERS:
        return _number(source, kind, shape.metadata.get("min"), shape.metadata.get("max"))
    if kind == "boolean":
        return source.choice((False, True))
    if kind == "timestamp":
        return source.choice(TIMES)
    if kind == "blob":
        return source.choice((b"0", b"\x00\xff"))
    return source.choice(texts(shape))


def _number(
    source: random.Random, kind: str, least: float | None, most: float | None
) -> float | int:
    low = least if least is not None else 0
    high = most if most is not None else low + 1000
    if kind in ("float", "double"):
        return source.choice([float(low), float(high), (low + high) / 2])
    return source.randint(int(low), int(high))


def texts(shape: Any) -> tuple[str, ...]:
    """Return texts of a string shape, at least one."""
    metadata = shape.metadata
    if metadata.get("enum"):
        return tuple(metadata["enum"])
    return _pool(metadata.get("pattern"), metadata.get("min", 0), metadata.get("max"))


@cache
def _pool(pattern: str | None, least: int, most: int | None) -> tuple[str, ...]:
    longest = LONGEST if most is None else min(most, max(LONGEST, least))
    if pattern is None:
        found = dict.fromkeys(
            ("a" * max(least, 1), "é-Z_0 中"[:longest].ljust(least, "b"), "c" * longest)
        )
        return tuple(found)
    matches = matcher_of(pattern)
    assert matches is not None
    found = dict.fromkeys(BY_HAND.get(pattern, ()))
    for text in _samples(pattern, longest):
        if least <= len(text) <= longest and matches(text):
            found[text] = None
        if len(found) == POOL:
            break
    assert found, f"no text of {least} to {longest} characters was found for {pattern!r}"
    return tuple(found)


def _samples(pattern: str, longest: int) -> Iterator[str]:
    """Yield texts that follow a pattern, but for what it looks ahead or behind at."""
    source = random.Random(pattern)
    tree = parser.parse(translate(pattern).ascii_text, re.ASCII)
    for attempt in range(ATTEMPTS):
        yield _sample(tree, source, (1, 2, 8, 20, longest)[attempt % 5])


def _sample(tree: Any, source: random.Random, extra: int) -> str:
    text = ""
    for token, argument in tree:
        if token is tokens.LITERAL:
            text += chr(argument)
        elif token is tokens.NOT_LITERAL:
            text += "a" if argument != ord("a") else "b"
        elif token is tokens.ANY:
            text += source.choice("a -")
        elif token is tokens.IN:
            text += _one_of(argument, source)
        elif token is tokens.BRANCH:
            text += _sample(source.choice(argument[1]), source, extra)
        elif token is tokens.SUBPATTERN:
            text += _sample(argument[3], source, extra)
        elif token in (tokens.MAX_REPEAT, tokens.MIN_REPEAT):
            least, most, repeated = argument
            for _ in range(source.randint(least, min(most, least + extra))):
                text += _sample(repeated, source, extra)
        else:
            assert token in (tokens.AT, tokens.ASSERT, tokens.ASSERT_NOT), token
    return text


def _one_of(members: Any, source: random.Random) -> str:
    ranges = [(arg, arg) if token is tokens.LITERAL else arg for token, arg in members[-40:]
              if token is not tokens.NEGATE]  # fmt: skip
    if members[0][0] is tokens.NEGATE:
        allowed = [c for c in map(chr, range(32, 127)) if not _is_in(ord(c), ranges)]
        return source.choice(allowed)
    first, last = source.choice(ranges)
    return chr(source.randint(first, min(last, first + 90)))


def _is_in(code: int, ranges: list[tuple[int, int]]) -> bool:
    return any(first <= code <= last for first, last in ranges)


class _Wound(NamedTuple):
    """A place in a value where one constraint can be broken."""

    container: Any
    key: Any
    value: Any
    breach: Breach

    def apply(self) -> None:
        if self.value is REMOVED:
            del self.container[self.key]
        else:
            self.container[self.key] = self.value


REMOVED = object()


def _wounds(shape: Any, value: Any, path: str) -> Iterator[_Wound]:
    """Yield the ways in which one constraint below `value` can be broken."""
    if shape.type_name != "structure":
        yield from _wounds_of_elements(shape, value, path)
        return
    for name, item in value.items():
        member = shape.members.get(name)
        if member is None:  # inside a document
            continue
        lowered = name[0].lower() + name[1:]
        below = f"{path}.{lowered}" if path else lowered
        if name in shape.required_members:
            yield _Wound(value, name, REMOVED, Breach(below, "Member must not be null", "null"))
        yield from _wounds_of_member(member, value, name, item, below)


def _wounds_of_elements(shape: Any, value: Any, path: str) -> Iterator[_Wound]:
    is_list = shape.type_name == "list"
    element = shape.member if is_list else shape.value
    word = "Member" if is_list else "Map value"
    for place, (key, item) in enumerate(enumerate(value) if is_list else value.items()):
        if element.type_name in ("structure", "list", "map"):
            yield from _wounds(element, item, f"{path}.{place + 1 if is_list else key}.member")
        else:
            for wrong, _ in wrong_values(element):
                yield _Wound(value, key, wrong, Breach(path, in_brackets(word, element), None))


def _wounds_of_member(
    shape: Any, container: Any, name: str, item: Any, path: str
) -> Iterator[_Wound]:
    if shape.type_name not in ("structure", "list", "map"):
        for wrong, sentence in wrong_values(shape):
            echo = None if shape.metadata.get("sensitive") else str(wrong)
            yield _Wound(container, name, wrong, Breach(path, sentence, echo))
        return
    yield from _wounds(shape, item, path)
    most = shape.metadata.get("max")
    if shape.type_name == "list" and item and most is not None and most <= LONGEST:
        longer = [deepcopy(item[0]) for _ in range(most + 1)]
        sentence = f"Member must have length less than or equal to {most}"
        yield _Wound(container, name, longer, Breach(path, sentence, None))
    if shape.type_name == "list" and item and shape.metadata.get("min"):
        sentence = f"Member must have length greater than or equal to {shape.metadata['min']}"
        yield _Wound(
            container, name, item[: shape.metadata["min"] - 1], Breach(path, sentence, None)
        )


def wrong_values(shape: Any) -> tuple[tuple[Any, str], ...]:
    """Return values that break exactly one constraint of a scalar shape, each with its sentence."""
    m = shape.metadata
    if shape.type_name in NUMBERS:
        return _wrong_numbers(shape.type_name, m.get("min"), m.get("max"))
    if shape.type_name != "string":
        return ()
    return _wrong_texts(tuple(m.get("enum", ())), m.get("pattern"), m.get("min", 0), m.get("max"))


@cache
def _wrong_numbers(
    kind: str, least: float | None, most: float | None
) -> tuple[tuple[float, str], ...]:
    number = float if kind in ("float", "double") else int
    found = []
    if most is not None and most < 2**31 - 1:
        found.append((number(most + 1), f"Member must have value less than or equal to {most}"))
    if least is not None:
        found.append(
            (number(least - 1), f"Member must have value greater than or equal to {least}")
        )
    return tuple(found)


@cache
def _wrong_texts(
    enum: tuple[str, ...], pattern: str | None, least: int, most: int | None
) -> tuple[tuple[str, str], ...]:
    if enum:
        return (("neither", f"Member must satisfy enum value set: [{', '.join(enum)}]"),)
    matches = matcher_of(pattern if pattern is not None else r"[\S\s]*")
    assert matches is not None
    found: dict[str, str] = {}
    pool = _pool(pattern, least, most)
    candidates = [variant for text in pool for variant in _variants(text, least, most)]
    for text in candidates:
        broken = [
            sentence
            for holds, sentence in (
                (
                    matches(text),
                    f"Member must satisfy regular expression pattern: {told(pattern or '')}",
                ),
                (
                    most is None or len(text) <= most,
                    f"Member must have length less than or equal to {most}",
                ),
                (
                    len(text) >= least,
                    f"Member must have length greater than or equal to {least}",
                ),
            )
            if not holds
        ]
        if len(broken) == 1:
            found.setdefault(broken[0], text)
    return tuple((text, sentence) for sentence, text in found.items())


def told(pattern: str) -> str:
    """Return a pattern as the service tells it; botocore has left out the caret of names since."""
    return re.sub(r"^(?=\[a-z(A-Z)?0-9\]\()", "^", pattern)


def _variants(text: str, least: int, most: int | None) -> Iterator[str]:
    """Yield texts near a valid one: some too long, some too short, some out of pattern."""
    if most is not None and most <= LONGEST:
        yield text.ljust(most + 1, text[-1:] or "a")
        yield text.ljust(most + 1, "a")
    yield text[: least - 1] if least else ""
    yield text[:-1] + "\x00"
    yield "!" + text[1:]
    yield text + "_"


def in_brackets(word: str, shape: Any) -> str:
    """Return what a list or a map says of its scalar elements: all constraints, pattern last."""
    m = shape.metadata
    size = "value" if shape.type_name in NUMBERS else "length"
    listed = (
        [f"Member must satisfy enum value set: [{', '.join(m['enum'])}]"] if "enum" in m else []
    )
    listed += [f"Member must have {size} less than or equal to {m['max']}"] if "max" in m else []
    listed += [f"Member must have {size} greater than or equal to {m['min']}"] if "min" in m else []
    if "pattern" in m:
        listed.append(f"Member must satisfy regular expression pattern: {told(m['pattern'])}")
    return f"{word} must satisfy constraint: [{', '.join(listed)}]"
