"""The feature store runtime: records that are really kept.

A record is known by its identifier's value. A write with an event time not before the kept one
replaces it; an older one does not (in the service it goes to the offline store only). Records end at
event time plus time to live, on the virtual clock.

Source: API reference, Amazon SageMaker Feature Store Runtime (PutRecord, GetRecord, DeleteRecord, …).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from sagestub.engine.plane import Plane
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

SECONDS = {"Seconds": 1, "Minutes": 60, "Hours": 3600, "Days": 86400, "Weeks": 604800}
ROOM = "feature store records"

WITHOUT_NOT_FOUND = ("PutRecord", "DeleteRecord")
"""Operations that answer ValidationError where others answer ResourceNotFound.

Source: aws/sagemaker-python-sdk#2606; model, errors of these operations.
"""

PARTLY_WRITTEN = ("Standard_V2", "InMemory")
"""Online stores of which single features can be written. Source: model, UpdateRecord."""

MOST_FEATURES = 100
"""Features of one UpdateRecord. Source: model, UpdateRecord."""

LARGEST_RECORD = 350 * 1024
"""Bytes of a record. Source: Developer Guide, "Quotas, naming rules and data types" of Feature Store."""

SMALLEST, LARGEST = -(2**63), 2**63 - 1
"""What an integral feature may be. Source: likewise."""

ISO_8601 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)")
"""An event time of the type String. Source: likewise (with milliseconds or without)."""

EARLIEST, LATEST = -62167219200, 253402300799.999
"""The years 0000 and 9999 in epoch seconds, between which event times lie. Source: likewise."""


@dataclass(slots=True)
class Record:
    """A record of the online store.

    Args:
        features: Its features by name, each as the request gave it.
        event_time: Epoch seconds.
        expires: Epoch seconds of its end; None for never.
        deleted: Whether it was deleted softly: its event time is kept, its features are not.
    """

    features: dict[str, Mapping[str, Any]]
    event_time: float
    expires: float | None = None
    deleted: bool = False


def records_of(context: Context, group: Resource) -> dict[str, Record]:
    """Return the records of a feature group by identifier; those whose time has come are gone."""
    records: dict[str, Record] = context.room(ROOM).setdefault(group.number, {})
    now = context.clock.time()
    for key in [k for k, r in records.items() if r.expires is not None and r.expires <= now]:
        del records[key]
    return records


def group_of(context: Context, name: str) -> Resource:
    """Return a feature group by name or ARN.

    Raises:
        ServiceError: There is none, or it has no online store.
    """
    assert context.call is not None
    group = context.resource("FeatureGroup", context.call, name)
    if group is None or group.status == "Deleting":
        text = f"Resource Not Found: Amazon SageMaker can't find a FeatureGroup with name [{name}]"
        if context.call.operation in WITHOUT_NOT_FOUND:
            raise ServiceError("ValidationError", text)
        raise ServiceError("ResourceNotFound", text, 404)
    if group.status != "Created":
        raise _invalid(f"FeatureGroup {name} is in status {group.status}; it must be Created.")
    return group


def _invalid(text: str) -> ServiceError:
    return ServiceError("ValidationError", f"Validation Error: {text}")


def _is_online(group: Resource) -> bool:
    return bool(group.document.get("OnlineStoreConfig", {}).get("EnableOnlineStore", False))


def put_record(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep a record: the full overwrite of an older one."""
    group = group_of(context, parameters["FeatureGroupName"])
    features = _checked_features(group, parameters["Record"])
    identifier, event_time = _identity(group, features)
    if not _writes_online(group, parameters):
        return {}
    records = records_of(context, group)
    before = records.get(identifier)
    if before is None or event_time >= before.event_time:
        expires = _end_of(group, parameters.get("TtlDuration"), event_time)
        records[identifier] = Record(features, event_time, expires)
    return {}


