"""The texts of a validation error: values as the service prints them, paths, sentences.

Source: facts, cross-cutting, section 2.
"""

from __future__ import annotations

from typing import Any

from sagestub.errors import ServiceError

NOT_NULL = "Member must not be null"


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


def echo_of(value: Any, shape: Any = None) -> str:
    """Return a value as the service's messages print it: Java's `toString`.

    Args:
        value: The value in wire form; it need not be of the shape's type.
        shape: Its shape, for names of structures and for decimals; None for none.
    """
    if isinstance(value, dict):
        members = getattr(shape, "members", None)
        if members is None:
            of_values = getattr(shape, "value", None)
            return f"{{{', '.join(f'{k}={echo_of(v, of_values)}' for k, v in value.items())}}}"
        listed = (f"{path_name(k)}={echo_of(v, members.get(k))}" for k, v in value.items())
        return f"{shape.name}({', '.join(listed)})"
    if isinstance(value, list):
        of_members = getattr(shape, "member", None)
        return f"[{', '.join(echo_of(item, of_members) for item in value)}]"
    if type(value) in (int, float) and getattr(shape, "type_name", "") in ("float", "double"):
        return _java_double(float(value))
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _java_double(number: float) -> str:
    """Return a double as `Double.toString` does: exponents below 0.001 and from ten million."""
    if number == 0 or 1e-3 <= abs(number) < 1e7:  # noqa: PLR2004 - as the docstring says
        return repr(number)
    digits, _, exponent = repr(number).partition("e")
    if not exponent:
        whole, _, fraction = digits.lstrip("-").partition(".")
        exponent = str(len(whole) - 1)
        digits = f"{'-' * (number < 0)}{whole[0]}.{(whole[1:] + fraction).rstrip('0') or '0'}"
    return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"


def path_name(member: str) -> str:
    """Return a member's name as it stands in a path: its first letter in lower case."""
    return member[:1].lower() + member[1:]
