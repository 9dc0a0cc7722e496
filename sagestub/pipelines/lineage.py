"""The lineage that an execution leaves: experiment and trial, artifacts, and what is associated with what.

A job's trial component is made with the job, by the job's own kind. Here: the artifacts of its inputs and
outputs, the entities of a model package and of an endpoint, and the associations.

Source: Developer Guide, "Amazon SageMaker-Created Tracking Entities"; aws/sagemaker-python-sdk,
lineage/visualizer.py (how they are looked up), tests/integ/sagemaker/workflow/test_experiment.py (the
names of experiment and trial). Names of contexts and actions: docs/facts/pipelines.md, Lineage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.pipelines.step import StepRun

Document = Mapping[str, Any]

ROOM = "artifacts by source"

CONTRIBUTED, PRODUCED, ASSOCIATED = "ContributedTo", "Produced", "AssociatedWith"


# Experiment and trial ---------------------------------------------------------------------------


def open_execution(context: Context, execution: Resource) -> None:
    """Make the experiment and the trial that an execution names, where there are none yet."""
    config = execution.document.get("PipelineExperimentConfig") or {}
    experiment, trial = config.get("ExperimentName"), config.get("TrialName")
    pipeline = execution.arn.partition("/execution/")[0]
    if experiment and context.resource("Experiment", execution, experiment) is None:
        source = {"SourceArn": pipeline, "SourceType": "SageMakerPipeline"}
        context.add("Experiment", {"ExperimentName": experiment, "Source": source}, execution)
    if experiment and trial and context.resource("Trial", execution, trial) is None:
        source = {"SourceArn": execution.arn, "SourceType": "SageMakerPipelineExecution"}
        members = {"TrialName": trial, "ExperimentName": experiment, "Source": source}
        context.add("Trial", members, execution)


# What jobs read and write -----------------------------------------------------------------------


class Link(NamedTuple):
    """An artifact of a job.

    Args:
        uri: Its SourceUri.
        type: Its ArtifactType.
        how: The type of the association: what has contributed to the job, or what it has produced.
    """

    uri: str
    type: str
    how: str


def s3_uri_of(source: Document) -> str:
    """Return the S3 URI in a DataSource; empty for another source."""
    return str(source.get("S3DataSource", {}).get("S3Uri", ""))


def training_links(job: Document) -> Iterator[Link]:
    """Return what a training job reads and writes."""
    yield Link(job.get("AlgorithmSpecification", {}).get("TrainingImage", ""), "Image", CONTRIBUTED)
    for channel in job.get("InputDataConfig", ()):
        yield Link(s3_uri_of(channel.get("DataSource", {})), "DataSet", CONTRIBUTED)
    yield Link(job.get("CheckpointConfig", {}).get("S3Uri", ""), "Checkpoint", PRODUCED)
    yield Link(job.get("ModelArtifacts", {}).get("S3ModelArtifacts", ""), "Model", PRODUCED)


def processing_links(job: Document) -> Iterator[Link]:
    """Return what a processing job reads and writes."""
    yield Link(job.get("AppSpecification", {}).get("ImageUri", ""), "Image", CONTRIBUTED)
    for given in job.get("ProcessingInputs", ()):
        yield Link(given.get("S3Input", {}).get("S3Uri", ""), "DataSet", CONTRIBUTED)
    for output in job.get("ProcessingOutputConfig", {}).get("Outputs", ()):
        yield Link(output.get("S3Output", {}).get("S3Uri", ""), "DataSet", PRODUCED)


def transform_links(job: Document) -> Iterator[Link]:
    """Return what a transform job reads and writes."""
    source = job.get("TransformInput", {}).get("DataSource", {})
    yield Link(s3_uri_of(source), "DataSet", CONTRIBUTED)
    yield Link(job.get("TransformOutput", {}).get("S3OutputPath", ""), "DataSet", PRODUCED)


LINKS: Mapping[str, Callable[[Document], Iterator[Link]]] = {
    "TrainingJob": training_links,
    "ProcessingJob": processing_links,
    "TransformJob": transform_links,
}


def keep_job(context: Context, job: Resource) -> None:
    """Associate a job's trial component with the artifacts of what it has read and written."""
    component = context.resource("TrialComponent", job, component_of(job))
    if component is None:
        return
    for link in LINKS[job.kind.name](job.document):
        if not link.uri:
            continue
        thing = artifact(context, job, link.uri, link.type)
        ends = (thing, component) if link.how == CONTRIBUTED else (component, thing)
        associate(context, *ends, link.how)


def component_of(job: Resource) -> str:
    """Return the name of a job's trial component, `<job>-aws-training-job`."""
    return f"{job.name}-aws-{job.kind.words.replace(' ', '-')}"


# Packages and endpoints -------------------------------------------------------------------------


