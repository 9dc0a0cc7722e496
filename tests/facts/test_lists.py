"""The table of the list operations: pages, order and filters, each row by calls."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from docs.ledger import Fact, facts, named
from sagestub import World
from tests import covered
from tests.facts.test_errors import refusal
from tests.facts.walks import ids, kind_of
from tests.model.test_every_operation import model
from tests.model.test_paginators_and_waiters import ADDED, ASKED, COUNT, MADE, PARENTS, SHORT
from tests.pipelines.running import Pipeline, processing

REGION = "eu-west-1"
PAGING = {"MaxResults", "NextToken", "SortBy", "SortOrder"}
PAGE = 10

TABLE = [
    f for f in named("cross-cutting.7.List*") if isinstance(f.value, dict) and "Filters" in f.value
]
QUERY = "cross-cutting.7.QueryLineage"

SLIPS = {
    ("ListClusters", "SortBy"): "CREATION_TIME",
    ("ListClusterNodes", "SortBy"): "CREATION_TIME",
    ("ListImages", "SortBy"): "CREATION_TIME",
    ("ListImageVersions", "SortBy"): "CREATION_TIME",
    ("ListPipelineExecutions", "SortBy"): "CreationTime",
    ("ListPipelines", "SortBy"): "CreationTime",
    ("ListWorkteams", "SortBy"): "CreateDate",
    # The member stands where the order should. Source: facts, pipelines.md, Reports.
    ("ListPipelineExecutionSteps", "SortOrder"): "Descending",
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


def steps(sm: World, client: Any) -> dict[str, Any]:
    run = Pipeline(client, *(processing(f"step-{number}") for number in range(COUNT)))
    sm.transitions(rule="manual")
    return {"PipelineExecutionArn": run.start()}


MADE_HERE = {
    "ListPipelineExecutionSteps": steps,
    "ListHubContents": contents,
    "ListHubContentVersions": SHORT["CreateHubContentPresignedUrls"][0],
}
"""What makes entries of lists that botocore has no paginator for; they return the parameters."""


@pytest.mark.fact(QUERY)
def test_an_answer_about_lineage_has_at_most_50_vertices(sm: World, client: Any) -> None:
    for _ in range(51):
        sm.add("Context", REGION)
    first = client.query_lineage(MaxResults=50)
    assert (len(first["Vertices"]), "NextToken" in first) == (50, True)
    code, text = refusal(client, "QueryLineage", {"MaxResults": 51})
    assert code == "ValidationException"
    assert text.endswith("Member must have value less than or equal to 50")


def default(row: dict[str, str], column: str) -> str:
    found = re.search(r"d=(\w+)", row[column])
    return SLIPS.get((row["Operation"], column), found[1]) if found else ""


@pytest.mark.parametrize("fact", ids([*TABLE, *named(QUERY)]))
def test_parameters(fact: Fact) -> None:
    row = fact.value
    operation = model("sagemaker").operation_model(row["Operation"])
    members = operation.input_shape.members
    told = {f.rstrip("*") for f in row["Filters"].split(", ")} - {"-"}
    assert covered.agree(set(members) - PAGING, told)
    required = {f.rstrip("*") for f in row["Filters"].split(", ") if f.endswith("*")}
    assert required == set(operation.input_shape.required_members)
    low, high = row["MaxResults"].partition(" ")[0].split("..")
    limits = members["MaxResults"].metadata
    assert str(limits.get("min", "-")) == low
    assert str(limits.get("max", "-")) == high
    if "SortBy" in members and "enum" in members["SortBy"].metadata:
        values = members["SortBy"].metadata["enum"]
        assert covered.agree(values, row["SortBy"].partition(" ")[0].split("/"))


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


WITH_KINDS = named("metadata.*.notes.list-*")
"""Facts that say with a kind by what its list is ordered, and how long a page of it is."""


@pytest.mark.parametrize("fact", ids(WITH_KINDS))
def test_defaults_told_with_the_kinds(sm: World, client: Any, fact: Fact) -> None:
    kind = sm._kind(kind_of(fact))
    assert kind.list is not None
    asked = made(sm, client, kind.list.name)
    sm.transitions(rule="manual")  # So that nothing moves between two lists.
    name, text = kind.list.name, fact.text
    seen = entries(client, name, asked)
    by = [entry[kind.name_member if "Name" in text else "CreationTime"] for entry in seen]
    assert len(by) == len(set(by)) > 1
    assert by == sorted(by, reverse="Descending" in text)
    assert ("Descending" in text) != ("Ascending" in text)
    for size in re.findall(r"page (\d+)", text):
        assert len(seen) == int(size)
    for most in re.findall(r"max (\d+)", text):
        assert len(entries(client, name, {**asked, "MaxResults": int(most)})) == COUNT
        with pytest.raises(ClientError, match=f"less than or equal to {most}"):
            entries(client, name, {**asked, "MaxResults": int(most) + 1})


@pytest.mark.fact("metadata.Artifact.notes.ListArtifacts-sorts-by-CreationTime-only")
def test_artifacts_are_sorted_by_their_creation_only(sm: World, client: Any) -> None:
    for name in ("b", "a", "c"):
        sm.add("Artifact", REGION, ArtifactName=name)
        sm.clock.advance(1)
    listed = client.list_artifacts(SortBy="CreationTime")["ArtifactSummaries"]
    assert [summary["ArtifactName"] for summary in listed] == ["c", "a", "b"]
    with pytest.raises(ClientError, match=r"enum value set: \[CreationTime\]"):
        client.list_artifacts(SortBy="Name")
