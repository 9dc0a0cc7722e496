"""The trial component that the service makes for a job with an ExperimentConfig.

The service makes one for every job; sagestub makes it where a test names an experiment or a trial, and
for the jobs of pipelines, so that a world of other jobs holds jobs only.

Source: facts, metadata.yaml, TrialComponent.notes (the names); Developer Guide, "Experiments"; what
the components of jobs hold: responses of the service in the tests of aws/sagemaker-core
(`test_codec.py`), of aws/sagemaker-experiments (`test_processing.py`), and in recordings of pipelines'
processing and transform jobs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import NOTHING

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

PIPELINE_TAG = "sagemaker:pipeline-execution-arn"
"""The tag of jobs that a pipeline has made. They have components, whatever their experiment."""

REFERENCES = {
    "ExperimentConfig.ExperimentName": "Experiment",
    "ExperimentConfig.TrialName": "Trial",
}
"""What an ExperimentConfig names must exist."""


def component_name(resource: Resource) -> str:
    """Return what the service calls the component of a job: `{job}-aws-training-job`."""
    return f"{resource.name}-aws-{resource.kind.words.replace(' ', '-')}"


def open_component(context: Context, resource: Resource) -> None:
    """Make the component of a new job and put it into the trial that is named."""
    config = resource.document.get("ExperimentConfig") or {}
    if not config and PIPELINE_TAG not in resource.tags:
        return
    name = component_name(resource)
    if context.resource("TrialComponent", resource, name) is not None:
        return
    parameters, inputs = GOES_IN[resource.kind.name](context, resource)
    members: dict[str, Any] = {
        "TrialComponentName": name,
        "Source": {"SourceArn": resource.arn, "SourceType": f"SageMaker{resource.kind.name}"},
        "Status": {"PrimaryStatus": "InProgress"},
        "Parameters": {key: parameter(value) for key, value in parameters.items() if value},
        "InputArtifacts": inputs,
    }
    if "TrialComponentDisplayName" in config:
        members["DisplayName"] = config["TrialComponentDisplayName"]
    component = context.add(
        "TrialComponent", {m: value for m, value in members.items() if value}, resource
    )
    if "TrialName" in config and context.resource("Trial", resource, config["TrialName"]):
        request = {"TrialComponentName": component.key, "TrialName": config["TrialName"]}
        context.perform("AssociateTrialComponent", request, resource.account, resource.region)


def close_component(context: Context, resource: Resource) -> None:
    """Give the component the status, the times and the results of a job that has ended."""
    component = context.resource("TrialComponent", resource, component_name(resource))
    if component is None:
        return
    document = resource.document
    noun = resource.kind.name.removesuffix("Job")
    reason = document.get("FailureReason", "null")
    message = MESSAGES[resource.kind.name].format(status=resource.status, reason=reason)
    changes: dict[str, Any] = {"Status": {"PrimaryStatus": resource.status, "Message": message}}
    for member in ("StartTime", "EndTime"):
        if f"{noun}{member}" in document:
            changes[member] = document[f"{noun}{member}"]
    results = COMES_OUT[resource.kind.name](document)
    if results:
        changes["OutputArtifacts"] = results
    component.replace(changes)


MESSAGES = {
    "TrainingJob": "Status: {status}, secondary status: {status}, failure reason: {reason}",
    "ProcessingJob": "Status: {status}, exit message: null, failure reason: {reason}",
    "TransformJob": "Status: {status}, failure reason: {reason}",
}
"""What a component says of its job's end; a training job's is assumed, by analogy."""

NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")

Artifacts = dict[str, dict[str, str]]


def parameter(value: object) -> dict[str, Any]:
    """Return a parameter of a component: what looks like a number is one.

    Source: aws/amazon-sagemaker-examples, mnist-handwritten-digits-classification-experiment (the
    columns that hyperparameters become are numbers).
    """
    text = str(value)
    return {"NumberValue": float(text)} if NUMBER.fullmatch(text) else {"StringValue": text}


def artifact(uri: str, media_type: str | None = None) -> dict[str, str]:
    """Return an artifact of a component."""
    return {"Value": uri} if media_type is None else {"MediaType": media_type, "Value": uri}


def instances(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters that say on what a job runs."""
    members = ("InstanceCount", "InstanceType", "VolumeSizeInGB")
    return {f"SageMaker.{member}": config.get(member) for member in members}


