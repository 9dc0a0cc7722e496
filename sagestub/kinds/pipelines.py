"""Pipeline: a definition with its versions. Its runs are in `pipeline_executions.py`.

Source: facts, metadata.yaml (Pipeline, PipelineVersion) and jobs.yaml (PipelineExecution).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sagestub import moto
from sagestub.engine.authors import sign
from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import NotAnsweredError, ServiceError
from sagestub.kinds.field_rules import FieldRules

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.pipelines.graph import Graph

# Pipeline ---------------------------------------------------------------------------------------

MOST_ALIASES = 10
"""How many aliases a version has at most. Source: model, CreatePipelineRequest.PipelineVersionAliases."""


def check_definition(context: Context, resource: Resource) -> None:
    """Refuse a definition that the service does not accept.

    Source: docs/facts/pipelines.md, Definitions.
    """
    from sagestub.pipelines.checks import checked

    document = resource.document
    location = document.pop("PipelineDefinitionS3Location", None)
    given = context.call is not None and "PipelineDefinition" in context.call.parameters
    if location is not None:
        document["PipelineDefinition"] = definition_in_s3(location, resource.region)
    if given or location is not None:
        checked(document["PipelineDefinition"], resource.kind.service)


def check_new_aliases(context: Context, resource: Resource) -> None:
    """Refuse an update's version aliases that are not for this update (texts assumed).

    Source: model, UpdatePipeline, PipelineVersionAliases: unique within the pipeline, and given only
    when the update makes a new version.
    """
    document = resource.document
    aliases = document.get("PipelineVersionAliases", [])
    versions = versions_of(resource)
    if not versions or not aliases:
        return
    if versions[-1]["PipelineDefinition"] == document.get("PipelineDefinition"):
        raise ServiceError(
            "ValidationException",
            "PipelineVersionAliases can be specified only when the pipeline definition changes.",
        )
    for version in versions:
        refuse_taken_aliases(resource, version, aliases)


def refuse_taken_aliases(
    resource: Resource, version: Mapping[str, Any], aliases: Sequence[str]
) -> None:
    """Refuse aliases that a version of the pipeline has already (text assumed)."""
    for alias in aliases:
        if alias in version["PipelineVersionAliases"]:
            raise ServiceError(
                "ConflictException",
                f"Alias '{alias}' of pipeline '{resource.arn}' is assigned to version "
                f"{version['PipelineVersionId']} already.",
            )


def definition_in_s3(location: Mapping[str, str], region: str) -> str:
    """Return a definition that lies in S3, read through boto3: from Moto's S3, when it is active.

    Raises:
        NotAnsweredError: Nothing plays S3.
        ServiceError: The object does not exist.
    """
    if not moto.is_active():
        raise NotAnsweredError(
            "PipelineDefinitionS3Location is read from S3, and nothing plays S3 in this test.\n"
            "Enter moto's mock_aws() and put the object there, or give PipelineDefinition."
        )
    import boto3
    from botocore.exceptions import ClientError

    from sagestub.pipelines.definition import unparsable

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
    try:
        return str(answer["Body"].read().decode("utf-8"))
    except UnicodeDecodeError as error:
        raise unparsable(str(error)) from None


def first_version(context: Context, resource: Resource) -> None:
    """Name the pipeline and keep its first version."""
    resource.document.setdefault("PipelineDisplayName", resource.document["PipelineName"])
    resource.document["Versions"] = ()
    next_version(context, resource)


def next_version(context: Context, resource: Resource) -> None:
    """Keep a new version of the pipeline if its definition is another than the last one's."""
    document = resource.document
    versions = versions_of(resource)
    definition = document.get("PipelineDefinition")
    aliases = document.pop("PipelineVersionAliases", [])
    if versions and versions[-1]["PipelineDefinition"] == definition:
        return
    number = len(versions) + 1
    kept = {
        "PipelineArn": resource.arn,
        "PipelineVersionId": number,
        "CreationTime": context.clock.time(),
        "PipelineDefinition": definition,
        "PipelineVersionAliases": list(aliases),
    }
    document["Versions"] = (*versions, kept)
    document["PipelineVersionId"] = number


def versions_of(resource: Resource) -> tuple[dict[str, Any], ...]:
    """Return the versions of a pipeline, the first one first."""
    versions: tuple[dict[str, Any], ...] = resource.document.get("Versions", ())
    return versions


def change_version(resource: Resource, number: int, changes: Mapping[str, Any]) -> None:
    """Change members of one version of a pipeline."""
    resource.document["Versions"] = tuple(
        {**version, **changes} if version["PipelineVersionId"] == number else version
        for version in versions_of(resource)
    )


