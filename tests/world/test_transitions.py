"""Other paths and other paces, and what is said to those that make no sense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sagestub import InvalidArgumentError, World, after, immediate, manual, poll
from tests.world.handle import Status, message, statuses

Request = Callable[..., dict[str, Any]]

REGION = "eu-west-1"


@pytest.mark.parametrize(
    "path", ["STARTING > FAILED", "STARTING>FAILED", ["STARTING", "FAILED"], ("STARTING", "FAILED")]
)
@pytest.mark.parametrize("before", [True, False])
def test_another_path(
    client: Any, sm: World, compilation_job: Request, path: Any, before: bool
) -> None:
    if before:
        sm.transitions("CompilationJob", path=path)
    client.create_compilation_job(**compilation_job())
    if not before:
        sm.transitions("CompilationJob", path=path)
    assert statuses(client, 3) == ["STARTING", "FAILED", "FAILED"]
    answer = client.describe_compilation_job(CompilationJobName="resnet")
    assert answer["FailureReason"].startswith("ServerError")


def test_a_path_may_stay_in_a_state_and_come_back(
    client: Any, sm: World, compilation_job: Request
) -> None:
    sm.transitions(
        "CompilationJob", path="INPROGRESS > INPROGRESS > STARTING > INPROGRESS > COMPLETED"
    )
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 6) == [
        "INPROGRESS",
        "INPROGRESS",
        "STARTING",
        "INPROGRESS",
        "COMPLETED",
        "COMPLETED",
    ]


def test_a_path_that_never_ends(client: Any, sm: World, compilation_job: Request) -> None:
    sm.transitions("CompilationJob", path=["STARTING"])
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 3) == ["STARTING"] * 3


def test_a_new_path_spares_jobs_that_stop_or_have_ended(sm: World) -> None:
    jobs = {
        state: sm.add("CompilationJob", CompilationJobStatus=state)
        for state in ("STOPPING", "COMPLETED", "FAILED", "STOPPED")
    }
    sm.transitions("CompilationJob", path="STARTING > INPROGRESS > COMPLETED")
    for job in jobs.values():
        job.advance(5)
    assert {state: job.status for state, job in jobs.items()} == {
        "STOPPING": "STOPPED",
        "COMPLETED": "COMPLETED",
        "FAILED": "FAILED",
        "STOPPED": "STOPPED",
    }


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("rule", "seen"),
    [
        (poll(2), ["STARTING", "STARTING", "INPROGRESS", "INPROGRESS", "COMPLETED"]),
        ("poll", ["STARTING", "INPROGRESS", "COMPLETED", "COMPLETED", "COMPLETED"]),
        (immediate(), ["COMPLETED"] * 5),
        ("immediate", ["COMPLETED"] * 5),
        (manual(), ["STARTING"] * 5),
        ("manual", ["STARTING"] * 5),
        (after(60), ["STARTING"] * 5),
        ("clock", ["STARTING"] * 5),
    ],
)
def test_another_rule(
    client: Any, sm: World, compilation_job: Request, rule: Any, seen: list[str], before: bool
) -> None:
    if before:
        sm.transitions("CompilationJob", rule=rule)
    client.create_compilation_job(**compilation_job())
    if not before:
        sm.transitions("CompilationJob", rule=rule)
    assert statuses(client, 5) == seen


def test_a_rule_for_a_name_pattern(client: Any, sm: World, compilation_job: Request) -> None:
    sm.transitions("CompilationJob", rule=immediate(), name="resnet-*")
    for name in ("resnet-50", "vgg"):
        client.create_compilation_job(**compilation_job(name))
    assert statuses(client, 1, "resnet-50") == ["COMPLETED"]
    assert statuses(client, 2, "vgg") == ["STARTING", "INPROGRESS"]


def test_a_pattern_is_about_names_not_about_arns(
    client: Any, sm: World, compilation_job: Request
) -> None:
    """Every ARN has `compilation-job` in it."""
    sm.transitions("CompilationJob", rule=immediate(), name="*job*")
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 1) == ["STARTING"]


def test_a_rule_for_one_state(client: Any, sm: World, compilation_job: Request) -> None:
    sm.transitions("CompilationJob", rule=poll(3), state="INPROGRESS")
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 5) == ["STARTING"] + ["INPROGRESS"] * 3 + ["COMPLETED"]


def test_a_rule_for_all_kinds(client: Any, sm: World) -> None:
    sm.transitions(rule="manual")
    sm.add("CompilationJob", region=REGION, CompilationJobName="resnet")
    run = sm.add("PipelineExecution", region=REGION)
    client.describe_pipeline_execution(PipelineExecutionArn=run.arn)
    assert (statuses(client, 2), run.status) == (["STARTING"] * 2, "Executing")


def test_the_last_setting_wins(client: Any, sm: World, compilation_job: Request) -> None:
    sm.transitions("CompilationJob", rule=immediate(), name="resnet")
    sm.transitions("CompilationJob", rule=manual())
    sm.transitions("CompilationJob", path="STARTING > FAILED")
    sm.transitions("CompilationJob", path="STARTING > COMPLETED")
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 2) == ["STARTING"] * 2
    assert sm.get("CompilationJob", "resnet").advance(5).status == "COMPLETED"


def test_a_setting_for_others_does_not_restart_the_count(
    client: Any, sm: World, compilation_job: Request
) -> None:
    sm.transitions("CompilationJob", rule=poll(2))
    client.create_compilation_job(**compilation_job())
    assert statuses(client, 1) == ["STARTING"]
    sm.transitions("CompilationJob", rule=poll(5), state="COMPLETED")
    assert statuses(client, 2) == ["STARTING", "INPROGRESS"]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({}, "got neither path= nor rule="),
        ({"kind": "CompilationJob"}, "got neither path= nor rule="),
        ({"path": "STARTING"}, "without a kind"),
        ({"rule": "manual", "state": "STARTING"}, "without a kind"),
        ({"kind": "CompilationJob", "path": []}, "path= is empty."),
        ({"kind": "CompilationJob", "path": ""}, "path= is empty."),
        ({"kind": "CompilationJob", "path": poll(2)}, "path= is the rule poll(2)."),
        ({"kind": "CompilationJob", "path": "immediate"}, "path= is the rule immediate."),
        ({"kind": "CompilationJob", "path": [Status.FAILED]}, "a list of strings"),
        ({"kind": "CompilationJob", "path": 3}, "'STARTING > INPROGRESS'"),
        ({"kind": "CompilationJob", "rule": 3}, "rule= is 3."),
        ({"kind": "CompilationJob", "rule": poll}, "Give one of 'poll', 'immediate'"),
        ({"kind": "CompilationJob", "rule": "manual", "name": 3}, "name= is 3."),
        ({"kind": "EndpointConfig", "rule": "manual"}, "EndpointConfig has no status"),
        ({"kind": None, "rule": None}, "got neither"),
        ({"kind": Status.FAILED, "rule": "manual"}, "A kind is named by a string"),
        ({"kind": "manual", "name": "CompilationJob", "rule": "poll"}, "Give the kind first"),
    ],
)
def test_transitions_that_make_no_sense(sm: World, arguments: dict[str, Any], text: str) -> None:
    assert text in message(lambda: sm.transitions(**arguments), InvalidArgumentError)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"kind": "compilation_job", "rule": "poll"}, "Did you mean 'CompilationJob'?"),
        ({"kind": "CompilationJobs", "rule": "poll"}, "Did you mean 'CompilationJob'?"),
        ({"kind": "CompilationJob", "rule": "pol"}, "Did you mean 'poll'?"),
        ({"kind": "CompilationJob", "rule": "Immediate"}, "Did you mean 'immediate'?"),
        ({"kind": "CompilationJob", "path": "starting > FAILED"}, "Did you mean 'STARTING'?"),
        ({"kind": "CompilationJob", "path": ["STARTED"]}, "Did you mean 'STARTING'?"),
        (
            {"kind": "CompilationJob", "rule": "poll", "state": "Stopped"},
            "Did you mean 'STOPPED'?",
        ),
    ],
)
def test_names_in_transitions_that_do_not_exist(
    sm: World, arguments: dict[str, Any], text: str
) -> None:
    assert text in message(lambda: sm.transitions(**arguments))


@pytest.mark.parametrize(
    ("make", "value"), [(poll, 0), (poll, 1.5), (poll, "2"), (after, -1), (after, "9")]
)
def test_rules_that_make_no_sense(make: Callable[[Any], object], value: object) -> None:
    assert repr(value) in message(lambda: make(value), InvalidArgumentError)
