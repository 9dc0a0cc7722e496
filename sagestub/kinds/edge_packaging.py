"""EdgePackagingJob: packs a compiled model for edge devices.

Source: facts, jobs.yaml, EdgePackagingJob.
"""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING

from sagestub.engine.kind import Kind, Message
from sagestub.engine.lifecycle import Lifecycle
from sagestub.engine.making import partition_of
from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


def check_compilation_job(context: Context, resource: Resource) -> None:
    """Refuse a compilation job that does not exist or has not completed.

    Source: facts, jobs.yaml, EdgePackagingJob.references and errors (code assumed there).
    """
    if not context.checks_references:
        return
    name = resource.document["CompilationJobName"]
    job = context.resource("CompilationJob", resource, name)
    if job is None:
        raise ServiceError("ValidationException", f"Could not find compilation job {name}.")
    if job.status != "COMPLETED":
        raise ServiceError(
            "ValidationException",
            f"The compilation job {name} is in status {job.status}. Only a job in status COMPLETED "
            "can be packaged.",
        )


def pack(context: Context, resource: Resource) -> None:
    """Set where the package lies, its signature, and the component made of it.

    Source: facts, jobs.yaml, EdgePackagingJob.filled_in (file name assumed).
    """
    document = resource.document
    output = document.get("OutputConfig", {})
    if "S3OutputLocation" in output and "ModelName" in document:
        file = f"{document['ModelName']}-{document.get('ModelVersion', '1.0')}.tar.gz"
        document["ModelArtifact"] = f"{output['S3OutputLocation'].rstrip('/')}/{file}"
        signed = f"{document['ModelArtifact']}:{document.get('CompilationJobName', '')}"
        document["ModelSignature"] = blake2b(signed.encode(), digest_size=32).hexdigest()
    if "PresetDeploymentType" in output:
        document["PresetDeploymentOutput"] = {
            "Type": output["PresetDeploymentType"],
            "Artifact": component_of(resource),
            "Status": "COMPLETED",
        }


def component_of(resource: Resource) -> str:
    """Return the ARN of the Greengrass component that a job makes.

    Source: API reference, EdgeOutputConfig.PresetDeploymentConfig (default name; version assumed).
    """
    given = resource.document["OutputConfig"].get("PresetDeploymentConfig", "{}")
    try:
        config = json.loads(given)
    except ValueError:
        config = {}
    if not isinstance(config, dict):
        config = {}
    name = config.get("ComponentName", f"SagemakerEdgeManager{resource.name}")
    version = config.get("ComponentVersion", "1.0.0")
    place = f"{partition_of(resource.region)}:greengrass:{resource.region}:{resource.account}"
    return f"arn:{place}:components:{name}:versions:{version}"


EDGE_PACKAGING_JOB = Kind(
    name="EdgePackagingJob",
    arn="edge-packaging-job/{EdgePackagingJobName}",
    lifecycle=Lifecycle(
        path="STARTING > INPROGRESS > COMPLETED",
        fail="FAILED",
        stop="STOPPING > STOPPED",
    ),
    checks=(check_compilation_job,),
    on_enter={"COMPLETED": (pack,)},
    failure_reason="ServerError: There was an internal server error during the packaging job.",
    exists=Message(
        code="ValidationException",
        text="An edge packaging job with the name {name} already exists ({arn}).",
        source="facts, jobs.yaml, EdgePackagingJob.errors (assumed)",
    ),
    cannot_stop=Message(
        code="ValidationException",
        text="The request was rejected because the edge packaging job is in status {status}.",
        source="facts, jobs.yaml, EdgePackagingJob.errors (assumed)",
    ),
    source="facts, jobs.yaml, EdgePackagingJob",
)
