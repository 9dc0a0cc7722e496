"""Which of these suites are collected: those whose client is installed, in the version they are for.

Clients are real, unmodified and installed by extras, some of which exclude one another. A suite whose
client is absent is not there: it is neither collected nor skipped.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

NEEDS = {
    "aioboto3": ("aioboto3", (13, 14, 15, 16)),
    "airflow": ("apache-airflow-providers-amazon", (9,)),
    "awscli": ("awscli", (1,)),
    "sdk_v2": ("sagemaker", (2,)),
    "sdk_v3": ("sagemaker", (3,)),
}
"""The folders, each with a distribution and the major versions of it that will do."""


def is_there(distribution: str, majors: tuple[int, ...]) -> bool:
    """Return whether a distribution of one of these major versions is installed."""
    try:
        return int(version(distribution).partition(".")[0]) in majors
    except PackageNotFoundError:
        return False


collect_ignore = [folder for folder, needed in NEEDS.items() if not is_there(*needed)]
