"""Trait watch: every trait in SageMaker's models is honoured, or stands here with a reason why not.

A botocore that brings a trait which nobody has thought of fails here when the reference is made with it, not
in a user's test.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.loaders import Loader

from tests import covered

HONOURED = {
    "type": "reading and checking by type",
    "members": "structures",
    "member": "lists",
    "key": "maps",
    "value": "maps",
    "shape": "references",
    "required": "Member must not be null",
    "max": "lengths and values",
    "min": "lengths and values",
    "pattern": "regular expressions",
    "enum": "enumerations",
    "union": "exactly one member",
    "sensitive": "left out of messages",
    "exception": "modelled errors",
    "error": "status and code of the runtimes' errors",
    "idempotencyToken": "a second call with the token answers as the first",
    "document": "anything goes",
    "location": "where a member travels in rest-json",
    "locationName": "under which name",
    "payload": "the member that is the body",
    "eventstream": "event streams",
    "event": "event streams",
    "eventpayload": "event streams",
    "streaming": "the body as it is",
    "timestampFormat": "times in rest-json",
    "http": "path, method and status of rest-json",
    "input": "operations",
    "output": "operations",
    "errors": "which code an operation uses for a missing resource",
    "name": "operations",
}

LEFT = {
    "documentation": "prose for readers",
    "box": "says that null differs from zero; absent members are absent here in any case",
    "deprecated": "a warning for writers of clients; the service still accepts the member",
    "deprecatedMessage": "the text of that warning",
    "jsonvalue": "only headers are affected, and SageMaker's one such member stands in a body",
    "idempotent": "tells clients that they may retry",
    "readonly": "tells clients that they may retry",
    "retryable": "tells clients that they may retry",
    "fault": "says whose fault an error is; the status is in `error` or is 500 as declared",
    "synthetic": "tells code generators that the shape was made for a tool's sake",
}

HONOURED_METADATA = {
    "protocol": "json or rest-json",
    "jsonVersion": "the content type",
    "targetPrefix": "the header that names the operation",
    "endpointPrefix": "host names",
    "serviceId": "the name in botocore's events",
}

LEFT_METADATA = {
    "apiVersion": "botocore chose it",
    "auth": "signatures are not verified",
    "signatureVersion": "signatures are not verified",
    "signingName": "signatures are not verified",
    "protocols": "botocore picks among them, and its models name one",
    "protocolSettings": "HTTP/2 for event streams; nothing is sent",
    "serviceAbbreviation": "prose for readers",
    "serviceFullName": "prose for readers",
    "uid": "names the document",
}


def models() -> dict[str, Any]:
    loader = Loader()
    names = [n for n in loader.list_available_services("service-2") if n.startswith("sagemaker")]
    return {name: loader.load_service_model(name, "service-2") for name in names}


MODELS = models()


def traits_of(model: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each trait with a place where it stands."""
    for name, shape in model["shapes"].items():
        yield from ((trait, name) for trait in shape)
        for member, reference in shape.get("members", {}).items():
            yield from ((trait, f"{name}.{member}") for trait in reference)
        for part in ("member", "key", "value"):
            yield from ((trait, f"{name}.{part}") for trait in shape.get(part, ()))
    for name, operation in model["operations"].items():
        yield from ((trait, name) for trait in operation)
        for part in ("input", "output"):
            yield from ((trait, f"{name}.{part}") for trait in operation.get(part, ()))


@covered.only_covered
@pytest.mark.parametrize("service", MODELS)
def test_every_trait_is_honoured_or_left_for_a_reason(service: str) -> None:
    known = HONOURED.keys() | LEFT.keys()
    unknown = {trait: place for trait, place in traits_of(MODELS[service]) if trait not in known}
    assert unknown == {}


@covered.only_covered
@pytest.mark.parametrize("service", MODELS)
def test_every_line_of_the_metadata_is_honoured_or_left_for_a_reason(service: str) -> None:
    known = HONOURED_METADATA.keys() | LEFT_METADATA.keys()
    assert set(MODELS[service]["metadata"]) - known == set()


def test_both_lists_name_traits_that_exist() -> None:
    found = {trait for model in MODELS.values() for trait, _ in traits_of(model)}
    assert (HONOURED.keys() | LEFT.keys()) - found == set()
    assert HONOURED.keys() & LEFT.keys() == set()


@pytest.mark.parametrize("service", MODELS)
def test_every_type_is_one_that_the_checks_know(service: str) -> None:
    known = {"structure", "list", "map", "string", "boolean", "integer", "long", "float", "double",
             "timestamp", "blob"}  # fmt: skip
    assert {shape["type"] for shape in MODELS[service]["shapes"].values()} <= known


def test_only_strings_lists_maps_numbers_and_blobs_have_bounds() -> None:
    """Bounds on another type would be checked by nothing."""
    bounded = {
        shape["type"]
        for model in MODELS.values()
        for shape in model["shapes"].values()
        if {"min", "max"} & shape.keys()
    }
    assert bounded <= {"string", "list", "map", "integer", "long", "float", "double", "blob"}


def test_a_member_s_reference_brings_no_constraint_that_its_shape_lacks() -> None:
    """Constraints are compiled from shapes as botocore hands them out, references included."""
    constraints = {"min", "max", "pattern", "enum", "required", "union", "document"}
    found = {
        (service, name, member)
        for service, model in MODELS.items()
        for name, shape in model["shapes"].items()
        for member, reference in shape.get("members", {}).items()
        if constraints & reference.keys()
    }
    assert found == set()


def test_names_on_the_wire_differ_from_the_model_s_only_outside_of_bodies() -> None:
    found = {
        (service, name, member)
        for service, model in MODELS.items()
        for name, shape in model["shapes"].items()
        for member, reference in shape.get("members", {}).items()
        if "locationName" in reference and "location" not in reference
    }
    assert found == set()
