"""A refused call changes nothing: every operation of every service, one broken constraint at a time.

The request violates a single constraint of the model; the service must say exactly that, and the world
must be as it was: resources, documents, tags, states, rules, the counter of made-up ids.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sagestub import World, mock_sagemaker
from sagestub.services import plane_of
from tests import covered
from tests.model.shapes import Breach, broken_input, valid_input
from tests.model.test_every_operation import (
    LEFT_OUT,
    OPERATIONS,
    add_each,
    client_method,
    model,
    names_in,
    placed,
)

REGION = "eu-west-1"
EXAMPLES = 4


@pytest.fixture(scope="module")
def clients() -> dict[str, Any]:
    """Clients that leave every check to the service."""
    make: Any = boto3.client
    keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
    unchecked = Config(parameter_validation=False, retries={"max_attempts": 0})
    return {
        name: make(name, region_name=REGION, config=unchecked, **keys)
        for name in covered.services()
    }


@contextmanager
def full_world() -> Iterator[World]:
    """Enter a world with one resource of each kind, which nothing but calls move."""
    with mock_sagemaker() as sm:
        add_each(sm, covered.kinds(sm.kinds))
        sm.transitions(rule="manual")
        yield sm


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A full world; no test here changes it."""
    with full_world() as sm:
        yield sm


MOST_RESOURCES = 200
"""How many resources a world may have before another one takes its place: looking at all takes time."""


class ChangingWorld:
    """A full world, which the calls that are accepted change."""

    def __init__(self, stack: ExitStack) -> None:
        self.stack = stack
        self.sm = stack.enter_context(full_world())

    def renewed(self) -> World:
        """Return the world; another one when it has grown too large."""
        if len(self.sm.resources()) > MOST_RESOURCES:
            self.stack.close()
            self.sm = self.stack.enter_context(full_world())
        return self.sm


@pytest.fixture(scope="module")
def changing() -> Iterator[ChangingWorld]:
    with ExitStack() as stack:
        yield ChangingWorld(stack)


def state_of(sm: World) -> Any:
    """Return all that a call could change, by value."""
    return (
        registry_of(sm),
        sm._context.numbers,
        repr({name: room for name, room in sm._context._rooms.items() if room}),
    )


def registry_of(sm: World) -> Any:
    """Return the resources with their documents, tags and ways, and the orders that wait."""
    return (
        [
            (r.arn, repr(r.document), dict(r.tags), r.state, tuple(r.history), tuple(r.way))
            for r in sm.resources()
        ],
        len(sm._motion.failures),
    )


def is_the_clients(operation: Any, breach: Breach) -> bool:
    """Return whether the request never leaves the client so.

    It fills in tokens, it needs its URL, it sends an absent body as an empty one, and an empty list in a
    query not at all.
    """
    shapes = operation.input_shape.members
    member = next((m for m in shapes if m[0].lower() + m[1:] == breach.path), None)
    if member is None:
        return False
    location = shapes[member].serialization.get("location")
    if location == "querystring" and shapes[member].type_name == "list":
        return breach.sentence.endswith("length greater than or equal to 1")
    if breach.echo not in ("null", ""):
        return False
    is_body = member == operation.input_shape.serialization.get("payload")
    return (
        member in operation.idempotent_members
        or location == "uri"
        or (is_body and breach.echo == "null")
    )


@pytest.mark.parametrize(("service", "name"), OPERATIONS)
def test_a_single_violation_is_told_and_changes_nothing(
    clients: dict[str, Any], world: World, service: str, name: str
) -> None:
    operation = model(service).operation_model(name)
    if operation.input_shape is None:
        return
    call = client_method(clients[service], name)
    plane = plane_of(service)
    begin = f"{plane.refusals_begin if plane is not None else ''} 1 validation error".lstrip()
    before = state_of(world)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def try_it(data: st.DataObject) -> None:
        found = data.draw(broken_input(operation))
        if found is None:
            return
        parameters, breach = found
        if is_the_clients(operation, breach):
            return
        try:
            call(**parameters)
        except ClientError as refusal:
            message = refusal.response["Error"]["Message"]
            assert message.startswith(f"{begin} detected: Value"), message
            assert f"at '{breach.path}' failed to satisfy constraint: " in message
            assert message.endswith(breach.sentence)
        else:
            raise AssertionError(f"accepted: {breach}")

    try_it()
    assert state_of(world) == before


@pytest.mark.parametrize("name", covered.operations("sagemaker"))
def test_a_refusal_of_another_sort_changes_nothing(
    clients: dict[str, Any], changing: ChangingWorld, name: str
) -> None:
    """A name that is taken or unknown, members that contradict each other, a state that does not accept."""
    operation = model("sagemaker").operation_model(name)
    call = client_method(clients["sagemaker"], name)
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=2 * EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(value=valid_input(operation))
    def keep(value: dict[str, Any]) -> None:
        found.append(value)

    if operation.input_shape is not None:
        keep()
    sm = changing.renewed()
    known = names_in(sm)
    before = registry_of(sm), sm._context.numbers
    for parameters in (*found, *(placed(value, known, frozenset()) for value in found)):
        if parameters.keys() & LEFT_OUT.keys():
            continue
        try:
            call(**parameters)
        except ClientError:
            assert (registry_of(sm), sm._context.numbers) == before, parameters
        else:
            before = registry_of(sm), sm._context.numbers
