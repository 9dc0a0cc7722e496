"""Where on its ways a resource is, and which way leads to a state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.types import GONE

if TYPE_CHECKING:
    from sagestub.engine.lifecycle import Lifecycle
    from sagestub.engine.resource import Resource


def on_path(resource: Resource) -> bool:
    """Return whether a resource is on its way to success, not stopping or being deleted."""
    lifecycle = resource.kind.lifecycle
    if lifecycle is None or GONE in resource.way:
        return False
    return resource.state not in lifecycle.stop and resource.state not in lifecycle.delete


def is_in(resource: Resource, state: str) -> bool:
    """Return whether a resource is in a state, named in full or by its status alone."""
    return state in (resource.state, resource.status)


def takes(path: tuple[str, ...], resource: Resource) -> bool:
    """Return whether a newly set path is for a resource that exists already.

    It is while the resource has not ended, is not stopping and not being deleted; and when the path
    says what follows the state in which it rests.
    """
    lifecycle = resource.kind.lifecycle
    if lifecycle is None or not on_path(resource):
        return False
    return resource.state not in lifecycle.final_states or resource.state in path


def route_to(state: str, lifecycle: Lifecycle) -> tuple[str, ...]:
    """Return a plausible way from creation to a state."""
    if state in lifecycle.path:
        return lifecycle.path[: lifecycle.path.index(state) + 1]
    running, whole = lifecycle.path[:-1] or lifecycle.path, lifecycle.path
    if state in lifecycle.stop:
        return (*running, *lifecycle.stop[: lifecycle.stop.index(state) + 1])
    if state == lifecycle.fail:
        return (*running, state)
    for detour in lifecycle.detours:
        if state in detour:
            passed = lifecycle.path[: lifecycle.path.index(detour[0])]
            return (*passed, *detour[: detour.index(state) + 1])
    after_failure = lifecycle.ways_after_failure.values()
    for way in (
        lifecycle.update,
        lifecycle.start,
        lifecycle.delete,
        lifecycle.service,
        *after_failure,
    ):
        if state in way:
            return (*whole, *way[: way.index(state) + 1])
    return (state,)


def rest_of(path: tuple[str, ...], resource: Resource) -> tuple[str, ...]:
    """Return what of a newly set path lies ahead of a resource that exists already."""
    if resource.state in path:
        return path[path.index(resource.state) + 1 :]
    seen = {state for state, _ in resource.past}
    return tuple(state for state in path if state not in seen)
