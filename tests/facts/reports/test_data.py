"""What reports say that Feature Store, experiments and lineage refuse: a row a fact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal

import boto3
import pytest
from botocore.exceptions import ClientError

from docs.ledger import facts
from sagestub import World, mock_sagemaker
from tests.facts.reports.answers import ARN, REGION, Prepare, Report, check, name_of, state_of
from tests.kinds.field_rules import batch, training
from tests.planes.test_feature_store import MOMENT, record
from tests.planes.test_feature_store import request as group

RUNTIME: Literal["sagemaker-featurestore-runtime"] = "sagemaker-featurestore-runtime"


@pytest.fixture
def sm() -> Iterator[World]:
    with mock_sagemaker() as world:
        yield world


# FeatureGroup -----------------------------------------------------------------------------------


def with_a_group(sm: World, client: Any, **changes: Any) -> Any:
    """Let there be a group `customers`; return a client of the runtime."""
    client.create_feature_group(**group(**changes))
    sm.get("FeatureGroup", "customers").move_to("Created")
    return boto3.client(RUNTIME, region_name=REGION)


def with_a_record(sm: World, client: Any) -> None:
    store = with_a_group(sm, client)
    store.put_record(FeatureGroupName="customers", Record=record(id="7", time=MOMENT, age="41"))


def with_a_deleted_record(sm: World, client: Any) -> None:
    with_a_record(sm, client)
    boto3.client(RUNTIME, region_name=REGION).delete_record(
        FeatureGroupName="customers",
        RecordIdentifierValueAsString="7",
        EventTime="2024-01-02T00:00:00Z",
    )


def with_a_standard_store(sm: World, client: Any) -> None:
    store = with_a_group(sm, client, OnlineStoreConfig={"EnableOnlineStore": True})
    store.put_record(FeatureGroupName="customers", Record=record(id="7", time=MOMENT, age="41"))


def with_a_fractional_event_time(sm: World, client: Any) -> None:
    with_a_group(
        sm,
        client,
        FeatureDefinitions=[
            {"FeatureName": "id", "FeatureType": "String"},
            {"FeatureName": "time", "FeatureType": "Fractional"},
        ],
    )


def with_four_groups_in_creating(sm: World, client: Any) -> None:
    sm.quotas.on()
    for number in range(4):
        client.create_feature_group(**group(f"group-{number}"))


def put(group_name: str = "customers", **features: Any) -> dict[str, Any]:
    return {"FeatureGroupName": group_name, "Record": record(**features)}


def update(identifier: str = "7", **members: Any) -> dict[str, Any]:
    return {
        "FeatureGroupName": "customers",
        "RecordIdentifierValueAsString": identifier,
        "Features": record(age="42"),
        **members,
    }


NOBODY = {"FeatureGroupName": "nobody", "RecordIdentifierValueAsString": "7"}
RECORDS = [
    Report(
        "reports.FeatureGroup.errors.PutRecord-into-a-group-that-does-not-exist",
        "PutRecord",
        put("nobody", id="7", time=MOMENT),
        {"name": "nobody"},
    ),
    Report(
        "reports.FeatureGroup.errors.DeleteRecord-of-a-group-that-does-not-exist",
        "DeleteRecord",
        {**NOBODY, "EventTime": MOMENT},
        {"name": "nobody"},
    ),
    Report(
        "reports.FeatureGroup.errors.GetRecord-of-a-group-that-does-not-exist",
        "GetRecord",
        NOBODY,
        says="can't find a FeatureGroup with name [nobody]",
    ),
    Report(
        "reports.FeatureGroup.errors.UpdateRecord-of-a-record-that-does-not-exist",
        "UpdateRecord",
        update("8"),
        says="there is no record 8",
        prepare=with_a_record,
    ),
    Report(
        "reports.FeatureGroup.errors.UpdateRecord-of-a-record-that-was-deleted-softly",
        "UpdateRecord",
        update(),
        says="there is no record 7",
        prepare=with_a_deleted_record,
    ),
    Report(
        "reports.FeatureGroup.errors.UpdateRecord-with-an-EventTime-older-than-the-record-s",
        "UpdateRecord",
        update(Features=record(time="2023-01-01T00:00:00Z", age="42")),
        says="later EventTime",
        prepare=with_a_record,
    ),
    Report(
        "reports.FeatureGroup.errors.UpdateRecord-of-a-group-with-the-Standard-online-store",
        "UpdateRecord",
        update(),
        says="Standard_V2 or InMemory",
        prepare=with_a_standard_store,
    ),
    Report(
        "reports.FeatureGroup.errors.UpdateRecord-with-more-than-100-features",
        "UpdateRecord",
        update(Features=record(**{f"f{number}": "1" for number in range(101)})),
        says="At most 100 features can be updated",
        prepare=with_a_record,
    ),
    Report(
        "reports.FeatureGroup.errors.UpdateRecord-with-a-feature-given-twice",
        "UpdateRecord",
        update(Features=[*record(age="42"), *record(age="43")]),
        says="Feature age is given more than once.",
        prepare=with_a_record,
    ),
    Report(
        "reports.FeatureGroup.errors.UpdateRecord-with-the-OfflineStore-as-its-only-target",
        "UpdateRecord",
        update(TargetStores=["OfflineStore"]),
        says="can't have the OfflineStore as its only target",
        prepare=with_a_record,
    ),
    Report(
        "reports.FeatureGroup.errors.UpdateRecord-with-a-TtlDuration-and-without-an-EventTime",
        "UpdateRecord",
        update(TtlDuration={"Unit": "Days", "Value": 1}),
        says="TtlDuration needs an EventTime",
        prepare=with_a_record,
    ),
    Report(
        "reports.FeatureGroup.errors.a-record-of-more-than-350-KB",
        "PutRecord",
        put(id="7", time=MOMENT, tags=["t" * 350000, "t" * 8400]),
        says="A record can have at most 358400 bytes",
        prepare=with_a_group,
    ),
    Report(
        "reports.FeatureGroup.errors.an-integral-feature-that-has-more-than-64-bits",
        "PutRecord",
        put(id="7", time=MOMENT, age=str(2**63)),
        says="is not of type Integral",
        prepare=with_a_group,
    ),
    Report(
        "reports.FeatureGroup.errors.an-event-time-of-the-type-String-that-is",
        "PutRecord",
        put(id="7", time="1700000000"),
        says="is not of the form yyyy-MM-dd'T'HH:mm:ssZ",
        prepare=with_a_group,
    ),
    Report(
        "reports.FeatureGroup.errors.a-fractional-event-time-after-the-year-9999",
        "PutRecord",
        put(id="7", time="253402300800"),
        says="is not within the years 0000 to 9999",
        prepare=with_a_fractional_event_time,
    ),
]


@pytest.mark.parametrize("report", RECORDS, ids=name_of)
def test_what_is_reported_of_records_is_answered(sm: World, report: Report) -> None:
    check(sm, report._replace(service=RUNTIME))


def test_a_refused_update_keeps_the_record(sm: World) -> None:
    with_a_record(sm, boto3.client("sagemaker", region_name=REGION))
    check(sm, RECORDS[8]._replace(service=RUNTIME, prepare=None))
    answer = boto3.client(RUNTIME, region_name=REGION).get_record(
        FeatureGroupName="customers", RecordIdentifierValueAsString="7", FeatureNames=["age"]
    )
    assert answer["Record"] == record(age="41")


# Quotas of the entities -------------------------------------------------------------------------


def full(kind: str, limit: int) -> Prepare:
    """Look at the default number of a kind's resources, then leave room for none."""

    def prepare(sm: World, client: Any) -> None:
        sm.quotas.on()
        assert sm.quotas[kind].limit == limit
        sm.quotas[kind] = 0

    return prepare


