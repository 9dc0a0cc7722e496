"""Lists: filters, orders, pages; shown with compilation jobs."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config

from sagestub import World, mock_sagemaker
from tests.kinds.test_compilation import refusal

Request = Callable[..., dict[str, Any]]

REGION = "eu-west-1"


@pytest.fixture
def four_jobs(client: Any, sm: World, compilation_job: Request) -> Any:
    """Jobs made a day apart: `alpha` COMPLETED, `Beta` FAILED, `alphabet` INPROGRESS, `delta`."""
    platform = {
        "S3OutputLocation": "s3://bucket/out",
        "TargetPlatform": {"Os": "LINUX", "Arch": "ARM64", "Accelerator": "MALI"},
    }
    sm.transitions("CompilationJob", rule="manual")
    for name, state, members in (
        ("alpha", "COMPLETED", {}),
        ("Beta", "FAILED", {"OutputConfig": platform}),
        ("alphabet", "INPROGRESS", {}),
        ("delta", "STARTING", {}),
    ):
        client.create_compilation_job(**compilation_job(name, **members))
        sm.get("CompilationJob", name).move_to(state)
        sm.clock.advance(timedelta(days=1))
    return client


def listed(client: Any, **parameters: Any) -> list[str]:
    summaries = client.list_compilation_jobs(**parameters)["CompilationJobSummaries"]
    return [summary["CompilationJobName"] for summary in summaries]


@pytest.mark.fact(
    "cross-cutting.7.NameContains-is-a-substring-test-letter",
)
@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({}, ["alpha", "Beta", "alphabet", "delta"]),
        ({"SortOrder": "Descending"}, ["delta", "alphabet", "Beta", "alpha"]),
        ({"SortBy": "Name"}, ["Beta", "alpha", "alphabet", "delta"]),
        ({"SortBy": "Name", "SortOrder": "Descending"}, ["delta", "alphabet", "alpha", "Beta"]),
        ({"SortBy": "Status"}, ["alpha", "Beta", "alphabet", "delta"]),
        ({"SortBy": "CreationTime"}, ["alpha", "Beta", "alphabet", "delta"]),
        ({"NameContains": "pha"}, ["alpha", "alphabet"]),
        ({"NameContains": "bet", "SortBy": "Name"}, ["alphabet"]),
        ({"StatusEquals": "FAILED"}, ["Beta"]),
        ({"StatusEquals": "STOPPED"}, []),
        ({"StatusEquals": "COMPLETED", "NameContains": "delta"}, []),
        ({"MaxResults": 2}, ["alpha", "Beta"]),
        ({"MaxResults": 100}, ["alpha", "Beta", "alphabet", "delta"]),
    ],
)
def test_filters_and_orders(four_jobs: Any, parameters: dict[str, Any], names: list[str]) -> None:
    assert listed(four_jobs, **parameters) == names


@pytest.mark.fact(
    "cross-cutting.7.CreationTimeAfter-Before-say-after-before-ListAssociations",
)
@pytest.mark.parametrize("member", ["CreationTime", "LastModifiedTime"])
def test_time_filters_are_bounds(four_jobs: Any, member: str) -> None:
    times = [s[member] for s in four_jobs.list_compilation_jobs()["CompilationJobSummaries"]]
    between = times[1] + timedelta(hours=12)
    assert listed(four_jobs, **{f"{member}After": between}) == ["alphabet", "delta"]
    assert listed(four_jobs, **{f"{member}Before": between}) == ["alpha", "Beta"]
    both = {f"{member}After": times[0] + timedelta(hours=12), f"{member}Before": between}
    assert listed(four_jobs, **both) == ["Beta"]


def test_summaries_have_the_times_and_the_target(four_jobs: Any) -> None:
    completed, failed, *_ = four_jobs.list_compilation_jobs()["CompilationJobSummaries"]
    assert completed["CompilationTargetDevice"] == "ml_c5"
    assert completed["CreationTime"] < completed["CompilationStartTime"]
    assert completed["CompilationStartTime"] <= completed["CompilationEndTime"]
    assert failed["CompilationTargetPlatformOs"] == "LINUX"
    assert failed["CompilationTargetPlatformArch"] == "ARM64"
    assert failed["CompilationTargetPlatformAccelerator"] == "MALI"
    assert "CompilationTargetDevice" not in failed


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("order", ["Ascending", "Descending"])
def test_the_paginator_sees_each_job_once(four_jobs: Any, size: int, order: str) -> None:
    pages = four_jobs.get_paginator("list_compilation_jobs").paginate(
        SortBy="Name", SortOrder=order, PaginationConfig={"PageSize": size}
    )
    names = [s["CompilationJobName"] for page in pages for s in page["CompilationJobSummaries"]]
    assert names == sorted(names, reverse=order == "Descending")
    assert len(names) == 4


@pytest.mark.fact(
    "cross-cutting.7.NextToken-absent-on-the-last-page",
)
def test_the_last_page_has_no_token(four_jobs: Any) -> None:
    assert "NextToken" not in four_jobs.list_compilation_jobs(MaxResults=4)
    assert "NextToken" in four_jobs.list_compilation_jobs(MaxResults=3)


def test_jobs_made_between_pages_do_not_disturb_those_to_come(
    four_jobs: Any, compilation_job: Request
) -> None:
    first = four_jobs.list_compilation_jobs(SortBy="Name", MaxResults=2)
    four_jobs.create_compilation_job(**compilation_job("Aaa"))
    rest = four_jobs.list_compilation_jobs(SortBy="Name", NextToken=first["NextToken"])
    assert [s["CompilationJobName"] for s in rest["CompilationJobSummaries"]] == [
        "alphabet",
        "delta",
    ]


@pytest.mark.fact("cross-cutting.7.NextToken-is-opaque-base64-looking-with")
def test_tokens_are_long_and_opaque(client: Any, sm: World) -> None:
    """They begin with nothing that could be read, and have what breaks a URL: `+`, `/` and `=`."""
    for number in range(30):
        sm.add("CompilationJob", region="eu-west-1", CompilationJobName=f"job-{number}")
    pages = client.get_paginator("list_compilation_jobs").paginate(
        SortBy="Name", PaginationConfig={"PageSize": 1}
    )
    tokens = [page["NextToken"] for page in pages if "NextToken" in page]
    assert len(set(tokens)) == 29
    assert all(200 <= len(token) <= 8192 for token in tokens)
    assert {"+", "/", "="} <= set("".join(tokens))
    assert not any(b"job-" in base64.b64decode(token, validate=True) for token in tokens)


@pytest.mark.fact(
    "cross-cutting.7.a-page-may-be-EMPTY-and",
    "cross-cutting.7.ListTrainingJobs-MaxResults-items-are-fetched-ignoring",
)
@pytest.mark.parametrize("kind", ["TrainingJob", "TransformJob"])
@pytest.mark.parametrize("member", ["StatusEquals", "NameContains", "LastModifiedTimeAfter"])
def test_a_page_of_jobs_is_filtered_once_it_was_fetched(
    client: Any, sm: World, kind: str, member: str
) -> None:
    """The first two pages are empty and lead on; the paginator finds the job all the same."""
    for number in range(4):
        first: dict[str, Any] = {f"{kind}Name": f"a{number}"}
        sm.add(kind, region=REGION, **first)
    sm.clock.advance(60)
    wanted = {
        "StatusEquals": "Failed",
        "NameContains": "wanted",
        "LastModifiedTimeAfter": sm.clock.now() - timedelta(seconds=30),
    }
    last: dict[str, Any] = {f"{kind}Name": "wanted", f"{kind}Status": "Failed"}
    sm.add(kind, region=REGION, **last)
    pages = client.get_paginator(f"list_{xform_name(kind)}s").paginate(
        SortBy="Name", SortOrder="Ascending", PaginationConfig={"PageSize": 2},
        **{member: wanted[member]},
    )  # fmt: skip
    found = [[summary[f"{kind}Name"] for summary in page[f"{kind}Summaries"]] for page in pages]
    assert found == [[], [], ["wanted"]]


@pytest.mark.fact("cross-cutting.7.SortBy-Name-sorts-by-byte-order")
def test_names_are_sorted_by_their_bytes(client: Any, sm: World) -> None:
    for name in ("ab", "a1", "B", "a-1", "aB", "1"):
        sm.add("CompilationJob", region="eu-west-1", CompilationJobName=name)
    assert listed(client, SortBy="Name") == ["1", "B", "a-1", "a1", "aB", "ab"]


@pytest.mark.fact(
    "cross-cutting.7.default-page-size-10-where-documented",
    "jobs._common.list_defaults",
)
def test_the_default_page_has_ten_jobs(client: Any, sm: World) -> None:
    for number in range(11):
        sm.add("CompilationJob", region="eu-west-1", CompilationJobName=f"job-{number}")
    page = client.list_compilation_jobs()
    assert len(page["CompilationJobSummaries"]) == 10
    assert "NextToken" in page


@pytest.mark.fact(
    "cross-cutting.7.bad-token-ValidationException-text-Invalid-pagination",
)
@pytest.mark.parametrize("token", ["nonsense", "bm9uc2Vuc2U=", "", "WzEsIDIsIDMsIDRd"])
def test_a_foreign_token_is_refused(four_jobs: Any, token: str) -> None:
    code, text = refusal(lambda: four_jobs.list_compilation_jobs(NextToken=token))
    assert (code, text) == ("ValidationException", 'Invalid pagination token because "{0}".')


@pytest.mark.fact(
    "cross-cutting.7.a-token-must-be-reused-with",
)
def test_a_token_belongs_to_its_filters(four_jobs: Any) -> None:
    token = four_jobs.list_compilation_jobs(MaxResults=1)["NextToken"]
    parameters = {"NextToken": token, "StatusEquals": "FAILED"}
    assert (
        refusal(lambda: four_jobs.list_compilation_jobs(**parameters))[0] == "ValidationException"
    )


@pytest.mark.parametrize(("size", "bound"), [(0, "greater than or equal to 1"), (101, "100")])
def test_max_results_has_bounds(compilation_job: Request, size: int, bound: str) -> None:
    config = Config(parameter_validation=False)
    with mock_sagemaker():
        client = boto3.client("sagemaker", region_name="eu-west-1", config=config)
        code, text = refusal(lambda: client.list_compilation_jobs(MaxResults=size))
    assert code == "ValidationException"
    assert "'maxResults'" in text
    assert bound in text
