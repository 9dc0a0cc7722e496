"""`@mock_sagemaker` on test classes of unittest and pytest, with everything that they inherit."""

from __future__ import annotations

import functools
import unittest
from typing import Any

import boto3
import pytest

from sagestub import mock_sagemaker

outside = functools.cache(lambda: boto3.client("sagemaker", region_name="eu-west-1"))


def pipelines() -> list[str]:
    return [p["PipelineName"] for p in outside().list_pipelines()["PipelineSummaries"]]


def make(name: str = "train") -> None:
    outside().create_pipeline(
        PipelineName=name,
        PipelineDefinition='{"Version": "2020-12-01", "Steps": []}',
        RoleArn="arn:aws:iam::123456789012:role/sagemaker",
    )


@mock_sagemaker
class TestUnittest(unittest.TestCase):
    def setUp(self) -> None:
        self.addCleanup(self.see_the_set_up)
        make("setup")

    def see_the_set_up(self) -> None:
        assert "setup" in pipelines()

    def tearDown(self) -> None:
        assert "setup" in pipelines()

    def test_one(self) -> None:
        make("one")
        assert sorted(pipelines()) == ["one", "setup"]

    def test_two(self) -> None:
        assert pipelines() == ["setup"]

    def test_subtests(self) -> None:
        for number in range(2):
            with self.subTest(number=number):
                make(f"sub-{number}")
        assert len(pipelines()) == 3

    @staticmethod
    def helper() -> list[str]:
        return pipelines()

    def test_helpers(self) -> None:
        assert self.helper() == ["setup"]


class TestInherited(TestUnittest):
    def setUp(self) -> None:
        super().setUp()
        make("more")

    def test_one(self) -> None:
        assert sorted(pipelines()) == ["more", "setup"]

    test_two = test_subtests = test_helpers = test_one


@mock_sagemaker(account_id="111122223333")
class TestDecoratedTwice(TestUnittest):
    def test_account(self) -> None:
        account = outside().describe_pipeline(PipelineName="setup")["PipelineArn"].split(":")[4]
        assert account == "111122223333"


@mock_sagemaker
class TestAsynchronous(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        make("setup")

    async def asyncSetUp(self) -> None:
        make("async setup".replace(" ", "-"))

    async def asyncTearDown(self) -> None:
        assert len(pipelines()) == 3

    async def test_one(self) -> None:
        make("one")
        assert sorted(pipelines()) == ["async-setup", "one", "setup"]

    async def test_two(self) -> None:
        make("two")
        assert sorted(pipelines()) == ["async-setup", "setup", "two"]


@mock_sagemaker
class TestPlain:
    def setup_method(self) -> None:
        make("setup")

    def teardown_method(self) -> None:
        assert "setup" in pipelines()

    def test_one(self) -> None:
        make("one")
        assert sorted(pipelines()) == ["one", "setup"]

    def test_two(self, tmp_path: Any) -> None:
        assert tmp_path.exists()
        assert pipelines() == ["setup"]

    async def test_async(self) -> None:
        assert pipelines() == ["setup"]

    @pytest.fixture
    def made(self) -> str:
        make("fixture")
        return "fixture"

    def test_fixtures_of_the_class_share_the_world(self, made: str) -> None:
        assert sorted(pipelines()) == ["fixture", "setup"]

    @pytest.mark.parametrize("number", [1, 2])
    def test_parameters(self, number: int) -> None:
        make(f"p{number}")
        assert len(pipelines()) == 2

    @staticmethod
    def test_static() -> None:
        assert pipelines() == ["setup"]


class TestPlainInherited(TestPlain):
    def setup_method(self) -> None:
        super().setup_method()
        make("more")

    def teardown_method(self) -> None:
        super().teardown_method()
        assert "more" in pipelines()

    def test_one(self) -> None:
        assert sorted(pipelines()) == ["more", "setup"]

    def test_new(self) -> None:
        assert sorted(pipelines()) == ["more", "setup"]

    test_two = test_async = test_static = test_parameters = test_one  # type: ignore[assignment]
    test_fixtures_of_the_class_share_the_world = test_one  # type: ignore[assignment]


class TestSetUpWithoutSuper(TestPlain):
    """Even so, its tests must never reach the network."""

    def setup_method(self, method: Any) -> None:  # type: ignore[override]
        make(method.__name__.replace("_", "-"))
        make("setup")

    def test_one(self) -> None:
        assert sorted(pipelines()) == ["setup", "test-one"]

    test_two = test_async = test_static = test_parameters = test_one  # type: ignore[assignment]
    test_fixtures_of_the_class_share_the_world = test_one  # type: ignore[assignment]


class Base:
    """Tests that a decorated class inherits."""

    def test_inherited(self) -> None:
        make()
        assert pipelines() == ["train"]


@mock_sagemaker
class TestOfUndecoratedBase(Base):
    def test_own(self) -> None:
        make()
        assert pipelines() == ["train"]


def test_the_base_of_a_decorated_class_is_untouched() -> None:
    assert not hasattr(Base, "setup_method")
    assert Base.test_inherited.__module__ == __name__
    assert not hasattr(Base.test_inherited, "__wrapped__")


def test_methods_called_by_hand_run_in_a_world() -> None:
    for _ in range(2):
        TestOfUndecoratedBase().test_own()
        TestOfUndecoratedBase().test_inherited()


def test_a_class_keeps_its_init_subclass() -> None:
    noted: list[str] = []

    @mock_sagemaker
    class WithHook:
        def __init_subclass__(cls, label: str = "", **kwargs: Any) -> None:
            super().__init_subclass__(**kwargs)
            noted.append(label)

    class Sub(WithHook, label="sub"):
        def test_it(self) -> None:
            make()

    Sub().test_it()
    Sub().test_it()
    assert noted == ["sub"]


def test_an_exception_in_set_up_leaves_the_mock() -> None:
    from sagestub.hooks import stack

    @mock_sagemaker
    class Failing(unittest.TestCase):
        def setUp(self) -> None:
            make()
            raise ValueError("set-up")

        def test_it(self) -> None: ...

    result = unittest.TestResult()
    Failing("test_it").run(result)
    assert len(result.errors) == 1
    assert stack.active() is None

    @mock_sagemaker
    class FailingPlain:
        def setup_method(self) -> None:
            raise ValueError("set-up")

    with pytest.raises(ValueError, match="set-up"):
        FailingPlain().setup_method()
    assert stack.active() is None


def test_debugging_a_test_case_runs_in_a_world() -> None:
    TestUnittest("test_one").debug()
