"""What tests of the handle share: the states of a job, what is said, what Describes see."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any

import pytest

from sagestub import UnknownNameError

STATES = ("STARTING", "INPROGRESS", "COMPLETED", "FAILED", "STOPPING", "STOPPED")
RULES = ("poll", "immediate", "manual", "clock")


class Status(Enum):
    """A status as code of one's own may name it; the handle takes text."""

    FAILED = "FAILED"


def message(call: Callable[[], object], kind: type[Exception] = UnknownNameError) -> str:
    """Return what the handle says to a wrong call."""
    with pytest.raises(kind) as raised:
        call()
    return str(raised.value)


def statuses(client: Any, times: int, name: str = "resnet") -> list[str]:
    """Return what so many Describes see."""
    return [
        client.describe_compilation_job(CompilationJobName=name)["CompilationJobStatus"]
        for _ in range(times)
    ]
