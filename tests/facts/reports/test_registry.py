"""The model registry and Search: what reports say that they refuse."""

from __future__ import annotations

from typing import Any

import pytest

from sagestub import World
from tests.facts.reports.refusals import IMAGE, REGION, Refusal, check, rows

PACKAGE = f"arn:aws:sagemaker:{REGION}:123456789012:model-package/trees/1"


def specifications(*numbers: int) -> list[dict[str, Any]]:
    return [{"Name": f"way-{n}", "Containers": [{"Image": IMAGE}]} for n in numbers]


GROUP = ("ModelPackageGroup", {"ModelPackageGroupName": "trees"})


def version(*numbers: int) -> list[tuple[str, dict[str, Any]]]:
    """Let there be a version that has the additional specifications of these numbers."""
    members = {
        "ModelPackageGroupName": "trees",
        "AdditionalInferenceSpecifications": specifications(*numbers),
    }
    return [GROUP, ("ModelPackage", members)]


def adding(*numbers: int) -> dict[str, Any]:
    added = specifications(*numbers)
    return {"ModelPackageArn": PACKAGE, "AdditionalInferenceSpecificationsToAdd": added}


REFUSALS = [
    Refusal(
        "reports.ModelPackage.errors.more-than-15-additional-inference-specifications-after-an-update",
        "UpdateModelPackage",
        adding(*range(8, 16)),
        version(*range(8)),
    ),
    Refusal(
        "reports.ModelPackage.errors.an-update-adds-an-inference-specification-of-a-name",
        "UpdateModelPackage",
        adding(1),
        version(1),
    ),
    Refusal(
        "reports.Search.errors.visibility-condition-whose-key-is-no-tag",
        "Search",
        {"Resource": "Model", "VisibilityConditions": [{"Key": "team", "Value": "ml"}]},
    ),
]


@pytest.mark.parametrize("row", rows(REFUSALS))
def test_a_report_of_a_refusal_holds(row: Refusal, sm: World) -> None:
    check(row, sm)
