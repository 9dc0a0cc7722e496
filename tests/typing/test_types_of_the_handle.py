"""What users write type-checks, and comes out with the types that they expect.

mypy checks this file (`mypy` in CI covers tests); each `type: ignore` marks what must not type-check,
and would itself be an error if it did. The functions also run.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from sagestub import Calls, Mock, RecordedCall, Resource, World, after, mock_sagemaker, poll

if TYPE_CHECKING:
    from typing_extensions import assert_type
else:

    def assert_type(value: Any, expected: Any) -> Any:
        return value


@mock_sagemaker
def doubled(number: int) -> int:
    return 2 * number


@mock_sagemaker(transitions=poll(2), account_id="111122223333", sleep=("mypackage",), seed=7)
def named(name: str, *, times: int = 1) -> str:
    return name * times


@mock_sagemaker
async def awaited() -> bytes:
    return b"done"


@mock_sagemaker
class Decorated:
    def test_it(self) -> str:
        return "ran"


def test_a_decorated_function_keeps_its_type() -> None:
    assert_type(doubled(2), int)
    assert_type(named("a", times=2), str)
    assert (doubled(2), named("a", times=2)) == (4, "aa")


async def test_a_decorated_coroutine_keeps_its_type() -> None:
    assert_type(await awaited(), bytes)
    assert await awaited() == b"done"


def test_a_decorated_class_keeps_its_type() -> None:
    assert_type(Decorated().test_it(), str)
    assert Decorated().test_it() == "ran"


def test_a_wrong_argument_of_a_decorated_function_is_seen() -> None:
    assert doubled("a") == "aa"  # type: ignore[arg-type,comparison-overlap]


def test_an_unknown_option_is_seen() -> None:
    with pytest.raises(ValueError, match="transition"):
        mock_sagemaker(transition="poll")  # type: ignore[call-overload]


def test_the_types_of_the_handle() -> None:
    mock = mock_sagemaker(transitions="manual")
    assert_type(mock, Mock)
    with mock as sm:
        assert_type(sm, World)
        job = sm.add("CompilationJob", CompilationJobName="resnet", tags={"team": "vision"})
        assert_type(job, Resource)
        assert_type(job.status, "str | None")
        assert_type(job.members, "dict[str, Any]")
        assert_type(job.history, "list[tuple[str, datetime]]")
        assert_type(job.advance(), Resource)
        assert_type(sm.add("Pipeline").graph().mermaid(), str)
        assert_type(sm.resources("CompilationJob"), "list[Resource]")
        assert_type(sm.clock.now(), datetime)
        sm.clock.advance(timedelta(minutes=5))
        sm.transitions("CompilationJob", rule=after(timedelta(minutes=1)), name="resnet-*")
        sm.fail("CompilationJob", times=None)
        assert_type(sm.calls, Calls)
        assert_type(sm.calls("ListCompilationJobs"), Calls)
        assert len(sm.calls) == 0
        for call in sm.calls:
            assert_type(call, RecordedCall)
