"""The limits of the facts: what is refused once an account has as much as it may have.

Quotas are off until a test switches them on. Here each is set or switched on, and reached.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from docs.ledger import Fact, facts, named
from sagestub import World, mock_sagemaker
from tests.conftest import shared_session
from tests.facts.test_errors import ids, kind_of
from tests.kinds.test_compilation import refusal
from tests.model.creations import REGION, create, populated
from tests.world.test_quotas import ROLE, config, train

ACCOUNT = "123456789012"
SENTENCES = facts()["cross-cutting.3.Account-limits-ResourceLimitExceeded-The-account-level"].text
PLAIN = re.findall(r"`(The account-level [^`]+)`", SENTENCES)[0]
ARN = f"arn:aws:sagemaker:{REGION}:123456789012:{{}}"
OLDER = "Please contact AWS support to request an increase for this limit."
NEWER = re.findall(r"Newer ending: `([^`]+)`", SENTENCES)[0]


def filled(template: str, *values: object) -> str:
    """Return a fact's sentence with values in place of its `{…}`, in order, and the newer ending."""
    text = template.replace("(tail)", OLDER)
    assert text.endswith(OLDER)
    return put_in(text.replace(OLDER, NEWER), *values)


def put_in(template: str, *values: object) -> str:
    """Return a sentence with values in place of its `{…}`, in order."""
    text = template
    for place, value in zip(re.findall(r"\{[^}]*\}", text), values, strict=True):
        text = text.replace(place, str(value), 1)
    return text


def used(sm: World, name: str) -> int:
    return sm.quotas.used(name, region=REGION, account_id="123456789012")


def everything(sm: World) -> list[Any]:
    """Return what there is: each resource with its members, its state and its tags."""
    return [(r.kind.name, r.arn, dict(r.members), r.state, dict(r.tags)) for r in sm.resources()]


def refused(sm: World, call: Callable[[], object]) -> tuple[str, str]:
    """Return code and text of a refusal, which has changed nothing."""
    before = everything(sm)
    said = refusal(call)
    assert everything(sm) == before
    return said


# The number of a kind -----------------------------------------------------------------------------


@cache
def one_more(kind_name: str) -> tuple[str, dict[str, Any]]:
    """Return an operation and the parameters by which it makes a resource of a kind."""
    with populated(without=kind_name) as (sm, client):
        if kind_name == "Device":
            fleet = sm.resources("DeviceFleet")[0].name
            return "RegisterDevices", {"DeviceFleetName": fleet, "Devices": [{"DeviceName": "d"}]}
        if kind_name == "HubContentReference":
            public = "arn:aws:sagemaker:eu-west-1:aws:hub-content/SageMakerPublicHub/Model/llama"
            hub = sm.resources("Hub")[0].name
            asked = {"HubName": hub, "SageMakerPublicHubContentArn": public}
            return "CreateHubContentReference", asked
        made = create(sm, client, kind_name)
        return made.resource.kind.create.name, made.parameters


@pytest.mark.parametrize(
    "fact",
    ids(
        named(
            "*.*.errors.account-limit",
            "*.*.errors.quota",
            "*.*.errors.over-limit",
            "*.*.errors.over-the-manual-entity-limit",
        )
    ),
)
def test_there_are_no_more_of_a_kind_than_its_limit(fact: Fact) -> None:
    operation, parameters = one_more(kind_of(fact))
    kind = kind_of(fact).removesuffix("Reference")
    with populated(without=kind) as (sm, client):
        there = used(sm, kind)
        sm.quotas[kind] = there
        name, _, unit, *_ = sm.quotas[kind]
        code, text = refused(sm, lambda: client._make_api_call(operation, parameters))
        assert code == fact.value["code"]
        assert text == filled(PLAIN, name, there, unit, there, unit, 1, unit)
        sm.quotas[kind] = there + 1
        client._make_api_call(operation, parameters)
        assert used(sm, kind) == there + 1


@pytest.mark.fact("hosting.Domain.errors.account-limit")
def test_an_account_has_one_domain_by_default() -> None:
    fact = facts()["hosting.Domain.errors.account-limit"]
    operation, parameters = one_more("Domain")
    with populated() as (sm, client):
        sm.quotas.on()
        code, text = refused(sm, lambda: client._make_api_call(operation, parameters))
    assert (code, text) == (fact.value["code"], filled(fact.value["message"], 1, 1))


