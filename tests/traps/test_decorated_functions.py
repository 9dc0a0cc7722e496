"""`@mock_sagemaker` on functions of every sort, and on fixtures."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest

from sagestub import InvalidArgumentError, UnknownNameError, mock_sagemaker

outside = functools.cache(lambda: boto3.client("sagemaker", region_name="eu-west-1"))


def pipelines() -> list[Any]:
    found: list[Any] = outside().list_pipelines()["PipelineSummaries"]
    return found


def make(name: str = "train") -> str:
    answer = outside().create_pipeline(
        PipelineName=name,
        PipelineDefinition='{"Version": "2020-12-01", "Steps": []}',
        RoleArn="arn:aws:iam::123456789012:role/sagemaker",
    )
    arn: str = answer["PipelineArn"]
    return arn


@mock_sagemaker
def test_bare() -> None:
    make()
    assert len(pipelines()) == 1


@mock_sagemaker()
def test_with_empty_parentheses() -> None:
    make()
    assert len(pipelines()) == 1


@mock_sagemaker(account_id="111122223333")
def test_with_options() -> None:
    assert ":111122223333:" in make()


@pytest.mark.parametrize("name", ["a", "b"])
@mock_sagemaker
def test_parameters_and_fixtures_are_passed(name: str, tmp_path: Any) -> None:
    assert make(name).endswith(f"/{name}")
    assert len(pipelines()) == 1
    assert tmp_path.exists()


@mock_sagemaker
async def test_async() -> None:
    make()
    assert len(pipelines()) == 1


def test_each_call_gets_an_empty_world() -> None:
    @mock_sagemaker
    def work() -> int:
        make()
        return len(pipelines())

    assert [work(), work(), work()] == [1, 1, 1]


def test_a_decorated_function_may_call_itself() -> None:
    @mock_sagemaker
    def count(depth: int) -> list[int]:
        for number in range(depth):
            make(f"p{number}")
        inner = count(depth - 1) if depth else []
        return [len(pipelines()), *inner]

    assert count(3) == [3, 2, 1, 0]


def test_one_mock_decorates_many_functions() -> None:
    mock = mock_sagemaker(account_id="111122223333")

    @mock
    def inner() -> int:
        return len(pipelines())

    @mock
    def outer() -> tuple[int, int]:
        make()
        return inner(), len(pipelines())

    assert outer() == (0, 1)


def test_a_wrapped_function_looks_like_itself() -> None:
    def work(a: int, *, b: str = "x") -> str:
        """Say it."""
        return b * a

    decorated = mock_sagemaker(work)
    assert decorated(2, b="y") == "yy"
    assert (decorated.__name__, decorated.__doc__) == ("work", "Say it.")
    assert inspect.signature(decorated) == inspect.signature(work)


def test_the_kind_of_a_function_stays() -> None:
    async def coroutine() -> None: ...
    def generator() -> Iterator[None]:
        yield

    async def async_generator() -> Any:
        yield

    assert inspect.iscoroutinefunction(mock_sagemaker(coroutine))
    assert inspect.isgeneratorfunction(mock_sagemaker(generator))
    assert inspect.isasyncgenfunction(mock_sagemaker(async_generator))


def test_a_generator_stays_inside_to_its_end() -> None:
    @mock_sagemaker
    def work() -> Any:
        make()
        received = yield len(pipelines())
        try:
            yield received
        finally:
            make("second")
            assert len(pipelines()) == 2

    generator = work()
    assert (next(generator), generator.send("sent")) == (1, "sent")
    generator.close()


def test_a_context_manager_may_be_decorated() -> None:
    @contextmanager
    @mock_sagemaker
    def prepared() -> Iterator[None]:
        make()
        yield

    with prepared():
        assert len(pipelines()) == 1
    with prepared():
        assert len(pipelines()) == 1


@pytest.fixture
@mock_sagemaker
def prepared() -> Iterator[str]:
    """A fixture whose world lasts as long as the test."""
    yield make()
    assert len(pipelines()) == 2


def test_a_generator_fixture_may_be_decorated(prepared: str) -> None:
    make("another")
    assert len(pipelines()) == 2


class Holder:
    """Methods of every sort."""

    @mock_sagemaker
    def method(self) -> tuple[object, int]:
        make()
        return self, len(pipelines())

    @staticmethod
    @mock_sagemaker
    def inner_static() -> int:
        return len([make(), *pipelines()])

    @mock_sagemaker
    @staticmethod
    def outer_static() -> int:
        return len([make(), *pipelines()])

    @classmethod
    @mock_sagemaker
    def inner_class(cls) -> tuple[type, int]:
        return cls, len([make(), *pipelines()])

    @mock_sagemaker
    @classmethod
    def outer_class(cls) -> tuple[type, int]:
        return cls, len([make(), *pipelines()])


def test_methods() -> None:
    holder = Holder()
    assert holder.method() == (holder, 1)
    assert holder.inner_static() == holder.outer_static() == 2
    assert holder.inner_class() == Holder.outer_class() == (Holder, 2)


def test_lambdas_partials_and_callables() -> None:
    class Callable:
        def __call__(self) -> int:
            return len([make(), *pipelines()])

    assert mock_sagemaker(lambda: len([make(), *pipelines()]))() == 2
    assert mock_sagemaker(functools.partial(make, "x"))().endswith("/x")
    assert mock_sagemaker(Callable())() == 2


def test_an_exception_passes_and_leaves() -> None:
    @mock_sagemaker
    def work() -> None:
        make()
        raise KeyError("mine")

    for _ in range(2):
        with pytest.raises(KeyError, match="mine"):
            work()


@pytest.mark.parametrize("wrong", ["immediate", 3, {"transitions": "poll"}])
def test_options_without_their_name_are_explained(wrong: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="Options are given by name"):
        mock_sagemaker(wrong)


def test_a_misspelt_option_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'transitions'"):
        mock_sagemaker(transition="poll")  # type: ignore[call-overload]
    with pytest.raises(UnknownNameError, match="Did you mean 'account_id'"):
        mock_sagemaker(account="123456789012")  # type: ignore[call-overload]


def test_decorating_a_fixture_from_above_is_explained() -> None:
    @pytest.fixture
    def fixture() -> None: ...

    with pytest.raises(InvalidArgumentError, match=r"under @pytest\.fixture"):
        mock_sagemaker(fixture)


@pytest.mark.parametrize("wrong", [5, [7], [""], object()])
def test_a_wrong_sleep_is_explained(wrong: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="packages whose sleep is virtual"):
        mock_sagemaker(sleep=wrong)
