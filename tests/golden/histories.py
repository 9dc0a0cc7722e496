"""Golden histories: what each state of a resource brings, written down to be read and compared.

A story is a JSON file: the kind, the calls that it needs first (`before`), the call that makes it
(`operation`, `request`), and the histories that follow from them. To add a kind, write a file without
`histories` and run `python -m tests.golden`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import boto3
from botocore import xform_name
from freezegun import freeze_time

from sagestub import Resource, World, mock_sagemaker

STORIES = sorted(Path(__file__).parent.glob("*.json"))
START = datetime(2030, 1, 1, tzinfo=timezone.utc)
REGION = "eu-west-1"


def story_of(path: Path) -> dict[str, Any]:
    """Return the story in a file."""
    story: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return story


def text_of(story: dict[str, Any]) -> str:
    """Return a story as its file has it."""
    return json.dumps(story, indent=2) + "\n"


def histories_of(story: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return a story's histories: to the end, after a failure, after a Stop, after a Delete."""
    histories = {}
    for name, way in WAYS.items():
        with freeze_time(START), mock_sagemaker(transitions="manual") as sm:
            client = _client()
            for operation, parameters in story.get("before", []):
                _call(client, operation, parameters)
            if name == "failed" and not _lifecycle(sm, story).fail:
                continue
            if name == "failed":
                sm.fail(story["kind"])
            _call(client, story["operation"], story["request"])
            resource = sm.resources(story["kind"])[-1]
            told = list(_told(resource, way(client, resource)))
            if told:
                histories[name] = told
    return histories


def _client() -> Any:
    return boto3.client(
        "sagemaker",
        region_name=REGION,
        aws_access_key_id="AKIAEXAMPLE",
        aws_secret_access_key="secret",
    )


def _lifecycle(sm: World, story: dict[str, Any]) -> Any:
    return sm._kind(story["kind"]).lifecycle


def _call(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
    return getattr(client, xform_name(operation))(**parameters)


def _to_the_end(client: Any, resource: Resource) -> Iterator[None]:
    """Step along the path until the resource rests."""
    yield
    while resource.way:
        resource.advance()
        yield


def _after(verb: str, client: Any, resource: Resource) -> Iterator[None]:
    """Call Stop on the way, or Delete at the end; nothing for a kind without that operation."""
    operation = getattr(resource.kind, verb)
    lifecycle = resource.kind.lifecycle
    if operation is None or lifecycle is None or not getattr(lifecycle, verb):
        return
    yield
    if verb == "delete":
        resource.advance(99)
        yield
    elif len(lifecycle.path) > 2:
        resource.advance()
        yield
    members = {member: resource.members[member] for member in resource.kind.identifier}
    _call(client, operation.name, members)
    yield
    while resource.way:
        resource.advance()
        yield


WAYS: dict[str, Any] = {
    "to the end": _to_the_end,
    "failed": _to_the_end,
    "stopped": lambda client, resource: _after("stop", client, resource),
    "deleted": lambda client, resource: _after("delete", client, resource),
}


def _told(resource: Resource, steps: Iterator[None]) -> Iterator[dict[str, Any]]:
    """Return, for each step, when it was, the status, and the members that came, changed or went."""
    status = resource.kind.status_member
    before: dict[str, Any] = {}
    for _ in steps:
        now = _shown(resource.members)
        changes = {m: v for m, v in now.items() if before.get(m) != v and m != status}
        changes.update({member: None for member in before if member not in now})
        entered = resource.history[-1][1] if resource.history else START
        yield {
            "seconds": (entered - START).total_seconds(),
            "status": resource.status,
            "members": changes,
        }
        before = now


def _shown(value: Any) -> Any:
    """Return a value in JSON; times as seconds since the start."""
    if isinstance(value, dict):
        return {name: _shown(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_shown(item) for item in value]
    if isinstance(value, datetime):
        return f"+{(value - START).total_seconds():g} s"
    return value
