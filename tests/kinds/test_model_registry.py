"""The model registry: groups, versions, approval. Source of the facts: metadata.yaml."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.conftest import shared_session

SPECIFICATION: dict[str, Any] = {
    "Containers": [{"Image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/x:1"}],
    "SupportedContentTypes": ["text/csv"],
    "SupportedResponseMIMETypes": ["text/csv"],
    "SupportedTransformInstanceTypes": ["ml.m5.large"],
    "SupportedRealtimeInferenceInstanceTypes": ["ml.m5.large"],
}
PREFIX = "arn:aws:sagemaker:eu-west-1:123456789012:"


@pytest.fixture
def client(sm: World) -> Any:
    """A client in a world with the group `Churn`."""
    client = shared_session().client("sagemaker", region_name="eu-west-1")
    client.create_model_package_group(ModelPackageGroupName="Churn")
    return client


def register(client: Any, group: str = "Churn", **more: Any) -> str:
    answer = client.create_model_package(
        ModelPackageGroupName=group, InferenceSpecification=SPECIFICATION, **more
    )
    return str(answer["ModelPackageArn"])


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as refusal:
        call(**parameters)
    error = refusal.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.mark.fact(
    "metadata.ModelPackage.arn",
    "metadata.ModelPackage.identifier",
    "metadata.ModelPackage.filled_in.ModelPackageVersion",
)
def test_versions_are_numbered_within_their_group(client: Any) -> None:
    """Fact: versioned arn model-package/{group}/{version}; the group by name or ARN."""
    group = client.describe_model_package_group(ModelPackageGroupName="Churn")
    assert register(client) == f"{PREFIX}model-package/Churn/1"
    assert register(client, group["ModelPackageGroupArn"]) == f"{PREFIX}model-package/Churn/2"
    client.create_model_package_group(ModelPackageGroupName="Other")
    assert register(client, "Other").endswith("/Other/1")


@pytest.mark.fact(
    "metadata.ModelPackage.lifecycle.delete",
)
def test_a_version_is_never_used_again(client: Any) -> None:
    arn = register(client)
    client.delete_model_package(ModelPackageName=arn)
    client.describe_model_package(ModelPackageName=arn)
    assert register(client).endswith("/2")


@pytest.mark.fact(
    "metadata.ModelPackage.filled_in.ModelApprovalStatus-PendingManualApproval-when-versioned-and-not",
    "metadata.ModelPackage.lifecycle.happy",
)
def test_states_and_approval(client: Any) -> None:
    arn = register(client)
    seen = [client.describe_model_package(ModelPackageName=arn) for _ in range(3)]
    assert [s["ModelPackageStatus"] for s in seen] == ["Pending", "InProgress", "Completed"]
    assert seen[0]["ModelApprovalStatus"] == "PendingManualApproval"
    assert seen[0]["ModelPackageVersion"] == 1
    assert "LastModifiedBy" not in seen[0]
    client.update_model_package(
        ModelPackageArn=arn, ModelApprovalStatus="Approved", ApprovalDescription="good"
    )
    described = client.describe_model_package(ModelPackageName=arn)
    assert (described["ModelApprovalStatus"], described["ApprovalDescription"]) == (
        "Approved",
        "good",
    )
    assert "LastModifiedBy" in described


def test_metadata_is_merged_and_specifications_are_added(client: Any) -> None:
    arn = register(client, CustomerMetadataProperties={"a": "1", "b": "2"})
    client.update_model_package(
        ModelPackageArn=arn,
        CustomerMetadataProperties={"c": "3"},
        CustomerMetadataPropertiesToRemove=["a"],
        AdditionalInferenceSpecificationsToAdd=[
            {"Name": "gpu", "Containers": SPECIFICATION["Containers"]}
        ],
    )
    described = client.describe_model_package(ModelPackageName=arn)
    assert described["CustomerMetadataProperties"] == {"b": "2", "c": "3"}
    assert [s["Name"] for s in described["AdditionalInferenceSpecifications"]] == ["gpu"]


@pytest.mark.fact(
    "metadata.ModelPackage.notes.ListModelPackages-without-ModelPackageGroupName-lists-unversioned-packages",
)
def test_a_list_without_group_has_the_unversioned_packages_only(client: Any) -> None:
    """Fact: ModelPackageType default Unversioned."""
    version = register(client)
    client.create_model_package(ModelPackageName="alone", InferenceSpecification=SPECIFICATION)

    def arns(**filters: Any) -> list[str]:
        answer = client.list_model_packages(**filters)["ModelPackageSummaryList"]
        return [summary["ModelPackageArn"] for summary in answer]

    alone = f"{PREFIX}model-package/alone"
    assert arns() == [alone]
    assert arns(ModelPackageGroupName="Churn") == [version]
    assert arns(ModelPackageType="Versioned") == [version]
    assert arns(ModelPackageType="Both") == [version, alone]
    assert arns(ModelPackageGroupName="Churn", ModelApprovalStatus="Approved") == []


@pytest.mark.fact("metadata.ModelPackage.references.SourceAlgorithmSpecification-Algorithm")
def test_the_algorithm_of_a_package_is_looked_for_in_its_account(client: Any) -> None:
    def create(algorithm: str) -> dict[str, Any]:
        source = {"AlgorithmName": algorithm, "ModelDataUrl": "s3://models/trees.tar.gz"}
        answer: dict[str, Any] = client.create_model_package(
            ModelPackageGroupName="Churn",
            SourceAlgorithmSpecification={"SourceAlgorithms": [source]},
        )
        return answer

    missing = ("ValidationException", f"Algorithm {PREFIX}algorithm/trees does not exist.")
    assert refused(create, algorithm="trees") == missing
    assert refused(create, algorithm=f"{PREFIX}algorithm/trees") == missing
    assert (
        client.list_model_packages(ModelPackageGroupName="Churn")["ModelPackageSummaryList"] == []
    )
    create(f"{PREFIX}algorithm/trees".replace("123456789012", "210987654321"))


def test_a_package_of_an_algorithm_serves_as_the_algorithm_says(client: Any) -> None:
    training = {
        "TrainingImage": SPECIFICATION["Containers"][0]["Image"],
        "SupportedTrainingInstanceTypes": ["ml.m5.large"],
        "TrainingChannels": [
            {
                "Name": "train",
                "SupportedContentTypes": ["text/csv"],
                "SupportedInputModes": ["File"],
            }
        ],
    }
    client.create_algorithm(
        AlgorithmName="trees", TrainingSpecification=training, InferenceSpecification=SPECIFICATION
    )
    source = {"AlgorithmName": "trees", "ModelDataUrl": "s3://models/trees.tar.gz"}
    client.create_model_package(
        ModelPackageName="trees", SourceAlgorithmSpecification={"SourceAlgorithms": [source]}
    )
    described = client.describe_model_package(ModelPackageName="trees")
    (container,) = described["InferenceSpecification"]["Containers"]
    assert container["Image"] == SPECIFICATION["Containers"][0]["Image"]
    assert container["ModelDataUrl"] == "s3://models/trees.tar.gz"


def test_a_version_has_a_group_and_a_number_but_no_name(client: Any) -> None:
    """Source: Developer Guide, "View and Update the Details of a Model Version" (responses)."""
    version = register(client)
    (listed,) = client.list_model_packages(ModelPackageGroupName="Churn")["ModelPackageSummaryList"]
    described = client.describe_model_package(ModelPackageName=version)
    assert "ModelPackageName" not in {**listed, **described}
    assert (described["ModelPackageGroupName"], described["ModelPackageVersion"]) == ("Churn", 1)
    client.create_model_package(ModelPackageName="alone", InferenceSpecification=SPECIFICATION)
    alone = client.describe_model_package(ModelPackageName="alone")
    assert alone["ModelPackageName"] == "alone"


@pytest.mark.fact(
    "metadata.ModelPackage.notes.BatchDescribeModelPackage-puts-unknown-ARNs-in-BatchDescribeModelPackageErrorMap",
)
def test_a_batch_reports_unknown_packages(client: Any) -> None:
    arn, unknown = register(client), f"{PREFIX}model-package/Churn/9"
    answer = client.batch_describe_model_package(ModelPackageArnList=[arn, unknown])
    assert answer["ModelPackageSummaries"][arn]["ModelPackageVersion"] == 1
    assert list(answer["BatchDescribeModelPackageErrorMap"]) == [unknown]


@pytest.mark.fact(
    "metadata.ModelPackageGroup.errors.Get-DeleteModelPackageGroupPolicy-group-has-none",
    "metadata.ModelPackageGroup.errors.Get-Put-DeleteModelPackageGroupPolicy-group-missing",
    "metadata.ModelPackageGroup.policy",
    "cross-cutting.11.GetModelPackageGroupPolicy-DeleteModelPackageGroupPolicy",
)
def test_a_group_keeps_its_policy(client: Any) -> None:
    """Facts: Get/Put/DeleteModelPackageGroupPolicy, group missing and group has none."""
    group = {"ModelPackageGroupName": "Churn"}
    none = ("ValidationException", f"Cannot find resource policy for: {PREFIX}model-package-group/")
    code, message = refused(client.get_model_package_group_policy, **group)
    assert (code, message) == (none[0], none[1] + "Churn")
    client.put_model_package_group_policy(**group, ResourcePolicy='{"Statement":[]}')
    policy = client.get_model_package_group_policy(**group)["ResourcePolicy"]
    assert policy == '{"Statement":[]}'
    client.delete_model_package_group_policy(**group)
    assert refused(client.delete_model_package_group_policy, **group)[0] == "ValidationException"
    assert refused(client.get_model_package_group_policy, ModelPackageGroupName="nobody") == (
        "ValidationException",
        f"Cannot find Model Package Group: {PREFIX}model-package-group/nobody",
    )


@pytest.mark.fact(
    "metadata.ModelPackageGroup.errors.delete-while-it-holds-model-packages",
    "metadata.ModelPackageGroup.preconditions.must-be-empty-to-delete",
)
def test_a_filled_group_is_kept_and_an_empty_one_goes(client: Any) -> None:
    arn = register(client)
    group = {"ModelPackageGroupName": "Churn"}
    assert refused(client.delete_model_package_group, **group)[0] == "ConflictException"
    client.delete_model_package(ModelPackageName=arn)
    client.describe_model_package(ModelPackageName=arn)
    client.delete_model_package_group(**group)
    status = client.describe_model_package_group(**group)["ModelPackageGroupStatus"]
    assert status == "Deleting"
    assert refused(client.describe_model_package_group, **group) == (
        "ValidationException",
        f"ModelPackageGroup {PREFIX}model-package-group/Churn does not exist.",
    )


@pytest.mark.fact("metadata.ModelPackage.enum")
def test_statuses_approvals_and_registrations(sm: World, client: Any) -> None:
    def shown(member: str, value: str) -> Any:
        members: dict[str, Any] = {"ModelPackageName": value, member: value}
        sm.add("ModelPackage", "eu-west-1", **members)
        return client.describe_model_package(ModelPackageName=value)[member]

    for member, values in {
        "ModelPackageStatus": "Pending InProgress Completed Failed Deleting",
        "ModelApprovalStatus": "Approved Rejected PendingManualApproval",
        "ModelPackageRegistrationType": "Logged Registered",
    }.items():
        shape = client.meta.service_model.shape_for(member)
        assert set(values.split()) == set(shape.enum)
        assert [shown(member, value) for value in values.split()] == values.split()


@pytest.mark.fact("metadata.ModelPackage.notes.approval-transitions")
def test_an_approval_may_become_any_other(client: Any) -> None:
    arn = register(client)
    values = ("Approved", "Rejected", "PendingManualApproval")
    for before, after in permutations(values, 2):
        client.update_model_package(ModelPackageArn=arn, ModelApprovalStatus=before)
        client.update_model_package(ModelPackageArn=arn, ModelApprovalStatus=after)
        described = client.describe_model_package(ModelPackageName=arn)
        assert described["ModelApprovalStatus"] == after


@pytest.mark.fact(
    "metadata.ModelPackage.errors.AdditionalS3DataSource-in-InferenceSpecification",
    "metadata.ModelPackage.errors.Environment-map-on-an-unversioned-package",
)
@pytest.mark.parametrize(
    ("member", "value", "text"),
    [
        (
            "AdditionalS3DataSource",
            {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/more"},
            "AdditionalS3DataSource is not allowed in InferenceSpecification",
        ),
        (
            "Environment",
            {"LEVEL": "debug"},
            (
                "1 validation errors detected:Environment variable map cannot be specified when using "
                "non-versioned ModelPackages"
            ),
        ),
    ],
)
def test_what_a_container_may_not_say(client: Any, member: str, value: Any, text: str) -> None:
    (container,) = SPECIFICATION["Containers"]
    specification = {**SPECIFICATION, "Containers": [{**container, member: value}]}
    request = {"ModelPackageName": "alone", "InferenceSpecification": specification}
    assert refused(client.create_model_package, **request) == ("ValidationException", text)
    assert client.list_model_packages()["ModelPackageSummaryList"] == []


@pytest.mark.fact("metadata.ModelPackage.errors.bad-nested-role")
def test_a_role_deep_in_the_request_has_its_pattern(client: Any) -> None:
    """Fact: aws/amazon-sagemaker-examples#4843."""
    job = {
        "TransformInput": {
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/in"}}
        },
        "TransformOutput": {"S3OutputPath": "s3://bucket/out"},
        "TransformResources": {"InstanceType": "ml.m5.large", "InstanceCount": 1},
    }
    profile = {"ProfileName": "p", "TransformJobDefinition": job}
    validation = {"ValidationRole": "AmazonSageMaker-Role", "ValidationProfiles": [profile]}
    code, message = refused(
        client.create_model_package, ModelPackageName="a", ValidationSpecification=validation
    )
    assert code == "ValidationException"
    assert message == (
        "1 validation error detected: Value 'AmazonSageMaker-Role' at "
        "'validationSpecification.validationRole' failed to satisfy constraint: Member must satisfy "
        r"regular expression pattern: arn:aws[a-z\-]*:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"
    )


