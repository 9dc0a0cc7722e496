"""Ordinary boto3 clients of other services, which Moto answers, for a job's account and region."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sagestub import moto

if TYPE_CHECKING:
    from sagestub.engine.resource import Resource
    from sagestub.types import Call

FAKE_SECRET = "sagestub"  # noqa: S105 - worth nothing, which is the point

_log = logging.getLogger("sagestub")


class Clients:
    """The clients of one world, made when they are first needed.

    Args:
        key_of: Returns an access key of an account: one that Moto takes for that account too.
    """

    def __init__(self, key_of: Callable[[str], str]) -> None:
        self._key_of = key_of
        self._session: Any = None
        self._made: dict[tuple[str, str, str], Any] = {}

    @property
    def there(self) -> bool:
        """Whether Moto is active, so that there is somebody to write to."""
        return moto.is_active()

    def client(self, service: str, of: Resource | Call) -> Any:
        """Return a client of a service in the account and region of a resource or a call."""
        place = (service, of.account, of.region)
        client = self._made.get(place)
        if client is None:
            if self._session is None:
                import boto3

                self._session = boto3.session.Session()
            client = self._made[place] = self._session.client(
                service,
                region_name=of.region,
                aws_access_key_id=self._key_of(of.account),
                aws_secret_access_key=FAKE_SECRET,
            )
        return client


@contextmanager
def quietly(what: str) -> Iterator[None]:
    """Let nothing that another service refuses reach the test; the log `sagestub` has it.

    Args:
        what: What was to be done.
    """
    try:
        yield
    except Exception as error:  # noqa: BLE001 - a missing bucket is no error of a Describe
        _log.warning("%s: not done, %s", what, error)
