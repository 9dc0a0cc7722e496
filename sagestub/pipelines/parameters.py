"""Parameters of pipelines: their types, and their values at a start.

Source: docs/facts/pipelines.md, Texts of refused definitions: which have been seen, and which are assumed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sagestub.errors import ServiceError, invalid
from sagestub.pipelines.definition import Definition, Parameter


class Type:
    """A type of parameters: which JSON values it has, and how their texts are read.

    Args:
        holds: Returns whether a value of a definition is of the type.
        read: Returns the value of a text that a start gives.

    `read` raises a ValueError for text that is no value of the type.
    """

    def __init__(self, holds: Callable[[Any], bool], read: Callable[[str], Any]) -> None:
        self.holds = holds
        self.read = read


def _truth(text: str) -> bool:
    """Return a boolean from its text, in any case: SDKs send Python's `True`."""
    return {"true": True, "false": False}[text.lower()]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _finite(text: str) -> float:
    if not re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?", text):
        raise ValueError(text)
    return float(text)


def _whole(text: str) -> int:
    if not re.fullmatch(r"[+-]?[0-9]+", text):
        raise ValueError(text)
    return int(text)


TYPES: Mapping[str, Type] = {
    "String": Type(lambda value: isinstance(value, str), str),
    "Integer": Type(lambda value: isinstance(value, int) and not isinstance(value, bool), _whole),
    "Boolean": Type(lambda value: isinstance(value, bool), _truth),
    "Float": Type(_is_number, _finite),
}


def values_of(definition: Definition, given: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return the value of each parameter for an execution, of the parameter's type.

    Args:
        definition: The definition.
        given: What StartPipelineExecution was given, `{"Name": ..., "Value": ...}`.

    Raises:
        ServiceError: A parameter is unknown, given twice, of another type or not one of its
            enumeration; or one without a default is missing.

    Source: aws/sagemaker-python-sdk issue 4016 for an empty value; the other texts are assumed.
    """
    known = definition.parameters
    names = [parameter["Name"] for parameter in given]
    unknown = [name for name in names if name not in known]
    if unknown:
        raise invalid(
            f"Parameters [{', '.join(unknown)}] are not defined in the pipeline definition."
        )
    if len(set(names)) != len(names):
        raise invalid("Parameter names must be unique.")
    if any(not parameter["Value"] for parameter in given):
        raise invalid('[string "" is too short (length: 0, required minimum: 1)]')
    lacking = [n for n, parameter in known.items() if parameter.default is None and n not in names]
    if lacking:
        raise invalid(
            f"Parameters [{', '.join(lacking)}] have no default value and must be specified."
        )
    texts = {parameter["Name"]: parameter["Value"] for parameter in given}
    return {
        name: typed(parameter, texts[name]) if name in texts else parameter.default
        for name, parameter in known.items()
    }


def typed(parameter: Parameter, text: str) -> Any:
    """Return the value that a text is for a parameter; the text itself for a parameter of no type.

    Raises:
        ServiceError: It is none of the parameter's type, or of its enumeration.
    """
    kind = TYPES.get(parameter.type)
    try:
        value = text if kind is None else kind.read(text)
    except (ValueError, KeyError):
        raise invalid(
            f"Value [{text}] of parameter [{parameter.name}] is not of type [{parameter.type}]."
        ) from None
    if parameter.enum and value not in parameter.enum:
        raise not_enumerated(parameter, value)
    return value


def not_enumerated(parameter: Parameter, value: Any) -> ServiceError:
    """Return the refusal of a value that a parameter's enumeration does not have."""
    allowed = ", ".join(as_text(one) for one in parameter.enum)
    return invalid(
        f"Value [{as_text(value)}] of parameter [{parameter.name}] is not one of [{allowed}]."
    )


def as_text(value: Any) -> str:
    """Return a value of a definition as text: what is no text as JSON."""
    return value if isinstance(value, str) else json.dumps(value)