@pytest.mark.fact(
    "metadata.ModelPackage.errors.both-ModelPackageName-and-ModelPackageGroupName",
    "metadata.ModelPackage.errors.neither-name-nor-group",
    "metadata.ModelPackage.errors.group-missing",
    "metadata.ModelPackage.errors.Tags-on-a-versioned-package",
    "metadata.ModelPackage.preconditions.ModelPackageGroupName-must-exist",
    "metadata.ModelPackage.references.ModelPackageGroupName",
)
@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ({"ModelPackageName": "a", "ModelPackageGroupName": "Churn"}, "Cannot determine which one"),
        ({}, "Missing ARN."),
        ({"ModelPackageGroupName": "nobody"}, "Model Package Group does not exist."),
        (
            {"ModelPackageGroupName": "Churn", "Tags": [{"Key": "a", "Value": "b"}]},
            "not supported for versioned",
        ),
    ],
)
def test_a_package_that_cannot_be_placed_is_refused(
    client: Any, request_: dict[str, Any], text: str
) -> None:
    code, message = refused(client.create_model_package, **request_)
    assert code == "ValidationException"
    assert text in message


@pytest.mark.fact("metadata.ModelPackage.errors.unversioned-name-exists")
def test_the_name_of_an_unversioned_package_is_taken(client: Any) -> None:
    package = {"ModelPackageName": "alone", "InferenceSpecification": SPECIFICATION}
    arn = client.create_model_package(**package)["ModelPackageArn"]
    assert refused(client.create_model_package, **package) == (
        "ValidationException",
        f"ModelPackage already exists: {arn}",
    )