def with_a_trial_of_50_components(sm: World, client: Any) -> None:
    sm.quotas.on()
    client.create_experiment(ExperimentName="churn")
    client.create_trial(TrialName="first", ExperimentName="churn")
    for number in range(51):
        name = f"part-{number}"
        client.create_trial_component(TrialComponentName=name)
        if number < 50:
            client.associate_trial_component(TrialName="first", TrialComponentName=name)


def with_a_trial_and_its_component(sm: World, client: Any) -> None:
    client.create_experiment(ExperimentName="churn")
    client.create_trial(TrialName="first", ExperimentName="churn")
    client.create_trial_component(TrialComponentName="part")


SOURCE = {"SourceUri": "s3://bucket/data"}
COUNTED = [
    Report(
        "reports.FeatureGroup.errors.a-fifth-group-while-four-are-in-Creating",
        "CreateFeatureGroup",
        group("group-4"),
        prepare=with_four_groups_in_creating,
    ),
    Report(
        "reports.Trial.errors.a-51st-component-that-no-job-has-made",
        "AssociateTrialComponent",
        {"TrialName": "first", "TrialComponentName": "part-50"},
        prepare=with_a_trial_of_50_components,
    ),
    Report(
        "reports.Action.errors.more-actions-than-an-account-may-make-by-hand",
        "CreateAction",
        {"ActionName": "approve", "ActionType": "Approval", "Source": SOURCE},
        says="The account-level service limit 'Actions'",
        prepare=full("Action", 3000),
    ),
    Report(
        "reports.Artifact.errors.more-artifacts-than-an-account-may-make-by-hand",
        "CreateArtifact",
        {"ArtifactType": "DataSet", "Source": SOURCE},
        says="The account-level service limit 'Artifacts'",
        prepare=full("Artifact", 6000),
    ),
    Report(
        "reports.Context.errors.more-contexts-than-an-account-may-make-by-hand",
        "CreateContext",
        {"ContextName": "live", "ContextType": "Endpoint", "Source": SOURCE},
        says="The account-level service limit 'Contexts'",
        prepare=full("Context", 500),
    ),
    Report(
        "reports.Association.errors.both-ends-are-experiment-entities-a-trial-and-a",
        "AddAssociation",
        {
            "SourceArn": f"{ARN}experiment-trial/first",
            "DestinationArn": f"{ARN}experiment-trial-component/part",
        },
        says="experiment",
        prepare=with_a_trial_and_its_component,
    ),
]


