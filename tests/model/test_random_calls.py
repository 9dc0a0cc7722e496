"""Calls in any order on a full world: every answer is the service's, never an error of our own."""

from __future__ import annotations

import random
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from sagestub import World
from tests import covered
from tests.model.creations import inputs_of, populated
from tests.model.test_every_operation import names_in, placed

CALLS = 150


def names_now(sm: World, source: random.Random) -> dict[str, str]:
    """Return a name for each member that names a resource: one of those that are there."""
    resources = sm.resources()
    source.shuffle(resources)
    known = {
        member: resource.document[member]
        for resource in resources
        for member in (*resource.kind.identifier, resource.kind.arn_member)
        if member in resource.document
    }
    return {name: value for name, value in {**names_in(sm), **known}.items() if name != "Name"}


@pytest.mark.parametrize("rule", ["poll", "immediate", "manual", "clock"])
def test_whatever_is_called_is_answered_or_refused(rule: Any) -> None:
    source = random.Random(rule)
    # Moto plays S3, from which a definition may be read.
    with mock_aws(), populated(transitions=rule) as (sm, client):
        operations = sorted(covered.operations("sagemaker"))
        answered = 0
        for operation in source.choices(operations, k=CALLS):
            parameters = placed(
                source.choice(inputs_of(operation)), names_now(sm, source), frozenset()
            )
            try:
                client._make_api_call(operation, parameters)
            except ClientError as refusal:
                assert refusal.response["Error"]["Code"], operation  # noqa: PT017
            else:
                answered += 1
            sm.clock.advance(source.choice([0, 1, 60, 3600]))
        assert answered > CALLS // 5
        assert all(resource.members for resource in sm.resources())
