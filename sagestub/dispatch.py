"""The story of one call: bytes in, bytes out.

The only module that knows protocol and operations together. Doors (`hooks`, `server`) bring a
`Request`; what comes back is an `Answer`. `ServiceError` becomes a response here; every other
exception goes on to the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

from sagestub.engine.calls import Calls, RecordedCall
from sagestub.engine.cross_fields import check_rules
from sagestub.engine.faults import Faults
from sagestub.errors import NotAnsweredError, ServiceError
from sagestub.model.service import load_service
from sagestub.operations.list import paged
from sagestub.operations.plan import Catalogue
from sagestub.operations.search import search, suggestions
from sagestub.operations.tags import add_tags, delete_tags, list_tags
from sagestub.protocol import json, rest_json
from sagestub.protocol.checks import Checker, CheckerFactory
from sagestub.protocol.violations import validation_error
from sagestub.types import Answer, Call, Request

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.context import Context
    from sagestub.engine.lock import WorldLock
    from sagestub.engine.motion import Motion
    from sagestub.engine.plane import Function, Plane
    from sagestub.model.service import Operation, Service
    from sagestub.operations.plan import Plan, Verb
    from sagestub.types import Document


def verb_of(function: Function) -> Verb:
    """Return a function of the catalogue as a verb; lists in its answer are paged."""

    def verb(context: Context, plan: Plan, call: Call) -> Document | None:
        result = function(context, call.parameters)
        if plan.operation.output_shape is None:
            return None
        members = plan.operation.output_members
        answer = {member: result[member] for member in members if member in result}
        return paged(plan.operation, answer, call) if "NextToken" in members else answer

    return verb


SPECIAL_OPERATIONS: dict[str, tuple[str, Verb]] = {
    "AddTags": ("", add_tags),
    "ListTags": ("", list_tags),
    "DeleteTags": ("", delete_tags),
    "Search": ("", search),
    "GetSearchSuggestions": ("", suggestions),
}
"""Operations about no single kind, with the kind's name left empty."""


MOST_REMEMBERED = 64
MOST_REMEMBERED_BYTES = 512
"""How many request bodies of an operation are remembered, and how long they may be."""


