"""S3, as a job sees it: objects below locations, read and written through Moto."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sagestub.effects.clients import quietly

_GZIP = b"\x1f\x8b"


class Location(NamedTuple):
    """A bucket and a key, or the beginning of keys."""

    bucket: str
    key: str

    @property
    def folder(self) -> str:
        """The key with a slash at its end; nothing for the whole bucket."""
        return f"{self.key.rstrip('/')}/" if self.key.strip("/") else ""


def location_of(uri: str) -> Location | None:
    """Return the parts of `s3://bucket/key`; None for what is no such thing."""
    if not uri.startswith("s3://"):
        return None
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return Location(bucket, key) if bucket else None


class Storage:
    """The S3 of one account and region.

    Args:
        client: A boto3 client of S3.
        who: Whose reading and writing this is, for the log.
    """

    def __init__(self, client: Any, who: str) -> None:
        self._client = client
        self._who = who

    def write(self, uri: str, content: bytes) -> None:
        """Write an object; a bucket that is not there leaves a line in the log."""
        place = location_of(uri)
        if place is not None and place.key:
            with quietly(f"{self._who}: {uri}"):
                self._client.put_object(Bucket=place.bucket, Key=place.key, Body=content)

    def read(self, uri: str) -> bytes | None:
        """Return an object's content; None when it cannot be read."""
        place = location_of(uri)
        content: bytes | None = None
        if place is not None:
            with quietly(f"{self._who}: {uri}"):
                answer = self._client.get_object(Bucket=place.bucket, Key=place.key)
                content = answer["Body"].read()
        return content

    def keys(self, uri: str) -> list[str]:
        """Return the keys that begin as the location says, in order."""
        place = location_of(uri)
        found: list[str] = []
        if place is not None:
            with quietly(f"{self._who}: {uri}"):
                pages = self._client.get_paginator("list_objects_v2").paginate(
                    Bucket=place.bucket, Prefix=place.key
                )
                found = [entry["Key"] for page in pages for entry in page.get("Contents", ())]
        return found

    def has(self, uri: str) -> bool:
        """Return whether there is an object here, or below here."""
        place = location_of(uri)
        return place is not None and any(
            key == place.key or key.startswith(place.folder) for key in self.keys(uri)
        )

    def files(self, uri: str) -> Iterator[tuple[str, str]]:
        """Yield the objects of a prefix: the path below it, and the location.

        A key of which the prefix is but a beginning has the path from the prefix's last slash on.
        """
        place = location_of(uri)
        if place is None:
            return
        parent = place.key[: place.key.rfind("/") + 1]
        for key in self.keys(uri):
            base = place.folder if key.startswith(place.folder) else parent
            if not key.endswith("/"):
                yield key[len(base) :], f"s3://{place.bucket}/{key}"

    def listed(self, manifest_uri: str) -> Iterator[tuple[str, str]]:
        """Yield the objects that a manifest file names: the path, and the location.

        Source: API reference, S3DataSource.S3DataType ("ManifestFile"): a JSON list, the prefix
        first.
        """
        entries = json.loads(self.read(manifest_uri) or b"[]")
        if entries and isinstance(entries[0], Mapping):
            prefix = str(entries[0].get("prefix", ""))
            for entry in entries[1:]:
                yield str(entry), f"{prefix}{entry}"


def below(uri: str, path: str) -> str:
    """Return the location of a path below another location."""
    return f"{uri.rstrip('/')}/{path.lstrip('/')}"


def archive(files: Mapping[str, bytes]) -> bytes:
    """Return a `tar.gz` of files, the same bytes for the same files."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in sorted(files):
            entry = tarfile.TarInfo(path.lstrip("/"))
            entry.size = len(files[path])
            tar.addfile(entry, io.BytesIO(files[path]))
    return gzip.compress(packed.getvalue(), mtime=0)


def is_archive(content: bytes) -> bool:
    """Return whether content is compressed already."""
    return content.startswith(_GZIP)
