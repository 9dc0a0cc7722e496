"""How steps make resources of SageMaker: the name, the tags, the experiment, the Create call.

Source: docs/facts/pipelines.md, names, tags and experiments of jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagestub.pipelines.step import LONGEST_JOB_NAME, Outcome, Running, StepRun, Succeeded
from sagestub.pipelines.steps.values import fitting

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.resource import Resource

EXECUTION_TAG = "sagemaker:pipeline-execution-arn"
STEP_TAG = "sagemaker:pipeline-step-name"
JOB_PREFIX = "pipelines-"


@dataclass(frozen=True, kw_only=True)
class Creation:
    """What a type of step makes, and how.

    Args:
        kind: The kind of the resource.
        metadata: The member of Metadata that tells its ARN.
        name: The member of the request that names it; empty for one that the service names.
        prefix: What a made name begins with.
        longest: Characters of the name.
        experiment: Whether the request takes an ExperimentConfig.
        taggable: Whether the request takes tags.
        operation: The operation that makes it; empty for `Create{kind}`.
    """

    kind: str
    metadata: str
    name: str = ""
    prefix: str = JOB_PREFIX
    longest: int = LONGEST_JOB_NAME
    experiment: bool = False
    taggable: bool = True
    operation: str = ""


ANY_JOB = Creation(kind="", metadata="")
"""A job, as far as its name is concerned."""


def name_of(run: StepRun, creation: Creation, given: object) -> str:
    """Return the name of what a step makes.

    Args:
        run: The attempt.
        creation: What it makes.
        given: The name in the definition, which is a prefix:
            `<prefix>-<execution id>-<made>-<failures so far>`.
    """
    if not isinstance(given, str) or not given:
        return run.name_for(creation.prefix, creation.longest)
    made = run.context.new_id(10, mixed=True)
    end = f"-{run.execution_id}-{made}-{run.attempt - 1}"
    return f"{given[: creation.longest - len(end)].rstrip('-')}{end}"


def tags_of(run: StepRun, given: object) -> list[dict[str, Any]]:
    """Return the tags of what a step makes: those of the definition, and the service's own."""
    own = [tag for tag in given if isinstance(tag, Mapping)] if isinstance(given, list) else []
    return [
        *(dict(tag) for tag in own),
        {"Key": EXECUTION_TAG, "Value": run.execution.arn},
        {"Key": STEP_TAG, "Value": run.step.name},
    ]


def experiment_of(run: StepRun, given: object) -> dict[str, Any]:
    """Return the ExperimentConfig of a job: the execution's experiment and trial."""
    config = run.execution.document.get("PipelineExperimentConfig") or {}
    display = given.get("TrialComponentDisplayName") if isinstance(given, Mapping) else None
    shown = {} if display is None else {"TrialComponentDisplayName": display}
    return {**config, **shown}


def request_of(run: StepRun, creation: Creation) -> dict[str, Any]:
    """Return the parameters of the call that makes the resource of a step."""
    arguments = run.arguments
    shape = creating(run, creation.kind).input_shape
    request: dict[str, Any] = fitting(arguments, shape)
    if creation.name:
        request[creation.name] = run.record.get("Name") or name_of(
            run, creation, arguments.get(creation.name)
        )
    if creation.experiment:
        request["ExperimentConfig"] = experiment_of(run, arguments.get("ExperimentConfig"))
        if not request["ExperimentConfig"]:
            del request["ExperimentConfig"]
    if creation.taggable:
        request["Tags"] = tags_of(run, request.get("Tags"))
    return request


def creating(run: StepRun, kind: str) -> Any:
    """Return the operation that makes resources of a kind."""
    bound: BoundKind = run.context.kind_named(kind)
    assert bound.create is not None, f"{kind} is made by an operation"
    return bound.create


def created(run: StepRun, creation: Creation, request: Mapping[str, Any] | None = None) -> Resource:
    """Make the resource of a step, and return it.

    Args:
        run: The attempt.
        creation: What is to be made.
        request: The parameters; None for those that the step's arguments give.

    Raises:
        ServiceError: The service refuses it.
    """
    parameters = request_of(run, creation) if request is None else request
    operation = creating(run, creation.kind).name
    answer = run.perform(operation, parameters)
    bound = run.context.kind_named(creation.kind)
    return run.made(creation.kind, str(answer[bound.arn_member]))


def arn_metadata(creation: Creation, resource: Resource) -> dict[str, Any]:
    """Return the Metadata of a step that tells the ARN of what it made."""
    return {creation.metadata: {"Arn": resource.arn}}


def started(creation: Creation) -> Callable[[StepRun], Outcome]:
    """Return the start of a type of step that waits for what it makes."""

    def start(run: StepRun) -> Outcome:
        resource = created(run, creation)
        return Running(resource, arn_metadata(creation, resource))

    return start


def done_at_once(creation: Creation) -> Callable[[StepRun], Outcome]:
    """Return the start of a type of step whose work is done with the call."""

    def start(run: StepRun) -> Outcome:
        resource = created(run, creation)
        return Succeeded(metadata=arn_metadata(creation, resource), seconds=1, resource=resource)

    return start
