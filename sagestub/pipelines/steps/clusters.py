"""EMR and EMRServerless: a step on a cluster, a job run of an application.

Source: aws/sagemaker-python-sdk, workflow/emr_step.py; 3.x, mlops/workflow/emr_serverless_step.py; model,
EMRStepMetadata and EMRServerlessStepMetadata. Moto's steps and job runs do not end by themselves: they
count as completed after a while, unless Moto says that they have failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sagestub.pipelines import outside
from sagestub.pipelines.step import (
    Failed,
    Outcome,
    StepRun,
    StepType,
    Stopped,
    Succeeded,
    Waiting,
)

SECONDS = 300.0
"""How long a step of a cluster or a job run takes, in virtual seconds; assumed."""

LONGEST_NAME = 256

FAILED_STATES = frozenset({"FAILED", "CANCELLED", "INTERRUPTED", "CANCEL_PENDING", "CANCELLING"})


def run_outside(
    target: str, submit: Callable[[StepRun], Mapping[str, Any]], made: Callable[[StepRun], Any]
) -> Callable[[StepRun], Outcome]:
    """Return the start of a step that hands its work to another service.

    Args:
        target: The argument that names what runs it, `ClusterId`.
        submit: Hands it to Moto; returns the Metadata.
        made: Makes up the Metadata where Moto is not active.
    """

    def start(run: StepRun) -> Outcome:
        named = str(run.arguments.get(target) or "")
        function = outside.function_for(run, named)
        metadata = made(run)
        try:
            if function is not None:
                answer = outside.called(run, function, run.arguments, named)
                run.record["Properties"] = dict(answer) if isinstance(answer, Mapping) else {}
            elif outside.clients_of(run.context).there:
                metadata = submit(run)
        except outside.FunctionFailedError as error:
            return Failed(f"ClientError: {error}", metadata=metadata)
        run.record["Metadata"] = metadata
        return Waiting(metadata, seconds=SECONDS)

    return start


def asked(operation: Callable[..., Any], **parameters: Any) -> dict[str, Any]:
    """Return what Moto's service answers.

    Raises:
        FunctionFailedError: It refuses.
    """
    try:
        answer: dict[str, Any] = operation(**parameters)
    except Exception as error:
        raise outside.FunctionFailedError(str(error)) from error
    return answer


# EMR --------------------------------------------------------------------------------------------


def made_step(run: StepRun) -> dict[str, Any]:
    """Return the Metadata of a step that no Moto knows."""
    cluster = run.arguments.get("ClusterId") or f"j-{run.context.new_id(13).upper()}"
    step = f"s-{run.context.new_id(13).upper()}"
    return {
        "EMR": {"ClusterId": str(cluster), "StepId": step, "StepName": run.name_for(longest=255)}
    }


def submit_step(run: StepRun) -> dict[str, Any]:
    """Add the step to its cluster in Moto, or start the cluster that it describes."""
    clusters = outside.client(run, "emr")
    name = run.name_for(longest=LONGEST_NAME)
    step = {
        "ActionOnFailure": "CONTINUE",
        **dict(run.arguments.get("StepConfig") or {}),
        "Name": name,
    }
    cluster = run.arguments.get("ClusterId")
    if cluster is None:
        config = dict(run.arguments.get("ClusterConfig") or {})
        cluster = asked(clusters.run_job_flow, **{**config, "Name": name})["JobFlowId"]
        run.record["OwnCluster"] = cluster
    role = run.arguments.get("ExecutionRoleArn")
    runtime = {"ExecutionRoleArn": role} if role else {}
    answer = asked(clusters.add_job_flow_steps, JobFlowId=cluster, Steps=[step], **runtime)
    (made,) = answer["StepIds"]
    return {"EMR": {"ClusterId": cluster, "StepId": made, "StepName": name}}


def end_step(run: StepRun) -> Outcome:
    """Say what became of a cluster's step; a cluster that it has started is ended."""
    metadata = run.record.get("Metadata", {})
    names = metadata.get("EMR", {})
    clusters = outside.client(run, "emr") if "Properties" not in run.record else None
    described: dict[str, Any] = {
        "Id": names.get("StepId"),
        "Name": names.get("StepName"),
        "Config": dict((run.arguments.get("StepConfig") or {}).get("HadoopJarStep") or {}),
        "Status": {"State": "COMPLETED"},
        "ClusterId": names.get("ClusterId"),
        **run.record.get("Properties", {}),
    }
    if clusters is None:
        return Succeeded(described, metadata)
    try:
        asked_for = {"ClusterId": names["ClusterId"], "StepId": names["StepId"]}
        step = asked(clusters.describe_step, **asked_for)["Step"]
        if "OwnCluster" in run.record:
            asked(clusters.terminate_job_flows, JobFlowIds=[run.record["OwnCluster"]])
    except outside.FunctionFailedError as error:
        return Failed(f"ClientError: {error}", metadata=metadata)
    if step["Status"]["State"] in FAILED_STATES:
        return Failed(
            f"ClientError: EMR step {names['StepId']} ended in state {step['Status']['State']}.",
            metadata=metadata,
        )
    return Succeeded(described, metadata)


