"""Search over every resource type that the model names, and GetSearchSuggestions.

A record is what the model's SearchRecord says for the kind: Describe members, with tags. Which
properties exist, and whether one is text, a number or a time, is read from the record's shape.

Source: API reference, Search, SearchExpression, Filter; facts, cross-cutting, section 10.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.engine.query import comparable
from sagestub.errors import ServiceError
from sagestub.operations.list import paged
from sagestub.operations.tags import tag_list

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.operations.plan import Plan
    from sagestub.types import Call, Document

KIND_OF = {"ExperimentTrial": "Trial", "ExperimentTrialComponent": "TrialComponent"}
"""Resource types that are not called like their kind."""

PARTS = {"PipelineVersion": ("Pipeline", "Versions")}
"""Resource types that are parts of a resource: its kind, and the member that keeps them."""

MOST_ELEMENTS = 50
"""Filters, nested filters and subexpressions in one search, counted through all depths."""

REPEATABLE_CONTAINS = {
    "Experiment": {"DisplayName", "ExperimentName", "Tags"},
    "Trial": {"DisplayName", "TrialName", "Tags"},
    "TrialComponent": {
        "DisplayName",
        "TrialComponentName",
        "Tags",
        "InputArtifacts",
        "OutputArtifacts",
    },
}
"""Properties on which Contains may stand more than once. Source: API reference, Filter.Operator."""

TEXT_ONLY = frozenset({"Contains", "In"})
ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "GreaterThan": lambda value, wanted: bool(value > wanted),
    "GreaterThanOrEqualTo": lambda value, wanted: bool(value >= wanted),
    "LessThan": lambda value, wanted: bool(value < wanted),
    "LessThanOrEqualTo": lambda value, wanted: bool(value <= wanted),
}


class Property(NamedTuple):
    """A property name of a filter, resolved against the record's shape.

    Args:
        name: As the filter gives it.
        path: Its parts; a part may be a key of a map or of the tags.
        type_name: The shape's type: `string`, `integer`, `timestamp`, …
    """

    name: str
    path: tuple[str, ...]
    type_name: str

    @property
    def is_text(self) -> bool:
        """Whether the value is text."""
        return self.type_name not in NUMBERS and self.type_name != "timestamp"


NUMBERS = frozenset({"integer", "long", "float", "double"})


def search(context: Context, plan: Plan, call: Call) -> Document | None:
    """Return one page of the records that match."""
    parameters = call.parameters
    name = name_searched(parameters["Resource"])
    shape = record_shape(plan, name)
    expression = parameters.get("SearchExpression")
    matches: Test = _always
    if expression is not None:
        _check_expression(expression, name)
        matches = _expression(expression, shape)
    records = [record for record in records_of(context, plan, name, call) if matches(record)]
    visible = _visible(parameters.get("VisibilityConditions", ()))
    records = [record for record in records if visible(record)]
    if parameters.get("CrossAccountFilterOption") == "CrossAccount":
        records = []  # Nothing is shared with an account that only exists here.
    sort = _property(parameters.get("SortBy") or "LastModifiedTime", shape, checked=False)
    records.sort(
        key=lambda record: comparable(_first(_values(record, sort.path))),
        reverse=parameters.get("SortOrder", "Descending") == "Descending",
    )
    member = name if name in _record_members(plan) else ""
    results = [{member: record} if member else {} for record in records]
    answer = {
        "Results": results,
        "TotalHits": {"Value": len(results), "Relation": "EqualTo"},
    }
    known = plan.operation.output_members
    return paged(plan.operation, {m: v for m, v in answer.items() if m in known}, call)


def suggestions(context: Context, plan: Plan, call: Call) -> Document | None:
    """Return the property names that begin with the hint."""
    searched = name_searched(call.parameters["Resource"])
    shape = record_shape(plan, searched)
    query = call.parameters.get("SuggestionQuery", {}).get("PropertyNameQuery", {})
    hint = query.get("PropertyNameHint", "").lower()
    names = set(_property_names(shape))
    for record in records_of(context, plan, searched, call):
        names.update(f"Tags.{tag['Key']}" for tag in record.get("Tags", ()))
        for member, item in record.items():
            if shape is not None and shape.members[member].type_name == "map":
                names.update(f"{member}.{key}" for key in item)
    found = sorted(name for name in names if name.lower().startswith(hint))
    return {"PropertyNameSuggestions": [{"PropertyName": name} for name in found]}


def name_searched(resource_type: str) -> str:
    """Return the name of the records of a resource type: a kind's, or that of its parts."""
    return KIND_OF.get(resource_type, resource_type)


