"""The tables of codes and texts: a missing resource, a name in use; each row for each of its kinds."""

from __future__ import annotations

import re
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from docs.ledger import Fact, facts, named
from sagestub import World, mock_sagemaker
from sagestub.model.service import load_service
from tests.facts.test_errors import naming_none, refusal
from tests.model.creations import GIVEN, create, populated

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
        parameters: dict[str, Any] = {**made.parameters, **GIVEN.get(kind_name, {})}
        parameters = {m: v for m, v in parameters.items() if v is not None}
        for token in ("ClientRequestToken", "ClientToken"):
            parameters.pop(token, None)
        code, message = refusal(client, made.resource.kind.create.name, parameters)
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
        client = boto3.client("sagemaker", region_name="eu-west-1", config=config)
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
