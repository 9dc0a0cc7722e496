"""Kinds on the model of an older botocore: what it lacks is left out, and nothing else changes."""

from __future__ import annotations

import pytest

from sagestub.engine.kind import BoundKind, Kind
from sagestub.engine.lifecycle import Lifecycle
from sagestub.kinds import KINDS
from sagestub.model.service import load_service

LIFECYCLE = Lifecycle(
    "Creating > InService",
    fail="Failed",
    update="Updating > InService",
    delete="Deleting",
    delete_from="InService > Failed",
    failing={"Deleting": "DeleteFailed"},
    other="OutOfService",
    seconds={"Creating": 30},
)
ALL = frozenset(LIFECYCLE.all_states)


def test_a_model_with_every_state_leaves_the_lifecycle_alone() -> None:
    assert LIFECYCLE.within(ALL) is LIFECYCLE


def test_a_way_with_an_unknown_state_is_left_out() -> None:
    older = LIFECYCLE.within(ALL - {"Deleting", "DeleteFailed"})
    assert older.delete == ()
    assert older.failing == ()
    assert older.update == LIFECYCLE.update
    assert older.durations["Creating"] == 30


def test_a_state_that_no_way_reaches_is_left_out() -> None:
    assert "OutOfService" not in LIFECYCLE.within(ALL - {"OutOfService"}).all_states


def test_a_kind_cannot_fail_where_the_model_has_no_failure() -> None:
    assert LIFECYCLE.within(ALL - {"Failed"}).fail == ""


def test_the_path_is_never_cut() -> None:
    assert LIFECYCLE.within(ALL - {"Creating"}).path == LIFECYCLE.path


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_declared_kind_binds_to_the_installed_model(kind: Kind) -> None:
    bound = BoundKind(kind, load_service("sagemaker"))
    if bound.lifecycle is not None and bound.statuses:
        statuses = {state.partition("/")[0] for state in bound.lifecycle.all_states}
        assert statuses <= set(bound.statuses)
