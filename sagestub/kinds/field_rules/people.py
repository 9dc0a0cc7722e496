"""The field rules of labeling jobs, workforces and work teams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagestub.engine.conditions import (
    BROKEN,
    at_least_one_of,
    at_most_one_of,
    count_at_most,
    ends_otherwise,
    ends_with,
    exactly_one_of,
    holds,
)
from sagestub.engine.cross_fields import FieldRule, checked_by
from sagestub.engine.documents import values_at
from sagestub.engine.member_facts import Structure, value_at

# LabelingJob --------------------------------------------------------------------------------------

LONGEST_PUBLIC = 43200
"""Seconds that a task may be available to the public. Source: model, HumanTaskConfig."""

LONGEST_TASK = 28800
"""Seconds that a worker may take for a task but one of point clouds or video. Source: model, HumanTaskConfig."""

ALGORITHMS = (
    "image-classification",
    "text-classification",
    "object-detection",
    "semantic-segmentation",
)
"""What can be labeled automatically. Source: model, LabelingJobAlgorithmsConfig."""

TASK = "HumanTaskConfig"
LABELS_BY_REFERENCE = (
    "SemanticSegmentation",
    "AdjustmentSemanticSegmentation",
    "VideoObjectDetection",
    "AdjustmentVideoObjectDetection",
    "VideoObjectTracking",
    "AdjustmentVideoObjectTracking",
    "3DPointCloudObjectTracking",
    "Adjustment3DPointCloudObjectTracking",
    "3DPointCloudSemanticSegmentation",
    "Adjustment3DPointCloudSemanticSegmentation",
)


def _task_type(job: Structure) -> str:
    """Return the built-in task type of a job, as the name of its Lambda function has it."""
    arn = str(value_at(job, f"{TASK}.PreHumanTaskLambdaArn") or "")
    return arn.rpartition(":PRE-")[2] if ":PRE-" in arn else ""


def _has_no_reference(job: Structure) -> Mapping[str, Any] | None:
    task, label = _task_type(job), str(job["LabelAttributeName"])
    missing = task in LABELS_BY_REFERENCE and not label.endswith("-ref")
    return {"value": task} if missing else None


def _has_a_reference(job: Structure) -> Mapping[str, Any] | None:
    verifies = _task_type(job) == "VerificationSemanticSegmentation"
    return BROKEN if verifies and str(job["LabelAttributeName"]).endswith("-ref") else None


def _public_for_too_long(job: Structure) -> Mapping[str, Any] | None:
    task = job[TASK]
    longest = task.get("TaskAvailabilityLifetimeInSeconds", 0)
    return BROKEN if "/public-crowd/" in task["WorkteamArn"] and longest > LONGEST_PUBLIC else None


def _takes_too_long(job: Structure) -> Mapping[str, Any] | None:
    task_type = _task_type(job)
    if "3DPointCloud" in task_type or "Video" in task_type:
        return None
    return BROKEN if job[TASK]["TaskTimeLimitInSeconds"] > LONGEST_TASK else None


def _public_point_cloud(job: Structure) -> Mapping[str, Any] | None:
    public = "/public-crowd/" in job[TASK]["WorkteamArn"]
    return BROKEN if public and "3DPointCloud" in _task_type(job) else None


LABEL = ("LabelAttributeName", f"{TASK}.PreHumanTaskLambdaArn")
LABEL_SOURCE = "model, CreateLabelingJobRequest.LabelAttributeName"

LABELING_JOB = (
    FieldRule(
        at_least_one_of("S3DataSource", "SnsDataSource"),
        at="InputConfig.DataSource",
        text="Either S3DataSource or SnsDataSource must be specified.",
        source="model, LabelingJobDataSource",
    ),
    FieldRule(
        ends_otherwise("LabelAttributeName", "-metadata"),
        text="LabelAttributeName can't end with '-metadata'.",
        source=LABEL_SOURCE,
    ),
    FieldRule(
        holds("LabelAttributeName ends with -ref for some task types", LABEL, _has_no_reference),
        text="LabelAttributeName must end with '-ref' for the task type {value}.",
        source=LABEL_SOURCE,
    ),
    FieldRule(
        holds(
            "LabelAttributeName does not end with -ref for VerificationSemanticSegmentation",
            LABEL,
            _has_a_reference,
        ),
        text=(
            "LabelAttributeName must not end with '-ref' for the task type "
            "VerificationSemanticSegmentation."
        ),
        source=LABEL_SOURCE,
    ),
    FieldRule(
        at_most_one_of("UiTemplateS3Uri", "HumanTaskUiArn"),
        at=f"{TASK}.UiConfig",
        source="model, UiConfig",
    ),
    FieldRule(
        at_least_one_of("UiTemplateS3Uri", "HumanTaskUiArn"),
        at=f"{TASK}.UiConfig",
        text="Either UiTemplateS3Uri or HumanTaskUiArn must be specified.",
        source="model, UiConfig",
    ),
    FieldRule(
        holds(
            f"at most {LONGEST_PUBLIC} seconds for the public workforce",
            (f"{TASK}.TaskAvailabilityLifetimeInSeconds", f"{TASK}.WorkteamArn"),
            _public_for_too_long,
        ),
        text=(
            f"TaskAvailabilityLifetimeInSeconds must not be greater than {LONGEST_PUBLIC} for the "
            "public workforce."
        ),
        source="model, HumanTaskConfig.TaskAvailabilityLifetimeInSeconds",
    ),
    FieldRule(
        holds(
            f"at most {LONGEST_TASK} seconds for a task, but for point clouds and video frames",
            (f"{TASK}.TaskTimeLimitInSeconds", f"{TASK}.PreHumanTaskLambdaArn"),
            _takes_too_long,
        ),
        text=f"TaskTimeLimitInSeconds must not be greater than {LONGEST_TASK} for this task type.",
        source="model, HumanTaskConfig.TaskTimeLimitInSeconds",
    ),
    FieldRule(
        holds(
            "no public workforce for point clouds",
            (f"{TASK}.WorkteamArn", f"{TASK}.PreHumanTaskLambdaArn"),
            _public_point_cloud,
        ),
        text="3D point cloud labeling jobs can't use the Amazon Mechanical Turk workforce.",
        source="Developer Guide, Create a 3D point cloud object tracking labeling job",
    ),
    FieldRule(
        ends_with(
            "LabelingJobAlgorithmsConfig.LabelingJobAlgorithmSpecificationArn",
            *(f":labeling-job-algorithm-specification/{name}" for name in ALGORITHMS),
        ),
        text="The labeling job algorithm specification {value} does not exist.",
        source="model, LabelingJobAlgorithmsConfig.LabelingJobAlgorithmSpecificationArn",
    ),
)

# Workforce and Workteam ---------------------------------------------------------------------------

MOST_CIDRS = 10

WORKFORCE = (
    *checked_by(
        "CreateWorkforce UpdateWorkforce",
        FieldRule(
            count_at_most(MOST_CIDRS, "SourceIpConfig.Cidrs[]"),
            text=f"SourceIpConfig can have at most {MOST_CIDRS} CIDR values.",
            source="model, SourceIpConfig",
        ),
    ),
    FieldRule(
        exactly_one_of("CognitoConfig", "OidcConfig"),
        text="Exactly one of CognitoConfig and OidcConfig must be specified.",
        source="model, CreateWorkforceRequest.CognitoConfig",
    ),
)


def _of_two_sorts(team: Structure) -> Mapping[str, Any] | None:
    sorts = {sort for member in values_at(team, "MemberDefinitions[]") for sort in member}
    return BROKEN if len(sorts) > 1 else None


def _of_two_pools(team: Structure) -> Mapping[str, Any] | None:
    pools = {
        (definition["UserPool"], definition["ClientId"])
        for definition in values_at(team, "MemberDefinitions[].CognitoMemberDefinition")
    }
    return BROKEN if len(pools) > 1 else None


COGNITO = "MemberDefinitions[].CognitoMemberDefinition"
WORKTEAM = checked_by(
    "CreateWorkteam UpdateWorkteam",
    FieldRule(
        holds(
            "members of one sort",
            (COGNITO, "MemberDefinitions[].OidcMemberDefinition"),
            _of_two_sorts,
        ),
        text="MemberDefinitions cannot have both CognitoMemberDefinition and OidcMemberDefinition.",
        source="model, CreateWorkteamRequest.MemberDefinitions",
    ),
    FieldRule(
        holds(
            "members of one user pool",
            (f"{COGNITO}.UserPool", f"{COGNITO}.ClientId"),
            _of_two_pools,
        ),
        text="All CognitoMemberDefinition objects must have the same ClientId and UserPool.",
        source="model, CreateWorkteamRequest.MemberDefinitions",
    ),
)

RENDER_UI_TEMPLATE = (
    FieldRule(
        exactly_one_of("UiTemplate", "HumanTaskUiArn"),
        text="Exactly one of UiTemplate and HumanTaskUiArn must be specified.",
        source="model, RenderUiTemplateRequest.HumanTaskUiArn",
    ),
)
