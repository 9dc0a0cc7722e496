"""The checks of a request body against its input shape, compiled once per shape.

Two things are told apart, as the service does:

- a body that is not of the shape's types (a number where a string belongs, an unknown member) is a
  `SerializationException`, found before anything else;
- a value that breaks a constraint (required, length, range, pattern, enumeration) is one entry of
  the one `ValidationException` that lists all of them.

A checker is a function `check(value, path, violations)`. It returns nothing: it appends to
`violations`, or raises `ServiceError` for a type that cannot be read.

Source of the texts: facts, cross-cutting, section 2.
"""

from __future__ import annotations

import base64
import binascii
import sys
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.errors import ServiceError
from sagestub.protocol.patterns import matcher_of
from sagestub.protocol.violations import echo_of, missing, path_name, violation

if TYPE_CHECKING:
    from botocore.model import Shape

Violations = list[str]
Checker = Callable[[Any, str, Violations], None]


def serialization_error(message: str = "") -> ServiceError:
    """Return the service's answer to a body that it cannot read (confidence: assumed)."""
    return ServiceError("SerializationException", message)


def is_hidden(shape: Any, _seen: frozenset[str] = frozenset()) -> bool:
    """Return whether a value of this shape must not be shown: it, or something in it, is sensitive."""
    if shape.metadata.get("sensitive"):
        return True
    if shape.name in _seen:
        return False
    seen = _seen | {shape.name}
    parts: list[Any] = []
    if shape.type_name == "structure":
        parts = list(shape.members.values())
    elif shape.type_name == "list":
        parts = [shape.member]
    elif shape.type_name == "map":
        parts = [shape.key, shape.value]
    return any(is_hidden(part, seen) for part in parts)


class Constraint(NamedTuple):
    """One constraint: the sentence that the service says, and the test."""

    sentence: str
    holds: Callable[[Any], Any]


def constraints_of(shape: Shape) -> list[Constraint]:
    """Return the constraints of a scalar shape, in the service's order.

    The pattern comes before the lengths (seen in 2023; in 2019 it came after them).
    """
    metadata = shape.metadata
    found: list[Constraint] = []
    if shape.type_name in ("string", "character", "blob"):
        if enum := metadata.get("enum"):
            found.append(
                Constraint(
                    f"Member must satisfy enum value set: [{', '.join(enum)}]",
                    frozenset(enum).__contains__,
                )
            )
        if (pattern := metadata.get("pattern")) is not None:
            found.append(
                Constraint(
                    f"Member must satisfy regular expression pattern: {_as_told(pattern)}",
                    _compiled_when_used(pattern),
                )
            )
        size = _blob_size if shape.type_name == "blob" else len
        found += _bounds(metadata, "length", size)
    elif shape.type_name in _NUMBERS:
        found += _bounds(metadata, "value", float if shape.type_name in _DECIMALS else int)
    return found


def _as_told(pattern: str) -> str:
    """Return a pattern as the service tells it: those of names begin with a caret.

    Source: zenml-io/zenml issues 1500 and 1502, aws/sagemaker-python-sdk issue 384. botocore's model had
    the caret itself once (1.34), of each pattern that begins so.
    """
    return f"^{pattern}" if pattern.startswith(NAMES) else pattern


NAMES = ("[a-zA-Z0-9](", "[a-z0-9](")
"""How the patterns of names begin."""


def _bounds(metadata: Any, word: str, measure: Callable[[Any], float]) -> list[Constraint]:
    """Return the constraints `max` and `min` on what `measure` says of a value."""
    found: list[Constraint] = []
    most, least = metadata.get("max"), metadata.get("min")
    if most is not None:
        sentence = f"Member must have {word} less than or equal to {most}"
        found.append(Constraint(sentence, lambda value: measure(value) <= most))
    if least is not None:
        sentence = f"Member must have {word} greater than or equal to {least}"
        found.append(Constraint(sentence, lambda value: measure(value) >= least))
    return found


def _compiled_when_used(pattern: str) -> Callable[[str], Any]:
    """Return the test of a pattern, compiled with the first value: most members are never given."""
    matches: Callable[[str], Any] | None = None

    def holds(value: str) -> Any:
        nonlocal matches
        if matches is None:
            matches = matcher_of(pattern) or _accept
        return matches(value)

    return holds


def _accept(value: Any) -> bool:
    return True


class Element(NamedTuple):
    """What a list or a map checks of one scalar in it."""

    accepts: Callable[[Any], bool]
    type_name: str
    holds: Callable[[Any], Any]
    sentence: str

    def is_broken_in(self, items: Iterable[Any]) -> bool:
        """Return whether an item breaks a constraint.

        Raises:
            ServiceError: An item is of the wrong type.
        """
        accepts, holds = self.accepts, self.holds
        broken = False
        for item in items:
            if item is None:
                continue
            if not accepts(item):
                raise wrong_type(item, self.type_name)
            broken = broken or not holds(item)
        return broken


