"""What the SageMaker SDK asks IAM, and Moto does not answer."""

from __future__ import annotations

import boto3
import pytest
from moto import mock_aws
from moto.iam.responses import IamResponse

from sagestub import mock_sagemaker

ROLE = "arn:aws:iam::123456789012:role/train"
BUCKET = "arn:aws:s3:::models/*"


def test_every_action_is_allowed_on_every_resource() -> None:
    with mock_aws(), mock_sagemaker():
        answer = boto3.client("iam").simulate_principal_policy(
            PolicySourceArn=ROLE,
            ActionNames=["s3:PutObject", "s3:GetObject"],
            ResourceArns=[BUCKET, "arn:aws:s3:::a&b"],
        )
    assert [
        (r["EvalActionName"], r["EvalResourceName"], r["EvalDecision"])
        for r in answer["EvaluationResults"]
    ] == [
        ("s3:PutObject", BUCKET, "allowed"),
        ("s3:PutObject", "arn:aws:s3:::a&b", "allowed"),
        ("s3:GetObject", BUCKET, "allowed"),
        ("s3:GetObject", "arn:aws:s3:::a&b", "allowed"),
    ]


def test_without_resources_it_is_about_all_of_them() -> None:
    with mock_aws(), mock_sagemaker():
        pages = (
            boto3.client("iam")
            .get_paginator("simulate_principal_policy")
            .paginate(PolicySourceArn=ROLE, ActionNames=["sagemaker:CreateModel"])
        )
        results = [result for page in pages for result in page["EvaluationResults"]]
    assert [(r["EvalResourceName"], r["EvalDecision"]) for r in results] == [("*", "allowed")]


def test_the_rest_of_iam_is_motos() -> None:
    with mock_aws(), mock_sagemaker():
        iam = boto3.client("iam")
        iam.simulate_principal_policy(PolicySourceArn=ROLE, ActionNames=["s3:PutObject"])
        iam.create_role(RoleName="train", AssumeRolePolicyDocument="{}")
        assert iam.get_role(RoleName="train")["Role"]["Arn"] == ROLE


def test_outside_the_mock_the_operation_is_motos_again() -> None:
    with mock_aws():
        iam = boto3.client("iam")
        with mock_sagemaker():
            iam.simulate_principal_policy(PolicySourceArn=ROLE, ActionNames=["s3:PutObject"])
        with pytest.raises(NotImplementedError):
            iam.simulate_principal_policy(PolicySourceArn=ROLE, ActionNames=["s3:PutObject"])


def test_a_moto_that_answers_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def simulate(self: IamResponse) -> str:
        asked.append(self._get_param("PolicySourceArn"))
        result = "<SimulatePrincipalPolicyResult/>"
        return f"<SimulatePrincipalPolicyResponse>{result}</SimulatePrincipalPolicyResponse>"

    monkeypatch.setattr(IamResponse, "simulate_principal_policy", simulate, raising=False)
    with mock_aws(), mock_sagemaker():
        boto3.client("iam").simulate_principal_policy(
            PolicySourceArn=ROLE, ActionNames=["s3:PutObject"]
        )
    assert asked == [ROLE]