# What goes into a job -----------------------------------------------------------------------------


def into_training(context: Context, resource: Resource) -> tuple[dict[str, Any], Artifacts]:
    """Return parameters and input artifacts of a training job."""
    document = resource.document
    image = document.get("AlgorithmSpecification", NOTHING).get("TrainingImage")
    parameters = {
        **document.get("HyperParameters", {}),
        "SageMaker.ImageUri": image,
        **instances(document.get("ResourceConfig", {})),
    }
    channels = {
        channel["ChannelName"]: artifact(
            channel["DataSource"]["S3DataSource"]["S3Uri"], channel.get("ContentType")
        )
        for channel in document.get("InputDataConfig", ())
        if "S3DataSource" in channel.get("DataSource", {})
    }
    return parameters, channels


def into_processing(context: Context, resource: Resource) -> tuple[dict[str, Any], Artifacts]:
    """Return parameters and input artifacts of a processing job."""
    document = resource.document
    resources = document.get("ProcessingResources", NOTHING)
    specification = document.get("AppSpecification", NOTHING)
    inputs = {
        given["InputName"]: artifact(given["S3Input"]["S3Uri"])
        for given in document.get("ProcessingInputs", ())
        if "S3Input" in given
    }
    if "ImageUri" in specification:
        inputs["SageMaker.ImageUri"] = artifact(specification["ImageUri"])
    return instances(resources.get("ClusterConfig", {})), inputs


def into_transform(context: Context, resource: Resource) -> tuple[dict[str, Any], Artifacts]:
    """Return parameters and input artifacts of a transform job."""
    document = resource.document
    name = document.get("ModelName", "")
    model = context.resource("Model", resource, name)
    container = model.document.get("PrimaryContainer", NOTHING) if model is not None else NOTHING
    parameters = {
        "SageMaker.ModelName": name,
        "SageMaker.ModelPrimary.DataUrl": container.get("ModelDataUrl"),
        "SageMaker.ModelPrimary.Image": container.get("Image"),
        **instances(document.get("TransformResources", {})),
    }
    given = document.get("TransformInput", NOTHING)
    source = given.get("DataSource", NOTHING).get("S3DataSource")
    if source is None:
        return parameters, {}
    found = artifact(source["S3Uri"], given.get("ContentType"))
    return parameters, {"SageMaker.TransformInput": found}


GOES_IN = {
    "TrainingJob": into_training,
    "ProcessingJob": into_processing,
    "TransformJob": into_transform,
}


# What comes out of it -----------------------------------------------------------------------------


def out_of_training(document: Mapping[str, Any]) -> Artifacts:
    """Return the output artifacts of a training job."""
    model = document.get("ModelArtifacts", NOTHING).get("S3ModelArtifacts")
    tensors = document.get("DebugHookConfig", NOTHING).get("S3OutputPath")
    found = {"SageMaker.ModelArtifact": model, "SageMaker.DebugHookOutput": tensors}
    return {name: artifact(uri) for name, uri in found.items() if uri is not None}


def out_of_processing(document: Mapping[str, Any]) -> Artifacts:
    """Return the output artifacts of a processing job."""
    return {
        output["OutputName"]: artifact(output["S3Output"]["S3Uri"])
        for output in document.get("ProcessingOutputConfig", NOTHING).get("Outputs", ())
        if "S3Output" in output
    }


def out_of_transform(document: Mapping[str, Any]) -> Artifacts:
    """Return the output artifacts of a transform job."""
    path = document.get("TransformOutput", NOTHING).get("S3OutputPath")
    return {} if path is None else {"SageMaker.TransformOutput": artifact(path)}


COMES_OUT = {
    "TrainingJob": out_of_training,
    "ProcessingJob": out_of_processing,
    "TransformJob": out_of_transform,
}
