"""Every kind's route: the states that Describe shows are the declared ones, under each rule."""

from __future__ import annotations

from typing import Any

import pytest

from tests.model.creations import Created, create, kinds_created, populated

LONGEST_WAY = 40

COMPUTED: dict[str, tuple[str, tuple[str, ...]]] = {
    # A job that asks for it has its best model deployed.
    "AutoMLJobV2": (
        "ModelDeployConfig",
        (
            "InProgress/Starting",
            "InProgress/PreTraining",
            "InProgress/TrainingModels",
            "InProgress/DeployingModel",
            "Completed",
        ),
    ),
    # Fine-tuning, which is what the generated job does, goes as training does; evaluations execute.
    "Job": (
        "JobCategory",
        (
            "InProgress/Starting",
            "InProgress/Downloading",
            "InProgress/Training",
            "InProgress/Uploading",
            "Completed",
        ),
    ),
}
"""Routes that a parameter makes other than the declared one, with that parameter and the reason."""


def moving_kinds() -> list[str]:
    """Return the kinds that a call creates and whose Describe shows a status."""
    with populated() as (sm, _):
        return [
            kind
            for kind in kinds_created()
            if sm._kind(kind).lifecycle is not None
            and sm._kind(kind).status_member in sm._kind(kind).member_shapes
        ]


KINDS = moving_kinds()


def declared(created: Created) -> list[str]:
    """Return the route of a resource as Describe can show it.

    Without a secondary status of their own, kinds tell two passages of one status apart by a second
    word that no response has.
    """
    kind = created.resource.kind
    path = kind.lifecycle.path
    member, other = COMPUTED.get(kind.name, ("", ()))
    if created.parameters.get(member):
        path = other
    return [state if kind.kind.secondary else state.partition("/")[0] for state in path]


def describe(client: Any, created: Created) -> dict[str, Any]:
    kind = created.resource.kind
    answer = client._make_api_call(kind.describe.name, created.naming(kind.describe))
    return created.shown_in(answer)


def state_in(kind: Any, answer: dict[str, Any]) -> str:
    """Return the state that an answer shows: the status, and the secondary one that a kind has."""
    status, secondary = answer[kind.status_member], answer.get(kind.kind.secondary)
    return f"{status}/{secondary}" if secondary not in (None, status) else status


def route(client: Any, created: Created) -> list[str]:
    """Return the states that Describe shows until the resource rests, each once."""
    seen: list[str] = []
    for _ in range(LONGEST_WAY):
        before = created.resource.state
        seen.append(state_in(created.resource.kind, describe(client, created)))
        if created.resource.state == before and not created.resource.way:
            break
    return list(dict.fromkeys(seen))


@pytest.mark.parametrize("kind", KINDS)
def test_describes_show_the_declared_path(kind: str) -> None:
    with populated(without=kind) as (sm, client):
        created = create(sm, client, kind)
        assert route(client, created) == declared(created)


@pytest.mark.parametrize("kind", KINDS)
def test_immediate_shows_the_end_at_once(kind: str) -> None:
    with populated(without=kind, transitions="immediate") as (sm, client):
        created = create(sm, client, kind)
        shown = state_in(created.resource.kind, describe(client, created))
        assert shown == declared(created)[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_failure_ends_in_the_declared_state_and_says_why(kind: str) -> None:
    """Kinds that cannot fail, or are ready at once, have nothing to show here."""
    with populated(without=kind) as (sm, client):
        lifecycle = sm._kind(kind).lifecycle
        assert lifecycle is not None
        if not lifecycle.fail or len(lifecycle.path) == 1:
            return
        sm.fail(kind, reason="no more wood")
        created = create(sm, client, kind)
        states = route(client, created)
        shown = describe(client, created)
        # What is stopping already does not fail any more.
        running = [state for state in declared(created)[:-1] if state not in lifecycle.stop]
        last = created.resource.history[len(running) - 1][0]
        assert states == [*running, *lifecycle.ways_after_failure.get(last, (lifecycle.fail,))]
        if "FailureReason" in created.resource.kind.member_shapes:
            assert shown["FailureReason"] == "no more wood"
