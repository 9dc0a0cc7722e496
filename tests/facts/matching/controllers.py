"""The rules of the controllers of Kubernetes.

ACK is aws-controllers-k8s/sagemaker-controller: generator.yaml, and the hooks in pkg/resource. K8S is
aws/amazon-sagemaker-operator-for-k8s, clientwrapper.

ACK's rules for a missing Project (ResourceNotFound; Terraform and CloudFormation look for a sentence in
a ValidationException) are not here: one answer cannot hit both.
"""

from __future__ import annotations

from typing import Any

from tests.facts.matching.rules import (
    IN_USE,
    NOT_FOUND,
    VALIDATION,
    Refused,
    Rule,
    Way,
    states,
)

DEFINITIONS = (
    "DataQualityJobDefinition",
    "ModelBiasJobDefinition",
    "ModelExplainabilityJobDefinition",
    "ModelQualityJobDefinition",
)

MISSING = [
    *(Rule("ACK", kind, "describe", NOT_FOUND) for kind in DEFINITIONS),
    Rule("ACK", "App", "describe", NOT_FOUND),
    Rule("ACK", "Domain", "describe", NOT_FOUND),
    Rule("ACK", "Endpoint", "describe", VALIDATION, begins="Could not find endpoint"),
    Rule("ACK", "EndpointConfig", "describe", VALIDATION, begins="Could not find endpoint configuration"),
    Rule("ACK", "FeatureGroup", "describe", NOT_FOUND),
    Rule("ACK", "HyperParameterTuningJob", "describe", NOT_FOUND),
    Rule("ACK", "InferenceComponent", "describe", VALIDATION,
         begins="Could not find inference component"),
    Rule("ACK", "LabelingJob", "describe", VALIDATION),
    Rule("ACK", "Model", "describe", VALIDATION, begins="Could not find model"),
    Rule("ACK", "ModelPackage", "describe", VALIDATION, ends="does not exist."),
    Rule("ACK", "ModelPackageGroup", "describe", VALIDATION, ends="does not exist."),
    Rule("ACK", "MonitoringSchedule", "describe", NOT_FOUND),
    Rule("ACK", "NotebookInstance", "describe", VALIDATION, begins="RecordNotFound"),
    Rule("ACK", "NotebookInstanceLifecycleConfig", "describe", VALIDATION,
         begins="Unable to describe Notebook Instance Lifecycle Config"),
    Rule("ACK delete hook", "NotebookInstanceLifecycleConfig", "delete", VALIDATION,
         contains="Notebook Instance Lifecycle Config does not exist"),
    Rule("ACK", "Pipeline", "describe", NOT_FOUND, ends="does not exist."),
    Rule("ACK", "PipelineExecution", "describe", NOT_FOUND, ends="does not exist"),
    Rule("ACK", "ProcessingJob", "describe", VALIDATION, begins="Could not find requested job"),
    Rule("ACK", "Space", "describe", NOT_FOUND),
    Rule("ACK", "TrainingJob", "describe", VALIDATION, begins="Requested resource not found"),
    Rule("ACK", "TransformJob", "describe", VALIDATION, begins="Could not find requested job with name"),
    Rule("ACK", "UserProfile", "describe", NOT_FOUND),
    Rule("K8S", "Endpoint", "describe", VALIDATION, begins="Could not find endpoint"),
    Rule("K8S", "Endpoint", "update", VALIDATION, begins="Could not find endpoint"),
    Rule("K8S", "Endpoint", "delete", VALIDATION, begins="Could not find endpoint"),
    Rule("K8S", "EndpointConfig", "describe", VALIDATION, begins="Could not find endpoint configuration"),
    Rule("K8S", "EndpointConfig", "delete", VALIDATION, begins="Could not find endpoint configuration"),
    Rule("K8S", "HyperParameterTuningJob", "describe", NOT_FOUND,
         begins="Amazon SageMaker can't find a tuning job"),
    Rule("K8S", "HyperParameterTuningJob", "stop", NOT_FOUND,
         begins="Amazon SageMaker can't find a tuning job"),
    Rule("K8S", "Model", "describe", VALIDATION, begins="Could not find model"),
    Rule("K8S", "Model", "delete", VALIDATION, begins="Could not find model"),
    Rule("K8S", "ProcessingJob", "describe", VALIDATION, begins="Could not find requested job"),
    Rule("K8S", "TrainingJob", "describe", VALIDATION, begins="Requested resource not found"),
    Rule("K8S", "TrainingJob", "stop", VALIDATION, begins="Requested resource not found"),
]  # fmt: skip
"""Rules for what is not there."""

TAKEN = [
    Rule("ACK terminal_codes", kind, "create", IN_USE)
    for kind in (
        *DEFINITIONS,
        "FeatureGroup",
        "HyperParameterTuningJob",
        "LabelingJob",
        "MonitoringSchedule",
        "ProcessingJob",
        "TrainingJob",
        "TransformJob",
    )
]
"""Rules for a name that is taken: with that code the controller gives up."""

