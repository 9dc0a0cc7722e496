"""Athena and Bedrock: steps that make one call of another service and wait for its end.

Source: model, AthenaStepMetadata, Bedrock…Metadata. No published definition shows the arguments of these
steps: they are taken to be the parameters of the call (assumed).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sagestub.pipelines import outside
from sagestub.pipelines.step import Failed, Outcome, StepRun, StepType, Succeeded, Waiting
from sagestub.pipelines.steps.clusters import FAILED_STATES, asked, leave

SECONDS = 60.0
"""How long such a step takes, in virtual seconds; assumed."""


# Athena -----------------------------------------------------------------------------------------


def start_query(run: StepRun) -> Outcome:
    """Start the query."""
    place = (run.arguments.get("ResultConfiguration") or {}).get("OutputLocation")
    group = str(run.arguments.get("WorkGroup") or "primary")
    query = run.context.new_uuid()
    function = outside.function_for(run, group)
    try:
        if function is not None:
            answer = outside.called(run, function, run.arguments, group)
            run.record["Properties"] = dict(answer) if isinstance(answer, Mapping) else {}
        else:
            athena = outside.client(run, "athena")
            if athena is not None:
                answer = asked(athena.start_query_execution, **run.arguments)
                query = answer["QueryExecutionId"]
    except outside.FunctionFailedError as error:
        return Failed(f"ClientError: {error}")
    members = {"QueryExecutionId": query}
    if place:
        members["S3OutputLocation"] = f"{str(place).rstrip('/')}/{query}.csv"
    run.record["Metadata"] = {"Athena": members}
    return Waiting({"Athena": members}, seconds=SECONDS)


def end_query(run: StepRun) -> Outcome:
    """Say what became of the query."""
    metadata = run.record.get("Metadata", {})
    members = metadata.get("Athena", {})
    athena = outside.client(run, "athena") if "Properties" not in run.record else None
    if athena is not None:
        query = members["QueryExecutionId"]
        try:
            answer = asked(athena.get_query_execution, QueryExecutionId=query)
        except outside.FunctionFailedError as error:
            return Failed(f"ClientError: {error}", metadata=metadata)
        state = answer["QueryExecution"]["Status"]["State"]
        if state in FAILED_STATES:
            return Failed(f"ClientError: Query {query} ended in state {state}.", metadata=metadata)
    return Succeeded({**members, **run.record.get("Properties", {})}, metadata)


# Bedrock ----------------------------------------------------------------------------------------

BEDROCK: Mapping[str, tuple[str, str, str]] = {
    "BedrockCustomModel": ("custom-model", "modelArn", "modelName"),
    "BedrockCustomModelDeployment": (
        "custom-model-deployment",
        "customModelDeploymentArn",
        "modelDeploymentName",
    ),
    "BedrockModelImport": ("model-import-job", "jobArn", "jobName"),
    "BedrockProvisionedModelThroughput": (
        "provisioned-model",
        "provisionedModelArn",
        "provisionedModelName",
    ),
}
"""By type of step: the word in the ARN, the member of the answer that holds it, and the naming argument.

Source: model of Amazon Bedrock, CreateCustomModel, CreateCustomModelDeployment, CreateModelImportJob,
CreateProvisionedModelThroughput. Moto has none of them: only a registered function plays them.
"""


def start_bedrock(step_type: str) -> Callable[[StepRun], Outcome]:
    """Return the start of a type of step of Bedrock's."""
    word, member, naming = BEDROCK[step_type]

    def start(run: StepRun) -> Outcome:
        name = str(run.arguments.get(naming) or "")
        function = outside.function_for(run, name)
        prefix = run.context.arn("", run.execution).replace(":sagemaker:", ":bedrock:", 1)
        answer: Any = {}
        if function is not None:
            try:
                answer = outside.called(run, function, run.arguments, name)
            except outside.FunctionFailedError as error:
                return Failed(f"ClientError: {error}")
        given = dict(answer) if isinstance(answer, Mapping) else {}
        arn = str(given.get(member) or f"{prefix}{word}/{run.context.new_id()}")
        metadata = {step_type: {"Arn": arn}}
        run.record.update({"Metadata": metadata, "Properties": {**given, member: arn}})
        return Waiting(metadata, seconds=SECONDS)

    return start


def end_bedrock(run: StepRun) -> Outcome:
    """Succeed with what the start has noted."""
    metadata = run.record.get("Metadata", {})
    return Succeeded({**run.arguments, **run.record.get("Properties", {})}, metadata)


TYPES = (
    StepType(
        name="Athena",
        start=start_query,
        resume=end_query,
        stop=leave,
        cacheable=True,
        metadata_member="Athena",
        requires=("QueryString",),
    ),
    *(
        StepType(
            name=name,
            start=start_bedrock(name),
            resume=end_bedrock,
            stop=leave,
            metadata_member=name,
        )
        for name in BEDROCK
    ),
)