# Instances ----------------------------------------------------------------------------------------


def process(client: Any, name: str, **cluster: Any) -> None:
    config = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1, **cluster}
    client.create_processing_job(
        ProcessingJobName=name,
        ProcessingResources={"ClusterConfig": config},
        AppSpecification={"ImageUri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/own:1"},
        RoleArn=ROLE,
    )


def transform(client: Any, name: str) -> None:
    source = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/in"}}
    client.create_transform_job(
        TransformJobName=name,
        ModelName="one",
        TransformInput={"DataSource": source},
        TransformOutput={"S3OutputPath": "s3://bucket/out"},
        TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
    )


def notebook(client: Any, name: str) -> None:
    client.create_notebook_instance(
        NotebookInstanceName=name, InstanceType="ml.m5.xlarge", RoleArn=ROLE
    )


def endpoint(client: Any, name: str) -> None:
    client.create_endpoint(EndpointName=name, EndpointConfigName="one")


def training(client: Any, name: str) -> None:
    train(client, name, "ml.m5.large")


OF_JOBS = "jobs._common.create_time_checks.instance-quota-exceeded"
INSTANCES: list[tuple[str, str, Callable[[Any, str], None], tuple[str, ...]]] = [
    (OF_JOBS, "ml.m5.large for training job usage", training, ("ml.m5.large", "training")),
    (OF_JOBS, "ml.m5.large for processing job usage", process, ("ml.m5.large", "processing")),
    (OF_JOBS, "ml.m5.large for transform job usage", transform, ("ml.m5.large", "transform")),
    (
        "jobs.ProcessingJob.errors.quota",
        "Number of instances across all processing jobs",
        process,
        (),
    ),
    (
        "hosting.Endpoint.errors.account-limit-on-instances",
        "ml.m5.large for endpoint usage",
        endpoint,
        ("ml.m5.large",),
    ),
    (
        "hosting.NotebookInstance.errors.account-limit",
        "ml.m5.xlarge for notebook instance usage",
        notebook,
        ("ml.m5.xlarge",),
    ),
]


@pytest.mark.parametrize(
    ("name", "quota", "make", "called"),
    [pytest.param(*row, id=f"{row[0]}/{row[1]}") for row in INSTANCES],
)
def test_there_are_no_more_instances_than_their_limit(
    client: Any,
    sm: World,
    name: str,
    quota: str,
    make: Callable[[Any, str], None],
    called: tuple[str, ...],
) -> None:
    config(client, "one", "ml.m5.large", 1)
    sm.quotas[quota] = 1
    make(client, "a")
    code, text = refused(sm, lambda: make(client, "b"))
    fact = facts()[name]
    assert (code, text) == (fact.value["code"], filled(fact.value["message"], *called, 1, 1, 1))


@pytest.mark.fact("hosting.common.notes.Quota-errors")
def test_instances_and_domains_are_the_units_of_their_quotas(client: Any, sm: World) -> None:
    template = re.findall(
        r'"(The account[^"]+)"', facts()["hosting.common.notes.Quota-errors"].text
    )[0]
    config(client, "one", "ml.m5.large", 1)
    for quota, unit, make in (
        ("ml.m5.large for endpoint usage", "Instances", lambda: endpoint(client, "a")),
        ("Total domains", "Domains", lambda: client.create_domain(**one_more("Domain")[1])),
    ):
        sm.quotas[quota] = 0
        said = filled(template, quota, 0, unit, 0, unit, 1, unit)
        assert refused(sm, make) == ("ResourceLimitExceeded", said)


@pytest.mark.fact("cross-cutting.3.Account-limits-ResourceLimitExceeded-The-account-level")
def test_a_request_that_is_too_large_by_itself_is_told_its_size(client: Any, sm: World) -> None:
    sm.quotas.on()
    sized = re.findall(r"Sized form: `([^`]+?) \.\.\.`", SENTENCES)[0]
    said = refused(sm, lambda: process(client, "a", VolumeSizeInGB=1025))
    volume = "Size of EBS volume for a processing job instance"
    assert said == ("ResourceLimitExceeded", f"{put_in(sized, 1025, volume, 1024)} {NEWER}")
    process(client, "b", VolumeSizeInGB=1024)


