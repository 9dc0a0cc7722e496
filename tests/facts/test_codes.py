"""The tables of codes and texts: a missing resource, a name in use; each row for each of its kinds."""

from __future__ import annotations

import re
from typing import Any

import pytest

from docs.ledger import Fact, named
from tests.facts.test_errors import naming_none, refusal
from tests.model.creations import GIVEN, create, populated

DEFINITIONS = (
    "DataQualityJobDefinition",
    "ModelQualityJobDefinition",
    "ModelBiasJobDefinition",
    "ModelExplainabilityJobDefinition",
)


def kinds_of(fact: Fact) -> list[str]:
    """Return the kinds that a row names in its first cell."""
    names = re.findall(r"\*?[A-Z]\w+", re.sub(r"\([^)]*\)", "", fact.value["Resource"]))
    return [k for name in names for k in (DEFINITIONS if name == "*JobDefinition" else [name])]


def texts_of(fact: Fact) -> list[re.Pattern[str]]:
    """Return patterns of the sentences of a row; one of them is the kind's."""
    cell = fact.value["Message template"]
    found = []
    for text in re.findall(r"`([^`]+)`", cell) or [""]:
        parts = re.split(r"\{[^}]*\}|\.\.\.", text.rstrip("."))
        found.append(re.compile(".+".join(map(re.escape, parts)).replace("Trial", r"\w+")))
    if "prefix" in cell:
        found = [
            re.compile(re.escape(re.findall(r"`([^`]+)`", cell)[-1].split(" ...")[0].split("{")[0]))
        ]
    return found


ROWS_OF_MISSING = [(fact, kind) for fact in named("cross-cutting.4.*") for kind in kinds_of(fact)]


@pytest.mark.parametrize(
    ("fact", "kind_name"),
    [pytest.param(fact, kind, id=f"{fact.name}/{kind}") for fact, kind in ROWS_OF_MISSING],
)
def test_missing(fact: Fact, kind_name: str) -> None:
    with populated(without=kind_name) as (sm, client):
        kind = sm._kind(kind_name)
        assert kind.describe is not None
        parameters = naming_none(sm, kind, kind.describe)
        code, message = refusal(client, kind.describe.name, parameters)
        assert code in fact.value["Code"].split(" or ")
        assert any(text.search(message) for text in texts_of(fact)), message


ROWS_OF_TAKEN = [(fact, kind) for fact in named("cross-cutting.5.*") for kind in kinds_of(fact)]


@pytest.mark.parametrize(
    ("fact", "kind_name"),
    [pytest.param(fact, kind, id=f"{fact.name}/{kind}") for fact, kind in ROWS_OF_TAKEN],
)
def test_name_in_use(fact: Fact, kind_name: str) -> None:
    with populated(without=kind_name) as (sm, client):
        made = create(sm, client, kind_name)
        parameters: dict[str, Any] = {**made.parameters, **GIVEN.get(kind_name, {})}
        parameters = {m: v for m, v in parameters.items() if v is not None}
        for token in ("ClientRequestToken", "ClientToken"):
            parameters.pop(token, None)
        code, message = refusal(client, made.resource.kind.create.name, parameters)
        assert code == fact.value["Code"]
        assert any(text.search(message) for text in texts_of(fact)), message
