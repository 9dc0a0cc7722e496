"""The rules of hashicorp/terraform-provider-aws, internal/service/sagemaker.

Where its releases differ, the newest one counts; an older rule stands beside it where one answer hits
both. Its rules for errors of retries that wait for IAM are left out: no permissions are evaluated here.
"""

from __future__ import annotations

from tests.facts.matching.rules import NOT_FOUND, VALIDATION, Members, Refused, Rule, Way, states

MISSING = [
    Rule("TF algorithm.go", "Algorithm", "describe", VALIDATION, contains="does not exist"),
    Rule("TF algorithm.go", "Algorithm", "delete", VALIDATION, contains="does not exist"),
    Rule("TF app.go", "App", "describe", NOT_FOUND),
    Rule("TF app.go", "App", "delete", NOT_FOUND),
    Rule("TF app_image_config.go", "AppImageConfig", "describe", NOT_FOUND),
    Rule("TF app_image_config.go", "AppImageConfig", "delete", NOT_FOUND, contains="does not exist"),
    Rule("TF code_repository.go", "CodeRepository", "describe", VALIDATION,
         contains="Cannot find CodeRepository"),
    Rule("TF code_repository.go", "CodeRepository", "delete", VALIDATION,
         contains="Cannot find CodeRepository"),
    Rule("TF compute_quota.go", "ComputeQuota", "describe", NOT_FOUND),
    Rule("TF compute_quota.go", "ComputeQuota", "delete", NOT_FOUND),
    Rule("TF data_quality_job_definition.go", "DataQualityJobDefinition", "describe", NOT_FOUND),
    Rule("TF data_quality_job_definition.go", "DataQualityJobDefinition", "delete", NOT_FOUND),
    Rule("TF model_quality_job_definition.go", "ModelQualityJobDefinition", "describe", NOT_FOUND),
    Rule("TF model_quality_job_definition.go", "ModelQualityJobDefinition", "delete", NOT_FOUND),
    Rule("TF device.go", "Device", "describe", VALIDATION, contains="No device with name"),
    Rule("TF device_fleet.go", "DeviceFleet", "describe", VALIDATION,
         contains="No devicefleet with name"),
    Rule("TF device_fleet.go", "DeviceFleet", "delete", VALIDATION, contains="DeviceFleet with name"),
    Rule("TF domain.go", "Domain", "describe", NOT_FOUND),
    Rule("TF domain.go", "Domain", "delete", NOT_FOUND),
    Rule("TF endpoint.go", "Endpoint", "describe", VALIDATION, contains="Could not find endpoint"),
    Rule("TF endpoint.go", "Endpoint", "delete", VALIDATION, contains="Could not find endpoint"),
    Rule("TF endpoint_configuration.go", "EndpointConfig", "describe", VALIDATION,
         contains="Could not find endpoint configuration"),
    Rule("TF endpoint_configuration.go", "EndpointConfig", "delete", VALIDATION,
         contains="Could not find endpoint configuration"),
    Rule("TF feature_group.go", "FeatureGroup", "describe", NOT_FOUND),
    Rule("TF feature_group.go", "FeatureGroup", "delete", NOT_FOUND),
    Rule("TF flow_definition.go", "FlowDefinition", "describe", NOT_FOUND),
    Rule("TF flow_definition.go", "FlowDefinition", "delete", NOT_FOUND),
    Rule("TF hub.go", "Hub", "describe", NOT_FOUND),
    Rule("TF hub.go", "Hub", "delete", NOT_FOUND),
    Rule("TF hub_content_reference.go", "HubContent", "describe", NOT_FOUND),
    Rule("TF human_task_ui.go", "HumanTaskUi", "describe", NOT_FOUND),
    Rule("TF human_task_ui.go", "HumanTaskUi", "delete", NOT_FOUND),
    Rule("TF hyper_parameter_tuning_job.go", "HyperParameterTuningJob", "describe", NOT_FOUND),
    Rule("TF hyper_parameter_tuning_job.go", "HyperParameterTuningJob", "delete", NOT_FOUND),
    Rule("TF hyper_parameter_tuning_job.go", "HyperParameterTuningJob", "stop", NOT_FOUND),
    Rule("TF image.go", "Image", "describe", NOT_FOUND, contains="does not exist"),
    Rule("TF image.go", "Image", "delete", NOT_FOUND, contains="does not exist"),
    Rule("TF image.go (older)", "Image", "delete", NOT_FOUND, contains="No Image with the name"),
    Rule("TF image_version.go", "ImageVersion", "describe", NOT_FOUND, contains="does not exist"),
    Rule("TF image_version.go", "ImageVersion", "delete", NOT_FOUND, contains="does not exist"),
    Rule("TF inference_component.go", "InferenceComponent", "describe", VALIDATION,
         contains="Could not find inference component"),
    Rule("TF inference_component.go", "InferenceComponent", "delete", VALIDATION,
         contains="Could not find inference component"),
    Rule("TF mlflow_app.go", "MlflowApp", "describe", NOT_FOUND),
    Rule("TF mlflow_app.go", "MlflowApp", "delete", NOT_FOUND),
    Rule("TF mlflow_tracking_server.go", "MlflowTrackingServer", "describe", NOT_FOUND),
    Rule("TF mlflow_tracking_server.go", "MlflowTrackingServer", "delete", NOT_FOUND),
    Rule("TF model.go", "Model", "describe", VALIDATION),
    Rule("TF model.go", "Model", "delete", VALIDATION, contains="Could not find model"),
    Rule("TF model_card.go", "ModelCard", "describe", NOT_FOUND),
    Rule("TF model_card.go", "ModelCard", "delete", NOT_FOUND),
    Rule("TF model_package_group.go", "ModelPackageGroup", "describe", VALIDATION,
         contains="does not exist"),
    Rule("TF model_package_group.go", "ModelPackageGroup", "delete", VALIDATION,
         contains="does not exist"),
    Rule("TF monitoring_schedule.go", "MonitoringSchedule", "describe", NOT_FOUND),
    Rule("TF monitoring_schedule.go", "MonitoringSchedule", "delete", NOT_FOUND),
    Rule("TF notebook_instance.go", "NotebookInstance", "describe", VALIDATION,
         contains="RecordNotFound"),
    Rule("TF notebook_instance_lifecycle_configuration.go", "NotebookInstanceLifecycleConfig",
         "describe", VALIDATION),
    Rule("TF notebook_instance_lifecycle_configuration.go", "NotebookInstanceLifecycleConfig",
         "delete", VALIDATION),
    Rule("TF pipeline.go", "Pipeline", "describe", NOT_FOUND),
    Rule("TF pipeline.go", "Pipeline", "delete", NOT_FOUND),
    Rule("TF project.go", "Project", "describe", VALIDATION, contains="does not exist"),
    Rule("TF project.go", "Project", "delete", VALIDATION, contains="does not exist"),
    Rule("TF space.go", "Space", "describe", NOT_FOUND),
    Rule("TF space.go", "Space", "delete", NOT_FOUND),
    Rule("TF studio_lifecycle_config.go", "StudioLifecycleConfig", "describe", NOT_FOUND),
    Rule("TF studio_lifecycle_config.go", "StudioLifecycleConfig", "delete", NOT_FOUND,
         contains="does not exist"),
    Rule("TF training_job.go", "TrainingJob", "describe", VALIDATION,
         contains="Requested resource not found"),
    Rule("TF training_job.go", "TrainingJob", "delete", VALIDATION,
         contains="Requested resource not found"),
    Rule("TF user_profile.go", "UserProfile", "describe", NOT_FOUND),
    Rule("TF user_profile.go", "UserProfile", "delete", NOT_FOUND),
    Rule("TF workforce.go", "Workforce", "describe", VALIDATION, contains="No workforce"),
    Rule("TF workforce.go", "Workforce", "delete", VALIDATION, contains="No workforce"),
    Rule("TF workteam.go", "Workteam", "describe", VALIDATION, contains="The work team"),
    Rule("TF workteam.go", "Workteam", "delete", VALIDATION, contains="The work team"),
]  # fmt: skip
"""Rules for what is not there."""

