"""The four job definitions; facts: metadata.yaml."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sagestub import World
from tests.kinds.monitoring.schedules import (
    ARN,
    CLUSTER,
    IMAGE,
    INPUT,
    NAME,
    OUTPUT,
    ROLE,
    executions,
)

TRUTH = {"GroundTruthS3Input": {"S3Uri": "s3://bucket/truth"}}
ANALYSIS = {"ConfigUri": "s3://bucket/analysis.json"}
TYPES = {
    "DataQuality": ("data_quality", {}, {}),
    "ModelQuality": ("model_quality", {}, TRUTH),
    "ModelBias": ("model_bias", ANALYSIS, TRUTH),
    "ModelExplainability": ("model_explainability", ANALYSIS, {}),
}


def define(client: Any, kind: str, name: str = "d") -> str:
    """Create a job definition of a monitoring type; return its ARN."""
    spelled, application, source = TYPES[kind]
    members = {
        "JobDefinitionName": name,
        f"{kind}AppSpecification": {"ImageUri": IMAGE, **application},
        f"{kind}JobInput": {**INPUT, **source},
        f"{kind}JobOutputConfig": {"MonitoringOutputs": [OUTPUT]},
        "JobResources": {"ClusterConfig": CLUSTER},
        "RoleArn": ROLE,
    }
    answer = getattr(client, f"create_{spelled}_job_definition")(**members)
    return str(answer["JobDefinitionArn"])


@pytest.mark.fact(
    "metadata.DataQualityJobDefinition.references.EndpointInput-EndpointName",
    "metadata.ModelQualityJobDefinition.references.EndpointInput-EndpointName",
    "metadata.ModelBiasJobDefinition.references.EndpointInput-EndpointName",
    "metadata.ModelExplainabilityJobDefinition.references.EndpointInput-EndpointName",
)
@pytest.mark.parametrize("kind", TYPES)
def test_the_endpoint_of_a_definition_must_exist(sm: World, client: Any, kind: str) -> None:
    with pytest.raises(ClientError) as caught:
        define(client, kind)
    error = caught.value.response["Error"]
    assert error["Code"] == "ValidationException"
    assert error["Message"] == f'Could not find endpoint "{ARN}endpoint/churn".'
    assert sm.resources() == []


@pytest.mark.parametrize("kind", TYPES)
def test_a_job_definition_is_kept_listed_and_deleted(
    client: Any, endpoint: None, kind: str
) -> None:
    """Facts: metadata.yaml, the four job definitions."""
    spelled = TYPES[kind][0]
    arn = define(client, kind)
    assert arn == f"{ARN}{spelled.replace('_', '-')}-job-definition/d"
    answer = getattr(client, f"describe_{spelled}_job_definition")(JobDefinitionName="d")
    assert answer["JobResources"] == {"ClusterConfig": CLUSTER}
    assert answer[f"{kind}JobInput"]["EndpointInput"]["S3InputMode"] == "File"
    assert answer["StoppingCondition"]["MaxRuntimeInSeconds"] in (1800, 3600)
    listed = getattr(client, f"list_{spelled}_job_definitions")
    (summary,) = listed(EndpointName="churn")["JobDefinitionSummaries"]
    assert summary["MonitoringJobDefinitionArn"] == arn
    assert (summary["MonitoringJobDefinitionName"], summary["EndpointName"]) == ("d", "churn")
    assert listed(EndpointName="other")["JobDefinitionSummaries"] == []
    with pytest.raises(client.exceptions.ResourceInUse):
        define(client, kind)
    getattr(client, f"delete_{spelled}_job_definition")(JobDefinitionName="d")
    for verb in ("describe", "delete"):
        with pytest.raises(client.exceptions.ResourceNotFound):
            getattr(client, f"{verb}_{spelled}_job_definition")(JobDefinitionName="d")


@pytest.mark.fact(
    "jobs.MonitoringSchedule.references.MonitoringJobDefinitionName-of-the-given-MonitoringType-or",
    "metadata.MonitoringSchedule.references.MonitoringJobDefinitionName-JobDefinition",
    "jobs.MonitoringExecution.filled_in.MonitoringJobDefinitionName",
)
@pytest.mark.parametrize("kind", TYPES)
def test_a_schedule_runs_a_named_definition(
    sm: World, client: Any, endpoint: None, kind: str
) -> None:
    """Facts: jobs.yaml, MonitoringSchedule.references."""
    define(client, kind)
    given = {"MonitoringJobDefinitionName": "d", "MonitoringType": kind}
    client.create_monitoring_schedule(**NAME, MonitoringScheduleConfig=given)
    sm.get("MonitoringSchedule", "hourly").move_to("Scheduled")
    sm.clock.advance(24 * 3600)
    executions(client)
    (summary,) = executions(client, MonitoringJobDefinitionName="d", MonitoringTypeEquals=kind)
    assert summary["EndpointName"] == "churn"
    job = client.describe_processing_job(
        ProcessingJobName=summary["ProcessingJobArn"].rpartition("/")[2]
    )
    assert job["AppSpecification"]["ImageUri"] == IMAGE
    assert job["StoppingCondition"]["MaxRuntimeInSeconds"] in (1800, 3600)
    (listed,) = client.list_monitoring_schedules()["MonitoringScheduleSummaries"]
    assert listed["MonitoringJobDefinitionName"] == "d"
