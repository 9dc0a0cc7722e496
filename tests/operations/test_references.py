"""What a request refers to: looked for where the service looks, or not at all."""

from __future__ import annotations

import re
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import InvalidArgumentError, mock_sagemaker
from tests.conftest import shared_session
from tests.model.creations import GIVEN, create, kinds_created
from tests.world.handle import message

REGION = "eu-west-1"


NAMED: dict[str, dict[str, Any]] = {
    # The pattern of a name or an ARN matches much that is neither.
    "ModelCardExportJob": {"ModelCardName": "card"}
}


@pytest.mark.parametrize("kind", kinds_created())
def test_nothing_that_is_referred_to_need_be_there(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty world takes a resource of any kind, lets it live, and describes it."""
    for name, members in NAMED.items():
        monkeypatch.setitem(GIVEN, name, members)
    with mock_sagemaker(references="ignore") as sm:
        client = shared_session().client("sagemaker", region_name=REGION)
        made = create(sm, client, kind)
        operation = made.resource.kind.describe
        by_arn = dict.fromkeys(operation.required_input, made.resource.arn)
        request = {**by_arn, **made.naming(operation)}
        client._make_api_call(operation.name, request)
        made.resource.advance(10)
        shown = client._make_api_call(operation.name, request)
        assert made.resource.arn in made.shown_in(shown).values()


ROLE = "arn:aws:iam::123456789012:role/sagemaker"
ARN = f"arn:aws:sagemaker:{REGION}:123456789012"
SPACE = {"SpaceStorageSettings": {"EbsStorageSettings": {"EbsVolumeSizeInGb": 5}}}
CLUSTER = {"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 1}
S3 = "s3://bucket/prefix"
VARIANT = {"VariantName": "v", "ModelName": "nil", "InstanceType": "ml.m5.large"}
DEFINITION = {
    "AlgorithmSpecification": {"TrainingInputMode": "File", "TrainingImage": "xgboost:1"},
    "RoleArn": ROLE,
    "OutputDataConfig": {"S3OutputPath": S3},
    "ResourceConfig": CLUSTER,
    "StoppingCondition": {"MaxRuntimeInSeconds": 60},
}
JOB_RESOURCES = {"ClusterConfig": CLUSTER}
TRAINING = {**DEFINITION, "TrainingJobName": "a"}
SCHEDULE = {"ScheduleConfig": {"ScheduleExpression": "cron(0 * ? * * *)"}}
INLINE = {
    "MonitoringInputs": [
        {"EndpointInput": {"EndpointName": "nil", "LocalPath": "/opt/ml/processing/input"}}
    ],
    "MonitoringOutputConfig": {
        "MonitoringOutputs": [{"S3Output": {"S3Uri": S3, "LocalPath": "/opt/ml/processing/out"}}]
    },
    "MonitoringResources": JOB_RESOURCES,
    "MonitoringAppSpecification": {"ImageUri": "monitor:1"},
    "RoleArn": ROLE,
}
HUMAN_TASK = {
    "WorkteamArn": f"{ARN}:workteam/private-crowd/nil",
    "UiConfig": {"UiTemplateS3Uri": S3},
    "TaskTitle": "a",
    "TaskDescription": "a",
    "NumberOfHumanWorkersPerDataObject": 1,
    "TaskTimeLimitInSeconds": 60,
    "PreHumanTaskLambdaArn": "arn:aws:lambda:eu-west-1:123456789012:function:a",
    "AnnotationConsolidationConfig": {
        "AnnotationConsolidationLambdaArn": "arn:aws:lambda:eu-west-1:123456789012:function:b"
    },
}

CHECKED: list[tuple[str, dict[str, Any], str, str]] = [
    # Source of each: facts, the kind's `references`; the texts are the kinds' own.
    (
        "create_endpoint_config",
        {"EndpointConfigName": "a", "ProductionVariants": [{**VARIANT, "InitialInstanceCount": 1}]},
        "ValidationException",
        f'Could not find model "{ARN}:model/nil".',
    ),
    (
        "create_endpoint",
        {"EndpointName": "a", "EndpointConfigName": "nil"},
        "ValidationException",
        f'Could not find endpoint configuration "{ARN}:endpoint-config/nil".',
    ),
    (
        "create_model",
        {
            "ModelName": "a",
            "ExecutionRoleArn": ROLE,
            "PrimaryContainer": {"ModelPackageName": "nil"},
        },
        "ValidationException",
        f"ModelPackage {ARN}:model-package/nil does not exist.",
    ),
    (
        "create_inference_component",
        {
            "InferenceComponentName": "a",
            "EndpointName": "nil",
            "Specification": {"ModelName": "nil"},
        },
        "ValidationException",
        f'Could not find endpoint "{ARN}:endpoint/nil".',
    ),
    (
        "create_user_profile",
        {"DomainId": "d-nil", "UserProfileName": "a"},
        "ResourceNotFound",
        "Domain [d-nil] does not exist.",
    ),
    (
        "create_space",
        {"DomainId": "d-nil", "SpaceName": "a"},
        "ResourceNotFound",
        "Domain [d-nil] does not exist.",
    ),
    (
        "create_app",
        {
            "DomainId": "d-nil",
            "UserProfileName": "a",
            "AppType": "JupyterServer",
            "AppName": "default",
        },
        "ResourceNotFound",
        "Domain [d-nil] does not exist.",
    ),
    (
        "start_pipeline_execution",
        {"PipelineName": "nil"},
        "ResourceNotFound",
        f"Pipeline '{ARN}:pipeline/nil' does not exist.",
    ),
    (
        "create_hyper_parameter_tuning_job",
        {
            "HyperParameterTuningJobName": "a",
            "HyperParameterTuningJobConfig": {
                "Strategy": "Random",
                "ResourceLimits": {"MaxParallelTrainingJobs": 1, "MaxNumberOfTrainingJobs": 1},
            },
            "WarmStartConfig": {
                "ParentHyperParameterTuningJobs": [{"HyperParameterTuningJobName": "nil"}],
                "WarmStartType": "TransferLearning",
            },
            "TrainingJobDefinition": DEFINITION,
        },
        "ResourceNotFound",
        "Amazon SageMaker can't find a tuning job called nil. Type another name.",
    ),
    (
        "create_transform_job",
        {
            "TransformJobName": "a",
            "ModelName": "nil",
            "TransformInput": {
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": S3}}
            },
            "TransformOutput": {"S3OutputPath": S3},
            "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
        },
        "ValidationException",
        f'Could not find model "{ARN}:model/nil".',
    ),
    (
        "create_training_job",
        {**TRAINING, "ExperimentConfig": {"ExperimentName": "nil"}},
        "ResourceNotFound",
        f"Experiment '{ARN}:experiment/nil' does not exist.",
    ),
    (
        "create_training_job",
        {
            **TRAINING,
            "ModelPackageConfig": {"ModelPackageGroupArn": f"{ARN}:model-package-group/nil"},
        },
        "ValidationException",
        f"ModelPackageGroup {ARN}:model-package-group/nil does not exist.",
    ),
    (
        "create_processing_job",
        {
            "ProcessingJobName": "a",
            "ProcessingResources": JOB_RESOURCES,
            "AppSpecification": {"ImageUri": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1"},
            "RoleArn": ROLE,
            "ExperimentConfig": {"TrialName": "nil"},
        },
        "ResourceNotFound",
        f"Trial '{ARN}:experiment-trial/nil' does not exist.",
    ),
    (
        "create_model_package",
        {"ModelPackageGroupName": "nil"},
        "ValidationException",
        "Model Package Group does not exist.",
    ),
    (
        "create_monitoring_schedule",
        {
            "MonitoringScheduleName": "a",
            "MonitoringScheduleConfig": {**SCHEDULE, "MonitoringJobDefinition": INLINE},
        },
        "ValidationException",
        f'Could not find endpoint "{ARN}:endpoint/nil".',
    ),
    (
        "create_monitoring_schedule",
        {
            "MonitoringScheduleName": "a",
            "MonitoringScheduleConfig": {
                **SCHEDULE,
                "MonitoringJobDefinitionName": "nil",
                "MonitoringType": "DataQuality",
            },
        },
        "ValidationException",
        "Could not find DataQuality job definition nil.",
    ),
    (
        "create_trial",
        {"TrialName": "a", "ExperimentName": "nil"},
        "ResourceNotFound",
        f"Experiment '{ARN}:experiment/nil' does not exist.",
    ),
    (
        "add_association",
        {"SourceArn": f"{ARN}:artifact/nil", "DestinationArn": f"{ARN}:context/nil"},
        "ResourceNotFound",
        f"Entity '{ARN}:artifact/nil' does not exist.",
    ),
    (
        "create_edge_packaging_job",
        {
            "EdgePackagingJobName": "a",
            "CompilationJobName": "nil",
            "ModelName": "a",
            "ModelVersion": "1.0",
            "RoleArn": ROLE,
            "OutputConfig": {"S3OutputLocation": S3},
        },
        "ValidationException",
        "Could not find compilation job nil.",
    ),
    (
        "create_model_card_export_job",
        {
            "ModelCardExportJobName": "a",
            "ModelCardName": "nil",
            "OutputConfig": {"S3OutputPath": S3},
        },
        "ResourceNotFound",
        f"Model card {ARN}:model-card/nil does not exist.",
    ),
    (
        "create_labeling_job",
        {
            "LabelingJobName": "a",
            "LabelAttributeName": "label",
            "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": S3}}},
            "OutputConfig": {"S3OutputPath": S3},
            "RoleArn": ROLE,
            "HumanTaskConfig": HUMAN_TASK,
        },
        "ValidationException",
        f"The work team {ARN}:workteam/private-crowd/nil does not exist.",
    ),
    (
        "create_image_version",
        {"ImageName": "nil", "BaseImage": "a:1"},
        "ResourceNotFound",
        "Image with ImageName nil does not exist. Please provide a valid ImageName.",
    ),
    (
        "create_notebook_instance",
        {
            "NotebookInstanceName": "a",
            "InstanceType": "ml.t3.medium",
            "RoleArn": ROLE,
            "LifecycleConfigName": "nil",
        },
        "ValidationException",
        (
            "Unable to describe Notebook Instance Lifecycle Config "
            f"'{ARN}:notebook-instance-lifecycle-config/nil'. (Details: Notebook Instance Lifecycle "
            "Config does not exist.)"
        ),
    ),
    (
        "create_edge_deployment_plan",
        {
            "EdgeDeploymentPlanName": "a",
            "DeviceFleetName": "nil",
            "ModelConfigs": [{"ModelHandle": "a", "EdgePackagingJobName": "nil"}],
        },
        "ValidationException",
        "No devicefleet with name nil",
    ),
    (
        "create_compute_quota",
        {
            "Name": "a",
            "ClusterArn": f"{ARN}:cluster/nilnilnilnil",
            "ComputeQuotaConfig": {},
            "ComputeQuotaTarget": {"TeamName": "a"},
        },
        "ValidationException",
        f"The cluster {ARN}:cluster/nilnilnilnil does not exist.",
    ),
    (
        "import_hub_content",
        {
            "HubContentName": "a",
            "HubContentType": "Model",
            "DocumentSchemaVersion": "1.0.0",
            "HubName": "nil",
            "HubContentDocument": "{}",
        },
        "ResourceNotFound",
        f"Hub {ARN}:hub/nil does not exist.",
    ),
]


@pytest.mark.parametrize(
    ("operation", "request_", "code", "text"),
    CHECKED,
    ids=[f"{row[0]}-{n}" for n, row in enumerate(CHECKED)],
)
def test_what_a_request_refers_to_must_exist(
    operation: str, request_: dict[str, Any], code: str, text: str
) -> None:
    with mock_sagemaker() as sm:
        client = shared_session().client("sagemaker", region_name=REGION)
        with pytest.raises(ClientError) as refused:
            getattr(client, operation)(**request_)
        assert refused.value.response["Error"]["Code"] == code
        assert refused.value.response["Error"]["Message"] == text
        assert sm.resources() == []


@pytest.mark.parametrize(
    ("operation", "request_"),
    [row[:2] for row in CHECKED],
    ids=[f"{row[0]}-{n}" for n, row in enumerate(CHECKED)],
)
def test_the_same_requests_are_taken_when_references_are_ignored(
    operation: str, request_: dict[str, Any]
) -> None:
    with mock_sagemaker(references="ignore") as sm:
        getattr(shared_session().client("sagemaker", region_name=REGION), operation)(**request_)
        assert sm.resources()


def test_references_are_checked_unless_a_test_says_otherwise() -> None:
    with mock_sagemaker(references="check"):
        client = shared_session().client("sagemaker", region_name=REGION)
        with pytest.raises(ClientError, match="Could not find endpoint configuration"):
            client.create_endpoint(EndpointName="a", EndpointConfigName="nil")


def test_an_endpoint_without_its_config_serves_and_is_updated() -> None:
    with mock_sagemaker(references="ignore"):
        client = shared_session().client("sagemaker", region_name=REGION)
        client.create_endpoint(EndpointName="a", EndpointConfigName="first")
        client.get_waiter("endpoint_in_service").wait(EndpointName="a")
        client.update_endpoint(EndpointName="a", EndpointConfigName="second")
        shown = client.describe_endpoint(EndpointName="a")
        assert (shown["EndpointStatus"], shown["EndpointConfigName"]) == ("Updating", "first")
        assert shown["PendingDeploymentSummary"]["EndpointConfigName"] == "second"
        client.get_waiter("endpoint_in_service").wait(EndpointName="a")
        assert client.describe_endpoint(EndpointName="a")["EndpointConfigName"] == "second"
        runtime = shared_session().client("sagemaker-runtime", region_name=REGION)
        assert runtime.invoke_endpoint(EndpointName="a", Body=b"1")["Body"].read() == b"1"


def test_a_list_finds_what_belongs_to_a_parent_that_is_not_there() -> None:
    with mock_sagemaker(references="ignore"):
        client = shared_session().client("sagemaker", region_name=REGION)
        client.create_trial(TrialName="a", ExperimentName="nil")
        listed = client.list_trials(ExperimentName="nil")["TrialSummaries"]
        assert [trial["TrialName"] for trial in listed] == ["a"]


def test_versions_count_up_without_their_image_and_their_group() -> None:
    with mock_sagemaker(references="ignore", transitions="immediate"):
        client = shared_session().client("sagemaker", region_name=REGION)
        for _ in range(2):
            client.create_image_version(ImageName="nil", BaseImage="a:1")
            arn = client.create_model_package(ModelPackageGroupName="nil")["ModelPackageArn"]
        assert client.describe_image_version(ImageName="nil")["Version"] == 2
        assert arn == f"{ARN}:model-package/nil/2"
        assert client.describe_model_package(ModelPackageName=arn)["ModelPackageGroupName"] == "nil"


def test_content_of_a_hub_that_is_not_there_is_found() -> None:
    with mock_sagemaker(references="ignore"):
        client = shared_session().client("sagemaker", region_name=REGION)
        content = {"HubContentName": "a", "HubContentType": "Model", "HubName": "nil"}
        client.import_hub_content(**content, DocumentSchemaVersion="1.0.0", HubContentDocument="{}")
        assert client.describe_hub_content(**content)["HubArn"] == f"{ARN}:hub/nil"
        listed = client.list_hub_contents(HubName="nil", HubContentType="Model")
        assert [found["HubContentName"] for found in listed["HubContentSummaries"]] == ["a"]


def test_what_exists_is_still_followed() -> None:
    """An ARN is taken as its resource's name, and a config says what its endpoint deploys."""
    with mock_sagemaker(references="ignore", transitions="immediate"):
        client = shared_session().client("sagemaker", region_name=REGION)
        variant = {**VARIANT, "InitialInstanceCount": 3}
        client.create_endpoint_config(EndpointConfigName="c", ProductionVariants=[variant])
        client.create_endpoint(EndpointName="a", EndpointConfigName="c")
        shown = client.describe_endpoint(EndpointName="a")["ProductionVariants"]
        assert [found["CurrentInstanceCount"] for found in shown] == [3]


def test_another_value_is_refused_with_those_that_are_taken() -> None:
    said = message(lambda: mock_sagemaker(references="chek"))  # type: ignore[call-overload]
    assert re.search(r"references=.*'chek'", said)
    assert "check, ignore" in said
    said = message(lambda: mock_sagemaker(references=False), InvalidArgumentError)  # type: ignore[call-overload]
    assert "'check' or 'ignore'" in said


@mock_sagemaker(references="ignore")
def test_the_option_is_the_decorators_too() -> None:
    client = shared_session().client("sagemaker", region_name=REGION)
    client.create_endpoint(EndpointName="a", EndpointConfigName="nil")


UNCHECKED: list[tuple[str, dict[str, Any]]] = [
    # Source: facts, hosting.yaml, InferenceRouter.references.
    (
        "create_inference_router",
        {
            "InferenceRouterName": "a",
            "RoutingTargets": [
                {"Name": "t", "Destinations": [{"ResourceArn": f"{ARN}:endpoint/nil"}]}
            ],
        },
    ),
    # Source: facts, hosting.yaml, Domain.references.
    (
        "create_domain",
        {
            "DomainName": "a",
            "AuthMode": "IAM",
            "VpcId": "vpc-1",
            "SubnetIds": ["subnet-1"],
            "DefaultUserSettings": {
                "ExecutionRole": ROLE,
                "JupyterServerAppSettings": {
                    "DefaultResourceSpec": {"InstanceType": "system"},
                    "LifecycleConfigArns": [f"{ARN}:studio-lifecycle-config/nil"],
                },
                "KernelGatewayAppSettings": {
                    "CustomImages": [{"ImageName": "nil", "AppImageConfigName": "nil"}]
                },
            },
        },
    ),
    # Source: facts, hosting.yaml, NotebookInstance.references (a repository may also be an address).
    (
        "create_notebook_instance",
        {
            "NotebookInstanceName": "a",
            "InstanceType": "ml.t3.medium",
            "RoleArn": ROLE,
            "DefaultCodeRepository": "nil",
        },
    ),
    # What another account has cannot be seen.
    (
        "create_model",
        {
            "ModelName": "a",
            "ExecutionRoleArn": ROLE,
            "PrimaryContainer": {
                "ModelPackageName": f"arn:aws:sagemaker:{REGION}:210987654321:model-package/nil/1"
            },
        },
    ),
    (
        "create_labeling_job",
        {
            "LabelingJobName": "a",
            "LabelAttributeName": "label",
            "InputConfig": {"DataSource": {"S3DataSource": {"ManifestS3Uri": S3}}},
            "OutputConfig": {"S3OutputPath": S3},
            "RoleArn": ROLE,
            "HumanTaskConfig": {
                **HUMAN_TASK,
                "WorkteamArn": f"arn:aws:sagemaker:{REGION}:394669845002:workteam/public-crowd/default",
                "PublicWorkforceTaskPrice": {"AmountInUsd": {"Cents": 5}},
            },
        },
    ),
]


@pytest.mark.fact("hosting.Domain.references.no-SageMaker-resource-at-create-LifecycleConfigArns")
@pytest.mark.parametrize(("operation", "request_"), UNCHECKED)
def test_what_the_service_does_not_look_for_need_not_be_there(
    operation: str, request_: dict[str, Any]
) -> None:
    with mock_sagemaker() as sm:
        getattr(shared_session().client("sagemaker", region_name=REGION), operation)(**request_)
        assert sm.resources()
