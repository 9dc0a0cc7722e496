"""Pipeline and PipelineExecution: a definition with its versions, and its runs.

Source: facts, metadata.yaml (Pipeline, PipelineVersion) and jobs.yaml (PipelineExecution).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import NotAnsweredError, ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

UNPARSABLE = "Unable to parse pipeline definition. {detail}"


def caller(context: Context, resource: Resource) -> dict[str, Any]:
    """Return the UserContext of whoever makes the present call.

    The identity is a user named after the access key: signatures say no more.
    """
    key = context.call.access_key if context.call is not None else "sagestub"
    partition = resource.arn.split(":")[1]
    return {
        "IamIdentity": {
            "Arn": f"arn:{partition}:iam::{resource.account}:user/{key}",
            "PrincipalId": f"AIDA{key.upper().removeprefix('AKIA')[:16]:0<16}",
        }
    }


def sign(context: Context, resource: Resource) -> None:
    """Set CreatedBy and LastModifiedBy at creation."""
    resource.document["CreatedBy"] = resource.document["LastModifiedBy"] = caller(context, resource)


def sign_change(context: Context, resource: Resource) -> None:
    """Set LastModifiedBy at an update."""
    resource.document["LastModifiedBy"] = caller(context, resource)


# Pipeline ---------------------------------------------------------------------------------------


def check_definition(context: Context, resource: Resource) -> None:
    """Refuse a request without a definition, with two, or with one that is no JSON object.

    Source: facts, metadata.yaml, Pipeline.errors.
    """
    document = resource.document
    location = document.pop("PipelineDefinitionS3Location", None)
    creating = context.call is not None and context.call.operation == "CreatePipeline"
    given = context.call is not None and "PipelineDefinition" in context.call.parameters
    if location is not None and given:
        raise ServiceError(
            "ValidationException",
            "Both Pipeline Definition and Pipeline Definition S3 Location shouldn't be present",
        )
    if location is not None:
        document["PipelineDefinition"] = definition_in_s3(location, resource.region)
    elif creating and not given:
        raise ServiceError(
            "ValidationException",
            "Either Pipeline Definition or Pipeline Definition S3 location should be provided",
        )
    parsed_definition(document["PipelineDefinition"])


def definition_in_s3(location: Mapping[str, str], region: str) -> str:
    """Return a definition that lies in S3, read through boto3: from Moto's S3, when it is active.

    Raises:
        NotAnsweredError: Nothing plays S3.
        ServiceError: The object does not exist.
    """
    import sys

    stubber = sys.modules.get("moto.core.botocore_stubber")
    models = sys.modules.get("moto.core.models")
    if stubber is None or models is None or not models.botocore_stubber.enabled:
        raise NotAnsweredError(
            "PipelineDefinitionS3Location is read from S3, and nothing plays S3 in this test.\n"
            "Enter moto's mock_aws() and put the object there, or give PipelineDefinition."
        )
    import boto3
    from botocore.exceptions import ClientError

    request = {"Bucket": location["Bucket"], "Key": location["ObjectKey"]}
    if "VersionId" in location:
        request["VersionId"] = location["VersionId"]
    try:
        answer = boto3.client("s3", region_name=region).get_object(**request)
    except ClientError as error:
        raise ServiceError(
            "ValidationException",
            f"Unable to read s3://{location['Bucket']}/{location['ObjectKey']}: {error}",
        ) from None
    return str(answer["Body"].read().decode("utf-8"))


def parsed_definition(definition: str) -> dict[str, Any]:
    """Return a pipeline definition as parsed JSON.

    Raises:
        ServiceError: It is not a JSON object.
    """
    try:
        parsed = json.loads(definition)
    except ValueError as error:
        raise _unparsable(str(error)) from None
    if not isinstance(parsed, dict):
        raise _unparsable("Expecting start of Json Object.")
    for member in ("Parameters", "Steps"):
        if not isinstance(parsed.get(member, []), list):
            raise _unparsable("Expecting start of Json Array.")
    return parsed


def _unparsable(detail: str) -> ServiceError:
    return ServiceError("ValidationException", UNPARSABLE.format(detail=detail))


def first_version(context: Context, resource: Resource) -> None:
    """Name the pipeline and keep its first version."""
    resource.document.setdefault("PipelineDisplayName", resource.document["PipelineName"])
    resource.document["Versions"] = ()
    next_version(context, resource)


def next_version(context: Context, resource: Resource) -> None:
    """Keep a new version of the pipeline if its definition is another than the last one's."""
    document = resource.document
    versions = document["Versions"]
    if versions and versions[-1]["PipelineDefinition"] == document["PipelineDefinition"]:
        return
    aliases = document.pop("PipelineVersionAliases", [])
    number = len(versions) + 1
    kept = {
        "PipelineArn": resource.arn,
        "PipelineVersionId": number,
        "CreationTime": context.clock.time(),
        "PipelineDefinition": document["PipelineDefinition"],
        "PipelineVersionAliases": list(aliases),
    }
    freed = tuple(_without_aliases(version, aliases) for version in versions)
    document["Versions"] = (*freed, kept)
    document["PipelineVersionId"] = number