class SpecialOperations(Mapping[str, "tuple[str, Verb]"]):
    """The operations about no single kind: those of every service, and a plane's functions.

    A function becomes a verb when it is looked up, since a look-up may import a module.

    Args:
        functions: Functions by operation name.
    """

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._functions = functions

    def __getitem__(self, operation: str) -> tuple[str, Verb]:
        if operation in self._functions:
            return "", verb_of(self._functions[operation])
        return SPECIAL_OPERATIONS[operation]

    def __iter__(self) -> Iterator[str]:
        return iter({**SPECIAL_OPERATIONS, **dict.fromkeys(self._functions)})

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Dispatcher:
    """Answers the calls of one world.

    Args:
        context: What verbs and behaviours work with.
        motion: What moves resources.
        plane_of: What is declared for a service, by its name; None for nothing. The same function for
            all worlds, so that what is compiled from it is kept.
        account_of: The account of an access key.
        lock: The world's one lock: a call is seen whole or not at all.
    """

    def __init__(
        self,
        context: Context,
        motion: Motion,
        plane_of: Callable[[str], Plane | None],
        account_of: Callable[[str], str],
        lock: WorldLock,
    ) -> None:
        self.context = context
        self.motion = motion
        self.plane_of = plane_of
        self.account_of = account_of
        self.lock = lock
        self.recorded: list[RecordedCall] = []
        self.faults = Faults()
        context.perform = self.perform
        context.kind_named = self._kind_named
        self._date = (0, "")
        self._plans: dict[tuple[Service, str], Plan] = {}
        self._control_plane: Catalogue | None = None

    def answer(self, request: Request) -> Answer:
        """Return the service's answer to a request.

        Raises:
            NotAnsweredError: Nothing answers the operation.
        """
        service = request.service
        parameters: dict[str, Any] = {}
        result: Any = None
        error: ServiceError | None = None
        operation: Operation | None = None
        codec = rest_json if service.protocol == "rest-json" else json
        account = self.account_of(request.access_key)
        with self.lock:
            self.motion.catch_up()
            date = self._http_date()
            numbers, breaks = self.context.numbers, self.lock.breaks
            try:
                plan = self.plan_of(request)
                operation = plan.operation
                asked, body = plan.asked, request.body
                if asked is not None and type(body) is bytes and body in asked:
                    parameters = asked[body]
                else:
                    parameters = codec.read(operation, request)
                    check_input(operation, parameters)
                    check_rules(plan.rules, parameters)
                    if asked is not None and type(body) is bytes and body:
                        remember(asked, body, parameters)
                call = Call(
                    service.name,
                    request.operation,
                    account,
                    request.region,
                    request.access_key,
                    parameters,
                )
                self.context.call = call
                if self.faults:
                    self.faults.meet(call, plan.kind)
                result = plan.verb(self.context, plan, call)
                status, headers, body = codec.write(operation, result)
            except ServiceError as refusal:
                error = refusal if self.context.call is not None else self._worded(service, refusal)
                if self.lock.breaks == breaks:  # Nobody else has taken numbers meanwhile.
                    self.context.numbers = numbers
                status, headers, body = codec.write_error(service, error)
            finally:
                self.context.call = None
            headers["x-amzn-RequestId"] = self.context.new_request_id()
            headers["Content-Length"] = str(len(body))
            headers["Date"] = date
            self.recorded.append(
                RecordedCall(
                    service.name,
                    request.operation,
                    account,
                    request.region,
                    error,
                    operation,
                    parameters,
                    result,
                )
            )
        return Answer(status, headers, body)

    def perform(
        self, operation: str, parameters: dict[str, Any], account: str, region: str
    ) -> Document | None:
        """Perform an operation of the control plane for a behaviour: checked, but not recorded.

        Args:
            operation: The operation's name.
            parameters: Its parameters in wire form.
            account: The account in which it is done.
            region: The region.

        Raises:
            ServiceError: The service would refuse it.
        """
        plan = self.control_plane.plan(operation)
        if plan is None:
            raise NotAnsweredError(f"sagestub cannot answer {operation}, which a behaviour needs.")
        check_input(plan.operation, parameters)
        check_rules(plan.rules, parameters)
        outer = self.context.call
        caller = outer.access_key if outer is not None else ""
        call = Call("sagemaker", operation, account, region, caller, parameters)
        self.context.call = call
        try:
            return plan.verb(self.context, plan, call)
        finally:
            self.context.call = outer

    @property
    def control_plane(self) -> Catalogue:
        """The catalogue of the service `sagemaker`: that of the last client, else the installed one."""
        if self._control_plane is None:
            self._control_plane = self.catalogue_of(load_service("sagemaker"))
        return self._control_plane

    def _kind_named(self, name: str) -> BoundKind:
        return self.control_plane.kind(name)

    def plan_of(self, request: Request) -> Plan:
        """Return what answers an operation.

        Raises:
            ServiceError: The service has no such operation.
            NotAnsweredError: It has, and sagestub does not answer it.
        """
        service, operation = request.service, request.operation
        known = self._plans.get((service, operation))
        if known is not None:
            if service.name == "sagemaker":
                self._control_plane = known.catalogue
            return known
        if operation not in service:
            raise ServiceError("UnknownOperationException", "")
        catalogue = self.catalogue_of(service)
        if service.name == "sagemaker":
            self._control_plane = catalogue
        plan = catalogue.plan(operation)
        if plan is None:
            raise NotAnsweredError(
                f"sagestub cannot answer {service.name}.{operation} yet; nothing was sent.\n"
                "Put a botocore Stubber on this client for that call, or open an issue."
            )
        self._plans[service, operation] = plan
        return plan

    def _worded(self, service: Service, refusal: ServiceError) -> ServiceError:
        """Return the refusal of a request that could not be read, as its service words them."""
        plane = self.plane_of(service.name)
        if plane is None or not plane.refusals_begin:
            return refusal
        text = f"{plane.refusals_begin} {refusal.message}"
        return ServiceError(refusal.code, text, refusal.http_status, refusal.members)

    def catalogue_of(self, service: Service) -> Catalogue:
        """Return the catalogue tied to a service model."""
        return catalogue_of(service, self.plane_of)

    def calls(self, names: Iterable[str]) -> Calls:
        """Return the record of calls so far, filterable by these operation names."""
        return Calls(self.recorded, frozenset(names))

    def _http_date(self) -> str:
        """Return the virtual time as a `Date` header has it."""
        second = int(self.context.clock.exact())
        if self._date[0] != second:
            self._date = (second, formatdate(second, usegmt=True))
        return self._date[1]


def catalogue_of(service: Service, plane_of: Callable[[str], Plane | None]) -> Catalogue:
    """Return the catalogue tied to a service model; made once for each."""
    key = ("catalogue", plane_of)
    catalogue: Catalogue | None = service.compiled.get(key)
    if catalogue is None:
        plane = plane_of(service.name)
        kinds = plane.kinds if plane is not None else {}
        functions = plane.functions if plane is not None else {}
        rules = plane.field_rules if plane is not None else {}
        catalogue = Catalogue(service, kinds, SpecialOperations(functions), rules)
        # Worlds of several threads may get here at once; they share the first one's.
        catalogue = service.compiled.setdefault(key, catalogue)
    return catalogue


def check_input(operation: Operation, parameters: dict[str, Any]) -> None:
    """Check a request's parameters against the input shape, and take null members out.

    Raises:
        ServiceError: `SerializationException` for a wrong type or an unknown member, else one
            `ValidationException` with all violations.
    """
    checker = _checker_of(operation)
    if checker is not None:
        violations: list[str] = []
        checker(parameters, "", violations)
        if violations:
            raise validation_error(violations)


def remember(asked: dict[bytes, dict[str, Any]], body: bytes, parameters: dict[str, Any]) -> None:
    """Keep the parameters that a request body says, as long as they are few and small."""
    if len(body) <= MOST_REMEMBERED_BYTES:
        if len(asked) >= MOST_REMEMBERED:
            asked.clear()
        asked[body] = parameters


def _checker_of(operation: Operation) -> Checker | None:
    compiled = operation.service.compiled
    checker: Checker | None
    try:
        checker = compiled["checker", operation.name]
    except KeyError:
        factory = compiled.setdefault("checkers", CheckerFactory())
        shape = operation.input_shape
        checker = factory.checker_of(shape) if shape is not None else None
        compiled["checker", operation.name] = checker
    return checker
