"""sagestub: a fake Amazon SageMaker for tests.

Everything public stands in `__all__`. Nothing heavy is imported until it is used: the names below are
loaded on first access, boto3 and botocore when a mock is first entered.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sagestub.effects.container import Container
    from sagestub.effects.invocations import Invocation
    from sagestub.engine.calls import Calls, RecordedCall
    from sagestub.engine.resource import Resource
    from sagestub.engine.rules import Rule, after, immediate, manual, poll
    from sagestub.errors import (
        InvalidArgumentError,
        MockNotActiveError,
        NoSuchResourceError,
        NotAnsweredError,
        SagestubError,
        UnknownNameError,
    )
    from sagestub.mock import Mock, mock_sagemaker
    from sagestub.world import World

__version__ = "0.1.0"

_HOMES = {
    "mock_sagemaker": "sagestub.mock",
    "Mock": "sagestub.mock",
    "World": "sagestub.world",
    "Resource": "sagestub.engine.resource",
    "Rule": "sagestub.engine.rules",
    "poll": "sagestub.engine.rules",
    "after": "sagestub.engine.rules",
    "manual": "sagestub.engine.rules",
    "immediate": "sagestub.engine.rules",
    "Calls": "sagestub.engine.calls",
    "Container": "sagestub.effects.container",
    "Invocation": "sagestub.effects.invocations",
    "RecordedCall": "sagestub.engine.calls",
    "SagestubError": "sagestub.errors",
    "InvalidArgumentError": "sagestub.errors",
    "UnknownNameError": "sagestub.errors",
    "NoSuchResourceError": "sagestub.errors",
    "NotAnsweredError": "sagestub.errors",
    "MockNotActiveError": "sagestub.errors",
}

__all__ = [
    "Calls",
    "Container",
    "InvalidArgumentError",
    "Invocation",
    "Mock",
    "MockNotActiveError",
    "NoSuchResourceError",
    "NotAnsweredError",
    "RecordedCall",
    "Resource",
    "Rule",
    "SagestubError",
    "UnknownNameError",
    "World",
    "__version__",
    "after",
    "immediate",
    "manual",
    "mock_sagemaker",
    "poll",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'sagestub' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
