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
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sagestub.errors import ServiceError
from sagestub.protocol.patterns import matcher_of

if TYPE_CHECKING:
    from botocore.model import Shape

Violations = list[str]
Checker = Callable[[Any, str, Violations], None]

NOT_NULL = "Member must not be null"


def serialization_error(message: str = "") -> ServiceError:
    """Return the service's answer to a body that it cannot read (confidence: assumed)."""
    return ServiceError("SerializationException", message)


def validation_error(violations: list[str]) -> ServiceError:
    """Return the one error that lists all violations of a request."""
    count = len(violations)
    plural = "s" if count > 1 else ""
    listed = "; ".join(violations)
    return ServiceError(
        "ValidationException", f"{count} validation error{plural} detected: {listed}"
    )


def violation(echo: str | None, path: str, constraint: str) -> str:
    """Return one entry of a validation error.

    Args:
        echo: The value as the service prints it; None for a value that must not be shown.
        path: Where the value stands, e.g. `productionVariants.1.member.modelName`.
        constraint: The sentence that starts with `Member must`.
    """
    shown = "Value" if echo is None else f"Value '{echo}'"
    return f"{shown} at '{path}' failed to satisfy constraint: {constraint}"


def missing(path: str) -> str:
    """Return the entry for a required member that is absent."""
    return f"Value null at '{path}' failed to satisfy constraint: {NOT_NULL}"


