"""One service of botocore's, with what is compiled from its model kept per operation.

Knows botocore's `ServiceModel`; knows nothing of kinds, worlds or HTTP. A `Service` is made from the
model that a client has loaded already, so that the JSON is not parsed a second time.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

TOKENS = ("ClientRequestToken", "ClientToken", "clientToken")
"""What idempotency tokens are called."""

KEPT_SERVICES = 16
"""How many compiled service models a process keeps (a session of its own brings its own model)."""

KEPT_LOADERS = 4
"""How many of botocore's loaders a process keeps, each with the models that it has read."""


class Operation:
    """What the layers above ask of one operation; made once, then only read."""

    def __init__(self, service: Service, model: OperationModel) -> None:
        self.service = service
        self.name: str = model.name
        self.model = model
        self.input_shape: StructureShape | None = model.input_shape
        self.output_shape: StructureShape | None = model.output_shape

    @cached_property
    def input_members(self) -> tuple[str, ...]:
        """Names of the input members, in the model's order."""
        return tuple(self.input_shape.members) if self.input_shape is not None else ()

    @cached_property
    def required_input(self) -> tuple[str, ...]:
        """Names of the required input members."""
        return tuple(self.input_shape.required_members) if self.input_shape is not None else ()

    @cached_property
    def output_members(self) -> tuple[str, ...]:
        """Names of the output members, in the model's order."""
        return tuple(self.output_shape.members) if self.output_shape is not None else ()

    @cached_property
    def error_codes(self) -> frozenset[str]:
        """The codes of the errors that the model declares for this operation."""
        return frozenset(shape.name for shape in self.model.error_shapes)

    @cached_property
    def token_member(self) -> str | None:
        """The input member that makes the call idempotent (`ClientRequestToken`), if there is one.

        A few are not marked as such by the model, and are known by their names.
        """
        if self.input_shape is None:
            return None
        for name, shape in self.input_shape.members.items():
            if shape.metadata.get("idempotencyToken") or getattr(shape, "serialization", {}).get(
                "idempotencyToken"
            ):
                return str(name)
        return next((name for name in TOKENS if name in self.input_shape.members), None)


class Service:
    """One service model and its operations, compiled on demand and kept."""

    def __init__(self, model: ServiceModel) -> None:
        self.model = model
        self.name: str = model.service_name
        metadata = model.metadata
        self.target_prefix: str = metadata.get("targetPrefix", "")
        self.json_version: str = metadata.get("jsonVersion", "1.1")
        self.protocol: str = metadata.get("protocol", "json")
        self.endpoint_prefix: str = metadata.get("endpointPrefix", self.name)
        self.operation_names: frozenset[str] = frozenset(model.operation_names)
        self._operations: dict[str, Operation] = {}
        self.compiled: dict[Any, Any] = {}
        """Room for what upper layers compile from this model, by a key of theirs."""

    def operation(self, name: str) -> Operation:
        """Return an operation by name.

        Raises:
            KeyError: The model has no operation of that name.
        """
        operation = self._operations.get(name)
        if operation is None:
            if name not in self.operation_names:
                raise KeyError(name)
            operation = Operation(self, self.model.operation_model(name))
            self._operations[name] = operation
        return operation

    def __contains__(self, operation_name: object) -> bool:
        return operation_name in self.operation_names

    def __iter__(self) -> Iterator[Operation]:
        for name in self.model.operation_names:
            yield self.operation(name)

    def shape(self, name: str) -> Shape:
        """Return a shape by name.

        Raises:
            botocore.model.NoShapeFoundError: The model has no shape of that name.
        """
        return self.model.shape_for(name)

    def http_status_of(self, code: str) -> int | None:
        """Return the HTTP status that the model has for an error code; None where it has none."""
        for shape in self.model.error_shapes:
            if shape.name == code:
                status = shape.metadata.get("error", {}).get("httpStatusCode")
                return int(status) if status is not None else None
        return None


_services: dict[int, tuple[object, Service]] = {}
_services_lock = threading.Lock()


def service_of(model: ServiceModel) -> Service:
    """Return the `Service` of a botocore model, compiled once for each loaded JSON document."""
    identity = model.metadata
    kept = _services.get(id(identity))
    if kept is not None and kept[0] is identity:
        return kept[1]
    with _services_lock:
        kept = _services.get(id(identity))
        if kept is not None and kept[0] is identity:
            return kept[1]
        service = Service(model)
        while len(_services) >= KEPT_SERVICES:
            _services.pop(next(iter(_services)))
        _services[id(identity)] = (identity, service)
    return service


def load_service(name: str) -> Service:
    """Load the model of a service that a client would load now, through the shared file memory.

    It is the installed botocore's, unless `AWS_DATA_PATH` leads to another. Used where no client has
    brought a model: by the handle (`sm.add` before any call) and by the doors for plain HTTP.
    """
    from botocore.loaders import create_loader
    from botocore.model import ServiceModel

    from sagestub.model.files import remember_model_files

    path = os.environ.get("AWS_DATA_PATH")
    with remember_model_files():
        loader = _loaders.get(path)
        if loader is None:
            while len(_loaders) >= KEPT_LOADERS:
                _loaders.pop(next(iter(_loaders)))
            loader = _loaders[path] = create_loader(path)
        document = loader.load_service_model(name, "service-2")
    known = _services.get(id(document["metadata"]))
    if known is not None:
        return known[1]
    return service_of(ServiceModel(document, name))


_loaders: dict[str | None, Any] = {}
"""botocore's loaders by the value of `AWS_DATA_PATH`."""
