"""The events that SageMaker sends to EventBridge, and their sending to Moto's.

Source: Developer Guide, "Events that Amazon SageMaker AI sends to Amazon EventBridge"; EventBridge
events reference, "Amazon SageMaker AI events" (the names of the types).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.effects.clients import quietly
from sagestub.types import GONE

if TYPE_CHECKING:
    from sagestub.effects.changes import Change
    from sagestub.effects.clients import Clients
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.resource import Resource

SOURCE = "aws.sagemaker"

STATUS = "{status}"
"""Stands for the status in words in the name of an event's type."""


Detail = Callable[["Change"], dict[str, Any]]


class EventType(NamedTuple):
    """How the changes of a kind are told.

    Args:
        name: The detail type, after `SageMaker `; `{status}` stands for the status in words.
        detail: Makes the event's detail.
        births: Whether it tells of what has no status being made and deleted.
        updates: Whether it tells of an Update.
        resources: Returns the ARNs that the event is about; None for the resource's own.
    """

    name: str
    detail: Detail
    births: bool = False
    updates: bool = False
    resources: Callable[[Resource], list[str]] | None = None


# Times --------------------------------------------------------------------------------------------


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _told(shape: Any, value: Any, time: Callable[[float], Any]) -> Any:
    """Return a value in wire form as an event has it: times are written otherwise."""
    kind = shape.type_name
    if kind == "timestamp" and isinstance(value, (int, float)):
        return time(value)
    if kind == "structure" and isinstance(value, Mapping):
        members = shape.members
        return {
            name: _told(members[name], item, time) if name in members else item
            for name, item in value.items()
        }
    if kind == "list" and isinstance(value, (list, tuple)):
        return [_told(shape.member, item, time) for item in value]
    if kind == "map" and isinstance(value, Mapping):
        return {key: _told(shape.value, item, time) for key, item in value.items()}
    return value


# Details ------------------------------------------------------------------------------------------


def _described(change: Change, time: Callable[[float], Any]) -> dict[str, Any]:
    """Return the Describe response of that moment, and the tags as a map."""
    kind: BoundKind = change.resource.kind
    shapes = kind.member_shapes
    described = kind.described(change.document)
    detail = {name: _told(shapes[name], value, time) for name, value in described.items()}
    return {**detail, "Tags": dict(change.tags)}


def job_detail(change: Change) -> dict[str, Any]:
    """Return the members of Describe, times in milliseconds."""
    return _described(change, _milliseconds)


def dated_detail(change: Change) -> dict[str, Any]:
    """Return the members of Describe, times as text; an update says what it has changed."""
    detail = _described(change, _iso)
    if change.updated:
        detail["UpdatedModelPackageFields"] = list(change.updated)
    return detail


def endpoint_detail(change: Change) -> dict[str, Any]:
    """Return an endpoint's members; its status is written as `IN_SERVICE`."""
    detail = job_detail(change)
    status = str(detail.get("EndpointStatus", ""))
    return {**detail, "EndpointStatus": re.sub(r"(?<=[a-z])(?=[A-Z])", "_", status).upper()}


def labeling_detail(change: Change) -> dict[str, Any]:
    """Return the status alone. Source: Developer Guide, "Labeling Job Status" (CloudWatch events)."""
    return {"LabelingJobStatus": change.document.get("LabelingJobStatus")}


def human_loop_detail(change: Change) -> dict[str, Any]:
    """Return a human loop's members, in camel case.

    Source: Developer Guide, "Use Amazon CloudWatch Events in Amazon Augmented AI".
    """
    document = change.document
    names = ("CreationTime", "FailureCode", "FailureReason", "FlowDefinitionArn", "HumanLoopArn")
    detail = {_camel(name): document.get(name) for name in (*names, "HumanLoopName")}
    if isinstance(detail["creationTime"], (int, float)):
        detail["creationTime"] = _iso(detail["creationTime"])
    output = document.get("HumanLoopOutput") or {}
    detail["humanLoopOutput"] = {"outputS3Uri": output.get("OutputS3Uri")}
    detail["humanLoopStatus"] = document.get("HumanLoopStatus")
    return detail


def _camel(name: str) -> str:
    return name[:1].lower() + name[1:]


def execution_detail(change: Change) -> dict[str, Any]:
    """Return what an event says of a pipeline execution."""
    document, times = change.document, {"executionStartTime": "CreationTime"}
    detail: dict[str, Any] = {
        "pipelineExecutionDisplayName": document.get("PipelineExecutionDisplayName"),
        "currentPipelineExecutionStatus": change.entered,
        "previousPipelineExecutionStatus": change.left or None,
        "pipelineExecutionDescription": document.get("PipelineExecutionDescription"),
        "pipelineArn": document.get("PipelineArn"),
        "pipelineExecutionArn": document.get("PipelineExecutionArn"),
    }
    if change.entered in ("Succeeded", "Failed", "Stopped"):
        times["executionEndTime"] = "LastModifiedTime"
    for name, member in times.items():
        if member in document:
            detail[name] = _iso(document[member])
    return {name: value for name, value in detail.items() if value is not None}


def _execution_resources(resource: Resource) -> list[str]:
    return [resource.arn.partition("/execution/")[0], resource.arn]


# Types --------------------------------------------------------------------------------------------

