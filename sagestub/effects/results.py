"""Reading what a function that stands for a container has returned, and the lines that it has printed."""

from __future__ import annotations

import math
import numbers
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sagestub.effects.container import bytes_of
from sagestub.errors import InvalidArgumentError, unknown_name

if TYPE_CHECKING:
    from sagestub.effects.container import Container

ACCEPTED = (
    "Return None, or a dict: numbers are metrics, text, bytes and dicts of files are outputs; or "
    "{'metrics': {...}, 'outputs': {...}, 'exit_message': '...'}."
)


def take_result(container: Container, result: object) -> dict[str, float]:
    """Return the metrics that a function has returned; its outputs go into the container.

    Raises:
        InvalidArgumentError: It is nothing that a container can leave.
        UnknownNameError: It names an output that the job does not have.
    """
    if result is None:
        return {}
    if not isinstance(result, Mapping) or not all(isinstance(name, str) for name in result):
        raise _refused(container, result)
    given = dict(result)
    metrics: dict[str, float] = {}
    outputs: dict[str, Any] = {}
    if isinstance(given.get("metrics"), Mapping):
        metrics.update({str(n): _number(container, v) for n, v in given.pop("metrics").items()})
    if isinstance(given.get("outputs"), Mapping):
        outputs.update(given.pop("outputs"))
    if isinstance(given.get("exit_message"), str):
        container.exit_message = given.pop("exit_message")
    for name, value in given.items():
        if isinstance(value, numbers.Real) and not isinstance(value, bool):
            metrics[name] = float(value)
        elif isinstance(value, (str, bytes, bytearray, Mapping)):
            outputs[name] = value
        else:
            raise _refused(container, {name: value})
    for name, value in outputs.items():
        _take_output(container, name, value)
    return metrics


def _take_output(container: Container, name: str, value: object) -> None:
    if name not in container.outputs:
        what = f"output of {container.kind} {container.name!r}"
        raise unknown_name(what, name, container.outputs)
    files = value if isinstance(value, Mapping) else {name: value}
    for path, content in files.items():
        container.write(str(path), bytes_of(content, f"output {name!r}"), name)


def _number(container: Container, value: object) -> float:
    if isinstance(value, numbers.Real) and not isinstance(value, bool):
        return float(value)
    raise _refused(container, value)


def _refused(container: Container, value: object) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"The function for the container of {container.kind} {container.name!r} returned "
        f"{value!r}.\n{ACCEPTED}"
    )


def metrics_printed(
    lines: Iterable[str], definitions: Sequence[Mapping[str, str]]
) -> dict[str, float]:
    """Return the metrics that the job's definitions find in what was printed: the last value of each.

    Source: Developer Guide, "Define Training Metrics": a regular expression, whose first group is the
    number.

    Example:
        >>> metrics_printed(
        ...     ["loss=0.5", "loss=0.25"], [{"Name": "loss", "Regex": "loss=([0-9.]+)"}]
        ... )
        {'loss': 0.25}
    """
    found: dict[str, float] = {}
    whole = list(lines)
    for definition in definitions:
        try:
            pattern = re.compile(definition["Regex"])
        except re.error:
            continue  # The service finds nothing by it either.
        for line in whole:
            for match in pattern.finditer(line):
                value = _float(match.group(1 if pattern.groups else 0))
                if value is not None:
                    found[definition["Name"]] = value
    return found


def _float(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
