"""The training session runtime: operations of a session, which are kept and move by rules.

What a model would compute cannot be known here: an operation that has completed has the result's form
with nothing in it, and saved weights are a model package of the session's group.

Source: API reference, Amazon SageMaker Training Session Runtime.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.engine.plane import Plane, by_name
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

LIFE = Lifecycle(
    path="Pending > InProgress > Completed",
    fail="Failed",
    other="Skipped",
    seconds={"Pending": 1, "InProgress": 5},
)

EMPTY_RESULTS: Mapping[str, Mapping[str, Any]] = {
    "sample": {"sequences": []},
    "computeLogprobs": {"logprobs": []},
    "loadWeightsForSampling": {},
    "forward": {"lossFnOutputs": []},
    "forwardBackward": {"lossFnOutputs": []},
    "optimizerStep": {},
    "loadState": {},
}
"""The result of each operation, with what its shape requires."""


def session_of(context: Context, name: str) -> Resource:
    """Return the training session that a call names, which must be running.

    Raises:
        ServiceError: There is none, or it does not run.
    """
    assert context.call is not None
    session = context.resource("TrainingSession", context.call, name)
    if session is None:
        raise ServiceError(
            "ResourceNotFoundException", f"Training session {name} does not exist.", 404
        )
    if session.status != "Running":
        raise ServiceError(
            "ConflictException", f"Training session {name} is in status {session.status}.", 409
        )
    return session


def check_session(context: Context, resource: Resource) -> None:
    """Refuse an operation of a session that is not there or does not run."""
    session_of(context, resource.document["trainingSessionName"])


def note_sequence(context: Context, resource: Resource) -> None:
    """Let the session say which operation it has received last.

    Source: model, TrainingSessionDetail.LastReceivedSequenceNumber.
    """
    document = resource.document
    session = context.resource("TrainingSession", resource, document["trainingSessionName"])
    if session is not None and "sequenceNumber" in document:
        session.document["LastReceivedSequenceNumber"] = document["sequenceNumber"]


def finish(context: Context, resource: Resource) -> None:
    """Set the result's form; saving makes a model package in the session's group."""
    name = next(iter(resource.document.get("operationConfig", {})), "")
    if name in ("saveWeights", "saveState"):
        resource.document["operationResult"] = {name: saved(context, resource)}
    elif name in EMPTY_RESULTS:
        resource.document["operationResult"] = {name: dict(EMPTY_RESULTS[name])}


def saved(context: Context, resource: Resource) -> dict[str, str]:
    """Return the model package that holds what was saved, made in the session's group."""
    key = resource.document["trainingSessionName"]
    session = context.resource("TrainingSession", resource, key)
    group = session.document.get("ModelPackageGroupArn") if session is not None else None
    if group is None:
        arn = f"model-package/{key}-{resource.document['operationId']}"
        return {"modelPackageArn": context.arn(arn, resource)}
    answer = context.perform(
        "CreateModelPackage",
        {"ModelPackageGroupName": group},
        resource.account,
        resource.region,
    )
    return {"modelPackageArn": answer["ModelPackageArn"]}


def explain(context: Context, resource: Resource) -> None:
    """Say why an operation has failed."""
    resource.document.setdefault("errorDetails", "The operation failed.")


def operation_kind(name: str, create: str, describe: str) -> Kind:
    """Return the declaration of one of the two sorts of operation."""
    return Kind(
        name=name,
        arn="-",
        identifier=("trainingSessionName", "operationId"),
        made={"operationId": "{uuid}"},
        create=create,
        describe=describe,
        status="status",
        lifecycle=LIFE,
        checks=(check_session,),
        on_create=(note_sequence,),
        on_enter={"Completed": (finish,), "Failed": (explain,)},
        not_found=Message(
            code="ResourceNotFoundException", text="Operation {operationId} does not exist."
        ),
        source="API reference, Amazon SageMaker Training Session Runtime",
    )


def sample(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what was sent: no model is behind a session here."""
    session_of(context, parameters["trainingSessionName"])
    answer = {"body": parameters.get("body", b"")}
    content_type = parameters.get("accept") or parameters.get("contentType")
    return {**answer, "contentType": content_type} if content_type else answer


PLANE = Plane(
    kinds=by_name(
        operation_kind(
            "TrainingOperation", "ExecuteTrainingOperation", "GetTrainingOperationResult"
        ),
        operation_kind(
            "SamplingOperation", "ExecuteSamplingOperation", "GetSamplingOperationResult"
        ),
    ),
    functions={
        "SampleTrainingSession": sample,
        "SampleTrainingSessionWithResponseStream": sample,
    },
)
