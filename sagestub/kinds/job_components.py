"""The trial component that the service makes for a job with an ExperimentConfig.

The service makes one for every job; sagestub makes it where a test names an experiment or a trial, so
that a world of jobs holds jobs only.

Source: facts, metadata.yaml, TrialComponent.notes (the names); Developer Guide, "Experiments".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import NOTHING

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

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
    config = resource.document.get("ExperimentConfig")
    name = component_name(resource)
    if not config or context.resource("TrialComponent", resource, name) is not None:
        return
    document = resource.document
    members: dict[str, Any] = {
        "TrialComponentName": name,
        "Source": {"SourceArn": resource.arn, "SourceType": f"SageMaker{resource.kind.name}"},
        "Status": {"PrimaryStatus": "InProgress"},
        "Parameters": {
            key: {"StringValue": value}
            for key, value in document.get("HyperParameters", {}).items()
        },
        "InputArtifacts": {
            channel["ChannelName"]: {"Value": channel["DataSource"]["S3DataSource"]["S3Uri"]}
            for channel in document.get("InputDataConfig", ())
            if "S3DataSource" in channel.get("DataSource", {})
        },
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
    if "ExperimentConfig" not in resource.document or component is None:
        return
    document = resource.document
    noun = resource.kind.name.removesuffix("Job")
    status = {"PrimaryStatus": resource.status}
    if "FailureReason" in document:
        status["Message"] = document["FailureReason"]
    changes: dict[str, Any] = {"Status": status}
    for member in ("StartTime", "EndTime"):
        if f"{noun}{member}" in document:
            changes[member] = document[f"{noun}{member}"]
    artifacts = document.get("ModelArtifacts", NOTHING).get("S3ModelArtifacts")
    if artifacts is not None:
        changes["OutputArtifacts"] = {"SageMaker.ModelArtifact": {"Value": artifacts}}
    component.replace(changes)
