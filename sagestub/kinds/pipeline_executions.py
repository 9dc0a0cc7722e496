"""PipelineExecution: a run of a pipeline's version, with its parameters.

Source: facts, jobs.yaml (PipelineExecution).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.authors import sign
from sagestub.engine.binding import BoundKind
from sagestub.engine.kind import END, Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.field_rules import FieldRules
from sagestub.kinds.pipelines import (
    change_version,
    pipeline_of,
    show_aliases,
    version_of,
)

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.pipelines.graph import Graph


def check_parameters(context: Context, resource: Resource) -> None:
    """Refuse parameters that the definition does not have, or that it needs and does not get.

    Checked at the start only: an update cannot change parameters.

    Source: model, StartPipelineExecution.RoleArn: not for pipelines of one's own.
    """
    from sagestub.pipelines.definition import parsed
    from sagestub.pipelines.parameters import values_of
    from sagestub.pipelines.selection import check as check_selection

    if context.call is None or context.call.operation != "StartPipelineExecution":
        return
    pipeline = pipeline_of(context, resource)
    if pipeline is None:
        return  # References are not checked: an execution without a definition.
    if "RoleArn" in resource.document:
        raise ServiceError(
            "ValidationException",
            "RoleArn can be specified only for pipelines that Amazon Web Services manages.",
        )
    version = version_of(pipeline, resource.document)
    definition = parsed(version["PipelineDefinition"] or "")
    values_of(definition, resource.document.get("PipelineParameters", []))
    check_selection(context, resource, definition)


def open_execution(context: Context, resource: Resource) -> None:
    """Fill in what the service adds to a new execution, and note the run on the pipeline.

    Source: facts, jobs.yaml, PipelineExecution.filled_in; model, DescribePipelineExecution (RoleArn is
    only there for pipelines that AWS manages).
    """
    from sagestub.pipelines.definition import parsed

    document = resource.document
    now = context.clock.time()
    document.setdefault("PipelineExecutionDisplayName", f"execution-{int(now * 1000)}")
    document.setdefault("PipelineArn", resource.arn.partition("/execution/")[0])
    pipeline = pipeline_of(context, resource)
    if pipeline is None:
        return
    version = version_of(pipeline, document)
    number = version["PipelineVersionId"]
    document["PipelineDefinition"] = version["PipelineDefinition"]
    document["PipelineVersionId"] = number
    configure(resource, pipeline, parsed(version["PipelineDefinition"] or "").raw)
    change_version(pipeline, number, {"LastExecutionPipelineExecutionArn": resource.arn})
    pipeline.document["LastRunTime"] = now
    context.registry.touch(pipeline)
    show_aliases(context, resource)


def configure(resource: Resource, pipeline: Resource, definition: Mapping[str, Any]) -> None:
    """Set the configurations that an execution takes from its pipeline and the definition.

    Source: aws/sagemaker-python-sdk, workflow/pipeline_experiment_config.py (names that refer to the
    execution; null for none) and mlflow_config.py.
    """
    document = resource.document
    if "ParallelismConfiguration" in pipeline.document:
        document.setdefault(
            "ParallelismConfiguration", pipeline.document["ParallelismConfiguration"]
        )
    default = {
        "ExperimentName": pipeline.key.lower(),
        "TrialName": resource.arn.rsplit("/", 1)[-1],
    }
    names = definition.get("PipelineExperimentConfig", default)
    if isinstance(names, Mapping):
        # Definitions in the Developer Guide ("Specify a Custom Run Group Name") leave out `Std:Join`.
        names = {
            member: {"Std:Join": value}
            if isinstance(value, Mapping) and "Values" in value
            else value
            for member, value in names.items()
        }
    experiment = at_the_start(resource, names)
    if isinstance(experiment, Mapping):
        document["PipelineExperimentConfig"] = {
            member: lowered(pipeline, str(value))
            for member, value in experiment.items()
            if member in default and value is not None
        }
    mlflow = dict(at_the_start(resource, definition.get("MlflowConfig") or {}))
    if "MlflowExperimentName" in document:
        mlflow["MlflowExperimentName"] = document["MlflowExperimentName"]
    shown = {m: mlflow[m] for m in ("MlflowResourceArn", "MlflowExperimentName") if m in mlflow}
    if shown:
        document["MLflowConfig"] = shown


def at_the_start(resource: Resource, value: Any) -> Any:
    """Return a value of the definition in which parameters and execution variables are resolved.

    Raises:
        ServiceError: It refers to something else (text assumed).
    """
    from sagestub.pipelines.definition import parsed
    from sagestub.pipelines.expressions import UnresolvedError, resolved
    from sagestub.pipelines.scope import opening_scope

    definition = parsed(resource.document["PipelineDefinition"])
    try:
        return resolved(value, opening_scope(resource, definition))
    except UnresolvedError as error:
        raise ServiceError("ValidationException", str(error)) from None


def lowered(pipeline: Resource, name: str) -> str:
    """Return the name of an experiment or trial; the pipeline's own name is in small letters there."""
    return name.lower() if name == pipeline.key else name


