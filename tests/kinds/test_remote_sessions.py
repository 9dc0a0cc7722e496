"""StartSession. Source: model, StartSession."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import World


def test_a_session_leads_to_a_resource_that_exists(sm: World, client: Any) -> None:
    space = sm.add("Space", "eu-west-1", DomainId="d-abcdefghijkl", SpaceName="mine")
    first, second = (client.start_session(ResourceIdentifier=space.arn) for _ in range(2))
    assert first["StreamUrl"].startswith("wss://")
    assert first["SessionId"] in first["StreamUrl"]
    assert first["SessionId"] != second["SessionId"]


def test_a_session_to_nothing_is_refused(client: Any) -> None:
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:space/d-abcdefghijkl/none"
    with pytest.raises(client.exceptions.ResourceNotFound):
        client.start_session(ResourceIdentifier=arn)
