"""What a behaviour gets to work with: clock, registry, ids; never the operations."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sagestub.engine.clock import Clock
from sagestub.engine.registry import Registry

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.motion import Motion
    from sagestub.engine.quotas import Quotas
    from sagestub.engine.resource import Resource
    from sagestub.types import Call

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Context:
    """The narrow room in which behaviours and verbs work, under the world's lock.

    Args:
        seed: What the world's made-up ids grow from; the same seed gives the same ids.
        checks_references: Whether what a request refers to must exist.
    """

    motion: Motion
    perform: Callable[[str, dict[str, Any], str, str], Any]
    """Performs an operation inside the world, without HTTP: name, parameters, account, region."""
    kind_named: Callable[[str], BoundKind]
    """Returns a kind of the control plane by name."""

    def __init__(self, seed: object = 0, *, checks_references: bool = True) -> None:
        self.checks_references = checks_references
        self.clock = Clock()
        self.registry = Registry()
        self.random = random.Random(repr(seed))
        self.call: Call | None = None
        """The call that is being answered; None while time alone moves things."""
        self.quotas: Quotas | None = None
        """The quotas, once a test has asked for them."""
        self.idempotent: dict[Any, Any] = {}
        """What calls with an idempotency token were answered, by place, operation and token."""
        self.objectives: list[tuple[str, Callable[[Mapping[str, Any]], float | None]]] = []
        """What a test gives for the objective metric of tuning jobs: name pattern and function."""
        self._rooms: dict[str, dict[Any, Any]] = {}
        self._seed = repr(seed).encode()
        self.numbers = 0
        """How many running numbers are used up; a refused call gives back what it has taken."""
        self._requests: Iterator[int] = itertools.count(1)
        self._request_prefix = self.new_uuid()[:-12]

    def add(
        self, kind: str, members: dict[str, Any], parent: Resource | Call, *, asked: bool = False
    ) -> Resource:
        """Make a resource that no Create asks for, in its parent's account and region.

        Args:
            kind: The kind's name.
            members: Members in wire form.
            parent: The resource that it belongs to, or the call that brings it about.
            asked: Whether a request wants it all the same, by an operation of another name. Such a one
                first asks `refuse_more`.
        """
        from sagestub.engine.making import insert, new_resource

        bound = self.kind_named(kind)
        resource = new_resource(self, bound, members, parent.account, parent.region)
        resource.by_service = not asked
        return insert(self, resource)

    def refuse_more(self, kind: str, number: int, of: Resource | Call) -> None:
        """Refuse so many more resources of a kind, if a quota does not let them be.

        Raises:
            ServiceError: `ResourceLimitExceeded`, in the service's words.
        """
        if self.quotas is not None and number:
            self.quotas.check_number(kind, number, of)

    def add_in_call(self, kind: str, members: dict[str, Any]) -> Resource:
        """Make a resource that no request asks for, in the account and region of the present call."""
        from sagestub.engine.making import insert, new_resource

        assert self.call is not None
        bound = self.kind_named(kind)
        return insert(self, new_resource(self, bound, members, self.call.account, self.call.region))

    def resources(self, kind: str, of: Resource | Call, **members: Any) -> list[Resource]:
        """Return the resources of a kind in the account and region of `of`, oldest first.

        Args:
            kind: The kind's name.
            of: A resource or a call.
            **members: Values that members of the document must have.
        """
        table = self.registry.table(of.account, of.region, kind)
        return [
            resource
            for resource in list(table.by_key.values())
            if all(resource.document.get(name) == value for name, value in members.items())
        ]

    def resource(self, kind: str, of: Resource | Call, name: str) -> Resource | None:
        """Return a resource by its key or ARN, in the account and region of `of`; None without one."""
        found = self.registry.get(of.account, of.region, kind, name)
        if found is None and name.startswith("arn:"):
            found = self.registry.by_arn(name)
            if found is not None and kind not in (found.kind.name, found.kind.table):
                return None
        return found

    def lacks(self, kind: str, of: Resource | Call, name: str) -> bool:
        """Return whether what a request refers to is missing; nothing is where none of it is checked.

        Args:
            kind: The kind that is referred to.
            of: What is in the account and region: a resource or a call.
            name: The key or ARN.
        """
        return self.checks_references and self.resource(kind, of, name) is None

    def room(self, name: str) -> dict[Any, Any]:
        """Return a dict of this world's for what is kept beside resources, by a name of its own."""
        return self._rooms.setdefault(name, {})

    def arn(self, path: str, of: Resource | Call) -> str:
        """Return the ARN with this path in the account and region of `of`."""
        from sagestub.engine.making import partition_of

        return f"arn:{partition_of(of.region)}:sagemaker:{of.region}:{of.account}:{path}"

    def next_number(self) -> int:
        """Return the next of the world's running numbers."""
        self.numbers += 1
        return self.numbers

    def _digest(self, purpose: str, size: int) -> bytes:
        number = self.next_number()
        return blake2b(
            f"{purpose}:{number}".encode(), key=self._seed[:64], digest_size=size
        ).digest()

    def new_id(self, length: int = 12, *, mixed: bool = False) -> str:
        """Return a made id of lower-case letters and digits, as in pipeline execution ARNs.

        Args:
            length: How many characters.
            mixed: Whether it has capital letters too, as the names of pipelines' jobs have.
        """
        letters = _LETTERS + _LETTERS[:26].upper() if mixed else _LETTERS
        digest = self._digest("id", min(length, 64))
        return "".join(letters[byte % len(letters)] for byte in digest)

    def new_request_id(self) -> str:
        """Return the id of the next request: the world's own prefix, and the request's number."""
        return f"{self._request_prefix}{next(self._requests):012x}"

    def new_uuid(self) -> str:
        """Return a made id in the form of a UUID."""
        text = self._digest("uuid", 16).hex()
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