FLEET = ("DeviceFleet", {"DeviceFleetName": "cars"})
ADAPTED = (
    "InferenceComponent",
    {"InferenceComponentName": "base", "InferenceComponentStatus": "InService"},
)
ADAPTER = (
    "InferenceComponent",
    {
        "InferenceComponentName": "adapter",
        "Specification": {"BaseInferenceComponentName": "base"},
    },
)

REFUSED = [
    Refused(
        Rule("TF algorithm.go", "Algorithm", "delete", VALIDATION,
             contains="Cannot delete Algorithm in InProgress status"),
        "DeleteAlgorithm",
        {"AlgorithmName": "forest"},
        (("Algorithm", {"AlgorithmName": "forest", "AlgorithmStatus": "InProgress"}),),
    ),
    Refused(
        Rule("TF device.go", "Device", "describe without a fleet", VALIDATION,
             contains="No device fleet with name"),
        "DescribeDevice",
        {"DeviceFleetName": "no-such-one", "DeviceName": "a"},
    ),
    Refused(
        Rule("TF device.go", "Device", "deregister without a fleet", VALIDATION,
             contains="No device fleet with name"),
        "DeregisterDevices",
        {"DeviceFleetName": "no-such-one", "DeviceNames": ["a"]},
    ),
    Refused(
        Rule("TF device.go", "Device", "deregister", VALIDATION, contains="Device with name"),
        "DeregisterDevices",
        {"DeviceFleetName": "cars", "DeviceNames": ["no-such-one"]},
        (FLEET,),
    ),
    Refused(
        Rule("TF hyper_parameter_tuning_job.go", "HyperParameterTuningJob", "delete", VALIDATION,
             contains="not in a terminal state"),
        "DeleteHyperParameterTuningJob",
        {"HyperParameterTuningJobName": "search"},
        (("HyperParameterTuningJob", {"HyperParameterTuningJobName": "search",
                                      "HyperParameterTuningJobStatus": "InProgress"}),),
    ),
    Refused(
        Rule("TF hyper_parameter_tuning_job.go", "HyperParameterTuningJob", "stop", VALIDATION,
             contains="already"),
        "StopHyperParameterTuningJob",
        {"HyperParameterTuningJobName": "search"},
        (("HyperParameterTuningJob", {"HyperParameterTuningJobName": "search",
                                      "HyperParameterTuningJobStatus": "Stopping"}),),
    ),
    Refused(
        Rule("TF inference_component.go", "InferenceComponent", "delete", VALIDATION,
             contains="DELETE_IN_PROGRESS"),
        "DeleteInferenceComponent",
        {"InferenceComponentName": "base"},
        (("InferenceComponent", {"InferenceComponentName": "base",
                                 "InferenceComponentStatus": "Deleting"}),),
    ),
    Refused(
        Rule("TF inference_component.go", "InferenceComponent", "delete of a base", VALIDATION,
             contains="is a base inference component"),
        "DeleteInferenceComponent",
        {"InferenceComponentName": "base"},
        (ADAPTED, ADAPTER),
    ),
    Refused(
        Rule("TF model_package_group_policy.go", "ModelPackageGroup", "policy", VALIDATION,
             contains="Cannot find Model Package Group"),
        "GetModelPackageGroupPolicy",
        {"ModelPackageGroupName": "no-such-one"},
    ),
    Refused(
        Rule("TF model_package_group_policy.go", "ModelPackageGroup", "no policy", VALIDATION,
             contains="Cannot find resource policy"),
        "GetModelPackageGroupPolicy",
        {"ModelPackageGroupName": "group"},
        (("ModelPackageGroup", {"ModelPackageGroupName": "group"}),),
    ),
    Refused(
        Rule("TF model_package_group_policy.go", "ModelPackageGroup", "policy to delete", VALIDATION,
             contains="Cannot find Model Package Group"),
        "DeleteModelPackageGroupPolicy",
        {"ModelPackageGroupName": "no-such-one"},
    ),
    Refused(
        Rule("TF model_package_group_policy.go", "ModelPackageGroup", "no policy to delete",
             VALIDATION, contains="Cannot find resource policy"),
        "DeleteModelPackageGroupPolicy",
        {"ModelPackageGroupName": "group"},
        (("ModelPackageGroup", {"ModelPackageGroupName": "group"}),),
    ),
    Refused(
        Rule("TF project.go", "Project", "delete", VALIDATION,
             contains="Cannot delete Project in DeleteCompleted status"),
        "DeleteProject",
        {"ProjectName": "project"},
        (("Project", {"ProjectName": "project", "ProjectStatus": "DeleteCompleted"}),),
    ),
]  # fmt: skip
"""Rules for what a state or a missing part refuses."""


