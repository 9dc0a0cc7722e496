"""Amazon Augmented AI: human loops, which a flow definition of the control plane defines.

Source: API reference, Amazon Augmented AI Runtime; Developer Guide, a2i-monitor-humanloop-results and
a2i-delete-human-loop.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.engine.plane import Plane, by_name
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

WRONG_STATE = Message(
    code="ValidationException",
    text="The human loop {name} is in status {status}.",
)


def check_start(context: Context, resource: Resource) -> None:
    """Refuse a loop of a flow definition that is not Active, or with input that is no JSON.

    Source: model, StartHumanLoop (ValidationException) and HumanLoopInput; texts assumed.
    """
    document = resource.document
    arn = document["FlowDefinitionArn"]
    flow = context.resource("FlowDefinition", resource, arn)
    if flow is None:
        raise ServiceError("ValidationException", f"The flow definition {arn} does not exist.")
    if flow.status != "Active":
        raise ServiceError(
            "ValidationException", f"The flow definition {arn} is in status {flow.status}."
        )
    try:
        json.loads(document["HumanLoopInput"]["InputContent"])
    except ValueError as error:
        raise ServiceError(
            "ValidationException", f"InputContent is not valid JSON: {error}"
        ) from None


def write_output(context: Context, resource: Resource) -> None:
    """Say where the answers of the workers lie.

    Source: Developer Guide, a2i-monitor-humanloop-results (path by the time of creation).
    """
    document = resource.document
    flow = context.resource("FlowDefinition", resource, str(document.get("FlowDefinitionArn", "")))
    if flow is None:
        return
    path = flow.document.get("OutputConfig", {}).get("S3OutputPath")
    if path is not None:
        made = datetime.fromtimestamp(document["CreationTime"], tz=timezone.utc)
        folders = f"{flow.key}/{made:%Y/%m/%d/%H/%M/%S}/{resource.key}"
        uri = f"{path.rstrip('/')}/{folders}/output.json"
        document["HumanLoopOutput"] = {"OutputS3Uri": uri}


def set_failure_code(context: Context, resource: Resource) -> None:
    """Tell the sort of failure. Source: model, DescribeHumanLoop.FailureCode."""
    resource.document["FailureCode"] = "InternalError"


def of_known_flow(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parameters of a list; its flow definition must exist.

    Source: model, ListHumanLoops (ResourceNotFoundException); text assumed.
    """
    assert context.call is not None
    arn = str(parameters["FlowDefinitionArn"])
    if context.resource("FlowDefinition", context.call, arn) is None:
        raise ServiceError(
            "ResourceNotFoundException", f"The flow definition {arn} does not exist."
        )
    return parameters


HUMAN_LOOP = Kind(
    name="HumanLoop",
    arn="human-loop/{HumanLoopName}",
    create="StartHumanLoop",
    start="-",
    lifecycle=Lifecycle(
        path="InProgress > Completed",
        fail="Failed",
        stop="Stopping > Stopped",
        delete_from="Completed > Failed > Stopped",
        seconds={"InProgress": 600, "Stopping": 30},
    ),
    checks=(check_start,),
    on_enter={"Completed": (write_output,), "Failed": (set_failure_code,)},
    asked=of_known_flow,
    failure_reason="InternalError",
    not_found=Message(
        code="ResourceNotFoundException",
        text="The human loop {name} does not exist.",
        source="model (code); text assumed",
    ),
    exists=Message(
        code="ConflictException",
        text="A human loop with the name {name} already exists ({arn}).",
        source="model, StartHumanLoop (code); text assumed",
    ),
    cannot_stop=WRONG_STATE,
    cannot_delete=WRONG_STATE,
    source="API reference, Amazon Augmented AI Runtime",
)

PLANE = Plane(kinds=by_name(HUMAN_LOOP))
