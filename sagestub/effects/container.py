"""What a function that stands for a container gets to see, and where it puts what it makes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sagestub.effects.jobs import JobKind
from sagestub.engine.documents import member_at
from sagestub.errors import InvalidArgumentError, NotAnsweredError, unknown_name

if TYPE_CHECKING:
    from sagestub.effects.storage import Storage
    from sagestub.engine.resource import Resource

Files = dict[str, bytes]
"""Content by path."""


class Container(Mapping[str, Any]):
    """A running container, as the function that stands for it sees it.

    As a mapping it has the members that Describe returned when the container started.

    Args:
        resource: The job.
        job: What is to be known of its kind.
        images: The images of its containers.
        storage: S3; None without Moto.
    """

    def __init__(
        self, resource: Resource, job: JobKind, images: Sequence[str], storage: Storage | None
    ) -> None:
        document = resource.document
        self.kind = resource.kind.name
        """The job's kind, `TrainingJob`."""
        self.name = resource.name
        """The job's name."""
        self.arn = resource.arn
        """Its ARN."""
        self.account = resource.account
        """The account in which it runs."""
        self.region = resource.region
        """The region."""
        self.members: Mapping[str, Any] = resource.members
        """Its Describe members when the container started, as Python values."""
        self.image = images[0] if images else ""
        """The container image; of a transform job that of the model's first container."""
        self.hyperparameters: dict[str, str] = dict(document.get(job.hyperparameters) or {})
        """The hyperparameters, strings as the service keeps them."""
        self.environment: dict[str, str] = dict(member_at(document, job.environment) or {})
        """The environment variables."""
        self.inputs = job.inputs(document)
        """Where the data of each channel or input lies, by its name."""
        self.outputs = job.outputs(document)
        """Where each output goes, by its name.

        `model`, `output` and `checkpoints` of a training job, the outputs of a processing job, `output` of
        a transform job, `model` of a compilation.
        """
        self.exit_message = ""
        """What a processing job's ExitMessage is to say; a function may set it."""
        self._main_output = job.main_output
        self._storage = storage
        self._files: dict[str, Files] = {}

    def __repr__(self) -> str:
        return f"<Container of {self.kind} {self.name!r}>"

    def __getitem__(self, member: str) -> Any:
        return self.members[member]

    def __iter__(self) -> Iterator[str]:
        return iter(self.members)

    def __len__(self) -> int:
        return len(self.members)

    def read(self, channel: str) -> Files:
        """Return the objects of a channel, from Moto's S3: content by path.

        Args:
            channel: The channel's or the input's name.

        Raises:
            UnknownNameError: There is no such channel.
            NotAnsweredError: Moto is not active, so that there is no S3 to read from.
        """
        if channel not in self.inputs:
            raise unknown_name(f"channel of {self.kind} {self.name!r}", channel, self.inputs)
        if self._storage is None:
            raise NotAnsweredError(
                f"read({channel!r}) needs S3, and Moto is not active; nothing was read.\n"
                "Enter moto.mock_aws() beside mock_sagemaker(), and put the objects there."
            )
        found = {}
        for path, uri in self._storage.files(self.inputs[channel]):
            content = self._storage.read(uri)
            if content is not None:
                found[path] = content
        return found

    def write(self, path: str, content: object, output: str | None = None) -> None:
        """Put a file into an output; it is in Moto's S3 when the job has ended.

        Args:
            path: The file's path below the output; in the archive for a training job's.
            content: Bytes or text; anything else is written as JSON.
            output: The output's name; None for the model of a training job, else the first output.

        Raises:
            UnknownNameError: There is no such output.
            InvalidArgumentError: The path is empty, or the content is nothing that can be written.
        """
        if not isinstance(path, str) or not path.strip("/"):
            raise InvalidArgumentError(f"path= is {path!r}.\nGive a path below the output.")
        name = self._output_named(output)
        self._files.setdefault(name, {})[path] = bytes_of(content, f"write({path!r}, ...)")

    def _output_named(self, output: str | None) -> str:
        name = output if output is not None else self._main_output
        name = name or next(iter(self.outputs), "")
        if name not in self.outputs:
            raise unknown_name(f"output of {self.kind} {self.name!r}", name, self.outputs)
        return name

    @property
    def files(self) -> Mapping[str, Files]:
        """What has been written so far, by output and path."""
        return self._files


def bytes_of(content: object, what: str) -> bytes:
    """Return content as bytes: text in UTF-8, anything else as JSON.

    Args:
        content: What is to be written.
        what: What it was given for, for the message.

    Raises:
        InvalidArgumentError: It can't be written as JSON.
    """
    if isinstance(content, (bytes, bytearray, memoryview)):
        return bytes(content)
    if isinstance(content, str):
        return content.encode("utf-8")
    try:
        return json.dumps(content).encode("utf-8")
    except (TypeError, ValueError):
        raise InvalidArgumentError(
            f"{what} got {content!r}.\nGive bytes, text, or what can be written as JSON."
        ) from None
