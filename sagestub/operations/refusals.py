"""The service's refusals by kind: not found, already there, in the wrong state.

A kind may declare its own sentence; without one, the code follows the model and the sentence the
service's habit.

Source: facts, cross-cutting, sections 4 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.binding import BoundKind
from sagestub.engine.documents import filled_in
from sagestub.engine.kind import Message
from sagestub.engine.making import arn_of
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.resource import Resource
    from sagestub.types import Call


def not_found(kind: BoundKind, call: Call, key: str) -> ServiceError:
    """Return the error for a resource that does not exist."""
    declared = kind.kind.not_found_by.get(call.operation) or kind.kind.not_found
    named = {kind.identifier[0]: key} if len(kind.identifier) == 1 else {}
    members = {**call.parameters, **named}
    arn = key if key.startswith("arn:") else arn_of(kind, members, call.account, call.region)
    values = {**call.parameters, "name": key, "arn": arn, "kind": kind.words}
    if declared is not None:
        return _error(declared, values)
    declares = kind.describe is not None and "ResourceNotFound" in kind.describe.error_codes
    if declares:
        article = "an" if kind.words[0] in "aeiou" else "a"
        text = f"Amazon SageMaker can't find {article} {kind.words} called {key}."
        return ServiceError("ResourceNotFound", text)
    return ServiceError("ValidationException", f'Could not find {kind.words} "{arn}".')


def already_exists(existing: Resource) -> ServiceError:
    """Return the error for a name that is taken."""
    kind = existing.kind
    values = {**existing.document, "name": existing.name, "arn": existing.arn, "kind": kind.words}
    if kind.kind.exists is not None:
        return _error(kind.kind.exists, values)
    codes = kind.create.error_codes if kind.create is not None else frozenset()
    if "ResourceInUse" in codes:
        noun = "Job" if kind.name.endswith("Job") else kind.words.capitalize()
        text = (
            f"{noun} name must be unique within an AWS account and region, "
            f"and a {noun.lower()} with this name already exists ({existing.arn})"
        )
        return ServiceError("ResourceInUse", text)
    code = "ConflictException" if "ConflictException" in codes else "ValidationException"
    return ServiceError(code, f'Cannot create already existing {kind.words} "{existing.arn}".')


def wrong_state(resource: Resource, declared: Message | None) -> ServiceError:
    """Return the error for a verb that the resource's state does not accept."""
    kind = resource.kind
    values = {
        **resource.document,
        "name": resource.name,
        "arn": resource.arn,
        "status": resource.status,
        "kind": kind.words,
    }
    if declared is not None:
        return _error(declared, values)
    text = f"The request was rejected because the {kind.words} is in status {resource.status}."
    return ServiceError("ValidationException", text)


def _error(message: Message, values: Mapping[str, Any]) -> ServiceError:
    return ServiceError(message.code, filled_in(message.text, values))
