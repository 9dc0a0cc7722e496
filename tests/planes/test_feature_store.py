"""The feature store runtime: records are kept, versioned by event time, and end by time to live.

Source: API reference, Amazon SageMaker Feature Store Runtime.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import mock_sagemaker
from tests.conftest import shared_session

REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/store"
MOMENT = "2024-01-01T00:00:00Z"


@pytest.fixture
def sm() -> Iterator[Any]:
    with mock_sagemaker() as world:
        control = shared_session().client("sagemaker", region_name=REGION)
        control.create_feature_group(**request())
        control.describe_feature_group(FeatureGroupName="customers")
        yield world


@pytest.fixture
def store(sm: Any) -> Any:
    return shared_session().client("sagemaker-featurestore-runtime", region_name=REGION)


def request(name: str = "customers", **changes: Any) -> dict[str, Any]:
    """Return a CreateFeatureGroup request with an online store."""
    return {
        "FeatureGroupName": name,
        "RecordIdentifierFeatureName": "id",
        "EventTimeFeatureName": "time",
        "FeatureDefinitions": [
            {"FeatureName": "id", "FeatureType": "String"},
            {"FeatureName": "time", "FeatureType": "String"},
            {"FeatureName": "age", "FeatureType": "Integral"},
            {
                "FeatureName": "tags",
                "FeatureType": "String",
                "CollectionType": "List",
            },
        ],
        "OnlineStoreConfig": {"EnableOnlineStore": True, "StorageType": "InMemory"},
        **changes,
    }


def record(**features: Any) -> list[dict[str, Any]]:
    """Return features as the API takes them."""
    return [
        {"FeatureName": name, "ValueAsStringList": value}
        if isinstance(value, list)
        else {"FeatureName": name, "ValueAsString": value}
        for name, value in features.items()
    ]


def put(store: Any, group: str = "customers", **features: Any) -> None:
    store.put_record(FeatureGroupName=group, Record=record(**features))


def read(store: Any, identifier: str = "7", **more: Any) -> dict[str, Any]:
    """Return a record's features by name; empty when there is none."""
    answer = store.get_record(
        FeatureGroupName="customers", RecordIdentifierValueAsString=identifier, **more
    )
    features = answer.get("Record", ())
    return {f["FeatureName"]: f.get("ValueAsString", f.get("ValueAsStringList")) for f in features}


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    error = refusal.value.response["Error"]
    return error["Code"], error["Message"]


def test_what_is_put_is_got(store: Any) -> None:
    put(store, id="7", time="2024-01-01T00:00:00Z", age="41", tags=["a", "b"])
    assert read(store)["age"] == "41"
    assert read(store)["tags"] == ["a", "b"]
    assert read(store, FeatureNames=["age"]) == {"age": "41"}
    assert read(store, "8") == {}


def test_a_later_event_replaces_and_an_earlier_one_does_not(store: Any) -> None:
    put(store, id="7", time="2024-01-02T00:00:00Z", age="42")
    put(store, id="7", time="2024-01-01T00:00:00Z", age="41")
    assert read(store)["age"] == "42"
    put(store, id="7", time="2024-01-03T00:00:00Z", age="43")
    assert read(store)["age"] == "43"


def test_a_soft_delete_keeps_the_event_time_and_a_hard_one_keeps_nothing(store: Any) -> None:
    put(store, id="7", time="2024-01-02T00:00:00Z", age="42")
    gone = {"FeatureGroupName": "customers", "RecordIdentifierValueAsString": "7"}
    store.delete_record(**gone, EventTime="2024-01-03T00:00:00Z")
    put(store, id="7", time="2024-01-02T12:00:00Z", age="1")
    assert read(store) == {}
    listed = {"FeatureGroupName": "customers", "IncludeSoftDeletedRecords": True}
    assert store.list_records(**listed)["RecordIdentifiers"] == ["7"]
    store.delete_record(**gone, EventTime="2024-01-04T00:00:00Z", DeletionMode="HardDelete")
    assert store.list_records(**listed)["RecordIdentifiers"] == []


