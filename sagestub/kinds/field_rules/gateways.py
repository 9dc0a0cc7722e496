"""The field rules of global inference gateways."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sagestub.engine.conditions import BROKEN, Condition, holds, together
from sagestub.engine.cross_fields import FieldRule, checked_by
from sagestub.engine.documents import values_at
from sagestub.engine.member_facts import Structure

WEIGHTS = ("KVHeadroom", "QueueDepth", "RegionProximity", "ErrorRate")

TOLERANCE = 0.001
"""By how much the sum of weights may differ. Source: model, GlobalInferenceGatewayRoutingWeights."""


def _no_id(path: str) -> Condition:
    def broken(structure: Structure) -> Mapping[str, Any] | None:
        wrong = [v for v in values_at(structure, path) if re.fullmatch("[a-z0-9]{12}", v)]
        return BROKEN if wrong else None

    return holds(f"{path} not exactly 12 lower-case letters or digits", (path,), broken)


def _sum_to_one(*members: str) -> Condition:
    def broken(structure: Structure) -> Mapping[str, Any] | None:
        weights = [value for member in members for value in values_at(structure, member)]
        off = abs(sum(weights) - 1)
        # What a float adds to 0.001 is no mistake of the caller's.
        return {"value": round(sum(weights), 6)} if weights and off > TOLERANCE + 1e-9 else None

    return holds(f"the weights sum to 1.0, within {TOLERANCE}", members, broken)


GLOBAL_INFERENCE_GATEWAY = (
    FieldRule(
        _no_id("Name"),
        text=(
            "The name {Name} has the format of a global inference gateway ID: exactly 12 lowercase "
            "letters or digits."
        ),
        source="model, CreateGlobalInferenceGatewayRequest.Name",
    ),
    *checked_by(
        "CreateGlobalInferenceGateway UpdateGlobalInferenceGateway",
        FieldRule(
            together(*WEIGHTS),
            at="Routing.Weights",
            source="model, GlobalInferenceGatewayRoutingWeights",
        ),
        FieldRule(
            _sum_to_one(*WEIGHTS),
            at="Routing.Weights",
            text="The routing weights must sum to 1.0, within 0.001; they sum to {value}.",
            source="model, GlobalInferenceGatewayRoutingWeights",
        ),
    ),
)