@pytest.mark.fact(
    "metadata.ModelPackageGroup.notes.taggable",
    "cross-cutting.8.versioned-model-packages-are-not-taggable",
)
def test_the_group_takes_tags_and_its_versions_do_not(client: Any) -> None:
    tags = [{"Key": "team", "Value": "a"}]
    version = register(client)
    code, _ = refused(client.add_tags, ResourceArn=version, Tags=tags)
    assert code == "ValidationException"
    assert client.list_tags(ResourceArn=version)["Tags"] == []
    group = f"{PREFIX}model-package-group/Churn"
    assert client.add_tags(ResourceArn=group, Tags=tags)["Tags"] == tags


@pytest.mark.fact(
    "metadata.ModelPackage.errors.ARN-of-another-region",
    "cross-cutting.3.ARN-should-be-scoped-to-correct",
)
def test_taken_names_and_missing_packages(client: Any) -> None:
    arn = f"{PREFIX}model-package-group/Churn"
    assert refused(client.create_model_package_group, ModelPackageGroupName="Churn") == (
        "ValidationException",
        f"Model Package Group already exists: {arn}",
    )
    assert refused(client.describe_model_package, ModelPackageName="nobody") == (
        "ValidationException",
        f"ModelPackage {PREFIX}model-package/nobody does not exist.",
    )
    abroad = "arn:aws:sagemaker:us-east-1:123456789012:model-package/Churn/1"
    assert refused(client.describe_model_package, ModelPackageName=abroad) == (
        "ValidationException",
        "ARN should be scoped to correct region: eu-west-1",
    )