def echo_of(value: Any) -> str:
    """Return a value as the service's messages print it: Java's `toString`."""
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={echo_of(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(echo_of(item) for item in value) + "]"
    return str(value)


def path_name(member: str) -> str:
    """Return a member's name as it stands in a path: its first letter in lower case."""
    return member[:1].lower() + member[1:]


def constraints_of(shape: Shape) -> list[tuple[str, Callable[[Any], bool]]]:
    """Return `(sentence, holds)` for each constraint of a scalar shape, in the service's order.

    The pattern comes before the lengths (seen in 2023).
    """
    found: list[tuple[str, Callable[[Any], bool]]] = []
    metadata = shape.metadata
    if shape.type_name in ("string", "blob"):
        enum = metadata.get("enum")
        if enum:
            values = frozenset(enum)
            found.append(
                (
                    f"Member must satisfy enum value set: [{', '.join(enum)}]",
                    lambda value: value in values,
                )
            )
        pattern = metadata.get("pattern")
        if pattern is not None and (matches := matcher_of(pattern)) is not None:
            whole: Callable[[Any], Any] = matches
            found.append(
                (
                    f"Member must satisfy regular expression pattern: {pattern}",
                    lambda value: whole(value) is not None,
                )
            )
        found.extend(_length_constraints(metadata))
    elif shape.type_name in ("integer", "long", "float", "double"):
        if (most := metadata.get("max")) is not None:
            found.append(
                (
                    f"Member must have value less than or equal to {most}",
                    lambda value: bool(value <= most),
                )
            )
        if (least := metadata.get("min")) is not None:
            found.append(
                (
                    f"Member must have value greater than or equal to {least}",
                    lambda value: bool(value >= least),
                )
            )
    return found


def _length_constraints(metadata: Any) -> list[tuple[str, Callable[[Any], bool]]]:
    found: list[tuple[str, Callable[[Any], bool]]] = []
    most, least = metadata.get("max"), metadata.get("min")
    if most is not None:
        found.append(
            (
                f"Member must have length less than or equal to {most}",
                lambda value: len(value) <= most,
            )
        )
    if least is not None:
        found.append(
            (
                f"Member must have length greater than or equal to {least}",
                lambda value: len(value) >= least,
            )
        )
    return found


def element_constraint(shape: Shape, word: str) -> tuple[str, Callable[[Any], bool]] | None:
    """Return the one constraint that a list or a map states about its scalar elements.

    Args:
        shape: The shape of the element.
        word: `Member`, `Map value` or `Map keys`: how the sentence begins.
    """
    constraints = constraints_of(shape)
    if not constraints:
        return None
    # Inside brackets the service prints lengths before the pattern (sagemaker-python-sdk#314).
    ordered = sorted(constraints, key=lambda item: "pattern" in item[0])
    sentence = f"{word} must satisfy constraint: [{', '.join(text for text, _ in ordered)}]"
    holds = [test for _, test in constraints]
    return sentence, lambda value: all(test(value) for test in holds)


class CheckerFactory:
    """Makes the checker of a shape, and keeps it; recursive shapes included."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, str], Checker] = {}

    def checker_of(self, shape: Shape) -> Checker:
        """Return the checker of a shape."""
        # A member's reference may carry traits of its own, so the name alone is not the identity.
        key = (shape.name, repr(sorted((k, str(v)) for k, v in shape.metadata.items())))
        made = self._made.get(key)
        if made is not None:
            return made
        if shape.type_name not in ("structure", "list", "map"):
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

        def check(value: Any, path: str, violations: Violations) -> None:
            if type(value) is not dict:
                raise _wrong_type(value, "structure")
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
            if union and len(value) != 1:
                raise serialization_error(
                    f"Exactly one member of the union {shape.name} must be set: {', '.join(names)}"
                )

        return check

    def _list_checker(self, shape: Any) -> Checker:
        own = _length_constraints(shape.metadata)
        element = shape.member
        checker = self.checker_of(element)
        scalar = element.type_name not in ("structure", "list", "map")
        elements = element_constraint(element, "Member") if scalar else None

        def check(value: Any, path: str, violations: Violations) -> None:
            if type(value) is not list:
                raise _wrong_type(value, "list")
            for sentence, holds in own:
                if not holds(value):
                    violations.append(violation(echo_of(value), path, sentence))
            ignored: Violations = []
            broken = False
            for position, item in enumerate(value, start=1):
                if item is None:
                    violations.append(missing(f"{path}.{position}.member"))
                elif scalar:
                    checker(item, path, ignored)
                    broken = broken or bool(elements is not None and not elements[1](item))
                else:
                    checker(item, f"{path}.{position}.member", violations)
            if broken and elements is not None:
                violations.append(violation(echo_of(value), path, elements[0]))

        return check

    def _map_checker(self, shape: Any) -> Checker:
        own = _length_constraints(shape.metadata)
        key_rule = element_constraint(shape.key, "Map keys")
        element = shape.value
        checker = self.checker_of(element)
        scalar = element.type_name not in ("structure", "list", "map")
        value_rule = element_constraint(element, "Map value") if scalar else None

        def check(value: Any, path: str, violations: Violations) -> None:
            if type(value) is not dict:
                raise _wrong_type(value, "map")
            for sentence, holds in own:
                if not holds(value):
                    violations.append(violation(echo_of(value), path, sentence))
            if key_rule is not None and not all(map(key_rule[1], value)):
                violations.append(violation(echo_of(value), path, key_rule[0]))
            ignored: Violations = []
            broken = False
            for key, item in value.items():
                if item is None:
                    violations.append(missing(f"{path}.{key}.member"))
                elif scalar:
                    checker(item, path, ignored)
                    broken = broken or bool(value_rule is not None and not value_rule[1](item))
                else:
                    checker(item, f"{path}.{key}.member", violations)
            if broken and value_rule is not None:
                violations.append(violation(echo_of(value), path, value_rule[0]))

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
    hidden = bool(shape.metadata.get("sensitive"))

    def check(value: Any, path: str, violations: Violations) -> None:
        if not accepts(value):
            raise _wrong_type(value, type_name)
        for sentence, holds in constraints:
            if not holds(value):
                violations.append(violation(None if hidden else echo_of(value), path, sentence))

    return check


def _is_blob(value: Any) -> bool:
    if type(value) is not str:
        return False
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_whole(value: Any) -> bool:
    return type(value) is int or (type(value) is float and value.is_integer())


def _is_number(value: Any) -> bool:
    # Not-a-number travels as text in this protocol.
    return type(value) in (int, float) or value in ("NaN", "Infinity", "-Infinity")


_SCALARS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: type(value) is str,
    "character": lambda value: type(value) is str,
    "boolean": lambda value: type(value) is bool,
    "integer": _is_whole,
    "long": _is_whole,
    "float": _is_number,
    "double": _is_number,
    "bigdecimal": _is_number,
    "timestamp": lambda value: type(value) in (int, float),
    "blob": _is_blob,
}

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


def _wrong_type(value: Any, expected: str) -> ServiceError:
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
