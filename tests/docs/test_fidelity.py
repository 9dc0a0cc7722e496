"""The ledger of facts is current and honest: each fact is held by name, or has its reason."""

from __future__ import annotations

import pytest

from docs import fidelity, ledger


def test_the_pages_are_current() -> None:
    stale = [p.name for p, text in fidelity.fidelity_pages() if p.read_text("utf-8") != text]
    assert stale == [], "run `python docs/generate.py`"


def test_every_name_means_a_fact() -> None:
    assert ledger.unknown() == []


@pytest.mark.parametrize("file", fidelity.by_file())
def test_every_fact_is_held_or_has_a_reason(file: str) -> None:
    facts = fidelity.by_file()[file]
    named, exempt = ledger.holders(), ledger.not_held()
    assert [f.name for f in facts if f.name not in named and f.name not in exempt] == []


def test_no_fact_is_held_and_not_held() -> None:
    """A test that names a fact in full holds it; then no reason stands against it."""
    in_full = {name for _, name in ledger.named_in_full()}
    assert sorted(in_full & ledger.not_held().keys()) == []
