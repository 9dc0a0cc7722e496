"""What an instance has: vCPUs, memory and accelerators of the types that HyperPod clusters use.

Most follow from the name: the size says how many vCPUs, the family how much memory goes with each.
A type whose figures are not known here has none.

Source: Amazon EC2 instance types (public specifications).
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Capacity(NamedTuple):
    """The capacity of an instance, or of a share of one."""

    accelerators: float
    vcpus: float
    memory_gib: float


BY_TYPE = {
    "p4d.24xlarge": Capacity(8, 96, 1152),
    "p4de.24xlarge": Capacity(8, 96, 1152),
    "p5.48xlarge": Capacity(8, 192, 2048),
    "p5e.48xlarge": Capacity(8, 192, 2048),
    "p5en.48xlarge": Capacity(8, 192, 2048),
    "p6-b200.48xlarge": Capacity(8, 192, 2048),
    "trn1.32xlarge": Capacity(16, 128, 512),
    "trn1n.32xlarge": Capacity(16, 128, 512),
    "trn2.48xlarge": Capacity(16, 192, 2048),
    "t3.medium": Capacity(0, 2, 4),
    "t3.large": Capacity(0, 2, 8),
    "t3.xlarge": Capacity(0, 4, 16),
    "t3.2xlarge": Capacity(0, 8, 32),
}

MEMORY_PER_VCPU = {"c": 2, "m": 4, "r": 8, "i3en": 8, "g4dn": 4, "g5": 4, "g6": 4, "g6e": 8}
"""GiB of memory for each vCPU, by family or by its letter."""

GPUS = {"12xlarge": 4, "24xlarge": 4, "48xlarge": 8}
"""GPUs of the larger sizes of the G families; the others have one."""

OTHERWISE = frozenset({"c5n"})
"""Families that do not follow the rule."""


def capacity_of(instance_type: str) -> Capacity | None:
    """Return the capacity of an instance type; None where it is not known here."""
    name = instance_type.removeprefix("ml.")
    if name in BY_TYPE:
        return BY_TYPE[name]
    family, _, size = name.partition(".")
    found = re.fullmatch(r"(\d*)(medium|large|xlarge)", size)
    letter = family[:1] if re.fullmatch(r"[cmr]\d[a-z]*", family) else family
    if found is None or letter not in MEMORY_PER_VCPU or family in OTHERWISE:
        return None
    vcpus = {"medium": 1, "large": 2, "xlarge": 4}[found[2]] * int(found[1] or 1)
    accelerators = GPUS.get(size, 1) if letter.startswith("g") else 0
    return Capacity(accelerators, vcpus, vcpus * MEMORY_PER_VCPU[letter])
