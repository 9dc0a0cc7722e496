"""Which region and which account a call belongs to."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import NoRegionError

from sagestub import InvalidArgumentError, World, mock_sagemaker


def made(client: Any, compilation_job: Any) -> str:
    arn: str = client.create_compilation_job(**compilation_job())["CompilationJobArn"]
    return arn


def keyed(access_key: str, **options: Any) -> Any:
    return boto3.client(
        "sagemaker",
        region_name="eu-west-1",
        aws_access_key_id=access_key,
        aws_secret_access_key="secret",
        **options,
    )


def test_no_region_is_needed_when_the_client_names_one(client: Any, compilation_job: Any) -> None:
    expected = "arn:aws:sagemaker:eu-west-1:123456789012:compilation-job/resnet"
    assert made(client, compilation_job) == expected


def test_without_any_region_botocore_says_so(sm: World) -> None:
    with pytest.raises(NoRegionError):
        boto3.client("sagemaker")


@pytest.mark.usefixtures("sm")
def test_the_region_of_the_environment_counts(
    compilation_job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "sa-east-1")
    assert ":sa-east-1:" in made(boto3.client("sagemaker"), compilation_job)


@pytest.mark.usefixtures("sm")
@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("cn-northwest-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("us-gov-east-1", "aws-us-gov"),
    ],
)
def test_arns_carry_the_partition(region: str, partition: str, compilation_job: Any) -> None:
    arn = made(boto3.client("sagemaker", region_name=region), compilation_job)
    assert arn == f"arn:{partition}:sagemaker:{region}:123456789012:compilation-job/resnet"


def test_added_resources_carry_the_partition_too(sm: World) -> None:
    job = sm.add("CompilationJob", region="cn-north-1")
    assert job.arn.startswith("arn:aws-cn:sagemaker:cn-north-1:123456789012:")


def test_regions_are_separate(client: Any, compilation_job: Any) -> None:
    made(client, compilation_job)
    elsewhere = boto3.client("sagemaker", region_name="us-west-2")
    assert elsewhere.list_compilation_jobs()["CompilationJobSummaries"] == []
    made(elsewhere, compilation_job)
    assert len(client.list_compilation_jobs()["CompilationJobSummaries"]) == 1


def test_the_account_of_the_mock(compilation_job: Any) -> None:
    with mock_sagemaker(account_id="111122223333"):
        arn = made(boto3.client("sagemaker", region_name="eu-west-1"), compilation_job)
    assert ":111122223333:" in arn


def test_accounts_by_access_key_are_separate(compilation_job: Any) -> None:
    accounts = {"AKIADEV": "111111111111", "AKIAPROD": "222222222222", "default": "333333333333"}
    with mock_sagemaker(account_id=accounts) as sm:
        for key in ("AKIADEV", "AKIAPROD", "AKIAOTHER"):
            made(keyed(key), compilation_job)
        jobs = sm.resources("CompilationJob")
    assert [job.account for job in jobs] == ["111111111111", "222222222222", "333333333333"]


def test_a_key_of_the_environment_that_the_mock_names_is_kept(
    compilation_job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIADEV")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with mock_sagemaker(account_id={"AKIADEV": "111111111111"}):
        arn = made(boto3.client("sagemaker", region_name="eu-west-1"), compilation_job)
    assert ":111111111111:" in arn


@pytest.mark.usefixtures("sm")
def test_an_access_key_of_twelve_digits_is_the_account(compilation_job: Any) -> None:
    assert ":444455556666:" in made(keyed("444455556666"), compilation_job)
    with pytest.raises(
        boto3.client("sagemaker", region_name="eu-west-1").exceptions.ResourceNotFound
    ):
        keyed("777788889999").describe_compilation_job(CompilationJobName="resnet")


def test_twelve_digits_in_the_environment_are_the_account(
    compilation_job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "444455556666")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with mock_sagemaker():
        arn = made(boto3.client("sagemaker", region_name="eu-west-1"), compilation_job)
    assert ":444455556666:" in arn


@pytest.mark.parametrize("wrong", ["12", "12345678901x", 7.5, "1234567890123", True])
def test_a_wrong_account_is_refused_at_once(wrong: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="12 digits"):
        mock_sagemaker(account_id=wrong)


@pytest.mark.usefixtures("sm")
@pytest.mark.parametrize("endpoint_url", [None, "http://localhost:9", "https://proxy.example"])
def test_an_unsigned_client_is_in_its_own_region(
    endpoint_url: str | None, compilation_job: Any
) -> None:
    client = boto3.client(
        "sagemaker",
        region_name="eu-central-1",
        config=Config(signature_version=UNSIGNED),
        endpoint_url=endpoint_url,
    )
    assert ":eu-central-1:123456789012:" in made(client, compilation_job)


@pytest.mark.usefixtures("sm")
@pytest.mark.parametrize(
    "options",
    [
        {"endpoint_url": "http://localhost:9"},
        {"endpoint_url": "https://vpce-1.api.sagemaker.us-east-1.vpce.amazonaws.com"},
        {"config": Config(use_fips_endpoint=True)},
        {"config": Config(use_dualstack_endpoint=True)},
        {"config": Config(use_fips_endpoint=True, use_dualstack_endpoint=True)},
        {"verify": False},
        {"use_ssl": False},
        {"config": Config(proxies={"https": "http://localhost:9"})},
    ],
    ids=["local", "vpc", "fips", "dualstack", "fips dualstack", "unverified", "http", "proxied"],
)
def test_the_endpoint_makes_no_difference(options: dict[str, Any], compilation_job: Any) -> None:
    assert ":eu-west-1:" in made(keyed("AKIAANY", **options), compilation_job)


def test_the_endpoint_of_the_environment_makes_no_difference(
    client: Any, compilation_job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SAGEMAKER", "http://localhost:9")
    local = boto3.client("sagemaker", region_name="eu-west-1")
    assert local.meta.endpoint_url == "http://localhost:9"
    made(local, compilation_job)
    assert len(client.list_compilation_jobs()["CompilationJobSummaries"]) == 1
