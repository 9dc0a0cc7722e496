"""ClusterExtension: software such as sagemaker-observability, installed on a cluster's nodes.

Source: facts, hosting.yaml, ClusterExtension.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.kind import Kind, Message, Token
from sagestub.engine.lifecycle import Lifecycle
from sagestub.errors import ServiceError
from sagestub.kinds.cluster_nodes import nodes_of
from sagestub.kinds.cluster_operations import cluster_named, is_continuous, newest_cluster_arn

if TYPE_CHECKING:
    from sagestub.engine.binding import BoundKind
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

OFFERED = {"sagemaker-observability": ("1.0.0",)}
"""Extensions and their versions, highest first. Source: model, the documentation's example."""

EXTENSION_LIFECYCLE = Lifecycle(
    "Creating > Active",
    fail="CreateFailed",
    update="Updating > Active",
    delete="Deleting",
    failing={"Updating": "UpdateFailed", "Deleting": "DeleteFailed"},
    other="Degraded",
)


def number_of(version: str) -> tuple[int, ...]:
    """Return a version as numbers that can be compared."""
    return tuple(int(part) for part in version.split("."))


def cluster_part(context: Context, members: Mapping[str, Any]) -> str:
    """Return what an extension's ARN has of the cluster's: its id."""
    return str(members["ClusterArn"]).rpartition("/")[2]


def newest_version(context: Context, members: Mapping[str, Any]) -> str:
    """Return the newest version of an extension."""
    return OFFERED.get(members["ExtensionName"], ("1.0.0",))[0]


def settings_of(text: str) -> dict[str, Any]:
    """Return the settings of an extension.

    Raises:
        ServiceError: They are no JSON object.
    """
    try:
        settings = json.loads(text)
    except ValueError:
        settings = None
    if not isinstance(settings, dict):
        raise ServiceError("ValidationException", "ConfigurationValues must be a JSON object.")
    return settings


