"""Idempotency tokens: repeated with the same parameters a call does nothing and answers as before."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from sagestub import World, mock_sagemaker
from sagestub.model.service import load_service
from tests import covered
from tests.kinds.test_compilation import refusal
from tests.model.creations import GIVEN, accepted, inputs_of, populated
from tests.pipelines.running import Pipeline, callback

TOKEN = "a-token-of-thirty-two-characters"
OTHER = "another-token-of-over-thirty-two"

WITH_TOKEN = [
    (service, operation.name)
    for service in covered.services()
    for operation in load_service(service)
    if operation.token_member is not None and operation.name in covered.operations(service)
]

ELSEWHERE = {
    "SendPipelineExecutionStepSuccess": "answers a step that waits: tested below",
    "SendPipelineExecutionStepFailure": "likewise",
    "MoveClusterNodes": "needs two clusters of EKS: tests/kinds/test_cluster_moves.py",
}
"""Operations of the control plane that are not called here, each with the reason."""

CONTROL_PLANE = [
    name for service, name in WITH_TOKEN if service == "sagemaker" and name not in ELSEWHERE
]

MOVED: dict[str, tuple[str, str]] = {
    "StopPipelineExecution": ("PipelineExecution", "Executing"),
    "RetryPipelineExecution": ("PipelineExecution", "Failed"),
}
"""The state that an operation needs something in, by operation: the kind, and the state."""

WHOLE: dict[str, dict[str, Any]] = {
    "BatchAddClusterNodes": {
        "ClusterName": "cluster-1",
        "NodesToAdd": [{"InstanceGroupName": "group-1", "IncrementTargetCountBy": 1}],
    },
    "CreateGlobalInferenceGateway": GIVEN["GlobalInferenceGateway"],
    "UpdateClusterExtension": {"ExtensionVersion": None, "ConfigurationValues": "{}"},
    "CreateClusterExtension": GIVEN["ClusterExtension"],
    "CreatePipeline": GIVEN["Pipeline"],
    "CreatePartnerApp": {"AuthType": "IAM"},
    "UpdatePartnerApp": {"AppVersion": None, "AuthType": None},
}
"""Members that a request is given or (None) loses, where no generated one is accepted."""


def called(sm: World, client: Any, operation: str) -> tuple[dict[str, Any], Any]:
    """Call an operation with an input that it accepts; the input, and the answer."""
    if operation in MOVED:
        kind, state = MOVED[operation]
        sm.resources(kind)[-1].move_to(state)
    model = load_service("sagemaker").operation(operation)
    fixed = {**WHOLE.get(operation, {}), str(model.token_member): TOKEN}
    if "Arn" in model.input_members:  # Several kinds call their ARN so.
        fixed["Arn"] = sm.resources(re.sub("^[A-Z][a-z]+", "", operation))[-1].arn
    own = frozenset({operation.removeprefix("Create") + "Name", "Name"})
    parameters, answer = accepted(sm, client, operation, own, fixed)
    return parameters, without_metadata(answer)


def without_metadata(answer: dict[str, Any]) -> dict[str, Any]:
    return {member: value for member, value in answer.items() if member != "ResponseMetadata"}


def history(sm: World) -> list[Any]:
    """Return all resources and what has become of them."""
    return [(r.arn, r.key, r.members, r.history) for r in sm.resources()]


@pytest.mark.parametrize("operation", CONTROL_PLANE)
def test_the_same_token_and_parameters_do_it_once(operation: str) -> None:
    without = "ClusterExtension" if operation == "CreateClusterExtension" else ""
    with populated(without, transitions="manual") as (sm, client):
        parameters, first = called(sm, client, operation)
        before = history(sm)
        again = client._make_api_call(operation, parameters)
        assert without_metadata(again) == first
        assert history(sm) == before


@pytest.mark.parametrize("operation", CONTROL_PLANE)
def test_the_same_token_with_other_parameters_is_a_conflict(operation: str) -> None:
    without = "ClusterExtension" if operation == "CreateClusterExtension" else ""
    with populated(without, transitions="manual") as (sm, client):
        parameters, _ = called(sm, client, operation)
        model = load_service("sagemaker").operation(operation)
        before = history(sm)
        said = {refusal_of(client, operation, other) for other in others(operation, parameters)}
        code = "ConflictException" if "ConflictException" in model.error_codes else None
        text = f"The {model.token_member} {TOKEN} was used before with other parameters."
        assert (code or "ValidationException", text) in said
        assert history(sm) == before


def others(operation: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Return other parameters with the same token, for the same resource where that is possible."""
    model = load_service("sagemaker").operation(operation)
    token = {m: v for m, v in parameters.items() if m == model.token_member}
    named = {m: v for m, v in parameters.items() if m.endswith(("Name", "Arn"))}
    for kept in ({**named, **token}, token):
        found = [{**generated, **kept} for generated in inputs_of(operation)]
        if differing := [other for other in found if other != parameters]:
            return differing
    return []


