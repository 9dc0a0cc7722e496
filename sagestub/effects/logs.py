"""What the containers of jobs say, in Moto's CloudWatch Logs: one stream for each instance.

Source: Developer Guide, "Log groups and streams that Amazon SageMaker AI sends to Amazon CloudWatch Logs".
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sagestub.effects.jobs import LOGGING
from sagestub.engine.documents import member_at

if TYPE_CHECKING:
    from sagestub.engine.resource import Resource

SECONDS_AHEAD = 7000
"""CloudWatch Logs refuses events of more than two hours ahead, and virtual time may be days ahead."""

EVENTS_AT_ONCE = 10_000
"""Source: API reference, PutLogEvents."""

LONGEST_MESSAGE = 262_000
"""Source: API reference, PutLogEvents (262,144 bytes with 26 for each event), rounded down."""


def open_streams(client: Any, resource: Resource, started: float) -> list[str]:
    """Make the log group and a stream for each instance; return the streams' names."""
    job = LOGGING[resource.kind.name]
    if not job.log_group:
        return []
    count = member_at(resource.document, job.instances) if job.instances else 1
    names = []
    for number in range(1, int(count or 1) + 1):
        name = job.stream.format(name=resource.name, number=number, epoch=int(started))
        if name not in names:
            names.append(name)
            _open_stream(client, job.log_group, name)
    return names


def _open_stream(client: Any, group: str, stream: str) -> None:
    """Make a stream, and its group if it is the first one."""
    with suppress(client.exceptions.ResourceAlreadyExistsException):
        try:
            client.create_log_stream(logGroupName=group, logStreamName=stream)
        except client.exceptions.ResourceNotFoundException:
            client.create_log_group(logGroupName=group)
            client.create_log_stream(logGroupName=group, logStreamName=stream)


def put(client: Any, group: str, stream: str, lines: Sequence[str], at: float) -> None:
    """Put lines into a stream, as of a moment of virtual time."""
    moment = round(min(at, time.time() + SECONDS_AHEAD) * 1000)
    events = [
        {"timestamp": moment, "message": line[:LONGEST_MESSAGE]} for line in lines if line.strip()
    ]
    for start in range(0, len(events), EVENTS_AT_ONCE):
        client.put_log_events(
            logGroupName=group,
            logStreamName=stream,
            logEvents=events[start : start + EVENTS_AT_ONCE],
        )


def say(client: Any, resource: Resource, lines: Sequence[str], now: float) -> None:
    """Write what the container of a job has said, to the stream of its first instance.

    Its other instances have said that they are there.
    """
    streams = open_streams(client, resource, now)
    group = LOGGING[resource.kind.name].log_group
    for number, stream in enumerate(streams):
        others = [f"{resource.kind.name} {resource.name}: instance {number + 1} is there."]
        put(client, group, stream, lines if number == 0 else others, now)
