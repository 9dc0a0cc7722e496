"""Values of a step's arguments in the types that the operation takes.

A parameter of type Integer may stand where the operation takes text, a hyperparameter say. The service
converts it.

Source: aws/sagemaker-python-sdk, doc/amazon_sagemaker_model_building_pipeline.rst, "Pipeline variables"
(a hyperparameter from a ParameterInteger); how each type is written: assumed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any


def fitting(value: Any, shape: Any) -> Any:
    """Return a value as a shape of the service model has it; what cannot be converted stays as it is.

    Members without a value (null in JSON) are left out: generated definitions have them.

    Args:
        value: A value of JSON types.
        shape: The shape that is to hold it; None for one that the model does not know.
    """
    if shape is None or value is None:
        return value
    convert = _BY_TYPE.get(shape.type_name)
    return value if convert is None else convert(value, shape)


def _structure(value: Any, shape: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    members = shape.members
    return {k: fitting(v, members.get(k)) for k, v in value.items() if v is not None}


def _map(value: Any, shape: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    return {k: fitting(v, shape.value) for k, v in value.items() if v is not None}


def _list(value: Any, shape: Any) -> Any:
    if not isinstance(value, (list, tuple)):
        return value
    return [fitting(item, shape.member) for item in value]


def _string(value: Any, shape: Any) -> Any:
    """Return text: what is none as JSON, such as the document of a job that a step refers to."""
    return value if isinstance(value, str) else json.dumps(value)


def _whole_number(value: Any, shape: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return _converted(value, int)


def _number(value: Any, shape: Any) -> Any:
    return _converted(value, float)


def _boolean(value: Any, shape: Any) -> Any:
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    return value


def _converted(value: Any, to: Callable[[str], Any]) -> Any:
    """Return a number that text spells; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return to(value)
    except ValueError:
        return value


_BY_TYPE: Mapping[str, Callable[[Any, Any], Any]] = {
    "structure": _structure,
    "map": _map,
    "list": _list,
    "string": _string,
    "integer": _whole_number,
    "long": _whole_number,
    "float": _number,
    "double": _number,
    "boolean": _boolean,
}
