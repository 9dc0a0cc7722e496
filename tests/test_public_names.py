"""Every public name exists, is typed, and has its place in the reference; and the other way round."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import sagestub
from sagestub import Calls, Mock, RecordedCall, Resource, World
from sagestub.mock import OPTIONS, checked_options

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
PAGES = ("errors.md", "handle.md", "options.md")
BY_HAND = "\n".join((REFERENCE / page).read_text(encoding="utf-8") for page in PAGES)
PLACES = frozenset(re.findall(r"^#+ `([\w.]+)`$", BY_HAND, flags=re.MULTILINE))

INTERNAL = {
    # What verbs, behaviours and doors use; a test has no business with it.
    World: {"account_of", "answer"},
    Resource: {"names", "replace"},
    Calls: {"append", "count", "index"},
    RecordedCall: {"count", "index"},
    Mock: set(),
}
ATTRIBUTES = {
    # What instances have that no property of the class shows.
    World: {"clock"},
    Resource: {"account", "arn", "region", "tags"},
    RecordedCall: set(RecordedCall.__annotations__),
}


def public_members(cls: type) -> set[str]:
    """Return the methods and properties of a class that users have."""
    defined = {
        name
        for name, value in inspect.getmembers(cls)
        if not name.startswith("_") and (callable(value) or isinstance(value, property))
    }
    attributes = {name for name in ATTRIBUTES.get(cls, ()) if not name.startswith("_")}
    return (defined | attributes) - INTERNAL[cls]


def documented_members() -> list[str]:
    """Return `Class.member` for every class of the handle."""
    return sorted(f"{cls.__name__}.{name}" for cls in INTERNAL for name in public_members(cls))


@pytest.mark.parametrize("name", sagestub.__all__)
def test_a_public_name_exists_and_has_its_place(name: str) -> None:
    assert getattr(sagestub, name) is not None
    assert name in PLACES


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_has_its_place(option: str) -> None:
    assert option in PLACES


@pytest.mark.parametrize("member", documented_members())
def test_a_member_of_the_handle_has_its_place(member: str) -> None:
    assert member in PLACES


@pytest.mark.parametrize("place", sorted(PLACES))
def test_a_place_in_the_reference_is_of_something_that_exists(place: str) -> None:
    known = {*sagestub.__all__, *OPTIONS, *documented_members()}
    assert place in known


def test_the_options_are_those_that_are_checked() -> None:
    parameters = inspect.signature(checked_options).parameters
    named = [name for name, p in parameters.items() if p.kind is not p.VAR_KEYWORD]
    assert tuple(named) == OPTIONS


def test_the_names_of_the_module_are_the_public_ones() -> None:
    assert dir(sagestub) == sorted(sagestub.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'mock_sagemakr'"):
        _ = sagestub.mock_sagemakr


@pytest.mark.parametrize("function", [sagestub.mock_sagemaker, World.add, Resource.move_to])
def test_a_public_docstring_has_a_first_line_that_stands_alone(
    function: Callable[..., object],
) -> None:
    documentation = inspect.getdoc(function)
    assert documentation is not None
    assert documentation.splitlines()[0].endswith(".")


def test_importing_sagestub_loads_nothing_heavy() -> None:
    script = (
        "import sys, sagestub\n"
        "sagestub.mock_sagemaker\n"
        "heavy = {'boto3', 'botocore', 'requests', 'responses', 'rich', 'asyncio'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    finished = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert finished.returncode == 0


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(sagestub.__file__).parent / "py.typed").exists()
