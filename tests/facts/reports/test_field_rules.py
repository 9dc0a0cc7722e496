"""Documented and reported rules that look at one request only.

Each row names the fact, and the row of `tests/kinds/field_rules/` that breaks the rule: its operation,
and how the error text begins. The request is made there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.exceptions import ClientError

from sagestub import World, mock_sagemaker
from tests.facts.reports.refusals import REGION, check_answer, everything, rows
from tests.kinds.field_rules import clusters, hosting, people, registry, studio
from tests.kinds.field_rules.rows import Row, changed

FAMILIES = (hosting, studio, people, clusters, registry)


class Broken(NamedTuple):
    """A rule of a fact, and the row that breaks it.

    Args:
        fact: The fact's name.
        operation: The row's operation.
        begins: How the row's text begins.
        changes: A pattern of a member that the row changes, where several rows have this text.
    """

    fact: str
    operation: str
    begins: str
    changes: str = ""


def row_of(broken: Broken) -> tuple[dict[str, Any], Row]:
    """Return the right request, and the only row that is meant."""
    found = [
        (family.REQUESTS[row.operation], row)
        for family in FAMILIES
        for row in family.ROWS
        if row.operation == broken.operation
        and row.text.startswith(broken.begins)
        and any(re.search(broken.changes, path) for path in row.changes)
    ]
    assert len(found) == 1, found
    return found[0]


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with mock_sagemaker(references="ignore") as sm:
        yield sm


SYSTEM = "Invalid instance type 'ml.t3.medium' for JupyterServer App."

BROKEN = [
    Broken("reports.App.errors.JupyterServer-on-an-instance-type-other-than-system",
           "CreateApp", SYSTEM),
    Broken("reports.App.errors.training-plan-of-an-app-that-is-no-JupyterLab",
           "CreateApp", "ResourceSpec.TrainingPlanArn can be"),
    Broken("reports.Cluster.errors.Continuous-Slurm-cluster-without-SlurmConfig-in-a-group",
           "CreateCluster", "Cluster pod has no InstanceGroup"),
    Broken("reports.Cluster.errors.root-volume-with-a-size-of-its-own",
           "CreateCluster", "VolumeSizeInGB can't be"),
    Broken("reports.Cluster.errors.root-volume-without-a-key",
           "UpdateCluster", "VolumeKmsKeyId must be"),
    Broken("reports.Cluster.errors.secondary-volume-without-a-size",
           "CreateCluster", "VolumeSizeInGB must be"),
    Broken("reports.Cluster.errors.group-with-neither-InstanceType-nor-InstanceRequirements",
           "UpdateCluster", "Exactly one of InstanceType and InstanceRequirements"),
    Broken("reports.Cluster.errors.group-with-both-InstanceType-and-InstanceRequirements",
           "CreateCluster", "Exactly one of InstanceType and InstanceRequirements"),
    Broken("reports.Cluster.errors.PatchingStrategy-on-a-Slurm-cluster",
           "CreateCluster", "PatchingStrategy is available only"),
    Broken("reports.Cluster.errors.DrainPolicy-without-the-strategy-DrainFirst",
           "CreateCluster", "DrainPolicy can be"),
    Broken("reports.Cluster.errors.accounting-database-without-Continuous-provisioning",
           "CreateCluster", "Orchestrator.Slurm.AccountingDatabase"),
    Broken("reports.Cluster.errors.autoscaling-without-ClusterRole",
           "CreateCluster", "ClusterRole must be"),
    Broken("reports.Cluster.errors.more-than-50-nodes-in-one-BatchAddClusterNodes",
           "BatchAddClusterNodes", "At most 50 nodes"),
    Broken("reports.Domain.errors.update-to-VpcOnly-without-VpcId-and-SubnetIds",
           "UpdateDomain", "VpcId and Subnet IDs"),
    Broken("reports.Domain.errors.StudioWebPortal-DISABLED-while-DefaultLandingUri-is-that-of-Studio",
           "CreateDomain", "StudioWebPortal is disabled"),
    Broken("reports.Domain.errors.JupyterServer-settings-with-another-instance-type",
           "CreateDomain", SYSTEM),
    Broken("reports.Domain.errors.CodeRepositories-in-the-JupyterServer-settings-of-spaces",
           "CreateDomain", "Unknown parameter CodeRepositories"),
    Broken("reports.Domain.errors.AppNetworkAccessType-together-with-a-role-for-RStudio",
           "UpdateDomain", "AppNetworkAccessType can't be"),
    Broken("reports.Domain.errors.VpcOnly-with-RStudio-without-AppSecurityGroupManagement",
           "CreateDomain", "AppSecurityGroupManagement must be specified"),
    Broken("reports.Domain.errors.RStudio-with-AppSecurityGroupManagement-Customer",
           "CreateDomain", "AppSecurityGroupManagement must be Service"),
    Broken("reports.Domain.errors.Amazon-Q-without-SSO", "CreateDomain", "AmazonQSettings can be"),
    Broken("reports.Domain.errors.AutoMountHomeEFS-DefaultAsDomain-for-a-domain",
           "CreateDomain", "AutoMountHomeEFS can't be"),
    Broken("reports.Domain.errors.lifecycle-configurations-of-JupyterServer-without-DefaultResourceSpec",
           "CreateDomain", "DefaultResourceSpec must be"),
    Broken("reports.Endpoint.errors.two-update-policies-at-once",
           "CreateEndpoint", "Only one update policy"),
    Broken("reports.Endpoint.errors.CanarySize-above-50-percent", "CreateEndpoint", "CanarySize"),
    Broken("reports.Endpoint.errors.LinearStepSize-under-10-percent",
           "CreateEndpoint", "LinearStepSize"),
    Broken("reports.Endpoint.errors.MaximumBatchSize-above-50-percent",
           "UpdateEndpoint", "MaximumBatchSize"),
    Broken("reports.Endpoint.errors.more-provisioned-than-maximum-concurrency-in-an-update",
           "UpdateEndpointWeightsAndCapacities", "ProvisionedConcurrency must be"),
    Broken("reports.EndpointConfig.errors.ManagedInstanceScaling-of-a-model-with-AsyncInferenceConfig",
           "CreateEndpointConfig", "ManagedInstanceScaling is not supported"),
    Broken("reports.EndpointConfig.errors.ManagedInstanceScaling-of-a-variant-with-ModelName",
           "CreateEndpointConfig", "ManagedInstanceScaling is only"),
    Broken("reports.EndpointConfig.errors.EnableNetworkIsolation-of-a-variant-with-ModelName",
           "CreateEndpointConfig", "EnableNetworkIsolation"),
    Broken("reports.EndpointConfig.errors.shadow-variant-with-AsyncInferenceConfig",
           "CreateEndpointConfig", "Shadow variants can't be used with asynchronous"),
    Broken("reports.EndpointConfig.errors.shadow-variant-beside-a-serverless-one",
           "CreateEndpointConfig", "Shadow variants can't be used with serverless",
           "^ProductionVariants"),
    Broken("reports.EndpointConfig.errors.shadow-variant-that-is-serverless",
           "CreateEndpointConfig", "Shadow variants can't be used with serverless",
           "ShadowProductionVariants.0"),
    Broken("reports.EndpointConfig.errors.serverless-variant-with-an-instance-type",
           "CreateEndpointConfig", "InstanceType and InitialInstanceCount"),
    Broken("reports.EndpointConfig.errors.serverless-memory-size-that-is-not-offered",
           "CreateEndpointConfig", "MemorySizeInMB"),
    Broken("reports.EndpointConfig.errors.more-provisioned-than-maximum-concurrency",
           "CreateEndpointConfig", "ProvisionedConcurrency must be"),
    Broken("reports.EndpointConfig.errors.prefix-aware-settings-of-another-routing-strategy",
           "CreateEndpointConfig", "PrefixAwareRoutingConfig can be"),
    Broken("reports.EndpointConfig.errors.prefix-aware-routing-without-ConcurrencyThreshold",
           "CreateEndpointConfig", "PrefixAwareRoutingConfig.ConcurrencyThreshold must"),
    Broken("reports.EndpointConfig.errors.two-SHAP-baselines",
           "CreateEndpointConfig", "Exactly one of ShapBaseline", "ShapBaselineUri"),
    Broken("reports.EndpointConfig.errors.FeatureTypes-without-a-text",
           "CreateEndpointConfig", "FeatureTypes must have"),
    Broken("reports.ImageVersion.errors.both-Version-and-Alias",
           "DescribeImageVersion", "Version and Alias can't"),
    Broken("reports.InferenceComponent.errors.both-Specification-and-Specifications",
           "CreateInferenceComponent", "Specification and Specifications can't"),
    Broken("reports.InferenceComponent.errors.several-Specifications-without-InstanceType",
           "CreateInferenceComponent", "InstanceType must be"),
    Broken("reports.InferenceComponent.errors.two-Specifications-for-one-instance-type",
           "CreateInferenceComponent", "There can be one specification"),
    Broken("reports.InferenceComponent.errors.partition-of-an-accelerator-with-several-devices",
           "CreateInferenceComponent", "NumberOfAcceleratorDevicesRequired must be 1"),
    Broken("reports.InferenceComponent.errors.update-whose-MaximumBatchSize-is-above-50-percent",
           "UpdateInferenceComponent", "MaximumBatchSize"),
    Broken("reports.InferenceRouter.errors.two-routing-targets-of-one-name",
           "CreateInferenceRouter", "Names of routing targets"),
    Broken("reports.InferenceRouter.errors.InstancePoolOrder-for-a-target-that-is-not-asynchronous",
           "CreateInferenceRouter", "RoutingPreference InstancePoolOrder"),
    Broken("reports.Model.errors.container-with-both-Image-and-ModelPackageName",
           "CreateModel", "Specify one of either Image"),
    Broken("reports.Model.errors.several-containers-in-MultiModel-mode",
           "CreateModel", "More than one container in MultiModel"),
    Broken("reports.Model.errors.ModelDataSource-of-a-container-in-MultiModel-mode",
           "CreateModel", "ModelDataSource can't be used"),
    Broken("reports.Model.errors.ContainerHostname-of-some-containers-only",
           "CreateModel", "ContainerHostname must be specified"),
    Broken("reports.Model.errors.ContainerHostname-twice",
           "CreateModel", "ContainerHostname must be unique"),
    Broken("reports.Model.errors.RepositoryAuthConfig-without-access-through-a-VPC",
           "CreateModel", "ImageConfig.RepositoryAuthConfig"),
    Broken("reports.Model.errors.S3Prefix-that-does-not-end-with-a-slash",
           "CreateModel", "S3Uri s3://bucket/model must end"),
    Broken("reports.Model.errors.environments-of-more-than-32-KB",
           "CreateModel", "The combined length of all Environment"),
    Broken("reports.RenderUiTemplate.errors.both-UiTemplate-and-HumanTaskUiArn",
           "RenderUiTemplate", "Exactly one of UiTemplate", "HumanTaskUiArn"),
    Broken("reports.Space.errors.update-that-names-an-AppType",
           "UpdateSpace", "Updating AppType"),
    Broken("reports.Space.errors.CodeRepositories-in-the-settings-of-JupyterServer",
           "UpdateSpace", "Unknown parameter CodeRepositories"),
    Broken("reports.Space.errors.SpaceSharingSettings-without-OwnershipSettings",
           "CreateSpace", "OwnershipSettings must be"),
    Broken("reports.Space.errors.OwnershipSettings-without-SpaceSharingSettings",
           "CreateSpace", "SpaceSharingSettings must be"),
    Broken("reports.PartnerApp.errors.group-of-a-role-that-no-assigned-pattern-matches",
           "CreatePartnerApp", "The group sales"),
    Broken("reports.UserProfile.errors.JupyterServer-settings-with-another-instance-type",
           "CreateUserProfile", SYSTEM),
    Broken("reports.UserProfile.errors.hidden-versions-of-an-image-without-its-name",
           "CreateUserProfile", "SageMakerImageName and VersionAliases"),
    Broken("reports.Workforce.errors.more-than-ten-CIDRs",
           "UpdateWorkforce", "SourceIpConfig can have"),
    Broken("reports.Workteam.errors.members-of-Cognito-and-of-an-own-provider",
           "CreateWorkteam", "MemberDefinitions cannot have both"),
    Broken("reports.Workteam.errors.members-of-two-user-pools",
           "UpdateWorkteam", "All CognitoMemberDefinition"),
]  # fmt: skip


@pytest.mark.parametrize("broken", rows(BROKEN))
def test_a_rule_of_a_report_is_kept(broken: Broken, world: World) -> None:
    request, row = row_of(broken)
    client = boto3.client("sagemaker", region_name=REGION)
    before = everything(world)
    with pytest.raises(ClientError) as refusal:
        client._make_api_call(row.operation, changed(request, row.changes))
    check_answer(broken.fact, refusal.value)
    assert everything(world) == before
