"""QualityCheck and ClarifyCheck: baselines, violations, and what a failure says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from moto import mock_aws

from sagestub import World
from tests.pipelines.steps.running import IMAGE, Run, Step

SUPPLIED = {
    "SuppliedBaselineStatistics": "s3://bucket/old/statistics.json",
    "SuppliedBaselineConstraints": "s3://bucket/old/constraints.json",
}
REPORT = "s3://bucket/report/constraint_violations.json"


@pytest.fixture
def check(step: Step, processing: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Makes a quality check, with what the SDK always writes."""

    def made(**members: Any) -> dict[str, Any]:
        written = {
            "CheckType": "DATA_QUALITY",
            "ModelPackageGroupName": None,
            "SkipCheck": False,
            "FailOnViolation": True,
            "RegisterNewBaseline": False,
            "SuppliedBaselineStatistics": None,
            "SuppliedBaselineConstraints": None,
        }
        return step("Check", "QualityCheck", processing, **{**written, **members})

    return made


def told(report: dict[str, Any]) -> dict[str, Any]:
    """Metadata of the check."""
    metadata: dict[str, Any] = report["Check"]["Metadata"]["QualityCheck"]
    return metadata


@pytest.mark.fact(
    "pipelines.Step-types.QualityCheck-ClarifyCheck",
    "pipelines.Checks.the-step-computes-a-new-baseline",
    "pipelines.Checks.BaselineUsedForDriftCheck-is-the-new-one-with",
    "pipelines.Checks.files-statistics-json-constraints-json-constraint_violations",
)
def test_a_check_compares_with_the_supplied_baseline(
    client: Any, run: Run, check: Callable[..., dict[str, Any]]
) -> None:
    """Source: aws/sagemaker-python-sdk, test_quality_check_steps.py."""
    report = run(check(**SUPPLIED))
    (job,) = client.list_processing_jobs()["ProcessingJobSummaries"]
    assert report["Check"]["StepStatus"] == "Succeeded"
    assert told(report) == {
        "CheckType": "DATA_QUALITY",
        "CheckJobArn": job["ProcessingJobArn"],
        "SkipCheck": False,
        "RegisterNewBaseline": False,
        "BaselineUsedForDriftCheckStatistics": SUPPLIED["SuppliedBaselineStatistics"],
        "BaselineUsedForDriftCheckConstraints": SUPPLIED["SuppliedBaselineConstraints"],
        "CalculatedBaselineStatistics": "s3://bucket/report/statistics.json",
        "CalculatedBaselineConstraints": "s3://bucket/report/constraints.json",
    }


@pytest.mark.fact(
    "pipelines.Checks.ClientError-Quality-check-failed-See-violation",
    "pipelines.Checks.files-statistics-json-constraints-json-constraint_violations",
)
def test_violations_fail_the_step(
    sm: World, run: Run, check: Callable[..., dict[str, Any]]
) -> None:
    sm.pipelines.on("QualityCheck", lambda _: True, name="Check")
    report = run(check(**SUPPLIED))
    assert report["Check"]["StepStatus"] == "Failed"
    reason = f"ClientError: Quality check failed. See violation report {REPORT}"
    assert reason in report["Check"]["FailureReason"]
    assert told(report)["ViolationReport"] == REPORT


@pytest.mark.fact("pipelines.Checks.ClientError-Quality-check-failed-See-violation")
def test_violations_may_be_tolerated(
    sm: World, run: Run, check: Callable[..., dict[str, Any]]
) -> None:
    sm.pipelines.on("QualityCheck", lambda _: True)
    report = run(check(FailOnViolation=False, **SUPPLIED))
    assert report["Check"]["StepStatus"] == "Succeeded"
    assert told(report)["ViolationReport"] == REPORT


@mock_aws
def test_a_report_in_motos_s3_tells_of_violations(
    run: Run, check: Callable[..., dict[str, Any]]
) -> None:
    s3 = boto3.client("s3", region_name="us-east-1")
    s3.create_bucket(Bucket="bucket")
    text = json.dumps({"violations": [{"feature_name": "age"}]})
    s3.put_object(Bucket="bucket", Key="report/constraint_violations.json", Body=text)
    assert run(check(**SUPPLIED))["Check"]["StepStatus"] == "Failed"


@pytest.mark.fact("pipelines.Checks.BaselineUsedForDriftCheck-is-the-new-one-with")
def test_a_skipped_check_finds_no_violations(
    sm: World, run: Run, check: Callable[..., dict[str, Any]]
) -> None:
    sm.pipelines.on("QualityCheck", lambda _: True)
    report = run(check(SkipCheck=True, RegisterNewBaseline=True))
    assert report["Check"]["StepStatus"] == "Succeeded"
    used = told(report)["BaselineUsedForDriftCheckConstraints"]
    assert used == told(report)["CalculatedBaselineConstraints"]


@pytest.mark.fact("pipelines.Checks.a-check-that-needs-a-previous")
def test_a_check_without_a_baseline_fails(run: Run, check: Callable[..., dict[str, Any]]) -> None:
    report = run(check())["Check"]
    assert report["StepStatus"] == "Failed"
    assert "statistics and constraints" in report["FailureReason"]


