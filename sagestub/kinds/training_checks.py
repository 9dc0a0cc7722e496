"""What is refused when a training job is made: settings that do not fit together.

Source: facts, jobs.yaml, TrainingJob.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sagestub.errors import ServiceError

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource


def check_algorithm(context: Context, resource: Resource) -> None:
    """Refuse an algorithm that is given as both an image and a name, or as neither.

    Source: API reference, AlgorithmSpecification ("You must specify either the algorithm name to the
    AlgorithmName parameter or the image URI of the algorithm container to the TrainingImage
    parameter"); text assumed.
    """
    algorithm = resource.document.get("AlgorithmSpecification")
    if algorithm is None:
        return
    if ("TrainingImage" in algorithm) == ("AlgorithmName" in algorithm):
        raise ServiceError(
            "ValidationException",
            "Exactly one of TrainingImage or AlgorithmName must be specified in "
            "AlgorithmSpecification.",
        )


def check_spot(context: Context, resource: Resource) -> None:
    """Refuse managed spot training without a wait time that is at least the run time.

    Source: API reference, StoppingCondition.MaxWaitTimeInSeconds; text as seen in reports of
    aws/sagemaker-python-sdk.
    """
    document = resource.document
    stopping = document.get("StoppingCondition", {})
    wait = stopping.get("MaxWaitTimeInSeconds")
    longest = stopping.get("MaxRuntimeInSeconds", 86400)
    if document.get("EnableManagedSpotTraining"):
        if wait is None or wait < longest:
            raise ServiceError(
                "ValidationException",
                "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
                "MaxRuntimeInSeconds",
            )
    elif wait is not None:
        raise ServiceError(
            "ValidationException",
            "MaxWaitTimeInSeconds above 0 is not supported when EnableManagedSpotTraining is false.",
        )


def check_resources(context: Context, resource: Resource) -> None:
    """Refuse instances that are described in two ways, or a warm pool that cannot be.

    Source: API reference, ResourceConfig.InstanceGroups, InstancePreferences and
    KeepAlivePeriodInSeconds; Developer Guide, "Train Using SageMaker Managed Warm Pools" (no managed spot training, no heterogeneous
    cluster); texts assumed.
    """
    document = resource.document
    config = document.get("ResourceConfig", {})
    groups = config.get("InstanceGroups")
    if groups and ("InstanceType" in config or "InstanceCount" in config):
        raise ServiceError(
            "ValidationException",
            "InstanceGroups can't be specified together with InstanceType or InstanceCount.",
        )
    if groups and len({group["InstanceGroupName"] for group in groups}) != len(groups):
        raise ServiceError("ValidationException", "InstanceGroupName must be unique.")
    alone = ("InstanceType", "InstanceGroups", "InstancePlacementConfig")
    if "InstancePreferences" in config and (
        any(member in config for member in alone) or document.get("EnableManagedSpotTraining")
    ):
        raise ServiceError(
            "ValidationException",
            "InstancePreferences can't be specified together with InstanceType, InstanceGroups, "
            "InstancePlacementConfig or EnableManagedSpotTraining.",
        )
    if not config.get("KeepAlivePeriodInSeconds"):
        return
    if document.get("EnableManagedSpotTraining"):
        raise ServiceError(
            "ValidationException",
            "KeepAlivePeriodInSeconds is not supported with managed spot training.",
        )
    if groups:
        raise ServiceError(
            "ValidationException",
            "KeepAlivePeriodInSeconds is not supported with heterogeneous clusters.",
        )


def check_channels(context: Context, resource: Resource) -> None:
    """Refuse channels of the same name.

    Source: API reference, CreateTrainingJob.InputDataConfig (named channels); text assumed.
    """
    names = [channel["ChannelName"] for channel in resource.document.get("InputDataConfig", ())]
    if len(set(names)) != len(names):
        raise ServiceError("ValidationException", "Channel names must be unique.")


def check_package_group(context: Context, resource: Resource) -> None:
    """Refuse a ModelPackageConfig whose group does not exist.

    Source: facts, jobs.yaml, TrainingJob.references; text: cross-cutting, section 4.
    """
    config = resource.document.get("ModelPackageConfig")
    if config is None:
        return
    arn = config["ModelPackageGroupArn"]
    if context.lacks("ModelPackageGroup", resource, arn):
        raise ServiceError("ValidationException", f"ModelPackageGroup {arn} does not exist.")