def version_of(resource: Resource, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the version that a call names by id or alias; the latest when it names none.

    Raises:
        ServiceError: There is no such version.
    """
    versions = versions_of(resource)
    number, alias = parameters.get("PipelineVersionId"), parameters.get("PipelineVersionAlias")
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
        for version in versions_of(resource)
        if _created_within(version, parameters)
    ]
    if parameters.get("SortOrder") != "Ascending":
        versions.reverse()
    return {"PipelineVersionSummaries": versions}


def _created_within(document: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    """Return whether something was created within CreatedAfter and CreatedBefore."""
    earliest = float(parameters.get("CreatedAfter", 0))
    latest = float(parameters.get("CreatedBefore", float("inf")))
    return earliest <= float(document["CreationTime"]) <= latest


def update_version(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Change the name, the description and the aliases of one version.

    Source: model, UpdatePipelineVersion. An alias that is added must be free; one that is removed need
    not be there (assumed; the texts as well).
    """
    version = version_of(resource, parameters)
    changes = {
        member: parameters[member]
        for member in ("PipelineVersionDisplayName", "PipelineVersionDescription")
        if member in parameters
    }
    asked = parameters.get("PipelineVersionAliasOperations", {})
    removed, added = asked.get("Remove", []), asked.get("Add", [])
    for other in versions_of(resource):
        if other["PipelineVersionId"] != version["PipelineVersionId"]:
            refuse_taken_aliases(resource, other, added)
    kept = [alias for alias in version["PipelineVersionAliases"] if alias not in removed]
    aliases = list(dict.fromkeys([*kept, *added]))
    if len(aliases) > MOST_ALIASES:
        raise ServiceError(
            "ValidationException",
            f"A pipeline version can have at most {MOST_ALIASES} aliases; this one would have "
            f"{len(aliases)}.",
        )
    changes["PipelineVersionAliases"] = aliases
    change_version(resource, version["PipelineVersionId"], changes)
    sign(context, resource, "LastModifiedBy")
    context.motion.changed(resource)
    for execution in executions_of(context, resource):
        show_aliases(context, execution)
    return {"PipelineArn": resource.arn, "PipelineVersionId": version["PipelineVersionId"]}


def list_executions(
    context: Context, resource: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the summaries of a pipeline's executions, the latest first unless asked otherwise.

    Source: model, ListPipelineExecutions. An alias that no version has is ResourceNotFound.
    """
    alias = parameters.get("PipelineVersionAlias")
    number = None
    if alias is not None:
        number = version_of(resource, {"PipelineVersionAlias": alias})["PipelineVersionId"]
    found = [
        execution
        for execution in executions_of(context, resource)
        if _created_within(execution.document, parameters)
        and number in (None, execution.document.get("PipelineVersionId"))
    ]
    member = parameters.get("SortBy", "CreationTime")
    found.sort(key=lambda execution: (execution.document[member], execution.number))
    if parameters.get("SortOrder") != "Ascending":
        found.reverse()
    return {"PipelineExecutionSummaries": [summary_of(execution) for execution in found]}


def summary_of(execution: Resource) -> dict[str, Any]:
    """Return an execution's entry in the list."""
    sources = {
        "PipelineExecutionArn": "PipelineExecutionArn",
        "StartTime": "CreationTime",
        "PipelineExecutionStatus": "PipelineExecutionStatus",
        "PipelineExecutionDescription": "PipelineExecutionDescription",
        "PipelineExecutionDisplayName": "PipelineExecutionDisplayName",
        "PipelineExecutionFailureReason": "FailureReason",
        "PipelineVersionAliases": "PipelineVersionAliases",
    }
    document = execution.document
    return {name: document[source] for name, source in sources.items() if source in document}


def executions_of(context: Context, resource: Resource) -> list[Resource]:
    """Return the executions of a pipeline, oldest first."""
    table = context.registry.table(resource.account, resource.region, "PipelineExecution")
    return [e for e in table.by_key.values() if e.document.get("PipelineName") == resource.key]


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


def pipeline_of(context: Context, resource: Resource) -> Resource | None:
    """Return the pipeline of an execution; None for one that a test has added without it."""
    name = resource.document.get("PipelineName", "")
    return context.registry.get(resource.account, resource.region, "Pipeline", name)


def show_aliases(context: Context, execution: Resource) -> None:
    """Give an execution the aliases that its version has now.

    Source: model, DescribePipelineExecution.PipelineVersionAliases ("currently assigned").
    """
    pipeline = pipeline_of(context, execution)
    document = execution.document
    number = document.get("PipelineVersionId")
    if pipeline is None or number is None:
        return
    aliases = version_of(pipeline, {"PipelineVersionId": number})["PipelineVersionAliases"]
    document.pop("PipelineVersionAliases", None)
    if aliases:
        document["PipelineVersionAliases"] = aliases


def graph(pipeline: Resource) -> Graph:
    """Return the graph of a pipeline's latest definition."""
    from sagestub.pipelines.graph import graph_of_pipeline

    return graph_of_pipeline(pipeline)


def ones_own(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parameters of ListPipelines, which leaves out what AWS manages unless asked for it.

    Source: model, ListPipelinesRequest.ManagedBy (botocore 1.44.8; in earlier ones it left out nothing).
    """
    return {"ManagedBy": "CUSTOMER", **parameters}


PIPELINE = Kind(
    name="Pipeline",
    arn="pipeline/{PipelineName}",
    lifecycle=Lifecycle(path="Active", other="Deleting"),
    field_rules=FieldRules("pipelines.PIPELINE"),
    checks=(check_definition, check_new_aliases),
    on_create=(first_version,),
    on_update=(next_version,),
    on_describe=describe_version,
    graph=graph,
    delete_checks=(refuse_while_running,),
    on_delete=(delete_executions,),
    operations={
        "ListPipelineVersions": list_versions,
        "ListPipelineExecutions": list_executions,
        "UpdatePipelineVersion": update_version,
    },
    # Only pipelines of AWS's own are managed by somebody else.
    defaults={"ManagedBy": "CUSTOMER"},
    asked=ones_own,
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
