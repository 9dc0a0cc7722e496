"""StartSession: a connection from a local editor to a Studio space.

Nothing listens at the other end: the address and the token are well formed and lead nowhere.

Source: model, StartSession.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context


def start_session(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Open a session to the space or app that the ARN names.

    Raises:
        ServiceError: There is none (code documented, text assumed).
    """
    call = context.call
    assert call is not None
    arn = parameters["ResourceIdentifier"]
    found = context.registry.by_arn(arn)
    if found is None or (found.account, found.region) != (call.account, call.region):
        raise ServiceError("ResourceNotFound", f"The resource {arn} does not exist.")
    session = f"{found.key.rsplit('/', 1)[-1]}-{context.new_id(17)}"
    host = f"ssmmessages.{call.region}.amazonaws.com"
    return {
        "SessionId": session,
        "StreamUrl": f"wss://{host}/v1/data-channel/{session}?role=publish_subscribe",
        "TokenValue": context.new_id(64),
    }
