"""Waiting for an import: a library that a test imports inside the mock is patched then.

So that sagestub itself imports no library before the test does.
"""

from __future__ import annotations

import importlib.abc
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class AfterImport(importlib.abc.MetaPathFinder):
    """Calls a function with a module: at once if it is loaded, else as soon as it has been.

    Args:
        name: The module's full name.
        patch: What to call with the module.
    """

    def __init__(self, name: str, patch: Callable[[Any], None]) -> None:
        self.name = name
        self.patch = patch

    def start(self) -> None:
        """Patch the module now, or wait for it."""
        module = sys.modules.get(self.name)
        if module is not None:
            self.patch(module)
        else:
            sys.meta_path.insert(0, self)

    def stop(self) -> None:
        """Wait no longer."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec that the other finders have, with a loader that patches afterwards."""
        if fullname != self.name:
            return None
        for finder in sys.meta_path:
            if finder is self:
                continue
            spec = finder.find_spec(fullname, path, target)
            if spec is not None and spec.loader is not None:
                self._patch_after_loading(spec.loader)
                return spec
        return None

    def _patch_after_loading(self, loader: Any) -> None:
        exec_module = loader.exec_module

        def exec_and_patch(module: ModuleType) -> None:
            # The loader stays with the module; it is to be as it was.
            del loader.exec_module
            exec_module(module)
            if self in sys.meta_path:
                self.stop()
                self.patch(module)

        loader.exec_module = exec_and_patch