def _record_members(plan: Plan) -> Mapping[str, Any]:
    members: Mapping[str, Any] = plan.operation.service.shape("SearchRecord").members  # type: ignore[attr-defined]
    return members


def record_shape(plan: Plan, kind_name: str) -> Any:
    """Return the shape of a kind's search record; None for a kind that has none."""
    return _record_members(plan).get(kind_name)


def records_of(context: Context, plan: Plan, name: str, call: Call) -> Iterator[dict[str, Any]]:
    """Return the search records of a name in the call's account and region, oldest first."""
    shape = record_shape(plan, name)
    kind_name, part = PARTS.get(name, (name, ""))
    kind = plan.catalogue.kind(kind_name)
    for resource in context.resources(kind.name, call):
        if not part:
            yield record_of(context, kind, shape, resource)
            continue
        for document in resource.document.get(part, ()):
            yield {member: document[member] for member in shape.members if member in document}


def record_of(context: Context, kind: BoundKind, shape: Any, resource: Resource) -> dict[str, Any]:
    """Return a resource's search record."""
    members = shape.members if shape is not None else kind.member_shapes
    document = dict(resource.document)
    if kind.kind.on_search is not None:
        document.update(kind.kind.on_search(context, resource, {}))
    if resource.tags:
        document["Tags"] = tag_list(resource.tags)
    return {member: document[member] for member in members if member in document}


# Expressions ------------------------------------------------------------------------------------

Test = Callable[[Mapping[str, Any]], bool]


def _always(_: Mapping[str, Any]) -> bool:
    return True


def _check_expression(expression: Mapping[str, Any], kind_name: str) -> None:
    """Refuse an expression that is empty, too large, or has Contains where it may not.

    Source: API reference, SearchExpression and Filter.Operator.
    """
    elements = list(_elements(expression))
    if not elements:
        raise ServiceError(
            "ValidationException",
            "SearchExpression must contain at least one of Filters, NestedFilters or SubExpressions.",
        )
    if len(elements) > MOST_ELEMENTS:
        raise ServiceError(
            "ValidationException",
            f"SearchExpression can contain at most {MOST_ELEMENTS} filters, nested filters and "
            "subexpressions.",
        )
    repeatable = REPEATABLE_CONTAINS.get(kind_name, set())
    once = [
        element
        for element in elements
        if element.get("Operator") == "Contains"
        and str(element.get("Name", "")).partition(".")[0] not in repeatable
    ]
    if len(once) > 1:
        raise ServiceError("ValidationException", "'CONTAINS' operator usage limit of 1 exceeded.")


