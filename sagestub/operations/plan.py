"""From an operation's name to what answers it: the verb, the kind, and what is known beforehand.

By convention an operation is a verb and a noun: `CreateCompilationJob`, `ListCompilationJobs`. The
catalogue names the few that are spelled otherwise. A plan is made once for each operation of a
service model and kept with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.engine.binding import BoundKind
from sagestub.engine.kind import Kind
from sagestub.errors import unknown_name
from sagestub.model.naming import plural_of
from sagestub.model.service import Operation, Service

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.cross_fields import FieldRule
    from sagestub.types import Call, Document

    Verb = Callable[[Context, "Plan", Call], Document | None]


class Plan(NamedTuple):
    """What answers one operation."""

    operation: Operation
    verb: Verb
    kind: BoundKind | None
    catalogue: Catalogue
    asked: dict[bytes, dict[str, Any]] | None = None
    """Parameters by the request body that said them, checked; for a verb that only looks at them.

    Who waits for a resource sends the same body over and over.
    """
    rules: tuple[FieldRule, ...] = ()
    """What members of a request must be to each other."""


class Catalogue:
    """The kinds and the operations with a behaviour of their own, tied to one service model.

    Args:
        service: The service model.
        kinds: The declared kinds by name; one whose operations the model lacks is left out. They are
            looked up one by one as they are needed, since a look-up may import a module.
        operations: Verbs for operations that follow no convention, by operation name.
        rules: The field rules of operations that are of no kind, by operation name.
    """

    def __init__(
        self,
        service: Service,
        kinds: Mapping[str, Kind],
        operations: Mapping[str, tuple[str, Verb]],
        rules: Mapping[str, tuple[FieldRule, ...]] = MappingProxyType({}),
    ) -> None:
        self.service = service
        self._special = operations
        self._rules = rules
        self._kinds: dict[str, BoundKind] = {}
        self._plans: dict[str, Plan | None] = {}
        self._declared = kinds
        self._conventional = _conventional_kinds(service, kinds)

    @cached_property
    def kind_names(self) -> tuple[str, ...]:
        """The names of all kinds that the service model has: the declared ones first."""
        declared = (n for n, kind in self._declared.items() if _is_known(kind, self.service))
        return tuple(dict.fromkeys((*declared, *self._conventional)))

    def __contains__(self, kind_name: object) -> bool:
        if kind_name in self._conventional:
            return True
        declaration = self._declared.get(str(kind_name))
        return declaration is not None and _is_known(declaration, self.service)

    def kind(self, name: str) -> BoundKind:
        """Return a kind by name.

        Raises:
            UnknownNameError: There is no such kind in this service model.
        """
        bound = self._kinds.get(name)
        if bound is None:
            if name not in self:
                raise unknown_name("kind", name, self.kind_names)
            bound = BoundKind(self._declared.get(name) or Kind(name=name), self.service)
            self._kinds[name] = bound
        return bound

    def is_declared(self, kind_name: str) -> bool:
        """Return whether a kind is in the catalogue; one that is not goes by convention alone."""
        return kind_name in self._declared

    def verb_name(self, operation_name: str) -> str:
        """Return the verb that answers an operation, in a word."""
        plan = self.plan(operation_name)
        return "" if plan is None else plan.verb.__name__.strip("_").replace("_", " ")

    def plan(self, operation_name: str) -> Plan | None:
        """Return the plan of an operation, or None when nothing answers it.

        Raises:
            KeyError: The service model has no such operation.
        """
        try:
            return self._plans[operation_name]
        except KeyError:
            operation = self.service.operation(operation_name)
            plan = self._make(operation)
            if plan is not None:
                plan = plan._replace(verb=_with_checks(plan))
            self._plans[operation_name] = plan
            return plan

    def _make(self, operation: Operation) -> Plan | None:
        from sagestub.operations.verbs import describe

        special = self._special.get(operation.name)
        if special is not None:
            kind_name, verb = special
            kind = self.kind(kind_name) if kind_name in self else None
            return Plan(operation, verb, kind, self, rules=self._rules.get(operation.name, ()))
        found = self._claim_by_name(operation.name) or self._by_operation.get(operation.name)
        if found is None:
            return None
        kind_name, verb = found
        # Elsewhere the body alone does not say what is asked for.
        only_looks = verb is describe and self.service.protocol == "json"
        asked: dict[bytes, dict[str, Any]] | None = {} if only_looks else None
        kind = self.kind(kind_name)
        return Plan(operation, verb, kind, self, asked, kind.rules_of(operation.name))

    def _claim_by_name(self, operation_name: str) -> tuple[str, Verb] | None:
        """Return the kind and the verb that an operation's name spells, if that kind claims it.

        The short way, which looks up one kind instead of all.
        """
        from sagestub.operations.verbs import VERBS

        verb_name = next((verb for verb in VERBS if operation_name.startswith(verb)), "")
        noun = operation_name.removeprefix(verb_name)
        kind_name = self._plurals.get(noun, "") if verb_name == "List" else noun
        if not verb_name or kind_name not in self:
            return None
        declaration = self._declared.get(kind_name)
        if declaration is None:
            return kind_name, VERBS[verb_name]
        if operation_name in {*declaration.operations, *declaration.lists}:
            return None
        if getattr(declaration, verb_name.lower()):  # Spelled otherwise, or not this kind's.
            others = ((v, verb) for v, verb in VERBS.items() if v != verb_name)
            spelled = (v for v in others if getattr(declaration, v[0].lower()) == operation_name)
            return next(((kind_name, verb) for _, verb in spelled), None)
        return kind_name, VERBS[verb_name]

    @cached_property
    def _plurals(self) -> dict[str, str]:
        return {plural_of(name): name for name in (*self._conventional, *self._declared)}

    @cached_property
    def _by_operation(self) -> dict[str, tuple[str, Verb]]:
        """The kind and the verb of each operation that a kind claims."""
        from sagestub.operations.list import list_
        from sagestub.operations.verbs import VERBS, on_resource

        table: dict[str, tuple[str, Verb]] = {}
        for name in self.kind_names:
            declaration = self._declared.get(name)
            for verb_name, verb in VERBS.items():
                noun = plural_of(name) if verb_name == "List" else name
                spelled = getattr(declaration, verb_name.lower(), "") or verb_name + noun
                if spelled in self.service:
                    table.setdefault(spelled, (name, verb))
            if declaration is None:
                continue
            for spelled in declaration.operations:
                if spelled in self.service:
                    table[spelled] = (name, on_resource)
            for spelled in declaration.lists:
                if spelled in self.service:
                    table[spelled] = (name, list_)
        return table


def _with_checks(plan: Plan) -> Verb:
    """Return a plan's verb with what is done before it for members of the input: tags and tokens."""
    verb, operation = plan.verb, plan.operation
    if operation.token_member is not None:
        from sagestub.operations.tokens import once_per_token

        documented = plan.kind.kind.tokens.get(operation.name) if plan.kind is not None else None
        verb = once_per_token(verb, operation.token_member, documented)
    if "Tags" in operation.input_members:
        from sagestub.operations.tags import with_checked_tags

        verb = with_checked_tags(verb)
    return verb


