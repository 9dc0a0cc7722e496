"""The AWS CLI keeps its own data files beside botocore's, and says so in the environment."""

from __future__ import annotations

from pathlib import Path

import awscli
import pytest


@pytest.fixture(autouse=True)
def data_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Say again what the import of awscli has said: tests begin without variables of AWS's."""
    monkeypatch.setenv("AWS_DATA_PATH", str(Path(awscli.__file__).parent / "data"))
