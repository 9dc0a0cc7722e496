"""What the suites call alike: a region, a role, an image, buckets that are there."""

from __future__ import annotations

from typing import Any

import boto3

REGION = "eu-west-1"
ROLE = "arn:aws:iam::123456789012:role/sagemaker"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/mine:1"
BUCKETS = ("training-data", "trained-models")


def make_buckets() -> Any:
    """Make the buckets in Moto's S3; return a client of it."""
    s3 = boto3.client("s3", region_name=REGION)
    for bucket in BUCKETS:
        s3.create_bucket(
            Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
    return s3
