"""What a version-4 signature tells."""

from __future__ import annotations

import pytest

from sagestub.hooks.signatures import region_of, signature_of

TAIL = "20240229/eu-west-1/sagemaker/aws4_request"


@pytest.mark.parametrize(
    ("authorization", "expected"),
    [
        (f"AWS4-HMAC-SHA256 Credential=AKIA/{TAIL}, SignedHeaders=host", ("AKIA", "eu-west-1")),
        (f"AWS4-HMAC-SHA256 Credential=AKIA/{TAIL}".encode(), ("AKIA", "eu-west-1")),
        (f"AWS4-HMAC-SHA256 Credential=a/b/c/{TAIL},SignedHeaders=host", ("a/b/c", "eu-west-1")),
        ("AWS4-HMAC-SHA256 Credential=AKIA/20240229", ("", "")),
        ("Bearer token", ("", "")),
        ("", ("", "")),
        (None, ("", "")),
    ],
)
def test_key_and_region(authorization: str | bytes | None, expected: tuple[str, str]) -> None:
    assert signature_of(authorization) == expected


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://api.sagemaker.ap-southeast-2.amazonaws.com/", "ap-southeast-2"),
        ("https://api.sagemaker.us-gov-west-1.amazonaws.com", "us-gov-west-1"),
        ("http://localhost:9/eu-west-1", "us-east-1"),
        ("https://sagemaker.example.org/", "us-east-1"),
    ],
)
def test_the_region_of_a_host(url: str, region: str) -> None:
    assert region_of(url) == region
