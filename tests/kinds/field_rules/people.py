"""Labeling jobs, workforces and work teams."""

from __future__ import annotations

from typing import Any

from tests.kinds.field_rules.rows import ABSENT, ROLE, Row

LAMBDA = "arn:aws:lambda:eu-west-1:568282634449:function:"
COGNITO = {"UserPool": "eu-west-1_pool", "ClientId": "client", "UserGroup": "group"}
OIDC = {
    "ClientId": "client",
    "ClientSecret": "secret",
    **dict.fromkeys(
        (
            "Issuer",
            "AuthorizationEndpoint",
            "TokenEndpoint",
            "UserInfoEndpoint",
            "LogoutEndpoint",
            "JwksUri",
        ),
        "https://idp.example.com/x",
    ),
}
TEAM = {
    "WorkteamName": "team",
    "Description": "those who label",
    "MemberDefinitions": [{"CognitoMemberDefinition": COGNITO}],
}

REQUESTS: dict[str, dict[str, Any]] = {
    "CreateLabelingJob": {
        "LabelingJobName": "cats",
        "LabelAttributeName": "cats",
        "RoleArn": ROLE,
        "InputConfig": {
            "DataSource": {"S3DataSource": {"ManifestS3Uri": "s3://bucket/in.manifest"}}
        },
        "OutputConfig": {"S3OutputPath": "s3://bucket/out"},
        "HumanTaskConfig": {
            "WorkteamArn": "arn:aws:sagemaker:eu-west-1:394669845002:workteam/public-crowd/default",
            "UiConfig": {"UiTemplateS3Uri": "s3://bucket/template"},
            "PreHumanTaskLambdaArn": f"{LAMBDA}PRE-BoundingBox",
            "AnnotationConsolidationConfig": {
                "AnnotationConsolidationLambdaArn": f"{LAMBDA}ACS-BoundingBox"
            },
            "TaskTitle": "cats",
            "TaskDescription": "find them",
            "NumberOfHumanWorkersPerDataObject": 1,
            "TaskTimeLimitInSeconds": 60,
            "TaskAvailabilityLifetimeInSeconds": 43200,
        },
    },
    "CreateWorkforce": {
        "WorkforceName": "own",
        "CognitoConfig": {"UserPool": "eu-west-1_pool", "ClientId": "client"},
        "SourceIpConfig": {"Cidrs": ["10.0.0.0/16"]},
    },
    "UpdateWorkforce": {"WorkforceName": "own", "SourceIpConfig": {"Cidrs": ["10.0.0.0/16"]}},
    "CreateWorkteam": TEAM,
    "UpdateWorkteam": TEAM,
    "RenderUiTemplate": {
        "RoleArn": ROLE,
        "Task": {"Input": "{}"},
        "UiTemplate": {"Content": "<p></p>"},
    },
}

JOB = "CreateLabelingJob"
FUNCTION = "HumanTaskConfig.PreHumanTaskLambdaArn"
ONE_UI = "Exactly one of UiTemplate and HumanTaskUiArn must be specified."
ONE_PROVIDER = "Exactly one of CognitoConfig and OidcConfig must be specified."
UI = "arn:aws:sagemaker:eu-west-1:123456789012:human-task-ui/own"
AUTOMATIC = "arn:aws:sagemaker:eu-west-1:027400017018:labeling-job-algorithm-specification"

