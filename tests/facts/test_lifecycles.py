"""The lifecycles of the facts, walked: each way of each kind as Describe shows it.

A fact gives a way as `[Updating, InService]` or `Creating -> Created`; what ends the resource stands
as `gone`, `not found` and the like. Facts that say something else are held by tests that name them.
"""

from __future__ import annotations

import re

import pytest

from docs.ledger import Fact, facts, named
from sagestub import World
from tests.facts import walks
from tests.facts.walks import END, ids, kind_of, statuses
from tests.model.creations import create, populated
from tests.model.test_round_trips import Place

REGION = "eu-west-1"

ENDS = ("gone", "immediate", "ResourceNotFound", "not found")


def way_of(fact: Fact) -> list[str]:
    """Return the states that a fact names, with END for the end; of a choice the first one."""
    text = re.sub(r"\([^)]*\)|, (FailureReason|\w+Details)| with .*", "", fact.text).partition(";")[
        0
    ]
    text = re.sub(r"\w+ or gone", "gone", text)
    steps = [step.strip() for step in re.split(r"->|, then|,|/", text)]
    return [END if step.startswith(ENDS) else step.partition(" ")[0] for step in steps if step]


@pytest.mark.parametrize("fact", ids(named("*.*.lifecycle.path", "*.*.lifecycle.happy")))
def test_path(fact: Fact) -> None:
    assert statuses(walks.path(kind_of(fact)).answers) == way_of(fact)


@pytest.mark.parametrize(
    "fact", ids(named("*.*.lifecycle.initial", "jobs.OptimizationJob.lifecycle.initial_note"))
)
def test_initial(fact: Fact) -> None:
    assert statuses(walks.path(kind_of(fact)).answers)[0] == way_of(fact)[0]


AT_ONCE = [
    "hosting.Model.lifecycle.initial",
    "hosting.EndpointConfig.lifecycle.initial",
    "hosting.NotebookInstanceLifecycleConfig.lifecycle.initial",
    "hosting.AppImageConfig.lifecycle.initial",
    "hosting.StudioLifecycleConfig.lifecycle.initial",
    "hosting.AIWorkloadConfig.lifecycle.initial",
    "hosting.DeviceFleet.lifecycle.initial",
    "metadata.Experiment.lifecycle.initial",
    "metadata.Experiment.lifecycle.happy",
    "metadata.Trial.lifecycle.initial",
    "metadata.Artifact.lifecycle.initial",
    "metadata.Context.lifecycle.initial",
    "metadata.DataQualityJobDefinition.lifecycle.initial",
    "metadata.ModelQualityJobDefinition.lifecycle.initial",
    "metadata.ModelBiasJobDefinition.lifecycle.initial",
    "metadata.ModelExplainabilityJobDefinition.lifecycle.initial",
    "metadata.CodeRepository.lifecycle.initial",
    "metadata.Workteam.lifecycle.initial",
]


@pytest.mark.parametrize("name", AT_ONCE)
def test_what_has_no_status_exists_at_once(name: str) -> None:
    kind = name.split(".")[1]
    with populated(without=kind) as (sm, client):
        place = Place(sm, client, create(sm, client, kind))
        assert not {member for member in place.describe() if member.endswith("Status")}
        assert place.kind.lifecycle is None
        if "immutable" in facts()[name].text or "no update" in facts()[name].text:
            assert f"Update{kind}" not in client.meta.method_to_api_mapping.values()


@pytest.mark.parametrize("fact", ids(named("*.*.lifecycle.failed")))
def test_failed(fact: Fact) -> None:
    assert statuses(walks.failed(kind_of(fact)))[-1] == way_of(fact)[-1]


@pytest.mark.parametrize("fact", ids(named("*.*.lifecycle.stop")))
def test_stop(fact: Fact) -> None:
    assert statuses(walks.after(kind_of(fact), "stop")) == way_of(fact)


@pytest.mark.parametrize("fact", ids(named("*.*.lifecycle.start")))
def test_start(fact: Fact) -> None:
    assert statuses(walks.after(kind_of(fact), "start")) == way_of(fact)


@pytest.mark.parametrize("fact", ids(named("*.*.lifecycle.update")))
def test_update(fact: Fact) -> None:
    assert statuses(walks.after(kind_of(fact), "update")) == way_of(fact)


@pytest.mark.parametrize("fact", ids(named("*.*.lifecycle.delete")))
def test_delete(fact: Fact) -> None:
    way = way_of(fact)
    assert statuses(walks.after(kind_of(fact), "delete")) == [
        *way,
        *([END] if way[-1] != END else []),
    ]


@pytest.mark.parametrize("fact", ids(named("*.*.lifecycle.terminal")))
def test_terminal(sm: World, fact: Fact) -> None:
    """What stands in such a state stays there."""
    for state in fact.value:
        bound = sm._kind(kind_of(fact))
        resource = sm.add(kind_of(fact), REGION, **{bound.status_member: state})
        resource.advance()
        assert resource.status == state


@pytest.mark.parametrize("fact", ids(named("*.*.lifecycle.in_progress")))
def test_in_progress(sm: World, fact: Fact) -> None:
    """What stands in such a state moves on, or is gone then."""
    bound = sm._kind(kind_of(fact))
    for state in fact.value:
        resource = sm.add(bound.name, REGION, **{bound.status_member: state})
        resource.advance()
        assert resource.status != state or resource not in sm.resources(bound.name)


@pytest.mark.parametrize("fact", ids(named("*.*.lifecycle.update_failed")))
def test_failed_update(fact: Fact) -> None:
    end = re.split(r" *(?:->|\|) *", re.sub(r" \([^)]*\)", "", fact.text))[
        0 if "|" in fact.text else -1
    ]
    assert statuses(walks.after_failing(kind_of(fact), "update"))[-1] == end


@pytest.mark.parametrize("fact", ids(named("*.*.lifecycle.delete_failed")))
def test_failed_delete(fact: Fact) -> None:
    end = re.sub(r" \([^)]*\)", "", fact.text).partition(" |")[0]
    assert statuses(walks.after_failing(kind_of(fact), "delete"))[-1] == end


GONE_AFTER_DELETE = [
    "jobs.Job.lifecycle.after_delete",
    "jobs.TrainingSession.lifecycle.after_delete",
    "jobs.HyperParameterTuningJob.lifecycle.after_delete",
]


@pytest.mark.parametrize("name", GONE_AFTER_DELETE)
def test_what_was_deleted_is_gone(name: str) -> None:
    assert statuses(walks.after(name.split(".")[1], "delete"))[-1] == END
