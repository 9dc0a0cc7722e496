"""The registry: every resource by account, region and kind, by key and by ARN."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sagestub.engine.query import Table

if TYPE_CHECKING:
    from sagestub.engine.resource import Resource


class Registry:
    """All resources of one world. Accounts and regions never see each other's."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str, str], Table] = {}
        self._by_arn: dict[str, Resource] = {}
        self._numbers = 0

    def table(self, account: str, region: str, kind: str) -> Table:
        """Return the table of one kind in one account and region, made on first use."""
        key = (account, region, kind)
        table = self._tables.get(key)
        if table is None:
            table = self._tables[key] = Table()
        return table

    def get(self, account: str, region: str, kind: str, key: str) -> Resource | None:
        """Return a resource by its key, or None."""
        table = self._tables.get((account, region, kind))
        return table.by_key.get(key) if table is not None else None

    def by_arn(self, arn: str) -> Resource | None:
        """Return a resource by its ARN, compared without letter case, or None."""
        return self._by_arn.get(arn.lower())

    def add(self, resource: Resource) -> None:
        """Put a resource in; its key is free."""
        self._numbers += 1
        resource.number = self._numbers
        self._table_of(resource).add(resource)
        if resource.arn:
            self._by_arn[resource.arn.lower()] = resource

    def remove(self, resource: Resource) -> None:
        """Take a resource out, its tags with it."""
        self._table_of(resource).remove(resource)
        if self._by_arn.get(resource.arn.lower()) is resource:
            del self._by_arn[resource.arn.lower()]
        resource.way = ()
        resource.due = None

    def touch(self, resource: Resource) -> None:
        """Note that a resource's members have changed; one that is gone stays gone."""
        if self.holds(resource):
            self._table_of(resource).touch(resource)

    def holds(self, resource: Resource) -> bool:
        """Return whether a resource is in the registry: added, and not removed since."""
        return self._table_of(resource).by_key.get(resource.key) is resource

    def all(self, kind: str | None = None) -> Iterator[Resource]:
        """Return resources of a kind, or all, over all accounts and regions, oldest first."""
        found = [
            resource
            for (_, _, name), table in self._tables.items()
            if kind is None or name == kind
            for resource in table.by_key.values()
        ]
        found.sort(key=lambda resource: resource.number)
        return iter(found)

    def _table_of(self, resource: Resource) -> Table:
        return self.table(resource.account, resource.region, resource.kind.table)
