"""Every kind's round trip: what was created is described, listed, updated, stopped and deleted.

Each kind makes its journey once; the tests look at what it brought. Inputs are generated, see
`creations.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.model.creations import Created, accepted, create, kinds_created, populated

LONGEST_WAY = 30
DAYS = 2 * 24 * 3600

KINDS = kinds_created()

DESCRIBED_OTHERWISE: dict[str, dict[str, str]] = {
    "HyperParameterTuningJob": {"TrainingJobDefinition": "its algorithm is shown by the ARN"},
    "Pipeline": {
        "PipelineVersionAliases": "the generated list is empty, and no alias is no member"
    },
}
"""Members of a Create that Describe shows otherwise, by kind, each with the reason."""

UPDATED_OTHERWISE: dict[str, dict[str, str]] = {
    "Pipeline": {"PipelineVersionAliases": "as at creation"},
    "TrainingJob": {"ProfilerRuleConfigurations": "rules are added to those of the job"},
}
"""Members of an Update that Describe shows otherwise, by kind, each with the reason."""

FIXED_AT_STOP: dict[str, dict[str, Any]] = {
    "InferenceExperiment": {"DesiredState": "Cancelled"},  # `Completed` would end in Completed.
}
"""Members that a Stop is given, each with the reason."""

FIXED_AT_UPDATE: dict[str, dict[str, Any]] = {
    # Text of a format that no shape describes; few versions exist.
    "ClusterExtension": {"ExtensionVersion": None, "ConfigurationValues": "{}"},
    # Scripts in base64.
    "NotebookInstanceLifecycleConfig": {
        "OnCreate": [{"Content": "ZWNobyAzCg=="}],
        "OnStart": [{"Content": "ZWNobyA0Cg=="}],
    },
    # The version that is to be replaced.
    "ClusterSchedulerConfig": {"TargetVersion": 1},
    "ComputeQuota": {"TargetVersion": 1},
    # One of two members, and the other one reads from S3, which nothing plays here.
    "Pipeline": {
        "PipelineDefinition": '{"Version": "2020-12-01", "Steps": []}',
        "PipelineDefinitionS3Location": None,
    },
}
"""Members that the generated input of an Update is given or (None) loses."""

STOPPED_FIRST = {
    "NotebookInstance": "only a stopped instance is updated and deleted",
    "TrainingSession": "only a session that has ended is deleted",
}

TAKING_AWAY = ("ToRemove", "ToDelete", "DeleteProperties")
"""How members of an Update end that take away what another member may just have given.

So do those that begin with `Disassociate`.
"""

UPDATED_ON_THE_WAY = {
    "InferenceExperiment": "one that has ended is not updated",
    "TrainingJob": "of one that has ended only a warm pool is updated",
}
"""Kinds that are updated before they rest, each with the reason."""

STAYING = {"Project": "a deleted project is described for good, with DeleteCompleted"}
"""Kinds of which Describe shows what was deleted, each with the reason."""

UNTAGGED = {"Workforce": "it takes tags and the tag operations refuse its ARN"}
"""Kinds whose tags no operation lists, each with the reason."""

MISSING = {
    ("CompilationJob", "InputConfig"): "a job of a model package version is created without one",
}
"""Required members that Describe does not have, each with the reason."""

NOT_FOUND = frozenset({"ResourceNotFound", "ResourceNotFoundException", "ValidationException"})

TAGS = [{"Key": "team", "Value": "vision"}]


class Place(NamedTuple):
    """A world, its client, and a resource that a call has just made in it."""

    sm: World
    client: Any
    created: Created

    @property
    def kind(self) -> Any:
        return self.created.resource.kind

    def describe(self) -> dict[str, Any]:
        """Return what Describe answers."""
        operation = self.kind.describe
        answer = self.client._make_api_call(operation.name, self.created.naming(operation))
        del answer["ResponseMetadata"]
        return self.created.shown_in(answer)

    def states(self) -> list[tuple[str, dict[str, Any]]]:
        """Describe the resource until it rests: each state with its answer."""
        resource = self.created.resource
        seen: list[tuple[str, dict[str, Any]]] = []
        for _ in range(LONGEST_WAY):
            state = resource.state
            seen.append((state, self.describe()))
            if state == resource.state and (not resource.way or resource.due is not None):
                return seen  # It stays, or it waits for the clock whatever the rule says.
        raise AssertionError(f"{resource} does not rest: {[state for state, _ in seen]}")

    def entry(self) -> dict[str, Any] | None:
        """Return the resource's entry in the kind's List; None without one."""
        operation = self.kind.list
        member = next(m for m, s in operation.output_shape.members.items() if s.type_name == "list")
        names = {self.created.resource.arn, self.created.resource.name} - {""}
        token: dict[str, str] = {}
        while True:
            naming = self.created.naming(operation).items()
            parameters = {m: v for m, v in naming if m in operation.required_input}
            page = self.client._make_api_call(operation.name, {**parameters, **token})
            for entry in page[member]:
                if names & {value for value in entry.values() if isinstance(value, str)}:
                    return dict(entry)
            if "NextToken" not in page:
                return None
            token = {"NextToken": page["NextToken"]}

    def call_when_accepted(self, operation: Any, fixed: dict[str, Any]) -> dict[str, Any]:
        """Call an operation in the first state that accepts it; the input."""
        naming = self.created.naming(operation)
        for _ in range(LONGEST_WAY):
            try:
                return accepted(
                    self.sm, self.client, operation.name, frozenset(), {**fixed, **naming}
                )[0]
            except AssertionError as refusals:
                if not self.created.resource.way:
                    raise
                last = refusals
                self.describe()
        raise last


class Journey:
    """What a kind's resource went through; a step that broke tells it when it is looked at."""

    def __init__(self, kind_name: str) -> None:
        self._outcomes: dict[str, Any] = {}
        with populated(without=kind_name) as (sm, client):
            self.place = Place(sm, client, create(sm, client, kind_name))
            self.kind = self.place.kind
            self._take("listed", self.place.entry if self.kind.list else None)
            self._take("tags", self._tags)
            self._take("states", self.place.states)
            if kind_name in STOPPED_FIRST:
                self._take("stop first", self._stop)
            if kind_name not in UPDATED_ON_THE_WAY:
                self._take("update", self._update if self.kind.update else None)
            self._take("delete", self._delete if self.kind.delete else None)
        if kind_name in UPDATED_ON_THE_WAY:
            with populated() as (sm, client):
                self.place = Place(sm, client, create(sm, client, kind_name))
                self._take("update", self._update)
        if self.kind.stop:
            with populated(without=kind_name) as (sm, client):
                self.place = Place(sm, client, create(sm, client, kind_name))
                self._take("stop", self._stop)

    def _take(self, step: str, function: Callable[[], Any] | None) -> None:
        try:
            self._outcomes[step] = function() if function is not None else None
        except Exception as error:  # noqa: BLE001 (told by `outcome`)
            self._outcomes[step] = error

    def outcome(self, step: str) -> Any:
        """Return what a step brought; None for one that the kind does not have."""
        outcome = self._outcomes.get(step)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def _tags(self) -> Any:
        taken = "Tags" in self.place.created.parameters and self.kind.arn_member
        if not taken or self.kind.name in UNTAGGED:
            return None
        return self.place.client.list_tags(ResourceArn=self.place.created.resource.arn)["Tags"]

    def _stop(self) -> list[str]:
        fixed = FIXED_AT_STOP.get(self.kind.name, {})
        self.place.call_when_accepted(self.kind.stop, fixed)
        return [state for state, _ in self.place.states()]

    def _update(self) -> tuple[dict[str, Any], dict[str, Any]]:
        operation = self.kind.update
        fixed = FIXED_AT_UPDATE.get(self.kind.name, {})
        taking = {
            m: None
            for m in operation.input_members
            if m.endswith(TAKING_AWAY) or m.startswith("Disassociate")
        }
        given = self.place.call_when_accepted(operation, {**taking, **fixed})
        return given, self.place.states()[-1][1]

    def _delete(self) -> tuple[Any, Any]:
        self.place.call_when_accepted(self.kind.delete, {})
        error = None
        try:
            self.place.states()
            self.place.sm.clock.advance(DAYS)
            self.place.describe()
        except ClientError as refusal:
            error = refusal.response["Error"]
        return error, self.place.entry() if self.kind.list else None


