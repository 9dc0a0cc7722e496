"""`pipeline run`: a definition file run from beginning to end, told to a screen step by step.

The calls are those of any client. Virtual time jumps from one event to the next, so that durations decide
the order and nobody waits.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sagestub.errors import InvalidArgumentError, unknown_name

if TYPE_CHECKING:
    from sagestub.cli.pipeline_screens import PipelineScreen
    from sagestub.engine.resource import Resource
    from sagestub.pipelines.definition import Definition, Step
    from sagestub.pipelines.graph import Node
    from sagestub.world import World

ROLE = "arn:aws:iam::123456789012:role/pipeline"
SUCCEEDED = "Succeeded"
ROOM_IN_JOB_NAME = 29
NEVER = "A step waits for a call that nobody makes here."


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run, and what is ordered about it.

    Args:
        file: The definition, or a file of JSON that holds it as `PipelineDefinition`.
        parameters: Names and values of parameters.
        failures: Patterns of steps that fail, with the reasons; empty for the service's own.
        property_files: Steps and property files, with the files that hold their content.
        outputs: Steps and their outputs, with the values, for steps outside SageMaker.
        metrics: Training steps and the metrics that their jobs end with.
        region: The region of the session.
        svg: Where the picture along time goes; None for nowhere.
    """

    file: Path
    parameters: Sequence[tuple[str, str]]
    failures: Sequence[tuple[str, str]]
    property_files: Sequence[tuple[str, str, Path]]
    outputs: Sequence[tuple[str, str, str]]
    metrics: Sequence[tuple[str, str, float]]
    region: str
    svg: Path | None = None


def run(order: Order, screen: PipelineScreen) -> bool:
    """Run a definition in a world of its own and show how it goes.

    Args:
        order: What is to be run.
        screen: Where it is shown.

    Returns:
        Whether the execution has succeeded.

    Raises:
        InvalidArgumentError: A file cannot be read, a name is of no step, or the service refuses the
            definition or a value.
    """
    import boto3
    from botocore.exceptions import ClientError

    from sagestub.mock import mock_sagemaker

    text = definition_in(text_of(order.file))
    with mock_sagemaker(transitions="clock") as sm:
        client = boto3.client("sagemaker", region_name=order.region)
        try:
            execution = started(sm, client, order, text)
        except ClientError as error:
            raise InvalidArgumentError(
                f"{order.file}: the service refuses {error.operation_name}.\n"
                f"{error.response['Error']['Message']}"
            ) from None
        began = float(execution.document["CreationTime"])
        try:
            screen.open(f"{order.file.name}: {execution.arn}", execution.graph)
            for steps in changes(execution):
                screen.show(steps, execution.motion.clock.time() - began)
            graph = execution.graph()
            screen.close(graph, graph.now - began, reason_of(execution))
        finally:
            screen.leave()
        if order.svg is not None:
            write(order.svg, graph.svg())
        return execution.status == SUCCEEDED


def text_of(file: Path) -> str:
    """Return what is in a file.

    Raises:
        InvalidArgumentError: It cannot be read.
    """
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidArgumentError(
            f"{file} cannot be read: {error}\nGive a file of UTF-8 text."
        ) from None


def write(file: Path, text: str) -> None:
    """Write a text into a file.

    Raises:
        InvalidArgumentError: It cannot be written.
    """
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidArgumentError(
            f"{file} cannot be written: {error}\nGive a file in a folder that is there."
        ) from None


def definition_in(text: str) -> str:
    """Return the definition in a text: the text itself, or what it holds as `PipelineDefinition`.

    So it is in what DescribePipeline returns, and in what `aws sagemaker create-pipeline` reads.
    """
    held = value_of(text)
    inner = held.get("PipelineDefinition") if isinstance(held, dict) else None
    return inner if isinstance(inner, str) else text