def _without_aliases(version: dict[str, Any], aliases: list[str]) -> dict[str, Any]:
    rest = [alias for alias in version["PipelineVersionAliases"] if alias not in aliases]
    return {**version, "PipelineVersionAliases": rest}


def version_of(resource: Resource, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the version that a call names by id or alias; the latest when it names none.

    Raises:
        ServiceError: Both are given, or there is no such version.
    """
    versions = resource.document["Versions"]
    number, alias = parameters.get("PipelineVersionId"), parameters.get("PipelineVersionAlias")
    if number is not None and alias is not None:
        raise ServiceError(
            "ValidationException",
            "PipelineVersionId and PipelineVersionAlias can't both be specified.",
        )
    for version in reversed(versions):
        by_alias = alias is not None and alias in version["PipelineVersionAliases"]
        if by_alias or version["PipelineVersionId"] == number or (number is None and alias is None):
            return dict(version)
    named = f"version {number}" if number is not None else f"alias '{alias}'"
    raise ServiceError(
        "ResourceNotFound", f"Pipeline '{resource.arn}' with {named} does not exist."
    )


def describe_version(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return what DescribePipeline says about the version that is asked for."""
    version = version_of(resource, parameters)
    shown = {
        member: version[member]
        for member in (
            "PipelineDefinition",
            "PipelineVersionAliases",
            "PipelineVersionDisplayName",
            "PipelineVersionDescription",
        )
        if version.get(member)
    }
    return {member: value for member, value in shown.items() if member in resource.kind.members}


def list_versions(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the summaries of a pipeline's versions, the latest first unless asked otherwise."""
    versions = [
        {k: v for k, v in version.items() if k != "PipelineDefinition" and v}
        for version in resource.document["Versions"]
        if parameters.get("CreatedAfter", 0) <= version["CreationTime"]
        and version["CreationTime"] <= parameters.get("CreatedBefore", float("inf"))
    ]
    if parameters.get("SortOrder") != "Ascending":
        versions.reverse()
    return {"PipelineVersionSummaries": versions}


def executions_of(context: Context, resource: Resource) -> list[Resource]:
    """Return the executions of a pipeline, oldest first."""
    table = context.registry.table(resource.account, resource.region, "PipelineExecution")
    return [e for e in table.by_key.values() if e.document["PipelineName"] == resource.key]


def refuse_while_running(context: Context, resource: Resource) -> None:
    """Refuse to delete a pipeline with running executions.

    Source: model, DeletePipeline (ConflictException); text assumed.
    """
    running = [e for e in executions_of(context, resource) if e.status in ("Executing", "Stopping")]
    if running:
        raise ServiceError(
            "ConflictException",
            f"Pipeline '{resource.arn}' has running executions and can't be deleted: "
            f"{running[0].arn}",
        )


def delete_executions(context: Context, resource: Resource) -> None:
    """Take a pipeline's executions away with it."""
    for execution in executions_of(context, resource):
        context.registry.remove(execution)


PIPELINE = Kind(
    name="Pipeline",
    arn="pipeline/{PipelineName}",
    lifecycle=Lifecycle(path="Active", other="Deleting"),
    checks=(check_definition,),
    on_create=(sign, first_version),
    on_update=(sign_change, next_version),
    on_describe=describe_version,
    delete_checks=(refuse_while_running,),
    on_delete=(delete_executions,),
    operations={"ListPipelineVersions": list_versions},
    summary={"LastExecutionTime": "LastRunTime"},
    not_found=Message(code="ResourceNotFound", text="Pipeline '{arn}' does not exist."),
    exists=Message(
        code="ValidationException",
        text=(
            "Pipeline names must be unique within an AWS account and region. "
            "Pipeline with name ({PipelineName}) already exists."
        ),
        source="getmoto/moto; sagemaker-python-sdk, workflow/pipeline.py",
    ),
    source="facts, metadata.yaml, Pipeline",
)


# PipelineExecution --------------------------------------------------------------------------------


def pipeline_of(context: Context, resource: Resource) -> Resource:
    """Return the pipeline of an execution."""
    name = resource.document["PipelineName"]
    pipeline = context.registry.get(resource.account, resource.region, "Pipeline", name)
    assert pipeline is not None, "the parent is checked before, and takes its executions with it"
    return pipeline


def check_parameters(context: Context, resource: Resource) -> None:
    """Refuse parameters that the definition does not have, or that it needs and does not get.

    Texts assumed. Checked at the start only: an update cannot change parameters.
    """
    if context.call is None or context.call.operation != "StartPipelineExecution":
        return
    version = version_of(pipeline_of(context, resource), resource.document)
    declared = parsed_definition(version["PipelineDefinition"]).get("Parameters", [])
    known = {str(parameter.get("Name")): parameter for parameter in declared}
    given = [parameter["Name"] for parameter in resource.document.get("PipelineParameters", [])]
    unknown = [name for name in given if name not in known]
    if unknown:
        raise ServiceError(
            "ValidationException",
            f"Parameters [{', '.join(unknown)}] are not defined in the pipeline definition.",
        )
    if len(set(given)) != len(given):
        raise ServiceError("ValidationException", "Parameter names must be unique.")
    missing = [n for n, p in known.items() if "DefaultValue" not in p and n not in given]
    if missing:
        raise ServiceError(
            "ValidationException",
            f"Parameters [{', '.join(missing)}] have no default value and must be specified.",
        )


def open_execution(context: Context, resource: Resource) -> None:
    """Fill in what the service adds to a new execution, and note the run on the pipeline.

    Source: facts, jobs.yaml, PipelineExecution.filled_in.
    """
    document = resource.document
    pipeline = pipeline_of(context, resource)
    version = version_of(pipeline, document)
    now = context.clock.time()
    name = f"execution-{int(now * 1000)}"
    document.setdefault("PipelineExecutionDisplayName", name)
    document["PipelineArn"] = pipeline.arn
    document["PipelineDefinition"] = version["PipelineDefinition"]
    document["PipelineVersionId"] = version["PipelineVersionId"]
    document["PipelineExperimentConfig"] = {
        "ExperimentName": pipeline.key.lower(),
        "TrialName": resource.arn.rsplit("/", 1)[-1],
    }
    for member in ("ParallelismConfiguration", "RoleArn"):
        if member in pipeline.document:
            document.setdefault(member, pipeline.document[member])
    pipeline.document["LastRunTime"] = now
    context.registry.touch(pipeline)


def describe_execution(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the aliases that the execution's version has now."""
    if "PipelineVersionAliases" not in resource.kind.members:
        return {}
    pipeline = pipeline_of(context, resource)
    aliases = version_of(pipeline, {"PipelineVersionId": resource.document["PipelineVersionId"]})
    shown = aliases["PipelineVersionAliases"]
    return {"PipelineVersionAliases": shown} if shown else {}


def describe_definition(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the definition that the execution runs, and when its pipeline was created."""
    return {
        "PipelineDefinition": resource.document["PipelineDefinition"],
        "CreationTime": pipeline_of(context, resource).document["CreationTime"],
    }


def list_parameters(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the definition's parameters with the values that the execution has for them."""
    definition = parsed_definition(resource.document["PipelineDefinition"])
    given = {p["Name"]: p["Value"] for p in resource.document.get("PipelineParameters", [])}
    values = {
        str(declared["Name"]): given.get(declared["Name"], declared.get("DefaultValue"))
        for declared in definition.get("Parameters", [])
    }
    return {
        "PipelineParameters": [
            {"Name": name, "Value": value if isinstance(value, str) else json.dumps(value)}
            for name, value in values.items()
        ]
    }


PIPELINE_EXECUTION = Kind(
    name="PipelineExecution",
    arn="pipeline/{PipelineName}/execution/{id}",
    create="StartPipelineExecution",
    start="-",
    parents={"PipelineName": "Pipeline"},
    lifecycle=Lifecycle(
        path="Executing > Succeeded",
        fail="Failed",
        stop="Stopping > Stopped",
        other="CompletedWithFailures",
        seconds={"Executing": 600, "Stopping": 60},
    ),
    checks=(check_parameters,),
    on_create=(sign, open_execution),
    on_update=(sign_change,),
    on_describe=describe_execution,
    operations={
        "DescribePipelineDefinitionForExecution": describe_definition,
        "ListPipelineParametersForExecution": list_parameters,
    },
    failure_reason="Step failure: One or multiple steps failed.",
    summary={
        "StartTime": "CreationTime",
        "PipelineExecutionFailureReason": "FailureReason",
    },
    not_found=Message(
        code="ResourceNotFound", text="Pipeline execution with ARN {arn} does not exist"
    ),
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