@pytest.mark.fact("cross-cutting.3.Account-limits-ResourceLimitExceeded-The-account-level")
@pytest.mark.parametrize("kind", ["App", "Trial", "NotebookInstance", "FeatureGroup"])
def test_a_kind_is_counted_in_a_unit_of_its_own(kind: str) -> None:
    operation, parameters = one_more(kind)
    with populated(without=kind) as (sm, client):
        sm.quotas[kind] = 0
        code, text = refused(sm, lambda: client._make_api_call(operation, parameters))
    assert code == "ResourceLimitExceeded"
    assert re.search(rf" is 0 {kind}s, with current utilization of \d {kind}s and a ", text)


# Numbers ------------------------------------------------------------------------------------------


def number_in(fact: Fact) -> int:
    return int(re.findall(r"\d+", fact.text)[0])


def team(client: Any, name: str) -> None:
    group = {"UserPool": "eu-west-1_pool", "UserGroup": "g", "ClientId": "c"}
    client.create_workteam(
        WorkteamName=name,
        Description="d",
        MemberDefinitions=[{"CognitoMemberDefinition": group}],
    )


def group(client: Any, name: str) -> None:
    types = {"id": "String", "at": "Fractional"}
    client.create_feature_group(
        FeatureGroupName=name,
        RecordIdentifierFeatureName="id",
        EventTimeFeatureName="at",
        FeatureDefinitions=[{"FeatureName": n, "FeatureType": t} for n, t in types.items()],
        OnlineStoreConfig={"EnableOnlineStore": True},
    )


BY_NUMBER: list[tuple[str, str, Callable[[Any, str], object]]] = [
    (
        "metadata.Action.notes.limit-3000-manual-actions",
        "Action",
        lambda client, name: client.create_action(
            ActionName=name, ActionType="t", Source={"SourceUri": name}
        ),
    ),
    (
        "metadata.Artifact.notes.limit-6000-manual-artifacts",
        "Artifact",
        lambda client, name: client.create_artifact(ArtifactType="t", Source={"SourceUri": name}),
    ),
    (
        "metadata.Context.notes.limit-500-manual-contexts",
        "Context",
        lambda client, name: client.create_context(
            ContextName=name, ContextType="t", Source={"SourceUri": name}
        ),
    ),
    (
        "metadata.Association.notes.limit-6000-manual-associations",
        "Association",
        lambda client, name: client.add_association(
            SourceArn=ARN.format("artifact/a"), DestinationArn=ARN.format(f"context/{name}")
        ),
    ),
    ("metadata.FeatureGroup.errors.more-than-100-groups", "FeatureGroup", group),
    ("metadata.Workteam.errors.more-than-25-in-the-region", "Workteam", team),
]


@pytest.mark.parametrize(
    ("name", "kind", "make"), [pytest.param(*row, id=row[0]) for row in BY_NUMBER]
)
def test_the_number_of_a_kind_is_the_one_of_the_fact(
    name: str, kind: str, make: Callable[[Any, str], object]
) -> None:
    limit = number_in(facts()[name])
    with mock_sagemaker(references="ignore") as sm:
        client = shared_session().client("sagemaker", region_name=REGION)
        sm.quotas.on()
        for number in range(limit - 1):
            sm.add(kind, region=REGION, **(NAMED[kind](number) if kind in NAMED else {}))
        make(client, "last")
        code, text = refusal(lambda: make(client, "more"))
        assert len(sm.resources(kind)) == limit
    quota, unit = sm.quotas[kind].name, f"{kind}s"
    assert code == "ResourceLimitExceeded"
    assert text == filled(PLAIN, quota, limit, unit, limit, unit, 1, unit)


NAMED: dict[str, Callable[[int], dict[str, Any]]] = {
    "Artifact": lambda number: {"Source": {"SourceUri": f"s3://bucket/{number}"}},
    "Association": lambda number: {
        "SourceArn": ARN.format(f"artifact/{number}"),
        "DestinationArn": ARN.format("context/c"),
    },
    "FeatureGroup": lambda _: {"FeatureGroupStatus": "Created"},
}
"""The members of what is there already, where a made-up name is not enough."""


