"""What other clients look for in errors: their rules as data, run over the answers to real calls.

The rules stand in `matching/`, a module for each client. Each is what a client's code looks for: a code,
and how the message must begin, end or what it must contain. Where two of them disagree, the module says
which one is left out.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from sagestub import World
from tests.facts.matching import airflow, cloudformation, controllers, sdk, terraform
from tests.facts.matching.rules import VALIDATION, Refused, Rule, named
from tests.facts.test_errors import naming_none, refusal
from tests.model.creations import GIVEN, create, populated

REGION = "eu-west-1"

MISSING = [
    *terraform.MISSING,
    *controllers.MISSING,
    *sdk.MISSING,
    *airflow.MISSING,
    *cloudformation.MISSING,
]


@pytest.mark.parametrize("rule", named(MISSING))
def test_missing(rule: Rule) -> None:
    with populated(without=rule.kind) as (sm, client):
        kind = sm._kind(rule.kind)
        operation = getattr(kind, rule.verb)
        parameters = naming_none(sm, kind, operation)
        if rule.kind == "App":  # One of two members, so the model requires neither.
            parameters["UserProfileName"] = sm.resources("UserProfile")[0].name
        if (
            rule.kind == "InferenceRecommendationsJob"
        ):  # Its member is called as that of other jobs.
            parameters["JobName"] = "no-such-one"
        code, message = refusal(client, operation.name, parameters)
        assert rule.hits(code, message), (code, message)


TAKEN = [*controllers.TAKEN, *sdk.TAKEN, *airflow.TAKEN, *cloudformation.TAKEN]


@cache
def taken(kind_name: str) -> tuple[str, str]:
    """Return code and message of a Create with a name that is taken."""
    with populated(without=kind_name) as (sm, client):
        made = create(sm, client, kind_name)
        parameters = {**made.parameters, **GIVEN.get(kind_name, {})}
        parameters = {m: v for m, v in parameters.items() if v is not None}
        for token in ("ClientRequestToken", "ClientToken"):
            parameters.pop(token, None)
        return refusal(client, made.resource.kind.create.name, parameters)


@pytest.mark.parametrize("rule", named(TAKEN))
def test_name_taken(rule: Rule) -> None:
    code, message = taken(rule.kind)
    assert rule.hits(code, message), (code, message)


REFUSED = [
    *terraform.REFUSED,
    *controllers.REFUSED,
    *sdk.REFUSED,
    *airflow.REFUSED,
    *cloudformation.REFUSED,
]


@pytest.mark.parametrize("refused", named(REFUSED))
def test_refused(sm: World, client: Any, refused: Refused) -> None:
    """A state does not accept the call, or a part that it names is missing."""
    sm.transitions(rule="manual")
    for kind, members in refused.resources:
        sm.add(kind, REGION, **members)
    code, message = refusal(client, refused.operation, refused.parameters)
    assert refused.rule.hits(code, message), (code, message)


def test_a_model_card_being_deleted(sm: World, client: Any) -> None:
    """TF model_card.go: such an error means that the card is on its way out."""
    sm.transitions(rule="manual")
    sm.add("ModelCard", REGION, ModelCardName="card").move_to("DeleteCompleted")
    code, message = refusal(client, "DescribeModelCard", {"ModelCardName": "card"})
    assert code == VALIDATION
    assert "Model card is being deleted" in message
