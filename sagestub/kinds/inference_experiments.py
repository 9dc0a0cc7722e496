"""InferenceExperiment: a shadow test on an endpoint, by schedule.

Source: facts, jobs.yaml, InferenceExperiment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

WEEK = 7 * 86400.0
MONTH = 30 * 86400.0

VARIANT_STATUSES = {
    "Updating": "Updating",
    "Running": "InService",
    "Stopping": "Deleting",
    "Completed": "Deleted",
    "Cancelled": "Deleted",
}
"""The status of the variants by that of the experiment; before it runs they are being created.

Source: API reference, ModelVariantConfigSummary.Status (values); the tie is assumed.
"""

CANNOT = Message(
    code="ConflictException",
    text="The inference experiment {Name} is in status {status}.",
    source="API reference, Start-, Stop-, Update- and DeleteInferenceExperiment (code)",
)


def check_schedule(context: Context, resource: Resource) -> None:
    """Refuse a schedule that ends before it starts, or lasts more than thirty days (texts assumed).

    Source: API reference, CreateInferenceExperiment.Schedule.
    """
    schedule = resource.document.get("Schedule", {})
    now = resource.document.get("CreationTime", context.clock.time())
    start = schedule.get("StartTime", now)
    end = schedule.get("EndTime", start + WEEK)
    if end <= start:
        raise ServiceError("ValidationException", "Schedule.EndTime must be after StartTime.")
    if end - start > MONTH:
        raise ServiceError(
            "ValidationException", "An inference experiment can last at most 30 days."
        )


def lay_schedule(context: Context, resource: Resource) -> None:
    """Set the name of the ARN that Describe has, and the whole schedule.

    Source: facts, jobs.yaml, InferenceExperiment.filled_in.
    """
    document = resource.document
    document["Arn"] = resource.arn
    start = document.get("Schedule", {}).get("StartTime", context.clock.time())
    schedule = {"StartTime": start, "EndTime": start + WEEK, **document.get("Schedule", {})}
    document["Schedule"] = schedule


def stay(context: Context, resource: Resource) -> float | None:
    """Return how long an experiment waits for its start or runs, by its schedule."""
    member = {"Created": "StartTime", "Running": "EndTime"}.get(resource.state)
    time = resource.document.get("Schedule", {}).get(member)
    return None if time is None else max(0.0, float(time - context.clock.time()))


def next_status(context: Context, resource: Resource, planned: str) -> str:
    """Return where a step leads: an update goes back to the status before.

    Source: facts, jobs.yaml, InferenceExperiment.lifecycle.update_note.
    """
    before = [state for state, _ in resource.past if state in ("Created", "Running")]
    if resource.state == "Updating" and planned == "Running" and before:
        return before[-1]
    return planned


def describe_experiment(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the endpoint as it is now, and the variants with their statuses."""
    document = resource.document
    name = document.get("EndpointName")
    result: dict[str, Any] = {}
    if name is not None and "EndpointMetadata" not in document:
        metadata = {"EndpointName": name}
        endpoint = context.resource("Endpoint", resource, name)
        for member in ("EndpointConfigName", "EndpointStatus"):
            if endpoint is not None and member in endpoint.document:
                metadata[member] = endpoint.document[member]
        result["EndpointMetadata"] = metadata
    if "ModelVariants" in document:
        status = VARIANT_STATUSES.get(str(resource.status), "Creating")
        kept = {
            name
            for name, action in document.get("ModelVariantActions", {}).items()
            if action != "Remove"
        }
        result["ModelVariants"] = [
            {"Status": "InService" if v["VariantName"] in kept else status, **v}
            for v in document["ModelVariants"]
        ]
    return result


def stop_experiment(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """End an experiment in the desired state.

    Source: facts, jobs.yaml, InferenceExperiment.preconditions and stop_note.
    """
    if resource.status not in ("Created", "Starting", "Running", "Updating"):
        raise ServiceError(
            CANNOT.code, f"The inference experiment {resource.name} is in status {resource.status}."
        )
    changes: dict[str, Any] = {"ModelVariantActions": parameters["ModelVariantActions"]}
    if "Reason" in parameters:
        changes["StopReason"] = changes["StatusReason"] = parameters["Reason"]
    resource.replace(changes)
    context.motion.go(resource, ("Stopping", parameters.get("DesiredState", "Completed")))
    return {"InferenceExperimentArn": resource.arn}


def give_reason(context: Context, resource: Resource) -> None:
    """Let a stopped experiment say what the Stop said, not that it has failed."""
    document = resource.document
    if "StopReason" in document:
        document["StatusReason"] = document["StopReason"]
    elif "ModelVariantActions" in document:
        document.pop("StatusReason", None)


INFERENCE_EXPERIMENT = Kind(
    name="InferenceExperiment",
    field_rules=FieldRules("hosting.INFERENCE_EXPERIMENT"),
    arn="inference-experiment/{Name}",
    references={"EndpointName": "Endpoint", "ModelVariants[].ModelName": "Model"},
    lifecycle=Lifecycle(
        path="Creating > Created > Starting > Running > Stopping > Completed",
        fail="Cancelled",
        stop="Stopping > Cancelled",
        start="Starting > Running > Stopping > Completed",
        start_from="Created",
        update="Updating > Running > Stopping > Completed",
        update_from="Created > Running",
        delete_from="Completed > Cancelled",
    ),
    checks=(check_schedule,),
    on_create=(lay_schedule,),
    on_update=(lay_schedule,),
    stamps={"Completed": ("CompletionTime",), "Cancelled": ("CompletionTime",)},
    on_enter={"Cancelled": (give_reason,)},
    next_state=next_status,
    duration=stay,
    on_describe=describe_experiment,
    operations={"StopInferenceExperiment": stop_experiment},
    failure_reason="An unexpected failure cancelled the experiment.",
    cannot_start=CANNOT,
    cannot_update=CANNOT,
    cannot_delete=CANNOT,
    source="facts, jobs.yaml, InferenceExperiment",
)