def refusal_of(client: Any, operation: str, parameters: dict[str, Any]) -> tuple[str, str]:
    try:
        client._make_api_call(operation, parameters)
    except ClientError as refused:
        error = refused.response["Error"]
        return error["Code"], error["Message"]
    return "", ""


def test_every_operation_with_a_token_is_tested() -> None:
    tested = {*CONTROL_PLANE, *ELSEWHERE, *(row[1] for row in RUNTIMES)}
    assert {name for _, name in WITH_TOKEN} == tested


# The other services ------------------------------------------------------------------------------

ROLE = "arn:aws:iam::123456789012:role/earth"
COLLECTION = (
    "arn:aws:sagemaker-geospatial:us-west-2:378778860802:raster-data-collection/public/"
    "nmqj48dcu3g7ayw8"
)
QUERY = {
    "RasterDataCollectionArn": COLLECTION,
    "TimeRangeFilter": {
        "StartTime": datetime(2024, 1, 1, tzinfo=timezone.utc),
        "EndTime": datetime(2024, 2, 1, tzinfo=timezone.utc),
    },
}
EARTH = {
    "Name": "clouds",
    "ExecutionRoleArn": ROLE,
    "InputConfig": {"RasterDataCollectionQuery": QUERY},
    "JobConfig": {"CloudMaskingConfig": {}},
}
VECTOR = {
    "Name": "roads",
    "ExecutionRoleArn": ROLE,
    "InputConfig": {
        "DocumentType": "CSV",
        "DataSourceConfig": {"S3Data": {"S3Uri": "s3://earth/in"}},
    },
    "JobConfig": {
        "MapMatchingConfig": {
            "IdAttributeName": "id",
            "XAttributeName": "x",
            "YAttributeName": "y",
            "TimestampAttributeName": "t",
        }
    },
}
OUTPUT = {"S3Data": {"S3Uri": "s3://earth/out"}}
LONG = f"{TOKEN}-{OTHER}"[:40]


def geospatial(kind: str, job: dict[str, Any], sm: World, client: Any) -> dict[str, Any]:
    """Return the parameters of an export: of a job that has completed."""
    arn = client._make_api_call(f"Start{kind}", job)["Arn"]
    sm.get(kind, arn).move_to("COMPLETED")
    return {"Arn": arn, "ExecutionRoleArn": ROLE, "OutputConfig": OUTPUT}


def rollout(sm: World, client: Any) -> dict[str, Any]:
    job = sm.add("Job", region="us-west-2", JobName="tune")
    return {"JobArn": job.arn, "TrajectoryId": "t"}


def session(sm: World, client: Any) -> dict[str, Any]:
    sm.add(
        "TrainingSession",
        region="us-west-2",
        TrainingSessionName="s",
        TrainingSessionStatus="Running",
    )
    return {"trainingSessionName": "s", "sequenceNumber": 1, "operationConfig": {"saveWeights": {}}}


Prepared = Callable[[World, Any], dict[str, Any]]
GEOSPATIAL = "sagemaker-geospatial"
RUNTIMES: list[tuple[str, str, Prepared, dict[str, Any]]] = [
    (GEOSPATIAL, "StartEarthObservationJob", lambda *_: EARTH, {"Name": "other"}),
    (GEOSPATIAL, "StartVectorEnrichmentJob", lambda *_: VECTOR, {"Name": "other"}),
    (
        GEOSPATIAL,
        "ExportEarthObservationJob",
        lambda sm, client: geospatial("EarthObservationJob", EARTH, sm, client),
        {"ExportSourceImages": True},
    ),
    (
        GEOSPATIAL,
        "ExportVectorEnrichmentJob",
        lambda sm, client: geospatial("VectorEnrichmentJob", VECTOR, sm, client),
        {"ExecutionRoleArn": ROLE + "s"},
    ),
    (
        "sagemakerjobruntime",
        "UpdateReward",
        lambda sm, client: {**rollout(sm, client), "Rewards": [1.0]},
        {"Rewards": [2.0]},
    ),
    (
        "sagemakerjobruntime",
        "CompleteRollout",
        lambda sm, client: {**rollout(sm, client), "Status": "ready"},
        {"Status": "failed"},
    ),
    ("sagemakertrainingsessionruntime", "ExecuteTrainingOperation", session, {"sequenceNumber": 2}),
]
"""Service and operation, what makes its parameters, and how others differ."""


