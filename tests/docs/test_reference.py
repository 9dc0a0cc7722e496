"""The generated reference is what the catalogue and the model say."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from sagestub.services import CONTROL_PLANE
from tests import covered

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_page_is_current(generate: ModuleType) -> None:
    """With the botocore of the pages, word by word; with another one, page by page."""
    pages = dict(generate.pages())
    if covered.IS_INSTALLED:
        stale = [path.name for path, text in pages.items() if path.read_text("utf-8") != text]
        assert stale == [], "run `python docs/generate.py`"
    else:
        declared = {f"{name}.md" for name in CONTROL_PLANE.kinds}
        there = {path.name for path in (DOCS / "reference" / "kinds").iterdir()}
        assert declared <= there


def test_the_page_of_cross_fields_counts_its_rules() -> None:
    text = (DOCS / "reference" / "cross-fields.md").read_text(encoding="utf-8")
    counted = re.search(r": (\d+) rules of (\d+) kinds", text)
    assert counted is not None
    assert int(counted[1]) == len(re.findall(r"^\| .* \| `\w+`: ", text, re.MULTILINE))
    assert int(counted[2]) == len(re.findall(r"^## ", text, re.MULTILINE))


def test_the_coverage_page_counts_every_operation(generate: ModuleType) -> None:
    text = (DOCS / "reference" / "coverage.md").read_text(encoding="utf-8")
    total = sum(
        int(number) for number in re.findall(r"^\| `sagemaker[\w-]*` \| (\d+) ", text, re.MULTILINE)
    )
    rows = re.findall(r"^\| `\w+` \| (?:declared|convention|not answered) \|", text, re.MULTILINE)
    assert total == len(rows)
