"""Property files: JSON that a processing step writes, and that later steps read.

A test gives the content (`sm.pipelines.property_file`); else it is what the function has written that
stands for the job's container (`sm.container`); else the file that lies in Moto's S3 where the step's
output says.

Source: aws/sagemaker-python-sdk, workflow/properties.py (PropertyFile).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, TypeAlias

from sagestub import moto
from sagestub.effects.containers import run_of
from sagestub.effects.outside import called
from sagestub.errors import InvalidArgumentError
from sagestub.pipelines.expressions import UnresolvedError
from sagestub.pipelines.outside import clients_of
from sagestub.spelling import misfit_of

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource
    from sagestub.pipelines.definition import Step

ROOM = "property files"

Content: TypeAlias = Callable[[Mapping[str, Any]], Any] | Any
"""What a file holds, or a function that gets the job's Describe members and returns it."""


@dataclass(frozen=True, slots=True)
class Given:
    """The content that a test gives for files.

    Args:
        content: Parsed JSON, JSON text, or a function of the job.
        step: A pattern of step names; None for all.
        file: A pattern of property files' names; None for all.
        pipeline: A pattern of pipeline names; None for all.
    """

    content: Content
    step: str | None
    file: str | None
    pipeline: str | None

    def covers(self, step: str, file: str, pipeline: str) -> bool:
        """Return whether the content is that of a file."""
        pairs = ((self.step, step), (self.file, file), (self.pipeline, pipeline))
        return all(pattern is None or fnmatchcase(name, pattern) for pattern, name in pairs)


def give(
    context: Context,
    content: Content,
    step: object = None,
    file: object = None,
    pipeline: object = None,
) -> None:
    """Say what property files hold; the content that was given last and covers a file is its.

    Raises:
        InvalidArgumentError: A pattern is no text, or the content is no JSON.
    """
    for argument, pattern in (("step", step), ("file", file), ("pipeline", pipeline)):
        if pattern is not None and (not isinstance(pattern, str) or not pattern):
            raise InvalidArgumentError(
                f"property_file() got {argument}={pattern!r}.\nGive a name or a pattern, or None."
            )
    if not callable(content):
        content = _checked(content)
    elif (misfit := misfit_of(content, 1)) is not None:
        raise InvalidArgumentError(
            f"property_file() got the function {content!r}, which does not take what it would get: "
            f"{misfit}.\nGive one that gets the members of the step's job, and returns JSON values."
        )
    given = Given(content, step, file, pipeline)  # type: ignore[arg-type]
    context.room(ROOM).setdefault("all", []).append(given)


def _checked(content: Any) -> Any:
    """Return the content of a file as parsed JSON."""
    try:
        if isinstance(content, (str, bytes, bytearray)):
            return json.loads(content)
        json.dumps(content)
    except (TypeError, ValueError) as error:
        raise InvalidArgumentError(
            f"property_file() got content that is no JSON: {error}\n"
            "Give a dict or a list of JSON values, JSON text, or a function that returns them."
        ) from None
    return deepcopy(content)


def content_of(context: Context, execution: Resource, step: Step, name: str, job: Resource) -> Any:
    """Return the parsed content of a step's property file.

    Args:
        context: The world's context.
        execution: The execution that the step belongs to.
        step: The step.
        name: The file's name in the definition.
        job: The processing job that the step has made.

    Raises:
        UnresolvedError: The step declares no such file, or there is no content, or it is no JSON.
    """
    declared = step.property_files.get(name)
    pipeline = str(execution.document.get("PipelineName", ""))
    for given in reversed(context.room(ROOM).get("all", ())):
        if given.covers(step.name, name, pipeline):
            return _given(given.content, job)
    if declared is None:
        raise UnresolvedError(f"Property file '{name}' is not defined in step '{step.name}'.")
    output = str(declared.get("OutputName"))
    own = written(context, job, output, str(declared.get("FilePath", "")))
    if own is not None:
        return parsed(own, f"{output}/{declared.get('FilePath')}")
    uri = uri_of(declared, job)
    if uri is None:
        raise UnresolvedError(
            f"Step '{step.name}' has no output '{declared.get('OutputName')}' for its property "
            f"file '{name}'."
        )
    text = in_s3(uri, execution)
    if text is None:
        raise UnresolvedError(
            f"Property file '{name}' of step '{step.name}' was not found at {uri}. Give its content "
            f"with sm.pipelines.property_file(step={step.name!r}, file={name!r}, content=...)"
            f"{', or put the object there' if moto.is_active() else ''}."
        )
    return parsed(text, uri)


def _given(content: Content, job: Resource) -> Any:
    if not callable(content):
        return content
    members = job.members
    return _checked(called(job.motion.context, content, members))


def written(context: Context, job: Resource, output: str, path: str) -> bytes | None:
    """Return what the function for a job's container has written into a file of an output.

    The only file of an output will do, whatever it is called; None without a function, or a file.
    """
    run = run_of(context, job)
    files = run.files.get(output, {}) if run is not None else {}
    if len(files) == 1:
        return next(iter(files.values()))
    return files.get(path.lstrip("/"))


def uri_of(file: Mapping[str, Any], job: Resource) -> str | None:
    """Return where a property file lies in S3; None when the job has no such output."""
    outputs = job.document.get("ProcessingOutputConfig", {}).get("Outputs", ())
    for output in outputs:
        if output.get("OutputName") == file.get("OutputName"):
            folder = str(output.get("S3Output", {}).get("S3Uri", ""))
            return f"{folder.rstrip('/')}/{str(file.get('FilePath', '')).lstrip('/')}"
    return None


def in_s3(uri: str, execution: Resource) -> bytes | None:
    """Return an object of Moto's S3; None when there is none, or when Moto is not active."""
    clients = clients_of(execution.motion.context)
    if not clients.there:
        return None
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    try:
        answer = clients.client("s3", execution).get_object(Bucket=bucket, Key=key)
    except Exception:  # noqa: BLE001 - whatever Moto says, there is no such object to be read.
        return None
    content: bytes = answer["Body"].read()
    return content


def s3_json(uri: str, execution: Resource) -> Any:
    """Return the parsed content of a JSON file in S3.

    Raises:
        UnresolvedError: There is none, or it is no JSON.
    """
    text = in_s3(uri, execution)
    if text is None:
        hint = (
            "" if moto.is_active() else " Nothing plays S3 in this test: enter moto's mock_aws()."
        )
        raise UnresolvedError(f"Unable to read '{uri}': there is no such object.{hint}")
    return parsed(text, uri)


def parsed(text: bytes, where: str) -> Any:
    """Return parsed JSON."""
    try:
        return json.loads(text)
    except ValueError as error:
        raise UnresolvedError(f"Unable to parse '{where}' as JSON: {error}") from None