@pytest.mark.fact(
    "metadata.Trial.errors.too-many-trials-in-the-experiment",
    "metadata.Trial.notes.limit-300-trials-per-experiment",
)
def test_an_experiment_has_300_trials(client: Any, sm: World) -> None:
    sm.quotas.on()
    for name in ("full", "other"):
        client.create_experiment(ExperimentName=name)
    for number in range(300):
        client.create_trial(TrialName=f"t{number}", ExperimentName="full")
    fact = facts()["metadata.Trial.errors.too-many-trials-in-the-experiment"]
    said = refused(sm, lambda: client.create_trial(TrialName="more", ExperimentName="full"))
    assert said == (fact.value["code"], filled(fact.value["message"]))
    client.create_trial(TrialName="more", ExperimentName="other")


@pytest.mark.fact("metadata.Trial.notes.limit-50-trial-components-per-trial")
def test_a_trial_has_50_components(client: Any, sm: World) -> None:
    sm.quotas.on()
    client.create_experiment(ExperimentName="e")
    client.create_trial(TrialName="t", ExperimentName="e")

    def put(number: int) -> None:
        client.associate_trial_component(TrialComponentName=f"c{number}", TrialName="t")

    for number in range(51):
        client.create_trial_component(TrialComponentName=f"c{number}")
    for number in range(50):
        put(number)
    code, text = refused(sm, lambda: put(50))
    assert code == "ResourceLimitExceeded"
    assert "trial components allowed in a single trial" in text
    assert "is 50 Trial Components, with current utilization of 0 Trial Components and a " in text
    assert "request delta of 51 Trial Components. " in text
    put(49)


@pytest.mark.fact("metadata.FeatureGroup.errors.more-than-4-groups-in-Creating")
def test_four_feature_groups_are_created_at_a_time(client: Any, sm: World) -> None:
    sm.quotas.on()
    for number in range(4):
        group(client, f"g{number}")
    fact = facts()["metadata.FeatureGroup.errors.more-than-4-groups-in-Creating"]
    said = refused(sm, lambda: group(client, "more"))
    assert said == (fact.value["code"], filled(fact.value["message"]))
    sm.get("FeatureGroup", "g0").advance()
    group(client, "more")


@pytest.mark.fact("jobs.AutoMLJob.errors.too-many-concurrent-jobs")
def test_few_automl_jobs_run_at_a_time(client: Any, sm: World) -> None:
    parameters = one_more("AutoMLJob")[1]

    def run(name: str) -> None:
        client.create_auto_ml_job(**{**parameters, "AutoMLJobName": name})

    sm.quotas.on()
    for number in range(4):
        run(f"job{number}")
    code, text = refused(sm, lambda: run("more"))
    assert code == facts()["jobs.AutoMLJob.errors.too-many-concurrent-jobs"].value["code"]
    assert " is 4 AutoMLJobs, with current utilization of 4 AutoMLJobs and " in text
    client.stop_auto_ml_job(AutoMLJobName="job0")
    sm.get("AutoMLJob", "job0").move_to("Stopped")
    run("more")


def test_what_the_service_makes_is_not_counted(client: Any, sm: World) -> None:
    """A job with an ExperimentConfig gets a component in the trial.

    Source: the quota's name; Developer Guide, lineage-tracking-auto-creation.
    """
    name = (
        "Total number of trial components allowed in a single trial, excluding those automatically created "
        "by SageMaker"
    )
    sm.quotas[name] = 1
    client.create_experiment(ExperimentName="e")
    client.create_trial(TrialName="t", ExperimentName="e")
    train(client, "a", ExperimentConfig={"ExperimentName": "e", "TrialName": "t"})
    for component in ("b", "c"):
        client.create_trial_component(TrialComponentName=component)
    client.associate_trial_component(TrialComponentName="b", TrialName="t")
    assert len(client.list_trial_components(TrialName="t")["TrialComponentSummaries"]) == 2
    code, _ = refused(
        sm, lambda: client.associate_trial_component(TrialComponentName="c", TrialName="t")
    )
    assert code == "ResourceLimitExceeded"
    assert used(sm, name) == 1
