"""The secondary statuses of the facts: which there are, of which status, with which message."""

from __future__ import annotations

from typing import Any

import pytest

from docs.ledger import Fact, named
from sagestub import UnknownNameError, World
from tests.facts.walks import ids, kind_of
from tests.model.test_every_operation import model

REGION = "eu-west-1"


def described_in(sm: World, client: Any, kind_name: str, state: str) -> dict[str, Any]:
    """Return what Describe shows of a resource that has been moved into a state."""
    sm.transitions(rule="manual")
    resource = sm.add(kind_name, REGION).move_to(state)
    operation = resource.kind.describe
    assert operation is not None
    naming = {m: resource.document[m] for m in operation.required_input}
    answer: dict[str, Any] = client._make_api_call(operation.name, naming)
    return answer


@pytest.mark.parametrize("fact", ids(named("*.*.secondary.by_primary.*")))
def test_secondary_statuses_of_a_status(sm: World, client: Any, fact: Fact) -> None:
    kind, primary = sm._kind(kind_of(fact)), fact.name.rpartition(".")[2]
    own = [state for state in kind.states if state.partition("/")[0] == primary]
    shown = [described_in(sm, client, kind.name, state) for state in own]
    assert {answer[kind.status_member] for answer in shown} == {primary}
    assert {answer[kind.kind.secondary] for answer in shown} == set(fact.value)


@pytest.mark.parametrize("fact", ids(named("*.*.secondary.values.*")))
def test_secondary_status_can_be_had(sm: World, client: Any, fact: Fact) -> None:
    kind = sm._kind(kind_of(fact))
    (state,) = [state for state in kind.states if state.rpartition("/")[2] == fact.text]
    answer = described_in(sm, client, kind.name, state)
    assert answer[kind.kind.secondary] == fact.text
    assert answer[kind.kind.secondary_transitions][-1]["Status"] == fact.text


@pytest.mark.parametrize("fact", ids(named("*.*.secondary.messages.*.*")))
def test_message_of_a_secondary_status(sm: World, client: Any, fact: Fact) -> None:
    kind, status = sm._kind(kind_of(fact)), fact.name.split(".")[4]
    answer = described_in(sm, client, kind.name, kind.state_named(status))
    last = answer[kind.kind.secondary_transitions][-1]
    assert (last["Status"], last["StatusMessage"]) == (status, fact.text)


@pytest.mark.fact(
    "jobs.TrainingJob.secondary.rules.LaunchingMLInstances-PreparingTrainingStack-DownloadingTrainingImage-stay-in-the",
)
@pytest.mark.parametrize(
    "status", ["LaunchingMLInstances", "PreparingTrainingStack", "DownloadingTrainingImage"]
)
def test_secondary_status_of_old_times_is_none_any_more(sm: World, status: str) -> None:
    assert status in model("sagemaker").shape_for("SecondaryStatus").enum
    with pytest.raises(UnknownNameError):
        sm.add("TrainingJob", REGION).move_to(f"InProgress/{status}")
