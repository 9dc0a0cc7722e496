"""The kinds of job in which a container runs: when it starts, what it gets, where it writes.

What differs between the kinds stands here, as data; `containers`, `artifacts` and `logs` read it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from sagestub.engine.documents import member_at

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

Document = Mapping[str, Any]

KNOWN_PREFIX = re.compile(r"(?:Algorithm|Client|InternalServer|Capacity|Server)Error\b")
"""What a reason begins with that says itself what sort of failure it is."""

CONTAINER_REASON = "AlgorithmError: {text}, exit code: {code}"
"""FailureReason of a container that ends with an exit code other than 0.

Source: seen in many public issues (`AlgorithmError: , exit code: 1`), of training and of processing
jobs; the text is what the container has left in `/opt/ml/output/failure` (Developer Guide, "How Amazon
SageMaker Processes Training Output").
"""

SCRIPT_REASON = (
    'AlgorithmError: ExecuteUserScriptError:\nExitCode {code}\nErrorMessage "{text}"\n'
    'Command "/usr/bin/python3 {script}", exit code: {code}'
)
"""The same of a container that runs a script of the user's: those of frameworks do.

Source: facts, jobs.yaml, TrainingJob.failure_reasons; what follows the exit code is assumed to be as the
SageMaker training toolkit writes it.
"""

SCRIPT = "sagemaker_program"
"""The hyperparameter that names that script.

Source: aws/sagemaker-training-toolkit, `params.py`.
"""

OUT_OF_MEMORY = (
    "ClientError: Please use an instance type with more memory, "
    "or reduce the size of job data processed on an instance."
)
"""FailureReason of a training job whose container needs more memory than there is.

Source: facts, jobs.yaml, TrainingJob.failure_reasons.
"""


class JobKind(NamedTuple):
    """What is to be known of a kind of job to run its container.

    Args:
        running: The state in which the container runs.
        images: The images of the job's containers.
        inputs: Where the data of each channel lies, by the channel's name.
        outputs: Where each output goes, by its name.
        main_output: The output for files that name none; empty for the first one.
        environment: The member (dotted) of the environment variables.
        hyperparameters: The member of the hyperparameters.
        instances: The member (dotted) that counts the instances.
        reason: FailureReason when the container fails: `{text}` and `{code}`.
        log_group: The CloudWatch log group; empty for none.
        stream: The name of a log stream: `{name}`, `{number}` of the instance, `{epoch}`.
    """

    running: str
    images: Callable[[Context, Resource], list[str]]
    inputs: Callable[[Document], dict[str, str]]
    outputs: Callable[[Document], dict[str, str]]
    main_output: str = ""
    environment: str = "Environment"
    hyperparameters: str = ""
    instances: str = ""
    reason: str = CONTAINER_REASON
    log_group: str = ""
    stream: str = "{name}/algo-{number}-{epoch}"


def _known(pairs: Mapping[str, Any]) -> dict[str, str]:
    """Return the entries that have a value."""
    return {name: str(value) for name, value in pairs.items() if value}


# Training -----------------------------------------------------------------------------------------


def _training_images(context: Context, resource: Resource) -> list[str]:
    specification = resource.document.get("AlgorithmSpecification", {})
    image = specification.get("TrainingImage")
    algorithm = context.resource("Algorithm", resource, specification.get("AlgorithmName", ""))
    if image is None and algorithm is not None:
        image = member_at(algorithm.document, "TrainingSpecification.TrainingImage")
    return [str(image)] if image else []


def _source_of(source: Document) -> str:
    """Return where the data of a channel lies, as a location."""
    for path in ("S3DataSource.S3Uri", "FileSystemDataSource.DirectoryPath"):
        found = member_at(source, path)
        if found:
            return str(found)
    return ""


def _training_inputs(document: Document) -> dict[str, str]:
    channels = document.get("InputDataConfig", ())
    return _known({c["ChannelName"]: _source_of(c.get("DataSource", {})) for c in channels})


def _training_outputs(document: Document) -> dict[str, str]:
    """Source: Developer Guide, "How Amazon SageMaker Processes Training Output"."""
    artifacts = member_at(document, "ModelArtifacts.S3ModelArtifacts") or ""
    path = member_at(document, "OutputDataConfig.S3OutputPath")
    data = f"{path.rstrip('/')}/{document['TrainingJobName']}/output/output.tar.gz" if path else ""
    checkpoints = member_at(document, "CheckpointConfig.S3Uri")
    return _known({"model": artifacts, "output": data, "checkpoints": checkpoints})


# Processing ---------------------------------------------------------------------------------------


def _processing_images(context: Context, resource: Resource) -> list[str]:
    image = member_at(resource.document, "AppSpecification.ImageUri")
    return [str(image)] if image else []


def _processing_inputs(document: Document) -> dict[str, str]:
    inputs = document.get("ProcessingInputs", ())
    return _known({i["InputName"]: member_at(i, "S3Input.S3Uri") for i in inputs})


def _processing_outputs(document: Document) -> dict[str, str]:
    outputs = member_at(document, "ProcessingOutputConfig.Outputs") or ()
    return _known({o["OutputName"]: member_at(o, "S3Output.S3Uri") for o in outputs})


# Transform ----------------------------------------------------------------------------------------


def images_of_model(context: Context, resource: Resource, model_name: str) -> list[str]:
    """Return the images of a model's containers, in order."""
    model = context.resource("Model", resource, model_name) if model_name else None
    if model is None:
        return []
    containers = [model.document.get("PrimaryContainer", {}), *model.document.get("Containers", ())]
    return [str(container["Image"]) for container in containers if "Image" in container]


def _transform_images(context: Context, resource: Resource) -> list[str]:
    return images_of_model(context, resource, str(resource.document.get("ModelName", "")))


def _transform_inputs(document: Document) -> dict[str, str]:
    return _known({"input": member_at(document, "TransformInput.DataSource.S3DataSource.S3Uri")})


def _transform_outputs(document: Document) -> dict[str, str]:
    return _known({"output": member_at(document, "TransformOutput.S3OutputPath")})


# Compilation --------------------------------------------------------------------------------------


def _no_images(context: Context, resource: Resource) -> list[str]:
    return []


def _compilation_inputs(document: Document) -> dict[str, str]:
    return _known({"model": member_at(document, "InputConfig.S3Uri")})


def _compilation_outputs(document: Document) -> dict[str, str]:
    return _known({"model": member_at(document, "ModelArtifacts.S3ModelArtifacts")})


JOBS: Mapping[str, JobKind] = {
    "TrainingJob": JobKind(
        running="InProgress/Training",
        images=_training_images,
        inputs=_training_inputs,
        outputs=_training_outputs,
        main_output="model",
        hyperparameters="HyperParameters",
        instances="ResourceConfig.InstanceCount",
        log_group="/aws/sagemaker/TrainingJobs",
    ),
    "ProcessingJob": JobKind(
        running="InProgress",
        images=_processing_images,
        inputs=_processing_inputs,
        outputs=_processing_outputs,
        instances="ProcessingResources.ClusterConfig.InstanceCount",
        log_group="/aws/sagemaker/ProcessingJobs",
    ),
    "TransformJob": JobKind(
        running="InProgress",
        images=_transform_images,
        inputs=_transform_inputs,
        outputs=_transform_outputs,
        instances="TransformResources.InstanceCount",
        # No exit code: what serves a transform job does not end (assumed).
        reason="AlgorithmError: {text}",
        log_group="/aws/sagemaker/TransformJobs",
    ),
    "CompilationJob": JobKind(
        running="INPROGRESS",
        images=_no_images,
        inputs=_compilation_inputs,
        outputs=_compilation_outputs,
        main_output="model",
        # Source: the prefix is seen in public issues; Neo refuses most models by a ClientError.
        reason="ClientError: {text}",
        log_group="/aws/sagemaker/CompilationJobs",
        stream="{name}",
    ),
}
"""The kinds of job in which something runs, by the kind's name.

Source of log groups and streams: Developer Guide, "Log groups and streams that Amazon SageMaker AI sends
to Amazon CloudWatch Logs". Tuning and AutoML jobs run nothing themselves: their training jobs do.
"""


LOGGING: Mapping[str, JobKind] = {
    **JOBS,
    "InferenceRecommendationsJob": JobKind(
        running="PENDING",
        images=_no_images,
        inputs=lambda _: {},
        outputs=lambda _: {},
        log_group="/aws/sagemaker/InferenceRecommendationsJobs",
        stream="{name}/execution",
    ),
}
"""The kinds that write a log: those, and one whose own containers are the service's business.

Source: SageMaker Python SDK v2, `wait_for_inference_recommendations_job` (group and stream; it waits
for the stream before it describes the job).
"""


def container_reason(kind: str, document: Document, text: str, code: int) -> str:
    """Return FailureReason for a container that has failed with these last words.

    Args:
        kind: The job's kind.
        document: The job's members.
        text: What the container has said last.
        code: Its exit code.
    """
    if KNOWN_PREFIX.match(text):
        return text
    job = JOBS[kind]
    script = (document.get(job.hyperparameters) or {}).get(SCRIPT)
    template = job.reason if script is None else SCRIPT_REASON
    return template.format(text=text, code=code, script=str(script).strip('"'))