@pytest.mark.parametrize("report", COUNTED, ids=name_of)
def test_what_is_reported_of_entities_is_answered(sm: World, report: Report) -> None:
    check(sm, report)


@pytest.mark.fact("reports.Association.errors.more-associations-than-an-account-may-make-by-hand")
def test_an_account_has_room_for_6000_associations(sm: World) -> None:
    client = boto3.client("sagemaker", region_name=REGION)
    ends = [
        client.create_context(
            ContextName=name, ContextType="Endpoint", Source={"SourceUri": f"s3://bucket/{name}"}
        )["ContextArn"]
        for name in ("a", "b")
    ]
    check(
        sm,
        Report(
            "reports.Association.errors.more-associations-than-an-account-may-make-by-hand",
            "AddAssociation",
            {"SourceArn": ends[0], "DestinationArn": ends[1]},
            says="The account-level service limit 'Associations'",
            prepare=full("Association", 6000),
        ),
    )


def test_components_of_jobs_take_no_room_in_a_trial(sm: World) -> None:
    client = boto3.client("sagemaker", region_name=REGION)
    with_a_trial_and_its_component(sm, client)
    sm.quotas[
        "Total number of trial components allowed in a single trial, excluding those automatically "
        "created by SageMaker"
    ] = 1
    source = {"SourceArn": f"{ARN}training-job/a", "SourceType": "SageMakerTrainingJob"}
    sm.add("TrialComponent", region=REGION, TrialComponentName="of-a-job", Source=source)
    for name in ("of-a-job", "part"):
        client.associate_trial_component(TrialName="first", TrialComponentName=name)
    listed = client.list_trial_components(TrialName="first")["TrialComponentSummaries"]
    assert {each["TrialComponentName"] for each in listed} == {"of-a-job", "part"}


# Quotas that older facts tell of, with the older last sentence --------------------------------------


def with_300_trials(sm: World, client: Any) -> None:
    sm.quotas.on()
    client.create_experiment(ExperimentName="churn")
    for number in range(300):
        sm.add("Trial", region=REGION, TrialName=f"trial-{number}", ExperimentName="churn")


def without_processing_instances(sm: World, client: Any) -> None:
    sm.quotas["Number of instances across all processing jobs"] = 0


OLDER = [
    Report(
        "metadata.Trial.errors.too-many-trials-in-the-experiment",
        "CreateTrial",
        {"TrialName": "one-more", "ExperimentName": "churn"},
        prepare=with_300_trials,
    ),
    Report(
        "metadata.FeatureGroup.errors.more-than-4-groups-in-Creating",
        "CreateFeatureGroup",
        group("group-4"),
        prepare=with_four_groups_in_creating,
    ),
    Report(
        "metadata.FeatureGroup.errors.more-than-100-groups",
        "CreateFeatureGroup",
        group(),
        prepare=full("FeatureGroup", 100),
    ),
    Report(
        "metadata.Action.errors.over-the-manual-entity-limit",
        "CreateAction",
        {"ActionName": "approve", "ActionType": "Approval", "Source": SOURCE},
        prepare=full("Action", 3000),
    ),
    Report(
        "metadata.Artifact.errors.over-limit",
        "CreateArtifact",
        {"ArtifactType": "DataSet", "Source": SOURCE},
        prepare=full("Artifact", 6000),
    ),
    Report(
        "metadata.Context.errors.over-the-manual-entity-limit",
        "CreateContext",
        {"ContextName": "live", "ContextType": "Endpoint", "Source": SOURCE},
        prepare=full("Context", 500),
    ),
    Report(
        "jobs.ProcessingJob.errors.quota",
        "CreateProcessingJob",
        batch.REQUESTS["CreateProcessingJob"],
        prepare=without_processing_instances,
    ),
    Report(
        "jobs.TrainingJob.errors.quota",
        "CreateTrainingJob",
        training.REQUESTS["CreateTrainingJob"],
        prepare=full("ml.m5.large for training job usage", 20),
    ),
]


@pytest.mark.parametrize("report", OLDER, ids=name_of)
def test_a_full_account_is_told_so(report: Report) -> None:
    """The last sentence, on whom to ask, is another one today."""
    fact = facts()[report.fact].value
    known = fact.get("message", "The account-level service limit '{name}' is {limit} ")
    sentence = re.sub(r"\\\{\w+\\\}", ".+", re.escape(known.partition(" Please")[0]))
    with mock_sagemaker(references="ignore") as sm:
        client = boto3.client("sagemaker", region_name=REGION)
        assert report.prepare is not None
        report.prepare(sm, client)
        before = state_of(sm)
        with pytest.raises(ClientError) as refusal:
            client._make_api_call(report.operation, report.request)
        assert refusal.value.response["Error"]["Code"] == fact["code"]
        assert re.match(sentence, refusal.value.response["Error"]["Message"])
        assert state_of(sm) == before
