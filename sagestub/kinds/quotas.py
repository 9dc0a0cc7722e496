"""The quotas of an account: their names, default numbers, and what uses how much of them.

The numbers are those of an account that has asked for no more. AWS documents some; of others only single
accounts are known, which differ. Each says which it is.

Sources: Developer Guide, "Resource Limits for Automatic Model Tuning", "Feature Processor restrictions,
limits, and quotas", "Quotas, naming rules and data types" (Feature Store), "Supported Regions and Quotas";
errors in public issues; the names of Service Quotas as tools list them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sagestub.engine.quotas import Amounts, Declared, Quota, Uses
from sagestub.kinds.apps import spec_of
from sagestub.kinds.tuning_definitions import parents_of
from sagestub.kinds.warm_pools import instances_kept, pool_status
from sagestub.model.naming import plural_of, words_of

if TYPE_CHECKING:
    from sagestub.engine.context import Context
    from sagestub.engine.resource import Resource

TUNING = 'Developer Guide, "Resource Limits for Automatic Model Tuning"'
PROCESSOR = 'Developer Guide, "Feature Processor restrictions, limits, and quotas"'
FEATURES = 'Developer Guide, "Quotas, naming rules and data types" of Feature Store'
MANUAL = 'Developer Guide, "Manually Create Tracking Entities"'
AUTOPILOT = 'Developer Guide, "Amazon SageMaker Autopilot quotas"; 2 or 1 in smaller regions'
NAMES = "names in Service Quotas; number assumed"

PIPELINES = "Maximum number of pipelines allowed per account"
EXECUTIONS = "Maximum number of concurrent pipeline executions allowed per account"
TRIALS = (
    "Total number of trials allowed in a single experiment, excluding those automatically created by "
    "SageMaker"
)
TRAINING = "Number of instances across all training jobs"
PROCESSING = "Number of instances across all processing jobs"
TRANSFORM = "Number of instances across all transform jobs"
ENDPOINTS = "Number of instances across active endpoints"
NOTEBOOKS = "Total number of notebook instances"
COMPONENTS = (
    "Total number of trial components allowed in a single trial, excluding those automatically created by "
    "SageMaker"
)
VOLUME = "Size of EBS volume for a processing job instance"
LONGEST_RUN = "Longest run time for a training job"
LARGEST_JOB = "Maximum number of instances per training job"
TUNING_JOBS = "Number of concurrent hyperparameter tuning jobs"
PARALLEL_JOBS = "Number of concurrent training jobs per hyperparameter tuning job"
JOBS_OF_TUNING = "Number of training jobs per hyperparameter tuning job"
AUTOML_JOBS = "Maximum number of concurrent AutoML Jobs"
SERVERLESS_MEMORY = "Memory size in MB per serverless endpoint"
CREATING_GROUPS = "Maximum number of feature group creation workflows executing in parallel"
WORKTEAMS = "Total number of workteams"
APPS = "Maximum number of running Studio apps allowed per account"

QUOTAS = {
    quota.name: quota
    for quota in (
        Quota(PIPELINES, 500, "Pipelines", PROCESSOR, "documented"),
        Quota(EXECUTIONS, 20, "PipelineExecutions", PROCESSOR, "documented"),
        Quota("Contexts", 500, "Contexts", PROCESSOR, "documented", asked=True),
        Quota("Actions", 3000, "Actions", MANUAL, "documented", asked=True),
        Quota("Artifacts", 6000, "Artifacts", PROCESSOR, "documented", asked=True),
        Quota("Associations", 6000, "Associations", PROCESSOR, "documented", asked=True),
        Quota(
            "Maximum number of feature groups per AWS account",
            100,
            "FeatureGroups",
            FEATURES,
            "documented",
        ),
        Quota(CREATING_GROUPS, 4, "FeatureGroups", FEATURES, "documented"),
        Quota(TUNING_JOBS, 100, "HyperParameterTuningJobs", TUNING, "documented"),
        Quota(PARALLEL_JOBS, 10, "TrainingJobs", TUNING, "documented", single=True),
        Quota(JOBS_OF_TUNING, 500, "TrainingJobs", TUNING, "documented", single=True),
        Quota(TRAINING, 20, "Instances", TUNING, "documented"),
        Quota(LARGEST_JOB, 20, "Instances", PROCESSOR, "documented", single=True),
        Quota(LONGEST_RUN, 432000, "Seconds", PROCESSOR, "documented", single=True),
        Quota(PROCESSING, 20, "Instances", NAMES, "assumed"),
        Quota(TRANSFORM, 20, "Instances", NAMES, "assumed"),
        Quota(ENDPOINTS, 20, "Instances", "an account's list of March 2026", "seen"),
        Quota(
            SERVERLESS_MEMORY,
            3072,
            "MBs",
            "errors quoted in two public projects",
            "seen",
            within="EndpointName",
        ),
        Quota(NOTEBOOKS, 8, "NotebookInstances", "aws-cloudformation/rain issue 468", "seen"),
        Quota(
            "Total domains", 1, "Domains", "aws/amazon-sagemaker-examples issue 1564 (2022)", "seen"
        ),
        Quota(
            TRIALS,
            300,
            "Trials",
            "aws/amazon-sagemaker-examples pull 3396",
            "seen",
            within="ExperimentName",
            asked=True,
        ),
        Quota(
            COMPONENTS,
            50,
            "Trial Components",
            "aws/sagemaker-python-sdk issue 3646; name and unit in an error's text",
            "seen",
            within="TrialName",
        ),
        Quota(VOLUME, 1024, "GBs", "aws/sagemaker-python-sdk issue 4939", "seen", single=True),
        Quota(AUTOML_JOBS, 4, "AutoMLJobs", AUTOPILOT, "documented"),
        Quota(WORKTEAMS, 25, "Workteams", "model, CreateWorkteam; name assumed", "documented"),
    )
}
"""The quotas with a name and a default number of their own."""

COUNTED = {
    "Pipeline": PIPELINES,
    "Context": "Contexts",
    "Action": "Actions",
    "Artifact": "Artifacts",
    "Association": "Associations",
    "FeatureGroup": "Maximum number of feature groups per AWS account",
    "NotebookInstance": NOTEBOOKS,
    "Domain": "Total domains",
    "Trial": TRIALS,
    "Workteam": WORKTEAMS,
}
"""The quota on the number of a kind's resources, for kinds that have one in `QUOTAS`."""

