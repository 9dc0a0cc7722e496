"""The rules of aws/sagemaker-python-sdk: version 2, and the packages of version 3; and of mlflow.sagemaker.

Version 3's rule for an identifier that was taken, and its retries, ask for codes alone.
"""

from __future__ import annotations

from tests.facts.matching.rules import (
    IN_USE,
    NOT_FOUND,
    VALIDATION,
    Members,
    Refused,
    Rule,
    Way,
    states,
)

MISSING = [
    Rule("SDK endpoint_in_service_or_not", "Endpoint", "describe", VALIDATION, contains="ould not find"),
    Rule("SDK _deployment_entity_exists", "EndpointConfig", "describe", VALIDATION,
         contains="Could not find"),
    Rule("SDK _deployment_entity_exists", "Model", "describe", VALIDATION, contains="Could not find"),
    Rule("mlflow.sagemaker find_model", "Model", "describe", VALIDATION, contains="Could not find model"),
    Rule("SDK ModelBuilder", "InferenceComponent", "describe", VALIDATION,
         contains="Could not find inference component"),
    Rule("SDK wait_for_inference_component_deletion", "InferenceComponent", "describe", VALIDATION,
         contains="ould not find"),
    Rule("SDK delete_monitoring_schedule", "MonitoringSchedule", "describe", NOT_FOUND),
    Rule("SDK InferenceRecommenderMixin", "InferenceRecommendationsJob", "describe", NOT_FOUND),
    Rule("SDK Pipeline.put_triggers", "Pipeline", "describe", NOT_FOUND),
    Rule("SDK v3 AIRHub", "Hub", "describe", NOT_FOUND),
    Rule("SDK v3 HubContent", "HubContent", "describe", NOT_FOUND, contains="does not exist"),
    Rule("SDK v3 get_mlflow_endpoint", "MlflowTrackingServer", "describe", NOT_FOUND),
    Rule("SDK v3 training_session", "ModelPackage", "describe", VALIDATION, contains="does not exist"),
    Rule("SDK v3 training_session", "ModelPackage", "delete", VALIDATION, contains="does not exist"),
    Rule("SDK v3 training_session", "TrainingSession", "describe", NOT_FOUND),
]  # fmt: skip
"""Rules for what is not there."""

UNIQUE = "must be unique within an AWS account"

TAKEN = [
    Rule("SDK create_model", "Model", "create", VALIDATION, contains="Cannot create already existing model"),
    Rule("SDK _create_resource", "EndpointConfig", "create", VALIDATION,
         contains="Cannot create already existing"),
    Rule("SDK _create_resource", "Endpoint", "create", VALIDATION,
         contains="Cannot create already existing"),
    Rule("SDK _create_resource", "ModelPackageGroup", "create", VALIDATION, contains="already exists"),
    Rule("SDK Pipeline.upsert", "Pipeline", "create", VALIDATION, contains="already exists"),
    Rule("SDK experiments", "Experiment", "create", VALIDATION, contains="already exists"),
    Rule("SDK experiments", "Trial", "create", VALIDATION, contains="already exists"),
    Rule("SDK experiments", "TrialComponent", "create", VALIDATION, contains="already exists"),
    Rule("SDK v3 _create_resource", "TrainingJob", "create", IN_USE, contains=UNIQUE),
    Rule("SDK v3 _create_resource", "ProcessingJob", "create", IN_USE, contains=UNIQUE),
    Rule("SDK v3 _create_resource", "TransformJob", "create", IN_USE, contains=UNIQUE),
    Rule("SDK v3 _create_resource", "HyperParameterTuningJob", "create", IN_USE,
         contains="already exists"),
    Rule("SDK v3 training_session", "ModelPackageGroup", "create", VALIDATION, contains="already exists"),
]  # fmt: skip
"""Rules for a name that is taken."""


def session(status: str) -> Refused:
    """Return the rule for a session that is stopped although nothing is left to stop."""
    members = {"TrainingSessionName": "session", "TrainingSessionStatus": status}
    return Refused(
        Rule("SDK v3 training_session", "TrainingSession", f"stop of {status}", VALIDATION,
             contains=f"invalid session state transition from {status} to "),
        "StopTrainingSession",
        {"TrainingSessionName": "session"},
        (("TrainingSession", members),),
    )  # fmt: skip