def _elements(expression: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Return every filter, nested filter and subexpression, through all depths."""
    yield from expression.get("Filters", ())
    for nested in expression.get("NestedFilters", ()):
        yield nested
        yield from nested["Filters"]
    for inner in expression.get("SubExpressions", ()):
        yield inner
        yield from _elements(inner)


def _expression(expression: Mapping[str, Any], shape: Any) -> Test:
    tests = [_filter(given, shape) for given in expression.get("Filters", ())]
    tests += [_nested(given, shape) for given in expression.get("NestedFilters", ())]
    tests += [_expression(given, shape) for given in expression.get("SubExpressions", ())]
    combine = any if expression.get("Operator") == "Or" else all
    return lambda record: combine(test(record) for test in tests)


def _nested(nested: Mapping[str, Any], shape: Any) -> Test:
    """Return whether one element of a list meets every filter of a nested filter."""
    base = _property(nested["NestedPropertyName"], shape)
    prefix = base.name + "."
    tests = []
    for given in nested["Filters"]:
        found = _property(given["Name"], shape)
        inner = Property(
            found.name,
            found.path[len(base.path) :] if found.name.startswith(prefix) else found.path,
            found.type_name,
        )
        tests.append(_test(given, inner))

    def matches(record: Mapping[str, Any]) -> bool:
        return any(
            all(test(element) for test in tests)
            for value in _values(record, base.path, flat=False)
            for element in (value if isinstance(value, list) else [value])
        )

    return matches


def _filter(given: Mapping[str, Any], shape: Any) -> Test:
    return _test(given, _property(given["Name"], shape))


def _test(given: Mapping[str, Any], found: Property) -> Test:
    """Return what tests a record for one filter.

    Raises:
        ServiceError: The operator does not go with the property, or the value cannot be read.
    """
    operator = given.get("Operator") or ("Equals" if "Value" in given else "Exists")
    path = found.path
    if operator == "Exists":
        return lambda record: bool(_values(record, path))
    if operator == "NotExists":
        return lambda record: not _values(record, path)
    _check_operator(given, operator, found)
    text = given["Value"]
    if operator == "Contains":
        return lambda record: any(text in str(value) for value in _values(record, path))
    if operator == "In":
        accepted = [part.strip() for part in text.split(",")]
        return lambda record: any(str(value) in accepted for value in _values(record, path))
    wanted = _wanted(text, found)
    if operator == "Equals":
        return lambda record: any(_alike(v, wanted) for v in _values(record, path))
    if operator == "NotEquals":
        return lambda record: not any(_alike(v, wanted) for v in _values(record, path))
    return _ordered(ORDERED[operator], wanted, found)


def _check_operator(given: Mapping[str, Any], operator: str, found: Property) -> None:
    """Refuse an operator that does not go with the property or lacks its value."""
    if "Value" not in given:
        raise ServiceError(
            "ValidationException", f"Value is required for operator {operator} on {found.name}."
        )
    if operator in ORDERED and found.is_text and found.path[0] not in OPEN_VALUES:
        raise ServiceError(
            "ValidationException",
            f"Operator {operator} is not supported for text property: {found.name}",
        )
    if operator in TEXT_ONLY and not found.is_text:
        raise ServiceError(
            "ValidationException",
            f"Operator {operator} is only supported for text properties: {found.name}",
        )


def _ordered(compare: Callable[[Any, Any], bool], wanted: Any, found: Property) -> Test:
    """Return what compares numbers and times; whole numbers where the filter's value is one."""

    def ordered(record: Mapping[str, Any]) -> bool:
        numbers = [_number(value) for value in _values(record, found.path)]
        if isinstance(wanted, int) and found.is_text:
            numbers = [None if number is None else int(number) for number in numbers]
        return any(number is not None and compare(number, wanted) for number in numbers)

    return ordered if isinstance(wanted, (int, float)) else lambda _: False


OPEN_VALUES = frozenset({"HyperParameters", "Metrics", "Parameters", "FinalMetricDataList"})
"""Members whose text may stand for numbers, so that the ordered operators accept them."""


def _wanted(text: str, found: Property) -> Any:
    """Return a filter's value as the property's type.

    Raises:
        ServiceError: A number or a time cannot be read.
    """
    if found.type_name == "timestamp":
        try:
            parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            number = _number(text)
            if number is None:
                raise _unreadable(text, found) from None
            return number
        aware = parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=timezone.utc)
        return aware.timestamp()
    if found.type_name in NUMBERS:
        number = _number(text)
        if number is None:
            raise _unreadable(text, found)
        return number
    if found.type_name == "boolean":
        return text.lower() == "true"
    if found.path[0] in OPEN_VALUES and (number := _number(text)) is not None:
        return number
    return text


