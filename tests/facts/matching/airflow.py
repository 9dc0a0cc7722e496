"""The rules of apache/airflow, providers/amazon: hooks, operators, sensors and triggers for SageMaker."""

from __future__ import annotations

from tests.facts.matching.rules import VALIDATION, Members, Refused, Rule, Way, states

MISSING = [
    Rule("AIRFLOW _check_if_resource_exists", "Model", "describe", VALIDATION),
    Rule("AIRFLOW _check_if_resource_exists", "TrainingJob", "describe", VALIDATION),
    Rule("AIRFLOW _check_if_resource_exists", "ProcessingJob", "describe", VALIDATION),
    Rule("AIRFLOW _check_if_resource_exists", "TransformJob", "describe", VALIDATION),
]
"""Rules for what is not there."""

TAKEN = [
    Rule("AIRFLOW create_model_package_group", "ModelPackageGroup", "create", VALIDATION,
         begins="Model Package Group already exists"),
    Rule("AIRFLOW SageMakerEndpointOperator", "Endpoint", "create", VALIDATION,
         begins="Cannot create already existing endpoint"),
]  # fmt: skip
"""Rules for a name that is taken."""

EXECUTION = "arn:aws:sagemaker:eu-west-1:123456789012:pipeline/train/execution/abcdefghijkl"

REFUSED = [
    Refused(
        Rule("AIRFLOW stop_pipeline", "PipelineExecution", "stop", VALIDATION,
             contains="Only pipelines with 'Executing' status can be stopped"),
        "StopPipelineExecution",
        {"PipelineExecutionArn": EXECUTION, "ClientRequestToken": "t" * 32},
        (("PipelineExecution", {"PipelineExecutionArn": EXECUTION,
                                "PipelineExecutionStatus": "Succeeded"}),),
    ),
]  # fmt: skip
"""Rules for what a state refuses."""

JOBS = states("InProgress Stopping")

WAYS = [
    *(
        Way("AIRFLOW check_status", kind, "create", JOBS, states("Completed"))
        for kind in (
            "AutoMLJob",
            "HyperParameterTuningJob",
            "ProcessingJob",
            "TrainingJob",
            "TransformJob",
        )
    ),
    Way(
        "AIRFLOW check_status",
        "Endpoint",
        "create",
        states("Creating Updating SystemUpdating RollingBack Deleting"),
        states("InService"),
    ),
]
"""What it takes for unfinished and for done."""

FAILED = ("Endpoint", "HyperParameterTuningJob", "TrainingJob", "TransformJob")
"""Kinds of which its sensors read FailureReason when the status is Failed."""

READ = [
    Members("AIRFLOW create_training_job", "TrainingJob",
            ("TrainingStartTime", "TrainingEndTime", "ResourceConfig.InstanceCount",
             "LastModifiedTime", "SecondaryStatusTransitions[].Status",
             "SecondaryStatusTransitions[].StatusMessage", "ModelArtifacts.S3ModelArtifacts")),
    Members("AIRFLOW create_auto_ml_job", "AutoMLJob", ("AutoMLJobSecondaryStatus", "BestCandidate")),
    Members("AIRFLOW SageMakerTransformOperator", "TransformJob",
            ("ModelName", "TransformInput.DataSource.S3DataSource.S3Uri",
             "TransformOutput.S3OutputPath")),
    Members("AIRFLOW SageMakerEndpointOperator", "Endpoint", ("EndpointConfigName",)),
]  # fmt: skip
"""Members that it reads without asking."""
