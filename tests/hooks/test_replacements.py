"""Putting attributes back, also when others have replaced them as well."""

from __future__ import annotations

from types import SimpleNamespace

from sagestub.hooks.replacements import Replacements


def test_what_was_replaced_twice_is_as_at_first() -> None:
    owner, made = SimpleNamespace(act="original"), Replacements()
    made.replace(owner, "act", "first")
    made.replace(owner, "act", "second")
    assert owner.act == "second"
    made.put_back()
    assert owner.act == "original"
    assert not made


def test_what_another_has_put_there_since_stays() -> None:
    owner, made = SimpleNamespace(act="original"), Replacements()
    made.replace(owner, "act", "ours")
    owner.act = "theirs"
    made.put_back()
    assert owner.act == "theirs"
