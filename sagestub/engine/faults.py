"""Faults that a test orders: calls that the service refuses or drops, whatever they ask for."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from sagestub.errors import ServiceError

HTTP_STATUSES = {
    "InternalFailure": 500,
    "InternalServerError": 500,
    "InternalServerException": 500,
    "ServiceUnavailable": 503,
    "ServiceUnavailableException": 503,
    "RequestTimeout": 408,
    "AccessDeniedException": 400,
    "UnrecognizedClientException": 403,
    "IncompleteSignature": 400,
}
"""HTTP statuses of errors that any operation may answer with; of all others it is 400.

Source: Amazon SageMaker API Reference, "Common Error Types". `ThrottlingException` is 400.
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

MESSAGES = {
    "ThrottlingException": "Rate exceeded",
    "InternalFailure": "The request processing has failed because of an unknown error, exception or failure.",
    "ServiceUnavailable": "The request has failed due to a temporary failure of the server.",
}
"""What the service says with them. Source: as above; `Rate exceeded` is in many public logs."""


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

    def meet(self, operation: str) -> None:
        """Refuse a call if that is ordered.

        Raises:
            ServiceError: The one that the first matching fault is about.
        """
        for fault in self._ordered:
            if fnmatchcase(operation, fault.operation):
                fault.times -= 1
                if fault.times <= 0:
                    self._ordered.remove(fault)
                raise fault.error


def error_of(code: str, message: str | None = None, http_status: int | None = None) -> ServiceError:
    """Return the error of a fault, with what the service says and sends where a test says nothing."""
    text = MESSAGES.get(code, "") if message is None else message
    status = HTTP_STATUSES.get(code, 400) if http_status is None else http_status
    return ServiceError(code, text, status)
