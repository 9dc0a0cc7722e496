"""Where a container image lies: what its path in Amazon Elastic Container Registry says."""

from __future__ import annotations

import re

IN_REGISTRY = re.compile(r"\d{12}\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+/\S+")


def region_of_image(image: str) -> str | None:
    """Return the region in whose registry an image lies; None for what is no path of one.

    Example:
        >>> region_of_image("123456789012.dkr.ecr.eu-west-1.amazonaws.com/churn:1")
        'eu-west-1'
        >>> region_of_image("churn:1")
    """
    found = IN_REGISTRY.fullmatch(image)
    return found[1] if found is not None else None


def is_elsewhere(image: str) -> bool:
    """Return whether an image names a registry that is none of Amazon Elastic Container Registry.

    A name without a registry, as tests write it, names none.

    Example:
        >>> is_elsewhere("registry.example.com/churn:1"), is_elsewhere("churn:1")
        (True, False)
    """
    registry, slash, _ = image.partition("/")
    return bool(slash) and ("." in registry or ":" in registry) and region_of_image(image) is None