def _unreadable(text: str, found: Property) -> ServiceError:
    return ServiceError("ValidationException", f"Invalid value '{text}' for property: {found.name}")


def _number(value: Any) -> float | int | None:
    """Return a value as a number: whole if it is written so; None if it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return value
    text = str(value).strip()
    if text.lstrip("+-").isdigit():
        return int(text)
    try:
        return float(text)
    except ValueError:
        return None


def _alike(value: Any, wanted: Any) -> bool:
    if isinstance(value, str) and isinstance(wanted, (int, float)) and not isinstance(wanted, bool):
        number = _number(value)
        return number is not None and number == wanted
    return bool(value == wanted)


def _visible(conditions: Any) -> Test:
    """Return whether a record may be seen: it has the tag with the value, or has no such tag."""
    wanted = [(c.get("Key", "").removeprefix("Tags."), c.get("Value")) for c in conditions]

    def matches(record: Mapping[str, Any]) -> bool:
        tags = {tag["Key"]: tag["Value"] for tag in record.get("Tags", ())}
        return all(tags.get(key, value) == value for key, value in wanted)

    return matches


# Properties -------------------------------------------------------------------------------------


def _property(name: str, shape: Any, *, checked: bool = True) -> Property:
    """Return a property of a record by its dotted name.

    Raises:
        ServiceError: The record's shape has no such property (text: seen in a client).
    """
    parts = name.split(".")
    path: list[str] = []
    current = shape
    while parts:
        if current is None:
            path.extend(parts)
            return Property(name, tuple(path), "string")
        type_name = current.type_name
        if type_name == "list":
            element = current.member
            if path[-1:] == ["Tags"] or "MetricName" in getattr(element, "members", {}):
                path.append(".".join(parts))  # Tags.<key> and metrics by name
                metric = "MetricName" in getattr(element, "members", {})
                return Property(name, tuple(path), "double" if metric else "string")
            current = element
        elif type_name == "map":
            path.append(".".join(parts))
            return Property(name, tuple(path), current.value.type_name)
        elif type_name == "structure" and parts[0] in current.members:
            path.append(parts[0])
            current = current.members[parts.pop(0)]
        elif checked:
            raise ServiceError("ValidationException", f"Unknown property name: {name}")
        else:
            return Property(name, tuple(name.split(".")), "string")
    return Property(name, tuple(path), current.type_name if current is not None else "string")


def _values(value: Any, path: tuple[str, ...], *, flat: bool = True) -> list[Any]:
    """Return the values at a path; a list on the way gives those of each element."""
    if value is None:
        return []
    if not path:
        if flat and isinstance(value, list):
            return [inner for item in value for inner in _values(item, ())]
        return [value]
    if isinstance(value, list):
        by_name = [found for item in value for found in _named(item, path)]
        return by_name or [found for item in value for found in _values(item, path, flat=flat)]
    if isinstance(value, Mapping):
        return _values(value.get(path[0]), path[1:], flat=flat)
    return []


def _named(item: Any, path: tuple[str, ...]) -> list[Any]:
    """Return a tag's or a metric's value when the path is its name."""
    if not isinstance(item, Mapping) or len(path) != 1:
        return []
    if item.get("Key") == path[0] and "Value" in item:
        return [item["Value"]]
    if item.get("MetricName") == path[0]:
        return [item[m] for m in ("Value", "Last", "Avg") if m in item][:1]
    return []


def _first(values: list[Any]) -> Any:
    return values[0] if values else None


def _property_names(shape: Any, prefix: str = "", depth: int = 3) -> Iterator[str]:
    """Return the dotted names of a record's properties."""
    if shape is None or depth == 0:
        return
    for name, member in shape.members.items():
        inner = member.member if member.type_name == "list" else member
        yield prefix + name
        if inner.type_name == "structure":
            yield from _property_names(inner, f"{prefix}{name}.", depth - 1)
