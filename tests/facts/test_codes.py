"""The tables of codes and texts: a missing resource, a name in use; each row for each of its kinds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from docs.ledger import Fact, facts, named
from sagestub import World, mock_sagemaker
from sagestub.model.service import load_service
from tests.conftest import shared_session
from tests.facts import walks
from tests.facts.test_errors import naming_none, refusal
from tests.model.creations import GIVEN, Created, create, populated
from tests.model.test_round_trips import Place

TAKEN_TWICE = "cross-cutting.5.Experiment-Trial-TrialComponent-Artifact-Association"
"""A row of which one kind, Association, is not made by a Create; `tests/kinds/test_lineage.py` has it."""

ALSO = {"App": {"UserProfileName": "userprofile-1"}}
"""Members without which a Describe is refused for another reason."""

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
        parameters = {**naming_none(sm, kind, kind.describe), **ALSO.get(kind_name, {})}
        code, message = refusal(client, kind.describe.name, parameters)
        assert code in fact.value["Code"].split(" or ")
        assert any(text.search(message) for text in texts_of(fact)), message


def repeated(made: Created) -> dict[str, Any]:
    """Return the request that made a resource once more, without its token."""
    parameters = {**made.parameters, **GIVEN.get(made.resource.kind.name, {})}
    tokens = ("ClientRequestToken", "ClientToken")
    return {m: v for m, v in parameters.items() if v is not None and m not in tokens}


ROWS_OF_TAKEN = [
    (fact, kind)
    for fact in named("cross-cutting.5.*", TAKEN_TWICE)
    for kind in kinds_of(fact)
    if kind != "Association"
]


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


NEWER = {
    "CompilationJob": {"CompilationJobName": "none"},
    "AutoMLJob": {"AutoMLJobName": "none"},
    "HyperParameterTuningJob": {"HyperParameterTuningJobName": "none"},
    "Domain": {"DomainId": "d-none"},
}


@pytest.mark.fact("cross-cutting.3.Newer-batch-of-services-use-Amazon")
@pytest.mark.parametrize("kind_name", NEWER)
def test_newer_services_cannot_find_what_is_missing(client: Any, kind_name: str) -> None:
    code, text = refusal(client, f"Describe{kind_name}", NEWER[kind_name])
    assert code == "ResourceNotFound"
    assert text.startswith("Amazon SageMaker can't find a")
    assert "none" in text


SENTENCES = {
    "DescribeTrainingJob": {"TrainingJobName": "none"},
    "DescribeEndpoint": {"EndpointName": "none"},
    "DescribeModelPackage": {"ModelPackageName": "none"},
    "CreateModelPackage": {},
    "StopTrainingJob": {"TrainingJobName": "done"},
    "CreateEndpoint": {"EndpointName": "e", "EndpointConfigName": "none"},
}


@pytest.mark.fact("cross-cutting.3.One-free-text-sentence-same-code")
@pytest.mark.parametrize("operation", SENTENCES)
def test_what_a_request_means_is_refused_in_one_sentence(
    sm: World, client: Any, operation: str
) -> None:
    """Status 400, which `refusal` looks at, and no list of violations."""
    sm.add("TrainingJob", region="eu-west-1", TrainingJobName="done", TrainingJobStatus="Completed")
    code, text = refusal(client, operation, SENTENCES[operation])
    assert code == "ValidationException"
    assert re.fullmatch(r"[A-Z][^;]+", text)
    assert "validation error" not in text


@pytest.mark.fact("cross-cutting.1.ResourceAlreadyExists-is-declared-by-one-operation")
def test_one_operation_answers_that_a_resource_already_exists(sm: World) -> None:
    declaring = [
        operation.name
        for operation in load_service("sagemaker")
        if "ResourceAlreadyExists" in operation.error_codes
    ]
    saying = [
        f"Create{name}"
        for name in sm.kinds
        if getattr(sm._kind(name).kind.exists, "code", "") == "ResourceAlreadyExists"
    ]
    assert declaring == saying == ["CreateInferenceRouter"]


# Letter case --------------------------------------------------------------------------------------

CASES = "cross-cutting.6.names-not-case-sensitive-for-uniqueness"
IN_ANY_CASE = re.findall(r"(?:: |, )([A-Z]\w+)", facts()[CASES].text)


def made_as(sm: World, client: Any, kind_name: str, *names: str) -> list[str]:
    """Create resources that differ by their names alone; return the codes of the refusals."""
    made = create(sm, client, kind_name)
    kind = made.resource.kind
    tokens = ("ClientRequestToken", "ClientToken")
    given = {m: v for m, v in made.parameters.items() if m not in tokens}
    codes = []
    for name in names:
        try:
            client._make_api_call(kind.create.name, {**given, kind.name_member: name})
        except ClientError as refused:
            codes.append(refused.response["Error"]["Code"])
    shown = {**made.naming(kind.describe), kind.name_member: names[0]}
    assert client._make_api_call(kind.describe.name, shown)[kind.name_member] == names[0]
    return codes


@pytest.mark.fact(CASES, "cross-cutting.6.the-name-member-itself-always-keeps")
@pytest.mark.parametrize("kind_name", IN_ANY_CASE)
def test_a_name_is_taken_in_any_case_and_shown_in_its_own(kind_name: str) -> None:
    with populated(without=kind_name) as (sm, client):
        (code,) = made_as(sm, client, kind_name, "MiXed", "mIxED")
        assert code in ("ValidationException", "ResourceInUse")


@pytest.mark.fact(CASES)
def test_routers_are_told_apart_by_the_case_of_their_names() -> None:
    with populated(without="InferenceRouter") as (sm, client):
        assert made_as(sm, client, "InferenceRouter", "MiXed", "mIxED") == []


# ARNs ---------------------------------------------------------------------------------------------


@pytest.mark.fact("cross-cutting.6.ARN-form-arn-partition-sagemaker-region")
@pytest.mark.parametrize(
    ("partition", "region"),
    [("aws", "eu-west-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")],
)
def test_an_arn_has_partition_region_account_and_kind(
    sm: World, partition: str, region: str
) -> None:
    form = rf"arn:{partition}:sagemaker:{region}:123456789012:[a-z-]+(/[\w.-]+)+"
    for kind in ("TrainingJob", "Model", "Endpoint", "Domain", "Pipeline", "Artifact"):
        arn = sm.add(kind, region=region).arn
        assert re.fullmatch(form, arn), arn


# Faults -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fact", [pytest.param(f, id=f.name) for f in named("cross-cutting.9.*")])
def test_an_ordered_fault_says_what_the_service_says(fact: Fact) -> None:
    with mock_sagemaker() as sm:
        config = Config(retries={"max_attempts": 0})
        client = shared_session().client("sagemaker", region_name="eu-west-1", config=config)
        code = fact.value["Code"]
        if code.startswith("botocore reports"):
            code, text = re.findall(r"`([^`]+)`", code)
        else:
            text = fact.value["Message"].strip("`")
        sm.refuse("DescribeModel", code, times=None)
        with pytest.raises(ClientError) as refused:
            client.describe_model(ModelName="m")
    answer = refused.value.response
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == int(fact.value["HTTP"])
    assert answer["Error"]["Code"] == code
    if text != "not captured":
        arn = "arn:aws:sagemaker:eu-west-1:123456789012:model/m"
        said = text.replace("{Operation}", "DescribeModel").replace("{arn}", arn)
        user = re.escape(said).replace(
            re.escape("{principal arn}"), r"arn:aws:iam::\d{12}:user/\S+"
        )
        assert re.fullmatch("" if text == "empty" else user, answer["Error"]["Message"])


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
        walks.shown(place)
        assert walks.statuses(walks.shown(place)) == [walks.END]
        client._make_api_call(kind.create.name, repeated(made))
        assert made.resource not in sm.resources(kind_name)