def keep_package(context: Context, package: Resource) -> None:
    """Make the entities of a model package: its artifact, its group's context, its approval."""
    document = package.document
    thing = artifact(context, package, package.arn, "Model")
    contributing(context, thing, document.get("InferenceSpecification", {}).get("Containers", ()))
    group = document.get("ModelPackageGroupName")
    if group is None:
        return
    place = context.resource("ModelPackageGroup", package, str(group))
    if place is None:
        return
    shared = entity(context, place, "Context", "ModelGroup", "model-package-group", str(group))
    associate(context, thing, shared, ASSOCIATED)
    status = str(document.get("ModelApprovalStatus", ""))
    name = f"{group}-{document.get('ModelPackageVersion', 1)}-{status}"
    approval = entity(context, package, "Action", "Approval", "model-package", name)
    approval.document["Status"] = status
    associate(context, approval, thing, CONTRIBUTED)


def keep_endpoint(context: Context, endpoint: Resource) -> None:
    """Make the entities of an endpoint: its context, its deployment, the models in it."""
    shared = entity(context, endpoint, "Context", "Endpoint", "endpoint", endpoint.name)
    deployment = entity(
        context, endpoint, "Action", "ModelDeployment", "endpoint", f"{endpoint.name}-deployment"
    )
    deployment.document["Status"] = "Completed"
    associate(context, deployment, shared, ASSOCIATED)
    config = context.resource(
        "EndpointConfig", endpoint, str(endpoint.document.get("EndpointConfigName", ""))
    )
    for variant in config.document.get("ProductionVariants", ()) if config is not None else ():
        model = context.resource("Model", endpoint, str(variant.get("ModelName", "")))
        if model is None:
            continue
        primary = model.document.get("PrimaryContainer")
        containers = model.document.get("Containers") or ([primary] if primary else [])
        contributing(context, deployment, containers)


def contributing(context: Context, to: Resource, containers: Any) -> None:
    """Associate the images and models of containers with what they are used in."""
    for container in containers:
        for member, kind in (("Image", "Image"), ("ModelDataUrl", "Model")):
            if container.get(member):
                thing = artifact(context, to, container[member], kind)
                associate(context, thing, to, CONTRIBUTED)


KEEPERS: Mapping[str, Callable[[Context, Resource], None]] = {
    **dict.fromkeys(LINKS, keep_job),
    "ModelPackage": keep_package,
    "Endpoint": keep_endpoint,
}


def note_step(run: StepRun) -> None:
    """Leave the lineage of what a step has made: a job, a package, an endpoint. To call when it ends."""
    resource = run.resource
    keeper = KEEPERS.get(resource.kind.name) if resource is not None else None
    if keeper is not None and resource is not None:
        keeper(run.context, resource)


# Entities ---------------------------------------------------------------------------------------


def artifact(context: Context, place: Resource, uri: str, kind: str) -> Resource:
    """Return the artifact with a source, made if there is none: one for each source."""
    known = context.room(ROOM)
    place_of = (place.account, place.region, uri)
    found: Resource | None = known.get(place_of)
    if found is not None and context.registry.holds(found):
        return found
    source = {"Source": {"SourceUri": uri}}
    identity = context.kind_named("Artifact").kind.made["ArtifactId"]
    key = str(identity(context, source)) if callable(identity) else ""
    found = context.registry.get(place.account, place.region, "Artifact", key)
    if found is None:
        found = context.add("Artifact", {"ArtifactType": kind, **source}, place)
    known[place_of] = found
    return found


def entity(
    context: Context, source: Resource, kind: str, kind_of: str, word: str, name: str
) -> Resource:
    """Return the context or the action that stands for a resource, made if there is none.

    Args:
        context: The world's context.
        source: The resource.
        kind: `Context` or `Action`.
        kind_of: Its ContextType or ActionType.
        word: What its name ends in, after `-aws-`.
        name: What its name begins with; the resource's time of creation follows.
    """
    whole = f"{name}-{int(source.document.get('CreationTime', 0))}-aws-{word}"
    found = context.resource(kind, source, whole)
    members = {
        f"{kind}Name": whole,
        f"{kind}Type": kind_of,
        "Source": {"SourceUri": source.arn, "SourceType": "ARN"},
    }
    return found or context.add(kind, members, source)


def associate(context: Context, source: Resource, destination: Resource, how: str) -> None:
    """Associate two entities, once."""
    key = f"{source.arn}/{destination.arn}"
    if context.registry.get(source.account, source.region, "Association", key) is not None:
        return
    members = {
        "SourceArn": source.arn,
        "DestinationArn": destination.arn,
        "SourceType": type_of(source),
        "DestinationType": type_of(destination),
        "AssociationType": how,
    }
    # An artifact has no name unless somebody gives it one.
    for end, thing in (("Source", source), ("Destination", destination)):
        if thing.kind.name != "Artifact" or "ArtifactName" in thing.document:
            members[f"{end}Name"] = str(thing.document.get("ArtifactName", thing.name))
    context.add("Association", members, source)


def type_of(thing: Resource) -> str:
    """Return what the API calls an entity's type."""
    for member in ("ArtifactType", "ContextType", "ActionType"):
        if member in thing.document:
            return str(thing.document[member])
    return str(thing.document.get("Source", {}).get("SourceType", thing.kind.name))
