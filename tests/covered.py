"""What the project covers: the botocore that the reference was made with, and what that one has.

`docs/generate.py` writes both down in `docs/reference/coverage.md`, and this module reads them there. The tests
run on whatever botocore is newest. What that one has beyond the covered one (operations, members, values)
is no mistake yet: tests that go over all that there is leave it out by what stands here, and
`tests/model/test_newer_operations.py` asks of it that no answer is wrong. On the covered botocore nothing is
left out: `tests/docs/test_reference.py` holds that the page has all that the model has.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

import botocore
import pytest

from sagestub.kinds import KINDS
from sagestub.model.service import load_service
from sagestub.services import service_names

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
_COVERAGE = (REFERENCE / "coverage.md").read_text(encoding="utf-8")

BOTOCORE = re.findall(r"with botocore ([\d.]+)\. Do not edit", _COVERAGE)[0]
"""The version that the reference was made with."""

IS_INSTALLED = botocore.__version__ == BOTOCORE

only_covered = pytest.mark.skipif(
    not IS_INSTALLED, reason=f"it holds for the botocore of the reference, {BOTOCORE}"
)
"""Marks a test of which a newer botocore may say something else without anything being wrong."""

_OPERATIONS = {
    section.partition("\n")[0]: frozenset(
        re.findall(r"^\| `(\w+)` \| (?:declared|convention) \|", section, flags=re.MULTILINE)
    )
    for section in _COVERAGE.split("\n## ")[1:]
}


def services() -> list[str]:
    """Return the services of the installed botocore that are covered."""
    return [name for name in service_names() if name in _OPERATIONS]


@cache
def operations(service: str) -> list[str]:
    """Return the operations of a service that the installed botocore has and that are covered."""
    covered = _OPERATIONS.get(service, frozenset())
    return [name for name in load_service(service).model.operation_names if name in covered]


@cache
def newer_operations() -> list[tuple[str, str]]:
    """Return what the installed botocore has beyond the covered one: services and operations."""
    return [
        (service, name)
        for service in service_names()
        for name in load_service(service).model.operation_names
        if name not in _OPERATIONS.get(service, ())
    ]


def kinds(names: Collection[str]) -> list[str]:
    """Return those of some kinds that are covered: every one of them is declared."""
    return [name for name in names if name in KINDS]


def agree(found: Collection[str], known: Collection[str]) -> bool:
    """Return whether a model has what is known of it, and on the covered botocore nothing else."""
    return set(found) == set(known) if IS_INSTALLED else set(found) >= set(known)


def members_beside_requests(kind: str) -> set[str]:
    """Return the Describe members of a kind that no request gives, as the covered botocore has them."""
    page = (REFERENCE / "kinds" / f"{kind}.md").read_text(encoding="utf-8")
    section = page.partition("## Members that no request gives")[2].partition("\n## ")[0]
    return set(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE))
