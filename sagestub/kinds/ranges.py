"""Choosing hyperparameters within the ranges of a tuning job, the same ones every time.

Source: API reference, ParameterRanges, HyperParameterScalingType; Developer Guide, "Understand the
hyperparameter tuning strategies". Which values a real job tries cannot be known; these lie within
the ranges, follow the scaling type, and depend on nothing but the job's name.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from itertools import islice, product
from typing import Any

Ranges = Mapping[str, Any]
"""A `ParameterRanges` structure."""

NEAR = 0.1
"""How far from the best point so far a Bayesian search looks, as a share of the range."""


def combinations_of(ranges: Ranges) -> float:
    """Return how many different points the ranges have; infinity with a continuous one."""
    if ranges.get("ContinuousParameterRanges"):
        return math.inf
    count = 1
    for integer in ranges.get("IntegerParameterRanges", ()):
        count *= max(0, int(integer["MaxValue"]) - int(integer["MinValue"]) + 1)
    for category in ranges.get("CategoricalParameterRanges", ()):
        count *= len(category["Values"])
    return count


def grid_point(ranges: Ranges, number: int) -> dict[str, str]:
    """Return a point of the grid over all categories, the first for number 0."""
    categories = ranges.get("CategoricalParameterRanges", ())
    points = product(*(category["Values"] for category in categories))
    values = next(islice(points, number % max(1, int(combinations_of(ranges))), None), ())
    return {category["Name"]: str(v) for category, v in zip(categories, values, strict=True)}


def chosen_point(
    ranges: Ranges, seed: str, near: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return a point within the ranges.

    Args:
        ranges: The ranges.
        seed: The same seed gives the same point.
        near: A point in whose neighbourhood to look; None for anywhere.
    """
    chance = random.Random(seed)
    point: dict[str, str] = {}
    for integer in ranges.get("IntegerParameterRanges", ()):
        point[integer["Name"]] = str(round(_scaled(integer, chance, near)))
    for continuous in ranges.get("ContinuousParameterRanges", ()):
        point[continuous["Name"]] = repr(_scaled(continuous, chance, near))
    for category in ranges.get("CategoricalParameterRanges", ()):
        point[category["Name"]] = str(chance.choice(category["Values"]))
    for auto in ranges.get("AutoParameters", ()):
        point[auto["Name"]] = auto["ValueHint"]
    return point


def _scaled(
    bounds: Mapping[str, str], chance: random.Random, near: Mapping[str, str] | None
) -> float:
    """Return a value between the bounds, spread by the scaling type."""
    low, high = float(bounds["MinValue"]), float(bounds["MaxValue"])
    scaling = bounds.get("ScalingType")
    share = chance.random()
    there: Callable[[float], float]
    back: Callable[[float], float]
    if scaling == "Logarithmic" and low > 0:
        there, back = math.log, math.exp
    elif scaling == "ReverseLogarithmic" and high < 1:
        there, back = _reverse_log, _reverse_exp
    else:
        there = back = _same
    if near is not None and bounds["Name"] in near:
        middle = there(float(near[bounds["Name"]]))
        reach = NEAR * (there(high) - there(low))
        value = back(middle + (2 * share - 1) * reach)
    else:
        value = back(there(low) + share * (there(high) - there(low)))
    return min(max(value, low), high)


def _same(value: float) -> float:
    return value


def _reverse_log(value: float) -> float:
    return -math.log(1 - value)


def _reverse_exp(value: float) -> float:
    return 1 - math.exp(-value)