NAMED = {
    "App": APPS,
    "Experiment": (
        "Total number of experiments allowed, excluding those automatically created by SageMaker"
    ),
    "FlowDefinition": "Maximum number of A2I flow definitions",
    "HumanTaskUi": "Maximum number of A2I human task UIs",
    "Image": "Maximum number of SageMakerImage images allowed per account",
    "LabelingJob": "Maximum number of Ground Truth labeling jobs",
    "MlflowTrackingServer": "Maximum number of MLflow Tracking Servers",
    "ModelPackage": "Maximum number of SageMaker Model Package allowed per account",
    "ModelPackageGroup": "Maximum number of SageMaker Model Package Groups allowed per account",
    "MonitoringSchedule": "Total Monitoring Schedules",
    "Project": "Maximum number of SageMaker Projects allowed per account",
    "Space": "Maximum number of Studio spaces allowed per account",
    "UserProfile": "Maximum number of Studio user profiles allowed per account",
}
"""The same for kinds of whose quota the name is known, and no number.

Source: the names of Service Quotas, in the code of a tool that compares accounts with them; the end of
Experiment's as that of trials.
"""

# Instances ----------------------------------------------------------------------------------------

WARM_POOL = "training warm pool"
USAGES = (
    "training job",
    "spot training job",
    WARM_POOL,
    "processing job",
    "transform job",
    "endpoint",
    "notebook instance",
    "cluster",
)
_INSTANCES = re.compile(rf"ml\.([a-z0-9-]+)\.(\w+) for ({'|'.join(USAGES)}) usage")
_ACCELERATED = re.compile(r"(p|g|trn|inf|dl)\d")
OF_ENDPOINTS = {"large": 4, "xlarge": 2, "2xlarge": 1, "4xlarge": 1}
"""Instances behind endpoints by size, of the families m5, c5 and later (an account's list of 2026)."""


