"""Sorted, filtered pages over one table, at the cost of the page and not of the table.

A table keeps, for each way in which a list is sorted, an index that is made when it is first asked
for and kept up to date by the resources that have changed since. Filters are tested along the index
until the page is full; what a filter that matches little has found on a long walk is remembered, and
kept up to date in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING, Any

from sagestub.engine.documents import member_at

if TYPE_CHECKING:
    from sagestub.engine.resource import Resource

Entry = tuple[Any, int]
"""A place in an index: the sort value, made comparable, and the resource's number."""

LONG_WALK = 100
"""After so many entries without a full page, the matches of the whole index are remembered."""

KEPT_WALKS = 32

MANY_CHANGES = 1000
"""After so many changes between two lists it is cheaper to walk again."""


class Table:
    """The resources of one kind in one account and region, in the order of their creation."""

    def __init__(self) -> None:
        self.by_key: dict[str, Resource] = {}
        self._indexes: dict[tuple[str, str], Index] = {}

    def add(self, resource: Resource) -> None:
        """Put a resource in."""
        self.by_key[resource.key] = resource
        self.touch(resource)

    def remove(self, resource: Resource) -> None:
        """Take a resource out."""
        if self.by_key.get(resource.key) is resource:
            del self.by_key[resource.key]
        for index in self._indexes.values():
            index.forget(resource)

    def touch(self, resource: Resource) -> None:
        """Note that a resource's sort values may have changed."""
        for index in self._indexes.values():
            index.stale[resource.number] = resource

    def page(
        self,
        *,
        sort_by: str,
        descending: bool,
        limit: int,
        start: Entry | None = None,
        equal: tuple[str, Any] | None = None,
        matches: Callable[[Resource], bool] | None = None,
        signature: Hashable = None,
    ) -> tuple[list[Resource], Entry | None]:
        """Return one page of resources, and where the next page starts.

        Args:
            sort_by: The member to sort by (dotted); ties stand in the order of creation.
            descending: Whether the largest comes first.
            limit: How many resources the page has at the most.
            start: The place of the last resource of the page before; None for the first page.
            equal: A member and the value that it must have; answered from an index of its own.
            matches: Further conditions; None for none.
            signature: Says which conditions `matches` stands for, so that a long walk is remembered.

        Returns:
            The resources, and the place of the last of them, or None on the last page.
        """
        index = self._index(equal[0] if equal else "", sort_by)
        part = equal[1] if equal else None
        entries = index.entries_of(part)
        if matches is not None and (remembered := index.walk((part, signature))) is not None:
            entries, matches = remembered, None
        walk = _between(entries, start, descending)
        found: list[Resource] = []
        last: Entry | None = None
        walked = 0
        for entry in walk:
            resource = index.resources[entry[1]]
            if matches is not None:
                walked += 1
                if walked > LONG_WALK:
                    index.remember((part, signature), matches)
                    return self.page(
                        sort_by=sort_by,
                        descending=descending,
                        limit=limit,
                        start=start,
                        equal=equal,
                        matches=matches,
                        signature=signature,
                    )
                if not matches(resource):
                    continue
            if len(found) == limit:
                return found, last
            found.append(resource)
            last = entry
        return found, None

    def _index(self, equal_member: str, sort_by: str) -> Index:
        key = (equal_member, sort_by)
        index = self._indexes.get(key)
        if index is None:
            index = self._indexes[key] = Index(equal_member, sort_by, self.by_key.values())
        index.refresh()
        return index


class Walk:
    """What a filter has found in one part of an index.

    Args:
        part: The value of the index's `equal_member`.
        matches: The filter.
        entries: The places of the resources that it has found, sorted.
    """

    def __init__(self, part: Any, matches: Callable[[Resource], bool], entries: Any) -> None:
        self.part = part
        self.matches = matches
        self.entries = entries

    def forget(self, old: tuple[Any, Entry] | None) -> None:
        """Take a resource out that was at this place."""
        if old is not None and old[0] == self.part:
            self.entries.discard(old[1])

    def note(
        self, resource: Resource, old: tuple[Any, Entry] | None, new: tuple[Any, Entry]
    ) -> None:
        """Look again at a resource that has changed."""
        self.forget(old)
        if new[0] == self.part and self.matches(resource):
            self.entries.add(new[1])


