"""Every declared field rule is of the model, and says where it comes from."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub.engine.cross_fields import FieldRule
from sagestub.kinds import FIELD_RULES, KINDS
from sagestub.model.service import load_service
from sagestub.services import catalogue_of


def checked() -> list[Any]:
    """Every rule with each operation that checks it."""
    catalogue = catalogue_of(load_service("sagemaker"))
    found = []
    for name in KINDS:
        kind = catalogue.kind(name)
        for number, rule in enumerate(kind.kind.field_rules):
            create = kind.create.name if kind.create is not None else ""
            found += [
                pytest.param(operation, rule, id=f"{name}-{number}-{operation}")
                for operation in rule.operations or (create,)
            ]
    for operation, rules in FIELD_RULES.items():
        found += [pytest.param(operation, rule, id=operation) for rule in rules]
    return found


def shape_at(shape: Any, path: str) -> Any:
    """Return the shape at a path.

    Raises:
        KeyError: There is none.
    """
    for part in path.split(".") if path else ():
        name = part.removesuffix("[]").removesuffix("{}")
        shape = shape.members[name]
        if part.endswith("[]"):
            assert shape.type_name == "list", path
            shape = shape.member
        elif part.endswith("{}"):
            assert shape.type_name == "map", path
            shape = shape.value
    return shape


@pytest.mark.parametrize(("operation", "rule"), checked())
def test_a_rule_names_members_of_the_request(operation: str, rule: FieldRule) -> None:
    whole = load_service("sagemaker").operation(operation).input_shape
    for place in rule.at.split(" | ") if rule.at else [""]:
        for member in rule.condition.members:
            shape_at(shape_at(whole, place), member)


@pytest.mark.parametrize(("operation", "rule"), checked())
def test_a_rule_says_what_it_is_and_where_it_comes_from(operation: str, rule: FieldRule) -> None:
    assert rule.source
    assert rule.condition.words
    assert rule.condition.text or rule.text is not None
    assert rule.text_source
