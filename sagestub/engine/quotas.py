"""Quotas: how much an account may have in a region, off until a test switches them on.

A quota is known by the name that Service Quotas gives it. What uses how much of which is declared by the
catalogue (`kinds/quotas.py`); this module adds up and refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.errors import InvalidArgumentError, ServiceError, UnknownNameError, unknown_name
from sagestub.spelling import explained
from sagestub.types import account_id_of

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.types import Call, Document

Amounts = Callable[["Context", "Resource"], Mapping[str, int]]
"""Says how much of which quotas a resource uses while it counts, by their names."""


class Quota(NamedTuple):
    """A quota of an account in a region.

    Args:
        name: As Service Quotas calls it: `ml.m5.large for training job usage`.
        limit: How much there may be.
        unit: What is counted: `Instances`.
        source: Where the number comes from.
        confidence: `documented`, `seen` (in an account or an error), `assumed`, or `test` for a number
            that a test has set.
        single: Whether it limits a single request, not what there is in all.
        within: The member that names what it is counted within, an experiment say; empty for the account.
            Of such a quota the service tells all that there would be as the delta, and no utilization.
        asked: Whether only what requests have asked for counts, and not what the service makes itself.
        unset: Whether no default number is known, so that only a test puts it in force.
    """

    name: str
    limit: int
    unit: str
    source: str
    confidence: str
    single: bool = False
    within: str = ""
    asked: bool = False
    unset: bool = False


class Uses(NamedTuple):
    """How the resources of a kind use quotas.

    Args:
        amounts: How much each uses, while it counts.
        statuses: In which statuses it counts; None for all, as long as it exists.
    """

    amounts: Amounts
    statuses: Collection[str] | None = None


class Declared(NamedTuple):
    """What the catalogue says about quotas.

    Args:
        quotas: The quotas with a name of their own.
        uses: How kinds use quotas.
        of_name: Returns the quota of a name that follows a pattern; None when it follows none.
        of_kind: Returns the quota on the number of a kind that has no other, by the kind's name.
        like: Returns names that follow a pattern and that an unknown name may have meant.
    """

    quotas: Mapping[str, Quota]
    uses: Mapping[str, tuple[Uses, ...]]
    of_name: Callable[[str], Quota | None]
    of_kind: Callable[[str], Quota]
    like: Callable[[str], Collection[str]]


@explained
class Quotas:
    """The quotas of one world. Example: `sm.quotas.on()`, `sm.quotas["Endpoint"] = 2`.

    Args:
        context: The world's context.
        declared: What the catalogue says.
        kind_names: Returns the names of all kinds.
        lock: The world's one lock.
    """

    def __init__(
        self,
        context: Context,
        declared: Declared,
        kind_names: Callable[[], Collection[str]],
        lock: AbstractContextManager[Any],
    ) -> None:
        self._context = context
        self._declared = declared
        self._kind_names = kind_names
        self._lock = lock
        self._set: dict[str, Quota] = {}
        self._is_on = False

    def __repr__(self) -> str:
        return (
            f"<quotas: defaults {'on' if self._is_on else 'off'}, {len(self._set)} of the test's>"
        )

    # What a test does ---------------------------------------------------------------------------

    def on(self) -> Quotas:
        """Put the default numbers in force: those of an account that has asked for no more."""
        self._is_on = True
        return self

    def off(self) -> Quotas:
        """Let there be no quotas again, also none of the test's own."""
        with self._lock:
            self._is_on = False
            self._set.clear()
        return self

    def __setitem__(self, name: str, limit: int) -> None:
        """Put one quota in force, whether the defaults are or not.

        Args:
            name: A quota's name, or a kind's for the number of its resources.
            limit: How much there may be in an account and region, 0 or more.

        Raises:
            UnknownNameError: There is no quota and no kind of that name.
            InvalidArgumentError: The limit is no whole number of 0 or more.
        """
        quota = self._named(name)
        if not isinstance(limit, int) or isinstance(limit, bool) or limit < 0:
            raise InvalidArgumentError(
                f"The quota {name!r} is set to {limit!r}.\nGive a whole number of 0 or more."
            )
        self._set[quota.name] = quota._replace(
            limit=limit, source="", confidence="test", unset=False
        )

    def __delitem__(self, name: str) -> None:
        """Take back what the test has set for a quota.

        Raises:
            UnknownNameError: The test has set none of that name.
        """
        quota = self._named(name)
        if quota.name not in self._set:
            raise unknown_name("quota that was set", name, self._set)
        del self._set[quota.name]

    def __getitem__(self, name: str) -> Quota:
        """Return a quota as it is in force, or would be.

        Raises:
            UnknownNameError: There is no quota and no kind of that name.
        """
        quota = self._named(name)
        return self._set.get(quota.name, quota)

    def __iter__(self) -> Iterator[Quota]:
        """Iterate over the quotas with a name of their own, and those that the test has set."""
        return iter({**self._declared.quotas, **self._set}.values())

    def __contains__(self, name: object) -> bool:
        """Return whether there is such a quota, by its name or a kind's, in force or not."""
        if isinstance(name, Quota):
            return name in tuple(self)
        try:
            return bool(self._named(name))  # type: ignore[arg-type]
        except UnknownNameError:
            return False

    def used(self, name: str, *, region: str, account_id: str) -> int:
        """Return how much of a quota is used.

        Args:
            name: A quota's name, or a kind's.
            region: The region.
            account_id: The account.

        Raises:
            UnknownNameError: There is no quota and no kind of that name.
            InvalidArgumentError: Region or account are none.
        """
        quota = self._named(name)
        account = account_id_of(account_id)
        if account is None:
            raise InvalidArgumentError(
                f"account_id= is {account_id!r}.\nGive 12 digits as a string."
            )
        if not isinstance(region, str) or "-" not in region:
            raise InvalidArgumentError(
                f"region= is {region!r}.\nGive a region such as 'eu-west-1'."
            )
        with self._lock:
            return self._used(quota.name, (account, region))

    # What verbs ask -----------------------------------------------------------------------------

    def amounts(self, resource: Resource) -> dict[str, int]:
        """Return what a resource uses of each quota now; of one that is not there yet, what it will."""
        new = not self._context.registry.holds(resource)
        own = self._declared.of_kind(resource.kind.name)
        found: dict[str, int] = {} if own.asked and resource.by_service else {own.name: 1}
        for uses in self._declared.uses.get(resource.kind.name, ()):
            if new or uses.statuses is None or resource.status in uses.statuses:
                found.update(uses.amounts(self._context, resource))
        return found

    def check_start(self, resource: Resource) -> None:
        """Refuse to start a resource that would use more of a quota than there is.

        Raises:
            ServiceError: `ResourceLimitExceeded`, in the service's words.
        """
        after: dict[str, int] = {}
        for uses in self._declared.uses.get(resource.kind.name, ()):
            after.update(uses.amounts(self._context, resource))
        self.check(resource, self.amounts(resource), after)

    def check_number(self, kind: str, number: int, of: Resource | Call) -> None:
        """Refuse so many more resources of a kind where `of` is, if the quota on their number is less.

        Raises:
            ServiceError: `ResourceLimitExceeded`, in the service's words.
        """
        quota = self._in_force(self._declared.of_kind(kind).name)
        if quota is not None:
            there = self._context.resources(kind, of)
            used = sum(self.amounts(resource).get(quota.name, 0) for resource in there)
            _refuse_beyond(quota, used, number)

    def check_left(self, resource: Resource, asked: Mapping[str, int]) -> None:
        """Refuse a request that others will fulfil, when less of a quota is left than they will use.

        Args:
            resource: What asks: a tuning job, whose training jobs will use it.
            asked: How much of each quota it asks for.

        Raises:
            ServiceError: `ResourceLimitExceeded`, in the service's words.
        """
        for name, delta in asked.items():
            quota = self._in_force(name)
            if quota is not None:
                used = self._used(name, (resource.account, resource.region))
                _refuse_beyond(quota, used, delta)

    def check_document(self, resource: Resource, document: Document) -> None:
        """Refuse another document of a resource, with which it would use more of a quota than there is.

        Raises:
            ServiceError: `ResourceLimitExceeded`, in the service's words.
        """
        before, used = resource.document, self.amounts(resource)
        resource.document = document
        try:
            self.check(resource, used, self.amounts(resource))
        finally:
            resource.document = before

    def check(
        self, resource: Resource, before: Mapping[str, int], after: Mapping[str, int]
    ) -> None:
        """Refuse a change that would use more of a quota than there is.

        Args:
            resource: What changes or is to be made.
            before: What it uses of each quota now.
            after: What it will use.

        Raises:
            ServiceError: `ResourceLimitExceeded`, in the service's words.
        """
        for name, amount in after.items():
            quota = self._in_force(name)
            if quota is None:
                continue
            if quota.single:
                if amount > quota.limit:
                    raise ServiceError(
                        "ResourceLimitExceeded", TOO_LARGE.format(amount, *quota[:3])
                    )
                continue
            delta = amount - before.get(name, 0)
            _refuse_beyond(quota, self._used_beside(resource, quota) + before.get(name, 0), delta)

    def _used(self, name: str, place: tuple[str, str]) -> int:
        """Return how much of a quota is used in an account and region."""
        return sum(
            self.amounts(resource).get(name, 0)
            for resource in self._context.registry.all()
            if (resource.account, resource.region) == place
        )

    def _used_beside(self, resource: Resource, quota: Quota) -> int:
        """Return how much of a quota is used where a resource is, but by itself."""
        within = {quota.within: resource.document.get(quota.within)} if quota.within else {}
        # Each quota is used by one kind only.
        others = self._context.resources(resource.kind.table, resource, **within)
        return sum(self.amounts(o).get(quota.name, 0) for o in others if o is not resource)

    def _in_force(self, name: str) -> Quota | None:
        own = self._set.get(name)
        if own is not None or not self._is_on:
            return own
        quota = self._declared.quotas.get(name) or self._declared.of_name(name)
        return None if quota is None or quota.unset else quota

    def _named(self, name: str) -> Quota:
        if isinstance(name, str):
            found = self._declared.quotas.get(name) or self._declared.of_name(name)
            if found is not None:
                return found
            if name in self._set:
                return self._set[name]
            if name in self._kind_names():
                return self._declared.of_kind(name)
        like = self._declared.like(name) if isinstance(name, str) else ()
        known = {*self._declared.quotas, *self._kind_names(), *like}
        raise unknown_name("quota or kind", name, known)


def _refuse_beyond(quota: Quota, used: int, delta: int) -> None:
    """Refuse what would use more of a quota than there is.

    Raises:
        ServiceError: `ResourceLimitExceeded`, in the service's words.
    """
    if delta > 0 and used + delta > quota.limit:
        if quota.within:
            used, delta = 0, used + delta
        text = EXCEEDED.format(
            name=quota.name, limit=quota.limit, unit=quota.unit, used=used, delta=delta
        )
        raise ServiceError("ResourceLimitExceeded", text)


ASK = (
    "Please use AWS Service Quotas to request an increase for this quota. If AWS Service Quotas is not "
    "available, contact AWS support to request an increase for this quota."
)
EXCEEDED = (
    "The account-level service limit '{name}' is {limit} {unit}, with current utilization of {used} "
    "{unit} and a request delta of {delta} {unit}. " + ASK
)
"""Source: facts, cross-cutting, section 3 (the newer ending)."""
TOO_LARGE = (
    "The request delta of {0} {3} for '{1}' is greater than the account-level service-limit of {2} "
    "{3}. " + ASK
)
"""Source: likewise (the sized form)."""
