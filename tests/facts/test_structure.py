"""What the facts say of each kind's make: operations, names, ARNs, statuses, declared errors."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from docs.ledger import Fact, facts, named
from sagestub import World, services
from sagestub.model.service import load_service
from tests.facts.walks import ids, kind_of
from tests.model.creations import create, populated
from tests.model.test_every_operation import model, required_members

REGION = "eu-west-1"

VERBS = ("create", "describe", "list", "update", "delete", "stop", "start")

OPERATIONS = named(
    "*.*.create",
    "*.*.describe",
    "*.*.list",
    "*.*.update",
    "*.*.delete",
    "*.*.stop",
    "*.*.start",
    "*.*.other",
    "*.*.children",
    "*.*.history",
    "*.*.schema",
    "*.*.callbacks",
    "*.*.policy",
    "*.*.executions",
    "*.*.associate",
    "*.*.batch",
    "*.*.export",
    "*.*.enable",
    "*.*.disable",
    "*.*.add",
    "*.*.operation",
    "*.*.retry",
    "jobs.TrainingPlan.search",
)


@pytest.mark.parametrize("fact", ids(OPERATIONS))
def test_operations_are_there_and_the_kinds_own(sm: World, fact: Fact) -> None:
    verb = fact.name.rpartition(".")[2]
    told, _, comment = fact.text.partition(" (")
    for name in re.split(r", | / ", told):
        plan = services.catalogue_of(load_service("sagemaker")).plan(name)
        assert plan is not None, name
        if verb in VERBS and plan.kind is not None:
            assert plan.kind.name in {kind_of(fact), *OWNERS.get(kind_of(fact), ())}
        if comment:
            assert comment == "empty response)"
            shape = model("sagemaker").operation_model(name).output_shape
            assert shape is None or not shape.members


OWNERS = {
    # What belongs to a whole is created, listed and deleted with the whole's operations.
    "EdgeDeploymentStage": ("EdgeDeploymentPlan",),
}
"""Kinds whose operations are another kind's."""

NAME_OR_ARN = [
    "metadata.TrialComponent.describe",
    "metadata.Context.describe",
    "metadata.ModelPackageGroup.describe",
    "metadata.ModelPackage.describe",
    "metadata.Algorithm.describe",
    "metadata.FeatureGroup.describe",
    "metadata.Pipeline.describe",
]


@pytest.mark.parametrize("name", NAME_OR_ARN)
def test_described_by_name_or_arn(sm: World, client: Any, name: str) -> None:
    kind = name.split(".")[1]
    values = required_members(kind)
    bound = sm._kind(kind)
    own = {*bound.identifier, bound.arn_member, bound.status_member, bound.name_member}
    resource = sm.add(kind, REGION, **{m: v for m, v in values.items() if m not in own})
    answers = [
        client._make_api_call(f"Describe{kind}", {bound.describe.required_input[0]: naming})  # type: ignore[union-attr]
        for naming in (resource.name, resource.arn)
    ]
    assert answers[0][bound.arn_member] == answers[1][bound.arn_member] == resource.arn


@pytest.mark.parametrize("fact", ids(named("*.*.identifier")))
def test_identifier(sm: World, fact: Fact) -> None:
    kind = sm._kind(kind_of(fact))
    told, _, rest = fact.text.partition(" (")
    assert kind.identifier == tuple(told.split(" + "))
    if rest == "unique per account and region)":  # Shown by `test_errors.py`, name in use.
        assert kind.create is not None
    elif rest:
        low, high = re.fullmatch(r"(\d+)\.\.(\d+)\)", rest).groups()  # type: ignore[union-attr]
        limits = kind.create.input_shape.members[told].metadata  # type: ignore[union-attr]
        assert limits["max"] == int(high)
        assert limits.get("min", 0) in {0, int(low)}


MADE_IDS = {
    "{12 random lower-case letters/digits}": "[a-z0-9]{12}",
    "{12 lower-case alphanumerics}": "[a-z0-9]{12}",
    "{12 upper-case letters/digits}": "[A-Z0-9]{12}",
    "{32 lower hex hash of the source}": "[0-9a-f]{32}",
    "{generated id}": "[^/]+",
}


@pytest.mark.parametrize("fact", ids(named("*.*.arn")))
def test_arn(fact: Fact) -> None:
    with populated(without=kind_of(fact)) as (sm, client):
        resource = create(sm, client, kind_of(fact)).resource
        template = re.sub(r" \([^}]*$", "", fact.text)
        for told, pattern in MADE_IDS.items():
            template = template.replace(told, pattern)
        wanted = re.sub(r"\{([A-Z]\w+)\}", lambda m: str(resource.document[m[1]]), template)
        start = "arn:aws:sagemaker:eu-west-1:123456789012:"
        assert re.fullmatch(start + wanted, resource.arn), resource.arn


