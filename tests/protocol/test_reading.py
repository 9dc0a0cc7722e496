"""What botocore's own serializer writes, read and checked by us, for every operation."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.serialize import create_serializer
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from sagestub.dispatch import check_input
from sagestub.errors import ServiceError
from sagestub.model.service import load_service
from sagestub.model.values import to_python
from sagestub.protocol.json import decode
from tests.model.shapes import broken_input, valid_input

SERVICE = load_service("sagemaker")
OPERATIONS = sorted(SERVICE.operation_names)
WITH_MEMBERS = [name for name in OPERATIONS if SERVICE.operation(name).input_members]

few = settings(
    max_examples=10,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)


def body_of(operation: Any, parameters: dict[str, Any], *, validated: bool) -> bytes:
    serializer = create_serializer("json", include_validation=validated)
    body: bytes = serializer.serialize_to_request(parameters, operation.model)["body"]
    return body


@pytest.mark.parametrize("name", OPERATIONS)
@few
@given(data=st.data())
def test_what_botocore_writes_is_read_and_accepted(name: str, data: st.DataObject) -> None:
    operation = SERVICE.operation(name)
    parameters = data.draw(valid_input(operation.model))
    read = decode(body_of(operation, parameters, validated=True))
    check_input(operation, read)
    assert to_python(operation.input_shape, read) == parameters


@pytest.mark.parametrize("name", WITH_MEMBERS)
@few
@given(data=st.data())
def test_one_broken_constraint_is_refused_in_the_service_s_words(
    name: str, data: st.DataObject
) -> None:
    operation = SERVICE.operation(name)
    drawn = data.draw(broken_input(operation.model))
    if drawn is None:
        reject()
    parameters, breach = drawn
    with pytest.raises(ServiceError) as refused:
        check_input(operation, decode(body_of(operation, parameters, validated=False)))
    quoted = f"'{breach.echo}'" if breach.echo not in (None, "null") else breach.echo
    value = re.escape(f"Value {quoted}") if quoted else "Value(?: '.*')?"
    place = re.escape(f" at '{breach.path}' failed to satisfy constraint: {breach.sentence}")
    assert refused.value.code == "ValidationException"
    assert re.fullmatch(
        f"1 validation error detected: {value}{place}", refused.value.message, re.DOTALL
    )
