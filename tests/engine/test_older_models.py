"""Kinds on the model of an older botocore: what it lacks is left out, and nothing else changes."""

from __future__ import annotations

import pytest

from sagestub.engine.lifecycle import Lifecycle
from sagestub.model.service import load_service
from sagestub.services import catalogue_of

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
CATALOGUE = catalogue_of(load_service("sagemaker"))


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


@pytest.mark.parametrize("name", CATALOGUE.kind_names)
def test_every_kind_of_the_installed_model_binds_to_it(name: str) -> None:
    bound = CATALOGUE.kind(name)
    assert bound.name == name
    if bound.lifecycle is not None and bound.statuses:
        statuses = {state.partition("/")[0] for state in bound.lifecycle.all_states}
        assert statuses <= set(bound.statuses)
