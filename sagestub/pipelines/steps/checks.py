"""QualityCheck and ClarifyCheck: a processing job that computes a baseline and compares it with another.

Source: Developer Guide, "Baseline calculation, drift detection and lifecycle with ClarifyCheck and
QualityCheck steps"; aws/sagemaker-python-sdk, workflow/quality_check_step.py, clarify_check_step.py,
tests/integ/sagemaker/workflow/test_quality_check_steps.py (the reason of a failed check).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sagestub.effects.containers import run_of
from sagestub.pipelines import outside
from sagestub.pipelines.expressions import resolved
from sagestub.pipelines.property_files import in_s3
from sagestub.pipelines.retries import failed_job
from sagestub.pipelines.step import (
    Failed,
    Outcome,
    Running,
    StepRun,
    StepType,
    Stopped,
    Succeeded,
)
from sagestub.pipelines.steps.creation import created
from sagestub.pipelines.steps.jobs import PROCESSING, describe

if TYPE_CHECKING:
    from sagestub.engine.resource import Resource

VIOLATIONS = "constraint_violations.json"


@dataclass(frozen=True, kw_only=True)
class Check:
    """What the two types of checks differ in.

    Args:
        type: The type of the step.
        word: What its failure calls it.
        files: The files of a baseline by what they are, as the job writes them.
        registered: By CheckType, where a model package keeps the baseline for drift checks.
    """

    type: str
    word: str
    files: Mapping[str, str]
    registered: Mapping[str, tuple[str, Mapping[str, str]]]


QUALITY = Check(
    type="QualityCheck",
    word="Quality",
    files={"Statistics": "statistics.json", "Constraints": "constraints.json"},
    registered={
        "DATA_QUALITY": (
            "ModelDataQuality",
            {"Statistics": "Statistics", "Constraints": "Constraints"},
        ),
        "MODEL_QUALITY": (
            "ModelQuality",
            {"Statistics": "Statistics", "Constraints": "Constraints"},
        ),
    },
)
CLARIFY = Check(
    type="ClarifyCheck",
    word="Clarify",
    files={"Constraints": "analysis.json"},
    registered={
        "DATA_BIAS": ("Bias", {"Constraints": "PreTrainingConstraints"}),
        "MODEL_BIAS": ("Bias", {"Constraints": "PostTrainingConstraints"}),
        "MODEL_EXPLAINABILITY": ("Explainability", {"Constraints": "Constraints"}),
    },
)


def starting(check: Check) -> Callable[[StepRun], Outcome]:
    """Return the start of a type of check."""

    def start(run: StepRun) -> Outcome:
        settings = settings_of(run)
        baseline = previous_baseline(run, check, settings)
        missing = [part for part in check.files if part not in baseline]
        needed = not (settings["SkipCheck"] and settings["RegisterNewBaseline"])
        if needed and missing:
            return Failed(
                f"ClientError: No baseline {' and '.join(missing).lower()} found for the "
                f"{settings['CheckType']} check. Supply a baseline, or a model package group whose "
                "latest approved model has one."
            )
        run.record.update({"Settings": settings, "Baseline": baseline})
        job = created(run, PROCESSING)
        return Running(job, {check.type: metadata_of(run, check, job)})

    return start


def settings_of(run: StepRun) -> dict[str, Any]:
    """Return what the step says beside its arguments, resolved."""
    raw = run.step.raw

    def value(member: str) -> Any:
        return resolved(raw.get(member), run.scope)

    def truth(member: str, without: bool) -> bool:
        given = value(member)
        if given is None:
            return without
        return given.lower() == "true" if isinstance(given, str) else bool(given)

    return {
        "CheckType": str(value("CheckType") or ""),
        "SkipCheck": truth("SkipCheck", without=False),
        "FailOnViolation": truth("FailOnViolation", without=True),
        "RegisterNewBaseline": truth("RegisterNewBaseline", without=False),
        "ModelPackageGroupName": value("ModelPackageGroupName"),
        "Statistics": value("SuppliedBaselineStatistics"),
        "Constraints": value("SuppliedBaselineConstraints"),
    }


def previous_baseline(run: StepRun, check: Check, settings: Mapping[str, Any]) -> dict[str, str]:
    """Return the baseline to compare with: what is supplied, else the latest approved model's."""
    supplied = {part: str(settings[part]) for part in check.files if settings.get(part)}
    group = settings.get("ModelPackageGroupName")
    if len(supplied) == len(check.files) or not group:
        return supplied
    packages = run.context.resources(
        "ModelPackage",
        run.execution,
        ModelPackageGroupName=str(group),
        ModelApprovalStatus="Approved",
    )
    room, members = check.registered.get(settings["CheckType"], ("", {}))
    kept = packages[-1].document.get("DriftCheckBaselines", {}).get(room, {}) if packages else {}
    found = {
        part: kept[member]["S3Uri"]
        for part, member in members.items()
        if "S3Uri" in kept.get(member, {})
    }
    return {**found, **supplied}


