"""Names that tests of the types of steps share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

ROLE = "arn:aws:iam::123456789012:role/pipelines"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/own:1"

Report: TypeAlias = dict[str, dict[str, Any]]
"""What is said of the steps of an execution, by their names."""

Run: TypeAlias = Callable[..., Report]
Step: TypeAlias = Callable[..., dict[str, Any]]
