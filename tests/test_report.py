"""The report of a world, which the pytest plugin adds to a failed test."""

from __future__ import annotations

from collections.abc import Iterator

import boto3
import pytest

from sagestub import World, mock_sagemaker
from sagestub.report import LONGEST_LIST, LONGEST_ROUTE, LONGEST_TEXT, report_of


@pytest.fixture
def sm() -> Iterator[World]:
    with mock_sagemaker() as world:
        yield world


def describe(name: str, times: int = 1, access_key: str | None = None) -> None:
    sagemaker = boto3.client(
        "sagemaker",
        region_name="eu-west-1",
        aws_access_key_id=access_key,
        aws_secret_access_key=access_key,
    )
    for _ in range(times):
        sagemaker.describe_compilation_job(CompilationJobName=name)


def add(sm: World, name: str, account_id: str | None = None) -> None:
    sm.add("CompilationJob", region="eu-west-1", account_id=account_id, CompilationJobName=name)


def test_equal_calls_in_a_row_are_one_line(sm: World) -> None:
    add(sm, "resnet")
    describe("resnet", times=50)
    assert report_of(sm).splitlines()[:4] == [
        "50 calls, oldest first:",
        "  eu-west-1  DescribeCompilationJob CompilationJobName='resnet' → STARTING",
        "  eu-west-1  DescribeCompilationJob CompilationJobName='resnet' → INPROGRESS",
        "  eu-west-1  DescribeCompilationJob CompilationJobName='resnet' → COMPLETED (48 times)",
    ]


def test_a_whole_report_has_every_call(sm: World) -> None:
    add(sm, "resnet")
    describe("resnet", times=50)
    assert report_of(sm, whole=True).count("DescribeCompilationJob") == 50


def test_accounts_are_named_when_there_are_several(sm: World) -> None:
    add(sm, "resnet", account_id="210987654321")
    describe("resnet", access_key="210987654321")
    add(sm, "alexnet")
    report = report_of(sm)
    assert "  210987654321/eu-west-1  DescribeCompilationJob" in report
    assert "  123456789012/eu-west-1  CompilationJob alexnet" in report


def test_a_route_has_virtual_times_since_creation(sm: World) -> None:
    add(sm, "resnet")
    job = sm.get("CompilationJob", "resnet")
    sm.clock.advance(90)
    job.advance()
    sm.clock.advance(3600)
    job.move_to("FAILED", reason="no such operator")
    assert report_of(sm).splitlines()[-1] == (
        "  eu-west-1  CompilationJob resnet: STARTING +0:00:00 → INPROGRESS +0:01:30 "
        "→ FAILED +1:01:30; FailureReason: no such operator"
    )


def test_what_lies_ahead_is_said_with_its_rule(sm: World) -> None:
    sm.transitions("CompilationJob", rule="manual")
    add(sm, "resnet")
    assert report_of(sm).endswith("; ahead: INPROGRESS → COMPLETED, by manual()")


def test_a_long_route_keeps_its_ends(sm: World) -> None:
    add(sm, "resnet")
    job = sm.get("CompilationJob", "resnet")
    for _ in range(20):
        job.move_to("INPROGRESS")
        job.move_to("STARTING")
    job.move_to("STOPPED")
    line = report_of(sm).splitlines()[-1]
    assert line.count(" → ") == LONGEST_ROUTE
    assert "CompilationJob resnet: STARTING +0:00:00 → … " in line
    assert "→ STOPPED +" in line


def test_a_long_text_is_cut(sm: World) -> None:
    add(sm, "resnet")
    sm.get("CompilationJob", "resnet").move_to("FAILED", reason="too long " * 100)
    text = report_of(sm).partition("FailureReason: ")[2]
    assert text.startswith("too long too long")
    assert len(text) == LONGEST_TEXT + 1


def test_resources_that_the_calls_name_are_shown_before_newer_ones(sm: World) -> None:
    for number in range(3 * LONGEST_LIST):
        add(sm, f"job-{number}")
    describe("job-3")
    lines = report_of(sm).splitlines()
    assert lines[2] == f"{3 * LONGEST_LIST} resources, with virtual time since creation:"
    assert "CompilationJob job-3: " in lines[3]
    assert f"CompilationJob job-{3 * LONGEST_LIST - 1}: " in lines[-2]
    assert lines[-1] == f"  … {2 * LONGEST_LIST} other resources"


def test_a_list_says_how_much_it_found(sm: World) -> None:
    add(sm, "resnet")
    boto3.client("sagemaker", region_name="us-west-2").list_compilation_jobs()
    assert "  us-west-2  ListCompilationJobs → 0 CompilationJobSummaries" in report_of(sm)


def test_a_kind_without_a_status_has_no_route(sm: World) -> None:
    sm.add("Experiment", region="eu-west-1", ExperimentName="widths")
    assert report_of(sm).splitlines()[-1] == "  eu-west-1  Experiment widths"


def test_a_world_that_has_been_left_can_be_reported() -> None:
    with mock_sagemaker() as world:
        add(world, "resnet")
        describe("resnet")
    assert "  eu-west-1  CompilationJob resnet: STARTING" in report_of(world)
