"""Expressions of pipeline definitions: what they refer to, and their values.

An expression stands where a value may stand: `{"Get": "Parameters.Epochs"}`,
`{"Std:Join": {"On": "/", "Values": [...]}}`, `{"Std:JsonGet": {"PropertyFile": {"Get": ...}, "Path": ...}}`.
Knows their forms only; what parameters, steps and files hold, a `Scope` says.

Source: JSON schema of pipeline definitions 2020-12-01 (GetFunction, JoinFunction);
aws/sagemaker-python-sdk, workflow/functions.py, properties.py, execution_variables.py.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

Part: TypeAlias = str | int
"""A member's or key's name, or an index."""

GET = "Get"
JOIN = "Std:Join"
JSON_GET = "Std:JsonGet"
FUNCTION_PREFIX = "Std:"

PARAMETERS, EXECUTION, STEPS = "Parameters", "Execution", "Steps"
FOR_EACH, ITERATION_OUTPUT = "ForEach", "IterationOutput"
"""What only stands in the body of a ForEach step, and what only its selector's field names."""

EXPERIMENT = "PipelineExperimentConfig"
CURRENT_ITEM = "CurrentItem"
PROPERTY_FILES = "PropertyFiles"
PROPERTY_FILE_PARTS = 2

_PART = re.compile(
    r"""\.?(?:(?P<name>[^.\[\]'"]+)|\[(?P<index>[0-9]+)\]|\[(?P<quote>['"])(?P<key>.*?)(?P=quote)\])""",
    re.DOTALL,
)


class UnresolvedError(Exception):
    """An expression has no value; the text says why, as a step's FailureReason does."""


class Scope(Protocol):
    """What the expressions of one execution refer to, as it is now."""

    def parameter(self, name: str) -> Any:
        """Return the value of a pipeline parameter, of the parameter's type."""

    def execution(self, name: str) -> Any:
        """Return an execution variable, `PipelineExecutionId`.

        A member of the experiment's configuration is asked for by its whole name,
        `PipelineExperimentConfig.ExperimentName`.
        """

    def property(self, step: str, parts: Sequence[Part]) -> Any:
        """Return a property of a step, `("ModelArtifacts", "S3ModelArtifacts")`."""

    def property_file(self, step: str, name: str) -> Any:
        """Return the parsed content of a step's property file."""

    def s3_json(self, uri: str) -> Any:
        """Return the parsed content of a JSON file in S3."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What one `Get` names.

    Args:
        text: The text as it stands in the definition, `Steps.Train.Metrics[0].Value`.
        room: `Parameters`, `Execution`, `Steps`, `PipelineExperimentConfig`, in a ForEach step also `ForEach` and
            `IterationOutput`; anything else is a mistake.
        name: Of the parameter, the variable or the step; empty if the text ends before it.
        parts: What follows a step's name, or the current item.
    """

    text: str
    room: str
    name: str = ""
    parts: tuple[Part, ...] = ()

    @property
    def property_file(self) -> str | None:
        """The name of the property file that is meant; None for any other property."""
        if self.room != STEPS or len(self.parts) != PROPERTY_FILE_PARTS:
            return None
        return str(self.parts[1]) if self.parts[0] == PROPERTY_FILES else None


# Forms ------------------------------------------------------------------------------------------


@functools.lru_cache(maxsize=4096)
def parts_of(path: str) -> tuple[Part, ...] | None:
    """Return the parts of a path; None for text that is none.

    Example:
        >>> parts_of("Environment['my.key'].Items[0]")
        ('Environment', 'my.key', 'Items', 0)
    """
    parts: list[Part] = []
    position = 0
    while position < len(path):
        match = _PART.match(path, position)
        if match is None or (position == 0 and path[0] == "."):
            return None
        index = match["index"]
        name = match["name"] if match["name"] is not None else match["key"]
        parts.append(int(index) if index is not None else name)
        position = match.end()
    return tuple(parts)


