"""The record of calls that a world has answered."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from sagestub.errors import InvalidArgumentError, ServiceError, unknown_name
from sagestub.model.values import to_python
from sagestub.spelling import explained
from sagestub.types import is_account_id

if TYPE_CHECKING:
    from sagestub.model.service import Operation


# Not frozen: every call makes one, and freezing would cost it three microseconds.
@dataclass(slots=True, eq=False, repr=False)
class RecordedCall:
    """One call that was answered.

    `parameters` and `response` are given as botocore's users know them: times are `datetime`, blobs
    `bytes`. Exactly one of `response` and `error` is set.
    """

    service: str
    operation: str
    account: str
    region: str
    error: ServiceError | None
    _model: Operation | None
    _parameters: Any
    _response: Any

    @property
    def parameters(self) -> dict[str, Any]:
        """The call's parameters as it gave them."""
        shape = self._model.input_shape if self._model is not None else None
        given = self._parameters
        return dict(to_python(shape, given)) if shape is not None else dict(given or {})

    @property
    def response(self) -> dict[str, Any] | None:
        """The response's members, without ResponseMetadata; None when the answer was an error."""
        if self.error is not None:
            return None
        shape = self._model.output_shape if self._model is not None else None
        return dict(to_python(shape, self._response or {})) if shape is not None else {}

    def __repr__(self) -> str:
        outcome = f"error {self.error.code}" if self.error is not None else "answered"
        return f"<{self.operation} in {self.account}/{self.region}: {outcome}>"


_LOOKS: dict[str, tuple[Callable[[str], object], str]] = {
    "service": (re.compile(r"sagemaker[a-z-]*").fullmatch, "a service such as 'sagemaker-runtime'"),
    "region": (re.compile(r"[a-z]{2,5}(-[a-z]+)+-\d+").fullmatch, "a region such as 'eu-west-1'"),
    "account": (is_account_id, "12 digits as a string"),
}
"""What the filters of calls must look like, and how to say so."""


@explained
class Calls(Sequence[RecordedCall]):
    """Every call, oldest first; `sm.calls("CreateCompilationJob")` are those of one operation."""

    def __init__(
        self, calls: list[RecordedCall] | None = None, names: Collection[str] = ()
    ) -> None:
        self._calls: list[RecordedCall] = [] if calls is None else calls
        self._names = names

    def append(self, call: RecordedCall) -> None:
        """Add a call."""
        self._calls.append(call)

    def __call__(
        self,
        operation: str | None = None,
        *,
        service: str | None = None,
        region: str | None = None,
        account: str | None = None,
    ) -> Calls:
        """Return the calls of one operation, service, region or account; None means any.

        Raises:
            UnknownNameError: No operation has that name.
            InvalidArgumentError: What is given is no text, or no region or account.
        """
        for argument, value in (("service", service), ("region", region), ("account", account)):
            if value is not None and not (isinstance(value, str) and _LOOKS[argument][0](value)):
                raise InvalidArgumentError(
                    f"{argument}= is {value!r}.\nGive {_LOOKS[argument][1]}, or None for any."
                )
        if operation is not None and not isinstance(operation, str):
            raise InvalidArgumentError(
                f"calls() takes the name of one operation, not {operation!r}.\n"
                "Give a string such as 'CreateCompilationJob'; `sm.calls` are all."
            )
        if operation is not None and operation not in self._names:
            made = {call.operation for call in self._calls}
            if operation not in made:
                raise unknown_name("operation", operation, {*self._names, *made})
        return Calls(
            [
                call
                for call in self._calls
                if operation in (None, call.operation)
                and service in (None, call.service)
                and region in (None, call.region)
                and account in (None, call.account)
            ],
            self._names,
        )

    @property
    def operations(self) -> list[str]:
        """The names of the operations, in the order of the calls."""
        return [call.operation for call in self._calls]

    def clear(self) -> None:
        """Forget the calls so far."""
        self._calls.clear()

    def __len__(self) -> int:
        return len(self._calls)

    def __iter__(self) -> Iterator[RecordedCall]:
        return iter(list(self._calls))

    @overload
    def __getitem__(self, index: int) -> RecordedCall: ...
    @overload
    def __getitem__(self, index: slice) -> list[RecordedCall]: ...
    def __getitem__(self, index: int | slice) -> RecordedCall | list[RecordedCall]:
        return self._calls[index]

    def __repr__(self) -> str:
        return f"<{len(self)} calls: {', '.join(self.operations[-5:])}>"