def of_app_type(app_type: str, instance_type: str) -> str:
    """Return the quota on apps of a type that run on an instance type; empty where none is known.

    Source: aws/amazon-sagemaker-feedback#157 (JupyterLab), vantage-sh/ec2instances.info#732
    (KernelGateway: instance, not instances); of the others the names in Service Quotas.
    """
    match app_type:
        case "JupyterLab" | "CodeEditor":
            return f"Studio {app_type} Apps running on {instance_type} instances"
        case "KernelGateway":
            return f"Studio {app_type} Apps running on {instance_type} instance"
        case "RSessionGateway":
            return f"{app_type} Apps running on {instance_type} instance"
        case "Canvas" | "TensorBoard":
            return f"{app_type} Apps running on system instances"
    return ""


_APPS = re.compile(
    r"(?:Studio (?:JupyterLab|CodeEditor) Apps running on ml\.([a-z0-9-]+)\.\w+ instances"
    r"|(?:Studio KernelGateway|RSessionGateway) Apps running on ml\.([a-z0-9-]+)\.\w+ instance"
    r"|(?:Canvas|TensorBoard) Apps running on system instances)"
)


def of_name(name: str) -> Quota | None:
    """Return a quota that follows a pattern, or one of which only the name is known.

    The patterns are those of instance types for a usage, `ml.m5.large for training job usage`, and of
    apps on instance types, `Studio JupyterLab Apps running on ml.t3.medium instances`.
    """
    for kind_name, known_name in NAMED.items():
        if name == known_name:
            return of_kind(kind_name)
    apps = _APPS.fullmatch(name)
    if apps is not None:
        # Of accelerated instances there are none, as several accounts have had it.
        accelerated = _ACCELERATED.match(apps[1] or apps[2] or "") is not None
        source = "aws/amazon-sagemaker-feedback issue 157" if accelerated else "name only"
        return Quota(name, 0, "Apps", source, "seen", unset=not accelerated)
    found = _INSTANCES.fullmatch(name)
    if found is None:
        return None
    family, size, usage = found.groups()
    if usage == WARM_POOL:
        source = 'Developer Guide, "Request a warm pool quota increase"'
        return Quota(name, 0, "Instances", source, "documented")
    if _ACCELERATED.match(family):
        source = 'Developer Guide, "Supported Regions and Quotas" (its example, ml.p3dn.24xlarge)'
        return Quota(name, 0, "Instances", source, "documented" if "p3dn" in name else "assumed")
    if usage != "endpoint":
        known = "documented" if name == "ml.m4.xlarge for training job usage" else "assumed"
        return Quota(name, 20, "Instances", TUNING, known)
    if family in ("m4", "c4"):
        source = "awsdocs/amazon-sagemaker-developer-guide issue 70"
        return Quota(
            name, 0, "Instances", source, "seen" if name.startswith("ml.m4.x") else "assumed"
        )
    limit = 6 if family == "t2" else 1 if family.startswith("r") else OF_ENDPOINTS.get(size, 0)
    return Quota(name, limit, "Instances", "an account's list of March 2026, eu-west-1", "seen")


def like(name: str) -> list[str]:
    """Return the quotas of the instance type that a name begins with, one for each usage."""
    found = re.search(r"ml\.[a-z0-9-]+\.\w+", name)
    if found is None:
        return []
    if " running on " in name:
        types = ("JupyterLab", "CodeEditor", "KernelGateway", "RSessionGateway")
        return [of_app_type(app_type, found[0]) for app_type in types]
    return [f"{found[0]} for {usage} usage" for usage in USAGES]


