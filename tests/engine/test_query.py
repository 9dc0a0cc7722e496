"""Lists: every filter, every order, pages that hold still while resources come, go and change."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sagestub import World, mock_sagemaker
from sagestub.engine import query
from tests.conftest import shared_session

STATES = ("STARTING", "INPROGRESS", "COMPLETED", "FAILED", "STOPPED")


@pytest.fixture
def sm() -> Any:
    with mock_sagemaker(transitions="manual") as world:
        yield world


@pytest.fixture
def client(sm: World) -> Any:
    return shared_session().client("sagemaker", region_name="us-east-1")


def add(sm: World, name: str, status: str = "COMPLETED") -> Any:
    sm.clock.advance(1)
    job = sm.add("CompilationJob", CompilationJobName=name, CompilationJobStatus=status)
    return job.members["CreationTime"]


def names(client: Any, **filters: Any) -> list[str]:
    pages = client.get_paginator("list_compilation_jobs").paginate(**filters)
    return [job["CompilationJobName"] for page in pages for job in page["CompilationJobSummaries"]]


def page(client: Any, **filters: Any) -> tuple[list[str], str | None]:
    answer = client.list_compilation_jobs(**filters)
    found = [job["CompilationJobName"] for job in answer["CompilationJobSummaries"]]
    return found, answer.get("NextToken")


def test_names_sort_by_code_point(sm: World, client: Any) -> None:
    for name in ("b", "A", "a-10", "a-2", "B"):
        add(sm, name)
    assert names(client, SortBy="Name", SortOrder="Ascending") == ["A", "B", "a-10", "a-2", "b"]
    assert names(client, SortBy="Name", SortOrder="Descending") == ["b", "a-2", "a-10", "B", "A"]


def test_times_sort_oldest_first_and_newest_first(sm: World, client: Any) -> None:
    for name in ("c", "a", "b"):
        add(sm, name)
    assert names(client, SortBy="CreationTime", SortOrder="Ascending") == ["c", "a", "b"]
    assert names(client, SortBy="CreationTime", SortOrder="Descending") == ["b", "a", "c"]


def test_equal_statuses_stand_in_the_order_of_creation(sm: World, client: Any) -> None:
    for name, status in (("c", "FAILED"), ("b", "COMPLETED"), ("a", "FAILED"), ("d", "COMPLETED")):
        add(sm, name, status)
    assert names(client, SortBy="Status", SortOrder="Ascending") == ["b", "d", "c", "a"]
    assert names(client, SortBy="Status", SortOrder="Descending") == ["a", "c", "d", "b"]


@pytest.mark.parametrize("order", ["Ascending", "Descending"])
@pytest.mark.parametrize("sort_by", ["Name", "CreationTime", "Status"])
def test_pages_of_any_size_together_are_the_whole_list(
    sm: World, client: Any, sort_by: str, order: str
) -> None:
    for number in range(13):
        add(sm, f"job-{number * 5 % 13}", STATES[number % 3])
    sort = {"SortBy": sort_by, "SortOrder": order}
    whole = names(client, MaxResults=100, **sort)
    assert len(whole) == 13
    assert names(client, MaxResults=1, **sort) == names(client, MaxResults=5, **sort) == whole


def test_the_last_page_has_no_token_even_when_it_is_full(sm: World, client: Any) -> None:
    for name in ("a", "b", "c", "d"):
        add(sm, name)
    _, token = page(client, SortBy="Name", MaxResults=2)
    assert page(client, SortBy="Name", MaxResults=2, NextToken=token) == (["c", "d"], None)


def test_a_resource_added_between_pages_appears_only_ahead(sm: World, client: Any) -> None:
    for name in ("b", "d", "f"):
        add(sm, name)
    first, token = page(client, SortBy="Name", MaxResults=2)
    add(sm, "a")
    add(sm, "e")
    assert first == ["b", "d"]
    assert page(client, SortBy="Name", MaxResults=2, NextToken=token) == (["e", "f"], None)


def test_a_page_goes_on_after_a_resource_that_is_gone(sm: World, client: Any) -> None:
    for name in ("a", "b", "c", "d"):
        add(sm, name)
    _, token = page(client, SortBy="Name", MaxResults=2)
    client.delete_compilation_job(CompilationJobName="b")
    client.delete_compilation_job(CompilationJobName="c")
    assert page(client, SortBy="Name", MaxResults=2, NextToken=token) == (["d"], None)


def test_a_resource_that_changes_between_pages_stands_where_it_belongs_now(
    sm: World, client: Any
) -> None:
    for name in ("a", "b", "c"):
        add(sm, name, "INPROGRESS")
    sort = {"SortBy": "Status", "SortOrder": "Ascending", "MaxResults": 2}
    first, token = page(client, **sort)
    sm.get("CompilationJob", "a").move_to("STOPPED")
    assert first == ["a", "b"]
    assert page(client, NextToken=token, **sort) == (["c", "a"], None)


def test_a_status_filter_follows_the_state(sm: World, client: Any) -> None:
    add(sm, "a", "INPROGRESS")
    assert names(client, StatusEquals="INPROGRESS") == ["a"]
    sm.get("CompilationJob", "a").advance()
    assert names(client, StatusEquals="INPROGRESS") == []
    assert names(client, StatusEquals="COMPLETED") == ["a"]


def test_name_contains_looks_anywhere_in_the_name(sm: World, client: Any) -> None:
    for name in ("resnet-a", "a-resnet", "bert"):
        add(sm, name)
    assert names(client, NameContains="resnet", SortBy="Name") == ["a-resnet", "resnet-a"]
    assert names(client, NameContains="nothing") == []


@pytest.mark.parametrize("member", ["CreationTime", "LastModifiedTime"])
def test_times_filter_with_their_own_instant_included(sm: World, client: Any, member: str) -> None:
    for name in ("a", "b", "c"):
        add(sm, name)
    instant = sm.get("CompilationJob", "b").members[member]
    after = {f"{member}After": instant, "SortBy": "Name", "SortOrder": "Ascending"}
    before = {f"{member}Before": instant, "SortBy": "Name", "SortOrder": "Ascending"}
    assert names(client, **after) == ["b", "c"]
    assert names(client, **before) == ["a", "b"]


def test_all_filters_hold_at_once(sm: World, client: Any) -> None:
    add(sm, "resnet-early")
    middle = add(sm, "bert")
    add(sm, "resnet-failed", "FAILED")
    add(sm, "resnet-late")
    found = names(client, NameContains="resnet", StatusEquals="COMPLETED", CreationTimeAfter=middle)
    assert found == ["resnet-late"]


@pytest.fixture
def needle(sm: World, client: Any) -> Any:
    """A filter that matches one of more jobs than are walked without remembering."""
    for number in range(query.LONG_WALK + 20):
        sm.add("CompilationJob", CompilationJobName=f"job-{number:04}")
    add(sm, "needle-1")
    filters = {"NameContains": "needle", "SortBy": "Name", "SortOrder": "Ascending"}
    assert names(client, **filters) == ["needle-1"]
    return filters


def test_a_remembered_filter_finds_what_is_created_later(
    sm: World, client: Any, needle: Any
) -> None:
    add(sm, "needle-0")
    add(sm, "other")
    assert names(client, **needle) == ["needle-0", "needle-1"]


def test_a_remembered_filter_forgets_what_is_deleted(sm: World, client: Any, needle: Any) -> None:
    client.delete_compilation_job(CompilationJobName="needle-1")
    assert names(client, **needle) == []


def test_a_remembered_filter_looks_again_at_what_changes(
    sm: World, client: Any, needle: Any
) -> None:
    add(sm, "needle-2", "INPROGRESS")
    later = sm.get("CompilationJob", "needle-2").members["LastModifiedTime"]
    filters = {**needle, "LastModifiedTimeBefore": later}
    assert names(client, **filters) == ["needle-1", "needle-2"]
    sm.clock.advance(60)
    sm.get("CompilationJob", "needle-2").move_to("FAILED")
    assert names(client, **filters) == ["needle-1"]


def test_a_remembered_filter_survives_more_changes_than_it_follows(
    sm: World, client: Any, needle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "MANY_CHANGES", 2)
    for number in range(5):
        add(sm, f"needle-{number + 5}")
    assert names(client, **needle) == ["needle-1", *(f"needle-{n}" for n in range(5, 10))]


def test_more_filters_than_are_remembered_still_answer(
    sm: World, client: Any, needle: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(query, "KEPT_WALKS", 2)
    for text in ("job-0001", "job-0002", "job-0003"):
        assert names(client, NameContains=text) == [text]
    add(sm, "needle-2")
    assert names(client, **needle) == ["needle-1", "needle-2"]


NAMES = st.text("ab-", min_size=1, max_size=4).filter(lambda name: name[0] != "-" != name[-1])
CHANGES = st.one_of(
    st.tuples(st.just("add"), NAMES, st.sampled_from(STATES)),
    st.tuples(st.just("delete"), NAMES, st.none()),
    st.tuples(st.just("move"), NAMES, st.sampled_from(STATES)),
)
LISTS = st.fixed_dictionaries(
    {
        "SortBy": st.sampled_from(["Name", "CreationTime", "Status"]),
        "SortOrder": st.sampled_from(["Ascending", "Descending"]),
        "MaxResults": st.integers(1, 5),
    },
    optional={
        "NameContains": st.text("ab-", min_size=1, max_size=2).filter(lambda t: t != "-"),
        "StatusEquals": st.sampled_from(STATES),
    },
)
SORTED_BY = {
    "Name": "CompilationJobName",
    "CreationTime": "CreationTime",
    "Status": "CompilationJobStatus",
}


def expected(sm: World, asked: dict[str, Any]) -> list[str]:
    """Return the names that a list must have, by sorting all jobs."""
    jobs = [job.members for job in sm.resources("CompilationJob")]
    jobs.sort(key=lambda job: job[SORTED_BY[asked["SortBy"]]])
    if asked["SortOrder"] == "Descending":
        # Ties turn round too: the newest of them comes first.
        jobs.reverse()
    return [
        job["CompilationJobName"]
        for job in jobs
        if asked.get("NameContains", "") in job["CompilationJobName"]
        and asked.get("StatusEquals") in (None, job["CompilationJobStatus"])
    ]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rounds=st.lists(st.tuples(st.lists(CHANGES, max_size=6), LISTS), min_size=1, max_size=5))
def test_every_list_equals_a_plain_sort_of_all_resources(
    client: Any, monkeypatch: pytest.MonkeyPatch, rounds: list[Any]
) -> None:
    """Walks are remembered after two entries here, so that the few jobs of an example do it."""
    monkeypatch.setattr(query, "LONG_WALK", 2)
    with mock_sagemaker(transitions="manual") as sm:
        for changes, asked in rounds:
            for change, name, state in changes:
                there = {job.name: job for job in sm.resources("CompilationJob")}
                sm.clock.advance(1)
                if change == "add" and name not in there:
                    sm.add("CompilationJob", CompilationJobName=name, CompilationJobStatus=state)
                elif change == "move" and name in there:
                    there[name].move_to(state)
                elif change == "delete" and name in there:
                    there[name].move_to("COMPLETED")
                    client.delete_compilation_job(CompilationJobName=name)
            assert names(client, **asked) == expected(sm, asked)
