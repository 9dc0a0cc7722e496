"""The world: everything behind one active mock, and the handle that a test holds.

Joins the catalogue and the engine. `with mock_sagemaker() as sm:` binds `sm` to a `World`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sagestub import moto, planes
from sagestub.engine.clock import Clock, seconds_of
from sagestub.engine.context import Context
from sagestub.engine.lock import WorldLock
from sagestub.engine.motion import Motion
from sagestub.engine.rules import Rule
from sagestub.errors import InvalidArgumentError, NoSuchResourceError, nearest_first
from sagestub.functions import Functions
from sagestub.model.service import load_service
from sagestub.orders import Orders
from sagestub.spelling import explained, explained_method
from sagestub.types import DEFAULT_ACCOUNT, is_account_id

if TYPE_CHECKING:
    from sagestub.dispatch import Dispatcher
    from sagestub.effects.listening import Effects
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.calls import Calls
    from sagestub.engine.query import Table
    from sagestub.engine.quotas import Quotas
    from sagestub.engine.resource import Resource
    from sagestub.forked import Forks
    from sagestub.operations.plan import Catalogue
    from sagestub.pipelines.handle import Pipelines
    from sagestub.types import Answer, Request

DEFAULT_REGION = "us-east-1"


@explained
class WorldClock:
    """The virtual clock as a test sees it; moving it moves the resources that follow it."""

    def __init__(self, clock: Clock, motion: Motion) -> None:
        self._clock = clock
        self._motion = motion

    def now(self) -> datetime:
        """Return the virtual time, a `datetime` in UTC."""
        with self._motion.lock:
            return self._clock.now()

    def advance(self, seconds: float | timedelta) -> None:
        """Let virtual time pass; what becomes due on the way happens, in order.

        Args:
            seconds: Seconds, or a timedelta; zero or more.
        """
        with self._motion.lock:
            self._motion.run(seconds_of(seconds))
        self._motion.deliver()

    def __repr__(self) -> str:
        return f"<virtual clock at {self.now().isoformat()}>"


class World(Orders, Functions):
    """The handle of one mock: its clock, its resources, its rules, its calls.

    Example:
        >>> from sagestub import mock_sagemaker
        >>> with mock_sagemaker() as sm:
        ...     job = sm.add("CompilationJob", CompilationJobName="resnet")
        ...     job.move_to("FAILED", reason="no such operator")
        <CompilationJob 'resnet' FAILED in 123456789012/us-east-1>
    """

    clock: WorldClock
    """The virtual clock: `sm.clock.now()`, `sm.clock.advance(seconds)`."""

    def __init__(
        self,
        *,
        transitions: Rule,
        account_id: str = DEFAULT_ACCOUNT,
        accounts: Mapping[str, str] | None = None,
        seed: object = 0,
        references: str = "check",
    ) -> None:
        self._lock = WorldLock()
        self._context = Context(seed, checks_references=references == "check")
        self._motion = Motion(self._context, transitions, self._lock)
        self._context.motion = self._motion
        self._default_account = account_id
        self._accounts = dict(accounts or {})
        self._made_dispatcher: Dispatcher | None = None
        self.clock = WorldClock(self._context.clock, self._motion)
        self._made_effects: Effects | None = None
        # Made at the first move; a test that moves nothing does not pay for them.
        self._context.room("effects")["effects"] = lambda: self._effects
        self._motion.listeners.append(self._heard)
        self._motion.announcers.append(self._changed)
        self._made_forks: Forks | None = None

    def __repr__(self) -> str:
        count = sum(1 for _ in self._context.registry.all())
        return f"<sagestub world: {count} resources, {len(self._dispatcher.recorded)} calls>"

    @property
    def _forks(self) -> Forks:
        """What the world does when its process is forked; made when that happens first."""
        if self._made_forks is None:
            from sagestub.forked import Forks

            self._made_forks = Forks(self._lock, self._motion, self._answer_here)
        return self._made_forks

    def _leave_forks(self) -> None:
        """Let forked processes know that the mock is left."""
        if self._made_forks is not None:
            self._made_forks.close()

    @property
    def _effects(self) -> Effects:  # type: ignore[override]
        effects = self._made_effects
        if effects is None:
            from sagestub.effects.listening import Effects

            effects = self._made_effects = Effects(self._context, self._key_of)
        return effects

    def _heard(self, resource: Resource, left: str, entered: str) -> None:
        self._effects.heard(resource, left, entered)

    def _changed(self, resource: Resource, change: str) -> None:
        self._effects.events.changed(resource, change)

    # What is there ------------------------------------------------------------------------------

    @property
    def calls(self) -> Calls:
        """Every call so far, oldest first; `sm.calls("CreateCompilationJob")` are those of one."""
        with self._lock:
            pass  # Calls of forked processes come in with the lock.
        return self._dispatcher.calls(self._catalogue().service.operation_names)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The names of all kinds of resource."""
        return self._catalogue().kind_names

    @property
    def pipelines(self) -> Pipelines:
        """What is said about the steps of pipelines: their failures, property files, functions."""
        from sagestub.pipelines.handle import Pipelines

        return Pipelines(self._context, self._lock)

    @property
    def quotas(self) -> Quotas:
        """What an account may have in a region at most; off until a test switches them on.

        `sm.quotas.on()` puts the default numbers in force, `sm.quotas["Endpoint"] = 2` one quota.
        """
        quotas = self._context.quotas
        if quotas is None:
            from sagestub.engine.quotas import Quotas
            from sagestub.kinds.quotas import DECLARED

            with self._lock:
                quotas = self._context.quotas = self._context.quotas or Quotas(
                    self._context, DECLARED, lambda: self.kinds, self._lock
                )
        return quotas

    @explained_method
    def resources(
        self, kind: str | None = None, *, region: str | None = None, account_id: str | None = None
    ) -> list[Resource]:
        """Return the resources of a kind (of all kinds without one), oldest first.

        Args:
            kind: A kind's name, `CompilationJob`.
            region: Only of this region; None for all.
            account_id: Only of this account; None for all.

        Raises:
            UnknownNameError: There is no such kind.
            InvalidArgumentError: Region or account do not look like one.
        """
        from sagestub import arguments

        if kind is not None:
            kind = self._kind(kind).table
        region = None if region is None else arguments.region_of(region)
        account_id = None if account_id is None else arguments.account_of(account_id)
        with self._lock:
            self._motion.catch_up()
            return [
                resource
                for resource in self._context.registry.all(kind)
                if region in (None, resource.region) and account_id in (None, resource.account)
            ]

    @explained_method
    def get(
        self, kind: str, name: str, *, region: str | None = None, account_id: str | None = None
    ) -> Resource:
        """Return a resource by its name (or key, or ARN).

        A resource that has no name of its own is also found by what it is shown as: a pipeline
        execution by its display name, or by its pipeline's name if that has just one.

        Args:
            kind: A kind's name, `CompilationJob`.
            name: What it is called.
            region: Its region; None finds it in any, if the name is there once.
            account_id: Its account; None as for the region.

        Raises:
            UnknownNameError: There is no such kind.
            NoSuchResourceError: No resource of that name is there, or there are several.
            InvalidArgumentError: Region or account do not look like one.
        """
        self._kind(kind, name)
        candidates = self.resources(kind, region=region, account_id=account_id)
        found = [r for r in candidates if name in (r.key, r.name, r.arn)]
        found = found or [r for r in candidates if name in r.names]
        if len(found) == 1:
            return found[0]
        if found:
            several = len({(r.account, r.region) for r in found}) > 1
            places = ", ".join(f"{r.account}/{r.region}" if several else r.arn for r in found)
            raise NoSuchResourceError(
                f"There are {len(found)} resources {kind} {name!r}: {'in ' * several}{places}.\n"
                f"Say which {'with region= or account_id=' if several else 'by its ARN'}."
            )
        names = nearest_first(str(name), {r.name for r in candidates})[:10]
        everywhere = self.resources(kind)
        elsewhere = [f"{r.account}/{r.region}" for r in everywhere if name in r.names]
        hint = f" It is in {', '.join(elsewhere)}." if elsewhere else ""
        raise NoSuchResourceError(
            f"There is no {kind} {name!r}.{hint}\nWhat exists: {', '.join(names) or 'none'}."
        )

    @explained_method
    def add(
        self,
        kind: str,
        region: str | None = None,
        account_id: str | None = None,
        tags: Mapping[str, str] | Sequence[Mapping[str, str]] | None = None,
        **members: Any,
    ) -> Resource:
        """Put a resource into the world without a Create call, in any state.

        What a resource of that state would have had stamped or derived is filled in where the members
        allow it; members that are given win. References are not checked.

        Args:
            kind: A kind's name, `CompilationJob`.
            region: The region; None for `AWS_REGION`, `AWS_DEFAULT_REGION`, else us-east-1.
            account_id: The account; None for the mock's own.
            tags: Tags, as a dict or as the API's list.
            **members: Members of the Describe response by API name, with the values that botocore
                returns (`datetime` for times); for what belongs to a parent, also the member that
                names it (`PipelineName`).

        Returns:
            The resource.

        Raises:
            UnknownNameError: There is no such kind, member or state.
            InvalidArgumentError: A value is not of the member's type, or the name is taken.
        """
        from sagestub import arguments

        bound = self._kind(kind, region)
        where = default_region() if region is None else arguments.region_of(region)
        account = self._default_account if account_id is None else arguments.account_of(account_id)
        wire = arguments.members_of(bound, members)
        with self._lock:
            return self._added(bound, wire, where, account, arguments.tags_of(tags))

    def _added(
        self,
        kind: BoundKind,
        wire: dict[str, Any],
        region: str,
        account: str,
        tags: dict[str, str],
    ) -> Resource:
        from sagestub.engine.making import new_resource

        context = self._context
        self._motion.catch_up()
        registry = context.registry
        members = {**self._parents_of(kind, wire, account, region), **wire}
        operations = (kind.describe, kind.create) if kind.describe is not None else ()
        required = {m for o in operations if o is not None for m in o.required_input}
        for member in kind.identifier:
            needed = not operations or member in required
            if needed and member not in {*members, *kind.kind.made, kind.arn_member}:
                shape = kind.member_shapes.get(member)
                values = shape.metadata.get("enum") if shape is not None else None
                if values:
                    members[member] = values[0]
                    continue
                members[member] = _free_name(kind, registry.table(account, region, kind.table))
        resource = new_resource(context, kind, members, account, region)
        resource.tags = tags
        if registry.get(account, region, kind.table, resource.key) is not None:
            raise InvalidArgumentError(
                f"{kind.name} {resource.name!r} is there already in {account}/{region}.\n"
                "Give another name, or change that one with sm.get(...).move_to(...)."
            )
        resource.document.update(wire)
        for behaviour in kind.kind.on_create:
            behaviour(context, resource)
        registry.add(resource)
        if kind.lifecycle is not None:
            self._motion.placed(resource, self._state_of(kind, wire), wire)
        resource.document.update(wire)
        registry.touch(resource)
        return resource

    def _parents_of(
        self, kind: BoundKind, wire: Mapping[str, Any], account: str, region: str
    ) -> dict[str, str]:
        """Return the names of parents that the ARN of a new resource needs and that are not given.

        They are read from ARNs that are given, else it is the newest resource of the parent's kind.
        """
        names = {}
        for member, parent in kind.kind.parents.items():
            placeholder = f"{{{member}}}"
            if member in wire or placeholder not in kind.arn_template:
                continue
            before = kind.arn_template.partition(placeholder)[0]
            arns = [wire[m] for m in (f"{parent}Arn", kind.arn_member) if m in wire]
            _, _, rest = (arns[0] if arns else "").partition(f":{before}")
            bound = self._kind(parent)
            table = self._context.registry.table(account, region, bound.table)
            # What the service makes, a domain's id say, has a form that requests are checked for.
            made = bound.kind.made.get(bound.identifier[0], "")
            stem = made if isinstance(made, str) and "{id}" in made else f"{bound.words}-{{id}}"
            first = stem.replace("{id}", "1").replace(" ", "-")
            names[member] = rest.partition("/")[0] or next(reversed(table.by_key), first)
        return names

    @staticmethod
    def _state_of(kind: BoundKind, wire: Mapping[str, Any]) -> str:
        """Return the state that given members put a resource in; the first one without a status."""
        assert kind.lifecycle is not None
        status, secondary = wire.get(kind.status_member), wire.get(kind.kind.secondary)
        if status is None:
            return kind.lifecycle.path[0]
        both = f"{status}/{secondary}"
        return both if both in kind.states else kind.state_named(status)

    # ------------------------------------------------------------------------------------------

    def account_of(self, access_key: str) -> str:
        """Return the account that an access key belongs to.

        A key that `account_id=` names, else twelve digits taken as the account itself, else a key that
        Moto's IAM or STS has made, else the mock's own account.
        """
        account = self._accounts.get(access_key)
        if account is not None:
            return account
        if is_account_id(access_key):
            return access_key
        if moto.is_active():
            return moto.account_of(access_key) or self._default_account
        # A key that is in use before Moto is active is none that Moto will make.
        self._accounts[access_key] = self._default_account
        return self._default_account

    def _key_of(self, account: str) -> str:
        """Return an access key of an account, as Moto's services and sagestub take it."""
        for key, its_account in tuple(self._accounts.items()):
            if its_account == account:
                return key
        return moto.key_of(account) or account

    def _sleep(self, seconds: float) -> None:
        """Let virtual time pass instead of real time; the door for `time.sleep`."""
        with self._lock:
            self._motion.run(max(0.0, float(seconds)))
        if self._motion.raised:
            self._motion.deliver()

    def _time(self) -> float:
        """Return the virtual time in epoch seconds; the door for `time.time`."""
        with self._lock:
            self._motion.catch_up()
            return self._context.clock.exact()

    def _monotonic(self) -> float:
        """Return virtual seconds that never run backwards; the door for `time.monotonic`."""
        with self._lock:
            self._motion.catch_up()
            return self._context.clock.monotonic()

    def _has_given(self, url: str) -> bool:
        """Return whether a call has returned this presigned URL, of a domain or a notebook say."""
        with self._lock:
            calls = [call for call in self._dispatcher.recorded if "Presigned" in call.operation]
        # Clients put a slash before a query that follows the host at once.
        given = (text for call in calls for text in (call.response or {}).values())
        return url.replace("/?", "?") in (text.replace("/?", "?") for text in given)

    @property
    def _dispatcher(self) -> Dispatcher:
        """The dispatcher, with all that it imports made at the first call: entering stays cheap."""
        dispatcher = self._made_dispatcher
        if dispatcher is None:
            from sagestub.dispatch import Dispatcher
            from sagestub.services import plane_of

            with self._lock:
                dispatcher = self._made_dispatcher = self._made_dispatcher or Dispatcher(
                    self._context, self._motion, plane_of, self.account_of, self._lock
                )
        return dispatcher

    def answer(self, request: Request) -> Answer:
        """Return the service's answer to a request; what the doors call."""
        forks = self._made_forks
        answer = (
            forks if forks is not None and forks.journal is not None else self._dispatcher
        ).answer(request)
        if self._motion.raised:
            self._motion.deliver()
        return answer

    def _answer_here(self, request: Request) -> Answer:
        """Answer a request in this process; the dispatcher is made at the first one."""
        return self._dispatcher.answer(request)

    def _catalogue(self) -> Catalogue:
        return self._dispatcher.control_plane

    def _kind(self, name: str, *others: object) -> BoundKind:
        """Return a kind by name.

        Args:
            name: What was given for the kind.
            *others: What was given for the arguments after it, which may have been meant.
        """
        if not isinstance(name, str):
            raise InvalidArgumentError(
                f"A kind is named by a string such as 'CompilationJob', not {name!r}.\n"
                f"The kinds: {', '.join(self.kinds)}."
            )
        if name not in self._catalogue():
            for other in others:
                if other in self._catalogue():
                    raise InvalidArgumentError(
                        f"The first argument is {name!r}, and a later one the kind {other!r}.\n"
                        f"Give the kind first: {other!r}, then {name!r}."
                    )
            if name in planes.KINDS:
                service = load_service(planes.KINDS[name])
                return self._dispatcher.catalogue_of(service).kind(name)
        return self._catalogue().kind(name)

    def _moving_kind(self, name: str, *others: object) -> BoundKind:
        bound = self._kind(name, *others)
        if bound.lifecycle is None:
            raise InvalidArgumentError(
                f"{name} has no status, so it never moves.\nName a kind that has one."
            )
        return bound


def _free_name(kind: BoundKind, table: Table) -> str:
    """Return a name that no resource of the table has: the kind in words, and a number."""
    stem = kind.words.replace(" ", "-")
    count = len(table.by_key) + 1
    while f"{stem}-{count}" in table.by_key:
        count += 1
    return f"{stem}-{count}"


def default_region() -> str:
    """Return the region of the environment, `us-east-1` without one."""
    import os

    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        if os.environ.get(name):
            return os.environ[name]
    return DEFAULT_REGION
