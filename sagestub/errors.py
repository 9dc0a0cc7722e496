"""The two families of exceptions, which never mix.

`SagestubError` and its children are ours: they report a misuse of sagestub and reach the test.
`ServiceError` is the service's: the dispatcher turns it into an HTTP response, so that botocore
raises the modelled exception; no test ever sees it directly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


class SagestubError(Exception):
    """Base of every error that sagestub itself raises."""


class InvalidArgumentError(SagestubError, ValueError):
    """An argument of sagestub's own API has a value that it does not accept."""


class UnknownNameError(SagestubError, ValueError):
    """A name of a kind, state, member, operation or option does not exist.

    The message lists the names that do exist, nearest first.
    """


class NoSuchResourceError(SagestubError, LookupError):
    """`sm.get` was asked for a resource that is not in the world."""


class NotAnsweredError(SagestubError, NotImplementedError):
    """A SageMaker call was made that sagestub cannot answer; nothing was sent anywhere."""


class MockNotActiveError(SagestubError, RuntimeError):
    """The call needs an active `mock_sagemaker`, and none is."""


class ServiceError(Exception):
    """An error that the service answers with.

    Args:
        code: The error code, e.g. `ResourceNotFound`.
        message: The service's sentence; may be empty.
        http_status: The HTTP status; 400 for almost everything.
        members: Further members of the error's shape, in wire form.
    """

    def __init__(
        self,
        code: str,
        message: str = "",
        http_status: int = 400,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.http_status = http_status
        self.members = dict(members or {})


def invalid(text: str) -> ServiceError:
    """Return the service's usual refusal of a request that cannot be right."""
    return ServiceError("ValidationException", text)


LIKELY = 0.6
"""From which likeness on a name may have been meant; below, a suggestion would only mislead."""

SHORTEST_PART = 4
"""From how many letters on a name may be a part of the one that was meant, as `status` is."""


def nearest_first(name: str, names: Iterable[str]) -> list[str]:
    """Return `names` ordered by likeness to `name`, the likeliest first.

    Example:
        >>> nearest_first("status", ["CreationTime", "StoppingCondition", "CompilationJobStatus"])
        ['CompilationJobStatus', 'StoppingCondition', 'CreationTime']
    """

    def distance(candidate: str) -> tuple[float, int, str]:
        # Of names that differ by their letters' case only, the one that begins as it was written.
        alike = sum(1 for asked, known in zip(name, candidate, strict=False) if asked == known)
        return -_likeness(name, candidate), -alike, candidate

    return sorted(set(names), key=distance)


def _likeness(name: str, candidate: str) -> float:
    """Return how alike two names are, from 0 to 1; more than 1 where one is a part of the other.

    The case of letters does not count.
    """
    from difflib import SequenceMatcher

    asked, known = name.lower(), candidate.lower()
    ratio = SequenceMatcher(None, asked, known).ratio()
    return 1 + ratio if len(asked) >= SHORTEST_PART and asked in known else ratio


def unknown_name(what: str, name: object, names: Iterable[str], show: int = 12) -> UnknownNameError:
    """Return the error for a name that does not exist.

    Args:
        what: What the name was meant to name, e.g. `kind`.
        name: The name as the user gave it.
        names: The names that exist.
        show: How many of them the message lists at the most.
    """
    ordered = nearest_first(str(name), names)
    listed = ", ".join(ordered[:show]) + (
        f", … ({len(ordered)} in all)" if len(ordered) > show else ""
    )
    likely = bool(ordered) and _likeness(str(name), ordered[0]) >= LIKELY
    hint = f"Did you mean {ordered[0]!r}? " if likely else ""
    return UnknownNameError(f"There is no {what} {name!r}.\n{hint}What exists: {listed or 'none'}.")