class Index:
    """The resources of a table sorted by one member, apart for each value of another."""

    def __init__(self, equal_member: str, sort_by: str, resources: Any) -> None:
        self.equal_member = equal_member
        self.sort_by = sort_by
        self.resources: dict[int, Resource] = {}
        self.walks: dict[Hashable, Walk] = {}
        self.stale: dict[int, Resource] = {}
        self._places: dict[int, tuple[Any, Entry]] = {}
        self._parts: dict[Any, Any] = {}
        parts: dict[Any, list[Entry]] = {}
        for resource in resources:
            part, entry = self._place_of(resource)
            self.resources[resource.number] = resource
            self._places[resource.number] = (part, entry)
            parts.setdefault(part, []).append(entry)
        for part, entries in parts.items():
            self._parts[part] = _sorted_entries(entries)

    def entries_of(self, value: Any) -> Any:
        """Return the sorted entries whose `equal_member` has a value."""
        return self._parts.get(value, ())

    def refresh(self) -> None:
        """Put the resources that have changed where they belong now."""
        if not self.stale:
            return
        if len(self.stale) > MANY_CHANGES:
            self.walks.clear()
        for number, resource in self.stale.items():
            place = self._place_of(resource)
            old = self._places.get(number)
            for walk in self.walks.values():
                walk.note(resource, old, place)
            if old == place:
                continue
            if old is not None:
                self._parts[old[0]].remove(old[1])
            part = self._parts.get(place[0])
            if part is None:
                part = self._parts[place[0]] = _sorted_entries(())
            part.add(place[1])
            self._places[number] = place
            self.resources[number] = resource
        self.stale.clear()

    def walk(self, key: tuple[Any, Hashable]) -> Any:
        """Return the entries that an earlier long walk has found; None when there was none."""
        walk = self.walks.get(key)
        return None if walk is None else walk.entries

    def remember(self, key: tuple[Any, Hashable], matches: Callable[[Resource], bool]) -> None:
        """Walk one part of the index to its end, and remember what matches."""
        found = [e for e in self.entries_of(key[0]) if matches(self.resources[e[1]])]
        while len(self.walks) >= KEPT_WALKS:
            self.walks.pop(next(iter(self.walks)))
        self.walks[key] = Walk(key[0], matches, _sorted_entries(found))

    def forget(self, resource: Resource) -> None:
        """Take a resource out."""
        self.stale.pop(resource.number, None)
        old = self._places.pop(resource.number, None)
        if old is not None:
            self._parts[old[0]].remove(old[1])
            del self.resources[resource.number]
            for walk in self.walks.values():
                walk.forget(old)

    def _place_of(self, resource: Resource) -> tuple[Any, Entry]:
        document = resource.document
        part = member_at(document, self.equal_member) if self.equal_member else None
        return part, (comparable(member_at(document, self.sort_by)), resource.number)


def comparable(value: Any) -> tuple[int, Any]:
    """Return a value so that any two compare: absent first, numbers, then text by code point."""
    if value is None:
        return (0, 0)
    if isinstance(value, (int, float)):
        return (1, value)
    return (2, str(value))


def _sorted_entries(entries: Any) -> Any:
    from sortedcontainers import SortedList

    return SortedList(entries)


def _between(entries: Any, start: Entry | None, descending: bool) -> Iterator[Entry]:
    """Return the entries after `start` in the direction of the sort."""
    if start is None:
        return reversed(entries) if descending else iter(entries)
    if not entries:
        return iter(())
    if descending:
        walk: Iterator[Entry] = entries.irange(maximum=start, inclusive=(True, False), reverse=True)
    else:
        walk = entries.irange(minimum=start, inclusive=(False, True))
    return walk
