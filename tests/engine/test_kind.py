"""Kinds tied to a service model: what is declared, and what follows by convention."""

from __future__ import annotations

import pytest

from sagestub import UnknownNameError
from sagestub.engine.binding import BoundKind
from sagestub.engine.documents import filled_in, member_at, with_member
from sagestub.engine.kind import Kind
from sagestub.engine.lifecycle import Lifecycle
from sagestub.kinds import KINDS
from sagestub.model.service import load_service


def bound(name: str) -> BoundKind:
    return BoundKind(KINDS.get(name) or Kind(name=name), load_service("sagemaker"))


@pytest.mark.parametrize(
    ("name", "identifier", "name_member", "arn_member", "status"),
    [
        (
            "CompilationJob",
            ("CompilationJobName",),
            "CompilationJobName",
            "CompilationJobArn",
            "CompilationJobStatus",
        ),
        ("Pipeline", ("PipelineName",), "PipelineName", "PipelineArn", "PipelineStatus"),
        (
            "PipelineExecution",
            ("PipelineExecutionArn",),
            "PipelineExecutionArn",
            "PipelineExecutionArn",
            "PipelineExecutionStatus",
        ),
        ("EndpointConfig", ("EndpointConfigName",), "EndpointConfigName", "EndpointConfigArn", ""),
    ],
)
def test_members_by_convention(
    name: str, identifier: tuple[str, ...], name_member: str, arn_member: str, status: str
) -> None:
    kind = bound(name)
    assert kind.identifier == identifier
    assert kind.name_member == name_member
    assert kind.arn_member == arn_member
    assert kind.status_member == status
    assert kind.created_member == "CreationTime"


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_every_declared_stamp_is_a_member(kind: Kind) -> None:
    members = bound(kind.name).members
    assert {m for stamps in kind.stamps.values() for m in stamps} <= set(members)


def test_a_lifecycle_with_a_state_that_the_model_lacks() -> None:
    kind = Kind(name="CompilationJob", lifecycle=Lifecycle(path="STARTING > RUNNING"))
    with pytest.raises(UnknownNameError, match="has the state 'RUNNING', which the model lacks"):
        BoundKind(kind, load_service("sagemaker"))


def test_member_at_a_path() -> None:
    document = {"OutputConfig": {"TargetPlatform": {"Os": "LINUX"}}}
    assert member_at(document, "OutputConfig.TargetPlatform.Os") == "LINUX"
    assert member_at(document, "OutputConfig.TargetDevice.Os") is None
    assert member_at(document, "OutputConfig.TargetPlatform.Os.Name") is None


def test_a_default_fills_only_what_is_absent() -> None:
    inner = {"A": 1}
    document = {"Outer": inner}
    for path, value in {"Outer.A": 2, "Outer.B": 3, "Other": 4, "Absent.C": 5}.items():
        with_member(document, path, value)
    assert document == {"Outer": {"A": 1, "B": 3}, "Other": 4}
    assert inner == {"A": 1}


def test_templates() -> None:
    assert filled_in("pipeline/{Name}/execution/{id}", {"Name": "a", "id": "b"}) == (
        "pipeline/a/execution/b"
    )
    assert filled_in("{Name}!", {}) == "!"