@functools.lru_cache(maxsize=4096)
def reference_of(text: str) -> Reference:
    """Return what the text of a `Get` names."""
    room, _, rest = text.partition(".")
    if room not in (STEPS, FOR_EACH, ITERATION_OUTPUT):
        return Reference(text, room, rest)
    name = re.split(r"[.\[]", rest, maxsplit=1)[0]
    parts = parts_of(rest[len(name) :].removeprefix("."))
    # What cannot be taken apart is one part, which no response has.
    return Reference(text, room, name, (rest[len(name) :],) if parts is None else parts)


def is_expression(value: object) -> bool:
    """Return whether a value of a definition is an expression, not itself a value."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    (word,) = value
    if word == GET:
        return isinstance(value[GET], str)
    return isinstance(word, str) and word.startswith(FUNCTION_PREFIX)


def references_in(value: object) -> Iterator[Reference]:
    """Return everything that the expressions in a value refer to, in order."""
    waiting = [value]
    while waiting:
        found = waiting.pop()
        if isinstance(found, dict):
            if len(found) == 1 and isinstance(found.get(GET), str):
                yield reference_of(found[GET])
            else:
                waiting.extend(reversed(list(found.values())))
        elif isinstance(found, list):
            waiting.extend(reversed(found))


def references(value: object) -> set[str]:
    """Return the names of the steps that a value refers to."""
    return {r.name for r in references_in(value) if r.room == STEPS and r.name}


def parameters_in(value: object) -> set[str]:
    """Return the names of the pipeline parameters that a value refers to."""
    return {r.name for r in references_in(value) if r.room == PARAMETERS}


def replaced(value: Any, replacement: Callable[[Reference], Any]) -> Any:
    """Return a value with its references replaced.

    Args:
        value: A value of a definition; it is not changed.
        replacement: Returns what stands for a reference; MISSING to leave it as it is.
    """
    if isinstance(value, dict):
        if len(value) == 1 and isinstance(value.get(GET), str):
            new = replacement(reference_of(value[GET]))
            return value if new is MISSING else new
        return {key: replaced(item, replacement) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [replaced(item, replacement) for item in value]
    return value


# Values -----------------------------------------------------------------------------------------

MISSING = object()
"""No value, where None is one."""


def resolved(value: Any, scope: Scope) -> Any:
    """Return a value with every expression in it replaced by what it stands for.

    Args:
        value: A value of a definition; it is not changed.
        scope: What parameters, steps and files hold.

    Raises:
        UnresolvedError: An expression has no value.
    """
    if isinstance(value, dict):
        if is_expression(value):
            ((word, argument),) = value.items()
            return value_of(reference_of(argument), scope) if word == GET else call(value, scope)
        return {key: resolved(item, scope) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolved(item, scope) for item in value]
    return value


def value_of(reference: Reference, scope: Scope) -> Any:
    """Return what a reference stands for."""
    if reference.room == PARAMETERS:
        return scope.parameter(reference.name)
    if reference.room == EXECUTION:
        return scope.execution(reference.name)
    if reference.room == EXPERIMENT:
        return scope.execution(reference.text)
    if reference.room != STEPS or not reference.name:
        raise UnresolvedError(f"Invalid property reference '{reference.text}'.")
    if reference.property_file is not None:
        return scope.property_file(reference.name, reference.property_file)
    return scope.property(reference.name, reference.parts)


def call(value: Mapping[str, Any], scope: Scope) -> Any:
    """Return the value of a function, `{"Std:Join": {...}}`."""
    ((word, arguments),) = value.items()
    function = FUNCTIONS.get(word)
    if function is None or not isinstance(arguments, Mapping):
        raise UnresolvedError(f"Invalid function '{word}'.")
    return function(arguments, scope)


def join(arguments: Mapping[str, Any], scope: Scope) -> str:
    """Return values as one text, with `On` (nothing by default) between them."""
    values = resolved(arguments.get("Values", []), scope)
    if not isinstance(values, list):
        values = [values]
    return str(arguments.get("On", "")).join(text_of(item) for item in values)


def json_get(arguments: Mapping[str, Any], scope: Scope) -> Any:
    """Return what a path finds in a property file, or in a JSON file in S3."""
    path = resolved(arguments.get("Path", ""), scope)
    if "S3Uri" in arguments:
        where = str(resolved(arguments["S3Uri"], scope))
        content = scope.s3_json(where)
    else:
        reference = arguments.get("PropertyFile")
        text = reference.get(GET) if isinstance(reference, Mapping) else None
        where = str(text)
        if not isinstance(text, str) or reference_of(text).property_file is None:
            raise UnresolvedError(f"Invalid property file reference '{text}'.")
        content = value_of(reference_of(text), scope)
    return found(content, str(path), where)


FUNCTIONS: Mapping[str, Callable[[Mapping[str, Any], Scope], Any]] = {
    JOIN: join,
    JSON_GET: json_get,
}


def text_of(value: Any) -> str:
    """Return a value as the text that a join makes of it; what is no text as JSON."""
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def found(content: Any, path: str, where: str) -> Any:
    """Return what a JSON path finds.

    Args:
        content: Parsed JSON.
        path: `metrics.accuracy.value`, `metrics[0]['a.b']`, or any other JSON path.
        where: What the content is called in the reason of a failure.

    Raises:
        UnresolvedError: It finds nothing, or is no path.
    """
    parts = parts_of(path.removeprefix("$").removeprefix("."))
    value = at_parts(content, parts) if parts is not None else MISSING
    if value is MISSING:
        value = searched(content, path)
    if value is MISSING:
        raise UnresolvedError(f"Unable to find JSON path '{path}' in '{where}'.")
    return value


def at_parts(content: Any, parts: Sequence[Part]) -> Any:
    """Return what lies at the end of a plain path; MISSING for nothing.

    Names are the keys of mappings; indices those of lists.
    """
    for part in parts:
        if isinstance(part, int):
            if not isinstance(content, (list, tuple)) or part >= len(content):
                return MISSING
        elif not isinstance(content, Mapping) or part not in content:
            return MISSING
        content = content[part]
    return content


def property_at(properties: Any, parts: Sequence[Part]) -> Any:
    """Return a property of a step; MISSING for nothing.

    A name beside a list picks the item of that name: `Outputs['train']` the one whose OutputName is
    `train`, `FinalMetricDataList['auc']` the one whose MetricName is `auc`.

    Args:
        properties: What the step's properties are, a Describe response as a rule.
        parts: The way to the property.

    Source: aws/sagemaker-python-sdk, workflow/properties.py (PropertiesList) and its documentation.
    """
    for part in parts:
        if isinstance(part, str) and isinstance(properties, (list, tuple)):
            properties = next((item for item in properties if part in names_of(item)), MISSING)
        else:
            properties = at_parts(properties, (part,))
        if properties is MISSING:
            break
    return properties


def names_of(item: Any) -> list[str]:
    """Return what an item of a list is called by: the values of its names, and of its key."""
    if not isinstance(item, Mapping):
        return []
    return [
        value
        for member, value in item.items()
        if (member.endswith("Name") or member == "Key") and isinstance(value, str)
    ]


def searched(content: Any, path: str) -> Any:
    """Return what a JSON path of any form finds first; MISSING for nothing."""
    expression = compiled(path)
    if expression is None:
        return MISSING
    return next((match.value for match in expression.find(content)), MISSING)


@functools.lru_cache(maxsize=256)
def compiled(path: str) -> Any:
    """Return a JSON path ready for use; None for text that is none."""
    from jsonpath_ng.exceptions import JSONPathError
    from jsonpath_ng.ext import parse

    try:
        return parse(path)
    except JSONPathError:
        return None