def _is_known(kind: Kind, service: Service) -> bool:
    """Return whether a service model has the kind: it describes it, or at least shapes it."""
    if (kind.describe or f"Describe{kind.name}") in service:
        return True
    return bool(kind.shape) and kind.shape in service.model.shape_names


def _conventional_kinds(service: Service, declared: Mapping[str, Kind]) -> dict[str, None]:
    """Return the nouns that the model both creates and describes, and that convention can answer for.

    What is declared is answered for in any case.
    """
    names = service.operation_names
    nouns = (
        name.removeprefix("Describe")
        for name in service.model.operation_names
        if name.startswith("Describe") and f"Create{name.removeprefix('Describe')}" in names
    )
    return {noun: None for noun in nouns if noun in declared or _suffices(noun, service)}


def _suffices(noun: str, service: Service) -> bool:
    """Return whether convention alone gives right answers about a kind.

    It does when Create is given what Describe finds the resource by, and brings all that the responses
    require. A kind with an id that nobody has made, say, is better not answered than answered without it.
    """
    kind = BoundKind(Kind(name=noun), service)
    assert kind.create is not None
    assert kind.describe is not None
    kept = (kind.arn_member, kind.status_member, kind.created_member, kind.modified_member)
    brought = {*kind.create.input_members, *kept}
    required = {m for shape in _answers(kind) for m in getattr(shape, "required_members", ())}
    return required | {*kind.identifier} <= brought


def _answers(kind: BoundKind) -> Iterator[Any]:
    """Yield the shapes that show a resource of a kind."""
    shape: Any = kind.describe.output_shape if kind.describe is not None else None
    yield shape.members[kind.wrapper] if kind.wrapper else shape
    for operation in (kind.create, kind.update, kind.delete, kind.stop, kind.start):
        yield operation.output_shape if operation is not None else None
    listed: Any = kind.list.output_shape if kind.list is not None else None
    for member in listed.members.values() if listed is not None else ():
        yield getattr(member, "member", None)
