"""Algorithms, code repositories and what the service lists; facts: metadata.yaml."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World

ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
ROLE = "arn:aws:iam::123456789012:role/sagemaker"
NAME = {"AlgorithmName": "forest"}
SOURCE = {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://bucket/train"}}
CHANNEL = {"Name": "train", "SupportedContentTypes": ["text/csv"], "SupportedInputModes": ["File"]}
TRAINING = {
    "TrainingImage": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/forest:1",
    "SupportedTrainingInstanceTypes": ["ml.m5.large"],
    "TrainingChannels": [CHANNEL],
}
RUN = {
    "TrainingInputMode": "File",
    "InputDataConfig": [{"ChannelName": "train", "DataSource": SOURCE}],
    "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
    "ResourceConfig": {
        "InstanceType": "ml.m5.large",
        "InstanceCount": 1,
        "VolumeSizeInGB": 5,
    },
    "StoppingCondition": {"MaxRuntimeInSeconds": 600},
}
VALIDATION = {
    "ValidationRole": ROLE,
    "ValidationProfiles": [{"ProfileName": "small", "TrainingJobDefinition": RUN}],
}


def create(client: Any, **members: Any) -> str:
    """Create the algorithm; return its ARN."""
    answer = client.create_algorithm(**NAME, TrainingSpecification=TRAINING, **members)
    return str(answer["AlgorithmArn"])


def test_an_algorithm_is_validated_by_its_profiles(client: Any) -> None:
    """Facts: Algorithm.lifecycle, arn and filled_in."""
    assert create(client, ValidationSpecification=VALIDATION) == f"{ARN}algorithm/forest"
    seen = [client.describe_algorithm(**NAME) for _ in range(4)]
    states = [one["AlgorithmStatus"] for one in seen]
    assert states == ["Pending", "InProgress", "Completed", "Completed"]
    details = [one["AlgorithmStatusDetails"]["ValidationStatuses"] for one in seen]
    assert [one[0]["Status"] for one in details[:3]] == ["NotStarted", "InProgress", "Completed"]
    assert details[0][0]["Name"] == "small"
    assert seen[0]["CertifyForMarketplace"] is False
    assert seen[0]["TrainingSpecification"] == TRAINING


def test_a_failed_validation_says_why(sm: World, client: Any) -> None:
    """Facts: Algorithm.lifecycle.failed."""
    sm.fail("Algorithm", reason="out of memory")
    create(client, ValidationSpecification=VALIDATION)
    sm.get("Algorithm", "forest").advance(2)
    answer = client.describe_algorithm(**NAME)
    assert answer["AlgorithmStatus"] == "Failed"
    assert answer["AlgorithmStatusDetails"]["ValidationStatuses"] == [
        {"Name": "small", "Status": "Failed", "FailureReason": "out of memory"}
    ]


def test_an_algorithm_is_found_by_arn_and_deleted(sm: World, client: Any) -> None:
    """Facts: Algorithm.describe, lifecycle.delete and errors (missing)."""
    arn = create(client)
    with pytest.raises(ClientError, match="Cannot delete Algorithm in Pending status"):
        client.delete_algorithm(**NAME)
    sm.get("Algorithm", "forest").move_to("Completed")
    assert client.describe_algorithm(AlgorithmName=arn)["AlgorithmName"] == "forest"
    client.delete_algorithm(**NAME)
    assert client.describe_algorithm(**NAME)["AlgorithmStatus"] == "Deleting"
    with pytest.raises(ClientError, match=f"Algorithm {arn} does not exist."):
        client.describe_algorithm(**NAME)


def test_the_name_of_an_algorithm_is_taken_once(client: Any) -> None:
    """Facts: Algorithm.errors (create existing)."""
    arn = create(client)
    with pytest.raises(ClientError, match=f"Algorithm already exists: {arn}"):
        create(client)


def test_algorithms_are_listed_the_oldest_first(client: Any) -> None:
    """Facts: Algorithm.notes."""
    create(client)
    client.create_algorithm(AlgorithmName="tree", TrainingSpecification=TRAINING)
    listed = client.list_algorithms()["AlgorithmSummaryList"]
    assert [one["AlgorithmName"] for one in listed] == ["forest", "tree"]


# Code repositories ------------------------------------------------------------------------------

REPOSITORY = {"CodeRepositoryName": "Notes"}
GIT = {"RepositoryUrl": "https://git.example.com/notes.git", "Branch": "main"}
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:git"


def test_an_update_changes_the_secret_only(client: Any) -> None:
    """Facts: CodeRepository.update, arn and timestamps."""
    made = client.create_code_repository(**REPOSITORY, GitConfig=GIT)
    client.update_code_repository(**REPOSITORY, GitConfig={"SecretArn": SECRET})
    answer = client.describe_code_repository(**REPOSITORY)
    assert made["CodeRepositoryArn"] == answer["CodeRepositoryArn"]
    assert answer["CodeRepositoryArn"] == f"{ARN}code-repository/Notes"
    assert answer["GitConfig"] == {**GIT, "SecretArn": SECRET}
    assert answer["LastModifiedTime"] >= answer["CreationTime"]


@pytest.mark.parametrize("verb", ["describe", "update", "delete"])
def test_a_missing_repository_is_not_found(client: Any, verb: str) -> None:
    """Facts: CodeRepository.errors (missing)."""
    text = f"Cannot find CodeRepository: {ARN}code-repository/Notes"
    with pytest.raises(ClientError, match=f"ValidationException.*{text}"):
        getattr(client, f"{verb}_code_repository")(**REPOSITORY)


def test_repositories_are_listed_by_name_and_deleted(client: Any) -> None:
    """Facts: CodeRepository.notes and lifecycle.delete."""
    for name in ("b", "a"):
        client.create_code_repository(CodeRepositoryName=name, GitConfig=GIT)
    with pytest.raises(ClientError, match="CodeRepository already exists"):
        client.create_code_repository(CodeRepositoryName="a", GitConfig=GIT)
    listed = client.list_code_repositories()["CodeRepositorySummaryList"]
    assert [one["CodeRepositoryName"] for one in listed] == ["a", "b"]
    client.delete_code_repository(CodeRepositoryName="a")
    assert len(client.list_code_repositories()["CodeRepositorySummaryList"]) == 1


# What the service lists -------------------------------------------------------------------------


def test_model_metadata_is_what_a_test_puts_there(sm: World, client: Any) -> None:
    assert client.list_model_metadata()["ModelMetadataSummaries"] == []
    known: dict[str, Any] = {
        "Domain": "COMPUTER_VISION",
        "Task": "OBJECT_DETECTION",
        "FrameworkVersion": "1.6",
    }
    for name, framework in (("a", "PYTORCH"), ("b", "TENSORFLOW")):
        sm.add("ModelMetadata", "eu-west-1", **known, Model=name, Framework=framework)
    wanted = {"Filters": [{"Name": "Framework", "Value": "PYTORCH"}]}
    found = client.list_model_metadata(SearchExpression=wanted)["ModelMetadataSummaries"]
    assert found == [{**known, "Model": "a", "Framework": "PYTORCH"}]


def test_resource_catalogs_are_what_a_test_puts_there(sm: World, client: Any) -> None:
    assert client.list_resource_catalogs()["ResourceCatalogs"] == []
    shared: dict[str, Any] = {
        "ResourceCatalogName": "features",
        "Description": "shared feature groups",
    }
    sm.add("ResourceCatalog", "eu-west-1", **shared)
    (found,) = client.list_resource_catalogs(NameContains="feat")["ResourceCatalogs"]
    assert found["ResourceCatalogArn"] == f"{ARN}resource-catalog/features"
    assert client.list_resource_catalogs(NameContains="other")["ResourceCatalogs"] == []
