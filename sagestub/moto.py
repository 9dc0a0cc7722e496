"""What sagestub knows of Moto: whether it is active beside us, and whose an access key is.

A leaf that anyone may import. It never imports Moto: a test that uses Moto has done so.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

_hushed: dict[type, Any] = {}
_quiet: set[str] = set()


def is_active() -> bool:
    """Return whether a Moto mock is active in this process."""
    models = sys.modules.get("moto.core.models")
    stubber = getattr(models, "botocore_stubber", None)
    return bool(getattr(stubber, "enabled", False))


def account_of(access_key: str) -> str | None:
    """Return the account in which Moto's IAM or STS made an access key; None for an unknown key.

    So an `assume_role` through Moto into another account leads sagestub to that account too.
    """
    iam = sys.modules.get("moto.iam.models")
    if iam is None:
        return None
    for account_id, partitions in list(iam.iam_backends.items()):
        for backend in list(partitions.values()):
            if access_key in backend.access_keys:
                return str(account_id)
    return None


def key_of(account: str) -> str | None:
    """Return an access key that Moto's IAM or STS has made in an account; None without one."""
    iam = sys.modules.get("moto.iam.models")
    if iam is None or account not in iam.iam_backends:
        return None
    for backend in list(iam.iam_backends[account].values()):
        for key in list(backend.access_keys):
            return str(key)
    return None


def has_buckets() -> bool:
    """Return whether Moto's S3 has a bucket: until then there is nothing to write to."""
    s3 = sys.modules.get("moto.s3.models")
    if s3 is None:
        return False
    accounts = getattr(s3.s3_backends, "bucket_accounts", None)
    return accounts is None or any(accounts.values())


def hush(*events: str) -> None:
    """Keep Moto's `before-send` handler from answering SageMaker calls too; pairs with `unhush`.

    botocore calls every handler, whoever has answered. Moto's would answer once more, with effects
    of its own.

    Args:
        *events: Events of further operations that are answered here.
    """
    if not _quiet.issuperset(events):
        _quiet.update(events)
    models = sys.modules.get("moto.core.models")
    stubber = type(getattr(models, "botocore_stubber", None))
    if models is None or stubber in _hushed:
        return
    call = _hushed[stubber] = stubber.__call__

    @functools.wraps(call)
    def unless_ours(self: Any, event_name: str, request: Any, **kwargs: Any) -> Any:
        if event_name.startswith("before-send.sagemaker") or event_name in _quiet:
            return None
        return call(self, event_name, request, **kwargs)

    stubber.__call__ = unless_ours  # type: ignore[method-assign]


def unhush() -> None:
    """Let Moto answer what it would."""
    for stubber, call in _hushed.items():
        stubber.__call__ = call  # type: ignore[method-assign]
    _hushed.clear()
    _quiet.clear()


def when_left(then: Callable[[], None]) -> None:
    """Do something as soon as Moto's last mock has been left.

    Moto puts the environment back as it found it; what it found may have been ours.
    """
    models = sys.modules["moto.core.models"]
    mock_aws = models.MockAWS
    stop = mock_aws.stop

    @functools.wraps(stop)
    def stop_then(self: Any, *args: Any, **kwargs: Any) -> None:
        stop(self, *args, **kwargs)
        if not is_active():
            mock_aws.stop = stop
            then()

    mock_aws.stop = stop_then