def way(file: str, kind: str, verb: str, pending: str, done: str = "") -> Way:
    """Return what a waiter of a file takes for unfinished and for done."""
    return Way(f"TF {file}", kind, verb, states(pending), states(done))


WAYS = [
    way("algorithm.go", "Algorithm", "create", "Pending InProgress", "Completed"),
    way("algorithm.go", "Algorithm", "delete", "Deleting Pending InProgress Completed Failed"),
    way("wait.go", "App", "create", "Pending", "InService"),
    way("find.go", "App", "delete", "Deleting", "Deleted"),
    way("compute_quota.go", "ComputeQuota", "create", "Creating", "Created"),
    way("compute_quota.go", "ComputeQuota", "update", "Updating", "Created Updated"),
    way("compute_quota.go", "ComputeQuota", "delete", "Created Updated Deleting"),
    way("wait.go", "Domain", "create", "Pending Updating", "InService"),
    way("wait.go", "Domain", "update", "Pending Updating", "InService"),
    way("wait.go", "Domain", "delete", "Deleting"),
    way("endpoint.go", "Endpoint", "create", "Creating Updating", "InService"),
    way("endpoint.go", "Endpoint", "update", "Creating Updating", "InService"),
    way("find.go", "Endpoint", "delete", "Deleting"),
    way("wait.go", "FeatureGroup", "create", "Creating", "Created"),
    way("wait.go", "FeatureGroup", "delete", "Deleting"),
    way("wait.go", "FlowDefinition", "create", "Initializing", "Active"),
    way("wait.go", "FlowDefinition", "delete", "Deleting"),
    way("wait.go", "Hub", "create", "Creating", "InService"),
    way("wait.go", "Hub", "update", "Updating", "InService"),
    way("wait.go", "Hub", "delete", "Deleting"),
    way("wait.go", "Image", "create", "CREATING UPDATING", "CREATED"),
    way("wait.go", "Image", "update", "CREATING UPDATING", "CREATED"),
    way("wait.go", "Image", "delete", "DELETING"),
    way("wait.go", "ImageVersion", "create", "CREATING", "CREATED"),
    way("wait.go", "ImageVersion", "delete", "DELETING"),
    way("inference_component.go", "InferenceComponent", "create", "Creating Updating", "InService"),
    way("inference_component.go", "InferenceComponent", "update", "Creating Updating", "InService"),
    way("inference_component.go", "InferenceComponent", "delete",
        "InService Creating Updating Failed Deleting"),
    way("labeling_job.go", "LabelingJob", "create", "Initializing InProgress", "Completed"),
    way("wait.go", "MlflowApp", "create", "Creating", "Created"),
    way("wait.go", "MlflowApp", "update", "Updating", "Created Updated"),
    way("mlflow_app.go", "MlflowApp", "delete", "Created Deleting", "Deleted"),
    way("wait.go", "MlflowTrackingServer", "create", "Creating", "Created"),
    way("wait.go", "MlflowTrackingServer", "update", "Updating", "Updated"),
    way("wait.go", "MlflowTrackingServer", "delete", "Deleting"),
    way("wait.go", "ModelPackageGroup", "create", "Pending InProgress", "Completed"),
    way("wait.go", "ModelPackageGroup", "delete", "Deleting"),
    way("monitoring_schedule.go", "MonitoringSchedule", "create", "Pending", "Scheduled"),
    way("monitoring_schedule.go", "MonitoringSchedule", "update", "Pending", "Scheduled"),
    way("wait.go", "NotebookInstance", "create", "Updating Pending Stopped", "InService"),
    way("wait.go", "NotebookInstance", "start", "Updating Pending Stopped", "InService"),
    way("wait.go", "NotebookInstance", "stop", "Updating Stopping", "Stopped"),
    way("wait.go", "NotebookInstance", "update", "Updating Stopping", "Stopped"),
    way("wait.go", "NotebookInstance", "delete", "Deleting"),
    way("wait.go", "Project", "create", "Pending CreateInProgress", "CreateCompleted"),
    way("wait.go", "Project", "update", "Pending UpdateInProgress", "UpdateCompleted"),
    way("wait.go", "Project", "delete", "DeleteInProgress Pending", "DeleteCompleted"),
    way("wait.go", "Space", "create", "Pending Updating", "InService"),
    way("wait.go", "Space", "update", "Pending Updating", "InService"),
    way("wait.go", "Space", "delete", "Deleting"),
    way("training_job.go", "TrainingJob", "create", "InProgress", "Completed Stopped"),
    way("training_job.go", "TrainingJob", "delete", "Deleting InProgress Stopping"),
    way("wait.go", "UserProfile", "create", "Pending Updating", "InService"),
    way("wait.go", "UserProfile", "update", "Pending Updating", "InService"),
    way("wait.go", "UserProfile", "delete", "Deleting"),
    way("wait.go", "Workforce", "create", "Initializing Updating", "Active"),
    way("wait.go", "Workforce", "update", "Initializing Updating", "Active"),
    way("wait.go", "Workforce", "delete", "Deleting"),
]  # fmt: skip
"""What its waiters take for unfinished and for done."""

READ = [
    Members("TF wait.go", "Project", ("ServiceCatalogProvisionedProductDetails",)),
]
"""Members that it reads without asking."""

LEFT_OUT: dict[str, tuple[str, ...]] = {
    "Hub": ("S3StorageConfig", "HubDisplayName"),
    "Image": ("DisplayName", "Description"),
    "ImageVersion": ("VendorGuidance", "JobType", "Processor", "MLFramework", "ReleaseNotes"),
}
"""Members that nothing computes in its schema: what a configuration leaves out, the service leaves out.

Were one of them there, each plan would want to change the resource back.
"""