ROWS = [
    Row(
        JOB,
        {"InputConfig.DataSource": {}},
        "Either S3DataSource or SnsDataSource must be specified.",
    ),
    Row(
        JOB,
        {"LabelAttributeName": "cats-metadata"},
        "LabelAttributeName can't end with '-metadata'.",
    ),
    Row(
        JOB,
        {FUNCTION: f"{LAMBDA}PRE-SemanticSegmentation"},
        "LabelAttributeName must end with '-ref' for the task type SemanticSegmentation.",
    ),
    Row(
        JOB,
        {
            FUNCTION: f"{LAMBDA}PRE-VerificationSemanticSegmentation",
            "LabelAttributeName": "cats-ref",
        },
        "LabelAttributeName must not end with '-ref' for the task type "
        "VerificationSemanticSegmentation.",
    ),
    Row(
        JOB,
        {"HumanTaskConfig.UiConfig.HumanTaskUiArn": UI},
        "UiTemplateS3Uri and HumanTaskUiArn can't both be specified.",
    ),
    Row(
        JOB,
        {"HumanTaskConfig.UiConfig": {}},
        "Either UiTemplateS3Uri or HumanTaskUiArn must be specified.",
    ),
    Row(
        JOB,
        {"HumanTaskConfig.TaskAvailabilityLifetimeInSeconds": 43201},
        "TaskAvailabilityLifetimeInSeconds must not be greater than 43200 for the public workforce.",
    ),
    Row(
        JOB,
        {"HumanTaskConfig.TaskTimeLimitInSeconds": 28801},
        "TaskTimeLimitInSeconds must not be greater than 28800 for this task type.",
    ),
    Row(
        JOB,
        {FUNCTION: f"{LAMBDA}PRE-3DPointCloudObjectDetection"},
        "3D point cloud labeling jobs can't use the Amazon Mechanical Turk workforce.",
    ),
    Row(
        JOB,
        {
            "LabelingJobAlgorithmsConfig.LabelingJobAlgorithmSpecificationArn": f"{AUTOMATIC}/entities"
        },
        f"The labeling job algorithm specification {AUTOMATIC}/entities does not exist.",
    ),
    Row(
        "UpdateWorkforce",
        {"SourceIpConfig.Cidrs": [f"10.{n}.0.0/16" for n in range(11)]},
        "SourceIpConfig can have at most 10 CIDR values.",
    ),
    Row("CreateWorkforce", {"OidcConfig": OIDC}, ONE_PROVIDER),
    Row("CreateWorkforce", {"CognitoConfig": ABSENT}, ONE_PROVIDER),
    Row(
        "CreateWorkteam",
        {
            "MemberDefinitions": [
                {"CognitoMemberDefinition": COGNITO},
                {"OidcMemberDefinition": {"Groups": ["group"]}},
            ]
        },
        "MemberDefinitions cannot have both CognitoMemberDefinition and OidcMemberDefinition.",
    ),
    Row(
        "UpdateWorkteam",
        {
            "MemberDefinitions": [
                {"CognitoMemberDefinition": COGNITO},
                {"CognitoMemberDefinition": {**COGNITO, "ClientId": "other"}},
            ]
        },
        "All CognitoMemberDefinition objects must have the same ClientId and UserPool.",
    ),
    Row("RenderUiTemplate", {"HumanTaskUiArn": UI}, ONE_UI),
    Row("RenderUiTemplate", {"UiTemplate": ABSENT}, ONE_UI),
]

KEPT: list[tuple[str, dict[str, Any]]] = [
    (JOB, {FUNCTION: f"{LAMBDA}PRE-SemanticSegmentation", "LabelAttributeName": "cats-ref"}),
    (
        JOB,
        {
            FUNCTION: f"{LAMBDA}PRE-3DPointCloudObjectDetection",
            "HumanTaskConfig.WorkteamArn": "arn:aws:sagemaker:eu-west-1:123456789012:workteam/"
            "private-crowd/team",
            "HumanTaskConfig.TaskTimeLimitInSeconds": 86400,
        },
    ),
    (JOB, {"HumanTaskConfig.UiConfig": {"HumanTaskUiArn": UI}}),
    (
        JOB,
        {
            "HumanTaskConfig.WorkteamArn": "arn:aws:sagemaker:eu-west-1:123456789012:workteam/"
            "private-crowd/team",
            "HumanTaskConfig.TaskAvailabilityLifetimeInSeconds": 864000,
        },
    ),
]
