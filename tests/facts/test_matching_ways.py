"""What other clients wait for and read: their rules as data, run over what resources show.

A client that waits goes on as long as it sees one of the statuses that it takes for unfinished, and is
content with one that it takes for done; every other status makes it fail. The rules stand in
`matching/`.
"""

from __future__ import annotations

from itertools import takewhile
from typing import Any

import pytest

from tests.facts import walks
from tests.facts.matching import airflow, cloudformation, controllers, sdk, terraform
from tests.facts.matching.rules import Members, Way, named
from tests.facts.test_filled_in import filled_in
from tests.facts.walks import END

WAYS = [
    *terraform.WAYS,
    *controllers.WAYS,
    *sdk.WAYS,
    *airflow.WAYS,
    *cloudformation.WAYS,
]


def seen(way: Way) -> list[str]:
    """Return the statuses that a client sees from the call on."""
    if way.verb == "create":
        return walks.statuses(walks.path(way.kind).answers)
    return walks.statuses(walks.after(way.kind, way.verb))


@pytest.mark.parametrize("way", named(WAYS))
def test_a_client_waits_to_the_end(way: Way) -> None:
    statuses = seen(way)
    on_the_way = list(takewhile(lambda status: status not in way.done | {END}, statuses))
    assert set(on_the_way) <= way.pending
    end = statuses[len(on_the_way)]
    assert end in way.done or (end == END and way.verb == "delete")


def at(answer: Any, path: str) -> list[Any]:
    """Return the values at a path such as `Members[].Name`; none where a member lacks."""
    found = [answer]
    for part in path.split("."):
        member = part.removesuffix("[]")
        found = [value[member] for value in found if member in value]
        if part.endswith("[]"):
            found = [item for value in found for item in value]
    return found


READ = [*terraform.READ, *sdk.READ, *airflow.READ]


@pytest.mark.parametrize("read", named(READ))
def test_a_client_finds_what_it_reads(read: Members) -> None:
    """A member that a client reads of a finished resource is there."""
    _, answer = walks.path(read.kind).answers[-1]
    assert [member for member in read.members if not at(answer, member)] == []


@pytest.mark.parametrize("kind_name", controllers.LATE)
def test_the_service_fills_in_what_a_controller_waits_for(kind_name: str) -> None:
    """ACK's late_initialize: the members are there although the request left them out."""
    given, members = controllers.LATE[kind_name]
    answer = filled_in(kind_name, given)
    assert [member for member in members if not at(answer, member)] == []


@pytest.mark.parametrize("kind_name", terraform.LEFT_OUT)
def test_the_service_leaves_out_what_a_plan_would_change_back(kind_name: str) -> None:
    """TF: what a configuration leaves out is left out, unless the schema says that it is computed."""
    answer = filled_in(kind_name, {})
    assert [member for member in terraform.LEFT_OUT[kind_name] if member in answer] == []


@pytest.mark.parametrize("kind", airflow.FAILED)
def test_a_client_reads_why_it_failed(kind: str) -> None:
    """AIRFLOW's sensors read FailureReason of what has failed; Terraform and the SDK show it."""
    status, answer = walks.failed(kind)[-1]
    assert status == "Failed"
    assert answer["FailureReason"]
