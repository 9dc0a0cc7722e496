"""What a version-4 signature tells: whose key it is, and for which region."""

from __future__ import annotations

from functools import lru_cache


def signature_of(authorization: str | bytes | None) -> tuple[str, str]:
    """Return the access key and the region of a version-4 signature; empty strings without one."""
    if not authorization:
        return "", ""
    text = authorization.decode("latin-1") if isinstance(authorization, bytes) else authorization
    return _parts_of(text.partition("Credential=")[2].partition(",")[0])


@lru_cache(maxsize=64)
def _parts_of(scope: str) -> tuple[str, str]:
    """Return the access key and the region of a credential scope, which a client repeats all day."""
    parts = scope.split("/")
    if len(parts) < 5:
        return "", ""
    # The key itself may contain slashes; date, region, service and the terminator do not.
    return "/".join(parts[:-4]), parts[-3]


def region_of(url: str) -> str:
    """Return the region in the host name of an endpoint; `us-east-1` when there is none."""
    host = url.split("//", 1)[-1].split("/", 1)[0]
    for label in host.split("."):
        if label.count("-") >= 2 and label[-1].isdigit():
            return label
    return "us-east-1"