REFUSED = [
    Refused(
        Rule("SDK create_model_package_from_algorithm", "ModelPackage", "create", VALIDATION,
             contains="ModelPackage already exists"),
        "CreateModelPackage",
        {"ModelPackageName": "package"},
        (("ModelPackage", {"ModelPackageName": "package"}),),
    ),
    Refused(
        Rule("SDK stop_tuning_job", "HyperParameterTuningJob", "stop", VALIDATION),
        "StopHyperParameterTuningJob",
        {"HyperParameterTuningJobName": "search"},
        (("HyperParameterTuningJob", {"HyperParameterTuningJobName": "search",
                                      "HyperParameterTuningJobStatus": "Completed"}),),
    ),
    Refused(
        Rule("SDK stop_transform_job", "TransformJob", "stop", VALIDATION),
        "StopTransformJob",
        {"TransformJobName": "batch"},
        (("TransformJob", {"TransformJobName": "batch", "TransformJobStatus": "Completed"}),),
    ),
    *map(session, ("Stopping", "Stopped", "Failed", "Deleting", "DeletionFailed")),
]  # fmt: skip
"""Rules for what a state refuses."""


def way(function: str, kind: str, verb: str, pending: str, done: str = "") -> Way:
    """Return what a function of the SDK takes for unfinished and for done."""
    return Way(f"SDK {function}", kind, verb, states(pending), states(done))


WAYS = [
    way("wait_for_job", "TrainingJob", "create", "InProgress Created", "Completed"),
    way("wait_for_processing_job", "ProcessingJob", "create", "InProgress Stopping Starting", "Completed"),
    way("wait_for_compilation_job", "CompilationJob", "create", "INPROGRESS STOPPING STARTING", "COMPLETED"),
    way("wait_for_edge_packaging_job", "EdgePackagingJob", "create",
        "INPROGRESS STOPPING STARTING", "COMPLETED"),
    way("wait_for_tuning_job", "HyperParameterTuningJob", "create", "InProgress Stopping", "Completed"),
    way("wait_for_transform_job", "TransformJob", "create", "InProgress Stopping", "Completed"),
    way("wait_for_auto_ml_job", "AutoMLJob", "create", "InProgress Stopping", "Completed"),
    way("wait_for_optimization_job", "OptimizationJob", "create",
        "INPROGRESS STARTING STOPPING", "COMPLETED"),
    way("wait_for_model_package", "ModelPackage", "create", "InProgress Pending", "Completed"),
    way("wait_for_inference_recommendations_job", "InferenceRecommendationsJob", "create",
        "PENDING IN_PROGRESS STOPPING", "COMPLETED"),
    way("wait_for_endpoint", "Endpoint", "create", "Creating Updating", "InService"),
    way("wait_for_endpoint", "Endpoint", "update", "Creating Updating", "InService"),
    way("wait_for_inference_component", "InferenceComponent", "create",
        "Creating Updating Deleting", "InService"),
    way("_wait_for_schedule_changes_to_apply", "MonitoringSchedule", "create", "Pending", "Scheduled"),
    way("_wait_for_schedule_changes_to_apply", "MonitoringSchedule", "delete", "Pending"),
    way("v3 training_session", "TrainingSession", "create", "Created Scheduled", "Running"),
    way("v3 training_session", "TrainingSession", "stop", "Stopping", "Stopped"),
]  # fmt: skip
"""What its loops take for unfinished and for done."""

READ = [
    Members("SDK attach", "TrainingJob",
            ("TrainingJobArn", "AlgorithmSpecification.TrainingInputMode", "RoleArn",
             "OutputDataConfig.S3OutputPath", "ResourceConfig.InstanceCount",
             "ModelArtifacts.S3ModelArtifacts", "StoppingCondition.MaxRuntimeInSeconds")),
    Members("SDK wait_for_endpoint", "Endpoint", ("EndpointStatus", "EndpointConfigName")),
    Members("SDK HyperparameterTuner", "HyperParameterTuningJob",
            ("TrainingJobStatusCounters", "ObjectiveStatusCounters")),
]  # fmt: skip
"""Members that it reads without asking."""
