"""Functions with `@remote` of the SageMaker Python SDK v2: run where their job runs."""

from __future__ import annotations

from typing import Any

import pytest
from sagemaker.remote_function import RemoteExecutor, remote
from sagemaker.remote_function.core.pipeline_variables import Context
from sagemaker.remote_function.core.stored_function import StoredFunction
from sagemaker.remote_function.errors import RemoteFunctionError

from sagestub import World
from tests.clients.names import IMAGE, ROLE


@pytest.fixture
def settings(sm: World, session: Any) -> dict[str, Any]:
    """Where remote functions run; their container invokes what the SDK has stored in S3."""

    @sm.container(image="*mine*")
    def invoke(container: Any) -> None:
        arguments = container["AlgorithmSpecification"]["ContainerArguments"]
        base = arguments[arguments.index("--s3_base_uri") + 1]
        StoredFunction(session, base, None, Context()).load_and_invoke()

    return {
        "instance_type": "ml.m5.large",
        "role": ROLE,
        "image_uri": IMAGE,
        "sagemaker_session": session,
    }


def test_a_remote_function_returns_what_it_returns(settings: dict[str, Any]) -> None:
    def double(number: int) -> int:
        return 2 * number

    assert remote(double, **settings)(21) == 42


def test_a_remote_function_that_raises(settings: dict[str, Any]) -> None:
    def give_up() -> None:
        raise ValueError("on purpose")

    with pytest.raises(RemoteFunctionError):
        remote(give_up, **settings)()


def test_an_executor_runs_several(settings: dict[str, Any]) -> None:
    def double(number: int) -> int:
        return 2 * number

    with RemoteExecutor(max_parallel_jobs=2, **settings) as executor:
        futures = [executor.submit(double, number) for number in (1, 2)]
        assert [future.result() for future in futures] == [2, 4]
