"""The errors of the facts: what is missing, what is there already, for each kind."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from docs.ledger import Fact, named
from sagestub import World
from tests.conftest import shared_session
from tests.model.creations import GIVEN, create, inputs_of, populated
from tests.model.test_every_operation import names_in, placed

NAME = "no-such-one"
REGION = "eu-west-1"

VERBS = ("describe", "update", "stop", "start", "delete")


def kind_of(fact: Fact) -> str:
    return fact.name.split(".")[1]


def ids(facts: list[Fact]) -> list[Any]:
    return [pytest.param(fact, id=fact.name) for fact in facts]


def sentence(fact: Fact) -> re.Pattern[str]:
    """Return a pattern of the sentence that a fact gives, or of the part of it that is known."""
    text = fact.value.get("message", "")
    contained = re.match(r"\(?(?:text )?(contains|ends with)\)?:? *", text)
    text = text[contained.end() :] if contained else text
    quoted = re.match(r'"([^"]+)"', text) if contained else None
    text = quoted[1] if quoted else re.split(r" \((?:prefix|then the name)|; | \.\.\.", text)[0]
    if contained and not quoted:
        text = text.partition(" (")[0]
    parts = re.split(r"\{[^}]*\}|\.\.\. |…", text)
    pattern = ".+".join(map(re.escape, parts))
    return re.compile(pattern if contained or fact.name in TAILS else f"^{pattern}", re.DOTALL)


TAILS = frozenset({"metadata.Trial.errors.create-with-a-name-that-exists"})
"""Facts whose sentence may follow another one."""


def refusal(client: Any, operation: str, parameters: dict[str, Any]) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        client._make_api_call(operation, parameters)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return error.value.response["Error"]["Code"], error.value.response["Error"]["Message"]


def naming_none(sm: World, kind: Any, operation: Any) -> dict[str, Any]:
    """Return parameters of an operation that name nothing, and whose parents are there."""
    known = names_in(sm)
    own = {*kind.identifier, kind.arn_member, kind.name_member, f"{kind.name}Name", "Name", "Arn"}
    own -= {f"{other}Name" for other in sm.kinds if other != kind.name}
    generated = inputs_of(operation.name)[0]
    needed = {m: v for m, v in generated.items() if m in operation.required_input}
    parameters: dict[str, Any] = placed(needed, known, frozenset(own))
    arn = f"arn:aws:sagemaker:eu-west-1:123456789012:{kind.words.replace(' ', '-')}/{NAME}"
    for member in own & set(operation.input_members):
        shape = operation.input_shape.members[member]
        if shape.type_name != "string" or "enum" in shape.metadata or member in kind.kind.parents:
            continue
        wanted = arn if member.endswith("Arn") and "{" not in member else NAME
        pattern = shape.metadata.get("pattern", ".*")
        if re.fullmatch(pattern.replace(r"\p{Alnum}", "[a-zA-Z0-9]"), wanted):
            parameters[member] = wanted
    return parameters


MISSING_OR_IN_THE_WRONG_STATE = [
    ("TrainingJob", "Describe", None),
    ("ProcessingJob", "Describe", None),
    ("TransformJob", "Describe", None),
    ("TrainingJob", "Stop", "Completed"),
    ("ProcessingJob", "Stop", "Completed"),
    ("TransformJob", "Stop", "Completed"),
]
"""Kind, verb and the status of the job; None where there is none."""


@pytest.mark.fact("jobs._common.validation.note")
@pytest.mark.parametrize(("kind", "verb", "status"), MISSING_OR_IN_THE_WRONG_STATE)
def test_a_semantic_rejection_has_a_code_that_no_operation_lists(
    sm: World, client: Any, kind: str, verb: str, status: str | None
) -> None:
    service = client.meta.service_model
    listed = {
        shape.name
        for name in service.operation_names
        for shape in service.operation_model(name).error_shapes
    }
    assert "ValidationException" not in listed
    name = "no" if status is None else sm.add(kind, REGION, **{f"{kind}Status": status}).name  # type: ignore[arg-type]
    assert refusal(client, f"{verb}{kind}", {f"{kind}Name": name})[0] == "ValidationException"


def verbs_in(fact: Fact) -> list[str]:
    before = fact.value["when"].partition("missing")[0].lower()
    return [verb for verb in VERBS if verb in before] or ["describe"]


@pytest.mark.parametrize(
    "fact",
    ids(
        named(
            "*.*.errors.describe-*missing*",
            "*.*.errors.stop-*missing*",
            "*.*.errors.delete-of-a-missing*",
            "*.*.errors.delete-a-missing*",
            "*.*.errors.missing*",
            "*.*.errors.update-*missing*",
        )
    ),
)
def test_missing(fact: Fact) -> None:
    with populated(without=kind_of(fact)) as (sm, client):
        kind = sm._kind(kind_of(fact))
        for verb in verbs_in(fact):
            operation = getattr(kind, verb)
            parameters = naming_none(sm, kind, operation)
            code, message = refusal(client, operation.name, parameters)
            assert code == fact.value["code"], (operation.name, message)
            assert sentence(fact).search(message), (operation.name, message)


@pytest.mark.parametrize(
    "fact",
    ids(
        named(
            "*.*.errors.create-with-a-name*",
            "*.*.errors.create-existing*",
            "*.*.errors.name-taken-on-the-cluster*",
        )
    ),
)
def test_name_in_use(fact: Fact) -> None:
    with populated(without=kind_of(fact)) as (sm, client):
        made = create(sm, client, kind_of(fact))
        kind = made.resource.kind
        parameters = {**made.parameters, **GIVEN.get(kind.name, {})}
        parameters = {m: v for m, v in parameters.items() if v is not None}
        for token in ("ClientRequestToken", "ClientToken"):
            parameters.pop(token, None)
        code, message = refusal(client, kind.create.name, parameters)
        assert code == fact.value["code"], message
        assert sentence(fact).search(message), message


CASE_UNKNOWN = frozenset({"metadata.Project.errors.null-name"})
"""Facts of which the source does not tell the case of the member's first letter."""


@pytest.mark.parametrize("fact", ids(named("metadata.*.errors.null-name")))
def test_a_name_that_is_null(fact: Fact) -> None:
    """Only a client that does not look itself gets so far."""
    with populated(without=kind_of(fact)) as (sm, client):
        kind = sm._kind(kind_of(fact))
        assert kind.create is not None
        made = create(sm, client, kind.name)
        config = Config(parameter_validation=False)
        lenient = shared_session().client("sagemaker", region_name="eu-west-1", config=config)
        parameters = {m: v for m, v in made.parameters.items() if m != kind.name_member}
        code, message = refusal(lenient, kind.create.name, parameters)
        told = fact.value["message"]
        if fact.name in CASE_UNKNOWN:
            message, told = message.lower(), told.lower()
        assert (code, message) == (fact.value["code"], told)
