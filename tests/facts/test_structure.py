"""What the facts say of each kind's make: operations, names, ARNs, statuses, declared errors."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from docs.ledger import Fact, facts, named
from sagestub import World, services
from sagestub.model.service import load_service
from tests import covered
from tests.facts.walks import ids, kind_of
from tests.model.creations import create, populated
from tests.model.test_every_operation import model

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
            assert holds_of(model("sagemaker").operation_model(name), comment.rstrip(")"))


def holds_of(operation: Any, comment: str) -> bool:
    """Return whether what a fact says of an operation is so."""
    said, output = comment.split(" "), operation.output_shape
    if comment == "empty response":
        return output is None or not output.members
    if said[-1] == "required":
        return said[0] in operation.input_shape.required_members
    if said[:2] == ["all", "in"]:
        return set(output.members) == {said[2]}
    raise AssertionError(f"{operation.name}: {comment}")


OWNERS = {
    # What belongs to a whole is created, listed and deleted with the whole's operations.
    "EdgeDeploymentStage": ("EdgeDeploymentPlan",),
    "PipelineVersion": ("Pipeline",),
    # Executions are listed by the pipeline that they are of.
    "PipelineExecution": ("Pipeline",),
}
"""Kinds whose operations are another kind's."""

NAMED_BY = [
    "metadata.TrialComponent.describe",
    "metadata.Artifact.describe",
    "metadata.Artifact.update",
    "metadata.Context.describe",
    "metadata.ModelPackageGroup.describe",
    "metadata.ModelPackage.describe",
    "metadata.ModelPackage.update",
    "metadata.ModelPackage.delete",
    "metadata.Algorithm.describe",
    "metadata.FeatureGroup.describe",
    "metadata.Pipeline.describe",
    "metadata.Pipeline.update",
]
"""Facts that say what names the resource of an operation: its name, its ARN, or either."""


@pytest.mark.parametrize("by", ["name", "arn"])
@pytest.mark.parametrize("name", NAMED_BY)
def test_named_by(name: str, by: str) -> None:
    kind, verb = name.split(".")[1:]
    with populated(transitions="manual") as (sm, client):
        resource = sm.resources(kind)[-1]
        operation = getattr(resource.kind, verb)
        member = operation.required_input[0]
        request = {member: resource.arn if by == "arn" else resource.arn.partition("/")[2]}
        if by not in facts()[name].text.partition(" (")[2].lower():
            with pytest.raises(ClientError, match="Member must satisfy regular expression pattern"):
                client._make_api_call(operation.name, request)
            return
        answer = client._make_api_call(operation.name, request)
        if verb == "delete":
            assert resource.status == "Deleting"
        else:
            assert answer[resource.kind.arn_member] == resource.arn


ONLY_CHANGE = ["metadata.Trial.update", "metadata.CodeRepository.update"]
"""Facts that say what an update can change."""


@pytest.mark.parametrize("name", ONLY_CHANGE)
def test_what_an_update_can_change(sm: World, client: Any, name: str) -> None:
    kind = sm._kind(name.split(".")[1])
    told = re.search(r"\((\S+) only\)", facts()[name].text)
    assert told is not None
    member, _, inner = told[1].partition(".")
    assert kind.update is not None
    assert set(kind.update.input_members) - set(kind.identifier) == {member}
    shape = model("sagemaker").operation_model(kind.update.name).input_shape.members[member]
    assert list(getattr(shape, "members", [""])) == [inner]
    resource = sm.add(kind.name, REGION)
    value = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:a" if inner else "other"
    changed = {member: {inner: value} if inner else value}
    client._make_api_call(kind.update.name, {kind.name_member: resource.name, **changed})
    answer = client._make_api_call(f"Describe{kind.name}", {kind.name_member: resource.name})
    assert answer[member] == changed[member]


