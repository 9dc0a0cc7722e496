"""Fake credentials while a mock is active, and the user's own environment afterwards.

Three things together keep real keys from signing anything while a test runs: the environment holds
fake keys, so that every new session finds them; a session that would ask elsewhere (instance metadata,
a container endpoint, a process, single sign-on) gets fake ones without asking; and clients that carry
keys from elsewhere (made before the mock, or without any) sign with the fake ones. Keys that a test
gives explicitly are kept: they say the account.
"""

from __future__ import annotations

import os
import sys
import weakref
from typing import TYPE_CHECKING, Any

from botocore.credentials import Credentials, RefreshableCredentials

from sagestub import moto
from sagestub.hooks.imports import AfterImport
from sagestub.hooks.replacements import Replacements
from sagestub.types import is_account_id

if TYPE_CHECKING:
    from sagestub.hooks.doors import Door

FAKE_ACCESS_KEY = "AKIASAGESTUB00000000"
FAKE_KEYS = (FAKE_ACCESS_KEY, "sagestub", "sagestub")
"""Access key, secret key and session token."""

WITHOUT_METADATA = {"AWS_EC2_METADATA_DISABLED": "true"}
FAKE_ENVIRONMENT: dict[str, str | None] = {
    "AWS_ACCESS_KEY_ID": FAKE_KEYS[0],
    "AWS_SECRET_ACCESS_KEY": FAKE_KEYS[1],
    "AWS_SESSION_TOKEN": FAKE_KEYS[2],
    **WITHOUT_METADATA,
    "AWS_SECURITY_TOKEN": None,
    "AWS_CREDENTIAL_EXPIRATION": None,
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": None,
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": None,
    "AWS_CONTAINER_AUTHORIZATION_TOKEN": None,
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": None,
    "AWS_WEB_IDENTITY_TOKEN_FILE": None,
    "AWS_ROLE_ARN": None,
}
"""The variables that sagestub sets, and with None those that it takes away."""

LOCAL_METHODS = frozenset({"env", "shared-credentials-file", "config-file"})
"""Where botocore may look for keys while a mock is active; it reads a file at the most."""


