"""What tests of several kinds share: a Studio domain, who works there, and where.

Source of the facts: hosting.yaml.
"""

from __future__ import annotations

from typing import Any

import pytest

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
NEW_DOMAIN = {
    "DomainName": "team",
    "AuthMode": "IAM",
    "DefaultUserSettings": {"ExecutionRole": ROLE},
    "VpcId": "vpc-1",
    "SubnetIds": ["subnet-1"],
}


def new_domain(client: Any, **members: Any) -> str:
    """Make a domain and return its id."""
    arn: str = client.create_domain(**members)["DomainArn"]
    return arn.rsplit("/", 1)[-1]


def settle(client: Any, noun: str, **names: str) -> None:
    """Describe a resource until it rests."""
    for _ in range(2):
        getattr(client, f"describe_{noun}")(**names)


@pytest.fixture
def domain(client: Any) -> str:
    """The id of a domain that is InService."""
    made = new_domain(client, **NEW_DOMAIN)
    settle(client, "domain", DomainId=made)
    return made


@pytest.fixture
def ada(client: Any, domain: str) -> dict[str, str]:
    """A user profile that is InService."""
    names = {"DomainId": domain, "UserProfileName": "Ada"}
    client.create_user_profile(**names)
    settle(client, "user_profile", **names)
    return names


@pytest.fixture
def desk(client: Any, domain: str, ada: dict[str, str]) -> dict[str, str]:
    """A space that is InService, owned by the user profile."""
    names = {"DomainId": domain, "SpaceName": "Desk"}
    client.create_space(
        **names,
        OwnershipSettings={"OwnerUserProfileName": "Ada"},
        SpaceSharingSettings={"SharingType": "Private"},
        SpaceSettings={"AppType": "JupyterLab"},
    )
    settle(client, "space", **names)
    return names


@pytest.fixture
def app(client: Any, ada: dict[str, str]) -> dict[str, str]:
    """An app that is InService."""
    names = {**ada, "AppType": "JupyterServer", "AppName": "default"}
    client.create_app(**names)
    settle(client, "app", **names)
    return names
