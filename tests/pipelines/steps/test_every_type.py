"""The table of types beside the service model and the checks of definitions."""

from __future__ import annotations

import pytest

from sagestub.model.service import load_service
from sagestub.pipelines import checks
from sagestub.pipelines.outside import STAND_INS
from sagestub.pipelines.steps import STEP_TYPES
from tests import covered

METADATA = load_service("sagemaker").shape("PipelineExecutionStepMetadata").members  # type: ignore[attr-defined]


def test_definitions_may_have_every_type_that_runs() -> None:
    assert set(checks.STEP_TYPES) == set(STEP_TYPES)


@covered.only_covered
def test_every_member_of_metadata_has_a_type() -> None:
    assert {step_type.metadata_member for step_type in STEP_TYPES.values()} >= set(METADATA)


def test_what_takes_functions_are_types() -> None:
    assert set(STAND_INS) <= set(STEP_TYPES)


@pytest.mark.parametrize("name", sorted(checks.REQUIRED_ARGUMENTS))
def test_what_a_type_requires_is_checked_with_the_definition(name: str) -> None:
    assert set(STEP_TYPES[name].requires) == set(checks.REQUIRED_ARGUMENTS[name])
