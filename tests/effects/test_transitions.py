"""Functions of a test that hear of moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sagestub import InvalidArgumentError, UnknownNameError, World

Request = Callable[..., dict[str, Any]]

REGION = "eu-west-1"


def test_every_move_is_heard_of(sm: World, client: Any, compilation_job: Request) -> None:
    moves: list[Any] = []
    sm.on_transition(lambda job, left, entered: moves.append((job.name, left, entered)))
    client.create_compilation_job(**compilation_job())
    for _ in range(3):
        client.describe_compilation_job(CompilationJobName="resnet")
    assert moves == [
        ("resnet", "", "STARTING"),
        ("resnet", "STARTING", "INPROGRESS"),
        ("resnet", "INPROGRESS", "COMPLETED"),
    ]


def test_only_what_is_selected_is_heard_of(
    sm: World, client: Any, compilation_job: Request, training_job: Request
) -> None:
    heard: list[str] = []
    sm.transitions(rule="immediate")

    @sm.on_transition(kind="CompilationJob", name="resnet-*", state="COMPLETED")
    def note(job: Any, left: str, entered: str) -> None:
        heard.append(f"{job.name} {entered}")

    @sm.on_transition(state="InProgress")
    def note_progress(job: Any, left: str, entered: str) -> None:
        heard.append(entered)

    for name in ("resnet-50", "yolo"):
        client.create_compilation_job(**compilation_job(name))
    client.create_training_job(**training_job())
    assert heard == [
        "resnet-50 COMPLETED",
        "InProgress/Starting",
        "InProgress/Downloading",
        "InProgress/Training",
        "InProgress/Uploading",
    ]


def test_a_describe_by_it_shows_the_state_and_moves_nothing(
    sm: World, client: Any, compilation_job: Request
) -> None:
    seen = []

    @sm.on_transition(kind="CompilationJob")
    def look(job: Any, left: str, entered: str) -> None:
        for _ in range(3):
            answer = client.describe_compilation_job(CompilationJobName=job.name)
            seen.append((entered, answer["CompilationJobStatus"]))

    client.create_compilation_job(**compilation_job())
    assert client.describe_compilation_job(CompilationJobName="resnet")["CompilationJobStatus"] == (
        "STARTING"
    )
    assert seen == [("STARTING", "STARTING")] * 3 + [("INPROGRESS", "INPROGRESS")] * 3


def test_it_may_move_the_resource(sm: World, client: Any, compilation_job: Request) -> None:
    moves = []

    @sm.on_transition(kind="CompilationJob", state="STARTING")
    def fail(job: Any, left: str, entered: str) -> None:
        job.move_to("FAILED", reason="not today")

    @sm.on_transition(kind="CompilationJob")
    def note(job: Any, left: str, entered: str) -> None:
        moves.append((left, entered))

    client.create_compilation_job(**compilation_job())
    answer = client.describe_compilation_job(CompilationJobName="resnet")
    assert answer["FailureReason"] == "not today"
    assert moves == [("STARTING", "FAILED")]


def test_what_it_raises_reaches_the_test_when_all_has_happened(
    sm: World, client: Any, compilation_job: Request
) -> None:
    sm.transitions(rule="immediate")

    @sm.on_transition(kind="CompilationJob", state="INPROGRESS")
    def check(job: Any, left: str, entered: str) -> None:
        raise AssertionError("compiled too early")

    with pytest.raises(AssertionError, match="compiled too early"):
        client.create_compilation_job(**compilation_job())
    assert sm.get("CompilationJob", "resnet").status == "COMPLETED"
    answer = client.describe_compilation_job(CompilationJobName="resnet")
    assert answer["CompilationJobStatus"] == "COMPLETED"


@pytest.mark.parametrize("way", ["advance", "move_to", "the clock"])
def test_it_raises_from_the_methods_of_the_handle_too(
    way: str, sm: World, client: Any, compilation_job: Request
) -> None:
    sm.transitions(rule="clock")
    client.create_compilation_job(**compilation_job())
    job = sm.get("CompilationJob", "resnet")

    @sm.on_transition
    def check(job: Any, left: str, entered: str) -> None:
        raise RuntimeError(entered)

    ways: dict[str, Callable[[], object]] = {
        "advance": job.advance,
        "move_to": lambda: job.move_to("INPROGRESS"),
        "the clock": lambda: sm.clock.advance(30),
    }
    with pytest.raises(RuntimeError, match="INPROGRESS"):
        ways[way]()
    assert job.status == "INPROGRESS"


def test_what_is_removed_is_gone(sm: World, client: Any) -> None:
    moves = []
    sm.transitions(rule="immediate")
    sm.add(
        "NotebookInstance",
        region=REGION,
        NotebookInstanceName="n",
        NotebookInstanceStatus="Stopped",
    )

    @sm.on_transition(kind="NotebookInstance")
    def note(notebook: Any, left: str, entered: str) -> None:
        moves.append((left, entered))

    client.delete_notebook_instance(NotebookInstanceName="n")
    assert moves == [("Stopped", "Deleting"), ("Deleting", "(gone)")]


def test_misuse_says_what_is_accepted(sm: World) -> None:
    with pytest.raises(InvalidArgumentError, match="takes a function"):
        sm.on_transition("CompilationJob")  # type: ignore[call-overload]
    with pytest.raises(UnknownNameError, match="CompilationJob"):
        sm.on_transition(kind="CompilationJobs")
    with pytest.raises(UnknownNameError, match="COMPLETED"):
        sm.on_transition(kind="CompilationJob", state="COMPLETE")
    with pytest.raises(InvalidArgumentError, match="never moves"):
        sm.on_transition(kind="Model")
