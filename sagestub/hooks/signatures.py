"""What a version-4 signature tells: whose key it is, and for which region."""

from __future__ import annotations

import re
from functools import lru_cache

AFTER_KEY = ("date", "region", "service", "aws4_request")
"""The parts of a credential scope that follow the access key."""

REGION = re.compile(r"[a-z]+(?:-[a-z]+)+-\d+")


def signature_of(authorization: str | bytes | None) -> tuple[str, str]:
    """Return the access key and the region of a version-4 signature; empty strings without one."""
    if not authorization:
        return "", ""
    text = authorization.decode("latin-1") if isinstance(authorization, bytes) else authorization
    return _parts_of(text.partition("Credential=")[2].partition(",")[0])


@lru_cache(maxsize=64)
def _parts_of(scope: str) -> tuple[str, str]:
    """Return the access key and the region of a credential scope, which a client repeats all day."""
    # The key itself may contain slashes; date, region, service and the terminator do not.
    key, *rest = scope.rsplit("/", 4)
    return (key, rest[1]) if len(rest) == len(AFTER_KEY) else ("", "")


def region_of(url: str) -> str:
    """Return the region in the host name of an endpoint; `us-east-1` when there is none."""
    host = url.split("//", 1)[-1].split("/", 1)[0]
    labels = (label for label in host.split(".") if REGION.fullmatch(label))
    return next(labels, "us-east-1")
