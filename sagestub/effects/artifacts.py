"""What ended jobs leave in Moto's S3: models, outputs, transformed data, notebooks.

What a function for the container has written is there; else a small placeholder, so that code which
reads an artifact, or lists an output, finds something of the right form. An object that is there
already stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from sagestub.effects.containers import run_of
from sagestub.effects.jobs import JOBS
from sagestub.effects.storage import Storage, archive, below, is_archive
from sagestub.engine.documents import member_at

if TYPE_CHECKING:
    from sagestub.effects.container import Files
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

PLACEHOLDER = "sagestub-placeholder.txt"
"""The file that an output has for which nothing was computed."""

NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})

REPORTS: Mapping[str, Mapping[str, str]] = {
    "*sagemaker-model-monitor-analyzer*": {
        "statistics.json": json.dumps({"version": 0.0, "features": []}),
        "constraints.json": json.dumps({"version": 0.0, "features": []}),
        "constraint_violations.json": json.dumps({"version": 0.0, "violations": []}),
    },
    "*sagemaker-clarify-processing*": {
        "analysis.json": json.dumps({"version": "1.0"}),
        "statistics.json": json.dumps({"version": 0.0, "features": []}),
        "constraints.json": json.dumps({"version": 0.0}),
        "constraint_violations.json": json.dumps({"version": 0.0, "violations": []}),
    },
}
"""What the service's own containers write, by a pattern of the image: empty reports.

