"""Lifecycles as data: written as text, checked when declared, read by the engine."""

from __future__ import annotations

import pytest

from sagestub import InvalidArgumentError
from sagestub.engine.lifecycle import Lifecycle, conventional_lifecycle, states

JOB = Lifecycle(
    path="STARTING > INPROGRESS > COMPLETED",
    fail="FAILED",
    stop="STOPPING > STOPPED",
    delete="DELETING",
    seconds={"INPROGRESS": 240},
)


@pytest.mark.parametrize("path", ["A > B", "A>B", " A >B ", ["A", "B"], ("A", "B"), "A > > B"])
def test_a_path_in_any_form(path: str | list[str]) -> None:
    assert states(path) == ("A", "B")


def test_all_states_in_the_order_of_the_ways() -> None:
    assert JOB.all_states == (
        "STARTING",
        "INPROGRESS",
        "COMPLETED",
        "STOPPING",
        "STOPPED",
        "DELETING",
        "FAILED",
    )


def test_final_states_are_the_ends_of_the_ways() -> None:
    assert JOB.final_states == {"COMPLETED", "STOPPED", "FAILED"}


def test_stop_is_for_states_before_the_end_unless_declared() -> None:
    assert JOB.may_stop == {"STARTING", "INPROGRESS"}
    assert Lifecycle(path="A > B", stop="S", stop_from="B").may_stop == {"B"}


@pytest.mark.parametrize(
    ("state", "rest"),
    [
        ("STARTING", ("INPROGRESS", "COMPLETED")),
        ("COMPLETED", ()),
        ("STOPPING", ("STOPPED",)),
        ("FAILED", ()),
        ("DELETING", ("(gone)",)),
    ],
)
def test_what_follows_a_state(state: str, rest: tuple[str, ...]) -> None:
    assert JOB.way_after(state) == rest


DETOUR = Lifecycle("STARTING > RUNNING > DONE", detours=["RUNNING > HELD > FREED > STARTING"])


def test_a_detour_leads_back_onto_the_path() -> None:
    assert DETOUR.way_after("HELD") == ("FREED", "STARTING", "RUNNING", "DONE")
    assert DETOUR.all_states == ("STARTING", "RUNNING", "DONE", "HELD", "FREED")
    assert DETOUR.final_states == {"DONE"}


@pytest.mark.parametrize("detour", ["RUNNING > DONE", "RUNNING > HELD", "HELD > RUNNING > DONE"])
def test_a_detour_begins_and_ends_on_the_path(detour: str) -> None:
    with pytest.raises(InvalidArgumentError, match="does not leave the path and come back"):
        Lifecycle("STARTING > RUNNING > DONE", detours=[detour])


def test_an_older_model_without_a_status_has_no_detour_by_it() -> None:
    assert DETOUR.within({"STARTING", "RUNNING", "DONE", "HELD"}).detours == ()


def test_durations_have_a_default() -> None:
    assert JOB.durations["INPROGRESS"] == 240
    assert JOB.durations["STARTING"] == 60


@pytest.mark.parametrize("path", ["", [], " > "])
def test_a_lifecycle_needs_a_state(path: str | list[str]) -> None:
    with pytest.raises(InvalidArgumentError, match="has no path"):
        Lifecycle(path=path)


def test_no_way_enters_a_state_twice() -> None:
    with pytest.raises(InvalidArgumentError, match="The stop S > S enters a state twice"):
        Lifecycle(path="A > B", stop="S > S")


@pytest.mark.parametrize(
    ("statuses", "path", "fail", "stop", "delete"),
    [
        (
            ["InProgress", "Completed", "Failed", "Stopping", "Stopped"],
            ("InProgress", "Completed"),
            "Failed",
            ("Stopping", "Stopped"),
            (),
        ),
        (
            ["CREATING", "CREATED", "CREATE_FAILED", "UPDATING", "DELETING", "DELETE_FAILED"],
            ("CREATING", "CREATED"),
            "CREATE_FAILED",
            (),
            ("DELETING",),
        ),
        (["Initializing", "Active", "Deleting"], ("Initializing", "Active"), "", (), ("Deleting",)),
        (["Strange", "Words"], ("Strange",), "", (), ()),
    ],
)
def test_the_words_of_an_enumeration_suggest_a_lifecycle(
    statuses: list[str], path: tuple[str, ...], fail: str, stop: tuple[str, ...], delete: object
) -> None:
    found = conventional_lifecycle(statuses)
    assert (found.path, found.fail, found.stop, found.delete) == (path, fail, stop, delete)
