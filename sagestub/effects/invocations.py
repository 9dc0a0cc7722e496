"""Functions of a test that stand for models: what they are asked, and what they answer.

Behind an endpoint or a global inference gateway (`sm.on_invoke`), and behind the records of a transform
job.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.effects.jobs import images_of_model
from sagestub.engine.documents import member_at

if TYPE_CHECKING:
    from sagestub.effects.container import Container
    from sagestub.effects.containers import ContainerFunction
    from sagestub.effects.storage import Storage
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

ROOM = "invocation functions"


class Invocation(NamedTuple):
    """What a model is asked, as the function of a test gets it.

    Args:
        body: The request's body.
        content_type: Its MIME type.
        accept: The MIME type that the caller wants.
        endpoint: The endpoint's name; empty in a transform job.
        variant: The production variant that answers; empty for an inference component.
        model: The name of the variant's model; empty where there is none.
        image: The container image that answers; empty where it is not known.
        custom_attributes: CustomAttributes of the request.
        target_model: TargetModel, for an endpoint with many models.
        inference_component: The inference component that is asked.
        session_id: SessionId of the request; of a session that this request opens, its new id.
        inference_id: InferenceId of the request.
        target_container: TargetContainerHostname, for a model with several containers.
        transform_job: The transform job that asks; empty for an endpoint.
        gateway: The name of the global inference gateway that routes the request; `model` is then the model
            that the body names.
        identity_token: CustomerIdentityToken of a request to such a gateway.
    """

    body: bytes
    content_type: str = "application/octet-stream"
    accept: str = ""
    endpoint: str = ""
    variant: str = ""
    model: str = ""
    image: str = ""
    custom_attributes: str = ""
    target_model: str = ""
    inference_component: str = ""
    session_id: str = ""
    inference_id: str = ""
    target_container: str = ""
    transform_job: str = ""
    gateway: str = ""
    identity_token: str = ""

    def json(self) -> Any:
        """Return the body, parsed as JSON."""
        return json.loads(self.body)


InvocationFunction = Callable[[Invocation], Any]
"""Returns bytes or text; anything else is sent as JSON; an iterator is sent piece by piece."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A function and what it stands for: endpoints, models, images, gateways; None stands for all."""

    function: InvocationFunction
    endpoint: str | None = None
    model: str | None = None
    image: str | None = None
    gateway: str | None = None

    def covers(self, invocation: Invocation) -> bool:
        """Return whether the function stands for what is invoked."""
        pairs = (
            (self.endpoint, invocation.endpoint),
            (self.model, invocation.model),
            (self.image, invocation.image),
            (self.gateway, invocation.gateway),
        )
        return all(wanted is None or fnmatchcase(name, wanted) for wanted, name in pairs)


def register(context: Context, registered: Registered) -> None:
    """Let a function answer; the one that was registered last and covers a call answers it."""
    context.room(ROOM).setdefault("functions", []).append(registered)


def function_for(context: Context, invocation: Invocation) -> InvocationFunction | None:
    """Return the function that stands for what is invoked; None without one."""
    functions: list[Registered] = context.room(ROOM).get("functions", [])
    for registered in reversed(functions):
        if registered.covers(invocation):
            return registered.function
    return None


def body_of(value: Any, invocation: Invocation) -> tuple[bytes, str]:
    """Return what a function returned as body and content type."""
    content_type = invocation.accept if invocation.accept not in ("", "*/*") else ""
    match value:
        case (inner, str(given)):
            value, content_type = inner, given
    if isinstance(value, Iterator):
        value = b"".join(piece_of(piece) for piece in value)
    if isinstance(value, (bytes, bytearray)):
        return bytes(value), content_type or invocation.content_type
    if isinstance(value, str):
        return value.encode("utf-8"), content_type or "text/plain; charset=utf-8"
    return json.dumps(value).encode("utf-8"), content_type or "application/json"


def piece_of(value: Any) -> bytes:
    """Return a part of an answer as bytes."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    return value.encode("utf-8") if isinstance(value, str) else json.dumps(value).encode("utf-8")


# Transform jobs -----------------------------------------------------------------------------------


def transformer(context: Context, resource: Resource, storage: Storage) -> ContainerFunction | None:
    """Return what a transform job's container does when a function stands for its model.

    Functions that name an endpoint do not: a transform job has none.

    Source: API reference, CreateTransformJob.BatchStrategy, TransformInput.SplitType,
    TransformOutput.AssembleWith.
    """
    model = str(resource.document.get("ModelName", ""))
    images = images_of_model(context, resource, model)
    blank = Invocation(
        body=b"",
        content_type=member_at(resource.document, "TransformInput.ContentType")
        or "application/octet-stream",
        accept=member_at(resource.document, "TransformOutput.Accept") or "",
        model=model,
        image=images[0] if images else "",
        transform_job=resource.name,
    )
    function = function_for(context, blank)
    if function is None:
        return None
    answer = function
    split = member_at(resource.document, "TransformInput.SplitType") == "Line"
    single = split and resource.document.get("BatchStrategy") == "SingleRecord"
    between = (
        b"\n" if member_at(resource.document, "TransformOutput.AssembleWith") == "Line" else b""
    )

    def transform(container: Container) -> None:
        from sagestub.effects.artifacts import inputs_of_transform

        for path, content in inputs_of_transform(resource, storage).items():
            records = content.splitlines() if single else [content]
            asked = [blank._replace(body=record) for record in records]
            bodies = [body_of(answer(invocation), invocation)[0] for invocation in asked]
            container.write(f"{path}.out", between.join(bodies), "output")

    return transform
