"""What sagestub knows of Moto: whether it is active beside us, and whose an access key is.

A leaf that anyone may import. It never imports Moto: a test that uses Moto has done so.
"""

from __future__ import annotations

import sys


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