def calculated(check: Check, job: Resource) -> dict[str, str]:
    """Return where the job writes the baseline that it computes."""
    folder = folder_of(job)
    return {part: f"{folder}/{file}" for part, file in check.files.items()}


def folder_of(job: Resource) -> str:
    """Return where the results of a job lie."""
    outputs = job.document.get("ProcessingOutputConfig", {}).get("Outputs", ())
    first = outputs[0] if outputs else {}
    return str(first.get("S3Output", {}).get("S3Uri", "")).rstrip("/")


def baselines_of(run: StepRun, check: Check, job: Resource) -> dict[str, str]:
    """Return the step's properties: the new baseline, and the one that is used from now on."""
    new = calculated(check, job)
    renewed = run.record["Settings"]["RegisterNewBaseline"]
    used = new if renewed else run.record["Baseline"]
    return {
        **{f"CalculatedBaseline{part}": uri for part, uri in new.items()},
        **{f"BaselineUsedForDriftCheck{part}": uri for part, uri in used.items()},
    }


def metadata_of(run: StepRun, check: Check, job: Resource, report: str = "") -> dict[str, Any]:
    """Return the step's Metadata."""
    settings = run.record["Settings"]
    metadata: dict[str, Any] = {
        "CheckType": settings["CheckType"],
        "CheckJobArn": job.arn,
        "SkipCheck": settings["SkipCheck"],
        "RegisterNewBaseline": settings["RegisterNewBaseline"],
        **baselines_of(run, check, job),
    }
    if settings["ModelPackageGroupName"]:
        metadata["ModelPackageGroupName"] = str(settings["ModelPackageGroupName"])
    if report:
        metadata["ViolationReport"] = report
    return metadata


def violations_in(run: StepRun, job: Resource) -> bool:
    """Return whether the check finds violations.

    A registered function says so by what it returns (a list of them, or whether there are any); else it
    is the report that the function for the container has written, or that lies in Moto's S3; else there
    are none.
    """
    function = outside.function_for(run)
    if function is not None:
        return bool(outside.called(run, function, run.arguments))
    own = run_of(run.context, job)
    text = (
        next((f[VIOLATIONS] for f in own.files.values() if VIOLATIONS in f), None) if own else None
    )
    if text is None:
        text = in_s3(f"{folder_of(job)}/{VIOLATIONS}", run.execution)
    if text is None:
        return False
    try:
        report = json.loads(text)
    except ValueError:
        return False
    return bool(report.get("violations")) if isinstance(report, Mapping) else bool(report)


def finishing(check: Check) -> Callable[[StepRun, Resource], Outcome]:
    """Return what a type of check says when its job rests."""

    def finish(run: StepRun, job: Resource) -> Outcome:
        if job.status != "Completed":
            return Stopped() if job.status == "Stopped" else failed_job(job)
        settings = run.record["Settings"]
        report = ""
        if not settings["SkipCheck"]:
            try:
                if violations_in(run, job):
                    report = f"{folder_of(job)}/{VIOLATIONS}"
            except outside.FunctionFailedError as error:
                return Failed(f"ClientError: {error}")
        metadata = {check.type: metadata_of(run, check, job, report)}
        if report and settings["FailOnViolation"]:
            return Failed(
                f"ClientError: {check.word} check failed. See violation report {report}",
                metadata=metadata,
            )
        return Succeeded(baselines_of(run, check, job), metadata)

    return finish


def properties(run: StepRun) -> Mapping[str, Any]:
    """Return the job, and the baselines."""
    return {**describe(run), **run.outputs}


TYPES = tuple(
    StepType(
        name=check.type,
        start=starting(check),
        finish=finishing(check),
        properties=properties,
        cacheable=True,
        metadata_member=check.type,
        requires=("ProcessingResources", "AppSpecification", "RoleArn"),
    )
    for check in (QUALITY, CLARIFY)
)