def started(sm: World, client: Any, order: Order, text: str) -> Resource:
    """Start an execution of a definition, with all that is ordered about it."""
    from sagestub.pipelines.definition import parsed

    name = re.sub("[^A-Za-z0-9]+", "-", order.file.stem).strip("-")[:200] or "pipeline"
    client.create_pipeline(PipelineName=name, PipelineDefinition=text, RoleArn=ROLE)
    give_orders(sm, order, parsed(text))
    arn = client.start_pipeline_execution(
        PipelineName=name,
        PipelineParameters=[{"Name": key, "Value": value} for key, value in order.parameters],
    )["PipelineExecutionArn"]
    return sm.get("PipelineExecution", arn)


def give_orders(sm: World, order: Order, definition: Definition) -> None:
    """Tell the world which steps fail, and what property files, metrics and outside steps hold.

    Raises:
        UnknownNameError: A step or a property file is not in the definition, or a step with outputs is
            not of a type that works outside SageMaker.
    """
    from sagestub.pipelines.checks import every_step

    steps = {step.name: step for step in every_step(definition)}
    for pattern, reason in order.failures:
        # Whoever names a step of a ForEach step's body may name it as it runs, `Load-0`.
        if not any(fnmatchcase(name, pattern) or pattern.startswith(f"{name}-") for name in steps):
            raise unknown_name("step", pattern, steps)
        step = running(pattern, definition) if pattern in steps else pattern
        sm.pipelines.fail(step, reason=reason or None, times=None)
    for name, file, path in order.property_files:
        files = step_of(steps, name).property_files
        if file not in files:
            raise unknown_name(f"property file of step {name!r}", file, files)
        sm.pipelines.property_file(text_of(path), step=running(name, definition), file=file)
    metrics: dict[str, dict[str, float]] = {}
    for name, metric, number in order.metrics:
        metrics.setdefault(step_of(steps, name).name, {})[metric] = number
    for name, numbers in metrics.items():
        # Jobs are called after their steps, cut to what a job's name has room for.
        part = re.sub("[^A-Za-z0-9]", "-", name)[:ROOM_IN_JOB_NAME].strip("-")
        left = {"metrics": numbers}
        sm.container(kind="TrainingJob", name=f"pipelines-*-{part}-*")(lambda _, left=left: left)
    outputs: dict[str, dict[str, Any]] = {}
    for name, output, text in order.outputs:
        outputs.setdefault(step_of(steps, name).name, {})[output] = value_of(text)
    for name, values in outputs.items():
        pattern = running(name, definition)
        sm.pipelines.on(steps[name].type, lambda _, values=values: dict(values), name=pattern)


def step_of(steps: Mapping[str, Step], name: str) -> Step:
    """Return a step by its name.

    Raises:
        UnknownNameError: The definition has no such step.
    """
    if name not in steps:
        raise unknown_name("step", name, steps)
    return steps[name]


def running(name: str, definition: Definition) -> str:
    """Return the pattern of what a step is called when it runs: with an index, in a ForEach step."""
    return name if name in definition.steps else f"{name}-*"


def value_of(text: str) -> Any:
    """Return what a text is as JSON; the text itself if it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def changes(execution: Resource) -> Iterator[list[Node]]:
    """Let an execution go on, and return the steps that have changed whenever some have."""
    from sagestub.pipelines.graph import WAITING, definition_of, node_of, type_of, types_of
    from sagestub.pipelines.records import records_of

    types = types_of(definition_of(execution))
    motion = execution.motion
    known: dict[str, Mapping[str, Any]] = {}
    while True:
        changed = {n: r for n, r in records_of(execution).items() if known.get(n) is not r}
        known.update(changed)
        if changed:
            yield [node_of(n, type_of(n, types), r, WAITING) for n, r in changed.items()]
        with motion.lock:
            due = motion.next_due
            if not execution.way or due is None:
                return
            motion.run_until(due)


def reason_of(execution: Resource) -> str:
    """Return why an execution has not succeeded; empty for one that has."""
    return NEVER if execution.way else str(execution.document.get("FailureReason", ""))