def of_kind(kind_name: str) -> Quota:
    """Return the quota on the number of a kind's resources; AWS names none for most."""
    known = COUNTED.get(kind_name)
    if known is not None:
        return QUOTAS[known]
    plural = plural_of(kind_name)
    if kind_name in NAMED:
        asked = kind_name == "Experiment"
        name = NAMED[kind_name]
        return Quota(name, 0, plural, "name only", "seen", asked=asked, unset=True)
    name = f"Total number of {words_of(plural)}"
    return Quota(name, 0, plural, "AWS names no such quota", "assumed", unset=True)


def instances(usage: str, total: str, *counts: tuple[Any, Any]) -> dict[str, int]:
    """Return amounts of the quotas of instance types, and of the quota on all of them.

    Args:
        usage: What the instances are for, as quotas are called.
        total: The quota on their number in all, whatever the type; empty for none.
        *counts: Instance types and their numbers.
    """
    amounts: dict[str, int] = {}
    for instance_type, count in counts:
        if instance_type is not None and count:
            name = f"{instance_type} for {usage} usage"
            amounts[name] = amounts.get(name, 0) + int(count)
            if total:
                amounts[total] = amounts.get(total, 0) + int(count)
    return amounts


def of_config(config: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """Return the instance types and numbers of a ResourceConfig or its like."""
    groups = config.get("InstanceGroups", ())
    plain = (config.get("InstanceType"), config.get("InstanceCount", 1))
    return [plain, *((g.get("InstanceType"), g.get("InstanceCount")) for g in groups)]


def of_training_job(context: Context, resource: Resource) -> dict[str, int]:
    """Return what a training job uses."""
    document = resource.document
    config = document.get("ResourceConfig", {})
    spot = document.get("EnableManagedSpotTraining")
    usage = "spot training job" if spot else "training job"
    amounts = instances(usage, TRAINING, *of_config(config))
    if TRAINING in amounts:
        amounts[LARGEST_JOB] = amounts[TRAINING]
    longest = document.get("StoppingCondition", {}).get("MaxRuntimeInSeconds")
    return amounts if longest is None else {**amounts, LONGEST_RUN: int(longest)}


def of_warm_pool(context: Context, resource: Resource) -> dict[str, int]:
    """Return what the instances use that a training job has left for the next one."""
    return instances_kept(resource) if pool_status(resource) == "Available" else {}


def of_processing_job(context: Context, resource: Resource) -> dict[str, int]:
    """Return what a processing job uses."""
    config = resource.document.get("ProcessingResources", {}).get("ClusterConfig", {})
    amounts = instances("processing job", PROCESSING, *of_config(config))
    return {**amounts, VOLUME: int(config.get("VolumeSizeInGB", 0))}


def of_transform_job(context: Context, resource: Resource) -> dict[str, int]:
    """Return what a transform job uses."""
    config = resource.document.get("TransformResources", {})
    return instances("transform job", TRANSFORM, *of_config(config))


def of_notebook(context: Context, resource: Resource) -> dict[str, int]:
    """Return what a notebook instance uses while it runs."""
    return instances("notebook instance", "", (resource.document.get("InstanceType"), 1))


def of_endpoint(context: Context, resource: Resource) -> dict[str, int]:
    """Return what an endpoint uses: the variants of its config, as they have been scaled since."""
    document = resource.document
    config = context.resource(
        "EndpointConfig", resource, str(document.get("EndpointConfigName", ""))
    )
    same = document.get("DeployedConfigName", "") == document.get("EndpointConfigName")
    running = document.get("ProductionVariants", ()) if same else ()
    scaled = {v["VariantName"]: v.get("DesiredInstanceCount") for v in running}
    variants = [
        variant
        for member in ("ProductionVariants", "ShadowProductionVariants")
        for variant in (config.document.get(member, ()) if config is not None else ())
    ]
    counts = [
        (v.get("InstanceType"), scaled.get(v["VariantName"]) or v.get("InitialInstanceCount"))
        for v in variants
    ]
    memory = [v["ServerlessConfig"]["MemorySizeInMB"] for v in variants if "ServerlessConfig" in v]
    amounts = instances("endpoint", ENDPOINTS, *counts)
    return {**amounts, SERVERLESS_MEMORY: max(memory)} if memory else amounts


def of_cluster(context: Context, resource: Resource) -> dict[str, int]:
    """Return what a cluster uses: the instances that its groups want."""
    groups = [
        group
        for member in ("InstanceGroups", "RestrictedInstanceGroups")
        for group in resource.document.get(member, ())
    ]
    counts = [(g.get("InstanceType"), g.get("TargetCount", g.get("InstanceCount"))) for g in groups]
    return instances("cluster", "", *counts)


def of_tuning_job(context: Context, resource: Resource) -> dict[str, int]:
    """Return what a tuning job uses and asks for; training jobs of its parents count too."""
    config = resource.document.get("HyperParameterTuningJobConfig", {})
    limits = config.get("ResourceLimits", {})
    launched = sum(
        len(parent.document.get("Children", ())) for parent in parents_of(context, resource)
    )
    most = limits.get("MaxNumberOfTrainingJobs")
    asked = {
        PARALLEL_JOBS: limits.get("MaxParallelTrainingJobs"),
        JOBS_OF_TUNING: most and most + launched,
    }
    return {TUNING_JOBS: 1, **{name: int(number) for name, number in asked.items() if number}}


def of_trial(context: Context, resource: Resource) -> dict[str, int]:
    """Return how many components a trial has, but for those that the service has made for jobs."""
    names = resource.document.get("TrialComponentNames", ())
    found = [context.resource("TrialComponent", resource, name) for name in names]
    own = [c for c in found if c is not None and not c.by_service and "Source" not in c.document]
    return {COMPONENTS: len(own)}


def of_app(context: Context, resource: Resource) -> dict[str, int]:
    """Return what an app uses while it runs: one of those on its instance type, and one of all."""
    if resource.status in ("Deleted", "Failed"):
        # It is still listed, and uses nothing.
        return {APPS: 0}
    spec = spec_of(context, resource)
    name = of_app_type(
        str(resource.document.get("AppType", "")), str(spec.get("InstanceType", "system"))
    )
    return {APPS: 1, name: 1} if name else {APPS: 1}


def one_of(name: str) -> Amounts:
    """Return what says that a resource uses one of a quota."""

    def one(context: Context, resource: Resource) -> dict[str, int]:
        return {name: 1}

    return one


RUNNING = ("InProgress", "Stopping")

USES = {
    "TrainingJob": (Uses(of_training_job, RUNNING), Uses(of_warm_pool)),
    "ProcessingJob": (Uses(of_processing_job, RUNNING),),
    "TransformJob": (Uses(of_transform_job, RUNNING),),
    "HyperParameterTuningJob": (Uses(of_tuning_job, RUNNING),),
    "Endpoint": (
        Uses(
            of_endpoint,
            ("Creating", "InService", "Updating", "SystemUpdating", "RollingBack", "Deleting"),
        ),
    ),
    "NotebookInstance": (Uses(of_notebook, ("Pending", "InService", "Updating", "Stopping")),),
    "Cluster": (
        Uses(
            of_cluster,
            ("Creating", "InService", "Updating", "SystemUpdating", "RollingBack", "Deleting"),
        ),
    ),
    **dict.fromkeys(("AutoMLJob", "AutoMLJobV2"), (Uses(one_of(AUTOML_JOBS), RUNNING),)),
    "Trial": (Uses(of_trial),),
    "App": (Uses(of_app),),
    "PipelineExecution": (Uses(one_of(EXECUTIONS), ("Executing", "Stopping")),),
    "FeatureGroup": (Uses(one_of(CREATING_GROUPS), ("Creating",)),),
}
"""What uses quotas beside the one on its number, and in which statuses."""

DECLARED = Declared(QUOTAS, USES, of_name, of_kind, like)