@pytest.mark.parametrize("fact", ids(named("metadata.*.search")))
def test_search_finds_it(fact: Fact) -> None:
    """The result stands under the name that the fact gives, or else under that of the resource."""
    resource_type = re.search(r"Resource=(\w+)", fact.text)
    assert resource_type is not None
    member = re.search(r"Results\[\]\.(\w+)", fact.text) or resource_type
    with populated() as (sm, client):
        resource = sm.resources(kind_of(fact))[-1]
        found = client.search(Resource=resource_type[1])["Results"]
        records = [result[member[1]] for result in found if list(result) == [member[1]]]
        identity = {m: resource.document[m] for m in resource.kind.identifier}
        assert any(identity.items() <= record.items() for record in records)


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


NAMED_AS_THEIR_KIND = [
    "TrainingJob",
    "ProcessingJob",
    "TransformJob",
    "HyperParameterTuningJob",
    "CompilationJob",
    "LabelingJob",
    "EdgePackagingJob",
    "InferenceRecommendationsJob",
    "OptimizationJob",
    "AIBenchmarkJob",
    "AIRecommendationJob",
    "TrainingSession",
    "TrainingPlan",
    "InferenceExperiment",
    "MonitoringSchedule",
]
"""Kinds of the facts about jobs that follow the rule about ARNs; the others' facts say how they differ."""


@pytest.mark.fact("jobs._common.arns.fact")
@pytest.mark.parametrize("kind", NAMED_AS_THEIR_KIND)
def test_arn_is_kind_and_name(sm: World, client: Any, kind: str) -> None:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=AI)(?=[A-Z])", "-", kind).lower()
    resource = sm.add(kind, REGION)
    assert resource.arn.rpartition(":")[2] == f"{words}/{resource.name}"


@pytest.mark.fact(
    "jobs.PipelineExecution.notes.DescribePipelineExecution-has-no-required-output-member"
)
def test_no_member_of_an_execution_is_required(sm: World, client: Any) -> None:
    """So an execution is described that has next to nothing."""
    operation = model("sagemaker").operation_model("DescribePipelineExecution")
    assert operation.output_shape.required_members == []
    arn = sm.add("PipelineExecution", REGION, PipelineName="p").arn
    assert (
        client.describe_pipeline_execution(PipelineExecutionArn=arn)["PipelineExecutionArn"] == arn
    )


SORTS = {"HubContentReference": "HubContent"}
"""What the facts call a kind though it is a sort of another kind."""

STATUS_WITHIN = {"ClusterNode": "InstanceStatus"}
"""Kinds whose status stands within a structure, to that structure's member."""


@pytest.mark.parametrize("fact", ids(named("*.*.status")))
def test_status(sm: World, fact: Fact) -> None:
    kind = sm._kind(kind_of(fact))
    *within, member = fact.text.split(".")
    assert kind.status_member == member
    assert within in ([], [kind.wrapper])


@pytest.mark.parametrize("fact", ids(named("jobs.*.enum", "hosting.*.enum", "metadata.*.enum")))
def test_statuses_are_the_models(sm: World, fact: Fact) -> None:
    """A resource can be in each of them, and in no other."""
    kind = sm._kind(SORTS.get(kind_of(fact), kind_of(fact)))
    told = fact.value.split("|") if isinstance(fact.value, str) else fact.value
    shape = kind.member_shapes.get(kind.status_member)
    if shape is None:
        shape = kind.member_shapes[STATUS_WITHIN[kind.name]].members["Status"]
    values = set(shape.metadata["enum"])
    assert covered.agree(values, told)
    assert {state.partition("/")[0] for state in kind.states} <= values


@pytest.mark.parametrize("fact", ids(named("*.*.declared_errors.*")))
def test_declared_errors(fact: Fact) -> None:
    operation = model("sagemaker").operation_model(fact.name.rpartition(".")[2])
    assert covered.agree({shape.name for shape in operation.error_shapes}, fact.value)


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