def element_of(shape: Shape, word: str) -> Element:
    """Return what a list or a map checks of its scalar elements: all constraints as one.

    Args:
        shape: The shape of the element.
        word: `Member`, `Map value` or `Map keys`: how the sentence begins.
    """
    constraints = constraints_of(shape)
    tests = [constraint.holds for constraint in constraints]
    sentences = [constraint.sentence for constraint in constraints]
    # Inside brackets the service prints lengths before the pattern (sagemaker-python-sdk#314).
    sentences.sort(key=lambda sentence: "pattern" in sentence)
    return Element(
        _SCALARS[shape.type_name],
        shape.type_name,
        lambda value: all(test(value) for test in tests),
        f"{word} must satisfy constraint: [{', '.join(sentences)}]",
    )


class CheckerFactory:
    """Makes the checker of a shape, and keeps it; recursive shapes included."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Checker] = {}
        self._lock = threading.RLock()

    def checker_of(self, shape: Shape) -> Checker:
        """Return the checker of a shape, whole: worlds of several threads share a factory."""
        with self._lock:
            return self._checker_of(shape)

    def _checker_of(self, shape: Shape) -> Checker:
        # A member's reference may carry traits of its own, so the name alone is not the identity.
        key = (shape.name, repr(sorted((k, str(v)) for k, v in shape.metadata.items())))
        made = self._made.get(key)
        if made is not None:
            return made
        if shape.type_name not in _CONTAINERS:
            scalar = self._made[key] = _scalar_checker(shape)
            return scalar
        # Put a forwarder in first: a shape that contains itself finds it.
        target: list[Checker] = []

        def forward(value: Any, path: str, violations: list[str]) -> None:
            target[0](value, path, violations)

        self._made[key] = forward
        maker = getattr(self, f"_{shape.type_name}_checker")
        checker: Checker = maker(shape)
        target.append(checker)
        self._made[key] = checker
        return checker

    def _structure_checker(self, shape: Any) -> Checker:
        if shape.metadata.get("document") or getattr(shape, "is_document_type", False):
            return _any_value
        required = frozenset(shape.required_members)
        members = [
            (name, path_name(name), self.checker_of(member), name in required)
            for name, member in shape.members.items()
        ]
        names = frozenset(shape.members)
        union = bool(getattr(shape, "is_tagged_union", False))
        listed = ", ".join(shape.members)

        def check(value: Any, path: str, violations: Violations) -> None:
            if type(value) is not dict:
                raise wrong_type(value, "structure")
            given = 0
            prefix = f"{path}." if path else ""
            for name, lowered, checker, is_required in members:
                item = value.get(name)
                if item is not None:
                    given += 1
                    checker(item, prefix + lowered, violations)
                elif is_required:
                    violations.append(missing(prefix + lowered))
            if given != len(value):
                _drop_nulls(value, names)
            if union and given != 1:
                raise serialization_error(
                    f"Exactly one member of the union {shape.name} must be set: {listed}"
                )

        return check

    def _list_checker(self, shape: Any) -> Checker:
        own = _bounds(shape.metadata, "length", len)
        hidden = is_hidden(shape)
        element = shape.member
        scalar = element_of(element, "Member") if element.type_name not in _CONTAINERS else None
        checker = _any_value if scalar is not None else self.checker_of(element)

        def check(value: Any, path: str, violations: Violations) -> None:
            if type(value) is not list:
                raise wrong_type(value, "list")
            for sentence, holds in own:
                if not holds(value):
                    echo = None if hidden else echo_of(value, shape)
                    violations.append(violation(echo, path, sentence))
            if scalar is not None and scalar.is_broken_in(value):
                echo = None if hidden else echo_of(value, shape)
                violations.append(violation(echo, path, scalar.sentence))
            if scalar is not None and None not in value:
                return
            for position, item in enumerate(value, start=1):
                if item is None:
                    violations.append(missing(f"{path}.{position}.member"))
                else:
                    checker(item, f"{path}.{position}.member", violations)

        return check

    def _map_checker(self, shape: Any) -> Checker:
        own = _bounds(shape.metadata, "length", len)
        hidden = is_hidden(shape)
        keys = element_of(shape.key, "Map keys")
        element = shape.value
        scalar = element_of(element, "Map value") if element.type_name not in _CONTAINERS else None
        checker = _any_value if scalar is not None else self.checker_of(element)

        def check(value: Any, path: str, violations: Violations) -> None:
            if type(value) is not dict:
                raise wrong_type(value, "map")
            for sentence, holds in own:
                if not holds(value):
                    echo = None if hidden else echo_of(value, shape)
                    violations.append(violation(echo, path, sentence))
            for rule, items in ((keys, value), (scalar, value.values())):
                if rule is not None and rule.is_broken_in(items):
                    echo = None if hidden else echo_of(value, shape)
                    violations.append(violation(echo, path, rule.sentence))
            if scalar is not None and None not in value.values():
                return
            for key, item in value.items():
                if item is None:
                    violations.append(missing(f"{path}.{key}.member"))
                else:
                    checker(item, f"{path}.{key}.member", violations)

        return check


def _drop_nulls(value: dict[str, Any], names: frozenset[str]) -> None:
    """Take members that are null out of a structure; refuse members that the shape lacks."""
    for name in [name for name in value if name not in names]:
        raise serialization_error(f'Unexpected field "{name}"')
    for name in [name for name, item in value.items() if item is None]:
        del value[name]


def _any_value(value: Any, path: str, violations: Violations) -> None:
    """Accept everything: a document type."""


def _scalar_checker(shape: Shape) -> Checker:
    accepts = _SCALARS[shape.type_name]
    type_name = shape.type_name
    constraints = constraints_of(shape)
    hidden = is_hidden(shape)

    def check(value: Any, path: str, violations: Violations) -> None:
        if not accepts(value):
            raise wrong_type(value, type_name)
        for sentence, holds in constraints:
            if not holds(value):
                echo = None if hidden else echo_of(value, shape)
                violations.append(violation(echo, path, sentence))

    return _text_checker(shape, check) if type_name == "string" else check


def _text_checker(shape: Shape, check: Checker) -> Checker:
    """Return `check` behind a short test that lets correct text pass: most members of most calls."""
    metadata = shape.metadata
    least, most = metadata.get("min", 0), metadata.get("max", float("inf"))
    enum, pattern = metadata.get("enum"), metadata.get("pattern")
    allowed = frozenset(enum) if enum else None
    matches = _compiled_when_used(pattern) if pattern is not None else None

    def pass_or_check(value: Any, path: str, violations: Violations) -> None:
        if (
            type(value) is str
            and least <= len(value) <= most
            and (allowed is None or value in allowed)
            and (matches is None or matches(value))
        ):
            return
        check(value, path, violations)

    return pass_or_check


def _is_text(value: Any) -> bool:
    return type(value) is str


def _is_blob(value: Any) -> bool:
    if type(value) is bytes:  # the payload itself, which is not wrapped in JSON
        return True
    if type(value) is not str:
        return False
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _blob_size(value: str | bytes) -> int:
    return len(value if isinstance(value, bytes) else base64.b64decode(value))


def _is_integer(value: Any) -> bool:
    return type(value) is int and -(2**31) <= value < 2**31


def _is_long(value: Any) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63


def _is_number(value: Any) -> bool:
    if type(value) is str:
        # Not-a-number travels as text in this protocol.
        return value in {"NaN", "Infinity", "-Infinity"}
    # Compared, not converted: a whole number may be too large for a float.
    return type(value) in (int, float) and -_LARGEST <= value <= _LARGEST


_LARGEST = sys.float_info.max


# From the year 1 to the end of the year 9999, which is what `datetime` can say.
_EARLIEST, _LATEST = -62_135_596_800, 253_402_300_800


def _is_timestamp(value: Any) -> bool:
    return type(value) in (int, float) and _EARLIEST <= value < _LATEST


_SCALARS: dict[str, Callable[[Any], bool]] = {
    "string": _is_text,
    "character": _is_text,
    "boolean": lambda value: type(value) is bool,
    "integer": _is_integer,
    "long": _is_long,
    "float": _is_number,
    "double": _is_number,
    "bigdecimal": _is_number,
    "timestamp": _is_timestamp,
    "blob": _is_blob,
}

_CONTAINERS = ("structure", "list", "map")
_DECIMALS = ("float", "double", "bigdecimal")
_NUMBERS = ("integer", "long", *_DECIMALS)

_JAVA_TYPES = {
    "string": "a String",
    "character": "a String",
    "boolean": "a Boolean",
    "integer": "an Integer",
    "long": "a Long",
    "float": "a Float",
    "double": "a Double",
    "bigdecimal": "a BigDecimal",
    "timestamp": "a Timestamp",
    "blob": "a Blob",
}


def wrong_type(value: Any, expected: str) -> ServiceError:
    """Return the error for a JSON value of another type than the shape's (text: assumed)."""
    if type(value) is dict:
        return serialization_error("Start of structure or map found where not expected.")
    if type(value) is list:
        return serialization_error("Start of list found where not expected")
    token = {str: "STRING_VALUE", bool: f"{echo_of(value).upper()}_VALUE"}.get(
        type(value), "NUMBER_VALUE"
    )
    if expected in _JAVA_TYPES:
        return serialization_error(f"{token} can not be converted to {_JAVA_TYPES[expected]}")
    return serialization_error("Unexpected value type in payload")