STEP_TYPE = "SageMaker Model Building Pipeline Execution Step Status Change"

TYPES: Mapping[str, EventType] = {
    "TrainingJob": EventType("Training Job State Change", job_detail),
    "HyperParameterTuningJob": EventType("HyperParameter Tuning Job State Change", job_detail),
    "TransformJob": EventType("Transform Job State Change", job_detail),
    "ProcessingJob": EventType("Processing Job State Change", job_detail),
    "Endpoint": EventType("Endpoint State Change", endpoint_detail),
    "EndpointConfig": EventType("Endpoint Config State Change", job_detail, births=True),
    "Model": EventType("Model State Change", job_detail, births=True),
    "NotebookInstance": EventType("Notebook Instance State Change", job_detail),
    "NotebookInstanceLifecycleConfig": EventType(
        "Notebook Lifecycle Config State Change", job_detail, births=True
    ),
    "Algorithm": EventType("Algorithm State Change", job_detail),
    "ModelPackage": EventType("Model Package State Change", dated_detail, updates=True),
    "FeatureGroup": EventType("Feature Group State Change", job_detail),
    "Image": EventType("Image State Change", job_detail),
    "ImageVersion": EventType("Image Version State Change", job_detail),
    "ModelCard": EventType("Model Card State Change", dated_detail, births=True, updates=True),
    "ModelCardExportJob": EventType("Model Card Export Job State Change", job_detail),
    "MonitoringSchedule": EventType("Monitoring Schedule State Change", job_detail),
    "Cluster": EventType("HyperPod Cluster State Change", job_detail),
    "LabelingJob": EventType("Ground Truth Labeling Job State Change", labeling_detail),
    "HumanLoop": EventType("A2I HumanLoop Status Change", human_loop_detail),
    "MlflowTrackingServer": EventType("Tracking Server {status}", job_detail),
    "PipelineExecution": EventType(
        "Model Building Pipeline Execution Status Change",
        execution_detail,
        resources=_execution_resources,
    ),
}
"""How each kind's changes are told. Kinds that are not here send no events."""


def step_event(
    execution: Resource, step: Mapping[str, Any], left: str | None, time: float
) -> dict[str, Any]:
    """Return how EventBridge is told that a step of a pipeline execution has another status.

    Args:
        execution: The execution.
        step: The step as ListPipelineExecutionSteps has it, in wire form.
        left: Its status before; None at its start.
        time: When, in epoch seconds.
    """
    detail: dict[str, Any] = {
        "metadata": {
            _camel(name): {_camel(key): value for key, value in entry.items()}
            for name, entry in (step.get("Metadata") or {}).items()
            if isinstance(entry, Mapping)
        },
        "stepName": step.get("StepName"),
        "stepType": step.get("StepType"),
        "previousStepStatus": left,
        "currentStepStatus": step.get("StepStatus"),
        "failureReason": step.get("FailureReason"),
        "cacheHitResult": step.get("CacheHitResult"),
        "pipelineArn": execution.arn.partition("/execution/")[0],
        "pipelineExecutionArn": execution.arn,
    }
    for name, member in (("stepStartTime", "StartTime"), ("stepEndTime", "EndTime")):
        if member in step:
            detail[name] = _iso(step[member])
    known = {name: value for name, value in detail.items() if value is not None}
    return _event(STEP_TYPE, execution, _execution_resources(execution), known, time)


def is_told(change: Change) -> bool:
    """Return whether a change has an event: not every kind tells of births and updates."""
    known = TYPES.get(change.resource.kind.name)
    if known is None:
        return False
    if change.what == "Updated":
        return known.updates
    if change.what != "moved":
        return known.births
    # That it is being deleted has been told already; a name that has the status in it says this too.
    return change.entered != GONE or STATUS in known.name


def event_of(change: Change) -> dict[str, Any]:
    """Return a change as EventBridge tells it."""
    resource = change.resource
    known = TYPES[resource.kind.name]
    if change.entered == GONE:
        change = change._replace(entered="Deleted")
    status = change.entered.partition("/")[0]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", status)
    about = known.resources(resource) if known.resources is not None else [resource.arn]
    detail = known.detail(change)
    return _event(
        f"SageMaker {known.name.format(status=words)}", resource, about, detail, change.time
    )


def _event(
    detail_type: str, resource: Resource, about: list[str], detail: dict[str, Any], time: float
) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "",
        "detail-type": detail_type,
        "source": SOURCE,
        "account": resource.account,
        "time": _iso(time),
        "region": resource.region,
        "resources": about,
        "detail": detail,
    }


def send(clients: Clients, resource: Resource, event: Mapping[str, Any], time: float) -> None:
    """Put an event to Moto's EventBridge."""
    with quietly(f"{event['detail-type']} of {resource.name}"):
        clients.client("events", resource).put_events(
            Entries=[
                {
                    "Time": datetime.fromtimestamp(time, timezone.utc),
                    "Source": SOURCE,
                    "Resources": event["resources"],
                    "DetailType": event["detail-type"],
                    "Detail": json.dumps(event["detail"]),
                }
            ]
        )


def id_of(number: int) -> str:
    """Return the id of the world's nth event: it takes nothing from the ids that resources get."""
    text = blake2b(f"event:{number}".encode(), digest_size=16).hexdigest()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
