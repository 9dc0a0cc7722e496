"""What tests of pipelines share: definitions in files, and steps to build others from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

DEFINITIONS = Path(__file__).parent / "definitions"


@pytest.fixture(params=sorted(path.stem for path in DEFINITIONS.glob("*.json")))
def written(request: pytest.FixtureRequest) -> str:
    """The text of one definition after the other."""
    return (DEFINITIONS / f"{request.param}.json").read_text("utf-8")


@pytest.fixture
def train_and_gate() -> dict[str, Any]:
    """A definition that trains a model and registers it if it is good enough; free to be changed."""
    text = (DEFINITIONS / "train-and-gate.json").read_text("utf-8")
    return dict(json.loads(text))
