"""Versions that are written as numbers with dots between."""

from __future__ import annotations


def version_numbers(version: str) -> tuple[int, ...]:
    """Return the numbers of a version, by which versions are ordered; what is no number is left out.

    Example:
        >>> version_numbers("1.12"), version_numbers("latest")
        ((1, 12), ())
    """
    return tuple(int(part) for part in version.split(".") if part.isdigit())
