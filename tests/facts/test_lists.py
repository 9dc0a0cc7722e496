"""The table of the list operations: pages, order and filters, each row by calls."""

from __future__ import annotations

import re
from typing import Any

import pytest

from docs.ledger import Fact, facts, named
from sagestub import World
from tests.facts.walks import ids
from tests.model.test_every_operation import model
from tests.model.test_paginators_and_waiters import ADDED, ASKED, COUNT, MADE, PARENTS, SHORT

REGION = "eu-west-1"
PAGING = {"MaxResults", "NextToken", "SortBy", "SortOrder"}
PAGE = 10

TABLE = [
    f for f in named("cross-cutting.7.List*") if isinstance(f.value, dict) and "Filters" in f.value
]

SLIPS = {
    ("ListClusters", "SortBy"): "CREATION_TIME",
    ("ListClusterNodes", "SortBy"): "CREATION_TIME",
    ("ListImages", "SortBy"): "CREATION_TIME",
    ("ListImageVersions", "SortBy"): "CREATION_TIME",
    ("ListPipelineExecutions", "SortBy"): "CreationTime",
    ("ListPipelines", "SortBy"): "CreationTime",
    ("ListWorkteams", "SortBy"): "CreateDate",
    # The order stands where the member should.
    ("ListCandidatesForAutoMLJob", "SortBy"): "CreationTime",
}
"""Defaults that the documentation words otherwise than the model, as they are meant."""

PAGES = {
    # Facts, jobs.yaml, _common.list_defaults.
    "ListEdgeDeploymentPlans": 50,
    # The least that may be asked for.
    "ListTags": 50,
}
"""Pages that are not 10 though this table does not say so, each with the reason."""


def entries(client: Any, name: str, asked: dict[str, Any]) -> list[Any]:
    operation = model("sagemaker").operation_model(name)
    member = next(m for m, s in operation.output_shape.members.items() if s.type_name == "list")
    answer = client._make_api_call(name, asked)
    found: list[Any] = answer[member]
    return found


def made(sm: World, client: Any, name: str) -> dict[str, Any]:
    """Make 25 entries of a list, or as many as it can have; the parameters of the call."""
    if name in MADE_HERE:
        return MADE_HERE[name](sm, client)
    if name in MADE:
        return MADE[name](sm, client)
    if name in SHORT:
        return SHORT[name][0](sm, client)
    kind = next(k for k in sm.kinds if getattr(sm._kind(k).list, "name", "") == name)
    if name in PARENTS:
        parent, members = PARENTS[name]
        sm.add(parent, REGION, **members)
    for number in range(COUNT):
        sm.add(kind, REGION, **(ADDED[kind](number) if kind in ADDED else {}))
        sm.clock.advance(1)
    return dict(ASKED.get(name, {}))


def contents(sm: World, client: Any) -> dict[str, Any]:
    asked = SHORT["CreateHubContentPresignedUrls"][0](sm, client)
    return {m: v for m, v in asked.items() if m != "HubContentName"}


MADE_HERE = {
    "ListHubContents": contents,
    "ListHubContentVersions": SHORT["CreateHubContentPresignedUrls"][0],
}
"""What makes entries of lists that botocore has no paginator for; they return the parameters."""


def default(row: dict[str, str], column: str) -> str:
    found = re.search(r"d=(\w+)", row[column])
    return SLIPS.get((row["Operation"], column), found[1]) if found else ""


@pytest.mark.parametrize("fact", ids(TABLE))
def test_parameters(fact: Fact) -> None:
    row = fact.value
    operation = model("sagemaker").operation_model(row["Operation"])
    members = operation.input_shape.members
    told = {f.rstrip("*") for f in row["Filters"].split(", ")} - {"-"}
    assert set(members) - PAGING == told
    required = {f.rstrip("*") for f in row["Filters"].split(", ") if f.endswith("*")}
    assert required == set(operation.input_shape.required_members)
    low, high = row["MaxResults"].partition(" ")[0].split("..")
    limits = members["MaxResults"].metadata
    assert str(limits.get("min", "-")) == low
    assert str(limits.get("max", "-")) == high
    if "SortBy" in members and "enum" in members["SortBy"].metadata:
        assert set(row["SortBy"].partition(" ")[0].split("/")) == set(
            members["SortBy"].metadata["enum"]
        )


@pytest.mark.parametrize("fact", ids(TABLE))
def test_default_order_and_page(sm: World, client: Any, fact: Fact) -> None:
    """The call that names the defaults answers as the call that does not."""
    row = fact.value
    name = row["Operation"]
    asked = made(sm, client, name)
    sm.transitions(rule="manual")  # So that nothing moves between two lists.
    seen = entries(client, name, asked)
    size = int(default(row, "MaxResults") or PAGES.get(name, PAGE))
    if len(seen) >= PAGE:
        assert len(seen) == min(size, COUNT)
    members = model("sagemaker").operation_model(name).input_shape.members
    told = {"SortBy": default(row, "SortBy"), "SortOrder": default(row, "SortOrder")}
    told = {m: v for m, v in told.items() if v and m in members}
    assert entries(client, name, {**asked, **told}) == seen
    if "SortOrder" in told and len(seen) > 1:
        other = next(o for o in members["SortOrder"].enum if o != told["SortOrder"])
        assert entries(client, name, {**asked, **told, "SortOrder": other}) != seen


DEFAULTS_OF_HOSTING: dict[str, tuple[str, str, int | None]] = {
    "ListModels": ("CreationTime", "Descending", 10),
    "ListEndpoints": ("CreationTime", "Descending", 10),
    "ListNotebookInstances": ("Name", "", None),
    "ListImages": ("CREATION_TIME", "DESCENDING", 10),
    "ListApps": ("CreationTime", "Ascending", 10),
    "ListUserProfiles": ("CreationTime", "Ascending", 10),
    "ListSpaces": ("CreationTime", "Ascending", 10),
    "ListClusters": ("CREATION_TIME", "Ascending", None),
    "ListMlflowTrackingServers": ("CreationTime", "Descending", None),
}
"""By list: what it is sorted by, in which order, and the size of a page where the fact gives it."""


@pytest.mark.fact("hosting.common.notes.List-defaults")
@pytest.mark.parametrize("name", DEFAULTS_OF_HOSTING)
def test_defaults_of_hosting(sm: World, client: Any, name: str) -> None:
    """The call that names them answers as the call that does not; one that asks otherwise does not."""
    by, order, page = DEFAULTS_OF_HOSTING[name]
    asked = made(sm, client, name)
    sm.transitions(rule="manual")
    seen = entries(client, name, asked)
    told = {"SortBy": by, **({"SortOrder": order} if order else {})}
    assert entries(client, name, {**asked, **told}) == seen
    members = model("sagemaker").operation_model(name).input_shape.members
    turned = "SortOrder" if order else "SortBy"
    others = [value for value in members[turned].enum if value != told[turned]]
    assert entries(client, name, {**asked, **told, turned: others[0]}) != seen
    assert page is None or len(seen) == page


@pytest.mark.parametrize("fact", ids(named("jobs.*.list_defaults")))
def test_defaults_of_jobs(fact: Fact) -> None:
    """They are those of the table, which is held above."""
    kind = fact.name.split(".")[1]
    row = facts()[".".join(("cross-cutting", "7", f"List{kind}s"))].value
    words = re.findall(r"\w+", fact.text.partition(";")[0])
    told = {default(row, "SortBy"), default(row, "SortOrder")} - {""}
    assert told == {word for word in words if word not in {"by", "doc"}}