CREATING = ("Endpoint", {"EndpointName": "endpoint", "EndpointStatus": "Creating"})

REFUSED = [
    Refused(
        Rule("K8S", "Endpoint", "delete", VALIDATION, begins="Cannot update in-progress endpoint"),
        "DeleteEndpoint",
        {"EndpointName": "endpoint"},
        (CREATING,),
    ),
    Refused(
        Rule("K8S", "Endpoint", "update to no configuration", VALIDATION,
             begins="Could not find endpoint configuration"),
        "UpdateEndpoint",
        {"EndpointName": "endpoint", "EndpointConfigName": "no-such-one"},
        (("Endpoint", {"EndpointName": "endpoint", "EndpointStatus": "InService"}),),
    ),
]  # fmt: skip
"""Rules for what a state or a missing part refuses."""

MODIFYING = {
    "App": "Pending Deleting",
    "Domain": "Pending Updating Deleting",
    "Endpoint": "Creating Updating SystemUpdating RollingBack Deleting",
    "FeatureGroup": "Creating Deleting",
    "HyperParameterTuningJob": "InProgress Stopping",
    "InferenceComponent": "Creating Updating Deleting",
    "ModelPackage": "Pending InProgress Deleting",
    "ModelPackageGroup": "Pending InProgress Deleting",
    "MonitoringSchedule": "Pending",
    "NotebookInstance": "Pending Updating Deleting Stopping",
    "PipelineExecution": "Executing Stopping",
    "ProcessingJob": "InProgress Stopping",
    "Project": "Pending CreateInProgress UpdateInProgress DeleteInProgress",
    "Space": "Pending Updating Deleting",
    "TrainingJob": "InProgress Stopping",
    "TransformJob": "InProgress Stopping",
    "UserProfile": "Pending Updating Deleting",
}
"""The statuses in which ACK asks again later, by kind (`modifyingStatuses`)."""

DONE = {
    "App": "InService",
    "Domain": "InService",
    "Endpoint": "InService",
    "FeatureGroup": "Created",
    "InferenceComponent": "InService",
    "ModelPackageGroup": "Completed",
    "MonitoringSchedule": "Scheduled",
    "NotebookInstance": "InService",
    "PipelineExecution": "Succeeded",
    "Project": "CreateCompleted",
    "Space": "InService",
    "UserProfile": "InService",
}

WAYS = [
    *(
        Way("ACK", kind, "create", states(modifying), states(DONE.get(kind, "Completed")))
        for kind, modifying in MODIFYING.items()
        if kind != "PipelineExecution"
    ),
    *(
        Way("ACK", kind, "stop", states(MODIFYING[kind]), states("Stopped"))
        for kind in ("HyperParameterTuningJob", "ProcessingJob", "TrainingJob", "TransformJob")
    ),
]
"""What it takes for unfinished and for done."""

ROLE = "arn:aws:iam::123456789012:role/service"

LATE: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "Domain": (
        {},
        (
            "AppNetworkAccessType",
            "DefaultUserSettings.DefaultLandingUri",
            "DefaultUserSettings.SpaceStorageSettings",
            "DefaultUserSettings.StudioWebPortal",
        ),
    ),
    "FeatureGroup": (
        {
            "OnlineStoreConfig": None,
            "OfflineStoreConfig": {"S3StorageConfig": {"S3Uri": "s3://bucket/features"}},
            "RoleArn": ROLE,
        },
        (
            "OfflineStoreConfig.DisableGlueTableCreation",
            "OfflineStoreConfig.S3StorageConfig.ResolvedOutputS3Uri",
        ),
    ),
    "LabelingJob": (
        {},
        (
            "HumanTaskConfig.MaxConcurrentTaskCount",
            "HumanTaskConfig.TaskAvailabilityLifetimeInSeconds",
            "OutputConfig.KmsKeyId",
        ),
    ),
    "Model": ({}, ("EnableNetworkIsolation",)),
    "ModelPackage": ({"ModelPackageName": "package"}, ("CertifyForMarketplace",)),
    "NotebookInstance": ({}, ("PlatformIdentifier", "VolumeSizeInGB")),
    "TrainingJob": (
        {
            "EnableManagedSpotTraining": None,
            "OutputDataConfig": {"S3OutputPath": "s3://bucket/out"},
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
        },
        (
            "AlgorithmSpecification.EnableSageMakerMetricsTimeSeries",
            "EnableInterContainerTrafficEncryption",
            "EnableManagedSpotTraining",
            "EnableNetworkIsolation",
            "OutputDataConfig.CompressionType",
            "OutputDataConfig.KmsKeyId",
        ),
    ),
    "TransformJob": ({}, ("TransformInput.CompressionType", "TransformInput.SplitType")),
    "UserProfile": (
        {"UserSettings": {"ExecutionRole": ROLE}},
        ("UserSettings.SpaceStorageSettings",),
    ),
}
"""By kind: what is given beside the least, and the members that ACK asks for until the service has
filled them in (`late_initialize`); a resource without them never becomes one that is in sync."""
