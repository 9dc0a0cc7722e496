"""Faults that a test orders: calls that the service refuses or drops, whatever they ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from sagestub.engine.authors import user_arn
from sagestub.engine.making import partition_of
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.types import Call

HTTP_STATUSES = {
    "InternalFailure": 500,
    "InternalServerError": 500,
    "InternalServerException": 500,
    "ServiceUnavailable": 503,
    "ServiceUnavailableException": 503,
    "RequestTimeout": 408,
    "AccessDeniedException": 400,
    "UnrecognizedClientException": 400,
    "IncompleteSignature": 400,
}
"""HTTP statuses of errors that any operation may answer with; of all others it is 400.

Source: Amazon SageMaker API Reference, "Common Error Types"; facts, cross-cutting, section 9.
`ThrottlingException` is 400.
"""

CODES = frozenset(
    {
        *(
            "ThrottlingException",
            "ValidationException",
            "ValidationError",
            "NotAuthorized",
            "OptInRequired",
        ),
        *(
            "ExpiredToken",
            "ExpiredTokenException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
        ),
        *("MissingAuthenticationToken", "MissingAuthenticationTokenException", "RequestExpired"),
        *(
            "ResourceNotFound",
            "ResourceNotFoundException",
            "ResourceInUse",
            "ResourceInUseException",
        ),
        *("MalformedQueryString", "MalformedHttpRequestException", "UnknownOperationException"),
    }
)
"""Further codes that any operation may answer with, or that tests ask for. Source: as above."""

NOT_AUTHORIZED = (
    "User: {user} is not authorized to perform: sagemaker:{operation} on resource: {arn} because no "
    "identity-based policy allows the sagemaker:{operation} action"
)
"""What is said to a caller who may not, to be filled in with what the call is about."""

MESSAGES = {
    "ThrottlingException": "Rate exceeded",
    "AccessDeniedException": NOT_AUTHORIZED,
    "UnrecognizedClientException": "The security token included in the request is invalid.",
    "ExpiredTokenException": "The security token included in the request is expired",
    "MissingAuthenticationTokenException": "Missing Authentication Token",
    "ServiceUnavailable": "The request has failed due to a temporary failure of the server.",
}
"""What the service says with them; nothing with the others, `InternalFailure` among them.

Source: facts, cross-cutting, section 9; of ServiceUnavailable the API Reference, "Common Error Types".
"""


@dataclass(slots=True, eq=False, repr=False)
class Fault:
    """An order to refuse calls."""

    operation: str
    """An operation's name, or a pattern of names."""
    error: ServiceError
    times: float
    """How many calls are still to be refused; infinity for all."""


class Faults:
    """The faults that a test has ordered, in order."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def __bool__(self) -> bool:
        return bool(self._ordered)

    def order(self, fault: Fault) -> None:
        """Order a fault."""
        self._ordered.append(fault)

    def meet(self, call: Call, kind: BoundKind | None) -> None:
        """Refuse a call if that is ordered.

        Args:
            call: The call.
            kind: The kind that it is about, if it is about one.

        Raises:
            ServiceError: The one that the first matching fault is about.
        """
        for fault in self._ordered:
            if fnmatchcase(call.operation, fault.operation):
                fault.times -= 1
                if fault.times <= 0:
                    self._ordered.remove(fault)
                error = fault.error
                if error.message == NOT_AUTHORIZED:
                    raise ServiceError(error.code, _denial(call, kind), error.http_status)
                raise error


def _denial(call: Call, kind: BoundKind | None) -> str:
    """Return what is said to a caller who may not make a call."""
    partition = partition_of(call.region)
    naming = () if kind is None else (kind.arn_member, *kind.identifier)
    given = [str(call.parameters.get(member, "")) for member in ("ResourceArn", *naming)]
    template = kind.arn_template if kind is not None else "*"
    path = re.sub(r"\{(\w+)\}", lambda m: str(call.parameters.get(m[1], "*")), template)
    own = f"arn:{partition}:sagemaker:{call.region}:{call.account}:{path}"
    arn = next((value for value in given if value.startswith("arn:")), own)
    user = user_arn(call, call.account, partition)
    return NOT_AUTHORIZED.format(user=user, operation=call.operation, arn=arn)


def error_of(code: str, message: str | None = None, http_status: int | None = None) -> ServiceError:
    """Return the error of a fault, with what the service says and sends where a test says nothing."""
    text = MESSAGES.get(code, "") if message is None else message
    known = int(code) if code.isdecimal() else HTTP_STATUSES.get(code, 400)
    status = known if http_status is None else http_status
    return ServiceError(code, text, status)