def test_a_record_ends_by_its_time_to_live_on_the_virtual_clock(sm: Any, store: Any) -> None:
    now = sm.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    store.put_record(
        FeatureGroupName="customers",
        Record=record(id="7", time=now, age="1"),
        TtlDuration={"Unit": "Hours", "Value": 1},
    )
    assert "ExpiresAt" in store.get_record(
        FeatureGroupName="customers",
        RecordIdentifierValueAsString="7",
        ExpirationTimeResponse="Enabled",
    )
    sm.clock.advance(3601)
    assert read(store) == {}


def test_batches_answer_what_is_there_and_report_the_rest(store: Any) -> None:
    good = {"FeatureGroupName": "customers", "Record": record(id="7", time=MOMENT, age="1")}
    bad = {"FeatureGroupName": "customers", "Record": record(id="8", time="1", age="old")}
    written = store.batch_write_record(Entries=[good, bad])
    assert [e["Entry"]["Record"][0]["ValueAsString"] for e in written["Errors"]] == ["8"]
    got = store.batch_get_record(
        Identifiers=[
            {"FeatureGroupName": "customers", "RecordIdentifiersValueAsString": ["7", "8"]},
            {"FeatureGroupName": "strangers", "RecordIdentifiersValueAsString": ["7"]},
        ]
    )
    assert [r["RecordIdentifierValueAsString"] for r in got["Records"]] == ["7"]
    assert [e["FeatureGroupName"] for e in got["Errors"]] == ["strangers"]


def test_an_update_keeps_the_other_features(store: Any) -> None:
    put(store, id="7", time="2024-01-01T00:00:00Z", age="41", tags=["a"])
    store.update_record(
        FeatureGroupName="customers",
        RecordIdentifierValueAsString="7",
        Features=record(time="2024-01-02T00:00:00Z", age="42"),
    )
    assert read(store) == {
        "id": "7",
        "time": "2024-01-02T00:00:00Z",
        "age": "42",
        "tags": ["a"],
    }


@pytest.mark.parametrize(
    ("features", "text"),
    [
        ({"time": MOMENT, "age": "1"}, "RecordIdentifierFeatureName id is missing"),
        ({"id": "7", "age": "1"}, "EventTimeFeatureName time is missing"),
        ({"id": "7", "time": "soon"}, "EventTime soon is not of the form"),
        ({"id": "7", "time": "2024-13-01T00:00:00Z"}, "EventTime 2024-13-01T00:00:00Z is neither"),
        ({"id": "7", "time": MOMENT, "age": "old"}, "is not of type Integral"),
        ({"id": "7", "time": MOMENT, "tags": "a"}, "takes ValueAsStringList"),
        ({"id": "7", "time": MOMENT, "size": "1"}, "Feature size is not defined"),
    ],
)
def test_a_wrong_record_is_refused(store: Any, features: dict[str, Any], text: str) -> None:
    code, message = refused(
        store.put_record, FeatureGroupName="customers", Record=record(**features)
    )
    assert code == "ValidationError"
    assert message.startswith("Validation Error: ")
    assert text in message


def test_an_unknown_group_is_not_found_with_404(store: Any) -> None:
    """Fact: the sentence of aws/sagemaker-python-sdk#2606, the name in square brackets."""
    with pytest.raises(store.exceptions.ResourceNotFound) as refusal:
        store.get_record(FeatureGroupName="nobody", RecordIdentifierValueAsString="7")
    assert refusal.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404
    assert refusal.value.response["Error"]["Message"] == (
        "Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name [nobody]"
    )


def test_records_go_with_their_group(sm: Any, store: Any) -> None:
    put(store, id="7", time="2024-01-01T00:00:00Z", age="1")
    control = shared_session().client("sagemaker", region_name=REGION)
    control.delete_feature_group(FeatureGroupName="customers")
    control.describe_feature_group(FeatureGroupName="customers")
    control.create_feature_group(**request())
    control.describe_feature_group(FeatureGroupName="customers")
    assert read(store) == {}