def update_record(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Change some features of a record that exists, and keep the others."""
    group = group_of(context, parameters["FeatureGroupName"])
    _check_update(group, parameters)
    records = records_of(context, group)
    before = records.get(parameters["RecordIdentifierValueAsString"])
    if before is None or before.deleted:
        raise ServiceError(
            "ResourceNotFound",
            "Resource Not Found: there is no record "
            f"{parameters['RecordIdentifierValueAsString']} in {group.key}",
            404,
        )
    changed = _checked_features(group, parameters["Features"])
    features = {**before.features, **changed}
    identifier, event_time = _identity(group, features)
    if identifier != parameters["RecordIdentifierValueAsString"]:
        raise _invalid("The record identifier can't be changed.")
    if event_time < before.event_time:
        raise ServiceError(
            "ConflictException", "The record has a later EventTime than the update.", 409
        )
    ttl = parameters.get("TtlDuration")
    expires = before.expires if ttl is None else _end_of(group, ttl, event_time)
    records[identifier] = Record(features, event_time, expires)
    return {}


def _check_update(group: Resource, parameters: Mapping[str, Any]) -> None:
    """Refuse an update that cannot be; texts assumed.

    Source: model, UpdateRecord; aws/sagemaker-python-sdk 3, mlops/feature_store/feature_utils.py.
    """
    storage = group.document.get("OnlineStoreConfig", {}).get("StorageType", "Standard")
    names = [feature["FeatureName"] for feature in parameters["Features"]]
    if storage not in PARTLY_WRITTEN:
        raise _invalid(
            "UpdateRecord is available only for feature groups that use the Standard_V2 or InMemory "
            "online store type."
        )
    if len(names) > MOST_FEATURES:
        raise _invalid(f"At most {MOST_FEATURES} features can be updated, got {len(names)}.")
    if set(parameters.get("TargetStores", ())) == {"OfflineStore"}:
        raise _invalid("UpdateRecord can't have the OfflineStore as its only target store.")
    if "TtlDuration" in parameters and group.document["EventTimeFeatureName"] not in names:
        raise _invalid("TtlDuration needs an EventTime in the request.")


def get_record(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the latest record; an answer without Record when there is none."""
    group = group_of(context, parameters["FeatureGroupName"])
    if not _is_online(group):
        raise _invalid(f"FeatureGroup {group.key} does not have the OnlineStore enabled.")
    record = records_of(context, group).get(parameters["RecordIdentifierValueAsString"])
    if record is None or record.deleted:
        return {}
    return _shown(group, record, parameters)


def delete_record(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Delete a record: softly its features go and its event time stays, hard all of it goes.

    A delete whose event time is before the record's has no effect on the online store.
    """
    group = group_of(context, parameters["FeatureGroupName"])
    event_time = _seconds_of(parameters["EventTime"])
    records = records_of(context, group)
    identifier = parameters["RecordIdentifierValueAsString"]
    record = records.get(identifier)
    if record is None or not _writes_online(group, parameters) or event_time < record.event_time:
        return {}
    if parameters.get("DeletionMode") == "HardDelete":
        del records[identifier]
    else:
        records[identifier] = Record({}, event_time, record.expires, deleted=True)
    return {}


def list_records(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the identifiers of the online store's records, in order."""
    group = group_of(context, parameters["FeatureGroupName"])
    softly = parameters.get("IncludeSoftDeletedRecords", False)
    records = records_of(context, group)
    found = sorted(key for key, record in records.items() if softly or not record.deleted)
    return {"RecordIdentifiers": found}


def batch_get_record(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return records of several groups; those that are absent are left out."""
    found: list[Mapping[str, Any]] = []
    errors: list[Mapping[str, Any]] = []
    for asked in parameters["Identifiers"]:
        for identifier in asked["RecordIdentifiersValueAsString"]:
            name = asked["FeatureGroupName"]
            one = {**asked, **_expiration(parameters), "RecordIdentifierValueAsString": identifier}
            place = {"FeatureGroupName": name, "RecordIdentifierValueAsString": identifier}
            try:
                answer = get_record(context, one)
            except ServiceError as error:
                errors.append({**place, "ErrorCode": error.code, "ErrorMessage": error.message})
                continue
            if "Record" in answer:
                found.append({**place, **answer})
    return {"Records": found, "Errors": errors, "UnprocessedIdentifiers": []}


def batch_write_record(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write records of several groups; each one is kept or reported."""
    errors: list[Mapping[str, Any]] = []
    shared = {"TtlDuration": parameters["TtlDuration"]} if "TtlDuration" in parameters else {}
    for entry in parameters["Entries"]:
        try:
            put_record(context, {**shared, **entry})
        except ServiceError as error:
            errors.append({"Entry": entry, "ErrorCode": error.code, "ErrorMessage": error.message})
    return {"Errors": errors, "UnprocessedEntries": []}


# ------------------------------------------------------------------------------------------------


def _expiration(parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    member = "ExpirationTimeResponse"
    return {member: parameters[member]} if member in parameters else {}


def _shown(group: Resource, record: Record, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    wanted = parameters.get("FeatureNames")
    names = list(record.features) if wanted is None else wanted
    known = {f["FeatureName"] for f in group.document.get("FeatureDefinitions", ())}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise _invalid(f"Feature names {unknown} are not defined in FeatureGroup {group.key}.")
    shown: dict[str, Any] = {
        "Record": [record.features[name] for name in names if name in record.features]
    }
    if parameters.get("ExpirationTimeResponse") == "Enabled" and record.expires is not None:
        ends = datetime.fromtimestamp(record.expires, tz=timezone.utc)
        shown["ExpiresAt"] = ends.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return shown


def _writes_online(group: Resource, parameters: Mapping[str, Any]) -> bool:
    stores = parameters.get("TargetStores")
    if stores is not None and "OnlineStore" in stores and not _is_online(group):
        raise _invalid(f"FeatureGroup {group.key} does not have the OnlineStore enabled.")
    return _is_online(group) and (stores is None or "OnlineStore" in stores)


def _checked_features(group: Resource, values: Any) -> dict[str, Mapping[str, Any]]:
    """Return feature values by name.

    Raises:
        ServiceError: A feature is unknown, given twice, or not of its type.
    """
    definitions = {f["FeatureName"]: f for f in group.document.get("FeatureDefinitions", ())}
    features: dict[str, Mapping[str, Any]] = {}
    for value in values:
        name = value["FeatureName"]
        if name not in definitions:
            raise _invalid(f"Feature {name} is not defined in FeatureGroup {group.key}.")
        if name in features:
            raise _invalid(f"Feature {name} is given more than once.")
        _check_type(definitions[name], value)
        features[name] = value
    size = sum(len(t.encode()) for value in features.values() for t in _texts_of(value))
    if size > LARGEST_RECORD:
        raise _invalid(f"A record can have at most {LARGEST_RECORD} bytes, got {size}.")
    time = group.document["EventTimeFeatureName"]
    if time in features and definitions[time]["FeatureType"] == "String":
        text = features[time].get("ValueAsString", "")
        if text and ISO_8601.fullmatch(text) is None:
            raise _invalid(
                f"EventTime {text} is not of the form yyyy-MM-dd'T'HH:mm:ssZ or "
                "yyyy-MM-dd'T'HH:mm:ss.SSSZ."
            )
    return features


def _texts_of(value: Mapping[str, Any]) -> Sequence[str]:
    listed: Sequence[str] | None = value.get("ValueAsStringList")
    return [value["ValueAsString"]] if listed is None else listed


def _check_type(definition: Mapping[str, Any], value: Mapping[str, Any]) -> None:
    is_collection = "CollectionType" in definition
    if is_collection != ("ValueAsStringList" in value):
        member = "ValueAsStringList" if is_collection else "ValueAsString"
        raise _invalid(f"Feature {definition['FeatureName']} takes {member}.")
    readers: dict[str, Callable[[str], object]] = {"Integral": _integral, "Fractional": float}
    read = readers.get(definition["FeatureType"], str)
    for text in _texts_of(value):
        try:
            read(text)
        except ValueError:
            raise _invalid(
                f"Value {text} of feature {definition['FeatureName']} "
                f"is not of type {definition['FeatureType']}."
            ) from None


def _integral(text: str) -> int:
    """Return a whole number of 64 bits."""
    value = int(text)
    if not SMALLEST <= value <= LARGEST:
        raise ValueError(text)
    return value


def _identity(group: Resource, features: Mapping[str, Mapping[str, Any]]) -> tuple[str, float]:
    """Return a record's identifier and event time.

    Raises:
        ServiceError: One of them is missing or empty.
    """
    found = []
    for member in ("RecordIdentifierFeatureName", "EventTimeFeatureName"):
        name = group.document[member]
        text = features.get(name, {}).get("ValueAsString", "")
        if not text:
            raise _invalid(f"{member} {name} is missing in the record or has no value.")
        found.append(text)
    return found[0], _seconds_of(found[1])


def _seconds_of(event_time: str) -> float:
    """Return an event time, ISO 8601 or epoch seconds, as epoch seconds."""
    try:
        seconds = float(event_time)
    except ValueError:
        seconds = _seconds_of_text(event_time)
    if not EARLIEST <= seconds <= LATEST:
        raise _invalid(f"EventTime {event_time} is not within the years 0000 to 9999.")
    return seconds


def _seconds_of_text(event_time: str) -> float:
    # A fraction of a second has three digits or six in older Pythons.
    text = re.sub(r"\.\d+", lambda found: found[0][:7].ljust(7, "0"), event_time)
    try:
        parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise _invalid(
            f"EventTime {event_time} is neither yyyy-MM-dd'T'HH:mm:ssZ nor epoch seconds."
        ) from None
    aware = parsed if parsed.tzinfo is not None else parsed.replace(tzinfo=timezone.utc)
    return aware.timestamp()


def _end_of(group: Resource, own: Mapping[str, Any] | None, event_time: float) -> float | None:
    ttl = own or group.document.get("OnlineStoreConfig", {}).get("TtlDuration")
    if ttl is None:
        return None
    return event_time + timedelta(seconds=ttl["Value"] * SECONDS[ttl["Unit"]]).total_seconds()


PLANE = Plane(
    functions={
        "PutRecord": put_record,
        "UpdateRecord": update_record,
        "GetRecord": get_record,
        "DeleteRecord": delete_record,
        "ListRecords": list_records,
        "BatchGetRecord": batch_get_record,
        "BatchWriteRecord": batch_write_record,
    }
)