@pytest.mark.parametrize(("service", "operation", "prepared", "other"), RUNTIMES)
def test_tokens_of_the_other_services(
    service: str, operation: str, prepared: Prepared, other: dict[str, Any]
) -> None:
    make: Any = boto3.client
    with mock_sagemaker(transitions="manual") as sm:
        client = make(service, region_name="us-west-2")
        token = str(load_service(service).operation(operation).token_member)
        parameters = {**prepared(sm, client), token: LONG}
        first = client._make_api_call(operation, parameters)
        before = history(sm)
        again = client._make_api_call(operation, parameters)
        assert without_metadata(again) == without_metadata(first)
        with pytest.raises(ClientError, match="with other parameters") as refused:
            client._make_api_call(operation, {**parameters, **other})
        assert refused.value.response["Error"]["Code"] == "ConflictException"
        assert history(sm) == before


# How long a token holds --------------------------------------------------------------------------


def pipeline(name: str = "p", token: str = TOKEN, **more: Any) -> dict[str, Any]:
    return {
        "PipelineName": name,
        "ClientRequestToken": token,
        "RoleArn": ROLE,
        "PipelineDefinition": '{"Version": "2020-12-01", "Steps": []}',
        **more,
    }


def test_a_token_is_of_one_operation_one_region_and_one_account(client: Any, sm: World) -> None:
    client.create_pipeline(**pipeline())
    client.delete_pipeline(PipelineName="p", ClientRequestToken=TOKEN)
    elsewhere = boto3.client("sagemaker", region_name="us-east-1")
    elsewhere.create_pipeline(**pipeline("q"))
    assert [resource.key for resource in sm.resources("Pipeline")] == ["q"]


def test_a_token_of_what_is_gone_makes_it_anew(client: Any, sm: World) -> None:
    client.create_pipeline(**pipeline())
    client.delete_pipeline(PipelineName="p", ClientRequestToken=OTHER)
    client.create_pipeline(**pipeline(PipelineDescription="again"))
    assert client.describe_pipeline(PipelineName="p")["PipelineDescription"] == "again"


def test_a_token_deletes_again_what_has_been_made_anew(client: Any, sm: World) -> None:
    for _ in range(2):
        client.create_pipeline(**pipeline())
        client.delete_pipeline(PipelineName="p", ClientRequestToken=OTHER)
    assert sm.resources("Pipeline") == []


def test_a_refused_call_uses_no_token(client: Any, sm: World) -> None:
    wrong = pipeline(PipelineDefinition="[]")
    assert refusal(lambda: client.create_pipeline(**wrong))[0] == "ValidationException"
    client.create_pipeline(**pipeline())
    assert len(sm.resources("Pipeline")) == 1


@pytest.mark.fact("cross-cutting.1.ClientRequestToken-ClientToken-members-are-filled-by")
def test_without_a_token_of_ones_own_each_call_is_another(client: Any, sm: World) -> None:
    client.create_pipeline(**pipeline())
    for _ in range(2):
        client.start_pipeline_execution(PipelineName="p")
    sent = {call.parameters["ClientRequestToken"] for call in sm.calls[-2:]}
    assert (len(sent), len(sm.resources("PipelineExecution"))) == (2, 2)


# Answers to callback steps -------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["Success", "Failure"])
def test_a_callback_step_is_answered_once(client: Any, outcome: str) -> None:
    operation = f"SendPipelineExecutionStep{outcome}"
    asked = Pipeline(client, callback("Ask"))
    arn = asked.start()
    waiting = asked.steps(arn)["Ask"]["Metadata"]["Callback"]["CallbackToken"]
    request = {"CallbackToken": waiting, "ClientRequestToken": TOKEN}
    first = without_metadata(client._make_api_call(operation, request))
    assert without_metadata(client._make_api_call(operation, request)) == first
    other = {**request, "CallbackToken": "abcdefghij"}
    assert refusal_of(client, operation, other) == (
        "ConflictException",
        f"The ClientRequestToken {TOKEN} was used before with other parameters.",
    )
    code, _ = refusal_of(client, operation, {**request, "ClientRequestToken": OTHER})
    assert code, "without the token of the first answer it is a second one"
