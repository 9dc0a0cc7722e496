"""Hosts of SageMaker's services, as botocore's own endpoint rules make them."""

from __future__ import annotations

import boto3
import pytest
from botocore.config import Config

from sagestub.hooks.plain_http import host_of, service_at

SERVICES = {
    "sagemaker": "sagemaker",
    "sagemaker-a2i-runtime": "sagemaker-a2i-runtime",
    "sagemaker-edge": "sagemaker-edge",
    "sagemaker-featurestore-runtime": "sagemaker-featurestore-runtime",
    "sagemaker-geospatial": "sagemaker-geospatial",
    "sagemaker-metrics": "sagemaker-metrics",
    "sagemaker-runtime": "sagemaker-runtime",
}


@pytest.mark.parametrize("region", ["eu-west-1", "cn-north-1", "us-gov-west-1"])
@pytest.mark.parametrize("fips", [True, False])
@pytest.mark.parametrize("dualstack", [True, False])
def test_every_endpoint_is_recognised(region: str, fips: bool, dualstack: bool) -> None:
    config = Config(use_fips_endpoint=fips, use_dualstack_endpoint=dualstack)
    for service, expected in SERVICES.items():
        client = boto3.client(service, region_name=region, config=config)  # type: ignore[call-overload]
        host = host_of(client.meta.endpoint_url)
        assert host is not None, client.meta.endpoint_url
        assert (host["region"], service_at(host)) == (region, expected)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "not a url sagemaker",
        "https://sagemaker.s3.eu-west-1.amazonaws.com/",
        "https://s3.eu-west-1.amazonaws.com/api.sagemaker.eu-west-1.amazonaws.com",
        "https://api.sagemaker.eu-west-1.amazonaws.com.example.org/",
        "https://sagemaker.aws/",
        "https://d-123.studio.eu-west-1.sagemaker.aws.example.org/auth",
        "https://notsagemaker.eu-west-1.amazonaws.com/",
    ],
)
def test_other_hosts_are_not(url: str) -> None:
    assert host_of(url) is None
