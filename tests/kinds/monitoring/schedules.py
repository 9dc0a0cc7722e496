"""What the tests of monitoring ask for: a schedule, its definition, its executions."""

from __future__ import annotations

from typing import Any

ROLE = "arn:aws:iam::123456789012:role/sagemaker"
ARN = "arn:aws:sagemaker:eu-west-1:123456789012:"
IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/monitor:1"
PATH = "/opt/ml/processing"
CLUSTER = {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 20}
INPUT = {"EndpointInput": {"EndpointName": "churn", "LocalPath": f"{PATH}/input"}}
OUTPUT = {"S3Output": {"S3Uri": "s3://bucket/reports", "LocalPath": f"{PATH}/output"}}
DEFINITION = {
    "BaselineConfig": {"ConstraintsResource": {"S3Uri": "s3://bucket/constraints.json"}},
    "MonitoringInputs": [INPUT],
    "MonitoringOutputConfig": {"MonitoringOutputs": [OUTPUT]},
    "MonitoringResources": {"ClusterConfig": CLUSTER},
    "MonitoringAppSpecification": {"ImageUri": IMAGE},
    "RoleArn": ROLE,
}
NAME = {"MonitoringScheduleName": "hourly"}
HOURLY = "cron(0 * ? * * *)"


def config(expression: str = HOURLY, **timing: str) -> dict[str, Any]:
    """A MonitoringScheduleConfig with the definition in it."""
    timing = {"ScheduleExpression": expression, **timing}
    return {"ScheduleConfig": timing, "MonitoringJobDefinition": DEFINITION}


def long_run(expression: str, seconds: int) -> dict[str, Any]:
    """A MonitoringScheduleConfig whose job may run so long."""
    definition = {**DEFINITION, "StoppingCondition": {"MaxRuntimeInSeconds": seconds}}
    return {**config(expression), "MonitoringJobDefinition": definition}


def status(client: Any) -> str:
    """The status of the schedule as Describe reports it."""
    return str(client.describe_monitoring_schedule(**NAME)["MonitoringScheduleStatus"])


def executions(client: Any, **asked: Any) -> list[dict[str, Any]]:
    """The executions as they are listed, the latest first."""
    answer = client.list_monitoring_executions(**asked)
    return list(answer["MonitoringExecutionSummaries"])