def describe_definition(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the definition that the execution runs, and when its pipeline was created."""
    pipeline = pipeline_of(context, resource)
    created = (pipeline or resource).document["CreationTime"]
    definition = resource.document.get("PipelineDefinition")
    if definition is None:
        return {"CreationTime": created}
    return {"PipelineDefinition": definition, "CreationTime": created}


def list_parameters(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the definition's parameters with the values that the execution has for them."""
    from sagestub.pipelines.definition import parsed

    definition = parsed(resource.document.get("PipelineDefinition") or "")
    given = {p["Name"]: p["Value"] for p in resource.document.get("PipelineParameters", [])}
    values = {
        name: given.get(name, declared.default) for name, declared in definition.parameters.items()
    }
    return {
        "PipelineParameters": [
            {"Name": name, "Value": value if isinstance(value, str) else json.dumps(value)}
            for name, value in values.items()
        ]
    }


def retry(context: Context, resource: Resource, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Set a failed or stopped execution going again, under its own ARN.

    Source: facts, jobs.yaml, PipelineExecution.lifecycle.retry (Stopped, and the text, assumed).

    Raises:
        ServiceError: The execution is in another state.
    """
    if resource.status not in ("Failed", "Stopped"):
        raise ServiceError(
            "ValidationException",
            "Only pipeline executions with 'Failed' or 'Stopped' status can be retried. "
            f"Pipeline execution {resource.arn} is in status {resource.status}.",
        )
    if "ParallelismConfiguration" in parameters:
        resource.document["ParallelismConfiguration"] = parameters["ParallelismConfiguration"]
    resource.document.pop("FailureReason", None)
    sign(context, resource, "LastModifiedBy")
    context.motion.go(resource, PIPELINE_EXECUTION_LIFE.path)
    return {"PipelineExecutionArn": resource.arn}


# The walk of its steps --------------------------------------------------------------------------
#
# `sagestub.pipelines` is loaded when an execution needs it, not with the declaration.


def begin(context: Context, resource: Resource) -> None:
    """Start the steps of an execution that a call has set going."""
    from sagestub.pipelines import execution

    execution.begin(context, resource)


def stop_steps(context: Context, resource: Resource) -> None:
    """Stop the steps that are under way."""
    from sagestub.pipelines import execution

    execution.stop_steps(context, resource)


def close(context: Context, resource: Resource) -> None:
    """End the steps of an execution that has ended."""
    from sagestub.pipelines import execution

    execution.close(context, resource)


def go_on(context: Context, resource: Resource) -> None:
    """Start the steps that can start now, as an update may let more of them run at a time."""
    from sagestub.pipelines import execution

    execution.go_on(context, resource)


def next_status(context: Context, resource: Resource, planned: str) -> str:
    """Return where a step of an execution leads: it stays while steps are under way."""
    from sagestub.pipelines import execution

    return execution.next_status(context, resource, planned)


def seconds_in(context: Context, resource: Resource) -> float | None:
    """Return how long an execution stays in its status; None for what the lifecycle says."""
    from sagestub.pipelines import execution

    return execution.seconds_in(context, resource)


def list_steps(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return what has become of the steps so far."""
    from sagestub.pipelines import reports

    return reports.list_steps(context, resource, parameters)


def find(context: Context, kind: BoundKind, parameters: Mapping[str, Any]) -> Resource | None:
    """Return the execution that a call names: by its ARN, or by the token of a callback step."""
    call = context.call
    assert call is not None, "a call names it"
    if "CallbackToken" in parameters:
        from sagestub.pipelines.answers import waiting_for

        found = waiting_for(context, parameters["CallbackToken"])
        return None if found is None else found[0].execution
    arn = str(parameters.get(kind.arn_member, ""))
    resource = context.registry.by_arn(arn)
    if resource is None or resource.kind.name != kind.name or resource.account != call.account:
        return None
    return resource


def answer_success(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """End a callback step that has done its work."""
    from sagestub.pipelines import answers

    answers.succeed(context, resource, parameters)
    return {"PipelineExecutionArn": resource.arn}


def answer_failure(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """End a callback step that has failed."""
    from sagestub.pipelines import answers

    answers.fail(context, resource, parameters)
    return {"PipelineExecutionArn": resource.arn}


def graph(execution: Resource) -> Graph:
    """Return the graph of an execution as it is now."""
    from sagestub.pipelines.graph import graph_of_execution

    return graph_of_execution(execution)


NO_SUCH_TOKEN = Message(
    code="ResourceNotFound",
    text="Pipeline execution step with callback token {CallbackToken} does not exist.",
)

PIPELINE_EXECUTION_LIFE = Lifecycle(
    path="Executing > Succeeded",
    fail="Failed",
    stop="Stopping > Stopped",
    other="CompletedWithFailures",
    seconds={"Executing": 600, "Stopping": 60},
)

PIPELINE_EXECUTION = Kind(
    name="PipelineExecution",
    arn="pipeline/{PipelineName}/execution/{id}",
    create="StartPipelineExecution",
    start="-",
    parents={"PipelineName": "Pipeline"},
    lifecycle=PIPELINE_EXECUTION_LIFE,
    field_rules=FieldRules("pipelines.PIPELINE_EXECUTION"),
    checks=(check_parameters,),
    on_create=(open_execution,),
    on_enter={
        "Executing": (begin,),
        "Stopping": (stop_steps,),
        END: (close,),
        "CompletedWithFailures": (close,),
    },
    on_update=(go_on,),
    next_state=next_status,
    duration=seconds_in,
    graph=graph,
    find=find,
    operations={
        "ListPipelineExecutionSteps": list_steps,
        "SendPipelineExecutionStepSuccess": answer_success,
        "SendPipelineExecutionStepFailure": answer_failure,
        "DescribePipelineDefinitionForExecution": describe_definition,
        "ListPipelineParametersForExecution": list_parameters,
        "RetryPipelineExecution": retry,
    },
    failure_reason="Step failure: One or multiple steps failed.",
    list="-",  # A list of its pipeline's: see PIPELINE.operations.
    not_found=Message(
        code="ResourceNotFound", text="Pipeline execution with ARN {arn} does not exist"
    ),
    not_found_by={
        "SendPipelineExecutionStepSuccess": NO_SUCH_TOKEN,
        "SendPipelineExecutionStepFailure": NO_SUCH_TOKEN,
    },
    cannot_stop=Message(
        code="ValidationException",
        text=(
            "Only pipelines with 'Executing' status can be stopped. "
            "Pipeline execution {arn} is in status {status}."
        ),
        source="apache/airflow, hooks/sagemaker.py (first clause)",
    ),
    source="facts, jobs.yaml, PipelineExecution",
)