Source: Developer Guide, "Schema for Statistics", "Schema for Constraints", "Schema for Violations".
"""


def leave(context: Context, resource: Resource, storage: Storage) -> None:
    """Write what a job leaves that has just ended."""
    writer = WRITERS.get(resource.kind.name)
    if writer is not None:
        writer(context, resource, storage)


def _words(resource: Resource) -> bytes:
    return (
        f"{resource.kind.name} {resource.name}: made by sagestub; nothing was computed.\n".encode()
    )


def _files_of(context: Context, resource: Resource) -> Mapping[str, Files]:
    run = run_of(context, resource)
    return run.files if run is not None else {}


def _succeeded(resource: Resource) -> bool:
    lifecycle = resource.kind.lifecycle
    return lifecycle is not None and resource.state == lifecycle.path[-1]


# Archives -----------------------------------------------------------------------------------------


def _leave_training(context: Context, resource: Resource, storage: Storage) -> None:
    """Write a model, packed unless the job says otherwise; a stopped job's if there is something.

    A failed job has no model; what it has put elsewhere is there.

    Source: Developer Guide, "How Amazon SageMaker Processes Training Output"; API reference,
    OutputDataConfig.CompressionType.
    """
    files = _files_of(context, resource)
    outputs = JOBS["TrainingJob"].outputs(resource.document)
    packed = member_at(resource.document, "OutputDataConfig.CompressionType") != "NONE"
    model = files.get("model", {})
    if _succeeded(resource) or (model and resource.status == "Stopped"):
        _pack(resource, storage, outputs.get("model", ""), model, packed)
    for name in ("output", "checkpoints"):
        if name in files and name in outputs:
            _pack(resource, storage, outputs[name], files[name], name == "output" and packed)


def _pack(
    resource: Resource, storage: Storage, uri: str, files: Mapping[str, bytes], packed: bool
) -> None:
    """Write files as one archive, or one by one; a placeholder for none."""
    if not files and storage.has(uri):
        return
    files = files or {PLACEHOLDER: _words(resource)}
    only = next(iter(files.values()))
    if not packed:
        folder = uri.removesuffix(".tar.gz") + "/" if uri.endswith(".tar.gz") else uri
        for path, content in files.items():
            storage.write(below(folder, path), content)
    elif len(files) == 1 and is_archive(only):
        storage.write(uri, only)
    else:
        storage.write(uri, archive(files))


def _leave_compilation(context: Context, resource: Resource, storage: Storage) -> None:
    if _succeeded(resource):
        uri = JOBS["CompilationJob"].outputs(resource.document).get("model", "")
        _pack(resource, storage, uri, _files_of(context, resource).get("model", {}), packed=True)


# Outputs ------------------------------------------------------------------------------------------


def _leave_processing(context: Context, resource: Resource, storage: Storage) -> None:
    """Write each output's files; a placeholder where no function stands for the container.

    A failed job leaves what is uploaded continuously.

    Source: API reference, ProcessingS3Output.S3UploadMode.
    """
    run, files = run_of(context, resource), _files_of(context, resource)
    image = str(member_at(resource.document, "AppSpecification.ImageUri") or "")
    reports = next((r for pattern, r in REPORTS.items() if fnmatchcase(image, pattern)), None)
    declared = member_at(resource.document, "ProcessingOutputConfig.Outputs") or ()
    modes = {o["OutputName"]: member_at(o, "S3Output.S3UploadMode") for o in declared}
    for name, uri in JOBS["ProcessingJob"].outputs(resource.document).items():
        if resource.status != "Failed" or modes.get(name) == "Continuous":
            for path, content in files.get(name, {}).items():
                storage.write(below(uri, path), content)
        if run is None and _succeeded(resource) and not storage.has(uri):
            for path, text in (reports or {}).items():
                storage.write(below(uri, path), text.encode())
            if reports is None:
                storage.write(below(uri, PLACEHOLDER), _words(resource))


def _leave_transform(context: Context, resource: Resource, storage: Storage) -> None:
    """Write what was transformed; without a function each object comes out as it went in."""
    run, files = run_of(context, resource), _files_of(context, resource)
    uri = JOBS["TransformJob"].outputs(resource.document).get("output", "")
    if run is None and _succeeded(resource):
        for path, content in inputs_of_transform(resource, storage).items():
            storage.write(below(uri, f"{path}.out"), content)
    if resource.status != "Failed":
        for path, content in files.get("output", {}).items():
            storage.write(below(uri, path), content)


def inputs_of_transform(resource: Resource, storage: Storage) -> Files:
    """Return the objects that a transform job reads, by their paths below its prefix."""
    source = member_at(resource.document, "TransformInput.DataSource.S3DataSource") or {}
    uri = str(source.get("S3Uri", ""))
    found = storage.listed(uri) if source.get("S3DataType") == "ManifestFile" else None
    contents = {
        path: storage.read(location)
        for path, location in (storage.files(uri) if found is None else found)
    }
    return {path: content for path, content in contents.items() if content is not None}


# Others -------------------------------------------------------------------------------------------


def _leave_notebooks(context: Context, resource: Resource, storage: Storage) -> None:
    """Write the notebooks that an AutoML job names, without cells."""
    for uri in (resource.document.get("AutoMLJobArtifacts") or {}).values():
        if not storage.has(uri):
            storage.write(uri, NOTEBOOK.encode())


def _leave_labels(context: Context, resource: Resource, storage: Storage) -> None:
    """Write the manifest that a labeling job names: the objects of its input, without labels."""
    uri = member_at(resource.document, "LabelingJobOutput.OutputDatasetS3Uri")
    source = member_at(resource.document, "InputConfig.DataSource.S3DataSource.ManifestS3Uri")
    if uri and not storage.has(str(uri)):
        storage.write(str(uri), (storage.read(str(source)) if source else None) or b"")


Writer = Callable[["Context", "Resource", Storage], Any]

WRITERS: Mapping[str, Writer] = {
    "TrainingJob": _leave_training,
    "ProcessingJob": _leave_processing,
    "TransformJob": _leave_transform,
    "CompilationJob": _leave_compilation,
    "AutoMLJob": _leave_notebooks,
    "AutoMLJobV2": _leave_notebooks,
    "LabelingJob": _leave_labels,
}
"""What writes when a job of each kind ends."""