class Outside:
    """What was outside when a world was entered, and what has been put in its place."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.moto_was_active = moto.is_active()
        self.found = self.before = {name: os.environ.get(name) for name in FAKE_ENVIRONMENT}
        self.default_session = _default_session()
        own_key = self.before["AWS_ACCESS_KEY_ID"] or ""
        if own_key == FAKE_ACCESS_KEY and not _entered:
            # A test set a variable inside a mock and something put ours back after it had been left.
            self.before = dict(_last_before) or self.before
        # No real key is an account's number.
        keeps_keys = own_key in door.access_keys or is_account_id(own_key)
        self.put: dict[str, str | None] = dict(WITHOUT_METADATA) if keeps_keys else FAKE_ENVIRONMENT

    def put_back(self) -> None:
        """Put everything back, except what Moto has put back already because it was there first.

        What Moto, entered later and still there, has put in the place of ours is its own.
        """
        moto_left_first = self.moto_was_active and not moto.is_active()
        moto_stays = moto.is_active() and not self.moto_was_active
        for name, ours in self.put.items():
            now, before = os.environ.get(name), self.before[name]
            if now != before and (now == ours or not (moto_left_first or moto_stays)):
                _set(name, before)
        boto3 = sys.modules.get("boto3")
        if boto3 is not None and not moto_left_first:
            boto3.DEFAULT_SESSION = self.default_session  # type: ignore[attr-defined]


_entered: list[Outside] = []
_last_before: dict[str, str | None] = {}
_real_keys: set[str] = set()
_replacements = Replacements()
_loaded: list[tuple[weakref.ref[Any], Any]] = []


def fake(door: Door) -> None:
    """Put fake credentials into the environment; pairs with `restore`."""
    outside = Outside(door)
    own_key = outside.before["AWS_ACCESS_KEY_ID"]
    if own_key and own_key != FAKE_ACCESS_KEY and outside.put is FAKE_ENVIRONMENT:
        _real_keys.add(own_key)
    _entered.append(outside)
    for name, value in outside.put.items():
        if outside.found[name] != value:
            _set(name, value)


def restore(door: Door) -> None:
    """Put the environment back as it was when this world was entered."""
    index = next((i for i, outside in enumerate(_entered) if outside.door is door), None)
    if index is None:
        return
    outside = _entered.pop(index)
    if index < len(_entered):
        # Worlds of other threads were entered later and are still there: theirs to put back.
        later = _entered[index]
        later.before = {**later.before, **{name: outside.before[name] for name in outside.put}}
        later.put = {**outside.put, **later.put}
        later.default_session = outside.default_session
        later.moto_was_active = outside.moto_was_active
        return
    if moto.is_active() and not outside.moto_was_active:
        # Moto was entered later and is still there; when it is left, it puts ours back.
        moto.when_left(outside.put_back)
    outside.put_back()
    if not _entered:
        _last_before.clear()
        _last_before.update(outside.before)
        _real_keys.clear()


def _set(name: str, value: str | None) -> None:
    if value is None:
        del os.environ[name]
    else:
        os.environ[name] = value


def _default_session() -> Any:
    return getattr(sys.modules.get("boto3"), "DEFAULT_SESSION", None)


def install() -> None:
    """Let sessions find no credentials but local ones; pairs with `uninstall`."""
    from botocore.credentials import CredentialResolver
    from botocore.session import Session

    get_credentials = Session.get_credentials

    def load_credentials(self: Any) -> Any:
        for provider in _local_providers(self):
            found = provider.load()
            if found is not None:
                return found
        return fake_credentials()

    def get_noted_credentials(self: Any) -> Any:
        known = self._credentials
        found = get_credentials(self)
        _note(self, known, found)
        return found

    _replacements.replace(CredentialResolver, "load_credentials", load_credentials)
    _replacements.replace(Session, "get_credentials", get_noted_credentials)
    _async_sessions.start()


def _patch_async_sessions(module: Any) -> None:
    """Do the same for aiobotocore's sessions, whose methods are awaited."""
    from aiobotocore.credentials import AioCredentialResolver

    from sagestub.hooks.aiobotocore_responses import fake_credentials as fake_async_credentials

    get_credentials = module.AioSession.get_credentials

    async def load_credentials(self: Any) -> Any:
        for provider in _local_providers(self):
            found = await provider.load()
            if found is not None:
                return found
        return fake_async_credentials()

    async def get_noted_credentials(self: Any) -> Any:
        known = self._credentials
        found = await get_credentials(self)
        _note(self, known, found)
        return found

    _replacements.replace(AioCredentialResolver, "load_credentials", load_credentials)
    _replacements.replace(module.AioSession, "get_credentials", get_noted_credentials)


_async_sessions = AfterImport("aiobotocore.session", _patch_async_sessions)


def _local_providers(resolver: Any) -> list[Any]:
    return [provider for provider in resolver.providers if provider.METHOD in LOCAL_METHODS]


def _note(session: Any, known: Any, found: Any) -> None:
    """Remember a session that has just found keys, so that it can forget them afterwards."""
    if found is not known:
        _loaded.append((weakref.ref(session), found))


def uninstall() -> None:
    """Let sessions look everywhere again, also those that have found fake keys meanwhile."""
    _async_sessions.stop()
    _replacements.put_back()
    for reference, found in _loaded:
        session = reference()
        if session is not None and session._credentials is found:
            session._credentials = None
    _loaded.clear()


def may_sign(credentials: Any, door: Door) -> bool:
    """Return whether a client's own credentials may sign while a mock is active."""
    # A look at keys that can expire would fetch new ones.
    if credentials is None or isinstance(credentials, RefreshableCredentials):
        return False
    key = credentials.access_key
    if key == FAKE_ACCESS_KEY or key in door.access_keys:
        return True
    method = getattr(credentials, "method", None)
    if method == "env" and _entered and _entered[-1].moto_was_active and not moto.is_active():
        return False  # Moto has put the user's own environment back under us.
    return method in ("explicit", "env") and key not in _real_keys


def fake_credentials() -> Any:
    """Return botocore credentials that are worth nothing."""
    return Credentials(*FAKE_KEYS)
