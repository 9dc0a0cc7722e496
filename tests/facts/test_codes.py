"""The tables of codes and texts: a missing resource, a name in use; each row for each of its kinds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore import xform_name

from docs.ledger import Fact, named
from tests.facts import walks
from tests.facts.test_errors import naming_none, refusal
from tests.model.creations import GIVEN, Created, create, populated
from tests.model.test_round_trips import Place

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


def repeated(made: Created) -> dict[str, Any]:
    """Return the request that made a resource once more, without its token."""
    parameters = {**made.parameters, **GIVEN.get(made.resource.kind.name, {})}
    tokens = ("ClientRequestToken", "ClientToken")
    return {m: v for m, v in parameters.items() if v is not None and m not in tokens}


ROWS_OF_TAKEN = [(fact, kind) for fact in named("cross-cutting.5.*") for kind in kinds_of(fact)]


@pytest.mark.parametrize(
    ("fact", "kind_name"),
    [pytest.param(fact, kind, id=f"{fact.name}/{kind}") for fact, kind in ROWS_OF_TAKEN],
)
def test_name_in_use(fact: Fact, kind_name: str) -> None:
    with populated(without=kind_name) as (sm, client):
        made = create(sm, client, kind_name)
        code, message = refusal(client, made.resource.kind.create.name, repeated(made))
        assert code == fact.value["Code"]
        assert any(text.search(message) for text in texts_of(fact)), message


# Hosting: two dialects -------------------------------------------------------------------------------

VALIDATION, NOT_FOUND = "ValidationException", "ResourceNotFound"
IN_USE, CONFLICT = "ResourceInUse", "ConflictException"

OLDER = (
    "Model",
    "EndpointConfig",
    "Endpoint",
    "InferenceComponent",
    "NotebookInstance",
    "NotebookInstanceLifecycleConfig",
)


@pytest.mark.fact("hosting.common.notes.Two-error-dialects-The-2017-resources")
@pytest.mark.parametrize("kind_name", OLDER)
def test_what_is_of_2017_says_no_with_one_code(kind_name: str) -> None:
    """It is missing, its name is taken, or its state does not accept the call: all the same."""
    with populated(without=kind_name, transitions="manual") as (sm, client):
        made = create(sm, client, kind_name)
        kind = made.resource.kind
        refusals = [
            (kind.describe.name, naming_none(sm, kind, kind.describe)),
            (kind.create.name, repeated(made)),
        ]
        if kind.lifecycle is not None:
            refusals.append((kind.delete.name, made.naming(kind.delete)))
        codes = [refusal(client, name, parameters)[0] for name, parameters in refusals]
        assert codes == [VALIDATION] * len(refusals)
        for verb in ("create", "describe", "update", "delete", "start", "stop"):
            operation = getattr(kind, verb)
            assert operation is None or operation.error_codes <= {"ResourceLimitExceeded"}


LATER: dict[str, tuple[str, str]] = {
    "Domain": (NOT_FOUND, IN_USE),
    "UserProfile": (NOT_FOUND, IN_USE),
    "Space": (NOT_FOUND, IN_USE),
    "App": (NOT_FOUND, IN_USE),
    "Image": (NOT_FOUND, IN_USE),
    "Hub": (NOT_FOUND, IN_USE),
    "PartnerApp": (NOT_FOUND, CONFLICT),
    "ComputeQuota": (NOT_FOUND, CONFLICT),
    # A code of its own, an orchestrator that is taken first, a code that the model lacks, no names.
    "InferenceRouter": (NOT_FOUND, ""),
    "Cluster": (NOT_FOUND, ""),
    "MlflowTrackingServer": (NOT_FOUND, ""),
    "MlflowApp": (NOT_FOUND, ""),
    # Clients have seen another code for a fleet that is missing.
    "DeviceFleet": ("", IN_USE),
}
"""By kind: the code of one that is missing, and of a name that is taken; empty where facts of the
kind's own say otherwise, with the reasons."""


@pytest.mark.fact("hosting.common.notes.Two-error-dialects-The-2017-resources")
@pytest.mark.parametrize("kind_name", LATER)
def test_what_came_later_says_no_with_codes_of_their_own(kind_name: str) -> None:
    missing, taken = LATER[kind_name]
    with populated(without=kind_name) as (sm, client):
        made = create(sm, client, kind_name)
        kind = made.resource.kind
        if missing:
            parameters = naming_none(sm, kind, kind.describe)
            if kind_name == "App":  # One of two members, so the model requires neither.
                parameters["UserProfileName"] = sm.resources("UserProfile")[0].name
            assert refusal(client, kind.describe.name, parameters)[0] == missing
        if taken:
            assert refusal(client, kind.create.name, repeated(made))[0] == taken


WAITERS: list[tuple[str, dict[str, Any], str]] = [
    ("Endpoint", {"EndpointName": "no"}, VALIDATION),
    ("NotebookInstance", {"NotebookInstanceName": "no"}, VALIDATION),
    ("Image", {"ImageName": "no"}, NOT_FOUND),
    ("ImageVersion", {"ImageName": "no", "Version": 1}, NOT_FOUND),
]


@pytest.mark.fact("hosting.common.notes.describe-of-a-missing-2017-style")
@pytest.mark.parametrize(("kind_name", "names", "code"), WAITERS)
def test_a_waiter_takes_the_code_of_what_is_missing_as_success(
    client: Any, kind_name: str, names: dict[str, Any], code: str
) -> None:
    assert refusal(client, f"Describe{kind_name}", names)[0] == code
    client.get_waiter(f"{xform_name(kind_name)}_deleted").wait(**names)


REUSED = (
    "Endpoint",
    "InferenceComponent",
    "InferenceRouter",
    "NotebookInstance",
    "UserProfile",
    "Space",
    "Image",
    "Hub",
    "MlflowTrackingServer",
)


@pytest.mark.fact("hosting.common.notes.After-a-delete-the-name-can")
@pytest.mark.parametrize("kind_name", REUSED)
def test_a_name_is_free_when_its_resource_is_gone(kind_name: str) -> None:
    """While it is Deleting, a create answers as before: it exists."""
    with populated(without=kind_name) as (sm, client):
        made = create(sm, client, kind_name)
        kind, place = made.resource.kind, Place(sm, client, made)
        walks.shown(place)
        taken = refusal(client, kind.create.name, repeated(made))
        if (kind_name, "delete") in walks.STOPPED_BEFORE:
            place.call_when_accepted(kind.stop, {})
            walks.shown(place)
        place.call_when_accepted(kind.delete, {})
        assert made.resource.status in kind.lifecycle.delete
        assert refusal(client, kind.create.name, repeated(made)) == taken
        assert walks.statuses(walks.shown(place))[-1] == walks.END
        client._make_api_call(kind.create.name, repeated(made))
        assert made.resource not in sm.resources(kind_name)