@pytest.fixture(scope="module", params=KINDS)
def journey(request: pytest.FixtureRequest) -> Journey:
    """The journey of one kind."""
    return Journey(request.param)


def holds(shown: Any, given: Any) -> bool:
    """Return whether a value shows all of another; a structure may have members more."""
    if isinstance(given, dict) and isinstance(shown, dict):
        return all(name in shown and holds(shown[name], item) for name, item in given.items())
    if isinstance(given, list) and isinstance(shown, list):
        return len(shown) == len(given) and all(map(holds, shown, given))
    return bool(shown == given)


def differing(kind: Any, operation: Any, given: Any, shown: Any) -> dict[str, Any]:
    """Return the members of a request that Describe has, by name and shape, with another value."""
    shapes = operation.input_shape.members
    return {
        member: (value, shown.get(member))
        for member, value in given.items()
        if member in kind.member_shapes
        and kind.member_shapes[member].name == shapes[member].name
        and member != "Tags"
        and not holds(shown.get(member), value)
    }


def test_describe_has_every_member_that_was_given(journey: Journey) -> None:
    (_, shown), *_ = journey.outcome("states")
    kind = journey.kind
    wrong = differing(kind, kind.create, journey.place.created.parameters, shown)
    assert wrong.keys() <= DESCRIBED_OTHERWISE.get(kind.name, {}).keys(), wrong


def test_every_state_has_the_required_members(journey: Journey) -> None:
    shape = journey.kind.describe.output_shape
    if journey.kind.wrapper:
        shape = shape.members[journey.kind.wrapper]
    states = journey.outcome("states")
    missing = {m for _, shown in states for m in shape.required_members if m not in shown}
    assert missing <= {member for kind, member in MISSING if kind == journey.kind.name}


def test_tags_of_a_create_are_the_resources(journey: Journey) -> None:
    assert journey.outcome("tags") in (None, TAGS)


def test_list_has_what_was_created_with_the_required_members(journey: Journey) -> None:
    operation = journey.kind.list
    if operation is None:
        return
    shapes = operation.output_shape.members.values()
    element = next(shape for shape in shapes if shape.type_name == "list").member
    assert set(element.required_members) <= set(journey.outcome("listed") or ())
    assert journey.outcome("listed")


def test_update_changes_what_it_gives(journey: Journey) -> None:
    if journey.kind.update is None:
        return
    given, shown = journey.outcome("update")
    wrong = differing(journey.kind, journey.kind.update, given, shown)
    assert wrong.keys() <= UPDATED_OTHERWISE.get(journey.kind.name, {}).keys(), wrong


def test_stop_ends_in_the_stopped_state(journey: Journey) -> None:
    if journey.kind.stop is not None:
        assert journey.outcome("stop")[-1] == journey.kind.lifecycle.stop[-1]


def test_what_was_deleted_is_gone(journey: Journey) -> None:
    if journey.kind.delete is None:
        return
    error, entry = journey.outcome("delete")
    if journey.kind.name in STAYING:
        assert error is None
    else:
        assert error["Code"] in NOT_FOUND
        assert entry is None
