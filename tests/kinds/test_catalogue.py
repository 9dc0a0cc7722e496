"""The catalogue: every declaration is in the table, and looking one up imports no other."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from importlib import import_module

import pytest

from sagestub import kinds
from sagestub.engine.kind import Kind
from sagestub.kinds import FUNCTIONS, KINDS
from sagestub.model.service import load_service
from sagestub.operations.plan import Catalogue
from sagestub.services import catalogue_of


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_stands_where_the_table_says(name: str) -> None:
    assert KINDS[name].name == name


def test_every_declaration_is_in_the_table() -> None:
    declared = {
        value.name
        for module in pkgutil.iter_modules(kinds.__path__)
        for value in vars(import_module(f"{kinds.__name__}.{module.name}")).values()
        if isinstance(value, Kind)
    }
    assert declared == set(KINDS)


@pytest.mark.parametrize("operation", FUNCTIONS)
def test_a_function_stands_where_the_table_says(operation: str) -> None:
    assert callable(FUNCTIONS[operation])


@pytest.mark.parametrize("operation", sorted(load_service("sagemaker").operation_names))
def test_the_short_way_to_an_operation_leads_where_the_table_of_all_does(operation: str) -> None:
    catalogue: Catalogue = catalogue_of(load_service("sagemaker"))
    short = catalogue._claim_by_name(operation)
    assert short in (None, catalogue._by_operation.get(operation))


def test_a_first_call_loads_its_own_kind_only() -> None:
    program = """
import sys, boto3
from sagestub import mock_sagemaker
with mock_sagemaker():
    boto3.client("sagemaker", region_name="eu-west-1").list_models()
print(*(name for name in sys.modules if name.startswith("sagestub.kinds.")))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, stdout=subprocess.PIPE, text=True
    )
    assert set(done.stdout.split()) == {"sagestub.kinds.models", "sagestub.kinds.field_rules"}