SORTS = {"HubContentReference": "HubContent"}
"""What the facts call a kind though it is a sort of another kind."""

STATUS_WITHIN = {"ClusterNode": "InstanceStatus"}
"""Kinds whose status stands within a structure, to that structure's member."""


@pytest.mark.parametrize("fact", ids(named("*.*.status")))
def test_status(sm: World, fact: Fact) -> None:
    assert sm._kind(kind_of(fact)).status_member == fact.text


@pytest.mark.parametrize("fact", ids(named("jobs.*.enum", "hosting.*.enum", "metadata.*.enum")))
def test_statuses_are_the_models(sm: World, fact: Fact) -> None:
    """A resource can be in each of them, and in no other."""
    kind = sm._kind(SORTS.get(kind_of(fact), kind_of(fact)))
    told = fact.value.split("|") if isinstance(fact.value, str) else fact.value
    shape = kind.member_shapes.get(kind.status_member)
    if shape is None:
        shape = kind.member_shapes[STATUS_WITHIN[kind.name]].members["Status"]
    values = set(shape.metadata["enum"])
    assert values == set(told)
    assert {state.partition("/")[0] for state in kind.states} <= values


@pytest.mark.parametrize("fact", ids(named("*.*.declared_errors.*")))
def test_declared_errors(fact: Fact) -> None:
    operation = model("sagemaker").operation_model(fact.name.rpartition(".")[2])
    assert {shape.name for shape in operation.error_shapes} == set(fact.value)


NO_DELETE = [
    "jobs.TransformJob.lifecycle.delete_note",
    "jobs.AutoMLJob.lifecycle.delete_note",
    "jobs.AutoMLJobV2.lifecycle.delete_note",
    "jobs.LabelingJob.lifecycle.delete_note",
    "jobs.EdgePackagingJob.lifecycle.delete_note",
    "jobs.InferenceRecommendationsJob.lifecycle.delete_note",
    "jobs.TrainingPlan.lifecycle.delete_note",
    "jobs.PipelineExecution.lifecycle.delete_note",
    "metadata.LineageGroup.lifecycle.delete",
]


@pytest.mark.parametrize("name", NO_DELETE)
def test_what_no_operation_deletes(sm: World, name: str) -> None:
    assert sm._kind(name.split(".")[1]).delete is None


NO_STOP = [
    "jobs.TrainingPlan.lifecycle.stop_note",
    "jobs.ModelCardExportJob.lifecycle.stop_note",
]


@pytest.mark.parametrize("name", NO_STOP)
def test_what_no_operation_stops(sm: World, name: str) -> None:
    assert sm._kind(name.split(".")[1]).stop is None


KEYS: dict[str, tuple[str, ...]] = {
    "jobs.TrainingJob.identifier": ("TrainingJobName",),
    "jobs.Job.identifier": ("JobCategory", "JobName"),
    "hosting.InferenceRouter.identifier": ("InferenceRouterName",),
    "metadata.Context.identifier": ("ContextName",),
    "metadata.FeatureGroup.identifier": ("FeatureGroupName",),
    "metadata.FeatureMetadata.identifier": ("FeatureGroupName", "FeatureName"),
    "metadata.FlowDefinition.identifier": ("FlowDefinitionName",),
    "metadata.HumanTaskUi.identifier": ("HumanTaskUiName",),
}
"""Facts that say more of a name than which member it is: a pattern, what tells two of them apart."""


@pytest.mark.parametrize("name", KEYS)
def test_key(sm: World, name: str) -> None:
    kind = sm._kind(name.split(".")[1])
    assert set(kind.identifier) == set(KEYS[name])
    pattern = re.search(r"\[.*\}|\[.*\]\)\{.*\}", facts()[name].text)
    if pattern is not None:
        shape = kind.create.input_shape.members[KEYS[name][-1]]  # type: ignore[union-attr]
        assert shape.metadata["pattern"].removeprefix("^") == pattern[0]


@pytest.mark.parametrize(
    "name", ["metadata.FlowDefinition.identifier", "metadata.HumanTaskUi.identifier"]
)
def test_names_in_lower_case_only(client: Any, name: str) -> None:
    kind = name.split(".")[1]
    with pytest.raises(ClientError, match="Member must satisfy regular expression pattern"):
        client._make_api_call(f"Describe{kind}", {f"{kind}Name": "Upper"})
