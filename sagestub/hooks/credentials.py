"""Fake credentials while a mock is active, and the user's own environment afterwards.

Two things together keep real keys from signing anything while a test runs: the environment holds fake
keys, so that every new session finds them and asks nobody else (no instance metadata, no container
endpoint, no web identity); and clients that carry keys from elsewhere (made before the mock, or
without any) sign with the fake ones. Keys that a test gives explicitly are kept: they say the account.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sagestub.hooks.doors import Door

FAKE_ACCESS_KEY = "AKIASAGESTUB00000000"
FAKE_KEYS = (FAKE_ACCESS_KEY, "sagestub", "sagestub")
"""Access key, secret key and session token."""

FAKE_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": FAKE_KEYS[0],
    "AWS_SECRET_ACCESS_KEY": FAKE_KEYS[1],
    "AWS_SESSION_TOKEN": FAKE_KEYS[2],
    "AWS_EC2_METADATA_DISABLED": "true",
}
REMOVED = (
    "AWS_SECURITY_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
)

KEPT_METHODS = frozenset({"explicit", "env"})
"""Where credentials may come from and still sign: a test's own arguments, and the environment."""

_saved: dict[int, dict[str, str | None]] = {}
_real_keys: set[str] = set()


def fake(door: Door) -> None:
    """Put fake credentials into the environment; pairs with `restore`."""
    own_key = os.environ.get("AWS_ACCESS_KEY_ID")
    if own_key is not None and own_key in door.access_keys:
        changes: dict[str, str | None] = {"AWS_EC2_METADATA_DISABLED": "true"}
    else:
        changes = {**FAKE_ENVIRONMENT, **dict.fromkeys(REMOVED)}
        if own_key is not None and own_key != FAKE_ACCESS_KEY:
            _real_keys.add(own_key)
    _saved[id(door)] = {name: os.environ.get(name) for name in changes}
    _set(changes)


def restore(door: Door) -> None:
    """Put the environment back as it was when this world was entered."""
    from sagestub.hooks import stack

    saved = _saved.pop(id(door), None)
    if saved is not None:
        _set(saved)
    if stack.active() is None:
        _real_keys.clear()


def _set(changes: dict[str, str | None]) -> None:
    for name, value in changes.items():
        if value is None:
            os.environ.pop(name, None)
        elif os.environ.get(name) != value:
            os.environ[name] = value


def may_sign(credentials: Any, door: Door) -> bool:
    """Return whether a client's own credentials may sign while a mock is active."""
    if credentials is None:
        return False
    method = getattr(credentials, "method", None)
    if method in KEPT_METHODS:
        return method == "explicit" or credentials.access_key not in _real_keys
    # Keys from files stay when the user has named them; asking others for keys could reach a network.
    static = method in ("shared-credentials-file", "config-file")
    return static and credentials.access_key in door.access_keys


def fake_credentials() -> Any:
    """Return botocore credentials that are worth nothing."""
    from botocore.credentials import Credentials

    return Credentials(*FAKE_KEYS)