def merged(before: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with changes; null takes a setting away."""
    result = dict(before)
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            inner = result.get(name)
            result[name] = merged(inner if isinstance(inner, dict) else {}, value)
        else:
            result[name] = value
    return result


def check_cluster(context: Context, extension: Resource) -> None:
    """Refuse a cluster that takes no extensions. Source: model (code and text assumed)."""
    if not context.checks_references:
        return
    cluster = cluster_named(context, str(extension.document["ClusterArn"]))
    if "Eks" in cluster.document.get("Orchestrator", {}) or not is_continuous(cluster):
        raise ServiceError(
            "ValidationException",
            "The cluster must use Slurm as the orchestrator and have NodeProvisioningMode set to "
            "Continuous.",
        )


def check_request(context: Context, extension: Resource) -> None:
    """Refuse an extension that is not offered, is there already, or has settings that are none."""
    name = extension.document["ExtensionName"]
    if name not in OFFERED:
        raise ServiceError("ValidationException", f"There is no extension called {name}.")
    if "ConfigurationValues" in extension.document:
        settings_of(extension.document["ConfigurationValues"])
    cluster = extension.document["ClusterArn"]
    for other in context.resources("ClusterExtension", extension, ClusterArn=cluster):
        if other.document["ExtensionName"] == name:
            raise ServiceError(
                "ResourceInUse", f"The cluster has an extension called {name} ({other.arn})."
            )


def find(context: Context, kind: BoundKind, parameters: Mapping[str, Any]) -> Resource | None:
    """Return an extension of a cluster."""
    if not context.checks_references and context.call is not None:
        return context.resource(kind.name, context.call, str(parameters["ExtensionArn"]))
    cluster = cluster_named(context, str(parameters["ClusterArn"]))
    found = context.resource(kind.name, cluster, str(parameters["ExtensionArn"]))
    own = found is not None and found.document["ClusterArn"] == cluster.arn
    return found if own else None


def describe(
    context: Context, extension: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return an extension, and how many of the running nodes have it."""
    cluster = context.resource("Cluster", extension, str(extension.document["ClusterArn"]))
    nodes = nodes_of(context, cluster) if cluster is not None else []
    running = sum(node.status == "Running" for node in nodes)
    sick = nodes_with_a_problem(extension, running)
    active = running - sick if extension.status in ("Active", "Degraded") else 0
    answer = {
        "ExtensionDetails": extension.kind.described(extension.document),
        "NodeSummary": {"TotalCount": running, "ActiveCount": active},
        **health_of(extension, sick),
    }
    if extension.way:
        context.motion.polled(extension)
    return answer


def nodes_with_a_problem(extension: Resource, running: int) -> int:
    """Return how many of the running nodes have a problem: all after a failure, one in Degraded.

    Source: model, ExtensionDetails.Status (Degraded: some of the nodes; how many is assumed).
    """
    if extension.status in ("CreateFailed", "UpdateFailed"):
        return running
    return min(1, running) if extension.status == "Degraded" else 0


def health_of(extension: Resource, sick: int) -> dict[str, Any]:
    """Return Health as the member that it is; nothing when no node has a problem (codes assumed).

    Source: model, DescribeClusterExtensionResponse.Health.
    """
    if not sick:
        return {}
    degraded = extension.status == "Degraded"
    reason = extension.document.get("FailureReason")
    issue = {
        "Code": "ExtensionUnhealthy" if degraded else "InternalFailure",
        "Message": reason or "The extension is unhealthy.",
        "NodeCount": sick,
    }
    return {"Health": {"Issues": [issue]}}


def update(
    context: Context, extension: Resource, parameters: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Change settings or version of an extension; without a change, failed nodes try again."""
    document = extension.document
    if extension.status == "Deleting":
        raise ServiceError("ConflictException", f"The extension {extension.arn} is being deleted.")
    version = parameters.get("ExtensionVersion", document["ExtensionVersion"])
    if number_of(version) < number_of(document["ExtensionVersion"]):
        raise ServiceError(
            "ValidationException",
            f"The extension cannot be updated from {document['ExtensionVersion']} to the earlier "
            f"version {version}.",
        )
    changes = {"ExtensionVersion": version}
    if "ConfigurationValues" in parameters:
        before = settings_of(document.get("ConfigurationValues", "{}"))
        after = merged(before, settings_of(parameters["ConfigurationValues"]))
        changes["ConfigurationValues"] = json.dumps(after)
    extension.document.pop("FailureReason", None)
    extension.replace(changes)
    context.motion.go(extension, EXTENSION_LIFECYCLE.update)
    return {"ExtensionArn": extension.arn}


def of_a_cluster(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parameters of ListClusterExtensions, if the cluster exists."""
    if not context.checks_references:
        return parameters
    cluster = cluster_named(context, str(parameters["ClusterArn"]))
    return {**parameters, "ClusterArn": cluster.arn}


def list_versions(context: Context, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the versions of an extension that can be installed; none of an unknown one."""
    offered = OFFERED.get(parameters["ExtensionName"], ())
    return {"ExtensionVersions": [{"ExtensionVersion": version} for version in offered]}


CLUSTER_EXTENSION = Kind(
    name="ClusterExtension",
    arn="extension/{ExtensionName}/{ClusterPart}/{id}",
    identifier=("ExtensionArn",),
    shape="ExtensionDetails",
    list="ListClusterExtensions",
    lifecycle=EXTENSION_LIFECYCLE,
    find=find,
    made={
        "ExtensionName": "sagemaker-observability",
        "ExtensionVersion": newest_version,
        "ClusterArn": newest_cluster_arn,
        "ClusterPart": cluster_part,
    },
    checks=(check_cluster, check_request),
    operations={"DescribeClusterExtension": describe, "UpdateClusterExtension": update},
    # Source: model, CreateClusterExtensionRequest.ClientToken.
    tokens={"CreateClusterExtension": Token(hours=8)},
    asked=of_a_cluster,
    not_found=Message(
        code="ResourceNotFound", text="There is no extension {ExtensionArn} of {ClusterArn}."
    ),
    source="facts, hosting.yaml, ClusterExtension",
)
