"""What a newer botocore has beyond the covered one: answered as its model says, or not at all.

sagestub has not seen these operations. Convention may answer them; then the answer must be of its shape. What
convention does not suffice for raises `NotAnsweredError`. On the covered botocore there is nothing to try.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sagestub import NotAnsweredError, World, mock_sagemaker
from tests import covered
from tests.model.shapes import valid_input
from tests.model.test_every_operation import (
    ERROR_CODES,
    EXAMPLES,
    REGION,
    add_each,
    check_answer,
    check_refusal,
    client_method,
    model,
    names_in,
    placed,
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A world with one resource of each kind, those of the newer model too."""
    with mock_sagemaker() as sm:
        add_each(sm, sm.kinds)
        yield sm


@pytest.mark.parametrize(("service", "name"), covered.newer_operations())
def test_a_newer_operation_is_answered_as_its_model_says_or_not_at_all(
    world: World, service: str, name: str
) -> None:
    operation = model(service).operation_model(name)
    declared = frozenset(shape.name for shape in model(service).error_shapes)
    make: Any = boto3.client
    call = client_method(make(service, region_name=REGION), name)
    known = names_in(world)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(parameters=valid_input(operation) if operation.input_shape else st.just({}))
    def try_it(parameters: dict[str, Any]) -> None:
        try:
            answer = call(**placed(parameters, known, frozenset()))
        except NotAnsweredError:
            return
        except ClientError as refusal:
            check_refusal(refusal, declared | ERROR_CODES)
        else:
            check_answer(answer, operation)

    try_it()


def test_on_the_covered_botocore_nothing_is_newer() -> None:
    assert covered.newer_operations() == [] or not covered.IS_INSTALLED
