"""Wire form to Python values and back, by shape: for the handle, which speaks Python.

On the wire (and in a resource) a timestamp is a number of epoch seconds and a blob base64 text; a
test wants `datetime` and `bytes`. Both directions also check the value against the shape.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from sagestub.errors import InvalidArgumentError, unknown_name

if TYPE_CHECKING:
    from botocore.model import Shape


def to_python(shape: Any, value: Any) -> Any:
    """Return a wire value as botocore would hand it to a user; the result shares nothing with it.

    What is not of its shape's type stays as it is: a call that the service refused may hold anything.
    """
    if value is None:
        return None
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        members = shape.members
        return {
            name: to_python(members[name], item) if name in members else deepcopy(item)
            for name, item in value.items()
        }
    if kind == "list" and isinstance(value, list):
        return [to_python(shape.member, item) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {key: to_python(shape.value, item) for key, item in value.items()}
    try:
        if kind == "timestamp":
            return _EPOCH + timedelta(seconds=value)
        if kind == "blob" and isinstance(value, str):
            return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, OverflowError):
        return deepcopy(value)
    return deepcopy(value) if isinstance(value, (dict, list)) else value


_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def epoch_seconds(value: datetime | float) -> float:
    """Return a time as the service sends it: epoch seconds, to the millisecond.

    A `datetime` without a time zone is taken as UTC, as botocore takes it when it sends one.
    """
    if isinstance(value, datetime):
        aware = value if value.tzinfo is not None else value.replace(tzinfo=timezone.utc)
        value = aware.timestamp()
    return round(float(value), 3)


def to_wire(shape: Shape, value: Any, path: str) -> Any:
    """Return a Python value in wire form, checked against the model.

    Raises:
        UnknownNameError: A member, or a value of an enumeration, does not exist.
        InvalidArgumentError: The value is of another type than the shape.
    """
    return _Writer().write(shape, value, path)


class _Writer:
    def write(self, shape: Any, value: Any, path: str) -> Any:
        writer = getattr(self, f"_{shape.type_name}", None)
        if writer is None:
            return self._scalar(shape, value, path)
        return writer(shape, value, path)

    def _structure(self, shape: Any, value: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            raise _wrong(path, "a dict of members", value)
        if getattr(shape, "is_document_type", False):
            return deepcopy(dict(value))
        result = {}
        for name, item in value.items():
            if name not in shape.members:
                raise unknown_name(f"member of {path}", name, shape.members)
            if item is not None:
                result[name] = self.write(shape.members[name], item, f"{path}.{name}")
        return result

    def _list(self, shape: Any, value: Any, path: str) -> Any:
        if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
            raise _wrong(path, "a list", value)
        return [
            self.write(shape.member, item, f"{path}[{index}]") for index, item in enumerate(value)
        ]

    def _map(self, shape: Any, value: Any, path: str) -> Any:
        if not isinstance(value, Mapping):
            raise _wrong(path, "a dict", value)
        return {
            str(key): self.write(shape.value, item, f"{path}.{key}") for key, item in value.items()
        }

    def _timestamp(self, shape: Any, value: Any, path: str) -> Any:
        if isinstance(value, bool) or not isinstance(value, (datetime, int, float)):
            raise _wrong(path, "a datetime or epoch seconds", value)
        seconds = epoch_seconds(value)
        if type(to_python(shape, seconds)) is float:
            raise _wrong(path, "a datetime or epoch seconds from the year 1 to 9999", value)
        return seconds

    def _blob(self, shape: Any, value: Any, path: str) -> Any:
        if isinstance(value, str):
            value = value.encode("utf-8")
        if not isinstance(value, (bytes, bytearray)):
            raise _wrong(path, "bytes", value)
        return base64.b64encode(bytes(value)).decode("ascii")

    def _scalar(self, shape: Any, value: Any, path: str) -> Any:
        accepted = _PYTHON_TYPES[shape.type_name]
        is_flag = isinstance(value, bool)
        if not isinstance(value, accepted) or is_flag != (shape.type_name == "boolean"):
            raise _wrong(path, " or ".join(t.__name__ for t in accepted), value)
        enum = shape.metadata.get("enum")
        if enum and value not in enum:
            raise unknown_name(f"value of {path}", value, enum)
        return value


_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "character": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (float, int),
    "double": (float, int),
    "bigdecimal": (float, int),
}


def _wrong(path: str, expected: str, value: Any) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"{path} takes {expected}, not {type(value).__name__} ({value!r}).\n"
        f"Give it the type that the Describe response has."
    )
