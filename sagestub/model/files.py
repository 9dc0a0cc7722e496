"""A memory of botocore's data files, shared by all sessions that are made while a mock is active.

Parsing SageMaker's service model takes most of the time of making a client, and every new
`boto3.Session` parses it again. While a mock is active, botocore's own files are read once a process.
Files outside botocore's and boto3's packages (`~/.aws/models`, `AWS_DATA_PATH`) are read as ever.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_documents: dict[str, Any] = {}
_lock = threading.Lock()
_users = 0
_replaced: tuple[Any, Any] | None = None

EXTRAS = ".sdk-extras"
"""How the name of a file ends that adds to a service model."""


def start_remembering() -> None:
    """Make botocore's file loader remember what it parses; pairs with `stop_remembering`."""
    global _users, _replaced
    from botocore.loaders import JSONFileLoader, Loader

    with _lock:
        _users += 1
        if _users > 1:
            return
        builtin = Loader.BUILTIN_DATA_PATH
        original = JSONFileLoader.load_file

        def load_file(self: Any, file_path: str) -> Any:
            if _users == 0:  # Somebody has wrapped this function and calls it after the mock.
                return original(self, file_path)
            if not file_path.startswith(builtin):
                document = original(self, file_path)
                if document is not None and file_path.endswith(EXTRAS):
                    # botocore merges it into the document that it has just been given; the next
                    # session may have other extras, or none.
                    place = Path(file_path.removesuffix(EXTRAS)).parts[-3:]
                    _documents.pop(str(Path(builtin, *place)), None)
                return document
            document = _documents.get(file_path)
            if document is None:
                document = original(self, file_path)
                if document is not None:
                    _documents[file_path] = document
            return document

        _set_load_file(load_file)
        _replaced = (original, load_file)


def stop_remembering() -> None:
    """Put botocore's own file loader back when the last user has left."""
    global _users, _replaced
    from botocore.loaders import JSONFileLoader

    with _lock:
        _users -= 1
        if _users == 0 and _replaced is not None:
            original, ours = _replaced
            # Whoever has wrapped ours keeps it.
            if JSONFileLoader.load_file is ours:
                _set_load_file(original)
            _replaced = None


def _set_load_file(function: Callable[[Any, str], Any]) -> None:
    from botocore.loaders import JSONFileLoader

    JSONFileLoader.load_file = function  # type: ignore[assignment,method-assign]


@contextmanager
def remember_model_files() -> Iterator[None]:
    """Remember botocore's files for the time of the block."""
    start_remembering()
    try:
        yield
    finally:
        stop_remembering()