@pytest.mark.fact("pipelines.Checks.the-step-computes-a-new-baseline")
def test_the_baseline_of_the_latest_approved_model_is_used(
    client: Any, run: Run, check: Callable[..., dict[str, Any]]
) -> None:
    client.create_model_package_group(ModelPackageGroupName="Shop")
    for number, status in enumerate(("Approved", "Approved", "Rejected")):
        sources = {
            "Statistics": {"ContentType": "json", "S3Uri": f"s3://bucket/{number}/statistics"},
            "Constraints": {"ContentType": "json", "S3Uri": f"s3://bucket/{number}/constraints"},
        }
        client.create_model_package(
            ModelPackageGroupName="Shop",
            ModelApprovalStatus=status,
            DriftCheckBaselines={"ModelDataQuality": sources},
            InferenceSpecification={"Containers": [{"Image": IMAGE}]},
        )
    report = run(check(ModelPackageGroupName="Shop"))
    assert told(report)["BaselineUsedForDriftCheckStatistics"] == "s3://bucket/1/statistics"
    assert told(report)["ModelPackageGroupName"] == "Shop"


@pytest.mark.fact("pipelines.Checks.where-a-package-keeps-them-ModelDataQuality")
@pytest.mark.parametrize(
    ("kind", "check_type", "place"),
    [
        ("QualityCheck", "DATA_QUALITY", ("ModelDataQuality", "Constraints")),
        ("QualityCheck", "MODEL_QUALITY", ("ModelQuality", "Constraints")),
        ("ClarifyCheck", "DATA_BIAS", ("Bias", "PreTrainingConstraints")),
        ("ClarifyCheck", "MODEL_BIAS", ("Bias", "PostTrainingConstraints")),
        ("ClarifyCheck", "MODEL_EXPLAINABILITY", ("Explainability", "Constraints")),
    ],
)
def test_a_package_keeps_a_baseline_for_each_type_of_check(
    client: Any,
    run: Run,
    step: Step,
    processing: dict[str, Any],
    kind: str,
    check_type: str,
    place: tuple[str, str],
) -> None:
    client.create_model_package_group(ModelPackageGroupName="Shop")
    kept = {"ContentType": "json", "S3Uri": "s3://bucket/kept/constraints"}
    statistics = {"Statistics": kept} if kind == "QualityCheck" else {}
    client.create_model_package(
        ModelPackageGroupName="Shop",
        ModelApprovalStatus="Approved",
        DriftCheckBaselines={place[0]: {place[1]: kept, **statistics}},
        InferenceSpecification={"Containers": [{"Image": IMAGE}]},
    )
    members = {"CheckType": check_type, "ModelPackageGroupName": "Shop"}
    report = run(step("Check", kind, processing, **members))["Check"]
    used = report["Metadata"][kind]["BaselineUsedForDriftCheckConstraints"]
    assert used == "s3://bucket/kept/constraints"


@pytest.mark.fact("pipelines.Checks.BaselineUsedForDriftCheck-is-the-new-one-with")
@pytest.mark.parametrize(
    ("register", "skip", "used"),
    [
        (False, True, SUPPLIED["SuppliedBaselineConstraints"]),
        (True, False, "s3://bucket/report/constraints.json"),
        (True, True, "s3://bucket/report/constraints.json"),
    ],
)
def test_a_new_baseline_is_used_where_it_is_registered(
    sm: World, run: Run, check: Callable[..., dict[str, Any]], register: bool, skip: bool, used: str
) -> None:
    sm.pipelines.on("QualityCheck", lambda _: skip)
    report = run(check(RegisterNewBaseline=register, SkipCheck=skip, **SUPPLIED))
    assert report["Check"]["StepStatus"] == "Succeeded"
    assert told(report)["BaselineUsedForDriftCheckConstraints"] == used


def test_settings_may_be_parameters(
    sm: World, run: Run, check: Callable[..., dict[str, Any]]
) -> None:
    sm.pipelines.on("QualityCheck", lambda _: True)
    skip = [{"Name": "Skip", "Type": "Boolean", "DefaultValue": True}]
    settings = {"SkipCheck": {"Get": "Parameters.Skip"}, **SUPPLIED}
    assert run(check(**settings), Parameters=skip)["Check"]["StepStatus"] == "Succeeded"


def test_a_later_step_reads_the_baselines(
    run: Run, step: Step, check: Callable[..., dict[str, Any]]
) -> None:
    value = {"Get": "Steps.Check.BaselineUsedForDriftCheckConstraints"}
    report = run(check(**SUPPLIED), step("Say", "Fail", {"ErrorMessage": value}))
    assert report["Say"]["FailureReason"] == SUPPLIED["SuppliedBaselineConstraints"]


def test_a_check_whose_job_fails_says_why(
    sm: World, run: Run, check: Callable[..., dict[str, Any]]
) -> None:
    sm.fail("ProcessingJob", reason="AlgorithmError: no data")
    report = run(check(**SUPPLIED))["Check"]
    assert report["StepStatus"] == "Failed"
    assert "AlgorithmError: no data" in report["FailureReason"]


@pytest.mark.fact(
    "pipelines.Step-types.QualityCheck-ClarifyCheck",
    "pipelines.Checks.ClientError-Quality-check-failed-See-violation",
    "pipelines.Checks.files-statistics-json-constraints-json-constraint_violations",
)
def test_a_clarify_check_has_constraints_only(
    sm: World, run: Run, step: Step, processing: dict[str, Any]
) -> None:
    """Source: aws/sagemaker-python-sdk, test_clarify_check_steps.py."""
    sm.pipelines.on("ClarifyCheck", lambda _: ["age"])
    members = {"CheckType": "DATA_BIAS", "SuppliedBaselineConstraints": "s3://bucket/old.json"}
    report = run(step("Check", "ClarifyCheck", processing, **members))["Check"]
    assert "ClientError: Clarify check failed. See violation report" in report["FailureReason"]
    shown = report["Metadata"]["ClarifyCheck"]
    assert shown["CalculatedBaselineConstraints"] == "s3://bucket/report/analysis.json"
    assert shown["BaselineUsedForDriftCheckConstraints"] == "s3://bucket/old.json"
    assert not any("Statistics" in member for member in shown)