# EMRServerless ----------------------------------------------------------------------------------


def job_of(run: StepRun) -> dict[str, Any]:
    """Return the parameters of a job run, without the application's id."""
    config = dict(run.arguments.get("JobConfig") or {})
    config.setdefault("executionRoleArn", run.arguments.get("ExecutionRoleArn"))
    return {name: value for name, value in config.items() if value is not None}


def made_run(run: StepRun) -> dict[str, Any]:
    """Return the Metadata of a job run that no Moto knows."""
    config = job_of(run)
    application = run.arguments.get("ApplicationId") or config.get("applicationId")
    return {
        "EMRServerless": {
            "ApplicationId": str(application or run.context.new_id(16)),
            "JobRunId": run.context.new_id(16),
            "JobRunName": str(config.get("name") or run.name_for(longest=LONGEST_NAME)),
        }
    }


def submit_run(run: StepRun) -> dict[str, Any]:
    """Start the job run in Moto, in the application that the step names or describes."""
    serverless = outside.client(run, "emr-serverless")
    config = job_of(run)
    application = run.arguments.get("ApplicationId") or config.pop("applicationId", None)
    if application is None:
        wanted = dict(run.arguments.get("ApplicationConfig") or {})
        application = asked(serverless.create_application, **wanted)["applicationId"]
    config.pop("applicationId", None)
    name = str(config.setdefault("name", run.name_for(longest=LONGEST_NAME)))
    answer = asked(serverless.start_job_run, applicationId=application, **config)
    return {
        "EMRServerless": {
            "ApplicationId": application,
            "JobRunId": answer["jobRunId"],
            "JobRunName": name,
        }
    }


def end_run(run: StepRun) -> Outcome:
    """Say what became of a job run."""
    metadata = run.record.get("Metadata", {})
    names = metadata.get("EMRServerless", {})
    described: dict[str, Any] = {
        **job_of(run),
        "applicationId": names.get("ApplicationId"),
        "jobRunId": names.get("JobRunId"),
        "name": names.get("JobRunName"),
        "state": "SUCCESS",
        **run.record.get("Properties", {}),
    }
    serverless = outside.client(run, "emr-serverless") if "Properties" not in run.record else None
    if serverless is not None:
        wanted = {"applicationId": names["ApplicationId"], "jobRunId": names["JobRunId"]}
        try:
            state = asked(serverless.get_job_run, **wanted)["jobRun"]["state"]
        except outside.FunctionFailedError as error:
            return Failed(f"ClientError: {error}", metadata=metadata)
        if state in FAILED_STATES:
            return Failed(
                f"ClientError: Job run {names['JobRunId']} ended in state {state}.",
                metadata=metadata,
            )
    return Succeeded({"jobRun": described, **described}, metadata)


def leave(run: StepRun) -> Outcome:
    """Leave what runs elsewhere to itself when the execution is stopped (assumed)."""
    return Stopped()


TYPES = (
    StepType(
        name="EMR",
        start=run_outside("ClusterId", submit_step, made_step),
        resume=end_step,
        stop=leave,
        cacheable=True,
        metadata_member="EMR",
        requires=("StepConfig",),
    ),
    StepType(
        name="EMRServerless",
        start=run_outside("ApplicationId", submit_run, made_run),
        resume=end_run,
        stop=leave,
        cacheable=True,
        metadata_member="EMRServerless",
        requires=("JobConfig",),
    ),
)
